"""What an image is here, and the one door through which other numbers become one.

An image is a float32 array (height, width) or (height, width, channels) whose black is 0 and whose white is 1. Every
function of restorekit begins with `require`, which says what is wrong when it gets something else; it never converts
silently. Conversion has its own name: `as_float`. Found in `restorekit.images`.
"""

import math

import numpy as np

from .arguments import _short

#: An image may leave [0, 1] (noise does that); beyond these it is plainly on another scale.
_LARGEST_MEAN, _LARGEST_VALUE = 2.0, 64.0


def require(image, name="image"):
    """Check that `image` is an image as restorekit means it, or say what is wrong and how to cure it.

    Parameters
    ----------
    image : ndarray
        Anything; accepted is a float array (H, W) or (H, W, C) with 1 to 4 channels, finite, black at 0 and white at 1.
        Values may leave [0, 1], as noise does; only what is plainly on another scale is refused.
    name : str
        What to call it in the message.

    Returns
    -------
    ndarray
        The same pixels as float32. A float32 input comes back as it is, not copied: do not write into it.

    Raises
    ------
    TypeError
        Not an array, or an array of integers, truth values, complex numbers or text.
    ValueError
        A wrong shape, no pixels, NaN or infinite pixels, or values on another scale (0-255, say).

    Examples
    --------
    >>> pixels = np.array([[0.0, 0.5], [0.5, 1.0]])
    >>> require(pixels).dtype
    dtype('float32')
    >>> require(np.array([[0, 128], [128, 255]], np.uint8))
    Traceback (most recent call last):
    ...
    TypeError: image has pixels 0-255 (uint8); this function works on floats in [0, 1].
    Convert it first: rk.images.as_float(image)
    """
    if not isinstance(image, np.ndarray):
        raise TypeError(_not_an_array(image, name))
    if image.dtype.kind != "f":
        raise TypeError(_wrong_dtype(image, name))
    if image.size == 0:
        raise ValueError(f"{name} is empty: its shape is {image.shape}. Was a crop taken outside the picture?")
    if not (image.ndim == 2 or (image.ndim == 3 and image.shape[2] <= 4)):
        raise ValueError(_wrong_shape(image, name))
    _check_values(image, name)
    return image.astype(np.float32, copy=False)


def as_float(array):
    """Turn stored pixels into floats in [0, 1]: the one place where the scale changes.

    Parameters
    ----------
    array : ndarray, any shape
        uint8 (0-255), uint16 (0-65535), bool, or floats that are in [0, 1] already. A whole batch is welcome.

    Returns
    -------
    ndarray of float32, same shape
        uint8 is divided by 255, uint16 by 65535. Floats keep their values.

    Raises
    ------
    TypeError
        Other kinds of numbers: whether their white is 1, 255 or 65535 can't be known.
    ValueError
        Floats that are NaN, infinite or plainly not in [0, 1].

    Examples
    --------
    >>> as_float(np.array([0, 51, 255], np.uint8))
    array([0. , 0.2, 1. ], dtype=float32)
    """
    if not isinstance(array, np.ndarray):
        raise TypeError(_not_an_array(array, "array"))
    if array.dtype == np.uint8:
        return array.astype(np.float32) / np.float32(255)
    if array.dtype == np.uint16:
        return array.astype(np.float32) / np.float32(65535)
    if array.dtype == bool:
        return array.astype(np.float32)
    if array.dtype.kind != "f":
        raise TypeError(_wrong_dtype(array, "array"))
    if array.size:
        _check_values(array, "array")
    return array.astype(np.float32, copy=False)


def to_uint8(image):
    """Turn an image into bytes 0-255, as files and screens want them.

    Parameters
    ----------
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        What lies outside [0, 1] is clipped: a byte can't hold it.

    Returns
    -------
    ndarray of uint8, same shape
        Rounded to the nearest level, halves up.

    Examples
    --------
    >>> to_uint8(np.array([[-0.2, 0.0, 0.1, 1.0, 1.3]]))
    array([[  0,   0,  26, 255, 255]], dtype=uint8)
    """
    return _to_integers(require(image), np.uint8)


def _to_integers(image, dtype):
    """Clip a float image to [0, 1] and round it, halves up, to all the levels that `dtype` has."""
    exact = np.float32 if dtype == np.uint8 else np.float64  # 16 bits need more digits than float32 has to spare
    scaled = np.clip(image, 0, 1, dtype=exact)
    scaled *= exact(np.iinfo(dtype).max)
    scaled += exact(0.5)
    return scaled.astype(dtype)


def _check_values(array, name):
    """Refuse NaN, infinities and values that are plainly not on the [0, 1] scale. Two passes over the pixels."""
    peak = max(float(array.max()), -float(array.min()))
    if not math.isfinite(peak):
        nans, infinite = int(np.isnan(array).sum()), int(np.isinf(array).sum())
        found = " and ".join(f"{n:,} {what}" for n, what in ((nans, "NaN"), (infinite, "infinite")) if n)
        raise ValueError(
            f"{name} holds {found} of {array.size:,} values. Likely a division by zero or the logarithm or root of a "
            f"negative number on the way here: look for it with np.argwhere(~np.isfinite({name}))."
        )
    if peak > _LARGEST_VALUE or (peak > _LARGEST_MEAN and float(np.abs(array).mean()) > _LARGEST_MEAN):
        white = 255 if peak < 2 * 255 else 65535
        raise ValueError(
            f"{name} is plainly not in [0, 1]: its values run from {float(array.min()):.4g} to "
            f"{float(array.max()):.4g}. If they are on the 0-{white} scale, divide by {white}: {name} / {white}"
        )


def _not_an_array(thing, name):
    """Say what came in instead of an array, and how to make one of it."""
    if thing is None:
        return f"{name} is None. Does the function that should have made it end with `return`?"
    if isinstance(thing, str | bytes) or hasattr(thing, "__fspath__"):
        return f"{name} is {_short(thing)}, which is not an image yet. Load it first: rk.load(...)"
    if hasattr(thing, "getbands"):
        return f"{name} is a PIL image. Turn it into an array first: rk.load({name})"
    if isinstance(thing, list | tuple):
        return (
            f"{name} is a {type(thing).__name__} of {len(thing)} things; this function takes one image. "
            f"Go through them one by one, or make an array of the numbers: np.array({name}, np.float32)"
        )
    if hasattr(thing, "__array__"):
        return f"{name} is a {type(thing).__name__}, not a numpy array. Convert it first: np.asarray({name})"
    return f"{name} must be a numpy array of floats in [0, 1]; got {_short(thing)}."


def _wrong_dtype(array, name):
    """Say why pixels of this dtype are refused, and how to convert them."""
    kind, cure = array.dtype.kind, f"Convert it first: rk.images.as_float({name})"
    if array.dtype == np.uint8:
        return f"{name} has pixels 0-255 (uint8); this function works on floats in [0, 1]. {cure}"
    if array.dtype == np.uint16:
        return f"{name} has pixels 0-65535 (uint16); this function works on floats in [0, 1]. {cure}"
    if kind == "b":
        return f"{name} is a mask of True and False; this function works on floats in [0, 1]. {cure}"
    if kind in "iu":
        low, high = (int(array.min()), int(array.max())) if array.size else (0, 0)
        return (
            f"{name} holds whole numbers ({array.dtype}, from {low} to {high}), so its white may be 1, 255 or 65535. "
            f"Say which: {name}.astype(np.float32) / 255, for example."
        )
    if kind == "c":
        return f"{name} is complex ({array.dtype}). After an inverse Fourier transform take the real part: {name}.real"
    return f"{name} holds {array.dtype} values, not numbers; an image is an array of floats in [0, 1]."


def _wrong_shape(image, name):
    """Say what the shape looks like instead of (H, W) or (H, W, C), and how to change it."""
    shape, start = image.shape, f"{name} has shape {image.shape}"
    expected = "An image here is (height, width) or (height, width, channels) with 1 to 4 channels."
    if image.ndim == 3 and shape[0] in (1, 3, 4):
        return f"{start}, which looks like channels first. Put them last: np.moveaxis({name}, 0, -1)"
    if image.ndim == 3:
        return f"{start}. {expected} For a stack of {shape[0]} gray images go through them one by one."
    if image.ndim == 4:
        return f"{start}: a batch of {shape[0]}. This function takes one image: {name}[0], or one after the other."
    return f"{start}. {expected}" + (" Was it flattened? Undo it with .reshape(height, width)." * (image.ndim == 1))
