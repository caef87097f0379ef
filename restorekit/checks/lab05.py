"""Lab 05, DnCNN: the exercises, their references and hints. The checks are in the modules dncnn*.

Keras is imported where it is needed: the list of all exercises must not wait for it.
"""

import numpy as np

from restorekit import degrade, metrics
from restorekit.checks import dncnn, dncnn_after, dncnn_batch, dncnn_train
from restorekit.exercises import Exercise


def receptive_field(kernels):
    """Reference of 5.1."""
    return 1 + sum(kernel - 1 for kernel in kernels)


def build_dncnn(depth, filters, channels):
    """Reference of 5.2."""
    from restorekit import models

    return models.dncnn(depth, filters, channels, name="reference")


def training_batch(images, n, size, low, high, rng):
    """Reference of 5.3."""
    clean = np.empty((n, size, size, 1), np.float32)
    for patch in clean:
        image = images[rng.integers(len(images))]
        top, left = (rng.integers(length - size + 1) for length in image.shape)
        patch[..., 0] = image[top : top + size, left : left + size]
    sigma = rng.uniform(low, high, (n, 1, 1, 1)).astype(np.float32)
    return clean + sigma * rng.standard_normal(clean.shape, np.float32), clean


def train(model, next_batch, steps, optimizer):
    """Reference of 5.4."""
    model.compile(optimizer, loss="mse")
    losses = []
    for _ in range(steps):
        model.reset_metrics()
        losses.append(float(np.ravel(model.train_on_batch(*next_batch()))[0]))
    return losses


def fold(kernel, gamma, beta, mean, variance, epsilon):
    """Reference of 5.5."""
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, beta - mean * factor


def sigma_sweep(denoisers, clean, sigmas, rng):
    """Reference of 5.6."""
    curves = {name: [] for name in ("noisy", *denoisers)}
    for sigma in sigmas:
        noisy = degrade.gaussian_noise(clean, sigma, rng=rng)
        curves["noisy"].append(metrics.psnr(clean, noisy))
        for name, denoise in denoisers.items():
            curves[name].append(metrics.psnr(clean, denoise(noisy)))
    return curves


EXERCISES = [
    Exercise(
        "05.receptive_field",
        "5.1",
        "receptive field",
        receptive_field,
        dncnn.check_field,
        (
            "Begin with no convolution at all: one pixel sees one pixel. What does a 3x3 convolution add on the left, "
            "and on the right?",
            "A kernel of width k reaches (k - 1) / 2 pixels to each side of every pixel of the square so far: it adds k - 1 to the width.",
            "Start with width = 1, and add k - 1 in a loop over the kernels.",
        ),
    ),
    Exercise(
        "05.build_dncnn",
        "5.2",
        "build DnCNN",
        build_dncnn,
        dncnn.check_build,
        (
            "Keep the input in a variable of its own, noisy = keras.Input((None, None, channels)), and go on with another one: x = noisy. "
            "At the end you need both.",
            "A layer is made, then called: x = layers.Conv2D(filters, 3, padding='same', use_bias=False)(x). The hidden block "
            "(convolution, layers.BatchNormalization(momentum=0.9), layers.ReLU) stands in a loop that runs depth - 2 times.",
            "The last convolution has `channels` filters, kernel_initializer='zeros' and no activation; call its output noise. Then "
            "keras.Model(noisy, layers.Subtract()([noisy, noise])).",
        ),
    ),
    Exercise(
        "05.training_batch",
        "5.3",
        "a training batch",
        training_batch,
        dncnn_batch.check_batch,
        (
            "First `clean`: make an empty array (n, size, size, 1) and fill it in a loop, each patch from an image and a place drawn "
            "with rng.integers. Then the noise for all of them at once.",
            "rng.integers(k) draws from 0 to k - 1. A patch can begin at rows 0 to H - size, so at H - size + 1 places.",
            "One sigma for each patch: rng.uniform(low, high, (n, 1, 1, 1)). Times rng.standard_normal((n, size, size, 1)), this gives "
            "each patch its own strength: NumPy stretches the axes of length 1.",
        ),
    ),
    Exercise(
        "05.train",
        "5.4",
        "the training loop",
        train,
        dncnn_train.check_train,
        (
            "Compile once, before the loop. In the loop: a batch, a step, a number.",
            "next_batch() gives a pair; call it inside the loop. The net already subtracts the noise, so it goes from `noisy` to `clean`.",
            "model.train_on_batch(noisy, clean) makes one step and returns a loss: the mean over all steps since the model's metrics were "
            "last reset. Call its method reset_metrics before each step, and keep the loss as a float.",
        ),
    ),
    Exercise(
        "05.fold",
        "5.5",
        "fold batch normalisation",
        fold,
        dncnn_after.check_fold,
        (
            "Write batch normalisation as factor * z + something, with z the output of the convolution. What is the factor? "
            "What remains?",
            "The factor is gamma, divided by np.sqrt(variance + epsilon). A convolution is linear: a kernel that is `factor` "
            "times as large gives an output that is `factor` times as large.",
            "What does not depend on z becomes the bias: beta - mean * factor. The kernel's last axis counts the filters, so "
            "kernel * factor meets the right one by itself.",
        ),
    ),
    Exercise(
        "05.sigma_sweep",
        "5.6",
        "sweep over sigma",
        sigma_sweep,
        dncnn_after.check_sweep,
        (
            "The outer loop is over the sigmas. Make the noisy image once there; the inner loop gives that same image "
            "to every denoiser.",
            "Begin with curves = {'noisy': []} and an empty list for each name; append one PSNR in every turn.",
            "rk.degrade.gaussian_noise, with sigma=sigma and rng=rng, makes the noisy image from the clean one. The scores are "
            "rk.psnr(clean, noisy) and rk.psnr(clean, denoise(noisy)).",
        ),
    ),
]
