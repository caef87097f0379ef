"""How ESPCN's recipe begins: as bicubic interpolation; and how it gives the first layer stronger filters without undoing the rest."""

import importlib
import sys
from pathlib import Path

import numpy as np
import pytest

import restorekit as rk
from restorekit import models


@pytest.fixture
def recipe(monkeypatch):
    """The recipe's functions; nothing is trained."""
    monkeypatch.setattr(sys, "argv", ["espcn_x3.py"])
    monkeypatch.syspath_prepend(Path(__file__).parents[2] / "experiments" / "train")
    for name in ("recipe", "enlarging", "espcn_x3"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    return importlib.import_module("espcn_x3")


def inner(model, picture):
    """What the model makes of a picture, away from its border, where the layers see zeros."""
    return np.asarray(model(picture[None, ..., None]))[0, 15:-15, 15:-15, 0]


def test_it_begins_as_bicubic_interpolation(recipe):
    model, small = models.espcn(3), rk.sample("camera")[100:160, 200:280]
    recipe.bicubic(model)
    error = np.abs(inner(model, small) - rk.upscale(small, 3, "bicubic")[15:-15, 15:-15])
    assert error.mean() < 0.01 and error.max() < 0.05  # tanh bends a little, and the other filters are small but there


def test_stronger_filters_do_the_same_but_for_the_bend(recipe, monkeypatch):
    monkeypatch.setattr(recipe, "STRENGTH", 1e-3)  # so weak that tanh does not bend
    model, small = models.espcn(3), rk.sample("coffee")[100:160, 200:280].mean(-1)
    kernel, bias, *rest = model.get_weights()
    model.set_weights([kernel * 1e-3, bias + 1e-3, *rest])
    before = inner(model, small)
    recipe.strengthen(model)
    np.testing.assert_allclose(inner(model, small), before, atol=2e-4 * np.abs(before).max())


def test_the_new_filters_answer_edges_as_strongly_as_they_should(recipe):
    model, photo = models.espcn(3), rk.sample("camera")[::3, ::3]
    recipe.strengthen(model)
    kernels = model.get_weights()[0].reshape(25, 64)
    patches = np.lib.stride_tricks.sliding_window_view(photo, (5, 5)).reshape(-1, 25)
    answers = (patches @ kernels[:, 1:]).std(0)
    assert answers.min() > 0.1 and answers.max() < 1
    np.testing.assert_allclose(kernels[:, 1:].sum(0), 0, atol=1e-5)  # brightness alone does not move them
