"""Noise that every imaging system knows: Gaussian, shot, salt-and-pepper, speckle, quantisation.

Every function takes an image in [0, 1] and returns a noisy one that may leave that range: nothing is clipped unless the
docstring says so.
"""

import numpy as np

from ..arguments import generator, in_range, require_sigma, whole_number
from ..arrays import require
from .sensor import apply_defects, draw_defects

__all__ = ["gaussian_noise", "quantise", "salt_and_pepper", "shot_noise", "speckle_noise"]

_FRACTION = "It is a fraction of the pixels: 5 % is 0.05."


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
    noisy = generator(rng).standard_normal(image.shape, dtype=np.float32)
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
    counts = generator(rng).poisson(image * photons).astype(np.float32)
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
    return apply_defects(image, draw_defects(image.shape[:2], amount * (1 - salt), amount * salt, rng))


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
    noisy = generator(rng).standard_normal(image.shape, dtype=np.float32)
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
