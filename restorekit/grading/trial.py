"""Trying the programs out in the sandbox: evidence beside the marks, never a part of them."""

import contextlib
import dataclasses
import hashlib
import importlib.metadata
import json

from tqdm.auto import tqdm

from restorekit.grading import judging, sandbox
from restorekit.grading.pictures import png
from restorekit.handed_in import Refused

__all__ = ["collect", "sentences"]

#: Changed when the sandbox or its report changes, so that earlier evidence is not taken for today's.
_VERSION = 1
SECONDS = 120
#: Ends that say more about the machine at that moment than about the program: another run tries again.
_PASSING = ("no memory left", "not run")


def collect(students, archive, reference, store, hidden, progress, say):
    """Run every program that was judged, once, and keep what was seen.

    Parameters
    ----------
    students : iterable of grade's students
        Their `evidence` is filled.
    archive : ZipArchive or FolderArchive
    reference : Reference
    store : Store
    hidden : list of Path
        What no program may see: the self-test looks for it from inside.
    progress : bool
    say : callable

    Returns
    -------
    str
        A sentence for the overview. Where the sandbox does not work, nothing is run, and it says so.
    """
    test = sandbox.self_test(hidden)
    if not test.works:
        for reason in test.reasons:
            say(reason)
        say("the programs are not run: there is no unprotected mode")
        return f"Static only: programs were not run, for the sandbox failed its test. {' '.join(test.reasons)}"
    noisy, keras = png(reference.noisy), ""
    with contextlib.suppress(importlib.metadata.PackageNotFoundError):
        keras = importlib.metadata.version("keras")
    jobs = [
        (one, model["file"], number) for one in students for number, model in sorted(one.facts.items()) if model["file"]
    ]
    for one, file, number in tqdm(jobs, desc="run", unit="program", disable=not progress):
        try:
            source = archive.read(one.attempt.files[file], judging.limit(file, reference))
        except Refused as problem:
            one.evidence[file] = [f"was not run: {problem}"]
            continue
        ending = file[file.rindex(".") :]
        settings = f"{_VERSION} {SECONDS} {keras} {number} {ending} "
        key = hashlib.sha256(settings.encode() + noisy + b"\0" + source).hexdigest()
        kept = store.get("evidence", key)
        if kept is None:
            seen = sandbox.run(source, ending, noisy, model=int(number), seconds=SECONDS)
            kept = json.dumps(dataclasses.asdict(seen)).encode()
            if seen.ended not in _PASSING:
                store.put("evidence", key, kept)
        one.evidence[file] = sentences(json.loads(kept))
    return "Programs were read, and run for a few steps in the sandbox."


def sentences(seen):
    """What was seen of a program, for people.

    Parameters
    ----------
    seen : dict
        `sandbox.Evidence` as a dict.

    Returns
    -------
    list of str

    Examples
    --------
    >>> fit = {"way": "fit", "epochs": 100, "batch_size": 32, "loss": "mse", "zeroed": "returns its input"}
    >>> seen = {"ended": "finished", "reason": "", "seconds": 9.1, "picture": "", "fits": [fit], "remarks": [], "output": ""}
    >>> print(*sentences(seen), sep="\\n")
    Finished after 9 s.
    Training by fit: epochs 100, mini-batches of 32, loss mse.
    With all its weights at zero it returns its input.
    """
    why = f": {seen['reason']}" if seen["reason"] else ""
    after = f" after {seen['seconds']:.0f} s" if seen["seconds"] else ""
    said = [f"{seen['ended'][:1].upper()}{seen['ended'][1:]}{after}{why}."]
    said += [f"Its picture: {seen['picture']}."] if seen["picture"] else []
    for fit in seen["fits"]:
        said += [_trained(fit), *_network(fit)]
    if not seen["fits"]:
        said.append("It trained nothing that could be seen.")
    if seen["output"].strip():
        said.append(f"It printed, at the end: {seen['output'].strip()[-300:]}")
    return said + seen["remarks"]


def _trained(fit):
    """How it was trained, as the program's own process reports it: whatever stands there may be of any kind."""
    named = {"epochs": "epochs", "batch_size": "mini-batches of", "loss": "loss", "optimizer": "optimizer", "x": "on"}
    parts = [f"{word} {str(fit[name])[:300]}" for name, word in named.items() if fit.get(name) not in (None, "")]
    if "target_is_input" in fit:
        parts.append(f"the target is {'' if fit['target_is_input'] is True else 'not '}the array that it is given")
    if fit.get("noise_in_data"):
        parts.append(f"given and target differ by noise of {fit['noise_in_data']}")
    return f"Training by {fit.get('way', 'means unknown')}: {', '.join(parts)}."


def _network(fit):
    """What was seen of the network."""
    if "untraced" in fit:
        return [f"Its network could not be traced: {fit['untraced']}."]
    parts = []
    if isinstance(fit.get("convolutions"), list):
        kernels = ["x".join(map(str, size)) if isinstance(size, list) else str(size) for size in fit["convolutions"]]
        parts.append(f"convolutions {', '.join(kernels)} (height, width, channels in and out)")
    for name, word in (
        ("sums", "sums of two images: {}"),
        ("noise_layers", "noise layers: {}"),
        ("parameters", "{} parameters"),
    ):
        parts += [word.format(fit[name])] if name in fit else []
    if isinstance(fit.get("layers"), dict):
        parts.append(f"layers called: {', '.join(f'{count} {name}' for name, count in fit['layers'].items())}")
    said = [f"Traced: {'; '.join(parts)}."[:600]] if parts else []
    return said + ([f"With all its weights at zero it {fit['zeroed']}."] if "zeroed" in fit else [])
