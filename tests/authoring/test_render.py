"""From text to notebook: placeholders, links, stubs, ids - on small made-up sources."""

import ast
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from render import METADATA, Course, Notebook, find, render, target
from stripper import SourceError

HOME = Course(repository="", branch="main", version="1.2.3")
PUBLIC = Course(repository="https://github.com/someone/restorekit", branch="main", version="1.2.3")
SOLUTION_CELL = '# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "a", "locked": false, "solution": true, "task": false}'
REGION = "def f(x):\n    ### BEGIN SOLUTION\n    return x * x + 3\n    ### END SOLUTION"


def book(kind="lecture", name="01_some"):
    return Notebook(kind, name, Path(f"authoring/{name}/{'lecture' if kind == 'lecture' else 'lab'}.py"))


def sources(text, kind="lecture", course=HOME):
    return [cell.source for cell in render(book(kind), course, text).cells]


def test_notebook_is_valid_and_says_no_version():
    made = render(book(), HOME, "# %% [markdown]\n# # Title\n\n# %%\n1 + 1")
    nbformat.validate(made)
    assert made.metadata == METADATA
    assert [cell.cell_type for cell in made.cells] == ["markdown", "code"]


def test_ids_depend_on_source_and_occurrence_alone():
    text = "# %%\nx = 1\n\n# %%\nx = 1\n\n# %%\ny = 2"
    ids = [cell.id for cell in render(book(), HOME, text).cells]
    assert len(set(ids)) == 3
    later = [cell.id for cell in render(book(), HOME, "# %%\nnew = 0\n\n" + text).cells]
    assert later[1:] == ids


def test_tags_and_nbgrader_metadata_are_kept():
    made = render(book(), HOME, '# %% tags=["raises-exception"]\n1 / 0')
    assert made.cells[0].metadata == {"tags": ["raises-exception"]}
    assert render(book("lab"), HOME, f"{SOLUTION_CELL}\n{REGION}").cells[0].metadata.nbgrader.solution


def test_lab_is_stripped_and_solution_is_not():
    text = f"{SOLUTION_CELL}\n{REGION}"
    assert "x * x" not in sources(text, "lab")[0]
    assert "raise NotImplementedError()" in sources(text, "lab")[0]
    assert sources(text, "solution") == [REGION]


def test_badge_at_home_is_a_sentence():
    assert "upload" in sources("# %% [markdown]\n# # T\n# {{badge}}")[0].lower()


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("lecture", "lectures/01_some.ipynb"),
        ("lab", "labs/01_some_lab.ipynb"),
        ("solution", "solutions/01_some_solution.ipynb"),
    ],
)
def test_badge_opens_the_file_itself(kind, path):
    text = sources("# %% [markdown]\n# # T\n# {{badge}}", kind, PUBLIC)[0]
    assert f"](https://colab.research.google.com/github/someone/restorekit/blob/main/{path})" in text
    assert target(kind, "01_some") == path


def test_links_are_relative_at_home():
    text = "# %% [markdown]\n# [a](lab:02_x) [b](lecture:02_x#part) [c](page:symbols) [d](solution:02_x) [e](https://x.org)"
    assert sources(text) == [
        "[a](../labs/02_x_lab.ipynb) [b](02_x.ipynb#part) [c](symbols.ipynb) "
        "[d](../solutions/02_x_solution.ipynb) [e](https://x.org)"
    ]
    assert sources(text, "lab")[0].startswith("[a](02_x_lab.ipynb) [b](../lectures/02_x.ipynb#part)")


def test_links_are_addresses_once_there_is_one():
    hosted = "https://colab.research.google.com/github/someone/restorekit/blob/main"
    assert sources("# %% [markdown]\n# [a](lab:02_x)", course=PUBLIC) == [f"[a]({hosted}/labs/02_x_lab.ipynb)"]


@pytest.mark.parametrize("course", [HOME, PUBLIC], ids=["home", "public"])
@pytest.mark.parametrize("name", ["setup", "keep", "pack"])
def test_shared_cells_are_valid_python(course, name):
    for cell in render(book("lab"), course, f"# %%\n# {{{{{name}}}}}").cells:
        if cell.cell_type == "code":
            ast.parse(cell.source)


def run_without_restorekit(source, prelude=""):
    """Run a set-up cell in a Python that has no restorekit and no numpy; return the finished process."""
    fakes = "import sys, types; sys.modules['numpy'] = sys.modules['restorekit'] = types.ModuleType('fake')\n"
    return subprocess.run(
        [sys.executable, "-I", "-S", "-c", f"{fakes}import importlib.util\n{prelude}\n{source}"],
        capture_output=True,
        text=True,
        check=False,
    )


MISSING = "importlib.util.find_spec = lambda name: None"


def test_setup_without_address_says_what_to_do():
    done = run_without_restorekit(sources("# %%\n# {{setup}}")[0], MISSING)
    assert done.returncode == 1
    assert "ModuleNotFoundError: the course's package, restorekit, is not installed here" in done.stderr
    assert "%pip install restorekit-1.2.3-py3-none-any.whl" in done.stderr


def test_setup_with_address_installs_the_package_alone():
    record = "import subprocess; subprocess.check_call = lambda command: print(command[1:])"
    done = run_without_restorekit(sources("# %%\n# {{setup}}", course=PUBLIC)[0], f"{MISSING}\n{record}")
    assert done.returncode == 0, done.stderr
    wanted = ["-m", "pip", "install", "--quiet", "restorekit @ git+https://github.com/someone/restorekit@main"]
    assert done.stdout.strip() == str(wanted)


@pytest.mark.parametrize("course", [HOME, PUBLIC], ids=["home", "public"])
def test_setup_is_silent_where_the_package_is(course):
    done = run_without_restorekit(
        sources("# %%\n# {{setup}}", course=course)[0], "importlib.util.find_spec = lambda name: 1"
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize("name", ["keep", "pack"])
def test_keeping_is_opt_in_and_silent(name):
    text, code = sources(f"# %%\n# {{{{{name}}}}}", "lab")
    assert "hosted" in text
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# %%\n# {{set_up}}", r"01_some/lecture\.py, cell 1: unknown placeholder '# \{\{set_up\}\}'"),
        ("# %% A title\nx = 1", "cell 1: text after '# %%' becomes a cell title"),
        (f"# %%\n{REGION}", "cell 1: a solution region needs a code cell whose nbgrader metadata"),
        ("# %% [markdown]\n# ### BEGIN SOLUTION\n# a\n# ### END SOLUTION", "a solution region needs a code cell"),
        (f"{SOLUTION_CELL}\n### BEGIN SOLUTION", "cell 1, line 1: .*has no '### END SOLUTION'"),
        ("# %% [markdown]\n# [a](lab:)", "cell 1: a link to no notebook"),
    ],
)
def test_mistakes_in_a_source_are_named(text, message):
    with pytest.raises(SourceError, match=message):
        render(book(), HOME, text)


def test_address_that_is_not_on_github_is_refused():
    with pytest.raises(SourceError, match=r"tool\.restorekit\.repository: expected .*'https://github\.com/'"):
        render(book(), Course("https://example.org/x", "main", "1"), "# %% [markdown]\n# {{badge}}")


def test_unknown_hint_names_the_known_ones():
    with pytest.raises(SourceError, match=r"no exercise '00\.nothing' in restorekit\.checks\.lab00: it has \["):
        render(book("lab"), HOME, "# %% [markdown]\n# {{hints:00.nothing}}")


def test_braces_of_formulas_and_format_strings_stay():
    text = "# %% [markdown]\n# $\\frac{{a}}{{b}}$\n\n# %%\nprint(f'{{x}}')"
    assert sources(text) == ["$\\frac{{a}}{{b}}$", "print(f'{{x}}')"]


def test_find_sees_units_and_pages_in_order(tmp_path):
    for file in ["02_b/lecture.py", "01_a/lab.py", "01_a/lecture.py", "pages/words.py", "notes/lecture.py"]:
        (tmp_path / "authoring" / file).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "authoring" / file).write_text("# %%\n1")
    assert [found.path for found in find(tmp_path)] == [
        "lectures/01_a.ipynb",
        "labs/01_a_lab.ipynb",
        "solutions/01_a_solution.ipynb",
        "lectures/02_b.ipynb",
        "lectures/words.ipynb",
    ]
