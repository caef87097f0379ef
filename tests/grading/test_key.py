"""The key: nobody guesses the noise, nothing is overwritten, and what is wrong is said."""

import json
import stat
import sys

import numpy as np
import pytest

import restorekit as rk
from restorekit.grading import key

DUE = "2026-06-08 23:59:59 Asia/Seoul"


@pytest.fixture(scope="module")
def photo(tmp_path_factory):
    """A colour photo that is none of the course's."""
    path = tmp_path_factory.mktemp("photo") / "own.png"
    rk.save(path, rk.sample("coffee")[::-1, 100:356][:192])
    return path


@pytest.fixture(scope="module")
def made(photo, tmp_path_factory):
    folder = tmp_path_factory.mktemp("course") / "class2026"
    said = []
    given, kept = key.make(folder, photo, 0.1, DUE, say=said.append)
    return given, kept


@pytest.fixture
def quick(monkeypatch):
    """Without the library's own restorations, which take a minute."""
    monkeypatch.setattr(key, "_known", lambda *_: None)


def test_what_the_library_makes_of_the_picture_is_kept(made):
    known = key.load(made[1]).known
    assert {"nlm", "median", "assignment-1", "assignment-3", "autoencoder-color"} <= set(known)
    assert "dncnn-gray-25" not in known  # it does not take colours


def test_what_is_given_out_is_the_photo_with_noise_as_said(made):
    given, kept = made
    assert sorted(path.name for path in given.iterdir()) == ["handout.html", "noisy.png"]
    loaded = key.load(kept)
    assert np.array_equal(rk.load(given / "noisy.png"), loaded.noisy)
    inside = (loaded.clean > 0.35) & (loaded.clean < 0.65)  # no noise is cut off there
    noise = (loaded.noisy - loaded.clean)[inside]
    assert abs(noise.std() - 0.1) < 0.003 and abs(noise.mean()) < 0.003
    assert loaded.due.isoformat() == "2026-06-08T23:59:59+09:00" and loaded.sigma == 0.1


def test_no_picture_that_is_given_out_carries_the_answer(made):
    given, kept = made
    secret = json.loads((kept / "key.json").read_text())["secret"]
    assert len(bytes.fromhex(secret)) == 16
    clean = (kept / "clean.png").read_bytes()
    for path in given.iterdir():
        assert secret.encode() not in path.read_bytes() and clean not in path.read_bytes()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_key_is_for_its_owner_alone(made):
    _, kept = made
    assert stat.S_IMODE(kept.stat().st_mode) == 0o700
    assert {stat.S_IMODE(path.stat().st_mode) for path in kept.rglob("*") if path.is_file()} == {0o600}


def test_the_first_hundred_thousand_seeds_do_not_rebuild_the_noise(made):
    """A seed that can be guessed is the answer: noisy minus the guess is clean."""
    loaded = key.load(made[1])
    part = (slice(None, 1), slice(None, 60))
    noise = (loaded.noisy - loaded.clean)[part].ravel()
    draws = np.stack([np.random.default_rng(seed).standard_normal(noise.size, np.float32) for seed in range(100_000)])
    likeness = (
        (draws - draws.mean(1, keepdims=True)) @ (noise - noise.mean()) / (draws.std(1) * noise.std() * noise.size)
    )
    assert likeness.max() < 0.6
    secret = bytes.fromhex(json.loads((made[1] / "key.json").read_text())["secret"])
    own = key._noise(secret, loaded.clean.shape)[part].ravel()
    assert (
        np.corrcoef(own, noise)[0, 1] > 0.8
    )  # the measure does find the noise that it was, cut off at black and white


def test_two_keys_to_one_photo_differ(photo, made, tmp_path, quick):
    _, kept = key.make(tmp_path / "again", photo, 0.1, DUE, say=print)
    one, other = key.load(made[1]), key.load(kept)
    assert np.array_equal(one.clean, other.clean) and not np.array_equal(one.noisy, other.noisy)
    assert abs(np.corrcoef((one.noisy - one.clean).ravel(), (other.noisy - other.clean).ravel())[0, 1]) < 0.1


def test_a_key_is_never_overwritten_and_a_failure_leaves_nothing(photo, tmp_path, monkeypatch, quick):
    (tmp_path / "class-key").mkdir()
    (tmp_path / "class-key" / "mine.txt").write_text("x")
    with pytest.raises(FileExistsError, match="never overwritten"):
        key.make(tmp_path / "class", photo, 0.1, DUE)
    monkeypatch.setattr(key.pages, "handout", lambda *_: (_ for _ in ()).throw(OSError("disk full")))
    with pytest.raises(OSError, match="disk full"):
        key.make(tmp_path / "other", photo, 0.1, DUE, say=print)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["class-key"]


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"sigma": 25.5}, r"did you mean sigma=25.5/255"),
        ({"sigma": 0.0}, "noise is above 0"),
        ({"due": "8 June"}, "write it like"),
        ({"due": "2026-06-08 23:59:59 Asia/Soul"}, "no time zone"),
        ({"due": "2026-02-30 23:59:59 UTC"}, "no such date"),
        ({"due": "2026-03-29 02:30:00 Europe/Berlin"}, "skip"),
        ({"longest": 20}, "--longest is 20"),
    ],
)
def test_what_will_not_do_is_said(photo, tmp_path, change, message):
    arguments = {"sigma": 0.1, "due": DUE} | change
    with pytest.raises(ValueError, match=message):
        key.make(tmp_path / "class", photo, arguments["sigma"], arguments["due"], arguments.get("longest"))
    assert not list(tmp_path.iterdir())


def test_a_photo_must_be_in_colour_large_enough_not_too_large_and_not_the_courses(tmp_path):
    for name, image, message in [
        ("gray.png", rk.sample("camera"), "no colours"),
        ("small.png", rk.sample("coffee")[:60, :200], "at least 128"),
        ("large.png", np.tile(rk.sample("coffee"), (4, 4, 1)), "--longest"),
        ("known.png", rk.degrade.resize(rk.sample("astronaut"), scale=0.5).clip(0, 1), "the course's own"),
    ]:
        rk.save(tmp_path / name, image)
        with pytest.raises(ValueError, match=message):
            key.make(tmp_path / "class", tmp_path / name, 0.1, DUE)


def test_a_key_that_was_changed_is_refused(made, tmp_path):
    import shutil

    kept = tmp_path / "changed-key"
    shutil.copytree(made[1], kept)
    rk.save(kept / "clean.png", rk.load(kept / "clean.png")[::-1])
    with pytest.raises(ValueError, match="is not the picture"):
        key.load(kept)
    (kept / "key.json").write_text("{")
    with pytest.raises(ValueError, match="damaged"):
        key.load(kept)
    with pytest.raises(FileNotFoundError, match="is no key"):
        key.load(tmp_path)
