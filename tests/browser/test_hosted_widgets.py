"""Every kind of widget with the hosted runtime's versions: ipywidgets 7.7.1, in the classic notebook that belongs to it."""

import bench
import pytest
from pages import Classic

pytestmark = pytest.mark.xdist_group("hosted")


@pytest.fixture(scope="module")
def ran(browser, classic, screenshots):
    """The notebook of all widgets, open and run once."""
    with bench.ran(browser, Classic, classic, screenshots / "widgets-7.png") as front:
        yield front


def test_the_notebook_runs(ran):
    assert ran.failures() == []
    assert ran.console.problems == []


def test_it_is_the_hosted_versions(ran):
    ran.page.evaluate("window.said = ''")
    code = "import ipywidgets, IPython; print('ipywidgets', ipywidgets.__version__, 'IPython', IPython.__version__)"
    ran.page.evaluate(
        "code => Jupyter.notebook.kernel.execute(code, {iopub: {output: m => { window.said += m.content.text || ''; }}})",
        code,
    )
    ran.page.wait_for_function("window.said.includes('ipywidgets')")
    assert ran.page.evaluate("window.said").split() == ["ipywidgets", "7.7.1", "IPython", "7.34.0"]


@pytest.mark.parametrize("check", bench.CHECKS, ids=lambda check: check.__name__)
def test_a_widget_obeys(ran, check):
    check(ran)
    assert ran.console.problems == []
