"""Programs with Keras in the sandbox: an honest one proves that it trains; what a saved model hides is run in there alone."""

import io
import json
import shutil
import sys
import tempfile
import textwrap
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from restorekit.grading import sandbox

pytestmark = [
    pytest.mark.skipif(
        sys.platform != "linux" or shutil.which("bwrap") is None,
        reason="bubblewrap is not installed (Linux alone has it)",
    )
]
pytest.importorskip("keras")


@pytest.fixture(scope="module")
def noisy():
    """A PNG file."""
    file = io.BytesIO()
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (40, 56, 3), np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_an_honest_notebook_trains_and_writes_its_picture(noisy):
    cells = [
        """
        %matplotlib inline
        import tensorflow as tf, numpy as np, matplotlib.pyplot as plt
        from tensorflow.keras import layers
        (x_train, _), (x_test, _) = tf.keras.datasets.cifar10.load_data()
        x_train, x_test = x_train / np.float32(255), x_test / np.float32(255)
        """,
        """
        image = tf.keras.Input((None, None, 3))
        noisy = x = layers.GaussianNoise(0.1)(image)
        for _ in range(4):
            x = layers.ReLU()(layers.BatchNormalization()(layers.Conv2D(64, 3, padding="same")(x)))
        model = tf.keras.Model(image, noisy + layers.Conv2D(3, 3, padding="same")(x))
        model.compile(tf.keras.optimizers.Adam(1e-3), "mse")
        history = model.fit(x_train, x_train, batch_size=32, epochs=100, validation_data=(x_test, x_test))
        plt.plot(range(1, 101), history.history["val_loss"])
        plt.show()
        print(model.evaluate(x_test, x_test) < 1, len(x_train))
        """,
        """
        picture = plt.imread("noisy.png")[..., :3]
        plt.imsave("Model3.png", model.predict(picture[None])[0].clip(0, 1))
        """,
    ]
    notebook = {"cells": [{"cell_type": "code", "source": textwrap.dedent(cell)} for cell in cells]}
    seen = sandbox.run(json.dumps(notebook).encode(), ".ipynb", noisy, model=3, seconds=600)
    assert (seen.ended, seen.reason) == ("finished", ""), seen
    assert seen.picture == "8-bit RGB, 56 x 40 (opaque alpha channel, left out)" and "True 1000\n" in seen.output
    (fit,) = seen.fits
    expected = {
        "way": "fit",
        "epochs": 100,
        "batch_size": 32,
        "loss": "mse",
        "optimizer": "Adam",
        "learning_rate": 0.001,
    }
    expected |= {"x": "float32 (1000, 32, 32, 3)", "target_is_input": True, "noise_in_data": 0.0, "noise_layers": [0.1]}
    expected |= {"sums": 1, "zeroed": "returns its input", "zeroed_noise": 0.1, "parameters": 115331}
    expected["convolutions"] = [[3, 3, 3, 64], *[[3, 3, 64, 64]] * 3, [3, 3, 64, 3]]
    assert {name: fit.get(name) for name in expected} == expected and fit["layers"]["BatchNormalization"] == 4


def test_other_ways_to_train_are_seen_and_cut(noisy):
    code = """
        import keras, numpy as np, tensorflow as tf
        from keras import layers
        from keras.datasets.cifar10 import load_data
        (x, _), (x_test, _) = load_data()
        print(len(x[45000:]), len(x_test))
        x = x[:64] / np.float32(255)

        def network():
            model = keras.Sequential([layers.GaussianNoise(0.2), layers.Conv2D(3, 3, padding="same")])
            model.compile("sgd", keras.losses.MeanSquaredError())
            return model

        def forever():
            while True:
                yield x[:8] + np.float32(0.1) * np.random.standard_normal((8, 32, 32, 3)).astype("float32"), x[:8]

        network().fit(forever(), epochs=1000, steps_per_epoch=1000)
        noisy = x + 0.1 * np.random.default_rng(0).standard_normal(x.shape, np.float32)
        network().fit(noisy, x, epochs=50, validation_split=0.25)
        data = tf.data.Dataset.from_tensor_slices((x, x)).repeat().batch(16)
        network().fit(data, epochs=10, steps_per_epoch=10**6, validation_data=data, validation_steps=10**6)
        model = network()
        for _ in range(10000):
            model.train_on_batch(x[:16], x[:16])
        optimizer = keras.optimizers.Adam()
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((model(x[:8]) - x[:8]) ** 2)
        optimizer.apply_gradients(zip(tape.gradient(loss, model.trainable_variables), model.trainable_variables))
        try:
            keras.utils.get_file("x", "https://example.com/x")
        except Exception as error:
            print("no download")
    """
    seen = sandbox.run(textwrap.dedent(code).encode(), ".py", noisy, model=1, seconds=600)
    assert seen.ended == "finished" and seen.output.split("\n")[0] == "5000 10000" and "no download" in seen.output, (
        seen
    )
    ways = [fit["way"] for fit in seen.fits]
    assert ways == ["fit", "fit", "fit", "train_on_batch", "a loop of its own"]
    assert [fit.get("epochs") for fit in seen.fits[:3]] == [1000, 50, 10]
    assert (
        seen.fits[0]["x"] == "generator"
        and seen.fits[1]["noise_in_data"] == 0.1
        and not seen.fits[1]["target_is_input"]
    )
    assert all(fit["convolutions"] == [[3, 3, 3, 3]] and fit["noise_layers"] == [0.2] for fit in seen.fits[:4])
    assert seen.fits[1]["validation_split"] == 0.25 and seen.fits[3]["loss"] == "MeanSquaredError"


def test_a_saved_model_with_a_lambda_is_opened_in_the_sandbox_alone(noisy):
    with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
        Path(folder).chmod(0o777)
        code = f"""
            import keras, os
            evil = keras.layers.Lambda(
                lambda x: (__import__("os").system("echo evil; touch {folder}/canary /content/canary"), x)[1], output_shape=(4,)
            )
            model = keras.Sequential([keras.Input((4,)), evil])
            model.save("model.keras")
            if os.path.exists("canary"):
                os.remove("canary")
            keras.models.load_model("model.keras", safe_mode=False)(keras.ops.zeros((1, 4)))
            print(os.path.exists("canary"))
        """
        seen = sandbox.run(textwrap.dedent(code).encode(), ".py", noisy, model=1, seconds=600)
        assert seen.ended == "finished" and seen.output.endswith("True\n") and "evil" in seen.output, seen
        assert list(Path(folder).iterdir()) == []
