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
# # DnCNN
#
# {{badge}}
#
# A network that removes noise by drawing it. Afterwards you can
#
# - say why it predicts the *noise* and not the picture, and write it down in a dozen lines of Keras;
# - compute and measure how far a network sees;
# - explain what batch normalisation does to the features, why the start of the *last* layer decides how fast such a net learns, and how to get rid of the normalisation afterwards;
# - say when the network beats the filters of unit 03, by how much, and when it fails badly;
# - use one net for noise of any strength.
#
# 40 minutes to read and play; runs in about 2 minutes on a CPU; no GPU needed. Before this: [classical denoising](lecture:03_classical) and
# [three models](lecture:04_learning).

# %%
# {{setup}}

# %% [markdown]
# ## The last row of the table
#
# The league table of [lecture 03](lecture:03_classical) ended with a network that nobody had introduced. Here it is at work: our patient, noise of 25, the
# best filter of that unit, and a network that was trained on 380 other photographs.
#
# **Predict.** Where will you see the difference between the last two: in the sky, in the hair, or in the eye?

# %%
sigma = 25 / 255
clean = rk.images.crop(rk.sample("camera"), top=84, left=206, height=104, width=104)
noisy = rk.degrade.gaussian_noise(clean, sigma=sigma, rng=0)
restored = rk.denoise(noisy, "dncnn-gray-25")
rk.show.compare(
    [noisy, rk.denoise(noisy, "nlm", sigma=sigma), restored],
    ["noisy", "non-local means", "DnCNN"],
    reference=clean,
    columns=3,
)

# %% [markdown]
# And in colour, by a second network. Drag the handle:

# %%
cat = rk.images.crop(rk.sample("chelsea"), top=70, left=96, height=108, width=213)
noisy_cat = rk.degrade.gaussian_noise(cat, sigma=sigma, rng=0)
rk.before_after(noisy_cat, rk.denoise(noisy_cat, "dncnn-color-blind"), labels=("noisy", "DnCNN"))

# %% [markdown]
# ## Draw the noise, not the picture
#
# We want a function that gets a noisy picture $y = x + n$ and returns something near $x$. There are two ways to build it from a network:
#
# 1. the network paints the picture: $\hat x = F(y)$;
# 2. the network draws the **noise**, and we subtract it: $\hat x = y - R(y)$. This is **residual learning**.
#
# **Predict.** Both networks are untrained, and their last layer still holds zeros: they draw nothing at all. How good, in decibels, is the "restored" picture of each?

# %%
# NBVAL_CHECK_OUTPUT
nothing = np.zeros_like(noisy)
print(f"1. paints the picture: {rk.psnr(clean, nothing):4.1f} dB")
print(f"2. draws the noise:    {rk.psnr(clean, noisy - nothing):4.1f} dB")

# %% [markdown]
# The first starts with a black picture, and has to carry everything, every hair and the sky, through 17 layers. The second starts with the noisy picture. It may forget all that is *not*
# noise, and that is a habit convolutions learn easily: noise looks the same everywhere. What our network has drawn, and what it should have drawn:

# %%
part = np.s_[26:74]
rk.show.image_maps(
    [(noisy - clean)[part], (noisy - restored)[part], (restored - clean)[part]],
    ["the noise that we added", "the noise that it drew", "the mistakes that are left"],
    limits=(-0.25, 0.25),
    colormap="RdBu_r",
    label="brightness",
    columns=3,
)

# %% [markdown]
# The drawing is not perfect. Where there is much detail (hair, eye), some noise was not recognised, and some detail was taken for noise.
#
# A detail that puzzles many: the *loss* is the same for both. With $\hat x = y - R(y)$ and $n = y - x$,
#
# $$\|\hat x - x\|^2 = \|y - R(y) - x\|^2 = \|n - R(y)\|^2 .$$
#
# So nothing is gained by the formula; what is gained is the starting point, and the easier task.
#
# ## The whole network
#
# **DnCNN** (Zhang, Zuo, Chen, Meng and Zhang, 2017): convolution and ReLU; then 15 times convolution, batch normalisation, ReLU; then one convolution that draws the noise. All
# kernels are 3 x 3, all hidden layers have 64 channels, no layer changes the size.

# %%
import keras
from keras import layers


def dncnn(depth=17, filters=64, channels=1):
    noisy = x = keras.Input((None, None, channels))
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(x)
    for _ in range(depth - 2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization()(x)
        x = layers.ReLU()(x)
    noise = layers.Conv2D(channels, 3, padding="same")(x)
    return keras.Model(noisy, layers.Subtract()([noisy, noise]))


# %% [markdown]
# That is all of it. **Predict.** How many numbers does it have to learn: 5 thousand, half a million, 50 million? And how many multiplications does it take for *one* pixel?

# %%
# NBVAL_CHECK_OUTPUT
model = dncnn()
learnt = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
print(f"numbers to learn:            {learnt:,}")
print(f"multiplications for a pixel: {rk.models.multiply_adds(model):,.0f}")

# %% [markdown]
# Half a million of each, and that is no accident: every weight of a convolution is used once at every pixel. A photograph of 12 million pixels takes 7 million million multiplications: a second or so on a
# GPU, about a minute on a CPU.
#
# ## How far does it see?
#
# A 3 x 3 convolution sees one pixel to each side. The next one sees one further, and so on: $d$ layers see $d$ to each side, so
#
# $$\text{receptive field} = 2d + 1 .$$
#
# Don't believe it: measure it. We give an untrained network a black picture with a single white pixel in it, and look how far the output is *not* black.


# %%
# NBVAL_CHECK_OUTPUT
def response(depth):
    keras.utils.set_random_seed(0)
    net = rk.models.dncnn(depth, filters=16, batch_norm=False, last_start="orthogonal")
    dot = np.zeros((1, 61, 61, 1), np.float32)
    dot[0, 30, 30] = 1
    return np.abs(np.asarray(net(dot)))[0, :, :, 0]


for depth in (3, 7, 17):
    rows = np.flatnonzero(response(depth).any(axis=1))
    print(f"depth {depth:2}: {rows[-1] - rows[0] + 1:2} pixels wide   2 x {depth} + 1 = {2 * depth + 1}")

# %% [markdown]
# On a photograph, that is what one pixel of the output can know of the world, at depth 3, 7 and 17. **Predict:** which of the three can tell that it looks at an eye?

# %%
row, column = 62, 30
boxes = [(row - depth, column - depth, 2 * depth + 1, 2 * depth + 1) for depth in (3, 7, 17)]
inside = [(24 - depth, 24 - depth, 2 * depth + 1, 2 * depth + 1) for depth in (0, 3, 7, 17)]
framed = rk.images.outline(
    rk.images.crop(noisy, row - 24, column - 24, 49, 49), inside, ["blue", *3 * ["orange"]], times=8
)
rk.show.compare(framed, "the blue pixel, and what the nets see around it: from the inside, depth 3, 7 and 17")

# %%
views = [rk.images.crop(noisy, *box) for box in boxes]
rk.show.compare(
    [np.kron(view, np.ones((210 // len(view),) * 2, np.float32)) for view in views],
    ["depth 3: 7 x 7", "depth 7: 15 x 15", "depth 17: 35 x 35"],
    columns=3,
)

# %% [markdown]
# In 7 x 7 noisy pixels there is no eye, only gray. In 35 x 35 there is one. The authors chose 17 so that DnCNN sees about as much as the smallest of the patch methods of its time (36 x 36), to be fair.
#
# ### Seeing is not listening
#
# Not every pixel that is seen counts the same. We can ask the trained network: *if I change this input pixel a little, by how much does the restored pixel change?* That is a gradient, and
# TensorFlow computes it for all input pixels at once. In lecture 03 we asked a filter a similar question, and looked at its weights.

# %%
import tensorflow as tf

net = rk.zoo.load_model("dncnn-gray-25")


def listens_to(row, column):
    image = tf.constant(np.pad(noisy, 18)[None, :, :, None])
    with tf.GradientTape() as tape:
        tape.watch(image)
        pixel = net(image)[0, row + 18, column + 18, 0]
    weights = tape.gradient(pixel, image).numpy()[0, :, :, 0]
    return weights[row : row + 37, column : column + 37]


places = {"in the sky": (24, 84), "at the edge of the hair": (24, 60), "in the eye": (62, 30)}
windows = [np.pad(noisy, 18)[row : row + 37, column : column + 37] for row, column in places.values()]
rk.show.image_maps(
    windows, [f"window: {name}" for name in places], limits=(0, 1), colormap="gray", label="brightness", columns=3
)

# %%
rk.show.image_maps(
    [listens_to(*place) for place in places.values()],
    ["it averages all around", "along the edge", "along the dark band"],
    limits=(-0.04, 0.04),
    colormap="RdBu_r",
    label="weight",
    columns=3,
    caption="Weights beyond 0.04 are drawn as 0.04.",
)

# %% [markdown]
# Nobody programmed this. In the sky it averages a wide patch, like a large Gaussian filter; at the edge it averages along the edge and not across, like the bilateral filter; in the eye it follows the dark band. And it does one thing more:
# it has *negative* weights (blue), which sharpen. A different filter for every pixel, chosen by what the pixels around it look like: that is what half a million learnt numbers buy.
#
# ## Trained on patches, used on pictures of any size
#
# A training image is cut into patches of 40 x 40 pixels, turned and mirrored at random, and noise is drawn *anew* for each: the network never meets the same noise twice, so it cannot learn it by
# heart. For a **blind** net, one for any noise, each patch gets its own $\sigma$, here between 0 and 55. (Its authors gave that net 20 layers, which see 41 x 41 pixels, and so did we.)

# %%
rng = np.random.default_rng(3)
patches = np.concatenate(
    [rk.images.random_patches(rk.sample(name, gray=True), 40, 3, rng=rng)[0] for name in ("coffee", "astronaut")]
)
levels = np.linspace(2, 55, len(patches))
noisy_patches = [rk.degrade.gaussian_noise(patch, sigma=level / 255, rng=rng) for patch, level in zip(patches, levels)]
rk.show.compare(
    [*noisy_patches, *patches],
    [f"sigma {level:.0f}" for level in levels] + ["the target"] * len(patches),
    columns=len(patches),
)

# %% [markdown]
# A convolution has no size: its kernel slides over whatever comes. So a net trained on 40 x 40 works on any picture. One catch: at the border it sees the zeros that `padding="same"` puts there.
#
# **Predict.** We restore a whole picture, and then a 64 x 64 piece cut from its middle. How far from the edge of the piece do the two results differ?

# %%
# NBVAL_CHECK_OUTPUT
whole = rk.denoise(noisy, "dncnn-gray-25")[20:84, 20:84]
piece = rk.denoise(noisy[20:84, 20:84], "dncnn-gray-25")
difference = np.abs(whole - piece)
for border in (0, 8, 17):
    inside = rk.images.crop_border(difference, border)
    print(f"{border:2} pixels and more from the edge: {'equal' if inside.max() < 1e-5 else 'different'}")

# %% [markdown]
# After 17 pixels, half the receptive field, the piece knows nothing of the border, and the results agree. That is how `rk.denoise` restores photographs that would not fit into memory: in tiles that overlap by as far
# as the net sees.
#
# ## What batch normalisation does
#
# Seventeen layers, one after the other. If each makes its features a third smaller, the seventeenth gets 0.1 % of them; if each makes them larger, they explode. **Batch normalisation** (Ioffe and Szegedy,
# 2015) ends this by force: for each channel it subtracts the mean over the batch, divides by the standard deviation, and then applies a scale $\gamma$ and a shift $\beta$ that are learnt.
#
# **Predict.** Three *untrained* nets of 17 layers look at our noisy picture. How large are their features (standard deviation), layer by layer?


# %%
def feature_sizes(start, batch_norm, **own):
    x, sizes = noisy[None, 20:84, 20:84, None], []
    for layer in range(16):
        x = layers.Conv2D(64, 3, padding="same", kernel_initializer=start(seed=layer, **own))(x)
        x = layers.BatchNormalization()(x, training=True) if batch_norm and layer else x
        x = layers.ReLU()(x)
        sizes.append(float(keras.ops.std(x)))
    return sizes


sizes = {
    "usual start": feature_sizes(keras.initializers.GlorotUniform, False),
    "usual start, batch norm": feature_sizes(keras.initializers.GlorotUniform, True),
    "orthogonal start": feature_sizes(keras.initializers.Orthogonal, False, gain=2**0.5),
}
rk.show.lines(
    np.arange(1, 17),
    sizes,
    xlabel="layer",
    ylabel="standard deviation",
    logy=True,
    title="Without help, the features fade away",
)

# %% [markdown]
# With Keras' usual start (Glorot and Bengio, 2010) what is left of the picture in the last layers is a few ten-thousandths, and so small are the gradients there. (Adam divides every gradient by its usual size and so helps itself, as a table below will show; plain gradient descent can't.) Batch normalisation holds every layer at the same size. So does
# a more careful start, without any normalisation: kernels that are *orthogonal* matrices, which turn what comes in without shrinking it (Saxe, McClelland and Ganguli, 2014), times $\sqrt 2$ because ReLU throws half away.
#
# ### A trap: the start of the last layer
#
# Batch normalisation hands large features to the last convolution, the one that draws the noise. That one starts at random too. **Predict:** how good is the restored picture of an *untrained* DnCNN, with its last layer started (a) as
# Keras does, (b) at zeros?

# %%
for name, start in {"(a) Keras' usual start": "glorot_uniform", "(b) zeros": "zeros"}.items():
    keras.utils.set_random_seed(0)
    untrained = rk.models.dncnn(last_start=start)
    scribble = np.asarray(untrained(noisy[None, :, :, None], training=True))[0, :, :, 0]
    drawn = (noisy - scribble).std() / sigma
    print(f"{name:23} {rk.psnr(clean, scribble):5.1f} dB; what it draws is {drawn:.1f} times the noise")

# %% [markdown]
# With the usual start the "noise" that is drawn is about ten times as large as the real one, and the picture is ruined: the first part of the training is spent on unlearning a scribble. With zeros the net begins where it should:
# by changing nothing. Let us see what that costs. Four short trainings of a small DnCNN (7 layers, 32 channels), the same patches and the same noise; every point is scored on two photographs that were not trained on.


# %%
names = ("astronaut", "coffee", "rocket", "coins", "brick", "grass", "gravel")
training_images = [rk.sample(name, gray=True) for name in names]
held_out = np.stack(
    [rk.images.crop(rk.sample(n, gray=True), 60, left, 96, 96) for n, left in (("camera", 200), ("chelsea", 100))]
)
validation = (
    rk.degrade.gaussian_noise(held_out[0], sigma=sigma, rng=1),
    rk.degrade.gaussian_noise(held_out[1], sigma=sigma, rng=2),
)
validation = np.stack(validation)[..., None], held_out[..., None]
epochs, steps = (2, 3) if rk.FAST else (8, 25)


def race(optimizer, learning_rate, **net):
    keras.utils.set_random_seed(0)
    small = rk.models.dncnn(depth=7, filters=32, **net)
    history = rk.training.fit(
        small, training_images, rk.training.gaussian(sigma), epochs=epochs, steps=steps, batch=16, patch=32,
        optimizer=optimizer, learning_rate=learning_rate, validation=validation, progress=False,
    )  # fmt: skip
    return small, history["val_psnr"]


runners = {
    "batch norm, usual last layer": race("adam", 1e-3, last_start="glorot_uniform"),
    "batch norm, last layer zero": race("adam", 1e-3),
    "no norm, orthogonal": race("adam", 1e-3, batch_norm=False),
    "no norm, orthogonal, Muon": race("muon", 5e-3, batch_norm=False),
}
if rk.FAST:
    print("(fast mode: 6 steps instead of 200)")
rk.show.lines(
    steps * np.arange(1, epochs + 1),
    {name: curve for name, (_, curve) in runners.items()},
    xlabel="steps",
    ylabel="PSNR (dB)",
    title="A last layer of zeros saves most of a short training",
)

# %% [markdown]
# One line of code, the start of the last layer, decides about several decibels of a short training. (How much of that is left after the 80,000 steps of the paper, we have not measured.)
#
# Now look at the other two curves: with a good start, the net learns without batch normalisation, too. And **Muon** (Jordan and others, 2024) is an optimiser that gives every direction of a kernel the same step instead of following only
# the largest ones. The same contest at full size:

# %%
import json
from importlib.resources import files

cards = files("restorekit") / "data" / "cards"
starts = json.loads((cards / "starts.json").read_text())
rows = [{"": "noisy input", "kernels start": "", "optimiser": "", "PSNR (dB)": starts["noisy"]}]
for row in starts["results"].values():
    kind = "batch norm" if row["batch_norm"] else "no norm"
    kernels = f"{row['hidden']}, last {row['last']}"
    rows.append({"": kind, "kernels start": kernels, "optimiser": row["optimizer"], "PSNR (dB)": row["psnr"]})
rk.show.table(
    rows,
    digits=2,
    caption=f"17 layers of 64 channels; {starts['steps']} steps of {starts['batch']} patches of 40 x 40, the same for all; one training each. "
    "On held-out photographs. Glorot: Keras' usual start. AdamW: Adam with weight decay.",
)
slow = starts["results"]["norm-zero"]
print(f"the first net, with a memory of momentum 0.9: {slow['psnr']:.1f} dB")
print(f"the same net,  with a memory of momentum 0.99: {slow['psnr_momentum_0.99']:.1f} dB")

# %% [markdown]
# Three things to read off. The start of the last layer matters *with* batch normalisation, which hands it large features; without it, Keras' usual start does no worse than a careful one. Normalisation itself gains nothing here. And the optimiser gains more than all of it.
# (`experiments/starts.py` makes this table, one training a row: differences of a tenth or two may be chance.) It speaks of trainings of this length alone. In their long ones, with SGD as with Adam, the authors of DnCNN found residual learning *and* batch normalisation together best. Our networks had to
# arrive on two CPU cores, so they were trained without batch normalisation, from orthogonal kernels and a small last layer, with Muon (`restorekit/optimizers.py`, some 90 lines).
#
# One more thing saved time: half the bits. The hidden layers computed in **bfloat16**, which keeps 8 binary digits of a number. Where could that cost quality? Where the picture itself passes: near 1 it knows nothing between one 256th and the
# next. So the last convolution and the subtraction stay in float32 ("mixed"):

# %%
precision = json.loads((cards / "precision.json").read_text())
rk.show.table([{"arithmetic": way} | row for way, row in precision["results"].items()], caption=precision["protocol"])

# %% [markdown]
# (`experiments/precision.py` makes this table.) At this noise nothing is lost that can be told from chance, not even with bfloat16 throughout: what it rounds away lies far below the error that is left. In a nearly clean picture it would show.
# A step takes half as long, where the processor has instructions for bfloat16. One that has not converts every number to and fro: there a step took more than ten times as *long*. So `rk.training.mixed_precision(model)` looks first.
#
# ### After the training: fold it away
#
# When a net with batch normalisation is used, mean and standard deviation are no longer taken from the batch; they are fixed numbers, remembered from the training. Then the normalisation only multiplies and adds. The convolution before it can do that itself:
#
# $$\gamma\,\frac{(k * x) - \mu}{\sqrt{v + \varepsilon}} + \beta \;=\; \underbrace{\Big(\frac{\gamma}{\sqrt{v + \varepsilon}}\,k\Big)}_{\text{new kernel}} * \,x \;+\; \underbrace{\beta - \frac{\gamma\,\mu}{\sqrt{v + \varepsilon}}}_{\text{bias}}$$
#
# Here $\mu$ and $v$ are the remembered mean and variance, running averages over the batches. (A trap in short trainings: the memory of the variance starts at 1, and Keras' usual `momentum=0.99` still holds almost 2 % of that after 400 steps. The lines below our table show both;
# `momentum=0.9` forgets it within a hundred.)
#
# **Predict.** We fold the second runner. Does its output change? Does it get smaller?

# %%
# NBVAL_CHECK_OUTPUT
normed, _ = runners["batch norm, last layer zero"]
folded = rk.models.fold_batch_norm(normed)
before, after = normed(noisy[None, :, :, None]), folded(noisy[None, :, :, None])
same = np.abs(np.asarray(before) - np.asarray(after)).max() < 1e-4
print(f"layers  {len(normed.layers)} -> {len(folded.layers)}")
print(f"numbers {normed.count_params():,} -> {folded.count_params():,}")
print(f"the same output, but for rounding: {same}")

# %% [markdown]
# ## Against the classics
#
# The bake-off of lecture 03 once more: the same three pictures, the same noise, the same rows, and two networks below. The one was trained for $\sigma = 25$ alone; the blind one, of 20 layers, for everything from 0 to 55, and it is not told anything.

# %%
from timeit import repeat

pictures = {
    "camera": rk.images.crop(rk.sample("camera"), top=60, left=180, height=192, width=192),
    "cat": rk.images.crop(rk.sample("chelsea", gray=True), top=60, left=90, height=192, width=192),
    "bricks": rk.images.crop(rk.sample("brick"), top=0, left=0, height=192, width=192),
}
outputs = {
    "noisy input": {k: rk.degrade.gaussian_noise(picture, sigma=sigma, rng=8) for k, picture in pictures.items()}
}
inputs = outputs["noisy input"]
methods = {entry.title: (key, {"sigma": sigma}) for key, entry in rk.classical.METHODS.items()}
methods |= {"DnCNN, sigma 25": ("dncnn-gray-25", {}), "DnCNN, blind": ("dncnn-gray-blind", {})}
for title, (key, own) in methods.items():
    outputs[title] = {k: rk.denoise(image, key, **own) for k, image in inputs.items()}


# %%
def milliseconds(key, own):
    runs = repeat(lambda: rk.denoise(inputs["camera"], key, **own), number=1, repeat=1 if rk.FAST else 3)
    return 1000 * float(np.median(runs))


rows = []
for title, images in outputs.items():
    row = {"method": title} | {k: rk.psnr(pictures[k], image) for k, image in images.items()}
    row["mean SSIM"] = float(np.mean([rk.ssim(pictures[k], image) for k, image in images.items()]))
    rows.append(row | {"ms each": milliseconds(*methods[title]) if title in methods else ""})
digits = {"camera": 1, "cat": 1, "bricks": 1, "mean SSIM": 3, "ms each": 1}
rk.show.table(rows, best=["camera", "cat", "bricks", "mean SSIM"], digits=digits)
price = [rows[-2][k] - rows[-1][k] for k in pictures]
print("being blind costs", ", ".join(f"{loss:.1f} dB on {k}" for k, loss in zip(pictures, price)))

# %%
part = np.s_[44:118, 32:120]
shown = ["noisy input", "bilateral filter", "non-local means", "wavelet shrinkage", "DnCNN, sigma 25", "DnCNN, blind"]
rk.show.compare(
    [outputs[title]["camera"][part] for title in shown],
    [f"{title}\n{rk.psnr(pictures['camera'], outputs[title]['camera']):.1f} dB" for title in shown],
    columns=3,
    caption="A part; the PSNR is that of the whole picture, as in the table.",
)

# %% [markdown]
# Look at the rim of the camera, the hair, the sky. The nets leave fewer blotches on flat walls *and* keep more of the thin lines. Being blind has its price, printed below the table (the authors' own nets: 0.07 dB on BSD68). Even on the bricks, a picture made of look-alikes, where non-local means is at home, both nets are ahead of it.
# The price is in the last column.
#
# And here is the league table: our own rows measured by our program on the field's test sets, all in the same way, and the published rows between them.

# %%
card = json.loads((cards / "classical.json").read_text())
tests = [(name, level) for name in ("Set12", "BSD68") for level in ("15", "25", "50")]


def row(title, score):
    return {"": title} | {f"{name}, {level}": score(name.lower(), level) for name, level in tests}


def measured(key):
    return row(card["titles"][key], lambda test, level: card["results"][test][level][key]["psnr"])


def published(paper):
    return row(f"{paper} (published)", lambda test, level: card["published_psnr"][test][level].get(paper, ""))


def ours(name, title):
    results = rk.zoo.card(name).get("results", {})
    return row(f"{title} (ours)", lambda test, level: results.get(test, {}).get(level, {}).get("psnr", ""))


table = [measured(key) for key in ("noisy", "gaussian", "bilateral", "nlm")]
table += [published(paper) for paper in ("BM3D", "WNNM", "DnCNN-S", "DnCNN-B")]
table += [ours("dncnn-gray-25", "DnCNN, sigma 25"), ours("dncnn-gray-blind", "DnCNN, blind")]
rk.show.table(
    table, caption="PSNR in dB; Gaussian noise of sigma 15, 25 and 50. DnCNN-S is three nets, one for each sigma."
)

# %%
for name in ("dncnn-gray-25", "dncnn-gray-blind"):
    about = rk.zoo.card(name)
    stages = about["schedule"] if isinstance(about["schedule"], list) else [about["schedule"]]
    total = sum(stage["epochs"] * stage["steps"] for stage in stages)
    print(f"{name}: {total:,} steps, {about['minutes']:.0f} minutes on {about['machine']}")
    if "begins_as" in about:
        print(f"  it began as {about['begins_as']}")

# %% [markdown]
# The authors' DnCNN-S took 80,000 steps of 128 patches on a GPU. Ours took what is printed above, with far fewer patches in each; look how much of the way that goes. (The blind one did not begin from nothing: it is the other net, made deeper by three layers that first copy what comes in.) And look how flat the ladder is at its top: ten years of research lie between
# BM3D (2007) and DnCNN (2017), and two thirds of a decibel.
#
# ## One net for every sigma
#
# **Predict.** Three methods meet noise from 5 to 75: non-local means, *told* the right sigma; the net for sigma 25; the blind net, which is told nothing. Draw the three curves in your mind. Where does each of them break?

# %%
levels = [5, 25, 50, 75] if rk.FAST else [5, 15, 25, 35, 45, 55, 65, 75]
scene = pictures["camera"][24:152, 16:144]
draws = [rk.degrade.gaussian_noise(scene, sigma=level / 255, rng=1) for level in levels]
curves = {
    "noisy": draws,
    "non-local means, told sigma": [rk.denoise(image, "nlm", sigma=level / 255) for image, level in zip(draws, levels)],
    "net for sigma 25": [rk.denoise(image, "dncnn-gray-25") for image in draws],
    "blind net (trained to 55)": [rk.denoise(image, "dncnn-gray-blind") for image in draws],
}
rk.show.lines(
    levels,
    {name: [rk.psnr(scene, image) for image in images] for name, images in curves.items()},
    xlabel="sigma of the noise (of 255)",
    ylabel="PSNR (dB)",
    title="The net for 25 is good at 25; the blind net everywhere it has been",
)


# %%
face = rk.images.crop(clean, top=26, left=8, height=70, width=88)


def sweep(strength):
    grainy = rk.degrade.gaussian_noise(face, sigma=strength / 255, rng=5)
    images = [grainy, rk.denoise(grainy, "dncnn-gray-25"), rk.denoise(grainy, "dncnn-gray-blind")]
    return images, [
        f"{name}\n{rk.psnr(face, image):.1f} dB" for name, image in zip(("noisy", "for 25", "blind"), images)
    ]


rk.explore(
    sweep,
    strength=(5, 80, 5, 5),
    static={"strength": [5, 50, 75]},
    title="Noise of this sigma, two nets",
)

# %% [markdown]
# At 5 the net for 25 *harms*: it expects strong noise, and takes every fine detail for it. At 50 it leaves a good part of the noise in place: so strong a speck, it has learnt, must be picture. The blind net has seen both, and looks at the surroundings to find out how strong the noise is.
# Beyond 55 it begins to guess: look at the streaks in the sky at 75. **Networks know what they were shown, and guess beyond it.** A filter with a knob has no such horizon; non-local means, told the truth, comes close again at the end of the curve.
#
# ## Where it fails: the wrong noise
#
# Both nets have seen one kind of noise all their life: Gaussian, independent from pixel to pixel, equally strong everywhere. Most of the damage in the real world is of another kind.
#
# **Predict.** Four damages. On which of them will the blind net be worse than a humble filter?

# %%
rng = np.random.default_rng(3)
grain = rk.classical.gaussian_filter(rng.standard_normal(scene.shape).astype(np.float32), width=1)
broken = {
    "Gaussian": rk.degrade.gaussian_noise(scene, sigma=sigma, rng=3),
    "salt and pepper": rk.degrade.salt_and_pepper(scene, 0.08, rng=3),
    "coarse grain": scene + sigma * grain / grain.std(),
    "JPEG, quality 10": rk.degrade.jpeg(scene, 10),
}
blind = {name: rk.denoise(image, "dncnn-gray-blind") for name, image in broken.items()}
part = np.s_[8:68, 36:112]
rk.show.compare(
    [image[part] for image in (*broken.values(), *blind.values())],
    [
        f"{title}\n{rk.psnr(scene, image):.1f} dB"
        for titles, images in ((broken, broken.values()), (["after"] * 4, blind.values()))
        for title, image in zip(titles, images)
    ],
    columns=4,
    caption="A part; the PSNR is that of the whole picture, as in the table below.",
)

# %%
rows = []
for name, image in broken.items():
    level = float((image - scene).std())
    others = {
        "median": rk.denoise(image, "median", size=3),
        "Gaussian": rk.denoise(image, "gaussian", sigma=level),
        "non-local means": rk.denoise(image, "nlm", sigma=level),
    }
    rows.append(
        {"damage": name, "damaged": rk.psnr(scene, image), "blind net": rk.psnr(scene, blind[name])}
        | {k: rk.psnr(scene, v) for k, v in others.items()}
    )
rk.show.table(
    rows,
    digits=1,
    caption="PSNR in dB. The filters are told how strong the damage is on the whole, the net finds out for itself.",
)
ahead = [row["damage"] for row in rows if row["blind net"] < max(row[k] for k in others)]
print("a filter is ahead of the blind net on:", "; ".join(ahead))

# %% [markdown]
# - **Salt and pepper:** a white dot is nothing that Gaussian noise of a plausible strength could be. The net keeps dots, or smears them. A median of 3 x 3, which needs no training at all, is better by several decibels.
# - **Coarse grain:** the same $\sigma$, but neighbouring pixels err together. Independent noise hardly ever forms blobs as strong as these, so to the net they *are* picture. It leaves them, carefully.
# - **JPEG:** blocks and ripples are not noise of the kind it knows. It does little; compare with what a mere Gaussian filter does.
#
# ### A real camera
#
# Coarse grain is no curiosity. In a camera each pixel measures one colour; the other two are interpolated from neighbours, and so is their noise. Then come white balance, tone curve, JPEG. We send the cat through the camera of [unit 01](lecture:01_degradation), on an evening indoors:

# %%
dark = {"light": 4e6 / 64, "iso": 6400, "rng": 0}
photo = rk.degrade.photograph(cat, **dark).image
quiet = rk.degrade.Camera(shot_noise=False, prnu=0, dark_rate=0, hot=0, read_noise=0, adc_noise=0, jpeg_quality=None)
ideal = rk.degrade.photograph(cat, quiet, **dark).image
plain = rk.degrade.gaussian_noise(ideal, sigma=float((photo - ideal).std()), rng=1)
part = np.s_[6:90, 20:132]
rk.show.compare(
    [
        image[part]
        for image in (plain, rk.denoise(plain, "dncnn-color-blind"), photo, rk.denoise(photo, "dncnn-color-blind"))
    ],
    ["Gaussian noise", "after", "a camera's noise, as strong", "after"],
    reference=ideal[part],
    columns=2,
)

# %% [markdown]
# The same strength, the same net. On the noise that it knows it works wonders; on the camera's it leaves coloured blotches. This is the reason why a record on a benchmark does not make a good camera, and why
# later networks are trained on noise as cameras make it. (Shrinking the photo to half its size first helps a little: there, neighbours are more independent.)
#
# Real photographs cannot be shown here, for they are not ours to give away. If you have a folder with some, this cell shows what the net makes of them.

# %%
import os
from pathlib import Path

real = Path(os.environ.get("RESTOREKIT_DATA", "nowhere")) / "real"
files_found = sorted(file for file in real.rglob("*") if file.suffix.lower() in (".png", ".jpg", ".jpeg"))[:3]
for file in files_found:
    image = rk.load(file, alpha="drop")
    image = rk.images.center_crop(image, *(min(side, 192) for side in image.shape[:2]))
    name = "dncnn-color-blind" if image.ndim == 3 else "dncnn-gray-blind"
    rk.show.compare([image, rk.denoise(image, name)], [file.stem, "after"], columns=2)
if not files_found:
    print(
        "No photographs found. Set the environment variable RESTOREKIT_DATA to a folder that has a folder `real` with"
    )
    print("PNG or JPEG files, restart, and run this cell again. For one photo of your own, see the end of lab 05.")

# %% [markdown]
# ## What the residual shows
#
# Lecture 03's lie detector: noisy minus restored needs no clean picture, and should show noise and nothing else. **Predict.** In whose residual will you recognise the man: the Gaussian filter's, non-local means', DnCNN's? (We squint, as in lecture 03: a small blur lets lines stand out from the noise. It makes the blobs, too.)

# %%
suspects = {
    "Gaussian filter": rk.denoise(inputs["camera"], "gaussian", width=1.5),
    "non-local means": outputs["non-local means"]["camera"],
    "DnCNN": outputs["DnCNN, sigma 25"]["camera"],
}


def squint(image):
    return rk.classical.gaussian_filter(image, width=1)


part = np.s_[26:102, 20:120]
rk.show.residual(
    [squint(image)[part] for image in suspects.values()],
    squint(inputs["camera"])[part],
    [f"taken by the {name}" if "filter" in name else f"taken by {name}" for name in suspects],
    gain=8,
    columns=3,
)

# %%
detail = pictures["camera"] - rk.classical.gaussian_filter(pictures["camera"], width=1.5)
for name, image in suspects.items():
    taken = inputs["camera"] - image
    likeness = np.corrcoef(taken.ravel(), detail.ravel())[0, 1]
    print(
        f"{name:16} took a sigma of {255 * taken.std():4.1f} (the noise has 25.0); its likeness to detail: {likeness:.2f}"
    )

# %% [markdown]
# The net takes a little more than non-local means, and hardly a line of the picture with it. It is not innocent: some likeness to detail is left. In hair and fur, where it can't tell detail from noise, the mean squared error asks it for the *average of all that could have been there*,
# and that average is smooth. A texture that is drowned in noise comes back as an even surface, never as a wrong texture. (Networks that dare to invent come in a later unit; then you will want to know *that* they invent.)
#
# ## One problem, many D
#
# Nothing in DnCNN knows about noise. It was shown pairs ($y$, $x$) and learnt to predict $y - x$. Show it other pairs, and it learns to undo another $D$:


# %%
def enlarged(image, scale):
    return rk.upscale(rk.degrade.resize(image, scale=1 / scale), scale)


eye = rk.images.crop(rk.sample("camera"), top=114, left=206, height=57, width=87)
damages = {
    "noise": rk.degrade.gaussian_noise(eye, sigma=sigma, rng=0),
    "JPEG, quality 10": rk.degrade.jpeg(eye, 10),
    "too few pixels (a third)": enlarged(eye, 3),
}
rk.show.compare(list(damages.values()), list(damages), reference=eye, columns=3)

# %%
rk.show.image_maps(
    [image - eye for image in damages.values()],
    ["noise: everywhere", "JPEG: blocks and ripples", "too few pixels: every edge"],
    limits=(-0.2, 0.2),
    colormap="RdBu_r",
    label="to be subtracted",
    columns=3,
)

# %% [markdown]
# Above: the residuals that a network must learn to draw. Where there was noise, it draws noise; after JPEG, the false block edges and ripples (**deblocking**); after enlarging, the sharpness that is missing at the edges (**super-resolution**: this is
# VDSR, by Kim, Lee and Lee, 2016, which you will meet in unit 07). The authors even trained a single net, DnCNN-3, for all three at once. But each net only undoes what it was shown: *know your D.*
#
# ### Where this led
#
# DnCNN looks at 35 x 35 pixels and never asks whether the same brick occurs elsewhere. Non-local means did nothing but that. The **non-local recurrent network** (NLRN; Liu and others, 2018) puts a layer of non-local means *inside* a network: every feature becomes a weighted
# average of look-alike features from a large neighbourhood, with learnt weights. It gains another few tenths of a decibel, most on pictures that repeat themselves. The idea is known as *self-attention* (Vaswani and others, 2017), from networks for language.

# %% [markdown]
# ## Quiz

# %%
rk.quiz("05_dncnn")

# %% [markdown]
# ## Take away
#
# - Residual learning: draw the noise, subtract it. The loss is the same, the start is better.
# - $d$ layers of 3 x 3 see $2d + 1$ pixels. What they do with them differs from pixel to pixel.
# - Batch normalisation keeps the features at one size; a careful start does too. After training it folds into the convolution before it.
# - Start the last layer of a residual net at zeros: the net then begins by changing nothing.
# - A blind net finds out how strong the noise is, within the range that it was shown. Outside of its training, in strength or in kind, it guesses.
#
# **Next:** build it, train it, sweep it in [lab 05](lab:05_dncnn).
#
# ## Words
#
# | English | Korean |
# | --- | --- |
# | residual learning | 잔차 학습 |
# | receptive field | 수용 영역 |
# | skip connection | 스킵 연결 |
# | blind | 블라인드(열화를 모르는) |
# | denoising | 잡음 제거 |
# | super-resolution | 초해상도 |
#
# ## References
#
# - K. Zhang, W. Zuo, Y. Chen, D. Meng, L. Zhang, *Beyond a Gaussian denoiser: residual learning of deep CNN for image denoising*, IEEE Transactions on Image Processing, 2017.
# - S. Ioffe, C. Szegedy, *Batch normalization: accelerating deep network training by reducing internal covariate shift*, ICML 2015.
# - X. Glorot, Y. Bengio, *Understanding the difficulty of training deep feedforward neural networks*, AISTATS 2010.
# - A. Saxe, J. McClelland, S. Ganguli, *Exact solutions to the nonlinear dynamics of learning in deep linear neural networks*, ICLR 2014.
# - K. Jordan and others, *Muon: an optimizer for hidden layers in neural networks*, 2024.
# - S. Mohan, Z. Kadkhodaie, E. Simoncelli, C. Fernandez-Granda, *Robust and interpretable blind image denoising via bias-free convolutional neural networks*, ICLR 2020 (what a net listens to; beyond the training noise).
# - J. Kim, J. K. Lee, K. M. Lee, *Accurate image super-resolution using very deep convolutional networks*, CVPR 2016.
# - D. Liu, B. Wen, Y. Fan, C. C. Loy, T. Huang, *Non-local recurrent network for image restoration*, NeurIPS 2018.
# - A. Vaswani and others, *Attention is all you need*, NeurIPS 2017.
# - A. Buades, B. Coll, J.-M. Morel, *A review of image denoising algorithms, with a new one*, SIAM Multiscale Modeling and Simulation, 2005.
# - K. Dabov, A. Foi, V. Katkovnik, K. Egiazarian, *Image denoising by sparse 3-D transform-domain collaborative filtering*, IEEE Transactions on Image Processing, 2007.
# - S. Gu, L. Zhang, W. Zuo, X. Feng, *Weighted nuclear norm minimization with application to image denoising*, CVPR 2014.
