"""Marks: points by the rubric, each with its reason; an edited rubric is understood or refused in words."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restorekit.grading import overrides, rubric

FINE = ("as asked", "")
MODEL = {"picture": "", "program": "", "gain": 7.0, "network": FINE, "training": FINE}
DEFAULT = rubric.parse(rubric.DEFAULT)


def marks(text=rubric.DEFAULT, late_days=0, override=None, **changed):
    return rubric.mark(rubric.parse(text), {1: MODEL | changed, 2: MODEL, 3: MODEL}, late_days, override)


def test_all_as_asked_is_full_marks_and_nothing_is_none():
    assert marks().total == 100 and rubric.mark(DEFAULT, {}).total == 0


@pytest.mark.parametrize(
    ("change", "lost", "why"),
    [
        ({"picture": "Model1.png is missing.", "gain": None}, 15, "Model1.png is missing."),
        ({"program": "is empty", "network": None, "training": None}, 18, "is empty"),
        ({"network": ("not as asked", "line 3: kernels of 5 x 5")}, 10, "not as asked: line 3: kernels of 5 x 5"),
        ({"network": ("can't tell", "a custom loop")}, 0, "can't tell: a custom loop"),
        ({"gain": 5.99}, 4, "5.99 dB over noisy.png; 10 points from 6 dB"),
        ({"gain": -3.0}, 10, "-3.00 dB over noisy.png; 3 points from 2 dB"),
    ],
)
def test_what_is_wrong_costs_what_the_rubric_says(change, lost, why):
    found = marks(**change)
    assert found.total == round((99 - lost) * 100 / 99, 1)
    assert why in [line.why for line in found.lines]


def test_a_share_of_points_where_the_check_cant_tell():
    text = rubric.DEFAULT.replace("cant_tell = 1.0", "cant_tell = 0.5")
    assert marks(text, network=("can't tell", "")).total == round(94 * 100 / 99, 1)


def test_late_days_take_their_share_and_never_more_than_all():
    text = rubric.DEFAULT.replace('policy = "not counted"', 'policy = "per day"')
    assert marks(text, late_days=2).total == 80 and marks(text, late_days=30).total == 0
    assert marks(late_days=2).total == 100  # another policy


def test_an_override_comes_last_and_is_shown():
    found = marks(override=(42.0, "oral exam"), gain=-5.0)
    assert found.total == 42 and found.lines[-1].part == "override" and found.lines[-1].why == "oral exam"
    assert abs(sum(line.points for line in found.lines[:-1]) * 100 / 99 + found.lines[-1].points - 42) < 1e-9
    assert marks(override=(None, "a later date")).total == 100


@given(st.lists(st.floats(-10, 20), min_size=2, max_size=2))
def test_more_gain_is_never_worth_less(gains):
    low, high = sorted(gains)
    assert marks(gain=low).total <= marks(gain=high).total


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("[points]", "[point]", r"there is no \[point\]"),
        ("picture = 5", "pictur = 5", r"\[points\] has no pictur"),
        ("picture = 5", 'picture = "five"', "must be a number"),
        ("picture = 5", "picture = true", "must be a number"),
        ("picture = 5", "picture = nan", "must be a number"),
        ("picture = 5", "picture =", "can't be read"),
        ("[4.0, 6]", "[1.0, 6]", "must rise"),
        ("[4.0, 6]", "[4.0]", "list of"),
        ("digits = 1", "digits = 1.5", "whole number"),
        ("cant_tell = 1.0", "cant_tell = 2", "from 0 to 1"),
        ('policy = "latest"', 'policy = "newest"', "it can be 'latest' or 'zero'"),
        ("flag = true", "flag = 1", "true or false"),
    ],
)
def test_a_rubric_that_makes_no_sense_is_refused_in_words(old, new, message):
    assert old in rubric.DEFAULT
    with pytest.raises(ValueError, match=message):
        rubric.parse(rubric.DEFAULT.replace(old, new))


def test_a_short_rubric_keeps_the_other_values():
    short = rubric.parse("[marks]\nout_of = 20\n")
    assert short._replace(out_of=100) == DEFAULT and rubric.mark(short, {1: MODEL, 2: MODEL, 3: MODEL}).total == 20


def test_a_rubric_without_points_is_refused():
    with pytest.raises(ValueError, match="no points for anything"):
        rubric.parse("[points]\npicture = 0\nprogram = 0\nnetwork = 0\ntraining = 0\ngain = []\n")


def written(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "overrides.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_overrides_are_read_as_excel_writes_them(tmp_path):
    text = 'Student,Points,Extension,Reason\r\nkim,80.5,,"oral exam, good"\r\nlee,,2026-06-10 12:00 Asia/Seoul,ill\r\n,,,\r\n'
    found = overrides.read(written(tmp_path, text, "utf-8-sig"))
    assert found["kim"] == (80.5, None, "oral exam, good")
    assert found["lee"].points is None and found["lee"].due.isoformat() == "2026-06-10T12:00:00+09:00"
    assert overrides.read(tmp_path / "none.csv") == {}


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("kim,eighty,,x", "line 2.*are no points"),
        ("kim,-1,,x", "line 2"),
        ("kim,nan,,x", "line 2"),
        ("kim,80,,", "and a reason"),
        ("kim,,,x", "needs points or an extension"),
        ("kim,80,x", "four columns"),
        ("kim,,tomorrow,x", "line 2: the date"),
        ("kim,80,,x\nkim,70,,y", "line 3: kim has a line already"),
    ],
)
def test_an_override_that_makes_no_sense_is_refused_with_its_line(tmp_path, line, message):
    with pytest.raises(ValueError, match=message):
        overrides.read(written(tmp_path, f"student,points,extension,reason\n{line}\n"))


def test_other_files_are_no_overrides(tmp_path):
    with pytest.raises(ValueError, match="must begin with"):
        overrides.read(written(tmp_path, "name,points\nkim,3\n"))
    with pytest.raises(ValueError, match="CSV UTF-8"):
        overrides.read(written(tmp_path, "student,points,extension,reason\nkim,3,,아픔\n", "cp949"))
