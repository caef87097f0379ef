"""The few lines that every notebook shares: the badge, the set-up cell, and how a hosted notebook keeps its results."""

BADGE = "[![Open in Colab](https://colab.research.google.com/assets/colab-badge.svg)]({})"
NO_BADGE = (
    "*Want to run this in the browser? Upload this file to a hosted notebook service (such as Google Colab), and beside it "
    "the course's wheel, which `make wheel` writes into `dist/`. At home, `make lab` is all you need.*"
)


def badge(course, notebook, hosted_address, link):
    """The line under the title: how to open this file in a hosted notebook; a solution also points back to its lab."""
    if notebook.kind == "page" and not course.repository:
        return ""  # a page that runs no code is read where it lies
    line = BADGE.format(hosted_address(course, notebook.path)) if course.repository else NO_BADGE
    if notebook.kind == "solution":
        lab = f"[the lab{link(course, 'lab', 'solution', notebook.name)}"
        line += f"\n\n**This is the solution.** Try {lab} first: a wrong answer of your own teaches more than a right one of ours."
    return line


def wheel(course):
    """File name of the built package."""
    return f"restorekit-{course.version}-py3-none-any.whl"


#: The set-up cell stands folded: in JupyterLab, and in Colab as a form with its title.
FOLDED = {"cellView": "form", "jupyter": {"source_hidden": True}}

INSTALL = """\
    import subprocess
    import sys

    subprocess.check_call([sys.executable, "-m", "pip", "install", "--quiet", "restorekit @ git+{address}@{branch}"])"""

EXPLAIN = '''\
    raise ModuleNotFoundError(
        """the course's package, restorekit, is not installed here.
At home: start the course with `make lab`. In a hosted notebook:
  1. on your own machine, in the course's folder, run `make wheel`;
     it writes dist/{wheel}
  2. upload that file to this notebook's file panel
  3. in a new cell, run: %pip install {wheel}
  4. run this cell again"""
    )'''

SETUP = """\
# @title Set-up: run me first
# {what} At home this does nothing.
import importlib.util

if importlib.util.find_spec("restorekit") is None:
{body}

import numpy as np
import restorekit as rk"""


def setup(course):
    """The second cell: installs the package where it is missing (or says how), and gives `np` and `rk`."""
    if course.repository:
        body = INSTALL.format(address=course.repository, branch=course.branch)
        return SETUP.format(
            what="In a hosted notebook this installs the course's package, and nothing else.", body=body
        )
    body = EXPLAIN.format(wheel=wheel(course))
    return SETUP.format(what="In a hosted notebook this says how to install the course's package.", body=body)


KEEP_TEXT = """\
**Keep your work** (hosted notebooks only). A hosted machine forgets its files when it disconnects. Set the switch below to
`True` to keep your progress record on your own Google Drive; it asks for your permission. At home, leave it: your files stay
where they are."""

KEEP_CODE = """\
KEEP_ON_DRIVE = False
if KEEP_ON_DRIVE:
    from google.colab import drive

    drive.mount("/content/drive")"""

PACK_TEXT = """\
**Take your results home** (hosted notebooks only). Set the switch to `True`: the files that you saved, and your progress
record, come down as one zip file. The notebook itself you save with *File > Save a copy in Drive*, or *File > Download*."""

PACK_CODE = """\
PACK_RESULTS = False
if PACK_RESULTS:
    import zipfile
    from pathlib import Path

    from google.colab import files
    from restorekit import record

    kinds = {".png", ".jpg", ".npy", ".npz", ".json", ".py", ".ipynb"}
    results = {file.resolve() for file in [*Path.cwd().iterdir(), record.path()] if file.is_file() and file.suffix in kinds}
    with zipfile.ZipFile("my_results.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        for file in sorted(results):
            archive.write(file, file.name)
    files.download("my_results.zip")"""

#: Placeholders that stand for a text cell and a code cell.
CELLS = {
    "keep": [("markdown", KEEP_TEXT), ("code", KEEP_CODE)],
    "pack": [("markdown", PACK_TEXT), ("code", PACK_CODE)],
}
