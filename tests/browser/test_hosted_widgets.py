"""Every kind of widget with the hosted runtime's versions: ipywidgets 7.7.1, in the classic notebook that belongs to it."""

import bench
import pytest
from console import Console
from pages import Classic, put

pytestmark = pytest.mark.xdist_group("hosted")


@pytest.fixture(scope="module")
def ran(browser, classic, screenshots):
    """The notebook of all widgets, open and run once; what goes wrong in it is in `.console`."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    console = Console()
    front = Classic(console.watch(context.new_page()), classic, put(classic, bench.notebook(), "widgets")).open()
    front.console = console
    front.run_all()
    yield front
    front.page.screenshot(path=screenshots / "widgets-7.png")
    front.close()
    context.close()


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
