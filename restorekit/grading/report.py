"""The report: an overview for the instructor, a page for each student, and a page that can be sent to each student."""

import datetime
from dataclasses import dataclass, field

import numpy as np

from restorekit.grading import pages, pictures
from restorekit.grading.judging import MODELS

__all__ = [
    "Student",
    "common",
    "feedback_page",
    "index_page",
    "privacy_page",
    "student_page",
]

_MARK = {"as asked": "✓", "not as asked": "✗", "can't tell": "?"}


@dataclass
class Student:
    """All that is known about one student's work.

    Attributes
    ----------
    user, name : str
        User name of the LMS, and full name, or "".
    when : datetime or None
        Of the attempt that was marked.
    state : str
        "in time", "late", "incomplete", "missing", ...
    reasons : list of str
        Why this attempt was marked, and what else the student may know.
    facts, shown : dict
        What `judging.judge` gave; empty if nothing was judged.
    look : list of str
        For the instructor: what to look at by hand.
    letters : list of str
        For the instructor: programs with letters that are not English. They are no doubt about the work.
    remarks : list of str
        For both.
    marks : rubric.Marks or None
    evidence : dict of str to list of str
        What the programs did in the sandbox, by file.
    """

    user: str
    name: str = ""
    when: datetime.datetime | None = None
    state: str = "missing"
    reasons: list = field(default_factory=list)
    facts: dict = field(default_factory=dict)
    shown: dict = field(default_factory=dict)
    look: list = field(default_factory=list)
    letters: list = field(default_factory=list)
    remarks: list = field(default_factory=list)
    marks: object = None
    evidence: dict = field(default_factory=dict)


def student_page(student, who, common, rubric):
    """The instructor's page about a student.

    Parameters
    ----------
    student : Student
    who : str
        How the student is called there.
    common : dict
        What `common` gave.
    rubric : Rubric

    Returns
    -------
    str
    """
    return _page(student, who, common, rubric, instructor=True)


def feedback_page(student, who, common, rubric):
    """The page that can be sent to a student: no suspicion, no clean picture, and nothing about anyone else.

    Parameters
    ----------
    student, who, common, rubric
        As for `student_page`.

    Returns
    -------
    str
    """
    return _page(student, who, common, rubric, instructor=False)


def _page(student, who, common, rubric, instructor):
    """A page about a student."""
    shown = {}
    for number in MODELS:
        model = student.facts.get(str(number), {})
        if f"{number}-whole" in student.shown:
            parts = {part: pages.data(student.shown[f"{number}-{part}"]) for part in ("whole", "detail", "removed")}
            numbers = {"psnr": f"{model['psnr']:.2f}", "ssim": f"{model['ssim']:.3f}", "gain": f"{model['gain']:+.2f}"}
            shown[number] = parts | numbers
    lines = [
        line._replace(points=f"{line.points:.3g}", of=f"{line.of:.3g}" if line.of else "")
        for line in student.marks.lines
    ]
    return pages.render(
        "student.html",
        instructor=instructor,
        who=who,
        total=f"{student.marks.total:.{rubric.digits}f}",
        out_of=f"{rubric.out_of:g}",
        when=f"{student.when:%Y-%m-%d %H:%M:%S}" if student.when else "",
        reasons=student.reasons,
        look=student.look + student.letters if instructor else [],
        shown=shown,
        noisy=common["noisy"],
        clean=common["clean"] if instructor else "",
        lines=lines,
        graphs={n: student.facts[str(n)]["graph"] for n in MODELS if student.facts.get(str(n), {}).get("graph")},
        remarks=student.remarks,
        evidence=student.evidence if instructor else {},
    )


def common(reference):
    """What all students' pages show: noisy.png, and the clean detail.

    Parameters
    ----------
    reference : Reference

    Returns
    -------
    dict
    """
    noisy = {name: pages.data(picture) for name, picture in pictures.shown(reference.noisy, reference).items()}
    clean = pages.data(pictures.shown(reference.clean, reference)["detail"])
    return {"noisy": noisy | {"psnr": f"{reference.noisy_psnr:.2f}"}, "clean": clean}


def index_page(students, links, names, *, due, rubric, pairs, unresolved, general, ran):
    """The overview of a class.

    Parameters
    ----------
    students : list of Student
    links, names : dict of str to str
        The page and the name of each, by user name.
    due : datetime
    rubric : Rubric
    pairs : list of Pair
    unresolved, general : list of str
        Files that belong to nobody; what concerns the whole class.
    ran : str
        Whether programs were run.

    Returns
    -------
    str
    """
    totals = [student.marks.total for student in students if student.facts]
    states = {state: sum(student.state == state for student in students) for state in ("late", "incomplete", "missing")}
    counts = [(len(students), "students"), (len(totals), "marked")]
    counts += [(number, state) for state, number in states.items() if number]
    counts += [(sum(bool(student.look) for student in students), "to look at"), (len(unresolved), "files of nobody")]
    return pages.render(
        "index.html",
        made=f"Made {datetime.datetime.now():%Y-%m-%d %H:%M}",
        due=f"{due:%Y-%m-%d %H:%M:%S} ({due.tzinfo})",
        ran=ran,
        counts=counts,
        general=general,
        chart=_chart(totals, rubric.out_of) if totals else None,
        gains=_gains(students),
        out_of=f"{rubric.out_of:g}",
        look=[(links[one.user], names[one.user], " ".join(one.look)) for one in students if one.look],
        letters=[(links[one.user], names[one.user]) for one in students if one.letters],
        pairs=[
            {
                "links": [links[user] for user in pair.students],
                "who": [names[user] for user in pair.students],
                "percent": round(100 * pair.likeness),
                "files": f"{pair.files[0]} and {pair.files[1]}; {pair.shared} rare places in common",
            }
            for pair in pairs
        ],
        rows=[_row(student, links[student.user], names[student.user], rubric) for student in students],
        unresolved=unresolved,
    )


def privacy_page(hidden):
    """The page that says what personal data the report holds.

    Parameters
    ----------
    hidden : bool
        Whether pseudonyms stand in for names.

    Returns
    -------
    str
    """
    return pages.render("privacy.html", hidden=hidden)


def _row(student, link, who, rubric):
    """A student's line in the overview."""
    cells = []
    for number in MODELS:
        model = student.facts.get(str(number))
        if not model:
            cells.append("")
            continue
        gain = "no picture" if model["gain"] is None else f"{model['gain']:+.1f}"
        cells.append(" ".join([gain, *(_MARK.get((model[part] or ["–"])[0], "–") for part in ("network", "training"))]))
    total = f"{student.marks.total:.{rubric.digits}f}"
    state = f"{student.when:%m-%d %H:%M}, {student.state}" if student.when else student.state
    return {"who": who, "link": link, "total": total, "state": state, "models": cells, "look": len(student.look)}


def _chart(totals, out_of):
    """Bars of a histogram of the points, in ten steps."""
    counts, _ = np.histogram(totals, bins=10, range=(0, max(out_of, *totals)))
    highest = max(counts.max(), 1)
    bars = [
        {
            "x": 22 + 60 * k,
            "y": round(150 - 120 * int(n) / highest),
            "width": 56,
            "height": round(120 * int(n) / highest),
            "count": int(n),
        }
        for k, n in enumerate(counts)
    ]
    top = max(out_of, *totals)
    ticks = [{"x": 20 + 60 * k, "text": f"{top * k / 10:g}"} for k in range(0, 11, 2)]
    return {
        "bars": bars,
        "ticks": ticks,
        "label": f"Histogram: the median is {np.median(totals):.1f} of {out_of:g} points",
    }


def _gains(students):
    """Dots of the gains, a row for each model, on a scale from -2 to 14 dB."""
    low, high = -2, 14
    rows, outside = [], 0
    for number in MODELS:
        gains = [student.facts[str(number)]["gain"] for student in students if student.facts]
        gains = [gain for gain in gains if gain is not None]
        outside += sum(not low <= gain <= high for gain in gains)
        dots = sorted({round(90 + 530 * (gain - low) / (high - low)) for gain in gains if low <= gain <= high})
        rows.append({"number": number, "y": 25 + 35 * (number - 1), "dots": dots})
    ticks = [
        {"x": round(90 + 530 * (gain - low) / (high - low)), "text": f"{gain:+d}"} for gain in range(low, high + 1, 2)
    ]
    return {
        "rows": rows,
        "ticks": ticks,
        "label": "Dot plot of the PSNR gain of all pictures, by model",
        "outside": f"{outside} lie outside of what is drawn." if outside else "",
    }
