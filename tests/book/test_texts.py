"""Catalogues of translations: new texts are asked for, changed ones marked, old ones go; what is translated stays."""

import pytest
import texts
from babel.messages.catalog import Catalog
from babel.messages.pofile import write_po


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    """An empty folder of catalogues with one translated page, and a function that says what the page's English is."""
    monkeypatch.setattr(texts, "BOOK", tmp_path)
    monkeypatch.setattr(texts, "TRANSLATED", ("page",))
    monkeypatch.setattr(texts, "interface", list)
    templates = tmp_path / "templates"
    templates.mkdir()

    def english(*messages):
        made = Catalog(fuzzy=False)
        for message in messages:
            made.add(message)
        with (templates / "page.pot").open("wb") as stream:
            write_po(stream, made)
        return templates

    return english


def translate(message, text):
    """Write a translation as a translator would."""
    path = texts.catalogue("page", "ko")
    have = texts.read(path)
    have.get(message).string = text
    have.get(message).flags.discard("fuzzy")
    with path.open("wb") as stream:
        write_po(stream, have, width=0)


def test_a_new_text_is_missing_until_it_is_translated(shelf):
    templates = shelf("The noise of a sensor.")
    texts.update(templates)
    assert texts.check(templates) == ["ko, page: missing: 'The noise of a sensor.'"]
    translate("The noise of a sensor.", "센서의 잡음.")
    assert texts.check(templates) == []


def test_a_changed_text_is_stale_and_keeps_its_translation_to_start_from(shelf):
    texts.update(shelf("The noise of a sensor grows with its heat."))
    translate("The noise of a sensor grows with its heat.", "센서의 잡음은 열과 함께 커져요.")
    templates = shelf("The noise of a sensor grows with the heat.")
    assert any("missing" in line for line in texts.check(templates))
    texts.update(templates)
    assert texts.check(templates) == ["ko, page: stale: 'The noise of a sensor grows with the heat.'"]
    path = texts.catalogue("page", "ko")
    assert texts.read(path).get("The noise of a sensor grows with the heat.").string
    before = path.read_text("utf-8")
    assert '#| msgid "The noise of a sensor grows with its heat."' in before  # what has changed, for the translator
    texts.update(templates)
    assert path.read_text("utf-8").count("#| msgid") == 1
    translate("The noise of a sensor grows with the heat.", "센서의 잡음은 열과 함께 커져요.")
    texts.update(templates)
    assert "#|" not in path.read_text("utf-8")


def test_a_text_that_is_gone_is_reported_and_cleared(shelf):
    texts.update(shelf("Stays here.", "Goes away soon."))
    translate("Goes away soon.", "사라져요.")
    translate("Stays here.", "남아요.")
    templates = shelf("Stays here.")
    assert texts.check(templates) == ["ko, page: no longer in the English: 'Goes away soon.'"]
    texts.update(templates)
    assert texts.check(templates) == []


def test_numbers_are_no_texts(shelf):
    templates = shelf("28.20 / 0.906", "x2", "**33.16**", "PSNR")
    assert texts.template("page", templates) == ["PSNR"]


def test_a_second_update_changes_nothing(shelf):
    templates = shelf('A "quoted" text\nin two lines.', "Another.")
    texts.update(templates)
    before = texts.catalogue("page", "ko").read_bytes()
    texts.update(templates)
    assert texts.catalogue("page", "ko").read_bytes() == before
    assert b"Creation-Date" not in before
