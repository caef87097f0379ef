"""The colour autoencoder: pixel unshuffle, ten convolutions at half the size, pixel shuffle; for noise of any sigma from 0 to 55/255."""

import keras
from recipe import chosen, finish, noisy_pair, photographs

from restorekit import models, training

NAME = "autoencoder-color"
ARGUMENTS = {"filters": (96,), "down": "unshuffle", "up": "shuffle", "depth": 8, "residual": True}
SCHEDULE = {"epochs": 16, "steps": 250, "batch": 32, "patch": 48, "learning_rate": 0.005, "optimizer": "muon"}


def main():
    """Train, and write the result."""
    keras.utils.set_random_seed(0)
    train, watched = photographs(gray=False)
    model = models.autoencoder(**ARGUMENTS)
    history = training.fit(
        training.mixed_precision(model), train, training.gaussian(0, 55 / 255), **SCHEDULE,
        validation=noisy_pair(watched, 25 / 255), folder=chosen.work / NAME,
    )  # fmt: skip
    card = {
        "title": "colour autoencoder",
        "good_for": "Gaussian noise on colour pictures, of any sigma up to 55/255, at less than half the work of the DnCNN.",
        "function": "autoencoder",
        "arguments": ARGUMENTS,
        "sigma": [0, 55],
        "data": "380 of the 400 pictures of BSDS500 train and test",
        "schedule": SCHEDULE,
        "seed": 0,
    }
    finish(NAME, model, card, history)


if __name__ == "__main__":
    main()
