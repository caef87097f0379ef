"""The command line that builds the sandbox with bubblewrap: what is in it, and who the program is in there."""

import os
import shutil
import sys
from pathlib import Path

import restorekit
from restorekit.grading.seccomp import filter_for

__all__ = ["GIVEN", "WORK", "command", "user", "why_not"]

#: The working folder inside, under the name that it has in Colab; what is handed in to it; where the library lies.
WORK, GIVEN, LIBRARY = "/content", "/given", "/library"
#: Of the configuration, what programs need to start.
_CONFIGURATION = ("/etc/ld.so.cache", "/etc/alternatives", "/etc/localtime", "/etc/fonts")


def why_not():
    """Why there can't be a sandbox on this machine, or "". Whether it holds, `sandbox.self_test` tries.

    Returns
    -------
    str
    """
    if sys.platform != "linux":
        return "the sandbox needs Linux; on this system sources are read, and never run"
    if not filter_for():
        return "the sandbox knows x86-64 and 64-bit ARM processors alone"
    if not shutil.which("bwrap"):
        return "bubblewrap is not installed: sudo apt install bubblewrap (or dnf, pacman)"
    home = Path.home().resolve()
    wide = [folder for folder in _python_folders() if home.is_relative_to(folder)]
    return f"Python's own folder {wide[0]} holds your home: use a virtual environment" if wide else ""


def user():
    """Whom root becomes inside: no user that exists, and another one for each grader, since the kernel counts processes by user.

    Returns
    -------
    int or None
        None if the grader is not root: then it is nobody in there from the start.
    """
    return 60_706 + os.getpid() % 478 if os.geteuid() == 0 else None


def command(given, disk, filter_number):
    """The command line that builds the sandbox.

    Parameters
    ----------
    given : Path
        The folder that is handed in, read-only.
    disk : int
        Bytes that each of the three folders in memory may hold.
    filter_number : int
        Of the open file with the filter of system calls.

    Returns
    -------
    list of str
    """
    words = ["bwrap", "--unshare-ipc", "--unshare-pid", "--unshare-net", "--unshare-uts", "--unshare-cgroup-try"]
    words += ["--die-with-parent", "--new-session", "--seccomp", str(filter_number), "--hostname", "sandbox"]
    if os.geteuid() == 0:  # the supervisor becomes somebody else, and then has no right left
        words += ["--cap-drop", "ALL", "--cap-add", "CAP_SETUID", "--cap-add", "CAP_SETGID"]
    else:
        # The supervisor is the first process: bubblewrap's own would belong to the program's user, who could reach into it.
        words += ["--unshare-user", "--uid", "65534", "--gid", "65534", "--as-pid-1"]
    words += ["--ro-bind", "/usr", "/usr"]
    for folder in ("/bin", "/sbin", "/lib", "/lib32", "/lib64"):
        if os.path.islink(folder):
            words += ["--symlink", os.readlink(folder), folder]
        elif os.path.isdir(folder):
            words += ["--ro-bind", folder, folder]
    for folder in ("/etc", LIBRARY):  # left to itself, bubblewrap closes them to all but their owner
        words += ["--perms", "0755", "--dir", folder]
    for path in _CONFIGURATION:
        words += ["--ro-bind-try", path, path]
    words += ["--ro-bind", str(given), GIVEN, "--proc", "/proc", "--dev", "/dev"]
    for folder in (WORK, "/tmp", "/dev/shm"):
        words += ["--perms", "1777", "--size", str(disk), "--tmpfs", folder]
    for folder in _python_folders():  # after /tmp, where somebody may keep an environment
        for parent in reversed(folder.parents):
            words += ["--perms", "0755", "--dir", str(parent)]
        words += ["--ro-bind", str(folder), str(folder)]
    words += ["--ro-bind", str(Path(restorekit.__file__).parent), f"{LIBRARY}/restorekit"]
    words += ["--remount-ro", "/dev", "--remount-ro", "/", "--chdir", WORK, "--clearenv"]
    for name, value in _environment().items():
        words += ["--setenv", name, value]
    return [*words, "--", sys.executable, "-sP", f"{GIVEN}/inside.py"]


def _python_folders():
    """Folders outside /usr that Python and its packages need."""
    named = [Path(folder).absolute() for folder in (sys.prefix, sys.base_prefix, sys.exec_prefix)]
    found = {*named, *(folder.resolve() for folder in named)}
    return sorted(folder for folder in found if not folder.is_relative_to("/usr"))


def _environment():
    """The environment inside; nothing of the grader's own."""
    return {
        "PATH": "/usr/bin:/bin",
        "HOME": WORK,
        "USER": "student",
        "LOGNAME": "student",
        "LANG": "C.UTF-8",
        "TMPDIR": "/tmp",
        "PYTHONPATH": LIBRARY,
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONUNBUFFERED": "1",
        "PYTHONHASHSEED": "0",
        "MPLBACKEND": "Agg",
        "MPLCONFIGDIR": "/dev/shm",
        "RESTOREKIT_OFFLINE": "1",
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "TF_NUM_INTRAOP_THREADS": "2",
        "TF_NUM_INTEROP_THREADS": "2",
        "OMP_NUM_THREADS": "2",
        "OPENBLAS_NUM_THREADS": "2",
        "CUDA_VISIBLE_DEVICES": "-1",
    }
