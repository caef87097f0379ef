"""The quality tables: what the cards say, and that a new measurement says the same."""

import json
import sys
from pathlib import Path

import pytest

from restorekit import classical, models, zoo

sys.path.insert(0, str(Path(__file__).parents[1] / "experiments"))
import quality


def card(name):
    return json.loads((quality.CARDS / name).read_text(encoding="utf-8"))


def test_the_bicubic_card_holds_the_published_table():
    results = card("bicubic.json")["results"]
    published = {"set5": (33.66, 30.39, 28.42), "set14": (30.23, 27.54, 26.00)}
    for name, scores in published.items():
        for scale, score in zip("234", scores, strict=True):
            assert abs(results[name][scale]["psnr"] - score) <= 0.02
            assert abs(results[name][scale]["ssim"] - results[name][scale]["published_ssim"]) < 0.001
    assert sum(row["matlab_files_equal"] for rows in results.values() for row in rows.values()) == 57


def test_examples_beat_bicubic_by_more_than_half_a_decibel():
    results, bicubic = card("examples.json")["results"], card("bicubic.json")["results"]
    for source, least in (("t91", 2), ("bundled", 1.5)):
        assert results[source]["set5"]["2"]["psnr"] > bicubic["set5"]["2"]["psnr"] + least
    for name, rows in results["t91"].items():
        for scale, row in rows.items():
            assert row["psnr"] > bicubic[name][scale]["psnr"] + 0.5 and row["ssim"] > bicubic[name][scale]["ssim"]


def test_the_denoising_card_is_complete_and_plausible():
    whole = card("classical.json")
    assert whole["images"] == {"set12": 12, "bsd68": 68, "cbsd68": 68}
    for name, levels in whole["results"].items():
        for level, noisy in (("15", 24.61), ("25", 20.17), ("50", 14.15)):
            rows = levels[level]
            assert list(rows) == ["noisy", *classical.METHODS] == list(whole["titles"])
            assert rows["noisy"]["psnr"] == pytest.approx(noisy, abs=0.01)
            best = min(whole["published_psnr"][name][level].values())
            for key, row in rows.items():
                assert key == "noisy" or rows["noisy"]["psnr"] < row["psnr"] < best
                assert 0 < row["ssim"] < 1 and row["seconds"] >= 0


@pytest.mark.parametrize("name", ["bicubic.json", "classical.json", "examples.json"])
def test_cards_say_how_they_came_about(name):
    whole = card(name)
    assert whole["protocol"] and whole["machine"] and whole["date"].startswith("20")
    assert set(whole["versions"]) == {"python", "numpy", "scipy", "scikit-image", "PyWavelets"}


FLOORS = {
    ("dncnn-gray-25", "bsd68", "25"): 29.0,
    ("dncnn-gray-25", "set12", "25"): 30.1,
    ("dncnn-gray-blind", "bsd68", "25"): 28.9,
    ("dncnn-gray-blind", "bsd68", "50"): 25.9,
    ("dncnn-color-blind", "cbsd68", "25"): 30.7,
    ("srcnn-x2", "set5", "2"): 36.4,
    ("srcnn-x3", "set5", "3"): 32.4,
    ("srcnn-x4", "set5", "4"): 30.2,
    ("espcn-x3", "set5", "3"): 32.6,
    ("edsr-x2", "set5", "2"): 37.4,
    ("edsr-x4", "set5", "4"): 31.2,
    ("vdsr", "set5", "2"): 37.0,
    ("vdsr", "set5", "3"): 33.1,
    ("vdsr", "set5", "4"): 30.8,
    ("vdsr", "set14", "2"): 32.6,
}


@pytest.mark.parametrize(("name", "set_name", "level"), FLOORS)
def test_the_networks_reach_what_they_were_made_for(name, set_name, level):
    assert zoo.card(name)["results"][set_name][level]["psnr"] >= FLOORS[name, set_name, level]


def test_the_autoencoder_is_near_the_dncnn_at_less_than_half_its_work():
    scores = [zoo.card(name)["results"]["cbsd68"]["25"]["psnr"] for name in ("autoencoder-color", "dncnn-color-blind")]
    work = [models.multiply_adds(zoo.load_model(name)) for name in ("autoencoder-color", "dncnn-color-blind")]
    assert scores[0] >= scores[1] - 0.6
    assert work[0] <= work[1] / 2


def test_the_assignments_models_beat_every_tuned_filter():
    results = {key: row["psnr"] for key, row in card("assignment.json")["results"].items()}
    best_filter = max(results[key] for key in classical.METHODS)
    assert results["noisy"] == pytest.approx(20.32, abs=0.01)
    assert max(score for key, score in results.items() if key.startswith("assignment")) >= best_filter + 2
    assert min(results["assignment-1"], results["assignment-2"]) >= best_filter + 1.8
    assert results["assignment-3"] > results["assignment-3-default-start"]


def test_differences_are_found():
    said = {"set5": {"2": {"psnr": 30.0, "ssim": 0.9, "seconds": 1.0, "matlab_files_equal": 5}, "3": {}}}
    same = {"set5": {"2": {"psnr": 30.02, "ssim": 0.899, "seconds": 9.0, "matlab_files_equal": 5}}}
    assert list(quality.differences(same, said)) == []
    other = {"set5": {"2": {"psnr": 30.03, "ssim": 0.9, "matlab_files_equal": 4}, "4": {}}}
    assert [place.split(":")[0] for place in quality.differences(other, said)] == [
        "/set5/2/psnr",
        "/set5/2/matlab_files_equal",
        "/set5/4",
    ]


def test_a_part_is_never_written_as_a_card(capsys):
    with pytest.raises(SystemExit):
        quality.main(["denoising", "--sets", "set12"])
    assert "use them with --check" in capsys.readouterr().err


@pytest.mark.needs_data
def test_the_bicubic_table_comes_out_again(data_root, capsys):
    assert quality.main(["bicubic", "--check"]) == 0, capsys.readouterr().out


@pytest.mark.needs_data
def test_denoising_scores_come_out_again(data_root, capsys):
    options = ["denoising", "--check", "--sets", "set12", "--methods", "gaussian", "guided", "wavelet"]
    assert quality.main(options) == 0, capsys.readouterr().out


@pytest.mark.needs_data
def test_a_networks_scores_come_out_again(data_root, capsys):
    options = ["networks", "--check", "--sets", "set12", "--networks", "dncnn-gray-25"]
    assert quality.main(options) == 0, capsys.readouterr().out
