"""Every command that the doors to practise and to teach name is one that the command line takes."""

import re
import shlex
import subprocess
import sys

import pytest
from render import ROOT

COMMANDS = [
    (page, line)
    for page in ("teach", "practise")
    for line in re.findall(r"^restorekit .*$", (ROOT / "book" / f"{page}.md").read_text("utf-8"), re.MULTILINE)
]


def helped(*words):
    """What --help says of a command."""
    return subprocess.run(
        [sys.executable, "-m", "restorekit", *words, "--help"], capture_output=True, text=True, check=True
    ).stdout


def test_both_pages_name_commands():
    assert {page for page, _ in COMMANDS} == {"teach", "practise"} and len(COMMANDS) >= 5


@pytest.mark.parametrize(("page", "line"), COMMANDS)
def test_a_command_and_its_options_exist(page, line):
    words = shlex.split(line)[1:]
    command = words[:2] if words[0] == "assignment" else words[:1]
    known = helped(*command)
    for option in [word for word in words if word.startswith("--")]:
        assert re.search(rf"{option}\b", known), f"{page}: {line}: there is no {option}"


@pytest.mark.parametrize("page", ["teach", "practise"])
def test_make_targets_exist(page):
    makefile = (ROOT / "Makefile").read_text("utf-8")
    for target in re.findall(r"(?:^|`)make ([a-z-]+)", (ROOT / "book" / f"{page}.md").read_text("utf-8"), re.MULTILINE):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE), target


def test_options_named_in_the_text_exist():
    known = helped("grade")
    for option in re.findall(r"`(--[a-z-]+)", (ROOT / "book" / "teach.md").read_text("utf-8")):
        assert option in known
