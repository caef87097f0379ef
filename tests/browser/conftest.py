"""What the tests in a real browser share. They run only where RESTOREKIT_BROWSER=1 asks for them (`make test-browser`)."""

import os
import re
import shutil
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
WANTED = os.environ.get("RESTOREKIT_BROWSER") == "1"
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # whatever asks for the network fails, and is seen
]

if not WANTED:
    collect_ignore_glob = ["*.py"]
else:
    sys.path[:0] = [str(HERE), str(ROOT / "authoring")]  # the helpers beside this file, and the course's tool chain
    pytest.register_assert_rewrite("bench", "controls")


def pytest_addoption(parser):
    """Where the built book lies."""
    parser.addoption("--site", default=str(ROOT / "dist/book"), metavar="FOLDER", help="the built book (dist/book)")


def pytest_configure(config):
    """Register the mark, and stop at once where there is no browser."""
    config.addinivalue_line("markers", "quick: the part of the browser tests that takes about three minutes")
    if WANTED and not chromium():
        raise pytest.UsageError(
            "The browser tests need Chromium, and there is none here: install it with `apt-get install chromium`, or put "
            "the path of a Chrome or Chromium into RESTOREKIT_CHROMIUM."
        )


def chromium():
    """Path of the browser's program, or None."""
    names = [os.environ["RESTOREKIT_CHROMIUM"]] if os.environ.get("RESTOREKIT_CHROMIUM") else NAMES
    return next((found for name in names if (found := shutil.which(name))), None)


@pytest.fixture(scope="session")
def browser():
    """One Chromium without a window, for all tests of this process."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def screenshots():
    """The folder for pictures that a person looks at afterwards."""
    folder = ROOT / "build/browser"
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture
def console():
    """Collects what goes wrong in the pages that it watches: `console.watch(page)`, then `console.problems`."""
    from console import Console

    return Console()


@pytest.fixture
def new_page(browser, console, screenshots, request):
    """A function that opens a page of its own, watched by `console`; it takes Playwright's options for a context.

    After a failed test a picture of each page is left as build/browser/failed-*.png.
    """
    contexts, name = [], re.sub(r"\W+", "-", request.node.name).strip("-")
    for old in screenshots.glob(f"failed-{name}-[0-9].png"):
        old.unlink()

    def make(**options):
        context = browser.new_context(**({"viewport": {"width": 1280, "height": 900}} | options))
        contexts.append(context)
        context.set_default_timeout(30_000)
        page = context.new_page()
        console.watch(page)
        return page

    yield make
    failed = getattr(request.node, "failed", False)
    for number, context in enumerate(contexts):
        for page in context.pages if failed else []:
            page.screenshot(path=screenshots / f"failed-{name}-{number}.png")
        context.close()


@pytest.fixture
def page(new_page):
    """A page of 1280 x 900 pixels, watched by `console`."""
    return new_page()


@pytest.fixture(scope="session")
def site(request):
    """The folder of the built book; the option --site names another."""
    folder = Path(request.config.getoption("--site")).resolve()
    if not (folder / "index.html").is_file():
        pytest.fail(f"There is no built book in {folder}: run `make book` first, or name its folder with --site.")
    return folder


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """Tell the fixtures whether the test failed."""
    outcome = yield
    if outcome.get_result().failed:
        item.failed = True


@pytest.fixture(scope="session")
def lab(tmp_path_factory):
    """One JupyterLab for all tests of this process."""
    import servers

    started = servers.lab(tmp_path_factory.mktemp("lab"))
    yield started
    started.stop()


@pytest.fixture(scope="session")
def classic(tmp_path_factory):
    """One classic notebook with the hosted runtime's packages."""
    import servers

    started = servers.classic(tmp_path_factory.mktemp("classic"))
    yield started
    started.stop()
