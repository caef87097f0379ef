"""The builder on a small made-up course: it writes, keeps, compares, and names what is wrong."""

import json
import re
import shutil

import build
import nbformat
import pytest
from render import ROOT
from stripper import SourceError

LECTURE = "# %% [markdown]\n# # Title\n# {{badge}}\n\n# %%\nx = 1\nprint(x)\n"
LAB = (
    '# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "a", "locked": false, "solution": true, "task": false}\n'
    "def f(x):\n    ### BEGIN SOLUTION\n    return x * x + 3\n    ### END SOLUTION\n"
)
QUIZ = [
    {"question": "Why?", "type": "multiple_choice", "answers": [{"answer": "So.", "correct": True, "feedback": "Yes."}]}
]
PATHS = ["lectures/01_a.ipynb", "labs/01_a_lab.ipynb", "solutions/01_a_solution.ipynb"]


@pytest.fixture
def course(tmp_path):
    """A course of one unit, its notebooks written but not run."""
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    unit = tmp_path / "authoring/01_a"
    unit.mkdir(parents=True)
    (unit / "lecture.py").write_text(LECTURE)
    (unit / "lab.py").write_text(LAB)
    (unit / "quiz.json").write_text(json.dumps(QUIZ))
    build.make([], False, tmp_path)
    return tmp_path


def pretend_to_run(root):
    """Give every code cell of lecture and solution a count and an output, as a run would."""
    for path in (PATHS[0], PATHS[2]):
        notebook = nbformat.read(root / path, as_version=4)
        for count, cell in enumerate((cell for cell in notebook.cells if cell.cell_type == "code"), 1):
            cell.execution_count, cell.outputs = count, [nbformat.v4.new_output("stream", text="1\n")]
        build.write(root / path, build.dumps(notebook))


def test_fresh_course_passes(course):
    pretend_to_run(course)
    assert build.check(course) == []


def test_unrun_notebooks_are_noticed(course):
    assert [line.split(";")[0] for line in build.check(course)] == [
        f"{path} was not executed" for path in (PATHS[0], PATHS[2])
    ]


def test_same_sources_give_the_same_bytes(course, tmp_path_factory):
    other = tmp_path_factory.mktemp("other")
    shutil.copytree(course / "authoring", other / "authoring")
    shutil.copy(course / "pyproject.toml", other)
    build.make([], False, other)
    for path in PATHS:
        assert (other / path).read_bytes() == (course / path).read_bytes()


def test_changed_source_is_noticed(course):
    pretend_to_run(course)
    (course / "authoring/01_a/lecture.py").write_text(LECTURE.replace("Title", "Other"))
    assert build.check(course) == [
        "lectures/01_a.ipynb, cell 1, differs from its source; run: make notebooks UNIT=01_a"
    ]


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        (PATHS[0], "x = 1", "x = 2"),
        (PATHS[1], '"grade_id": "a"', '"grade_id": "b"'),
        (PATHS[2], '"id": "', '"id": "0'),
        (PATHS[2], '"name": "python"', '"name": "python", "version": "3.11"'),
    ],
)
def test_edited_notebook_is_noticed(course, path, old, new):
    pretend_to_run(course)
    text = (course / path).read_text()
    assert old in text
    (course / path).write_text(text.replace(old, new, 1))
    assert [line for line in build.check(course) if path in line and "differs from its source" in line]


def test_missing_notebook_and_leftovers_are_noticed(course):
    pretend_to_run(course)
    (course / PATHS[0]).unlink()
    shutil.copy(course / PATHS[1], course / "labs/99_old_lab.ipynb")
    (course / "restorekit/data/quizzes/99_old.json").write_text("[]")
    assert [line.split(";")[0].split(":")[0] for line in build.check(course)] == [
        "lectures/01_a.ipynb is missing",
        "labs/99_old_lab.ipynb has no source",
        "restorekit/data/quizzes/99_old.json has no source",
    ]


def test_lab_with_outputs_is_noticed(course):
    pretend_to_run(course)
    notebook = nbformat.read(course / PATHS[1], as_version=4)
    notebook.cells[0].execution_count = 1
    build.write(course / PATHS[1], build.dumps(notebook))
    assert "a lab must not" in build.check(course)[0]


def test_old_quiz_is_noticed(course):
    pretend_to_run(course)
    quiz = course / "authoring/01_a/quiz.json"
    quiz.write_text(quiz.read_text().replace("Why?", "How?"))
    (found,) = build.check(course)
    assert found.startswith("restorekit/data/quizzes/01_a.json is not a copy of authoring/01_a/quiz.json")


def test_text_change_keeps_outputs_and_code_change_drops_them(course):
    pretend_to_run(course)
    source = course / "authoring/01_a/lecture.py"
    source.write_text(LECTURE.replace("Title", "Other"))
    build.make(["01"], False, course)
    assert build.check(course) == []
    assert nbformat.read(course / PATHS[0], as_version=4).cells[1].outputs
    source.write_text(LECTURE.replace("x = 1", "x = 2"))
    build.make(["01"], False, course)
    assert not nbformat.read(course / PATHS[0], as_version=4).cells[1].outputs


@pytest.mark.parametrize(
    ("before", "after", "kept"),
    [
        ("x = 9 if rk.FAST else 1", "x = 5 if rk.FAST else 1", True),
        ("x = 9 if rk.FAST else 1", "x = 9 if rk.FAST else 2", False),
        ("x = 9 if rk.FAST else 1", "x = 9 if rk.SLOW else 1", False),
        ("if rk.FAST:\n    x = 9\nx = 1", "if rk.FAST:\n    x = 5\nx = 1", True),
        ("if rk.FAST:\n    x = 9\nelse:\n    x = 1", "if rk.FAST:\n    x = 9\nelse:\n    x = 2", False),
        ("%time x = 1", "%time x = 2", False),
    ],
)
def test_a_change_for_fast_mode_alone_needs_no_run(course, before, after, kept):
    source = course / "authoring/01_a/lecture.py"
    source.write_text(LECTURE.replace("x = 1", before))
    build.make(["01"], False, course)
    pretend_to_run(course)
    source.write_text(LECTURE.replace("x = 1", after))
    build.make(["01"], False, course)
    assert bool(nbformat.read(course / PATHS[0], as_version=4).cells[1].outputs) is kept


def test_new_public_address_needs_no_run(course):
    lecture = course / "authoring/01_a/lecture.py"
    lecture.write_text("# %% [markdown]\n# # Title\n# {{badge}}\n\n# %%\n# {{setup}}\n\n# %%\nprint(1)\n")
    build.make(["01"], False, course)
    pretend_to_run(course)
    project = course / "pyproject.toml"
    address = 'repository = "https://github.com/someone/x"'
    project.write_text(re.sub('repository = ".*"', address, project.read_text()))
    assert len(build.check(course)) == 1  # the lecture; lab and solution have no set-up here
    build.make([], False, course)
    assert build.check(course) == []
    assert "git+https://github.com/someone/x@main" in (course / PATHS[0]).read_text()


def test_make_runs_a_unit(course):
    build.make(["01"], True, course)
    assert build.check(course) == []
    assert nbformat.read(course / PATHS[0], as_version=4).cells[1].outputs[0].text == "1\n"


def test_unknown_unit_is_refused(course):
    with pytest.raises(SourceError, match="no source for 77"):
        build.make(["77"], False, course)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "not valid JSON"),
        ("{}", "expected a list of questions"),
        ('[{"question": "Why?", "type": "many_choice"}]', "question 1: no answers"),
        (json.dumps(QUIZ).replace("true", "false"), "question 1: no answer is marked correct"),
    ],
)
def test_malformed_quiz_is_named(course, text, message):
    (course / "authoring/01_a/quiz.json").write_text(text)
    with pytest.raises(SourceError, match=message):
        build.make([], False, course)
