"""Lab 07's checks on pictures: right answers pass in several forms, and each usual mistake meets its own message."""

import numpy as np
import pytest
from scipy import ndimage

import restorekit as rk
from restorekit.checks import examples, lab07
from restorekit.checks.ensembles import ensemble
from restorekit.checks.keys import cubic

EXERCISES = {exercise.key.split(".")[1]: exercise for exercise in lab07.EXERCISES}
resize = rk.degrade.resize


# 7.1: Keys' kernel ------------------------------------------------------------------------------------------------------


def near(x, a=-0.5):
    return (a + 2) * x**3 - (a + 3) * x**2 + 1


def far(x, a=-0.5):
    return a * (x**3 - 5 * x**2 + 8 * x - 4)


def by_masks(x):
    weights, x = np.zeros(x.shape), np.abs(x)
    weights[x <= 1] = near(x[x <= 1])
    between = (x > 1) & (x <= 2)
    weights[between] = far(x[between])
    return weights


def with_select(x):
    x = np.abs(x)
    return np.select([x < 1, x < 2], [near(x), far(x)], 0.0)


def by_ifs(x):
    if abs(x) <= 1:
        return near(abs(x))
    return far(abs(x)) if abs(x) < 2 else 0.0


def in_place(x):
    np.abs(x, out=x)
    return by_masks(x)


@pytest.mark.parametrize("student", [by_masks, with_select, np.vectorize(by_ifs)])
def test_keys_accepts_other_ways(student, passes):
    assert passes("keys", student)
    assert passes("keys", lambda x: student(x).astype(np.float32))


def test_keys_is_the_kernel_of_resize():
    spike = np.zeros((1, 9), np.float32)
    spike[0, 4] = 1
    np.testing.assert_allclose(resize(spike, shape=(1, 27))[0], cubic((np.arange(27) + 0.5) / 3 - 4.5), atol=1e-6)


KEYS_MISTAKES = {
    "a = -0.75": lambda x: cubic(x, -0.75),
    "a = -1": lambda x: cubic(x, -1),
    "a = +0.5": lambda x: cubic(x, 0.5),
    "Begin with t = np.abs(t)": lambda x: np.where(x <= 1, near(x), np.where(x < 2, far(x), 0)) * (np.abs(x) < 2),
    "distances of -0.3 and 0.3 weigh the same": lambda x: np.where(
        x <= 1, near(abs(x)), np.where(x <= 2, far(abs(x)), 0)
    ),
    "go on beyond a distance of 2": lambda x: np.where(abs(x) <= 1, near(abs(x)), far(abs(x))),
    "two cubics are swapped": lambda x: np.where(abs(x) <= 1, far(abs(x)), np.where(abs(x) < 2, near(abs(x)), 0)),
    "from 1 to 2 your weights are 0": lambda x: np.where(abs(x) <= 1, near(abs(x)), 0),
    "used up to a distance of 2": lambda x: np.where(abs(x) < 2, near(abs(x)), 0),
    "used from 0 on": lambda x: np.where(abs(x) < 2, far(abs(x)), 0),
    "tent of bilinear": lambda x: np.maximum(1 - abs(x), 0),
    "255 times too large": lambda x: 255 * cubic(x),
    "the one for distances up to 1 is not": lambda x: np.where(abs(x) <= 1, 1.5 * abs(x) ** 3 - 2 * x**2 + 1, cubic(x)),
    "the one for distances from 1 to 2 is not": lambda x: np.where((abs(x) > 1) & (abs(x) < 2), -far(abs(x)), cubic(x)),
    "`if` asks one yes-or-no question": by_ifs,
    "changes the array": in_place,
    "wrong sign": lambda x: -cubic(x),
}


@pytest.mark.parametrize("phrase", KEYS_MISTAKES)
def test_keys_mistakes_are_named(phrase, message):
    assert phrase in message("keys", KEYS_MISTAKES[phrase])


# 7.2: bicubic by hand ---------------------------------------------------------------------------------------------------


def along(picture, scale, *, a=-0.5, grid="half", mode="symmetric", first=-1, cut=np.floor, move=0, kernel=None):
    """A learner's enlargement of axis 0, with a mistake to choose."""
    n, place = len(picture), np.arange(len(picture) * scale)
    grids = {"half": (place + 0.5) / scale - 0.5, "corner": place / scale, "ends": place * (n - 1) / (n * scale - 1)}
    grids |= {"late": (place + 0.5) / scale, "early": place / scale - 0.5, "plus": (place + 0.5) / scale + 0.5}
    begin = cut(grids[grid]).astype(int) + first
    padded = np.pad(picture, [(5, 5), (0, 0)], mode=mode)
    kernel = kernel or (lambda x: cubic(x, a))
    return sum(kernel(grids[grid] - begin - k)[:, None] * padded[begin + k + 5 + move] for k in range(4))


def both(image, scale, **slip):
    return along(along(image, scale, **slip).T, scale, **slip).T


def by_pixels(image, scale):
    """Sixteen neighbours, one after the other, each found by folding its place back into the picture."""
    height, width = image.shape
    result = np.zeros((height * scale, width * scale))

    def fold(n, size):
        return -1 - n if n < 0 else 2 * size - 1 - n if n >= size else n

    for i, j in np.ndindex(result.shape):
        y, x = (i + 0.5) / scale - 0.5, (j + 0.5) / scale - 0.5
        rows, columns = (range(int(np.floor(c)) - 1, int(np.floor(c)) + 3) for c in (y, x))
        for m in rows:
            for n in columns:
                weight = float(cubic(y - m)) * float(cubic(x - n))
                result[i, j] += weight * image[fold(m, height), fold(n, width)]
    return result


def by_matrices(image, scale):
    """One matrix for the rows, one for the columns."""

    def matrix(n):
        centres, all_places = (np.arange(n * scale) + 0.5) / scale - 0.5, np.arange(-2, n + 2)
        weights = cubic(centres[:, None] - all_places)
        folded = np.where(all_places < 0, -1 - all_places, all_places)
        folded = np.where(folded >= n, 2 * n - 1 - folded, folded)
        made = np.zeros((n * scale, n))
        np.add.at(made.T, folded, weights.T)
        return made

    return matrix(image.shape[0]) @ image @ matrix(image.shape[1]).T


@pytest.mark.parametrize("student", [both, by_pixels, by_matrices])
def test_enlarge_accepts_other_ways(student, passes):
    assert passes("enlarge", student)


def test_enlarge_accepts_what_float32_leaves(passes):
    assert passes("enlarge", lambda image, scale: both(image, scale).astype(np.float32))


def renormalised(image, scale):
    return both(image, scale, mode="constant") / both(np.ones_like(image), scale, mode="constant")


ENLARGE_MISTAKES = {
    "as if pixels were points in a corner": lambda *args: both(*args, grid="corner"),
    "aligned corners": lambda *args: both(*args, grid="ends"),
    "is the `- 0.5` missing": lambda *args: both(*args, grid="late"),
    "their own half is missing": lambda *args: both(*args, grid="early"),
    "*minus* 0.5; and if": lambda *args: both(*args, grid="plus"),
    "one place too late": lambda *args: both(*args, first=0),
    "one place too early": lambda *args: both(*args, first=-2),
    "one input pixel off, up and to the left": lambda *args: both(*args, move=1),
    "one input pixel off, down and to the right": lambda *args: both(*args, move=-1),
    "OpenCV's bicubic": lambda *args: both(*args, a=-0.75),
    "this is bilinear": lambda *args: both(*args, kernel=lambda x: np.maximum(1 - abs(x), 0)),
    'that is "nearest"': lambda image, scale: image.repeat(scale, 0).repeat(scale, 1),
    "do to the columns what you do to the rows": lambda image, scale: along(image, scale).repeat(scale, 1),
    "do to the rows what you do to the columns": lambda image, scale: along(image.T, scale).T.repeat(scale, 0),
    "you clip to [0, 1]": lambda *args: both(*args).clip(0, 1),
    "you round to 8 bits": lambda *args: np.round(both(*args) * 255) / 255,
    ".astype(int) cuts towards zero": lambda *args: both(*args, cut=np.trunc),
    "again and again (clamping)": lambda *args: both(*args, mode="edge"),
    'about the outermost pixel ("reflect"': lambda *args: both(*args, mode="reflect"),
    "the opposite border": lambda *args: both(*args, mode="wrap"),
    "the border is dark": lambda *args: both(*args, mode="constant"),
    "share their weight among the others": renormalised,
    "inside you are right, but not at the border": lambda *args: both(*args, mode="linear_ramp"),
    "the weights of the four neighbours sum to 1": lambda image, scale: 0.8 * both(image, scale) + 0.02 * scale,
    "Only its height has grown": along,
    "Only its width has grown": lambda image, scale: along(image.T, scale).T,
    "Rows and columns are swapped": lambda image, scale: both(image, scale).T,
    "still has the size of the input": lambda image, scale: image,
    "is a 2 written where `scale` belongs": lambda image, scale: both(image, 2),
    "Is the padding enlarged as well": lambda image, scale: both(np.pad(image, 2, mode="symmetric"), scale),
    "ready-made enlargement (resize)": lambda image, scale: resize(image, scale=scale),
    "ready-made enlargement (zoom)": lambda image, scale: ndimage.zoom(image, scale),
    "in 0-255": lambda image, scale: 255 * both(image, scale),
    "has shape (18, 23)": lambda image, scale: both(image, scale)[:, :-1],
    "% of the values differ": lambda image, scale: both(image, scale) + 0.02 * np.sin(np.pi * both(image, scale) / 0.5),
}


@pytest.mark.parametrize("phrase", ENLARGE_MISTAKES)
def test_enlarge_mistakes_are_named(phrase, message):
    assert phrase in message("enlarge", ENLARGE_MISTAKES[phrase])


# 7.3: a pair to learn from ----------------------------------------------------------------------------------------------


def cropped(image, scale):
    return image[: image.shape[0] // scale * scale, : image.shape[1] // scale * scale]


def eight_bits(low):
    return np.round(low.clip(0, 1) * 255) / 255


def made(image, scale, **options):
    high = cropped(image, scale)
    return eight_bits(resize(high, scale=1 / scale, **options)), high


def by_remainder(image, scale):
    rows, columns = (n - n % scale for n in image.shape[:2])
    high = image[:rows, :columns]
    low = np.clip(255 * resize(high, shape=(rows // scale, columns // scale)), 0, 255)
    return [np.round(low) / 255, high]


def as_bytes(image, scale):
    high = cropped(image, scale)
    return rk.images.as_float(rk.images.to_uint8(resize(high, scale=1 / scale))), high


@pytest.mark.parametrize("student", [made, by_remainder, as_bytes])
def test_pair_accepts_other_ways(student, passes):
    assert passes("make_pair", student)


def test_pair_accepts_eight_bits_all_the_way(passes):
    def student(image, scale):
        high = cropped(image, scale)
        return resize(high, scale=1 / scale, eight_bit=True), high

    assert passes("make_pair", student)


def raw(image, scale):
    high = cropped(image, scale)
    return resize(high, scale=1 / scale), high


def uncut(image, scale):
    return eight_bits(resize(image, scale=1 / scale)), cropped(image, scale)


def squeezed(image, scale):
    low, high = made(image, scale)
    return eight_bits(resize(image, shape=low.shape[:2])), high


def bottom_right(image, scale):
    high = image[image.shape[0] % scale :, image.shape[1] % scale :]
    return eight_bits(resize(high, scale=1 / scale)), high


def too_short(image, scale):
    height, width = (n - (scale if n % scale == 0 else n % scale) for n in image.shape[:2])
    return eight_bits(resize(image[:height, :width], scale=1 / scale)), image[:height, :width]


def floored(image, scale):
    low, high = raw(image, scale)
    return np.float32((low.clip(0, 1) * 255).astype(np.uint8)) / 255, high


PAIR_MISTAKES = {
    "swapped: the small one comes first": lambda *args: made(*args)[::-1],
    "two pictures were expected": lambda *args: made(*args)[0],
    "your large picture is not cut": lambda image, scale: (made(image, scale)[0], image),
    "made of the picture before it was cut. First": uncut,
    "so its last pixels hold what the large one has not": squeezed,
    "cut below and on the right": bottom_right,
    "was it resized": lambda image, scale: (made(image, scale)[0], cropped(image, scale) * 0.9),
    "what is a multiple already stays": too_short,
    "every pixel in between is thrown away": lambda image, scale: (
        cropped(image, scale)[::scale, ::scale],
        cropped(image, scale),
    ),
    "without antialiasing": lambda *args: made(*args, antialias=False),
    "(44, 60) was expected, the largest": lambda image, scale: (made(image, scale)[0], cropped(image, scale)[1:]),
    "(11, 15) was expected": lambda image, scale: (made(image, scale)[0][:-1], cropped(image, scale)),
    "your small picture differs": lambda image, scale: (made(image, scale)[0] ** 1.1, cropped(image, scale)),
    "off by up to one step": lambda image, scale: (made(image, scale)[0] + 0.4 / 255, cropped(image, scale)),
    "the mean of its block": lambda *args: made(*args, method="area"),
    "another method than bicubic": lambda *args: made(*args, method="bilinear"),
    "is not rounded to 8 bits": raw,
    "clipped, but not rounded": lambda *args: (raw(*args)[0].clip(0, 1), raw(*args)[1]),
    "leaves [0, 1]": lambda *args: (np.round(raw(*args)[0] * 255) / 255, raw(*args)[1]),
    "darker by half a step": floored,
    "in 0-255": lambda *args: (made(*args)[0] * 255, made(*args)[1]),
    "as large as before": lambda image, scale: (
        resize(made(image, scale)[0].astype(np.float32), scale=scale),
        cropped(image, scale),
    ),
    "has become larger": lambda image, scale: (resize(cropped(image, scale), scale=scale), cropped(image, scale)),
}


@pytest.mark.parametrize("phrase", PAIR_MISTAKES)
def test_pair_mistakes_are_named(phrase, message):
    assert phrase in message("make_pair", PAIR_MISTAKES[phrase])


# 7.4: the nearest patch -------------------------------------------------------------------------------------------------


def normal(patches, axis=(-2, -1)):
    return (patches - patches.mean(axis, keepdims=True)) / (patches.std(axis, keepdims=True) + 0.01)


def by_loop(query, database):
    distances = []
    for patch in database:
        distances.append(float(np.sum((normal(patch) - normal(query)) ** 2)))
    return distances.index(min(distances))


def by_norm(query, database):
    return np.linalg.norm((normal(database) - normal(query)).reshape(len(database), -1), axis=1).argmin()


@pytest.mark.parametrize("student", [by_loop, by_norm])
def test_nearest_accepts_other_ways(student, passes):
    assert passes("nearest_patch", student)


def by(of, own=None, power=2, pick=np.argmin):
    return lambda query, database: pick((np.abs(of(database) - (own or of)(query)) ** power).sum(axis=(1, 2)))


def whole(query, database):
    spread = (database - database.mean()) / (database.std() + 0.01)
    return ((spread - normal(query)) ** 2).sum(axis=(1, 2)).argmin()


def over_patches(query, database):
    return ((normal(database, 0) - normal(query)) ** 2).sum(axis=(1, 2)).argmin()


def same(patches):
    return patches


NEAREST_MISTAKES = {
    "most *unlike* one": by(normal, pick=np.argmax),
    "compare the patches as they are": by(same),
    "but not the contrast": by(lambda p: p - p.mean((-2, -1), keepdims=True)),
    "but not the brightness": by(lambda p: p / (p.std((-2, -1), keepdims=True) + 0.01)),
    "Do all patches share a mean": whole,
    "pixel by pixel with axis=0": over_patches,
    "is the query not normalised": by(normal, same),
    "the database is not: both": by(same, normal),
    "cancel: square them": lambda query, database: (normal(database) - normal(query)).sum(axis=(1, 2)).argmin(),
    "sum absolute differences": by(normal, power=1),
    "return a patch": lambda query, database: database[examples.nearest(query, database)],
    "a distance for each patch": lambda query, database: ((normal(database) - normal(query)) ** 2).sum(axis=(1, 2)),
    "one whole number": lambda query, database: 0.5,
    "its own standard deviation + 0.01": lambda query, database: 3,
}


@pytest.mark.parametrize("phrase", NEAREST_MISTAKES)
def test_nearest_mistakes_are_named(phrase, message):
    assert phrase in message("nearest_patch", NEAREST_MISTAKES[phrase])


def without_trace(query, database):
    with np.errstate(all="ignore"):
        shapes = (database - database.mean((1, 2), keepdims=True)) / database.std((1, 2), keepdims=True)
        own = (query - query.mean()) / query.std()
        return ((shapes - own) ** 2).sum(axis=(1, 2)).argmin()  # NaN wins


def test_an_even_patch_without_the_trace_is_named(message):
    assert "Is it 0 / 0 there" in message("nearest_patch", without_trace)


# 7.8: colour ------------------------------------------------------------------------------------------------------------

to_ycbcr, to_rgb = rk.images.rgb_to_ycbcr, rk.images.ycbcr_to_rgb


def paint(photo, enlarge_y, scale, *, chroma="bicubic", order=(0, 1, 2), back=True, own=True, y=None):
    """A learner's way with colour, with a mistake to choose."""
    parts = to_ycbcr(photo)
    large = resize(parts, scale=scale, method=chroma)
    made_y = enlarge_y(parts[..., 0] if y is None else y(photo, parts))
    if own:
        large[..., 0] = made_y
    large = large[..., list(order)]
    return to_rgb(large) if back else large


def stacked(photo, enlarge_y, scale):
    y, cb, cr = np.moveaxis(to_ycbcr(photo), 2, 0)
    return to_rgb(np.stack([enlarge_y(y), resize(cb, scale=scale), resize(cr, scale=scale)], axis=-1))


@pytest.mark.parametrize("student", [paint, stacked])
def test_colour_accepts_other_ways(student, passes):
    assert passes("upscale_colour", student)


def gray(photo, enlarge_y, scale):
    y = enlarge_y(to_ycbcr(photo)[..., 0])
    return np.stack([y, y, y], axis=2)


COLOUR_MISTAKES = {
    "red, green and blue, one by one": lambda photo, f, scale: np.dstack([f(photo[..., k]) for k in range(3)]),
    "given Cb and Cr too": lambda photo, f, scale: to_rgb(np.dstack([f(to_ycbcr(photo)[..., k]) for k in range(3)])),
    "once is enough": lambda photo, f, scale: (paint(photo, f, scale), paint(photo, f, scale))[1],
    "takes one channel": lambda photo, f, scale: f(photo),
    "never called": lambda photo, f, scale: resize(photo, scale=scale),
    "a gray picture from 0 to 1": lambda *args: paint(*args, y=lambda photo, parts: rk.images.to_gray(photo)),
    "the mean of red, green and blue": lambda *args: paint(*args, y=lambda photo, parts: photo.mean(axis=2)),
    "Y in 0-255": lambda *args: paint(*args, y=lambda photo, parts: 255 * parts[..., 0]),
    "was given Cb.": lambda *args: paint(*args, y=lambda photo, parts: parts[..., 1]),
    "was given Cr.": lambda *args: paint(*args, y=lambda photo, parts: parts[..., 2]),
    "enlarged before": lambda photo, f, scale: f(resize(to_ycbcr(photo)[..., 0], scale=scale)),
    "something else than the Y": lambda *args: paint(*args, y=lambda photo, parts: parts[..., 0] ** 2),
    "you clip to [0, 1]": lambda *args: paint(*args).clip(0, 1),
    "Turn them back": lambda *args: paint(*args, back=False),
    "Cb and Cr are swapped": lambda *args: paint(*args, order=(0, 2, 1)),
    "Y first, then Cb": lambda *args: paint(*args, order=(1, 2, 0)),
    "red and blue are swapped": lambda *args: paint(*args)[..., ::-1],
    "never reaches your picture": lambda *args: paint(*args, own=False),
    "is only repeated": lambda *args: paint(*args, chroma="nearest"),
    "by bilinear interpolation": lambda *args: paint(*args, chroma="bilinear"),
    "your picture is gray": gray,
    "you return one channel": lambda photo, f, scale: f(to_ycbcr(photo)[..., 0]),
    "but (24, 30, 3) was expected": lambda *args: paint(*args)[:-1],
    "% of the values differ": lambda *args: np.sinh(paint(*args)),
    "is as small as before": lambda photo, f, scale: (f(to_ycbcr(photo)[..., 0]), photo)[1],
}


@pytest.mark.parametrize("phrase", COLOUR_MISTAKES)
def test_colour_mistakes_are_named(phrase, message):
    assert phrase in message("upscale_colour", COLOUR_MISTAKES[phrase])


# 7.9: eight views -------------------------------------------------------------------------------------------------------


def views(enlarge, image, *, undo=None, mirrored=(False, True), turns=(0, 1, 2, 3)):
    """The large pictures, each turned back as `undo` says."""
    undo = undo or (lambda large, m, t: np.rot90(large, -t)[:, ::-1] if m else np.rot90(large, -t))
    return [
        undo(np.asarray(enlarge(np.rot90(image[:, ::-1] if m else image, t))), m, t) for m in mirrored for t in turns
    ]


def turn_then_mirror(enlarge, image):
    total = 0
    for turns in range(4):
        turned = np.rot90(image, turns)
        total = total + np.rot90(enlarge(turned), -turns)
        total = total + np.rot90(np.fliplr(enlarge(np.fliplr(turned))), -turns)
    return total / 8


def by_transposing(enlarge, image):
    """Mirrors at both axes and the diagonal, undone one by one."""
    total = []
    for diagonal in (False, True):
        for rows in (1, -1):
            for columns in (1, -1):
                view = image.T if diagonal else image
                large = enlarge(view[::rows, ::columns])[::rows, ::columns]
                total.append(large.T if diagonal else large)
    return np.mean(total, axis=0)


@pytest.mark.parametrize(
    "student", [turn_then_mirror, by_transposing, ensemble, lambda *args: np.mean(views(*args), axis=0)]
)
def test_ensemble_accepts_other_ways(student, passes):
    assert passes("self_ensemble", student)


def test_ensemble_leaves_bicubic_alone():
    image = rk.sample("camera")[:40, :30]
    mean = ensemble(lambda view: resize(view, scale=3), image)
    np.testing.assert_allclose(mean, resize(image, scale=3), atol=1e-6)


def mean_of(**slip):
    return lambda enlarge, image: sum(views(enlarge, image, **slip)) / 8


def mirrors_alone(enlarge, image):
    flips = [(slice(None, None, i), slice(None, None, j)) for i in (1, -1) for j in (1, -1)]
    return sum(enlarge(image[flip])[flip] for flip in flips) / 4


def both_axes(enlarge, image):
    """Four turns, and four of the picture mirrored at both axes: the same four again."""
    there = views(enlarge, image, mirrored=(False,))
    return (sum(there) + sum(large[::-1, ::-1] for large in views(enlarge, image[::-1, ::-1], mirrored=(False,)))) / 8


def chained(enlarge, image):
    large = image
    for _ in range(8):
        large = enlarge(large)
    return large


ENSEMBLE_MISTAKES = {
    "you return the sum": lambda *args: sum(views(*args)),
    "you divide by 4": lambda *args: sum(views(*args)) / 4,
    "you clip to [0, 1]": lambda *args: np.clip(sum(views(*args)) / 8, 0, 1),
    "the median of the eight": lambda *args: np.median(views(*args), axis=0),
    "you return the plain enlargement": lambda *args: views(*args)[0],
    "but in the wrong order": mean_of(undo=lambda large, m, t: np.rot90(large[:, ::-1] if m else large, -t)),
    "added as they lie": mean_of(undo=lambda large, m, t: large),
    "turn on in the same direction": mean_of(
        undo=lambda large, m, t: np.rot90(large, t)[:, ::-1] if m else np.rot90(large, t)
    ),
    "not mirrored back": mean_of(undo=lambda large, m, t: np.rot90(large, -t)),
    "but not turned back": mean_of(undo=lambda large, m, t: large[:, ::-1] if m else large),
    "is each large picture turned back by what": mean_of(
        undo=lambda large, m, t: np.rot90(large, -t)[::-1] if m else np.rot90(large, -t)
    ),
    "mirror image has four of its own": lambda *args: sum(views(*args, mirrored=(False,))) / 4,
    "Mirrored at both axes is the same": both_axes,
    "Mirrors alone make four": mirrors_alone,
    "of its mirror image": lambda *args: sum(views(*args, turns=(0, 1, 2))) / 6,
    "some count double": lambda *args: (sum(views(*args)) + views(*args)[0]) / 9,
    "none of the eight views": chained,
    "was never called": lambda enlarge, image: image,
    "all eight large pictures": lambda *args: np.stack(views(*args)),
    "you return one number": lambda *args: np.mean(views(*args)),
    "it takes one picture": lambda enlarge, image: enlarge(image[None]),
    "as small as the image": lambda enlarge, image: (views(enlarge, image), image)[1],
}


@pytest.mark.parametrize("phrase", ENSEMBLE_MISTAKES)
def test_ensemble_mistakes_are_named(phrase, message):
    assert phrase in message("self_ensemble", ENSEMBLE_MISTAKES[phrase])


def test_pictures_of_two_sizes_are_named(message):
    def student(enlarge, image):  # right for a square, but the turned ones are not turned back
        if image.shape[0] == image.shape[1]:
            return ensemble(enlarge, image)
        return sum(views(enlarge, image, undo=lambda large, m, t: large)) / 8

    assert "turned back before you add them" in message("self_ensemble", student)
