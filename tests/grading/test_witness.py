"""What the witness in Keras sees of a network: taken from the network itself, whatever its source looks like."""

import numpy as np
import pytest

keras = pytest.importorskip("keras")
from keras import layers  # noqa: E402

from restorekit.grading import witness  # noqa: E402
from restorekit.models import model_1, model_2, model_3  # noqa: E402

X = np.zeros((2, 16, 16, 3), np.float32)
KERNELS = [[3, 3, 3, 64], *[[3, 3, 64, 64]] * 3, [3, 3, 64, 3]]


class Subclassed(keras.Model):
    """Model 2 in another style."""

    def __init__(self):
        super().__init__()
        self.noise = layers.GaussianNoise(0.1)
        self.hidden = [layers.Conv2D(64, 3, padding="same", activation="relu") for _ in range(4)]
        self.last = layers.Conv2D(3, 3, padding="same")

    def call(self, image, training=None):
        """As Keras asks."""
        x = noisy = self.noise(image, training=training)
        for layer in self.hidden:
            x = layer(x)
        return noisy + self.last(x)


def clean_added():
    """Model 2 with the usual mistake: the clean input is added."""
    image = keras.Input((None, None, 3))
    x = layers.GaussianNoise(0.1)(image)
    x = layers.Conv2D(8, 5, padding="same", activation="relu")(x)
    return keras.Model(image, image + layers.Conv2D(3, 3, padding="same")(x))


def seen(model):
    """What is seen, after which the weights must be what they were."""
    model(X)
    weights = [np.array(weight) for weight in model.weights]
    facts = witness.behaviour(keras, model, X)
    for weight, before in zip(model.weights, weights, strict=True):
        np.testing.assert_array_equal(np.array(weight), before)
    assert "untraced" not in facts, facts
    return facts


def test_model_1_has_no_skip():
    facts = seen(model_1())
    assert facts["convolutions"] == KERNELS and facts["sums"] == 0 and facts["parameters"] == 114307
    assert facts["layers"] == {"Conv2D": 5, "GaussianNoise": 1} and facts["noise_layers"] == [0.1]
    assert facts["zeroed"] == "returns zero" and facts["operations"]["Relu"] == 4


@pytest.mark.parametrize("model", [model_2, Subclassed])
def test_model_2_adds_the_noisy_input(model):
    facts = seen(model())
    assert facts["convolutions"] == KERNELS and facts["sums"] == 1
    assert (facts["zeroed"], facts["zeroed_noise"]) == ("returns its input", 0.1)


def test_model_3_normalises():
    facts = seen(model_3())
    assert facts["layers"]["BatchNormalization"] == 4 and facts["operations"]["Rsqrt"] == 4
    assert facts["convolutions"] == KERNELS and (facts["sums"], facts["zeroed_noise"]) == (1, 0.1)


def test_adding_the_clean_input_is_told_apart():
    facts = seen(clean_added())
    assert (facts["zeroed"], facts["zeroed_noise"]) == ("returns its input", 0.0)
    assert facts["convolutions"] == [[5, 5, 3, 8], [3, 3, 8, 3]]


def test_what_can_not_be_traced_is_said():
    class Stubborn(keras.Model):
        def call(self, image):
            raise RuntimeError("not today")

    assert "not today" in witness.behaviour(keras, Stubborn(), X)["untraced"]


@pytest.mark.parametrize(
    ("code", "full"),
    [
        ("x = x_train[:500]", False),
        ("x = x_train[45000:]", True),
        ("n = 40_000\nx = x_train[:n]", True),
        ("data.shuffle(50000)", False),
        ("np.random.seed(2024)", False),
        ("x = 1e6 + 100_000", False),
    ],
)
def test_a_program_gets_as_many_images_as_it_counts_on(tmp_path, code, full):
    path = tmp_path / "few.npz"
    np.savez(path, x_train=np.ones((1000, 32, 32, 3), np.uint8), x_test=np.ones((10, 32, 32, 3), np.uint8))
    (x_train, y_train), (x_test, y_test) = witness.stand_in(path, [code])()
    assert (len(x_train), len(x_test)) == ((50_000, 10_000) if full else (1000, 10))
    assert y_train.shape == (len(x_train), 1) and y_test.dtype == np.uint8
