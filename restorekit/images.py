"""Images: load and save them, convert them, cut them up, and take one of the bundled samples.

>>> photo = sample("astronaut")
>>> photo.shape, photo.dtype
((512, 512, 3), dtype('float32'))
>>> float(photo.min()), float(photo.max())
(0.0, 1.0)
"""

import difflib
import functools
import json
from pathlib import Path

import numpy as np
from PIL import Image

from .arrays import as_float, require, require_sigma, to_uint8, whole_number

__all__ = [
    "as_float",
    "center_crop",
    "crop",
    "crop_border",
    "luma",
    "patches",
    "random_patches",
    "require",
    "require_sigma",
    "rgb_to_ycbcr",
    "sample",
    "sample_card",
    "sample_names",
    "to_gray",
    "to_uint8",
    "ycbcr_to_rgb",
]

_SAMPLES = Path(__file__).parent / "data" / "samples"

# BT.601 as MATLAB's rgb2ycbcr writes it, in levels of 255: each row makes Y, Cb, Cr of R, G, B in [0, 1].
_TO_YCBCR = np.array([[65.481, 128.553, 24.966], [-37.797, -74.203, 112.0], [112.0, -93.786, -18.214]]) / 255
_TO_RGB = np.linalg.inv(_TO_YCBCR)
_OFFSET = np.array([16, 128, 128]) / 255


def to_gray(image):
    """Turn a colour image into a gray one, weighing red, green and blue as the eye does.

    Parameters
    ----------
    image : ndarray (H, W), (H, W, 1) or (H, W, 3), float, [0, 1]

    Returns
    -------
    ndarray (H, W), float32, [0, 1]
        0.299 R + 0.587 G + 0.114 B (the weights of ITU-R BT.601). A gray image keeps its values.

    Examples
    --------
    >>> green = np.zeros((2, 2, 3), np.float32)
    >>> green[..., 1] = 1
    >>> to_gray(green)
    array([[0.587, 0.587],
           [0.587, 0.587]], dtype=float32)
    """
    image = _gray_or_rgb(image)
    return image if image.ndim == 2 else image @ np.array([0.299, 0.587, 0.114], np.float32)


def luma(image):
    """Brightness as the super-resolution literature measures it: the Y of MATLAB's rgb2ycbcr.

    Parameters
    ----------
    image : ndarray (H, W), (H, W, 1) or (H, W, 3), float, [0, 1]

    Returns
    -------
    ndarray (H, W), float32
        (16 + 65.481 R + 128.553 G + 24.966 B) / 255: black is 16/255, white is 235/255 ("studio range").
        A gray image keeps its values: it is a Y channel already, and squeezing it into the studio range as well
        would add about 1.3 dB to its PSNR.

    References
    ----------
    ITU-R Recommendation BT.601, section 2.5.3.

    Examples
    --------
    >>> black_and_white = np.array([[[0, 0, 0], [1, 1, 1]]], np.float32)
    >>> (luma(black_and_white) * 255).round(3)
    array([[ 16., 235.]], dtype=float32)
    """
    image = _gray_or_rgb(image)
    return image if image.ndim == 2 else (image @ _TO_YCBCR[0] + _OFFSET[0]).astype(np.float32)


def rgb_to_ycbcr(image):
    """Split colour into brightness (Y) and two colour differences (Cb: towards blue, Cr: towards red).

    Parameters
    ----------
    image : ndarray (H, W, 3), float, [0, 1]
        Red, green, blue.

    Returns
    -------
    ndarray (H, W, 3), float32
        Y in [16/255, 235/255], Cb and Cr in [16/255, 240/255] with gray at 128/255: MATLAB's rgb2ycbcr.
        `ycbcr_to_rgb` undoes it.

    References
    ----------
    ITU-R Recommendation BT.601, section 2.5.3.

    Examples
    --------
    >>> gray = np.full((1, 1, 3), 0.5, np.float32)
    >>> (rgb_to_ycbcr(gray) * 255).round(2)
    array([[[125.5, 128. , 128. ]]], dtype=float32)
    """
    return (_three_channels(image, "RGB") @ _TO_YCBCR.T + _OFFSET).astype(np.float32)


def ycbcr_to_rgb(image):
    """Undo `rgb_to_ycbcr`.

    Parameters
    ----------
    image : ndarray (H, W, 3), float
        Y, Cb, Cr as `rgb_to_ycbcr` makes them.

    Returns
    -------
    ndarray (H, W, 3), float32
        Red, green, blue; not clipped.

    Examples
    --------
    >>> photo = sample("coffee")
    >>> bool(np.allclose(ycbcr_to_rgb(rgb_to_ycbcr(photo)), photo, atol=1e-6))
    True
    """
    return ((_three_channels(image, "YCbCr") - _OFFSET) @ _TO_RGB.T).astype(np.float32)


def crop(image, top, left, height, width):
    """Cut a rectangle out of an image.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    top, left : int
        The upper left pixel of the rectangle, counted from 0.
    height, width : int
        Its size in pixels. It must lie within the image: nothing is padded.

    Returns
    -------
    ndarray (height, width) or (height, width, C), float32
        A copy.

    Examples
    --------
    >>> crop(sample("camera"), 80, 200, 64, 96).shape
    (64, 96)
    """
    image = require(image)
    top, left = whole_number(top, "top", 0), whole_number(left, "left", 0)
    height, width = whole_number(height, "height"), whole_number(width, "width")
    if top + height > image.shape[0] or left + width > image.shape[1]:
        raise ValueError(
            f"the rectangle reaches row {top + height} and column {left + width}, but the image has only "
            f"{image.shape[0]} rows and {image.shape[1]} columns."
        )
    return image[top : top + height, left : left + width].copy()


def center_crop(image, height, width=None):
    """Cut a rectangle out of the middle of an image.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    height : int
        Height of the crop in pixels.
    width : int, optional
        Its width; by default a square.

    Returns
    -------
    ndarray (height, width) or (height, width, C), float32
        A copy. Where the middle falls between two pixels, the upper or left one is taken.

    Examples
    --------
    >>> center_crop(sample("chelsea"), 128).shape
    (128, 128, 3)
    """
    image, height = require(image), whole_number(height, "height")
    width = height if width is None else whole_number(width, "width")
    if height > image.shape[0] or width > image.shape[1]:
        raise ValueError(f"a crop of {height} x {width} does not fit into {image.shape[0]} x {image.shape[1]} pixels.")
    return crop(image, (image.shape[0] - height) // 2, (image.shape[1] - width) // 2, height, width)


def crop_border(image, border):
    """Cut `border` pixels off every side.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    border : int
        Pixels to remove from the top, bottom, left and right; 0 removes nothing.

    Returns
    -------
    ndarray (H - 2 * border, W - 2 * border[, C]), float32
        A copy.

    Examples
    --------
    >>> crop_border(sample("text"), 4).shape
    (164, 440)
    """
    image, border = require(image), whole_number(border, "border", 0)
    height, width = image.shape[:2]
    if 2 * border >= min(height, width):
        raise ValueError(f"nothing is left of {height} x {width} pixels when {border} are cut off every side.")
    return crop(image, border, border, height - 2 * border, width - 2 * border)


def patches(image, size, stride):
    """Cut an image into square patches on a regular grid.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    size : int
        Width and height of a patch in pixels.
    stride : int
        Pixels from one patch to the next: less than `size` lets them overlap. What does not fill a whole patch at the
        right and at the bottom is left out.

    Returns
    -------
    ndarray (n, size, size) or (n, size, size, C), float32
        Row by row from the upper left corner.

    Examples
    --------
    >>> patches(sample("chelsea"), size=64, stride=32).shape
    (104, 64, 64, 3)
    """
    image, size, stride = require(image), whole_number(size, "size"), whole_number(stride, "stride")
    _check_patch_fits(image, size)
    windows = np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(0, 1))[::stride, ::stride]
    if image.ndim == 3:
        windows = np.moveaxis(windows, 2, -1)
    return windows.reshape(-1, size, size, *image.shape[2:]).copy()


def random_patches(image, size, n, *, rng):
    """Cut square patches out of an image at random places.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    size : int
        Width and height of a patch in pixels.
    n : int
        How many; they may overlap, and one place may come up twice.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed for one.

    Returns
    -------
    patches : ndarray (n, size, size) or (n, size, size, C), float32
    corners : ndarray (n, 2), int
        Row and column of the upper left pixel of each patch, so that the same places can be cut out of another image.

    Examples
    --------
    >>> cut, corners = random_patches(sample("coffee"), size=32, n=10, rng=0)
    >>> cut.shape, corners.shape
    ((10, 32, 32, 3), (10, 2))
    """
    image, size, n = require(image), whole_number(size, "size"), whole_number(n, "n")
    _check_patch_fits(image, size)
    room = (image.shape[0] - size + 1, image.shape[1] - size + 1)
    corners = np.random.default_rng(rng).integers(0, room, size=(n, 2))
    return np.stack([image[top : top + size, left : left + size] for top, left in corners]), corners


def sample(name, *, gray=False):
    """Take one of the bundled images: no file, no network needed.

    Parameters
    ----------
    name : str
        One of `sample_names()`. `sample_card` says what each shows and where it is from.
    gray : bool
        True turns a colour image into a gray one (`to_gray`).

    Returns
    -------
    ndarray (H, W) or (H, W, 3), float32, [0, 1]
        A fresh copy: yours to change.

    Examples
    --------
    >>> sample("coffee").shape, sample("coffee", gray=True).shape
    ((400, 600, 3), (400, 600))
    """
    sample_card(name)
    image = as_float(_sample_pixels(name))
    return to_gray(image) if gray else image


def sample_names():
    """Names of the bundled images, colour images first.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "astronaut" in sample_names()
    True
    """
    return list(_cards())


def sample_card(name):
    """What a bundled image shows, from where it is, and under which terms.

    Parameters
    ----------
    name : str
        One of `sample_names()`.

    Returns
    -------
    dict
        Keys "what", "source", "licence", "shape" and "sha256" (of the bundled file).

    Examples
    --------
    >>> sample_card("chelsea")["licence"]
    'CC0'
    """
    cards = _cards()
    if name not in cards:
        close = difflib.get_close_matches(str(name), cards, n=1)
        guess = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"there is no bundled image {name!r}.{guess} There are: {', '.join(cards)}.")
    return dict(cards[name])


@functools.cache
def _cards():
    """The cards of all bundled images, in the order in which they are listed."""
    return json.loads((_SAMPLES / "cards.json").read_text(encoding="utf-8"))


@functools.cache
def _sample_pixels(name):
    """The stored bytes of a bundled image; read once."""
    with Image.open(_SAMPLES / f"{name}.png") as picture:
        return np.asarray(picture)


def _gray_or_rgb(image):
    """Check an image that may be gray or RGB; (H, W, 1) becomes (H, W)."""
    image = require(image)
    if image.ndim == 3 and image.shape[2] == 1:
        return image[..., 0]
    if image.ndim == 3 and image.shape[2] != 3:
        raise ValueError(
            f"image has {image.shape[2]} channels; expected 1 (gray) or 3 (red, green, blue). "
            "Is the last one transparency? Drop it: image[..., :-1]"
        )
    return image


def _three_channels(image, colours):
    """Check an image that must have three channels."""
    image = require(image)
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"image has shape {image.shape}; expected (height, width, 3): {colours}.")
    return image


def _check_patch_fits(image, size):
    """Refuse patches that are larger than the image."""
    if size > min(image.shape[:2]):
        raise ValueError(f"a patch of {size} x {size} does not fit into {image.shape[0]} x {image.shape[1]} pixels.")
