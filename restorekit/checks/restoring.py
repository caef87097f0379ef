"""Lab 04: does the restored file hold what the network said? The check of the last step, from noisy.png to Model1.png."""

import contextlib
import io
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from restorekit.checks.borrowed import call_own
from restorekit.diagnosis import Wrong, as_array, compare_arrays


def check_restore_file(student):
    """4.5: a PNG goes in, the restored PNG comes out, at the same size."""
    model, rng = stretcher(), np.random.default_rng(3)
    levels = np.clip(np.add.outer(np.linspace(0, 140, 45), np.linspace(0, 100, 70))[..., None] + [0, 30, -40], 0, 255)
    levels = np.uint8(np.clip(levels + rng.normal(0, 20, levels.shape), 0, 255))
    returned, saved, written = run(student, model, levels)
    if run(student, model, levels)[2] != written:
        raise Wrong(
            "two runs on the same file give different results: the training noise is on (training=True), or you add noise yourself. "
            "The file is noisy already."
        )
    judge_saved(saved, levels, model)
    judge_returned(returned, saved)
    gentle = np.uint8(90 + levels // 4)  # neither black nor white in it, nor in the answer
    judge_saved(run(student, model, gentle)[1], gentle, model)
    return "right: any size in, the same size out, and the file holds what the network said."


def run(student, model, levels):
    """Let the learner restore one picture; returns the array, the levels in the file, and its bytes."""
    height, width = levels.shape[:2]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder, "noisy.png"), Path(folder, "Model1.png")
        Image.fromarray(levels).save(source)
        before = source.read_bytes()
        with contextlib.redirect_stdout(io.StringIO()):
            returned = call_own(student, model, source, target)
        if not source.is_file() or source.read_bytes() != before:
            raise Wrong("you wrote over noisy_file; the result goes into result_file.")
        if not target.is_file():
            raise Wrong("there is no file under the name `result_file` afterwards: save the restored image there.")
        try:
            with Image.open(target) as picture:
                mode, size, kind = picture.mode, picture.size, picture.format
                saved = np.asarray(picture.convert("RGB")).astype(float)
        except OSError:
            raise Wrong("the file that you wrote is no image that can be read.") from None
        written = target.read_bytes()
    if kind != "PNG":
        raise Wrong(f"the file that you wrote is a {kind}; a PNG is asked for, which keeps every pixel as it is.")
    if size != (width, height):
        raise Wrong(
            f"noisy.png is {width} x {height} pixels (width x height) here, and your file is {size[0]} x {size[1]}: the size must not "
            "change."
        )
    if mode not in ("RGB", "RGBA"):
        raise Wrong(f"the file that you wrote is of the mode {mode}; a colour image (RGB) was expected.")
    return returned, saved, written


def judge_returned(returned, saved):
    """The array that is returned is the image in the file."""
    what = "the file is right, but the array that you return"
    if np.shape(returned) == (1, *saved.shape):
        raise Wrong(f"{what} still has the batch axis: shape (1, 45, 70, 3). Take [0].")
    returned = as_array(returned, saved.shape, what)
    if np.abs(returned - saved / 255).max() > 2.1 / 255 >= np.abs(np.clip(returned, 0, 1) - saved / 255).max():
        raise Wrong(f"{what} leaves [0, 1] (rk.save clips what it writes): clip it before you return it.")
    compare_arrays(returned, saved / 255, what, 2.1 / 255)


def stretcher():
    """A network with a known answer, that leaves [0, 1]: it blurs a little, stretches, and swaps nothing."""
    import keras

    class Particular(keras.Model):
        """A network that says in plain words what it can't take."""

        def __call__(self, image, *args, **kwargs):
            require_batch(image)
            return super().__call__(image, *args, **kwargs)

        def predict(self, x, *args, **kwargs):
            require_batch(x)
            return super().predict(x, *args, **kwargs)

    image = keras.Input((None, None, 3))
    noisy = keras.layers.GaussianNoise(0.1)(image)
    blur = keras.layers.Conv2D(3, 3, padding="same")
    model = Particular(image, blur(noisy))
    kernel = np.zeros((3, 3, 3, 3), np.float32)
    for channel in range(3):
        kernel[:, :, channel, channel] = 1.5 / 9
    blur.set_weights([kernel, np.float32([-0.1, -0.2, 0.0])])
    return model


def require_batch(image):
    """Refuse a single image, and one in 0-255."""
    if len(getattr(image, "shape", (0, 0, 0, 0))) == 3:
        raise Wrong("a network wants a batch of images, and you give it one: noisy[None] is a batch of one.")
    if (isinstance(image, np.ndarray) or hasattr(image, "numpy")) and np.max(image) > 2:
        raise Wrong("the network got an image in 0-255, and answered nearly white. Bring it to [0, 1] first.")


def judge_saved(saved, levels, model):
    """Compare the file's levels with the network's answer, and with those of the usual mistakes."""

    def answer(image, **options):
        return np.asarray(model(image[None].astype(np.float32), **options))[0]

    right = answer(levels / 255)
    clipped = 255 * np.clip(right, 0, 1)
    if np.abs(saved - clipped).max() <= 1.01:
        return
    round_the_end = (
        "values below 0 or above 1 came round at the other end (dark pixels turned white). Clip to [0, 1] before you make 8 bits of "
        "them."
    )
    known = [
        (levels, 0.5, "the file holds the noisy image, unchanged."),
        (np.trunc(255 * right) % 256, 1.01, round_the_end),
        (np.round(255 * right) % 256, 1.01, round_the_end),
        (clipped[..., ::-1], 1.01, "red and blue are exchanged in your file."),
        (
            255 * (right - right.min()) / np.ptp(right),
            2,
            "you stretch the result from its minimum to its maximum. Clip it instead, so that brightness stays what it was.",
        ),
        (np.clip(right, 0, 1), 1.01, "your file is nearly black: its values are in [0, 1], and a PNG holds 0-255."),
        (255 * np.clip(answer(levels[..., ::-1] / 255), 0, 1), 1.01, "the network got red and blue exchanged."),
    ]
    for wrong, tolerance, message in known:
        if np.abs(saved - wrong).max() <= tolerance:
            raise Wrong(message)
    off = np.abs(saved - clipped).max(axis=-1) > 1.01
    inner = off[1:-1, 1:-1]
    if not inner.any():
        raise Wrong("inside your file is right, but not its outermost pixels: give the network the image as it is.")
    lines = [k for k in range(1, off.shape[0] - 1) if off[k, 1:-1].mean() > 0.5] + [
        k for k in range(1, off.shape[1] - 1) if off[1:-1, k].mean() > 0.5
    ]
    if lines and inner.mean() < 0.35:
        raise Wrong(
            f"your file has seams (for example along row or column {lines[0]}): tiles were restored one by one, and each saw black "
            "beyond its border. Give the network the whole image, or let the tiles overlap and keep their middles."
        )
    compare_arrays(saved / 255, clipped / 255, "the image in your file", 1.01 / 255)
