"""The networks and their training on Keras' JAX backend. `make test-jax` runs these, in an environment of its own.

KERAS_BACKEND=tensorflow python tests/test_jax_backend.py FILE    writes what the networks predict on TensorFlow
"""

import json
import os
import socket
import subprocess
import sys

import numpy as np
import pytest

pytestmark = pytest.mark.skipif(os.environ.get("KERAS_BACKEND") != "jax", reason="`make test-jax` runs it")

IMAGE = np.random.default_rng(0).random((2, 16, 24, 3), np.float32)
SCHEDULE = {"epochs": 3, "steps": 4, "batch": 4, "patch": 8, "progress": False}


def networks():
    """Every network of the course, built small with seeded weights, and those that travel with it; by name."""
    from restorekit import models, zoo

    made = {function.__name__: function(filters=8) for function in (models.model_1, models.model_2, models.model_3)}
    made |= {"dncnn": models.dncnn(5, 8), "dncnn folded": models.dncnn(5, 8, batch_norm=False)}
    made |= {"srcnn": models.srcnn(), "vdsr": models.vdsr(4, 8), "espcn": models.espcn(3)}
    made |= {f"edsr x{scale}": models.edsr(scale, blocks=2, filters=8) for scale in (2, 3, 4)}
    made |= {"unet": models.unet(filters=(4, 8, 16)), "residual": models.autoencoder(filters=(8,), residual=True)}
    for down in models.DOWN:
        for up in models.UP:
            for skip in (True, False):
                made[f"{down} {up} {skip}"] = models.autoencoder(filters=(4, 8), down=down, up=up, skip=skip)
    rng = np.random.default_rng(1)
    for model in made.values():
        model.set_weights(
            [rng.uniform(0.5, 1.5, weight.shape) if weight.name in ("gamma", "moving_variance")
             else rng.normal(0, 1 / np.prod(weight.shape[:-1]) ** 0.5, weight.shape) for weight in model.weights]
        )  # fmt: skip
    return made | {name: zoo.load_model(name) for name in zoo.names()}


def predictions():
    """What they make of one image."""
    from keras import ops

    return {
        name: ops.convert_to_numpy(model(IMAGE[..., : model.input_shape[-1]])) for name, model in networks().items()
    }


@pytest.fixture(scope="module")
def clean():
    """Images to learn from."""
    import restorekit as rk

    return rk.sample("camera")[None, 100:260, 100:260, None]


def test_the_backend_is_jax_and_tensorflow_is_not_there():
    import keras

    assert keras.backend.backend() == "jax"
    assert "tensorflow" not in sys.modules


def test_predictions_equal_tensorflows():
    with np.load(os.environ["RESTOREKIT_REFERENCE"]) as reference:
        found = predictions()
        assert len(reference.files) > 30
        for name in reference.files:
            assert np.abs(found[name] - reference[name]).max() < 1e-4, name


def test_odd_sizes():
    from restorekit import models

    model = models.autoencoder(filters=(4, 4), skip=False)
    for size in (8, 12, 16):
        model.predict(np.zeros((1, size, size, 3)), verbose=0)
    with pytest.raises(ValueError, match="multiples of 4; 9 x 12 came in"):
        model.predict(np.zeros((1, 9, 12, 3)), verbose=0)


def test_restoring_by_name(clean):
    import restorekit as rk

    noisy = rk.degrade.gaussian_noise(clean[0, ..., 0], 25 / 255, rng=0)
    assert rk.psnr(clean[0, ..., 0], rk.denoise(noisy, "dncnn-gray-25")) > rk.psnr(clean[0, ..., 0], noisy) + 4


def test_a_network_that_enlarges_does_so_in_tiles(clean):
    from restorekit import models, networks, restore

    network = networks.Network(models.edsr(2, blocks=1, filters=4, channels=1))
    whole = network(clean[0, :50, :40, 0])
    assert whole.shape == (100, 80)
    tiled = restore.tiled(network, clean[0, :50, :40, 0], tile=16, overlap=network.reach)
    np.testing.assert_allclose(tiled, whole, atol=1e-5)


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_training_learns_and_goes_on(clean, tmp_path, optimizer, monkeypatch):
    import keras

    from restorekit import models, training
    from restorekit.checkpoints import Keeper

    def run(seed, **options):
        keras.utils.set_random_seed(seed)
        model = models.dncnn(3, 32, last_start="he_normal")
        history = training.fit(
            model, clean, training.gaussian(0.1), **SCHEDULE, optimizer=optimizer, validation=(clean, clean), **options
        )
        return model, history

    class Interrupted(Keeper):
        def on_train_batch_end(self, batch, logs=None):
            super().on_train_batch_end(batch, logs)
            if self.done == 1 and batch == 2:
                raise KeyboardInterrupt

    undisturbed, expected = run(0)
    assert expected["loss"][-1] < expected["loss"][0]
    monkeypatch.setattr(training, "Keeper", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(0, folder=tmp_path)
    monkeypatch.undo()
    resumed, history = run(9, folder=tmp_path)
    for one, other in zip(undisturbed.get_weights(), resumed.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
    np.testing.assert_allclose(history["val_psnr"], expected["val_psnr"], rtol=1e-5)


def test_the_noise_layer_goes_on_too(clean, tmp_path, monkeypatch):
    import keras

    from restorekit import models, training

    def run(seed, **options):
        keras.utils.set_random_seed(seed)
        model = models.model_3(channels=1, filters=4)
        training.fit(training.mixed_precision(model), clean, **SCHEDULE, **options)
        return model.get_weights()

    undisturbed = run(0)
    with monkeypatch.context() as patch:
        patch.setattr(training.Keeper, "on_epoch_begin", _stop_in_the_third_epoch(training.Keeper.on_epoch_begin))
        with pytest.raises(KeyboardInterrupt):
            run(0, folder=tmp_path)
    for one, other in zip(undisturbed, run(5, folder=tmp_path), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)


def _stop_in_the_third_epoch(begin):
    def on_epoch_begin(self, epoch, logs=None):
        begin(self, epoch, logs)
        if epoch == 2:
            raise KeyboardInterrupt

    return on_epoch_begin


def test_a_model_is_whole_after_an_interrupt_and_after_divergence(clean, monkeypatch):
    from restorekit import models, training

    model = models.dncnn(3, 4)
    with monkeypatch.context() as patch:
        patch.setattr(training.Keeper, "on_epoch_begin", _stop_in_the_third_epoch(training.Keeper.on_epoch_begin))
        with pytest.raises(KeyboardInterrupt):
            training.fit(model, clean, training.gaussian(0.1), **SCHEDULE)
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    before = model.get_weights()
    with pytest.raises(FloatingPointError, match="in the first|epoch 1"):
        training.fit(model, clean, lambda clean, rng: clean * np.float32(1e25), **SCHEDULE)
    for one, other in zip(before, model.get_weights(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert training.fit(model, clean, training.gaussian(0.1), **SCHEDULE)["loss"]


#: python -c MANY folder devices: trains on so many devices of one process, and prints the weights' sum of squares.
MANY = """
import sys
import keras, numpy as np
from restorekit import models, training

folder, devices, processes, process, address = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5]
if processes > 1:
    import jax
    jax.config.update("jax_cpu_collectives_implementation", "gloo")
    keras.distribution.initialize(address, processes, process)
if devices * processes > 1:
    assert len(keras.distribution.list_devices()) == devices * processes, keras.distribution.list_devices()
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))
keras.utils.set_random_seed(0)
clean = np.random.default_rng(0).random((8, 24, 24, 1), np.float32)
model = models.dncnn(3, 32, batch_norm=False, last_start="he_normal")
history = training.fit(
    model, clean, training.gaussian(0.1), epochs=2, steps=10, batch=4, patch=12, optimizer="muon", learning_rate=0.005,
    validation=(clean, clean), folder=folder, progress=False,
)
np.savez(folder + f"/weights{process}.npz", *model.get_weights())
print(history["val_psnr"])
"""


def train(folder, devices=1, processes=1):
    """Train in processes of their own; the weights that each ends with."""
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        address = f"127.0.0.1:{free.getsockname()[1]}"
    environment = {**os.environ, "XLA_FLAGS": f"--xla_force_host_platform_device_count={devices}"}
    running = [
        subprocess.Popen(
            [sys.executable, "-c", MANY, str(folder), str(devices), str(processes), str(process), address],
            env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
        )
        for process in range(processes)
    ]  # fmt: skip
    for process in running:
        out, err = process.communicate(timeout=600)
        assert process.returncode == 0, out + err
    loaded = [np.load(folder / f"weights{process}.npz") for process in range(processes)]
    return [[one[name] for name in one.files] for one in loaded]


def largest_difference(one, other):
    """Between two lists of weights."""
    return max(np.abs(a - b).max() for a, b in zip(one, other, strict=True))


def test_two_devices_equal_one(tmp_path):
    (one,), (two,) = train(tmp_path / "one"), train(tmp_path / "two", devices=2)
    assert largest_difference(one, two) < 1e-4


def test_two_processes_train_one_network(tmp_path):
    (alone,) = train(tmp_path / "alone")
    first, second = train(tmp_path / "both", processes=2)
    assert largest_difference(first, second) == 0
    assert largest_difference(alone, first) > 1e-4  # the second has patches of its own
    with np.load(tmp_path / "both" / "checkpoint.npz") as checkpoint:  # written by one of them
        assert len(json.loads(str(checkpoint["history"]))["loss"]) == 2


if __name__ == "__main__":
    np.savez(sys.argv[1], **predictions())
