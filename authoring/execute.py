"""Run a notebook in an empty folder, and keep only outputs that are fit to be shown to others."""

import os
import re
import tempfile
import time
from pathlib import Path

from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

from render import METADATA, ROOT

WIDGET = "application/vnd.jupyter.widget-view+json"
DATA_ADDRESS = re.compile(r"data:[\w/+.-]+;base64,[A-Za-z0-9+/=\s]+")
FOLDERS = rf"{re.escape(str(ROOT))}|/(?:home|root|Users|tmp|opt|usr|var|mnt|private|content)/\w|File ~/|\b[A-Z]:\\\w"
PERSONAL_PATH = re.compile(rf"(?<![\w.:/])(?:{FOLDERS})[^\s'\"<]*")
WARNING = re.compile(r"^.*\b\w*Warning\b:.*$", re.MULTILINE)


class OutputError(RuntimeError):
    """A notebook failed, or an output is not fit to be shown; the message names the notebook and the cell."""


def environment(folder, fast):
    """Variables of a kernel that sees the bundled images only, and leaves nothing behind."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("RESTOREKIT_")}
    env |= {
        "RESTOREKIT_OFFLINE": "1",
        "RESTOREKIT_PROGRESS": f"{folder}/progress.json",
        "IPYTHONDIR": f"{folder}/ipython",
    }
    env |= {"PYDEVD_DISABLE_FILE_VALIDATION": "1"}
    return env | ({"RESTOREKIT_FAST": "1"} if fast else {})


def run(notebook, name, fast=False, timeout=600):
    """Execute `notebook` in place, in an empty temporary folder; return the seconds it took."""
    with tempfile.TemporaryDirectory() as folder:
        here = Path(folder, "notebook")
        here.mkdir()
        client = NotebookClient(
            notebook, timeout=timeout, kernel_name="python3", record_timing=False, store_widget_state=False
        )
        client.resources = {"metadata": {"path": str(here)}}
        client.extra_arguments = ["--Application.log_level=40"]
        start = time.perf_counter()
        try:
            client.execute(env=environment(folder, fast))
        except CellExecutionError as error:
            raise OutputError(f"{name}: a cell failed\n{error}") from None
        seconds = time.perf_counter() - start
    notebook.metadata = METADATA
    return seconds


def tidy(notebook, name):
    """Clean the outputs of an executed notebook in place; raise OutputError on what must not be shown."""
    for cell in notebook.cells:
        if cell.cell_type == "code":
            cell.outputs = merge(output for output in map(still, cell.outputs) if output)
    found = problems(notebook)
    if found:
        raise OutputError("\n".join(f"{name}, {problem}" for problem in found))


def still(output):
    """Drop the live widget, keep the picture beside it; None if there is nothing beside it."""
    if WIDGET not in output.get("data", {}):
        return output
    del output.data[WIDGET]
    return output if output.data.keys() - {"text/plain"} else None


def merge(outputs):
    """Join pieces of printed text that follow one another."""
    merged = []
    for output in outputs:
        last = merged[-1] if merged else None
        if last and output.output_type == last.output_type == "stream" and output.name == last.name:
            last.text += output.text
        else:
            merged.append(output)
    return merged


def texts(output):
    """The readable texts of one output; pictures inside a page are left out."""
    yield output.get("text", "")
    for mime, value in output.get("data", {}).items():
        if mime.startswith("text/") or mime == "application/javascript":
            yield DATA_ADDRESS.sub("", "".join(value))


def problems(notebook):
    """List what must not be in a notebook that others see, each with the number and the first line of its cell."""
    found = []
    for number, cell in enumerate(notebook.cells, 1):
        if cell.cell_type != "code":
            continue
        where = f"cell {number} ({cell.source.strip().splitlines()[0] if cell.source.strip() else 'empty'})"
        for output in cell.outputs:
            if output.get("name") == "stderr":
                found.append(f"{where}: writes to stderr: {output.text.strip()[-400:]}")
            if output.output_type == "error" and "raises-exception" not in cell.metadata.get("tags", []):
                found.append(f"{where}: an error, and no tag raises-exception: {output.ename}: {output.evalue}")
            if WIDGET in output.get("data", {}):
                found.append(f"{where}: a live widget without its picture")
            for text in texts(output):
                found += [f"{where}: a path of one machine: {match[0]}" for match in PERSONAL_PATH.finditer(text)]
                found += [f"{where}: a warning: {match[0].strip()}" for match in WARNING.finditer(text)]
            if output.output_type == "error":
                joined = "\n".join(output.traceback)
                found += [
                    f"{where}: a path of one machine in a traceback: {match[0]}"
                    for match in PERSONAL_PATH.finditer(joined)
                ]
    return found
