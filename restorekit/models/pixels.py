"""Pixel shuffle and its inverse: trade channels for pixels and back, without losing a number."""

import keras
from keras import layers, ops

from restorekit.arguments import whole_number

__all__ = ["PixelShuffle", "PixelUnshuffle"]


@keras.saving.register_keras_serializable("restorekit")
class PixelShuffle(layers.Layer):
    """Turn channels into pixels: (N, H, W, C * scale**2) becomes (N, H * scale, W * scale, C).

    Parameters
    ----------
    scale : int
        How much wider and higher.

    Notes
    -----
    Channel ``(row * scale + column) * C + c`` goes to the pixel `row`, `column` of each block: TensorFlow's `depth_to_space`.
    PyTorch orders them as ``c * scale**2 + row * scale + column``.

    References
    ----------
    W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network",
    CVPR 2016, equation 4.

    Examples
    --------
    >>> import numpy as np
    >>> print(np.squeeze(PixelShuffle(2)(np.array([[[[1.0, 2.0, 3.0, 4.0]]]]))))
    [[1. 2.]
     [3. 4.]]
    """

    def __init__(self, scale=2, **kwargs):
        super().__init__(**kwargs)
        self.scale = whole_number(scale, "scale")

    def call(self, x):
        """Move the pixels."""
        _, height, width, channels = ops.shape(x)
        scale, left = self.scale, self._divided(channels)
        x = ops.reshape(x, (-1, height, width, scale, scale, left))
        return ops.reshape(ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height * scale, width * scale, left))

    def compute_output_shape(self, input_shape):
        """Shape after the move."""
        n, height, width, channels = input_shape
        return n, _times(height, self.scale), _times(width, self.scale), self._divided(channels)

    def get_config(self):
        """What is needed to build the layer again."""
        return {**super().get_config(), "scale": self.scale}

    def _divided(self, channels):
        if channels % self.scale**2:
            raise ValueError(
                f"PixelShuffle({self.scale}) makes one channel out of {self.scale**2}, and {channels} channels came in: "
                f"let the convolution before it have a multiple of {self.scale**2} filters"
            )
        return channels // self.scale**2


@keras.saving.register_keras_serializable("restorekit")
class PixelUnshuffle(layers.Layer):
    """Turn pixels into channels: (N, H, W, C) becomes (N, H / scale, W / scale, C * scale**2). Undoes `PixelShuffle`.

    Parameters
    ----------
    scale : int
        How much narrower and lower. Height and width must be multiples of it.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.arange(48.0, dtype=np.float32).reshape(1, 4, 4, 3)
    >>> tuple(PixelUnshuffle(2)(image).shape)
    (1, 2, 2, 12)
    >>> bool(np.all(PixelShuffle(2)(PixelUnshuffle(2)(image)) == image))
    True
    """

    def __init__(self, scale=2, **kwargs):
        super().__init__(**kwargs)
        self.scale = whole_number(scale, "scale")

    def call(self, x):
        """Move the pixels."""
        x = _checked_multiple(x, self.scale, "PixelUnshuffle")
        _, height, width, channels = ops.shape(x)
        scale = self.scale
        x = ops.reshape(x, (-1, height // scale, scale, width // scale, scale, channels))
        return ops.reshape(
            ops.transpose(x, (0, 1, 3, 2, 4, 5)), (-1, height // scale, width // scale, channels * scale**2)
        )

    def compute_output_shape(self, input_shape):
        """Shape after the move."""
        _require_known_multiple(input_shape, self.scale, "PixelUnshuffle")
        n, height, width, channels = input_shape
        return n, _over(height, self.scale), _over(width, self.scale), channels * self.scale**2

    def get_config(self):
        """What is needed to build the layer again."""
        return {**super().get_config(), "scale": self.scale}


@keras.saving.register_keras_serializable("restorekit")
class Multiple(layers.Layer):
    """Let images through whose height and width are multiples of a number, and explain to others why they can't pass.

    Parameters
    ----------
    of : int
        The number: a network that halves its input twice needs multiples of 4.

    Examples
    --------
    >>> import numpy as np
    >>> Multiple(4)(np.zeros((1, 30, 32, 1)))
    Traceback (most recent call last):
    ...
    ValueError: ...needs a height and width that are multiples of 4; 30 x 32 came in...
    """

    def __init__(self, of, **kwargs):
        super().__init__(**kwargs)
        self.of = whole_number(of, "of")

    def call(self, x):
        """Check, and pass on."""
        return _checked_multiple(x, self.of, "this network")

    def compute_output_shape(self, input_shape):
        """As it came."""
        _require_known_multiple(input_shape, self.of, "this network")
        return input_shape

    def get_config(self):
        """What is needed to build the layer again."""
        return {**super().get_config(), "of": self.of}


def _require_known_multiple(shape, of, who):
    """Raise the learner's error if a known height or width is not a multiple of `of`."""
    height, width = shape[1:3]
    if any(side is not None and side % of for side in (height, width)):
        raise ValueError(_too_odd(of, who, f"{height} x {width}"))


def _checked_multiple(x, of, who):
    """The tensor, checked. TensorFlow forgets the sizes once `predict` has seen several: then the check runs with the network."""
    _require_known_multiple(x.shape, of, who)
    if None in x.shape[1:3] and keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        check = tf.debugging.assert_equal(tf.shape(x)[1:3] % of, [0, 0], _too_odd(of, who, "another size"))
        with tf.control_dependencies([check]):  # nothing may use the tensor before it is checked
            return tf.identity(x)
    return x


def _too_odd(of, who, came):
    """What is wrong with the size, and what to do."""
    return (
        f"{who} halves the image, and needs a height and width that are multiples of {of}; {came} came in. "
        "Pad the image, or let rk.denoise(image, method=...) do it."
    )


def _times(side, scale):
    return None if side is None else side * scale


def _over(side, scale):
    return None if side is None else side // scale
