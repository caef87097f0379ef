"""What a training does to its clean patches: noise is added to them, or they are shrunk. Learners meet it in `rk.training`."""

import numpy as np

from restorekit.arguments import require_sigma, whole_number
from restorekit.arrays import as_float, to_uint8
from restorekit.degrade.resample import resize

__all__ = ["bicubic", "gaussian"]


def gaussian(low, high=None):
    """Return a `degrade` for `fit` that adds fresh Gaussian noise: one sigma, or for each image one between two.

    Parameters
    ----------
    low, high : float
        Standard deviation on the [0, 1] scale (25/255, not 25). With both, each image's is drawn uniformly between them.

    Returns
    -------
    callable
        ``degrade(clean, rng)``, on (N, H, W, C) float32.

    Examples
    --------
    >>> noisy = gaussian(0.1)(np.zeros((4, 50, 50, 1), np.float32), np.random.default_rng(0))
    >>> bool(abs(noisy.std() - 0.1) < 0.001)
    True
    """
    low = require_sigma(low, "low")
    high = low if high is None else require_sigma(high, "high")
    if high < low:
        raise ValueError(f"low is {low:g} and high is {high:g}: the lower sigma comes first, as gaussian(0, 55 / 255)")

    def degrade(clean, rng):
        sigma = rng.uniform(low, high, (len(clean), 1, 1, 1)).astype(np.float32)
        return clean + sigma * rng.standard_normal(clean.shape, np.float32)

    return degrade


def bicubic(*scales, enlarge=False):
    """Return a `degrade` for `fit` that makes the small picture of each patch, as super-resolution papers do: by MATLAB's bicubic.

    Parameters
    ----------
    *scales : int
        How much smaller; 2 halves height and width. Of several, each patch's is drawn.
    enlarge : bool
        Enlarge the small picture again, by bicubic interpolation, for a network that takes its input at full size.

    Returns
    -------
    callable
        ``degrade(clean, rng)``, on (N, H, W, C) float32 with H and W multiples of the scales. The small pictures are rounded to 8
        bits, as files are.

    Examples
    --------
    >>> degrade = bicubic(3)
    >>> degrade(np.ones((4, 48, 48, 1), np.float32), np.random.default_rng(0)).shape
    (4, 16, 16, 1)
    """
    if len(scales) == 0 or (len(scales) > 1 and not enlarge):
        raise ValueError(
            "give one scale, as bicubic(2); several only with enlarge=True, for patches of a batch have one size"
        )
    for scale in scales:
        if whole_number(scale, "scale") < 2:
            raise ValueError(f"scale is {scale}: it must be 2 or more")

    def degrade(clean, rng):
        height, width = clean.shape[1:3]
        if any(height % scale or width % scale for scale in scales):
            raise ValueError(
                f"patches of {height} x {width} pixels can't be divided by {' and '.join(map(str, scales))}"
            )
        return np.stack([_smaller(patch, rng.choice(scales), enlarge) for patch in clean])

    return degrade


def _smaller(patch, scale, enlarge):
    """A patch's small picture in 8 bits, or that one enlarged again."""
    small = as_float(to_uint8(resize(patch, scale=1 / scale)))
    return resize(small, scale=int(scale)) if enlarge else small
