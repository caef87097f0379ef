"""resize against closed forms, against sums written out by hand, and against MATLAB's own files."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from restorekit import images
from restorekit.degrade import resample, resize

SMOOTH = ("bilinear", "bicubic", "lanczos", "area")
ALL = ("nearest", *SMOOTH)


def tent(x):
    return max(1 - abs(x), 0)


def cubic(x):
    x = abs(x)
    if x <= 1:
        return 1.5 * x**3 - 2.5 * x**2 + 1
    return -0.5 * x**3 + 2.5 * x**2 - 4 * x + 2 if x <= 2 else 0


def lanczos(x):
    if x == 0:
        return 1
    return 3 * np.sin(np.pi * x) * np.sin(np.pi * x / 3) / (np.pi * x) ** 2 if abs(x) < 3 else 0


KERNELS = {"bilinear": tent, "bicubic": cubic, "lanczos": lanczos}


def mirrored(i, n, border):
    """Where neighbour i lands, step by step."""
    while not 0 <= i < n:
        if border == "replicate":
            i = min(max(i, 0), n - 1)
        elif border == "symmetric":
            i = -1 - i if i < 0 else 2 * n - 1 - i
        else:
            i = -i if i < 0 else 2 * n - 2 - i
    return i


def by_hand(line, new_n, scale, method, antialias=True, border="symmetric"):
    """One line, one output pixel after the other, every neighbour within reach."""
    n, stretch = len(line), max(1 / scale, 1) if antialias else 1
    result = []
    for k in range(new_n):
        centre = (k + 0.5) / scale - 0.5
        total = weights = 0.0
        for i in range(int(centre - 4 * stretch) - 2, int(centre + 4 * stretch) + 3):
            weight = KERNELS[method]((centre - i) / stretch)
            total += weight * line[mirrored(i, n, border)]
            weights += weight
        result.append(total / weights)
    return np.array(result)


@pytest.mark.parametrize("method", KERNELS)
@pytest.mark.parametrize("scale", [2, 3, 1.7, 0.5, 1 / 3, 0.37])
@pytest.mark.parametrize("border", ["symmetric", "replicate", "reflect"])
@pytest.mark.parametrize("antialias", [True, False])
def test_a_line_by_hand(method, scale, border, antialias):
    line = np.random.default_rng(0).random(11, np.float32)
    new_n = int(np.ceil(11 * scale - 1e-9))
    expected = by_hand(line, new_n, scale, method, antialias, border)
    options = {"method": method, "border": border, "antialias": antialias}
    row = resize(np.tile(line, (3, 1)), scale=scale, **options)
    column = resize(np.tile(line[:, np.newaxis], (1, 3)), scale=scale, **options)
    assert row.shape[1] == column.shape[0] == new_n
    assert np.allclose(row, expected, atol=1e-6)
    assert np.allclose(column.T, expected, atol=1e-6)


def test_area_is_the_mean_of_what_a_pixel_covers():
    line = np.float32([[0.1, 0.5, 0.9, 0.3, 0.7]])
    # Each new pixel covers 5/3 old ones: [0, 5/3], [5/3, 10/3], [10/3, 5].
    expected = [(0.1 + 0.5 * 2 / 3) / (5 / 3), (0.5 / 3 + 0.9 + 0.3 / 3) / (5 / 3), (0.3 * 2 / 3 + 0.7) / (5 / 3)]
    assert np.allclose(resize(line, shape=(1, 3), method="area"), expected, atol=1e-6)
    image = np.random.default_rng(0).random((12, 8, 3), np.float32)
    blocks = image.reshape(3, 4, 2, 4, 3).mean(axis=(1, 3))
    assert np.allclose(resize(image, scale=0.25, method="area"), blocks, atol=1e-6)
    # Enlarging by 1.5: the middle one of three new pixels covers a third of each of two old ones.
    assert np.allclose(resize(np.float32([[0, 1]]), shape=(1, 3), method="area"), [0, 0.5, 1], atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 12), st.integers(1, 12))
def test_area_keeps_the_light(seed, height, width):
    image = np.random.default_rng(seed).random((7, 9), np.float32)
    assert resize(image, shape=(height, width), method="area").mean() == pytest.approx(image.mean(), abs=1e-5)


def test_nearest_copies_pixels():
    image = np.random.default_rng(0).random((3, 4, 3), np.float32)
    assert np.array_equal(resize(image, scale=3, method="nearest"), image.repeat(3, axis=0).repeat(3, axis=1))
    line = np.arange(9, dtype=np.float32)[np.newaxis] / 9
    assert np.array_equal(resize(line, scale=1 / 3, method="nearest"), line[:, 1::3])
    assert np.array_equal(resize(line[:, :8], scale=0.5, method="nearest"), line[:, 1:8:2])  # a tie: the later one
    assert resize(line, shape=(1, 1), method="nearest") == line[0, 4]
    assert np.array_equal(resize(line, shape=(1, 100), method="nearest")[0, [0, 11, 12, 99]], line[0, [0, 1, 1, 8]])


@pytest.mark.parametrize("method", ALL)
def test_the_same_size_is_the_same_picture(method):
    image = np.random.default_rng(0).random((6, 5, 4), np.float32)
    for result in (resize(image, scale=1, method=method), resize(image, shape=(6, 5), method=method)):
        assert np.allclose(result, image, atol=1e-7)
        assert result.dtype == np.float32 and not np.shares_memory(result, image)


@settings(max_examples=60, deadline=None)
@given(
    st.sampled_from(ALL),
    st.sampled_from(["symmetric", "replicate", "reflect"]),
    st.integers(1, 9),
    st.integers(1, 9),
    st.floats(0.05, 4),
)
def test_flat_stays_flat_at_any_size(method, border, height, width, scale):
    flat = np.full((height, width), 0.3, np.float32)
    result = resize(flat, scale=scale, method=method, border=border)
    assert result.shape == tuple(int(np.ceil(n * scale - 1e-9)) for n in (height, width))
    assert np.allclose(result, 0.3, atol=1e-6)
    assert result.flags.c_contiguous


@pytest.mark.parametrize("method", ["bilinear", "bicubic"])
def test_ramps_stay_ramps_inside(method):
    ramp = np.tile(np.linspace(0, 1, 24, dtype=np.float32), (3, 1))
    for scale in (2, 3, 0.5):
        result = resize(ramp, scale=scale, method=method)[0]
        margin = max(int(3 * scale), 2)
        steps = np.diff(result[margin:-margin])
        assert np.allclose(steps, 1 / 23 / scale, atol=1e-5)


def test_bicubic_reproduces_parabolas():
    # Keys' choice a = -0.5 is the one that does; a = -0.75 does not.
    x = np.arange(20)
    line = np.float32([x**2 / 400])
    at = (np.arange(60) + 0.5) / 3 - 0.5
    assert np.allclose(resize(line, scale=3)[0, 6:-6], (at**2 / 400)[6:-6], atol=1e-6)


@pytest.mark.parametrize("method", ALL)
def test_mirrors_commute(method):
    image = np.random.default_rng(0).random((9, 15), np.float32)
    shape = (5, 31) if method == "nearest" else (6, 27)  # odd ratios: no ties for "nearest"
    result = resize(image, shape=shape, method=method)
    assert np.allclose(resize(image[::-1, ::-1], shape=shape, method=method)[::-1, ::-1], result, atol=1e-6)
    assert np.allclose(resize(image.T, shape=shape[::-1], method=method).T, result, atol=1e-6)


@pytest.mark.parametrize("channels", [1, 2, 3, 4])
@pytest.mark.parametrize("method", ALL)
def test_channels_are_resized_by_themselves(channels, method):
    image = np.random.default_rng(0).random((7, 8, channels), np.float32)
    result = resize(image, shape=(9, 4), method=method)
    assert result.shape == (9, 4, channels)
    for c in range(channels):
        assert np.allclose(result[..., c], resize(image[..., c], shape=(9, 4), method=method), atol=1e-7)


def test_antialiasing_takes_out_what_the_new_pixels_cannot_hold():
    stripes = np.tile(np.float32([0, 1]), (8, 30))
    for method in ("bilinear", "bicubic", "lanczos"):
        smooth = resize(stripes, scale=1 / 3, method=method)[:, 4:-4]
        aliased = resize(stripes, scale=1 / 3, method=method, antialias=False)[:, 4:-4]
        assert smooth.std() < 0.1 and aliased.std() > 0.4
    image = np.random.default_rng(0).random((5, 6), np.float32)
    assert np.array_equal(resize(image, scale=2, antialias=False), resize(image, scale=2))


def test_overshoot_is_kept_but_for_8_bits():
    edge = np.repeat(np.float32([[0, 1]]), 4, axis=1)
    plain, eight = resize(edge, scale=2), resize(edge, scale=2, eight_bit=True)
    assert plain.min() < -0.05 and plain.max() > 1.05
    assert eight.min() == 0 and eight.max() == 1


def test_eight_bit_rounds_after_each_pass():
    image = images.as_float(np.random.default_rng(0).integers(0, 256, (12, 14), np.uint8))
    for scale in (0.5, 2):
        levels = images.to_uint8(image).astype(float)
        shape = [int(n * scale) for n in image.shape]
        rows = np.stack([by_hand(column, shape[0], scale, "bicubic") for column in levels.T], axis=1)
        rows = np.clip(np.floor(rows + 0.5), 0, 255)
        both = np.stack([by_hand(row, shape[1], scale, "bicubic") for row in rows])
        expected = np.clip(np.floor(both + 0.5), 0, 255)
        result = resize(image, scale=scale, eight_bit=True)
        assert np.array_equal(images.to_uint8(result), expected.astype(np.uint8))
        assert np.array_equal(result, images.as_float(images.to_uint8(result)))


def test_halves_are_rounded_up():
    line = images.as_float(np.uint8([[10, 11, 10, 11]]))
    result = resize(line, shape=(1, 2), method="area", eight_bit=True)
    assert np.array_equal(images.to_uint8(result), [[11, 11]])


def test_the_axis_that_shrinks_more_comes_first():
    image = images.as_float(np.random.default_rng(0).integers(0, 256, (12, 12), np.uint8))
    options = {"method": "area", "eight_bit": True}
    wide = resize(resize(image, shape=(4, 12), **options), shape=(4, 6), **options)
    assert np.array_equal(resize(image, shape=(4, 6), **options), wide)
    assert np.array_equal(resize(image.T, shape=(6, 4), **options), wide.T)
    square = resize(resize(image, shape=(4, 12), **options), shape=(4, 4), **options)
    assert np.array_equal(resize(image, shape=(4, 4), **options), square)
    other = resize(resize(image, shape=(12, 4), **options), shape=(4, 4), **options)
    assert not np.array_equal(square, other)


@pytest.mark.parametrize(
    "pixels", [np.float32([[0.5]]), np.float32([[-1 / 255]]), np.float32([[256 / 255]]), np.float32([[0.012 / 255]])]
)
def test_eight_bit_wants_8_bits(pixels):
    with pytest.raises(ValueError, match="eight_bit=True is for pictures as 8-bit files hold them"):
        resize(np.tile(pixels, (4, 4)), scale=2, eight_bit=True)


def test_eight_bit_accepts_every_level():
    levels = images.as_float(np.arange(256, dtype=np.uint8)[np.newaxis])
    for method in ALL:
        assert np.allclose(resize(levels, scale=1, method=method, eight_bit=True), levels, atol=1e-7)


@pytest.mark.parametrize(
    "options, error, message",
    [
        ({}, ValueError, "either scale .* or shape .*; it got neither"),
        ({"scale": 2, "shape": (4, 4)}, ValueError, "it got both"),
        ({"scale": 0}, ValueError, "scale is 0; it must be above 0"),
        ({"scale": -2}, ValueError, "scale is -2; it must be above 0"),
        ({"scale": float("nan")}, ValueError, "scale is nan"),
        ({"scale": float("inf")}, ValueError, "scale is inf"),
        ({"scale": "2"}, TypeError, "scale must be one number, 2 or 0.5 for example; got '2'"),
        ({"scale": (2, 2)}, TypeError, "scale must be one number"),
        ({"scale": True}, TypeError, "scale must be one number"),
        ({"shape": 4}, ValueError, "shape is 4; it must be .height, width., without the channels"),
        ({"shape": (4, 4, 3)}, ValueError, "without the channels"),
        ({"shape": "44"}, ValueError, "without the channels"),
        ({"shape": (0, 4)}, ValueError, "height is 0; it must be at least 1"),
        ({"shape": (4, -1)}, ValueError, "width is -1"),
        ({"shape": (4, 2.5)}, TypeError, "width must be a whole number"),
        ({"scale": 2, "method": "cubic"}, ValueError, "method is 'cubic'; choose one of nearest, bilinear, bicubic"),
        (
            {"scale": 2, "border": "mirror"},
            ValueError,
            "border is 'mirror'; choose one of symmetric, replicate, reflect",
        ),
    ],
)
def test_arguments_that_make_no_sense(options, error, message):
    with pytest.raises(error, match=message):
        resize(np.zeros((4, 4, 3), np.float32), **options)


def test_input_is_checked_and_left_alone():
    with pytest.raises(TypeError, match="uint8"):
        resize(np.zeros((4, 4), np.uint8), scale=2)
    image = np.random.default_rng(0).random((5, 5), np.float32)
    copy = image.copy()
    for method in ALL:
        resize(image, scale=0.5, method=method)
    assert np.array_equal(image, copy)


def test_sizes_are_rounded_up_but_not_by_float_dust():
    sizes = [(100, 0.07, 7), (9, 0.5, 5), (10, 1 / 3, 4), (510, 1 / 3, 170), (3, 0.01, 1), (7, 1.5, 11)]
    for n, scale, expected in sizes:
        assert resize(np.zeros((n, 2), np.float32), scale=scale).shape[0] == expected


def test_lists_are_shapes_too():
    assert resize(np.zeros((4, 4), np.float32), shape=[2, 3]).shape == (2, 3)


def test_all_methods_are_listed():
    assert {"nearest", *resample._KERNELS} == set(ALL)


@pytest.mark.needs_data
def test_matlab_files_come_out_on_every_pixel(data_root):
    files = sorted((data_root / "sr").glob("*/x*/*_HR.png"))
    assert len(files) == 57
    for file in files:
        scale = int(file.parent.name[1:])
        with Image.open(file) as high, Image.open(str(file).replace("_HR", "_LR")) as low:
            made = resize(images.as_float(np.asarray(high)), scale=1 / scale, border="replicate", eight_bit=True)
            assert np.array_equal(images.to_uint8(made), np.asarray(low)), file.name
