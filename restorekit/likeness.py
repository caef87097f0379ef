"""Does a restored picture show what the noisy one shows? And if not, what has probably been done to it?"""

import numpy as np

__all__ = ["copied", "is_clean", "not_restored", "same_scene", "turned", "without_colour"]

#: What is done to pictures by mistake, and what to do; each undoes itself.
_TURNS = {
    "with red and blue exchanged; OpenCV saves blue first: save image[..., ::-1]": lambda image: image[..., ::-1],
    "upside down": lambda image: image[::-1],
    "mirrored": lambda image: image[:, ::-1],
    "turned by half": lambda image: image[::-1, ::-1],
    "with height and width exchanged": lambda image: image.swapaxes(0, 1),
    "as a negative: was the predicted noise, or 1 - image, saved?": lambda image: 1 - image,
}


def not_restored(image, noisy, clean=None):
    """Why a picture can't be a restoration of the noisy one.

    Parameters
    ----------
    image, noisy : array (H, W, 3), float, [0, 1]
    clean : array (H, W, 3), float, [0, 1], optional

    Returns
    -------
    str
        To go after the picture's name; "" if it can be one.

    Examples
    --------
    >>> noisy = np.random.default_rng(0).random((20, 20, 3), dtype=np.float32)
    >>> not_restored(noisy, noisy)
    'equals noisy.png: nothing was restored. Was the input saved instead of the output?'
    """
    if clean is not None and is_clean(image, clean):
        return "equals the clean picture, which no network reaches. Was the wrong file copied?"
    if np.abs(image - np.clip(noisy, 0, 1)).max() < 0.6 / 255:
        return "equals noisy.png: nothing was restored. Was the input saved instead of the output?"
    if copied(image, noisy):
        return "is noisy.png with another brightness or contrast: nothing was restored."
    turn = turned(image, noisy)
    if turn:
        return f"shows the picture {turn}{'' if turn.endswith('?') else '.'}"
    if without_colour(image, noisy):
        return "has no colours (red, green and blue are equal everywhere), but noisy.png has."
    if not same_scene(image, noisy):
        return "does not show what noisy.png shows. Is it the restoration of another picture?"
    return ""


def is_clean(image, clean):
    """True if a picture is the clean one, but for rounding.

    Parameters
    ----------
    image, clean : array (H, W, 3), float, [0, 1]

    Returns
    -------
    bool

    Examples
    --------
    >>> is_clean(np.full((2, 2, 3), 0.501), np.full((2, 2, 3), 0.5))
    True
    """
    return bool(np.abs(image - clean).max() < 1.6 / 255)


def same_scene(image, noisy):
    """True if the averages over squares of 15 x 15 pixels, where noise no longer counts, go up and down together.

    Parameters
    ----------
    image, noisy : array (H, W, 3), float, [0, 1]

    Returns
    -------
    bool

    Examples
    --------
    >>> ramp = np.linspace(0, 1, 64 * 64 * 3, dtype=np.float32).reshape(64, 64, 3)
    >>> same_scene(0.5 * ramp, ramp), same_scene(ramp[::-1], ramp)
    (True, False)
    """
    one, other = _averages(image).ravel(), _averages(noisy).ravel()
    if min(np.ptp(one), np.ptp(other)) < 0.05:
        return True  # too even to tell
    return bool(np.corrcoef(one, other)[0, 1] > 0.5)


def turned(image, noisy):
    """Say how a picture shows the noisy one: upside down, say; "" if as it should.

    Parameters
    ----------
    image, noisy : array (H, W, 3), float, [0, 1]

    Returns
    -------
    str
        To go after "shows the picture ...".

    Examples
    --------
    >>> ramp = np.linspace(0, 1, 64 * 64 * 3, dtype=np.float32).reshape(64, 64, 3)
    >>> turned(ramp[::-1], ramp), turned(0.9 * ramp, ramp)
    ('upside down', '')
    """
    target = _averages(noisy)

    def apart(picture):
        averages = _averages(picture)
        return np.inf if averages.shape != target.shape else float(np.sqrt(np.mean(np.square(averages - target))))

    as_it_is = apart(image)
    if as_it_is < 0.04:
        return ""
    nearest = min(_TURNS, key=lambda name: apart(_TURNS[name](image)))
    return nearest if apart(_TURNS[nearest](image)) < 0.5 * as_it_is else ""


def copied(image, noisy):
    """True if a picture is the noisy one but for brightness and contrast, colour by colour.

    Parameters
    ----------
    image, noisy : array (H, W, 3), float, [0, 1]

    Returns
    -------
    bool

    Examples
    --------
    >>> noisy = np.random.default_rng(0).random((20, 20, 3), dtype=np.float32)
    >>> copied(0.9 * noisy + 0.01, noisy), copied(0.5 * noisy + 0.25 * noisy[::-1], noisy)
    (True, False)
    """
    for colour in range(3):
        one, other = image[..., colour].ravel(), noisy[..., colour].ravel()
        inside = (one > 0) & (one < 1) & (other > 0) & (other < 1)  # nothing was cut off
        if inside.sum() < 10 or np.ptp(other[inside]) == 0:
            return False
        (own, both), (_, theirs) = np.cov(one[inside], other[inside], dtype=np.float64)
        slope = both / theirs
        if own - slope * both > 1 / 255**2 or slope < 0.5:  # what a straight line leaves over
            return False
    return True


def without_colour(image, noisy):
    """True if a picture has red, green and blue alike everywhere, while the noisy one has colours.

    Parameters
    ----------
    image, noisy : array (H, W, 3), float, [0, 1]

    Returns
    -------
    bool

    Examples
    --------
    >>> noisy = np.ones((20, 20, 3), np.float32) * np.float32([0.2, 0.5, 0.4])
    >>> without_colour(noisy * 0 + 0.4, noisy), without_colour(noisy, noisy)
    (True, False)
    """
    colours = float(np.ptp(_averages(noisy), axis=-1).mean())
    apart = max(float(np.abs(image[..., 0] - image[..., other]).max()) for other in (1, 2))
    return colours > 0.03 and apart < 0.4 / 255


def _averages(image):
    """Averages over squares of 15 x 15 pixels, or of what a tiny picture has."""
    size = min(15, *image.shape[:2])
    rows, columns = (side // size for side in image.shape[:2])
    top, left = (image.shape[0] - rows * size) // 2, (image.shape[1] - columns * size) // 2
    middle = image[top : top + rows * size, left : left + columns * size]
    return middle.reshape(rows, size, columns, size, -1).mean(axis=(1, 3))
