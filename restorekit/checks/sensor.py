"""Checks of lab 01: quantisation, the way from electrons to numbers, and the noise estimate."""

import numpy as np

from restorekit import degrade
from restorekit.exercises import Wrong, as_array, call, compare_arrays

_POWER = "Did you write 2^bits? In Python ^ is XOR, bit by bit (2^3 is 1); the power is **: 2**bits."
_LIMITS = "The converter can't write below 0 or above its highest level: clip to [0, 1] after the gain."


def _diagnose(got, right, candidates):
    """Return if `got` is right; else raise the message of the known mistake that gives it, or a general one."""
    if np.abs(got - right).max() <= 1e-5:
        return
    for mistaken, message in candidates:
        if np.abs(mistaken - got).max() < 1e-4 * max(1.0, np.abs(mistaken).max()):
            raise Wrong(message)
    compare_arrays(got, right)


def _to_levels(values, steps):
    """Go to the nearest of the levels 0, 1/steps, ..., halves up."""
    return np.floor(values * steps + 0.5) / steps


def _levels(student, values, *args):
    """Call a learner's function that computes with 2**bits; an answer that ^ may have spoilt is asked about it."""
    try:
        return as_array(call(student, values, *args), values.shape)
    except Wrong as problem:
        if "plainly not in [0, 1]" in str(problem):  # says rk.degrade.quantise
            raise Wrong(f"you quantise values that run past 0 and 1. {_LIMITS}") from None
        if any(sign in str(problem) for sign in ("NaN", "bitwise_xor", "for ^")):
            raise Wrong(f"{problem} {_POWER}") from None
        raise


def check_quantise(student):
    """Nearest of 2**bits levels from 0 to 1, both included."""
    image = np.random.default_rng(4).random((40, 60)).astype(np.float32)
    image[0, :2] = 0, 1
    x = image.astype(np.float64)
    for bits in (3, 1, 6):
        got = _levels(student, image, bits)
        n = 2**bits
        steps, right = n - 1, _to_levels(x, n - 1)
        _diagnose(
            got,
            right,
            [
                (
                    right * steps,
                    f"you return the level's number, 0 to {steps}. Turn it back into brightness in [0, 1].",
                ),
                (
                    _to_levels(x, n),
                    f"your picture has {n + 1} levels. {bits} bits count from 0 to {steps}: 2**bits levels, and 2**bits - 1 "
                    "steps between them.",
                ),
                (
                    np.floor(x * steps) / steps,
                    "values are rounded down: the picture gets half a step darker. Go to the nearest level.",
                ),
                (
                    np.floor(x * n) / n,
                    f"your brightest level is {np.floor(0.999 * n) / n:.3g}: white is lost. {bits} bits count from 0 to {steps}, so divide "
                    "by 2**bits - 1.",
                ),
                (
                    np.minimum(np.floor(x * n), steps) / steps,
                    "black and white are right, but in between values don't go to the nearest level: round image * (2**bits - 1).",
                ),
                (
                    np.floor(x * n) / steps,
                    f"white becomes {n / steps:.3g}. Steps and levels differ by one: use 2**bits - 1 on the way there and on the way back.",
                ),
                (x, "your output is the image itself: nothing was rounded."),
                *[
                    (
                        _to_levels(x, count),
                        "`bits` was taken for the number of levels. It counts binary digits: there are 2**bits levels.",
                    )
                    for count in (max(bits - 1, 1), bits)
                ],
            ],
        )
    return "right. The nearest of 2**bits levels, black and white among them."


def digitise(electrons, iso, full_well, bits):
    """Turn electrons into the numbers of a raw file: amplify, clip, quantise.

    Parameters
    ----------
    electrons : ndarray
        What each pixel holds; read noise may have made it slightly negative.
    iso : float
        The amplifier multiplies by iso / 100.
    full_well : float
        Electrons that just fill the converter at ISO 100.
    bits : int
        The converter has 2**bits levels.

    Returns
    -------
    ndarray
        Same shape, float32 in [0, 1], on 2**bits levels.

    Examples
    --------
    >>> digitise(np.array([0.0, 1000.0, 5000.0]), iso=400, full_well=10_000, bits=8).round(2)
    array([0. , 0.4, 1. ], dtype=float32)
    """
    signal = np.clip(np.asarray(electrons) * (iso / 100) / full_well, 0, 1)
    steps = 2**bits - 1
    return (np.floor(signal * steps + 0.5) / steps).astype(np.float32)


def check_digitise(student):
    """Gain first, then the converter's limits, then its levels."""
    electrons = np.random.default_rng(6).uniform(-200, 15_000, (40, 60))
    for iso, full_well, bits in ((400, 10_000, 4), (100, 10_000, 6), (1600, 20_000, 3), (100, 30_000, 12)):
        gain, steps, signal = iso / 100, 2**bits - 1, electrons / full_well
        got = _levels(student, electrons, iso, full_well, bits)
        clipped, amplified = np.clip(signal, 0, 1), np.clip(signal * gain, 0, 1)
        right = _to_levels(amplified, steps)
        candidates = [
            (right * steps, f"you return level numbers, 0 to {steps}. Divide by 2**bits - 1: the result is in [0, 1]."),
            (amplified, "nothing was quantised: your output is not on the converter's levels."),
            *[
                (_to_levels(amplified, count), f"your output has the levels 0 to {count}. {_POWER}")
                for count in ((2 ^ bits) - 1, 2 ^ (bits - 1))
                if count > 0
            ],
            (
                _to_levels(amplified, steps + 1),
                "your output has 2**bits + 1 levels: multiply and divide by 2**bits - 1.",
            ),
            (np.floor(amplified * steps) / steps, "values are rounded down. The converter takes the nearest level."),
            (
                _to_levels(np.clip(signal * iso, 0, 1), steps),
                "100 times too bright: the gain is iso / 100, so ISO 100 means a gain of 1.",
            ),
        ]
        if gain != 1:
            analog = "the amplifier is analog: it comes first, and the converter's steps are not amplified."
            limits = "amplified values run past 1. The converter's limits come after the amplifier."
            early = [np.clip(_to_levels(clipped, steps) * gain, 0, 1), _to_levels(clipped, steps) * gain]
            candidates += [(values, f"you quantise before the gain; {analog}") for values in early]
            candidates += [
                (_to_levels(clipped * gain, steps), f"you clip before the gain: {limits}"),
                (_to_levels(clipped, steps), "the ISO changes nothing in your output: multiply by iso / 100 first."),
                (
                    _to_levels(np.clip(signal / gain, 0, 1), steps),
                    "you divide by the gain: a higher ISO should brighten.",
                ),
            ]
        if (got.max() > 1 + 1e-6 or got.min() < -1e-6) and np.abs(got - _to_levels(signal * gain, steps)).max() < 1e-4:
            raise Wrong(f"your output runs from {got.min():.3g} to {got.max():.3g}. {_LIMITS}")
        _diagnose(got, right, candidates)
    return "right. The gain comes first; the converter's limits and levels come after it."


def _sigma_from(student, image):
    """Call a learner's estimator and return a float."""
    got = as_array(call(student, image), what="your estimate")
    if got.size != 1:
        raise Wrong(f"your estimate has shape {got.shape}; one number was expected.")
    return float(got.reshape(()))


def _edges():
    """Return a clean picture with a ramp and many hard edges, 192x192."""
    rows, columns = np.mgrid[:192, :192]
    discs = ((rows % 48 - 24) ** 2 + (columns % 48 - 24) ** 2 < 300) * 0.35
    return (0.2 + columns / 192 * 0.3 + discs).astype(np.float32)


_FACTORS = (
    (0.6745, "the median of |noise|, which is 0.6745 sigma, is not multiplied by 1.4826"),
    (2, "a difference of four pixels, which carries the noise of four and spreads by 2 sigma, is not divided by 2"),
    (2 * 0.6745, "two factors are missing: 1.4826 for the median, and 1/2 for the four pixels in a difference"),
    (np.sqrt(2), "a difference of two pixels, which carries the noise of both, is not divided by sqrt(2)"),
    (0.5, "you divide by 2 once too often"),
    (255, "you work on the 0-255 scale; here sigma is in [0, 1]"),
)


def _check_wall(student, sigma):
    """A wall holds nothing but noise: an estimate may be a fifth off. Returns it."""
    got = _sigma_from(student, degrade.gaussian_noise(np.full((256, 256), 0.5, np.float32), sigma, rng=11))
    factor, allowed = got / sigma, f"{0.8 * sigma:.3f} to {1.2 * sigma:.3f} is allowed"
    if abs(factor - 1) <= 0.2:
        return got
    said = f"on a gray wall with sigma {sigma} you find {got:.4g}; {allowed}."
    for wrong, why in (*_FACTORS, (sigma, "you return the variance, of which the square root is missing")):
        if abs(factor / wrong - 1) < 0.02:
            raise Wrong(f"{said} That is {factor:.3g} times the truth, which is what comes out if {why}.")
    raise Wrong(f"{said} That is {factor:.3g} times the truth.")


def check_estimate_sigma(student):
    """Right within a fifth on a wall, and within a quarter on a picture full of edges."""
    picture = _edges()
    for sigma in (0.03, 0.1):
        got = _check_wall(student, sigma)
        found = _sigma_from(student, degrade.gaussian_noise(picture, sigma, rng=12))
        if abs(found / sigma - 1) <= 0.25:
            continue
        why = "it should be as on the wall."
        if abs(found / np.sqrt(sigma**2 + picture.var()) - 1) < 0.05:
            why = (
                "that is the spread of the picture itself. Take differences of neighbours first: they cancel the picture and keep "
                "the noise."
            )
        elif found > sigma:
            why = "a few huge differences at the edges swell a standard deviation. The median does not see them."
        raise Wrong(
            f"on a wall you are right, but on a picture with edges and sigma {sigma} you find {found:.3f}; {0.75 * sigma:.4g} to "
            f"{1.25 * sigma:.4g} is allowed: {why}"
        )
    near_miss = ""
    if abs(got / sigma / (np.sqrt(2) * 0.6745) - 1) < 0.01:
        near_miss = (
            " (Differences of two pixels without 1.4826 and without sqrt(2) would give this 0.954 of the truth: two slips that "
            "nearly cancel. Have you got both factors?)"
        )
    return f"right. On a wall with sigma {sigma} you find {got:.3f}, on a picture full of edges {found:.3f}.{near_miss}"
