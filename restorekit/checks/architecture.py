"""Lab 04: is this the network that the assignment asks for? The checks of Models 1 to 3, on the steps that graph.py reads."""

from collections import Counter

from restorekit.checks.behaviour import judge_behaviour, judge_fresh
from restorekit.checks.blocks import judge_activations, judge_norms
from restorekit.checks.borrowed import call_own
from restorekit.checks.graph import Reader, describe
from restorekit.diagnosis import Wrong

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
    "ZeroPadding2D": 'A Conv2D with padding="same" puts the zeros around the image itself',
    "Maximum": "For a ReLU write layers.ReLU()",
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
    model = require_model(call_own(student))
    reader = Reader(model)
    steps = reader.steps()
    reads = f" Your network reads: {describe(steps)}."
    judge_ends(reader)
    for step in steps:
        if step.kind == "other":
            why = OTHERS.get(step.name, "The assignment's table has none")
            raise Wrong(f'there is a step "{step.name}" in your network. {why}.{reads}')
    judge_noise(reader, steps, reads)
    judge_convolutions(steps, number, reads)
    judge_norms(steps, number, reads)
    judge_activations(steps, number, reads)
    judge_skip(reader, steps, number, reads)
    black = judge_behaviour(model)
    judge_fresh(model, require_model(call_own(student)))
    return praise(model, steps, number, black)


def praise(model, steps, number, black):
    """The line for a right network, with a remark on what it does differently."""
    convs = [step.layer for step in steps if step.kind == "conv"]
    notes = []
    if number == 3 and len(convs) == 4:
        notes.append("Three hidden blocks, as the original hand-out lists them; four are accepted too.")
    if steps[-1].kind == "subtract":
        notes.append("You subtract what the last convolution says, so it learns the noise, as DnCNN does in unit 05.")
    if not all(conv.use_bias for conv in (convs[-1:] if number == 3 else convs)):
        notes.append(
            "Without biases it has fewer numbers than the assignment's, and is a little less able to shift a colour."
        )
    if number == 1 and black:
        notes.append(
            "Its last convolution starts at zero, so before it has learned, every image comes out black: without a skip connection "
            "that helps nothing."
        )
    note = f" ({' '.join(notes)})" if notes else ""
    return f"right: {len(convs)} convolutions, {model.count_params():,} numbers to learn, images of any size.{note}"


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
    raise Wrong(f"your function returns an object of type {type(made).__name__}; a keras.Model was expected.")


def judge_ends(reader):
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
    if not noises and reader.image.name.endswith("CLONE"):  # Keras' name for an input that a layer had made
        raise Wrong(
            "your network begins in the middle: the first tensor of keras.Model(first, last) is one that a layer returned (the noisy "
            f"one?). Begin with what keras.Input returned.{reads}"
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
        chain = " Does each turn of your loop take the x of the turn before?" if len(convs) == 2 else ""
        raise Wrong(
            f"I count {len(convs)} convolutions; {' or '.join(map(str, wanted))} are asked for: {hidden} hidden ones with a ReLU, "
            f"and a last one.{chain}{reads}"
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
