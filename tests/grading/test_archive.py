"""Zips and folders of strangers: files are read one by one or refused, and nothing else is opened, written or waited for."""

import contextlib
import io
import os
import pickle
import struct
import tracemalloc
import unicodedata
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restorekit.grading import archive as archives
from restorekit.grading.archive import Item, open_archive, shown
from restorekit.handed_in import Refused

LOCAL, CENTRAL = (b"PK\3\4", 0), (b"PK\1\2", 2)
FIELDS = {"flags": (6, "<H"), "method": (8, "<H"), "crc": (14, "<I"), "packed": (18, "<I"), "size": (22, "<I")}


def zipped(path, files, compression=zipfile.ZIP_DEFLATED):
    """A zip of (name, contents), in this order, names twice if so given."""
    with zipfile.ZipFile(path, "w", compression) as file:
        for name, contents in files:
            with pytest.warns(UserWarning) if name in file.NameToInfo else contextlib.nullcontext():
                file.writestr(name, contents)
    return path


def patched(path, name, **values):
    """Change what a zip says of a file, by hand, where zipfile would not write it."""
    data, name = bytearray(path.read_bytes()), name if isinstance(name, bytes) else name.encode()
    for signature, shift in (LOCAL, CENTRAL):
        at = data.index(name) if not shift else data.rindex(name)
        at = data.rindex(signature, 0, at)
        for field, value in values.items():
            offset, form = FIELDS[field]
            struct.pack_into(form, data, at + offset + shift, value)
    path.write_bytes(data)
    return path


def refusal(archive, item, limit=10**6):
    with pytest.raises(Refused) as caught:
        archive.read(item, limit)
    return str(caught.value)


@pytest.fixture
def folder(tmp_path):
    """A folder with one student's file, and something outside that nobody may read."""
    (tmp_path / "class" / "ada").mkdir(parents=True)
    (tmp_path / "class" / "ada" / "a.py").write_bytes(b"x = 1")
    (tmp_path / "secret").mkdir()
    (tmp_path / "secret" / "a.py").write_bytes(b"key=7")
    return tmp_path / "class"


def test_both_kinds_list_and_read_and_go_to_another_process(tmp_path, folder):
    for path in (zipped(tmp_path / "a.zip", [("ada/a.py", b"x = 1")]), folder):
        archive = pickle.loads(pickle.dumps(open_archive(path)))
        (item,) = [item for item in archive.items() if not item.name.endswith("/")]
        assert (item.name, item.size, item.problem) == ("ada/a.py", 5, "")
        assert archive.read(item, 5) == b"x = 1"
        assert "more than 4e-06 MB" in refusal(archive, item, 4)
        archive.close()
        assert archive.read(item, 5) == b"x = 1"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_forked_process_opens_the_zip_again(tmp_path, monkeypatch):
    archive = open_archive(zipped(tmp_path / "a.zip", [("a", b"x = 1")]))
    mine = archive._zip()
    monkeypatch.setattr(os, "getpid", lambda: 1)
    assert archive._zip() is not mine


def test_names_with_paths_are_only_names(tmp_path):
    names = ["../../out.py", "/etc/passwd", "C:\\Windows\\x.py", "..\\out.py", "a/../../out.py"]
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    archive = open_archive(zipped(inner / "a.zip", [(name, name.encode()) for name in names]))
    assert [archive.read(item, 100).decode() for item in archive.items()] == names
    assert [path.name for path in tmp_path.rglob("*")] == ["a", "b", "a.zip"]


@pytest.mark.parametrize(
    ("contents", "said"),
    [
        (b"", "is no zip, or only a piece"),
        (b"<html>Log in</html>", "is no zip, or only a piece"),
        (b"PK\5\6" + b"\0" * 18, "is an empty zip"),
        (None, "is no zip, or only a piece"),
    ],
)
def test_what_is_no_zip_is_refused_as_a_whole(tmp_path, contents, said):
    whole = zipped(tmp_path / "whole.zip", [("a", os.urandom(5000))]).read_bytes()
    (tmp_path / "a.zip").write_bytes(whole[:3000] if contents is None else contents)
    with pytest.raises(ValueError, match=said):
        open_archive(tmp_path / "a.zip")
    with pytest.raises(FileNotFoundError, match="neither a zip nor a folder"):
        open_archive(tmp_path / "no.zip")


def test_a_list_that_cannot_be_decoded_is_refused_in_words(tmp_path):
    path = zipped(tmp_path / "a.zip", [("é.py", b"x")])
    path.write_bytes(path.read_bytes().replace("é".encode(), b"\xff\xff"))
    with pytest.raises(ValueError, match="Download it again"):
        open_archive(path)


def test_a_bad_file_costs_that_file_alone(tmp_path):
    good, names = b"x = 1\n", ["coded", "packed", "cut", "short", "long", "wrong"]
    path = zipped(tmp_path / "a.zip", [(name, good * 9) for name in names] + [("good", good)], zipfile.ZIP_STORED)
    patched(path, "coded", flags=1)
    patched(path, "packed", method=12)
    patched(path, "short", size=3)
    patched(path, "long", size=60)
    patched(path, "wrong", crc=7)
    data = bytearray(path.read_bytes())
    data[data.index(b"cut") + 5] ^= 1
    path.write_bytes(data)
    archive = open_archive(path)
    *bad, last = archive.items()
    said = dict(zip(names, (refusal(archive, item) for item in bad), strict=True))
    assert said["coded"] == "is encrypted" == bad[0].problem
    assert said["packed"] == "is packed by a method that is not read here"
    for name in ("cut", "short", "wrong"):
        assert "damaged" in said[name]
    assert "has not the 60 bytes" in said["long"] or "damaged" in said["long"]
    assert archive.read(last, 100) == good


def test_links_and_devices_in_a_zip_are_not_files(tmp_path):
    files = []
    for kind in (0o120777, 0o020666, 0o010666, 0o100644):
        info = zipfile.ZipInfo(f"{kind:o}")
        info.external_attr = kind << 16
        files.append((info, b"/etc/passwd"))
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as file:
        for info, contents in files:
            file.writestr(info, contents)
    archive = open_archive(tmp_path / "a.zip")
    *bad, plain = archive.items()
    assert all("not a plain file" in refusal(archive, item) for item in bad)
    assert archive.read(plain, 100) == b"/etc/passwd"


def test_bombs_are_refused_by_what_they_claim_and_stopped_where_they_lie(tmp_path):
    bomb = b"\0" * 100_000_000
    path = zipped(tmp_path / "a.zip", [("honest", bomb), ("liar", bomb), ("good", b"x" * 900_000)])
    patched(path, "liar", size=1000)
    archive = open_archive(path)
    honest, liar, good = archive.items()
    tracemalloc.start()
    assert "200 times" in refusal(archive, honest, 10**9) and "200 times" in honest.problem
    assert "damaged" in refusal(archive, liar, 10**6)
    assert tracemalloc.get_traced_memory()[1] < 10_000_000
    tracemalloc.stop()
    assert len(archive.read(good, 10**6)) == 900_000  # a small file may be as dull as it likes


def test_only_methods_that_can_be_stopped_are_unpacked(tmp_path):
    for method in (zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA):
        archive = open_archive(zipped(tmp_path / f"{method}.zip", [("a", b"\0" * 1000)], method))
        assert "method that is not read" in refusal(archive, archive.items()[0])


def test_too_many_files_are_not_listed(tmp_path, folder, monkeypatch):
    monkeypatch.setattr(archives, "MOST_FILES", 3)
    path = zipped(tmp_path / "a.zip", [(str(k), b"x") for k in range(4)])
    for k in range(2):
        (folder / str(k)).write_bytes(b"x")
    with pytest.raises(ValueError, match="holds 4 files; more than 3"):
        open_archive(path)
    with pytest.raises(ValueError, match="more than 3 files"):
        open_archive(folder)


def test_names_are_read_as_they_were_meant(tmp_path):
    korean = "Model1 복사본.png"
    for k, coded in enumerate((korean.encode(), korean.encode("cp949"), unicodedata.normalize("NFD", korean).encode())):
        place = b"?" * len(coded)
        path = zipped(tmp_path / f"{k}.zip", [(place.decode(), b"x")])
        path.write_bytes(path.read_bytes().replace(place, coded))
        (item,) = open_archive(path).items()
        assert shown(item.name) == korean


def test_a_name_does_not_end_at_a_null_character(tmp_path):
    path = zipped(tmp_path / "a.zip", [("a.py?.txt", b"x")])
    path.write_bytes(path.read_bytes().replace(b"a.py?", b"a.py\0"))
    archive = open_archive(path)
    (item,) = archive.items()
    assert item.name == "a.py\0.txt" and archive.read(item, 9) == b"x"


def test_empty_files_are_refused(tmp_path, folder):
    path = zipped(tmp_path / "a.zip", [("a", b""), ("b", b" \n\t")])
    (folder / "ada" / "a.py").write_bytes(b"\n")
    for archive in map(open_archive, (path, folder)):
        for item in archive.items():
            if not item.name.endswith("/"):
                assert refusal(archive, item) == "is empty"


def test_a_zip_that_was_changed_since_is_not_read_by_the_old_list(tmp_path):
    archive = open_archive(zipped(tmp_path / "a.zip", [("ada", b"x = 1"), ("bob", b"y = 22")]))
    old = archive.items()
    archive.close()
    zipped(tmp_path / "a.zip", [("bob", b"y = 22")])
    assert all("was changed" in refusal(archive, item) for item in old)
    assert "was changed" in refusal(archive, Item("a", 6, -1))


def test_alike_compares_contents(tmp_path, folder):
    files = [("a", b"one"), ("b", b"one"), ("c", b"two"), ("d", b"four")]
    for name, contents in files:
        (folder / name).write_bytes(contents)
    for archive in (open_archive(zipped(tmp_path / "a.zip", files)), open_archive(folder)):
        a, b, c, d = (item for item in archive.items() if len(item.name) == 1)
        assert archive.alike(a, b) and not archive.alike(a, c) and not archive.alike(a, d)


def test_links_pipes_and_what_lies_outside_a_folder_are_not_opened(tmp_path, folder):
    (folder / "file").symlink_to(tmp_path / "secret" / "a.py")
    (folder / "inside").symlink_to(folder / "ada" / "a.py")
    (folder / "dir").symlink_to(tmp_path / "secret")
    (folder / "nowhere").symlink_to(tmp_path / "nothing")
    os.mkfifo(folder / "pipe")
    archive = open_archive(folder)
    items = {item.name: item for item in archive.items()}
    assert set(items) == {"ada/", "ada/a.py", "file", "inside", "dir", "nowhere", "pipe"}
    for name in ("file", "inside", "dir", "nowhere", "pipe"):
        assert "not a plain file" in items[name].problem
        assert "not a plain file" in refusal(archive, items[name])
        assert refusal(archive, Item(name, 5, name)), "even if somebody says that there is no problem"
    for place in ("../secret/a.py", "dir/a.py", str(tmp_path / "secret" / "a.py"), "ada/../../secret/a.py", ""):
        assert refusal(archive, Item("a.py", 5, place))


def test_what_was_exchanged_since_the_listing_is_not_opened(tmp_path, folder):
    archive = open_archive(folder)
    item = archive.items()[1]
    assert archive.read(item, 9) == b"x = 1"
    (folder / "ada" / "a.py").write_bytes(b"x = 12")
    assert "just been changed" in refusal(archive, item)
    (folder / "ada" / "a.py").unlink()
    os.mkfifo(folder / "ada" / "a.py")
    assert "not a plain file" in refusal(archive, item)
    (folder / "ada" / "a.py").unlink()
    assert "No such file" in refusal(archive, item)
    (folder / "ada").rmdir()
    (folder / "ada").symlink_to(tmp_path / "secret")
    assert "not a plain file" in refusal(archive, item)


def test_a_maze_of_folders_ends(folder):
    deep = folder.joinpath(*["x"] * 40)
    deep.mkdir(parents=True)
    (deep / "a.py").write_bytes(b"x")
    names = [item.name for item in open_archive(folder).items()]
    assert len(names) == 10 and not any(name.endswith("x/a.py") for name in names)


def test_file_names_of_other_systems_are_read_from_a_folder(folder):
    try:
        (folder / os.fsdecode("모델.py".encode("cp949"))).write_bytes(b"x")
    except OSError:
        pytest.skip("this file system takes UTF-8 alone")
    archive = open_archive(folder)
    item = next(item for item in archive.items() if "모델" in item.name)
    assert archive.read(item, 9) == b"x"


@given(st.text() | st.text(alphabet="a\u202e\u200b\x1b\n\0\u2028é\u0301 "))
def test_what_is_shown_is_one_short_printable_line(name):
    text = shown(name)
    assert text.isprintable() and len(text) <= 80
    if name.isprintable() and len(name) <= 80 and unicodedata.is_normalized("NFC", name):
        assert text == name


@given(st.data())
def test_a_damaged_zip_is_read_or_refused(tmp_path_factory, data):
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as written:
        written.writestr("a.py", b"x = 1\n" * 20)
        written.writestr("b.py", b"y = 1\n" * 20)
    contents = bytearray(file.getvalue())
    for place in data.draw(st.lists(st.integers(0, len(contents) - 1), max_size=4)):
        contents[place] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("damaged") / "a.zip"
    path.write_bytes(contents[: data.draw(st.integers(0, len(contents)))] if data.draw(st.booleans()) else contents)
    try:
        archive = open_archive(path)
    except ValueError:
        return
    for item in archive.items():
        try:
            assert len(archive.read(item, 1000)) == item.size
        except Refused as refused:
            assert "\n" not in str(refused)
