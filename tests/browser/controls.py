"""The course's three widgets as a person meets them: move a slider, drag a border, answer a quiz. The same for ipywidgets 7 and 8."""

import re
import time

PATIENCE = 120  # seconds until a widget must have shown its picture, on a busy machine

HANDLE = ".noUi-handle, .ui-slider-handle"  # ipywidgets 8, ipywidgets 7

#: What a person sees of a picture: its size, the mean brightness of its middle from 0 to 255, and a number that other pixels would change.
LOOK = """async image => {
    try { await image.decode(); } catch { return {width: 0, height: 0, mean: -1, code: 0}; }  // another one is on its way
    const canvas = document.createElement("canvas");
    [canvas.width, canvas.height] = [image.naturalWidth, image.naturalHeight];
    const pen = canvas.getContext("2d");
    pen.drawImage(image, 0, 0);
    const pixels = pen.getImageData(0, 0, canvas.width, canvas.height).data;
    let sum = 0, count = 0, code = 0;
    for (let k = 0; k < pixels.length; k++) {
        const x = (k >> 2) % canvas.width / canvas.width, y = Math.floor((k >> 2) / canvas.width) / canvas.height;
        if (k % 4 < 3 && x > 0.25 && x < 0.75 && y > 0.25 && y < 0.75) { sum += pixels[k]; count += 1; }
        code = (code * 31 + pixels[k]) | 0;
    }
    return {width: canvas.width, height: canvas.height, mean: sum / count, code: code};
}"""


def until(page, probe, wanted, what):
    """Ask `probe()` until `wanted(answer)`; return the answer. After PATIENCE seconds, fail and say `what` did not come."""
    end = time.monotonic() + PATIENCE
    while not wanted(answer := probe()):
        assert time.monotonic() < end, f"{what} did not come; the last state was {answer!r}"
        page.wait_for_timeout(50)
    return answer


def at_rest(page, part):
    """Bring a part to the middle of the window and wait until it stays there: what lies above it may still grow."""
    places = []

    def place():
        part.evaluate("element => element.scrollIntoView({block: 'center', behavior: 'instant'})")
        places.append(part.bounding_box())
        return places[-5:]

    until(page, place, lambda last: len(last) == 5 and all(one == last[0] for one in last), "a page at rest")


class Sliders:
    """What `rk.explore` shows: its controls by name, the picture, and the message beneath."""

    def __init__(self, output):
        self.page, self.box = output.page, output.locator(".widget-vbox").first
        self.image, self._message = self.box.locator("img.widget-image"), self.box.locator(".widget-html-content").last
        self.image.wait_for(timeout=1000 * PATIENCE)

    def names(self):
        """The controls in their order."""
        shown = self.box.locator(
            ".widget-slider > .widget-label, .widget-dropdown > .widget-label, .widget-label-basic"
        )
        return [text.strip() for text in shown.all_text_contents()]

    def control(self, name):
        """One control."""
        label = self.page.locator("label", has_text=re.compile(rf"^\s*{re.escape(name)}\s*$"))
        return self.box.locator(".widget-slider, .widget-dropdown, .widget-checkbox").filter(has=label)

    def drag(self, name, share):
        """Drag the handle with the mouse to this share of the track (0 is its left end)."""
        handle, track = self.control(name).locator(HANDLE), self.control(name).locator(".slider")
        at_rest(self.page, handle)
        handle.hover()
        self.page.mouse.down()
        whole = track.bounding_box()
        self.page.mouse.move(whole["x"] + share * whole["width"], whole["y"] + whole["height"] / 2, steps=8)
        self.page.mouse.up()

    def press(self, name, key):
        """Press a key on the handle."""
        self.control(name).locator(HANDLE).press(key)

    def type(self, name, text):
        """Type over the number beside the slider."""
        self.control(name).locator(".widget-readout").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.type(text)
        self.page.keyboard.press("Enter")

    def choose(self, name, option):
        """Choose from a list of words."""
        self.control(name).locator("select").select_option(option)

    def tick(self, name):
        """Click a check box."""
        self.control(name).locator("input[type=checkbox]").click()

    def move(self, name):
        """Move a control of any kind to another place: a slider to its end, or from its end to its start."""
        control = self.control(name)
        if control.locator("select").count():
            options, now = control.locator("option").all_text_contents(), control.locator("select").input_value()
            self.choose(name, next(option for option in reversed(options) if option != now))
        elif control.locator("input[type=checkbox]").count():
            self.tick(name)
        else:
            before = self.value(name)
            self.drag(name, 1)
            if self.value(name) == before:
                self.drag(name, 0)

    def value(self, name):
        """The number beside a slider, as it is written."""
        return self.control(name).locator(".widget-readout").text_content().strip()

    def look(self):
        """The picture: width, height, mean (0 to 255) and code (equal for equal pixels)."""
        return self.image.evaluate(LOOK)

    def message(self):
        """The text beneath the picture."""
        return self._message.text_content().strip()

    def see(self, wanted, what):
        """Wait for a picture for which `wanted(look)` is true; return it."""
        return until(self.page, self.look, wanted, what)

    def see_mean(self, mean):
        """Wait for a picture of this mean brightness, 0 to 1."""
        return self.see(lambda look: abs(look["mean"] - 255 * mean) < 1, f"a picture of brightness {mean}")


class Border:
    """What `rk.before_after` shows: two pictures, and a border between them."""

    def __init__(self, output):
        self.page, self.stage = output.page, output.locator(".rk-ba-stage")
        self.handle = self.stage.locator("input")

    def drag(self, share):
        """Drag the border from where it is to this share of the width."""
        at_rest(self.page, self.stage)
        box, start = self.stage.bounding_box(), float(self.handle.input_value()) / 100
        y = box["y"] + box["height"] / 3
        self.page.mouse.move(box["x"] + start * box["width"], y)
        self.page.mouse.down()
        self.page.mouse.move(box["x"] + share * box["width"], y, steps=8)
        self.page.mouse.up()

    def press(self, key):
        """Press a key on the border."""
        self.handle.press(key)

    def place(self):
        """Where the border stands, in percent."""
        return float(self.handle.input_value())

    def brightness(self, share):
        """How bright the screen is (0 to 1) at this share of the width, a third of the way down."""
        import io

        import numpy as np
        from PIL import Image

        at_rest(self.page, self.stage)
        pixels = np.asarray(Image.open(io.BytesIO(self.stage.screenshot())).convert("L"), float) / 255
        rows, columns = pixels.shape
        return float(pixels[rows // 3, int(share * columns)])


class Quiz:
    """What `rk.quiz` shows."""

    def __init__(self, output):
        self.page, self.box = output.page, output.locator(".rk-quiz")
        self.questions = self.box.locator("li")

    def answer(self, number, *, right):
        """A right or wrong answer to question `number` (from 0), as a locator of the text to click."""
        return (
            self.questions.nth(number).locator("details.rk-yes" if right else "details.rk-no").first.locator("summary")
        )

    def explanation(self, number, *, right):
        """What opens beneath that answer."""
        return self.answer(number, right=right).locator("xpath=../p")

    def score(self):
        """The line beneath the questions."""
        return self.box.locator(".rk-quiz-score").inner_text().strip()


def play(page):
    """Move everything that moves in a notebook that has run; return a line for each thing that did not obey.

    A control must change its picture, a border its place, an answer the score.
    """
    found, outputs = [], page.locator(".jp-Cell-outputArea")
    for box in outputs.filter(has=page.locator("img.widget-image")).all():
        sliders = Sliders(box)
        for name in sliders.names():
            before = sliders.look()["code"]
            sliders.move(name)
            sliders.see(lambda look, before=before: look["code"] not in (0, before), f"another picture for {name}")
            if "failed" in sliders.message():
                found.append(f"{name}: {sliders.message()}")
    for box in outputs.filter(has=page.locator(".rk-ba-stage")).all():
        border = Border(box)
        before = border.place()
        border.press("ArrowRight")
        if border.place() != before + 1:
            found.append(f"the border stayed at {border.place()}")
    for box in outputs.filter(has=page.locator(".rk-quiz")).all():
        quiz = Quiz(box)
        quiz.answer(0, right=True).click()
        if not quiz.score().startswith("1 of 1 right"):
            found.append(f"the quiz says {quiz.score()!r}")
    return found
