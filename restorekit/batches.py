"""Training batches: random patches of clean images, turned and mirrored, and the noise that is added to them."""

from pathlib import Path

import numpy as np

from restorekit import images as pictures
from restorekit.arguments import generator, require_sigma

__all__ = ["clean_images", "cut_batch", "gaussian"]


#: What a folder of images may hold.
_PICTURES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp"}


def clean_images(images, channels, patch=1):
    """Read or check the clean images of a training, each as (H, W, channels).

    Parameters
    ----------
    images : folder, array (N, H, W) or (N, H, W, C), or sequence of arrays (H, W) or (H, W, C), float, [0, 1]
        A folder's pictures are read in the order of their names, as gray for one channel.
    channels : int
        What the model takes.
    patch : int
        Smallest height and width that will do, in pixels.

    Returns
    -------
    list of arrays (H, W, channels), float32

    Raises
    ------
    TypeError
        For integers instead of floats in [0, 1].
    ValueError
        For no images, ones that are too small, of another range, or with other channels than the model's.

    Examples
    --------
    >>> [image.shape for image in clean_images(np.zeros((2, 8, 9)), channels=1)]
    [(8, 9, 1), (8, 9, 1)]
    """
    if isinstance(images, (str, Path)):
        files = [file for file in sorted(Path(images).iterdir()) if file.suffix.lower() in _PICTURES]
        if not files:
            raise ValueError(f"there are no pictures ({', '.join(sorted(_PICTURES))}) in the folder {images}")
        images = [pictures.load(file, gray=channels == 1, alpha="drop") for file in files]
    if len(images) == 0:
        raise ValueError("there are no images to train on")
    checked = []
    for place, image in enumerate(images):
        image = pictures.require(np.asarray(image), f"image {place}")
        image = image[..., None] if image.ndim == 2 else image
        if image.shape[-1] != channels:
            raise ValueError(
                f"image {place} has {image.shape[-1]} channel(s) and the model takes {channels}: "
                "build the model with channels=1 for gray images, channels=3 for colour"
            )
        if min(image.shape[:2]) < patch:
            raise ValueError(
                f"image {place} is {image.shape[0]} x {image.shape[1]} pixels: too small for patches of {patch}"
            )
        checked.append(image)
    return checked


def gaussian(low, high=None):
    """Return a `degrade` for `fit` that adds fresh Gaussian noise: one sigma, or for each image one between two.

    Parameters
    ----------
    low, high : float
        Standard deviation on the [0, 1] scale (25/255, not 25). With both, each image's is drawn uniformly between them.

    Returns
    -------
    callable
        ``degrade(clean, rng)``, on (N, H, W, C) float32.

    Examples
    --------
    >>> noisy = gaussian(0.1)(np.zeros((4, 50, 50, 1), np.float32), np.random.default_rng(0))
    >>> bool(abs(noisy.std() - 0.1) < 0.001)
    True
    """
    low = require_sigma(low, "low")
    high = low if high is None else require_sigma(high, "high")

    def degrade(clean, rng):
        sigma = rng.uniform(low, high, (len(clean), 1, 1, 1)).astype(np.float32)
        return clean + sigma * rng.standard_normal(clean.shape, np.float32)

    return degrade


def cut_batch(images, n, size, rng):
    """Cut random square patches out of random images, each turned and mirrored at random.

    Parameters
    ----------
    images : sequence of arrays (H, W, C)
        All with the same number of channels, none smaller than the patch.
    n, size : int
        How many patches; their height and width in pixels.
    rng : numpy.random.Generator or int
        Source of randomness, or a seed for one.

    Returns
    -------
    array (n, size, size, C), float32

    Examples
    --------
    >>> cut_batch([np.zeros((9, 20, 3)), np.zeros((30, 8, 3))], 5, 8, rng=0).shape
    (5, 8, 8, 3)
    """
    rng = generator(rng)
    batch = np.empty((n, size, size, images[0].shape[-1]), np.float32)
    for patch in batch:
        image = images[rng.integers(len(images))]
        top, left = rng.integers(image.shape[0] - size + 1), rng.integers(image.shape[1] - size + 1)
        cut = np.rot90(image[top : top + size, left : left + size], rng.integers(4))
        patch[:] = cut[:, ::-1] if rng.integers(2) else cut
    return batch
