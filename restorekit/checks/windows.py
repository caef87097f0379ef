"""Checks of lab 02, the local statistics on which SSIM stands: means, variances and covariance under one window.

Each check computes what the usual mistakes would give; an answer that equals one of them gets that mistake's message.
"""

import numpy as np
from scipy.ndimage import gaussian_filter, uniform_filter

from restorekit.checks.scores import judge
from restorekit.diagnosis import Wrong, as_array, call

FLAT = 0.9  # a gray whose variance comes out a little below 0, by rounding
STATISTICS = "mean_x", "mean_y", "var_x", "var_y", "covariance"


def local_statistics(x, y):
    """Local means, variances and covariance of two gray images, under an 11 x 11 Gaussian window of width 1.5."""

    def mean(z):
        return gaussian_filter(z, sigma=1.5, truncate=3.5)

    x, y = np.asarray(x, np.float64), np.asarray(y, np.float64)
    mean_x, mean_y = mean(x), mean(y)
    var_x, var_y = np.maximum(mean(x * x) - mean_x**2, 0), np.maximum(mean(y * y) - mean_y**2, 0)
    return mean_x, mean_y, var_x, var_y, mean(x * y) - mean_x * mean_y


def two_grays():
    """Return two small gray images with textured, inverted, flat and black parts; the second also brighter and noisy."""
    rng = np.random.default_rng(22)
    x = 0.3 + 0.2 * rng.random((40, 44))
    x[:, :14] = FLAT
    y = 0.9 * x + 0.08 + rng.normal(0, 0.04, x.shape)
    y[:, :14] = x[:, :14]
    y[:16, 18:] = 0.8 - x[:16, 18:]
    x[24:, 18:] = y[24:, 18:] = 0
    return x, y


def _windows(z):
    """Local means of `z` through the windows that learners use by mistake, each with its message."""
    sigma = "the field's window is a Gaussian of sigma 1.5, cut off after 5 pixels: gaussian_filter(z, sigma=1.5, truncate=3.5)."
    yield uniform_filter(z, 11), f"your window weighs all 11 x 11 pixels alike; {sigma}"
    yield uniform_filter(z, 7), f"your window weighs 7 x 7 pixels alike (scikit-image's default); {sigma}"
    yield (
        gaussian_filter(z, 1.5),
        f"your Gaussian reaches 6 pixels (SciPy's default, truncate=4), a 13 x 13 window; {sigma}",
    )
    yield (
        gaussian_filter(z, 1.5, truncate=5),
        f"truncate counts in sigmas, not in pixels: with 5 your window is 17 wide; {sigma}",
    )
    for width in (1.0, 2.0, 5.0, 5.5, 11.0):
        for truncate in (3.5, 4.0):
            yield gaussian_filter(z, width, truncate=truncate), f"your Gaussian has sigma {width:g}; {sigma}"
    yield (
        np.full_like(z, z.mean()),
        f"you take one mean for the whole image; here each pixel has its own. {sigma}".replace(". the", ". The"),
    )
    for mode, what in (
        ("constant", "zeros"),
        ("nearest", "the edge pixel"),
        ("mirror", "a mirror without the edge pixel"),
    ):
        yield (
            gaussian_filter(z, 1.5, truncate=3.5, mode=mode),
            f"inside you are right; outside the image you assume {what}. Leave SciPy's default, mode='reflect'.",
        )


def check_statistics(student):
    """2.3: five maps, one window."""
    x, y = two_grays()
    got = call(student, x, y)
    if not isinstance(got, tuple | list | np.ndarray) or len(got) != 5:
        raise Wrong(f"return five arrays, in this order: {', '.join(STATISTICS)}.")
    got = [as_array(value, x.shape, name) for value, name in zip(got, STATISTICS, strict=True)]
    right = mean_x, mean_y, var_x, var_y, covariance = local_statistics(x, y)

    def mean(z):
        return gaussian_filter(z, sigma=1.5, truncate=3.5)

    if np.allclose(got[0], mean_y, atol=1e-6) and np.allclose(got[1], mean_x, atol=1e-6):
        raise Wrong("your mean_x and mean_y are swapped.")
    if np.allclose(got[1], var_x, atol=1e-6):
        raise Wrong(f"your five arrays come in another order; it is {', '.join(STATISTICS)}.")
    for z, value, name, expected in zip((x, y), got[:2], STATISTICS[:2], right[:2], strict=True):
        judge(value, expected, _windows(z), name, 2e-6)
    for z, m, value, name, expected in zip((x, y), right[:2], got[2:4], STATISTICS[2:4], right[2:4], strict=True):
        mistakes = [
            (
                mean(z * z),
                "this is the mean of the squares. Subtract the square of the mean: that leaves the variance.",
            ),
            (np.sqrt(expected), "this is the standard deviation; here we want the variance, its square."),
            (
                expected * 121 / 120,
                "you use the sample variance (n - 1 = 120 in the denominator). The field uses the population's: no correction.",
            ),
            (
                expected * 49 / 48,
                "you use the sample variance (n - 1 = 48). The field uses the population's: no correction.",
            ),
            (
                mean((z - m) ** 2),
                "you subtract from each pixel *its own* local mean before you average. In a window all pixels take the "
                "window's one mean: use mean(z**2) - mean(z)**2.",
            ),
            (mean((z - z.mean()) ** 2), "you subtract the mean of the whole image. Use mean(z**2) - mean(z)**2."),
            ((z - m) ** 2, "you have the squared distance from the local mean; average it over the window, too."),
            (np.full_like(z, z.var()), "you take one variance for the whole image; here each pixel has its own."),
            (-expected, "your variance is negative: mean of squares *minus* square of the mean, not the reverse."),
            (mean(z * z) - m, "you forgot to square the mean: mean(z**2) - mean(z)**2."),
            (
                uniform_filter(z * z, 11) - m**2,
                "your mean of the squares uses a uniform window: use the same Gaussian for all.",
            ),
        ]
        judge(value, expected, mistakes, name, 2e-6)
        if value.min() < 0:
            raise Wrong(
                f"{name} is {value.min():.1e} somewhere: rounding makes it negative where the picture is flat, and its root "
                "would be NaN. Finish with np.maximum(variance, 0)."
            )
    mistakes = [
        (
            mean(x * y),
            "this is the mean of the products. Subtract the product of the means: that leaves the covariance.",
        ),
        (
            covariance * 121 / 120,
            "you use the sample covariance (n - 1). The field uses the population's: no correction.",
        ),
        (
            mean((x - mean_x) * (y - mean_y)),
            "you subtract from each pixel *its own* local mean before you average. Use mean(x * y) - mean_x * mean_y.",
        ),
        (
            np.sqrt(var_x * var_y),
            "this is the product of the standard deviations; the covariance is mean(x * y) - mean_x * mean_y.",
        ),
        (
            np.maximum(covariance, 0),
            "you set negative covariances to 0. They are meant: there the structure is inverted.",
        ),
        (np.abs(covariance), "you dropped the sign of the covariance. It is meant: below 0 the structure is inverted."),
        (-covariance, "your covariance has the wrong sign."),
        (mean(x * y) - mean_x**2, "you subtract mean_x**2; it is mean_x * mean_y."),
        (mean(x * y) - x.mean() * y.mean(), "you subtract the means of the whole images; take the local ones."),
    ]
    judge(got[4], covariance, mistakes, "covariance", 2e-6)
    _check_precision(student)


def _check_precision(student):
    """Hand over float32, as the lab's images are, where it matters: mean of squares and square of mean nearly equal."""
    rng = np.random.default_rng(24)
    x, y = (np.float32(0.95 + 0.001 * rng.normal(0, 1, (32, 36))) for _ in range(2))
    for name, value, right in zip(STATISTICS, call(student, x, y), local_statistics(x, y), strict=True):
        off = np.abs(as_array(value, x.shape, name) - right).max() / np.abs(right).max()
        if off > 0.01:
            raise Wrong(
                f"right in float64, but our images are float32, and there, on a bright and nearly flat picture, {name} is off by "
                f"{off:.0%}: the mean of the squares and the square of the mean agree in nearly all their 7 digits. Convert x and "
                "y to float64 first."
            )
