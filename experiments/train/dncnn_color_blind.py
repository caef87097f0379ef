"""The blind colour DnCNN: 20 layers, for noise of any sigma from 0 to 55/255."""

import keras
from recipe import chosen, finish, noisy_pair, photographs

from restorekit import models, training

NAME = "dncnn-color-blind"
ARGUMENTS = {"depth": 20, "channels": 3, "batch_norm": False}
SCHEDULE = {"epochs": 28, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}


def main():
    """Train, and write the result."""
    keras.utils.set_random_seed(0)
    train, watched = photographs(gray=False)
    model = models.dncnn(**ARGUMENTS, last_start=keras.initializers.RandomNormal(stddev=1e-3))
    history = training.fit(
        training.mixed_precision(model), train, training.gaussian(0, 55 / 255), **SCHEDULE,
        validation=noisy_pair(watched, 25 / 255), folder=chosen.work / NAME,
    )  # fmt: skip
    card = {
        "title": "blind colour DnCNN",
        "good_for": "Gaussian noise on colour pictures, of any sigma up to 55/255.",
        "function": "dncnn",
        "arguments": ARGUMENTS,
        "sigma": [0, 55],
        "data": "380 of the 400 pictures of BSDS500 train and test",
        "schedule": SCHEDULE,
        "seed": 0,
    }
    finish(NAME, model, card, history)


if __name__ == "__main__":
    main()
