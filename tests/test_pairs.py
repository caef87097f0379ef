"""What a training does to its clean patches: noise of the right strength, and small pictures like the field's."""

import numpy as np
import pytest

import restorekit as rk
from restorekit import degrade, pairs

PATCHES = np.stack([rk.images.crop(rk.sample("camera"), 100 + 40 * n, 200, 48, 48) for n in range(3)])[..., None]


def test_gaussian_of_one_sigma():
    noise = pairs.gaussian(0.1)(np.full((8, 40, 40, 3), 0.5, np.float32), np.random.default_rng(0)) - 0.5
    assert noise.dtype == np.float32
    np.testing.assert_allclose(noise.std(axis=(1, 2, 3)), 0.1, rtol=0.05)
    assert abs(noise.mean()) < 0.001


def test_gaussian_draws_a_sigma_for_each_image():
    noise = pairs.gaussian(0, 0.2)(np.zeros((400, 16, 16, 1), np.float32), np.random.default_rng(0))
    sigmas = np.sort(noise.std(axis=(1, 2, 3)))
    np.testing.assert_allclose(sigmas, np.linspace(0, 0.2, 400), atol=0.02)  # uniform


def test_gaussian_wants_the_scale_of_the_images():
    with pytest.raises(ValueError, match="high=25/255"):
        pairs.gaussian(0, 25)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_small_pictures_are_matlabs_rounded_to_8_bits(scale):
    small = pairs.bicubic(scale)(PATCHES, np.random.default_rng(0))
    for patch, made in zip(PATCHES, small, strict=True):
        exact = degrade.resize(patch, scale=1 / scale)
        np.testing.assert_array_equal(made, rk.images.as_float(rk.images.to_uint8(exact)))


def test_enlarged_ones_are_bicubic_and_each_has_a_scale_of_its_own():
    many = np.repeat(PATCHES[:1], 60, axis=0)
    enlarged = pairs.bicubic(2, 3, 4, enlarge=True)(many, np.random.default_rng(0))
    rng = np.random.default_rng(0)
    by_scale = [degrade.resize(pairs.bicubic(scale)(PATCHES[:1], rng)[0], scale=scale) for scale in (2, 3, 4)]
    found = [[np.abs(one - wanted).max() < 1e-6 for wanted in by_scale].index(True) for one in enlarged]
    assert min(np.bincount(found, minlength=3)) > 10


def test_scales_and_sizes_that_can_not_be():
    for wrong, error, message in [
        (lambda: pairs.bicubic(), ValueError, "give one scale"),
        (lambda: pairs.bicubic(2, 3), ValueError, "enlarge=True"),
        (lambda: pairs.bicubic(1), ValueError, "scale is 1: it must be 2 or more"),
        (lambda: pairs.bicubic(2.5), TypeError, "whole number"),
        (lambda: pairs.bicubic("2"), TypeError, "whole number"),
        (
            lambda: pairs.bicubic(5)(PATCHES, np.random.default_rng(0)),
            ValueError,
            "48 x 48 pixels can't be divided by 5",
        ),
    ]:
        with pytest.raises(error, match=message):
            wrong()
