"""DnCNN-B: the blind gray net, 20 layers, for noise of any sigma from 0 to 55/255. A second stage goes on with larger patches."""

import keras
from recipe import chosen, finish, noisy_pair, photographs

from restorekit import models, training

NAME = "dncnn-gray-blind"
ARGUMENTS = {"depth": 20, "channels": 1, "batch_norm": False}
FIRST = {"epochs": 20, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}
SECOND = {"epochs": 32, "steps": 250, "batch": 16, "patch": 60, "learning_rate": 0.004, "optimizer": "muon"}


def main():
    """Train, and write the result."""
    keras.utils.set_random_seed(0)
    train, watched = photographs(gray=True)
    model = models.dncnn(**ARGUMENTS, last_start=keras.initializers.RandomNormal(stddev=1e-3))
    training.mixed_precision(model)
    degrade, pair = training.gaussian(0, 55 / 255), noisy_pair(watched, 25 / 255)
    first = training.fit(model, train, degrade, **FIRST, validation=pair, folder=chosen.work / NAME)
    second = training.fit(model, train, degrade, **SECOND, seed=1, validation=pair, folder=chosen.work / f"{NAME}-2")
    card = {
        "title": "blind gray DnCNN",
        "good_for": "Gaussian noise on gray pictures, of any sigma up to 55/255.",
        "function": "dncnn",
        "arguments": ARGUMENTS,
        "sigma": [0, 55],
        "data": "380 of the 400 pictures of BSDS500 train and test, in gray",
        "schedule": [FIRST, SECOND],
        "seed": 0,
    }
    finish(NAME, model, card, first, second)


if __name__ == "__main__":
    main()
