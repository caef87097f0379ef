"""Large images in little memory: a function applied tile by tile. Learners meet it as `restore.tiled`."""

from typing import NamedTuple

import numpy as np
from tqdm import tqdm

from restorekit.arguments import whole_number

__all__ = ["tiled"]


def tiled(function, image, *, tile=256, overlap=32, multiple=1, progress=False):
    """Apply a function to an image tile by tile, so that a large image needs little memory.

    Every tile is cut out with a margin of `overlap` pixels, and of its result only the middle is kept. Where a result depends on
    pixels at most `overlap` away, the tiles fit together exactly: no blending, no seams. All tiles have one size (the last of a row
    or column looks back further instead of being smaller), so that a network is compiled for that size only.

    Parameters
    ----------
    function : callable
        From an image (h, w) or (h, w, C) to one of that size, or of a whole multiple of it (an upscaler).
    image : array (H, W) or (H, W, C)
        Any size, also smaller than a tile.
    tile : int
        Largest height and width of a tile without its margin, in pixels.
    overlap : int
        Width of the margin in pixels; at least the function's reach (half its window).
    multiple : int
        Tiles begin at multiples of this many pixels, as a network needs that halves its input: else it would pair other
        neighbours than in the whole image. `tile` and `overlap` are rounded up to it.
    progress : bool
        Show a progress bar, on stderr.

    Returns
    -------
    array, float32
        As if `function` had seen the whole image.

    Raises
    ------
    TypeError, ValueError
        If tile or overlap make no sense, or the function returns another size.

    Examples
    --------
    >>> import numpy as np
    >>> from scipy.ndimage import uniform_filter
    >>> image = np.random.default_rng(0).random((50, 70), dtype=np.float32)
    >>> whole = uniform_filter(image, 5)
    >>> np.allclose(tiled(lambda part: uniform_filter(part, 5), image, tile=16, overlap=2), whole)
    True
    """
    if not isinstance(image, np.ndarray) or image.ndim < 2:
        raise TypeError(
            f"image is {type(image).__name__}; tiles are cut out of an array (H, W) or (H, W, C): np.asarray(image)"
        )
    if image.size == 0:
        raise ValueError(f"image is empty: its shape is {image.shape}")
    tile, overlap, multiple = (
        whole_number(tile, "tile"),
        whole_number(overlap, "overlap", 0),
        whole_number(multiple, "multiple"),
    )
    rows, columns = (list(_pieces(length, tile, overlap, multiple)) for length in image.shape[:2])
    result = None
    for y, x in tqdm([(y, x) for y in rows for x in columns], unit="tile", disable=not progress, leave=False):
        part = image[y.start : y.stop, x.start : x.stop]
        restored = np.asarray(function(part))
        scale = restored.shape[0] // part.shape[0]
        if scale < 1 or restored.shape[:2] != (part.shape[0] * scale, part.shape[1] * scale):
            raise ValueError(
                f"the function turned a tile of {part.shape[:2]} pixels into one of {restored.shape[:2]}; "
                "tiles need a function that keeps the size or multiplies it by a whole number"
            )
        if result is None:
            whole = (image.shape[0] * scale, image.shape[1] * scale, *restored.shape[2:])
            result = np.empty(whole, np.float32)
        result[_scaled(y.keep, scale), _scaled(x.keep, scale)] = restored[
            _scaled(y.keep, scale, y.start), _scaled(x.keep, scale, x.start)
        ]
    return result


class _Piece(NamedTuple):
    """A stretch of rows (or columns): where it begins and ends with its margins, and what is kept of it."""

    start: int
    stop: int
    keep: tuple


def _pieces(length, tile, overlap, multiple):
    """Cut a length into pieces of one size."""
    overlap = _rounded_up(overlap, multiple)
    n = max(1, -(-(length - 2 * overlap) // _rounded_up(tile, multiple)))
    step = _rounded_up(-(-(length - 2 * overlap) // n), multiple)  # the outermost pieces need no margin at the border
    size, start, done = step + 2 * overlap, 0, 0
    while done < length:
        last = start + size >= length
        start = max(0, _rounded_up(length - size, multiple)) if last else start
        end = length if last else start + size - overlap
        yield _Piece(start, min(start + size, length), (done, end))
        start, done = start + step, end


def _rounded_up(number, multiple):
    """The next multiple."""
    return -(-number // multiple) * multiple


def _scaled(keep, scale, start=0):
    """What is kept, counted from `start`, in pixels of the result."""
    return slice((keep[0] - start) * scale, (keep[1] - start) * scale)
