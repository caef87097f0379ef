"""What is said of a program that ran: for people, and whatever its process reported."""

import dataclasses

from hypothesis import given
from hypothesis import strategies as st

from restorekit.grading import trial
from restorekit.grading.evidence import Evidence

FIT = {
    "way": "fit", "epochs": 100, "batch_size": 32, "loss": "mse", "optimizer": "Adam", "x": "float32 (1000, 32, 32, 3)",
    "target_is_input": True, "noise_in_data": 0.0, "convolutions": [[3, 3, 3, 64], [3, 3, 64, 3]], "sums": 1, "noise_layers": [0.1],
    "parameters": 3523, "layers": {"Conv2D": 2, "GaussianNoise": 1}, "zeroed": "returns its input",
}  # fmt: skip
PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)


def said(**seen):
    return trial.sentences(dataclasses.asdict(Evidence(**seen)))


def test_an_honest_program_is_told_in_full():
    assert said(ended="finished", seconds=9.1, picture="8-bit RGB, 40 x 30", fits=[FIT], output="done\n") == [
        "Finished after 9 s.",
        "Its picture: 8-bit RGB, 40 x 30.",
        "Training by fit: epochs 100, mini-batches of 32, loss mse, optimizer Adam, on float32 (1000, 32, 32, 3), "
        "the target is the array that it is given.",
        "Traced: convolutions 3x3x3x64, 3x3x64x3 (height, width, channels in and out); sums of two images: 1; "
        "noise layers: [0.1]; 3523 parameters; layers called: 2 Conv2D, 1 GaussianNoise.",
        "With all its weights at zero it returns its input.",
        "It printed, at the end: done",
    ]


def test_a_program_that_came_to_nothing_says_so():
    assert said(ended="not run", reason="holds no code") == [
        "Not run: holds no code.",
        "It trained nothing that could be seen.",
    ]


@given(st.dictionaries(st.sampled_from([*FIT, "untraced"]), PLAIN))
def test_whatever_the_programs_process_reports_is_only_text(fit):
    assert all(isinstance(line, str) and len(line) < 5000 for line in said(ended="finished", fits=[fit]))
