"""Change a picture's size, the way the super-resolution literature does it: like MATLAB's imresize.

Every output pixel is a weighted mean of input pixels, first down the columns, then along the rows. Two things decide how a shrunken
picture looks, and programs differ in both: which weights, and whether they are stretched to cover everything that falls
into one output pixel ("antialiased"). OpenCV's and torch's bicubic has other weights (a = -0.75) and is not stretched.
"""

import numbers

import numpy as np
from scipy import sparse

from ..arguments import whole_number
from ..arrays import require

_BORDERS = ("symmetric", "replicate", "reflect")


def resize(image, *, scale=None, shape=None, method="bicubic", antialias=True, border="symmetric", eight_bit=False):
    """Enlarge or shrink a picture.

    Parameters
    ----------
    image : (H, W) or (H, W, C) float32 array, [0, 1]
        Each channel is resized by itself, transparency too.
    scale : float
        2 makes the picture twice as high and twice as wide, 0.5 half; the size is rounded up. Give this or `shape`.
    shape : (int, int)
        The new height and width in pixels.
    method : {"bicubic", "nearest", "bilinear", "lanczos", "area"}
        "bicubic" is Keys' cubic with a = -0.5, "lanczos" has three lobes, "area" is the mean of what an output pixel covers.
    antialias : bool
        When shrinking, stretch the weights of "bilinear", "bicubic" and "lanczos" over the whole output pixel. Without it,
        detail finer than the new pixels turns into false patterns.
    border : {"symmetric", "replicate", "reflect"}
        What lies beyond the edge: the mirror image including the edge pixel, the edge pixel again and again, or the mirror image
        about the edge pixel.
    eight_bit : bool
        Do as MATLAB does with 8-bit pictures: `image` holds levels k/255, and the result is rounded and clipped to 8 bits
        after the first pass and after the second.

    Returns
    -------
    (H', W') or (H', W', C) float32 array
        Not clipped (unless `eight_bit`): "bicubic" and "lanczos" overshoot at edges, a little beyond [0, 1].

    Raises
    ------
    TypeError, ValueError
        If not exactly one of `scale` and `shape` is given, either makes no sense, a name is unknown, or `eight_bit` is asked of a
        picture that is not 8-bit.

    Notes
    -----
    Pixels are little squares: output pixel i lies at (i + 0.5) / scale - 0.5 of the input. The sums are computed in double
    precision. With ``border="replicate", eight_bit=True`` all 57 low-resolution files of Set5 and Set14 that MATLAB made
    (x2, x3, x4) come out equal on every pixel; newer versions of MATLAB use "symmetric". Where height and width
    scale differently, the pass that shrinks more comes first, as in MATLAB. SciPy and scikit-image blur with a Gaussian
    and sample a spline instead, Pillow cuts the weights off at the border: the look is the same, the numbers are not.

    References
    ----------
    Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics, Speech, and Signal
    Processing, 1981, equation 15; Duchon, "Lanczos Filtering in One and Two Dimensions", Journal of Applied Meteorology, 1979.

    Examples
    --------
    >>> ramp = np.float32([[0.0, 0.5, 1.0]])
    >>> resize(ramp, shape=(1, 6), method="bilinear").round(3)
    array([[0.   , 0.125, 0.375, 0.625, 0.875, 1.   ]], dtype=float32)
    >>> resize(np.zeros((9, 15, 3), np.float32), scale=0.5).shape
    (5, 8, 3)
    """
    image = require(image)
    new_shape, scales = _target(image.shape[:2], scale, shape)
    if method not in ("nearest", *_KERNELS):
        raise ValueError(f"method is {method!r}; choose one of nearest, {', '.join(_KERNELS)}.")
    if border not in _BORDERS:
        raise ValueError(f"border is {border!r}; choose one of {', '.join(_BORDERS)}.")
    pixels = _levels(image) if eight_bit else image.astype(np.float64)
    if method == "nearest":
        rows, columns = (_nearest(*sizes) for sizes in zip(image.shape, new_shape, scales, strict=False))
        return image.take(rows, axis=0).take(columns, axis=1)
    for axis in sorted((0, 1), key=lambda axis: scales[axis]):
        weights = _weights(image.shape[axis], new_shape[axis], scales[axis], method, antialias, border)
        pixels = _apply(weights, pixels, axis)
        if eight_bit:
            pixels = np.clip(np.floor(pixels + 0.5), 0, 255)  # MATLAB rounds halves away from zero
    return (pixels / 255 if eight_bit else pixels).astype(np.float32, order="C")


def _nearest(n, new_n, scale):
    """Which input pixel is nearest to each output pixel; of two equally near ones the later, as in MATLAB."""
    return np.minimum(np.floor((np.arange(new_n) + 0.5) / scale).astype(int), n - 1)


def _weights(n, new_n, scale, method, antialias, border):
    """The sparse (new_n, n) matrix that resizes one axis."""
    kernel, width = _KERNELS[method]
    stretch = 1 / scale
    if method == "area":
        width = 1 + stretch
    elif not antialias or scale > 1:
        stretch = 1.0
    else:
        width *= stretch
    centres = (np.arange(new_n) + 0.5) / scale - 0.5
    first = np.floor(centres - width / 2).astype(int)
    neighbours = first[:, np.newaxis] + np.arange(int(np.ceil(width)) + 2)
    weights = kernel(centres[:, np.newaxis] - neighbours, stretch)
    weights /= weights.sum(axis=1, keepdims=True)
    rows = np.repeat(np.arange(new_n), neighbours.shape[1])
    used = weights.ravel() != 0
    entries = weights.ravel()[used], (rows[used], _inside(neighbours, n, border).ravel()[used])
    return sparse.csr_array(entries, shape=(new_n, n))


def _apply(weights, pixels, axis):
    """Multiply the rows (axis 0) or the columns (axis 1) of a picture by a sparse matrix."""
    lines = np.ascontiguousarray(np.moveaxis(pixels, axis, 0))
    result = weights @ lines.reshape(len(lines), -1)
    return np.moveaxis(result.reshape(len(result), *lines.shape[1:]), 0, axis)


def _inside(neighbours, n, border):
    """Which of the n pixels stands for each neighbour, however far outside it lies."""
    if border == "replicate":
        return np.clip(neighbours, 0, n - 1)
    period = 2 * n if border == "symmetric" else max(2 * n - 2, 1)
    there = neighbours % period
    return np.minimum(there, period - (border == "symmetric") - there)


def _area(x, stretch):
    """The length that an input pixel (1 wide) and an output pixel (`stretch` wide) have in common."""
    return np.clip((1 + stretch) / 2 - np.abs(x), 0, min(1, stretch))


def _linear(x, stretch):
    """A tent."""
    return np.maximum(1 - np.abs(x / stretch), 0)


def _cubic(x, stretch):
    """Keys' cubic, a = -0.5."""
    x = np.abs(x / stretch)
    near = 1.5 * x**3 - 2.5 * x**2 + 1
    far = -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2
    return np.where(x <= 1, near, np.where(x <= 2, far, 0))


def _lanczos(x, stretch):
    """A sinc under a wider sinc, three lobes to each side."""
    x = x / stretch
    return np.where(np.abs(x) < 3, np.sinc(x) * np.sinc(x / 3), 0)


#: Weight functions, and how wide they are in input pixels when nothing is stretched ("area" depends on the scale).
_KERNELS = {
    "bilinear": (_linear, 2),
    "bicubic": (_cubic, 4),
    "lanczos": (_lanczos, 6),
    "area": (_area, 2),
}


def _target(old, scale, shape):
    """The new (height, width), and the scale of each axis."""
    if (scale is None) == (shape is None):
        given = "neither" if scale is None else "both"
        raise ValueError(f"resize needs either scale (2 doubles the size) or shape (height, width); it got {given}.")
    if shape is not None:
        if not isinstance(shape, (tuple, list)) or len(shape) != 2:
            raise ValueError(f"shape is {shape!r}; it must be (height, width), without the channels.")
        new = tuple(whole_number(n, name) for n, name in zip(shape, ("height", "width"), strict=True))
        return new, tuple(b / a for a, b in zip(old, new, strict=True))
    if isinstance(scale, bool) or not isinstance(scale, numbers.Real):
        raise TypeError(f"scale must be one number, 2 or 0.5 for example; got {scale!r}.")
    if not 0 < scale < float("inf"):
        raise ValueError(f"scale is {scale}; it must be above 0: 2 doubles the size, 0.5 halves it.")
    return tuple(int(np.ceil(n * scale - 1e-9)) for n in old), (float(scale), float(scale))


def _levels(image):
    """The levels 0-255 of a picture that came from 8 bits, as whole numbers in double precision."""
    levels = image.astype(np.float64) * 255
    rounded = np.round(levels)
    if np.abs(levels - rounded).max() > 0.01 or rounded.min() < 0 or rounded.max() > 255:
        raise ValueError(
            "eight_bit=True is for pictures as 8-bit files hold them, in steps of 1/255 from 0 to 1, and this one has values in between or "
            "outside. Leave it off, or round the picture first: rk.images.as_float(rk.images.to_uint8(image))."
        )
    return rounded
