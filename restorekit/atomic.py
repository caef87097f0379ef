"""Writing a file all or nothing: whoever looks sees the old contents or the whole new ones."""

import contextlib
import os
import uuid

__all__ = ["write"]


def write(path, contents, part=None):
    """Give a file new contents; if that fails, the old ones stay.

    Parameters
    ----------
    path : Path
        In a folder that exists.
    contents : bytes
    part : str, optional
        Name of the file beside it that is written first. By default a name of its own for each call. A fixed one is right where one
        process alone writes, again and again: one that is killed then leaves a single unfinished file, and the next one takes it over.

    Raises
    ------
    OSError
        The folder is missing, writing is not allowed, the disk is full.

    Examples
    --------
    >>> import tempfile
    >>> from pathlib import Path
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write(Path(folder) / "scores.csv", b"epoch,psnr")
    ...     [file.name for file in Path(folder).iterdir()]
    ['scores.csv']
    """
    new = path.with_name(part or f".{uuid.uuid4().hex}.part")
    try:
        with open(new, "wb") as file:
            file.write(contents)
            file.flush()
            os.fsync(file.fileno())
        os.replace(new, path)
    finally:
        with contextlib.suppress(OSError):
            new.unlink(missing_ok=True)
