"""Writing: a float image in, a picture file out. Found in `restorekit.images`.

Nothing is lost on the way: the new file replaces an older one only when it is complete.
"""

import errno
import io
import os
from pathlib import Path

import numpy as np
from PIL import Image

from .. import atomic
from ..arguments import _short, whole_number
from ..arrays import _to_integers, require

_FORMATS = {".png": "PNG", ".jpg": "JPEG", ".jpeg": "JPEG", ".webp": "WEBP", ".tif": "TIFF", ".tiff": "TIFF"}


def save(path, image, *, quality=95, bits=8, overwrite=True):
    """Write an image to a file whose name ends in .png, .jpg, .webp or .tif.

    Parameters
    ----------
    path : str or path
        The ending chooses the format. The folder must exist.
    image : ndarray (H, W) or (H, W, C), float, [0, 1]
        What lies outside [0, 1] is clipped. 2 and 4 channels are gray or RGB with transparency (not for JPEG).
    quality : int
        1 to 100, for JPEG (colour at full resolution, 4:4:4) and WebP. PNG and TIFF lose nothing but the rounding.
    bits : {8, 16}
        Bits a pixel; 16 for gray PNG and TIFF only.
    overwrite : bool
        False refuses to replace a file that exists.

    Raises
    ------
    FileNotFoundError, FileExistsError, PermissionError, OSError
        The folder is missing, the file exists, writing is not allowed, the disk is full. An older file of that name is
        untouched then: the new one is written beside it and takes its place only when complete.
    ValueError
        An unknown ending, or an image that the format can't hold.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     save(Path(folder) / "gray.png", np.full((4, 6), 0.2))
    ...     again = Image.open(Path(folder) / "gray.png").getpixel((0, 0))
    >>> again
    51
    """
    if not isinstance(path, str | os.PathLike):
        raise TypeError(f"the file name comes first: rk.save('picture.png', image); got {_short(path)} as the name.")
    path, image = Path(os.path.realpath(Path(path).expanduser())), require(image)
    contents = _encode(path, image, whole_number(quality, "quality"), bits)
    if not path.parent.is_dir():
        raise FileNotFoundError(
            f"there is no folder {str(path.parent)!r} to save {path.name!r} in. "
            f"Make it first: pathlib.Path({str(path.parent)!r}).mkdir(parents=True)"
        )
    if path.is_dir():
        raise IsADirectoryError(f"{str(path)!r} is a folder; give the picture a name of its own.")
    if path.exists() and not overwrite:
        raise FileExistsError(f"{str(path)!r} exists already, and overwrite=False. Choose another name.")
    try:
        atomic.write(path, contents)
    except OSError as error:
        reasons = {errno.ENOSPC: "the disk is full", errno.EDQUOT: "the disk quota is used up"}
        refused = error.errno in (errno.EACCES, errno.EPERM, errno.EROFS)
        reason = "writing is not allowed there" if refused else reasons.get(error.errno, error.strerror)
        raise OSError(
            error.errno, f"{str(path)!r} was not saved: {reason}. Nothing was changed; save to another folder"
        ) from error


def _encode(path, image, quality, bits):
    """The bytes of an image file in the format that the path's ending names."""
    kind = _FORMATS.get(path.suffix.lower())
    channels = 1 if image.ndim == 2 else image.shape[2]
    if kind is None:
        ending = f"ends in {path.suffix!r}" if path.suffix else "has no ending"
        raise ValueError(f"{path.name!r} {ending}; the format is chosen by the ending: {', '.join(_FORMATS)}.")
    if quality > 100:
        raise ValueError(f"quality is {quality}; it goes from 1 (small) to 100 (good).")
    if bits not in (8, 16):
        raise ValueError(f"bits is {bits!r}; an image file has 8 or 16.")
    if bits == 16 and (channels > 1 or kind not in ("PNG", "TIFF")):
        raise ValueError("bits=16 works for gray images in PNG and TIFF files only; save with bits=8.")
    if channels in (2, 4) and kind == "JPEG":
        raise ValueError(
            f"image has {channels} channels, the last of them transparency, which JPEG can't store. "
            "Save as .png, or drop it: image[..., :-1]"
        )
    pixels = _to_integers(
        image[..., 0] if image.ndim == 3 and channels == 1 else image, np.uint16 if bits == 16 else np.uint8
    )
    options = {"JPEG": {"quality": quality, "subsampling": 0}, "WEBP": {"quality": quality}}.get(kind, {})
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, kind, **options)
    return file.getvalue()
