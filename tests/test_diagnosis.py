"""Diagnoses: what a learner reads when an answer is not right."""

import functools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from restorekit.diagnosis import Wrong, as_array, brief, call, compare_arrays

EXPECTED = np.array([[0.1, 0.5], [0.9, -0.3]])


@pytest.mark.parametrize(
    ("got", "message"),
    [
        (EXPECTED * 255, "is in 0-255; this function works in [0, 1]"),
        (EXPECTED / 255, "255 times too small"),
        (-EXPECTED, "wrong sign"),
        (np.clip(EXPECTED, 0, 1), "was clipped to [0, 1]"),
        (EXPECTED + 0.25, "off by the same +0.25 everywhere"),
        (EXPECTED * 2, "is 2 times what it should be"),
        (EXPECTED + [[0, 0.5], [0, 0]], "differs at (0, 1): 1 instead of 0.5 (25% of the values differ)"),
        (EXPECTED[0], "has shape (2,), but (2, 2) was expected"),
        (EXPECTED + np.nan, "holds 4 values that are NaN or infinite"),
        (EXPECTED + 1j, "real numbers"),
        ([["a", "b"]], "of type list"),
        ([[1, 2], [3]], "of type list"),
    ],
)
def test_compare_names_the_likely_cause(got, message):
    with pytest.raises(Wrong) as caught:
        compare_arrays(got, EXPECTED)
    assert message in str(caught.value)
    assert str(caught.value).startswith("your output ")


def test_transposed_is_recognised():
    with pytest.raises(Wrong, match=r"has shape \(3, 2\), but \(2, 3\) was expected. It looks transposed."):
        compare_arrays(np.zeros((3, 2)), np.zeros((2, 3)))


def test_the_name_of_what_differs_is_used():
    with pytest.raises(Wrong, match=r"^the kernel is off by the same -1 everywhere"):
        compare_arrays([0.0, 1.0], [1.0, 2.0], "the kernel")


def test_a_single_number_has_no_place():
    with pytest.raises(Wrong, match=r"your output differs: 0 instead of 3\.$|off by the same -3"):
        compare_arrays(0.0, 3.0)


@pytest.mark.parametrize(("error", "passes"), [(0.5**17, True), (0.5**16, True), (0.5**15, False)])
def test_tolerance_is_absolute_and_inclusive(error, passes):
    got = np.array([0.5, 0.25 + error])
    if passes:
        compare_arrays(got, [0.5, 0.25], tolerance=0.5**16)
    else:
        with pytest.raises(Wrong):
            compare_arrays(got, [0.5, 0.25], tolerance=0.5**16)


@given(arrays(np.float64, (3, 4), elements=st.floats(-2, 2)))
def test_an_array_equals_itself_in_any_float_type(array):
    compare_arrays(array, array)
    compare_arrays(array.astype(np.float32), array)
    compare_arrays(array.tolist(), array)


def test_empty_arrays_are_equal():
    compare_arrays(np.zeros((0, 3)), np.zeros((0, 3)))


def test_integers_and_booleans_count_as_numbers():
    assert as_array([True, False]).dtype == np.float64
    assert as_array(np.uint8([3]), (1,)).tolist() == [3.0]


def test_call_hands_over_copies_and_keeps_other_arguments():
    image, rng = np.arange(4.0), np.random.default_rng(0)
    seen = []

    def student(a, b, *, scale):
        seen.extend([a is not image, b is rng])
        return a * scale

    assert call(student, image, rng, scale=3).tolist() == [0, 3, 6, 9]
    assert seen == [True, True]


def test_call_notices_an_edit_in_place():
    def student(a):
        a += 1
        return a

    image = np.zeros(3)
    with pytest.raises(Wrong, match="changes the array that it was given"):
        call(student, image)
    assert image.tolist() == [0, 0, 0]


def test_call_takes_nan_in_an_unchanged_argument_as_unchanged():
    assert call(lambda a: 1, np.array([np.nan])) == 1
    assert call(lambda a: 1, np.array(["text"])) == 1


def test_call_explains_an_exception_and_names_the_line():
    def student(a):
        return a / undefined_name  # noqa: F821

    with pytest.raises(Wrong) as caught:
        call(student, np.ones(2))
    assert "your function stops with NameError: name 'undefined_name' is not defined" in str(caught.value)
    assert "at the line `return a / undefined_name" in str(caught.value)


def test_call_names_the_line_in_a_wrapped_function():
    def student(a):
        return a["key"]

    @functools.wraps(student)
    def wrapped(*args):
        return student(*args)

    assert 'at the line `return a["key"]`.' in str(pytest.raises(Wrong, call, wrapped, {}).value)


GRAPH = """Graph execution error:

Detected at node compile_loss/mse/sub defined at (most recent call last):
  File "/lib/trainer.py", line 399, in fit

Incompatible shapes: [32] vs. [32,8,8,3]
\t [[{{node compile_loss/mse/sub}}]] [Op:__inference_686]"""


@pytest.mark.parametrize(
    ("said", "short"),
    [
        ("plain.", "plain"),
        ("two\n  lines", "two lines"),
        ("Exception encountered when calling Add.call().\n\n\x1b[1mWrong [[0 1]\n [2 3]]\x1b[0m\n\nArguments received by x", "Wrong [...]"),
        ("are 4 and 8 for '{{node a/b}} = Sub[T=F](c, d)' with shapes: [?,4], [?,8].", "are 4 and 8 with shapes: [?,4], [?,8]"),
        (GRAPH, "Incompatible shapes: [32] vs. [32,8,8,3]"),
        ("word " * 200, "word " * 79 + "word ..."),
    ],
)  # fmt: skip
def test_long_errors_are_told_in_a_line(said, short):
    assert brief(ValueError(said)) == short


def test_call_lets_an_unfinished_stub_through():
    def student():
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        call(student)


def test_call_wants_a_result():
    with pytest.raises(Wrong, match="returns nothing"):
        call(lambda: None)
