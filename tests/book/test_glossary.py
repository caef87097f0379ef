"""The glossary: the course's words, with the Korean of the lectures' own tables, and true about where they are met."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "book/glossary.md").read_text("utf-8")
SOURCES = sorted([*ROOT.glob("authoring/[0-9][0-9]_*/*.py"), *ROOT.glob("authoring/pages/*.py")])
HANGUL = re.compile("[\uac00-\ud7a3]")


def terms():
    """Of each term: English, Korean and the sentence with its links."""
    block = re.search(r"^:::\{glossary\}\n(.*?)^:::$", PAGE, re.MULTILINE | re.DOTALL)[1]
    found = re.findall(r"^(\S.*?) · (\S.*)\n  (\S.*)(?:\n\n|\n?\Z)", block, re.MULTILINE)
    assert len(found) == block.count(" · "), "a term is not written as the others are"
    return found


def pairs():
    """Each row of the English/Korean tables, with the source that it stands in."""
    for source in SOURCES:
        for line in source.read_text("utf-8").splitlines():
            if line.startswith("# |") and HANGUL.search(line):
                cells = [cell.strip() for cell in line.strip("# |").split("|")]
                words = [cell for cell in cells if cell]
                assert len(words) % 2 == 0, f"{source.name}: {line}"
                for english, korean in zip(words[::2], words[1::2], strict=True):
                    yield source.relative_to(ROOT).as_posix(), english, korean


def parts(korean):
    """Words that a comma parts; one in brackets belongs to the word before it."""
    return {part.strip() for part in re.split(r",(?![^()]*\))", korean)}


def test_every_pair_of_the_lectures_is_here_with_the_same_korean():
    """A table at a lecture's end, and the glossary, never say different things."""
    known, found = {english: parts(korean) for english, korean, _ in terms()}, list(pairs())
    assert len({english for _, english, _ in found}) > 25
    for source, english, korean in found:
        assert english in known, f"{source}: {english!r} is not in book/glossary.md"
        assert parts(korean) <= known[english], f"{source}: {english!r} is {korean!r} there"


def test_terms_are_in_alphabetical_order_and_none_stands_twice():
    """As one looks words up."""
    names = [english.casefold() for english, _, _ in terms()]
    assert names == sorted(set(names))
    assert 60 <= len(names) <= 100


@pytest.mark.parametrize(("english", "korean", "text"), terms())
def test_a_term_has_korean_one_sentence_and_lectures_that_use_it(english, korean, text):
    """Where the glossary sends the reader, the word is found, and not only in a reference's title."""
    assert HANGUL.search(korean)
    sentence, units = re.fullmatch(r"([^.].*?\.) (Units? \[.*|\[Unit .*)\.", text).groups()
    assert 15 <= len(sentence) <= 170 and sentence[0].isupper()
    links = re.findall(r"\[(?:Unit )?(\d\d)\]\(lectures/(\w+)\.ipynb\)", units)
    assert links == sorted(links) and links
    for number, name in links:
        assert name.startswith(f"{number}_") and (ROOT / "lectures" / f"{name}.ipynb").is_file()
        lecture = (ROOT / "authoring" / name / "lecture.py").read_text("utf-8")
        lecture = re.sub(r"^# ## References\n(#\n|# -.*\n|#   .*\n)*", "", lecture, flags=re.MULTILINE).casefold()
        for word in re.findall(r"[a-z0-9-]+", english.casefold()):
            stem = word.removesuffix("s")[:7]
            assert stem in lecture, f"{word!r} is not used in lecture {number}"


def test_the_pages_other_links_lead_to_notebooks():
    """Every link of the page is to a file of the course."""
    for target in re.findall(r"\]\(([^)]+)\)", PAGE):
        assert (ROOT / target).is_file(), target
