"""The answer key: a clean picture, the noisy one that is given out, and the secret that the noise came from."""

import contextlib
import datetime
import hashlib
import json
import os
import re
import secrets
import shutil
import warnings
import zoneinfo
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from restorekit import atomic, images, restore, zoo
from restorekit.degrade import resize
from restorekit.grading import pages, rubric

__all__ = ["Key", "load", "make", "parse_due"]

#: A noisy picture hardly shrinks in a file; three restorations of it come from each student.
_MOST_PIXELS = 2_000_000
_LEAST_SIDE = 128


@dataclass(frozen=True)
class Key:
    """What `load` read.

    Attributes
    ----------
    folder : Path
    clean, noisy : ndarray (H, W, 3), float32, [0, 1]
        As they stand in their files.
    sigma : float
        Standard deviation of the noise, on the [0, 1] scale.
    due : datetime
        With its time zone.
    secret : str
        What the noise came from, in hexadecimal digits.
    known : dict of str to Path
        Restorations of the noisy picture by what the library ships, by the name of the method.
    """

    folder: Path
    clean: np.ndarray
    noisy: np.ndarray
    sigma: float
    due: datetime.datetime
    secret: str
    known: dict


def make(folder, image, sigma, due, longest=None, say=print):
    """Make what is given out, and the key to it, which is kept.

    The noise comes from 128 bits of fresh secret: a seed that can be guessed is the answer itself, for noisy minus guessed is clean.

    Parameters
    ----------
    folder : Path
        To be made, with noisy.png and handout.html; beside it the key, FOLDER-key, readable by its owner alone.
    image : Path
        A colour photo, best the instructor's own and published nowhere.
    sigma : float
        Standard deviation of the noise, on the [0, 1] scale.
    due : str
        Such as "2026-06-08 23:59:59 Asia/Seoul".
    longest : int, optional
        Shrink the photo first so that its longer side has that many pixels.
    say : callable
        Told, in sentences, what is worth knowing.

    Returns
    -------
    given, kept : Path
        The two folders.

    Raises
    ------
    ValueError
        For a photo, a sigma or a date that will not do.
    OSError
        If the photo can't be read, a folder exists already, or can't be written.
    """
    if not 0 < images.require_sigma(sigma) <= 1:
        raise ValueError(f"sigma is {sigma:g}; noise is above 0, and at most 1")
    when = parse_due(due)
    given, kept = Path(folder), Path(f"{folder}-key")
    for path in (given, kept):
        if path.exists():
            raise FileExistsError(f"{path} exists already; a key is never overwritten. Choose another name")
    clean = _photo(image, longest)
    secret = secrets.token_bytes(16)
    noisy = images.as_float(images.to_uint8(clean + np.float32(sigma) * _noise(secret, clean.shape)))
    parts = [path.with_name(f".{path.name}.part") for path in (given, kept)]
    try:
        for part in parts:
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(mode=0o700, parents=True)
        _fill_key(parts[1], clean, noisy, {"sigma": sigma, "due": due, "secret": secret.hex()}, say)
        shutil.copyfile(parts[1] / "noisy.png", parts[0] / "noisy.png")
        _write(parts[0] / "handout.html", pages.handout(noisy, sigma, when))
        parts[0].chmod(0o755)
        for part, path in zip(reversed(parts), (kept, given), strict=True):
            os.replace(part, path)
    finally:
        for part in parts:
            shutil.rmtree(part, ignore_errors=True)
    return given, kept


def load(folder):
    """Read a key, and make sure that its pictures are those that were made.

    Parameters
    ----------
    folder : Path
        Which `make` made.

    Returns
    -------
    Key

    Raises
    ------
    OSError
        If something is missing.
    ValueError
        If something is not as it was made.
    """
    folder = Path(folder)
    if not (folder / "key.json").is_file():
        raise FileNotFoundError(f"{folder} is no key: it holds no key.json. `restorekit assignment new` makes one")
    try:
        facts = json.loads((folder / "key.json").read_text(encoding="utf-8"))
        sigma, due, hashes = float(facts["sigma"]), str(facts["due"]), dict(facts["sha256"])
        secret = str(facts["secret"])
    except (ValueError, KeyError, TypeError) as problem:
        raise ValueError(f"{folder / 'key.json'} is damaged: {problem}") from problem
    for name in ("clean.png", "noisy.png"):
        if _sha256(folder / name) != hashes.get(name):
            raise ValueError(f"{folder / name} is not the picture that the key was made with; take it from a backup")
    clean, noisy = (images.load(folder / name) for name in ("clean.png", "noisy.png"))
    known = {path.stem: path for path in sorted((folder / "known").glob("*.png"))}
    return Key(folder, clean, noisy, sigma, parse_due(due), secret, known)


def parse_due(text):
    """Read a date with time and time zone.

    Parameters
    ----------
    text : str

    Returns
    -------
    datetime.datetime
        With the time zone.

    Raises
    ------
    ValueError
        If it is none, or a time that the zone's clocks skip.

    Examples
    --------
    >>> parse_due("2026-06-08 23:59:59 Asia/Seoul").isoformat()
    '2026-06-08T23:59:59+09:00'
    """
    match = re.fullmatch(r"\s*(\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?)\s+(\S+)\s*", text)
    if not match:
        raise ValueError(f'the date is "{text}"; write it like "2026-06-08 23:59:59 Asia/Seoul"')
    try:
        zone = zoneinfo.ZoneInfo(match[3])
    except (zoneinfo.ZoneInfoNotFoundError, ValueError) as problem:
        raise ValueError(
            f'there is no time zone "{match[3]}"; write it like Asia/Seoul, Europe/London or UTC'
        ) from problem
    try:
        when = datetime.datetime.fromisoformat(f"{match[1]} {match[2]}").replace(tzinfo=zone)
    except ValueError as problem:
        raise ValueError(f'there is no such date: "{match[1]} {match[2]}"') from problem
    if when.astimezone(datetime.UTC).astimezone(zone).replace(tzinfo=None) != when.replace(tzinfo=None):
        raise ValueError(f"clocks in {match[3]} skip {match[1]} {match[2]} (summer time begins); choose another time")
    return when


def _fill_key(folder, clean, noisy, facts, say):
    """Write all that a key holds, for its owner alone."""
    for name in ("known", "given"):
        (folder / name).mkdir()
    images.save(folder / "clean.png", clean)
    images.save(folder / "noisy.png", noisy)
    _known(folder / "known", noisy, facts["sigma"], say)
    _write(folder / "rubric.toml", rubric.DEFAULT)
    _write(folder / "overrides.csv", "student,points,extension,reason\n")
    _write(folder / "README.txt", pages.KEY_README)
    hashes = {name: _sha256(folder / name) for name in ("clean.png", "noisy.png")}
    _write(folder / "key.json", json.dumps(facts | {"sha256": hashes}, indent=1) + "\n")
    for path in folder.rglob("*"):
        path.chmod(0o700 if path.is_dir() else 0o600)


def _photo(path, longest):
    """The photo that is to be restored: colour, not too large, and not one of the course's own."""
    photo = images.load(path, alpha="drop")
    if photo.ndim == 2 or np.ptp(photo, axis=-1).max() < 2 / 255:
        raise ValueError(f"{path} has no colours; the assignment asks for a colour photo")
    if longest is not None:
        if not _LEAST_SIDE <= longest <= max(photo.shape[:2]):
            raise ValueError(f"--longest is {longest}; it must be from {_LEAST_SIDE} to {max(photo.shape[:2])} here")
        photo = np.clip(resize(photo, scale=longest / max(photo.shape[:2])), 0, 1)
    height, width = photo.shape[:2]
    if min(height, width) < _LEAST_SIDE:
        raise ValueError(f"the photo is {width} x {height}; it should have at least {_LEAST_SIDE} pixels a side")
    if height * width > _MOST_PIXELS:
        raise ValueError(
            f"the photo is {width} x {height}; with noise it would make files of {height * width * 3e-6:.0f} MB, three from each "
            "student. Shrink it: --longest 512"
        )
    tiny = _thumbnail(photo)
    for name in images.sample_names():
        known = images.sample(name)
        if known.ndim == 3 and np.corrcoef(tiny, _thumbnail(known))[0, 1] > 0.99:
            raise ValueError(
                f'the photo is the course\'s own "{name}", whose clean version everybody has. Take your own'
            )
    return images.as_float(images.to_uint8(photo))


def _thumbnail(photo):
    """The averages of 16 x 16 parts, as one row."""
    rows, columns = (np.linspace(0, side, 17).astype(int) for side in photo.shape[:2])
    sums = np.add.reduceat(np.add.reduceat(photo.mean(axis=2), rows[:-1], axis=0), columns[:-1], axis=1)
    return (sums / np.outer(np.diff(rows), np.diff(columns))).ravel()


def _noise(secret, shape):
    """Standard normal noise from 16 secret bytes."""
    return np.random.default_rng(int.from_bytes(secret)).standard_normal(shape, np.float32)


def _known(folder, noisy, sigma, say):
    """Restore the noisy picture with all that the library ships, so that a copy of that can be recognised."""
    networks = zoo.names("denoise")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a network for other noise says so
        for method in (*networks, *restore.DENOISERS):
            with contextlib.suppress(ImportError, ValueError):  # no Keras; a network for gray pictures
                images.save(folder / f"{method}.png", restore.denoise(noisy, method, sigma=sigma))
    if not any((folder / f"{method}.png").exists() for method in networks):
        say(
            "the library's networks need Keras, which is not here: restorations made by them will not be recognised. To change "
            "that, install it (pip install keras tensorflow-cpu) and make the key again"
        )


def _write(path, text):
    """Write a text file."""
    atomic.write(path, text.encode())


def _sha256(path):
    """The checksum of a file."""
    return hashlib.sha256(path.read_bytes()).hexdigest()
