"""The lighter site: unused rules go, used ones stay, whatever their selectors look like."""

import pytest
import slim


@pytest.mark.parametrize(
    "rule",
    [
        ".card{a:b}",
        ".card>p,.card:hover{a:b}",
        ":is(.card,.unknown):before{content:'x'}",
        'html[data-theme="light"] .card span[style*="#009E73"]{color:#00704f}',
        "@font-face{font-family:X;src:url(x.woff2)}",
        "@media print{.card{a:b}}",
        "p{margin:0}",
    ],
)
def test_a_rule_in_use_stays(rule):
    assert slim.used_rules(rule, {"card"}) == rule


def test_rules_of_other_pages_go():
    assert slim.used_rules(".tab .card{a:b}#tab{c:d}.card,.tab{e:f}/* .card */", {"card"}) == ".card{e:f}"


def test_a_site_gets_lighter_and_loses_nothing_it_uses(tmp_path):
    static = tmp_path / "_static" / "scripts"
    static.mkdir(parents=True)
    (static / "fontawesome.js").write_text("x" * 1000)
    (static / "menu.js").write_text("open.classList.add('opened')")
    (tmp_path / "_static" / "style.css").write_text(".opened{a:b}.never{c:d}")
    head = '<script defer src="_static/scripts/fontawesome.js?v=1"></script>\n<script src="searchindex.js"></script>\n'
    for name in ("index.html", "search.html"):
        (tmp_path / name).write_text(head + '<img alt="" class="sd-card-img-top" src="a.jpg">')
    slim.slim(tmp_path)
    assert (tmp_path / "index.html").read_text() == '<img loading="lazy" alt="" class="sd-card-img-top" src="a.jpg">'
    assert "searchindex.js" in (tmp_path / "search.html").read_text()
    assert (tmp_path / "_static" / "style.css").read_text() == ".opened{a:b}"
    assert not (static / "fontawesome.js").exists()


def test_notices_of_licences_stay():
    assert (
        slim.used_rules("/*! MIT, example.com */.card{a:b}/* note */", {"card"}) == "/*! MIT, example.com */.card{a:b}"
    )
