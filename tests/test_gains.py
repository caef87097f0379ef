"""Gains: measured exactly; estimated well enough to be useful, and said to be an estimate."""

import numpy as np
import pytest

import restorekit as rk
from restorekit import gains, zoo

CLEAN = rk.images.crop(rk.sample("astronaut"), 20, 140, 160, 180)
NOISY = rk.degrade.gaussian_noise(CLEAN, 0.1, rng=0)


def test_a_gain_is_a_difference_of_psnr_with_the_noisy_picture_clipped():
    restored = CLEAN + np.float32(0.01)
    expected = 40 - rk.psnr(CLEAN, np.clip(NOISY, 0, 1))
    assert gains.gain(restored, NOISY, CLEAN) == pytest.approx(expected, abs=0.01)
    assert gains.gain(np.clip(NOISY, 0, 1), NOISY, CLEAN) == 0


def test_without_a_network_or_noise_there_is_no_estimate(monkeypatch, small_zoo):
    assert gains.estimator(CLEAN * 0 + 0.5) is None
    monkeypatch.setattr(rk.restore, "find_spec", lambda name: None)
    assert gains.estimator(NOISY) is None
    text = " ".join(gains.table({"Model1.png": CLEAN}, NOISY).split())
    assert "unknown" in text and "can't be measured" in text and "estimate" not in text


def test_the_estimate_needs_no_clean_picture_and_comes_close():
    if "dncnn-color-blind" not in zoo.names():
        pytest.skip("the network is not there yet")
    noisy = rk.images.as_float(rk.images.to_uint8(NOISY))
    estimate = gains.estimator(noisy)
    for method in ("mean", "bilateral", "nlm", "tv", "wavelet"):
        restored = rk.denoise(noisy, method, sigma=0.1)
        assert estimate(restored) == pytest.approx(gains.gain(restored, noisy, CLEAN), abs=2), method
    assert estimate(noisy) == pytest.approx(0, abs=1)


def test_the_table_says_what_is_an_estimate():
    if "dncnn-color-blind" not in zoo.names():
        pytest.skip("the network is not there yet")
    text = " ".join(gains.table({"Model1.png": rk.denoise(NOISY, "nlm", sigma=0.1)}, NOISY).split())
    assert "The gain is an estimate" in text and "about +" in text
