"""What moves in the book moves without a kernel: sliders over drawn states, the border between two pictures, the quiz."""

import json

import book_site
import pytest
from controls import Border, Quiz

pytestmark = pytest.mark.quick

LECTURES = [f"lectures/{name}" for name in ("00_start_here", "01_degradation", "04_learning", "07_superresolution")]

#: Has the picture come?
SHOWN = "async image => { await image.decode(); return image.naturalWidth > 100 && image.clientWidth > 100; }"


@pytest.mark.parametrize("name", LECTURES)
def test_every_slider_moves(name, page, site, console):
    book_site.open_page(page, site, name)
    figures = page.locator("figure.rk-states")
    assert figures.count() > 0
    for k in range(figures.count()):
        moves(page, figures.nth(k))
    assert console.problems == []


def moves(page, figure):
    """Press the arrow keys on one slider: each step shows the next picture, and says in words which."""
    slider, image, words = figure.locator("input[type=range]"), figure.locator("img.rk-frame"), figure.locator("output")
    frames = json.loads(slider.get_attribute("data-frames"))
    assert len({frame["label"] for frame in frames}) == len(frames) > 2
    slider.press("Home")
    seen = {}
    for frame in frames:
        page.wait_for_function(
            "([image, file]) => image.src.endsWith(file)", arg=[image.element_handle(), ending(frame)]
        )
        assert image.evaluate(SHOWN) and image.get_attribute("alt") == frame["alt"]
        assert words.inner_text() == frame["label"] == slider.get_attribute("aria-valuetext")
        seen[frame["label"]] = book_site.inside(image, 0).tobytes()
        slider.press("ArrowRight")
    assert len(set(seen.values())) == len(frames), "two states of a slider look the same"
    assert words.inner_text() == frames[-1]["label"], "the slider went on beyond its end"


def ending(frame):
    """The end of a frame's address, as it is the same for page and file."""
    return frame["src"].rpartition("../")[2]


def test_a_slider_is_dragged(page, site):
    book_site.open_page(page, site, "lectures/01_degradation")
    figure = page.locator("figure.rk-states").first
    slider, words = figure.locator("input[type=range]"), figure.locator("output")
    slider.scroll_into_view_if_needed()
    before, box = words.inner_text(), slider.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 4, box["y"] + box["height"] / 2)
    assert words.inner_text() == json.loads(slider.get_attribute("data-frames"))[-1]["label"] != before


def test_the_border_between_two_pictures_moves(page, site, console):
    book_site.open_page(page, site, "lectures/00_start_here")
    border = Border(page.locator("figure.rk-ba").first)
    assert border.stage.evaluate("stage => getComputedStyle(stage).getPropertyValue('--cut').trim()") == "50%"
    border.press("ArrowRight")
    assert border.place() == 51
    assert border.stage.evaluate("stage => getComputedStyle(stage).getPropertyValue('--cut').trim()") == "51%"
    border.drag(0.2)
    assert abs(border.place() - 20) <= 1
    all_of_the_second = picture_at(border, "Home")
    all_of_the_first = picture_at(border, "End")
    assert abs(all_of_the_first - all_of_the_second).mean() > 1, "the border changes nothing that one sees"
    assert console.problems == []


def picture_at(border, key):
    """The pixels of the stage with its border at one end."""
    border.press(key)
    return book_site.inside(border.stage).astype(int)


def test_the_quiz_answers(page, site, console):
    book_site.open_page(page, site, "lectures/01_degradation")
    quiz = Quiz(page.locator(".cell_output", has=page.locator(".rk-quiz")))
    count = quiz.questions.count()
    assert count > 2 and quiz.score() == ""
    assert not quiz.explanation(0, right=False).is_visible()
    quiz.answer(0, right=False).click()
    reason = quiz.explanation(0, right=False)
    assert reason.is_visible() and reason.inner_text().startswith("✗") and len(reason.inner_text()) > 20
    assert quiz.score() == f"0 of 1 right at the first try; {count - 1} to go."
    quiz.answer(1, right=True).press("Enter")
    assert quiz.explanation(1, right=True).inner_text().startswith("✓")
    assert quiz.score() == f"1 of 2 right at the first try; {count - 2} to go."
    assert console.problems == []


def test_without_scripts_the_still_picture_stands_there(new_page, site):
    page = new_page(java_script_enabled=False)
    page.goto(book_site.address(site, "lectures/01_degradation"))
    figure = page.locator("figure.rk-states").first
    assert figure.locator(".rk-still").is_visible() and not figure.locator(".rk-live").is_visible()
