"""Time the grading of a class: how long, and how much memory for all processes together.

    python experiments/speed_grading.py [--students 300] [--processes 2]

Work: a class made by the tests' generator (pictures of 512x384; late, incomplete, copied and hostile submissions among them), graded
statically, report included, and then once more with everything kept, as after an edited rubric.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "grading"))

import classroom

from restorekit.grading.processes import tree_use


def main():
    """Make the class, grade it twice, and print what it took."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--students", type=int, default=300)
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        room = classroom.make(Path(folder), options.students, seed=1)
        size = room.zip.stat().st_size / 1e6
        print(f"{options.students} students, {size:.0f} MB, {options.processes} processes")
        for what in ("first run", "run again"):
            seconds, memory, code = run(room, Path(folder) / "report", options.processes)
            print(f"{what}: {seconds:.1f} s, {memory / 1e6:.0f} MB at most, exit code {code}")
        index = (Path(folder) / "report" / "index.html").stat().st_size
        print(f"index.html: {index / 1e3:.0f} KB")


def run(room, out, processes):
    """Grade as from the command line; wall-clock seconds, the most memory of all its processes together, exit code."""
    command = [sys.executable, "-m", "restorekit", "grade", str(room.zip), "--key", str(room.key)]
    command += ["--gradebook", str(room.gradebook), "--out", str(out), "--processes", str(processes)]
    start, most = time.monotonic(), 0
    process = subprocess.Popen(command)
    while process.poll() is None:
        most = max(most, tree_use(process.pid, 0)[1])
        time.sleep(0.5)
    return time.monotonic() - start, most, process.returncode


if __name__ == "__main__":
    main()
