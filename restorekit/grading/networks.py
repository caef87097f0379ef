"""Is a network that was found in a program the one that the assignment asks for?"""

import math

from restorekit.grading.following.values import TRAINING, Outside, Tensor, items

__all__ = ["Notes", "graph", "network", "steps_of"]

_SIGMA, _KERNEL, _CHANNELS, _COLOURS = 0.1, (3, 3), 64, 3
#: Convolutions that each model may have.
_CONVOLUTIONS = {1: (5,), 2: (5,), 3: (4, 5)}
_CLEAN = (
    "the clean input (before GaussianNoise) is added to the output: the loss can fall to zero while nothing is learnt; "
    "asked: the noisy input, after GaussianNoise"
)
_SHOWN = 400
#: Steps that are not followed.
_STRANGE = ("unclear", "square", "mean", "mse", "difference")


class Notes:
    """What is wrong, and what can't be told, each with its place."""

    def __init__(self):
        self.wrong, self.unclear = [], []

    def expect(self, right, found, asked, where):
        """Note something that is not right; `right` is None if that can't be told."""
        if right is None:
            self.unclear.append((f"{found}, and it can't be told what that is", where))
        elif not right:
            self.wrong.append((f"{found}; asked: {asked}", where))


def steps_of(output):
    """All steps of a network, in the order in which they were made."""
    found, waiting = {}, [output]
    while waiting:
        one = waiting.pop()
        if one.number not in found:
            found[one.number] = one
            waiting.extend(one.inputs)
    return [found[number] for number in sorted(found)]


def network(output, number):
    """Compare a network with the one that is asked for.

    Parameters
    ----------
    output : Tensor
        Its last step.
    number : {1, 2, 3}
        Which model it should be.

    Returns
    -------
    Notes
    """
    notes, settings = Notes(), Notes()
    steps = steps_of(output)
    chain = _chain(_skip(output, steps, number, notes), notes)
    body = _noise(chain, steps, notes)
    _blocks(body, number, notes)
    _shared(body, notes)
    convolutions = [one for one in body if one.op == "conv"]
    for one in convolutions:
        _convolution(one, settings)
        _size(one, one is convolutions[-1], notes)
    strange = [one for one in steps if one.op in _STRANGE]
    if strange:
        notes = Notes()  # what is not followed may do what seems to be missing
    for one in strange:
        notes.unclear.append(
            (f"the image goes through {one.config.get('named', one.op)}, which isn't followed", one.where)
        )
    notes.wrong.extend(settings.wrong)
    notes.unclear.extend(settings.unclear)
    return notes


def graph(output, number):
    """The network in one line."""
    end = _skip(output, steps_of(output), number, Notes())
    words = []
    for one in _chain(end, Notes()):
        if one.op == "conv":
            kernel = _pair(one.layer.fields["=config"].get("kernel_size"))
            size = f"{kernel[0]}x{kernel[1]}" if kernel else "?x?"
            words.append(f"conv {size} {one.channels if isinstance(one.channels, int) else '?'}")
        elif one.op in ("relu", "bn", "activation") and words:
            words[-1] += f" {one.config.get('named', 'ELU') if one.op == 'activation' else one.op}"
        elif one.op != "input":
            sigma = one.config.get("sigma")
            words.append(
                f"noise {sigma if isinstance(sigma, (int, float)) else '?'}" if one.op == "noise" else _named(one)
            )
    if end is not output:
        words.append(f"{output.op} {' + '.join(_named(one) for one in output.inputs if one is not end)}")
    line = " > ".join(words)
    return line if len(line) <= _SHOWN else f"{line[: _SHOWN - 4]} ..."


def _named(one):
    """A step in words."""
    words = {
        "input": "the input",
        "noise": "noisy",
        "conv": "a convolution",
        "relu": "a ReLU",
        "bn": "a batch normalisation",
    }
    words |= {"add": "a sum", "subtract": "a difference"}
    return words.get(one.op) or str(one.config.get("named", one.op))[:60]


def _skip(output, steps, number, notes):
    """Look at what is added to the output at the end; returns the last step of what it is added to."""
    last, after = output, []
    while last.op in ("relu", "activation", "bn"):
        after.append(last)
        last = last.inputs[0]
    if last.op not in ("add", "subtract"):
        if number > 1:
            joined = [one for one in steps if len(one.inputs) > 1]
            found = f"; but {_named(joined[-1])} in {joined[-1].where}" if joined else ""
            notes.wrong.append(
                (f"the noisy input is not added to the output{found}; asked: a skip connection", output.where)
            )
        return output
    for one in after:
        notes.wrong.append((f"{_named(one)} after the sum; asked: none", one.where))
    if number == 1:
        notes.wrong.append((f"{_named(last)} at the end, a skip connection; asked: none in Model 1", last.where))
    noise = any(one.op == "noise" for one in steps)
    sources = [one for one in last.inputs if one.op in ("noise", "input")]
    others = [one for one in last.inputs if one.op not in ("noise", "input")]
    if len(last.inputs) != 2:
        notes.wrong.append((f"a sum of {len(last.inputs)} tensors at the end; asked: two", last.where))
    elif len(sources) == len(others) == 1:
        if last.op == "subtract" and last.inputs[1] is sources[0]:
            notes.wrong.append(("the noisy input is subtracted from the output; asked: added to it", last.where))
        if sources[0].op == "input" and noise and number > 1:
            notes.wrong.append((_CLEAN, last.where))
        elif number > 1 and sources[0] not in steps_of(others[0]):
            found = "what is added to the output has noise of its own, not the noise that the convolutions see"
            notes.wrong.append((f"{found}; asked: the same noisy input", last.where))
    elif number > 1:
        notes.wrong.append((f"{_between(last)}; asked: the noisy input, after GaussianNoise", last.where))
    return max(others or last.inputs, key=lambda one: one.number)


def _between(last):
    """What is added at the end, in words, if it isn't the noisy input."""
    first, second = sorted(last.inputs, key=lambda one: one.number)
    if first is second or first.op in ("noise", "input"):
        return f"{_named(first)} and {_named(second)} are added at the end"
    return f"the skip connection begins at {_named(first)} ({first.where})"


def _chain(end, notes):
    """The steps from the input to this one, one after the other."""
    chain, one = [], end
    while True:
        chain.append(one)
        if not one.inputs:
            break
        if len(one.inputs) > 1:
            notes.wrong.append((f"a connection inside the network ({_named(one)}); asked: none", one.where))
        one = max(one.inputs, key=lambda before: before.number)
    return chain[::-1]


def _noise(chain, steps, notes):
    """Look at the input and its noise; returns the steps that come after."""
    first, *rest = chain
    if first.op == "input":
        channels = first.channels
        right = None if isinstance(channels, Outside) else channels in (None, _COLOURS)
        notes.expect(right, f"the input has {_shown(channels)} channels", f"{_COLOURS}", first.where)
    noises = [one for one in chain if one.op == "noise"]
    if not noises:
        elsewhere = any(one.op == "noise" for one in steps)
        found = (
            "GaussianNoise does not come before the convolutions" if elsewhere else "there is no GaussianNoise layer"
        )
        notes.wrong.append((f"{found}; asked: GaussianNoise({_SIGMA}) on the input", first.where))
    elif rest[0].op != "noise":
        notes.wrong.append(
            (f"{_named(rest[0])} comes before GaussianNoise; asked: noise on the input", noises[0].where)
        )
    if len(noises) > 1:
        notes.wrong.append((f"{len(noises)} GaussianNoise layers; asked: one, on the input", noises[1].where))
    for one in noises[:1]:
        sigma, active = one.config.get("sigma"), one.config.get("active")
        right = math.isclose(sigma, _SIGMA, rel_tol=1e-4) if isinstance(sigma, (int, float)) else None
        notes.expect(right, f"GaussianNoise has {_shown(sigma)}", f"{_SIGMA}", one.where)
        if active is not None and active is not TRAINING:
            right = None if not isinstance(active, bool) else False
            found = f"GaussianNoise is called with training={_shown(active)}"
            notes.expect(right, found, "noise while training, and then alone", one.where)
    return [one for one in rest if one.op != "noise"]


def _blocks(body, number, notes):
    """Look at the order of convolutions, normalisations and activations."""
    asked = " or ".join(map(str, _CONVOLUTIONS[number]))
    places = [k for k, one in enumerate(body) if one.op == "conv"]
    for one in body:
        if one.op == "other" and len(one.inputs) == 1:
            notes.wrong.append((f"a layer {_named(one)}; asked: none", one.where))
    if len(places) not in _CONVOLUTIONS[number]:
        where = body[places[-1]].where if places else ""
        notes.wrong.append((f"{len(places)} convolutions; asked: {asked}", where))
    for one in body[: places[0]] if places else ():
        if one.op in ("relu", "activation", "bn"):
            notes.wrong.append((f"{_named(one)} before the first convolution; asked: none", one.where))
    for k, place in enumerate(places):
        end = places[k + 1] if k + 1 < len(places) else len(body)
        after = [one for one in body[place + 1 : end] if one.op in ("relu", "activation", "bn")]
        if k + 1 == len(places):
            for one in after:
                notes.wrong.append((f"{_named(one)} after the last convolution; asked: none", one.where))
        else:
            _hidden(body[place], after, number, notes)


def _hidden(convolution, after, number, notes):
    """Look at what follows a hidden convolution."""
    active = [one for one in after if one.op != "bn"]
    normal = [one for one in after if one.op == "bn"]
    for one in active:
        if one.op == "activation":
            notes.wrong.append((f"{_named(one)} after a hidden convolution; asked: ReLU", one.where))
    if not active:
        notes.wrong.append(("no ReLU after a hidden convolution; asked: one after each", convolution.where))
    if number < 3:
        for one in normal:
            notes.wrong.append((f"batch normalisation; asked: none in Model {number}", one.where))
    elif not normal:
        notes.wrong.append(
            (
                "no batch normalisation after a hidden convolution; asked: one between each and its ReLU",
                convolution.where,
            )
        )
    elif active and after.index(active[0]) < after.index(normal[0]):
        notes.wrong.append(("batch normalisation comes after the activation; asked: before it", normal[0].where))
    elif len(normal) > 1:
        notes.wrong.append((f"{len(normal)} batch normalisations after one convolution; asked: one", normal[1].where))
    for one in normal[:1]:
        axis = one.layer.fields["=config"].get("axis", -1)
        axis = items(axis)[0] if items(axis) else axis
        right = axis in (-1, 3) if isinstance(axis, int) else None
        notes.expect(
            right, f"batch normalisation with axis={_shown(axis)}", "one that normalises each channel", one.where
        )


def _convolution(one, notes):
    """Look at the settings that every convolution has alike."""
    config, where = one.layer.fields["=config"], one.where
    kernel = _pair(config.get("kernel_size"))
    shown = "x".join(map(str, kernel)) if kernel else _shown(config.get("kernel_size"))
    notes.expect(None if kernel is None else kernel == _KERNEL, f"a convolution has a kernel of {shown}", "3x3", where)
    for name, word in (("strides", "stride"), ("dilation_rate", "dilation")):
        pair = _pair(config.get(name, 1))
        right = None if pair is None else pair == (1, 1)
        notes.expect(right, f"a convolution has a {word} of {_shown(config.get(name))}", "1", where)
    groups = config.get("groups", 1)
    notes.expect(
        groups == 1 if isinstance(groups, int) else None, f"a convolution has {_shown(groups)} groups", "1", where
    )
    layout = config.get("data_format")
    right = True if layout in (None, "channels_last") else None
    notes.expect(right, f"a convolution has the data format {_shown(layout)}", "channels_last", where)


def _size(one, last, notes):
    """Look at a convolution's channels, and whether it keeps the image's size."""
    config, where = one.layer.fields["=config"], one.where
    channels = _COLOURS if last else _CHANNELS
    which = "the last convolution" if last else "a hidden convolution"
    found = config.get("filters")
    right = found == channels if isinstance(found, (int, float)) else None
    notes.expect(right, f"{which} has {_shown(found)} channels", f"{channels}", where)
    padding = config.get("padding", "valid")
    right = padding.lower() == "same" if isinstance(padding, str) else None
    found = f'"{_shown(padding)}"' + (", which Keras takes if none is given" if "padding" not in config else "")
    notes.expect(right, f"{which} has the padding {found}", '"same"', where)


def _shared(body, notes):
    """Note layers that are used more than once: these learn one set of weights."""
    uses = {}
    for one in body:
        if one.op in ("conv", "bn"):
            uses.setdefault(id(one.layer), []).append(one)
    for same in uses.values():
        if len(same) > 1:
            found = f"{_named(same[0])} is used {len(same)} times, with the same weights"
            notes.wrong.append((f"{found}; asked: layers of their own", same[0].where))


def _pair(value):
    """A setting for height and width, or None if it isn't known."""
    inside = items(value) if not isinstance(value, str) else None
    pair = (value, value) if isinstance(value, int) else inside * 2 if inside and len(inside) == 1 else inside
    return pair if pair and len(pair) == 2 and all(isinstance(one, int) for one in pair) else None


def _shown(value):
    """A setting for people."""
    if isinstance(value, Outside):
        return f"a value that depends on {value.name[:80]}"
    if isinstance(value, Tensor) or not isinstance(value, (int, float, str, tuple)):
        return "a value" if items(value) is None else "x".join(str(one)[:10] for one in items(value)[:3])
    return str(value)[:60]
