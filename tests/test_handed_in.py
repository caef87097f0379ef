"""Files of strangers: whatever is in them, the answer is an image, trees, or one clear sentence; and nothing is run."""

import json
import os
import struct
import zlib

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

import restorekit as rk
from restorekit.handed_in import Refused, read_picture
from restorekit.sources import read_source

IMAGE = rk.images.crop(rk.sample("astronaut"), 40, 180, 12, 16)
PIXELS = rk.images.to_uint8(IMAGE)


def chunk(kind, data):
    """One chunk of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width, height, bits=8, kind=2, data=b""):
    """A PNG file that claims what it likes."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, kind, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + chunk(b"IDAT", zlib.compress(data)) + chunk(b"IEND", b"")


def refusal(function, path):
    """The sentence with which a file is refused."""
    with pytest.raises(Refused) as caught:
        function(path)
    assert "\n" not in str(caught.value)
    return str(caught.value)


@pytest.fixture
def file(tmp_path):
    """Writes a file and gives its path."""

    def write(name, contents):
        path = tmp_path / name
        path.write_bytes(contents if isinstance(contents, bytes) else contents.encode())
        return path

    return write


def saved(path, pixels, mode=None, **options):
    """A picture saved by Pillow."""
    Image.fromarray(pixels, mode).save(path, **options)
    return path


def test_a_picture_is_read_exactly(tmp_path):
    image, remark = read_picture(saved(tmp_path / "a.png", PIXELS))
    np.testing.assert_array_equal(image, PIXELS / np.float32(255))
    assert image.dtype == np.float32 and remark == ""
    image, remark = read_picture(saved(tmp_path / "b.PNG", np.dstack([PIXELS, np.full((12, 16), 255, np.uint8)])))
    np.testing.assert_array_equal(image, PIXELS / np.float32(255))
    assert "alpha" in remark


def test_other_pictures_are_refused_with_what_they_are(tmp_path, file):
    glass = np.dstack([PIXELS, np.full((12, 16), 200, np.uint8)])
    assert "partly transparent" in refusal(read_picture, saved(tmp_path / "a.png", glass))
    assert "is gray, not 8-bit RGB" in refusal(read_picture, saved(tmp_path / "b.png", PIXELS[..., 0]))
    Image.fromarray(PIXELS).quantize(16).save(tmp_path / "c.png")
    assert "has a palette of colours, not" in refusal(read_picture, tmp_path / "c.png")
    saved(tmp_path / "d.jpg", PIXELS)
    assert "is a JPEG" in refusal(read_picture, file("d.png", (tmp_path / "d.jpg").read_bytes()))
    assert "is RGB, with 16 bits a value" in refusal(read_picture, file("e.png", png(2, 2, bits=16, data=b"\0" * 26)))
    assert "not a PNG" in refusal(read_picture, file("f.png", "<html>"))
    assert "is empty" in refusal(read_picture, file("g.png", b""))
    assert "is damaged or cut off" in refusal(read_picture, file("h.png", (tmp_path / "b.png").read_bytes()[:60]) and
                                      file("i.png", saved(tmp_path / "j.png", PIXELS).read_bytes()[:200]))  # fmt: skip
    Image.fromarray(PIXELS[..., 0].astype(np.uint16) * 257).save(tmp_path / "l.png")
    assert "is gray, with 16 bits a value" in refusal(read_picture, tmp_path / "l.png")
    frames = [Image.fromarray(PIXELS), Image.fromarray(255 - PIXELS)]
    frames[0].save(tmp_path / "k.png", save_all=True, append_images=frames[1:])
    assert "2 frames" in refusal(read_picture, tmp_path / "k.png")


def test_sizes_are_looked_at_before_contents(tmp_path, file):
    assert "100,000 x 100,000 pixels" in refusal(read_picture, file("a.png", png(100_000, 100_000)))
    with open(tmp_path / "b.png", "wb") as huge:
        huge.truncate(10**12)  # a hole, not a terabyte
    assert "1,000,000.0 MB" in refusal(read_picture, tmp_path / "b.png")
    assert "0.25 MB" in refusal(read_source, file("c.py", "x = 1\n" * 50_000))
    cells = [{"cell_type": "code", "source": "x = 1\n" * 50_000}]
    assert "250 KB of code" in refusal(read_source, file("d.ipynb", json.dumps({"cells": cells})))


def test_folders_links_and_pipes_are_not_opened(tmp_path):
    (tmp_path / "a.png").mkdir()
    saved(tmp_path / "target.png", PIXELS)
    (tmp_path / "b.png").symlink_to(tmp_path / "target.png")
    os.mkfifo(tmp_path / "c.py")
    for function, name in ((read_picture, "a.png"), (read_picture, "b.png"), (read_source, "c.py")):
        assert "not a plain file" in refusal(function, tmp_path / name)


@given(st.data())
def test_a_damaged_picture_is_read_or_refused(tmp_path_factory, data):
    path = tmp_path_factory.mktemp("damaged") / "a.png"
    contents = bytearray(saved(path, PIXELS).read_bytes())
    for place in data.draw(st.lists(st.integers(0, len(contents) - 1), max_size=5)):
        contents[place] = data.draw(st.integers(0, 255))
    path.write_bytes(contents[: data.draw(st.integers(0, len(contents)))])
    try:
        image, _ = read_picture(path)
    except Refused as refused:
        assert "\n" not in str(refused)
    else:
        assert image.ndim == 3 and image.shape[2] == 3


def notebook(*cells):
    """A notebook's file; text cells begin with #."""
    listed = [{"cell_type": "markdown" if c.startswith("# ") else "code", "source": c.splitlines(True)} for c in cells]
    return json.dumps({"cells": listed, "nbformat": 4})


def test_programs_are_read_and_never_run(tmp_path, file):
    bad = f"open({str(tmp_path / 'ran')!r}, 'w')\n"
    assert len(read_source(file("a.py", "\ufeff# -*- coding: utf-8 -*-\n" + bad))) == 1
    assert len(read_source(file("a.ipynb", notebook("# Title", bad, "%run x.py\n!touch ran\n" + bad)))) == 2
    assert not (tmp_path / "ran").exists()


@pytest.mark.parametrize(
    "cell",
    [
        "%matplotlib inline\nx = 1",
        "!pip install \\\n  --quiet keras\nx = 1",
        "%%time\nx = 1",
        "%%bash\nif [ 1 ]; then echo; fi",
        "files = !ls\nx = 1",
        "model.fit?\nx = 1",
        "if x:\n    %cd folder\n",
        "print('%d'\n      % x)",
        "x = y != 3",
        "!ls",
        "pip install -q restorekit",
        "cd ..\nls -l *.py\nx = 1",
        "if x:\n    pip install keras\n",
        "cp = 3\nls = [cp]\nls[0] = cp - 1",
    ],
)
def test_lines_that_only_notebooks_understand_are_left_out(file, cell):
    assert read_source(file("a.ipynb", notebook("x = 1", cell)))


def test_names_like_commands_stay_code(file):
    (tree,) = read_source(file("a.ipynb", notebook("ls = [1]\nrm = ls[0] - 1\ncat - 1 if rm else 2")))
    assert [type(line).__name__ for line in tree.body] == ["Assign", "Assign", "Expr"]


def test_the_line_of_a_mistake_is_named(file):
    assert "line 2: " in refusal(read_source, file("a.py", "x = 1\ny = = 2\n"))
    said = refusal(read_source, file("a.ipynb", notebook("x = 1", "# Text", "%time x\nfor k in 3\n    pass")))
    assert "code cell 2, line 2: expected ':'" in said
    for contents, message in [
        ("", "is empty"),
        ("# only remarks\n", "holds no code"),
        ("x = 1\0", "Save it as UTF-8"),
        ("x = 1\n".encode("utf-16"), "it looks like UTF-16. Save it as UTF-8"),
        ("x = 1\n".encode("utf-16-be"), "Save it as UTF-8"),
        (b"x = '\xff'\n", "letters that are not UTF-8"),
        ("-" * 200_000 + "1", "nested"),
        ("a" + ".b" * 100_000, "not valid Python"),
    ]:
        assert message in refusal(read_source, file("a.py", contents))
    for contents in (
        "[]",
        "{}",
        "{",
        '{"cells": [3]}',
        '{"cells": [{"cell_type": "code", "source": 3}]}',
        "[" * 10_000,
        b"\xff",
    ):
        assert "not a notebook" in refusal(read_source, file("b.ipynb", contents))
    assert "holds no code" in refusal(read_source, file("b.ipynb", notebook("# Text")))
