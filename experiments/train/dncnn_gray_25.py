"""DnCNN-S: 17 layers, gray, for noise of sigma 25/255."""

import keras
from recipe import chosen, finish, noisy_pair, photographs

from restorekit import models, training

NAME = "dncnn-gray-25"
ARGUMENTS = {"depth": 17, "channels": 1, "batch_norm": False}
SCHEDULE = {"epochs": 28, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}


def main():
    """Train, and write the result."""
    keras.utils.set_random_seed(0)
    train, watched = photographs(gray=True)
    model = models.dncnn(**ARGUMENTS, last_start=keras.initializers.RandomNormal(stddev=1e-3))
    history = training.fit(
        training.mixed_precision(model), train, training.gaussian(25 / 255), **SCHEDULE,
        validation=noisy_pair(watched, 25 / 255), folder=chosen.work / NAME,
    )  # fmt: skip
    card = {
        "title": "DnCNN-S",
        "good_for": "Gaussian noise of sigma 25/255 on gray pictures; for other levels take the blind one.",
        "function": "dncnn",
        "arguments": ARGUMENTS,
        "sigma": 25,
        "data": "380 of the 400 pictures of BSDS500 train and test, in gray",
        "schedule": SCHEDULE,
        "seed": 0,
    }
    finish(NAME, model, card, history)


if __name__ == "__main__":
    main()
