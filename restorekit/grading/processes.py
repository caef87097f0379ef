"""How much a process and all its descendants use, as Linux tells it in /proc."""

import contextlib
import os

__all__ = ["tree_use"]

_PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
#: Below this share of the machine's memory, nothing more is let run.
RESERVE = 0.05


def tree_use(root, enough):
    """Count a process tree, and sum its memory.

    A process whose parent has ended belongs to the first process of its namespace, which is in the tree as well: nothing gets away
    by leaving its parent. Pages that several processes share are counted once each; where that alone would be too much, the kernel's
    exact shares are asked for, which takes longer.

    Parameters
    ----------
    root : int
        The first process.
    enough : int
        Bytes above which the sum is made exact.

    Returns
    -------
    count : int
    resident : int
        Bytes.
    short : bool
        True if the whole machine has hardly any memory left.

    Examples
    --------
    >>> count, resident, short = tree_use(os.getpid(), 2**40)  # doctest: +SKIP
    >>> count, resident > 10**6  # doctest: +SKIP
    (1, True)
    """
    children, pages = {}, {}
    for name in os.listdir("/proc"):
        if name.isdigit():
            with contextlib.suppress(OSError):  # it has just ended
                fields = _contents(f"/proc/{name}/stat").rpartition(b")")[2].split(None, 22)  # a name may hold anything
                children.setdefault(int(fields[1]), []).append(int(name))
                pages[int(name)] = int(fields[21])
    tree = [root]
    for process in tree:
        tree += children.get(process, [])
    resident = sum(pages.get(process, 0) for process in tree) * _PAGE
    if resident > enough:
        resident = sum(_share(process, pages.get(process, 0) * _PAGE) for process in tree)
    return len(tree), resident, _machine_is_short()


def _share(process, resident):
    """A process's memory, with its share of what several share; all of it where that may not be asked; 0 if it has just ended."""
    try:
        lines = _contents(f"/proc/{process}/smaps_rollup").splitlines()
    except PermissionError:
        return resident
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(b"Pss:"))


def _machine_is_short():
    """True if the machine has hardly any memory left."""
    sizes = dict(line.split(b":") for line in _contents("/proc/meminfo").splitlines()[:3])
    return int(sizes[b"MemAvailable"].split()[0]) < RESERVE * int(sizes[b"MemTotal"].split()[0])


def _contents(path):
    """The bytes of a small file, as quickly as can be: the watchdog reads a hundred of them ten times a second."""
    opened = os.open(path, os.O_RDONLY)
    try:
        return os.read(opened, 4096)
    finally:
        os.close(opened)
