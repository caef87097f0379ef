"""Super-resolution by examples: what the database holds, what a search finds in it, and what is made of that."""

import dataclasses
import os

import numpy as np
import pytest

from restorekit import classical, datasets, degrade, images, metrics
from restorekit.classical import _bands, bicubic, enlarge_by_examples, learn_examples, matches


def shrunk(picture, scale=2):
    return degrade.resize(picture, scale=1 / scale)


def gain(original, small, examples, **options):
    """PSNR over bicubic, in dB."""
    large = enlarge_by_examples(small, examples, **options)
    return metrics.psnr(original, large) - metrics.psnr(original, bicubic(small, examples.scale))


@pytest.fixture(scope="module")
def photo():
    """A gray crop with edges and texture, 96 x 120."""
    return images.sample("coins")[20:116, 40:160]


@pytest.fixture(scope="module")
def examples(photo):
    """Everything that the crop can teach."""
    return learn_examples([photo])


@pytest.fixture(scope="module")
def other():
    """A small picture that the examples do not know."""
    return shrunk(images.sample("camera")[100:180, 200:264])


# ---------------------------------------------------------------- how good it is


@pytest.mark.parametrize("scale, least", [(2, 10), (3, 10), (4, 8)])
def test_a_picture_that_was_learnt_gets_its_detail_back(photo, scale, least):
    assert gain(photo, shrunk(photo, scale), learn_examples([photo], scale), neighbours=1) > least


def test_other_parts_of_the_same_picture_help(photo):
    page = images.sample("page")
    assert gain(page[60:124, 256:384], shrunk(page[60:124, 256:384]), learn_examples([page[:, :250]])) > 3


@pytest.mark.parametrize("scale, least", [(2, 1.5), (3, 1.1), (4, 0.7)])
def test_other_photographs_help(scale, least):
    """On the bundled pictures alone, without a downloaded set."""
    known = learn_examples([images.sample(name) for name in ("coffee", "camera", "chelsea")], scale, limit=40_000)
    face = images.luma(images.sample("face"))
    assert gain(face, shrunk(face, scale), known) > least


@pytest.mark.needs_data
@pytest.mark.slow
def test_set5_gains_two_decibels(data_root):
    known = learn_examples(data_root / "train" / "t91", limit=100_000)
    scores = []
    for original, low in zip(*datasets.benchmark_set("set5", scale=2)[1::2], strict=True):
        y, small = (images.as_float(images.to_uint8(images.luma(image))) for image in (original, low))
        pair = bicubic(small, 2), enlarge_by_examples(small, known)
        scores.append([metrics.psnr(y, large, border=2, eight_bit=True) for large in pair])
    interpolated, enlarged = np.mean(scores, axis=0)
    assert interpolated == pytest.approx(33.66, abs=0.05)
    assert enlarged - interpolated > 2


# ---------------------------------------------------------------- what must hold for every picture


def test_flat_stays_flat(examples):
    for shape in ((20, 23), (1, 1), (7, 6, 3), (5, 5, 1)):
        large = enlarge_by_examples(np.full(shape, 0.37, np.float32), examples)
        assert large.shape == (2 * shape[0], 2 * shape[1], *shape[2:]) and large.dtype == np.float32
        assert np.allclose(large, 0.37, atol=1e-6)


def test_brightness_is_only_carried_along(examples, other):
    shifted = enlarge_by_examples(other + np.float32(0.25), examples, eps=0)
    assert np.allclose(shifted, enlarge_by_examples(other, examples, eps=0) + 0.25, atol=1e-4)


def test_contrast_is_only_carried_along(examples):
    """Where no patch is flat, before or after."""
    rough = np.random.default_rng(0).random((16, 17)).astype(np.float32)
    twice = enlarge_by_examples(2 * rough, examples, eps=0)
    assert np.allclose(twice, 2 * enlarge_by_examples(rough, examples, eps=0), atol=1e-3)


def test_what_is_weaker_than_a_level_stays_bicubic(examples, other):
    faint = other / 1000
    assert np.array_equal(enlarge_by_examples(faint, examples), bicubic(faint, 2))
    assert not np.array_equal(enlarge_by_examples(other, examples), bicubic(other, 2))


def test_examples_without_detail_give_bicubic(examples, other):
    empty = dataclasses.replace(examples, high=np.zeros_like(examples.high))
    assert np.array_equal(enlarge_by_examples(other, empty), bicubic(other, 2))


@pytest.mark.parametrize("patch", [2, 3, 4])
@pytest.mark.parametrize("shape", [(9, 14), (3, 2), (1, 1)])
def test_the_shares_of_overlapping_patches_sum_to_one(photo, patch, shape):
    """Examples that all lack the same constant put just this constant back, up to the contrast of each patch."""
    known = learn_examples([photo], patch=patch)
    ones = dataclasses.replace(known, high=np.ones_like(known.high))
    small = np.random.default_rng(1).random(shape).astype(np.float32)
    detail = enlarge_by_examples(small, ones) - bicubic(small, 2)
    band = _bands.middle_band(bicubic(small, 2), 2)
    around = 2 * (patch - 1)
    contrast = _bands.contrast_of(_bands.windows(np.pad(band, around, mode="symmetric"), 2 * patch, 2))
    contrast = np.where(contrast < 1 / 255, 0, contrast)
    for row in range(detail.shape[0]):
        for column in range(detail.shape[1]):
            over = contrast[row // 2 : row // 2 + patch, column // 2 : column // 2 + patch]
            assert over.shape == (patch, patch)
            assert detail[row, column] == pytest.approx(over.mean(), abs=1e-5)


def test_a_turned_picture_and_turned_examples_give_a_turned_result(photo, other):
    known, turned = learn_examples([photo]), learn_examples([np.rot90(photo).copy()])
    result = enlarge_by_examples(np.rot90(other).copy(), turned, eps=0)
    assert np.allclose(result, np.rot90(enlarge_by_examples(other, known, eps=0)), atol=2e-3)


def test_large_pictures_are_looked_up_part_by_part(examples, monkeypatch):
    small = shrunk(images.sample("camera")[:100, :130])
    whole = enlarge_by_examples(small, examples)
    for at_once in (1, 200):
        monkeypatch.setattr(classical.examples, "_AT_ONCE", at_once)
        assert np.allclose(enlarge_by_examples(small, examples), whole, atol=1e-6)


def test_inputs_are_left_alone(examples, other):
    copy, high = other.copy(), examples.high.copy()
    enlarge_by_examples(other, examples)
    assert np.array_equal(other, copy) and np.array_equal(examples.high, high)


# ---------------------------------------------------------------- colour


def test_of_colour_only_the_brightness_gets_detail(examples):
    small = shrunk(images.sample("astronaut")[40:120, 180:260])
    large = images.rgb_to_ycbcr(enlarge_by_examples(small, examples))
    ycbcr = images.rgb_to_ycbcr(small)
    assert np.allclose(large[..., 1:], bicubic(ycbcr[..., 1:], 2), atol=1e-5)
    assert np.allclose(large[..., 0], enlarge_by_examples(ycbcr[..., 0], examples), atol=1e-3)
    assert np.abs(large[..., 0] - bicubic(ycbcr[..., 0], 2)).max() > 0.01


def test_of_colour_originals_the_brightness_is_learnt():
    original = images.sample("coffee")[100:164, 200:280]
    known, gray = learn_examples([original]), learn_examples([images.luma(original)])
    assert np.array_equal(known.high, gray.high)
    assert np.array_equal(known.pictures[0], images.luma(original))


def test_one_channel_is_gray(examples, other):
    assert np.array_equal(
        enlarge_by_examples(other[..., np.newaxis], examples)[..., 0], enlarge_by_examples(other, examples)
    )


# ---------------------------------------------------------------- the database


def test_a_pair_is_what_its_place_shows(photo, examples):
    assert len(examples) == len(examples.places) == examples.tree.n
    large = bicubic(shrunk(photo), 2)
    for i in np.random.default_rng(0).integers(len(examples), size=20):
        number, row, column = examples.places[i]
        assert number == 0 and row % 2 == column % 2 == 0
        there = np.s_[row : row + 6, column : column + 6]
        lost, middle = (photo - large)[there], _bands.middle_band(large, 2)[there]
        contrast = np.sqrt((middle**2).mean())
        assert contrast > 1 / 255 - 1e-6
        assert np.allclose(examples.high[i].reshape(6, 6) * contrast, lost, atol=1e-5)
        assert np.allclose(examples.tree.data[i], (middle / contrast).ravel() @ examples.axes, atol=1e-4)


def test_principal_axes_are_orthogonal_and_the_strongest_first(examples):
    assert np.allclose(examples.axes.T @ examples.axes, np.eye(16), atol=1e-4)
    strength = (examples.tree.data**2).mean(axis=0)
    assert np.all(np.diff(strength) <= 1e-6)
    assert 0.95 * 36 < strength.sum() <= 36  # of 36 numbers whose mean square is 1


def test_the_limit_draws_at_random_and_the_seed_repeats_it(photo):
    first, again, third = (learn_examples([photo, photo[::-1].copy()], limit=300, rng=seed) for seed in (0, 0, 1))
    assert len(first) == len(third) == 300
    assert np.array_equal(first.places, again.places) and np.array_equal(first.high, again.high)
    assert not np.array_equal(first.places, third.places)
    assert len(np.unique(first.places, axis=0)) == 300
    assert 100 < (first.places[:, 0] == 1).sum() < 200


def test_a_generator_goes_on(photo):
    rng = np.random.default_rng(0)
    first, second = (learn_examples([photo], limit=300, rng=rng).places for _ in range(2))
    assert not np.array_equal(first, second)


def test_a_folder_is_read_like_a_list(tmp_path, photo):
    eight_bit = images.as_float(images.to_uint8(photo))
    images.save(tmp_path / "b.png", eight_bit)
    images.save(tmp_path / "a.png", eight_bit[:40])
    (tmp_path / "notes.txt").write_text("no picture")
    for folder in (tmp_path, os.fspath(tmp_path)):
        known = learn_examples(folder)
        assert np.array_equal(known.high, learn_examples([eight_bit[:40], eight_bit]).high)


def test_sizes_that_the_scale_does_not_divide(photo):
    known = learn_examples([photo[:31, :41]], 3)
    assert known.pictures[0].shape == (30, 39)
    assert repr(known) == f"<{len(known):,} examples for scale 3, from 1 picture>"


# ---------------------------------------------------------------- matches


def test_a_patch_that_was_learnt_finds_itself(photo, examples):
    small = shrunk(photo)
    for i in np.random.default_rng(3).integers(len(examples), size=10):
        place = examples.places[i]
        found = matches(small, examples, place[1] // 2, place[2] // 2, neighbours=4)
        assert np.array_equal(found.places[0], place) and found.distances[0] < 1e-3
        there = np.s_[place[1] : place[1] + 6, place[2] : place[2] + 6]
        assert np.array_equal(found.pieces[0], photo[there])
        assert np.allclose(found.query, bicubic(small, 2)[there])
        assert np.allclose(found.low[0], found.query_band, atol=1e-4)
        assert np.allclose(found.query + found.contrast * found.high[0], photo[there], atol=1e-5)


def test_look_alikes_are_sorted_and_vote(examples, other):
    found = matches(other, examples, 12, 10, neighbours=7)
    assert found.low.shape == found.high.shape == found.pieces.shape == (7, 6, 6) and found.places.shape == (7, 3)
    assert np.all(np.diff(found.distances) >= 0) and np.all(np.diff(found.weights) <= 0)
    assert found.weights.sum() == pytest.approx(1, abs=1e-5) and found.weights[-1] > 0
    squared = found.distances**2
    vote = np.exp(-(squared - squared[0]) / (squared.mean() / 4))
    assert np.allclose(found.weights, vote / vote.sum(), atol=1e-5)
    assert np.allclose((found.low**2).mean(axis=(1, 2)), 1, atol=1e-3)
    assert np.allclose(found.added, found.contrast * sum(w * h for w, h in zip(found.weights, found.high, strict=True)))
    apart = np.linalg.norm((found.low - found.query_band).reshape(7, -1) @ examples.axes, axis=1)
    assert np.allclose(apart, found.distances, atol=1e-3)


def test_matches_are_what_the_enlargement_averages(examples, other):
    """Nine patches lie over a pixel, and the detail there is the mean of what they propose."""
    detail = enlarge_by_examples(other, examples) - bicubic(other, 2)
    row, column = 14, 12
    total = np.zeros((2, 2))
    for top in (row - 2, row - 1, row):
        for left in (column - 2, column - 1, column):
            inside = np.s_[2 * (row - top) : 2 * (row - top) + 2, 2 * (column - left) : 2 * (column - left) + 2]
            total += matches(other, examples, top, left).added[inside]
    assert np.allclose(detail[2 * row : 2 * row + 2, 2 * column : 2 * column + 2], total / 9, atol=1e-5)


# ---------------------------------------------------------------- what makes no sense

FLAT = np.full((16, 16), 0.5, np.float32)
ROUGH = np.random.default_rng(0).random((16, 16)).astype(np.float32)
BYTES = np.zeros((16, 16), np.uint8)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda: learn_examples([ROUGH], 1), ValueError, "scale is 1; it must be at least 2"),
        (lambda: learn_examples([ROUGH], 0), ValueError, "scale is 0; it must be at least 2"),
        (lambda: learn_examples([ROUGH], 2.5), TypeError, "scale must be a whole number; got 2.5"),
        (lambda: learn_examples([ROUGH], "2"), TypeError, "scale must be a whole number; got '2'"),
        (lambda: learn_examples([ROUGH], patch=1), ValueError, "patch is 1; it must be at least 2"),
        (lambda: learn_examples([ROUGH], limit=0), ValueError, "limit is 0; it must be at least 1"),
        (lambda: learn_examples([ROUGH], components=0), ValueError, "components is 0; it must be at least 1"),
        (lambda: learn_examples([ROUGH], rng=None), TypeError, "rng must be a seed"),
        (lambda: learn_examples([]), ValueError, "no images to learn from: the list is empty"),
        (lambda: learn_examples(ROUGH), TypeError, r"must be a list of pictures.*got ndarray.*\[image\]"),
        (lambda: learn_examples("no_such_folder"), NotADirectoryError, "'no_such_folder', which is not a folder"),
        (lambda: learn_examples([ROUGH, BYTES]), TypeError, r"images\[1\] has pixels 0-255 \(uint8\)"),
        (lambda: learn_examples([np.zeros((16, 16, 4))]), ValueError, "4 channels.*transparency"),
        (lambda: learn_examples([ROUGH, ROUGH[:5]]), ValueError, r"images\[1\] has 5 x 16 pixels; one patch at scale 2 needs 6 x 6"),
        (lambda: learn_examples([FLAT]), ValueError, "hold no detail: every patch of them is flat"),
    ],
)  # fmt: skip
def test_what_can_not_be_learnt(call, error, message):
    with pytest.raises(error, match=message):
        call()


def test_a_folder_without_pictures(tmp_path):
    with pytest.raises(ValueError, match="there are no pictures in .*no file there ends in .png"):
        learn_examples(tmp_path)


@pytest.mark.parametrize(
    "call, error, message",
    [
        (lambda known: enlarge_by_examples(BYTES, known), TypeError, r"image has pixels 0-255 \(uint8\)"),
        (lambda known: enlarge_by_examples(np.zeros((8, 8, 4)), known), ValueError, "4 channels"),
        (lambda known: enlarge_by_examples(ROUGH, [ROUGH]), TypeError, "come from learn_examples.*got list"),
        (lambda known: enlarge_by_examples(ROUGH, known, scale=3), ValueError, "scale is 3, but these examples were learnt for scale 2"),
        (lambda known: enlarge_by_examples(ROUGH, known, scale="2"), TypeError, "scale must be a whole number; got '2'"),
        (lambda known: enlarge_by_examples(ROUGH, known, neighbours=0), ValueError, "neighbours is 0; it must be at least 1"),
        (lambda known: enlarge_by_examples(ROUGH, known, neighbours=10**6), ValueError, "neighbours is 1000000, but there are only"),
        (lambda known: enlarge_by_examples(ROUGH, known, eps=-1), ValueError, "eps is -1; it must be at least 0"),
        (lambda known: matches(ROUGH, known, -1, 0), ValueError, "top is -1; it must be at least 0"),
        (lambda known: matches(ROUGH, known, 0, 14), ValueError, "row 0, column 14 reaches beyond the image, which has 16 rows and 16"),
        (lambda known: matches(ROUGH, known, 14, 0), ValueError, "row 14, column 0 reaches beyond"),
        (lambda known: matches(ROUGH, known, 0.5, 0), TypeError, "top must be a whole number"),
        (lambda known: matches(FLAT, known, 3, 4), ValueError, "row 3, column 4 is flat .contrast 0.0000.*nothing is looked up"),
        (lambda known: matches(BYTES, known, 3, 4), TypeError, "uint8"),
    ],
)  # fmt: skip
def test_what_can_not_be_enlarged(examples, call, error, message):
    with pytest.raises(error, match=message):
        call(examples)


def test_the_scale_may_be_said(examples, other):
    said = enlarge_by_examples(other, examples, scale=2.0, neighbours=9.0)
    assert np.array_equal(said, enlarge_by_examples(other, examples))
