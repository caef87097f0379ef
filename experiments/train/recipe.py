"""What the training recipes share: the denoising stages, and how a finished network becomes weights and a card.

Each recipe in this folder trains one network that the package ships:

    RESTOREKIT_DATA=... python experiments/train/dncnn_gray_25.py                 # goes on where it was stopped
    RESTOREKIT_DATA=... python experiments/train/dncnn_gray_25.py --threads 1     # leaves the other cores alone
    RESTOREKIT_DATA=... python experiments/train/dncnn_gray_blind.py --last-stage # on another machine, without the first stage's checkpoint

Checkpoints are kept in build/train/NAME/, out of git. The finished weights go to restorekit/data/weights/NAME.npz in half precision,
with the card NAME.json: what was trained on what, for how long, and the checksum. `experiments/quality.py` adds the measured scores.
Test sets are never opened here: the networks learn from `train/` and from the training part of CIFAR-10, and are watched on a held-out
twentieth of that.
"""

import argparse
import datetime
import hashlib
import importlib
import io
import json
import os
import platform
import statistics
from pathlib import Path

import numpy as np

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
WEIGHTS = ROOT / "restorekit" / "data" / "weights"


def _options():
    """Read the command line, before anything starts TensorFlow."""
    parser = argparse.ArgumentParser(description="Train one of the networks that the package ships.")
    parser.add_argument("--threads", type=int, default=0, help="how many cores to use (all of them if omitted)")
    parser.add_argument(
        "--last-stage", action="store_true", help="train the last stage alone, from the weights that ship"
    )
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "train", help="where checkpoints are kept")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    if chosen.threads:
        import tensorflow as tf

        tf.config.threading.set_intra_op_parallelism_threads(chosen.threads)
        tf.config.threading.set_inter_op_parallelism_threads(1)
    return chosen


chosen = _options()


def photographs(gray):
    """The training pictures, BSDS500's train and test part, and every twentieth of them kept for watching.

    Returns
    -------
    train : list of arrays (H, W) or (H, W, 3), float32
    watched : array (20, 160, 160) or (20, 160, 160, 3), float32
    """
    from restorekit import images

    folder = Path(os.environ["RESTOREKIT_DATA"]) / "train" / "bsds400_color"
    pictures = [images.load(file, gray=gray) for file in sorted(folder.glob("*.jpg"))]
    if len(pictures) != 400:
        raise SystemExit(f"{folder} holds {len(pictures)} pictures; the recipes were made for the 400 of BSDS500")
    watched = np.stack([picture[:160, :160] for picture in pictures[::20]])
    return [picture for place, picture in enumerate(pictures) if place % 20], watched


def noisy_pair(clean, sigma):
    """The watched pictures with seeded noise, and clean."""
    noise = np.random.default_rng(1).standard_normal(clean.shape, np.float32)
    return clean + np.float32(sigma) * noise, clean


def decibels(clean, restored, least=3e-4):
    """A loss in decibels: it weighs a slip at weak noise as much as one at strong noise, where a squared error is far larger.

    It is the mean over the images of their squared error plus the least that counts, in decibels. That least error keeps the weakest
    noise, below sigma 5 of 255, from outweighing all the rest.
    """
    from keras import ops

    error = ops.mean(ops.square(ops.cast(clean, "float32") - ops.cast(restored, "float32")), axis=(1, 2, 3))
    return ops.mean(10 / np.log(10) * ops.log(error + least))


def denoiser(name, start, card, *stages, begin=None):
    """Train a network to take Gaussian noise off the photographs, one stage after the other, and write the result.

    Parameters
    ----------
    name : str
        The network's name in the zoo.
    start : dict
        Arguments for building it that matter at the start of the training alone.
    card : dict
        "title", "good_for", "function" (of `restorekit.models`) and "arguments", and "sigma", one level or [lowest, highest], in
        units of 1/255.
    *stages : dict
        Arguments of `training.fit`, and "sigma" where it is not the card's. Each stage has its own seed and checkpoint.
    begin : callable, optional
        Gives the model the weights that it begins with.
    """
    import keras

    from restorekit import models, training

    keras.utils.set_random_seed(0)
    model = training.mixed_precision(getattr(models, card["function"])(**card["arguments"], **start))
    earlier = begin_with(model, name, stages, begin)
    gray = model.output_shape[-1] == 1
    train, watched = photographs(gray)
    histories = [
        training.fit(
            model, train, training.gaussian(*_levels(stage.get("sigma", card["sigma"]))),
            **{name: value for name, value in stage.items() if name != "sigma"}, seed=seed,
            validation=noisy_pair(watched, 25 / 255), folder=chosen.work / (f"{name}-{seed + 1}" if seed else name),
        )
        for seed, stage in enumerate(stages)
        if seed == len(stages) - 1 or not chosen.last_stage
    ]  # fmt: skip
    data = f"{len(train)} of the {len(train) + len(watched)} pictures of BSDS500 train and test{', in gray' * gray}"
    finish(name, model, {**card, "data": data, "schedule": stages, "seed": 0}, *histories, earlier=earlier)


def begin_with(model, name, stages, begin):
    """Give a model the weights that its training begins with; return the minutes of the stages before."""
    from restorekit import zoo

    if not chosen.last_stage:
        if begin:
            begin(model)
        return 0
    if len(zoo.card(name)["schedule"]) != len(stages) - 1:
        raise SystemExit(
            f"the weights of {name} that ship have not just the last of its {len(stages)} stages before them"
        )
    model.set_weights(zoo.load_model(name).get_weights())
    return zoo.card(name)["minutes"]


def _levels(sigma):
    """One noise level, or the lowest and the highest, in [0, 1]."""
    return np.atleast_1d(sigma) / 255


def finish(name, model, card, *histories, earlier=0):
    """Write a trained network's weights and its card; of several processes that trained it together, the first one does.

    Parameters
    ----------
    name : str
        The network's name in the zoo.
    model : keras.Model
    card : dict
        "title", "good_for", "function" and "arguments" (which rebuild the model), "data", "schedule" and so on.
    *histories : dict
        What `training.fit` returned, for each stage.
    earlier : float
        Minutes of stages before these.
    """
    import keras

    from restorekit import atomic, training

    if training.process_index():
        return
    packed = io.BytesIO()
    np.savez_compressed(packed, *[weight.astype(np.float16) for weight in model.get_weights()])
    contents = packed.getvalue()
    card = {
        "name": name,
        **card,
        "parameters": int(model.count_params()),
        "minutes": round(earlier + sum(_minutes(history["seconds"]) for history in histories), 1),
        "watched_psnr": round(histories[-1]["val_psnr"][-1], 2),
        "machine": f"{_processor()}, {os.cpu_count()} cores",
        "versions": {"keras": keras.__version__, "numpy": np.__version__, "backend": _backend()},
        "date": datetime.date.today().isoformat(),
        "licence": "MIT; the training pictures are for research and education",
        "bytes": len(contents),
        "sha256": hashlib.sha256(contents).hexdigest(),
    }
    for ending, written in (
        (".npz", contents),
        (".json", (json.dumps(card, indent=1, default=lambda loss: loss.__name__) + "\n").encode()),
    ):
        atomic.write(WEIGHTS / (name + ending), written)
    print(
        f"{name}: {len(contents) / 1e6:.2f} MB, {card['watched_psnr']} dB on the watched pictures, {card['minutes']} minutes"
    )


def _minutes(seconds):
    """What a training takes, from the seconds of its epochs: the median counts, so that a pause (a laptop asleep) does not."""
    return len(seconds) * statistics.median(seconds) / 60


def _backend():
    """Keras' backend and its version."""
    import keras

    name = keras.backend.backend()
    return f"{name} {importlib.import_module(name).__version__}"


def _processor():
    """The processor's name, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        return next(line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        return platform.machine()
