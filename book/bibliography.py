"""The course's references: each item of a notebook's list gets a link to the same work on the book's references page."""

import functools
import re
from pathlib import Path

from pybtex.database import parse_file

BIB = Path(__file__).resolve().parent / "references.bib"

_HEADING = re.compile(r"^#+ .*$", re.MULTILINE)
_ITEM = re.compile(r"^- .*(?:\n[ \t]+\S.*)*", re.MULTILINE)


@functools.cache
def entries():
    """Every work in references.bib, by its key."""
    return dict(parse_file(BIB, bib_format="bibtex").entries)


def bare(title):
    """A title as it is compared: letters and digits alone, in small letters."""
    return re.sub(r"[\W_]+", "", title).casefold()


@functools.cache
def _keys():
    """The key of each title, and of each title without its subtitle."""
    found = {}
    for key, entry in entries().items():
        title = entry.fields["title"]
        for name in {bare(title), bare(title.partition(":")[0])}:
            if found.setdefault(name, key) != key:
                raise ValueError(f"references.bib: {found[name]} and {key} have one title, {title!r}")
    return found


def titles(text):
    """The titles that a reference names: what stands in quotation marks, or else in italics; remarks in brackets apart."""
    text = " ".join(re.sub(r"\([^()]*\)", "", text).split())
    return re.findall(r'"([^"]+)"', text) or re.findall(r"\*([^*]+)\*", text)


def cited(text):
    """The keys of the works that a reference names, in their order.

    Standards are named without quotation marks, and are found by their number. An unknown title is a LookupError.
    """
    found = []
    for title in titles(text):
        key = _keys().get(bare(title.strip(" ,.")))
        if key is None:
            raise LookupError(f"book/references.bib has no entry with the title {title!r}")
        found.append(key)
    standards = [key for key, entry in entries().items() if entry.type == "manual"]
    found += [key for key in standards if bare(entries()[key].fields["title"]) in bare(text)]
    if not found:
        raise LookupError(f"no entry of book/references.bib fits {' '.join(text.split())!r}")
    return list(dict.fromkeys(found))


def section(markdown):
    """Where the list under the heading "References" begins and ends in a text cell, or None."""
    headings = list(_HEADING.finditer(markdown))
    for number, heading in enumerate(headings):
        if heading[0].lstrip("# ").strip() == "References":
            following = headings[number + 1 :]
            return heading.end(), following[0].start() if following else len(markdown)
    return None


def items(markdown):
    """The items of the list under the heading "References" of a text cell."""
    where = section(markdown)
    return _ITEM.findall(markdown[slice(*where)]) if where else []


def link(markdown, page):
    """Let each item under the heading "References" end with a link to its work on the references page.

    Parameters
    ----------
    markdown : str
        A text cell of a notebook; one without such a heading comes back as it is.
    page : str
        The notebook's name, for the message.

    Returns
    -------
    str
        MyST Markdown, with sphinxcontrib-bibtex's role ``cite`` at the end of each item.

    Raises
    ------
    LookupError
        If an item's title is in no entry of references.bib.
    """

    def with_link(match):
        try:
            return f"{match[0]} {{cite}}`{','.join(cited(match[0]))}`"
        except LookupError as problem:
            raise LookupError(f"{page}: {problem.args[0]}") from None

    where = section(markdown)
    if where is None:
        return markdown
    begin, end = where
    return markdown[:begin] + _ITEM.sub(with_link, markdown[begin:end]) + markdown[end:]
