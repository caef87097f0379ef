"""From the course's notebooks to the book's pages: pictures become files, sliders their states, links stay relative. Runs nothing."""

import base64
import hashlib
import io
import json
import re

import bibliography
import nbformat
import sliders
import snippets
import words
from myst_parser.mdit_to_docutils.base import default_slugify
from PIL import Image
from render import ROOT, Course, find, hosted_address, link, render

PICTURES = ("image/png", "image/jpeg")
SUFFIX = {"image/png": "png", "image/jpeg": "jpg"}
LONG = 5  # lines of code; in a lecture more are folded, since the picture is the argument
PICTURES_FIRST = ("01", "02", "03")  # in these lectures all code is: who knows no Python can follow them
#: What a reader can do on a page is not what one does in a notebook.
ON_A_PAGE = {
    "before you run the cell": "before you look on",
    "Move both sliders": "Move the slider",
    "move the sliders": "move the slider",
}
EMBEDDED = re.compile(r"data:(image/(?:png|jpeg));base64,([A-Za-z0-9+/=]+)")
HEADING = re.compile(r"^(#+) (.*)$", re.MULTILINE)
MARKS = re.compile(r"^[ ]*### (?:BEGIN|END) SOLUTION\n?|^# NBVAL_\w+\n", re.MULTILINE)  # for machines

READ = (
    "Read the exercises here; to solve them, [run the notebook](../practise.md#open-a-lab): "
    "there, a check below every gap says what is wrong."
)


class Pictures:
    """The folder of all pictures of the site, each named by what it holds, so that two languages share them."""

    def __init__(self, folder, base):
        self.folder, self.base = folder, base
        folder.mkdir(parents=True, exist_ok=True)

    def keep(self, kind, data):
        """Write a picture once, and return its address as the page says it."""
        name = f"{hashlib.sha256(data).hexdigest()[:20]}.{SUFFIX[kind]}"
        if not (self.folder / name).is_file():
            (self.folder / name).write_bytes(data)
        return f"{self.base}/{name}"

    def take_out(self, html):
        """Turn the pictures embedded in a piece of HTML into files."""
        return EMBEDDED.sub(lambda match: self.keep(match[1], base64.b64decode(match[2])), html)

    def tag(self, kind, data, metadata, eager):
        """Write a picture, and return its <img>: size known beforehand, so that nothing jumps, loaded when it is near."""
        width, height = Image.open(io.BytesIO(data)).size
        shown = metadata.get("width") or width
        alt = metadata.get("alt", "").replace("&", "&amp;").replace('"', "&quot;").replace("<", "&lt;")
        return (
            f'<img class="rk-picture" src="{self.keep(kind, data)}" alt="{alt}" width="{shown}" '
            f'height="{round(height * shown / width)}"{"" if eager else " loading=lazy"}>'
        )


class Page:
    """One notebook on its way into the book."""

    def __init__(self, notebook, language, pictures, states):
        self.notebook, self.pictures, self.states = notebook, pictures, states
        self.say = words.translator(language)
        self.course = Course.read()
        self.eager = True

    def convert(self):
        """Return the notebook as the book shows it."""
        alone = Course("", self.course.branch, self.course.version)  # in the book, links lead to its own pages
        made = render(self.notebook, alone)
        committed = nbformat.read(ROOT / self.notebook.path, as_version=4)
        dropped = {text for pair in snippets.CELLS.values() for _, text in pair}
        cells, heading = [], ""
        for cell, run in zip(made.cells, committed.cells, strict=True):
            if cell.source in dropped:
                continue
            if cell.cell_type == "markdown":
                cell.source = self.text(cell.source, alone, heading)
                headings = HEADING.findall(cell.source)
                heading = headings[-1][1] if headings else heading
            else:
                cell.outputs = [self.output(one, run) for one in run.outputs]
                self.fold(cell)
                if cells and self.silent(cells[-1]) and "hide-input" in cell.metadata.tags:
                    cell.source = f"{cells.pop().source}\n\n{cell.source}"  # one fold, not two in a row
            cells.append(cell)
        made.cells = cells
        return made

    def silent(self, cell):
        """Whether a cell is folded code without a picture or a word beneath."""
        folded = cell.cell_type == "code" and "hide-input" in cell.metadata.tags
        return folded and not cell.outputs and not cell.source.startswith("# @title")

    def text(self, source, alone, heading):
        """A text cell: the badge becomes the book's own line, hints get the way to the solution, references are linked."""
        badge = snippets.badge(alone, self.notebook, hosted_address, link).split("\n\n")[0]
        if badge and badge in source:
            source = source.replace(badge, self.run_line(source))
        if self.notebook.kind == "solution":
            source = re.sub(r"^# Lab (\d\d)", r"# Solution \1", source)
        if self.notebook.kind == "lecture":
            for said, meant in ON_A_PAGE.items():
                source = source.replace(said, meant)
        if self.notebook.kind == "lab" and source.startswith("<details><summary>Hint"):
            anchor = default_slugify(heading)
            source += f"\n\n[Show the solution](../solutions/{self.notebook.name}_solution.ipynb#{anchor})"
        if re.search(r"^#+ References", source, re.MULTILINE):
            source = bibliography.link(source, self.notebook.path)
        return source

    def run_line(self, source):
        """How to get from reading to running, and what comes before: the lines under the title."""
        file = f"../_sources/{self.notebook.path}"
        line = f'<a href="{file}" download>Download this notebook</a>'
        if self.notebook.kind != "page":
            line += f' or <a href="{file.removesuffix(".ipynb")}.py" download>its code alone</a>'
        line += " to run it at home or in a hosted notebook, and move every slider yourself."
        if self.course.repository:
            line += f' <a href="{hosted_address(self.course, self.notebook.path)}">Open it in Colab</a>.'
        before, after = self.neighbours()
        parts = [READ] * (self.notebook.kind == "lab") + [line]
        return " ".join(parts + ([] if "Before this" in source else before) + after)

    def neighbours(self):
        """What to read before this notebook, and after it."""
        name, kind = self.notebook.name, self.notebook.kind
        lecture, lab = f"[the lecture](../lectures/{name}.ipynb)", f"[the lab](../labs/{name}_lab.ipynb)"
        if kind in ("lab", "solution"):
            return [f"Before this: {lecture}{f' and {lab}' if kind == 'solution' else ''}."], []
        if kind == "page":
            return [], []
        names = [one.name for one in find(ROOT) if one.kind == "lecture"]
        place = names.index(name)
        before = [f"Before this: [unit {names[place - 1][:2]}]({names[place - 1]}.ipynb)."] if place else []
        return before, [f"After it: {lab}."] if (ROOT / "labs" / f"{name}_lab.ipynb").is_file() else []

    def fold(self, cell):
        """Fold the set-up, and in lectures code that is longer than an idea; leave out marks for machines."""
        tags = cell.metadata.setdefault("tags", [])
        cell.source = MARKS.sub("", cell.source)
        setup = cell.source.startswith("# @title Set-up")
        first = self.notebook.name.startswith(PICTURES_FIRST)
        if self.notebook.kind == "lecture" and cell.source.startswith("rk.quiz("):
            tags.append("remove-input")
        elif setup or (self.notebook.kind == "lecture" and (first or cell.source.count("\n") >= LONG)):
            tags.append("hide-input")
            show = self.say(words.SET_UP if setup else words.SHOW)
            cell.metadata["mystnb"] = {"code_prompt_show": show, "code_prompt_hide": self.say(words.HIDE)}

    def output(self, output, cell):
        """One output: a slider's states, a picture as a file, HTML with its pictures as files; texts as they are."""
        data = output.get("data", {})
        kind = next((kind for kind in PICTURES if kind in data), None)
        if cell.id in self.states and kind:
            tag = self.tag(kind, output)
            return html_output(sliders.figure(self.states[cell.id], tag, base="../_static/states", translate=self.say))
        if "text/html" in data:
            self.eager = False
            return html_output(self.pictures.take_out("".join(data["text/html"])))
        if kind and self.notebook.kind == "lecture" and "rk.explore(" in cell.source:
            return html_output(f'{self.tag(kind, output)}<p class="rk-note">{self.say(words.STILL)}</p>')
        return html_output(self.tag(kind, output)) if kind else output

    def tag(self, kind, output):
        """The <img> of a picture among the outputs."""
        data = base64.b64decode("".join(output.data[kind]))
        tag = self.pictures.tag(kind, data, output.get("metadata", {}).get(kind, {}), self.eager)
        self.eager = False
        return tag


def html_output(html):
    """A notebook output that is HTML alone."""
    return nbformat.v4.new_output("display_data", {"text/html": html})


def states_of(name):
    """The pre-computed slider states of a lecture, by the id of their cell."""
    file = ROOT / "book" / "states" / f"{name}.json"
    if not file.is_file():
        return {}
    return {one["cell"]: one for one in json.loads(file.read_text("utf-8"))["sliders"]}


def write_all(source, language, pictures):
    """Write every notebook's page into the folder `source`; return the notebooks."""
    notebooks = find(ROOT)
    for notebook in notebooks:
        states = states_of(notebook.name) if notebook.kind == "lecture" else {}
        made = Page(notebook, language, pictures, states).convert()
        write(source / notebook.path, nbformat.writes(made))
    return notebooks


def write(path, text):
    """Write a page only where it has changed, so that Sphinx builds only what is new."""
    if path.is_file() and path.read_text("utf-8") == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
