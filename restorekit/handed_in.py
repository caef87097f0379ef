"""Files that somebody handed in, read with care: sizes before contents. Pictures are decoded here, programs in `sources`."""

import itertools
import stat
import struct
from pathlib import Path

from restorekit import images

__all__ = ["LARGEST", "Refused", "decode_picture", "folder_inside", "list_folder", "read_file", "read_picture"]

#: Largest files that are opened, in bytes, by ending; and the most pixels that are decoded.
LARGEST = {".png": 60_000_000, ".py": 250_000, ".ipynb": 30_000_000}
_MOST_PIXELS = 40_000_000
_MOST_FILES = 10_000
_KINDS = {0: "is gray", 2: "is RGB", 3: "has a palette of colours", 4: "is gray with transparency", 6: "is RGBA"}
_SAVE = "Save it as 8-bit RGB: Image.fromarray(array_of_uint8), or rk.save"


class Refused(ValueError):
    """The file is not what it should be; the message says what it is, and what to do."""


def list_folder(folder):
    """Names in a folder; hidden ones are left out, and those that would confuse a terminal.

    Parameters
    ----------
    folder : path

    Returns
    -------
    list of str

    Raises
    ------
    NotADirectoryError
        If it is none.
    """
    folder = Path(folder)
    if not folder.is_dir():
        what = "is not a folder; unpack it, or give the folder it lies in" if folder.exists() else "does not exist"
        raise NotADirectoryError(f"{folder} {what}")
    names = (path.name for path in itertools.islice(folder.iterdir(), _MOST_FILES))
    return [name for name in names if name.isprintable() and not name.startswith(".")]


def folder_inside(folder, names, wanted):
    """The folder inside a folder that holds what was looked for outside.

    Parameters
    ----------
    folder : path
    names : list of str
        What the folder holds.
    wanted : list of str
        Names of files, one of which is enough.

    Returns
    -------
    str
        Its name; "" if there is none.
    """
    inside = (Path(folder, name) for name in sorted(names))
    holds = (path.name for path in inside if path.is_dir() and any((path / file).is_file() for file in wanted))
    return next(holds, "")


def read_picture(path):
    """Read an 8-bit RGB picture from a PNG file, after looking at its size.

    Parameters
    ----------
    path : Path

    Returns
    -------
    image, remark
        As `decode_picture` gives them.

    Raises
    ------
    Refused
        If it is no such file or picture.

    Examples
    --------
    >>> import pathlib, tempfile
    >>> import restorekit as rk
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     rk.save(pathlib.Path(folder, "Model1.png"), rk.sample("text"))
    ...     read_picture(pathlib.Path(folder, "Model1.png"))
    Traceback (most recent call last):
    ...
    restorekit.handed_in.Refused: is gray, not 8-bit RGB. Save it as 8-bit RGB: ...
    """
    return decode_picture(read_file(path))


def decode_picture(data):
    """Decode an 8-bit RGB picture from the bytes of a PNG file, after looking at its size.

    Parameters
    ----------
    data : bytes

    Returns
    -------
    image : ndarray (H, W, 3), float32, [0, 1]
    remark : str
        What is unusual about it and does no harm, or "".

    Raises
    ------
    Refused
        If it is anything else.

    Examples
    --------
    >>> decode_picture(b"<html>")
    Traceback (most recent call last):
    ...
    restorekit.handed_in.Refused: is not a PNG file, or only a piece of one. Save the array again
    """
    if data[:2] == b"\xff\xd8":
        raise Refused("is a JPEG with the ending .png, and JPEG changes the pixels. Save the array itself as PNG")
    if data[:8] != b"\x89PNG\r\n\x1a\n" or len(data) < 33:
        raise Refused("is not a PNG file, or only a piece of one. Save the array again")
    width, height, bits, kind = struct.unpack(">IIBB", data[16:26])
    if width * height > _MOST_PIXELS:
        raise Refused(f"claims {width:,} x {height:,} pixels, more than are decoded here ({_MOST_PIXELS:,})")
    if kind not in (2, 6) or bits != 8:
        depth = f", with {bits} bits a value" if bits != 8 and kind != 3 else ""
        raise Refused(f"{_KINDS.get(kind, 'is of an unknown kind')}{depth}, not 8-bit RGB. {_SAVE}")
    try:
        image = images.load(data, alpha="keep", max_pixels=_MOST_PIXELS)
    except (OSError, ValueError) as problem:
        told = str(problem)
        raise Refused(
            told.removeprefix("the data ") if told.startswith("the data ") else f"can't be read: {told}"
        ) from problem
    if image.shape[2] == 3:
        return image, "opaque alpha channel, left out" if kind == 6 else ""
    if image[..., 3].min() < 1:
        raise Refused(f"is partly transparent. {_SAVE}")
    return image[..., :3], "opaque alpha channel, left out"


def read_file(path):
    """The bytes of a plain file that is not too large.

    Parameters
    ----------
    path : Path
        With an ending of `LARGEST`.

    Returns
    -------
    bytes

    Raises
    ------
    Refused
        If it is a folder, a link or a device, too large, or empty.
    OSError
        If it can't be read.
    """
    status = path.lstat()
    if not stat.S_ISREG(status.st_mode):
        raise Refused("is a folder, a link or a device, not a plain file")
    largest = LARGEST[path.suffix.lower()]
    if status.st_size > largest:
        raise Refused(f"has {status.st_size / 1e6:,.1f} MB; more than {largest / 1e6:g} MB are not opened here")
    with open(path, "rb") as file:
        data = file.read(largest + 1)
    if not data.strip():
        raise Refused("is empty")
    return data
