"""One training loop for notebooks and recipes: fresh patches, fresh noise, checkpoints that survive a disconnect.

Several graphics cards in one machine: build the model under ``tf.distribute.MirroredStrategy().scope()`` and call `fit`. Their
number divides the batch, and batch normalisation averages over each card's part of it.

Several machines: Keras' JAX backend does it, and the code stays as it is. Start the same program once on each, with
``KERAS_BACKEND=jax``, a folder that all of them see, and before the model is built::

    keras.distribution.initialize(addresses, number_of_machines, number_of_this_one)
    keras.distribution.set_distribution(keras.distribution.DataParallel(auto_shard_dataset=False))

Each draws batches of its own, so that a step sees `batch` patches a machine; the first one writes the checkpoints. The devices of
a machine share its batch: their number divides it, and the number of validation images.
"""

import contextlib
import functools
import math

import keras
from tqdm.auto import tqdm  # in a notebook a widget, which is not stored with it

from restorekit.arguments import in_range, whole_number
from restorekit.batches import clean_images, endless, require_fitting, validation_pair
from restorekit.checkpoints import Keeper, fingerprint, summary
from restorekit.optimizers import Muon, Soap
from restorekit.pairs import bicubic, gaussian
from restorekit.precision import mixed_precision

__all__ = ["bicubic", "fit", "gaussian", "mixed_precision", "process_index", "psnr"]

_OPTIMIZERS = {"adam": keras.optimizers.Adam, "muon": Muon, "soap": Soap}
#: Validation images that are scored at once.
_AT_ONCE = 8


def fit(
    model, images, degrade=None, *, epochs=10, steps=100, batch=32, patch=40, learning_rate=1e-3, optimizer="adam", loss="mse",
    clip=None,
    margin=0, validation=None, seed=0, folder=None, progress=True,
):  # fmt: skip
    """Train a network to turn degraded patches back into clean ones.

    Every step cuts `batch` patches at random places out of random images, turns and mirrors them at random, and degrades them
    anew. The learning rate rises over the first steps, then falls along a cosine. What step k sees depends on `seed` and k alone.

    Parameters
    ----------
    model : keras.Model
        From a degraded to the restored image, (N, H, W, C) in [0, 1]. It is trained in place.
    images : folder, array (N, H, W) or (N, H, W, C), or list of arrays (H, W) or (H, W, C), float, [0, 1]
        The clean images; a folder's are read as gray where the model's output has one channel.
    degrade : callable, optional
        ``degrade(clean, rng) -> input`` on a batch (N, patch, patch, C), for example `gaussian`. Its noise may leave [0, 1].
        Without it the input is the clean patch: for models that hold their own noise layer.
    epochs, steps : int
        Epochs, and steps (batches) in each. After each epoch the model is scored and a checkpoint is written.
    batch, patch : int
        Patches in a step; their height and width in pixels.
    learning_rate : float
        The highest; it is reached after a tenth of the first epoch, and falls to a hundredth.
    optimizer : {"adam", "muon", "soap"}
        Muon learns wide networks in fewer steps, at a `learning_rate` of about 0.005; SOAP is for small ones, at about 0.003. See
        `restorekit.optimizers`.
    loss : str, keras.losses.Loss or callable
        What to minimise; "mse" or "mae", say, or a function ``loss(clean, restored)``.
    clip : float, optional
        Largest norm of all gradients together; longer ones are shortened to it.
    margin : int
        Pixels around each patch that `degrade` sees too: what it makes of an edge, where neighbours are missing, is cut off.
    validation : pair of arrays (N, H, W) or (N, H, W, C), optional
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
        For images of another kind, range, size or number of channels than the model and the patches need, for settings that make
        no sense, or a folder of another training: other settings, another network, other images or another `degrade`.
    OSError
        If nothing can be written in the folder, or its checkpoint is damaged. When one can't be written later, a warning says so.
    FloatingPointError
        If the loss is no longer a number. The model then has the weights of the last epoch that ended well.

    Examples
    --------
    >>> import restorekit as rk
    >>> model = rk.models.dncnn(depth=3, filters=4)
    >>> clean = rk.sample("camera")[None, :, :, None]
    >>> history = fit(model, clean, gaussian(25 / 255), epochs=2, steps=2, batch=2, progress=False)
    >>> [len(values) for values in history.values()]
    [2, 2, 2]
    """
    if not isinstance(model, keras.Model):
        raise TypeError(
            f"model is {type(model).__name__}; it must be a keras.Model, as restorekit.models.dncnn() makes one"
        )
    epochs, steps, batch, patch = (
        whole_number(value, name)
        for value, name in ((epochs, "epochs"), (steps, "steps"), (batch, "batch"), (patch, "patch"))
    )
    learning_rate = in_range(
        learning_rate, "learning_rate", 0, above=True, hint="0.001 is usual with Adam, 0.005 with Muon."
    )
    margin = whole_number(margin, "margin", 0)
    clip = clip if clip is None else in_range(clip, "clip", 0, above=True, hint="VDSR trains well with 1.")
    if optimizer not in _OPTIMIZERS:
        raise ValueError(f'optimizer="{optimizer}" is not known; there are: {", ".join(_OPTIMIZERS)}')
    settings = {"epochs": epochs, "steps": steps, "batch": batch, "patch": patch, "learning_rate": learning_rate,
                "optimizer": optimizer, "loss": _named(loss), "clip": clip, "seed": whole_number(seed, "seed", 0)}  # fmt: skip
    batches = functools.partial(
        endless, clean_images(images, model.output_shape[-1], patch + 2 * margin), degrade, batch,
        patch, channels=model.input_shape[-1], margin=margin, seed=settings["seed"],
    )  # fmt: skip
    first = next(batches())
    require_fitting(model, *first, "the patches")
    if validation is not None:
        validation = validation_pair(validation, model.input_shape[-1], model.output_shape[-1])
        require_fitting(model, *validation, "validation")
    with model.distribute_strategy.scope() if hasattr(model, "distribute_strategy") else contextlib.nullcontext():
        model.compile(
            _OPTIMIZERS[optimizer](_schedule(learning_rate, epochs, steps), global_clipnorm=clip), loss, metrics=[psnr],
            jit_compile=False if _on_cpu() else "auto",  # XLA is slower on a CPU
        )  # fmt: skip
        model.optimizer.build(model.trainable_variables)
    settings |= {"network": fingerprint(model), "first_batch": summary(*first)}
    keeper = Keeper(model, folder, settings, writes=process_index() == 0)
    keeper.resume()
    if keeper.done == epochs:
        return keeper.history

    batches = functools.partial(batches, start=keeper.done * steps, process=process_index())
    with tqdm(total=epochs * steps, initial=keeper.done * steps, unit="step", disable=not progress) as bar:
        model.fit(
            **_fed(batches, first, validation), epochs=epochs, initial_epoch=keeper.done, steps_per_epoch=steps, verbose=0,
            callbacks=[keeper, keras.callbacks.LambdaCallback(
                on_train_batch_end=lambda batch, logs: bar.update(),
                on_epoch_end=lambda epoch, logs: bar.set_postfix_str(_told(logs)),
            )],
        )  # fmt: skip
    return keeper.history


@keras.saving.register_keras_serializable("restorekit")
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
    >>> import numpy as np
    >>> print(np.round(psnr(np.zeros((1, 8, 8, 1), np.float32), np.full((1, 8, 8, 1), 0.1, np.float32)), 2))
    [20.]
    """
    target, restored = keras.ops.cast(target, "float32"), keras.ops.clip(keras.ops.cast(restored, "float32"), 0, 1)
    error = keras.ops.mean(keras.ops.square(target - restored), axis=(1, 2, 3))
    return -10 / math.log(10) * keras.ops.log(keras.ops.maximum(error, 1e-10))


def _schedule(highest, epochs, steps):
    """A short rise, then a cosine."""
    rise = max(steps // 10, 1)
    return keras.optimizers.schedules.CosineDecay(
        highest / 10, max(epochs * steps - rise, 1), alpha=0.01, warmup_target=highest, warmup_steps=rise
    )


def _named(loss):
    """A loss' name, as a checkpoint keeps it."""
    return loss if isinstance(loss, str) else getattr(loss, "name", getattr(loss, "__name__", type(loss).__name__))


def _told(scores):
    """An epoch's score in words, for the bar."""
    held_out = "val_psnr" in scores
    return f"{scores['val_psnr' if held_out else 'psnr']:.2f} dB on {'held-out images' if held_out else 'training patches'}"


def _fed(batches, first, validation):
    """The data as `Model.fit` wants them. TensorFlow: without the autotuner, whose thread can stall training for seconds."""
    if keras.backend.backend() != "tensorflow":
        return {"x": batches(), "validation_data": validation, "validation_batch_size": _AT_ONCE}
    import tensorflow as tf

    options = tf.data.Options()
    options.autotune.enabled = False
    like = tuple(tf.TensorSpec(part.shape, tf.float32) for part in first)
    x = tf.data.Dataset.from_generator(batches, output_signature=like).prefetch(2).with_options(options)
    if validation is not None:
        validation = tf.data.Dataset.from_tensor_slices(validation).batch(_AT_ONCE).with_options(options)
    return {"x": x, "validation_data": validation}


def _on_cpu():
    """Whether TensorFlow trains on the processor."""
    if keras.backend.backend() != "tensorflow":
        return False
    import tensorflow as tf

    return not tf.config.list_physical_devices("GPU")


def process_index():
    """Return the number of this process, where several train together (JAX alone can); 0 where one trains alone.

    Examples
    --------
    >>> process_index()
    0
    """
    if keras.backend.backend() != "jax":
        return 0
    import jax

    return jax.process_index()
