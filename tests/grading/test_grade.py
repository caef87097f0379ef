"""A whole class, graded: the grades are the truth, the report says why, and nothing that goes wrong loses anything."""

import csv
import errno
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import zipfile
from html.parser import HTMLParser
from pathlib import Path

import pytest

from restorekit import cli
from restorekit.grading import gradebook, sandbox

needs_bubblewrap = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bwrap") is None, reason="bubblewrap is not installed (Linux alone has it)"
)
COLUMN = "Denoising Assignment [Total Pts: 100 Score] |1234"


def words(room, out):
    """The command line that grades a class."""
    given = {"--key": room.key, "--gradebook": room.gradebook, "--out": out}
    return ["grade", str(room.zip), *(str(part) for pair in given.items() for part in pair), "--quiet"]


def grade(room, out, *more):
    return cli.main([*words(room, out), *more])


@pytest.fixture(scope="module")
def room(classroom_of):
    return classroom_of(40, height=192, width=256)


@pytest.fixture(scope="module")
def report(room, tmp_path_factory):
    out = tmp_path_factory.mktemp("graded") / "report"
    assert grade(room, out) == 0
    return out


def log(report):
    entries = (json.loads(line) for line in (report / "log.jsonl").read_text(encoding="utf-8").splitlines())
    return {entry["student"]: entry for entry in entries}


def test_the_grades_are_the_truth(room, report):
    entries = log(report)
    assert sorted(entries) == sorted([*room.truth, *room.missing])
    wrong = {
        user: (truth, entries[user]["points"], entries[user]["state"])
        for user, truth in room.truth.items()
        if (entries[user]["points"], entries[user]["state"]) != (truth.points, truth.state)
    }
    assert not wrong
    assert {entries[user]["state"] for user in room.missing} == {"missing"}


def test_every_copy_is_flagged_and_no_honest_pair(room, report):
    copies = {user: truth.copy_of for user, truth in room.truth.items() if truth.copy_of}
    assert copies
    for user, entry in log(report).items():
        said = " ".join(entry["look"])
        others = {other for other in room.truth if other != user and f"({other})" in said}
        expected = {copies[user]} if user in copies else {thief for thief, victim in copies.items() if victim == user}
        assert others == expected


def test_upload_is_the_gradebook_with_one_column_filled(room, report):
    before, after = (path.read_bytes() for path in (room.gradebook, report / "upload.csv"))
    assert before[:2] == after[:2] == b"\xff\xfe"
    tables = [
        list(csv.DictReader(io.StringIO(data[2:].decode("utf-16-le")), delimiter="\t")) for data in (before, after)
    ]
    for old, new in zip(*tables, strict=True):
        truth = room.truth.get(new["Username"])
        assert new[COLUMN] == (f"{truth.points:.2f}".rstrip("0").rstrip(".") if truth else "")
        assert {name: value for name, value in old.items() if name != COLUMN} == {
            name: value for name, value in new.items() if name != COLUMN
        }


def test_nothing_in_our_tables_is_a_formula(report):
    rows = list(csv.reader(io.StringIO((report / "grades.csv").read_text(encoding="utf-8-sig"))))
    cells = [cell for row in rows for cell in row]
    assert not [cell for cell in cells if cell[:1] in ("=", "+", "@") or re.match(r"-[^\d.]", cell)]
    assert any(cell.startswith("'=cmd()") for cell in cells)


class _Page(HTMLParser):
    """Tags, addresses and text of a page."""

    def __init__(self, text):
        super().__init__()
        self.tags, self.addresses, self.ids = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        self.tags.append(tag)
        self.addresses += [value for name, value in attributes if name in ("href", "src")]
        assert not [name for name, _ in attributes if name.startswith("on")]


def test_pages_hold_no_script_no_outside_address_and_a_strict_policy(report):
    pages = sorted(report.glob("**/*.html"))
    assert len(pages) > 80
    for path in pages:
        text = path.read_text(encoding="utf-8")
        page = _Page(text)
        assert "script" not in page.tags and "iframe" not in page.tags
        assert "default-src 'none'" in text
        for address in page.addresses:
            assert address.startswith("data:image/jpeg;base64,") or (path.parent / address).is_file()
    assert "&lt;script&gt;alert(1)" in (report / "index.html").read_text(encoding="utf-8")
    assert (report / "index.html").stat().st_size < 1_000_000


def test_a_feedback_page_tells_nothing_of_others_and_no_suspicion(room, report):
    copies = {user: truth.copy_of for user, truth in room.truth.items() if truth.copy_of}
    for user in (*copies, *copies.values(), next(iter(room.truth))):
        (path,) = [page for page in (report / "feedback").glob("*.html") if page.stem == user]
        text = path.read_text(encoding="utf-8")
        assert not [other for other in room.truth if other != user and re.search(rf"\b{re.escape(other)}\b", text)]
        assert "pixel for pixel" not in text and "% like" not in text and "clean detail" not in text
        assert "points" in text


def test_run_again_gives_the_same_without_judging_anew(room, report, tmp_path, monkeypatch):
    again = tmp_path / "report"
    shutil.copytree(report, again)
    monkeypatch.setattr("restorekit.grading.store.Store.put", lambda *_: pytest.fail("judged again"))
    assert grade(room, again) == 0
    for name in ("grades.csv", "upload.csv", "log.jsonl"):
        assert (again / name).read_bytes() == (report / name).read_bytes()


def test_an_edited_rubric_and_overrides_count_at_once(room, report, tmp_path):
    out, key = tmp_path / "report", tmp_path / "key"
    shutil.copytree(report, out)
    shutil.copytree(room.key, key)
    rubric = (key / "rubric.toml").read_text().replace("out_of = 100", "out_of = 20")
    (key / "rubric.toml").write_text(rubric.replace('policy = "not counted"', 'policy = "per day"'))
    user, other = list(room.truth)[:2]
    (key / "overrides.csv").write_text(
        f"student,points,extension,reason\n{user},7,,oral exam\n{room.missing[0]},3,,on paper\n"
    )
    assert cli.main(["grade", str(room.zip), "--key", str(key), "--out", str(out), "--quiet"]) == 0
    entries = log(out)
    assert entries[user]["points"] == 7 and "oral exam" in (out / "students" / f"{user}.html").read_text(
        encoding="utf-8"
    )
    assert entries[other]["points"] == round(room.truth[other].points / 5, 1)
    late = next(name for name, truth in room.truth.items() if truth.state == "late")
    assert 0 < entries[late]["points"] <= 18
    assert not (out / "upload.csv").exists()  # no gradebook was given this time


def test_names_can_be_hidden(room, tmp_path, report):
    out = tmp_path / "report"
    shutil.copytree(report / ".work", out / ".work")
    assert grade(room, out, "--hide-names") == 0
    for path in (*out.glob("**/*.html"), out / "grades.csv", out / "log.jsonl"):
        text = path.read_text(encoding="utf-8")
        assert not [user for user in room.truth if re.search(rf"\b{re.escape(user)}\b", text + path.name)], path
        assert "Minsu" not in text and "민수" not in text
    assert (out / "upload.csv").read_bytes() == (report / "upload.csv").read_bytes()


def test_killed_in_the_middle_the_next_run_finishes_with_the_same_report(room, report, tmp_path):
    out = tmp_path / "report"
    command = [sys.executable, "-m", "restorekit", *words(room, out), "--processes", "1"]
    process = subprocess.Popen(command, start_new_session=True)
    for _ in range(2000):
        if len(list((out / ".work").glob("result/*"))) >= 5:
            break
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    kept = len(list((out / ".work").glob("result/*")))
    assert 5 <= kept < len(room.truth) and not (out / "index.html").exists()
    assert grade(room, out) == 0
    for name in ("grades.csv", "upload.csv", "log.jsonl"):
        assert (out / name).read_bytes() == (report / name).read_bytes()


def test_a_full_disk_stops_it_with_a_message_and_leaves_the_earlier_report(room, report, tmp_path, monkeypatch, capsys):
    out = tmp_path / "report"
    shutil.copytree(report, out)
    before = {path.relative_to(out): path.read_bytes() for path in out.glob("**/*") if path.is_file()}
    write_text, count = Path.write_text, []

    def full(path, *arguments, **options):
        count.append(path)
        if len(count) > 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(path))
        return write_text(path, *arguments, **options)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "write_text", full)
        assert grade(room, out) == 2
    assert "No space left" in capsys.readouterr().err
    assert {
        path.relative_to(out): path.read_bytes()
        for path in out.glob("**/*")
        if path.is_file() and ".work" not in path.parts
    } == {path: data for path, data in before.items() if ".work" not in path.parts}
    assert grade(room, out) == 0


def test_a_submission_that_kills_its_worker_costs_one_student(room, tmp_path, report, monkeypatch):
    from restorekit.grading import grade as grading

    victim = next(iter(room.truth))
    run_all = grading.workers.run_all

    def deadly(function, jobs, processes):
        for user, answer, problem in run_all(function, jobs, processes):
            yield (
                (user, None, "ended the process that read it (signal 11)")
                if user == victim
                else (user, answer, problem)
            )

    monkeypatch.setattr(grading.workers, "run_all", deadly)
    out = tmp_path / "report"
    shutil.copytree(report / ".work", out / ".work")
    assert grade(room, out) == 0
    entries, before = log(out), log(report)
    assert entries[victim]["points"] == 0 and "ended the process" in entries[victim]["look"][-1]
    marks = {
        row["student"]: row["points"]
        for row in csv.DictReader(io.StringIO((out / "grades.csv").read_text("utf-8-sig")))
    }
    assert marks[victim] == ""  # perhaps the machine's fault: the instructor decides
    same = [user for user in entries if entries[user]["points"] == before[user]["points"]]
    assert len(same) == len(entries) - 1


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"key": "."}, "is no key"),
        ({"zip": "nothing.zip"}, "nothing.zip"),
        ({"column": "Essay"}, 'no column for "Essay"'),
        ({"out": "full"}, "not a report's"),
        ({"processes": "0"}, "--processes is 0"),
    ],
)
def test_mistakes_in_the_command_are_said_in_one_line(room, tmp_path, capsys, change, message):
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "mine.txt").write_text("x")
    words = [
        "grade",
        change.get("zip", str(room.zip)),
        "--key",
        change.get("key", str(room.key)),
        "--gradebook",
        str(room.gradebook),
    ]
    words += ["--out", str(tmp_path / change.get("out", "report"))]
    words += [word for name in ("column", "processes") if name in change for word in (f"--{name}", change[name])]
    assert cli.main(words) == 2
    said = capsys.readouterr().err
    assert message in said and said.count("\n") == 1
    assert (tmp_path / "full" / "mine.txt").read_text() == "x"


@pytest.mark.slow
def test_a_class_of_300(classroom_of, tmp_path):
    """The whole measure but for the time, which is `experiments/speed_grading.py`'s."""
    room = classroom_of(300, seed=1)
    assert grade(room, tmp_path / "report") == 0
    test_the_grades_are_the_truth(room, tmp_path / "report")
    test_every_copy_is_flagged_and_no_honest_pair(room, tmp_path / "report")
    assert (tmp_path / "report" / "index.html").stat().st_size < 1_000_000


def test_the_gradebooks_own_column_is_found_by_the_assignments_name(room, report):
    book = gradebook.load(room.gradebook)
    assert COLUMN in book.headers and sum("Total Pts" in header for header in book.headers) == 2


def handed_in_by_two(room, folder):
    """Two students as plain folders: one whose first program prints markup and then fails, and one who hands in nothing that runs."""
    with zipfile.ZipFile(room.zip) as archive:
        user = next(user for user, truth in room.truth.items() if truth.state == "in time" and not truth.attack)
        pictures = {}
        for name in archive.namelist():  # of several attempts, the last in the zip is the one in time
            if f"_{user}_attempt_" in name and name.endswith(".png"):
                pictures[name.rpartition("_")[2]] = archive.read(name)
    for student, source in (("ada", 'print("<script>alert(1)</script>")\nraise SystemExit(3)\n'), ("ben", "def (:\n")):
        (folder / student).mkdir(parents=True)
        for name, data in pictures.items():
            (folder / student / name).write_bytes(data)
            (folder / student / name).with_suffix(".py").write_text(source)
    return folder


def test_the_report_is_not_put_where_it_would_be_taken_for_a_student(room, tmp_path, capsys):
    folder = handed_in_by_two(room, tmp_path / "class")
    for out in (folder, folder / "report", room.key / "report"):
        assert cli.main(["grade", str(folder), "--key", str(room.key), "--quiet", "--out", str(out)]) == 2
        assert "can't be the place for the report" in capsys.readouterr().err
    assert sorted(path.name for path in folder.iterdir()) == ["ada", "ben"]


def test_what_only_the_machine_did_is_not_kept_as_evidence(room, tmp_path, monkeypatch):
    folder = handed_in_by_two(room, tmp_path / "class")
    ends = iter([*["no memory left"] * 6, *["finished"] * 12])
    monkeypatch.setattr(sandbox, "self_test", lambda hidden: sandbox.SelfTest(True, ()))
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: sandbox.Evidence(next(ends)))
    words = ["grade", str(folder), "--key", str(room.key), "--quiet", "--out", str(tmp_path / "r"), "--run"]
    said = []
    for _ in range(3):
        assert cli.main(words) == 0
        said.append(log(tmp_path / "r")["ada"]["evidence"]["Model1.py"][0])
    assert said == ["No memory left.", "Finished.", "Finished."]


@needs_bubblewrap
def test_running_the_programs_changes_no_grade(room, tmp_path):
    folder = handed_in_by_two(room, tmp_path / "class")
    words = ["grade", str(folder), "--key", str(room.key), "--quiet", "--out"]
    for out, more in (("read", []), ("run", ["--run"]), ("again", ["--run"])):
        assert cli.main([*words, str(tmp_path / out), *more]) == 0
    tables = [(tmp_path / out / "grades.csv").read_bytes() for out in ("read", "run", "again")]
    assert tables[0] == tables[1] == tables[2]
    ada, ben = (log(tmp_path / "run")[user]["evidence"] for user in ("ada", "ben"))
    assert sorted(ada) == sorted(ben) == ["Model1.py", "Model2.py", "Model3.py"]
    assert any("<script>alert(1)</script>" in line for line in ada["Model1.py"])
    page = (tmp_path / "run" / "students" / "ada.html").read_text(encoding="utf-8")
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page and "<script" not in page
    assert "It trained nothing that could be seen." in page
    assert not log(tmp_path / "read")["ada"]["evidence"]


def test_without_a_sandbox_that_works_nothing_is_run(room, tmp_path, monkeypatch):
    monkeypatch.setattr(sandbox, "self_test", lambda hidden: sandbox.SelfTest(False, ("no bubblewrap here",)))
    monkeypatch.setattr(sandbox, "run", lambda *_, **__: pytest.fail("a program was run"))
    folder = handed_in_by_two(room, tmp_path / "class")
    assert (
        cli.main(["grade", str(folder), "--key", str(room.key), "--quiet", "--out", str(tmp_path / "r"), "--run"]) == 0
    )
    page = (tmp_path / "r" / "index.html").read_text(encoding="utf-8")
    assert "Static only" in page and "no bubblewrap here" in page
