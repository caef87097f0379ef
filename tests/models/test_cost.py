"""Multiply-adds, against what pen and paper gives."""

import keras
import pytest
from keras import layers

from restorekit import models


@pytest.mark.parametrize("depth, filters, channels", [(17, 64, 1), (5, 8, 3)])
def test_dncnn(depth, filters, channels):
    expected = 9 * (channels * filters + (depth - 2) * filters**2 + filters * channels)
    for batch_norm in (True, False):
        model = models.dncnn(depth, filters, channels, batch_norm=batch_norm)
        assert models.multiply_adds(model) == expected


def test_assignment():
    assert models.multiply_adds(models.model_1(filters=10)) == 9 * (3 * 10 + 3 * 100 + 10 * 3)


@pytest.mark.parametrize(
    "down, up, expected",
    [
        # Two strided convolutions, one in the middle at a quarter of the size, two enlargements, one last at full size.
        ("stride", "interpolation", 9 * (24 / 4 + 128 / 16 + 256 / 16 + (16 * 16) / 4 + (24 * 8) + 11 * 3)),
        ("max", "interpolation", 9 * (24 + 128 / 4 + 256 / 16 + (16 * 16) / 4 + (24 * 8) + 11 * 3)),
        # A transposed convolution multiplies each pixel of the small image with the whole kernel.
        ("stride", "transposed", 9 * (24 / 4 + 128 / 16 + 256 / 16 + (16 * 16) / 16 + (24 * 8) / 4 + 11 * 3)),
        # Four times the filters at half the size.
        ("stride", "shuffle", 9 * (24 / 4 + 128 / 16 + 256 / 16 + 4 * (16 * 16) / 16 + 4 * (24 * 8) / 4 + 11 * 3)),
        # The first convolution sees 12 channels, the second 32.
        ("unshuffle", "interpolation", 9 * (96 / 4 + 512 / 16 + 256 / 16 + (16 * 16) / 4 + (24 * 8) + 11 * 3)),
    ],
)
def test_autoencoder_by_hand(down, up, expected):
    model = models.autoencoder(filters=(8, 16), down=down, up=up)
    assert models.multiply_adds(model) == pytest.approx(expected)


def test_an_enlarging_network_counts_per_pixel_of_its_output():
    small = keras.Input((None, None, 1))
    large = models.PixelShuffle(3)(layers.Conv2D(9, 5, padding="same")(small))
    assert models.multiply_adds(keras.Model(small, large)) == 25 * 9 / 9


def test_the_model_keeps_its_weights():
    model = models.dncnn(3, 4, last_start="he_normal")
    before = model.get_weights()
    models.multiply_adds(model)
    assert all((one == other).all() for one, other in zip(before, model.get_weights(), strict=True))
