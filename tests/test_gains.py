"""Gains: measured exactly; estimated well enough to be useful, and said to be an estimate."""

import numpy as np
import pytest

import restorekit as rk
from restorekit import gains, methods, zoo

CLEAN = rk.images.crop(rk.sample("astronaut"), 20, 140, 160, 180)
NOISY = rk.degrade.gaussian_noise(CLEAN, 0.1, rng=0)
FILE = rk.images.as_float(rk.images.to_uint8(NOISY))


def test_a_gain_is_a_difference_of_psnr_with_the_noisy_picture_clipped():
    restored = CLEAN + np.float32(0.01)
    expected = 40 - rk.psnr(CLEAN, np.clip(NOISY, 0, 1))
    assert gains.gain(restored, NOISY, CLEAN) == pytest.approx(expected, abs=0.01)
    assert gains.gain(np.clip(NOISY, 0, 1), NOISY, CLEAN) == 0


def test_without_a_network_or_the_expected_noise_there_is_no_estimate(monkeypatch, small_zoo):
    assert gains.estimator(CLEAN * 0 + 0.5) is None
    assert gains.estimator(NOISY, 0.04) is None and not gains.expected_noise(NOISY, 0.04)
    assert gains.expected_noise(NOISY, 0.1) and gains.expected_noise(NOISY, 0.08)
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    assert gains.estimator(NOISY) is None and gains.estimates({"Model1.png": CLEAN}, NOISY) == {}
    text = " ".join(gains.table({"Model1.png": CLEAN}, NOISY).split())
    assert "can't be measured" in text and "estimate" not in text and "gain (dB)" not in text


def test_a_picture_with_black_and_white_alone_gets_no_estimate():
    if "dncnn-color-blind" not in zoo.names():
        pytest.skip("the network is not there yet")
    stripes = np.zeros((48, 48, 3), np.float32)
    stripes[:, ::12] = 1
    rng = np.random.default_rng(0)
    noisy = np.clip(stripes + np.float32(0.15) * rng.standard_normal(stripes.shape).astype(np.float32), 0, 1)
    sigma = float(rk.degrade.estimate_sigma(noisy))
    assert gains.expected_noise(noisy, sigma) and gains.estimator(noisy, sigma) is None


@pytest.fixture(scope="module")
def estimate():
    """The estimator of a noisy picture as a file holds it."""
    if "dncnn-color-blind" not in zoo.names():
        pytest.skip("the network is not there yet")
    return gains.estimator(FILE)


def test_the_estimate_needs_no_clean_picture_and_comes_close(estimate):
    for method in ("mean", "bilateral", "nlm", "tv", "wavelet"):
        restored = rk.denoise(FILE, method, sigma=0.1)
        assert estimate(restored) == pytest.approx(gains.gain(restored, FILE, CLEAN), abs=1.5), method
    assert estimate(FILE) == pytest.approx(0, abs=0.8)
    worse = np.clip(2 * FILE - CLEAN, 0, 1)
    assert estimate(worse) == pytest.approx(gains.gain(worse, FILE, CLEAN), abs=1)


def test_clipped_noise_does_not_fool_the_estimate():
    if "dncnn-color-blind" not in zoo.names():
        pytest.skip("the network is not there yet")
    clean = np.clip(1.6 * CLEAN - 0.3, 0, 1)  # much of it black or white
    noisy = rk.images.as_float(rk.images.to_uint8(rk.degrade.gaussian_noise(clean, 0.1, rng=1)))
    assert ((noisy == 0) | (noisy == 1)).mean() > 0.1
    restored = rk.denoise(noisy, "bilateral", sigma=0.1)
    assert gains.estimator(noisy)(restored) == pytest.approx(gains.gain(restored, noisy, clean), abs=1.5)


@pytest.mark.needs_data
@pytest.mark.parametrize("number", [0, 5, 30])
def test_the_estimate_is_as_good_as_we_say(data_root, number):
    path = sorted((data_root / "denoise" / "cbsd68").glob("*.png"))[number]
    clean = rk.images.center_crop(rk.load(path), 128)
    noisy = rk.images.as_float(rk.images.to_uint8(rk.degrade.gaussian_noise(clean, 0.1, rng=number)))
    pictures = {
        name: rk.denoise(noisy, name, sigma=0.1) for name in ("bilateral", "nlm", "assignment-1", "assignment-3")
    }
    for name, guess in gains.estimates(pictures, noisy).items():
        assert -4 < guess - gains.gain(pictures[name], noisy, clean) < 1, name


def test_the_table_says_what_is_an_estimate():
    guess = {"Model1.png": 7.4, "Model2.png": -0.3}
    text = " ".join(gains.table({"Model1.png": CLEAN, "Model2.png": NOISY}, NOISY, None, guess).split())
    assert "The gain is an estimate" in text and "about +7" in text and "about +0" in text
