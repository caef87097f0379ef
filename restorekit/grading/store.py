"""The report's folder: results are kept as they come, and a new report takes the old one's place only when it is whole."""

import contextlib
import os
import shutil

from restorekit import atomic

__all__ = ["Store"]

_ENTRIES = ("index.html", "privacy.html", "students", "feedback", "grades.csv", "upload.csv", "log.jsonl")
_WHOLE = ".whole"  # what a new report consists of, written when all of it is there


class Store:
    """A folder for a report, with what has been found so far in ``.work``.

    Parameters
    ----------
    folder : Path
        New, empty, or that of an earlier report.

    Raises
    ------
    FileExistsError
        If it holds anything else: no one's files are overwritten.
    OSError
        If it can't be written to.
    """

    def __init__(self, folder):
        self.folder, self.work = folder, folder / ".work"
        self.new, self.old = self.work / "new", self.work / "old"
        if folder.exists() and not folder.is_dir():
            raise FileExistsError(f"{folder} is a file; give a folder for the report")
        if folder.is_dir() and not self.work.is_dir() and any(folder.iterdir()):
            raise FileExistsError(f"{folder} holds files that are not a report's; give a new folder")
        self.work.mkdir(mode=0o700, parents=True, exist_ok=True)
        folder.chmod(0o700)
        self._finish()

    def has(self, kind, key):
        """True if something is kept.

        Parameters
        ----------
        kind : str
            Such as "result".
        key : str
            A checksum.

        Returns
        -------
        bool
        """
        return self._place(kind, key).is_file()

    def get(self, kind, key):
        """What is kept, as bytes; None if nothing is.

        Parameters
        ----------
        kind, key : str
            As for `has`.

        Returns
        -------
        bytes or None
        """
        with contextlib.suppress(FileNotFoundError):
            return self._place(kind, key).read_bytes()
        return None

    def put(self, kind, key, contents):
        """Keep something.

        Parameters
        ----------
        kind, key : str
            As for `has`.
        contents : bytes
        """
        place = self._place(kind, key)
        place.parent.mkdir(exist_ok=True)
        atomic.write(place, contents)

    def begin(self):
        """Begin a new report.

        Returns
        -------
        Path
            An empty folder to write it to.
        """
        shutil.rmtree(self.new, ignore_errors=True)
        for name in ("students", "feedback"):
            (self.new / name).mkdir(parents=True)
        return self.new

    def publish(self):
        """Let the new report take the old one's place."""
        names = [name for name in _ENTRIES if (self.new / name).exists()]
        atomic.write(self.new / _WHOLE, "\n".join(names).encode())
        self._finish()

    def _place(self, kind, key):
        return self.work / kind / key

    def _finish(self):
        """Put a new report that is whole into its place, from wherever an earlier attempt was interrupted."""
        if (self.new / _WHOLE).is_file():
            names = (self.new / _WHOLE).read_text().split("\n")
            self.old.mkdir(exist_ok=True)
            for name in _ENTRIES:
                new, here = self.new / name, self.folder / name
                if here.exists() and (new.exists() or name not in names):
                    os.replace(here, self.old / name)
                if new.exists():
                    os.replace(new, here)
        shutil.rmtree(self.new, ignore_errors=True)
        shutil.rmtree(self.old, ignore_errors=True)
