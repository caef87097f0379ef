"""What a network costs: multiplications per pixel."""

import keras
from keras import layers

__all__ = ["multiply_adds"]


def multiply_adds(model):
    """Multiplications (each with an addition) in a model's convolutions, for each pixel of its output.

    Parameters
    ----------
    model : keras.Model
        Fully convolutional, from images to images.

    Returns
    -------
    float
        Of the convolutions alone; everything else is small beside them.

    Examples
    --------
    >>> import restorekit as rk
    >>> multiply_adds(rk.models.dncnn(depth=3, filters=8))
    720.0
    """
    # 96 pixels can be divided by every halving and scale of the course.
    sized = keras.models.clone_model(model, input_tensors=keras.Input((96, 96, model.input_shape[-1])))
    work = 0
    for layer in sized.layers:
        if isinstance(layer, layers.Conv2DTranspose):
            work += layer.kernel.shape[0] * layer.kernel.shape[1] * _size(layer.input) * layer.filters
        elif isinstance(layer, layers.Conv2D):
            work += layer.kernel.shape[0] * layer.kernel.shape[1] * layer.kernel.shape[2] * _size(layer.output)
    height, width = sized.output.shape[1:3]
    return work / (height * width)


def _size(tensor):
    """How many numbers a tensor holds for one image."""
    _, height, width, channels = tensor.shape
    return height * width * channels
