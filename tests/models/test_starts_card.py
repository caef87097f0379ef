"""The card of the starts: all rows of its script, and both memories of batch normalisation."""

import ast
import json
from importlib.resources import files
from pathlib import Path

import pytest

CARD = json.loads(files("restorekit").joinpath("data/cards/starts.json").read_text())


def rows_of_the_script():
    """What experiments/starts.py trains, read without running it."""
    source = (Path(__file__).parents[2] / "experiments" / "starts.py").read_text("utf-8")
    (value,) = [node.value for node in ast.parse(source).body if ast.unparse(node).startswith("ROWS = ")]
    return ast.literal_eval(value)


def test_every_row_is_there_as_the_script_trains_it():
    rows = rows_of_the_script()
    assert list(CARD["results"]) == list(rows)
    for name, row in rows.items():
        measured = CARD["results"][name]
        assert row.items() <= measured.items()
        assert ("psnr_momentum_0.99" in measured) == row["batch_norm"]
        assert 5 < measured["psnr"] < 35


def test_the_card_says_how_it_came_about():
    assert CARD["noisy"] == pytest.approx(20.2, abs=0.1)
    assert CARD["steps"] > 0 and CARD["protocol"] and CARD["date"].startswith("20")
