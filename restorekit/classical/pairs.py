"""A database of examples: how small patches look when they are shrunk and enlarged again, and what they lose on the way.

`classical.enlarge_by_examples` looks patches up in it.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from scipy.spatial import cKDTree

from ..arguments import generator, whole_number
from ..arrays import require
from ..images import load, luma
from ._bands import FLAT, bands, contrast_of, windows

_SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp")


@dataclass(frozen=True, eq=False)
class Examples:
    """Pairs of low and high patches, made by `learn_examples`; ``len(examples)`` says how many.

    Attributes
    ----------
    scale, patch : int
        The enlargement, and the width of a patch in pixels of the small picture: ``patch * scale`` of the large one.
    axes : (n_pixels, n_components) float32 array
        The principal axes of the normalised middle bands, strongest first; n_pixels is (patch * scale)**2.
    tree : scipy.spatial.cKDTree
        The middle bands along these axes, ready for the search.
    high : (n, n_pixels) float32 array
        The missing high frequency of each patch, divided by the contrast of its middle band.
    places : (n, 3) int array
        Where each patch is from: the number of its picture, and the row and column of its upper left pixel there.
    pictures : list of (H, W) float32 arrays
        The brightness of the pictures that were learnt from, cut to multiples of `scale`.
    """

    scale: int
    patch: int
    axes: np.ndarray
    tree: cKDTree
    high: np.ndarray
    places: np.ndarray
    pictures: list

    def __len__(self):
        return len(self.high)

    def __repr__(self):
        n = len(self.pictures)
        return f"<{len(self):,} examples for scale {self.scale}, from {n} picture{'s' * (n != 1)}>"


def learn_examples(images, scale=2, *, patch=3, limit=200_000, components=16, rng=0):
    """Collect pairs of low and high patches from pictures.

    Parameters
    ----------
    images : list of (H, W) or (H, W, 3) float32 arrays, [0, 1], or a folder of picture files (str or Path)
        Sharp originals. Of colour pictures the brightness counts (`images.luma`). Small ones are made of them by `degrade.resize`.
    scale : int
        By how much to enlarge later: 2 or more.
    patch : int
        The width of a patch in pixels of the small picture: 2 or more.
    limit : int
        At most this many pairs: drawn at random from all that are not flat.
    components : int
        How many numbers describe a patch in the search: its principal components (PCA).
    rng : numpy.random.Generator or int
        Source of randomness, or a seed for one.

    Returns
    -------
    Examples
        Holds the pictures too, so that `matches` can show where a patch is from.

    Raises
    ------
    TypeError, ValueError
        If there are no images, one is no image or too small for a patch, none has any detail, or a setting makes no sense.
    NotADirectoryError
        If the folder is none.

    Examples
    --------
    >>> from restorekit import sample
    >>> learn_examples([sample("camera")[100:228, 200:328], sample("coins")[:128, :128]], limit=2000)
    <2,000 examples for scale 2, from 2 pictures>
    """
    scale, patch = whole_number(scale, "scale", 2), whole_number(patch, "patch", 2)
    limit, components, rng = whole_number(limit, "limit"), whole_number(components, "components"), generator(rng)
    side = patch * scale
    pictures = [_original(picture, name, scale, side) for name, picture in _named(images)]
    detailed = [
        np.flatnonzero(contrast_of(windows(bands(picture, scale)[0], side, scale)) >= FLAT) for picture in pictures
    ]
    owner = np.repeat(np.arange(len(pictures)), [len(found) for found in detailed])
    if not len(owner):
        raise ValueError("the images hold no detail: every patch of them is flat, so there is nothing to learn.")
    chosen = np.sort(rng.choice(len(owner), min(limit, len(owner)), replace=False))
    owner, where = owner[chosen], np.concatenate(detailed)[chosen]
    places, low, high = [], [], []
    for number in np.unique(owner):
        band, missing = (windows(part, side, scale) for part in bands(pictures[number], scale))
        row, column = np.divmod(where[owner == number], band.shape[1])
        contrast = contrast_of(band[row, column])[:, np.newaxis]
        low.append(band[row, column].reshape(len(row), -1) / contrast)
        high.append(missing[row, column].reshape(len(row), -1) / contrast)
        places.append(np.stack([np.full_like(row, number), scale * row, scale * column], axis=1))
    low, high = np.concatenate(low), np.concatenate(high)
    axes = np.linalg.eigh(low.T @ low)[1][:, : -components - 1 : -1]
    return Examples(scale, patch, axes, cKDTree(low @ axes), high, np.concatenate(places), pictures)


def _named(images):
    """Pairs of a name for messages and a picture, from a list or from the files of a folder."""
    if isinstance(images, str | Path):
        folder = Path(images)
        if not folder.is_dir():
            raise NotADirectoryError(
                f"images is {str(images)!r}, which is not a folder. Give a folder of pictures, or a list: [rk.load(...)]"
            )
        paths = sorted(path for path in folder.iterdir() if path.suffix.lower() in _SUFFIXES)
        if not paths:
            raise ValueError(f"there are no pictures in {str(images)!r}: no file there ends in {', '.join(_SUFFIXES)}.")
        return ((path.name, load(path)) for path in paths)
    if not isinstance(images, list | tuple):
        raise TypeError(
            f"images must be a list of pictures, or a folder of them; got {type(images).__name__}. One picture: [image]"
        )
    if not images:
        raise ValueError("there are no images to learn from: the list is empty.")
    return ((f"images[{i}]", image) for i, image in enumerate(images))


def _original(picture, name, scale, side):
    """The brightness of a picture to learn from, cut to a multiple of the scale."""
    brightness = luma(require(picture, name))
    height, width = (n // scale * scale for n in brightness.shape)
    if min(height, width) < side:
        raise ValueError(
            f"{name} has {brightness.shape[0]} x {brightness.shape[1]} pixels; one patch at scale {scale} needs {side} x {side}."
        )
    return brightness[:height, :width]
