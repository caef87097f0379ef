"""Lab 03's checks: right answers pass in several forms, and each usual mistake meets its own message."""

import time

import numpy as np
import pytest
from scipy import ndimage

from restorekit import metrics
from restorekit.checks import lab03

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab03.EXERCISES}


# 3.1 median ------------------------------------------------------------------------------------------------------------


def median_of(image, size, mode="symmetric", statistic=np.median, before=None, after=None):
    """A learner's median with a fault to choose: padding mode, statistic, or an off-centre window."""
    half = size // 2
    before, after = half if before is None else before, half if after is None else after
    pads = [(before, after)] * 2 + [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image, pads, mode=mode)
    windows = np.lib.stride_tricks.sliding_window_view(padded, (before + after + 1,) * 2, axis=(0, 1))
    return statistic(windows, axis=(-2, -1))


@pytest.mark.parametrize("mode", ["symmetric", "reflect", "edge"])
def test_median_accepts_any_sane_border_and_float_noise(mode, passes):
    def student(image, size):
        return (median_of(image, size, mode) * (1 + 1e-6)).astype(np.float32)

    assert passes("median_filter", student)


def median_with_loops(image, size):
    """A slow but right answer, with windows that shrink at the border."""
    result, half = np.zeros_like(image), size // 2
    for i, j in np.ndindex(image.shape[:2]):
        window = image[max(i - half, 0) : i + half + 1, max(j - half, 0) : j + half + 1]
        result[i, j] = np.median(window, axis=(0, 1))
    return result


def inside_only(image, size):
    result, half = image.copy(), size // 2
    result[half:-half, half:-half] = median_of(image, size)[half:-half, half:-half]
    return result


def framed(image, size):
    """Right inside; the border is filled with the mean of the image."""
    result, half = np.full_like(image, image.mean()), size // 2
    result[half:-half, half:-half] = median_of(image, size)[half:-half, half:-half]
    return result


def in_place(image, size):
    image[:] = median_of(image, size)
    return image


MEDIAN_MISTAKES = {
    "mean of the window": lambda image, size: median_of(image, size, statistic=np.mean),
    "largest value": lambda image, size: median_of(image, size, statistic=np.max),
    "smallest value": lambda image, size: median_of(image, size, statistic=np.min),
    "ends *before* its stop": lambda image, size: median_of(image, size, after=size // 2 - 1),
    "reaches `size` pixels to each side": lambda image, size: median_of(image, 2 * size + 1),
    "not centred": lambda image, size: median_of(image, size, before=0, after=2 * (size // 2)),
    "your window is not centred": lambda image, size: median_of(image, size, before=2 * (size // 2), after=0),
    "always 3 x 3": lambda image, size: median_of(image, 3),
    "along columns, then along rows": lambda image, size: ndimage.median_filter(
        ndimage.median_filter(image, (size, 1)), (1, size)
    ),
    "along rows, then along columns": lambda image, size: ndimage.median_filter(
        ndimage.median_filter(image, (1, size)), (size, 1)
    ),
    "a dark frame": lambda image, size: median_of(image, size, mode="constant"),
    "the left border sees the right one": lambda image, size: median_of(image, size, mode="wrap"),
    "of a ramp": framed,
    "still the noisy ones": inside_only,
    "pad the image first": lambda image, size: median_of(image, size, before=0, after=0)
    if size == 1
    else np.median(np.lib.stride_tricks.sliding_window_view(image, (size, size), axis=(0, 1)), axis=(-2, -1)),
    "one number for the whole image": lambda image, size: np.median(image),
    "mixes the channels": lambda image, size: ndimage.median_filter(image, size),
    "has no channels": lambda image, size: median_of(image if image.ndim == 2 else image.mean(-1), size),
    "in 0-255": lambda image, size: median_of(image, size) * 255,
    "unchanged": lambda image, size: image,
    "changes the array": in_place,
    "TypeError": lambda image, size: median_of(image, size / 2),
}


def test_median_accepts_loops(passes):
    assert passes("median_filter", median_with_loops)


@pytest.mark.parametrize("phrase", MEDIAN_MISTAKES)
def test_median_mistakes_are_named(phrase, message):
    assert phrase in message("median_filter", MEDIAN_MISTAKES[phrase])


# 3.2 bilateral ---------------------------------------------------------------------------------------------------------


def bilateral_of(
    noisy,
    width,
    range_width,
    *,
    mode="symmetric",
    space=None,
    near=None,
    join=np.multiply,
    stop=1,
    skip=False,
    radius=None,
):
    """A learner's bilateral filter with a fault to choose."""
    space = space or (lambda d2: np.exp(-d2 / (2 * width**2)))
    near = near or (lambda d: np.exp(-(d**2) / (2 * range_width**2)))
    radius = radius or int(np.ceil(3 * width))
    padded, (rows, columns) = np.pad(noisy, radius, mode=mode), noisy.shape
    total, weights = np.zeros(noisy.shape), np.zeros(noisy.shape)
    for i in range(-radius, radius + stop):
        for j in range(-radius, radius + stop):
            if skip and i == j == 0:
                continue
            neighbour = padded[radius + i : radius + i + rows, radius + j : radius + j + columns]
            weight = join(space(i * i + j * j), near(neighbour - noisy))
            total, weights = total + weight * neighbour, weights + weight
    return total, weights


def bilateral_rolled(noisy, width, range_width):
    """The bilateral filter by np.roll, which wraps around."""
    radius, total, weights = int(np.ceil(3 * width)), 0, 0
    for i in range(-radius, radius + 1):
        for j in range(-radius, radius + 1):
            neighbour = np.roll(noisy, (i, j), (0, 1))
            weight = np.exp(-(i * i + j * j) / (2 * width**2) - (neighbour - noisy) ** 2 / (2 * range_width**2))
            total, weights = total + weight * neighbour, weights + weight
    return total / weights


def bilateral_cut_off(noisy, width, range_width):
    """Right, with a window that ends at the border."""
    radius, result = int(np.ceil(3 * width)), np.zeros_like(noisy)
    for r, c in np.ndindex(noisy.shape):
        top, left = max(r - radius, 0), max(c - radius, 0)
        window = noisy[top : r + radius + 1, left : c + radius + 1]
        i, j = np.mgrid[top : top + window.shape[0], left : left + window.shape[1]]
        near = np.exp(-((i - r) ** 2 + (j - c) ** 2) / (2 * width**2))
        weights = near * np.exp(-((window - noisy[r, c]) ** 2) / (2 * range_width**2))
        result[r, c] = (weights * window).sum() / weights.sum()
    return result


def bilateral_uncentred(neighbours, weights):
    """Shifts from 0 to 2 * radius, in the choice of neighbours or in the weights (or, with -1 and 0, centred)."""

    def student(noisy, width, range_width):
        radius, total, sums = int(np.ceil(3 * width)), 0, 0
        padded = np.pad(noisy, 2 * radius, mode="symmetric")
        for i in range(2 * radius + 1):
            for j in range(2 * radius + 1):
                a, b = 2 * radius + i - neighbours * radius, 2 * radius + j - neighbours * radius
                neighbour = padded[a : a + noisy.shape[0], b : b + noisy.shape[1]]
                apart2 = (i - weights * radius) ** 2 + (j - weights * radius) ** 2
                weight = np.exp(-apart2 / (2 * width**2)) * np.exp(-((neighbour - noisy) ** 2) / (2 * range_width**2))
                total, sums = total + weight * neighbour, sums + weight
        return total / sums

    return student


def bilateral_with(**fault):
    """A learner's answer with this fault; the keyword functions may use s and r, the two sigmas."""

    def student(noisy, width, range_width):
        chosen = {k: (v(width, range_width) if k in ("space", "near") else v) for k, v in fault.items()}
        total, weights = bilateral_of(noisy, width, range_width, **chosen)
        return total / weights

    return student


BILATERAL_MISTAKES = {
    "forgot to normalise": lambda *a: bilateral_of(*a)[0],
    "number of neighbours": lambda *a: bilateral_of(*a)[0] / (2 * int(np.ceil(3 * a[1])) + 1) ** 2,
    "swapped": bilateral_with(
        space=lambda s, r: lambda d2: np.exp(-d2 / (2 * r**2)), near=lambda s, r: lambda d: np.exp(-(d**2) / (2 * s**2))
    ),
    "brightness is not squared": bilateral_with(near=lambda s, r: lambda d: np.exp(-np.abs(d) / (2 * r**2))),
    "distance is not squared": bilateral_with(space=lambda s, r: lambda d2: np.exp(-np.sqrt(d2) / (2 * s**2))),
    "the factor 2 is missing: a Gaussian": bilateral_with(
        space=lambda s, r: lambda d2: np.exp(-d2 / s**2), near=lambda s, r: lambda d: np.exp(-((d / r) ** 2))
    ),
    "in the range weight, the factor 2": bilateral_with(near=lambda s, r: lambda d: np.exp(-((d / r) ** 2))),
    "in the spatial weight, the factor 2": bilateral_with(space=lambda s, r: lambda d2: np.exp(-d2 / s**2)),
    "range_width is not squared": bilateral_with(near=lambda s, r: lambda d: np.exp(-(d**2) / (2 * r))),
    "width is not squared": bilateral_with(space=lambda s, r: lambda d2: np.exp(-d2 / (2 * s))),
    "the range weight, by the difference in brightness, is missing": bilateral_with(near=lambda s, r: np.ones_like),
    "the spatial weight is missing": bilateral_with(space=lambda s, r: lambda d2: 1.0),
    "multiply them": bilateral_with(join=np.add),
    "ends before radius": bilateral_with(stop=0),
    "left out": bilateral_with(skip=True),
    "Python reads x / 2 * width**2 as": bilateral_with(
        space=lambda s, r: lambda d2: np.exp(-d2 / 2 * s**2), near=lambda s, r: lambda d: np.exp(-(d**2) / 2 * r**2)
    ),
    "in the spatial weight, Python reads": bilateral_with(space=lambda s, r: lambda d2: np.exp(-d2 / 2 * s**2)),
    "in the range weight, Python reads x / 2 * range_width**2": bilateral_with(
        near=lambda s, r: lambda d: np.exp(-(d**2) / 2 * r**2)
    ),
    "a minus sign is missing": bilateral_with(
        space=lambda s, r: lambda d2: np.exp(d2 / (2 * s**2)), near=lambda s, r: lambda d: np.exp(d**2 / (2 * r**2))
    ),
    "in the spatial weight, a minus": bilateral_with(space=lambda s, r: lambda d2: np.exp(d2 / (2 * s**2))),
    "in the range weight, a minus": bilateral_with(near=lambda s, r: lambda d: np.exp(d**2 / (2 * r**2))),
    "not centred": bilateral_uncentred(neighbours=0, weights=0),
    "shifts are not centred": bilateral_uncentred(neighbours=1, weights=0),
    "your shifts are not": bilateral_uncentred(neighbours=0, weights=1),
    "reaches 1 to each side": bilateral_with(radius=1),
    "and `radius` is 3": bilateral_with(radius=2),
    "the left border sees the right one": bilateral_rolled,
    "sees the right one": bilateral_with(mode="wrap"),
    "a dark frame": bilateral_with(mode="constant"),
    "in 0-255": lambda *a: np.divide(*bilateral_of(*a)) * 255,
}


@pytest.mark.parametrize("mode", ["symmetric", "reflect", "edge"])
def test_bilateral_accepts_any_sane_border(mode, passes):
    def student(*args):
        return bilateral_with(mode=mode)(*args).astype(np.float32)

    assert passes("bilateral_filter", student)


def test_bilateral_accepts_a_window_that_ends_at_the_border(passes):
    assert passes("bilateral_filter", bilateral_cut_off)


@pytest.mark.parametrize("phrase", BILATERAL_MISTAKES)
def test_bilateral_mistakes_are_named(phrase, message):
    assert phrase in message("bilateral_filter", BILATERAL_MISTAKES[phrase])


# 3.3 guided ------------------------------------------------------------------------------------------------------------


def box(image, radius, mode="reflect"):
    return ndimage.uniform_filter(image, 2 * radius + 1, mode=mode)


def guided_with(slope=None, offset=None, final=None, variance=None, mode="reflect", size=None):
    """A learner's guided filter with a fault to choose."""
    slope = slope or (lambda v, eps: v / (v + eps))
    offset = offset or (lambda a, mean, noisy: (1 - a) * mean)
    variance = variance or (lambda square, mean: square - mean**2)
    final = final or (lambda a, b, noisy, mean, blur: blur(a) * noisy + blur(b))

    def student(noisy, radius, eps):
        def blur(image):
            return box(image, radius, mode) if size is None else ndimage.uniform_filter(image, size(radius), mode=mode)

        mean = blur(noisy)
        spread = variance(blur(noisy**2), mean)
        a = slope(spread, eps)
        return final(a, offset(a, mean, noisy), noisy, mean, blur)

    return student


def guided_by_pixels(average):
    """A learner's guided filter whose variance is (noisy - mean)**2, averaged or not."""

    def student(noisy, radius, eps):
        mean = box(noisy, radius)
        variance = (noisy - mean) ** 2
        variance = box(variance, radius) if average else variance
        a = variance / (variance + eps)
        return box(a, radius) * noisy + box((1 - a) * mean, radius)

    return student


GUIDED_MISTAKES = {
    "a and b are not averaged": guided_with(final=lambda a, b, noisy, mean, blur: a * noisy + b),
    "you averaged a, but not b": guided_with(final=lambda a, b, noisy, mean, blur: blur(a) * noisy + b),
    "you averaged b, but not a": guided_with(final=lambda a, b, noisy, mean, blur: a * noisy + blur(b)),
    "Mind the brackets": guided_with(slope=lambda v, eps: v / v + eps),
    "eps stands in the wrong place": guided_with(slope=lambda v, eps: (v + eps) / v),
    "large on flat walls": guided_with(slope=lambda v, eps: eps / (v + eps)),
    "You squared it": guided_with(slope=lambda v, eps: v / (v + eps**2)),
    "no square root": guided_with(slope=lambda v, eps: np.sqrt(v) / (np.sqrt(v) + eps)),
    "your variance is negative": guided_with(variance=lambda square, mean: mean**2 - square),
    "subtract the square of the mean": guided_with(variance=lambda square, mean: square),
    "b is too large": guided_with(offset=lambda a, mean, noisy: mean),
    "b is made of the noisy image": guided_with(offset=lambda a, mean, noisy: (1 - a) * noisy),
    "apply it to the noisy image": guided_with(final=lambda a, b, noisy, mean, blur: blur(a) * mean + blur(b)),
    "The lines (a and b) are still to come": guided_with(final=lambda a, b, noisy, mean, blur: mean),
    "you average the finished picture": guided_with(final=lambda a, b, noisy, mean, blur: blur(a * noisy + b)),
    "b is 1 - a * mean": guided_with(offset=lambda a, mean, noisy: 1 - a * mean),
    "the mean is not squared": guided_with(variance=lambda square, mean: square - mean),
    "its own* window": guided_by_pixels(average=False),
    "a window has one mean": guided_by_pixels(average=True),
    "sees the right one": guided_with(mode="wrap"),
    "`radius` wide": guided_with(size=lambda radius: radius),
    "your window is 7 wide; with radius 2 it is 5": guided_with(size=lambda radius: 2 * radius + 3),
    "a dark frame": guided_with(mode="constant"),
    "in 0-255": lambda *a: guided_with()(*a) * 255,
}


@pytest.mark.parametrize("mode", ["reflect", "mirror", "nearest"])
def test_guided_accepts_any_sane_border(mode, passes):
    assert passes("guided_filter", guided_with(mode=mode))


@pytest.mark.parametrize("phrase", GUIDED_MISTAKES)
def test_guided_mistakes_are_named(phrase, message):
    assert phrase in message("guided_filter", GUIDED_MISTAKES[phrase])


# 3.4 non-local weights ---------------------------------------------------------------------------------------------------


def weights_with(distance=None, weight=None, normalise=True, sign=1, stop=1, patch=None, skip=False, last=1):
    """A learner's non-local weights with a fault to choose."""
    distance = distance or (lambda p, q: np.mean((p - q) ** 2))
    weight = weight or (lambda d2, h: np.exp(-d2 / h**2))

    def student(noisy, row, column, patch_radius, search_radius, h):
        p, s = patch_radius if patch is None else patch, search_radius
        centre = noisy[row - p : row + p + last, column - p : column + p + last]
        result = np.zeros((2 * s + stop, 2 * s + stop))
        for i in range(-s, s + stop):
            for j in range(-s, s + stop):
                r, c = row + sign * i, column + sign * j
                other = noisy[r - p : r + p + last, c - p : c + p + last]
                result[s + i, s + j] = weight(distance(centre, other), h)
        if skip:
            result[s, s] = 0
        return result / result.sum() if normalise else result

    return student


WEIGHT_MISTAKES = {
    "divide by their sum at the end": weights_with(normalise=False),
    "distances themselves": weights_with(weight=lambda d2, h: d2, normalise=False),
    "own patch has no weight": weights_with(skip=True),
    "you *sum* the squared": weights_with(distance=lambda p, q: np.sum((p - q) ** 2)),
    "differences are not squared": weights_with(distance=lambda p, q: np.mean(np.abs(p - q))),
    "the root of the mean squared": weights_with(distance=lambda p, q: np.sqrt(np.mean((p - q) ** 2))),
    "and h is not squared": weights_with(
        distance=lambda p, q: np.sqrt(np.mean((p - q) ** 2)), weight=lambda d, h: np.exp(-d / h)
    ),
    "h is not squared: exp": weights_with(weight=lambda d2, h: np.exp(-d2 / h)),
    "you divide by 2 h**2": weights_with(weight=lambda d2, h: np.exp(-d2 / (2 * h**2))),
    "minus sign": weights_with(weight=lambda d2, h: np.exp(d2 / h**2)),
    "single pixels": weights_with(patch=0),
    "mirrored": weights_with(sign=-1),
    "both included": weights_with(stop=0),
    "too small": weights_with(patch=1),
    "rows and columns are swapped": lambda *a: weights_with()(*a).T,
    "your patches are 4 pixels wide, not 5": weights_with(last=0),
    "row and column are swapped where": lambda noisy, row, column, *a: weights_with()(noisy, column, row, *a),
    "swapped where you cut": lambda noisy, row, column, *a: weights_with()(noisy, column, row, *a).T,
    "not 1: divide": lambda *a: weights_with()(*a) * 2 + 0.01,
    "an array of real numbers": lambda *a: "weights",
}


def test_patch_weights_by_loops_pass(passes):
    assert passes("patch_weights", weights_with())


@pytest.mark.parametrize("phrase", WEIGHT_MISTAKES)
def test_weight_mistakes_are_named(phrase, message):
    assert phrase in message("patch_weights", WEIGHT_MISTAKES[phrase])


# 3.5 tune, then test -----------------------------------------------------------------------------------------------------


def choose(denoiser, values, pair, pick=max, against=1):
    """The value with the best score on a (noisy, clean) pair."""
    return pick(values, key=lambda value: metrics.psnr(pair[against], denoiser(pair[0], value)))


def tune_with(choice=choose, report=None):
    """A learner's experiment with a fault in the choice or in the report."""
    report = report or (lambda denoiser, best, test: [metrics.psnr(c, denoiser(n, best)) for n, c in test])

    def student(denoiser, values, tuning, test):
        best = choice(denoiser, values, tuning)
        return best, report(denoiser, best, test)

    return student


def on_the_test(denoiser, values, tuning, test):
    best = max(values, key=lambda v: np.mean([metrics.psnr(c, denoiser(n, v)) for n, c in test]))
    return best, [metrics.psnr(c, denoiser(n, best)) for n, c in test]


def each_its_own(denoiser, values, tuning, test):
    choose(denoiser, values, tuning)
    return values[0], [max(metrics.psnr(c, denoiser(n, v)) for v in values) for n, c in test]


def with_tuning(denoiser, values, tuning, test):
    best = choose(denoiser, values, tuning)
    return best, [metrics.psnr(c, denoiser(n, best)) for n, c in [tuning, *test]]


TUNE_MISTAKES = {
    "tuning on the test": on_the_test,
    "you tried 5 values on a test image": each_its_own,
    "not one of the noisy ones": tune_with(choice=lambda d, values, pair: choose(d, values, pair[::-1])),
    "of the 5 values": tune_with(choice=lambda d, values, pair: choose(d, values[:-1], pair)),
    "*lowest* PSNR": tune_with(choice=lambda d, values, pair: choose(d, values, pair, pick=min)),
    "changes least": tune_with(choice=lambda d, values, pair: choose(d, values, pair, against=0)),
    "the position": tune_with(
        choice=lambda d, values, pair: int(np.argmax([metrics.psnr(pair[1], d(pair[0], v)) for v in values]))
    ),
    "the value that reached it": tune_with(
        choice=lambda d, values, pair: max(metrics.psnr(pair[1], d(pair[0], v)) for v in values),
        report=lambda d, best, test: [0.0, 0.0],
    ),
    "has the highest PSNR": tune_with(
        choice=lambda d, values, pair: sorted(values, key=lambda v: metrics.psnr(pair[1], d(pair[0], v)))[1]
    ),
    "were not denoised with the value": tune_with(
        report=lambda d, best, test: [metrics.psnr(c, d(n, 0.4)) for n, c in test]
    ),
    "a mean hides": tune_with(report=lambda d, best, test: np.mean([metrics.psnr(c, d(n, best)) for n, c in test])),
    "among your test scores": with_tuning,
    "compare with the noisy image": tune_with(
        report=lambda d, best, test: [metrics.psnr(n, d(n, best)) for n, c in test]
    ),
    "was expected": tune_with(report=lambda d, best, test: [metrics.mse(c, d(n, best)) for n, c in test]),
    "has the highest SSIM": tune_with(
        choice=lambda d, values, pair: max(values, key=lambda v: metrics.ssim(pair[1], d(pair[0], v)))
    ),
    "best first, then the scores": lambda *a: EXERCISES["tune_then_test"].reference(*a)[::-1],
    "return two things": lambda *a: EXERCISES["tune_then_test"].reference(*a)[0],
    "stops with": lambda denoiser, values, tuning, test: values["best"],
}


@pytest.mark.parametrize("phrase", TUNE_MISTAKES)
def test_tuning_mistakes_are_named(phrase, message):
    assert phrase in message("tune_then_test", TUNE_MISTAKES[phrase])


def test_tuning_accepts_numpy_scalars_and_a_second_run(passes):
    def student(denoiser, values, tuning, test):
        best = choose(denoiser, values, tuning)
        denoiser(tuning[0], best)
        return np.float64(best), np.array([metrics.psnr(c, denoiser(n, best)) for n, c in test])

    assert passes("tune_then_test", student)


# 3.6 bake-off --------------------------------------------------------------------------------------------------------------


def scores(clean, image):
    return {"psnr": metrics.psnr(clean, image), "ssim": metrics.ssim(clean, image)}


def bake_with(
    noisy_row="first", draw_again=False, chain=False, against="clean", clock=True, cheat=False, keep=None, late=False
):
    """A learner's bake-off with a fault to choose."""

    def student(clean, noises, methods):
        rows = []
        for noise, add in noises.items():
            noisy = add(clean)
            own = {"noise": noise, "method": "noisy", **scores(clean, noisy), "seconds": 0}
            if noisy_row == "first":
                rows.append(own)
            given = noisy
            for name, denoise in methods.items():
                if draw_again:
                    given = add(clean)
                start = time.perf_counter()
                restored = denoise(clean if cheat else given)
                seconds = time.perf_counter() - start if clock else 0.0
                right = {"clean": clean, "noisy": noisy}[against]
                scored = noisy if keep == "noisy" else restored
                reached = scores(right, scored)
                seconds = time.perf_counter() - start if late else seconds
                rows.append({"noise": noise, "method": name, **reached, "seconds": seconds})
                given = restored if chain else given
            if noisy_row == "last":
                rows.append(own)
        return rows

    return student


def renamed(rows, **names):
    """The rows with columns renamed."""
    return [{names.get(k, k): v for k, v in row.items()} for row in rows]


BAKE_MISTAKES = {
    "the noisy input is missing": bake_with(noisy_row=None),
    "another order": bake_with(noisy_row="last"),
    "times: each method then met another noise": bake_with(draw_again=True),
    "another method's result": bake_with(chain=True),
    "compare with the noisy image": bake_with(against="noisy"),
    "score of the noisy input": bake_with(keep="noisy"),
    "was given the clean image": bake_with(cheat=True),
    "seconds cannot be right": bake_with(clock=False),
    "the clock stops too late": bake_with(late=True),
    "are milliseconds": lambda *a: [row | {"seconds": 1000 * row["seconds"]} for row in bake_with()(*a)],
    "you clipped the noisy image before scoring": lambda clean, noises, methods: [
        row | (scores(clean, drawn.clip(0, 1)) if row["method"] == "noisy" else {})
        for noise, add in noises.items()
        for drawn in [add(clean)]
        for row in bake_with()(clean, {noise: lambda image, drawn=drawn: drawn}, methods)
    ],
    "given a clipped noisy image": lambda clean, noises, methods: bake_with()(
        clean, noises, {name: lambda y, f=f: f(y.clip(0, 1)) for name, f in methods.items()}
    ),
    "only one noise came back": lambda *a: bake_with()(*a)[:3],
    "swapped": lambda *a: renamed(bake_with()(*a), psnr="ssim", ssim="psnr"),
    "has no 'seconds'": lambda *a: renamed(bake_with()(*a), seconds="time"),
    "a list of dictionaries": lambda *a: {row["method"]: row for row in bake_with()(*a)},
    "rows were expected": lambda *a: bake_with()(*a)[:5],
    "expected": lambda *a: [row | {"psnr": row["psnr"] - 1} for row in bake_with()(*a)],
}


@pytest.mark.parametrize("phrase", BAKE_MISTAKES)
def test_bake_off_mistakes_are_named(phrase, message):
    assert phrase in message("bake_off", BAKE_MISTAKES[phrase])


def test_bake_off_by_loops_passes(passes):
    assert passes("bake_off", bake_with())


def test_a_late_clock_is_heard_through_the_shortcuts_too(message):
    import restorekit as rk

    def student(clean, noises, methods):
        rows = []
        for noise, add in noises.items():
            noisy = add(clean)
            for method, denoise in {"noisy": lambda image: image, **methods}.items():
                start = time.perf_counter()
                restored = denoise(noisy)
                row = {
                    "noise": noise,
                    "method": method,
                    "psnr": rk.psnr(clean, restored),
                    "ssim": rk.ssim(clean, restored),
                }
                rows.append(row | {"seconds": time.perf_counter() - start})
        return rows

    assert "the clock stops too late" in message("bake_off", student)
    assert rk.psnr is metrics.psnr and rk.ssim is metrics.ssim
