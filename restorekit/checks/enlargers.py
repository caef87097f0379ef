"""Checks of lab 07 on networks that enlarge: SRCNN and ESPCN.

Keras is imported where it is needed: the list of all exercises must not wait for it.
"""

from restorekit.checks import chains
from restorekit.diagnosis import Wrong


def asked_srcnn():
    """SRCNN 9-5-5 as the exercise asks for it."""
    return _chain([(9, 64, "relu"), (5, 32, "relu"), (5, 1, None)])


def asked_espcn(scale):
    """ESPCN as the exercise asks for it."""
    return _chain([(5, 64, "tanh"), (3, 32, "tanh"), (3, scale**2, None)], scale)


def _chain(table, scale=1):
    """Convolutions one after the other: (kernel, filters, activation) each; then a pixel shuffle."""
    import keras

    from restorekit.models import PixelShuffle

    image = x = keras.Input((None, None, 1))
    for kernel, filters, activation in table:
        x = keras.layers.Conv2D(filters, kernel, padding="same", activation=activation)(x)
    return keras.Model(image, PixelShuffle(scale)(x) if scale > 1 else x)


def check_srcnn(student):
    """7.5: three convolutions, 9-5-5."""
    model = chains.network(student)
    steps = chains.steps(model)
    reads = f" Your network reads: {chains.told(steps)}."
    for step in steps:
        if step.kind in ("add", "subtract"):
            raise Wrong(
                f"you {step.kind} something at the end. That is VDSR's idea, and a good one; SRCNN paints the whole picture anew.{reads}"
            )
        if step.name in ("UpSampling2D", "Resizing", "Conv2DTranspose") or step.kind == "shuffle":
            raise Wrong(
                f'there is a step "{step.name}", which enlarges. SRCNN is given a picture that bicubic has enlarged already.{reads}'
            )
        chains.judge_strange(step, reads)
    convs = chains.convolutions(steps, 3, reads)
    kernels, filters = ([getattr(c, name) for c in convs] for name in ("kernel_size", "filters"))
    sides = [side for side, _ in kernels]
    if sides == [9, 1, 5]:
        raise Wrong(
            "this is the smaller 9-1-5 of the paper, with 8,129 numbers. Asked is 9-5-5: the middle kernel is 5 x 5, which sees "
            "the neighbours too."
        )
    chains.judge_table(sides, filters, [9, 5, 5], [64, 32, 1])
    chains.judge_convolutions(convs, 16)
    chains.judge_activations(steps, ("relu",), "a ReLU", reads)
    return f"right: {model.count_params():,} numbers to learn, as in the paper, and pictures of any size."


def check_espcn(student):
    """7.6: three convolutions on the small picture, the last with scale squared channels, then a pixel shuffle."""
    for scale in (3, 2, 4):
        _judge_espcn(chains.network(student, scale), scale)
    made = chains.network(student, 3)
    other = any(step.kind == "relu" for step in chains.steps(made))
    note = " (With ReLUs; the authors found tanh a little better.)" if other else ""
    return f"right: {made.count_params():,} numbers to learn for x3; the large picture appears in the very last step.{note}"


def _judge_espcn(model, scale):
    """One of the networks, for one scale."""
    steps = chains.steps(model)
    reads = f" With scale={scale} your network reads: {chains.told(steps)}."
    last = max((place for place, step in enumerate(steps) if step.kind == "conv"), default=0)
    for place, step in enumerate(steps):
        if step.name in ("UpSampling2D", "Resizing"):
            when = "first" if place < last else "at the end"
            raise Wrong(
                f"you enlarge {when}, by interpolation ({step.name}). ESPCN never interpolates: all convolutions see the small picture, "
                f"and rk.models.PixelShuffle(scale) makes pixels of their channels.{reads}"
            )
        if step.name == "Conv2DTranspose":
            raise Wrong(
                f"you enlarge by a transposed convolution. ESPCN's last convolution makes scale**2 channels, and "
                f"rk.models.PixelShuffle(scale) turns them into pixels.{reads}"
            )
        if step.kind == "shuffle" and place < last:
            raise Wrong(
                "the pixel shuffle comes before the last convolution, which then works on the large picture: "
                f"{scale**2} times the pixels, {scale**2} times the work. Shuffle at the very end.{reads}"
            )
        if step.kind in ("add", "subtract"):
            raise Wrong(f'there is a step "{step.name}"; ESPCN adds nothing, it goes straight through.{reads}')
        if step.name in ("Reshape", "Transpose", "DepthToSpace", "Lambda"):
            raise Wrong(
                f'there is a step "{step.name}". Let the layer rk.models.PixelShuffle(scale) turn channels into pixels: it knows their '
                f"order, for pictures of any size.{reads}"
            )
        chains.judge_strange(step, reads)
    convs = chains.convolutions(steps, 3, reads)
    shuffles = [step.layer for step in steps if step.kind == "shuffle"]
    wanted = scale**2
    if convs[-1].filters != wanted:
        why = {
            1: "One channel can't be shuffled into a larger picture; every small pixel needs",
            scale: "A block is `scale` pixels high *and* wide, so every small pixel needs",
            9: "Nine is right for scale=3 alone. Every small pixel needs",
            3 * wanted: "That is for colour; this network enlarges Y alone. Every small pixel needs",
        }.get(convs[-1].filters, "Every small pixel needs")
        raise Wrong(
            f"with scale={scale} your last convolution has {convs[-1].filters} filters. {why} {wanted} numbers, scale**2, one for each "
            "pixel of its block."
        )
    if not shuffles:
        raise Wrong(
            f"the picture that comes out is as small as before: rk.models.PixelShuffle(scale) is missing at the end.{reads}"
        )
    if len(shuffles) > 1 or shuffles[0].scale != scale:
        factors = " and ".join(str(getattr(layer, "scale", "?")) for layer in shuffles)
        raise Wrong(f"with scale={scale} your pixel shuffle enlarges by {factors}: write PixelShuffle(scale), once.")
    chains.judge_table([c.kernel_size[0] for c in convs], [c.filters for c in convs], [5, 3, 3], [64, 32, wanted])
    chains.judge_convolutions(convs, 8)
    chains.judge_activations(steps, ("tanh", "relu"), "a tanh", reads)
