"""The graded assignment of unit 04: is what you will hand in complete, and how good is it? Nothing that is handed in is run."""

import itertools
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from restorekit import gains, images, likeness
from restorekit.handed_in import Refused, folder_inside, list_folder, read_picture
from restorekit.programs import look_through, review
from restorekit.sources import read_source
from restorekit.tables import Table

__all__ = ["Report", "check_submission"]

_PICTURE, _SOURCE = (".png",), (".py", ".ipynb")
#: Endings of files that are a near miss.
_LIKE = {_PICTURE: r"\.(png|jpe?g|bmp|gif|tiff?|webp)\b", _SOURCE: r"\.(py|ipynb|txt|html|pdf)\b"}
_MODELS = ("Model1", "Model2", "Model3")


@dataclass(frozen=True)
class Report:
    """What `check_submission` found.

    Attributes
    ----------
    text : str
        All of it, for a person.
    complete : bool
        True if nothing is missing and nothing is wrong.
    gains : dict of str to float
        PSNR gain over the noisy picture in dB, by file name: measured if the clean picture was given, else empty.
    """

    text: str
    complete: bool
    gains: dict


def check_submission(folder, noisy=None, clean=None, sigma=gains.SIGMA):
    """Check a folder with Model1.png to Model3.png and Model1.py to Model3.py (or .ipynb) before it is handed in.

    Are all six files there, under their names, and readable; are the pictures 8-bit RGB and of the size of the noisy one; is the code
    valid Python, with a network and its training? And what do the pictures gain over the noisy one? Code is only read, never run. Some
    things are remarked upon without being wrong, such as a filter that is used: look at them yourself.

    Parameters
    ----------
    folder : path
        The folder that will be handed in.
    noisy : path or array (H, W, 3), float, [0, 1], optional
        The noisy picture that was to be restored; the folder's ``noisy.png`` if omitted and there.
    clean : path or array (H, W, 3), float, [0, 1], optional
        The clean picture; the folder's ``clean.png`` if omitted and there. With it, gains are measured; without it, they can only
        be estimated.
    sigma : float, optional
        Standard deviation of the noise on the [0, 1] scale; the assignment's 0.1 if omitted. Estimates need it.

    Returns
    -------
    Report
        With ``.text``, ``.complete`` and ``.gains``.

    Raises
    ------
    OSError
        If there is no such folder, or the noisy or clean picture can't be read.
    ValueError
        If the clean picture is none of the noisy one, or for a sigma outside (0, 1].

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = check_submission(folder)
    >>> report.complete
    False
    """
    if not 0 < images.require_sigma(sigma) <= 1:
        raise ValueError(f"sigma is {sigma}; noise is above 0, and at most 1")
    folder = Path(folder).expanduser()
    names = list_folder(folder)
    noisy, clean = _given(noisy, "noisy", folder, names), _given(clean, "clean", folder, names)
    if clean is not None and (noisy is None or clean.shape != noisy.shape):
        other = "there is no noisy one" if noisy is None else f"the noisy one {_size(noisy)}"
        raise ValueError(f"the clean picture is {_size(clean)}, and {other}: a gain needs both, of one size")
    found = _Found([], [], [])
    pictures = _pictures(folder, names, noisy, found)
    scores, measured = "", {}
    if noisy is not None and pictures:
        estimated = {} if clean is not None else gains.estimates(pictures, noisy, sigma)
        if clean is not None:
            measured = {name: gains.gain(image, noisy, clean) for name, image in pictures.items()}
        scores = gains.table(pictures, noisy, clean, estimated)
        _compare(pictures, noisy, clean, measured or estimated, sigma, found)
    _sources(folder, names, found)
    inside = folder_inside(folder, names, [f"{stem}.png" for stem in _MODELS])
    if inside and all(row[1] == "missing" for row in found.rows):
        found.problems.insert(0, f'The folder "{inside}" in here holds them, it seems: check that one.')
    return Report(_text(folder, found, scores, noisy is not None), not found.problems, measured)


@dataclass
class _Found:
    """Rows of the table, what must be repaired, and what is worth a look."""

    rows: list
    problems: list
    remarks: list


def _given(picture, name, folder, names):
    """The noisy or clean picture as an array: the one given, or the folder's."""
    if isinstance(picture, np.ndarray):
        return images.require(picture, name)
    if picture is None:
        picture = next((Path(folder, own) for own in sorted(names) if own.lower() == f"{name}.png"), None)
    return None if picture is None else images.load(picture, alpha="drop")


def _named(names, stem, endings, found):
    """The files that bear a name asked for; where there is none, the problem with its near miss."""
    right = sorted(name for name in names if Path(name).stem == stem and Path(name).suffix.lower() in endings)
    if right:
        return right
    wanted = " or ".join(stem + ending for ending in endings)
    pattern = rf"model[\s_-]*0*{stem[-1]}(?!\d).*{_LIKE[endings]}"
    near = next((name for name in sorted(names) if re.search(pattern, name, re.IGNORECASE)), None)
    found.rows.append([wanted, "missing", f"but there is {near}" if near else ""])
    if near is None:
        advice = ""
    elif Path(near).suffix.lower() in endings:
        advice = f' There is "{near}": if that is it, rename it.'
    elif endings is _PICTURE:
        advice = (
            f' There is "{near}", but a PNG is asked for: save the array again (a converted JPEG keeps its damage).'
        )
    else:
        advice = f' There is "{near}": hand in the code itself as {wanted}.'
    found.problems.append(f"{wanted} is missing.{advice}")
    return []


def _pictures(folder, names, noisy, found):
    """Read the three pictures; returns those that can be scored, by name."""
    readable = {}
    for stem in _MODELS:
        files = _named(names, stem, _PICTURE, found)
        if len(files) > 1:
            found.problems.append(f"{' and '.join(files)} are one name for many computers: keep one of them.")
        for name in files[:1]:
            try:
                readable[name], remark = read_picture(Path(folder, name))
            except Refused as problem:
                found.rows.append([name, "problem", "see below"])
                found.problems.append(_sentence(f"{name} {problem}"))
                continue
            found.rows.append([name, "ok", f"RGB, {_size(readable[name])}" + (f" ({remark})" if remark else "")])
    expected = noisy if noisy is not None else next(iter(readable.values()), None)
    whose = "noisy.png" if noisy is not None else next(iter(readable), "")
    right = {name: image for name, image in readable.items() if image.shape == expected.shape}
    for name in (name for name in readable if name not in right):
        _wrong_size(name, readable[name], expected, whose, found)
    for first, second in itertools.combinations(right, 2):
        if np.array_equal(right[first], right[second]):
            found.problems.append(f"{first} and {second} are the same picture. Was one network's result saved twice?")
    for name, image in right.items():
        if np.ptp(image) == 0:
            found.problems.append(
                f"{name} has one colour everywhere. Is the array in [0, 1], and saved on the right scale?"
            )
    return right


def _compare(pictures, noisy, clean, scores, sigma, found):
    """Note pictures that are no restoration of the noisy one, or a poor one."""
    grain = gains.estimate_sigma(noisy)
    if not gains.expected_noise(noisy, sigma):
        found.remarks.append(
            f"the noise in the noisy picture looks like sigma {grain:.3f}, not {sigma:g}. Is it the right one?"
        )
    for name, image in pictures.items():
        if np.ptp(image) == 0:
            continue  # said already
        problem = likeness.not_restored(image, noisy, clean)
        if problem:
            found.problems.append(f"{name} {problem}")
            continue
        change = image - np.clip(noisy, 0, 1)
        shift = float(change.mean())
        if abs(shift) > 0.03:
            found.remarks.append(
                f"{name} is {'brighter' if shift > 0 else 'darker'} than noisy.png, by {abs(shift):.2f} on average."
            )
        elif change.std() < 0.6 * grain:
            found.remarks.append(f"{name} has hardly changed: most of the noise is still in it.")
        elif scores.get(name, 0) < (0 if clean is not None else -gains.DOUBT):
            how = "is farther" if clean is not None else "seems to be farther"
            found.remarks.append(f"{name} {how} from the clean picture than noisy.png is.")


def _wrong_size(name, image, expected, whose, found):
    """Say what the size hints at."""
    guess = ""
    if image.shape[1::-1] == expected.shape[:2]:
        guess = " Height and width are swapped."
    elif image.shape[:2] == (32, 32):
        guess = " 32 x 32 is the size of the training images: build the network so that it takes any size."
    found.problems.append(f"{name} is {_size(image)}, but {whose} is {_size(expected)} (width x height).{guess}")
    row = next(row for row in found.rows if row[0] == name)
    row[1:] = ["problem", f"RGB, {_size(image)}: wrong size"]


def _sources(folder, names, found):
    """Read the three programs, and note what is unfinished or not the student's."""
    contents = {}
    for stem in _MODELS:
        files = _named(names, stem, _SOURCE, found)
        if len(files) > 1:
            found.remarks.append(f"{' and '.join(files)}: one of them is enough. Which one counts?")
        for name in files:
            try:
                trees = read_source(Path(folder, name))
            except Refused as problem:
                found.rows.append([name, "problem", "see below"])
                found.problems.append(_sentence(f"{name} {problem}"))
                continue
            about = look_through(trees)
            kind = f"{len(trees)} code cell{'s' * (len(trees) > 1)}, " if name.lower().endswith(".ipynb") else ""
            found.rows.append([name, "ok", f"{kind}{about.lines} line{'s' * (about.lines > 1)} of Python"])
            problems, remarks = review(about)
            found.problems += [f"{name} {said}" for said in problems]
            found.remarks += [f"{name}, {said}" for said in remarks]
            contents.setdefault(Path(folder, name).read_bytes(), []).append(name)
    for same in contents.values():
        if len(same) > 1:
            found.remarks.append(f"{', '.join(same)} are the same file. That is fine if it holds each of these models.")


def _text(folder, found, scores, sized):
    """The report for a person."""
    parts = [f"Submission in {folder}", repr(Table(found.rows, ["file", "", "what it holds"], [], 2, None))]
    parts += [scores] if scores else []
    if found.problems:
        parts.append("To repair:\n" + "\n".join(_wrapped(text, f"{k}. ") for k, text in enumerate(found.problems, 1)))
    if found.remarks:
        parts.append("Worth a look:\n" + "\n".join(_wrapped(text, "- ") for text in found.remarks))
    if not sized:
        parts.append(_wrapped("Give the noisy picture, too (--noisy noisy.png): then sizes and gains are checked."))
    if found.problems:
        parts.append("Not complete yet. Repair what is listed, and check again.")
    elif found.remarks:
        parts.append("Nothing is missing. Look at the remarks above before you hand in; late work does not count.")
    else:
        parts.append("Complete: all is there, and readable. Hand it in before the date; late work does not count.")
    return "\n\n".join(parts)


def _sentence(text):
    """Text that ends like a sentence."""
    return text if text.endswith((".", "?", "!")) else f"{text}."


def _wrapped(text, bullet=""):
    """Text in lines of 100 characters."""
    return textwrap.fill(text, 100, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _size(image):
    """Width x height, as picture viewers say it."""
    return f"{image.shape[1]} x {image.shape[0]}"
