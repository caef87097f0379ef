"""Checks of lab 03, the two filters that keep edges: the bilateral and the guided filter."""

import numpy as np
from scipy import ndimage

from restorekit.checks.filters import RAMP, judge_border, judge_filter, shifts
from restorekit.diagnosis import call


def check_bilateral(student):
    """3.2: weights by distance times weights by difference in brightness, normalised."""
    rng = np.random.default_rng(5)
    noisy = (0.3 + 0.4 * (np.arange(19) > 9) + rng.normal(0, 0.06, (17, 19))).astype(np.float32)
    for width, range_width in ((0.65, 0.45), (1.0, 0.25)):
        radius = int(np.ceil(3 * width))
        values = shifts(noisy, -radius, radius).astype(float)
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
        cut = shifts(noisy, -radius, radius - 1).astype(float)
        steps_cut = steps[:-1]
        both_cut = np.exp(-(steps_cut[:, None] ** 2 + steps_cut**2).reshape(-1, 1, 1) / (2 * width**2))
        both_cut = both_cut * np.exp(-((cut - noisy) ** 2) / (2 * range_width**2))
        unnormalised = "you forgot to normalise: divide the weighted sum by the sum of the weights, at each pixel."
        down_right = np.exp(-((steps[:, None] + radius) ** 2 + (steps + radius) ** 2) / (2 * width**2)).reshape(
            -1, 1, 1
        )
        later = shifts(noisy, 0, 2 * radius).astype(float)
        later_near = np.exp(-((later - noisy) ** 2) / (2 * range_width**2))
        uncentred = (
            "your shifts are not centred: i and j go from -radius to +radius, and shift (0, 0) is the pixel itself, with the "
            "largest weight. The neighbour of shift (i, j) starts at padded[radius + i, radius + j]."
        )
        brackets = "Python reads x / 2 * width**2 as (x / 2) * width**2: put brackets, x / (2 * width**2)."
        minus = "a minus sign is missing: weights fall as the difference grows, exp(-difference**2 / ...)."
        literal = np.exp(-apart2 / 2 * width**2), np.exp(-(differ**2) / 2 * range_width**2)
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
            (average(literal[0] * literal[1]), brackets),
            (average(literal[0] * near), "in the spatial weight, " + brackets),
            (average(space * literal[1]), "in the range weight, " + brackets.replace("width", "range_width")),
            (average(1 / both), minus),
            (average(near / space), "in the spatial weight, " + minus),
            (average(space / near), "in the range weight, " + minus),
            (average(down_right * near), uncentred),
            (average(down_right * later_near, later), uncentred),
            (average(space * later_near, later), uncentred),
        ]
        for reach in range(1, radius):
            kept = (np.maximum(np.abs(steps[:, None]), np.abs(steps)) <= reach).reshape(-1, 1, 1)
            mistakes.append(
                (
                    average(both * kept),
                    f"your window is too small: it reaches {reach} to each side, and `radius` is {radius}.",
                )
            )
        judge_filter(call(student, noisy, width, range_width), noisy, average(both), radius, mistakes)
    around = shifts(RAMP, -3, 3, "wrap").astype(float)
    steps = np.arange(-3, 4)
    weights = np.exp(-(steps[:, None] ** 2 + steps**2).reshape(-1, 1, 1) / 2 - (around - RAMP) ** 2 / 2)
    judge_border(student, 0.3, (weights * around).sum(0) / weights.sum(0), 1.0, 1.0)
    return "right. It averages like a Gaussian on the wall, and stops at the edge."


def check_guided(student):
    """3.3: a straight line in each window, and the mean of the lines that cover a pixel."""
    rng = np.random.default_rng(6)
    noisy = (0.25 + 0.5 * (np.arange(24) > 11) + rng.normal(0, 0.08, (22, 24))).astype(np.float32)

    def box(image, size, mode="reflect"):
        return ndimage.uniform_filter(np.asarray(image, float), size, mode=mode)

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
        square = box(noisy.astype(float) ** 2, size)
        each_pixel = (
            "(noisy - mean)**2 compares each pixel with the mean of *its own* window; a window has one mean for all its pixels: "
            "variance = mean of the squares - square of the mean."
        )
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
            (
                box(a * noisy + b, size),
                "you average the finished picture; average the lines: the box mean of a, and that of b, and then a * noisy + b.",
            ),
            (
                joined(a, 1 - a * mean),
                "b is 1 - a * mean in your code; it is (1 - a) * mean. Mind the brackets.",
            ),
            (
                joined(*lines(variance=square - mean)[2:]),
                "the mean is not squared in your variance: it is the mean of the squares minus mean**2.",
            ),
            (joined(*lines(variance=(noisy - mean) ** 2)[2:]), each_pixel),
            (joined(*lines(variance=box((noisy - mean) ** 2, size))[2:]), each_pixel),
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
        judge_filter(call(student, noisy, radius, eps), noisy, joined(a, b), 2 * radius, mistakes)
    ramp_mean = box(RAMP, 5, "wrap")
    ramp_variance = box(RAMP.astype(float) ** 2, 5, "wrap") - ramp_mean**2
    slope = ramp_variance / (ramp_variance + 1)
    judge_border(student, 0.8, box(slope, 5, "wrap") * RAMP + box((1 - slope) * ramp_mean, 5, "wrap"), 2, 1.0)
    return "right. Four box means, no loop over neighbours: that is why it is fast at any radius."
