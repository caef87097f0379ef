"""Try the course where the hosted notebook's packages are: same versions, and Python 3.13 where there is one.

1. Build .venv-hosted with the versions of authoring/hosted-constraints.txt (kept from the last time, if they are the same).
2. Install the built wheel as a notebook's set-up cell does (plain pip, no constraints), and check that no version has moved.
3. Add nbval, which the hosted runtime has not, and run every notebook in fast mode.
"""

import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENVIRONMENT = ROOT / ".venv-hosted"
PYTHON = ENVIRONMENT / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = ROOT / "authoring/hosted-constraints.txt"
VERSIONS = (
    "import importlib.metadata as m; print(*sorted({f'{d.name.lower()}=={d.version}' for d in m.distributions()}))"
)


def say(text):
    """Print at once, so that the order is right among the output of other programs."""
    print(text, flush=True)


def call(*command):
    """Run a command in the root of the repository; stop at its failure."""
    subprocess.run([str(part) for part in command], cwd=ROOT, check=True)


def answer(*command):
    """What a command prints, or "" where it fails or does not exist."""
    try:
        return subprocess.run(
            [str(part) for part in command], capture_output=True, text=True, check=True
        ).stdout.strip()
    except (OSError, subprocess.CalledProcessError):
        return ""


def find_python():
    """A Python 3.13 of this machine; without one, the Python that runs this."""
    candidates = [
        "python3.13",
        *sorted(Path(answer("pyenv", "root") or "/nonexistent").glob("versions/3.13.*/bin/python")),
    ]
    for candidate in candidates:
        if answer(candidate, "-c", "import sys; print(sys.version_info[:2])") == "(3, 13)":
            return candidate
    say(f"Note: no Python 3.13 here; this is Python {sys.version.split()[0]} with the hosted runtime's versions.")
    return sys.executable


def installed():
    """Versions in the environment, by name."""
    return dict(pair.split("==") for pair in answer(PYTHON, "-c", VERSIONS).split())


def prepare():
    """Make the environment as the hosted runtime has it, without the course; return its versions."""
    python, recipe = find_python(), ENVIRONMENT / "recipe"
    wanted = hashlib.sha256(CONSTRAINTS.read_bytes() + answer(python, "-VV").encode()).hexdigest()
    if recipe.is_file() and recipe.read_text().split("\n")[0] == wanted:
        before = dict(pair.split("==") for pair in recipe.read_text().split("\n")[1].split())
        added = installed().keys() - before.keys()
        if added:
            call(PYTHON, "-m", "pip", "uninstall", "--quiet", "--yes", "--root-user-action=ignore", *sorted(added))
        if installed() == before:
            say(f"{ENVIRONMENT.name} is kept from the last time.")
            return before
    shutil.rmtree(ENVIRONMENT, ignore_errors=True)
    call(python, "-m", "venv", ENVIRONMENT)
    uv = [sys.executable, "-m", "uv"] if importlib.util.find_spec("uv") else []
    uv = uv or (["uv"] if answer("uv", "--version") else [])
    installer = (
        [*uv, "pip", "install", "--compile-bytecode", "--python", PYTHON]
        if uv
        else [PYTHON, "-m", "pip", "install", "--compile"]
    )
    call(*installer, "--quiet", "--no-deps", "-r", CONSTRAINTS)
    before = installed()
    recipe.write_text(f"{wanted}\n{' '.join(f'{name}=={version}' for name, version in before.items())}")
    return before


def main():
    """Prepare, install, compare, run."""
    before = prepare()
    say(f"{answer(PYTHON, '--version')}, {len(before)} packages as in the hosted runtime.")
    wheel = max((ROOT / "dist").glob("restorekit-*.whl"), key=lambda file: file.stat().st_mtime)
    call(PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", wheel)
    after = installed()
    moved = [
        f"{name} {version} -> {after.get(name, 'gone')}"
        for name, version in before.items()
        if after.get(name) != version
    ]
    say(
        f"Installing {wheel.name} added: {', '.join(sorted(f'{name} {after[name]}' for name in after.keys() - before.keys()))}."
    )
    if moved:
        sys.exit(f"It changed what the hosted runtime has: {'; '.join(moved)}.")
    say("It changed no version that the hosted runtime has.")
    call(
        PYTHON,
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "nbval",
        "pytest-xdist",
        "-c",
        CONSTRAINTS,
    )
    call(
        PYTHON, "authoring/build.py", "nbval", "-q", "-n", "2", "--dist", "loadfile", "-W", "ignore::DeprecationWarning"
    )


if __name__ == "__main__":
    try:
        main()
    except subprocess.CalledProcessError as error:
        sys.exit(error.returncode)
