"""The first time a page uses a word of the glossary, the word leads there, and says what it means when one points at it."""

import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform

PAGE = Path(__file__).resolve().parent / "glossary.md"
ENTRY = re.compile(r"^(\S.*?) · (\S.*)\n  (\S.*?\.) (?:Units? \[|\[Unit )", re.MULTILINE)
KINDS = ("lectures/0", "labs/")
#: Parts of entries that mean something else where they stand alone.
EVERYDAY = {"contrast", "structure", "dead"}
#: Where a word of the glossary is not meant.
ELSEWHERE = re.compile(r"blind\s+spots?|losses\s+add\s+up")
#: What holds words that must stay as they are.
CLOSED = (nodes.reference, nodes.literal, nodes.math, nodes.raw, nodes.title, nodes.caption, nodes.table)


def entries():
    """Each entry's term as the glossary names it, and its sentence."""
    return {f"{english} · {korean}": text for english, korean, text in ENTRY.findall(PAGE.read_text("utf-8"))}


def forms(term):
    """How texts write a term: English words, and Korean ones."""
    english, korean = term.split(" · ")
    return (
        [word for word in re.split(r", | \(|\)", english) if word and word not in EVERYDAY],
        re.sub(r"\(.*?\)", "", korean).split(", "),
    )


def pattern(language):
    """A regular expression that finds every form, and the entry that each form belongs to."""
    written = []
    for term in entries():
        english, korean = forms(term)
        written += [(len(word), f"(?<![\\w-]){spelt(word)}(?:e?s)?(?![\\w-])", term) for word in english]
        if language == "ko":
            written += [(len(word), f"(?<![가-힣]){re.escape(word)}", term) for word in korean]
    longest_first = sorted(written, key=lambda one: -one[0])
    return re.compile("|".join(f"({one})" for _, one, _ in longest_first)), [term for _, _, term in longest_first]


def spelt(word):
    """A word's expression: a small first letter may be a capital one; blanks may be a line's end."""
    first = f"[{word[0].upper()}{word[0]}]" if word[0].islower() else re.escape(word[0])
    return first + re.sub(r"(\\ )+", r"\\s+", re.escape(word[1:]))


class Terms(SphinxPostTransform):
    """Links from the units' pages to the glossary."""

    default_priority = 700
    formats = ("html",)

    def run(self, **_):
        """Link the first use of each word on this page."""
        if not self.env.docname.startswith(KINDS):
            return
        expression, owners = pattern(self.config.language)
        places = {
            name: anchor
            for name, _, kind, page, anchor, _ in self.env.domains.standard_domain.get_objects()
            if kind == "term" and page == "glossary"
        }
        meanings, used = entries(), set()
        for text in list(self.document.findall(nodes.Text)):
            if not open_to_links(text):
                continue
            parts, end = [], 0
            others = [match.span() for match in ELSEWHERE.finditer(text)]
            for match in expression.finditer(text):
                term = owners[match.lastindex - 1]
                if term in used or any(start <= match.start() < stop for start, stop in others):
                    continue
                used.add(term)
                place = f"{self.app.builder.get_relative_uri(self.env.docname, 'glossary')}#{places[term]}"
                link = nodes.reference("", match[0], internal=True, refuri=place, reftitle=meanings[term])
                link["classes"] += ["rk-term"]
                parts += [nodes.Text(text[end : match.start()]), link]
                end = match.end()
            if parts:
                text.parent.replace(text, [part for part in (*parts, nodes.Text(text[end:])) if part.astext()])


def open_to_links(text):
    """Whether a piece of text is a sentence's, outside the list of references."""
    above = text.parent
    inside = False
    while above is not None:
        if isinstance(above, CLOSED) or (isinstance(above, nodes.section) and "references" in above["ids"]):
            return False
        inside = inside or isinstance(above, nodes.paragraph)
        above = above.parent
    return inside


def setup(app):
    """Tell Sphinx."""
    app.add_post_transform(Terms)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
