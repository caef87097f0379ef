"""Lab 06, autoencoders: the exercises, their references and hints. The checks are in pixelmoves, grids, hourglass and sizes."""

import numpy as np

from restorekit.checks import grids, hourglass, pixelmoves, sizes
from restorekit.exercises import Exercise


def pixel_unshuffle(image, scale):
    """Reference of 6.1."""
    return pixelmoves.unshuffled(image, scale)


def pixel_shuffle(features, scale):
    """Reference of 6.2."""
    return pixelmoves.shuffled(features, scale)


def overlap_count(n, kernel, stride):
    """Reference of 6.3."""
    return grids.overlaps(n, kernel, stride)


def checkerboard_share(image):
    """Reference of 6.4."""
    return grids.checkerboard_share(image)


def denoising_autoencoder(channels, filters):
    """Reference of 6.5."""
    return hourglass.built(channels, filters)


def restore_any_size(network, image, multiple):
    """Reference of 6.6."""
    height, width, _ = image.shape
    padded = np.pad(image, [(0, -height % multiple), (0, -width % multiple), (0, 0)], mode="reflect")
    return np.asarray(network(padded[None]))[0, :height, :width]


EXERCISES = [
    Exercise(
        "06.pixel_unshuffle",
        "6.1",
        "pixel unshuffle",
        pixel_unshuffle,
        pixelmoves.check_unshuffle,
        (
            "Either cut out one channel after the other: image[row::scale, column::scale] holds one place of every block. Or split the "
            "axes of the array, and sort them anew.",
            "By cutting: two loops, over row and over column (column inside); collect the pieces in a list, and join them along the last "
            "axis. By axes: reshape to (H // scale, scale, W // scale, scale, C); which of these five belong to the channels?",
            "np.concatenate([image[row::scale, column::scale] for row in range(scale) for column in range(scale)], axis=2). By axes: "
            "transpose(0, 2, 1, 3, 4) between two reshapes.",
        ),
    ),
    Exercise(
        "06.pixel_shuffle",
        "6.2",
        "pixel shuffle",
        pixel_shuffle,
        pixelmoves.check_shuffle,
        (
            "Do 6.1 backwards. The first C channels go to the upper left place of every block, the next C to the place to the right of it.",
            "Make an empty array of the result's shape, and fill one place of all blocks at a time: "
            "result[row::scale, column::scale] = ... Which C channels are these?",
            "Number the places: place = row * scale + column. Its channels are features[:, :, place * C : (place + 1) * C], with "
            "C = channels // scale**2.",
        ),
    ),
    Exercise(
        "06.overlap_count",
        "6.3",
        "overlap count",
        overlap_count,
        grids.check_overlap,
        (
            "Start with a row of zeros, as long as the stamps reach: (n - 1) * stride + kernel. Then stamp.",
            "Stamp number i covers the places from i * stride to i * stride + kernel (the end not included).",
            "With start = i * stride, add 1 to counts[start : start + kernel]; do that for every i in range(n).",
        ),
    ),
    Exercise(
        "06.checkerboard",
        "6.4",
        "find the checkerboard",
        checkerboard_share,
        grids.check_checkerboard,
        (
            "np.fft.fft2(image) gives one complex number for each frequency; its energy is the square of its np.abs. At index 0 there is "
            "no change, at index H/2 one cycle in two pixels.",
            "Three places of the energy count: [H // 2, 0], [0, W // 2] and [H // 2, W // 2]. Divide their sum by the sum of all. Before "
            "that, take away the mean: set the energy at [0, 0] to zero.",
            "Let `total` be the sum of the energy. If it is 0 (an even picture), return 0.0; otherwise the three energies over total.",
        ),
    ),
    Exercise(
        "06.denoising_autoencoder",
        "6.5",
        "denoising autoencoder",
        denoising_autoencoder,
        hourglass.check_autoencoder,
        (
            "Keep a list. On the way down, before each halving, append x to it. On the way up, take the entries from its end.",
            "Down, for each n of filters: put x into the list, then a convolution of n filters with strides=2. Up, with the filters in "
            "reverse order: UpSampling2D, a convolution of n filters, then layers.Concatenate()([x, last entry of the list]).",
            'All hidden convolutions: layers.Conv2D(n, 3, padding="same", activation="relu"). The last one: '
            'layers.Conv2D(channels, 3, padding="same"), no activation. Then keras.Model(image, x).',
        ),
    ),
    Exercise(
        "06.any_size",
        "6.6",
        "any size",
        restore_any_size,
        sizes.check_any_size,
        (
            "How many rows are missing? Python's remainder knows: -height % multiple is 0 for a multiple, and otherwise what is missing "
            "(-13 % 4 is 3).",
            'np.pad(image, [(0, rows), (0, columns), (0, 0)], mode="reflect") pads below and on the right. A network wants a batch: '
            "padded[None] adds the axis, [0] takes it off.",
            "Cut with the image's own size: restored[:height, :width]. np.asarray(...) makes an array of what the network returns.",
        ),
    ),
]
