"""Programs that set out to do harm, in the sandbox: each attack is bounded, touches canaries alone, and fails."""

import dataclasses
import io
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import restorekit
from restorekit.grading import bubblewrap, evidence, processes, sandbox, seccomp

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or shutil.which("bwrap") is None, reason="bubblewrap is not installed (Linux alone has it)"
)


def picture(width=32, height=24):
    """A PNG file."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (height, width, 3), np.uint8)).save(file, "PNG")
    return file.getvalue()


NOISY = picture()


def run(code, **options):
    """Evidence of some code; it must be small, and plain JSON."""
    seen = sandbox.run(textwrap.dedent(code).encode(), ".py", NOISY, model=1, **{"seconds": 60} | options)
    assert len(json.dumps(dataclasses.asdict(seen), allow_nan=False)) < 30_000
    return seen


def told(code, **options):
    """What harmless code printed as JSON."""
    seen = run(code, **options)
    assert seen.ended == "finished", seen
    return json.loads(seen.output)


@pytest.fixture
def elsewhere():
    """A folder that all the world may read and write, not in /tmp, which the sandbox has one of its own of."""
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o777)
        yield Path(folder)


def with_words(word):
    """Processes of this machine whose command line holds a word."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and word.encode() in (entry / "cmdline").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue
    return found


def gone(word, within=20):
    """True as soon as no process has the word in its command line."""
    end = time.monotonic() + within
    while with_words(word):
        if time.monotonic() > end:
            for process in with_words(word):
                os.kill(process, signal.SIGKILL)
            return False
        time.sleep(0.05)
    return True


# What an honest program finds


def test_a_program_finds_the_noisy_picture_and_its_own_is_seen():
    seen = run("""
        import shutil, sys
        shutil.copy("noisy.png", "Model1.png")
        print(__name__, __file__, sys.argv)
    """)
    assert (seen.ended, seen.picture) == ("finished", "8-bit RGB, 32 x 24")
    assert seen.output == "__main__ Model1.py ['Model1.py']\n" and seen.fits == [] and seen.remarks == []


def test_an_error_is_told_with_its_line():
    seen = run("x = 1\n\nopen('holiday.jpg')")
    assert seen.ended == "stopped with an error"
    assert seen.reason.startswith("FileNotFoundError") and seen.reason.endswith("(Model1.py, line 3)")
    assert seen.picture == "was not written" and "inside.py" not in seen.output


@pytest.mark.parametrize(
    ("code", "ended", "reason"),
    [
        ("import sys; sys.exit()", "finished", ""),
        ("import sys; sys.exit(3)", "stopped with an error", "SystemExit: 3"),
        ("import os; os._exit(0)", "crashed", "left Python without a word, with exit status 0"),
        ("import ctypes; ctypes.string_at(0)", "crashed", "ended by signal SIGSEGV"),
        ("print(", "stopped with an error", "SyntaxError"),
        ("input()", "stopped with an error", "EOFError"),
    ],
)
def test_how_a_program_ended(code, ended, reason):
    seen = run(code)
    assert seen.ended == ended and seen.reason.startswith(reason)


def test_a_notebook_runs_cell_by_cell_as_in_colab():
    cells = [
        [
            "%matplotlib inline\n",
            "!pip install keras\n",
            "from google.colab import drive, files\n",
            "drive.mount('/content/drive')",
        ],
        ["name = next(iter(files.upload()))\n", "data = open('/content/drive/MyDrive/' + name, 'rb').read()"],
        ["open('Model2.png', 'wb').write(data)\n", "files.download('Model2.png')\n", "display(len(data))"],
        ["1 / 0"],
    ]
    notebook = {"cells": [{"cell_type": "code", "source": source} for source in cells]}
    seen = sandbox.run(json.dumps(notebook).encode(), ".ipynb", NOISY, model=2)
    assert seen.reason == "ZeroDivisionError: division by zero (Model2, code cell 4, line 1)"
    assert seen.picture == "8-bit RGB, 32 x 24" and seen.output.startswith(f"{len(NOISY)}\n")


@pytest.mark.parametrize("data", [b"{", b'{"cells": []}', b'{"cells": [{"cell_type": "code", "source": "x ="}]}'])
def test_a_broken_notebook_is_not_run(data):
    assert sandbox.run(data, ".ipynb", NOISY, model=1).ended == "not run"


def test_the_library_is_there():
    assert told("import restorekit, json; print(json.dumps(restorekit.sample('text').ndim))") == 2


# Attacks on the machine's time, memory and disk


def test_an_infinite_loop_is_stopped():
    seen = run("print('on', flush=True)\nwhile True: pass", seconds=5)
    assert (seen.ended, seen.reason, seen.output) == ("timed out", "did not end within 5 seconds", "on\n")
    assert seen.picture == "was not written"  # so the supervisor itself has stopped it, and could still look


def test_a_program_that_stops_the_supervisor_is_stopped(monkeypatch):
    monkeypatch.setattr(sandbox, "_GRACE", 1)
    monkeypatch.setattr(bubblewrap, "filter_for", lambda: b"")
    monkeypatch.setattr(sandbox, "filter_for", lambda: struct.pack("<HBBI", 6, 0, 0, 0x7FFF0000))  # allows all
    monkeypatch.setattr(bubblewrap, "why_not", lambda: "")
    monkeypatch.setattr(sandbox, "why_not", lambda: "")
    seen = run("import os, signal, time; os.kill(os.getppid(), signal.SIGSTOP); time.sleep(50)", seconds=6)
    assert seen.ended == "timed out"
    if os.geteuid() == 0:  # for others it is the first process of the sandbox, which no signal from inside stops
        assert seen.picture.startswith("is not known")


FORKS = """
    import os, time
    started = 0
    try:
        while started < 300:
            if os.fork() == 0:
                time.sleep(30)
                os._exit(0)
            started += 1
    except OSError:
        pass
    print(started)
    time.sleep(0.5)
"""


def test_a_fork_bomb_stops():
    assert 10 < told(FORKS, processes=60) < 60


def test_threads_count_as_processes():
    code = """
        import threading, time
        started = 0
        try:
            while started < 300:
                threading.Thread(target=time.sleep, args=(30,), daemon=True).start()
                started += 1
        except RuntimeError:
            pass
        print(started)
    """
    assert 10 < told(code, processes=60) < 60


def test_a_fork_bomb_is_seen_from_outside_where_the_kernel_does_not_stop_it(monkeypatch):
    limits = sandbox._limits
    monkeypatch.setattr(sandbox, "_limits", lambda processes, disk: limits(5000, disk))
    assert run(FORKS, processes=60).ended == "too many processes"


def test_a_memory_hog_is_stopped():
    start = time.monotonic()
    seen = run("import time\nkept = [b'x' * 10**7 for _ in range(100)]\ntime.sleep(50)", memory=300_000_000)
    assert (seen.ended, seen.reason) == ("out of memory", "used more than 0.3 GB of memory")
    assert time.monotonic() - start < 40  # it was not waited for


def test_the_memory_of_a_whole_tree_counts():
    seen = run(
        """
        import os, time
        for _ in range(8):
            if os.fork() == 0:
                if os.fork() == 0:
                    os.setsid()
                    kept = os.urandom(10**6) * 80
                    time.sleep(8)
                os._exit(0)
        time.sleep(8)
        """,
        memory=300_000_000,
    )
    assert seen.ended == "out of memory"


def test_memory_that_is_shared_counts_once():
    code = """
        import os, time
        kept = b'x' * 150_000_000
        for _ in range(4):
            if os.fork() == 0:
                time.sleep(30)
        time.sleep(0.5)
        print(1)
    """
    assert told(code, memory=300_000_000) == 1


def test_memory_without_an_owner_is_refused():
    code = """
        import ctypes, json, os
        libc = ctypes.CDLL(None, use_errno=True)
        found = []
        try:
            os.memfd_create("hidden")
            found.append("memfd")
        except PermissionError:
            pass
        if libc.shmget(0, 4096, 0o1600) != -1:
            found.append("shmget")
        if libc.unshare(0x10000000) == 0:
            found.append("namespace")
        if libc.syscall(56 if os.uname().machine == "x86_64" else 220, 0x10000011, 0, 0, 0, 0) > 0:
            found.append("clone")
        print(json.dumps(found))
    """
    assert told(code) == []


def test_addresses_are_limited():
    code = """
        import mmap
        try:
            mmap.mmap(-1, 20 * 2**30)
            print("true")
        except OSError:
            print("false")
    """
    assert told(code) is False


def test_the_last_memory_of_the_machine_is_not_taken(monkeypatch):
    monkeypatch.setattr(processes, "RESERVE", 1.0)
    assert run("import time; time.sleep(5)").ended == "no memory left"


def test_a_disk_filler_finds_little_room():
    code = """
        import json
        sizes = []
        for folder in ("/content", "/tmp", "/dev/shm"):
            size = 0
            for k in range(20):
                try:
                    with open(f"{folder}/{k}", "wb", buffering=0) as file:
                        size += file.write(bytes(10**7))
                except OSError:
                    break
            sizes.append(size)
        print(json.dumps(sizes))
    """
    sizes = told(code, disk=30_000_000)
    assert len(sizes) == 3 and all(10**7 <= size <= 30_100_000 for size in sizes)


def test_a_single_file_is_limited_wherever_it_lies():
    code = """
        import json, signal
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        try:
            with open("large", "wb") as file:
                file.truncate(10**12)
            print("true")
        except OSError:
            print("false")
    """
    assert told(code, disk=30_000_000) is False


@pytest.mark.parametrize("folder", ["/content", "/tmp", "/dev/shm"])
def test_many_empty_files_are_too_many(folder):
    code = f"""
        import time
        for k in range(5000):
            open("{folder}/" + str(k), "w").close()
        time.sleep(2)
    """
    assert run(code, files=1000).ended == "too many files"


def test_an_output_flood_is_stopped_and_its_end_kept():
    seen = run("while True: print('flood ' * 1000)", output=2_000_000)
    assert (seen.ended, seen.reason) == ("wrote too much", "printed more than 2 MB")
    assert len(seen.output) == 4000 and seen.output.endswith(("flood \n", "flood ", "f", "fl", "flo", "floo", "flood"))


def test_output_can_not_move_the_cursor_of_who_reads_it():
    seen = run(r"print('10%\r20%\r\n\x1b[2J\x1b]0;title\x07\u202ehidden\x00')")
    assert seen.output == "20%\n\ufffd]0;title\ufffd\ufffdhidden\ufffd\n"


# Attacks on the network, the key, other people's files and processes


def test_no_network():
    with socket.create_server(("127.0.0.1", 0)) as server, socket.socket(socket.AF_UNIX) as named:
        named.bind(f"\0restorekit-{os.getpid()}")
        named.listen()
        code = f"""
            import json, socket
            found = []
            for family, address in [
                (socket.AF_INET, ("127.0.0.1", {server.getsockname()[1]})),
                (socket.AF_INET, ("1.1.1.1", 53)),
                (socket.AF_UNIX, "\\0restorekit-{os.getpid()}"),
            ]:
                try:
                    with socket.socket(family) as attempt:
                        attempt.settimeout(2)
                        attempt.connect(address)
                    found.append(str(address))
                except OSError:
                    pass
            for family in (socket.AF_VSOCK, socket.AF_PACKET, socket.AF_ALG):
                try:
                    socket.socket(family, socket.SOCK_SEQPACKET if family == socket.AF_ALG else socket.SOCK_DGRAM)
                    found.append(str(family))
                except PermissionError:
                    pass
            print(json.dumps(found))
        """
        assert told(code) == []
        with socket.create_connection(server.getsockname()):
            pass  # here, it would have been reached


def test_the_key_can_not_be_read(elsewhere, monkeypatch):
    key = elsewhere / "key.toml"
    key.write_text("canary-of-the-key")
    monkeypatch.setenv("KEY", "canary-of-the-key")
    code = f"""
        import glob, json, os
        found = [path for path in ({str(key)!r}, "/etc/passwd", "/etc/shadow", "/sys", "/var/log", "/run") if os.path.lexists(path)]
        for path in glob.glob("/proc/*/environ") + glob.glob("/proc/*/cmdline"):
            try:
                if b"canary" in open(path, "rb").read():
                    found.append(path)
            except OSError:
                pass
        for path in glob.glob("/proc/*/root{key}") + glob.glob("/proc/*/cwd/*"):
            if "canary" in path or path.endswith("key.toml"):
                found.append(path)
        print(json.dumps(found + [name for name in os.environ if name == "KEY"]))
    """
    assert told(code) == []


def test_of_the_home_only_python_is_seen():
    home, folders = Path.home(), bubblewrap._python_folders()
    expected = {folder.relative_to(home).parts[0] for folder in folders if folder.is_relative_to(home)}
    code = f"import json, os; home = {str(home)!r}; print(json.dumps(os.listdir(home) if os.path.isdir(home) else []))"
    assert set(told(code)) == expected


def test_other_processes_are_neither_seen_nor_reached():
    code = f"""
        import ctypes, json, os, resource, signal
        seen = sorted(int(name) for name in os.listdir("/proc") if name.isdigit())
        found = [seen] if len(seen) > 3 else []
        for target in (os.getppid(), 1, {os.getpid()}, -1):
            for number in (signal.SIGKILL, signal.SIGSTOP):
                try:
                    os.kill(target, number)
                    found.append(target)
                except OSError:
                    pass
        for process in (1, os.getppid()):
            for name, mode in (("mem", "rb"), ("mem", "r+b"), ("environ", "rb"), ("fd/0", "rb"), ("fd/1", "wb"), ("fd/2", "wb")):
                try:
                    with open(f"/proc/{{process}}/{{name}}", mode, buffering=0):
                        found.append(f"{{process}}/{{name}}")
                except OSError:
                    pass
        try:
            resource.prlimit(os.getppid(), resource.RLIMIT_AS, (1, 1))
            found.append("prlimit")
        except PermissionError:
            pass
        if ctypes.CDLL(None).ptrace(16, os.getppid(), 0, 0) == 0:
            found.append("ptrace")
        print(json.dumps(found))
    """
    assert told(code) == []


def test_the_program_has_no_rights():
    code = """
        import json, os
        lines = dict(line.split(":", 1) for line in open("/proc/self/status").read().splitlines())
        facts = {name: lines[name].split()[0] for name in ("Uid", "Gid", "CapPrm", "CapEff", "CapAmb", "NoNewPrivs", "Seccomp")}
        try:
            os.open("/dev/tty", os.O_RDWR)
        except OSError:
            facts["terminal"] = "none"
        print(json.dumps(facts | {"groups": os.getgroups(), "session": os.getsid(0) in (1, 2)}))
    """
    facts = told(code)
    assert int(facts.pop("Uid")) not in (0, os.getuid()) and int(facts.pop("Gid")) not in (0, os.getgid())
    assert int(facts["CapPrm"], 16) == int(facts["CapEff"], 16) == int(facts["CapAmb"], 16) == 0
    assert (facts["NoNewPrivs"], facts["Seccomp"], facts["terminal"], facts["session"]) == ("1", "2", "none", True)
    assert 0 not in facts["groups"]


def test_nothing_outside_can_be_written(elsewhere):
    code = f"""
        import glob, json, os
        tried, found = {{"/", {str(elsewhere)!r}, {str(Path(restorekit.__file__).parent)!r}}}, []
        for start in ("/", "/dev", "/given", "/library/restorekit", {sys.prefix!r}, {sys.base_prefix!r}):
            for deeper in ("", "*/", "*/*/"):
                tried.update(os.path.abspath(path) for path in glob.glob(os.path.join(start, deeper)))
        for folder in sorted(tried):
            if folder.startswith("/proc"):
                continue
            try:
                open(os.path.join(folder, "canary"), "w").close()
                found.append(folder)
            except OSError:
                pass
        print(json.dumps(found))
    """
    assert told(code) == ["/content", "/dev/shm", "/tmp"]
    assert list(elsewhere.iterdir()) == []


DETACHED = """
    import os, subprocess, sys, time
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            os.execv(sys.executable, [sys.executable, "-c", "import time; time.sleep(90)", "{word}"])
        os._exit(0)
    os.wait()
    time.sleep(0.3)
    print([name for name in os.listdir("/proc") if name.isdigit() and b"{word}" in open(f"/proc/{{name}}/cmdline", "rb").read()])
"""


def test_a_detached_child_does_not_outlive_its_program():
    word = f"canary-{os.getpid()}-detached"
    seen = run(DETACHED.format(word=word))
    assert seen.ended == "finished" and seen.output.count("'") >= 2  # it was there
    assert gone(word)


def test_nothing_outlives_a_program_that_is_stopped():
    word = f"canary-{os.getpid()}-stopped"
    seen = run(DETACHED.format(word=word) + "    kept = [b'x' * 10**7 for _ in range(200)]", memory=300_000_000)
    assert seen.ended == "out of memory" and gone(word)


def test_nothing_outlives_a_grader_that_is_killed(tmp_path):
    word = f"canary-{os.getpid()}-orphan"
    attack = textwrap.dedent(DETACHED.format(word=word)) + "time.sleep(90)"
    code = f"from restorekit.grading import sandbox; sandbox.run({attack.encode()!r}, '.py', b'', model=1, seconds=90)"
    path = os.pathsep.join([str(Path(restorekit.__file__).parents[1]), os.environ.get("PYTHONPATH", "")])
    grader = subprocess.Popen(
        [sys.executable, "-c", code], env=os.environ | {"PYTHONPATH": path, "TMPDIR": str(tmp_path)}
    )
    end = time.monotonic() + 60
    while len(with_words(f"\0{word}\0")) == 0 and time.monotonic() < end:
        time.sleep(0.05)
    there = with_words(f"\0{word}\0")
    grader.kill()
    grader.wait()
    assert there and gone(f"\0{word}\0")


# Attacks on the result


def test_a_fake_result_is_recognised():
    code = """
        import json, os
        fake = json.dumps({"nonce": "0", "stopped": "", "code": 0, "events": ['{"fit": 0, "epochs": 100}'], "problem": ""})
        for name in ("result.json", "code.json", "Model1.json"):
            open(name, "w").write(fake)
        for number in range(1, 64):
            for line in (fake, '{"fit": 0, "epochs": 100}'):
                try:
                    os.write(number, line.encode() + b"\\n")
                except OSError:
                    pass
    """
    seen = run(code)
    assert seen.fits == [] and seen.ended == "finished"
    assert seen.remarks == ["Something in the program wrote into the channel of the evidence; it was left out."]


@pytest.mark.parametrize(
    "event",
    [
        "{'fit': 0, 'epochs': float('nan')}",
        "{'fit': 0, 'epochs': 10 ** 4000, 'x': 'y' * 90000}",
        "{'fit': 0, 'nested': deep(900)}",
        "{'fit': 0, 'many': {str(k): [k] * 1000 for k in range(15)}}",
        "{'fit': 10 ** 9, 'error': ['x'], 'where': {}}",
        "['fit']",
    ],
)
def test_whoever_finds_the_reporter_can_only_send_what_is_small_and_plain(event):
    seen = run(f"""
        import sys
        def deep(n):
            return [deep(n - 1)] if n else 1
        frame = sys._getframe()
        while "report" not in frame.f_locals:
            frame = frame.f_back
        frame.f_locals["report"]({event})
    """)
    assert seen.ended == "finished" and len(seen.fits) <= 1
    assert all(fit.get("epochs") is None for fit in seen.fits)  # no number that is none, or of 4,000 digits


def test_an_endless_stream_of_evidence_is_cut():
    seen = run("""
        import sys
        frame = sys._getframe()
        while "report" not in frame.f_locals:
            frame = frame.f_back
        for k in range(20000):
            frame.f_locals["report"]({"fit": k % 5, "x" * (k % 50): "y" * 300})
        print("sent")
    """)
    assert seen.output == "sent\n" and seen.ended != "finished"  # that it finished was beyond what is kept
    assert len(seen.fits) <= 5


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("import os; os.symlink('/given/noisy.png', 'Model1.png')", "is a link, or can't be opened"),
        ("import os; os.mkfifo('Model1.png')", "is no plain file"),
        ("import os; os.mkdir('Model1.png')", "is no plain file"),
        ("import socket; socket.socket(socket.AF_UNIX).bind('Model1.png')", "is a link, or can't be opened"),
        ("open('Model1.png', 'wb').write(bytes(20_000_001))", "is larger than 20 MB"),
        ("open('Model1.png', 'wb').truncate(200_000_000)", "is larger than 20 MB"),
        ("open('Model1.png', 'wb')", "is empty"),
        ("open('Model1.png', 'w').write('<html>')", "is not a PNG file, or only a piece of one. Save the array again"),
        ("import os; os.chmod(open('Model1.png', 'w').name, 0)", "is a link, or can't be opened"),
    ],
)
def test_whatever_lies_where_the_picture_is_expected(code, said):
    seen = run(code)
    assert (seen.ended, seen.picture) == ("finished", said)


def bomb(width, height):
    """A small PNG file that unpacks to many pixels."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    rows = zlib.compress(bytes((3 * width + 1) * height), 9)
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_png_bomb_is_not_unpacked(monkeypatch):
    monkeypatch.setattr(evidence, "decode_picture", lambda data: pytest.fail("it was unpacked"))
    seen = run(f"open('Model1.png', 'wb').write({bomb(6000, 6000)!r})")
    assert seen.picture == "is 6000 x 6000, not of the size of noisy.png"


def test_a_pickle_is_opened_in_the_sandbox_alone(elsewhere):
    seen = run(f"""
        import os, pickle
        import numpy as np
        class Evil:
            def __reduce__(self):
                return os.system, ("echo evil; touch {elsewhere}/canary /content/canary",)
        np.save("evil.npy", np.array([Evil()], dtype=object), allow_pickle=True)
        np.load("evil.npy", allow_pickle=True)
        pickle.dump(Evil(), open("Model1.png", "wb"))
        print(os.listdir("."))
    """)
    assert "evil" in seen.output and "canary" in seen.output  # it has worked, in there
    assert list(elsewhere.iterdir()) == [] and seen.picture.startswith("is not a PNG")


@given(
    st.binary(max_size=200)
    | st.recursive(
        st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
        lambda parts: st.lists(parts, max_size=3)
        | st.dictionaries(
            st.sampled_from(["stopped", "code", "events", "output", "problem", "foreign", "x"]), parts, max_size=6
        ),
    ).map(lambda value: json.dumps(value | {"nonce": "7"} if isinstance(value, dict) else value).encode() + b"\n")
)
def test_no_result_whatever_is_too_much_for_the_grader(result):
    job = {"nonce": "7", "seconds": 1, "memory": 1, "processes": 1, "files": 1, "output": 1}
    seen = evidence.judge("", result, "", 1.0, job, NOISY)
    json.dumps(dataclasses.asdict(seen), allow_nan=False)


# The sandbox itself


def test_there_is_no_unprotected_mode(monkeypatch):
    monkeypatch.setattr(bubblewrap.shutil, "which", lambda name: None)
    with pytest.raises(OSError, match="bubblewrap is not installed"):
        sandbox.run(b"", ".py", NOISY, model=1)
    tested = sandbox.self_test()
    assert not tested.works and "ubblewrap is not installed" in tested.reasons[0]


def test_a_sandbox_that_does_not_start_runs_nothing(monkeypatch):
    command = sandbox.command
    monkeypatch.setattr(sandbox, "command", lambda *words: [command(*words)[0], "--no-such-option"])
    seen = run("print(1)")
    assert seen.ended == "not run" and "no-such-option" in seen.reason


def test_a_result_without_the_secret_number_is_none():
    job = {"nonce": "7", "seconds": 1, "memory": 1, "processes": 1, "files": 1, "output": 1}
    events = ['{"finished": true}', '{"fit": 0, "epochs": 100}']
    for nonce, ended, fits in (("7", "finished", [{"epochs": 100}]), ("8", "crashed", [])):
        result = json.dumps({"nonce": nonce, "stopped": "", "code": 0, "events": events, "output": "", "problem": ""})
        seen = evidence.judge("", result.encode() + b"\n" + NOISY, "", 1.0, job, NOISY)
        assert (seen.ended, seen.fits) == (ended, fits) and ("8-bit" in seen.picture) == (nonce == "7")


def test_a_line_nested_too_deep_is_no_evidence():
    job = {"nonce": "7", "seconds": 1, "memory": 1, "processes": 1, "files": 1, "output": 1}
    result = {"nonce": "7", "code": 0, "events": ['{"fit": ' + "[" * 40000 + "]" * 40000 + "}", '{"finished": true}']}
    seen = evidence.judge("", json.dumps(result).encode() + b"\n", "", 1.0, job, NOISY)
    assert (seen.ended, seen.fits) == ("finished", [])


def test_a_python_that_would_bring_the_home_along_is_refused(monkeypatch):
    monkeypatch.setattr(bubblewrap.sys, "prefix", str(Path.home().parent))
    assert "holds your home" in bubblewrap.why_not()
    assert not sandbox.self_test().works


def test_an_unknown_processor_has_no_sandbox():
    assert seccomp.filter_for("riscv64") == b"" and seccomp.filter_for("aarch64") != seccomp.filter_for("x86_64")


def test_the_self_test_passes():
    assert sandbox.self_test() == sandbox.SelfTest(True, ())


def without(command, *words):
    """A command without some words that follow each other."""
    places = [k for k in range(len(command)) if command[k : k + len(words)] == list(words)]
    return command[: places[0]] + command[places[0] + len(words) :]


def exposed(command):
    """A command that shows the machine's configuration."""
    place = command.index("--proc")
    return [*command[:place], "--ro-bind", "/etc", "/etc", *command[place:]]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda command: without(command, "--unshare-net"), "network"),
        (exposed, "/etc/passwd can be seen"),
        (lambda command: ["false"], "crashed"),
    ],
)
def test_the_self_test_notices_a_missing_defence(monkeypatch, change, said):
    command = sandbox.command
    monkeypatch.setattr(sandbox, "command", lambda *words: change(command(*words)))
    tested = sandbox.self_test()
    assert not tested.works and said in " ".join(tested.reasons)


def test_the_self_test_notices_limits_that_do_not_hold(monkeypatch):
    limits = sandbox._limits
    monkeypatch.setattr(sandbox, "_limits", lambda processes, disk: limits(5000, disk))
    monkeypatch.setattr(sandbox, "tree_use", lambda root, enough: (1, 0, False))
    reasons = " ".join(sandbox.self_test().reasons)
    assert "processes without end" in reasons and "1 GB of memory" in reasons


def test_the_self_test_looks_for_what_must_be_hidden(elsewhere):
    assert sandbox.self_test([elsewhere]).works
    assert sandbox.self_test(["/usr/bin"]).reasons == ("/usr/bin can be seen in the sandbox.",)


def test_two_sandboxes_at_a_time_do_not_disturb_each_other():
    seen = []
    worker = threading.Thread(target=lambda: seen.append(run("import time; time.sleep(1); print(1)")))
    worker.start()
    assert run("kept = [b'x' * 10**7 for _ in range(200)]", memory=300_000_000).ended == "out of memory"
    worker.join()
    assert seen[0].ended == "finished"
