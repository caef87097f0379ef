"""Checks of lab 01: Gaussian, shot, salt-and-pepper and speckle noise by hand."""

import numpy as np

from restorekit.checks.draws import (
    BRIGHT,
    DARK,
    check_bell,
    check_clipping,
    check_follows,
    check_generator,
    check_independent,
    check_mean,
    check_scale,
    check_some_noise,
    check_spread,
    draw,
    halves,
    same_lines,
    sigma_confusions,
    wall,
)
from restorekit.exercises import Wrong


def check_gaussian_noise(student):
    """Additive, the same everywhere, bell-shaped, not clipped."""
    image, sigma = wall(), 0.05
    out = draw(student, image, sigma)
    check_scale(out)
    check_some_noise(out - image)
    if abs(out.mean()) < 0.02:
        raise Wrong("your output has mean 0: you return the noise alone. Add it to the image.")
    check_follows(out)
    check_independent(student, sigma)
    noise = out - image
    dark, bright = (half.std() for half in halves(noise))
    if bright > 1.5 * dark:
        raise Wrong(
            f"your noise grows with the light (standard deviation {dark:.3f} in the dark half, {bright:.3f} in the bright "
            "half). Gaussian noise is added, and is the same everywhere."
        )
    check_mean(out, image)
    check_spread(noise, sigma, sigma_confusions(sigma))
    check_clipping(student, wall(0.02, 0.98), sigma)
    check_bell(noise, "your noise")
    check_generator(student, image, sigma)
    return "right. The same bell curve in the dark and in the light, and nothing clipped."


def check_shot_noise(student):
    """Whole photons, variance equal to the mean, back in brightness."""
    image, photons = wall(), 37  # 7.4 and 29.6 expected photons: no whole numbers
    out = draw(student, image, photons)
    check_follows(out)
    if abs(out.mean() / (image.mean() * photons) - 1) < 0.1:
        raise Wrong(
            f"your output has mean {out.mean():.1f} where the image has mean {image.mean():.1f}: you return photon counts. "
            "Turn them back into brightness."
        )
    if np.array_equal(out, np.round(out)) and abs(out.mean() - image.mean()) < 0.05:
        raise Wrong(
            "every pixel of your output is a whole number: you drew from the brightness itself. First turn the brightness "
            f"into expected photons (0.8 becomes {0.8 * photons:.1f}), then draw, then turn back."
        )
    if abs(out.mean() * photons / image.mean() - 1) < 0.1:
        raise Wrong(
            f"your output has mean {out.mean():.4f} where the image has mean {image.mean():.1f}, {photons} times too dark: you drew "
            f"from the brightness itself. First multiply by photons_at_white (0.8 becomes {0.8 * photons:.1f}), then draw."
        )
    check_scale(out)
    if abs(out.mean() - 2 * image.mean()) < 0.1:
        raise Wrong(
            f"your output has mean {out.mean():.2f}, twice that of the image: you add the counted photons to the image. "
            "They are not added to the image, they are all that is left of it."
        )
    check_some_noise(out - image)
    check_independent(student, photons)
    _check_expectations(out * photons, photons)
    check_mean(out, image)
    if draw(student, wall(0.9, 0.98), photons, seed=5).max() <= 1:
        raise Wrong(
            "your output was clipped at 1. A pixel that expects 36 photons of 37 may well count 45: its value is then 1.2."
        )
    dark, bright = (float((half**2).mean()) for half in halves(out - image))
    if abs(bright / max(dark, 1e-12) - 1) < 0.3:
        raise Wrong(
            f"the variance of your noise is the same in the dark and in the bright half ({dark:.4f}, {bright:.4f}). Shot noise "
            "grows with the light: in the bright half it should be about four times as large here."
        )
    if bright / max(dark, 1e-12) > 8:
        raise Wrong(
            f"the variance of your noise grows too fast with the light ({dark:.4f} in the dark half, {bright:.4f} in one four times "
            "as bright). For counted photons the variance, not the standard deviation, is in proportion to the light."
        )
    for half, light in ((dark, DARK), (bright, BRIGHT)):
        if abs(half / (light / photons) - 1) > 0.08:
            raise Wrong(
                f"where the image is {light}, the variance of your noise is {half:.5f}; {light * photons:.1f} expected photons "
                f"give {light / photons:.5f}."
            )
    if np.abs(out * photons - np.round(out * photons)).max() > 0.01:
        raise Wrong(
            "mean and variance are right, but your pixels are not whole numbers of photons: that is a bell curve of the right width. "
            "Photons are counted: rng.poisson."
        )
    check_generator(student, image, photons)
    return "right. In photons, the variance is equal to the mean."


def _check_expectations(counts, photons):
    """Refuse counts whose means are whole numbers, where the expected ones are not."""
    means = [float(half.mean()) for half in halves(counts)]
    whole = [abs(mean - round(mean)) < 0.06 for mean in means]
    if all(whole) and all(abs(mean - light * photons) < 1 for mean, light in zip(means, (DARK, BRIGHT), strict=True)):
        raise Wrong(
            f"where {DARK * photons:.1f} and {BRIGHT * photons:.1f} photons are expected, yours number {means[0]:.1f} and "
            f"{means[1]:.1f} on average: the expected photons were made whole numbers. Only counts are whole; leave the expectation "
            "as it is, rng.poisson takes any number."
        )


def check_salt_and_pepper(student):
    """A share of whole pixels replaced by black or white, the others untouched."""
    image, amount = np.full((200, 300, 3), (0.3, 0.5, 0.7), np.float32), 0.1
    for test in (wall(), image):
        out = draw(student, test, amount)
        check_scale(out)
        hit = out != test
        odd = out[hit & (out != 0) & (out != 1)]
        if odd.size > 0.01 * test.size:
            raise Wrong(
                f"pixels were changed to {odd[0]:.3g} and the like. A dead pixel reads exactly 0, a stuck one exactly 1, and "
                "the others are left as they are."
            )
        if not hit.any():
            raise Wrong("your output is the image itself: no pixel was hit.")
        salt, pepper = (out == 1).mean(), (out == 0).mean()
        if min(salt, pepper) < 0.05 * max(salt, pepper):
            kind, other = ("salt", "pepper (0)") if salt > pepper else ("pepper", "salt (1)")
            raise Wrong(f"all that you strew is {kind}. Half of the hit pixels become {other}.")
    pixel = hit.all(axis=-1)
    if not np.array_equal(pixel, hit.any(axis=-1)):
        raise Wrong(
            "in a colour image you hit single channels, which gives red, green and blue specks. A pixel breaks as a whole: draw "
            "one number a pixel (size=image.shape[:2]) and set all its channels."
        )
    if np.ptp(out[pixel], axis=-1).any():
        raise Wrong(
            "in a colour image some hit pixels are 1 in one channel and 0 in another. Decide salt or pepper once a pixel."
        )
    if same_lines(pixel):
        raise Wrong("whole rows or columns are hit together. Every pixel draws for itself: size=image.shape[:2].")
    share = pixel.mean()
    for factor, why in (
        (2, "`amount` was spent on salt and again on pepper"),
        (0.5, "each kind got half, and half again"),
    ):
        if abs(share / amount - factor) < 0.1 * factor:
            raise Wrong(
                f"{share:.1%} of the pixels were hit instead of {amount:.0%}: {why}. It is the share of both together."
            )
    if abs(share / amount - 1) > 0.08:
        raise Wrong(f"{share:.1%} of the pixels were hit; amount={amount} asks for {amount:.0%}.")
    white = (out[pixel] == 1).mean()
    if abs(white - 0.5) > 0.05:
        raise Wrong(f"{white:.0%} of the hit pixels are salt; it should be half of them.")
    _check_many_hits(student, image, 0.8)
    check_generator(student, image, amount)
    return "right. Whole pixels, half salt and half pepper, and every other pixel untouched."


def _check_many_hits(student, image, amount):
    """Refuse draws that hit a pixel twice: with a large amount that shows."""
    pixel = (draw(student, image, amount, seed=2) != image).any(axis=-1)
    share = pixel.mean()
    for wrong, why in (
        (
            amount - amount**2 / 4,
            "your two draws overlap: salt falls on pepper (or the other way round), and such a pixel counts once only. Use one "
            "draw a pixel, which decides among pepper, salt and untouched.",
        ),
        (
            1 - np.exp(-amount),
            "some positions were drawn twice (with replacement), and such a pixel counts once only. Use one draw a pixel.",
        ),
    ):
        if abs(share - wrong) < 0.015:
            raise Wrong(f"with amount={amount} only {share:.0%} of the pixels are hit: {why}")
    if abs(share - amount) > 0.02:
        raise Wrong(f"with amount={amount}, {share:.0%} of the pixels are hit; it should be {amount:.0%}.")


def check_speckle_noise(student):
    """Multiplied: the spread is in proportion to the light."""
    image, sigma = wall(), 0.05
    out = draw(student, image, sigma)
    check_scale(out)
    if np.ptp(out / image) < 1e-6:
        raise Wrong(
            f"every value was multiplied by the same number, {(out / image).mean():.3f}: that only changes the brightness of the whole "
            "image. Every value draws a gain of its own (size=image.shape)."
        )
    if abs(out.mean()) < 0.02:
        raise Wrong("your output has mean 0: you multiply by noise of mean 0. Multiply the image by 1 + noise.")
    check_follows(out)
    check_independent(student, sigma)
    check_mean(out, image)
    dark, bright = (half.std() for half in halves(out - image))
    ratio = bright / max(dark, 1e-12)
    if ratio < 1.3:
        raise Wrong(
            f"the spread of your noise is the same in the dark and in the bright half ({dark:.3f}, {bright:.3f}): it is added. Speckle "
            "is multiplied: four times the light, four times the spread."
        )
    if abs(ratio - 2) < 0.4:
        raise Wrong(
            f"your spread grows like the square root of the light ({dark:.3f} and {bright:.3f} for light of 0.2 and 0.8): that is shot "
            "noise. Speckle grows in proportion."
        )
    for half, light in zip(halves(out - image), (DARK, BRIGHT), strict=True):
        check_spread(half, light * sigma, sigma_confusions(sigma, light), f"where the image is {light}, your noise")
    check_clipping(student, wall(0.9, 0.98), 0.2)
    check_bell(draw(student, image, 0.2, seed=2) / image - 1, "your gain")
    check_generator(student, image, sigma)
    return "right. The noise is in proportion to the light."
