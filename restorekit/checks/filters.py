"""Checks of the filters that lab 03 has its learners write.

Each compares with the right answer and then with what the usual mistakes would give: an answer that equals one of those
gets that mistake's message.
"""

from itertools import product

import numpy as np
from scipy import ndimage

from restorekit.diagnosis import Wrong, as_array, call, compare_arrays

NOISE = 1e-4  # how far float32 arithmetic may stray


def _shifts(image, low, high):
    """Return every shift of a mirrored image by `low` to `high` rows and columns, as (n, H, W[, C])."""
    pad = max(abs(low), abs(high))
    padded = np.pad(image, [(pad, pad)] * 2 + [(0, 0)] * (image.ndim - 2), mode="symmetric")
    rows, columns = image.shape[:2]
    steps = range(pad + low, pad + high + 1)
    return np.stack([padded[i : i + rows, j : j + columns] for i, j in product(steps, steps)])


def _recognise(got, mistakes):
    """Raise the message of the mistake that would give just this."""
    for wrong, message in mistakes:
        if np.shape(wrong) == got.shape and np.abs(got - wrong).max() <= NOISE:
            raise Wrong(message)


def _judge_filter(got, noisy, expected, radius, mistakes):
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
        _recognise(got[inner], [(wrong[inner], message) for wrong, message in mistakes])
        compare_arrays(got[inner], expected[inner], "your output, away from the border,", NOISE)
    if np.abs(got[0] - noisy[0]).max() <= NOISE:
        raise Wrong(
            "inside you are right, but the outermost pixels are still the noisy ones: pad the image, and filter them too."
        )


def _judge_border(student, level, *args):
    """A flat image must stay flat up to its border, whatever the padding."""
    flat = np.full((12, 13), level, np.float32)
    got = as_array(call(student, flat, *args), flat.shape, "your output for a flat image")
    worst = got.flat[np.abs(got - level).argmax()]
    if abs(worst - level) > NOISE:
        raise Wrong(
            f"inside you are right, but a flat picture of {level} comes back as {worst:.3f} at its border: a dark frame. "
            "Outside the image you assume zeros (black). Pad with the image's own mirror: np.pad(..., mode='symmetric')."
        )


def check_median(student):
    """3.1: the median of each window, each channel on its own."""
    image = np.random.default_rng(3).random((15, 17), np.float32)
    for size in (3, 5):
        radius = size // 2
        window = _shifts(image, -radius, radius)
        shifted = (
            "your window is not centred: it must reach equally far to all four sides. Pad `size // 2` on every side."
        )
        mistakes = [
            (window.mean(0), "you take the mean of the window; this filter takes the median (np.median)."),
            (window.max(0), "you take the largest value of the window; the median is the middle one."),
            (window.min(0), "you take the smallest value of the window; the median is the middle one."),
            (
                np.median(_shifts(image, -radius, radius - 1), 0),
                f"your window is {size - 1} x {size - 1}, not {size} x {size}: a Python slice ends *before* its stop.",
            ),
            (
                np.median(_shifts(image, -size, size), 0),
                f"your window reaches `size` pixels to each side, so it is {2 * size + 1} wide. For {size} x {size} "
                "it reaches size // 2.",
            ),
            (np.median(_shifts(image, 0, 2 * radius), 0), shifted),
            (np.median(_shifts(image, -2 * radius, 0), 0), shifted),
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
                (np.median(_shifts(image, -1, 1), 0), "your window is always 3 x 3: use `size`."),
            ]
        _judge_filter(call(student, image, size), image, np.median(window, 0), radius, mistakes)
    _judge_border(student, 0.8, 3)
    colour = np.random.default_rng(4).random((11, 12, 3), np.float32)
    window = _shifts(colour, -1, 1)
    together = np.broadcast_to(np.median(window, (0, 3))[..., None], colour.shape)
    mixed = (
        "your median mixes the channels: red, green and blue went into one window. Each channel is filtered on its own."
    )
    got = as_array(call(student, colour, 3), what="your output for a colour image")
    if got.shape == colour.shape[:2]:
        raise Wrong(mixed + " (Your output for a colour image has no channels.)")
    deep = ndimage.median_filter(colour, 3)
    _judge_filter(got, colour, np.median(window, 0), 1, [(together, mixed), (deep, mixed)])
    return "right, in gray and in colour, up to the border. Now look at what it does to salt and pepper."


def check_bilateral(student):
    """3.2: weights by distance times weights by difference in brightness, normalised."""
    rng = np.random.default_rng(5)
    noisy = (0.3 + 0.4 * (np.arange(19) > 9) + rng.normal(0, 0.06, (17, 19))).astype(np.float32)
    for width, range_width in ((0.65, 0.45), (1.0, 0.25)):
        radius = int(np.ceil(3 * width))
        values = _shifts(noisy, -radius, radius).astype(float)
        steps = np.arange(-radius, radius + 1)
        apart2 = (steps[:, None] ** 2 + steps**2).reshape(-1, 1, 1)
        differ = values - noisy
        space, near = np.exp(-apart2 / (2 * width**2)), np.exp(-(differ**2) / (2 * range_width**2))

        def average(weights, values=values):
            return (weights * values).sum(0) / (weights + 0 * values).sum(0)

        def swapped(apart2=apart2, differ=differ, s=width, r=range_width):
            return np.exp(-apart2 / (2 * r**2)) * np.exp(-(differ**2) / (2 * s**2))

        both = space * near
        fewer = np.delete(both, len(both) // 2, 0), np.delete(values, len(both) // 2, 0)
        two = "the factor 2 is missing: a Gaussian weight is exp(-d**2 / (2 * width**2))."
        cut = _shifts(noisy, -radius, radius - 1).astype(float)
        steps_cut = steps[:-1]
        both_cut = np.exp(-(steps_cut[:, None] ** 2 + steps_cut**2).reshape(-1, 1, 1) / (2 * width**2))
        both_cut = both_cut * np.exp(-((cut - noisy) ** 2) / (2 * range_width**2))
        unnormalised = "you forgot to normalise: divide the weighted sum by the sum of the weights, at each pixel."
        mistakes = [
            ((both * values).sum(0), unnormalised),
            ((both * values).mean(0), unnormalised + " (You divide by the number of neighbours.)"),
            (
                (both * values).sum(0) / space.sum(),
                "you divide by the sum of the spatial weights alone; divide by the sum of the *products*, at each pixel.",
            ),
            (
                average(swapped()),
                "width and range_width are swapped: the first is in pixels, the second in brightness.",
            ),
            (
                average(space * np.exp(-np.abs(differ) / (2 * range_width**2))),
                "the difference in brightness is not squared in your range weight: exp(-difference**2 / (2 * range_width**2)).",
            ),
            (
                average(np.exp(-np.sqrt(apart2) / (2 * width**2)) * near),
                "the distance is not squared in your spatial weight: exp(-distance**2 / (2 * width**2)).",
            ),
            (average(space**2 * near**2), two),
            (average(space * near**2), "in the range weight, " + two),
            (average(space**2 * near), "in the spatial weight, " + two),
            (
                average(space * np.exp(-(differ**2) / (2 * range_width))),
                "range_width is not squared in your range weight: exp(-difference**2 / (2 * range_width**2)).",
            ),
            (
                average(np.exp(-apart2 / (2 * width)) * near),
                "width is not squared in your spatial weight: exp(-distance**2 / (2 * width**2)).",
            ),
            (
                average(space),
                "you have a Gaussian filter: the range weight, by the difference in brightness, is missing.",
            ),
            (average(near), "the spatial weight is missing: far neighbours count as much as near ones."),
            (average(space + near), "you add the two weights. A neighbour must be near *and* alike: multiply them."),
            (
                (both_cut * cut).sum(0) / both_cut.sum(0),
                "your window is cut short on one side: range(-radius, radius) ends before radius. Write radius + 1.",
            ),
            (
                (fewer[0] * fewer[1]).sum(0) / fewer[0].sum(0),
                "the pixel itself is left out: it belongs to its own window, with weight 1.",
            ),
        ]
        _judge_filter(call(student, noisy, width, range_width), noisy, average(both), radius, mistakes)
    _judge_border(student, 0.3, 1.0, 1.0)
    return "right. It averages like a Gaussian on the wall, and stops at the edge."


def check_guided(student):
    """3.3: a straight line in each window, and the mean of the lines that cover a pixel."""
    rng = np.random.default_rng(6)
    noisy = (0.25 + 0.5 * (np.arange(24) > 11) + rng.normal(0, 0.08, (22, 24))).astype(np.float32)

    def box(image, size):
        return ndimage.uniform_filter(np.asarray(image, float), size, mode="reflect")

    for radius, eps in ((2, 0.1), (3, 0.02)):
        size = 2 * radius + 1

        def lines(size=size, eps=eps, variance=None):
            mean = box(noisy, size)
            variance = box(noisy.astype(float) ** 2, size) - mean**2 if variance is None else variance
            a = variance / (variance + eps)
            return mean, variance, a, mean * (1 - a)

        def joined(a, b, size=size):
            return box(a, size) * noisy + box(b, size)

        mean, variance, a, b = lines()
        negative = lines(variance=-variance)
        narrow, wide = lines(radius), lines(size + 2)
        doubled = (
            "your lines are fitted with the wrong eps: the formula is a = variance / (variance + eps), eps as it is."
        )
        place = "eps stands in the wrong place: a = variance / (variance + eps). It keeps a near 0 where the variance is small."
        mistakes = [
            (
                a * noisy + b,
                "a and b are not averaged. Each pixel lies in many windows, each with its own line: take the box mean of a and of b.",
            ),
            (box(a, size) * noisy + b, "you averaged a, but not b: take the box mean of both."),
            (a * noisy + box(b, size), "you averaged b, but not a: take the box mean of both."),
            (
                joined(1 + eps + 0 * a, mean - (1 + eps) * mean),
                place + " (Mind the brackets: division comes before addition.)",
            ),
            (joined((variance + eps) / variance, mean * (1 - (variance + eps) / variance)), place),
            (
                joined(1 - a, mean * a),
                "your a is large on flat walls. It is variance / (variance + eps): near 1 at edges, near 0 on walls.",
            ),
            (joined(*lines(eps=eps**2)[2:]), doubled + " (You squared it; here eps is a variance already.)"),
            (
                joined(*lines(variance=np.sqrt(variance))[2:]),
                "you use the standard deviation where the variance belongs: no square root.",
            ),
            (
                joined(*negative[2:]),
                "your variance is negative: it is the mean of the squares *minus* the square of the mean, not the reverse.",
            ),
            (
                joined(*lines(variance=box(noisy.astype(float) ** 2, size))[2:]),
                "you use the mean of the squares as the variance: subtract the square of the mean.",
            ),
            (joined(a, mean), "b is too large: the line must pass through the window's mean, so b = mean - a * mean."),
            (
                joined(a, noisy - a * noisy),
                "b is made of the noisy image; it is made of the window's mean: b = (1 - a) * mean.",
            ),
            (
                box(a, size) * mean + box(b, size),
                "the line is applied to the box mean; apply it to the noisy image itself: mean(a) * noisy + mean(b).",
            ),
            (mean, "you return the box mean: a mean filter. The lines (a and b) are still to come."),
            (
                joined(*narrow[2:], size=radius),
                "your window is `radius` wide. A radius reaches to both sides: it is 2 * radius + 1 wide.",
            ),
            (joined(*wide[2:], size=size + 2), f"your window is {size + 2} wide; with radius {radius} it is {size}."),
        ]
        _judge_filter(call(student, noisy, radius, eps), noisy, joined(a, b), 2 * radius, mistakes)
    _judge_border(student, 0.8, 2, 0.01)
    return "right. Three box means, no loop over neighbours: that is why it is fast at any radius."


def check_patch_weights(student):
    """3.4: how alike is each patch of the neighbourhood to the one around this pixel?"""
    rng = np.random.default_rng(7)
    rows, columns = np.mgrid[:27, :29]
    noisy = (0.5 + 0.2 * np.sin(rows * 1.1 + columns * 0.4) + rng.normal(0, 0.1, rows.shape)).astype(np.float32)
    row, column, patch, search, h = 13, 14, 2, 4, 0.2

    def distances(patch=patch, power=2, sign=1, search=search):
        window = noisy.astype(float)

        def cut(i, j):
            return window[i - patch : i + patch + 1, j - patch : j + patch + 1]

        steps = sign * np.arange(-search, search + 1)
        centre = cut(row, column)
        return np.array([[np.mean(np.abs(cut(row + i, column + j) - centre) ** power) for j in steps] for i in steps])

    def shares(exponent):
        weights = np.exp(exponent)
        return weights / weights.sum()

    apart = distances()
    expected = shares(-apart / h**2)
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
        _recognise(
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
