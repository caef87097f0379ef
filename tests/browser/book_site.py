"""The built book as the tests see it: its pages, their addresses, and what a page must have done before anyone looks at it."""

import io
import sys
from pathlib import Path
from urllib.parse import unquote, urlsplit

import numpy as np
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
PHONE = {"width": 390, "height": 844}
SLICE = 4000  # pixels; a picture of a long page is cut into pieces of this height
TRANSLATED = ("index", "teach", "lectures/00_start_here", "lectures/04_learning")

#: Go through the page as a reader does, from top to bottom, so that pictures which wait for that are loaded.
SCROLL = """async () => {
    const drawn = () => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const page = document.scrollingElement;
    for (let y = 0; y < page.scrollHeight; y += 0.8 * innerHeight) { page.scrollTo(0, y); await drawn(); }
    page.scrollTo(0, 0);
    await drawn();
}"""

#: Open or close everything that is folded, at once: a colour that fades in is not yet the colour that one reads.
FOLD = """open => {
    document.querySelectorAll(".bd-article details").forEach(one => { one.open = open; });
    document.getAnimations().filter(one => one.effect.getComputedTiming().endTime < Infinity).forEach(one => one.finish());
}"""

#: The addresses of pictures that do not load; hidden ones (folded, or for paper alone) are asked for here.
BROKEN = """async () => {
    const images = [...document.querySelectorAll("img")];
    images.forEach(image => { image.loading = "eager"; });
    await Promise.allSettled(images.map(image => image.decode()));
    return images.filter(image => !(image.complete && image.naturalWidth > 0)).map(image => image.src || "an <img> without src");
}"""

#: Code is thousands of coloured words in a dozen colours, and each costs axe-core a look: of each kind leave it a few to look at.
THIN = """() => {
    const seen = {}, words = [...document.querySelectorAll(".highlight span:not(:has(*))")].filter(word => !word.closest("a"));
    const more = words.filter(word => (seen[word.className] = (seen[word.className] || 0) + 1) > 20);
    more.forEach(word => word.replaceWith(...word.childNodes));
    document.querySelectorAll(".highlight pre").forEach(code => code.normalize());
}"""

#: What axe-core finds wrong, of the two gravest kinds: one line for each element.
AXE = """async () => {
    const found = await axe.run(document, {resultTypes: ["violations"], preload: false});
    const grave = found.violations.filter(one => one.impact === "serious" || one.impact === "critical");
    return grave.flatMap(one => one.nodes.map(node => `${one.id} (${one.impact}): ${node.target.join(" ")}: ${node.failureSummary}`));
}"""


def folder(config):
    """The folder of the built book, as the option --site names it."""
    return Path(config.getoption("--site")).resolve()


def pages(site):
    """The names of all pages to read, e.g. "lectures/01_degradation"; of another edition only those that are translated."""
    found = sorted(file.relative_to(site).with_suffix("").as_posix() for file in site.rglob("*.html"))
    found = [name for name in found if not name.startswith(("_static/", "ko/")) and not helping(name)]
    return found + [f"ko/{name}" for name in TRANSLATED if (site / "ko").is_dir()]


def helpers(site):
    """The names of the pages that Sphinx makes to look things up: sources, index, search."""
    found = sorted(file.relative_to(site).with_suffix("").as_posix() for file in site.rglob("*.html"))
    return [name for name in found if helping(name)]


def helping(name):
    """Is it a page that Sphinx makes beside ours?"""
    return name.startswith("_modules/") or name in ("genindex", "py-modindex", "search")


def address(site, name, ending=""):
    """The address of a page on disk."""
    return (site / f"{name}.html").as_uri() + ending


def open_page(page, site, name, ending=""):
    """Open a page from disk, and wait until its formulas and letters stand."""
    page.goto(address(site, name, ending), wait_until="load")
    page.evaluate("() => Promise.all([document.fonts.ready, window.MathJax?.startup?.promise])")
    return page


def in_the_dark(page):
    """From the next page on the reader has chosen the dark theme, as the button in the page's header keeps it."""
    page.add_init_script("localStorage.setItem('mode', 'dark'); localStorage.setItem('theme', 'dark');")


def grave_findings(page):
    """What axe-core calls serious or critical on the page as it stands; the page's code loses most of its colours for that."""
    page.evaluate(THIN)
    page.add_script_tag(path=axe())
    return page.evaluate(AXE)


def axe():
    """The path of axe-core, fetched from npm once."""
    if str(ROOT / "book") not in sys.path:
        sys.path.insert(0, str(ROOT / "book"))
    import vendor

    return vendor.fetch() / "axe-core" / "axe.min.js"


def keep_picture(page, file, most=None):
    """Leave pictures of the page for a person to look at: FILE-0.jpg, FILE-1.jpg, ..., `most` of them or all."""
    size = page.evaluate("({w: document.scrollingElement.clientWidth, h: document.scrollingElement.scrollHeight})")
    file.parent.mkdir(parents=True, exist_ok=True)
    for old in file.parent.glob(f"{file.name}-[0-9]*.jpg"):
        old.unlink()
    for number, top in enumerate(range(0, size["h"], SLICE)[:most]):
        clip = {"x": 0, "y": top, "width": size["w"], "height": min(SLICE, size["h"] - top)}
        page.screenshot(
            path=f"{file}-{number}.jpg", type="jpeg", quality=70, full_page=True, clip=clip, animations="disabled"
        )


def inside(locator, inset=8):
    """The pixels of an element on the screen, without its edge, where rounded corners let the ground through."""
    locator.scroll_into_view_if_needed()
    pixels = np.asarray(Image.open(io.BytesIO(locator.screenshot(animations="disabled"))).convert("RGB"))
    return pixels[inset : len(pixels) - inset, inset : pixels.shape[1] - inset]


def weigh(page, site, name):
    """Open a page, and return the bytes of each file that it asked for before anybody scrolled, lazy pictures apart."""
    asked = set()
    page.on("request", lambda request: asked.add(request.url))
    open_page(page, site, name)
    asked -= set(page.locator("img[loading=lazy]").evaluate_all("images => images.map(image => image.src)"))
    files = {Path(unquote(urlsplit(one).path)) for one in asked if one.startswith("file:")}
    return {file.relative_to(site).as_posix(): file.stat().st_size for file in files}
