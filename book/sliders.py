"""A slider that moves without a kernel: HTML over states drawn beforehand (book/states/), and the words in it.

Without scripts, and on paper, the still picture of the notebook stands in its place.
"""

import html
import json
import re

MOVE = "Move the slider:"
RESTS = "Here, {}. Run the notebook to move that, too."
_NUMBER = re.compile(r"(?<![A-Za-z\d.])\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?")


def figure(states, still_html, translate=str, base="../_static/states"):
    """Return the HTML of one slider.

    Parameters
    ----------
    states : dict
        One of the "sliders" in book/states/UNIT.json.
    still_html : str
        What stands there without scripts and on paper: the notebook's still picture.
    translate : callable
        Gives each of `words(states)` in the page's language.
    base : str
        The address of book/states as seen from the page.
    """
    name, title = translate(states["name"]), translate(states["title"])
    frames = [{"src": f"{base}/{frame['file']}", "label": say(frame["label"], translate)} for frame in states["frames"]]
    for frame, told in zip(frames, states["frames"], strict=True):
        colon = "" if title.endswith(("?", "!", ".")) else ":"
        frame["alt"] = f"{title}{colon} {frame['label']}. {say(told['alt'], translate)}".strip()
    first, shown = frames[states["start"]], states["frames"][states["start"]]
    key = "rk-" + re.sub(r"[^\w-]", "-", shown["file"].rpartition("/")[0])
    rests = ", ".join(say(setting, translate) for setting in states["fixed"])
    note = f'<p class="rk-note">{_text(translate(RESTS).replace("{}", rests))}</p>' if rests else ""
    move = translate(MOVE)
    control = (
        f'<input type="range" id="{key}" min="0" max="{len(frames) - 1}" step="1" value="{states["start"]}" autocomplete="off" '
        f'aria-label="{_text(f"{move} {name}. {title}")}" aria-valuetext="{_text(first["label"])}" '
        f'data-frames="{_text(json.dumps(frames, ensure_ascii=False))}">'
    )
    image = (
        f'<img class="rk-frame" src="{_text(first["src"])}" alt="{_text(first["alt"])}" '
        f'width="{shown["width"]}" height="{shown["height"]}">'
    )
    return (
        f'<figure class="rk-states" aria-labelledby="{key}-title">\n<div class="rk-live">\n'
        f'<p class="rk-title" id="{key}-title">{_text(title)}</p>\n'
        f'<div class="rk-control">\n<label for="{key}">{_text(move)} <b>{_text(name)}</b></label>\n{control}\n'
        f'<output for="{key}" aria-live="off">{_text(first["label"])}</output>\n</div>\n{image}\n{note}</div>\n'
        f'<div class="rk-still">{still_html}</div>\n</figure>\n'
    )


def words(states):
    """Yield each text of a slider that a translator needs, once; in those of the states, {0}, {1}, ... stand for the numbers."""
    texts = [MOVE, states["title"], states["name"]]
    if states["fixed"]:
        texts += [RESTS, *[pattern(setting)[0] for setting in states["fixed"]]]
    for kind in ("label", "alt"):
        texts += [pattern(frame[kind])[0] for frame in states["frames"]]
    yield from (text for text in dict.fromkeys(texts) if re.search(r"[A-Za-z]", text))


def say(text, translate=str):
    """Translate a text that holds numbers; they come back at the places {0}, {1}, ... of the translation."""
    form, numbers = pattern(text)
    return re.sub(r"\{(\d+)\}", lambda match: numbers[int(match[1])], translate(form))


def pattern(text):
    """Return a text with {0}, {1}, ... in the place of its numbers, and the numbers: all states of a slider are one message."""
    numbers = _NUMBER.findall(text)
    count = iter(range(len(numbers)))
    return _NUMBER.sub(lambda match: f"{{{next(count)}}}", text), numbers


def _text(text):
    """Text as it stands in HTML, also within quotation marks."""
    return html.escape(text, quote=True)
