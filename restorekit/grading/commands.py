"""The instructor's commands: ``restorekit assignment new`` and ``restorekit grade``. What they need is imported when they run."""

import sys
from pathlib import Path

__all__ = ["add_grade", "add_new"]


def add_new(parts):
    """Describe ``restorekit assignment new``.

    Parameters
    ----------
    parts : argparse's sub-parsers of ``assignment``
    """
    new = parts.add_parser(
        "new",
        help="for instructors: make a noisy picture to give out, and the key to keep",
        description="Make FOLDER with noisy.png and a hand-out sheet, to give out, and FOLDER-key with the answer, to keep. The photo "
        "should be your own and published nowhere: a clean version that can be found is the answer.",
    )
    new.add_argument("folder", type=Path, help="to be made, for example class2026")
    new.add_argument("--image", type=Path, required=True, help="a colour photo of your own")
    new.add_argument(
        "--sigma", type=float, default=0.1, help="the noise's standard deviation, 0-1 (default: 0.1, the assignment's)"
    )
    new.add_argument(
        "--due",
        required=True,
        help='for example "2026-06-08 23:59:59 Asia/Seoul"; the LMS\'s own times are read in that time zone',
    )
    new.add_argument(
        "--longest", type=int, metavar="PIXELS", help="shrink the photo so that its longer side has so many pixels"
    )
    new.set_defaults(run=_new)


def add_grade(commands):
    """Describe ``restorekit grade``.

    Parameters
    ----------
    commands : argparse's sub-parsers
    """
    grade = commands.add_parser(
        "grade",
        help="for instructors: grade a class's submissions",
        description="Grade what a class handed in. Nothing of it is executed, unless --run is given: then in a sandbox, or not at all.",
    )
    grade.add_argument("download", type=Path, help="the LMS's zip, or a folder with one sub-folder for each student")
    grade.add_argument("--key", type=Path, required=True, help="the key's folder, made by `restorekit assignment new`")
    grade.add_argument("--gradebook", type=Path, metavar="FILE", help="the LMS's own file, to fill one column of")
    grade.add_argument("--column", default="", help="a part of that column's header, if it is not plain which one")
    grade.add_argument(
        "--user-column", default="", help="the header of its column with the user names, if that is not found"
    )
    grade.add_argument(
        "--out", type=Path, required=True, help="folder for the report; run again, and what is done is not done again"
    )
    grade.add_argument(
        "--run", dest="execute", action="store_true", help="also execute the programs, in the sandbox, as evidence"
    )
    grade.add_argument("--hide-names", action="store_true", help="pseudonyms in the report")
    grade.add_argument("--processes", type=int, help="how many submissions at once (default: one for each core)")
    grade.add_argument(
        "--dask", default="", metavar="ADDRESS", help="judge on the workers of this Dask scheduler: tcp://host:8786"
    )
    grade.add_argument("--quiet", action="store_true", help="no progress bar and no remarks")
    grade.set_defaults(run=_grade)


def _new(options):
    """restorekit assignment new."""
    from restorekit.grading import key

    given, kept = key.make(options.folder, options.image, options.sigma, options.due, options.longest, say=_note)
    print(f"{given}: noisy.png and handout.html, to give out")
    print(f"{kept}: the key. Keep it to yourself; rubric.toml in it says how marks are given")
    print("The photo must be your own and published nowhere: whoever finds it has the answer.")


def _grade(options):
    """restorekit grade."""
    from restorekit.grading import grade

    if options.processes is not None and not 1 <= options.processes <= 256:
        raise ValueError(f"--processes is {options.processes}; it must be from 1 to 256")
    if (options.column or options.user_column) and not options.gradebook:
        raise ValueError("--column and --user-column belong to --gradebook")
    grade.grade(
        options.download, options.key, options.out,
        gradebook_file=options.gradebook, column=options.column, user_column=options.user_column,
        hide_names=options.hide_names, processes=options.processes, run=options.execute, scheduler=options.dask,
        progress=not options.quiet, say=(lambda text: None) if options.quiet else _note,
    )  # fmt: skip


def _note(text):
    """Print a remark on stderr."""
    print(f"restorekit: {text}", file=sys.stderr)
