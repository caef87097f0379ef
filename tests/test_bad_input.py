"""Bad pictures, bad arrays, bad folders: a clear message each time, and nothing lost."""

import builtins
import errno
import io
import os
import re
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from restorekit import images

GOOD = np.full((8, 9, 3), 0.5, np.float32)


def picture_bytes(kind="PNG", size=(64, 48)):
    """Contents of a small colour picture with some detail."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 255, (*size, 3), np.uint8)).save(file, kind)
    return file.getvalue()


# ---------------------------------------------------------------- arrays that are not images

WRONG_VALUES = {
    "one NaN": (np.array([[0.5, np.nan]]), "1 NaN of 2 values"),
    "infinite": (np.array([[np.inf, -np.inf, 0.0]]), "2 infinite of 3 values"),
    "both": (np.array([[np.inf, np.nan, 0.0]]), "1 NaN and 1 infinite of 3"),
    "0-255 floats": (np.full((4, 4), 128.0), r"divide by 255: image / 255"),
    "0-255, mostly dark": (np.eye(100) * 255, r"from 0 to 255.*divide by 255"),
    "0-65535 floats": (np.full((4, 4), 30000.0), r"divide by 65535"),
}
WRONG_SHAPES = {
    "empty": (np.zeros((0, 5, 3)), "is empty"),
    "one number": (np.array(0.5), r"has shape \(\)"),
    "flattened": (np.zeros(100), "flattened"),
    "channels first": (np.zeros((3, 20, 30)), r"channels first.*np.moveaxis\(image, 0, -1\)"),
    "gray, channels first": (np.zeros((1, 20, 30)), "channels first"),
    "batch": (np.zeros((10, 8, 8, 3)), r"a batch of 10.*image\[0\]"),
    "gray stack": (np.zeros((10, 8, 8)), "stack of 10 gray"),
    "five dimensions": (np.zeros((2, 2, 2, 2, 2)), "An image here is"),
}
WRONG_KINDS = {
    "uint8": (np.zeros((4, 4), np.uint8), r"0-255 \(uint8\).*rk.images.as_float\(image\)"),
    "uint16": (np.zeros((4, 4), np.uint16), r"0-65535 \(uint16\).*as_float"),
    "int64": (np.full((4, 4), 200), r"whole numbers \(int64, from 200 to 200\)"),
    "no integers": (np.zeros((0, 4), int), "whole numbers"),
    "mask": (np.ones((4, 4), bool), "True and False"),
    "complex": (np.zeros((4, 4), complex), r"complex.*image.real"),
    "text": (np.array([["a"]]), "not numbers"),
    "objects": (np.array([[None]]), "object"),
    "None": (None, "return"),
    "file name": ("photo.jpg", r"'photo.jpg'.*rk.load"),
    "bytes": (b"\x89PNG", "rk.load"),
    "path": (__import__("pathlib").Path("photo.jpg"), "rk.load"),
    "PIL image": (Image.new("L", (4, 4)), r"PIL image.*rk.load\(image\)"),
    "list of images": ([GOOD, GOOD], "list of 2 things"),
    "number": (0.5, "got 0.5"),
}


@pytest.mark.parametrize("case", WRONG_VALUES)
@pytest.mark.parametrize("function", [images.require, images.to_uint8, images.to_gray, images.as_float])
def test_wrong_values(function, case):
    image, message = WRONG_VALUES[case]
    with pytest.raises(ValueError, match=message.replace("image", "(image|array)")):
        function(image)


@pytest.mark.parametrize("case", WRONG_SHAPES)
def test_wrong_shapes(case):
    image, message = WRONG_SHAPES[case]
    with pytest.raises(ValueError, match=message):
        images.require(image)


@pytest.mark.parametrize("case", WRONG_KINDS)
def test_wrong_kinds(case):
    image, message = WRONG_KINDS[case]
    with pytest.raises(TypeError, match=message):
        images.require(image)


def test_the_message_uses_the_callers_name():
    with pytest.raises(TypeError, match=r"^noisy has pixels.*as_float\(noisy\)"):
        images.require(np.zeros((4, 4), np.uint8), "noisy")


def test_another_librarys_tensor_is_converted_by_the_caller():
    class Tensor:
        def __array__(self, dtype=None, copy=None):
            return GOOD

    with pytest.raises(TypeError, match=r"Tensor, not a numpy array.*np.asarray\(image\)"):
        images.require(Tensor())


@pytest.mark.parametrize("stored", [np.zeros((4, 4), np.int32), np.zeros((4, 4), complex), "photo.png", [0, 1]])
def test_as_float_does_not_guess(stored):
    with pytest.raises(TypeError, match="array|white may be"):
        images.as_float(stored)


@pytest.mark.parametrize("shape", [(1, 1), (1, 1, 3), (1, 7), (7, 1)])
def test_one_pixel_is_an_image(tmp_path, shape):
    image = np.full(shape, 0.2, np.float32)
    images.save(tmp_path / "tiny.png", image)
    np.testing.assert_array_equal(images.load(tmp_path / "tiny.png"), image)
    assert images.to_gray(image).shape == shape[:2]
    assert images.patches(image, 1, 1).shape[0] == shape[0] * shape[1]
    assert images.center_crop(image, 1).shape[:2] == (1, 1)


# ---------------------------------------------------------------- sigma and other numbers


@pytest.mark.parametrize(
    "sigma, error, message",
    [
        (25, ValueError, r"sigma is 25, but images here are in \[0, 1\].*sigma=25/255 \(0.098\)"),
        (-0.1, ValueError, "can't be negative"),
        (float("nan"), ValueError, "finite"),
        (float("inf"), ValueError, "finite"),
        ("0.1", TypeError, "one number"),
        (True, TypeError, "one number"),
        (np.array([0.1, 0.2]), TypeError, "one number"),
        (None, TypeError, "one number"),
        (0.1j, TypeError, "one number"),
    ],
)
def test_sigma(sigma, error, message):
    with pytest.raises(error, match=message):
        images.require_sigma(sigma)


@pytest.mark.parametrize(
    "size, error", [(0, ValueError), (-3, ValueError), (2.5, TypeError), ("8", TypeError), (True, TypeError)]
)
def test_sizes_are_whole_and_positive(size, error):
    with pytest.raises(error, match="size"):
        images.patches(GOOD, size, 1)
    with pytest.raises(error, match="stride"):
        images.patches(GOOD, 2, size)
    with pytest.raises(error, match="n "):
        images.random_patches(GOOD, 2, size, rng=0)


def test_infinite_and_nan_are_not_whole_numbers():
    for value in (float("nan"), float("inf")):
        with pytest.raises(TypeError, match="whole number"):
            images.crop_border(GOOD, value)


def test_crops_stay_inside():
    with pytest.raises(ValueError, match="only 8 rows and 9 columns"):
        images.crop(GOOD, 4, 0, 5, 3)
    with pytest.raises(ValueError, match="top is -1"):
        images.crop(GOOD, -1, 0, 5, 3)
    with pytest.raises(ValueError, match="9 x 9 does not fit into 8 x 9"):
        images.center_crop(GOOD, 9)
    with pytest.raises(ValueError, match="nothing is left of 8 x 9"):
        images.crop_border(GOOD, 4)
    with pytest.raises(ValueError, match="does not fit"):
        images.random_patches(GOOD, 9, 1, rng=0)


@pytest.mark.parametrize("channels", [2, 4])
def test_transparency_is_not_a_colour(channels):
    for function in (images.to_gray, images.luma):
        with pytest.raises(ValueError, match="transparency"):
            function(np.zeros((4, 4, channels)))
    with pytest.raises(ValueError, match=r"\(height, width, 3\): RGB"):
        images.rgb_to_ycbcr(np.zeros((4, 4, channels)))
    with pytest.raises(ValueError, match="YCbCr"):
        images.ycbcr_to_rgb(np.zeros((4, 4)))


# ---------------------------------------------------------------- files that are not pictures, or damaged ones


@pytest.mark.parametrize(
    "contents, message",
    [
        (b"", r"'photo.png'.*empty \(0 bytes\)"),
        (b"Dear diary,\n", "it is text, beginning 'Dear diary"),
        ("사진이 아닙니다".encode(), "it is text"),
        (b"\n<!DOCTYPE html><html>", "web page"),
        (b"<html><body>404</body></html>", "web page"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "HEIC"),
        (bytes(range(256)), "unknown kind"),
    ],
)
def test_not_a_picture(tmp_path, contents, message):
    path = tmp_path / "photo.png"
    path.write_bytes(contents)
    for source in (path, contents, io.BytesIO(contents)):
        with pytest.raises(OSError, match="not a picture"):
            images.load(source)
    with pytest.raises(OSError, match=message):
        images.load(path)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "TIFF", "WEBP", "BMP"])
@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_truncated_file_is_refused_whatever_its_format(tmp_path, kind, kept):
    whole = picture_bytes(kind)
    path = tmp_path / "half.picture"
    path.write_bytes(whole[: int(kept * len(whole))])
    with pytest.raises(OSError, match="half.picture.*(damaged or cut off|not a picture)"):
        images.load(path)


def test_a_truncated_file_behind_a_pil_image():
    whole = picture_bytes("PNG")
    with (
        Image.open(io.BytesIO(whole[: len(whole) // 2])) as picture,
        pytest.raises(OSError, match="damaged or cut off"),
    ):
        images.load(picture)


def test_a_truncated_animation():
    frames = [Image.fromarray(np.random.default_rng(i).integers(0, 255, (40, 40), np.uint8)) for i in range(3)]
    file = io.BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    with pytest.raises((OSError, ValueError), match="damaged or cut off|frame is 2"):
        images.load(file.getvalue()[: len(file.getvalue()) * 5 // 6], frame=2)


def test_an_animation_is_not_a_picture_until_a_frame_is_chosen(tmp_path):
    frames = [Image.new("L", (4, 4), level) for level in (0, 100, 200)]
    frames[0].save(tmp_path / "moving.gif", save_all=True, append_images=frames[1:])
    with pytest.raises(ValueError, match=r"'moving.gif' has 3 frames.*frame=0"):
        images.load(tmp_path / "moving.gif")
    with pytest.raises(ValueError, match="frame is 3, but .* has 3"):
        images.load(tmp_path / "moving.gif", frame=3)
    with pytest.raises(ValueError, match="at least 0"):
        images.load(tmp_path / "moving.gif", frame=-1)


def test_a_decompression_bomb_is_refused_before_it_is_decoded():
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")
    )
    with pytest.raises(ValueError, match=r"60,000 x 60,000 = 3,600,000,000 pixels, more than max_pixels=100,000,000"):
        images.load(bomb)
    with pytest.raises(ValueError, match="max_pixels=10"):
        images.load(picture_bytes(), max_pixels=10)
    with pytest.raises(ValueError, match="max_pixels=10"):
        images.load(Image.new("L", (4, 4)), max_pixels=10)


@pytest.mark.parametrize("mode", ["I", "LAB"])
def test_pixels_whose_white_is_unknown(mode):
    with pytest.raises(ValueError, match=f"'{mode}'"):
        images.load(Image.new(mode, (4, 4)))


def test_arrays_are_loaded_under_the_same_rules():
    with pytest.raises(TypeError, match="whole numbers"):
        images.load(np.zeros((4, 4), int))
    with pytest.raises(ValueError, match="batch"):
        images.load(np.zeros((2, 4, 4, 3), np.uint8))


def test_a_wrong_option():
    with pytest.raises(ValueError, match="'drop' or 'keep'"):
        images.load(picture_bytes(), alpha="remove")


# ---------------------------------------------------------------- files that are not there


def test_a_missing_file_is_met_with_similar_names(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("holiday.JPG", "holidays.png", "other.txt"):
        (tmp_path / name).write_bytes(b"")
    with pytest.raises(FileNotFoundError, match=r"no file 'holiday.jpg'.*Did you mean 'holiday.JPG'") as caught:
        images.load("holiday.jpg")
    assert str(tmp_path) in str(caught.value) and "current folder" in str(caught.value)
    with pytest.raises(FileNotFoundError, match=r"no file 'zebra.png' in '\.'\. The current"):
        images.load("zebra.png")


def test_a_missing_korean_file_in_either_spelling(tmp_path):
    with pytest.raises(FileNotFoundError, match="없는 사진.png"):
        images.load(tmp_path / "없는 사진.png")


def test_a_missing_folder(tmp_path):
    with pytest.raises(FileNotFoundError, match=re.escape(repr(str(tmp_path / "nowhere")))):
        images.load(tmp_path / "nowhere" / "photo.png")


def test_a_folder_is_not_a_picture(tmp_path):
    with pytest.raises(IsADirectoryError, match="folder, not a picture"):
        images.load(tmp_path)


def test_a_web_address_is_not_a_file():
    with pytest.raises(FileNotFoundError, match="Download the picture first"):
        images.load("https://example.org/photo.png")


def test_a_file_that_may_not_be_read(tmp_path, monkeypatch):
    path = tmp_path / "secret.png"
    path.write_bytes(picture_bytes())

    def refuse(*args, **kwargs):
        raise PermissionError(errno.EACCES, "Permission denied", str(path))

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(PermissionError, match=r"secret\.png"):
        images.load(path)


@pytest.mark.parametrize(
    "source, message", [(7, "got 7"), ({"a.png": b""}, "upload"), (io.StringIO("a"), "open as text")]
)
def test_sources_of_another_kind(source, message):
    with pytest.raises(TypeError, match=message):
        images.load(source)


# ---------------------------------------------------------------- saving


@pytest.fixture
def old(tmp_path):
    """A picture that exists already; its contents must survive whatever fails."""
    path = tmp_path / "picture.png"
    images.save(path, np.zeros((3, 3)))
    return path


def assert_untouched(path):
    """The old picture is whole, and nothing was left lying beside it."""
    assert images.load(path).max() == 0 and images.load(path).shape == (3, 3)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]


@pytest.mark.parametrize(
    "number, message", [(errno.ENOSPC, "disk is full"), (errno.EDQUOT, "quota"), (errno.EIO, "Input/output error")]
)
@pytest.mark.parametrize("step", ["fsync", "replace"])
def test_a_disk_that_fails_during_saving_costs_nothing(old, monkeypatch, number, message, step):
    def fail(*args):
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, step, fail)
    with pytest.raises(OSError, match=f"not saved: .*{message}") as caught:
        images.save(old, GOOD)
    assert caught.value.errno == number
    monkeypatch.undo()
    assert_untouched(old)


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EROFS])
def test_a_folder_that_is_read_only(old, monkeypatch, number):
    real_open = builtins.open

    def refuse(path, mode="r", *args, **kwargs):
        if set(mode) & set("wx"):
            raise OSError(number, os.strerror(number), str(path))
        return real_open(path, mode, *args, **kwargs)

    monkeypatch.setattr(builtins, "open", refuse)
    with pytest.raises(OSError, match="writing is not allowed there"):
        images.save(old, GOOD)
    monkeypatch.undo()
    assert_untouched(old)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_that_really_is_read_only(old):
    old.parent.chmod(0o500)
    try:
        with pytest.raises(PermissionError, match="writing is not allowed there"):
            images.save(old, GOOD)
    finally:
        old.parent.chmod(0o700)
    assert_untouched(old)


def test_an_interrupted_save_leaves_nothing_behind(old, monkeypatch):
    def interrupt(*args):
        raise KeyboardInterrupt

    monkeypatch.setattr(os, "fsync", interrupt)
    with pytest.raises(KeyboardInterrupt):
        images.save(old, GOOD)
    monkeypatch.undo()
    assert_untouched(old)


def test_a_missing_output_folder_is_named_and_not_made(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"no folder '.*results'.*mkdir"):
        images.save(tmp_path / "results" / "out.png", GOOD)
    assert not (tmp_path / "results").exists()


def test_an_existing_file_is_kept_when_asked(old):
    with pytest.raises(FileExistsError, match="overwrite=False"):
        images.save(old, GOOD, overwrite=False)
    assert_untouched(old)


def test_a_folder_is_not_overwritten(tmp_path):
    (tmp_path / "folder.png").mkdir()
    with pytest.raises(IsADirectoryError, match="is a folder"):
        images.save(tmp_path / "folder.png", GOOD)


@pytest.mark.parametrize(
    "name, image, options, error, message",
    [
        ("out.gif", GOOD, {}, ValueError, r"ends in '.gif'.*\.png"),
        ("out", GOOD, {}, ValueError, "has no ending"),
        ("out.png", images.to_uint8(GOOD), {}, TypeError, "as_float"),
        ("out.png", GOOD * 255, {}, ValueError, "divide by 255"),
        ("out.png", GOOD * np.nan, {}, ValueError, "NaN"),
        ("out.jpg", np.zeros((4, 4, 4)), {}, ValueError, "JPEG can't store"),
        ("out.jpg", GOOD[..., 0], {"bits": 16}, ValueError, "gray images in PNG and TIFF"),
        ("out.png", GOOD, {"bits": 16}, ValueError, "gray images in PNG and TIFF"),
        ("out.png", GOOD, {"bits": 12}, ValueError, "8 or 16"),
        ("out.jpg", GOOD, {"quality": 101}, ValueError, "from 1"),
        ("out.jpg", GOOD, {"quality": 0}, ValueError, "at least 1"),
    ],
)
def test_what_can_not_be_saved(tmp_path, name, image, options, error, message):
    with pytest.raises(error, match=message):
        images.save(tmp_path / name, image, **options)
    assert not list(tmp_path.iterdir())


def test_arguments_in_the_wrong_order(tmp_path):
    with pytest.raises(TypeError, match="file name comes first"):
        images.save(GOOD, tmp_path / "out.png")
