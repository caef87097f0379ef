"""From an LMS's download to attempts: whose they are, when they came, and which files count. Nothing of them is opened but receipts."""

import dataclasses
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from restorekit.grading import archive as archives
from restorekit.grading import blackboard, naming
from restorekit.grading.archive import Item, shown

__all__ = ["Attempt", "Intake", "Item", "choose", "is_late", "read"]

PICTURES = tuple(f"Model{k}.png" for k in (1, 2, 3))
SOURCES = tuple((f"Model{k}.py", f"Model{k}.ipynb") for k in (1, 2, 3))
#: How LMSs name their files, by LMS; what such a function takes and gives is said in `blackboard.sort_out`.
LMS = {"blackboard": blackboard.sort_out}
_MOST_SAID = 20


@dataclass(frozen=True)
class Attempt:
    """What a student handed in at one time.

    Attributes
    ----------
    student : str
        The LMS's user name. No path is to be made of it.
    when : datetime or None
        With its time zone; None if it is not known (a plain folder).
    files : dict of str to Item
        By the name asked for: "Model1.png", "Model1.py" or "Model1.ipynb" (or both), ...
    others : tuple of str
        Names of files that are none of these.
    remarks : tuple of str
        Sentences for the instructor.
    """

    student: str
    when: datetime | None
    files: dict
    others: tuple = ()
    remarks: tuple = ()

    @property
    def missing(self):
        """What is not there, or can't be read, as a tuple of names."""
        there = {name for name, item in self.files.items() if not item.problem}
        wanted = [(name,) for name in PICTURES] + list(SOURCES)
        return tuple(" or ".join(names) for names in wanted if there.isdisjoint(names))

    @property
    def complete(self):
        """True if three pictures and three sources are there, and can be read as far as can be told without opening them."""
        return not self.missing


@dataclass(frozen=True)
class Intake:
    """All that a download holds.

    Attributes
    ----------
    attempts : dict of str to tuple of Attempt
        By student, in the order of time.
    full_names : dict of str to str
        From the receipts. Two students may have the same.
    unresolved : tuple of str
        Sentences about files that can't be given to a student.
    remarks : tuple of str
        Sentences about the whole download.
    assignment : str
        The assignment's name, as the LMS writes it into file names; "" if it is not known.
    """

    attempts: dict
    full_names: dict
    unresolved: tuple = ()
    remarks: tuple = ()
    assignment: str = ""


def read(path, zone, roster=None, lms="blackboard"):
    """Read what a class handed in: the LMS's zip, the folder it was unpacked to, or a folder with one sub-folder a student.

    Parameters
    ----------
    path : path
    zone : str or tzinfo
        The time zone of the times in the file names, such as "Asia/Seoul".
    roster : iterable of str, optional
        User names (the keys of `gradebook.Gradebook.roster`, for example). They settle what receipts leave open.
    lms : str, optional
        A key of `LMS`.

    Returns
    -------
    archive : ZipArchive or FolderArchive
        ``archive.read(item, limit)`` gives the contents of a file.
    intake : Intake

    Raises
    ------
    OSError
        If there is no such file or folder, or it can't be opened.
    ValueError
        If it is no zip, or holds no submission, or for an unknown time zone or LMS.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     name = "Denoising_ada_attempt_2026-06-08-23-42-10_model1.png"
    ...     _ = pathlib.Path(folder, name).write_bytes(b"no picture")
    ...     archive, intake = read(folder, "Asia/Seoul", roster=["ada", "bob"])
    >>> (attempt,) = intake.attempts["ada"]
    >>> attempt.when.isoformat(), attempt.files["Model1.png"].size, attempt.complete
    ('2026-06-08T23:42:10+09:00', 10, False)
    >>> attempt.remarks
    ('There is no receipt for this attempt.', '"model1.png" counts as Model1.png.')
    """
    if lms not in LMS:
        raise ValueError(f"the LMS {lms!r} is not known here; known: {', '.join(LMS)}")
    zone = _time_zone(zone)
    roster = {_folded(user): unicodedata.normalize("NFC", user) for user in roster or ()}
    archive = archives.open_archive(path)
    items = [item for item in archive.items() if not naming.SYSTEM_FILE.search(item.name)]
    plain = isinstance(archive, archives.FolderArchive) and not any(_top_file(item) for item in items)
    if plain:
        handed, full_names, unresolved, remarks, assignment = *_sub_folders(items, roster), ""
    else:
        handed, full_names, unresolved, remarks, assignment = LMS[lms](archive, _without_folder(items), zone, roster)
    attempts = defaultdict(list)
    for student, when, own, notes in handed:
        files, others, more = naming.counting(archive, own)
        attempts[student].append(Attempt(student, when, files, others, (*notes, *more)))
    if not attempts or (plain and not any(attempt.files for own in attempts.values() for attempt in own)):
        said = f" First of all: {unresolved[0]}" if unresolved else ""
        raise ValueError(f"{path} holds no submission: neither {lms}'s files nor a sub-folder for each student.{said}")
    if len(unresolved) > 100:
        unresolved = [*unresolved[:100], f"And {len(unresolved) - 100:,} more like these."]
    remarks = [*remarks, *_about_students(attempts, full_names, roster)]
    in_order = {student: tuple(sorted(own, key=_time)) for student, own in sorted(attempts.items())}
    return archive, Intake(in_order, full_names, tuple(unresolved), tuple(remarks), assignment)


def choose(attempts, due, *, late_counts=False, incomplete_counts=True):
    """Choose the attempt of a student that is graded: the latest complete one in time, or else what the rubric allows.

    Parameters
    ----------
    attempts : sequence of Attempt
        Of one student, in the order of time.
    due : datetime or None
        With a time zone; what came at this second is in time. None: all is.
    late_counts : bool, optional
        Where nothing complete came in time, take the latest complete one that came late.
    incomplete_counts : bool, optional
        Where there is nothing complete so far, take the latest incomplete one (in time, or else late if late work counts).

    Returns
    -------
    attempt : Attempt or None
    reasons : tuple of str
        Sentences: what was chosen, and why not the later ones.

    Examples
    --------
    >>> choose([], None)
    (None, ('Nothing was handed in.',))
    """
    if due is not None and due.tzinfo is None:
        raise ValueError(f"the due time {due} has no time zone; give one, for example Asia/Seoul")
    if not attempts:
        return None, ("Nothing was handed in.",)
    parts = [
        [attempt for attempt in attempts if is_late(attempt, due) == late] for late in (False, True)[: 1 + late_counts]
    ]
    order = [[attempt for attempt in part if attempt.complete] for part in parts] + (parts if incomplete_counts else [])
    chosen = next((part[-1] for part in order if part), None)
    reasons = [_why(chosen, due, len(attempts)) if chosen else "No attempt counts."]
    for attempt in attempts:
        if attempt is chosen or (chosen and _time(attempt) < _time(chosen)):
            continue
        if is_late(attempt, due) and not late_counts:
            why = f"came {attempt.when.astimezone(UTC) - due} (hours:minutes:seconds) after the due time"
        elif not attempt.complete:
            why = f"is not complete: {', '.join(attempt.missing)}"
        else:
            why = "came late" if is_late(attempt, due) else "has the same time; the last in the download counts"
        reasons.append(f"Not counted: {_label(attempt)}, which {why}.")
    return chosen, tuple(reasons)


def _why(chosen, due, count):
    """Say which attempt is graded."""
    which = "the only attempt" if count == 1 else f"one of {count} attempts"
    state = "complete" if chosen.complete else f"not complete: {', '.join(chosen.missing)}"
    if chosen.when is None:
        return f"Graded: {which}, whose time is not known; it is {state}."
    came = "late" if is_late(chosen, due) else "in time"
    return f"Graded: {which}, {_label(chosen)}; it came {came} and is {state}."


def _label(attempt):
    return f"that of {attempt.when:%Y-%m-%d %H:%M:%S}" if attempt.when else "that without a time"


def _time(attempt):
    """What attempts are sorted by."""
    return attempt.when.timestamp() if attempt.when else float("-inf")


def is_late(attempt, due):
    """True if an attempt came after the due time; one of which no time is known did not.

    They are compared as moments: datetimes of one time zone are compared by their clocks, which are set back in autumn.

    Parameters
    ----------
    attempt : Attempt
    due : datetime or None

    Returns
    -------
    bool
    """
    return due is not None and attempt.when is not None and attempt.when.timestamp() > due.timestamp()


def _time_zone(zone):
    if not isinstance(zone, str):
        return zone
    try:
        return ZoneInfo(zone)
    except (KeyError, ValueError, OSError) as problem:
        hint = "it should be like Asia/Seoul or Europe/London (on Windows, the package tzdata must be there)"
        raise ValueError(f"the time zone {zone!r} is not known; {hint}") from problem


def _top_file(item):
    """True for a file that lies in the folder itself, under a name of an LMS's form."""
    return "/" not in item.name and "_attempt_" in item.name


def _without_folder(items):
    """Items without the folder that they all lie in, which stems from packing the download again; and without folders."""
    items = [item for item in items if not item.name.endswith("/")]
    tops = {item.name.partition("/")[0] + "/" for item in items}
    top = tops.pop() if len(tops) == 1 else ""
    if not top or "_attempt_" in top or any("/" not in item.name for item in items):
        return items
    return [dataclasses.replace(item, name=item.name.removeprefix(top)) for item in items]


def _sub_folders(items, roster):
    """Whose the files of a plain folder are."""
    own, unresolved = {}, []
    for item in items:
        student, slash, name = unicodedata.normalize("NFC", item.name).partition("/")
        if student.startswith("."):
            continue
        if not slash or not student.isprintable() or "\\" in student:
            problem = item.problem or "lies in no student's folder"
            unresolved.append(f'"{shown(item.name)}" {problem}.')
            continue
        listed = own.setdefault(roster.get(_folded(student), student), [])
        if name and not name.endswith("/"):
            listed.append(dataclasses.replace(item, name=name))
    remark = "The files carry no time of handing in (one folder a student): all count as in time."
    return [(student, None, listed, []) for student, listed in own.items()], {}, unresolved, [remark]


def _about_students(attempts, full_names, roster):
    """Remarks about names."""
    strangers = [student for student in sorted(attempts) if roster and _folded(student) not in roster]
    remarks = [f'"{shown(student)}" is not on the roster.' for student in strangers[:_MOST_SAID]]
    if len(strangers) > _MOST_SAID:
        remarks.append(f"{len(strangers) - _MOST_SAID} more are not on the roster. Is it that of this class?")
    by_name = defaultdict(list)
    for student, full_name in sorted(full_names.items()):
        by_name[full_name].append(student)
    same = [(name, students) for name, students in by_name.items() if name and len(students) > 1]
    return remarks + [f'{", ".join(students)} have one name, "{name}": go by the user name.' for name, students in same]


def _folded(user):
    """A user name as it is compared: LMSs take capital and small letters for the same."""
    return unicodedata.normalize("NFC", user).casefold()
