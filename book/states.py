"""The states of the book's sliders, drawn beforehand: a book has no kernel.

    python book/states.py make [--unit 01 ...]   run the lectures and write book/states/
    python book/states.py check                  which states are older than the code that made them?

Which sliders: book/states.toml. Only the cells that a chosen slider needs are run, so most trainings are not.
"""

import argparse
import ast
import hashlib
import json
import shutil
import symtable
import sys
import tempfile
import tomllib
from pathlib import Path

import nbformat

from restorekit import atomic

BOOK = Path(__file__).resolve().parent
STATES, CHOSEN = BOOK / "states", BOOK / "states.toml"
sys.path.append(str(BOOK.parent / "authoring"))

from execute import run  # noqa: E402
from render import Course, find, render  # noqa: E402
from stripper import SourceError  # noqa: E402

SETUP = "# @title Set-up"


def chosen(path=CHOSEN):
    """The chosen sliders of each unit: {"01_degradation": [entry, ...]}."""
    units = {}
    for entry in tomllib.loads(path.read_text("utf-8"))["slider"]:
        units.setdefault(entry["unit"], []).append(entry)
    return units


def lecture(unit):
    """The code cells of a unit's lecture as they stand in its source now."""
    for notebook in find():
        if (notebook.kind, notebook.name) == ("lecture", unit):
            return [cell for cell in render(notebook, Course.read()).cells if cell.cell_type == "code"]
    raise SourceError(f"states.toml: no lecture {unit!r}")


def place(cells, entry):
    """Which cell shows the chosen slider?"""
    found = [number for number, cell in enumerate(cells) if entry["title"] in titles(cell.source)]
    if len(found) != 1:
        raise SourceError(f"states.toml: {len(found)} sliders of {entry['unit']} have the title {entry['title']!r}")
    return found[0]


def titles(source):
    """The titles of all `rk.explore` in a cell."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "rk.explore":
            for keyword in node.keywords:
                if keyword.arg == "title":
                    yield ast.literal_eval(keyword.value)


def needed(cells, last):
    """The cells that the cell `last` needs, itself among them, in their order; the set-up is left out.

    A cell before it is needed if it makes or changes a name that a needed cell uses. A function may use a name that was made
    after it; so all are looked through again, until nothing new is found.
    """
    known = {k: names(cells[k].source) for k in range(last + 1) if not cells[k].source.startswith(SETUP)}
    kept, wanted, before = {last}, set(known[last][1]), -1
    while len(kept) > before:
        before = len(kept)
        for number, (made, used) in known.items():
            if number not in kept and made & wanted:
                kept.add(number)
                wanted |= used
    return sorted(kept)


def names(source):
    """Which names a cell makes or changes, and which it uses: two sets, of the notebook's names alone."""
    table, made, used = symtable.symtable(source, "cell", "exec"), set(), set()
    for symbol in table.get_symbols():
        if symbol.is_assigned() or symbol.is_imported() or symbol.is_namespace():
            made.add(symbol.get_name())
    scopes = [table]
    while scopes:
        scope = scopes.pop()
        scopes += scope.get_children()
        used |= {s.get_name() for s in scope.get_symbols() if s.is_global() or (scope is table and s.is_referenced())}
    return made | set(changed(ast.parse(source))), used


def changed(tree):
    """Names whose contents a cell changes: `name[k] = ...`, `name.field = ...`, and `name.append(...)` on a line of its own."""
    for node in ast.walk(tree):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Call)
            and isinstance(node.value.func, ast.Attribute)
        ):
            node = node.value.func
        elif not isinstance(getattr(node, "ctx", None), ast.Store) or isinstance(node, ast.Name):
            continue
        while isinstance(node, (ast.Attribute, ast.Subscript)):
            node = node.value
        if isinstance(node, ast.Name) and node.id not in ("rk", "np"):
            yield node.id


def fingerprint(cells, entry):
    """The sha256 of all that makes a slider's frames: the code that it needs, and its entry in states.toml."""
    sources = [cells[number].source for number in needed(cells, place(cells, entry))]
    return hashlib.sha256(json.dumps([sources, entry], sort_keys=True).encode()).hexdigest()


def make(units=(), folder=STATES):
    """Draw the states of the given units (all, if none is given), one unit after the other."""
    plans = {unit: plan for unit, plan in chosen().items() if not units or unit.startswith(tuple(units))}
    if not plans:
        raise SourceError(f"states.toml chooses no slider of {' '.join(units)}")
    for unit, plan in plans.items():
        print(f"{unit}:", end=" ", flush=True)
        with tempfile.TemporaryDirectory() as drawn:
            seconds = draw(unit, plan, Path(drawn))
            total = store(unit, plan, Path(drawn), folder)
        print(f"run in {seconds:.0f} s, {len(plan)} sliders, {total / 1e6:.2f} MB", flush=True)


def draw(unit, plan, folder):
    """Run the cells that the sliders of `plan` need, as a notebook is run; their frames arrive in `folder`."""
    cells = lecture(unit)
    needs = sorted({number for entry in plan for number in needed(cells, place(cells, entry))})
    begin = f"import sys\nsys.path.append({str(BOOK)!r})\nimport recording\nrecording.begin({plan!r}, {str(folder)!r})"
    setup = [cell.source for cell in cells if cell.source.startswith(SETUP)]
    sources = [*setup, begin, *[cells[number].source for number in needs]]
    return run(nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in sources]), unit)


def store(unit, plan, drawn, folder):
    """Put the new frames beside the old, then the list that names them in its place, then take the old away; return the bytes.

    A frame's name holds its checksum: the list names whole files at every moment.
    """
    cells, states, total = lecture(unit), [], 0
    for entry in plan:
        state = json.loads((drawn / f"{entry['slug']}.json").read_text("utf-8"))
        for frame in state["frames"]:
            source, file = drawn / frame["file"], f"{unit}/{frame['file']}"
            (folder / file).parent.mkdir(parents=True, exist_ok=True)
            atomic.write(folder / file, source.read_bytes())
            frame["file"], total = file, total + source.stat().st_size
        cell = cells[place(cells, entry)].id
        states.append({"slug": entry["slug"], "cell": cell, "sha256": fingerprint(cells, entry)} | state)
    text = json.dumps({"sliders": states}, ensure_ascii=False, indent=1) + "\n"
    atomic.write(folder / f"{unit}.json", text.encode())
    sweep(unit, states, folder)
    return total


def sweep(unit, states, folder):
    """Delete the frames that the list no longer names."""
    kept = {folder / frame["file"] for state in states for frame in state["frames"]}
    for old in (folder / unit).glob("*"):
        if not any(old in file.parents for file in kept):
            shutil.rmtree(old)
    for old in set((folder / unit).glob("*/*")) - kept:
        old.unlink()


def check(folder=STATES, read=lecture):
    """List what is missing or older than the code that made it; `read` gives the code cells of a unit's lecture."""
    found = []
    for unit, plan in chosen().items():
        path = folder / f"{unit}.json"
        have = (
            {state["slug"]: state for state in json.loads(path.read_text("utf-8"))["sliders"]} if path.is_file() else {}
        )
        cells, again = read(unit), f"run: python book/states.py make --unit {unit}"
        for entry in plan:
            state = have.pop(entry["slug"], None)
            if state is None:
                found.append(f"{unit}, {entry['slug']}: not drawn yet; {again}")
            elif (state["cell"], state["sha256"]) != (cells[place(cells, entry)].id, fingerprint(cells, entry)):
                found.append(f"{unit}, {entry['slug']}: the code has changed since; {again}")
            elif not all((folder / frame["file"]).is_file() for frame in state["frames"]):
                found.append(f"{unit}, {entry['slug']}: a frame is missing; {again}")
        found += [f"{unit}, {slug}: no longer in states.toml; {again}" for slug in have]
    return found


def main(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make", help="run the lectures and write the states")
    maker.add_argument("--unit", nargs="*", default=[], help="how the names of units begin, e.g. 01")
    commands.add_parser("check", help="are all states fresh?")
    wanted = parser.parse_args(arguments)
    if wanted.command == "make":
        make(wanted.unit)
        return 0
    found = check()
    print("\n".join(found) or "all states are fresh")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
