"""Datasets: where they are looked for, and that a broken copy is never used. Downloads come from this computer."""

import hashlib
import http.server
import io
import sys
import tarfile
import threading
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorekit import bundled, datasets, download, images

N = 4  # images in each of the six files of the small CIFAR-10 that the tests serve


def tar_of(files):
    """A .tar.gz as bytes: {name: contents}."""
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as archive:
        for name, contents in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(contents)
            archive.addfile(member, io.BytesIO(contents))
    return file.getvalue()


def cifar_files(pixels):
    """The six binary files of CIFAR-10 for images (6 N, 32, 32, 3)."""
    records = np.concatenate(
        [np.full((6 * N, 1), 7, np.uint8), pixels.transpose(0, 3, 1, 2).reshape(6 * N, -1)], axis=1
    )
    names = [f"cifar-10-batches-bin/data_batch_{i}.bin" for i in range(1, 6)] + ["cifar-10-batches-bin/test_batch.bin"]
    return {name: records[i * N : (i + 1) * N].tobytes() for i, name in enumerate(names)}


def photo_bytes(level, size=(24, 16)):
    """A small gray-blue JPEG."""
    file = io.BytesIO()
    Image.new("RGB", size, (level, level, 200)).save(file, "JPEG")
    return file.getvalue()


@pytest.fixture
def server():
    """A web server on this computer: `server.files[path] = (contents, claimed length)`; it counts what was asked."""

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.server.asked.append(self.path)
            if self.path not in self.server.files:
                self.send_error(404)
                return
            contents, claimed = self.server.files[self.path]
            self.send_response(200)
            if claimed is not None:
                self.send_header("Content-Length", str(claimed))
            self.end_headers()
            self.wfile.write(contents)

        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        running.files, running.asked = {}, []
        running.address = f"http://127.0.0.1:{running.server_port}"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """An empty world: no data folder, a cache of its own, every notice said anew."""
    for name in ("RESTOREKIT_DATA", "RESTOREKIT_OFFLINE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RESTOREKIT_CACHE", str(tmp_path / "cache"))
    for variable in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(variable, raising=False)
    download.notice.cache_clear()
    return tmp_path / "cache"


@pytest.fixture
def offline(cache, monkeypatch):
    """As `cache`, with downloading forbidden."""
    monkeypatch.setenv("RESTOREKIT_OFFLINE", "1")
    return cache


@pytest.fixture
def cifar(cache, server, monkeypatch):
    """A small CIFAR-10 on the test server. Gives its pixels and the contents of its archive."""
    pixels = np.random.default_rng(0).integers(0, 256, (6 * N, 32, 32, 3), np.uint8)
    contents = tar_of(cifar_files(pixels) | {"cifar-10-batches-bin/readme.html": b"hello", "../evil.bin": b"out"})
    archive = download.Archive("CIFAR-10", server.address + "/cifar.tar.gz", sha256(contents), len(contents))
    monkeypatch.setattr(datasets, "_CIFAR10", archive)
    monkeypatch.setattr(datasets, "_CIFAR10_IMAGES_A_FILE", N)
    server.files["/cifar.tar.gz"] = (contents, len(contents))
    return pixels, contents


def sha256(contents):
    return hashlib.sha256(contents).hexdigest()


def assert_stand_in(found, printed):
    """The bundled crops were given, and a line said so."""
    assert found.source == "32x32 crops of the bundled images, not CIFAR-10"
    assert found.x_train.shape == (2000, 32, 32, 3) and found.x_test.shape == (200, 32, 32, 3)
    assert "stand in for CIFAR-10" in printed


class TestDownload:
    def test_a_good_download_is_used_and_kept(self, cifar, server, cache, capsys):
        pixels, _ = cifar
        for _ in range(2):
            found = datasets.cifar10()
            np.testing.assert_array_equal(np.concatenate([found.x_train, found.x_test]), pixels)
            assert found.x_train.shape == (5 * N, 32, 32, 3) and found.source == "CIFAR-10"
        assert server.asked == ["/cifar.tar.gz"]  # the second time it came from the cache
        assert [entry.name for entry in cache.iterdir()] == ["cifar.tar.gz"]
        output = capsys.readouterr()
        assert "100%" in output.out and output.err == ""  # a progress bar, and nothing that looks like an error

    def test_nothing_is_unpacked_onto_the_disk(self, cifar, cache):
        datasets.cifar10()
        assert not list(cache.parent.rglob("*.bin")) and not list(cache.parent.parent.glob("evil.bin"))

    def test_a_download_that_stops_half_way_is_not_used(self, cifar, server, cache, capsys):
        _, contents = cifar
        server.files["/cifar.tar.gz"] = (contents[: len(contents) // 2], len(contents))
        found = datasets.cifar10()
        printed = capsys.readouterr().out
        assert f"stopped after {len(contents) // 2:,} of {len(contents):,} bytes" in printed
        assert_stand_in(found, printed)
        assert not list(cache.iterdir())

    def test_half_a_download_of_unknown_length_is_not_used(self, cifar, server, cache, capsys):
        _, contents = cifar
        server.files["/cifar.tar.gz"] = (contents[:1000], None)
        found = datasets.cifar10()
        assert_stand_in(found, capsys.readouterr().out)
        assert not list(cache.iterdir())

    def test_another_file_under_that_address_is_not_used(self, cifar, server, cache, capsys):
        _, contents = cifar
        server.files["/cifar.tar.gz"] = (contents[:-1] + b"!", len(contents))
        found, printed = datasets.cifar10(), capsys.readouterr().out
        assert "checksum is wrong" in printed
        assert_stand_in(found, printed)
        assert not list(cache.iterdir())

    def test_a_file_without_end_is_given_up(self, cifar, server, cache, capsys):
        _, contents = cifar
        server.files["/cifar.tar.gz"] = (contents + bytes(10_000), None)
        found, printed = datasets.cifar10(), capsys.readouterr().out
        assert f"larger than the {len(contents):,} bytes" in printed
        assert_stand_in(found, printed)
        assert not list(cache.iterdir())

    def test_a_missing_page_and_a_missing_server(self, cifar, server, monkeypatch, capsys):
        server.files.clear()
        found = datasets.cifar10()
        assert_stand_in(found, capsys.readouterr().out)
        nowhere = datasets._CIFAR10._replace(url="http://127.0.0.1:9/cifar.tar.gz", title="nowhere")
        monkeypatch.setattr(datasets, "_CIFAR10", nowhere)
        datasets.cifar10()
        assert "nowhere: not downloaded" in capsys.readouterr().out

    def test_the_next_try_succeeds_after_a_broken_one(self, cifar, server):
        pixels, contents = cifar
        server.files["/cifar.tar.gz"] = (contents[:100], len(contents))
        assert datasets.cifar10().source != "CIFAR-10"
        server.files["/cifar.tar.gz"] = (contents, len(contents))
        np.testing.assert_array_equal(datasets.cifar10().x_test, pixels[-N:])

    def test_a_corrupted_cache_is_noticed_and_fetched_again(self, cifar, server, cache, capsys):
        pixels, contents = cifar
        cache.mkdir()
        (cache / "cifar.tar.gz").write_bytes(contents[:-3] + b"???")
        found = datasets.cifar10()
        assert "in the cache is damaged and is not used (cifar.tar.gz)" in capsys.readouterr().out
        np.testing.assert_array_equal(found.x_test, pixels[-N:])
        assert (cache / "cifar.tar.gz").read_bytes() == contents

    def test_a_corrupted_cache_is_not_used_offline_either(self, cifar, server, offline, capsys):
        _, contents = cifar
        offline.mkdir()
        (offline / "cifar.tar.gz").write_bytes(contents[:500])
        found = datasets.cifar10()
        assert_stand_in(found, capsys.readouterr().out)
        assert server.asked == []

    def test_offline_uses_a_good_cache(self, cifar, server, offline):
        pixels, contents = cifar
        offline.mkdir()
        (offline / "cifar.tar.gz").write_bytes(contents)
        np.testing.assert_array_equal(datasets.cifar10().x_test, pixels[-N:])
        assert server.asked == []

    def test_a_leftover_of_a_killed_download_is_never_read(self, cifar, server, offline, capsys):
        _, contents = cifar
        offline.mkdir()
        (offline / "cifar.tar.gz.123.part").write_bytes(contents)
        found = datasets.cifar10()
        assert_stand_in(found, capsys.readouterr().out)

    def test_a_cache_that_can_not_be_written(self, cifar, cache, capsys):
        cache.write_bytes(b"a file where the folder should be")
        found, printed = datasets.cifar10(), capsys.readouterr().out
        assert "CIFAR-10: not downloaded" in printed
        assert_stand_in(found, printed)

    def test_notices_are_said_once(self, offline, capsys):
        datasets.cifar10()
        assert "stand in" in capsys.readouterr().out
        datasets.cifar10()
        assert capsys.readouterr().out == ""

    @pytest.mark.parametrize(
        "platform, variable, expected",
        [
            ("linux", "XDG_CACHE_HOME", "restorekit"),
            ("win32", "LOCALAPPDATA", "restorekit/Cache"),
            ("linux", None, ".cache/restorekit"),
            ("darwin", None, "Library/Caches/restorekit"),
            ("win32", None, "AppData/Local/restorekit/Cache"),
        ],
    )
    def test_the_systems_own_place_for_caches(self, tmp_path, monkeypatch, platform, variable, expected):
        for name in ("RESTOREKIT_CACHE", "XDG_CACHE_HOME", "LOCALAPPDATA"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr(sys, "platform", platform)
        monkeypatch.setattr(Path, "home", lambda: tmp_path)
        if variable:
            monkeypatch.setenv(variable, str(tmp_path))
        assert download.cache_folder() == tmp_path / expected


class TestBundledCrops:
    def test_they_are_the_same_everywhere(self):
        x_train, x_test = bundled.bundled_crops()
        assert sha256(x_train.tobytes() + x_test.tobytes())[:16] == "0d5a83733d9f1436"

    def test_they_are_varied_and_differ(self):
        x_train, x_test = bundled.bundled_crops()
        assert len(np.unique(x_train.reshape(2000, -1), axis=0)) == 2000
        assert len(np.unique(x_test.reshape(200, -1), axis=0)) == 200
        for crops in (x_train, x_test):
            assert crops.dtype == np.uint8 and crops.mean(-1).reshape(len(crops), -1).std(1).min() > 11.9
        assert x_train.std(axis=0).min() > 40  # no place in the frame always looks alike

    def test_no_pixel_is_in_both(self, monkeypatch):
        # The red of every pixel is the number of its column; green is a texture, or the crops would be too flat.
        image = np.zeros((128, 240, 3), np.uint8)
        image[..., 0] = np.arange(240)
        image[..., 1] = np.indices((128, 240)).sum(0) // 8 % 2 * 200
        monkeypatch.setattr(bundled, "sample", lambda name: images.as_float(image))
        x_train, x_test = bundled.bundled_crops(400, 40)
        tested = set(np.unique(x_test[..., 0]))
        assert len(tested) > 30 and not tested & set(np.unique(x_train[..., 0]))
        spans = x_train[..., 0].max((1, 2)) < min(tested), x_train[..., 0].min((1, 2)) > max(tested)
        assert all(np.logical_or(*spans)) and all(span.any() for span in spans)


class TestDataFolder:
    @pytest.fixture
    def folder(self, offline, tmp_path, monkeypatch):
        folder = tmp_path / "data"
        folder.mkdir()
        monkeypatch.setenv("RESTOREKIT_DATA", str(folder))
        return folder

    def put(self, folder, place, names, size=(8, 6)):
        """Write small gray pictures whose brightness is their number."""
        (folder / place).mkdir(parents=True)
        for i, name in enumerate(names):
            Image.new("L", size, i).save(folder / place / name)

    def test_a_name_that_leads_nowhere_is_an_error(self, offline, monkeypatch):
        monkeypatch.setenv("RESTOREKIT_DATA", "/no/such/folder")
        for function in (datasets.cifar10, datasets.natural_images, lambda: datasets.benchmark_set("set12")):
            with pytest.raises(FileNotFoundError, match="RESTOREKIT_DATA names '/no/such/folder'"):
                function()

    def test_cifar10_comes_first_from_there(self, folder):
        pixels = np.random.default_rng(0).integers(0, 256, (9, 32, 32, 3), np.uint8)
        (folder / "cifar10").mkdir()
        np.savez_compressed(folder / "cifar10" / "cifar10_lossless_6k.npz", x_train=pixels[:6], x_test=pixels[6:])
        found = datasets.cifar10()
        np.testing.assert_array_equal(found.x_train, pixels[:6])
        np.testing.assert_array_equal(found.x_test, pixels[6:])
        assert "1,017" in found.source

    @pytest.mark.parametrize("damage", ["cut", "text", "pickle", "missing", "shape", "bomb"])
    def test_a_damaged_file_is_an_error(self, folder, damage, monkeypatch):
        (folder / "cifar10").mkdir()
        path = folder / "cifar10" / "cifar10_lossless_6k.npz"
        good = np.zeros((3, 32, 32, 3), np.uint8)
        train = {"pickle": np.array([{}], object), "shape": good[..., 0]}.get(damage, good)
        np.savez(path, **({"x_train": train} if damage == "missing" else {"x_train": train, "x_test": good}))
        if damage == "cut":
            path.write_bytes(path.read_bytes()[:1000])
        if damage == "text":
            path.write_text("hello")
        if damage == "bomb":
            monkeypatch.setattr(datasets, "_LARGEST_NPZ", 100)
        with pytest.raises(OSError, match=r"cifar10_lossless_6k.npz' (is damaged|holds uint8 \(3, 32, 32\))"):
            datasets.cifar10()

    def test_natural_images_in_the_order_of_their_names(self, folder):
        self.put(folder, "train/bsds400_color", ["b.png", "c.png", "a.png"])
        found = datasets.natural_images()
        assert [round(float(image[0, 0]) * 255) for image in found] == [2, 0, 1]
        assert len(datasets.natural_images(2)) == 2

    def test_gray_natural_images_have_a_folder_of_their_own(self, folder):
        self.put(folder, "train/bsds400_gray180", ["a.png"])
        assert [image.shape for image in datasets.natural_images(gray=True)] == [(6, 8)]

    @pytest.mark.parametrize("name, place, count", [("set12", "denoise/set12", 12), ("classic5", "jpeg/classic5", 5)])
    def test_a_benchmark_set(self, folder, name, place, count):
        self.put(folder, place, [f"{i:02}.png" for i in reversed(range(count))])
        found = datasets.benchmark_set(name)
        assert found.names == [f"{i:02}" for i in range(count)] and found.low is None and place in found.source
        assert [round(float(image[0, 0]) * 255) for image in found.images] == list(reversed(range(count)))

    def test_an_incomplete_benchmark_set_is_refused(self, folder):
        self.put(folder, "denoise/set12", [f"{i:02}.png" for i in range(11)])
        with pytest.raises(FileNotFoundError, match=r"12 images, but .* holds 11: a number from it would not compare"):
            datasets.benchmark_set("set12")

    def test_super_resolution_pairs(self, folder):
        self.put(folder, "sr/set5/x2", [f"img_00{i}_SRF_2_HR.png" for i in range(1, 6)])
        with pytest.raises(FileNotFoundError, match="holds 5 and 0 small ones"):
            datasets.benchmark_set("set5", scale=2)
        for i in range(1, 6):
            Image.new("L", (4, 3), i).save(folder / "sr" / "set5" / "x2" / f"img_00{i}_SRF_2_LR.png")
        found = datasets.benchmark_set("set5", scale=2)
        assert found.names == [f"img_00{i}" for i in range(1, 6)]
        assert {image.shape for image in found.images} == {(6, 8)} and {image.shape for image in found.low} == {(3, 4)}

    def test_an_unknown_name(self):
        with pytest.raises(ValueError, match="no benchmark set 'set7'. There are: set12"):
            datasets.benchmark_set("set7")

    def test_scale_belongs_to_super_resolution(self, folder):
        with pytest.raises(ValueError, match="say scale=2, 3 or 4; got None"):
            datasets.benchmark_set("set5")
        with pytest.raises(ValueError, match="takes no scale"):
            datasets.benchmark_set("set12", scale=2)

    def test_a_benchmark_set_has_no_stand_in(self, offline):
        with pytest.raises(FileNotFoundError, match=r"RESTOREKIT_DATA to a folder that holds them as denoise/bsd68/"):
            datasets.benchmark_set("bsd68")


class TestNaturalImages:
    def test_bundled_images_stand_in(self, offline, capsys):
        colour = datasets.natural_images()
        assert {image.ndim for image in colour} == {3} and len(colour) >= 4
        assert "4 bundled images stand in" in capsys.readouterr().out
        gray = datasets.natural_images(gray=True)
        assert {image.ndim for image in gray} == {2} and len(gray) > len(colour)
        assert len(datasets.natural_images(2)) == 2
        with pytest.raises(ValueError, match="n is 0"):
            datasets.natural_images(0)

    def test_a_download_gives_the_training_photographs_alone(self, cache, server, monkeypatch):
        contents = tar_of(
            {
                "BSDS300/images/train/20.jpg": photo_bytes(200),
                "BSDS300/images/train/10.jpg": photo_bytes(100),
                "BSDS300/images/test/30.jpg": photo_bytes(50),
                "BSDS300/iids_train.txt": b"10\n20\n",
            }
        )
        archive = download.Archive("Berkeley", server.address + "/bsds.tgz", sha256(contents), len(contents))
        monkeypatch.setattr(datasets, "_BSDS300", archive)
        server.files["/bsds.tgz"] = (contents, len(contents))
        found = datasets.natural_images()
        assert [round(float(image[..., 0].mean()), 1) for image in found] == [0.4, 0.8]  # 100 and 200 of 255
        assert [image.shape for image in datasets.natural_images(1, gray=True)] == [(16, 24)]
        assert server.asked == ["/bsds.tgz"]


@pytest.mark.needs_data
class TestTheRealSets:
    def test_cifar10(self, data_root):
        found = datasets.cifar10()
        assert found.x_train.shape == (5085, 32, 32, 3) and found.x_test.shape == (1017, 32, 32, 3)
        noise = np.random.default_rng(0).normal(0, 0.1, found.x_test.shape)
        noisy = np.clip(images.as_float(found.x_test) + noise, 0, 1) - images.as_float(found.x_test)
        psnr = -10 * np.log10((noisy**2).mean((1, 2, 3)))
        assert psnr.mean() == pytest.approx(20.32, abs=0.05)  # as measured independently: noisy test images

    @pytest.mark.parametrize(
        "name, count, ndim", [("set12", 12, 2), ("bsd68", 68, 2), ("cbsd68", 68, 3), ("classic5", 5, 2)]
    )
    def test_benchmark_sets(self, data_root, name, count, ndim):
        found = datasets.benchmark_set(name)
        assert len(found.images) == len(found.names) == count and {image.ndim for image in found.images} == {ndim}

    @pytest.mark.parametrize("name", ["set5", "set14"])
    @pytest.mark.parametrize("scale", [2, 3, 4])
    def test_super_resolution_sets(self, data_root, name, scale):
        found = datasets.benchmark_set(name, scale=scale)
        for image, low in zip(found.images, found.low, strict=True):
            assert image.shape[:2] == (low.shape[0] * scale, low.shape[1] * scale) and image.ndim == low.ndim
        if name == "set14":
            assert [found.names[i] for i, image in enumerate(found.images) if image.ndim == 2] == ["img_003"]

    def test_natural_images(self, data_root):
        assert sorted({image.shape for image in datasets.natural_images(5)})[-1][2] == 3
        assert {image.shape for image in datasets.natural_images(5, gray=True)} == {(180, 180)}
