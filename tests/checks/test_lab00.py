"""The warm-up exercise: the first check that a student meets."""

import numpy as np
import pytest

from restorekit.checks.lab00 import EXERCISES
from restorekit.exercises import Wrong

[ENTRY] = EXERCISES


def test_the_reference_and_a_float32_answer_pass():
    assert ENTRY.check(ENTRY.reference).startswith("right")
    assert ENTRY.check(lambda image: image.astype(np.float32) * np.float32(0.5)).startswith("right")


@pytest.mark.parametrize(
    ("answer", "message"),
    [
        (lambda image: image - 0.5, "you take 0.5 away from every pixel"),
        (lambda image: np.clip(image - 0.5, 0, 1), "the shadows are gone"),
        (lambda image: image * 2, "twice as bright"),
        (lambda image: image * 127.5, "0-255"),
        (lambda image: image[0] / 2, "has shape (2,)"),
        (lambda image: image, "2 times what it should be"),
    ],
)
def test_typical_mistakes_are_named(answer, message):
    with pytest.raises(Wrong) as caught:
        ENTRY.check(answer)
    assert message in str(caught.value)
