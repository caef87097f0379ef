"""The one door: methods by name, any size, exact tiles, transparency kept."""

import numpy as np
import pytest

import restorekit as rk
from restorekit import restore

CLEAN = rk.images.center_crop(rk.sample("camera"), 72, 80)
NOISY = rk.degrade.gaussian_noise(CLEAN, 25 / 255, rng=0)


@pytest.mark.parametrize("method", sorted(restore.DENOISERS))
def test_every_method_denoises_within_bounds_and_leaves_its_input_alone(method):
    before = NOISY.copy()
    restored = rk.denoise(NOISY, method, sigma=25 / 255)
    assert restored.dtype == np.float32 and restored.shape == NOISY.shape
    assert restored.min() >= 0 and restored.max() <= 1
    assert rk.psnr(CLEAN, restored) > rk.psnr(CLEAN, NOISY) + 1
    np.testing.assert_array_equal(NOISY, before)


def test_own_settings_reach_the_method():
    np.testing.assert_allclose(
        rk.denoise(NOISY, "median", sigma=0.1, size=5), np.clip(rk.classical.median_filter(NOISY, size=5), 0, 1)
    )
    with pytest.raises(TypeError, match="radius"):
        rk.denoise(NOISY, "median", sigma=0.1, radius=5)


def test_sigma_is_estimated_when_left_out():
    estimated = rk.degrade.estimate_sigma(NOISY)
    np.testing.assert_array_equal(rk.denoise(NOISY), rk.denoise(NOISY, "nlm", sigma=estimated))


@pytest.mark.parametrize("channels", [2, 4])
def test_transparency_is_returned_as_it_is(channels):
    alpha = np.random.default_rng(0).random((*CLEAN.shape, 1), dtype=np.float32)
    colour = np.repeat(NOISY[..., None], channels - 1, axis=-1)
    restored = rk.denoise(np.concatenate([colour, alpha], -1), "mean", sigma=0.1)
    np.testing.assert_array_equal(restored[..., -1:], alpha)
    np.testing.assert_array_equal(restored[..., :-1], rk.denoise(colour, "mean", sigma=0.1))


@pytest.mark.parametrize("method", ["mean", "gaussian", "median", "bilateral", "guided", "nlm"])
def test_local_methods_do_not_notice_the_tiles(method):
    whole = rk.denoise(NOISY, method, sigma=25 / 255)
    np.testing.assert_allclose(rk.denoise(NOISY, method, sigma=25 / 255, tile=33), whole, atol=1e-5)


@pytest.mark.parametrize("method", sorted(restore.UPSCALERS))
def test_upscale_enlarges_and_does_not_notice_the_tiles(method):
    whole = rk.upscale(CLEAN, 3, method)
    assert whole.shape == (216, 240) and whole.dtype == np.float32 and 0 <= whole.min() <= whole.max() <= 1
    np.testing.assert_allclose(rk.upscale(CLEAN, 3, method, tile=25, overlap=8), whole, atol=1e-5)
    assert rk.upscale(CLEAN, 1.5, method, tile=25).shape == (108, 120)


def test_a_progress_bar_goes_to_stderr(capsys):
    rk.denoise(NOISY, "mean", sigma=0.1, progress=True)
    rk.upscale(CLEAN, 2, progress=True)
    captured = capsys.readouterr()
    assert "tile" in captured.err and captured.out == ""


def test_mistakes_are_explained():
    for wrong, error, message in [
        (lambda: rk.denoise(NOISY, "nml", sigma=0.1), ValueError, 'Did you mean "nlm"'),
        (lambda: rk.denoise(NOISY, 3, sigma=0.1), ValueError, "wavelet shrinkage"),
        (lambda: rk.upscale(NOISY, 2, "bicubik"), ValueError, 'Did you mean "bicubic"'),
        (lambda: rk.denoise(rk.images.to_uint8(CLEAN)), TypeError, "uint8"),
        (lambda: rk.denoise(NOISY, sigma=25), ValueError, "25/255"),
    ]:
        with pytest.raises(error, match=message):
            wrong()
