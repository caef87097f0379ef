"""How strong is the noise? An estimate from the noisy image alone."""

import numpy as np

from ..arrays import require

__all__ = ["estimate_sigma"]

_NORMAL_MAD = 0.6744897501960817  # median of |x| for a standard normal x: half of all draws are closer to 0


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
    >>> from restorekit.degrade import gaussian_noise
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
