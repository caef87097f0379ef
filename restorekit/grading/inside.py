"""What runs inside the sandbox. A script of its own: it needs the standard library alone, and is never imported by the grader.

Two processes run it. The first (`supervise`) gives up all rights, starts the second, keeps the end of what that prints, and sends out
one line of JSON and the picture. The second (`execute`) runs the student's code in the working folder, with a witness in Keras.
The first never runs the student's code, and the second can't look into the first, but it shares the rest of the sandbox with it.
"""

import builtins
import contextlib
import ctypes
import importlib.machinery
import json
import os
import secrets
import selectors
import shutil
import stat
import subprocess
import sys
import time
import traceback
import types

try:
    import resource
except ImportError:  # there is none on Windows, where this script can be read but not run
    resource = None

TAIL = 16_000  # bytes of output that are kept
EVENTS = 100_000  # bytes of evidence from the student's process
PICTURE = 20_000_000
NOT_DUMPABLE = 4  # PR_SET_DUMPABLE; with 0 the others of this user can't read this process's memory and open files


def supervise():
    """Run the code in a process of its own, and say on standard output how that went."""
    job = json.loads(sys.stdin.buffer.readline())
    give_up_rights(job)
    shutil.copy(os.path.join(job["given"], "noisy.png"), os.path.join(job["work"], "noisy.png"))
    for name in os.listdir(job["given"]):
        if name.startswith("fontlist-"):
            shutil.copy(os.path.join(job["given"], name), os.environ["MPLCONFIGDIR"])
    token = secrets.token_hex()
    reading, writing = os.pipe()
    settings = {name: job[name] for name in ("given", "work", "name")} | {"token": token, "events": writing}
    deadline = time.monotonic() + job["seconds"]
    child = subprocess.Popen(
        [sys.executable, "-sP", os.path.abspath(__file__), json.dumps(settings)],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        cwd=job["work"],
        pass_fds=[writing],
    )
    os.close(writing)
    stopped, output, events = collect(child, reading, job, deadline)
    lines = events.decode(errors="replace").splitlines()
    own = [line[len(token) + 1 :] for line in lines if line.startswith(f"{token} ")]
    problem, picture = fetch_picture(os.path.join(job["work"], job["name"] + ".png"))
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    result = {
        "nonce": job["nonce"],
        "processor": used.ru_utime + used.ru_stime,
        "stopped": stopped,
        "code": child.returncode,
        "output": output.decode(errors="replace"),
        "events": own,
        "foreign": len(lines) - len(own),
        "problem": problem,
    }
    sys.stdout.buffer.write(json.dumps(result).encode() + b"\n" + picture)
    sys.stdout.buffer.flush()
    os._exit(0)  # all that still runs ends with this process


def give_up_rights(job):
    """Become nobody, if this is root; set limits that can't be raised again; close this process to the student's."""
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:
        file.write("1000")  # if memory runs out all the same, the kernel takes these processes first
    if job["user"]:
        os.setgroups([])
        os.setresgid(job["user"], job["user"], job["user"])
        os.setresuid(job["user"], job["user"], job["user"])
    for name, most in job["limits"].items():
        resource.setrlimit(getattr(resource, name), (most, most))
    ctypes.CDLL(None).prctl(NOT_DUMPABLE, 0, 0, 0, 0)


def collect(child, reading, job, deadline):
    """Wait for the end, or for a reason to stop before; returns that reason, the end of the output, and the events."""
    output, events, total = b"", b"", 0
    with selectors.DefaultSelector() as selector:
        selector.register(child.stdout, selectors.EVENT_READ)
        selector.register(reading, selectors.EVENT_READ)
        while True:
            ended = child.poll() is not None  # asked first: what it wrote before it ended is then read below
            ready = selector.select(0 if ended else 0.05)
            for key, _ in ready:
                data = os.read(key.fd, 65536)
                if not data:
                    selector.unregister(key.fileobj)
                elif key.fd == reading:
                    events = (events + data)[:EVENTS]
                else:
                    output, total = (output + data)[-TAIL:], total + len(data)
            if total > job["output"]:
                return "wrote too much", output, events
            room = [os.statvfs(folder) for folder in (job["work"], "/tmp", "/dev/shm")]
            if sum(place.f_files - place.f_ffree for place in room) > job["files"]:
                return "too many files", output, events
            if time.monotonic() > deadline:
                return "timed out", output, events
            if ended and not ready:
                return "", output, events


def fetch_picture(path):
    """Why the picture can't be sent, or ""; and its bytes. The path may hold anything."""
    try:
        opened = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK)
    except FileNotFoundError:
        return "was not written", b""
    except OSError:
        return "is a link, or can't be opened", b""
    if not stat.S_ISREG(os.fstat(opened).st_mode):
        return "is no plain file", b""
    with open(opened, "rb") as file:
        picture = file.read(PICTURE + 1)
    return (f"is larger than {PICTURE / 1e6:g} MB", b"") if len(picture) > PICTURE else ("", picture)


def execute(settings):
    """Run the student's code as the main program, and report how it ended."""
    given, name = settings["given"], settings["name"]
    channel, token = settings["events"], settings["token"]

    def report(event):
        os.write(channel, f"{token} {json.dumps(event)}\n".encode())

    with open(os.path.join(given, "code.json"), encoding="utf-8") as file:
        cells = json.load(file)
    if not cells:  # no notebook: a file, whose first lines may say how its letters are written
        with open(os.path.join(given, "code.py"), "rb") as file:
            cells = [file.read()]
    files = [f"{name}.py"] if len(cells) == 1 else [f"{name}, code cell {k}" for k in range(1, len(cells) + 1)]
    watch_imports(given, settings["work"], cells, report)
    main = types.ModuleType("__main__")
    main.__dict__.update(__file__=f"{name}.py", __builtins__=builtins, display=print, get_ipython=lambda: None)
    sys.modules["__main__"], sys.argv = main, [f"{name}.py"]
    code = 0
    try:
        for cell, file in zip(cells, files, strict=True):
            exec(compile(cell, file, "exec"), main.__dict__)
        report({"finished": True})
    except SystemExit as end:
        code = 0 if end.code in (None, 0) else 1
        report({"finished": True} if not code else {"error": f"SystemExit: {end.code}", "where": ""})
    except BaseException as error:
        code = 1
        steps = [step for step in traceback.walk_tb(error.__traceback__) if step[0].f_code.co_filename in files]
        where = f"{steps[-1][0].f_code.co_filename}, line {steps[-1][1]}" if steps else ""
        traceback.print_exception(type(error), error, error.__traceback__.tb_next)
        report({"error": f"{type(error).__name__}: {error}"[:1000], "where": where})
    for stream in (sys.stdout, sys.stderr):
        with contextlib.suppress(Exception):
            stream.flush()
    os._exit(code)  # threads that are left, and what was to happen at exit, are not waited for


class AfterImport:
    """Do something to modules right after they are imported, whoever imports them; and stand in for one that is not there."""

    def __init__(self, actions, stand_ins):
        self.actions, self.stand_ins = actions, stand_ins

    def find_spec(self, name, path=None, target=None):
        """As the import system asks."""
        if name in self.stand_ins:
            return importlib.machinery.ModuleSpec(name, self)
        if name not in self.actions:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is None or spec.loader is None:
            return None
        original = spec.loader.exec_module

        def exec_module(module):
            original(module)
            self.actions[name](module)

        spec.loader.exec_module = exec_module
        return spec

    def create_module(self, spec):
        """As the import system asks: the one that stands in."""
        return self.stand_ins[spec.name]

    def exec_module(self, module):
        """As the import system asks: it is ready."""


def watch_imports(given, work, cells, report):
    """Prepare what is imported later: Keras with its witness, CIFAR-10 from a file, figures without a screen, Colab's modules."""
    witnesses = []

    def witness():
        if not witnesses:
            sys.path.insert(0, given)
            import witness

            sys.path.remove(given)
            witnesses.append(witness)
        return witnesses[0]

    def offline(module):
        module.load_data = witness().stand_in(os.path.join(given, "cifar10.npz"), cells)

    def no_screen(module):
        module.show = lambda *args, **kwargs: None

    actions = {
        "keras": lambda module: witness().watch(module, report),
        "keras.src.datasets.cifar10": offline,  # all public names lead here
        "matplotlib.pyplot": no_screen,
    }
    sys.meta_path.insert(0, AfterImport(actions, colab(work)))


def colab(work):
    """Modules in the place of Google Colab's: the drive is the working folder, and what is uploaded is the noisy picture."""
    package, drive, files = (types.ModuleType(f"google.colab{part}") for part in ("", ".drive", ".files"))
    above = []
    if importlib.machinery.PathFinder.find_spec("google") is None:
        above = [types.ModuleType("google")]
        above[0].__path__ = []

    def mount(place="/content/drive", *args, **kwargs):
        with contextlib.suppress(OSError):
            os.makedirs(place, exist_ok=True)
            os.symlink(work, os.path.join(place, "MyDrive"))

    def upload(*args, **kwargs):
        with open(os.path.join(work, "noisy.png"), "rb") as file:
            return {"noisy.png": file.read()}

    drive.mount, files.upload, files.download = mount, upload, lambda *args, **kwargs: None
    package.drive, package.files, package.__path__ = drive, files, []
    return {module.__name__: module for module in (*above, package, drive, files)}


if __name__ == "__main__":
    if len(sys.argv) > 1:
        execute(json.loads(sys.argv[1]))
    else:
        supervise()
