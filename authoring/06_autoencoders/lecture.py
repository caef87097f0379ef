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
# # Autoencoders
#
# {{badge}}
#
# Squeeze the picture through something narrow, and draw it again from what came through. The noise does not fit; with luck, the picture does. Afterwards you can
#
# - say why a bottleneck removes noise, and what it takes along;
# - shrink and enlarge a picture inside a network in three ways each, and say what every way loses;
# - recognise checkerboard artefacts by eye and in the spectrum, and name their cause;
# - say what skip connections bring (detail) and what they let by (noise), and how a U-Net deals with both;
# - read an ablation table without seeing differences that are not there.
#
# 40 minutes to read and play; runs in a minute or two on a CPU; no GPU needed. Before this: [DnCNN](lecture:05_dncnn).

# %%
# {{setup}}

# %% [markdown]
# ## Through a narrow door
#
# DnCNN works at full size from the first layer to the last. An **autoencoder** does the opposite: an *encoder* turns the picture into fewer numbers (the *code*), a *decoder* turns the code
# back into a picture. Asked to do that with pictures, it must learn what pictures are like; there is no room for everything else.
#
# The smallest autoencoder in the world cuts the picture into blocks of 8 x 8 pixels. The encoder: the 64 numbers of a block times a table of a few rows: that many numbers come out, the code. The decoder: the code times
# the same table, turned on its side. For this *linear* autoencoder nobody needs to train: the best table is known in closed form (the principal components; Baldi and Hornik, 1989).

# %%
teacher = [rk.sample(name, gray=True) for name in ("astronaut", "coffee", "chelsea")]
blocks = np.concatenate([rk.images.patches(image, 8, 8).reshape(-1, 64) for image in teacher])
average = blocks.mean(axis=0)
table = np.linalg.eigh(np.cov((blocks - average).T))[1][:, ::-1].T  # 64 rows, the most useful first

atoms = [0.5 + 1.5 * row.reshape(8, 8).astype(np.float32) for row in table[:16]]
rk.show.compare([atom.repeat(6, 0).repeat(6, 1) for atom in atoms], [f"row {k + 1}" for k in range(16)], columns=8)

# %% [markdown]
# These are the first sixteen rows, learnt from three photographs: an even area, two ramps, then finer and finer waves. A block is described by how much it has of each.
#
# **Predict.** A noisy picture goes through: which code keeps the picture and loses the noise, one of 2 numbers a block, of 8, or of all 64? What becomes of the man at 2, and of the noise at 64?

# %%
sigma = 25 / 255
clean = rk.images.crop(rk.sample("camera"), top=84, left=206, height=96, width=96)
noisy = rk.degrade.gaussian_noise(clean, sigma=sigma, rng=0)


def squeeze(image, few):
    rows = rk.images.patches(image, 8, 8).reshape(-1, 64) - average
    code = rows @ table[:few].T  # encoder: 64 numbers become few
    rows = code @ table[:few] + average  # decoder: few become 64
    side = image.shape[0] // 8
    return rows.reshape(side, side, 8, 8).swapaxes(1, 2).reshape(image.shape).astype(np.float32)


def through(few):
    restored = squeeze(noisy, few)
    return [restored], [f"{rk.psnr(clean, restored):.1f} dB"]


rk.explore(
    through,
    few=(1, 64, 1, 2),
    static={"few": [2, 8, 64]},
    title="Numbers in the code of each 8 x 8 block",
)

# %%
# NBVAL_CHECK_OUTPUT
print("code   noise let through   detail lost      PSNR")
for few in (1, 2, 4, 8, 16, 32, 64):
    noise_left = rk.metrics.mse(squeeze(clean, few), squeeze(noisy, few)) / sigma**2
    lost = rk.metrics.mse(clean, squeeze(clean, few)) / sigma**2
    print(f"{few:4} {noise_left:15.2f} {lost:17.2f} {rk.psnr(clean, squeeze(noisy, few)):10.1f} dB")

# %% [markdown]
# (Both errors are measured in units of the noise's own variance.) The noise spreads evenly over all 64 numbers, because it knows nothing about pictures: a code of 8 numbers lets
# 8/64 of it through. The *picture* sits in the first few. So a small code loses noise quickly and detail slowly, until it is too small: **few numbers, a blurred picture.** It is the valley
# of [unit 03](lecture:03_classical) once more, with the width of a door as its setting.
#
# This is the honest half of the story: *a bottleneck removes noise by not having room for it*. It has no room for rare detail either, and it never asks which of the two it is throwing out. Networks do it
# better for three reasons: their tables bend (ReLU), they are as wide as the picture needs (convolutions, no blocks), and they are trained to tell noise from detail.
#
# ## An autoencoder of convolutions
#
# Here is one in Keras. It halves the picture twice and doubles it twice; every halving brings more channels.

# %%
import keras
from keras import layers

image = x = keras.Input((None, None, 3))
x = layers.Conv2D(32, 3, strides=2, padding="same", activation="relu")(x)  # encoder: half the size
x = layers.Conv2D(64, 3, strides=2, padding="same", activation="relu")(x)  # a quarter
x = layers.Conv2D(64, 3, padding="same", activation="relu")(x)  # the code is here
x = layers.Conv2DTranspose(64, 3, strides=2, padding="same", activation="relu")(x)  # decoder: half
x = layers.Conv2DTranspose(32, 3, strides=2, padding="same", activation="relu")(x)  # full size
by_hand = keras.Model(image, layers.Conv2D(3, 3, padding="same")(x))

# %%
# NBVAL_CHECK_OUTPUT
shape = (1, 96, 96, 3)
print(f"{'input':18} {str(shape[1:]):14} {96 * 96 * 3:8,} numbers")
for layer in by_hand.layers[1:]:
    shape = tuple(layer.compute_output_shape(shape))
    print(f"{layer.__class__.__name__:18} {str(shape[1:]):14} {np.prod(shape):8,} numbers")
same = rk.models.autoencoder(filters=(32, 64), down="stride", up="transposed", skip=False)
print(f"{by_hand.count_params():,} parameters; rk.models.autoencoder has {same.count_params():,}")

# %% [markdown]
# `rk.models.autoencoder` builds the same one, with a choice of ways `down` and `up`. Look at the numbers: the code has 36,864, *more* than the 27,648 that came in! Many "bottlenecks" in practice are none,
# counted in numbers. What is narrow is the *size*: a feature of the code must speak for 4 x 4 pixels.
#
# ## Three ways down
#
# To halve a picture, (1) compute only every second pixel of a convolution (**stride** 2), (2) compute all and keep the largest or the mean of each 2 x 2 block (**max or average pooling**), or (3) throw nothing away:
# **pixel unshuffle** moves the four pixels of each block into four channels.
#
# **Predict.** Below are the numbers 0 to 15 as a 4 x 4 picture of one channel. Which four will stand in the first channel after pixel unshuffle?

# %%
# NBVAL_CHECK_OUTPUT
numbers = np.arange(16, dtype=np.float32).reshape(1, 4, 4, 1)
four = np.asarray(rk.models.PixelUnshuffle(2)(numbers))
print(f"{numbers.shape} becomes {four.shape}\n")
for row in range(4):
    moved = ["".join(f"{v:4.0f}" for v in four[0, row, :, c]) if row < 2 else "" for c in range(4)]
    print("".join(f"{v:4.0f}" for v in numbers[0, row, :, 0]), "    ", "   ".join(moved))

# %%
home = np.array([[0.0, 1.0], [2.0, 3.0]])
coloured = [np.tile(home, (2, 2)), *[np.full((2, 2), value) for value in range(4)]]
titles = ["where a pixel sits in its block", "channel 0", "channel 1", "channel 2", "channel 3"]
rk.show.image_maps(
    [m.repeat(64 // len(m), 0).repeat(64 // len(m), 1) for m in coloured],
    titles,
    limits=(0, 4),
    label="channel",
    columns=5,
)

# %% [markdown]
# The first channel holds the upper left pixel of every block (0, 2, 8, 10), the second the upper right ones, and so on: $(H, W, C) \rightarrow (H/2, W/2, 4C)$. On a photograph:

# %%
channels = np.asarray(rk.models.PixelUnshuffle(2)(clean[None, :, :, None]))[0]
rk.show.compare([clean, *np.moveaxis(channels, 2, 0)], ["the picture", *titles[1:]], columns=5)
rk.show.residual(
    [channels[..., 0].copy()],
    channels[..., 3].copy(),
    "channel 3 minus channel 0: not the same picture",
)

# %% [markdown]
# Four small pictures, nearly alike, each seen from a place half a small pixel beside the others. The edges of the difference are the detail that any single one of them does not have.
#
# **Predict.** An even gray wall (0.5), noise of 0.1, three ways down. Which leaves the least noise? And which makes the wall *brighter*?

# %%
# NBVAL_CHECK_OUTPUT
wall = np.full((1, 400, 400, 1), 0.5, np.float32)
grainy = rk.degrade.gaussian_noise(wall[0], sigma=0.1, rng=1)[None]
smaller = {
    "every second pixel (stride)": grainy[:, ::2, ::2],
    "average pooling": np.asarray(layers.AveragePooling2D(2)(grainy)),
    "max pooling": np.asarray(layers.MaxPooling2D()(grainy)),
    "pixel unshuffle": np.asarray(rk.models.PixelUnshuffle(2)(grainy)),
}
for name, result in smaller.items():
    share = result.size / grainy.size
    print(f"{name:28} mean {result.mean():.2f}   noise {result.std():.3f}   numbers kept {share:4.0%}")

# %% [markdown]
# Averaging halves the noise (four values, $\sqrt 4 = 2$) and blurs. The maximum of four noisy values is biased upwards by one sigma: max pooling was made for "is there an edge somewhere here?", a question of recognition.
# Stride keeps one value in four as it is. Unshuffle alone loses nothing, and leaves the choice to the convolution that follows. (In a network all ways stand beside a convolution, so these are
# tendencies, not laws.) The price of unshuffle is that convolution's four times as many input channels.
#
# ## Three ways up
#
# And back to full size: (1) **interpolate**, then convolve; (2) **transposed convolution**: each small pixel stamps a whole kernel onto the large picture, two pixels apart, and where stamps overlap they add; (3) **pixel shuffle**:
# compute four channels for each one that you want, and move them into the places of a block: $(H/2, W/2, C) \rightarrow (H, W, C/4)$. It is the inverse of unshuffle, number by number:

# %%
# NBVAL_CHECK_OUTPUT
again = np.asarray(rk.models.PixelShuffle(2)(rk.models.PixelUnshuffle(2)(clean[None, :, :, None])))
print(f"there and back: largest difference {np.abs(again[0, :, :, 0] - clean).max():.0f}")

# %% [markdown]
# ### Stamps that overlap
#
# **Predict.** Stamps of 3 x 3, every second pixel. How many stamps meet in each place: always the same number? And for 2 x 2, 4 x 4, 5 x 5? (Draw one row of stamps on paper.)


# %%
def stamps(kernel, side=6):
    stamp = layers.Conv2DTranspose(1, kernel, strides=2, kernel_initializer="ones", use_bias=False)
    return np.asarray(stamp(np.ones((1, side, side, 1), np.float32)))[0, :, :, 0]


kernels = (2, 3, 4, 5)
counts = [stamps(kernel)[:12, :12] for kernel in kernels]
titles = [f"{kernel} x {kernel}: " + ("even inside" if kernel % 2 == 0 else "a chequered floor") for kernel in kernels]
rk.show.image_maps([c.repeat(9, 0).repeat(9, 1) for c in counts], titles, limits=(0, 12), label="stamps", columns=4)

# %%
# NBVAL_CHECK_OUTPUT
for kernel in kernels:
    inside = stamps(kernel, 12)[8:12, 8:12]
    print(f"kernel {kernel}, stride 2: along a row {inside[0].astype(int)}, along the next {inside[1].astype(int)}")

# %% [markdown]
# A kernel whose size is no multiple of the stride stamps unevenly: 3 x 3 paints some pixels once, some twice, some four times; 5 x 5 four, six and nine times (Odena, Dumoulin and Olah, 2016). With equal weights, an even gray floor comes out chequered. Sizes 2 and 4 are fair.
#
# Fair in the *count*. But weights are not equal: they start at random. **Predict.** Four decoders, fresh from the shop, never trained. Each gets the most boring code there is, the same number everywhere. Who paints an even area?


# %%
def decoder(way):
    keras.utils.set_random_seed(0)
    code = x = keras.Input((None, None, 16))
    for _ in range(2):
        if way.startswith("transposed"):
            x = layers.Conv2DTranspose(16, int(way[-1]), strides=2, padding="same", activation="relu")(x)
        else:
            x = rk.models.autoencoders.UP[way](x, 16)
    return keras.Model(code, layers.Conv2D(1, 3, padding="same")(x))


ways = ["interpolation", "transposed 3", "transposed 4", "shuffle"]
painted = [np.asarray(decoder(way)(np.ones((1, 24, 24, 16), np.float32)))[0, 32:64, 32:64, 0] for way in ways]
painted = [0.5 + 0.3 * (area - area.mean()).astype(np.float32) for area in painted]
rk.show.compare([area.repeat(4, 0).repeat(4, 1) for area in painted], ways, columns=4)

# %% [markdown]
# Only interpolation does: what is even stays even when it is enlarged first. The transposed convolutions paint a pattern, kernel 4 too: each place of a block is computed with other weights of the kernel. Pixel
# shuffle is no better: the four places of a block come from four channels, which know nothing of one another. (Cure: start the four alike, "ICNR"; Aitken et al., 2017.)
#
# The pattern repeats every 4 pixels, because it was doubled twice. So *training has to remove it*. Let us watch that.

# %% [markdown]
# ## The checkerboard in a photograph
#
# Three networks without any other road for detail than the code; they differ in the way up alone. They learn to remove noise of 25 from small pictures, with the `rk.training.fit` and the optimiser of [unit 05](lecture:05_dncnn): first for 40 steps only.

# %%
data = rk.datasets.cifar10()
small = rk.images.as_float(data.x_train[:5000])
x_held, x_train = small[:200], small[200:]  # 200 to compare networks on; nobody trains on them
print(f"training images: {data.source}")


add_noise = rk.training.gaussian(sigma)


def train(model, steps, images=x_train, degrade=add_noise):
    steps = max(steps // 40, 4) if rk.FAST else steps
    settings = {"batch": 16, "patch": 32, "optimizer": "muon", "learning_rate": 0.01}
    rk.training.fit(model, images, degrade, epochs=1, steps=steps, **settings, progress=False)
    return model


def restore(model, image):
    return np.clip(np.asarray(model(image[None]))[0], 0, 1)


if rk.FAST:
    print("(fast mode: a few training steps; the pictures below show less than the text says)")

# %%
cup = rk.images.crop(rk.sample("coffee"), top=64, left=284, height=96, width=96)
noisy_cup = rk.degrade.gaussian_noise(cup, sigma=sigma, rng=0)
briefly = {}
for up in ("interpolation", "transposed", "shuffle"):
    keras.utils.set_random_seed(0)
    briefly[up] = train(rk.models.autoencoder(filters=(32, 64), up=up, skip=False), steps=40)

# %% [markdown]
# **Predict.** Which of the three will show a pattern, and where will it disturb most: on the smooth porcelain, or along the bright rim?

# %%
after = {up: restore(model, noisy_cup) for up, model in briefly.items()}
part = np.s_[:72, :72]
rk.show.compare(
    [noisy_cup[part], *[image[part] for image in after.values()]],
    ["noisy", *after],
    reference=cup[part],
    columns=4,
    zoom=(4, 44, 24, 24),
    scores=("psnr",),
)

# %% [markdown]
# *By eye*: a mesh as of cloth in the second and third restoration, clearest where the picture is smooth. *In the spectrum* it has an address. A pattern that repeats every 4 pixels can only hold the frequencies 0, 1/4 and 1/2 of a cycle a
# pixel, along rows and columns; 1/2 (one pixel bright, one dark) is the finest that pixels can show, the **Nyquist frequency**. Here is the spectrum of the error, restored minus clean, averaged over small tiles of 24 x 24 pixels: what is the same in every tile stays.


# %%
def tile_spectrum(error):
    tiles = rk.images.patches(error.mean(axis=2), 24, 12)
    fade = np.outer(*2 * [np.hanning(25)[:-1]])  # fade the tiles out at their borders
    tiles = (tiles - tiles.mean(axis=(1, 2), keepdims=True)) * fade
    energy = np.mean(np.abs(np.fft.fft2(tiles)) ** 2, axis=0) / np.sum(fade**2)
    return np.fft.fftshift(np.log10(energy) / 2)


errors = {up: image - cup for up, image in after.items()}
rk.show.image_maps(
    [tile_spectrum(error) for error in errors.values()],
    ["interpolation: no grid", "transposed: a grid of peaks", "shuffle: a grid of peaks"],
    limits=(-2.5, -0.5),
    colormap="magma",
    label="log10 magnitude",
    columns=3,
    alt="Spectra of three errors. All have a slanting streak in the centre. Those of transposed "
    "convolution and pixel shuffle also have bright points on a regular grid, a quarter of the width apart.",
)

# %% [markdown]
# The slanting streak in the centre is the cup's rim, which all three blur. The grid of points, half-way to the border and on it, is the mesh. How much of the error sits in these 15 frequencies? Were it spread like white noise, it would be 15 of 9,216: 0.16 %.


# %%
def on_the_grid(error):
    energy = np.abs(np.fft.fft2(error.mean(axis=2) - error.mean())) ** 2
    height, width = energy.shape
    return energy[:: height // 4, :: width // 4].sum() / energy.sum()


for up, error in errors.items():
    print(f"{up:14} {on_the_grid(error):7.2%} of the error's energy")

# %% [markdown]
# Now the cure that costs nothing but time: more training. To see what is left, we give the networks an even gray picture, and show their answer with the contrast turned up ten times.

# %%
longer = {"transposed, 40 steps": briefly["transposed"], "shuffle, 40 steps": briefly["shuffle"]}
for up in ("transposed", "shuffle"):
    keras.utils.set_random_seed(0)
    longer[f"{up}, 300 steps"] = train(rk.models.autoencoder(filters=(32, 64), up=up, skip=False), steps=300)
gray = np.full((1, 96, 96, 3), 0.5, np.float32)
answers = {name: np.asarray(model(gray))[0, 32:64, 32:64] for name, model in longer.items()}
loud = [np.clip(0.5 + 10 * (a - a.mean((0, 1))), 0, 1).repeat(5, 0).repeat(5, 1) for a in answers.values()]
rk.show.compare(loud, list(answers), columns=4, caption="An even gray picture, restored; contrast times ten.")

# %%
for name, answer in answers.items():
    print(f"{name:22} pattern of {255 * answer.std((0, 1)).mean():5.2f} levels of 255")

# %% [markdown]
# From glaring to faint: you would hardly see it any more without the contrast. But it is there, and it can come back on pictures that are unlike the training's. Whoever uses a way up that has to *learn* to be even should measure whether it did. In
# [the lab](lab:06_autoencoders) you will write that measurement.
#
# ## Bottleneck and blur, skip connections and noise
#
# In our first example a small code blurred the picture. In a network, too? We squeeze the middle to 2 channels (one number in the code for 24 in the picture), or leave it at 64.
# And we open a way around it: **skip connections** hand what was there before each halving straight to the doubling that undoes it.
#
# **Predict.** Four networks, the same 300 steps. Which is blurred? Which lets noise by?

# %%
tower = rk.images.crop(rk.sample("rocket"), top=172, left=290, height=96, width=96)
noisy_tower = rk.degrade.gaussian_noise(tower, sigma=sigma, rng=3)
squeezed = {}
for title, options in {
    "2 channels": {"bottleneck": 2, "skip": False},
    "2 channels, with skips": {"bottleneck": 2, "skip": True},
    "64 channels": {},  # this one we have trained already
    "64 channels, with skips": {"bottleneck": 64, "skip": True},
}.items():
    keras.utils.set_random_seed(0)
    ours = rk.models.autoencoder(filters=(32, 64), up="transposed", **options) if options else None
    squeezed[title] = train(ours, steps=300) if options else longer["transposed, 300 steps"]

# %%
outputs = {title: restore(model, noisy_tower) for title, model in squeezed.items()}
rk.show.compare(
    [tower, noisy_tower, *outputs.values()],
    ["clean", "noisy", *outputs],
    reference=tower,
    columns=3,
    zoom=(30, 10, 40, 40),
)

# %%
noisy_held = add_noise(x_held, np.random.default_rng(0))


def score(model, given=noisy_held):
    return np.mean([rk.psnr(c, r) for c, r in zip(x_held, np.clip(np.asarray(model(given)), 0, 1))])


rows = [{"network": "noisy input", "PSNR in dB": np.mean([rk.psnr(c, n) for c, n in zip(x_held, noisy_held)])}]
rows += [{"network": title, "PSNR in dB": score(model)} for title, model in squeezed.items()]
rk.show.table(rows, digits=1, caption=f"{len(x_held)} small pictures that were not trained on")

# %% [markdown]
# Two channels: the lattice of the tower is gone, and the sky is nearly clean. Everything that passed, passed through the narrow door. With skips the lattice is back, *and so is some of the noise*: the road around the bottleneck asks nobody for a ticket. With 64 channels the door was wide
# enough to begin with.
#
# So skips are no free lunch. They bring detail and noise alike, and whatever comes *after* the merge must learn to tell the two apart. Look at the sky and at SSIM to see it, not at the PSNR of the two nets with 64 channels: that is one seed each, and over three seeds and more steps the ablation below finds no
# difference between just these two. In our little network a single convolution stands behind the last merge. Which brings us to the net that has two behind every merge.
#
# ## The U-Net
#
# Three networks, drawn by their sizes: a bar is what a layer makes, as high as the picture is there; gray is the picture, orange is handed across.

# %%
from restorekit.picture import COLOURS, Picture

plans = {
    "plain autoencoder": ([8, 4, 2, 2, 4, 8, 8], []),
    "with skips": ([8, 4, 2, 2, 4, 8, 8], [(0, 5), (1, 4)]),
    "U-Net (Ronneberger et al., 2015)": ([8, 8, 8, 4, 4, 2, 2, 4, 4, 8, 8, 8], [(2, 9), (4, 7)]),
}
drawing = Picture(780, 190, layout="constrained")
for axis, (title, (sizes, skips)) in zip(drawing.subplots(1, 3, width_ratios=(7, 7, 12)), plans.items()):
    gray = [place in (0, len(sizes) - 1) for place in range(len(sizes))]
    axis.bar(range(len(sizes)), sizes, 0.5, -np.divide(sizes, 2), color=["#999999" if g else COLOURS[0] for g in gray])
    for start, end in skips:
        arrow = {"arrowstyle": "-|>", "color": COLOURS[4], "linewidth": 2.5}
        axis.annotate("", (end - 0.3, 0.4 * sizes[start]), (start + 0.3, 0.4 * sizes[start]), arrowprops=arrow)
    axis.set_title(title, fontsize=9)
    axis.axis("off")
drawing.alt = (
    "Three networks as rows of bars that shrink to a quarter and grow again. The second hands the picture "
    "and the half-size features across to bars of the same size; the third has two layers at every size."
)
drawing.display()

# %% [markdown]
# Both arms at every size do real work: two convolutions before the hand-over, two after it. The hand-over is a *concatenation*: coarse features (enlarged) and fine features (handed across) stand side by side as channels, and the next convolution mixes them. (Ours, `rk.models.unet`, goes down by max pooling, as the original does. It was made for recognising cells; whether max pooling is good for denoising, the ablation will tell.)
# That is **multi-scale fusion**. Why is it worth so much? Because the coarse sizes see two things that the fine one cannot.
#
# **First: through the noise.** **Predict.** Halve a noisy picture by averaging, and halve it again. How strong is the noise each time?


# %%
# NBVAL_CHECK_OUTPUT
def smaller_and_smaller(image):
    return [rk.degrade.resize(image, scale=1 / 2**n, method="area") if n else image for n in range(4)]


sizes = smaller_and_smaller(noisy_tower)
for small, clean_small in zip(sizes, smaller_and_smaller(tower)):
    print(f"{small.shape[0]:3} x {small.shape[1]:3}   noise {255 * (small - clean_small).std():4.1f} of 255")

# %%
enlarged = [small.repeat(2**n, 0).repeat(2**n, 1) for n, small in enumerate(sizes)]
titles = ["full size: all edges, all noise", "1/2", "1/4", "1/8: where things are"]
rk.show.compare([image[:72, :72] for image in enlarged], titles, columns=4)

# %% [markdown]
# At 1/8 nothing is noisy any more: *there is a tower, here is the sky.* Only the full size knows where the edge runs. To fuse both is to know both.
#
# **Second: further.** A 3 x 3 convolution at a quarter of the size looks 12 pixels wide. **Predict.** Six convolutions of 3 x 3: a DnCNN of six layers sees 13 pixels. And our autoencoder, with as many?


# %%
# NBVAL_CHECK_OUTPUT
def width_of_view(model):
    weights = [np.full(w.shape, 0.0 if w.ndim == 1 else 0.01) for w in model.get_weights()]
    model.set_weights(weights)
    dot = np.zeros((1, 128, 128, 3), np.float32)
    dot[0, 64, 64] = 1  # one bright pixel: whom does it reach?
    return int(np.any(np.asarray(model(dot)) != 0, axis=(0, 1, 3)).sum())


views = {
    "DnCNN, 6 layers": rk.models.dncnn(depth=6, channels=3, batch_norm=False),
    "autoencoder, 6 layers": rk.models.autoencoder(filters=(32, 64), up="transposed", skip=False),
    "U-Net, three sizes": rk.models.unet(filters=(32, 64, 128)),
}
print("                    a pixel reaches   multiply-adds a pixel")
for name, model in views.items():
    print(f"{name:22} {width_of_view(model):5} pixels {rk.models.multiply_adds(model):19,.0f}")

# %% [markdown]
# Halving widens the view and saves work at the same time: a convolution at half the size costs a quarter. That is the whole economy of autoencoders and U-Nets.
#
# **Predict.** A small U-Net, halved once, for the same 300 steps. Does it keep the lattice *and* clean the sky?
#
# To be fair: `rk.models.unet` also uses the trick of [unit 05](lecture:05_dncnn), to predict the correction and start as the identity (`residual`). So we take the two apart: the trick without the U-Net, the U-Net without the trick, and both.

# %%
contest = {"autoencoder with skips": squeezed["64 channels, with skips"]}
for title, make in {
    "the same, residual": lambda: rk.models.autoencoder(filters=(32, 64), up="transposed", residual=True),
    "U-Net, not residual": lambda: rk.models.unet(filters=(32, 64), residual=False),
    "U-Net, residual": lambda: rk.models.unet(filters=(32, 64)),
}.items():
    keras.utils.set_random_seed(0)
    contest[title] = train(make(), steps=300)
part = np.s_[16:88, :72]
outputs = [restore(model, noisy_tower)[part] for model in contest.values()]
rk.show.compare(outputs, list(contest), reference=tower[part], columns=4, zoom=(14, 10, 36, 36))

# %%
rows = rows[:1]
for title, model in contest.items():
    row = {"network": title, "PSNR in dB": score(model)}
    rows.append(row | {"multiply-adds a pixel": round(rk.models.multiply_adds(model))})
rk.show.table(rows, list(rows[1]), digits=1)

# %% [markdown]
# The last one keeps the lattice *and* cleans the sky, and its gain has two sources. The trick alone brings much of it, and costs no work at all: even a single convolution behind the merge can do a good deal once it need only draw the correction.
# The layers behind the merge, at full size, bring about as much, for several times the work; and together they bring more than either. (One seed each; but seeds change some tenths of a decibel, as the ablation below shows, and these steps are larger.)
#
# ## Any size, please
#
# These networks are made of convolutions and take pictures of any size. Nearly. **Predict.** What happens with 93 x 85 pixels in a network that halves twice?

# %%
# NBVAL_CHECK_OUTPUT
import re

odd = noisy_tower[:93, :85]
try:
    squeezed["64 channels"](odd[None])
except ValueError as error:
    print(re.search("this network.*came in", str(error))[0])

# %% [markdown]
# Halve 93 and you get 46 or 47; doubled again, 92 or 94. What comes back does not fit what went in, least of all what a skip handed across. So: **pad** the picture to the next multiple, with its own mirror image (a black frame would bleed in),
# restore, and **cut** the padding off. (Python's remainder says how much is missing: `-93 % 4` is 3.)

# %%
# NBVAL_CHECK_OUTPUT
padded = np.pad(odd, [(0, -93 % 4), (0, -85 % 4), (0, 0)], mode="reflect")
restored = restore(squeezed["64 channels"], padded)[:93, :85]
print(f"{odd.shape} padded to {padded.shape}, cut back to {restored.shape}")

# %% [markdown]
# `rk.denoise` does this for you, in tiles where the picture is large. You will do it in the lab.
#
# ## Pre-training without labels
#
# Recognition needs labels, and labels cost money. A denoiser needs none: *the picture itself is the answer*. We make the question from it, by adding noise. That is **self-supervised** learning, and autoencoders are its oldest form. The idea of
# **pre-training**: learn from pictures that cost nothing how pictures look; then learn the task at hand, for which there is little data or little time, from there instead of from zero.
#
# A small experiment. The task at hand: fill in holes (every third pixel is black). We have twenty small pictures, and time for 40 steps. One network starts fresh, its twin starts from the weights of our noise remover, which has never seen a hole.
# **Predict.** Does it help to know noise, if the task is holes?


# %%
def holes(clean, rng):
    return clean * (rng.random((*clean.shape[:3], 1)) > 1 / 3).astype(np.float32)


def twin():
    keras.utils.set_random_seed(1)
    return rk.models.autoencoder(filters=(32, 64), up="transposed", skip=False)


fresh, experienced = twin(), twin()
experienced.set_weights(squeezed["64 channels"].get_weights())
holed = holes(x_held, np.random.default_rng(0))
results = {"the holes themselves": np.mean([rk.psnr(c, h) for c, h in zip(x_held, holed)])}
results["noise remover, as it is"] = score(experienced, holed)
results["40 steps from fresh"] = score(train(fresh, 40, x_train[:20], holes), holed)
results["40 steps from the noise remover"] = score(train(experienced, 40, x_train[:20], holes), holed)
rk.show.table([{"": name, "PSNR in dB": value} for name, value in results.items()], digits=1)

# %%
holed_cup = holes(cup[None], np.random.default_rng(1))[0]
rk.show.compare(
    [holed_cup, restore(fresh, holed_cup), restore(experienced, holed_cup)],
    ["every third pixel missing", "started fresh", "started from the noise remover"],
    reference=cup,
    columns=3,
)

# %% [markdown]
# The start is worth decibels: how to look at edges and surfaces was already there. Be honest in the count, though: the second network had 300 more steps of training, on other data. Given the fresh one enough pictures and steps, the lead shrinks, often to nothing (He, Girshick and Dollár, 2019, found so for recognition). Pre-training pays when the task has little data or time.
# (Some of today's large vision models are pre-trained in just this way: hide three quarters of a picture and learn to fill it in; He et al., 2022. Our experiment is one pair of networks, an anecdote.)
#
# ## The ablation
#
# Three ways down, three ways up, skips or none: which is best? You have met each alone. An **ablation** changes one thing at a time and keeps the rest: the same budget, the same patches, the same noise. Ours trained all 18 networks, *each with three seeds*, on CIFAR-10
# (`experiments/ablation.py`), and scored them once on its test images, after every setting was fixed.

# %%
# NBVAL_CHECK_OUTPUT
import json
from importlib.resources import files

card = json.loads(files("restorekit").joinpath("data/cards/ablation.json").read_text())
data, schedule = card["data"], card["schedule"]
print(f"{data['train']:,} training and {data['test']:,} test images, 32 x 32 pixels")
print(f"{schedule['steps']} steps of {schedule['batch']} images; noise of 25")

# %% [markdown]
# Each dot is one training; the three dots on a line are the same network with three seeds: *what changes if nothing changes but the dice*. (The third pooling, by average, is not in it: try it in the lab.)
#
# **Predict.** Two ways differ where their dots do not overlap. Which way down would you drop? Where do skips matter, and where not?

# %%
chart = Picture(780, 290, layout="constrained")
for axis, down in zip(chart.subplots(1, 3, sharey=True), ("stride", "max", "unshuffle")):
    for skip, label, shift in (("skip", "with skips", -0.12), ("plain", "no skips", 0.12)):
        style = {"marker": "o" if skip == "skip" else "s", "color": COLOURS[skip == "plain"], "markersize": 5}
        for place, up in enumerate(("interpolation", "transposed", "shuffle")):
            seeds = card["results"][f"{down}-{up}-{skip}"]["psnr_of_seeds"]
            axis.plot([place + shift] * 3, seeds, label="" if place else label, **style)
    axis.set_xticks(range(3), ["up: interpol.", "transposed", "shuffle"], fontsize=8)
    axis.set_title(f"down: {down}", fontsize=9, loc="left")
    axis.spines[["top", "right"]].set_visible(False)
    axis.grid(axis="y", color="#dddddd")
chart.axes[0].set_ylabel("PSNR (dB)")
chart.axes[1].legend(loc="upper right", fontsize=8)
chart.alt = "PSNR of 18 networks, three seeds each: a panel for each way down, a column for each way up, in each "
chart.alt += "column with and without skips. The panel of max pooling lies lowest; interpolation lies lowest in each."
chart.display()

# %% [markdown]
# The same in numbers. PSNR (dB) is the mean of three seeds, *spread* the highest minus the lowest. *Pattern* is what the network paints on even gray, in levels of 255; *work* is multiply-adds a pixel; *seconds* is one core's time for the training.

# %%
columns = {"PSNR": "psnr", "spread": "spread", "pattern": "checkerboard", "parameters": "parameters"}
columns |= {"work": "multiply_adds", "seconds": "seconds"}
rows = [{"down": "noisy input", "PSNR": card["noisy"]}]
for name, row in card["results"].items():
    down, up, skip = name.split("-")
    ways = {"down": down, "up": up, "skips": "yes" if skip == "skip" else "no"}
    rows.append(ways | {title: row[key] for title, key in columns.items()})
rk.show.table(rows, list(rows[1]), digits={"pattern": 1, "seconds": 0})

# %% [markdown]
# **Before you read on:** look for two rows that differ by less than their spread. Would you have called one of them "better"?
#
# To be fair, compare pairs that differ in one thing only, and call one of the two better only if its *worst* seed beats the other's *best*:


# %%
# NBVAL_CHECK_OUTPUT
def versus(place, this, that):
    gains, better, worse = [], 0, 0
    for name, row in card["results"].items():
        parts = name.split("-")
        if parts[place] == this:
            parts[place] = that
            other = card["results"]["-".join(parts)]
            gains.append(row["psnr"] - other["psnr"])
            better += min(row["psnr_of_seeds"]) > max(other["psnr_of_seeds"])
            worse += max(row["psnr_of_seeds"]) < min(other["psnr_of_seeds"])
    gained = f"{min(gains):+.1f} to {max(gains):+.1f} dB"
    print(f"{this:10} instead of {that:14} {gained:16} better {better}, worse {worse} of {len(gains)} pairs")


versus(2, "skip", "plain")
versus(0, "max", "stride")
versus(0, "unshuffle", "stride")
versus(1, "transposed", "interpolation")
versus(1, "shuffle", "interpolation")
versus(1, "shuffle", "transposed")

# %% [markdown]
# What can be said, at this budget:
#
# - **Skips** help in seven of nine pairs, by 0.4 to 1.5 dB. In the other two (transposed convolution behind stride or unshuffle) no difference was found.
# - **Down:** stride beats max pooling in all six pairs (remember what the maximum made of the noise on the gray wall; a reason to try stride in the U-Net, too). It beats unshuffle in five of six. Unshuffle keeps every number, but the convolution behind it has four times as many weights to learn in the same 800 steps: a likely reason, not a proven one.
# - **Up:** transposed convolution and pixel shuffle beat interpolation in five of six pairs each. Between the two of them: three pairs for transposed convolution, three without a difference.
# - The *cheapest* network (stride, transposed convolution, no skips) is among the best: two others are level with it, none is clearly better. Its price is in the column "pattern".
#
# What can *not* be said: that this order holds for larger networks, longer training, or one halving instead of two. The network that we ship (below) goes down by unshuffle and up by shuffle, once, with many layers between; nothing in this table speaks against that, or for it. An ablation answers the question that was asked, at the budget that was given.

# %% [markdown]
# ## The full-size one
#
# What does an autoencoder give that is larger, and trained in earnest? `autoencoder-color` halves the picture once by pixel unshuffle, works on it at half the size, and comes back by pixel shuffle; like DnCNN it predicts the correction. Beside it the blind colour DnCNN of
# [unit 05](lecture:05_dncnn), which works at full size from end to end. **Predict.** How much quality does half the size cost? How much work does it save?

# %%
from time import perf_counter

cat = rk.images.crop(rk.sample("chelsea"), top=60, left=90, height=192, width=224)
noisy_cat = rk.degrade.gaussian_noise(cat, sigma=sigma, rng=5)
rows = [{"network": "noisy input", "this picture": rk.psnr(cat, noisy_cat)}]
pictures = {"noisy": noisy_cat}
for name in ("autoencoder-color", "dncnn-color-blind"):
    rk.denoise(noisy_cat, name)  # the first run loads it; it does not count
    start = perf_counter()
    pictures[name] = rk.denoise(noisy_cat, name)
    seconds = perf_counter() - start
    model, about = rk.zoo.load_model(name), rk.zoo.card(name)
    row = {"network": name, "this picture": rk.psnr(cat, pictures[name])}
    row["CBSD68"] = about["results"]["cbsd68"]["25"]["psnr"]
    row["multiply-adds a pixel"] = round(rk.models.multiply_adds(model))
    rows.append(row | {"parameters": model.count_params(), "seconds here": seconds})
rk.show.table(
    rows, list(rows[1]), caption="PSNR in dB, noise of 25; CBSD68: mean of 68 photographs, from the networks' cards"
)

# %%
rk.show.compare(
    list(pictures.values()), list(pictures), reference=cat, columns=3, zoom=(46, 120, 60, 70), scores=("psnr",)
)

# %%
rk.show.residual(
    [pictures["autoencoder-color"][:96], pictures["dncnn-color-blind"][:96]],
    cat[:96],
    ["error of the autoencoder", "error of the DnCNN"],
    gain=10,
)
other_noise = rk.degrade.gaussian_noise(cat, sigma=sigma, rng=6)
error = (pictures["autoencoder-color"] - cat).ravel()
print("correlation of the autoencoder's error with the DnCNN's,")
for title, given in {"from the same noise": noisy_cat, "from other noise": other_noise}.items():
    likeness = np.corrcoef(error, (rk.denoise(given, "dncnn-color-blind") - cat).ravel())[0, 1]
    print(f"{title:20} {likeness:.2f}")

# %% [markdown]
# Less than half the work, and look at the column CBSD68: it costs nothing here. At half the size every kernel reaches twice as far across the picture, and four pixels share one set of channels. Both networks were trained for equally many steps; how they would
# end after ten times as many, we have not measured. (FFDNet works in this way from its first layer to its last, and in its authors' long trainings it ends level with DnCNN, at a fraction of the time.) And look at the errors: they are nearly the same. Part of that is the noise, which was the same for both, and which both mistake for fur in the same places. What is left when each gets noise of its own is the picture's share:
# two networks that are built so differently lose the same fur, where it is too fine to be told from noise.
#
# ## Quiz

# %%
rk.quiz("06_autoencoders")

# %% [markdown]
# ## Take away
#
# - A bottleneck removes noise by having no room for it. It has no room for rare detail either: too narrow means blurred.
# - Down: stride drops, pooling summarises (max pooling with a bias), unshuffle keeps everything. Up: interpolation is even by construction; transposed convolution and pixel shuffle must learn to be.
# - A checkerboard shows in the spectrum as peaks on a regular grid. Kernels that the stride does not divide make it worse; training makes it better; measuring tells.
# - Skips bring back detail, and noise with it. A U-Net has layers after each merge to tell them apart.
# - Pad to a multiple, restore, cut back.
# - A difference smaller than the spread over seeds is no difference.
#
# **Next:** move the pixels yourself, find the checkerboard, and run an ablation of your own in [lab 06](lab:06_autoencoders).
#
# ## Words
#
# | English | Korean |
# | --- | --- |
# | bottleneck | 병목 |
# | pixel shuffle | 픽셀 셔플 |
# | skip connection | 스킵 연결 |
# | receptive field | 수용 영역 |
# | denoising | 잡음 제거 |
#
# ## References
#
# - P. Baldi, K. Hornik, *Neural networks and principal component analysis: learning from examples without local minima*, Neural Networks, 1989.
# - P. Vincent, H. Larochelle, Y. Bengio, P.-A. Manzagol, *Extracting and composing robust features with denoising autoencoders*, ICML 2008.
# - O. Ronneberger, P. Fischer, T. Brox, *U-Net: convolutional networks for biomedical image segmentation*, MICCAI 2015.
# - W. Shi et al., *Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network*, CVPR 2016 (pixel shuffle).
# - A. Odena, V. Dumoulin, C. Olah, *Deconvolution and checkerboard artifacts*, Distill, 2016.
# - A. Aitken et al., *Checkerboard artifact free sub-pixel convolution*, arXiv:1707.02937, 2017 (ICNR).
# - X.-J. Mao, C. Shen, Y.-B. Yang, *Image restoration using very deep convolutional encoder-decoder networks with symmetric skip connections*, NIPS 2016.
# - K. Zhang, W. Zuo, L. Zhang, *FFDNet: toward a fast and flexible solution for CNN-based image denoising*, IEEE Transactions on Image Processing, 2018.
# - K. He, R. Girshick, P. Dollár, *Rethinking ImageNet pre-training*, ICCV 2019.
# - K. He et al., *Masked autoencoders are scalable vision learners*, CVPR 2022.
