"""Blackboard's download: whose file is it, and when did it come? By the LMS's own words alone, never by a guess."""

import dataclasses
import re
import unicodedata
from collections import defaultdict
from datetime import UTC, datetime

from restorekit.grading.archive import shown
from restorekit.grading.receipts import parse_receipt, receipt_time
from restorekit.handed_in import Refused

__all__ = ["letters", "moment", "sort_out"]

#: The first of these in a name is the LMS's; a student chooses only what stands behind it.
_MARK = re.compile(r"_attempt_([0-9]{4}(?:-[0-9]{2}){5})")
_BEGINNING = re.compile(r"[^/\\]{1,300}")
_LARGEST_RECEIPT = 1_000_000
_SLACK = 120  # seconds between the receipt's time and the file names'


def sort_out(archive, items, zone, roster):
    """Say whose the files of Blackboard's download are: the function behind ``lms="blackboard"`` of `ingest.read`.

    ``{Assignment}_{username}_attempt_{time}_{original name}`` leaves open where the assignment's name ends. The receipt of the same
    attempt (or else of another attempt with the same beginning) tells, if it fits; else the roster, if one user name alone fits.

    Parameters
    ----------
    archive : ZipArchive or FolderArchive
    items : list of Item
    zone : tzinfo
    roster : dict of str to str
        User names by their folded form; may be empty.

    Returns
    -------
    handed : list of (student, when, items, remarks)
        One for each attempt; the items under their original names.
    full_names : dict of str to str
    unresolved : list of str
    remarks : list of str
    assignment : str
        Its name, as file names have it; "" if there are several.
    """
    groups, strange = _groups(items)
    receipts = {key: _read_receipt(archive, key, group["receipts"]) for key, group in groups.items()}
    by_beginning = defaultdict(set)
    for (beginning, _), (receipt, _) in receipts.items():
        if receipt:
            by_beginning[beginning].add(receipt.user)
    handed, full_names, unresolved, remarks, assignments, undated = [], {}, [], [], set(), 0
    for key in sorted(groups):
        (beginning, time), group, (receipt, doubt) = key, groups[key], receipts[key]
        user, reason = _user(beginning, receipt, by_beginning[beginning], roster, doubt)
        try:
            when, notes = moment(time, zone)
        except (ValueError, OverflowError):
            user, reason = "", "that is no time"
        if not user:
            count = len(group["files"]) + len(group["receipts"])
            reason = f"{doubt}; {reason}" if doubt else reason
            unresolved.append(f'"{shown(beginning)}", {time} ({count} file{"s" * (count > 1)}): {reason}.')
            continue
        notes = [note for note in (notes, doubt and f"{doubt[0].upper()}{doubt[1:]}.") if note]
        assignments.add(beginning[: -len(user) - 1])
        if receipt:
            full_names[user] = receipt.full_name
            told = receipt_time(receipt.date)
            undated += told is None
            notes += _compared(receipt, told, when.replace(tzinfo=None), group["files"])
        elif not doubt:
            notes.append("There is no receipt for this attempt.")
        handed.append((user, when, [item for _, item in group["files"]], notes))
    if len(assignments) > 1:
        names = ", ".join(f'"{shown(name)}"' for name in sorted(assignments)[:5])
        remarks.append(f"The download holds {len(assignments)} assignments: {names}. Is it the right one?")
    if undated:
        remarks.append(f"{undated} receipts have a date in a form that is not known here, so it was not compared.")
    return handed, full_names, unresolved + strange, remarks, assignments.pop() if len(assignments) == 1 else ""


def moment(time, zone):
    """The time in a file name as a moment, and what is odd about it.

    Parameters
    ----------
    time : str
        ``YYYY-MM-DD-hh-mm-ss``
    zone : tzinfo

    Returns
    -------
    when : datetime
    remark : str

    Examples
    --------
    >>> from zoneinfo import ZoneInfo
    >>> moment("2026-06-08-23-42-10", ZoneInfo("Asia/Seoul"))[0].isoformat()
    '2026-06-08T23:42:10+09:00'
    >>> moment("2026-10-25-01-30-00", ZoneInfo("Europe/London"))[1]
    'There are two moments 2026-10-25 01:30:00 in this time zone (clocks go back); the earlier one counts.'
    """
    when = datetime.strptime(time, "%Y-%m-%d-%H-%M-%S").replace(tzinfo=zone)
    clock = when.astimezone(UTC).astimezone(zone)
    if clock.replace(tzinfo=None) != when.replace(tzinfo=None):
        return (
            clock,
            f"There is no {when:%Y-%m-%d %H:%M:%S} in this time zone (clocks go forward): is it the LMS's? {clock:%H:%M:%S} counts.",
        )
    if when.utcoffset() != when.replace(fold=1).utcoffset():
        said = f"There are two moments {when:%Y-%m-%d %H:%M:%S} in this time zone (clocks go back)"
        return when, f"{said}; the earlier one counts."
    return when, ""


def _groups(items):
    """Files and receipts by (what stands before the mark, time)."""
    groups, strange = defaultdict(lambda: {"files": [], "receipts": []}), []
    for item in items:
        name = unicodedata.normalize("NFC", item.name)
        mark = _MARK.search(name)
        beginning, rest = (name[: mark.start()], name[mark.end() :]) if mark else ("", "")
        if (
            not _BEGINNING.fullmatch(beginning)
            or not beginning.isprintable()
            or not (rest == ".txt" or rest[:1] == "_")
        ):
            strange.append(item)
        elif rest == ".txt":
            groups[beginning, mark[1]]["receipts"].append(item)
        else:
            groups[beginning, mark[1]]["files"].append((name, dataclasses.replace(item, name=rest[1:])))
    default = "has no name of the form that the LMS gives"
    return groups, [f'"{shown(item.name)}" {item.problem or default}.' for item in strange]


def _read_receipt(archive, key, items):
    """The receipt of an attempt if it fits the names of its files, and the doubt about it if it does not."""
    if not items:
        return None, ""
    if any(not archive.alike(items[0], other) for other in items[1:]):
        return None, "there are two receipts for it, which differ"
    try:
        receipt = parse_receipt(archive.read(items[0], _LARGEST_RECEIPT))
    except Refused as problem:
        return None, f"its receipt {problem}"
    if receipt is None:
        return None, "its receipt does not begin like one"
    beginning = key[0]
    if not receipt.user.isprintable() or not _ends(beginning, receipt.user):
        return None, f'its receipt is that of "{shown(receipt.user)}", its files are not'
    splits = [(beginning[:k], beginning[k + 1 :]) for k, letter in enumerate(beginning) if letter == "_" and k]
    by_assignment = {user for name, user in splits if letters(name) == letters(receipt.assignment)}
    if by_assignment and receipt.user not in by_assignment:
        return (
            None,
            f'its receipt names "{shown(receipt.user)}" and "{shown(receipt.assignment)}", which do not fit together',
        )
    return receipt._replace(full_name=shown(receipt.full_name)), ""


def _user(beginning, receipt, known, roster, doubt):
    """Whose attempt it is, as the roster spells it, or "" and the reason."""
    fitting = sorted(user for user in roster.values() if _ends(beginning, user))
    names = " and ".join(f'"{shown(user)}"' for user in fitting)
    told = {receipt.user} if receipt else known
    if len(told) == 1:
        (user,) = told
        spelled = roster.get(user.casefold())
        if fitting and not spelled:
            return "", f'the receipt says "{shown(user)}", but of the roster {names} would fit'
        return spelled or user, ""
    if len(fitting) == 1:
        return fitting[0], ""
    if not roster and not doubt and beginning.count("_") == 1 and beginning[0] != "_" != beginning[-1]:
        return beginning.partition("_")[2], ""  # there is no other way to read it
    if fitting:
        return "", f"{names} both fit, and no receipt says which"
    return "", "no receipt says whose it is, and " + (
        "no user name of the roster fits" if roster else "there is no roster"
    )


def _compared(receipt, told, clock, files):
    """Where a receipt and the files differ."""
    notes, listed, there = [], set(receipt.files), {name.strip() for name, _ in files}
    if told and abs((told - clock).total_seconds()) > _SLACK:
        notes.append(f"The receipt says {told}, the names of the files {clock}; the names count.")
    if listed - there:
        names = ", ".join(f'"{shown(name)}"' for name in sorted(listed - there)[:5])
        notes.append(f"The receipt lists what the download lacks or belongs to another attempt: {names}.")
    if listed and there - listed:
        names = ", ".join(f'"{shown(name)}"' for name in sorted(there - listed)[:5])
        notes.append(f"The receipt does not list {names}.")
    return notes


def _ends(beginning, user):
    """True if a file's name can begin with an assignment, and then this user's name."""
    return 0 < len(user) < len(beginning) - 1 and beginning.casefold().endswith(f"_{user.casefold()}")


def letters(text):
    """Letters and digits alone: an LMS changes the others of an assignment's name on the way into a file name.

    Parameters
    ----------
    text : str

    Returns
    -------
    str

    Examples
    --------
    >>> letters("Denoising: part 1") == letters("Denoising_part_1")
    True
    """
    return "".join(filter(str.isalnum, text.casefold()))
