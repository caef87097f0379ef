"""Lens distortion: where points go, that it can be undone, and when it can't."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restorekit.degrade.geometry import barrel, fisheye, pincushion, radial_distort, undo_fisheye, undo_radial

ORDERS = pytest.mark.parametrize("order", [1, 3])


def waves(height=96, width=128, channels=None):
    """A smooth picture, in which interpolation errs little."""
    y, x = np.mgrid[:height, :width]
    gray = 0.5 + 0.2 * np.sin(x / 9) + 0.2 * np.cos(y / 7)
    image = gray if channels is None else np.stack([gray * (1 - 0.2 * c) for c in range(channels)], axis=2)
    return image.astype(np.float32)


def dot(row, column, size=201):
    """A soft bright dot in the dark."""
    y, x = np.mgrid[:size, :size]
    return np.exp(-((y - row) ** 2 + (x - column) ** 2) / 8).astype(np.float32)


def place(image):
    """Centre of mass of a dot: row, column."""
    y, x = np.mgrid[: image.shape[0], : image.shape[1]]
    return np.array([(image * y).sum(), (image * x).sum()]) / image.sum()


@ORDERS
@pytest.mark.parametrize(("k1", "k2"), [(-0.3, 0), (0.4, 0), (0, 0.3), (-0.2, 0.1), (0.2, -0.15)])
def test_a_point_at_r_is_seen_where_the_formula_says(k1, k2, order):
    centre, half_diagonal = 100, 201 / np.sqrt(2)
    for offset in (np.array([0, 60]), np.array([-50, 30]), np.array([40, 40])):
        r = np.hypot(*offset) / half_diagonal
        seen = centre + offset * (1 + k1 * r**2 + k2 * r**4)
        found = place(radial_distort(dot(*(centre + offset)), k1, k2, order=order))
        np.testing.assert_allclose(found, seen, atol=0.15)
        back = place(undo_radial(dot(*seen), k1, k2, order=order))
        np.testing.assert_allclose(back, centre + offset, atol=0.15)


def test_radii_are_measured_in_half_diagonals_of_any_frame():
    y, x = np.mgrid[:101, :201]
    image = np.exp(-((y - 70) ** 2 + (x - 160) ** 2) / 8).astype(np.float32)
    r = np.hypot(20, 60) / (np.hypot(101, 201) / 2)
    expected = np.array([50, 100]) + np.array([20, 60]) * (1 - 0.3 * r**2)
    np.testing.assert_allclose(place(radial_distort(image, -0.3)), expected, atol=0.1)


@pytest.mark.parametrize("strength", [0.3, 1])
def test_a_fisheye_keeps_angles(strength):
    centre, half_diagonal = 100, 201 / np.sqrt(2)
    focal = half_diagonal / np.tan(strength * np.pi / 3)
    for offset in (np.array([0, 70]), np.array([-50, 30])):
        distance = np.hypot(*offset)
        seen = centre + offset * (focal * np.arctan(distance / focal) / distance)
        np.testing.assert_allclose(place(fisheye(dot(*(centre + offset)), strength)), seen, atol=0.2)
        np.testing.assert_allclose(place(undo_fisheye(dot(*seen), strength)), centre + offset, atol=0.3)


PAIRS = {
    "barrel": (lambda x, order: barrel(x, 0.8, order=order), lambda x, order: undo_radial(x, -0.24, order=order), 12),
    "pincushion": (
        lambda x, order: pincushion(x, 0.8, order=order),
        lambda x, order: undo_radial(x, 0.24, order=order),
        24,
    ),
    "both terms": (
        lambda x, order: radial_distort(x, -0.2, 0.05, order=order),
        lambda x, order: undo_radial(x, -0.2, 0.05, order=order),
        12,
    ),
    "fisheye": (
        lambda x, order: fisheye(x, 0.5, order=order),
        lambda x, order: undo_fisheye(x, 0.5, order=order),
        12,
    ),
}


@ORDERS
@pytest.mark.parametrize("name", PAIRS)
@pytest.mark.parametrize("channels", [None, 1, 3])
def test_undoing_brings_the_picture_back(name, order, channels):
    bend, undo, margin = PAIRS[name]
    image = waves(channels=channels)
    before = image.copy()
    bent = bend(image, order)
    restored = undo(bent, order)
    inner = np.s_[margin:-margin, margin:-margin]
    assert np.abs(restored - image)[inner].max() < (0.006 if order == 1 else 5e-4)
    assert np.abs(bent - image)[inner].max() > 0.04
    for result in (bent, restored):
        assert result.shape == image.shape and result.dtype == np.float32
    np.testing.assert_array_equal(image, before)


@given(
    size=st.tuples(st.integers(1, 12), st.integers(1, 12)),
    k1=st.floats(-0.3, 1),
    strength=st.floats(0, 1),
)
@settings(max_examples=60, deadline=None)
def test_white_stays_white_or_becomes_black_and_symmetry_is_kept(size, k1, strength):
    white = np.ones(size, np.float32)
    pictures = [radial_distort(white, k1), undo_radial(white, k1), fisheye(white, strength), barrel(white, strength)]
    for picture in [*pictures, undo_fisheye(white, strength), pincushion(white, strength)]:
        assert np.all((np.abs(picture) < 1e-5) | (np.abs(picture - 1) < 1e-5))
        np.testing.assert_allclose(picture, picture[::-1, ::-1], atol=1e-5)


def test_no_strength_changes_nothing_and_gives_a_copy():
    image = waves(17, 24, 3)
    for function in (barrel, pincushion, fisheye, undo_fisheye):
        result = function(image, 0)
        np.testing.assert_allclose(result, image, atol=1e-5)
        assert not np.shares_memory(result, image)
    np.testing.assert_allclose(radial_distort(image, 0), image, atol=1e-5)
    np.testing.assert_allclose(undo_radial(image, 0.0, 0.0, order=1), image, atol=1e-6)


def test_a_barrel_shows_all_in_black_and_a_pincushion_fills_the_frame():
    white = np.ones((64, 64), np.float32)
    bent = barrel(white, 1, order=1)
    assert bent[0, 0] == bent[0, 32] == 0 and bent[32, 32] == 1 and np.unique(bent).tolist() == [0, 1]
    width = 64 * (1 - 0.3 * 0.5)  # the middle of a side lies at r^2 = 1/2
    assert abs(bent[32].sum() - width) <= 2
    assert (pincushion(white, 1, order=1) == 1).all()
    opened = undo_radial(white, 0.3, order=1)  # needs what lies outside the frame
    assert opened[0, 0] == 0 and opened[32, 32] == 1
    fish = fisheye(white, 1, order=1)
    half = 32 * np.sqrt(2) / np.sqrt(3)
    assert abs(fish[32].sum() - 2 * half * np.arctan(32 / half)) <= 2


def test_strengths_are_coefficients():
    image = waves(40, 40)
    np.testing.assert_array_equal(barrel(image, 0.5), radial_distort(image, -0.15))
    np.testing.assert_array_equal(pincushion(image, 0.5), radial_distort(image, 0.15))
    np.testing.assert_array_equal(barrel(image, 0.5, order=1), radial_distort(image, -0.15, order=1))
    np.testing.assert_array_equal(pincushion(image, 0.5, order=1), radial_distort(image, 0.15, order=1))
    assert (fisheye(image, 0.5, order=1) != fisheye(image, 0.5)).any()
    assert (undo_fisheye(image, 0.5, order=1) != undo_fisheye(image, 0.5)).any()
    assert (undo_radial(image, -0.2, order=1) != undo_radial(image, -0.2)).any()


@pytest.mark.parametrize("function", [barrel, pincushion, fisheye, undo_fisheye])
def test_strength_is_from_0_to_1(function):
    for strength in (-0.1, 1.1):
        with pytest.raises(ValueError, match=rf"strength is {strength}; it must be from 0 to 1\. 0 leaves the picture"):
            function(waves(), strength)
    with pytest.raises(TypeError, match="uint8"):
        function(np.zeros((4, 4), np.uint8), 0.5)
    with pytest.raises(ValueError, match=r"order is 2; it must be 1 \(bilinear\) or 3 \(cubic spline\)"):
        function(waves(), 0.5, order=2)


@pytest.mark.parametrize("function", [radial_distort, undo_radial])
def test_a_mapping_that_folds_is_refused(function):
    image = waves(20, 20)
    for k1, k2 in ((-0.34, 0), (0, -0.21), (-1, 0.3), (-1.2, 0.6), (0.5, -0.6)):
        with pytest.raises(ValueError, match=rf"With k1={k1:g}, k2={k2:g} the picture folds over itself"):
            function(image, k1, k2)
    for k1, k2 in ((-0.33, 0), (0, -0.19), (-1, 0.46), (0.5, -0.4), (3, 3)):
        function(image, k1, k2)
    with pytest.raises(ValueError, match=r"from radius 1\.00 \(of the half diagonal\).*k1 must stay above -1/3"):
        function(image, -0.5)
    with pytest.raises(ValueError, match=r"from radius 0\.77"):  # the slope is smallest at r^2 = 0.3 * 1.2 / 0.6
        function(image, -1.2, 0.6)
    with pytest.raises(ValueError, match="k1 is nan; it must be a finite number"):
        function(image, np.nan)
    with pytest.raises(ValueError, match="k2 is inf; it must be a finite number"):
        function(image, 0.1, np.inf)
    with pytest.raises(TypeError, match="uint8"):
        function(np.zeros((4, 4), np.uint8), 0.1)
