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
# # How a photograph degrades
#
# {{badge}}
#
# After this lecture you will be able to
#
# - name the stations between the light and the file, and say what each of them does to the picture;
# - tell shot, read, quantisation, salt-and-pepper and speckle noise apart by how they grow with the light;
# - say what a higher ISO amplifies and what it leaves alone;
# - recognise a shaken hand, a moving bus and a lens out of focus by their kernels;
# - write all of these as $y = D(x)$, and say why restoring a picture begins with knowing $D$.
#
# 40 minutes to read and play; runs in about 15 seconds on a CPU; no GPU needed.

# %%
# {{setup}}

# %% [markdown]
# ## From light to file
#
# Press the shutter. Photons pass the lens and free electrons in millions of tiny buckets, the photodiodes. The charge of each
# bucket is amplified (that is the ISO setting), turned into a whole number by the analog-to-digital converter, and handed to
# the *image signal processor*, the ISP: it fills in two missing colours at every pixel, corrects the white, bends the tones
# and sharpens. Then JPEG throws away what you should not notice (MPEG, for video, adds motion: most frames are stored as moved
# blocks of their neighbours and a JPEG-like correction). And when you share the picture, somebody's
# server shrinks it and compresses it again.
#
# Here is that whole journey, simulated: a cat in a dim room that would not sit still, so 1/640 s and ISO 16000. Under each picture lies a part of it, magnified, down to single pixels.
# **Look for two things**: at which station does the grain begin? And where do the colours come from?

# %%
cat = rk.images.crop(rk.sample("chelsea"), top=50, left=104, height=116, width=168)
cat = np.clip(rk.degrade.resize(cat, shape=(44, 64)), 0, 1)
DIM = 160_000  # photons a second at a white pixel
camera = rk.degrade.Camera(iso=16_000, exposure=1 / 640, jpeg_quality=60)
without_chance = rk.degrade.Camera(iso=16_000, exposure=1 / 640, shot_noise=False)
ideal = rk.degrade.photograph(cat, without_chance, light=DIM, rng=0).view("electrons")
photo = rk.degrade.photograph(cat, camera, light=DIM, rng=0)

# %%
red_green_green_blue = np.eye(3)[np.tile([[0, 1], [1, 2]], (22, 32))]  # the filter before each pixel
stations = {
    "1 the light": photo.view("scene"),
    "2 through the colour filters": 2 * ideal[..., None] * red_green_green_blue,
    "3 counted and read: the raw file": 2 * photo.view("read")[..., None] * red_green_green_blue,
    "4 missing colours filled in": photo.view("demosaiced"),
    "5 white corrected": photo.view("white balance"),
}
views = [rk.degrade.linear_to_srgb(np.clip(view, 0, 1)) for view in stations.values()]
rk.show.compare([*views, photo.image], [*stations, "6 tones bent, JPEG: the file"], columns=3, zoom=(14, 32, 12, 18))

# %% [markdown]
# The grain begins at 3. Nothing that you could call a mistake has happened yet: the light has merely been counted. And the colours come from the mesh: every
# pixel sits behind a red, a green or a blue filter and knows nothing of the other two; at 4 they are guessed from the neighbours. (Stations 1 to 5 hold numbers in proportion to
# the light. The screen would show them nearly black; here they are drawn with the tones of 6, which eyes expect, and 2 and 3 twice as bright.)
#
# Guessing does one more thing: a guessed colour is an average of its neighbours, noise and all, and so the noise of one pixel is smeared over the next.
# On an even gray wall you can measure it. (A correlation of 0 says that neighbours have nothing to do with each other, 1 that they go up and down together.)

# %%
# NBVAL_CHECK_OUTPUT
gray = np.full((128, 128, 3), 0.5, np.float32)
wall_photo = rk.degrade.photograph(gray, iso=1600, light=DIM, exposure=1 / 64, rng=0)
raw_green, green = wall_photo.stages["digital"][::2, 1::2], wall_photo.stages["demosaiced"][..., 1]
for name, picture in (("raw file", raw_green), ("colours filled in", green)):
    alike = np.corrcoef(picture[:, 1:].ravel(), picture[:, :-1].ravel())[0, 1]
    print(f"{name:<18} correlation of neighbouring green values {alike + 0:.1f}")

# %% [markdown]
# Noise of single pixels has become grains, which is why noise estimators that look at single pixels guess too low on finished photos. This lecture walks along the line, station by station.
#
# ## Light arrives in pieces
#
# Point a camera at a perfectly even gray wall. Every pixel should read the same value, and none does. Nothing is broken: light
# comes as photons, photons come at random, and a pixel that expects 20 of them may well get 14 or 27.
#
# **Predict.** Here is the same wall, photographed with 20, 200 and 2,000 photons a pixel. Which picture is the noisiest? And in
# which is the noise, counted in photons, the *largest*? Decide before you run the cell.

# %%
wall = np.full((36, 120), 0.5, np.float32)
photons = [20, 200, 2_000]
shots = [rk.degrade.shot_noise(wall, photons_at_white=2 * n, rng=0) for n in photons]
rk.show.compare(shots, titles=[f"{n:,} photons a pixel" for n in photons])

# %%
# NBVAL_CHECK_OUTPUT
for n, shot in zip(photons, shots):
    counts = shot * 2 * n
    mean, spread = counts.mean(), counts.std()
    print(f"expected {n:>5,}   mean {mean:6,.0f}   spread {spread:4.1f}   spread / mean {spread / mean:.2f}")

# %% [markdown]
# Both answers stand there. The spread grows, about 4.5, 14 and 45: the square root of the count. But the signal grows faster, so the
# picture looks cleaner. The noise of counting is called **shot noise**, and this is its law, found by Poisson:
#
# $$\text{mean} = \lambda, \qquad \text{variance} = \lambda, \qquad \frac{\text{signal}}{\text{noise}} = \frac{\lambda}{\sqrt\lambda} = \sqrt\lambda .$$
#
# Here $\lambda$ is the expected count, and the variance is the square of the spread. Twice the quality costs four times the light. **Move the slider** from starlight to daylight. Where would you stop calling the picture noisy?

# %%
portrait = rk.images.crop(rk.sample("camera"), top=60, left=150, height=140, width=176)
portrait = np.clip(rk.degrade.resize(portrait, scale=1 / 2), 0, 1)


def in_light(photons):
    return rk.degrade.shot_noise(portrait, photons_at_white=photons, rng=1)


rk.explore(
    in_light,
    photons=[3, 10, 30, 100, 300, 1000, 3000, 10_000],
    title="A portrait from starlight to daylight: photons in a white pixel",
    static={"photons": [3, 30, 300, 3000]},
)

# %% [markdown]
# ### Why it looks like a bell
#
# A count can only be 0, 1, 2, ... With few photons the histogram is a lopsided staircase that stops at 0. With many, the staircase
# fits the bell curve of the same mean and variance (the line). That is why so much of this course
# works with Gaussian noise, and why it goes wrong in the dark.


# %%
def bell(n):
    return lambda x: np.exp(-((x - n) ** 2) / (2 * n)) / np.sqrt(2 * np.pi * n)


expected, many = [2, 8, 20], np.ones((400, 400), np.float32)
counts = [rk.degrade.shot_noise(many, photons_at_white=n, rng=0) * n for n in expected]
rk.show.histogram(
    counts,
    [f"expecting {n} photons" for n in expected],
    xlabel="photons counted",
    bins=np.arange(-0.5, 46),
    limits=(-0.5, 45.5),
    overlay=[bell(n) for n in expected],
)

# %% [markdown]
# ### Why small pixels and short exposures are worse
#
# The number of photons is light x area of the pixel x time. A phone's pixel measures about 1 micrometre, that of a large camera 4 or more: 16 times the
# area, four times the signal-to-noise ratio, before anything else is said about quality.

# %%
rate = 5_000  # photons a second, for each square micrometre, from something white
views, titles = [], []
for width, seconds, name in ((4, 1 / 15, "1/15 s"), (1, 1 / 15, "1/15 s"), (1, 1 / 250, "1/250 s")):
    n = rate * width**2 * seconds
    views.append(rk.degrade.shot_noise(portrait[6:54, 4:60], photons_at_white=n, rng=2))
    titles.append(f"{width} µm, {name}:\n{n:,.0f} photons")
rk.show.compare(views, titles)

# %% [markdown]
# ## Heat frees electrons too
#
# Put the lens cap on and wait a minute. The picture is not black: heat shakes electrons loose, and the photodiode cannot tell them from those that
# light freed. This is the **dark current**. It doubles with every few degrees, which is why astronomers cool their sensors.
#
# **Predict.** The mean number of dark electrons is known; we can subtract it. Is the picture then black?

# %%
cap_on = np.zeros((20, 100), np.float32)
frames, titles = [], []
for celsius in (0, 20, 30):
    electrons = rk.degrade.dark_electrons(60, celsius)
    frames.append(rk.degrade.dark_current(cap_on, electrons, electrons_at_white=400, rng=0))
    titles.append(f"{celsius} °C: {electrons:.0f} electrons")
subtracted = [frame - frame.mean() + 0.3 for frame in frames]
rk.show.compare(frames + subtracted, titles + ["mean taken away (gray is 0)"] * 3, columns=3)

# %% [markdown]
# No. The electrons of heat are counted like photons, so they bring their own shot noise, and noise cannot be subtracted:
# nobody knows its draw. (A *dark frame*, a second exposure with the cap on, removes the mean and the hot pixels, and adds its own noise.) Noise that heat makes, here and
# in the electronics, is called **thermal noise**.
#
# ## The electronics hiss, and the converter rounds
#
# Reading a bucket of charge costs a few electrons of **read noise**: Gaussian, the same in the dark and in the light. Then the
# analog-to-digital converter rounds to a whole number. If only whole numbers can be stored, 3.1 becomes 3: **quantisation**.
#
# **Predict.** A sky at dusk in 4 bits, 16 levels. What will you see: something like noise, or something else?

# %%
dusk = rk.images.crop(rk.sample("rocket"), top=0, left=80, height=400, width=480)
dusk = np.clip(rk.degrade.resize(dusk, scale=0.18), 0, 1)
sky = rk.images.to_gray(dusk)
rk.show.compare([sky, rk.degrade.quantise(sky, bits=4)], ["dusk", "4 bits: 16 levels"], columns=3)

# %% [markdown]
# Contour lines. In a smooth region the rounding error is no noise at all, and the eye is very good at finding the edges of the bands. Where the
# picture varies by more than a step, the error *is* spread evenly over half a step to either side, with a standard deviation of
# step$/\sqrt{12}$, not quite a third of a step.

# %%
# NBVAL_CHECK_OUTPUT
busy = rk.sample("grass")
for bits in (5, 4, 3):
    error = (rk.degrade.quantise(busy, bits) - busy) * (2**bits - 1)  # in steps
    print(f"{bits} bits   error in steps: largest {np.abs(error).max():.2f}, standard deviation {error.std():.2f}")
print(f"1 / sqrt(12) = {1 / np.sqrt(12):.2f}")

# %% [markdown]
# Now a surprise. Add a little noise *before* the rounding, and the bands are gone: near a border of two levels the noise
# decides, pixel by pixel, and the eye averages. It is called **dither**, and a real sensor gets it for free.
# **Move both sliders.** How much noise, in steps, is just enough? (The answer is beneath the picture.)


# %%
def dithered(bits, noise_in_steps):
    noisy = rk.degrade.gaussian_noise(sky, noise_in_steps / (2**bits - 1), rng=0)
    return rk.degrade.quantise(noisy, bits)


rk.explore(
    dithered,
    bits=(2, 8, 1, 4),
    noise_in_steps=(0.0, 1.0, 0.1, 0.0),
    title="Dusk, rounded to a few bits",
    static={"noise_in_steps": [0.0, 0.3, 1.0]},
)

# %% [markdown]
# <details><summary>How much is enough?</summary>
#
# About a third to half of a step, whatever the number of bits: then a value between two levels ends on both of them, in the right proportion. More only adds noise.
#
# </details>
#
# ## ISO: what is amplified, and what is not
#
# Between the photodiode and the converter sits an amplifier. ISO 1600 means 16 times the gain of ISO 100.
# Turning up the ISO makes pictures noisy: everybody knows that. Does it?
#
# Take a dark scene that fills 5 % of the sensor's range, and give it *the same light* twice: once at ISO 100, brightened 16 times later on the computer,
# and once at ISO 1600. **Predict** which one is cleaner, then **move the slider**: it is the hiss of the converter itself, in electrons, from an old or cheap one
# (40) to a modern one (1). (The numbers in dB compare with the clean picture: higher is better. Unit 02 explains them.)

# %%
rng = np.random.default_rng(0)
full = 10_000  # electrons that fill the converter's range at ISO 100
dim = 0.05 * portrait[6:54, 4:60]
electrons = rng.poisson(dim * full) + rng.normal(0, 3, dim.shape)  # before the amplifier: shot noise and read noise
signal = (electrons / full).astype(np.float32)
one_electron = rng.normal(0, 1 / full, dim.shape).astype(np.float32)  # after it: the converter's noise


# %%
def twice(hiss):
    brightened_later = 16 * rk.degrade.quantise(signal + hiss * one_electron, bits=12)
    amplified_before = rk.degrade.quantise(16 * signal + hiss * one_electron, bits=12)
    views = [brightened_later, amplified_before]
    scores = [rk.psnr(16 * dim, view) for view in views]
    return views, [f"ISO 100, x16: {scores[0]:.1f} dB", f"ISO 1600: {scores[1]:.1f} dB"]


rk.explore(twice, hiss=(1, 40, 1, 40), title="The same light, ISO 100 and ISO 1600", static={"hiss": [40, 4]})

# %%
# NBVAL_CHECK_OUTPUT
before = 16 * (signal - dim)
print(f"noise from before the amplifier, in both pictures     {before.std():.3f}")
for converter in (40, 4, 1):
    later, at_once = [(view - 16 * dim).std() for view in twice(converter)[0]]
    print(f"converter {converter:>2}: all noise, ISO 100 x16 {later:.3f}   ISO 1600 {at_once:.3f}")

# %% [markdown]
# What arises *before* the amplifier (shot noise, dark current, most read noise) is amplified together with the signal: there the
# two pictures are equal. What comes *after* it, the converter's own noise and its rounding, is **not** amplified by the
# ISO, but it is multiplied by 16 when you brighten later. So the high ISO never loses, and with an old converter it wins clearly. With 4 electrons (in
# proportion, that is the camera of this course) little is left of it, and with 1 nothing that you could see: such sensors are called *ISO-invariant*.
#
# So why are pictures at high ISO noisy? Because the camera picks a high ISO when there is little light, and little light *is* noise.
# And the price of a high ISO: 16 times less light fills the converter, and everything brighter is clipped to white.
#
# **Be the camera** in that dim room. Half the time, twice the ISO: the brightness stays. What doesn't? (The answer is beneath the picture.)
# (In the notebook a second slider gives up to two *stops* less or more light than the camera wants, a quarter or four times as much.)


# %%
def take(shutter, stops):
    iso = int(shutter.split()[-1])
    seconds = 25 / iso * 2**stops  # 25 / 1600 is 1/64, which cameras call 1/60
    return rk.degrade.photograph(cat, light=DIM, iso=iso, exposure=seconds, rng=0).image


shutters = [f"1/{n} s, ISO {25 * m}" for n, m in ((4, 4), (15, 16), (60, 64), (250, 256), (1000, 1024))]
rk.explore(
    take,
    shutter=shutters,
    stops=(-2, 2, 1, 0),
    title="A camera in a dim room",
    static={"shutter": [shutters[0], shutters[3], shutters[4]]},
)

# %% [markdown]
# <details><summary>What doesn't stay?</summary>
#
# The electrons: a white pixel gets 20,000 of them in 1/4 s, about 310 in 1/250 s and 80 in 1/1000 s, so its signal-to-noise ratio falls from about 140 to 18 and 9. (In exchange, a cat that moves is sharp. Ours holds still for the picture.)
#
# </details>

# %% [markdown]
# ## Broken pixels: salt and pepper
#
# Of twenty million pixels a few are **dead** (always black) or **hot** (always bright). Raw files show them. The ISP hides them: it knows the list
# and fills each hole from its neighbours. (One in a hundred here, so that you can see it; in a real sensor one in ten thousand or fewer.)

# %%
from scipy.ndimage import median_filter, uniform_filter

coins = rk.images.crop(rk.sample("coins"), top=26, left=125, height=52, width=64)
defects = rk.degrade.defect_map(coins.shape, dead=0.005, hot=0.005, rng=0)
raw = rk.degrade.apply_defects(coins, defects)
hidden = np.where(defects != 0, median_filter(raw, 3), raw)
rk.show.compare([raw, hidden], ["raw: dead and hot pixels", "after the ISP"], columns=3)

# %% [markdown]
# Errors in transmission or in a memory cell scatter the same white and black, but anew in every picture, and nobody has a list: **salt and pepper**.
#
# It is a noise of another kind. It does not disturb every pixel a little; it destroys a few completely and leaves all the others alone.
# Below are two pictures with the same mean squared error. **Predict** for each of them: is it better repaired by the *mean* of 3 x 3 neighbours, or by their *median*, the middle one
# when they are sorted? (PSNR, in dB, says how close a picture comes to the clean one; higher is better.)

# %%
peppered = rk.degrade.salt_and_pepper(coins, 0.1, rng=0)
sigma = float(np.sqrt(((peppered - coins) ** 2).mean()))
grainy = rk.degrade.gaussian_noise(coins, sigma, rng=0)
views, titles = [], []
for name, noisy in (("salt and pepper", peppered), ("Gaussian", grainy)):
    views += [noisy, uniform_filter(noisy, 3), median_filter(noisy, 3)]
    titles += [name, "its mean", "its median"]
rk.show.compare(views, titles, reference=coins, columns=3, scores=["psnr"])

# %% [markdown]
# The same two filters, the opposite verdict. One white speck drags the mean of nine pixels along; the middle of the nine does not notice it. Small errors everywhere the mean
# averages out better. The best tool depends on what happened to the picture.
#
# ## Noise that multiplies: speckle
#
# Laser, radar and ultrasound pictures are made of waves that add up or cancel at random: every value is *multiplied* by a random
# factor. That is **speckle**: the brighter a place, the more it varies. Here it is $x\,(1 + n)$, where $x$ is the clean value and $n$ a random number around 0. A camera has a
# milder form: no two pixels answer to the same light quite alike, by about one percent (*photo response non-uniformity*, PRNU). It is frozen into the sensor and has helped to
# find out which camera took a picture.
#
# <details><summary>How strong is it in a radar picture?</summary>
#
# In a single look the intensity is as uncertain as can be: exponentially distributed, its standard deviation equal to its mean. Averaged over many looks the factor comes close
# to a bell curve around 1, which is our $1 + n$.
#
# </details>

# %%
ramp = np.tile(np.linspace(0, 0.8, 120, dtype=np.float32), (20, 1))
strips = [
    rk.degrade.gaussian_noise(ramp, 0.1, rng=0),
    rk.degrade.shot_noise(ramp, 50, rng=0),
    rk.degrade.speckle_noise(ramp, 0.2, rng=0),
]
alone = [0.5 + 2 * (strip - ramp) for strip in strips]  # gray is no noise
kinds = ["Gaussian (read noise)", "shot", "speckle"]
rk.show.compare(strips + alone, kinds + ["its noise alone, x2"] * 3, columns=3)

# %% [markdown]
# And the sensor's own pattern, 20 times too strong so that you can see it: it comes back in the next photo, and it goes when you subtract the two.

# %%
uneven = rk.degrade.speckle_noise(ramp, 0.2, rng=3)
one, two = (rk.degrade.shot_noise(uneven, 400, rng=shot) for shot in (1, 2))
rk.show.compare([one, two, one - two + 0.5], ["PRNU x20", "the next photo", "their difference: shot noise"], columns=3)

# %% [markdown]
# ## How to tell them apart
#
# The strips of noise alone show it: Gaussian noise does not care about the light, shot noise grows with it, speckle grows faster and leaves black alone. Measure the
# spread on flat patches of rising brightness, and every noise draws its own curve.

# %%
brightness = np.linspace(0.1, 0.9, 9)


def spread(noise, **parameters):
    return [noise(np.full((120, 120), b, np.float32), rng=0, **parameters).std() for b in brightness]


curves = {
    "Gaussian (constant)": spread(rk.degrade.gaussian_noise, sigma=0.1),
    "shot (square root)": spread(rk.degrade.shot_noise, photons_at_white=50),
    "speckle (straight line)": spread(rk.degrade.speckle_noise, sigma=0.2),
}
rk.show.lines(brightness, curves, "brightness of the patch", "standard deviation of the noise")

# %%
# NBVAL_CHECK_OUTPUT
for name, curve in curves.items():
    low, high = curve[1], curve[7]  # at brightness 0.2 and 0.8: four times the light
    print(f"{name:<24} at 0.2: {low:.2f}   at 0.8: {high:.2f}   {high / low:.1f} times the noise")

# %% [markdown]
# Two gray patches of one photo are enough for a verdict. In the [lab](lab:01_degradation) you will write the detective.
#
# > **Half-time.** So far every pixel suffered alone: light is counted, heat joins in, electronics hiss and round, some pixels are broken.
# > From here on pixels spoil each other: blur, sampling, JPEG. Then light again, once too little and once too much. A good place for a break.
#
# ## Blur: where one point of light goes
#
# A star is a point. Photograph it with a shaky hand and it becomes a scrawl; out of focus, it becomes a disk. That picture of a point is the **kernel** of the
# blur (the *point spread function*), and a blurred photo is the sharp one with every point replaced by the kernel: $y = k * x$, a
# convolution.

# %%
kernels = {
    "camera shake": rk.degrade.shake_kernel(21, size=25, rng=3),
    "motion, 15 px at 30°": rk.degrade.motion_kernel(15, 30, size=25),
    "defocus, radius 6": rk.degrade.disk_kernel(6, size=25),
    "soft lens, sigma 2.5": rk.degrade.gaussian_kernel(2.5, size=25),
}
rk.show.compare([k / k.max() for k in kernels.values()], list(kernels), columns=4)

# %%
stars = rk.images.crop(rk.sample("hubble"), top=140, left=80, height=150, width=176)
stars = 2 * rk.images.to_gray(np.clip(rk.degrade.resize(stars, scale=1 / 2), 0, 1))
rk.show.compare([rk.degrade.apply_blur(stars, k) for k in kernels.values()], list(kernels), columns=4)

# %% [markdown]
# Find a small star that stands alone (in the third picture there is one a little to the right of the middle): it draws the kernel for you.
#
# | kernel | who makes it | how it looks |
# | --- | --- | --- |
# | trajectory | a shaken hand; the same everywhere in the picture | a scrawl |
# | line | an object that moves (only the object is blurred), or a panned camera | a stroke |
# | disk | a lens out of focus; grows with the distance from the sharp plane | a plate with a sharp rim |
# | bell | a lens's own errors; the shimmering of hot air in a long exposure | soft |

# %%
face = rk.images.crop(rk.sample("astronaut"), top=10, left=140, height=160, width=176)
face = rk.images.to_gray(np.clip(rk.degrade.resize(face, scale=1 / 2), 0, 1))


def blurred(kind, size):
    kernels = {
        "shake": rk.degrade.shake_kernel(3 * size, size=6 * size + 1, rng=3),
        "motion": rk.degrade.motion_kernel(2 * size + 1, 30),
        "defocus": rk.degrade.disk_kernel(size),
        "soft lens": rk.degrade.gaussian_kernel(size / 2),
    }
    return rk.degrade.apply_blur(face, kernels[kind])


kinds = ["shake", "motion", "defocus", "soft lens"]
rk.explore(blurred, kind=kinds, size=(1, 8, 1, 3), title="One portrait, four kernels", static={"kind": kinds})

# %% [markdown]
# One kernel for the whole picture is the simplest case. If one thing moves, only that is blurred. And hot air bends the picture anew every few milliseconds: a short exposure shows it
# bent (**turbulence**), a long one the average, which is a blur.

# %%
from scipy.ndimage import gaussian_filter, map_coordinates

coin = rk.images.crop(rk.sample("coins"), top=22, left=96, height=64, width=88)
rows, columns = np.mgrid[:64, :88]
disc = ((rows - 30) ** 2 + (columns - 61) ** 2 < 24**2).astype(np.float32)  # where the big coin lies
table = np.where(disc > 0, np.median(coin[disc == 0]), coin).astype(np.float32)
stroke = rk.degrade.motion_kernel(13, 0)
panned = rk.degrade.apply_blur(coin, stroke)
covered = rk.degrade.apply_blur(disc, stroke)  # how long the coin hid the table
moving = rk.degrade.apply_blur(coin * disc, stroke) + (1 - covered) * table

# %%
rng = np.random.default_rng(0)


def through_hot_air():
    bend = 14 * gaussian_filter(rng.normal(0, 1, (2, 64, 88)), (0, 4, 4))
    return map_coordinates(coin, [rows, columns] + bend, order=1, mode="nearest").astype(np.float32)


frames = [through_hot_air() for _ in range(30)]
views = [panned, moving, frames[0], np.mean(frames, axis=0)]
rk.show.compare(views, ["camera moved", "coin moved", "hot air, short", "hot air, long"], columns=4)

# %% [markdown]
# ## Sampling: patterns that were never there
#
# A sensor looks at the world through a grid. What is finer than the grid does not simply vanish: it comes back as
# something coarse and false. **Predict**: the rings of the first picture get finer and finer outwards. What happens when we keep
# every fourth pixel? And if we blur first?

# %%
rows, columns = np.mgrid[-64:64, -64:64]
rings = (0.5 + 0.5 * np.cos((rows**2 + columns**2) * np.pi / 256)).astype(np.float32)


def sampled(keep_every, blur_first):
    n = keep_every
    few = rk.degrade.resize(rings, scale=1 / n, antialias=True) if blur_first else rings[::n, ::n]
    return few.repeat(n, axis=0).repeat(n, axis=1)  # drawn as large as before


rk.explore(
    sampled,
    keep_every=[1, 2, 4, 8],
    blur_first=False,
    title="Rings on a coarser grid",
    static={"keep_every": [1, 4, 4], "blur_first": [False, False, True]},
)

# %% [markdown]
# The false rings are **aliasing**: where the stripes come closer than two new pixels, they cannot be told from wider ones. The cure is to blur
# *before* sampling, so that what cannot be stored is gone, not disguised. Cameras have an optical low-pass filter for this, or very small pixels; a good
# `resize` does it by itself. Remember it for super-resolution: detail that was blurred away is missing; detail that was aliased is lying.
#
# ## JPEG: blocks and ripples
#
# JPEG cuts the picture into blocks of 8 x 8 pixels, writes each as a sum of waves, and rounds the waves' strengths, the fine ones most: quantisation again, of
# waves instead of pixels. Lower the quality and look for three things: the edges of the blocks, ripples along sharp edges, and colours that run.

# %%
cup = rk.images.crop(rk.sample("coffee"), top=10, left=150, height=180, width=264)
cup = np.clip(rk.degrade.resize(cup, scale=1 / 3), 0, 1)


def compressed(quality):
    return rk.degrade.jpeg(cup, quality)


rk.explore(compressed, quality=(5, 95, 5, 30), title="A cup, saved as JPEG", static={"quality": [5, 20, 80]})

# %%
coffee = rk.sample("coffee")  # the whole picture, 3 bytes a pixel
for quality in (80, 20, 5):
    times = coffee.size / rk.degrade.jpeg_size(coffee, quality)
    psnr = rk.psnr(coffee, rk.degrade.jpeg(coffee, quality))
    print(f"quality {quality:>2}   {times:3.0f} times smaller   PSNR {psnr:.0f} dB")

# %% [markdown]
# A shared picture goes through it several times: it is shrunk, saved, cropped, saved again. **Predict** which costs most: saving it again, cropping it and saving it again, or shrinking it?
# (SSIM says how alike two pictures are; 1 is the same.)

# %%
once = rk.degrade.jpeg(cup, 40)
smaller = rk.degrade.resize(once, scale=0.7)
shared = rk.degrade.jpeg(rk.degrade.resize(rk.degrade.jpeg(smaller, 40), shape=cup.shape[:2]), 40)
rk.show.compare([once, shared], ["saved once, quality 40", "shared, enlarged again"], reference=cup, columns=3)

# %%
cut = (slice(3, None), slice(3, None))
for what, picture, clean in (
    ("saved once", once, cup),
    ("saved a second time, same quality", rk.degrade.jpeg(once, 40), cup),
    ("cropped by 3 pixels, saved again", rk.degrade.jpeg(once[cut], 40), cup[cut]),
    ("shrunk and enlarged, not saved again", rk.degrade.resize(smaller, shape=cup.shape[:2]), cup),
    ("all of it: shrunk, saved, enlarged, saved", shared, cup),
):
    print(f"{what:<43} PSNR {rk.psnr(clean, picture):.1f} dB")

# %% [markdown]
# Saving again on the same grid costs little: the waves are rounded already. After a crop the blocks lie elsewhere, and the second rounding is a new one. Shrinking
# costs as much even without any compression, because fine detail goes for good. So these two tie, and the losses add up.

# %% [markdown]
# ## Too dark, too bright
#
# One *stop* more is twice the light, and the converter cuts at white. **Predict**: one photo is five stops too dark, one
# two stops too bright. Both are corrected afterwards. Which one comes back?

# %%
table_top = rk.images.to_gray(rk.images.crop(rk.sample("coffee"), top=10, left=150, height=210, width=276))
table_top = np.clip(rk.degrade.resize(table_top, scale=1 / 3), 0, 1)


def shot_at(stops):  # by a camera without colour filters
    light = rk.degrade.srgb_to_linear(table_top) * 2.0**stops
    counted = rk.degrade.shot_noise(light, photons_at_white=20_000, rng=0)
    read = rk.degrade.read_noise(counted, electrons=8, electrons_at_white=20_000, rng=1)
    return rk.degrade.linear_to_srgb(np.clip(read, 0, 1))


dark, bright = shot_at(-5), shot_at(2)
views = [dark, rk.degrade.expose(dark, 5), bright, rk.degrade.expose(bright, -2)]
rk.show.compare(views, ["5 stops under", "and brightened", "2 stops over", "and darkened"], reference=shot_at(0))

# %% [markdown]
# The dark one comes back, noisy. The bright one does not: every value above white was written as white,
# and no program knows which it was. Photographers say: expose for the highlights, the brightest parts.
#
# Fog takes something else away: contrast. You will clear some in a minute.
#
# ## Bent, but not lost: deformation
#
# Wide lenses bend straight lines: outwards like a **barrel**, inwards like a **pincushion**, or all the way like a **fisheye**. Every point is still there, at
# another place. So this one can be undone if the lens is known; only the squeezed rim comes back softer.

# %%
bricks = np.clip(rk.degrade.resize(rk.sample("brick"), shape=(72, 72)), 0, 1)
barrel, pincushion = rk.degrade.barrel(bricks, 0.6), rk.degrade.pincushion(bricks, 0.6)
fisheye = rk.degrade.fisheye(bricks, 0.9)
undone = rk.degrade.undo_fisheye(fisheye, 0.9)
views = [bricks, barrel, pincushion, fisheye, undone, 0.5 + undone - bricks]
rk.show.compare(
    views, ["straight", "barrel", "pincushion", "fisheye", "the fisheye, undone", "what is lost"], columns=3
)

# %% [markdown]
# ## One letter for all of it
#
# Whatever happened, we write
#
# $$ y = D(x) $$
#
# $x$ is the picture as it should be, $y$ the one we have, $D$ the **degradation**.
#
# | degradation | in words | $y = D(x)$ | what is lost |
# | --- | --- | --- | --- |
# | Gaussian noise | a random error is added, of the same typical size $\sigma$ everywhere | $x + n$ | certainty, everywhere alike |
# | shot noise | photons are counted, $N$ of them where it is white | $\mathrm{Poisson}(N x) / N$ | certainty; relative to the light, most where it is dark |
# | speckle, PRNU | every value gets its own random factor | $x\,(1 + n)$ | certainty, in proportion |
# | salt and pepper | a few pixels are destroyed | some pixels become 0 or 1 | those pixels |
# | quantisation | values are rounded to $b$ bits | the nearest of $2^b$ levels | steps smaller than a level |
# | blur | every point is smeared to the shape of the kernel $k$ | $k * x$ | fine detail, faintly still there |
# | sampling | of the smeared picture few pixels are kept | every $s$-th pixel of $k * x$ | detail finer than two pixels |
# | JPEG | blocks of 8 x 8 are written as waves | the waves, rounded | faint waves |
# | over-exposure | $e$ stops too much light, cut at white | $\min(2^e x, 1)$, the smaller of the two | everything above white |
# | fog | a share $1 - t$ of gray light $A$ is mixed in | $t\,x + (1 - t) A$ | contrast |
# | deformation | points move | $x$ at bent coordinates | nearly nothing |
#
# ($n$ is a random number around 0, drawn anew for each pixel; $\mathrm{Poisson}(\lambda)$ is a count where $\lambda$ is expected; $*$ is the convolution of the section on blur.)
#
# A real photo has gone through many: $y = D_5(D_4(\dots D_1(x)))$. **Predict**: does the order matter? The same noise and the same blur, in both orders.

# %%
kernel = rk.degrade.gaussian_kernel(1.5)
noise_then_blur = rk.degrade.apply_blur(rk.degrade.gaussian_noise(face, 0.15, rng=0), kernel)
blur_then_noise = rk.degrade.gaussian_noise(rk.degrade.apply_blur(face, kernel), 0.15, rng=0)
rk.show.compare([noise_then_blur, blur_then_noise], ["noise, then blur", "blur, then noise"], reference=face, columns=3)

# %% [markdown]
# It does. In a camera the lens blurs *first* and the sensor adds noise *afterwards*, so undoing the blur must not blow up the noise. In super-resolution and
# deblurring, getting $D$ wrong is the commonest reason for a method that shines on the test set and fails on your phone.
#
# Here is a complete journey: blurred by a shaken hand, taken in dim light, saved, shared. Drag the handle.

# %%
scene = rk.images.crop(rk.sample("astronaut"), top=0, left=116, height=200, width=212)
shaken = np.clip(rk.degrade.apply_blur(scene, rk.degrade.shake_kernel(12, size=21, rng=1)), 0, 1)
taken = rk.degrade.photograph(shaken, light=DIM, iso=6400, exposure=1 / 250, rng=0).image
rk.before_after(scene, rk.degrade.jpeg(taken, 40), labels=("the scene", "the file"))

# %% [markdown]
# ### Why knowing D matters
#
# **Fog** mixes the scene with its own gray light: $y = t\,x + (1 - t) A$, where $A$ is the brightness of the fog, and $t$ runs from 1 (clear) to 0 (fog only).
# Somebody hands you a foggy picture. You know the formula and $A$, but not $t$. For every belief about $t$ you can solve for
# $x$. **Move the slider** until the picture looks right. Which $t$ was it?

# %%
airlight = 0.9
true_t = np.random.default_rng(189).integers(25, 76) / 100  # drawn, so that you have to find it
foggy = rk.degrade.quantise(true_t * dusk + (1 - true_t) * airlight, bits=8)


def clear(believed_t):
    return (foggy - (1 - believed_t) * airlight) / believed_t


rk.explore(
    clear,
    believed_t=(0.2, 1.0, 0.05, 1.0),
    title="The fog, cleared with the t you believe in",
    static={"believed_t": [1.0, 0.6, 0.3]},
)

# %%
# NBVAL_CHECK_OUTPUT
print(f"as it came, t = 1.00  PSNR {rk.psnr(dusk, foggy):.0f} dB")
for believed_t in (0.6, 0.5, 0.45, 0.4, 0.3):
    print(f"believing t = {believed_t:.2f}   PSNR {rk.psnr(dusk, clear(believed_t)):.0f} dB")
print(f"and it was t = {true_t:.2f}")

# %% [markdown]
# With the right $D$ the picture comes back nearly perfectly; with a wrong one it is too gray or too harsh, and no cleverness in the formula helps.
# (In real fog $t$ depends on the distance: far things lose more. The library's `rk.degrade.fog` can do that.)
#
# *Restoration* is the art of going back from $y$ to $x$, and it starts with a good model of $D$. If $D$ is unknown we speak of **blind** restoration, and then $D$ has to
# be estimated as well.
#
# ## Who suffers? Low-level and high-level vision
#
# *Low-level* vision works on pixels: edges, corners, motion. *High-level* vision works on meaning: a face, a text, a tumour. Who is hurt first by noise?
# **Predict**, then look at an edge detector at work.

# %%
from skimage.feature import canny

sigmas = [0, 0.05, 0.1]
noisy = [rk.degrade.gaussian_noise(portrait, s, rng=0) for s in sigmas]
edges = [canny(picture, sigma=1).astype(np.float32) for picture in noisy]
rk.show.compare(noisy + edges, [f"sigma {s}" for s in sigmas] + ["its edges"] * 3, columns=3)

# %%
# NBVAL_CHECK_OUTPUT
from scipy.ndimage import binary_dilation

near_true = binary_dilation(edges[0] > 0, np.ones((3, 3)))
for s, found in zip(sigmas, edges):
    real = found[near_true].sum() / found.sum()
    more = found.sum() / edges[0].sum()
    print(f"sigma {s:<4}   {more:.1f} times as many edge pixels, of them real {real:.0%}")

# %% [markdown]
# A sigma of 0.05 (errors of typically a twentieth of white) you would forgive, yet a fifth of the edges are ghosts. Now a face detector, which asks one question about many
# pixels at a time. The face is small, about 30 pixels wide. We count in how many of 20 noisy pictures it is found, and in how many if each is slightly smoothed first.

# %%
from skimage.data import lbp_frontal_face_cascade_filename
from skimage.feature import Cascade

detector = Cascade(lbp_frontal_face_cascade_filename())
small = rk.images.crop(rk.sample("astronaut"), top=0, left=100, height=256, width=256)
small = rk.images.to_gray(rk.degrade.resize(small, scale=1 / 3))


def sees_a_face(picture):  # of 24 to 60 pixels
    return len(detector.detect_multi_scale(rk.images.to_uint8(picture), 1.1, 1, (24, 24), (60, 60))) > 0


# %%
smooth = rk.degrade.gaussian_kernel(1.0)
views, titles = [], []
for s in (0.05, 0.1, 0.2):
    noisy = [rk.degrade.gaussian_noise(small, s, rng=k) for k in range(20)]
    smoothed = [rk.degrade.apply_blur(picture, smooth) for picture in noisy]
    for name, tries in ((f"sigma {s}", noisy), ("smoothed", smoothed)):
        views.append(tries[0][6:58, 14:74])
        titles.append(f"{name}: found {sum(map(sees_a_face, tries))} of 20")
rk.show.compare(views[::2] + views[1::2], titles[::2] + titles[1::2], columns=3)

# %% [markdown]
# At 0.05 the detector does not even notice what has already fooled the edges: a pattern of many pixels averages the noise. Then it falls off a cliff. A little
# smoothing moves the cliff. That is one reason to restore pictures that no human will look at.
#
# ## Three questions

# %%
rk.quiz("01_degradation")

# %% [markdown]
# ## Take away
#
# - **Light is counted.** Shot noise has variance = mean; four times the light makes a picture twice as clean. In good light it looks Gaussian.
# - **Ask how the noise grows with the light**: not at all (read noise, Gaussian), like the square root (shot), in proportion (speckle). Salt and pepper hits few pixels, but hard.
# - **ISO amplifies signal and noise alike.** It even helps against the noise that comes after it. What makes night photos noisy is the missing light.
# - **Blur has a kernel**, and a star shows it. **Sampling without blurring lies.** **Clipping forgets for ever; bending forgets nearly nothing.**
# - **$y = D(x)$**: the order of the degradations matters, and every method of restoration believes in some $D$. Ask which.
#
# Now do it yourself: [lab 01](lab:01_degradation). Then: [how good is a restoration?](lecture:02_quality)
#
# ## References
#
# - S. W. Hasinoff, "Photon, Poisson noise", in *Computer Vision: A Reference Guide*, Springer, 2014.
# - G. E. Healey and R. Kondepudy, "Radiometric CCD camera calibration and noise estimation", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 16 (3), 1994.
# - A. Foi, M. Trimeche, V. Katkovnik and K. Egiazarian, "Practical Poissonian-Gaussian noise modeling and fitting for single-image raw-data", *IEEE Transactions on Image Processing* 17 (10), 2008.
# - J. W. Goodman, "Some fundamental properties of speckle", *Journal of the Optical Society of America* 66 (11), 1976.
# - J. Lukáš, J. Fridrich and M. Goljan, "Digital camera identification from sensor pattern noise", *IEEE Transactions on Information Forensics and Security* 1 (2), 2006.
# - G. K. Wallace, "The JPEG still picture compression standard", *Communications of the ACM* 34 (4), 1991.
# - L. Zhang, R. Chu, S. Xiang, S. Liao and S. Z. Li, "Face detection based on multi-block LBP representation", *International Conference on Biometrics*, 2007. The
#   trained detector comes with scikit-image, which has it from OpenCV (`lbpcascades`).
# - J. Canny, "A computational approach to edge detection", *IEEE Transactions on Pattern Analysis and Machine Intelligence* 8 (6), 1986.
#
# | English | Korean | | English | Korean |
# | --- | --- | --- | --- | --- |
# | degradation | 열화 | | motion blur | 모션 블러 |
# | noise | 잡음(노이즈) | | defocus blur | 초점 흐림 |
# | shot noise | 산탄(샷) 잡음 | | point spread function | 점확산함수 |
# | dark current noise | 암전류 잡음 | | exposure time | 노출 시간 |
# | thermal noise | 열잡음 | | dead, hot pixel | 불량, 핫 픽셀 |
# | quantisation noise | 양자화 잡음 | | image restoration | 이미지 복원 |
# | salt-and-pepper noise | 소금-후추 잡음 | | blind | 블라인드(열화를 모르는) |
