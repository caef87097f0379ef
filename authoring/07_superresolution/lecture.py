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
# # Super-resolution
#
# {{badge}}
#
# In films somebody says "enhance!", and six gray squares become a number plate. Here is what can really be done, and where it ends. Afterwards you can
#
# - say what a picture loses when it is shrunk, show the hole in the spectrum, and say why no formula fills it;
# - enlarge by four interpolations, and shrink without false patterns;
# - tell the story from a book of examples to four networks (SRCNN, VDSR, ESPCN, EDSR), one idea each;
# - compute what a network costs, and say why it pays to enlarge last;
# - read a table of the field, and know which conventions move its numbers by whole decibels;
# - say when all these networks fail, and why.
#
# 70 minutes to read and play; runs in about a minute on a CPU; no GPU needed. Before this: [DnCNN](lecture:05_dncnn) and [autoencoders](lecture:06_autoencoders).

# %%
# {{setup}}

# %% [markdown]
# ## First, the end
#
# A small picture, 24 x 30 pixels. Two ways to make it four times as wide and high: bicubic interpolation, which every program knows, and a network. Drag the handle.

# %%
cat = rk.images.crop(rk.sample("chelsea"), top=72, left=120, height=96, width=120)
small_cat = rk.degrade.resize(cat, scale=1 / 4)
window = np.s_[22:86, 4:82]  # the part that we shall look at on this page
smooth, crisp = rk.upscale(small_cat, 4), rk.upscale(small_cat, 4, "edsr-x4")
rk.before_after(smooth[window], crisp[window], labels=("bicubic interpolation", "a network"))

# %% [markdown]
# The network's edges are crisper. Where did it get that from? Not from the small picture, as we shall see now. That is the riddle of this unit.
#
# ## More pixels are not more detail
#
# A photograph; the same at a quarter of its size, by averaging with bicubic weights; and that one enlarged to the old size.
#
# **Predict.** The third picture has as many pixels as the first, sixteen times as many as the second. Does it show more than the second?

# %%
gray = rk.images.crop(rk.sample("chelsea", gray=True), top=72, left=126, height=96, width=96)
tiny = rk.degrade.resize(gray, scale=1 / 4)
large = rk.upscale(tiny, 4)
rk.show.compare([gray, tiny, large], ["96 x 96 pixels", "24 x 24 pixels", "96 x 96 again"], columns=3)

# %% [markdown]
# It is smoother, and shows not one hair more. Their spectra say the same without opinion. In the middle of a spectrum is slow change, at its border the finest detail: from one pixel to the next.

# %%
rk.show.spectrum(
    [gray, tiny, large],
    ["the original: detail up to the rim", "the small one: only the middle fits in", "enlarged: the rim stays dark"],
    columns=3,
)

# %% [markdown]
# The third spectrum is the second one, laid in the middle of a large dark field. How much of the picture's energy lies out there, beyond what 24 x 24 pixels can hold?


# %%
# NBVAL_CHECK_OUTPUT
def share_of_fine_detail(picture):
    fade = np.outer(np.hanning(96), np.hanning(96))  # so that the borders draw no lines of their own
    energy = np.abs(np.fft.fft2((picture - picture.mean()) * fade)) ** 2
    finer = np.abs(np.fft.fftfreq(96)) > 1 / 8  # in cycles a pixel: what a quarter of the pixels can't hold
    return energy[np.logical_or.outer(finer, finer)].sum() / energy.sum()


for name, picture in {"original": gray, "enlarged": large}.items():
    print(f"{name}: {share_of_fine_detail(picture):.1%} of the energy is fine detail")

# %% [markdown]
# Less than 3 %: that is all that we mean by "sharp". It is gone, and interpolation does not bring it back.
#
# ### Would a better formula help?
#
# Could a better formula bring it back? **Predict.** *There are three large pictures that show different things, an eye, print, coins, and become the same small picture, on every pixel.* Possible?

# %%
shrinks = rk.degrade.resize(np.eye(96, dtype=np.float32), shape=(24, 96))
survives = np.linalg.pinv(shrinks) @ shrinks


def dies(picture):
    """The part of a picture that leaves no trace when the picture is shrunk."""
    return picture - survives @ picture @ survives.T


eye = 0.2 + 0.6 * gray  # a little paler, so that there is room for what we add
page = rk.images.crop(rk.sample("page"), top=40, left=100, height=96, width=96)
coins = rk.images.crop(rk.sample("coins"), top=20, left=20, height=96, width=96)
three = [eye, eye - dies(eye) + 0.3 * dies(page), eye - dies(eye) + 0.5 * dies(coins)]
their_small = [rk.degrade.resize(picture, scale=1 / 4) for picture in three]

# %%
rk.show.compare(
    three + their_small,
    ["an eye", "an eye behind print", "an eye behind coins", *3 * ["its small picture"]],
    columns=3,
)

# %%
# NBVAL_CHECK_OUTPUT
for name, picture, low in zip(("print", "coins"), three[1:], their_small[1:]):
    apart = [255 * np.abs(one - other).max() for one, other in ((picture, eye), (low, their_small[0]))]
    print(f"{name}: the large pictures differ by up to {apart[0]:.0f} levels of 255, the small ones by {apart[1]:.2f}")

# %% [markdown]
# Possible, and easy. To shrink a column of 96 pixels to 24 is to multiply it by a matrix of 24 rows and 96 columns. Such a matrix has a null space: there are pictures that it turns into nothing. Add one of these to any picture, and the small one does not change. At a quarter of the size sixteen unknown pixels stand behind each known one, so fifteen out of sixteen numbers are free. Written down, with $x$ the large picture, $y$ the small one, $k$ the weights of the shrinking, $*$ the convolution, $s$ the scale, here 4, and $s\!\downarrow$ for "keep every $s$-th pixel":
#
# $$y = (k * x)\,s\!\downarrow .$$
#
# **Super-resolution** is the search for an $x$ that fits this $y$. There are endlessly many. Nothing in $y$ says which one was there. Only *knowing what pictures look like* does: print does not hover before cats' eyes. Whoever promises you more has made it up.
#
# And where that knowledge is undecided too (which way does this hair bend?), a method that is judged by its squared error gives the *mean* of all that could have been, and a mean is smooth. So we expect crisp edges, which are easy to guess, and missing fur.
#
# ## Join the dots
#
# We begin with methods that know nothing. Interpolation puts a curve through the small pixels and reads new ones off it. Every small pixel $y_n$ spreads its value by a *kernel*, and the spreads add up:
#
# $$\hat x(u) = \sum_n y_n \, k(u - n),$$
#
# where $u$ is a place between the small pixels, and $n$ counts them. In two dimensions, first down the columns, then along the rows. To see a kernel, enlarge a picture of a single white pixel:

# %%
dot = np.zeros((1, 13), np.float32)
dot[0, 6] = 1
methods = ["nearest", "bilinear", "bicubic", "lanczos"]
place = (np.arange(13 * 32) + 0.5) / 32 - 6.5
near = np.abs(place) < 3.3
rk.show.lines(
    place[near],
    {name: rk.degrade.resize(dot, shape=(1, 13 * 32), method=name)[0][near] for name in methods},
    xlabel="distance from the pixel (small pixels)",
    ylabel="weight",
    title="The wider the kernel, the deeper it dips below zero",
    ylim=(-0.25, 1.1),
)

# %% [markdown]
# - **Nearest:** every new pixel copies the old one that it lies in. Blocks.
# - **Bilinear:** straight lines between neighbours. No value that was not between two others.
# - **Bicubic:** pieces of cubic curves (Keys, 1981). Negative weights sharpen a little.
# - **Lanczos:** the kernel that sampling theory asks for, the sinc, faded out after three lobes to each side (Duchon, 1979).
#
# **Predict.** How many small pixels have a say in one new pixel? And how many *large* pixels, when we shrink to a quarter?


# %%
# NBVAL_CHECK_OUTPUT
def have_a_say(method, old, new, **options):
    weights = rk.degrade.resize(np.eye(old, dtype=np.float32), shape=(new, old), method=method, **options)
    inside = weights[new // 3 : -(new // 3)]
    return int((np.abs(inside) > 1e-6).sum(axis=1).max()) ** 2  # as many in each direction


print("           enlarging by 4   shrinking by 4   the same, not antialiased")
for method in methods[1:]:
    counts = have_a_say(method, 24, 96), have_a_say(method, 96, 24), have_a_say(method, 96, 24, antialias=False)
    print(f"{method:10} {counts[0]:14} {counts[1]:16} {counts[2]:27}")

# %% [markdown]
# Bilinear asks 4 pixels, bicubic 16, Lanczos 36. The other columns are for the next section. Now choose a method, and a scale:

# %%
lid = cat[16:76, 26:98]


def enlarged(method, scale):
    low = rk.degrade.resize(lid, scale=1 / scale)
    return rk.images.crop(rk.upscale(low, scale, method), 0, 0, *lid.shape[:2])


rk.explore(
    enlarged,
    method=methods,
    scale=(2, 6, 1, 4),
    static={"method": methods},
    title="Four ways to join the dots",
    caption="All from the same 15 x 18 pixels.",
)

# %% [markdown]
# Blocks, then blur, then a little less blur. What does the sharpness cost? We enlarge an edge, dark to bright, by 16. **Predict:** which of the four will make the bright side *brighter than it was*?

# %%
step = np.repeat(np.float32([[0.2, 0.8]]), 8, axis=1)
where = (np.arange(256) + 0.5) / 16 - 8
inner = np.abs(where) < 4.2
rk.show.lines(
    where[inner],
    {name: rk.degrade.resize(step, shape=(1, 256), method=name)[0][inner] for name in methods},
    xlabel="distance from the edge (small pixels)",
    ylabel="brightness",
    title="Bicubic overshoots; Lanczos overshoots and rings",
    ylim=(0, 1),
)

# %% [markdown]
# Bicubic overshoots once to each side, Lanczos rings: a bright line beside a dark one beside the edge. That is the price of negative weights. And what is it worth?

# %%
# NBVAL_CHECK_OUTPUT
print("PSNR in dB   ", "  ".join(f"{method:>8}" for method in methods))
for scale in (2, 3, 4):
    low = rk.degrade.resize(gray, scale=1 / scale)
    scores = [rk.psnr(gray, rk.upscale(low, scale, method), border=scale) for method in methods]
    print(f"enlarged x{scale}  ", "  ".join(f"{score:8.1f}" for score in scores))

# %% [markdown]
# From nearest to bilinear to bicubic it is worth something each time, from bicubic to Lanczos about half a decibel. Longer kernels gain less and less, and ring more. This road ends here: joining dots, however well, fills no hole in a spectrum.
#
# ## Shrinking is harder than it looks
#
# To train a network we shall need small pictures, and we make them from large ones. To take every third pixel is the obvious way. **Predict.** What happens to letters that are two pixels thick?

# %%
words = rk.images.crop(rk.sample("page"), top=40, left=100, height=96, width=156)


def shrunk(antialias, scale):
    low = rk.degrade.resize(words, scale=1 / scale, antialias=antialias)
    return rk.images.crop(rk.classical.nearest(low, scale), 0, 0, *words.shape)


rk.explore(
    shrunk,
    antialias=False,
    scale=(2, 6, 1, 3),
    static={"antialias": [False, True]},
    title="Bicubic, without and with antialiasing",
)

# %% [markdown]
# Without, whole strokes fall between the pixels that were asked, and others come out too thick. This is **aliasing**: detail too fine for the new grid does not vanish, it comes back as a false pattern (you met it in [unit 01](lecture:01_degradation)). The cure is to give every old pixel a say: *stretch the kernel* by the scale. That is the middle column of
# the table above: 256 pixels for each new one, at a quarter of the size, instead of 16.
#
# ### Which bicubic?
#
# "Shrunk by bicubic interpolation", says every paper. It means MATLAB's `imresize`: Keys' kernel ($a = -0.5$, which sets how far it dips), *stretched*. OpenCV's bicubic has another kernel ($a = -0.75$) and is never stretched. PyTorch's is the same, until you write `antialias=True`: then it is stretched, with $a = -0.5$. All of them call it bicubic. And the score has conventions of its own: the brightness Y alone, in 8 bits,
# with as many pixels cut from each border as the scale says.
#
# **Predict.** One photograph, one method (bicubic, x3). By how much can the *same* score change, if nobody says how it was measured?


# %%
# NBVAL_CHECK_OUTPUT
def eight_bits(image):
    return rk.images.as_float(rk.images.to_uint8(image))  # as a file would keep it


photo = rk.images.crop(rk.sample("chelsea"), top=48, left=80, height=192, width=192)
small_photo = eight_bits(rk.degrade.resize(photo, scale=1 / 3))
skipped = eight_bits(rk.degrade.resize(photo, scale=1 / 3, antialias=False))
papers = {"channel": "y", "border": 3, "eight_bit": True}


def bicubic_score(low, **rules):
    return f"{rk.psnr(photo, rk.degrade.resize(low, scale=3), **rules):.2f} dB"


print("as in the papers                     ", bicubic_score(small_photo, **papers))
print("all three colours instead of Y       ", bicubic_score(small_photo, **papers | {"channel": "rgb"}))
print("with the border                      ", bicubic_score(small_photo, **papers | {"border": 0}))
print("small picture made without antialias ", bicubic_score(skipped, **papers))

# %% [markdown]
# More than a decibel, with nothing improved. (Y is a smaller number than red, green and blue: it runs from 16 to 235 of 255, so its errors are smaller too.) Years of research lie between rows of the table at the end of this page that differ by less. So: *all rows of a table by the same rules, or no table.* With `border="replicate", eight_bit=True`, `rk.degrade.resize` makes MATLAB's small files on every pixel; without them it differs by a rounding here and there, and a little more at the border.
#
# ## The book of examples
#
# Now for methods that know something. The first idea is charmingly direct (Freeman, Jones and Pasztor, 2002). Take sharp pictures, shrink them, enlarge them again. Cut both into small patches, and write a book of pairs: *what it looked like, blurred* and *what it had lost*. For a new picture look up each
# patch, find its **nearest** look-alike, and put back what that one had lost.
#
# Our book has 30,000 pairs from five bundled pictures: an astronaut, a cup, a rocket, a man with a camera, coins. No cat.

# %%
names = ["astronaut", "coffee", "rocket", "camera", "coins"]
teachers = [rk.sample(name) for name in names]
book = rk.classical.learn_examples(teachers, scale=2, limit=4_000 if rk.FAST else 30_000)
gray_cat = rk.images.to_gray(cat)
half = eight_bits(rk.degrade.resize(gray_cat, scale=1 / 2))
if rk.FAST:
    print("(fast mode: a thinner book)")
book

# %% [markdown]
# We ask the book about one patch, 3 x 3 pixels of the small picture (6 x 6 of the large one), at the edge of the upper lid. **Predict.** Where will its look-alikes come from: from eyes?

# %%
row, column = 6, 14
found = rk.classical.matches(half, book, row, column, neighbours=5)


def around(picture, row, column):
    """What lies around a patch of 6 x 6, and the patch framed."""
    there = rk.images.crop(np.pad(picture, 12, mode="symmetric"), row, column, 30, 30)
    return rk.images.outline(there, [(12, 12, 6, 6)], times=4)


blurred = rk.classical.bicubic(half, 2)
rk.show.compare(
    [around(blurred, 2 * row, 2 * column)] + [around(book.pictures[k], i, j) for k, i, j in found.places],
    ["ask: this patch"] + [f"from: {names[k]}" for k, _, _ in found.places],
    columns=6,
)

# %% [markdown]
# From anywhere. At 6 x 6 pixels the world is made of edges, corners and lines, and those are the same on a cat and on a coin. That is why a book without cats can help a cat. (Before patches are compared, brightness and contrast are taken off: only the shape counts.) Beneath each other: how our patch and
# its look-alikes appear when blurred, and what is put back.

# %%
put_back = np.tensordot(found.weights, found.high, 1)
rk.show.image_maps(
    [found.query_band, *found.low[:3], put_back, *found.high[:3]],
    ["ours, blurred", *[f"look-alike {k}, blurred" for k in (1, 2, 3)], "put back: the mean"]
    + [f"what {k} had lost" for k in (1, 2, 3)],
    limits=(-4, 4),
    colormap="RdBu_r",
    label="in units of contrast",
    caption="Beyond 4, drawn as 4.",
    columns=4,
)

# %% [markdown]
# The upper row agrees: they *are* look-alikes. The lower row agrees less: the same blurred patch had lost different things. The null space of the first section, met in the wild! So several look-alikes vote (Chang, Yeung and Xiong, 2004), and where patches overlap, the mean is taken.

# %%
one = rk.classical.enlarge_by_examples(half, book, neighbours=1)
nine = rk.classical.enlarge_by_examples(half, book)
rk.show.compare(
    [picture[window] for picture in (blurred, one, nine)],
    ["bicubic", "the nearest one decides", "nine look-alikes vote"],
    reference=gray_cat[window],
    columns=3,
    scores=("psnr",),
)

# %% [markdown]
# With nine votes it is sharper than any interpolation, and better by measure. The nearest alone beats bicubic, no more, and is rough: neighbours that asked different examples don't fit together. Does a thicker book help?

# %%
pages = [300, 3_000] if rk.FAST else [300, 1_000, 3_000, 10_000, 30_000]
curves = {"nine vote": [], "the nearest decides": []}
for limit in pages:
    thin = rk.classical.learn_examples(teachers, scale=2, limit=limit)
    curves["nine vote"].append(rk.psnr(gray_cat, rk.classical.enlarge_by_examples(half, thin)))
    curves["the nearest decides"].append(rk.psnr(gray_cat, rk.classical.enlarge_by_examples(half, thin, neighbours=1)))
curves["bicubic"] = [rk.psnr(gray_cat, blurred)] * len(pages)
if rk.FAST:
    print("(fast mode: two points)")
rk.show.lines(
    pages,
    curves,
    xlabel="examples in the book",
    ylabel="PSNR (dB)",
    title=f"{pages[-1] // pages[0]} times thicker: a few tenths of a decibel",
    logx=True,
    ylim=(31.5, 34),
)

# %% [markdown]
# A little. But a book of a million pairs takes long to search and much to carry. Could one *learn* the book by heart, in some tens of thousands of numbers? That is what networks do from here on. In [the lab](lab:07_superresolution) you write a book of your own, and find out what happens when its pages are of the wrong kind.
#
# *(Half-way: a good place for a break. So far nothing was trained.)*
#
# ## SRCNN: the book as three convolutions
#
# **SRCNN** (Dong, Loy, He and Tang, 2014 and 2016) was the first convolutional network for this. It starts from the bicubic enlargement $y\!\uparrow$, and its authors read its three layers as the three steps of a cousin of our book, sparse coding. They are our three steps too:
#
# | step of the book | layer | in numbers |
# | --- | --- | --- |
# | cut out a patch and describe it | $F_1 = \max(0,\, W_1 * y\!\uparrow + b_1)$ | 9 x 9 pixels become 64 numbers |
# | look up what goes with it | $F_2 = \max(0,\, W_2 * F_1 + b_2)$ | 64 numbers (of 5 x 5 places) become 32 |
# | put it down, and average overlaps | $\hat x = W_3 * F_2 + b_3$ | 5 x 5 places become 1 pixel |
#
# $W_1, W_2, W_3$ are the kernels, $b_1, b_2, b_3$ the biases, all learnt: 57,281 numbers in the largest of the three published versions (9-5-5, after the widths of its kernels), which is ours. Max(0, ...) is the ReLU. Nobody tells the layers to be these steps; they are trained together, to make the error small.
#
# Here is what they make of the eye: of each layer the four features that vary most.

# %%
import keras

third = eight_bits(rk.degrade.resize(gray_cat, scale=1 / 3))
before = rk.classical.bicubic(third, 3)
srcnn = rk.zoo.load_model("srcnn-x3")
shown, titles = [], []
for layer, step in ((1, "described"), (2, "looked up")):
    features = keras.Model(srcnn.input, srcnn.layers[layer].output)(before[None, :, :, None])
    features = np.moveaxis(np.asarray(features)[0], 2, 0)[:, 16:76, 26:96]
    features = features / np.percentile(features, 99.5)
    liveliest = np.argsort(features.std(axis=(1, 2)))[::-1][:4]
    shown += [features[k] for k in liveliest]
    titles += [f"{step}: feature {k}" for k in liveliest]
rk.show.image_maps(shown, titles, limits=(0, 1), colormap="gray", label="strength", columns=4)

# %% [markdown]
# Every feature answers another question about what lies around a pixel: is it bright here, is there an edge, and which way does it run? The result, with bicubic beside it:

# %%
sharp = rk.upscale(third, 3, "srcnn-x3")
rk.show.compare(
    [before[window], sharp[window]],
    ["bicubic x3", "SRCNN x3"],
    reference=gray_cat[window],
    columns=3,
    scores=("psnr",),
)

# %% [markdown]
# Edges are steeper; the fur is where it was before: lost.
#
# ### And the colour?
#
# SRCNN knows one channel. A photograph has three. **Predict.** We rob one picture of the detail of its *brightness*, another of that of its *colours*: to a quarter of the size, and back by bicubic. Which loss will you see?

# %%
ycbcr = rk.images.rgb_to_ycbcr(cat)
poor = rk.degrade.resize(rk.degrade.resize(ycbcr, scale=1 / 4), scale=4)
no_fine_colour = rk.images.ycbcr_to_rgb(np.dstack([ycbcr[..., 0], poor[..., 1:]]))
no_fine_brightness = rk.images.ycbcr_to_rgb(np.dstack([poor[..., 0], ycbcr[..., 1:]]))
rk.show.compare(
    [no_fine_brightness[window], no_fine_colour[window]], ["brightness robbed", "colours robbed"], columns=3
)

# %%
rk.show.image_maps(
    [ycbcr[window][..., channel] for channel in range(3)],
    ["Y: brightness", "Cb: towards blue", "Cr: towards red"],
    limits=(0, 1),
    colormap="gray",
    label="value",
    columns=3,
)

# %% [markdown]
# The left one is blurred. In the right one 15 of 16 colour values are gone, and you would hardly notice: nearly all detail that the eye cares for is in Y. So the field does this, and `rk.upscale` too: **the network enlarges Y, bicubic enlarges Cb and Cr.** It also explains the scores "on Y". (The network at the top of this page has three channels. It gets all colours at once.)
#
# ## VDSR: deep, and only what is missing
#
# Three layers see 17 x 17 pixels. **VDSR** (Kim, Lee and Lee, 2016) has twenty of 3 x 3, which see 41 x 41. And it does not paint the picture: it predicts what the bicubic enlargement lacks, and adds it,
#
# $$\hat x = y\!\uparrow + R(y\!\uparrow) .$$
#
# You know this: it is DnCNN with a plus ([unit 05](lecture:05_dncnn)), and a little older. There $R$ was the noise to be taken away, here it is the detail to be put back. Our VDSR took that literally: its training began with the weights of the blind DnCNN, the sign of its last layer turned. **Predict.** Most of what it draws will have one and the same colour. Which? (Red adds brightness, blue takes it away, white does nothing.)

# %%
deep = rk.upscale(third, 3, "vdsr")
rk.show.image_maps(
    [(picture - before)[26:76, 16:76] for picture in (sharp, deep, gray_cat)],
    ["added by SRCNN", "added by VDSR", "what was missing"],
    limits=(-0.15, 0.15),
    colormap="RdBu_r",
    label="brightness",
    columns=3,
)

# %%
rk.show.compare(
    [picture[window] for picture in (before, sharp, deep)],
    ["bicubic x3", "SRCNN", "VDSR"],
    reference=gray_cat[window],
    columns=3,
    scores=("psnr",),
)

# %% [markdown]
# White is "nothing to add". Both networks add along the edges: darker on the dark side, brighter on the bright one; VDSR draws the cleaner lines. And most of $R$ is white: a residual is nearly zero nearly everywhere, and that is easy to learn. The fur of the third map is in neither of the others. It was not in the small picture.
#
# ### A short leash for the gradients
#
# Twenty layers learn slowly with a small learning rate, and explode with a large one. VDSR's authors dared a rate 10,000 times that of SRCNN's last layer, with a leash. If $g$ is the gradient and $\eta$ the learning rate, they cut every number of $g$ to
#
# $$-\frac{\tau}{\eta} \;\le\; g \;\le\; \frac{\tau}{\eta} ,$$
#
# so that no gradient, however steep the hill, pushes a weight further than $\tau$ in one step. When $\eta$ falls in the course of the training, the leash grows longer. (`rk.training.fit(clip=...)` does a relative of it: it shortens the whole gradient, if it is longer than `clip`.) It is the simplest of the four ways to hold a deep net that you have met: a good start, batch normalisation, a skip, a leash.
#
# ### One network for x2, x3 and x4
#
# SRCNN needs a network for each scale. VDSR's authors mixed pictures of all three scales in one training. The network sees how blurred its input is, as the blind DnCNN sees how noisy. Move the scale:


# %%
def any_scale(scale):
    low = eight_bits(rk.degrade.resize(gray_cat, scale=1 / scale))
    images = [rk.upscale(low, scale), rk.upscale(low, scale, "vdsr")]
    scores = [f"{rk.psnr(gray_cat, image, border=scale):.1f} dB" for image in images]
    return [image[window] for image in images], [f"bicubic\n{scores[0]}", f"VDSR\n{scores[1]}"]


rk.explore(any_scale, scale=[2, 3, 4], static={"scale": [2, 4]}, title="The same 665,921 numbers at every scale")

# %% [markdown]
# ## ESPCN: enlarge at the very end
#
# SRCNN and VDSR begin with bicubic. That adds no information, but makes nine pixels of one (at x3), and every layer works on all of them. **ESPCN** (Shi and others, 2016) turns it round. All convolutions run on the *small* picture; the last one makes $s^2$ numbers for each small pixel, one for each pixel of the block that it becomes. Then comes the **pixel shuffle** of [unit 06](lecture:06_autoencoders):
# $(H, W, s^2) \rightarrow (sH, sW, 1)$.
#
# **Predict.** At x3 there are nine channels before the shuffle. How do they look? (Above each: the row and the column of its pixel in the block.)

# %%
espcn = rk.zoo.load_model("espcn-x3")
channels = np.asarray(keras.Model(espcn.input, espcn.layers[-2].output)(third[None, :, :, None]))[0, :, 1:39]
places = [f"({k // 3}, {k % 3})" for k in range(9)]
rk.show.compare(list(np.moveaxis(channels, 2, 0)), places, columns=9)

# %%
shuffled = rk.upscale(third, 3, "espcn-x3")
rk.show.compare(
    [picture[window] for picture in (before, sharp, shuffled)],
    ["bicubic x3", "SRCNN: enlarges first", "ESPCN: enlarges last"],
    reference=gray_cat[window],
    columns=3,
    scores=("psnr",),
)

# %% [markdown]
# Nine small pictures, nearly alike: each is the scene as seen from one place of the 3 x 3 block. Interleaved, they are the large picture. So ESPCN *learns* its way of enlarging, where the other two take bicubic for granted.
#
# ### What it costs
#
# A convolution with kernels of $m \times m$ pixels, from $C_\text{in}$ to $C_\text{out}$ channels, takes $m^2\, C_\text{in}\, C_\text{out}$ multiply-adds for every pixel of the picture *that it works on*. If that is the small one, only every $s^2$-th pixel of the result has to pay. So, for one pixel of the result,
#
# $$\text{enlarging first: } \sum m^2\, C_\text{in}\, C_\text{out} , \qquad \text{enlarging last: } \frac{1}{s^2} \sum m^2\, C_\text{in}\, C_\text{out} ,$$
#
# the sums running over the layers. **Predict.** The same VDSR, twenty layers of 64 channels, but on the small picture: how much cheaper is it at x4?

# %%
# NBVAL_CHECK_OUTPUT
layers_of_vdsr = [(3, 1, 64)] + 18 * [(3, 64, 64)]
first = sum(m * m * c_in * c_out for m, c_in, c_out in [*layers_of_vdsr, (3, 64, 1)])
last = sum(m * m * c_in * c_out for m, c_in, c_out in [*layers_of_vdsr, (3, 64, 4 * 4)]) / 4**2
print(f"enlarging first: {first:9,} multiply-adds for each pixel of the result")
print(f"enlarging last:  {last:9,.0f}: cheaper by a factor of {first / last:.1f}")
print(f"by the library:  {rk.models.multiply_adds(rk.models.vdsr()):9,.0f} for VDSR as it is")

# %%
from time import perf_counter

networks = {"srcnn-x3": 3, "vdsr": 3, "espcn-x3": 3, "edsr-x4": 4}
rows, work = [], {}
for name, scale in networks.items():
    low = rk.degrade.resize(gray_cat, scale=1 / scale)
    low = np.dstack(3 * [low]) if name.startswith("edsr") else low
    rk.upscale(low, scale, name)  # the first run prepares it, and does not count
    seconds = []
    for _ in range(1 if rk.FAST else 3):
        begin = perf_counter()
        rk.upscale(low, scale, name)
        seconds.append(perf_counter() - begin)
    model, about = rk.zoo.load_model(name), rk.zoo.card(name)
    work[name] = rk.models.multiply_adds(model)
    rows.append(
        {
            "network": name,
            "enlarges": f"x{scale}, {'first' if about['enlarged'] else 'last'}",
            "parameters": model.count_params(),
            "multiply-adds a pixel": round(work[name]),
            "ms here": 1000 * float(np.median(seconds)),
        }
    )
rk.show.table(rows, digits=0, caption="For 96 x 120 pixels of the result. edsr-x4, in colour, comes next.")

# %% [markdown]
# Parameters and work are two things. The last network has more than twice VDSR's parameters, and takes a fifth of its work. (Seconds follow the work only roughly: on so small a picture, the fixed costs of a call count too.) Most networks since then enlarge last.
#
# ## A residual network without batch normalisation
#
# What does one do with the work that was saved? Go deeper. **SRResNet** (Ledig and others, 2017) stacks sixteen residual blocks: each adds a small change to the features. **EDSR** (Lim and others, 2017) is SRResNet with something taken *out*:

# %%
from restorekit.picture import COLOURS, INK, Picture

blocks = {
    "a block of SRResNet": ["conv 3 x 3", "batch norm", "PReLU", "conv 3 x 3", "batch norm"],
    "a block of EDSR": ["conv 3 x 3", "ReLU", "conv 3 x 3"],
    "the whole network, x4": [
        "conv 3 x 3",
        "16 blocks",
        "conv 3 x 3",
        "conv, shuffle x2",
        "conv, shuffle x2",
        "conv 3 x 3",
    ],
}
colours = {"conv": COLOURS[0], "batc": COLOURS[1], "ReLU": "#888888", "PReL": "#888888", "16 b": COLOURS[2]}
drawing = Picture(780, 300, layout="constrained")
for axis, (title, parts) in zip(drawing.subplots(1, 3), blocks.items()):
    for k, name in enumerate(parts):
        axis.annotate("", (0.5, -k + 0.28), (0.5, -k + 0.72), arrowprops={"arrowstyle": "-|>", "color": INK})
        axis.text(
            0.5, -k, name, ha="center", va="center", fontsize=9, color="white",
            bbox={"boxstyle": "round,pad=0.35", "facecolor": colours[name[:4]], "edgecolor": "none"},
        )  # fmt: skip
    start, end = (-0.5, -2.5) if "whole" in title else (0.5, 0.5 - len(parts))
    axis.annotate(
        "", (0.5, 0.28 - len(parts)), (0.5, 0.72 - len(parts)), arrowprops={"arrowstyle": "-|>", "color": INK}
    )
    axis.plot([0.5, 0.05, 0.05, 0.5], [start, start, end, end], color=COLOURS[4], linewidth=2.2)
    axis.plot([0.5], [end], "o", ms=11, color=COLOURS[4])
    axis.text(0.5, end, "+", ha="center", va="center", fontsize=10, color="white", fontweight="bold")
    axis.set(xlim=(-0.1, 1.1), ylim=(-5.9, 0.8))
    axis.set_title(title, fontsize=10)
    axis.axis("off")
drawing.alt = (
    "Three columns of boxes. A block of SRResNet: convolution, batch normalisation, PReLU, convolution, batch normalisation, and a line "
    "around them that is added at the end. A block of EDSR: the same without batch normalisation. The whole network: a convolution, "
    "16 blocks and a convolution with a line around them, twice a convolution with a pixel shuffle, a last convolution."
)
drawing.display()

# %% [markdown]
# No batch normalisation (and a plain ReLU for SRResNet's PReLU, which lets a learnt share of the negative pass). In unit 05 we found that a good start can replace it. Here is a reason to *want* it gone. **Predict.** The same picture with its full contrast, with a half and with a quarter of it. One convolution finds edges, then comes batch normalisation, in training. How strong are the edges in the three?

# %%
# NBVAL_CHECK_OUTPUT
from keras import layers

for contrast in (1, 1 / 2, 1 / 4):
    paler = 0.5 + contrast * (gray_cat - 0.5)
    edges = paler[:, 1:] - paler[:, :-1]  # a convolution with the kernel (-1, 1)
    normalised = layers.BatchNormalization(epsilon=1e-9)(edges[None, :, :, None], training=True)
    print(f"contrast {contrast:4.2f}: edges {np.std(edges):.3f}, after batch normalisation {np.std(normalised):.3f}")

# %% [markdown]
# Equally strong: *how high* the edge was, nobody after this layer can know. (With many patches in a batch they are measured together: what is lost is the height that they share, and every batch loses another one. After the training the numbers are fixed, so the net in use is not quite the net that was trained.) For "is it a cat?" that is welcome. But we have to draw that edge, at its true height. The height survives on the orange line around the block, and every block must cope with the difference. Leave the normalisation out, and there is nothing to cope with. EDSR's authors measured better pictures and
# 40 % less memory in training, and spent it on a larger net.
#
# Our network is EDSR's *baseline*: 16 blocks of 64 channels, 1.5 million numbers; the best published one is a giant of 43 million. Ours adds its detail to the repeated pixels: untrained, it repeats pixels, and the x2 net started from there. The x4 net began with the weights of the x2 net. In colour, x4:

# %%
by_four = {"bicubic x4": "bicubic", "VDSR (on Y)": "vdsr", "residual network": "edsr-x4"}
rk.show.compare(
    [rk.upscale(small_cat, 4, method)[window] for method in by_four.values()],
    list(by_four),
    reference=cat[window],
    columns=3,
    scores=("psnr",),
)

# %% [markdown]
# ### Eight opinions for the price of eight
#
# A cat on its side is a cat. Bicubic interpolation knows that, a network does not: turn its input, turn back its output, and the result is another one. The **geometric self-ensemble** (Timofte, Rothe and Van Gool, 2016) makes a virtue of it: enlarge the four turns of the picture and of its mirror image, turn all eight back, take the mean. No training, eight times the work. Rows marked with a
# plus in papers (EDSR+) are made so.

# %%
alone = rk.upscale(small_cat, 4, "edsr-x4")
together = rk.upscale(small_cat, 4, "edsr-x4", ensemble=True)
middle = np.s_[24:68, 34:98]
rk.show.residual(
    [alone[middle], together[middle]],
    cat[middle],
    [
        f"error of one opinion\n{rk.psnr(cat, alone):.2f} dB",
        f"error of the mean of eight\n{rk.psnr(cat, together):.2f} dB",
    ],
    gain=8,
)

# %%
for name in ("edsr-x2", "edsr-x4"):
    for row in rk.zoo.card(name)["results"]["set5"].values():
        if "ensemble" in row:
            print(f"{name} on Set5: {row['psnr']:.2f} dB, with the self-ensemble {row['ensemble']['psnr']:.2f} dB")

# %% [markdown]
# The two errors look alike, and mostly are: what no view of the small picture contains, no vote brings back. What the mean removes are the slips that differ from view to view.
#
# ## The table
#
# Our networks and bicubic, measured by our program, and the published rows. **Before you look:** how many decibels, do you think, lie between bicubic and the best, at x2 and at x4?

# %%
import json
from importlib.resources import files

tests = [(name, scale) for name in ("Set5", "Set14") for scale in "234"]


def table_row(title, results):
    scores = {f"{name} x{scale}": results.get(name.lower(), {}).get(scale, "") for name, scale in tests}
    return {"": title} | {
        column: score["psnr"] if isinstance(score, dict) else score for column, score in scores.items()
    }


def ours(title, *names):
    results = {}
    for name in names:
        for test, scores in rk.zoo.card(name)["results"].items():
            results.setdefault(test, {}).update(scores)
    return table_row(title, results)


def published(title, set5, set14):
    return table_row(f"{title} (published)", {"set5": dict(zip("234", set5)), "set14": dict(zip("234", set14))})


cards = files("restorekit") / "data" / "cards"
bicubic, by_examples = (json.loads((cards / f"{name}.json").read_text()) for name in ("bicubic", "examples"))
rk.show.table(
    [
        table_row("bicubic (ours)", bicubic["results"]),
        table_row("book of 200,000 examples (ours)", by_examples["results"]["t91"]),
        ours("SRCNN (ours)", "srcnn-x2", "srcnn-x3", "srcnn-x4"),
        published("SRCNN", (36.66, 32.75, 30.48), (32.45, 29.30, 27.50)),
        ours("ESPCN (ours)", "espcn-x3"),
        published("ESPCN", ("", 33.13, 30.90), ("", 29.49, 27.73)),
        ours("VDSR (ours)", "vdsr"),
        published("VDSR", (37.53, 33.66, 31.35), (33.03, 29.77, 28.01)),
        ours("residual network (ours)", "edsr-x2", "edsr-x4"),
        published("SRResNet", ("", "", 32.05), ("", "", "")),
        published("EDSR, 43 million", (38.11, 34.65, 32.46), (33.92, 30.52, 28.80)),
    ],
    caption="PSNR in dB on Y, rounded to 8 bits, without as many pixels at each border as the scale says; the mean over the pictures of a "
    "set. Small pictures: MATLAB's 8-bit files; for bicubic itself not rounded, as it was published (rounding costs 0.03 dB at most). "
    "No picture of the sets was trained on.",
)

# %%
at_three = {"SRCNN": "srcnn-x3", "ESPCN": "espcn-x3", "VDSR": "vdsr"}
points = {"bicubic": ([16], [bicubic["results"]["set5"]["3"]["psnr"]])}
for title, name in at_three.items():
    points[title] = ([work[name]], [rk.zoo.card(name)["results"]["set5"]["3"]["psnr"]])
rk.show.lines(
    [],
    points,
    xlabel="multiply-adds for each pixel of the result",
    ylabel="PSNR on Set5 (dB)",
    title="What a decibel costs (our networks, x3)",
    logx=True,
    ylim=(30, 34),
)

# %% [markdown]
# What to take from it:
#
# - Every idea of this page is a row: three layers, then depth and a residual, then blocks without normalisation. (ESPCN's idea is best seen in the figure: far to the left of SRCNN, and higher.)
# - Each of ours is below its published row. They were trained on two CPU cores, for as long as the table below says; the others on GPUs, VDSR for hours, some for days, and some on far more pictures.
# - Look inside a network that stops getting better. Our ESPCN's first layer gave answers so weak that `tanh`, nearly straight around 0, did not bend them: a layer for nothing. Stronger filters won more than any longer training had.
# - Between bicubic and EDSR lie 4.5 dB at x2 and 4.0 at x4: more of what is missing can't be guessed by anybody.
#
# How long ours took:

# %%
rows = []
for name in rk.zoo.names("upscale"):
    about = rk.zoo.card(name)
    stages = about["schedule"] if isinstance(about["schedule"], list) else [about["schedule"]]
    steps = sum(stage["epochs"] * stage["steps"] for stage in stages)
    rows.append(
        {
            "network": name,
            "steps": steps,
            "minutes": about["minutes"],
            "began as": about.get("begins_as", "random numbers"),
        }
    )
rk.show.table(
    rows, digits=0, caption="On two CPU cores. Where a net began as another one, that one's training comes on top."
)

# %% [markdown]
# ## When bicubic did not make the small picture
#
# Every network on this page has seen one kind of small picture in its life: *ours*, made by MATLAB's bicubic from a sharp original. Nobody's phone does that. Its lens blurs in its own way, its sensor adds noise, its file is a JPEG.
#
# **Predict.** Six ways to make a small picture at a third of the size. For which of them will VDSR keep its lead over bicubic?


# %%
def blurred_and_skipped(image, width):
    """A lens that blurs by a Gaussian of this width (in large pixels), and a sensor that takes every third pixel."""
    return rk.degrade.apply_blur(image, rk.degrade.gaussian_kernel(width))[1::3, 1::3]


by_bicubic = rk.degrade.resize(gray_cat, scale=1 / 3)
ways = {
    "MATLAB's bicubic": by_bicubic,
    "mean of 3 x 3 (area)": rk.degrade.resize(gray_cat, scale=1 / 3, method="area"),
    "every third pixel": gray_cat[1::3, 1::3],
    "soft lens, blur of 2.2": blurred_and_skipped(gray_cat, 2.2),
    "bicubic, noise of 8/255": rk.degrade.gaussian_noise(by_bicubic, sigma=8 / 255, rng=0),
    "bicubic, JPEG of quality 40": rk.degrade.jpeg(eight_bits(by_bicubic), 40),
}
ways = {name: eight_bits(low) for name, low in ways.items()}
by_method = {
    "bicubic": {name: rk.upscale(low, 3) for name, low in ways.items()},
    "VDSR": {name: rk.upscale(low, 3, "vdsr") for name, low in ways.items()},
}
rows = []
for name in ways:
    row = {method: rk.psnr(gray_cat, images[name], border=3) for method, images in by_method.items()}
    rows.append({"the small picture": name} | row | {"lead of VDSR": row["VDSR"] - row["bicubic"]})
rk.show.table(rows, caption="PSNR in dB of the cat, enlarged by 3")

# %%
chosen = ["MATLAB's bicubic", "every third pixel", "soft lens, blur of 2.2", "bicubic, noise of 8/255"]
rk.show.compare(
    [images[name][22:70, 34:86] for images in by_method.values() for name in chosen],
    [f"{name}\nenlarged by {method}" for method in by_method for name in chosen],
    columns=4,
)

# %% [markdown]
# Read the last column. On its own kind of small picture the network leads by most. Elsewhere the lead melts (even for its near relative, the mean of 3 x 3), or turns round:
#
# - *Skipped pixels:* aliasing is sharpened into false detail.
# - *A softer lens:* the network undoes the blur that it knows, and that is less than there is. The result is nearly as soft as bicubic's.
# - *Noise:* a fine speckle looks like the trace of a detail. The network "restores" it. So it does with the blocks of a JPEG.
#
# It has not learnt to enlarge pictures. **It has learnt to invert one $D$.** Move the width of the lens:


# %%
def lens(width):
    low = eight_bits(blurred_and_skipped(gray_cat, width))
    images = [rk.upscale(low, 3), rk.upscale(low, 3, "vdsr")]
    scores = [rk.psnr(gray_cat, image, border=3) for image in images]
    return [image[window] for image in images], [f"bicubic\n{scores[0]:.1f} dB", f"VDSR\n{scores[1]:.1f} dB"]


rk.explore(
    lens, width=(0.4, 3.0, 0.2, 1.0), static={"width": [1.0, 2.6]}, title="A Gaussian lens, then every third pixel"
)

# %%
widths = [0.4, 1.4, 3.0] if rk.FAST else [0.4, 0.8, 1.2, 1.6, 2.0, 2.5, 3.0]
if rk.FAST:
    print("(fast mode: three points)")
lows = [eight_bits(blurred_and_skipped(gray_cat, width)) for width in widths]
curves = {
    title: [rk.psnr(gray_cat, rk.upscale(low, 3, method), border=3) for low in lows]
    for title, method in {"bicubic": "bicubic", "VDSR": "vdsr"}.items()
}
rk.show.lines(
    widths,
    curves,
    xlabel="width of the lens's blur (pixels of the large picture)",
    ylabel="PSNR (dB)",
    title="The network leads near the blur that it was trained on",
    ylim=(23, 32),
)

# %% [markdown]
# There are two ways out, and a later unit, **blind super-resolution**, takes both: find out which blur made *this* picture, and undo that one; or train on every blur, noise and JPEG that one can think of, drawn anew for each patch.
#
# ### Pairs from a camera
#
# Or take the pairs from the world. **RealSR** (Cai and others, 2019): put the camera on a tripod, and photograph a scene twice, with a short and with a long focal length. The long one shows it larger: a real large picture, and beside it the real small one, with the lens, the sensor and the file of a real camera.

# %%
drawing = Picture(780, 250, layout="constrained")
for axis, (title, length, colour) in zip(
    drawing.subplots(1, 2, sharey=True),
    [
        ("short focal length: few pixels for the tree", 1, COLOURS[0]),
        ("long focal length: three times as many", 3, COLOURS[1]),
    ],
):
    axis.plot([-4, -4], [-0.5, 1], color=COLOURS[2], linewidth=5)
    axis.text(-4, 1.15, "tree", ha="center", fontsize=9)
    for height in (-0.5, 1):
        axis.plot([-4, length], [height, -height * length / 4], color="#888888", linewidth=1)
    axis.plot([0, 0], [-0.8, 0.8], color=INK, linewidth=2.5)
    axis.text(0, 0.95, "lens", ha="center", fontsize=9)
    axis.plot([length, length], [-1.0, 1.0], color="#bbbbbb", linewidth=3)
    axis.plot([length, length], [0.5 * length / 4, -length / 4], color=colour, linewidth=6)
    axis.text(length, 1.15, "sensor", ha="center", fontsize=9)
    axis.annotate("", (length, -1.2), (0, -1.2), arrowprops={"arrowstyle": "<->", "color": colour})
    axis.text(length / 2, -1.52, "focal length", ha="center", fontsize=9, color=colour)
    axis.set(xlim=(-4.6, 3.8), ylim=(-1.7, 1.4))
    axis.set_title(title, fontsize=10)
    axis.axis("off")
drawing.alt = (
    "Two drawings of a tree, a lens and a sensor. With the short focal length the tree's image on the sensor is small, "
    "with one three times as long it is three times as large."
)
drawing.display()

# %% [markdown]
# It is laborious. The two photographs have different exposure and distortion, and must be laid over each other to a fraction of a pixel; leaves move. And such a network knows the cameras that it was shown. But it is the honest test: on real small pictures, its authors found, networks trained on bicubic pairs lose much of their effect. We make such a pair with the camera of [unit 01](lecture:01_degradation), on a dull day: an even lens blur, then the sensor's noise and the JPEG. **Predict.** What does the network make of the noise?

# %%
long_lens = rk.degrade.photograph(cat, light=4e6 / 8, iso=800, rng=0).image
soft = rk.degrade.apply_blur(cat, rk.degrade.gaussian_kernel(1.6))
short_lens = rk.degrade.photograph(rk.degrade.resize(soft, scale=1 / 4), light=4e6 / 8, iso=800, rng=1).image
shrunk_long = rk.degrade.resize(long_lens, scale=1 / 4)
iris = np.s_[24:68, 30:86]
rk.show.compare(
    [
        rk.classical.nearest(short_lens, 4)[iris],
        rk.upscale(short_lens, 4, "edsr-x4")[iris],
        long_lens[iris],
        rk.classical.nearest(shrunk_long, 4)[iris],
        rk.upscale(shrunk_long, 4, "edsr-x4")[iris],
    ],
    [
        "the small photograph",
        "... enlarged by the network",
        "the large photograph",
        "the large one, shrunk",
        "... enlarged by the network",
    ],
    columns=3,
)

# %% [markdown]
# It takes the noise for detail, and makes blotches of it. And it leaves the soft lens soft, for it knows another blur. The lower row, the large photograph shrunk by bicubic, is how networks are tested. The upper one is how they are used.
#
# ## Quiz

# %%
rk.quiz("07_superresolution")

# %% [markdown]
# ## Take away
#
# - Shrinking loses detail for good: many large pictures share one small one. What is put back comes from knowledge of other pictures.
# - Interpolation joins dots. Wider kernels are sharper, ring more, and end half a decibel above bicubic.
# - When shrinking, stretch the kernel. Say which bicubic, which channel, which border.
# - A book of examples, learnt by heart: SRCNN. Deeper, and only what is missing: VDSR. Enlarge last, and save a factor of about $s^2$: ESPCN. Blocks without batch normalisation: EDSR.
# - In colour: the network enlarges Y, bicubic the rest.
# - A network inverts the $D$ that it was shown. Change the blur, add noise or JPEG, and the lead is gone.
#
# **Next:** bicubic by hand, a book of your own, SRCNN and ESPCN trained in minutes, in [lab 07](lab:07_superresolution).
#
# ## Words
#
# | English | Korean |
# | --- | --- |
# | super-resolution | 초해상도 |
# | pixel shuffle | 픽셀 셔플 |
# | residual learning | 잔차 학습 |
# | receptive field | 수용 영역 |
# | blind | 블라인드(열화를 모르는) |
#
# ## References
#
# - R. Keys, *Cubic convolution interpolation for digital image processing*, IEEE Transactions on Acoustics, Speech, and Signal Processing, 1981.
# - C. Duchon, *Lanczos filtering in one and two dimensions*, Journal of Applied Meteorology, 1979.
# - W. Freeman, T. Jones, E. Pasztor, *Example-based super-resolution*, IEEE Computer Graphics and Applications, 2002.
# - H. Chang, D.-Y. Yeung, Y. Xiong, *Super-resolution through neighbor embedding*, CVPR 2004.
# - C. Dong, C. C. Loy, K. He, X. Tang, *Image super-resolution using deep convolutional networks*, IEEE Transactions on Pattern Analysis and Machine Intelligence, 2016.
# - R. Timofte, R. Rothe, L. Van Gool, *Seven ways to improve example-based single image super resolution*, CVPR 2016.
# - J. Kim, J. K. Lee, K. M. Lee, *Accurate image super-resolution using very deep convolutional networks*, CVPR 2016.
# - W. Shi et al., *Real-time single image and video super-resolution using an efficient sub-pixel convolutional neural network*, CVPR 2016.
# - C. Ledig et al., *Photo-realistic single image super-resolution using a generative adversarial network*, CVPR 2017 (SRResNet).
# - B. Lim, S. Son, H. Kim, S. Nah, K. M. Lee, *Enhanced deep residual networks for single image super-resolution*, CVPR Workshops 2017 (EDSR).
# - M. Bevilacqua, A. Roumy, C. Guillemot, M.-L. Alberi Morel, *Low-complexity single-image super-resolution based on nonnegative neighbor embedding*, BMVC 2012 (Set5).
# - R. Zeyde, M. Elad, M. Protter, *On single image scale-up using sparse-representations*, Curves and Surfaces, 2010 (Set14).
# - J. Cai, H. Zeng, H. Yong, Z. Cao, L. Zhang, *Toward real-world single image super-resolution: a new benchmark and a new model*, ICCV 2019 (RealSR).
