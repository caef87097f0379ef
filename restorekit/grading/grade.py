"""From the LMS's download to grades: one run, which may be stopped and run again at any time."""

import dataclasses
import functools
import hashlib
import math
import os
from pathlib import Path

from tqdm.auto import tqdm

from restorekit.grading import (
    aliases,
    comparing,
    gradebook,
    ingest,
    judging,
    overrides,
    pictures,
    publishing,
    report,
    workers,
)
from restorekit.grading import key as keys
from restorekit.grading import rubric as rubrics
from restorekit.grading.blackboard import letters
from restorekit.grading.store import Store
from restorekit.handed_in import Refused

__all__ = ["grade"]


def grade(
    download, key, out, *, gradebook_file=None, column="", user_column="", hide_names=False, processes=None, run=False, scheduler="",
    progress=True, say=print,
):  # fmt: skip
    """Grade a class and write the report.

    Parameters
    ----------
    download : Path
        The LMS's zip, the folder that it was unpacked to, or a folder with one sub-folder for each student.
    key : Path
        The folder that `key.make` made.
    out : Path
        For the report: new, or that of an earlier run, whose results are used again where the submission is the same.
    gradebook_file : Path, optional
        The file that the LMS exported. With it, who handed in nothing is known, and upload.csv is written.
    column : str
        A part of the header of the gradebook's column to fill; "" if only one can be meant.
    user_column : str
        Header of the gradebook's column with the user names, if it is none of the usual ones.
    hide_names : bool
        Put pseudonyms into the report. upload.csv needs the user names.
    processes : int, optional
        How many submissions are judged at once; as many as there are cores if omitted.
    run : bool
        Also execute the programs, in the sandbox, for evidence. It changes no points.
    scheduler : str
        Address of a Dask scheduler whose workers judge; "" for this machine's processes.
    progress : bool
        Show a bar.
    say : callable
        Told, in sentences, what is worth knowing.

    Returns
    -------
    list of report.Student

    Raises
    ------
    OSError, ValueError
        If the download, the key, the rubric, the overrides or the gradebook can't be read, or the report can't be written. The
        earlier report is then left as it was.
    """
    download, out = Path(download), Path(out)
    kept = keys.load(key)
    rubric = rubrics.read(kept.folder / "rubric.toml")
    decided = overrides.read(kept.folder / "overrides.csv")
    book = gradebook.load(gradebook_file, user_column) if gradebook_file else None
    archive, intake = ingest.read(download, kept.due.tzinfo, roster=book.roster if book else None)
    column = _column(book, column, intake.assignment) if book else ""
    place, kept_at = out.resolve(), kept.folder.resolve()
    if {place, *place.parents} & {kept_at, download.resolve()} or place in kept_at.parents:
        raise ValueError(f"{out} can't be the place for the report: it is the key's or the download's, or lies in it")
    store = Store(out)
    students = _students(intake, book, decided, rubric, kept.due)
    reference = pictures.reference(kept)
    _judge_all(students, archive, reference, store, processes, scheduler, progress)
    ran = "Programs were read, not run."
    if run:
        from restorekit.grading import trial

        hidden = [kept.folder, download, store.folder, *([Path(gradebook_file)] if gradebook_file else [])]
        ran = trial.collect(students.values(), archive, reference, store, hidden, progress, say)
    names = (
        aliases.pseudonyms(students, kept.secret)
        if hide_names
        else {user: _name(one) for user, one in students.items()}
    )
    pairs = comparing.compare(students, names, kept.folder / "given", rubric)
    general, unresolved = list(intake.remarks), list(intake.unresolved)
    for user, one in students.items():
        _mark(one, rubric, decided.get(user), kept.due)
    unknown = [user for user in decided if user not in students]
    if unknown:
        general.append(f"overrides.csv names {', '.join(unknown)}, who handed in nothing and is on no roster.")
    if hide_names:
        hide = aliases.hiding(names, {one.name for one in students.values()} | set(intake.full_names.values()))
        general = list(map(hide, general))
        for one in students.values():
            one.evidence = {file: list(map(hide, listed)) for file, listed in one.evidence.items()}
            one.reasons, one.look, one.letters, one.remarks, one.notes = (
                list(map(hide, listed)) for listed in (one.reasons, one.look, one.letters, one.remarks, one.notes)
            )
            one.marks = one.marks._replace(lines=tuple(line._replace(why=hide(line.why)) for line in one.marks.lines))
        unresolved = [f"{len(unresolved)} files or attempts, whose names are hidden."] if unresolved else []
    publishing.publish(
        store, students, names, reference, rubric, kept, pairs, unresolved, general, ran, book, column, hide_names, say
    )
    return list(students.values())


@dataclasses.dataclass
class _Work(report.Student):
    """A student, with the attempt that is judged and what was found in its contents."""

    attempt: object = None
    notes: list = dataclasses.field(default_factory=list)
    problem: str = ""


def _students(intake, book, decided, rubric, due):
    """Everyone on the roster or with a submission, and the attempt of each that is marked."""
    roster = book.roster if book else {}
    students = {}
    for user in sorted({*roster, *intake.attempts}, key=str.casefold):
        attempts = intake.attempts.get(user, ())
        until = decided[user].due if user in decided and decided[user].due else due
        chosen, reasons = ingest.choose(
            attempts, until, late_counts=rubric.late != "not counted", incomplete_counts=rubric.incomplete == "latest"
        )
        one = _Work(user, roster.get(user) or intake.full_names.get(user, ""), reasons=list(reasons), attempt=chosen)
        if until != due:
            one.reasons.append(
                f"The date was put off to {until:%Y-%m-%d %H:%M:%S} ({until.tzinfo}): {decided[user].reason}"
            )
        if attempts and not chosen:
            late = all(ingest.is_late(attempt, until) for attempt in attempts)
            one.state = "late" if late else "incomplete"
        elif chosen:
            one.when = chosen.when
            late = ingest.is_late(chosen, until)
            one.state = "late" if late else "in time" if chosen.complete else "incomplete"
            one.notes += chosen.remarks
            if chosen.others:
                one.notes.append(
                    f"Also handed in, and not looked at: {', '.join(map(ingest.shown, chosen.others[:20]))}."
                )
        students[user] = one
    return students


def _judge_all(students, archive, reference, store, processes, scheduler, progress):
    """Judge all submissions that were not judged before."""
    stamp = _stamp(reference)
    jobs = {
        user: (archive, one.attempt.files, reference, stamp, store) for user, one in students.items() if one.attempt
    }
    run = _judge_elsewhere if scheduler else _judge_here
    with tqdm(total=len(jobs), desc="judged", unit="student", disable=not progress) as bar:
        for user, key, packed, problem in run(jobs, store, scheduler or processes):
            one = students[user]
            one.problem = problem
            if packed:
                store.put("result", key, packed)
            if not problem:
                one.facts, one.shown = workers.unpack(packed or store.get("result", key))
            bar.update()


def _judge_here(jobs, store, processes):
    """On this machine's cores: user, key of the result, the result if it is new, problem."""
    for user, answer, problem in workers.run_all(judge_job, jobs, processes or os.cpu_count() or 1):
        key, _, packed = (answer or b"").partition(b"\n")
        yield user, key.decode(), packed, problem


def _judge_elsewhere(jobs, store, scheduler):
    """On a cluster: the same."""
    from restorekit.grading import elsewhere

    keys, new = {}, {}
    for user, (archive, files, reference, stamp, _) in jobs.items():
        keys[user] = _key(stamp, _contents(archive, files, reference))
        if store.has("result", keys[user]):
            yield user, keys[user], b"", ""
        else:
            new[user] = functools.partial(_contents, archive, files, reference), reference
    for user, packed, problem in elsewhere.run_all(new, scheduler):
        yield user, keys[user], packed, problem


def judge_job(job):
    """One submission's result, in a worker: its key, a line's end, and the packed facts, or nothing if they are kept already.

    Parameters
    ----------
    job : tuple
        Archive, files, reference, the reference's checksum, and the store where results are kept.

    Returns
    -------
    bytes
    """
    archive, files, reference, stamp, store = job
    contents = _contents(archive, files, reference)
    key = _key(stamp, contents)
    if store.has("result", key):
        return f"{key}\n".encode()
    return f"{key}\n".encode() + workers.pack(*judging.judge(contents, reference))


def _contents(archive, files, reference):
    """The files of a submission as bytes, or why they can't be read."""
    contents = {}
    for name, item in files.items():
        try:
            contents[name] = archive.read(item, judging.limit(name, reference))
        except Refused as problem:
            contents[name] = str(problem)
    return contents


def _key(stamp, contents):
    """Under which a result is kept: the same submission to the same assignment is not judged again."""
    return hashlib.sha256(f"{stamp} {judging.content_hash(contents)}".encode()).hexdigest()


def _stamp(reference):
    """A checksum of what pictures are held against."""
    stamp = hashlib.sha256(reference.clean.tobytes() + reference.noisy.tobytes())
    for name, known in sorted(reference.known.items()):
        stamp.update(name.encode() + known.tobytes())
    return stamp.hexdigest()


def _mark(one, rubric, decided, due):
    """Points for one student."""
    models = {int(number): model for number, model in one.facts.items()}
    if one.state != "missing" and not models:
        why = f"the submission {one.problem}" if one.problem else one.state
        one.reasons.append(f"No points: {why}." if one.problem else "No points: no attempt counts.")
    late_days = 0
    if one.state == "late" and one.when:
        until = decided.due if decided and decided.due else due
        late_days = math.ceil((one.when.timestamp() - until.timestamp()) / 86400)
    override = (decided.points, decided.reason) if decided else None
    one.marks = rubrics.mark(rubric, models, late_days, override)


def _name(one):
    """How a student is called in the report."""
    return f"{one.name} ({one.user})" if one.name else one.user


def _column(book, column, assignment):
    """A part of the header of the column to fill: the one named, or that of the assignment, or the only one with points."""
    if column:
        gradebook.fill(book, column, {})
        return column
    able = [header for header in book.headers if "[" in header and "weighted" not in header.casefold()]
    named = [header for header in able if assignment and letters(header.partition("[")[0]) == letters(assignment)]
    for found in (named, able):
        if len(found) == 1:
            return found[0]
    listed = ", ".join(f'"{header}"' for header in (named or able or book.headers)[:12])
    raise ValueError(f"which column of the gradebook is to be filled? Name it with --column; there are {listed}")
