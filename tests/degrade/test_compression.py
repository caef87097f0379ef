"""JPEG in memory against what JPEG is known to do."""

import io

import numpy as np
import pytest
from PIL import Image

from restorekit.degrade import compression
from restorekit.degrade.compression import jpeg, jpeg_size


def scene(channels=3, height=64, width=80):
    """A smooth colourful picture with some texture."""
    y, x = np.mgrid[:height, :width]
    waves = [0.5 + 0.3 * np.sin(x / (5 + 2 * c)) * np.cos(y / (9 - 2 * c)) for c in range(channels)]
    grain = np.random.default_rng(0).normal(0, 0.02, (height, width, channels))
    return np.clip(np.stack(waves, axis=2) + grain, 0, 1).astype(np.float32)


def error(a, b):
    """Root mean square difference."""
    return float(np.sqrt(np.mean((a - b) ** 2)))


@pytest.mark.parametrize("shape", [(64, 80, 3), (64, 80), (64, 80, 1), (1, 1, 3), (1, 1), (7, 13, 3), (9, 2)])
def test_shape_and_scale_are_kept_and_the_result_is_in_eight_bits(shape):
    image = scene(shape[2] if len(shape) == 3 else 1, *shape[:2]).reshape(shape)
    before = image.copy()
    packed = jpeg(image, 90)
    assert packed.shape == shape and packed.dtype == np.float32
    assert packed.min() >= 0 and packed.max() <= 1
    np.testing.assert_allclose(packed * 255, np.rint(packed * 255), atol=1e-4)
    np.testing.assert_array_equal(image, before)
    assert error(packed, image) < 0.05


@pytest.mark.parametrize("channels", [1, 3])
def test_lower_quality_loses_more_and_takes_less(channels):
    image, qualities = scene(channels), (5, 20, 50, 80, 100)
    errors = [error(jpeg(image, quality), image) for quality in qualities]
    sizes = [jpeg_size(image, quality) for quality in qualities]
    assert errors == sorted(errors, reverse=True) and sizes == sorted(sizes)
    assert errors[0] > 2 * errors[3] and sizes[4] > 2 * sizes[1]


def test_it_is_the_file_that_pillow_writes():
    image = scene()
    for subsampling, code in (("4:4:4", 0), ("4:2:2", 1), ("4:2:0", 2)):
        file = io.BytesIO()
        Image.fromarray(np.floor(image * 255 + 0.5).astype(np.uint8)).save(file, "JPEG", quality=40, subsampling=code)
        assert jpeg_size(image, 40, subsampling=subsampling) == len(file.getvalue())
        np.testing.assert_array_equal(
            jpeg(image, 40, subsampling=subsampling), np.asarray(Image.open(file)).astype(np.float32) / 255
        )


def test_colour_is_halved_by_default():
    image = scene()
    np.testing.assert_array_equal(jpeg(image, 75), jpeg(image, 75, subsampling="4:2:0"))
    assert jpeg_size(image, 75) == jpeg_size(image, 75, subsampling="4:2:0")
    red_lines = np.zeros((32, 32, 3), np.float32)
    red_lines[:, ::2, 0] = 1
    full, across, both = (error(jpeg(red_lines, 95, subsampling=s), red_lines) for s in ("4:4:4", "4:2:2", "4:2:0"))
    assert full < 0.02 < 0.1 < min(across, both)


def test_blocks_of_eight_show_at_low_quality():
    ramp = np.tile(np.linspace(0.2, 0.8, 64, dtype=np.float32), (64, 1))
    steps = np.abs(np.diff(jpeg(ramp, 5), axis=1)).mean(axis=0)
    assert steps[7::8].mean() > 3 * np.delete(steps, np.s_[7::8]).mean()


def test_values_beyond_the_scale_are_clipped():
    image = scene(1)[..., 0] * 3 - 1
    np.testing.assert_array_equal(jpeg(image, 60), jpeg(np.clip(image, 0, 1), 60))


@pytest.mark.parametrize("function", [jpeg, jpeg_size])
def test_bad_settings_are_explained(function):
    image = scene()
    with pytest.raises(ValueError, match=r"quality is 101; .*1 \(smallest file\) to 100"):
        function(image, 101)
    with pytest.raises(ValueError, match="quality is 0"):
        function(image, 0)
    with pytest.raises(TypeError, match="quality must be a whole number"):
        function(image, 0.75)
    with pytest.raises(ValueError, match=r"subsampling is '4:1:1'; it must be one of '4:4:4', '4:2:2', '4:2:0'"):
        function(image, 50, subsampling="4:1:1")
    for channels in (2, 4):
        with pytest.raises(ValueError, match=rf"image has {channels} channels; .*image\[\.\.\., :3\]"):
            function(scene(channels), 50)
    with pytest.raises(TypeError, match="uint8"):
        function(np.zeros((8, 8), np.uint8), 50)
    assert function(image, 1) is not None and function(image, 100) is not None


def test_a_picture_too_long_for_the_format_is_refused():
    with pytest.raises(ValueError, match=r"image is 1 x 65501; a side of a JPEG has at most 65,500"):
        jpeg(np.zeros((1, 65_501), np.float32), 50)
    assert jpeg(np.zeros((1, 65_500), np.float32), 50).shape == (1, 65_500)
    assert compression._LARGEST_SIDE == 65_500
