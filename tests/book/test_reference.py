"""The library reference: every public name, each with a docstring that says something and an example that runs."""

import inspect
from importlib import import_module

import pytest
import reference

import restorekit

NAMES = [(module, name) for module in reference.MODULES for name in reference.public(module)]


def test_every_public_module_has_a_page():
    assert reference.undocumented() == []


def test_the_names_at_the_top_are_documented_somewhere():
    documented = {getattr(import_module(f"restorekit.{module}"), name) for module, name in NAMES}
    for name in restorekit.__all__:
        value = getattr(restorekit, name)
        assert not inspect.isfunction(value) or value in documented, name


@pytest.mark.parametrize(("module", "name"), NAMES, ids=lambda part: part)
def test_every_public_name_says_what_it_is(module, name):
    text = inspect.getdoc(getattr(import_module(f"restorekit.{module}"), name)) or ""
    assert len(text) > 30 and text.splitlines()[0].endswith(".")
    if inspect.isfunction(getattr(import_module(f"restorekit.{module}"), name)):
        assert ">>>" in text, "a public function shows an example, which the doctests run"


@pytest.mark.parametrize("module", reference.MODULES)
def test_a_page_lists_no_private_name(module):
    text = reference.page(module)
    assert f"# restorekit.{module}" in text and f"restorekit.{module}._" not in text
    assert text.count("```{eval-rst}") == len(reference.public(module)) + 1
