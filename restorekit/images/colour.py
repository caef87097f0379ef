"""Colour: gray, brightness and the YCbCr split, under the field's conventions. Found in `restorekit.images`."""

import numpy as np

from ..arrays import require

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
    >>> photo = np.random.default_rng(0).random((8, 8, 3))
    >>> bool(np.allclose(ycbcr_to_rgb(rgb_to_ycbcr(photo)), photo, atol=1e-6))
    True
    """
    return ((_three_channels(image, "YCbCr") - _OFFSET) @ _TO_RGB.T).astype(np.float32)


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
