"""The trained networks: checked before use, never unpickled, and as good as their cards say."""

import hashlib
import io
import json
import os
import sys

import keras
import numpy as np
import pytest

from restorekit import degrade, images, metrics, models, zoo

NAME = "dncnn-tiny"


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """A folder with one small network in it, in place of the package's own."""
    monkeypatch.setattr(zoo, "_WEIGHTS", tmp_path)
    put(tmp_path, packed(halves(depth=3, filters=4)))
    return tmp_path


def packed(arrays):
    """Arrays as the contents of a file."""
    file = io.BytesIO()
    np.savez_compressed(file, *arrays)
    return file.getvalue()


def halves(**options):
    """The weights of a network as they are stored."""
    network = models.dncnn(batch_norm=False, last_start="he_normal", **options)
    return [weight.astype(np.float16) for weight in network.get_weights()]


def put(folder, contents, **other):
    """Write weights and the card that describes them."""
    about = {"title": "a tiny one", "function": "dncnn", "arguments": {"depth": 3, "filters": 4, "batch_norm": False}}
    about |= {"bytes": len(contents), "sha256": hashlib.sha256(contents).hexdigest(), **other}
    (folder / f"{NAME}.json").write_text(json.dumps(about))
    (folder / f"{NAME}.npz").write_bytes(contents)


def test_a_network_comes_with_its_weights(weights):
    assert zoo.names() == [NAME]
    model = zoo.load_model(NAME)
    assert isinstance(model, keras.Model) and model.name == "dncnn_tiny"
    with np.load(weights / f"{NAME}.npz") as stored:
        for place, weight in enumerate(model.get_weights()):
            assert weight.dtype == np.float32
            np.testing.assert_array_equal(weight, stored[f"arr_{place}"])


def test_each_load_is_a_network_of_its_own(weights):
    assert zoo.load_model(NAME) is not zoo.load_model(NAME)


def test_an_unknown_name_is_met_with_a_similar_one(weights):
    for function in (zoo.card, zoo.load_model):
        with pytest.raises(ValueError, match='no network "DNCNN-tyni". Did you mean "dncnn-tiny"?'):
            function("DNCNN-tyni")
        with pytest.raises(ValueError, match='no network "7". There are: dncnn-tiny'):
            function(7)
        with pytest.raises(ValueError, match="no network"):
            function("../dncnn-tiny")


# ---------------------------------------------------------------- what is not as it should be


def test_a_changed_byte(weights):
    path = weights / f"{NAME}.npz"
    contents = bytearray(path.read_bytes())
    contents[len(contents) // 2] ^= 1
    path.write_bytes(contents)
    with pytest.raises(OSError, match=r"damaged, or not ours \(another checksum.*Install restorekit again"):
        zoo.load_model(NAME)


@pytest.mark.parametrize("kept", [0, 100])
def test_a_truncated_file(weights, kept):
    path = weights / f"{NAME}.npz"
    whole = path.stat().st_size
    path.write_bytes(path.read_bytes()[:kept])
    with pytest.raises(OSError, match=rf"{kept} bytes instead of {whole:,}"):
        zoo.load_model(NAME)


def test_a_missing_file(weights):
    (weights / f"{NAME}.npz").unlink()
    with pytest.raises(FileNotFoundError, match=r"weights of dncnn-tiny are missing: .*dncnn-tiny.npz"):
        zoo.load_model(NAME)
    (weights / f"{NAME}.json").write_text('{"function": ')
    with pytest.raises(OSError, match="card of dncnn-tiny is damaged"):
        zoo.load_model(NAME)


def test_a_missing_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(zoo, "_WEIGHTS", tmp_path / "nowhere")
    with pytest.raises(FileNotFoundError, match="folder of the trained networks is missing"):
        zoo.load_model(NAME)


def test_weights_of_another_network(weights):
    put(weights, packed(halves(depth=3, filters=5)))
    with pytest.raises(OSError, match="do not fit its network"):
        zoo.load_model(NAME)


def test_weights_that_are_not_finite(weights):
    arrays = halves(depth=3, filters=4)
    arrays[0][...] = np.nan
    put(weights, packed(arrays))
    with pytest.raises(OSError, match="not finite"):
        zoo.load_model(NAME)


def test_a_card_on_which_something_is_missing(weights):
    (weights / f"{NAME}.json").write_text("{}")
    with pytest.raises(OSError, match="card of dncnn-tiny is damaged .*missing on it"):
        zoo.load_model(NAME)


def bare():
    """One array, not a collection of them."""
    file = io.BytesIO()
    np.save(file, np.zeros(3))
    return file.getvalue()


@pytest.mark.parametrize("contents", [b"not a zip", b"PK\x03\x04 nor this", bare()])
def test_a_file_that_fits_its_card_and_is_none_of_ours(weights, contents):
    put(weights, contents)
    with pytest.raises(OSError, match="not ours"):
        zoo.load_model(NAME)


def test_nothing_is_ever_unpickled(weights):
    class Harmful:
        def __reduce__(self):
            return (os.mkdir, (str(weights / "harm"),))

    harmful = np.array([Harmful()], object)
    put(weights, packed([harmful]))  # the checksum is right
    with pytest.raises(OSError, match="not ours.*allow_pickle=False"):
        zoo.load_model(NAME)
    file = io.BytesIO()
    np.save(file, harmful)  # a bare array, which numpy would unpickle too
    put(weights, file.getvalue())
    with pytest.raises(OSError, match="not ours"):
        zoo.load_model(NAME)
    assert not (weights / "harm").exists()


@pytest.mark.parametrize("version", ["2.15.0", "3.9.2", "3.0.0.dev2024"])
def test_a_keras_too_old(weights, monkeypatch, version):
    monkeypatch.setattr(keras, "__version__", version)
    with pytest.raises(ImportError, match=rf"this is Keras {version}.*3\.10 or later.*pip install.*restart Python"):
        zoo.load_model(NAME)


@pytest.mark.parametrize("version", ["3.10.0", "3.15.1", "4.0.0rc1"])
def test_a_keras_new_enough(weights, monkeypatch, version):
    monkeypatch.setattr(keras, "__version__", version)
    assert zoo.load_model(NAME).count_params() == models.dncnn(3, 4, batch_norm=False).count_params()


def test_no_keras_at_all(weights, monkeypatch):
    monkeypatch.setitem(sys.modules, "keras", None)
    with pytest.raises(ImportError, match="can't be imported.*pip install 'keras>=3.10' tensorflow-cpu"):
        zoo.load_model(NAME)


# ---------------------------------------------------------------- the networks that travel with the course


@pytest.mark.parametrize("name", zoo.names())
def test_a_shipped_network(name):
    about = zoo.card(name)
    wanted = {"name", "title", "good_for", "data", "schedule", "seed", "machine", "minutes", "date", "licence"}
    wanted |= {"scale", "enlarged", "half_precision_costs"} if name in zoo.names("upscale") else {"sigma"}
    assert wanted <= about.keys() and about["name"] == name
    assert about.get("half_precision_costs", 0) < 0.005  # in dB
    assert zoo.load_model(name).count_params() == about["parameters"]


@pytest.mark.parametrize("name", zoo.names("denoise"))
def test_a_shipped_network_denoises(name):
    model = zoo.load_model(name)
    channels = model.input_shape[-1]
    clean = images.center_crop(images.sample("chelsea", gray=channels == 1), 96).reshape(96, 96, channels)
    noisy = degrade.gaussian_noise(clean, 25 / 255, rng=0)
    restored = keras.ops.convert_to_numpy(model(noisy[None]))[0]
    gain = metrics.psnr(clean, np.clip(restored, 0, 1)) - metrics.psnr(clean, np.clip(noisy, 0, 1))
    assert gain > 4


def test_each_network_has_one_task():
    assert sorted(zoo.names("denoise") + zoo.names("upscale")) == zoo.names()
    with pytest.raises(ValueError, match="task is 'deblur'"):
        zoo.names("deblur")
