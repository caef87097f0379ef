"""Check of lab 03's non-local weights: how alike the patches around one pixel are to its own."""

import numpy as np

from restorekit.checks.filters import NOISE, recognise
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def check_patch_weights(student):
    """3.4: how alike is each patch of the neighbourhood to the one around this pixel?"""
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[:27, :29]
    noisy = (0.5 + 0.2 * np.sin(rows * 1.1 + columns * 0.4) + rng.normal(0, 0.1, rows.shape)).astype(np.float32)
    row, column, patch, search, h = 13, 14, 2, 4, 0.2

    def distances(patch=patch, power=2, sign=1, search=search, last=1, row=row, column=column):
        window = noisy.astype(float)

        def cut(i, j):
            return window[i - patch : i + patch + last, j - patch : j + patch + last]

        steps = sign * np.arange(-search, search + 1)
        centre = cut(row, column)
        return np.array([[np.mean(np.abs(cut(row + i, column + j) - centre) ** power) for j in steps] for i in steps])

    def shares(exponent):
        weights = np.exp(exponent)
        return weights / weights.sum()

    apart = distances()
    expected = shares(-apart / h**2)
    turned = shares(-distances(row=column, column=row) / h**2)
    got = as_array(call(student, noisy, row, column, patch, search, h), what="your array of weights")
    if got.shape in ((search, search), (2 * search, 2 * search)):
        raise Wrong(
            f"your array of weights has shape {got.shape}: the search goes from -{search} to +{search}, both included, so it is "
            f"{2 * search + 1} x {2 * search + 1}."
        )
    got = as_array(got, expected.shape, "your array of weights")
    if np.abs(got - expected).max() > NOISE:
        n = (2 * patch + 1) ** 2
        without = np.exp(-apart / h**2)
        without[search, search] = 0
        recognise(
            got,
            [
                (np.exp(-apart / h**2), f"the weights sum to {got.sum():.1f}, not 1: divide by their sum at the end."),
                (apart, "these are the distances themselves: turn them into weights, exp(-d2 / h**2), and normalise."),
                (
                    without / without.sum(),
                    "the pixel's own patch has no weight; it is part of the average (distance 0, weight exp(0)).",
                ),
                (
                    shares(-apart * n / h**2),
                    "you *sum* the squared differences over the patch; take their mean, or h depends on its size.",
                ),
                (shares(-distances(power=1) / h**2), "the differences are not squared: average (patch - other)**2."),
                (shares(-np.sqrt(apart) / h**2), "you took the root of the mean squared difference: leave it squared."),
                (
                    shares(-np.sqrt(apart) / h),
                    "you took the root of the distance, and h is not squared: exp(-d2 / h**2).",
                ),
                (shares(-apart / h), "h is not squared: exp(-d2 / h**2)."),
                (shares(-apart / (2 * h**2)), "you divide by 2 h**2; here, as in the paper, it is h**2."),
                (
                    shares(apart / h**2),
                    "unlike patches get the large weights: a minus sign is missing, exp(-d2 / h**2).",
                ),
                (
                    shares(-distances(patch=0) / h**2),
                    "you compare single pixels, not patches: that is a bilateral filter's weight.",
                ),
                (
                    shares(-distances(sign=-1) / h**2),
                    "the weights are mirrored: [0, 0] belongs to the pixel up and left.",
                ),
                (
                    shares(-distances(last=0) / h**2),
                    f"your patches are {2 * patch} pixels wide, not {2 * patch + 1}: a Python slice ends *before* its stop. "
                    "Write + 1.",
                ),
                (turned, "row and column are swapped where you cut the patches: noisy[rows, columns], rows first."),
                (turned.T, "row and column are swapped where you cut the patches: noisy[rows, columns], rows first."),
                (expected.T, "rows and columns are swapped: the first index of the weights goes down the image."),
                (
                    shares(-distances(patch=patch - 1) / h**2),
                    "your patch is too small: it is 2 * patch_radius + 1 wide.",
                ),
            ],
        )
        if abs(got.sum() - 1) > 1e-3:
            raise Wrong(f"the weights sum to {got.sum():.4g}, not 1: divide by their sum at the end.")
        compare_arrays(got, expected, "your array of weights", NOISE)
    return "right. The weights are shares: they sum to 1, and the pixel's own patch has the largest."
