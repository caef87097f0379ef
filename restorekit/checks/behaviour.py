"""Lab 04: what Models 1 to 3 do, on images: sizes, noise in training alone, and a fresh start."""

import numpy as np

from restorekit.diagnosis import Wrong


def judge_behaviour(model):
    """Odd sizes come back at their size; noise is on in training and off in prediction; images of a batch don't mix.

    Kernels that start at zero get other numbers, for else nothing could be seen. Returns whether there were any.
    """
    images = np.random.default_rng(4).random((2, 37, 50, 3), np.float32)
    images[1] *= 0.1

    def run(batch, training=False):
        return np.asarray(model(batch, training=training))

    alone = run(images[:1])
    if alone.shape != images[:1].shape:
        raise Wrong(f"an image of shape {images[:1].shape} comes back as {alone.shape}.")
    silent = [kernel for kernel in kernels(model) if not np.any(kernel)]
    for kernel in silent:
        kernel.assign(np.random.default_rng(5).normal(0, 0.05, kernel.shape))
    alone, together = run(images[:1]), run(images)
    if not np.array_equal(alone, run(images[:1])):
        raise Wrong(
            "two predictions of the same image differ: the noise is on in predict, too. Leave training=True out; Keras itself switches "
            "it on in fit and off in predict. (noisy.png is noisy already.)"
        )
    if not np.array_equal(alone, np.asarray(model(images[:1]))):
        raise Wrong(
            "called directly, model(image), your network answers otherwise than in predict: one of its layers is called with "
            "training=True. Leave that out; Keras itself switches it on in fit and off elsewhere."
        )
    if np.array_equal(run(images, True), run(images, True)):
        raise Wrong("the noise is off even in training: leave training=False out of the call of GaussianNoise.")
    if np.abs(together[:1] - alone).max() > 1e-3 * max(1, np.abs(alone).max()):
        raise Wrong(
            "what your network makes of an image depends on what else is in the batch: a BatchNormalization is called with training=True. "
            "Leave that out; Keras uses the batch's own mean and variance in fit, and their running averages in predict."
        )
    return bool(silent)


def judge_fresh(model, again):
    """Each call of the learner's function builds a network of its own, with nothing learned yet."""
    if again is model:
        raise Wrong("your function returns one and the same network each time. Build it inside the function.")
    again(np.zeros((1, 8, 8, 3), np.float32))
    # Seeds may make two fresh networks equal; the biases of a fresh one are 0, those of a trained one are not.
    equal = all(np.array_equal(one, other) for one, other in zip(kernels(model), kernels(again), strict=True))
    if equal and any(np.any(weight) for weight in again.trainable_weights if weight.name == "bias"):
        raise Wrong(
            "your network is trained already: its weights are the same each time it is built. It starts with random weights, and "
            "learns in 4.4."
        )


def kernels(model):
    """The kernels of a network's convolutions."""
    return [weight for weight in model.weights if len(weight.shape) == 4]
