"""Enlarge a picture by interpolation: guess the new pixels from the few old ones around them.

Nothing is learnt and nothing is invented: an interpolation can make a picture larger and smoother, not more detailed.
"""

from ..arguments import in_range
from ..degrade.resample import resize


def nearest(image, scale):
    """Enlarge by repeating pixels: every new pixel copies the old one that it lies in.

    Parameters
    ----------
    image : (H, W) or (H, W, C) float32 array, [0, 1]
    scale : float
        Above 1; 2 makes the picture twice as high and twice as wide.

    Returns
    -------
    (ceil(scale * H), ceil(scale * W)[, C]) float32 array
        Holds no value that the image did not hold.

    Examples
    --------
    >>> import numpy as np
    >>> nearest(np.float32([[0, 1]]), 2)
    array([[0., 0., 1., 1.],
           [0., 0., 1., 1.]], dtype=float32)
    """
    return resize(image, scale=_enlarging(scale), method="nearest")


def bilinear(image, scale):
    """Enlarge by straight lines between pixels: 4 old pixels make a new one.

    Parameters
    ----------
    image, scale
        As for `nearest`.

    Returns
    -------
    (ceil(scale * H), ceil(scale * W)[, C]) float32 array
        Stays between the smallest and the largest value of the image.

    Examples
    --------
    >>> import numpy as np
    >>> bilinear(np.float32([[0, 1]]), 2)
    array([[0.  , 0.25, 0.75, 1.  ],
           [0.  , 0.25, 0.75, 1.  ]], dtype=float32)
    """
    return resize(image, scale=_enlarging(scale), method="bilinear")


def bicubic(image, scale):
    """Enlarge by cubic curves through the pixels: 16 old pixels make a new one, sharper than `bilinear`.

    Parameters
    ----------
    image, scale
        As for `nearest`.

    Returns
    -------
    (ceil(scale * H), ceil(scale * W)[, C]) float32 array
        Overshoots a little at edges, so it may leave [0, 1]; not clipped.

    References
    ----------
    Keys, "Cubic Convolution Interpolation for Digital Image Processing", IEEE Transactions on Acoustics, Speech, and Signal
    Processing, 1981 (a = -0.5, as in MATLAB).

    Examples
    --------
    >>> import numpy as np
    >>> bicubic(np.float32([[0, 0, 1, 1]]), 2)[0].round(3)
    array([ 0.   , -0.023, -0.07 ,  0.203,  0.797,  1.07 ,  1.023,  1.   ],
          dtype=float32)
    """
    return resize(image, scale=_enlarging(scale), method="bicubic")


def lanczos(image, scale):
    """Enlarge by windowed sinc waves: 36 old pixels make a new one, the sharpest, with faint rings along edges.

    Parameters
    ----------
    image, scale
        As for `nearest`.

    Returns
    -------
    (ceil(scale * H), ceil(scale * W)[, C]) float32 array
        Overshoots at edges, so it may leave [0, 1]; not clipped.

    References
    ----------
    Duchon, "Lanczos Filtering in One and Two Dimensions", Journal of Applied Meteorology, 1979 (three lobes).

    Examples
    --------
    >>> import numpy as np
    >>> edge = np.repeat(np.float32([[0, 1]]), 8, axis=1)
    >>> lanczos(edge, 2)[0, 13:19].round(2)
    array([-0.06, -0.1 ,  0.21,  0.79,  1.1 ,  1.06], dtype=float32)
    """
    return resize(image, scale=_enlarging(scale), method="lanczos")


def _enlarging(scale):
    """Check that a scale enlarges."""
    return in_range(scale, "scale", 1, above=True, hint="2 doubles the size; to shrink, use rk.degrade.resize.")
