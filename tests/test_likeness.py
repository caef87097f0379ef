"""A restoration looks like the noisy picture; what is turned, copied or gray is told apart from it."""

import numpy as np
import pytest

import restorekit as rk
from restorekit import likeness

CLEAN = rk.images.crop(rk.sample("coffee"), 60, 60, 100, 100)
NOISY = np.clip(rk.degrade.gaussian_noise(CLEAN, 0.1, rng=0), 0, 1)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda image: image[..., ::-1], "red and blue exchanged"),
        (lambda image: image[::-1], "upside down"),
        (lambda image: image[:, ::-1], "mirrored"),
        (lambda image: image[::-1, ::-1], "turned by half"),
        (lambda image: image.swapaxes(0, 1), "height and width"),
        (lambda image: 1 - image, "negative"),
    ],
)
def test_what_was_done_is_named(change, said):
    assert said in likeness.turned(change(CLEAN), NOISY)
    assert said in likeness.not_restored(change(CLEAN), NOISY)


@pytest.mark.parametrize("method", ["mean", "median", "nlm", "tv"])
def test_restorations_good_or_poor_pass(method):
    restored = rk.denoise(NOISY, method, sigma=0.1)
    for image in (restored, 0.8 * restored, 0.9 * NOISY + 0.1 * restored, np.clip(2 * NOISY - restored, 0, 1)):
        assert likeness.not_restored(image, NOISY, CLEAN) == ""


def test_symmetric_and_even_pictures_are_not_called_turned():
    even = np.full((60, 60, 3), 0.5, np.float32)
    noisy = rk.degrade.gaussian_noise(even, 0.1, rng=0)
    assert likeness.turned(even, noisy) == "" and likeness.same_scene(even, noisy)
    assert likeness.not_restored(even, noisy) == ""  # and gray is right for gray


def test_copies_are_seen_through_clipping_and_rounding():
    levels = rk.images.as_float(rk.images.to_uint8(NOISY))
    for copy in (levels + 1 / 255, levels - 3 / 255, 0.7 * levels + 0.1, levels * np.float32([0.9, 1, 1.1])):
        assert likeness.copied(rk.images.as_float(rk.images.to_uint8(copy)), levels)
    assert not likeness.copied(CLEAN, levels) and not likeness.copied(1 - levels, levels)
    assert not likeness.copied(levels * 0 + 0.3, levels)


def test_tiny_pictures_are_compared_as_well():
    for size in ((4, 4), (16, 2), (1, 1)):
        tiny = rk.images.crop(CLEAN, 0, 0, *size)
        noisy = rk.degrade.gaussian_noise(tiny, 0.1, rng=0)
        assert isinstance(likeness.not_restored(np.clip(tiny, 0, 1), noisy), str)
