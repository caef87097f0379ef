"""Exercises: the reference stands in, checks diagnose, hints rise, progress is kept."""

import json

import numpy as np
import pytest

import restorekit as rk
from restorekit import exercises, record
from restorekit.diagnosis import Wrong, call


def halve(image):
    return image / 2


def check_halve(student):
    got = call(student, np.array([0.2, 0.8]))
    if np.allclose(got, [0.4, 1.6]):
        raise Wrong("your output is doubled, not halved.")
    if not np.allclose(got, [0.1, 0.4]):
        raise Wrong("not the half.")


ENTRIES = [
    exercises.Exercise("90.halve", "90.1", "halving", halve, check_halve, ("Divide.", "Divide by 2.", "image / 2")),
    exercises.Exercise("90.praise", "90.2", "praise", halve, lambda student: "faster than ours!"),
]
GRADED = exercises.Exercise("90.graded", "90.4", "graded halving", None, check_halve, ("Divide.",))


@pytest.fixture(autouse=True)
def lab(monkeypatch, tmp_path):
    monkeypatch.setattr(exercises, "labs", lambda: ["lab90"])
    monkeypatch.setattr(exercises, "exercises_of", lambda name: ENTRIES)
    monkeypatch.setenv("RESTOREKIT_PROGRESS", str(tmp_path / "record" / "progress.json"))
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)


def mark(function, key="90.halve"):
    return exercises.exercise(key)(function)


def stub(image):
    raise NotImplementedError()


def saved():
    return json.loads(record.path().read_text())["exercises"]


def test_the_reference_stands_in_and_says_so_once(capsys):
    attempt = mark(stub)
    assert attempt(3) == 1.5
    assert attempt(5) == 2.5
    assert capsys.readouterr().out == "(90.1 halving is not done yet: the reference stands in.)\n"


@pytest.fixture
def graded(monkeypatch):
    """An exercise without a reference, beside the others."""
    monkeypatch.setattr(exercises, "exercises_of", lambda name: [*ENTRIES, GRADED])
    return lambda function: mark(function, "90.graded")


def test_nothing_stands_in_for_a_graded_exercise(graded, capsys):
    with pytest.raises(NotImplementedError, match="90.4 graded halving is not done yet, and in the graded assignment"):
        graded(stub)(3)
    exercises.check(graded(stub))
    assert capsys.readouterr().out == (
        '○ 90.4 graded halving: not done yet (it is graded: nothing stands in for it). Hint 1 of 1: rk.hint("90.graded")\n'
    )
    exercises.check(graded(halve))
    assert capsys.readouterr().out.startswith("✓ 90.4 graded halving")


def test_other_exercises_meet_the_students_own_graded_one(graded, monkeypatch):
    own = graded(lambda image: image * 7)
    monkeypatch.setattr(exercises, "_judged", "90.halve")
    assert own(2) == 14


def test_ready_names_what_a_cell_waits_for(graded, capsys):
    open_one, written = graded(stub), mark(halve)
    assert not exercises.ready(written, open_one)
    assert capsys.readouterr().out == "○ This cell waits for 90.4 graded halving.\n"
    assert exercises.ready(written)
    assert exercises.ready()
    assert capsys.readouterr().out == ""


def test_ready_lets_a_wrong_answer_pass_and_says_so(graded, capsys):
    wrong = graded(lambda image: image * 2)
    exercises.check(wrong)
    capsys.readouterr()
    assert exercises.ready(wrong)
    assert "The check of 90.4 graded halving found a mistake" in capsys.readouterr().out


def test_ready_believes_the_check_about_what_is_missing(graded, capsys):
    def calls_a_stub(image):
        return stub(image)

    hidden = graded(calls_a_stub)
    exercises.check(hidden)
    assert not exercises.ready(hidden)


def test_a_written_answer_is_used_even_where_it_is_wrong():
    attempt = mark(lambda image: image * 7)
    assert attempt(2) == 14


def test_the_decorated_function_keeps_name_and_docstring():
    def mine(image):
        """My words."""

    assert (mark(mine).__name__, mark(mine).__doc__) == ("mine", "My words.")


def test_unknown_key_names_the_nearest():
    with pytest.raises(LookupError, match=r"no exercise '90.halv'; did you mean one of 90.halve, 90.praise\?"):
        exercises.exercise("90.halv")


def test_unknown_lab_lists_keys():
    with pytest.raises(LookupError, match="90.halve, 90.praise"):
        exercises.find("77.zzz")


@pytest.mark.parametrize(
    ("answer", "line"),
    [
        (halve, "✓ 90.1 halving: right. Well done."),
        (lambda x: x * 2, "✗ 90.1 halving: your output is doubled, not halved."),
        (stub, '○ 90.1 halving: not done yet (the reference stands in below). Hint 1 of 3: rk.hint("90.halve")'),
        (lambda x: None, "✗ 90.1 halving: your function returns nothing (None). Is there a `return` at its end?"),
        (lambda x: "ten", "✗ 90.1 halving: your output made the check stumble ("),
    ],
)
def test_check_says_what_is_wrong(answer, line, capsys):
    exercises.check(mark(answer))
    assert capsys.readouterr().out.startswith(line)


def test_check_passes_on_praise(capsys):
    exercises.check(mark(halve, "90.praise"))
    assert capsys.readouterr().out == "✓ 90.2 praise: faster than ours!\n"


def test_a_stub_without_hints_promises_none(capsys):
    def check(student):
        return student(1) and None

    bare = exercises.Exercise("90.bare", "90.3", "bare", halve, check)
    assert exercises._judge(bare, stub) == ("open", "not done yet (the reference stands in below).")
    assert exercises._judge(bare, halve) == ("done", "right. Well done.")


@pytest.mark.parametrize("thing", [halve, 3, "90.halve"])
def test_check_wants_a_marked_function(thing):
    with pytest.raises(TypeError, match="rk.check wants the function itself, marked as an exercise"):
        exercises.check(thing)


def test_an_answer_that_calls_another_exercise_is_judged_by_itself(capsys):
    wrong = mark(lambda image: image * 99)
    leans_on_it = mark(lambda image: wrong(image), "90.praise")
    seen = []
    entry = exercises.Exercise("90.praise", "90.2", "praise", halve, lambda student: seen.append(student(8)))
    leans_on_it.exercise = entry
    exercises.check(leans_on_it)
    assert seen == [4]
    assert leans_on_it(8) == 8 * 99
    exercises.check(mark(lambda image: 1 / 0))
    assert wrong(1) == 99


def test_an_answer_that_calls_the_librarys_own_is_noticed(capsys):
    def borrowed(image):
        return rk.somewhere.halve(image)

    def peeked(image):
        return rk.exercises.find("90.halve").reference(image)

    for answer in (borrowed, peeked):
        exercises.check(mark(answer))
        assert "calls the library's own answer. Here you write it yourself." in capsys.readouterr().out


def test_an_answer_may_use_the_library_for_other_things(capsys):
    def mine(image):
        rk.images.require(np.ones((2, 2), np.float32))
        return image / 2

    exercises.check(mark(mine))
    assert capsys.readouterr().out.startswith("✓")


def test_under_nbgrader_a_wrong_answer_raises_and_a_right_one_does_not(monkeypatch):
    monkeypatch.setenv("NBGRADER_EXECUTION", "autograde")
    exercises.check(mark(halve))
    with pytest.raises(AssertionError, match="90.1 halving: your output is doubled"):
        exercises.check(mark(lambda x: x * 2))
    with pytest.raises(AssertionError, match="not done yet"):
        exercises.check(mark(stub))


def test_progress_record_counts_attempts_until_the_first_success():
    exercises.check(mark(stub))
    assert not record.path().exists()
    doubled = mark(lambda x: x * 2)
    for _ in range(3):  # "Run all", three times, is one attempt
        exercises.check(doubled)
    assert saved()["90.halve"]["attempts"] == 1
    exercises.check(mark(lambda x: x * 3))
    assert saved()["90.halve"]["attempts"] == 2
    assert "done" not in saved()["90.halve"]
    exercises.check(mark(halve))
    entry = saved()["90.halve"]
    assert (entry["attempts"], entry["done"]) == (3, True)
    exercises.check(mark(lambda x: x * 2))
    assert saved()["90.halve"] == entry


def test_progress_shows_done_tried_and_open(capsys):
    exercises.progress()
    assert capsys.readouterr().out == "Unit 90: 0 of 2 done  ○○\n  ○ 90.1 halving: open\n  ○ 90.2 praise: open\n"
    for answer in (lambda x: x * 2, lambda x: x * 5):
        exercises.check(mark(answer))
    exercises.check(mark(halve, "90.praise"))
    capsys.readouterr()
    exercises.progress()
    assert (
        capsys.readouterr().out
        == "Unit 90: 1 of 2 done  ✗✓\n  ✗ 90.1 halving: tried (2 attempts)\n  ✓ 90.2 praise: done\n"
    )


def test_hints_rise_and_the_last_one_stays(capsys):
    for _ in range(4):
        exercises.hint("90.halve")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "○ 90.1 halving, hint 1 of 3: Divide."
    assert lines[1] == "○ 90.1 halving, hint 2 of 3: Divide by 2."
    assert lines[2] == lines[3] == "○ 90.1 halving, hint 3 of 3: image / 2"
    assert saved()["90.halve"]["hints"] == 3


def test_a_hint_can_be_asked_for_by_number_without_losing_the_place(capsys):
    exercises.hint("90.halve", 2)
    exercises.hint("90.halve", 1)
    exercises.hint("90.halve")
    assert [line.split(",")[1][:7] for line in capsys.readouterr().out.splitlines()] == [
        " hint 2",
        " hint 1",
        " hint 3",
    ]


@pytest.mark.parametrize("number", [0, 4])
def test_a_hint_that_does_not_exist(number):
    with pytest.raises(ValueError, match=f"has hints 1 to 3; hint {number} was asked for"):
        exercises.hint("90.halve", number)


def test_an_exercise_without_hints_says_so(capsys):
    exercises.hint("90.praise")
    assert capsys.readouterr().out == "○ 90.2 praise has no hints: read its docstring once more.\n"


def test_in_a_notebook_the_verdict_is_html_and_escaped(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append((bundle, raw)))

    def check(student):
        raise Wrong("use a < b")

    entry = exercises.Exercise("90.html", "90.4", "markup", halve, check)
    attempt = mark(halve)
    attempt.exercise = entry
    exercises.check(attempt)
    [(bundle, raw)] = shown
    assert raw is True
    assert bundle["text/plain"] == "✗ 90.4 markup: use a < b"
    assert "✗ 90.4 markup: use a &lt; b" in bundle["text/html"]
    assert exercises.COLOURS["wrong"] in bundle["text/html"]


def test_progress_in_a_notebook_folds_each_unit(monkeypatch):
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: object())
    monkeypatch.setattr("IPython.display.display", lambda bundle, raw: shown.append(bundle))
    exercises.check(mark(halve))
    exercises.progress()
    page = shown[-1]["text/html"]
    assert page.count("<details>") == 1
    assert "<summary>Unit 90: 1 of 2 done" in page
    assert page.count("<li>") == 2
    assert page.count(exercises.COLOURS["done"]) == 2  # in the summary and in the list
    assert "90.1 halving" in page


def test_every_shipped_exercise_is_complete_and_its_reference_passes(monkeypatch):
    monkeypatch.undo()
    keys, numbers = [], []
    for lab_name in exercises.labs():
        for entry in exercises.exercises_of(lab_name):
            keys.append(entry.key)
            numbers.append(entry.number)
            assert entry.key.startswith(lab_name[3:] + ".")
            assert entry.number.split(".")[0] == str(int(lab_name[3:]))
            assert 1 <= len(entry.hints) <= 3
            assert exercises.find(entry.key) is entry
    assert len(set(keys)) == len(keys)
    assert len(set(numbers)) == len(numbers)
