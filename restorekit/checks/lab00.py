"""The warm-up of unit 00: one exercise, to learn how checks work."""

import numpy as np

from restorekit.exercises import Exercise, Wrong, call, compare_arrays


def half_as_bright(image):
    """Return the image at half its brightness."""
    return image / 2


def check_half_as_bright(student):
    """Recognise subtraction, doubling and the 0-255 scale."""
    image = np.array([[0.0, 0.2], [0.8, 1.0]])
    got = np.asarray(call(student, image), np.float64)
    if got.shape == image.shape and np.allclose(got, image - 0.5):
        raise Wrong(
            "you take 0.5 away from every pixel, so 0.2 becomes -0.3, which is darker than black. "
            "Half as bright means that a pixel of 0.8 becomes 0.4, and one of 0.2 becomes 0.1."
        )
    if got.shape == image.shape and np.allclose(got, np.clip(image - 0.5, 0, 1)):
        raise Wrong(
            "you take 0.5 away and cut off what falls below black. Then 0.2 becomes black, and so does 0.5: the shadows are "
            "gone. Half as bright means that every pixel keeps its share: 0.2 becomes 0.1."
        )
    if got.shape == image.shape and np.allclose(got, image * 2):
        raise Wrong("your picture is twice as bright, not half: 0.2 became 0.4.")
    compare_arrays(got, image / 2)
    return "right. That is all there is to it: read, repair, run again."


EXERCISES = [
    Exercise(
        key="00.half_as_bright",
        number="0.1",
        title="half as bright",
        reference=half_as_bright,
        check=check_half_as_bright,
        hints=(
            "Which one operation turns 0.8 into 0.4, 0.2 into 0.1, and leaves 0 alone?",
            "It is a division, and it works on the whole array at once: no loop.",
            "return image / 2",
        ),
    )
]
