"""Autoencoders and the U-Net: every variant builds, restores any even size, and refuses the others."""

import keras
import numpy as np
import pytest
import tensorflow as tf

from restorekit import models

VARIANTS = [(down, up, skip) for down in models.DOWN for up in models.UP for skip in (True, False)]


@pytest.mark.parametrize("down, up, skip", VARIANTS)
def test_every_variant(down, up, skip):
    model = models.autoencoder(filters=(4, 8), down=down, up=up, skip=skip)
    for size in ((8, 8), (4, 20)):
        assert model(np.zeros((2, *size, 3))).shape == (2, *size, 3)


def test_a_bottleneck_without_skips_is_all_that_passes():
    model = models.autoencoder(channels=1, filters=(8,), skip=False, bottleneck=2)
    narrowest = min(layer.filters for layer in model.layers if isinstance(layer, keras.layers.Conv2D) and layer.strides == (1, 1)
                    and layer is not model.layers[-1])  # fmt: skip
    assert narrowest == 2


def test_a_skip_lets_the_finest_detail_through():
    # A checkerboard dies in average pooling, whatever the weights are; with a skip it reaches the output.
    board = (np.indices((8, 8)).sum(axis=0) % 2).astype(np.float32)[None, :, :, None]

    def contrast(skip):
        model = models.autoencoder(channels=1, filters=(4,), down="average", skip=skip)
        for layer in model.layers:
            if isinstance(layer, keras.layers.Conv2D):  # pass every pixel on, without its neighbours
                kernel = np.zeros(layer.kernel.shape)
                kernel[1, 1] = 1 / layer.kernel.shape[2]
                layer.set_weights([kernel, np.zeros(layer.filters)])
        inner = np.asarray(model(board))[0, 2:-2, 2:-2, 0]
        return np.ptp(inner)

    assert contrast(skip=False) < 1e-6
    assert contrast(skip=True) > 0.1


@pytest.mark.parametrize("build", [models.autoencoder, models.unet])
def test_a_residual_network_starts_as_the_identity(build):
    image = np.random.default_rng(0).random((1, 16, 24, 3), np.float32)
    np.testing.assert_array_equal(build(filters=(4, 8), residual=True)(image), image)


def test_the_unet_by_hand():
    def conv(size, before, after):
        return size * size * before * after + after

    down = conv(3, 3, 8) + conv(3, 8, 8) + conv(3, 8, 16) + conv(3, 16, 16) + conv(3, 16, 32) + conv(3, 32, 32)
    up = conv(2, 32, 16) + conv(3, 32, 16) + conv(3, 16, 16) + conv(2, 16, 8) + conv(3, 16, 8) + conv(3, 8, 8)
    assert models.unet(filters=(8, 16, 32)).count_params() == down + up + conv(3, 8, 3)


@pytest.mark.parametrize(
    "model, multiple",
    [
        (models.autoencoder(filters=(4, 4, 4)), 8),
        (models.autoencoder(filters=(4,), down="unshuffle", up="shuffle"), 2),
        (models.autoencoder(filters=(4, 4), skip=False), 4),
        (models.unet(filters=(4, 4, 4)), 4),
    ],
)
def test_sizes_that_can_not_be_halved(model, multiple):
    message = f"needs a height and width that are multiples of {multiple};"
    odd = np.zeros((1, 2 * multiple + 1, 2 * multiple, 3), np.float32)
    with pytest.raises(ValueError, match=f"{message} {2 * multiple + 1} x {2 * multiple} came in. Pad the image"):
        model(odd)
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match=message):
        model.predict(odd, verbose=0)
    for size in (multiple, 2 * multiple, 3 * multiple):
        assert model.predict(np.zeros((1, size, size, 3), np.float32), verbose=0).shape == (1, size, size, 3)
    with pytest.raises((ValueError, tf.errors.InvalidArgumentError), match=message):  # now it takes any size
        model.predict(odd, verbose=0)


def test_unknown_ways():
    with pytest.raises(ValueError, match='down="pooling" is not known; there are: stride, max, average, unshuffle'):
        models.autoencoder(down="pooling")
    with pytest.raises(ValueError, match="there are: interpolation, transposed, shuffle"):
        models.autoencoder(up="nearest")
