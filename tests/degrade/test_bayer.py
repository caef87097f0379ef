"""Mosaic and demosaicing: the right colour in the right place, and exact on what each method promises."""

import numpy as np
import pytest

from restorekit.degrade.bayer import PATTERNS, demosaic, mosaic

METHODS = pytest.mark.parametrize("method", ["bilinear", "malvar"])
EVERY_PATTERN = pytest.mark.parametrize("pattern", PATTERNS)


def picture(height=24, width=31):
    """A smooth colourful picture; the colours go their own ways."""
    y, x = np.mgrid[:height, :width]
    colours = [0.5 + 0.4 * np.sin(x / 6), 0.5 + 0.4 * np.cos(y / 5), 0.5 + 0.4 * np.sin((x + y) / 8)]
    return np.stack(colours, axis=2).astype(np.float32)


@EVERY_PATTERN
def test_each_photosite_sees_its_own_colour(pattern):
    image = picture(5, 7)
    raw = mosaic(image, pattern)
    assert raw.dtype == np.float32 and raw.shape == (5, 7)
    for y in range(5):
        for x in range(7):
            assert raw[y, x] == image[y, x, "RGB".index(pattern[2 * (y % 2) + x % 2])]


@METHODS
@EVERY_PATTERN
@pytest.mark.parametrize("size", [(24, 31), (7, 6), (2, 2), (3, 2), (2, 5)])
def test_even_colours_come_back_exactly_and_measured_values_are_kept(pattern, method, size):
    even = np.ones((*size, 3), np.float32) * np.float32([0.7, 0.4, 0.1])
    np.testing.assert_allclose(demosaic(mosaic(even, pattern), pattern, method), even, atol=1e-6)
    raw = np.random.default_rng(0).random(size, dtype=np.float32)
    before = raw.copy()
    result = demosaic(raw, pattern, method)
    assert result.dtype == np.float32 and result.shape == (*size, 3)
    np.testing.assert_array_equal(mosaic(result, pattern), raw)
    np.testing.assert_array_equal(raw, before)


@METHODS
@EVERY_PATTERN
def test_slopes_come_back_exactly_inside(pattern, method):
    y, x = np.mgrid[:12, :14]
    ramps = np.stack([0.2 + 0.02 * x, 0.3 + 0.01 * y, 0.1 + 0.02 * x + 0.03 * y], axis=2).astype(np.float32)
    result = demosaic(mosaic(ramps, pattern), pattern, method)
    np.testing.assert_allclose(result[2:-2, 2:-2], ramps[2:-2, 2:-2], atol=1e-5)


def test_bilinear_is_the_mean_of_the_nearest():
    raw = np.arange(36, dtype=np.float32).reshape(6, 6) ** 2 / 1300
    rgb = demosaic(raw, "RGGB", "bilinear")
    assert rgb[2, 2, 1] == pytest.approx((raw[1, 2] + raw[3, 2] + raw[2, 1] + raw[2, 3]) / 4)
    assert rgb[2, 2, 2] == pytest.approx((raw[1, 1] + raw[1, 3] + raw[3, 1] + raw[3, 3]) / 4)
    assert rgb[3, 3, 0] == pytest.approx((raw[2, 2] + raw[2, 4] + raw[4, 2] + raw[4, 4]) / 4)
    assert rgb[2, 3, 0] == pytest.approx((raw[2, 2] + raw[2, 4]) / 2)
    assert rgb[2, 3, 2] == pytest.approx((raw[1, 3] + raw[3, 3]) / 2)
    assert rgb[3, 2, 0] == pytest.approx((raw[2, 2] + raw[4, 2]) / 2)
    assert rgb[3, 2, 2] == pytest.approx((raw[3, 1] + raw[3, 3]) / 2)
    assert rgb[0, 0, 1] == pytest.approx((2 * raw[1, 0] + 2 * raw[0, 1]) / 4)  # the border is mirrored


def test_malvar_is_the_papers_filters():
    raw = np.arange(64, dtype=np.float32).reshape(8, 8) ** 2 / 4200
    rgb = demosaic(raw, "RGGB")
    near, far = [(0, 1), (0, -1), (1, 0), (-1, 0)], [(0, 2), (0, -2), (2, 0), (-2, 0)]

    def at(y, x, places):
        return sum(raw[y + dy, x + dx] for dy, dx in places)

    diagonal = [(1, 1), (1, -1), (-1, 1), (-1, -1)]
    green_at_red = (2 * at(4, 4, near) + 4 * raw[4, 4] - at(4, 4, far)) / 8
    assert rgb[4, 4, 1] == pytest.approx(green_at_red, abs=1e-6)
    blue_at_red = (2 * at(4, 4, diagonal) + 6 * raw[4, 4] - 1.5 * at(4, 4, far)) / 8
    assert rgb[4, 4, 2] == pytest.approx(blue_at_red, abs=1e-6)
    red_at_blue = (2 * at(3, 3, diagonal) + 6 * raw[3, 3] - 1.5 * at(3, 3, far)) / 8
    assert rgb[3, 3, 0] == pytest.approx(red_at_blue, abs=1e-6)
    for y, x, across, along in ((4, 3, 0, 2), (3, 4, 2, 0)):  # green beside red, green beside blue
        ends, sides = 0.5 * at(y, x, far[2:]) - at(y, x, far[:2]), 4 * at(y, x, near[:2])
        assert rgb[y, x, across] == pytest.approx((ends + sides + 5 * raw[y, x] - at(y, x, diagonal)) / 8, abs=1e-6)
        ends, sides = 0.5 * at(y, x, far[:2]) - at(y, x, far[2:]), 4 * at(y, x, near[2:])
        assert rgb[y, x, along] == pytest.approx((ends + sides + 5 * raw[y, x] - at(y, x, diagonal)) / 8, abs=1e-6)


@EVERY_PATTERN
def test_malvar_is_the_default_and_sharper_on_gray_detail(pattern):
    y, x = np.mgrid[:48, :48]
    detail = np.repeat((0.5 + 0.4 * np.sin(x * 1.1) * np.cos(y * 0.9))[..., None], 3, axis=2).astype(np.float32)
    raw = mosaic(detail, pattern)
    np.testing.assert_array_equal(demosaic(raw, pattern), demosaic(raw, pattern, "malvar"))
    errors = [np.square(demosaic(raw, pattern, method) - detail).mean() for method in ("bilinear", "malvar")]
    assert errors[1] < 0.5 * errors[0]


def test_rggb_is_the_default():
    image = picture()
    np.testing.assert_array_equal(mosaic(image), mosaic(image, "RGGB"))
    np.testing.assert_array_equal(demosaic(mosaic(image)), demosaic(mosaic(image), "RGGB"))


def test_what_is_no_mosaic_is_refused():
    for wrong in (np.zeros((4, 4)), np.zeros((4, 4, 1)), np.zeros((4, 4, 4))):
        with pytest.raises(ValueError, match=r"colour filters need \(height, width, 3\)"):
            mosaic(wrong)
    with pytest.raises(ValueError, match=r"raw has shape \(4, 4, 3\); a mosaic is \(height, width\)"):
        demosaic(np.zeros((4, 4, 3)))
    with pytest.raises(ValueError, match=r"pattern is 'RGB'; it must be one of 'RGGB', 'BGGR', 'GRBG', 'GBRG'"):
        mosaic(picture(), "RGB")
    with pytest.raises(ValueError, match="pattern is 'XTRANS'"):
        demosaic(np.zeros((4, 4)), "XTRANS")
    with pytest.raises(ValueError, match="method is 'best'; it must be 'malvar' or 'bilinear'"):
        demosaic(np.zeros((4, 4)), method="best")
    for size in ((1, 4), (4, 1)):
        with pytest.raises(ValueError, match=rf"at least 2 x 2 pixels; got {size[0]} x {size[1]}"):
            mosaic(np.zeros((*size, 3)))
    with pytest.raises(TypeError, match="raw has pixels 0-255"):
        demosaic(np.zeros((4, 4), np.uint8))
