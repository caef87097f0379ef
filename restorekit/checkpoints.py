"""The state of a training: kept after each epoch in one file that is always whole, and read back by the next run."""

import hashlib
import io
import itertools
import json
import math
import time
import warnings
from pathlib import Path

import keras
import numpy as np

from restorekit import atomic

__all__ = ["Keeper", "fingerprint", "summary"]


class Keeper(keras.callbacks.Callback):
    """Keep a training's state after each epoch, in memory and in a folder; stop it when its numbers are no longer finite.

    Keras' own BackupAndRestore and CSVLogger write in place: a process killed at the wrong moment leaves files of two epochs, and
    a full disk ends the training. Here one file holds weights, optimiser and scores. It takes the old one's place only when it is
    complete; if it can't be written, a warning says so, the old one stays, and training goes on.

    Parameters
    ----------
    model : keras.Model
        Compiled, and its optimiser built.
    folder : path or None
        For ``checkpoint.npz`` and ``log.csv``. None: the state is kept in memory alone.
    settings : dict
        What makes it the same training, as JSON can hold it.
    writes : bool
        False in all but the first of several processes that share the folder.

    Attributes
    ----------
    history : dict of lists
        The scores of all epochs so far.
    """

    def __init__(self, model, folder, settings, writes=True):
        super().__init__()
        self.set_model(model)
        self.folder = None if folder is None else Path(folder)
        self.settings, self.writes, self.history, self.good = settings, writes, {}, model.get_weights()

    @property
    def done(self):
        """How many epochs are done."""
        return len(self.history.get("seconds", []))

    def resume(self):
        """Go back to the folder's checkpoint, if there is one.

        Raises
        ------
        ValueError
            If it is another training's.
        OSError
            If it is damaged.
        """
        if self.folder is None:
            return
        self._require_writable()
        file, state = self.folder / "checkpoint.npz", self._state()
        if not file.exists():
            return
        try:
            with np.load(file, allow_pickle=False) as kept:
                arrays = dict(kept)
            settings, history = (dict(json.loads(str(arrays.pop(name)))) for name in ("settings", "history"))
            if not all(np.isfinite(array).all() for array in arrays.values()):
                raise ValueError("it holds numbers that are not finite")
        except Exception as problem:  # a damaged file can fail in any way
            raise OSError(
                f"the checkpoint {file} is damaged, or is none ({type(problem).__name__}: {problem}). "
                "Delete it to train from the beginning, or put back a copy if you have one."
            ) from problem
        shapes = {f"v{place}": tuple(variable.shape) for place, variable in enumerate(state)}
        other = _differences(settings, self.settings)
        if not other and {name: array.shape for name, array in arrays.items()} != shapes:
            other = ["the network has layers of other shapes"]
        if other:
            raise ValueError(
                f"{self.folder} holds another training: {'; '.join(other)}. "
                "Use the same settings to go on with it, or another folder."
            )
        for place, variable in enumerate(state):
            variable.assign(arrays[f"v{place}"])
        self.history, self.good = history, self.model.get_weights()

    def on_epoch_begin(self, epoch, logs=None):
        """Start the clock."""
        self.began = time.perf_counter()

    def on_train_batch_end(self, batch, logs=None):
        """Stop at the first loss that is no number."""
        if not math.isfinite(logs["loss"]):
            self._stop(f"the loss is {logs['loss']:g} after step {batch + 1} of epoch {self.done + 1}")

    def on_epoch_end(self, epoch, logs=None):
        """Keep the epoch's scores and state."""
        weights = self.model.get_weights()
        if not all(np.isfinite(weight).all() for weight in weights):
            self._stop(f"the weights are no longer finite after epoch {self.done + 1}")
        scores = {**logs, "seconds": time.perf_counter() - self.began}
        done = self.done
        for name in {**self.history, **scores}:
            self.history.setdefault(name, [math.nan] * done).append(float(scores.get(name, math.nan)))
        self.good = weights
        self._write()

    def _stop(self, what):
        """Go back to the last good weights, and end the training."""
        self.model.set_weights(self.good)
        kept = f"those after epoch {self.done}, the last that ended well" if self.done else "those it came with"
        elsewhere = "" if self.folder is None else ", in another folder"
        raise FloatingPointError(
            f"{what}. Most often the learning rate is too high: try a tenth{elsewhere}. The model's weights are {kept}."
        )

    def _require_writable(self):
        """Make the folder, and see that a file can be written there before hours are spent."""
        probe = self.folder / "writable.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            probe.write_bytes(b"")
            probe.unlink()
        except OSError as problem:
            raise type(problem)(
                problem.errno,
                f"no checkpoint can be kept in the folder {self.folder} ({problem.strerror}). Give another one",
            ) from problem

    def _state(self):
        """All variables of the model and its optimiser, the random numbers of its layers too."""
        scores = {id(variable) for variable in self.model.metrics_variables}
        return [v for v in self.model.variables if id(v) not in scores] + list(self.model.optimizer.variables)

    def _write(self):
        """Write the log, then the checkpoint."""
        if self.folder is None or not self.writes:
            return
        rows = [["epoch", *self.history], *zip(itertools.count(1), *self.history.values(), strict=False)]
        arrays = {f"v{place}": keras.ops.convert_to_numpy(variable) for place, variable in enumerate(self._state())}
        packed = io.BytesIO()
        np.savez(packed, settings=json.dumps(self.settings), history=json.dumps(self.history), **arrays)
        try:
            log = "".join(",".join(map(str, row)) + "\n" for row in rows).encode()
            for name, contents in (("log.csv", log), ("checkpoint.npz", packed.getvalue())):
                atomic.write(self.folder / name, contents, part="unfinished.part")
        except OSError as problem:
            warnings.warn(
                f"no checkpoint after epoch {self.done} ({problem}). The one before stays as it is, and training goes on.",
                stacklevel=2,
            )


def fingerprint(model):
    """What tells one network from another, as a short text: its layers and how they are joined, whatever they are called.

    Parameters
    ----------
    model : keras.Model

    Returns
    -------
    str

    Examples
    --------
    >>> import restorekit as rk
    >>> fingerprint(rk.models.dncnn(3, 4)) == fingerprint(rk.models.dncnn(3, 4))
    True
    >>> fingerprint(rk.models.dncnn(3, 4)) == fingerprint(rk.models.dncnn(3, 4, last_start="he_normal"))
    False
    """
    shapes = [list(weight.shape) for weight in model.weights]
    try:
        layers = json.dumps(_plain(model.get_config()), sort_keys=True, default=lambda value: type(value).__name__)
    except NotImplementedError:
        layers = type(model).__name__
    for place, layer in enumerate([model, *model._flatten_layers(include_self=False)]):
        layers = layers.replace(json.dumps(layer.name), f'"#{place}"')
    return hashlib.sha256(f"{layers} {shapes}".encode()).hexdigest()[:16]


def summary(degraded, clean):
    """What tells one training's images and noise from another's: mean and spread of its first batch.

    Parameters
    ----------
    degraded, clean : arrays (N, h, w, C) and (N, H, W, C)

    Returns
    -------
    list of float
        Mean and standard deviation of what was changed (of `degraded` itself, where the sizes differ), the uncertainty of both,
        and the mean and standard deviation of `clean`.

    Examples
    --------
    >>> summary(np.array([1.0, 2.0, 1.0, 2.0]), np.ones(4))
    [0.5, 0.5, 0.25, 1.0, 0.0]
    """
    change = degraded - clean if degraded.shape == clean.shape else degraded
    uncertainty = change.std() / change.size**0.5
    return [float(value) for value in (change.mean(), change.std(), uncertainty, clean.mean(), clean.std())]


def _plain(config):
    """A model's configuration without what may differ between two runs of one program."""
    if isinstance(config, dict):
        return {key: _plain(value) for key, value in config.items() if key not in ("dtype", "seed", "build_config")}
    return [_plain(value) for value in config] if isinstance(config, (list, tuple)) else config


def _differences(there, now):
    """In words, how a checkpoint's settings differ from those of now."""
    other = [
        f"{name} is {there.get(name)} there and {now.get(name)} now"
        for name in {**there, **now}
        if name not in ("network", "first_batch") and there.get(name) != now.get(name)
    ]
    if there.get("network") != now.get("network"):
        other.append("the network is another one")
    kept, new = there.get("first_batch"), now.get("first_batch")
    if not other and kept != new:  # other settings make another batch, too
        near = max(1e-5, 6 * new[2])  # a degrade with random numbers of its own is never quite the same
        if not kept or not np.allclose(kept[3:], new[3:], rtol=0, atol=1e-5):
            other.append("the images are others")
        elif not np.allclose(kept[:2], new[:2], rtol=0, atol=near):
            other.append("degrade is another one")
    return other
