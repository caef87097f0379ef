"""Trying the programs out in the sandbox: evidence beside the marks, never a part of them."""

import dataclasses
import hashlib
import json

from tqdm.auto import tqdm

from restorekit.grading import judging, sandbox
from restorekit.grading.pictures import png
from restorekit.handed_in import Refused

__all__ = ["collect", "sentences"]

#: Changed when the sandbox or its report changes, so that earlier evidence is not taken for today's.
_VERSION = 1
SECONDS = 120


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
    noisy = png(reference.noisy)
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
        key = hashlib.sha256(f"{_VERSION} {number} {ending} ".encode() + noisy + b"\0" + source).hexdigest()
        kept = store.get("evidence", key)
        if kept is None:
            seen = sandbox.run(source, ending, noisy, model=int(number), seconds=SECONDS)
            kept = json.dumps(dataclasses.asdict(seen)).encode()
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
    >>> seen = {"ended": "finished", "reason": "", "seconds": 9.1, "fits": [], "remarks": [], "output": ""}
    >>> sentences(seen | {"picture": "8-bit RGB, 512 x 384"})
    ['Finished after 9 s.', 'Its picture: 8-bit RGB, 512 x 384.', 'It trained nothing that could be seen.']
    """
    why = f": {seen['reason']}" if seen["reason"] else ""
    said = [f"{seen['ended'][0].upper()}{seen['ended'][1:]} after {seen['seconds']:.0f} s{why}."]
    said.append(f"Its picture: {seen['picture']}.")
    for fit in seen["fits"]:
        asked = ", ".join(f"{name} {value}" for name, value in fit.items() if not isinstance(value, list | dict))
        said.append(f"Training: {asked}.")
        layers = fit.get("layers")
        if isinstance(layers, list | dict):
            said.append(f"Layers called: {json.dumps(layers)[:400]}.")
    if not seen["fits"]:
        said.append("It trained nothing that could be seen.")
    if seen["output"].strip():
        said.append(f"It printed, at the end: {seen['output'].strip()[-300:]}")
    return said + seen["remarks"]
