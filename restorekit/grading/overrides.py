"""The instructor's own decisions: points or a later date for single students, with a reason. Applied last, and shown."""

import csv
import io
from typing import NamedTuple

from restorekit.grading.key import parse_due

__all__ = ["Override", "read"]

_COLUMNS = ["student", "points", "extension", "reason"]


class Override(NamedTuple):
    """A decision: points on the rubric's scale or None, a due date or None, and why."""

    points: float | None
    due: object
    reason: str


def read(path):
    """Read overrides from a file with the columns student (the user name), points, extension and reason.

    Parameters
    ----------
    path : Path
        If there is none, there are no overrides.

    Returns
    -------
    dict of str to Override

    Raises
    ------
    ValueError
        If a line can't be understood; the message names it.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "overrides.csv")
    ...     _ = path.write_text("student,points,extension,reason\\nkim,80,,oral exam\\n")
    ...     read(path)
    {'kim': Override(points=80.0, due=None, reason='oral exam')}
    """
    if not path.is_file():
        return {}
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ValueError(f"{path.name} is not saved as UTF-8; in Excel, save it as CSV UTF-8") from problem
    rows = list(csv.reader(io.StringIO(text)))
    if not rows or [name.strip().lower() for name in rows[0]] != _COLUMNS:
        raise ValueError(f"{path.name} must begin with the line {','.join(_COLUMNS)}")
    found = {}
    for number, row in enumerate(rows[1:], 2):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        where = f"{path.name}, line {number}"
        if len(cells) != 4 or not cells[0]:
            raise ValueError(
                f"{where}: four columns are expected, {', '.join(_COLUMNS)}; texts with commas need quotes"
            )
        student, points, extension, reason = cells
        if student in found:
            raise ValueError(f"{where}: {student} has a line already")
        if not (points or extension) or not reason:
            raise ValueError(f"{where}: {student} needs points or an extension, and a reason")
        found[student] = Override(_points(points, where), _due(extension, where), reason)
    return found


def _points(text, where):
    """Points as a number, or None."""
    if not text:
        return None
    try:
        points = float(text)
    except ValueError as problem:
        raise ValueError(f'{where}: "{text}" are no points; write a number such as 80 or 72.5') from problem
    if not 0 <= points < 1e6:
        raise ValueError(f"{where}: {text} points; they must be a number from 0")
    return points


def _due(text, where):
    """A date, or None."""
    try:
        return parse_due(text) if text else None
    except ValueError as problem:
        raise ValueError(f"{where}: {problem}") from problem
