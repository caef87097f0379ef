"""Check of lab 06 on a denoising autoencoder, judged by the sizes that its features go through and the ways past them."""

import re

import numpy as np

from restorekit.diagnosis import Wrong, call

_SIZE = (32, 48)


def built(channels, filters):
    """The autoencoder as the exercise asks for it: halved by strides, doubled by interpolation, with skips."""
    import keras
    from keras import layers

    image = x = keras.Input((None, None, channels))
    before = []
    for n in filters:
        before.append(x)
        x = layers.Conv2D(n, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters[-1], 3, padding="same", activation="relu")(x)
    for n in reversed(filters):
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(layers.UpSampling2D(interpolation="bilinear")(x))
        x = layers.Concatenate()([x, before.pop()])
    return keras.Model(image, layers.Conv2D(channels, 3, padding="same")(x))


def check_autoencoder(student):
    """6.5: halvings, channels, skips at every size, open input, a linear end."""
    for channels, filters in ((3, (8, 12)), (1, (6,)), (3, (4, 6, 9))):
        extra = _judge_network(call(student, channels, filters), channels, filters)
    return (
        f"right: it narrows, widens, hands across at every size, and takes any size that can be halved so often.{extra}"
    )


def _judge_network(model, channels, filters):
    """One network, by meaning; returns a remark, or ""."""
    import keras

    from restorekit.models.pixels import Multiple

    told = f"for channels={channels}, filters={filters}"
    if not isinstance(model, keras.Model):
        raise Wrong(
            f"{told} you return a {type(model).__name__}: return keras.Model(image, x), from the input to the output."
        )
    if any(isinstance(layer, Multiple) for layer in model.layers):
        raise Wrong(
            "this is the library's network: good to compare with. Here, write it yourself, a dozen lines of layers."
        )
    if not isinstance(model, keras.Sequential) and not getattr(model, "outputs", None):  # a class of the learner's
        image = keras.Input((None, None, channels))
        model = keras.Model(image, call(model.call, image))
    if isinstance(model, keras.Sequential):
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
    _judge_bends(sized, told)
    last = sized.output._keras_history.operation
    if isinstance(last, keras.layers.Conv2D):
        return ""
    return f" (It ends with {last.__class__.__name__}, not with the convolution: more than was asked. To add the input is unit 05's trick.)"


def _sized(model, channels, told):
    """The same network on a picture of known size, with weights of our own."""
    import keras

    try:
        sized = keras.models.clone_model(model, input_tensors=keras.Input((*_SIZE, channels)))
    except Exception as error:
        raise Wrong(
            f"{told} your network can't take a picture of {_SIZE[0]} x {_SIZE[1]}: {_meeting(str(error), model)}"
        ) from error
    rng = np.random.default_rng(0)
    sized.set_weights(
        [
            rng.normal(0, 1 / np.sqrt(max(np.prod(w.shape[:-1]), 1)), w.shape).astype(np.float32)
            for w in sized.get_weights()
        ]
    )
    return sized


def _meeting(error, model):
    """Why features of two sizes meet, from Keras' message."""
    heights = [int(height) for height in re.findall(r"\(None, (\d+), \d+, \d+\)", error)][:2]
    if len(set(heights)) < 2:
        return f"{error} Do features meet that have different sizes?"
    made, kept = heights
    told = f"features of height {made} meet others of height {kept}."
    if any(height & (height - 1) for height in heights):
        return f'{told} Halves and doubles of {_SIZE[0]} were expected: is a padding="same" missing?'
    if made > kept:
        return f"{told} Was it kept after the halving? Put x into the list before it."
    enlarges = any(layer.__class__.__name__ == "UpSampling2D" for layer in model.layers)
    if kept == _SIZE[0] and enlarges:
        return (
            f"{told} Is every doubling there? And what was kept last is needed first: take it from the end of the list, pop(), "
            "not pop(0)."
        )
    return f"{told} Enlarge first (UpSampling2D), then put the two side by side."


def _judge_bends(sized, told):
    """No hidden convolution feeds another without something that bends between them."""
    from keras import activations, layers

    for layer in sized.layers:
        hidden = isinstance(layer, layers.Conv2D) and layer.kernel_size != (
            1,
            1,
        )  # 1 x 1: to make skips fit that are added
        if hidden and layer.activation is activations.linear and _reaches_convolution(layer):
            raise Wrong(
                f"{told} a convolution of {layer.filters} filters has no activation, and what follows it is again a convolution: together "
                'they are a single one. Give all hidden ones activation="relu".'
            )


def _reaches_convolution(layer):
    """Whether a layer's output comes to a convolution with nothing but moved, enlarged or joined features between."""
    from keras import layers

    for node in layer._outbound_nodes:
        then = node.operation
        if isinstance(then, layers.Conv2D):
            return True
        if isinstance(then, layers.UpSampling2D | layers.Concatenate) and _reaches_convolution(then):
            return True
    return False


def _judge_sizes(sized, filters, told):
    """The features go through every size, with the right channels; and at every size there is a way past what is smaller."""
    lowest, channels, risen = {}, {}, {}  # of each tensor: the smallest heights on the ways to it; of each height: the
    # channels that occur on the way down, and on the way up
    output = sized.outputs[0]
    sizes = [_SIZE[0] // 2**n for n in range(len(filters) + 1)]
    _walk(output, lowest, channels, risen, sizes[-1])
    least = min(lowest[id(output)])
    halvings = round(np.log2(_SIZE[0] / least))
    if least != sizes[-1]:
        raise Wrong(
            f"{told} your network halves the picture {halvings} times; once for each entry of `filters` makes {len(filters)}."
        )
    for entry, height in zip(filters, sizes[1:], strict=True):
        if entry not in channels[height]:
            back = ""
            if filters[-1] in channels[sizes[1]]:
                back = " Are they in reverse order?"
            elif filters[0] in channels[height]:
                back = " Does filters[0] stand where the loop's n belongs?"
            raise Wrong(
                f"{told} nothing of height {height} (from {_SIZE[0]}) has {entry} channels, only {sorted(channels[height])}: after halving "
                f"number {sizes.index(height)} there must be {entry}.{back}"
            )
    for entry, height in zip(filters, sizes, strict=False):
        if entry not in risen.get(height, {entry}):
            raise Wrong(
                f"{told} on the way up nothing of height {height} (from {_SIZE[0]}) has {entry} channels, only {sorted(risen[height])}: "
                "on the way up the filters come in reverse order, the last one first."
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


def _walk(tensor, lowest, channels, risen, smallest):
    """Note the smallest heights on all ways from the input to a tensor, and the channels on the way."""
    if id(tensor) in lowest:
        return
    layer, place, _ = tensor._keras_history
    sources, height = layer._inbound_nodes[place].input_tensors, tensor.shape[1]
    for source in sources:
        _walk(source, lowest, channels, risen, smallest)
    lowest[id(tensor)] = {min(height, way) for source in sources for way in lowest[id(source)]} or {height}
    if sources:
        way = risen if smallest in lowest[id(tensor)] and height > smallest else channels
        way.setdefault(height, set()).add(tensor.shape[-1])


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
