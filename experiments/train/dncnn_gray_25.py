"""DnCNN-S: 17 layers, gray, for noise of sigma 25/255."""

import keras
from recipe import denoiser

CARD = {
    "title": "DnCNN-S",
    "good_for": "Gaussian noise of sigma 25/255 on gray pictures; for other levels take the blind one.",
    "function": "dncnn",
    "arguments": {"depth": 17, "channels": 1, "batch_norm": False},
    "sigma": 25,
}
STAGE = {"epochs": 28, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}

if __name__ == "__main__":
    denoiser("dncnn-gray-25", {"last_start": keras.initializers.RandomNormal(stddev=1e-3)}, CARD, STAGE)
