"""One training loop for notebooks and recipes: fresh patches, fresh noise, checkpoints that survive a disconnect."""

import contextlib
import itertools
import json
import math
import os
import time
import warnings
from pathlib import Path

import keras
import numpy as np
from tqdm.auto import tqdm

from restorekit.arguments import whole_number
from restorekit.batches import clean_images, cut_batch, gaussian
from restorekit.optimizers import Muon

__all__ = ["fit", "gaussian", "mixed_precision", "psnr"]


def fit(
    model, images, degrade=None, *, epochs=10, steps=100, batch=32, patch=40, learning_rate=1e-3, optimizer="adam", loss="mse",
    validation=None, seed=0, folder=None, progress=True,
):  # fmt: skip
    """Train a network to turn degraded patches back into clean ones.

    Every step cuts `batch` patches at random places out of random images, turns and mirrors them at random, and degrades them
    anew. The learning rate rises over the first steps, then falls along a cosine. What step k sees depends on `seed` and k alone.

    Parameters
    ----------
    model : keras.Model
        From a degraded to the restored image, (N, H, W, C) in [0, 1]. It is trained in place. Built under a
        `tf.distribute.MirroredStrategy`, it trains on all its devices.
    images : folder, array (N, H, W) or (N, H, W, C), or list of arrays (H, W) or (H, W, C), float, [0, 1]
        The clean images; a folder's are read as gray where the model's output has one channel.
    degrade : callable, optional
        ``degrade(clean, rng) -> input`` on a batch (N, patch, patch, C), for example `gaussian`. Without it the input is the
        clean patch: for models that hold their own noise layer.
    epochs, steps : int
        Epochs, and steps (batches) in each. After each epoch the model is scored and a checkpoint is written.
    batch, patch : int
        Patches in a step; their height and width in pixels.
    learning_rate : float
        The highest; it is reached after a tenth of the first epoch, and falls to a hundredth.
    optimizer : {"adam", "muon"}
        Muon learns wide networks in fewer steps, at a `learning_rate` of about 0.005; see `restorekit.optimizers`.
    loss : str or keras.losses.Loss
        What to minimise; "mse" or "mae", say.
    validation : pair of arrays (N, H, W, C), optional
        Degraded and clean images to score after each epoch; never a test set.
    seed : int
        Of the patches and the noise.
    folder : path, optional
        Where the checkpoint and the log (``log.csv``) are kept. Call again with the same folder and settings, and training
        goes on after the last epoch that ended, in another process too; if all epochs are done, it only loads.
    progress : bool
        Show a bar with the time left.

    Returns
    -------
    dict of lists
        One number an epoch: "loss", "psnr" (of the training patches), "val_loss" and "val_psnr", "seconds".

    Raises
    ------
    TypeError, ValueError
        For images of another kind, range or size than the model and the patches need, or a folder of another training.
    FloatingPointError
        If the loss is no longer a number. The model then has the weights of the last epoch that ended.

    Examples
    --------
    >>> import restorekit as rk
    >>> model = rk.models.dncnn(depth=3, filters=4)
    >>> clean = rk.sample("camera")[None, :, :, None]
    >>> history = fit(model, clean, gaussian(25 / 255), epochs=2, steps=2, batch=2, progress=False)
    >>> [len(values) for values in history.values()]
    [2, 2, 2]
    """
    epochs, steps, batch, patch = (
        whole_number(value, name)
        for value, name in ((epochs, "epochs"), (steps, "steps"), (batch, "batch"), (patch, "patch"))
    )
    clean = clean_images(images, model.input_shape[-1], patch)
    if validation is not None:
        validation = tuple(np.stack(clean_images(part, model.input_shape[-1])) for part in validation)
    warm_up = max(steps // 10, 1)
    rate = keras.optimizers.schedules.CosineDecay(
        learning_rate / 10, epochs * steps - warm_up, alpha=0.01, warmup_target=learning_rate, warmup_steps=warm_up
    )
    on_cpu = keras.backend.backend() == "tensorflow" and not _tensorflow().config.list_physical_devices("GPU")
    with model.distribute_strategy.scope() if hasattr(model, "distribute_strategy") else contextlib.nullcontext():
        model.compile(
            {"adam": keras.optimizers.Adam, "muon": Muon}[optimizer](rate),
            loss, metrics=[psnr], jit_compile=False if on_cpu else "auto",  # XLA is slower on a CPU
        )  # fmt: skip
        model.optimizer.build(model.trainable_variables)
    settings = {"epochs": epochs, "steps": steps, "batch": batch, "patch": patch, "learning_rate": learning_rate,
                "optimizer": optimizer, "loss": str(loss), "seed": seed, "parameters": model.count_params()}  # fmt: skip
    keeper = _Keeper(folder, settings, steps)
    keeper.set_model(model)
    done = keeper.resume()

    def batches():
        for step in itertools.count(done * steps):
            rng = np.random.default_rng([seed, step])
            target = cut_batch(clean, batch, patch, rng)
            yield (target if degrade is None else degrade(target, rng)), target

    callbacks = [keeper, *([_Bar(done, epochs, steps)] if progress else [])]
    if folder is not None:
        callbacks.append(keras.callbacks.CSVLogger(Path(folder) / "log.csv", append=True))
    model.fit(
        _fed(batches), epochs=epochs, initial_epoch=done, steps_per_epoch=steps, verbose=0, callbacks=callbacks,
        validation_data=validation, validation_batch_size=1 if validation is None else min(8, len(validation[0])),
    )  # fmt: skip
    if keeper.diverged:
        raise FloatingPointError(keeper.diverged)
    return keeper.history


def psnr(target, restored):
    """PSNR of each image, in dB, with the restored one clipped to [0, 1]: a metric for `model.compile`.

    Parameters
    ----------
    target, restored : tensor (N, H, W, C)

    Returns
    -------
    tensor (N,)

    Examples
    --------
    >>> print(np.round(psnr(np.zeros((1, 8, 8, 1), np.float32), np.full((1, 8, 8, 1), 0.1, np.float32)), 2))
    [20.]
    """
    target, restored = keras.ops.cast(target, "float32"), keras.ops.clip(keras.ops.cast(restored, "float32"), 0, 1)
    error = keras.ops.mean(keras.ops.square(target - restored), axis=(1, 2, 3))
    return -10 / math.log(10) * keras.ops.log(keras.ops.maximum(error, 1e-10))


def mixed_precision(model, on=True):
    """Let the hidden layers of a model compute in bfloat16, half the bits of float32: faster where the processor knows them.

    The last convolution and what follows it, and what comes before the first one, stay in float32: a bfloat16 near 1 is only exact to
    1/256, and an image rounded so can't be restored better than that.

    Parameters
    ----------
    model : keras.Model
        Changed in place; its weights stay float32.
    on : bool
        False goes back to float32 in all layers.

    Returns
    -------
    keras.Model
        The same.

    Examples
    --------
    >>> import restorekit as rk
    >>> [layer.compute_dtype for layer in mixed_precision(rk.models.dncnn(depth=3)).layers][-3:]
    ['bfloat16', 'float32', 'float32']
    """
    first, *_, last = (place for place, layer in enumerate(model.layers) if isinstance(layer, keras.layers.Conv2D))
    for layer in model.layers[first:last]:
        layer.dtype_policy = keras.DTypePolicy("mixed_bfloat16" if on else "float32")
    return model


class _Keeper(keras.callbacks.Callback):
    """Keeps the state after each epoch, in memory and in a folder, and stops when the loss is no longer a number.

    Keras' own BackupAndRestore writes two files in place: a process that is killed between them, or a disk that fills up, leaves
    a mix of two epochs. Here one file holds weights, optimiser and log, and takes the old one's place only when it is complete.
    """

    def __init__(self, folder, settings, steps):
        super().__init__()
        self.file = None if folder is None else Path(folder) / "checkpoint.npz"
        self.settings, self.steps, self.history, self.diverged, self.good = json.dumps(settings), steps, {}, None, None

    def state(self):
        """All variables of the model and its optimiser, the random numbers of its layers too."""
        scores = {id(variable) for variable in self.model.metrics_variables}
        return [v for v in self.model.variables if id(v) not in scores] + list(self.model.optimizer.variables)

    def resume(self):
        """Load the checkpoint, if there is one, and return how many epochs are done."""
        self.good = self.model.get_weights()
        if self.file is None:
            return 0
        self.file.parent.mkdir(parents=True, exist_ok=True)
        if not self.file.exists():
            return 0
        with np.load(self.file, allow_pickle=False) as kept:
            if str(kept["settings"]) != self.settings:
                raise ValueError(
                    f"{self.file.parent} holds another training:\n  there {kept['settings']}\n  now   {self.settings}\n"
                    "Use the same settings to go on with it, or another folder."
                )
            for place, variable in enumerate(self.state()):
                variable.assign(kept[f"v{place}"])
            self.history = json.loads(str(kept["history"]))
        self.good = self.model.get_weights()
        done = len(self.history["loss"])
        log = self.file.with_name("log.csv")
        if log.exists():  # drop what was logged after the checkpoint
            log.write_text("".join(log.read_text().splitlines(keepends=True)[: done + 1]))
        return done

    def on_epoch_begin(self, epoch, logs=None):
        """Start the clock."""
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Stop at the first loss that is no number."""
        if not math.isfinite(logs["loss"]):
            self.model.stop_training = True
            self.diverged = (
                f"the loss is {logs['loss']:g} after step {batch + 1} of epoch {len(self.history.get('loss', [])) + 1}. Most often the "
                "learning rate is too high: try a tenth. The model has the weights of the last epoch that ended."
            )

    def on_epoch_end(self, epoch, logs=None):
        """Keep the epoch's scores and state."""
        if self.diverged:
            self.model.set_weights(self.good)
            return
        logs["seconds"] = time.perf_counter() - self.began
        for name, value in logs.items():
            self.history.setdefault(name, []).append(float(value))
        self.good = self.model.get_weights()
        if self.file is None:
            return
        new = self.file.with_name("checkpoint.new.npz")
        arrays = {f"v{place}": keras.ops.convert_to_numpy(variable) for place, variable in enumerate(self.state())}
        try:
            np.savez(new, settings=self.settings, history=json.dumps(self.history), **arrays)
            os.replace(new, self.file)
        except OSError as problem:
            with contextlib.suppress(OSError):
                new.unlink()
            warnings.warn(
                f"no checkpoint after epoch {epoch + 1} ({problem}); the one before stays. Training goes on.",
                stacklevel=2,
            )


class _Bar(keras.callbacks.Callback):
    """A progress bar over the whole training: steps, time left, scores."""

    def __init__(self, done, epochs, steps):
        super().__init__()
        self.bar = tqdm(total=epochs * steps, initial=done * steps, unit="step", mininterval=0.5)

    def on_train_batch_end(self, batch, logs=None):
        """Move on by a step."""
        self.bar.update()

    def on_epoch_end(self, epoch, logs=None):
        """Show the scores."""
        self.bar.set_postfix_str(", ".join(f"{name} {value:.4g}" for name, value in logs.items()))

    def on_train_end(self, logs=None):
        """Leave the bar as it is."""
        self.bar.close()


def _fed(batches):
    """The batches as `Model.fit` wants them. TensorFlow: without the autotuner, whose thread can stall training for seconds."""
    if keras.backend.backend() != "tensorflow":
        return batches()
    tf = _tensorflow()
    first = next(batches())
    like = tuple(tf.TensorSpec(part.shape, part.dtype) for part in first)
    options = tf.data.Options()
    options.autotune.enabled = False
    return tf.data.Dataset.from_generator(batches, output_signature=like).prefetch(2).with_options(options)


def _tensorflow():
    """TensorFlow, only where it is the backend."""
    import tensorflow

    return tensorflow
