"""Every lecture, page and lab as a student opens it: JupyterLab, Run > Run All Cells, and nothing goes wrong."""

import pytest
from controls import play
from pages import Lab, put
from render import ROOT, find

NOTEBOOKS = [notebook for notebook in find(ROOT) if notebook.kind != "solution"]
QUICK = ("00_start_here", "01_degradation")


def marked(notebook):
    """A notebook as a test's parameter; the cheapest ones are quick."""
    marks = [pytest.mark.quick] if notebook.kind == "lecture" and notebook.name in QUICK else []
    return pytest.param(notebook, marks=marks, id=notebook.path.rsplit("/", 1)[1].removesuffix(".ipynb"))


@pytest.mark.parametrize("notebook", [marked(notebook) for notebook in NOTEBOOKS])
def test_it_runs_from_the_first_cell_to_the_last(notebook, page, lab, console, screenshots):
    front = Lab(page, lab, put(lab, ROOT / notebook.path)).open()
    front.run_all()
    assert front.failures() == []
    assert console.problems == []
    name = notebook.path.rsplit("/", 1)[1].removesuffix(".ipynb")
    for number, share in enumerate((0, 0.3, 0.6)):
        front.scroll(share)
        page.screenshot(path=screenshots / f"{name}-{number}.png")
    assert play(page) == []
    assert front.failures() == []
    assert console.problems == []
    front.close()
