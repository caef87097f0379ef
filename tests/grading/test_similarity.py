"""Programs alike and pictures the same: copies are found, honest pairs are not."""

import ast

import pytest
import writing

from restorekit.grading import similarity


def prints(text, words=False):
    return similarity.fingerprint([ast.parse(text)], words)


@pytest.fixture(scope="module")
def texts():
    """A class of 60: three programs each."""
    found = {}
    for k in range(60):
        habit = writing.Habit(1000 + k)
        found[f"s{k:02}"] = {f"Model{n}.py": writing.program(habit, n) for n in (1, 2, 3)}
    return found


def pairs(texts, words=False, known=()):
    programs = {user: {file: prints(text, words) for file, text in files.items()} for user, files in texts.items()}
    return similarity.alike(programs, known)


def test_honest_students_are_not_flagged(texts):
    assert pairs(texts) == [] and pairs(texts, words=True) == []


def test_a_copy_with_new_names_and_without_comments_is_found(texts):
    for victim in ("s03", "s17", "s42"):
        copies = {file: writing.copied(text, 5) for file, text in texts[victim].items()}
        found = pairs(texts | {"thief": copies})
        assert [pair.students for pair in found] == [(victim, "thief")] and found[0].likeness > 0.7


def test_one_program_of_three_is_enough(texts):
    mixed = texts["s05"] | {"Model3.py": writing.copied(texts["s20"]["Model3.py"], 1)}
    programs = texts | {"s05": {file: text for file, text in mixed.items() if file == "Model3.py"}}
    assert ("s05", "s20") in [pair.students for pair in pairs(programs)]
    assert next(pair for pair in pairs(programs) if pair.students == ("s05", "s20")).files == ("Model3.py", "Model3.py")


def test_functions_in_another_order_and_dead_code_do_not_hide_a_copy(texts):
    text = texts["s08"]["Model1.py"]
    pieces = [ast.unparse(node) for node in ast.parse(text).body]
    moved = "\n".join(["unused = [k for k in range(3)]", *reversed(pieces)])
    found = pairs(texts | {"thief": {"Model1.py": moved}})
    assert [pair.students for pair in found] == [("s08", "thief")]


def test_what_was_handed_out_is_nobodys(texts):
    copies = texts | {"thief": texts["s08"]}
    assert pairs(copies) and not pairs(copies, known={h for text in texts["s08"].values() for h in prints(text)})


def test_what_half_the_class_has_weighs_little(texts):
    idiom = writing.program(writing.Habit(5), 1)
    shared = {user: files | {"Model1.py": idiom + files["Model1.py"]} for user, files in texts.items()}
    assert pairs(shared) == []


def test_names_and_comments_do_not_count_but_numbers_and_calls_do():
    one = "def f(x):\n    for k in range(4):\n        x = Conv2D(64, 3, padding='same')(x)\n    return x"
    assert prints(one) == prints(one.replace("x", "image_").replace("f(", "build(").replace("'", '"') + "  # mine")
    assert prints(one) != prints(one.replace("64", "32")) and prints(one) != prints(one.replace("padding", "strides"))
    assert prints(one, words=True) != prints(one.replace("x", "y"), words=True)


def test_deeply_nested_code_is_no_trouble():
    deep = ast.parse("x = " + "-" * 80 + "1")
    for _ in range(20_000):
        deep.body[0].value = ast.UnaryOp(ast.USub(), deep.body[0].value)
    assert similarity.fingerprint([deep])


def test_equal_pictures_of_two_students_are_a_group_and_of_one_student_none():
    pictures = {"ada": {"Model1.png": "a", "Model2.png": "a"}, "bob": {"Model1.png": "b"}, "eve": {"Model3.png": "b"}}
    assert similarity.same_pictures(pictures) == [[("bob", "Model1.png"), ("eve", "Model3.png")]]
