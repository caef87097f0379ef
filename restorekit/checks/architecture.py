"""Lab 04: is this the network that the assignment asks for? The checks of Models 1 to 3, on the steps that graph.py reads."""

from collections import Counter

import numpy as np

from restorekit.checks.graph import Reader, describe
from restorekit.diagnosis import Wrong, call

OTHERS = {
    "Dense": "A Dense layer ties the network to one image size",
    "Flatten": "Flatten forgets where each pixel was, and ties the network to one image size",
    "Reshape": "Reshape ties the network to one image size",
    "Resizing": "Resizing makes another image of it",
    "MaxPooling2D": "Pooling makes the image smaller",
    "AveragePooling2D": "Pooling makes the image smaller",
    "UpSampling2D": "Nothing here makes the image smaller, so nothing needs to make it larger",
    "Conv2DTranspose": "The assignment uses Conv2D throughout",
    "SeparableConv2D": "A SeparableConv2D has far fewer weights than the Conv2D that the assignment asks for",
    "DepthwiseConv2D": "A DepthwiseConv2D never mixes channels; the assignment asks for Conv2D",
    "Dropout": "Dropout erases features at random; the only noise here is on the image",
    "SpatialDropout2D": "Dropout erases features at random; the only noise here is on the image",
    "GaussianDropout": "GaussianDropout multiplies by noise; the noise here is added (GaussianNoise)",
    "Rescaling": "The images are brought to [0, 1] before they reach the network",
    "Concatenate": "Concatenate puts channels side by side; a skip connection here adds",
    "Multiply": "Multiply is no skip connection: add",
    "Average": "Average halves what it is given; a skip connection here adds",
    "LayerNormalization": "The assignment asks for BatchNormalization",
    "GroupNormalization": "The assignment asks for BatchNormalization",
    "Lambda": "A Lambda layer can't be read by this check, nor safely loaded from a file",
    "Clip": "Do not clip inside the network: where it clips, the gradient is zero and nothing is learned. Clip after predict",
}


def check_model_1(student):
    """4.3: noise, four times conv and ReLU, conv."""
    return judge(student, 1)


def check_model_2(student):
    """4.6: Model 1, and the noisy tensor added."""
    return judge(student, 2)


def check_model_3(student):
    """4.7: Model 2 with batch normalisation."""
    return judge(student, 3)


def judge(student, number):
    """Build the learner's network, read it, and compare it with Model `number`, one property after the other."""
    model = require_model(call(student))
    reader = Reader(model)
    steps = reader.steps()
    reads = f" Your network reads: {describe(steps)}."
    judge_ends(reader, model)
    for step in steps:
        if step.kind == "other":
            why = OTHERS.get(step.name, "The assignment's table has none")
            raise Wrong(f"there is a {step.name} step in your network. {why}.{reads}")
    judge_noise(reader, steps, reads)
    judge_convolutions(steps, number, reads)
    judge_norms(steps, number, reads)
    judge_activations(steps, number, reads)
    judge_skip(reader, steps, number, reads)
    judge_behaviour(model)
    layers = sum(step.kind == "conv" for step in steps)
    note = ""
    if number == 3 and layers == 4:
        note = " (Three hidden blocks, as the original hand-out lists them; four are accepted too.)"
    return f"right: {layers} convolutions, {model.count_params():,} numbers to learn, images of any size.{note}"


def require_model(made):
    """Return the learner's network, or say what was returned instead."""
    import keras

    if isinstance(made, keras.Model):
        return made
    if isinstance(made, keras.KerasTensor):
        raise Wrong("your function returns the last tensor. Make a network of it: return keras.Model(image, restored).")
    if isinstance(made, type):
        raise Wrong(
            f"your function returns the class {made.__name__} itself; return one network of it: {made.__name__}()."
        )
    if isinstance(made, (tuple, list)):
        raise Wrong(f"your function returns {len(made)} things; return the network alone.")
    raise Wrong(f"your function returns a {type(made).__name__}; a keras.Model was expected.")


def judge_ends(reader, model):
    """Colour images of any size in and out."""
    shape = tuple(reader.image.shape)
    if len(shape) != 4:
        raise Wrong(f"your network takes arrays of shape {shape}; an image batch is (N, height, width, 3).")
    if shape[-1] != 3:
        raise Wrong(f"your network takes images of {shape[-1]} channels; the assignment's are colour images, with 3.")
    if shape[1:3] != (None, None):
        raise Wrong(
            f"your network takes images of {shape[1]} x {shape[2]} pixels only, and noisy.png is larger. A convolution does not care "
            "about the size: write keras.Input((None, None, 3))."
        )


def judge_noise(reader, steps, reads):
    """One GaussianNoise(0.1), first of all."""
    noises = [k for k, step in enumerate(steps) if step.kind == "noise"]
    if not noises and any(step.other is not None and reader.kind(step.other) == "noise" for step in steps):
        raise Wrong(
            "your first convolution takes the clean image; the noisy one goes into the addition alone. Both want the tensor that "
            f"GaussianNoise returns.{reads}"
        )
    if not noises:
        raise Wrong(
            "there is no GaussianNoise layer. In training the network would see clean images, and learn to copy them: put "
            f"GaussianNoise(0.1) right after the input.{reads}"
        )
    if len(noises) > 1:
        raise Wrong(f"there are {len(noises)} GaussianNoise layers; one, right after the input, is asked for.{reads}")
    step = steps[noises[0]]
    if abs(step.layer.stddev - 0.1) > 1e-6:
        known = {0.01: "that is the variance; the layer wants", 25.5: "that is for images in 0-255; in [0, 1] it is"}
        why = known.get(round(float(step.layer.stddev), 4), "the assignment's is")
        raise Wrong(f"your GaussianNoise has a standard deviation of {step.layer.stddev:g}: {why} 0.1.")
    if noises[0] != 1:
        raise Wrong(
            f"the noise is added to the features, not to the image. GaussianNoise comes right after the input.{reads}"
        )


def judge_convolutions(steps, number, reads):
    """Their number, kernels, padding and channels."""
    convs = [step.layer for step in steps if step.kind == "conv"]
    wanted = (4, 5) if number == 3 else (5,)
    if len(convs) not in wanted:
        hidden = "three or four" if number == 3 else "four"
        raise Wrong(
            f"I count {len(convs)} convolutions; {' or '.join(map(str, wanted))} are asked for: {hidden} hidden ones with a ReLU, "
            f"and a last one.{reads}"
        )
    shared = [layer for layer, times in Counter(convs).items() if times > 1]
    if shared:
        raise Wrong(
            f"one and the same convolution is used {Counter(convs)[shared[0]]} times, so these steps share their weights. Make a new "
            "Conv2D for each step (inside the loop)."
        )
    for place, conv in enumerate(convs, 1):
        last = place == len(convs)
        which = f"convolution {place} of {len(convs)}"
        if tuple(conv.kernel_size) != (3, 3):
            raise Wrong(f"{which} has a kernel of {' x '.join(map(str, conv.kernel_size))}; 3 x 3 is asked for.")
        if tuple(conv.strides) != (1, 1) or tuple(conv.dilation_rate) != (1, 1) or conv.groups != 1:
            raise Wrong(f"{which} has strides, dilation or groups other than 1; the assignment uses plain ones.")
        if conv.padding != "same":
            raise Wrong(
                f"{which} has padding={conv.padding!r}: each such layer trims 2 pixels off the height and the width, and the "
                'output no longer fits its target. Use padding="same".'
            )
        if last and conv.filters != 3:
            raise Wrong(f"the last convolution has {conv.filters} channels; its output is a colour image, with 3.")
        if not last and conv.filters != 64:
            raise Wrong(f"{which} has {conv.filters} channels; hidden ones have 64.")


def blocks(steps):
    """The kinds of the steps after each convolution, one list for each."""
    found = []
    for step in steps:
        if step.kind == "conv":
            found.append([])
        elif found:
            found[-1].append(step)
    return found


def judge_norms(steps, number, reads):
    """Batch normalisation between each hidden convolution and its ReLU in Model 3, nowhere in the others."""
    norms = [step for step in steps if step.kind == "norm"]
    if number < 3:
        if norms:
            raise Wrong(f"Model {number} has no batch normalisation; that is Model 3.{reads}")
        return
    if not norms:
        raise Wrong(
            f"Model 3 has a BatchNormalization between each hidden convolution and its ReLU; I find none.{reads}"
        )
    if steps.index(norms[0]) < [step.kind for step in steps].index("conv"):
        raise Wrong(f"you normalise the image, before the first convolution; there is nothing to normalise yet.{reads}")
    if len({id(step.layer) for step in norms}) < len(norms):
        raise Wrong(
            "one and the same BatchNormalization is used several times: it would mix the statistics of different features. Make a new "
            "one for each block (inside the loop)."
        )
    *hidden, last = blocks(steps)
    for place, block in enumerate(hidden, 1):
        kinds = [step.kind for step in block]
        if "norm" not in kinds:
            raise Wrong(
                f"there is no batch normalisation after convolution {place}; every hidden one has its own.{reads}"
            )
        if kinds[0] == "relu":
            own = block[0].layer is [step.layer for step in steps if step.kind == "conv"][place - 1]
            how = ' Leave activation="relu" out of the Conv2D, and give the ReLU a line of its own.' if own else ""
            raise Wrong(
                f"after convolution {place} the ReLU comes before the batch normalisation. The order is convolution, batch "
                f"normalisation, ReLU.{how}{reads}"
            )
    if any(step.kind == "norm" for step in last):
        raise Wrong(
            "there is a batch normalisation after the last convolution: it would force the correction to a strength of its own. Only "
            f"hidden convolutions have one.{reads}"
        )
    for step in norms:
        if step.layer.axis not in (-1, 3):
            raise Wrong(
                f"your BatchNormalization normalises along axis {step.layer.axis}; channels come last: axis=-1, the default."
            )
        if not step.layer.trainable:
            raise Wrong(
                "a BatchNormalization is frozen (trainable=False), so it never learns what to multiply by and what to add."
            )


def judge_activations(steps, number, reads):
    """A ReLU after each hidden convolution, nothing after the last."""
    for step in steps:
        if step.kind == "activation":
            raise Wrong(
                f"there is an activation {step.name!r}; the hidden convolutions have a plain ReLU, the last has none.{reads}"
            )
    *hidden, last = blocks(steps)
    for place, block in enumerate(hidden, 1):
        if not any(step.kind == "relu" for step in block):
            raise Wrong(
                f"there is no ReLU after convolution {place}. Without it, two convolutions in a row are no more than one (larger) "
                f"convolution.{reads}"
            )
    if any(step.kind == "relu" for step in last):
        why = (
            "no value below 0 could come out"
            if number == 1
            else "the correction could make pixels brighter, but never darker"
        )
        raise Wrong(f"there is a ReLU after the last convolution: {why}. The last one stands alone.{reads}")


def judge_skip(reader, steps, number, reads):
    """The noisy tensor, the very one that went into the first convolution, is added to the output; not in Model 1."""
    joins = [step for step in steps if step.kind in ("add", "subtract")]
    if number == 1:
        if joins:
            raise Wrong(f"Model 1 has no skip connection; that is Model 2.{reads}")
        return
    if not joins:
        raise Wrong(
            f"I find no skip connection: Model {number} adds the noisy image (the tensor after GaussianNoise) to the output of the last "
            f"convolution.{reads}"
        )
    if len(joins) > 1:
        raise Wrong(f"there are {len(joins)} additions; Model {number} has one, at its end.{reads}")
    join = joins[0]
    if steps[-1] is not join:
        raise Wrong(
            f"the addition is not at the end: it comes before {steps[-1].name}. It is the last step of all.{reads}"
        )
    kind = reader.kind(join.other)
    if kind == "input":
        raise Wrong(
            "you add the clean Input. In training the target is that same clean image, so the network only has to answer 0: the "
            "loss falls to 0, and nothing is learned. (And beside noisy.png there is no clean image to add.) Keep the tensor that "
            "GaussianNoise returns in a variable, and add that."
        )
    if kind == "noise" and reader.origin(join.other)[1] is not next(
        step.call for step in steps if step.kind == "noise"
    ):
        raise Wrong(
            "the noise that you add is a second draw: GaussianNoise is called twice, and each call draws afresh. Call it once, keep "
            "its result in a variable, and use that both for the first convolution and for the addition."
        )
    if kind != "noise":
        raise Wrong(
            "what you add to the output are inner features, not the noisy image. Keep the tensor that GaussianNoise returns in a "
            f"variable, and add that.{reads}"
        )
    if join.kind == "subtract" and not join.first:
        raise Wrong("you subtract the noisy image from the output; add it.")


def judge_behaviour(model):
    """Odd sizes come back at their size; noise is on in training and off in prediction; images of a batch don't mix."""
    images = np.random.default_rng(4).random((2, 37, 50, 3), np.float32)
    images[1] *= 0.1

    def run(batch, training=False):
        return np.asarray(model(batch, training=training))

    alone, together = run(images[:1]), run(images)
    if alone.shape != images[:1].shape:
        raise Wrong(f"an image of shape {images[:1].shape} comes back as {alone.shape}.")
    if not np.array_equal(alone, run(images[:1])):
        raise Wrong(
            "two predictions of the same image differ: the noise is on in predict, too. Leave training=True out; Keras itself switches "
            "it on in fit and off in predict. (noisy.png is noisy already.)"
        )
    if np.array_equal(run(images, True), run(images, True)):
        raise Wrong("the noise is off even in training: leave training=False out of the call of GaussianNoise.")
    if np.abs(together[:1] - alone).max() > 1e-3:
        raise Wrong(
            "what your network makes of an image depends on what else is in the batch: a BatchNormalization is called with training=True. "
            "Leave that out; Keras uses the batch's own mean and variance in fit, and their running averages in predict."
        )
