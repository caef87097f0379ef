"""Enlarging: what each interpolation promises, and what is no enlargement."""

import numpy as np
import pytest

from restorekit import classical, degrade, images

METHODS = ("nearest", "bilinear", "bicubic", "lanczos")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("scale", [2, 3, 1.5, np.float32(2.5)])
def test_it_is_resize_by_its_name(method, scale):
    image = images.center_crop(images.sample("coffee"), 15, 13)
    result = getattr(classical, method)(image, scale)
    assert result.shape == (*(int(np.ceil(n * scale)) for n in (15, 13)), 3)
    assert np.array_equal(result, degrade.resize(image, scale=scale, method=method))


def test_what_each_does_to_an_edge():
    edge = np.repeat(np.float32([[0, 1]]), 6, axis=1)
    sizes = {method: getattr(classical, method)(edge, 3) for method in METHODS}
    assert set(np.unique(sizes["nearest"])) == {0, 1}
    assert sizes["bilinear"].min() == 0 and sizes["bilinear"].max() == 1
    overshoot = {method: sizes[method].max() - 1 for method in ("bicubic", "lanczos")}
    assert 0.05 < overshoot["bicubic"] < overshoot["lanczos"] < 0.15


def test_better_interpolation_scores_better():
    photo = images.center_crop(images.sample("astronaut", gray=True), 96)
    small = degrade.resize(photo, scale=1 / 3)
    errors = [np.mean((getattr(classical, method)(small, 3) - photo) ** 2) for method in METHODS]
    assert errors == sorted(errors, reverse=True)


@pytest.mark.parametrize("method", METHODS)
def test_scales_that_do_not_enlarge(method):
    image, function = np.zeros((4, 4), np.float32), getattr(classical, method)
    for scale in (1, 0.5, 0, -2, float("nan"), float("inf")):
        with pytest.raises(
            ValueError, match=f"scale is {scale}; it must be above 1. .* to shrink, use rk.degrade.resize"
        ):
            function(image, scale)
    for scale in ("2", None, (2, 2), True):
        with pytest.raises(TypeError, match="scale must be one number"):
            function(image, scale)
    with pytest.raises(TypeError, match="uint8"):
        function(np.zeros((4, 4), np.uint8), 2)
