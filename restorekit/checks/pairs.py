"""Check of lab 07 on training pairs: the large picture, cut, and the small one that is made of it."""

import numpy as np

from restorekit.checks.filters import recognise
from restorekit.degrade import resize
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def cut(image, scale):
    """The picture without the rows and columns, below and on the right, that no whole block of `scale` pixels has."""
    height, width = (n // scale * scale for n in image.shape[:2])
    return image[:height, :width]


def rounded(image):
    """Clipped to [0, 1] and rounded to steps of 1/255, as an 8-bit file holds it."""
    return np.round(np.clip(image, 0, 1) * 255) / 255


def pair(image, scale):
    """The small picture in 8 bits, and the large one that it was made of."""
    high = cut(image, scale)
    return rounded(resize(high, scale=1 / scale)), high


def _picture(shape, rng):
    """Hard black and white edges, fine stripes and some noise, in steps of 1/255: every slip shows."""
    rows, columns = np.mgrid[: shape[0], : shape[1]]
    blocks = (rows // 7 + columns // 9) % 2
    stripes = 0.5 + 0.5 * np.sin(columns * 2.3) * (rows < shape[0] / 2)
    mixed = np.where(columns < shape[1] / 2, blocks, 0.7 * stripes + 0.3 * rng.random(shape[:2]))
    picture = mixed if len(shape) == 2 else np.stack([mixed, 1 - mixed, mixed**2], axis=2)
    return rounded(picture).astype(np.float32)


def check_pair(student):
    """7.3: cut to a multiple, shrunk with antialiasing, rounded to 8 bits."""
    rng = np.random.default_rng(3)
    for shape, scale in (((46, 61), 4), ((50, 65), 3), ((35, 40, 3), 2), ((36, 48), 3)):
        image = _picture(shape, rng)
        low, high = _two(call(student, image, scale), image, scale)
        _judge_high(high, image, scale)
        _judge_low(low, image, scale)
    return "right: cut, shrunk with antialiasing, and rounded as a file is."


def _two(answer, image, scale):
    """A pair, small one first."""
    if not isinstance(answer, (tuple, list)) or len(answer) != 2:
        shown = f"an array of shape {np.shape(answer)}" if hasattr(answer, "shape") else f"a {type(answer).__name__}"
        raise Wrong(f"two pictures were expected, low and high; you return {shown}. Write: return low, high.")
    low, high = (
        as_array(part, what=f"your {name} picture") for part, name in zip(answer, ("small", "large"), strict=True)
    )
    if low.shape[:1] > high.shape[:1] and low.shape == cut(image, scale).shape:
        raise Wrong("your pictures are swapped: the small one comes first, then the large one: return low, high.")
    return low, high


def _judge_high(high, image, scale):
    """The picture itself, cut below and on the right."""
    right = cut(image, scale)
    told = f"the picture is {image.shape[0]} x {image.shape[1]} and scale is {scale}:"
    if high.shape != right.shape:
        if high.shape == image.shape:
            raise Wrong(
                f"{told} your large picture is not cut. {image.shape[0]} is no multiple of {scale}, so the last rows have no small pixel "
                f"of their own; cut to {right.shape[0]} x {right.shape[1]}: n // scale * scale."
                if image.shape[0] % scale
                else f"{told} your large picture is not cut in width: {image.shape[1]} is no multiple of {scale}."
            )
        if high.shape[:2] == tuple(n - scale if n % scale == 0 else n // scale * scale for n in image.shape[:2]):
            raise Wrong(
                f"{told} yours is {high.shape[0]} x {high.shape[1]}: what is a multiple already stays as it is."
            )
        raise Wrong(
            f"{told} your large picture has shape {high.shape}; {right.shape} was expected, the largest multiples of {scale} that fit."
        )
    if np.abs(high - right).max() <= 1e-6:
        return
    trimmed = tuple(n - m for n, m in zip(image.shape, right.shape, strict=True))
    for top in range(trimmed[0] + 1):
        for left in range(trimmed[1] + 1):
            if np.abs(high - image[top:, left:][: right.shape[0], : right.shape[1]]).max() <= 1e-6:
                raise Wrong(
                    f"{told} you cut {top} rows off the top and {left} columns off the left; cut below and on the right: "
                    "image[:height, :width]."
                )
    raise Wrong(
        f"{told} your large picture has the right size, but other values than the original: was it resized? It is only cut."
    )


def _judge_low(low, image, scale):
    """The large picture, shrunk as MATLAB does it and rounded; or what the usual slips make of it."""
    high = cut(image, scale)
    raw = resize(high, scale=1 / scale).astype(np.float64)
    right = rounded(raw)
    told = f"a picture of {high.shape[0]} x {high.shape[1]}, shrunk by {scale}: your small picture"
    if low.shape != right.shape:
        if low.shape == high.shape:
            raise Wrong(
                f"{told} is as large as before. Shrinking by {scale} is scale=1 / {scale}; do not enlarge it again."
            )
        if low.shape[0] == high.shape[0] * scale:
            raise Wrong(f"{told} has become larger, {low.shape[0]} x {low.shape[1]}: write scale=1 / scale.")
        if low.shape == resize(image, scale=1 / scale).shape:
            raise Wrong(
                f"{told} is {low.shape[0]} x {low.shape[1]}: it was made of the picture before it was cut. First cut, then shrink."
            )
        raise Wrong(f"{told} has shape {low.shape}; {right.shape} was expected.")
    if _same_levels(low, right) or _same_levels(low, resize(high, scale=1 / scale, eight_bit=True)):
        return
    if np.abs(low - 255 * right).max() <= 1 and low.max() > 1:
        raise Wrong("your small picture is in 0-255; pictures here are in [0, 1]: divide by 255 after rounding.")
    recognise(low, _low_mistakes(image, high, scale, raw))
    compare_arrays(low, right, "your small picture", 1 / 254)
    raise Wrong(
        "your small picture is off by up to one step of 1/255: is it rounded, np.round(low * 255) / 255, after clipping?"
    )


def _same_levels(low, right):
    """Equal, but for a few values that lie between two steps and were rounded the other way."""
    off = np.abs(low - right)
    return off.max() <= 1.01 / 255 and (off > 1e-4).mean() < 0.01


def _low_mistakes(image, high, scale, raw):
    """What the usual slips make, and how to name them."""
    keep = slice(None, None, scale)
    file = "The small picture is a file like any other: np.round(np.clip(low, 0, 1) * 255) / 255."
    yield raw, f"your small picture is not rounded to 8 bits: it holds values between two steps of 1/255. {file}"
    yield np.clip(raw, 0, 1), f"your small picture is clipped, but not rounded to 8 bits. {file}"
    yield (
        np.round(raw * 255) / 255,
        (f"your small picture leaves [0, 1]: beside edges bicubic overshoots, and no file can hold that. {file}"),
    )
    yield (
        np.floor(np.clip(raw, 0, 1) * 255) / 255,
        (
            "you cut off what lies between two steps (.astype(np.uint8) does), so the picture becomes darker by half a step: np.round."
        ),
    )
    makes = {
        "every pixel in between is thrown away. What is finer than the new pixels then turns into false patterns (aliasing): shrink with "
        "rk.degrade.resize(high, scale=1 / scale).": [high[keep, keep], high[scale // 2 :: scale, scale // 2 :: scale]],
        "it was shrunk without antialiasing: only 16 pixels around each place were weighed, whatever the scale. Leave antialias=False out; "
        "it is on by itself.": [resize(high, scale=1 / scale, antialias=False)],
        "each pixel is the mean of its block. The field's small pictures are made by bicubic, whose weights reach further: "
        'method="bicubic", the default.': [resize(high, scale=1 / scale, method="area")],
        "it was shrunk by another method than bicubic; a network that learns from other pairs answers other questions. Bicubic is the "
        "default of rk.degrade.resize.": [
            resize(high, scale=1 / scale, method=method) for method in ("bilinear", "lanczos", "nearest")
        ],
        "it was made of the picture before it was cut, so its last pixels hold what the large one has not. First cut, then shrink.": [
            resize(image, scale=1 / scale)[: raw.shape[0], : raw.shape[1]],
            resize(image, shape=raw.shape[:2]),
        ],
    }  # fmt: skip
    for message, made in makes.items():
        for one in made:
            yield one, message
            yield rounded(one), message
