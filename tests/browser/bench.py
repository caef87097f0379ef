"""One small notebook with every kind of widget, and what must happen when a person moves each of them."""

import contextlib
import json

import nbformat
from console import Console
from controls import Border, Quiz, Sliders, until
from pages import put
from render import METADATA, ROOT

QUIZ = "00_start_here"

CELLS = [
    "import numpy as np\nimport restorekit as rk",
    """\
def wall(level):  # a whole number
    return np.full((60, 90), level / 200)

rk.explore(wall, level=(0, 200, 1, 100), title="A gray wall", caption="Still: three walls.")""",
    """\
def fine(share):  # a decimal number
    return np.full((60, 90), share)

rk.explore(fine, share=(0.0, 1.0, 0.05, 0.5))""",
    """\
def worded(colour):  # words
    return np.full((60, 90), {"black": 0.0, "gray": 0.4, "white": 1.0}[colour])

rk.explore(worded, colour=["black", "gray", "white"])""",
    """\
def stepped(part):  # a few numbers
    return np.full((60, 90), part)

rk.explore(stepped, part=[0.0, 0.2, 0.6])""",
    """\
def switched(bright):  # yes or no
    return np.full((60, 90), 0.8 if bright else 0.2)

rk.explore(switched, bright=False)""",
    """\
def talking(steps):  # prints, and fails at 3
    print("steps:", steps)
    if steps == 3:
        raise ValueError("three is too many")
    return np.full((60, 90), steps / 10)

rk.explore(talking, steps=(0, 5, 1, 1), static={"steps": [0, 1]})""",
    "rk.before_after(np.zeros((90, 160)), np.ones((90, 160)), labels=('black', 'white'))",
    f'rk.quiz("{QUIZ}")',
]


def notebook():
    """The notebook."""
    cells = [nbformat.v4.new_code_cell(source) for source in CELLS]
    return nbformat.v4.new_notebook(cells=cells, metadata=METADATA)


@contextlib.contextmanager
def ran(browser, kind, server, picture):
    """The notebook in a front end of this kind, run once; what goes wrong in it is in `.console`. Leaves a picture of its end."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    console = Console()
    front = kind(console.watch(context.new_page()), server, put(server, notebook(), "widgets")).open()
    front.console = console
    front.run_all()
    yield front
    front.page.screenshot(path=picture)
    front.close()
    context.close()


def whole_number(front):
    """Drag the handle, and press keys on it."""
    sliders = Sliders(front.output("rk.explore(wall"))
    sliders.see_mean(0.5)
    sliders.drag("level", 0.8)
    shown = int(sliders.value("level"))
    assert 155 <= shown <= 165
    sliders.see_mean(shown / 200)
    sliders.press("level", "ArrowLeft")
    sliders.see_mean((shown - 1) / 200)


def decimal_number(front):
    """Type a number, and another one beyond the end, which is taken as the end."""
    sliders = Sliders(front.output("rk.explore(fine"))
    assert sliders.value("share") == "0.50"
    sliders.type("share", "0.75")
    sliders.see_mean(0.75)
    sliders.type("share", "7")
    sliders.see_mean(1)
    assert sliders.value("share") == "1.00"


def words(front):
    """Choose a word."""
    sliders = Sliders(front.output("rk.explore(worded"))
    sliders.see_mean(0)
    sliders.choose("colour", "gray")
    sliders.see_mean(0.4)


def few_numbers(front):
    """Go through the numbers with the arrow keys."""
    sliders = Sliders(front.output("rk.explore(stepped"))
    sliders.press("part", "ArrowRight")
    sliders.see_mean(0.2)
    sliders.press("part", "ArrowRight")
    sliders.see_mean(0.6)
    assert sliders.value("part") == "0.6"


def check_box(front):
    """Switch it on and off."""
    sliders = Sliders(front.output("rk.explore(switched"))
    sliders.see_mean(0.2)
    sliders.tick("bright")
    sliders.see_mean(0.8)
    sliders.tick("bright")
    sliders.see_mean(0.2)


def words_beneath(front):
    """What the function prints stands beneath the picture; where it fails, the reason does, and the picture stays."""
    sliders = Sliders(front.output("rk.explore(talking"))
    assert sliders.message() == "steps: 1"
    sliders.press("steps", "ArrowRight")
    sliders.see_mean(0.2)
    sliders.press("steps", "ArrowRight")
    said = until(front.page, sliders.message, lambda text: "three is too many" in text, "the reason")
    assert "Your function failed at steps = 3." in said
    sliders.see_mean(0.2)
    sliders.press("steps", "ArrowRight")
    sliders.see_mean(0.4)
    until(front.page, sliders.message, lambda text: text == "steps: 4", "the printed line")


def border_dragged(front):
    """Left of the border stands the first picture, right of it the second."""
    border = Border(front.output("rk.before_after"))
    assert border.brightness(0.4) < 0.1 and border.brightness(0.6) > 0.9
    border.drag(0.2)
    assert abs(border.place() - 20) <= 1
    assert border.brightness(0.4) > 0.9
    border.drag(0.8)
    assert abs(border.place() - 80) <= 1
    assert border.brightness(0.6) < 0.1


def border_by_keys(front):
    """The arrow keys move the border, and nothing else: the notebook stays on its cell."""
    border = Border(front.output("rk.before_after"))
    border.press("Home")
    assert border.place() == 0 and border.brightness(0.25) > 0.9
    for _ in range(50):
        border.press("ArrowRight")
    assert border.place() == 50 and border.brightness(0.25) < 0.1


def quiz_clicked(front):
    """A wrong answer is explained, and the score counts the first try only."""
    quiz = Quiz(front.output("rk.quiz"))
    count = len(json.loads((ROOT / f"restorekit/data/quizzes/{QUIZ}.json").read_text("utf-8")))
    assert quiz.questions.count() == count
    assert not quiz.explanation(0, right=False).is_visible()
    quiz.answer(0, right=False).click()
    assert quiz.explanation(0, right=False).is_visible() and quiz.explanation(0, right=False).inner_text().startswith(
        "✗"
    )
    assert quiz.score() == f"0 of 1 right at the first try; {count - 1} to go."
    quiz.answer(0, right=True).click()
    assert quiz.explanation(0, right=True).inner_text().startswith("✓")
    assert quiz.score() == f"0 of 1 right at the first try; {count - 1} to go."


def quiz_by_keys(front):
    """Enter on an answer opens it."""
    quiz = Quiz(front.output("rk.quiz"))
    quiz.answer(1, right=True).press("Enter")
    assert quiz.explanation(1, right=True).is_visible()
    assert quiz.score().startswith("1 of ")  # of one question, or of two where another has been tried


CHECKS = [
    whole_number,
    decimal_number,
    words,
    few_numbers,
    check_box,
    words_beneath,
    border_dragged,
    border_by_keys,
    quiz_clicked,
    quiz_by_keys,
]
