"""A process for each submission: one that dies, hangs or asks for too much costs itself alone."""

import multiprocessing
import os
import signal
import sys
import time

import pytest

from restorekit.grading import workers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the limits are those of Unix")


def work(job):
    """What the jobs of these tests do."""
    if job == "die":
        os.kill(os.getpid(), signal.SIGSEGV)
    if job == "leave":
        os._exit(3)
    if job == "raise":
        raise RuntimeError("no good")
    if job == "loop":
        while True:
            pass
    if job == "sleep":
        time.sleep(60)
    if job == "hog":
        return bytes(len(bytearray(3_000_000_000)))
    if job == "flood":
        return b"x" * 20_000_000
    if job == "write":
        with open(f"/tmp/canary-{os.getpid()}", "w") as file:
            os.unlink(file.name)
            file.write("x")
    return f"did {job}".encode()


def run(monkeypatch, *jobs, seconds=2):
    monkeypatch.setattr(workers, "_WAIT", 6)
    found = {
        name: (answer, problem)
        for name, answer, problem in workers.run_all(work, {job: job for job in jobs}, 2, seconds)
    }
    assert sorted(found) == sorted(jobs)
    return found


@pytest.mark.parametrize(
    ("job", "problem"),
    [
        ("die", "ended the process that read it (signal 11)"),
        ("leave", "ended the process that read it"),
        ("raise", "can't be judged: RuntimeError: no good"),
        ("loop", ""),  # by its processor time or, on a busy machine, by the clock
        ("sleep", "took longer than 6 s"),
        ("hog", "needs more memory than a submission may"),
        ("flood", "ended the process that read it"),
        ("write", "can't be judged: OSError"),
    ],
)
def test_a_submission_that_goes_wrong_costs_itself_alone(monkeypatch, job, problem):
    found = run(monkeypatch, "a", job, "b", "c")
    assert found[job][0] is None and problem in found[job][1]
    assert all(found[name] == (f"did {name}".encode(), "") for name in "abc")


def test_nothing_is_left_running(monkeypatch):
    answers = workers.run_all(work, {"a": "a", "sleep": "sleep"}, 2)
    assert next(answers)[0] == "a"
    (sleeping,) = (child.pid for child in multiprocessing.active_children())
    answers.close()
    assert not multiprocessing.active_children()
    with pytest.raises(ProcessLookupError):
        os.kill(sleeping, 0)


def test_facts_and_pictures_travel_as_plain_bytes():
    facts, shown = {"1": {"psnr": 30.5, "file": "Model1.py", "größe": None}}, {"1-whole": b"\xff\n\n", "1-detail": b""}
    assert workers.unpack(workers.pack(facts, shown)) == (facts, shown)
    with pytest.raises(ValueError):
        workers.pack({"psnr": float("nan")}, {})
