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
# # Learning to denoise
#
# {{badge}}
#
# The filters of unit 03 were thought up by people. Now we let a computer find a filter itself, from examples. Afterwards you can
#
# - say what a network that restores pictures does, pixel by pixel, and how far it sees;
# - explain why mean squared error makes pictures soft where the network is in doubt;
# - read training curves, and not be fooled by a validation that has no noise in it;
# - say what a skip connection and batch normalisation change, and why the *start* of the last layer matters;
# - run a network that was trained on tiny images on a large one, without seams.
#
# 40 minutes to read and play; runs in about a minute on a CPU; no GPU needed. Before this: [how good is a restoration?](lecture:02_quality) and
# [classical denoising](lecture:03_classical). You should have met a neural network before; a classifier of digits will do.

# %%
# {{setup}}

# %% [markdown]
# ## A network that answers with a picture
#
# The network that you know best is a classifier: a picture goes in, ten numbers come out, and the largest names the class. Restoration is **regression**: a picture goes in, and for *every pixel* a number comes out, the
# brightness that it should have.
#
# **Predict.** For a colour picture of 32 x 32: how many numbers does a classifier answer with, how many does a restorer? Which of them may forget *where* something was?

# %%
# NBVAL_CHECK_OUTPUT
numbers = 32 * 32 * 3
print(f"classifier: {numbers:,} numbers in, 10 out. One right answer in ten; where the cat sits does not matter.")
print(f"restorer:   {numbers:,} numbers in, {numbers:,} out. Each one a little wrong; position is everything.")

# %% [markdown]
# So nothing here pools, flattens, or is densely connected: all layers keep the size of the picture. And the examples cost nothing! Take any clean picture, add noise, and you have a question together with its answer. **The target is the image
# itself**; nobody needs to label anything. (Our noise may leave [0, 1]. A file of 8 bits, such as the assignment's `noisy.png`, can't: there it was clipped and rounded, so the deepest shadows are a little brighter and less noisy than those of the training.)

# %%
sigma = 0.1
clean = rk.images.crop(rk.sample("camera"), top=84, left=206, height=104, width=104)
noisy = rk.degrade.gaussian_noise(clean, sigma=sigma, rng=0)
rk.show.compare([noisy, clean], ["the question", "the answer"], reference=clean, columns=2)

# %% [markdown]
# ## One convolution
#
# A convolution lays a small window of weights (a *kernel*, here 3 x 3) on every pixel, multiplies, and sums up. Unit 03's mean filter was one: nine weights of 1/9. Other weights see other things.
#
# **Predict, then choose.** What will "left minus right" show on an even sky? On the edge of the hair? (Gray stands for 0 where weights sum to 0.)

# %%
from scipy import ndimage

kernels = {
    "mean": np.full((3, 3), 1 / 9),
    "left minus right": np.array([[1, 0, -1], [2, 0, -2], [1, 0, -1]]) / 4,
    "above minus below": np.array([[1, 2, 1], [0, 0, 0], [-1, -2, -1]]) / 4,
    "centre against its neighbours": np.array([[-1, -1, -1], [-1, 8, -1], [-1, -1, -1]]) / 8,
}


def look_through(kernel):
    weights = kernels[kernel]
    seen = ndimage.correlate(noisy, weights.astype(np.float32), mode="reflect")
    return seen if weights.sum() > 0.5 else seen + 0.5


rk.explore(
    look_through,
    kernel=list(kernels),
    static={"kernel": list(kernels)[:3]},
    title="The same picture through different kernels",
)

# %% [markdown]
# A **layer** has many kernels, and so answers with many such pictures (*channels*, or features). ReLU sets what is below 0 to 0. The kernels of the *next* layer look at all channels at once: "an edge on the left here, but not there".
# The last layer has as many kernels as the picture has channels. What the weights are, nobody decides. They are learned.
#
# **Predict.** The assignment's Model 1 has five layers of 3 x 3 kernels, with 64 channels in between, colour in and colour out. How many weights is that: hundreds, thousands, a hundred thousand?

# %%
# NBVAL_CHECK_OUTPUT
channels, total = [3, 64, 64, 64, 64, 3], 0
for layer, (before, after) in enumerate(zip(channels, channels[1:]), 1):
    weights = 3 * 3 * before * after + after  # one more for each channel: its bias
    total += weights
    print(f"layer {layer}: {before:2} -> {after:2} channels   3 x 3 x {before} x {after} + {after} = {weights:6,}")
print(f"together {total:,}. The number of pixels does not occur: the same weights slide over any picture")

# %% [markdown]
# ## How far it sees
#
# One layer of 3 x 3 sees one pixel further to each side. The next layer sees one pixel further than that.
#
# **Predict, then move the slider.** How wide is the window that five layers can see? How many would you need for all of the man's head?


# %%
def sees(layers):
    row, column, width = 46, 52, 2 * layers + 1
    frames = [(row, column, 1, 1), (row - layers, column - layers, width, width)]
    picture = rk.images.outline(noisy, frames, ["blue", "orange"], times=2)
    return [picture], [f"{width} x {width} pixels"]


rk.explore(sees, layers=(1, 40, 1, 1), static={"layers": [1, 5, 17]}, title="The receptive field of one pixel")

# %% [markdown]
# This window is called the **receptive field**: $2d+1$ pixels wide for $d$ layers of 3 x 3. What lies outside has *no* influence on the pixel, however well the network is trained. Count it: change one pixel, and see how many answers change (our layers here are mean filters; others reach as far).

# %%
# NBVAL_CHECK_OUTPUT
spot = np.zeros((41, 41))
spot[20, 20] = 1
spread = spot
for depth in range(1, 6):
    spread = ndimage.uniform_filter(spread, 3)
    width = np.count_nonzero(spread[20] > 1e-12)
    print(f"{depth} layers: {width:2} x {width} pixels change")

# %% [markdown]
# For denoising, 11 x 11 is not bad. Unit 03's non-local means compared windows of 5 x 5 (but looked further afield for them). Deeper networks come in [unit 05](lecture:05_dncnn).
#
# ## What the loss asks for
#
# The network is trained to make the **mean squared error** small. Suppose that, from what it sees, three clean values are equally likely: 0.2, 0.2 and 0.8.
#
# **Predict.** Which answer has the smallest squared error on average: 0.2, 0.4, 0.5 or 0.8? Which one the smallest *absolute* error?

# %%
possible = np.array([0.2, 0.2, 0.8])
guesses = np.linspace(0, 1, 101)
squared = [np.mean((possible - guess) ** 2) for guess in guesses]
absolute = [np.mean(np.abs(possible - guess)) for guess in guesses]
rk.show.lines(
    guesses,
    {"squared error": squared, "absolute error": absolute},
    xlabel="the network's answer",
    ylabel="mean error",
    title="Squared error has its valley at the mean, absolute error at the median",
)

# %%
# NBVAL_CHECK_OUTPUT
print(f"best for the squared error:  {guesses[np.argmin(squared)]:.2f}   the mean   {possible.mean():.2f}")
print(f"best for the absolute error: {guesses[np.argmin(absolute)]:.2f}   the median {np.median(possible):.2f}")

# %% [markdown]
# Note that 0.4 is none of the three! In doubt, the best answer is **the mean of all that is possible, weighted by how likely it is**. In pictures: here is a noisy patch with an edge somewhere. We try all places where the edge could be, and
# ask of each how well it explains what we see.
#
# **Predict, then move the slider.** The noise grows. What will the *best* answer look like: sharp, but perhaps at the wrong place, or blurred?

# %%
places = range(1, 16)
candidates = np.stack([np.where(np.arange(16) < place, 0.35, 0.65) * np.ones((16, 1)) for place in places])
patch_noise = np.random.default_rng(6).standard_normal((16, 16))


def best_answer(noise):
    seen = candidates[7] + noise * patch_noise
    distance = ((seen - candidates) ** 2).sum(axis=(1, 2))
    likely = np.exp(-(distance - distance.min()) / (2 * noise**2))
    likely /= likely.sum()
    answer = np.tensordot(likely, candidates, axes=1)
    left, right = (rk.images.outline(patch, [(0, 0, 16, 16)], times=7) for patch in (seen, answer))
    both = np.hstack([left, np.ones((112, 12, 3)), right])
    return [both], [f"edge likely at {np.count_nonzero(likely > 0.02)} of {len(places)} places"]


rk.explore(
    best_answer,
    noise=(0.05, 1.5, 0.05, 0.05),
    static={"noise": [0.1, 0.7, 1.5]},
    title="Left: what we see. Right: the best answer, the mean of all clean patches by their likelihood",
)

# %% [markdown]
# **Blur is honest doubt.** A network that minimises the squared error does not draw the likeliest edge, it draws the mean of the edges it cannot rule out. Remember this when its pictures look soft: the loss wants it so. (What other losses want is a subject of
# later units.)
#
# In formulas: with $y$ the noisy image and $x$ the clean one, the network $f$ that minimises $\mathbb{E}\,\|f(y) - x\|^2$ is $f(y) = \mathbb{E}[x \mid y]$, the mean of $x$ given $y$.

# %% [markdown]
# ## The first training
#
# This is the assignment's **Model 1** in small: gray, 16 channels, four layers. It is written in Keras, and reads from top to bottom. The first layer adds noise, drawn afresh each time: **every step sees each picture with noise that it has never had
# before.**

# %%
import keras
from keras import layers


def plain(size=None):
    return keras.Sequential(
        [
            keras.Input((size, size, 1)),
            layers.GaussianNoise(sigma),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(16, 3, padding="same", activation="relu"),
            layers.Conv2D(1, 3, padding="same"),
        ]
    )


# %%
data = rk.datasets.cifar10()
images = data.x_train[: 160 if rk.FAST else 2_000, ..., :1].astype("float32") / 255  # the red channel
held_out = len(images) // 10
x_train, x_held = images[:-held_out], images[-held_out:]
EPOCHS = 2 if rk.FAST else 6
print(f"{'fast mode: ' if rk.FAST else ''}{len(x_train):,} images to train on, {held_out} held out, {EPOCHS} epochs")
print(f"source: {data.source}")


def train(model, validation, rate=1e-3):
    """Train with the image as its own target; return the history of the losses."""
    model.compile(optimizer=keras.optimizers.Adam(rate), loss="mse", jit_compile=False)
    fit = model.fit(x_train, x_train, batch_size=32, epochs=EPOCHS, validation_data=validation, verbose=0)
    return fit.history


# %% [markdown]
# Look at `fit(x_train, x_train, ...)`: the clean images are input *and* target, for the noise comes from within. We validate the same way: on clean images that the network has not seen, the last
# tenth of the *training* images. (The test images must not help us to decide anything: the lab asks them once, at the very end. The stand-in's crops overlap, so there "not seen" is not quite true; CIFAR-10's images are apart.)
#
# **Predict.** Which one will be lower at the end, the loss on training images or on images that it has never seen?

# %%
keras.utils.set_random_seed(0)
first = plain()
history = train(first, validation=(x_held, x_held))
rk.show.lines(
    range(1, EPOCHS + 1),
    {"training (loss)": history["loss"], "new images (val_loss)": history["val_loss"]},
    xlabel="epochs",
    ylabel="mean squared error",
    title="Better on images that it has never seen? Too good to be true",
    logy=True,
)

# %% [markdown]
# ## The trap: validation without noise
#
# `GaussianNoise` is active in *training* only. In `evaluate`, in `predict`, and for `val_loss` it is off. So our validation asked: how well do you copy a clean picture? Let us ask a "network" that does nothing at all:

# %%
# NBVAL_CHECK_OUTPUT
nothing = keras.Sequential([keras.Input((None, None, 1)), layers.GaussianNoise(0.1)])
nothing.compile(loss="mse", jit_compile=False)
flat = np.full((64, 32, 32, 1), 0.5, np.float32)
with_noise = (flat + np.random.default_rng(0).normal(0, 0.1, flat.shape)).astype("float32")
print(f"doing nothing, validated on clean images: {nothing.evaluate(flat, flat, verbose=0):.4f}")
print(f"doing nothing, validated on noisy images: {nothing.evaluate(with_noise, flat, verbose=0):.4f}")

# %% [markdown]
# On clean images, doing nothing is perfect! On noisy ones its score is the variance of the noise. The cure: put the noise into the validation images yourself, once, with a fixed seed. Then `val_loss` measures what you want to know.

# %%
held_noisy = (x_held + np.random.default_rng(0).normal(0, sigma, x_held.shape)).astype("float32")
fair = (held_noisy, x_held)
print(f"doing nothing         {np.mean((held_noisy - x_held) ** 2):.4f}")
print(f"the trained network   {first.evaluate(*fair, verbose=0):.4f}  on noisy images: what we want to know")
print(f"                      {first.evaluate(x_held, x_held, verbose=0):.4f}  on clean images: what val_loss showed")

# %% [markdown]
# ## Reading curves
#
# From now on we draw the PSNR of noisy validation images (see [unit 02](lecture:02_quality); up is good), and the noisy input as the line to beat. The most important setting of a training is the **learning rate**: how far each step
# goes.
#
# **Predict.** Three learning rates: 0.1, 0.001, 0.0001. Which curve is flat, which rises slowly, which rises fast?


# %%
def decibels(history):
    return -10 * np.log10(history["val_loss"])


def show_curves(histories, title):
    """Validation PSNR after each epoch, beside that of the noisy input."""
    start = -10 * np.log10(np.mean((held_noisy - x_held) ** 2))
    curves = {"noisy input": np.full(EPOCHS, start)} | {name: decibels(h) for name, h in histories.items()}
    rk.show.lines(range(1, EPOCHS + 1), curves, "epochs", "PSNR of new images (dB)", title, ylim=(0, 32))


rates = {}
for rate in (0.1, 1e-3, 1e-4):
    keras.utils.set_random_seed(0)
    rates[f"rate {rate:g}"] = train(plain(), fair, rate)
show_curves(rates, "The learning rate: too large, right, too small")

# %% [markdown]
# - **Flat, far below the noisy input**: the steps are too large (this network answers with the same gray everywhere), or there is a mistake.
# - **Rising slowly and evenly to the end**: the steps are too small, or you were too impatient.
# - **Rising fast, then bending**: right. Where it still rises at the end, more epochs help.
# - **Up and down at the end**: the steps are too large *for the end*; let the rate fall, to a tenth or less.
# - **Training loss falls, validation rises again**: overfitting, the network learns its pictures by heart. It hardly happens here, since no noise is ever seen twice.

# %% [markdown]
# ## The skip connection: predict the change
#
# Model 1 must paint the whole picture anew, also what was right already. A **skip connection** adds the noisy input to the output: that is the assignment's **Model 2**. What is left for the convolutions is the *correction* (residual learning).
# For this the network gets a second path, and Keras' functional style: name a tensor, and use it twice.


# %%
def small(skip="noisy", norm=False, last_start="glorot_uniform"):
    image = keras.Input((None, None, 1))
    noisy = x = layers.GaussianNoise(sigma)(image)
    for _ in range(3):
        x = layers.Conv2D(16, 3, padding="same")(x)
        if norm:
            x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    x = layers.Conv2D(1, 3, padding="same", kernel_initializer=last_start)(x)
    return keras.Model(image, layers.Add()([{"noisy": noisy, "clean": image}[skip], x]))


# %% [markdown]
# There are two tensors that one might add: `noisy`, after `GaussianNoise`, and `image`, before it.
#
# **Predict.** We train both. Which one reaches the lower training loss, and which one is the better denoiser?

# %%
trained, histories = {}, {"plain": rates["rate 0.001"]}
for name, skip in {"adds the noisy tensor": "noisy", "adds the clean Input": "clean"}.items():
    keras.utils.set_random_seed(0)
    trained[name] = small(skip)
    histories[name] = train(trained[name], fair)
    print(f"{name:22} training loss {histories[name]['loss'][-1]:.6f}")

# %%
show_curves(histories, "A training loss of almost 0, and nothing learned")


def restore(model, image):
    """One gray image (H, W) through a network; not clipped, for clipping alone gains a little."""
    return np.asarray(model(image[None, ..., None]))[0, ..., 0]


results = [restore(model, noisy) for model in trained.values()]
rk.show.compare([noisy, *results], ["noisy", *trained], reference=clean, columns=3)

# %% [markdown]
# With the clean `Input` added, the network only has to answer 0: the target *is* that input. **The loss falls to 0, and nothing is learned.** Outside training there is no clean picture, what is added is the noisy one, and it comes back as it was. A
# loss that is too good to be true is a mistake until proven otherwise.
#
# The right skip starts at 20 dB (the network that does nothing is already there) and need not learn to copy.

# %% [markdown]
# ## Batch normalisation, and the last layer's start
#
# **Batch normalisation** (between convolution and ReLU) gives each channel mean 0 and variance 1, over all pixels of the batch, and then a scale and a shift that are learned. In `predict` it uses running averages instead (`momentum` says how slowly they run; ours is 0.9,
# because Keras' 0.99 lags behind in a training as short as this one). Model 2 with batch normalisation is the assignment's **Model 3**. It makes deep networks easier to train. So adding it must help?
#
# **Predict.** Before any training, the ideal correction is about as large as the noise: 0.1. Three untrained networks: without batch normalisation, with it, and with it but the last layer's weights started at zero. How large is their first "correction"?

# %%
keras.utils.set_random_seed(0)
starts = {"no norm": small(), "norm": small(norm=True), "norm, zero start": small(norm=True, last_start="zeros")}
for name, model in starts.items():
    last = keras.Model(model.input, model.layers[-2].output)  # without the addition
    correction = np.asarray(last(x_held[:64], training=True))
    print(f"{name:18} size of the first correction {correction.std():.2f}   (the noise: {sigma})")

# %%
answers = [np.asarray(model(x_held[:64], training=True))[5, ..., 0] for model in starts.values()]
titles = [f"first answer: {name}" for name in starts]
rk.show.compare([held_noisy[5, ..., 0], *answers], ["noisy", *titles], columns=4)

# %% [markdown]
# Without normalisation the features are as timid as the picture, and so is the first correction. Batch normalisation hands the last convolution features of variance 1, and Keras' default start (Glorot's) keeps their strength: the first correction is
# **about ten times too large**, and buries the picture. All that training does at first is to shrink it. With the last kernel at **zero**, the first correction is 0: the network starts as "do nothing", at 20 dB, and every step improves on that.
#
# **Predict.** The same network, the same data, the same steps; only the start of one layer differs. How many decibels will it make after this short training?

# %%
for name, last_start in {"norm, default start": "glorot_uniform", "norm, zero start": "zeros"}.items():
    keras.utils.set_random_seed(0)
    trained[name] = small(norm=True, last_start=last_start)
    histories[name] = train(trained[name], fair)
chosen = ["adds the noisy tensor", "norm, default start", "norm, zero start"]
show_curves({name: histories[name] for name in chosen}, "With normalisation, the start of the last layer decides")

# %%
rows = [{"": "noisy input", "PSNR (dB)": rk.psnr(clean, noisy)}]
for name in ["adds the clean Input", *chosen]:
    rows.append({"": name, "PSNR (dB)": rk.psnr(clean, restore(trained[name], noisy))})
rk.show.table(rows, best=["PSNR (dB)"], digits=1, caption="The photograph, after this short training")

# %% [markdown]
# Four layers hardly need batch normalisation; deep networks need it, or a careful start ([unit 05](lecture:05_dncnn)). And in a training ten times as long (3,600 steps; ours take some 340) the last layer still matters. The assignment's networks, 24 epochs on 4,830 images of CIFAR-10,
# on test images (`make bench-quality` measures it): Model 2 reaches 28.4 dB; Model 3 reaches 26.8 dB with the default start, and 28.6 with a zero start. The assignment's full length, 100 epochs on 50,000 images, we have not measured.
# Know why you start at zero: here, because the features are too strong for a correction that should be small.

# %% [markdown]
# ## From 32 x 32 to a photograph
#
# All networks above were trained on tiny images. There are three ways to use them on a large one.
#
# **Predict.** This network was built with `keras.Input((32, 32, 1))`. What happens when it gets 104 x 104 pixels?

# %%
image = keras.Input((32, 32, 1))
fixed = keras.Model(image, plain(32)(image))
given = noisy[None, ..., None]
try:
    fixed(given)
except ValueError as error:
    print("Keras says:", str(error).split(":", 1)[1].strip())
print("the model takes", fixed.input_shape, "and was given", given.shape)

# %% [markdown]
# It is the size that does not fit. (Keras leaves an axis of length 1 out of its message; the channel axis is there.)
#
# **Way 1: build it again with an open size**, and carry the weights over. They do not know about the size of the picture: the count above had no pixels in it.

# %%
# NBVAL_CHECK_OUTPUT
opened = plain(None)
opened.set_weights(fixed.get_weights())
print("fixed: ", fixed.input_shape, "->", fixed.output_shape)
print("opened:", opened.input_shape, "->", np.shape(opened(noisy[None, ..., None])))

# %% [markdown]
# **Way 2: leave the size open from the start**, `keras.Input((None, None, 1))`. Training takes 32 x 32, prediction takes anything. Nothing to carry over; the simplest.
#
# **Way 3: tiles.** Cut the photograph into pieces, restore each, put them together. That also helps where memory is short.
#
# **Predict.** Where will the tiled picture differ from the one restored as a whole?


# %%
def denoiser(part):
    return restore(trained["adds the noisy tensor"], part)


whole = denoiser(noisy)


def in_tiles(margin):
    tiled = rk.restore.tiled(denoiser, noisy, tile=26, overlap=margin)
    off = np.abs(tiled - whole)
    return [tiled, 10 * off], ["in tiles", f"10 x difference, at most {off.max():.2g}"]


rk.explore(
    in_tiles,
    margin=(0, 8, 1, 0),
    static={"margin": [0, 1, 4]},
    title="Tiles that overlap by a margin, of which the restored values are thrown away",
)

# %%
# NBVAL_CHECK_OUTPUT
for margin in range(6):
    tiled = rk.restore.tiled(denoiser, noisy, tile=26, overlap=margin)
    same = "equal to the whole" if np.allclose(tiled, whole, atol=1e-5) else "seams"
    print(f"margin {margin}: {same}")

# %% [markdown]
# Four layers reach four pixels, so a margin of four pixels is enough, and then the tiles equal the whole *exactly*: no blending needed. With five layers it is five.
#
# ## Why borders matter
#
# At a tile's border, "same" padding lets the network see **black** beyond the edge. In a large photograph few pixels are so near the border. And in training, on 32 x 32?

# %%
# NBVAL_CHECK_OUTPUT
for size in (32, 104, 512):
    inside = (size - 2 * 4) ** 2 / size**2
    print(f"{size:3} x {size:3}: {1 - inside:.0%} of the pixels are so near a border that our four layers see black")

# %% [markdown]
# **Predict.** Which pixels of the 32 x 32 validation images have the largest error?

# %%
error = (np.asarray(trained["adds the noisy tensor"](held_noisy)) - x_held)[..., 0] ** 2
rows_and_columns = np.indices((32, 32))
distance = np.minimum(rows_and_columns, 31 - rows_and_columns).min(axis=0)
by_distance = [error[:, distance == d].mean() for d in range(12)]
rk.show.lines(
    range(12),
    {"": by_distance},
    "distance from the border (pixels)",
    "mean squared error",
    "The border is restored worse",
    ylim=(0, None),
)

# %% [markdown]
# In training nearly half of all pixels saw black, so the network has learnt to live with it: only the outermost pixel is clearly worse, for much of what it could average is missing. Still, tiles without a margin have such pixels all along their
# seams. And if you compare methods, say whether you scored the border.

# %% [markdown]
# ## Quiz

# %%
rk.quiz("04_learning")

# %% [markdown]
# ## Take away
#
# - A restoring network answers with a picture. The target is the image itself; the noise is drawn afresh in every step.
# - $d$ layers of 3 x 3 see $2d+1$ pixels. More is not used, however long you train.
# - Mean squared error asks for the mean of what is possible. Blur is honest doubt.
# - `GaussianNoise` is off in validation: put the noise into the validation images. A score that is too good is a mistake until proven otherwise.
# - A skip connection adds the *noisy* tensor. Then the convolutions predict the change.
# - Batch normalisation makes features of strength 1. Let the layer after it start at zero where its answer should be small.
# - Leave the size open; or use tiles with a margin as wide as the network's reach.
#
# **Next:** build, train and hand in your three models in [lab 04](lab:04_learning), the graded assignment.
#
# ## Words
#
# | English | Korean |
# | --- | --- |
# | image restoration | 이미지 복원 |
# | denoising | 잡음 제거 |
# | receptive field | 수용 영역 |
# | skip connection | 스킵 연결 |
# | residual learning | 잔차 학습 |
#
# ## References
#
# - A. Krizhevsky, *Learning multiple layers of features from tiny images*, technical report, University of Toronto, 2009 (CIFAR-10).
# - V. Jain, S. Seung, *Natural image denoising with convolutional networks*, NIPS 2008.
# - K. He, X. Zhang, S. Ren, J. Sun, *Deep residual learning for image recognition*, CVPR 2016.
# - S. Ioffe, C. Szegedy, *Batch normalization: accelerating deep network training by reducing internal covariate shift*, ICML 2015.
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010.
# - K. Zhang, W. Zuo, Y. Chen, D. Meng, L. Zhang, *Beyond a Gaussian denoiser: residual learning of deep CNN for image denoising*, IEEE Transactions on Image Processing, 2017.
# - D. Kingma, J. Ba, *Adam: a method for stochastic optimization*, ICLR 2015.
