"""The blind colour DnCNN: 20 layers, for noise of any sigma from 0 to 55/255."""

import keras
from recipe import denoiser

CARD = {
    "title": "blind colour DnCNN",
    "good_for": "Gaussian noise on colour pictures, of any sigma up to 55/255.",
    "function": "dncnn",
    "arguments": {"depth": 20, "channels": 3, "batch_norm": False},
    "sigma": [0, 55],
}
STAGE = {"epochs": 28, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}

if __name__ == "__main__":
    denoiser("dncnn-color-blind", {"last_start": keras.initializers.RandomNormal(stddev=1e-3)}, CARD, STAGE)
