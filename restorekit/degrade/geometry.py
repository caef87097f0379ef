"""Lens distortion: barrel, pincushion and fisheye, and how to undo them.

A lens may show a point at another distance from the centre than a pinhole would: r becomes r', the direction stays.
Where the mapping r -> r' has an inverse, nothing is lost but sharpness, and the picture can be set right again. Radii
are measured from the centre of the picture in units of half its diagonal, so that 1 is the corner.
"""

import numpy as np
from scipy.ndimage import map_coordinates

from ..arguments import in_range
from ..arrays import require

__all__ = ["barrel", "fisheye", "pincushion", "radial_distort", "undo_fisheye", "undo_radial"]

_STRONGEST_K1 = 0.3  # strength 1 of barrel and pincushion; beyond 1/3 a barrel folds over itself
_WIDEST_ANGLE = np.pi / 3  # strength 1 of fisheye: the corner lies 60 degrees off the axis
_NODES = np.linspace(0, 1, 4097)  # radii at which a mapping is tabulated to invert it


def radial_distort(image, k1, k2=0.0, *, order=3):
    """See the picture through a lens that moves every point from r to r' = r (1 + k1 r^2 + k2 r^4).

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    k1, k2 : float
        Distortion coefficients for r in units of half the diagonal. Negative: barrel, the edges are drawn inwards.
        Positive: pincushion, the edges are pushed out of the frame and lost.
    order : 1 or 3
        Interpolation: 1 bilinear (fast, blurs a little), 3 cubic spline (sharper; may overshoot [0, 1] at edges).

    Returns
    -------
    ndarray of float32, same shape
        Black where nothing of the scene is seen.

    Raises
    ------
    ValueError
        The mapping folds: two points of the scene would fall on the same place, and nothing could undo that.

    References
    ----------
    D. C. Brown, "Close-range camera calibration", Photogrammetric Engineering 37(8), 1971 (the radial terms).

    Examples
    --------
    >>> white = np.ones((9, 9), np.float32)
    >>> radial_distort(white, k1=-0.2, order=1)[:3].astype(int)  # drawn inwards, the corners most
    array([[0, 0, 0, 1, 1, 1, 0, 0, 0],
           [0, 1, 1, 1, 1, 1, 1, 1, 0],
           [0, 1, 1, 1, 1, 1, 1, 1, 0]])
    """
    image, forward = require(image), _radial(k1, k2)
    return _warp(image, lambda seen: np.interp(seen, forward(_NODES), _NODES, right=2), order)  # 2: outside


def undo_radial(image, k1, k2=0.0, *, order=3):
    """Set a picture right that `radial_distort` with the same k1 and k2 has bent.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        The distorted picture.
    k1, k2 : float
        The coefficients of the distortion to undo.
    order : 1 or 3
        Interpolation, as in `radial_distort`.

    Returns
    -------
    ndarray of float32, same shape
        The original but for what interpolation has softened; black where the distorted picture holds nothing.

    Raises
    ------
    ValueError
        The mapping folds, so that it can't be undone.

    Examples
    --------
    >>> y, x = np.mgrid[:64, :64]
    >>> waves = (0.5 + 0.25 * np.sin(x / 5) + 0.25 * np.cos(y / 7)).astype(np.float32)
    >>> error = np.abs(undo_radial(radial_distort(waves, -0.2), -0.2) - waves)
    >>> print(f"largest error away from the border: {error[8:-8, 8:-8].max():.3f}")
    largest error away from the border: 0.000
    """
    image, forward = require(image), _radial(k1, k2)
    return _warp(image, forward, order)


def barrel(image, strength, *, order=3):
    """Bend straight lines outwards, as a wide-angle lens does.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    strength : float
        0 (none) to 1. The same as ``radial_distort(image, k1=-0.3 * strength)``, and undone by
        ``undo_radial(image, k1=-0.3 * strength)``.
    order : 1 or 3
        Interpolation, as in `radial_distort`.

    Returns
    -------
    ndarray of float32, same shape
        All of the scene, drawn towards the centre; black outside.

    Raises
    ------
    ValueError
        strength outside [0, 1].

    Examples
    --------
    >>> white = np.ones((64, 64), np.float32)
    >>> [int(barrel(white, strength, order=1)[32].sum()) for strength in (0, 0.5, 1)]  # how wide the scene has become
    [64, 60, 54]
    """
    return radial_distort(image, -_STRONGEST_K1 * _strength(strength), order=order)


def pincushion(image, strength, *, order=3):
    """Bend straight lines inwards, as many a tele lens does.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    strength : float
        0 (none) to 1. The same as ``radial_distort(image, k1=0.3 * strength)``, and undone by
        ``undo_radial(image, k1=0.3 * strength)``, except for what was pushed out of the frame.
    order : 1 or 3
        Interpolation, as in `radial_distort`.

    Returns
    -------
    ndarray of float32, same shape

    Raises
    ------
    ValueError
        strength outside [0, 1].

    Examples
    --------
    >>> strip = np.zeros((64, 64), np.float32)
    >>> strip[:, :5] = 1  # a bright strip along the left side has left the frame at the corner, not at the middle
    >>> pincushion(strip, 1, order=1)[[0, 32], [0, 0]].round(1)
    array([0., 1.], dtype=float32)
    """
    return radial_distort(image, _STRONGEST_K1 * _strength(strength), order=order)


def fisheye(image, strength, *, order=3):
    """See the scene through a fisheye lens, which keeps angles (r' = f theta) where a pinhole keeps straight lines.

    The input is taken for a pinhole's picture (r = f tan theta) whose corners lie strength x 60 degrees off the axis.
    The fisheye has the same focal length, so that the centre keeps its size and the corners shrink.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    strength : float
        0 (none) to 1.
    order : 1 or 3
        Interpolation, as in `radial_distort`.

    Returns
    -------
    ndarray of float32, same shape
        Black outside the lens' picture.

    Raises
    ------
    ValueError
        strength outside [0, 1].

    References
    ----------
    J. Kannala and S. S. Brandt, "A generic camera model and calibration method for conventional, wide-angle, and
    fish-eye lenses", IEEE TPAMI 28(8), 2006, equations 1 (perspective) and 4 (equidistance).

    Examples
    --------
    >>> white = np.ones((64, 64), np.float32)
    >>> [int(fisheye(white, strength, order=1)[32].sum()) for strength in (0, 0.5, 1)]  # how wide the scene has become
    [64, 60, 46]
    """
    image, tangent = require(image), np.tan(_WIDEST_ANGLE * _strength(strength))
    if tangent == 0:
        return image.copy()
    # Beyond 90 degrees a pinhole sees nothing: the tangent must not wrap around.
    return _warp(image, lambda seen: np.tan(np.minimum(seen * tangent, 0.49 * np.pi)) / tangent, order)


def undo_fisheye(image, strength, *, order=3):
    """Straighten a fisheye picture: the inverse of `fisheye` of the same strength.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    strength : float
        0 (none) to 1.
    order : 1 or 3
        Interpolation, as in `radial_distort`.

    Returns
    -------
    ndarray of float32, same shape
        The corners come back softer than the centre: the fisheye had fewer pixels for them.

    Raises
    ------
    ValueError
        strength outside [0, 1].

    Examples
    --------
    >>> y, x = np.mgrid[:64, :64]
    >>> waves = (0.5 + 0.25 * np.sin(x / 5) + 0.25 * np.cos(y / 7)).astype(np.float32)
    >>> error = np.abs(undo_fisheye(fisheye(waves, 0.5), 0.5) - waves)
    >>> print(f"largest error away from the border: {error[8:-8, 8:-8].max():.3f}")
    largest error away from the border: 0.000
    """
    image, tangent = require(image), np.tan(_WIDEST_ANGLE * _strength(strength))
    if tangent == 0:
        return image.copy()
    return _warp(image, lambda straight: np.arctan(straight * tangent) / tangent, order)


def _strength(strength):
    """Check the strength of a distortion."""
    return in_range(strength, "strength", 0, 1, hint="0 leaves the picture as it is, 1 is the strongest.")


def _radial(k1, k2):
    """The mapping r -> r', once it is known to be increasing on [0, 1], the radii of the picture."""
    k1, k2 = in_range(k1, "k1"), in_range(k2, "k2")
    # Its slope, 1 + 3 k1 u + 5 k2 u^2 with u = r^2, is a parabola: smallest at an end or at its vertex.
    vertex = -0.3 * k1 / k2 if k2 > 0 else 0.0
    slopes = {u: 1 + 3 * k1 * u + 5 * k2 * u**2 for u in (0.0, 1.0, min(max(vertex, 0.0), 1.0))}
    worst = min(slopes, key=slopes.get)
    if slopes[worst] <= 0:
        raise ValueError(
            f"With k1={k1:g}, k2={k2:g} the picture folds over itself: from radius {worst**0.5:.2f} (of the half "
            "diagonal) points farther out land farther in, so it can't be undone. "
            f"Weaken the barrel: with k2=0, k1 must stay above -1/3."
        )
    return lambda r: r * (1 + k1 * r**2 + k2 * r**4)


def _warp(image, source_radius, order):
    """Fill every pixel with what the image shows in the same direction at the radius `source_radius(its own)`."""
    if order not in (1, 3):
        raise ValueError(f"order is {order!r}; it must be 1 (bilinear) or 3 (cubic spline).")
    height, width = image.shape[:2]
    centre = (height - 1) / 2, (width - 1) / 2
    half_diagonal = np.hypot(height, width) / 2
    y, x = np.ogrid[:height, :width]
    y, x = y - centre[0], x - centre[1]
    radius = np.hypot(y, x) / half_diagonal
    stretch = source_radius(radius) / np.maximum(radius, 1e-9)  # at the centre any number will do
    rows, columns = centre[0] + y * stretch, centre[1] + x * stretch
    inside = (np.abs(rows - centre[0]) <= height / 2) & (np.abs(columns - centre[1]) <= width / 2)
    places = np.where(inside, [rows, columns], 0.0)
    channels = [
        map_coordinates(channel, places, output=np.float32, order=order, mode="nearest") * inside
        for channel in np.moveaxis(image.reshape(height, width, -1), 2, 0)
    ]
    return np.stack(channels, axis=2).reshape(image.shape)
