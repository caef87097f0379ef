"""Check of lab 07 on Keys' kernel: the weights of bicubic interpolation, compared with what each usual mistake would give."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def cubic(x, a=-0.5):
    """Keys' weight at a distance of x pixels."""
    near, far = _branches(np.abs(np.asarray(x, np.float64)), a)
    return np.where(np.abs(x) <= 1, near, np.where(np.abs(x) < 2, far, 0.0))


def _branches(x, a=-0.5):
    """The two cubics that Keys' kernel is made of, each at all x."""
    return (a + 2) * x**3 - (a + 3) * x**2 + 1, a * x**3 - 5 * a * x**2 + 8 * a * x - 4 * a


def tent(x):
    return np.maximum(1 - np.abs(x), 0)


def check_keys(student):
    """7.1: two cubics, mirrored, and nothing from 2 on."""
    x = np.array([[-3.1, -2.0, -1.7, -1.25, -1.0, -0.6, -0.3], [0.0, 0.3, 0.75, 1.0, 1.4, 1.8, 2.5]])
    try:
        value = call(student, x)
    except Wrong as stopped:
        if "truth value" in str(stopped):
            raise Wrong(
                "`if` asks one yes-or-no question, and t is an array of many distances. Compute both cubics for all of them, then choose "
                "with np.where(condition, this, otherwise_that)."
            ) from stopped
        raise
    got = as_array(value, x.shape, "your array of weights")
    near, far = _branches(np.abs(x))
    size = np.abs(x)
    signed = [branch * (size < 2) for branch in _branches(x)]
    bent = np.where(x <= 1, signed[0], np.where(x <= 2, signed[1], 0))
    right = cubic(x)
    steps = "The weight is mirrored: distances of -0.3 and 0.3 weigh the same. Begin with t = np.abs(t)."
    mistakes = [
        (cubic(x, -0.75), "this is the kernel with a = -0.75, OpenCV's and PyTorch's. Here, as in MATLAB, a = -0.5."),
        (cubic(x, -1), "this is the kernel with a = -1. Here, as in MATLAB, a = -0.5."),
        (cubic(x, 0.5), "this is the kernel with a = +0.5; it is negative: a = -0.5."),
        (np.where(x <= 1, near, np.where(x <= 2, far, 0)), steps),
        (bent, steps),
        (
            np.where(size <= 1, near, far),
            "your weights go on beyond a distance of 2. There they are 0, so that only four pixels in a row count.",
        ),
        (
            np.where(size <= 1, far, np.where(size < 2, near, 0)),
            "the two cubics are swapped: the first one is for distances up to 1, the second for 1 to 2.",
        ),
        (
            np.where(size <= 1, near, 0),
            "from 1 to 2 your weights are 0; there the second cubic counts, and it is what makes bicubic sharper than a tent.",
        ),
        (np.where(size < 2, near, 0), "the first cubic is used up to a distance of 2; from 1 on it is the second one."),
        (np.where(size < 2, far, 0), "the second cubic is used from 0 on; up to a distance of 1 it is the first one."),
        (tent(x), "this is the tent of bilinear interpolation, 1 - |t|. Keys' kernel has two cubics."),
        (255 * right, "your weights are 255 times too large: at a distance of 0 the weight is 1."),
    ]
    recognise_weights(got, right, mistakes)
    for which, inside, branch in (("up to 1", size <= 1, near), ("from 1 to 2", (size > 1) & (size < 2), far)):
        if np.abs(got - right)[inside].max() > 1e-6 and np.abs(got - right)[~inside & (size < 2)].max() <= 1e-6:
            place = np.abs(got - branch)[inside].argmax()
            raise Wrong(
                f"one cubic is right; the one for distances {which} is not: at {x[inside][place]:g} you return "
                f"{got[inside][place]:.4g}, and {right[inside][place]:.4g} was expected. Look at its powers and signs."
            )
    compare_arrays(got, right, "your array of weights", 1e-6)
    scattered = cubic(np.array([1.0, 2.0, -2.0]))
    got = as_array(call(student, np.array([1.0, 2.0, -2.0])), (3,), "your weights at 1, 2 and -2")
    compare_arrays(got, scattered, "your array of weights at 1, 2 and -2", 1e-6)
    return "right: 1 at the pixel itself, 0 at every other pixel, below 0 between 1 and 2."


def recognise_weights(got, right, mistakes):
    """Name a mistake, unless the answer is right."""
    if np.abs(got - right).max() > 1e-6:
        for wrong, message in mistakes:
            if np.abs(got - wrong).max() <= 1e-6:
                raise Wrong(message)
