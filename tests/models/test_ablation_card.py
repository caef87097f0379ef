"""The ablation's card: all 18 variants with three seeds each, one budget, and numbers that fit the networks."""

import json
from importlib.resources import files
from itertools import product

import pytest

pytest.importorskip("keras")

from restorekit import models

CARD = json.loads(files("restorekit").joinpath("data/cards/ablation.json").read_text())
VARIANTS = list(product(("stride", "max", "unshuffle"), ("interpolation", "transposed", "shuffle"), ("skip", "plain")))


def test_every_variant_is_there_with_three_seeds():
    assert list(CARD["results"]) == ["-".join(ways) for ways in VARIANTS]
    for row in CARD["results"].values():
        seeds = row["psnr_of_seeds"]
        assert len(seeds) == len(row["checkerboard_of_seeds"]) == 3
        assert row["psnr"] == pytest.approx(sum(seeds) / 3, abs=0.011)
        assert row["spread"] == pytest.approx(max(seeds) - min(seeds), abs=0.011)
        assert min(seeds) > CARD["noisy"] + 2


def test_the_card_says_how_it_came_about():
    assert CARD["noisy"] == pytest.approx(20.2, abs=0.1)
    assert CARD["protocol"] and CARD["machine"] and CARD["date"].startswith("20")
    assert {"epochs", "steps", "batch", "patch", "learning_rate", "optimizer"} == set(CARD["schedule"])


@pytest.mark.parametrize("ways", VARIANTS[::5])
def test_parameters_and_work_are_those_of_the_network(ways):
    down, up, skip = ways
    model = models.autoencoder(filters=(32, 64), down=down, up=up, skip=skip == "skip")
    row = CARD["results"]["-".join(ways)]
    assert row["parameters"] == model.count_params()
    assert row["multiply_adds"] == pytest.approx(models.multiply_adds(model), abs=1)


def test_what_is_enlarged_by_interpolation_stays_even():
    for name, row in CARD["results"].items():
        assert ("interpolation" in name) == (row["checkerboard"] < 0.1), name
