"""The pictures' scores, and what is flagged about them."""

import io
import types

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

import restorekit as rk
from restorekit.grading import pictures
from restorekit.handed_in import Refused

CLEAN = rk.degrade.resize(rk.sample("coffee"), scale=0.4).clip(0, 1)[:144, :200]
NOISY = rk.images.as_float(rk.images.to_uint8(rk.degrade.gaussian_noise(CLEAN, 0.1, rng=0)))


KEY = types.SimpleNamespace(clean=rk.images.as_float(rk.images.to_uint8(CLEAN)), noisy=NOISY, known={})
REFERENCE = pictures.reference(KEY)


def file(image):
    return pictures.png(rk.images.to_uint8(image))


def score(image):
    return pictures.score(file(image), REFERENCE)[0]


def test_scores_are_those_of_the_library():
    image = rk.denoise(NOISY, "bilateral", sigma=0.1)
    saved = rk.images.as_float(rk.images.to_uint8(image))
    facts = score(image)
    assert abs(facts["psnr"] - rk.psnr(KEY.clean, saved)) < 1e-3
    assert abs(facts["ssim"] - rk.ssim(KEY.clean, saved)) < 1e-4
    assert abs(facts["gain"] - (rk.psnr(KEY.clean, saved) - rk.psnr(KEY.clean, NOISY))) < 1e-3
    assert facts["gain"] > 3 and facts["flags"] == [] and facts["remarks"] == []


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0.01, 0.4))
def test_the_fast_ssim_equals_the_librarys(seed, spread):
    image = np.clip(CLEAN + spread * np.random.default_rng(seed).standard_normal(CLEAN.shape), 0, 1).astype(np.float32)
    own = pictures._ssim(KEY.clean, image, *REFERENCE.windows)
    assert abs(own - rk.ssim(KEY.clean, image)) < 2e-4


@pytest.mark.parametrize(
    ("image", "flag"),
    [
        (NOISY, "equals noisy.png"),
        (KEY.clean, "equals the clean picture"),
        (
            KEY.clean + 0.004 * np.random.default_rng(0).standard_normal(CLEAN.shape).astype(np.float32),
            "closer to the clean",
        ),
        (NOISY[::-1], "upside down"),
        (NOISY[..., ::-1], "red and blue"),
        (0.8 * NOISY + 0.05, "another brightness"),
        (
            CLEAN[:, ::-1] * 0 + rk.degrade.resize(rk.sample("astronaut"), scale=0.5).clip(0, 1)[:144, :200],
            "does not show",
        ),
    ],
)
def test_pictures_that_are_no_honest_restoration_are_flagged_and_still_scored(image, flag):
    facts = score(np.clip(image, 0, 1))
    assert flag in facts["flags"][0] and facts["psnr"] is not None


def test_what_the_library_itself_makes_is_recognised(tmp_path):
    filtered = rk.denoise(NOISY, "nlm", sigma=0.1)
    rk.save(tmp_path / "nlm.png", filtered)

    knowing = pictures.reference(types.SimpleNamespace(**vars(KEY) | {"known": {"nlm": tmp_path / "nlm.png"}}))
    other = rk.images.as_float(rk.images.to_uint8(filtered)) + np.float32(1 / 255) * (
        np.indices(CLEAN.shape).sum(0) % 3 == 0
    )
    for image, flagged in ((filtered, True), (other.clip(0, 1), True), (rk.denoise(NOISY, "nlm", sigma=0.12), False)):
        flags = pictures.score(file(image), knowing)[0]["flags"]
        assert any("restorekit's own nlm" in flag for flag in flags) == flagged


def test_a_picture_of_another_size_is_refused_before_it_is_decoded(monkeypatch):
    monkeypatch.setattr(pictures, "decode_picture", lambda data: pytest.fail("decoded"))
    with pytest.raises(Refused, match="is 200 x 143, but noisy.png is 200 x 144"):
        pictures.score(file(NOISY[:-1]), REFERENCE)
    with pytest.raises(Refused, match="Height and width are swapped"):
        pictures.score(file(NOISY.swapaxes(0, 1)), REFERENCE)


def test_an_opaque_alpha_channel_is_left_out_with_a_remark():
    data = io.BytesIO()
    Image.fromarray(np.dstack([rk.images.to_uint8(NOISY), np.full(NOISY.shape[:2], 255, np.uint8)])).save(data, "PNG")
    facts, _ = pictures.score(data.getvalue(), REFERENCE)
    assert facts["remarks"] == ["has an opaque alpha channel, left out"]


def test_what_is_shown_is_encoded_anew_small_and_tells_what_was_removed():
    image = rk.images.to_uint8(rk.denoise(NOISY, "bilateral", sigma=0.1))
    shown = pictures.shown(image, REFERENCE)
    parts = {name: np.asarray(Image.open(io.BytesIO(data))) for name, data in shown.items()}
    assert {data[:3] for data in shown.values()} == {b"\xff\xd8\xff"} and max(map(len, shown.values())) < 30_000
    assert max(parts["whole"].shape) == 200 and parts["detail"].shape == parts["removed"].shape == (96, 96, 3)
    assert abs(parts["removed"].mean() - 128) < 4 and 10 < parts["removed"].std() < 30


def test_a_file_that_is_too_large_is_not_read_whole():
    assert 4 * 144 * 200 < pictures.largest_file(REFERENCE) < 500_000
