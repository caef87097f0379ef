"""Pictures: pixel-exact, fixed limits, honest about what they reduce, described in words, small."""

import io
import subprocess
import sys
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import restorekit as rk
from restorekit import layout, picture, show

CLEAN = rk.images.crop(rk.sample("camera"), 100, 200, 48, 64)
NOISY = rk.degrade.gaussian_noise(CLEAN, 0.1, rng=0)
GRAY = np.full((20, 30), 0.25, np.float32)


def part(made, k, image_shape, times=1):
    """The pixels of the k-th image in a picture, as drawn."""
    left, top = made.origins[k]
    height, width = image_shape[:2]
    rgb = made.pixels(times)
    return rgb[top * times : (top + height) * times, left * times : (left + width) * times]


@pytest.mark.parametrize("times", [1, 2, 3])
def test_every_image_pixel_becomes_a_square_of_equal_pixels(times):
    image = np.random.default_rng(0).random((17, 23, 3), dtype=np.float32)
    made = show.compare(image, "noise")
    m = layout.arrange([image.shape])[1][0]
    expected = rk.images.to_uint8(image).repeat(m * times, 0).repeat(m * times, 1)
    np.testing.assert_array_equal(part(made, 0, (17 * m, 23 * m), times), expected)


def test_the_stored_png_holds_the_gray_that_the_limits_say():
    made = show.compare([GRAY, 2 * GRAY, GRAY + 5e-4], ["a", "b", "c"])
    kind, data, width = picture.encode(made)
    stored = np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))
    assert kind == "image/png" and stored.shape[1] == 2 * width
    for k, level in enumerate((64, 128, 64)):
        left, top = (2 * value for value in made.origins[k])
        assert (stored[top : top + 40, left : left + 60] == level).all()


def test_limits_are_fixed_not_stretched_to_the_image():
    ramp = np.linspace(0.4, 0.6, 64, dtype=np.float32) * np.ones((32, 1), np.float32)
    drawn = part(show.compare(ramp), 0, (32, 64))
    assert drawn.min() >= 101 and drawn.max() <= 154
    stretched = part(show.compare(ramp, limits=(0.4, 0.6)), 0, (160, 320))
    assert stretched.min() == 0 and stretched.max() == 255


def test_values_outside_the_limits_are_clipped_for_the_screen_but_not_in_the_score():
    noisy = CLEAN + np.float32(2 / 3) * (np.indices(CLEAN.shape).sum(0) % 2 * 2 - 1).astype(np.float32)
    made = show.compare([CLEAN, noisy], ["clean", "noisy"], reference=CLEAN)
    assert f"noisy ({rk.psnr(CLEAN, noisy):.2f} dB, SSIM {rk.ssim(CLEAN, noisy):.3f})" in made.alt
    assert part(made, 1, (100, 100)).max() == 255


def test_scores_name_the_reference_skip_other_sizes_and_can_be_chosen():
    made = show.compare([CLEAN, NOISY, CLEAN[::2, ::2]], ["a", "b", "c"], reference=CLEAN, scores=["psnr"])
    assert made.alt == f"3 pictures: a (reference); b ({rk.psnr(CLEAN, NOISY):.2f} dB); c."
    with pytest.raises(ValueError, match="mse"):
        show.compare([CLEAN, NOISY], reference=CLEAN, scores=["mse"])
    tiny = show.compare([CLEAN[:6, :6], NOISY[:6, :6]], reference=CLEAN[:6, :6])
    assert "dB" in tiny.alt and "SSIM" not in tiny.alt


def test_the_zoom_box_is_orange_and_its_crop_is_magnified_beneath():
    made = show.compare([CLEAN, NOISY], ["clean", "noisy"], zoom=(8, 10, 16, 24))
    m = layout.arrange([CLEAN.shape] * 2)[1][0]
    whole = part(made, 0, (48 * m, 64 * m))
    assert (whole[8 * m - 1, 10 * m : 34 * m] == layout.ORANGE).all()
    np.testing.assert_array_equal(
        whole[8 * m : 24 * m, 10 * m : 34 * m, 0], rk.images.to_uint8(CLEAN[8:24, 10:34]).repeat(m, 0).repeat(m, 1)
    )
    more = 64 * m // 24
    crop = part(made, 3, (16 * more, 24 * more))[..., 0]
    np.testing.assert_array_equal(crop[::more, ::more], rk.images.to_uint8(NOISY[8:24, 10:34]))
    with pytest.raises(ValueError, match="the rectangle reaches row"):
        show.compare(CLEAN, zoom=(40, 0, 16, 16))


def test_zoom_shows_where_and_scores_the_part():
    made = show.zoom([CLEAN, NOISY], (8, 10, 16, 24), ["clean", "noisy"], reference=CLEAN, columns=1)
    here = np.s_[8:24, 10:34]
    assert f"{rk.psnr(CLEAN[here], NOISY[here]):.2f} dB" in made.alt
    assert len(made.origins) == 4  # where, first part, an empty cell, second part


def test_an_image_too_large_for_the_page_is_reduced_by_a_whole_number_and_says_so():
    wide = np.tile(np.float32([0, 1]), (40, 1000))
    made = show.compare(wide, caption="stripes")
    assert made.get_size_inches()[0] * 100 <= layout.PAGE + 2 * layout.MARGIN
    assert any("1/3" in text.get_text() for text in made.texts)
    assert layout.reduced(np.float32([[0, 1], [1, 1]]), 2) == pytest.approx(0.75)


@given(
    st.lists(st.tuples(st.integers(1, 900), st.integers(1, 900)), min_size=1, max_size=12),
    st.sampled_from([None, 1, 2, 3]),
)
def test_arrange_fits_the_page_with_whole_magnifications(shapes, columns):
    chosen, times, reduction = layout.arrange(shapes, columns)
    assert 1 <= chosen <= len(shapes) or chosen == columns
    assert all(isinstance(m, int) and m >= 1 for m in times) and reduction >= 1
    widest = max(max(1, width // reduction) * m for (_, width), m in zip(shapes, times, strict=True))
    assert chosen * widest + (chosen - 1) * layout.GAP <= layout.PAGE
    assert reduction == 1 or max(width for _, width in shapes) > layout.PAGE / chosen - layout.GAP


def test_residual_is_signed_white_in_the_middle_and_of_fixed_scale():
    reference = np.full((32, 32), 0.5, np.float32)
    made = show.residual([reference, reference + 0.2, reference - 0.5], reference, ["same", "up", "down"])
    same, up, down = (part(made, k, (32, 32))[16, 16].astype(int) for k in range(3))
    assert same.min() > 240
    assert up[2] > up[0] + 50 and down[0] > down[2] + 50  # blue: brightness came; red: it went
    assert "Colours from -0.2 to 0.2" in made.alt
    colour = show.residual(np.ones((4, 4, 3), np.float32), np.zeros((4, 4, 3), np.float32), gain=1)
    assert "-1 to 1" in colour.alt
    with pytest.raises(ValueError, match="one shape"):
        show.residual(CLEAN, CLEAN[:5])


def test_maps_share_one_scale_and_refuse_what_is_no_map():
    made = show.image_maps([np.zeros((4, 5)), np.ones((4, 5))], ["zero", "one"], label="weight")
    assert (part(made, 0, (4, 5))[0, 0] != part(made, 1, (4, 5))[0, 0]).any()
    assert "Colours from 0 to 1." in made.alt
    assert "from -0.5 to 0.5" in show.image_maps(np.zeros((3, 3))).alt
    with pytest.raises(ValueError, match="finite"):
        show.image_maps([np.full((2, 2), np.nan)])


def test_the_spectrum_of_white_noise_lies_around_its_sigma_and_of_stripes_at_their_frequency():
    rng = np.random.default_rng(0)
    noise = (0.5 + 0.1 * rng.standard_normal((64, 64, 3))).astype(np.float32)
    made = show.spectrum([noise], limits=(-3, 1), window=False)
    assert "Colours from -3 to 1" in made.alt
    stripes = (0.5 + 0.4 * np.cos(2 * np.pi * 8 / 64 * np.arange(64)) * np.ones((64, 1))).astype(np.float32)
    made = show.spectrum(stripes, limits=(-3, 1), window=False)
    m = layout.arrange([(64, 64)], None, layout.PAGE - 90, 256)[1][0]
    brightness = part(made, 0, (64 * m, 64 * m)).sum(-1)[::m, ::m].astype(int)
    assert {tuple(spot) for spot in np.argwhere(brightness > 600)} == {(32, 24), (32, 40)}


def test_histogram_is_a_density_with_its_prediction_and_counts_what_lies_outside():
    values = np.r_[np.full(30, 0.25), np.full(10, 1.5)].astype(np.float32)
    made = show.histogram([values, values], ["a title", "b"], bins=4, overlay=[np.ones_like, None], log=False)
    first, second = made.axes
    assert first.patches[0].get_data().values == pytest.approx([0, 3, 0, 0])
    assert "25.0% lie outside 0 … 1" in first.get_title(loc="left")
    assert len(first.lines) == 1 and not second.lines
    assert first.get_ylim() == second.get_ylim()
    assert made.alt == "2 histograms: a title; b."
    logged = show.histogram([values] * 4, bins=[0, 0.5, 2], log=True, caption="tails")
    assert logged.axes[0].get_yscale() == "log" and logged.alt.endswith("tails")


def test_lines_label_every_curve_and_tell_them_apart_without_colour():
    x = [1, 2, 3]
    made = show.lines(
        x, {"a": [1, 2, 3], "b": [1, 2, 3], "c": ([1, 2], [2, np.nan])}, "time (s)", "PSNR (dB)", "A title"
    )
    (axis,) = made.axes
    assert [text.get_text() for text in axis.texts] == ["c", "a", "b"]
    heights = [text.xy[1] for text in axis.texts]
    assert all(later - sooner > 0.03 for sooner, later in pairwise(heights))
    assert len({(line.get_linestyle(), line.get_marker()) for line in axis.lines}) == 3
    assert made.alt == "A title: PSNR (dB) over time (s). 3 curves: a; b; c."
    made = show.lines(
        np.arange(1, 50), {"": np.arange(1, 50)}, logx=True, logy=True, ylim=(1, 100), caption="one curve"
    )
    assert made.axes[0].get_xscale() == made.axes[0].get_yscale() == "log" and made.axes[0].get_ylim() == (1, 100)
    with pytest.raises(ValueError, match="2 values for 3 positions"):
        show.lines(x, {"a": [1, 2]})


def test_table_aligns_numbers_and_marks_the_best():
    rows = [{"method": "noisy <input>", "PSNR": 20.174, "s": 0}, {"method": "mean", "PSNR": 26.4, "s": 1200}]
    made = show.table(rows, best={"PSNR": "max", "s": "min"}, caption="gray")
    assert repr(made).splitlines() == [
        "gray",
        "method           PSNR      s",
        "noisy <input>   20.17     *0",
        "mean           *26.40  1,200",
    ]
    page = made._repr_html_()
    assert "<strong>26.40</strong>" in page and "noisy &lt;input&gt;" in page and "text-align:right" in page
    assert repr(show.table({"a": [1.23456, "x"]}, header=["name", "value", "word"], digits={"value": 4})).endswith(
        "a     1.2346  x"
    )
    assert "name" in repr(show.table({"a": {"v": 1.0}}, header=["name", "v"]))
    for wrong, message in [
        (lambda: show.table([]), "no rows"),
        (lambda: show.table([[1, 2]], header=["a"]), "2 entries"),
        (lambda: show.table([[1]], header=["a"], best=["b"]), "no column 'b'"),
    ]:
        with pytest.raises(ValueError, match=message):
            wrong()


def test_pictures_show_themselves_once_a_cell_with_alternative_text(kernel):
    made = show.compare([CLEAN, NOISY], ["clean", "noisy"], caption="Look.", alt=None)
    made._ipython_display_()
    assert len(kernel.shown) == 1
    data, metadata = kernel.shown[0]
    assert metadata["image/png"]["alt"] == data["text/plain"] == "2 pictures: clean; noisy. Look."
    assert metadata["image/png"]["width"] == int(made.get_size_inches()[0] * 100)
    kernel.shell.execution_count = 2
    made._ipython_display_()
    assert len(kernel.shown) == 2
    with picture.silent():
        show.compare(CLEAN, alt="given")
    assert len(kernel.shown) == 2
    show.compare(CLEAN, alt="given")
    assert kernel.shown[2][1]["image/png"]["alt"] == "given"


def test_tables_show_themselves_once_a_cell(kernel, capsys):
    made = show.table([[1]], header=["a"])
    made._ipython_display_()
    assert len(kernel.shown) == 1 and "<table>" in kernel.shown[0][0]["text/html"]
    kernel.shell.execution_count = 2
    made._ipython_display_()
    assert len(kernel.shown) == 2
    kernel.shell.kernel = None
    made._ipython_display_()
    assert capsys.readouterr().out == "a\n1\n"


def test_noise_is_stored_small():
    clean = rk.images.center_crop(rk.sample("astronaut"), 200)
    made = show.compare([rk.degrade.gaussian_noise(clean, sigma / 255, rng=0) for sigma in (15, 25, 50)])
    kind, data, width = picture.encode(made)
    assert kind == "image/jpeg" and len(data) < 160_000
    decoded = np.asarray(Image.open(io.BytesIO(data)).convert("RGB")).astype(float)
    assert decoded.shape[1] == width
    assert np.abs(decoded - made.pixels()).mean() < 8
    smooth = show.compare([rk.images.center_crop(rk.sample("astronaut"), 100)] * 2)
    assert len(picture.encode(smooth)[1]) <= 100_000


def test_mistakes_are_explained():
    for wrong, error, message in [
        (lambda: show.compare([]), ValueError, "list is empty"),
        (lambda: show.compare([CLEAN, NOISY], ["one"]), ValueError, "2 images but 1 titles"),
        (lambda: show.compare(np.zeros((4, 4), np.uint8)), TypeError, "uint8"),
        (lambda: show.compare([CLEAN, np.full((4, 4), np.nan, np.float32)]), ValueError, "image 1"),
    ]:
        with pytest.raises(error, match=message):
            wrong()


def test_long_titles_wrap_and_formulas_stay_whole():
    lines = layout.wrap(r"a rather long title with $\sigma = 25 / 255$ in it", 90, 13)
    assert len(lines) > 2 and sum(r"$\sigma = 25 / 255$" in line for line in lines) == 1
    assert all(layout.text_width(line, 13) <= 110 for line in lines)


def test_matplotlib_users_can_save_the_picture(tmp_path):
    show.compare(CLEAN, "clean").savefig(tmp_path / "picture.png", dpi=100)
    saved = np.asarray(Image.open(tmp_path / "picture.png").convert("RGB"))
    np.testing.assert_array_equal(saved, show.compare(CLEAN, "clean").pixels())


def test_pyplot_is_never_imported():
    code = (
        "import sys, numpy as np, restorekit as rk; rk.show.compare(np.zeros((8, 8), np.float32)); "
        "rk.show.lines([1, 2], {'a': [1, 2]}); rk.explore; sys.exit('matplotlib.pyplot' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
