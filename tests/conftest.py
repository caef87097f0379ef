"""Fixtures that every test may use."""

import os
import tempfile
import types
from pathlib import Path

import pytest
from hypothesis import settings

# A slow or busy machine is no failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


def pytest_configure():
    """Tests and examples leave a contributor's own progress record alone."""
    os.environ.setdefault("RESTOREKIT_PROGRESS", str(Path(tempfile.mkdtemp(), "progress.json")))


@pytest.fixture(scope="session")
def data_root():
    """Folder with the field's image sets (RESTOREKIT_DATA); the test is skipped where there is none."""
    folder = os.environ.get("RESTOREKIT_DATA")
    if not folder or not Path(folder).is_dir():
        pytest.skip("RESTOREKIT_DATA is not set")
    return Path(folder)


@pytest.fixture
def kernel(monkeypatch):
    """A notebook's kernel: `.shown` collects what is displayed, `.shell` counts the cells."""
    shell = types.SimpleNamespace(kernel=object(), execution_count=1)
    shown = []
    monkeypatch.setattr("IPython.get_ipython", lambda: shell)
    monkeypatch.setattr(
        "IPython.display.display", lambda data, metadata=None, raw=False: shown.append((data, metadata))
    )
    return types.SimpleNamespace(shell=shell, shown=shown)


@pytest.fixture
def peak_memory():
    """A function from the words of a command line to the bytes that it needs, in a process of its own; it must succeed silently."""
    import subprocess
    import sys

    if not Path("/proc/self/status").is_file():
        pytest.skip("memory is read from /proc, which Linux alone has")
    code = (  # not getrusage: a process that was forked starts there with its parent's peak
        "import re, sys; from restorekit import cli; code = cli.main(sys.argv[1:]); "
        "print(code, int(re.search(r'VmHWM:\\s*(\\d+)', open('/proc/self/status').read())[1]) * 1024)"
    )

    def measure(*words):
        done = subprocess.run([sys.executable, "-c", code, *words], capture_output=True, text=True, check=True)
        returned, peak = map(int, done.stdout.split())
        assert returned == 0 and done.stderr == ""
        return peak

    return measure


@pytest.fixture
def small_zoo(monkeypatch, tmp_path):
    """Quick networks with random weights in the place of the trained ones, under their names; gives their folder."""
    import hashlib
    import json

    import numpy as np

    from restorekit import models, networks, zoo

    folder = tmp_path / "zoo"
    folder.mkdir()
    small = {
        "dncnn-gray-25": ("dncnn", {"depth": 4, "filters": 8, "channels": 1, "batch_norm": False}, 25),
        "dncnn-gray-blind": ("dncnn", {"depth": 5, "filters": 8, "channels": 1, "batch_norm": False}, [0, 55]),
        "dncnn-color-blind": ("dncnn", {"depth": 5, "filters": 8, "channels": 3, "batch_norm": False}, [0, 55]),
        "autoencoder-color": ("autoencoder", {"filters": [8, 8], "down": "unshuffle", "up": "shuffle"}, [0, 55]),
        "srcnn-x2": ("srcnn", {}, {"scale": 2, "enlarged": True}),
        "vdsr": ("vdsr", {"depth": 4, "filters": 8}, {"scale": [2, 3, 4], "enlarged": True}),
        "espcn-x3": ("espcn", {"scale": 3}, {"scale": 3, "enlarged": False}),
        "edsr-x2": ("edsr", {"scale": 2, "blocks": 2, "filters": 8}, {"scale": 2, "enlarged": False}),
        "edsr-x4": ("edsr", {"scale": 4, "blocks": 2, "filters": 8}, {"scale": 4, "enlarged": False}),
    }
    rng = np.random.default_rng(0)
    for name, (function, arguments, learned) in small.items():
        shapes = [weight.shape for weight in getattr(models, function)(**arguments).weights]
        weights = [
            (rng.standard_normal(shape) / np.sqrt(2 * np.prod(shape[:-1]) + 1)).astype(np.float16) for shape in shapes
        ]
        np.savez(folder / f"{name}.npz", *weights)
        contents = (folder / f"{name}.npz").read_bytes()
        card = {
            "name": name,
            "title": name,
            "good_for": "tests",
            "function": function,
            "arguments": arguments,
        }
        card |= learned if isinstance(learned, dict) else {"sigma": learned}
        card |= {"bytes": len(contents), "sha256": hashlib.sha256(contents).hexdigest()}
        (folder / f"{name}.json").write_text(json.dumps(card))
    monkeypatch.setattr(zoo, "_WEIGHTS", folder)
    networks.trained.cache_clear()
    yield folder
    networks.trained.cache_clear()
