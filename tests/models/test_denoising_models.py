"""DnCNN: published sizes, measured receptive field, and networks that stay the same when folded or deepened."""

import keras
import numpy as np
import pytest

from restorekit import models

NOISY = np.random.default_rng(0).random((2, 20, 24, 1), np.float32)


def busy(model, seed=0):
    """The model with random weights of a sensible size, in its moving averages too."""
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            about = (1, 0, 0, 1)  # scale, shift, mean, variance
            layer.set_weights([middle + rng.uniform(-0.4, 0.4, layer.gamma.shape) for middle in about])
        elif layer.weights:
            layer.set_weights([rng.normal(0, 0.7 / np.prod(w.shape[:-1]) ** 0.5, w.shape) for w in layer.weights])
    return model


def trainable(model):
    """How many numbers the training changes."""
    return sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)


def test_published_sizes():
    assert trainable(models.dncnn()) == 556_097
    assert models.dncnn(batch_norm=False).count_params() == 555_137
    assert models.fold_batch_norm(models.dncnn()).count_params() == 555_137
    # The blind colour net: three more hidden layers, two more channels at both ends.
    assert models.dncnn(depth=20, channels=3, batch_norm=False).count_params() == 668_227
    assert 555_137 + 3 * (9 * 64 * 64 + 64) + 2 * (9 * 64 + 9 * 64 + 1) == 668_227


@pytest.mark.parametrize("depth", [3, 6])
@pytest.mark.parametrize("batch_norm", [True, False])
def test_receptive_field(depth, batch_norm):
    model = models.dncnn(depth, 4, batch_norm=batch_norm)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Conv2D):  # positive weights: nothing cancels, no ReLU closes
            layer.set_weights([np.full(weight.shape, 0.1) for weight in layer.weights])
    image = np.zeros((1, 41, 41, 1), np.float32)
    changed = image.copy()
    changed[0, 20, 20, 0] = 1
    rows, columns = np.nonzero(np.asarray(model(changed) - model(image))[0, :, :, 0])
    for places in (rows, columns):
        assert (places.min(), places.max()) == (20 - depth, 20 + depth)
    assert np.ptp(rows) + 1 == 2 * depth + 1


@pytest.mark.parametrize("size", [(1, 1), (5, 64), (33, 17)])
def test_any_size(size):
    assert models.dncnn(4, 4, 3)(np.zeros((2, *size, 3))).shape == (2, *size, 3)


def test_it_starts_as_the_identity():
    np.testing.assert_array_equal(models.dncnn()(NOISY), NOISY)


def test_its_features_keep_their_size_from_layer_to_layer():
    keras.utils.set_random_seed(0)
    model = models.dncnn(depth=12, batch_norm=False)
    inner = keras.Model(model.input, [layer.output for layer in model.layers if isinstance(layer, keras.layers.ReLU)])
    image = np.random.default_rng(0).standard_normal((1, 64, 64, 1), np.float32)
    strengths = [float(np.square(features).mean()) for features in inner(image)]
    assert max(strengths) < 4 * min(
        strengths
    )  # with Keras' default start the last would have a thousandth of the first


def test_folding_a_trained_network_changes_nothing():
    keras.utils.set_random_seed(0)
    model = models.dncnn(depth=5, filters=8, last_start="he_normal")
    model.compile("adam", "mse", jit_compile=False)
    clean = np.random.default_rng(1).random((8, 12, 12, 1), np.float32)
    model.fit(clean + 0.1, clean, epochs=3, batch_size=4, verbose=0)
    norm = next(layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization))
    assert np.abs(norm.moving_mean).max() > 1e-4  # it has learned averages to fold
    np.testing.assert_allclose(models.fold_batch_norm(model)(NOISY), model(NOISY), atol=1e-5)


def test_folding_with_any_averages():
    model = busy(models.dncnn(depth=6, filters=8))
    folded = models.fold_batch_norm(model)
    assert not any(isinstance(layer, keras.layers.BatchNormalization) for layer in folded.layers)
    assert np.abs(model(NOISY) - NOISY).max() > 0.01
    np.testing.assert_allclose(folded(NOISY), model(NOISY), atol=1e-5)


def test_what_can_not_be_built_or_folded():
    with pytest.raises(ValueError, match="one after each convolution but the first and the last"):
        models.fold_batch_norm(models.dncnn(4, 4, batch_norm=False))
    with pytest.raises(ValueError, match="depth is 2"):
        models.dncnn(depth=2)


@pytest.mark.parametrize(
    "model",
    [
        models.dncnn(4, 4),
        models.model_3(filters=4),
        models.autoencoder(filters=(4, 8), down="unshuffle", up="shuffle"),
        models.autoencoder(filters=(4,), up="transposed", residual=True),
        models.unet(filters=(4, 8)),
    ],
    ids=lambda model: model.name,
)
def test_saved_and_loaded(model, tmp_path):
    image = np.random.default_rng(0).random((1, 8, 12, model.input_shape[-1]), np.float32)
    busy(model).save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again(image), model(image), atol=1e-6)
