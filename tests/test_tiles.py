"""Tiles fit exactly, whatever the sizes, and all tiles of an image have one size."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import ndimage

import restorekit as rk
from restorekit.tiles import tiled

IMAGE = rk.images.center_crop(rk.sample("camera"), 72, 80)


@given(
    st.integers(1, 60), st.integers(1, 60), st.integers(1, 45), st.integers(1, 6), st.integers(1, 4), st.booleans(), st.integers(0, 2**31)
)  # fmt: skip
def test_tiles_fit_exactly_for_any_size_when_the_margin_covers_the_reach(
    height, width, tile, reach, multiple, colour, seed
):
    shape = (height, width, 3) if colour else (height, width)
    image = np.random.default_rng(seed).random(shape, dtype=np.float32)

    def local_maximum(part):
        size = (2 * reach + 1, 2 * reach + 1, 1)[: part.ndim]
        return ndimage.maximum_filter(part, size, mode="constant")

    result = tiled(local_maximum, image, tile=tile, overlap=reach, multiple=multiple)
    np.testing.assert_array_equal(result, local_maximum(image))


@given(st.integers(1, 90), st.integers(1, 90), st.integers(1, 40), st.integers(0, 9), st.integers(1, 5))
def test_tiles_begin_at_multiples_and_have_one_size_within_the_limit(height, width, tile, overlap, multiple):
    # Every pixel knows its place, so a part shows where it was cut out.
    image = np.stack(np.mgrid[:height, :width], axis=-1).astype(np.float32)
    shapes = set()

    def look(part):
        assert not (part[0, 0] % multiple).any()
        padded = [side + -side % multiple for side in part.shape[:2]]
        assert max(padded) <= (-(-tile // multiple) + 2 * -(-overlap // multiple)) * multiple
        shapes.add(tuple(padded))
        return part

    np.testing.assert_array_equal(tiled(look, image, tile=tile, overlap=overlap, multiple=multiple), image)
    assert len(shapes) == 1


def test_a_margin_below_the_reach_is_noticed():
    blur = lambda part: ndimage.uniform_filter(part, 9)  # noqa: E731
    assert not np.allclose(tiled(blur, IMAGE, tile=20, overlap=1), blur(IMAGE))


def test_tiles_may_change_channels_and_size():
    double = tiled(lambda part: part.repeat(2, 0).repeat(2, 1)[..., None], IMAGE, tile=17, overlap=3)
    np.testing.assert_array_equal(double[..., 0], IMAGE.repeat(2, 0).repeat(2, 1))


@pytest.mark.parametrize(
    ("function", "options", "message"),
    [
        (lambda part: part, {"tile": 0}, "tile is 0"),
        (lambda part: part, {"overlap": -1}, "overlap is -1"),
        (lambda part: part, {"multiple": 0}, "multiple is 0"),
        (lambda part: part[1:], {"tile": 20}, "keeps the size"),
        (lambda part: part[::2], {"tile": 20}, "keeps the size"),
    ],
)
def test_mistakes_are_explained(function, options, message):
    with pytest.raises(ValueError, match=message):
        tiled(function, IMAGE, **options)


def test_what_is_no_image():
    with pytest.raises(ValueError, match="empty"):
        tiled(lambda part: part, IMAGE[:0])
    with pytest.raises(TypeError, match="list"):
        tiled(lambda part: part, IMAGE.tolist())
