"""How lab 03 judges a filter, inside the image and at its border; and its check of the median.

An answer is compared with the right one and then with what the usual mistakes would give: one that equals one of those
gets that mistake's message. Checks of the edge-keeping filters and of the patches are in edges.py and patches.py.
"""

from itertools import product

import numpy as np
from scipy import ndimage

from restorekit.diagnosis import Wrong, as_array, call, compare_arrays

NOISE = 1e-4  # how far float32 arithmetic may stray
RAMP = np.tile(np.linspace(0.1, 0.9, 16, dtype=np.float32), (15, 1))  # dark on the left, bright on the right


def shifts(image, low, high, mode="symmetric"):
    """Return every shift of a padded image by `low` to `high` rows and columns, as (n, H, W[, C])."""
    pad = max(abs(low), abs(high))
    padded = np.pad(image, [(pad, pad)] * 2 + [(0, 0)] * (image.ndim - 2), mode=mode)
    rows, columns = image.shape[:2]
    steps = range(pad + low, pad + high + 1)
    return np.stack([padded[i : i + rows, j : j + columns] for i, j in product(steps, steps)])


def recognise(got, mistakes):
    """Raise the message of the mistake that would give just this."""
    for wrong, message in mistakes:
        if np.shape(wrong) == got.shape and np.abs(got - wrong).max() <= NOISE:
            raise Wrong(message)


def judge_filter(got, noisy, expected, radius, mistakes):
    """Compare a filtered image with the right one where the window fits inside the image: any border treatment passes."""
    got = as_array(got)
    smaller = tuple(n - 2 * radius for n in expected.shape[:2]) + expected.shape[2:]
    if got.shape == smaller:
        raise Wrong(
            f"your output has shape {got.shape}; the image has {expected.shape}. The window eats {radius} pixels at each "
            f"side: pad the image first, np.pad(image, {radius}, mode='symmetric')."
        )
    if got.shape == ():
        raise Wrong(
            "your output is one number for the whole image: take the statistic over the window's axes alone (axis=...)."
        )
    got = as_array(got, expected.shape)
    if np.abs(got - noisy).max() <= NOISE:
        raise Wrong("your output is the noisy image, unchanged.")
    inner = (slice(radius, -radius),) * 2
    if np.abs(got[inner] - expected[inner]).max() > NOISE:
        recognise(got[inner], [(wrong[inner], message) for wrong, message in mistakes])
        compare_arrays(got[inner], expected[inner], "your output, away from the border,", NOISE)
    if np.abs(got[0] - noisy[0]).max() <= NOISE:
        raise Wrong(
            "inside you are right, but the outermost pixels are still the noisy ones: pad the image, and filter them too."
        )


def judge_border(student, level, wrapped, *args):
    """A flat image stays flat up to its border, and a ramp's dark border does not see the bright one (`wrapped` does)."""
    flat = np.full((12, 13), level, np.float32)
    got = as_array(call(student, flat, *args), flat.shape, "your output for a flat image")
    worst = got.flat[np.abs(got - level).argmax()]
    if abs(worst - level) > NOISE:
        raise Wrong(
            f"inside you are right, but a flat picture of {level} comes back as {worst:.3f} at its border: a dark frame. "
            "Outside the image you assume zeros (black). Pad with the image's own mirror: np.pad(..., mode='symmetric')."
        )
    got = as_array(call(student, RAMP, *args), RAMP.shape, "your output for a ramp")
    for side, other, column in (("left", "right", 0), ("right", "left", -1)):
        if np.abs(got[:, column] - wrapped[:, column]).max() <= NOISE:
            raise Wrong(
                f"inside you are right, but the {side} border sees the {other} one, as np.roll and mode='wrap' do. Pad with the "
                "image's own mirror: np.pad(..., mode='symmetric')."
            )
    off = np.abs(got - RAMP)
    if off.max() > 0.25:
        row, column = (int(i) for i in np.unravel_index(off.argmax(), off.shape))
        raise Wrong(
            f"inside you are right, but at the border, at ({row}, {column}) of a ramp, you return {got[row, column]:.2f} where the "
            f"pixels around are near {RAMP[row, column]:.2f}. Pad with the image's own mirror: np.pad(..., mode='symmetric')."
        )


def check_median(student):
    """3.1: the median of each window, each channel on its own."""
    image = np.random.default_rng(3).random((15, 17), np.float32)
    for size in (3, 5):
        radius = size // 2
        window = shifts(image, -radius, radius)
        shifted = (
            "your window is not centred: it must reach equally far to all four sides. Pad `size // 2` on every side."
        )
        mistakes = [
            (window.mean(0), "you take the mean of the window; this filter takes the median (np.median)."),
            (window.max(0), "you take the largest value of the window; the median is the middle one."),
            (window.min(0), "you take the smallest value of the window; the median is the middle one."),
            (
                np.median(shifts(image, -radius, radius - 1), 0),
                f"your window is {size - 1} x {size - 1}, not {size} x {size}: a Python slice ends *before* its stop.",
            ),
            (
                np.median(shifts(image, -size, size), 0),
                f"your window reaches `size` pixels to each side, so it is {2 * size + 1} wide. For {size} x {size} "
                "it reaches size // 2.",
            ),
            (np.median(shifts(image, 0, 2 * radius), 0), shifted),
            (np.median(shifts(image, -2 * radius, 0), 0), shifted),
            (
                ndimage.median_filter(ndimage.median_filter(image, (size, 1)), (1, size)),
                "you take medians along columns, then along rows. A mean may be split so, a median may not: the "
                f"{size * size} values of the window belong together.",
            ),
            (
                ndimage.median_filter(ndimage.median_filter(image, (1, size)), (size, 1)),
                "you take medians along rows, then along columns. A mean may be split so, a median may not: the "
                f"{size * size} values of the window belong together.",
            ),
        ]
        if size > 3:
            mistakes += [
                (np.median(shifts(image, -1, 1), 0), "your window is always 3 x 3: use `size`."),
            ]
        judge_filter(call(student, image, size), image, np.median(window, 0), radius, mistakes)
    judge_border(student, 0.8, np.median(shifts(RAMP, -2, 2, "wrap"), 0), 5)
    colour = np.random.default_rng(4).random((11, 12, 3), np.float32)
    window = shifts(colour, -1, 1)
    together = np.broadcast_to(np.median(window, (0, 3))[..., None], colour.shape)
    mixed = (
        "your median mixes the channels: red, green and blue went into one window. Each channel is filtered on its own."
    )
    got = as_array(call(student, colour, 3), what="your output for a colour image")
    if got.shape == colour.shape[:2]:
        raise Wrong(mixed + " (Your output for a colour image has no channels.)")
    deep = ndimage.median_filter(colour, 3)
    judge_filter(got, colour, np.median(window, 0), 1, [(together, mixed), (deep, mixed)])
    return "right, in gray and in colour. Now look at what it does to salt and pepper."
