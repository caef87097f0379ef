"""The start page: every unit with its minutes, and numbers that are those of the cards."""

import json
import re

import pytest
import start
from PIL import Image
from render import ROOT, find


def test_the_map_has_every_unit_with_minutes_and_needs():
    units = start.units()
    assert [unit.name for unit in units] == sorted(
        path.parent.name for path in (ROOT / "authoring").glob("0[1-9]_*/lab.py")
    )
    for unit in units:
        assert (
            re.fullmatch(r"\d+ min", unit.reading)
            and re.fullmatch(r"\d+ (min|hours)", unit.doing)
            and "CPU" in unit.needs
        )


def test_every_unit_has_a_card_with_a_picture_and_what_it_shows():
    text = start.cards()
    for number in ("00", *(unit.number for unit in start.units())):
        assert f":img-top: units/{number}.jpg" in text and start.ALT[number] in text
        width, height = Image.open(ROOT / "book" / "units" / f"{number}.jpg").size
        assert width >= 350 and 1.6 < width / height < 2
    assert text.count("_lab.ipynb)") == len(start.units())


def test_the_numbers_at_a_glance_are_those_of_the_cards():
    rows = [[cell.strip() for cell in line.split("|")[1:-1]] for line in start.glance().splitlines()[2:]]
    card = json.loads((ROOT / "restorekit/data/weights/dncnn-gray-25.json").read_text("utf-8"))
    gray = rows[0]
    assert gray[3] == f"**{card['results']['bsd68']['25']['psnr']:.2f}**"
    assert gray[1] == "20.17" and gray[4] == "28.57" and gray[5] == "29.23"
    for row in rows:
        numbers = [float(re.search(r"\d+\.\d+", cell)[0]) for cell in row[1:4]]
        assert numbers == sorted(numbers), "input, classical, network: each better than the one before"


def test_the_results_page_has_the_readmes_tables():
    text, readme = start.results(), (ROOT / "README.md").read_text("utf-8")
    table = re.search(r"\| method \| Set12.*?\n\n", readme, re.DOTALL)[0].strip()
    assert table in text
    assert "](experiments" not in text


def test_a_map_that_lost_a_unit_is_noticed(monkeypatch):
    monkeypatch.setattr(start, "ROW", re.compile(start.ROW.pattern.replace(r"(\d\d)", "(0[1-6])", 1), re.MULTILINE))
    with pytest.raises(SystemExit, match="07_superresolution"):
        start.units()


def test_the_contents_name_every_notebook():
    listed = "\n".join(start.documents(kind) for kind in ("lecture", "lab", "solution", "page"))
    for notebook in find(ROOT):
        assert notebook.path.removesuffix(".ipynb") in listed


@pytest.mark.parametrize("page", ["teach", "practise", "lectures/00_start_here"])
def test_each_door_leads_to_a_page(page):
    text = (ROOT / "book" / "index.md").read_text("utf-8")
    assert f":link: {page}\n" in text
