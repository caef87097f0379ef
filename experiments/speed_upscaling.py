"""Time the networks that enlarge on this machine, beside the same networks in PyTorch, in turns, in the same run.

    make bench-speed-networks           # makes .venv-torch for PyTorch (CPU build), then runs this too
    python experiments/speed_upscaling.py --peer .venv-torch/bin/python [--repeats 5]

Work: a large picture of 1008x1008 pixels, about one megapixel, out of a small one; SRCNN and VDSR take it enlarged. Weights are random: the
time does not depend on them. Ours runs as `rk.upscale` does; PyTorch in channels-last order, in a process of its own that waits while the
others are timed. Printed: medians of wall-clock seconds, multiply-adds for each pixel of the large picture, and what up-sampling last
saves. "slower" marks what loses to PyTorch by more than a twentieth: nothing should.
"""

import argparse
import functools
import os
import statistics
import sys

from speed_networks import Peer, seconds, take_turns

SIDE = 1008
#: The networks: function of `restorekit.models`, its arguments, and the height and width of what it takes.
NETWORKS = {
    "SRCNN": ("srcnn", {}, SIDE),
    "VDSR": ("vdsr", {}, SIDE),
    "ESPCN x3": ("espcn", {"scale": 3}, SIDE // 3),
    "EDSR x2": ("edsr", {"scale": 2}, SIDE // 2),
    "EDSR x4": ("edsr", {"scale": 4}, SIDE // 4),
}

PEER = """
import sys, time
import torch
from torch import nn
from torch.nn import functional as F
torch.manual_seed(0)
def conv(a, b, k=3): return nn.Conv2d(a, b, k, padding=k // 2)
def chain(*sizes, act=nn.ReLU):
    layers = [l for a, b, k in sizes for l in (conv(a, b, k), act())]
    return nn.Sequential(*layers[:-1])
class Residual(nn.Module):
    def __init__(self, inner): super().__init__(); self.inner = inner
    def forward(self, x): return x + self.inner(x)
class EDSR(nn.Module):
    def __init__(self, scale):
        super().__init__()
        self.scale, self.first = scale, conv(3, 64)
        blocks = [Residual(nn.Sequential(conv(64, 64), nn.ReLU(), conv(64, 64))) for _ in range(16)]
        self.body = Residual(nn.Sequential(*blocks, conv(64, 64)))
        steps = {2: 1, 4: 2}[scale]
        self.tail = nn.Sequential(*[l for _ in range(steps) for l in (conv(64, 256), nn.PixelShuffle(2))], conv(64, 3))
    def forward(self, x):
        return F.interpolate(x, scale_factor=self.scale) + self.tail(self.body(self.first(x)))
nets = {
    "SRCNN": (chain((1, 64, 9), (64, 32, 5), (32, 1, 5)), 1, SIDE),
    "VDSR": (Residual(chain((1, 64, 3), *[(64, 64, 3)] * 18, (64, 1, 3))), 1, SIDE),
    "ESPCN x3": (nn.Sequential(chain((1, 64, 5), (64, 32, 3), (32, 9, 3), act=nn.Tanh), nn.PixelShuffle(3)), 1, SIDE // 3),
    "EDSR x2": (EDSR(2), 3, SIDE // 2),
    "EDSR x4": (EDSR(4), 3, SIDE // 4),
}
work = {}
for name, (net, channels, side) in nets.items():
    net = net.eval().to(memory_format=torch.channels_last)
    work[name] = net, torch.rand(1, channels, side, side).to(memory_format=torch.channels_last)
print(torch.__version__, flush=True)
for line in sys.stdin:
    net, picture = work[line.strip()]
    start = time.perf_counter()
    with torch.inference_mode():
        net(picture)
    print(time.perf_counter() - start, flush=True)
"""


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--peer", help="a Python that has PyTorch")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    peer = Peer(options.peer, PEER, SIDE=SIDE) if options.peer else None
    import numpy as np

    from restorekit import models, networks

    print(f"{SIDE} x {SIDE} pixels; PyTorch {peer.version if peer else 'not measured'}")
    print(f"{'':10} {'multiply-adds':>14} {'ours':>8} {'PyTorch':>8}")
    medians = {}
    for name, (function, arguments, side) in NETWORKS.items():
        model = getattr(models, function)(**arguments)
        picture = np.random.default_rng(0).random((side, side, model.input_shape[-1]), dtype=np.float32)
        works = {"ours": functools.partial(seconds, functools.partial(networks.Network(model), picture))}
        if peer:
            works["PyTorch"] = functools.partial(peer.run, name)
        times = {who: statistics.median(values) for who, values in take_turns(works, options.repeats).items()}
        medians[name] = times["ours"]
        numbers = " ".join(f"{value:8.3f}" for value in times.values())
        slower = "  slower" if times["ours"] > 1.05 * times.get("PyTorch", float("inf")) else ""
        print(f"{name:10} {models.multiply_adds(model):14,.0f} {numbers}{slower}", flush=True)
    print(f"ESPCN x3 is {medians['VDSR'] / medians['ESPCN x3']:.0f} times faster than VDSR")


if __name__ == "__main__":
    sys.exit(main())
