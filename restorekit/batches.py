"""Training batches: random patches of clean images, turned and mirrored, and degraded by a function such as those of `pairs`."""

import itertools
import warnings
from pathlib import Path

import numpy as np

from restorekit import images as pictures
from restorekit.arguments import generator, whole_number

__all__ = ["clean_images", "cut_batch", "endless", "require_fitting", "validation_pair"]


def clean_images(images, channels, patch=1, name="images"):
    """Read or check the clean images of a training, each as (H, W, channels).

    Parameters
    ----------
    images : folder, array (N, H, W) or (N, H, W, C), or sequence of arrays (H, W) or (H, W, C), float, [0, 1]
        A folder's pictures are read in the order of their names, as gray for one channel.
    channels : int
        What the model takes.
    patch : int
        Smallest height and width that will do, in pixels.
    name : str
        What to call them in messages.

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
        images = [pictures.load(file, gray=channels == 1, alpha="drop") for file in pictures.picture_files(images)]
    if not hasattr(images, "__len__"):
        raise TypeError(f"{name} is {images!r}: give a folder, an array of images or a list of them")
    if isinstance(images, np.ndarray) and (images.ndim < 3 or (images.ndim == 3 and images.shape[2] in (1, 3, 4))):
        raise ValueError(f"{name} is an array of shape {images.shape}: if that is one image, put it in a list: [image]")
    if len(images) == 0:
        raise ValueError(f"{name} is empty: there is nothing to learn from")
    checked = []
    for place, image in enumerate(images):
        image = pictures.require(np.asarray(image), f"{name}[{place}]")
        image = image[..., None] if image.ndim == 2 else image
        if image.shape[-1] != channels:
            raise ValueError(
                f"{name}[{place}] has {image.shape[-1]} channel(s) and the model takes {channels}: "
                "build the model with channels=1 for gray images, channels=3 for colour"
            )
        if min(image.shape[:2]) < patch:
            raise ValueError(
                f"{name}[{place}] is {image.shape[0]} x {image.shape[1]} pixels: too small for patches of {patch}"
            )
        checked.append(image)
    return checked


def validation_pair(pair, takes, gives):
    """Check the images that a training is scored on.

    Parameters
    ----------
    pair : two arrays (N, H, W) or (N, H, W, C), or two sequences of arrays (H, W) or (H, W, C), float
        Degraded and clean images.
    takes, gives : int
        Channels of the model's input and output.

    Returns
    -------
    degraded, clean : arrays (N, H, W, takes) and (N, H, W, gives), float32

    Raises
    ------
    TypeError, ValueError
        As `clean_images`, and if they are not as many, or not of one size.

    Examples
    --------
    >>> noisy, clean = validation_pair((np.ones((2, 8, 9)), np.zeros((2, 8, 9))), 1, 1)
    >>> noisy.shape
    (2, 8, 9, 1)
    """
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        raise ValueError("validation must be a pair: (degraded images, clean images)")
    checked = []
    for part, channels, kind in zip(pair, (takes, gives), ("degraded", "clean"), strict=True):
        part = clean_images(part, channels, name=f"validation ({kind})")
        if len({image.shape for image in part}) > 1:
            raise ValueError(f"validation ({kind}) has images of several sizes: crop them to one")
        checked.append(np.stack(part))
    if len(checked[0]) != len(checked[1]):
        raise ValueError(f"validation has {len(checked[0])} degraded images and {len(checked[1])} clean ones")
    return tuple(checked)


def require_fitting(model, degraded, clean, name):
    """Check that a model turns these inputs into images of the clean ones' size, and that there is something to learn.

    Parameters
    ----------
    model : keras.Model
    degraded, clean : arrays (N, h, w, C) and (N, H, W, C)
    name : str
        What to call them in messages.

    Raises
    ------
    ValueError
        If the result would have another size.

    Warns
    -----
    UserWarning
        If input and target are the same, and the model holds no layer that adds noise.
    """
    try:
        becomes = tuple(model.compute_output_shape(degraded.shape))
    except Exception:  # what a model of one's own can't tell, its training will
        return
    if becomes != clean.shape:
        (h, w), (new_h, new_w), (wanted_h, wanted_w) = degraded.shape[1:3], becomes[1:3], clean.shape[1:3]
        raise ValueError(
            f"{name}: the model turns {h} x {w} pixels into {new_h} x {new_w}, and the clean images have {wanted_h} x {wanted_w}. "
            "Does degrade (or the degraded half of a pair) change the size as this model expects it?"
        )
    if degraded.shape == clean.shape and np.array_equal(degraded, clean) and not _adds_noise(model):
        warnings.warn(
            f"{name}: degraded and clean images are the same, and the model holds no layer that adds noise. It learns to copy.",
            stacklevel=3,
        )


def _adds_noise(model):
    """Whether one of its layers changes its input at random in training."""
    kinds = [type(layer).__name__ for layer in model._flatten_layers()]
    return any("Noise" in kind or "Dropout" in kind for kind in kinds)


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


def endless(images, degrade, n, size, *, channels, margin=0, seed=0, start=0, process=0):
    """Make the batches of a training, one after the other: step k's depends on the seed and on k alone.

    Parameters
    ----------
    images : sequence of arrays (H, W, C)
        The clean images.
    degrade : callable or None
        ``degrade(clean, rng)`` on a batch (n, size, size, C) float32, of which it gets a copy.
    n, size : int
        As in `cut_batch`.
    channels : int
        What the model takes.
    margin : int
        Pixels around each patch that `degrade` gets too, and that are cut off its result: an edge of the patch is none of the image.
    seed : int
        Of all batches.
    start : int
        The first step.
    process : int
        Number of this process, where several train together: each has batches of its own.

    Yields
    ------
    input, target : arrays (n, h, w, channels) and (n, size, size, C), float32

    Raises
    ------
    TypeError, ValueError
        If `degrade` returns something else than such a batch of finite floats, or of a size in which the margin is not whole.

    Examples
    --------
    >>> import restorekit as rk
    >>> noisy, clean = next(endless([np.zeros((9, 9, 1))], rk.training.gaussian(0.1), 5, 8, channels=1))
    >>> noisy.shape, float(clean.max())
    ((5, 8, 8, 1), 0.0)
    """
    if degrade is not None and not callable(degrade):
        raise TypeError(
            f"degrade is {degrade!r}: it must be a function of a batch and rng, as training.gaussian({degrade!r})"
        )
    margin = whole_number(margin, "margin", 0)
    for step in itertools.count(start):
        rng = np.random.default_rng([seed, step, process] if process else [seed, step])
        target = cut_batch(images, n, size + 2 * margin, rng)
        degraded = _degraded(target if degrade is None else degrade(target.copy(), rng), n, channels)
        yield _inner(degraded, _margin_there(margin, target, degraded)), _inner(target, margin)


def _margin_there(margin, target, degraded):
    """How wide the margin is in what `degrade` returned."""
    there = margin * degraded.shape[1] / target.shape[1]
    if there != int(there):
        raise ValueError(
            f"margin is {margin}, and degrade turns {target.shape[1]} pixels into {degraded.shape[1]}: "
            f"that makes {there:.3g} pixels of margin. Make it a multiple of the scale"
        )
    return int(there)


def _inner(batch, margin):
    """A batch without what lies around its patches."""
    return batch[:, margin : batch.shape[1] - margin, margin : batch.shape[2] - margin] if margin else batch


def _degraded(batch, n, channels):
    """What `degrade` returned, checked, in float32."""
    batch = np.asarray(batch)
    if batch.dtype.kind != "f":
        raise TypeError(f"degrade returned {batch.dtype} instead of floats in [0, 1]: does it end with return?")
    if batch.ndim != 4 or batch.shape[0] != n or batch.shape[3] != channels:
        raise ValueError(
            f"degrade returned shape {batch.shape}, and the model takes {n} images of {channels} channel(s): "
            f"({n}, height, width, {channels})"
        )
    if not np.isfinite(batch).all():
        raise ValueError(
            "degrade returned NaN or infinite values: is there a division by zero or a root of a negative number?"
        )
    return batch.astype(np.float32, copy=False)
