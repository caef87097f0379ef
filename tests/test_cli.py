"""The command line: photos in, photos out; every mistake is one line and exit code 2."""

import os
import subprocess
import sys
import warnings

import numpy as np
import pytest
from PIL import Image

import restorekit as rk
from restorekit import cli, methods

CLEAN = rk.images.crop(rk.sample("astronaut"), 40, 180, 80, 100)


@pytest.fixture
def photo(tmp_path):
    """A noisy photo, sigma 25 of 255."""
    path = tmp_path / "사진.png"
    rk.save(path, rk.degrade.gaussian_noise(CLEAN, 25 / 255, rng=0))
    return path


def run(*words):
    """Run the command line in this process."""
    return cli.main(["restore", *map(str, words)])


def test_denoise_saves_what_the_library_returns_and_a_comparison(photo, tmp_path, capsys):
    out, compare = tmp_path / "out.png", tmp_path / "compare.png"
    assert run(photo, out, "--task", "denoise", "--sigma", 25, "--method", "guided", "--compare", compare) == 0
    expected = rk.denoise(rk.load(photo), "guided", sigma=25 / 255, tile=512)
    np.testing.assert_array_equal(np.asarray(Image.open(out)), rk.images.to_uint8(expected))
    assert Image.open(compare).width > 400
    captured = capsys.readouterr()
    assert "saved" in captured.err and "tile" in captured.err and captured.out == ""


def test_sigma_is_estimated_and_said(photo, tmp_path, capsys):
    assert run(photo, tmp_path / "out.jpg", "--task", "denoise", "--method", "nlm", "--tile", 64) == 0
    said = capsys.readouterr().err
    estimated = float(said.split("sigma ")[1].split(" of 255")[0])
    assert 20 < estimated < 30
    assert rk.psnr(CLEAN, rk.load(tmp_path / "out.jpg")) > 26


def test_the_default_is_the_blind_network_for_the_photo(photo, tmp_path, capsys, small_zoo):
    out = tmp_path / "out.png"
    assert run(photo, out, "--task", "denoise", "--tile", 64) == 0
    expected = rk.denoise(rk.load(photo), "autoencoder-color")
    np.testing.assert_allclose(rk.load(out), expected, atol=0.51 / 255)
    said = capsys.readouterr().err
    assert "method: autoencoder-color" in said and "estimated" not in said and "tile" in said
    assert run(photo, tmp_path / "same.png", "--task", "denoise", "--sigma", 25, "--quiet") == 0
    assert (tmp_path / "same.png").read_bytes() == out.read_bytes() and capsys.readouterr().err == ""
    assert run(photo, out, "--task", "denoise", "--sigma", 75, "--overwrite") == 0
    said = capsys.readouterr().err
    assert "finds out by itself how strong the noise is" in said and "it will leave noise" in said


def test_a_network_for_one_sigma_is_told_the_estimate(tmp_path, capsys, small_zoo):
    path = tmp_path / "gray.png"
    rk.save(path, rk.degrade.gaussian_noise(rk.images.to_gray(CLEAN), 50 / 255, rng=0))
    assert run(path, tmp_path / "out.png", "--task", "denoise", "--method", "dncnn-gray-25") == 0
    said = capsys.readouterr().err
    assert "estimated noise: sigma 4" in said and "it will leave noise" in said
    assert run(path, tmp_path / "o.png", "--task", "denoise", "--method", "autoencoder-color") == 2
    assert 'Take method="dncnn-gray-blind"' in capsys.readouterr().err


def test_without_keras_the_default_is_a_filter(photo, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    assert run(photo, tmp_path / "out.png", "--task", "denoise") == 0
    said = capsys.readouterr().err
    assert "method: nlm" in said and "need Keras" in said and "estimated noise" in said


@pytest.mark.parametrize(("scale", "method"), [("2", "bicubic"), ("1.5", "auto"), ("4", "auto")])
def test_upscale(photo, tmp_path, capsys, small_zoo, scale, method):
    out = tmp_path / "out.png"
    words = ["--task", "upscale", "--scale", scale, "--method", method, "--compare", tmp_path / "c.jpg", "--quiet"]
    assert run(photo, out, *words) == 0
    assert Image.open(out).size == (round(100 * float(scale)), round(80 * float(scale)))
    assert (tmp_path / "c.jpg").exists() and capsys.readouterr().err == ""


def test_upscale_takes_the_best_network_in_tiles_and_says_so(photo, tmp_path, capsys, small_zoo):
    out = tmp_path / "out.png"
    assert run(photo, out, "--task", "upscale", "--scale", 2, "--tile", 16) == 0
    said = capsys.readouterr().err
    assert "method: edsr-x2" in said and "tile" in said and "200 x 160 pixels" in said
    np.testing.assert_allclose(rk.load(out), rk.upscale(rk.load(photo), 2, "edsr-x2"), atol=0.51 / 255)
    assert run(photo, out, "--task", "upscale", "--scale", 2, "--ensemble", "--overwrite", "--quiet") == 0
    together = rk.upscale(rk.load(photo), 2, "edsr-x2", ensemble=True)
    np.testing.assert_allclose(rk.load(out), together, atol=0.51 / 255)
    assert run(photo, tmp_path / "b.png", "--task", "upscale", "--scale", 5) == 0
    assert "method: bicubic" in (said := capsys.readouterr().err) and "no network for --scale 5" in said


def test_transparency_survives_denoising_but_not_a_jpeg(tmp_path, capsys):
    alpha = np.linspace(0, 1, 100, dtype=np.float32) * np.ones((80, 1), np.float32)
    path = tmp_path / "in.png"
    rk.save(path, np.dstack([CLEAN, alpha]))
    out = tmp_path / "out.png"
    assert run(path, out, "--task", "denoise", "--method", "median", "--compare", tmp_path / "c.png") == 0
    np.testing.assert_array_equal(np.asarray(Image.open(out))[..., 3], rk.images.to_uint8(alpha))
    assert run(path, tmp_path / "out.jpg", "--task", "denoise") == 2
    assert "transparency" in capsys.readouterr().err


def test_existing_files_are_safe_without_overwrite(photo, tmp_path, capsys):
    out = tmp_path / "out.png"
    out.write_bytes(b"precious")
    assert run(photo, out, "--task", "denoise", "--method", "mean", "--sigma", 5) == 2
    assert out.read_bytes() == b"precious" and "--overwrite" in capsys.readouterr().err
    assert run(photo, out, "--task", "denoise", "--method", "mean", "--sigma", 5, "--overwrite") == 0
    assert Image.open(out).size == (100, 80)


MISTAKES = [
    (["{photo}", "{photo}", "--task", "denoise", "--overwrite"], "would overwrite"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--compare", "{dir}/o.png"], "would overwrite"),
    (["{dir}/missing.png", "{dir}/o.png", "--task", "denoise"], "missing.png"),
    (["{photo}", "{dir}/none/o.png", "--task", "denoise"], "no folder"),
    (["{photo}", "{dir}/o.txt", "--task", "denoise"], "must end in"),
    (["{photo}", "{dir}/folder.png", "--task", "denoise"], "is a folder"),
    (["{dir}/text.png", "{dir}/o.png", "--task", "denoise"], "text.png"),
    (["{dir}/cut.png", "{dir}/o.png", "--task", "denoise"], "cut.png"),
    (["{dir}/film.gif", "{dir}/o.png", "--task", "denoise"], "frame"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--method", "nml"], 'Did you mean "nlm"'),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--sigma=-1"], "0-255"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--sigma", "300"], "0-255"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--sigma", "nan"], "0-255"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--sigma", "0.1"], "did you mean 25.5?"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--scale", "2"], "--scale belongs"),
    (["{photo}", "{dir}/o.png", "--task", "upscale"], "needs --scale"),
    (["{photo}", "{dir}/o.png", "--task", "upscale", "--scale", "0.5"], "above 1"),
    (["{photo}", "{dir}/o.png", "--task", "upscale", "--scale", "2", "--sigma", "3"], "--sigma belongs"),
    (["{photo}", "{dir}/o.png", "--task", "upscale", "--scale", "1"], "above 1"),
    (["{photo}", "{dir}/o.png", "--task", "upscale", "--scale", "nan"], "above 1"),
    (["{photo}", "{dir}/o.png", "--task", "upscale", "--scale", "2", "--method", "nlm"], "belongs to"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--ensemble"], "--ensemble belongs"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--method", "vdsr"], "belongs to"),
    (["{photo}", "{dir}/o.png", "--task", "denoise", "--tile", "2"], "--tile"),
]


@pytest.mark.parametrize(("words", "message"), MISTAKES)
def test_mistakes_end_with_one_line_and_leave_nothing_behind(photo, tmp_path, capsys, words, message):
    (tmp_path / "folder.png").mkdir()
    (tmp_path / "text.png").write_text("not an image")
    (tmp_path / "cut.png").write_bytes(photo.read_bytes()[:2000])
    frames = [Image.new("L", (8, 8), level) for level in (0, 255)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    before = {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()}
    assert run(*(word.format(photo=photo, dir=tmp_path) for word in words), "--quiet") == 2
    captured = capsys.readouterr()
    assert captured.err.startswith("restorekit: ") and captured.err.count("\n") == 1 and message in captured.err
    assert captured.out == "" and {path: path.stat().st_mtime_ns for path in tmp_path.iterdir()} == before


def test_a_frame_can_be_chosen(tmp_path):
    frames = [Image.new("L", (8, 8), level) for level in (0, 255)]
    frames[0].save(tmp_path / "film.gif", save_all=True, append_images=frames[1:])
    words = ["--task", "denoise", "--sigma", 1, "--method", "mean", "--frame", 1, "--quiet"]
    assert run(tmp_path / "film.gif", tmp_path / "o.png", *words) == 0
    assert np.asarray(Image.open(tmp_path / "o.png")).min() == 255


def test_a_read_only_folder_is_said_before_any_work(photo, tmp_path, capsys, monkeypatch):
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert run(photo, tmp_path / "o.png", "--task", "denoise") == 2
    assert "read-only" in capsys.readouterr().err


def test_a_full_disk_leaves_nothing_behind(photo, tmp_path, capsys, monkeypatch):
    def full(*_):
        raise OSError(28, "No space left on device")

    before = set(tmp_path.iterdir())
    monkeypatch.setattr(os, "replace", full)
    assert run(photo, tmp_path / "o.png", "--task", "denoise", "--method", "mean", "--sigma", 5, "--quiet") == 2
    assert set(tmp_path.iterdir()) == before
    assert "full" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("error", "code", "message"), [(MemoryError, 2, "--tile"), (KeyboardInterrupt, 130, "nothing")]
)
def test_memory_and_interruption(photo, tmp_path, capsys, monkeypatch, error, code, message):
    def fail(*_, **__):
        raise error

    monkeypatch.setattr(rk.restore, "denoise", fail)
    monkeypatch.setattr(rk, "denoise", fail)
    assert run(photo, tmp_path / "o.png", "--task", "denoise", "--method", "mean", "--sigma", 5) == code
    assert message in capsys.readouterr().err


def test_remarks_of_the_library_are_one_line(photo, tmp_path, capsys, monkeypatch):
    load = rk.load

    def warn(*words, **options):
        warnings.warn("only 8 bits", stacklevel=1)
        return load(*words, **options)

    monkeypatch.setattr(rk, "load", warn)
    assert run(photo, tmp_path / "o.png", "--task", "denoise", "--method", "mean", "--sigma", 5, "--quiet") == 0
    assert capsys.readouterr().err == "restorekit: only 8 bits\n"


def test_progress(capsys, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert cli.main(["progress"]) == 0
    assert "0 of" in capsys.readouterr().out


def test_the_module_runs_as_a_program(photo, tmp_path):
    words = [
        photo,
        tmp_path / "o.png",
        "--task",
        "denoise",
        "--method",
        "mean",
        "--compare",
        tmp_path / "c.png",
        "--quiet",
    ]
    done = subprocess.run(
        [sys.executable, "-m", "restorekit", "restore", *words], capture_output=True, text=True, check=True
    )
    assert done.stdout == done.stderr == "" and (tmp_path / "c.png").exists()
    done = subprocess.run([sys.executable, "-m", "restorekit", "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"restorekit {rk.__version__}"
    done = subprocess.run([sys.executable, "-m", "restorekit"], capture_output=True, text=True, check=False)
    assert done.returncode == 2 and "COMMAND" in done.stderr and "Traceback" not in done.stderr
