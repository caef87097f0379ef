"""Lab 06's checks: right answers pass in several forms, and each usual mistake meets its own message."""

import numpy as np
import pytest

import restorekit as rk
from restorekit.checks import grids, lab06, pixelmoves

keras = pytest.importorskip("keras")
layers = keras.layers
Alias = rk.models.PixelShuffle

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab06.EXERCISES}


# 6.1 and 6.2: moving pixels --------------------------------------------------------------------------------------------


def test_references_move_pixels_as_the_layers_do():
    image = np.random.default_rng(0).random((6, 9, 2), np.float32)
    there = np.asarray(rk.models.PixelUnshuffle(3)(image[None]))[0]
    np.testing.assert_array_equal(pixelmoves.unshuffled(image, 3), there)
    np.testing.assert_array_equal(pixelmoves.shuffled(there, 3), image)


def unshuffle_by_axes(image, scale):
    height, width, colours = image.shape
    split = image.reshape(height // scale, scale, width // scale, scale, colours)
    return split.transpose(0, 2, 1, 3, 4).reshape(height // scale, width // scale, -1)


def unshuffle_by_loops(image, scale):
    height, width, colours = image.shape
    result = np.zeros((height // scale, width // scale, colours * scale**2))
    for y, x, c in np.ndindex(image.shape):
        place = (y % scale) * scale + x % scale
        result[y // scale, x // scale, place * colours + c] = image[y, x, c]
    return result


def shuffle_by_places(features, scale):
    height, width, channels = features.shape
    colours = channels // scale**2
    result = np.empty((height * scale, width * scale, colours), features.dtype)
    for place in range(scale**2):
        part = features[:, :, place * colours : (place + 1) * colours]
        result[place // scale :: scale, place % scale :: scale] = part
    return result


@pytest.mark.parametrize("student", [unshuffle_by_axes, unshuffle_by_loops])
def test_unshuffle_accepts_other_ways(student, passes):
    assert passes("pixel_unshuffle", student)


def test_unshuffle_accepts_float_noise_and_tensors(passes):
    assert passes("pixel_unshuffle", lambda image, scale: unshuffle_by_axes(image, scale) + 1e-8)
    assert passes("pixel_unshuffle", lambda image, scale: keras.ops.convert_to_tensor(unshuffle_by_axes(image, scale)))


def by_tensorflow(image, scale):
    import tensorflow as tf

    return tf.nn.space_to_depth(image[None], scale)[0]


def test_what_the_library_and_tensorflow_bring_is_refused_kindly(message):
    borrowed = {
        "pixel_unshuffle": lambda image, scale: rk.models.PixelUnshuffle(scale)(image[None])[0],
        "pixel_shuffle": lambda features, scale: np.asarray(rk.models.PixelShuffle(scale)(features[None]))[0],
        "denoising_autoencoder": rk.models.autoencoder,
    }
    for name, answer in borrowed.items():
        assert "write it yourself" in message(name, answer)
    assert "TensorFlow's own" in message("pixel_unshuffle", by_tensorflow)
    assert "PixelShuffle" in message("pixel_shuffle", lambda features, scale: Alias(scale)(features[None])[0])


def test_shuffle_accepts_other_ways(passes):
    assert passes("pixel_shuffle", shuffle_by_places)


def quarters(image, scale):
    rows, columns = image.shape[0] // scale, image.shape[1] // scale
    parts = [image[i * rows :][:rows, j * columns :][:, :columns] for i in range(scale) for j in range(scale)]
    return np.concatenate(parts, axis=2)


def pieces(image, scale):
    return [image[i::scale, j::scale] for i in range(scale) for j in range(scale)]


def in_place(image, scale):
    image *= 2
    return unshuffle_by_axes(image, scale)


UNSHUFFLE_MISTAKES = {
    "row and column of the block are swapped": lambda image, scale: pixelmoves.unshuffled(image, scale, "jic"),
    "PyTorch's order": lambda image, scale: pixelmoves.unshuffled(image, scale, "cij"),
    "colour stands between row and column": lambda image, scale: pixelmoves.unshuffled(image, scale, "icj"),
    "ordered by colour, column, row": lambda image, scale: pixelmoves.unshuffled(image, scale, "cji"),
    "ordered by column, colour, row": lambda image, scale: pixelmoves.unshuffled(image, scale, "jci"),
    "large tiles": quarters,
    "reshape alone": lambda image, scale: image.reshape(image.shape[0] // scale, image.shape[1] // scale, -1),
    "kept (or averaged to) one pixel": lambda image, scale: image[::scale, ::scale],
    "channels come first": lambda image, scale: unshuffle_by_axes(image, scale).transpose(2, 0, 1),
    "no axis for a batch": lambda image, scale: unshuffle_by_axes(image, scale)[None],
    "not np.stack": lambda image, scale: np.stack(pieces(image, scale), axis=-1),
    "joined along the rows or the columns": lambda image, scale: np.concatenate(pieces(image, scale)),
    "Height and width are swapped": lambda image, scale: unshuffle_by_axes(image, scale).swapaxes(0, 1),
    "is a 2 (or a 4) written": lambda image, scale: unshuffle_by_axes(image, 2),
    "still has the shape of the input": lambda image, scale: image,
    "changes the array": in_place,
    "in the wrong places": lambda image, scale: unshuffle_by_axes(image, scale)[..., ::-1],
    "TypeError": lambda image, scale: image.reshape(image.shape[0] / scale, -1),
}


@pytest.mark.parametrize("phrase", UNSHUFFLE_MISTAKES)
def test_unshuffle_mistakes_are_named(phrase, message):
    assert phrase in message("pixel_unshuffle", UNSHUFFLE_MISTAKES[phrase])


def tiles(features, scale):
    parts = np.split(features, scale**2, axis=2)
    return np.concatenate([np.concatenate(parts[i * scale : (i + 1) * scale], axis=1) for i in range(scale)])


def fill(features, scale, *, step=None, dtype=None):
    """Place by place, with a fault to choose."""
    height, width, channels = features.shape
    colours = channels // scale**2
    result = np.empty((height * scale, width * scale, colours), dtype or features.dtype)
    for place in range(scale**2):
        first = place * (step or colours)
        result[place // scale :: scale, place % scale :: scale] = features[:, :, first : first + colours]
    return result


SHUFFLE_MISTAKES = {
    "channels p * C to": lambda f, scale: fill(f, scale, step=1),
    "an array of int": lambda f, scale: fill(f, scale, dtype=int),
    "row and column of the block are swapped": lambda f, scale: pixelmoves.shuffled(f, scale, "jic"),
    "PyTorch's order": lambda f, scale: pixelmoves.shuffled(f, scale, "cij"),
    "ordered by colour, column, row": lambda f, scale: pixelmoves.shuffled(f, scale, "cji"),
    "small pictures, side by side": tiles,
    "reshape alone": lambda f, scale: f.reshape(f.shape[0] * scale, f.shape[1] * scale, -1),
    "channels come first": lambda f, scale: shuffle_by_places(f, scale).transpose(2, 0, 1),
    "no axis for a batch": lambda f, scale: shuffle_by_places(f, scale)[None],
    "still has the shape of the input": lambda f, scale: f,
    "Keep the axis of the channels": lambda f, scale: shuffle_by_places(f, scale).squeeze(),
    "Numbers were lost": lambda f, scale: f.repeat(scale, 0).repeat(scale, 1),
}


@pytest.mark.parametrize("phrase", SHUFFLE_MISTAKES)
def test_shuffle_mistakes_are_named(phrase, message):
    assert phrase in message("pixel_shuffle", SHUFFLE_MISTAKES[phrase])


# 6.3: overlaps ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kernel", [2, 3, 4, 5])
def test_overlaps_are_what_a_transposed_convolution_of_ones_gives(kernel):
    layer = layers.Conv2DTranspose(1, kernel, strides=2, kernel_initializer="ones", use_bias=False)
    painted = np.asarray(layer(np.ones((1, 6, 5, 1), np.float32)))[0, :, :, 0]
    np.testing.assert_allclose(painted, np.outer(grids.overlaps(6, kernel, 2), grids.overlaps(5, kernel, 2)))


def test_overlap_accepts_lists_and_convolutions(passes):
    def by_convolution(n, kernel, stride):
        starts = np.zeros((n - 1) * stride + 1)
        starts[::stride] = 1
        return list(np.convolve(starts, np.ones(kernel)))

    assert passes("overlap_count", by_convolution)


def stamped(n, kernel, stride, *, length=None, add=True, stamps=None):
    counts = np.zeros(length or (n - 1) * stride + kernel)
    for i in range(n if stamps is None else stamps):
        place = slice(i * stride, i * stride + kernel)
        counts[place] = counts[place] + 1 if add else 1
    return counts


OVERLAP_MISTAKES = {
    "Where stamps meet they must add up": lambda n, k, s: stamped(n, k, s, add=False),
    "The last stamp is missing": lambda n, k, s: stamped(n, k, s, stamps=n - 1),
    "stride times as many places": lambda n, k, s: stamped(n, k, s, length=n * s),
    "kernel and stride are swapped": lambda n, k, s: stamped(n, s, k),
    "start 1 apart": lambda n, k, s: stamped(n, k, 1),
    "stamps start 1 apart": lambda n, k, s: np.pad(stamped(n, k, 1), (0, (n - 1) * (s - 1))),
    "some stamps are left out": lambda n, k, s: stamped(n, k, s, stamps=-(-n // s)),
    "too narrow": lambda n, k, s: np.pad(stamped(n, k - 1, s), (0, 1)),
    "inside the loop": lambda n, k, s: stamped(n, k, s, stamps=1),
    "right for kernel=3, stride=2 alone": lambda n, k, s: stamped(n, 3, 2),
    "an ordinary convolution": lambda n, k, s: np.ones((n - k) // s + 1),
    "not one number": lambda n, k, s: k / s,
    "The row has": lambda n, k, s: stamped(n, k, s, length=n * s + k),
}


@pytest.mark.parametrize("phrase", OVERLAP_MISTAKES)
def test_overlap_mistakes_are_named(phrase, message):
    assert phrase in message("overlap_count", OVERLAP_MISTAKES[phrase])


# 6.4: the checkerboard -------------------------------------------------------------------------------------------------


def share(image, *, places=((1, 0), (0, 1), (1, 1)), power=2, keep_mean=False, shift=False, divide="all", times=1):
    """A learner's share, with a fault to choose."""
    height, width = image.shape
    energy = np.abs(np.fft.fft2(image)) ** power
    if not keep_mean:
        energy[0, 0] = 0
    energy = np.fft.fftshift(energy) if shift else energy
    peaks = sum(energy[i * height // 2, j * width // 2] for i, j in places)
    total = energy.sum()
    if total == 0:
        return 0.0
    return times * (peaks / {"all": total, "rest": max(total - peaks, 1e-12), "none": 1}[divide])


def by_patterns(image):
    """The same in the pixels' own domain."""
    centred = image - image.mean(dtype=np.float64)
    rows, columns = np.mgrid[: image.shape[0], : image.shape[1]]
    patterns = [(-1.0) ** rows, (-1.0) ** columns, (-1.0) ** (rows + columns)]
    total = np.mean(centred**2)
    return sum(np.mean(centred * p) ** 2 for p in patterns) / total if total > 0 else 0


@pytest.mark.parametrize("student", [share, by_patterns, lambda image: np.float32(share(image))])
def test_checkerboard_accepts_other_ways(student, passes):
    assert passes("checkerboard", student)


def no_guard(image):
    energy = np.abs(np.fft.fft2(image)) ** 2
    energy[0, 0] = 0
    height, width = image.shape
    return (energy[height // 2, 0] + energy[0, width // 2] + energy[height // 2, width // 2]) / energy.sum()


CHECKERBOARD_MISTAKES = {
    "The mean is still in": lambda image: share(image, keep_mean=True),
    "counts as a pattern": lambda image: share(image, keep_mean=True, places=((0, 0), (1, 0), (0, 1), (1, 1))),
    "Only the chess board": lambda image: share(image, places=((1, 1),)),
    "chess board itself, [H/2, W/2], is missing": lambda image: share(image, places=((1, 0), (0, 1))),
    "Only [H/2, 0] is counted": lambda image: share(image, places=((1, 0),)),
    "Only [0, W/2] is counted": lambda image: share(image, places=((0, 1),)),
    "You sum magnitudes": lambda image: share(image, power=1),
    "root of the share": lambda image: share(image) ** 0.5,
    "per cent": lambda image: share(image, times=100),
    "the energy itself": lambda image: share(image, divide="none"),
    "energy of the rest": lambda image: share(image, divide="rest"),
    "fftshift": lambda image: share(image, shift=True),
    "it is for looking": lambda image: share(image, shift=True, keep_mean=True),
    "counted backwards": lambda image: moved_share(image, np.fft.fft2, -1, -1),
    "rows alone": lambda image: moved_share(image, np.fft.fft),
    "rfft2 leaves out": lambda image: moved_share(image, np.fft.rfft2),
    "Height and width are swapped": lambda image: moved_share(image, np.fft.fft2, image.shape[1] // 2, image.shape[0] // 2),
    "share of everything else": lambda image: 1 - share(image),
    "return one number": lambda image: np.abs(np.fft.fft2(image)) ** 2,
    "0 / 0": no_guard,
    "array of real numbers": lambda image: np.fft.fft2(image)[0, 0],
}  # fmt: skip


def moved_share(image, transform, row=None, column=None):
    """A share from another transform, or from other places."""
    energy = np.abs(transform(image)) ** 2
    energy[0, 0] = 0
    row, column = row or image.shape[0] // 2, column or image.shape[1] // 2
    return (energy[row, 0] + energy[0, column] + energy[row, column]) / energy.sum()


@pytest.mark.filterwarnings("ignore:invalid value")
@pytest.mark.parametrize("phrase", CHECKERBOARD_MISTAKES)
def test_checkerboard_mistakes_are_named(phrase, message):
    assert phrase in message("checkerboard", CHECKERBOARD_MISTAKES[phrase])


# 6.5: the autoencoder --------------------------------------------------------------------------------------------------


def build(
    channels, filters, *, down="stride", up="interpolation", skips=True, join="concatenate", size=None, act="relu", end=None, last=None,
    middle=True, halvings=None, again=True, head=None, order=1,
):  # fmt: skip
    """A learner's autoencoder, with a fault to choose."""
    image = x = keras.Input((size, size, channels))
    kept, widths = [], list(filters)[::order][:halvings]
    for n in widths:
        kept.append(x)
        if down == "pooling":
            x = layers.MaxPooling2D()(layers.Conv2D(n, 3, padding="same", activation=act)(x))
        elif down == "unshuffle":
            x = layers.Conv2D(n, 3, padding="same", activation=act)(rk.models.PixelUnshuffle(2)(x))
        else:
            x = layers.Conv2D(n, 3, strides=2 if down == "stride" else 1, padding="same", activation=act)(x)
    if middle:
        x = layers.Conv2D(widths[-1], 3, padding="same", activation=act)(x)
    for level in reversed(range(len(widths))):
        n = widths[level]
        if up == "transposed":
            x = layers.Conv2DTranspose(n, 3, strides=2, padding="same", activation=act)(x)
        elif up == "shuffle":
            x = rk.models.PixelShuffle(2)(layers.Conv2D(4 * n, 3, padding="same", activation=act)(x))
        else:
            x = layers.Conv2D(n, 3, padding="same", activation=act)(layers.UpSampling2D()(x) if again or level else x)
        if skips is True or (skips == "top" and level == 0) or (skips == "inner" and level):
            if join == "add" and kept[level].shape[-1] != n:
                kept[level] = layers.Conv2D(n, 1)(kept[level])
            x = (layers.Concatenate() if join == "concatenate" else layers.Add())([x, kept[level]])
    x = layers.Conv2D(channels if last is None else last, 3, padding="same", activation=end)(x)
    if head == "residual":
        x = layers.Add()([image, x])
    return keras.Model(image, x)


RIGHT_NETWORKS = {
    "as asked": {},
    "pooling, transposed": {"down": "pooling", "up": "transposed"},
    "unshuffle, shuffle": {"down": "unshuffle", "up": "shuffle"},
    "added skips": {"join": "add"},
    "no convolution in the middle": {"middle": False},
    "residual": {"head": "residual"},
}


@pytest.mark.parametrize("name", RIGHT_NETWORKS)
def test_autoencoder_accepts_other_ways(name, passes):
    assert passes("denoising_autoencoder", lambda channels, filters: build(channels, filters, **RIGHT_NETWORKS[name]))


def layer_used_twice(channels, filters):
    """Enlarged by one and the same layer every time."""
    image = x = keras.Input((None, None, channels))
    before, enlarge = [], layers.UpSampling2D()
    for n in filters:
        before.append(x)
        x = layers.Conv2D(n, 3, strides=2, padding="same", activation="relu")(x)
    for n in reversed(filters):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(enlarge(x))
        x = layers.Concatenate()([x, before.pop()])
    return keras.Model(image, layers.Conv2D(channels, 3, padding="same")(x))


def test_autoencoder_accepts_a_layer_that_is_used_twice(passes):
    assert passes("denoising_autoencoder", layer_used_twice)


class OwnClass(keras.Model):
    """The autoencoder as a class of the learner's."""

    def __init__(self, channels, filters):
        super().__init__()
        made = [[layers.Conv2D(n, 3, strides=s, padding="same", activation="relu") for n in filters] for s in (2, 1)]
        self.down, self.up = made[0], made[1][::-1]
        self.last = layers.Conv2D(channels, 3, padding="same")

    def call(self, x):
        before = []
        for layer in self.down:
            before.append(x)
            x = layer(x)
        for layer in self.up:
            x = layers.Concatenate()([layer(layers.UpSampling2D()(x)), before.pop()])
        return self.last(x)


def test_autoencoder_accepts_a_class(passes):
    assert passes("denoising_autoencoder", OwnClass)


def test_autoencoder_notes_what_was_not_asked_for():
    praise = EXERCISES["denoising_autoencoder"].check
    assert "ends with Add" in praise(lambda channels, filters: build(channels, filters, head="residual"))
    assert "ends with" not in praise(build)


def upward(channels, filters, *, order=-1, act="relu", slip=None):
    """An autoencoder with a fault on its way up."""
    image = x = keras.Input((None, None, channels))
    before = []
    for n in filters:
        before += [] if slip == "after" else [x]
        pad = "valid" if slip == "valid" else "same"
        x = layers.Conv2D(filters[0] if slip == "first" else n, 3, strides=2, padding=pad, activation="relu")(x)
        before += [x] if slip == "after" else []
    for n in filters[::order]:
        x = x if slip == "small" else layers.UpSampling2D()(x)
        x = layers.Conv2D(n, 3, padding="same", activation=act)(x)
        x = layers.Concatenate()([x, before.pop(0 if slip == "oldest" else -1)])
    return keras.Model(image, layers.Conv2D(channels, 3, padding="same")(x))


NETWORK_MISTAKES = {
    "the last one first": {"way": upward, "order": 1},
    "are a single one": {"way": upward, "act": None},
    "Does filters[0] stand where": {"way": upward, "slip": "first"},
    "Was it kept after the halving?": {"way": upward, "slip": "after"},
    "not pop(0)": {"way": upward, "slip": "oldest"},
    "Enlarge first": {"way": upward, "slip": "small"},
    'is a padding="same" missing?': {"way": upward, "slip": "valid"},
    "there are no skip connections": {"skips": False},
    "nothing is handed across at the height of 32": {"skips": "inner"},
    "nothing is handed across at the height of 16": {"skips": "top"},
    "has the fixed size": {"size": 64},
    "halves the picture 1 times": {"halvings": 1},
    "comes out as 16 x 24": {"again": False, "skips": False},
    "there must be 8. Are they in reverse order?": {"order": -1},
    "(a ReLU)": {"end": "relu"},
    "(a sigmoid or the like)": {"end": "sigmoid"},
    "never leaves [-1, 1]": {"end": "tanh"},
    "your network is linear": {"act": None},
    "your output has 1 channels": {"last": 1},
    "Is every doubling there?": {"again": False},
}


@pytest.mark.parametrize("phrase", NETWORK_MISTAKES)
def test_autoencoder_mistakes_are_named(phrase, message):
    fault = dict(NETWORK_MISTAKES[phrase])
    way = fault.pop("way", build)
    said = message("denoising_autoencoder", lambda channels, filters: way(channels, filters, **fault))
    assert phrase in said


def test_other_things_than_networks_are_named(message):
    name = "denoising_autoencoder"
    assert "return a KerasTensor" in message(name, lambda channels, filters: keras.Input((None, None, channels)))
    sequential = keras.Sequential([keras.Input((None, None, 3)), layers.Conv2D(3, 3, padding="same")])
    assert "can't hand features across" in message(name, lambda channels, filters: sequential)
    assert "where `channels` belongs" in message(
        name, lambda channels, filters: build(3 if channels == 1 else channels, filters)
    )


# 6.6: any size ---------------------------------------------------------------------------------------------------------


def any_size(network, image, multiple, *, mode="reflect", before=False, extra=False, cut=True, batch=True, take=True):
    """A learner's padding, with a fault to choose."""
    rows, columns = -image.shape[0] % multiple, -image.shape[1] % multiple
    if extra:
        rows, columns = multiple - image.shape[0] % multiple, multiple - image.shape[1] % multiple
    pads = [(rows, 0), (columns, 0), (0, 0)] if before else [(0, rows), (0, columns), (0, 0)]
    padded = np.pad(image, pads, mode=mode)
    restored = np.asarray(network(padded[None] if batch else padded))
    restored = restored[0] if take else restored
    if not cut:
        return restored
    return restored[rows:, columns:] if before == "both" else restored[: image.shape[0], : image.shape[1]]


@pytest.mark.parametrize("own", [{}, {"mode": "symmetric"}, {"mode": "edge"}, {"before": "both"}])
def test_any_size_accepts_other_ways(own, passes):
    assert passes("any_size", lambda network, image, multiple: any_size(network, image, multiple, **own))


def test_any_size_accepts_tensors(passes):
    def student(network, image, multiple):
        height, width, _ = image.shape
        padded = keras.ops.pad(image, [(0, -height % multiple), (0, -width % multiple), (0, 0)], mode="symmetric")
        return network(padded[None])[0, :height, :width]

    assert passes("any_size", student)


def cropped(network, image, multiple):
    height, width = (side // multiple * multiple for side in image.shape[:2])
    return np.asarray(network(image[None, :height, :width]))[0]


def resized(network, image, multiple):
    height, width = (side + -side % multiple for side in image.shape[:2])
    large = rk.degrade.resize(image, shape=(height, width))
    return rk.degrade.resize(np.asarray(network(large[None]))[0], shape=image.shape[:2])


def cut_by_padding(network, image, multiple):
    rows, columns = -image.shape[0] % multiple, -image.shape[1] % multiple
    padded = np.pad(image, [(0, rows), (0, columns), (0, 0)], mode="reflect")
    return np.asarray(network(padded[None]))[0, :-rows, :-columns]


ANY_SIZE_MISTAKES = {
    "cut the 13 x 22 image down": cropped,
    "was it resized": resized,
    "[:-0] keeps nothing": cut_by_padding,
    "multiple - height % multiple is not": lambda *args: any_size(*args, extra=True),
    "the padding is black": lambda *args: any_size(*args, mode="constant"),
    "shows the opposite side": lambda *args: any_size(*args, mode="wrap"),
    "still with its padding": lambda *args: any_size(*args, cut=False),
    "is it shifted?": lambda *args: any_size(*args, before=True),
    "networks want a batch": lambda *args: any_size(*args, batch=False),
    "out of the batch, [0]": lambda *args: any_size(*args, take=False, cut=False),
    "both must be multiples of 4": lambda network, image, multiple: network(image[None])[0],
    "never called": lambda network, image, multiple: image,
    "not what the network made of it": lambda network, image, multiple: (any_size(network, image, multiple), image)[1],
    "lost its axis of channels": lambda *args: any_size(*args).squeeze(),
}


@pytest.mark.parametrize("phrase", ANY_SIZE_MISTAKES)
def test_any_size_mistakes_are_named(phrase, message):
    assert phrase in message("any_size", ANY_SIZE_MISTAKES[phrase])
