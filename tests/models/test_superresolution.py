"""The networks that enlarge: published sizes, what they are before training, and what they cost."""

import numpy as np
import pytest

import restorekit as rk
from restorekit import models

RNG = np.random.default_rng(0)
SMALL = RNG.random((2, 9, 7, 3), dtype=np.float32)


@pytest.mark.parametrize(
    ("model", "parameters"),
    [
        (models.srcnn(), 57_281),  # Dong et al. 2016, table 1: 57,184 weights and 97 biases
        (models.srcnn(middle=1), 8_129),  # 8,032 weights
        (models.vdsr(), 665_921),
        (models.espcn(3), 22_729),
        (models.edsr(2), 1_369_859),  # 1.37 million (EDSR's baseline), less the two fixed colour shifts
        (models.edsr(4), 1_517_571),
    ],
)
def test_parameters_as_published(model, parameters):
    assert model.count_params() == parameters


def test_vdsr_begins_by_changing_nothing():
    gray = SMALL[..., :1]
    np.testing.assert_array_equal(models.vdsr(depth=5, filters=8).predict_on_batch(gray), gray)


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_the_residual_net_begins_by_repeating_pixels(scale):
    large = models.edsr(scale, blocks=2, filters=8).predict_on_batch(SMALL)
    np.testing.assert_array_equal(large, SMALL.repeat(scale, axis=1).repeat(scale, axis=2))


@pytest.mark.parametrize("scale", [2, 3, 4])
def test_espcn_enlarges_by_its_scale(scale):
    model = models.espcn(scale, channels=3)
    assert model.predict_on_batch(SMALL).shape == (2, 9 * scale, 7 * scale, 3)
    kernel, _ = model.layers[-2].get_weights()
    assert kernel.shape == (3, 3, 32, 3 * scale**2)


def test_how_far_each_looks():
    from restorekit import networks

    reach = {name: networks.reach(build())[0] for name, build in (("srcnn", models.srcnn), ("vdsr", models.vdsr))}
    assert reach == {"srcnn": 4 + 2 + 2, "vdsr": 20}  # 9-5-5 sees 17 x 17 pixels, VDSR 41 x 41


def test_espcn_costs_less_than_a_tenth_of_vdsr():
    espcn, vdsr = models.multiply_adds(models.espcn(3)), models.multiply_adds(models.vdsr())
    assert vdsr == 9 * (64 + 18 * 64 * 64 + 64)
    assert espcn == pytest.approx((25 * 64 + 9 * 64 * 32 + 9 * 32 * 9) / 9)
    assert espcn < vdsr / 100


def test_what_can_not_be_built_is_explained():
    for wrong, error, message in [
        (lambda: models.edsr(5), ValueError, "scale is 5: this network enlarges by 2, 3, 4"),
        (lambda: models.edsr("2"), ValueError, "scale is '2'"),
        (lambda: models.espcn(2.5), TypeError, "scale must be a whole number"),
        (lambda: models.espcn(0), ValueError, "scale is 0"),
        (lambda: models.vdsr(depth=1), ValueError, "depth is 1"),
    ]:
        with pytest.raises(error, match=message):
            wrong()


def test_a_few_steps_of_training_beat_repeated_pixels():
    pictures = [rk.sample("camera"), rk.sample("page", gray=True)]
    watched = rk.images.center_crop(rk.sample("coins"), 128)[None, ..., None]
    small = rk.training.bicubic(2)(watched, np.random.default_rng(0))
    model = models.edsr(2, blocks=1, filters=8, channels=1)
    before = rk.psnr(watched[0], model.predict_on_batch(small)[0])
    rk.training.fit(
        model, pictures, rk.training.bicubic(2), epochs=1, steps=60, batch=8, patch=32, margin=8, optimizer="muon",
        learning_rate=0.01, clip=1.0, progress=False,
    )  # fmt: skip
    assert rk.psnr(watched[0], model.predict_on_batch(small)[0]) > before + 0.5
