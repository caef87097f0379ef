"""Print how much longer sources take in the sandbox than outside it, and whether two runs give the same evidence.

    python experiments/sandbox_overhead.py [--sources 12]

Twelve programs in three styles (functional, Sequential, subclassed), two forms (.py, .ipynb), with the course's data or Keras' own. All
are ours: outside, they run without any protection, by the same script and under the same limits on `fit`. Processor time, which other
programs disturb little; the grader's own share (watchdog, reading, folders) is counted to the sandbox. Needs Linux and bubblewrap.
"""

import argparse
import dataclasses
import io
import json
import os
import resource
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

import restorekit as rk
from restorekit import degrade
from restorekit.grading import bubblewrap, sandbox

HEAD = """
import keras
import numpy as np
from keras import layers
from PIL import Image

{data}
x_train, x_test = x_train / np.float32(255), x_test / np.float32(255)
noisy_test = x_test + 0.1 * np.random.default_rng(0).standard_normal(x_test.shape, np.float32)
"""
DATA = {
    "keras": "(x_train, _), (x_test, _) = keras.datasets.cifar10.load_data()",
    "course": "import restorekit as rk\nx_train, x_test, _ = rk.datasets.cifar10()",
}
FUNCTIONAL = """
image = keras.Input((None, None, 3))
noisy = x = layers.GaussianNoise(0.1)(image)
for _ in range(4):
    x = layers.Conv2D(64, 3, padding="same"{relu})(x)
{norm}
x = layers.Conv2D(3, 3, padding="same")(x)
model = keras.Model(image, {output})
"""
SEQUENTIAL = """
model = keras.Sequential([keras.Input((None, None, 3)), layers.GaussianNoise(0.1)])
for _ in range(4):
    model.add(layers.Conv2D(64, 3, padding="same", activation="relu"))
model.add(layers.Conv2D(3, 3, padding="same"))
"""
SUBCLASSED = """
class Denoiser(keras.Model):
    def __init__(self):
        super().__init__()
        self.noise = layers.GaussianNoise(0.1)
        self.hidden = [layers.Conv2D(64, 3, padding="same") for _ in range(4)]
        self.norms = [{norm} for _ in range(4)]
        self.last = layers.Conv2D(3, 3, padding="same")

    def call(self, image, training=None):
        x = noisy = self.noise(image, training=training)
        for convolution, norm in zip(self.hidden, self.norms):
            x = keras.ops.relu(norm(convolution(x)))
        return {output}

model = Denoiser()
"""
TAIL = """
model.compile(optimizer=keras.optimizers.Adam(1e-3), loss="mse")
history = model.fit(x_train, x_train, batch_size=32, epochs=100, validation_data=(noisy_test, x_test))
print(len(history.history["val_loss"]), "epochs")

picture = np.asarray(Image.open("noisy.png")).astype("float32") / 255
restored = model.predict(picture[np.newaxis])[0]
Image.fromarray((restored.clip(0, 1) * 255).round().astype("uint8")).save("Model{model}.png")
"""


def networks():
    """Yield (style, model, the network's code)."""
    relu = ', activation="relu"'
    norm = "    x = layers.ReLU()(layers.BatchNormalization()(x))"
    yield "functional", 1, FUNCTIONAL.format(relu=relu, norm="", output="x")
    yield "functional", 2, FUNCTIONAL.format(relu=relu, norm="", output="layers.Add()([noisy, x])")
    yield "functional", 3, FUNCTIONAL.format(relu="", norm=norm, output="noisy + x")
    yield "sequential", 1, SEQUENTIAL
    yield "subclassed", 2, SUBCLASSED.format(norm='layers.Activation("linear")', output="noisy + self.last(x)")
    yield "subclassed", 3, SUBCLASSED.format(norm="layers.BatchNormalization()", output="noisy + self.last(x)")


def sources():
    """Yield (name, source, ending, model): each network as a file with Keras' CIFAR-10, and as a notebook with the course's."""
    for style, model, network in networks():
        for ending, data in ((".py", "keras"), (".ipynb", "course")):
            parts = [HEAD.format(data=DATA[data]), network, TAIL.format(model=model)]
            cells = [{"cell_type": "code", "source": part} for part in ["%matplotlib inline", *parts]]
            source = "".join(parts) if ending == ".py" else json.dumps({"cells": cells})
            yield f"{style} {model} {ending}", source.encode(), ending, model


def outside(source, ending, noisy_png, model):
    """Processor seconds of the same scripts without the sandbox."""
    with tempfile.TemporaryDirectory() as folder:
        given = sandbox.prepare(Path(folder), source, sandbox._cells(source, ending), noisy_png)
        work = Path(folder, "work")
        work.mkdir()
        job = {"given": str(given), "work": str(work), "name": f"Model{model}", "seconds": 3600, "files": 10**12}
        job |= {"output": 10**7, "user": None, "nonce": "", "limits": {}}
        environment = bubblewrap._environment() | {"PYTHONPATH": str(Path(rk.__file__).parents[1])}
        environment |= {"PATH": os.environ["PATH"], "MPLCONFIGDIR": str(work)}
        words = [sys.executable, "-sP", str(given / "inside.py")]
        done = subprocess.run(
            words, input=json.dumps(job).encode() + b"\n", capture_output=True, env=environment, check=True
        )
        seen = json.loads(done.stdout.partition(b"\n")[0])
        assert seen["code"] == 0, seen
        return seen["processor"]


def own():
    """Processor seconds of this process, and of bubblewrap's first process."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in used)


def same(one, other):
    """True if two runs gave the same evidence, but for times."""
    times = {"seconds": 0, "processor": 0}
    return dataclasses.replace(one, **times) == dataclasses.replace(other, **times)


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--sources", type=int, default=12)
    count = parser.parse_args().sources
    tested = sandbox.self_test()
    if not tested.works:
        sys.exit("\n".join(tested.reasons))
    file = io.BytesIO()
    noisy = degrade.gaussian_noise(rk.sample("astronaut"), 0.1, rng=0)[:384, :512]
    Image.fromarray((np.clip(noisy, 0, 1) * 255 + 0.5).astype(np.uint8)).save(file, "PNG")
    noisy_png, ratios = file.getvalue(), []
    print(f"{'':22} {'inside':>8} {'outside':>8} {'':>6}   ended, picture, evidence of two runs")
    for name, source, ending, model in list(sources())[:count]:
        start = own()
        first = sandbox.run(source, ending, noisy_png, model=model, seconds=3600)
        inside = first.processor + own() - start
        bare = outside(source, ending, noisy_png, model)
        second = sandbox.run(source, ending, noisy_png, model=model, seconds=3600)
        ratios.append(inside / bare)
        equal = "same" if same(first, second) else "different"
        print(
            f"{name:22} {inside:6.1f} s {bare:6.1f} s {100 * (ratios[-1] - 1):+5.0f}%   {first.ended}, {first.picture}, {equal};"
            f" {first.seconds:.0f} s by the clock",
            flush=True,
        )
    print(f"median overhead {100 * (statistics.median(ratios) - 1):+.1f} %")


if __name__ == "__main__":
    main()
