"""The training loop: it learns, repeats itself, goes on where it was stopped, and loses nothing when something fails."""

import errno
import json
import os
import shutil
from pathlib import Path

import keras
import numpy as np
import pytest

from restorekit import metrics, models, training
from restorekit.checkpoints import Keeper

CLEAN = np.random.default_rng(0).random((3, 20, 24, 1), np.float32)
SCHEDULE = {"epochs": 4, "steps": 3, "batch": 2, "patch": 8, "progress": False}


def tiny(**options):
    """The smallest DnCNN."""
    return models.dncnn(3, 4, **options)


def with_everything():
    """A network with a noise layer and batch normalisation: both have a state of their own."""
    return models.model_3(channels=1, filters=4)


def wide():
    """A network with kernels wide enough for Muon."""
    return models.dncnn(3, 32, batch_norm=False)


def assert_same_weights(one, other, tolerance=0.0):
    """Two networks are equal."""
    for a, b in zip(one.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_allclose(a, b, rtol=0, atol=tolerance)


class Interrupted(Keeper):
    """Stops the training in its third epoch, as Ctrl-C does."""

    def on_train_batch_end(self, batch, logs=None):
        super().on_train_batch_end(batch, logs)
        if self.done == 2 and batch == 1:
            raise KeyboardInterrupt


# ---------------------------------------------------------------- learning


def test_it_learns_and_scores_what_it_says():
    keras.utils.set_random_seed(0)
    model = models.dncnn(3, 16, last_start="zeros")
    smooth = np.full((4, 24, 24, 1), 0.5, np.float32)
    noisy = smooth + 0.1 * np.random.default_rng(1).standard_normal(smooth.shape, np.float32)
    history = training.fit(
        model, smooth, training.gaussian(0.1), epochs=3, steps=30, batch=8, patch=16, learning_rate=0.01,
        validation=(noisy, smooth), progress=False,
    )  # fmt: skip
    assert {name: len(values) for name, values in history.items()} == dict.fromkeys(
        ("loss", "psnr", "val_loss", "val_psnr", "seconds"), 3
    )
    assert history["val_psnr"][-1] > 20 + 5
    restored = model.predict(noisy, verbose=0)
    by_hand = [metrics.psnr(clean, np.clip(image, 0, 1)) for clean, image in zip(smooth, restored, strict=True)]
    assert history["val_psnr"][-1] == pytest.approx(np.mean(by_hand), abs=1e-3)
    assert history["val_loss"][-1] == pytest.approx(np.square(restored - smooth).mean(), rel=1e-3)
    assert float(model.optimizer.learning_rate) == pytest.approx(0.01 / 100, rel=1e-3)  # the cosine's end


def test_psnr_is_that_of_the_library():
    restored = CLEAN + 0.3 * np.random.default_rng(1).standard_normal(CLEAN.shape, np.float32)
    expected = [metrics.psnr(clean, np.clip(image, 0, 1)) for clean, image in zip(CLEAN, restored, strict=True)]
    np.testing.assert_allclose(training.psnr(CLEAN, restored), expected, atol=1e-4)
    assert float(training.psnr(CLEAN, CLEAN)[0]) == pytest.approx(100, abs=0.1)  # not infinite


def test_the_first_step_is_small():
    rates = []

    class Watch(Keeper):
        def on_train_batch_end(self, batch, logs=None):
            rates.append(float(self.model.optimizer.learning_rate))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(training, "Keeper", Watch)
        training.fit(tiny(), CLEAN, epochs=1, steps=30, batch=1, patch=8, learning_rate=0.01, progress=False)
    assert rates[0] < 0.005 and rates[2] == pytest.approx(0.01)  # a tenth of the epoch
    assert rates[2:] == sorted(rates[2:], reverse=True)


def test_long_gradients_are_shortened():
    moved = {}
    for clip in (None, 1e-9):  # far below Adam's epsilon: such gradients hardly move a weight
        model = tiny()
        before = [np.array(weight) for weight in model.trainable_variables]
        training.fit(
            model, CLEAN, training.gaussian(0.1), epochs=1, steps=3, batch=2, patch=8, clip=clip, progress=False
        )
        changes = zip(before, model.trainable_variables, strict=True)
        moved[clip] = max(np.abs(old - np.array(new)).max() for old, new in changes)
    assert moved[1e-9] < 0.05 * moved[None]


@pytest.mark.parametrize("epochs, steps", [(1, 1), (2, 1)])
def test_the_shortest_trainings(epochs, steps):
    history = training.fit(tiny(), CLEAN, epochs=epochs, steps=steps, batch=1, patch=8, progress=False)
    assert len(history["loss"]) == epochs


def test_a_network_may_take_other_channels_than_it_gives():
    keras.utils.set_random_seed(0)
    gray = keras.Input((None, None, 1))
    model = keras.Model(gray, keras.layers.Conv2D(3, 3, padding="same")(gray))
    colour = np.random.default_rng(0).random((2, 9, 9, 3), np.float32)
    history = training.fit(
        model, colour, lambda clean, rng: clean.mean(axis=-1, keepdims=True), epochs=1, steps=1, batch=2, patch=8,
        validation=(colour.mean(axis=-1), colour), loss=keras.losses.MeanAbsoluteError(), progress=False,
    )  # fmt: skip
    assert np.isfinite(history["val_psnr"]).all()


def test_the_bar_shows_time_and_held_out_psnr(capsys):
    training.fit(tiny(), CLEAN, epochs=2, steps=2, batch=1, patch=8, validation=(CLEAN, CLEAN))
    shown = capsys.readouterr()
    assert shown.out == "" and "4/4" in shown.err and "dB on held-out images" in shown.err
    training.fit(tiny(), CLEAN, epochs=1, steps=1, batch=1, patch=8, progress=False)
    assert capsys.readouterr() == ("", "")


# ---------------------------------------------------------------- going on


@pytest.mark.parametrize("build, optimizer", [(with_everything, "adam"), (wide, "muon")])
def test_a_resumed_run_is_the_undisturbed_one(build, optimizer, tmp_path, monkeypatch):
    def run(seed, **options):
        keras.utils.set_random_seed(seed)
        model = build()
        noise = None if build is with_everything else training.gaussian(0, 0.2)
        return model, training.fit(
            model, CLEAN, noise, **SCHEDULE, optimizer=optimizer, validation=(CLEAN, CLEAN), **options
        )

    undisturbed, expected = run(0)
    again, history = run(0)
    assert_same_weights(undisturbed, again)
    assert history["val_psnr"] == expected["val_psnr"]

    monkeypatch.setattr(training, "Keeper", Interrupted)
    with pytest.raises(KeyboardInterrupt):
        run(0, folder=tmp_path)
    monkeypatch.undo()
    resumed, history = run(99, folder=tmp_path)  # another start, which the checkpoint overrides
    assert_same_weights(undisturbed, resumed, 1e-6)
    for name in ("loss", "psnr", "val_loss", "val_psnr"):
        np.testing.assert_allclose(history[name], expected[name], rtol=1e-5)

    rows = [line.split(",") for line in (tmp_path / "log.csv").read_text().splitlines()]
    assert [row[0] for row in rows] == ["epoch", "1", "2", "3", "4"]
    assert [float(row[rows[0].index("loss")]) for row in rows[1:]] == history["loss"]

    loaded, once_more = run(7, folder=tmp_path)  # all epochs are done
    assert_same_weights(resumed, loaded)
    assert once_more == history
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint.npz", "log.csv"]


# ---------------------------------------------------------------- checkpoints of another kind, or none


@pytest.fixture(scope="module")
def kept(tmp_path_factory):
    """The folder of a training that has ended."""
    folder = tmp_path_factory.mktemp("kept")
    training.fit(tiny(), CLEAN, **SCHEDULE, folder=folder)
    return folder


def test_another_training_is_not_mixed_in(kept):
    with pytest.raises(
        ValueError, match=r"another training: learning_rate is 0.001 there and 0.01 now; seed is 0 there and 1 now"
    ):
        training.fit(tiny(), CLEAN, **SCHEDULE, learning_rate=0.01, seed=1, folder=kept)
    with pytest.raises(ValueError, match="another training: the images are others"):
        training.fit(tiny(), CLEAN[:, ::-1], **SCHEDULE, folder=kept)
    with pytest.raises(ValueError, match="another training: degrade is another one"):
        training.fit(tiny(), CLEAN, training.gaussian(0.1), **SCHEDULE, folder=kept)


def test_other_noise_is_another_training_and_noise_with_numbers_of_its_own_is_not(tmp_path):
    own = np.random.default_rng(0)

    def degrade(clean, rng):
        return clean + np.float32(0.1) * own.standard_normal(clean.shape, np.float32)

    history = training.fit(tiny(), CLEAN, degrade, **SCHEDULE, folder=tmp_path)
    assert training.fit(tiny(), CLEAN, degrade, **SCHEDULE, folder=tmp_path) == history
    with pytest.raises(ValueError, match="degrade is another one"):
        training.fit(tiny(), CLEAN, training.gaussian(0.3), **SCHEDULE, folder=tmp_path)


def three_layers(skip=False, start="glorot_uniform"):
    """Three convolutions, with a connection around the second or not: the same number of parameters, the same shapes."""
    image = keras.Input((None, None, 1))
    x = keras.layers.Conv2D(4, 3, padding="same", kernel_initializer=start)(image)
    y = keras.layers.Conv2D(4, 3, padding="same")(x)
    return keras.Model(image, keras.layers.Conv2D(1, 3, padding="same")(keras.layers.Add()([x, y]) if skip else y))


@pytest.mark.parametrize("other", [{"skip": True}, {"start": "zeros"}], ids=str)
def test_another_network_is_not_given_this_ones_weights(tmp_path, other):
    training.fit(three_layers(), CLEAN, **SCHEDULE, folder=tmp_path)
    model = three_layers(**other)
    before = model.get_weights()
    with pytest.raises(ValueError, match="another training: the network is another one"):
        training.fit(model, CLEAN, **SCHEDULE, folder=tmp_path)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def test_names_and_precision_make_no_other_network(tmp_path):
    history = training.fit(tiny(), CLEAN, **SCHEDULE, folder=tmp_path)
    keras.layers.Conv2D(1, 3)  # so that the next layers are numbered on
    again = training.mixed_precision(keras.models.clone_model(tiny()), on=True)
    assert training.fit(again, CLEAN, **SCHEDULE, folder=tmp_path) == history


def damaged(contents, how):
    """A checkpoint's contents, spoilt."""
    if how == "a wrong byte":
        middle = len(contents) // 2
        return contents[:middle] + bytes([contents[middle] ^ 255]) + contents[middle + 1 :]
    return {"half": contents[: len(contents) // 2], "empty": b"", "text": b"Dear diary,\n"}[how]


def test_a_checkpoint_that_is_a_folder_or_not_finite(kept, tmp_path):
    (tmp_path / "checkpoint.npz").mkdir()
    with pytest.raises(OSError, match="or is none .*Delete it"):
        training.fit(tiny(), CLEAN, **SCHEDULE, folder=tmp_path)
    (tmp_path / "checkpoint.npz").rmdir()
    with np.load(kept / "checkpoint.npz") as checkpoint:
        arrays = dict(checkpoint)
    arrays["v0"][...] = np.nan
    np.savez(tmp_path / "checkpoint.npz", **arrays)
    with pytest.raises(OSError, match="not finite"):
        training.fit(tiny(), CLEAN, **SCHEDULE, folder=tmp_path)


@pytest.mark.parametrize("how", ["half", "empty", "text", "a wrong byte"])
def test_a_damaged_checkpoint_says_what_to_delete(kept, tmp_path, how):
    (tmp_path / "checkpoint.npz").write_bytes(damaged((kept / "checkpoint.npz").read_bytes(), how))
    model = tiny()
    before = model.get_weights()
    with pytest.raises(OSError, match=r"checkpoint.npz is damaged, or is none \(.*Delete it"):
        training.fit(model, CLEAN, **SCHEDULE, folder=tmp_path)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def test_a_checkpoint_is_never_unpickled(tmp_path):
    class Harmful:
        def __reduce__(self):
            return (os.mkdir, (str(tmp_path / "harm"),))

    np.savez(tmp_path / "checkpoint.npz", settings="{}", history="{}", v0=np.array([Harmful()], object))
    with pytest.raises(OSError, match="damaged"):
        training.fit(tiny(), CLEAN, **SCHEDULE, folder=tmp_path)
    assert not (tmp_path / "harm").exists()


def epochs_in(folder):
    """How many epochs a folder's checkpoint holds."""
    with np.load(folder / "checkpoint.npz") as checkpoint:
        return len(json.loads(str(checkpoint["history"]))["loss"])


@pytest.mark.parametrize("call, number", [("fsync", errno.ENOSPC), ("replace", errno.EIO)])
def test_a_full_disk_costs_the_checkpoint_and_nothing_else(tmp_path, monkeypatch, call, number):
    works, calls = getattr(os, call), []

    def fails_after_the_second_epoch(*args):
        calls.append(args)
        if len(calls) > 4:  # a log and a checkpoint an epoch
            raise OSError(number, os.strerror(number))
        return works(*args)

    monkeypatch.setattr(os, call, fails_after_the_second_epoch)
    with pytest.warns(UserWarning, match=rf"no checkpoint after epoch [34] \(.*{os.strerror(number)}"):
        history = training.fit(tiny(), CLEAN, **SCHEDULE, folder=tmp_path)
    monkeypatch.undo()
    assert len(history["loss"]) == 4
    assert epochs_in(tmp_path) == 2
    assert sorted(path.name for path in tmp_path.iterdir()) == ["checkpoint.npz", "log.csv"]


@pytest.mark.filterwarnings("ignore:no checkpoint")
def test_a_drive_that_vanishes(tmp_path, monkeypatch):
    drive = tmp_path / "drive"

    class Vanishing(Keeper):
        def on_epoch_begin(self, epoch, logs=None):
            super().on_epoch_begin(epoch, logs)
            if epoch == 2:
                shutil.rmtree(drive)

    monkeypatch.setattr(training, "Keeper", Vanishing)
    with pytest.warns(UserWarning, match="no checkpoint after epoch 3 .*training goes on"):
        history = training.fit(tiny(), CLEAN, **SCHEDULE, folder=drive)
    assert len(history["loss"]) == 4
    assert not drive.exists()  # a folder made anew would be in the way when the drive comes back


def test_a_folder_that_can_not_be_made(tmp_path):
    (tmp_path / "file").write_text("in the way")
    for folder in (tmp_path / "file", tmp_path / "file" / "checkpoints"):
        with pytest.raises(OSError, match="no checkpoint can be kept in the folder .*file.*Give another one"):
            training.fit(tiny(), CLEAN, **SCHEDULE, folder=folder)


@pytest.mark.skipif(not Path("/proc/1").is_dir(), reason="a folder that even root can't write to")
def test_a_folder_that_can_not_be_written_to_is_noticed_before_the_first_step():
    with pytest.raises(OSError, match="no checkpoint can be kept"):
        training.fit(tiny(), CLEAN, **SCHEDULE, folder="/proc/1")


# ---------------------------------------------------------------- numbers that are no longer finite


def explodes_after(steps):
    """A degrade whose images grow beyond all bounds after some steps."""
    calls = []

    def degrade(clean, rng):
        calls.append(1)
        return clean * np.float32(1e25 if len(calls) > steps + 1 else 1)  # once more to learn the shape

    return degrade


def test_a_diverging_loss_stops_and_keeps_the_last_good_weights(tmp_path):
    model = tiny(last_start="he_normal")
    with pytest.raises(
        FloatingPointError, match=r"the loss is (inf|nan) after step 2 of epoch 3.*try a tenth.*after epoch 2"
    ):
        training.fit(model, CLEAN, explodes_after(7), **SCHEDULE, folder=tmp_path)
    with np.load(tmp_path / "checkpoint.npz") as checkpoint:
        for place, weight in enumerate(model.get_weights()):
            assert np.isfinite(weight).all()
            np.testing.assert_array_equal(weight, checkpoint[f"v{place}"])
    assert epochs_in(tmp_path) == 2
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 3


def test_divergence_in_the_first_epoch_leaves_the_model_as_it_came():
    model = tiny(last_start="he_normal")
    before = model.get_weights()
    with pytest.raises(FloatingPointError, match=r"of epoch 1.*those it came with"):
        training.fit(model, CLEAN, explodes_after(0), **SCHEDULE)
    assert all((a == b).all() for a, b in zip(before, model.get_weights(), strict=True))


def test_weights_that_are_lost_in_an_epochs_last_step(tmp_path):
    # The loss of a perfect image is 0, the slope of its root is infinite: a finite loss, and weights that are NaN.
    def root(clean, restored):
        return keras.ops.sqrt(keras.ops.mean(keras.ops.square(clean - restored)))

    model = tiny(last_start="zeros")
    with pytest.raises(FloatingPointError, match="weights are no longer finite after epoch 1"):
        training.fit(model, CLEAN, epochs=2, steps=1, batch=1, patch=8, loss=root, folder=tmp_path, progress=False)
    assert all(np.isfinite(weight).all() for weight in model.get_weights())
    assert not (tmp_path / "checkpoint.npz").exists()
