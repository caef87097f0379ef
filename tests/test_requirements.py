"""requirements.txt says in the open what pyproject.toml asks for, and constraints.txt locks all of it."""

import re
import tomllib
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[1]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
IN_THE_OPEN = {
    "jupyterlab",
    "scikit-image",
    "tensorflow",
    "tensorflow-cpu",
    "matplotlib",
    "numpy",
    "nbval",
    "ipywidgets",
}


def lines(name):
    """Lines of a file that say something."""
    return [line for line in (ROOT / name).read_text("utf-8").splitlines() if line and not line.startswith("#")]


def named():
    """Requirements that requirements.txt names, by name."""
    return {canonicalize_name(r.name): r for r in map(Requirement, lines("requirements.txt")[2:])}


def declared():
    """Requirements of pyproject.toml with the extras that a local machine installs, by name."""
    extras = PROJECT["optional-dependencies"]
    texts = PROJECT["dependencies"] + extras["lab"] + extras["dev"]
    return {canonicalize_name(r.name): r for r in map(Requirement, texts)}


def test_requirements_installs_the_course_under_the_lock():
    assert lines("requirements.txt")[:2] == ["-c constraints.txt", "-e .[lab,dev,grade,dask,book]"]


def test_requirements_names_the_main_packages():
    assert named().keys() == IN_THE_OPEN


def test_requirements_and_pyproject_agree():
    for name, requirement in named().items():
        assert name in declared(), f"{name} is not in pyproject.toml"
        assert str(requirement.marker) == str(declared()[name].marker), f"{name}: another platform marker"
        assert not requirement.specifier, f"{name}: versions stand in pyproject.toml and constraints.txt alone"


def test_lock_covers_every_requirement():
    locked = {}
    for line in lines("constraints.txt"):
        requirement = Requirement(line)
        locked.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    for name, requirement in declared().items():
        assert name in locked, f"{name} is not in constraints.txt; run: make lock"
        for pin in locked[name]:
            version = re.fullmatch(r"==([\w.]+)", str(pin.specifier))
            assert version and requirement.specifier.contains(version[1]), f"{pin} does not fit {requirement}"


def test_lock_keeps_the_hosted_numerics():
    locked = [line.split(";")[0].strip().lower() for line in lines("constraints.txt")]
    for line in lines("authoring/hosted-numerics.txt"):
        name, version = line.lower().split("==")
        if name == "tensorflow":
            continue  # tensorflow-cpu stands for it where there is one; checked by its range in pyproject.toml
        assert f"{canonicalize_name(name)}=={version}" in [pin.replace("_", "-") for pin in locked], line


def test_only_supported_pythons_install():
    assert PROJECT["requires-python"] == ">=3.11,<3.14"
