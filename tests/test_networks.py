"""Networks as denoisers: any size, tiles that do not show, clear words for what does not fit."""

import subprocess
import sys
import warnings

import numpy as np
import pytest

import restorekit as rk
from restorekit import methods, networks, zoo

COLOUR = rk.degrade.gaussian_noise(rk.images.crop(rk.sample("astronaut"), 40, 180, 61, 75), 25 / 255, rng=0)
GRAY = rk.images.to_gray(COLOUR)
NETWORKS = {"dncnn-gray-25": GRAY, "dncnn-gray-blind": GRAY, "dncnn-color-blind": COLOUR, "autoencoder-color": COLOUR}


def variants():
    """One network of each kind, with the sides that it needs multiples of."""
    models = rk.models
    yield models.dncnn(depth=5, filters=4), 1
    yield models.model_3(filters=4), 1
    yield models.unet(filters=(4, 4, 4), residual=False), 4
    for down in ("stride", "max", "unshuffle"):
        for up in models.UP:
            yield models.autoencoder(filters=(4, 4), down=down, up=up, depth=2), 4


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_reach_of_a_network_that_enlarges_is_in_pixels_of_the_small_image(scale):
    rng = np.random.default_rng(0)
    for model in (rk.models.espcn(scale), rk.models.edsr(scale, blocks=2, filters=4, channels=1)):
        model.set_weights([rng.standard_normal(weight.shape).astype(np.float32) ** 2 / 90 for weight in model.weights])
        pixels, multiple = networks.reach(model)
        image = rng.random((1, 40, 40, 1), dtype=np.float32)
        changed = image.copy()
        changed[0, 20, 20] += 1
        differs = (model.predict_on_batch(changed) != model.predict_on_batch(image)).any(axis=(0, 2, 3))
        rows = np.flatnonzero(differs) // scale
        furthest = max(20 - rows[0], rows[-1] - 20)
        assert multiple == 1 and furthest <= pixels <= furthest + 1


def test_no_output_pixel_looks_farther_than_the_reach():
    rng = np.random.default_rng(0)
    for model, multiple in variants():
        model.set_weights([rng.standard_normal(weight.shape).astype(np.float32) ** 2 / 9 for weight in model.weights])
        pixels, found = networks.reach(model)
        assert found == multiple
        image = rng.random((1, 160, 160, model.input_shape[-1]), dtype=np.float32)
        before, furthest = model.predict_on_batch(image), 0
        for place in range(80, 80 + multiple):
            changed = image.copy()
            changed[0, place, place] += 1
            rows = np.flatnonzero((model.predict_on_batch(changed) != before).any(axis=(0, 2, 3)))
            furthest = max(furthest, place - rows[0], rows[-1] - place)
        assert furthest <= pixels <= 2 * furthest, model.name
        assert multiple > 1 or pixels == furthest


@pytest.mark.parametrize("name", NETWORKS)
def test_a_network_takes_any_size_and_no_tile_shows(small_zoo, name):
    image = NETWORKS[name]
    before = image.copy()
    whole = rk.denoise(image, name)
    assert whole.shape == image.shape and whole.dtype == np.float32 and 0 <= whole.min() < whole.max() <= 1
    for tile in (7, 16, 40):
        np.testing.assert_allclose(rk.denoise(image, name, tile=tile), whole, atol=1e-5)
    for shape in ((1, 1), (1, 9), (2, 30), (3, 5)):
        part = image[: shape[0], : shape[1]]
        assert rk.denoise(part, name).shape == part.shape
    np.testing.assert_array_equal(image, before)


def test_a_network_is_its_keras_model(small_zoo):
    batch = COLOUR[None, :60, :72]
    expected = zoo.load_model("autoencoder-color").predict_on_batch(batch)[0]
    np.testing.assert_allclose(rk.denoise(batch[0], "autoencoder-color"), np.clip(expected, 0, 1), atol=1e-6)


def test_a_network_that_learns_on_after_it_was_made_ready_is_not_followed():
    model = rk.models.dncnn(depth=3, filters=4)
    ready = networks.Network(model)
    before = ready(GRAY)
    model.set_weights([weight + 1 for weight in model.get_weights()])
    np.testing.assert_array_equal(ready(GRAY), before)
    assert networks.trained("dncnn-gray-25") is networks.trained("dncnn-gray-25")


def test_one_channel_and_transparency_are_returned_as_they_came(small_zoo):
    alpha = np.random.default_rng(0).random((*GRAY.shape, 1), dtype=np.float32)
    gray = rk.denoise(GRAY, "dncnn-gray-blind")
    np.testing.assert_array_equal(rk.denoise(GRAY[..., None], "dncnn-gray-blind"), gray[..., None])
    both = rk.denoise(np.dstack([GRAY, alpha]), "auto")
    np.testing.assert_array_equal(both, np.dstack([gray, alpha]))
    both = rk.denoise(np.dstack([COLOUR, alpha]), "auto")
    np.testing.assert_array_equal(both, np.dstack([rk.denoise(COLOUR, "autoencoder-color"), alpha]))


def test_seams_can_be_seen_on_request(small_zoo):
    assert not np.allclose(rk.denoise(GRAY, "dncnn-gray-25", tile=20, overlap=0), rk.denoise(GRAY, "dncnn-gray-25"))


def test_a_progress_bar_goes_to_stderr(small_zoo, capsys):
    rk.denoise(GRAY, "dncnn-gray-25", tile=20, progress=True)
    captured = capsys.readouterr()
    assert "tile" in captured.err and captured.out == ""


def test_what_does_not_fit_is_explained(small_zoo):
    for wrong, error, message in [
        (lambda: rk.denoise(COLOUR, "dncnn-gray-25"), ValueError, 'Take method="autoencoder-color".*to_gray'),
        (lambda: rk.denoise(GRAY, "autoencoder-color"), ValueError, 'Take method="dncnn-gray-blind".*dstack'),
        (lambda: rk.denoise(GRAY, "dncnn-grey-25"), ValueError, 'Did you mean "dncnn-gray-25"'),
        (lambda: rk.denoise(GRAY, "dncnn-gray-25", size=3), TypeError, "no setting 'size'"),
        (lambda: rk.denoise(GRAY, "dncnn-gray-25", sigma=25), ValueError, "25/255"),
        (lambda: rk.denoise(GRAY, "dncnn-gray-25", tile=0), ValueError, "tile is 0"),
        (lambda: rk.denoise(rk.images.to_uint8(GRAY), "dncnn-gray-25"), TypeError, "uint8"),
    ]:
        with pytest.raises(error, match=message):
            wrong()


@pytest.mark.parametrize(
    ("name", "sigma", "message"),
    [
        ("dncnn-gray-25", None, None),
        ("dncnn-gray-25", 25, None),
        ("dncnn-gray-25", 22, None),
        ("dncnn-gray-25", 15, "learned noise of sigma 25 of 255, and yours is 15: it will take detail"),
        ("dncnn-gray-25", 50, "it will leave noise"),
        ("dncnn-gray-blind", 3, None),
        ("dncnn-gray-blind", 75, "from 0 to 55 of 255, and yours is 75: it will leave noise"),
    ],
)
def test_noise_that_the_network_has_not_learned_is_warned_of(small_zoo, name, sigma, message):
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        rk.denoise(GRAY, name, sigma=sigma if sigma is None else sigma / 255)
    said = [str(warning.message) for warning in caught if warning.category is UserWarning]
    assert [message in text for text in said] == [True] if message else said == []


def test_auto_falls_back_where_there_is_no_keras(small_zoo, monkeypatch):
    assert rk.restore.best_denoiser(COLOUR) == "autoencoder-color"
    assert rk.restore.best_denoiser(GRAY) == rk.restore.best_denoiser(GRAY[..., None]) == "dncnn-gray-blind"
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    with pytest.warns(UserWarning, match="no Keras here"):
        restored = rk.denoise(GRAY, "auto")
    np.testing.assert_array_equal(restored, rk.denoise(GRAY, "nlm"))


def test_too_little_memory_is_said(small_zoo, monkeypatch):
    class ResourceExhaustedError(Exception):
        """TensorFlow's."""

    def fail(_):
        raise ResourceExhaustedError

    monkeypatch.setattr(networks.trained("dncnn-gray-25"), "_predict", fail)
    with pytest.raises(MemoryError, match="smaller tile"):
        rk.denoise(GRAY, "dncnn-gray-25")


def test_no_framework_starts_before_a_network_is_used():
    code = (
        "import sys, restorekit as rk; gray = rk.sample('text')[:40, :40]; rk.denoise(gray, 'nlm'); rk.zoo.names(); "
        "rk.restore.best_denoiser(gray); sys.exit(bool({'tensorflow', 'keras', 'jax', 'torch'} & set(sys.modules)))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.slow
def test_memory_grows_by_a_few_copies_of_the_photo_and_the_trained_networks_show_no_tiles(tmp_path, peak_memory):
    peaks, out = {}, tmp_path / "out.png"
    for height, width in ((301, 403), (1201, 1603)):
        photo = np.random.default_rng(0).random((height, width, 3), dtype=np.float32) / 4 + 0.3
        rk.save(tmp_path / "photo.png", photo)
        words = ["restore", tmp_path / "photo.png", out, "--task", "denoise", "--overwrite", "--quiet"]
        peaks[photo.size] = peak_memory(*words)
        assert rk.load(out).shape == photo.shape
    (small, low), (large, high) = peaks.items()
    tile = 100e6  # the small photo is smaller than a tile
    assert (high - low - tile) / (large - small) < 16  # bytes a number: four copies in float32
    assert low < 1e9
    for name in ("dncnn-color-blind", "autoencoder-color"):
        part = photo[:333, :301]
        whole = rk.denoise(part, name, tile=1000)
        np.testing.assert_allclose(rk.denoise(part, name, tile=100), whole, atol=1e-4)
