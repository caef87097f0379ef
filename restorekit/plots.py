"""Curves and histograms in the look of the course; learners meet them as `show.lines` and `show.histogram`."""

import matplotlib
import numpy as np

from restorekit.layout import CAPTION, MARGIN, PAGE, alt_text, listed_titles, wrap
from restorekit.picture import COLOURS, INK, SOFT, Picture, style

_MARKERS = ("o", "s", "^", "D", "v", "P", "X")
_DASHES = ("-", "--", "-.", ":", (0, (5, 1, 1, 1, 1, 1)), (0, (8, 2)), (0, (2, 1)))


def histogram(
    images,
    titles=None,
    *,
    bins=64,
    limits=(0, 1),
    overlay=None,
    log=False,
    xlabel="pixel value",
    caption=None,
    alt=None,
):
    """Show how often each pixel value occurs, one panel an image, all with the same axes.

    Parameters
    ----------
    images : array or sequence of arrays
        Images or any arrays of numbers (a colour image's channels are counted together).
    titles, caption, alt
        As in `compare`.
    bins : int or sequence of float
        Number of steps, or their edges.
    limits : (float, float)
        The range of values counted. The share of pixels outside is printed, never dropped in silence.
    overlay : function or sequence of functions, optional
        A predicted density f(values), drawn over each panel (None: none for that panel).
    log : bool
        Logarithmic vertical axis: shows the tails.
    xlabel : str
        What the values are.

    Returns
    -------
    Picture
        The vertical axis is a density: the area under the steps is 1.

    Examples
    --------
    >>> import numpy as np
    >>> noise = np.random.default_rng(0).normal(0.5, 0.1, (64, 64))
    >>> def bell(v): return np.exp(-((v - 0.5) ** 2) / 0.02) / np.sqrt(0.02 * np.pi)
    >>> picture = histogram(noise, "Gaussian noise on gray", overlay=bell)
    """
    arrays = [images] if isinstance(images, np.ndarray) else list(images)
    titles = listed_titles(titles, len(arrays))
    predictions = overlay if isinstance(overlay, (list, tuple)) else [overlay] * len(arrays)
    columns = min(3, len(arrays))
    n_rows = -(-len(arrays) // columns)
    picture = _plot(min(PAGE, 60 + 300 * columns), 40 + 180 * n_rows, caption)
    with matplotlib.rc_context(style()):
        axes = picture.subplots(n_rows, columns, sharex=True, sharey=True, squeeze=False).ravel()
        edges = np.linspace(*limits, bins + 1) if np.isscalar(bins) else np.asarray(bins, np.float64)
        for k, (axis, values) in enumerate(zip(axes, arrays, strict=False)):
            values = np.asarray(values, np.float64).ravel()
            counts, _ = np.histogram(values, edges)
            density = counts / (values.size * np.diff(edges))
            axis.stairs(density, edges, fill=True, color=COLOURS[0], alpha=0.28)
            axis.stairs(density, edges, color=COLOURS[0], linewidth=1.2)
            if predictions[k] is not None:
                fine = np.linspace(edges[0], edges[-1], 400)
                axis.plot(fine, predictions[k](fine), color=COLOURS[1], linewidth=1.8, label="predicted")
                axis.legend(loc="upper right", fontsize=8)
            outside = 1 - counts.sum() / values.size
            title = wrap(titles[k], picture.get_figwidth() * 100 / columns - 50, 13) if titles[k] else []
            if outside > 5e-4:
                title.append(f"({outside:.1%} lie outside {edges[0]:g} … {edges[-1]:g})")
            axis.set_title("\n".join(title))
            axis.set_xlabel(xlabel if k + columns >= len(arrays) else "")
            axis.set_ylabel("density" if k % columns == 0 else "")
        for axis in axes[len(arrays) :]:
            axis.set_visible(False)
        if log:
            axes[0].set_yscale("log")
        elif any(prediction is not None for prediction in predictions):
            axes[0].set_ylim(0, 1.2 * axes[0].get_ylim()[1])  # room for the key
        axes[0].set_xlim(edges[0], edges[-1])
    picture.alt = alt or alt_text("histogram", titles, caption=caption)
    return picture.display()


def lines(
    x,
    curves,
    xlabel="",
    ylabel="",
    title=None,
    *,
    logx=False,
    logy=False,
    ylim=None,
    caption=None,
    alt=None,
):
    """Plot curves over a common x, each labelled at its end, told apart by colour, dash and marker.

    Parameters
    ----------
    x : sequence of float
        Positions, the same for all curves.
    curves : dict of str to sequence of float
        Label to values; NaN leaves a gap. A pair (x, y) brings its own positions.
    xlabel, ylabel, title : str
        Texts; units belong into the labels.
    logx, logy : bool
        Logarithmic axes.
    ylim : (float, float), optional
        Limits of the vertical axis.
    caption, alt : str, optional
        As in `compare`.

    Returns
    -------
    Picture

    Examples
    --------
    >>> picture = lines([1, 2, 4], {"PSNR": [20.1, 23.0, 26.2]}, "photos averaged", "PSNR (dB)")
    """
    picture = _plot(620, 360, caption)
    with matplotlib.rc_context(style()):
        axis = picture.subplots()
        ends = []
        for k, (label, values) in enumerate(curves.items()):
            positions, heights = values if isinstance(values, tuple) and len(values) == 2 else (x, values)
            positions, heights = np.asarray(positions, np.float64), np.asarray(heights, np.float64)
            if positions.shape != heights.shape:
                raise ValueError(
                    f"the curve {label!r} has {heights.size} values for {positions.size} positions on the x axis"
                )
            colour = COLOURS[k % len(COLOURS)]
            marker = _MARKERS[k % len(_MARKERS)] if heights.size <= 30 else None
            axis.plot(positions, heights, linestyle=_DASHES[k % len(_DASHES)], marker=marker, ms=4.5, color=colour)
            drawn = np.flatnonzero(np.isfinite(heights))
            if drawn.size:
                ends.append((positions[drawn[-1]], heights[drawn[-1]], label, colour))
        axis.set(xlabel=xlabel, ylabel=ylabel)
        if title:
            axis.set_title(title)
        if logx:
            axis.set_xscale("log")
        if logy:
            axis.set_yscale("log")
        if ylim is not None:
            axis.set_ylim(ylim)
        if len(curves) > 1 or next(iter(curves), ""):
            _label_ends(picture, axis, ends)
    axes = f"{title}: " if title else ""
    axes += f"{ylabel} over {xlabel}." if ylabel or xlabel else ""
    picture.alt = alt or alt_text("curve", list(curves), axes=axes, caption=caption)
    return picture.display()


def _plot(width, height, caption):
    """Return an empty Picture for axes, with a caption beneath."""
    rows = wrap(caption, width - 2 * MARGIN, CAPTION) if caption else []
    strip = 17 * len(rows) + 8 if rows else 0
    with matplotlib.rc_context(style()):
        picture = Picture(width, height + strip, layout="constrained")
        picture.get_layout_engine().set(rect=(0, strip / (height + strip), 1, height / (height + strip)))
        if rows:
            picture.write("\n".join(rows), MARGIN, height + 4, CAPTION, color=SOFT)
    return picture


def _label_ends(picture, axis, ends):
    """Write each curve's label at its last point, in its colour, pushed apart where labels would collide."""
    picture.canvas.draw()
    bottom, top = axis.get_window_extent().y0, axis.get_window_extent().y1
    spots = sorted((float(axis.transData.transform((x, y))[1]), label, colour) for x, y, label, colour in ends)
    height = []
    for y, _, _ in spots:
        height.append(max(y, height[-1] + 14) if height else max(y, bottom))
    overflow = (height[-1] - top) if height else 0
    for k in range(len(height) - 1, -1, -1):
        limit = top if k == len(height) - 1 else height[k + 1] - 14
        height[k] = min(height[k], limit) if overflow > 0 else height[k]
    for y, (_, label, colour) in zip(height, spots, strict=True):
        axis.annotate(
            label,
            (1, (y - bottom) / (top - bottom)),
            xycoords="axes fraction",
            xytext=(6, 0),
            textcoords="offset points",
            va="center",
            color=INK if colour == "#000000" else colour,
            fontsize=8.5,
        )
