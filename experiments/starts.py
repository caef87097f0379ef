"""What lets DnCNN learn in a short training: normalisation, the start, or the optimiser? Seven trainings, few changes from one to another.

    RESTOREKIT_DATA=... python experiments/starts.py --threads 1                   # goes on where it was stopped; 15 minutes of one core
    RESTOREKIT_DATA=... python experiments/starts.py --rows norm-zero plain-muon   # these alone

The 17-layer net, gray, sigma 25, trained in mixed bfloat16 and scored in float32. Every training sees the same patches with the same
noise in the same order, and its learning rate rises and falls in the same way; all are scored on the pictures that the recipes in
experiments/train watch. What is done is kept in build/starts/, one file a row; when all are there, the card
restorekit/data/cards/starts.json is written, which lecture 05 reads.
"""

import argparse
import datetime
import json
import os
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent / "train"))
CARD = ROOT / "restorekit" / "data" / "cards" / "starts.json"

SIGMA, BATCH, PATCH = 25 / 255, 16, 40
#: How slowly batch normalisation's memory follows the batches; it matters when the net is used, not while it learns.
MOMENTA = (0.9, 0.99)
ROWS = {
    "norm-zero": {"batch_norm": True, "hidden": "orthogonal", "last": "zeros", "optimizer": "Adam"},
    "norm-usual": {"batch_norm": True, "hidden": "orthogonal", "last": "Glorot", "optimizer": "Adam"},
    "plain-orthogonal": {"batch_norm": False, "hidden": "orthogonal", "last": "small", "optimizer": "Adam"},
    "plain-usual": {"batch_norm": False, "hidden": "Glorot", "last": "Glorot", "optimizer": "Adam"},
    "plain-decay": {"batch_norm": False, "hidden": "orthogonal", "last": "small", "optimizer": "AdamW"},
    "plain-muon": {"batch_norm": False, "hidden": "orthogonal", "last": "small", "optimizer": "Muon"},
    "norm-zero-muon": {"batch_norm": True, "hidden": "orthogonal", "last": "zeros", "optimizer": "Muon"},
}
LEARNING_RATES = {"Adam": 1e-3, "AdamW": 1e-3, "Muon": 5e-3}
WEIGHT_DECAY = 0.004


def built(batch_norm, hidden, last):
    """The untrained net of a row."""
    import keras

    from restorekit import models

    keras.utils.set_random_seed(0)
    starts = {"zeros": "zeros", "Glorot": "glorot_uniform", "small": keras.initializers.RandomNormal(stddev=1e-3)}
    model = models.dncnn(batch_norm=batch_norm, last_start=starts[last])
    if hidden == "Glorot":
        *convolutions, _ = (layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D))
        for place, layer in enumerate(convolutions):
            layer.kernel.assign(keras.initializers.GlorotUniform(seed=place)(layer.kernel.shape))
    return model


def optimiser(name, steps):
    """An optimiser whose rate rises over the first hundredth of the steps, then falls along a cosine."""
    import keras

    from restorekit.optimizers import Muon

    highest, rise = LEARNING_RATES[name], max(steps // 100, 1)
    rate = keras.optimizers.schedules.CosineDecay(
        highest / 10, max(steps - rise, 1), alpha=0.01, warmup_target=highest, warmup_steps=rise
    )
    if name == "AdamW":
        return keras.optimizers.AdamW(rate, weight_decay=WEIGHT_DECAY)
    return {"Adam": keras.optimizers.Adam, "Muon": Muon}[name](rate)


def measure(row, steps, train, noisy, clean):
    """Train the net of one row and score it: with batch normalisation, for each momentum of its memory."""
    from keras import layers

    from restorekit import metrics, training
    from restorekit.batches import endless
    from restorekit.pairs import gaussian

    model = built(row["batch_norm"], row["hidden"], row["last"])
    norms = [layer for layer in model.layers if isinstance(layer, layers.BatchNormalization)]
    for norm in norms:
        norm.momentum = 0.0  # it then holds the last batch's statistics, and all memories can be kept at once
    memory = [part for norm in norms for part in (norm.moving_mean, norm.moving_variance)]
    memories = {momentum: [part.numpy() for part in memory] for momentum in MOMENTA}
    training.mixed_precision(model).compile(optimiser(row["optimizer"], steps), "mse", jit_compile=False)
    batches, seconds = endless([image[..., None] for image in train], gaussian(SIGMA), BATCH, PATCH, channels=1), []
    for _ in range(steps):
        degraded, target = next(batches)
        began = time.perf_counter()
        model.train_on_batch(degraded, target)
        seconds.append(time.perf_counter() - began)
        batch = [part.numpy() for part in memory]
        for momentum, kept in memories.items():
            kept[:] = [momentum * old + (1 - momentum) * new for old, new in zip(kept, batch, strict=True)]

    training.mixed_precision(model, on=False)

    def score(momentum):
        for part, kept in zip(memory, memories[momentum], strict=True):
            part.assign(kept)
        restored = model.predict(noisy[..., None], batch_size=4, verbose=0)[..., 0].clip(0, 1)
        return round(float(np.mean([metrics.psnr(c, r) for c, r in zip(clean, restored, strict=True)])), 2)

    measured = {"psnr": score(MOMENTA[0])}
    if norms:
        measured["psnr_momentum_0.99"] = score(MOMENTA[1])
    return row | measured | {"seconds_a_step": round(statistics.median(seconds), 3)}


def main():
    """Measure what is missing, and write the card when all is there."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", nargs="+", choices=list(ROWS), default=list(ROWS), help="train these alone")
    parser.add_argument("--steps", type=int, default=400, help="of each training")
    parser.add_argument("--threads", type=int, default=1, help="how many cores to use")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "starts", help="where finished rows are kept")
    options = parser.parse_args()
    sys.argv = [sys.argv[0], "--threads", str(options.threads)]
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    from recipe import noisy_pair, photographs

    from restorekit import atomic, metrics

    train, watched = photographs(gray=True)
    noisy, clean = noisy_pair(watched, SIGMA)
    options.work.mkdir(parents=True, exist_ok=True)
    file_of = {name: options.work / f"{name}-{options.steps}.json" for name in ROWS}
    for name in options.rows:
        if not file_of[name].exists():
            row = measure(ROWS[name], options.steps, train, noisy, clean)
            atomic.write(file_of[name], json.dumps(row).encode())
            print(name, row, flush=True)
    if not all(file.exists() for file in file_of.values()):
        return
    card = {
        "protocol": (
            f"DnCNN, 17 layers of 64, gray, sigma 25, trained in mixed bfloat16, scored in float32; "
            f"{options.steps} steps of {BATCH} patches of {PATCH}x{PATCH}, one seed, "
            f"{options.threads} thread(s); learning rates {LEARNING_RATES}, rising for a hundredth of the steps, then along a cosine; "
            f"AdamW with a weight decay of {WEIGHT_DECAY}. Mean PSNR in dB of {len(watched)} held-out training pictures, outputs clipped. "
            "psnr: batch normalisation remembers with momentum 0.9. hidden, last: how the kernels start (small: Gaussian, 0.001)."
        ),
        "steps": options.steps,
        "batch": BATCH,
        "date": datetime.date.today().isoformat(),
        "versions": {name: version(name) for name in ("keras", "numpy")},
        "noisy": round(float(np.mean([metrics.psnr(c, n) for c, n in zip(clean, noisy, strict=True)])), 2),
        "results": {name: json.loads(file.read_text()) for name, file in file_of.items()},
    }
    atomic.write(CARD, (json.dumps(card, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
