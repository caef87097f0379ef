"""What one submission says beside the others: pictures and programs alike, and all else that an instructor should look at."""

import contextlib
import json
from collections import defaultdict
from pathlib import Path

from restorekit.grading import similarity
from restorekit.handed_in import Refused
from restorekit.sources import parse_source

__all__ = ["compare"]

_BASELINE = Path(__file__).parent / "baseline.json"


def compare(students, names, given, rubric):
    """Compare submissions with each other, and gather for each student what is to be looked at.

    Parameters
    ----------
    students : dict of str to report.Student
        By user name; each gets its `look`, `letters` and `remarks`.
    names : dict of str to str
        How each is called in the report.
    given : Path
        The key's folder of what the class was given; need not be there.
    rubric : Rubric

    Returns
    -------
    list of similarity.Pair
        Programs alike, the most alike first.
    """
    judged = {user: one for user, one in students.items() if one.facts}
    pairs = {}
    for kind, known in _handed_out(given).items():
        prints = {
            user: {model["file"]: model[kind] for model in one.facts.values() if model[kind]}
            for user, one in judged.items()
        }
        for pair in similarity.alike({user: files for user, files in prints.items() if files}, known):
            pairs[pair.students] = max(pair, pairs.get(pair.students, pair))
    pairs = sorted(pairs.values(), reverse=True)
    pixels = {
        user: {f"Model{n}.png": model["pixels"] for n, model in one.facts.items() if model["pixels"]}
        for user, one in judged.items()
    }
    for user, one in judged.items():
        for model in one.facts.values():
            one.look += model["flags"]
            one.letters += [model["english"]] if rubric.english and "english" in model else []
            one.remarks += model["remarks"]
            unsure = [part for part in ("network", "training") if (model[part] or [""])[0] == "can't tell"]
            if unsure:
                one.look.append(
                    f"{model['file']}: the check can't tell whether {' and '.join(unsure)} {'is' if len(unsure) == 1 else 'are'} as asked."
                )
        groups = defaultdict(list)
        for file, checksum in pixels[user].items():
            groups[checksum].append(file)
        one.look += [f"{' and '.join(same)} are the same picture." for same in groups.values() if len(same) > 1]
    for group in similarity.same_pictures(pixels):
        for user, file in group:
            others = ", ".join(f"{other_file} of {names[other]}" for other, other_file in group if other != user)
            students[user].look.append(f"{file} is, pixel for pixel, {others}.")
    for pair in pairs:
        for one, other, files in ((*pair.students, pair.files), (*pair.students[::-1], pair.files[::-1])):
            students[one].look.append(f"{files[0]} is {100 * pair.likeness:.0f} % like {files[1]} of {names[other]}.")
    for one in students.values():
        if one.problem:
            one.look.append(
                f"The submission {one.problem}; it has no mark. Open it with care, and decide in overrides.csv."
            )
    return pairs


def _handed_out(given):
    """Fingerprints of the lab's own code, and of what the instructor gave to the class, by kind."""
    known = {kind: set(hashes) for kind, hashes in json.loads(_BASELINE.read_text(encoding="utf-8")).items()}
    for path in sorted(given.glob("*")) if given.is_dir() else []:
        if path.suffix.lower() in (".py", ".ipynb"):
            with contextlib.suppress(Refused):
                trees = parse_source(path.read_bytes(), path.suffix.lower())
                known["fingerprint"].update(similarity.fingerprint(trees))
                known["words"].update(similarity.fingerprint(trees, words=True))
    return known
