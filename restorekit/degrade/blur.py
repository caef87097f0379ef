"""Blur: the picture of a point, as a kernel, and the one function that applies it.

A kernel (point spread function) says where the light of one scene point lands. It is a small float32 array with odd sides, its
middle is "no shift", and it sums to 1: a blur spreads light, it makes none. Angles are in degrees, counter-clockwise as you look
at the picture, 0 pointing right. Lengths, widths and radii are in pixels.
"""

import numpy as np
from scipy import ndimage, signal

from ..arguments import generator, in_range, whole_number
from ..arrays import require

#: Names of the borders: what numpy.pad and scipy.ndimage call them.
_BORDERS = {
    "reflect": ("reflect", "mirror"),
    "symmetric": ("symmetric", "reflect"),
    "replicate": ("edge", "nearest"),
    "wrap": ("wrap", "wrap"),
    "zero": ("constant", "constant"),
}
#: Kernels with more values than this are faster through the Fourier transform (see `apply_blur`).
_LARGEST_DIRECT = 16


def gaussian_kernel(sigma, *, size=None, angle=0.0):
    """A Gaussian spot, round or drawn out: turbulent air, or a lens that is a little out of focus.

    Parameters
    ----------
    sigma : float or (float, float)
        Standard deviation in pixels; a pair gives it along and across the direction `angle`.
    size : int, odd
        Width and height of the kernel. By default wide enough for three standard deviations to every side.
    angle : float
        Direction of the first sigma, in degrees counter-clockwise; 0 is horizontal.

    Returns
    -------
    (size, size) float32 array
        Sampled at the pixels' centres, sums to 1.

    Raises
    ------
    ValueError
        If a sigma is not positive, or the size is even.

    Examples
    --------
    >>> gaussian_kernel(0.5).round(3)
    array([[0.   , 0.   , 0.   , 0.   , 0.   ],
           [0.   , 0.011, 0.084, 0.011, 0.   ],
           [0.   , 0.084, 0.619, 0.084, 0.   ],
           [0.   , 0.011, 0.084, 0.011, 0.   ],
           [0.   , 0.   , 0.   , 0.   , 0.   ]], dtype=float32)
    """
    pair = (sigma, sigma) if np.ndim(sigma) == 0 else tuple(sigma)
    if len(pair) != 2:
        raise ValueError(f"sigma is {sigma}; it must be one number, or two: along and across the direction.")
    along, across = (_above_0(value, "sigma") for value in pair)
    radius = _radius(size, np.ceil(3 * max(along, across)))
    turn = np.deg2rad(in_range(angle, "angle", hint="It is in degrees."))
    down, right = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    first = right * np.cos(turn) - down * np.sin(turn)  # rows count downwards, angles upwards
    second = right * np.sin(turn) + down * np.cos(turn)
    return _normalised(np.exp(-0.5 * ((first / along) ** 2 + (second / across) ** 2)))


def motion_kernel(length, angle, *, size=None):
    """A straight, even streak: what a moving object leaves during the exposure.

    Parameters
    ----------
    length : float
        How far the object moves, in pixels.
    angle : float
        Direction in degrees counter-clockwise; 0 is horizontal, 90 vertical.
    size : int, odd
        Width and height of the kernel. By default large enough for this length in any direction.

    Returns
    -------
    (size, size) float32 array
        The streak runs through the middle, its ends are shared among the pixels they touch, it sums to 1.

    Raises
    ------
    ValueError
        If the length is not positive, the size is even, or the streak does not fit.

    Examples
    --------
    >>> motion_kernel(2, angle=0).round(2)
    array([[0.  , 0.  , 0.  ],
           [0.25, 0.5 , 0.25],
           [0.  , 0.  , 0.  ]], dtype=float32)
    """
    length, turn = _above_0(length, "length"), np.deg2rad(in_range(angle, "angle", hint="It is in degrees."))
    moments = _moments(length) - 0.5
    path = length * moments[:, np.newaxis] * np.array([-np.sin(turn), np.cos(turn)])
    return _exposed(path, size, np.ceil(length / 2))


def shake_kernel(length, *, size=None, rng):
    """The wandering trace of a camera held by hand, different for every draw.

    Parameters
    ----------
    length : float
        Length of the whole path, in pixels. The hand turns, so the kernel's extent is smaller.
    size : int, odd
        Width and height of the kernel. By default large enough for any path of this length.
    rng : numpy.random.Generator or int
        Source of randomness, or its seed.

    Returns
    -------
    (size, size) float32 array
        Sums to 1. Bright where the hand lingered. The mean position lies in the middle (moved only where that lets it fit).

    Raises
    ------
    ValueError
        If the length is not positive, the size is even, or the path does not fit.

    Notes
    -----
    The hand's velocity is Gaussian noise, smoothed over a sixteenth of the exposure; the path is its sum, scaled to the length.

    Examples
    --------
    >>> kernel = shake_kernel(12, rng=0)
    >>> kernel.shape, round(float(kernel.sum()), 3)
    ((13, 13), 1.0)
    """
    length, rng = _above_0(length, "length"), generator(rng)
    n = len(_moments(length))
    velocity = ndimage.gaussian_filter1d(rng.normal(size=(n, 2)), n / 16, axis=0)
    path = np.cumsum(velocity, axis=0)
    path *= length / np.linalg.norm(np.diff(path, axis=0), axis=1).sum()
    path -= path.mean(axis=0)
    radius = _radius(size, np.ceil(length / 2))
    path -= np.maximum(path.max(axis=0) - radius, 0)
    path -= np.minimum(path.min(axis=0) + radius, 0)
    return _exposed(path, size, np.ceil(length / 2))


def disk_kernel(radius, *, size=None):
    """An evenly lit disk: a point that lies out of the lens's focus.

    Parameters
    ----------
    radius : float
        In pixels.
    size : int, odd
        Width and height of the kernel. By default just large enough.

    Returns
    -------
    (size, size) float32 array
        Each pixel holds the share of the disk that lies in it (by 32x32 samples a pixel); sums to 1.

    Raises
    ------
    ValueError
        If the radius is not positive, the size is even, or the disk does not fit.

    Examples
    --------
    >>> disk_kernel(1).round(2)
    array([[0.03, 0.15, 0.03],
           [0.15, 0.32, 0.15],
           [0.03, 0.15, 0.03]], dtype=float32)
    """
    radius = _above_0(radius, "radius")
    needed = np.ceil(radius - 0.5)
    half = _radius(size, needed, smallest=needed)
    n = 2 * half + 1
    at = (np.arange(32 * n) + 0.5) / 32 - n / 2
    inside = at[:, np.newaxis] ** 2 + at**2 <= radius**2
    return _normalised(inside.reshape(n, 32, n, 32).mean(axis=(1, 3)))


def apply_blur(image, kernel, *, border="reflect", method="auto"):
    """Blur a picture: replace every scene point by the kernel (a true convolution).

    Parameters
    ----------
    image : (H, W) or (H, W, C) float32 array, [0, 1]
    kernel : (rows, columns) float array with odd sides that sums to 1
        Every channel is blurred alike.
    border : {"reflect", "symmetric", "replicate", "wrap", "zero"}
        What lies beyond the edge: the mirror image about the edge pixel ("reflect") or including it ("symmetric"), the edge pixel
        again and again, the opposite side, or black.
    method : {"auto", "fft", "direct"}
        How to compute it: through the Fourier transform, by summing shifted copies, or whichever is faster.

    Returns
    -------
    float32 array of the same shape

    Raises
    ------
    ValueError
        If the kernel has an even side or does not sum to 1, or a name is unknown.

    Notes
    -----
    The result is the same to within 1e-6. On a 512x512 RGB picture, `scipy.ndimage.convolve` takes 4 ms for a 3x3 kernel, 8 for 5x5 and 280
    for 25x25; `scipy.signal.fftconvolve`, channel by channel, takes 6 to 7 ms for all of them. So "auto" goes through the
    Fourier transform from 17 values on.

    Examples
    --------
    >>> import numpy as np
    >>> point = np.zeros((3, 5), np.float32)
    >>> point[1, 2] = 1
    >>> apply_blur(point, motion_kernel(2, angle=0), border="zero")[1]
    array([0.  , 0.25, 0.5 , 0.25, 0.  ], dtype=float32)
    """
    image, kernel = require(image), _check_kernel(kernel)
    if border not in _BORDERS:
        raise ValueError(f"border is {border!r}; choose one of {', '.join(_BORDERS)}.")
    if method not in ("auto", "fft", "direct"):
        raise ValueError(f'method is {method!r}; choose "auto", "fft" or "direct".')
    through_fft = method == "fft" or (method == "auto" and kernel.size > _LARGEST_DIRECT)
    blur = _blur_fft if through_fft else _blur_direct
    if image.ndim == 2:
        return blur(image, kernel, border)
    return np.stack([blur(image[..., c], kernel, border) for c in range(image.shape[2])], axis=-1)


def _blur_direct(channel, kernel, border):
    """Sum the shifted copies."""
    return ndimage.convolve(channel, kernel, mode=_BORDERS[border][1])


def _blur_fft(channel, kernel, border):
    """Extend the channel, and multiply the spectra."""
    rows, columns = (n // 2 for n in kernel.shape)
    extended = np.pad(channel, ((rows, rows), (columns, columns)), mode=_BORDERS[border][0])
    return signal.fftconvolve(extended, kernel, mode="valid")


def _check_kernel(kernel):
    """Check that an array can be a blur kernel."""
    kernel = np.asarray(kernel)
    if kernel.ndim != 2 or kernel.dtype.kind not in "fiu" or not np.isfinite(kernel).all():
        raise ValueError(
            f"a kernel is a 2-D array of finite numbers; this one has shape {kernel.shape}, {kernel.dtype}."
        )
    if kernel.shape[0] % 2 == 0 or kernel.shape[1] % 2 == 0:
        raise ValueError(
            f"the kernel is {kernel.shape[0]}x{kernel.shape[1]}; both sides must be odd, so that it has a middle pixel. "
            "An even kernel would shift the picture by half a pixel."
        )
    total = float(kernel.sum())
    if abs(total - 1) > 1e-3:
        raise ValueError(
            f"the kernel sums to {total:.4g}; a blur keeps the brightness, so it must sum to 1: kernel / kernel.sum()."
        )
    return kernel.astype(np.float32)


def _moments(length):
    """The middles of many equal time steps of an exposure from 0 to 1: at least 64, and 64 for every pixel of the way."""
    n = 64 * max(1, int(np.ceil(length)))
    return (np.arange(n) + 0.5) / n


def _exposed(path, size, needed):
    """The light that a point leaves on its way: each moment's share goes to the four pixels around it."""
    reach = np.ceil(np.abs(path).max() - 1e-9)
    radius = _radius(size, needed, smallest=reach)
    n = 2 * radius + 1
    at = path + radius
    low = np.clip(np.floor(at).astype(int), 0, n - 1)
    part = at - low
    kernel = np.zeros((n + 1, n + 1))  # one spare row and column, for a path on the last pixel
    for down in (0, 1):
        for right in (0, 1):
            share = np.abs(1 - down - part[:, 0]) * np.abs(1 - right - part[:, 1])
            np.add.at(kernel, (low[:, 0] + down, low[:, 1] + right), share)
    return _normalised(kernel[:n, :n])


def _radius(size, needed, smallest=0):
    """Half the kernel's width: as given and checked, or as needed."""
    if size is None:
        return int(needed)
    size = whole_number(size, "size")
    if size % 2 == 0:
        raise ValueError(f"size is {size}; a kernel has a middle pixel, so its size is odd: {size - 1} or {size + 1}.")
    if size < 2 * smallest + 1:
        raise ValueError(f"size is {size}, but this kernel reaches further: it needs at least {int(2 * smallest + 1)}.")
    return size // 2


def _normalised(kernel):
    """Scale to the sum 1, as float32."""
    return (kernel / kernel.sum()).astype(np.float32)


def _above_0(pixels, name):
    """Check a length, width or radius."""
    return in_range(pixels, name, 0, above=True, hint="It is in pixels; for no blur leave the picture as it is.")
