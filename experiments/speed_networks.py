"""Time DnCNN on this machine: our training engine and inference beside plain Keras and PyTorch, in turns, in the same run.

    make bench-speed-networks           # makes .venv-torch for PyTorch (CPU build), then runs this
    python experiments/speed_networks.py --peer .venv-torch/bin/python [--repeats 7]

Work: DnCNN with 17 layers of 64 channels and batch normalisation, gray. A training step on 64 patches of 40x40 in float32 (and in
mixed bfloat16), inference of one 512x512 picture. PyTorch runs in channels-last order, in a process of its own that waits while the
others are timed. Printed: medians of wall-clock seconds, and the longest epoch of a training beside its median epoch.
"""

import argparse
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
net, folded = build(False), build(True).eval()
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
def infer():
    with torch.inference_mode():
        picture - folded(picture)
work = {"step": lambda: step("float32"), "step bfloat16": lambda: step("bfloat16"), "inference": infer}
print(torch.__version__, flush=True)
for line in sys.stdin:
    start = time.perf_counter()
    work[line.strip()]()
    print(time.perf_counter() - start, flush=True)
"""


class Peer:
    """PyTorch in a process of its own: told what to do, it answers with the seconds."""

    def __init__(self, python):
        code = PEER.replace("BATCH", str(BATCH)).replace("PATCH", str(PATCH)).replace("SIDE", str(SIDE))
        self.process = subprocess.Popen([python, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.version = self.process.stdout.readline().strip()

    def run(self, what):
        """Seconds of one piece of work."""
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        return float(self.process.stdout.readline())


def keras_work(precision):
    """A training step of plain Keras, one of our engine's compiled model, and the picture's inference, as functions."""
    import keras
    import numpy as np

    from restorekit import models, training

    clean = np.random.default_rng(0).random((BATCH, PATCH, PATCH, 1), dtype=np.float32)
    picture = np.random.default_rng(1).random((1, SIDE, SIDE, 1), dtype=np.float32)
    noisy = training.gaussian(0.1)(clean, np.random.default_rng(2))
    plain = models.dncnn()
    plain.compile(keras.optimizers.Adam(1e-3), "mse", jit_compile=False)
    model = models.dncnn()
    if precision == "bfloat16":
        training.mixed_precision(plain)
        training.mixed_precision(model)
    folded = models.dncnn(batch_norm=False)
    return {
        "plain": lambda: plain.train_on_batch(noisy, clean),
        "engine": lambda epochs: training.fit(
            model, clean, training.gaussian(0.1), epochs=epochs, steps=4, batch=BATCH, patch=PATCH, progress=False
        )["seconds"],
        "inference": lambda: folded.predict_on_batch(picture),
    }


def seconds(function):
    """Wall-clock seconds of one call."""
    start = time.perf_counter()
    function()
    return time.perf_counter() - start


def take_turns(ours, peer, what, times, repeats):
    """Time ours and the peer's in turns, and add the seconds to `times`; the first turn is a warm-up."""
    for turn in range(repeats + 1):
        for name, function in ours.items():
            spent = seconds(function)
            times[name] += [spent] if turn else []
        if peer:
            spent = peer.run(what)
            times["PyTorch"] += [spent] if turn else []


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", help="a Python that has PyTorch")
    parser.add_argument("--repeats", type=int, default=7)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    peer = Peer(options.peer) if options.peer else None
    results = {}
    for precision, step in (("float32", "step"), ("bfloat16", "step bfloat16")):
        work = keras_work(precision)
        times = {"plain Keras": [], "PyTorch": [], "our engine": []}
        take_turns({"plain Keras": work["plain"]}, peer, step, times, options.repeats)
        epochs = work["engine"](options.repeats + 1)[1:]
        times["our engine"] = [epoch / 4 for epoch in epochs]
        take_turns({"plain Keras": work["plain"]}, peer, step, times, options.repeats)
        results[f"training step, {precision}"] = times
        if precision == "float32":
            longest = max(epochs) / statistics.median(epochs)
            pair = {"ours": [], "PyTorch": []}
            take_turns({"ours": work["inference"]}, peer, "inference", pair, options.repeats)
    results["inference, 512x512"] = pair
    print(f"DnCNN, 17 layers; PyTorch {peer.version if peer else 'not measured'}")
    for what, times in results.items():
        print(what, json.dumps({name: round(statistics.median(values), 3) for name, values in times.items() if values}))
    print(f"longest epoch / median epoch: {longest:.2f}")


if __name__ == "__main__":
    sys.exit(main())
