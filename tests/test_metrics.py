"""Metrics against closed forms, against a written-out SSIM, and under every option that moves the numbers."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorekit import images, metrics


@pytest.fixture(scope="module")
def pair():
    """A colour crop and a noisy copy of it."""
    clean = images.center_crop(images.sample("coffee"), 48, 40)
    noise = np.random.default_rng(0).normal(0, 0.08, clean.shape)
    return clean, (clean + noise).astype(np.float32)


def written_out_ssim(x, y, data_range=1.0):
    """SSIM of a gray pair by its definition: one 11x11 Gaussian window after the other."""
    x, y = x.astype(float), y.astype(float)
    at = np.arange(-5, 6)
    window = np.exp(-(at**2) / (2 * 1.5**2))
    window = np.outer(window, window) / window.sum() ** 2
    c1, c2 = (0.01 * data_range) ** 2, (0.03 * data_range) ** 2
    scores = []
    for i in range(5, x.shape[0] - 5):
        for j in range(5, x.shape[1] - 5):
            a, b = x[i - 5 : i + 6, j - 5 : j + 6], y[i - 5 : i + 6, j - 5 : j + 6]
            ma, mb = (window * a).sum(), (window * b).sum()
            va, vb = (window * (a - ma) ** 2).sum(), (window * (b - mb) ** 2).sum()
            cov = (window * (a - ma) * (b - mb)).sum()
            scores.append((2 * ma * mb + c1) * (2 * cov + c2) / ((ma**2 + mb**2 + c1) * (va + vb + c2)))
    return np.mean(scores)


def test_mse_is_the_mean_of_the_squares():
    clean = np.zeros((2, 3), np.float32)
    restored = np.float32([[0.1, -0.2, 0.3], [0, 0, 0.6]])
    assert metrics.mse(clean, restored) == pytest.approx((0.01 + 0.04 + 0.09 + 0.36) / 6, rel=1e-6)
    assert isinstance(metrics.mse(clean, restored), float)


def test_mse_leaves_out_the_border():
    clean = np.zeros((6, 8), np.float32)
    restored = clean.copy()
    restored[:2] = restored[-2:] = restored[:, :2] = restored[:, -2:] = 1
    restored[2, 2] = 0.5
    assert metrics.mse(clean, restored, border=2) == pytest.approx(0.25 / 8)
    assert metrics.mse(clean, restored, border=1) > 0.5


@pytest.mark.parametrize("error, decibels", [(1.0, 0), (0.1, 20), (0.01, 40), (0.5, 6.0206)])
def test_psnr_of_a_constant_error(error, decibels):
    clean = np.zeros((4, 5, 3), np.float32)
    assert metrics.psnr(clean, clean + np.float32(error)) == pytest.approx(decibels, abs=1e-4)


def test_psnr_of_identical_pictures_is_infinite_and_silent(recwarn):
    image = np.full((4, 4), 0.3, np.float32)
    assert metrics.psnr(image, image.copy()) == math.inf
    assert not recwarn.list


def test_psnr_data_range():
    clean = np.zeros((4, 4), np.float32)
    restored = clean + np.float32(0.1)
    assert metrics.psnr(clean, restored, data_range=0.5) == pytest.approx(20 + 20 * math.log10(0.5), abs=1e-4)
    assert metrics.psnr(clean, restored, data_range=2) == pytest.approx(20 + 20 * math.log10(2), abs=1e-4)


def test_nothing_is_clipped_unless_asked():
    clean = np.ones((4, 4), np.float32)
    assert metrics.psnr(clean, clean + np.float32(0.1)) == pytest.approx(20, abs=1e-4)
    assert metrics.psnr(clean, clean + np.float32(0.1), eight_bit=True) == math.inf
    assert metrics.psnr(clean - 1, clean - np.float32(1.1), eight_bit=True) == math.inf


def test_eight_bit_rounds_both_pictures():
    clean = np.full((4, 4), 100.4 / 255, np.float32)
    restored = np.full((4, 4), 101.6 / 255, np.float32)
    assert metrics.psnr(clean, restored) == pytest.approx(20 * math.log10(255 / 1.2), abs=1e-3)
    assert metrics.psnr(clean, restored, eight_bit=True) == pytest.approx(20 * math.log10(255 / 2), abs=1e-3)


def test_y_channel_squeezes_gray_steps_into_the_studio_range():
    clean = np.full((4, 4, 3), 0.4, np.float32)
    expected = 20 * math.log10(255 / (219 * 0.1))
    assert metrics.psnr(clean, clean + np.float32(0.1), channel="y") == pytest.approx(expected, abs=1e-3)


@pytest.mark.parametrize("index, weight", [(0, 65.481), (1, 128.553), (2, 24.966)])
def test_y_channel_weights(index, weight):
    clean = np.full((4, 4, 3), 0.4, np.float32)
    restored = clean.copy()
    restored[..., index] += 0.2
    assert metrics.psnr(clean, restored, channel="y") == pytest.approx(20 * math.log10(255 / (weight * 0.2)), abs=1e-3)


def test_a_gray_picture_is_y_already():
    clean = np.full((4, 4), 0.4, np.float32)
    assert metrics.psnr(clean, clean + np.float32(0.1), channel="y") == pytest.approx(20, abs=1e-3)


def test_eight_bit_y_is_rounded_after_rgb():
    # 0.5 levels in red: RGB rounds 100.3 to 100 and 100.8 to 101; Y moves by 65.481 / 255 = 0.26 levels and rounds again.
    clean, restored = np.full((2, 4, 4, 3), 100.3 / 255, np.float32)
    restored[..., 0] = 100.8 / 255
    y = [np.floor(16 + (65.481 * r + (128.553 + 24.966) * 100) / 255 + 0.5) for r in (100, 101)]
    expected = math.inf if y[0] == y[1] else 20 * math.log10(255)
    assert metrics.psnr(clean, restored, channel="y", eight_bit=True) == pytest.approx(expected)
    restored[..., 0] = 104.6 / 255  # 105: Y moves by 1.28 levels, seen as a whole number of levels
    levels = np.floor(16 + (65.481 * 105 + 153.519 * 100) / 255 + 0.5) - y[0]
    got = metrics.psnr(clean, restored, channel="y", eight_bit=True)
    assert got == pytest.approx(20 * math.log10(255 / levels), abs=1e-4)


def test_ssim_is_its_definition(pair):
    clean, noisy = (image[:24, :22, 1] for image in pair)
    assert metrics.ssim(clean, noisy) == pytest.approx(written_out_ssim(clean, noisy), abs=1e-6)
    assert metrics.ssim(clean, noisy, data_range=0.5) == pytest.approx(written_out_ssim(clean, noisy, 0.5), abs=1e-6)


def test_ssim_of_colour_is_the_mean_of_the_channels(pair):
    clean, noisy = pair
    channels = [metrics.ssim(clean[..., c], noisy[..., c]) for c in range(3)]
    assert metrics.ssim(clean, noisy) == pytest.approx(np.mean(channels), abs=1e-6)


def test_ssim_options(pair):
    clean, noisy = pair
    luma = images.luma(clean), images.luma(noisy)
    assert metrics.ssim(clean, noisy, channel="y") == pytest.approx(metrics.ssim(*luma), abs=1e-7)
    cut = [images.crop_border(image, 4) for image in pair]
    assert metrics.ssim(clean, noisy, border=4) == pytest.approx(metrics.ssim(*cut), abs=1e-7)
    rounded = [images.as_float(images.to_uint8(image)) for image in pair]
    assert metrics.ssim(clean, noisy, eight_bit=True) == pytest.approx(metrics.ssim(*rounded), abs=1e-7)
    assert metrics.ssim(clean, noisy, eight_bit=True) != metrics.ssim(clean, noisy)


def test_ssim_judges_what_psnr_does_not():
    clean = images.center_crop(images.sample("camera"), 64)
    shifted = clean + np.float32(0.1)
    noisy = clean + np.where(np.random.default_rng(0).random(clean.shape) < 0.5, -0.1, 0.1).astype(np.float32)
    assert metrics.psnr(clean, shifted) == pytest.approx(metrics.psnr(clean, noisy), abs=1e-3)
    assert metrics.ssim(clean, shifted) > metrics.ssim(clean, noisy) + 0.2


def test_ssim_maps_multiply_and_average_to_ssim(pair):
    clean, noisy = (image[..., 0] for image in pair)
    maps = metrics.ssim_maps(clean, noisy)
    assert all(part.shape == clean.shape and part.dtype == np.float32 for part in maps)
    assert np.allclose(maps.luminance * maps.contrast * maps.structure, maps.ssim, atol=1e-6)
    edge = metrics.SSIM_BORDER
    assert maps.ssim[edge:-edge, edge:-edge].mean() == pytest.approx(metrics.ssim(clean, noisy), abs=2e-6)


def test_ssim_maps_of_colour_average_to_ssim(pair):
    maps = metrics.ssim_maps(*pair)
    assert maps.ssim.shape == pair[0].shape[:2]
    assert maps.ssim[5:-5, 5:-5].mean() == pytest.approx(metrics.ssim(*pair), abs=2e-6)
    by_hand = np.mean([metrics.ssim_maps(pair[0][..., c], pair[1][..., c]).contrast for c in range(3)], axis=0)
    assert np.allclose(maps.contrast, by_hand, atol=1e-6)


def test_each_map_sees_its_own_kind_of_difference():
    texture = images.center_crop(images.sample("grass", gray=True), 40) * 0.5 + 0.2
    brighter = metrics.ssim_maps(texture, texture + np.float32(0.2))
    assert brighter.luminance.mean() < 0.95
    assert brighter.contrast.min() > 0.999 and brighter.structure.min() > 0.999
    mean = float(texture.mean())
    flatter = metrics.ssim_maps(texture, mean + np.float32(0.3) * (texture - mean))
    assert flatter.contrast.mean() < 0.8 < 0.95 < flatter.structure.mean()
    negative = metrics.ssim_maps(texture, 2 * mean - texture)
    assert negative.structure.mean() < -0.4 and negative.contrast.mean() > 0.999


def test_ssim_maps_closed_forms_on_flat_pictures():
    maps = metrics.ssim_maps(np.full((12, 12), 0.2, np.float32), np.full((12, 12), 0.6, np.float32))
    assert np.allclose(maps.luminance, (2 * 0.12 + 1e-4) / (0.04 + 0.36 + 1e-4), atol=1e-6)
    assert np.allclose(maps.contrast, 1, atol=1e-6) and np.allclose(maps.structure, 1, atol=1e-6)


def test_ssim_maps_closed_forms_on_stripes():
    # Stripes of amplitudes a and b: variances a^2, b^2 (to within the window's 1e-5), covariance a b.
    signs = np.tile(np.float32([1, -1]), (16, 8))
    a, b = 0.05, 0.02
    maps = metrics.ssim_maps(0.5 + np.float32(a) * signs, 0.5 - np.float32(b) * signs)
    c2 = 0.03**2
    middle = (8, 8)
    assert maps.contrast[middle] == pytest.approx((2 * a * b + c2) / (a * a + b * b + c2), abs=1e-4)
    assert maps.structure[middle] == pytest.approx((-a * b + c2 / 2) / (a * b + c2 / 2), abs=1e-4)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.3))
def test_metrics_are_symmetric_and_bounded(seed, level):
    rng = np.random.default_rng(seed)
    a = rng.random((13, 12), np.float32)
    b = (a + rng.normal(0, level, a.shape)).astype(np.float32)
    assert metrics.psnr(a, b) == pytest.approx(metrics.psnr(b, a), abs=1e-5)
    assert metrics.ssim(a, b) == pytest.approx(metrics.ssim(b, a), abs=1e-6)
    assert metrics.ssim(a, b) <= 1
    assert metrics.ssim(a, a) == pytest.approx(1, abs=1e-6)
    assert metrics.psnr(a, b) == pytest.approx(-10 * math.log10(metrics.mse(a, b)), abs=1e-5)


ZEROS = np.zeros((30, 45), np.float32)


@pytest.mark.parametrize("metric", [metrics.mse, metrics.psnr, metrics.ssim, metrics.ssim_maps])
@pytest.mark.parametrize(
    "shape, guess",
    [
        ((45, 30), "30x45, the restored one 45x30 .*transposed"),
        ((45, 30, 3), "transposed"),
        ((60, 90), "another scale"),
        ((10, 15), "another scale"),
        ((28, 43), "cropped or padded"),
        ((30, 44), "cropped or padded"),
        ((30, 45, 3), r"\(30, 45\), the restored one \(30, 45, 3\): the same size, other channels"),
    ],
)
def test_shapes_that_differ(metric, shape, guess):
    with pytest.raises(ValueError, match="same picture.*" + guess):
        metric(ZEROS, np.zeros(shape, np.float32))


@pytest.mark.parametrize("metric", [metrics.mse, metrics.psnr, metrics.ssim, metrics.ssim_maps])
def test_pictures_are_checked_and_named(metric):
    with pytest.raises(TypeError, match="clean has pixels 0-255"):
        metric(np.zeros((20, 20), np.uint8), np.zeros((20, 20), np.float32))
    with pytest.raises(ValueError, match="restored holds"):
        metric(np.zeros((20, 20), np.float32), np.full((20, 20), np.nan, np.float32))


@pytest.mark.parametrize("metric", [metrics.psnr, metrics.ssim])
@pytest.mark.parametrize(
    "options, message",
    [
        ({"data_range": 0}, "data_range is 0; it is the largest possible value"),
        ({"data_range": -1}, "largest possible value"),
        ({"data_range": float("nan")}, "largest possible value"),
        ({"data_range": float("inf")}, "largest possible value"),
        ({"data_range": "1"}, "largest possible value"),
        ({"data_range": 255}, "data_range is 255, .* would come out 48 dB too high"),
        ({"data_range": 2.1}, "too high"),
        ({"channel": "Y"}, "channel is 'Y'"),
        ({"channel": None}, "channel is None"),
        ({"border": -1}, "border is -1; it must be at least 0"),
        ({"border": 15}, "nothing is left of 30 x 45 pixels when 15"),
    ],
)
def test_options_that_make_no_sense(metric, options, message):
    with pytest.raises(ValueError, match=message):
        metric(ZEROS, ZEROS, **options)


def test_border_must_be_whole():
    with pytest.raises(TypeError, match="border must be a whole number"):
        metrics.mse(ZEROS, ZEROS, border=1.5)


def test_y_of_a_picture_with_transparency():
    rgba = np.zeros((20, 20, 4), np.float32)
    with pytest.raises(ValueError, match="4 channels"):
        metrics.psnr(rgba, rgba, channel="y")


def test_ssim_needs_a_whole_window():
    small = np.zeros((10, 40), np.float32)
    for metric in (metrics.ssim, metrics.ssim_maps):
        with pytest.raises(ValueError, match="11x11 window, .* only 10x40"):
            metric(small, small)
    with pytest.raises(ValueError, match="only 10x25"):
        metrics.ssim(ZEROS, ZEROS, border=10)
    enough = np.zeros((11, 11), np.float32)
    assert metrics.ssim(enough, enough) == pytest.approx(1)
    assert metrics.ssim_maps(enough, enough).ssim.shape == (11, 11)


def test_inputs_are_left_alone(pair):
    copies = [image.copy() for image in pair]
    metrics.psnr(*pair, channel="y", eight_bit=True, border=2)
    metrics.ssim_maps(*pair)
    assert all(np.array_equal(image, copy) for image, copy in zip(pair, copies, strict=True))


@pytest.mark.parametrize("shape", [(1, 1), (7, 5), (48, 40, 3), (300, 200)])
def test_mse_is_scikit_images(shape):
    from skimage.metrics import mean_squared_error

    rng = np.random.default_rng(1)
    clean, restored = (rng.random(shape, dtype=np.float32) for _ in range(2))
    assert metrics.mse(clean, restored) == pytest.approx(mean_squared_error(clean, restored), rel=1e-6)
