"""The fused batch normalisation is Keras' own: the same results, gradients and moving statistics, in training and after."""

import keras
import numpy as np
import pytest

from restorekit import models
from restorekit.models.normalization import BatchNormalization

FEATURES = np.random.default_rng(0).normal(3, 2, (4, 6, 5, 8)).astype(np.float32)
tensorflow = pytest.mark.skipif(keras.backend.backend() != "tensorflow", reason="TensorFlow's kernel")


def pair(**options):
    """Ours and Keras' layer, with the same weights."""
    ours, theirs = BatchNormalization(**options), keras.layers.BatchNormalization(**options)
    theirs.build(FEATURES.shape)
    ours.build(FEATURES.shape)
    rng = np.random.default_rng(1)
    for layer in (ours, theirs):
        layer.set_weights([np.abs(rng.normal(1, 0.3, weight.shape)) for weight in layer.weights])
    ours.set_weights(theirs.get_weights())
    return ours, theirs


@pytest.mark.parametrize(
    "options", [{}, {"momentum": 0.9, "epsilon": 1e-5}, {"axis": 3}, {"axis": 1}, {"scale": False}, {"center": False}]
)
def test_trained_and_used_it_is_keras_own(options):
    ours, theirs = pair(**options)
    for training in (True, True, False):
        np.testing.assert_allclose(ours(FEATURES, training=training), theirs(FEATURES, training=training), atol=2e-5)
        for one, other in zip(ours.weights, theirs.weights, strict=True):
            np.testing.assert_allclose(one, other, atol=1e-5)


def test_in_double_precision_it_takes_keras_way():
    ours, theirs = (layer_of(dtype="float64") for layer_of in (BatchNormalization, keras.layers.BatchNormalization))
    features = FEATURES.astype("float64")
    np.testing.assert_allclose(ours(features, training=True), theirs(features, training=True), atol=1e-6)


def test_a_frozen_layer_keeps_its_statistics():
    ours, theirs = pair()
    ours.trainable = theirs.trainable = False
    before = np.array(ours.moving_mean)
    np.testing.assert_allclose(ours(FEATURES, training=True), theirs(FEATURES, training=True), atol=1e-6)
    np.testing.assert_array_equal(ours.moving_mean, before)


@tensorflow
def test_the_gradients_are_the_same():
    import tensorflow as tf

    def gradients(layer):
        x = tf.constant(FEATURES)
        with tf.GradientTape() as tape:
            tape.watch(x)
            loss = tf.reduce_sum(tf.sin(layer(x, training=True)))
        return tape.gradient(loss, [x, layer.gamma.value, layer.beta.value])

    for one, other in zip(*map(gradients, pair()), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-3)
        assert np.abs(other).max() > 0.1


def test_in_half_precision_statistics_are_still_those_of_all_the_pixels():
    ours, theirs = pair(dtype="mixed_bfloat16")
    results = [
        keras.ops.convert_to_numpy(keras.ops.cast(layer(FEATURES, training=True), "float32"))
        for layer in (ours, theirs)
    ]
    np.testing.assert_allclose(*results, atol=0.05)  # a bfloat16 near 4 is exact to 1/64
    np.testing.assert_allclose(ours.moving_mean, theirs.moving_mean, rtol=1e-3)
    np.testing.assert_allclose(ours.moving_variance, theirs.moving_variance, rtol=1e-3)


@tensorflow
def test_the_fused_kernel_is_what_runs(monkeypatch):
    import tensorflow as tf

    kernel, calls = tf.raw_ops.FusedBatchNormV3, []
    monkeypatch.setattr(tf.raw_ops, "FusedBatchNormV3", lambda **own: calls.append(1) or kernel(**own))
    ours, _ = pair()
    ours(FEATURES, training=True)
    assert calls == [1]
    ours(FEATURES, training=False)
    assert calls == [1]
    for make in (models.dncnn, models.model_3):
        assert any(isinstance(layer, BatchNormalization) for layer in make(filters=2).layers)
