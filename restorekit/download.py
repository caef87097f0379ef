"""Fetching a file once: downloaded to a cache, checked, and never used when it is incomplete or changed.

Used by `restorekit.datasets`. RESTOREKIT_CACHE names the cache folder; RESTOREKIT_OFFLINE=1 forbids downloading.
"""

import contextlib
import functools
import hashlib
import http.client
import os
import sys
import urllib.request
from pathlib import Path
from typing import NamedTuple

from tqdm import tqdm

_CHUNK = 1 << 20
_SECONDS_OF_SILENCE = 20


class Archive(NamedTuple):
    """A file on the web, with what is known of it beforehand."""

    title: str
    url: str
    sha256: str
    most_bytes: int

    @property
    def name(self):
        """Its file name, in the cache as on the web."""
        return self.url.rsplit("/", 1)[-1]


@functools.cache
def notice(text):
    """Print a line once a session: a plain output, so that a notebook shows it without alarm."""
    print(text)


def cache_folder():
    """Where downloads are kept: RESTOREKIT_CACHE, or else the place that the system has for such files.

    Returns
    -------
    Path
        It need not exist yet.
    """
    home, named = Path.home(), os.environ.get("RESTOREKIT_CACHE")
    if named:
        return Path(named).expanduser()
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local") / "restorekit" / "Cache"
    if sys.platform == "darwin":
        return home / "Library" / "Caches" / "restorekit"
    return Path(os.environ.get("XDG_CACHE_HOME") or home / ".cache") / "restorekit"


def fetch(archive):
    """Give the path of an archive: from the cache, or else downloaded with a progress bar.

    Parameters
    ----------
    archive : Archive

    Returns
    -------
    Path or None
        None where it can't be had; a printed notice has then said why.
    """
    path = cache_folder() / archive.name
    if path.is_file():
        if _sha256(path) == archive.sha256:
            return path
        notice(f"{archive.title}: the file in the cache is damaged and is not used ({path.name}).")
        with contextlib.suppress(OSError):
            path.unlink()
    if os.environ.get("RESTOREKIT_OFFLINE") == "1":
        return None
    try:
        _download(archive, path)
    except (OSError, http.client.HTTPException) as error:
        notice(f"{archive.title}: not downloaded ({getattr(error, 'reason', error)}).")
        return None
    return path


def _download(archive, path):
    """Download to a .part file beside `path`; rename it only when it is complete and its checksum is right."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.part")
    digest, received = hashlib.sha256(), 0
    request = urllib.request.Request(archive.url, headers={"User-Agent": "restorekit"})
    try:
        with urllib.request.urlopen(request, timeout=_SECONDS_OF_SILENCE) as answer, open(part, "wb") as file:
            expected = int(answer.headers.get("Content-Length") or 0)
            with tqdm(total=expected or None, unit="B", unit_scale=True, desc=archive.title, file=sys.stdout) as bar:
                while chunk := answer.read(_CHUNK):
                    received += len(chunk)
                    if received > archive.most_bytes:
                        raise OSError(f"larger than the {archive.most_bytes:,} bytes that it should be")
                    file.write(chunk)
                    digest.update(chunk)
                    bar.update(len(chunk))
        if expected and received < expected:
            raise OSError(f"stopped after {received:,} of {expected:,} bytes")
        if digest.hexdigest() != archive.sha256:
            raise OSError("its checksum is wrong: it changed on the way or at its source")
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)


def _sha256(path):
    """The SHA-256 checksum of a file."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
