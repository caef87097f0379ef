"""Small classes, graded from a photo to a report: an instructor's first run, and what instructor and student are told."""

import json
import shutil

import pytest

import restorekit as rk
from restorekit import cli


def log(report):
    entries = (json.loads(line) for line in (report / "log.jsonl").read_text("utf-8").splitlines())
    return {entry["student"]: entry for entry in entries}


def small_class(tmp_path, *students):
    """A key from a photo, and a folder for each student; the words that grade them, without a gradebook."""
    rk.save(tmp_path / "own.png", rk.sample("coffee")[::-1][:160, 60:260])
    made = ["assignment", "new", str(tmp_path / "class"), "--image", str(tmp_path / "own.png")]
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("restorekit.grading.key._known", lambda *_: None)
        assert cli.main([*made, "--due", "2026-06-08 23:59 Asia/Seoul"]) == 0
    noisy = rk.load(tmp_path / "class" / "noisy.png")
    for student in students:
        folder = tmp_path / "handed_in" / student
        folder.mkdir(parents=True)
        for number in (1, 2, 3):
            rk.save(folder / f"Model{number}.png", rk.denoise(noisy, "bilateral", sigma=0.1 + number / 100))
            (folder / f"Model{number}.py").write_text("import keras\n")
    paths = {"--key": tmp_path / "class-key", "--out": tmp_path / "report"}
    return ["grade", str(tmp_path / "handed_in"), *(str(part) for pair in paths.items() for part in pair)]


def test_an_instructors_first_run(tmp_path, capsys):
    words = small_class(tmp_path, "kim")
    assert "published nowhere" in capsys.readouterr().out
    assert cli.main(words) == 0
    assert "1 of 1 students marked" in capsys.readouterr().err
    (entry,) = log(tmp_path / "report").values()
    assert entry["state"] == "in time" and entry["points"] == round(
        3 * (5 + 3 + 10) * 100 / 99, 1
    )  # no network, no training


def test_other_letters_than_english_ones_are_no_doubt(tmp_path):
    words, report = small_class(tmp_path, "kim", "lee"), tmp_path / "report"
    (tmp_path / "handed_in" / "lee" / "Model2.py").write_text("import keras  # \uc7a1\uc74c\n", "utf-8")
    assert cli.main(words) == 0
    kim, lee = log(report)["kim"], log(report)["lee"]
    assert kim["letters"] == [] and lee["letters"] == ["Model2.py has letters that are not English: \uc7a1\uc74c"]
    assert lee["points"] == kim["points"] and not any("English" in said for said in lee["look"])
    index = (report / "index.html").read_text("utf-8")
    assert "1 student with letters" in index and index.count("not English") == 1
    assert "not English" in (report / "students" / "lee.html").read_text("utf-8")
    assert "not English" not in (report / "feedback" / "lee.html").read_text("utf-8")
    rubric = tmp_path / "class-key" / "rubric.toml"
    text = rubric.read_text("utf-8")
    assert "flag = true" in text
    rubric.write_text(text.replace("flag = true", "flag = false"), "utf-8")
    assert cli.main(words) == 0
    assert log(report)["lee"]["letters"] == [] and "not English" not in (report / "index.html").read_text("utf-8")


def test_a_student_is_told_why_a_picture_gains_nothing(tmp_path):
    words = small_class(tmp_path, "kim")
    shutil.copy(tmp_path / "class" / "noisy.png", tmp_path / "handed_in" / "kim" / "Model1.png")
    assert cli.main(words) == 0
    page = (tmp_path / "report" / "feedback" / "kim.html").read_text("utf-8")
    assert page.count("The picture equals noisy.png: nothing was restored.") == 1


def test_a_suspicion_is_for_the_instructor_alone(tmp_path):
    words, report = small_class(tmp_path, "kim"), tmp_path / "report"
    shutil.copy(tmp_path / "class-key" / "clean.png", tmp_path / "handed_in" / "kim" / "Model1.png")
    assert cli.main(words) == 0
    assert "equals the clean picture" in " ".join(log(report)["kim"]["look"])
    assert "clean picture" not in (report / "feedback" / "kim.html").read_text("utf-8")
