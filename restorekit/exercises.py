"""Exercises that say what is wrong: ``@exercise`` marks a function, ``check`` judges it, ``hint`` helps, ``progress`` remembers.

An exercise is a record in ``restorekit/checks/labNN.py``: its reference (a public function of the library), its hints, and a
check that calls the learner's function and raises :class:`Wrong` with a diagnosis. While a body still raises
``NotImplementedError``, the reference stands in, so that the rest of the notebook runs.
"""

import difflib
import functools
import html
import importlib
import os
import pkgutil
import traceback
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from restorekit import record

COLOURS = {"done": "#009E73", "wrong": "#D55E00", "open": "#0072B2"}  # Okabe and Ito's colour-blind-safe set
MARKS = {"done": "✓", "wrong": "✗", "open": "○"}


class Wrong(Exception):
    """A diagnosis: the answer is not right yet, and the message says why in the learner's words."""


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lab.

    Attributes
    ----------
    key : str
        Lab and name, such as ``"01.shot_noise"``.
    number, title : str
        As they stand in the notebook: ``"1.2"``, ``"shot noise"``.
    reference : callable
        The right answer, with the learner's signature.
    check : callable
        Takes the learner's function; raises :class:`Wrong` with a diagnosis, or returns None or a line of praise.
    hints : tuple of str
        Up to three, from a nudge to nearly the answer.
    """

    key: str
    number: str
    title: str
    reference: Callable
    check: Callable
    hints: tuple = ()


def labs():
    """Return the names of the labs that have exercises, such as ``["lab01", "lab02"]``."""
    import restorekit.checks

    return sorted(
        found.name for found in pkgutil.iter_modules(restorekit.checks.__path__) if found.name.startswith("lab")
    )


def exercises_of(lab):
    """Return the list of :class:`Exercise` of one lab, by its name (``"lab01"``)."""
    return importlib.import_module(f"restorekit.checks.{lab}").EXERCISES


def find(key):
    """Return the :class:`Exercise` of this key.

    Raises
    ------
    KeyError
        When there is none; the message names the nearest keys.
    """
    lab = f"lab{str(key)[:2]}"
    known = {e.key: e for name in labs() if name == lab for e in exercises_of(name)}
    if key in known:
        return known[key]
    everything = known or {e.key: e for name in labs() for e in exercises_of(name)}
    near = difflib.get_close_matches(str(key), everything, n=3, cutoff=0.4) or sorted(everything)
    raise KeyError(f"there is no exercise {key!r}; did you mean one of {', '.join(near)}?")


def exercise(key):
    """Mark a function as the answer to an exercise; until it is written, the reference stands in.

    Parameters
    ----------
    key : str
        For example ``"01.shot_noise"``.

    Returns
    -------
    callable
        A decorator. The decorated function calls yours; while yours raises NotImplementedError it says so once and calls
        the reference instead.

    Examples
    --------
    >>> import restorekit as rk
    >>> @rk.exercise("01.quantise")
    ... def quantise(image, bits):
    ...     raise NotImplementedError()
    >>> quantise([[0.2]], bits=1)
    (1.6 quantisation is not done yet: the reference stands in.)
    array([[0.]], dtype=float32)
    """
    entry = find(key)

    def decorate(function):
        noted = []

        @functools.wraps(function)
        def attempt(*args, **kwargs):
            try:
                return function(*args, **kwargs)
            except NotImplementedError:
                if not noted:
                    noted.append(True)
                    print(f"({entry.number} {entry.title} is not done yet: the reference stands in.)")
                return entry.reference(*args, **kwargs)

        attempt.exercise = entry
        return attempt

    return decorate


def check(function):
    """Judge an exercise: say that it is right, or what is wrong with it, and remember the outcome.

    Parameters
    ----------
    function : callable
        The function that you marked with ``@rk.exercise(...)``.

    Notes
    -----
    Nothing is raised in a notebook, so that "Run all" always reaches the end. Under nbgrader, which awards points to cells
    that run without an error, a wrong or missing answer raises AssertionError with the diagnosis.
    """
    entry = getattr(function, "exercise", None)
    if entry is None:
        raise TypeError(
            'rk.check wants the function itself, marked as an exercise: write @rk.exercise("...") on the line above its def, '
            f"then rk.check(its_name). This is {function!r}."
        )
    status, message = _judge(entry, function.__wrapped__)
    record.note_attempt(entry.key, done=status == "done", tried=status != "open")
    _say(status, f"{entry.number} {entry.title}: {message}")
    if status != "done" and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(f"{entry.number} {entry.title}: {message}")


def _judge(entry, student):
    """Return the status and the message for one answer."""
    try:
        praise = entry.check(student)
    except NotImplementedError:
        hint_line = f' Hint 1 of {len(entry.hints)}: rk.hint("{entry.key}")' if entry.hints else ""
        return "open", f"not done yet (the reference stands in below).{hint_line}"
    except Wrong as diagnosis:
        return "wrong", str(diagnosis)
    except Exception as error:
        return (
            "wrong",
            f"your output made the check stumble ({type(error).__name__}: {error}). Does it return what the docstring says?",
        )
    return "done", praise or "right. Well done."


def hint(key, number=None):
    """Show the next hint of an exercise; each call shows a stronger one.

    Parameters
    ----------
    key : str
        For example ``"01.shot_noise"``.
    number : int, optional
        Show this hint, counted from 1, instead of the next.
    """
    entry = find(key)
    if not entry.hints:
        _say("open", f"{entry.number} {entry.title} has no hints: read its docstring once more.")
        return
    if number is None:
        number = min(record.hints_seen(key) + 1, len(entry.hints))
    if number not in range(1, len(entry.hints) + 1):
        raise ValueError(f"{key} has hints 1 to {len(entry.hints)}; hint {number} was asked for")
    record.note_hint(key, number)
    _say("open", f"{entry.number} {entry.title}, hint {number} of {len(entry.hints)}: {entry.hints[number - 1]}")


def progress():
    """Show what is done, tried and open, lab by lab, from your progress record."""
    done = record.read()["exercises"]
    lines, rows = [], []
    for lab in labs():
        entries = exercises_of(lab)
        finished = sum(done.get(e.key, {}).get("done", False) for e in entries)
        lines.append(f"Lab {lab[3:]}: {finished} of {len(entries)} done")
        rows.append(f"<tr><th colspan='3' style='text-align:left'>{lines[-1]}</th></tr>")
        for e in entries:
            entry = done.get(e.key, {})
            status = "done" if entry.get("done") else "wrong" if entry.get("attempts") else "open"
            word = {"done": "done", "wrong": "tried", "open": "open"}[status]
            tries = f"{entry['attempts']} attempts" if entry.get("attempts", 0) > 1 else ""
            lines.append(f"  {MARKS[status]} {e.number} {e.title}: {word}" + (f" ({tries})" if tries else ""))
            rows.append(
                f"<tr><td style='color:{COLOURS[status]}'>{MARKS[status]} {word}</td>"
                f"<td style='text-align:left'>{e.number} {html.escape(e.title)}</td><td>{tries}</td></tr>"
            )
    _show("\n".join(lines), f"<table>{''.join(rows)}</table>")


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
    """
    given = [np.copy(a) if isinstance(a, np.ndarray) else a for a in args]
    try:
        result = student(*given, **kwargs)
    except (NotImplementedError, Wrong):
        raise
    except Exception as error:
        where = [f for f in traceback.extract_tb(error.__traceback__) if f.name == getattr(student, "__name__", None)]
        line = f" at the line `{where[-1].line.strip()}`" if where and where[-1].line else ""
        raise Wrong(f"your function stops with {type(error).__name__}: {error}{line}.") from error
    for before, after in zip(args, given, strict=True):
        if isinstance(before, np.ndarray) and not np.array_equal(before, after, equal_nan=before.dtype.kind == "f"):
            raise Wrong(
                "your function changes the array that it was given. Work on a copy: the caller still needs the original."
            )
    if result is None:
        raise Wrong("your function returns nothing (None). Is there a `return` at its end?")
    return result


def as_array(value, shape=None, what="your output"):
    """Return a learner's result as a float array, or raise :class:`Wrong`: not numbers, a wrong shape, NaN."""
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


def _say(status, text):
    """Show one line with its mark: coloured where HTML is shown, plain elsewhere."""
    line = f"{MARKS[status]} {text}"
    box = f"border-left:4px solid {COLOURS[status]};padding:4px 10px;margin:4px 0"
    _show(line, f"<div style='{box}'>{html.escape(line)}</div>")


def _show(text, markup):
    """Display text with an HTML form in a notebook; print it elsewhere."""
    try:
        from IPython import get_ipython
        from IPython.display import display
    except ImportError:  # pragma: no cover - IPython is a dependency
        print(text)
        return
    if get_ipython() is None:
        print(text)
    else:
        display({"text/plain": text, "text/html": markup}, raw=True)
