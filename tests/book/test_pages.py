"""Notebooks become pages: pictures are files, links stay inside, what only a hosted runtime needs is left out."""

import base64
import html.parser
import itertools
import re

import nbformat
import pages
import pytest
import snippets
import words
from render import ROOT, find

NOTEBOOKS = find(ROOT)


class Images(html.parser.HTMLParser):
    """All <img> of a piece of HTML."""

    def __init__(self, text):
        super().__init__()
        self.found = []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Remember an image's attributes."""
        if tag == "img":
            self.found.append(dict(attributes))


@pytest.fixture(scope="module")
def converted(tmp_path_factory):
    """Every notebook as the book has it, by path, and the folder of pictures."""
    pictures = pages.Pictures(tmp_path_factory.mktemp("pictures"), "../_static/pictures")
    made = {}
    for notebook in NOTEBOOKS:
        states = pages.states_of(notebook.name) if notebook.kind == "lecture" else {}
        made[notebook.path] = pages.Page(notebook, "en", pictures, states).convert()
    return made, pictures.folder


def htmls(notebook):
    """The HTML of all outputs."""
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    return [output.data["text/html"] for output in outputs if "text/html" in output.get("data", {})]


@pytest.mark.parametrize("path", [notebook.path for notebook in NOTEBOOKS])
def test_every_picture_is_a_file_with_a_size_and_a_text(converted, path):
    made, folder = converted
    images = [image for text in htmls(made[path]) for image in Images(text).found]
    for image in images:
        source = image["src"]
        assert source.startswith("../_static/"), source[:80]
        if source.startswith("../_static/pictures/"):
            assert (folder / source.rsplit("/", 1)[1]).stat().st_size > 100
        assert len(image["alt"]) >= 3 and int(image["width"]) > 8
    committed = nbformat.read(ROOT / path, as_version=4)
    drawn = [
        o
        for cell in committed.cells
        for o in cell.get("outputs", [])
        if {"image/png", "image/jpeg"} & o.get("data", {}).keys()
    ]
    assert len(images) >= len(drawn), "a picture of the notebook is missing on the page"
    assert all("base64" not in text for text in htmls(made[path]))


def test_the_picture_on_the_page_is_the_notebooks_own_bytes(converted):
    _, folder = converted
    committed = nbformat.read(ROOT / "lectures/02_quality.ipynb", as_version=4)
    output = next(
        o
        for cell in committed.cells
        for o in cell.get("outputs", [])
        if "image/png" in o.get("data", {}) and "text/html" not in o.data
    )
    data = base64.b64decode(output.data["image/png"])
    assert data in [file.read_bytes() for file in folder.iterdir()]


def test_only_the_first_picture_of_a_page_is_loaded_at_once(converted):
    made, _ = converted
    shown = [text for text in htmls(made["lectures/01_degradation.ipynb"]) if 'class="rk-picture"' in text]
    assert "loading=lazy" not in shown[0] and all("loading=lazy" in text for text in shown[1:])


@pytest.mark.parametrize("path", [notebook.path for notebook in NOTEBOOKS])
def test_links_between_notebooks_stay_in_the_book(converted, path):
    made, _ = converted
    for cell in made[path].cells:
        if cell.cell_type == "markdown":
            assert "colab.research" not in cell.source
            for target in re.findall(r"\]\(([^)#\s]+\.ipynb)", cell.source):
                assert (ROOT / path).parent.joinpath(target).resolve().is_file(), target


def test_a_public_address_gives_a_way_to_the_hosted_notebook_and_leaves_links_alone(tmp_path, monkeypatch):
    address = pages.Course("https://github.com/someone/course", "main", "1.0")
    monkeypatch.setattr(pages.Course, "read", classmethod(lambda cls: address))
    pictures = pages.Pictures(tmp_path, "../_static/pictures")
    lecture = next(one for one in NOTEBOOKS if one.path == "lectures/00_start_here.ipynb")
    texts = [
        cell.source for cell in pages.Page(lecture, "en", pictures, {}).convert().cells if cell.cell_type == "markdown"
    ]
    assert "https://colab.research.google.com/github/someone/course/blob/main/lectures/00_start_here.ipynb" in texts[0]
    assert "![" not in texts[0], "the badge is a picture on another host"
    assert any("](01_degradation.ipynb)" in text for text in texts)


@pytest.mark.parametrize("notebook", [one for one in NOTEBOOKS if one.kind == "lab"], ids=lambda one: one.name)
def test_a_lab_leads_to_its_solutions_and_leaves_out_the_hosted_cells(converted, notebook):
    made, _ = converted
    sources = [cell.source for cell in made[notebook.path].cells]
    exercises = sum(source.startswith("<details><summary>Hint") for source in sources)
    links = [match for source in sources for match in re.findall(r"\[Show the solution\]\(\S+\.ipynb#(\S+)\)", source)]
    assert exercises == len(links) == len(set(links)) > 3
    assert not any(text in sources for text in (snippets.KEEP_CODE, snippets.PACK_CODE))


def folded(cell):
    """Whether a cell's code is folded."""
    return "hide-input" in cell.metadata.get("tags", [])


def test_code_is_folded_where_pictures_come_first_and_never_in_labs(converted):
    made, _ = converted
    own = {path: [cell for cell in made[path].cells if own_code(cell)] for path in made}
    assert all(map(folded, own["lectures/01_degradation.ipynb"]))
    assert not any(map(folded, own["labs/01_degradation_lab.ipynb"]))
    assert {folded(cell) for cell in own["lectures/05_dncnn.ipynb"]} == {True, False}
    for cell in own["lectures/05_dncnn.ipynb"]:
        assert folded(cell) or len(cell.source.splitlines()) <= pages.LONG


def test_no_two_folds_stand_in_a_row(converted):
    made, _ = converted
    for path in made:
        for one, next_one in itertools.pairwise(made[path].cells):
            if own_code(one) and folded(one) and not one.outputs:
                assert next_one.cell_type != "code" or not folded(next_one), path


def test_a_solution_is_called_so_and_shows_no_marks(converted):
    made, _ = converted
    book = made["solutions/05_dncnn_solution.ipynb"]
    assert book.cells[0].source.startswith("# Solution 05: DnCNN")
    assert not any("SOLUTION" in cell.source for cell in book.cells)
    assert any("width += kernel - 1" in cell.source for cell in book.cells)


def test_what_cannot_be_done_on_a_page_is_not_asked_for(converted):
    made, _ = converted
    texts = "\n".join(cell.source for path, book in made.items() if path.startswith("lectures") for cell in book.cells)
    assert not any(said in texts for said in pages.ON_A_PAGE)
    shown = [text for text in htmls(made["lectures/03_classical.ipynb"]) if words.STILL in text]
    explored = nbformat.read(ROOT / "lectures/03_classical.ipynb", as_version=4)
    calls = sum("rk.explore(" in cell.source for cell in explored.cells if cell.cell_type == "code")
    assert len(shown) == calls - len(pages.states_of("03_classical"))


def test_what_comes_before_is_said_once(converted):
    made, _ = converted
    for path, book in made.items():
        said = book.cells[0].source.count("Before this")
        first = path in (
            "lectures/00_start_here.ipynb",
            "lectures/symbols.ipynb",
            "lectures/when_things_go_wrong.ipynb",
        )
        assert said == (0 if first else 1), path


def own_code(cell):
    """Whether a cell holds code of this notebook, not the set-up that all share."""
    return cell.cell_type == "code" and not cell.source.startswith(("# @title", "rk.quiz("))


def test_marks_for_machines_are_not_shown(converted):
    made, _ = converted
    assert not any("NBVAL" in cell.source for notebook in made.values() for cell in notebook.cells)


def test_a_page_is_rewritten_only_where_it_changed(tmp_path):
    file = tmp_path / "folder" / "page.md"
    pages.write(file, "one")
    before = file.stat().st_mtime_ns
    pages.write(file, "one")
    assert file.stat().st_mtime_ns == before
    pages.write(file, "two")
    assert file.read_text("utf-8") == "two"
