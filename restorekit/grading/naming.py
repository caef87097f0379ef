"""Which of the files that a student handed in counts under which name."""

import dataclasses
import re
import unicodedata
from collections import defaultdict

from restorekit.grading.archive import shown
from restorekit.handed_in import LARGEST

__all__ = ["SYSTEM_FILE", "counting"]

#: The most bytes of an attempt that are read, and the most names of other files that are repeated.
MOST_BYTES = 150_000_000
_MOST_OTHERS = 20
#: A name asked for as browsers, Windows, macOS and Colab, English and Korean, write it for a copy. There is one way to read each name:
#: were there two for each piece, a long one would take years to refuse.
_LIKE = re.compile(
    r"(?:copy[ _]of[ _])?model[ _-]*([123])(?:[._]ipynb의[ _]사본)?"
    r"(?:[ _]?\([0-9]{1,3}\)|[ _-]{0,3}(?:copy|복사본|사본)(?:[ _]?[0-9]{1,3})?)* *\.(png|py|ipynb)",
    re.IGNORECASE,
)
_PACKED = re.compile(r"\.(zip|7z|rar|alz|egg|tar|gz|tgz|bz2|xz)$", re.IGNORECASE)
SYSTEM_FILE = re.compile(r"(^|/)(__MACOSX/|\._[^/]*$|\.DS_Store$|Thumbs\.db$|desktop\.ini$)", re.IGNORECASE)


def counting(archive, items):
    """Say which file of an attempt counts under each name asked for.

    Case, blanks and the marks of copies are forgiven, with a remark. Where several files claim a name, the one that bears it exactly
    counts; where none does, and they differ, none can be read.

    Parameters
    ----------
    archive : ZipArchive or FolderArchive
    items : list of Item
        Of one attempt, under the names as handed in.

    Returns
    -------
    files : dict of str to Item
        By the name asked for.
    others : tuple of str
        Names of files that are none of these.
    remarks : list of str
    """
    claims, others, remarks = defaultdict(list), [], []
    for item in sorted(items, key=lambda item: item.name):
        match = _LIKE.fullmatch(unicodedata.normalize("NFC", item.name.strip())) if len(item.name) <= 200 else None
        if match:
            claims[f"Model{match[1]}.{match[2].lower()}"].append(item)
        elif not SYSTEM_FILE.search(item.name):
            others.append(item)
    files = {}
    for name, claiming in sorted(claims.items()):
        files[name], said = _settled(archive, name, claiming)
        remarks += said
    total = sum(item.size for item in files.values() if not item.problem)
    if total > MOST_BYTES:
        problem = f"is one of files of {total / 1e6:,.0f} MB together; more than {MOST_BYTES / 1e6:g} MB an attempt are not opened"
        files = {name: dataclasses.replace(item, problem=item.problem or problem) for name, item in files.items()}
    for item in others[:_MOST_OTHERS]:
        if _PACKED.search(item.name):
            remarks.append(f'"{shown(item.name)}" is packed; what it holds is not looked at.')
        elif re.search(r"[/\\]", item.name):
            remarks.append(f'"{shown(item.name)}" has a path in its name, and counts for nothing.')
    names = [shown(item.name) for item in others[:_MOST_OTHERS]]
    if len(others) > _MOST_OTHERS:
        names.append(f"and {len(others) - _MOST_OTHERS:,} more")
    return files, tuple(names), remarks


def _settled(archive, name, claiming):
    """The one file that counts under a name, with what is wrong with it, and remarks."""
    exact = [item for item in claiming if item.name == name]
    item, *rest = exact or claiming
    if len(rest) > _MOST_OTHERS or any(not archive.alike(item, other) for other in rest):
        names = ", ".join(f'"{shown(other.name)}"' for other in claiming[:4]) + ", ..." * (len(claiming) > 4)
        twice = (
            "appears twice with different contents"
            if exact
            else f"is claimed by {len(claiming)} files that differ: {names}"
        )
        return dataclasses.replace(item, name=shown(item.name), problem=twice), []
    said = [] if exact else [f'"{shown(item.name)}" counts as {name}.']
    for other in [other for other in claiming if other.name != item.name][:4]:
        what = "holds the same" if archive.alike(item, other) else "holds something else, and counts for nothing"
        said.append(f'"{shown(other.name)}" claims to be {name}, too; it {what}.')
    largest, problem = LARGEST[name[name.rindex(".") :]], item.problem
    if not item.size:
        problem = problem or "is empty"
    elif item.size > largest:
        problem = problem or f"has {item.size / 1e6:,.1f} MB; more than {largest / 1e6:g} MB are not opened here"
    return dataclasses.replace(item, name=shown(item.name), problem=problem), said
