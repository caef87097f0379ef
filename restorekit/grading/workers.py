"""A process for each submission, with limits: one that dies costs one student, and nobody else."""

import contextlib
import json
import multiprocessing
import os
import time
from multiprocessing import connection

__all__ = ["limited", "pack", "run_all", "told", "unpack"]

#: What one submission may take: seconds of work and of waiting, bytes beyond what a worker has at its start, bytes of its answer.
SECONDS, _WAIT, _MEMORY, _ANSWER = 20, 60, 400_000_000, 8_000_000


def run_all(function, jobs, workers, seconds=SECONDS):
    """Run a function on each job, every one in a process of its own.

    Parameters
    ----------
    function : callable
        From a job to bytes; of a module's top level, so that another process can find it.
    jobs : dict of str to object
        By name; what the function gets.
    workers : int
        How many at once.
    seconds : float
        Processor seconds for each.

    Yields
    ------
    name : str
    answer : bytes or None
        None if the process died or took too long.
    problem : str
        Why there is no answer, or "".
    """
    context = _context(function)
    waiting, running = list(jobs.items())[::-1], {}
    try:
        while waiting or running:
            while waiting and len(running) < workers:
                name, job = waiting.pop()
                receiver, sender = context.Pipe(duplex=False)
                process = context.Process(target=_work, args=(function, job, sender, seconds), daemon=True)
                process.start()
                sender.close()
                running[receiver] = name, process, time.monotonic()
            for receiver in connection.wait(list(running), timeout=1):
                name, process, _ = running.pop(receiver)
                yield name, *_answer(receiver, process)
            for receiver, (name, process, since) in list(running.items()):
                if time.monotonic() - since > max(_WAIT, 3 * seconds):
                    del running[receiver]
                    _end(process, receiver)
                    yield name, None, f"took longer than {max(_WAIT, 3 * seconds):g} s"
    finally:
        for receiver, (_, process, _) in running.items():
            _end(process, receiver)


def _context(function):
    """Processes that start in milliseconds: from a server that has imported everything, where the system has such a thing."""
    if "forkserver" not in multiprocessing.get_all_start_methods():
        return multiprocessing.get_context("spawn")
    for name in ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS"):
        os.environ.setdefault(name, "1")  # the workers are the parallel part
    for name in (
        "MALLOC_MMAP_THRESHOLD_",
        "MALLOC_TRIM_THRESHOLD_",
    ):  # to give memory back after each array takes a sixth of the work
        os.environ.setdefault(name, str(_MEMORY))
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([function.__module__])
    return context


def _work(function, job, sender, seconds):
    """In the worker."""
    sender.send_bytes(limited(function, job, seconds))


def limited(function, job, seconds=SECONDS):
    """Limit this process from now on, do the work, and say how it went.

    Parameters
    ----------
    function : callable
        From a job to bytes.
    job : object
    seconds : float
        Processor seconds.

    Returns
    -------
    bytes
        For `told`.
    """
    _limit(seconds)
    try:
        return b"+" + function(job)
    except MemoryError:
        return b"-needs more memory than a submission may"
    except Exception as problem:
        return b"-" + f"can't be judged: {type(problem).__name__}: {problem}"[:300].encode(errors="replace")


def told(answer):
    """The answer and the problem, one of them empty, from what `limited` returned.

    Parameters
    ----------
    answer : bytes

    Returns
    -------
    answer : bytes or None
    problem : str
    """
    return (answer[1:], "") if answer[:1] == b"+" else (None, answer[1:].decode(errors="replace"))


def _limit(seconds):
    """Limit this process, where the system can: memory, time, no core file, no file larger than a result."""
    try:
        import resource
    except ImportError:
        return
    with contextlib.suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (_address_space() + _MEMORY,) * 2)


def _address_space():
    """Bytes of address space that this process has now; 0 where that can't be read."""
    with contextlib.suppress(OSError, ValueError), open("/proc/self/statm") as file:
        return int(file.read().split()[0]) * os.sysconf("SC_PAGE_SIZE")
    return 0


def _answer(receiver, process):
    """The answer of a process that has given one, or has died."""
    try:
        answer = receiver.recv_bytes(_ANSWER)
    except (EOFError, OSError):
        process.join(5)
        code = process.exitcode
        _end(process, receiver)
        if code is not None and code < 0:
            return None, f"ended the process that read it (signal {-code})"
        return None, "ended the process that read it"
    _end(process, receiver)
    return told(answer)


def _end(process, receiver):
    """Make sure that a process is gone."""
    receiver.close()
    process.join(0.2)
    if process.is_alive():
        process.kill()
        process.join()
    process.close()


def pack(facts, shown):
    """Facts and pictures as one row of bytes: their lengths as JSON, then the pictures.

    Examples
    --------
    >>> unpack(pack({"gain": 5.5}, {"1-whole": b"JPEG"}))
    ({'gain': 5.5}, {'1-whole': b'JPEG'})
    """
    head = json.dumps({"facts": facts, "sizes": {name: len(data) for name, data in shown.items()}}, allow_nan=False)
    return head.encode() + b"\n" + b"".join(shown.values())


def unpack(data):
    """What `pack` packed."""
    head, _, rest = data.partition(b"\n")
    about, shown, start = json.loads(head), {}, 0
    for name, size in about["sizes"].items():
        shown[name] = rest[start : start + size]
        start += size
    return about["facts"], shown
