"""Checks of lab 02, SSIM by hand: the mean of the product of its three comparisons.

The check computes what the usual mistakes would give; an answer that equals one of them gets that mistake's message.
"""

import numpy as np
from scipy.ndimage import uniform_filter

from restorekit.checks.scores import name_mistake, one_number
from restorekit.checks.similarity import contrast, luminance, structure
from restorekit.checks.windows import local_statistics, two_grays
from restorekit.diagnosis import Wrong, call

RADIUS = 5  # of the 11 x 11 window


def ssim(clean, restored, data_range=1.0):
    """Mean SSIM of two gray images over the pixels whose whole window lies inside."""
    return float(_inside(_map(local_statistics(clean, restored), data_range)).mean())


def _map(statistics, data_range=1.0):
    """The product of the three comparisons at every pixel."""
    mean_x, mean_y, var_x, var_y, covariance = statistics
    parts = luminance(mean_x, mean_y, data_range), contrast(var_x, var_y, data_range)
    return parts[0] * parts[1] * structure(var_x, var_y, covariance, data_range)


def _inside(image, border=RADIUS):
    """The pixels whose whole window lies inside."""
    return image[border:-border, border:-border]


@np.errstate(all="ignore")
def check_ssim(student):
    """2.7: the mean of the product, without the border."""
    clean, restored = two_grays()
    restored[:, 28:36] += 0.7  # part of it leaves [0, 1] at either end
    restored[:, 36:] -= 0.5
    rounding = ""
    for s in (1.0, 255.0):
        x, y = s * clean, s * restored
        statistics = mean_x, mean_y, var_x, var_y, covariance = local_statistics(x, y)
        lum, con, struct = (
            luminance(mean_x, mean_y, s),
            contrast(var_x, var_y, s),
            structure(var_x, var_y, covariance, s),
        )
        full = lum * con * struct
        sampled = _map((mean_x, mean_y, *(v * 121 / 120 for v in statistics[2:])), s)
        whole = (z.mean() for z in (x, y)), (x.var(), y.var(), ((x - x.mean()) * (y - y.mean())).mean())
        boxed = _map(_uniform_statistics(x, y, 7), s), _map(_uniform_statistics(x, y, 11), s)
        cut = ": then the windows at the new edge see a mirror image. Filter the whole pictures, and cut 5 off the map alone."
        box = "your window is uniform; the field's is the Gaussian of exercise 2.3."
        mistakes = [
            (
                full.mean(),
                "you average the whole map. The outermost 5 pixels have no full window; the reference leaves them out.",
            ),
            (
                _inside(full, 11).mean(),
                "you leave out 11 pixels at every side. The window is 11 wide, so it is 5 that lack a full one.",
            ),
            *(
                (_inside(full, b).mean(), f"you leave out {b} pixels at every side; it is 5.")
                for b in (1, 2, 3, 4, 6, 7)
            ),
            (_cut(x, y, s).mean(), "you cut 5 pixels off the pictures" + cut),
            (_inside(_cut(x, y, s)).mean(), "you cut 5 pixels off the pictures, and 5 again off the map" + cut),
            (ssim(x, np.clip(y, 0, s), s), "you clip the pictures first. Here nothing is clipped."),
            (full[:-5, :-5].mean(), "you leave out the border below and at the right only."),
            (full[5:, 5:].mean(), "you leave out the border above and at the left only."),
            (
                _inside(lum).mean() * _inside(con).mean() * _inside(struct).mean(),
                "you average each map and multiply the means. Multiply the maps pixel by pixel, then average.",
            ),
            (_inside((lum + con + struct) / 3).mean(), "you average the three comparisons; SSIM multiplies them."),
            (_inside(lum + con + struct).mean(), "you add the three comparisons; SSIM multiplies them."),
            (_inside(con * struct).mean(), "the luminance map is missing in your product."),
            (_inside(lum * struct).mean(), "the contrast map is missing in your product."),
            (_inside(lum * con).mean(), "the structure map is missing in your product."),
            (1 - _inside(full).mean(), "you return 1 - SSIM, a distance. SSIM is 1 for equal pictures."),
            (_inside(_map(statistics)).mean(), "you do not hand data_range on to the three comparisons."),
            (_inside(sampled).mean(), "you use sample (co)variances (n - 1). The field uses the population's."),
            (
                _map((*whole[0], *whole[1]), s),
                "you take one window for the whole image; use the local statistics of 2.3.",
            ),
            (_inside(boxed[0], 3).mean(), box + " (Yours is 7 x 7, scikit-image's default.)"),
            *((_inside(z).mean(), box) for z in boxed),
        ]
        got = call(student, x, y, s)
        if np.shape(got) == clean.shape or np.shape(got) == _inside(clean).shape:
            raise Wrong("you return the map; SSIM is one number, the mean of the map (without its border).")
        off = abs(one_number(got) - _inside(full).mean())
        if off > 1e-6:
            name_mistake(got, mistakes)
            if off > 5e-5:
                raise Wrong(
                    f"your SSIM (data_range={s:g}) is {got:.4f}; {_inside(full).mean():.4f} was expected: the mean of "
                    "luminance * contrast * structure, pixel by pixel, without the outermost 5 pixels of the map."
                )
            rounding = (
                f"right, but for float32 rounding ({off:.0e}): SSIM subtracts nearly equal numbers, so use float64."
            )
    return rounding or "right, to six decimals."


def _cut(x, y, data_range):
    """The map of pictures that lost their border before they were filtered."""
    return _map(local_statistics(_inside(x), _inside(y)), data_range)


def _uniform_statistics(x, y, size):
    """The five statistics through a uniform window, without correction."""
    means = uniform_filter(x, size), uniform_filter(y, size)
    second = (uniform_filter(a * b, size) for a, b in ((x, x), (y, y), (x, y)))
    var_x, var_y, covariance = second
    return (
        *means,
        np.maximum(var_x - means[0] ** 2, 0),
        np.maximum(var_y - means[1] ** 2, 0),
        covariance - means[0] * means[1],
    )
