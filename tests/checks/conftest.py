"""What the tests of all labs share: an answer given to a check, and what the check says of it."""

import pytest

from restorekit.diagnosis import Wrong


@pytest.fixture
def passes(request):
    """`passes(name, answer)`: whether the check of this exercise finds the answer right."""
    exercises = request.module.EXERCISES
    return lambda name, answer: exercises[name].check(answer).startswith("right")


@pytest.fixture
def message(request):
    """`message(name, answer)`: what the check of this exercise says about a wrong answer."""
    exercises = request.module.EXERCISES

    def said(name, answer):
        with pytest.raises(Wrong) as caught:
            exercises[name].check(answer)
        return str(caught.value)

    return said
