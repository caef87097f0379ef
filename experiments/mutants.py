"""How good are the tests? Break the code in 200 places, one at a time, and count how many breaks the tests notice.

    make mutants            (or: python experiments/mutants.py [--sample 200] [--seed 0])

mutmut makes every mutant of `degrade`, `metrics` and `exercises` (with its record and diagnoses) in a copy of the repository;
a seeded sample of them is run against the unit tests. mutmut comes into an environment of its own. Not part of CI: it takes
up to 40 minutes on two cores.
"""

import argparse
import json
import random
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
import venv
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
MUTATED = ["degrade/*.py", "metrics.py", "exercises.py", "diagnosis.py", "record.py"]
TESTS = [
    "tests/degrade",
    "tests/test_metrics.py",
    "tests/test_exercises.py",
    "tests/test_diagnosis.py",
    "tests/test_record.py",
]
TOOLS = ["mutmut==3.8.1", "pytest", "hypothesis"]
KILLED = {
    1: "killed",
    3: "killed",
    -24: "timeout",
    24: "timeout",
    36: "timeout",
    152: "timeout",
    255: "timeout",
    -11: "killed",
}
SURVIVED = {0: "survived", 5: "no test", 33: "no test"}


def prepare(folder):
    """Copy the files, write mutmut's settings, make the environment; return its python."""
    listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, check=True, capture_output=True, text=True).stdout
    for name in filter(lambda name: name and (ROOT / name).is_file(), names.split("\0")):
        if name.startswith(("restorekit/", "tests/")) or "/" not in name:
            target = folder / name
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, target)
    lines = ["[mutmut]", "source_paths=restorekit", "use_git_change_detection=false", "only_mutate="]
    lines += [f"    restorekit/{pattern}" for pattern in MUTATED]
    lines += ["pytest_add_cli_args=", "    -p", "    no:cacheprovider", "    -x", "pytest_add_cli_args_test_selection="]
    lines += [f"    {test}" for test in TESTS]
    (folder / "setup.cfg").write_text("\n".join(lines) + "\n")
    (folder / "tests" / "conftest.py").open("a").write(
        "\nfrom hypothesis import settings\n\nsettings.register_profile('mutants', derandomize=True, database=None)\n"
        "settings.load_profile('mutants')\n"
    )
    venv.create(folder / ".venv", with_pip=True)
    python = folder / ".venv" / "bin" / "python"
    command = [python, "-m", "pip", "install", "--quiet", "-c", ROOT / "constraints.txt", *TOOLS]
    subprocess.run([*command, *dependencies()], check=True)
    return python


def dependencies():
    """Return the package's own requirements, from pyproject.toml."""
    return tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["dependencies"]


def results(folder):
    """Return mutmut's verdicts so far: name of the mutant -> exit code of its tests, None where it was not run."""
    verdicts = {}
    for file in (folder / "mutants").rglob("*.meta"):
        verdicts.update(json.loads(file.read_text())["exit_code_by_key"])
    return verdicts


def main():
    """Make the mutants, run the sample, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    start = time.monotonic()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        python = prepare(folder)

        def mutmut(*names):
            command = [python, "-m", "mutmut", "run", "--max-children", "2", *names]
            done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
            return done.stdout[-3000:] + done.stderr[-3000:]

        said = mutmut("restorekit.metrics.x_mse__mutmut_1")
        every = sorted(results(folder))
        if not every:
            sys.exit(f"mutmut made no mutants:\n{said}")
        sample = sorted(random.Random(options.seed).sample(every, min(options.sample, len(every))))
        said = mutmut(*sample)
        verdicts = results(folder)
        if any(verdicts[mutant] is None for mutant in sample):
            sys.exit(f"mutmut did not run every mutant of the sample; do the tests pass without a mutant?\n{said}")
        names = {**KILLED, **SURVIVED}
        outcome = {mutant: names.get(verdicts[mutant], f"exit {verdicts[mutant]}") for mutant in sample}
        for mutant in sample:
            if outcome[mutant] not in ("killed", "timeout"):
                shown = subprocess.run(
                    [python, "-m", "mutmut", "show", mutant], cwd=folder, capture_output=True, text=True
                )
                print(f"--- {outcome[mutant]}: {mutant}\n{shown.stdout}")
    counts = Counter(outcome.values())
    killed = counts["killed"] + counts["timeout"]
    print(f"{len(every)} mutants, {len(sample)} of them run (seed {options.seed}): {dict(counts)}")
    print(f"killed: {killed / len(sample):.1%}   ({(time.monotonic() - start) / 60:.0f} minutes)")


if __name__ == "__main__":
    main()
