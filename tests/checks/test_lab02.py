"""Lab 02: each check passes the right answers, and names each usual mistake."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter, uniform_filter

import restorekit as rk
from restorekit.checks import lab02
from restorekit.checks.product import ssim
from restorekit.checks.scores import STUDIO, psnr, psnr_y
from restorekit.checks.similarity import contrast, luminance, structure
from restorekit.checks.windows import local_statistics

EXERCISES = {entry.key.removeprefix("02."): entry for entry in lab02.EXERCISES}


@pytest.mark.parametrize("name", ["psnr", "psnr_y", "statistics", "luminance", "contrast", "structure", "ssim"])
def test_float32_noise_passes(name):
    def rounded(*args):
        result = EXERCISES[name].reference(*args)
        if isinstance(result, tuple):
            return [np.float32(value) for value in result]
        return np.float32(result)

    EXERCISES[name].check(rounded)


def test_ssim_in_float32_passes_and_is_told():
    def single(clean, restored, data_range=1.0):
        def mean(z):
            return gaussian_filter(z, 1.5, truncate=3.5)

        x, y = np.float32(clean), np.float32(restored)
        a, b = mean(x), mean(y)
        v, w = np.maximum(mean(x * x) - a * a, 0), np.maximum(mean(y * y) - b * b, 0)
        maps = luminance(a, b, data_range) * contrast(v, w, data_range)
        return (maps * structure(v, w, mean(x * y) - a * b, data_range))[5:-5, 5:-5].mean()

    assert EXERCISES["ssim"].check(single).startswith("right")


@pytest.mark.parametrize("sample", ["astronaut", "camera", "page"])
def test_the_references_agree_with_the_library(sample):
    clean = rk.sample(sample, gray=True)[:90, :100]
    noisy = rk.degrade.gaussian_noise(clean, 0.1, rng=0)
    assert psnr(clean, noisy) == pytest.approx(rk.psnr(clean, noisy), abs=1e-6)
    assert ssim(clean, noisy) == pytest.approx(rk.ssim(clean, noisy), abs=1e-6)
    mean_x, mean_y, var_x, var_y, covariance = local_statistics(clean, noisy)
    maps = rk.metrics.ssim_maps(clean, noisy)
    assert luminance(mean_x, mean_y) == pytest.approx(maps.luminance, abs=1e-6)
    assert contrast(var_x, var_y) == pytest.approx(maps.contrast, abs=1e-6)
    assert structure(var_x, var_y, covariance) == pytest.approx(maps.structure, abs=1e-6)
    assert covariance == pytest.approx(np.clip(covariance, -np.sqrt(var_x * var_y) - 1e-12, 1), abs=1e-9)


@pytest.mark.parametrize("border", [0, 2])
def test_the_reference_of_y_agrees_with_the_library(border):
    clean = rk.sample("coffee")[:60, :50]
    noisy = rk.degrade.gaussian_noise(clean, 0.1, rng=0)
    assert psnr_y(clean, noisy, border) == pytest.approx(rk.psnr(clean, noisy, channel="y", border=border), abs=1e-5)


def mse(x, y):
    return np.mean((x - y) ** 2)


def db(ratio):
    return 10 * np.log10(ratio)


PSNR_MISTAKES = {
    "own largest value": lambda x, y, s=1.0: db(x.max() ** 2 / mse(x, y)),
    "You take the restored image's": lambda x, y, s=1.0: db(y.max() ** 2 / mse(x, y)),
    "largest minus its smallest": lambda x, y, s=1.0: db((x.max() - x.min()) ** 2 / mse(x, y)),
    "natural logarithm": lambda x, y, s=1.0: 10 * np.log(s**2 / mse(x, y)),
    "base 2": lambda x, y, s=1.0: 10 * np.log2(s**2 / mse(x, y)),
    "twice too large": lambda x, y, s=1.0: 20 * np.log10(s**2 / mse(x, y)),
    "half of what": lambda x, y, s=1.0: 10 * np.log10(s / np.sqrt(mse(x, y))),
    "in bel": lambda x, y, s=1.0: np.log10(s**2 / mse(x, y)),
    "square of data_range": lambda x, y, s=1.0: 10 * np.log10(s / mse(x, y)),
    "ignore data_range": lambda x, y, s=1.0: 10 * np.log10(1 / mse(x, y)),
    "always 255": lambda x, y, s=1.0: 20 * np.log10(255 / np.sqrt(mse(x, y))),
    "average the absolute differences.": lambda x, y, s=1.0: db(s**2 / np.abs(x - y).mean()),
    "Square each difference first": lambda x, y, s=1.0: db(s**2 / np.abs(x - y).mean() ** 2),
    "plus and minus cancel": lambda x, y, s=1.0: db(s**2 / (x - y).mean() ** 2),
    "variance of the difference": lambda x, y, s=1.0: db(s**2 / (x - y).std() ** 2),
    "take their mean": lambda x, y, s=1.0: db(s**2 / ((x - y) ** 2).sum()),
    "average the PSNRs of the channels": lambda x, y, s=1.0: np.mean([psnr(x[..., c], y[..., c], s) for c in range(3)]),
    "sum the squared error over the channels": lambda x, y, s=1.0: db(s**2 / ((x - y) ** 2).sum(2).mean()),
    "you clip": lambda x, y, s=1.0: db(s**2 / mse(x, np.clip(y, 0, s))),
    "upside down": lambda x, y, s=1.0: db(mse(x, y) / s**2),
    "forgot the logarithm": lambda x, y, s=1.0: s**2 / mse(x, y),
    "this is the mean squared error": lambda x, y, s=1.0: mse(x, y),
    "this is the root of the mean": lambda x, y, s=1.0: np.sqrt(mse(x, y)),
    "one number was expected": lambda x, y, s=1.0: db(s**2 / ((x - y) ** 2).mean(axis=(0, 1))),
    "PSNR is infinite": lambda x, y, s=1.0: db(s**2 / max(mse(x, y), 1e-12)),
    "the PSNR np.inf": lambda x, y, s=1.0: db(float(s) ** 2 / float(mse(x, y))) if mse(x, y) else 1 / 0,
    "your function stops with": lambda x, y: db(1 / mse(x, y)),
    "was expected": lambda x, y, s=1.0: 1.01 * db(s**2 / mse(x, y)),
}


def y_psnr(x, y, border, weights=STUDIO, peak=1.0, scale=255, rows=None, columns=None, change=lambda z: z):
    rows = slice(border, len(x) - border) if rows is None else rows
    columns = slice(border, x.shape[1] - border) if columns is None else columns
    a, b = (change((16 + z @ np.asarray(weights)) / scale)[rows, columns] for z in (x, y))
    return db(peak**2 / mse(a, b))


WHOLE = slice(None)
Y_MISTAKES = {
    "full-range brightness": lambda x, y, b: y_psnr(x, y, b, weights=[76.245, 149.685, 29.07]),
    "plain mean": lambda x, y, b: y_psnr(x, y, b, weights=[85, 85, 85]),
    "B, G, R": lambda x, y, b: y_psnr(x, y, b, weights=STUDIO[::-1]),
    "Y runs from 16 to 235": lambda x, y, b: y_psnr(x, y, b, scale=1),
    "or the peak 219/255": lambda x, y, b: y_psnr(x, y, b, peak=219 / 255),
    "largest Y": lambda x, y, b: y_psnr(x, y, b, peak=235 / 255),
    "do not leave out the border": lambda x, y, b: y_psnr(x, y, 0),
    "not at the left and right": lambda x, y, b: y_psnr(x, y, b, columns=WHOLE),
    "not above and below": lambda x, y, b: y_psnr(x, y, b, rows=WHOLE),
    "above and at the left only": lambda x, y, b: y_psnr(x, y, b, rows=slice(b, None), columns=slice(b, None)),
    "below and at the right only": lambda x, y, b: y_psnr(x, y, b, rows=slice(0, -b), columns=slice(0, -b)),
    "twice the border": lambda x, y, b: y_psnr(x, y, 2 * b),
    "round Y": lambda x, y, b: y_psnr(x, y, b, change=lambda z: np.round(255 * z) / 255),
    "you clip": lambda x, y, b: y_psnr(x, np.clip(y, 0, 1), b),
    "convert to Y first": lambda x, y, b: psnr(x[b:-b, b:-b], y[b:-b, b:-b]),
    "red channel": lambda x, y, b: psnr(x[b:-b, b:-b, 0], y[b:-b, b:-b, 0]),
    "with an error of 0": lambda x, y, b: y_psnr(x, y, b) if mse(x, y) else 100.0,
    "the PSNR np.inf": lambda x, y, b: y_psnr(x, y, b) if mse(x, y) else 1 / 0,
    "[0:-0] is empty": lambda x, y, b: y_psnr(x, y, b, rows=slice(b, -b), columns=slice(b, -b)),
}


def window(z):
    return gaussian_filter(z, 1.5, truncate=3.5)


def stats(mean=window, change=None, **replaced):
    """The statistics with another window, or with single ones replaced: `replaced` maps a name to f(z, mean of z)."""

    def student(x, y):
        a, b = mean(x), mean(y)
        made = {
            "mean_x": a,
            "mean_y": b,
            "var_x": np.maximum(mean(x * x) - a * a, 0),
            "var_y": np.maximum(mean(y * y) - b * b, 0),
            "covariance": mean(x * y) - a * b,
        }
        for name, function in replaced.items():
            made[name] = function(x, y, a, b)
        return tuple(made.values()) if change is None else change(list(made.values()))

    return student


STATISTICS_MISTAKES = {
    "weighs all 11 x 11": stats(lambda z: uniform_filter(z, 11)),
    "weighs 7 x 7": stats(lambda z: uniform_filter(z, 7)),
    "13 x 13": stats(lambda z: gaussian_filter(z, 1.5)),
    "truncate counts in sigmas": stats(lambda z: gaussian_filter(z, 1.5, truncate=5)),
    "has sigma 11": stats(lambda z: gaussian_filter(z, 11)),
    "one mean for the whole image": stats(lambda z: np.full_like(z, z.mean())),
    "assume zeros": stats(lambda z: gaussian_filter(z, 1.5, truncate=3.5, mode="constant")),
    "Subtract the square of the mean": stats(var_x=lambda x, y, a, b: window(x * x)),
    "standard deviation; here": stats(change=lambda made: [*made[:2], *(np.sqrt(v) for v in made[2:4]), made[4]]),
    "sample variance (n - 1 = 120": stats(change=lambda made: [*made[:2], *(v * 121 / 120 for v in made[2:])]),
    "its own* local mean before you average. In": stats(var_x=lambda x, y, a, b: window((x - a) ** 2)),
    "mean of the whole image": stats(var_y=lambda x, y, a, b: window((y - y.mean()) ** 2)),
    "one variance for the whole": stats(var_x=lambda x, y, a, b: np.full_like(x, x.var())),
    "variance is negative": stats(var_x=lambda x, y, a, b: a * a - window(x * x)),
    "forgot to square the mean": stats(var_x=lambda x, y, a, b: window(x * x) - a),
    "rounding makes it negative": stats(var_x=lambda x, y, a, b: window(x * x) - a * a),
    "Subtract the product of the means": stats(covariance=lambda x, y, a, b: window(x * y)),
    "sample covariance": stats(covariance=lambda x, y, a, b: (window(x * y) - a * b) * 121 / 120),
    "Use mean(x * y) - mean_x * mean_y": stats(covariance=lambda x, y, a, b: window((x - a) * (y - b))),
    "product of the standard deviations": stats(change=lambda made: [*made[:4], np.sqrt(made[2] * made[3])]),
    "dropped the sign": stats(change=lambda made: [*made[:4], np.abs(made[4])]),
    "negative covariances to 0": stats(change=lambda made: [*made[:4], np.maximum(made[4], 0)]),
    "swapped": stats(change=lambda made: [made[1], made[0], *made[2:]]),
    "another order": stats(change=lambda made: [made[0], made[2], made[1], made[3], made[4]]),
    "Convert x and y to float64 first": stats(),
    "return five arrays": stats(change=lambda made: made[:4]),
    "var_y has shape": stats(var_y=lambda x, y, a, b: b[1:]),
}

LUMINANCE_MISTAKES = {
    "left out the constant": lambda a, b, s=1.0: 2 * a * b / (a * a + b * b),
    "not squared": lambda a, b, s=1.0: (2 * a * b + 0.01 * s) / (a * a + b * b + 0.01 * s),
    "or not the whole product": lambda a, b, s=1.0: (2 * a * b + 0.01 * s**2) / (a * a + b * b + 0.01 * s**2),
    "leaves out data_range": lambda a, b, s=1.0: (2 * a * b + 1e-4) / (a * a + b * b + 1e-4),
    "square 0.01 alone": lambda a, b, s=1.0: (2 * a * b + 1e-4 * s) / (a * a + b * b + 1e-4 * s),
    "above and around all": lambda a, b, s=1.0: 2 * a * b + (0.01 * s) ** 2 / a**2 + b**2 + (0.01 * s) ** 2,
    "all that stands above.": lambda a, b, s=1.0: 2 * a * b + (0.01 * s) ** 2 / (a**2 + b**2 + (0.01 * s) ** 2),
    "all that stands below.": lambda a, b, s=1.0: (2 * a * b + (0.01 * s) ** 2) / a**2 + b**2 + (0.01 * s) ** 2,
    "inside the brackets?": lambda a, b, s=1.0: (2 * a * b + (0.01 * s) ** 2) / (a**2 + b**2) + (0.01 * s) ** 2,
    "you use 0.03": lambda a, b, s=1.0: (2 * a * b + (0.03 * s) ** 2) / (a * a + b * b + (0.03 * s) ** 2),
    "2 is missing": lambda a, b, s=1.0: (a * b + (0.01 * s) ** 2) / (a * a + b * b + (0.01 * s) ** 2),
    "forgot the squares below": lambda a, b, s=1.0: (2 * a * b + (0.01 * s) ** 2) / (a + b + (0.01 * s) ** 2),
    "not the square of the sum": lambda a, b, s=1.0: (2 * a * b + (0.01 * s) ** 2) / ((a + b) ** 2 + (0.01 * s) ** 2),
    "missing above": lambda a, b, s=1.0: 2 * a * b / (a * a + b * b + (0.01 * s) ** 2),
    "missing below": lambda a, b, s=1.0: (2 * a * b + (0.01 * s) ** 2) / (a * a + b * b),
    "Return the map": lambda a, b, s=1.0: luminance(a, b, s).mean(),
}
CONTRAST_MISTAKES = {
    "left out the constant": lambda v, w, s=1.0: 2 * np.sqrt(v * w) / (v + w),
    "not squared": lambda v, w, s=1.0: (2 * np.sqrt(v * w) + 0.03 * s) / (v + w + 0.03 * s),
    "leaves out data_range": lambda v, w, s=1.0: (2 * np.sqrt(v * w) + 9e-4) / (v + w + 9e-4),
    "C2 = (0.03 * data_range)**2": lambda v, w, s=1.0: 2 * np.sqrt(v * w) / (v + w),
    "above and around all": lambda v, w, s=1.0: 2 * np.sqrt(v) * np.sqrt(w) + (0.03 * s) ** 2 / v + w + (0.03 * s) ** 2,
    "all that stands below.": lambda v, w, s=1.0: (2 * np.sqrt(v * w) + (0.03 * s) ** 2) / v + w + (0.03 * s) ** 2,
    "you use 0.01": lambda v, w, s=1.0: (2 * np.sqrt(v * w) + 1e-4 * s * s) / (v + w + 1e-4 * s * s),
    "multiply the variances": lambda v, w, s=1.0: (2 * v * w + 9e-4 * s * s) / (v + w + 9e-4 * s * s),
    "as if they were": lambda v, w, s=1.0: (2 * v * w + 9e-4 * s * s) / (v * v + w * w + 9e-4 * s * s),
    "add the standard deviations": lambda v, w, s=1.0: (2 * np.sqrt(v * w) + 9e-4 * s**2)
    / (v**0.5 + w**0.5 + 9e-4 * s**2),
    "square the variances": lambda v, w, s=1.0: (2 * np.sqrt(v * w) + 9e-4 * s**2) / (v**2 + w**2 + 9e-4 * s**2),
    "2 is missing": lambda v, w, s=1.0: (np.sqrt(v * w) + 9e-4 * s**2) / (v + w + 9e-4 * s**2),
    "missing above": lambda v, w, s=1.0: 2 * np.sqrt(v * w) / (v + w + 9e-4 * s**2),
    "Return the map": lambda v, w, s=1.0: contrast(v, w, s).mean(),
}
STRUCTURE_MISTAKES = {
    "constant is C2; here": lambda v, w, c, s=1.0: (c + 9e-4 * s**2) / (np.sqrt(v * w) + 9e-4 * s**2),
    "left out the constant": lambda v, w, c, s=1.0: c / np.sqrt(v * w),
    "leaves out data_range": lambda v, w, c, s=1.0: (c + 4.5e-4) / (np.sqrt(v * w) + 4.5e-4),
    "C3 = (0.03 * data_range)**2 / 2": lambda v, w, c, s=1.0: (c + 4.5e-4) / (np.sqrt(v * w) + 4.5e-4),
    "above and around all": lambda v, w, c, s=1.0: c + 4.5e-4 * s**2 / np.sqrt(v * w) + 4.5e-4 * s**2,
    "all that stands above.": lambda v, w, c, s=1.0: c + 4.5e-4 * s**2 / (np.sqrt(v * w) + 4.5e-4 * s**2),
    "all that stands below.": lambda v, w, c, s=1.0: (c + 4.5e-4 * s**2) / np.sqrt(v * w) + 4.5e-4 * s**2,
    "multiply the variances": lambda v, w, c, s=1.0: (c + 4.5e-4 * s**2) / (v * w + 4.5e-4 * s**2),
    "not the sum of the variances": lambda v, w, c, s=1.0: (c + 4.5e-4 * s**2) / (v + w + 4.5e-4 * s**2),
    "contrast and structure in one": lambda v, w, c, s=1.0: (2 * c + 9e-4 * s**2) / (v + w + 9e-4 * s**2),
    "dropped the sign": lambda v, w, c, s=1.0: structure(v, w, np.abs(c), s),
    "negative values to 0": lambda v, w, c, s=1.0: np.maximum(structure(v, w, c, s), 0),
    "squared the covariance": lambda v, w, c, s=1.0: structure(v, w, c**2, s),
    "missing above": lambda v, w, c, s=1.0: c / (np.sqrt(v * w) + 4.5e-4 * s**2),
    "Return the map": lambda v, w, c, s=1.0: structure(v, w, c, s).mean(),
}


def parts(x, y, s, statistics=local_statistics):
    a, b, v, w, c = statistics(x, y)
    return luminance(a, b, s), contrast(v, w, s), structure(v, w, c, s)


def product(x, y, s, statistics=local_statistics):
    return np.prod(parts(x, y, s, statistics), axis=0)


def inner(z, border=5):
    return z[border:-border, border:-border]


def boxed(size):
    return stats(lambda z: uniform_filter(z, size))


def global_statistics(x, y):
    return x.mean(), y.mean(), x.var(), y.var(), np.mean((x - x.mean()) * (y - y.mean()))


def all_sampled(x, y):
    a, b, *second = local_statistics(x, y)
    return a, b, *(121 / 120 * z for z in second)


SSIM_MISTAKES = {
    "average the whole map": lambda x, y, s=1.0: product(x, y, s).mean(),
    "leave out 11 pixels": lambda x, y, s=1.0: inner(product(x, y, s), 11).mean(),
    "leave out 3 pixels": lambda x, y, s=1.0: inner(product(x, y, s), 3).mean(),
    "below and at the right": lambda x, y, s=1.0: product(x, y, s)[:-5, :-5].mean(),
    "multiply the means": lambda x, y, s=1.0: np.prod([inner(z).mean() for z in parts(x, y, s)]),
    "average the three": lambda x, y, s=1.0: np.mean([inner(z).mean() for z in parts(x, y, s)]),
    "add the three": lambda x, y, s=1.0: inner(sum(parts(x, y, s))).mean(),
    "luminance map is missing": lambda x, y, s=1.0: inner(np.prod(parts(x, y, s)[1:], axis=0)).mean(),
    "contrast map is missing": lambda x, y, s=1.0: inner(np.prod(parts(x, y, s)[::2], axis=0)).mean(),
    "structure map is missing": lambda x, y, s=1.0: inner(np.prod(parts(x, y, s)[:2], axis=0)).mean(),
    "1 - SSIM": lambda x, y, s=1.0: 1 - inner(product(x, y, s)).mean(),
    "hand data_range on": lambda x, y, s=1.0: inner(product(x, y, 1.0)).mean(),
    "sample (co)variances": lambda x, y, s=1.0: inner(product(x, y, s, all_sampled)).mean(),
    "one window for the whole": lambda x, y, s=1.0: float(product(x, y, s, global_statistics)),
    "7 x 7": lambda x, y, s=1.0: inner(product(x, y, s, boxed(7)), 3).mean(),
    "window is uniform": lambda x, y, s=1.0: inner(product(x, y, s, boxed(11))).mean(),
    "you return the map": lambda x, y, s=1.0: inner(product(x, y, s)),
    "off the pictures: then": lambda x, y, s=1.0: product(inner(x), inner(y), s).mean(),
    "5 again off the map": lambda x, y, s=1.0: inner(product(inner(x), inner(y), s)).mean(),
    "clip the pictures first": lambda x, y, s=1.0: ssim(np.clip(x, 0, 1), np.clip(y, 0, 1), s),
    "without the outermost 5 pixels of the map": lambda x, y, s=1.0: 0.98 * inner(product(x, y, s)).mean(),
}


def search(rounds=30, keep_wrong=False, answer=lambda low, high, middle, reached: middle):
    def student(degrade, clean, target, low, high):
        for _ in range(rounds):
            middle = (low + high) / 2
            reached = psnr(clean, degrade(clean, middle))
            if (reached > target) != keep_wrong:
                low = middle
            else:
                high = middle
        return answer(low, high, middle, reached)

    return student


def scan(degrade, clean, target, low, high, steps=2000):
    strengths = np.linspace(low + 1e-6, high, steps)
    return strengths[np.argmin([abs(psnr(clean, degrade(clean, t)) - target) for t in strengths])]


def never_ends(degrade, clean, target, low, high):
    while abs(psnr(clean, degrade(clean, (low + high) / 2)) - target) > 0.01:
        low = low + 0.0
    return low


def frozen(degrade, clean, target, low, high):
    for _ in range(20):
        middle = (low + high) / 2
        degrade(clean, middle)
    return middle


STRENGTH_MISTAKES = {
    "ran to one end": search(keep_wrong=True),
    "you return a PSNR": search(answer=lambda low, high, middle, reached: reached),
    "stop too early": search(rounds=5),
    "still goes on": scan,
    "lay a finer one": lambda *task: scan(*task, steps=60),
    "Does the interval get smaller": never_ends,
    "does your loop ever move": frozen,
    "lies outside": lambda degrade, clean, target, low, high: search()(degrade, clean, target, 0.0, 20.0),
    "fewer than twice": lambda degrade, clean, target, low, high: 10 ** (-target / 20),
    "return the damaged picture": lambda degrade, clean, target, low, high: degrade(clean, 0.5 * (low + high)),
    "keep the half that holds it": search(answer=lambda low, high, middle, reached: 0.8 * middle + 0.2),
}


def brighter(clean, t):
    return clean + t


def noisy(clean, t):
    return rk.degrade.gaussian_noise(clean, t, rng=0)


def at(damage, clean, target):
    return damage(clean, lab02.find_strength(damage, clean, target, 0.0, 0.9))


PAIR_MISTAKES = {
    "return two pictures": lambda clean: clean + 0.1,
    "has shape": lambda clean: (clean + 0.1, clean[1:]),
    "stay on the [0, 1] scale": lambda clean: (255 * clean, 255 * clean + 10),
    "the clean one, unchanged": lambda clean: (clean, clean + 0.1),
    "the same picture": lambda clean: (clean + 0.1, clean + 0.1),
    "between 15 and 40": lambda clean: (at(brighter, clean, 45), at(noisy, clean, 45)),
    "of the second one stronger": lambda clean: (at(brighter, clean, 25), at(noisy, clean, 25.5)),
    "of the first one stronger": lambda clean: (at(brighter, clean, 25.1), at(noisy, clean, 25)),
    "0.2 are wanted": lambda clean: (at(brighter, clean, 25), at(lambda image, t: image - t, clean, 25)),
}

MISTAKES = {
    "psnr": PSNR_MISTAKES,
    "psnr_y": Y_MISTAKES,
    "statistics": STATISTICS_MISTAKES,
    "luminance": LUMINANCE_MISTAKES,
    "contrast": CONTRAST_MISTAKES,
    "structure": STRUCTURE_MISTAKES,
    "ssim": SSIM_MISTAKES,
    "find_strength": STRENGTH_MISTAKES,
    "same_psnr": PAIR_MISTAKES,
}


@pytest.mark.filterwarnings("ignore::RuntimeWarning")
@pytest.mark.parametrize(("name", "phrase"), [(name, phrase) for name, found in MISTAKES.items() for phrase in found])
def test_the_mistake_is_named(name, phrase, message):
    assert phrase in message(name, MISTAKES[name][phrase])


def test_the_pair_is_measured_not_compared():
    """Any pair that meets the terms passes: here noise against contrast, of the learner's own making."""

    def flatter(clean, t):
        return clean.mean() + (1 - t) * (clean - clean.mean())

    praise = EXERCISES["same_psnr"].check(lambda clean: [at(noisy, clean, 24), at(flatter, clean, 24)])
    assert "24.00" in praise


def test_the_pair_of_the_docstring_passes():
    def blurred(clean, sigma):
        return rk.degrade.apply_blur(clean, rk.degrade.gaussian_kernel(0.2 + 10 * sigma))

    def barred(clean, t):
        made = clean.copy()
        made[58:88, 44:117] *= np.float32(1 - t)
        return made

    praise = EXERCISES["same_psnr"].check(lambda clean: (at(blurred, clean, 24), at(barred, clean, 24)))
    assert "0.701 and 0.967" in praise


def test_finer_and_finer_grids_pass():
    def student(degrade, clean, target, low, high):
        for _ in range(3):
            strengths = np.linspace(low, high, 41)
            best = np.argmin([abs(psnr(clean, degrade(clean, t)) - target) for t in strengths])
            low, high = strengths[max(best - 1, 0)], strengths[min(best + 1, 40)]
        return (low + high) / 2

    EXERCISES["find_strength"].check(student)


def test_bisection_may_stop_when_it_is_near():
    def student(degrade, clean, target, low, high):
        while True:
            middle = (low + high) / 2
            reached = psnr(clean, degrade(clean, middle))
            if abs(reached - target) < 0.009:
                return middle
            low, high = (middle, high) if reached > target else (low, middle)

    EXERCISES["find_strength"].check(student)


def test_every_exercise_is_complete():
    assert [entry.number for entry in lab02.EXERCISES] == [f"2.{i}" for i in range(1, 10)]
    assert all(1 <= len(entry.hints) <= 3 for entry in lab02.EXERCISES)
