"""The start page is light: whoever opens it on a slow line sees it soon."""

import book_site

MOST = 500_000  # bytes that the start page asks for until one scrolls
SCREEN = {"width": 1280, "height": 800}


def test_the_start_page_is_light(new_page, site, console):
    files = book_site.weigh(new_page(viewport=SCREEN), site, "index")
    assert "index.html" in files and any(name.endswith(".css") for name in files), "the page was not weighed"
    assert any(name.startswith("_images/start") for name in files), "its picture did not come"
    heaviest = sorted(files.items(), key=lambda item: -item[1])[:8]
    assert sum(files.values()) < MOST, f"{sum(files.values()):,} bytes; the heaviest: {heaviest}"
    assert console.problems == []


def test_formulas_are_paid_for_where_there_are_some(new_page, site):
    assert not any("mathjax" in name for name in book_site.weigh(new_page(viewport=SCREEN), site, "index"))
    assert any(
        "mathjax" in name for name in book_site.weigh(new_page(viewport=SCREEN), site, "lectures/01_degradation")
    )
