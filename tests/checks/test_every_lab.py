"""What holds for every exercise of every lab: its solution passes, its stub is open, a forgotten return is named, its hints are there."""

import ast
import functools
import importlib
from pathlib import Path

import numpy as np
import pytest

import restorekit as rk

LABS = {file.parent.name[:2]: file for file in sorted(Path(__file__).parents[2].glob("authoring/0*/lab.py"))}
EXERCISES = {
    exercise.key: exercise
    for unit in LABS
    for exercise in importlib.import_module(f"restorekit.checks.lab{unit}").EXERCISES
}


@functools.cache
def solutions(unit):
    """The answers in a lab's source, by exercise: its imports and functions are run, and nothing else of it."""
    if unit >= "04":
        pytest.importorskip("keras")
    names, found = {"np": np, "rk": rk}, {}
    for node in ast.parse(LABS[unit].read_text("utf-8")).body:
        if not isinstance(node, ast.Import | ast.ImportFrom | ast.FunctionDef):
            continue
        marks = [call for call in getattr(node, "decorator_list", []) if ast.unparse(call.func) == "rk.exercise"]
        node.decorator_list = []
        exec(compile(ast.Module([node], []), str(LABS[unit]), "exec"), names)
        found.update({call.args[0].value: names[node.name] for call in marks})
    return found


def test_every_exercise_of_a_lab_is_in_its_notebook_in_order():
    for unit in LABS:
        own = [exercise for key, exercise in EXERCISES.items() if key.startswith(unit)]
        assert [exercise.key for exercise in own] == list(solutions(unit))
        assert [exercise.number for exercise in own] == [f"{int(unit)}.{n + 1}" for n in range(len(own))]


@pytest.mark.parametrize("key", EXERCISES)
def test_its_solution_passes(key):
    EXERCISES[key].check(solutions(key[:2])[key])


@pytest.mark.parametrize("key", [key for key in EXERCISES if EXERCISES[key].reference])
def test_its_reference_passes(key):
    EXERCISES[key].check(EXERCISES[key].reference)


@pytest.mark.parametrize("key", EXERCISES)
def test_its_stub_is_open(key):
    def stub(*args):
        raise NotImplementedError

    with pytest.raises(NotImplementedError):
        EXERCISES[key].check(stub)


@pytest.mark.parametrize("key", EXERCISES)
def test_a_forgotten_return_is_named(key):
    with pytest.raises(rk.exercises.Wrong) as caught:
        EXERCISES[key].check(lambda *args: None)
    assert ("never calls model.fit" if key == "04.train" else "return") in str(caught.value)


@pytest.mark.parametrize("key", EXERCISES)
def test_its_hints_are_there(key):
    assert 2 <= len(EXERCISES[key].hints) <= 3 and all(EXERCISES[key].hints)
