"""Fixtures that every test may use."""

import os
import types
from pathlib import Path

import pytest
from hypothesis import settings

# A slow or busy machine is no failure.
settings.register_profile("course", deadline=None)
settings.load_profile("course")


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
