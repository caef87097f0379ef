"""Networks on images of any size: how far one looks, how to hand it a size that it can't halve, and how to run it fast."""

import functools
import math
from fractions import Fraction

import keras
import numpy as np
from keras import layers, ops

from restorekit import zoo
from restorekit.models import PixelShuffle, PixelUnshuffle

__all__ = ["Network", "reach", "self_ensemble", "trained"]


@functools.lru_cache(maxsize=6)
def trained(name):
    """A network of the zoo, ready to restore; loaded once for all calls.

    Parameters
    ----------
    name : str
        One of `zoo.names`.

    Returns
    -------
    Network
        The same one every time.
    """
    return Network(zoo.load_model(name))


class Network:
    """A network that has learned all it will, as a function of one image of any size.

    Parameters
    ----------
    model : keras.Model
        Fully convolutional, from (N, H, W, C) to (N, H * scale, W * scale, C). Its weights are read once, here.

    Attributes
    ----------
    channels : int
        That an image must have; a gray one may have no axis for them.
    reach, multiple : int
        See the function `reach`.

    Notes
    -----
    In TensorFlow the weights become constants of the graph. With those, its CPU kernels (oneDNN) may store them in an order of their
    own; with variables they fall back to a slower kind, see ``experiments/speed_networks.py``.

    Examples
    --------
    >>> import restorekit as rk
    >>> model = rk.models.autoencoder(channels=1, filters=(4, 8), residual=True)
    >>> Network(model)(rk.sample("text")).shape
    (172, 448)
    """

    def __init__(self, model):
        self.channels = model.input_shape[-1]
        self.reach, self.multiple = reach(model)
        self._predict = _constant(model) if keras.backend.backend() == "tensorflow" else model.predict_on_batch

    def __call__(self, image):
        """Put one image through the network: mirrored up to a multiple that it can halve, and cut back.

        Parameters
        ----------
        image : array (H, W) or (H, W, C), float, [0, 1]

        Returns
        -------
        array of the same shape, or `scale` times as high and wide, float32
            Not clipped.

        Raises
        ------
        MemoryError
            If the features of the whole image find no room.
        """
        height, width = image.shape[:2]
        batch, multiple = image.reshape(1, height, width, -1), self.multiple
        if height % multiple or width % multiple:
            batch = np.pad(batch, ((0, 0), (0, -height % multiple), (0, -width % multiple), (0, 0)), mode="reflect")
        try:
            restored = ops.convert_to_numpy(self._predict(batch))[0]
        except Exception as error:
            if type(error).__name__ not in ("ResourceExhaustedError", "XlaRuntimeError"):
                raise
            raise MemoryError(
                f"{height} x {width} pixels at once are too many for this machine; give a smaller tile"
            ) from error
        scale = len(restored) // batch.shape[1]
        return restored[: height * scale, : width * scale].reshape(height * scale, width * scale, *image.shape[2:])


def _constant(model):
    """The model as a TensorFlow function whose weights are constants."""
    import tensorflow as tf

    weights, others = (
        [ops.convert_to_numpy(variable) for variable in variables]
        for variables in (model.trainable_variables, model.non_trainable_variables)
    )

    def predict(batch):
        return model.stateless_call(list(map(tf.constant, weights)), list(map(tf.constant, others)), batch)[0]

    signature = tf.TensorSpec((None, *model.input_shape[1:]), tf.float32)
    traced = tf.function(predict, input_signature=[signature], autograph=False).get_concrete_function()
    return lambda batch: traced(tf.convert_to_tensor(batch, tf.float32))


def self_ensemble(enlarge, image):
    """Enlarge a picture in its eight turns and mirror images, turn the results back, and take their mean.

    A network is not quite the same in all directions; its slips differ from turn to turn, and partly cancel. It costs eight times
    the work.

    Parameters
    ----------
    enlarge : callable
        From (h, w[, C]) to (h * scale, w * scale[, C]).
    image : array (H, W) or (H, W, C)

    Returns
    -------
    array (H * scale, W * scale) or (H * scale, W * scale, C)

    References
    ----------
    B. Lim, S. Son, H. Kim, S. Nah, K. M. Lee, "Enhanced Deep Residual Networks for Single Image Super-Resolution", CVPR Workshops
    2017, section 3.3.

    Examples
    --------
    >>> import restorekit as rk
    >>> text = rk.sample("text")
    >>> bool(np.allclose(self_ensemble(lambda part: rk.upscale(part, 2), text), rk.upscale(text, 2), atol=1e-6))
    True
    """
    total = 0
    for turns in range(4):
        for mirror in (slice(None), slice(None, None, -1)):
            turned = np.ascontiguousarray(np.rot90(image, turns)[mirror])
            total = total + np.rot90(enlarge(turned)[mirror], -turns)
    return total / 8


def reach(model):
    """How far a network looks, and how often it halves.

    Parameters
    ----------
    model : keras.Model
        Fully convolutional, of one input.

    Returns
    -------
    pixels : int
        A pixel of the output depends on nothing farther away than this, in pixels of the input (a bound: with halvings and doublings it
        may be a few pixels more than the truth).
    multiple : int
        Height and width must be multiples of it: 1 for a network that keeps the size, 4 for one that halves it twice.

    Examples
    --------
    >>> import restorekit as rk
    >>> reach(rk.models.dncnn(depth=17, filters=4))
    (17, 1)
    >>> reach(rk.models.autoencoder(filters=(4, 8)))[1]
    4
    >>> reach(rk.models.espcn(scale=3))
    (5, 1)
    """
    seen = {}  # of each tensor: pixels from one feature to the next, and how far a feature looks
    for layer in model.layers:
        if isinstance(layer, layers.InputLayer):
            seen[id(layer.output)] = Fraction(1), Fraction(0)
            continue
        sources = layer.input if isinstance(layer.input, list) else [layer.input]
        step, pixels = seen[id(sources[0])][0], max(seen[id(source)][1] for source in sources)
        seen[id(layer.output)] = _further(layer, step, pixels)
    return math.ceil(seen[id(model.output)][1]), int(max(step for step, _ in seen.values()))


def _further(layer, step, pixels):
    """Distance and reach of the features after a layer."""
    if isinstance(layer, layers.Conv2DTranspose):
        return step / layer.strides[0], pixels + layer.kernel_size[0] * step // layer.strides[0]
    if isinstance(layer, layers.Conv2D) and layer.strides[0] == 1:
        return step, pixels + layer.kernel_size[0] // 2 * layer.dilation_rate[0] * step
    if isinstance(layer, layers.Conv2D):
        return step * layer.strides[0], pixels + (layer.kernel_size[0] - 1) * step
    if isinstance(layer, layers.MaxPooling2D | layers.AveragePooling2D):
        return step * layer.pool_size[0], pixels + (layer.pool_size[0] - 1) * step
    if isinstance(layer, PixelUnshuffle):
        return step * layer.scale, pixels + (layer.scale - 1) * step
    if isinstance(layer, layers.UpSampling2D):
        between = step if layer.interpolation == "bilinear" else 0
        return step / layer.size[0], pixels + step - step / layer.size[0] + between
    if isinstance(layer, PixelShuffle):
        return step / layer.scale, pixels + step - step / layer.scale
    return step, pixels
