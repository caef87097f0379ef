"""The bundled images: no file, no network needed. Found in `restorekit.images`."""

import difflib
import functools
import json
from pathlib import Path

import numpy as np
from PIL import Image

from ..arrays import as_float
from .colour import to_gray

_FOLDER = Path(__file__).parents[1] / "data" / "samples"


def sample(name, *, gray=False):
    """Take one of the bundled images: no file, no network needed.

    Parameters
    ----------
    name : str
        One of `sample_names()`. `sample_card` says what each shows and where it is from.
    gray : bool
        True turns a colour image into a gray one (`to_gray`).

    Returns
    -------
    ndarray (H, W) or (H, W, 3), float32, [0, 1]
        A fresh copy: yours to change.

    Examples
    --------
    >>> sample("coffee").shape, sample("coffee", gray=True).shape
    ((400, 600, 3), (400, 600))
    """
    sample_card(name)
    image = as_float(_sample_pixels(name))
    return to_gray(image) if gray else image


def sample_names():
    """Names of the bundled images, colour images first.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "astronaut" in sample_names()
    True
    """
    return list(_cards())


def sample_card(name):
    """What a bundled image shows, from where it is, and under which terms.

    Parameters
    ----------
    name : str
        One of `sample_names()`.

    Returns
    -------
    dict
        Keys "what", "source", "licence", "shape" and "sha256" (of the bundled file).

    Examples
    --------
    >>> sample_card("chelsea")["licence"]
    'CC0'
    """
    cards = _cards()
    if name not in cards:
        close = difflib.get_close_matches(str(name), cards, n=1)
        guess = f" Did you mean {close[0]!r}?" if close else ""
        raise ValueError(f"there is no bundled image {name!r}.{guess} There are: {', '.join(cards)}.")
    return dict(cards[name])


@functools.cache
def _cards():
    """The cards of all bundled images, in the order in which they are listed."""
    return json.loads((_FOLDER / "cards.json").read_text(encoding="utf-8"))


@functools.cache
def _sample_pixels(name):
    """The stored bytes of a bundled image; read once."""
    with Image.open(_FOLDER / f"{name}.png") as picture:
        return np.asarray(picture)
