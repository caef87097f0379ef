"""Denoising autoencoders: shrink, think, enlarge, with every way of shrinking and enlarging that the course compares; a U-Net."""

from functools import partial

import keras
from keras import layers

from restorekit.models.pixels import Multiple, PixelShuffle, PixelUnshuffle

__all__ = ["DOWN", "UP", "autoencoder", "unet"]

_conv = partial(layers.Conv2D, padding="same", activation="relu", kernel_initializer="he_normal")


def _down_stride(x, filters):
    return _conv(filters, 3, strides=2)(x)


def _down_max(x, filters):
    return layers.MaxPooling2D(2)(_conv(filters, 3)(x))


def _down_average(x, filters):
    return layers.AveragePooling2D(2)(_conv(filters, 3)(x))


def _down_unshuffle(x, filters):
    return _conv(filters, 3)(PixelUnshuffle(2)(x))


def _up_interpolation(x, filters):
    return _conv(filters, 3)(layers.UpSampling2D(2, interpolation="bilinear")(x))


def _up_transposed(x, filters):
    return layers.Conv2DTranspose(
        filters, 3, strides=2, padding="same", activation="relu", kernel_initializer="he_normal"
    )(x)


def _up_shuffle(x, filters):
    return PixelShuffle(2)(_conv(4 * filters, 3)(x))


#: Ways to halve an image, by name: function(x, filters).
DOWN = {"stride": _down_stride, "max": _down_max, "average": _down_average, "unshuffle": _down_unshuffle}
#: Ways to double it.
UP = {"interpolation": _up_interpolation, "transposed": _up_transposed, "shuffle": _up_shuffle}


def autoencoder(
    channels=3, filters=(32, 64), *, down="stride", up="interpolation", skip=True, depth=1, bottleneck=None, residual=False,
    name="autoencoder",
):  # fmt: skip
    """A denoising autoencoder: halve the image once for each entry of `filters`, then double it as often.

    Parameters
    ----------
    channels : int
        1 for gray images, 3 for colour.
    filters : sequence of int
        Channels after each halving. Its length is the number of halvings.
    down : {"stride", "max", "average", "unshuffle"}
        Strided convolution, convolution and max or average pooling, or pixel unshuffle and convolution.
    up : {"interpolation", "transposed", "shuffle"}
        Bilinear enlargement and convolution, transposed convolution, or convolution and pixel shuffle.
    skip : bool
        Hand what was there before each halving (the image itself, too) to the doubling that undoes it.
    depth : int
        3x3 convolutions in the middle, where the image is smallest.
    bottleneck : int, optional
        Channels of the middle; as in the last entry of `filters` if omitted.
    residual : bool
        Add the input to the output, so that the network predicts the correction; its last layer then starts at zero.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From an (N, H, W, channels) image in [0, 1] to the restored one; H and W multiples of ``2 ** len(filters)``.

    Raises
    ------
    ValueError
        For unknown ways down or up; and, at the call, for sizes that can't be halved so often.

    Examples
    --------
    >>> autoencoder(down="unshuffle", up="shuffle").output_shape
    (None, None, None, 3)
    """
    _known(down, DOWN, "down")
    _known(up, UP, "up")
    image = keras.Input((None, None, channels))
    x = Multiple(2 ** len(filters))(image)
    before = []
    for n in filters:
        before.append(x)
        x = DOWN[down](x, n)
    for _ in range(depth):
        x = _conv(bottleneck or filters[-1], 3)(x)
    for n, features in zip(reversed(filters), reversed(before), strict=True):
        x = UP[up](x, n)
        if skip:
            x = layers.Concatenate()([x, features])
    out = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros" if residual else "glorot_uniform")(x)
    return keras.Model(image, layers.Add()([image, out]) if residual else out, name=name)


def unet(channels=3, filters=(32, 64, 128), *, residual=True, name="unet"):
    """A small U-Net: two convolutions at every size on the way down and up, and the features of each size handed across.

    Parameters
    ----------
    channels : int
        1 for gray images, 3 for colour.
    filters : sequence of int
        Channels at each size, from the full size down; the image is halved once less often.
    residual : bool
        Add the input to the output, so that the network predicts the correction; its last layer then starts at zero.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From an (N, H, W, channels) image in [0, 1] to the restored one; H and W multiples of ``2 ** (len(filters) - 1)``.

    References
    ----------
    O. Ronneberger, P. Fischer, T. Brox, "U-Net: Convolutional Networks for Biomedical Image Segmentation", MICCAI 2015, figure 1.

    Examples
    --------
    >>> unet(filters=(8, 16)).count_params()
    6779
    """
    image = keras.Input((None, None, channels))
    x = Multiple(2 ** (len(filters) - 1))(image)
    kept = []
    for n in filters[:-1]:
        x = _conv(n, 3)(_conv(n, 3)(x))
        kept.append(x)
        x = layers.MaxPooling2D(2)(x)
    x = _conv(filters[-1], 3)(_conv(filters[-1], 3)(x))
    for features in reversed(kept):
        n = features.shape[-1]
        x = layers.Concatenate()([layers.Conv2DTranspose(n, 2, strides=2)(x), features])
        x = _conv(n, 3)(_conv(n, 3)(x))
    out = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros" if residual else "glorot_uniform")(x)
    return keras.Model(image, layers.Add()([image, out]) if residual else out, name=name)


def _known(value, known, what):
    """Raise if there is no such way."""
    if value not in known:
        raise ValueError(f'{what}="{value}" is not known; there are: {", ".join(known)}')
