"""Half the bits: the ends of a network stay exact, and only a processor that knows bfloat16 gets it."""

from pathlib import Path

import keras
import numpy as np
import pytest

from restorekit import models
from restorekit.precision import bfloat16_pays, mixed_precision

CLEAN = np.random.default_rng(0).random((3, 20, 24, 1), np.float32)


def test_it_keeps_the_ends_exact_and_the_weights_whole():
    model = models.model_2(1, 8)
    exact = model.predict(CLEAN, verbose=0)
    mixed_precision(model, on=True)
    assert [layer.compute_dtype for layer in model.layers] == [
        "float32", "float32", "bfloat16", "bfloat16", "bfloat16", "bfloat16", "float32", "float32"
    ]  # fmt: skip
    assert {weight.dtype for weight in model.weights} == {"float32"}
    rounded = model.predict(CLEAN, verbose=0)
    assert rounded.dtype == np.float32
    assert 0 < np.abs(rounded - exact).max() < 0.02
    mixed_precision(model, on=False)
    np.testing.assert_array_equal(model.predict(CLEAN, verbose=0), exact)


def test_it_passes_an_untouched_image_through_exactly():
    image = np.linspace(0, 1, 64, dtype=np.float32).reshape(1, 8, 8, 1)
    for model in (models.dncnn(3, 4, last_start="zeros"), models.autoencoder(1, (4,), residual=True)):
        np.testing.assert_array_equal(mixed_precision(model, on=True)(image), image)


# ---------------------------------------------------------------- where it pays


def dtypes(model):
    """What the layers of a model compute in."""
    return {layer.compute_dtype for layer in model.layers}


@pytest.mark.parametrize(
    ("flags", "pays"),
    [("fpu avx2 fma", False), ("avx512f avx512_bf16", True), ("amx_bf16 amx_tile", True), ("asimd bf16 sve", True)],
)
def test_the_processor_decides(monkeypatch, flags, pays):
    monkeypatch.setattr(Path, "read_text", lambda path: f"processor : 0\nflags : {flags}\nbugs : none\n")
    bfloat16_pays.cache_clear()
    try:
        assert bfloat16_pays() is pays
        assert ("bfloat16" in dtypes(mixed_precision(models.dncnn(4, 4)))) is pays
        assert "bfloat16" in dtypes(mixed_precision(models.dncnn(4, 4), on=True))
    finally:
        bfloat16_pays.cache_clear()


def test_where_nobody_tells_it_stays_off(monkeypatch):
    def absent(path):
        raise FileNotFoundError(path)

    monkeypatch.setattr(Path, "read_text", absent)
    bfloat16_pays.cache_clear()
    try:
        assert bfloat16_pays() is False
    finally:
        bfloat16_pays.cache_clear()


@pytest.mark.parametrize(("capability", "pays"), [((7, 5), False), ((8, 0), True), ((9, 0), True)])
def test_a_graphics_card_decides_before_the_processor(monkeypatch, capability, pays):
    if keras.backend.backend() != "tensorflow":
        pytest.skip("asks TensorFlow")
    import tensorflow as tf

    monkeypatch.setattr(tf.config, "list_physical_devices", lambda kind: [kind])
    monkeypatch.setattr(tf.config.experimental, "get_device_details", lambda card: {"compute_capability": capability})
    bfloat16_pays.cache_clear()
    try:
        assert bfloat16_pays() is pays
    finally:
        bfloat16_pays.cache_clear()
