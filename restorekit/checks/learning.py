"""Lab 04: the checks of the data and of the training."""

import contextlib
import io
import tempfile
from pathlib import Path

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def check_scaled(student):
    """4.1: uint8 in 0-255 becomes float in [0, 1]."""
    images = np.random.default_rng(0).integers(0, 180, (5, 8, 6, 3)).astype(np.uint8)  # the largest value is not 255
    images[0, 0, 0] = 0
    right = images / np.float32(255)
    got = call(student, images)
    if isinstance(got, (tuple, list)):
        raise Wrong(f"you return {len(got)} things; one array of the same shape is expected.")
    kind = getattr(np.asarray(got), "dtype", None)
    got = as_array(got, images.shape)
    if kind.kind in "iub":
        whole = " Did you divide with //? That drops what follows the point." if got.max() <= 1 else ""
        raise Wrong(f"your output has the type {kind}; fractions between 0 and 1 need a float type.{whole}")
    smallest, largest = images.min(axis=(1, 2, 3), keepdims=True), images.max(axis=(1, 2, 3), keepdims=True)
    known = [
        (
            images / images.max(),
            "you divide by the largest value that you find; another batch would be divided by another number. Divide by 255, always.",
        ),
        (
            (images - smallest) / (largest - smallest),
            "you stretch each image by its own minimum and maximum: dark ones would look like bright ones. Divide by 255.",
        ),
        (images / 255 - 0.5, "your output is centred on 0; here black is 0 and white is 1."),
        (images / 127.5 - 1, "your output is in [-1, 1]; here black is 0 and white is 1."),
        (images / 255 / 255, "your output is 255 times too small: divided twice?"),
        (images.astype(float), "your output is still in 0-255. Divide by 255."),
        (right[..., ::-1], "your output has red and blue exchanged; the channels stay as they are."),
    ]
    for wrong, message in known:
        if np.abs(got - wrong).max() < 1e-5:
            raise Wrong(message)
    if np.abs(got - images / 256).max() < 1e-6:
        raise Wrong("you divide by 256: white would be 0.996. The largest value of 8 bits is 255.")
    compare_arrays(got, right, tolerance=1e-6)
    if kind == np.float64:
        return "right. (In float64 it takes twice the memory: 1.2 GB for 50,000 images. float32 is enough.)"
    return "right."


def check_noisy_pair(student):
    """4.2: fresh Gaussian noise on every image, seeded, not clipped, and the clean images beside it."""
    clean = np.random.default_rng(1).uniform(0, 1, (40, 16, 16, 3)).astype(np.float32)
    clean[0], clean[1] = 0, 1
    pair = call(student, clean, 0.1, 7)
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise Wrong("return two arrays: the noisy images and the clean ones, `return noisy, clean`.")
    noisy, target = (
        as_array(array, clean.shape, f"the {name} array") for array, name in zip(pair, ("noisy", "clean"), strict=True)
    )
    if np.array_equal(noisy, clean) and not np.array_equal(target, clean):
        raise Wrong(
            "the pair is in the wrong order: first the noisy images (what goes in), then the clean (the target)."
        )
    if not np.array_equal(target, clean):
        raise Wrong("the second array is not the clean images as they came: the target has no noise.")
    noise = noisy - clean
    if not noise.any():
        raise Wrong("the first array has no noise.")
    if noisy.min() >= 0 and noisy.max() <= 1:
        raise Wrong(
            "you clipped the noisy images to [0, 1]. GaussianNoise in the network does not clip, and validation should meet the "
            "same noise as training does."
        )
    judge_noise(noise, 0.1)
    again, other = (as_array(call(student, clean, 0.1, seed)[0], clean.shape) for seed in (7, 8))
    if not np.array_equal(again, noisy):
        raise Wrong(
            "the same seed gives other noise each time: draw with np.random.default_rng(rng), not with np.random."
        )
    if np.array_equal(other, noisy):
        raise Wrong("another seed gives the same noise: use the argument `rng`, not a fixed seed.")
    strong = as_array(call(student, clean, 0.3, 7)[0], clean.shape) - clean
    if strong.std() < 0.2:
        raise Wrong(
            f"with sigma=0.3 your noise has a standard deviation of {strong.std():.2f}: use the argument `sigma`."
        )
    return "right: now validation scores what you want to know."


def judge_noise(noise, sigma):
    """Independent in every value, normal, of the right strength."""
    spread, mean = noise.std(), noise.mean()
    if np.abs(noise - noise[:1]).max() < 1e-5:
        raise Wrong("all images have the same noise. Draw for the whole array: size=images.shape.")
    if np.abs(noise - noise[..., :1]).max() < 1e-5:
        raise Wrong("red, green and blue of a pixel have the same noise. Each value draws its own: size=images.shape.")
    if abs(spread - sigma**2) < 0.1 * sigma**2:
        raise Wrong(
            f"your noise has a standard deviation of {spread:.3f}: that is sigma squared. rng.normal wants sigma itself."
        )
    if abs(spread - sigma / 255) < 0.1 * sigma / 255:
        raise Wrong("your noise is 255 times too weak: sigma is on the [0, 1] scale already.")
    if abs(mean) > 0.2 * sigma:
        raise Wrong(
            f"your noise has a mean of {mean:.3f}: it makes the images brighter. Gaussian noise here has mean 0."
        )
    if abs(noise[0].std() / noise[1].std() - 1) > 0.3:
        raise Wrong(
            "your noise depends on the brightness; Gaussian noise is added, image + noise, equally strong everywhere."
        )
    if abs(spread - sigma) > 0.05 * sigma:
        raise Wrong(f"your noise has a standard deviation of {spread:.3f}; sigma is {sigma}.")
    if np.abs(noise).max() < 2.5 * sigma:
        raise Wrong("your noise has no large values at all: it is uniform, not Gaussian (rng.normal).")


def check_train(student):
    """4.4: compile and fit as the assignment says, validation with noise, and nothing lost when the session ends."""
    rng = np.random.default_rng(2)
    clean = rng.uniform(0, 1, (70, 8, 8, 3)).astype(np.float32)
    held = rng.uniform(0, 1, (6, 8, 8, 3)).astype(np.float32)
    pair = held + np.float32(0.1) * rng.standard_normal(held.shape, np.float32), held
    model = recorder()
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder, "kept")
        folder.mkdir()
        with contextlib.redirect_stdout(io.StringIO()):
            call(lambda: student(model, clean, pair, 3, folder) or ())
        if model.how_fitted is None:
            raise Wrong("your function never calls model.fit.")
        judge_loss(model.how_compiled)
        judge_fit(model.how_fitted, clean, pair)
        judge_callbacks(model.how_fitted.get("callbacks") or [], folder)
    return "right. If the session ends, run all again: training goes on where it stopped."


def recorder():
    """A tiny network that remembers how it was compiled and fitted."""
    import keras

    class Recorder(keras.Model):
        how_compiled, how_fitted = None, None

        def compile(self, *args, **kwargs):
            names = ("optimizer", "loss", "loss_weights", "metrics")
            self.how_compiled = {**dict(zip(names, args, strict=False)), **kwargs}
            return super().compile(*args, **kwargs)

        def fit(self, *args, **kwargs):
            names = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data")
            self.how_fitted = {**dict(zip(names, args, strict=False)), **kwargs}
            return super().fit(**{**self.how_fitted, "verbose": 0})

    image = keras.Input((None, None, 3))
    noisy = keras.layers.GaussianNoise(0.1)(image)
    return Recorder(image, keras.layers.Conv2D(3, 1)(noisy))


def judge_loss(compiled):
    """Mean squared error, by name or by what it computes."""
    import keras

    truth, guess = np.zeros((1, 2, 2, 3), np.float32), np.full((1, 2, 2, 3), 0.3, np.float32)
    loss = compiled.get("loss")
    value = float(np.mean(keras.losses.get(loss)(truth, guess))) if loss is not None else np.nan
    if abs(value - 0.3) < 1e-5:
        raise Wrong("your loss is the mean absolute error; the assignment asks for the mean squared error, loss='mse'.")
    if abs(value - 0.09) > 1e-5:
        raise Wrong(
            f"your loss is {getattr(loss, '__name__', loss)}; the assignment asks for the mean squared error, loss='mse'."
        )


def judge_fit(fitted, clean, pair):
    """Inputs, targets, mini-batches, epochs and validation of one call of fit."""
    x, y, batch = fitted.get("x"), fitted.get("y"), fitted.get("batch_size") or 32
    if y is None and hasattr(x, "__iter__") and not isinstance(x, np.ndarray):  # a dataset of batches
        x, y = (np.asarray(part) for part in next(iter(x)))
        batch, clean = len(x), y
    x, y = as_array(x, what="what you fit on"), as_array(y, what="the target that you fit to")
    if y.shape != clean.shape or np.abs(y - clean).max() > 1e-6:
        raise Wrong(
            "the target is not the clean images: in restoration, the image itself is the answer: model.fit(clean, clean, ...)."
        )
    if x.shape != clean.shape or np.abs(x - clean).max() > 1e-6:
        raise Wrong(
            "you fit on images that are noisy already. The network adds its own noise, fresh in every step; yours would come on "
            "top, and never change. Give it the clean images: model.fit(clean, clean, ...)."
        )
    if batch != 32:
        raise Wrong(f"your mini-batches have {batch} images; the assignment asks for 32.")
    if fitted.get("epochs", 1) != 3:
        raise Wrong(f"asked for 3 epochs, you train {fitted.get('epochs', 1)}: use the argument `epochs`.")
    held = fitted.get("validation_data")
    if held is None:
        split = " A split of the training images has no noise added." if fitted.get("validation_split") else ""
        raise Wrong(f"fit gets no validation_data: give it the argument `validation`.{split}")
    if isinstance(held, (tuple, list)) and len(held) == 2:
        first, second = (np.asarray(part) for part in held)
        if np.array_equal(first, pair[1]) and np.array_equal(second, pair[1]):
            raise Wrong(
                "you validate on clean images: GaussianNoise is off there, so val_loss would measure how well the network copies. Use the "
                "pair (noisy, clean) as it is given."
            )
        if np.array_equal(first, pair[1]):
            raise Wrong("your validation pair is turned round: first the noisy images, then the clean ones.")


def judge_callbacks(callbacks, folder):
    """A backup and a log, in the folder that is kept."""
    import keras

    callbacks = callbacks if isinstance(callbacks, (list, tuple)) else [callbacks]
    backups = [c for c in callbacks if isinstance(c, keras.callbacks.BackupAndRestore)]
    logs = [c for c in callbacks if isinstance(c, keras.callbacks.CSVLogger)]
    if not backups:
        raise Wrong(
            "there is no keras.callbacks.BackupAndRestore among the callbacks: a disconnect at epoch 99 would cost you all 99."
        )
    if folder.resolve() not in [place := Path(backups[0].backup_dir).resolve(), *place.parents]:
        raise Wrong(
            "BackupAndRestore writes somewhere else than into `folder`: what is not on the drive is gone after a disconnect."
        )
    if backups[0].delete_checkpoint:
        raise Wrong(
            "your backup is deleted when training ends, and running all cells once more would train all over again: "
            "delete_checkpoint=False."
        )
    if not logs:
        raise Wrong(
            "there is no keras.callbacks.CSVLogger among the callbacks: the training curves are drawn from its file."
        )
    if not logs[0].append:
        raise Wrong(
            "your CSVLogger begins a new file each time, so a training that is resumed forgets its first half: append=True."
        )
    if not (folder / "log.csv").is_file():
        raise Wrong(
            f"there is no log.csv in `folder` after training; your CSVLogger writes {Path(logs[0].filename).name!r}."
        )
