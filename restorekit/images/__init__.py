"""Images: load and save them, convert them, cut them up, and take one of the bundled samples.

An image is a float32 array (height, width) or (height, width, channels); black is 0, white is 1.

>>> photo = sample("astronaut")
>>> photo.shape, photo.dtype
((512, 512, 3), dtype('float32'))
>>> float(photo.min()), float(photo.max())
(0.0, 1.0)
"""

from ..arguments import require_sigma
from ..arrays import as_float, require, to_uint8
from .colour import luma, rgb_to_ycbcr, to_gray, ycbcr_to_rgb
from .cutting import center_crop, crop, crop_border, outline, patches, random_patches
from .reading import load, picture_files
from .samples import sample, sample_card, sample_names
from .writing import save

__all__ = [
    "as_float",
    "center_crop",
    "crop",
    "crop_border",
    "load",
    "luma",
    "outline",
    "patches",
    "picture_files",
    "random_patches",
    "require",
    "require_sigma",
    "rgb_to_ycbcr",
    "sample",
    "sample_card",
    "sample_names",
    "save",
    "to_gray",
    "to_uint8",
    "ycbcr_to_rgb",
]
