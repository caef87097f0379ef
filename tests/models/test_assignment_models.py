"""The assignment's three models: sizes, and what each does with the noise and with its input."""

import numpy as np
import pytest

from restorekit import models

ALL = [models.model_1, models.model_2, models.model_3]
GRAY = np.full((2, 60, 70, 3), 0.5, np.float32)


def with_silent_end(model):
    """The model with a last convolution of zeros."""
    model.layers[-1 if model.name == "model_1" else -2].set_weights([np.zeros((3, 3, 64, 3)), np.zeros(3)])
    return model


@pytest.mark.parametrize("build, parameters", [*zip(ALL, (114_307, 114_307, 115_331), strict=True)])
def test_parameters(build, parameters):
    # 3x3 kernels: 3 -> 64, three times 64 -> 64, 64 -> 3, and biases; Model 3 has four numbers a channel more, four times.
    assert 9 * (3 * 64 + 3 * 64 * 64 + 64 * 3) + 4 * 64 + 3 == 114_307
    assert build().count_params() == parameters


@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("build", ALL)
def test_any_size_and_kind(build, channels):
    model = build(channels, filters=4)
    for size in ((32, 32), (1, 1), (7, 50)):
        assert model(np.zeros((2, *size, channels))).shape == (2, *size, channels)


@pytest.mark.parametrize("build", ALL)
def test_noise_comes_in_training_alone(build):
    model = build(filters=8, sigma=0.1)
    np.testing.assert_array_equal(model(GRAY), model(GRAY))
    np.testing.assert_allclose(model.predict(GRAY, verbose=0), model(GRAY), atol=1e-5)
    assert np.abs(model(GRAY, training=True) - model(GRAY, training=True)).max() > 1e-3
    quiet = models.model_1(filters=8, sigma=0)
    np.testing.assert_allclose(quiet(GRAY, training=True), quiet(GRAY), atol=1e-6)


def test_model_1_has_no_skip():
    np.testing.assert_array_equal(with_silent_end(models.model_1())(GRAY), 0)


@pytest.mark.parametrize("build", [models.model_2, models.model_3])
def test_the_skip_carries_the_noisy_image(build):
    # With nothing to add, training must see the noise itself: were the clean input added, the loss would be 0.
    model = with_silent_end(build(sigma=0.1))
    error = np.asarray(model(GRAY, training=True)) - GRAY
    assert abs(error.std() - 0.1) < 0.002 and abs(error.mean()) < 0.003
    np.testing.assert_array_equal(model(GRAY), GRAY)


def test_the_default_start_of_model_3_is_far_off_and_a_zero_start_is_not():
    def first_error(**options):
        return float(np.square(models.model_3(sigma=0.1, **options)(GRAY, training=True) - GRAY).mean())

    assert first_error(last_start="zeros") == pytest.approx(0.01, rel=0.05)
    assert first_error() > 10 * 0.01
