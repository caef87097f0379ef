"""Enlarging by a trained network: the colour convention, tiles that do not show, any size, clear words for what does not fit."""

import warnings

import numpy as np
import pytest

import restorekit as rk
from restorekit import methods, networks, upscaling, zoo

COLOUR = rk.images.crop(rk.sample("astronaut"), 40, 180, 31, 45)
GRAY = rk.images.to_gray(COLOUR)
SCALES = {"srcnn-x2": 2, "vdsr": 3, "espcn-x3": 3, "edsr-x2": 2, "edsr-x4": 4}


@pytest.mark.parametrize("name", SCALES)
@pytest.mark.parametrize("image", [GRAY, COLOUR], ids=["gray", "colour"])
def test_any_size_and_no_tile_shows(small_zoo, name, image):
    before, scale = image.copy(), SCALES[name]
    whole = rk.upscale(image, scale, name)
    assert whole.shape == (31 * scale, 45 * scale, *image.shape[2:]) and whole.dtype == np.float32
    assert 0 <= whole.min() < whole.max() <= 1
    for tile in (7, 20):
        np.testing.assert_allclose(rk.upscale(image, scale, name, tile=tile), whole, atol=1e-5)
    for height, width in ((1, 1), (1, 9), (3, 5)):
        part = image[:height, :width]
        assert rk.upscale(part, scale, name).shape == (height * scale, width * scale, *image.shape[2:])
    np.testing.assert_array_equal(image, before)


def test_a_network_on_brightness_leaves_the_colour_differences_to_bicubic(small_zoo):
    ycbcr = rk.images.rgb_to_ycbcr(COLOUR)
    large = rk.degrade.resize(ycbcr, scale=2)
    large[..., 0] = zoo.load_model("srcnn-x2").predict_on_batch(large[None, :, :, :1])[0, ..., 0]
    expected = np.clip(rk.images.ycbcr_to_rgb(large), 0, 1)
    np.testing.assert_allclose(rk.upscale(COLOUR, 2, "srcnn-x2"), expected, atol=1e-5)


def test_a_gray_picture_is_its_own_brightness(small_zoo):
    expected = zoo.load_model("espcn-x3").predict_on_batch(GRAY[None, ..., None])[0, ..., 0]
    np.testing.assert_allclose(rk.upscale(GRAY, 3, "espcn-x3"), np.clip(expected, 0, 1), atol=1e-5)


def test_a_colour_network_takes_gray_as_three_equal_colours(small_zoo):
    three = rk.upscale(np.dstack([GRAY] * 3), 2, "edsr-x2")
    assert np.abs(three[..., 0] - three[..., 1]).max() > 0.01  # random weights: no gray comes out
    np.testing.assert_allclose(rk.upscale(GRAY, 2, "edsr-x2"), rk.images.to_gray(three), atol=1e-5)


@pytest.mark.parametrize("name", ["vdsr", "edsr-x2"])
def test_transparency_is_enlarged_by_bicubic_and_one_channel_stays_one(small_zoo, name):
    alpha = np.random.default_rng(0).random((*GRAY.shape, 1), dtype=np.float32)
    large = np.clip(rk.degrade.resize(alpha, scale=2), 0, 1)
    gray, colour = rk.upscale(GRAY, 2, name), rk.upscale(COLOUR, 2, name)
    np.testing.assert_array_equal(rk.upscale(GRAY[..., None], 2, name), gray[..., None])
    np.testing.assert_allclose(rk.upscale(np.dstack([GRAY, alpha]), 2, name), np.dstack([gray, large]), atol=1e-6)
    np.testing.assert_allclose(rk.upscale(np.dstack([COLOUR, alpha]), 2, name), np.dstack([colour, large]), atol=1e-6)


def test_the_ensemble_is_the_same_for_every_turn_of_the_picture(small_zoo):
    alone = rk.upscale(np.rot90(GRAY), 2, "edsr-x2")
    assert np.abs(np.rot90(alone, -1) - rk.upscale(GRAY, 2, "edsr-x2")).max() > 0.01
    together = rk.upscale(GRAY, 2, "edsr-x2", ensemble=True)
    for turns, mirror in ((1, 1), (2, -1)):
        turned = rk.upscale(np.rot90(GRAY, turns)[::mirror], 2, "edsr-x2", ensemble=True)
        np.testing.assert_allclose(np.rot90(turned[::mirror], -turns), together, atol=1e-5)


def test_the_ensemble_turns_back_what_it_turned():
    seen = []

    def enlarge(part):
        seen.append(part)
        return np.repeat(np.repeat(part, 2, 0), 2, 1)

    np.testing.assert_allclose(networks.self_ensemble(enlarge, COLOUR), enlarge(COLOUR), atol=1e-6)
    assert len({part.tobytes() for part in seen}) == 8


def test_auto_takes_the_best_network_for_the_scale(small_zoo, monkeypatch):
    assert [upscaling.best_upscaler(scale) for scale in (2, 3, 4, 5)] == ["edsr-x2", "vdsr", "edsr-x4", "bicubic"]
    np.testing.assert_array_equal(rk.upscale(GRAY, 4, "auto"), rk.upscale(GRAY, 4, "edsr-x4"))
    with pytest.warns(UserWarning, match="no network enlarges by 2.5"):
        np.testing.assert_array_equal(rk.upscale(GRAY, 2.5, "auto"), rk.upscale(GRAY, 2.5))
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    with pytest.warns(UserWarning, match="no Keras here"):
        rk.upscale(GRAY, 2, "auto")


@pytest.mark.parametrize("method", ["bicubic", "vdsr", "edsr-x2"])
def test_a_scale_that_makes_no_sense(small_zoo, method):
    for scale, error, message in [
        (1, ValueError, "scale is 1; to enlarge, it must be above 1"),
        (0, ValueError, "scale is 0; to enlarge"),
        (-2, ValueError, "above 1"),
        (float("nan"), ValueError, "above 1"),
        ("2", TypeError, "scale must be one number, for example 2; got '2'"),
        (True, TypeError, "one number"),
        (None, TypeError, "one number"),
    ]:
        with pytest.raises(error, match=message):
            rk.upscale(GRAY, scale, method)


def test_what_does_not_fit_is_explained(small_zoo):
    for wrong, error, message in [
        (lambda: rk.upscale(GRAY, 2.5, "vdsr"), ValueError, 'learned to enlarge by 2 or 3 or 4. Take method="bicubic"'),
        (lambda: rk.upscale(GRAY, 3, "edsr-x2"), ValueError, 'Take method="espcn-x3" or method="vdsr"'),
        (lambda: rk.upscale(GRAY, 2, "vdrs"), ValueError, 'Did you mean "vdsr"'),
        (lambda: rk.upscale(GRAY, 2, "nlm"), ValueError, r"belongs to rk\.denoise"),
        (lambda: rk.upscale(GRAY, 2, "dncnn-gray-25"), ValueError, r"belongs to rk\.denoise"),
        (lambda: rk.denoise(GRAY, "vdsr", sigma=0.1), ValueError, r"belongs to rk\.upscale"),
        (lambda: rk.denoise(GRAY, "bicubic", sigma=0.1), ValueError, r"belongs to rk\.upscale"),
        (lambda: rk.upscale(rk.images.to_uint8(GRAY), 2, "vdsr"), TypeError, "uint8.*as_float"),
        (lambda: rk.upscale((GRAY * 65535).astype(np.uint16), 2, "vdsr"), TypeError, "uint16"),
        (lambda: rk.upscale(GRAY, 2, "vdsr", tile=0), ValueError, "tile is 0"),
    ]:
        with pytest.raises(error, match=f"(?s){message}"):
            wrong()


def test_a_16_bit_file_can_be_enlarged(small_zoo, tmp_path):
    from PIL import Image

    Image.fromarray((GRAY * 65535).astype(np.uint16)).save(tmp_path / "deep.png")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        deep = rk.load(tmp_path / "deep.png")
    np.testing.assert_allclose(rk.upscale(deep, 2, "vdsr"), rk.upscale(GRAY, 2, "vdsr"), atol=1e-3)


def test_a_whole_float_is_a_whole_number(small_zoo):
    np.testing.assert_array_equal(rk.upscale(GRAY, 2.0, "vdsr", tile=9), rk.upscale(GRAY, 2, "vdsr", tile=9))


def test_seams_can_be_seen_on_request_and_progress_goes_to_stderr(small_zoo, capsys):
    seams = rk.upscale(GRAY, 2, "vdsr", tile=10, overlap=0, progress=True)
    assert not np.allclose(seams, rk.upscale(GRAY, 2, "vdsr"), atol=1e-3)
    captured = capsys.readouterr()
    assert "tile" in captured.err and captured.out == ""


def test_the_trained_networks_beat_bicubic_and_show_no_tiles():
    """On a held-out picture: the bundled ones are in no training set."""
    photo = rk.images.crop(rk.sample("astronaut"), 20, 150, 144, 144)
    for name in rk.zoo.names("upscale"):
        for scale in np.atleast_1d(zoo.card(name)["scale"]).tolist():
            small = rk.degrade.resize(photo, scale=1 / scale)
            large = rk.upscale(small, scale, name)
            measure = {"channel": "y", "border": scale}
            assert rk.psnr(photo, large, **measure) > rk.psnr(photo, rk.upscale(small, scale), **measure) + 0.3
            np.testing.assert_allclose(rk.upscale(small, scale, name, tile=20), large, atol=1e-4)


@pytest.mark.slow
def test_memory_grows_by_a_few_copies_of_the_large_photo(tmp_path, peak_memory):
    peaks = {}
    for height, width in ((300, 400), (1000, 1300)):
        photo = np.random.default_rng(0).random((height, width, 3), dtype=np.float32) / 4 + 0.3
        rk.save(tmp_path / "photo.png", photo)
        words = ["restore", tmp_path / "photo.png", tmp_path / "out.png", "--task", "upscale", "--scale", "3"]
        words += ["--method", "espcn-x3", "--overwrite", "--quiet"]
        peaks[9 * photo.size] = peak_memory(*words)
        assert rk.load(tmp_path / "out.png").shape == (3 * height, 3 * width, 3)
    (small, low), (large, high) = peaks.items()
    assert (high - low) / (large - small) < 20  # bytes a number of the large photo: five copies in float32
