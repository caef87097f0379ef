"""The tools of the checks: call a learner's function safely, compare its result, and name the likely cause."""

import inspect
import re
import traceback

import numpy as np


class Wrong(Exception):
    """A diagnosis: the answer is not right yet, and the message says why in the learner's words."""


def call(student, *args, **kwargs):
    """Call a learner's function for a check: with copies, and with errors turned into a diagnosis.

    Returns
    -------
    object
        What the function returned.

    Raises
    ------
    Wrong
        When it stops with an error (the message names the line), returns nothing, or changes an array it was given.
    NotImplementedError
        When it is still the stub.

    Examples
    --------
    >>> call(lambda image: image / 0, 0.5)
    Traceback (most recent call last):
    restorekit.diagnosis.Wrong: your function stops with ZeroDivisionError: ...
    """
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in args]
    try:
        result = student(*given, **kwargs)
    except (NotImplementedError, Wrong):
        raise
    except Exception as error:
        code = getattr(inspect.unwrap(student), "__code__", None)
        own = (getattr(code, "co_filename", None), getattr(code, "co_name", None))
        where = [f.line for f in traceback.extract_tb(error.__traceback__) if (f.filename, f.name) == own and f.line]
        line = f", at the line `{where[-1].strip()}`" if where else ""
        raise Wrong(f"your function stops with {type(error).__name__}: {brief(error)}{line}.") from error
    for before, after in zip(args, given, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=before.dtype.kind == "f"):
            raise Wrong(
                "your function changes the array that it was given. Work on a copy: the caller still needs the original."
            )
    if result is None:
        raise Wrong("your function returns nothing (None). Is there a `return` at its end?")
    return result


def brief(error):
    """Return what an error says in one line, without a framework's colours, printed arrays and inner calls.

    Examples
    --------
    >>> brief(ValueError("sizes differ: \\x1b[1m(3,) and (4,)\\x1b[0m\\n\\nArguments received by Add.call():\\n  ..."))
    'sizes differ: (3,) and (4,)'
    """
    text = re.sub(r"\x1b\[[0-9;]*m", "", str(error)).split("\n\nArguments received by")[0]
    text = re.sub(r"^Exception encountered when calling [^\n]*\n\n", "", text)
    if text.startswith("Graph execution error"):  # a list of files and lines, then what happened, then the node
        happened = text.split("[[{{node")[0].strip()
        text = happened.splitlines()[-1]
    text = re.sub(r" for '\{\{node.*?\)'", "", text, flags=re.DOTALL)
    text = re.sub(r"\[\[.*\]\]", "[...]", text, flags=re.DOTALL)
    text = " ".join(text.split()).rstrip(".")
    return text if len(text) <= 400 else text[:400].rsplit(" ", 1)[0] + " ..."


def as_array(value, shape=None, what="your output"):
    """Return a learner's result as a float array, or raise :class:`Wrong`: not numbers, a wrong shape, NaN.

    Parameters
    ----------
    value : object
        What the learner's function returned.
    shape : tuple of int, optional
        The shape that it must have.
    what : str
        How to name it in the message.

    Examples
    --------
    >>> as_array([[0.1], [0.2]], shape=(1, 2))
    Traceback (most recent call last):
    restorekit.diagnosis.Wrong: your output has shape (2, 1), but (1, 2) was expected. It looks transposed.
    """
    try:
        array = np.asarray(value)
        if array.dtype.kind not in "fiub":
            raise TypeError
    except (TypeError, ValueError):
        raise Wrong(f"{what} is of type {type(value).__name__}; an array of real numbers was expected.") from None
    if shape is not None and array.shape != tuple(shape):
        turned = " It looks transposed." if array.shape == tuple(shape)[::-1] else ""
        raise Wrong(f"{what} has shape {array.shape}, but {tuple(shape)} was expected.{turned}")
    array = array.astype(np.float64)
    if not np.isfinite(array).all():
        raise Wrong(
            f"{what} holds {np.count_nonzero(~np.isfinite(array))} values that are NaN or infinite: was something divided by 0?"
        )
    return array


def compare_arrays(got, expected, what="your output", tolerance=1e-5):
    """Compare a learner's array with the right one and say how they differ.

    Parameters
    ----------
    got, expected : array_like
        The learner's result and the right one.
    what : str
        How to name it in the message.
    tolerance : float
        The largest difference that still counts as float noise, in the units of `expected`.

    Raises
    ------
    Wrong
        With the likeliest cause: shape, scale of 0-255, clipped, shifted, scaled, negative, or the worst pixel.

    Examples
    --------
    >>> compare_arrays([51.0, 102.0], [0.2, 0.4])
    Traceback (most recent call last):
    restorekit.diagnosis.Wrong: ...0-255...
    """
    expected = np.asarray(expected, np.float64)
    got = as_array(got, expected.shape, what)
    error = np.abs(got - expected)
    if expected.size == 0 or error.max() <= tolerance:
        return
    spread = max(float(np.abs(expected).max()), 1e-12)

    def close(candidate):
        return np.abs(candidate - expected).max() <= max(tolerance, 1e-3 * spread)

    if np.abs(got).max() > 20 * spread and close(got / 255):
        raise Wrong(f"{what} is in 0-255; this function works in [0, 1].")
    if close(got * 255):
        raise Wrong(f"{what} is 255 times too small: was it divided by 255 although it was in [0, 1] already?")
    if close(-got):
        raise Wrong(f"{what} has the wrong sign.")
    if np.abs(got - np.clip(expected, 0, 1)).max() <= tolerance:
        raise Wrong(f"{what} was clipped to [0, 1]; here values may leave it.")
    if np.ptp(got - expected) <= tolerance:
        raise Wrong(f"{what} is off by the same {np.mean(got - expected):+.4g} everywhere.")
    scale = float((got * expected).sum() / max((expected**2).sum(), 1e-12))
    if scale != 0 and close(got / scale):
        raise Wrong(f"{what} is {scale:.4g} times what it should be, everywhere.")
    worst = tuple(int(i) for i in np.unravel_index(error.argmax(), error.shape))
    place = f" at {worst}" if worst else ""
    share = f" ({(error > tolerance).mean():.0%} of the values differ)" if worst else ""
    raise Wrong(f"{what} differs{place}: {got[worst]:.5g} instead of {expected[worst]:.5g}{share}.")
