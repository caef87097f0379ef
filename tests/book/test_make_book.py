"""The built site: editions that know of each other, and only what belongs to it."""

import make_book
import pytest


@pytest.fixture
def site(tmp_path):
    """A function that puts a start page where an edition's is."""

    def put(*folders):
        for folder in folders:
            (tmp_path / folder).mkdir(parents=True, exist_ok=True)
            (tmp_path / folder / "index.html").write_text('<h1>x</h1><p class="rk-editions"></p><p>y</p>', "utf-8")
        return tmp_path

    return put


def test_two_editions_link_to_each_other_in_whichever_order_they_are_built(site):
    out = site(".", "ko")
    make_book.link_editions(out)
    make_book.link_editions(out)
    english, korean = (out / name / "index.html" for name in (".", "ko"))
    assert english.read_text("utf-8").count('<a href="ko/index.html" lang="ko" hreflang="ko">한국어</a>') == 1
    assert korean.read_text("utf-8").count('<a href="../index.html" lang="en" hreflang="en">English</a>') == 1


def test_an_edition_alone_has_no_link(site):
    out = site(".")
    make_book.link_editions(out)
    assert "<a" not in (out / "index.html").read_text("utf-8")


def test_a_new_site_takes_the_place_of_the_old_one_and_leaves_other_editions(site, tmp_path):
    out = site("out", "out/ko") / "out"
    (out / "gone.html").touch()
    new = tmp_path / "new"
    (new / "_static").mkdir(parents=True)
    (new / "index.html").write_text("new", "utf-8")
    make_book.publish(new, out)
    assert (out / "index.html").read_text("utf-8") == "new" and (out / "ko" / "index.html").is_file()
    assert not (out / "gone.html").exists()


def test_an_unknown_language_is_refused(capsys):
    with pytest.raises(SystemExit):
        make_book.main(["build", "--language", "xx"])
    assert "invalid choice: 'xx'" in capsys.readouterr().err


def test_a_warning_of_sphinx_stops_the_build(tmp_path):
    (tmp_path / "index.md").write_text("# Title\n\n[nowhere](missing.md)\n", "utf-8")
    (tmp_path / "references.bib").write_text("", "utf-8")
    with pytest.raises(SystemExit, match="something wrong"):
        make_book.sphinx(tmp_path, tmp_path / "out", "test")
