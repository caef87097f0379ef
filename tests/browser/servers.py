"""Notebook servers on this machine alone: JupyterLab as `make lab` has it, and the hosted runtime's packages with the classic notebook."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import hosted
from execute import environment
from render import ROOT

PATIENCE = 120  # seconds until a server has started


class Server:
    """A notebook server whose settings, data and kernels' progress records lie in one private folder.

    Attributes
    ----------
    address : str
        Where it answers, without a slash at the end.
    files : pathlib.Path
        The folder that it serves. Each notebook goes into a folder of its own there; its progress record lies beside it.
    """

    def __init__(self, folder, command, front_end):
        self.files, self._log, port = folder / "files", folder / "server.log", _free_port()
        self.address = f"http://127.0.0.1:{port}"
        self.files.mkdir(parents=True)
        if not front_end:
            _no_news(folder / "config")
        with self._log.open("wb") as log:
            self._process = subprocess.Popen(
                [*command, *_options(port, front_end)],
                cwd=self.files,
                env=_environment(folder),
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )

    def wait(self):
        """Return once the server answers; raise RuntimeError with the end of its log if it does not."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end and self._process.poll() is None:
            waiting = contextlib.suppress(urllib.error.URLError, ConnectionError, TimeoutError)
            with waiting, urllib.request.urlopen(f"{self.address}/api/status", timeout=5) as answer:
                if answer.status == 200:
                    return self
            time.sleep(0.1)
        self.stop()
        raise RuntimeError(f"the notebook server did not start:\n{self._log.read_text(errors='replace')[-3000:]}")

    def stop(self):
        """End the server and its kernels."""
        for number, seconds in ((signal.SIGTERM, 20), (signal.SIGKILL, 10)):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, number)
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._process.wait(seconds)
                return


def lab(folder):
    """JupyterLab with ipywidgets 8, from the environment that runs the tests."""
    return Server(folder, [sys.executable, "-m", "jupyter", "lab"], "").wait()


def classic(folder):
    """The classic notebook with ipywidgets 7: server, kernel and Python of the hosted runtime."""
    pins = dict(
        line.split(";")[0].strip().split("==") for line in hosted.CONSTRAINTS.read_text().split("\n") if "==" in line
    )
    there = hosted.installed() if hosted.PYTHON.exists() else {}
    if any(there.get(name) != pins[name] for name in ("ipywidgets", "widgetsnbextension", "notebook", "ipykernel")):
        hosted.prepare()
    return Server(folder, [str(hosted.PYTHON), "-m", "notebook"], "classic").wait()


def _options(port, front_end):
    """The command line: no browser, no token, no other port."""
    options = ["--allow-root", "--no-browser", "--ip=127.0.0.1", f"--port={port}"]
    if front_end == "classic":
        return [*options, "--NotebookApp.port_retries=0", "--NotebookApp.token=", "--NotebookApp.password="]
    own = ["--ServerApp.port_retries=0", "--IdentityProvider.token="]
    return [*options, *own, "--LabApp.expose_app_in_browser=True"]  # so that a test can ask what has been run


def _environment(folder):
    """Variables of a server whose kernels run in fast mode, offline, and keep their progress beside the notebook."""
    own = {f"JUPYTER_{name}_DIR": str(folder / name.lower()) for name in ("CONFIG", "DATA", "RUNTIME")}
    kept = {name: value for name, value in environment(folder, fast=True).items() if not name.startswith("JUPYTER")}
    return (
        kept | own | {"JUPYTER_PREFER_ENV_PATH": "1", "PYTHONPATH": str(ROOT), "RESTOREKIT_PROGRESS": "progress.json"}
    )


def _no_news(config):
    """Keep JupyterLab from asking whether it may fetch news."""
    page = config / "labconfig/page_config.json"
    page.parent.mkdir(parents=True)
    page.write_text(json.dumps({"disabledExtensions": {"@jupyterlab/apputils-extension:announcements": True}}))


def _free_port():
    """A port that nothing uses now."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]
