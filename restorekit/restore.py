"""The one door to every restorer: `denoise` and `upscale` by a method's name, on images of any size."""

import functools
import warnings

import numpy as np

from restorekit import classical, images, zoo
from restorekit.degrade import estimate_sigma
from restorekit.methods import channels_of, keras_installed, network_phrases, require_method, split_alpha
from restorekit.tiles import tiled
from restorekit.upscaling import UPSCALERS, best_upscaler, upscale

__all__ = ["DENOISERS", "UPSCALERS", "best_denoiser", "best_upscaler", "denoise", "tiled", "upscale"]

#: The classical denoisers by name; each has a function(noisy, sigma, **own), a title, and what it is good for.
DENOISERS = dict(classical.METHODS)
#: A network's tiles: larger ones need more memory, smaller ones are mostly margin.
_NETWORK_TILE = 512
#: The networks for noise of unknown strength, by the image's channels.
BLIND = {1: "dncnn-gray-blind", 3: "autoencoder-color"}


def denoise(image, method="nlm", *, sigma=None, tile=None, overlap=None, progress=False, **own):
    """Remove noise from an image by the method of your choice: a filter, or a trained network.

    Parameters
    ----------
    image : array (H, W) or (H, W, C), float, about [0, 1]
        The noisy image; noise may carry it out of [0, 1]. The last of 2 or 4 channels is taken to be transparency, and
        returned as it is.
    method : str
        A filter of `DENOISERS` ("mean", "gaussian", "median", "bilateral", "guided", "nlm", "tv", "wavelet"), a network of
        ``zoo.names("denoise")`` (such as "dncnn-color-blind"), or "auto": the best there is for this image, see `best_denoiser`. The
        default needs no TensorFlow, and gives the same on every computer.
    sigma : float, optional
        Standard deviation of the noise on the [0, 1] scale (25/255, not 25). Estimated by `degrade.estimate_sigma` if omitted.
        A network does not need it: it learned one level, or (the blind ones) to find it out by itself.
    tile : int, optional
        Work in tiles of at most this many pixels, to save memory (see `tiled`). If omitted, filters see the whole image at once,
        and networks tiles of 512.
    overlap : int, optional
        How far each tile looks over its edges. If omitted: as far as a network looks, so that the tiles don't show; 32 for filters,
        which covers what the local ones see. "tv" and "wavelet" weigh the whole picture; in tiles they give slightly other values.
    progress : bool
        Show a progress bar, on stderr; a filter works in tiles of 256 then, if `tile` is omitted.
    **own
        A filter's own settings, for example ``size=5`` for "median".

    Returns
    -------
    array of the same shape, float32
        Clipped to [0, 1].

    Raises
    ------
    ValueError
        For an unknown method (the message lists them), a network for images of another kind, or a sigma outside [0, 1].
    TypeError
        For uint8 pixels or settings that the method does not have.
    ImportError
        For a network where Keras or its backend is not installed.

    Warns
    -----
    UserWarning
        If `sigma` is far from what the network has learned, or "auto" finds no Keras.

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
    colour, alpha = split_alpha(image)
    sigma = sigma if sigma is None else images.require_sigma(sigma)
    if isinstance(method, str) and method == "auto":
        method = best_denoiser(image)
        if method in DENOISERS:
            warnings.warn(f"no Keras here, so the method is {method!r} instead of a network", UserWarning, stacklevel=2)
    if isinstance(method, str) and method in DENOISERS:
        sigma = estimate_sigma(colour) if sigma is None else sigma
        function, multiple = functools.partial(DENOISERS[method].function, sigma=sigma, **own), 1
        tile, overlap = 256 if tile is None and progress else tile, 32 if overlap is None else overlap
    else:
        require_method(method, _phrases(), "rk.upscale(image, scale, method=...)", [*UPSCALERS, *zoo.names("upscale")])
        function = _network(method, colour, sigma, own)
        multiple = function.multiple
        tile, overlap = _NETWORK_TILE if tile is None else tile, function.reach if overlap is None else overlap

    def restore(part):
        return np.clip(function(part), 0, 1, dtype=np.float32)

    if tile is not None:
        restore = functools.partial(tiled, restore, tile=tile, overlap=overlap, multiple=multiple, progress=progress)
    restored = restore(colour)
    return restored if alpha is None else np.concatenate([restored, alpha], axis=-1)


def best_denoiser(image):
    """What "auto" stands for: the blind network for the image's channels or, where Keras is not installed, non-local means.

    Parameters
    ----------
    image : array (H, W) or (H, W, C)

    Returns
    -------
    str
        A method of `denoise`.

    Examples
    --------
    >>> import restorekit as rk
    >>> best_denoiser(rk.sample("astronaut")) in ("autoencoder-color", "nlm")
    True
    """
    name = BLIND[channels_of(image)]
    return name if keras_installed() and name in zoo.names() else "nlm"


def _network(name, image, sigma, own):
    """The network, once its image and its noise are known to fit."""
    from restorekit import networks  # starts TensorFlow

    if own:
        raise TypeError(f"{name} is a trained network; it has no setting {next(iter(own))!r}")
    _warn_of_other_noise(name, sigma)
    network = networks.trained(name)
    if network.channels != channels_of(image):
        kind, other = ("colour", "gray") if network.channels == 3 else ("gray", "colour")
        cure = "rk.images.to_gray(image)" if network.channels == 1 else "np.dstack([image] * 3)"
        raise ValueError(
            f"{name} restores {kind} pictures, and this one is {other}: its shape is {image.shape}. "
            f'Take method="{BLIND[channels_of(image)]}", or make the picture {kind}: {cure}'
        )
    return network


def _warn_of_other_noise(name, sigma):
    """Warn if the noise is known to be none that the network has learned."""
    learned = zoo.card(name)["sigma"]
    blind = isinstance(learned, list)
    low, high = (learned[0], 1.1 * learned[1]) if blind else (0.8 * learned, 1.2 * learned)
    if sigma is None or low <= 255 * sigma <= high:
        return
    levels = f"from {learned[0]:g} to {learned[1]:g}" if blind else f"{learned:g}"
    warnings.warn(
        f"{name} has learned noise of sigma {levels} of 255, and yours is {255 * sigma:.3g}: it will "
        + ("leave noise" if 255 * sigma > high else "take detail away with the noise"),
        UserWarning,
        stacklevel=4,
    )


def _phrases():
    """What every denoiser is good for, networks included."""
    phrases = {name: f"{one.title}: {one.good_for}" for name, one in DENOISERS.items()}
    return (
        phrases
        | network_phrases("denoise")
        | {"auto": "the blind network for the image's channels; where Keras is not installed, nlm."}
    )
