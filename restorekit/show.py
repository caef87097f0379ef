"""Pictures of images: side by side, enlarged, subtracted, counted, transformed. The look of the course.

Rules that every function here keeps: one image pixel becomes a square of whole screen pixels (noise is neither smoothed nor
multiplied by a resampling); all images of a picture share the same fixed limits (never stretched to each image's own minimum
and maximum, which would hide noise); colours that every kind of colour vision can tell apart; a title that says what to see;
an alternative text for readers who cannot see it. Values are clipped for the screen only, never in the scores.

Every function shows its picture at once in a notebook and returns it: a matplotlib figure, to draw on or to
``savefig``. Outside a notebook nothing is shown.
"""

import numpy as np

from restorekit import images as _images
from restorekit import metrics
from restorekit.layout import ORANGE, PAGE, Panel, alt_text, arrange, compose, listed_titles, magnify, shown, to_rgb
from restorekit.plots import histogram, lines
from restorekit.tables import table

__all__ = ["compare", "histogram", "image_maps", "lines", "residual", "spectrum", "table", "zoom"]


def compare(
    images,
    titles=None,
    *,
    reference=None,
    limits=(0, 1),
    columns=None,
    zoom=None,
    scores=("psnr", "ssim"),
    caption=None,
    alt=None,
):
    """Show images side by side, all with the same limits, pixel by pixel.

    Parameters
    ----------
    images : array or sequence of arrays
        Float images (H, W) or (H, W, C); their sizes may differ. Small ones are magnified by a whole number, very large ones
        wrapped into rows (crop them: noise is a matter of pixels).
    titles : str or sequence of str, optional
        What to see, one for each image.
    reference : array, optional
        The clean image. Adds PSNR and SSIM (of the unclipped values) below the title of every image of its shape.
    limits : (float, float)
        The values shown as black and white, for all images.
    columns : int, optional
        Images in a row; chosen to fit the page if omitted.
    zoom : (top, left, height, width), optional
        Draws this box on every image and the magnified crop beneath it.
    scores : sequence of {"psnr", "ssim"}
        Which scores to print.
    caption, alt : str, optional
        A sentence beneath the picture; the alternative text (made from titles, scores and caption if omitted).

    Returns
    -------
    Picture
        A matplotlib figure.

    Raises
    ------
    ValueError
        If the titles do not match the images, the box leaves an image, or an image is not in [0, 1] units.

    Examples
    --------
    >>> import restorekit as rk
    >>> clean = rk.images.center_crop(rk.sample("camera"), 96)
    >>> noisy = rk.degrade.gaussian_noise(clean, sigma=0.1, rng=0)
    >>> picture = compare([clean, noisy], ["clean", "noisy"], reference=clean, zoom=(30, 30, 24, 24))
    >>> picture.alt
    '2 pictures: clean (reference); noisy (... dB, SSIM ...). Beneath each, an enlarged part.'
    """
    images, titles = _listed(images, titles)
    notes = [_score(image, reference, scores) for image in images]
    columns, times, reduction = arrange([image.shape for image in images], columns)
    rows = []
    for start in range(0, len(images), columns):
        chunk = range(start, min(start + columns, len(images)))
        whole = [Panel(shown(images[k], times[k], reduction, limits), titles[k], notes[k]) for k in chunk]
        rows.append(whole)
        if zoom is not None:
            rows.append([])
            for panel, k in zip(whole, chunk, strict=True):
                crop = _images.crop(images[k], *zoom)
                more = max(1, min(panel.rgb.shape[1] // crop.shape[1], panel.rgb.shape[0] // crop.shape[0]))
                rows[-1].append(Panel(magnify(to_rgb(crop, limits), more)))
                panel.rgb = _boxed(panel.rgb, zoom, times[k] / reduction)
    extra = "Beneath each, an enlarged part." if zoom is not None else ""
    alt = alt or alt_text("picture", titles, notes, extra=extra, caption=caption)
    return compose(rows, caption=_caption(caption, reduction), alt=alt).display()


def zoom(images, box, titles=None, *, reference=None, limits=(0, 1), columns=None, caption=None, alt=None):
    """Show the same part of every image, enlarged, and where it lies in the first one.

    Parameters
    ----------
    images : array or sequence of arrays
        Float images of one size.
    box : (top, left, height, width)
        The part, in pixels.
    titles, limits, columns, caption, alt
        As in `compare`.
    reference : array, optional
        The clean image: adds the scores of the part (not of the whole image) to the titles.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import restorekit as rk
    >>> cat = rk.sample("chelsea")
    >>> picture = zoom([cat, rk.degrade.jpeg(cat, 20)], (100, 130, 48, 64), ["original", "JPEG, quality 20"])
    """
    images, titles = _listed(images, titles)
    crops = [_images.crop(image, *box) for image in images]
    notes = [_score(crop, None if reference is None else _images.crop(reference, *box)) for crop in crops]
    columns, times, _ = arrange([crop.shape for crop in crops], columns, PAGE - 180)
    panels = [
        Panel(shown(crop, m, 1, limits), *text) for crop, m, *text in zip(crops, times, titles, notes, strict=True)
    ]
    reduction = max(1, -(-images[0].shape[1] // 160), -(-images[0].shape[0] // 240))
    where = Panel(_boxed(shown(images[0], 1, reduction, limits), box, 1 / reduction), "where", "")
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    rows[0].insert(0, where)
    blank = Panel(np.full((1, 1, 3), 255, np.uint8))
    rows[1:] = [[blank, *row] for row in rows[1:]]
    return compose(
        rows, caption=caption, alt=alt or alt_text("enlarged part", titles, notes, caption=caption)
    ).display()


def residual(images, reference, titles=None, *, gain=5, columns=None, caption=None, alt=None):
    """Show what was taken away: reference minus image, red where brightness went, blue where it came, white where neither.

    With restored images and the noisy input as the reference this is the "method noise": structure in it is structure that
    was lost.

    Parameters
    ----------
    images : array or sequence of arrays
        Float images of the reference's shape.
    reference : array
        What the images were made from, or should be: the images are subtracted from it.
    titles, columns, caption, alt
        As in `compare`.
    gain : float
        The colours end at -1/gain and +1/gain, the same for all images. 5 shows differences up to 0.2.

    Returns
    -------
    Picture
        Colour images show the mean difference of their channels.

    References
    ----------
    A. Buades, B. Coll, J.-M. Morel, "A review of image denoising algorithms, with a new one", SIAM Multiscale Modeling
    and Simulation, 2005 (method noise: definition 1).

    Examples
    --------
    >>> import restorekit as rk
    >>> clean = rk.images.center_crop(rk.sample("camera"), 96)
    >>> noisy = rk.degrade.gaussian_noise(clean, sigma=0.1, rng=0)
    >>> picture = residual(clean, noisy, "the noise: what to take away")
    """
    images, titles = _listed(images, titles)
    reference = _images.require(reference, "reference")
    for image in images:
        if image.shape != reference.shape:
            raise ValueError(
                f"the image has shape {image.shape} and the reference {reference.shape}; "
                "a difference needs two images of one shape. Crop or resize one of them first."
            )
    differences = [reference - image for image in images]
    maps = [d if d.ndim == 2 else d.mean(axis=-1) for d in differences]
    limit = 1 / gain
    return image_maps(
        maps, titles, (-limit, limit), "RdBu_r", label="difference", columns=columns, caption=caption, alt=alt
    )


def image_maps(maps, titles=None, limits=None, colormap="viridis", *, label="", columns=None, caption=None, alt=None):
    """Show maps of numbers (SSIM, depth, kernels) in colours, with one colour bar for all.

    Parameters
    ----------
    maps : array or sequence of arrays
        (H, W) numbers of any range.
    titles, columns, caption, alt
        As in `compare`.
    limits : (float, float), optional
        The values at the two ends of the colour bar; the smallest and largest value of all maps if omitted.
    colormap : str
        A matplotlib colour map. "viridis" grows evenly brighter; "RdBu_r" has white in the middle, for signed maps.
    label : str
        What the numbers are; stands beside the colour bar.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import numpy as np
    >>> ramp = np.linspace(0, 1, 20) * np.ones((10, 1))
    >>> picture = image_maps([ramp, ramp**2], ["linear", "squared"], limits=(0, 1), label="light")
    """
    maps = [maps] if isinstance(maps, np.ndarray) and maps.ndim == 2 else [np.asarray(m, np.float64) for m in maps]
    titles = listed_titles(titles, len(maps))
    for m in maps:
        if m.ndim != 2 or not m.size or not np.isfinite(m).all():
            raise ValueError(f"a map must be a (H, W) array of finite numbers; this one has shape {m.shape}")
    if limits is None:
        limits = (min(m.min() for m in maps), max(m.max() for m in maps))
        limits = limits if limits[1] > limits[0] else (limits[0] - 0.5, limits[0] + 0.5)
    columns, times, reduction = arrange([m.shape for m in maps], columns, PAGE - 90, 256)
    panels = [
        Panel(shown(m, n, reduction, limits, colormap), title) for m, n, title in zip(maps, times, titles, strict=True)
    ]
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    extra = f"Colours from {limits[0]:.2g} to {limits[1]:.2g}."
    alt = alt or alt_text("map", titles, extra=extra, caption=caption)
    return compose(rows, caption=_caption(caption, reduction), alt=alt, bar=(colormap, limits, label)).display()


def spectrum(images, titles=None, *, limits=(-3, 1), window=True, columns=None, caption=None, alt=None):
    """Show which frequencies an image holds: the centre is slow change, the border the finest detail.

    Parameters
    ----------
    images : array or sequence of arrays
        Float images; colour is turned to gray.
    titles, columns, caption, alt
        As in `compare`.
    limits : (float, float)
        Fixed ends of the colour scale: log10 of the magnitude, scaled so that white noise of standard deviation s lies
        around log10(s).
    window : bool
        Fade the image out at its borders first, so that these do not draw a bright cross.

    Returns
    -------
    Picture

    Examples
    --------
    >>> import numpy as np
    >>> stripes = 0.5 + 0.4 * np.sin(np.arange(64) / 2) * np.ones((64, 1))
    >>> picture = spectrum(stripes, "two bright points: one frequency")
    """
    images, titles = _listed(images, titles)
    maps = []
    for image in images:
        colour = image.ndim == 3 and image.shape[-1] >= 3
        gray = _images.to_gray(image[..., :3]) if colour else image.reshape(*image.shape[:2], -1)[..., 0]
        gray = gray.astype(np.float64) - gray.mean(dtype=np.float64)
        if window:
            fade = np.outer(np.hanning(gray.shape[0] + 2)[1:-1], np.hanning(gray.shape[1] + 2)[1:-1])
            gray = gray * fade / np.sqrt(np.mean(fade**2))
        magnitude = np.abs(np.fft.fftshift(np.fft.fft2(gray))) / np.sqrt(gray.size)
        maps.append(np.log10(magnitude + 1e-12))
    return image_maps(maps, titles, limits, "magma", label="log10 magnitude", columns=columns, caption=caption, alt=alt)


def _listed(images, titles):
    """Return images as a list of checked arrays, and one title for each."""
    if isinstance(images, np.ndarray) and images.ndim <= 3:
        images = [images]
    images = [_images.require(image, f"image {k}" if len(images) > 1 else "image") for k, image in enumerate(images)]
    if not images:
        raise ValueError("there is no image to show: the list is empty")
    return images, listed_titles(titles, len(images))


def _score(image, reference, scores=("psnr", "ssim")):
    """Return the small line below a title: the scores against the reference."""
    if reference is None or image.shape != np.shape(reference):
        return ""
    if np.array_equal(image, reference):
        return "reference"
    unknown = set(scores) - {"psnr", "ssim"}
    if unknown:
        raise ValueError(f'scores are "psnr" and "ssim"; I do not know {sorted(unknown)}')
    if min(image.shape[:2]) < 11:  # SSIM's window does not fit
        scores = [name for name in scores if name != "ssim"]
    texts = {"psnr": "{:.2f} dB", "ssim": "SSIM {:.3f}"}
    return ", ".join(texts[name].format(getattr(metrics, name)(reference, image)) for name in scores)


def _boxed(rgb, box, times):
    """Draw the box, two pixels thick, around its part of a magnified image (outside that part where there is room)."""
    top, left, height, width = box
    height_shown, width_shown = rgb.shape[:2]
    y0, x0 = max(0, round(top * times) - 2), max(0, round(left * times) - 2)
    y1 = min(height_shown, round((top + height) * times) + 2)
    x1 = min(width_shown, round((left + width) * times) + 2)
    rgb = rgb.copy()
    for part in (
        np.s_[y0 : y0 + 2, x0:x1],
        np.s_[y1 - 2 : y1, x0:x1],
        np.s_[y0:y1, x0 : x0 + 2],
        np.s_[y0:y1, x1 - 2 : x1],
    ):
        rgb[part] = ORANGE
    return rgb


def _caption(caption, reduction):
    """Say so in the caption when images are shown smaller than they are."""
    if reduction == 1:
        return caption
    note = f"(Shown at 1/{reduction} of its size: blocks of {reduction} × {reduction} pixels averaged.)"
    return f"{caption} {note}" if caption else note
