"""One check that all of `degrade` shares: is this number in its range?"""

import math
import numbers

__all__ = ["in_range"]


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
