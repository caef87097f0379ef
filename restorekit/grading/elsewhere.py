"""The same judging on the workers of a Dask cluster: submissions travel there as bytes, facts come back."""

import pickle
import subprocess
import sys

from restorekit.grading import judging, workers

__all__ = ["run_all"]

#: Seconds for one submission, the start of Python included; and until a scheduler must have answered.
_WAIT, _PATIENCE = 120, 30


def run_all(jobs, address):
    """Judge submissions on a cluster. A worker that dies gives its submissions to others.

    Parameters
    ----------
    jobs : dict of str to (dict, Reference)
        By name: contents as `judging.judge` takes them, read only when it is their turn if they are a callable.
    address : str
        Of the scheduler, such as "tcp://127.0.0.1:8786".

    Yields
    ------
    name, answer, problem
        As `workers.run_all` gives them.

    Raises
    ------
    ImportError
        If Dask is not installed.
    OSError
        If there is no scheduler.
    """
    try:
        from distributed import Client, as_completed
    except ImportError as problem:
        raise ImportError("--dask needs Dask, which is not here: pip install 'restorekit[dask]'") from problem
    waiting = list(jobs.items())[::-1]
    with Client(address, timeout=_PATIENCE, set_as_default=False) as client:
        names, going = {}, as_completed(loop=client.loop)

        def send():
            name, (contents, reference) = waiting.pop()
            packed = pickle.dumps((contents() if callable(contents) else contents, reference))
            future = client.submit(judge_apart, packed, pure=False)
            names[future.key] = name
            going.add(future)

        for _ in range(min(len(waiting), 2 * max(1, sum(client.nthreads().values())))):
            send()
        for future in going:
            name = names.pop(future.key)
            try:
                yield name, *future.result()
            except Exception as problem:
                yield name, None, f"could not be judged on the cluster: {type(problem).__name__}: {problem}"[:300]
            if waiting:
                send()


def judge_apart(packed):
    """Judge one submission in a process of its own, with limits, on whatever machine this runs.

    Parameters
    ----------
    packed : bytes

    Returns
    -------
    answer : bytes or None
    problem : str
    """
    command = [sys.executable, "-m", "restorekit.grading.elsewhere"]
    try:
        done = subprocess.run(
            command, input=packed, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=_WAIT, check=False
        )
    except subprocess.TimeoutExpired:
        return None, f"took longer than {_WAIT} s"
    return workers.told(done.stdout) if done.returncode == 0 else (None, "ended the process that read it")


def main():
    """The process for one submission: it reads that on its standard input, and answers on its standard output."""
    contents, reference = pickle.load(sys.stdin.buffer)
    answer = workers.limited(lambda job: workers.pack(*judging.judge(*job)), (contents, reference))
    sys.stdout.buffer.write(answer)


if __name__ == "__main__":
    main()
