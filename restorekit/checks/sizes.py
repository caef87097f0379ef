"""Check of lab 06 on images of any size: a spy stands in for the network, and remembers what it was given."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call


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
