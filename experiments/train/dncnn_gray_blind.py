"""DnCNN-B: the blind gray net, 20 layers, for noise of any sigma from 0 to 55/255. A second stage goes on with larger patches."""

import keras
from recipe import denoiser

CARD = {
    "title": "blind gray DnCNN",
    "good_for": "Gaussian noise on gray pictures, of any sigma up to 55/255.",
    "function": "dncnn",
    "arguments": {"depth": 20, "channels": 1, "batch_norm": False},
    "sigma": [0, 55],
}
FIRST = {"epochs": 20, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}
SECOND = {"epochs": 32, "steps": 250, "batch": 16, "patch": 60, "learning_rate": 0.004, "optimizer": "muon"}

if __name__ == "__main__":
    denoiser("dncnn-gray-blind", {"last_start": keras.initializers.RandomNormal(stddev=1e-3)}, CARD, FIRST, SECOND)
