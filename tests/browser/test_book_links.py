"""Nothing in the book leads nowhere: every address within it is a file, and every place on a page that a link names is there."""

import json
import re
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

import pytest

pytestmark = [pytest.mark.quick, pytest.mark.xdist_group("book-links")]

URL = re.compile(r"""url\(\s*["']?([^"')]+)""")
IMAGE_SET = re.compile(r"\s+[\d.]+[wx]\s*(?:,|$)")


class Page(HTMLParser):
    """The addresses that a page asks for or leads to, and the places on it that one can link to."""

    def __init__(self, text):
        super().__init__()
        self.addresses, self.frames, self.places = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        """Note what one tag names."""
        found = {name: value for name, value in attributes if value is not None}
        self.addresses += [found[name] for name in ("href", "src", "poster") if name in found]
        self.addresses += [part for part in IMAGE_SET.split(found.get("srcset", "")) if part]
        self.frames += [frame["src"] for frame in json.loads(found.get("data-frames", "[]"))]
        self.places |= {found[name] for name in ("id", "name") if name in found}


@pytest.fixture(scope="module")
def book(site):
    """All pages of the book, by their path."""
    files = [file for file in site.rglob("*.html") if "_static" not in file.relative_to(site).parts]
    return {file: Page(file.read_text("utf-8")) for file in files}


def target(file, address):
    """The file and the place that an address on a page means; None where it leads out of the book."""
    parts = urlsplit(address)
    if parts.scheme or parts.netloc:
        return None
    path = (file.parent / unquote(parts.path)).resolve() if parts.path else file
    return path / "index.html" if path.is_dir() else path, unquote(parts.fragment)


def targets(book, kind):
    """Yield (page, address, file, place) for every address within the book."""
    for file, page in book.items():
        for address in dict.fromkeys(getattr(page, kind)):
            if found := target(file, address):
                yield file, address, *found


def test_every_address_is_a_file_of_the_book(book, site):
    checked = list(targets(book, "addresses"))
    assert len(checked) > 1000
    wrong = [(page, address) for page, address, file, _ in checked if not file.is_file() or site not in file.parents]
    assert [f"{page.relative_to(site)}: {address}" for page, address in wrong] == []


def test_every_place_is_on_its_page(book, site):
    checked = [one for one in targets(book, "addresses") if one[3] and one[2] in book]
    assert len(checked) > 500
    wrong = [(page, address) for page, address, file, place in checked if place not in book[file].places]
    assert [f"{page.relative_to(site)}: {address}" for page, address in wrong] == []


def test_every_frame_of_a_slider_is_there(book, site):
    checked = list(targets(book, "frames"))
    assert len(checked) > 100
    assert [f"{page.relative_to(site)}: {address}" for page, address, file, _ in checked if not file.is_file()] == []


def test_no_page_takes_anything_from_another_server(site):
    """Pages link to papers elsewhere, but load nothing from there."""
    loaded = re.compile(r"<(?:script|img|iframe|source|video|audio)\b[^>]*\bsrc=[\"'](?:https?:)?//[^\"']*")
    styles = re.compile(
        r"<link\b(?=[^>]*\brel=[\"']?(?:stylesheet|preload|icon|preconnect))[^>]*\bhref=[\"'](?:https?:)?//[^\"']*"
    )
    wrong = [
        f"{file.relative_to(site)}: {found}"
        for file in site.rglob("*.html")
        for pattern in (loaded, styles)
        for found in pattern.findall(file.read_text("utf-8"))
    ]
    assert wrong == []


def test_every_file_that_a_style_names_is_there(site):
    wrong = []
    for file in site.rglob("*.css"):
        for address in URL.findall(file.read_text("utf-8")):
            found = target(file, address)
            if found is None and not address.startswith("data:"):
                wrong.append(f"{file.relative_to(site)}: {address} lies on another server")
            elif found and not address.startswith("#") and not found[0].is_file():
                wrong.append(f"{file.relative_to(site)}: {address}")
    assert wrong == []
