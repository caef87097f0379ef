"""Trainings in processes of their own: killed, out of disk space, on two devices. Slow; `.ci/run` runs them."""

import json
import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

pytestmark = [pytest.mark.slow, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")]

#: python -c TRAIN folder seconds_a_step largest_file: trains, and prints the held-out PSNR of each epoch.
TRAIN = """
import json, sys, time
import keras
import numpy as np
import restorekit as rk
from restorekit import models, training

folder, pause, largest = sys.argv[1], float(sys.argv[2]), int(sys.argv[3])
steps = []

def degrade(clean, rng):
    time.sleep(pause)
    steps.append(1)
    if largest and len(steps) == 50:  # in the third epoch
        import resource
        resource.setrlimit(resource.RLIMIT_FSIZE, (largest, largest))
    return training.gaussian(25 / 255)(clean, rng)

keras.utils.set_random_seed(0)
clean = rk.sample("camera")[None, :, :, None]
part = clean[:, 100:260, 200:360]
history = training.fit(
    models.dncnn(4, 16), clean, degrade, epochs=6, steps=20, batch=8, patch=24, learning_rate=0.005,
    validation=(training.gaussian(25 / 255)(part, np.random.default_rng(1)), part), folder=folder, progress=False,
)
print(json.dumps([history["val_psnr"], len(steps)]))
"""
#: python -c DEVICES optimizer: the same training on one device and on two, prints the largest difference of the weights.
DEVICES = """
import contextlib, sys
import numpy as np
import tensorflow as tf

cpu = tf.config.list_physical_devices("CPU")[0]
tf.config.set_logical_device_configuration(cpu, [tf.config.LogicalDeviceConfiguration()] * 2)

import keras
from restorekit import models, training

strategy = tf.distribute.MirroredStrategy(["CPU:0", "CPU:1"])
clean = np.random.default_rng(0).random((4, 32, 32, 1), np.float32)
found = []
for scope in (contextlib.nullcontext, strategy.scope):
    keras.utils.set_random_seed(0)
    with scope():
        model = models.dncnn(3, 32, batch_norm=False, last_start="he_normal")
    started = model.get_weights()
    history = training.fit(
        model, clean, training.gaussian(0.1), epochs=2, steps=10, batch=8, patch=16, optimizer=sys.argv[1],
        validation=(clean, clean), progress=False,
    )
    found.append((model.get_weights(), history, model.distribute_strategy.num_replicas_in_sync))
(one, alone, _), (other, both, replicas) = found
print(replicas, max(np.abs(a - b).max() for a, b in zip(one, other)), min(np.abs(a - b).max() for a, b in zip(one, started)),
      abs(alone["val_psnr"][-1] - both["val_psnr"][-1]))
"""


def start(script, *arguments):
    """Start a script in a process of its own."""
    environment = {**os.environ, "TF_CPP_MIN_LOG_LEVEL": "3", "CUDA_VISIBLE_DEVICES": "-1"}
    command = [sys.executable, "-c", script, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=environment)


def finish(process):
    """What it prints, on both channels, once it has ended well."""
    out, err = process.communicate(timeout=600)
    assert process.returncode == 0, err
    return out, err


def epochs_in(folder):
    """How many epochs a folder's checkpoint holds."""
    try:
        with np.load(folder / "checkpoint.npz", allow_pickle=False) as checkpoint:
            assert all(np.isfinite(checkpoint[name]).all() for name in checkpoint.files if name.startswith("v"))
            return len(json.loads(str(checkpoint["history"]))["loss"])
    except FileNotFoundError:
        return 0


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """Held-out PSNR after the last epoch of a training that nothing disturbed."""
    scores, steps = json.loads(finish(start(TRAIN, tmp_path_factory.mktemp("undisturbed"), 0, 0))[0])
    assert len(scores) == 6 and steps >= 6 * 20
    assert scores[-1] > 24
    return scores[-1]


def test_killed_in_mid_epoch(undisturbed, tmp_path):
    process = start(TRAIN, tmp_path, 0.1, 0)
    deadline = time.monotonic() + 300
    while epochs_in(tmp_path) < 2 and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)  # into the next epoch, which takes 2 seconds at least
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert process.returncode == -signal.SIGKILL
    done = epochs_in(tmp_path)
    assert 2 <= done < 6
    scores, steps = json.loads(finish(start(TRAIN, tmp_path, 0, 0))[0])
    assert len(scores) == 6
    assert steps < (6 - done) * 20 + 10  # it went on, and did not begin again; the feed runs a little ahead
    assert abs(scores[-1] - undisturbed) < 0.02
    assert len((tmp_path / "log.csv").read_text().splitlines()) == 7


def test_a_full_disk_while_a_checkpoint_is_written(undisturbed, tmp_path):
    out, err = finish(start(TRAIN, tmp_path, 0.02, 5000))
    scores, _ = json.loads(out)
    assert "no checkpoint after epoch 6" in err and "The one before stays" in err
    assert len(scores) == 6 and abs(scores[-1] - undisturbed) < 0.02
    assert 1 <= epochs_in(tmp_path) <= 3
    again, _ = json.loads(finish(start(TRAIN, tmp_path, 0, 0))[0])
    assert len(again) == 6 and abs(again[-1] - undisturbed) < 0.02


@pytest.mark.parametrize("optimizer", ["adam", "muon"])
def test_two_devices_equal_one(optimizer):
    replicas, weights, moved, psnr = map(float, finish(start(DEVICES, optimizer))[0].split())
    assert replicas == 2
    assert moved > 1e-4  # every layer learned
    assert weights < 1e-4 and psnr < 0.01
