"""DnCNN-B: the blind gray net, 20 layers, for noise of any sigma from 0 to 55/255. It begins as a deeper DnCNN-S."""

import numpy as np
from recipe import decibels, denoiser

from restorekit import zoo

CARD = {
    "title": "blind gray DnCNN",
    "good_for": "Gaussian noise on gray pictures, of any sigma up to 55/255.",
    "function": "dncnn",
    "arguments": {"depth": 20, "channels": 1, "batch_norm": False},
    "sigma": [0, 55],
    "begins_as": "dncnn-gray-25, with three layers more that change nothing at first",
}
FIRST = {
    "epochs": 18, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.001, "optimizer": "muon", "loss": decibels,
}  # fmt: skip
SECOND = {
    "epochs": 14, "steps": 125, "batch": 8, "patch": 64, "learning_rate": 0.0005, "optimizer": "muon", "loss": decibels,
}  # fmt: skip
THIRD = {
    "epochs": 2, "steps": 125, "batch": 8, "patch": 64, "learning_rate": 0.0002, "optimizer": "muon", "loss": decibels,
    "sigma": [5, 30],
}  # fmt: skip


def deepen(model):
    """Give the net the layers of DnCNN-S, and before the last one three that copy each channel.

    What comes out of a ReLU is not negative, so copying and another ReLU leave it as it is (T. Chen, I. Goodfellow, J. Shlens, "Net2Net:
    Accelerating Learning via Knowledge Transfer", ICLR 2016).
    """
    *hidden, kernel, bias = zoo.load_model("dncnn-gray-25").get_weights()
    copy = np.zeros((3, 3, 64, 64), np.float32)
    copy[1, 1] = np.eye(64)
    model.set_weights([*hidden, *[copy, np.zeros(64, np.float32)] * 3, kernel, bias])


if __name__ == "__main__":
    denoiser("dncnn-gray-blind", {}, CARD, FIRST, SECOND, THIRD, begin=deepen)
