"""The doors of students and teachers: commands that exist, numbers that are the course's, links that lead somewhere."""

import argparse
import importlib
import re
import shlex
import tomllib
from pathlib import Path

import pytest

from restorekit import cli
from restorekit.grading import rubric

ROOT = Path(__file__).resolve().parents[2]
PAGES = {name: (ROOT / "book" / f"{name}.md").read_text("utf-8") for name in ("teach", "practise")}


def parser_of(*names):
    """The command line's own parser of a command, such as ("assignment", "new")."""
    parser = cli._parser()
    for name in names:
        choices = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction)).choices
        assert name in choices, f"there is no command {name!r}; there are {', '.join(choices)}"
        parser = choices[name]
    return parser


def options_of(*names):
    """The long options of a command."""
    listed = {option for action in parser_of(*names)._actions for option in action.option_strings}
    return {option for option in listed if option.startswith("--")} - {"--help"}


def commands(text):
    """The command lines in a page's blocks of code, as words."""
    for block in re.findall(r"^ *```sh\n(.*?)^ *```$", text, re.MULTILINE | re.DOTALL):
        for line in re.sub(r"\\\n *", "", block).splitlines():
            if line.strip().startswith("restorekit "):
                yield shlex.split(line, comments=True)[1:]


@pytest.mark.parametrize("name", PAGES)
def test_every_command_of_the_page_is_one(name):
    """Each is parsed, not run, by the program's own parser; a wrong word or option would end it."""
    found = list(commands(PAGES[name]))
    assert found
    for words in found:
        try:
            cli._parser().parse_args(words)
        except SystemExit:
            pytest.fail(f"book/{name}.md: restorekit {shlex.join(words)} is no command")


@pytest.mark.parametrize("name", PAGES)
def test_every_command_and_option_in_the_text_exists(name):
    """What stands in the sentences is checked, too."""
    known = options_of("grade") | options_of("assignment", "new") | options_of("assignment", "check")
    text = re.sub(r"^ *```.*?^ *```$", "", PAGES[name], flags=re.MULTILINE | re.DOTALL)
    for code in re.findall(r"`([^`]+)`", text):
        if code.startswith("--"):
            assert code in known, f"book/{name}.md: there is no option {code}"
        if code.startswith("restorekit "):
            parser_of(*code.split()[1:])


@pytest.mark.parametrize("names", [("grade",), ("assignment", "new")])
def test_the_teachers_page_tells_of_every_option(names):
    """A new option wants a line on the page."""
    for option in options_of(*names):
        assert re.search(rf"`{option}`", PAGES["teach"]), f"book/teach.md does not explain {option}"


@pytest.mark.parametrize("name", PAGES)
def test_make_targets_exist(name):
    """`make lab` and its like stand in the Makefile."""
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", PAGES[name], re.MULTILINE))
    assert named and named <= targets


def test_grading_is_answered_on_the_first_screen():
    """The question, both commands and the way to the steps stand before the first section."""
    first = PAGES["teach"].partition("\n(grading)=\n")[0]
    assert "How do I grade?" in first and "(#grading)" in first
    assert [words[0] for words in commands(first)] == ["assignment", "grade"]
    assert len(first) < 1600


def test_the_rubrics_table_is_the_rubric():
    """The points on the page are those that a new key comes with."""
    points = rubric.parse(rubric.DEFAULT)
    rows = dict(re.findall(r"^\| (picture|program|network|training|gain) \| ([^|]+?) \|", PAGES["teach"], re.MULTILINE))
    steps = tomllib.loads(rubric.DEFAULT)["points"]["gain"]
    *gains, most = [f"{worth:g}" for _, worth in steps]
    assert rows == {name: f"{worth:g}" for name, worth in points.points.items()} | {
        "gain": f"{', '.join(gains)} or {most}"
    }
    decibels = [f"{level:g}" for level, _ in steps]
    assert f"by {', '.join(decibels[:-1])} or {decibels[-1]} dB" in PAGES["teach"]
    assert f"up to {points.most / 3:g} points" in PAGES["teach"]
    assert f"scaled to {points.out_of:g}" in PAGES["teach"]
    assert (points.late, points.incomplete, points.cant_tell, points.english) == ("not counted", "latest", 1, True)


def test_the_example_of_overrides_can_be_read(tmp_path):
    """It is what a teacher will copy."""
    from restorekit.grading import overrides

    example = re.search(r"```text\n(student,points.*?)```", PAGES["teach"], re.DOTALL)[1]
    (tmp_path / "overrides.csv").write_text(example, "utf-8")
    decided = overrides.read(tmp_path / "overrides.csv")
    assert decided["kim"].points == 80 and decided["lee"].due is not None


def test_the_table_of_labs_is_complete_and_gives_the_labs_own_times():
    """Every lab has its row, in order, with its solution; the time is the one that its first cell says."""
    rows = re.findall(r"^\| \[(\d\d) [^|]*\]\(labs/(\w+)_lab\.ipynb\).*$", PAGES["practise"], re.MULTILINE)
    labs = sorted(path.parent.name for path in ROOT.glob("authoring/*/lab.py"))
    assert [name for _, name in rows] == labs
    for number, name in rows:
        row = next(line for line in PAGES["practise"].splitlines() if f"(labs/{name}_lab.ipynb)" in line)
        assert name.startswith(f"{number}_") and f"(solutions/{name}_solution.ipynb)" in row
        time, runs_on = (cell.strip() for cell in row.split("|")[2:4])
        first = (ROOT / "authoring" / name / "lab.py").read_text("utf-8").partition("{{setup}}")[0]
        said = re.search(r"^# (?P<time>(?:\d+|[Tt]wo) (?:minutes|hours))\b(?P<rest>.*)", first, re.MULTILINE)
        assert time.casefold() == said["time"].casefold()
        for word in ("CPU", "GPU", "seconds", "minutes"):
            mentioned = re.sub("no GPU needed", "", said["rest"])
            assert (word in runs_on) == (word in mentioned), f"{name}: {word}"


def test_a_hint_that_is_shown_exists():
    """The exercise in the example has that name."""
    exercises = importlib.import_module("restorekit.exercises")
    for key in re.findall(r'rk\.hint\("([^"]+)"\)', PAGES["practise"]):
        assert exercises.find(key).hints


@pytest.mark.parametrize("name", PAGES)
def test_links_lead_to_notebooks_and_to_marked_places(name):
    """A link is to a notebook of the course, or to a place on one of these two pages."""
    marks = {page: set(re.findall(r"^\(([\w-]+)\)=$", text, re.MULTILINE)) for page, text in PAGES.items()}
    for target in re.findall(r"\]\(([^)]+)\)", PAGES[name]):
        path, _, mark = target.partition("#")
        if path.endswith(".ipynb"):
            assert (ROOT / path).is_file(), target
        else:
            assert mark in marks[path.removesuffix(".md") or name], target


@pytest.mark.parametrize("name", PAGES)
def test_no_heading_begins_with_a_number(name):
    """Such headings are lost in translation."""
    assert not re.search(r"^#+ +\d", PAGES[name], re.MULTILINE)
