"""Light and its encoding: linear light and sRGB, exposure in stops, fog."""

import numpy as np

from ..arguments import in_range
from ..arrays import require

__all__ = ["expose", "fog", "linear_to_srgb", "srgb_to_linear"]


def srgb_to_linear(image):
    """Undo the "gamma" of a stored picture: from file values to amounts of light.

    Files give the dark tones more levels than the bright ones, as the eye does. Light adds up only after this is undone:
    a stored 0.5 is about a fifth of the light of a stored 1.0.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        sRGB-encoded values. Outside [0, 1] the two pieces of the curve are continued, so that noise survives the way
        there and back.

    Returns
    -------
    ndarray of float32, same shape
        Proportional to the light: x / 12.92 up to 0.04045, ((x + 0.055) / 1.055) ** 2.4 above.

    References
    ----------
    IEC 61966-2-1:1999, the sRGB colour space.

    Examples
    --------
    >>> srgb_to_linear(np.array([[0.0, 0.5, 1.0]])).round(3)
    array([[0.   , 0.214, 1.   ]], dtype=float32)
    """
    image = require(image)
    power = ((np.maximum(image, 0.04045) + 0.055) / 1.055) ** 2.4
    return np.where(image <= 0.04045, image / 12.92, power).astype(np.float32)


def linear_to_srgb(image):
    """Encode amounts of light as the values that an sRGB file stores. The inverse of `srgb_to_linear`.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        Proportional to the light. Outside [0, 1] the two pieces of the curve are continued.

    Returns
    -------
    ndarray of float32, same shape
        12.92 x up to 0.0031308, 1.055 x ** (1 / 2.4) - 0.055 above.

    References
    ----------
    IEC 61966-2-1:1999, the sRGB colour space.

    Examples
    --------
    >>> linear_to_srgb(np.array([[0.0, 0.18, 1.0]])).round(3)
    array([[0.   , 0.461, 1.   ]], dtype=float32)
    """
    return _encode(require(image))


def _encode(light):
    """sRGB's curve, for light of any strength."""
    power = 1.055 * (np.maximum(light, 0.0031308) ** (1 / 2.4) - 1) + 1  # so written, white is exactly 1
    return np.where(light <= 0.0031308, light * 12.92, power).astype(np.float32)


def expose(image, stops, *, clip=True):
    """Give a photograph more or less light: one stop doubles it, minus one stop halves it.

    The picture is decoded to linear light, multiplied by 2 ** stops, and encoded again. Over-exposure is lost for good:
    what was clipped at white can't be told apart any more. Under-exposure loses levels once it is rounded to 8 bits.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1], sRGB-encoded
    stops : float
        Exposure values, -20 to 20: +1 is twice the light, -2 a quarter.
    clip : bool
        True: clip to [0, 1], as a sensor that is full. False: let the values exceed 1 (the step can then be undone).

    Returns
    -------
    ndarray of float32, same shape, sRGB-encoded

    Raises
    ------
    ValueError
        stops beyond 20 either way.

    Examples
    --------
    >>> gray = np.array([[0.2, 0.5, 0.9]], np.float32)
    >>> expose(gray, 1).round(2)
    array([[0.29, 0.69, 1.  ]], dtype=float32)
    >>> expose(gray, -1).round(2)
    array([[0.14, 0.36, 0.66]], dtype=float32)
    """
    image = require(image)
    stops = in_range(stops, "stops", -20, 20, hint="One stop is a factor of two in light: +1 doubles it, -1 halves it.")
    light = srgb_to_linear(image) * 2**stops
    return _encode(np.clip(light, 0, 1) if clip else light)


def fog(image, density, *, airlight=0.9, depth=None):
    """Put fog between the camera and the scene: y = x t + A (1 - t), where t = exp(-density depth).

    The farther away a thing is, the less of its own light arrives (t), and the more of the fog's (A). Computed on the
    picture's values as they are, as the literature on removing haze does.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    density : float
        Extinction per unit of depth, 0 (clear) or more. With 1, things at depth 1 keep 37 % of their light.
    airlight : float or sequence of C floats
        A, the brightness (or colour) of the fog itself, in [0, 1].
    depth : ndarray (H, W), float, optional
        Distance from the camera, 0 or more, in any unit (density is per that unit). Without it: 1 at the top of the
        picture, falling evenly to 0 at the bottom, as over a plain.

    Returns
    -------
    ndarray of float32, same shape
        An input in [0, 1] stays in [0, 1].

    Raises
    ------
    ValueError
        density or a depth negative, airlight outside [0, 1], or a shape that doesn't fit the image's.

    References
    ----------
    H. Koschmieder, "Theorie der horizontalen Sichtweite", Beitraege zur Physik der freien Atmosphaere 12, 1924.
    K. He, J. Sun and X. Tang, "Single image haze removal using dark channel prior", CVPR 2009, equation 1.

    Examples
    --------
    >>> black = np.zeros((3, 1), np.float32)
    >>> fog(black, density=1.0).round(2).ravel()
    array([0.57, 0.35, 0.  ], dtype=float32)
    """
    image = require(image)
    density = in_range(density, "density", 0, hint="0 is clear air; 1 to 3 is fog.")
    height, width = image.shape[:2]
    if depth is None:
        depth = np.linspace(1, 0, height)[:, np.newaxis] * np.ones(width)
    if np.shape(depth) != (height, width):
        raise ValueError(f"depth has shape {np.shape(depth)}, but the image is {(height, width)} (height, width).")
    if not np.min(depth) >= 0 or np.max(depth) == np.inf:
        raise ValueError(
            f"depth runs from {np.min(depth):g} to {np.max(depth):g}; distances are finite and at least 0."
        )
    airlight = np.asarray(airlight, np.float32)
    if not (np.all(airlight >= 0) and np.all(airlight <= 1)):
        raise ValueError(f"airlight is {airlight.tolist()}; it must be in [0, 1], as the image is.")
    if airlight.shape not in ((), image.shape[2:]):
        raise ValueError(
            f"airlight has shape {airlight.shape}; give one brightness, or one for each channel {image.shape[2:]}."
        )
    transmission = np.exp(-density * np.asarray(depth, np.float32))
    if image.ndim == 3:
        transmission = transmission[..., np.newaxis]
    return (image * transmission + airlight * (1 - transmission)).astype(np.float32)
