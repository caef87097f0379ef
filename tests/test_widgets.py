"""Sliders, before/after and quiz: alive in a notebook, still elsewhere, errors on the page."""

import base64
import io
import json
import re
import sys

import numpy as np
import pytest
from PIL import Image

import restorekit as rk
from restorekit import sliders, widgets
from restorekit.picture import Picture

WALL = rk.images.crop(rk.sample("brick"), 20, 20, 24, 32)


def brighter(by):
    """A function to explore: the wall, brighter."""
    return WALL + np.float32(by)


def find(box, kind):
    """The first child of a widget class in the live box."""
    return next(child for child in box.children if type(child).__name__ == kind)


def find_all(box, kind):
    """All children of a widget class in the live box, from top to bottom."""
    return [child for child in box.children if type(child).__name__ == kind]


def live(kernel):
    """The box of widgets that the last display's view shows."""
    import ipywidgets

    model = kernel.shown[-1][0][sliders._VIEW]["model_id"]
    registry = getattr(ipywidgets.widgets.widget, "_instances", None) or ipywidgets.Widget.widgets
    return registry[model]


def test_without_a_notebook_only_the_still_picture_is_made():
    made = rk.explore(brighter, by=(0.0, 0.5, 0.1, 0.2), caption="Light.")
    assert isinstance(made, Picture) and made.controls == {}
    assert made.alt == "3 pictures: by = 0; by = 0.2; by = 0.5. Light."
    heights = {top for _, top in made.origins}
    assert len(made.origins) == 3 and len(heights) == 1


def test_one_bundle_carries_the_widget_and_the_still_picture(kernel):
    made = rk.explore(brighter, title="A wall", by=(0.0, 0.5, 0.1, 0.2), static={"by": [0.0, 0.4]})
    assert len(kernel.shown) == 1
    data, metadata = kernel.shown[0]
    assert data[sliders._VIEW]["model_id"] and data["text/plain"] == "A wall. 2 pictures: by = 0; by = 0.4."
    assert metadata["image/png"]["alt"] == data["text/plain"]
    assert Image.open(io.BytesIO(base64.b64decode(data["image/png"]))).width == 2 * metadata["image/png"]["width"]
    made._ipython_display_()
    assert len(kernel.shown) == 1


def test_moving_a_slider_replaces_the_bytes_of_the_one_image(kernel):
    made = rk.explore(brighter, by=(0.0, 1.0, 0.5, 0.0))
    image = find(live(kernel), "Image")
    first = image.value
    made.controls["by"].value = 1.0
    assert image.value != first
    drawn = np.asarray(Image.open(io.BytesIO(image.value)))
    assert (drawn[30:-30, 30:-30] == 255).all()
    made.controls["by"].value = 0.0
    assert image.value == first


def test_the_latest_state_wins(kernel):
    seen = []

    def record(by):
        seen.append(by)
        return WALL

    made = rk.explore(record, by=(0, 9, 1, 0))
    for value in (3, 7, 5):
        made.controls["by"].value = value
    assert seen[-1] == 5


def test_an_error_is_shown_beneath_and_healed_by_the_next_state(kernel):
    def fussy(by, kind):
        if by == 3:
            raise ValueError("three is <not> allowed")
        if by == 4:
            return np.zeros((4, 4), np.uint8)
        print("value", by)
        return WALL

    made = rk.explore(fussy, by=(0, 9, 1, 0), kind=["a", "b"])
    image, message = find(live(kernel), "Image"), live(kernel).children[-1]
    assert message.value == "<pre>value 0</pre>"
    good = image.value
    made.controls["by"].value = 3
    assert "failed at by = 3, kind = a" in message.value and "three is &lt;not&gt; allowed" in message.value
    assert image.value == good
    made.controls["by"].value = 4
    assert "uint8" in message.value
    made.controls["by"].value = 5
    assert message.value == "<pre>value 5</pre>"


def test_an_error_in_the_first_picture_is_raised():
    with pytest.raises(ZeroDivisionError):
        rk.explore(lambda by: WALL / (1 // by), by=(0, 2, 1, 1))


def test_every_description_makes_its_own_control(kernel):
    made = rk.explore(
        lambda **_: WALL,
        whole=(1, 5, 1, 2),
        real=(0, 0.5, 0.125, 0.25),
        flag=True,
        word=["a", "b"],
        iso=[100, 800, 6400],
    )
    kinds = {name: type(control).__name__ for name, control in made.controls.items()}
    assert kinds == {
        "whole": "IntSlider", "real": "FloatSlider", "flag": "Checkbox", "word": "Dropdown", "iso": "SelectionSlider",
    }  # fmt: skip
    assert made.controls["real"].readout_format == ".2f"
    assert {name: control.value for name, control in made.controls.items()} == {
        "whole": 2, "real": 0.25, "flag": True, "word": "a", "iso": 100,
    }  # fmt: skip


def test_functions_may_return_several_images_or_a_picture():
    both = rk.explore(
        lambda by: ([WALL, brighter(by)], ["wall", "lit"]), by=(0.0, 0.2, 0.1, 0.1), static={"by": [0.1, 0.2]}
    )
    assert both.alt == "4 pictures: by = 0.1: wall; by = 0.1: lit; by = 0.2: wall; by = 0.2: lit."
    assert len({top for _, top in both.origins}) == 2
    plots = rk.explore(lambda by: rk.show.histogram(brighter(by)), by=[0.0, 0.1])
    assert plots.alt == "2 pictures: by = 0; by = 0.1."
    flags = rk.explore(
        lambda flag, low_light: WALL, flag=False, low_light=True, static={"flag": [True], "low_light": [False]}
    )
    assert flags.alt == "Picture: flag = yes, low light = no."
    many = rk.explore(lambda n: WALL, n=[1, 2, 3, 4, 5])
    assert many.alt == "3 pictures: n = 1; n = 3; n = 5."
    assert rk.explore(lambda flag: WALL, flag=True).alt == "2 pictures: flag = no; flag = yes."


def test_live_plots_are_silent_and_replace_the_image(kernel):
    made = rk.explore(lambda by: rk.show.histogram(brighter(by)), by=[0.0, 0.1])
    assert len(kernel.shown) == 1
    before = find(live(kernel), "Image").value
    made.controls["by"].value = 0.1
    assert find(live(kernel), "Image").value != before and len(kernel.shown) == 1


def test_without_ipywidgets_there_is_the_still_picture(kernel, monkeypatch):
    monkeypatch.setitem(sys.modules, "ipywidgets", None)
    assert rk.explore(brighter, by=[0.0, 0.1]).controls == {}
    [(data, _)] = kernel.shown
    assert sliders._VIEW not in data
    assert "image/png" in data


def test_one_live_picture_has_the_page_to_itself(kernel):
    rk.explore(lambda by: np.full((100, 150), by, np.float32), by=[0.0, 0.1])
    width = int(find(live(kernel), "Image").width)
    assert 600 <= width <= 640


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({}, "at least one slider"),
        ({"by": (0, 1)}, "describes no slider"),
        ({"by": (1, 0, 1, 1)}, "low <= start <= high"),
        ({"by": []}, "a list of choices"),
        ({"by": [0, 1], "static": {"bye": [0]}}, "static names 'bye'"),
        ({"by": [0, 1], "static": {"by": []}}, "at least one"),
        ({"by": [0, 1], "to": [0, 1], "static": {"by": [0, 1], "to": [1]}}, "same number"),
    ],
)
def test_mistakes_in_the_sliders_are_explained(arguments, message):
    with pytest.raises(ValueError, match=message):
        rk.explore(brighter, **arguments)


def test_one_title_for_each_image():
    with pytest.raises(ValueError, match="2 images and 1 titles"):
        rk.explore(lambda by: ([WALL, WALL], ["one"]), by=[0, 1])


def test_before_after_needs_nothing_from_outside_and_is_always_the_same(kernel):
    dark = WALL * np.float32(0.5)
    rk.before_after(dark, WALL, labels=("dark <1>", "bright"), caption="Drag.")
    rk.before_after(dark, WALL, labels=("dark <1>", "bright"), caption="Drag.")
    (data, metadata), (again, _) = kernel.shown
    page = data["text/html"]
    assert page == again["text/html"]
    assert "http" not in page and "<script" not in page and " id=" not in page
    assert 'type="range"' in page and 'aria-label="Border between dark &lt;1&gt; (left) and bright (right)"' in page
    before, _ = re.findall(r"data:image/png;base64,([^\"]+)", page)
    drawn = np.asarray(Image.open(io.BytesIO(base64.b64decode(before))))
    np.testing.assert_array_equal(drawn, rk.images.to_uint8(dark))
    assert metadata["image/png"]["alt"] == "2 pictures: dark <1>; bright. Drag."
    assert "Above: dark &lt;1&gt;. Below: bright." in page  # what a reader sees where styles are stripped


def test_before_after_stands_still_elsewhere_and_explains_mistakes():
    noise = np.random.default_rng(0).random((300, 300, 3), dtype=np.float32)
    assert rk.before_after(noise, noise).alt == "2 pictures: before; after."
    with pytest.raises(ValueError, match="same size"):
        rk.before_after(WALL, WALL[1:])
    with pytest.raises(ValueError, match="pass a crop"):
        rk.before_after(np.zeros((2, 2000), np.float32), np.zeros((2, 2000), np.float32))


QUESTIONS = [
    {
        "question": "Is `1 < 2`?",
        "type": "multiple_choice",
        "answers": [
            {"answer": "yes", "correct": True, "feedback": "One is less."},
            {"answer": "no", "correct": False, "feedback": "Count again."},
            {"answer": "sometimes", "correct": False},
        ],
    }
]


def test_a_quiz_is_plain_html_in_a_fixed_order_with_a_text_that_gives_nothing_away():
    page, text = widgets._quiz(QUESTIONS)
    assert (page, text) == widgets._quiz(QUESTIONS)
    assert "http" not in page and "<script" not in page and " id=" not in page
    assert page.count("<details") == 3 and page.count('class="rk-yes"') == 1
    assert "<code>1 &lt; 2</code>" in page and 'aria-label="right">✓</b> One is less.' in page
    assert text.startswith("1. Is `1 < 2`?") and "(c)" in text and "One is less" not in text
    with pytest.raises(ValueError, match="numeric"):
        widgets._quiz([{"question": "?", "type": "numeric", "answers": []}])


def test_quiz_reads_the_bundled_questions(kernel, monkeypatch, tmp_path, capsys):
    folder = tmp_path / "data" / "quizzes"
    folder.mkdir(parents=True)
    (folder / "99_test.json").write_text(json.dumps(QUESTIONS))
    real = widgets._template("quiz")
    monkeypatch.setattr(widgets, "_template", lambda name: real)
    monkeypatch.setattr(widgets.importlib.resources, "files", lambda package: tmp_path)
    rk.quiz("99_test")
    assert "<details" in kernel.shown[0][0]["text/html"]
    with pytest.raises(FileNotFoundError, match=r'no quiz "98". There are: 99_test\.'):
        rk.quiz("98")
    kernel.shell.kernel = None
    rk.quiz("99_test")
    assert capsys.readouterr().out.startswith("1. Is `1 < 2`?")


def test_what_the_function_prints_is_not_said_for_every_still_picture(kernel, capsys):
    def chatty(by):
        print("by", by)
        return brighter(by)

    rk.explore(chatty, by=[0.0, 0.1])
    assert capsys.readouterr().out == ""
    assert "by 0.0" in find_all(live(kernel), "HTML")[-1].value


def test_the_number_of_a_choice_can_not_be_typed_over(kernel):
    made = rk.explore(brighter, by=[0.0, 0.1])
    assert "rk-choice" in made.controls["by"]._dom_classes
    assert ".rk-choice .widget-readout { pointer-events: none }" in find_all(live(kernel), "HTML")[0].value
