"""How much a restoration has gained over its noisy input: measured with the clean picture, estimated without it."""

import textwrap

import numpy as np

from restorekit import images, metrics, restore, zoo
from restorekit.degrade import estimate_sigma
from restorekit.tables import Table

__all__ = ["estimator", "gain", "table"]

#: An estimate looks at the middle of the picture, at most so many pixels wide and high, to stay quick.
_LARGEST = 512


def gain(restored, noisy, clean):
    """PSNR gain over the noisy picture, which counts as it looks in a file: clipped to [0, 1].

    Parameters
    ----------
    restored, noisy, clean : array of one shape, float, [0, 1]

    Returns
    -------
    float
        In dB; negative if the restoration is farther from the clean picture than the noisy one.

    Examples
    --------
    >>> clean = np.full((8, 8), 0.5, np.float32)
    >>> print(f"{gain(clean + 0.01, clean + 0.1, clean):.1f}")
    20.0
    """
    return metrics.psnr(clean, restored) - metrics.psnr(clean, np.clip(noisy, 0, 1))


def estimator(noisy):
    """Make a function that estimates the gain of any restoration of a noisy picture, without the clean one.

    For the best possible restoration, errors add like the sides of a right triangle, whatever restoration r it is compared with: on
    average, (r - clean)^2 = (r - best)^2 + (best - clean)^2. A network of ours stands for the best one, and how far that is from the clean
    picture, Stein's formula tells.

    Parameters
    ----------
    noisy : array (H, W) or (H, W, C), float, about [0, 1]
        With white Gaussian noise.

    Returns
    -------
    callable or None
        From a restoration to its estimated gain in dB; None where there is no network (or no Keras), or hardly any noise.

    References
    ----------
    C. Stein, "Estimation of the Mean of a Multivariate Normal Distribution", Annals of Statistics 9(6), 1981, theorem 1.
    S. Ramani, T. Blu, M. Unser, "Monte-Carlo SURE", IEEE Transactions on Image Processing 17(9), 2008, equation 14: the divergence by
    one random probe.
    """
    sigma, name = estimate_sigma(noisy), restore.best_denoiser(noisy)
    if name not in zoo.names() or sigma < 0.01:
        return None
    size = [min(side, _LARGEST) for side in noisy.shape[:2]]
    middle = images.center_crop(noisy, *size)
    best = restore.denoise(middle, name)
    probe = np.random.default_rng(0).choice(np.float32([-0.01, 0.01]), middle.shape)
    divergence = np.mean(probe * (restore.denoise(middle + probe, name) - best)) / 0.01**2
    left = max(np.mean(np.square(middle - best)) - sigma**2 + 2 * sigma**2 * divergence, 1e-6)

    def estimate(restored):
        apart = np.mean(np.square(images.center_crop(restored, *size) - best))
        return float(10 * np.log10(sigma**2 / (apart + left)))

    return estimate


def table(pictures, noisy, clean=None):
    """The gains of several restorations of one noisy picture as text, and what the numbers mean.

    Parameters
    ----------
    pictures : dict of str to array
        The restorations by name, of the noisy picture's shape.
    noisy : array (H, W, 3), float, about [0, 1]
    clean : array (H, W, 3), float, [0, 1], optional
        Without it the gains are estimated.

    Returns
    -------
    str

    Examples
    --------
    >>> clean = np.full((8, 8, 3), 0.5, np.float32)
    >>> print(table({"Model1.png": clean + 0.01}, clean + 0.1, clean))
    Gains, measured against the clean picture:
    <BLANKLINE>
    picture     PSNR (dB)  gain (dB)
    noisy.png       20.00       0.00
    Model1.png      40.00     +20.00
    """
    if clean is not None:
        rows = [["noisy.png", metrics.psnr(clean, np.clip(noisy, 0, 1)), "0.00".rjust(9)]]
        for name, image in pictures.items():
            rows.append([name, metrics.psnr(clean, image), f"{gain(image, noisy, clean):+.2f}".rjust(9)])
        header = ["picture", "PSNR (dB)", "gain (dB)"]
        return f"Gains, measured against the clean picture:\n\n{Table(rows, header, None, 2, None)!r}"
    estimate = estimator(noisy)
    rows = [["noisy.png", 0.0, estimate_sigma(noisy), "0"]]
    for name, image in pictures.items():
        change = float(np.sqrt(np.mean(np.square(image - np.clip(noisy, 0, 1)))))
        rows.append([name, change, estimate_sigma(image), f"about {estimate(image):+.0f}" if estimate else "unknown"])
    header = ["picture", "differs from noisy.png by", "grain left", "gain (dB)"]
    said = (
        "Without the clean picture, gains can't be measured. The noise in noisy.png has a standard deviation of about "
        f"{rows[0][2]:.3f}: a good restoration differs from it by about as much, and has little grain left. "
        + (
            "The gain is an estimate, by comparison with a network of ours; it may be wrong by 2 dB. "
            if estimate
            else ""
        )
        + "To measure it, restore a picture with noise of your own making, and give the clean one, too."
    )
    return f"{textwrap.fill(said, 100)}\n\n{Table(rows, header, None, 3, None)!r}"
