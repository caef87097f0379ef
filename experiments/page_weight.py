"""Weigh the book's pages, and time how soon the first picture of each lecture is on the screen; needs `make book`, Playwright, Chromium.

    python experiments/page_weight.py [--site dist/book] [--runs 5]

Bytes are the sizes of all files that a page asks for before anyone scrolls, as they lie on disk: nothing is compressed. Times count
from the begin of the navigation until the first picture in the article is loaded and decoded, each run with an empty cache, from disk;
the median of the runs.
"""

import argparse
import statistics
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests" / "browser"))

import book_site
from conftest import FLAGS, chromium

SCREEN = {"width": 1280, "height": 800}

#: From the begin of the page on: wait for the first picture that a reader will see, and note when it can be drawn, and where it is.
FIRST_PICTURE = """
window.first = new Promise(done => {
    const look = () => {
        const images = document.querySelectorAll(".bd-article img");
        const image = [...images].find(one => one.getClientRects().length > 0 && one.clientWidth > 0);
        if (!image) return requestAnimationFrame(look);
        if (document.readyState === "complete") image.loading = "eager";  // far below the fold: nobody has scrolled there yet
        if (!image.complete || image.naturalWidth === 0) return requestAnimationFrame(look);
        image.decode().then(() => requestAnimationFrame(() => {
            const top = image.getBoundingClientRect().top + scrollY;
            done({milliseconds: performance.now(), below: top >= innerHeight});
        }));
    };
    requestAnimationFrame(look);
});
"""


def time_first_picture(browser, site, name):
    """Open a page once with an empty cache; return the milliseconds until its first picture, and whether it lies below the fold."""
    context = browser.new_context(viewport=SCREEN)
    page = context.new_page()
    page.add_init_script(FIRST_PICTURE)
    page.goto(book_site.address(site, name), wait_until="commit")
    seen = page.evaluate("window.first")
    context.close()
    return seen["milliseconds"], seen["below"]


def weigh(browser, site, name):
    """The bytes of one page, and of its pictures among them."""
    context = browser.new_context(viewport=SCREEN)
    files = book_site.weigh(context.new_page(), site, name)
    context.close()
    pictures = sum(size for file, size in files.items() if Path(file).suffix in (".jpg", ".png", ".webp", ".svg"))
    return sum(files.values()), pictures


def main(arguments=None):
    """Read the command line, and print one line a page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--site", type=Path, default=ROOT / "dist" / "book")
    parser.add_argument("--runs", type=int, default=5)
    chosen = parser.parse_args(arguments)
    site = chosen.site.resolve()
    if not (site / "index.html").is_file():
        raise SystemExit(f"There is no built book in {site}: run `make book` first, or name its folder with --site.")
    from playwright.sync_api import sync_playwright

    lectures = sorted(file.stem for file in (site / "lectures").glob("[0-9][0-9]_*.html"))
    print(f"{'page':32}{'kB':>8}{'pictures':>10}{'first picture':>16}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for name in ("index", *(f"lectures/{lecture}" for lecture in lectures)):
            whole, pictures = weigh(browser, site, name)
            times, below = zip(*(time_first_picture(browser, site, name) for _ in range(chosen.runs)), strict=True)
            where = " (below the fold)" if any(below) else ""
            print(
                f"{name:32}{whole / 1e3:8.0f}{pictures / 1e3:10.0f}{statistics.median(times):13.0f} ms{where}",
                flush=True,
            )
        browser.close()


if __name__ == "__main__":
    main()
