"""What the graded lab itself gives to students, as fingerprints: code that two students both have from here is no copying."""

import ast
import json
import string

from restorekit.grading import similarity

from render import Course, find, render

BASELINE = "restorekit/grading/baseline.json"
LAB = "04_learning"


def baseline(root):
    """The text of the file with the fingerprints.

    Parameters
    ----------
    root : Path
        Of the repository.

    Returns
    -------
    str
    """
    course = Course.read(root)
    (lab,) = [notebook for notebook in find(root) if notebook.kind == "solution" and notebook.name == LAB]
    trees = []
    for cell in render(lab, course).cells:
        if cell.cell_type == "code":
            trees += _pieces(cell.source)
    kinds = {"fingerprint": False, "words": True}
    return json.dumps({kind: similarity.fingerprint(trees, words) for kind, words in kinds.items()}) + "\n"


def _pieces(source):
    """The trees of a cell, without the marks of its exercises, and of the programs that it writes."""
    try:
        tree = ast.parse(source)
    except SyntaxError:  # a cell with a command
        return []
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.decorator_list = []
    trees = [tree]
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and "\n" in node.value:
            names = (
                {name for _, name, _, _ in string.Formatter().parse(node.value) if name} if "{" in node.value else set()
            )
            try:
                trees.append(ast.parse(node.value.format(**dict.fromkeys(names, "0")) if names else node.value))
            except (SyntaxError, ValueError, KeyError, IndexError):
                continue  # prose
    return trees
