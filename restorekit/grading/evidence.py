"""What came out of the sandbox, read as the words of a stranger: small, plain, finite; and what it says about the program."""

import dataclasses
import hmac
import json
import re
import signal
import struct

from restorekit.grading import workers
from restorekit.handed_in import Refused, decode_picture

__all__ = ["Evidence", "described", "judge"]

#: Of so many trainings something is kept; as `FITS` in witness.py.
_FITS = 5

_EXPLAINED = {
    "timed out": "did not end within {seconds:g} seconds",
    "out of memory": "used more than {memory:.1f} GB of memory",
    "no memory left": "was stopped because this machine had hardly any memory left",
    "too many processes": "started more than {processes} processes",
    "too many files": "made more than {files:,} files",
    "wrote too much": "printed more than {output:.0f} MB",
}


@dataclasses.dataclass(frozen=True)
class Evidence:
    """What was seen of a program; `dataclasses.asdict` makes it ready for JSON. It never changes points.

    Attributes
    ----------
    ended : str
        "finished", "stopped with an error", "timed out", "out of memory", "no memory left" (of the machine), "too many processes",
        "too many files", "wrote too much", "crashed", or "not run".
    reason : str
        A sentence's end for the instructor: which error in which line, which limit.
    seconds, processor : float
        Wall-clock time; time that processors spent on it, known only of a program that ended by itself. Both differ from run to run.
    output : str
        The end of what it printed.
    picture : str
        What lies under the picture's name: "8-bit RGB, 512 x 384", or why it is none.
    fits : list of dict
        A training each: `way`, arguments of `fit` (`epochs`, `batch_size`, ...), and of the network `parameters`, `layers` called,
        `operations` of the graph, `convolutions` (height, width, channels in, out), `sums` of two images, `noise_layers`, and what it
        does with all weights `zeroed`. Reported by the program's own process.
    remarks : list of str
        Sentences for the instructor.
    """

    ended: str
    reason: str = ""
    seconds: float = 0.0
    processor: float = 0.0
    output: str = ""
    picture: str = ""
    fits: list = dataclasses.field(default_factory=list)
    remarks: list = dataclasses.field(default_factory=list)


def judge(stopped, result, told, seconds, job, noisy_png):
    """Make evidence of what a sandbox left.

    Parameters
    ----------
    stopped : str
        Why the watchdog ended it, or "".
    result : bytes
        A line of JSON from the supervisor, and the picture.
    told : str
        What bubblewrap said.
    seconds : float
        How long it took.
    job : dict
        What the supervisor was told to do, with the limits.
    noisy_png : bytes

    Returns
    -------
    Evidence

    Examples
    --------
    >>> judge("", b"", "bwrap: no permission", 0.1, {"nonce": "7"}, b"")
    Evidence(ended='not run', reason='the sandbox did not start: bwrap: no permission', ...)
    """
    header, _, picture = result.partition(b"\n")
    seen = _parsed(header)
    genuine = isinstance(seen, dict) and hmac.compare_digest(str(seen.get("nonce")).encode(), job["nonce"].encode())
    if not genuine:
        if told.startswith("bwrap:") and not stopped:
            return Evidence("not run", f"the sandbox did not start: {_readable(told)[:300]}")
        seen, picture = {"problem": "is not known: the program was stopped from outside"}, b""
        stopped = stopped or "crashed"
    lines = seen.get("events") if isinstance(seen.get("events"), list) else []
    events = [event for event in (_cleaned(_parsed(str(line))) for line in lines) if isinstance(event, dict)]
    ended, reason = _end(stopped or str(seen.get("stopped") or ""), seen.get("code"), events, job)
    remarks = ["Something in the program wrote into the channel of the evidence; it was left out."]
    return Evidence(
        ended=ended,
        reason=reason,
        seconds=round(seconds, 2),
        processor=round(used, 2) if isinstance(used := seen.get("processor"), float) and 0 <= used < 1e6 else 0.0,
        output=_readable(seen.get("output", ""))[-4000:],
        picture=_about(seen.get("problem"), picture, noisy_png),
        fits=_fits(events),
        remarks=remarks if seen.get("foreign") else [],
    )


def _parsed(text):
    """What a line of JSON says; None if it is none, or too deep."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _cleaned(value, depth=0):
    """A value that the program's process sent, small and plain: finite numbers, short texts, not deep."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, (int, float)):
        return value if abs(value) <= 1e12 else None
    if isinstance(value, str):
        return _readable(value[:300])
    if depth > 3:
        return None
    if isinstance(value, list):
        return [_cleaned(part, depth + 1) for part in value[:40]]
    return {_readable(name[:60]): _cleaned(part, depth + 1) for name, part in list(value.items())[:40]}


def _readable(text):
    """Text without what moves a cursor or hides letters; of a line that was overwritten, its last state."""
    text = re.sub(r"\x1b\[[0-9;?]*[A-Za-z]|\x08", "", str(text)).replace("\t", "    ")
    text = "\n".join(line.rstrip("\r").rpartition("\r")[2] for line in text.split("\n"))
    return "".join(letter if letter == "\n" or letter.isprintable() else "\ufffd" for letter in text)


def _end(stopped, code, events, job):
    """How the program ended, and the reason."""
    if stopped in _EXPLAINED:
        return stopped, _EXPLAINED[stopped].format(
            **job | {"memory": job["memory"] / 2**30, "output": job["output"] / 1e6}
        )
    error = next((event for event in events if isinstance(event.get("error"), str)), None)
    if stopped:
        return "crashed", "the sandbox was brought down from inside"
    if isinstance(code, int) and code < 0:
        return "crashed", f"ended by signal {_signal(-code)}"
    if error:
        where = error.get("where")
        return "stopped with an error", error["error"] + (f" ({where})" if isinstance(where, str) and where else "")
    if code == 0 and any(event.get("finished") is True for event in events):
        return "finished", ""
    return "crashed", f"left Python without a word, with exit status {code}"


def _signal(number):
    """A signal's name."""
    return signal.Signals(number).name if number in set(signal.Signals) else str(number)


def _fits(events):
    """The trainings, each with all that was said about it."""
    fits = {}
    for event in events:
        k = event.pop("fit", None)
        if isinstance(k, int) and 0 <= k < _FITS:
            fits.setdefault(k, {}).update(event)
    return [fits[k] for k in sorted(fits)]


def _about(problem, picture, noisy_png):
    """What the picture is. One of another size than the noisy one is not even decoded."""
    if problem or not picture:
        return str(problem or "is empty")
    if picture[:8] == noisy_png[:8] and picture[16:24] != noisy_png[16:24] and len(picture) > 32:
        width, height = struct.unpack(">II", picture[16:24])
        return f"is {width} x {height}, not of the size of noisy.png"
    ((_, said, problem),) = workers.run_all(described, {"picture": picture}, 1)
    return _readable((said or b"").decode() or problem)


def described(picture):
    """What kind of picture a program has written: decoded in a worker, for a program that ran may have written anything.

    Parameters
    ----------
    picture : bytes

    Returns
    -------
    bytes
        A sentence in UTF-8.
    """
    try:
        image, remark = decode_picture(picture)
    except Refused as refused:
        return str(refused).encode()
    return f"8-bit RGB, {image.shape[1]} x {image.shape[0]}{f' ({remark})' if remark else ''}".encode()
