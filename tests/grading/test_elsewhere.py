"""The same grades from a cluster, one of whose workers is killed in mid-run."""

import os
import signal
import threading
import time

import pytest

from restorekit import cli
from restorekit.grading import elsewhere, judging, workers

distributed = pytest.importorskip("distributed")


def grade(room, out, *more):
    return cli.main(["grade", str(room.zip), "--key", str(room.key), "--out", str(out), "--quiet", *more])


@pytest.mark.slow
def test_a_cluster_of_two_one_of_them_killed_gives_the_same_grades(classroom_of, tmp_path):
    room = classroom_of(40, height=192, width=256)
    assert grade(room, tmp_path / "here") == 0
    settings = {"n_workers": 2, "threads_per_worker": 1, "processes": True, "dashboard_address": None}
    with distributed.LocalCluster(**settings) as cluster:
        killed = []

        def kill_one():
            while len(list((tmp_path / "there" / ".work").glob("result/*"))) < 5:
                time.sleep(0.05)
            killed.append(cluster.workers[0].process.process.pid)
            os.kill(killed[0], signal.SIGKILL)

        killer = threading.Thread(target=kill_one, daemon=True)
        killer.start()
        assert grade(room, tmp_path / "there", "--dask", cluster.scheduler_address) == 0
        killer.join(5)
    assert killed
    for name in ("grades.csv", "log.jsonl"):
        assert (tmp_path / "there" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()


def test_what_ends_its_process_costs_one_submission(monkeypatch):
    monkeypatch.setattr(elsewhere.sys, "executable", "/bin/false")
    assert elsewhere.judge_apart(b"") == (None, "ended the process that read it")


def test_an_answer_comes_back_from_the_other_process(tmp_path):
    import pickle

    from test_pictures import NOISY, REFERENCE, file

    contents = {"Model1.png": file(NOISY)}
    answer, problem = elsewhere.judge_apart(pickle.dumps((contents, REFERENCE)))
    assert not problem
    assert workers.unpack(answer) == judging.judge(contents, REFERENCE)


def test_no_scheduler_is_said_in_one_line(classroom_of, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(elsewhere, "_PATIENCE", 0.5)
    room = classroom_of(4, height=128, width=128)
    assert grade(room, tmp_path / "report", "--dask", "tcp://127.0.0.1:9") == 2
    said = capsys.readouterr().err
    assert "127.0.0.1:9" in said and said.count("\n") == 1
