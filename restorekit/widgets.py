"""Pictures that the learner can change: sliders, a before/after border, a quiz. Each also works as a still page.

Every output carries a still form beside the live one (a picture, or plain HTML that needs no script), so that it says
something in a rendered page, in a file viewer, and in a front end without widgets. Nothing here asks the network for anything.
"""

import base64
import html
import importlib.resources
import json
import random
import re
from string import Template

from restorekit import images as _images
from restorekit.layout import PAGE, STAGE, Panel, alt_text, arrange, compose, shown, to_rgb
from restorekit.picture import as_jpeg, as_png, notebook
from restorekit.sliders import explore

__all__ = ["before_after", "explore", "quiz"]


def before_after(before, after, *, labels=("before", "after"), caption=None):
    """Lay one image over the other, with a border to drag between them (or to move with the arrow keys).

    Parameters
    ----------
    before, after : array
        Float images of one size, (H, W) or (H, W, C), in [0, 1].
    labels : (str, str)
        What they are.
    caption : str, optional
        A sentence beneath.

    Returns
    -------
    Picture
        The still form: both side by side.

    Raises
    ------
    ValueError
        If the sizes differ.

    Examples
    --------
    >>> import restorekit as rk
    >>> cat = rk.images.crop(rk.sample("chelsea"), 40, 100, 120, 160)
    >>> picture = before_after(rk.degrade.jpeg(cat, 10), cat, labels=("JPEG, quality 10", "original"))
    >>> picture.alt
    '2 pictures: JPEG, quality 10; original.'
    """
    before, after = _images.require(before, "before"), _images.require(after, "after")
    if before.shape[:2] != after.shape[:2]:
        raise ValueError(
            f"before is {before.shape[0]} x {before.shape[1]} pixels and after {after.shape[0]} x {after.shape[1]}: "
            "one can lie over the other only if both have the same size. Crop or resize one of them first."
        )
    columns, times, reduction = arrange([before.shape, after.shape])
    pair = [shown(one, m) for one, m in zip((before, after), times, strict=True)]
    if reduction > 1:
        raise ValueError(
            f"the images are {before.shape[1]} pixels wide, too wide for a page: pass a crop, at most {PAGE}"
        )
    alt = alt_text("picture", labels, caption=caption)
    panels = [Panel(rgb, label) for rgb, label in zip(pair, labels, strict=True)]
    picture = compose([panels] if columns == 2 else [[p] for p in panels], caption=caption, alt=alt)
    if notebook() is None:
        return picture
    m = arrange([before.shape], 1, target=STAGE)[1][0]
    data, metadata = picture.bundle()
    data["text/html"] = _template("before_after").substitute(
        before=_uri(to_rgb(before)),
        after=_uri(to_rgb(after)),
        before_label=html.escape(labels[0]),
        after_label=html.escape(labels[1]),
        width=before.shape[1] * m,
        height=before.shape[0] * m,
        caption=html.escape(caption or ""),
    )
    return picture.display((data, metadata))


def quiz(name):
    """Ask a few questions; a click on an answer says at once whether it is right, and why.

    Parameters
    ----------
    name : str
        The quiz, for example "01_degradation".

    Raises
    ------
    FileNotFoundError
        If there is no quiz of this name; the message lists those there are.

    Notes
    -----
    The questions are stored in jupyterquiz's JSON format, but shown by our own HTML: jupyterquiz 2.9 may load MathJax from a public
    server, puts 40 kB of script with random names into every notebook, and cannot be used by keyboard alone. Ours is made of
    ``<details>`` elements: it works without network, without script, in a rendered page and by keyboard; the answers are always
    in the same (shuffled) order.

    Examples
    --------
    >>> quiz("no_such_quiz")
    Traceback (most recent call last):
    FileNotFoundError: there is no quiz "no_such_quiz". ...
    """
    folder = importlib.resources.files("restorekit") / "data" / "quizzes"
    file = folder / f"{name}.json"
    if not file.is_file():
        there = (
            sorted(one.name[:-5] for one in folder.iterdir() if one.name.endswith(".json")) if folder.is_dir() else []
        )
        raise FileNotFoundError(f'there is no quiz "{name}". There are: {", ".join(there) or "none yet"}.')
    page, text = _quiz(json.loads(file.read_text(encoding="utf-8")))
    if notebook() is None:
        print(text)
        return
    from IPython.display import display

    display({"text/html": page, "text/plain": text}, raw=True)


def _uri(rgb):
    """Encode an image as a data address: PNG, or a JPEG of high quality where that is much smaller."""
    png = as_png(rgb)
    kind, data = (
        ("png", png) if len(png) < 60_000 else min(("png", png), ("jpeg", as_jpeg(rgb, 92)), key=lambda f: len(f[1]))
    )
    return f"data:image/{kind};base64,{base64.b64encode(data).decode()}"


def _template(name):
    """Read one of the HTML files of data/html."""
    text = (importlib.resources.files("restorekit") / "data" / "html" / f"{name}.html").read_text(encoding="utf-8")
    return Template(text)


def _quiz(questions):
    """Return a quiz as (HTML, plain text without the solutions)."""
    keys = ' data-lm-suppress-shortcuts="true"'  # JupyterLab leaves our keys alone
    items, text = [], []
    for number, question in enumerate(questions, 1):
        if question.get("type") not in ("multiple_choice", "many_choice"):
            raise ValueError(
                f"question {number} is of type {question.get('type')!r}; only multiple_choice can be shown"
            )
        answers = list(question["answers"])
        random.Random(question["question"]).shuffle(answers)
        rows = []
        for answer in answers:
            right = bool(answer["correct"])
            verdict = f'<b role="img" aria-label="{"right" if right else "wrong"}">{"✓" if right else "✗"}</b>'
            rows.append(
                f'<details class="{"rk-yes" if right else "rk-no"}"><summary{keys}>{_inline(answer["answer"])}</summary>'
                f"<p>{verdict} {_inline(answer.get('feedback', ''))}</p></details>"
            )
        items.append(f"<li><p>{_inline(question['question'])}</p>\n" + "\n".join(rows) + "\n</li>")
        text.append(f"{number}. {question['question']}")
        text += [f"   ({'abcdefgh'[k]}) {answer['answer']}" for k, answer in enumerate(answers)]
    return _template("quiz").substitute(questions="\n".join(items)), "\n".join(text)


def _inline(text):
    """Escape a text for HTML; `code` between backticks is set as code."""
    return re.sub(r"`([^`]+)`", r"<code>\1</code>", html.escape(str(text)))
