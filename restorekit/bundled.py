"""Small crops of the bundled images: what `datasets.cifar10` gives where CIFAR-10 itself can't be had.

They are cut afresh each time, in whole numbers only: no file to carry, and the same pixels on every computer.
"""

import numpy as np

from .images import sample, to_uint8


def bundled_crops(n_train=2000, n_test=200):
    """32x32 crops of the bundled colour images, at full, half and quarter size; the same on every computer.

    The test crops come from an upright strip in the middle of each image, the training crops from what lies left and
    right of it: no pixel is in both.

    Parameters
    ----------
    n_train, n_test : int
        How many crops of each kind.

    Returns
    -------
    x_train, x_test : ndarray of uint8 (n, 32, 32, 3), 0-255

    Examples
    --------
    >>> x_train, x_test = bundled_crops(20, 10)
    >>> x_train.shape, x_test.shape
    ((20, 32, 32, 3), (10, 32, 32, 3))
    """
    train, test = [], []
    for name in ("astronaut", "coffee", "chelsea", "rocket"):
        image = to_uint8(sample(name)).astype(np.int64)
        left, right = image.shape[1] * 9 // 20, image.shape[1] * 13 // 20
        train.append(_varied_crops(image[:, :left]) + _varied_crops(image[:, right:]))
        test.append(_varied_crops(image[:, left:right]))
    return _share_out(train, n_train), _share_out(test, n_test)


def _varied_crops(image):
    """All 32x32 crops on a grid, at three sizes, but for the flat ones (brightness varies by less than 12 levels)."""
    found = []
    for factor in (1, 2, 4):
        height, width = image.shape[0] // factor, image.shape[1] // factor
        blocks = image[: height * factor, : width * factor].reshape(height, factor, width, factor, 3)
        small = (blocks.sum((1, 3)) + factor**2 // 2) // factor**2  # whole numbers: no computer rounds differently
        if min(height, width) >= 32:
            brightness = small.sum(2)
            total, total_of_squares = _sums_of_crops(brightness), _sums_of_crops(brightness**2)
            varied = 1024 * total_of_squares - total**2 > (1024 * 3 * 12) ** 2
            found += [
                small[8 * row : 8 * row + 32, 8 * column : 8 * column + 32] for row, column in np.argwhere(varied)
            ]
    return found


def _sums_of_crops(values):
    """Sum over each 32x32 crop, every 8 pixels down and across."""
    return np.lib.stride_tricks.sliding_window_view(values, (32, 32))[::8, ::8].sum((2, 3))


def _share_out(groups, n):
    """Take n crops evenly from the groups, and spread them well mixed."""
    quota = -(-n // len(groups))
    picked = [group[i * len(group) // quota] for i in range(quota) for group in groups]
    order = np.argsort(np.arange(len(picked)) * 2_654_435_761 % 2**32)  # a fixed shuffle that owes nothing to a library
    return np.stack([picked[i] for i in order[:n]]).astype(np.uint8)
