"""Checks of the plain numbers that functions take: a sigma, a whole number, a number in its range, the source of chance."""

import math
import numbers

import numpy as np


def require_sigma(sigma, name="sigma"):
    """Check that `sigma` is a standard deviation on the [0, 1] scale, and give it back as a float.

    Parameters
    ----------
    sigma : float
        A standard deviation in units of the image: black is 0, white is 1. From 0 to 1.
    name : str
        What to call it in the message.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        Not a single number.
    ValueError
        Negative, not finite, or above 1 (the literature's 0-255 scale, most likely).

    Examples
    --------
    >>> round(require_sigma(25 / 255), 3)
    0.098
    >>> require_sigma(25)
    Traceback (most recent call last):
    ...
    ValueError: sigma is 25, but images here are in [0, 1], so that would bury the picture.
    Papers write sigma on the 0-255 scale: did you mean sigma=25/255 (0.098)?
    """
    if isinstance(sigma, np.ndarray) and sigma.ndim == 0:
        sigma = sigma.item()
    if not isinstance(sigma, numbers.Real) or isinstance(sigma, bool):
        raise TypeError(f"{name} must be one number on the [0, 1] scale, for example 25/255; got {_short(sigma)}.")
    if not math.isfinite(sigma):
        raise ValueError(f"{name} is {sigma}; a standard deviation must be a finite number.")
    if sigma < 0:
        raise ValueError(f"{name} is {sigma:g}; a standard deviation can't be negative (0 means: none).")
    if sigma > 1:
        raise ValueError(
            f"{name} is {sigma:g}, but images here are in [0, 1], so that would bury the picture. Papers write {name} "
            f"on the 0-255 scale: did you mean {name}={sigma:g}/255 ({sigma / 255:.3f})?"
        )
    return float(sigma)


def whole_number(value, name, least=1):
    """Check that `value` is a whole number of at least `least`, and give it back as an int.

    Parameters
    ----------
    value : int
        A float without a fraction (4.0) is accepted too.
    name : str
        What to call it in the message.
    least : int
        The smallest value that makes sense.

    Returns
    -------
    int

    Examples
    --------
    >>> whole_number(0, "stride")
    Traceback (most recent call last):
    ...
    ValueError: stride is 0; it must be at least 1.
    """
    number = isinstance(value, numbers.Real) and not isinstance(value, bool)
    if not number or not math.isfinite(value) or value != math.floor(value):
        raise TypeError(f"{name} must be a whole number; got {_short(value)}.")
    if value < least:
        raise ValueError(f"{name} is {value:g}; it must be at least {least}.")
    return int(value)


def in_range(value, name, low=-math.inf, high=math.inf, *, above=False, hint=""):
    """Check that `value` is one finite number in its range, and give it back as a float.

    Parameters
    ----------
    value : float
        The number that came in.
    name : str
        What to call it in the message.
    low, high : float
        The range, both ends included.
    above : bool
        True: `low` itself is not allowed.
    hint : str
        One sentence for the learner, put at the end of the message: the unit, an example, the likely slip.

    Returns
    -------
    float

    Raises
    ------
    TypeError
        Not a single number.
    ValueError
        NaN, infinite or out of range.

    Examples
    --------
    >>> in_range(0.25, "amount", 0, 1)
    0.25
    >>> in_range(25, "amount", 0, 1, hint="It is a fraction: 25 % is 0.25.")
    Traceback (most recent call last):
    ...
    ValueError: amount is 25; it must be from 0 to 1. It is a fraction: 25 % is 0.25.
    """
    if not isinstance(value, numbers.Real) or isinstance(value, bool):
        raise TypeError(f"{name} must be one number; got {value!r}. {hint}".rstrip())
    if math.isfinite(value) and low <= value <= high and not (above and value == low):
        return float(value)
    expected = f"above {low:g}" if above else f"at least {low:g}"
    if high < math.inf:
        expected = f"above {low:g}, at most {high:g}" if above else f"from {low:g} to {high:g}"
    if low == -math.inf:
        expected = "a finite number"
    raise ValueError(f"{name} is {value:g}; it must be {expected}. {hint}".rstrip())


def generator(rng):
    """Return the source of chance: a Generator as it is, a whole number as the seed of a new one.

    Parameters
    ----------
    rng : numpy.random.Generator or int
        A generator goes on where it stands; a seed gives the same draws every time.

    Returns
    -------
    numpy.random.Generator

    Raises
    ------
    TypeError
        Anything else, None too: unseeded noise can't be repeated.

    Examples
    --------
    >>> print(generator(0).integers(100, size=3))
    [85 63 51]
    """
    if isinstance(rng, np.random.Generator):
        return rng
    if isinstance(rng, numbers.Integral) and not isinstance(rng, bool):
        return np.random.default_rng(int(rng))
    raise TypeError(
        f"rng must be a seed such as 0, or a numpy.random.Generator; got {rng!r}. A seed makes the noise repeatable."
    )


def _short(thing, limit=60):
    """The value as Python writes it, shortened for a message."""
    text = repr(thing)
    return text if len(text) <= limit else text[: limit - 3] + "..."
