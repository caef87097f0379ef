"""The three models of the graded assignment: a plain network, one with a skip connection, one with batch normalisation."""

import keras
from keras import layers

from restorekit.models.normalization import BatchNormalization

__all__ = ["model_1", "model_2", "model_3"]


def model_1(channels=3, filters=64, sigma=0.1, name="model_1"):
    """Five convolutions that predict the clean image.

    Parameters
    ----------
    channels : int
        1 for gray images, 3 for colour.
    filters : int
        Channels of the hidden layers.
    sigma : float
        Standard deviation of the Gaussian noise that the model adds to its input, on the [0, 1] scale. Only in training:
        `evaluate` and `predict` see their input as it is.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From an (N, H, W, channels) image in [0, 1] to the restored one, of the same shape; any H and W.

    Examples
    --------
    >>> model_1().count_params()
    114307
    """
    image = keras.Input((None, None, channels))
    x = layers.GaussianNoise(sigma)(image)
    for _ in range(4):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    restored = layers.Conv2D(channels, 3, padding="same")(x)
    return keras.Model(image, restored, name=name)


def model_2(channels=3, filters=64, sigma=0.1, name="model_2"):
    """Model 1 with a skip connection: the noisy input is added to the output, so the convolutions predict a correction.

    Parameters
    ----------
    channels, filters, sigma, name
        As in `model_1`.

    Returns
    -------
    keras.Model
        As in `model_1`.

    Notes
    -----
    What is added is the tensor after `GaussianNoise`. Adding the clean `Input` would let the loss fall to 0 with nothing learned.

    Examples
    --------
    >>> model_2(channels=1).count_params()
    112001
    """
    image = keras.Input((None, None, channels))
    noisy = x = layers.GaussianNoise(sigma)(image)
    for _ in range(4):
        x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    correction = layers.Conv2D(channels, 3, padding="same")(x)
    return keras.Model(image, layers.Add()([noisy, correction]), name=name)


def model_3(channels=3, filters=64, sigma=0.1, last_start="glorot_uniform", name="model_3"):
    """Model 2 with batch normalisation between each hidden convolution and its ReLU.

    Parameters
    ----------
    channels, filters, sigma, name
        As in `model_1`.
    last_start : str or keras.Initializer
        Start of the last convolution's kernel. Keras' default makes a first correction that is far too large, because batch
        normalisation hands that layer features of unit variance; with "zeros" the model starts as the identity.

    Returns
    -------
    keras.Model
        As in `model_1`.

    Examples
    --------
    >>> import numpy as np
    >>> image = np.random.default_rng(0).random((1, 8, 8, 3), dtype=np.float32)
    >>> bool(np.allclose(model_3(last_start="zeros")(image), image))
    True
    """
    image = keras.Input((None, None, channels))
    noisy = x = layers.GaussianNoise(sigma)(image)
    for _ in range(4):
        x = layers.Conv2D(filters, 3, padding="same")(x)
        x = BatchNormalization()(x)
        x = layers.ReLU()(x)
    correction = layers.Conv2D(channels, 3, padding="same", kernel_initializer=last_start)(x)
    return keras.Model(image, layers.Add()([noisy, correction]), name=name)
