"""The colour autoencoder: pixel unshuffle, ten convolutions at half the size, pixel shuffle; for noise of any sigma from 0 to 55/255."""

from recipe import denoiser

CARD = {
    "title": "colour autoencoder",
    "good_for": "Gaussian noise on colour pictures, of any sigma up to 55/255, at less than half the work of the DnCNN.",
    "function": "autoencoder",
    "arguments": {"filters": (96,), "down": "unshuffle", "up": "shuffle", "depth": 8, "residual": True},
    "sigma": [0, 55],
}
STAGE = {"epochs": 28, "steps": 250, "batch": 32, "patch": 48, "learning_rate": 0.005, "optimizer": "muon"}

if __name__ == "__main__":
    denoiser("autoencoder-color", {}, CARD, STAGE)
