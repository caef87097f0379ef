"""Before the date: every way in which a submission is incomplete or wrong is named, with what to do."""

import json

import numpy as np
import pytest
from PIL import Image

import restorekit as rk
from restorekit import assignment, cli, methods

CLEAN = rk.images.crop(rk.sample("astronaut"), 20, 140, 90, 120)
NOISY = rk.degrade.gaussian_noise(CLEAN, 0.1, rng=0)
RESTORED = {
    f"Model{k}.png": rk.denoise(NOISY, method, sigma=0.1) for k, method in enumerate(("tv", "nlm", "wavelet"), 1)
}
CODE = "import keras\nmodel = keras.Sequential([keras.layers.Conv2D(3, {})])\nmodel.fit(images, images)\nmodel.predict(noisy)\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A complete submission; no network for estimates, so that the tests are quick."""
    monkeypatch.setattr(methods, "find_spec", lambda name: None)
    for name, image in RESTORED.items():
        rk.save(tmp_path / name, image)
    for k in (1, 2, 3):
        (tmp_path / f"Model{k}.py").write_text(CODE.format(k))
    return tmp_path


def problems(folder, noisy=NOISY, clean=None):
    """The text after "To repair", in one line; "" if complete."""
    report = assignment.check_submission(folder, noisy, clean)
    assert report.complete == ("To repair" not in report.text)
    assert all(len(line) <= 110 for line in report.text.splitlines())
    text = report.text.partition("To repair:")[2].partition("Worth a look")[0].partition("Not complete")[0]
    return " ".join(text.split())


def remarks(folder, noisy=NOISY, clean=None):
    """The text after "Worth a look", in one line."""
    report = assignment.check_submission(folder, noisy, clean)
    assert report.complete
    return " ".join(report.text.partition("Worth a look:")[2].partition("Nothing is missing.")[0].split())


def test_a_complete_submission(folder):
    report = assignment.check_submission(folder, NOISY, CLEAN)
    assert report.complete and "Complete: all is there" in report.text and "Worth a look" not in report.text
    for name, image in RESTORED.items():
        expected = rk.psnr(CLEAN, image) - rk.psnr(CLEAN, np.clip(NOISY, 0, 1))
        assert report.gains[name] == pytest.approx(expected, abs=0.02) and f"{report.gains[name]:+.2f}" in report.text
    assert "noisy.png" in report.text and "120 x 90" in report.text


def test_without_the_clean_picture_nothing_is_called_measured(folder):
    report = assignment.check_submission(folder, NOISY)
    assert report.complete and report.gains == {} and "measured against" not in report.text
    assert "can't be measured" in report.text and "0.09" in report.text


def test_noisy_and_clean_are_found_in_the_folder_or_given_as_files(folder):
    rk.save(folder / "noisy.png", NOISY)
    assert "grain left" in assignment.check_submission(folder).text
    rk.save(folder / "clean.png", CLEAN)
    own = assignment.check_submission(str(folder))
    assert own.complete and len(own.gains) == 3
    assert assignment.check_submission(folder, folder / "noisy.png", folder / "clean.png").gains == own.gains


def test_without_the_noisy_picture_sizes_are_compared_with_each_other(folder):
    report = assignment.check_submission(folder)
    assert report.complete and "--noisy" in report.text
    rk.save(folder / "Model3.png", CLEAN[:50])
    assert "Model3.png is 120 x 50, but Model1.png is 120 x 90" in problems(folder, None)


@pytest.mark.parametrize(
    ("name", "near", "advice"),
    [
        ("Model2.png", None, "Model2.png is missing."),
        ("Model2.png", "Model2 (1).png", 'There is "Model2 (1).png": if that is it, rename it.'),
        ("Model2.png", "model2.png", "rename it"),
        ("Model2.png", "model_02.png", "rename it"),
        ("Model2.png", "Copy of Model2.PNG", "rename it"),
        ("Model2.png", "Model2.png.png", "rename it"),
        ("Model2.png", "Model2.jpg", "a PNG is asked for"),
        ("Model3.py", None, "Model3.py or Model3.ipynb is missing."),
        ("Model3.py", "Model3.py.txt", "hand in the code itself as Model3.py or Model3.ipynb"),
        ("Model3.py", "Model 3.ipynb", 'There is "Model 3.ipynb": if that is it, rename it.'),
    ],
)
def test_a_missing_file_and_its_near_miss(folder, name, near, advice):
    if near:
        (folder / name).rename(folder / "moving").rename(folder / near)
    else:
        (folder / name).unlink()
    assert advice in problems(folder)


def test_an_unrelated_number_is_no_near_miss(folder):
    (folder / "Model1.png").rename(folder / "Model12.png")
    assert "There is" not in problems(folder)


def test_endings_may_be_in_capitals_and_notebooks_do_as_well(folder):
    (folder / "Model1.png").rename(folder / "Model1.PNG")
    (folder / "Model1.py").unlink()
    cells = [{"cell_type": "code", "source": ["%pip install keras\n", "Conv2D(3, 3).fit(x, x)"]}]
    (folder / "Model1.ipynb").write_text(json.dumps({"cells": cells}))
    report = assignment.check_submission(folder, NOISY, CLEAN)
    assert report.complete and "1 code cell, 2 lines" in report.text and "Model1.PNG" in report.gains


def test_two_files_of_one_name(folder):
    (folder / "Model1.PNG").write_bytes((folder / "Model1.png").read_bytes())
    if len(list(folder.glob("[mM]odel1.[pP][nN][gG]"))) == 2:  # not on every disk
        assert "Model1.PNG and Model1.png" in problems(folder)


def test_wrong_sizes(folder):
    rk.save(folder / "Model1.png", RESTORED["Model1.png"].swapaxes(0, 1))
    rk.save(folder / "Model2.png", CLEAN[:32, :32])
    text = problems(folder)
    assert "Model1.png is 90 x 120, but noisy.png is 120 x 90 (width x height). Height and width are swapped." in text
    assert "32 x 32 is the size of the training images" in text


def test_pictures_that_cannot_be_right(folder):
    rk.save(folder / "Model1.png", NOISY)
    rk.save(folder / "Model3.png", np.zeros_like(CLEAN))
    text = problems(folder)
    assert "Model1.png equals noisy.png" in text and "Model3.png has one colour everywhere" in text
    assert "Model3.png has no colours" not in text
    rk.save(folder / "Model1.png", RESTORED["Model2.png"])
    rk.save(folder / "Model3.png", rk.images.crop(rk.sample("coffee"), 60, 60, 90, 120))
    text = problems(folder)
    assert "Model1.png and Model2.png are the same picture" in text and "Model3.png does not show" in text


def test_unreadable_pictures_and_programs_are_explained(folder):
    Image.fromarray(rk.images.to_uint8(CLEAN[..., 0])).save(folder / "Model1.png")
    (folder / "Model2.png").write_bytes(b"")
    (folder / "Model3.py").write_text("model.fit(\n")
    text = problems(folder)
    assert "Model1.png is gray" in text and "Model2.png is empty" in text
    assert "Model3.py is not valid Python: line 1: '(' was never closed." in text


def test_poor_restorations_are_remarked_upon(folder):
    rk.save(folder / "Model1.png", np.clip(NOISY, 0, 1) * 0.9 + RESTORED["Model1.png"] * 0.1)
    rk.save(folder / "Model2.png", RESTORED["Model2.png"] * 0.8)
    rk.save(folder / "Model3.png", np.clip(2 * NOISY - RESTORED["Model3.png"], 0, 1))
    text = remarks(folder, NOISY, CLEAN)
    assert "Model1.png has hardly changed" in text and "Model2.png is darker than noisy.png, by 0.11" in text
    assert "Model3.png is farther from the clean picture" in text
    for k in (1, 2, 3):
        rk.save(folder / f"Model{k}.png", RESTORED[f"Model{k}.png"])
    weak = rk.degrade.gaussian_noise(CLEAN, 0.03, rng=0)
    assert "looks like sigma 0.03" in remarks(folder, weak) and "not 0.1" in remarks(folder, weak)
    assert "looks like" not in assignment.check_submission(folder, weak, sigma=0.03).text


def test_code_that_is_none_of_a_network_is_a_problem(folder):
    (folder / "Model1.py").write_text("def build():\n    raise NotImplementedError()\nConv2D(build()).fit(x, x)\n")
    assert problems(folder) == "1. Model1.py still has a gap: raise NotImplementedError()."
    (folder / "Model1.py").write_text("import restorekit as rk\nrk.save('Model1.png', rk.denoise(noisy))\n")
    (folder / "Model2.py").write_text("fit\n")
    (folder / "Model3.py").write_text("def fit():\n    pass\nfit()\n")
    text = problems(folder)
    for k in (1, 2, 3):
        assert f"Model{k}.py has no convolution" in text and f"Model{k}.py never calls fit" in text


def test_what_restores_by_itself_is_named_with_its_line(folder):
    borrowed = [
        "from restorekit.zoo import load_model as L\n",
        "import skimage.restoration as r\n",
        "import importlib\n",
    ]
    for k, line in enumerate(borrowed, 1):
        (folder / f"Model{k}.py").write_text(CODE.format(k) + line)
    text = remarks(folder)
    assert "Model1.py, line 5, uses restorekit.zoo: a ready network" in text
    assert "Model2.py, line 5, uses skimage.restoration: fine to compare with, but" in text
    assert "Model3.py, line 5, uses importlib: this hides" in text
    assert "Complete" not in assignment.check_submission(folder, NOISY, CLEAN).text


def test_one_program_for_all_or_two_for_one_model(folder):
    (folder / "Model2.py").write_bytes((folder / "Model3.py").read_bytes())
    assert "Model2.py, Model3.py are the same file" in remarks(folder)
    cells = [{"cell_type": "code", "source": CODE}]
    (folder / "Model1.ipynb").write_text(json.dumps({"cells": cells}))
    assert "Model1.ipynb and Model1.py: one of them is enough" in remarks(folder)


def test_pictures_that_are_turned_or_not_the_network_s(folder):
    right = RESTORED["Model1.png"]
    coloured = rk.images.crop(rk.sample("coffee"), 60, 60, 90, 120)
    noisy = rk.degrade.gaussian_noise(coloured, 0.1, rng=2)
    for picture, given, said in [
        (right[::-1], NOISY, "Model1.png shows the picture upside down."),
        (1 - right, NOISY, "shows the picture as a negative"),
        (coloured[..., ::-1], noisy, "shows the picture with red and blue exchanged"),
        (np.repeat(rk.images.to_gray(coloured)[..., None], 3, 2), noisy, "has no colours"),
        (NOISY + 1 / 255, NOISY, "is noisy.png with another brightness"),
        (0.8 * np.clip(NOISY, 0, 1) + 0.1, NOISY, "is noisy.png with another brightness"),
    ]:
        rk.save(folder / "Model1.png", picture)
        assert said in problems(folder, given), said


def test_the_clean_picture_itself_is_no_restoration(folder):
    rk.save(folder / "Model1.png", CLEAN)
    rk.save(folder / "Model2.png", CLEAN - 1 / 255)
    text = problems(folder, NOISY, CLEAN)
    assert "Model1.png equals the clean picture" in text and "Model2.png equals the clean picture" in text
    assert "equals the clean" not in problems(folder, NOISY)


def test_a_poor_estimate_is_remarked_upon(folder, monkeypatch):
    monkeypatch.setattr(assignment.gains, "estimator", lambda noisy, sigma: lambda image: -6.2)
    text = remarks(folder)
    assert "Model2.png seems to be farther from the clean picture than noisy.png is." in text


def test_a_folder_too_high_up(folder, tmp_path_factory):
    outer = tmp_path_factory.mktemp("outer")
    assert "holds them" not in problems(outer)
    (outer / "empty").mkdir()
    folder.rename(outer / "submission")
    assert 'The folder "submission" in here holds them, it seems: check that one.' in problems(outer)


def test_damage_is_one_sentence(folder):
    for k, cut in ((1, 0.5), (2, 0.3)):
        path = folder / f"Model{k}.png"
        path.write_bytes(path.read_bytes()[: int(cut * path.stat().st_size)])
    text = problems(folder)
    assert "Model1.png is damaged or cut off" in text and "completely? 2. Model2" in text and "?." not in text


def test_wrong_sizes_are_listed_in_order(folder):
    for k in (1, 2, 3):
        rk.save(folder / f"Model{k}.png", CLEAN[: 40 + k])
    text = problems(folder)
    assert text.index("Model1.png is") < text.index("Model2.png is") < text.index("Model3.png is")


def test_names_that_would_confuse_a_terminal_are_not_printed(folder):
    (folder / "Model2.png").rename(folder / "Model2\x1b[2J.png")
    assert "\x1b" not in assignment.check_submission(folder).text


def test_mistakes_in_the_call(folder, tmp_path):
    for wrong, error, message in [
        (lambda: assignment.check_submission(tmp_path / "none"), NotADirectoryError, "does not exist"),
        (lambda: assignment.check_submission(folder / "Model1.png"), NotADirectoryError, "is not a folder"),
        (lambda: assignment.check_submission(folder, NOISY, CLEAN[:50]), ValueError, "of one size"),
        (lambda: assignment.check_submission(folder, None, CLEAN), ValueError, "no noisy one"),
        (lambda: assignment.check_submission(folder, "none.png"), FileNotFoundError, "none.png"),
        (lambda: assignment.check_submission(folder, sigma=25), ValueError, "0-255 scale"),
        (lambda: assignment.check_submission(folder, sigma=0), ValueError, "above 0"),
    ]:
        with pytest.raises(error, match=message):
            wrong()


def test_the_command_line(folder, tmp_path, capsys):
    assert cli.main(["assignment", "check", str(folder)]) == 0
    assert "Complete" in capsys.readouterr().out
    rk.save(folder / "a.png", NOISY)
    rk.save(folder / "b.png", CLEAN)
    (folder / "Model1.py").unlink()
    words = ["--noisy", str(folder / "a.png"), "--clean", str(folder / "b.png")]
    assert cli.main(["assignment", "check", str(folder), *words]) == 1
    captured = capsys.readouterr()
    assert "Not complete" in captured.out and "gain (dB)" in captured.out and captured.err == ""
    assert cli.main(["assignment", "check", str(folder), *words[:2], "--sigma", "5"]) == 1
    assert "not 0.0196" in capsys.readouterr().out
    assert cli.main(["assignment", "check", str(folder), "--sigma", "0.1"]) == 2
    assert "25.5 there" in capsys.readouterr().err
    assert cli.main(["assignment", "check", str(tmp_path / "none")]) == 2
    assert capsys.readouterr().err.startswith("restorekit: ")
