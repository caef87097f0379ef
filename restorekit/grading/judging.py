"""One submission, judged: bytes in, facts out. This is what runs in a worker process, and all that it does is read."""

import hashlib
import re
import unicodedata

from restorekit.grading import architecture, pictures, similarity
from restorekit.handed_in import LARGEST, Refused
from restorekit.programs import look_through, review
from restorekit.sources import parse_source

__all__ = ["MODELS", "VERSION", "content_hash", "judge", "limit"]

#: Raised when judging changes, so that earlier results are not taken for today's.
VERSION = 2
MODELS = (1, 2, 3)


def limit(name, reference):
    """How many bytes of a file are read.

    Parameters
    ----------
    name : str
        One of the names asked for.
    reference : Reference

    Returns
    -------
    int
    """
    ending = name[name.rindex(".") :]
    return pictures.largest_file(reference) if ending == ".png" else LARGEST[ending]


def content_hash(contents):
    """A checksum of all that is judged: one submission, one result.

    Parameters
    ----------
    contents : dict of str to (bytes or str)
        By the name asked for: the file's bytes, or the sentence why it can't be read.

    Returns
    -------
    str
    """
    total = hashlib.sha256(f"version {VERSION}".encode())
    for name, data in sorted(contents.items()):
        data = data.encode() if isinstance(data, str) else hashlib.sha256(data).digest()
        total.update(f"\0{name}\0".encode() + data)
    return total.hexdigest()


def judge(contents, reference):
    """Judge a submission's pictures and programs.

    Parameters
    ----------
    contents : dict of str to (bytes or str)
        As for `content_hash`.
    reference : Reference
        Of the key.

    Returns
    -------
    facts : dict
        Ready for JSON. By the model's number as text: "picture" and "program", what is wrong with them or ""; "psnr", "ssim", "gain"
        (None without a picture); "network" and "training", [verdict, reason], or None; "graph"; "pixels"; "fingerprint" and "words",
        of `similarity.fingerprint`; "file", the program's name; "remarks" and "flags", sentences.
    shown : dict of str to bytes
        Small JPEG files for the report: "1-whole", "1-detail", "1-removed", ...
    """
    facts, shown = {}, {}
    for number in MODELS:
        model = facts[str(number)] = {"remarks": [], "flags": []}
        model |= _picture(contents, number, reference, model, shown)
        model |= _program(contents, number, model)
    return facts, shown


def _picture(contents, number, reference, model, shown):
    """The facts about one picture."""
    name = f"Model{number}.png"
    nothing = {"psnr": None, "ssim": None, "gain": None, "pixels": None}
    data = contents.get(name)
    if not isinstance(data, bytes):
        return nothing | {"picture": f"{name} {data or 'is missing.'}"}
    try:
        facts, picture = pictures.score(data, reference)
    except Refused as problem:
        return nothing | {"picture": f"{name} {problem}"}
    shown.update({f"{number}-{part}": image for part, image in pictures.shown(picture, reference).items()})
    model["remarks"] += [f"{name} {said}" for said in facts.pop("remarks")]
    model["flags"] += [f"{name} {said}" for said in facts.pop("flags")]
    return facts | {"picture": ""}


def _program(contents, number, model):
    """The facts about one program."""
    nothing = {"network": None, "training": None, "graph": "", "fingerprint": [], "words": [], "file": ""}
    names = [f"Model{number}{ending}" for ending in (".py", ".ipynb") if f"Model{number}{ending}" in contents]
    if not names:
        return nothing | {"program": f"Model{number}.py (or .ipynb) is missing."}
    if len(names) == 2:
        model["remarks"].append(f"{names[0]} and {names[1]} are both there; {names[0]} is judged.")
    name = names[0]
    data = contents[name]
    if not isinstance(data, bytes):
        return nothing | {"program": f"{name} {data}", "file": name}
    ending = name[name.rindex(".") :]
    if not data.strip():
        return nothing | {"program": f"{name} is empty.", "file": name}
    if ending == ".py":
        data, remark = _as_utf8(data)
        model["remarks"] += [f"{name} {remark}"] if remark else []
    try:
        trees = parse_source(data, ending)
    except Refused as problem:
        return nothing | {"program": f"{name} {problem}", "file": name}
    about = look_through(trees)
    problems, remarks = review(about)
    model["flags"] += [f"{name}, {said}" for said in remarks]
    model["remarks"] += [f"{name} {said}" for said in problems]
    letters = _other_letters(data)
    if letters:
        model["english"] = f"{name} has letters that are not English: {letters}"
    judgement = architecture.judge(trees, number)
    return {
        "program": "",
        "file": name,
        "network": _told(judgement.network, "" if about.convolves else "there is no convolution in this file"),
        "training": _told(judgement.training, "" if about.trains else "nothing in this file trains"),
        "graph": judgement.graph[:1000],
        "fingerprint": similarity.fingerprint(trees),
        "words": similarity.fingerprint(trees, words=True),
    }


def _told(finding, lacks):
    """A finding as [verdict, reason], with the place in front. Where what is asked for is lacking altogether, doubt is no excuse."""
    if finding.verdict == "can't tell" and lacks:
        return ["not as asked", lacks]
    return [finding.verdict, f"{finding.where}: {finding.reason}" if finding.where else finding.reason]


def _as_utf8(data):
    """Korean Windows saves text as cp949, which Python does not read: the same text as UTF-8, and a remark."""
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        try:
            text = data.decode("cp949")
        except UnicodeDecodeError:
            return data, ""
        if b"coding" not in data[:200]:
            return (
                text.encode(),
                "is saved as cp949 and not as UTF-8, so that Python itself would not run it; it was read all the same.",
            )
    return data, ""


def _other_letters(data):
    """The first letters that no English text has, or ""."""
    text = data.decode("utf-8", errors="ignore")
    if "\\u" in text:  # a notebook may write letters as numbers
        text = re.sub(r"\\u([0-9a-fA-F]{4})", lambda match: chr(int(match[1], 16)), text)
    found = re.findall(r"[^\W\d_\u0000-\u036f]+", text)
    words = [word for word in found if any(unicodedata.category(letter).startswith("L") for letter in word)]
    greek = re.compile(r"[\u0370-\u03ff]+")  # sigma, say: mathematics
    return next((word[:20] for word in words if not greek.fullmatch(word)), "")
