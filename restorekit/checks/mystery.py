"""The mystery patches of lab 01, exercise 1.7: which noise is it?"""

import numpy as np

from restorekit import degrade
from restorekit.exercises import Wrong, call

#: The names that exercise 1.7 knows.
KINDS = ("gaussian", "shot", "speckle", "salt and pepper")

LIGHTS = ((0.2, 0.8), (0.3, 0.6), (0.1, 0.5), (0.35, 0.7), (0.15, 0.3), (0.25, 0.75))
STRENGTHS = {
    "gaussian": (0.02, 0.05, 0.1),
    "shot": (200, 80, 1000),  # photons at white
    "speckle": (0.1, 0.2, 0.05),
    "salt and pepper": (0.05, 0.02, 0.2),
}
GROWTH = {"gaussian": "not at all", "shot": "like the square root", "speckle": "in proportion"}


def case(number, size=96):
    """Return the kind and the two flat patches (dark, bright) of one mystery; the same number gives the same patches."""
    kind = KINDS[number % len(KINDS)]
    strength = STRENGTHS[kind][number // len(KINDS) % 3]
    return kind, *patches(kind, LIGHTS[number // len(KINDS) % len(LIGHTS)], strength, rng=1000 + number, size=size)


def patches(kind, lights, strength, *, rng, size=96):
    """Photograph flat patches of the given brightnesses with one kind of noise; returns a list of (size, size) arrays."""
    rng = np.random.default_rng(rng)
    noise = {
        "gaussian": degrade.gaussian_noise,
        "shot": degrade.shot_noise,
        "speckle": degrade.speckle_noise,
        "salt and pepper": degrade.salt_and_pepper,
    }[kind]
    return [noise(np.full((size, size), light, np.float32), strength, rng=rng) for light in lights]


def name_the_noise(dark, bright):
    """Name the noise from two flat patches of one photograph, by how its spread grows with the light.

    Parameters
    ----------
    dark, bright : ndarray
        Noisy pictures of a darker and a brighter flat surface, in [0, 1].

    Returns
    -------
    str
        "gaussian", "shot", "speckle" or "salt and pepper".
    """
    both = np.concatenate([dark.ravel(), bright.ravel()])
    if (both == 0).any() and (both == 1).any():
        return "salt and pepper"
    power = np.log(bright.std() / dark.std()) / np.log(bright.mean() / dark.mean())
    return KINDS[int(np.clip(np.round(2 * power), 0, 2))]


def explain(missed, total):
    """Return a diagnosis of wrong answers, a list of (kind, answer, dark, bright)."""
    kinds = {kind for kind, _, _, _ in missed}
    confusions = {(kind, answer) for kind, answer, _, _ in missed}
    kind, answer, dark, bright = missed[0]
    count = f"{len(missed)} of {total} mysteries are named wrongly. "
    if kinds == {"shot"} and confusions == {("shot", "speckle")}:
        return count + (
            "All of them are shot noise that you take for speckle. Do you compare variances? The variance of shot noise grows in "
            "proportion to the light, its standard deviation like the square root."
        )
    if kind == "salt and pepper":
        return count + (
            f"One is salt and pepper, and you call it {answer}: a few pixels are exactly 0 and exactly 1. Look for those before you "
            "measure any spread, which they dominate."
        )
    if answer == "salt and pepper":
        return count + (
            f"One is {kind} noise, and you call it salt and pepper; its values run from {min(dark.min(), bright.min()):.3f} to "
            f"{max(dark.max(), bright.max()):.3f}. Salt is exactly 1 and pepper exactly 0, and both must be there."
        )
    return count + (
        f"In one, the light grows {bright.mean() / dark.mean():.1f} times from patch to patch (means {dark.mean():.2f} and "
        f"{bright.mean():.2f}) and the standard deviation {bright.std() / dark.std():.1f} times: {GROWTH[kind]}. That is {kind}; you say "
        f"{answer}. Is your limit a fixed number? It depends on the two means."
    )


def check_name_the_noise(student):
    """Every kind, at several strengths and brightnesses."""
    verdicts = []
    for number in range(24):
        kind, dark, bright = case(number)
        answer = call(student, dark, bright)
        if not isinstance(answer, str):
            raise Wrong(
                f"you return {type(answer).__name__} {answer!r}; a name was expected, one of {', '.join(KINDS)}."
            )
        answer = answer.strip().lower().replace("-", " ").replace("_", " ")
        if answer not in KINDS:
            raise Wrong(f"you answer {answer!r}; the names are {', '.join(KINDS)}.")
        verdicts.append((kind, answer, dark, bright))
    answers = {answer for _, answer, _, _ in verdicts}
    if len(answers) == 1:
        raise Wrong(f"you answer {answers.pop()!r} to every pair of patches.")
    missed = [verdict for verdict in verdicts if verdict[0] != verdict[1]]
    if not missed:
        return f"right. All {len(verdicts)} mysteries solved."
    raise Wrong(explain(missed, len(verdicts)))
