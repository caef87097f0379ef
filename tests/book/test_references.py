"""The references page: every work that the course cites has its entry, and every entry is cited."""

import ast
import importlib
import re
import sys
import warnings
from pathlib import Path

import pytest

pytest.importorskip("pybtex")

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "book"))
bibliography = importlib.import_module("bibliography")


SOURCES = sorted([*ROOT.glob("authoring/[0-9][0-9]_*/*.py"), *ROOT.glob("authoring/pages/*.py")])
SECTION = re.compile(r"^References\n-+\n(.*?)(?=\n\n[^\n]+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
SEE = re.compile(r"see `(\w+)`")


def texts(source):
    """The text cells of a notebook's source, as Markdown."""
    for cell in re.split(r"^# %%", source.read_text("utf-8"), flags=re.MULTILINE):
        if cell.startswith(" [markdown]"):
            yield "\n".join(re.sub(r"^# ?", "", line) for line in cell.split("\n")[1:])


def in_notebooks():
    """Each item under a heading "References", with the source that it is from."""
    return [
        (source.relative_to(ROOT).as_posix(), item)
        for source in SOURCES
        for text in texts(source)
        for item in bibliography.items(text)
    ]


def in_docstrings():
    """The References section of each of the library's functions, by "file function"."""
    found = {}
    for source in sorted(ROOT.glob("restorekit/**/*.py")):
        for node in ast.walk(ast.parse(source.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.ClassDef | ast.Module):
                section = SECTION.search(ast.get_docstring(node) or "")
                if section:
                    found[f"{source.relative_to(ROOT).as_posix()} {getattr(node, 'name', '')}".strip()] = section[1]
    return found


def test_a_lecture_without_recognised_items_is_noticed():
    """The lists are found where they stand: each lecture but the first ends with one."""
    lectures = {name for name, _ in in_notebooks()}
    written = {
        source.relative_to(ROOT).as_posix()
        for source in SOURCES
        if re.search(r"^# #+ References$", source.read_text("utf-8"), re.MULTILINE)
    }
    assert written and lectures == written


@pytest.mark.parametrize(("name", "item"), in_notebooks())
def test_every_item_of_a_notebook_has_its_entry(name, item):
    """A new reference needs an entry; the message says which."""
    assert bibliography.cited(item), name


@pytest.mark.parametrize(("name", "section"), in_docstrings().items())
def test_every_reference_of_a_docstring_has_its_entry(name, section):
    """As above, for the library; "see `name`" leads to a function of the same file that has the reference."""
    other = SEE.search(section)
    if other:
        assert f"{name.split()[0]} {other[1]}" in in_docstrings()
    else:
        assert bibliography.cited(section)


def test_years_are_those_of_the_entries():
    """The year that a notebook prints for a work is its entry's."""
    for name, item in in_notebooks():
        for key in bibliography.cited(item):
            assert bibliography.entries()[key].fields["year"] in item, f"{name}: {key}"


def test_first_authors_are_those_of_the_entries():
    """The family name that a notebook prints first for a work is its entry's first author."""
    for name, item in in_notebooks():
        for key in bibliography.cited(item):
            family = " ".join(bibliography.entries()[key].persons["author"][0].last_names)
            assert family in item.partition(",")[0], f"{name}: {key}"


def test_every_entry_is_cited():
    """No entry stands in references.bib for nothing."""
    sections = [text for text in in_docstrings().values() if not SEE.search(text)]
    used = {key for text in [*(item for _, item in in_notebooks()), *sections] for key in bibliography.cited(text)}
    assert set(bibliography.entries()) == used


def test_the_file_parses_without_a_warning_and_each_entry_says_who_what_and_where():
    """An entry has a title, and an author or an organization; all but standards have a year and a place."""
    bibliography.entries.cache_clear()
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        found = bibliography.entries()
    for key, entry in found.items():
        assert entry.fields.get("title"), key
        if entry.type == "manual":
            assert entry.fields.get("organization"), key
            continue
        assert entry.persons.get("author") and re.fullmatch(r"(19|20)\d\d", entry.fields["year"]), key
        places = ("journal", "booktitle", "howpublished", "institution", "publisher")
        assert any(entry.fields.get(place) for place in places), key
        assert key.startswith(bare_ascii(entry.persons["author"][0].last_names[0]) + entry.fields["year"]), key


def bare_ascii(name):
    """A family name as keys begin with it."""
    return name.casefold().translate(str.maketrans("äáš", "aas"))


def test_link_puts_the_role_at_the_end_of_each_item_and_nowhere_else():
    """Only the list under the heading changes; two works of one item share a role."""
    text = (
        "## Take away\n\n- *Fields of experts* is a title.\n\n## References\n\n"
        '- G. K. Wallace, "The JPEG still picture compression standard", *Communications of the ACM* 34 (4), 1991. A\n'
        "  second line.\n"
        "- A. Buades, *A non-local algorithm for image denoising*, CVPR 2005; *A review of image denoising algorithms,\n"
        "  with a new one*, SIAM, 2005.\n\n| English | Korean |\n| --- | --- |\n\n## Next\n\n- *Fields of experts*\n"
    )
    linked = bibliography.link(text, "a page")
    assert "A\n  second line. {cite}`wallace1991jpeg`\n" in linked
    assert "SIAM, 2005. {cite}`buades2005nonlocal,buades2005review`\n" in linked
    assert linked.count("{cite}") == 2
    assert re.sub(r" \{cite\}`[\w,]+`", "", linked) == text


def test_link_leaves_a_text_without_references_alone():
    """Other cells pass through."""
    assert bibliography.link("# A title\n\n- one\n- two\n", "a page") == "# A title\n\n- one\n- two\n"


def test_link_names_the_page_and_the_title_that_it_does_not_know():
    """The build stops with a message that leads to the place."""
    with pytest.raises(LookupError, match="lecture 99: .*'A work that nobody wrote'"):
        bibliography.link("## References\n\n- N. Obody, *A work that nobody wrote*, 2020.\n", "lecture 99")


def test_a_subtitle_may_be_left_out_but_a_title_may_not_be_changed():
    """Equality is asked for, not likeness."""
    assert bibliography.cited('O. Ronneberger, "U-Net", MICCAI 2015.') == ["ronneberger2015unet"]
    with pytest.raises(LookupError):
        bibliography.cited('"Image super-resolution using very deep convolutional networks"')


def test_the_page_shows_every_entry():
    """One directive, with all."""
    page = (ROOT / "book/references.md").read_text("utf-8")
    assert page.count("{bibliography}") == 1 and ":all:" in page
