"""What every denoiser does with its arguments: check them, and derive what was not given from the noise's sigma."""

from ..arguments import require_sigma, whole_number
from ..arrays import require


def check(noisy, sigma):
    """Check the picture, and the noise's sigma where it is given."""
    return require(noisy, name="noisy"), None if sigma is None else require_sigma(sigma)


def default(given, sigma, name, rule):
    """The setting as given, or what the rule makes of sigma."""
    if given is not None:
        return given
    if sigma is None:
        raise TypeError(f"give sigma, the noise's standard deviation on the [0, 1] scale, or {name} itself.")
    return rule(sigma)


def odd(size, name):
    """Check that a window has a middle pixel."""
    size = whole_number(size, name)
    if size % 2 == 0:
        raise ValueError(
            f"{name} is {size}; it must be odd, so that the window has a middle: {size - 1} or {size + 1}."
        )
    return size
