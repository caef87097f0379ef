"""Lab 03, classical denoising: the exercises, their references and hints. The checks are in filters, edges, patches and trials."""

import time

import numpy as np

from restorekit import classical, metrics
from restorekit.checks import edges, filters, patches, trials
from restorekit.exercises import Exercise


def median_filter(image, size):
    """Reference of 3.1."""
    return classical.median_filter(image, size=size)


def bilateral_filter(noisy, width, range_width):
    """Reference of 3.2."""
    return classical.bilateral_filter(noisy, width=width, range_width=range_width)


def guided_filter(noisy, radius, eps):
    """Reference of 3.3."""
    return classical.guided_filter(noisy, radius=radius, eps=eps)


def patch_weights(noisy, row, column, patch_radius, search_radius, h):
    """Reference of 3.4."""
    p, s = patch_radius, search_radius
    around = noisy[row - s - p : row + s + p + 1, column - s - p : column + s + p + 1]
    patches = np.lib.stride_tricks.sliding_window_view(around, (2 * p + 1, 2 * p + 1))
    distances = np.mean((patches - patches[s, s]) ** 2, axis=(-2, -1))
    weights = np.exp(-distances / h**2)
    return weights / weights.sum()


def tune_then_test(denoiser, values, tuning, test):
    """Reference of 3.5."""
    noisy, clean = tuning
    best = max(values, key=lambda value: metrics.psnr(clean, denoiser(noisy, value)))
    return best, [metrics.psnr(clean, denoiser(noisy, best)) for noisy, clean in test]


def bake_off(clean, noises, methods):
    """Reference of 3.6."""
    rows = []
    for noise, add_noise in noises.items():
        noisy = add_noise(clean)
        for method, denoise in {"noisy": None, **methods}.items():
            start = time.perf_counter()
            restored = denoise(noisy) if denoise else noisy
            seconds = time.perf_counter() - start if denoise else 0.0
            scores = {"psnr": metrics.psnr(clean, restored), "ssim": metrics.ssim(clean, restored)}
            rows.append({"noise": noise, "method": method, **scores, "seconds": seconds})
    return rows


EXERCISES = [
    Exercise(
        "03.median_filter",
        "3.1",
        "median filter",
        median_filter,
        filters.check_median,
        (
            "Three steps: pad the image by size // 2 on all four sides (np.pad, mode='symmetric'; a colour image gets no padding "
            "along its channels), cut out every window, take the median of each.",
            "np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1)) gives every window at once. The window's "
            "two axes come last: print its shape for a gray and for a colour image.",
            "np.median(windows, axis=(-2, -1)) works for gray and colour alike. For the padding of a colour image, "
            "np.pad wants one pair for each axis: [(half, half), (half, half), (0, 0)].",
        ),
    ),
    Exercise(
        "03.bilateral_filter",
        "3.2",
        "bilateral filter",
        bilateral_filter,
        edges.check_bilateral,
        (
            "Loop over the (2 * radius + 1)**2 shifts, not over the pixels. For each shift (i, j), the shifted image as a whole is "
            "one neighbour of every pixel.",
            "Keep two images of zeros, `total` and `weights`. For each shift: weight = spatial number * range image; "
            "total += weight * neighbour; weights += weight. Return total / weights.",
            "neighbour = padded[radius + i : radius + i + H, radius + j : radius + j + W]; "
            "weight = exp(-(i**2 + j**2) / (2 * width**2)) * exp(-(neighbour - noisy)**2 / (2 * range_width**2)).",
        ),
    ),
    Exercise(
        "03.guided_filter",
        "3.3",
        "guided filter",
        guided_filter,
        edges.check_guided,
        (
            "Everything is made of box means. First the mean and the variance of each window: variance = mean of squares - square of mean.",
            "Write the two formulas as they stand above, one line of NumPy each: all windows are computed at once. On a flat wall a is "
            "near 0, so the line says 'the mean'; at an edge a is near 1, so it says 'keep the pixel'.",
            "A pixel lies in many windows, each with its own line; average the lines: "
            "box_mean(a, radius) * noisy + box_mean(b, radius).",
        ),
    ),
    Exercise(
        "03.patch_weights",
        "3.4",
        "non-local weights of one pixel",
        patch_weights,
        patches.check_patch_weights,
        (
            "Cut the patch around (row, column). Then walk over all steps (i, j) from -search_radius to +search_radius, cut the patch "
            "around (row + i, column + j), and compare the two.",
            "Compare by the mean of the squared differences, one number d2 for each (i, j). The weight is exp(-d2 / h**2).",
            "The weight of the step (i, j) belongs at [search_radius + i, search_radius + j] of an array of zeros. After the loops, divide "
            "the array by its own sum.",
        ),
    ),
    Exercise(
        "03.tune_then_test",
        "3.5",
        "tune on one image, test on others",
        tune_then_test,
        trials.check_tune,
        (
            "Two separate loops: the first knows only `tuning`; the second only `best` and `test`.",
            "rk.psnr(clean, denoiser(noisy, value)) is the score of one value on the tuning pair; keep the value with the highest.",
            "Python's max(values, key=...) returns the value whose key is largest; let the key be a lambda that denoises the tuning image "
            "with its value and scores it. Then one list over `for noisy, clean in test`, with `best` alone.",
        ),
    ),
    Exercise(
        "03.bake_off",
        "3.6",
        "bake-off",
        bake_off,
        trials.check_bake_off,
        (
            "The outer loop is over the noises. Make the noisy image once there; the inner loop gives that same image to each method.",
            "Before the inner loop append the row of the noisy input itself: method 'noisy', its PSNR and SSIM, 0.0 seconds.",
            "Read the clock, time.perf_counter(), on the line before the method runs and on the line after it; the difference is its "
            "seconds. Scores come after the clock has stopped.",
        ),
    ),
]
