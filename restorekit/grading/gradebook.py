"""The gradebook that the LMS gives and takes back, and tables of our own that are safe to open in a spreadsheet."""

import csv
import io
import math
import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from restorekit import atomic
from restorekit.grading import delimited
from restorekit.grading.archive import shown

__all__ = ["Gradebook", "fill", "load", "safe_cell", "write_table"]

_LARGEST = 50_000_000
#: Headers of the column with the user names, the likeliest first; and of people's names.
_USER = (
    "username",
    "user name",
    "사용자 이름",
    "사용자이름",
    "사용자명",
    "user id",
    "아이디",
    "student id",
    "학생 id",
    "학번",
)
_FIRST, _LAST, _FULL = ("first name", "이름"), ("last name", "surname", "성"), ("full name", "name", "student", "성명")
_NUMBER = re.compile(r"[+-]?[0-9]+(\.[0-9]+)?")
_MEASURE = re.compile(rf" *{_NUMBER.pattern}( ?[A-Za-z%]+)?")


@dataclass(frozen=True)
class Gradebook:
    """A gradebook as `load` read it.

    Attributes
    ----------
    path : Path
    encoding : str
    mark : bytes
        The byte order mark that it begins with, or b"".
    rows : list of list of (str, str)
        All fields as they stand in the file, each with what ends it; rows[0] has the headers. See `delimited.rows`.
    user_column : int
    users : dict of str to int
        The row of each user.
    roster : dict of str to str
        Full names by user name; "" where the file has none.
    """

    path: Path
    encoding: str
    mark: bytes
    rows: list
    user_column: int
    users: dict
    roster: dict

    @property
    def headers(self):
        """What the columns are called."""
        return [delimited.value(field) for field in self.rows[0]]


def load(path, user_column=""):
    """Read the gradebook that the LMS exported: commas or tabs, UTF-8, UTF-16 or Korean Windows' code page.

    Parameters
    ----------
    path : path
    user_column : str, optional
        Header of the column with the user names, if it is none of the usual ones.

    Returns
    -------
    Gradebook

    Raises
    ------
    OSError
        If it can't be opened.
    ValueError
        If it is no such table, has no column with user names, or a user twice.
    """
    path = Path(path).expanduser()
    with open(path, "rb") as file:
        data = file.read(_LARGEST + 1)
    if len(data) > _LARGEST:
        raise ValueError(f"{path} has more than {_LARGEST / 1e6:g} MB; is it a gradebook?")
    text, encoding, mark = delimited.decode(path, data)
    rows = delimited.rows(path, text)
    headers = [_folded(delimited.value(field)) for field in rows[0]]
    if user_column:
        column = _only(
            path, [k for k, header in enumerate(headers) if header == _folded(user_column)], rows[0], user_column
        )
    else:
        known = [header for header in _USER if header in headers]
        if not known:
            listed = ", ".join(f'"{shown(delimited.value(field))}"' for field in rows[0][:12])
            raise ValueError(
                f"{path} has no column with user names (it has {listed}); is it the gradebook? If so, name the column with --user-column"
            )
        column = _only(path, [k for k, header in enumerate(headers) if header == known[0]], rows[0], known[0])
    users, roster = {}, {}
    for k, row in enumerate(rows[1:], 1):
        user = unicodedata.normalize("NFC", delimited.value(row[column]).strip()) if len(row) > 1 else ""
        if user:
            users.setdefault(_folded(user), []).append(k)
            roster[user] = _full_name(dict(zip(headers, map(delimited.value, row), strict=True)))
    twice = [user for user in roster if len(users[_folded(user)]) > 1]
    if twice:
        raise ValueError(f"{path} has {_listed(twice)} more than once; which row is right?")
    return Gradebook(path, encoding, mark, rows, column, {user: own[0] for user, own in users.items()}, roster)


def fill(gradebook, column, marks):
    """Put marks into one column, and leave every other byte as it was.

    Parameters
    ----------
    gradebook : Gradebook
    column : str
        The column's header, or a part of it that no other column has; capital and small letters are the same.
    marks : dict of str to (float or None)
        By user name. Users without one, and those with None, keep what stands there.

    Returns
    -------
    contents : bytes
        For `atomic.write`.
    remarks : tuple of str
        What was replaced.

    Raises
    ------
    ValueError
        If no column or more than one fits, a user is not in the gradebook, or a mark is not a number that can be written.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "gradebook.csv")
    ...     _ = path.write_bytes(b'"Username","Denoising [Total Pts: 100 Score] |123"\\n"ada",""\\n"bob","7"\\n')
    ...     fill(load(path), "denoising", {"ada": 87.5})
    (b'"Username","Denoising [Total Pts: 100 Score] |123"\\n"ada","87.5"\\n"bob","7"\\n', ())
    """
    path, rows = gradebook.path, [list(row) for row in gradebook.rows]
    headers = [_folded(delimited.value(field)) for field in rows[0]]
    fitting = [k for k, header in enumerate(headers) if header == _folded(column)]
    fitting = fitting or [k for k, header in enumerate(headers) if _folded(column) in header]
    chosen = _only(path, fitting, gradebook.rows[0], column)
    if chosen == gradebook.user_column or headers[chosen] in _USER + _FIRST + _LAST + _FULL:
        raise ValueError(f'the column "{shown(delimited.value(rows[0][chosen]))}" of {path} has names, not marks')
    unknown = [user for user in marks if _folded(user) not in gradebook.users]
    if unknown:
        raise ValueError(
            f"{_listed(unknown)} can't be found in {path}; is it the gradebook of this class, and a fresh one?"
        )
    remarks, texts = [], Counter()
    for user, mark in marks.items():
        if mark is None:
            continue
        row = rows[gradebook.users[_folded(user)]]
        new, (field, end) = _written(user, mark), row[chosen]
        old = delimited.value(row[chosen]).strip()
        row[chosen] = (f'"{new}"' if field.startswith('"') else new), end
        if old and not _NUMBER.fullmatch(old):
            texts[old] += 1
        elif old and float(old) != float(new):
            remarks.append(f"{shown(user)}: {old} stood in the gradebook, and is replaced by {new}.")
    remarks += [
        f'"{shown(text)}" stood in {count} cells, and is replaced by marks.' for text, count in sorted(texts.items())
    ]
    text = "".join(field + end for row in rows for field, end in row)
    return gradebook.mark + text.encode(gradebook.encoding), tuple(remarks)


def safe_cell(value):
    """A cell for our own tables that no spreadsheet takes for a formula.

    Parameters
    ----------
    value : object
        Numbers, and texts that are nothing but a number, stay as they are; None and NaN become "".

    Returns
    -------
    int, float or str

    Examples
    --------
    >>> safe_cell("=cmd()"), safe_cell(" -1+2"), safe_cell("-3.5"), safe_cell(-3.5), safe_cell("a-b")
    ("'=cmd()", "' -1+2", '-3.5', -3.5, 'a-b')
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return ""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    text = str(value).replace("\0", "")
    if _NUMBER.fullmatch(text):
        return text
    # Where a semicolon or a tab parts the cells, quotes in mid-line don't hold, and each piece may begin a formula.
    first, *rest = re.split(r"([;,\t\r\n|])", text)
    rest = [piece if _MEASURE.fullmatch(piece) else _harmless(piece) for piece in rest]
    return ("'" if text.lstrip(" ")[:1] in tuple("\t\r\n") else "") + _harmless(first) + "".join(rest)


def write_table(path, header, rows):
    """Write a table of our own as CSV: UTF-8 that Excel recognises, every cell through `safe_cell`, all or nothing.

    Parameters
    ----------
    path : Path
    header : sequence of str
    rows : iterable of sequence
    """
    file = io.StringIO()
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerows([safe_cell(value) for value in row] for row in [header, *rows])
    atomic.write(Path(path), file.getvalue().encode("utf-8-sig", "replace"))


def _harmless(piece):
    """A piece of a cell, with an apostrophe before what could begin a formula. NFKC: the wide forms of Korean keyboards count."""
    first = next(
        (letter for letter in unicodedata.normalize("NFKC", piece) if letter.isprintable() and letter not in ' "'), ""
    )
    return f"'{piece}" if first in tuple("=+-@") else piece


def _only(path, found, header, column):
    """The one column that was found, or a refusal."""
    if len(found) == 1:
        return found[0]
    if found:
        listed = ", ".join(f'"{shown(delimited.value(header[k]))}"' for k in found[:8])
        raise ValueError(
            f'{path} has {len(found)} columns for "{shown(column)}": {listed}. Name one, by a part of its header alone'
        )
    listed = ", ".join(f'"{shown(delimited.value(field))}"' for field in header[:30])
    raise ValueError(f'{path} has no column for "{shown(column)}". It has {listed}')


def _full_name(row):
    """A person's name from a row by headers; Korean names have the family name first, without a blank."""
    first, last, full = (
        next((row[header].strip() for header in headers if header in row), "") for headers in (_FIRST, _LAST, _FULL)
    )
    korean = first and last and all("가" <= letter <= "힣" for letter in first + last)
    return shown(last + first if korean else " ".join(filter(None, (first, last))) or full)


def _written(user, mark):
    """A mark as LMSs write it: at most two digits after the point, and none without need."""
    if isinstance(mark, bool | str) or not math.isfinite(mark):
        raise ValueError(f"the mark of {shown(user)} is {mark!r}, which is not a number")
    return f"{mark:.2f}".rstrip("0").rstrip(".")


def _folded(text):
    return unicodedata.normalize("NFC", text).strip().casefold()


def _listed(users):
    return ", ".join(f'"{shown(user)}"' for user in users[:10]) + (
        f" and {len(users) - 10} more" if len(users) > 10 else ""
    )
