"""Noise against its law: moments, tails and distributions, with fixed seeds; and the promises every function makes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import stats

from restorekit.arguments import in_range
from restorekit.degrade import estimation, noise, sensor

GRAY = np.full((300, 400), 0.5, np.float32)  # 120,000 pixels: a mean is known to 0.3 % of the standard deviation

#: Every noise with settings that do something, as function(image, rng).
NOISES = {
    "gaussian": lambda image, rng: noise.gaussian_noise(image, 0.1, rng=rng),
    "shot": lambda image, rng: noise.shot_noise(image, 50, rng=rng),
    "salt_and_pepper": lambda image, rng: noise.salt_and_pepper(image, 0.3, rng=rng),
    "speckle": lambda image, rng: noise.speckle_noise(image, 0.2, rng=rng),
    "dark": lambda image, rng: sensor.dark_current(image, 9, electrons_at_white=100, rng=rng),
    "read": lambda image, rng: sensor.read_noise(image, 3, electrons_at_white=100, rng=rng),
}
images = hnp.arrays(
    np.float32,
    st.one_of(
        hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=9),
        st.tuples(st.integers(1, 9), st.integers(1, 9), st.sampled_from([1, 3, 4])),
    ),
    elements=st.floats(0, 1, width=32),
)


@pytest.mark.parametrize("name", NOISES)
@given(image=images, seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_every_noise_keeps_its_promises(name, image, seed):
    before, noise_of = image.copy(), NOISES[name]
    noisy = noise_of(image, seed)
    assert noisy.dtype == np.float32 and noisy.shape == image.shape and not np.shares_memory(noisy, image)
    np.testing.assert_array_equal(image, before)
    np.testing.assert_array_equal(noisy, noise_of(image, np.random.default_rng(seed)))  # a seed or its generator
    np.testing.assert_array_equal(noisy, noise_of(image.astype(np.float64), seed))


@pytest.mark.parametrize("name", NOISES)
def test_other_seeds_and_a_used_generator_give_other_noise(name):
    generator = np.random.default_rng(1)
    first, second = NOISES[name](GRAY, generator), NOISES[name](GRAY, generator)
    assert (first != second).any() and (first != NOISES[name](GRAY, 2)).any()


@pytest.mark.parametrize("name", NOISES)
def test_bytes_are_refused_and_rng_is_required(name):
    with pytest.raises(TypeError, match="uint8"):
        NOISES[name](np.zeros((4, 4), np.uint8), 0)
    with pytest.raises(TypeError, match="rng"):
        noise.gaussian_noise(GRAY, 0.1)


def assert_normal(sample, mean, sigma):
    """Mean, spread, tails and whole distribution of 120,000 draws agree with a normal law."""
    n = sample.size
    assert abs(sample.mean() - mean) < 4 * sigma / np.sqrt(n)
    assert abs(sample.std() / sigma - 1) < 4 / np.sqrt(2 * n)
    assert abs(stats.skew(sample, axis=None)) < 4 * np.sqrt(6 / n)
    assert abs(stats.kurtosis(sample, axis=None)) < 4 * np.sqrt(24 / n)
    assert stats.kstest(sample.ravel().astype(float), stats.norm(mean, sigma).cdf).pvalue > 0.001
    beyond = np.mean(np.abs(sample - mean) > 3 * sigma)
    assert beyond == pytest.approx(2 * stats.norm.sf(3), abs=4 * np.sqrt(0.0027 / n))


def test_gaussian_noise_is_normal_white_and_not_clipped():
    noisy = noise.gaussian_noise(np.zeros((300, 400), np.float32), 25 / 255, rng=3)
    assert_normal(noisy, 0, 25 / 255)
    assert np.mean(noisy < 0) == pytest.approx(0.5, abs=0.01)
    for a, b in ((noisy[1:], noisy[:-1]), (noisy[:, 1:], noisy[:, :-1])):  # neighbours know nothing of each other
        assert abs(np.corrcoef(a.ravel(), b.ravel())[0, 1]) < 0.012


def test_gaussian_noise_is_added_to_the_image_and_differs_between_channels():
    ramp = np.linspace(0, 1, 12, dtype=np.float32).reshape(2, 2, 3)
    added = noise.gaussian_noise(ramp, 0.1, rng=0) - ramp
    np.testing.assert_allclose(added, noise.gaussian_noise(np.zeros_like(ramp), 0.1, rng=0), atol=1e-6)
    assert np.unique(added).size == 12
    np.testing.assert_array_equal(noise.gaussian_noise(ramp, 0, rng=0), ramp)


@pytest.mark.parametrize("add", [noise.gaussian_noise, noise.speckle_noise])
def test_a_sigma_on_the_wrong_scale_is_explained(add):
    with pytest.raises(ValueError, match=r"did you mean sigma=25/255 \(0\.098\)\?"):
        add(GRAY, 25, rng=0)
    with pytest.raises(ValueError, match="negative"):
        add(GRAY, -0.1, rng=0)
    assert add(GRAY, sigma=1, rng=0).std() > 0.4  # 1 itself is allowed


@pytest.mark.parametrize("photons", [4, 20, 2_000])
def test_shot_noise_has_a_variance_equal_to_its_mean(photons):
    counts = noise.shot_noise(GRAY, 2 * photons, rng=5).astype(float) * 2 * photons
    n = counts.size
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-3 * photons**0.5)
    assert abs(counts.mean() - photons) < 4 * np.sqrt(photons / n)
    assert counts.var() == pytest.approx(photons, rel=4 * np.sqrt((2 + 1 / photons) / n))
    assert stats.skew(counts, axis=None) == pytest.approx(photons**-0.5, abs=0.04)
    beyond = np.mean(counts > photons + 3 * photons**0.5)
    law = stats.poisson.sf(np.floor(photons + 3 * photons**0.5), photons)
    assert beyond == pytest.approx(law, abs=4 * np.sqrt(law / n))


def test_shot_noise_is_poisson_by_a_chi_square_test():
    counts = np.rint(noise.shot_noise(GRAY, 20, rng=6) * 20).astype(int).ravel()
    inner = np.arange(3, 20)
    edges = stats.poisson.cdf(2, 10), stats.poisson.sf(19, 10)
    expected = np.array([edges[0], *stats.poisson.pmf(inner, 10), edges[1]]) * counts.size
    found = [np.sum(counts < 3), *(np.sum(counts == k) for k in inner), np.sum(counts > 19)]
    assert stats.chisquare(found, expected).pvalue > 0.001


def test_shot_noise_follows_the_light_of_each_pixel():
    halves = np.repeat([[0.0], [0.2], [0.8]], 50_000, axis=1).astype(np.float32)
    noisy = noise.shot_noise(halves, 100, rng=7)
    np.testing.assert_allclose(noisy.mean(axis=1), [0, 0.2, 0.8], atol=0.002)
    np.testing.assert_allclose(noisy.var(axis=1), [0, 0.002, 0.008], rtol=0.03)


def test_shot_noise_refuses_darkness_below_zero_and_no_photons():
    with pytest.raises(ValueError, match=r"negative light \(its smallest value is -0\.03\).*Shot noise comes first"):
        noise.shot_noise(np.array([[0.5, -0.03]]), 100, rng=0)
    for photons in (0, -5, np.nan, np.inf, 1e16):
        with pytest.raises(ValueError, match=r"photons_at_white is .* above 0.*white pixel \(1\.0\) expects"):
            noise.shot_noise(GRAY, photons, rng=0)
    assert noise.shot_noise(GRAY, 1e15, rng=0).std() < 1e-6
    assert set(np.unique(noise.shot_noise(GRAY, 0.5, rng=0) * 0.5)) <= set(
        range(9)
    )  # less than a photon a pixel is fine


@pytest.mark.parametrize(("amount", "salt"), [(0.1, 0.5), (0.3, 0.2), (1, 0.75), (0.05, 1), (0.05, 0)])
def test_salt_and_pepper_hits_each_pixel_with_its_probability(amount, salt):
    noisy = noise.salt_and_pepper(GRAY, amount, salt=salt, rng=8)
    assert set(np.unique(noisy)) <= {0.0, 0.5, 1.0}
    for value, share in ((1, amount * salt), (0, amount * (1 - salt)), (0.5, 1 - amount)):
        count = int(np.sum(noisy == value))
        assert count == pytest.approx(share * GRAY.size, abs=4 * np.sqrt(GRAY.size * share * (1 - share)) + 1e-9)


def test_salt_and_pepper_is_half_salt_by_default_and_independent_between_neighbours():
    noisy = noise.salt_and_pepper(GRAY, 0.4, rng=9)
    assert np.mean(noisy == 1) == pytest.approx(0.2, abs=0.005) and np.mean(noisy == 0) == pytest.approx(0.2, abs=0.005)
    hit = noisy != 0.5
    assert np.mean(hit[:, 1:] & hit[:, :-1]) == pytest.approx(0.16, abs=0.005)
    assert np.mean(hit[1:] & hit[:-1]) == pytest.approx(0.16, abs=0.005)


def test_salt_and_pepper_hits_all_channels_of_a_pixel_together():
    colour = np.full((50, 60, 3), 0.5, np.float32)
    noisy = noise.salt_and_pepper(colour, 0.2, rng=10)
    assert (noisy == noisy[..., :1]).all() and set(np.unique(noisy)) == {0.0, 0.5, 1.0}


@pytest.mark.parametrize("wrong", [{"amount": 5}, {"amount": -0.1}, {"amount": 0.1, "salt": 1.1}])
def test_salt_and_pepper_takes_fractions(wrong):
    with pytest.raises(ValueError, match="must be from 0 to 1"):
        noise.salt_and_pepper(GRAY, **wrong, rng=0)
    with pytest.raises(ValueError, match=r"amount is 5.*fraction of the pixels: 5 % is 0\.05"):
        noise.salt_and_pepper(GRAY, 5, rng=0)
    with pytest.raises(ValueError, match=r"salt is 2.*white fraction of the pixels that are hit"):
        noise.salt_and_pepper(GRAY, 0.5, salt=2, rng=0)


def test_defect_map_has_its_fractions():
    defects = sensor.defect_map((300, 400, 3), dead=0.1, hot=0.25, rng=11)
    assert defects.dtype == np.int8 and defects.shape == (300, 400) and set(np.unique(defects)) == {-1, 0, 1}
    for value, share in ((-1, 0.1), (1, 0.25)):
        expected = share * defects.size
        assert int(np.sum(defects == value)) == pytest.approx(expected, abs=4 * np.sqrt(expected * (1 - share)))
    assert (sensor.defect_map((9, 9), dead=1, hot=0, rng=0) == -1).all()
    assert (sensor.defect_map((9, 9), dead=0, hot=1, rng=0) == 1).all()
    assert (sensor.defect_map((9, 9), dead=0, hot=0, rng=0) == 0).all()
    assert sensor.defect_map((1, 7), dead=0.5, hot=0.5, rng=0).shape == (1, 7)


def test_defect_map_refuses_what_no_sensor_can_be():
    with pytest.raises(ValueError, match=r"dead \+ hot is 1\.2: more than all the pixels \(1\.0\)"):
        sensor.defect_map((9, 9), dead=0.6, hot=0.6, rng=0)
    for wrong in ({"dead": 5, "hot": 0}, {"dead": -0.5, "hot": 0.1}, {"dead": 0, "hot": 5}, {"dead": 0.1, "hot": -0.5}):
        with pytest.raises(ValueError, match=r"must be from 0 to 1\. It is a fraction of the pixels"):
            sensor.defect_map((9, 9), **wrong, rng=0)
    for shape in ((9,), (9, 9, 3, 1)):
        with pytest.raises(ValueError, match=r"it must be \(height, width\), for example photo\.shape"):
            sensor.defect_map(shape, dead=0, hot=0, rng=0)
    with pytest.raises(ValueError, match="the height is 0"):
        sensor.defect_map((0, 5), dead=0, hot=0, rng=0)
    with pytest.raises(TypeError, match="the width must be a whole number"):
        sensor.defect_map((5, 2.5), dead=0, hot=0, rng=0)


def test_defects_stay_where_they_are():
    defects = np.array([[-1, 0], [0, 1]], np.int8)
    image = np.full((2, 2, 3), 0.25, np.float32)
    broken = sensor.apply_defects(image, defects)
    np.testing.assert_array_equal(broken, np.array([[0, 0.25], [0.25, 1]], np.float32)[..., None] * np.ones(3))
    assert (image == 0.25).all() and broken.dtype == np.float32
    with pytest.raises(ValueError, match=r"defect map has shape \(2, 2\), but the image is \(3, 2\).*defect_map\("):
        sensor.apply_defects(np.zeros((3, 2), np.float32), defects)


def test_speckle_is_proportional_to_the_signal():
    levels = np.array([0.0, 0.2, 0.8], np.float32)
    noisy = noise.speckle_noise(np.repeat(levels[:, None], 120_000, axis=1), 0.1, rng=12)
    assert (noisy[0] == 0).all()
    for row, level in zip(noisy[1:], levels[1:], strict=True):
        assert_normal(row / level, 1, 0.1)


def test_quantise_knows_its_levels_and_rounds_to_the_nearest():
    ramp = np.linspace(0, 1, 10_001, dtype=np.float32).reshape(1, -1)
    for bits in (1, 2, 3, 8, 12, 16):
        steps = 2**bits - 1
        rounded = noise.quantise(ramp, bits)
        assert rounded.dtype == np.float32
        np.testing.assert_allclose(rounded * steps, np.rint(rounded * steps), atol=steps * 1e-6)
        assert np.abs(rounded - ramp).max() <= 0.5 / steps + 1e-6
        if bits <= 8:
            assert np.unique(rounded).size == 2**bits
    np.testing.assert_array_equal(noise.quantise(np.array([[-0.3, 0.49, 0.5, 1.7]]), 1), [[0, 0, 1, 1]])


def test_quantisation_error_is_uniform():
    light = np.random.default_rng(13).random((300, 400), dtype=np.float32)
    step = 1 / 15
    error = (noise.quantise(light, 4) - light).astype(float)[(light > step) & (light < 1 - step)]
    assert stats.kstest(error, stats.uniform(-step / 2, step).cdf).pvalue > 0.001
    assert error.std() == pytest.approx(step / np.sqrt(12), rel=0.01)
    assert stats.kurtosis(error) == pytest.approx(-1.2, abs=0.02)


def test_quantise_refuses_odd_bits():
    with pytest.raises(TypeError, match="bits must be a whole number"):
        noise.quantise(GRAY, 2.5)
    with pytest.raises(ValueError, match="bits is 0"):
        noise.quantise(GRAY, 0)
    with pytest.raises(ValueError, match=r"bits is 17; .*8 to 16.*say bits=8"):
        noise.quantise(GRAY, 17)


def test_dark_electrons_double_with_every_few_degrees():
    assert sensor.dark_electrons(10, 20) == 20
    assert sensor.dark_electrons(10, 26.5) == 40
    assert sensor.dark_electrons(10, 7) == 5
    assert sensor.dark_electrons(3, 30, rate_at_20=5, doubling=10) == 30
    np.testing.assert_allclose(sensor.dark_electrons(1, np.array([20, 33])), [2, 8])
    np.testing.assert_allclose(sensor.dark_electrons(np.array([0, 2]), 20), [0, 4])
    assert sensor.dark_electrons(1, 20, rate_at_20=0) == 0 and sensor.dark_electrons(0, -273.15) == 0


def test_dark_electrons_refuses_the_impossible():
    with pytest.raises(ValueError, match=r"seconds is -1; .*less than no time"):
        sensor.dark_electrons(np.array([1, -1]), 20)
    with pytest.raises(ValueError, match=r"celsius is -300, below absolute zero \(-273\.15"):
        sensor.dark_electrons(1, -300)
    with pytest.raises(ValueError, match=r"rate_at_20 is -1; it must be at least 0\. It is in electrons a second"):
        sensor.dark_electrons(1, 20, rate_at_20=-1)
    with pytest.raises(ValueError, match=r"doubling is 0; it must be above 0\. It is in degrees"):
        sensor.dark_electrons(1, 20, doubling=0)


def test_dark_current_adds_a_poisson_count_and_its_mean():
    ramp = np.linspace(0, 1, 120_000, dtype=np.float32).reshape(300, 400)
    counts = (sensor.dark_current(ramp, 9, electrons_at_white=500, rng=14) - ramp).astype(float) * 500
    np.testing.assert_allclose(counts, np.rint(counts), atol=1e-3)
    assert counts.mean() == pytest.approx(9, abs=4 * 3 / np.sqrt(counts.size))
    assert counts.var() == pytest.approx(9, rel=4 * np.sqrt(2.2 / counts.size))
    assert stats.skew(counts, axis=None) == pytest.approx(1 / 3, abs=0.04)
    assert counts.min() >= -1e-3
    np.testing.assert_array_equal(sensor.dark_current(ramp, 0, electrons_at_white=500, rng=0), ramp)
    colour = sensor.dark_current(np.zeros((20, 20, 3), np.float32), 50, electrons_at_white=100, rng=0)
    assert (colour[..., 0] != colour[..., 1]).any()


def test_read_noise_is_normal_in_electrons():
    reading = sensor.read_noise(np.full((300, 400), 0.25, np.float32), 3, electrons_at_white=200, rng=15)
    assert_normal(reading - np.float32(0.25), 0, 3 / 200)
    assert (sensor.read_noise(GRAY, 0, electrons_at_white=200, rng=0) == GRAY).all()


@pytest.mark.parametrize("add", [sensor.dark_current, sensor.read_noise])
def test_electrons_are_not_negative_and_white_holds_some(add):
    with pytest.raises(ValueError, match=r"^electrons is -1; it must be .*0.* It is .*\.$"):
        add(GRAY, -1, electrons_at_white=100, rng=0)
    with pytest.raises(ValueError, match=r"electrons_at_white is 0; it must be above 0\. .*white pixel .*10_000\.$"):
        add(GRAY, 1, electrons_at_white=0, rng=0)
    assert add(GRAY, 1, electrons_at_white=0.5, rng=0).std() > 1


@pytest.mark.parametrize("sigma", [1 / 255, 5 / 255, 25 / 255, 50 / 255, 0.5])
def test_sigma_is_found_within_two_per_cent_on_flat_patches(sigma):
    for seed in range(3):
        noisy = noise.gaussian_noise(np.full((256, 256), 0.5, np.float32), sigma, rng=seed)
        assert estimation.estimate_sigma(noisy) == pytest.approx(sigma, rel=0.02)
    assert isinstance(estimation.estimate_sigma(noisy), float)


def test_sigma_is_found_under_slopes_edges_and_in_eight_bits():
    y, x = np.mgrid[:256, :256] / 256
    scene = (0.2 + 0.3 * x + 0.2 * y + 0.3 * (x > 0.5)).astype(np.float32)
    for sigma in (2 / 255, 3 / 255, 5 / 255, 25 / 255):
        noisy = noise.gaussian_noise(scene, sigma, rng=1)
        assert estimation.estimate_sigma(noisy) == pytest.approx(sigma, rel=0.03)
        rounded = np.floor(noisy * 255 + 0.5) / 255
        spread = np.hypot(sigma, 1 / 255 / np.sqrt(12))  # rounding adds its own noise
        assert estimation.estimate_sigma(rounded) == pytest.approx(spread, rel=0.03)


def test_sigma_of_colour_is_the_mean_over_the_channels():
    gray = np.full((200, 200), 0.5, np.float32)
    channels = [noise.gaussian_noise(gray, sigma, rng=k) for k, sigma in enumerate((0.05, 0.1, 0.3))]
    separate = [estimation.estimate_sigma(channel) for channel in channels]
    assert estimation.estimate_sigma(np.stack(channels, axis=2)) == pytest.approx(np.mean(separate), rel=1e-6)
    assert estimation.estimate_sigma(channels[0][..., None]) == pytest.approx(separate[0], rel=1e-6)


def test_sigma_of_small_and_of_noiseless_pictures():
    assert estimation.estimate_sigma(np.array([[1.0, 0.0], [0.0, 0.0]])) == pytest.approx(0.5 / stats.norm.ppf(0.75))
    assert estimation.estimate_sigma(GRAY) == 0
    assert estimation.estimate_sigma(np.tile(np.linspace(0, 1, 50, dtype=np.float32), (50, 1))) < 1e-6
    for shape in ((1, 9), (9, 1)):
        with pytest.raises(ValueError, match=rf"image is {shape[0]} x {shape[1]} pixels; .*2 x 2"):
            estimation.estimate_sigma(np.zeros(shape, np.float32))
    with pytest.raises(ValueError, match=r"method is 'guess'; there is one method: 'mad'"):
        estimation.estimate_sigma(GRAY, "guess")


def test_grouped_median_interpolates_in_steps_and_is_the_median_otherwise():
    assert estimation._grouped_median(np.array([0.0, 1, 1, 1, 2])) == pytest.approx(1.0)
    assert estimation._grouped_median(np.array([0.0, 0, 1, 1, 1, 1])) == pytest.approx(0.5 + 0.5 / 4)
    assert estimation._grouped_median(np.array([0.0, 1, 1, 1, 1, 3, 3, 3])) == pytest.approx(0.5 + 1.5 * 3 / 4)
    values = np.random.default_rng(0).random(1000)
    assert estimation._grouped_median(values) == pytest.approx(np.median(values), abs=1e-12)


@pytest.mark.parametrize("value", [True, "1", None, [1], np.array([1.0, 2.0])])
def test_in_range_wants_one_number(value):
    with pytest.raises(TypeError, match=r"^x must be one number; got .*\. Hint\.$"):
        in_range(value, "x", hint="Hint.")


def test_in_range_says_what_was_expected():
    cases = [
        ({"low": 0, "high": 1}, 2, "x is 2; it must be from 0 to 1."),
        ({"low": 0}, -2, "x is -2; it must be at least 0."),
        ({"low": 0, "above": True}, 0, "x is 0; it must be above 0."),
        ({"low": 0, "high": 5, "above": True}, 6, "x is 6; it must be above 0, at most 5."),
        ({}, np.inf, "x is inf; it must be a finite number."),
        ({"low": 0, "high": 1, "hint": "So."}, -1, "x is -1; it must be from 0 to 1. So."),
    ]
    for limits, value, message in cases:
        with pytest.raises(ValueError) as caught:
            in_range(value, "x", **limits)
        assert str(caught.value) == message
    assert in_range(0, "x", 0, 1) == 0 and in_range(1, "x", 0, 1) == 1
    assert isinstance(in_range(np.float32(0.5), "x"), float)


@pytest.mark.parametrize("rng", [None, 0.5, "0", True, np.random.RandomState(0)])
def test_noise_that_could_not_be_repeated_is_refused(rng):
    with pytest.raises(TypeError, match="rng must be a seed such as 0, or a numpy.random.Generator"):
        noise.gaussian_noise(GRAY, 0.1, rng=rng)


def test_a_numpy_integer_is_a_seed_too():
    same = noise.shot_noise(GRAY[:4, :4], 50, rng=np.int64(3))
    assert np.array_equal(same, noise.shot_noise(GRAY[:4, :4], 50, rng=3))
