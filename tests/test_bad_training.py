"""Wrong images, settings and weights, given to networks and their training: a clear message each time, before anything is lost."""

import functools
import warnings

import keras
import numpy as np
import pytest

import restorekit as rk
from restorekit import models, networks, training, zoo

GRAY = np.full((2, 16, 16, 1), 0.5, np.float32)
COLOUR = np.full((2, 16, 16, 3), 0.5, np.float32)
INTEGERS = np.full((2, 16, 16, 1), 128, np.uint8)
QUICK = {"epochs": 1, "steps": 1, "batch": 2, "patch": 8, "progress": False}


@pytest.fixture(scope="module")
def gray_net():
    """A network for gray images."""
    return models.dncnn(3, 4)


WRONG_IMAGES = {
    "integers": (INTEGERS, TypeError, r"images\[0\] has pixels 0-255 \(uint8\).*as_float"),
    "0-255 floats": (GRAY * 255, ValueError, r"images\[0\].*divide by 255"),
    "NaN": (GRAY * np.nan, ValueError, r"images\[0\].*NaN"),
    "colour": (COLOUR, ValueError, r"images\[0\] has 3 channel\(s\) and the model takes 1.*channels=3 for colour"),
    "too small": ([GRAY[0], GRAY[0, :7]], ValueError, r"images\[1\] is 7 x 16 pixels: too small for patches of 8"),
    "none": ([], ValueError, "images is empty"),
    "one gray image": (GRAY[0, :, :, 0], ValueError, r"put it in a list: \[image\]"),
    "one colour image": (COLOUR[0], ValueError, r"shape \(16, 16, 3\): if that is one image, put it in a list"),
    "nothing": (None, TypeError, "images is None: give a folder, an array"),
    "no folder": ("/nowhere/photos", FileNotFoundError, "no folder .*nowhere"),
}


@pytest.mark.parametrize("case", WRONG_IMAGES)
def test_images(gray_net, case):
    given, error, message = WRONG_IMAGES[case]
    with pytest.raises(error, match=message):
        training.fit(gray_net, given, **QUICK)


def test_a_folder_without_pictures(gray_net, tmp_path):
    (tmp_path / "notes.txt").write_text("nothing to see")
    with pytest.raises(ValueError, match="no pictures .*png.* in the folder"):
        training.fit(gray_net, tmp_path, **QUICK)


def test_gray_into_a_colour_net():
    colour_net = models.dncnn(3, 4, channels=3)
    with pytest.raises(
        ValueError, match=r"has 1 channel\(s\) and the model takes 3: build the model with channels=1 for gray"
    ):
        training.fit(colour_net, GRAY, **QUICK)
    with pytest.raises(ValueError, match="channel"):
        training.fit(colour_net, COLOUR, lambda clean, rng: clean.mean(axis=-1, keepdims=True), **QUICK)
    with pytest.raises(ValueError, match="colour"):
        rk.denoise(GRAY[0, :, :, 0], "dncnn-color-blind")
    with pytest.raises(ValueError, match="gray"):
        rk.denoise(COLOUR[0], "dncnn-gray-25")


WRONG_VALIDATION = {
    "one array": (GRAY, ValueError, "must be a pair"),
    "integers": ((INTEGERS, INTEGERS), TypeError, r"validation \(degraded\)\[0\].*uint8"),
    "colour": ((GRAY, COLOUR), ValueError, r"validation \(clean\)\[0\] has 3 channel"),
    "another number": ((GRAY, GRAY[:1]), ValueError, "2 degraded images and 1 clean"),
    "another size": (
        (GRAY, GRAY[:, :12, :9]),
        ValueError,
        "validation: the model turns 16 x 16 .* clean images have 12 x 9",
    ),
    "several sizes": (([GRAY[0], GRAY[0, :9]], GRAY), ValueError, "several sizes: crop them"),
}


@pytest.mark.parametrize("case", WRONG_VALIDATION)
def test_validation(gray_net, case):
    given, error, message = WRONG_VALIDATION[case]
    with pytest.raises(error, match=message):
        training.fit(gray_net, GRAY, **QUICK, validation=given)


@pytest.mark.parametrize(
    "setting, error, message",
    [
        ({"epochs": 0}, ValueError, "epochs is 0"),
        ({"steps": 1.5}, TypeError, "steps must be a whole number"),
        ({"batch": -1}, ValueError, "batch is -1"),
        ({"patch": "8"}, TypeError, "patch must be a whole number"),
        ({"seed": -1}, ValueError, "seed is -1"),
        ({"learning_rate": 0}, ValueError, r"learning_rate is 0; it must be above 0\. 0\.001 is usual with Adam"),
        ({"learning_rate": -0.001}, ValueError, "above 0"),
        ({"learning_rate": float("nan")}, ValueError, "learning_rate is nan"),
        ({"learning_rate": "fast"}, TypeError, "learning_rate must be one number"),
        ({"clip": 0}, ValueError, "clip is 0; it must be above 0"),
        ({"clip": "1"}, TypeError, "clip must be one number"),
        ({"margin": -1}, ValueError, "margin is -1"),
        ({"margin": "2"}, TypeError, "margin must be a whole number"),
        ({"margin": 400}, ValueError, "too small for patches of 808"),
        ({"optimizer": "sgd"}, ValueError, 'optimizer="sgd" is not known; there are: adam, muon'),
        ({"loss": "psnr?"}, ValueError, "psnr?"),
    ],
)
def test_settings(gray_net, setting, error, message):
    with pytest.raises(error, match=message):
        training.fit(gray_net, GRAY, **QUICK | setting)


def test_nothing_is_left_behind(gray_net, tmp_path):
    before = gray_net.get_weights()
    with pytest.raises(TypeError):
        training.fit(gray_net, INTEGERS, **QUICK, folder=tmp_path / "new")
    assert not (tmp_path / "new").exists()
    assert all((a == b).all() for a, b in zip(before, gray_net.get_weights(), strict=True))


def test_patches_that_can_not_be_halved():
    with pytest.raises(ValueError, match="needs a height and width that are multiples of 4; 10 x 10 came in"):
        training.fit(models.autoencoder(1, (4, 4)), GRAY, **QUICK | {"patch": 10})


def test_what_degrade_returns(gray_net):
    with pytest.raises(TypeError, match="degrade returned uint8"):
        training.fit(gray_net, GRAY, lambda clean, rng: (clean * 255).astype(np.uint8), **QUICK)
    with pytest.raises(ValueError, match="the model turns 4 x 4 pixels into 4 x 4, and the clean images have 8 x 8"):
        training.fit(gray_net, GRAY, lambda clean, rng: clean[:, ::2, ::2], **QUICK)


def test_what_is_no_function_or_no_model(gray_net):
    with pytest.raises(TypeError, match=r"degrade is 0.1: it must be a function.*training.gaussian\(0.1\)"):
        training.fit(gray_net, GRAY, 0.1, **QUICK)
    with pytest.raises(TypeError, match="model is function; it must be a keras.Model"):
        training.fit(models.dncnn, GRAY, **QUICK)
    with pytest.raises(ValueError, match="the lower sigma comes first"):
        training.gaussian(0.2, 0.1)


def test_nothing_to_learn_is_told(gray_net):
    with pytest.warns(UserWarning, match="It learns to copy"):
        training.fit(gray_net, GRAY, **QUICK)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        training.fit(gray_net, GRAY, training.gaussian(0.1), **QUICK)
        training.fit(models.model_1(channels=1, filters=4), GRAY, **QUICK)


def test_a_loss_of_ones_own_may_have_no_name(gray_net):
    loss = functools.partial(keras.losses.mean_squared_error)
    assert np.isfinite(training.fit(gray_net, GRAY, training.gaussian(0.1), **QUICK, loss=loss)["loss"]).all()


# ---------------------------------------------------------------- restoring with a network


@pytest.fixture
def no_memory_of_networks():
    """Networks are loaded anew."""
    networks.trained.cache_clear()
    yield
    networks.trained.cache_clear()


def test_integers_into_a_trained_network():
    with pytest.raises(TypeError, match="uint8.*as_float"):
        rk.denoise(INTEGERS[0, :, :, 0], "dncnn-gray-25")


@pytest.mark.parametrize("spoil", ["missing", "corrupted"])
def test_missing_and_corrupted_weights(no_memory_of_networks, monkeypatch, tmp_path, spoil):
    for kind in ("json", "npz"):
        (tmp_path / f"dncnn-gray-25.{kind}").write_bytes((zoo._WEIGHTS / f"dncnn-gray-25.{kind}").read_bytes())
    weights = tmp_path / "dncnn-gray-25.npz"
    weights.unlink() if spoil == "missing" else weights.write_bytes(b"\0" * weights.stat().st_size)
    monkeypatch.setattr(zoo, "_WEIGHTS", tmp_path)
    with pytest.raises(OSError, match=f"weights of dncnn-gray-25 are {'missing' if spoil == 'missing' else 'damaged'}"):
        rk.denoise(GRAY[0, :, :, 0], "dncnn-gray-25")


def test_a_keras_too_old(no_memory_of_networks, monkeypatch):
    monkeypatch.setattr(keras, "__version__", "3.5.0")
    with pytest.raises(ImportError, match=r"this is Keras 3.5.0.*3\.10 or later"):
        rk.denoise(GRAY[0, :, :, 0], "dncnn-gray-25")
