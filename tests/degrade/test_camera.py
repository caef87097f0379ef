"""The camera against the physics that it claims, stage by stage."""

import dataclasses
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorekit.degrade.camera import STAGES, Camera, Photo, photograph, sample_trace
from restorekit.degrade.compression import jpeg
from restorekit.degrade.exposure import linear_to_srgb, srgb_to_linear
from restorekit.degrade.sensor import defect_map

#: No noise, no compression, hardly any rounding.
QUIET = Camera(shot_noise=False, prnu=0, dark_rate=0, hot=0, read_noise=0, adc_noise=0, jpeg_quality=None, bits=16)
WHITE = np.ones((200, 200), np.float32)


def flat(level, size=200):
    """An even gray scene of so much linear light."""
    return linear_to_srgb(np.full((size, size), level, np.float32))


def green(stage):
    """The green photosites of an RGGB stage: both of every four."""
    return np.stack([stage[0::2, 1::2], stage[1::2, 0::2]]).astype(float)


def psnr(a, b):
    return -10 * np.log10(np.mean((a.astype(float) - b) ** 2))


def smooth_scene():
    y, x = np.mgrid[:96, :128] / 96
    colours = [0.5 + 0.3 * np.sin(5 * x), 0.5 + 0.3 * np.cos(4 * y), 0.5 + 0.3 * np.sin(3 * (x + y))]
    return np.stack(colours, axis=2).astype(np.float32)


# --- the picture as a whole -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("bayer", ["RGGB", "BGGR", "GRBG", "GBRG"])
@pytest.mark.parametrize("demosaicing", ["malvar", "bilinear"])
def test_without_noise_the_scene_comes_back(bayer, demosaicing):
    scene = smooth_scene()
    camera = dataclasses.replace(QUIET, bayer=bayer, demosaicing=demosaicing)
    assert psnr(photograph(scene, camera, rng=0).image, scene) > 45
    assert psnr(photograph(scene, dataclasses.replace(camera, bits=12), rng=0).image, scene) > 45


def test_with_noise_by_day_the_scene_is_still_close():
    scene = smooth_scene()
    assert 35 < psnr(photograph(scene, rng=0).image, scene) < 45


@pytest.mark.parametrize(
    "colour", [(0.2, 0.5, 0.8), (0.9, 0.1, 0.1), (0.5, 0.5, 0.5), (0.1, 0.8, 0.3), (1, 1, 1), (1, 0, 0), (0, 0, 1)]
)
def test_colours_are_right_on_flat_patches(colour):
    patch = np.ones((16, 18, 3), np.float32) * np.float32(colour)
    np.testing.assert_allclose(photograph(patch, QUIET, rng=0).image, patch, atol=0.002)
    if max(colour) < 1:
        noisy = photograph(np.tile(patch, (4, 4, 1)), Camera(hot=0), rng=0).image
        np.testing.assert_allclose(noisy.mean(axis=(0, 1)), colour, atol=0.01)


def test_the_stages_are_in_order_and_can_be_seen():
    photo = photograph(smooth_scene(), rng=0)
    assert list(photo.stages) == list(STAGES) == list(photo.limits)
    for name, stage in photo.stages.items():
        assert stage.dtype == np.float32 and np.isfinite(stage).all()
        assert stage.shape == ((96, 128) if name in ("electrons", "dark", "read", "gain", "digital") else (96, 128, 3))
        view = photo.view(name)
        assert view.dtype == np.float32 and view.min() > -0.1 and view.max() <= 1.1
        low, high = photo.limits[name]
        np.testing.assert_allclose(view, (stage - low) / (high - low), atol=1e-6)
    assert photo.image is photo.stages["jpeg"]
    with pytest.raises(KeyError, match="'raw' is not a stage; the stages are: scene, electrons, dark, read"):
        photo.view("raw")


def test_the_limits_are_those_of_the_converter():
    limits = photograph(smooth_scene(), Camera(iso=400, bits=10, black_level=0.1), rng=0).limits
    assert limits["electrons"] == limits["dark"] == limits["read"] == (0, pytest.approx(5_000))
    assert limits["gain"] == (0, 1023 - 102) and limits["digital"] == (0, 1023)
    assert all(limits[name] == (0, 1) for name in ("scene", "demosaiced", "white balance", "colour", "tone", "jpeg"))


def test_a_gray_scene_is_photographed_in_colour():
    gray = smooth_scene()[..., 0]
    colour = np.repeat(gray[..., None], 3, axis=2)
    for scene in (gray, gray[..., None]):
        np.testing.assert_array_equal(photograph(scene, rng=3).image, photograph(colour, rng=3).image)


# --- randomness -------------------------------------------------------------------------------------------------------


@given(seed=st.integers(0, 2**32), height=st.integers(2, 9), width=st.integers(2, 9), iso=st.sampled_from([100, 3200]))
@settings(max_examples=25, deadline=None)
def test_a_trace_replays_bit_for_bit_also_through_json(seed, height, width, iso):
    scene = np.random.default_rng(seed).random((height, width, 3), dtype=np.float32)
    before = scene.copy()
    photo = photograph(scene, iso=iso, rng=seed)
    again = photograph(scene, iso=iso, trace=json.loads(json.dumps(photo.trace)))
    same_generator = photograph(scene, iso=iso, rng=np.random.default_rng(seed))
    for name in STAGES:
        np.testing.assert_array_equal(photo.stages[name], again.stages[name])
        np.testing.assert_array_equal(photo.stages[name], same_generator.stages[name])
    assert again.trace == photo.trace == sample_trace(scene.shape, rng=seed)
    np.testing.assert_array_equal(scene, before)


def test_a_trace_is_seeds_and_every_one_matters():
    trace = sample_trace((8, 9, 3), rng=0)
    assert list(trace) == ["shape", "shot", "dark", "read", "adc"] and trace["shape"] == [8, 9]
    seeds = list(trace.values())[1:]
    assert len(set(seeds)) == 4 and all(type(seed) is int and 0 <= seed < 2**32 for seed in seeds)
    assert trace != sample_trace((8, 9), rng=1) and trace == sample_trace((8, 9), rng=0)
    assert max(max(list(sample_trace((8, 9), rng=k).values())[1:]) for k in range(20)) > 2**31
    scene, camera = np.full((8, 9), 0.5, np.float32), Camera(exposure=1, dark_rate=100)
    base = photograph(scene, camera, light=4e4, trace=trace)
    first_to_change = {"shot": "electrons", "dark": "dark", "read": "read", "adc": "digital"}
    for seed, stage in first_to_change.items():
        other = photograph(scene, camera, light=4e4, trace=trace | {seed: trace[seed] + 1})
        changed = [name for name in STAGES if (other.stages[name] != base.stages[name]).any()]
        assert changed[0] == stage


def test_a_trace_meets_another_iso_with_the_same_fate():
    scene = flat(0.3, 20)
    low = photograph(scene, rng=0)
    high = photograph(scene, iso=200, trace=low.trace)
    np.testing.assert_array_equal(low.stages["read"], high.stages["read"])
    np.testing.assert_allclose(high.stages["gain"], 2 * low.stages["gain"], rtol=1e-6)


def test_rng_or_trace_and_one_that_fits():
    scene = flat(0.5, 4)
    for both in ({}, {"rng": 0, "trace": sample_trace((4, 4), rng=0)}):
        with pytest.raises(ValueError, match=r"Give either rng \(a new photograph\) or trace"):
            photograph(scene, **both)
    for shape in ((4, 5), (5, 4)):
        message = rf"The trace is for \[{shape[0]}, {shape[1]}\] pixels \(height, width\), the scene has \(4, 4\)"
        with pytest.raises(ValueError, match=message):
            photograph(scene, trace=sample_trace(shape, rng=0))


# --- from light to electrons ------------------------------------------------------------------------------------------


def test_white_fills_a_green_photosite_at_the_right_exposure():
    electrons = photograph(WHITE, QUIET, rng=0).stages["electrons"]
    np.testing.assert_allclose(electrons[0::2, 1::2], 20_000)
    np.testing.assert_allclose(electrons[0::2, 0::2], 20_000 / 2.0, rtol=1e-5)  # red and blue by their balance
    np.testing.assert_allclose(electrons[1::2, 1::2], 20_000 / 1.6, rtol=1e-5)


@pytest.mark.parametrize(
    ("change", "factor"),
    [({"exposure": 0.0025}, 0.25), ({"quantum_efficiency": 0.25}, 0.5), ({"exposure": 0.001}, 0.1)],
)
def test_electrons_are_light_times_seconds_times_efficiency(change, factor):
    electrons = photograph(WHITE, dataclasses.replace(QUIET, **change), rng=0).stages["electrons"]
    np.testing.assert_allclose(green(electrons), 20_000 * factor, rtol=1e-5)
    np.testing.assert_allclose(
        photograph(WHITE, QUIET, light=4e6 * factor, rng=0).stages["electrons"], electrons, rtol=1e-5
    )
    assert green(photograph(flat(0.1), QUIET, rng=0).stages["electrons"]).mean() == pytest.approx(2_000, rel=1e-4)


@pytest.mark.parametrize("level", [0.002, 0.02, 0.4])
def test_shot_noise_variance_equals_its_mean_in_electrons(level):
    electrons = green(photograph(flat(level), Camera(prnu=0), rng=1).stages["electrons"])
    np.testing.assert_array_equal(electrons, np.rint(electrons))
    assert electrons.mean() == pytest.approx(20_000 * level, abs=4 * np.sqrt(20_000 * level / electrons.size))
    assert electrons.var() == pytest.approx(electrons.mean(), rel=4 * np.sqrt(2 / electrons.size) + 0.005)


def test_a_full_photosite_holds_no_more():
    camera = Camera(full_well=5_000, dark_rate=1e5)
    stages = photograph(WHITE, camera, rng=0).stages
    assert stages["electrons"].max() == stages["dark"].max() == 5_000
    assert stages["read"].max() > 5_000  # the noise of reading is not charge


def test_photosites_differ_by_prnu_in_the_same_way_in_every_picture():
    camera = dataclasses.replace(QUIET, prnu=0.02)
    first, second = (green(photograph(flat(0.5), camera, rng=k).stages["electrons"]) for k in (0, 1))
    np.testing.assert_array_equal(first, second)
    assert first.mean() == pytest.approx(10_000, rel=0.001)
    assert first.std() / first.mean() == pytest.approx(0.02, rel=0.02)
    other = green(photograph(flat(0.5), dataclasses.replace(camera, serial=1), rng=0).stages["electrons"])
    assert abs(np.corrcoef(first.ravel(), other.ravel())[0, 1]) < 0.03
    wild = photograph(flat(0.5), dataclasses.replace(camera, prnu=1), rng=0).stages["electrons"]
    assert wild.min() == 0


def test_dead_photosites_collect_nothing_and_hot_ones_leak():
    camera = dataclasses.replace(QUIET, dead=0.05, hot=0.02, serial=7)
    defects = defect_map((200, 200), dead=0.05, hot=0.02, rng=np.random.default_rng((7, 2)))
    stages = photograph(flat(0.1), camera, rng=0).stages
    assert (stages["dark"][defects < 0] == 0).all()
    assert (stages["electrons"][defects >= 0] > 900).all()
    leaked = (stages["dark"] - stages["electrons"])[defects > 0].astype(float)
    assert leaked.mean() == pytest.approx(200, rel=0.02)
    assert leaked.var() == pytest.approx(200, rel=0.2)
    assert (stages["dark"] == stages["electrons"])[defects == 0].all()
    cold = photograph(flat(0.1), dataclasses.replace(camera, temperature=20 - 13), rng=0).stages
    assert (cold["dark"] - cold["electrons"])[defects > 0].mean() == pytest.approx(50, rel=0.05)


def test_dark_current_grows_with_time_and_temperature():
    camera = dataclasses.replace(QUIET, dark_rate=3)
    for seconds, celsius, expected in ((10, 20, 30), (40, 20, 120), (10, 33, 120)):
        changed = dataclasses.replace(camera, exposure=seconds, temperature=celsius)
        dark = photograph(WHITE * 0, changed, rng=2).stages["dark"].astype(float)
        assert dark.mean() == pytest.approx(expected, rel=0.01)
        assert dark.var() == pytest.approx(expected, rel=0.04)


def test_read_noise_is_in_electrons_and_may_read_below_zero():
    stages = photograph(WHITE * 0, dataclasses.replace(QUIET, read_noise=3), rng=4).stages
    assert stages["read"].std() == pytest.approx(3, rel=0.02) and abs(stages["read"].mean()) < 0.06
    assert stages["digital"].min() < dataclasses.replace(QUIET, read_noise=3).black


# --- from electrons to numbers ----------------------------------------------------------------------------------------


def test_gain_black_and_white_are_what_the_camera_says():
    camera = Camera()
    assert (camera.white, camera.black) == (4095, 256)
    assert camera.gain == pytest.approx((4095 - 256) / 20_000)
    assert Camera(iso=800).gain == pytest.approx(8 * camera.gain)
    assert Camera(bits=14, black_level=0).black == 0 and Camera(bits=14).white == 16_383
    stages = photograph(flat(0.25), dataclasses.replace(QUIET, bits=12, iso=200), rng=0).stages
    np.testing.assert_allclose(stages["gain"], stages["read"] * 2 * camera.gain, rtol=1e-6)
    np.testing.assert_array_equal(stages["digital"], np.floor(256 + stages["gain"] + 0.5))


def test_the_converter_clips_at_both_ends():
    digital = photograph(WHITE, Camera(black_level=0, read_noise=20, prnu=0), rng=0).stages["digital"]
    assert digital.max() == 4095 and np.mean(green(digital) == 4095) > 0.3
    dark = photograph(WHITE * 0, Camera(black_level=0, hot=0), rng=0).stages["digital"]
    assert dark.min() == 0 and np.mean(dark == 0) > 0.4
    over = photograph(flat(0.5), Camera(iso=400), rng=0).stages["digital"]
    assert (green(over) == 4095).mean() > 0.999


@pytest.mark.parametrize("iso", [100, 800, 6400])
def test_photon_transfer_the_slope_is_the_gain_and_the_variances_are_the_law(iso):
    camera = Camera(iso=iso, prnu=0, hot=0, dark_rate=50, exposure=0.1, read_noise=4)
    means, variances, laws = [], [], []
    for k, level in enumerate(np.linspace(0, 0.7, 7)):
        light = level * camera.full_well * 100 / iso / (camera.exposure * camera.quantum_efficiency)
        digital = green(photograph(WHITE, camera, light=light, rng=k).stages["digital"]) - camera.black
        means.append(digital.mean())
        variances.append(digital.var())
        signal = level * camera.full_well * 100 / iso + 5  # with 5 dark electrons
        after_gain = camera.adc_noise * camera.gain * 100 / iso
        laws.append(camera.gain**2 * (signal + camera.read_noise**2) + after_gain**2 + 1 / 12)
    np.testing.assert_allclose(variances, laws, rtol=4 * np.sqrt(2 / 20_000))
    slope, _ = np.polyfit(means, variances, 1)
    assert slope == pytest.approx(camera.gain, rel=0.05)
    np.testing.assert_allclose(means, camera.gain * (np.linspace(0, 0.7, 7) * 2e6 / iso + 5), atol=0.05 * 3839 / 100)


def test_noise_before_the_gain_is_amplified_with_iso_and_noise_after_it_is_not():
    def spread(iso, **noise):
        quiet = dataclasses.replace(QUIET, iso=iso, bits=14, **noise)
        return photograph(WHITE * 0, quiet, rng=5).stages["digital"].std()

    assert spread(1600, read_noise=5) == pytest.approx(16 * spread(100, read_noise=5), rel=0.02)
    assert spread(1600, adc_noise=5) == pytest.approx(spread(100, adc_noise=5), rel=1e-6)
    assert spread(100, adc_noise=5) == pytest.approx(5 * dataclasses.replace(QUIET, bits=14).gain, rel=0.02)


# --- from numbers to a picture ----------------------------------------------------------------------------------------


def test_each_step_of_the_processing_is_its_formula():
    camera = Camera(contrast=0.4, jpeg_quality=60, bits=10)
    stages = photograph(smooth_scene(), camera, iso=400, light=1e6, rng=0).stages
    raw = (stages["digital"] - camera.black) / (camera.white - camera.black)
    for row, column, colour in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 2)):  # measured colours are kept
        here = stages["demosaiced"][row::2, column::2, colour]
        np.testing.assert_allclose(here, raw[row::2, column::2], atol=1e-6)
    balanced = np.minimum(stages["demosaiced"] * np.float32([2.0, 1.0, 1.6]), 1)
    np.testing.assert_allclose(stages["white balance"], balanced, atol=1e-6)
    np.testing.assert_allclose(stages["colour"], balanced @ np.array(camera.colour_matrix).T, atol=1e-5)
    encoded = linear_to_srgb(np.clip(stages["colour"], 0, 1))
    curve = 0.6 * encoded + 0.4 * (3 * encoded**2 - 2 * encoded**3)
    np.testing.assert_allclose(stages["tone"], curve, atol=1e-6)
    np.testing.assert_array_equal(stages["jpeg"], jpeg(stages["tone"], 60))


def test_over_exposed_white_is_white_and_not_magenta():
    image = photograph(WHITE, exposure=0.05, rng=0).image
    np.testing.assert_allclose(image, 1, atol=0.01)


def test_a_camera_sees_the_scene_through_its_matrix_and_its_filters():
    scene = np.ones((8, 8, 3), np.float32) * np.float32([0.8, 0.4, 0.2])
    stages = photograph(scene, QUIET, rng=0).stages
    np.testing.assert_allclose(stages["scene"], srgb_to_linear(scene))
    seen = np.linalg.inv(QUIET.colour_matrix) @ stages["scene"][0, 0] / np.array([2.0, 1.0, 1.6])
    for (row, column), value in zip(((0, 0), (0, 1), (1, 1)), seen, strict=True):
        np.testing.assert_allclose(stages["electrons"][row::2, column::2], 20_000 * value, rtol=1e-5)
    np.testing.assert_allclose(stages["demosaiced"][0, 0], seen, atol=1e-4)
    vivid = dataclasses.replace(QUIET, colour_matrix=((1, 0, 0), (0.5, 0.5, 0), (0, 0, 1)))
    assert (
        photograph(np.ones((4, 4, 3), np.float32) * np.float32([1, 0, 0]), vivid, rng=0).stages["electrons"].min() == 0
    )


def test_the_default_camera_keeps_gray_gray_and_light_positive():
    matrix = np.array(Camera().colour_matrix)
    np.testing.assert_allclose(matrix.sum(axis=1), 1, atol=1e-12)
    assert (np.linalg.inv(matrix) > 0).all()


def test_uncompressed_is_the_tone_stage():
    stages = photograph(smooth_scene(), Camera(jpeg_quality=None), rng=0).stages
    np.testing.assert_array_equal(stages["jpeg"], stages["tone"])


# --- settings ---------------------------------------------------------------------------------------------------------


def test_keywords_override_the_camera():
    scene = flat(0.2, 20)
    a = photograph(scene, Camera(), iso=400, exposure=0.002, rng=0)
    b = photograph(scene, Camera(iso=400, exposure=0.002), rng=0)
    np.testing.assert_array_equal(a.image, b.image)
    np.testing.assert_array_equal(photograph(scene, rng=0).image, photograph(scene, Camera(), light=4e6, rng=0).image)
    assert isinstance(a, Photo)


def test_the_defaults_are_those_of_the_documentation():
    assert dataclasses.asdict(Camera()) == {
        "iso": 100, "exposure": 0.01, "temperature": 20, "full_well": 20_000, "quantum_efficiency": 0.5,
        "shot_noise": True, "prnu": 0.01, "dark_rate": 2.0, "dead": 0.0, "hot": 1e-4, "hot_rate": 20_000,
        "read_noise": 2.0, "adc_noise": 8.0, "bits": 12, "black_level": 1 / 16, "bayer": "RGGB",
        "demosaicing": "malvar", "white_balance": (2.0, 1.0, 1.6),
        "colour_matrix": ((1.50, -0.40, -0.10), (-0.20, 1.45, -0.25), (0.02, -0.52, 1.50)),
        "contrast": 0.0, "jpeg_quality": 90, "serial": 0,
    }  # fmt: skip
    json.dumps(dataclasses.asdict(Camera()))


@pytest.mark.parametrize(
    ("setting", "wrong", "message"),
    [
        ("iso", 0, "iso is 0; it must be above 0.* 100 is the base"),
        ("exposure", -1, "exposure is -1; .*seconds: 1/100 is 0.01"),
        ("exposure", 0, "exposure is 0; it must be above 0"),
        ("temperature", -300, "temperature is -300; it must be from -273.15 to 200.*Celsius"),
        ("full_well", 0, "full_well is 0; it must be above 0.*electrons"),
        ("quantum_efficiency", 1.5, "quantum_efficiency is 1.5; it must be above 0, at most 1"),
        ("prnu", 2, "prnu is 2; it must be from 0 to 1.*1 % is 0.01"),
        ("dark_rate", -1, "dark_rate is -1.*electrons a second"),
        ("hot_rate", -1, "hot_rate is -1.*electrons a second"),
        ("read_noise", -1, "read_noise is -1.*electrons"),
        ("adc_noise", -1, "adc_noise is -1.*electrons at ISO 100"),
        ("black_level", 0.6, "black_level is 0.6; it must be from 0 to 0.5"),
        ("contrast", 1.5, "contrast is 1.5; it must be from 0 to 1. 0 leaves the tones"),
        ("bits", 3, "bits is 3; .*4 to 16"),
        ("bits", 17, "bits is 17; .*4 to 16"),
        ("bayer", "RGB", "bayer is 'RGB'; it must be one of 'RGGB', 'BGGR', 'GRBG', 'GBRG'"),
        ("white_balance", (1, 1), r"white_balance is \(1, 1\); it must be three gains above 0"),
        ("white_balance", (1, 0, 1), r"white_balance is \(1, 0, 1\); it must be three gains above 0"),
        ("colour_matrix", ((1, 0), (0, 1)), "colour_matrix must be 3 x 3 and have an inverse"),
        ("colour_matrix", ((1, 1, 1),) * 3, "colour_matrix must be 3 x 3 and have an inverse"),
        ("serial", -1, "serial is -1; it must be at least 0"),
    ],
)
def test_impossible_settings_are_refused(setting, wrong, message):
    with pytest.raises(ValueError, match=message):
        Camera(**{setting: wrong})


def test_settings_at_the_edge_are_allowed():
    Camera(bits=4, black_level=0, prnu=0, contrast=1, quantum_efficiency=1, serial=0, temperature=-273.15)
    Camera(bits=16, black_level=0.5, white_balance=[1, 1, 1])
    with pytest.raises(TypeError, match="bits must be a whole number"):
        Camera(bits=8.5)
    with pytest.raises(TypeError, match="iso must be one number"):
        Camera(iso="auto")


def test_scenes_that_no_camera_can_see_are_refused():
    with pytest.raises(ValueError, match=r"scene has 4 channels; .*scene\[\.\.\., :3\]"):
        photograph(np.zeros((4, 4, 4)), rng=0)
    with pytest.raises(ValueError, match=r"negative light \(its smallest value is -0\.1\): clip it first"):
        photograph(np.full((4, 4), -0.1), rng=0)
    with pytest.raises(TypeError, match="scene has pixels 0-255"):
        photograph(np.zeros((4, 4), np.uint8), rng=0)
    with pytest.raises(ValueError, match="at least 2 x 2 pixels"):
        photograph(np.zeros((1, 4)), rng=0)
    with pytest.raises(ValueError, match=r"light is -1; it must be from 0 to 1e\+15. It is in photons a second"):
        photograph(flat(0.5, 4), light=-1, rng=0)
    assert photograph(flat(0.5, 4), light=0, rng=0).stages["electrons"].max() == 0
