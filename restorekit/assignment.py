"""The graded assignment of unit 04: is what you will hand in complete, and how good is it? Nothing that is handed in is run."""

import itertools
import re
import textwrap
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy import ndimage

from restorekit import gains, images
from restorekit.handed_in import Refused, look_through, read_picture, read_source
from restorekit.tables import Table

__all__ = ["Report", "check_submission"]

_PICTURE, _SOURCE = (".png",), (".py", ".ipynb")
#: Endings of files that are a near miss.
_LIKE = {_PICTURE: r"\.(png|jpe?g|bmp|gif|tiff?|webp)\b", _SOURCE: r"\.(py|ipynb|txt|html|pdf)\b"}
_MOST_FILES = 10_000


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


def check_submission(folder, noisy=None, clean=None):
    """Check a folder with Model1.png to Model3.png and Model1.py to Model3.py (or .ipynb) before it is handed in.

    Are all six files there, under their names, and readable; are the pictures 8-bit RGB and of the size of the noisy one; is the code
    valid Python? And what do the pictures gain over the noisy one? Code is only read, never run.

    Parameters
    ----------
    folder : path
        The folder that will be handed in.
    noisy : path or array (H, W, 3), float, [0, 1], optional
        The noisy picture that was to be restored; the folder's ``noisy.png`` if omitted and there.
    clean : path or array (H, W, 3), float, [0, 1], optional
        The clean picture; the folder's ``clean.png`` if omitted and there. With it, gains are measured; without it, they can only
        be estimated.

    Returns
    -------
    Report
        With ``.text``, ``.complete`` and ``.gains``.

    Raises
    ------
    OSError
        If there is no such folder, or the noisy or clean picture can't be read.
    ValueError
        If the clean picture is none of the noisy one.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     report = check_submission(folder)
    >>> report.complete
    False
    """
    names = _files(folder)
    noisy, clean = _given(noisy, "noisy", folder, names), _given(clean, "clean", folder, names)
    if clean is not None and (noisy is None or clean.shape != noisy.shape):
        other = "there is no noisy one" if noisy is None else f"the noisy one {_size(noisy)}"
        raise ValueError(f"the clean picture is {_size(clean)}, and {other}: a gain needs both, of one size")
    found = _Found([], [], [])
    pictures = _pictures(folder, names, noisy, found)
    _sources(folder, names, found)
    scores, measured = "", {}
    if noisy is not None and pictures:
        if clean is not None:
            measured = {name: gains.gain(image, noisy, clean) for name, image in pictures.items()}
        scores = gains.table(pictures, noisy, clean)
        _compare(pictures, noisy, measured, found)
    return Report(_text(folder, found, scores, noisy is not None), not found.problems, measured)


@dataclass
class _Found:
    """Rows of the table, what must be repaired, and what is worth a look."""

    rows: list
    problems: list
    remarks: list


def _files(folder):
    """Names in a folder, hidden ones and those left out that would confuse a terminal."""
    folder = Path(folder).expanduser()
    if not folder.is_dir():
        what = "is not a folder; unpack it, or give the folder it lies in" if folder.exists() else "does not exist"
        raise NotADirectoryError(f"{folder} {what}")
    listed = itertools.islice(folder.iterdir(), _MOST_FILES)
    names = (path.name for path in listed)
    return [name for name in names if name.isprintable() and not name.startswith(".")]


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
    for stem in ("Model1", "Model2", "Model3"):
        files = _named(names, stem, _PICTURE, found)
        if len(files) > 1:
            found.problems.append(f"{' and '.join(files)} are one name for many computers: keep one of them.")
        for name in files[:1]:
            try:
                readable[name], remark = read_picture(Path(folder, name))
            except Refused as problem:
                found.rows.append([name, "problem", "see below"])
                found.problems.append(f"{name} {problem}.")
                continue
            found.rows.append([name, "ok", f"RGB, {_size(readable[name])}" + (f" ({remark})" if remark else "")])
    expected = noisy if noisy is not None else next(iter(readable.values()), None)
    whose = "noisy.png" if noisy is not None else next(iter(readable), "")
    right = {name: image for name, image in readable.items() if image.shape == expected.shape}
    for name in readable.keys() - right.keys():
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


def _compare(pictures, noisy, measured, found):
    """Note pictures that are no restoration of the noisy one, or a poor one."""
    sigma = gains.estimate_sigma(noisy)
    if sigma < 0.02:
        found.remarks.append(f"the noisy picture has hardly any noise (sigma {sigma:.3f}). Is it the right one?")
    for name, image in pictures.items():
        change = image - np.clip(noisy, 0, 1)
        shift = float(change.mean())
        if np.abs(change).max() < 0.6 / 255:
            found.problems.append(
                f"{name} equals noisy.png: nothing was restored. Was the input saved instead of the output?"
            )
        elif not _same_scene(image, noisy):
            found.problems.append(
                f"{name} does not show what noisy.png shows. Is it the restoration of another picture?"
            )
        elif abs(shift) > 0.03:
            found.remarks.append(
                f"{name} is {'brighter' if shift > 0 else 'darker'} than noisy.png, by {abs(shift):.2f} on average."
            )
        elif change.std() < 0.6 * sigma:
            found.remarks.append(f"{name} has hardly changed: most of the noise is still in it.")
        elif measured.get(name, 0) < 0:
            found.remarks.append(f"{name} is farther from the clean picture than noisy.png is.")


def _same_scene(image, noisy):
    """True if the averages over squares of 15 x 15 pixels, where noise no longer counts, go up and down together."""
    one, other = (ndimage.uniform_filter(picture, (15, 15, 0))[7::15, 7::15].ravel() for picture in (image, noisy))
    if min(np.ptp(one), np.ptp(other)) < 0.05:
        return True  # too even to tell
    return np.corrcoef(one, other)[0, 1] > 0.5


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
    """Read the three programs, and note what looks unfinished."""
    contents = {}
    for stem in ("Model1", "Model2", "Model3"):
        for name in _named(names, stem, _SOURCE, found):
            try:
                trees = read_source(Path(folder, name))
            except Refused as problem:
                found.rows.append([name, "problem", "see below"])
                found.problems.append(f"{name} {problem}.")
                continue
            about = look_through(trees)
            kind = f"{len(trees)} code cell{'s' * (len(trees) > 1)}, " if name.lower().endswith(".ipynb") else ""
            found.rows.append([name, "ok", f"{kind}{about.lines} lines of Python"])
            if about.gap:
                found.problems.append(f"{name} still has a gap: raise NotImplementedError().")
            if not about.trains:
                found.remarks.append(f"{name} does not call fit: training and inference should both be in it.")
            if about.ours:
                found.remarks.append(
                    f"{name} uses restorekit's {about.ours}; the assignment asks for networks of yours."
                )
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
    else:
        parts.append("Complete: six files, readable. Hand them in before the date; late work does not count.")
    return "\n\n".join(parts)


def _wrapped(text, bullet=""):
    """Text in lines of 100 characters."""
    return textwrap.fill(text, 100, initial_indent=bullet, subsequent_indent=" " * len(bullet))


def _size(image):
    """Width x height, as picture viewers say it."""
    return f"{image.shape[1]} x {image.shape[0]}"
