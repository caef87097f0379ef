"""Networks that enlarge pictures: SRCNN, VDSR, ESPCN, and a residual network in the manner of EDSR."""

import keras
from keras import layers

from restorekit.arguments import whole_number
from restorekit.models.pixels import PixelShuffle

__all__ = ["edsr", "espcn", "srcnn", "vdsr"]


def srcnn(middle=5, channels=1, name="srcnn"):
    """SRCNN: three convolutions that sharpen an enlarged picture.

    Parameters
    ----------
    middle : int
        Width of the second layer's window: 5 for the larger network of the paper (9-5-5), 1 for the smaller one (9-1-5).
    channels : int
        1 for brightness alone, as in the paper; 3 for colour.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From a picture that bicubic interpolation has enlarged, (N, H, W, channels) in [0, 1], to the sharpened one, not clipped;
        any H and W.

    References
    ----------
    C. Dong, C. C. Loy, K. He, X. Tang, "Image Super-Resolution Using Deep Convolutional Networks", IEEE Transactions on Pattern
    Analysis and Machine Intelligence 38(2), 2016, section 3.

    Examples
    --------
    >>> srcnn().count_params(), srcnn(middle=1).count_params()
    (57281, 8129)
    """
    enlarged = keras.Input((None, None, channels))
    x = layers.Conv2D(64, 9, padding="same", activation="relu", kernel_initializer=_orthogonal())(enlarged)
    x = layers.Conv2D(32, middle, padding="same", activation="relu", kernel_initializer=_orthogonal())(x)
    sharp = layers.Conv2D(channels, 5, padding="same")(x)
    return keras.Model(enlarged, sharp, name=name)


def vdsr(depth=20, filters=64, channels=1, *, last_start="zeros", name="vdsr"):
    """VDSR: twenty convolutions that predict what an enlarged picture lacks. One network serves all scales.

    Parameters
    ----------
    depth : int
        Number of 3x3 convolutions. The receptive field is ``2 * depth + 1`` pixels wide.
    filters : int
        Channels of the hidden layers.
    channels : int
        1 for brightness alone, as in the paper; 3 for colour.
    last_start : str or keras.Initializer
        Start of the last convolution's kernel. With zeros the untrained net returns its input.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From a picture that bicubic interpolation has enlarged, (N, H, W, channels) in [0, 1], to the sharpened one, not clipped;
        any H and W.

    References
    ----------
    J. Kim, J. K. Lee, K. M. Lee, "Accurate Image Super-Resolution Using Very Deep Convolutional Networks", CVPR 2016, section 3.

    Examples
    --------
    >>> vdsr().count_params()
    665921
    """
    if whole_number(depth, "depth") < 2:
        raise ValueError(f"depth is {depth}: VDSR has a first and a last convolution, so 2 or more")
    x = enlarged = keras.Input((None, None, channels))
    for _ in range(depth - 1):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer=_orthogonal())(x)
    detail = layers.Conv2D(channels, 3, padding="same", kernel_initializer=last_start, name="detail")(x)
    return keras.Model(enlarged, layers.Add()([enlarged, detail]), name=name)


def espcn(scale=3, channels=1, name="espcn"):
    """ESPCN: all convolutions on the small picture; a pixel shuffle enlarges at the very end.

    Parameters
    ----------
    scale : int
        How much wider and higher.
    channels : int
        1 for brightness alone, as in the paper; 3 for colour.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From the small picture, (N, H, W, channels) in [0, 1], to the large one, (N, H * scale, W * scale, channels), not clipped.

    References
    ----------
    W. Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel Convolutional Neural Network",
    CVPR 2016, section 3.

    Examples
    --------
    >>> espcn(3).count_params()
    22729
    """
    scale = whole_number(scale, "scale")
    small = keras.Input((None, None, channels))
    x = layers.Conv2D(64, 5, padding="same", activation="tanh")(small)
    x = layers.Conv2D(32, 3, padding="same", activation="tanh")(x)
    x = layers.Conv2D(channels * scale**2, 3, padding="same")(x)
    return keras.Model(small, PixelShuffle(scale)(x), name=name)


def edsr(scale=2, blocks=16, filters=64, channels=3, name="edsr"):
    """A residual network without batch normalisation, as EDSR's authors found it best: the features stay small until the end.

    Parameters
    ----------
    scale : {2, 3, 4}
        How much wider and higher. For 4 the features are enlarged by 2, twice.
    blocks : int
        Residual blocks, each of two 3x3 convolutions. 16 of 64 channels are EDSR's baseline, and SRResNet's.
    filters : int
        Channels of the features.
    channels : int
        3 for colour, 1 for brightness alone.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From the small picture, (N, H, W, channels) in [0, 1], to the large one, (N, H * scale, W * scale, channels), not clipped.

    Notes
    -----
    The published networks paint the whole large picture. Here its repeated pixels are added at the end, which costs nothing: with the
    last convolution started at zero, training begins from there, and the features tell the difference.

    References
    ----------
    B. Lim, S. Son, H. Kim, S. Nah, K. M. Lee, "Enhanced Deep Residual Networks for Single Image Super-Resolution", CVPR Workshops
    2017, figures 2 and 3; C. Ledig et al., "Photo-Realistic Single Image Super-Resolution Using a Generative Adversarial Network",
    CVPR 2017, for SRResNet.

    Examples
    --------
    >>> edsr(2).count_params(), edsr(4).count_params()
    (1369859, 1517571)
    """
    if scale not in _STEPS:
        raise ValueError(f"scale is {scale!r}: this network enlarges by {', '.join(map(str, _STEPS))}")
    small = keras.Input((None, None, channels))
    x = first = layers.Conv2D(filters, 3, padding="same", kernel_initializer=_orthogonal(1))(small)
    for _ in range(blocks):
        change = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer=_orthogonal())(x)
        x = layers.Add()([x, layers.Conv2D(filters, 3, padding="same", kernel_initializer=_orthogonal(0.1))(change)])
    x = layers.Add()([first, layers.Conv2D(filters, 3, padding="same", kernel_initializer=_orthogonal(0.1))(x)])
    for step in _STEPS[scale]:
        x = layers.Conv2D(filters * step**2, 3, padding="same", kernel_initializer=_orthogonal(1))(x)
        x = PixelShuffle(step)(x)
    detail = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros", name="detail")(x)
    repeated = layers.UpSampling2D(scale)(small)
    return keras.Model(small, layers.Add()([repeated, detail]), name=name)


#: By how much the residual network's features are enlarged, one after the other.
_STEPS = {2: (2,), 3: (3,), 4: (2, 2)}


def _orthogonal(gain=2**0.5):
    """Kernels that keep the mean square of the features; by default through the ReLU that halves it."""
    return keras.initializers.Orthogonal(gain=gain)
