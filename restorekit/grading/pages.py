"""The pages that people read: templates filled with escaped text. They hold no scripts, and ask for nothing."""

import base64
import functools
import hashlib
import io
from pathlib import Path

from PIL import Image

from restorekit import images

__all__ = ["KEY_README", "data", "handout", "render"]

_TEMPLATES = Path(__file__).parent / "templates"

KEY_README = """\
The answer key of an assignment. Keep it to yourself, and out of every shared folder.

clean.png       the answer
noisy.png       what was given out
key.json        the secret that the noise came from, and checksums
rubric.toml     how submissions are marked; edit it
overrides.csv   your own decisions: student (user name), points or extension ("2026-06-10 23:59:59 Asia/Seoul"), reason
given/          put programs here that you gave to the class: what students have from them is not taken for copying
known/          what the library's own networks and filters make of noisy.png, to recognise it
"""


def render(template, **values):
    """Fill a template; every value is escaped.

    Parameters
    ----------
    template : str
        Name of a file in ``templates/``.
    **values
        What it needs.

    Returns
    -------
    str
        The page.

    Raises
    ------
    ImportError
        If Jinja2 is not installed.
    """
    environment, style = _environment()
    digest = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    return environment.get_template(template).render(values, style=style, style_hash=digest)


@functools.cache
def _environment():
    """Templates with everything escaped, and the style that all pages share."""
    try:
        import jinja2
    except ImportError as problem:
        raise ImportError(
            "grading writes its pages with Jinja2, which is not here: pip install 'restorekit[grade]'"
        ) from problem
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(_TEMPLATES), autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True
    )
    style = jinja2.utils.markupsafe.Markup((_TEMPLATES / "style.css").read_text(encoding="utf-8"))
    return environment, style


def data(contents):
    """Bytes as text for a data: address.

    Parameters
    ----------
    contents : bytes

    Returns
    -------
    str

    Examples
    --------
    >>> data(b"abc")
    'YWJj'
    """
    return base64.b64encode(contents).decode()


def handout(noisy, sigma, due):
    """The sheet that students get.

    Parameters
    ----------
    noisy : ndarray (H, W, 3), float, [0, 1]
    sigma : float
    due : datetime

    Returns
    -------
    str
        A page of its own, with nothing outside it.
    """
    small, file = Image.fromarray(images.to_uint8(noisy)), io.BytesIO()
    small.thumbnail((480, 480))
    small.save(file, "JPEG", quality=85)
    return render(
        "handout.html",
        noisy=data(file.getvalue()),
        sigma=f"{sigma:g}",
        width=noisy.shape[1],
        height=noisy.shape[0],
        due=f"{due:%Y-%m-%d %H:%M:%S} ({due.tzinfo})",
    )
