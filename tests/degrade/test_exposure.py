"""Linear light, stops and fog against their formulas."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from restorekit.degrade.exposure import expose, fog, linear_to_srgb, srgb_to_linear

images = hnp.arrays(
    np.float32,
    st.sampled_from([(1, 1), (3, 5), (4, 2, 3), (2, 2, 1)]),
    elements=st.floats(-0.125, 1.25, width=32),
)


def row(*values):
    """A picture of one row."""
    return np.array([values], np.float32)


@given(image=images)
@settings(max_examples=60, deadline=None)
def test_srgb_comes_back_from_linear_light(image):
    before = image.copy()
    for there, back in ((srgb_to_linear, linear_to_srgb), (linear_to_srgb, srgb_to_linear)):
        result = there(image)
        assert result.dtype == np.float32 and result.shape == image.shape
        np.testing.assert_allclose(back(result), image, atol=2e-5)
    np.testing.assert_array_equal(image, before)


def test_srgb_is_the_standards_curve():
    stored = row(-0.1, 0, 0.02, 0.04045, 0.0405, 0.25, 0.5, 0.75, 1, 1.2)
    curve = [x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in stored[0].astype(float)]
    np.testing.assert_allclose(srgb_to_linear(stored)[0], curve, rtol=2e-6)
    light = row(-0.01, 0, 0.001, 0.0031308, 0.00314, 0.01, 0.18, 0.5, 1, 4)
    curve = [12.92 * x if x <= 0.0031308 else 1.055 * x ** (1 / 2.4) - 0.055 for x in light[0].astype(float)]
    np.testing.assert_allclose(linear_to_srgb(light)[0], curve, rtol=2e-6)
    assert srgb_to_linear(row(0.5))[0, 0] == pytest.approx(0.21404, abs=1e-5)


@pytest.mark.parametrize("function", [srgb_to_linear, linear_to_srgb, lambda x: expose(x, 1), lambda x: fog(x, 1)])
def test_bytes_are_refused(function):
    with pytest.raises(TypeError, match="uint8"):
        function(np.zeros((4, 4), np.uint8))


@pytest.mark.parametrize("stops", [-3, -1, 0.5, 1, 2])
def test_a_stop_doubles_the_light(stops):
    image = np.random.default_rng(0).random((8, 9, 3), dtype=np.float32)
    before = image.copy()
    result = expose(image, stops, clip=False)
    np.testing.assert_allclose(srgb_to_linear(result), srgb_to_linear(image) * 2.0**stops, rtol=1e-4)
    np.testing.assert_allclose(expose(result, -stops, clip=False), image, atol=1e-5)
    np.testing.assert_allclose(expose(image, stops), np.clip(result, 0, 1), atol=1e-6)
    np.testing.assert_array_equal(image, before)
    assert result.dtype == np.float32 and expose(image, stops).dtype == np.float32


def test_what_is_clipped_is_lost_and_clipping_is_the_default():
    over = expose(row(0.8, 0.9, 1.0), 2)
    np.testing.assert_array_equal(over, row(1, 1, 1))
    assert len(np.unique(expose(over, -2))) == 1
    assert expose(row(-0.2, 0.5), 1)[0, 0] == 0
    assert expose(np.full((3, 3), 0.9, np.float32), 20, clip=False).max() > 100


def test_stops_have_limits():
    for stops in (21, -21):
        with pytest.raises(ValueError, match=rf"stops is {stops}; it must be from -20 to 20.*\+1 doubles it"):
            expose(row(0.5), stops)
    assert expose(row(0.5), 20)[0, 0] == 1 and expose(row(0.5), -20)[0, 0] < 1e-4


def test_fog_is_koschmieders_law():
    image = np.random.default_rng(1).random((6, 4, 3), dtype=np.float32)
    depth = np.random.default_rng(2).random((6, 4)) * 3
    before = image.copy()
    foggy = fog(image, 0.7, airlight=0.8, depth=depth)
    t = np.exp(-0.7 * depth)[..., None]
    np.testing.assert_allclose(foggy, image * t + 0.8 * (1 - t), atol=1e-6)
    assert foggy.dtype == np.float32 and foggy.min() >= 0 and foggy.max() <= 1
    np.testing.assert_array_equal(image, before)
    colour = np.array([0.7, 0.8, 0.9])
    np.testing.assert_allclose(fog(image, 0.7, airlight=colour, depth=depth), image * t + colour * (1 - t), atol=1e-6)


def test_fog_without_a_map_is_far_at_the_top_and_near_at_the_bottom():
    black = np.zeros((5, 3), np.float32)
    far_to_near = np.array([1, 0.75, 0.5, 0.25, 0])
    expected = 0.9 * (1 - np.exp(-2 * far_to_near))[:, None] * np.ones(3)
    np.testing.assert_allclose(fog(black, 2), expected, atol=1e-6)
    np.testing.assert_allclose(fog(black, 2, airlight=0.6), expected * 0.6 / 0.9, atol=1e-6)
    np.testing.assert_allclose(fog(np.zeros((1, 2), np.float32), 1), 0.9 * (1 - np.exp(-1)), atol=1e-6)


def test_no_fog_and_endless_fog():
    image = np.random.default_rng(3).random((4, 4, 1), dtype=np.float32)
    np.testing.assert_array_equal(fog(image, 0), image)
    np.testing.assert_allclose(fog(image, 1, airlight=[0.3], depth=np.full((4, 4), 1e3)), 0.3, atol=1e-6)
    np.testing.assert_array_equal(fog(image, 1, depth=np.zeros((4, 4))), image)
    assert fog(image, 1, airlight=0).min() >= 0 and fog(image, 1, airlight=1).max() <= 1


def test_fog_refuses_what_makes_no_sense():
    image = np.zeros((4, 5, 3), np.float32)
    with pytest.raises(ValueError, match=r"density is -1; it must be at least 0\. 0 is clear air; 1 to 3 is fog"):
        fog(image, -1)
    with pytest.raises(ValueError, match=r"depth has shape \(5, 4\), but the image is \(4, 5\) \(height, width\)"):
        fog(image, 1, depth=np.zeros((5, 4)))
    for bad in (-0.5, np.inf, np.nan):
        depth = np.ones((4, 5))
        depth[1, 2] = bad
        with pytest.raises(ValueError, match=r"depth runs from .* to .*; distances are finite and at least 0"):
            fog(image, 1, depth=depth)
    for airlight in (-0.1, 230, [0.5, 0.5, 1.5], np.nan):
        with pytest.raises(ValueError, match=r"airlight is .*; it must be in \[0, 1\]"):
            fog(image, 1, airlight=airlight)
    with pytest.raises(ValueError, match=r"airlight has shape \(2,\); .*one for each channel \(3,\)"):
        fog(image, 1, airlight=[0.5, 0.5])
    with pytest.raises(ValueError, match=r"airlight has shape \(3,\)"):
        fog(image[..., 0], 1, airlight=[0.5, 0.5, 0.5])
