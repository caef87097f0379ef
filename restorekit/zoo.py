"""The trained networks that travel with the course: their weights, checked before use, and their cards."""

import difflib
import hashlib
import io
import json
import zipfile
from importlib.resources import files

import numpy as np

__all__ = ["card", "load_model", "names"]

_WEIGHTS = files("restorekit") / "data" / "weights"
_OLDEST_KERAS = (3, 10)
_AGAIN = "Install restorekit again, the way you got it (its README says how)."
#: What a card must tell for its network to be built and checked.
_NEEDED = {"title", "function", "arguments", "bytes", "sha256"}


def names(task=None):
    """Names of the trained networks.

    Parameters
    ----------
    task : {"denoise", "upscale"}, optional
        Only those for it.

    Returns
    -------
    list of str

    Examples
    --------
    >>> "dncnn-gray-25" in names()
    True
    >>> "dncnn-gray-25" in names("upscale")
    False
    """
    if task not in (None, "denoise", "upscale"):
        raise ValueError(f'task is {task!r}; it must be "denoise" or "upscale"')
    try:
        found = sorted(path.name.removesuffix(".json") for path in _WEIGHTS.iterdir() if path.name.endswith(".json"))
        return [name for name in found if task is None or ("scale" in card(name)) == (task == "upscale")]
    except FileNotFoundError:
        raise FileNotFoundError(f"the folder of the trained networks is missing: {_WEIGHTS}. {_AGAIN}") from None


def card(name):
    """What is known about a trained network: architecture, training data and schedule, machine, minutes, measured scores, checksum.

    Parameters
    ----------
    name : str
        One of `names`.

    Returns
    -------
    dict

    Raises
    ------
    ValueError
        If there is no network of that name.
    OSError
        If its card is missing or damaged.

    Examples
    --------
    >>> card("dncnn-gray-25")["function"]
    'dncnn'
    """
    if name not in names():
        near = difflib.get_close_matches(str(name).lower(), names(), n=1, cutoff=0.4)
        guess = f' Did you mean "{near[0]}"?' if near else ""
        raise ValueError(f'there is no network "{name}".{guess} There are: {", ".join(names())}.')
    path = _WEIGHTS / f"{name}.json"
    try:
        about = json.loads(path.read_bytes())
        if not isinstance(about, dict) or _NEEDED - set(about):
            raise ValueError("something is missing on it")
        return about
    except ValueError as problem:
        raise OSError(f"the card of {name} is damaged ({problem}): {path}. {_AGAIN}") from None


def load_model(name):
    """Build a trained network and give it its weights.

    Parameters
    ----------
    name : str
        One of `names`, for example "dncnn-gray-25".

    Returns
    -------
    keras.Model
        From a degraded (N, H, W, C) image in [0, 1] to the restored one, not clipped; any H and W (multiples of 2 for a network that
        halves them). For single images of any size, `restorekit.denoise` is easier.

    Raises
    ------
    ValueError
        If there is no network of that name.
    OSError
        If the weights are missing, or are not those that the card describes.
    ImportError
        If Keras is missing or too old.

    Notes
    -----
    The file holds plain arrays. It is compared with the card's checksum first, and nothing in it is ever unpickled.

    Examples
    --------
    >>> load_model("dncnn-gray-25").count_params()
    555137
    """
    about = card(name)
    _require_keras()
    from restorekit import models

    weights = _arrays(name, about)
    model = getattr(models, about["function"])(**about["arguments"], name=name.replace("-", "_"))
    shapes, expected = [array.shape for array in weights], [tuple(weight.shape) for weight in model.weights]
    if shapes != expected:
        raise OSError(f"the weights of {name} do not fit its network. {_AGAIN}")
    model.set_weights([array.astype(np.float32) for array in weights])
    return model


def _arrays(name, about):
    """The weights as stored, after the checks."""
    path = _WEIGHTS / f"{name}.npz"
    try:
        contents = path.read_bytes()
        if len(contents) != about["bytes"]:
            raise ValueError(f"{len(contents):,} bytes instead of {about['bytes']:,}")
        if hashlib.sha256(contents).hexdigest() != about["sha256"]:
            raise ValueError("another checksum than on the card")
        with np.load(io.BytesIO(contents), allow_pickle=False) as stored:
            arrays = [stored[f"arr_{place}"] for place in range(len(stored.files))]
        if not all(np.isfinite(array).all() for array in arrays):
            raise ValueError("numbers that are not finite")
        return arrays
    except FileNotFoundError:
        raise FileNotFoundError(f"the weights of {name} are missing: {path}. {_AGAIN}") from None
    except (ValueError, TypeError, KeyError, EOFError, zipfile.BadZipFile) as problem:
        raise OSError(f"the weights of {name} are damaged, or not ours ({problem}): {path}. {_AGAIN}") from None


def _require_keras():
    """Say what to install where Keras is missing or too old."""
    advice = "Trained networks need Keras 3.10 or later and a backend: pip install 'keras>=3.10' tensorflow-cpu"
    try:
        import keras
    except ImportError as problem:
        raise ImportError(f"Keras can't be imported ({problem}). {advice}") from problem
    if tuple(int(part) for part in keras.__version__.split(".")[:2]) < _OLDEST_KERAS:
        raise ImportError(f"this is Keras {keras.__version__}. {advice}, then restart Python.")
