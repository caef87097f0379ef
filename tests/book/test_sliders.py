"""The HTML of a slider over states drawn beforehand: named for everyone, translatable, and light until it is touched."""

import html.parser
import json
import re

import pytest
import sliders
import states

ALL = [
    pytest.param(slider, id=f"{file.stem}-{slider['slug']}")
    for file in sorted(states.STATES.glob("*.json"))
    for slider in json.loads(file.read_text("utf-8"))["sliders"]
]
VOID = {"img", "input", "br"}


class Tree(html.parser.HTMLParser):
    """Every element's attributes, and the texts; complains if an element is not closed in its turn."""

    def __init__(self, text):
        super().__init__()
        self.found, self.open, self.texts = {}, [], {}
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attributes):
        self.found.setdefault(tag, []).append(dict(attributes))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        for tag in self.open:
            self.texts[tag] = self.texts.get(tag, "") + data


def test_there_are_sliders():
    assert len(ALL) >= 8


@pytest.mark.parametrize("slider", ALL)
def test_a_slider_has_its_names_and_its_start(slider):
    page = Tree(sliders.figure(slider, '<img class="still" alt="still">', base="there"))
    (range_,), start = page.found["input"], slider["frames"][slider["start"]]
    frames = json.loads(range_["data-frames"])
    assert range_["type"] == "range" and (range_["min"], range_["step"]) == ("0", "1")
    assert (
        int(range_["max"]) == len(slider["frames"]) - 1 == len(frames) - 1 and int(range_["value"]) == slider["start"]
    )
    assert range_["aria-label"] == f"{sliders.MOVE} {slider['name']}. {slider['title']}"
    assert page.texts["label"].strip() in range_["aria-label"], "what is seen is part of what is heard"
    assert range_["aria-valuetext"] == start["label"] == page.texts["output"]
    assert range_["id"] == page.found["label"][0]["for"] == page.found["output"][0]["for"]
    assert page.found["figure"][0]["aria-labelledby"] in [p.get("id") for p in page.found["p"]]
    frame, still = page.found["img"]
    assert frame["src"] == f"there/{start['file']}" == frames[slider["start"]]["src"] and still["class"] == "still"
    assert (frame["width"], frame["height"]) == (str(start["width"]), str(start["height"]))
    for shown, told in zip(frames, slider["frames"], strict=True):
        assert told["label"] in shown["alt"] and slider["title"] in shown["alt"] and told["alt"] in shown["alt"]
        assert shown["label"] == told["label"] and shown["src"] == f"there/{told['file']}"
    assert frame["alt"] == frames[slider["start"]]["alt"]


@pytest.mark.parametrize("slider", ALL)
def test_every_human_word_is_translated(slider):
    """In a language in which every known message becomes an @, nothing else is left but numbers and signs."""
    known = set(sliders.words(slider))

    def translate(text):
        assert text in known or not re.search(r"[A-Za-z]", text), f"not among the words: {text!r}"
        return "@" + "".join(re.findall(r"\{\d*\}", text)) + "@" if text in known else text

    page = Tree(sliders.figure(slider, "", translate, base="."))
    (range_,) = page.found["input"]
    said = [range_["aria-label"], range_["aria-valuetext"], page.texts["figure"], page.found["img"][0]["alt"]]
    for frame in json.loads(range_["data-frames"]):
        said += [frame["label"], frame["alt"]]
    assert not [text for text in said if re.search(r"[A-Za-z]", text)]


def test_ids_are_unique_on_all_pages_together():
    ids = [Tree(sliders.figure(one.values[0], "")).found["input"][0]["id"] for one in ALL]
    assert len(set(ids)) == len(ids)


def test_numbers_are_no_messages_of_their_own():
    assert sliders.pattern("noise of 1,000 / 255, x2: 20.5 dB") == (
        "noise of {0} / {1}, x2: {2} dB",
        ["1,000", "255", "20.5"],
    )
    backwards = {"at {0} of {1}": "{1} have {0}"}
    assert sliders.say("at 3 of 1,936", lambda text: backwards[text]) == "1,936 have 3"
    assert sliders.say("ends at 5.") == "ends at 5." and sliders.say("nearest") == "nearest"


def test_a_text_can_not_break_the_page():
    frame = {"value": "a", "label": '<b>"a" & b</b>', "file": "u/s/0.webp", "width": 300, "height": 200, "alt": ""}
    slider = {"title": "<i>?", "name": "'x'", "start": 0, "fixed": [], "frames": [frame]}
    page = Tree(sliders.figure(slider, ""))
    assert "i" not in page.found and page.found["input"][0]["aria-valuetext"] == frame["label"] == page.texts["output"]
    assert json.loads(page.found["input"][0]["data-frames"])[0]["label"] == frame["label"]
    assert page.found["img"][0]["alt"] == "<i>? " + frame["label"] + "."


def test_nothing_but_the_start_is_loaded_and_no_script_stands_in_the_page():
    slider = ALL[0].values[0]
    text = sliders.figure(slider, "")
    assert text.count("<img") == 1 and not re.search(r"<script|\son\w+=|srcset|fetch", text)
    script = (states.BOOK / "_static" / "sliders.js").read_text("utf-8")
    assert not re.search(r"fetch\(|XMLHttpRequest|import\(|https?:", script), "must work on files opened from disk"


def luminance(colour):
    """Relative luminance of "#rrggbb" or "#rgb", as WCAG defines it."""
    digits = colour[1:] if len(colour) == 7 else "".join(2 * digit for digit in colour[1:])
    parts = [int(digits[k : k + 2], 16) / 255 for k in (0, 2, 4)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


@pytest.mark.parametrize(
    "selector", [r"^\.rk-states", r'^html\[data-theme="dark"\] \.rk-states'], ids=["light", "dark"]
)
def test_words_stand_out_from_their_ground(selector):
    style = (states.BOOK / "_static" / "sliders.css").read_text("utf-8")
    block = re.search(selector + r" \{([^}]*--rk-ink[^}]*)\}", style, re.MULTILINE)[1]
    colours = dict(re.findall(r"--rk-(\w+): (#\w+);", block))
    for name in ("ink", "soft", "accent"):
        light, dark = sorted((luminance(colours[name]), luminance(colours["ground"])), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, f"{name} on the ground"
