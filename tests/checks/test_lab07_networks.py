"""Lab 07's checks on networks that enlarge, and on what they cost: right ones pass in several styles, mistakes are named."""

import pytest

import restorekit as rk
from restorekit.checks import lab07

keras = pytest.importorskip("keras")
layers = keras.layers

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab07.EXERCISES}
SRCNN = ((9, 64, "relu"), (5, 32, "relu"), (5, 1, None))


def chain(
    table,
    *,
    size=None,
    channels=1,
    padding="same",
    before=None,
    between=None,
    end=None,
    strides=1,
    bias=True,
    add=False,
):
    """Convolutions one after the other, with a fault to choose."""
    image = x = keras.Input((size, size, channels))
    x = before(x) if before else x
    for place, (kernel, filters, activation) in enumerate(table):
        x = layers.Conv2D(filters, kernel, strides=strides, padding=padding, activation=activation, use_bias=bias)(x)
        x = between(x) if between and place < len(table) - 1 else x
    x = layers.Add()([image, x]) if add else x
    return keras.Model(image, end(x) if end else x)


# 7.5: SRCNN -------------------------------------------------------------------------------------------------------------


def sequential():
    made = [layers.Conv2D(n, k, padding="same", activation=a) for k, n, a in SRCNN]
    return keras.Sequential([keras.Input((None, None, 1)), *made])


def open_sequential():
    return keras.Sequential([layers.Conv2D(n, k, padding="same", activation=a) for k, n, a in SRCNN])


def with_relu_layers():
    image = x = keras.Input((None, None, 1))
    x = layers.ReLU()(layers.Conv2D(64, 9, padding="same")(x))
    x = keras.activations.relu(layers.Conv2D(32, (5, 5), padding="same")(x))
    return keras.Model(image, layers.Conv2D(1, 5, padding="same", activation="linear")(x))


class Own(keras.Model):
    """SRCNN as a class of the learner's."""

    def __init__(self):
        super().__init__()
        self.one, self.two, self.three = (layers.Conv2D(n, k, padding="same", activation=a) for k, n, a in SRCNN)

    def call(self, x):
        return self.three(self.two(self.one(x)))


def test_srcnn_says_how_many_numbers_it_learns():
    assert "57,281 numbers" in EXERCISES["build_srcnn"].check(lambda: chain(SRCNN))
    assert "22,729 numbers" in EXERCISES["build_espcn"].check(small_first)


@pytest.mark.parametrize("student", [lambda: chain(SRCNN), sequential, open_sequential, with_relu_layers, Own])
def test_srcnn_accepts_other_styles(student, passes):
    assert passes("build_srcnn", student)


def shared():
    image = keras.Input((None, None, 1))
    same = layers.Conv2D(1, 5, padding="same")
    return keras.Model(image, same(layers.ReLU()(same(layers.ReLU()(same(image))))))


def forgotten():
    """The second line goes on from the input."""
    image = keras.Input((None, None, 1))
    layers.Conv2D(64, 9, padding="same", activation="relu")(image)
    x = layers.Conv2D(32, 5, padding="same", activation="relu")(image)
    return keras.Model(image, layers.Conv2D(1, 5, padding="same")(x))


def table(*rows):
    return lambda: chain(rows)


SRCNN_MISTAKES = {
    "smaller 9-1-5 of the paper, with 8,129": table((9, 64, "relu"), (1, 32, "relu"), (5, 1, None)),
    "in the wrong order: 9-5-5": table((5, 64, "relu"), (5, 32, "relu"), (9, 1, None)),
    "convolution 1 has a kernel of 3 x 3": table((3, 64, "relu"), (5, 32, "relu"), (5, 1, None)),
    "it is the other way round: 64, then 32": table((9, 32, "relu"), (5, 64, "relu"), (5, 1, None)),
    "convolution 2 has 64 filters": table((9, 64, "relu"), (5, 64, "relu"), (5, 1, None)),
    "Its output is the picture: one channel": table((9, 64, "relu"), (5, 32, "relu"), (5, 3, None)),
    "(relu) after the last convolution": table((9, 64, "relu"), (5, 32, "relu"), (5, 1, "relu")),
    "(sigmoid) after the last convolution": table((9, 64, "relu"), (5, 32, "relu"), (5, 1, "sigmoid")),
    "no activation after convolution 1": table((9, 64, None), (5, 32, "relu"), (5, 1, None)),
    "no activation after convolution 2": table((9, 64, "relu"), (5, 32, None), (5, 1, None)),
    "after convolution 1 comes tanh": table((9, 64, "tanh"), (5, 32, "relu"), (5, 1, None)),
    "I count 2 convolutions": table((9, 64, "relu"), (5, 1, None)),
    "go on from the `x` of the line before": forgotten,
    "I count 4 convolutions": table((9, 64, "relu"), (5, 32, "relu"), (5, 32, "relu"), (5, 1, None)),
    "used more than once": shared,
    "eats a rim of the picture, 16 pixels": lambda: chain(SRCNN, padding="valid"),
    "has strides": lambda: chain(SRCNN, strides=2),
    "9 x 5; all are square": table(((9, 5), 64, "relu"), (5, 32, "relu"), (5, 1, None)),
    "leave use_bias=False out": lambda: chain(SRCNN, bias=False),
    "one channel: (None, None, None, 1)": lambda: chain(SRCNN, channels=3),
    "keras.Input((None, None, 1))": lambda: chain(SRCNN, size=32),
    "bicubic has enlarged already": lambda: chain(SRCNN, before=layers.UpSampling2D(3)),
    "That is VDSR's idea": lambda: chain(SRCNN, add=True),
    "there is batch normalisation": lambda: chain(SRCNN, between=lambda x: layers.BatchNormalization()(x)),
    "Do not clip inside": lambda: chain(SRCNN, end=lambda x: keras.ops.clip(x, 0, 1)),
    "returns the last tensor": lambda: chain(SRCNN).output,
    "you return list": lambda: [chain(SRCNN)],
    "the library's network": lambda: rk.models.srcnn(),
}


@pytest.mark.parametrize("phrase", SRCNN_MISTAKES)
def test_srcnn_mistakes_are_named(phrase, message):
    assert phrase in message("build_srcnn", SRCNN_MISTAKES[phrase])


# 7.6: ESPCN -------------------------------------------------------------------------------------------------------------


def rows(scale, act="tanh", last=None, final=None):
    return ((5, 64, act), (3, 32, act), (3, scale**2 if last is None else last(scale), final))


def small_first(scale, *, act="tanh", last=None, final=None, shuffle=True, **slip):
    """A learner's ESPCN, with a fault to choose."""
    end = rk.models.PixelShuffle(scale) if shuffle is True else shuffle(scale) if shuffle else None
    return chain(rows(scale, act, last, final), end=end, **slip)


def espcn_sequential(scale):
    made = [layers.Conv2D(n, k, padding="same", activation=a) for k, n, a in rows(scale)]
    return keras.Sequential([keras.Input((None, None, 1)), *made, rk.models.PixelShuffle(scale)])


class OwnEspcn(keras.Model):
    """ESPCN as a class of the learner's."""

    def __init__(self, scale):
        super().__init__()
        self.chain = [layers.Conv2D(n, k, padding="same", activation=a) for k, n, a in rows(scale)]
        self.shuffle = rk.models.PixelShuffle(scale)

    def call(self, x):
        for layer in self.chain:
            x = layer(x)
        return self.shuffle(x)


@pytest.mark.parametrize("student", [small_first, espcn_sequential, OwnEspcn])
def test_espcn_accepts_other_styles(student, passes):
    assert passes("build_espcn", student)


def test_espcn_notes_relus():
    assert "With ReLUs" in EXERCISES["build_espcn"].check(lambda scale: small_first(scale, act="relu"))


def early(scale):
    """The shuffle before the last convolution."""
    image = x = keras.Input((None, None, 1))
    x = layers.Conv2D(64, 5, padding="same", activation="tanh")(x)
    x = layers.Conv2D(32 * scale**2, 3, padding="same", activation="tanh")(x)
    return keras.Model(image, layers.Conv2D(1, 3, padding="same")(rk.models.PixelShuffle(scale)(x)))


def transposed(scale):
    return lambda x: layers.Conv2DTranspose(1, 3, strides=scale, padding="same")(x)


def reshaped(scale):
    return layers.Reshape((-1, 1, 1))


ESPCN_MISTAKES = {
    "you enlarge first, by interpolation": lambda scale: chain(rows(scale, last=lambda s: 1), before=layers.UpSampling2D(scale)),
    "you enlarge at the end, by interpolation": lambda scale: small_first(scale, shuffle=layers.UpSampling2D),
    "by a transposed convolution": lambda scale: small_first(scale, shuffle=transposed),
    "before the last convolution": early,
    "One channel can't be shuffled": lambda scale: small_first(scale, last=lambda s: 1, shuffle=False),
    "`scale` pixels high *and* wide": lambda scale: small_first(scale, last=lambda s: s, shuffle=False),
    "Nine is right for scale=3 alone": lambda scale: small_first(scale, last=lambda s: 9, shuffle=lambda s: rk.models.PixelShuffle(3)),
    "That is for colour": lambda scale: small_first(scale, last=lambda s: 3 * s**2),
    "is missing at the end": lambda scale: small_first(scale, shuffle=False),
    "your pixel shuffle enlarges by 2": lambda scale: small_first(
        scale, shuffle=lambda s: rk.models.PixelShuffle(2 if s == 4 else s)
    ),
    "ESPCN adds nothing": lambda scale: small_first(scale, shuffle=lambda s: lambda x: layers.Add()([x, x])),
    'there is a step "Reshape"': lambda scale: small_first(scale, shuffle=reshaped),
    "no activation after convolution 1": lambda scale: small_first(scale, act=None),
    "(tanh) after the last": lambda scale: small_first(scale, final="tanh"),
    "after convolution 1 comes sigmoid": lambda scale: small_first(scale, act="sigmoid"),
    "eats a rim": lambda scale: small_first(scale, padding="valid"),
    "convolution 2 has a kernel of 5 x 5": lambda scale: chain(
        ((5, 64, "tanh"), (5, 32, "tanh"), (3, scale**2, None)), end=rk.models.PixelShuffle(scale)
    ),
    "I count 2 convolutions": lambda scale: chain(
        ((5, 64, "tanh"), (3, scale**2, None)), end=rk.models.PixelShuffle(scale)
    ),
    "the library's network": lambda scale: rk.models.espcn(scale),
}  # fmt: skip


@pytest.mark.parametrize("phrase", ESPCN_MISTAKES)
def test_espcn_mistakes_are_named(phrase, message):
    assert phrase in message("build_espcn", ESPCN_MISTAKES[phrase])


# 7.7: what it costs -----------------------------------------------------------------------------------------------------


def by_loop(table, scale):
    total = 0
    for kernel, inputs, outputs in table:
        total += kernel * kernel * inputs * outputs
    return total / scale**2


@pytest.mark.parametrize(
    "student", [by_loop, lambda table, scale: sum(k * k * i * o / scale / scale for k, i, o in table)]
)
def test_work_accepts_other_ways(student, passes):
    assert passes("work_per_pixel", student)


def test_work_agrees_with_the_library():
    praise = EXERCISES["work_per_pixel"].check(by_loop)
    assert "57,184" in praise and "2,514" in praise and "as rk.models.multiply_adds counts them" in praise


def first_alone(table, scale):
    for kernel, inputs, outputs in table:
        return kernel**2 * inputs * outputs / scale**2


WORK_MISTAKES = {
    "a pixel of the *small* picture": lambda table, scale: by_loop(table, 1),
    "You divide by scale;": lambda table, scale: by_loop(table, 1) / scale,
    "You multiply by scale**2": lambda table, scale: by_loop(table, 1) * scale**2,
    "You multiply by scale;": lambda table, scale: by_loop(table, 1) * scale,
    "has 81 places, not 9": lambda table, scale: sum(k * i * o for k, i, o in table) / scale**2,
    "channels that come in are missing": lambda table, scale: sum(k * k * o for k, i, o in table) / scale**2,
    "channels that go out are missing": lambda table, scale: sum(k * k * i for k, i, o in table) / scale**2,
    "Channels in and out multiply": lambda table, scale: sum(k * k * (i + o) for k, i, o in table) / scale**2,
    "You count the biases too": lambda table, scale: sum(k * k * i * o + o for k, i, o in table) / scale**2,
    "multiplications and additions apart": lambda table, scale: 2 * by_loop(table, scale),
    "Only the last layer": lambda table, scale: by_loop(table[-1:], scale),
    "Only the first layer": first_alone,
    "one number was expected": lambda table, scale: [by_loop([row], scale) for row in table],
    "Each layer costs": lambda table, scale: 7 * by_loop(table, scale),
}


@pytest.mark.parametrize("phrase", WORK_MISTAKES)
def test_work_mistakes_are_named(phrase, message):
    assert phrase in message("work_per_pixel", WORK_MISTAKES[phrase])


def test_counted_parameters_are_named(message):
    def student(table, scale):
        right = by_loop(table, scale)
        return right if scale == 1 else sum(k * k * i * o + o for k, i, o in table)

    assert "number of parameters" in message("work_per_pixel", student)
