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
# # Lab 06: Autoencoders
#
# {{badge}}
#
# Move pixels, find the checkerboard, build and train an autoencoder, and find out which of its parts matter. Afterwards you will have
#
# - written pixel unshuffle and pixel shuffle, number by number as TensorFlow does them;
# - found out which kernels stamp unevenly, and measured the pattern that a network paints;
# - built a denoising autoencoder in Keras, with skip connections, and trained it;
# - made it take pictures of any size;
# - run an ablation of your own, and read it with the spread of the seeds in mind.
#
# 90 minutes; runs in about 2 minutes on a CPU; no GPU needed. Before this: [lecture 06](lecture:06_autoencoders).
# Each exercise is a function with a gap. Below it, `rk.check` tells you how you did. If you skip one, the reference stands in and the rest still runs.

# %%
# {{setup}}

# %%
# {{keep}}

# %% [markdown]
# ## Pixels into channels, and back
#
# ### Exercise 6.1 - pixel unshuffle (2 points)
#
# Every block of `scale` x `scale` pixels becomes one pixel with `scale * scale` times as many channels. No number changes, none is lost. The order is TensorFlow's: first the
# whole upper left pixel of the block (all its colours), then its neighbour to the right, and so on, row by row.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "06-pixel-unshuffle", "locked": false, "solution": true, "task": false}
@rk.exercise("06.pixel_unshuffle")
def pixel_unshuffle(image, scale):
    """Turn pixels into channels.

    image : array (H, W, C), of any range; H and W are multiples of scale
    scale : whole number, height and width of a block in pixels

    Returns an array (H / scale, W / scale, C * scale**2) of the same numbers. Colour c of the pixel in
    row i, column j of its block goes to channel (i * scale + j) * C + c.
    For example, the 2 x 2 picture [[1, 2], [3, 4]] of one channel becomes one pixel, [1, 2, 3, 4].
    """
    ### BEGIN SOLUTION
    places = [(row, column) for row in range(scale) for column in range(scale)]
    return np.concatenate([image[row::scale, column::scale] for row, column in places], axis=2)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "06-pixel-unshuffle-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(pixel_unshuffle)

# %% [markdown]
# {{hints:06.pixel_unshuffle}}

# %% [markdown]
# The picture that a right answer gives. **Predict:** four channels for a gray picture. How unlike are they?

# %%
page = rk.images.crop(rk.sample("page", gray=True), top=28, left=20, height=40, width=72)[..., None]
channels = pixel_unshuffle(page, 2)
rk.show.compare(
    [page, *[channels[..., n] for n in range(4)]],
    ["the page", "channel 0", "channel 1", "channel 2", "channel 3"],
    columns=5,
)

# %% [markdown]
# Each channel alone is hard to read: a thin stroke falls between its pixels. All four together hold every stroke. A stride of 2 keeps only the first.
#
# ### Exercise 6.2 - pixel shuffle (2 points)
#
# The way back: `scale * scale` channels become the pixels of a block.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "06-pixel-shuffle", "locked": false, "solution": true, "task": false}
@rk.exercise("06.pixel_shuffle")
def pixel_shuffle(features, scale):
    """Turn channels into pixels: the inverse of pixel_unshuffle.

    features : array (H, W, C * scale**2), of any range
    scale : whole number, height and width of a block in pixels

    Returns an array (H * scale, W * scale, C) of the same numbers. Channel (i * scale + j) * C + c
    goes to colour c of the pixel in row i, column j of its block.
    For example, one pixel [1, 2, 3, 4] with scale=2 becomes the 2 x 2 picture [[1, 2], [3, 4]].
    """
    height, width, channels = features.shape
    ### BEGIN SOLUTION
    split = features.reshape(height, width, scale, scale, channels // scale**2)
    return split.transpose(0, 2, 1, 3, 4).reshape(height * scale, width * scale, -1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "06-pixel-shuffle-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(pixel_shuffle)

# %% [markdown]
# {{hints:06.pixel_shuffle}}

# %%
# NBVAL_CHECK_OUTPUT
back = pixel_shuffle(channels, 2)
print(f"{page.shape} to {channels.shape} to {back.shape}; largest difference {np.abs(back - page).max():.0f}")

# %% [markdown]
# **Predict.** A colleague trained a network in PyTorch, whose pixel shuffle wants the order *colour, row, column*, and you run its features through yours. What will the picture look like?

# %%
cup = rk.images.crop(rk.sample("coffee"), top=64, left=272, height=112, width=112)  # colour, for a change
there = pixel_unshuffle(cup, 2)
as_pytorch = there.reshape(56, 56, 4, 3).swapaxes(2, 3).reshape(56, 56, 12)  # colour first, then the place
rk.show.compare(
    [pixel_shuffle(there, 2), pixel_shuffle(as_pytorch, 2)],
    ["the same order on both sides", "PyTorch's order, read as TensorFlow's"],
    columns=2,
    zoom=(20, 60, 24, 24),
)

# %% [markdown]
# A coloured grid: places and colours are mixed up. If you ever meet this mesh in a network that was moved from one library to the other, you know where to look.
#
# ## The checkerboard
#
# ### Exercise 6.3 - how many stamps meet? (2 points)
#
# A transposed convolution stamps its kernel once for every pixel that comes in, `stride` places apart. Where stamps overlap, they add. Count, along one row.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "06-overlap-count", "locked": false, "solution": true, "task": false}
@rk.exercise("06.overlap_count")
def overlap_count(n, kernel, stride):
    """Count how many stamps cover each place of a row.

    n : how many stamps (pixels that come in)
    kernel : width of a stamp, in places
    stride : distance from the start of one stamp to the start of the next

    Returns an array of (n - 1) * stride + kernel counts: the row ends where the last stamp ends.
    For example, n=3, kernel=3, stride=2 gives [1, 1, 2, 1, 2, 1, 1].
    """
    ### BEGIN SOLUTION
    counts = np.zeros((n - 1) * stride + kernel, int)
    for i in range(n):
        counts[i * stride : i * stride + kernel] += 1
    return counts
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "06-overlap-count-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(overlap_count)

# %% [markdown]
# {{hints:06.overlap_count}}

# %% [markdown]
# **Predict.** Which of these kernels are fair, at stride 2? And at stride 3?

# %%
# NBVAL_CHECK_OUTPUT
for stride in (2, 3):
    for kernel in range(2, 7):
        inside = overlap_count(12, kernel, stride)[12:18]
        verdict = "fair" if np.ptp(inside) == 0 else "uneven"
        print(f"stride {stride}, kernel {kernel}: {' '.join(map(str, inside))}   {verdict}")

# %% [markdown]
# Fair where the stride divides the kernel. In two dimensions the counts of rows and columns multiply:

# %%
kernels = (3, 4, 5, 6)
floors = [np.outer(*2 * [overlap_count(12, kernel, 2)[6:20]]) for kernel in kernels]
rk.show.image_maps(
    [floor.repeat(8, 0).repeat(8, 1) for floor in floors],
    [f"kernel {kernel}, stride 2" for kernel in kernels],
    limits=(0, 12),
    label="stamps",
    columns=4,
)

# %% [markdown]
# ### Exercise 6.4 - find the checkerboard (3 points)
#
# Your eye finds a strong pattern on an even wall. For a weak one you need a number. A pattern of *every other pixel* can only hold three frequencies: half a cycle a pixel down, across, or both: the **Nyquist frequencies**. Which share of the picture's
# energy sits there?


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "06-checkerboard", "locked": false, "solution": true, "task": false}
@rk.exercise("06.checkerboard")
def checkerboard_share(image):
    """Say how much of a picture is a pattern of every other pixel.

    image : float array (H, W), H and W even

    Returns one number from 0 to 1: the energy (squared magnitude of np.fft.fft2) at [H/2, 0], [0, W/2] and
    [H/2, W/2] together, over the energy of all frequencies. The mean, at [0, 0], counts nowhere.
    An even picture has no pattern: 0. For example, a chess board of single pixels gives 1; white noise of
    H x W pixels gives about 3 / (H * W).
    """
    ### BEGIN SOLUTION
    height, width = image.shape
    energy = np.abs(np.fft.fft2(image)) ** 2
    energy[0, 0] = 0
    total = energy.sum()
    if total == 0:
        return 0.0
    return (energy[height // 2, 0] + energy[0, width // 2] + energy[height // 2, width // 2]) / total
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "06-checkerboard-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(checkerboard_share)

# %% [markdown]
# {{hints:06.checkerboard}}

# %% [markdown]
# A detective's work: a chess pattern of 1.5 levels of 255 is hidden in one of these three noisy walls (noise: 8 levels). **Predict:** which one? Decide by eye first.

# %%
rng = np.random.default_rng(3)
walls = [0.5 + rng.normal(0, 8 / 255, (64, 64)).astype(np.float32) for _ in range(3)]
walls[1] += np.float32(1.5 / 255) * (-1.0) ** np.add.outer(np.arange(64), np.arange(64)).astype(np.float32)
rk.show.compare(walls, ["wall 1", "wall 2", "wall 3"], limits=(0.3, 0.7), columns=3)

# %%
# NBVAL_CHECK_OUTPUT
for number, wall in enumerate(walls, 1):
    share = checkerboard_share(wall)
    print(f"wall {number}: {share:.2%} of the energy, {share * 64 * 64 / 3:5.1f} times as much as in white noise")

# %% [markdown]
# No eye sees it; in the spectrum it stands out, because a pattern adds up over all 4,096 pixels and noise does not.
#
# ## A denoising autoencoder
#
# ### Exercise 6.5 - build it (4 points)
#
# Halve once for every entry of `filters`, by a 3 x 3 convolution of stride 2. Then double as often: enlarge (`UpSampling2D`), convolve, and put beside it what was there before the halving that this
# doubling undoes. At the end one convolution without activation makes the picture.

# %%
import keras
from keras import layers


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "06-denoising-autoencoder", "locked": false, "solution": true, "task": false}
@rk.exercise("06.denoising_autoencoder")
def denoising_autoencoder(channels, filters):
    """Build a denoising autoencoder with skip connections.

    channels : 1 for gray pictures, 3 for colour
    filters : sequence of whole numbers, the channels after each halving; its length is the number of halvings

    Returns a keras.Model from (N, H, W, channels) to the same shape, for any H and W that can be halved so
    often. Hidden convolutions: 3 x 3, padding "same", activation "relu". The last one: `channels` filters,
    no activation.
    For example, filters=(32, 64) takes 64 x 64 pixels to 32 x 32 (32 channels), to 16 x 16 (64 channels),
    and back, with the filters in reverse order: 64 channels at 32 x 32, then 32 at 64 x 64. There are skips at
    32 x 32, and at 64 x 64 (there it is the picture itself).
    The check also takes other ways to halve or double, skips that are added, and kernels of another size.
    """
    image = x = keras.Input((None, None, channels))
    ### BEGIN SOLUTION
    before = []
    for n in filters:
        before.append(x)
        x = layers.Conv2D(n, 3, strides=2, padding="same", activation="relu")(x)
    x = layers.Conv2D(filters[-1], 3, padding="same", activation="relu")(x)
    for n in reversed(filters):
        x = layers.UpSampling2D(interpolation="bilinear")(x)
        x = layers.Conv2D(n, 3, padding="same", activation="relu")(x)
        x = layers.Concatenate()([x, before.pop()])
    x = layers.Conv2D(channels, 3, padding="same")(x)
    ### END SOLUTION
    return keras.Model(image, x)


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "06-denoising-autoencoder-check", "locked": true, "points": 4, "solution": false, "task": false}
rk.check(denoising_autoencoder)

# %% [markdown]
# {{hints:06.denoising_autoencoder}}

# %% [markdown]
# Train it, on noise of 25. `rk.training.fit` cuts patches, turns them, and draws fresh noise for every step (with `progress=True` it shows how long it will still take).

# %%
data = rk.datasets.cifar10()
small = rk.images.as_float(data.x_train[:5000])
x_held, x_train = small[:200], small[200:]  # 200 to compare networks on: held out, nobody trains on them
print(f"training images: {data.source}")
sigma = 25 / 255
add_noise = rk.training.gaussian(sigma)
noisy_held = add_noise(x_held, np.random.default_rng(0))


def train(model, steps, seed=0):
    """Train with Muon; in fast mode only a few steps."""
    steps = max(steps // 40, 4) if rk.FAST else steps
    settings = {"batch": 16, "patch": 32, "optimizer": "muon", "learning_rate": 0.01, "seed": seed}
    return rk.training.fit(model, x_train, add_noise, epochs=1, steps=steps, **settings, progress=False)


def score(model):
    """Mean PSNR over the images held out, in dB; restored ones are clipped to [0, 1]."""
    restored = np.clip(np.asarray(model(noisy_held)), 0, 1)
    return float(np.mean([rk.psnr(c, r) for c, r in zip(x_held, restored)]))


before_training = float(np.mean([rk.psnr(c, n) for c, n in zip(x_held, noisy_held)]))
if rk.FAST:
    print("(fast mode: a few training steps, and one seed; the scores mean little)")

# %%
keras.utils.set_random_seed(0)
mine = denoising_autoencoder(3, (32, 64))
history = train(mine, steps=400)
print(f"noisy {before_training:.1f} dB, restored {score(mine):.1f} dB, in {sum(history['seconds']):.0f} seconds")

# %% [markdown]
# ### Exercise 6.6 - any size (3 points)
#
# Your network halves twice: 400 x 600 pixels are welcome, 401 x 599 are not. Pad the picture with its own mirror image to the next multiple, restore, cut back.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "06-any-size", "locked": false, "solution": true, "task": false}
@rk.exercise("06.any_size")
def restore_any_size(network, image, multiple):
    """Restore one picture of any size with a network that wants multiples.

    network : function (a keras.Model is one) from a batch (1, H, W, C) to the same shape; H and W must be
        multiples of `multiple`
    image : float array (H, W, C), about [0, 1], H and W of any size above `multiple`
    multiple : whole number, 4 for a network that halves twice

    Returns the restored image, (H, W, C), as the network made it (not clipped). The padding is as small as
    possible, and a mirror image (np.pad's "reflect"; "symmetric" or "edge" are accepted too).
    For example, with multiple=4 a picture of 13 x 22 reaches the network as 16 x 24 and comes back as 13 x 22.
    """
    ### BEGIN SOLUTION
    height, width, _ = image.shape
    padded = np.pad(image, [(0, -height % multiple), (0, -width % multiple), (0, 0)], mode="reflect")
    return np.asarray(network(padded[None]))[0, :height, :width]
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "06-any-size-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(restore_any_size)

# %% [markdown]
# {{hints:06.any_size}}

# %%
odd = cup[:109, :107]
noisy_odd = rk.degrade.gaussian_noise(odd, sigma=sigma, rng=1)
restored_odd = np.clip(restore_any_size(mine, noisy_odd, 4), 0, 1)
rk.show.compare([noisy_odd, restored_odd], ["noisy, 109 x 107", "your autoencoder"], reference=odd, columns=2)

# %% [markdown]
# After half a minute of training, do not expect wonders. **Try** 2,000 steps, and look again. For a photo of your own (its noise is seldom 25; the shipped network copes with any strength up to 55), put the file's name in place of `None`:

# %%
PHOTO = None  # for example "night.jpg"
photo = rk.load(PHOTO) if PHOTO else noisy_odd
cleaned = rk.denoise(photo, "autoencoder-color")
part = np.s_[:400, :400]
rk.before_after(photo[part], cleaned[part], labels=("before", "autoencoder-color"))
rk.save("cleaned.png", cleaned)

# %% [markdown]
# ## An ablation of your own
#
# Which part matters? Choose **one** thing to change, and keep the rest: the way `down` ("stride", "max", "average", "unshuffle"), the way `up` ("interpolation", "transposed", "shuffle"), or `skip`. Write down what you expect *before* you run it.
#
# Every variant is trained with more than one seed, for the dice decide too, and scored on the 200 images held out. (Who chooses by the *test* images has none left to test with: they would wait for the one variant that you decide for.) The table's last column is *your* measure of the checkerboard, on a noisy gray wall that the network has restored.

# %%
SEEDS = (0,) if rk.FAST else (0, 1, 2)
STEPS = 150
wall = rk.degrade.gaussian_noise(np.full((96, 96, 3), 0.5, np.float32), sigma=sigma, rng=4)


def try_out(options):
    """One row of the table: train a variant with every seed, score it."""
    scores, shares, seconds = [], [], []
    for seed in SEEDS:
        keras.utils.set_random_seed(seed)
        model = rk.models.autoencoder(filters=(32, 64), **options)
        seconds += train(model, STEPS, seed)["seconds"]
        scores.append(score(model))
        restored = np.asarray(model(wall[None]))[0, 16:80, 16:80].mean(axis=2)
        shares.append(100 * checkerboard_share(restored))
    row = {"mean": np.mean(scores), "lowest": min(scores), "highest": max(scores)}
    row |= {"parameters": model.count_params(), "seconds": np.mean(seconds), "checkerboard (%)": np.mean(shares)}
    return {name: value if name == "parameters" else float(value) for name, value in row.items()}


# %%
VARIANTS = {
    "interpolation": {"up": "interpolation"},
    "transposed": {"up": "transposed"},
    "transposed, no skips": {"up": "transposed", "skip": False},
}
rows = [{"variant": "noisy input", "mean": before_training}]
rows += [{"variant": name} | try_out(options) for name, options in VARIANTS.items()]
digits = {"mean": 1, "lowest": 1, "highest": 1, "seconds": 0, "checkerboard (%)": 2}
rk.show.table(rows, list(rows[1]), digits=digits, caption="PSNR in dB, over the seeds")

# %% [markdown]
# Read the table with three questions. Do the ranges from lowest to highest of two variants overlap? Then you have found *no difference*, not a small one. Did you change one thing, or two (parameters, seconds)? And would the order hold with ten times the steps? The lecture's table had
# five times as many: compare.
#
# **Try:** four ways down; or 2, 8 and 64 channels in the middle (`{"bottleneck": 2, "skip": False}`); or shorter against longer training of one variant.
#
# <details><summary>What we found</summary>
#
# In one trial of ours (the table in the [solution](solution:06_autoencoders)), with the bundled pictures, the ranges of interpolation and transposed convolution overlapped: no difference. In the lecture's table, with other pictures and five times the steps, transposed
# convolution is a decibel ahead. Both are true: an ablation answers for its own budget.
#
# Without skips even the worst seed did better than the best one with skips. In the lecture's table there is no difference between just these two. (Do skips need more training? Try it: more steps, both networks.)
#
# The checkerboard did come as expected: more than ten times as much energy in the pattern with transposed convolutions as with interpolation. Their pictures look even all the same; the measure sees more than the eye.
#
# </details>

# %%
# {{pack}}

# %% [markdown]
# ## Where you stand

# %%
rk.progress()

# %% [markdown]
# ## Words
#
# | English | Korean |
# | --- | --- |
# | bottleneck | 병목 |
# | pixel shuffle | 픽셀 셔플 |
# | skip connection | 스킵 연결 |
# | denoising | 잡음 제거 |
#
# Stuck, or done? Compare with [the solution](solution:06_autoencoders).
