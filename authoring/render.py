"""From a text source (jupytext py:percent) to a notebook: placeholders, links, stubs, stable cell ids. Runs nothing."""

import hashlib
import importlib
import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

import jupytext
import nbformat

import snippets
from stripper import SourceError, split

ROOT = Path(__file__).resolve().parents[1]
FOLDERS = {"lecture": "lectures", "page": "lectures", "lab": "labs", "solution": "solutions"}
SUFFIXES = {"lecture": "", "page": "", "lab": "_lab", "solution": "_solution"}
METADATA = {
    "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
    "language_info": {"name": "python"},
}

PLACEHOLDER = re.compile(r"^[ #]*\{\{(\w+)(?::([\w.]+))?\}\}[ ]*$", re.MULTILINE)
LINK = re.compile(r"\]\((lecture|lab|solution|page):([^)#\s]*)(#[^)\s]*)?\)")


@dataclass(frozen=True)
class Notebook:
    """One notebook of the course: its kind, its unit's (or page's) name, its source."""

    kind: str
    name: str
    source: Path

    @property
    def path(self):
        """Where it goes, relative to the repository's root."""
        return target(self.kind, self.name)

    @property
    def executed(self):
        """Labs go out unfilled and without outputs; all others with outputs."""
        return self.kind != "lab"


@dataclass(frozen=True)
class Course:
    """What pyproject.toml says: the public address (or ""), its branch, the version."""

    repository: str
    branch: str
    version: str

    @classmethod
    def read(cls, root=ROOT):
        """Read pyproject.toml."""
        project = tomllib.loads((root / "pyproject.toml").read_text("utf-8"))
        own = project["tool"]["restorekit"]
        return cls(own["repository"].rstrip("/"), own["branch"], project["project"]["version"])


def target(kind, name):
    """Path of a notebook relative to the root; file names are unique across folders, because a hosted drive mixes them."""
    return f"{FOLDERS[kind]}/{name}{SUFFIXES[kind]}.ipynb"


def find(root=ROOT):
    """Every notebook that has a source, in the course's order."""
    found = []
    for folder in sorted((root / "authoring").glob("[0-9][0-9]_*")):
        for kind, file in (("lecture", "lecture.py"), ("lab", "lab.py"), ("solution", "lab.py")):
            if (folder / file).is_file():
                found.append(Notebook(kind, folder.name, folder / file))
    return found + [Notebook("page", page.stem, page) for page in sorted((root / "authoring/pages").glob("*.py"))]


def hosted_address(course, path):
    """Address that opens a file of the public repository in a hosted notebook."""
    host = "https://github.com/"
    if not course.repository.startswith(host):
        raise SourceError(
            f"pyproject.toml, tool.restorekit.repository: expected an address that begins {host!r}, got {course.repository!r}"
        )
    return (
        f"https://colab.research.google.com/github/{course.repository.removeprefix(host)}/blob/{course.branch}/{path}"
    )


def link(course, kind, from_kind, name, anchor=""):
    """Link to another notebook: relative at home, an address once the course has one (a hosted notebook has no neighbours)."""
    path = target(kind, name)
    if course.repository:
        return f"]({hosted_address(course, path)}{anchor})"
    folder, file = path.split("/")
    return f"]({file if folder == FOLDERS[from_kind] else f'../{folder}/{file}'}{anchor})"


def hints(key, where):
    """The hints of one exercise, folded; they stand once, in restorekit.checks."""
    lab = importlib.import_module(f"restorekit.checks.lab{key.split('.')[0]}")
    found = [exercise for exercise in lab.EXERCISES if exercise.key == key]
    if not found:
        raise SourceError(
            f"{where}: no exercise {key!r} in {lab.__name__}: it has {[exercise.key for exercise in lab.EXERCISES]}"
        )
    fold = "<details><summary>Hint {}</summary>\n\n{}\n\n</details>"
    return "\n".join(fold.format(number, hint) for number, hint in enumerate(found[0].hints, 1))


def fill(source, notebook, course, where):
    """Replace the placeholders and, in texts, the links of one cell."""

    def value(match):
        name, key = match.groups()
        if name == "badge":
            return snippets.badge(course, notebook, hosted_address, link)
        if name == "setup":
            return snippets.setup(course)
        if name == "hints" and key:
            return hints(key, where)
        raise SourceError(
            f"{where}: unknown placeholder {match[0].strip()!r}; there are badge, setup, keep, pack and hints:KEY"
        )

    def linked(match):
        if not match[2]:
            raise SourceError(f"{where}: a link to no notebook: {match[0][1:]}")
        return link(course, match[1], notebook.kind, match[2], match[3] or "")

    source = PLACEHOLDER.sub(value, source)
    return LINK.sub(linked, source)


def render(notebook, course, text=None, *, solved=False):
    """Build one notebook, without outputs.

    Parameters
    ----------
    notebook : Notebook
    course : Course
    text : str, optional
        The source; read from `notebook.source` if not given.
    solved : bool
        True: a lab keeps its solution regions, marks and all. So nbgrader wants it, which cuts them out itself.

    Returns
    -------
    nbformat.NotebookNode
    """
    text = notebook.source.read_text("utf-8") if text is None else text
    cells, ids = [], {}
    for number, cell in enumerate(jupytext.reads(text, fmt="py:percent").cells, 1):
        where = f"{notebook.source.parent.name}/{notebook.source.name}, cell {number}"
        if "title" in cell.metadata:
            raise SourceError(
                f"{where}: text after '# %%' becomes a cell title; put {cell.metadata['title']!r} inside the cell"
            )
        match = PLACEHOLDER.fullmatch(cell.source)
        if match and match[1] in snippets.CELLS:  # one line of source, a text and a code cell in the notebook
            parts = snippets.CELLS[match[1]]
        else:
            parts = [(cell.cell_type, fill(cell.source, notebook, course, where))]
        for kind, source in parts:
            if kind == "code":  # the formatter parts functions by two lines; on a page one is enough
                source = re.sub(r"\n{3,}", "\n\n", source)
            stub, regions = split(source, where)
            if regions and (kind != "code" or not cell.metadata.get("nbgrader", {}).get("solution")):
                raise SourceError(
                    f"{where}: a solution region needs a code cell whose nbgrader metadata say solution: true"
                )
            if notebook.kind == "lab" and not solved:
                source = stub
            made = {
                "code": nbformat.v4.new_code_cell,
                "markdown": nbformat.v4.new_markdown_cell,
                "raw": nbformat.v4.new_raw_cell,
            }[kind](source)
            made.metadata.update(cell.metadata)
            if match and match[1] == "setup":
                made.metadata.update(snippets.FOLDED)
            occurrence = ids[kind, source] = ids.get((kind, source), 0) + 1
            made.id = hashlib.sha1(f"{kind}\n{source}\n{occurrence}".encode()).hexdigest()[:12]
            cells.append(made)
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)
