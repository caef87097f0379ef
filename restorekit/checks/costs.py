"""Check of lab 07 on what a network costs: multiply-adds for each pixel of its output."""

from restorekit.checks.enlargers import asked_espcn, asked_srcnn
from restorekit.diagnosis import Wrong, as_array, call


def work(layers, scale):
    """Multiply-adds for each pixel of the output, of convolutions on a picture that is `scale` times smaller."""
    return sum(kernel**2 * inputs * outputs for kernel, inputs, outputs in layers) / scale**2


_SRCNN = [(9, 1, 64), (5, 64, 32), (5, 32, 1)]


def check_work(student):
    """7.7: kernel area times channels in times channels out, over the pixels that are made at once."""
    from restorekit.models import multiply_adds

    cases = [(_SRCNN, 1), ([(5, 1, 64), (3, 64, 32), (3, 32, 9)], 3), ([(3, 2, 4), (5, 4, 16)], 4), ([(7, 3, 5)], 2)]
    for layers, scale in cases:
        right = work(layers, scale)
        got = as_array(call(student, [tuple(layer) for layer in layers], scale))
        if got.shape != ():
            raise Wrong(f"one number was expected, the work for one pixel of the output; yours has shape {got.shape}.")
        if abs(float(got) - right) <= 1e-6 * right:
            continue
        told = f"for the layers {layers} and scale={scale} you return {float(got):,.6g}; {right:,.6g} was expected. "
        for slip, message in _slips(layers, scale):
            if abs(float(got) - slip) <= 1e-6 * abs(slip):
                raise Wrong(told + message)
        raise Wrong(
            told
            + "Each layer costs kernel * kernel * channels in * channels out for every pixel that it is computed at."
        )
    both = [multiply_adds(model) for model in (asked_srcnn(), asked_espcn(3))]
    same = all(abs(call(student, *case) - counted) < 1 for case, counted in zip(cases, both, strict=False))
    return f"right: {both[0]:,.0f} for SRCNN and {both[1]:,.0f} for ESPCN x3" + (
        ", as rk.models.multiply_adds counts them." if same else "."
    )


def _slips(layers, scale):
    """What the usual slips would return."""
    total = sum(k * k * i * o for k, i, o in layers)
    yield (
        total,
        "These are multiply-adds for a pixel of the *small* picture. Each makes scale * scale pixels of the output: divide.",
    )
    yield total / scale, "You divide by scale; a small pixel becomes scale pixels high *and* wide: scale**2."
    yield total * scale**2, "You multiply by scale**2; the small picture has fewer pixels, so it is a division."
    yield total * scale, "You multiply by scale; the small picture has fewer pixels: divide by scale**2."
    yield sum(k * i * o for k, i, o in layers) / scale**2, "A kernel of 9 x 9 has 81 places, not 9: square it."
    yield (
        sum(k * k * o for k, _, o in layers) / scale**2,
        "The channels that come in are missing: each filter looks at all of them.",
    )
    yield (
        sum(k * k * i for k, i, _ in layers) / scale**2,
        "The channels that go out are missing: each of them is a filter of its own.",
    )
    yield (
        sum(k * k * (i + o) for k, i, o in layers) / scale**2,
        "Channels in and out multiply: every one going out looks at every one coming in.",
    )
    yield (
        sum(k * k * i * o + o for k, i, o in layers) / scale**2,
        "You count the biases too: they are added once, without a multiplication.",
    )
    yield (
        sum(k * k * i * o + o for k, i, o in layers),
        "That is the number of parameters. Biases multiply nothing; and it is asked for one *output* pixel.",
    )
    yield 2 * total / scale**2, "You count multiplications and additions apart; here a multiply-add is one."
    last = layers[-1]
    yield last[0] ** 2 * last[1] * last[2] / scale**2, "Only the last layer is counted: sum over all of them."
    first = layers[0]
    yield (
        first[0] ** 2 * first[1] * first[2] / scale**2,
        "Only the first layer is counted: does `return` stand inside the loop?",
    )
