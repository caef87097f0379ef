"""Lab 04: the check of the training: what it minimises, on what, how long, and what is left of it after a disconnect."""

import contextlib
import functools
import io
import itertools
import tempfile
from pathlib import Path

import numpy as np

from restorekit.checks.borrowed import call_own
from restorekit.diagnosis import Wrong, as_array


def check_train(student):
    """4.4: compile and fit as the assignment says, validation with noise, and nothing lost when the session ends."""
    rng = np.random.default_rng(2)
    clean = rng.uniform(0, 1, (70, 8, 8, 3)).astype(np.float32)
    held = rng.uniform(0, 1, (6, 8, 8, 3)).astype(np.float32)
    pair = held + np.float32(0.1) * rng.standard_normal(held.shape, np.float32), held
    model = recorder()

    @functools.wraps(student)
    def run(*args):
        return student(*args) or ()  # what it returns is not needed here

    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder, "kept")
        folder.mkdir()
        with contextlib.redirect_stdout(io.StringIO()):
            call_own(run, model, clean, pair, 3, folder)
        if model.how_fitted is None:
            raise Wrong("your function never calls model.fit.")
        judge_loss(model.how_compiled)
        judge_fit(model.how_fitted, clean, pair)
        judge_steps(model, wanted=9)
        judge_callbacks(model.how_fitted.get("callbacks") or [], folder)
    return "right. If the session ends, run all again: training goes on where it stopped."


def recorder():
    """A tiny network that remembers how it was compiled and fitted."""
    import keras

    class Recorder(keras.Model):
        how_compiled, how_fitted, at_first = None, None, None

        def compile(self, *args, **kwargs):
            names = ("optimizer", "loss", "loss_weights", "metrics")
            self.how_compiled = {**dict(zip(names, args, strict=False)), **kwargs}
            return super().compile(*args, **kwargs)

        def fit(self, *args, **kwargs):
            names = ("x", "y", "batch_size", "epochs", "verbose", "callbacks", "validation_split", "validation_data")
            self.how_fitted = {**dict(zip(names, args, strict=False)), **kwargs}
            self.at_first = self.get_weights()
            return super().fit(**{**self.how_fitted, "verbose": 0})

    image = keras.Input((None, None, 3))
    noisy = keras.layers.GaussianNoise(0.1)(image)
    return Recorder(image, keras.layers.Conv2D(3, 1)(noisy))


def judge_loss(compiled):
    """Mean squared error, by name or by what it computes."""
    import keras

    truth, guess = np.zeros((1, 2, 2, 3), np.float32), np.full((1, 2, 2, 3), 0.3, np.float32)
    loss = compiled.get("loss")
    if isinstance(loss, (list, tuple)) and len(loss) == 1:  # one for each output
        loss = loss[0]
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
        batch, clean = len(x), y  # in an order of its own, perhaps mirrored
    x, y = as_array(x, what="what you fit on"), as_array(y, what="the target that you fit to")
    if x.shape == y.shape and len(x) < len(clean) and rows(y) <= rows(clean):
        raise Wrong(f"you train on {len(x)} of the {len(clean)} images that your function is given.")
    if not same(y, clean):
        raise Wrong(
            "the target is not the clean images: in restoration, the image itself is the answer: model.fit(clean, clean, ...)."
        )
    if not same(x, clean):
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
    judge_validation(held, clean, pair)


def judge_validation(held, clean, pair):
    """Validation on the pair that is given: noisy images, clean targets, none of them trained on."""
    if isinstance(held, (tuple, list)) and len(held) >= 2:
        first, second = (np.asarray(part) for part in held[:2])
    else:  # a dataset of batches; no more than needed, for it may go on for ever
        batches = [[np.asarray(part) for part in batch[:2]] for batch in itertools.islice(held, len(pair[0]))]
        first, second = (np.concatenate(part)[: len(pair[0])] for part in zip(*batches, strict=True))
    if same(first, pair[0]) and same(second, pair[1]):
        return
    if rows(first) & rows(clean) or rows(second) & rows(clean):
        raise Wrong(
            "you validate on the training images: a network that knows them by heart would look perfect. Use the pair `validation`."
        )
    if same(first, pair[1]) and same(second, pair[1]):
        raise Wrong(
            "you validate on clean images: GaussianNoise is off there, so val_loss would measure how well the network copies. Use the "
            "pair (noisy, clean) as it is given."
        )
    if same(first, pair[1]) and same(second, pair[0]):
        raise Wrong("your validation pair is turned round: first the noisy images, then the clean ones.")
    if same(second, pair[0]):
        raise Wrong("the target of your validation is noisy; it is the clean images, validation[1].")
    if len(first) < len(pair[0]) and rows(first) < rows(pair[0]):
        raise Wrong(f"you validate on {len(first)} of {len(pair[0])} images: give fit the whole pair `validation`.")
    raise Wrong("what you validate on is not the pair that your function is given: validation_data=validation.")


def judge_steps(model, wanted):
    """All steps are made, and each may change the network."""
    if not model.trainable_weights:
        raise Wrong("your function freezes the network (trainable = False): no weight can change.")
    done = int(model.optimizer.iterations)
    if done < wanted:
        raise Wrong(
            f"3 epochs of 70 images are {wanted} steps with mini-batches of 32; your training makes {done}. Leave steps_per_epoch out: "
            "then each epoch goes through all images."
        )
    if all(np.array_equal(before, now) for before, now in zip(model.at_first, model.get_weights(), strict=True)):
        raise Wrong(f"after {done} steps no weight has changed. Is the learning rate 0, or far too small?")


def same(one, other):
    """Whether two arrays are equal, but for rounding."""
    return one.shape == other.shape and np.abs(one - other).max() < 1e-6


def rows(images):
    """The images of an array as a set, to compare arrays in any order."""
    return {image.tobytes() for image in np.asarray(images, np.float32)}


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
