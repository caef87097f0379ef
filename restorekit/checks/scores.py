"""Checks of lab 02, the scores: PSNR by hand, and the PSNR of the Y channel.

Each check computes what the usual mistakes would give; an answer that equals one of them gets that mistake's message.
"""

import warnings

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call, compare_arrays

STUDIO = np.array([65.481, 128.553, 24.966])  # BT.601, MATLAB's rgb2ycbcr: levels of 255 for R, G, B in [0, 1]


def psnr(clean, restored, data_range=1.0):
    """PSNR in dB; infinite for equal images. (`restorekit.metrics.psnr` takes images in [0, 1] alone.)"""
    mse = np.mean((np.asarray(clean, np.float64) - restored) ** 2)
    return float(10 * np.log10(data_range**2 / mse)) if mse > 0 else np.inf


def psnr_y(clean, restored, border):
    """PSNR in dB of the Y channels of two (H, W, 3) images, without `border` pixels at every side."""
    height, width = clean.shape[:2]
    inside = slice(border, height - border), slice(border, width - border)
    return psnr(*(((16 + np.asarray(image, np.float64) @ STUDIO) / 255)[inside] for image in (clean, restored)))


def name_mistake(got, mistakes, tolerance=1e-6):
    """Raise the message of the mistake, a pair (result, message), that gives just this."""
    got = np.asarray(got)
    for wrong, message in mistakes:
        if np.shape(wrong) == got.shape and np.allclose(got, wrong, rtol=tolerance, atol=tolerance, equal_nan=True):
            raise Wrong(message)


def judge(got, expected, mistakes, what="your output", tolerance=1e-6):
    """Pass the right answer, name a known mistake, or say how the answer differs."""
    near = tolerance * max(1.0, float(np.abs(expected).max()))
    if np.shape(got) == np.shape(expected) and np.abs(np.asarray(got) - expected).max() <= near:
        return
    name_mistake(got, mistakes, tolerance)
    got = as_array(got, np.shape(expected), what)
    if got.shape == ():
        raise Wrong(f"{what} is {got:.4f}; {expected:.4f} was expected.")
    compare_arrays(got, expected, what, near)


def one_number(value):
    """Return the learner's one number, or say that it is not one number."""
    array = np.asarray(value)
    if array.dtype.kind in "fiu" and array.shape:
        raise Wrong(
            f"you return an array of shape {array.shape}; one number was expected. Average over everything: rows, columns "
            "and channels."
        )
    return as_array(value, ())


def _decibels(ratio):
    """Ten times the decimal logarithm."""
    return 10 * np.log10(ratio)


def _colours():
    """Return a small colour image and its restoration: darker than white, channels of unequal error, leaving [0, 1]."""
    rng = np.random.default_rng(21)
    clean = 0.8 * rng.random((24, 20, 3))
    return clean, clean + 0.05 + rng.normal(0, 1, clean.shape) * [0.05, 0.1, 0.2]


@np.errstate(all="ignore")
def check_psnr(student):
    """2.1: 10 log10(data_range**2 / MSE), one mean over everything, data_range from outside."""
    clean, restored = _colours()
    for s in (1.0, 255.0):
        x, y = s * clean, s * restored
        error = x - y
        mse = np.mean(error**2)
        own = (
            "you take the image's own largest value. It is the largest *possible* one, data_range: otherwise a dark picture is "
            "punished, and one hot pixel improves the score."
        )
        mistakes = [
            (_decibels(x.max() ** 2 / mse), own),
            (_decibels(y.max() ** 2 / mse), own + " (You take the restored image's.)"),
            (_decibels(np.ptp(x) ** 2 / mse), own + " (You take its largest minus its smallest.)"),
            (
                10 * np.log(s**2 / mse),
                "you use the natural logarithm; decibels use the logarithm to base 10: np.log10.",
            ),
            (10 * np.log2(s**2 / mse), "you use the logarithm to base 2; decibels use base 10: np.log10."),
            (
                20 * np.log10(s**2 / mse),
                "your number is twice too large: the factor 20 belongs to data_range / RMSE, the factor 10 to data_range**2 / MSE.",
            ),
            (
                10 * np.log10(s / np.sqrt(mse)),
                "your number is half of what it should be: the factor 10 belongs to data_range**2 / MSE, 20 to data_range / RMSE.",
            ),
            (np.log10(s**2 / mse), "this is in bel. A decibel is a tenth of one: multiply by 10."),
            (
                _decibels(s / mse),
                "you forgot the square of data_range: it is data_range**2 / MSE. (With 1 that does not show.)",
            ),
            (_decibels(1 / mse), "you ignore data_range: yours is always 1."),
            (_decibels(255**2 / mse), "your largest value is always 255. It is data_range; our images have 1."),
            (
                _decibels(s**2 / np.mean(np.abs(error))),
                "you forgot the square in the *mean squared* error: you average the absolute differences.",
            ),
            (
                _decibels(s**2 / np.mean(np.abs(error)) ** 2),
                "you average the absolute differences and square then. Square each difference first, then average.",
            ),
            (
                _decibels(s**2 / np.mean(error) ** 2),
                "you average the differences before you square: plus and minus cancel. Square first, then average.",
            ),
            (
                _decibels(s**2 / np.var(error)),
                "you use the variance of the difference (np.var or np.std), which forgives a shift in brightness. The MSE "
                "does not: np.mean(difference**2).",
            ),
            (_decibels(s**2 / np.sum(error**2)), "you sum the squared differences; take their mean."),
            (
                np.mean(_decibels(s**2 / np.mean(error**2, axis=(0, 1)))),
                "you average the PSNRs of the channels. Take one mean of the squared error over all pixels and channels, "
                "then one logarithm.",
            ),
            (
                _decibels(s**2 / np.mean(np.sum(error**2, axis=-1))),
                "you sum the squared error over the channels. Take its mean over the channels, too.",
            ),
            (
                _decibels(s**2 / np.mean((x - np.clip(y, 0, s)) ** 2)),
                "you clip the restored image first. Clipping may be right, but then it is the caller's decision: do not clip here.",
            ),
            (-_decibels(s**2 / mse), "your fraction is upside down: data_range**2 stands above, the MSE below."),
            (s**2 / mse, "you forgot the logarithm: 10 * np.log10(...)."),
            (mse, "this is the mean squared error. Now turn it into decibels."),
            (np.sqrt(mse), "this is the root of the mean squared error. Now turn it into decibels."),
        ]
        judge(
            one_number(call(student, x, y, s)), _decibels(s**2 / mse), mistakes, f"your PSNR (data_range={s:g})", 1e-5
        )
    judge(one_number(call(student, clean, restored)), psnr(clean, restored), [], "your PSNR without data_range", 1e-5)
    _judge_equal(student, clean, 1.0)


def _judge_equal(student, clean, *rest):
    """Two equal images have an infinite PSNR."""
    try:
        same = call(student, clean, clean, *rest)
    except Wrong as stumble:
        raise Wrong(f"for two equal images the error is 0 and the PSNR np.inf; {stumble}") from None
    if not np.isposinf(np.asarray(same, float)):
        raise Wrong(f"for two equal images you return {same}; with an error of 0 the PSNR is infinite: np.inf.")


@np.errstate(all="ignore")
def check_psnr_y(student):
    """2.2: studio-range Y, a border left out, peak 1."""
    clean, restored = _colours()
    restored = restored + np.zeros((24, 20, 1))
    restored[:3, :, 0] += 0.3  # the border is worse than the rest, at each side by another amount
    restored[-3:, :, 1] -= 0.2
    restored[:, :3, 2] += 0.25
    restored[:, -3:, 1] += 0.15

    inner, all_of_it = slice(3, -3), slice(None)

    def score(weights=STUDIO, rows=inner, columns=inner, scale=255, peak=1.0, change=lambda y: y, after=restored):
        x, y = (change((16 + image @ np.asarray(weights)) / scale)[rows, columns] for image in (clean, after))
        return _decibels(peak**2 / np.mean((x - y) ** 2))

    mistakes = [
        (
            score(np.array([0.299, 0.587, 0.114]) * 255),
            "you use the full-range brightness (0.299, 0.587, 0.114), or the peak 219/255, which comes to the same. The "
            "literature's Y is in studio range, 16 to 235 of 255: 65.481 R + 128.553 G + 24.966 B, plus 16, all divided by "
            "255; and its peak is nevertheless 1.",
        ),
        (score(np.full(3, 255 / 3)), "you take the plain mean of R, G and B; Y weighs them: 65.481, 128.553, 24.966."),
        (score(STUDIO[::-1]), "your channels are in the order B, G, R; ours are R, G, B."),
        (
            score(scale=1),
            "your Y runs from 16 to 235 while your peak is 1. Divide Y by 255 (or take a peak of 255).",
        ),
        (
            score(peak=235 / 255),
            "you take the largest Y, 235/255, as the peak. By convention the peak is 1 (255 of 255).",
        ),
        (
            score(rows=all_of_it, columns=all_of_it),
            "you do not leave out the border: your number is that of the whole picture.",
        ),
        (score(columns=all_of_it), "you leave out the border above and below, but not at the left and right."),
        (score(rows=all_of_it), "you leave out the border at the left and right, but not above and below."),
        (score(rows=slice(3, None), columns=slice(3, None)), "you leave out the border above and at the left only."),
        (score(rows=slice(None, -3), columns=slice(None, -3)), "you leave out the border below and at the right only."),
        (score(rows=slice(6, -6), columns=slice(6, -6)), "you leave out twice the border."),
        (
            score(change=lambda y: np.round(y * 255) / 255),
            "you round Y to 8 bits. Some programs do, but here everything stays in floating point.",
        ),
        (score(after=np.clip(restored, 0, 1)), "you clip the images to [0, 1]. Here nothing is clipped."),
        (
            _decibels(1 / np.mean((clean - restored)[inner, inner] ** 2)),
            "this is the PSNR of R, G and B together: convert to Y first.",
        ),
        (
            _decibels(1 / np.mean(((clean - restored)[..., 0])[inner, inner] ** 2)),
            "this is the PSNR of the red channel alone: image[..., 0] of an RGB image is R, not Y.",
        ),
    ]
    judge(one_number(call(student, clean, restored, 3)), score(), mistakes, "your PSNR with border=3", 1e-5)
    empty = (
        "with border=0 your picture vanishes: the slice [0:-0] is empty. Slice to `height - border`, or leave the cropping "
        "out when border is 0."
    )
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            whole = call(student, clean, restored, 0)
        except Wrong as stumble:
            raise Wrong(f"{empty} ({stumble})") from None
    if np.shape(whole) == () and np.isnan(np.asarray(whole, float)):
        raise Wrong(empty)
    judge(one_number(whole), score(rows=all_of_it, columns=all_of_it), [], "your PSNR with border=0", 1e-5)
    _judge_equal(student, clean, 3)
