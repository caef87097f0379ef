"""Files that somebody handed in, read with care: sizes before contents, and nothing in them is ever run."""

import ast
import itertools
import json
import re
import stat
import struct
import warnings
from pathlib import Path

from restorekit import images

__all__ = [
    "LARGEST",
    "Refused",
    "decode_picture",
    "folder_inside",
    "list_folder",
    "parse_source",
    "plain_cells",
    "read_picture",
    "read_source",
]

#: Largest files that are opened, in bytes, by ending; and the most pixels that are decoded.
LARGEST = {".png": 60_000_000, ".py": 250_000, ".ipynb": 30_000_000}
_MOST_PIXELS = 40_000_000
_MOST_FILES = 10_000
_KINDS = {0: "is gray", 2: "is RGB", 3: "has a palette of colours", 4: "is gray with transparency", 6: "is RGBA"}
_SAVE = "Save it as 8-bit RGB: Image.fromarray(array_of_uint8), or rk.save"
#: Lines of a notebook that are not Python: %magics, !commands, `x = !command`, questions?
_MAGIC = re.compile(r"\s*(%{1,2}[a-zA-Z]|!|[\w, ]+=\s*[%!]|\?{1,2}[\w.]+\s*$|[\w.]+\?{1,2}\s*$)")
#: Commands that a notebook also takes without a mark in front; they are left out where a cell is no Python otherwise.
_COMMAND = re.compile(
    _MAGIC.pattern + r"|\s*(pip3?|conda|mamba|uv|cd|ls|pwd|mkdir|rmdir|rm|cp|mv|cat)(\s+[\w./~$\"'-]|\s*$)"
)


class Refused(ValueError):
    """The file is not what it should be; the message says what it is, and what to do."""


def list_folder(folder):
    """Names in a folder; hidden ones are left out, and those that would confuse a terminal.

    Parameters
    ----------
    folder : path

    Returns
    -------
    list of str

    Raises
    ------
    NotADirectoryError
        If it is none.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "is not a folder; unpack it, or give the folder it lies in" if folder.exists() else "does not exist"
        raise NotADirectoryError(f"{folder} {what}")
    names = (path.name for path in itertools.islice(folder.iterdir(), _MOST_FILES))
    return [name for name in names if name.isprintable() and not name.startswith(".")]


def folder_inside(folder, names, wanted):
    """The folder inside a folder that holds what was looked for outside.

    Parameters
    ----------
    folder : path
    names : list of str
        What the folder holds.
    wanted : list of str
        Names of files, one of which is enough.

    Returns
    -------
    str
        Its name; "" if there is none.
    """
    inside = (Path(folder, name) for name in sorted(names))
    holds = (path.name for path in inside if path.is_dir() and any((path / file).is_file() for file in wanted))
    return next(holds, "")


def read_picture(path):
    """Read an 8-bit RGB picture from a PNG file, after looking at its size.

    Parameters
    ----------
    path : Path

    Returns
    -------
    image : ndarray (H, W, 3), float32, [0, 1]
    remark : str
        What is unusual about it and does no harm, or "".

    Raises
    ------
    Refused
        If it is anything else.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import restorekit as rk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rk.save(pathlib.Path(folder, "Model1.png"), rk.sample("text"))
    ...     read_picture(pathlib.Path(folder, "Model1.png"))
    Traceback (most recent call last):
    ...
    restorekit.handed_in.Refused: is gray, not 8-bit RGB. Save it as 8-bit RGB: ...
    """
    return decode_picture(_contents(path))


def decode_picture(data):
    """Decode an 8-bit RGB picture from the bytes of a PNG file, after looking at its size.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    image : ndarray (H, W, 3), float32, [0, 1]
    remark : str
        What is unusual about it and does no harm, or "".

    Raises
    ------
    Refused
        If it is anything else.

    Examples
    --------
    >>> decode_picture(b"<html>")
    Traceback (most recent call last):
    ...
    restorekit.handed_in.Refused: is not a PNG file, or only a piece of one. Save the array again
    """
    if data[:2] == b"\xff\xd8":
        raise Refused("is a JPEG with the ending .png, and JPEG changes the pixels. Save the array itself as PNG")
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        raise Refused("is not a PNG file, or only a piece of one. Save the array again")
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    if width * height > _MOST_PIXELS:
        raise Refused(f"claims {width:,} x {height:,} pixels, more than are decoded here ({_MOST_PIXELS:,})")
    if kind not in (2, 6) or bits != 8:
        depth = f", with {bits} bits a value" if bits != 8 and kind != 3 else ""
        raise Refused(f"{_KINDS.get(kind, 'is of an unknown kind')}{depth}, not 8-bit RGB. {_SAVE}")
    try:
        image = images.load(data, alpha="keep", max_pixels=_MOST_PIXELS)
    except (OSError, ValueError) as problem:
        told = str(problem)
        raise Refused(
            told.removeprefix("the data ") if told.startswith("the data ") else f"can't be read: {told}"
        ) from problem
    if image.shape[2] == 3:
        return image, "opaque alpha channel, left out" if kind == 6 else ""
    if image[..., 3].min() < 1:
        raise Refused(f"is partly transparent. {_SAVE}")
    return image[..., :3], "opaque alpha channel, left out"


def read_source(path):
    """Read Python code from a .py or .ipynb file without running any of it.

    Parameters
    ----------
    path : Path

    Returns
    -------
    trees : list of ast.Module
        The code: of a notebook one tree for each code cell, with the lines left out that only notebooks understand.

    Raises
    ------
    Refused
        If it is not Python (the message names the line), not a notebook, or has no code.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     path = pathlib.Path(folder, "Model1.py")
    ...     _ = path.write_text("x = 1\\nprint(x")
    ...     read_source(path)
    Traceback (most recent call last):
    ...
    restorekit.handed_in.Refused: is not valid Python: line 2: '(' was never closed
    """
    return parse_source(_contents(path), path.suffix.lower())


def parse_source(data, ending):
    """Parse the bytes of a .py or .ipynb file without running any of it.

    Parameters
    ----------
    data : bytes
    ending : {".py", ".ipynb"}

    Returns
    -------
    trees : list of ast.Module
        As `read_source` gives them.

    Raises
    ------
    Refused
        If it is not Python (the message names the line), not a notebook, or has no code.

    Examples
    --------
    >>> len(parse_source(b"x = 1", ".py"))
    1
    """
    trees = [_parsed(data, "")] if ending == ".py" else [tree for _, tree in _plain_parsed(data)]
    if not any(tree.body for tree in trees):
        raise Refused("holds no code")
    return trees


def plain_cells(data):
    """The code cells of a notebook as plain Python: lines that only notebooks understand give way to `pass`.

    Parameters
    ----------
    data : bytes
        Of an .ipynb file.

    Returns
    -------
    cells : list of str
        One text for each code cell, with the lines where they were.

    Raises
    ------
    Refused
        If it is not a notebook, or a cell is not Python.

    Examples
    --------
    >>> cell = {"cell_type": "code", "source": ["%matplotlib inline\\n", "x = 1"]}
    >>> plain_cells(json.dumps({"cells": [cell]}).encode())
    ['pass\\nx = 1']
    """
    return [text for text, _ in _plain_parsed(data)]


def _plain_parsed(data):
    """A notebook's code cells, each as text and tree."""
    cells = _code_cells(data)
    if sum(map(len, cells)) > LARGEST[".py"]:
        raise Refused(f"holds more than {LARGEST['.py'] / 1e3:.0f} KB of code; so much is not read here")
    return [_parsed_cell(cell, f"code cell {k}, ") for k, cell in enumerate(cells, 1)]


def _contents(path):
    """The bytes of a plain file that is not too large."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused("is a folder, a link or a device, not a plain file")
    largest = LARGEST[path.suffix.lower()]
    if status.st_size > largest:
        raise Refused(f"has {status.st_size / 1e6:,.1f} MB; more than {largest / 1e6:g} MB are not opened here")
    with open(path, "rb") as file:
        data = file.read(largest + 1)
    if not data.strip():
        raise Refused("is empty")
    return data


def _parsed(code, where):
    """Parse code, or name the line that is not Python."""
    if isinstance(code, bytes) and (code[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in code):
        raise Refused("is not valid Python: it looks like UTF-16. Save it as UTF-8")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as problem:
        if "codec can't decode" in str(problem.msg):
            raise Refused("is not valid Python: it has letters that are not UTF-8. Save it as UTF-8") from problem
        line = f"line {problem.lineno}: " if problem.lineno else ""
        raise Refused(f"is not valid Python: {where}{line}{problem.msg}") from problem
    except (ValueError, RecursionError, MemoryError) as problem:
        raise Refused(f"is not valid Python: {where}{str(problem) or 'far too deeply nested'}") from problem


def _code_cells(data):
    """The sources of a notebook's code cells."""
    try:
        cells = json.loads(data)["cells"]
        sources = [cell["source"] for cell in cells if cell["cell_type"] == "code"]
        return ["".join(source) for source in sources]
    except (ValueError, KeyError, TypeError, RecursionError) as problem:
        raise Refused("is not a notebook that can be read. Download it again (File > Download > .ipynb)") from problem


def _parsed_cell(code, where):
    """Text and tree of a cell without what only notebooks understand: marked lines, and if need be commands without a mark."""
    text = _without(_MAGIC, code)
    try:
        return text, _parsed(text, where)
    except Refused as problem:
        text = _without(_COMMAND, code)
        try:
            return text, _parsed(text, where)
        except Refused:
            raise problem from None


def _without(pattern, code):
    """A cell's code with `pass` in the place of the lines that are not Python, so that line numbers stay."""
    if re.match(r"\s*%%(?!time|capture)", code):
        return ""  # the whole cell is in another language
    kept, goes_on = [], False
    for line in code.split("\n"):
        if goes_on or pattern.match(line):
            kept.append("" if goes_on else re.match(r"\s*", line)[0] + "pass")
            goes_on = line.endswith("\\")
        else:
            kept.append(line)
    return "\n".join(kept)
