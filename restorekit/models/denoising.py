"""DnCNN: a network that predicts the noise, and the folding of its batch normalisation."""

import keras
import numpy as np
from keras import layers

from restorekit.models.normalization import BatchNormalization

__all__ = ["dncnn", "fold_batch_norm"]


def dncnn(depth=17, filters=64, channels=1, *, batch_norm=True, last_start="zeros", name="dncnn"):
    """DnCNN: estimate the noise, subtract it.

    Parameters
    ----------
    depth : int
        Number of 3x3 convolutions: 17 for one known noise level (DnCNN-S), 20 for a blind net (DnCNN-B). The receptive field is
        ``2 * depth + 1`` pixels wide.
    filters : int
        Channels of the hidden layers.
    channels : int
        1 for gray images, 3 for colour.
    batch_norm : bool
        With batch normalisation, as in the paper; or without, as `fold_batch_norm` leaves it: fewer layers, the same output.
    last_start : str or keras.Initializer
        Start of the last convolution's kernel. With zeros the untrained net returns its input. The other kernels start orthogonal,
        which keeps the size of the features from layer to layer, so that the net can also be trained without batch normalisation.
    name : str
        Of the model.

    Returns
    -------
    keras.Model
        From a noisy (N, H, W, channels) image in [0, 1] to the restored one, not clipped; any H and W.

    References
    ----------
    K. Zhang, W. Zuo, Y. Chen, D. Meng, L. Zhang, "Beyond a Gaussian Denoiser: Residual Learning of Deep CNN for Image
    Denoising", IEEE Transactions on Image Processing 26(7), 2017, figure 1.

    Examples
    --------
    >>> dncnn(batch_norm=False).count_params()
    555137
    """
    if depth < 3:
        raise ValueError(
            f"depth is {depth}: DnCNN has a first and a last convolution and at least one between them, so 3 or more"
        )
    noisy = keras.Input((None, None, channels))
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", kernel_initializer=_orthogonal())(noisy)
    for _ in range(depth - 2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=not batch_norm, kernel_initializer=_orthogonal())(x)
        if batch_norm:
            x = BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    noise = layers.Conv2D(channels, 3, padding="same", kernel_initializer=last_start, name="noise")(x)
    return keras.Model(noisy, layers.Subtract()([noisy, noise]), name=name)


def _orthogonal():
    """Kernels that keep the mean square of the features, through the ReLU that halves it."""
    return keras.initializers.Orthogonal(gain=2**0.5)


def fold_batch_norm(model):
    """Return a DnCNN without batch normalisation that computes the same as `model` does after training.

    After training, a batch normalisation multiplies each channel by a number and adds another. The convolution before it can do
    both: its kernel is multiplied, and it gets a bias. What remains is smaller and faster.

    Parameters
    ----------
    model : keras.Model
        Made by `dncnn` with ``batch_norm=True``.

    Returns
    -------
    keras.Model
        Of the same depth, filters and channels; equal up to rounding.

    Examples
    --------
    >>> import numpy as np
    >>> model = dncnn(depth=4, filters=8, last_start="he_normal")
    >>> image = np.random.default_rng(0).random((1, 9, 9, 1), dtype=np.float32)
    >>> bool(np.allclose(model(image), fold_batch_norm(model)(image), atol=1e-5))
    True
    """
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    if len(norms) != len(convolutions) - 2:
        raise ValueError(
            f"{model.name} has {len(convolutions)} convolutions and {len(norms)} batch normalisations; "
            "a DnCNN with batch normalisation has one after each convolution but the first and the last"
        )
    first, *hidden, last = convolutions
    folded = dncnn(len(convolutions), first.filters, last.filters, batch_norm=False, name=model.name)
    weights = first.get_weights()
    for convolution, norm in zip(hidden, norms, strict=True):
        gamma, beta, mean, variance = norm.get_weights()
        factor = gamma / np.sqrt(variance + norm.epsilon)
        weights += [convolution.get_weights()[0] * factor, beta - mean * factor]
    folded.set_weights(weights + last.get_weights())
    return folded
