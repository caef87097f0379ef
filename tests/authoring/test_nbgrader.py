"""The labs as an nbgrader course: released without solutions, marked in full when filled, with nothing when blank."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import build
import nbformat
import pytest
from nbgrader.api import Gradebook
from stripper import BEGIN

UNIT = "01_degradation"


def test_sources_keep_solutions_and_lead_nowhere_else(tmp_path):
    build.nbgrader_course(tmp_path / "course")
    files = sorted((tmp_path / "course" / "source").rglob("*.ipynb"))
    assert [file.parent.name for file in files] == [
        "01_degradation",
        "02_quality",
        "03_classical",
        "04_learning",
        "05_dncnn",
        "06_autoencoders",
        "07_superresolution",
    ]
    for file in files:
        text = "\n".join(cell.source for cell in nbformat.read(file, 4).cells)
        assert BEGIN in text
        assert "This is the solution" not in text
        assert "](../" not in text


def test_a_folder_in_use_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("precious")
    with pytest.raises(build.SourceError, match="is not empty"):
        build.nbgrader_course(tmp_path)


@pytest.mark.slow
def test_a_filled_lab_gets_full_marks_and_a_blank_one_none(tmp_path, monkeypatch):
    course = tmp_path / "course"
    build.nbgrader_course(course)
    monkeypatch.setenv("RESTOREKIT_FAST", "1")
    monkeypatch.setenv("RESTOREKIT_OFFLINE", "1")
    monkeypatch.setenv(
        "PATH", str(Path(sys.executable).parent), prepend=os.pathsep
    )  # nbgrader calls its alembic by name

    def nbgrader(*words):
        command = [sys.executable, "-m", "nbgrader", *words, UNIT]
        done = subprocess.run(command, cwd=course, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-3000:]

    nbgrader("generate_assignment")
    released = course / "release" / UNIT / f"{UNIT}_lab.ipynb"
    assert BEGIN not in released.read_text("utf-8")
    handed_in = {"blank": released, "filled": course / "source" / UNIT / released.name}
    for student, file in handed_in.items():
        folder = course / "submitted" / student / UNIT
        folder.mkdir(parents=True)
        shutil.copy(file, folder / released.name)
    nbgrader("autograde")
    with Gradebook(f"sqlite:///{course / 'gradebook.db'}") as gradebook:
        scores = {student: gradebook.find_submission(UNIT, student) for student in handed_in}
        assert scores["blank"].score == 0
        assert scores["filled"].score == scores["filled"].max_score > 0
