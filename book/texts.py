"""The translations: gettext catalogues in book/locale/LANGUAGE/LC_MESSAGES/, one for each translated page and one for the interface."""

import io
import json
import re
from pathlib import Path

import sliders
import words
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po, write_po

BOOK = Path(__file__).resolve().parent
LANGUAGES = ("ko",)
#: The pages that are translated so far; a page added here is asked for by `make book-texts` and by the tests.
TRANSLATED = ("index", "teach", "lectures/00_start_here", "lectures/04_learning")


def catalogue(page, language):
    """Where the translations of one page are kept."""
    return BOOK / "locale" / language / "LC_MESSAGES" / f"{page}.po"


def template(page, templates):
    """The English messages of one page, as Sphinx has collected them; numbers alone are no texts."""
    if page == words.DOMAIN:
        found = interface()
    else:
        with (templates / f"{page}.pot").open("rb") as stream:
            found = [message.id for message in read_po(stream) if message.id]
    return [text for text in found if re.search(r"[A-Za-z]{2}", text)]


def interface():
    """The words of buttons and notes, and those of the sliders on translated pages."""
    found = list(words.INTERFACE)
    for page in TRANSLATED:
        file = BOOK / "states" / f"{Path(page).name}.json"
        if file.is_file():
            for one in json.loads(file.read_text("utf-8"))["sliders"]:
                found += sliders.words(one)
    return list(dict.fromkeys(found))


def read(path):
    """A catalogue from its file; an empty one where there is none."""
    if not path.is_file():
        return Catalog(fuzzy=False)
    with path.open("rb") as stream:
        return read_po(stream)


def update(templates):
    """Bring every catalogue in step with the texts: new messages come in empty, changed ones are marked fuzzy, old ones go."""
    for language in LANGUAGES:
        for page in (*TRANSLATED, words.DOMAIN):
            path, fresh = catalogue(page, language), Catalog(locale=language, charset="utf-8", fuzzy=False)
            for text in template(page, templates):
                fresh.add(text)
            old = read(path)
            old.update(fresh)
            old.obsolete.clear()
            old.header_comment, old.fuzzy = f"# {page}: English to {language}", False
            for message in old:
                if not message.fuzzy:  # is translated: nobody needs the English of before
                    message.previous_id = []
                    message.user_comments = [said for said in message.user_comments if not said.startswith("| ")]
            stream = io.BytesIO()
            write_po(stream, old, width=0, omit_header=False, ignore_obsolete=True, include_previous=True)
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(
                re.sub(
                    rb'"(POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team|Generated-By|Report-Msgid-Bugs-To|Project-Id-Version).*\n',
                    b"",
                    re.sub(rb"^# \| ", b"#| ", stream.getvalue(), flags=re.MULTILINE),  # Babel reads it as a remark
                )
            )


def check(templates):
    """Every translation that is missing (no text yet) or stale (its English has changed), one line each."""
    found = []
    for language in LANGUAGES:
        for page in (*TRANSLATED, words.DOMAIN):
            have, wanted = read(catalogue(page, language)), template(page, templates)
            for text in wanted:
                message = have.get(text)
                if message is None or not message.string:
                    found.append(f"{language}, {page}: missing: {text[:100]!r}")
                elif message.fuzzy:
                    found.append(f"{language}, {page}: stale: {text[:100]!r}")
            found += [
                f"{language}, {page}: no longer in the English: {message.id[:100]!r}"
                for message in have
                if message.id and message.id not in wanted
            ]
    return found
