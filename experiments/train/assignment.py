"""The assignment's three models on CIFAR-10, noise of sigma 0.1; Model 3 twice, to show what the start of its last layer does.

Trained as the assignment says (mean squared error, mini-batches of 32, the models' own noise layer), with Adam along a cosine.
"""

import keras
import numpy as np
from recipe import chosen, finish, noisy_pair

from restorekit import datasets, images, models, training

SCHEDULE = {"epochs": 24, "steps": 150, "batch": 32, "patch": 32, "learning_rate": 2e-3, "optimizer": "adam"}
NETWORKS = {
    "assignment-1": ("Model 1: five convolutions", "model_1", {}),
    "assignment-2": ("Model 2: with a skip connection", "model_2", {}),
    "assignment-3": (
        "Model 3: with batch normalisation, last layer started at zero",
        "model_3",
        {"last_start": "zeros"},
    ),
    "assignment-3-default-start": ("Model 3: last layer started as Keras does", "model_3", {}),
}


def main():
    """Train all, and write the results."""
    pictures = images.as_float(datasets.cifar10().x_train)
    held_out = np.arange(len(pictures)) % 20 == 0
    for name, (title, function, arguments) in NETWORKS.items():
        keras.utils.set_random_seed(0)
        model = getattr(models, function)(**arguments)
        history = training.fit(
            training.mixed_precision(model),
            pictures[~held_out],
            **SCHEDULE,
            validation=noisy_pair(pictures[held_out], 0.1),
            folder=chosen.work / name,
        )
        card = {
            "title": title,
            "good_for": "small colour pictures with Gaussian noise of sigma 0.1, as in the assignment.",
            "function": function,
            "arguments": arguments,
            "sigma": 25.5,
            "data": f"{len(pictures) - held_out.sum():,} training images of CIFAR-10",
            "schedule": SCHEDULE,
            "seed": 0,
        }
        finish(name, model, card, history)


if __name__ == "__main__":
    main()
