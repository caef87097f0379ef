"""The classical denoisers: what every one must do, and what each alone promises."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from restorekit import classical, degrade, images, metrics

NAMES = list(classical.METHODS)
SIGMA = 25 / 255


@pytest.fixture(scope="module")
def photos():
    """A gray and a colour crop, clean and noisy."""
    pairs = []
    for gray in (True, False):
        clean = images.crop(images.sample("astronaut", gray=gray), 30, 180, 96, 88)
        noise = np.random.default_rng(0).normal(0, SIGMA, clean.shape)
        pairs.append((clean, (clean + noise).astype(np.float32)))
    return pairs


def function(name):
    return classical.METHODS[name].function


def test_methods_say_what_they_are_for():
    assert NAMES == ["mean", "gaussian", "median", "bilateral", "guided", "nlm", "tv", "wavelet"]
    for method in classical.METHODS.values():
        assert getattr(classical, method.function.__name__) is method.function
        assert method.good_for.endswith(".") and method.assumes.endswith(".") and method.title[0] != " "
    assert "Salt-and-pepper" in classical.METHODS["median"].good_for


@pytest.mark.parametrize("name", NAMES)
def test_the_defaults_remove_noise(name, photos):
    for clean, noisy in photos:
        gain = metrics.psnr(clean, function(name)(noisy, SIGMA)) - metrics.psnr(clean, noisy)
        assert gain > {"mean": 4, "median": 4, "gaussian": 5}.get(name, 6)


@pytest.mark.parametrize("name", [name for name in NAMES if name not in ("mean", "median")])
def test_more_noise_is_filtered_more(name, photos):
    _, noisy = photos[0]
    roughness = [np.abs(np.diff(function(name)(noisy, sigma))).mean() for sigma in (0.02, 0.06, 0.15, 0.3)]
    assert roughness == sorted(roughness, reverse=True)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("sigma", [0.0, 0.02, 0.3, 1.0])
def test_flat_stays_flat(name, sigma):
    for shape in ((20, 23), (18, 17, 3)):
        flat = np.full(shape, 0.37, np.float32)
        assert np.allclose(function(name)(flat, sigma), 0.37, atol=1e-5)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (2, 3), (1, 30), (9, 8, 4), (20, 21, 1)])
def test_any_shape_and_values_beyond_the_range(name, shape):
    noisy = np.random.default_rng(0).normal(0.5, 0.6, shape).astype(np.float32)
    copy = noisy.copy()
    result = function(name)(noisy, 0.2)
    assert result.shape == shape and result.dtype == np.float32 and np.isfinite(result).all()
    assert result.flags.c_contiguous and not np.shares_memory(result, noisy)
    assert np.array_equal(noisy, copy)


@pytest.mark.parametrize("name", NAMES)
def test_brightness_is_only_carried_along(name, photos):
    noisy = photos[0][1][:40, :40]
    assert np.allclose(function(name)(noisy + np.float32(0.5), SIGMA), function(name)(noisy, SIGMA) + 0.5, atol=1e-4)
    assert function(name)(noisy - np.float32(1), SIGMA).min() < -0.5  # nothing is clipped


@pytest.mark.parametrize("name", [name for name in NAMES if name != "median"])
def test_no_noise_no_filter(name, photos):
    for _, noisy in photos:
        result = function(name)(noisy, 0)
        assert np.allclose(result, noisy, atol=1e-6) and not np.shares_memory(result, noisy)


@pytest.mark.parametrize("name", ["mean", "gaussian", "median", "guided", "tv", "wavelet"])
def test_channels_are_filtered_one_by_one(name, photos):
    noisy = photos[1][1][:40, :36]
    alone = np.stack([function(name)(noisy[..., c], SIGMA) for c in range(3)], axis=-1)
    assert np.allclose(function(name)(noisy, SIGMA), alone, atol=2e-3 if name == "tv" else 1e-6)


@pytest.mark.parametrize("name", ["mean", "gaussian", "median", "bilateral", "guided"])
@settings(max_examples=10, deadline=None)
@given(st.integers(-3, 3), st.integers(-3, 3), st.integers(0, 2**32 - 1))
def test_a_shifted_picture_gives_a_shifted_result(name, down, right, seed):
    noisy = np.random.default_rng(seed).random((40, 41), np.float32)
    shifted = np.roll(noisy, (down, right), (0, 1))
    result, later = function(name)(noisy, 0.1), function(name)(shifted, 0.1)
    inside = (slice(12, -12),) * 2
    assert np.allclose(np.roll(result, (down, right), (0, 1))[inside], later[inside], atol=1e-5)


@pytest.mark.parametrize("name", ["mean", "gaussian"])
@settings(max_examples=15, deadline=None)
@given(st.floats(-2, 2), st.integers(0, 2**32 - 1))
def test_linear_filters_are_linear(name, factor, seed):
    a, b = np.random.default_rng(seed).random((2, 13, 14), np.float32)
    both = function(name)((a + np.float32(factor) * b).astype(np.float32), 0.2)
    assert np.allclose(both, function(name)(a, 0.2) + factor * function(name)(b, 0.2), atol=1e-5)


@pytest.mark.parametrize("size", [1, 3, 5, 7])
def test_mean_and_median_by_hand(size):
    noisy = np.random.default_rng(0).random((12, 14), np.float32)
    padded = np.pad(noisy, size // 2, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size))
    assert np.allclose(classical.mean_filter(noisy, size=size), windows.mean(axis=(2, 3)), atol=1e-6)
    assert np.allclose(classical.median_filter(noisy, size=size), np.median(windows, axis=(2, 3)), atol=1e-7)


@pytest.mark.parametrize("name, sizes", [("mean", (1, 3, 3, 5, 9)), ("median", (3, 3, 3, 7, 9))])
def test_default_sizes(name, sizes):
    noisy = np.random.default_rng(0).random((20, 20), np.float32)
    for level, size in zip((5, 15, 25, 50, 75), sizes, strict=True):
        assert np.array_equal(function(name)(noisy, level / 255), function(name)(noisy, size=size))


@pytest.mark.parametrize("level", [5, 15, 25, 50, 75])
def test_default_settings_follow_from_sigma(level, photos):
    noisy, s = photos[0][1][:32, :32], level / 255
    chosen = {
        "gaussian": {"width": 0.3 + 6.2 * s},
        "bilateral": {"width": 1.2 + 5 * s, "range_width": (2 + 8 * s) * s},
        "guided": {"radius": 1 + round(5 * s), "eps": (1.5 + 65 * s) * s**2},
        "tv": {"weight": 1.5 * s ** (4 / 3)},
    }
    for name, own in chosen.items():
        assert np.allclose(function(name)(noisy, s), function(name)(noisy, **own), atol=1e-6)
        assert np.allclose(function(name)(noisy, 0.5, **own), function(name)(noisy, **own), atol=1e-6)
    assert np.array_equal(classical.non_local_means(noisy, s), classical.non_local_means(noisy, s, h=0.7 * s))
    colour = photos[1][1][:32, :32]
    assert np.array_equal(classical.non_local_means(colour, s), classical.non_local_means(colour, s, h=0.6 * s))


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_median_kills_isolated_impulses_and_keeps_edges(seed):
    rng = np.random.default_rng(seed)
    step = np.where(np.arange(24) < 12, 0.2, 0.8).astype(np.float32) * np.ones((20, 1), np.float32)
    hit = step.copy()
    for row in range(2, 18, 4):
        hit[row, rng.integers(2, 10)] = rng.choice([-3, 0, 1, 5])
        hit[row, rng.integers(14, 22)] = rng.choice([-3, 0, 1, 5])
    assert np.array_equal(classical.median_filter(hit, size=3), step)
    assert np.array_equal(classical.median_filter(hit, 0.0), step)


def test_median_is_for_salt_and_pepper_and_mean_is_not(photos):
    clean = photos[0][0]
    hit = degrade.salt_and_pepper(clean, 0.1, rng=0)
    scores = {name: metrics.psnr(clean, function(name)(hit, size=3)) for name in ("mean", "median")}
    assert scores["median"] > scores["mean"] + 3


def test_gaussian_is_scipys_window_of_three_widths():
    spike = np.zeros((31, 31), np.float32)
    spike[15, 15] = 1
    for width in (0.7, 1.0, 2.1):
        result, reach = classical.gaussian_filter(spike, width=width), int(np.ceil(3 * width))
        at = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2 * width**2))
        at /= at.sum()
        inside = slice(15 - reach, 16 + reach)
        assert np.allclose(result[inside, inside], np.outer(at, at), atol=1e-6)
        assert np.count_nonzero(result) == (2 * reach + 1) ** 2


def bilateral_by_hand(noisy, width, range_width):
    """The definition, pixel by pixel; colours are compared by their distance."""
    reach = int(np.ceil(3 * width))
    image = np.atleast_3d(noisy).astype(float)
    padded = np.pad(image, ((reach, reach), (reach, reach), (0, 0)), mode="symmetric")
    down, right = np.mgrid[-reach : reach + 1, -reach : reach + 1]
    near = np.exp(-(down**2 + right**2) / (2 * width**2))
    result = np.empty_like(image)
    for i, j in np.ndindex(image.shape[:2]):
        window = padded[i : i + 2 * reach + 1, j : j + 2 * reach + 1]
        weights = near * np.exp(-((window - image[i, j]) ** 2).sum(axis=2) / (2 * range_width**2))
        result[i, j] = (weights[..., np.newaxis] * window).sum(axis=(0, 1)) / weights.sum()
    return result.reshape(noisy.shape)


@pytest.mark.parametrize("width, range_width", [(1.0, 0.1), (1.5, 0.3), (0.5, 0.05)])
def test_bilateral_is_its_definition(photos, width, range_width):
    for _, noisy in photos:
        noisy = noisy[40:54, 30:45]
        result = classical.bilateral_filter(noisy, width=width, range_width=range_width)
        assert np.allclose(result, bilateral_by_hand(noisy, width, range_width), atol=1e-5)


def test_bilateral_limits(photos):
    _, noisy = photos[1]
    wide = classical.bilateral_filter(noisy, width=1.3, range_width=1e4)
    assert np.allclose(wide, classical.gaussian_filter(noisy, width=1.3), atol=1e-5)
    for own in ({"width": 1.3, "range_width": 1e-5}, {"width": 0, "range_width": 1}, {"width": 1, "range_width": 0}):
        assert np.allclose(classical.bilateral_filter(noisy, **own), noisy, atol=1e-6)


def guided_by_hand(p, guide, radius, eps):
    """Equations 5, 6 and 8 of He et al., window by window."""

    def box(image):
        padded = np.pad(image, radius, mode="symmetric")
        return np.lib.stride_tricks.sliding_window_view(padded, (2 * radius + 1,) * 2).mean(axis=(2, 3))

    p, guide = p.astype(float), guide.astype(float)
    a = (box(guide * p) - box(guide) * box(p)) / (box(guide**2) - box(guide) ** 2 + eps)
    b = box(p) - a * box(guide)
    return box(a) * guide + box(b)


@pytest.mark.parametrize("radius, eps", [(1, 0.01), (3, 0.002)])
def test_guided_is_its_definition(photos, radius, eps):
    (clean, noisy), (colour, noisy_colour) = photos
    result = classical.guided_filter(noisy, radius=radius, eps=eps)
    assert np.allclose(result, guided_by_hand(noisy, noisy, radius, eps), atol=1e-5)
    other = classical.guided_filter(noisy, radius=radius, eps=eps, guide=clean)
    assert np.allclose(other, guided_by_hand(noisy, clean, radius, eps), atol=1e-5)
    for guide in (clean, colour):
        result = classical.guided_filter(noisy_colour, radius=radius, eps=eps, guide=guide)
        for c in range(3):
            own = guide if guide.ndim == 2 else guide[..., c]
            assert np.allclose(result[..., c], guided_by_hand(noisy_colour[..., c], own, radius, eps), atol=1e-5)


def test_guided_limits(photos):
    _, noisy = photos[0]
    for eps in (0, 1e-9):
        assert np.allclose(classical.guided_filter(noisy, radius=2, eps=eps), noisy, atol=1e-4)
    assert np.allclose(classical.guided_filter(noisy, radius=0, eps=0.1), noisy, atol=1e-6)
    twice = ndimage.uniform_filter(ndimage.uniform_filter(noisy, 5), 5)
    assert np.allclose(classical.guided_filter(noisy, radius=2, eps=1e6), twice, atol=1e-4)


def test_a_clean_guide_helps(photos):
    clean, noisy = photos[0]
    alone = classical.guided_filter(noisy, SIGMA)
    led = classical.guided_filter(noisy, radius=2, eps=1e-3, guide=clean)
    assert metrics.psnr(clean, led) > metrics.psnr(clean, alone) + 2


def test_non_local_means_finds_look_alikes_far_away():
    stripes = np.tile(np.float32([0.2, 0.2, 0.8, 0.8]), (40, 10))
    noisy = (stripes + np.random.default_rng(0).normal(0, 0.1, stripes.shape)).astype(np.float32)
    scores = {name: metrics.psnr(stripes, function(name)(noisy, 0.1)) for name in ("gaussian", "bilateral", "nlm")}
    assert scores["nlm"] > scores["gaussian"] + 3
    near = classical.non_local_means(noisy, 0.1, search_radius=1)
    assert metrics.psnr(stripes, near) < scores["nlm"] - 2
    assert np.array_equal(classical.non_local_means(noisy, 0.1, h=0), noisy)
    assert not np.array_equal(classical.non_local_means(noisy, h=0.07), classical.non_local_means(noisy, 0.1, h=0.07))
    assert not np.array_equal(
        classical.non_local_means(noisy, 0.1, patch_size=3), classical.non_local_means(noisy, 0.1)
    )


def test_total_variation_lowers_it(photos):
    _, noisy = photos[0]

    def variation(image):
        return np.hypot(np.diff(image, axis=0)[:, :-1], np.diff(image, axis=1)[:-1]).sum()

    amounts = [variation(classical.total_variation(noisy, weight=weight)) for weight in (0, 0.02, 0.1, 0.5)]
    assert amounts == sorted(amounts, reverse=True) and amounts[0] == variation(noisy)
    assert classical.total_variation(noisy, weight=0.1).mean() == pytest.approx(noisy.mean(), abs=1e-4)


def test_wavelets_settings(photos):
    clean, noisy = photos[0]
    scores = {
        shifts: metrics.psnr(clean, classical.wavelet_shrinkage(noisy, SIGMA, shifts=shifts)) for shifts in (1, 4)
    }
    assert scores[4] > scores[1] + 0.2
    assert np.array_equal(
        classical.wavelet_shrinkage(noisy, SIGMA), classical.wavelet_shrinkage(noisy, SIGMA, shifts=4)
    )
    shallow = classical.wavelet_shrinkage(noisy, SIGMA, levels=1)
    assert metrics.psnr(clean, shallow) < scores[4] - 1  # coarse noise stays
    assert not np.array_equal(
        classical.wavelet_shrinkage(noisy, SIGMA, wavelet="haar"), classical.wavelet_shrinkage(noisy, SIGMA)
    )
    haar = classical.wavelet_shrinkage(noisy, SIGMA, wavelet="haar", shifts=1)
    assert np.isfinite(haar).all()


@pytest.mark.parametrize("name", NAMES)
def test_bad_pictures_and_sigmas(name):
    flat = np.full((16, 16), 0.5, np.float32)
    with pytest.raises(TypeError, match="noisy has pixels 0-255"):
        function(name)(np.zeros((16, 16), np.uint8), 0.1)
    with pytest.raises(ValueError, match="sigma is 25, .*did you mean sigma=25/255"):
        function(name)(flat, 25)
    with pytest.raises(ValueError, match="sigma is -1"):
        function(name)(flat, -1)


OWN = {
    "mean": "size",
    "gaussian": "width",
    "median": "size",
    "bilateral": "width",
    "guided": "radius",
    "nlm": "h",
    "tv": "weight",
}


@pytest.mark.parametrize("name, own", OWN.items())
def test_without_sigma_the_setting_is_needed(name, own):
    with pytest.raises(TypeError, match=f"give sigma, .*, or {own} itself"):
        function(name)(np.zeros((8, 8), np.float32))


FLAT = np.full((16, 16), 0.5, np.float32)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: classical.mean_filter(FLAT, size=4), ValueError, "size is 4; it must be odd.*3 or 5"),
        (lambda: classical.median_filter(FLAT, size=2), ValueError, "size is 2; it must be odd.*1 or 3"),
        (lambda: classical.median_filter(FLAT, size=0), ValueError, "size is 0; it must be at least 1"),
        (lambda: classical.median_filter(FLAT, size="3"), TypeError, "size must be a whole number"),
        (lambda: classical.gaussian_filter(FLAT, width=-1), ValueError, "width is -1; it must be at least 0"),
        (lambda: classical.gaussian_filter(FLAT, width=float("nan")), ValueError, "width is nan"),
        (lambda: classical.bilateral_filter(FLAT, 0.1, width=-1), ValueError, "width is -1"),
        (lambda: classical.bilateral_filter(FLAT, 0.1, range_width=-1), ValueError, "range_width is -1"),
        (lambda: classical.guided_filter(FLAT, 0.1, radius=-1), ValueError, "radius is -1; it must be at least 0"),
        (lambda: classical.guided_filter(FLAT, 0.1, eps=-1), ValueError, "eps is -1"),
        (lambda: classical.guided_filter(FLAT, 0.1, guide=FLAT[:8]), ValueError, r"guide has shape \(8, 16\); it must be \(16, 16\)"),
        (lambda: classical.guided_filter(FLAT, 0.1, guide=np.zeros((16, 16), np.uint8)), TypeError, "guide has pixels 0-255"),
        (lambda: classical.guided_filter(FLAT, 0.1, guide=np.zeros((16, 16, 3), np.float32)), ValueError, "guide has shape"),
        (lambda: classical.non_local_means(FLAT, 0.1, h=-1), ValueError, "h is -1"),
        (lambda: classical.non_local_means(FLAT, 0.1, patch_size=4), ValueError, "patch_size is 4; it must be odd"),
        (lambda: classical.non_local_means(FLAT, 0.1, search_radius=0), ValueError, "search_radius is 0"),
        (lambda: classical.total_variation(FLAT, weight=-1), ValueError, "weight is -1"),
        (lambda: classical.wavelet_shrinkage(FLAT, 0.1, shifts=0), ValueError, "shifts is 0"),
        (lambda: classical.wavelet_shrinkage(FLAT, 0.1, levels=0), ValueError, "levels is 0"),
        (lambda: classical.wavelet_shrinkage(FLAT, 0.1, wavelet="daubechies"), ValueError, "no wavelet .daubechies.*db2"),
    ],
)  # fmt: skip
def test_settings_that_make_no_sense(call, error, message):
    with pytest.raises(error, match=message):
        call()
