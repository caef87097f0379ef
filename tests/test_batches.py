"""Training batches: what is cut, how it is turned, which noise is added, and what is refused."""

import numpy as np
import pytest

from restorekit import batches, images, pairs


def counted(height, width):
    """An image whose pixels all differ."""
    return (np.arange(height * width, dtype=np.float32) / (height * width)).reshape(height, width, 1)


def turns(patch):
    """The eight turned and mirrored versions of a patch, as bytes."""
    turned = [np.rot90(patch, quarter) for quarter in range(4)]
    return [np.ascontiguousarray(one).tobytes() for one in turned + [one[:, ::-1] for one in turned]]


def test_patches_are_crops_in_all_eight_positions():
    image = counted(6, 7)
    crops = {}
    for top in range(3):
        for left in range(4):
            for number, one in enumerate(turns(image[top : top + 4, left : left + 4])):
                crops[one] = (top, left, number)
    found = [crops[patch.tobytes()] for patch in batches.cut_batch([image], 2000, 4, rng=0)]
    counts = np.unique(found, axis=0, return_counts=True)[1]
    assert len(counts) == 3 * 4 * 8  # every place, every turn
    assert counts.max() < 4 * counts.mean()


def test_images_are_drawn_equally_often():
    levels = [np.full((size, 9, 1), level / 10, np.float32) for level, size in enumerate((8, 20, 9))]
    drawn = batches.cut_batch(levels, 3000, 8, rng=1)[:, 0, 0, 0] * 10
    np.testing.assert_allclose(np.bincount(np.rint(drawn).astype(int)) / 3000, 1 / 3, atol=0.03)


def test_a_batch_depends_on_seed_and_step_alone():
    def take(count, **options):
        made = batches.endless([counted(9, 9)], pairs.gaussian(0.1), 2, 8, channels=1, **options)
        return [next(made) for _ in range(count)]

    whole = take(5, seed=3)
    for one, other in zip(whole[2:], take(3, seed=3, start=2), strict=True):
        np.testing.assert_array_equal(one, other)
    assert not np.array_equal(whole[0][0], take(1, seed=4)[0][0])
    assert not np.array_equal(whole[0][0], take(1, seed=3, process=1)[0][0])


def test_degrade_may_edit_its_batch_in_place():
    def darken(clean, rng):
        clean *= 0.5
        return clean

    degraded, target = next(batches.endless([np.ones((9, 9, 1))], darken, 2, 8, channels=1))
    assert degraded.max() == 0.5 and target.min() == 1


def test_degrade_may_return_doubles_and_other_sizes():
    def shrink(clean, rng):
        return clean[:, ::2, ::2].astype(np.float64)

    degraded, target = next(batches.endless([np.ones((9, 9, 1))], shrink, 2, 8, channels=1))
    assert degraded.dtype == np.float32 and degraded.shape == (2, 4, 4, 1) and target.shape == (2, 8, 8, 1)


@pytest.mark.parametrize(
    "degrade, error, message",
    [
        (lambda clean, rng: images.to_uint8(clean[0])[None], TypeError, "uint8 instead of floats"),
        (lambda clean, rng: None, TypeError, "does it end with return"),
        (lambda clean, rng: clean[:1], ValueError, r"shape \(1, 8, 8, 1\).*\(2, height, width, 1\)"),
        (lambda clean, rng: clean[..., 0], ValueError, "takes 2 images of 1 channel"),
        (lambda clean, rng: clean.repeat(3, axis=-1), ValueError, r"shape \(2, 8, 8, 3\)"),
        (lambda clean, rng: clean / 0, ValueError, "NaN or infinite"),
    ],
)
@pytest.mark.filterwarnings("ignore:divide by zero", "ignore:invalid value")
def test_what_degrade_may_not_return(degrade, error, message):
    with pytest.raises(error, match=message):
        next(batches.endless([np.ones((9, 9, 1))], degrade, 2, 8, channels=1))


def test_a_folder_is_read_in_the_order_of_its_names(tmp_path):
    images.save(tmp_path / "b.png", np.zeros((8, 8, 3)))
    images.save(tmp_path / "a.jpg", np.ones((8, 8, 3)))
    (tmp_path / "c.txt").write_text("not a picture")
    gray = batches.clean_images(tmp_path, 1)
    assert [image.shape for image in gray] == [(8, 8, 1)] * 2
    assert [image.mean() for image in gray] == [1, 0]
    assert batches.clean_images(str(tmp_path), 3)[0].shape == (8, 8, 3)


def test_images_in_every_form():
    for given in (np.zeros((2, 8, 9)), np.zeros((2, 8, 9, 1)), [np.zeros((8, 9)), np.zeros((8, 9, 1))]):
        assert [image.shape for image in batches.clean_images(given, 1)] == [(8, 9, 1)] * 2
        assert batches.clean_images(given, 1)[0].dtype == np.float32


def test_the_margin_is_seen_by_degrade_and_cut_off_its_result():
    image = np.random.default_rng(0).random((30, 30, 1), dtype=np.float32)
    shapes = []

    def halved(clean, rng):
        shapes.append(clean.shape)
        return clean[:, ::2, ::2]

    small, clean = next(batches.endless([image], halved, 3, 8, channels=1, margin=4))
    assert shapes == [(3, 16, 16, 1)] and small.shape == (3, 4, 4, 1) and clean.shape == (3, 8, 8, 1)
    np.testing.assert_array_equal(small, clean[:, ::2, ::2])


def test_a_margin_that_is_not_whole_in_the_small_picture():
    endless = batches.endless([np.zeros((40, 40, 1))], pairs.bicubic(3), 2, 10, channels=1, margin=4)
    with pytest.raises(ValueError, match="margin is 4, and degrade turns 18 pixels into 6: that makes 1.33 pixels"):
        next(endless)
    for margin, error in ((-1, ValueError), (1.5, TypeError)):
        with pytest.raises(error, match="margin"):
            next(batches.endless([np.zeros((40, 40, 1))], None, 2, 10, channels=1, margin=margin))
