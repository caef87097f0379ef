"""The course as committed: every check on what is generated, for every unit that has a source."""

import ast
import re
from collections import Counter

import build
import nbformat
import pytest
from execute import problems
from IPython.core.inputtransformer2 import TransformerManager
from nbgrader.preprocessors import ClearSolutions
from render import METADATA, ROOT, Course, Notebook, find, render, target
from stripper import STUB, split, telltale

from restorekit import exercises

HOME = Course.read()
PUBLIC = Course("https://github.com/someone/restorekit", "main", HOME.version)
NOTEBOOKS = find()
LABS = [notebook for notebook in NOTEBOOKS if notebook.kind == "lab"]
RUN = [notebook for notebook in NOTEBOOKS if notebook.executed]
UNITS = [notebook for notebook in RUN if notebook.kind != "page"]
LINKS = re.compile(r"""\]\(<?([^()\s>]+)>?[^()]*\)|\b(?:src|href)=["']([^"']+)["']""")
LARGEST = 1_500_000  # bytes


def each(notebooks):
    """Run a test once for each of these notebooks."""
    return pytest.mark.parametrize("notebook", notebooks, ids=[notebook.path for notebook in notebooks])


def committed(notebook):
    """The notebook as it stands in the tree."""
    path = ROOT / notebook.path
    if not path.is_file():
        pytest.skip(f"{notebook.path} is missing: the test of freshness fails")
    return nbformat.read(path, as_version=4)


def solved(lab):
    """The solution that belongs to a lab, rendered."""
    return render(Notebook("solution", lab.name, lab.source), HOME)


def code(notebook):
    """Its code cells."""
    return [cell for cell in notebook.cells if cell.cell_type == "code"]


def test_all_that_is_generated_is_fresh():
    found = build.check()
    assert not found, "\n".join(found)


@each(NOTEBOOKS)
def test_same_source_gives_the_same_bytes(notebook):
    assert build.dumps(render(notebook, HOME)) == build.dumps(render(notebook, HOME))


def test_file_names_are_unique_across_folders():
    names = Counter(notebook.path.split("/")[1] for notebook in NOTEBOOKS)
    assert [name for name, count in names.items() if count > 1] == []


@each(NOTEBOOKS)
def test_notebook_is_valid_and_ids_are_unique(notebook):
    made = committed(notebook)
    nbformat.validate(made)
    assert made.metadata == METADATA
    assert len({cell.id for cell in made.cells}) == len(made.cells)


@each(NOTEBOOKS)
def test_begins_with_title_badge_and_setup(notebook):
    first, *others = render(notebook, PUBLIC).cells
    assert first.cell_type == "markdown" and first.source.startswith("# ")
    if code(render(notebook, PUBLIC)):  # a page that only says something needs neither
        assert "colab-badge.svg" in first.source, "no {{badge}} in the first cell"
        assert others[0].source.startswith("# @title Set-up"), "the second cell is not {{setup}}"


@each(LABS)
def test_no_solution_line_in_the_lab(notebook):
    shown = "\n".join(cell.source for cell in committed(notebook).cells)
    hidden = [line for cell in solved(notebook).cells for region in split(cell.source)[1] for line in region]
    assert hidden, "a lab without a solution region"
    leaks = sorted({line.strip() for line in hidden if telltale(line) and line.strip() in shown})
    assert not leaks, "these solution lines stand in the lab:\n" + "\n".join(leaks)


@each(NOTEBOOKS)
def test_every_code_cell_parses(notebook):
    for cell in code(committed(notebook)):
        ast.parse(TransformerManager().transform_cell(cell.source))


@each(LABS)
def test_stub_lines_exist_in_the_solution(notebook):
    made, solution = committed(notebook), solved(notebook)
    assert len(made.cells) == len(solution.cells)
    for stub, full in zip(code(made), code(solution), strict=True):
        lines = iter(full.source.split("\n"))
        new = [line for line in stub.source.split("\n") if line.strip() not in STUB and line not in lines]
        assert not new, f"not in the solution, or in another order: {new}"


@each(LABS)
def test_nbgrader_agrees_with_our_stripper(notebook):
    cleared, _ = ClearSolutions().preprocess(solved(notebook), {})
    ours = code(committed(notebook))
    assert [cell.source for cell in ours] == [cell.source for cell in code(cleared)]


@each(LABS)
def test_exercises_carry_nbgrader_metadata(notebook):
    cells = code(committed(notebook))
    marks = [cell.metadata.get("nbgrader", {}) for cell in cells]
    ids = Counter(mark["grade_id"] for mark in marks if mark)
    assert [name for name, count in ids.items() if count > 1] == [], "grade_id is used twice"
    for place, (cell, mark) in enumerate(zip(cells, marks, strict=True)):
        if "@rk.exercise(" in cell.source:
            wanted = {"schema_version": 3, "solution": True, "grade": False, "locked": False, "task": False}
            assert mark.items() >= wanted.items(), f"no solution metadata: {cell.source.splitlines()[0]}"
            assert STUB[0] in cell.source, f"nothing to fill in: {cell.source.splitlines()[0]}"
            wanted |= {"solution": False, "grade": True, "locked": True}
            graded = [later for later in marks[place + 1 :] if later.get("grade") or later.get("solution")]
            assert graded and graded[0].items() >= wanted.items(), f"no check cell after {mark['grade_id']}"
            assert graded[0]["points"] > 0


@each(LABS)
def test_lab_and_its_checks_name_the_same_exercises(notebook):
    text = "\n".join(cell.source for cell in committed(notebook).cells)
    asked = re.findall(r'@rk\.exercise\("([\w.]+)"\)', text)
    known = exercises.exercises_of(f"lab{notebook.name[:2]}")
    assert asked == [exercise.key for exercise in known]
    for exercise in known:
        assert 1 <= len(exercise.hints) <= 3
        assert all(hint in text for hint in exercise.hints), f"{exercise.key}: no {{{{hints:{exercise.key}}}}}"


@each(NOTEBOOKS)
def test_internal_links_resolve(notebook):
    for cell in committed(notebook).cells:
        for address in links(cell):
            if not re.match(r"(https?|mailto|data):|#|attachment:", address):
                file = (ROOT / notebook.path).parent / address.partition("#")[0]
                assert file.is_file(), f"no such file: {address}"


@each(NOTEBOOKS)
def test_badge_and_links_resolve_with_a_public_address(notebook):
    hosted = "https://colab.research.google.com/github/someone/restorekit/blob/main/"
    made = render(notebook, PUBLIC)
    if code(made):
        assert f"]({hosted}{target(notebook.kind, notebook.name)})" in made.cells[0].source
    for cell in made.cells:
        for address in links(cell):
            if address.startswith(hosted):
                file = address.removeprefix(hosted).partition("#")[0]
                assert (ROOT / file).is_file(), f"no such file: {address}"
            else:
                assert re.match(r"(https?|mailto|data):|#", address), f"leads nowhere in a hosted notebook: {address}"


def links(cell):
    """Addresses that a text cell links to."""
    return [first or second for first, second in LINKS.findall(cell.source)] if cell.cell_type == "markdown" else []


@each(NOTEBOOKS)
def test_outputs_are_fit_to_be_shown(notebook):
    found = problems(committed(notebook))
    assert not found, "\n".join(found)


@each(NOTEBOOKS)
def test_file_is_small(notebook):
    committed(notebook)
    size = (ROOT / notebook.path).stat().st_size
    assert size <= LARGEST, f"{size / 1e6:.2f} MB"


@each(UNITS)
def test_numbers_are_compared(notebook):
    marked = [cell for cell in code(committed(notebook)) if "# NBVAL_CHECK_OUTPUT" in cell.source.splitlines()]
    for cell in marked:
        assert [output.output_type for output in cell.outputs] == ["stream"], f"prints no plain text: {cell.source}"
    numbers = [cell for cell in marked if re.search(r"\d", cell.outputs[0].text)]
    assert len(numbers) >= 3, "at least three cells marked # NBVAL_CHECK_OUTPUT that print numbers"


@each([notebook for notebook in NOTEBOOKS if notebook.kind == "solution"])
def test_every_check_of_a_solution_is_passed(notebook):
    checks = [cell for cell in code(committed(notebook)) if cell.source.startswith("rk.check(")]
    assert checks
    for cell in checks:
        said = "".join(output.get("data", {}).get("text/plain", "") for output in cell.outputs)
        assert said.startswith("✓"), f"{cell.source}: {said}"
