"""One exercise of lab 01 from the gap to the restart, typed as a student types it."""

import json

import pytest
from pages import Lab, put
from render import ROOT

pytestmark = pytest.mark.quick

GAP = '@rk.exercise("01.gaussian_noise")'
CHECK = "rk.check(gaussian_noise)"
RIGHT = "return image + rng.normal(0, sigma, image.shape)"
WRONG = "return image + rng.normal(0, sigma ** 2, image.shape)"


def attempt(front, old, new):
    """Type over a line of the gap, run it and its check; return what the check says."""
    front.replace_line(GAP, old, new)
    front.run(GAP)
    front.run(CHECK)
    return front.output(CHECK).inner_text()


def done(front):
    """What the progress record beside the notebook says of the exercise."""
    file = front.path.parent / "progress.json"
    return (
        json.loads(file.read_text("utf-8"))["exercises"].get("01.gaussian_noise", {}).get("done")
        if file.is_file()
        else None
    )


def test_an_exercise_is_solved_broken_and_remembered(page, lab, console, screenshots):
    front = Lab(page, lab, put(lab, ROOT / "labs/01_degradation_lab.ipynb", "exercise")).open()
    front.run("# @title Set-up")
    front.run("photo = rk.images.crop")
    front.run(GAP)
    front.run(CHECK)
    assert "not done yet" in front.output(CHECK).inner_text() and not done(front)

    assert "✓ 1.1" in attempt(front, "raise NotImplementedError()", RIGHT)
    assert done(front) is True
    page.screenshot(path=screenshots / "exercise-right.png")

    said = attempt(front, RIGHT, WRONG)
    assert "✗ 1.1" in said and ("variance" in said or "sigma" in said)
    page.screenshot(path=screenshots / "exercise-wrong.png")

    front.restart()
    front.run("# @title Set-up")
    front.run("rk.progress()")
    front.output("rk.progress()").locator("details", has_text="Unit 01").first.locator("summary").click()
    assert "done 1.1 Gaussian noise" in front.output("rk.progress()").inner_text()
    page.screenshot(path=screenshots / "exercise-progress.png")
    assert console.problems == []
    front.close()
