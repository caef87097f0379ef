"""Checks of lab 02, SSIM by hand: its three comparisons.

Each check computes what the usual mistakes would give; an answer that equals one of them gets that mistake's message.
"""

import numpy as np

from restorekit.checks.scores import judge, name_mistake
from restorekit.checks.windows import local_statistics, two_grays
from restorekit.diagnosis import Wrong, call

K1, K2 = 0.01, 0.03
#: The constants as the lab writes them.
C1, C2, C3 = "C1 = (0.01 * data_range)**2", "C2 = (0.03 * data_range)**2", "C3 = (0.03 * data_range)**2 / 2"


def luminance(mean_x, mean_y, data_range=1.0):
    """SSIM's first comparison: how equal the local means are."""
    c1 = (K1 * data_range) ** 2
    return (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)


def contrast(var_x, var_y, data_range=1.0):
    """SSIM's second comparison: how equal the local standard deviations are."""
    c2 = (K2 * data_range) ** 2
    return (2 * np.sqrt(var_x * var_y) + c2) / (var_x + var_y + c2)


def structure(var_x, var_y, covariance, data_range=1.0):
    """SSIM's third comparison: the local correlation."""
    c3 = (K2 * data_range) ** 2 / 2
    return (covariance + c3) / (np.sqrt(var_x * var_y) + c3)


def _constants(formula, right, data_range):
    """Return what a formula gives with the usual mistakes in its constant (k * data_range)**2, with their messages."""
    name, k, other = right[:2], *((K1, K2) if right == C1 else (K2, K1))
    return [
        (formula(0), f"you left out the constant {right}. Without it dark or flat regions divide by 0."),
        (formula(k * data_range), f"your constant is not squared, or not the whole product: {right}."),
        (formula(k**2), f"your {name} leaves out data_range: {right}."),
        (formula(k**2 * data_range), f"you square {k:g} alone; the product is squared: {right}."),
        (formula((other * data_range) ** 2), f"you use {other:g}, which belongs to another map: here {right}."),
    ]


def _brackets(top, first, second, c):
    """Return what the fraction (top + c) / (first + second + c) gives without its brackets, with the message."""
    mind = "mind the brackets: * and / come before + and -, so a fraction needs them around all that stands {}."
    return [
        (top + c / first + second + c, mind.format("above and around all that stands below")),
        (top + c / (first + second + c), mind.format("above")),
        ((top + c) / first + second + c, mind.format("below")),
    ]


@np.errstate(all="ignore")
def check_luminance(student):
    """2.4: the means compared."""
    x, y = local_statistics(*two_grays())[:2]
    for s in (1.0, 255.0):
        a, b, c = s * x, s * y, (K1 * s) ** 2
        mistakes = [
            *_constants(lambda c, a=a, b=b: (2 * a * b + c) / (a**2 + b**2 + c), C1, s),
            *_brackets(2 * a * b, a**2, b**2, c),
            ((a * b + c) / (a**2 + b**2 + c), "the 2 is missing above: equal means must give 1."),
            ((2 * a * b + c) / (a + b + c), "you forgot the squares below: mean_x**2 + mean_y**2."),
            ((2 * a * b + c) / ((a + b) ** 2 + c), "below stands the sum of the squares, not the square of the sum."),
            (
                2 * a * b / (a**2 + b**2 + c),
                "the constant is missing above: it stands above and below, so that equal means give 1.",
            ),
            (
                (2 * a * b + c) / (a**2 + b**2),
                "the constant is missing below: it stands above and below, so that equal means give 1.",
            ),
            (
                ((2 * a * b + c) / (a**2 + b**2 + c)).mean(),
                "you return the mean. Return the map: one value for each pixel.",
            ),
        ]
        _compare_map(call(student, np.array(a), np.array(b), s), luminance(a, b, s), mistakes, s)


@np.errstate(all="ignore")
def check_contrast(student):
    """2.5: the standard deviations compared."""
    x, y = local_statistics(*two_grays())[2:4]
    for s in (1.0, 255.0):
        v, w, c = s**2 * x, s**2 * y, (K2 * s) ** 2
        root = np.sqrt(v * w)
        mistakes = [
            *_constants(lambda c, root=root, v=v, w=w: (2 * root + c) / (v + w + c), C2, s),
            *_brackets(2 * root, v, w, c),
            (
                (2 * v * w + c) / (v + w + c),
                "above stand standard deviations, but you multiply the variances: take the roots, sqrt(var_x) * sqrt(var_y).",
            ),
            (
                (2 * v * w + c) / (v**2 + w**2 + c),
                "you treat the variances as if they were standard deviations: sigma**2 *is* the variance.",
            ),
            (
                (2 * root + c) / (np.sqrt(v) + np.sqrt(w) + c),
                "below stand variances (the squares of the standard deviations), but you add the standard deviations.",
            ),
            ((2 * root + c) / (v**2 + w**2 + c), "you square the variances below; sigma**2 *is* the variance."),
            ((root + c) / (v + w + c), "the 2 is missing above: equal contrasts must give 1."),
            (
                2 * root / (v + w + c),
                "the constant is missing above: it stands above and below, so that equal contrasts give 1.",
            ),
            (((2 * root + c) / (v + w + c)).mean(), "you return the mean. Return the map: one value for each pixel."),
        ]
        _compare_map(call(student, np.array(v), np.array(w), s), contrast(v, w, s), mistakes, s)


@np.errstate(all="ignore")
def check_structure(student):
    """2.6: the correlation."""
    x, y, z = local_statistics(*two_grays())[2:]
    for s in (1.0, 255.0):
        v, w, cov, c = s**2 * x, s**2 * y, s**2 * z, (K2 * s) ** 2 / 2
        root = np.sqrt(v * w)
        mistakes = [
            ((cov + 2 * c) / (root + 2 * c), f"your constant is C2; here it is half of that, {C3}."),
            *_constants(lambda c, root=root, cov=cov: (cov + c / 2) / (root + c / 2), C3, s),
            *_brackets(cov, root, 0, c),
            (
                (cov + c) / (v * w + c),
                "below stand the standard deviations, but you multiply the variances: take the roots.",
            ),
            (
                (cov + c) / (v + w + c),
                "below stands the product of the standard deviations, not the sum of the variances.",
            ),
            (
                (2 * cov + 2 * c) / (v + w + 2 * c),
                "this is contrast and structure in one, (2 cov + C2) / (var_x + var_y + C2).",
            ),
            (
                (np.abs(cov) + c) / (root + c),
                "you dropped the sign of the covariance. Below 0 the structure is inverted.",
            ),
            (
                np.maximum((cov + c) / (root + c), 0),
                "you set negative values to 0. They are meant: there the structure is inverted.",
            ),
            ((cov**2 + c) / (root + c), "you squared the covariance; it stands there as it is."),
            (
                cov / (root + c),
                "the constant is missing above: it stands above and below, so that flat regions give 1.",
            ),
            (((cov + c) / (root + c)).mean(), "you return the mean. Return the map: one value for each pixel."),
        ]
        _compare_map(call(student, np.array(v), np.array(w), np.array(cov), s), structure(v, w, cov, s), mistakes, s)


def _compare_map(got, expected, mistakes, data_range):
    """Compare a map; a mean instead of a map is a mistake like the others."""
    if np.shape(got) == ():
        judge(got, np.float64(9), [(wrong, text) for wrong, text in mistakes if np.shape(wrong) == ()], "your output")
    if np.shape(got) == expected.shape and np.asarray(got).dtype.kind == "f" and not np.isfinite(got).all():
        name_mistake(got, mistakes, 2e-6)
        raise Wrong(
            "where both windows are black, or both flat, your map divides by 0. Is the constant below, and inside the brackets?"
        )
    judge(got, expected, mistakes, f"your map (data_range={data_range:g})", 2e-6)
