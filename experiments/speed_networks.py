"""Time DnCNN on this machine: our training engine and inference beside plain Keras and PyTorch, in turns, in the same run.

    make bench-speed-networks           # makes .venv-torch for PyTorch (CPU build), then runs this
    python experiments/speed_networks.py --peer .venv-torch/bin/python [--repeats 7]

Work: DnCNN with 17 layers of 64 channels and batch normalisation, gray. A training step on 64 patches of 40x40, in float32 and, where
the processor has instructions for it, in mixed bfloat16. Inference of one 512x512 picture: the library folds the batch normalisation into
the convolutions and makes the weights constants; the peers run the net as it was trained, and PyTorch also one folded by hand. PyTorch
runs in channels-last order, in a process of its own that waits while the others are timed. Printed: medians of wall-clock seconds, and the
longest epoch of a training beside its median epoch.
"""

import argparse
import functools
import json
import os
import statistics
import subprocess
import sys
import time

BATCH, PATCH, SIDE = 64, 40, 512

PEER = """
import json, sys, time
import torch
from torch import nn
torch.manual_seed(0)
def block(): return [nn.Conv2d(64, 64, 3, padding=1, bias=False), nn.BatchNorm2d(64), nn.ReLU()]
def build(folded):
    hidden = [l for _ in range(15) for l in ([nn.Conv2d(64, 64, 3, padding=1), nn.ReLU()] if folded else block())]
    layers = [nn.Conv2d(1, 64, 3, padding=1), nn.ReLU(), *hidden, nn.Conv2d(64, 1, 3, padding=1)]
    return nn.Sequential(*layers).to(memory_format=torch.channels_last)
net, trained, folded = build(False), build(False).eval(), build(True).eval()
optimizer = torch.optim.Adam(net.parameters(), 1e-3)
clean = torch.rand(BATCH, 1, PATCH, PATCH).to(memory_format=torch.channels_last)
picture = torch.rand(1, 1, SIDE, SIDE).to(memory_format=torch.channels_last)
def step(dtype):
    noisy = clean + 0.1 * torch.randn_like(clean)
    optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=dtype == "bfloat16"):
        loss = nn.functional.mse_loss(noisy - net(noisy), clean)
    loss.backward()
    optimizer.step()
def infer(net):
    with torch.inference_mode():
        picture - net(picture)
work = {"step float32": lambda: step("float32"), "step bfloat16": lambda: step("bfloat16"),
        "inference": lambda: infer(trained), "inference folded": lambda: infer(folded)}
print(torch.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    work[line.strip()]()
    print(time.perf_counter() - start, flush=True)
"""


class Peer:
    """PyTorch in a process of its own: told what to do, it answers with the seconds."""

    def __init__(self, python, code, **constants):
        for name, value in constants.items():
            code = code.replace(name, str(value))
        self.process = subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = self.process.stdout.readline().strip()

    def run(self, what):
        """Seconds of one piece of work."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def plain_dncnn():
    """DnCNN with Keras' layers alone."""
    import keras
    from keras import layers

    noisy = keras.Input((None, None, 1))
    x = layers.Conv2D(64, 3, padding="same", activation="relu")(noisy)
    for _ in range(15):
        x = layers.Conv2D(64, 3, padding="same", use_bias=False)(x)
        x = layers.ReLU()(layers.BatchNormalization()(x))
    return keras.Model(noisy, layers.Subtract()([noisy, layers.Conv2D(1, 3, padding="same")(x)]))


def keras_step(precision):
    """A training step of plain Keras, and epochs of four steps of our engine, as functions."""
    import keras
    import numpy as np

    from restorekit import models, training

    clean = np.random.default_rng(0).random((BATCH, PATCH, PATCH, 1), dtype=np.float32)
    noisy = training.gaussian(0.1)(clean, np.random.default_rng(2))
    plain, model = (
        training.mixed_precision(net, on=precision == "bfloat16") for net in (plain_dncnn(), models.dncnn())
    )
    plain.compile(keras.optimizers.Adam(1e-3), "mse", jit_compile=False)
    return lambda: plain.train_on_batch(noisy, clean), lambda epochs: training.fit(
        model, clean, training.gaussian(0.1), epochs=epochs, steps=4, batch=BATCH, patch=PATCH, progress=False
    )["seconds"]


def keras_inference():
    """A picture through plain Keras, and through our folded net, as functions."""
    import numpy as np

    from restorekit import models, networks

    picture = np.random.default_rng(1).random((SIDE, SIDE, 1), dtype=np.float32)
    plain, ours = plain_dncnn(), networks.Network(models.fold_batch_norm(models.dncnn()))
    return {
        "ours": lambda: ours(picture),
        "plain Keras": lambda: plain.predict_on_batch(picture[None]),
    }


def seconds(function):
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def take_turns(works, repeats):
    """Seconds of each piece of work, timed in turns; the first turn is a warm-up."""
    times = {name: [] for name in works}
    for turn in range(repeats + 1):
        for name, work in works.items():
            spent = work()
            times[name] += [spent] if turn else []
    return times


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", help="a Python that has PyTorch")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    peer = Peer(options.peer, PEER, BATCH=BATCH, PATCH=PATCH, SIDE=SIDE) if options.peer else None
    from restorekit.precision import bfloat16_pays

    results, longest = {}, 0
    for precision in ("float32", "bfloat16") if bfloat16_pays() else ("float32",):
        plain, engine = keras_step(precision)
        works = {"plain Keras": functools.partial(seconds, plain)}
        if peer:
            works["PyTorch"] = functools.partial(peer.run, f"step {precision}")
        times = take_turns(works, options.repeats)
        epochs = engine(options.repeats + 1)[1:]
        for name, more in take_turns(
            works, options.repeats
        ).items():  # before and after: the machine may be slower by then
            times[name] += more
        results[f"training step, {precision}"] = times | {"our engine": [epoch / 4 for epoch in epochs]}
        longest = longest or max(epochs) / statistics.median(epochs)
    works = {name: functools.partial(seconds, work) for name, work in keras_inference().items()}
    if peer:
        works |= {
            "PyTorch": functools.partial(peer.run, "inference"),
            "PyTorch, folded by hand": functools.partial(peer.run, "inference folded"),
        }
    results["inference, 512x512"] = take_turns(works, options.repeats)
    print(f"DnCNN, 17 layers; PyTorch {peer.version if peer else 'not measured'}")
    if not bfloat16_pays():
        print("bfloat16 not timed: this processor has no instructions for it, and the library stays with float32")
    for what, times in results.items():
        print(what, json.dumps({name: round(statistics.median(values), 3) for name, values in times.items() if values}))
    print(f"longest epoch / median epoch: {longest:.2f}")


if __name__ == "__main__":
    sys.exit(main())
