"""Muon and SOAP: steps of the size and shape they promise, and a state that can be kept."""

import keras
import numpy as np
import pytest

from restorekit.optimizers import Muon, Soap


def step(shape, gradient=None, *, rate=0.01, steps=1):
    """How far the optimiser moves a variable of zeros."""
    variable = keras.Variable(np.zeros(shape, np.float32))
    optimizer = Muon(rate)
    optimizer.build([variable])
    gradient = np.random.default_rng(0).standard_normal(shape, np.float32) if gradient is None else gradient
    for _ in range(steps):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
    return keras.ops.convert_to_numpy(variable)


@pytest.mark.parametrize("shape", [(3, 3, 32, 40), (1, 1, 64, 48), (5, 5, 32, 32)])
def test_a_kernels_step_is_nearly_orthogonal(shape):
    rows = np.prod(shape[:-1])
    singular = np.linalg.svd(step(shape).reshape(rows, shape[-1]), compute_uv=False)
    expected = 0.01 * max(1, rows / shape[-1]) ** 0.5
    assert singular.min() > 0.6 * expected and singular.max() < 1.3 * expected


def test_weak_directions_move_as_far_as_strong_ones():
    # Singular values from 1 to 1/20: plain descent would move the first twenty times as far as the last.
    left, right = (np.linalg.qr(np.random.default_rng(seed).standard_normal((32, 32)))[0] for seed in (0, 1))
    gradient = (left * np.linspace(1, 0.05, 32)) @ right.T
    moved = -step((1, 1, 32, 32), gradient.reshape(1, 1, 32, 32).astype(np.float32)).reshape(32, 32)
    along = np.diag(left.T @ moved @ right) / 0.01
    assert along.min() > 0.5 and along.max() < 1.3


def test_the_step_does_not_depend_on_the_gradients_size():
    gradient = np.random.default_rng(0).standard_normal((3, 3, 32, 32), np.float32)
    np.testing.assert_allclose(step(gradient.shape, gradient), step(gradient.shape, 1000 * gradient), atol=1e-5)


@pytest.mark.parametrize("shape", [(64,), (3, 3, 1, 64), (3, 3, 64, 3), (64, 64)])
def test_the_rest_is_moved_by_adam(shape):
    gradient = np.random.default_rng(0).uniform(0.5, 2, shape).astype(np.float32)
    gradient *= np.random.default_rng(1).choice([-1, 1], shape)
    np.testing.assert_allclose(step(shape, gradient), -0.2 * 0.01 * np.sign(gradient), rtol=1e-3)  # Adam's first step
    reference = keras.Variable(np.zeros(shape, np.float32))
    adam = keras.optimizers.Adam(0.2 * 0.01)
    adam.build([reference])
    for _ in range(5):
        adam.apply([keras.ops.convert_to_tensor(gradient)])
    np.testing.assert_allclose(step(shape, gradient, steps=5), reference, rtol=1e-3)


def descended(optimizer, steps=150):
    """How much is left of the height of a valley whose steep directions lie across the axes."""
    rng = np.random.default_rng(0)
    left, right = (
        (turn * np.geomspace(1, 0.03, len(turn))) @ turn.T
        for turn in (np.linalg.qr(rng.standard_normal((length, length)))[0] for length in (18, 6))
    )
    bottom = rng.standard_normal((18, 6))
    variable = keras.Variable(np.zeros((3, 3, 2, 6), np.float32))
    optimizer.build([variable])
    for _ in range(steps):
        off = keras.ops.convert_to_numpy(variable).reshape(18, 6) - bottom
        optimizer.apply([keras.ops.convert_to_tensor((left @ off @ right).reshape(3, 3, 2, 6).astype(np.float32))])
    off = keras.ops.convert_to_numpy(variable).reshape(18, 6) - bottom
    return np.sum(off * (left @ off @ right)) / np.sum(bottom * (left @ bottom @ right))


def test_soap_goes_along_a_valley_that_lies_across_the_axes():
    rates = [keras.optimizers.schedules.CosineDecay(rate, 150) for rate in (0.03, 0.1)]
    soap = min(descended(Soap(rate)) for rate in rates)
    adam = min(descended(keras.optimizers.Adam(rate, beta_2=0.99)) for rate in rates)
    assert soap < 0.1 * adam


def test_soaps_directions_are_eigenvectors_of_the_gradients():
    optimizer, variable = Soap(0.0, refresh=1), keras.Variable(np.zeros((1, 1, 5, 4), np.float32))
    optimizer.build([variable])
    gradient = np.random.default_rng(0).standard_normal((1, 1, 5, 4)).astype(np.float32)
    for _ in range(200):
        optimizer.apply([keras.ops.convert_to_tensor(gradient)])
    left, _, right = np.linalg.svd(gradient.reshape(5, 4))
    for (_, directions), expected in zip(optimizer.sides[0], (left[:, :4], right.T), strict=True):
        found = keras.ops.convert_to_numpy(directions)
        np.testing.assert_allclose(found.T @ found, np.eye(len(found)), atol=1e-5)
        np.testing.assert_allclose(np.abs(np.diag(found.T[:4] @ expected)), 1, atol=1e-3)


@pytest.mark.parametrize("shape", [(), (1,), (7,), (3, 3, 1, 8), (5, 5, 4, 2)])
def test_soap_moves_numbers_of_any_shape_and_no_further_than_its_rate(shape):
    variable = keras.Variable(np.zeros(shape, np.float32))
    optimizer = Soap(0.01)
    optimizer.build([variable])
    rng = np.random.default_rng(0)
    before = np.zeros(shape)
    for _ in range(20):
        optimizer.apply([keras.ops.convert_to_tensor(1 + rng.standard_normal(shape).astype(np.float32))])
        after = keras.ops.convert_to_numpy(variable)
        assert np.linalg.norm(after - before) < 0.03 * max(after.size, 1) ** 0.5
        before = after
    assert np.mean(before) < 0


def test_it_finds_the_bottom_of_a_bowl():
    target = np.random.default_rng(0).standard_normal((1, 1, 32, 32)).astype(np.float32)
    variable = keras.Variable(np.zeros_like(target))
    optimizer = Muon(keras.optimizers.schedules.CosineDecay(0.5, 60))
    for _ in range(60):
        optimizer.apply([variable - target], [variable])
    assert np.square(variable - target).mean() < 0.05 * np.square(target).mean()


def test_muon_can_be_built_again_from_its_description():
    optimizer = Muon(keras.optimizers.schedules.CosineDecay(0.3, 60), momentum=0.8, adam_ratio=0.5)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again, Muon) and again.get_config() == optimizer.get_config()
    assert (again.momentum, again.adam_ratio) == (0.8, 0.5)


def test_soap_can_be_built_again_from_its_description():
    optimizer = Soap(0.3, momentum=0.8, memory=0.9, refresh=3)
    again = keras.optimizers.deserialize(keras.optimizers.serialize(optimizer))
    assert isinstance(again, Soap) and again.get_config() == optimizer.get_config()
    assert (again.momentum, again.memory, again.refresh) == (0.8, 0.9, 3)


@pytest.mark.parametrize("optimizer", [Muon, Soap])
def test_a_saved_model_goes_on_where_it_was(tmp_path, optimizer):
    rng = np.random.default_rng(0)
    x, y = rng.random((8, 6, 6, 32), np.float32), rng.random((8, 6, 6, 32), np.float32)
    model = keras.Sequential([keras.Input((None, None, 32)), keras.layers.Conv2D(32, 3, padding="same")])
    model.compile(optimizer(0.01), "mse", jit_compile=False)
    for _ in range(2):
        model.train_on_batch(x, y)
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    for one in (model, again):
        one.train_on_batch(x, y)
    for one, other in zip(model.get_weights(), again.get_weights(), strict=True):
        np.testing.assert_allclose(one, other, atol=1e-6)
