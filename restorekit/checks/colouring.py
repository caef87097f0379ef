"""Check of lab 07 on colour: the network sees Y alone, Cb and Cr are enlarged by bicubic. A spy stands in for the network."""

import numpy as np

from restorekit.checks.filters import recognise
from restorekit.degrade import resize
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays
from restorekit.images import rgb_to_ycbcr, to_gray, ycbcr_to_rgb


def coloured(photo, enlarge_y, scale):
    """Y by the function, Cb and Cr by bicubic."""
    ycbcr = rgb_to_ycbcr(photo)
    large = resize(ycbcr, scale=scale)
    large[..., 0] = enlarge_y(ycbcr[..., 0])
    return ycbcr_to_rgb(large)


def check_colour(student):
    """7.8: the network sees Y, the chroma is enlarged by bicubic, and RGB comes back."""
    for shape, scale, seed in (((12, 15, 3), 2, 1), ((10, 8, 3), 3, 2)):
        rng = np.random.default_rng(seed)
        photo = rng.random(shape).astype(np.float32)
        photo[2:6, 2:6] = (1, 0, 0)  # overshoots, so that clipping shows
        seen = []

        def enlarge_y(y, seen=seen, scale=scale, photo=photo):
            y = np.asarray(y)
            seen.append(y.copy())
            if y.ndim != 2:
                raise Wrong(
                    f"enlarge_y was given an array of shape {y.shape}; it takes one channel, (H, W): ycbcr[..., 0]."
                )
            return _own(y, scale)

        got = as_array(call(student, photo, enlarge_y, scale))
        _judge_seen(seen, photo, scale)
        right = coloured(photo, lambda y, scale=scale: _own(y, scale), scale)
        if got.shape != right.shape:
            if got.shape == right.shape[:2]:
                raise Wrong(
                    "you return one channel, the large Y. Put Cb and Cr beside it, and turn the three into RGB."
                )
            if got.shape == photo.shape:
                raise Wrong("your picture is as small as before.")
            got = as_array(got, right.shape)
        if np.abs(got - right).max() > 1e-4:
            recognise(got, _colour_mistakes(photo, scale, right))
            compare_arrays(got, right, "your large picture", 1e-4)
    return "right: the network draws the brightness, bicubic paints the colour over it."


def _own(y, scale):
    """The spy's enlargement: not bicubic, and not linear either."""
    return np.repeat(np.repeat(y, scale, 0), scale, 1) ** 1.3 * 1.1


def _judge_seen(seen, photo, scale):
    """The network was called once, on Y of the small picture."""
    if not seen:
        raise Wrong("enlarge_y was never called: it makes the large Y.")
    ycbcr = rgb_to_ycbcr(photo)

    def is_one(array, other, tolerance=1e-4):
        return array.shape == other.shape and np.abs(array - other).max() <= tolerance

    if any(is_one(y, photo[..., k]) for y in seen for k in range(3)):
        raise Wrong(
            f"enlarge_y was given {'red, green and blue, one by one' if len(seen) > 1 else 'one of red, green and blue'}. Turn the "
            "photo into Y, Cb, Cr first, rk.images.rgb_to_ycbcr, and give it Y: the eye sees fine detail in the brightness alone."
        )
    if len(seen) > 1 and any(is_one(y, ycbcr[..., k]) for y in seen for k in (1, 2)):
        raise Wrong(
            "enlarge_y was given Cb and Cr too. It has learned on brightness; the two colour differences are enlarged by bicubic."
        )
    if len(seen) > 1 and all(is_one(y, seen[0]) for y in seen):
        raise Wrong(f"enlarge_y was called {len(seen)} times on the same Y: once is enough.")
    if is_one(seen[0], ycbcr[..., 0]):
        return
    mistakes = [
        (
            to_gray(photo),
            "a gray picture from 0 to 1 (to_gray). The field's Y runs from 16/255 to 235/255: rk.images.rgb_to_ycbcr.",
        ),
        (photo.mean(axis=2), "the mean of red, green and blue. Y weighs them as the eye does: rk.images.rgb_to_ycbcr."),
        (255 * ycbcr[..., 0], "Y in 0-255; pictures here are in [0, 1]."),
        (ycbcr[..., 1], "Cb. Y is the first channel: ycbcr[..., 0]."),
        (ycbcr[..., 2], "Cr. Y is the first channel: ycbcr[..., 0]."),
        (
            resize(ycbcr[..., 0], scale=scale),
            "a Y that was enlarged before. It enlarges by itself: give it the small one.",
        ),
    ]
    for other, what in mistakes:
        if is_one(seen[0], other):
            raise Wrong(f"enlarge_y was given {what}")
    raise Wrong(
        "enlarge_y was given something else than the Y of the photo: ycbcr[..., 0] of rk.images.rgb_to_ycbcr(photo)."
    )


def _colour_mistakes(photo, scale, right):
    """What the usual slips would return."""
    ycbcr = rgb_to_ycbcr(photo)
    y = _own(ycbcr[..., 0], scale)
    large = resize(ycbcr, scale=scale)
    parts = np.dstack([y, large[..., 1:]])
    yield np.clip(right, 0, 1), "you clip to [0, 1]. Here the picture stays as it is; whoever saves or scores it clips."
    yield parts, "you return Y, Cb and Cr. Turn them back: rk.images.ycbcr_to_rgb."
    yield np.clip(parts, 0, 1), "you return Y, Cb and Cr. Turn them back: rk.images.ycbcr_to_rgb."
    yield (
        ycbcr_to_rgb(parts[..., [0, 2, 1]]),
        "Cb and Cr are swapped: red and blue have changed places. The order is Y, Cb, Cr.",
    )
    yield ycbcr_to_rgb(parts[..., [1, 2, 0]]), "the order of the channels is wrong: Y first, then Cb, then Cr."
    yield right[..., ::-1], "red and blue are swapped in what you return."
    yield (
        ycbcr_to_rgb(large),
        "the Y of enlarge_y never reaches your picture: all three channels are enlarged by bicubic.",
    )
    yield (
        resize(photo, scale=scale),
        "you return the bicubic enlargement of the photo; what enlarge_y made is not in it.",
    )
    names = {"nearest": "only repeated", "bilinear": "enlarged by bilinear interpolation"}
    for method, how in names.items():
        chroma = resize(ycbcr[..., 1:], scale=scale, method=method)
        yield (
            ycbcr_to_rgb(np.dstack([y, chroma])),
            f"the colour (Cb and Cr) is {how}; enlarge it by bicubic, rk.degrade.resize.",
        )
    gray = np.dstack([y, np.full((*y.shape, 2), 128 / 255)])
    yield ycbcr_to_rgb(gray), "your picture is gray: Cb and Cr, enlarged by bicubic, are missing."
    yield (
        np.dstack([y, y, y]),
        "your picture is gray: you return Y three times. Cb and Cr, enlarged by bicubic, are missing.",
    )
