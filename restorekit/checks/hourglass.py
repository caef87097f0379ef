"""Checks of lab 06 on networks: a denoising autoencoder, judged by the sizes that its features go through, and images of any size."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call

_SIZE = (32, 48)


def check_autoencoder(student):
    """6.5: halvings, channels, skips at every size, open input, a linear end."""
    for channels, filters in ((3, (8, 12)), (1, (6,)), (3, (4, 6, 9))):
        _judge_network(call(student, channels, filters), channels, filters)
    return "right: it narrows, widens, hands across at every size, and takes any multiple."


def _judge_network(model, channels, filters):
    """One network, by meaning."""
    import keras

    told = f"for channels={channels}, filters={filters}"
    if not isinstance(model, keras.Model):
        raise Wrong(
            f"{told} you return a {type(model).__name__}: return keras.Model(image, x), from the input to the output."
        )
    if isinstance(model, keras.Sequential) or not hasattr(model, "operations"):
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
    import keras

    lowest = {}  # of each tensor: the smallest heights on the ways from the input to it
    channels = {}  # of each height: the channels that occur
    for operation in sized.operations:
        output = keras.tree.flatten(operation.output)[0]
        height = output.shape[1]
        if isinstance(operation, keras.layers.InputLayer):
            lowest[id(output)] = {height}
            continue
        ways = set().union(*(lowest[id(tensor)] for tensor in keras.tree.flatten(operation.input)))
        lowest[id(output)] = {min(height, way) for way in ways}
        channels.setdefault(height, set()).add(output.shape[-1])
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
    ways = lowest[id(sized.output)]
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


def check_any_size(student):
    """6.6: mirrored up to a multiple, restored, cut back."""
    rng = np.random.default_rng(2)
    cases = [((13, 22, 3), 4), ((9, 9, 1), 8), ((16, 12, 3), 4), ((7, 10, 3), 2)]
    for shape, multiple in cases:
        image = rng.uniform(0.3, 0.7, shape).astype(np.float32)
        seen = []

        def network(batch, multiple=multiple, shape=shape, seen=seen):
            batch = np.asarray(batch)
            seen.append(batch)
            if batch.ndim != 4:
                raise Wrong(
                    f"the network was given an array of shape {batch.shape}; networks want a batch, (1, height, width, channels): "
                    "image[None]."
                )
            if batch.shape[1] % multiple or batch.shape[2] % multiple:
                raise Wrong(
                    f"an image {shape} reached the network as {batch.shape[1]} x {batch.shape[2]}; both must be multiples of {multiple}. "
                    f"-{shape[0]} % {multiple} = {-shape[0] % multiple} rows are missing, and -{shape[1]} % {multiple} = "
                    f"{-shape[1] % multiple} columns."
                )
            return 1 - batch

        got = call(student, network, image, multiple)
        if not seen:
            raise Wrong("the network was never called.")
        _judge_padding(seen[-1], image, multiple)
        _judge_cut(got, 1 - image, multiple)
    return "right: padded by its own mirror image, and cut back to the pixel."


def _judge_padding(batch, image, multiple):
    """As small as it can be, and made of the image's own values."""
    height, width = image.shape[:2]
    least = height + -height % multiple, width + -width % multiple
    if batch.shape[1] < height or batch.shape[2] < width:
        raise Wrong(
            f"you cut the {height} x {width} image down to {batch.shape[1]} x {batch.shape[2]}: its last rows or columns would be lost. "
            "Pad up instead."
        )
    if batch.shape[1:3] != least:
        again = " Where nothing is missing, nothing is padded: -height % multiple is 0 then, and multiple - height % multiple is not."
        raise Wrong(
            f"a {height} x {width} image reached the network as {batch.shape[1]} x {batch.shape[2]}; {least[0]} x {least[1]} is enough for "
            f"multiples of {multiple}.{again if height % multiple == 0 or width % multiple == 0 else ''}"
        )
    if batch.shape[1:3] == (height, width):
        if np.abs(batch[0] - image).max() > 1e-6:
            raise Wrong("the network was given other values than the image's.")
        return
    windows = [
        (top, left)
        for top in range(batch.shape[1] - height + 1)
        for left in range(batch.shape[2] - width + 1)
        if np.abs(batch[0, top : top + height, left : left + width] - image).max() <= 1e-6
    ]
    if not windows:
        raise Wrong(
            "the image is not found in what the network was given: was it resized, or turned? Pad it, so that its pixels stay."
        )
    top, left = windows[0]
    outside = np.ones(batch.shape[1:3], bool)
    outside[top : top + height, left : left + width] = False
    added = batch[0][outside]
    if np.abs(added).max() <= 1e-6:
        raise Wrong(
            'the padding is black. The network would mix it into the border: mirror the image, np.pad(..., mode="reflect").'
        )
    if np.ptp(added) <= 1e-6:
        raise Wrong(
            f'the padding is an even {added.flat[0]:.2f}; mirror the image instead, np.pad(..., mode="reflect").'
        )
    if not np.isin(np.round(added, 5), np.round(image, 5)).all():
        raise Wrong(
            'the padding holds values that the image does not have: mirror the image, np.pad(..., mode="reflect").'
        )
    wrapped = np.pad(image, [(top, least[0] - height - top), (left, least[1] - width - left), (0, 0)], mode="wrap")
    if np.abs(batch[0] - wrapped).max() <= 1e-6:
        raise Wrong('the padding shows the opposite side of the image (mode="wrap"); mirror it: mode="reflect".')


def _judge_cut(got, right, multiple):
    """The restored image, cut back to the right place."""
    got = as_array(got)
    height, width, channels = right.shape
    padded = height + -height % multiple, width + -width % multiple
    if got.ndim == 4:
        raise Wrong(f"your output has shape {got.shape}: take the one image out of the batch, [0].")
    if got.shape != right.shape and got.shape[:2] == padded:
        raise Wrong(
            f"your output is {got.shape[0]} x {got.shape[1]}, still with its padding: cut it back to {height} x {width}."
        )
    if channels == 1 and got.shape == (height, width):
        raise Wrong("your output has lost its axis of channels: an image (H, W, 1) comes back as (H, W, 1).")
    if got.shape != right.shape and 0 in got.shape:
        raise Wrong(
            f"your output has shape {got.shape}: a cut like [:-0] keeps nothing. Cut by the size, [:height, :width], not by the padding."
        )
    got = as_array(got, right.shape)
    if np.abs(got - right).max() > 1e-5:
        if np.abs(got - (1 - right)).max() <= 1e-5:
            raise Wrong("you return the image that came in, not what the network made of it.")
        raise Wrong(
            "your output is not the restored image, pixel by pixel: is it shifted? Padding that was put above or to the left "
            "must be cut off above and to the left."
        )
