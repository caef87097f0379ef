"""Enlarge pictures by a method's name: interpolation, or a trained network. Learners meet it as `rk.upscale`."""

import functools
import numbers
import warnings

import numpy as np

from restorekit import classical, images, zoo
from restorekit.degrade import resize
from restorekit.methods import channels_of, keras_installed, network_phrases, require_method, split_alpha
from restorekit.tiles import tiled

__all__ = ["UPSCALERS", "best_upscaler", "upscale"]

#: The interpolations by name: function(image, scale) and a phrase.
UPSCALERS = {
    "nearest": (classical.nearest, "Repeats pixels: blocks, but no value that was not there."),
    "bilinear": (classical.bilinear, "Straight lines between pixels: smooth, soft."),
    "bicubic": (classical.bicubic, "Cubic curves: sharper; what papers compare with."),
    "lanczos": (classical.lanczos, "Windowed sinc waves: the sharpest, with faint rings along edges."),
}
#: The network that "auto" stands for, by the scale.
_BEST = {2: "edsr-x2", 3: "vdsr", 4: "edsr-x4"}
#: Width of a network's tiles, in pixels of the large image: larger ones need more memory, smaller ones are mostly margin.
_NETWORK_TILE = 768
#: How far bicubic interpolation looks, in pixels of the small image.
_BICUBIC_REACH = 2


def upscale(image, scale, method="bicubic", *, ensemble=False, tile=None, overlap=None, progress=False):
    """Enlarge an image by the method of your choice: an interpolation, or a trained network.

    Parameters
    ----------
    image : array (H, W) or (H, W, C), float, about [0, 1]
        The small image. The last of 2 or 4 channels is taken to be transparency; it is enlarged like the colours, by a network's
        method "bicubic".
    scale : float
        How much wider and higher; above 1. A network knows one or a few whole numbers, see ``zoo.card(method)["scale"]``.
    method : str
        One of `UPSCALERS` ("nearest", "bilinear", "bicubic", "lanczos"), a network of ``zoo.names("upscale")`` (such as "edsr-x2"),
        or "auto": the best there is for this scale, see `best_upscaler`. The default needs no TensorFlow.
    ensemble : bool
        Let a network see the image in its eight turns and mirror images, and take the mean: a little better, eight times slower.
    tile : int, optional
        Work in tiles of at most this many pixels of the small image, to save memory (see `tiled`); with a whole `scale` only. If
        omitted, interpolations see the whole image at once, and networks tiles that become 768 pixels.
    overlap : int, optional
        How far each tile looks over its edges. If omitted: as far as the method looks, so that the tiles don't show.
    progress : bool
        Show a progress bar, on stderr; an interpolation works in tiles of 256 then, if `tile` is omitted.

    Returns
    -------
    array (H * scale, W * scale) or (H * scale, W * scale, C), float32
        Clipped to [0, 1].

    Raises
    ------
    ValueError
        For an unknown method (the message lists them), or a scale that does not enlarge or that the network has not learned.
    TypeError
        For uint8 pixels, or a scale that is no number.
    ImportError
        For a network where Keras or its backend is not installed.

    Warns
    -----
    UserWarning
        If "auto" finds no network for this scale, or no Keras.

    Notes
    -----
    Networks of one channel handle colour as the field does: the network enlarges brightness (the Y of `images.rgb_to_ycbcr`), and
    bicubic interpolation the two colour differences, which the eye sees less sharply. For a network of three channels a gray image
    is given to all three, and the gray of what comes out is taken.

    Examples
    --------
    >>> import restorekit as rk
    >>> upscale(rk.sample("chelsea"), 2).shape
    (600, 902, 3)
    """
    image = images.require(image)
    scale = _scale(scale)
    if isinstance(method, str) and method == "auto":
        method = best_upscaler(scale)
        if method in UPSCALERS:
            why = "no Keras here" if scale in _BEST and not keras_installed() else f"no network enlarges by {scale:g}"
            warnings.warn(f"{why}, so the method is {method!r}", UserWarning, stacklevel=2)
    if isinstance(method, str) and method in UPSCALERS:
        enlarge, far = functools.partial(UPSCALERS[method][0], scale=scale), 32
        tile = 256 if tile is None and progress else tile
    else:
        require_method(method, _phrases(), "rk.denoise(image, method=...)", [*classical.METHODS, *zoo.names("denoise")])
        enlarge, far = _network(method, scale, ensemble)
        tile = max(1, _NETWORK_TILE // scale) if tile is None else tile

    def clipped(part):
        return np.clip(enlarge(part), 0, 1, dtype=np.float32)

    if tile is None or not float(scale).is_integer():
        return clipped(image)
    return tiled(clipped, image, tile=tile, overlap=far if overlap is None else overlap, progress=progress)


def best_upscaler(scale):
    """What "auto" stands for: the best network for the scale or, where there is none or Keras is not installed, bicubic.

    Parameters
    ----------
    scale : float

    Returns
    -------
    str
        A method of `upscale`.

    Examples
    --------
    >>> best_upscaler(2.5)
    'bicubic'
    """
    name = _BEST.get(scale)
    return name if name in zoo.names() and keras_installed() else "bicubic"


def _scale(scale):
    """The scale, checked; a whole one as an int."""
    if isinstance(scale, bool) or not isinstance(scale, numbers.Real):
        raise TypeError(f"scale must be one number, for example 2; got {scale!r}")
    if not 1 < scale < float("inf"):
        raise ValueError(
            f"scale is {scale:g}; to enlarge, it must be above 1: 2 makes the image twice as high and wide"
        )
    return int(scale) if float(scale).is_integer() else float(scale)


def _network(name, scale, ensemble):
    """The function that enlarges by a network, once the scale is known to fit, and how far it looks in the small image."""
    about = zoo.card(name)
    learned = np.atleast_1d(about["scale"]).tolist()
    if scale not in learned:
        others = [other for other in zoo.names("upscale") if scale in np.atleast_1d(zoo.card(other)["scale"])]
        advice = " or ".join([f'method="{other}"' for other in others] or ['method="bicubic"'])
        raise ValueError(
            f"scale is {scale:g}, and {name} has learned to enlarge by {' or '.join(map(str, learned))}. Take {advice}."
        )
    from restorekit import networks  # starts TensorFlow

    network = networks.trained(name)

    def on_brightness(gray):
        return network(resize(gray, scale=scale) if about["enlarged"] else gray)

    def on_three(part):
        return network(part) if channels_of(part) == 3 else images.to_gray(network(np.dstack([part] * 3)).clip(0, 1))

    run = on_brightness if network.channels == 1 else on_three
    run = functools.partial(networks.self_ensemble, run) if ensemble else run

    def enlarge(part):
        colour, alpha = split_alpha(part)
        if network.channels == 3 or channels_of(part) == 1:
            large = run(colour)
        else:
            ycbcr = images.rgb_to_ycbcr(colour)
            large = images.ycbcr_to_rgb(np.dstack([run(ycbcr[..., 0]), resize(ycbcr[..., 1:], scale=scale)]))
        large = large.reshape(*large.shape[:2], *colour.shape[2:])
        return large if alpha is None else np.dstack([large, resize(alpha, scale=scale)])

    far = -(-network.reach // scale) + _BICUBIC_REACH if about["enlarged"] else max(network.reach, _BICUBIC_REACH)
    return enlarge, far


def _phrases():
    """What every upscaler is good for, networks included."""
    phrases = {name: phrase for name, (_, phrase) in UPSCALERS.items()}
    return (
        phrases | network_phrases("upscale") | {"auto": "the best network for the scale; where there is none, bicubic."}
    )
