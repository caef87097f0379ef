"""Checks of the two experiments of lab 03: spies stand in for denoisers and noises, and remember what they were given."""

import time
from collections import defaultdict
from contextlib import contextmanager

import numpy as np
from scipy import ndimage

import restorekit
from restorekit import metrics
from restorekit.diagnosis import Wrong, as_array, call


def _name(image, known):
    """Return which of the known images this is, or None."""
    return next((name for name, other in known.items() if np.array_equal(image, other)), None)


def check_tune(student):
    """3.5: a grid search that sees the tuning image alone, then one run on each test image."""
    rng = np.random.default_rng(8)
    rows, columns = np.mgrid[:40, :40] / 40
    soft = 0.5 + 0.4 * np.sin(15 * rows)  # here PSNR likes 0.7 best, SSIM 1.5
    cleans = [soft, 0.5 + 0.3 * np.sin(70 * columns), 0.5 + 0.3 * np.sin(60 * (rows + columns))]
    (easy, *hard) = [((c + rng.normal(0, 0.1, c.shape)).astype(np.float32), c.astype(np.float32)) for c in cleans]
    known = {"tuning": easy[0], "test 1": hard[0][0], "test 2": hard[1][0]}
    values = (0.4, 0.7, 1.5, 4.0, 9.0)
    seen = defaultdict(list)

    def blur(noisy, value):
        seen[_name(noisy, known)].append(value)
        return ndimage.gaussian_filter(noisy, value)

    answer = call(student, blur, values, easy, hard)
    _judge_pair(answer)
    tried = {name: list(v) for name, v in seen.items()}
    for name in ("test 1", "test 2"):
        if len(set(tried.get(name, []))) > 1:
            raise Wrong(
                f"you tried {len(set(tried[name]))} values on a test image: that is tuning on the test. Choose on the tuning image "
                "alone, then run the chosen value once on each test image."
            )
    if None in tried:
        raise Wrong(
            "you denoised an image that is not one of the noisy ones: call denoiser(noisy, value), noisy first in each pair."
        )
    missing = [v for v in values if v not in tried.get("tuning", [])]
    if missing:
        raise Wrong(
            f"you tried {len(values) - len(missing)} of the {len(values)} values on the tuning image; {missing[0]} is left out."
        )
    best, scores = answer
    on_tuning = [metrics.psnr(easy[1], ndimage.gaussian_filter(easy[0], v)) for v in values]
    right = values[int(np.argmax(on_tuning))]
    best = as_array(best, (), "your best value")
    if best != right:
        closest_to_noisy = values[
            int(np.argmax([metrics.psnr(easy[0], ndimage.gaussian_filter(easy[0], v)) for v in values]))
        ]
        if best == values[int(np.argmin(on_tuning))] and best != closest_to_noisy:
            raise Wrong("your best value has the *lowest* PSNR on the tuning image: a higher PSNR is better.")
        if best == closest_to_noisy:
            raise Wrong("your best value is the one that changes least: did you score against the noisy image?")
        if best == int(np.argmax(on_tuning)):
            raise Wrong(
                "you return the position of the best value in the list; return the value itself: values[position]."
            )
        if any(abs(best - s) < 0.01 for s in on_tuning):
            raise Wrong("you return the best PSNR; return the value that reached it.")
        if best == values[int(np.argmax([metrics.ssim(easy[1], ndimage.gaussian_filter(easy[0], v)) for v in values]))]:
            raise Wrong(f"your best value, {best:g}, has the highest SSIM; here the highest PSNR ({right:g}) decides.")
        raise Wrong(
            f"your best value is {best:g}; on the tuning image {right:g} has the highest PSNR ({max(on_tuning):.2f} dB)."
        )
    if any(set(tried.get(name, [])) != {right} for name in ("test 1", "test 2")):
        raise Wrong(f"the test images were not denoised with the value that you chose ({right:g}).")
    _judge_scores(scores, hard, right, max(on_tuning))
    return "right: the test images were touched once each, after the choice was made."


def _judge_pair(answer):
    """Two things: one number, then a list."""
    if not isinstance(answer, tuple | list) or len(answer) != 2:
        raise Wrong(
            f"return two things, the best value and the list of test scores; yours is a {type(answer).__name__}: {answer}."
        )
    if np.ndim(answer[0]) == 1 and np.ndim(answer[1]) == 0:
        raise Wrong("your two results are swapped: best first, then the scores: return best, scores.")


def _judge_scores(scores, pairs, value, tuning_score):
    """The test scores: one PSNR per test image, against the clean one."""
    restored = [ndimage.gaussian_filter(noisy, value) for noisy, _ in pairs]
    expected = np.array([metrics.psnr(clean, image) for (_, clean), image in zip(pairs, restored, strict=True)])
    against_noisy = np.array([metrics.psnr(noisy, image) for (noisy, _), image in zip(pairs, restored, strict=True)])
    scores = as_array(scores, what="your test scores")
    if scores.shape == () and abs(scores - expected.mean()) < 0.01:
        raise Wrong(
            "you return the mean of the test scores; return the list, one score per test image: a mean hides a bad image."
        )
    if scores.size == len(expected) + 1 and abs(scores.flat[0] - tuning_score) < 0.01:
        raise Wrong("the tuning image is among your test scores. It was chosen on, so it flatters: leave it out.")
    scores = as_array(scores, expected.shape, "your list of test scores")
    if np.abs(scores - expected).max() > 0.01:
        if np.abs(scores - against_noisy).max() <= 0.01:
            raise Wrong("your test scores compare with the noisy image; compare with the clean one.")
        raise Wrong(f"your test scores are {np.round(scores, 2)} dB; {np.round(expected, 2)} dB was expected.")


def check_bake_off(student):
    """3.6: every noise with every method, the noisy input first, scored against the clean image."""
    rng = np.random.default_rng(9)
    clean = ndimage.gaussian_filter(rng.random((32, 34)), 2).astype(np.float32)
    clean = (clean - clean.min()) / np.ptp(clean)
    draws = {"grainy": [], "dotty": []}
    inputs, took = defaultdict(list), defaultdict(list)

    def noise(name, sigma):
        def add(image):
            draws[name].append((image + rng.normal(0, sigma, image.shape)).astype(np.float32))
            return draws[name][-1]

        return add

    def method(name, width):
        def denoise(image):
            start = time.perf_counter()
            inputs[name].append(image)
            restored = np.clip(ndimage.gaussian_filter(image, width), 0, 1)
            time.sleep(0.02)
            took[name].append(time.perf_counter() - start)
            return restored

        return denoise

    noises = {"grainy": noise("grainy", 0.08), "dotty": noise("dotty", 0.2)}
    methods = {"soft": method("soft", 0.6), "softer": method("softer", 1.2)}
    with _slow_scores(0.03):
        rows = call(student, clean, noises, methods)
    _judge_rows(rows, list(noises), list(methods))
    for name, drawn in draws.items():
        if len(drawn) > 1:
            raise Wrong(
                f"you drew the noise {name!r} {len(drawn)} times: each method then met another noise. Make the noisy image once per "
                "noise, and give the same one to every method."
            )
    first = [drawn[0] for drawn in draws.values()]
    for name, given in inputs.items():
        if any(np.array_equal(image, clean) for image in given):
            raise Wrong(f"the method {name!r} was given the clean image. It must work from the noisy one.")
        if any(np.array_equal(image, noisy.clip(0, 1)) for noisy in first for image in given):
            raise Wrong(
                f"the method {name!r} was given a clipped noisy image; give it the noisy image as it is, also where it leaves [0, 1]."
            )
        if not all(any(np.array_equal(image, noisy) for noisy in first) for image in given):
            raise Wrong(
                f"the method {name!r} was given something else than the noisy image: another method's result? Each starts afresh."
            )
    for row in rows:
        noisy = draws[row["noise"]][0]
        width = {"soft": 0.6, "softer": 1.2}.get(row["method"])
        restored = noisy if width is None else np.clip(ndimage.gaussian_filter(noisy, width), 0, 1)
        _judge_row(row, clean, noisy, restored)
    timed = [row for row in rows if row["method"] != "noisy"]
    for row in timed:
        _judge_clock(row)
    if all(row["seconds"] >= took[row["method"]][i // len(methods)] + 0.03 for i, row in enumerate(timed)):
        raise Wrong(
            "your seconds include the scores: the clock stops too late. Read it on the line right after the method, then "
            "compute psnr and ssim."
        )
    return "right: one draw per noise, the noisy input first, everything against the clean image."


def _judge_rows(rows, noises, methods):
    """The table has the right rows, in the right order, with the right columns."""
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Wrong("return a list of dictionaries, one for each row of the table.")
    columns = ("noise", "method", "psnr", "ssim", "seconds")
    for row in rows:
        lost = [c for c in columns if c not in row]
        if lost:
            raise Wrong(
                f"a row has no {lost[0]!r}: each needs {', '.join(columns)}. This one has {', '.join(map(str, row))}."
            )
    got = [(row["noise"], row["method"]) for row in rows]
    expected = [(noise, name) for noise in noises for name in ("noisy", *methods)]
    if got == expected:
        return
    if not any(name == "noisy" for _, name in got):
        raise Wrong(
            'the noisy input is missing: the first row of each noise has method "noisy". Without it nobody sees what was gained.'
        )
    if len(rows) == len(methods) + 1:
        raise Wrong(
            "only one noise came back: is the list of rows made anew, or returned, inside the loop over the noises?"
        )
    if set(got) == set(expected):
        raise Wrong(
            "the rows are all there, but in another order: for each noise, first the noisy input, then the methods in their order."
        )
    raise Wrong(
        f"{len(expected)} rows were expected, {expected[:3]} and so on; you return {len(rows)}: {got[:3]} and so on."
    )


def _judge_row(row, clean, noisy, restored):
    """One row's three numbers."""
    label = f"{row['noise']} / {row['method']}"
    right = {"psnr": metrics.psnr(clean, restored), "ssim": metrics.ssim(clean, restored)}
    got = {name: float(as_array(row[name], (), f"{name} of {label}")) for name in ("psnr", "ssim", "seconds")}
    if abs(got["psnr"] - right["psnr"]) > 0.01 or abs(got["ssim"] - right["ssim"]) > 1e-3:
        if abs(got["ssim"] - right["psnr"]) < 0.01:
            raise Wrong("psnr and ssim are swapped.")
        if row["method"] == "noisy" and abs(got["psnr"] - metrics.psnr(clean, noisy.clip(0, 1))) < 0.01:
            raise Wrong(
                f"{label}: you clipped the noisy image before scoring it. It is scored as it is; only restored images are clipped."
            )
        if row["method"] != "noisy" and abs(got["psnr"] - metrics.psnr(noisy, restored)) < 0.01:
            raise Wrong(f"{label}: you compare with the noisy image. The score is against the clean one.")
        if row["method"] != "noisy" and abs(got["psnr"] - metrics.psnr(clean, noisy)) < 0.01:
            raise Wrong(f"{label}: this is the score of the noisy input, not of the restored image.")
        raise Wrong(
            f"{label}: PSNR {got['psnr']:.2f} dB and SSIM {got['ssim']:.3f}; expected {right['psnr']:.2f} dB and {right['ssim']:.3f}."
        )


def _judge_clock(row):
    """One row's seconds: its method takes 20 ms, and a little more on a busy machine."""
    label, seconds = f"{row['noise']} / {row['method']}", float(row["seconds"])
    if 15 < seconds < 1000:
        raise Wrong(
            f"{label}: {seconds:.1f} are milliseconds; the column says seconds. perf_counter() counts in seconds."
        )
    if not 0.015 < seconds < 15:
        raise Wrong(
            f"{label}: {seconds:.4f} seconds cannot be right: this method takes about 0.02. Take time.perf_counter() just before the "
            "method runs and just after, and subtract: later minus earlier."
        )


@contextmanager
def _slow_scores(seconds):
    """While this lasts, psnr and ssim take so much longer: a clock that runs on while they work shows it."""

    def slowed(score):
        def slow(*args, **kwargs):
            time.sleep(seconds)
            return score(*args, **kwargs)

        return slow

    usual = {"psnr": metrics.psnr, "ssim": metrics.ssim}
    places = metrics, restorekit  # rk.psnr is a shortcut of its own
    try:
        for name, score in usual.items():
            for place in places:
                setattr(place, name, slowed(score))
        yield
    finally:
        for name, score in usual.items():
            for place in places:
                setattr(place, name, score)
