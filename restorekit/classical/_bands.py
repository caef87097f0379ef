"""What the search by examples compares: the middle band of patches, and its contrast."""

import numpy as np
from scipy import ndimage

from ..degrade.resample import resize
from .interpolation import bicubic

#: A patch whose middle band is weaker than one 8-bit level has nothing to look up.
FLAT = 1 / 255
_BLUR = 0.4  # the middle band is what a Gaussian of this width, in pixels of the small picture, takes away


def middle_band(large, scale):
    """The middle band of an enlarged picture: what a blur takes away. Brightness leaves no trace in it."""
    return large - ndimage.gaussian_filter(large, _BLUR * scale)


def bands(picture, scale):
    """The middle band of an original once it is shrunk and enlarged again, and the high band that it has lost."""
    large = bicubic(resize(picture, scale=1 / scale), scale)
    return middle_band(large, scale), picture - large


def windows(band, side, scale):
    """All squares of a band, one for each place in the small picture: a view (rows, columns, side, side)."""
    return np.lib.stride_tricks.sliding_window_view(band, (side, side))[::scale, ::scale]


def contrast_of(patches):
    """The root of the mean square of patches (..., side, side) of a band."""
    return np.sqrt(np.einsum("...ij,...ij->...", patches, patches) / np.float32(patches.shape[-2] * patches.shape[-1]))
