"""Lab 01, how a photograph degrades: its exercises, their references and hints."""

from restorekit import degrade
from restorekit.checks.mystery import check_name_the_noise, name_the_noise
from restorekit.checks.noise import (
    check_gaussian_noise,
    check_salt_and_pepper,
    check_shot_noise,
    check_speckle_noise,
)
from restorekit.checks.sensor import check_digitise, check_estimate_sigma, check_quantise, digitise
from restorekit.exercises import Exercise

EXERCISES = [
    Exercise(
        key="01.gaussian_noise",
        number="1.1",
        title="Gaussian noise",
        reference=lambda image, sigma, rng: degrade.gaussian_noise(image, sigma, rng=rng),
        check=check_gaussian_noise,
        hints=(
            "Additive means: the result is the image plus an array of noise of the same shape.",
            "rng.normal(mean, standard deviation, size) draws the array. Every pixel gets its own value: size is the image's shape.",
            "image + rng.normal(0, sigma, size=...): fill in the size, and clip nothing.",
        ),
    ),
    Exercise(
        key="01.shot_noise",
        number="1.2",
        title="shot noise",
        reference=lambda image, photons_at_white, rng: degrade.shot_noise(image, photons_at_white, rng=rng),
        check=check_shot_noise,
        hints=(
            "Three steps: brightness to expected photons, expected photons to counted photons, counted photons to brightness.",
            "Only the middle step is random. rng.poisson(expected) takes an array of expectations and draws one count for each.",
            "The first step multiplies by photons_at_white; the last one divides by it.",
        ),
    ),
    Exercise(
        key="01.salt_and_pepper",
        number="1.3",
        title="salt and pepper",
        reference=lambda image, amount, rng: degrade.salt_and_pepper(image, amount, rng=rng),
        check=check_salt_and_pepper,
        hints=(
            "Give every pixel a lottery ticket, a uniform number in [0, 1). Small tickets become pepper, the next ones salt.",
            "One ticket a pixel, not a channel: rng.random(image.shape[:2]). Work on image.copy(), so that the original survives.",
            "Pepper where ticket < amount / 2; salt where it is between that and amount. An (H, W) mask can index an (H, W, 3) array.",
        ),
    ),
    Exercise(
        key="01.speckle_noise",
        number="1.4",
        title="speckle",
        reference=lambda image, sigma, rng: degrade.speckle_noise(image, sigma, rng=rng),
        check=check_speckle_noise,
        hints=(
            "Every value is multiplied by its own random gain. What must the average gain be, so that the picture keeps its brightness?",
            "The gain is 1 + noise, and the noise is Gaussian of standard deviation sigma.",
            "image * (1 + rng.normal(0, sigma, size=...)).",
        ),
    ),
    Exercise(
        key="01.quantise",
        number="1.5",
        title="quantisation",
        reference=lambda image, bits: degrade.quantise(image, bits),
        check=check_quantise,
        hints=(
            "With 1 bit there are two levels, 0 and 1, and one step between them. With 2 bits there are four levels and three steps.",
            "Stretch [0, 1] to [0, number of steps], round, and shrink back.",
            "Between 2**bits levels there are 2**bits - 1 steps: multiply by that number, np.round, divide by it again.",
        ),
    ),
    Exercise(
        key="01.digitise",
        number="1.6",
        title="from electrons to numbers",
        reference=digitise,
        check=check_digitise,
        hints=(
            "Follow the wire: the amplifier sees the electrons first; the converter sees what the amplifier gives it.",
            "Signal = electrons * gain / full_well, where the gain is iso / 100. The converter can only write values in [0, 1]: np.clip.",
            "Amplify first; then np.clip(..., 0, 1) and round to the levels as in exercise 1.5.",
        ),
    ),
    Exercise(
        key="01.name_the_noise",
        number="1.7",
        title="name the noise",
        reference=name_the_noise,
        check=check_name_the_noise,
        hints=(
            "Two questions are enough. Are there pixels at exactly 0 and exactly 1? And how much larger is the spread where it is bright?",
            "Let r = bright.mean() / dark.mean(). The ratio of the standard deviations is about 1, about the square root of r, or about r.",
            "p = log(ratio of the spreads) / log(r) is about 0 for Gaussian noise, 0.5 for shot noise, 1 for speckle. Take the nearest.",
        ),
    ),
    Exercise(
        key="01.estimate_sigma",
        number="1.8",
        title="estimate sigma",
        reference=lambda image: degrade.estimate_sigma(image),
        check=check_estimate_sigma,
        hints=(
            "Neighbouring pixels of a picture are nearly alike, their noise is not: differences keep the noise and lose the picture.",
            "Of each 2x2 block, a b over c d, take a - b - c + d: flats and slopes cancel. The noise of four pixels spreads by 2 sigma.",
            "Edges make a few differences huge; a median does not mind. For a bell curve, 1.4826 times the median of |d| is its spread.",
        ),
    ),
]
