"""Where things stand in a picture: whole-number magnification, wrapped titles, rows of panels, colour bars, descriptions."""

import re
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib import colormaps, font_manager
from matplotlib.textpath import text_to_path

from restorekit.picture import SOFT, Picture, style

#: The widest picture, in pixels of the page: what a book's column and a notebook beside its sidebar can show unshrunk.
PAGE = 800
#: No image is magnified beyond this width; one that the learner moves by hand has the page to itself.
TARGET, STAGE = 320, 640
GAP = 14
MARGIN = 6
TITLE, NOTE, CAPTION = 13, 11.5, 12.5  # text sizes in pixels of the page
#: Okabe and Ito's orange, for boxes.
ORANGE = (230, 159, 0)


def text_width(text, size):
    """Return how wide `text` is at `size`, both in pixels of the page."""
    font = font_manager.FontProperties(size=size * 0.72, family=style()["font.family"])
    width, _, _ = text_to_path.get_text_width_height_descent(text, font, ismath="$" in text)
    return width / 0.72


def wrap(text, width, size):
    """Break `text` into lines at most `width` pixels wide at `size`; formulas between dollar signs stay whole."""
    lines = []
    for paragraph in str(text).split("\n"):
        line = ""
        for word in re.findall(r"(?:\$[^$]*\$|\S)+", paragraph):
            longer = f"{line} {word}".strip()
            if line and text_width(longer, size) > width:
                lines.append(line)
                longer = word
            line = longer
        lines.append(line)
    return lines


def to_rgb(image, limits=(0, 1), colormap=None):
    """Turn one image or map into (H, W, 3) uint8: `limits` become black and white (or the colour map's ends)."""
    low, high = limits
    scaled = np.clip((np.asarray(image, np.float64) - low) / (high - low), 0, 1)
    if colormap is not None:
        return colormaps[colormap](scaled, bytes=True)[..., :3]
    gray_or_rgb = np.floor(scaled * 255 + 0.5).astype(np.uint8)
    if gray_or_rgb.ndim == 2:
        gray_or_rgb = gray_or_rgb[..., None]
    return gray_or_rgb[..., :3] if gray_or_rgb.shape[-1] >= 3 else gray_or_rgb[..., :1].repeat(3, -1)


def magnify(rgb, times):
    """Make every pixel `times` x `times` pixels."""
    return rgb.repeat(times, 0).repeat(times, 1)


def reduced(image, times):
    """Average blocks of `times` x `times` pixels (what does not fill a block is cut off)."""
    if times == 1:
        return image
    height, width = max(1, image.shape[0] // times), max(1, image.shape[1] // times)
    blocks = image[: height * times, : width * times]
    blocks = blocks.reshape(height, blocks.shape[0] // height, width, blocks.shape[1] // width, *image.shape[2:])
    return blocks.mean(axis=(1, 3))


def shown(image, times, reduction=1, limits=(0, 1), colormap=None):
    """Turn an image or map into the pixels of its panel: reduced, then magnified, by whole numbers."""
    return magnify(to_rgb(reduced(image, reduction), limits, colormap), times)


@dataclass
class Panel:
    """One image of a picture: its pixels as they will be drawn, a title above, a smaller note below the title."""

    rgb: np.ndarray
    title: str = ""
    note: str = ""


def arrange(shapes, columns=None, page=PAGE, target=TARGET):
    """Choose the number of columns, and a whole magnification (or reduction) for each of the image shapes.

    Returns (columns, [m, ...], reduction): every image is first reduced by `reduction` (1 nearly always), then magnified.
    """
    height, width = max(shape[0] for shape in shapes), max(shape[1] for shape in shapes)
    if columns is None:
        at_least = width * max(1, round(128 / width))
        fit = max(1, (page + GAP) // (at_least + GAP))
        rows = -(-len(shapes) // fit)
        columns = -(-len(shapes) // rows)
    room = (page - (columns - 1) * GAP) / columns
    reduction = max(1, int(np.ceil(width / room)))
    height, width = max(1, height // reduction), max(1, width // reduction)
    times = max(1, min(int(min(room, target) // width), 2 * target // height))
    cell = (height * times, width * times)
    each = [
        max(1, int(min(cell[0] // max(1, shape[0] // reduction), cell[1] // max(1, shape[1] // reduction))))
        for shape in shapes
    ]
    return columns, each, reduction


def compose(rows, *, caption=None, alt="", bar=None):
    """Lay out rows of panels on a Picture, with a caption beneath and a colour bar at the right.

    Parameters
    ----------
    rows : list of lists of Panel
        Panels of one row stand side by side; panels of one column share their left edge.
    caption : str, optional
        A sentence beneath.
    alt : str
        The alternative text.
    bar : (colour map, (low, high), label), optional
        Draws a colour bar beside the first row.

    Returns
    -------
    Picture
    """
    n_columns = max(len(row) for row in rows)
    widths = [max([row[k].rgb.shape[1] for row in rows if k < len(row)]) for k in range(n_columns)]
    titled = [k for k in range(n_columns) if any(k < len(row) and (row[k].title or row[k].note) for row in rows)]
    cells = [max(width, 110) if k in titled else width for k, width in enumerate(widths)]
    lefts = [MARGIN + sum(cells[:k]) + k * GAP for k in range(n_columns)]
    images_end = lefts[-1] + cells[-1]
    bar_width = 0
    if bar is not None:
        ticks = [f"{0 if abs(tick) < 1e-9 else tick:.2g}".replace("-", "−") for tick in np.linspace(*bar[1], 5)]
        bar_width = int(GAP + 12 + 6 + max(text_width(tick, NOTE) for tick in ticks) + (18 if bar[2] else 0))
    width = max(images_end + bar_width + MARGIN, 220)
    lines = wrap(caption, max(width - 2 * MARGIN, 200), CAPTION) if caption else []

    placed, texts, top = [], [], MARGIN
    for row in rows:
        heads = [wrap(p.title, cells[k], TITLE) if p.title else [] for k, p in enumerate(row)]
        notes = [wrap(p.note, cells[k], NOTE) if p.note else [] for k, p in enumerate(row)]
        head_height = max(len(head) for head in heads) * 17
        note_height = max(len(note) for note in notes) * 15
        for k in range(len(row)):
            texts.append(("\n".join(heads[k]), lefts[k], top + head_height, TITLE, {"va": "bottom"}))
            texts.append(("\n".join(notes[k]), lefts[k], top + head_height + 1, NOTE, {"color": SOFT}))
        image_top = top + head_height + note_height + (5 if head_height + note_height else 0)
        placed += [(panel.rgb, lefts[k], image_top) for k, panel in enumerate(row)]
        top = image_top + max(panel.rgb.shape[0] for panel in row) + GAP
    height = top - GAP + MARGIN + (len(lines) * 17 + 6 if lines else 0)

    with matplotlib.rc_context(style()):
        picture = Picture(width, height, alt)
        for rgb, left, image_top in placed:
            picture.place(_framed(rgb), left - 1, image_top - 1)
        for text, left, text_top, size, options in texts:
            if text:
                picture.write(text, left, text_top, size, **options)
        if bar is not None:
            _draw_bar(picture, bar, ticks, images_end + GAP, placed[0][2], placed[0][0].shape[0])
        if lines:
            picture.write("\n".join(lines), MARGIN, top - GAP + MARGIN + 4, CAPTION, color=SOFT)
    picture.origins = [(left, image_top) for _, left, image_top in placed]
    return picture


def _framed(rgb):
    """Put a hairline of one pixel around an image, outside its pixels."""
    return np.pad(rgb, ((1, 1), (1, 1), (0, 0)), constant_values=208)


def _draw_bar(picture, bar, ticks, left, top, height):
    """Draw a vertical colour bar with its tick labels and its name."""
    colormap, limits, label = bar
    ramp = np.linspace(limits[1], limits[0], height)[:, None].repeat(12, 1)
    picture.place(_framed(to_rgb(ramp, limits, colormap)), left - 1, top - 1)
    for k, tick in enumerate(ticks):
        picture.write(tick, left + 18, top + height * (1 - k / 4), NOTE, va="center", color=SOFT)
    if label:
        x = left + 24 + max(text_width(tick, NOTE) for tick in ticks)
        picture.write(label, x, top + height / 2, NOTE, rotation=90, va="center", color=SOFT)


def listed_titles(titles, n):
    """Return one title for each of `n` images; a string is the title of a single image."""
    titles = [titles] if isinstance(titles, str) else list(titles or [""] * n)
    if len(titles) != n:
        raise ValueError(f"{n} images but {len(titles)} titles: give one title for each image")
    return [str(title) for title in titles]


def alt_text(what, titles, notes=(), *, axes="", extra="", caption=None):
    """Describe a picture in a sentence or two: what it shows, under which titles, with which scores and caption."""
    notes = notes or [""] * len(titles)
    named = [
        f"{title or f'number {k}'}{f' ({note})' if note else ''}"
        for k, (title, note) in enumerate(zip(titles, notes, strict=True), 1)
    ]
    if len(named) == 1:
        text = f"{what.capitalize()}: {named[0]}." if titles[0] else f"{what.capitalize()}."
    else:
        text = f"{len(named)} {what}s: {'; '.join(named)}."
    return " ".join(
        " ".join(part for part in (axes, text, extra, caption) if part).replace("$", "").replace("\\", "").split()
    )
