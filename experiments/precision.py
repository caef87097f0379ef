"""Where half-precision arithmetic costs quality: DnCNN trained and run in float32, in mixed bfloat16, and in bfloat16 throughout.

    RESTOREKIT_DATA=... python experiments/precision.py [--steps 300] [--threads 1]

A short training of the 17-layer net (gray, sigma 25) three times from the same start on the same batches, scored in float32 on held-out
training pictures; then the shipped net run in the three ways on the same pictures. "Mixed" is what `training.mixed_precision` sets: the
last convolution, and the subtraction after it, stay in float32. Writes restorekit/data/cards/precision.json.
"""

import argparse
import datetime
import json
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(Path(__file__).parent / "train"))
CARD = ROOT / "restorekit" / "data" / "cards" / "precision.json"
WAYS = ("float32", "mixed bfloat16", "bfloat16 throughout")


def set_precision(model, way):
    """Let a model's layers compute in one of the three ways; its weights stay float32."""
    import keras

    from restorekit import training

    training.mixed_precision(model, on=way == "mixed bfloat16")
    if way == "bfloat16 throughout":
        for layer in model.layers[1:]:
            layer.dtype_policy = keras.DTypePolicy("mixed_bfloat16")
    return model


def main():
    """Train, measure, print, and write the card."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    sys.argv = [sys.argv[0], "--threads", str(options.threads)]
    import keras
    import numpy as np
    from recipe import noisy_pair, photographs

    from restorekit import models, training, zoo

    train, watched = photographs(gray=True)
    pair = noisy_pair(watched, 25 / 255)
    noisy, clean = (part[..., None] for part in pair)

    def score(model):
        restored = model.predict(noisy, batch_size=4, verbose=0).astype(np.float32).clip(0, 1)
        return float(np.mean(-10 * np.log10(((restored - clean) ** 2).mean((1, 2, 3)))))

    shipped, results = zoo.load_model("dncnn-gray-25"), {}
    for way in WAYS:
        keras.utils.set_random_seed(0)
        small = keras.initializers.RandomNormal(stddev=1e-3)
        model = set_precision(models.dncnn(batch_norm=False, last_start=small), way)
        history = training.fit(
            model, train, training.gaussian(25 / 255), epochs=10, steps=options.steps // 10, batch=32, patch=40,
            learning_rate=0.0025, optimizer="muon", progress=False,
        )  # fmt: skip
        results[way] = {
            "trained": round(score(set_precision(model, "float32")), 2),
            "shipped net run so": round(score(set_precision(shipped, way)), 3),
            "seconds a step": round(statistics.median(history["seconds"]) / (options.steps // 10), 3),
        }
        print(way, results[way], flush=True)
    card = {
        "protocol": f"{options.steps} steps of 32 patches of 40x40, sigma 25, Muon, {options.threads} thread(s); PSNR in dB on 20 held-out "
        "training pictures. 'trained': the way applies to training, the score is taken in float32.",
        "date": datetime.date.today().isoformat(),
        "results": results,
    }
    CARD.write_text(json.dumps(card, indent=1) + "\n")


if __name__ == "__main__":
    main()
