"""Lab 07, super-resolution: the exercises, their references and hints.

The checks are in keys, interpolating, pairs, examples, enlargers, costs, colouring and ensembles.
"""

from restorekit.checks import colouring, costs, enlargers, ensembles, examples, interpolating, keys, pairs
from restorekit.exercises import Exercise


def keys_kernel(t):
    """Reference of 7.1."""
    return keys.cubic(t)


def enlarge(image, scale):
    """Reference of 7.2."""
    return interpolating.enlarged(image, scale)


def make_pair(image, scale):
    """Reference of 7.3."""
    return pairs.pair(image, scale)


def nearest_patch(query, database):
    """Reference of 7.4."""
    return examples.nearest(query, database)


def build_srcnn():
    """Reference of 7.5."""
    return enlargers.asked_srcnn()


def build_espcn(scale):
    """Reference of 7.6."""
    return enlargers.asked_espcn(scale)


def work_per_pixel(layer_sizes, scale):
    """Reference of 7.7."""
    return costs.work(layer_sizes, scale)


def upscale_colour(photo, enlarge_y, scale):
    """Reference of 7.8."""
    return colouring.coloured(photo, enlarge_y, scale)


def self_ensemble(enlarge_one, image):
    """Reference of 7.9."""
    return ensembles.ensemble(enlarge_one, image)


EXERCISES = [
    Exercise(
        "07.keys",
        "7.1",
        "Keys' kernel",
        keys_kernel,
        keys.check_keys,
        (
            "First make all distances positive: t = np.abs(t). Then put a = -0.5 into both cubics, and compute both for every t.",
            "np.where(condition, a, b) takes from a where the condition is true, elsewhere from b. You need two of them, one inside the "
            "other: up to 1, up to 2, beyond.",
            "With `near` and `far` for the two cubics at np.abs(t): np.where(t <= 1, near, np.where(t < 2, far, 0)).",
        ),
    ),
    Exercise(
        "07.enlarge",
        "7.2",
        "bicubic by hand",
        enlarge,
        interpolating.check_enlarge,
        (
            "Write it for one direction first, say down the columns: from (H, W) to (H * scale, W). The other direction is the same on the "
            "turned picture, .T, turned back at the end.",
            "One direction: pad with 2 rows above and below, mode='symmetric'. The centres of the output rows are (np.arange(H * scale) + "
            "0.5) / scale - 0.5, and their first neighbours np.floor(centres).astype(int) - 1.",
            "For each n of range(4), neighbour first + n has the weight keys(centres - (first + n)), one for each output row: give it a "
            "second axis, [:, None]. Its pixels are padded[first + n + 2]. Add up the four products.",
        ),
    ),
    Exercise(
        "07.make_pair",
        "7.3",
        "a pair to learn from",
        make_pair,
        pairs.check_pair,
        (
            "Three steps, in this order: cut, shrink, round. n // scale * scale is the largest multiple of scale that fits into n.",
            "rk.degrade.resize with scale=1 / scale shrinks, by bicubic and with antialiasing, if you ask for nothing else.",
            "A file holds the levels 0 to 255: clip the small picture to [0, 1], then multiply by 255, np.round, and divide by 255.",
        ),
    ),
    Exercise(
        "07.nearest_patch",
        "7.4",
        "the nearest patch",
        nearest_patch,
        examples.check_nearest,
        (
            "Normalise first: from each patch its own mean is subtracted, then it is divided by its own standard deviation + 0.01. A small "
            "function for that serves the query and the database.",
            "patches.mean(axis=(-2, -1), keepdims=True) is the mean of each patch, whether there is one or a thousand; .std likewise. "
            "With keepdims the result fits the patches again.",
            "The distances are ((a - b) ** 2).sum(axis=(1, 2)), with a the normalised database and b the normalised query. The number of "
            "the smallest one: .argmin().",
        ),
    ),
    Exercise(
        "07.build_srcnn",
        "7.5",
        "SRCNN",
        build_srcnn,
        enlargers.check_srcnn,
        (
            "One line for each row of the table. A layer is made, then called on what came before: x = layers.Conv2D(...)(x).",
            'All three have padding="same". The first two have activation="relu", the last one has none.',
            'layers.Conv2D(64, 9, padding="same", activation="relu") is the first row. At the end: keras.Model(enlarged, x).',
        ),
    ),
    Exercise(
        "07.build_espcn",
        "7.6",
        "ESPCN",
        build_espcn,
        enlargers.check_espcn,
        (
            "As in 7.5, with other numbers, tanh instead of ReLU, and one line more at the end.",
            "How many numbers does the last convolution have to make for one small pixel? One for each pixel of a block that is `scale` "
            "high and `scale` wide.",
            "The last convolution has scale**2 filters, 3 x 3, and no activation; behind it comes rk.models.PixelShuffle(scale), a layer "
            "like any other: it is made, then called on x.",
        ),
    ),
    Exercise(
        "07.work_per_pixel",
        "7.7",
        "what it costs",
        work_per_pixel,
        costs.check_work,
        (
            "One number of the output of a convolution: how many places has the kernel, and how many channels stand at each place?",
            "A layer costs kernel * kernel * (channels in) * (channels out) at every pixel where it is computed. Add this up.",
            "Each pixel of the small picture stands for scale * scale pixels of the large one: divide the sum by scale**2.",
        ),
    ),
    Exercise(
        "07.upscale_colour",
        "7.8",
        "colour",
        upscale_colour,
        colouring.check_colour,
        (
            "Turn the photo with rk.images.rgb_to_ycbcr. It has three channels again: [..., 0] is Y.",
            "Enlarge all three channels by bicubic, rk.degrade.resize with scale=scale. Then replace the first one.",
            "Let `large` be that bicubic enlargement. large[..., 0] = enlarge_y(...) with the *small* Y; at the end "
            "rk.images.ycbcr_to_rgb(large).",
        ),
    ),
    Exercise(
        "07.self_ensemble",
        "7.9",
        "eight views",
        self_ensemble,
        ensembles.check_ensemble,
        (
            "Two loops: over the picture and its mirror image, and over 0 to 3 quarter turns. In the middle, one call of enlarge_one.",
            "np.rot90(picture, turns) turns, np.rot90(picture, -turns) turns back. picture[:, ::-1] mirrors, and mirrors back.",
            "What was done last is undone first. If you mirror and then turn: enlarge, turn back, mirror. Add the eight up, divide by 8.",
        ),
    ),
]
