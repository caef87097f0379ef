"""Half the bits where that is faster: which processors know bfloat16, and a model that computes in it."""

import functools
from pathlib import Path

import keras

__all__ = ["bfloat16_pays", "mixed_precision"]

#: What Linux calls the instructions that multiply bfloat16 numbers, on x86-64 and ARM processors.
_INSTRUCTIONS = {"avx512_bf16", "amx_bf16", "bf16"}
#: The first NVIDIA cards that multiply them.
_FIRST_CARD = (8, 0)


@functools.cache
def bfloat16_pays():
    """Whether this machine's graphics card, or else its processor, has instructions for bfloat16.

    One that has not must convert every number back and forth: such a training step took more than ten times as long as one in float32.
    Where it can't be found out (only Linux tells), the answer is False.

    Returns
    -------
    bool

    Examples
    --------
    >>> bfloat16_pays() in (True, False)
    True
    """
    if keras.backend.backend() == "tensorflow":
        import tensorflow as tf

        cards = tf.config.list_physical_devices("GPU")
        if cards:
            known = tf.config.experimental.get_device_details(cards[0])
            return known.get("compute_capability", (0, 0)) >= _FIRST_CARD
    try:
        return bool(_INSTRUCTIONS & set(Path("/proc/cpuinfo").read_text().split()))
    except OSError:
        return False


def mixed_precision(model, on=None):
    """Let the hidden layers of a model compute in bfloat16, half the bits of float32: faster where the processor knows them.

    The last convolution and what follows it, and what comes before the first one, stay in float32: a bfloat16 near 1 is only exact to
    1/256, and an image rounded so can't be restored better than that.

    Parameters
    ----------
    model : keras.Model
        Changed in place; its weights stay float32.
    on : bool, optional
        False goes back to float32 in all layers. If omitted: where it is faster, see `bfloat16_pays`.

    Returns
    -------
    keras.Model
        The same.

    Examples
    --------
    >>> import restorekit as rk
    >>> [layer.compute_dtype for layer in mixed_precision(rk.models.dncnn(depth=3), on=True).layers][-3:]
    ['bfloat16', 'float32', 'float32']
    """
    on = bfloat16_pays() if on is None else on
    first, *_, last = (place for place, layer in enumerate(model.layers) if isinstance(layer, keras.layers.Conv2D))
    for layer in model.layers[first:last]:
        layer.dtype_policy = keras.DTypePolicy("mixed_bfloat16" if on else "float32")
    model.train_function = model.test_function = model.predict_function = None  # Keras keeps what it compiled before
    return model
