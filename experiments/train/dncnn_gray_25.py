"""DnCNN-S: 17 layers, gray, trained for noise of sigma 25/255. First on all levels from 0 to 55, then on that one."""

import keras
from recipe import chosen, finish, noisy_pair, photographs

from restorekit import models, training

NAME = "dncnn-gray-25"
ARGUMENTS = {"depth": 17, "channels": 1, "batch_norm": False}
FIRST = {"epochs": 24, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.01, "optimizer": "muon"}
SECOND = {"epochs": 32, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.005, "optimizer": "muon"}


def blind_start(train, watched):
    """The first stage, which the blind network begins with too."""
    keras.utils.set_random_seed(0)
    model = models.dncnn(**ARGUMENTS, last_start=keras.initializers.RandomNormal(stddev=1e-3))
    history = training.fit(
        training.mixed_precision(model), train, training.gaussian(0, 55 / 255), **FIRST,
        validation=noisy_pair(watched, 25 / 255), folder=chosen.work / NAME / "1",
    )  # fmt: skip
    return model, history


def main():
    """Train both stages and write the result."""
    train, watched = photographs(gray=True)
    model, first = blind_start(train, watched)
    second = training.fit(
        model, train, training.gaussian(25 / 255), **SECOND, seed=1,
        validation=noisy_pair(watched, 25 / 255), folder=chosen.work / NAME / "2",
    )  # fmt: skip
    card = {
        "title": "DnCNN-S",
        "good_for": "Gaussian noise of sigma 25/255 on gray pictures; other levels need the blind one.",
        "function": "dncnn",
        "arguments": ARGUMENTS,
        "sigma": 25,
        "data": "380 of the 400 pictures of BSDS500 train and test, in gray",
        "schedule": [{"sigma": [0, 55], **FIRST}, {"sigma": 25, **SECOND}],
        "seed": 0,
    }
    finish(NAME, model, card, [first, second])


if __name__ == "__main__":
    main()
