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
# # Lab 07: Super-resolution
#
# {{badge}}
#
# Enlarge a picture by hand, then by examples, then by two networks of your own, and find out what they cost and where they fail. Afterwards you will have
#
# - written bicubic enlargement, equal to the library's (and so to MATLAB's);
# - made pairs of a small and a large picture, as most papers on the subject do;
# - restored a page of text from patches of another part of it;
# - built SRCNN and ESPCN in Keras, trained both, and beaten bicubic with both;
# - counted what a network costs, enlarged in colour, and won a little more without any training;
# - seen what happens when the small picture was made in another way.
#
# 2 hours; runs in about 4 minutes on a CPU; no GPU needed. Before this: [lecture 07](lecture:07_superresolution).
# Each exercise is a function with a gap. Below it, `rk.check` tells you how you did. If you skip one, the reference stands in and the rest still runs.

# %%
# {{setup}}

# %%
# {{keep}}

# %% [markdown]
# ## Sixteen neighbours
#
# ### Exercise 7.1 - Keys' kernel (2 points)
#
# How much does a pixel count for a place that is $t$ pixels away? Keys' answer, with $a = -0.5$:
#
# $$w(t) = \begin{cases} (a + 2)\,|t|^3 - (a + 3)\,|t|^2 + 1 & \text{for } |t| \le 1\\ a\,|t|^3 - 5a\,|t|^2 + 8a\,|t| - 4a & \text{for } 1 < |t| < 2\\ 0 & \text{from 2 on}\end{cases}$$
#
# $t$ is the distance in pixels, of either sign, and $w$ the weight; $a$ is the slope of the curve at a distance of 1.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-keys", "locked": false, "solution": true, "task": false}
@rk.exercise("07.keys")
def keys(t):
    """Compute the weights of bicubic interpolation.

    t : float array of any shape, distances in pixels, positive and negative

    Returns the weights, an array of the same shape; some are below 0.
    For example, the distances [0, 0.5, -1.5, 3] give the weights [1, 0.5625, -0.0625, 0].
    """
    ### BEGIN SOLUTION
    t = np.abs(t)
    near = 1.5 * t**3 - 2.5 * t**2 + 1
    far = -0.5 * t**3 + 2.5 * t**2 - 4 * t + 2
    return np.where(t <= 1, near, np.where(t < 2, far, 0))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-keys-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(keys)

# %% [markdown]
# {{hints:07.keys}}

# %% [markdown]
# **Predict.** A place between four pixels takes a share of each. What do the four shares sum to? Which of the four are negative?

# %%
# NBVAL_CHECK_OUTPUT
for place in (0.0, 0.25, 0.5):
    weights = keys(place - np.array([-1.0, 0.0, 1.0, 2.0]))
    shares = "  ".join(f"{weight:7.4f}" for weight in weights)
    print(f"at {place:.2f}, the pixels at -1, 0, 1 and 2 weigh {shares}   sum {weights.sum():.4f}")

# %% [markdown]
# They sum to 1, so an even picture stays even. The outer two are negative: a bright pixel makes its second neighbour a little darker. That is why bicubic looks sharper than bilinear, and why it *overshoots* beside an edge.

# %%
t = np.linspace(-2.5, 2.5, 201)
rk.show.lines(
    t,
    {"Keys, a = -0.5": keys(t), "tent (bilinear)": np.maximum(1 - np.abs(t), 0)},
    xlabel="distance (pixels)",
    ylabel="weight",
    title="Below zero between 1 and 2: there bicubic takes away",
)

# %% [markdown]
# ### Exercise 7.2 - bicubic by hand (4 points)
#
# Pixels are little squares. The middle of output pixel $i$ lies at $u = (i + 0.5) / s - 0.5$ of the input, where $s$ is the scale. Its four neighbours begin at $\lfloor u \rfloor - 1$, where $\lfloor u \rfloor$ is the largest whole number that is not above $u$; neighbour $j$ has the weight $w(u - j)$. Beyond its edge the picture goes on
# as its own mirror image: row -1 is row 0, row -2 is row 1, and likewise at the other end (NumPy calls that "symmetric").
#
# First all rows, then all columns of the result: 4 times 4 are the sixteen pixels.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-enlarge", "locked": false, "solution": true, "task": false}
@rk.exercise("07.enlarge")
def enlarge(image, scale):
    """Enlarge a gray picture by bicubic interpolation.

    image : float array (H, W), [0, 1]
    scale : whole number, 2 or more

    Returns a float array (H * scale, W * scale), not clipped: beside edges it may leave [0, 1].
    For example, the row 0, 0, 1, 1 enlarged by 2 begins 0, -0.023, -0.070, 0.203 and ends 0.797, 1.070,
    1.023, 1 (rounded). Use `keys` of 7.1.
    """

    ### BEGIN SOLUTION
    def down_the_columns(picture):
        height = len(picture)
        padded = np.pad(picture, [(2, 2), (0, 0)], mode="symmetric")
        centres = (np.arange(height * scale) + 0.5) / scale - 0.5
        first = np.floor(centres).astype(int) - 1
        total = 0
        for n in range(4):
            weights = keys(centres - (first + n))
            total = total + weights[:, None] * padded[first + n + 2]
        return total

    return down_the_columns(down_the_columns(image).T).T
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-enlarge-check", "locked": true, "points": 4, "solution": false, "task": false}
rk.check(enlarge)

# %% [markdown]
# {{hints:07.enlarge}}

# %% [markdown]
# The picture that a right answer gives: an eye, enlarged by 4. **Predict:** which of the three shows more *detail*?

# %%
# NBVAL_CHECK_OUTPUT
cat = rk.degrade.resize(rk.sample("chelsea", gray=True), scale=0.5)
eye = rk.images.crop(cat, top=42, left=64, height=32, width=48)
mine = enlarge(eye, 4)
theirs = rk.degrade.resize(eye, scale=4)
print(f"{eye.shape} to {mine.shape}; equal to the library's to five digits: {np.abs(mine - theirs).max() < 1e-5}")

# %%
rk.show.compare(
    [rk.classical.nearest(eye, 4), rk.classical.bilinear(eye, 4), mine.astype(np.float32)],
    ["nearest: blocks", "bilinear: soft", "yours, bicubic: smooth, a little sharper"],
    columns=3,
)

# %% [markdown]
# None of them. All three show the same 32 x 48 numbers, joined by other curves. What the small picture lost, no curve between its pixels brings back. For more detail, one must *know* what pictures look like.
#
# ## Pairs to learn from
#
# ### Exercise 7.3 - a small and a large picture (3 points)
#
# Where does one learn what a small picture has lost? From large ones that one makes small oneself. Most papers do it in one and the same way, so that their numbers can be compared:
#
# 1. cut the picture, below and on the right, to a multiple of the scale;
# 2. shrink it by bicubic interpolation *with antialiasing*: the weights are stretched over all pixels that fall into the new one;
# 3. round it to 8 bits, for a small picture is a file like any other.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-make-pair", "locked": false, "solution": true, "task": false}
@rk.exercise("07.make_pair")
def make_pair(image, scale):
    """Make the small picture, and cut the large one to fit.

    image : float array (H, W) or (H, W, 3), [0, 1], of any size
    scale : whole number, 2 or more

    Returns (low, high). high is the image, cut below and on the right, so that its height and width are
    multiples of scale. low is high, shrunk by rk.degrade.resize, clipped to [0, 1] and rounded to steps of 1/255.
    For example, with scale=3 an image of 50 x 65 gives high of 48 x 63 and low of 16 x 21.
    """
    ### BEGIN SOLUTION
    height, width = (n // scale * scale for n in image.shape[:2])
    high = image[:height, :width]
    low = rk.degrade.resize(high, scale=1 / scale)
    return np.round(np.clip(low, 0, 1) * 255) / 255, high
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-make-pair-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(make_pair)

# %% [markdown]
# {{hints:07.make_pair}}

# %% [markdown]
# **Predict.** Why not simply take every third pixel? What will become of the grass?

# %%
# NBVAL_CHECK_OUTPUT
low, high = make_pair(rk.images.crop(rk.sample("camera"), top=300, left=120, height=150, width=200), 3)
sliced = high[1::3, 1::3]
for name, small in {"as in the papers": low, "every third pixel": sliced}.items():
    large = rk.degrade.resize(small.astype(np.float32), scale=3)
    print(f"{name:17} {small.shape}, enlarged again: {rk.psnr(high, large, border=3):.1f} dB")

# %%
rk.show.compare(
    [high, low.astype(np.float32).repeat(3, 0).repeat(3, 1), sliced.repeat(3, 0).repeat(3, 1)],
    ["the large picture", "small: every pixel has a say", "every third pixel: false dots"],
    columns=3,
    zoom=(60, 20, 48, 64),
)

# %% [markdown]
# A pixel that nobody asked is lost, and one that was asked speaks for nine. The grass turns into grains that were never there: *aliasing*. A network that learns from such pairs learns to undo that, and nothing else; keep it in mind for the end of this lab.
#
# ## The ancestor: a book of examples
#
# ### Exercise 7.4 - the nearest patch (2 points)
#
# Before networks, one kept a book: thousands of blurred patches, and beside each the *detail* that it had lost. To restore a picture, look up each of its patches, and add the detail that stands there (Freeman, Jones and Pasztor, 2002).
#
# A stroke of ink in bright light and one in the shade are the same shape. So before patches are compared, each loses its brightness and its contrast: $(p - \bar p) / (\sigma_p + 0.01)$, where $\bar p$ is the mean of the patch $p$ and $\sigma_p$ its standard deviation (0.01 keeps even patches finite).


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-nearest-patch", "locked": false, "solution": true, "task": false}
@rk.exercise("07.nearest_patch")
def nearest_patch(query, database):
    """Find the patch that is most like another one, whatever their brightness and contrast.

    query : float array (h, w), a patch
    database : float array (n, h, w), n patches

    Returns the number of the nearest patch, from 0 to n - 1: the one with the smallest sum of squared
    differences after each patch (the query too) lost its own mean, and was divided by its own standard
    deviation + 0.01. For example, a query that equals database[7], but twice as bright, gives 7.
    """

    ### BEGIN SOLUTION
    def normalised(patches):
        mean = patches.mean(axis=(-2, -1), keepdims=True)
        spread = patches.std(axis=(-2, -1), keepdims=True)
        return (patches - mean) / (spread + 0.01)

    distances = (normalised(database) - normalised(query)) ** 2
    return distances.sum(axis=(1, 2)).argmin()
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-nearest-patch-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(nearest_patch)

# %% [markdown]
# {{hints:07.nearest_patch}}

# %% [markdown]
# The book for a page of print, at half its size: the left of the page is cut into patches of 7 x 7. Its right half is what we restore, so the words are others, and the letters the same.


# %%
def write_book(image, n):
    """Patches of a blurred picture, and the detail that each of them lacks."""
    low, high = make_pair(image, 2)
    blurred = enlarge(low, 2)
    windows = [np.lib.stride_tricks.sliding_window_view(picture, (7, 7)) for picture in (blurred, high - blurred)]
    patches, details = (window[::2, ::2].reshape(-1, 7, 7) for window in windows)
    busy = np.flatnonzero(patches.std(axis=(1, 2)) > 0.03)  # even paper teaches nothing
    chosen = np.random.default_rng(0).choice(busy, min(n, len(busy)), replace=False)
    return patches[chosen], details[chosen]


# %% [markdown]
# Now look up every patch of the blurred picture, three pixels apart. The detail is added with the contrast of the place where it goes.


# %%
def look_up(blurred, patches, details, step=3):
    """Add to each place the detail of the patch that is most like it; where patches overlap, their mean."""
    total, count = np.zeros_like(blurred), np.zeros_like(blurred)
    for top in range(0, blurred.shape[0] - 6, step):
        for left in range(0, blurred.shape[1] - 6, step):
            place = np.s_[top : top + 7, left : left + 7]
            k = nearest_patch(blurred[place], patches)
            contrast = (blurred[place].std() + 0.01) / (patches[k].std() + 0.01)
            total[place] += contrast * details[k]
            count[place] += 1
    return blurred + total / np.maximum(count, 1)


# %% [markdown]
# **Predict.** One book is written from the left half of the same page, another one from the photograph of a man with a camera. How many decibels does each win over bicubic?

# %%
page = rk.sample("page")
words = np.s_[60:96, 200:272] if rk.FAST else np.s_[60:132, 200:320]
low, high = make_pair(page[words], 2)
blurred = enlarge(low, 2)
books = {"a book of the same page": page[:, :197], "a book of a photograph": rk.sample("camera")}
size = 1000 if rk.FAST else 4000
restored = {"bicubic": blurred} | {name: look_up(blurred, *write_book(image, size)) for name, image in books.items()}
if rk.FAST:
    print("(fast mode: fewer words, and a thinner book)")
rk.show.compare([p.astype(np.float32) for p in restored.values()], list(restored), reference=high, columns=3)

# %% [markdown]
# The same page wins two decibels, the photograph next to nothing: who has never seen a letter cannot draw one. That is the whole of super-resolution in one picture: *the detail comes from what was learned, not from the small picture*.
#
# And it is slow: every query is compared with 4,000 patches. A network puts the book into some tens of thousands of numbers.
#
# ## SRCNN: three layers
#
# ### The pictures
#
# Three pictures are held out: chosen once, never trained on. All the others train. Papers enlarge the brightness Y alone (`rk.images.luma`), and so do we.

# %%
held_out = ("camera", "chelsea", "page")


def brightness(name):
    """The Y of a bundled picture, (H, W)."""
    return rk.images.luma(rk.sample(name))


training = [brightness(name) for name in rk.sample_names() if name not in held_out]
pairs = {name: make_pair(brightness(name), 3) for name in held_out}
pairs = {name: (low.astype(np.float32), high) for name, (low, high) in pairs.items()}
print(f"{len(training)} pictures to train on; held out: {', '.join(held_out)}")


# %% [markdown]
# The score of a paper: PSNR on Y, as many pixels left out at the border as the scale says, after rounding to 8 bits.


# %%
# NBVAL_CHECK_OUTPUT
def scores(enlarge_y):
    """PSNR in dB of one way to enlarge by 3, for each picture held out."""
    rules = {"border": 3, "channel": "y", "eight_bit": True}
    return {name: rk.psnr(high, enlarge_y(low), **rules) for name, (low, high) in pairs.items()}


def bicubic(low):
    """Enlarge by 3, as the baseline of every paper does."""
    return rk.degrade.resize(low, scale=3)


print("bicubic x3:", ", ".join(f"{name} {score:.1f} dB" for name, score in scores(bicubic).items()))

# %% [markdown]
# ### Exercise 7.5 - SRCNN (3 points)
#
# The network of Dong et al. (2016) takes a picture that bicubic has enlarged *already*, and sharpens it:
#
# | layer | kernel | filters | activation |
# | --- | --- | ---: | --- |
# | 1: find patches | 9 x 9 | 64 | ReLU |
# | 2: look up | 5 x 5 | 32 | ReLU |
# | 3: put together | 5 x 5 | 1 | none |
#
# It is the book of examples as three convolutions. All have padding "same", so that the size stays (the paper had none, and cut the rim).

# %%
import keras
from keras import layers


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-build-srcnn", "locked": false, "solution": true, "task": false}
@rk.exercise("07.build_srcnn")
def build_srcnn():
    """Build an untrained SRCNN, 9-5-5.

    Returns a keras.Model from the enlarged picture (N, H, W, 1), about [0, 1], to the sharpened one of the
    same shape, for any H and W. It is not clipped.
    For example, build_srcnn().count_params() is 57281.
    """
    enlarged = keras.Input((None, None, 1))
    ### BEGIN SOLUTION
    x = layers.Conv2D(64, 9, padding="same", activation="relu")(enlarged)
    x = layers.Conv2D(32, 5, padding="same", activation="relu")(x)
    x = layers.Conv2D(1, 5, padding="same")(x)
    return keras.Model(enlarged, x)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-build-srcnn-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(build_srcnn)

# %% [markdown]
# {{hints:07.build_srcnn}}

# %% [markdown]
# ### A start that costs nothing
#
# Fresh weights are random: the network does not even know that most of the picture should stay as it is. Its authors trained for days; we have minutes. So we write one path into the weights by hand: filter 0 of every layer hands the picture on,
# a kernel of zeros with a single 1 in its middle. The other filters stay random, and the last layer hardly listens to them at first. The network is the published one, layer by layer. Only its start is a better one.


# %%
def hand_on(model, gain=1.0):
    """Write a path into a fresh network's weights: filter 0 of each convolution passes the picture on."""
    convolutions = [layer for layer in model.layers if isinstance(layer, layers.Conv2D)]
    for place, layer in enumerate(convolutions):
        kernel, bias = layer.get_weights()
        middle = kernel.shape[0] // 2
        if layer is convolutions[-1]:
            kernel *= 0.1  # listen to the random filters a little
            kernel[:, :, 0, :] = 0
            kernel[middle, middle, 0, :] = 1 / gain
        else:
            kernel[..., 0] = 0
            kernel[middle, middle, 0, 0] = gain if place == 0 else 1
        layer.set_weights([kernel, bias])
    return model


# %% [markdown]
# **Predict.** Two untrained networks, one with Keras' own start, one with ours. What do they make of the bicubic picture?


# %%
def run(model, picture):
    """A network's answer to one picture (H, W), as a picture again."""
    return np.asarray(model(picture[None, :, :, None]))[0, :, :, 0]


cat_low, cat_high = (picture[24 * k : 88 * k, 24 * k : 88 * k] for picture, k in zip(pairs["chelsea"], (1, 3)))
keras.utils.set_random_seed(0)
starts = {"Keras' own start": build_srcnn(), "our start": hand_on(build_srcnn())}
rk.show.compare(
    [bicubic(cat_low)] + [run(model, bicubic(cat_low)) for model in starts.values()],
    ["bicubic", *[f"untrained: {name}" for name in starts]],
    reference=cat_high,
    columns=3,
)

# %% [markdown]
# Keras' start loses the picture. Ours begins near bicubic, a little noisy. From there it can only learn something new. Now train it: patches of 36 pixels, each made small and enlarged again on the fly. `margin` cuts off what the edge of a patch would spoil.

# %%
import time


def train(model, degrade, steps, **settings):
    """Train with Muon, and say how long it took; in fast mode only a few steps."""
    steps = 4 if rk.FAST else steps
    begin, work = time.perf_counter(), time.process_time()
    rk.training.fit(
        model, training, degrade, epochs=1, steps=steps, margin=12, optimizer="muon", progress=False, **settings
    )
    seconds, busy = time.perf_counter() - begin, time.process_time() - work
    note = " (fast mode: 4 steps, so the scores mean little)" if rk.FAST else ""
    print(f"{steps} steps in {seconds:.0f} seconds; {busy:.0f} seconds of processor time{note}")


# %%
srcnn = hand_on(build_srcnn())
train(srcnn, rk.training.bicubic(3, enlarge=True), 600, batch=8, patch=36, learning_rate=0.005)

# %% [markdown]
# ## ESPCN: enlarge at the very end
#
# ### Exercise 7.6 - ESPCN (3 points)
#
# SRCNN works on nine times as many pixels as the small picture has. Shi et al. (2016) let all convolutions run on the *small* picture. The last one makes $s^2$ numbers for every small pixel, where $s$ is the scale: one for each pixel of the block that it becomes. The pixel shuffle of unit 06
# (`rk.models.PixelShuffle`) puts them in their places.
#
# | layer | kernel | filters | activation |
# | --- | --- | ---: | --- |
# | 1 | 5 x 5 | 64 | tanh |
# | 2 | 3 x 3 | 32 | tanh |
# | 3 | 3 x 3 | ? | none |
# | pixel shuffle | | | |


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-build-espcn", "locked": false, "solution": true, "task": false}
@rk.exercise("07.build_espcn")
def build_espcn(scale):
    """Build an untrained ESPCN.

    scale : whole number, how much wider and higher the picture becomes

    Returns a keras.Model from the small picture (N, H, W, 1), about [0, 1], to the large one,
    (N, H * scale, W * scale, 1), for any H and W. It is not clipped.
    For example, build_espcn(3).count_params() is 22729.
    """
    small = keras.Input((None, None, 1))
    ### BEGIN SOLUTION
    x = layers.Conv2D(64, 5, padding="same", activation="tanh")(small)
    x = layers.Conv2D(32, 3, padding="same", activation="tanh")(x)
    x = layers.Conv2D(scale**2, 3, padding="same")(x)
    return keras.Model(small, rk.models.PixelShuffle(scale)(x))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-build-espcn-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(build_espcn)

# %% [markdown]
# {{hints:07.build_espcn}}

# %% [markdown]
# The same start: filter 0 hands the picture on, here to all nine pixels of a block. (It is carried at a third of its strength, `gain=0.3`, for tanh bends what is large.) So the untrained network repeats pixels.

# %%
keras.utils.set_random_seed(0)
espcn = hand_on(build_espcn(3), gain=0.3)
train(espcn, rk.training.bicubic(3), 2000, batch=16, patch=48, learning_rate=0.01)

# %% [markdown]
# ### Exercise 7.7 - what it costs (2 points)
#
# One *multiply-add*: a pixel times a weight, added to a sum. Count them for one pixel of the picture that comes out.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-work-per-pixel", "locked": false, "solution": true, "task": false}
@rk.exercise("07.work_per_pixel")
def work_per_pixel(layer_sizes, scale):
    """Count the multiply-adds of a chain of convolutions, for each pixel of the output.

    layer_sizes : list of (kernel, channels in, channels out); the kernels are square, of that width in pixels
    scale : by how much the picture is enlarged *after* these convolutions; 1 if it was enlarged before

    Returns the number of multiply-adds for one pixel of the large picture. Biases multiply nothing.
    For example, one layer of 3 x 3 from 1 channel to 4, and then a pixel shuffle by 2:
    work_per_pixel([(3, 1, 4)], 2) is 9.
    """
    ### BEGIN SOLUTION
    total = 0
    for kernel, channels_in, channels_out in layer_sizes:
        total += kernel**2 * channels_in * channels_out
    return total / scale**2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-work-per-pixel-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(work_per_pixel)

# %% [markdown]
# {{hints:07.work_per_pixel}}

# %% [markdown]
# **Predict.** ESPCN has two fifths of SRCNN's numbers to learn. By which factor is it cheaper?

# %%
# NBVAL_CHECK_OUTPUT
srcnn_sizes = [(9, 1, 64), (5, 64, 32), (5, 32, 1)]
espcn_sizes = [(5, 1, 64), (3, 64, 32), (3, 32, 9)]
costs = {"SRCNN": work_per_pixel(srcnn_sizes, 1), "ESPCN x3": work_per_pixel(espcn_sizes, 3)}
for name, model in {"SRCNN": srcnn, "ESPCN x3": espcn}.items():
    print(
        f"{name:9} {costs[name]:9,.0f} multiply-adds a pixel; the library counts {rk.models.multiply_adds(model):9,.0f}"
    )
print(f"a factor of {costs['SRCNN'] / costs['ESPCN x3']:.0f}")

# %% [markdown]
# ## The table
#
# Three ways to enlarge by 3, on pictures that no network has seen. **Predict** the order before you run it, in PSNR and in seconds.

# %%
methods = {
    "bicubic": bicubic,
    "your SRCNN": lambda low: run(srcnn, bicubic(low)),
    "your ESPCN": lambda low: run(espcn, low),
}
work = {"bicubic": 0, "your SRCNN": costs["SRCNN"], "your ESPCN": costs["ESPCN x3"]}
man_low, man_high = (picture[24 * k : 88 * k, 56 * k : 120 * k] for picture, k in zip(pairs["camera"], (1, 3)))

# %%
rows, results = [], []
for name, method in methods.items():
    row = scores(method)
    row["mean"] = float(np.mean(list(row.values())))
    begin = time.perf_counter()
    results.append(method(man_low))
    row |= {"seconds": time.perf_counter() - begin, "multiply-adds": round(work[name])}
    rows.append({"x3": name} | row)
told = "PSNR on Y in dB; seconds for the picture below; multiply-adds for each pixel of the output"
rk.show.table(rows, digits={"seconds": 3}, caption=told)

# %%
look = "Look at the edges of the camera and of the collar."
rk.show.compare(results, list(methods), reference=man_high, columns=3, zoom=(62, 90, 60, 66), caption=look)

# %% [markdown]
# <details><summary>What we found</summary>
#
# Both networks are above bicubic on all three pictures, by 0.4 to 1 decibel (the numbers of our run stand in the [solution](solution:07_superresolution)). The edges are harder, and thin bright lines come back. The two networks are about even; SRCNN pays more than twenty times the multiply-adds for it. (Seconds follow only roughly, for the first call of a network counts more than the work.)
#
# The papers' networks, trained for days, win more: on Set5, x3, bicubic has 30.39 dB, SRCNN 32.75 and ESPCN 33.13.
#
# </details>
#
# **Try it.** Train again without `hand_on`. Where do both end after the same number of steps?
#
# ## Colour
#
# ### Exercise 7.8 - colour by way of Y (3 points)
#
# The networks know one channel. The eye sees fine detail in the brightness and hardly any in the colour, so: the network enlarges Y, and bicubic enlarges the two colour differences Cb and Cr.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-upscale-colour", "locked": false, "solution": true, "task": false}
@rk.exercise("07.upscale_colour")
def upscale_colour(photo, enlarge_y, scale):
    """Enlarge a colour photo with a function for the brightness alone.

    photo : float array (H, W, 3), RGB, [0, 1]
    enlarge_y : function from Y, an array (H, W), to the large Y, (H * scale, W * scale)
    scale : whole number

    Returns the large photo, (H * scale, W * scale, 3), RGB, not clipped. Y comes from one call of enlarge_y;
    Cb and Cr are enlarged by bicubic interpolation.
    rk.images.rgb_to_ycbcr and rk.images.ycbcr_to_rgb go there and back; rk.degrade.resize is bicubic. For
    example, if enlarge_y is bicubic too, the result is the bicubic enlargement of the photo.
    """
    ### BEGIN SOLUTION
    ycbcr = rk.images.rgb_to_ycbcr(photo)
    large = rk.degrade.resize(ycbcr, scale=scale)
    large[..., 0] = enlarge_y(ycbcr[..., 0])
    return rk.images.ycbcr_to_rgb(large)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-upscale-colour-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(upscale_colour)

# %% [markdown]
# {{hints:07.upscale_colour}}

# %% [markdown]
# **Predict.** In the third picture, not even bicubic was used for the colour: each colour pixel is repeated nine times. Will you see it?

# %%
low_cat, high_cat = make_pair(rk.images.crop(rk.sample("chelsea"), top=70, left=105, height=120, width=180), 3)
low_cat = low_cat.astype(np.float32)
sharp = upscale_colour(low_cat, lambda y: run(espcn, y), 3)
parts = rk.images.rgb_to_ycbcr(sharp)
parts[..., 1:] = rk.classical.nearest(rk.images.rgb_to_ycbcr(low_cat)[..., 1:], 3)
crude = rk.images.ycbcr_to_rgb(parts)
rk.show.compare(
    [rk.degrade.resize(low_cat, scale=3), sharp, crude],
    ["bicubic", "Y by your ESPCN", "the same, colour in blocks"],
    reference=high_cat,
    columns=3,
    zoom=(14, 22, 60, 80),
)

# %% [markdown]
# Hardly. JPEG knows that too: most files store the colour at half the width and height. For a photo of your own, put the file's name in place of `None` (a small one, or a part: it becomes three times as wide).

# %%
PHOTO = None  # for example "holiday.jpg"
photo = rk.load(PHOTO, alpha="drop") if PHOTO else low_cat
if photo.ndim == 2:
    photo = np.dstack([photo, photo, photo])
larger = np.clip(upscale_colour(photo, lambda y: run(espcn, y), 3), 0, 1)
rk.save("larger.png", larger)
print(f"larger.png: {larger.shape[0]} x {larger.shape[1]} pixels")

# %% [markdown]
# ## Eight opinions
#
# ### Exercise 7.9 - the geometric self-ensemble (3 points)
#
# Turn a picture by a quarter, enlarge it, turn it back: bicubic gives the same as without turning. A network does not, quite: even trained on turned and mirrored patches, its kernels are not the same from all sides. So it makes eight slightly different mistakes in eight views: four turns of the picture, and four of its mirror image. Their mean
# is a little better, without a second of training.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "07-self-ensemble", "locked": false, "solution": true, "task": false}
@rk.exercise("07.self_ensemble")
def self_ensemble(enlarge_one, image):
    """Enlarge eight views of a picture, turn the results back, and return their mean.

    enlarge_one : function from a picture (h, w) to a larger one (h * s, w * s), for any h and w
    image : float array (H, W); H and W may differ

    Returns a float array (H * s, W * s), not clipped: the mean over the four quarter turns of the image and of
    its mirror image, each result turned and mirrored back.
    For example, for bicubic enlargement, which knows no up or left, it returns the same as without it.
    """
    ### BEGIN SOLUTION
    total = 0
    for mirrored in (False, True):
        picture = image[:, ::-1] if mirrored else image
        for turns in range(4):
            large = np.rot90(enlarge_one(np.rot90(picture, turns)), -turns)
            total = total + (large[:, ::-1] if mirrored else large)
    return total / 8
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "07-self-ensemble-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(self_ensemble)

# %% [markdown]
# {{hints:07.self_ensemble}}

# %%
# NBVAL_CHECK_OUTPUT
same = self_ensemble(bicubic, cat_low)
print(f"bicubic, with and without: equal to five digits: {np.abs(same - bicubic(cat_low)).max() < 1e-5}")

# %% [markdown]
# **Predict.** Eight times the work: is ESPCN then dearer than SRCNN?

# %%
eightfold = {
    "your ESPCN": methods["your ESPCN"],
    "your ESPCN, eight views": lambda low: self_ensemble(methods["your ESPCN"], low),
}
rows = [{"x3": "bicubic", "multiply-adds": 0} | scores(bicubic)]
for times, (name, method) in zip((1, 8), eightfold.items()):
    rows.append({"x3": name, "multiply-adds": round(times * costs["ESPCN x3"])} | scores(method))
rk.show.table(rows, ["x3", *held_out, "multiply-adds"], caption="PSNR on Y in dB")

# %% [markdown]
# No: a third of SRCNN's work. And what it wins is little: a few hundredths of a decibel. A small network has little room to differ from view to view. Large ones, trained in the same way, win a tenth or two. Many records of the field are won in this way; such rows are often marked with a plus (EDSR+).
#
# **Try it.** Train an ESPCN for 100 steps alone. How much do the eight views win there?
#
# ## When bicubic did not do it
#
# All small pictures so far were made by one and the same recipe, in training and in the test. A phone does not know it. It throws pixels away to save time, and its sensor adds noise. Let us make the small picture of the cat in these two ways, and not tell the networks.
#
# **Predict.** How much of their lead over bicubic do they keep?

# %%
noisy = rk.degrade.gaussian_noise(cat_low, sigma=8 / 255, rng=0)
cases = {
    "bicubic made it": cat_low,
    "every third pixel": cat_high[1::3, 1::3],
    "bicubic made it, then noise of 8": np.round(np.clip(noisy, 0, 1) * 255).astype(np.float32) / 255,
}
rows = []
for name, low in cases.items():
    row = {label: rk.psnr(cat_high, method(low), border=3) for label, method in methods.items()}
    rows.append({"the small picture": name} | row)
rk.show.table(rows, caption="PSNR on Y in dB, of the cat")

# %%
for name in ("every third pixel", "bicubic made it, then noise of 8"):
    results = [methods[label](cases[name]) for label in ("bicubic", "your SRCNN")]
    rk.show.compare(
        results, [f"{name}: bicubic", "the same: your SRCNN"], reference=cat_high, columns=2, zoom=(146, 4, 44, 60)
    )

# %% [markdown]
# Not only is the lead gone: both networks fall *below* bicubic. They sharpen the false dots and the grain as if they were whiskers. Your networks have not learned to enlarge pictures. They have learned to undo one recipe.
#
# What if the recipe is not known? Then one must guess it, or train for many at once. That is **blind super-resolution**, a subject of its own.
#
# **Try it.** Write a recipe of your own: a function `degrade(clean, rng)` that takes patches (N, H, W, 1), calls `rk.training.bicubic(3)(clean, rng)`, and adds noise whose strength it draws between 0 and 10 of 255. Train ESPCN with it. What does that cost in the first row, what does it win in the third?

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
# | super-resolution | 초해상도 |
# | pixel shuffle | 픽셀 셔플 |
# | noise | 잡음(노이즈) |
# | blind | 블라인드(열화를 모르는) |
#
# Stuck, or done? Compare with [the solution](solution:07_superresolution).
