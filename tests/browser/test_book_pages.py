"""Every page of the book as a reader opens it: nothing goes wrong, every picture comes, nobody is shut out, and it fits a phone."""

import book_site
import pytest

QUICK = ("index", "lectures/01_degradation", "labs/01_degradation_lab", "teach")


def pytest_generate_tests(metafunc):
    """One test for each page that the built book has; without a book the fixture `site` says what to do."""
    site = book_site.folder(metafunc.config)
    if "name" in metafunc.fixturenames:
        names = book_site.pages(site) or ["index"]
        metafunc.parametrize("name", [pytest.param(n, marks=[pytest.mark.quick] if n in QUICK else []) for n in names])
    if "helper" in metafunc.fixturenames:
        metafunc.parametrize("helper", book_site.helpers(site) or ["search"])


def test_a_page_is_sound(name, page, site, console, screenshots):
    book_site.open_page(page, site, name)
    page.evaluate(book_site.SCROLL)
    assert page.evaluate(book_site.BROKEN) == []
    file = screenshots / "book" / name.replace("/", "-")
    book_site.keep_picture(page, file)

    wide = page.viewport_size
    page.set_viewport_size(book_site.PHONE)
    book_site.keep_picture(page, file.with_name(f"{file.name}-phone"), most=1)
    assert page.evaluate("document.scrollingElement.scrollWidth") <= book_site.PHONE["width"], "the page moves sideways"

    page.set_viewport_size(wide)
    page.evaluate(book_site.FOLD, True)
    assert book_site.grave_findings(page) == []
    assert console.problems == []


def test_a_page_to_look_things_up_opens(helper, page, site, console):
    book_site.open_page(page, site, helper)
    assert page.locator("h1:visible").first.inner_text().strip()
    assert console.problems == []
