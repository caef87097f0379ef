"""Checks of lab 02, SSIM by hand: its three comparisons, and the mean of their product.

Each check computes what the usual mistakes would give; an answer that equals one of them gets that mistake's message.
"""

import numpy as np
from scipy.ndimage import uniform_filter

from restorekit.checks.scores import judge, name_mistake, one_number
from restorekit.checks.windows import local_statistics, two_grays
from restorekit.diagnosis import Wrong, call

RADIUS = 5  # of the 11 x 11 window
K1, K2 = 0.01, 0.03


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


def ssim(clean, restored, data_range=1.0):
    """Mean SSIM of two gray images over the pixels whose whole window lies inside."""
    return float(_inside(_map(local_statistics(clean, restored), data_range)).mean())


def _map(statistics, data_range=1.0):
    """The product of the three comparisons at every pixel."""
    mean_x, mean_y, var_x, var_y, covariance = statistics
    parts = luminance(mean_x, mean_y, data_range), contrast(var_x, var_y, data_range)
    return parts[0] * parts[1] * structure(var_x, var_y, covariance, data_range)


def _inside(image, border=RADIUS):
    """The pixels whose whole window lies inside."""
    return image[border:-border, border:-border]


def _constants(formula, k, data_range, other):
    """Return what a formula gives with the usual mistakes in its constant (k * data_range)**2, with their messages."""
    name, use = ("C1", "K1 = 0.01") if k == K1 else ("C2", "K2 = 0.03")
    return [
        (
            formula(0),
            f"you left out the constant {name} = (K * data_range)**2. Without it dark or flat regions divide by 0.",
        ),
        (formula(k * data_range), f"your constant is not squared: {name} = (K * data_range)**2, with {use}."),
        (formula(k), f"your constant is K itself: {name} = (K * data_range)**2, with {use}."),
        (formula(k**2), f"your {name} leaves out data_range: it is (K * data_range)**2."),
        (formula(k**2 * data_range), f"you square K alone: {name} is the square of the product K * data_range."),
        (formula((other * data_range) ** 2), f"you use the other map's constant: here it is {name}, with {use}."),
    ]


@np.errstate(all="ignore")
def check_luminance(student):
    """2.4: the means compared."""
    x, y = local_statistics(*two_grays())[:2]
    for s in (1.0, 255.0):
        a, b, c = s * x, s * y, (K1 * s) ** 2
        mistakes = [
            *_constants(lambda c, a=a, b=b: (2 * a * b + c) / (a**2 + b**2 + c), K1, s, K2),
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
            *_constants(lambda c, root=root, v=v, w=w: (2 * root + c) / (v + w + c), K2, s, K1),
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
            ((cov + 2 * c) / (root + 2 * c), "your constant is C2; here it is C3 = C2 / 2."),
            *_constants(lambda c, root=root, cov=cov: (cov + c / 2) / (root + c / 2), K2, s, K1),
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
    judge(got, expected, mistakes, f"your map (data_range={data_range:g})", 2e-6)


@np.errstate(all="ignore")
def check_ssim(student):
    """2.7: the mean of the product, without the border."""
    clean, restored = two_grays()
    rounding = ""
    for s in (1.0, 255.0):
        x, y = s * clean, s * restored
        statistics = mean_x, mean_y, var_x, var_y, covariance = local_statistics(x, y)
        lum, con, struct = (
            luminance(mean_x, mean_y, s),
            contrast(var_x, var_y, s),
            structure(var_x, var_y, covariance, s),
        )
        full = lum * con * struct
        sampled = _map((mean_x, mean_y, *(v * 121 / 120 for v in statistics[2:])), s)
        whole = (z.mean() for z in (x, y)), (x.var(), y.var(), ((x - x.mean()) * (y - y.mean())).mean())
        boxed = _map(_uniform_statistics(x, y, 7), s), _map(_uniform_statistics(x, y, 11), s)
        box = "your window is uniform; the field's is the Gaussian of exercise 2.3."
        mistakes = [
            (
                full.mean(),
                "you average the whole map. The outermost 5 pixels have no full window; the reference leaves them out.",
            ),
            (
                _inside(full, 11).mean(),
                "you leave out 11 pixels at every side. The window is 11 wide, so it is 5 that lack a full one.",
            ),
            *(
                (_inside(full, b).mean(), f"you leave out {b} pixels at every side; it is 5.")
                for b in (1, 2, 3, 4, 6, 7)
            ),
            (full[:-5, :-5].mean(), "you leave out the border below and at the right only."),
            (full[5:, 5:].mean(), "you leave out the border above and at the left only."),
            (
                _inside(lum).mean() * _inside(con).mean() * _inside(struct).mean(),
                "you average each map and multiply the means. Multiply the maps pixel by pixel, then average.",
            ),
            (_inside((lum + con + struct) / 3).mean(), "you average the three comparisons; SSIM multiplies them."),
            (_inside(lum + con + struct).mean(), "you add the three comparisons; SSIM multiplies them."),
            (_inside(con * struct).mean(), "the luminance map is missing in your product."),
            (_inside(lum * struct).mean(), "the contrast map is missing in your product."),
            (_inside(lum * con).mean(), "the structure map is missing in your product."),
            (1 - _inside(full).mean(), "you return 1 - SSIM, a distance. SSIM is 1 for equal pictures."),
            (_inside(_map(statistics)).mean(), "you do not hand data_range on to the three comparisons."),
            (_inside(sampled).mean(), "you use sample (co)variances (n - 1). The field uses the population's."),
            (
                _map((*whole[0], *whole[1]), s),
                "you take one window for the whole image; use the local statistics of 2.3.",
            ),
            (_inside(boxed[0], 3).mean(), box + " (Yours is 7 x 7, scikit-image's default.)"),
            *((_inside(z).mean(), box) for z in boxed),
        ]
        got = call(student, x, y, s)
        if np.shape(got) == clean.shape or np.shape(got) == _inside(clean).shape:
            raise Wrong("you return the map; SSIM is one number, the mean of the map (without its border).")
        off = abs(one_number(got) - _inside(full).mean())
        if off > 1e-6:
            name_mistake(got, mistakes)
            if off > 5e-5:
                raise Wrong(
                    f"your SSIM (data_range={s:g}) is {got:.4f}; {_inside(full).mean():.4f} was expected. If 2.3 to 2.6 are not "
                    "all right yet, finish them first: this one builds on them."
                )
            rounding = (
                f"right, but for float32 rounding ({off:.0e}): SSIM subtracts nearly equal numbers, so use float64."
            )
    return rounding or "right, to six decimals."


def _uniform_statistics(x, y, size):
    """The five statistics through a uniform window, without correction."""
    means = uniform_filter(x, size), uniform_filter(y, size)
    second = (uniform_filter(a * b, size) for a, b in ((x, x), (y, y), (x, y)))
    var_x, var_y, covariance = second
    return (
        *means,
        np.maximum(var_x - means[0] ** 2, 0),
        np.maximum(var_y - means[1] ** 2, 0),
        covariance - means[0] * means[1],
    )
