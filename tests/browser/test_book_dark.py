"""The dark theme changes the page and never a picture; and the book on paper."""

import re

import book_site
import numpy as np
import pytest

pytestmark = pytest.mark.quick

PICTURES = [
    pytest.param("index", ".rk-hero img", id="hero"),
    pytest.param("index", "img.sd-card-img-top", id="card"),
    pytest.param("lectures/01_degradation", "img.rk-picture:visible", id="picture"),
    pytest.param("lectures/03_classical", "figure.rk-states img.rk-frame", id="slider"),
    pytest.param("lectures/00_start_here", ".rk-ba-stage", id="border"),
    pytest.param("results", ".bd-article img[src*='time']", id="curves"),
]
TELLING = ("index", "lectures/01_degradation", "labs/04_learning_lab", "reference/degrade")

#: Pictures that the theme would change, as the browser computes them.
CHANGED = """() => [...document.querySelectorAll(".bd-article img")].filter(image => {
    const style = getComputedStyle(image);
    return style.filter !== "none" || style.opacity !== "1" || style.mixBlendMode !== "normal";
}).map(image => image.src)"""


def seen(page, site, name, selector, theme):
    """The pixels of a picture on the page in one theme, and the colour of the page around it."""
    book_site.open_page(page, site, name)
    assert page.evaluate("document.documentElement.dataset.theme") == theme
    picture = page.locator(selector).first
    picture.scroll_into_view_if_needed()
    page.evaluate("image => (image.decode ? image.decode() : null)", picture.element_handle())
    ground = page.evaluate("getComputedStyle(document.body).backgroundColor")
    return book_site.inside(picture), ground


@pytest.mark.parametrize(("name", "selector"), PICTURES)
def test_a_picture_is_the_same_in_the_dark(name, selector, new_page, site):
    light, bright = seen(new_page(color_scheme="light"), site, name, selector, "light")
    page = new_page(color_scheme="light")
    book_site.in_the_dark(page)
    dark, black = seen(page, site, name, selector, "dark")
    assert bright != black, "the theme did not change"
    assert light.size > 10_000 and light.std() > 5, "there is no picture to compare"
    assert light.shape == dark.shape
    assert np.array_equal(light, dark), f"{(light != dark).any(2).mean():.1%} of the pixels differ"


@pytest.mark.parametrize("name", TELLING)
def test_a_page_is_sound_in_the_dark(name, page, site, console, screenshots):
    book_site.in_the_dark(page)
    book_site.open_page(page, site, name)
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.evaluate(book_site.SCROLL)
    book_site.keep_picture(page, screenshots / "book" / f"{name.replace('/', '-')}-dark")
    assert page.evaluate(CHANGED) == []
    page.evaluate(book_site.FOLD, True)
    assert book_site.grave_findings(page) == []
    assert console.problems == []


def test_the_button_turns_the_light_off_and_the_next_page_remembers(new_page, site):
    page = new_page(color_scheme="light")
    book_site.open_page(page, site, "index")
    page.locator("button.theme-switch-button:visible").first.click()
    page.locator("button.theme-change-button[data-mode=dark]").click()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"
    page.locator(".bd-sidebar-primary a", has_text="01 How a photograph degrades").click()  # as a reader goes on
    page.wait_for_url("**/lectures/01_degradation.html")
    page.wait_for_function("document.documentElement.dataset.theme === 'dark'")


def test_a_lecture_prints(page, site, console):
    book_site.open_page(page, site, "lectures/01_degradation")
    page.evaluate(book_site.SCROLL)
    assert page.locator(".bd-sidebar-primary").is_visible()
    page.emulate_media(media="print")
    for hidden in (".bd-sidebar-primary", ".bd-sidebar-secondary", ".article-header-buttons", ".rk-live"):
        assert not page.locator(hidden).first.is_visible(), f"{hidden} stands on paper"
    assert page.locator("figure.rk-states .rk-still").first.is_visible(), (
        "the slider's still picture is missing on paper"
    )
    pdf = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) > 3
    assert console.problems == []
