"""The report's folder: an earlier report stays until a new one is whole, whatever happens."""

import os

import pytest

from restorekit.grading.store import Store


def write(store, text, upload=True):
    new = store.begin()
    for name in ("index.html", "privacy.html", "grades.csv", "log.jsonl", "students/kim.html", "feedback/kim.html"):
        (new / name).write_text(text)
    if upload:
        (new / "upload.csv").write_text(text)
    return new


def contents(folder):
    return {
        path.relative_to(folder).as_posix(): path.read_text()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".work" not in path.parts
    }


def test_a_new_report_takes_the_place_of_the_old_one_whole(tmp_path):
    store = Store(tmp_path / "report")
    write(store, "one")
    assert contents(store.folder) == {}
    store.publish()
    assert len(contents(store.folder)) == 7 and set(contents(store.folder).values()) == {"one"}
    write(store, "two", upload=False)
    assert set(contents(store.folder).values()) == {"one"}
    store.publish()
    assert len(contents(store.folder)) == 6 and set(contents(store.folder).values()) == {"two"}
    assert [path.name for path in store.work.iterdir()] == []


def test_a_report_that_is_not_whole_is_forgotten(tmp_path):
    store = Store(tmp_path / "report")
    write(store, "one")
    store.publish()
    write(store, "two")
    assert set(contents(Store(store.folder).folder).values()) == {"one"}
    assert not store.new.exists()


@pytest.mark.parametrize("moves", range(1, 15))
def test_killed_between_any_two_moves_the_next_run_finishes(tmp_path, monkeypatch, moves):
    store = Store(tmp_path / "report")
    write(store, "one")
    store.publish()
    write(store, "two", upload=False)
    replace, done = os.replace, []

    def killed(old, new):
        if len(done) == moves:
            raise KeyboardInterrupt
        done.append(new)
        replace(old, new)

    with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
        patched.setattr(os, "replace", killed)
        store.publish()
        raise KeyboardInterrupt  # all moves were made
    again = Store(store.folder)
    found = contents(again.folder)
    assert len(set(found.values())) == 1 and len(found) == (7 if "one" in found.values() else 6)


def test_results_are_kept_between_runs(tmp_path):
    store = Store(tmp_path / "report")
    assert store.get("result", "abc") is None and not store.has("result", "abc")
    store.put("result", "abc", b"facts")
    assert Store(tmp_path / "report").get("result", "abc") == b"facts" and store.has("result", "abc")


def test_a_folder_with_other_files_is_left_alone(tmp_path):
    (tmp_path / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError, match="not a report's"):
        Store(tmp_path)
    with pytest.raises(FileExistsError, match="is a file"):
        Store(tmp_path / "mine.txt")
    assert [path.name for path in tmp_path.iterdir()] == ["mine.txt"]
