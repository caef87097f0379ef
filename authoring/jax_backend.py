"""Try the networks and their training on Keras' JAX backend, in an environment without TensorFlow.

1. Build .venv-jax (kept from the last time, if it was made from the same versions).
2. Let the course's own environment write what the networks predict on TensorFlow.
3. Run tests/test_jax_backend.py: every network predicts the same, and trains, on one device, on two, and in two processes.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv-jax"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = ROOT / "constraints.txt"
PACKAGES = ("jax==0.10.2", "keras", "pytest", "hypothesis", "hatchling")
CHECKS = ROOT / "tests" / "test_jax_backend.py"


def call(*command, **variables):
    """Run a command in the root of the repository; stop at its failure."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True, env={**os.environ, **variables})


def prepare():
    """Make the environment."""
    recipe, made_from = ENVIRONMENT / "recipe", CONSTRAINTS.read_bytes() + (ROOT / "pyproject.toml").read_bytes()
    wanted = hashlib.sha256(made_from + repr((PACKAGES, sys.version)).encode()).hexdigest()
    if recipe.is_file() and recipe.read_text() == wanted:
        return
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    call(sys.executable, "-m", "venv", ENVIRONMENT)
    call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-c", CONSTRAINTS, *PACKAGES, "-e", ROOT)  # fmt: skip
    recipe.write_text(wanted)


def main():
    """Prepare, predict on TensorFlow, compare on JAX."""
    prepare()
    with tempfile.TemporaryDirectory() as folder:
        reference = Path(folder) / "tensorflow.npz"
        call(sys.executable, CHECKS, reference, KERAS_BACKEND="tensorflow", TF_CPP_MIN_LOG_LEVEL="3")
        call(
            PYTHON, "-m", "pytest", "-q", "-p", "no:cacheprovider", CHECKS,
            KERAS_BACKEND="jax", JAX_PLATFORMS="cpu", RESTOREKIT_REFERENCE=str(reference),
        )  # fmt: skip


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
