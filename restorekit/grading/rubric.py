"""The rubric: from what was found to points, with a reason for each. A file that the instructor edits; nothing is judged anew for it."""

import itertools
import tomllib
from typing import NamedTuple

__all__ = ["DEFAULT", "Line", "Marks", "Rubric", "mark", "parse", "read"]

DEFAULT = """\
# How the three models are marked. Change what you like and run `restorekit grade` again: it takes seconds.

[points]                # for each of the three models
picture = 5             # ModelN.png is there: 8-bit RGB, and of the size of noisy.png
program = 3             # ModelN.py or ModelN.ipynb is there and can be read
network = 10            # its layers are as asked
training = 5            # loss, mini-batch, epochs and target are as asked
gain = [                # PSNR over noisy.png in dB, and points: the best line that is reached counts
    [2.0, 3],
    [4.0, 6],
    [6.0, 10],
]

[marks]
out_of = 100            # the points are scaled to this
digits = 1              # digits after the point

[programs]
cant_tell = 1.0         # share of the points where the check can't tell: the report asks you to look

[late]
policy = "not counted"  # or "counted", or "per day": then late_share is taken off for each day begun
late_share = 0.1

[incomplete]
policy = "latest"       # where no attempt is complete: "latest" marks what the latest in time holds, "zero" gives nothing

[english]
flag = true             # programs with other letters (Korean comments, say) are pointed out; it costs nothing
"""

#: Keys of each section, with what their values must be.
_SECTIONS = {
    "points": {"picture": float, "program": float, "network": float, "training": float, "gain": list},
    "marks": {"out_of": float, "digits": int},
    "programs": {"cant_tell": float},
    "late": {"policy": ("not counted", "counted", "per day"), "late_share": float},
    "incomplete": {"policy": ("latest", "zero")},
    "english": {"flag": bool},
}


class Rubric(NamedTuple):
    """What `read` gave: points by part, gain steps in rising order, and policies. See `DEFAULT` for their meaning."""

    points: dict
    gain: tuple
    out_of: float
    digits: int
    cant_tell: float
    late: str
    late_share: float
    incomplete: str
    english: bool

    @property
    def most(self):
        """The points that can be had, before they are scaled."""
        return 3 * (sum(self.points.values()) + max((points for _, points in self.gain), default=0))


class Line(NamedTuple):
    """One line of a student's marks: what it is for, points had and to be had, and why."""

    part: str
    points: float
    of: float
    why: str


class Marks(NamedTuple):
    """A student's marks: the lines, and the total after scaling, lateness and overrides."""

    lines: tuple
    total: float


def read(path):
    """Read a rubric from a file.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Rubric

    Raises
    ------
    OSError
        If there is none.
    ValueError
        If it is not a rubric; the message names the line or the key.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as problem:
        raise ValueError(f"{path.name} is not saved as UTF-8; in the editor, choose that when you save it") from problem
    return parse(text, path.name)


def parse(text, name="rubric.toml"):
    """Read a rubric from its text.

    Parameters
    ----------
    text : str
    name : str
        For messages.

    Returns
    -------
    Rubric

    Raises
    ------
    ValueError
        As for `read`.

    Examples
    --------
    >>> parse(DEFAULT).most
    99.0
    >>> parse(DEFAULT.replace("picture = 5", "picture = -5"))
    Traceback (most recent call last):
    ...
    ValueError: rubric.toml: picture in [points] is -5; it must be a number from 0
    """
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as problem:
        raise ValueError(f"{name} can't be read: {problem}") from problem
    values = {}
    for section, keys in (tomllib.loads(DEFAULT) | found).items():
        if section not in _SECTIONS or not isinstance(keys, dict):
            raise ValueError(f"{name}: there is no [{section}] in a rubric; there are {', '.join(_SECTIONS)}")
        for key, value in (tomllib.loads(DEFAULT)[section] | keys).items():
            if key not in _SECTIONS[section]:
                raise ValueError(f"{name}: [{section}] has no {key}; it has {', '.join(_SECTIONS[section])}")
            values[section, key] = _checked(value, _SECTIONS[section][key], f"{name}: {key} in [{section}]")
    points = {key: values["points", key] for key in ("picture", "program", "network", "training")}
    rubric = Rubric(
        points,
        _steps(values["points", "gain"], name),
        values["marks", "out_of"],
        values["marks", "digits"],
        values["programs", "cant_tell"],
        values["late", "policy"],
        values["late", "late_share"],
        values["incomplete", "policy"],
        values["english", "flag"],
    )
    if rubric.cant_tell > 1 or rubric.late_share > 1:
        raise ValueError(f"{name}: cant_tell and late_share are shares, from 0 to 1")
    if not rubric.most:
        raise ValueError(f"{name} gives no points for anything")
    return rubric


def _checked(value, kind, where):
    """A value of the kind that is asked for."""
    if isinstance(kind, tuple):
        if value not in kind:
            raise ValueError(f"{where} is {value!r}; it can be {' or '.join(repr(one) for one in kind)}")
    elif kind in (bool, list):
        if not isinstance(value, kind):
            raise ValueError(f"{where} is {value!r}; it must be {'true or false' if kind is bool else 'a list'}")
    elif (
        isinstance(value, bool) or not isinstance(value, int | float if kind is float else int) or not 0 <= value < 1e6
    ):
        raise ValueError(f"{where} is {value!r}; it must be a {'whole ' * (kind is int)}number from 0")
    return value


def _steps(gain, name):
    """The gain's steps, (dB, points), which must rise together."""
    number = int | float
    if not all(isinstance(step, list) and len(step) == 2 and all(isinstance(v, number) for v in step) for step in gain):
        raise ValueError(f"{name}: gain in [points] is a list of [dB, points], such as [[4.0, 6], [6.0, 10]]")
    steps = tuple((float(decibels), float(points)) for decibels, points in gain)
    if any(a >= c or b > d for (a, b), (c, d) in itertools.pairwise(steps)) or any(p < 0 for _, p in steps):
        raise ValueError(f"{name}: the lines of gain must rise, in dB and in points, and not be below 0")
    return steps


def mark(rubric, models, late_days=0, override=None):
    """Points for one student.

    Parameters
    ----------
    rubric : Rubric
    models : dict of int to dict
        By model, 1 to 3: "picture" and "program", what is wrong with them ("" if nothing); "gain" in dB or None; "network" and
        "training", each (verdict, reason), or None. Empty where nothing is graded.
    late_days : int
        Days begun after the date, of an attempt that counts although it is late.
    override : (float or None, str), optional
        The instructor's own points, on the scale of `out_of`, and why.

    Returns
    -------
    Marks

    Examples
    --------
    >>> fine = ("as asked", "")
    >>> model = {"picture": "", "program": "", "gain": 5.1, "network": fine, "training": fine}
    >>> marks = mark(parse(DEFAULT), {1: model, 2: model, 3: model | {"picture": "Model3.png is missing", "gain": None}})
    >>> marks.total, marks.lines[4]
    (76.8, Line(part='Model 1, gain', points=6.0, of=10.0, why='5.10 dB over noisy.png; 10 points from 6 dB'))
    """
    lines = [line for number, model in sorted(models.items()) for line in _model_lines(rubric, number, model)]
    total = sum(line.points for line in lines) * rubric.out_of / rubric.most
    if late_days and rubric.late == "per day":
        off = total * min(1, rubric.late_share * late_days)
        lines.append(Line("late", -off, 0, f"{late_days} day{'s' * (late_days > 1)} begun after the date"))
        total -= off
    if override and override[0] is not None:
        lines.append(Line("override", override[0] - total, 0, override[1]))
        total = override[0]
    return Marks(tuple(lines), round(total, rubric.digits) + 0.0)


def _model_lines(rubric, number, model):
    """The lines of one model."""
    for part in ("picture", "program"):
        wrong = model[part]
        yield Line(
            f"Model {number}, {part}", 0 if wrong else rubric.points[part], rubric.points[part], wrong or "as asked"
        )
    for part in ("network", "training"):
        verdict, reason = model[part] or ("not as asked", "there is no program to read")
        share = {"as asked": 1, "can't tell": rubric.cant_tell}.get(verdict, 0)
        why = f"{verdict}: {reason}" if reason else verdict
        yield Line(f"Model {number}, {part}", share * rubric.points[part], rubric.points[part], why)
    most = max((points for _, points in rubric.gain), default=0)
    if not most:
        return
    gain = model["gain"]
    if gain is None:
        yield Line(f"Model {number}, gain", 0, most, "there is no picture to measure")
        return
    reached = max((points for decibels, points in rubric.gain if gain >= decibels), default=0)
    further = next(
        (f"; {points:g} points from {decibels:g} dB" for decibels, points in rubric.gain if gain < decibels), ""
    )
    unrestored = f". The picture {model['unrestored']}" if model.get("unrestored") else ""
    yield Line(f"Model {number}, gain", reached, most, f"{gain:.2f} dB over noisy.png{further}{unrestored}")
