"""Makes a class from a seed: the LMS's zip and gradebook, the key, and what is true of every student."""

import csv
import datetime
import io
import json
import random
import struct
import zipfile
import zlib
from dataclasses import dataclass, field
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import writing
from PIL import Image

import restorekit as rk
from restorekit.grading import key

DUE = "2026-06-08 23:59:59 Asia/Seoul"
_ZONE = ZoneInfo("Asia/Seoul")
_GIVEN = [
    "Minsu",
    "Jiwoo",
    "Ada",
    "Björn",
    "Chloé",
    "민수",
    "지우",
    "Omar",
    "Yuki",
    "Lea",
    "=cmd()",
    "<script>alert(1)</script>",
]
_FAMILY = ["Kim", "Lee", "Park", "김", "Müller", "O'Neil", "Tanaka", "van der Berg", "García"]
STEPS = ((2.0, 3), (4.0, 6), (6.0, 10))


@dataclass
class Truth:
    """What is true of one student: the points of each model's parts, before they are scaled; the state; whose copy it is."""

    parts: dict = field(default_factory=dict)
    state: str = "in time"
    copy_of: str = ""
    attack: str = ""

    @property
    def points(self):
        return round(sum(sum(parts.values()) for parts in self.parts.values()) * 100 / 99, 1) + 0.0


@dataclass
class Classroom:
    zip: Path
    gradebook: Path
    key: Path
    truth: dict
    missing: list


def make(folder, students, seed=0, height=384, width=512):
    """Write a class of so many students, besides three who hand in nothing."""
    rng = random.Random(seed)
    photo = folder / "own.png"
    rk.save(photo, rk.sample("coffee")[::-1][:height, 40 : 40 + width])
    given, kept = key.make(folder / "class2026", photo, 0.1, DUE, say=lambda text: None)
    clean, noisy = (np.float32(np.asarray(Image.open(path))) for path in (kept / "clean.png", given / "noisy.png"))
    users = [f"{rng.choice(['st', 'u', 'kim', 'stud'])}{rng.choice(['_', '', '.'])}{1000 + k}" for k in range(students)]
    kinds = _kinds(students, rng)
    truth, written = {}, {}
    with zipfile.ZipFile(folder / "gradebook_download.zip", "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for k, (user, kind) in enumerate(zip(users, kinds, strict=True)):
            files, truth[user] = honest(seed * 1_000_003 + k, clean, noisy)
            if kind == "copy":
                other = rng.choice(
                    sorted(name for name in written if truth[name].state == "in time" and not truth[name].attack)
                )
                files, truth[user] = _copy(written[other], truth[other], other, k, files, truth[user])
            elif kind == "incomplete":
                lost = rng.choice(sorted(files))
                del files[lost]
                _lose(truth[user], lost)
                truth[user].state = "incomplete"
            elif kind in ATTACKS:
                truth[user].attack = kind
                ATTACKS[kind](files, truth[user])
            written[user] = files
            late = kind == "late"
            when = datetime.datetime(
                2026, 6, 9 if late else rng.randint(1, 8), rng.randint(0, 23), rng.randint(0, 59), k % 60
            )
            if late:
                truth[user].state, truth[user].parts = "late", {}
            elif k % 7 == 0:  # an earlier attempt of one file, and a later one that comes too late
                hand_in(archive, user, when - datetime.timedelta(days=1), {"Model1.png": b"not yet"}, rng)
                hand_in(archive, user, datetime.datetime(2026, 6, 10, 8, 0, k % 60), files, rng)
            hand_in(archive, user, when, files, rng)
    missing = [f"absent{k}" for k in range(3)]
    _write_gradebook(folder / "lms.csv", users + missing, rng)
    return Classroom(folder / "gradebook_download.zip", folder / "lms.csv", kept, truth, missing)


def _kinds(students, rng):
    """5 % late, 5 % incomplete, 3 % copies, 10 % attacks; whoever is copied comes first."""
    attacks = sorted(ATTACKS)
    kinds = ["late"] * (students // 20) + ["incomplete"] * (students // 20) + ["copy"] * max(1, students * 3 // 100)
    kinds += [attacks[k % len(attacks)] for k in range(students // 10)]
    rest = students - len(kinds) - students // 3
    kinds += ["honest"] * rest
    rng.shuffle(kinds)
    return ["honest"] * (students - len(kinds)) + kinds


def honest(seed, clean, noisy):
    """Six files and what is true of them."""
    rng = random.Random(seed)
    habit, files, truth = writing.Habit(seed), {}, Truth()
    for number in (1, 2, 3):
        able = [name for name in writing.MISTAKES if number > 1 or "skip" not in name]
        mistake = rng.choice(able) if rng.random() < 0.15 else ""
        wrong = writing.MISTAKES.get(mistake)
        text = writing.program(habit, number, mistake)
        if habit.notebook:
            files[f"Model{number}.ipynb"] = writing.as_notebook(text, seed).encode()
        else:
            files[f"Model{number}.py"] = text.encode()
        gain = rng.choice([1.2, 3.1, 5.2, 7.5, 7.8]) + rng.uniform(-0.3, 0.3)
        files[f"Model{number}.png"] = restoration(clean, noisy, gain, seed * 3 + number)
        truth.parts[number] = {
            "picture": 5, "program": 3, "network": 0 if wrong == "network" else 10, "training": 0 if wrong == "training" else 5,
            "gain": max((points for decibels, points in STEPS if gain >= decibels), default=0),
        }  # fmt: skip
    return files, truth


def restoration(clean, noisy, gain, seed):
    """A picture with so much gain over the noisy one, unlike any other."""
    rng = np.random.default_rng(seed)
    pixels = np.clip(np.rint(clean + 10 ** (-gain / 20) * (noisy - clean)), 0, 255).astype(np.uint8)
    rows, columns = rng.integers(0, pixels.shape[0], 30), rng.integers(0, pixels.shape[1], 30)
    pixels[rows, columns] ^= 1
    return png(pixels)


def png(pixels, **options):
    """The bytes of a PNG file."""
    file = io.BytesIO()
    Image.fromarray(pixels).save(file, "PNG", compress_level=1, **options)
    return file.getvalue()


def _copy(theirs, their_truth, other, seed, own, own_truth):
    """Another student's work under one's own name: the programs with new names; the pictures as they are, or one's own."""
    pictures, drawn = (own, own_truth) if seed % 2 else (theirs, their_truth)
    files = {name: data for name, data in pictures.items() if name.endswith(".png")}
    for name, data in theirs.items():
        if name.endswith(".py"):
            files[name] = writing.copied(data.decode(), seed).encode()
        elif name.endswith(".ipynb"):
            files[name] = data
    parts = {n: parts | {"gain": drawn.parts[n]["gain"]} for n, parts in their_truth.parts.items()}
    return files, Truth(parts, copy_of=other)


def hand_in(archive, user, when, files, rng):
    """Put an attempt into the zip, with its receipt, as Blackboard does."""
    stem = f"Denoising_Assignment_{user}_attempt_{when:%Y-%m-%d-%H-%M-%S}"
    name = f"{rng.choice(_GIVEN)} {rng.choice(_FAMILY)}"
    listed = "".join(f"\tOriginal filename: {file}\n\tFilename: {stem}_{file}\n\n" for file in files)
    receipt = (
        f"Name: {name} ({user})\nAssignment: Denoising Assignment\nDate Submitted: {when:%A, %d %B %Y %H:%M:%S} o'clock KST\n"
        f"Current Mark: Needs Marking\n\nSubmission Field:\nThere is no student submission text data for this assignment.\n\n"
        f"Comments:\nThere are no student comments for this assignment.\n\nFiles:\n{listed}"
    )
    archive.writestr(f"{stem}.txt", receipt)
    for file, data in files.items():
        archive.writestr(
            f"{stem}_{file}", data, None if file.endswith(".py") or len(data) > 2_000_000 else zipfile.ZIP_STORED
        )


def _write_gradebook(path, users, rng):
    """The LMS's file: tabs, quotes, UTF-16."""
    file = io.StringIO()
    writer = csv.writer(file, delimiter="\t", quoting=csv.QUOTE_ALL, lineterminator="\n")
    writer.writerow(
        [
            "Last Name",
            "First Name",
            "Username",
            "Student ID",
            "Quiz [Total Pts: 10 Score] |77",
            "Denoising Assignment [Total Pts: 100 Score] |1234",
        ]
    )
    for k, user in enumerate(users):
        writer.writerow([rng.choice(_FAMILY), rng.choice(_GIVEN), user, 20260000 + k, rng.randint(0, 10), ""])
    path.write_bytes(b"\xff\xfe" + file.getvalue().encode("utf-16-le"))


def _lose(truth, name):
    """A file that is missing or can't be read: its points are gone."""
    parts = truth.parts[int(name[5])]
    for part in ("picture", "gain") if name.endswith(".png") else ("program", "network", "training"):
        parts[part] = 0


def _picture(make_bytes):
    """An attack by a picture that can't count."""

    def attack(files, truth):
        files["Model2.png"] = make_bytes(files["Model2.png"])
        _lose(truth, "Model2.png")

    return attack


def _program(name, data):
    """An attack by a program that can't be read, in the place of that for Model 1."""

    def attack(files, truth):
        for old in ("Model1.py", "Model1.ipynb"):
            files.pop(old, None)
        files[name] = data() if callable(data) else data
        _lose(truth, name)

    return attack


def _incomplete(attack):
    """An attack by a file that counts as missing, empty or never unpacked: the attempt is not complete."""

    def missing(files, truth):
        attack(files, truth)
        truth.state = "incomplete"

    return missing


def _text(change):
    """An oddity that does no harm: the programs as text, changed."""

    def attack(files, truth):
        for name in [name for name in files if name.endswith(".py")]:
            files[name] = change(files[name].decode())

    return attack


def _pixels(data):
    return np.asarray(Image.open(io.BytesIO(data)).convert("RGB"))


def _bomb(_):
    """A PNG that claims 60,000 x 60,000 pixels, all black."""
    head = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    return _by_hand(head, zlib.compress(bytes(10_000_000), 9))


def _by_hand(head, rows):
    """A PNG file from the contents of its first chunk and its packed rows."""
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", head) + _chunk(b"IDAT", rows) + _chunk(b"IEND", b"")


def _chunk(kind, data):
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _sixteen(data):
    """The picture with 16 bits a value."""
    pixels = _pixels(data)
    rows = b"".join(b"\0" + (pixels[y].astype(">u2") * 257).tobytes() for y in range(len(pixels)))
    head = struct.pack(">IIBBBBB", pixels.shape[1], pixels.shape[0], 16, 2, 0, 0, 0)
    return _by_hand(head, zlib.compress(rows, 1))


def _jpeg(data):
    file = io.BytesIO()
    Image.fromarray(_pixels(data)).save(file, "JPEG")
    return file.getvalue()


def _transparent(value):
    def change(data):
        pixels = _pixels(data)
        return png(np.dstack([pixels, np.full(pixels.shape[:2], value, np.uint8)]))

    return change


def _palette(data):
    file = io.BytesIO()
    Image.fromarray(_pixels(data)).quantize(32).save(file, "PNG")
    return file.getvalue()


def _animated(data):
    file = io.BytesIO()
    frame = Image.fromarray(_pixels(data))
    frame.save(file, "PNG", save_all=True, append_images=[Image.fromarray(255 - _pixels(data))], duration=100)
    return file.getvalue()


def _opaque(files, truth):
    files["Model2.png"] = _transparent(255)(files["Model2.png"])


def _outputs():
    """A notebook with 60 MB of output."""
    output = [{"output_type": "stream", "name": "stdout", "text": "x" * 60_000_000}]
    cell = {"cell_type": "code", "metadata": {}, "source": "x = 1", "outputs": output, "execution_count": 1}
    return json.dumps({"cells": [cell], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}).encode()


def _others(files, truth):
    """Names that point elsewhere, a zip in the zip, and a page: nobody opens them."""
    files |= {
        "../../../canary.txt": b"x",
        "C:\\canary.txt": b"x",
        "mine.zip": b"PK\x05\x06" + bytes(18),
        "<script>x</script>.html": b"<b>",
    }


def _html(text):
    return ("# <script>document.title='owned'</script> <img src=x onerror=alert(1)>\n" + text).encode()


ATTACKS = {
    "png bomb": _picture(_bomb),
    "wrong size": _picture(lambda data: png(np.ascontiguousarray(_pixels(data)[:-1]))),
    "swapped size": _picture(lambda data: png(np.ascontiguousarray(_pixels(data).swapaxes(0, 1)))),
    "16 bit": _picture(_sixteen),
    "palette": _picture(_palette),
    "gray": _picture(lambda data: png(_pixels(data)[..., 0])),
    "transparent": _picture(_transparent(100)),
    "animated": _picture(_animated),
    "truncated": _picture(lambda data: data[: len(data) // 2]),
    "jpeg": _picture(_jpeg),
    "empty picture": _incomplete(_picture(lambda data: b"")),
    "opaque": _opaque,
    "syntax error": _program("Model1.py", b"import keras\nmodel = = 1\n"),
    "python 2": _program("Model1.py", b"print 'hello'\n"),
    "50 MB": _incomplete(_program("Model1.py", lambda: b"x = 1\n" * 8_500_000)),
    "deep nesting": _program("Model1.py", b"x = " + b"(" * 50_000 + b"1" + b")" * 50_000),
    "empty program": _incomplete(_program("Model1.py", b"")),
    "broken notebook": _program("Model1.ipynb", b'{"cells": [{"cell_type": "code", "source": "x = 1'),
    "no code": _program("Model1.ipynb", b'{"cells": [], "metadata": {}, "nbformat": 4, "nbformat_minor": 5}'),
    "60 MB of outputs": _incomplete(_program("Model1.ipynb", _outputs)),
    "BOM": _text(lambda text: b"\xef\xbb\xbf" + text.encode()),
    "CRLF": _text(lambda text: text.replace("\n", "\r\n").encode()),
    "cp949": _text(lambda text: ("# 잡음을 없앤다\n" + text).encode("cp949")),
    "html": _text(_html),
    "other names": _others,
}
