"""Running a source that was handed in, in a sandbox: what it prints, how it trains, and whether it writes its picture.

Linux alone, with bubblewrap (`apt install bubblewrap`). The program sees a read-only system, Python with its packages, and a working
folder in memory that holds noisy.png; no network, no home, no key, nobody's files and processes. There is no unprotected mode.

**What comes out is evidence for the instructor and never changes points.** A random number that the student's process is not given
marks what the supervisor inside observed itself: how the program ended, what it printed, which picture lay there. What Keras was
called with is reported by the student's own process; code that goes looking for the reporter can forge it, and no number prevents that.
"""

import contextlib
import functools
import io
import json
import os
import secrets
import selectors
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import matplotlib
import numpy as np
from matplotlib import font_manager

from restorekit.bundled import bundled_crops
from restorekit.grading.bubblewrap import GIVEN, WORK, command, user, why_not
from restorekit.grading.evidence import Evidence, judge
from restorekit.grading.processes import tree_use
from restorekit.grading.seccomp import filter_for
from restorekit.handed_in import LARGEST, Refused
from restorekit.sources import plain_cells

__all__ = ["Evidence", "SelfTest", "prepare", "run", "self_test"]

GIGABYTE = 2**30
_GRACE = 20  # seconds for the start, and for the supervisor to end by itself
_LARGEST_RESULT = 21_000_000


def run(
    source,
    ending,
    noisy_png,
    *,
    model,
    seconds=60,
    memory=4 * GIGABYTE,
    processes=128,
    disk=GIGABYTE // 4,
    files=20_000,
    output=10_000_000,
):
    """Run one source in the sandbox.

    Parameters
    ----------
    source : bytes
        Of a .py or .ipynb file.
    ending : {".py", ".ipynb"}
    noisy_png : bytes
        The picture that it finds as ``noisy.png``.
    model : int
        1, 2 or 3: it should write ``Model1.png``, say.
    seconds : float
        Wall-clock time.
    memory : int
        Bytes resident, of all its processes together. Another tenth of a second may pass before more is noticed.
    processes : int
        Processes and threads.
    disk, files, output : int
        Bytes in the working folder (in memory; so many again in /tmp and in /dev/shm), files, and bytes printed.

    Returns
    -------
    Evidence

    Raises
    ------
    OSError
        There is no sandbox here: see `why_not`.
    """
    problem = why_not()
    if problem:
        raise OSError(problem)
    name = f"Model{int(model)}"
    try:
        cells = _cells(source, ending)
    except Refused as refused:
        return Evidence("not run", str(refused))
    job = {"given": GIVEN, "work": WORK, "name": name, "seconds": seconds, "memory": memory, "processes": processes}
    job |= {"disk": disk, "files": files, "output": output, "user": user(), "nonce": secrets.token_hex()}
    job["limits"] = _limits(processes, disk)
    with tempfile.TemporaryDirectory(prefix="restorekit-sandbox-") as folder:
        given = prepare(Path(folder), source, cells, noisy_png)
        return judge(*_watched(given, job), job, noisy_png)


@dataclass(frozen=True)
class SelfTest:
    """Whether the sandbox `works` on this machine, and if not, for which `reasons` (sentences)."""

    works: bool
    reasons: tuple


_TRIES = """
import json, os, socket, time
found = [f"{{path}} can be seen in the sandbox." for path in {hidden!r} if os.path.lexists(path)]
for folder in ("/", "/usr", "/etc", "/given", "/library/restorekit", {prefix!r}):
    try:
        open(os.path.join(folder, "written"), "w").close()
        found.append(f"A program in the sandbox can write to {{folder}}.")
    except OSError:
        pass
try:
    socket.create_connection(("127.0.0.1", {port}), 2)
    found.append("A program in the sandbox reaches this machine's network.")
except OSError:
    pass
if os.getuid() == 0:
    found.append("A program in the sandbox is root.")
started = 0
try:
    while started < 300:
        if os.fork() == 0:
            time.sleep(60)
        started += 1
    found.append("A program in the sandbox can start processes without end.")
except OSError:
    pass
print(json.dumps(found))
"""
_ELSEWHERE = ("/etc/passwd", "/sys")  # on every Linux, and of no use to Python
_HOG = "kept = [b'x' * 10**7 for _ in range(100)]"


def self_test(hidden=()):
    """Try the sandbox: what must not be possible in there is attempted, with harmless means.

    Nothing that was handed in may be run unless this says that it works.

    Parameters
    ----------
    hidden : iterable of path
        What must not be seen inside: the key, the submissions, the report.

    Returns
    -------
    SelfTest
    """
    problem = why_not()
    if problem:
        return SelfTest(False, (f"{problem[0].upper()}{problem[1:]}.",))
    reasons = []
    with (
        tempfile.TemporaryDirectory(prefix="restorekit-selftest-") as folder,
        socket.create_server(("127.0.0.1", 0)) as server,
    ):
        canary = Path(folder, "key")
        canary.write_text("a key")
        for path in (Path(folder), canary):
            path.chmod(0o755)  # all the world may read it, but for the sandbox
        paths = [str(Path(path).resolve()) for path in (canary, *_ELSEWHERE, *hidden)]
        tries = _TRIES.format(hidden=paths, prefix=sys.prefix, port=server.getsockname()[1])
        seen = run(tries.encode(), ".py", b"", model=1, seconds=60, processes=100)
    if seen.ended == "finished":
        reasons += json.loads(seen.output)
    else:
        reasons.append(f"A first program in the sandbox was {seen.ended}: {seen.reason or seen.output}.")
    seen = run(_HOG.encode(), ".py", b"", model=1, seconds=60, memory=300_000_000)
    if seen.ended != "out of memory":
        reasons.append(f"A program in the sandbox took 1 GB of memory where 0.3 GB are allowed ({seen.ended}).")
    seen = run(b"while True: pass", ".py", b"", model=1, seconds=1)
    if seen.ended != "timed out":
        reasons.append(f"A program without end was not stopped ({seen.ended}).")
    return SelfTest(not reasons, tuple(reasons))


def prepare(folder, source, cells, noisy_png):
    """Make the folder that the sandbox is handed read-only: scripts, source, noisy picture, a small set of images.

    Parameters
    ----------
    folder : Path
        An empty one.
    source : bytes
    cells : list of str
        Of a notebook; empty for a .py file.
    noisy_png : bytes

    Returns
    -------
    Path
    """
    given = folder / "given"
    given.mkdir()
    here = Path(__file__).parent
    contents = {name: (here / name).read_bytes() for name in ("inside.py", "witness.py")}
    contents |= _fonts() | {"code.py": source, "code.json": json.dumps(cells).encode()}
    contents |= {"noisy.png": noisy_png, "cifar10.npz": _small_cifar10(), "filter": filter_for()}
    for name, data in contents.items():
        (given / name).write_bytes(data)
        (given / name).chmod(0o644)  # another user reads them
    given.chmod(0o755)
    return given


@functools.cache
def _small_cifar10():
    """A small stand-in for CIFAR-10, as a file."""
    x_train, x_test = bundled_crops(1000, 200)
    file = io.BytesIO()
    np.savez(file, x_train=x_train, x_test=x_test)
    return file.getvalue()


@functools.cache
def _fonts():
    """Matplotlib's list of this machine's fonts, which Keras' import asks for, too: making it anew takes a second or two each time."""
    font_manager.get_font_names()  # makes the list, if it was never made
    return {path.name: path.read_bytes() for path in Path(matplotlib.get_cachedir()).glob("fontlist-*.json")}


def _cells(source, ending):
    """Code cells of a notebook as plain Python; an empty list for a .py file."""
    if len(source) > LARGEST[ending]:
        raise Refused(f"has {len(source) / 1e6:,.1f} MB; more than {LARGEST[ending] / 1e6:g} MB are not run")
    if ending == ".py":
        return []
    cells = plain_cells(source)
    if not any(cell.strip() for cell in cells):
        raise Refused("holds no code")
    return cells


def _limits(processes, disk):
    """What the kernel limits for each process; TensorFlow reserves far more addresses than it uses memory."""
    limits = {"RLIMIT_AS": 8 * GIGABYTE, "RLIMIT_NPROC": processes, "RLIMIT_FSIZE": disk}
    return limits | {"RLIMIT_NOFILE": 1024, "RLIMIT_CORE": 0}


def _watched(given, job):
    """Run the sandbox under a watchdog; returns why it was stopped (or ""), its result, what bubblewrap said, seconds."""
    kept = {"result": bytearray(), "told": bytearray()}
    with open(given / "filter", "rb") as rules:
        sandbox = subprocess.Popen(
            command(given, job["disk"], rules.fileno()),
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            pass_fds=[rules.fileno()],
            env={"PATH": os.environ.get("PATH", os.defpath)},
            cwd="/",
        )
    start, look = time.monotonic(), 0.0
    with sandbox, selectors.DefaultSelector() as selector:
        try:
            with contextlib.suppress(BrokenPipeError):  # if it ended at once, it says why
                sandbox.stdin.write(json.dumps(job).encode() + b"\n")
                sandbox.stdin.close()
            selector.register(sandbox.stdout, selectors.EVENT_READ, "result")
            selector.register(sandbox.stderr, selectors.EVENT_READ, "told")
            while selector.get_map():
                for key, _ in selector.select(0.1):
                    data = os.read(key.fd, 65536)
                    if not data:
                        selector.unregister(key.fileobj)
                    kept[key.data] += data
                stopped = ""
                if time.monotonic() > look:
                    stopped = _too_much(*tree_use(sandbox.pid, job["memory"]), job)
                    look = time.monotonic() + 0.1
                if time.monotonic() > start + job["seconds"] + _GRACE:
                    stopped = "timed out"
                elif max(map(len, kept.values())) > _LARGEST_RESULT:
                    stopped = "crashed"
                if stopped:
                    return stopped, b"", "", time.monotonic() - start
            return "", bytes(kept["result"]), kept["told"].decode(errors="replace"), time.monotonic() - start
        finally:
            sandbox.kill()  # and with it all that runs inside


def _too_much(count, resident, short, job):
    """The limit that a process tree has passed, or ""."""
    if short:
        return "no memory left"
    if resident > job["memory"]:
        return "out of memory"
    return "too many processes" if count > job["processes"] + 8 else ""  # bubblewrap's own are among them
