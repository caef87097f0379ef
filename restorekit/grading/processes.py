"""How much a process and all its descendants use, as Linux tells it in /proc."""

import os
from pathlib import Path

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
    for entry in os.scandir("/proc"):
        if entry.name.isdigit():
            try:
                fields = Path(entry.path, "stat").read_bytes().rpartition(b")")[2].split()  # a name may hold anything
            except OSError:
                continue  # it has just ended
            children.setdefault(int(fields[1]), []).append(int(entry.name))
            pages[int(entry.name)] = int(fields[21])
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
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except PermissionError:
        return resident
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))


def _machine_is_short():
    """True if the machine has hardly any memory left."""
    lines = Path("/proc/meminfo").read_text().splitlines()
    sizes = {line.split(":")[0]: int(line.split()[1]) for line in lines}
    return sizes["MemAvailable"] < RESERVE * sizes["MemTotal"]
