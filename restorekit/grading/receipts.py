"""Receipts of Blackboard: four lines of the LMS's, then whatever the student wrote, then the LMS's list of files."""

import re
import unicodedata
from datetime import datetime
from typing import NamedTuple

__all__ = ["Receipt", "parse_receipt", "receipt_time"]

_CLOCK = r",?(?: at)?,? (?P<half>오전|오후)? ?(?P<hour>\d{1,2})(?::|시 ?)(?P<minute>\d{1,2})(?:(?::|분 ?)(?P<second>\d{1,2}))?초?"
_DATES = [
    re.compile(form + _CLOCK + r"(?: ?(?P<noon>[AP])\.?M)?", re.IGNORECASE)
    for form in (
        r"(?P<month>[A-Z]{3,9})\.? (?P<day>\d{1,2}), (?P<year>\d{4})",  # US: June 8, 2026 11:42:10 PM
        r"(?P<day>\d{1,2}) (?P<month>[A-Z]{3,9})\.? (?P<year>\d{4})",  # UK: 8 June 2026 23:42:10
        r"(?P<year>\d{4})(?:년|\.) ?(?P<month>\d{1,2})(?:월|\.) ?(?P<day>\d{1,2})(?:일|\.)(?: ?\(?[월화수목금토일](?:요일)?\)?)?",
    )
]
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september"]
_MONTHS += ["october", "november", "december"]


class Receipt(NamedTuple):
    """What a receipt says; `files` are the names in the download, `date` is as written."""

    user: str
    full_name: str
    assignment: str
    date: str
    files: tuple


def parse_receipt(data):
    """Read a receipt. The student's own text in it, whatever it looks like, is not taken for the LMS's.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    Receipt or None
        None if it does not begin like one.

    Examples
    --------
    >>> parse_receipt(b"Name: Ada King (aking)\\nAssignment: Denoising\\nComments:\\nName: B (bob)\\n")
    Receipt(user='aking', full_name='Ada King', assignment='Denoising', date='', files=())
    """
    lines = re.split(r"\r\n|\r|\n", unicodedata.normalize("NFC", _text(data)))
    head = {}
    for line in lines[:8]:  # four lines, and whoever put empty ones between; then the student speaks
        label, colon, value = line.partition(":")
        if label in ("Submission Field", "Comments", "Files"):
            break
        if colon:
            head.setdefault(label.strip(), value[:5000].strip())
    match = re.fullmatch(r"(.*\S)?\s*\(([^()]+)\)", head.get("Name", ""))
    if not match or not lines[0].startswith("Name:"):
        return None
    last = max((k for k, line in enumerate(lines) if line == "Files:"), default=len(lines))
    names = (
        line.strip().removeprefix("Filename:").strip() for line in lines[last:] if line.lstrip()[:9] == "Filename:"
    )
    return Receipt(match[2], match[1] or "", head.get("Assignment", ""), head.get("Date Submitted", ""), tuple(names))


def receipt_time(date):
    """The clock time that a receipt's date says, in its US, UK or Korean form, or None.

    Parameters
    ----------
    date : str

    Returns
    -------
    datetime or None
        Without a time zone: that of the LMS.

    Examples
    --------
    >>> receipt_time("Monday, June 8, 2026 11:42:10 PM KST") == receipt_time("2026년 6월 8일 월요일 오후 11시 42분 10초 KST")
    True
    """
    date = unicodedata.normalize("NFKC", date)
    found = next(filter(None, (form.search(date) for form in _DATES)), None)
    if not found:
        return None
    month = found["month"].lower()
    month = (
        int(month) if month.isdecimal() else next((k for k, name in enumerate(_MONTHS, 1) if name.startswith(month)), 0)
    )
    hour, half = int(found["hour"]), found["half"] or (found["noon"] or "").upper()
    hour = hour % 12 + 12 * (half in ("오후", "P")) if half else hour
    try:
        return datetime(
            int(found["year"]), month, int(found["day"]), hour, int(found["minute"]), int(found["second"] or 0)
        )
    except ValueError:
        return None


def _text(data):
    """Bytes as text."""
    for encoding in ("utf-8-sig", "cp949"):
        try:
            return data.decode("utf-16" if data[:2] in (b"\xff\xfe", b"\xfe\xff") else encoding)
        except UnicodeDecodeError:
            pass
    return data.decode("latin-1")
