"""Cutting: crops, borders and patches. Found in `restorekit.images`."""

import numpy as np

from ..arguments import generator, whole_number
from ..arrays import require


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
    >>> crop(np.zeros((512, 512)), 80, 200, 64, 96).shape
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
    >>> center_crop(np.zeros((300, 451, 3)), 128).shape
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
    >>> crop_border(np.zeros((172, 448)), 4).shape
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
    >>> patches(np.zeros((300, 451, 3)), size=64, stride=32).shape
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
    >>> cut, corners = random_patches(np.zeros((400, 600, 3)), size=32, n=10, rng=0)
    >>> cut.shape, corners.shape
    ((10, 32, 32, 3), (10, 2))
    """
    image, size, n = require(image), whole_number(size, "size"), whole_number(n, "n")
    _check_patch_fits(image, size)
    room = (image.shape[0] - size + 1, image.shape[1] - size + 1)
    corners = generator(rng).integers(0, room, size=(n, 2))
    return np.stack([image[top : top + size, left : left + size] for top, left in corners]), corners


def _check_patch_fits(image, size):
    """Refuse patches that are larger than the image."""
    if size > min(image.shape[:2]):
        raise ValueError(f"a patch of {size} x {size} does not fit into {image.shape[0]} x {image.shape[1]} pixels.")


#: Okabe and Ito's colours (2008), told apart by every kind of colour vision.
_FRAMES = {"orange": (0.90, 0.62, 0.0), "blue": (0.34, 0.71, 0.91)}


def outline(image, boxes, colours="orange", *, times=1):
    """Draw a frame around parts of an image, to point at them.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, 3), float, [0, 1]
        Values outside [0, 1] are clipped in the result.
    boxes : sequence of (top, left, height, width)
        The parts, in pixels; a frame lies inside its box. Where frames overlap, the earlier one is on top.
    colours : {"orange", "blue"} or sequence of these
        One colour for all boxes, or one for each.
    times : int
        Magnify the image first, so that a frame is thin even around a single pixel.

    Returns
    -------
    ndarray (times * H, times * W, 3), float32

    Raises
    ------
    ValueError
        If a box leaves the image, or the colours do not fit.

    Examples
    --------
    >>> outline(np.zeros((4, 5)), [(1, 1, 2, 3)], times=3).shape
    (12, 15, 3)
    """
    image, times = require(image), whole_number(times, "times")
    boxes = [tuple(whole_number(value, "a box", 0) for value in box) for box in boxes]
    colours = [colours] * len(boxes) if isinstance(colours, str) else list(colours)
    if len(colours) != len(boxes) or not set(colours) <= set(_FRAMES):
        raise ValueError(f"{len(boxes)} boxes need one colour each, orange or blue; I got {colours}.")
    picture = image[..., :3] if image.ndim == 3 else image[..., None]
    picture = picture.clip(0, 1).repeat(3 // picture.shape[-1], axis=-1).repeat(times, axis=0).repeat(times, axis=1)
    thick = min(2, times)
    for (top, left, height, width), colour in reversed(list(zip(boxes, colours, strict=True))):
        crop(image, top, left, height, width)  # says so if the box leaves the image
        part = picture[times * top : times * (top + height), times * left : times * (left + width)]
        inside = part[thick:-thick, thick:-thick].copy()
        part[:] = _FRAMES[colour]
        part[thick:-thick, thick:-thick] = inside
    return picture
