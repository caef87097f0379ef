"""Checks of lab 02, how good is a restoration? The exercises, their references and hints.

The checks of PSNR stand in `scores`, those of SSIM in `windows`, `similarity` and `product`; here are the two about equal PSNR.
"""

import numpy as np

from restorekit import images, metrics
from restorekit.checks import product, scores, similarity, windows
from restorekit.diagnosis import Wrong, as_array, call
from restorekit.exercises import Exercise

#: The gray picture of exercise 2.9, as (top, left, height, width) of the sample "astronaut".
PORTRAIT = 24, 142, 176, 176
PATIENCE = 200  # so many pictures are far more than bisection needs


def find_strength(degrade, clean, target, low, high):
    """Return the strength in [low, high] at which `degrade(clean, strength)` has a PSNR of `target` dB, by bisection."""
    for _ in range(40):
        middle = (low + high) / 2
        low, high = (middle, high) if scores.psnr(clean, degrade(clean, middle)) > target else (low, middle)
    return middle


def same_psnr(clean):
    """Return two damaged copies of equal PSNR: one brighter, one noisy."""
    noise = np.random.default_rng(0).normal(0, 1, clean.shape).astype(np.float32)
    damages = (lambda image, t: image + np.float32(t)), (lambda image, t: image + np.float32(t) * noise)
    return tuple(damage(clean, find_strength(damage, clean, 25, 0, 1)) for damage in damages)


def check_find_strength(student):
    """2.8: bisection, on two kinds of damage whose answers are known."""
    rng = np.random.default_rng(23)
    clean = rng.random((16, 18))
    pattern = rng.normal(0, 1, clean.shape)
    pattern /= np.sqrt(np.mean(pattern**2))
    tasks = [
        (lambda image, t: image + t * pattern, 27.0, 0.0, 1.0, 10 ** (-27 / 20)),
        (lambda image, t: image + 0.01 * t**2 * pattern, 24.0, 1.0, 9.0, np.sqrt(100 * 10 ** (-24 / 20))),
    ]
    for damage, target, low, high, right in tasks:
        made = []

        def counted(image, strength, damage=damage, made=made, low=low, high=high):
            made.append(strength)
            if len(made) > PATIENCE:
                raise Wrong(
                    f"after {PATIENCE} damaged pictures your search still goes on; halving needs about 20. Does the interval get "
                    "smaller in every round, and do you keep the half that holds the target?"
                )
            if not low - 1e-9 <= strength <= high + 1e-9:
                raise Wrong(
                    f"you try the strength {strength:.4g}, which lies outside [low, high] = [{low:g}, {high:g}]."
                )
            return damage(image, strength)

        got = call(student, counted, clean, target, low, high)
        if np.shape(got) == clean.shape:
            raise Wrong("you return the damaged picture; return the strength that made it.")
        got = float(as_array(got, (), "your strength"))
        if len(made) < 2:
            raise Wrong("you call degrade fewer than twice: the strength cannot be known without trying it.")
        _judge_strength(got, right, target, low, high, scores.psnr(clean, damage(clean, got)))


def _judge_strength(got, right, target, low, high, reached):
    """Accept what is within 0.01 dB of the target; else guess what went wrong from where the search ended."""
    if abs(reached - target) <= 0.01:
        return
    width, goal = high - low, f"Your strength {got:.4g} gives {reached:.2f} dB; {target:g} dB were wanted. "
    if abs(got - target) < 0.1 or abs(got - reached) < 0.1:
        raise Wrong(f"you return a PSNR, {got:.4g}; return the strength that gives it.")
    if min(got - low, high - got) < 1e-3 * width:
        raise Wrong(
            goal
            + "Your search ran to one end of the interval: you keep the wrong half. A PSNR above the target means that the "
            "damage is too weak, so the answer lies between the middle and `high`."
        )
    if abs(got - (low + high) / 2) < 1e-9 * width:
        raise Wrong(goal + "That is the first middle of the interval: does your loop ever move `low` or `high`?")
    if abs(got - right) < 0.1 * width:
        raise Wrong(
            goal
            + "You are near, but stop too early: 0.01 dB are allowed. If you halve the interval, do it 20 times; if you try a "
            "grid of strengths, lay a finer one between the neighbours of the best, and again."
        )
    raise Wrong(goal + "After each middle, compare its PSNR with the target, and keep the half that holds it.")


def check_same_psnr(student):
    """2.9: whatever the learner built, its PSNRs and SSIMs are measured."""
    clean = images.crop(images.sample("astronaut", gray=True), *PORTRAIT)
    pair = call(student, clean)
    if not isinstance(pair, tuple | list | np.ndarray) or len(pair) != 2:
        raise Wrong("return two pictures: `return first, second`.")
    pair = [
        as_array(image, clean.shape, f"your {name} picture")
        for image, name in zip(pair, ("first", "second"), strict=True)
    ]
    for image, name in zip(pair, ("first", "second"), strict=True):
        if np.abs(image).max() > 5:
            raise Wrong(f"your {name} picture reaches {np.abs(image).max():.0f}: stay on the [0, 1] scale.")
        if np.array_equal(image, clean):
            raise Wrong(f"your {name} picture is the clean one, unchanged: its PSNR is infinite.")
    decibels = [scores.psnr(clean, image) for image in pair]
    similar = [metrics.ssim(clean, image.astype(np.float32)) for image in pair]
    gap = abs(similar[0] - similar[1])
    found = f"PSNR {decibels[0]:.2f} and {decibels[1]:.2f} dB, SSIM {similar[0]:.3f} and {similar[1]:.3f}, as measured on your pictures"
    if np.array_equal(*pair):
        raise Wrong("your two pictures are the same picture.")
    if min(decibels) < 15 or max(decibels) > 40:
        raise Wrong(
            f"{found}. Keep both PSNRs between 15 and 40 dB, so that both pictures are damaged, and both recognisable."
        )
    if abs(decibels[0] - decibels[1]) > 0.05:
        stronger = "second" if decibels[0] < decibels[1] else "first"
        raise Wrong(
            f"{found}. The PSNRs differ by {abs(decibels[0] - decibels[1]):.2f} dB; 0.05 are allowed. Make the damage of the "
            f"{stronger} one stronger: find_strength does that for you."
        )
    if gap < 0.2:
        raise Wrong(
            f"{found}. The PSNRs agree, but the SSIMs are only {gap:.3f} apart; 0.2 are wanted. Take two damages that SSIM sees "
            "differently: one that keeps the structure (brightness, contrast), one that destroys it (noise, blur)."
        )
    return f"right. {found}: {gap:.2f} apart."


EXERCISES = [
    Exercise(
        key="02.psnr",
        number="2.1",
        title="PSNR",
        reference=scores.psnr,
        check=scores.check_psnr,
        hints=(
            "Three steps: the difference, the mean of its square over *all* values, the logarithm. np.mean without `axis` "
            "averages over everything.",
            "Decibels use the logarithm to base 10, np.log10, times 10. Inside it stands data_range squared over the MSE.",
            "Two equal pictures have an MSE of 0: test for that before you divide, and return np.inf.",
        ),
    ),
    Exercise(
        key="02.psnr_y",
        number="2.2",
        title="PSNR as super-resolution papers count it",
        reference=scores.psnr_y,
        check=scores.check_psnr_y,
        hints=(
            "Write a small step that turns one (H, W, 3) image into its Y, (H, W), and use it for both images. "
            "image[..., 0] is the red channel.",
            "Crop with two slices, one for the rows and one for the columns. From `border` up to, but without, "
            "`height - border` also works when border is 0; a slice that ends at -0 is empty.",
            "Y = (16 + 65.481 R + 128.553 G + 24.966 B) / 255. Then call your psnr of exercise 2.1, with data_range left at 1.",
        ),
    ),
    Exercise(
        key="02.statistics",
        number="2.3",
        title="local statistics",
        reference=windows.local_statistics,
        check=windows.check_statistics,
        hints=(
            "gaussian_filter(z, sigma=1.5, truncate=3.5) *is* the weighted mean of z in the 11 x 11 window around each pixel. "
            "All five maps are made of such means.",
            "The variance is the mean of the squares minus the square of the mean. The covariance is the mean of the products "
            "minus the product of the means.",
            "Five calls of the filter are enough: on x, y, x * x, y * y and x * y. Convert to float64 first, and lift tiny "
            "negative variances to 0 with np.maximum.",
        ),
    ),
    Exercise(
        key="02.luminance",
        number="2.4",
        title="SSIM's luminance",
        reference=similarity.luminance,
        check=similarity.check_luminance,
        hints=(
            "Test your formula in your head: for equal means it must give exactly 1, whatever the means.",
            "The constant is C1 = (0.01 * data_range)**2: the product is squared, not 0.01 alone. It stands above and below, and a "
            "fraction needs brackets around both.",
        ),
    ),
    Exercise(
        key="02.contrast",
        number="2.5",
        title="SSIM's contrast",
        reference=similarity.contrast,
        check=similarity.check_contrast,
        hints=(
            "The formula is written in standard deviations, and you are given variances. Where must a root be taken, and where "
            "is the square there already?",
            "Above: twice the product of the two *roots*. Below: the sum of the two variances. C2 = (0.03 * data_range)**2 is "
            "added to both.",
        ),
    ),
    Exercise(
        key="02.structure",
        number="2.6",
        title="SSIM's structure",
        reference=similarity.structure,
        check=similarity.check_structure,
        hints=(
            "This is the correlation coefficient of the two windows, with a constant above and below.",
            "The constant is C3 = (0.03 * data_range)**2 / 2, half of C2. Below stands the product of the two standard "
            "deviations. Negative results are right: leave them.",
        ),
    ),
    Exercise(
        key="02.ssim",
        number="2.7",
        title="SSIM",
        reference=product.ssim,
        check=product.check_ssim,
        hints=(
            "Call your four functions from 2.3 to 2.6, hand data_range to the three that take it, and multiply their maps.",
            "The window reaches 5 pixels to each side, so the outermost 5 rows and columns of the map are left out of the mean.",
        ),
    ),
    Exercise(
        key="02.find_strength",
        number="2.8",
        title="the damage of a given PSNR",
        reference=find_strength,
        check=check_find_strength,
        hints=(
            "Damage the picture with the middle strength. Is its PSNR above the target? Then the damage is too weak, and the "
            "answer lies in the upper half.",
            "Each round replaces either `low` or `high` by the middle. Twenty rounds make the interval a million times smaller.",
        ),
    ),
    Exercise(
        key="02.same_psnr",
        number="2.9",
        title="equal PSNR, unequal SSIM",
        reference=same_psnr,
        check=check_same_psnr,
        hints=(
            "In the lecture, which damages had the highest SSIM, and which the lowest?",
            "Choose a target such as 25 dB, and let find_strength find each damage's strength for it.",
            "Noise must be the same in every call, or the search chases a moving target: draw it once, and scale it; or pass the "
            "same rng seed each time.",
        ),
    ),
]
