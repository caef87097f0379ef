"""Which way down, which way up, with or without skip connections? Eighteen autoencoders, the same budget for each, three seeds.

    RESTOREKIT_DATA=... python experiments/ablation.py --threads 1      # goes on where it was stopped; about 15 minutes of one core
    RESTOREKIT_DATA=... python experiments/ablation.py --check stride-interpolation-skip   # train these anew, compare with the card

What is done is kept in build/ablation/, one file a network; when all are there, the card restorekit/data/cards/ablation.json is written,
which lecture 06 reads. Every network halves the image twice, has 32 and 64 channels, and sees the same patches with the same noise in the
same order (they depend on the seed alone). The settings were chosen with three of the variants on the last 200 training images; then all
were fixed, and each network met the test images once.
"""

import argparse
import datetime
import itertools
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

ROOT = Path(__file__).parents[1]
CARD = ROOT / "restorekit" / "data" / "cards" / "ablation.json"

DOWN, UP, SKIP = ("stride", "max", "unshuffle"), ("interpolation", "transposed", "shuffle"), (True, False)
SEEDS = (0, 1, 2)
SIGMA = 25 / 255
FILTERS = (32, 64)
SCHEDULE = {"epochs": 1, "steps": 800, "batch": 16, "patch": 32, "learning_rate": 0.01, "optimizer": "muon"}
#: How far a new training may lie from the card: other processors round differently, and 800 steps carry that far.
TOLERANCE = 0.4


def name_of(down, up, skip):
    """The name of a variant, as in "stride-shuffle-skip"."""
    return f"{down}-{up}-{'skip' if skip else 'plain'}"


VARIANTS = {name_of(*ways): ways for ways in itertools.product(DOWN, UP, SKIP)}


def restored(model, noisy):
    """What the network makes of a stack of pictures, not clipped."""
    return np.concatenate([np.asarray(model(noisy[k : k + 64])) for k in range(0, len(noisy), 64)])


def checkerboard(model):
    """Pattern that the network paints on even gray pictures: its standard deviation, in levels of 255.

    Three grays, all channels, 16 pixels left out at each border. An even picture has nothing to restore: any pattern is the network's.
    """
    flat = np.ones((3, 64, 64, 3), np.float32) * np.array([0.25, 0.5, 0.75], np.float32)[:, None, None, None]
    inside = restored(model, flat)[:, 16:-16, 16:-16]
    return float(255 * np.sqrt(np.mean(np.var(inside.astype(np.float64), axis=(1, 2)))))


def measure(ways, seed, train, test):
    """Train one variant and score it; return a row and the weights."""
    import keras

    from restorekit import metrics, models, training

    keras.utils.set_random_seed(seed)
    down, up, skip = ways
    model = models.autoencoder(filters=FILTERS, down=down, up=up, skip=skip)
    began = time.process_time()
    training.fit(model, train, training.gaussian(SIGMA), **SCHEDULE, seed=seed, progress=False)
    seconds = time.process_time() - began
    noisy = test + np.float32(SIGMA) * np.random.default_rng(0).standard_normal(test.shape, np.float32)
    outputs = np.clip(restored(model, noisy), 0, 1)
    row = {
        "psnr": float(np.mean([metrics.psnr(c, r) for c, r in zip(test, outputs, strict=True)])),
        "noisy": float(np.mean([metrics.psnr(c, n) for c, n in zip(test, noisy, strict=True)])),
        "checkerboard": checkerboard(model),
        "seconds": seconds,
        "parameters": int(model.count_params()),
        "multiply_adds": float(models.multiply_adds(model)),
    }
    return row, model.get_weights()


def kept(file, ways, seed, train, test):
    """The row of one variant and seed: from its file, or measured now and written there."""
    settings = json.dumps([SCHEDULE, FILTERS, SIGMA])
    if file.exists():
        with np.load(file, allow_pickle=False) as old:
            if str(old["settings"]) == settings:
                return json.loads(str(old["row"]))
    row, weights = measure(ways, seed, train, test)
    new = file.with_suffix(".new.npz")
    np.savez(new, settings=settings, row=json.dumps(row), **{f"w{k}": w for k, w in enumerate(weights)})
    new.replace(file)
    print(f"{file.stem:34} {row['psnr']:.2f} dB, {row['seconds']:.0f} s, pattern {row['checkerboard']:.2f}", flush=True)
    return row


def summary(rows):
    """The card's row of one variant, out of the rows of its seeds."""
    scores = [round(row["psnr"], 2) for row in rows]
    return {
        "psnr": round(float(np.mean([row["psnr"] for row in rows])), 2),
        "psnr_of_seeds": scores,
        "spread": round(max(scores) - min(scores), 2),
        "checkerboard": round(float(np.mean([row["checkerboard"] for row in rows])), 2),
        "checkerboard_of_seeds": [round(row["checkerboard"], 2) for row in rows],
        "parameters": rows[0]["parameters"],
        "multiply_adds": round(rows[0]["multiply_adds"]),
        "seconds": round(float(np.median([row["seconds"] for row in rows])), 1),
    }


def circumstances():
    """When, where and with what it was measured."""
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next((line.split(": ")[1] for line in lines if line.startswith("model name")), processor)
    libraries = {name: version(name) for name in ("keras", "tensorflow-cpu", "numpy")}
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor}, one thread",
        "versions": {"python": platform.python_version(), **libraries},
    }


def options():
    """Read the command line, and set up TensorFlow before anything else starts it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--threads", type=int, default=1, help="how many cores to use")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "ablation", help="where results so far are kept")
    parser.add_argument("--check", nargs="+", choices=list(VARIANTS), help="train these anew, seed 0, and compare")
    chosen = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    import tensorflow as tf

    tf.config.threading.set_intra_op_parallelism_threads(chosen.threads)
    tf.config.threading.set_inter_op_parallelism_threads(1)
    return chosen


def main():
    """Measure what is missing, and write the card; or compare with it."""
    chosen = options()
    from restorekit import datasets, images

    data = datasets.cifar10()
    if "bundled" in data.source:
        sys.exit("The card is about CIFAR-10: set RESTOREKIT_DATA, or allow the download.")
    train, test = images.as_float(data.x_train), images.as_float(data.x_test)
    if chosen.check:
        card, far = json.loads(CARD.read_text()), 0
        for name in chosen.check:
            got, there = measure(VARIANTS[name], 0, train, test)[0]["psnr"], card["results"][name]["psnr_of_seeds"][0]
            print(f"{name}: {got:.2f} dB, the card says {there:.2f}")
            far += abs(got - there) > TOLERANCE
        return int(far > 0)
    chosen.work.mkdir(parents=True, exist_ok=True)
    rows = {
        (name, seed): kept(chosen.work / f"{name}-{seed}.npz", ways, seed, train, test)
        for seed in SEEDS
        for name, ways in VARIANTS.items()
    }
    results = {name: summary([rows[name, seed] for seed in SEEDS]) for name in VARIANTS}
    card = {
        "protocol": (
            f"Gaussian noise of 25/255, fresh for every batch; autoencoder(filters={FILTERS}); mean PSNR of the test images, "
            "outputs clipped; noise of the test images: numpy default_rng(0) over the whole stack. psnr: mean of three seeds; "
            "spread: highest minus lowest. checkerboard: standard deviation of the output on even gray, in levels of 255, mean of "
            "three seeds. multiply_adds: per pixel. seconds: CPU seconds of the training, median of three seeds."
        ),
        "data": {"source": data.source, "train": len(train), "test": len(test)},
        "schedule": SCHEDULE,
        **circumstances(),
        "noisy": round(next(iter(rows.values()))["noisy"], 2),
        "results": results,
    }
    CARD.write_text(json.dumps(card, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
