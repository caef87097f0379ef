"""Noise that a sensor adds by itself: dead and hot photosites, dark current, and the noise of reading out.

Like the noises of the light, nothing here is clipped unless the docstring says so.
"""

import numpy as np

from ..arguments import generator, in_range, whole_number
from ..arrays import require

__all__ = ["apply_defects", "dark_current", "dark_electrons", "defect_map", "read_noise"]

_FRACTION = "It is a fraction of the pixels: 5 % is 0.05."
_ELECTRONS_AT_WHITE = "It is the number of electrons that a white pixel (1.0) holds, for example 10_000."


def defect_map(shape, *, dead, hot, rng):
    """Draw which pixels of a sensor are broken: dead ones stay black, hot ones white, in every picture it takes.

    Parameters
    ----------
    shape : tuple of int
        (H, W); of (H, W, C) the first two are taken, so that `photo.shape` will do.
    dead, hot : float
        Probability that a pixel is dead, and that it is hot. Together at most 1. Real sensors: 1e-5 to 1e-3.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray (H, W), int8
        -1 dead, 0 sound, +1 hot. Draw it once and use it for every picture of the same sensor (`apply_defects`).

    Raises
    ------
    ValueError
        A fraction outside [0, 1], or more than all pixels broken.

    Examples
    --------
    >>> defects = defect_map((100, 100), dead=0.01, hot=0.02, rng=0)
    >>> {what: int((defects == value).sum()) for what, value in (("dead", -1), ("sound", 0), ("hot", 1))}
    {'dead': 106, 'sound': 9681, 'hot': 213}
    """
    dead = in_range(dead, "dead", 0, 1, hint=_FRACTION)
    hot = in_range(hot, "hot", 0, 1, hint=_FRACTION)
    if dead + hot > 1:
        raise ValueError(f"dead + hot is {dead + hot:g}: more than all the pixels (1.0). {_FRACTION}")
    if len(shape) not in (2, 3):
        raise ValueError(f"shape is {tuple(shape)}; it must be (height, width), for example photo.shape.")
    size = whole_number(shape[0], "the height"), whole_number(shape[1], "the width")
    return draw_defects(size, dead, hot, rng)


def draw_defects(size, dead, hot, rng):
    """One uniform draw a pixel: its lowest part means hot, the part above that dead, the rest sound."""
    draw = generator(rng).random(size, dtype=np.float32)
    defects = (draw < hot).astype(np.int8)
    defects[(draw >= hot) & (draw < hot + dead)] = -1
    return defects


def apply_defects(image, defects):
    """Make the dead pixels of an image black and the hot ones white.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    defects : ndarray (H, W), int
        -1 dead, 0 sound, +1 hot, as `defect_map` draws it.

    Returns
    -------
    ndarray of float32, same shape as the image

    Raises
    ------
    ValueError
        The map is not of the image's height and width.

    Examples
    --------
    >>> gray = np.full((1, 3), 0.5, np.float32)
    >>> apply_defects(gray, np.array([[-1, 0, 1]], np.int8))
    array([[0. , 0.5, 1. ]], dtype=float32)
    """
    image = require(image)
    if np.shape(defects) != image.shape[:2]:
        raise ValueError(
            f"The defect map has shape {np.shape(defects)}, but the image is {image.shape[:2]} (height, width). "
            "Draw the map for this sensor: defect_map(image.shape, dead=..., hot=..., rng=...)"
        )
    broken = image.copy()
    broken[np.asarray(defects) < 0] = 0
    broken[np.asarray(defects) > 0] = 1
    return broken


def dark_electrons(seconds, celsius, *, rate_at_20=2.0, doubling=6.5):
    """How many electrons heat alone frees in a pixel during an exposure, on average.

    Silicon can't tell an electron freed by light from one freed by heat. The rate doubles with every few degrees:
    silicon's band gap gives 5 degrees for charge that drifts in from the bulk and 10 for charge freed in the depleted
    region; data sheets say 5 to 8.

    Parameters
    ----------
    seconds : float or ndarray
        Exposure time.
    celsius : float or ndarray
        Temperature of the sensor, degrees Celsius.
    rate_at_20 : float
        Electrons a second in one pixel at 20 degrees Celsius.
    doubling : float
        Degrees that double the rate.

    Returns
    -------
    float or ndarray
        rate_at_20 * seconds * 2 ** ((celsius - 20) / doubling), electrons.

    Raises
    ------
    ValueError
        A negative time or rate, a doubling that is not positive, or a temperature below absolute zero.

    References
    ----------
    R. Widenhorn et al., "Temperature dependence of dark current in a CCD", Proc. SPIE 4669, 2002.
    EMVA Standard 1288, release 4.0, 2021, the model of dark current over temperature.

    Examples
    --------
    >>> dark_electrons(60, 20)
    120.0
    >>> dark_electrons(60, 20 + 6.5)
    240.0
    """
    in_range(rate_at_20, "rate_at_20", 0, hint="It is in electrons a second.")
    in_range(doubling, "doubling", 0, above=True, hint="It is in degrees.")
    if np.any(np.less(seconds, 0)):
        raise ValueError(f"seconds is {np.min(seconds):g}; an exposure can't last less than no time.")
    if np.any(np.less(celsius, -273.15)):
        raise ValueError(f"celsius is {np.min(celsius):g}, below absolute zero (-273.15 degrees Celsius).")
    return rate_at_20 * seconds * 2 ** ((celsius - 20) / doubling)


def dark_current(image, electrons, *, electrons_at_white, rng):
    """Add the electrons that heat frees while the shutter is open: y = x + Poisson(electrons) / electrons_at_white.

    Its mean makes the picture brighter by electrons / electrons_at_white. Subtracting a dark frame takes that mean away
    and leaves the noise: a standard deviation of sqrt(electrons) / electrons_at_white.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        Channels are treated as if each had a photosite of its own.
    electrons : float
        Expected dark electrons in a pixel, for example from `dark_electrons`.
    electrons_at_white : float
        Electrons that a pixel of value 1 holds.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape
        Never darker than the input; not clipped.

    Raises
    ------
    ValueError
        electrons negative, or electrons_at_white not positive.

    Examples
    --------
    >>> lens_cap_on = np.zeros((200, 200), np.float32)
    >>> dark = dark_current(lens_cap_on, 100, electrons_at_white=1_000, rng=0)
    >>> print(f"mean {dark.mean():.2f}, standard deviation {dark.std():.3f}")
    mean 0.10, standard deviation 0.010
    """
    image = require(image)
    electrons = in_range(
        electrons, "electrons", 0, 1e15, hint="It is the expected number of dark electrons in a pixel."
    )
    at_white = in_range(electrons_at_white, "electrons_at_white", 0, above=True, hint=_ELECTRONS_AT_WHITE)
    counts = generator(rng).poisson(electrons, image.shape).astype(np.float32)
    counts /= at_white
    return image + counts


def read_noise(image, electrons, *, electrons_at_white, rng):
    """Add the error of the electronics that read a pixel out: Gaussian, the same in the dark and in the light.

    It is what limits a picture with few photons; where many arrive, shot noise drowns it.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    electrons : float
        Standard deviation in electrons: 1 to 3 in today's cameras, 10 and more in old ones.
    electrons_at_white : float
        Electrons that a pixel of value 1 holds. The standard deviation of the result is electrons / electrons_at_white.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape
        Not clipped: below 0 is a valid reading.

    Raises
    ------
    ValueError
        electrons negative, or electrons_at_white not positive.

    Examples
    --------
    >>> lens_cap_on = np.zeros((200, 200), np.float32)
    >>> reading = read_noise(lens_cap_on, 3, electrons_at_white=100, rng=0)
    >>> print(f"{reading.std():.2f}")
    0.03
    """
    image = require(image)
    electrons = in_range(electrons, "electrons", 0, hint="It is a standard deviation in electrons, for example 2.")
    at_white = in_range(electrons_at_white, "electrons_at_white", 0, above=True, hint=_ELECTRONS_AT_WHITE)
    noisy = generator(rng).standard_normal(image.shape, dtype=np.float32)
    noisy *= electrons / at_white
    noisy += image
    return noisy
