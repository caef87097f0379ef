"""DnCNN-B: the blind gray net, 20 layers, for noise of any sigma from 0 to 55/255. It begins as the first stage of `dncnn_gray_25.py`."""

from dncnn_gray_25 import FIRST, blind_start
from recipe import chosen, finish, noisy_pair, photographs

from restorekit import models, training

NAME = "dncnn-gray-blind"
ARGUMENTS = {"depth": 20, "channels": 1, "batch_norm": False}
SCHEDULE = {"epochs": 20, "steps": 250, "batch": 32, "patch": 40, "learning_rate": 0.0025, "optimizer": "muon"}


def main():
    """Train, and write the result."""
    train, watched = photographs(gray=True)
    start, first = blind_start(train, watched)
    model = training.mixed_precision(models.deepened(start, ARGUMENTS["depth"]))
    second = training.fit(
        model, train, training.gaussian(0, 55 / 255), **SCHEDULE, seed=2,
        validation=noisy_pair(watched, 25 / 255), folder=chosen.work / NAME,
    )  # fmt: skip
    card = {
        "title": "blind gray DnCNN",
        "good_for": "Gaussian noise on gray pictures, of any sigma up to 55/255.",
        "function": "dncnn",
        "arguments": ARGUMENTS,
        "sigma": [0, 55],
        "data": "380 of the 400 pictures of BSDS500 train and test, in gray",
        "schedule": [{"sigma": [0, 55], "depth": 17, **FIRST}, {"sigma": [0, 55], **SCHEDULE}],
        "seed": 0,
    }
    finish(NAME, model, card, [first, second])


if __name__ == "__main__":
    main()
