"""Check of lab 07 on bicubic enlargement by hand, compared with what each usual mistake would give."""

import numpy as np

from restorekit.checks.filters import recognise
from restorekit.checks.keys import cubic, tent
from restorekit.checks.readymade import called
from restorekit.degrade import resize
from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def enlarged(image, scale):
    """The right enlargement: rows by Keys' weights, then columns."""
    return _both(image, scale)


def _one(picture, scale, *, kernel=cubic, centre="half", border="symmetric", first=-1, floor=np.floor, shift=0):
    """Enlarge along axis 0, with a mistake to choose."""
    n = len(picture)
    place = np.arange(n * scale)
    centres = {
        "half": (place + 0.5) / scale - 0.5,
        "corner": place / scale,
        "ends": place * (n - 1) / (n * scale - 1),
        "late": (place + 0.5) / scale,
        "early": place / scale - 0.5,
    }[centre]
    begin = floor(centres).astype(int) + first
    padded = np.pad(picture, [(6, 6), (0, 0)], mode=border)
    result = 0
    for step in range(4):
        weights = kernel(centres - (begin + step))
        result = result + weights[:, None] * padded[np.clip(begin + step + 6 + shift, 0, n + 11)]
    return result


def _both(image, scale, **slip):
    """Enlarge both axes, in double precision."""
    return _one(_one(np.asarray(image, np.float64), scale, **slip).T, scale, **slip).T


def _mistakes(image, scale):
    """What the usual slips would return, and how to name them; those which move all pixels come first."""
    right = _both(image, scale)
    tall = np.repeat(_one(image, scale), scale, axis=1)
    wide = np.repeat(_one(image.T, scale).T, scale, axis=0)
    away = f"your picture is {0.5 - 0.5 / scale:.2g} of an input pixel off: you put output pixel i at i / scale, "
    yield (
        _both(image, scale, centre="corner"),
        (
            f"{away}as if pixels were points in a corner. They are little squares: the middle of output pixel i lies at "
            "(i + 0.5) / scale - 0.5."
        ),
    )
    yield (
        _both(image, scale, centre="ends"),
        (
            "you spread the output pixels from the first input pixel's middle to the last one's. That is another grid (\"aligned "
            'corners") and it stretches the picture: output pixel i lies at (i + 0.5) / scale - 0.5.'
        ),
    )
    yield (
        _both(image, scale, centre="late"),
        ("your picture is half an input pixel off: is the `- 0.5` missing at the end of (i + 0.5) / scale - 0.5?"),
    )
    yield (
        _both(image, scale, centre="early"),
        ("your output pixels lie at i / scale - 0.5; their own half is missing: (i + 0.5) / scale - 0.5."),
    )
    for first, which in ((0, "one place too late"), (-2, "one place too early")):
        yield (
            _both(image, scale, first=first),
            (
                f"your four neighbours begin {which}. For a centre at 3.2 they are 2, 3, 4 and 5: the first one is floor(centre) - 1."
            ),
        )
    for shift, way in ((1, "up and to the left"), (-1, "down and to the right")):
        yield (
            _both(image, scale, shift=shift),
            (
                f"your picture is one input pixel off, {way}: the weights fit, the places do not. The centres are (i + 0.5) / scale "
                "*minus* 0.5; and if you padded, neighbour n stands at n + padding."
            ),
        )
    yield (
        _both(image, scale, kernel=lambda x: cubic(x, -0.75)),
        ("this is OpenCV's bicubic, with a = -0.75. Use keys of 7.1, with a = -0.5."),
    )
    yield _both(image, scale, kernel=tent), "this is bilinear enlargement: a tent of 1 - |t|. Use keys of 7.1."
    yield np.repeat(np.repeat(image, scale, 0), scale, 1), 'this repeats each pixel: that is "nearest", not bicubic.'
    yield tall, "along the rows your pixels are only repeated: do to the columns what you do to the rows."
    yield wide, "down the columns your pixels are only repeated: do to the rows what you do to the columns."
    yield (
        np.clip(right, 0, 1),
        (
            "you clip to [0, 1]. Here the picture stays as it is: bicubic overshoots beside edges, and whoever saves or scores it clips."
        ),
    )
    yield np.round(right * 255) / 255, "you round to 8 bits. Here the picture stays as it is."
    yield (
        _both(image, scale, floor=np.trunc),
        (
            "at the upper and left border you are wrong: .astype(int) cuts towards zero, so -0.3 becomes 0. np.floor(-0.3) is -1."
        ),
    )
    for border, how in (
        ("edge", "there you repeat the outermost pixel again and again (clamping). Here the picture goes on as its own mirror image: row "
         "-1 is row 0, row -2 is row 1; np.pad(image, 2, mode=\"symmetric\")."),
        ("reflect", "you mirror about the outermost pixel (\"reflect\": row -1 is row 1). Here the edge pixel is repeated in the mirror: "
         "row -1 is row 0; np.pad(..., mode=\"symmetric\")."),
        ("wrap", "there you see the opposite border, as negative indices and mode=\"wrap\" do. The picture goes on as its own mirror "
         "image: row -1 is row 0; np.pad(..., mode=\"symmetric\")."),
    ):  # fmt: skip
        yield _both(image, scale, border=border), f"inside you are right, but not at the border: {how}"
    black = _both(image, scale, border="constant")
    yield (
        black,
        (
            "inside you are right, but the border is dark: outside the picture you assume zeros, or leave neighbours out. The picture goes "
            'on as its own mirror image: row -1 is row 0, row -2 is row 1; np.pad(image, 2, mode="symmetric").'
        ),
    )
    share = _both(np.ones_like(image), scale, border="constant")
    yield (
        black / share,
        (
            "at the border you leave out the neighbours that lie outside, and share their weight among the others. Here the picture goes "
            'on as its own mirror image: np.pad(image, 2, mode="symmetric").'
        ),
    )


def _refuse_ready_made(student):
    """Say so, kindly, where an answer calls an enlargement that exists already."""
    name = called(student, ("bicubic", "resize", "rescale", "zoom", "imresize", "UpSampling2D"))
    if name:
        raise Wrong(
            f"your function calls a ready-made enlargement ({name}), good to compare with. Here, write it yourself: four neighbours, "
            "their weights, a sum; first for the rows, then for the columns."
        )


def check_enlarge(student):
    """7.2: bicubic enlargement, rows and columns, on the grid of half pixels, with mirrored borders."""
    _refuse_ready_made(student)
    rng = np.random.default_rng(7)
    for shape, scale in (((9, 12), 2), ((7, 8), 3), ((6, 5), 4)):
        image = rng.uniform(0, 1, shape).astype(np.float32)
        image[:, 3] = 1.0  # so that clipping shows
        right = resize(image, scale=scale)
        got = _of_shape(call(student, image, scale), image.shape, scale)
        if np.abs(got - right).max() <= 2e-5:
            continue
        if np.abs(got - 255 * right).max() <= 0.01:
            raise Wrong("your picture is in 0-255; this function works in [0, 1], like the picture that it is given.")
        recognise(got, _mistakes(image.astype(np.float64), scale))
        inner = (slice(2 * scale, -2 * scale),) * 2
        if np.abs(got - right)[inner].max() <= 2e-5:
            raise Wrong(
                "inside you are right, but not at the border. There the picture goes on as its own mirror image: row -1 is row 0, row -2 "
                'is row 1, and likewise at the other end; np.pad(image, 2, mode="symmetric").'
            )
        flat = as_array(call(student, np.full(shape, 0.5, np.float32), scale))
        if flat.shape == right.shape and np.abs(flat[inner] - 0.5).max() > 1e-3:
            raise Wrong(
                f"an even picture of 0.5 comes back as {flat[inner].flat[0]:.3f}: the weights of the four neighbours sum to 1, in both "
                "directions. Is a neighbour left out, or one taken twice, or the sum taken of rows and columns instead of one after the "
                "other?"
            )
        compare_arrays(got, right, f"your picture, {shape[0]} x {shape[1]} enlarged by {scale},", 2e-5)
    return "right: equal to the library's (and so to MATLAB's) to five digits."


def _of_shape(value, shape, scale):
    """The answer as an array of the right shape, or what its shape tells."""
    got, (height, width) = as_array(value), shape
    wanted = (height * scale, width * scale)
    if got.shape == wanted:
        return got
    told = f"a picture of {height} x {width} enlarged by {scale} has shape {got.shape} in your answer; {wanted} was expected."
    if got.shape in ((height * scale, width), (height, width * scale)):
        grown = "height" if got.shape[1] == width else "width"
        raise Wrong(
            f"{told} Only its {grown} has grown: do the same in the other direction. A picture can be turned with .T, and back."
        )
    if got.shape == wanted[::-1]:
        raise Wrong(f"{told} Rows and columns are swapped: after the second direction, turn the picture back with .T.")
    if got.shape == shape:
        raise Wrong(f"{told} It still has the size of the input.")
    if got.shape == (2 * height, 2 * width):
        raise Wrong(f"{told} For scale=2 it was right: is a 2 written where `scale` belongs?")
    if got.ndim == 2 and all(side > n for side, n in zip(got.shape, wanted, strict=True)):
        raise Wrong(
            f"{told} Is the padding enlarged as well? Output pixels are counted by the picture alone: H * scale."
        )
    raise Wrong(told)
