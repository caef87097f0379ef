"""Make the built site lighter: what the theme ships for every possible page, and none of ours uses, goes."""

import re

#: Icons come from the theme's font as well; the search page alone searches; there are no tabs.
UNUSED = re.compile(r'<script[^>]* src="[^"]*(?:fontawesome|design-tabs)\.js[^"]*"></script>\s*')
SEARCHING = re.compile(r'<script[^>]* src="[^"]*(?:searchtools|language_data|searchindex)\.js[^"]*"[^>]*></script>\s*')
FILES = ("_static/scripts/fontawesome.js", "_static/scripts/fontawesome.js.map", "_static/design-tabs.js")

WORD = re.compile(r"[A-Za-z_][\w-]*")
RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
NAME = re.compile(r"[.#]((?:\\.|[\w-])+)")
BRACKETS = re.compile(r"\([^()]*\)|\[[^\]]*\]")
COMMENT = re.compile(r"/\*.*?\*/", re.DOTALL)
NOTICE = re.compile(r"/\*!.*?\*/", re.DOTALL)  # of a licence: stays


def slim(site):
    """Take unused scripts and style rules out of a built site, and load the pictures of cards when they are near."""
    pages = [page for page in site.rglob("*.html") if "_static" not in page.relative_to(site).parts]
    words = set()
    for page in pages:
        text = page.read_text("utf-8")
        lighter = UNUSED.sub("", text)
        if page.name != "search.html":
            lighter = SEARCHING.sub("", lighter)
        lighter = re.sub(r'<img (?=[^>]*class="[^"]*sd-card-img-top)(?![^>]*loading=)', '<img loading="lazy" ', lighter)
        if lighter != text:
            page.write_text(lighter, "utf-8")
        words.update(WORD.findall(lighter))
    for name in FILES:
        (site / name).unlink(missing_ok=True)
    for script in (site / "_static").rglob("*.js"):
        if "mathjax" not in script.parts:
            words.update(WORD.findall(script.read_text("utf-8")))
    for style in (site / "_static").rglob("*.css"):
        style.write_text(used_rules(style.read_text("utf-8"), words), "utf-8")


def used_rules(style, words):
    """The rules of a style sheet whose classes and ids all stand somewhere on the pages or in the scripts.

    Examples
    --------
    >>> used_rules(".card{a:b}.card .tab,p{c:d}@media print{.tab{e:f}}", {"card"})
    '.card{a:b}p{c:d}@media print{}'
    """

    def needed(selector):  # of alternatives, as in :is(.a, .b), none is
        return {name.replace("\\", "") for name in NAME.findall(BRACKETS.sub("", selector))}

    def kept(rule):
        selectors, body = rule[1], rule[2]
        if selectors.lstrip().startswith("@"):
            return rule[0]
        used = [one for one in _split(selectors) if needed(one) <= words]
        return f"{','.join(used)}{{{body}}}" if used else ""

    return "".join(NOTICE.findall(style)) + RULE.sub(kept, COMMENT.sub("", style))


def _split(selectors):
    """Selectors between their commas, but not those within brackets, as in :not(.a, .b)."""
    parts, depth = [""], 0
    for sign in selectors:
        depth += (sign in "([") - (sign in ")]")
        if sign == "," and depth == 0:
            parts.append("")
        else:
            parts[-1] += sign
    return parts
