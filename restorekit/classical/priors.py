"""Three denoisers that rest on a belief about whole pictures: they repeat themselves, they are flat between edges, they are
made of few waves. They are found as ``rk.classical.non_local_means`` and so on, beside the filters of `filters`.
"""

import numpy as np
import pywt
from skimage import restoration

from ..arguments import in_range, require_sigma, whole_number
from ..arrays import require
from ._settings import check, default, odd


def non_local_means(noisy, sigma=None, *, h=None, patch_size=5, search_radius=6):
    """Average every pixel with those whose *surroundings* look the same, wherever they lie.

    Parameters
    ----------
    noisy, sigma
        As for `mean_filter`.
    h : float
        How unlike two patches may be and still be averaged, on the [0, 1] scale. By default it grows with sigma.
    patch_size : int, odd
        Width of the patches that are compared, in pixels.
    search_radius : int
        How far away patches are looked for, in pixels.

    Returns
    -------
    float32 array of the same shape
        Not clipped. scikit-image's `denoise_nl_means` does the work; the patches of a colour image hold all channels.

    References
    ----------
    Buades, Coll and Morel, "A Non-Local Algorithm for Image Denoising", CVPR 2005.

    Examples
    --------
    >>> flat = np.full((16, 16), 0.5, np.float32)
    >>> bool(np.allclose(non_local_means(flat, 0.1), flat))
    True
    """
    noisy, sigma = check(noisy, sigma)
    h = in_range(default(h, sigma, "h", lambda sigma: (0.7 if noisy.ndim == 2 else 0.6) * sigma), "h", 0)
    patch_size, search_radius = odd(patch_size, "patch_size"), whole_number(search_radius, "search_radius")
    if h == 0:
        return noisy.copy()
    axis = -1 if noisy.ndim == 3 else None
    restored = restoration.denoise_nl_means(noisy, patch_size, search_radius, h, sigma=sigma or 0.0, channel_axis=axis)
    return restored.reshape(noisy.shape)  # scikit-image drops axes of length 1


def total_variation(noisy, sigma=None, *, weight=None):
    """Find the picture that is near the noisy one, and has the least total up and down.

    Parameters
    ----------
    noisy, sigma
        As for `mean_filter`.
    weight : float
        How much smoothness counts against nearness. By default it grows with sigma.

    Returns
    -------
    float32 array of the same shape
        Not clipped. scikit-image's `denoise_tv_chambolle` does the work, channel by channel.

    References
    ----------
    Rudin, Osher and Fatemi, "Nonlinear Total Variation Based Noise Removal Algorithms", Physica D, 1992;
    Chambolle, "An Algorithm for Total Variation Minimization and Applications", Journal of Mathematical Imaging and Vision, 2004.

    Examples
    --------
    >>> flat = np.full((16, 16), 0.5, np.float32)
    >>> bool(np.allclose(total_variation(flat, 0.1), flat))
    True
    """
    noisy, sigma = check(noisy, sigma)
    weight = in_range(default(weight, sigma, "weight", lambda sigma: 1.5 * sigma ** (4 / 3)), "weight", 0)
    if weight == 0:
        return noisy.copy()
    axis = -1 if noisy.ndim == 3 else None
    return restoration.denoise_tv_chambolle(noisy, weight, channel_axis=axis)


def wavelet_shrinkage(noisy, sigma, *, wavelet="db2", levels=5, shifts=4):
    """Write the picture as waves of many sizes and places, and shrink the small ones: they are mostly noise.

    Parameters
    ----------
    noisy : (H, W) or (H, W, C) float32 array, about [0, 1]
        May leave [0, 1], as noisy images do. Channels are filtered one by one.
    sigma : float, [0, 1]
        Standard deviation of the noise, from which the thresholds follow (BayesShrink).
    wavelet : str
        A name that PyWavelets knows: "haar", "db2", "sym4", ...
    levels : int
        How many sizes of waves at most: the largest are about 2^levels pixels wide. Small pictures have room for fewer.
    shifts : int
        The result is the average over so many shifts of the picture against the grid of the waves, which softens the ripples
        along edges. 1 is the plain transform.

    Returns
    -------
    float32 array of the same shape
        Not clipped. scikit-image's `denoise_wavelet` and PyWavelets do the work.

    References
    ----------
    Chang, Yu and Vetterli, "Adaptive Wavelet Thresholding for Image Denoising and Compression", IEEE Transactions on
    Image Processing, 2000; Coifman and Donoho, "Translation-Invariant De-Noising", 1995 (the shifts).

    Examples
    --------
    >>> flat = np.full((16, 16), 0.5, np.float32)
    >>> bool(np.allclose(wavelet_shrinkage(flat, 0.1), flat))
    True
    """
    noisy, sigma = require(noisy, name="noisy"), require_sigma(sigma)
    levels, shifts = whole_number(levels, "levels"), whole_number(shifts, "shifts")
    if wavelet not in pywt.wavelist(kind="discrete"):
        raise ValueError(
            f"there is no wavelet {wavelet!r}. Try 'haar', 'db2' or 'sym4'; pywt.wavelist() names them all."
        )
    if sigma == 0:
        return noisy.copy()
    axis, margin = (-1 if noisy.ndim == 3 else None), shifts - 1
    padded = np.pad(noisy, [(margin, margin)] * 2 + [(0, 0)] * (noisy.ndim - 2), mode="symmetric")
    height, width = noisy.shape[:2]
    total = np.zeros_like(noisy)
    for shift in range(shifts):
        part = padded[shift:, shift:]
        depth = min(levels, pywt.dwtn_max_level(part.shape[:2], wavelet))
        moved = restoration.denoise_wavelet(
            part, sigma, wavelet, wavelet_levels=depth, channel_axis=axis, rescale_sigma=False
        )
        start = margin - shift
        total += moved[start : start + height, start : start + width]
    return total / np.float32(shifts)
