"""The few words of a page that Sphinx does not collect, those of buttons and sliders: English, or translated where there is a catalogue."""

from pathlib import Path

BOOK = Path(__file__).resolve().parent
DOMAIN = "interface"

SET_UP = "Show the set-up"
SHOW, HIDE = "Show the code", "Hide the code"
STILL = "Some settings of a slider. In the notebook, it moves."
USED = "Where the course uses"
TITLE = "Image restoration, hands on"
INTERFACE = (SET_UP, SHOW, HIDE, STILL, USED, TITLE)


def translator(language):
    """Return the function that translates one of these words; the English itself where there is no translation."""
    if language == "en":
        return str
    file = BOOK / "locale" / language / "LC_MESSAGES" / f"{DOMAIN}.po"
    if not file.is_file():
        return str
    from babel.messages.pofile import read_po

    with file.open("rb") as stream:
        catalogue = {message.id: message.string for message in read_po(stream) if message.id and not message.fuzzy}
    return lambda word: catalogue.get(word) or word
