"""JPEG: save a picture in memory and open it again, to see what the file has lost."""

import io

import numpy as np
from PIL import Image

from ..arguments import whole_number
from ..arrays import as_float, require, to_uint8

__all__ = ["jpeg", "jpeg_size"]

_SUBSAMPLING = ("4:4:4", "4:2:2", "4:2:0")
_LARGEST_SIDE = 65_500  # libjpeg's own limit


def jpeg(image, quality, *, subsampling="4:2:0"):
    """Compress an image as JPEG and decompress it again, all in memory.

    JPEG cuts the picture into blocks of 8 x 8 pixels, turns each into frequencies, and rounds them: the finer, the more
    coarsely. Low quality shows as blocks, ringing around edges, and smeared colour.

    Parameters
    ----------
    image : ndarray (H, W), (H, W, 1) or (H, W, 3), float, [0, 1]
        Values outside [0, 1] are clipped, and all are rounded to 8 bits: a JPEG file holds nothing finer.
    quality : int
        1 (smallest file) to 100 (largest; still not without loss).
    subsampling : "4:2:0", "4:2:2" or "4:4:4"
        Resolution of the colour: halved both ways, halved across only, or kept. Of no effect on a gray image.

    Returns
    -------
    ndarray of float32, same shape, [0, 1]
        Multiples of 1/255.

    Raises
    ------
    TypeError, ValueError
        quality not a whole number from 1 to 100, another subsampling, or not 1 or 3 channels.

    References
    ----------
    G. K. Wallace, "The JPEG still picture compression standard", Communications of the ACM 34(4), 1991.

    Examples
    --------
    >>> ramp = np.linspace(0, 1, 64, dtype=np.float32) * np.ones((64, 1), np.float32)
    >>> [round(float(np.abs(jpeg(ramp, quality) - ramp).max()), 2) for quality in (95, 10, 1)]
    [0.0, 0.03, 0.12]
    """
    image = require(image)
    with Image.open(io.BytesIO(_encode(image, quality, subsampling))) as file:
        return as_float(np.asarray(file)).reshape(image.shape)


def jpeg_size(image, quality, *, subsampling="4:2:0"):
    """Size of the JPEG file that this image would make.

    Parameters
    ----------
    image : ndarray (H, W), (H, W, 1) or (H, W, 3), float, [0, 1]
    quality : int
        1 to 100, as in `jpeg`.
    subsampling : "4:2:0", "4:2:2" or "4:4:4"

    Returns
    -------
    int
        Bytes.

    Raises
    ------
    TypeError, ValueError
        As `jpeg`.

    Examples
    --------
    >>> ramp = np.linspace(0, 1, 64, dtype=np.float32) * np.ones((64, 1), np.float32)
    >>> jpeg_size(ramp, 10) < jpeg_size(ramp, 95) < ramp.size
    True
    """
    return len(_encode(require(image), quality, subsampling))


def _encode(image, quality, subsampling):
    """The bytes of the JPEG file."""
    quality = whole_number(quality, "quality")
    if quality > 100:
        raise ValueError(f"quality is {quality}; JPEG's scale runs from 1 (smallest file) to 100 (largest).")
    if subsampling not in _SUBSAMPLING:
        raise ValueError(f"subsampling is {subsampling!r}; it must be one of {', '.join(map(repr, _SUBSAMPLING))}.")
    channels = image.shape[2] if image.ndim == 3 else 1
    if channels not in (1, 3):
        raise ValueError(f"image has {channels} channels; JPEG holds gray or RGB. Drop transparency: image[..., :3]")
    if max(image.shape[:2]) > _LARGEST_SIDE:
        raise ValueError(
            f"image is {image.shape[0]} x {image.shape[1]}; a side of a JPEG has at most {_LARGEST_SIDE:,}."
        )
    pixels = to_uint8(image)
    file = io.BytesIO()
    Image.fromarray(pixels if channels == 3 else pixels.reshape(image.shape[:2])).save(
        file, "JPEG", quality=quality, subsampling=subsampling
    )
    return file.getvalue()
