"""A zip or a folder as a list of files that are read one by one: nothing is unpacked, no link followed, no name used to write."""

import itertools
import os
import stat
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from restorekit.handed_in import Refused

__all__ = ["FolderArchive", "Item", "ZipArchive", "open_archive", "shown"]

#: What is still listed: files in all; unpacked over packed size of a file, where that is more than a megabyte; folders in folders.
MOST_FILES = 100_000
MOST_RATIO = 200
_DEEPEST = 8
#: bzip2 and LZMA can make gigabytes of one packed piece before anybody can stop them; LMSs don't use them.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_DAMAGED = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError, OverflowError)
_NOT_PLAIN = "is a link or a device, not a plain file"


@dataclass(frozen=True)
class Item:
    """One file of an archive; its contents are read later.

    Attributes
    ----------
    name : str
        For people; never used as a path.
    size : int
        In bytes, as the archive claims.
    place : int or str
        How the archive finds it again: index in the zip, or path in the folder.
    problem : str
        Why it can't be read ("is encrypted", ...), or "".
    """

    name: str
    size: int
    place: int | str
    problem: str = ""


def open_archive(path):
    """Open a zip or a folder.

    Parameters
    ----------
    path : path

    Returns
    -------
    ZipArchive or FolderArchive
        Both have `items()`, `read(item, limit)` and `alike(one, other)`, and can be pickled: another process opens them again.

    Raises
    ------
    OSError
        If there is none, or it can't be opened.
    ValueError
        If it is a file, but no zip that can be read, or holds too many files.
    """
    path = Path(path).expanduser().absolute()
    archive = FolderArchive(path) if path.is_dir() else ZipArchive(path)
    archive.items()
    return archive


def shown(name):
    """A stranger's text, safe to show: one line, nothing invisible, not too long.

    Parameters
    ----------
    name : str

    Returns
    -------
    str
        NFC, with \N{REPLACEMENT CHARACTER} in the place of what is not printable. Still not HTML, and still no path.

    Examples
    --------
    >>> shown("Model1\\n.png"), shown("x" * 1000) == "x" * 79 + "…"
    ('Model1\N{REPLACEMENT CHARACTER}.png', True)
    """
    name = "".join(
        letter if letter.isprintable() else " " if unicodedata.category(letter) == "Zs" else "\N{REPLACEMENT CHARACTER}"
        for letter in unicodedata.normalize("NFC", name[:1000])
    )
    return name if len(name) <= 80 else name[:79] + "…"


class ZipArchive:
    """A zip, whose files are found by their index in its list; see `open_archive`."""

    def __init__(self, path):
        self.path = path
        self._opened = None

    def __reduce__(self):
        return ZipArchive, (self.path,)

    def items(self):
        """All files as `Item`, named as in the zip; folders end with "/"."""
        listed = self._zip().infolist()
        return [Item(_zip_name(info), info.file_size, index, _zip_problem(info)) for index, info in enumerate(listed)]

    def alike(self, one, other):
        """True if two items hold the same, by the size and checksum in the zip's list."""
        one, other = (self._zip().infolist()[item.place] for item in (one, other))
        return (one.file_size, one.CRC) == (other.file_size, other.CRC)

    def read(self, item, limit):
        """The bytes of an item.

        Parameters
        ----------
        item : Item
        limit : int
            The most bytes that are taken.

        Returns
        -------
        bytes

        Raises
        ------
        restorekit.handed_in.Refused
            If it has a problem, is larger, empty or damaged.
        """
        _require_fitting(item, limit)
        listed = self._zip().infolist()
        info = listed[item.place] if isinstance(item.place, int) and 0 <= item.place < len(listed) else None
        if info is None or info.file_size != item.size or _zip_problem(info):
            raise Refused("is no longer what it was: the zip was changed. Run again")
        try:
            with self._zip().open(info) as file:
                data = file.read(limit + 1)
        except _DAMAGED as problem:
            raise Refused(f"is damaged in the zip, and can't be read: {shown(str(problem))}") from problem
        return _require_contents(data, item.size)

    def close(self):
        """Let go of the file."""
        if self._opened is not None:
            self._opened[1].close()
            self._opened = None

    def _zip(self):
        """The open zip. A forked process opens its own: two that share one would move each other's place in the file."""
        if self._opened is None or self._opened[0] != os.getpid():
            self._opened = os.getpid(), _open_zip(self.path)
        return self._opened[1]


class FolderArchive:
    """A folder, whose files are found by their path in it; see `open_archive`."""

    def __init__(self, path):
        self.path = Path(os.path.realpath(path))

    def items(self):
        """All files as `Item`, named by their path in the folder; folders end with "/"."""
        items = list(itertools.islice(self._walk("", 1), MOST_FILES + 1))
        if len(items) > MOST_FILES:
            raise ValueError(f"{self.path} holds more than {MOST_FILES:,} files; is it the right folder?")
        return items

    def alike(self, one, other):
        """True if two items hold the same."""
        limit = 60_000_000
        try:
            return one.size == other.size and self.read(one, limit) == self.read(other, limit)
        except Refused:
            return False

    def read(self, item, limit):
        """The bytes of an item: as `ZipArchive.read`."""
        _require_fitting(item, limit)
        try:
            with open(self._descriptor(item.place), "rb") as file:
                data = file.read(limit + 1)
        except OSError as problem:
            raise Refused(f"can't be read: {problem.strerror}") from problem
        return _require_contents(data, item.size)

    def close(self):
        """Nothing is held."""

    def _descriptor(self, place):
        """Open a plain file inside the folder, and nothing else, whatever has been put there since it was listed."""
        path = os.path.join(self.path, *place.split("/"))
        if os.path.realpath(path) != path:
            raise Refused(_NOT_PLAIN)
        # Without O_NONBLOCK, opening a pipe waits for ever.
        flags = sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY"))
        descriptor = os.open(path, os.O_RDONLY | flags)
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            os.close(descriptor)
            raise Refused(_NOT_PLAIN)
        return descriptor

    def _walk(self, inside, depth):
        try:
            with os.scandir(os.path.join(self.path, inside)) as listing:
                entries = sorted(itertools.islice(listing, MOST_FILES + 1), key=lambda entry: entry.name)
        except OSError as problem:
            if not inside:
                raise
            place = inside.rstrip("/")
            yield Item(_decoded(os.fsencode(place)), 0, place, f"can't be listed: {problem.strerror}")
            return
        for entry in entries:
            place = inside + entry.name
            name = _decoded(os.fsencode(place))
            status = entry.stat(follow_symlinks=False)
            junction = hasattr(entry, "is_junction") and entry.is_junction()
            if stat.S_ISDIR(status.st_mode) and not junction:
                yield Item(f"{name}/", 0, place)
                if depth < _DEEPEST:
                    yield from self._walk(f"{place}/", depth + 1)
            else:
                problem = "" if stat.S_ISREG(status.st_mode) else _NOT_PLAIN
                yield Item(name, status.st_size, place, problem)


def _open_zip(path):
    """Open a zip and read its list, or say what is wrong with the whole of it."""
    if not path.is_file():
        raise FileNotFoundError(f"{path} does not exist, or is neither a zip nor a folder")
    try:
        opened = zipfile.ZipFile(path)
    except PermissionError:
        raise
    except _DAMAGED as problem:
        raise ValueError(f"{path} is no zip, or only a piece of one ({problem}). Download it again") from problem
    count = len(opened.infolist())
    if not 0 < count <= MOST_FILES:
        opened.close()
        what = f"holds {count:,} files; more than {MOST_FILES:,} are not read" if count else "is an empty zip"
        raise ValueError(f"{path} {what}. Download it again")
    return opened


def _zip_name(info):
    """A file's name in the list. Without the mark for UTF-8, zipfile takes the bytes for code page 437, which few meant."""
    # Not .filename: that one ends at a null character, and may come from a second, hidden name.
    name = info.orig_filename
    return name if info.flag_bits & 0x800 else _decoded(name.encode("cp437"))


def _decoded(name):
    """Bytes as text: UTF-8, or what Korean Windows writes."""
    for encoding in ("utf-8", "cp949"):
        try:
            return name.decode(encoding)
        except UnicodeDecodeError:
            pass
    return name.decode("cp437")


def _zip_problem(info):
    """Why a file of the zip is not read, or ""."""
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        return _NOT_PLAIN
    if info.flag_bits & 0x1:
        return "is encrypted"
    if info.compress_type not in _METHODS:
        return "is packed by a method that is not read here"
    if info.file_size > max(1_000_000, MOST_RATIO * info.compress_size):
        return f"claims to unpack to more than {MOST_RATIO} times its size"
    return ""


def _require_fitting(item, limit):
    """Refuse by what the list says, before anything is opened."""
    if item.problem:
        raise Refused(item.problem)
    if item.size > limit:
        raise Refused(f"has {item.size / 1e6:,.1f} MB; more than {limit / 1e6:g} MB are not opened here")


def _require_contents(data, size):
    """Refuse what is not as large as its archive says, or holds nothing."""
    if len(data) != size:
        raise Refused(f"has not the {size:,} bytes that the archive claims: it is damaged, or has just been changed")
    if not data or data.isspace():
        raise Refused("is empty")
    return data
