"""The README's generated parts are fresh, follow the address, and its links lead somewhere."""

import re

import pytest
import readme
from render import ROOT, Course

TEXT = (ROOT / "README.md").read_text("utf-8")


def test_the_readme_is_fresh():
    assert readme.render_readme(TEXT, Course.read()) == TEXT, "run: python authoring/readme.py"


@pytest.mark.parametrize("name", ["README.md", "CONTRIBUTING.md", "CHANGELOG.md"])
def test_every_link_to_a_file_leads_somewhere(name):
    text = (ROOT / name).read_text("utf-8")
    for target in re.findall(r"\]\((?!\w+:|#)([^)#]+)", text):
        assert (ROOT / target).exists(), f"{name} links to {target}"


def test_with_a_public_address_every_notebook_gets_a_link_to_a_file():
    text = readme.hosted(Course("https://github.com/someone/restorekit", "main", "1.0"))
    paths = re.findall(r"someone/restorekit/blob/main/([^)]+)", text)
    assert len(paths) >= 2
    assert all((ROOT / path).is_file() for path in paths)


def test_without_one_it_says_which_file_to_upload():
    assert "dist/restorekit-1.0-py3-none-any.whl" in readme.hosted(Course("", "main", "1.0"))


def test_a_lost_marker_is_noticed():
    with pytest.raises(ValueError, match="expected one pair of <!-- results -->"):
        readme.render_readme(TEXT.replace("<!-- results -->", ""), Course.read())
