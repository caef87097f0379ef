"""Noise, each kind by the physics that makes it, and an estimate of how much of it there is.

Every function takes an image in [0, 1] and returns a noisy one that may leave that range: nothing is clipped unless the
docstring says so. `rng` is a seed or a `numpy.random.Generator`: the same seed gives the same noise.
"""

import numpy as np

from ..arrays import require, require_sigma, whole_number
from .ranges import in_range

__all__ = [
    "apply_defects",
    "dark_current",
    "dark_electrons",
    "defect_map",
    "estimate_sigma",
    "gaussian_noise",
    "quantise",
    "read_noise",
    "salt_and_pepper",
    "shot_noise",
    "speckle_noise",
]

_FRACTION = "It is a fraction of the pixels: 5 % is 0.05."
_ELECTRONS_AT_WHITE = "It is the number of electrons that a white pixel (1.0) holds, for example 10_000."
_NORMAL_MAD = 0.6744897501960817  # median of |x| for a standard normal x: half of all draws are closer to 0


def gaussian_noise(image, sigma, *, rng):
    """Add to every value a bell-shaped random error of the same size everywhere: y = x + sigma n.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    sigma : float
        Standard deviation of the noise on the [0, 1] scale; the literature's "sigma = 25" is 25 / 255.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape
        Not clipped: in a black picture half of the values are negative, and cutting them off would brighten it.

    Raises
    ------
    ValueError
        sigma negative, or above 1 (the 0-255 scale, most likely).

    Examples
    --------
    >>> gray = np.full((200, 200), 0.5, np.float32)
    >>> noisy = gaussian_noise(gray, sigma=25 / 255, rng=0)
    >>> print(f"mean {noisy.mean():.2f}, standard deviation {noisy.std() * 255:.0f}/255")
    mean 0.50, standard deviation 25/255
    """
    image, sigma = require(image), require_sigma(sigma)
    noisy = np.random.default_rng(rng).standard_normal(image.shape, dtype=np.float32)
    noisy *= sigma
    noisy += image
    return noisy


def shot_noise(image, photons_at_white, *, rng):
    """Let the light arrive in photons, one by one and at random: y = Poisson(N x) / N.

    The count at a pixel that expects N x photons has mean N x and variance N x. In units of the image that is a variance
    of x / N: the noise grows with the light, but more slowly (its square root), so bright and well-exposed is cleaner.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        Proportional to the light. Negative values are an error: there is no negative light.
    photons_at_white : float
        N, the number of photons that a pixel of value 1 expects. 20 is starlight, 10,000 daylight.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape
        Whole numbers of photons divided by N; may exceed 1.

    Raises
    ------
    ValueError
        photons_at_white not positive, or negative light in the image.

    References
    ----------
    S. Hasinoff, "Photon, Poisson noise", in Computer Vision: A Reference Guide, Springer, 2014.

    Examples
    --------
    >>> wall = np.full((200, 200), 0.5, np.float32)
    >>> counts = shot_noise(wall, photons_at_white=40, rng=0) * 40
    >>> print(f"mean {counts.mean():.0f} photons, variance {counts.var():.0f}")
    mean 20 photons, variance 20
    """
    image = require(image)
    hint = "It is the number of photons that a white pixel (1.0) expects, for example 100."
    photons = in_range(photons_at_white, "photons_at_white", 0, 1e15, above=True, hint=hint)
    if image.min() < 0:
        raise ValueError(
            f"The image holds negative light (its smallest value is {image.min():.3g}), and no photon count is below "
            "zero. Was noise added before? Shot noise comes first: it is in the light itself."
        )
    counts = np.random.default_rng(rng).poisson(image * photons).astype(np.float32)
    counts /= photons
    return counts


def salt_and_pepper(image, amount, *, salt=0.5, rng):
    """Replace a random few of the pixels by white (salt) or black (pepper); the others stay as they are.

    Every pixel is hit with probability `amount`, independently of its neighbours. All channels of a pixel are hit
    together, as when one photosite or one memory cell fails; scikit-image's `random_noise` draws for each channel.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    amount : float
        Probability that a pixel is hit, from 0 to 1.
    salt : float
        Of the pixels that are hit, the fraction that turn white; the rest turn black.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape

    Raises
    ------
    ValueError
        amount or salt outside [0, 1].

    Examples
    --------
    >>> gray = np.full((200, 200), 0.5, np.float32)
    >>> noisy = salt_and_pepper(gray, 0.1, rng=0)
    >>> print(f"white {np.mean(noisy == 1):.2f}, black {np.mean(noisy == 0):.2f}, untouched {np.mean(noisy == 0.5):.2f}")
    white 0.05, black 0.05, untouched 0.90
    """
    image = require(image)
    amount = in_range(amount, "amount", 0, 1, hint=_FRACTION)
    salt = in_range(salt, "salt", 0, 1, hint="It is the white fraction of the pixels that are hit.")
    return apply_defects(image, _draw_defects(image.shape[:2], amount * (1 - salt), amount * salt, rng))


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
    return _draw_defects(size, dead, hot, rng)


def _draw_defects(size, dead, hot, rng):
    """One uniform draw a pixel: its lowest part means hot, the part above that dead, the rest sound."""
    draw = np.random.default_rng(rng).random(size, dtype=np.float32)
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


def speckle_noise(image, sigma, *, rng):
    """Multiply every value by its own random factor around 1: y = x (1 + sigma n). Black stays black.

    Radar, ultrasound and laser light show it (waves that add up at random), and so does a sensor whose pixels are not
    all equally sensitive.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
    sigma : float
        Standard deviation of the factor, relative to the signal: 0.2 is 20 % everywhere, in the dark and in the light.
    rng : int or numpy.random.Generator

    Returns
    -------
    ndarray of float32, same shape
        Not clipped.

    Raises
    ------
    ValueError
        sigma negative, or above 1.

    Examples
    --------
    >>> halves = np.repeat([[0.2], [0.8]], 20_000, axis=1).astype(np.float32)
    >>> speckle_noise(halves, sigma=0.1, rng=0).std(axis=1).round(3)
    array([0.02, 0.08], dtype=float32)
    """
    image, sigma = require(image), require_sigma(sigma)
    noisy = np.random.default_rng(rng).standard_normal(image.shape, dtype=np.float32)
    noisy *= sigma
    noisy += 1
    noisy *= image
    return noisy


def quantise(image, bits):
    """Round to the levels that a converter of so many bits has: 2**bits values from 0 to 1, both included.

    Where the picture varies by much more than one step, the error is spread evenly over half a step to either side;
    its standard deviation is step / sqrt(12). In smooth regions it is no noise at all: it draws contour lines.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float
        Values outside [0, 1] are clipped: a converter has no level for them.
    bits : int
        1 to 16. The step is 1 / (2**bits - 1).

    Returns
    -------
    ndarray of float32, same shape, [0, 1]
        The nearest level; halves are rounded up.

    Raises
    ------
    TypeError, ValueError
        bits not a whole number from 1 to 16.

    References
    ----------
    W. R. Bennett, "Spectra of quantized signals", Bell System Technical Journal 27, 1948 (step / sqrt(12)).

    Examples
    --------
    >>> quantise(np.array([[0.1, 0.4, 0.6, 1.2]]), bits=2)
    array([[0.        , 0.33333334, 0.6666667 , 1.        ]], dtype=float32)
    """
    image, bits = require(image), whole_number(bits, "bits")
    if bits > 16:
        raise ValueError(f"bits is {bits}; converters of cameras have 8 to 16. For 256 levels say bits=8.")
    steps = 2**bits - 1
    return np.floor(np.clip(image, 0, 1) * steps + np.float32(0.5)) / np.float32(steps)


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
    counts = np.random.default_rng(rng).poisson(electrons, image.shape).astype(np.float32)
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
    noisy = np.random.default_rng(rng).standard_normal(image.shape, dtype=np.float32)
    noisy *= electrons / at_white
    noisy += image
    return noisy


def estimate_sigma(image, method="mad"):
    """Guess the standard deviation of the noise from the noisy picture alone.

    In every square of 2 x 2 pixels, (a - b - c + d) / 2 cancels an even brightness and any slope, and keeps noise of
    the same standard deviation. The median of its magnitude ignores the few squares that lie on an edge; for Gaussian
    noise it is 0.6745 sigma. Where more than half of a picture is fine texture, the guess is too high.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        At least 2 x 2 pixels. The noise must be white (independent from pixel to pixel): JPEG or blur mislead it.
    method : "mad"
        Median absolute deviation, as said above; the only one so far.

    Returns
    -------
    float
        sigma on the [0, 1] scale; of a colour image the mean over the channels.

    Raises
    ------
    ValueError
        An unknown method, or an image narrower than 2 pixels.

    Notes
    -----
    In a picture of 8 bits the magnitudes are multiples of half a level, and the plain median jumps from one to the
    next. Here it is interpolated inside its step (the "median of grouped data"), so that a sigma of 2/255 is found, too.

    References
    ----------
    D. L. Donoho and I. M. Johnstone, "Ideal spatial adaptation by wavelet shrinkage", Biometrika 81(3), 1994, section
    4: the median of the finest (diagonal) wavelet coefficients over 0.6745. The wavelet here is Haar's.

    Examples
    --------
    >>> noisy = gaussian_noise(np.full((200, 200), 0.5, np.float32), sigma=25 / 255, rng=0)
    >>> print(f"{estimate_sigma(noisy) * 255:.0f}/255")
    25/255
    """
    image = require(image)
    if method != "mad":
        raise ValueError(f"method is {method!r}; there is one method: 'mad' (median absolute deviation).")
    if min(image.shape[:2]) < 2:
        raise ValueError(
            f"image is {image.shape[0]} x {image.shape[1]} pixels; the estimate compares 2 x 2 neighbours."
        )
    diagonal = np.abs(image[:-1, :-1] - image[:-1, 1:] - image[1:, :-1] + image[1:, 1:]) / 2
    channels = diagonal.reshape(-1, diagonal.shape[2] if diagonal.ndim == 3 else 1)
    return float(np.mean([_grouped_median(channel) for channel in channels.T]) / _NORMAL_MAD)


def _grouped_median(values, tie=1e-6):
    """Median of values that may come in steps: interpolated over the step in which it lies."""
    middle = np.partition(values, values.size // 2)[values.size // 2]
    lower, upper = values[values < middle - tie], values[values > middle + tie]
    floor = (lower.max() + middle) / 2 if lower.size else middle
    ceiling = (upper.min() + middle) / 2 if upper.size else middle
    position = (values.size / 2 - lower.size) / (values.size - lower.size - upper.size)
    return floor + (ceiling - floor) * position
