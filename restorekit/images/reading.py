"""Reading: any picture file in, a float image out. Found in `restorekit.images`.

Nothing is guessed: what would lose something (transparency, the frames of an animation) is asked for by name.
"""

import contextlib
import difflib
import io
import os
import unicodedata
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError

from ..arguments import _short, whole_number
from ..arrays import as_float, require
from .colour import to_gray

#: How the files end that `picture_files` finds.
_PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


def load(source, *, gray=False, alpha=None, frame=None, max_pixels=100_000_000):
    """Read a picture as an image: floats in [0, 1], upright, without a palette.

    Parameters
    ----------
    source : str, path, bytes, file object, PIL image or ndarray
        A file's name or its contents. An array goes through `as_float`.
    gray : bool
        True turns colour into gray (`to_gray`).
    alpha : {None, "drop", "keep"}
        What to do with transparency. By default it is dropped where the picture is opaque everywhere, and refused
        otherwise. "drop" shows the colours that were hidden; "keep" returns it as the last channel.
    frame : int, optional
        Which frame of an animation or page of a TIFF, counted from 0. A file with several must be told.
    max_pixels : int
        A picture with more pixels is refused before it is decoded: a small file can hold gigabytes.

    Returns
    -------
    ndarray (H, W) or (H, W, 3), float32, [0, 1]
        With alpha="keep" one channel more. 8-bit values are divided by 255; 16-bit gray ones by 65535, exactly.
        A palette becomes RGB, CMYK becomes RGB, and the camera's orientation mark (EXIF) is obeyed.

    Raises
    ------
    FileNotFoundError
        No such file; the message names similar ones.
    OSError
        Not a picture, or a damaged one.
    ValueError
        Transparency, several frames, too many pixels or an unusual kind of number, where the message says what to do.

    Warns
    -----
    UserWarning
        For 16-bit *colour* files: Pillow reads only the upper 8 bits of them.

    Examples
    --------
    >>> import io
    >>> file = io.BytesIO()
    >>> Image.new("RGB", (4, 2), (255, 0, 51)).save(file, "PNG")
    >>> image = load(file.getvalue())
    >>> image.shape
    (2, 4, 3)
    >>> image[0, 0]
    array([1. , 0. , 0.2], dtype=float32)
    """
    if alpha not in (None, "drop", "keep"):
        raise ValueError(f"alpha is {alpha!r}; it can be None, 'drop' or 'keep'.")
    if isinstance(source, np.ndarray):
        pixels, name = as_float(source), "the array"
    else:
        pixels, name = _read(source, frame, max_pixels)
    image = require(pixels, name)
    if image.ndim == 3 and image.shape[2] == 1:
        image = image[..., 0]
    image, transparency = _split_alpha(image, alpha, name)
    image = to_gray(image) if gray else image
    return np.dstack([image, transparency]) if transparency is not None else image


def picture_files(folder):
    """All picture files of a folder, in the order of their names; what lies in folders below does not count.

    Parameters
    ----------
    folder : str or Path

    Returns
    -------
    list of Path
        Files that end in .png, .jpg, .jpeg, .bmp, .tif, .tiff or .webp.

    Raises
    ------
    FileNotFoundError
        If there is no such folder.
    ValueError
        If it holds no picture.

    Examples
    --------
    >>> picture_files("no-such-folder")
    Traceback (most recent call last):
    ...
    FileNotFoundError: there is no folder no-such-folder (from ...)
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder} (from {Path.cwd()})")
    files = [file for file in sorted(folder.iterdir()) if file.suffix.lower() in _PICTURES]
    if not files:
        raise ValueError(f"there are no pictures ({', '.join(_PICTURES)}) in the folder {folder}")
    return files


def _read(source, frame, max_pixels):
    """Decode a file, its bytes or a PIL image; give its pixels as floats, and its name for messages."""
    if isinstance(source, Image.Image):
        with _damage_explained("the PIL image"):
            picture = source.copy()  # Pillow changes an image as it decodes it; a copy also holds but the current frame
        return _decode(picture, "the PIL image", frame, max_pixels), "the PIL image"
    if isinstance(source, bytes | bytearray | memoryview):
        file, name = io.BytesIO(source), "the data"
    elif isinstance(source, str | os.PathLike):
        file = _find(source)
        name = repr(file.name)
    elif isinstance(source, io.TextIOBase):
        raise TypeError("the file is open as text; a picture is bytes: open(name, 'rb')")
    elif hasattr(source, "read"):
        file, name = source, "the file"
    elif isinstance(source, dict):
        raise TypeError("source is a dict; if it is an upload, take one file's contents: next(iter(source.values()))")
    else:
        raise TypeError(f"source must be a file name, bytes, a file, a PIL image or an array; got {_short(source)}.")
    with _no_pixel_limit():
        try:
            with _damage_explained(name):
                picture = Image.open(file)
        except UnidentifiedImageError as error:
            raise OSError(f"{name} is not a picture that can be read: {_what_is_it(file)}.") from error
        with picture:
            return _decode(picture, name, frame, max_pixels), name


def _decode(picture, name, frame, max_pixels):
    """Pixels of an opened picture as floats, after every check that needs only its header."""
    width, height = picture.size
    if width * height > whole_number(max_pixels, "max_pixels"):
        raise ValueError(
            f"{name} claims {width:,} x {height:,} = {width * height:,} pixels, more than max_pixels={max_pixels:,}. "
            "If you trust it and have the memory, allow more: load(..., max_pixels=...)"
        )
    _choose_frame(picture, name, frame)
    deep_colour = picture.mode in ("LA", "RGB", "RGBA") and any(
        ";16" in str(t[3]) for t in getattr(picture, "tile", ())
    )
    with _damage_explained(name):
        picture.load()
    if deep_colour:
        warnings.warn(f"{name} has 16 bits a colour; only the upper 8 of them were read.", UserWarning, stacklevel=4)
    with contextlib.suppress(SyntaxError, ValueError, TypeError, KeyError):  # a broken mark must not cost the photo
        ImageOps.exif_transpose(picture, in_place=True)
    return as_float(_pixels(picture, name))


def _choose_frame(picture, name, frame):
    """Go to the wanted frame; refuse to choose one of several."""
    # A multi-picture JPEG (MPO) is what phones write: the photo first, then previews or depth.
    with _damage_explained(name):
        n_frames = 1 if picture.format == "MPO" else getattr(picture, "n_frames", 1)
    if frame is None and n_frames > 1:
        raise ValueError(f"{name} has {n_frames} frames. Say which one, counted from 0: load(..., frame=0)")
    if frame is not None and whole_number(frame, "frame", 0) >= n_frames:
        raise ValueError(f"frame is {frame}, but {name} has {n_frames}, counted from 0.")
    if frame:
        with _damage_explained(name):
            picture.seek(frame)


def _pixels(picture, name):
    """Stored numbers of a decoded picture: gray or RGB, perhaps with transparency."""
    mode, transparent = picture.mode, "transparency" in picture.info
    if mode in ("1", "L"):
        picture = picture.convert("LA" if transparent else "L")
    elif mode in ("P", "PA", "RGB", "RGBa"):
        picture = picture.convert("RGBA" if transparent or mode in ("PA", "RGBa") else "RGB")
    elif mode in ("CMYK", "YCbCr", "HSV"):
        picture = picture.convert("RGB")
    elif mode.startswith("I;16") or (mode == "I" and picture.format in ("PNG", "PPM")):
        return np.asarray(picture).astype(np.uint16)
    elif mode not in ("LA", "RGBA", "F"):
        raise ValueError(
            f"{name} stores its pixels as {mode!r}, whose white is unknown. Convert it to 8-bit RGB first."
        )
    return np.asarray(picture)


def _split_alpha(image, alpha, name):
    """Separate transparency from colour, or refuse to choose."""
    if image.ndim == 2 or image.shape[2] == 3:
        return image, None
    colour, transparency = image[..., :-1], image[..., -1]
    colour = colour[..., 0] if colour.shape[2] == 1 else colour
    if alpha is None and transparency.min() < 1:
        raise ValueError(
            f"{name} is partly transparent. Say what to do with that: load(..., alpha='drop') shows the colours that "
            "were hidden, alpha='keep' returns transparency as the last channel."
        )
    return np.ascontiguousarray(colour), transparency if alpha == "keep" else None


def _find(source):
    """The path of a file that exists, or a FileNotFoundError that helps to find it."""
    path = Path(source).expanduser()
    if path.is_dir():
        raise IsADirectoryError(f"{str(source)!r} is a folder, not a picture.")
    if path.exists():
        return path
    # One Korean or accented name can be written in two ways (composed or not), and disks differ in which they keep.
    for form in ("NFC", "NFD"):
        twin = Path(unicodedata.normalize(form, str(path)))
        if twin.is_file():
            return twin
    if str(source).startswith(("http:", "https:")):
        raise FileNotFoundError(f"{source} is a web address. Download the picture first, then load the file.")
    here = f"The current folder is {str(Path.cwd())!r}."
    if not path.parent.is_dir():
        raise FileNotFoundError(f"there is no folder {str(path.parent)!r}. {here}")
    names = {entry.name.casefold(): entry.name for entry in path.parent.iterdir() if entry.is_file()}
    close = [names[match] for match in difflib.get_close_matches(path.name.casefold(), names, n=3)]
    guess = f" Did you mean {' or '.join(map(repr, close))}?" if close else ""
    raise FileNotFoundError(f"there is no file {path.name!r} in {str(path.parent)!r}.{guess} {here}")


def _what_is_it(file):
    """Guess from its first bytes what a file is that is not a picture."""
    if isinstance(file, Path):
        with open(file, "rb") as opened:
            head = opened.read(512)
    else:
        file.seek(0)
        head = file.read(512)
    if not head:
        return "it is empty (0 bytes)"
    if head.lstrip()[:5].lower() in (b"<!doc", b"<html"):
        return "it is a web page; the download link probably led to a page, not to the picture"
    if head[4:8] == b"ftyp":
        return "it looks like a HEIC or AVIF photo or a video; export it as JPEG or PNG"
    with contextlib.suppress(UnicodeDecodeError):
        text = head[:300].decode("utf-8")
        if all(character.isprintable() or character.isspace() for character in text):
            return f"it is text, beginning {_short(text[:40])}"
    return "its contents are of an unknown kind, or damaged from the start"


@contextlib.contextmanager
def _damage_explained(name):
    """Turn the many errors that Pillow's decoders raise on a damaged file into one."""
    try:
        yield
    except (PermissionError, UnidentifiedImageError):
        raise
    except (OSError, SyntaxError, EOFError, IndexError, KeyError, RuntimeError, TypeError, ValueError) as error:
        raise OSError(f"{name} is damaged or cut off ({error}). Was it downloaded completely?") from error


@contextlib.contextmanager
def _no_pixel_limit():
    """Switch Pillow's own size limit off for a moment: `max_pixels` is ours, and says more."""
    limit, Image.MAX_IMAGE_PIXELS = Image.MAX_IMAGE_PIXELS, None
    try:
        yield
    finally:
        Image.MAX_IMAGE_PIXELS = limit
