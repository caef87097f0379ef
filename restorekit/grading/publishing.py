"""What a run leaves in the report's folder: pages, tables, and the file that goes back to the LMS."""

import json
import re

from restorekit import atomic
from restorekit.grading import aliases, gradebook, judging, report

__all__ = ["publish"]

#: Facts that are long, or stand beside them in the log.
_NOT_LOGGED = ("fingerprint", "words", "remarks", "flags")


def publish(
    store, students, names, reference, rubric, kept, pairs, unresolved, general, ran, book, column, hidden, say
):
    """Write the report and the tables, and let them take the earlier ones' place.

    Parameters
    ----------
    store : Store
    students : dict of str to report.Student
        By user name, with their marks.
    names : dict of str to str
        How each is called in the report.
    reference : Reference
    rubric : Rubric
    kept : Key
    pairs : list of Pair
    unresolved, general : list of str
        For `report.index_page`.
    ran : str
        Whether programs were run.
    book : Gradebook or None
    column : str
        Of the gradebook, to fill.
    hidden : bool
        Whether `names` are pseudonyms.
    say : callable
    """
    new, taken, common = store.begin(), set(), report.common(reference)
    ordered = sorted(students.values(), key=lambda one: names[one.user].casefold())
    links = {}
    for one in ordered:
        name = aliases.slug(names[one.user] if hidden else one.user, taken)
        links[one.user] = f"students/{name}.html"
        one.look += [note for note in one.notes if _matters(note)]
        one.remarks += [note for note in one.notes if not _matters(note)]
        _write(new / "students" / f"{name}.html", report.student_page(one, names[one.user], common, rubric))
        if one.state != "missing":
            _write(new / "feedback" / f"{name}.html", report.feedback_page(one, names[one.user], common, rubric))
    if book:
        said = _upload(new, book, column, ordered)
        general += map(aliases.hiding(names), said) if hidden else said
    page = report.index_page(
        ordered, links, names, due=kept.due, rubric=rubric, pairs=pairs, unresolved=unresolved, general=general, ran=ran
    )  # fmt: skip
    _write(new / "index.html", page)
    _write(new / "privacy.html", report.privacy_page(hidden))
    _tables(new, ordered, names, hidden)
    store.publish()
    say(
        f"{sum(bool(one.facts) for one in ordered)} of {len(ordered)} students marked; open {store.folder / 'index.html'}"
    )


def _matters(note):
    """True for a note that is more than a file's name forgiven."""
    return not re.fullmatch(r'".*" counts as Model[123]\.\w+\.', note)


def _upload(new, book, column, students):
    """Write upload.csv; what is to be said about it."""
    known = {user.casefold() for user in book.users}
    marks = {one.user: one.marks.total for one in students if one.user.casefold() in known and _has_mark(one)}
    contents, remarks = gradebook.fill(book, column, marks)
    atomic.write(new / "upload.csv", contents)
    strangers = [one.user for one in students if one.user.casefold() not in known]
    said = [f"Not in the gradebook, and so not in upload.csv: {', '.join(strangers)}."] if strangers else []
    return said + list(remarks)


def _has_mark(one):
    """True if a student gets a mark: for what was handed in and could be judged, or by the instructor's decision."""
    judged = one.state != "missing" and not one.problem
    return judged or any(line.part == "override" for line in one.marks.lines)


def _tables(new, students, names, hidden):
    """Write grades.csv and log.jsonl."""
    header = ["student"] + ([] if hidden else ["name"]) + ["points", "state", "attempt"]
    header += [f"model {n} {what}" for n in judging.MODELS for what in ("psnr", "ssim", "gain", "network", "training")]
    rows, log = [], []
    for one in students:
        row = [names[one.user]] if hidden else [one.user, one.name]
        row += [
            one.marks.total if _has_mark(one) else None,
            one.state,
            f"{one.when:%Y-%m-%d %H:%M:%S}" if one.when else "",
        ]
        for number in judging.MODELS:
            model = one.facts.get(str(number), {})
            row += [model.get(what) for what in ("psnr", "ssim", "gain")]
            row += [(model.get(part) or [""])[0] for part in ("network", "training")]
        rows.append([*row, len(one.look)])
        facts = {n: {k: v for k, v in model.items() if k not in _NOT_LOGGED} for n, model in one.facts.items()}
        log.append(
            {
                "student": names[one.user] if hidden else one.user,
                "state": one.state,
                "points": one.marks.total,
                "lines": [line._asdict() for line in one.marks.lines],
                "reasons": one.reasons,
                "look": one.look,
                "letters": one.letters,
                "remarks": one.remarks,
                "facts": facts,
                "evidence": one.evidence,
            }
        )
    gradebook.write_table(new / "grades.csv", [*header, "to look at"], rows)
    _write(new / "log.jsonl", "".join(json.dumps(entry, ensure_ascii=False) + "\n" for entry in log))


def _write(path, text):
    """Write a text; it lies in a folder that counts only when it is whole."""
    path.write_text(text, encoding="utf-8", errors="replace", newline="\n")
