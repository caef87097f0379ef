"""Images: what they are, how they are converted, cut and stored. What goes wrong is in test_bad_input.py."""

import hashlib
import io
import struct
import unicodedata
import warnings
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from PIL import Image

from restorekit import arguments, images

BYTES_GRAY = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=12))
BYTES_RGB = hnp.arrays(np.uint8, st.tuples(st.integers(1, 9), st.integers(1, 9), st.just(3)))
COLOURS = hnp.arrays(
    np.float32, st.tuples(st.integers(1, 6), st.integers(1, 6), st.just(3)), elements=st.floats(-0.5, 1.5, width=32)
)


def file_bytes(picture, kind="PNG", **options):
    """A PIL image as the contents of a file."""
    file = io.BytesIO()
    picture.save(file, kind, **options)
    return file.getvalue()


def png(width, height, depth, colour_type, rows):
    """A PNG file built by hand, for what Pillow can't write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour_type, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


class TestWhatAnImageIs:
    @pytest.mark.parametrize(
        "shape", [(1, 1), (5, 7), (5, 7, 1), (5, 7, 2), (5, 7, 3), (5, 7, 4), (1, 1, 3), (3, 9, 3)]
    )
    @pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64, ">f4"])
    def test_any_float_image_is_accepted_as_float32(self, shape, dtype):
        image = np.full(shape, 0.5, dtype)
        checked = images.require(image)
        assert checked.dtype == np.float32 and checked.shape == shape and np.all(checked == 0.5)

    def test_a_float32_image_is_not_copied(self):
        image = np.zeros((4, 4), np.float32)
        assert images.require(image) is image

    def test_noise_may_leave_the_range(self):
        noisy = np.random.default_rng(0).normal(0.5, 1, (64, 64))
        assert noisy.min() < -1 and noisy.max() > 2
        np.testing.assert_array_equal(images.require(noisy), noisy.astype(np.float32))

    def test_sigma(self):
        assert images.require_sigma(0) == 0.0
        assert images.require_sigma(np.float32(0.5)) == 0.5
        assert images.require_sigma(np.array(0.25)) == 0.25
        assert type(images.require_sigma(1)) is float

    def test_whole_numbers(self):
        assert arguments.whole_number(np.int64(3), "n") == 3
        assert arguments.whole_number(4.0, "n") == 4


class TestConversion:
    @given(hnp.arrays(np.uint8, hnp.array_shapes()))
    def test_uint8_there_and_back_for_any_shape(self, stored):
        image = images.as_float(stored)
        assert image.dtype == np.float32 and image.min() >= 0 and image.max() <= 1
        np.testing.assert_array_equal(np.round(image * 255).astype(np.uint8), stored)

    def test_every_16_bit_level_survives(self):
        stored = np.arange(65536, dtype=np.uint16).reshape(256, 256)
        np.testing.assert_array_equal(np.round(images.as_float(stored).astype(float) * 65535), stored)

    def test_bool_and_float(self):
        np.testing.assert_array_equal(images.as_float(np.array([True, False])), np.float32([1, 0]))
        np.testing.assert_array_equal(images.as_float(np.array([-0.1, 1.2])), np.float32([-0.1, 1.2]))
        assert images.as_float(np.zeros(0)).shape == (0,)

    @given(BYTES_RGB)
    def test_to_uint8_undoes_as_float(self, stored):
        np.testing.assert_array_equal(images.to_uint8(images.as_float(stored)), stored)

    def test_to_uint8_rounds_halves_up_and_clips(self):
        halves = (np.arange(255) + 0.5).reshape(15, 17) / 255
        rounded = images.to_uint8(halves + 1e-6)
        np.testing.assert_array_equal(rounded.ravel(), np.arange(1, 256))
        np.testing.assert_array_equal(images.to_uint8(np.array([[-1.0, 2.0]])), [[0, 255]])
        np.testing.assert_array_equal(images.to_uint8(np.array([[0.5, 0.5]])), [[128, 128]])


class TestColour:
    def test_gray_weights(self):
        primaries = np.eye(3, dtype=np.float32)[None]
        np.testing.assert_allclose(images.to_gray(primaries), [[0.299, 0.587, 0.114]], atol=1e-7)

    def test_luma_is_matlabs(self):
        primaries = np.eye(3, dtype=np.float32)[None]
        np.testing.assert_allclose(images.luma(primaries) * 255, [[81.481, 144.553, 40.966]], atol=1e-4)

    @pytest.mark.parametrize("function", [images.to_gray, images.luma])
    def test_a_gray_image_keeps_its_values(self, function):
        gray = np.random.default_rng(0).random((5, 6), np.float32)
        np.testing.assert_array_equal(function(gray), gray)
        np.testing.assert_array_equal(function(gray[..., None]), gray)

    @given(COLOURS)
    def test_gray_stays_gray(self, image):
        gray = np.repeat(image[..., :1], 3, axis=2)
        np.testing.assert_allclose(images.to_gray(gray), gray[..., 0], atol=1e-6)
        split = images.rgb_to_ycbcr(gray)
        np.testing.assert_allclose(split[..., 1:], 128 / 255, atol=1e-6)

    @given(COLOURS)
    def test_ycbcr_there_and_back(self, image):
        split = images.rgb_to_ycbcr(image)
        assert split.dtype == np.float32
        np.testing.assert_allclose(images.ycbcr_to_rgb(split), image, atol=1e-6)
        np.testing.assert_allclose(split[..., 0], images.luma(image), atol=1e-6)

    def test_ycbcr_of_the_primaries(self):
        primaries = np.eye(3, dtype=np.float32)[None]
        expected = [[81.481, 90.203, 240.0], [144.553, 53.797, 34.214], [40.966, 240.0, 109.786]]
        np.testing.assert_allclose(images.rgb_to_ycbcr(primaries)[0] * 255, expected, atol=1e-4)


class TestCutting:
    IMAGE = np.arange(5 * 7 * 3, dtype=np.float32).reshape(5, 7, 3) / 105

    def test_crop(self):
        np.testing.assert_array_equal(images.crop(self.IMAGE, 1, 2, 3, 4), self.IMAGE[1:4, 2:6])
        np.testing.assert_array_equal(images.crop(self.IMAGE, 0, 0, 5, 7), self.IMAGE)

    def test_crops_are_copies(self):
        before = self.IMAGE.copy()
        for cut in (
            images.crop(self.IMAGE, 0, 0, 2, 2),
            images.crop_border(self.IMAGE, 0),
            images.center_crop(before, 1),
        ):
            cut[...] = 9
        np.testing.assert_array_equal(self.IMAGE, before)

    def test_center_crop(self):
        np.testing.assert_array_equal(images.center_crop(self.IMAGE, 3), self.IMAGE[1:4, 2:5])
        np.testing.assert_array_equal(images.center_crop(self.IMAGE, 2, 4), self.IMAGE[1:3, 1:5])

    def test_crop_border(self):
        np.testing.assert_array_equal(images.crop_border(self.IMAGE, 2), self.IMAGE[2:3, 2:5])

    @given(
        st.integers(1, 14), st.integers(1, 14), st.sampled_from([(), (1,), (3,)]), st.integers(1, 14), st.integers(1, 6)
    )
    def test_patches_cover_the_grid(self, height, width, channels, size, stride):
        image = np.random.default_rng(height * width).random((height, width, *channels), np.float32)
        if size > min(height, width):
            with pytest.raises(ValueError, match="does not fit"):
                images.patches(image, size, stride)
            return
        cut = images.patches(image, size, stride)
        rows, columns = (height - size) // stride + 1, (width - size) // stride + 1
        assert cut.shape == (rows * columns, size, size, *channels) and cut.dtype == np.float32
        for i, patch in enumerate(cut):
            top, left = stride * (i // columns), stride * (i % columns)
            np.testing.assert_array_equal(patch, image[top : top + size, left : left + size])

    def test_patches_without_overlap_hold_every_pixel_once(self):
        image = np.arange(64, dtype=np.float32).reshape(8, 8) / 64
        np.testing.assert_array_equal(np.sort(images.patches(image, 4, 4).ravel()), np.sort(image.ravel()))

    def test_random_patches_come_from_their_corners(self):
        cut, corners = images.random_patches(self.IMAGE, 3, 50, rng=0)
        for patch, (top, left) in zip(cut, corners, strict=True):
            np.testing.assert_array_equal(patch, self.IMAGE[top : top + 3, left : left + 3])
        again, _ = images.random_patches(self.IMAGE, 3, 50, rng=np.random.default_rng(0))
        np.testing.assert_array_equal(cut, again)

    def test_random_patches_reach_every_place_evenly(self):
        _, corners = images.random_patches(np.zeros((6, 5)), 3, 12_000, rng=1)
        places, counts = np.unique(corners, axis=0, return_counts=True)
        np.testing.assert_array_equal(places, [(top, left) for top in range(4) for left in range(3)])
        assert np.all(np.abs(counts - 1000) < 5 * np.sqrt(1000))

    def test_outline_frames_the_boxes_and_nothing_else(self):
        image = np.random.default_rng(5).random((6, 7), np.float32)
        framed = images.outline(image, [(1, 2, 4, 3)])
        changed = np.any(framed != image[..., None], axis=-1)
        expected = np.zeros((6, 7), bool)
        expected[1:5, 2:5] = True
        expected[2:4, 3:4] = False
        np.testing.assert_array_equal(changed, expected)
        assert np.all(framed[changed] == np.float32([0.90, 0.62, 0.0])) and framed.dtype == np.float32

    def test_outline_magnifies_first_and_draws_the_first_box_on_top(self):
        image = np.full((4, 5, 3), 0.5, np.float32)
        framed = images.outline(image, [(1, 1, 1, 1), (1, 1, 2, 2)], ["orange", "blue"], times=6)
        assert framed.shape == (24, 30, 3)
        orange, blue = framed[6, 6], framed[17, 17]
        assert orange[0] > orange[2] and blue[2] > blue[0]
        np.testing.assert_array_equal(framed[8:10, 8:10], 0.5)  # the pixel itself shows through its frame
        assert np.all(image == 0.5)
        assert images.outline(image[..., :1], [], times=2).shape == (8, 10, 3)

    @pytest.mark.parametrize("box, colours", [((3, 3, 2, 3), "orange"), ((0, 0, 1, 1), "red"), ((0, 0, 1, 1), [])])
    def test_outline_explains_what_does_not_fit(self, box, colours):
        with pytest.raises(ValueError, match="rectangle reaches|one colour each"):
            images.outline(np.zeros((4, 5)), [box], colours)


class TestSamples:
    @pytest.mark.parametrize("name", images.sample_names())
    def test_every_sample_is_as_its_card_says(self, name):
        card, image = images.sample_card(name), images.sample(name)
        assert set(card) == {"what", "source", "licence", "shape", "sha256"} and all(card.values())
        assert list(image.shape) == card["shape"] and image.dtype == np.float32
        assert image.min() >= 0 and image.max() <= 1 and image.std() > 0.02
        stored = Path(images.__file__).parents[1] / "data" / "samples" / f"{name}.png"
        assert hashlib.sha256(stored.read_bytes()).hexdigest() == card["sha256"]

    def test_they_are_what_the_course_counts_on(self):
        assert {"astronaut", "coffee", "chelsea", "rocket", "hubble", "face", "camera", "brick", "grass", "gravel"} | {
            "text",
            "page",
            "coins",
        } == set(images.sample_names())
        assert sum(path.stat().st_size for path in Path(images.__file__).parents[1].glob("data/samples/*")) < 3e6

    def test_writing_into_a_sample_spoils_nothing(self):
        images.sample("face")[...] = 0
        assert images.sample("face").mean() > 0.1
        images.sample_card("face")["what"] = ""
        assert images.sample_card("face")["what"]

    def test_gray(self):
        np.testing.assert_array_equal(images.sample("face", gray=True), images.to_gray(images.sample("face")))
        assert images.sample("camera", gray=True).shape == (512, 512)

    def test_a_wrong_name_is_met_with_the_right_one(self):
        with pytest.raises(ValueError, match="Did you mean 'astronaut'"):
            images.sample("astronout")
        with pytest.raises(ValueError, match="There are: astronaut"):
            images.sample(3)


class TestFiles:
    @settings(max_examples=25, deadline=None)
    @given(stored=st.one_of(BYTES_GRAY, BYTES_RGB), suffix=st.sampled_from([".png", ".tif", ".PNG"]))
    def test_eight_bits_survive_saving_and_loading(self, tmp_path_factory, stored, suffix):
        path = tmp_path_factory.getbasetemp() / f"again{suffix}"
        images.save(path, images.as_float(stored))
        np.testing.assert_array_equal(images.load(path), images.as_float(stored))

    @pytest.mark.parametrize("suffix", [".png", ".tiff"])
    def test_sixteen_bits_survive_too(self, tmp_path, suffix):
        image = np.arange(65536, dtype=np.uint16).reshape(256, 256) / np.float32(65535)
        images.save(tmp_path / f"deep{suffix}", image, bits=16)
        again = images.load(tmp_path / f"deep{suffix}")
        np.testing.assert_array_equal(np.round(again.astype(float) * 65535), np.arange(65536).reshape(256, 256))

    @pytest.mark.parametrize("suffix", [".jpg", ".jpeg", ".webp"])
    def test_lossy_formats_come_close_and_quality_matters(self, tmp_path, suffix):
        face = images.sample("face")
        errors = []
        for quality in (10, 95):
            images.save(tmp_path / f"face{suffix}", face, quality=quality)
            errors.append(np.abs(images.load(tmp_path / f"face{suffix}") - face).mean())
        assert errors[1] < 0.02 < errors[0]

    def test_saving_clips(self, tmp_path):
        images.save(tmp_path / "clipped.png", np.array([[-0.5, 0.0, 1.0, 1.5]]))
        np.testing.assert_array_equal(images.load(tmp_path / "clipped.png"), [[0, 0, 1, 1]])

    @pytest.mark.parametrize("channels", [1, 2, 4])
    def test_other_numbers_of_channels(self, tmp_path, channels):
        image = images.as_float(np.random.default_rng(0).integers(0, 255, (6, 5, channels), np.uint8))
        images.save(tmp_path / "channels.png", image)
        np.testing.assert_array_equal(images.load(tmp_path / "channels.png", alpha="keep"), image.squeeze())

    def test_every_kind_of_source(self, tmp_path):
        face = images.sample("face")
        path = tmp_path / "face.png"
        images.save(path, face)
        with open(path, "rb") as opened, Image.open(path) as picture:
            for source in (path, str(path), path.read_bytes(), bytearray(path.read_bytes()), opened, picture):
                np.testing.assert_array_equal(images.load(source), face)
        np.testing.assert_array_equal(images.load(images.to_uint8(face)), face)
        np.testing.assert_array_equal(images.load(face), face)
        np.testing.assert_array_equal(images.load(face[..., :1]), face[..., 0])

    def test_gray(self, tmp_path):
        images.save(tmp_path / "face.png", images.sample("face"))
        np.testing.assert_array_equal(images.load(tmp_path / "face.png", gray=True), images.sample("face", gray=True))

    @pytest.mark.parametrize("normal_form", ["NFC", "NFD"])
    @pytest.mark.parametrize("asked_form", ["NFC", "NFD"])
    def test_a_korean_name_is_found_however_it_is_written(self, tmp_path, normal_form, asked_form):
        stored = tmp_path / unicodedata.normalize(normal_form, "가을 사진.png")
        images.save(stored, images.sample("face"))
        asked = tmp_path / unicodedata.normalize(asked_form, "가을 사진.png")
        assert images.load(str(asked)).shape == (192, 192, 3)

    def test_overwriting(self, tmp_path):
        path = tmp_path / "picture.png"
        images.save(path, np.zeros((2, 2)))
        images.save(path, np.ones((2, 2)))
        assert images.load(path).min() == 1
        assert [entry.name for entry in tmp_path.iterdir()] == ["picture.png"]

    def test_saving_through_a_link_keeps_the_link(self, tmp_path):
        images.save(tmp_path / "real.png", np.zeros((2, 2)))
        (tmp_path / "link.png").symlink_to(tmp_path / "real.png")
        images.save(tmp_path / "link.png", np.ones((2, 2)))
        assert (tmp_path / "link.png").is_symlink() and images.load(tmp_path / "real.png").min() == 1


class TestUnusualFiles:
    RAMP = np.arange(256, dtype=np.uint8).reshape(16, 16)
    RGB = Image.fromarray(np.dstack([RAMP, RAMP.T, RAMP[::-1]]))

    @pytest.mark.parametrize("orientation", range(1, 9))
    def test_the_cameras_orientation_is_obeyed(self, orientation):
        upright = np.zeros((4, 6), np.uint8)
        upright[0, :3] = 255  # a mark at the upper left
        turns = {
            1: lambda a: a,
            2: np.fliplr,
            3: lambda a: np.rot90(a, 2),
            4: np.flipud,
            5: lambda a: a.T,
            6: lambda a: np.rot90(a, 1),
            7: lambda a: np.rot90(a, 2).T,
            8: lambda a: np.rot90(a, -1),
        }
        exif = Image.Exif()
        exif[0x0112] = orientation
        stored = Image.fromarray(np.ascontiguousarray(turns[orientation](upright)))
        for kind in ("PNG", "TIFF"):
            np.testing.assert_array_equal(images.load(file_bytes(stored, kind, exif=exif)), upright / np.float32(255))
        loaded = images.load(file_bytes(stored.resize([16 * side for side in stored.size], 0), "JPEG", exif=exif))
        assert loaded.shape == (64, 96) and loaded[8, 8] > 0.9 and loaded[8, 88] < 0.1 and loaded[56, 8] < 0.1

    def test_a_broken_orientation_mark_does_not_cost_the_photo(self):
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            assert images.load(file_bytes(self.RGB, "JPEG", exif=b"Exif\0\0MM\0*nonsense")).shape == (16, 16, 3)

    def test_a_palette_becomes_rgb(self):
        palette = self.RGB.quantize(8)
        np.testing.assert_array_equal(
            images.load(file_bytes(palette)), images.as_float(np.asarray(palette.convert("RGB")))
        )

    def test_a_palette_with_a_transparent_colour(self):
        data = file_bytes(self.RGB.quantize(8), transparency=0)
        with pytest.raises(ValueError, match="transparent"):
            images.load(data)
        assert images.load(data, alpha="drop").shape == (16, 16, 3)
        kept = images.load(data, alpha="keep")
        assert kept.shape == (16, 16, 4) and set(np.unique(kept[..., 3])) == {0.0, 1.0}

    @pytest.mark.parametrize("picture, key", [(Image.fromarray(RAMP), 3), (RGB, (3, 48, 243))])
    def test_a_colour_marked_as_transparent(self, picture, key):
        kept = images.load(file_bytes(picture, transparency=key), alpha="keep")
        assert (kept[..., -1] == 0).sum() == 1

    @pytest.mark.parametrize("mode, shape", [("LA", (16, 16)), ("RGBA", (16, 16, 3)), ("PA", (16, 16, 3))])
    def test_opaque_alpha_is_dropped(self, mode, shape):
        assert images.load(self.RGB.convert(mode)).shape == shape

    def test_alpha_drop_and_keep(self):
        picture = self.RGB.copy()
        picture.putalpha(Image.fromarray(self.RAMP))
        data = file_bytes(picture)
        with pytest.raises(ValueError, match="alpha='drop'"):
            images.load(data)
        np.testing.assert_array_equal(images.load(data, alpha="drop"), images.load(self.RGB))
        np.testing.assert_array_equal(images.load(data, alpha="keep")[..., 3], images.as_float(self.RAMP))
        assert images.load(data, alpha="keep", gray=True).shape == (16, 16, 2)
        assert images.load(np.asarray(picture), alpha="drop").shape == (16, 16, 3)

    @pytest.mark.parametrize("mode, kind", [("CMYK", "JPEG"), ("CMYK", "TIFF"), ("YCbCr", "JPEG")])
    def test_other_colour_spaces_become_rgb(self, mode, kind):
        smooth = Image.fromarray(np.full((16, 16, 3), (200, 100, 50), np.uint8))
        loaded = images.load(file_bytes(smooth.convert(mode), kind))
        np.testing.assert_allclose(loaded[8, 8] * 255, [200, 100, 50], atol=4)

    def test_black_and_white(self):
        assert set(np.unique(images.load(file_bytes(Image.fromarray(self.RAMP > 99))))) == {0.0, 1.0}

    def test_float_tiff(self):
        stored = np.random.default_rng(0).random((5, 4), np.float32)
        np.testing.assert_array_equal(images.load(file_bytes(Image.fromarray(stored), "TIFF")), stored)

    @pytest.mark.parametrize("colour_type, channels", [(2, 3), (4, 2), (6, 4)])
    def test_sixteen_bit_colour_warns_that_half_is_lost(self, tmp_path, colour_type, channels):
        path = tmp_path / "deep.png"
        path.write_bytes(
            png(3, 2, 16, colour_type, [struct.pack(">" + "H" * 3 * channels, *[0xFFFF] * 3 * channels)] * 2)
        )
        with pytest.warns(UserWarning, match=r"'deep.png' has 16 bits a colour") as caught:
            assert images.load(path).min() == 1
        assert caught[0].filename == __file__  # it points at the caller's line

    def test_sixteen_bit_files_as_older_pillow_versions_read_them(self):
        data = b"P5 2 1 65535 " + np.array([0, 65535], ">u2").tobytes()
        np.testing.assert_array_equal(images.load(data), [[0, 1]])

    def test_frames_of_an_animation(self, tmp_path):
        frames = [Image.fromarray(np.full((4, 4), level, np.uint8)) for level in (0, 100, 200)]
        path = tmp_path / "moving.gif"
        frames[0].save(path, save_all=True, append_images=frames[1:])
        for i, level in enumerate((0, 100, 200)):
            np.testing.assert_allclose(images.load(path, frame=i), level / 255, atol=1e-6)
        with Image.open(path) as picture:
            picture.seek(2)
            np.testing.assert_allclose(images.load(picture), 200 / 255, atol=1e-6)
            assert picture.tell() == 2

    def test_a_still_picture_has_frame_0(self):
        assert images.load(file_bytes(self.RGB), frame=0).shape == (16, 16, 3)

    def test_a_phones_two_pictures_in_one_file_give_the_photo(self):
        data = file_bytes(self.RGB, "MPO", save_all=True, append_images=[Image.new("RGB", (8, 8))])
        assert images.load(data).shape == (16, 16, 3)

    def test_max_pixels_can_be_raised(self, monkeypatch):
        monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)  # Pillow would refuse 16 x 16 now
        assert images.load(file_bytes(self.RGB)).shape == (16, 16, 3)
        assert Image.MAX_IMAGE_PIXELS == 100
