"""The words of the glossary are links where a page first uses them, and only where they are meant."""

import re

import pytest
import terms
from docutils import nodes
from docutils.core import publish_doctree
from sphinx.application import Sphinx


def found(text, language="en"):
    """The words of a text that the glossary explains, with their entries."""
    expression, owners = terms.pattern(language)
    return {match[0]: owners[match.lastindex - 1].split(" · ")[0] for match in expression.finditer(text)}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Shot noise is noise.", {"Shot noise": "shot noise", "noise": "noise"}),
        ("Its PSNR, the psnr function", {"PSNR": "peak signal-to-noise ratio (PSNR)"}),
        ("mean\nsquared error of the patches", {"mean\nsquared error": "mean squared error", "patches": "patch"}),
        ("the variance of pixel-noise, noisefree", {"variance": "standard deviation, variance"}),
        ("a structure of good contrast, as in structural similarity", {"structural similarity": "structural similarity (SSIM)"}),
    ],
)  # fmt: skip
def test_words_are_found_whole_in_any_number_longest_first(text, words):
    assert found(text) == words


def test_korean_words_are_found_with_their_particles():
    assert found("산탄 잡음은 잡음이에요. 합성곱을", "ko") == {
        "산탄 잡음": "shot noise",
        "잡음": "noise",
        "합성곱": "convolution",
    }


@pytest.mark.parametrize(
    ("term", "english", "korean"),
    [
        ("peak signal-to-noise ratio (PSNR) · 최대 신호 대 잡음비", ["peak signal-to-noise ratio", "PSNR"], ["최대 신호 대 잡음비"]),
        ("covariance, correlation · 공분산, 상관", ["covariance", "correlation"], ["공분산", "상관"]),
        ("dead, hot pixel · 불량, 핫 픽셀", ["hot pixel"], ["불량", "핫 픽셀"]),
        ("tile · 타일(조각)", ["tile"], ["타일"]),
    ],
)  # fmt: skip
def test_an_entry_holds_several_words(term, english, korean):
    assert terms.forms(term) == (english, korean)


def test_every_entry_of_the_glossary_is_read():
    listed = terms.PAGE.read_text("utf-8").count(" · ")
    assert len(terms.entries()) == listed > 60
    assert all(text.endswith(".") and "](" not in text for text in terms.entries().values())


def test_titles_code_links_and_references_stay_as_they_are():
    document = publish_doctree(
        "About noise\n===========\n\nSome noise, ``noise``, `noise <b>`_.\n\nReferences\n==========\n\n- A paper on noise.\n"
    )
    open_ones = [text.astext() for text in document.findall(nodes.Text) if terms.open_to_links(text)]
    assert open_ones == ["Some noise, ", ", ", "."]


def test_a_units_page_links_the_first_use_and_says_what_it_means(tmp_path):
    pages = {
        "index": "# Course\n\n```{toctree}\nglossary\nlectures/01_noise\nteach\n```\n",
        "glossary": terms.PAGE.read_text("utf-8"),
        "lectures/01_noise": "# Noise\n\nIt has blind spots; the losses add up. Shot noise, `noise`, shot noise.\n\nBlind to the loss.\n",
        "teach": "# Teach\n\nNoise and loss.\n",
    }
    for name, text in pages.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / f"{name}.md").write_text(text, "utf-8")
    settings = {"extensions": ["myst_parser", "terms"], "myst_enable_extensions": ["colon_fence"]}
    places = (str(tmp_path / place) for place in ("out", "doctrees"))
    Sphinx(str(tmp_path), None, *places, "html", confoverrides=settings, status=None, warning=None).build()
    page = (tmp_path / "out/lectures/01_noise.html").read_text("utf-8")
    links = re.findall(r'<a class="rk-term[^"]*" href="([^"]*)" title="([^"]*)">([^<]*)</a>', page)
    assert [word for _, _, word in links] == ["Shot noise", "Blind", "loss"]
    assert page.index("Shot noise</a>") > page.index("add up")
    assert all(meaning.endswith(".") for _, meaning, _ in links)
    glossary = (tmp_path / "out/glossary.html").read_text("utf-8")
    for place, _, _ in links:
        file, anchor = place.split("#")
        assert file == "../glossary.html" and f'id="{anchor}"' in glossary
    assert "rk-term" not in (tmp_path / "out/teach.html").read_text("utf-8")
