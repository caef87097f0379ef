"""Every kind of widget in JupyterLab, with ipywidgets 8."""

import bench
import pytest
from pages import Lab

pytestmark = [pytest.mark.quick, pytest.mark.xdist_group("widgets")]


@pytest.fixture(scope="module")
def ran(browser, lab, screenshots):
    """The notebook of all widgets, open and run once."""
    with bench.ran(browser, Lab, lab, screenshots / "widgets-8.png") as front:
        yield front


def test_the_notebook_runs(ran):
    assert ran.failures() == []
    assert ran.console.problems == []


@pytest.mark.parametrize("check", bench.CHECKS, ids=lambda check: check.__name__)
def test_a_widget_obeys(ran, check):
    check(ran)
    assert ran.console.problems == []
