"""Checks of lab 05, the network itself: how far it sees, and whether it is DnCNN.

Keras is imported where it is needed: the list of all exercises must not wait for it.
"""

import numpy as np

from restorekit.checks.graph import Reader, describe
from restorekit.diagnosis import Wrong, as_array, call

KINDS = {"conv": "C", "norm": "B", "relu": "R", "activation": "A"}
MARKS = {"C": "convolution", "B": "batch normalisation", "R": "ReLU"}


def check_field(student):
    """5.1: one pixel, and what each convolution adds on both sides."""
    for kernels in ([9, 1, 5], [3, 3], [5, 3, 3, 7], [3] * 17):
        right = 1 + sum(k - 1 for k in kernels)
        got = call(student, list(kernels))
        if np.shape(got) != ():
            raise Wrong(f"one number was expected, the width of the square in pixels; yours has shape {np.shape(got)}.")
        got = float(as_array(got))
        if got == right:
            continue
        usual = {
            len(kernels) * 2
            + 1: "you count 2 for every convolution: that is right for 3x3 ones alone. A kernel of k adds k - 1.",
            sum(
                kernels
            ): "you add the whole kernels. The windows overlap: the second one grows the square by k - 1, not by k.",
            sum(kernels)
            + 1: "you add k for every convolution; a window of k pixels reaches k // 2 to each side, so it adds k - 1.",
            int(
                np.prod(kernels)
            ): "you multiply the kernels. Each adds a rim around the square, k // 2 pixels on each side.",
            right
            - 1: "the pixel itself is missing: with no convolution at all, one pixel sees one pixel. Begin with 1.",
            right // 2: "that is how far it reaches to *one* side. The width counts both sides and the middle pixel.",
            right**2: "that is the number of pixels in the square; asked is its width.",
            max(
                kernels
            ): "that is the largest kernel alone. The convolutions work one after the other, and their reaches add up.",
            kernels[-1]: "that is the last kernel alone; before it, the others have looked around already.",
        }
        usual.pop(right, None)
        reason = usual.get(int(got) if got == int(got) else None, "Each convolution adds k - 1.")
        raise Wrong(f"for {kernels if len(kernels) < 9 else '17 convolutions of 3'} you return {got:g}: {reason}")
    return "right: 1 pixel, and k - 1 more for each convolution. DnCNN's 17 layers see 35 x 35 pixels."


def check_build(student):
    """5.2: DnCNN, layer by layer, and then by what it computes."""
    for depth, filters, channels in ((5, 6, 1), (6, 4, 3)):
        model = _as_graph(call(student, depth, filters, channels), channels)
        steps = Reader(model).steps()
        _judge_layers(model, steps, depth, filters, channels)
        _judge_output(model, steps, channels)
    return "right: " + _size(student) + " trainable parameters at 17 layers of 64, the published number."


def _size(student):
    """The trainable parameters of the full-sized net, with its commas."""
    model = _as_graph(call(student, 17, 64, 1), 1)
    return f"{sum(int(np.prod(weight.shape)) for weight in model.trainable_weights):,}"


def _as_graph(model, channels):
    """The learner's model, as a graph from one input to one output; one of the library's own is refused."""
    import keras

    if not isinstance(model, keras.Model):
        kind = type(model).__name__
        told = " Return keras.Model(noisy, restored)." if kind == "KerasTensor" else ""
        raise Wrong(f"a keras.Model was expected; you return a {kind}.{told}")
    if _is_ours(model):
        raise Wrong(
            "this is the library's network, a good one to compare with. Here, write it yourself: a dozen lines."
        )
    if isinstance(model, keras.Sequential):
        raise Wrong(
            "a Sequential model passes one tensor from layer to layer, and so forgets the noisy image, from which the noise must be "
            "subtracted at the end. Call the layers one by one: x = layers.Conv2D(...)(x)."
        )
    if not getattr(model, "inputs", None):  # a class of the learner's
        noisy = keras.Input((None, None, channels))
        model = keras.Model(noisy, call(model.call, noisy))
    return model


def _is_ours(model):
    """Whether `models.dncnn` made it, for the learner or for the zoo: its name, its last layer's, and how its kernels start tell."""
    from keras import initializers, layers

    *hidden, last = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)] or [None]
    starts = [getattr(layer, "kernel_initializer", None) for layer in hidden]
    return (
        model.name.startswith("dncnn")
        and getattr(last, "name", None) == "noise"
        and bool(starts)
        and all(isinstance(start, initializers.Orthogonal) for start in starts)
    )


def _judge_layers(model, steps, depth, filters, channels):
    """The model takes any size, and has the right layers in the right order."""
    shape = tuple(model.input_shape)
    if shape[-1] != channels:
        raise Wrong(f"your net takes {shape[-1]} channel(s); with channels={channels} it takes {channels}.")
    if shape[1:3] != (None, None):
        raise Wrong(
            f"your net takes images of {shape[1]} x {shape[2]} pixels alone. Leave height and width open: "
            "keras.Input((None, None, channels))."
        )
    convolutions, norms = ([step.layer for step in steps if step.kind == kind] for kind in ("conv", "norm"))
    if any(len({id(layer) for layer in made}) < len(made) for made in (convolutions, norms)):
        raise Wrong(
            "you made a layer once and called it several times, so its weights are shared. Make a new one in every turn of the loop."
        )
    if len(convolutions) != depth:
        told = (
            "does each turn of the loop go on from the `x` of the turn before?"
            if len(convolutions) < depth - 1
            else "depth counts all of them, the first and the last too."
        )
        raise Wrong(
            f"with depth={depth} the way from the input to the output of your net has {len(convolutions)} convolutions: {told}"
        )
    _judge_convolutions(convolutions, filters, channels)
    last = max(place for place, step in enumerate(steps) if step.kind == "conv")
    for step in steps[:last]:
        if step.kind not in ("input", *KINDS):
            raise Wrong(f'there is a step "{step.name}" that DnCNN has not. Your net reads: {describe(steps)}.')
    _judge_order("".join(KINDS.get(step.kind, "") for step in steps), depth)
    for norm in norms:
        if not 0.85 < norm.momentum < 0.95:
            why = (
                "Keras' usual momentum of 0.99: after a short training it still remembers the variance of 1 that it began with"
                if norm.momentum > 0.98
                else f"a momentum of {norm.momentum:g}; the higher, the longer it remembers, and here ten batches or so are right"
            )
            raise Wrong(f"your batch normalisation has {why}. Write momentum=0.9.")
    biased = [layer.name for layer in convolutions[1:-1] if layer.use_bias]
    if biased:
        raise Wrong(
            f"{len(biased)} hidden convolutions have a bias, and batch normalisation subtracts it again at once. Leave it out: "
            "use_bias=False (the first and the last convolution keep theirs)."
        )
    if not all(layer.use_bias for layer in (convolutions[0], convolutions[-1])):
        raise Wrong("the first and the last convolution have no batch normalisation behind them: they keep their bias.")


def _judge_convolutions(convolutions, filters, channels):
    """Kernels, strides, padding and filters."""
    for place, layer in enumerate(convolutions, 1):
        label = f"convolution {place} of {len(convolutions)}"
        if tuple(layer.kernel_size) != (3, 3):
            raise Wrong(f"{label} has a kernel of {layer.kernel_size[0]} x {layer.kernel_size[1]}; all are 3 x 3.")
        if tuple(layer.strides) != (1, 1) or tuple(layer.dilation_rate) != (1, 1):
            raise Wrong(f"{label} has strides or a dilation; here every pixel counts, and both are 1.")
        if layer.padding != "same":
            raise Wrong(
                f"{label} has padding={layer.padding!r} and eats a rim of the image: padding='same' keeps the size."
            )
        wanted = channels if place == len(convolutions) else filters
        if layer.filters != wanted:
            why = (
                "it draws the noise, one number for each channel of the image"
                if place == len(convolutions)
                else "as `filters` says"
            )
            raise Wrong(f"{label} has {layer.filters} filters; {wanted} were expected: {why}.")


def _judge_order(chain, depth):
    """Convolution, normalisation, ReLU: in that order, and only where they belong."""
    right = "CR" + "CBR" * (depth - 2) + "C"
    if chain == right:
        return
    blocks = chain.split("C")[1:]
    if "A" in chain:
        raise Wrong(
            "there is an activation other than ReLU in your net; DnCNN has ReLU alone, and none after its last convolution."
        )
    if blocks[-1] != "":
        found = " and ".join(MARKS[mark] for mark in blocks[-1])
        raise Wrong(
            f"after the last convolution comes {found}. Nothing may come there: noise goes up and down, and ReLU would cut off "
            "one half of it."
        )
    if any("RB" in block for block in blocks):
        raise Wrong(
            "in your blocks ReLU comes before batch normalisation; the order is convolution, batch normalisation, ReLU."
        )
    if "B" not in chain:
        raise Wrong("batch normalisation is missing: one after each convolution but the first and the last.")
    if blocks[0] == "BR":
        raise Wrong(
            "after the first convolution comes no batch normalisation: it must pass the brightness of the picture on as it is."
        )
    if any(a == "B" for a in blocks):
        raise Wrong("a ReLU is missing after a batch normalisation: without it two convolutions are no more than one.")
    if "" in blocks[:-1]:
        raise Wrong(
            "a ReLU is missing after a convolution (is it the first?): without it two convolutions are no more than one."
        )
    if any("RR" in block or "BB" in block for block in blocks):
        raise Wrong(
            "a ReLU or a batch normalisation stands twice after a convolution: has the convolution activation='relu' too?"
        )
    named = " - ".join(MARKS[mark] for mark in chain[:9])
    raise Wrong(
        f"your layers begin {named}. Expected: convolution, ReLU; then convolution, batch normalisation, ReLU, "
        f"{depth - 2} times; then a convolution."
    )


def _judge_output(model, steps, channels):
    """With random weights, the model returns the noisy image minus what its last convolution draws."""
    convolutions, norms = ([step.layer for step in steps if step.kind == kind] for kind in ("conv", "norm"))
    started = convolutions[-1].get_weights()
    rng = np.random.default_rng(1)
    for layer in (*convolutions, *norms):
        layer.set_weights([_weight(rng, array) for array in layer.get_weights()])
    noisy = rng.random((1, 9, 11, channels), np.float32)
    drawn = _drawn(noisy, convolutions, norms)  # brought to -0.5 ... 0.5, so that clipping would show
    middle, scale = (drawn.max() + drawn.min()) / 2, 1 / np.ptp(drawn)
    kernel, bias = convolutions[-1].get_weights()
    convolutions[-1].set_weights([scale * kernel, scale * (bias - middle)])
    noise = _drawn(noisy, convolutions, norms)
    got = as_array(np.asarray(model(noisy, training=False)), noisy.shape, "the output of your net")
    if np.abs(got - (noisy - noise)).max() > 1e-3:
        mistakes = [
            (
                np.zeros_like(noisy),
                "your net returns 0 everywhere: does it subtract `x` from itself? Keep the input in a variable of its own, `noisy`.",
            ),
            (
                noise,
                "your net returns the noise. Subtract it from the noisy image inside the net: what comes out is the restored picture.",
            ),
            (
                noisy + noise,
                "your net adds what it draws; residual learning here means: predict the noise, then *subtract* it.",
            ),
            (noise - noisy, "your net subtracts the picture from the noise; it is the other way round: noisy - noise."),
            (
                np.clip(noisy - noise, 0, 1),
                "your net clips its output. In training that hides errors from it: leave it as it is.",
            ),
        ]
        for wrong, message in mistakes:
            if np.abs(got - wrong).max() <= 1e-3:
                raise Wrong(message)
        raise Wrong(
            "the layers are right, but the output is not noisy - noise, with `noise` drawn by the last convolution and `noisy` "
            f"the input itself. With random weights it differs by up to {np.abs(got - (noisy - noise)).max():.2g}."
        )
    if np.abs(started[0]).max() > 0:
        raise Wrong(
            "all right but for the start: the last convolution's kernel starts at random, so the untrained net scribbles all over the "
            "picture. Let it start at zeros: kernel_initializer='zeros'."
        )


def _weight(rng, array):
    """Random weights of the same shape, all positive where they may be variances."""
    if array.ndim == 4:
        return rng.normal(0, np.prod(array.shape[:3]) ** -0.5, array.shape)
    return rng.uniform(0.5, 1.5, array.shape)


def _drawn(noisy, convolutions, norms):
    """What DnCNN with these layers draws as the noise."""
    from keras import ops

    x = noisy
    for place, layer in enumerate(convolutions):
        weights = layer.get_weights()
        x = ops.conv(x, weights[0], padding="same") + (weights[1] if len(weights) > 1 else 0)
        if 0 < place < len(convolutions) - 1:
            x = norms[place - 1](x, training=False)
        if place < len(convolutions) - 1:
            x = ops.relu(x)
    return np.asarray(x)
