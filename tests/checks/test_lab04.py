"""Lab 04's checks: right networks pass however they are written, and each usual mistake meets its own message."""

import os

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import re
from pathlib import Path

import keras
import numpy as np
import pytest
from keras import layers, ops
from PIL import Image

import restorekit as rk
from restorekit.checks import lab04

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab04.EXERCISES}


def test_nothing_stands_in_and_every_exercise_has_hints():
    assert [exercise.number for exercise in lab04.EXERCISES] == [f"4.{n}" for n in range(1, 8)]
    assert all(exercise.reference is None and 2 <= len(exercise.hints) <= 3 for exercise in lab04.EXERCISES)


def test_the_checks_borrow_nothing_from_the_librarys_networks():
    modules = ("lab04", "graph", "architecture", "blocks", "behaviour", "learning", "fitting", "restoring")
    for source in (Path(lab04.__file__).parent / f"{name}.py" for name in modules):
        assert not re.search(r"restorekit(\.| import )(models|zoo)", source.read_text("utf-8"))


# 4.1 scale, 4.2 noisy pair -----------------------------------------------------------------------------------------------

SCALED = {
    "type uint8": lambda x: x,
    "//": lambda x: x // 255,
    "still in 0-255": lambda x: x.astype("float32"),
    "largest value that you find": lambda x: x / x.max(),
    "each image by its own": lambda x: (
        (x - x.min((1, 2, 3), keepdims=True)) / (x.max((1, 2, 3), keepdims=True) - x.min((1, 2, 3), keepdims=True))
    ),
    "256": lambda x: x / 256,
    "divided twice": lambda x: x / 255 / 255,
    "centred on 0": lambda x: x / 255 - 0.5,
    "[-1, 1]": lambda x: x / 127.5 - 1,
    "red and blue": lambda x: (x / 255)[..., ::-1],
    "2 things": lambda x: (x / 255, x),
    "np.array(...)": lambda x: [image / 255 for image in x],
    "float16": lambda x: (x / 255).astype(np.float16),
    "standardised": lambda x: (x - x.mean()) / x.std(),
    "its own length": lambda x: keras.utils.normalize(x),
    "shape": lambda x: (x / 255)[0],
    "changes the array": lambda x: x.__imul__(2) / 255,
}


@pytest.mark.parametrize("phrase", SCALED)
def test_scaling_mistakes_are_named(phrase, message):
    assert phrase in message("scaled", SCALED[phrase])


def test_scaling_in_double_precision_passes_and_is_told_its_price():
    assert "twice the memory" in EXERCISES["scaled"].check(lambda x: x / 255)
    assert EXERCISES["scaled"].check(lambda x: np.float32(x) / 255) == "right."


def pair(images, sigma, rng, draw=None):
    noise = (draw or np.random.default_rng(rng).normal)(0, sigma, images.shape)
    return (images + noise).astype(np.float32), images


def of_one(images, sigma, rng):
    return images + np.random.default_rng(rng).normal(0, sigma, images.shape[1:]), images


PAIRS = {
    "return two arrays": lambda x, s, r: pair(x, s, r)[0],
    "wrong order": lambda x, s, r: pair(x, s, r)[::-1],
    "target has no noise": lambda x, s, r: (pair(x, s, r)[0],) * 2,
    "has no noise.": lambda x, s, r: (x, x),
    "clipped": lambda x, s, r: (np.clip(pair(x, s, r)[0], 0, 1), x),
    "all images have the same noise": of_one,
    "red, green and blue": lambda x, s, r: (x + np.random.default_rng(r).normal(0, s, (*x.shape[:3], 1)), x),
    "sigma squared": lambda x, s, r: pair(x, s**2, r),
    "255 times too weak": lambda x, s, r: pair(x, s / 255, r),
    "makes the images brighter": lambda x, s, r: (x + np.abs(pair(x, s, r)[0] - x), x),
    "makes the images darker": lambda x, s, r: (x - np.abs(pair(x, s, r)[0] - x), x),
    "of shape (2, 40, 16, 16, 3)": lambda x, s, r: np.stack(pair(x, s, r)),
    "the noise alone": lambda x, s, r: (pair(x, s, r)[0] - x, x),
    "are exchanged": lambda x, s, r: (x + np.random.default_rng(r).normal(s, 0, x.shape), x),
    "one number is drawn": lambda x, s, r: (x + np.random.default_rng(r).normal(0, s), x),
    "the root of sigma": lambda x, s, r: pair(x, s**0.5, r),
    "depends on the brightness": lambda x, s, r: (x * (1 + np.random.default_rng(r).normal(0, 1.7 * s, x.shape)), x),
    "sigma is 0.1.": lambda x, s, r: pair(x, 1.5 * s, r),
    "uniform": lambda x, s, r: (x + np.random.default_rng(r).uniform(-(3**0.5) * s, 3**0.5 * s, x.shape), x),
    "it is uniform": lambda x, s, r: (x + np.random.default_rng(r).uniform(-s, s, x.shape), x),
    "same seed": lambda x, s, r: pair(x, s, None),
    "another seed": lambda x, s, r: pair(x, s, 0),
    "use the argument `sigma`": lambda x, s, r: pair(x, 0.1, r),
}


@pytest.mark.parametrize("phrase", PAIRS)
def test_noisy_pair_mistakes_are_named(phrase, message):
    assert phrase in message("noisy_pair", PAIRS[phrase])


def test_noisy_pair_accepts_lists_and_the_librarys_noise(passes):
    assert passes(
        "noisy_pair", lambda x, s, r: [rk.degrade.gaussian_noise(x.reshape(-1, 16, 3), s, rng=r).reshape(x.shape), x]
    )


# The networks ------------------------------------------------------------------------------------------------------------


def network(
    number, *, size=(None, None), channels=3, sigma=0.1, noise=None, hidden=4, filters=64, last=3, kernel=3, padding="same",
    activation="relu", block=None, skip=None, join=None, after=None, last_layer=None,
):  # fmt: skip
    """A learner's network with a fault to choose."""
    image = keras.Input((*size, channels))
    noisy = x = (noise or layers.GaussianNoise(sigma))(image)
    for k in range(hidden):
        if block:
            x = block(x, k)
        elif number == 3:
            x = layers.Conv2D(filters, kernel, padding=padding)(x)
            x = layers.BatchNormalization()(x)
            x = layers.ReLU()(x)
        else:
            x = layers.Conv2D(filters, kernel, padding=padding, activation=activation)(x)
    x = (last_layer or layers.Conv2D(last, 3, padding=padding))(x)
    if after:
        x = after(x)
    if number > 1 and skip is not False:
        x = (join or layers.add)([skip(image, noisy, x) if skip else noisy, x])
    return keras.Model(image, x)


def test_functional_forms_pass(passes):
    assert passes("model_1", lambda: network(1))
    assert passes("model_2", lambda: network(2))
    assert passes("model_3", lambda: network(3))
    assert "three hidden blocks" in EXERCISES["model_3"].check(lambda: network(3, hidden=3)).lower()


def conv(filters=64, **options):
    return layers.Conv2D(filters, 3, padding="same", **options)


def norm_block(x, _):
    return layers.Activation("relu")(layers.BatchNormalization(momentum=0.9)(conv(use_bias=False)(x)))


SAME = {
    "separate ReLU": (1, lambda: network(1, block=lambda x, k: layers.ReLU()(conv()(x)))),
    "Activation layer": (1, lambda: network(1, block=lambda x, k: layers.Activation("relu")(conv()(x)))),
    "keras.ops": (1, lambda: network(1, block=lambda x, k: ops.relu(conv()(x)))),
    "keras.activations": (1, lambda: network(1, block=lambda x, k: keras.activations.relu(conv()(x)))),
    "a layer as activation": (1, lambda: network(1, block=lambda x, k: conv(activation=layers.ReLU())(x))),
    "two ReLUs are one": (1, lambda: network(1, block=lambda x, k: layers.ReLU()(conv(activation="relu")(x)))),
    "maximum": (1, lambda: network(1, block=lambda x, k: ops.maximum(conv()(x), 0))),
    "a function of one's own": (1, lambda: network(1, activation=lambda x: ops.relu(x))),
    "linear at the end": (1, lambda: network(1, after=layers.Activation("linear"))),
    "pair kernel": (1, lambda: network(1, kernel=(3, 3))),
    "compiled": (1, lambda: compiled(network(1))),
    "plus": (2, lambda: network(2, join=lambda pair: pair[0] + pair[1])),
    "plus, turned round": (2, lambda: network(2, join=lambda pair: pair[1] + pair[0])),
    "Add layer": (2, lambda: network(2, join=layers.Add())),
    "noisy minus estimate": (2, lambda: network(2, join=layers.Subtract())),
    "blocks by a helper, other start": (3, lambda: network(3, block=norm_block)),
    "shared ReLU": (3, lambda: network(3, block=with_shared_relu())),
}  # fmt: skip


def compiled(model):
    model.compile("adam", "mse")
    return model


def with_shared_relu():
    relu = layers.ReLU()
    return lambda x, k: relu(layers.BatchNormalization()(conv()(x)))


def test_what_is_done_otherwise_is_told():
    def zeros():
        return network(1, last_layer=conv(3, kernel_initializer="zeros"))

    assert "comes out black" in EXERCISES["model_1"].check(zeros)
    assert "Without biases" in EXERCISES["model_1"].check(lambda: network(1, last_layer=conv(3, use_bias=False)))
    assert "learns the noise" in EXERCISES["model_2"].check(lambda: network(2, join=layers.Subtract()))
    assert "(" not in EXERCISES["model_3"].check(lambda: network(3, block=norm_block))


@pytest.mark.parametrize("form", SAME)
def test_other_forms_of_the_same_network_pass(form, passes):
    number, build = SAME[form]
    assert passes(f"model_{number}", build)


def sequential(first=True, size=(None, None)):
    start = [keras.Input((*size, 3))] if first else []
    hidden = [conv(activation="relu") for _ in range(4)]
    return keras.Sequential([*start, layers.GaussianNoise(0.1), *hidden, conv(3)])


@pytest.mark.parametrize("first", [True, False])
def test_sequential_forms_pass(first, passes):
    assert passes("model_1", lambda: sequential(first))


def test_a_network_within_a_network_passes(passes):
    def build(number):
        image = keras.Input((None, None, 3))
        noisy = keras.Sequential([layers.GaussianNoise(0.1)])(image)
        parts = []
        for _ in range(4):
            parts += [conv(), *([layers.BatchNormalization()] if number == 3 else []), layers.ReLU()]
        body = keras.Sequential([*parts, conv(3)])
        return keras.Model(image, layers.Add()([noisy, body(noisy)]))

    assert passes("model_2", lambda: build(2))
    assert passes("model_3", lambda: build(3))


class Block(layers.Layer):
    """A learner's own layer."""

    def __init__(self):
        super().__init__()
        self.conv, self.norm = conv(), layers.BatchNormalization()

    def call(self, x, training=None):
        return ops.relu(self.norm(self.conv(x), training=training))


class Subclassed(keras.Model):
    """A learner's own class: Model 2, or Model 3 with its own blocks."""

    def __init__(self, number, skip="noisy", only_in_training=False):
        super().__init__()
        self.noise, self.skip, self.only = layers.GaussianNoise(0.1), skip, only_in_training
        self.blocks = [Block() if number == 3 else conv(activation="relu") for _ in range(4)]
        self.end = conv(3)

    def call(self, image, training=None):
        noisy = self.noise(image) if training or not self.only else image
        x = noisy
        for block in self.blocks:
            x = block(x)
        if self.skip == "none":
            return self.end(x)
        return self.end(x) + {"noisy": noisy, "image": image}[self.skip]


def test_subclassed_forms_pass(passes):
    assert passes("model_2", lambda: Subclassed(2))
    assert passes("model_2", lambda: Subclassed(2, only_in_training=True))
    assert passes("model_1", lambda: Subclassed(1, skip="none"))


def test_own_layers_are_opened(passes):
    assert passes("model_3", lambda: network(3, block=lambda x, k: Block()(x)))


def test_subclassed_mistakes_are_named(message):
    class Odd(keras.Model):
        def call(self, x):
            return np.asarray(x)

    assert "clean Input" in message("model_2", lambda: Subclassed(2, skip="image"))
    assert "symbolic image" in message("model_1", Odd)
    assert "no `call`" in message("model_1", lambda: keras.Model())
    assert "the class Subclassed itself" in message("model_1", lambda: Subclassed)


class Forced(Subclassed):
    """Model 3 with training= forced on one of its layers."""

    def __init__(self, noise=None, norm=None):
        super().__init__(3)
        self.norms, self.how_noise, self.how_norm = [layers.BatchNormalization() for _ in range(4)], noise, norm
        self.blocks = [conv() for _ in range(4)]

    def call(self, image, training=None):
        x = noisy = self.noise(image, training=training if self.how_noise is None else self.how_noise)
        for block, norm in zip(self.blocks, self.norms, strict=True):
            x = ops.relu(norm(block(x), training=training if self.how_norm is None else self.how_norm))
        return noisy + self.end(x)


def test_forced_training_is_named(message, passes):
    assert passes("model_3", Forced)
    assert "noise is on in predict" in message("model_3", lambda: Forced(noise=True))
    assert "called directly" in message(
        "model_1", lambda: network(1, noise=lambda x: layers.GaussianNoise(0.1)(x, training=True))
    )
    assert "off even in training" in message("model_3", lambda: Forced(noise=False))
    assert "called with training=True" in message("model_3", lambda: Forced(norm=True))


def test_things_that_are_no_network(message):
    image = keras.Input((None, None, 3))
    assert "last tensor" in message("model_1", lambda: conv(3)(image))
    assert "2 things" in message("model_1", lambda: (image, conv(3)(image)))
    assert "of type Conv2D; a keras.Model" in message("model_1", lambda: conv(3))
    assert "2 inputs" in message("model_1", lambda: keras.Model([image, keras.Input((None, None, 3))], conv(3)(image)))


def a_trained_network():
    """One whose weights were learned elsewhere: it is the same each time."""
    model = network(1)
    model.set_weights([np.full(w.shape, 0.01, np.float32) for w in model.get_weights()])
    return model


def test_networks_of_the_library_are_refused_under_any_name(message, passes):
    from restorekit.models import model_1 as mine

    def helper():
        return getattr(rk, "models").model_1()  # noqa: B009

    def by_denoise(model, source, target):
        restored = rk.denoise(rk.load(source), "mean", sigma=0.1)
        rk.save(target, restored)
        return restored

    for answer in (mine, lambda: mine(), lambda: helper(), lambda: rk.zoo.load_model("assignment-1")):
        assert "out of the course's library" in message("model_1", answer)
    assert "out of the course's library" in message("restore_file", by_denoise)
    assert "trained already" in message("model_1", a_trained_network)
    once = network(1)
    assert "one and the same" in message("model_1", lambda: once)


def test_fixed_seeds_are_no_borrowed_weights(passes):
    def seeded():
        keras.utils.set_random_seed(0)
        return network(1)

    assert passes("model_1", seeded)


def loop_from_the_start():
    """Each turn takes the noisy tensor, so only the last one counts."""
    image = keras.Input((None, None, 3))
    noisy = layers.GaussianNoise(0.1)(image)
    for _ in range(4):
        x = conv(activation="relu")(noisy)
    return keras.Model(image, conv(3)(x))


def begins_in_the_middle():
    noisy = x = layers.GaussianNoise(0.1)(keras.Input((None, None, 3)))
    for _ in range(4):
        x = conv(activation="relu")(x)
    return keras.Model(noisy, conv(3)(x))


def reuse():
    same = conv(activation="relu")
    return lambda x, k: same(x) if k else conv(activation="relu")(x)


NETWORKS_1 = {
    "32 x 32 pixels only": lambda: network(1, size=(32, 32)),
    "images of 1 channels": lambda: network(1, channels=1),
    "no GaussianNoise": lambda: network(1, noise=layers.Identity()),
    "that is the variance": lambda: network(1, sigma=0.01),
    "images in 0-255": lambda: network(1, sigma=25.5),
    "deviation of 0.3": lambda: network(1, sigma=0.3),
    "to the features": lambda: network(1, noise=layers.Identity(), block=late_noise),
    "2 GaussianNoise": lambda: network(1, after=layers.GaussianNoise(0.1)),
    "multiplies by noise": lambda: network(1, noise=layers.GaussianDropout(0.1)),
    "count 4 convolutions": lambda: network(1, hidden=3),
    "count 6 convolutions": lambda: network(1, hidden=5),
    "of the turn before?": loop_from_the_start,
    "begins in the middle": begins_in_the_middle,
    'padding="same" puts the zeros around': lambda: network(1, block=lambda x, k: conv()(layers.ZeroPadding2D()(x))),
    "share their weights": lambda: network(1, block=reuse()),
    "kernel of 5 x 5": lambda: network(1, kernel=5),
    "trims 2 pixels": lambda: network(1, padding="valid"),
    "strides, dilation": lambda: network(1, block=lambda x, k: conv(dilation_rate=2)(x)),
    "last convolution has 64": lambda: network(1, last=64),
    "has 32 channels; hidden": lambda: network(1, filters=32),
    "no ReLU after convolution 1": lambda: network(1, activation=None),
    "activation 'sigmoid'": lambda: network(1, activation="sigmoid"),
    "activation 'tanh'": lambda: network(1, after=layers.Activation("tanh")),
    "activation 'LeakyReLU'": lambda: network(1, block=lambda x, k: layers.LeakyReLU()(conv()(x))),
    "no value below 0": lambda: network(1, after=layers.ReLU()),
    "that is Model 3": lambda: network(3, skip=False),
    "that is Model 2": lambda: network(2),
    "Pooling makes": lambda: network(1, block=lambda x, k: conv()(layers.MaxPooling2D()(x))),
    "one image size": lambda: network(1, block=lambda x, k: layers.Dense(64)(x)),
    "Dropout erases": lambda: network(1, after=layers.Dropout(0.1)),
    "before they reach": lambda: network(1, noise=layers.Rescaling(1 / 255)),
    "Clip after predict": lambda: network(1, after=lambda x: ops.clip(x, 0, 1)),
    "Lambda layer": lambda: network(1, after=layers.Lambda(lambda x: x)),
    "Your network reads: image → noise 0.1 → conv 64 → conv 64 → ": lambda: network(1, activation=None),
}  # fmt: skip


def late_noise(x, k):
    x = conv(activation="relu")(x)
    return x if k else layers.GaussianNoise(0.1)(x)


@pytest.mark.parametrize("phrase", NETWORKS_1)
def test_mistakes_of_model_1_are_named(phrase, message):
    assert phrase in message("model_1", NETWORKS_1[phrase])


def clean_convolutions():
    image = keras.Input((None, None, 3))
    noisy, x = layers.GaussianNoise(0.1)(image), image
    for _ in range(4):
        x = conv(activation="relu")(x)
    return keras.Model(image, layers.Add()([noisy, conv(3)(x)]))


def residual_block(x, k):
    return layers.add([x, conv(activation="relu")(x)]) if k == 2 else conv(activation="relu")(x)


def late_end(x):
    """The last step but one, where an addition has no place."""
    x = layers.ReLU()(x)
    return conv(3)(layers.add([x, x]))


def one_noise_layer_called_twice():
    noise = layers.GaussianNoise(0.1)
    return network(2, noise=noise, skip=lambda image, noisy, x: noise(image))


NETWORKS_2 = {
    "no skip connection": lambda: network(1),
    "add the clean Input": lambda: network(2, skip=lambda image, noisy, x: image),
    "nothing is learned": lambda: network(2, skip=lambda image, noisy, x: image),
    "second draw": lambda: network(2, skip=lambda image, noisy, x: layers.GaussianNoise(0.1)(image)),
    "each call draws afresh": one_noise_layer_called_twice,
    "inner features": lambda: network(2, skip=lambda image, noisy, x: conv(3)(noisy)),
    "takes the clean image": clean_convolutions,
    "subtract the noisy": lambda: network(2, join=lambda pair: pair[1] - pair[0]),
    "side by side": lambda: network(2, join=layers.Concatenate()),
    "Average halves": lambda: network(2, join=layers.Average()),
    "not at the end": lambda: network(1, hidden=3, last=64, after=late_end),
    "2 additions": lambda: network(2, block=residual_block),
    "never darker": lambda: network(2, after=layers.ReLU()),
    "that is Model 3": lambda: network(3),
}  # fmt: skip


@pytest.mark.parametrize("phrase", NETWORKS_2)
def test_mistakes_of_model_2_are_named(phrase, message):
    assert phrase in message("model_2", NETWORKS_2[phrase])


def shared_norm():
    norm = layers.BatchNormalization()
    return lambda x, k: layers.ReLU()(norm(conv()(x)))


def norm_after_relu(x, k):
    return layers.BatchNormalization()(layers.ReLU()(conv()(x)))


NETWORKS_3 = {
    "I find none": lambda: network(2),
    "no skip connection": lambda: network(3, skip=False),
    "add the clean Input": lambda: network(3, skip=lambda image, noisy, x: image),
    "the ReLU comes before": lambda: network(3, block=norm_after_relu),
    "a line of its own": lambda: network(3, block=lambda x, k: layers.ReLU()(layers.BatchNormalization()(conv(activation="relu")(x)))),
    "after convolution 1": lambda: network(3, block=lambda x, k: norm_block(x, k) if k else conv(activation="relu")(x)),
    "after the last": lambda: network(3, after=layers.BatchNormalization()),
    "used several times": lambda: network(3, block=shared_norm()),
    "normalise the image": lambda: network(3, noise=lambda x: layers.BatchNormalization()(layers.GaussianNoise(0.1)(x))),
    "no ReLU after": lambda: network(3, block=lambda x, k: layers.BatchNormalization()(conv()(x))),
    "asks for BatchNormalization": lambda: network(3, block=lambda x, k: layers.ReLU()(layers.LayerNormalization()(conv()(x)))),
    "4 or 5 are asked for": lambda: network(3, hidden=2),
    "along axis 1": lambda: network(3, size=(None, None), block=lambda x, k: layers.ReLU()(odd_axis(conv()(x)))),
}  # fmt: skip


def odd_axis(x):
    norm = layers.BatchNormalization()
    out = norm(x)
    norm.axis = 1
    return out


@pytest.mark.parametrize("phrase", NETWORKS_3)
def test_mistakes_of_model_3_are_named(phrase, message):
    assert phrase in message("model_3", NETWORKS_3[phrase])


# 4.4 training --------------------------------------------------------------------------------------------------------------


NOTHING = object()


def training(
    model, clean, validation, epochs, folder, *, loss="mse", x=None, y=None, batch=32, callbacks=None, append=True, log="log.csv",
    backup="backup", keep=False, optimizer="adam", **more,
):  # fmt: skip
    """A learner's training with a fault to choose."""
    model.compile(optimizer=optimizer, loss=loss, jit_compile=False)
    if callbacks is None:
        callbacks = [
            keras.callbacks.BackupAndRestore(str(Path(folder, backup)), delete_checkpoint=keep),
            keras.callbacks.CSVLogger(str(Path(folder, log)), append=append),
        ]
    extra = {} if validation is None else {"validation_data": validation}
    x, y = (clean if x is None else x), (clean if y is None else None if y is NOTHING else y)
    return model.fit(x, y, batch_size=batch, epochs=epochs, callbacks=callbacks, **extra, **more)


def only(kind, **options):
    def student(model, clean, validation, epochs, folder):
        made = keras.callbacks.CSVLogger(f"{folder}/log.csv", append=True)
        if kind == "backup":
            made = keras.callbacks.BackupAndRestore(f"{folder}/backup", delete_checkpoint=False)
        return training(model, clean, validation, epochs, folder, callbacks=[made])

    return student


def changed(**options):
    return lambda *args: training(*args, **options)


def with_dataset(model, clean, validation, epochs, folder):
    import tensorflow as tf

    model.compile(optimizer="adam", loss=keras.losses.MeanSquaredError())
    data = tf.data.Dataset.from_tensor_slices((clean, clean)).shuffle(70).batch(32)
    calls = [
        keras.callbacks.BackupAndRestore(str(folder / "b"), delete_checkpoint=False),
        keras.callbacks.CSVLogger(str(folder / "log.csv"), append=True),
    ]
    return model.fit(data, epochs=epochs, validation_data=validation, callbacks=calls)


def in_batches(pair):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(tuple(pair)).batch(4)


def mirrored(model, clean, validation, epochs, folder):
    import tensorflow as tf

    data = tf.data.Dataset.from_tensor_slices(clean).map(lambda x: tf.image.flip_left_right(x)).batch(32)
    return training(model, data.map(lambda x: (x, x)), validation, epochs, folder, y=NOTHING, batch=None)


def own_mse(truth, guess):
    return ops.mean(ops.square(truth - guess), axis=-1)


@pytest.mark.parametrize(
    "student",
    [
        training,
        with_dataset,
        changed(loss=own_mse),
        changed(loss="mean_squared_error"),
        changed(batch=None),
        changed(optimizer=keras.optimizers.SGD(0.1)),
        changed(loss=["mse"]),
        lambda m, c, v, e, f: training(m, c, in_batches(v), e, f),
        mirrored,
    ],
)
def test_right_trainings_pass(student, passes):
    assert passes("train", student)


def frozen(model, *rest):
    model.trainable = False
    return training(model, *rest)


def by_a_helper(model, clean, validation, epochs, folder):
    return model.fit(clean, clean, epochs=epochs)


def noisy_of(clean):
    return clean + np.random.default_rng(0).normal(0, 0.1, clean.shape).astype(np.float32)


TRAININGS = {
    "mean absolute error": changed(loss="mae"),
    "your loss is binary_crossentropy": changed(loss="binary_crossentropy"),
    "not the clean images": lambda m, c, *rest: training(m, c, *rest, y=c[:, ::-1].copy()),
    "noisy already": lambda m, c, *rest: training(m, c, *rest, x=noisy_of(c)),
    "have 16 images": changed(batch=16),
    "use the argument `epochs`": lambda m, c, v, e, f: training(m, c, v, 1, f),
    "no validation_data": lambda m, c, v, e, f: training(m, c, None, e, f),
    "validate on clean": lambda m, c, v, e, f: training(m, c, (v[1], v[1]), e, f),
    "turned round": lambda m, c, v, e, f: training(m, c, v[::-1], e, f),
    "on the training images": lambda m, c, v, e, f: training(m, c, (c, c), e, f),
    "knows them by heart": lambda m, c, v, e, f: training(m, c, (noisy_of(c), c), e, f),
    "target of your validation is noisy": lambda m, c, v, e, f: training(m, c, (v[0], v[0]), e, f),
    "you validate on 3 of 6": lambda m, c, v, e, f: training(m, c, (v[0][:3], v[1][:3]), e, f),
    "validation_data=validation": lambda m, c, v, e, f: training(m, c, (0 * v[0], v[1]), e, f),
    "not the pair": lambda m, c, v, e, f: training(m, c, in_batches((0 * v[0], v[1])), e, f),
    "train on 32 of the 70": lambda m, c, *rest: training(m, c[:32], *rest),
    "no weight has changed": changed(optimizer=keras.optimizers.Adam(0.0)),
    "freezes the network": frozen,
    "Leave steps_per_epoch out": changed(steps_per_epoch=1),
    "at the line `return model.fit(clean, clean": by_a_helper,
    "Incompatible shapes: [32] vs. [32,8,8,3] at the line": lambda m, c, *rest: training(m, c, *rest, y=c[:, 0, 0, 0]),
    "cost you all 99": only("log"),
    "no keras.callbacks.CSVLogger": only("backup"),
    "append=True": changed(append=False),
    "writes 'losses.csv'": changed(log="losses.csv"),
    "somewhere else": changed(backup="../elsewhere"),
    "delete_checkpoint=False": changed(keep=True),
    "never calls model.fit": lambda m, *rest: m.compile("adam", "mse"),
    "stops with": lambda m, c, v, e, f: m.fit(c, c),
}


@pytest.mark.parametrize("phrase", TRAININGS)
def test_mistakes_in_training_are_named(phrase, message):
    assert phrase in message("train", TRAININGS[phrase])


# 4.5 the restored file -----------------------------------------------------------------------------------------------------


def restoring(model, source, target, *, before=None, after=None, predict=None, save=None, back=None):
    """A learner's restoration with a fault to choose."""
    noisy = rk.load(source)
    noisy = before(noisy) if before else noisy
    restored = predict(model, noisy) if predict else model.predict(noisy[None], verbose=0)[0]
    restored = after(restored) if after else np.clip(restored, 0, 1)
    (save or rk.save)(target, restored)
    return back(restored) if back else restored


def other(**options):
    return lambda *args: restoring(*args, **options)


def as_png(path, levels):
    Image.fromarray(np.asarray(levels).astype(np.uint8)).save(path)


def tiles(overlap):
    def predict(model, noisy):
        return rk.restore.tiled(lambda part: np.asarray(model(part[None]))[0], noisy, tile=16, overlap=overlap)

    return predict


def noisy_unchanged(model, source, target):
    rk.save(target, rk.load(source))
    return rk.load(source)


def written_over(model, source, target):
    restored = restoring(model, source, target)
    rk.save(source, restored)
    return restored


def as_jpeg(path, image):
    Image.fromarray(rk.images.to_uint8(image)).save(path, format="JPEG")


def with_alpha(path, image):
    levels = rk.images.to_uint8(image)
    Image.fromarray(np.dstack([levels, np.full(levels.shape[:2], 255, np.uint8)])).save(path)


@pytest.mark.parametrize(
    "student",
    [
        restoring,
        other(predict=lambda model, noisy: np.asarray(model(noisy[None]))[0]),
        other(predict=tiles(overlap=4)),
        other(save=with_alpha),
        other(save=lambda path, image: as_png(path, 255 * image)),
    ],
)
def test_right_restorations_pass(student, passes):
    assert passes("restore_file", student)


FILES = {
    "noisy image, unchanged": noisy_unchanged,
    "wrote over noisy_file": written_over,
    "got an image in 0-255": other(before=lambda y: 255 * y),
    "noisy[None] is a batch": other(predict=lambda model, y: model.predict(y, verbose=0)),
    "clip it before you return": other(after=lambda x: x),
    "leaves [0, 1]": other(after=lambda x: x),
    "maximum. Clip it": other(save=lambda path, x: keras.utils.save_img(path, x)),
    "to [0, 1] first": other(before=lambda y: 255 * y, after=lambda x: np.uint8(np.clip(x, 0, 255)), save=as_png),
    "came round at the other end": other(after=lambda x: x, save=lambda path, x: as_png(path, np.int64(255 * x) % 256)),
    "red and blue are exchanged": other(save=lambda path, x: rk.save(path, x[..., ::-1])),
    "network got red and blue": other(before=lambda y: y[..., ::-1]),
    "from its minimum to its maximum": other(after=lambda x: (x - x.min()) / np.ptp(x)),
    "nearly black": other(save=lambda path, x: as_png(path, x)),
    "35 x 22": other(after=lambda x: np.clip(x, 0, 1)[::2, ::2][:22]),
    "45 x 70": other(after=lambda x: np.clip(x, 0, 1).swapaxes(0, 1)),
    "mode L": other(save=lambda path, x: rk.save(path, x.mean(-1))),
    "is a JPEG": other(save=as_jpeg),
    "has seams": other(predict=tiles(overlap=0)),
    "training=True": other(predict=lambda model, y: np.asarray(model(y[None], training=True))[0]),
    "no file under the name": other(save=lambda path, x: None),
    "batch axis": other(back=lambda x: x[None]),
    "in 0-255": other(back=lambda x: 255 * x),
    "no image that can be read": other(save=lambda path, x: path.write_bytes(b"no picture")),
    "stops with": other(before=lambda y: y[..., :2]),
}


@pytest.mark.parametrize("phrase", FILES)
def test_mistakes_with_files_are_named(phrase, message):
    assert phrase in message("restore_file", FILES[phrase])
