"""Solution regions become stubs, as nbgrader would make them; mistakes in the marks get a clear message."""

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nbgrader.preprocessors import ClearSolutions
from stripper import BEGIN, END, STUB, SourceError, split, telltale

SOLVED = f'''def half(x):
    """Half of x."""
    {BEGIN}
    y = x / 2
    return y
    {END}

print("after")'''

STUBBED = f'''def half(x):
    """Half of x."""
    {STUB[0]}
    {STUB[1]}

print("after")'''


def oracle(source):
    """What nbgrader makes of one solution cell."""
    metadata = {"nbgrader": {"schema_version": 3, "solution": True, "grade": False, "locked": False, "grade_id": "a"}}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source, metadata=metadata)])
    return ClearSolutions().preprocess(notebook, {})[0].cells[0].source


def test_region_becomes_indented_stub():
    assert split(SOLVED) == (STUBBED, [["    y = x / 2", "    return y"]])


def test_source_without_region_stays_as_it_is():
    assert split("x = 1\n\ny = 2\n") == ("x = 1\n\ny = 2\n", [])


def test_two_regions_give_two_stubs():
    stub, regions = split(f"{BEGIN}\na\n{END}\nkept\n    {BEGIN}\n    b\n    {END}")
    assert stub.split("\n") == [*STUB, "kept", *("    " + line for line in STUB)]
    assert regions == [["a"], ["    b"]]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["", "    ", "        "]),
            st.lists(st.text("abc =(){}\t'\\", max_size=12), max_size=4),
            st.lists(st.text("xyz =+.#", max_size=12), max_size=3),
        ),
        min_size=1,
        max_size=4,
    )
)
def test_agrees_with_nbgrader(blocks):
    lines = []
    for indent, hidden, shown in blocks:
        lines += [indent + BEGIN, *hidden, indent + END, *shown]
    source = "\n".join(lines)
    assert split(source)[0] == oracle(source)


@pytest.mark.parametrize(
    ("source", "message"),
    [
        (f"a\n{BEGIN}\nb", r"lab\.py, line 2: .*has no '### END SOLUTION'"),
        (f"a\n{END}", r"lab\.py, line 2: .*without a '### BEGIN SOLUTION'"),
        (f"{BEGIN}\n{BEGIN}\n{END}", r"lab\.py, line 2: .*inside the region that line 1 opened"),
        ("## BEGIN SOLUTION\n## END SOLUTION", r"line 1: a solution mark stands alone .*'## BEGIN SOLUTION'"),
        (f"x = 1  {BEGIN}\n{END}", "line 1: a solution mark stands alone"),
    ],
)
def test_malformed_marks_are_named(source, message):
    with pytest.raises(SourceError, match=message):
        split(source, "lab.py")


@pytest.mark.parametrize("line", ["    counts = rng.poisson(expected)", "return counts / photons_at_white"])
def test_telltale_lines(line):
    assert telltale(line)


@pytest.mark.parametrize(
    "line", ["", "    # why not", "import numpy as np", "else:", "return x", "rng = np.random.default_rng(rng)"]
)
def test_lines_that_tell_nothing(line):
    assert not telltale(line)
