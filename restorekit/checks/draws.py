"""Judging random answers by their law: mean, spread, clipping, independence, and whose generator drew them.

Never by the draws themselves: any right use of the generator passes. Fixed seeds make every verdict repeatable.
"""

import numpy as np

from restorekit.exercises import Wrong, as_array, call

DARK, BRIGHT = 0.2, 0.8


def wall(dark=DARK, bright=BRIGHT):
    """Return a flat wall, its left half dark, its right half bright."""
    return np.repeat(np.repeat(np.array([[dark, bright]], np.float32), 240, axis=0), 160, axis=1)


def halves(array):
    """Split an array into its dark (left) and bright (right) half."""
    return array[:, :160], array[:, 160:]


def draw(student, image, *args, seed=1):
    """Call a noise function with a fresh generator; returns its output as a checked float array."""
    return as_array(call(student, image, *args, np.random.default_rng(seed)), image.shape)


def check_scale(out):
    """Refuse an answer that is on the 0-255 scale, or that was rounded to whole numbers."""
    if np.abs(out).max() > 20:
        raise Wrong(f"your output is in 0-255 (its largest value is {out.max():.0f}); this function works in [0, 1].")
    if np.array_equal(out, np.round(out)):
        raise Wrong("your output holds whole numbers only: in [0, 1] that leaves 0 and 1. Return floats, unrounded.")


def check_generator(student, image, *args):
    """Refuse answers that ignore the generator they are given."""
    first = draw(student, image, *args, seed=7)
    if not np.array_equal(first, draw(student, image, *args, seed=7)):
        raise Wrong(
            "two calls with equally seeded generators gave different noise, so nobody can repeat your experiment. "
            "Draw from the `rng` that you are given, not from np.random."
        )
    if np.array_equal(first, draw(student, image, *args, seed=8)):
        raise Wrong(
            "two different generators gave the very same noise: do you make a generator of your own inside? "
            "Draw from the `rng` that you are given."
        )


def check_independent(student, *args):
    """Refuse noise that repeats from channel to channel, or from row to row."""
    image = np.full((90, 120, 3), 0.5, np.float32)
    noise = draw(student, image, *args, seed=3)
    noise = noise - noise.mean()
    power = max(float((noise**2).mean()), 1e-12)
    if (noise[..., 0] * noise[..., 1]).mean() > 0.5 * power:
        raise Wrong(
            "your noise is the same in all three channels of a colour image, a gray veil. Every pixel of every channel "
            "draws for itself: size=image.shape."
        )
    if (noise[1:] * noise[:-1]).mean() > 0.5 * power or (noise[:, 1:] * noise[:, :-1]).mean() > 0.5 * power:
        raise Wrong(
            "your noise repeats from row to row or column to column. Every pixel draws for itself: size=image.shape."
        )


def check_some_noise(noise):
    """Refuse an answer without noise."""
    if noise.std() < 1e-6:
        raise Wrong(
            "your output is the image itself, or the image plus one number: no pixel got noise of its own (size=image.shape)."
        )


def check_follows(out):
    """Refuse an answer to `wall()` that does not follow the image: as bright in the dark half as in the bright one."""
    dark, bright = (half.mean() for half in halves(out))
    if abs(bright - dark) < 6 * out.std() * np.sqrt(4 / out.size) + 1e-9:
        raise Wrong(
            f"your output is as bright where the image is dark ({dark:.3g}) as where it is bright ({bright:.3g}): the image is not in "
            "it. Is your random draw made from the image, or put together with it?"
        )


def check_mean(out, image):
    """Refuse an answer whose brightness is not that of the image."""
    off = out.mean() - image.mean()
    if abs(off) > 6 * out.std() / np.sqrt(out.size) + 1e-6:
        raise Wrong(
            f"your output has mean {out.mean():.3f} where the image has mean {image.mean():.3f}: on average this noise "
            "should neither brighten nor darken."
        )


def check_spread(noise, expected, confusions, where="your noise"):
    """Compare a standard deviation with the right one; `confusions` are (wrong value, why) pairs to recognise."""
    got = float(noise.std())
    if abs(got / expected - 1) < 0.04:
        return
    for wrong, why in confusions:
        if abs(got / wrong - 1) < 0.06:
            raise Wrong(f"{where} has standard deviation {got:.4f} instead of {expected:.4f}: {why}")
    raise Wrong(f"{where} has standard deviation {got:.4f}; it should be {expected:.4f}.")


def check_bell(noise, name):
    """Refuse noise of the right spread but of another shape than the bell curve's, by its third and fourth moments."""
    deviation = (noise - noise.mean()) / noise.std()
    lopsided, tails = float((deviation**3).mean()), float((deviation**4).mean())
    if abs(lopsided) > 0.1:
        longer = "above" if lopsided > 0 else "below"
        raise Wrong(
            f"{name} has the right mean and spread but is lopsided, with a longer tail {longer} its mean (log-normal and gamma "
            "look like that). The bell curve is symmetric: rng.normal."
        )
    if abs(tails - 3) > 0.25:
        which = "is it uniform noise?" if tails < 3 else "is it Laplace noise?"
        raise Wrong(
            f"{name} has the right mean and spread but too {'few' if tails < 3 else 'many'} values far out (the mean of "
            f"(deviation / spread)**4 is {tails:.1f}, a bell curve's is 3.0): {which} The bell is rng.normal."
        )


def sigma_confusions(sigma, at=1.0):
    """Return what the spread would be if sigma was taken for something else."""
    return [
        (
            at * np.sqrt(sigma),
            "sigma was taken for the variance. It is the standard deviation; so is the scale of rng.normal.",
        ),
        (at * sigma**2, "that is sigma squared. rng.normal takes the standard deviation, not the variance."),
        (at * sigma / 255, "sigma was divided by 255, but it is on the [0, 1] scale already."),
        (at * sigma / np.sqrt(12), "that is uniform noise (rng.random). The bell curve is rng.normal."),
        (at * sigma / np.sqrt(3), "that is uniform noise (rng.uniform). The bell curve is rng.normal."),
    ]


def check_clipping(student, image, *args):
    """Refuse noise that was clipped into [0, 1]: `image` lies so close to an end that noise must cross it."""
    out = draw(student, image, *args, seed=5)
    if out.max() <= 1 and out.min() >= 0:
        raise Wrong(
            "your output was clipped to [0, 1]. Clipping changes the noise where the picture is dark or bright (its mean is "
            "no longer 0), so it is left to whoever shows or saves the picture."
        )


def same_lines(mask):
    """Return True where neighbouring rows or columns of a mask of rare hits are alike."""
    both = max((mask[1:] & mask[:-1]).mean(), (mask[:, 1:] & mask[:, :-1]).mean())
    return both > 0.5 * mask.mean()
