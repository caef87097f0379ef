"""The pictures: how close each comes to the clean one, and what about it needs a look."""

import hashlib
import io
import struct
from typing import NamedTuple

import numpy as np
from PIL import Image

from restorekit import images, likeness, metrics
from restorekit.handed_in import Refused, decode_picture

__all__ = ["Reference", "largest_file", "png", "reference", "score", "shown"]

#: Sides of the pictures in the report, in pixels.
_THUMBNAIL, _DETAIL = 240, 96
#: The library's own restorations are kept at every so-manieth pixel, and recognised within this error, in levels of 255.
_STRIDE, _SAME = 4, 0.75
#: By how many dB a picture may be closer to the clean one than the best that the library ships.
_TOO_GOOD = 3


class Reference(NamedTuple):
    """What pictures are held against; small enough to be sent to a worker."""

    clean: np.ndarray
    noisy: np.ndarray
    known: dict
    best: float
    noisy_psnr: float
    detail: tuple
    windows: tuple


def reference(key):
    """Prepare a key for judging.

    Parameters
    ----------
    key : Key

    Returns
    -------
    Reference
        Clean and noisy in 8 bits; the library's own restorations, thinned out; the best PSNR among these and that of noisy, in dB;
        where the detail for the report is: (top, left), where the clean picture has most structure; and the clean picture's means
        and mean squares in SSIM's windows, which all restorations are compared with.
    """
    known, best = {}, 0.0
    for name, path in key.known.items():
        restored = images.load(path)
        known[name] = images.to_uint8(restored[::_STRIDE, ::_STRIDE])
        best = max(best, metrics.psnr(key.clean, restored))
    noisy_psnr = metrics.psnr(key.clean, key.noisy)
    windows = _windowed(key.clean), _windowed(key.clean * key.clean)
    return Reference(
        images.to_uint8(key.clean), images.to_uint8(key.noisy), known, best, noisy_psnr, _busiest(key.clean), windows
    )


def largest_file(reference):
    """How large a restoration's file may be, in bytes: twice its pixels, RGBA, and some text.

    Parameters
    ----------
    reference : Reference

    Returns
    -------
    int
    """
    return 2 * 4 * reference.noisy[..., 0].size + 200_000


def score(data, reference):
    """Judge a restoration.

    Parameters
    ----------
    data : bytes
        Of the file that was handed in.
    reference : Reference

    Returns
    -------
    facts : dict
        "psnr" and "gain" in dB, "ssim", "pixels" (a checksum of the decoded picture); to go after the file's name, "unrestored" (why it
        can't be a restoration, or ""), "remarks" and "flags" (lists of sentences).
    picture : ndarray (H, W, 3), uint8

    Raises
    ------
    Refused
        If it is no picture of the right kind and size; it is never made to fit.
    """
    height, width = reference.noisy.shape[:2]
    if data[:8] == b"\x89PNG\r\n\x1a\n" and len(data) >= 33:
        claimed = struct.unpack(">II", data[16:24])
        if claimed != (width, height):
            swapped = " Height and width are swapped." if claimed == (height, width) else ""
            raise Refused(
                f"is {claimed[0]:,} x {claimed[1]:,}, but noisy.png is {width} x {height} (width x height).{swapped}"
            )
    image, remark = decode_picture(data)
    picture = images.to_uint8(image)
    clean, noisy = images.as_float(reference.clean), images.as_float(reference.noisy)
    psnr = min(metrics.psnr(clean, image), 99.0)
    unlike = likeness.not_restored(image, noisy, clean)
    leaked = likeness.is_clean(image, clean)  # a suspicion, of which no student is told
    facts = {
        "psnr": round(psnr, 3),
        "ssim": round(_ssim(clean, image, *reference.windows), 4),
        "gain": round(psnr - reference.noisy_psnr, 3),
        "pixels": hashlib.sha256(picture.tobytes()).hexdigest(),
        "remarks": [f"has an {remark}"] if remark else [],
        "unrestored": "" if leaked else unlike,
        "flags": _flags(picture, unlike, psnr, reference),
    }
    return facts, picture


def _flags(picture, unlike, psnr, reference):
    """What needs a look."""
    flags = []
    if unlike:
        flags.append(unlike)
    elif psnr > (reference.best or 42) + _TOO_GOOD:
        flags.append(f"is closer to the clean picture ({psnr:.1f} dB) than networks come. Where is it from?")
    thin = picture[::_STRIDE, ::_STRIDE].astype(np.float32)
    for name, other in reference.known.items():
        if np.sqrt(np.mean(np.square(thin - other))) < _SAME:
            flags.append(f"equals what restorekit's own {name} makes of noisy.png.")
    return flags


def shown(picture, reference):
    """What the report shows of a restoration.

    Parameters
    ----------
    picture : ndarray (H, W, 3), uint8
    reference : Reference

    Returns
    -------
    dict of str to bytes
        JPEG files: "whole", "detail" at the original size, and "removed", noisy minus restored in the detail around middle gray.
    """
    top, left = reference.detail
    part = (slice(top, top + _DETAIL), slice(left, left + _DETAIL))
    removed = reference.noisy[part].astype(int) - picture[part] + 128
    whole = Image.fromarray(picture)
    whole.thumbnail((_THUMBNAIL, _THUMBNAIL), Image.Resampling.BOX, reducing_gap=None)
    return {
        "whole": _jpeg(whole, 80),
        "detail": _jpeg(Image.fromarray(picture[part]), 90),
        "removed": _jpeg(Image.fromarray(np.clip(removed, 0, 255).astype(np.uint8)), 80),
    }


def png(pixels):
    """A picture as the bytes of a PNG file.

    Parameters
    ----------
    pixels : ndarray (H, W, 3), uint8

    Returns
    -------
    bytes
    """
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG")
    return file.getvalue()


def _jpeg(picture, quality):
    """A picture as the bytes of a JPEG file."""
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=quality)
    return file.getvalue()


def _windowed(image):
    """Means over SSIM's windows, without the border that has no full window."""
    border = metrics.SSIM_BORDER
    return metrics.ssim_window_mean(image)[border:-border, border:-border]


def _ssim(clean, image, mean, square):
    """`metrics.ssim`, when the clean picture's windows are known: twice as fast, and 900 pictures of a class wait for it."""
    own_mean = _windowed(image)
    products = mean * own_mean
    covariance = _windowed(clean * image) - products
    means = mean * mean + own_mean * own_mean
    spreads = square + _windowed(image * image) - means
    c1, c2 = metrics.SSIM_C1, metrics.SSIM_C2
    return float(
        np.mean((2 * products + c1) * (2 * covariance + c2) / ((means + c1) * (spreads + c2)), dtype=np.float64)
    )


def _busiest(clean):
    """Top and left of the square with most structure, on a coarse grid."""
    height, width = clean.shape[:2]
    corners = [(y, x) for y in range(0, height - _DETAIL + 1, 16) for x in range(0, width - _DETAIL + 1, 16)]
    return max(corners, key=lambda corner: float(images.crop(clean, *corner, _DETAIL, _DETAIL).std()))
