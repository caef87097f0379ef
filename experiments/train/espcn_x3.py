"""ESPCN x3: three convolutions on the small Y channel, and a pixel shuffle. It begins as bicubic interpolation, which it then improves."""

import numpy as np
from enlarging import detail_decibels, upscaler

from restorekit import degrade

CARD = {
    "title": "ESPCN x3",
    "good_for": "enlarging sharp pictures by 3, fast.",
    "function": "espcn",
    "arguments": {"scale": 3},
    "scale": 3,
    "enlarged": False,
    "begins_as": "bicubic interpolation, in nine filters of each layer",
}
STAGE = {
    "epochs": 40, "steps": 250, "batch": 32, "patch": 96, "margin": 12, "learning_rate": 0.01, "optimizer": "muon", "loss": "mse",
}  # fmt: skip
AFTER = STAGE | {"epochs": 36, "learning_rate": 0.003, "loss": detail_decibels}
#: How strongly the picture is carried through: tanh bends what is large.
GAIN = 0.3


def bicubic(model):
    """Let filter n of each layer compute, by bicubic interpolation, pixel n of each block of 3 x 3; the other filters stay as drawn."""
    first, first_bias, second, second_bias, last, last_bias = model.get_weights()
    row = np.zeros((1, 11), np.float32)
    row[0, 5] = 1
    spread = degrade.resize(row, shape=(1, 33))[0]  # how far one small pixel reaches into the large picture
    weights = np.stack([[spread[3 * (5 - shift) + place] for shift in range(-2, 3)] for place in range(3)])
    last *= 0.01
    for n in range(9):
        first[:, :, 0, n] = GAIN * np.outer(weights[n // 3], weights[n % 3])
        second[:, :, :, n], last[:, :, n] = 0, 0
        second[1, 1, n, n], last[1, 1, n, n] = 1, 1 / GAIN
    model.set_weights([first, first_bias, second, second_bias, last, last_bias])


if __name__ == "__main__":
    upscaler("espcn-x3", CARD, STAGE, AFTER, begin=bicubic)
