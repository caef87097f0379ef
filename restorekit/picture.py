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
import sys

import numpy as np
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from PIL import Image

INK, SOFT = "#222222", "#5f5f5f"
#: Okabe and Ito's colours (2008), distinct for every kind of colour vision; their yellow is too faint on white.
COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#000000")
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


def as_png(rgb, level=6, plot=False):
    """Encode a (H, W, 3) uint8 array as PNG bytes; gray pictures take one channel, pictures of few colours a palette.

    With `plot`, the many shades along the rims of lines and letters are rounded to 256 colours: a third of the bytes.
    """
    gray = np.array_equal(rgb[..., 0], rgb[..., 1]) and np.array_equal(rgb[..., 0], rgb[..., 2])
    picture = Image.fromarray(rgb[..., 0] if gray else rgb)
    if not gray and (plot or picture.getcolors(256)):
        picture = picture.quantize(256, Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    stream = io.BytesIO()
    picture.save(stream, "PNG", compress_level=level)
    return stream.getvalue()


def as_jpeg(rgb, quality):
    """Encode a (H, W, 3) uint8 array as JPEG bytes with full colour resolution."""
    stream = io.BytesIO()
    # Without optimize=True: Pillow does that in a buffer of a byte a pixel, too small for strong noise.
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
        for kind, data in (("image/png", as_png(rgb, plot=bool(picture.axes))), ("image/jpeg", as_jpeg(rgb, quality))):
            if len(data) <= budget:
                return kind, data, width
            forms.append((len(data), kind, data))
    _, kind, data = min([*forms, (len(data := as_jpeg(rgb, 86)), "image/jpeg", data)])
    return kind, data, width
