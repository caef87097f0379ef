"""How lab 07 reads a network that enlarges: a chain of convolutions, judged step by step.

Keras is imported where it is needed: the list of all exercises must not wait for it.
"""

from restorekit.checks.graph import Reader, describe
from restorekit.checks.readymade import called
from restorekit.diagnosis import Wrong, call

#: Steps that neither network has, and why.
_STRANGE = {
    "UpSampling2D": "an enlargement",
    "Resizing": "an enlargement",
    "Conv2DTranspose": "a transposed convolution",
    "BatchNormalization": "batch normalisation",
    "MaxPooling2D": "a pooling, which makes the picture smaller",
    "AveragePooling2D": "a pooling, which makes the picture smaller",
    "Dropout": "dropout",
}


def network(student, *args):
    """The learner's network, as a graph that can be read; the library's own, and what is no network, are refused."""
    import keras

    if called(student, ("srcnn", "espcn", "vdsr", "edsr")):
        raise Wrong("this is the library's network: good to compare with. Here, write it yourself, layer by layer.")
    model = call(student, *args)
    if isinstance(model, keras.KerasTensor):
        raise Wrong(
            "your function returns the last tensor. Make a network of it: return keras.Model(first tensor, last tensor)."
        )
    if not isinstance(model, keras.Model):
        raise Wrong(
            f"a keras.Model was expected; you return {model if isinstance(model, type) else type(model).__name__}."
        )
    if isinstance(model, keras.Sequential) and not model.built:
        model.build((None, None, None, 1))
    if not getattr(model, "inputs", None):  # a class of the learner's
        image = keras.Input((None, None, 1))
        model = keras.Model(image, call(model.call, image))
    shape = tuple(model.input_shape)
    if len(shape) != 4 or shape[-1] != 1:
        raise Wrong(
            f"your network takes arrays of shape {shape}; it enlarges the brightness alone, one channel: (None, None, None, 1)."
        )
    if shape[1:3] != (None, None):
        raise Wrong(
            f"your network takes pictures of {shape[1]} x {shape[2]} pixels alone. Leave height and width open: "
            "keras.Input((None, None, 1))."
        )
    return model


def steps(model):
    """The network as a list of steps; a pixel shuffle is one step, not opened."""
    from restorekit.models import PixelShuffle

    class ShuffleReader(Reader):
        def _opens(self, layer):
            return not isinstance(layer, PixelShuffle) and super()._opens(layer)

        def kind(self, tensor):
            return "shuffle" if isinstance(self.origin(tensor)[0], PixelShuffle) else super().kind(tensor)

    return ShuffleReader(model).steps()


def told(steps):
    """The network in a line, with the kernels."""
    words = describe(steps).split(" → ")
    for place, step in enumerate(steps):
        if step.kind == "conv":
            words[place] = f"{step.layer.kernel_size[0]} x {step.layer.kernel_size[1]} conv {step.layer.filters}"
    return " → ".join(words)


def judge_strange(step, reads):
    """Only convolutions and their activations stand between input and output."""
    if step.kind in ("other", "norm", "noise"):
        what = _STRANGE.get(step.name, f'a step "{step.name}"')
        more = ""
        if step.name in ("Clip", "Minimum", "Maximum"):
            more = " Do not clip inside the network: where it clips, nothing is learned. Clip what it returns."
        raise Wrong(f"there is {what} in your network; the table has only convolutions.{more}{reads}")


def convolutions(steps, n, reads):
    """The convolutions on the way, each a layer of its own."""
    convs = [step.layer for step in steps if step.kind == "conv"]
    if len(convs) != n:
        chain = " Does each line go on from the `x` of the line before?" if len(convs) < n else ""
        raise Wrong(f"I count {len(convs)} convolutions; {n} are asked for.{chain}{reads}")
    if len({id(layer) for layer in convs}) < n:
        raise Wrong(
            "one and the same convolution is used more than once, so these steps share their weights. Make a new one each time."
        )
    return convs


def judge_table(sides, filters, right_sides, right_filters):
    """Kernels and filters, one after the other."""
    shown = "-".join(map(str, right_sides))
    if sides != right_sides:
        if sides == right_sides[::-1]:
            raise Wrong(f"your kernels are {sides}, in the wrong order: {shown}, the largest one first.")
        place = next(k for k in range(3) if sides[k] != right_sides[k])
        raise Wrong(
            f"convolution {place + 1} has a kernel of {sides[place]} x {sides[place]}; the table says {right_sides[place]} x "
            f"{right_sides[place]} ({shown})."
        )
    if filters != right_filters:
        if filters[:2] == right_filters[1::-1]:
            raise Wrong(f"your filters are {filters[0]}, then {filters[1]}; it is the other way round: 64, then 32.")
        place = next(k for k in range(3) if filters[k] != right_filters[k])
        last = " Its output is the picture: one channel." if place == 2 else ""
        raise Wrong(
            f"convolution {place + 1} has {filters[place]} filters; the table says {right_filters[place]}.{last}"
        )


def judge_convolutions(convs, rim):
    """Plain convolutions that keep the size, with a bias."""
    for place, conv in enumerate(convs, 1):
        if conv.kernel_size[0] != conv.kernel_size[1]:
            raise Wrong(
                f"convolution {place} has a kernel of {conv.kernel_size[0]} x {conv.kernel_size[1]}; all are square."
            )
        if tuple(conv.strides) != (1, 1) or tuple(conv.dilation_rate) != (1, 1) or conv.groups != 1:
            raise Wrong(f"convolution {place} has strides, dilation or groups other than 1; here all are plain.")
        if conv.padding != "same":
            raise Wrong(
                f"convolution {place} has padding={conv.padding!r} and eats a rim of the picture, {rim} pixels of height and width if all "
                'three do. Here the size stays: padding="same".'
            )
        if not conv.use_bias:
            raise Wrong(f"convolution {place} has no bias; leave use_bias=False out.")


def judge_activations(steps, accepted, name, reads):
    """One of the accepted activations after each hidden convolution, nothing after the last."""
    places = [place for place, step in enumerate(steps) if step.kind == "conv"]
    for number, (begin, end) in enumerate(zip(places, [*places[1:], len(steps)], strict=True), 1):
        after = [step for step in steps[begin + 1 : end] if step.kind in ("relu", "activation")]
        kinds = ["relu" if step.kind == "relu" else step.name.lower() for step in after]
        if number == len(places):
            if after:
                raise Wrong(
                    f"there is an activation ({after[0].name}) after the last convolution. It paints the picture, and errors go both ways: "
                    f"leave it without.{reads}"
                )
        elif not after:
            raise Wrong(
                f"there is no activation after convolution {number}: without {name} between them, two convolutions are no more than "
                f"one.{reads}"
            )
        elif kinds[0] not in accepted or len(kinds) > 1:
            raise Wrong(f"after convolution {number} comes {' and '.join(kinds)}; the table says {name}.{reads}")
