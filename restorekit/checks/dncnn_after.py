"""Checks of lab 05, after the training: batch normalisation folded away, and denoisers swept over noise levels."""

from collections import defaultdict

import numpy as np
from scipy import ndimage

from restorekit import metrics
from restorekit.checks.scores import name_mistake
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def check_fold(student):
    """5.5: one convolution with a bias that does what convolution and batch normalisation did."""
    rng = np.random.default_rng(7)
    for inputs, filters in ((4, 5), (3, 3)):  # square kernels show a factor along the wrong axis
        kernel = rng.normal(0, 1, (3, 3, inputs, filters))
        gamma, variance = rng.uniform(0.5, 2, filters), rng.uniform(0.05, 3, filters)
        beta, mean = rng.normal(0.5, 1, filters), rng.normal(0, 1, filters)
        epsilon = 0.05
        result = call(student, kernel, gamma, beta, mean, variance, epsilon)
        if not isinstance(result, tuple | list) or len(result) != 2:
            raise Wrong(f"return two things, the new kernel and the bias; you return {_kind(result)}.")
        if np.shape(result[0]) == (filters,) and np.shape(result[1]) == kernel.shape:
            raise Wrong("your two results are swapped: return kernel, bias.")
        factor = gamma / np.sqrt(variance + epsilon)
        factors = [
            (gamma / np.sqrt(variance), "epsilon is missing: batch normalisation divides by sqrt(variance + epsilon)."),
            (
                gamma / (np.sqrt(variance) + epsilon),
                "epsilon belongs under the root, to the variance: sqrt(variance + epsilon).",
            ),
            (
                gamma / (variance + epsilon),
                "you divide by the variance; divide by its square root, the standard deviation.",
            ),
            (gamma * np.sqrt(variance + epsilon), "you multiply by the standard deviation; divide by it."),
            (1 / np.sqrt(variance + epsilon), "gamma is missing: it multiplies what was normalised."),
        ]
        scaled = [(kernel * wrong, message) for wrong, message in factors]
        scaled.append(
            (
                kernel,
                "your kernel is the old one: multiply it by gamma / sqrt(variance + epsilon), one factor for each filter.",
            )
        )
        if inputs == filters:
            turned = "the factor belongs to the *output* channels, the last axis of the kernel; you multiply along the input channels."
            scaled.append((kernel * factor[:, None], turned))
        _judge(result[0], kernel * factor, scaled, "your kernel")
        biases = [
            (
                beta,
                "your bias is beta alone: the mean, that batch normalisation subtracts, is missing: beta - mean * factor.",
            ),
            (beta + mean * factor, "the mean is *subtracted* before the scaling, so the bias is beta - mean * factor."),
            (beta - mean, "the mean is subtracted *before* the scaling, so it is scaled too: beta - mean * factor."),
            (-mean * factor, "beta is missing in your bias: batch normalisation adds it last."),
            (mean * factor - beta, "your bias has the wrong sign: beta - mean * factor."),
            ((beta - mean) * factor, "beta is added *after* the scaling, so it is not scaled: beta - mean * factor."),
        ]
        _judge(result[1], beta - mean * factor, biases, "your bias")
    return "right: one layer less, the same output."


def _kind(value):
    """What a learner returned, with its article."""
    return "one array" if isinstance(value, np.ndarray) else f"a {type(value).__name__}"


def _judge(got, expected, mistakes, what):
    """Pass the right array, name a usual mistake, or say how it differs."""
    got = as_array(got, expected.shape, what)
    if np.abs(got - expected).max() > 1e-4:
        name_mistake(got, mistakes, 1e-4)
        compare_arrays(got, expected, what, 1e-4)


def check_sweep(student):
    """5.6: one noisy image at each level, the same for every denoiser, scored against the clean one."""
    rng = np.random.default_rng(8)
    clean = ndimage.gaussian_filter(rng.random((40, 44)), 2)
    clean = ((clean - clean.min()) / np.ptp(clean)).astype(np.float32)
    sigmas, widths = (0.05, 0.3, 0.15), {"soft": 0.6, "softer": 1.2}
    inputs = defaultdict(list)

    def denoiser(name):
        def denoise(noisy):
            inputs[name].append(np.array(noisy))
            return _soft(noisy, widths[name])

        return denoise

    curves = call(student, {name: denoiser(name) for name in widths}, clean, sigmas, np.random.default_rng(1))
    _judge_keys(curves, list(widths))
    for name in widths:
        if len(inputs[name]) != len(sigmas):
            raise Wrong(
                f"you ran {name!r} {len(inputs[name])} time(s); {len(sigmas)} levels were given, so {len(sigmas)} runs."
            )
    _judge_inputs(inputs, clean, sigmas)
    for name in curves:
        expected = [metrics.psnr(clean, _soft(y, widths[name]) if name in widths else y) for y in inputs["soft"]]
        _judge_curve(name, curves[name], expected, clean, inputs["soft"], widths)
    inputs.clear()
    first, second = (
        call(student, {"soft": denoiser("soft")}, clean, (0.1,), np.random.default_rng(seed)) for seed in (2, 3)
    )
    if first == second:
        raise Wrong("two different rng give the same noise: pass the `rng` that you are given on, rng=rng.")
    return "right: the same noisy image for all, level by level."


def _soft(image, width):
    """The stand-in for a denoiser."""
    return np.clip(ndimage.gaussian_filter(np.asarray(image, np.float32), width), 0, 1)


def _judge_keys(curves, names):
    """One list for each denoiser, the noisy input first."""
    if not isinstance(curves, dict):
        raise Wrong(f"return a dictionary, name -> list of PSNR; you return {_kind(curves)}.")
    if "noisy" not in curves:
        raise Wrong(
            'the noisy input is missing: the first entry is "noisy", its own PSNR at every level. Gains are counted from there.'
        )
    if list(curves) != ["noisy", *names]:
        raise Wrong(
            f"your entries are {', '.join(map(repr, curves))}; expected, in this order: 'noisy', {', '.join(map(repr, names))}."
        )


def _judge_inputs(inputs, clean, sigmas):
    """Every denoiser met the same noisy image, of the right strength, not clipped."""
    for place, sigma in enumerate(sigmas):
        a, b = (inputs[name][place] for name in inputs)
        if np.array_equal(a, clean):
            raise Wrong("the denoisers were given the clean image.")
        if not np.array_equal(a, b):
            width_of_first = _soft(a, 0.6)
            if np.allclose(b, width_of_first):
                raise Wrong(
                    "the second denoiser was given the first one's result. Each starts afresh, from the noisy image."
                )
            raise Wrong(
                "the denoisers met different noise at the same level. Make the noisy image once for each sigma, and give it to all of them."
            )
        spread = float((a - clean).std())
        if spread < sigma / 100:
            raise Wrong(
                f"at sigma {sigma:g} the noise has a standard deviation of {spread:.2g}, 255 times too weak: sigma is on the [0, 1] scale "
                "already."
                if abs(255 * spread - sigma) < 0.1 * sigma
                else f"at sigma {sigma:g} the noise has a standard deviation of {spread:.2g}."
            )
        if a.min() >= 0 and a.max() <= 1:
            raise Wrong(
                "you clipped the noisy image. It is given to the denoisers as it is, also where it leaves [0, 1]."
            )
        if abs(spread - sigma) > 0.08 * sigma:
            expected = float(np.sqrt(sum(s**2 for s in sigmas[: place + 1])))
            told = (
                " You add the noise to an image that is noisy already: start from the clean one at each level."
                if place and abs(spread - expected) < 0.08 * expected
                else ""
            )
            raise Wrong(f"at sigma {sigma:g} the noise has a standard deviation of {spread:.3g}.{told}")


def _judge_curve(name, curve, expected, clean, noisy, widths):
    """One list of PSNR."""
    if np.ndim(curve) == 0:
        raise Wrong(f"the entry {name!r} is one number; a list is wanted, one PSNR for each sigma.")
    curve = as_array(curve, (len(expected),), f"your list for {name!r}")
    if np.abs(curve - expected).max() <= 0.02:
        return
    mistakes = [
        (
            [metrics.psnr(clean, y.clip(0, 1)) for y in noisy],
            "you clipped the noisy image before scoring it; it is scored as it is.",
        ),
        (sorted(expected), "the right numbers in another order: they follow the order of `sigmas`."),
        (sorted(expected)[::-1], "the right numbers in another order: they follow the order of `sigmas`."),
        (
            [metrics.ssim(clean, _soft(y, widths[name]) if name in widths else y) for y in noisy],
            "these are SSIM values; PSNR is asked.",
        ),
    ]
    if name in widths:
        mistakes += [
            (
                [metrics.psnr(y, _soft(y, widths[name])) for y in noisy],
                "you compare with the noisy image; the score is against the clean one.",
            ),
            (
                [metrics.psnr(clean, y) for y in noisy],
                "these are the scores of the noisy input, not of the restored image.",
            ),
            (
                np.subtract(expected, [metrics.psnr(clean, y) for y in noisy]),
                "these are gains over the noisy input; the PSNR itself is asked.",
            ),
        ]
    name_mistake(curve, [(np.array(wrong), f"{name!r}: {message}") for wrong, message in mistakes], 1e-3)
    raise Wrong(f"your PSNR for {name!r} is {np.round(curve, 2)} dB; {np.round(expected, 2)} was expected.")
