"""What `denoise` and `upscale` share: methods by name, and images of every kind of channels."""

import difflib
import os
from importlib.util import find_spec

from restorekit import zoo

__all__ = ["channels_of", "keras_installed", "network_phrases", "require_method", "split_alpha"]


def channels_of(image):
    """1 for gray, 3 for colour, transparency not counted.

    Examples
    --------
    >>> import numpy as np
    >>> channels_of(np.zeros((8, 9, 2))), channels_of(np.zeros((8, 9, 4)))
    (1, 3)
    """
    return 1 if image.ndim == 2 or image.shape[2] <= 2 else 3


def split_alpha(image):
    """The colours of an image, and its transparency or None: the last of 2 or 4 channels.

    Examples
    --------
    >>> import numpy as np
    >>> colours, alpha = split_alpha(np.zeros((8, 9, 4)))
    >>> colours.shape, alpha.shape
    ((8, 9, 3), (8, 9, 1))
    """
    if image.ndim == 3 and image.shape[2] in (2, 4):
        return image[..., :-1], image[..., -1:]
    return image, None


def keras_installed():
    """Whether a network could be run here; starts nothing."""
    return bool(find_spec("keras") and find_spec(os.environ.get("KERAS_BACKEND", "tensorflow")))


def network_phrases(task):
    """What each trained network for a task ("denoise" or "upscale") is good for."""
    cards = {name: zoo.card(name) for name in zoo.names(task)}
    return {name: f"{about['title']}: {about['good_for']}" for name, about in cards.items()}


def require_method(method, phrases, elsewhere, others):
    """Raise if a method is not known, and explain which there are.

    Parameters
    ----------
    method : str
    phrases : dict
        What each known method is good for.
    elsewhere : str
        The call that knows the methods `others`.
    others : sequence of str

    Raises
    ------
    ValueError
        With the nearest name, and the whole list.
    """
    if isinstance(method, str) and method in phrases:
        return
    listed = "\n".join(f"  {name:<17} {phrase}" for name, phrase in phrases.items())
    known = f"There are {', '.join(phrases)}:\n{listed}"
    if method in others:
        raise ValueError(f'"{method}" is none of the methods here; it belongs to {elsewhere}. {known}')
    near = difflib.get_close_matches(str(method).lower(), phrases, n=1, cutoff=0.4)
    guess = f' Did you mean "{near[0]}"?' if near else ""
    raise ValueError(f'there is no method "{method}".{guess} {known}')
