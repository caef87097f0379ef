"""The one door to every restorer: `denoise` and `upscale` by a method's name, on images of any size."""

import difflib
import numbers

import numpy as np
from tqdm import tqdm

from restorekit import classical, images
from restorekit.arguments import whole_number
from restorekit.degrade import estimate_sigma

__all__ = ["DENOISERS", "UPSCALERS", "denoise", "tiled", "upscale"]

#: The denoisers by name; each has a function(noisy, sigma, **own), a title, and what it is good for.
DENOISERS = dict(classical.METHODS)
#: The upscalers by name: function(image, scale) and a phrase.
UPSCALERS = {
    "nearest": (classical.nearest, "Repeats pixels: blocks, but no value that was not there."),
    "bilinear": (classical.bilinear, "Straight lines between pixels: smooth, soft."),
    "bicubic": (classical.bicubic, "Cubic curves: sharper; what papers compare with."),
    "lanczos": (classical.lanczos, "Windowed sinc waves: the sharpest, with faint rings along edges."),
}


def denoise(image, method="nlm", *, sigma=None, tile=None, overlap=32, progress=False, **own):
    """Remove noise from an image by the method of your choice.

    Parameters
    ----------
    image : array (H, W) or (H, W, C), float, about [0, 1]
        The noisy image; noise may carry it out of [0, 1]. The last of 2 or 4 channels is taken to be transparency, and
        returned as it is.
    method : str
        One of `DENOISERS`: "mean", "gaussian", "median", "bilateral", "guided", "nlm", "tv", "wavelet".
    sigma : float, optional
        Standard deviation of the noise on the [0, 1] scale (25/255, not 25). Estimated by `degrade.estimate_sigma` if omitted.
    tile : int, optional
        Work in tiles of this many pixels, to save memory (see `tiled`). The whole image at once if omitted.
    overlap : int
        How far each tile looks over its edges. 32 covers what the local filters see. "tv" and "wavelet" weigh the whole picture;
        in tiles they give slightly other values.
    progress : bool
        Show a progress bar, on stderr; works in tiles of 256 if `tile` is omitted.
    **own
        The method's own settings, for example ``size=5`` for "median".

    Returns
    -------
    array of the same shape, float32
        Clipped to [0, 1].

    Raises
    ------
    ValueError
        For an unknown method (the message lists them), or a sigma outside [0, 1].
    TypeError
        For uint8 pixels or settings that the method does not have.

    Examples
    --------
    >>> import restorekit as rk
    >>> clean = rk.images.center_crop(rk.sample("camera"), 96)
    >>> noisy = rk.degrade.gaussian_noise(clean, sigma=25 / 255, rng=0)
    >>> restored = denoise(noisy, "nlm", sigma=25 / 255)
    >>> rk.psnr(clean, restored) > rk.psnr(clean, noisy) + 5
    True
    """
    image = images.require(image)
    chosen = _choose(method, {name: f"{one.title}: {one.good_for}" for name, one in DENOISERS.items()})
    colour, alpha = image, None
    if image.ndim == 3 and image.shape[2] in (2, 4):
        colour, alpha = image[..., :-1], image[..., -1:]
    sigma = estimate_sigma(colour) if sigma is None else images.require_sigma(sigma)

    def restore(part):
        return np.clip(DENOISERS[chosen].function(part, sigma, **own), 0, 1, dtype=np.float32)

    if tile is None and not progress:
        restored = restore(colour)
    else:
        restored = tiled(restore, colour, tile=tile or 256, overlap=overlap, progress=progress)
    return restored if alpha is None else np.concatenate([restored, alpha], axis=-1)


def upscale(image, scale, method="bicubic", *, tile=None, overlap=32, progress=False):
    """Enlarge an image by the method of your choice.

    Parameters
    ----------
    image : array (H, W) or (H, W, C), float, about [0, 1]
        The small image. Transparency is enlarged like the colours.
    scale : float
        How much wider and higher; above 1. Tiles need a whole number.
    method : str
        One of `UPSCALERS`: "nearest", "bilinear", "bicubic", "lanczos".
    tile, overlap, progress
        As in `denoise`; tiles are measured in pixels of the small image.

    Returns
    -------
    array (H * scale, W * scale) or (H * scale, W * scale, C), float32
        Clipped to [0, 1].

    Raises
    ------
    ValueError
        For an unknown method (the message lists them) or a scale that does not enlarge.

    Examples
    --------
    >>> import restorekit as rk
    >>> upscale(rk.sample("chelsea"), 2).shape
    (600, 902, 3)
    """
    image = images.require(image)
    chosen = _choose(method, {name: phrase for name, (_, phrase) in UPSCALERS.items()})

    def enlarge(part):
        return np.clip(UPSCALERS[chosen][0](part, scale), 0, 1, dtype=np.float32)

    whole = isinstance(scale, numbers.Real) and float(scale).is_integer()
    if whole and (tile is not None or progress):
        return tiled(enlarge, image, tile=tile or 256, overlap=overlap, progress=progress)
    return enlarge(image)


def tiled(function, image, *, tile=256, overlap=32, progress=False):
    """Apply a function to an image tile by tile, so that a large image needs little memory.

    Every tile is cut out with a margin of `overlap` pixels, and of its result only the middle is kept. Where a result depends on
    pixels at most `overlap` away, the tiles fit together exactly: no blending, no seams.

    Parameters
    ----------
    function : callable
        From an image (h, w) or (h, w, C) to one of that size, or of a whole multiple of it (an upscaler).
    image : array (H, W) or (H, W, C)
        Any size, also smaller than a tile.
    tile : int
        Height and width of a tile without its margin, in pixels.
    overlap : int
        Width of the margin in pixels; at least the function's reach (half its window).
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
    tile, overlap = whole_number(tile, "tile"), whole_number(overlap, "overlap", 0)
    height, width = image.shape[:2]
    corners = [(top, left) for top in range(0, height, tile) for left in range(0, width, tile)]
    result = None
    for top, left in tqdm(corners, unit="tile", disable=not progress, leave=False):
        above, before = min(overlap, top), min(overlap, left)
        part = image[top - above : top + tile + overlap, left - before : left + tile + overlap]
        restored = np.asarray(function(part))
        scale = restored.shape[0] // part.shape[0]
        if scale < 1 or restored.shape[:2] != (part.shape[0] * scale, part.shape[1] * scale):
            raise ValueError(
                f"the function turned a tile of {part.shape[:2]} pixels into one of {restored.shape[:2]}; "
                "tiles need a function that keeps the size or multiplies it by a whole number"
            )
        if result is None:
            result = np.empty((height * scale, width * scale, *restored.shape[2:]), np.float32)
        inner = restored[above * scale : (above + tile) * scale, before * scale : (before + tile) * scale]
        y, x = top * scale, left * scale
        result[y : y + min(tile * scale, inner.shape[0]), x : x + min(tile * scale, inner.shape[1])] = inner
    return result


def _choose(method, phrases):
    """Return the method's name if it is known; otherwise explain which there are."""
    if isinstance(method, str) and method in phrases:
        return method
    near = difflib.get_close_matches(str(method).lower(), phrases, n=1, cutoff=0.4)
    guess = f' Did you mean "{near[0]}"?' if near else ""
    known = "\n".join(f"  {name:<10} {phrase}" for name, phrase in phrases.items())
    raise ValueError(f'there is no method "{method}".{guess} There are {", ".join(phrases)}:\n{known}')
