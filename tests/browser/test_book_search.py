"""A reader who types a word finds the lecture that teaches it, from disk and without a server."""

import book_site
import pytest

pytestmark = pytest.mark.quick

WORDS = {
    "00_start_here": "whiskers",
    "01_degradation": "photons",
    "02_quality": "psnr",
    "03_classical": "bilateral",
    "04_learning": "receptive field",
    "05_dncnn": "residual",
    "06_autoencoders": "checkerboard",
    "07_superresolution": "bicubic",
}


def hits(page):
    """The addresses of the pages that the search lists, once it has looked everywhere."""
    page.wait_for_function(
        "document.querySelector('#search-results p.search-summary')?.textContent.match(/\\d|did not/)"
    )
    return page.locator("#search-results ul.search li > a").evaluate_all("links => links.map(link => link.href)")


@pytest.mark.parametrize("lecture", WORDS)
def test_a_word_finds_its_lecture(lecture, page, site, console):
    book_site.open_page(page, site, "search", f"?q={WORDS[lecture].replace(' ', '+')}")
    found = hits(page)
    assert any(f"/lectures/{lecture}.html" in address for address in found), found
    assert console.problems == []


def test_every_lecture_has_a_word(site):
    assert sorted(WORDS) == sorted(file.stem for file in (site / "lectures").glob("[0-9][0-9]_*.html"))


def test_a_word_of_no_page_finds_nothing(page, site):
    book_site.open_page(page, site, "search", "?q=zyxxyz")
    assert hits(page) == []


def test_the_search_field_leads_to_the_results(page, site):
    book_site.open_page(page, site, "lectures/01_degradation")
    page.locator("button.search-button__button:visible").first.click()
    page.locator("#pst-search-dialog input[type=search]").fill("checkerboard")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=checkerboard*")
    assert any("/lectures/06_autoencoders.html" in address for address in hits(page))
