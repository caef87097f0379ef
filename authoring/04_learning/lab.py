# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3
#     language: python
#     name: python3
# ---

# %% [markdown]
# # Lab 04: Three models (graded)
#
# {{badge}}
#
# **This lab is the assignment.** You are given one noisy colour photograph, `noisy.png`, and restore it with three networks that you build and train yourself. Afterwards you will have
#
# - prepared data so that training *and* validation mean what you think they mean;
# - built and trained three small networks in plain Keras, in a way that survives a disconnect;
# - restored an image that is much larger than anything the networks have seen;
# - a folder that is complete, checked, and ready to hand in.
#
# Two hours of your time. A CPU trains all three models for practice in 5 to 15 minutes, long enough to beat every classical filter; the assignment itself wants a GPU. Before this: [lecture 04](lecture:04_learning).
# Here nothing stands in for a part that is missing: a cell that needs one says which it waits for.

# %%
# {{setup}}

# %%
# {{keep}}

# %% [markdown]
# ## What you hand in
#
# | file | what it is |
# | --- | --- |
# | `Model1.png`, `Model2.png`, `Model3.png` | the given `noisy.png`, restored by each model; PNG, RGB, exactly its size |
# | `Model1.py`, `Model2.py`, `Model3.py` (or `.ipynb`) | the code of each model, training and restoring included |
#
# | model | 3 x 3 convolutions with "same" padding, 64 channels, colour in, colour out |
# | --- | --- |
# | Model 1 | conv-ReLU four times, conv |
# | Model 2 | the same, and the noisy input is added to the output |
# | Model 3 | Model 2 with batch normalisation between each hidden convolution and its ReLU |
#
# All three are trained on CIFAR-10 in [0, 1], with a `GaussianNoise(0.1)` layer after the input, mean squared error, mini-batches of 32, 100 epochs. The labels are not used: **the target is the image itself.** (The original
# hand-out lists three hidden blocks for Model 3. Three or four are both accepted.)
#
# ### Rules
#
# - **The terms** are CIFAR-10's 50,000 training images and 100 epochs, on a GPU runtime. A run on a CPU, or on other images, is practice, and the notebook says so.
# - **What is graded** by your instructor: the three pictures, and the three programs, which are read. The points at the exercises are for you: they say where you stand.
# - **Weights** (your instructor fills in): pictures ____ %, programs ____ %, ____________ ____ %.
# - **Where and when**: in English, through the course's LMS, before ____________ (date). Late work does not count.
# - **Your own work**: you build and train the networks yourself, and can explain every line. Talk with others, and name whom and what helped you, AI tools included.
# - **The 10,000 test images choose nothing**: no setting, no epoch, no model. Choose on the validation images.
#
# Everything that this lab writes goes into one folder: on your mounted drive if there is one, beside this notebook otherwise.

# %%
from pathlib import Path

import keras
from keras import layers

DRIVE = Path("/content/drive/MyDrive")
FOLDER = (DRIVE / "restorekit" if DRIVE.is_dir() else Path()) / "lab04"
TRAINING = FOLDER / "training"
TRAINING.mkdir(parents=True, exist_ok=True)
print("Keras", keras.__version__, "with", keras.backend.backend())

# %% [markdown]
# ## The data
#
# 50,000 training images of 32 x 32 pixels, if they can be downloaded; a small stand-in if not.

# %%
# NBVAL_CHECK_OUTPUT
data = rk.datasets.cifar10()
print("these are:", data.source)
print("pixels:", data.x_train.shape[1:], data.x_train.dtype)

# %% [markdown]
# ### Exercise 4.1 - images in [0, 1] (1 point)
#
# The pixels are whole numbers from 0 to 255. Networks learn best when everything is about 1.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-scaled", "locked": false, "solution": true, "task": false}
@rk.exercise("04.scaled")
def scaled(images):
    """Bring 8-bit images to [0, 1].

    images : uint8 array (N, H, W, 3), 0 to 255

    Returns a float32 array of the same shape, 0 to 1.
    For example, 51 becomes 0.2, whatever else is in the images.
    """
    ### BEGIN SOLUTION
    return images.astype("float32") / 255
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-scaled-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(scaled)

# %% [markdown]
# {{hints:04.scaled}}

# %% [markdown]
# ### Exercise 4.2 - validation with noise (2 points)
#
# `GaussianNoise` is active in training only. In `evaluate`, and for `val_loss`, it is off: there the network would be scored on *clean* images, and a network that changes nothing would look perfect. So the images that we validate on
# carry their noise in the data.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-noisy-pair", "locked": false, "solution": true, "task": false}
@rk.exercise("04.noisy_pair")
def noisy_pair(images, sigma, rng):
    """Make what the network is validated on: noisy images, and the clean ones that it should find.

    images : float32 array (N, H, W, 3), [0, 1]
    sigma : standard deviation of the noise, on the [0, 1] scale
    rng : seed of np.random.default_rng; the same seed gives the same noise

    Returns (noisy, clean): two arrays of that shape. Each value of the first has Gaussian noise of its
    own, so it may leave [0, 1]; the second is `images`.
    For example, with sigma=0.1 the first differs from the second by 0.08 on average.
    """
    ### BEGIN SOLUTION
    noise = np.random.default_rng(rng).normal(0, sigma, images.shape)
    return (images + noise).astype("float32"), images
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-noisy-pair-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(noisy_pair)

# %% [markdown]
# {{hints:04.noisy_pair}}

# %% [markdown]
# Three sets, each for one purpose. The last tenth of the training images is for *validation*: we look at its score while we train. The *test* images are for the table at the very end, and for nothing else.
#
# How long to train? With a GPU, as the terms say. On a CPU, for practice, a few thousand images and a few epochs must do.

# %%
import tensorflow as tf

tf.get_logger().setLevel("ERROR")  # no remarks about pictures of a new size
GPU = bool(tf.config.list_physical_devices("GPU"))
COUNT = 128 if rk.FAST else len(data.x_train) if GPU else min(5_000, len(data.x_train))
EPOCHS = 2 if rk.FAST else 100 if GPU else 30_000 // COUNT
if rk.exercises.ready(scaled, noisy_pair):
    images = scaled(data.x_train[:COUNT])
    held_out = len(images) // 10
    x_train, validation = images[:-held_out], noisy_pair(images[-held_out:], 0.1, rng=0)
    test_noisy, test_clean = noisy_pair(scaled(data.x_test[: 20 if rk.FAST else 200]), 0.1, rng=1)
    print(f"{'fast mode: ' if rk.FAST else ''}{len(x_train):,} images to train on, {EPOCHS} epochs")

# %% [markdown]
# The picture that right answers give: the top row goes in, the bottom row should come out.

# %%
if rk.exercises.ready(scaled, noisy_pair):
    pairs = [*validation[0][:6], *validation[1][:6]]
    rk.show.compare(pairs, 6 * ["noisy"] + 6 * ["target"], columns=6)

# %% [markdown]
# ## The photograph
#
# Your instructor gives you `noisy.png`: put it into the folder `lab04`, and set `PRACTICE = False`. Until then we make one for practice, for which we also know the clean picture.
#
# Either is a file of 8 bits: its noise is rounded, and clipped to [0, 1], which the noise in training is not. That concerns few pixels, in deep shadows and bright lights; there the noise is weaker, and shadows come out a little too bright.

# %%
PRACTICE = True
NOISY, CLEAN = FOLDER / ("practice.png" if PRACTICE else "noisy.png"), FOLDER / "practice_clean.png"
SUBMISSION = FOLDER / ("practice" if PRACTICE else "submission")
SUBMISSION.mkdir(exist_ok=True)
clean = rk.images.crop(rk.sample("coffee"), top=0, left=270, height=300, width=120)
if PRACTICE:
    rk.save(NOISY, rk.degrade.gaussian_noise(clean, sigma=0.1, rng=4))
    rk.save(CLEAN, clean)

# %%
# NBVAL_CHECK_OUTPUT
noisy = rk.load(NOISY) if NOISY.is_file() else None
if noisy is None:
    print("○ This cell waits for the instructor's photograph. Put it here:", NOISY.resolve())
else:
    height, width = noisy.shape[:2]
    print(f"{NOISY.name}: {width} x {height} pixels, {height * width / 32**2:.0f} times as many as a training image")
if PRACTICE:
    print(f"noisy: {rk.psnr(clean, noisy):.1f} dB")

# %% [markdown]
# ## Model 1
#
# ### Exercise 4.3 - Model 1 (3 points)
#
# Noise, four times convolution and ReLU, a last convolution. One thing decides whether it will ever see `noisy.png`: the shape that you give to `keras.Input`.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-model-1", "locked": false, "solution": true, "task": false}
@rk.exercise("04.model_1")
def model_1():
    """Build Model 1: GaussianNoise(0.1), four hidden convolutions with ReLU, and a last convolution.

    Returns a keras.Model, not compiled, from colour images (N, H, W, 3) in [0, 1] to restored ones of the
    same shape, for any H and W. All convolutions are 3 x 3 with "same" padding; hidden ones have 64 channels.
    For example, model_1().count_params() is 114,307.
    """
    ### BEGIN SOLUTION
    image = keras.Input((None, None, 3))
    x = layers.GaussianNoise(0.1)(image)
    for _ in range(4):
        x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    restored = layers.Conv2D(3, 3, padding="same")(x)
    return keras.Model(image, restored)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-model-1-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(model_1)

# %% [markdown]
# {{hints:04.model_1}}

# %%
# NBVAL_CHECK_OUTPUT
if rk.exercises.ready(model_1):
    print(f"Model 1 has {model_1().count_params():,} numbers to learn, and sees 11 x 11 pixels around each")

# %% [markdown]
# ### Exercise 4.4 - training that survives (3 points)
#
# A hosted runtime may disconnect at any time, and a hundred epochs are long. Keras has two callbacks for that: `BackupAndRestore` keeps the state after each epoch, and when `fit` is called again with the same folder, it goes on from there;
# `CSVLogger` writes the losses into a file.
#
# **Predict.** The network adds noise itself. What do you give to `fit` as input, what as target?


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-train", "locked": false, "solution": true, "task": false}
@rk.exercise("04.train")
def train(model, images, validation, epochs, folder):
    """Train a model as the assignment asks: mean squared error, mini-batches of 32, the image itself as target.

    model : keras.Model that adds its own noise in training; not compiled
    images : clean images, float32 array (N, H, W, 3), [0, 1]
    validation : pair (noisy, clean) of such arrays
    epochs : how often to go through all images
    folder : an existing pathlib.Path. The backup goes into folder / "backup" (and stays there after the last epoch:
        delete_checkpoint=False), the losses into folder / "log.csv" (with append=True, so that a resumed
        training keeps its past)

    Returns what model.fit returns. The optimizer is yours to choose: Adam at 0.001 is a good start, and a tenth of it
    for the last fifth of the steps calms the end (keras.optimizers.schedules). On a CPU,
    model.compile(..., jit_compile=False) trains faster; in fit, verbose=2 prints one line an epoch.
    For example, called once more with the same folder when all epochs are done, it only loads.
    """
    ### BEGIN SOLUTION
    steps = epochs * -(-len(images) // 32)
    rate = keras.optimizers.schedules.PiecewiseConstantDecay([int(0.8 * steps)], [1e-3, 1e-4])
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse", jit_compile=False)
    callbacks = [
        keras.callbacks.BackupAndRestore(folder / "backup", delete_checkpoint=False),
        keras.callbacks.CSVLogger(folder / "log.csv", append=True),
    ]
    return model.fit(
        images, images, batch_size=32, epochs=epochs, validation_data=validation, callbacks=callbacks, verbose=2
    )
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-train-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(train)

# %% [markdown]
# {{hints:04.train}}

# %% [markdown]
# Now train it. If you are disconnected, run all cells once more: training goes on where it stopped. **If you change a model or your training later**, change `RUN` as well, and it starts afresh (otherwise the old state is loaded).

# %%
RUN = "first"
SEED = 0
models, folders = {}, {}  # what you have trained, and where its log is, by name


def trained(name, build):
    """Train a model in a folder of its own, or go on where that stopped, and return it."""
    folder = folders[name] = TRAINING / f"{name}-{RUN}"
    folder.mkdir(exist_ok=True)
    resumes = any((folder / "backup").glob("*"))
    keras.utils.set_random_seed(SEED)
    model = build()
    model(x_train[:1])  # the model now knows all its layers, however it was written
    try:
        train(model, x_train, validation, EPOCHS, folder)
    except (OSError, ValueError, KeyError) as error:
        if not resumes:
            raise
        problem, *_ = f"{type(error).__name__}: {error}".split("\n")
        advice = "Is it cut off, or of another model? Delete this folder, or change RUN: then training starts afresh."
        raise RuntimeError(f"training can't go on from the backup in {folder} ({problem}). {advice}") from None
    return model


# %% scrolled=true
if rk.exercises.ready(scaled, noisy_pair, model_1, train):
    models["Model1"] = trained("Model1", model_1)

# %% [markdown]
# Read the curves. The validation images are noisy and have never been trained on; their PSNR is what counts.
#
# **Predict.** Where does the curve begin, if the noisy images have 20 dB? Above or below?


# %%
def log_of(name):
    """The columns of a training's log: epoch, loss, val_loss."""
    return np.atleast_1d(np.genfromtxt(folders[name] / "log.csv", delimiter=",", names=True))


def show_curves(names):
    """Validation PSNR after each epoch, one curve for each model."""
    curves = {name: (log_of(name)["epoch"] + 1, -10 * np.log10(log_of(name)["val_loss"])) for name in names}
    rk.show.lines(
        [], curves, "epochs", "PSNR of the validation images (dB)", "Still rising? Then more epochs would help"
    )


if models:
    show_curves(models)
else:
    print("No model is trained yet.")

# %% [markdown]
# ### Exercise 4.5 - from noisy.png to a restored file (2 points)
#
# Trained on 32 x 32, used on a photograph: a network of convolutions does not mind.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-restore-file", "locked": false, "solution": true, "task": false}
@rk.exercise("04.restore_file")
def restore_file(model, noisy_file, result_file):
    """Restore a noisy PNG with a trained model, and save the result as a PNG of the same size.

    model : keras.Model from noisy to restored images, (N, H, W, 3), [0, 1]
    noisy_file, result_file : pathlib.Path of the 8-bit colour image to read, and of the one to write

    Returns the restored image, a float array (H, W, 3), clipped to [0, 1].
    For example, 120 x 300 pixels (width x height) in, 120 x 300 out; where the model says 1.07, the file says 255.
    """
    ### BEGIN SOLUTION
    noisy = rk.load(noisy_file)
    restored = np.clip(model.predict(noisy[None], verbose=0)[0], 0, 1)
    rk.save(result_file, restored)
    return restored
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-restore-file-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(restore_file)

# %% [markdown]
# {{hints:04.restore_file}}


# %%
def show_results():
    """Restore the photograph with every model that is trained, save the files, and show them."""
    if noisy is None:
        print("○ This cell waits for", NOISY.resolve())
        return
    restored = {name: restore_file(model, NOISY, SUBMISSION / f"{name}.png") for name, model in models.items()}
    reference = clean if PRACTICE else None
    box = (height // 4, width // 3, min(60, height // 4), min(60, width // 3))
    rk.show.compare([noisy, *restored.values()], ["noisy", *restored], reference=reference, zoom=box, columns=4)


if models and rk.exercises.ready(restore_file):
    show_results()

# %% [markdown]
# ## Model 2
#
# ### Exercise 4.6 - Model 2 (3 points)
#
# Add the noisy input to the output. The convolutions then only have to say what to *change*.
#
# **Predict.** Two tensors are at hand that look like "the input": the one before `GaussianNoise`, and the one after. What happens if you add the wrong one?


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-model-2", "locked": false, "solution": true, "task": false}
@rk.exercise("04.model_2")
def model_2():
    """Build Model 2: as Model 1, and the noisy image (after GaussianNoise) is added to the output.

    Returns a keras.Model, not compiled, from colour images (N, H, W, 3) in [0, 1] to restored ones of the
    same shape, for any H and W. A sum has nothing to learn: as many parameters as Model 1.
    For example, if its last convolution answers 0 everywhere, the image comes back as it was.
    """
    ### BEGIN SOLUTION
    image = keras.Input((None, None, 3))
    noisy = x = layers.GaussianNoise(0.1)(image)
    for _ in range(4):
        x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)
    correction = layers.Conv2D(3, 3, padding="same")(x)
    return keras.Model(image, layers.Add()([noisy, correction]))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-model-2-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(model_2)

# %% [markdown]
# {{hints:04.model_2}}

# %% scrolled=true
if rk.exercises.ready(scaled, noisy_pair, model_2, train):
    models["Model2"] = trained("Model2", model_2)

# %% [markdown]
# ## Model 3
#
# ### Exercise 4.7 - Model 3 (3 points)
#
# Between each hidden convolution and its ReLU comes a batch normalisation. The table says nothing about how the last convolution *starts*. [Lecture 04](lecture:04_learning) does.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "04-model-3", "locked": false, "solution": true, "task": false}
@rk.exercise("04.model_3")
def model_3():
    """Build Model 3: as Model 2, with batch normalisation between each hidden convolution and its ReLU.

    Returns a keras.Model, not compiled, from colour images (N, H, W, 3) in [0, 1] to restored ones of the
    same shape, for any H and W. Four hidden blocks (three are accepted). How the last convolution starts
    (kernel_initializer) is yours to choose.
    For example, image -> noise -> conv -> batch norm -> ReLU -> conv -> ...
    """
    ### BEGIN SOLUTION
    image = keras.Input((None, None, 3))
    noisy = x = layers.GaussianNoise(0.1)(image)
    for _ in range(4):
        x = layers.Conv2D(64, 3, padding="same")(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    correction = layers.Conv2D(3, 3, padding="same", kernel_initializer="zeros")(x)
    return keras.Model(image, layers.Add()([noisy, correction]))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "04-model-3-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(model_3)

# %% [markdown]
# {{hints:04.model_3}}

# %%
# NBVAL_CHECK_OUTPUT
if rk.exercises.ready(model_3):
    count = model_3().count_params()
    print(f"Model 3 has {count:,} numbers; with each normalised channel come a mean, a variance, a factor and a shift")

# %% scrolled=true
if rk.exercises.ready(scaled, noisy_pair, model_3, train):
    models["Model3"] = trained("Model3", model_3)

# %% [markdown]
# ## Which one is best?
#
# **Predict.** Model 1, 2 or 3: which learns fastest, and which ends highest?

# %%
if models:
    show_curves(models)
    if rk.exercises.ready(restore_file):
        show_results()
else:
    print("No model is trained yet.")

# %% [markdown]
# Now the test images, once. Three filters of unit 03 run beside your networks, and they compete at their best: their strength is tuned, on *training* images.


# %%
def mean_psnr(restored):
    """Mean PSNR of the restored test images, in dB."""
    return float(np.mean([rk.psnr(clean, image) for clean, image in zip(test_clean, restored)]))


def classical(method, setting, values):
    """A filter's mean PSNR on the test images, with the setting that is best on 20 training images."""

    def restore(images, value):
        return [rk.denoise(image, method, sigma=0.1, **{setting: value}) for image in images]

    def tuning(value):
        tuned = restore(validation[0][:20], value)
        return np.mean([rk.psnr(clean, image) for clean, image in zip(validation[1], tuned)])

    return mean_psnr(restore(test_noisy, max(values, key=tuning)))


if rk.exercises.ready(scaled, noisy_pair):
    scores = {"noisy input": mean_psnr(test_noisy)}
    scores["non-local means"] = classical("nlm", "h", [0.04, 0.06, 0.08, 0.1, 0.12])
    scores["bilateral filter"] = classical("bilateral", "range_width", [0.15, 0.2, 0.25, 0.3, 0.4, 0.5])
    scores["total variation"] = classical("tv", "weight", [0.04, 0.06, 0.08, 0.1, 0.12])
    for name, model in models.items():
        scores[name] = mean_psnr(np.clip(model.predict(test_noisy, verbose=0), 0, 1))
    rows = [
        {"": name, "PSNR (dB)": score, "gain (dB)": score - scores["noisy input"]} for name, score in scores.items()
    ]
    rk.show.table(rows, best=["PSNR (dB)"], caption=f"{len(test_clean)} test images ({data.source}), sigma 0.1")

# %% [markdown]
# (The stand-in's crops are smooth, and non-local means does well on them. On the test images of CIFAR-10 itself it reaches 25.9 dB, and the best filter, the bilateral one, 26.2.) Even a few minutes of learning should beat the best filter. If a model of yours does not, look at its curve: still rising (more epochs), flat from
# the start (a mistake, or a start that is too wild), or up and down (a learning rate that is too high)?
#
# ## Hand it in
#
# The pictures are in the folder already (`submission`; of a practice photograph, `practice`). The next cell writes `Model1.py` to `Model3.py` out of your own functions, with the seed, the images and the epochs that made the pictures. If these call helpers of yours, name them in `HELPERS`. Read the files before you hand them in: they are yours. (Handing in
# this notebook, saved as `Model1.ipynb` and so on, is fine as well.)

# %%
import inspect

HELPERS = []
IMPORTS = """import sys
from pathlib import Path

import keras
import numpy as np
import restorekit as rk
from keras import layers"""
MAIN = """if __name__ == "__main__":
    data = rk.datasets.cifar10()
    if data.source != "{source}":
        sys.exit(f"this model was trained on: {source}; here are: {{data.source}}")
    images = scaled(data.x_train[:{count}])
    held_out, folder = len(images) // 10, Path("training-{name}")
    folder.mkdir(exist_ok=True)
    keras.utils.set_random_seed({seed})
    model = {build}()
    model(images[:1])
    train(model, images[:-held_out], noisy_pair(images[-held_out:], 0.1, 0), {epochs}, folder)
    restore_file(model, Path("noisy.png"), Path("{name}.png"))
"""


def source_of(function):
    """The code of one function, without the line that marks it as an exercise."""
    lines = inspect.getsource(inspect.unwrap(function)).rstrip().split("\n")
    return "\n".join(line for line in lines if not line.startswith("@rk.exercise"))


for name, build in {"Model1": model_1, "Model2": model_2, "Model3": model_3}.items():
    if name in models:
        functions = [*HELPERS, scaled, noisy_pair, build, train, restore_file]
        how = {"source": data.source, "count": COUNT, "epochs": EPOCHS, "seed": SEED}
        main = MAIN.format(name=name, build=build.__name__, **how)
        (SUBMISSION / f"{name}.py").write_text("\n\n\n".join([IMPORTS, *map(source_of, functions), main]), "utf-8")

# %% [markdown]
# **Check what you hand in.** In a terminal, the command is `restorekit assignment check lab04/submission --noisy lab04/noisy.png`. It runs nothing of yours; it looks whether all is there, and at what the pictures gain. The last lines say so if a run does not keep the terms and is practice only.

# %%
from restorekit.assignment import check_submission

terms = {
    "the photograph is the course's own": PRACTICE,
    f"the images: {data.source}": data.source != "CIFAR-10",
    f"{COUNT:,} images instead of 50,000": COUNT != 50_000,
    f"{EPOCHS} epochs instead of 100": EPOCHS != 100,
}
lacking = [term for term, broken in terms.items() if broken]
if noisy is None:
    print("○ This cell waits for", NOISY.resolve())
else:
    report = check_submission(SUBMISSION, NOISY, CLEAN if PRACTICE else None)
    found, verdict = report.text.rsplit("\n\n", 1)
    if report.complete and lacking:
        verdict = "PRACTICE ONLY, not to be handed in:\n- " + "\n- ".join(lacking)
    print(found, verdict, sep="\n\n")

# %% [markdown]
# **Take it home.** This packs the folder into `submission.zip`, that of a practice run into `practice.zip`. In a hosted notebook, set the switch to `True` to download it.

# %%
import shutil

packed = shutil.make_archive(str(FOLDER / ("practice" if lacking else "submission")), "zip", SUBMISSION)
print(Path(packed).name)
DOWNLOAD = False
if DOWNLOAD:
    from google.colab import files

    files.download(packed)

# %% [markdown]
# Before you upload: Is it `submission.zip`, and do the pictures show the instructor's photograph? Are all six files in it? Is it before the date?
#
# ## Try more
#
# - Train Model 3 with Keras' default start of its last layer, and draw both curves: the cell below does it. After how many epochs do they meet?
# - Restore the photograph in tiles of 32 x 32 without overlap. Where does it differ?
# - Feed your network a photo with *stronger* noise than it was trained on. What is left over? ([Unit 05](lecture:05_dncnn) takes up from there.)

# %%
TRY = False  # True: one more training, in a folder of its own; your Model 3 stays as it is


def default_start():
    """Model 3, but its last convolution starts as any other layer in Keras."""
    model = model_3()
    model(x_train[:1])
    last = next(weights for weights in model.trainable_weights if tuple(weights.shape) == (3, 3, 64, 3))
    last.assign(keras.initializers.GlorotUniform(seed=0)(last.shape))
    return model


if TRY and "Model3" in models:
    trained("Model3-default-start", default_start)
    show_curves(["Model3", "Model3-default-start"])

# %% [markdown]
# ## Where you stand

# %%
rk.progress()

# %% [markdown]
# ## Words
#
# | English | Korean |
# | --- | --- |
# | image restoration | 이미지 복원 |
# | denoising | 잡음 제거 |
# | skip connection | 스킵 연결 |
# | residual learning | 잔차 학습 |
# | receptive field | 수용 영역 |
#
# Stuck? See [when things go wrong](page:when_things_go_wrong). Your instructor decides when you see a solution.
