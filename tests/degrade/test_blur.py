"""Blur kernels against closed forms; convolution against its definition, in both ways of computing it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorekit import images
from restorekit.degrade import blur

ODD = st.integers(0, 6).map(lambda n: 2 * n + 1)


def moments(kernel):
    """Mean and covariance of a kernel in (right, up) coordinates from its middle."""
    radius = kernel.shape[0] // 2
    down, right = np.mgrid[-radius : radius + 1, -radius : radius + 1]
    at = np.stack([right.ravel(), -down.ravel()]).astype(float)
    weights = kernel.astype(float).ravel()
    mean = at @ weights
    centred = at - mean[:, None]
    return mean, (centred * weights) @ centred.T


def check_kernel(kernel):
    assert kernel.dtype == np.float32 and kernel.ndim == 2
    assert kernel.shape[0] == kernel.shape[1] and kernel.shape[0] % 2 == 1
    assert kernel.min() >= 0 and kernel.sum() == pytest.approx(1, abs=1e-5)


def test_gaussian_closed_form():
    kernel = blur.gaussian_kernel(1.5, size=9)
    check_kernel(kernel)
    at = np.exp(-(np.arange(-4, 5) ** 2) / (2 * 1.5**2))
    assert np.allclose(kernel, np.outer(at, at) / at.sum() ** 2, atol=1e-7)


@pytest.mark.parametrize("sigma, size", [(0.3, 3), (1, 7), (1.1, 9), ((1, 2), 13), ((2.0, 0.5), 13)])
def test_gaussian_default_size_reaches_three_sigmas(sigma, size):
    assert blur.gaussian_kernel(sigma).shape == (size, size)


def test_gaussian_has_its_variances_along_its_angle():
    mean, covariance = moments(blur.gaussian_kernel((3, 1.5), angle=30, size=41))
    c, s = np.cos(np.pi / 6), np.sin(np.pi / 6)
    along, across = np.array([c, s]), np.array([-s, c])  # right, up
    assert np.allclose(mean, 0, atol=1e-4)
    assert along @ covariance @ along == pytest.approx(9, rel=1e-3)
    assert across @ covariance @ across == pytest.approx(2.25, rel=1e-3)
    assert along @ covariance @ across == pytest.approx(0, abs=1e-3)


def test_gaussian_angles():
    flat = blur.gaussian_kernel((3, 1), size=15)
    assert flat[7, 10] > flat[10, 7]
    assert np.allclose(blur.gaussian_kernel((3, 1), size=15, angle=90), flat.T, atol=1e-7)
    assert np.allclose(blur.gaussian_kernel((1, 3), size=15), flat.T, atol=1e-7)
    assert np.allclose(blur.gaussian_kernel((3, 1), size=15, angle=180), flat, atol=1e-7)
    rising = blur.gaussian_kernel((3, 1), size=15, angle=45)
    assert rising[4, 10] > 10 * rising[10, 10]  # up and right, not down and right


@pytest.mark.parametrize(
    "length, row", [(1, [0.125, 0.75, 0.125]), (2, [0.25, 0.5, 0.25]), (3, [1 / 24, 7 / 24, 1 / 3, 7 / 24, 1 / 24])]
)
def test_motion_along_a_row_is_the_exact_streak(length, row):
    kernel = blur.motion_kernel(length, 0)
    check_kernel(kernel)
    middle = kernel.shape[0] // 2
    assert np.allclose(kernel[middle], row, atol=1e-4)
    assert kernel[middle].sum() == pytest.approx(1, abs=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.floats(0.5, 20), st.floats(-360, 360))
def test_motion_has_the_moments_of_a_segment(length, angle):
    kernel = blur.motion_kernel(length, angle)
    check_kernel(kernel)
    assert np.allclose(kernel, kernel[::-1, ::-1], atol=1e-6)
    mean, covariance = moments(kernel)
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    across = np.array([-s, c]) @ covariance @ np.array([-s, c])
    along = np.array([c, s]) @ covariance @ np.array([c, s])
    assert np.allclose(mean, 0, atol=1e-3)
    assert across <= 0.26  # sharing with the four neighbours widens it by at most a quarter
    assert length**2 / 12 - 1e-3 <= along <= length**2 / 12 + 0.26


def test_motion_angles_are_counter_clockwise():
    rising = blur.motion_kernel(9, 45)
    assert rising[2, 8] > 0.05 and rising[8, 8] == 0
    assert np.allclose(blur.motion_kernel(9, 90), blur.motion_kernel(9, 0).T, atol=1e-6)


@pytest.mark.parametrize("length, size", [(0.5, 3), (2, 3), (2.1, 5), (9, 11)])
def test_motion_default_size(length, size):
    assert blur.motion_kernel(length, 20).shape == (size, size)


def test_motion_in_a_larger_kernel_is_the_same_streak():
    small, large = blur.motion_kernel(5, 17), blur.motion_kernel(5, 17, size=15)
    assert np.allclose(large[4:11, 4:11], small, atol=1e-7)
    assert blur.motion_kernel(2, 0, size=3).shape == (3, 3)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.5, 40), st.integers(0, 2**32 - 1))
def test_shake_fits_and_replays(length, seed):
    kernel = blur.shake_kernel(length, rng=seed)
    check_kernel(kernel)
    assert kernel.shape[0] == 2 * int(np.ceil(length / 2)) + 1
    assert np.array_equal(kernel, blur.shake_kernel(length, rng=np.random.default_rng(seed)))


def test_shake_is_a_path_of_its_length():
    for seed in range(5):
        kernel = blur.shake_kernel(30, size=61, rng=seed)
        mean, covariance = moments(kernel)
        assert np.allclose(mean, 0, atol=0.02)  # centred on its mean
        assert np.trace(covariance) < 30**2 / 12 + 0.5  # a path is nowhere wider than the straight streak
        assert np.trace(covariance) > 4
        rows, columns = np.nonzero(kernel)
        assert 6 < max(np.ptp(rows), np.ptp(columns)) <= 31
        assert 15 < np.count_nonzero(kernel) < 4 * 31  # a thin line, not a blob
    assert not np.array_equal(blur.shake_kernel(30, rng=0), blur.shake_kernel(30, rng=1))


def test_shake_is_smooth():
    # Blurring twice as long a path of the same shape: the pixels along it stay connected.
    for seed in range(5):
        lit = blur.shake_kernel(20, rng=seed) > 0
        rows, columns = np.nonzero(lit)
        seen, todo = set(), [(rows[0], columns[0])]
        while todo:
            r, c = todo.pop()
            if (r, c) in seen or not (0 <= r < len(lit) and 0 <= c < len(lit)) or not lit[r, c]:
                continue
            seen.add((r, c))
            todo += [(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)]
        assert len(seen) == lit.sum()


@settings(max_examples=25, deadline=None)
@given(st.floats(0.2, 12))
def test_disk_has_the_moments_of_a_disk(radius):
    kernel = blur.disk_kernel(radius)
    check_kernel(kernel)
    assert kernel.shape[0] == 2 * int(np.ceil(radius - 0.5)) + 1
    assert np.allclose(kernel, kernel.T) and np.allclose(kernel, kernel[::-1])
    if radius >= 1:
        middle = kernel.shape[0] // 2
        assert kernel[middle, middle] == pytest.approx(1 / (np.pi * radius**2), rel=0.01)
        _, covariance = moments(kernel)
        # Squares of side 1 are collected at their centres: that moves the variance a little.
        assert covariance[0, 0] == pytest.approx(radius**2 / 4, abs=0.16)


def test_disk_edges_are_shares_of_pixels():
    kernel = blur.disk_kernel(2, size=7)
    check_kernel(kernel)
    weight = kernel * np.pi * 4
    assert weight[3, 3] == weight[3, 4] == pytest.approx(1, abs=5e-3)
    # The disk's share of the pixel from 1.5 to 2.5: the area under sqrt(4 - y^2) - 1.5 for |y| < 0.5.
    y = (np.arange(1000) + 0.5) / 1000 - 0.5
    assert weight[3, 5] == pytest.approx(np.mean(np.sqrt(4 - y**2) - 1.5), abs=5e-3)
    assert weight[3, 6] == 0


@pytest.mark.parametrize("method", ["fft", "direct", "auto"])
@pytest.mark.parametrize("shape", [(3, 3), (5, 3), (1, 7), (9, 9)])
def test_an_impulse_becomes_the_kernel(method, shape):
    kernel = np.random.default_rng(0).random(shape)
    kernel /= kernel.sum()
    point = np.zeros((21, 23), np.float32)
    point[10, 11] = 1
    rows, columns = shape[0] // 2, shape[1] // 2
    result = blur.apply_blur(point, kernel, method=method)
    assert result.dtype == np.float32
    assert np.allclose(result[10 - rows : 11 + rows, 11 - columns : 12 + columns], kernel, atol=1e-6)
    assert np.abs(result).sum() == pytest.approx(1, abs=1e-4)


@pytest.mark.parametrize("method", ["fft", "direct"])
@pytest.mark.parametrize(
    "border, extended",
    [
        ("reflect", [3, 2, 1, 2, 3, 4, 3, 2]),
        ("symmetric", [2, 1, 1, 2, 3, 4, 4, 3]),
        ("replicate", [1, 1, 1, 2, 3, 4, 4, 4]),
        ("wrap", [3, 4, 1, 2, 3, 4, 1, 2]),
        ("zero", [0, 0, 1, 2, 3, 4, 0, 0]),
    ],
)
def test_borders_by_hand(method, border, extended):
    row = np.float32([[1, 2, 3, 4]]) / 4
    kernel = np.array([[0.1, 0.2, 0.4, 0.25, 0.05]])
    expected = np.convolve(extended, kernel[0], mode="valid") / 4
    assert np.allclose(blur.apply_blur(row, kernel, border=border, method=method)[0], expected, atol=1e-6)
    column = blur.apply_blur(np.ascontiguousarray(row.T), kernel.T, border=border, method=method)
    assert np.allclose(column[:, 0], expected, atol=1e-6)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), ODD, ODD, st.sampled_from(list(blur._BORDERS)))
def test_fft_and_direct_agree(seed, rows, columns, border):
    rng = np.random.default_rng(seed)
    image = rng.random((rng.integers(2, 20), rng.integers(2, 20), 3), np.float32)
    kernel = rng.random((rows, columns)) + 0.01
    kernel /= kernel.sum()
    fft, direct = (blur.apply_blur(image, kernel, border=border, method=method) for method in ("fft", "direct"))
    if border != "zero":
        assert direct.min() >= image.min() - 1e-5 and direct.max() <= image.max() + 1e-5
    if max(rows, columns) // 2 < min(image.shape[:2]):  # beyond one whole mirror image the two libraries differ
        assert np.allclose(fft, direct, atol=2e-6)


@pytest.mark.parametrize("size, name", [(3, "_blur_direct"), (5, "_blur_fft")])
def test_auto_picks_by_size(monkeypatch, size, name):
    called = []
    monkeypatch.setattr(blur, name, lambda channel, kernel, border: called.append(name) or channel)
    blur.apply_blur(np.zeros((8, 8), np.float32), np.full((size, size), 1 / size**2))
    assert called == [name]


def test_the_crossover():
    assert blur._LARGEST_DIRECT == 16  # a 1x15 streak is summed, a 1x17 streak is not


@pytest.mark.parametrize("method", ["fft", "direct"])
def test_colour_is_blurred_channel_by_channel(method):
    image = images.center_crop(images.sample("coffee"), 24, 30)
    kernel = blur.shake_kernel(6, rng=0)
    together = blur.apply_blur(image, kernel, method=method)
    alone = [blur.apply_blur(image[..., c], kernel, method=method) for c in range(3)]
    assert together.shape == image.shape
    assert np.array_equal(together, np.stack(alone, axis=-1))


@pytest.mark.parametrize("border", ["reflect", "symmetric", "replicate", "wrap"])
def test_flat_stays_flat_and_wrap_keeps_the_light(border):
    kernel = blur.motion_kernel(7, 30)
    flat = np.full((9, 11), 0.4, np.float32)
    assert np.allclose(blur.apply_blur(flat, kernel, border=border), 0.4, atol=1e-6)
    image = np.random.default_rng(0).random((12, 13), np.float32)
    if border == "wrap":
        assert blur.apply_blur(image, kernel, border=border).mean() == pytest.approx(image.mean(), abs=1e-6)


def test_zero_border_darkens_the_frame():
    result = blur.apply_blur(np.ones((20, 20), np.float32), blur.gaussian_kernel(1), border="zero")
    assert result[0, 10] == pytest.approx(0.7, abs=0.01) and result[10, 10] == pytest.approx(1, abs=1e-5)


def test_the_inputs_are_left_alone():
    image, kernel = np.random.default_rng(0).random((9, 9), np.float32), blur.gaussian_kernel(1)
    copies = image.copy(), kernel.copy()
    blur.apply_blur(image, kernel, method="direct")
    blur.apply_blur(image, kernel, method="fft")
    assert np.array_equal(image, copies[0]) and np.array_equal(kernel, copies[1])


@pytest.mark.parametrize(
    "make",
    [
        lambda size: blur.gaussian_kernel(1, size=size),
        lambda size: blur.motion_kernel(3, 0, size=size),
        lambda size: blur.shake_kernel(3, size=size, rng=0),
        lambda size: blur.disk_kernel(2, size=size),
    ],
)
def test_even_and_odd_sizes(make):
    assert make(11).shape == (11, 11)
    with pytest.raises(ValueError, match="size is 8; a kernel has a middle pixel, so its size is odd: 7 or 9"):
        make(8)
    with pytest.raises(TypeError, match="size must be a whole number"):
        make(7.5)


@pytest.mark.parametrize(
    "make, needed",
    [
        (lambda size: blur.motion_kernel(9, 0, size=size), 11),
        (lambda size: blur.motion_kernel(9, 45, size=size), 9),
        (lambda size: blur.disk_kernel(3, size=size), 7),
        (lambda size: blur.disk_kernel(3.5, size=size), 7),
        (lambda size: blur.disk_kernel(3.6, size=size), 9),
    ],
)
def test_sizes_that_are_too_small(make, needed):
    check_kernel(make(needed))
    with pytest.raises(ValueError, match=f"size is {needed - 2}, .* at least {needed}"):
        make(needed - 2)


def test_a_shake_that_does_not_fit():
    with pytest.raises(ValueError, match="size is 5, but this kernel reaches further"):
        blur.shake_kernel(40, size=5, rng=0)


@pytest.mark.parametrize(
    "make, name",
    [
        (blur.gaussian_kernel, "sigma"),
        (lambda value: blur.gaussian_kernel((1, value)), "sigma"),
        (lambda value: blur.motion_kernel(value, 0), "length"),
        (lambda value: blur.shake_kernel(value, rng=0), "length"),
        (blur.disk_kernel, "radius"),
    ],
)
def test_widths_must_be_positive(make, name):
    for value in (0, -1):
        with pytest.raises(ValueError, match=f"{name} is {value}; it must be above 0. It is in pixels"):
            make(value)
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match=f"{name} is {value}; it must be above 0"):
            make(value)
    for value in ("2", None, True):
        with pytest.raises(TypeError, match=f"{name} must be one number; got {value!r}"):
            make(value)


def test_angles_must_be_finite():
    for make in (lambda a: blur.gaussian_kernel(1, angle=a), lambda a: blur.motion_kernel(3, a)):
        with pytest.raises(ValueError, match="angle is nan; it must be a finite number. It is in degrees"):
            make(float("nan"))


def test_shakes_are_seeded():
    with pytest.raises(TypeError, match="rng must be a seed"):
        blur.shake_kernel(5, rng=None)


def test_three_sigmas_are_too_many():
    with pytest.raises(ValueError, match="one number, or two"):
        blur.gaussian_kernel((1, 2, 3))


IMAGE = np.zeros((8, 8), np.float32)


@pytest.mark.parametrize(
    "kernel, message",
    [
        (np.full((4, 4), 1 / 16), "4x4; both sides must be odd.*half a pixel"),
        (np.full((3, 4), 1 / 12), "3x4; both sides must be odd"),
        (np.full((4, 3), 1 / 12), "4x3; both sides must be odd"),
        (np.ones((3, 3)), "sums to 9; a blur keeps the brightness.*kernel / kernel.sum()"),
        (np.full((3, 3), 0.998 / 9), "sums to 0.998"),
        (np.array([[0, 0, 0], [0, np.nan, 0], [0, 0, 0]]), "finite numbers"),
        (np.full(9, 1 / 9), "a kernel is a 2-D array"),
        (np.full((3, 3, 1), 1 / 9), "a kernel is a 2-D array"),
        (np.full((3, 3), 1 / 9 + 0j), "a kernel is a 2-D array"),
        (np.array([["a"]]), "a kernel is a 2-D array"),
    ],
)
def test_kernels_that_are_none(kernel, message):
    with pytest.raises(ValueError, match=message):
        blur.apply_blur(IMAGE, kernel)


def test_integer_and_nearly_normalised_kernels_are_welcome():
    image = np.random.default_rng(0).random((5, 6), np.float32)
    for kernel in (np.array([[1]]), [[0, 0, 0], [0, 1, 0], [0, 0, 0]]):
        assert np.array_equal(blur.apply_blur(image, kernel), image)
    blur.apply_blur(image, np.full((3, 3), 0.9995 / 9))


def test_unknown_names():
    kernel = blur.gaussian_kernel(1)
    with pytest.raises(ValueError, match="border is 'mirror'; choose one of reflect, symmetric, replicate, wrap, zero"):
        blur.apply_blur(IMAGE, kernel, border="mirror")
    with pytest.raises(ValueError, match="method is 'FFT'; choose"):
        blur.apply_blur(IMAGE, kernel, method="FFT")
    with pytest.raises(TypeError, match="image has pixels 0-255"):
        blur.apply_blur(np.zeros((8, 8), np.uint8), kernel)
