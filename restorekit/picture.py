"""The canvas that `show` and `widgets` draw on: pixels at whole-number magnifications, calm text, small files.

A matplotlib figure stretches an image to fit its axes, and so smooths or multiplies its noise. A `Picture` is a matplotlib
figure (draw on it, save it) whose images are copied pixel by pixel instead: every pixel of an image becomes a square of
m x m pixels, m a whole number. Nothing here imports pyplot.
"""

import base64
import contextlib
import contextvars
import functools
import io
import re
import sys
from dataclasses import dataclass

import matplotlib
import numpy as np
from matplotlib import colormaps, font_manager
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.textpath import text_to_path
from PIL import Image

#: The widest picture, in pixels of the page: what a book's column and a notebook beside its sidebar can show unshrunk.
PAGE = 800
#: No image is magnified beyond this width.
TARGET = 320
GAP = 14
MARGIN = 6
INK, SOFT, HAIR = "#222222", "#5f5f5f", "#d0d0d0"
#: Okabe and Ito's colours (2008), distinct for every kind of colour vision; their yellow is too faint on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
ORANGE = (230, 159, 0)
TITLE, NOTE, CAPTION = 13, 11.5, 12.5  # text sizes in pixels of the page
STYLE = {
    "font.size": 9,
    "axes.edgecolor": "#888888",
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 9.4,
    "axes.titlelocation": "left",
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#ececec",
    "xtick.color": "#666666",
    "ytick.color": "#666666",
    "xtick.labelsize": 8,
    "ytick.labelsize": 8,
    "axes.labelsize": 9,
    "text.color": INK,
    "legend.frameon": False,
    "lines.linewidth": 1.6,
}
_SILENT = contextvars.ContextVar("silent", default=False)
_KOREAN = ("NanumGothic", "Malgun Gothic", "Apple SD Gothic Neo", "Noto Sans CJK KR", "Noto Sans KR")


@functools.cache
def style():
    """Return matplotlib's settings for our pictures, with a Korean font behind the Latin one where there is one."""
    installed = {font.name for font in font_manager.fontManager.ttflist}
    return {**STYLE, "font.family": ["DejaVu Sans", *[name for name in _KOREAN if name in installed][:1]]}


class _Pixels(Artist):
    """An image copied onto the canvas pixel by pixel, never resampled."""

    def __init__(self, rgb, left, top):
        super().__init__()
        self.rgb, self.left, self.top = rgb, left, top

    def draw(self, renderer):
        """Copy the image; at 200 dots per inch every pixel becomes 2 x 2."""
        times = max(1, round(self.figure.dpi / 100))
        height = round(self.figure.get_figheight() * 100)
        rgba = np.dstack([self.rgb, np.full(self.rgb.shape[:2], 255, np.uint8)])
        rgba = rgba.repeat(times, 0).repeat(times, 1)[::-1]
        bottom = height - self.top - self.rgb.shape[0]
        renderer.draw_image(renderer.new_gc(), self.left * times, bottom * times, np.ascontiguousarray(rgba))


class Picture(Figure):
    """A matplotlib figure that shows itself once, small and with alternative text.

    Parameters
    ----------
    width, height : int
        Size on the page in pixels.
    alt : str
        What a reader who cannot see the picture should know.
    **options
        Passed on to `matplotlib.figure.Figure`.
    """

    def __init__(self, width, height, alt="", **options):
        # The thousandth of a pixel keeps matplotlib from rounding, say, 288.99999 down to 288.
        size = ((width + 1e-3) / 100, (height + 1e-3) / 100)
        super().__init__(figsize=size, dpi=100, facecolor="white", **options)
        FigureCanvasAgg(self)
        self.alt = alt
        self._shown_in = None

    def pixels(self, times=1):
        """Return the picture as a (H, W, 3) uint8 array, `times` as large as on the page."""
        self.set_dpi(100 * times)
        try:
            self.canvas.draw()
            return np.asarray(self.canvas.buffer_rgba())[..., :3].copy()
        finally:
            self.set_dpi(100)

    def place(self, rgb, left, top):
        """Copy a (H, W, 3) uint8 array to `left`, `top` (pixels from the upper left corner)."""
        self.add_artist(_Pixels(rgb, left, top))

    def write(self, text, left, top, size, **options):
        """Write `text` with its upper left corner at `left`, `top`; `size` in pixels."""
        width, height = self.get_size_inches() * 100
        options = {"va": "top", "ha": "left", "color": INK, "fontsize": size * 0.72, "linespacing": 1.25} | options
        self.text(left / width, 1 - top / height, text, **options)

    def bundle(self):
        """Return the picture as (data, metadata) for a notebook's output."""
        kind, data, width = encode(self)
        text = self.alt or "picture"
        return {kind: base64.b64encode(data).decode(), "text/plain": text}, {kind: {"alt": text, "width": width}}

    def display(self, bundle=None):
        """Show the picture in the notebook (again), or a `bundle` that holds it; elsewhere nothing happens. Returns itself."""
        shell = notebook()
        if shell is not None and not _SILENT.get():
            from IPython.display import display

            data, metadata = bundle or self.bundle()
            display(data, metadata=metadata, raw=True)
            self._shown_in = shell.execution_count
        return self

    def _ipython_display_(self):
        """Called for a cell's last line: stay silent if this very cell has shown the picture already."""
        shell = notebook()
        if shell is None or self._shown_in != shell.execution_count:
            self.display()


@contextlib.contextmanager
def silent():
    """Within this block pictures are made but not shown."""
    token = _SILENT.set(True)
    try:
        yield
    finally:
        _SILENT.reset(token)


def notebook():
    """Return IPython's shell when it runs in a kernel (a notebook), else None."""
    if "IPython" not in sys.modules:
        return None
    from IPython import get_ipython

    shell = get_ipython()
    return shell if getattr(shell, "kernel", None) is not None else None


def as_png(rgb, level=6):
    """Encode a (H, W, 3) uint8 array as PNG bytes; gray pictures take one channel."""
    gray = np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 0], rgb[..., 2])
    stream = io.BytesIO()
    Image.fromarray(rgb[..., 0] if gray else rgb).save(stream, "PNG", compress_level=level)
    return stream.getvalue()


def as_jpeg(rgb, quality):
    """Encode a (H, W, 3) uint8 array as JPEG bytes with full colour resolution."""
    stream = (
        io.BytesIO()
    )  # without optimize=True: Pillow does that in a buffer of a byte a pixel, too small for strong noise
    Image.fromarray(rgb).save(stream, "JPEG", quality=quality, subsampling=0)
    return stream.getvalue()


def encode(picture, budget=100_000):
    """Return (MIME type, bytes, width on the page): the sharpest form of a picture that fits the budget.

    Lossless at twice the resolution (crisp text on any screen) if it fits; noise does not compress, so a noisy picture
    falls back to one pixel a pixel, and then to a JPEG of high quality, whose error is far below the noise it shows.
    """
    forms = []
    for times, quality in ((2, 92), (1, 90)):
        rgb = picture.pixels(times)
        width = rgb.shape[1] // times
        for kind, data in (("image/png", as_png(rgb)), ("image/jpeg", as_jpeg(rgb, quality))):
            if len(data) <= budget:
                return kind, data, width
            forms.append((len(data), kind, data))
    _, kind, data = min([*forms, (len(data := as_jpeg(rgb, 86)), "image/jpeg", data)])
    return kind, data, width


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
