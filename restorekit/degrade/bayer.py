"""The colour filters over a sensor: one colour a pixel (mosaic), and three again (demosaic)."""

import numpy as np
from scipy.ndimage import convolve

from ..arrays import require

__all__ = ["demosaic", "mosaic"]

PATTERNS = ("RGGB", "BGGR", "GRBG", "GBRG")

# For each colour that is missing at a pixel: how to make it of the 5 x 5 measured values around. "green": green at red
# or blue. "across" / "along": red (blue) at a green pixel that has its red (blue) neighbours left and right / above and
# below. "diagonal": red at blue, blue at red.
_BILINEAR = {
    "green": np.array([[0, 1, 0], [1, 0, 1], [0, 1, 0]]) / 4,
    "across": np.array([[1, 0, 1]]) / 2,
    "along": np.array([[1], [0], [1]]) / 2,
    "diagonal": np.array([[1, 0, 1], [0, 0, 0], [1, 0, 1]]) / 4,
}
_ACROSS = np.array([[0, 0, 1, 0, 0], [0, -2, 0, -2, 0], [-2, 8, 10, 8, -2], [0, -2, 0, -2, 0], [0, 0, 1, 0, 0]]) / 16
_MALVAR = {
    "green": np.array([[0, 0, -1, 0, 0], [0, 0, 2, 0, 0], [-1, 2, 4, 2, -1], [0, 0, 2, 0, 0], [0, 0, -1, 0, 0]]) / 8,
    "across": _ACROSS,
    "along": _ACROSS.T,
    "diagonal": np.array([[0, 0, -3, 0, 0], [0, 4, 0, 4, 0], [-3, 0, 12, 0, -3], [0, 4, 0, 4, 0], [0, 0, -3, 0, 0]])
    / 16,
}
_METHODS = {"bilinear": _BILINEAR, "malvar": _MALVAR}


def mosaic(image, pattern="RGGB"):
    """Keep of every pixel the one colour that its filter lets through.

    Parameters
    ----------
    image : ndarray (H, W, 3), float
        Red, green, blue; at least 2 x 2 pixels.
    pattern : "RGGB", "BGGR", "GRBG" or "GBRG"
        Filters of the upper left 2 x 2 pixels, row by row; the pattern repeats over the sensor. Half of all are green.

    Returns
    -------
    ndarray (H, W), float32

    Raises
    ------
    ValueError
        An unknown pattern, not three channels, or fewer than 2 x 2 pixels.

    References
    ----------
    B. E. Bayer, "Color imaging array", US patent 3,971,065, 1976.

    Examples
    --------
    >>> orange = np.ones((2, 4, 3), np.float32) * np.array([1.0, 0.5, 0.0], np.float32)
    >>> mosaic(orange, "RGGB")
    array([[1. , 0.5, 1. , 0.5],
           [0.5, 0. , 0.5, 0. ]], dtype=float32)
    """
    image = require(image)
    if image.ndim != 3 or image.shape[2] != 3:
        raise ValueError(f"image has shape {image.shape}; colour filters need (height, width, 3).")
    raw = np.empty(image.shape[:2], np.float32)
    for colour, row, column in _sites(image, pattern):
        raw[row::2, column::2] = image[row::2, column::2, colour]
    return raw


def demosaic(raw, pattern="RGGB", method="malvar"):
    """Fill in the two colours that each pixel of a mosaic lacks, from the pixels around it.

    Parameters
    ----------
    raw : ndarray (H, W), float
        One measured colour a pixel, as `mosaic` makes it; at least 2 x 2 pixels.
    pattern : "RGGB", "BGGR", "GRBG" or "GBRG"
        As in `mosaic`.
    method : "malvar" or "bilinear"
        "bilinear": the mean of the nearest pixels that have the colour; soft, with coloured fringes on edges.
        "malvar": the same, corrected by the curvature of the colour that was measured there (5 x 5 linear filters);
        sharper. May leave [0, 1] at edges.

    Returns
    -------
    ndarray (H, W, 3), float32
        Measured values are kept as they are. The border is mirrored (which keeps the pattern).

    Raises
    ------
    ValueError
        An unknown pattern or method, not (H, W), or fewer than 2 x 2 pixels.

    References
    ----------
    H. S. Malvar, L. He and R. Cutler, "High-quality linear interpolation for demosaicing of Bayer-patterned color
    images", ICASSP 2004, figure 2.

    Examples
    --------
    >>> orange = np.ones((4, 4, 3), np.float32) * np.array([1.0, 0.5, 0.0], np.float32)
    >>> bool(np.allclose(demosaic(mosaic(orange)), orange, atol=1e-6))
    True
    """
    raw = require(raw, "raw")
    if raw.ndim != 2:
        raise ValueError(f"raw has shape {raw.shape}; a mosaic is (height, width), one colour a pixel.")
    if method not in _METHODS:
        raise ValueError(f"method is {method!r}; it must be 'malvar' or 'bilinear'.")
    sites = _sites(raw, pattern)
    guess = {name: convolve(raw, kernel.astype(np.float32), mode="mirror") for name, kernel in _METHODS[method].items()}
    image = np.empty((*raw.shape, 3), np.float32)
    own_row = {colour: row for colour, row, _ in sites}  # the rows that hold red, and those that hold blue
    for measured, row, column in sites:
        here = slice(row, None, 2), slice(column, None, 2)
        for colour in range(3):
            if colour == measured:
                source = raw
            elif colour == 1:
                source = guess["green"]
            elif measured == 1:
                source = guess["across" if own_row[colour] == row else "along"]
            else:
                source = guess["diagonal"]
            image[(*here, colour)] = source[here]
    return image


def _sites(array, pattern):
    """The four places of the pattern as (colour, row, column), colour 0, 1, 2 for red, green, blue."""
    if pattern not in PATTERNS:
        raise ValueError(f"pattern is {pattern!r}; it must be one of {', '.join(map(repr, PATTERNS))}.")
    if min(array.shape[:2]) < 2:
        raise ValueError(f"A mosaic needs at least 2 x 2 pixels; got {array.shape[0]} x {array.shape[1]}.")
    return [("RGB".index(letter), *divmod(place, 2)) for place, letter in enumerate(pattern)]
