"""Networks on images of any size: how far one looks, and how to hand it an image whose size it can't halve."""

import keras
import numpy as np
from keras import layers

from restorekit.models import PixelShuffle, PixelUnshuffle

__all__ = ["reach", "run"]


def reach(model):
    """How far a network looks, and how often it halves.

    Parameters
    ----------
    model : keras.Model
        Fully convolutional, of one input.

    Returns
    -------
    pixels : int
        A pixel of the output depends on nothing farther away than this (a bound: with halvings it may be a few pixels more than
        the truth).
    multiple : int
        Height and width must be multiples of it: 1 for a network that keeps the size, 4 for one that halves it twice.

    Examples
    --------
    >>> import restorekit as rk
    >>> reach(rk.models.dncnn(depth=17, filters=4))
    (17, 1)
    >>> reach(rk.models.autoencoder(filters=(4, 8)))[1]
    4
    """
    seen = {}  # of each tensor: pixels from one feature to the next, and how far a feature looks
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            seen[id(layer.output)] = 1, 0
            continue
        sources = layer.input if isinstance(layer.input, list) else [layer.input]
        step, pixels = seen[id(sources[0])][0], max(seen[id(source)][1] for source in sources)
        seen[id(layer.output)] = _further(layer, step, pixels)
    return seen[id(model.output)][1], max(step for step, _ in seen.values())


def _further(layer, step, pixels):
    """Distance and reach of the features after a layer."""
    if isinstance(layer, layers.Conv2DTranspose):
        return step // layer.strides[0], pixels + layer.kernel_size[0] * step // layer.strides[0]
    if isinstance(layer, layers.Conv2D) and layer.strides[0] == 1:
        return step, pixels + layer.kernel_size[0] // 2 * layer.dilation_rate[0] * step
    if isinstance(layer, layers.Conv2D):
        return step * layer.strides[0], pixels + (layer.kernel_size[0] - 1) * step
    if isinstance(layer, layers.MaxPooling2D | layers.AveragePooling2D):
        return step * layer.pool_size[0], pixels + (layer.pool_size[0] - 1) * step
    if isinstance(layer, PixelUnshuffle):
        return step * layer.scale, pixels + (layer.scale - 1) * step
    if isinstance(layer, layers.UpSampling2D):
        return step // layer.size[0], pixels + step
    if isinstance(layer, PixelShuffle):
        return step // layer.scale, pixels + step
    return step, pixels


def run(model, image, multiple=1):
    """Put one image through a network: mirrored up to a multiple that it can halve, and cut back.

    Parameters
    ----------
    model : keras.Model
        From (N, H, W, C) to the same shape.
    image : array (H, W) or (H, W, C), float, [0, 1]
        With as many channels as the network has; a gray one may have no axis for them.
    multiple : int
        What height and width must be a multiple of, see `reach`.

    Returns
    -------
    array of the same shape, float32
        Not clipped.

    Raises
    ------
    MemoryError
        If the features of the whole image find no room.

    Examples
    --------
    >>> import restorekit as rk
    >>> model = rk.models.autoencoder(channels=1, filters=(4, 8), residual=True)
    >>> run(model, rk.sample("text"), multiple=4).shape
    (172, 448)
    """
    height, width = image.shape[:2]
    batch = image.reshape(1, height, width, -1)
    if height % multiple or width % multiple:
        batch = np.pad(batch, ((0, 0), (0, -height % multiple), (0, -width % multiple), (0, 0)), mode="reflect")
    try:
        restored = model.predict_on_batch(batch)
    except Exception as error:
        if type(error).__name__ not in ("ResourceExhaustedError", "XlaRuntimeError"):
            raise
        raise MemoryError(
            f"{height} x {width} pixels at once are too many for this machine; give a smaller tile"
        ) from error
    return keras.ops.convert_to_numpy(restored)[0, :height, :width].reshape(image.shape)
