"""Exercises that say what is wrong: mark a function, check it, ask for a hint, see your progress.

An exercise is a record in ``restorekit/checks/labNN.py``: its reference (a public function of the library), its hints,
and a check that calls the learner's function and raises :class:`Wrong` with a diagnosis. While a body still raises
``NotImplementedError``, the reference stands in, so that the rest of the notebook runs. An exercise of the graded assignment has
no reference: there, cells ask :func:`ready` whether what they need is written.
"""

import difflib
import functools
import hashlib
import html
import importlib
import os
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from restorekit import record
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays

__all__ = [
    "Exercise", "Wrong", "as_array", "call", "check", "compare_arrays", "exercise", "find", "hint", "progress", "ready",
]  # fmt: skip

COLOURS = {"done": "#009E73", "wrong": "#D55E00", "open": "#0072B2"}  # Okabe and Ito's colour-blind-safe set
MARKS = {"done": "✓", "wrong": "✗", "open": "○"}

_judged = None  # key of the exercise whose check is running


@dataclass(frozen=True)
class Exercise:
    """One exercise of a lab.

    Attributes
    ----------
    key : str
        Lab and name, such as ``"01.shot_noise"``.
    number, title : str
        As they stand in the notebook: ``"1.2"``, ``"shot noise"``.
    reference : callable or None
        The right answer, with the learner's signature. None where the exercise is graded and nothing may stand in.
    check : callable
        Takes the learner's function; raises :class:`Wrong` with a diagnosis, or returns None or a line of praise.
    hints : tuple of str
        Up to three, from a nudge to nearly the answer.
    """

    key: str
    number: str
    title: str
    reference: Callable | None
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
    LookupError
        When there is none; the message names the nearest keys.

    Examples
    --------
    >>> entry = find("01.shot_noise")
    >>> entry.number, entry.title, len(entry.hints)
    ('1.2', 'shot noise', 3)
    """
    lab = f"lab{str(key)[:2]}"
    known = {e.key: e for name in labs() if name == lab for e in exercises_of(name)}
    if key in known:
        return known[key]
    everything = known or {e.key: e for name in labs() for e in exercises_of(name)}
    near = difflib.get_close_matches(str(key), everything, n=3, cutoff=0.4) or sorted(everything)
    raise LookupError(f"there is no exercise {key!r}; did you mean one of {', '.join(near)}?")


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
        the reference instead. In the graded assignment there is none, and the error stays an error.

    Examples
    --------
    >>> @exercise("00.half_as_bright")
    ... def half_as_bright(image):
    ...     raise NotImplementedError()
    >>> half_as_bright(0.8)
    (0.1 half as bright is not done yet: the reference stands in.)
    0.4
    """
    entry = find(key)

    def decorate(function):
        noted = []

        @functools.wraps(function)
        def attempt(*args, **kwargs):
            if _judged not in (None, entry.key) and entry.reference:
                return entry.reference(*args, **kwargs)
            try:
                return function(*args, **kwargs)
            except NotImplementedError:
                if entry.reference is None:
                    raise NotImplementedError(
                        f"{entry.number} {entry.title} is not done yet, and in the graded assignment nothing stands in for it."
                    ) from None
                if not noted:
                    noted.append(True)
                    print(f"({entry.number} {entry.title} is not done yet: the reference stands in.)")
                return entry.reference(*args, **kwargs)

        attempt.exercise, attempt.status = entry, None
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

    Examples
    --------
    >>> @exercise("00.half_as_bright")
    ... def half_as_bright(image):
    ...     return image - 0.5
    >>> check(half_as_bright)
    ✗ 0.1 half as bright: you take 0.5 away from every pixel, so 0.2 becomes -0.3, which is darker than black. ...
    """
    entry = getattr(function, "exercise", None)
    if entry is None:
        raise TypeError(
            'rk.check wants the function itself, marked as an exercise: write @rk.exercise("...") on the line above its def, '
            f"then rk.check(its_name). This is {function!r}."
        )
    status, message = _judge(entry, function.__wrapped__)
    function.status = status
    record.note_attempt(
        entry.key, done=status == "done", tried=status != "open", answer=_fingerprint(function.__wrapped__)
    )
    _say(status, f"{entry.number} {entry.title}: {message}")
    if status != "done" and os.environ.get("NBGRADER_EXECUTION"):
        raise AssertionError(f"{entry.number} {entry.title}: {message}")


def ready(*functions):
    """Say whether the exercises that a cell builds on are written; if not, print which ones it waits for.

    For the graded assignment, where nothing stands in for what is missing.

    Parameters
    ----------
    *functions : callable
        Functions that you marked with ``@rk.exercise(...)``.

    Returns
    -------
    bool
        True if all are written. One whose check found a mistake counts as written, and a line says so.

    Examples
    --------
    >>> @exercise("00.half_as_bright")
    ... def half_as_bright(image):
    ...     raise NotImplementedError()
    >>> if ready(half_as_bright):
    ...     print(half_as_bright(0.8))
    ○ This cell waits for 0.1 half as bright.
    """
    missing = [f.exercise for f in functions if f.status == "open" or (f.status is None and _is_stub(f.__wrapped__))]
    if missing:
        _say("open", f"This cell waits for {', '.join(f'{entry.number} {entry.title}' for entry in missing)}.")
        return False
    for entry in (f.exercise for f in functions if f.status == "wrong"):
        _say("wrong", f"The check of {entry.number} {entry.title} found a mistake; this cell uses it as it is.")
    return True


def _is_stub(function):
    """Whether the gap of an exercise is still there."""
    return "NotImplementedError" in getattr(getattr(function, "__code__", None), "co_names", ())


def _judge(entry, student):
    """Return the status and the message for one answer; where it calls other exercises, it meets their references."""
    global _judged
    _judged = entry.key
    try:
        _refuse_borrowed(entry, student)
        praise = entry.check(student)
    except NotImplementedError:
        hint_line = f' Hint 1 of {len(entry.hints)}: rk.hint("{entry.key}")' if entry.hints else ""
        below = "the reference stands in below" if entry.reference else "it is graded: nothing stands in for it"
        return "open", f"not done yet ({below}).{hint_line}"
    except Wrong as diagnosis:
        return "wrong", str(diagnosis)
    except Exception as error:
        return (
            "wrong",
            f"your output made the check stumble ({type(error).__name__}: {error}). Does it return what the docstring says?",
        )
    finally:
        _judged = None
    return "done", praise or "right. Well done."


def _fingerprint(student):
    """Return a short text that changes when the answer's code does."""
    code = getattr(student, "__code__", None)
    if code is None:
        return ""
    constants = [constant for constant in code.co_consts if not hasattr(constant, "co_code")]
    return hashlib.sha1(code.co_code + repr((constants, code.co_names)).encode()).hexdigest()[:12]


def _refuse_borrowed(entry, student):
    """Say so where an answer only calls the library's own: a help for the honest, no wall against cheats."""
    names = set(getattr(getattr(student, "__code__", None), "co_names", ()))
    if entry.reference and {"rk", "restorekit"} & names and {entry.reference.__name__, "reference"} & names:
        raise Wrong("your function calls the library's own answer. Here you write it yourself.")


def hint(key, number=None):
    """Show the next hint of an exercise; each call shows a stronger one.

    Parameters
    ----------
    key : str
        For example ``"01.shot_noise"``.
    number : int, optional
        Show this hint, counted from 1, instead of the next.

    Raises
    ------
    LookupError
        When there is no such exercise.
    ValueError
        When it has no hint of this number.

    Examples
    --------
    >>> hint("00.half_as_bright", 1)
    ○ 0.1 half as bright, hint 1 of 3: Which one operation turns 0.8 into 0.4, 0.2 into 0.1, and leaves 0 alone?
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
    """Show what is done, tried and open, unit by unit, from your progress record. In a notebook a click opens a unit.

    Examples
    --------
    >>> progress()
    Unit 00: ...
      ... 0.1 half as bright: ...
    Unit 01: ...
    """
    done = record.read()["exercises"]
    lines, markup = [], []
    for lab in labs():
        entries = exercises_of(lab)
        states = {e: _state(done.get(e.key, {})) for e in entries}
        finished = sum(state == "done" for state in states.values())
        lines.append(f"Unit {lab[3:]}: {finished} of {len(entries)} done  {''.join(MARKS[s] for s in states.values())}")
        rows = []
        for e, status in states.items():
            attempts = done.get(e.key, {}).get("attempts", 0)
            word = {"done": "done", "wrong": "tried", "open": "open"}[status]
            tries = f" ({attempts} attempts)" if attempts > 1 else ""
            lines.append(f"  {MARKS[status]} {e.number} {e.title}: {word}{tries}")
            colour = f"<span style='color:{COLOURS[status]}'>{MARKS[status]} {word}</span>"
            rows.append(f"<li>{colour} {e.number} {html.escape(e.title)}{tries}</li>")
        shown = "".join(f"<span style='color:{COLOURS[s]}'>{MARKS[s]}</span>" for s in states.values())
        markup.append(
            f"<details><summary>Unit {lab[3:]}: {finished} of {len(entries)} done {shown}</summary>"
            f"<ul style='list-style:none'>{''.join(rows)}</ul></details>"
        )
    _show("\n".join(lines), "".join(markup))


def _state(entry):
    """Return the status of one exercise from its record."""
    return "done" if entry.get("done") else "wrong" if entry.get("attempts") else "open"


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
