"""Lab 01's checks: right answers of every style pass, and each typical mistake is told apart."""

import numpy as np
import pytest
from skimage.restoration import estimate_sigma as skimage_estimate_sigma

from restorekit import degrade
from restorekit.checks import lab01, mystery

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab01.EXERCISES}


# -- other right answers ------------------------------------------------------------------------------------------------


def box_muller(image, sigma, rng):
    a, b = rng.random(image.shape), rng.random(image.shape)
    return image + sigma * np.sqrt(-2 * np.log1p(-a)) * np.cos(2 * np.pi * b)


def channel_by_channel(image, sigma, rng):
    planes = np.atleast_3d(image)
    noisy = np.stack(
        [planes[..., c] + sigma * rng.standard_normal(planes.shape[:2]) for c in range(planes.shape[2])], axis=-1
    )
    return noisy.reshape(image.shape)


def poisson_in_columns(image, photons_at_white, rng):
    counts = rng.poisson(np.swapaxes(image, 0, 1).astype(np.float64) * photons_at_white)
    return np.float32(np.swapaxes(counts, 0, 1) / photons_at_white)


def exactly_so_many(image, amount, rng):
    noisy = image.astype(np.float64)
    n = image.shape[0] * image.shape[1]
    hit = rng.permutation(n)[: round(amount * n)]
    flat = noisy.reshape(n, -1)
    flat[hit[::2]], flat[hit[1::2]] = 0, 1
    return flat.reshape(image.shape)


def gain_by_exponent(image, sigma, rng):
    return np.float64(image) * rng.normal(1.0, sigma, image.shape)


def nearest_level(image, bits):
    levels = np.linspace(0, 1, 2**bits)
    return levels[np.abs(image[..., None] - levels).argmin(axis=-1)]


def digitise_in_float64(electrons, iso, full_well, bits):
    top = 2**bits - 1
    return np.rint(np.minimum(np.maximum(electrons * iso / (100 * full_well), 0), 1) * top) / top


def detective(dark, bright):
    if np.mean((dark == 0) | (dark == 1)) > 0.005:
        return "Salt-and-Pepper"
    ratio, light = bright.std() / dark.std(), bright.mean() / dark.mean()
    distances = {"Gaussian": abs(ratio - 1), "shot": abs(ratio - np.sqrt(light)), "speckle": abs(ratio - light)}
    return min(distances, key=distances.get)


def round_before_clipping(electrons, iso, full_well, bits):
    top = 2**bits - 1
    return np.clip(np.round(electrons * iso / 100 / full_well * top) / top, 0, 1)


def from_blocks(factor):
    return lambda image: factor * 1.4826 * np.median(np.abs(blocks(image))) / 2


def twelve_uniforms(image, sigma, rng):
    return image + sigma * (rng.random((12, *image.shape)).sum(axis=0) - 6)


def from_pairs(image):
    return np.array([1.4826 * np.median(np.abs(np.diff(image, axis=1))) / np.sqrt(2)])


@pytest.mark.parametrize(
    "name, answer",
    [
        ("gaussian_noise", box_muller),
        ("gaussian_noise", channel_by_channel),
        ("gaussian_noise", twelve_uniforms),
        ("shot_noise", poisson_in_columns),
        ("salt_and_pepper", exactly_so_many),
        ("speckle_noise", gain_by_exponent),
        ("quantise", nearest_level),
        ("digitise", digitise_in_float64),
        ("digitise", round_before_clipping),
        ("name_the_noise", detective),
        ("estimate_sigma", from_pairs),
        ("estimate_sigma", skimage_estimate_sigma),
        ("estimate_sigma", from_blocks(0.82)),
        ("estimate_sigma", from_blocks(0.95)),
        ("estimate_sigma", from_blocks(1.18)),
    ],
)
def test_other_right_answers_pass(name, answer):
    assert EXERCISES[name].check(answer).startswith("right")


# -- typical mistakes ---------------------------------------------------------------------------------------------------


def in_place(image, sigma, rng):
    image += rng.normal(0, sigma, image.shape).astype(image.dtype)
    return image


def own_seed(image, sigma, rng):
    return image + np.random.default_rng(0).normal(0, sigma, image.shape)


def gray_veil(image, sigma, rng):
    noise = rng.normal(0, sigma, image.shape[:2])
    return image + (noise[..., None] if image.ndim == 3 else noise)


GAUSSIAN = {
    "clipped": lambda x, s, rng: np.clip(x + rng.normal(0, s, x.shape), 0, 1),
    "taken for the variance": lambda x, s, rng: x + rng.normal(0, np.sqrt(s), x.shape),
    "sigma squared": lambda x, s, rng: x + rng.normal(0, s**2, x.shape),
    "divided by 255": lambda x, s, rng: x + rng.normal(0, s / 255, x.shape),
    "0-255": lambda x, s, rng: 255 * (x + rng.normal(0, s, x.shape)),
    "not from np.random": lambda x, s, rng: x + np.random.normal(0, s, x.shape),  # noqa: NPY002
    "a generator of your own": own_seed,
    "changes the array": in_place,
    "all three channels": gray_veil,
    "noise alone": lambda x, s, rng: rng.normal(0, s, x.shape),
    "whole numbers": lambda x, s, rng: (x + rng.normal(0, s, x.shape)).astype(int),
    "grows with the light": lambda x, s, rng: x * (1 + rng.normal(0, s, x.shape)),
    "on average": lambda x, s, rng: x + s * rng.random(x.shape),
    "uniform noise (rng.uniform)": lambda x, s, rng: x + rng.uniform(-s, s, x.shape),
    "is it uniform noise?": lambda x, s, rng: x + rng.uniform(-s, s, x.shape) * np.sqrt(3),
    "is it Laplace noise?": lambda x, s, rng: x + rng.laplace(0, s / np.sqrt(2), x.shape),
    "is lopsided": lambda x, s, rng: x + s * (rng.exponential(1, x.shape) - 1),
    "the image is not in it": lambda x, s, rng: rng.normal(0.5, s, x.shape),
    "the image plus one number": lambda x, s, rng: x + 0 * rng.normal(0, s),
    "row to row": lambda x, s, rng: x + rng.normal(0, s, x.shape[1:]),
    "shape (3, 3)": lambda x, s, rng: x[:3, :3],
    "at the line": lambda x, s, rng: x + rng.normal(0, s, (3, 3)),
}
SHOT = {
    "you return photon counts": lambda x, n, rng: rng.poisson(x * n),
    "photon counts. Turn them": lambda x, n, rng: rng.poisson(x * n).astype(float),
    "the same in the dark and in the bright half": lambda x, n, rng: x + rng.normal(0, 0.1, x.shape),
    "grows too fast": lambda x, n, rng: x * (1 + rng.normal(0, 0.14, x.shape)),
    "not whole numbers of photons": lambda x, n, rng: x + rng.normal(0, 1, x.shape) * np.sqrt(x / n),
    "drew from the brightness itself": lambda x, n, rng: rng.poisson(x),
    "clipped at 1": lambda x, n, rng: np.minimum(rng.poisson(x * n) / n, 1),
    "the image is not in it": lambda x, n, rng: rng.poisson(n, x.shape) / n,
    "37 times too dark": lambda x, n, rng: rng.poisson(x) / n,
    "yours number 7.0 and 29.0": lambda x, n, rng: rng.poisson((x * n).astype(int)) / n,
    "yours number 7.0 and 30.0": lambda x, n, rng: rng.poisson(np.round(x * n)) / n,
    "twice that of the image": lambda x, n, rng: x + rng.poisson(x * n) / n,
    "not from np.random": lambda x, n, rng: np.random.poisson(x * n) / n,  # noqa: NPY002
    "all three channels": lambda x, n, rng: (
        np.repeat(rng.poisson(x[..., :1] * n) / n, 3, axis=2) if x.ndim == 3 else rng.poisson(x * n) / n
    ),
    "0-255": lambda x, n, rng: 255 * rng.poisson(x * n) / n,
    "whole numbers": lambda x, n, rng: rng.poisson(x * n) // n,
    "expected photons": lambda x, n, rng: rng.poisson(x * 4 * n) / (4 * n),
    "on average": lambda x, n, rng: rng.poisson(x * n) / (2 * n),
}


def strew(x, amount, rng, size, split=0.5):
    noisy, ticket = x.copy(), rng.random(size)
    noisy[ticket < amount * split] = 0
    noisy[(ticket >= amount * split) & (ticket < amount)] = 1
    return noisy


def strew_in_place(x, amount, rng):
    ticket = rng.random(x.shape[:2])
    x[ticket < amount / 2], x[ticket > 1 - amount / 2] = 0, 1
    return x


def salt_or_pepper_per_channel(x, amount, rng):
    noisy, hit = x.copy(), rng.random(x.shape[:2]) < amount
    noisy[hit] = rng.integers(0, 2, x.shape)[hit]
    return noisy


def two_draws(x, amount, rng):
    noisy = x.copy()
    noisy[rng.random(x.shape[:2]) < amount / 2] = 0
    noisy[rng.random(x.shape[:2]) < amount / 2] = 1
    return noisy


def with_replacement(x, amount, rng):
    noisy, n = x.copy(), x.shape[0] * x.shape[1]
    for value in (0, 1):
        spots = rng.integers(0, n, round(amount / 2 * n))
        noisy[spots // x.shape[1], spots % x.shape[1]] = value
    return noisy


def hit_rows(x, amount, rng):
    ticket, noisy = np.repeat(rng.random((x.shape[0], 1)), x.shape[1], axis=1), x.copy()
    noisy[ticket < amount / 2], noisy[(ticket >= amount / 2) & (ticket < amount)] = 0, 1
    return noisy


SALT = {
    "single channels": lambda x, a, rng: strew(x, a, rng, x.shape),
    "1 in one channel and 0 in another": salt_or_pepper_per_channel,
    "spent on salt and again on pepper": lambda x, a, rng: strew(x, 2 * a, rng, x.shape[:2]),
    "half again": lambda x, a, rng: strew(x, a / 2, rng, x.shape[:2]),
    "all that you strew is pepper": lambda x, a, rng: strew(x, a, rng, x.shape[:2], split=1),
    "all that you strew is salt": lambda x, a, rng: strew(x, a, rng, x.shape[:2], split=0),
    "changes the array": strew_in_place,
    "0-255": lambda x, a, rng: np.where(strew(x, a, rng, x.shape[:2]) == 1, 255, x),
    "exactly 0": lambda x, a, rng: x + rng.normal(0, a, x.shape),
    "no pixel was hit": lambda x, a, rng: x.copy(),
    "asks for 10%": lambda x, a, rng: strew(x, 1.4 * a, rng, x.shape[:2]),
    "half of them": lambda x, a, rng: strew(x, a, rng, x.shape[:2], split=0.3),
    "not from np.random": lambda x, a, rng: strew(x, a, np.random.default_rng(), x.shape[:2]),
    "rows or columns": hit_rows,
    "two draws overlap": two_draws,
    "with replacement": with_replacement,
}
SPECKLE = {
    "noise of mean 0": lambda x, s, rng: x * rng.normal(0, s, x.shape),
    "it is added": lambda x, s, rng: x + rng.normal(0, s, x.shape),
    "square root of the light": lambda x, s, rng: x + np.sqrt(x) * rng.normal(0, s, x.shape),
    "taken for the variance": lambda x, s, rng: x * (1 + rng.normal(0, np.sqrt(s), x.shape)),
    "clipped": lambda x, s, rng: np.clip(x * (1 + rng.normal(0, s, x.shape)), 0, 1),
    "all three channels": lambda x, s, rng: gray_veil(x * 0, s, rng) * x + x,
    "uniform noise": lambda x, s, rng: x * (1 + rng.uniform(-s, s, x.shape)),
    "is it uniform noise?": lambda x, s, rng: x * (1 + np.sqrt(3) * rng.uniform(-s, s, x.shape)),
    "is it Laplace noise?": lambda x, s, rng: x * (1 + rng.laplace(0, s / np.sqrt(2), x.shape)),
    "your gain has the right mean and spread but is lopsided": lambda x, s, rng: x
    * rng.lognormal(-(s**2) / 2, s, x.shape),
    "(log-normal and gamma": lambda x, s, rng: x * rng.gamma(s**-2, s**2, x.shape),
    "by the same number": lambda x, s, rng: x * (1 + rng.normal(0, s)),
    "the image is not in it": lambda x, s, rng: 1 + rng.normal(0, s, x.shape),
    "not from np.random": lambda x, s, rng: x * (1 + np.random.normal(0, s, x.shape)),  # noqa: NPY002
    "0-255": lambda x, s, rng: 255 * x * (1 + rng.normal(0, s, x.shape)),
    "on average": lambda x, s, rng: x * (1 + np.abs(rng.normal(0, s, x.shape))),
    "whole numbers": lambda x, s, rng: np.round(x * (1 + rng.normal(0, s, x.shape))).astype(int),
}
QUANTISE = {
    "9 levels": lambda x, b: np.round(x * 2**b) / 2**b,
    "rounded down": lambda x, b: np.floor(x * (2**b - 1)) / (2**b - 1),
    "white is lost": lambda x, b: np.floor(x * 2**b) / 2**b,
    "white becomes": lambda x, b: np.floor(x * 2**b) / (2**b - 1),
    "^ is XOR": lambda x, b: np.full(x.shape, np.nan) if (2 ^ b) == 1 else np.round(x * (2 ^ b)) / ((2 ^ b) - 1),
    "the power is **": lambda x, b: np.round(x * 2 ^ b) / (2**b - 1),
    "nearest level": lambda x, b: np.minimum(np.floor(x * 2**b), 2**b - 1) / (2**b - 1),
    "level's number": lambda x, b: np.round(x * (2**b - 1)),
    "binary digits": lambda x, b: np.round(x * b) / b,
    "image itself": lambda x, b: x.copy(),
    "255": lambda x, b: 255 * np.round(x * (2**b - 1)) / (2**b - 1),
}


def digital(e, iso, well, bits, order):
    """Run gain, clip and round in the given order."""
    steps, signal = 2**bits - 1, e / well
    for station in order:
        signal = {
            "gain": lambda s: s * iso / 100,
            "clip": lambda s: np.clip(s, 0, 1),
            "round": lambda s: np.floor(s * steps + 0.5) / steps,
        }[station](signal)
    return signal


DIGITISE = {
    "quantise before the gain": lambda *a: digital(*a, ["clip", "round", "gain", "clip"]),
    "clip before the gain": lambda *a: digital(*a, ["clip", "gain", "round"]),
    "nothing was quantised": lambda *a: digital(*a, ["gain", "clip"]),
    "can't write below 0": lambda *a: digital(*a, ["gain", "round"]),
    "you quantise values that run past 0 and 1": lambda e, iso, w, b: degrade.quantise(e * iso / 100 / w, b),
    "the ISO changes nothing": lambda *a: digital(*a, ["clip", "round"]),
    "100 times too bright": lambda e, iso, w, b: digital(e, 100 * iso, w, b, ["gain", "clip", "round"]),
    "divide by the gain": lambda e, iso, w, b: digital(e, 1e4 / iso, w, b, ["gain", "clip", "round"]),
    "level numbers": lambda e, iso, w, b: (2**b - 1) * digital(e, iso, w, b, ["gain", "clip", "round"]),
    "levels 0 to 5": lambda e, iso, w, b: np.round(np.clip(e * iso / 100 / w, 0, 1) * ((2 ^ b) - 1)) / ((2 ^ b) - 1),
    "^ is XOR": lambda e, iso, w, b: np.round(np.clip(e * iso / 100 / w, 0, 1) * (2 ^ b - 1)) / 1,
    "2**bits + 1 levels": lambda e, iso, w, b: np.round(np.clip(e * iso / 100 / w, 0, 1) * 2**b) / 2**b,
    "rounded down": lambda e, iso, w, b: np.floor(np.clip(e * iso / 100 / w, 0, 1) * (2**b - 1)) / (2**b - 1),
}


def by_variance(dark, bright):
    if (dark == 0).any():
        return "salt and pepper"
    ratio, light = bright.var() / dark.var(), bright.mean() / dark.mean()
    return "gaussian" if ratio < np.sqrt(light) else "shot" if ratio < 0.7 * light else "speckle"


def by_fixed_limits(dark, bright):
    if (dark == 0).any():
        return "salt and pepper"
    ratio = bright.std() / dark.std()
    return "gaussian" if ratio < 1.2 else "shot" if ratio < 2.2 else "speckle"


def without_looking_for_salt(dark, bright):
    return mystery.KINDS[
        int(np.clip(round(2 * np.log(bright.std() / dark.std()) / np.log(bright.mean() / dark.mean())), 0, 2))
    ]


NAMES = {
    "'gaussian' to every pair": lambda dark, bright: "gaussian",
    "the names are": lambda dark, bright: "poisson",
    "a name was expected": lambda dark, bright: 2,
    "compare variances": by_variance,
    "a fixed number": by_fixed_limits,
    "Look for those before": without_looking_for_salt,
    "Salt is exactly 1": lambda dark, bright: (
        "salt and pepper" if bright.max() >= 1 else mystery.name_the_noise(dark, bright)
    ),
}


def blocks(x):
    return x[:-1, :-1] - x[1:, :-1] - x[:-1, 1:] + x[1:, 1:]


def mad(x):
    return np.median(np.abs(x))


SIGMA = {
    "spread of the picture": lambda x: x.std(),
    "is not divided by 2": lambda x: 1.4826 * mad(blocks(x)),
    "not multiplied by 1.4826": lambda x: mad(blocks(x)) / 2,
    "two factors are missing": lambda x: mad(blocks(x)),
    "sqrt(2)": lambda x: 1.4826 * mad(np.diff(x, axis=1)),
    "times the truth.": lambda x: 0.75 * 1.4826 * mad(blocks(x)) / 2,
    "0.024 to 0.036 is allowed": lambda x: 1.3 * 1.4826 * mad(blocks(x)) / 2,
    "0.0225 to 0.0375 is allowed": lambda x: 1.4826 * mad(blocks(x)) / 2 if x.shape[0] == 256 else 0.0,
    "you return the variance": lambda x: (1.4826 * mad(blocks(x)) / 2) ** 2,
    "0-255 scale": lambda x: 255 * 1.4826 * mad(blocks(x)) / 2,
    "swell a standard deviation": lambda x: blocks(x).std() / 2,
    "one number was expected": lambda x: 1.4826 * np.abs(blocks(x)) / 2,
    "once too often": lambda x: 1.4826 * mad(blocks(x)) / 4,
}

MISTAKES = {
    "gaussian_noise": GAUSSIAN,
    "shot_noise": SHOT,
    "salt_and_pepper": SALT,
    "speckle_noise": SPECKLE,
    "quantise": QUANTISE,
    "digitise": DIGITISE,
    "name_the_noise": NAMES,
    "estimate_sigma": SIGMA,
}


@pytest.mark.parametrize("name, phrase", [(name, phrase) for name, cases in MISTAKES.items() for phrase in cases])
def test_each_mistake_is_told_apart(name, phrase, message):
    def student(*args):
        return MISTAKES[name][phrase](*args)

    assert phrase in message(name, student)


def test_two_slips_that_nearly_cancel_pass_with_a_remark():
    praise = EXERCISES["estimate_sigma"].check(lambda x: mad(np.diff(x, axis=0)))
    assert praise.startswith("right") and "Have you got both factors?" in praise


def test_every_exercise_knows_at_least_four_mistakes():
    assert set(MISTAKES) == set(EXERCISES) and all(len(cases) >= 4 for cases in MISTAKES.values())


@pytest.mark.parametrize("kind", mystery.KINDS)
def test_mysteries_are_solved_by_the_reference_at_every_strength(kind):
    for strength in mystery.STRENGTHS[kind]:
        for seed in range(5):
            dark, bright = mystery.patches(kind, (0.2, 0.6), strength, rng=seed)
            assert mystery.name_the_noise(dark, bright) == kind
