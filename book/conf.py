"""Sphinx's configuration of the book; `make book` calls it through book/make_book.py, which writes the pages first."""

import sys
from pathlib import Path

BOOK = Path(__file__).resolve().parent
ROOT = BOOK.parent
sys.path[:0] = [str(BOOK), str(ROOT / "authoring")]

from render import Course
from sphinx_codeautolink.extension import backref
from words import TITLE, USED, translator

course = Course.read()

project = TITLE
author = ""
copyright = "texts and figures CC BY 4.0, code MIT"
release = course.version
language = "en"
locale_dirs = [str(BOOK / "locale")]
gettext_compact = False
gettext_uuid = False
gettext_location = False

extensions = [
    "myst_nb",
    "sphinx.ext.autodoc",
    "sphinx.ext.napoleon",
    "sphinx.ext.mathjax",
    "sphinx.ext.viewcode",
    "sphinx_design",
    "sphinx_codeautolink",
    "sphinxcontrib.bibtex",
    "terms",
]
root_doc = "index"
toc_object_entries = False  # the reference has a heading for each name

nb_execution_mode = "off"  # the notebooks come with their outputs
nb_merge_streams = True
nb_mime_priority_overrides = [("gettext", "text/html", 10)]
myst_enable_extensions = ["amsmath", "attrs_inline", "colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 4
bibtex_bibfiles = ["references.bib"]
bibtex_reference_style = "label"
bibtex_cite_id = "{key}"

# A name of the library in a code cell leads to its reference, and the reference says which pages use it.
codeautolink_concat_default = True
codeautolink_global_preface = "import numpy as np\nimport restorekit as rk"
codeautolink_custom_blocks = {"ipython3": None, "ipython": None}
codeautolink_autodoc_inject = True
suppress_warnings = ["codeautolink.match_block"]  # examples whose marks for doctest are not shown

autodoc_member_order = "bysource"
autodoc_typehints = "none"
napoleon_google_docstring = False
napoleon_use_rtype = False
napoleon_use_ivar = True

html_theme = "sphinx_book_theme"
html_context = {"default_mode": "auto"}
html_title = TITLE
html_favicon = str(BOOK / "_static" / "icon.svg")
html_static_path = [str(BOOK / "_static")]
html_css_files = ["book.css", "sliders.css"]
html_js_files = [("book.js", {"defer": "defer"}), ("sliders.js", {"defer": "defer"})]
html_copy_source = True
html_sourcelink_suffix = ""
html_show_sphinx = False
html_last_updated_fmt = None
mathjax_path = "mathjax/tex-svg.js"
mathjax3_config = {"options": {"enableMenu": False}, "svg": {"fontCache": "global"}}
html_theme_options = {
    "use_download_button": True,
    "use_fullscreen_button": False,
    "use_source_button": False,
    "use_edit_page_button": False,
    "use_issues_button": False,
    "show_toc_level": 2,
    "show_navbar_depth": 1,
    "navbar_start": [],
    "navbar_center": [],
    "navbar_end": [],
    "navbar_persistent": [],
    "pygments_light_style": "a11y-high-contrast-light",
    "pygments_dark_style": "a11y-high-contrast-dark",
}
if course.repository:  # a page's place in the book is its notebook's place in the repository
    html_theme_options |= {
        "repository_url": course.repository,
        "repository_branch": course.branch,
        "use_repository_button": True,
        "use_issues_button": True,
        "launch_buttons": {"colab_url": "https://colab.research.google.com"},
    }


def setup(app):
    """What opens the list of the pages that use a name says so in our words."""
    app.connect("config-inited", lambda _, config: setattr(backref, "tr", lambda _: translator(config.language)(USED)))
