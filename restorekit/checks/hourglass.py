"""Check of lab 06 on a denoising autoencoder, judged by the sizes that its features go through and the ways past them."""

import numpy as np

from restorekit.diagnosis import Wrong, call

_SIZE = (32, 48)


def check_autoencoder(student):
    """6.5: halvings, channels, skips at every size, open input, a linear end."""
    for channels, filters in ((3, (8, 12)), (1, (6,)), (3, (4, 6, 9))):
        _judge_network(call(student, channels, filters), channels, filters)
    return "right: it narrows, widens, hands across at every size, and takes any size that can be halved so often."


def _judge_network(model, channels, filters):
    """One network, by meaning."""
    import keras

    told = f"for channels={channels}, filters={filters}"
    if not isinstance(model, keras.Model):
        raise Wrong(
            f"{told} you return a {type(model).__name__}: return keras.Model(image, x), from the input to the output."
        )
    if isinstance(model, keras.Sequential) or not getattr(model, "outputs", None):
        raise Wrong(
            f"{told} you return a {type(model).__name__}, which can't hand features across. Use keras.Model(image, x)."
        )
    if tuple(model.input_shape[1:3]) != (None, None):
        raise Wrong(
            f"{told} your Input has the fixed size {model.input_shape[1:3]}: leave height and width open, "
            "keras.Input((None, None, channels))."
        )
    if model.input_shape[-1] != channels:
        raise Wrong(
            f"{told} your input takes {model.input_shape[-1]} channels: is a number written where `channels` belongs?"
        )
    sized = _sized(model, channels, told)
    shape = tuple(sized.output.shape[1:])
    if shape[:2] != _SIZE:
        raise Wrong(
            f"{told} a picture of {_SIZE[0]} x {_SIZE[1]} comes out as {shape[0]} x {shape[1]}: double as often as you halve."
        )
    if shape[2] != channels:
        raise Wrong(
            f"{told} your output has {shape[2]} channels: the last convolution needs `channels` filters, {channels} here."
        )
    _judge_sizes(sized, filters, told)
    _judge_answers(sized, channels, told)


def _sized(model, channels, told):
    """The same network on a picture of known size, with weights of our own."""
    import keras

    try:
        sized = keras.models.clone_model(model, input_tensors=keras.Input((*_SIZE, channels)))
    except Exception as error:
        raise Wrong(
            f"{told} your network can't take a picture of {_SIZE[0]} x {_SIZE[1]}: {error} Do features meet that have different sizes?"
        ) from error
    rng = np.random.default_rng(0)
    sized.set_weights(
        [
            rng.normal(0, 1 / np.sqrt(max(np.prod(w.shape[:-1]), 1)), w.shape).astype(np.float32)
            for w in sized.get_weights()
        ]
    )
    return sized


def _judge_sizes(sized, filters, told):
    """The features go through every size, with the right channels; and at every size there is a way past what is smaller."""
    lowest, channels = (
        {},
        {},
    )  # of each tensor: the smallest heights on the ways to it; of each height: the channels that occur
    output = sized.outputs[0]
    _walk(output, lowest, channels)
    sizes = [_SIZE[0] // 2**n for n in range(len(filters) + 1)]
    halvings = round(np.log2(_SIZE[0] / min(channels)))
    if min(channels) != sizes[-1]:
        raise Wrong(
            f"{told} your network halves the picture {halvings} times; once for each entry of `filters` makes {len(filters)}."
        )
    for entry, height in zip(filters, sizes[1:], strict=True):
        if entry not in channels[height]:
            back = " Are they in reverse order?" if filters[::-1][sizes[1:].index(height)] in channels[height] else ""
            raise Wrong(
                f"{told} nothing of height {height} (from {_SIZE[0]}) has {entry} channels, only {sorted(channels[height])}: after halving "
                f"number {sizes.index(height)} there must be {entry}.{back}"
            )
    ways = lowest[id(output)]
    missing = [height for height in sizes if height not in ways]
    if missing == sizes[:-1]:
        raise Wrong(
            f"{told} there are no skip connections: everything passes through the smallest size. Keep the features from before each "
            "halving, and layers.Concatenate() them to the enlarged ones of the same size."
        )
    if sizes[-1] in missing:
        raise Wrong(
            f"{told} what the smallest size computes never reaches the output. Is `x` passed on from layer to layer?"
        )
    if missing:
        raise Wrong(
            f"{told} nothing is handed across at the height of {missing[0]} (from {_SIZE[0]}): the way past the halving is "
            "missing there. At the full height it is the picture itself, or what you computed of it."
        )


def _walk(tensor, lowest, channels):
    """Note the smallest heights on all ways from the input to a tensor, and the channels on the way."""
    if id(tensor) in lowest:
        return
    layer, place, _ = tensor._keras_history
    sources, height = layer._inbound_nodes[place].input_tensors, tensor.shape[1]
    if sources:
        channels.setdefault(height, set()).add(tensor.shape[-1])
    for source in sources:
        _walk(source, lowest, channels)
    lowest[id(tensor)] = {min(height, way) for source in sources for way in lowest[id(source)]} or {height}


def _judge_answers(sized, channels, told):
    """Bent in the middle, straight at the end."""
    rng = np.random.default_rng(1)
    one, two = rng.normal(0, 1, (2, 1, *_SIZE, channels)).astype(np.float32)

    def answer(image):
        return np.asarray(sized(image), np.float64)

    strong = answer(100 * one)
    if strong.min() >= 0:
        end = "a sigmoid or the like" if strong.max() <= 1 else "a ReLU"
        raise Wrong(
            f"{told} your output is never negative: its last convolution seems to have an activation ({end}). Leave it out there, so that "
            "nothing stands between the filters and the picture."
        )
    if np.abs(strong).max() <= 1:
        raise Wrong(f"{told} your output never leaves [-1, 1]: leave the last convolution without an activation.")
    bend = answer(one) + answer(two) - answer(one + two) - answer(np.zeros_like(one))
    if np.abs(bend).max() < 1e-3 * np.abs(answer(one)).max():
        raise Wrong(
            f"{told} your network is linear: without an activation between them, all its convolutions are together one "
            'single filter. Give the hidden ones activation="relu".'
        )
