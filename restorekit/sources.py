"""Programs that somebody handed in, as syntax trees: files of Python and notebooks are parsed, and nothing in them is ever run."""

import ast
import json
import re
import warnings

from restorekit.handed_in import LARGEST, Refused, read_file

__all__ = ["parse_source", "plain_cells", "read_source"]

#: Lines of a notebook that are not Python: %magics, !commands, `x = !command`, questions?
_MAGIC = re.compile(r"\s*(%{1,2}[a-zA-Z]|!|\w[\w, ]*=\s*[%!]|\?{1,2}[\w.]+\s*$|[\w.]+\?{1,2}\s*$)")
#: Commands that a notebook also takes without a mark in front; they are left out where a cell is no Python otherwise.
_COMMAND = re.compile(
    _MAGIC.pattern + r"|\s*(pip3?|conda|mamba|uv|cd|ls|pwd|mkdir|rmdir|rm|cp|mv|cat)(\s+[\w./~$\"'-]|\s*$)"
)


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
    return parse_source(read_file(path), path.suffix.lower())


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
