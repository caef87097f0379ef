"""Build, check and time the course's notebooks.

    python authoring/build.py make [--unit 01 ...] [--no-execute]   write lectures/, labs/, solutions/ and the quizzes
    python authoring/build.py check                                 is everything that is generated fresh?
    python authoring/build.py times                                 run all in fast mode, one after the other; print a table
    python authoring/build.py nbval [pytest arguments]              run all under nbval in fast mode, on a copy
    python authoring/build.py nbgrader FOLDER                       write the labs as sources of an nbgrader course

The sources are authoring/NN_name/{lecture.py, lab.py, quiz.json} and authoring/pages/NAME.py. CONTRIBUTING.md says how they are written.
"""

import argparse
import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import nbformat

from baseline import BASELINE, LAB, baseline
from execute import OutputError, environment, run, tidy
from render import FOLDERS, ROOT, Course, find, render
from stripper import SourceError

QUIZZES = "restorekit/data/quizzes"
BUDGET, NOTEBOOK_BUDGET = 240, 30  # seconds in fast mode: all notebooks, one notebook
CELL_TIMEOUT = 600


def dumps(notebook):
    """The bytes of a notebook file, as text."""
    return nbformat.writes(notebook).rstrip("\n") + "\n"


def write(path, text):
    """Write a file in one step, so that a reader never meets half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.NamedTemporaryFile(
        "w", encoding="utf-8", newline="\n", dir=path.parent, suffix=".tmp", delete=False
    ) as file:
        file.write(text)
    os.chmod(file.name, 0o644)
    os.replace(file.name, path)


def keep_outputs(notebook, old):
    """Take over the outputs of `old` if no code that made them has changed; return whether it was so.

    The set-up prints nothing, and what stands for fast mode alone was not run.
    """
    code = [[cell for cell in book.cells if cell.cell_type == "code"] for book in (notebook, old)]
    sources = [
        [in_full(cell.source) for cell in cells if not cell.source.startswith("# @title Set-up")] for cells in code
    ]
    if sources[0] != sources[1] or len(code[0]) != len(code[1]):
        return False
    for new_cell, old_cell in zip(*code, strict=True):
        new_cell.outputs, new_cell.execution_count = old_cell.outputs, old_cell.execution_count
    return True


class _InFull(ast.NodeTransformer):
    """Decides every `rk.FAST`, tested alone, for the full run."""

    def visit_IfExp(self, node):
        """`short if rk.FAST else long`"""
        node = self.generic_visit(node)
        return node.orelse if ast.unparse(node.test) == "rk.FAST" else node

    def visit_If(self, node):
        """`if rk.FAST: ...`"""
        node = self.generic_visit(node)
        return (node.orelse or ast.Pass()) if ast.unparse(node.test) == "rk.FAST" else node


def in_full(source):
    """A cell's code as it runs when the notebook is not in fast mode; as it stands, where it is more than Python."""
    try:
        return ast.unparse(_InFull().visit(ast.parse(source)))
    except SyntaxError:
        return source


def quizzes(root=ROOT):
    """Source and copy of every quiz."""
    for source in sorted((root / "authoring").glob("[0-9][0-9]_*/quiz.json")):
        yield source, root / QUIZZES / f"{source.parent.name}.json"


def check_quiz(source):
    """A quiz is a list of questions; each choice question has a right answer, and every answer says why."""
    where = f"{source.parent.name}/{source.name}"
    try:
        questions = json.loads(source.read_text("utf-8"))
    except json.JSONDecodeError as error:
        raise SourceError(f"{where}: not valid JSON: {error}") from None
    if not isinstance(questions, list) or not questions:
        raise SourceError(f"{where}: expected a list of questions")
    for number, question in enumerate(questions, 1):
        missing = {"question", "type", "answers"} - question.keys()
        if missing:
            raise SourceError(f"{where}, question {number}: no {', '.join(sorted(missing))}")
        if not any(answer.get("correct") for answer in question["answers"]):
            raise SourceError(f"{where}, question {number}: no answer is marked correct")


def make(units, execute, root=ROOT):
    """Write the notebooks of the given units (all, if none is given), and the quizzes."""
    course = Course.read(root)
    for source, copy in quizzes(root):
        if not units or source.parent.name.startswith(tuple(units)):
            check_quiz(source)
            write(copy, source.read_text("utf-8"))
    if (root / BASELINE).parent.is_dir() and (not units or LAB.startswith(tuple(units))):
        write(root / BASELINE, baseline(root))
    chosen = [notebook for notebook in find(root) if not units or notebook.name.startswith(tuple(units))]
    if not chosen:
        raise SourceError(f"no source for {' '.join(units) or 'any unit'} in {root / 'authoring'}")
    for notebook in chosen:
        path, made, note = root / notebook.path, render(notebook, course), ""
        print(f"{notebook.path}:", end=" ", flush=True)
        if notebook.executed and execute:
            note = f"run in {run(made, notebook.path):.0f} s, "
            tidy(made, notebook.path)
        elif notebook.executed:
            kept = path.is_file() and keep_outputs(made, nbformat.read(path, as_version=4))
            note = "not run, old outputs kept, " if kept else "not run, no outputs, "
        text = dumps(made)
        write(path, text)
        print(f"{note}{len(text) / 1e6:.2f} MB", flush=True)


def bare(notebook):
    """A notebook without outputs and execution counts, as text."""
    copy = nbformat.from_dict(json.loads(json.dumps(notebook)))
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    return dumps(copy)


def stale(notebook, course, root=ROOT):
    """Why the committed notebook is not what its source makes, or ""."""
    path, again = root / notebook.path, f"run: make notebooks UNIT={notebook.name}"
    if not path.is_file():
        return f"{notebook.path} is missing; {again}"
    committed, made = nbformat.read(path, as_version=4), render(notebook, course)
    for number, (old, new) in enumerate(zip(committed.cells, made.cells, strict=False), 1):
        if (old.source, old.cell_type, old.id, old.metadata) != (new.source, new.cell_type, new.id, new.metadata):
            return f"{notebook.path}, cell {number}, differs from its source; {again}"
    if bare(committed) != bare(made):
        return f"{notebook.path} differs from its source; {again}"
    counts = [cell.execution_count for cell in committed.cells if cell.cell_type == "code"]
    if notebook.executed and None in counts:
        return f"{notebook.path} was not executed; {again}"
    if not notebook.executed and path.read_text("utf-8") != dumps(made):
        return f"{notebook.path} holds outputs, and a lab must not; {again}"
    return ""


def check(root=ROOT):
    """Everything that is not fresh, one line each."""
    course, notebooks, found = Course.read(root), find(root), []
    found += [reason for notebook in notebooks if (reason := stale(notebook, course, root))]
    known = {notebook.path for notebook in notebooks}
    for folder in sorted(set(FOLDERS.values())):
        for path in sorted((root / folder).glob("*.ipynb")):
            if path.relative_to(root).as_posix() not in known:
                found.append(f"{path.relative_to(root)} has no source: delete it, or write one")
    kept = root / BASELINE
    if kept.parent.is_dir() and (not kept.is_file() or kept.read_text("utf-8") != baseline(root)):
        found.append(f"{BASELINE} is not that of the lab; run: make notebooks UNIT=04")
    copies = {copy: source for source, copy in quizzes(root)}
    for copy, source in copies.items():
        if not copy.is_file() or copy.read_bytes() != source.read_bytes():
            found.append(
                f"{copy.relative_to(root)} is not a copy of {source.relative_to(root)}; run: make notebooks UNIT={copy.stem}"
            )
    found += [
        f"{path.relative_to(root)} has no source"
        for path in sorted((root / QUIZZES).glob("*.json"))
        if path not in copies
    ]
    return found


def times(root=ROOT):
    """Run every notebook in fast mode, print a table of the seconds; return whether all ran: seconds fail nothing."""
    course, total, failures = Course.read(root), 0.0, []
    print(f"{'notebook':<50} seconds  (budget {NOTEBOOK_BUDGET} each, {BUDGET} together; fast mode)")
    for notebook in find(root):
        try:
            seconds = run(render(notebook, course), notebook.path, fast=True, timeout=CELL_TIMEOUT)
        except OutputError as error:
            failures.append(str(error))
            print(f"{notebook.path:<50}  FAILED", flush=True)
            continue
        total += seconds
        print(f"{notebook.path:<50} {seconds:7.1f}{'  over its budget' * (seconds > NOTEBOOK_BUDGET)}", flush=True)
    print(f"{'all':<50} {total:7.1f}  {'within' if total <= BUDGET else 'OVER'} the budget of {BUDGET}")
    print("\n".join(failures), end="")
    return not failures


def nbval(arguments, root=ROOT):
    """Run lectures, solutions and unfilled labs under nbval: copies, each alone in an empty folder, as a student may have it."""
    with tempfile.TemporaryDirectory() as folder:
        for notebook in find(root):
            alone = Path(folder, Path(notebook.path).stem)
            alone.mkdir()
            shutil.copy(root / notebook.path, alone)
        options = [
            "--nbval-lax",
            "--nbval-current-env",
            f"--nbval-cell-timeout={CELL_TIMEOUT}",
            "-p",
            "no:cacheprovider",
            "--tb=short",
            "--rootdir",
            folder,
        ]
        options += [f"--nbval-sanitize-with={Path(__file__).with_name('nbval_sanitize.cfg')}", *arguments]
        command = [sys.executable, "-m", "pytest", *options, folder]
        env = environment(folder, fast=True) | {"RESTOREKIT_PROGRESS": "progress.json"}
        return subprocess.run(command, cwd=folder, env=env, check=False).returncode


def nbgrader_course(folder, root=ROOT):
    """Write FOLDER/source/UNIT/UNIT_lab.ipynb for every lab: the student's text, with the solutions between nbgrader's marks."""
    course, folder = Course.read(root), Path(folder)
    if folder.exists() and any(folder.iterdir()):
        raise SourceError(f"{folder} is not empty; give a new folder, so that nothing of yours is overwritten")
    for notebook in find(root):
        if notebook.kind == "lab":
            made = render(notebook, course, solved=True)
            for cell in made.cells:  # links to the course's other notebooks lead nowhere from a released assignment
                if cell.cell_type == "markdown":
                    cell.source = re.sub(
                        r"\[([^\]]+)\]\((?:\.\./)?(?:lectures|labs|solutions)/[^)]*\)", r"\1", cell.source
                    )
            write(folder / "source" / notebook.name / Path(notebook.path).name, dumps(made))
    (folder / "nbgrader_config.py").write_text(
        "c = get_config()\nc.CourseDirectory.course_id = 'restoration'\n", "utf-8"
    )
    print(f"{folder}: ready. There, run: nbgrader generate_assignment 01_degradation")


def main(arguments=None):
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = parser.add_subparsers(dest="command", required=True)
    maker = commands.add_parser("make", help="write the notebooks")
    maker.add_argument("--unit", nargs="*", default=[], help="how the names of units or pages begin, e.g. 01 symbols")
    maker.add_argument(
        "--no-execute",
        action="store_true",
        help="only the sources; old outputs stay where no code has changed but for fast mode",
    )
    commands.add_parser("check", help="is everything fresh?")
    commands.add_parser("times", help="seconds of every notebook in fast mode")
    commands.add_parser("nbval", help="run all under nbval")
    grader = commands.add_parser("nbgrader", help="write the labs as sources of an nbgrader course")
    grader.add_argument("folder", help="a new folder")
    chosen, rest = parser.parse_known_args(arguments)
    if rest and chosen.command != "nbval":
        parser.error(f"unknown arguments: {' '.join(rest)}")
    try:
        if chosen.command == "make":
            make(chosen.unit, not chosen.no_execute)
        elif chosen.command == "check":
            found = check()
            print("\n".join(found) or "everything that is generated is fresh")
            return 1 if found else 0
        elif chosen.command == "nbgrader":
            nbgrader_course(chosen.folder)
        elif chosen.command == "times":
            return 0 if times() else 1
        else:
            return nbval(rest)
    except (SourceError, OutputError) as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
