"""Lab 04: what stands between the convolutions of Models 1 to 3, batch normalisation and ReLUs, on the steps that graph.py reads."""

from restorekit.diagnosis import Wrong


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
