"""Build the course as a site of plain files.

    python book/make_book.py build [--language ko] [--out dist/book]   the site; English in OUT, other languages in OUT/LANGUAGE
    python book/make_book.py texts                                     renew the catalogues of translations in book/locale/
    python book/make_book.py check                                     which translations are missing or stale?

No notebook is run: they come with their outputs. Nothing on the pages asks the network for anything.
"""

import argparse
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import jupytext

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent
sys.path[:0] = [str(BOOK), str(ROOT / "authoring")]

import pages
import reference
import slim
import start
import texts
import vendor
import words
from render import find

WORK = ROOT / "build" / "book"
MATHJAX = "es5/tex-svg.js"
EDITIONS = {"en": "English", "ko": "한국어"}


def write_sources(language):
    """Write every page's source for one language; return the folder."""
    source = WORK / f"source-{language}"
    shutil.rmtree(WORK / "pictures", ignore_errors=True)
    pictures = pages.Pictures(WORK / "pictures", "../_static/pictures")
    pages.write_all(source, language, pictures)
    start.write_all(source)
    reference.write_all(source)
    shutil.copytree(BOOK / "units", source / "units", dirs_exist_ok=True)
    return source


def sphinx(source, out, language, builder="html"):
    """Call Sphinx; every warning is an error. Every page is written anew (-a): one may link to what has changed on another."""
    title = words.translator(language)(words.TITLE)
    settings = ["-D", f"language={language}", "-D", f"html_title={title}"]
    caches = ["-c", str(BOOK), "-d", str(WORK / f"doctrees-{builder}-{language}")]
    command = [sys.executable, "-m", "sphinx", "-q", "-W", "--keep-going", "-j", "2", "-a", "-b", builder]
    command += [*caches, *settings, str(source), str(out)]
    environment = {**os.environ, "RESTOREKIT_OFFLINE": "1", "MPLBACKEND": "agg", "TF_CPP_MIN_LOG_LEVEL": "3"}
    if subprocess.run(command, env=environment, check=False).returncode:
        raise SystemExit(f"Sphinx found something wrong; see above. The site in {out} is not to be used.")


def build(language, out):
    """Build the site of one language, and put it where the old one was once it is whole."""
    source, html, site = write_sources(language), WORK / f"html-{language}", WORK / f"site-{language}"
    # Sphinx leaves pages of code as they are, though its settings change.
    shutil.rmtree(html / "_modules", ignore_errors=True)
    sphinx(source, html, language)
    shutil.rmtree(site, ignore_errors=True)
    shutil.copytree(html, site, ignore=shutil.ignore_patterns("jupyter_execute", ".buildinfo", "objects.inv"))
    static = site / "_static"
    shutil.copytree(WORK / "pictures", static / "pictures")
    shutil.copytree(BOOK / "states", static / "states", ignore=shutil.ignore_patterns("*.json"))
    (static / "mathjax").mkdir()
    shutil.copy(vendor.fetch() / "mathjax" / MATHJAX, static / "mathjax")
    for notebook in find(ROOT):  # what one downloads is the notebook as the course has it, not the book's page
        file = site / "_sources" / notebook.path
        shutil.copy(ROOT / notebook.path, file)
        file.with_suffix(".py").write_text(jupytext.writes(jupytext.read(file), "py:percent"), "utf-8")
    (site / ".nojekyll").touch()
    slim.slim(site)
    size = sum(file.stat().st_size for file in site.rglob("*") if file.is_file()) / 1e6
    place = out if language == "en" else out / language
    publish(site, place)
    link_editions(out)
    print(f"{place.relative_to(ROOT) if place.is_relative_to(ROOT) else place}/index.html: {size:.1f} MB")


def publish(site, place):
    """Put a whole site in the place of the old one; other editions in folders of it stay."""
    place.mkdir(parents=True, exist_ok=True)
    for old in place.iterdir():
        if old.name not in EDITIONS:
            shutil.rmtree(old) if old.is_dir() else old.unlink()
    for new in site.iterdir():
        shutil.move(new, place / new.name)


def link_editions(out):
    """Write into every start page that is there which other editions are there."""
    there = {name: out if name == "en" else out / name for name in EDITIONS}
    there = {name: folder / "index.html" for name, folder in there.items() if (folder / "index.html").is_file()}
    for name, page in there.items():
        others = [
            f'<a href="{os.path.relpath(other, page.parent).replace(os.sep, "/")}" lang="{one}" hreflang="{one}">{EDITIONS[one]}</a>'
            for one, other in there.items()
            if one != name
        ]
        line = f'<p class="rk-editions">{" ".join(others)}</p>'
        page.write_text(
            re.sub(r'<p class="rk-editions">.*?</p>', line, page.read_text("utf-8"), flags=re.DOTALL), "utf-8"
        )


def main(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    builder = commands.add_parser("build", help="build the site")
    builder.add_argument("--language", default="en", choices=list(EDITIONS))
    builder.add_argument("--out", type=Path, default=ROOT / "dist" / "book")
    commands.add_parser("texts", help="renew the catalogues of translations")
    commands.add_parser("check", help="missing and stale translations")
    chosen = parser.parse_args(arguments)
    if chosen.command == "build":
        build(chosen.language, chosen.out.resolve())
        return 0
    source = write_sources("en")
    templates = WORK / "gettext"
    sphinx(source, templates, "en", "gettext")
    if chosen.command == "texts":
        texts.update(templates)
        return 0
    found = texts.check(templates)
    print("\n".join(found) or "no translation is missing or stale")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
