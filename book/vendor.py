"""Fetch what the pages need from npm, at the versions of book/package-lock.json; once fetched, no network is needed."""

import shutil
import subprocess
from pathlib import Path

BOOK = Path(__file__).resolve().parent
FOLDER = BOOK.parent / "build" / "book" / "npm"


def fetch():
    """Return the folder node_modules, filled as the lock says."""
    lock = (BOOK / "package-lock.json").read_bytes()
    stamp, modules = FOLDER / "fetched.json", FOLDER / "node_modules"
    if stamp.is_file() and stamp.read_bytes() == lock and modules.is_dir():
        return modules
    if shutil.which("npm") is None:
        raise SystemExit(
            "The book takes MathJax from npm, and npm is not installed: install Node.js, then run make again."
        )
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(BOOK / name, FOLDER)
    command = ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"]
    subprocess.run(command, cwd=FOLDER, check=True)
    stamp.write_bytes(lock)
    return modules


if __name__ == "__main__":
    print(fetch())
