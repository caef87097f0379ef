"""Files that somebody handed in, read with care: sizes before contents, and nothing in them is ever run."""

import ast
import json
import re
import stat
import struct
import warnings
from typing import NamedTuple

from restorekit import images

__all__ = ["About", "Refused", "look_through", "read_picture", "read_source"]

#: Largest files that are opened, in bytes, and the most pixels that are decoded.
_LARGEST = {".png": 60_000_000, ".py": 250_000, ".ipynb": 30_000_000}
_MOST_PIXELS = 40_000_000
_KINDS = {0: "gray", 2: "RGB", 3: "a palette", 4: "gray with transparency", 6: "RGBA"}
_SAVE = "Save it as 8-bit RGB: Image.fromarray(array_of_uint8), or rk.save"
#: Lines of a notebook that are not Python: %magics, !commands, `x = !command`, questions?
_MAGIC = re.compile(r"\s*(%{1,2}[a-zA-Z]|!|[\w, ]+=\s*[%!]|\?{1,2}[\w.]+\s*$|[\w.]+\?{1,2}\s*$)")


class Refused(ValueError):
    """The file is not what it should be; the message says what it is, and what to do."""


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
    restorekit.handed_in.Refused: is gray, not RGB. Save it as 8-bit RGB: ...
    """
    data = _contents(path)
    if data[:2] == b"\xff\xd8":
        raise Refused("is a JPEG with the ending .png, and JPEG changes the pixels. Save the array itself as PNG")
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        raise Refused("is not a PNG file, or only a piece of one. Save the array again")
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    if width * height > _MOST_PIXELS:
        raise Refused(f"claims {width:,} x {height:,} pixels, more than are decoded here ({_MOST_PIXELS:,})")
    if kind not in (2, 6):
        raise Refused(f"is {_KINDS.get(kind, 'of an unknown kind')}, not RGB. {_SAVE}")
    if bits != 8:
        raise Refused(f"has {bits} bits a colour instead of 8. {_SAVE}")
    try:
        image = images.load(data, alpha="keep", max_pixels=_MOST_PIXELS)
    except (OSError, ValueError) as problem:
        raise Refused(f"can't be read: {str(problem).removeprefix('the data ')}") from problem
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
    data = _contents(path)
    if path.suffix.lower() == ".py":
        trees = [_parsed(data, "")]
    else:
        cells = _code_cells(data)
        if sum(map(len, cells)) > _LARGEST[".py"]:
            raise Refused(f"holds more than {_LARGEST['.py'] / 1e3:.0f} KB of code; so much is not read here")
        trees = [_parsed(_without_magics(cell), f"code cell {k}, ") for k, cell in enumerate(cells, 1)]
    if not any(tree.body for tree in trees):
        raise Refused("holds no code")
    return trees


class About(NamedTuple):
    """What `look_through` found in a program."""

    lines: int
    gap: bool
    trains: bool
    ours: str


def look_through(trees):
    """See from the outside what a program does, without running it.

    Parameters
    ----------
    trees : list of ast.Module
        What `read_source` gave.

    Returns
    -------
    About
        `lines` of code; whether it has a `gap` (it raises NotImplementedError); whether it `trains`; and the part of restorekit with
        ready networks and filters (`ours`) that it uses, or "".

    Examples
    --------
    >>> look_through([ast.parse("model.fit(noisy, clean)")])
    About(lines=1, gap=False, trains=True, ours='')
    """
    nodes = [(k, node) for k, tree in enumerate(trees) for node in ast.walk(tree)]
    lines = {(k, node.lineno) for k, node in nodes if isinstance(node, ast.stmt)}
    raised = [getattr(node.exc, "func", node.exc) for _, node in nodes if isinstance(node, ast.Raise)]
    dotted = [node for _, node in nodes if isinstance(node, ast.Attribute)]
    words = {node.attr for node in dotted} | {node.id for _, node in nodes if isinstance(node, ast.Name)}
    used = {f"restorekit.{node.attr}" for node in dotted if getattr(node.value, "id", "") in ("rk", "restorekit")}
    for _, node in nodes:
        if isinstance(node, ast.Import):
            used |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            used |= {f"{node.module}.{alias.name}" for alias in node.names}
    return About(
        lines=len(lines),
        gap=any(getattr(name, "id", "") == "NotImplementedError" for name in raised),
        trains=bool(words & {"fit", "GradientTape"}),
        ours=next(
            (part for part in ("zoo", "models", "denoise") if f"restorekit.{part}" in " ".join(sorted(used))), ""
        ),
    )


def _contents(path):
    """The bytes of a plain file that is not too large."""
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused("is a folder, a link or a device, not a plain file")
    largest = _LARGEST[path.suffix.lower()]
    if status.st_size > largest:
        raise Refused(f"has {status.st_size / 1e6:,.1f} MB; more than {largest / 1e6:g} MB are not opened here")
    with open(path, "rb") as file:
        data = file.read(largest + 1)
    if not data.strip():
        raise Refused("is empty")
    return data


def _parsed(code, where):
    """Parse code, or name the line that is not Python."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return ast.parse(code)
    except SyntaxError as problem:
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


def _without_magics(code):
    """A cell's code with `pass` in the place of the lines that are not Python, so that line numbers stay."""
    if re.match(r"\s*%%(?!time|capture)", code):
        return ""  # the whole cell is in another language
    kept, goes_on = [], False
    for line in code.split("\n"):
        if goes_on or _MAGIC.match(line):
            kept.append("" if goes_on else re.match(r"\s*", line)[0] + "pass")
            goes_on = line.endswith("\\")
        else:
            kept.append(line)
    return "\n".join(kept)
