"""Lab 05's checks: right answers pass in several forms, and each usual mistake meets its own message."""

import numpy as np
import pytest

pytest.importorskip("keras")

import keras
from keras import layers

from restorekit import degrade, metrics, models, zoo
from restorekit.checks import lab05

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab05.EXERCISES}


# 5.1 receptive field -----------------------------------------------------------------------------------------------------

FIELD_MISTAKES = {
    "right for 3x3 ones alone": lambda kernels: 2 * len(kernels) + 1,
    "you add the whole kernels": lambda kernels: sum(kernels),
    "so it adds k - 1": lambda kernels: 1 + sum(kernels),
    "you multiply": lambda kernels: int(np.prod(kernels)),
    "Begin with 1": lambda kernels: sum(kernel - 1 for kernel in kernels),
    "to *one* side": lambda kernels: sum(kernel // 2 for kernel in kernels),
    "asked is its width": lambda kernels: (1 + sum(kernel - 1 for kernel in kernels)) ** 2,
    "largest kernel alone": max,
    "adds k - 1.": lambda kernels: 100,
    "one number was expected, the width": lambda kernels: (35, 35),
}


@pytest.mark.parametrize("phrase", FIELD_MISTAKES)
def test_field_mistakes_are_named(phrase, message):
    assert phrase in message("receptive_field", FIELD_MISTAKES[phrase])


def test_field_accepts_a_loop_and_numpy(passes):
    def student(kernels):
        width = np.float64(1)
        for kernel in kernels:
            width += 2 * (kernel // 2)
        return width

    assert passes("receptive_field", student)


# 5.2 build DnCNN ---------------------------------------------------------------------------------------------------------


def dncnn(depth, filters, channels, **changed):
    """A learner's DnCNN with a fault to choose."""
    get = changed.get
    noisy = x = keras.Input(get("shape", (None, None, channels)))
    hidden_bias, kernel, padding = get("hidden_bias", False), get("kernel", 3), get("padding", "same")
    x = layers.Conv2D(
        filters, kernel, padding=padding, activation=get("first", "relu"), use_bias=get("first_bias", True)
    )(x)
    if get("first_norm"):
        x = layers.BatchNormalization()(x)
    made = None
    for _ in range(get("blocks", lambda d: d - 2)(depth)):
        if not (get("shared") and made):
            made = layers.Conv2D(
                get("hidden", filters), 3, padding=padding, use_bias=hidden_bias, dilation_rate=get("dilation", 1)
            )
        x = made(x)
        for mark in get("block", "BR"):
            x = {
                "B": lambda t: layers.BatchNormalization(momentum=get("momentum", 0.9))(t),
                "R": lambda t: layers.ReLU()(t),
                "L": lambda t: layers.LeakyReLU()(t),
                "T": lambda t: layers.Activation("tanh")(t),
            }[mark](x)
    noise = layers.Conv2D(
        get("last", channels), 3, padding=padding, activation=get("end"), kernel_initializer=get("start", "zeros")
    )(x)
    return get("finish", lambda y, n: keras.Model(y, y - n))(noisy, noise)


def with_functions(depth, filters, channels):
    """The same net, written with other words."""
    noisy = keras.Input(shape=(None, None, channels), name="noisy")
    x = keras.ops.relu(layers.Conv2D(filters, (3, 3), padding="same")(noisy))
    for number in range(1, depth - 1):
        x = layers.Conv2D(filters, 3, strides=1, padding="same", use_bias=False, name=f"c{number}")(x)
        x = layers.Activation("relu")(layers.BatchNormalization(epsilon=1e-5, momentum=0.9)(x))
    noise = layers.Conv2D(channels, 3, padding="same", kernel_initializer=keras.initializers.Zeros())(x)
    return keras.Model(inputs=noisy, outputs=layers.Subtract()([noisy, noise]))


def added_minus(y, n):
    """Subtract by adding the negative."""
    return keras.Model(y, layers.Add()([y, -n]))


def from_blocks(depth, filters, channels):
    """The same net, its blocks small networks of their own."""
    noisy = keras.Input((None, None, channels))
    x = layers.Conv2D(filters, 3, padding="same", activation="relu", name="noise")(noisy)
    for _ in range(depth - 2):
        hidden = layers.Conv2D(filters, 3, padding="same", use_bias=False)
        x = keras.Sequential([hidden, layers.BatchNormalization(momentum=0.9), layers.ReLU()])(x)
    noise = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros", name="noise_drawn")(x)
    return keras.Model(noisy, noisy - noise, name="dncnn")


class Subclassed(keras.Model):
    """The same net as a class, with the part that draws the noise as one network inside it."""

    def __init__(self, depth, filters, channels):
        super().__init__()
        self.body = keras.Sequential([layers.Conv2D(filters, 3, padding="same", activation="relu")])
        for _ in range(depth - 2):
            self.body.add(layers.Conv2D(filters, 3, padding="same", use_bias=False))
            self.body.add(layers.BatchNormalization(momentum=0.9))
            self.body.add(layers.ReLU())
        self.body.add(layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros"))

    def call(self, noisy, training=None):
        return noisy - self.body(noisy, training=training)


@pytest.mark.parametrize(
    "student", [dncnn, with_functions, lambda *a: dncnn(*a, finish=added_minus), from_blocks, Subclassed]
)
def test_other_ways_to_write_dncnn_pass(student):
    assert EXERCISES["build_dncnn"].check(student).startswith("right: 556,097")


def sequential(depth, filters, channels):
    return keras.Sequential([keras.Input((None, None, channels)), layers.Conv2D(channels, 3, padding="same")])


BUILD_MISTAKES = {
    "you return a KerasTensor": {"finish": lambda y, n: y - n},
    "Leave height and width open": {"shape": (40, 40, 1)},
    "the first and the last too": {"blocks": lambda d: d},
    "your net has 6 convolutions: depth counts": {"blocks": lambda d: d - 1},
    "17 convolutions": {"blocks": lambda d: 15},
    "made a layer once": {"shared": True},
    "kernel of 5 x 5": {"kernel": 5},
    "dilation": {"dilation": 2},
    "eats a rim": {"padding": "valid"},
    "has 64 filters": {"hidden": 64},
    "draws the noise, one number": {"last": 6},
    "have a bias": {"hidden_bias": True},
    "usual momentum": {"momentum": 0.99},
    "a momentum of 0.5": {"momentum": 0.5},
    "they keep their bias": {"first_bias": False},
    "order is convolution, batch normalisation, ReLU": {"block": "RB"},
    "batch normalisation is missing": {"block": "R"},
    "ReLU is missing after a batch": {"block": "B"},
    "stands twice": {"block": "BRR"},
    "an activation other than ReLU": {"block": "BL"},
    "other than ReLU in your net": {"block": "BT"},
    "is it the first": {"first": None},
    "stands twice after": {"block": "BBR"},
    "after the last convolution comes ReLU": {"end": "relu"},
    "activation other": {"end": "sigmoid"},
    "starts at random": {"start": "glorot_uniform"},
    "your net returns the noise": {"finish": lambda y, n: keras.Model(y, n)},
    "your net adds what it draws": {"finish": lambda y, n: keras.Model(y, y + n)},
    "subtract `x` from itself": {"finish": lambda y, n: keras.Model(y, layers.Subtract()([n, n]))},
    "other way round": {"finish": lambda y, n: keras.Model(y, n - y)},
    "clips its output": {"finish": lambda y, n: keras.Model(y, keras.ops.clip(y - n, 0, 1))},
    "the output is not noisy - noise": {"finish": lambda y, n: keras.Model(y, y - 2 * n)},
}


@pytest.mark.parametrize("phrase", BUILD_MISTAKES)
def test_build_mistakes_are_named(phrase, message):
    assert phrase in message("build_dncnn", lambda *a: dncnn(*a, **BUILD_MISTAKES[phrase]))


def forgetful(depth, filters, channels):
    """Every turn of the loop starts from the noisy image again."""
    noisy = keras.Input((None, None, channels))
    for _ in range(depth - 1):
        x = layers.ReLU()(layers.BatchNormalization(momentum=0.9)(layers.Conv2D(filters, 3, padding="same")(noisy)))
    return keras.Model(noisy, noisy - layers.Conv2D(channels, 3, padding="same")(x))


def with_dropout(depth, filters, channels):
    """With a layer that DnCNN has not."""
    noisy = keras.Input((None, None, channels))
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(layers.Dropout(0.1)(noisy))
    for _ in range(depth - 1):
        x = layers.Conv2D(channels if _ == depth - 2 else filters, 3, padding="same")(x)
    return keras.Model(noisy, noisy - x)


BUILD_ODDITIES = {
    "the library's network": models.dncnn,
    "Here, write it yourself": lambda *a: zoo.load_model("dncnn-gray-25"),
    "the `x` of the turn before": forgetful,
    'a step "Dropout"': with_dropout,
    "a Sequential model passes": sequential,
    "your net takes 1 channel(s); with channels=3": lambda depth, filters, channels: dncnn(depth, filters, 1),
    "has 6 filters; 4 were": lambda depth, filters, channels: dncnn(depth, 6, channels),
    "after the first convolution comes no batch": lambda depth, filters, channels: normed_first(
        depth, filters, channels
    ),
    "stops with": lambda depth, filters, channels: filters / 0,
}


def normed_first(depth, filters, channels):
    """Batch normalisation after every convolution but the last."""
    noisy = x = keras.Input((None, None, channels))
    for _ in range(depth - 1):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(noisy, noisy - layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(x))


@pytest.mark.parametrize("phrase", BUILD_ODDITIES)
def test_other_build_mistakes_are_named(phrase, message):
    assert phrase in message("build_dncnn", BUILD_ODDITIES[phrase])


# 5.3 a training batch ------------------------------------------------------------------------------------------------------


def cut(images, n, size, rng, top=None, left=None, image=None, turn=False, end=1, low=0, at_least=0):
    """The clean patches of a learner, with a fault to choose."""
    clean = np.empty((n, size, size, 1))
    for patch in clean:
        chosen = images[rng.integers(len(images)) if image is None else image]
        (t_last, s_last), draw = (
            np.subtract(chosen.shape, size),
            lambda k: rng.integers(low, max(k + end, at_least) + low),
        )
        t = min(draw(t_last), t_last) if top is None else min(top, t_last)
        s = min(draw(s_last), s_last) if left is None else min(left, s_last)
        piece = chosen[t : t + size, s : s + size]
        patch[..., 0] = np.rot90(piece, rng.integers(4)) if turn else piece
    return clean


def batch_with(sigma=None, noise=None, finish=None, source=None, **places):
    """A learner's training batch with a fault to choose."""

    def student(images, n, size, low, high, rng):
        rng = rng if source is None else source()
        clean = cut(images, n, size, rng, **places)
        levels = (sigma or (lambda r: r.uniform(low, high, (n, 1, 1, 1))))(rng)
        drawn = (noise or (lambda r: r.standard_normal(clean.shape)))(rng)
        return (finish or (lambda c, y: (y, c)))(clean, clean + levels * drawn)

    return student


def mixed_sources(images, n, size, low, high, rng):
    clean = cut(images, n, size, rng)
    return clean + np.random.default_rng(0).uniform(low, high, (n, 1, 1, 1)) * np.random.default_rng(5).normal(
        size=clean.shape
    ), clean


def over_the_images(images, n, size, low, high, rng):
    for image in images:
        image += low * rng.standard_normal(image.shape)
    return batch_with()(images, n, size, low, high, rng)


SPREAD = (96, 1, 1, 1)
BATCH_MISTAKES = {
    "swapped": batch_with(finish=lambda c, y: (c, y)),
    "return two arrays": batch_with(finish=lambda c, y: y),
    "the channel is missing": batch_with(finish=lambda c, y: (y[..., 0], c[..., 0])),
    "your `clean` patches are noisy": batch_with(finish=lambda c, y: (y, y)),
    "hold values that are in none": batch_with(finish=lambda c, y: (y, c / 2 + 0.2)),
    "it has one place": batch_with(end=0),
    "come from one image": batch_with(image=0),
    "no patch comes from image 2": lambda images, *a: batch_with()(images[:2], *a),
    "from the same place": batch_with(top=0, left=0),
    "`top` is always 2": batch_with(top=2),
    "`left` is always 0": batch_with(left=0),
    "have no noise": batch_with(sigma=lambda r: 0),
    "you clipped": batch_with(finish=lambda c, y: (np.clip(y, 0, 1), c)),
    "the mean of your noise": batch_with(noise=lambda r: r.random((96, 26, 26, 1))),
    "one noise pattern": batch_with(noise=lambda r: r.standard_normal((1, 26, 26, 1))),
    "for every *pixel*": batch_with(sigma=lambda r: r.uniform(0.02, 0.2, (96, 26, 26, 1))),
    "all patches have the same sigma": batch_with(sigma=lambda r: r.uniform(0.05, 0.2)),
    "all patches have the same": batch_with(sigma=lambda r: 0.1),
    "spread evenly": batch_with(noise=lambda r: r.uniform(-1, 1, (96, 26, 26, 1)) * 3**0.5),
    "used as a variance": batch_with(sigma=lambda r: r.uniform(0.02, 0.2, SPREAD) ** 0.5),
    "or squared": batch_with(sigma=lambda r: r.uniform(0.02, 0.2, SPREAD) ** 2),
    "standard deviations from": batch_with(sigma=lambda r: r.uniform(0, 0.1, SPREAD)),
    "draw *everything* from `rng`": batch_with(source=np.random.default_rng),
    "a generator of your own": batch_with(source=lambda: np.random.default_rng(0)),
    "two different rng give the same": mixed_sources,
    "changes the images": over_the_images,
    "`top` is never 0": batch_with(low=1),
    "`top` is never 4": batch_with(end=0, at_least=1),
    "lines axes up from the *last*": lambda images, n, size, low, high, rng: (
        rng.normal(0, rng.uniform(low, high, n), (n, size, size, 1)),
        None,
    ),
    "so they are no array": lambda images, n, size, low, high, rng: rng.choice(images),
    "divided by 255": batch_with(sigma=lambda r: r.uniform(0.02, 0.2, SPREAD) / 255),
    "no square window": batch_with(finish=lambda c, y: (y[:, :, ::-1] * 0 + y, np.roll(c, 3, axis=1))),
    "stops with": lambda images, n, size, low, high, rng: images["all"],
}


@pytest.mark.parametrize("phrase", BATCH_MISTAKES)
def test_batch_mistakes_are_named(phrase, message):
    assert phrase in message("training_batch", BATCH_MISTAKES[phrase])


@pytest.mark.parametrize("student", [batch_with(), batch_with(turn=True)])
def test_batches_pass_turned_or_not(student, passes):
    assert passes("training_batch", student)


# 5.4 the training loop -----------------------------------------------------------------------------------------------------


def loop_with(prepare=None, loss="mse", optimizer=None, once=False, stale=False, kept="loss", compile_inside=False):
    """A learner's training loop with a fault to choose."""
    prepare = prepare or (lambda noisy, clean: (noisy, clean))

    def student(model, next_batch, steps, given):
        model.compile(optimizer or given, loss)
        losses, first = [], next_batch() if once else None
        for _ in range(steps):
            batch = first if once else next_batch()
            first = batch if first is None else first
            batch = first if stale else batch
            if compile_inside:
                model.compile(given, loss)
            model.reset_metrics()
            losses.append(float(model.train_on_batch(*prepare(*batch))))
        return {
            "loss": losses,
            "last": losses[-1],
            "few": losses[1:],
            "twice": [2 * one for one in losses],
            "nothing": None,
        }[kept]

    return student


def evaluated(model, next_batch, steps, given):
    model.compile(given, "mse")
    return [float(model.test_on_batch(*next_batch())) for _ in range(steps)]


def twice_a_step(model, next_batch, steps, given):
    model.compile(given, "mse")
    return [model.train_on_batch(next_batch()[0], next_batch()[1]) for _ in range(steps)]


def ahead(model, next_batch, steps, given):
    """As model.fit may do with a generator."""
    model.compile(given, "mse")
    batches = [next_batch() for _ in range(steps + 3)]
    return [model.train_on_batch(*batch) for batch in batches[:steps]]


TRAIN_MISTAKES = {
    "from clean to noisy": loop_with(lambda noisy, clean: (clean, noisy)),
    "your target is the noise": loop_with(lambda noisy, clean: (noisy, noisy - clean)),
    "clean images to restore": loop_with(lambda noisy, clean: (clean, clean)),
    "learns to change nothing": loop_with(lambda noisy, clean: (noisy, noisy)),
    "mean *absolute* error": loop_with(loss="mae"),
    "an optimiser of your own": loop_with(optimizer="adam"),
    "compile the model with the one": loop_with(optimizer="sgd"),
    "called before the loop": loop_with(once=True),
    "on another batch": loop_with(stale=True),
    "another pair: call it once": twice_a_step,
    "draws some ahead": ahead,
    "learnt something else": loop_with(lambda noisy, clean: (noisy, clean / 2)),
    "have not changed": evaluated,
    "never called next_batch": lambda model, next_batch, steps, given: [0.0] * steps,
    "you return a float": loop_with(kept="last"),
    "holds 5 losses after 6": loop_with(kept="few"),
    "the mean squared errors of the steps were": loop_with(kept="twice"),
    "returns nothing": loop_with(kept="nothing"),
    "stops with": lambda model, next_batch, steps, given: model.fly(),
}


@pytest.mark.parametrize("phrase", TRAIN_MISTAKES)
def test_training_mistakes_are_named(phrase, message):
    assert phrase in message("train", TRAIN_MISTAKES[phrase])


def running_means(model, next_batch, steps, optimizer):
    """Without model.reset_metrics(), as Keras itself shows it."""
    model.compile(optimizer=optimizer, loss=keras.losses.MeanSquaredError())
    return [model.train_on_batch(*next_batch()) for _ in range(steps)]


def with_fit(model, next_batch, steps, optimizer):
    """One short fit for each batch."""
    model.compile(optimizer=optimizer, loss="mean_squared_error")
    return [model.fit(*next_batch(), epochs=1, verbose=0).history["loss"][0] for _ in range(steps)]


@pytest.mark.parametrize("student", [running_means, with_fit, loop_with(compile_inside=True)])
def test_other_ways_to_train_pass(student, passes):
    assert passes("train", student)


# 5.5 fold --------------------------------------------------------------------------------------------------------------------


def fold_with(factor=None, kernel=None, bias=None, finish=None):
    """A learner's folding with a fault to choose."""
    factor = factor or (lambda gamma, variance, epsilon: gamma / np.sqrt(variance + epsilon))
    kernel = kernel or (lambda k, f: k * f)
    bias = bias or (lambda beta, mean, f: beta - mean * f)

    def student(k, gamma, beta, mean, variance, epsilon):
        f = factor(gamma, variance, epsilon)
        return (finish or (lambda a, b: (a, b)))(kernel(k, f), bias(beta, mean, f))

    return student


FOLD_MISTAKES = {
    "epsilon is missing": fold_with(lambda g, v, e: g / np.sqrt(v)),
    "epsilon belongs under the root": fold_with(lambda g, v, e: g / (np.sqrt(v) + e)),
    "divide by its square root": fold_with(lambda g, v, e: g / (v + e)),
    "you multiply by the standard": fold_with(lambda g, v, e: g * np.sqrt(v + e)),
    "gamma is missing": fold_with(lambda g, v, e: 1 / np.sqrt(v + e)),
    "your kernel is the old one": fold_with(kernel=lambda k, f: k),
    "*output* channels": fold_with(kernel=lambda k, f: k * f[:, None] if k.shape[2] == k.shape[3] else k * f),
    "stops with ValueError": fold_with(kernel=lambda k, f: k * f[:, None]),
    "your bias is beta alone": fold_with(bias=lambda b, m, f: b),
    "the mean is *subtracted*": fold_with(bias=lambda b, m, f: b + m * f),
    "so it is scaled too": fold_with(bias=lambda b, m, f: b - m),
    "beta is missing": fold_with(bias=lambda b, m, f: -m * f),
    "wrong sign": fold_with(bias=lambda b, m, f: m * f - b),
    "so it is not scaled": fold_with(bias=lambda b, m, f: (b - m) * f),
    "swapped": fold_with(finish=lambda a, b: (b, a)),
    "return two things": fold_with(finish=lambda a, b: a),
    "your kernel differs": fold_with(kernel=lambda k, f: k * f + k**2),
    "your bias is off": fold_with(bias=lambda b, m, f: b - m * f + 1),
}


@pytest.mark.parametrize("phrase", FOLD_MISTAKES)
def test_fold_mistakes_are_named(phrase, message):
    assert phrase in message("fold", FOLD_MISTAKES[phrase])


# 5.6 sweep --------------------------------------------------------------------------------------------------------------------


def sweep_with(
    again=False,
    before=False,
    pile=False,
    chain=False,
    clip=False,
    score=None,
    finish=None,
    noisy=True,
    scale=1,
    seed=None,
    own=metrics.psnr,
):
    """A learner's sweep with a fault to choose."""
    score = score or (lambda clean, y, restored: metrics.psnr(clean, restored))

    def student(denoisers, clean, sigmas, rng):
        rng = rng if seed is None else seed
        curves = {name: [] for name in ([*(["noisy"] if noisy else []), *denoisers])}
        y = degrade.gaussian_noise(clean, sigma=sigmas[0] * scale, rng=rng)
        for sigma in sigmas:
            if not before:
                y = degrade.gaussian_noise(y if pile else clean, sigma=sigma * scale, rng=rng)
            y = np.clip(y, 0, 1) if clip else y
            if noisy:
                curves["noisy"].append(own(clean, y))
            given = y
            for name, denoise in denoisers.items():
                given = degrade.gaussian_noise(clean, sigma=sigma, rng=rng) if again else given
                restored = denoise(given)
                curves[name].append(score(clean, y, restored))
                given = restored if chain else given
        return (finish or (lambda c: c))(curves)

    return student


SWEEP_MISTAKES = {
    "the noisy input is missing": sweep_with(noisy=False),
    "met different noise": sweep_with(again=True),
    "at sigma 0.3 the noise": sweep_with(before=True),
    "first one's result": sweep_with(chain=True),
    "you clipped the noisy image. It is given": sweep_with(clip=True),
    "at sigma 0.05 the noise": sweep_with(scale=2),
    "255 times too weak": sweep_with(scale=1 / 255),
    "'noisy': these are SSIM": sweep_with(score=lambda c, y, r: metrics.ssim(c, r), own=metrics.ssim),
    "two different rng": sweep_with(seed=7),
    "compare with the noisy image": sweep_with(score=lambda clean, y, restored: metrics.psnr(y, restored)),
    "scores of the noisy input": sweep_with(score=lambda clean, y, restored: metrics.psnr(clean, y)),
    "SSIM": sweep_with(score=lambda clean, y, restored: metrics.ssim(clean, restored)),
    "gains": sweep_with(score=lambda clean, y, restored: metrics.psnr(clean, restored) - metrics.psnr(clean, y)),
    "another order": sweep_with(finish=lambda c: {k: sorted(v) for k, v in c.items()}),
    "return a dictionary": sweep_with(finish=lambda c: list(c.values())),
    "in this order": sweep_with(finish=lambda c: dict(reversed(c.items()))),
    "one PSNR for each sigma": sweep_with(finish=lambda c: {k: np.mean(v) for k, v in c.items()}),
    "has shape (2,)": sweep_with(finish=lambda c: {k: v[1:] for k, v in c.items()}),
    "was expected": sweep_with(finish=lambda c: {k: list(np.add(v, 1)) for k, v in c.items()}),
    "given the clean image": lambda denoisers, clean, sigmas, rng: sweep_with()(
        {k: lambda y, f=f: f(clean) for k, f in denoisers.items()}, clean, sigmas, rng
    ),
    "you ran 'soft' 1 time(s)": lambda denoisers, clean, sigmas, rng: sweep_with()(denoisers, clean, sigmas[:1], rng),
    "clipped the noisy image before scoring": lambda denoisers, clean, sigmas, rng: sweep_with(
        finish=lambda c: c | {"noisy": clipped_scores(clean, sigmas)}
    )(denoisers, clean, sigmas, rng),
}


def clipped_scores(clean, sigmas):
    """What the noisy images of the check score when they are clipped first."""
    rng = np.random.default_rng(1)
    degrade.gaussian_noise(clean, sigma=sigmas[0], rng=rng)  # the learner's loop above draws one before it begins
    return [metrics.psnr(clean, degrade.gaussian_noise(clean, sigma=s, rng=rng).clip(0, 1)) for s in sigmas]


@pytest.mark.parametrize("phrase", SWEEP_MISTAKES)
def test_sweep_mistakes_are_named(phrase, message):
    assert phrase in message("sigma_sweep", SWEEP_MISTAKES[phrase])


def test_noise_on_noise_is_named(message):
    def student(denoisers, clean, sigmas, rng):
        curves, y = {name: [] for name in ("noisy", *denoisers)}, clean
        for sigma in sigmas:
            y = degrade.gaussian_noise(y, sigma=sigma, rng=rng)
            for name in curves:
                curves[name].append(metrics.psnr(clean, denoisers[name](y) if name in denoisers else y))
        return curves

    said = message("sigma_sweep", student)
    assert "noisy already" in said or "at sigma 0.15" in said


def test_one_draw_at_every_strength_passes(passes):
    def student(denoisers, clean, sigmas, rng):
        noise = rng.standard_normal(clean.shape, np.float32)
        curves = {"noisy": [], **{name: [] for name in denoisers}}
        for sigma in sigmas:
            y = clean + np.float32(sigma) * noise
            for name in curves:
                curves[name].append(np.float64(metrics.psnr(clean, y if name == "noisy" else denoisers[name](y))))
        return curves

    assert passes("sigma_sweep", student)
