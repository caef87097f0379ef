"""The progress record: where it lives, and that nothing is lost."""

import json
import os
from pathlib import Path

import pytest

from restorekit import record


@pytest.fixture(autouse=True)
def file(monkeypatch, tmp_path):
    place = tmp_path / "deep" / "progress.json"
    monkeypatch.setenv("RESTOREKIT_PROGRESS", str(place))
    return place


def test_the_record_is_kept_across_readings(file):
    record.note_attempt("01.a", done=True, tried=True)
    record.note_hint("01.a", 2)
    record.note_hint("01.a", 1)
    entry = record.read()["exercises"]["01.a"]
    assert (entry["attempts"], entry["done"], entry["hints"]) == (1, True, 2)
    assert record.hints_seen("01.a") == 2
    assert record.hints_seen("01.b") == 0
    assert sorted(os.listdir(file.parent)) == ["progress.json"]


def test_the_place_without_the_variable(monkeypatch, tmp_path):
    monkeypatch.delenv("RESTOREKIT_PROGRESS")
    monkeypatch.setattr(Path, "home", lambda: tmp_path)
    monkeypatch.setattr(record, "DRIVE", tmp_path / "no drive")
    assert record.path() == tmp_path / ".restorekit" / "progress.json"
    (tmp_path / "drive").mkdir()
    monkeypatch.setattr(record, "DRIVE", tmp_path / "drive")
    assert record.path() == tmp_path / "drive" / "restorekit" / "progress.json"


def test_marking_a_class_leaves_the_teachers_own_record_alone(monkeypatch, tmp_path):
    monkeypatch.delenv("RESTOREKIT_PROGRESS")
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    monkeypatch.setattr(record.tempfile, "gettempdir", lambda: str(tmp_path))
    assert record.path() == tmp_path / f"restorekit-progress-{os.getpid()}.json"


@pytest.mark.parametrize("content", ["{", "[]", '{"exercises": 3}', ""])
def test_an_unreadable_record_is_set_aside_not_lost(file, content, capsys):
    file.parent.mkdir()
    file.write_text(content)
    assert record.read() == {"version": 1, "exercises": {}}
    assert (file.parent / "progress.unreadable.json").read_text() == content
    assert "It is kept as progress.unreadable.json" in capsys.readouterr().out


def test_a_full_disk_keeps_the_old_record(file, monkeypatch, capsys):
    record.note_attempt("01.a", done=True, tried=True)
    before = file.read_text()

    def full(*args, **kwargs):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(record.atomic.os, "fsync", full)
    record.note_attempt("01.b", done=True, tried=True)
    assert file.read_text() == before
    assert os.listdir(file.parent) == ["progress.json"]
    assert "could not be saved" in capsys.readouterr().out


def test_a_read_only_place_does_not_stop_the_lesson(monkeypatch, capsys, tmp_path):
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("RESTOREKIT_PROGRESS", str(tmp_path / "file" / "progress.json"))
    record.note_attempt("01.a", done=True, tried=True)
    assert "The exercises work all the same" in capsys.readouterr().out


def test_the_record_is_plain_json(file):
    record.note_attempt("01.a", done=False, tried=True)
    assert json.loads(file.read_text()) == {"version": 1, "exercises": {"01.a": {"attempts": 1, "answer": ""}}}
