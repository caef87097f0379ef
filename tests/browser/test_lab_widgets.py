"""Every kind of widget in JupyterLab, with ipywidgets 8."""

import bench
import pytest
from console import Console
from pages import Lab, put

pytestmark = [pytest.mark.quick, pytest.mark.xdist_group("widgets")]


@pytest.fixture(scope="module")
def ran(browser, lab, screenshots):
    """The notebook of all widgets, open and run once; what goes wrong in it is in `.console`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    console = Console()
    front = Lab(console.watch(context.new_page()), lab, put(lab, bench.notebook(), "widgets")).open()
    front.console = console
    front.run_all()
    yield front
    front.page.screenshot(path=screenshots / "widgets-8.png")
    front.close()
    context.close()


def test_the_notebook_runs(ran):
    assert ran.failures() == []
    assert ran.console.problems == []


@pytest.mark.parametrize("check", bench.CHECKS, ids=lambda check: check.__name__)
def test_a_widget_obeys(ran, check):
    check(ran)
    assert ran.console.problems == []
