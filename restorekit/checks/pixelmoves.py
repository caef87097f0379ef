"""Checks of lab 06 on moving pixels: pixel unshuffle and pixel shuffle. Every order in which one may get them wrong has a name."""

from itertools import permutations

import numpy as np

from restorekit.checks.filters import recognise
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays

_CASES = (((6, 8, 3), 2), ((4, 6, 1), 2), ((6, 12, 2), 3))
#: What another order of (row in the block, column in the block, colour) means: the first runs slowest.
_ORDERS = {
    "jic": "row and column of the block are swapped: the second channel (for gray) must hold the upper *right* pixel of each block, and "
    "yours holds the lower left one. The order is row, then column, then colour.",
    "cij": "every number is there, in PyTorch's order: all places of the first colour, then all of the second. TensorFlow's order, asked "
    "for here, keeps the colours of a pixel together: channel (row * scale + column) * C + colour.",
    "cji": "every number is there, but the channels are ordered by colour, column, row; row, column, colour was asked for.",
    "icj": "every number is there, but the colour stands between row and column; it must run fastest: row, column, colour.",
    "jci": "every number is there, but the channels are ordered by column, colour, row; row, column, colour was asked for.",
}


def _split(image, scale):
    """The axes of an image, by name: rows of blocks h, row in the block i, columns of blocks w, column j, colour c."""
    height, width, colours = image.shape
    return image.reshape(height // scale, scale, width // scale, scale, colours)


def unshuffled(image, scale, order="ijc"):
    """Pixel unshuffle, with the channels in the given order."""
    height, width, _ = image.shape
    moved = np.einsum(f"hiwjc->hw{order}", _split(image, scale))
    return moved.reshape(height // scale, width // scale, -1)


def shuffled(features, scale, order="ijc"):
    """Pixel shuffle of channels that are in the given order."""
    height, width, channels = features.shape
    sizes = {"i": scale, "j": scale, "c": channels // scale**2}
    apart = features.reshape(height, width, *(sizes[axis] for axis in order))
    return np.einsum(f"hw{order}->hiwjc", apart).reshape(height * scale, width * scale, -1)


def _refuse_ready_made(student):
    """Say so, kindly, where an answer calls the layer or the operation that it should write."""
    code = getattr(student, "__code__", None)
    names = set(getattr(code, "co_names", ()))
    known = getattr(student, "__globals__", {})
    names |= {getattr(known.get(name), "__name__", name) for name in names}  # `from ... import PixelShuffle as P`
    for name in ("PixelShuffle", "PixelUnshuffle", "space_to_depth", "depth_to_space"):
        if name in names:
            owner = "the library" if name.startswith("Pixel") else "TensorFlow"
            raise Wrong(
                f"this is {owner}'s own, {name}: good to compare with. Here, write it yourself; slices of the array, or reshape and "
                "transpose, are all it takes."
            )


def check_unshuffle(student):
    """6.1: pixels into channels, in the order of tf.nn.space_to_depth."""
    _refuse_ready_made(student)
    for shape, scale in _CASES:
        image = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / np.float32(np.prod(shape))
        right = unshuffled(image, scale)
        got = _of_shape(call(student, image, scale), right.shape, image, scale)
        height, width, colours = shape
        quarters = image.reshape(scale, height // scale, scale, width // scale, colours)
        mistakes = [
            (unshuffled(image, scale, "".join(order)), _ORDERS.get("".join(order)))
            for order in permutations("ijc")
            if "".join(order) != "ijc"
        ]
        mistakes += [
            (
                np.einsum("ihjwc->hwijc", quarters).reshape(right.shape),
                f"you cut the picture into {scale} x {scale} large tiles and lay them on each other. A channel is a *place in a small "
                "block*: image[row::scale, column::scale].",
            ),
            (
                image.reshape(right.shape),
                "a reshape alone does not move pixels: it reads the picture row by row and cuts the row of numbers anew. First "
                "reshape to (H/scale, scale, W/scale, scale, C), then transpose, then reshape.",
            ),
        ]
        if np.abs(got - right).max() > 1e-6:
            _name_mistake(got, right, shape, mistakes)
    return "right: TensorFlow's order, number by number."


def check_shuffle(student):
    """6.2: channels into pixels, in the order of tf.nn.depth_to_space."""
    _refuse_ready_made(student)
    for shape, scale in _CASES:
        image = np.arange(np.prod(shape), dtype=np.float32).reshape(shape) / np.float32(np.prod(shape))
        features = unshuffled(image, scale)
        got = _of_shape(call(student, features, scale), image.shape, features, scale)
        height, width, _ = features.shape
        colours = shape[2]
        slipped = np.empty_like(image)  # features[:, :, place : place + C]: the `* C` is forgotten
        for place in range(scale**2):
            part = features[:, :, place : place + colours]
            slipped[place // scale :: scale, place % scale :: scale] = part
        tiles = np.einsum("hwijc->ihjwc", features.reshape(height, width, scale, scale, -1)).reshape(shape)
        mistakes = [
            (
                shuffled(features, scale, "".join(order)),
                _ORDERS["".join(order)].replace("every number is there", "you read the channels in another order"),
            )
            for order in permutations("ijc")
            if "".join(order) not in ("ijc", "jic")
        ]
        mistakes += [
            (
                shuffled(features, scale, "jic"),
                "row and column of the block are swapped: the second channel (for gray) goes to the upper *right* pixel of each block.",
            ),
            (
                slipped,
                f"the place in row 0, column 1 of a block begins at channel C, and yours at channel 1. Place number p of a block has the "
                f"channels p * C to (p + 1) * C, here with C = {colours}.",
            ),
            (
                np.trunc(image),
                "only whole numbers came back: is your result an array of int? np.empty(..., features.dtype) keeps the fractions.",
            ),
            (
                tiles,
                f"your channels became {scale} x {scale} small pictures, side by side. They must be woven into each other: each block of "
                "the result takes one number from every channel.",
            ),
            (
                features.reshape(shape),
                "a reshape alone does not move numbers to where they belong. First reshape to (H, W, scale, scale, C), then transpose so "
                "that each block's row follows H and its column follows W, then reshape.",
            ),
        ]
        if np.abs(got - image).max() > 1e-6:
            _name_mistake(got, image, shape, mistakes)
    return "right: the inverse of pixel unshuffle, number by number."


def _of_shape(value, shape, given, scale):
    """The answer as an array of the right shape, or what its shape tells."""
    got = as_array(value)
    if got.shape == shape:
        return got
    rows, columns, channels = shape
    told = f"for an input of {given.shape} and scale={scale} your output has shape {got.shape}; {shape} was expected."
    if got.ndim == 4 and got.shape[0] == 1:
        raise Wrong(f"{told} Here there is no axis for a batch: one image in, one out.")
    if got.ndim == 4 and got.size == np.prod(shape):
        raise Wrong(
            f"{told} The pieces stand along an axis of their own; join them along the channels instead: np.concatenate(pieces, axis=2), "
            "not np.stack."
        )
    if got.ndim == 3 and got.shape in (
        (rows * scale**2, columns, given.shape[2]),
        (rows, columns * scale**2, given.shape[2]),
    ):
        raise Wrong(
            f"{told} The pieces were joined along the rows or the columns; join them along the channels: axis=2."
        )
    if got.shape == (channels, rows, columns):
        raise Wrong(f"{told} Your channels come first; here they come last.")
    if got.shape == (columns, rows, channels):
        raise Wrong(f"{told} Height and width are swapped.")
    if got.shape == given.shape:
        raise Wrong(f"{told} It still has the shape of the input.")
    if got.ndim == 3 and got.shape[:2] == (rows, columns) and got.shape[2] * scale**2 == channels:
        raise Wrong(f"{told} You kept (or averaged to) one pixel of each block; all {scale**2} go into channels.")
    if channels == 1 and got.shape == (rows, columns):
        raise Wrong(f"{told} Keep the axis of the channels, also where it has length 1.")
    if got.ndim == 3 and scale == 3 and got.size == np.prod(shape):
        raise Wrong(f"{told} It was right for scale=2: is a 2 (or a 4) written where `scale` belongs?")
    if got.size != np.prod(shape):
        raise Wrong(f"{told} Numbers were lost or invented: {given.size} came in, {got.size} came out.")
    raise Wrong(told)


def _name_mistake(got, right, shape, mistakes):
    """Name the mistake."""
    recognise(got, mistakes)
    if np.allclose(np.sort(got.ravel()), np.sort(right.ravel())):
        raise Wrong(
            f"for an image {shape} all the right numbers are there, in the wrong places. Try it on np.arange(16.0).reshape(4, 4, 1) and "
            "compare with the table of numbers in the lecture."
        )
    compare_arrays(got, right, f"your output for an image {shape}", 1e-6)
