"""Outputs that others will see: what is cleaned, and what stops the build."""

import nbformat
import pytest
from execute import WIDGET, OutputError, environment, problems, run, tidy
from nbformat.v4 import new_code_cell, new_notebook, new_output
from render import ROOT

PICTURE = "iVBORw0KGgo="


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def display(**data):
    return new_output("display_data", data={key.replace("__", "/"): value for key, value in data.items()})


def notebook(*outputs, tags=()):
    return new_notebook(cells=[new_code_cell("show()", outputs=list(outputs), metadata={"tags": list(tags)})])


def cleaned(*outputs):
    made = notebook(*outputs)
    tidy(made, "a.ipynb")
    return made.cells[0].outputs


def test_live_widget_gives_way_to_its_picture():
    output = display(image__png=PICTURE, text__plain="a slider")
    output.data[WIDGET] = {"model_id": "1"}
    assert cleaned(output) == [display(image__png=PICTURE, text__plain="a slider")]


def test_widget_without_a_picture_is_dropped():
    output = display(text__plain="IntSlider()")
    output.data[WIDGET] = {"model_id": "1"}
    assert cleaned(output, stream("kept\n")) == [stream("kept\n")]


def test_printed_pieces_are_joined_in_order():
    picture = display(image__png=PICTURE)
    assert cleaned(stream("a\n"), stream("b\n"), picture, stream("c\n")) == [stream("a\nb\n"), picture, stream("c\n")]


@pytest.mark.parametrize(
    ("output", "message"),
    [
        (stream("careful\n", "stderr"), r"a\.ipynb, cell 1 \(show\(\)\): writes to stderr: careful"),
        (stream("x.py:1: UserWarning: old\n"), "a warning: x.py:1: UserWarning: old"),
        (stream("saved to /home/ann/out.png\n"), "a path of one machine: /home/ann/out.png"),
        (stream(f"saved to {ROOT}/out.png\n"), "a path of one machine: .*out.png"),
        (stream(r"saved to C:\Users\ann" + "\n"), r"a path of one machine: C:\\Users"),
        (display(text__html="<b>/tmp/tmpabc/x</b>"), "a path of one machine: /tmp/tmpabc/x"),
        (new_output("error", ename="ValueError", evalue="no", traceback=[]), "an error, and no tag .*ValueError: no"),
    ],
)
def test_what_must_not_be_shown_is_named(output, message):
    with pytest.raises(OutputError, match=message):
        cleaned(output)


@pytest.mark.parametrize(
    "text", ["see https://x.org/home/ann\n", "labs/tmp/x and a/b\n", "ratio 1/2, w/o\n", "a Warning sign\n", "/ 255\n"]
)
def test_harmless_texts_pass(text):
    assert cleaned(stream(text)) == [stream(text)]


def test_picture_data_is_not_read_as_text():
    html = '<img src="data:image/png;base64,AAAA/home/ann+/tmp/AA==" alt="a cat">'
    assert cleaned(display(text__html=html)) == [display(text__html=html)]


def test_expected_error_may_stay_but_not_its_paths():
    error = new_output("error", ename="ValueError", evalue="no", traceback=["ValueError: no"])
    assert problems(notebook(error, tags=["raises-exception"])) == []
    error = new_output("error", ename="ValueError", evalue="no", traceback=["File /home/ann/x.py:3"])
    assert "a path of one machine" in problems(notebook(error, tags=["raises-exception"]))[0]


def test_kernel_sees_bundled_images_only(monkeypatch):
    monkeypatch.setenv("RESTOREKIT_DATA", "/somewhere")
    monkeypatch.setenv("RESTOREKIT_FAST", "1")
    normal, fast = environment("here", fast=False), environment("here", fast=True)
    assert "RESTOREKIT_DATA" not in normal and "RESTOREKIT_FAST" not in normal
    assert normal["RESTOREKIT_OFFLINE"] == fast["RESTOREKIT_OFFLINE"] == fast["RESTOREKIT_FAST"] == "1"
    assert normal["RESTOREKIT_PROGRESS"].startswith("here")


def test_run_names_the_cell_that_fails_and_leaves_no_file(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = "import os\nopen('left.txt', 'w').close()\nprint(os.environ.get('RESTOREKIT_FAST'), os.listdir())"
    made = new_notebook(cells=[new_code_cell(source), new_code_cell("1 / 0")])
    with pytest.raises(OutputError, match=r"b\.ipynb: a cell failed(.|\n)*1 / 0(.|\n)*ZeroDivisionError"):
        run(made, "b.ipynb", fast=True)
    assert made.cells[0].outputs[0].text == "1 ['left.txt']\n"
    assert list(tmp_path.iterdir()) == []
    nbformat.validate(made)
