"""Pixel shuffle and its inverse, beside TensorFlow's own, and the check of sizes that halve."""

import keras
import numpy as np
import pytest
import tensorflow as tf
from hypothesis import given, settings
from hypothesis import strategies as st

from restorekit.models import PixelShuffle, PixelUnshuffle
from restorekit.models.pixels import Multiple

sizes = st.integers(1, 5)


@settings(max_examples=20)
@given(sizes, sizes, st.integers(1, 3), st.integers(1, 4))
def test_the_same_as_tensorflow(height, width, channels, scale):
    image = np.random.default_rng(0).random((2, height * scale, width * scale, channels), np.float32)
    channelled = PixelUnshuffle(scale)(image)
    if scale > 1:  # TensorFlow refuses 1
        np.testing.assert_array_equal(channelled, tf.nn.space_to_depth(image, scale))
        np.testing.assert_array_equal(PixelShuffle(scale)(channelled), tf.nn.depth_to_space(channelled, scale))
    np.testing.assert_array_equal(PixelShuffle(scale)(channelled), image)


def test_shapes_are_known_before_the_image_is():
    open_size = keras.Input((None, None, 12))
    assert PixelShuffle(2)(open_size).shape == (None, None, None, 3)
    assert PixelUnshuffle(2)(open_size).shape == (None, None, None, 48)
    assert PixelShuffle(2)(keras.Input((5, 6, 12))).shape == (None, 10, 12, 3)
    assert PixelUnshuffle(3)(keras.Input((6, 9, 2))).shape == (None, 2, 3, 18)


def test_wrong_channels_and_sizes():
    with pytest.raises(ValueError, match="a multiple of 4 filters"):
        PixelShuffle(2)(np.zeros((1, 4, 4, 6)))
    with pytest.raises(ValueError, match=r"multiples of 3; 6 x 7 came in"):
        PixelUnshuffle(3)(np.zeros((1, 6, 7, 1)))
    with pytest.raises(ValueError, match=r"multiples of 3; 6 x 7 came in"):
        PixelUnshuffle(3)(keras.Input((6, 7, 1)))
    with pytest.raises(TypeError, match="whole number"):
        PixelShuffle(1.5)


@pytest.mark.parametrize("layer", [PixelUnshuffle(4), Multiple(4)])
def test_predict_refuses_odd_sizes_even_after_it_saw_others(layer):
    image = keras.Input((None, None, 1))
    model = keras.Model(image, layer(image))
    for size in (8, 12, 16):
        model.predict(np.zeros((1, size, size, 1)), verbose=0)
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match="that are multiples of 4;"):
        model.predict(np.zeros((1, 9, 12, 1)), verbose=0)


@pytest.mark.parametrize("layer", [PixelShuffle(3), PixelUnshuffle(2), Multiple(8)])
def test_layers_can_be_built_again_from_their_description(layer):
    again = keras.layers.deserialize(keras.layers.serialize(layer))
    assert type(again) is type(layer) and again.get_config() == layer.get_config()
