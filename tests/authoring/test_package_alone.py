"""The package alone is enough: the wheel in an empty environment, an empty folder with one notebook, no network."""

import shutil
import subprocess
import sys
import tomllib
import zipfile

import pytest
from render import ROOT, find

NOTEBOOKS = [notebook for notebook in find() if notebook.kind in ("lecture", "lab")]
LARGEST = 25_000_000  # bytes
NO_NETWORK = dict.fromkeys(("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY"), "http://127.0.0.1:9")

# Sockets in the file system, not ports: without a network there is not even a loopback.
RUN = """
import sys
import nbformat
from jupyter_client import AsyncKernelManager
from nbclient import NotebookClient

notebook = nbformat.read(sys.argv[1], as_version=4)
NotebookClient(notebook, km=AsyncKernelManager(transport="ipc"), timeout=300).execute()
print(sum(cell.cell_type == "code" for cell in notebook.cells), "cells ran")
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The built package."""
    folder = tmp_path_factory.mktemp("dist")
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder], cwd=ROOT, check=True)
    (file,) = folder.glob("*.whl")
    return file


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """An environment with the package alone, and what runs a notebook."""
    return environment(tmp_path_factory.mktemp("alone"), wheel)


@pytest.fixture(scope="module")
def python_with_keras(wheel, tmp_path_factory):
    """The same with Keras and its backend, which every hosted runtime has: the units on networks need them."""
    lab = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]["optional-dependencies"]["lab"]
    return environment(tmp_path_factory.mktemp("keras"), wheel, *(one for one in lab if "jupyter" not in one))


def environment(folder, *packages):
    """A new environment with some packages, and what runs a notebook."""
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    found = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    install = [found, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", ROOT / "constraints.txt"]
    subprocess.run([*install, *packages, "ipykernel", "nbclient"], check=True)
    return found


def without_network():
    """What to put before a command, so that it has no network; nothing where that is not allowed."""
    for command in (["unshare", "--net"], ["unshare", "--map-root-user", "--net"]):
        if (
            shutil.which("unshare")
            and not subprocess.run([*command, "true"], capture_output=True, check=False).returncode
        ):
            return command
    return []


@pytest.mark.slow
def test_wheel_is_small_and_carries_the_data(wheel):
    assert wheel.stat().st_size < LARGEST
    names = zipfile.ZipFile(wheel).namelist()
    for folder in ("restorekit/data/samples/", "restorekit/data/quizzes/"):
        assert any(name.startswith(folder) for name in names), f"no {folder} in the wheel"
    assert not [name for name in names if not name.startswith(("restorekit/", "restorekit-"))]


@pytest.mark.slow
def test_package_does_not_bring_a_deep_learning_framework(python):
    listed = subprocess.run([python, "-m", "pip", "list"], capture_output=True, text=True, check=True).stdout
    assert "restorekit" in listed and "tensorflow" not in listed and "keras" not in listed


@pytest.mark.slow
@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=[notebook.path for notebook in NOTEBOOKS])
def test_notebook_runs(notebook, request, tmp_path):
    python = request.getfixturevalue("python" if notebook.name < "04" else "python_with_keras")
    folder = tmp_path / "empty"
    folder.mkdir()
    shutil.copy(ROOT / notebook.path, folder)
    name = notebook.path.split("/")[1]
    env = {"PATH": f"{python.parent}:/usr/bin:/bin", "HOME": str(tmp_path), "RESTOREKIT_FAST": "1", **NO_NETWORK}
    command = [*without_network(), python, "-c", RUN, name]
    done = subprocess.run(command, cwd=folder, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
    assert done.stdout.endswith("cells ran\n")
