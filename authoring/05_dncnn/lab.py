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
# # Lab 05: DnCNN
#
# {{badge}}
#
# Build it, feed it, train it, fold it, and find out where it works. Afterwards you will have
#
# - computed how far a network sees, and built DnCNN in Keras;
# - written the two halves of every training: batches with fresh noise, and the loop;
# - folded batch normalisation away without changing the output;
# - drawn the curves of a blind network over the strength of the noise;
# - denoised a photo of your own with the full-sized network.
#
# 90 minutes; runs in about 2 minutes on a CPU; no GPU needed. Before this: [lecture 05](lecture:05_dncnn).
# Each exercise is a function with a gap. Below it, `rk.check` tells you how you did. If you skip one, the reference stands in and the rest still runs.

# %%
# {{setup}}

# %%
# {{keep}}

# %% [markdown]
# ## The pictures
#
# Seven pictures to train on, and two that the network must never see before the test. All are gray, in [0, 1]; the noise is Gaussian. As always, restored pictures are clipped to [0, 1] before they are scored, noisy ones are not.

# %%
names = ("astronaut", "coffee", "rocket", "coins", "brick", "grass", "gravel")
training_images = [rk.sample(name, gray=True) for name in names]
sigma = 25 / 255
clean = rk.images.crop(rk.sample("camera"), top=84, left=206, height=104, width=104)
fur = rk.images.crop(rk.sample("chelsea", gray=True), top=74, left=130, height=84, width=104)
noisy = rk.degrade.gaussian_noise(clean, sigma=sigma, rng=0)
noisy_fur = rk.degrade.gaussian_noise(fur, sigma=sigma, rng=0)


def finish(image):
    """A network's output (1, H, W, 1) as a picture (H, W), clipped to [0, 1]."""
    return np.clip(np.asarray(image)[0, :, :, 0], 0, 1)


rk.show.compare([clean, noisy], ["clean", "noisy, sigma 25"], reference=clean, columns=2)

# %% [markdown]
# ## The network
#
# ### Exercise 5.1 - how far it sees (2 points)
#
# Convolutions stand one behind the other. How wide is the square of input pixels that one output pixel can see?


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "05-receptive-field", "locked": false, "solution": true, "task": false}
@rk.exercise("05.receptive_field")
def receptive_field(kernels):
    """Compute the width of the square that one output pixel sees through a chain of convolutions.

    kernels : list of odd integers, the width of each convolution's kernel in pixels, in their order

    Returns the width of the square in pixels, an integer.
    For example, two convolutions of 3 x 3, receptive_field([3, 3]), see 5 pixels.
    """
    ### BEGIN SOLUTION
    width = 1
    for kernel in kernels:
        width += kernel - 1
    return width
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "05-receptive-field-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(receptive_field)

# %% [markdown]
# {{hints:05.receptive_field}}

# %% [markdown]
# **Predict.** SRCNN has three layers with kernels of 9, 5 and 5; VDSR twenty of 3. Which of the two sees further?

# %%
# NBVAL_CHECK_OUTPUT
nets = {"SRCNN": [9, 5, 5], "DnCNN-S": [3] * 17, "DnCNN-B, VDSR": [3] * 20}
for name, kernels in nets.items():
    print(f"{name:14} {len(kernels):2} layers   sees {receptive_field(kernels)} pixels")

# %% [markdown]
# Around one pixel of the picture, that is:

# %%
reach = [0] + [receptive_field(kernels) // 2 for kernels in nets.values()]
boxes = [(26 - far, 26 - far, 2 * far + 1, 2 * far + 1) for far in reach]
framed = rk.images.outline(rk.images.center_crop(noisy, 53), boxes, ["blue", *3 * ["orange"]], times=7)
rk.show.compare(framed, "the blue pixel, and what is seen around it: from the inside, SRCNN, DnCNN-S, DnCNN-B")

# %% [markdown]
# ### Exercise 5.2 - build DnCNN (4 points)
#
# - one convolution with ReLU;
# - `depth - 2` times: convolution *without bias*, batch normalisation with `momentum=0.9`, ReLU;
# - one convolution with as many filters as the picture has channels and **no** activation. It draws the noise. Its kernel starts at zeros;
# - the noise is subtracted from the input.
#
# All kernels are 3 x 3, all hidden layers have `filters` channels, and the size of the picture stays open.
#
# Why the momentum? Batch normalisation remembers the mean and variance of its features, for use after the training, as a running average. It starts with a variance of 1, and with Keras' usual 0.99 a short training ends before that is forgotten. (The [lecture](lecture:05_dncnn) prints
# what that costs.)

# %%
import keras
from keras import layers


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "05-build-dncnn", "locked": false, "solution": true, "task": false}
@rk.exercise("05.build_dncnn")
def build_dncnn(depth, filters, channels):
    """Build an untrained DnCNN.

    depth : number of convolutions, the first and the last counted, 3 or more
    filters : channels of the hidden layers
    channels : 1 for gray images, 3 for colour

    Returns a keras.Model from noisy images (N, H, W, channels), about [0, 1], to restored ones of the
    same shape, for any H and W. The untrained model returns its input.
    For example, build_dncnn(17, 64, 1) has 556,097 numbers to learn.
    """
    noisy = keras.Input((None, None, channels))
    ### BEGIN SOLUTION
    x = layers.Conv2D(filters, 3, padding="same", activation="relu")(noisy)
    for _ in range(depth - 2):
        x = layers.Conv2D(filters, 3, padding="same", use_bias=False)(x)
        x = layers.BatchNormalization(momentum=0.9)(x)
        x = layers.ReLU()(x)
    noise = layers.Conv2D(channels, 3, padding="same", kernel_initializer="zeros")(x)
    return keras.Model(noisy, layers.Subtract()([noisy, noise]))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "05-build-dncnn-check", "locked": true, "points": 4, "solution": false, "task": false}
rk.check(build_dncnn)

# %% [markdown]
# {{hints:05.build_dncnn}}

# %%
# NBVAL_CHECK_OUTPUT
for title, sizes in {
    "DnCNN-S": (17, 64, 1),
    "DnCNN-B": (20, 64, 1),
    "DnCNN-B, colour": (20, 64, 3),
    "ours today": (7, 32, 1),
}.items():
    model = build_dncnn(*sizes)
    learnt = sum(int(np.prod(weight.shape)) for weight in model.trainable_weights)
    print(f"{title:16} {learnt:>7,} numbers to learn")
image = noisy[None, :, :, None]  # a batch of one image with one channel
print(f"untrained, it returns its input: {np.array_equal(np.asarray(model(image)), image)}")


# %% [markdown]
# ## The training
#
# ### Exercise 5.3 - a batch with fresh noise (3 points)
#
# Cut `n` patches at random places out of random images; add noise whose $\sigma$ is drawn for each patch. Every call is new: the network never sees the same noise twice.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "05-training-batch", "locked": false, "solution": true, "task": false}
@rk.exercise("05.training_batch")
def training_batch(images, n, size, low, high, rng):
    """Draw a batch of noisy patches, and the clean patches that the network shall return for them.

    images : list of float arrays (H, W), [0, 1]; their sizes differ, none is smaller than the patch
    n, size : how many patches; their height and width in pixels
    low, high : each patch's sigma is drawn uniformly between these two, on the [0, 1] scale
    rng : numpy.random.Generator, the source of all randomness

    Returns (noisy, clean), two float arrays (n, size, size, 1). The noise is Gaussian, drawn for every
    pixel, and not clipped. Patches may be turned and mirrored; that is up to you.
    For example, training_batch(images, 16, 32, 0.1, 0.1, rng) adds noise of sigma 0.1 to 16 patches.
    """
    ### BEGIN SOLUTION
    clean = np.empty((n, size, size, 1), np.float32)
    for patch in clean:
        image = images[rng.integers(len(images))]
        top = rng.integers(image.shape[0] - size + 1)
        left = rng.integers(image.shape[1] - size + 1)
        patch[:, :, 0] = image[top : top + size, left : left + size]
    sigma = rng.uniform(low, high, (n, 1, 1, 1))
    noise = sigma * rng.standard_normal(clean.shape)
    return (clean + noise).astype(np.float32), clean
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "05-training-batch-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(training_batch)

# %% [markdown]
# {{hints:05.training_batch}}

# %% [markdown]
# The picture that a right answer gives: a batch for a blind network, and its targets.

# %%
noisy_patches, clean_patches = training_batch(training_images, 6, 32, 0, 55 / 255, np.random.default_rng(4))
rk.show.compare(
    [*noisy_patches[..., 0].astype(np.float32), *clean_patches[..., 0].astype(np.float32)],
    [f"sigma {255 * (y - x).std():.0f}" for y, x in zip(noisy_patches, clean_patches)] + 6 * ["target"],
    columns=6,
)

# %% [markdown]
# ### Exercise 5.4 - the training loop (3 points)
#
# In every step: draw a batch, let the network make one step towards the clean patches, note the loss (the mean squared error). Which optimiser to use is not your function's business: it is given.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "05-train", "locked": false, "solution": true, "task": false}
@rk.exercise("05.train")
def train(model, next_batch, steps, optimizer):
    """Train a model to turn noisy patches into clean ones.

    model : keras.Model from noisy to restored patches (it subtracts the noise itself)
    next_batch : function without arguments; every call returns a new pair (noisy, clean)
    steps : number of steps, one batch each
    optimizer : a Keras optimiser

    Changes the model's weights, and returns the list of the losses (mean squared error), one for each step.
    For example, after train(model, next_batch, 100, optimizer) the list holds 100 numbers, falling
    on the whole.
    """
    losses = []
    ### BEGIN SOLUTION
    model.compile(optimizer=optimizer, loss="mse")
    for _ in range(steps):
        noisy, clean = next_batch()
        model.reset_metrics()
        loss = model.train_on_batch(noisy, clean)
        losses.append(float(loss))
    ### END SOLUTION
    return losses


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "05-train-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(train)

# %% [markdown]
# {{hints:05.train}}

# %% [markdown]
# Now everything of yours together: a small DnCNN, 7 layers of 32 channels, for noise of 25. The learning rate falls along a cosine, as nearly everybody lets it.
#
# **Predict.** Non-local means reaches about 28 dB on these two pictures. Your network learns for half a minute or so. Will it get there?

# %%
import time

steps = 12 if rk.FAST else 500
keras.utils.set_random_seed(0)
rng = np.random.default_rng(0)
small = build_dncnn(7, 32, 1)
schedule = keras.optimizers.schedules.CosineDecay(2e-3, steps, alpha=0.02)
begin = time.perf_counter()
losses = train(
    small, lambda: training_batch(training_images, 16, 32, sigma, sigma, rng), steps, keras.optimizers.Adam(schedule)
)
print(
    f"{steps} steps in {time.perf_counter() - begin:.0f} seconds"
    + (" (fast mode: 12 steps instead of 500)" if rk.FAST else "")
)

# %%
every = max(steps // 25, 1)
averages = np.reshape(losses[: steps // every * every], (-1, every)).mean(axis=1)
rk.show.lines(
    every * np.arange(1, len(averages) + 1),
    {"your loss": averages},
    xlabel="steps",
    ylabel="mean squared error",
    ylim=(0, 0.01),
    title="Noise of 25 has a mean squared error of 0.0096: that is where it starts",
)

# %%
pairs = {"camera": (clean, noisy), "fur": (fur, noisy_fur)}
methods = {
    "noisy input": lambda image: image,
    "non-local means": lambda image: rk.denoise(image, "nlm", sigma=sigma),
    "your small DnCNN": lambda image: finish(small(image[None, :, :, None], training=False)),
    "DnCNN at full size (ours)": lambda image: rk.denoise(image, "dncnn-gray-25"),
}
results = {title: {name: method(image) for name, (_, image) in pairs.items()} for title, method in methods.items()}
rows = [
    {"PSNR in dB": title} | {name: rk.psnr(pairs[name][0], image) for name, image in images.items()}
    for title, images in results.items()
]
rk.show.table(rows, digits=2)
rk.show.compare([images["camera"] for images in results.values()], list(results), reference=clean, columns=2)

# %% [markdown]
# Half a minute of training, on seven pictures, brings a dozen lines of code to the level of non-local means, or just past it. What separates yours from ours is size (8 % of the numbers) and time; the card of the shipped net says how much of it:

# %%
about = rk.zoo.card("dncnn-gray-25")
print(f"{about['name']}: {about['parameters']:,} numbers, {about['minutes']:.0f} minutes on {about['machine']}")
for stage in about["schedule"] if isinstance(about["schedule"], list) else [about["schedule"]]:
    size = stage["patch"]
    print(f"{stage['epochs'] * stage['steps']:,} steps of {stage['batch']} patches of {size} x {size}")
print(f"yours: {steps:,} steps of 16 patches of 32 x 32")


# %% [markdown]
# ### Exercise 5.5 - fold batch normalisation (3 points)
#
# After the training, batch normalisation multiplies each channel by a number and adds another. The convolution before it can do that as well:
#
# $$\gamma\,\frac{z - \text{mean}}{\sqrt{\text{variance} + \varepsilon}} + \beta, \qquad z = \text{kernel} * x$$


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "05-fold", "locked": false, "solution": true, "task": false}
@rk.exercise("05.fold")
def fold(kernel, gamma, beta, mean, variance, epsilon):
    """Turn a convolution without bias, and the batch normalisation behind it, into one convolution with bias.

    kernel : array (3, 3, channels in, filters), the convolution's weights
    gamma, beta : arrays (filters,), the learnt scale and shift
    mean, variance : arrays (filters,), what the normalisation remembers of the training
    epsilon : a small number, added to the variance

    Returns (kernel, bias): arrays of shape (3, 3, channels in, filters) and (filters,).
    For example, with gamma 2, beta 0, mean 0.5, variance 4 and epsilon 0, the kernel stays as it is
    and the bias is -0.5.
    """
    ### BEGIN SOLUTION
    factor = gamma / np.sqrt(variance + epsilon)
    return kernel * factor, beta - mean * factor
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "05-fold-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(fold)

# %% [markdown]
# {{hints:05.fold}}

# %% [markdown]
# Fold your own network, block by block, into one without batch normalisation. **Predict:** what happens to the PSNR?

# %%
weights = []
for layer in small.layers:
    if isinstance(layer, layers.Conv2D):
        weights += layer.get_weights()
    if isinstance(layer, layers.BatchNormalization):
        weights[-1:] = fold(weights[-1], *layer.get_weights(), layer.epsilon)
folded = rk.models.dncnn(7, 32, 1, batch_norm=False)
folded.set_weights(weights)

# %%
# NBVAL_CHECK_OUTPUT
outputs = [finish(net(noisy[None, :, :, None], training=False)) for net in (small, folded)]
print(f"numbers stored: {small.count_params():,} before, {folded.count_params():,} after")
print(f"largest difference of the outputs below 0.0001: {np.abs(outputs[0] - outputs[1]).max() < 1e-4}")

# %% [markdown]
# Nothing happens to it: the same function, with five layers less. (Our networks are stored in this form.)
#
# ## One net for every noise
#
# ### Exercise 5.6 - sweep over sigma (3 points)
#
# The experiment of the lecture, as a function: at each $\sigma$ one noisy image, the same for all denoisers.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "05-sigma-sweep", "locked": false, "solution": true, "task": false}
@rk.exercise("05.sigma_sweep")
def sigma_sweep(denoisers, clean, sigmas, rng):
    """Score denoisers at several strengths of Gaussian noise.

    denoisers : dict of name -> function; denoisers[name](noisy) returns a restored image in [0, 1]
    clean : float array (H, W), [0, 1]
    sigmas : sequence of standard deviations on the [0, 1] scale
    rng : numpy.random.Generator, the source of the noise

    Returns a dict of name -> list of PSNR (dB), one for each sigma, in their order. The first entry is
    "noisy", the scores of the noisy images themselves (not clipped).
    For example, {"noisy": [34.2, 20.2], "median": [31.0, 25.1]} for two sigmas and one denoiser.
    """
    ### BEGIN SOLUTION
    curves = {"noisy": []}
    for name in denoisers:
        curves[name] = []
    for sigma in sigmas:
        noisy = rk.degrade.gaussian_noise(clean, sigma=sigma, rng=rng)
        curves["noisy"].append(rk.psnr(clean, noisy))
        for name, denoise in denoisers.items():
            curves[name].append(rk.psnr(clean, denoise(noisy)))
    return curves
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "05-sigma-sweep-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(sigma_sweep)

# %% [markdown]
# {{hints:05.sigma_sweep}}

# %% [markdown]
# **Predict.** Your small net and our large one were both trained for 25, and the blind one for 0 to 55. Three curves over sigma from 5 to 75: where do they meet, and where do they part?

# %%
levels = [5, 25, 50, 75] if rk.FAST else [5, 15, 25, 35, 45, 55, 65, 75]
denoisers = {
    "yours, for 25": lambda image: finish(folded(image[None, :, :, None])),
    "ours, for 25": lambda image: rk.denoise(image, "dncnn-gray-25"),
    "ours, blind": lambda image: rk.denoise(image, "dncnn-gray-blind"),
}
curves = sigma_sweep(denoisers, clean, [level / 255 for level in levels], np.random.default_rng(6))
rk.show.lines(
    levels, curves, xlabel="sigma of the noise (of 255)", ylabel="PSNR (dB)", title="Each net is good where it has been"
)

# %%
# NBVAL_CHECK_OUTPUT
alone = sigma_sweep({}, clean, [5 / 255, 25 / 255, 75 / 255], np.random.default_rng(6))
print("noisy, at sigma 5, 25 and 75:", ", ".join(f"{score:.1f} dB" for score in alone["noisy"]))

# %% [markdown]
# <details><summary>What to see</summary>
#
# At 25 the three are close. At 5 the nets for 25 are *below* the noisy input: they take away detail that they think must be noise. At 50 they leave most of the noise. The blind net follows the noise up to 55, and loses ground after it. A surprise: above 25 your small net may do *better* than the large one. The better a net knows its own noise, the worse it takes another.
#
# </details>
#
# **Try it.** Train your own blind net: in the cell of the training write `0, 55 / 255` instead of `sigma, sigma`, and run from there. What does being blind cost at 25?
#
# ## Your own photo
#
# The blind colour network, at full size, on a photo of any size (it works in tiles; a megapixel takes some five seconds on two cores). Put the file's name in place of `None`.

# %%
PHOTO = None  # for example "night.jpg"
photo = (
    rk.load(PHOTO, alpha="drop")
    if PHOTO
    else rk.degrade.gaussian_noise(rk.images.crop(rk.sample("coffee"), 60, 230, 150, 200), sigma=0.08, rng=3)
)
method = "dncnn-color-blind" if photo.ndim == 3 else "dncnn-gray-blind"
cleaned = rk.denoise(photo, method)
rk.before_after(photo, cleaned, labels=("before", "after"))
rk.save("cleaned.png", cleaned)

# %% [markdown]
# Nobody knows the truth of your photo, so ask the residual: is it noise, or do you recognise something?

# %%
part = np.s_[:75, :100]
rk.show.residual(cleaned[part], photo[part], "what the network took away", gain=5)

# %% [markdown]
# A photo from a camera is a harder case than the noise that we add ourselves: its noise spreads over neighbouring pixels. If blotches stay, shrink the photo to half its size first, `photo = rk.degrade.resize(photo, scale=0.5)`, and compare.

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
# | residual learning | 잔차 학습 |
# | receptive field | 수용 영역 |
# | blind | 블라인드(열화를 모르는) |
# | denoising | 잡음 제거 |
#
# Stuck, or done? Compare with [the solution](solution:05_dncnn).
