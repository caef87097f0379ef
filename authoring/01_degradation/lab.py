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
# # Lab 01: How a photograph degrades
#
# {{badge}}
#
# After this lab you will have
#
# - written the five noises of the [lecture](lecture:01_degradation) by hand, each in a line or three;
# - built a camera with an ISO dial and an exposure dial;
# - read from two gray patches which noise is in a photo;
# - estimated $\sigma$ from a single picture.
#
# 90 minutes; runs in about 10 seconds on a CPU; no GPU needed.
#
# Each exercise is a function to complete, with a check below it that tells you what is wrong. Leave one unfinished and the rest
# of the page still runs: a reference stands in. Your progress is remembered.

# %%
# {{setup}}

# %% [markdown]
# {{keep}}

# %% [markdown]
# ## The picture to spoil
#
# Images are float arrays in [0, 1]. All noise comes from a random generator `rng` that is handed to your function, so that an experiment can
# be repeated exactly. The small numbers beneath the titles compare with the clean picture (unit 02 explains them): higher is better. **Draw only from that `rng`, never change the array you are given, and let noise never clip: values may leave [0, 1].**

# %%
photo = rk.images.crop(rk.sample("camera"), top=60, left=150, height=160, width=240)
photo = np.clip(rk.degrade.resize(photo, scale=1 / 2), 0, 1)
rng = np.random.default_rng(1)
print(f"shape {photo.shape}, values from {photo.min():.2f} to {photo.max():.2f}")
print(f"three draws from the bell curve: {rng.normal(0, 1, size=3).round(2)}")

# %% [markdown]
# ### Exercise 1.1 - Gaussian noise (1 point)
#
# The hiss of electronics: every value gets a random error from the same bell curve, in the dark and in the light.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-gaussian-noise", "locked": false, "solution": true, "task": false}
@rk.exercise("01.gaussian_noise")
def gaussian_noise(image, sigma, rng):
    """Add Gaussian noise: y = x + n.

    image: float array (H, W) or (H, W, C) in [0, 1].
    sigma: standard deviation of the noise, on the same [0, 1] scale.
    rng:   numpy.random.Generator to draw from.
    Returns an array of the same shape; values may leave [0, 1].

    For example, with sigma=0.1 a pixel of 0.5 typically ends up between 0.4 and 0.6.
    """
    ### BEGIN SOLUTION
    return image + rng.normal(0, sigma, size=image.shape)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-gaussian-noise-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(gaussian_noise)

# %% [markdown]
# {{hints:01.gaussian_noise}}

# %%
sigmas = [0.02, 0.1, 0.3]
noisy = [gaussian_noise(photo, s, np.random.default_rng(0)) for s in sigmas]
rk.show.compare(noisy, [f"sigma {s}" for s in sigmas], reference=photo)

# %% [markdown]
# ### Exercise 1.2 - shot noise (2 points)
#
# Turn the image into expected photon counts, let nature draw, and turn the counts back into brightness.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-shot-noise", "locked": false, "solution": true, "task": false}
@rk.exercise("01.shot_noise")
def shot_noise(image, photons_at_white, rng):
    """Photograph `image` with a sensor that counts photons.

    image: float array (H, W) or (H, W, C) in [0, 1], in proportion to the light.
    photons_at_white: expected number of photons where the image is 1.
    rng:   numpy.random.Generator to draw from.
    Returns an array of the same shape in the same units as `image`; it may exceed 1.

    For example, a pixel of 0.5 with photons_at_white=100 expects 50 photons;
    if 43 arrive, it returns 0.43.
    """
    ### BEGIN SOLUTION
    expected = image * photons_at_white
    counts = rng.poisson(expected)
    return counts / photons_at_white
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-shot-noise-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(shot_noise)

# %% [markdown]
# {{hints:01.shot_noise}}

# %%
photons = [5, 50, 500]
noisy = [shot_noise(photo, n, np.random.default_rng(0)) for n in photons]
rk.show.compare(noisy, [f"{n} photons at white" for n in photons], reference=photo)

# %% [markdown]
# ### Exercise 1.3 - salt and pepper (2 points)
#
# A few pixels are broken: half of them black, half of them white. All others are untouched. In a colour picture a pixel breaks as a whole, in
# all its channels at once. No pixel breaks twice: the share must be right for large amounts, too.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-salt-and-pepper", "locked": false, "solution": true, "task": false}
@rk.exercise("01.salt_and_pepper")
def salt_and_pepper(image, amount, rng):
    """Replace some pixels by black (0) or white (1).

    image:  float array (H, W) or (H, W, C) in [0, 1].
    amount: share of the pixels that are hit, salt and pepper together, from 0 to 1.
    rng:    numpy.random.Generator to draw from.
    Returns an array of the same shape.

    For example, with amount=0.1 a picture of 1,000 pixels has about 50 black and 50 white ones,
    and 900 as they were.
    """
    ### BEGIN SOLUTION
    ticket = rng.random(image.shape[:2])
    noisy = image.copy()
    noisy[ticket < amount / 2] = 0
    noisy[(amount / 2 <= ticket) & (ticket < amount)] = 1
    return noisy
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-salt-and-pepper-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(salt_and_pepper)

# %% [markdown]
# {{hints:01.salt_and_pepper}}

# %%
cat = rk.images.crop(rk.sample("chelsea"), top=50, left=120, height=80, width=120)
noisy = [salt_and_pepper(cat, amount, np.random.default_rng(0)) for amount in (0.02, 0.1)]
rk.show.compare(noisy, ["amount 0.02", "amount 0.1: no coloured specks"], reference=cat, columns=3)

# %% [markdown]
# ### Exercise 1.4 - speckle (1 point)
#
# Laser, radar and ultrasound pictures (averaged over many looks), and pixels of slightly different gain: every value, each channel on its own, is multiplied by
# its own random factor, which is 1 + Gaussian noise of standard deviation $\sigma$.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-speckle-noise", "locked": false, "solution": true, "task": false}
@rk.exercise("01.speckle_noise")
def speckle_noise(image, sigma, rng):
    """Multiply every value by its own gain, 1 + Gaussian noise.

    image: float array (H, W) or (H, W, C) in [0, 1].
    sigma: standard deviation of the gain (0.2: typically 20 % too bright or too dark).
    rng:   numpy.random.Generator to draw from.
    Returns an array of the same shape; it may exceed 1.

    For example, with sigma=0.2 a pixel of 0.5 typically ends up between 0.4 and 0.6,
    and a pixel of 0 stays 0.
    """
    ### BEGIN SOLUTION
    gain = 1 + rng.normal(0, sigma, size=image.shape)
    return image * gain
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-speckle-noise-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(speckle_noise)

# %% [markdown]
# {{hints:01.speckle_noise}}

# %%
noisy = [speckle_noise(photo, s, np.random.default_rng(0)) for s in (0.1, 0.4)]
rk.show.compare(noisy, ["sigma 0.1", "sigma 0.4: the dark coat stays clean"], reference=photo, columns=3)

# %% [markdown]
# ### Exercise 1.5 - quantisation (1 point)
#
# The converter knows `2**bits` levels, black and white among them, and takes the nearest.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-quantise", "locked": false, "solution": true, "task": false}
@rk.exercise("01.quantise")
def quantise(image, bits):
    """Round to the nearest of 2**bits equally spaced levels from 0 to 1.

    image: float array of any shape in [0, 1].
    bits:  whole number, 1 or more.
    Returns an array of the same shape in [0, 1].

    For example, 2 bits have the four levels 0, 1/3, 2/3 and 1, so 0.4 becomes 0.333.
    """
    ### BEGIN SOLUTION
    steps = 2**bits - 1
    return np.round(image * steps) / steps
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-quantise-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(quantise)

# %% [markdown]
# {{hints:01.quantise}}

# %%
coarse = [quantise(photo, bits) for bits in (1, 2, 4)]
rk.show.compare(coarse, ["1 bit", "2 bits", "4 bits: look at the sky"], reference=photo)

# %% [markdown]
# ## The same noises, ready-made
#
# scikit-image has them too, in `skimage.util.random_noise`. Before you use somebody's function, read what its parameters *mean*.
# **Predict** the four standard deviations; each is meant to be the 0.1 of exercise 1.1, on a dark gray wall.

# %%
# NBVAL_CHECK_OUTPUT
from skimage.util import random_noise

wall = np.full((300, 300), 0.1)
tries = {
    "yours": gaussian_noise(wall, 0.1, np.random.default_rng(0)),
    "random_noise(var=0.1)": random_noise(wall, "gaussian", var=0.1, rng=0),
    "random_noise(var=0.01)": random_noise(wall, "gaussian", var=0.01, rng=0),
    "random_noise(var=0.01, clip=False)": random_noise(wall, "gaussian", var=0.01, clip=False, rng=0),
}
for name, noisy in tries.items():
    print(f"{name:<36} mean {noisy.mean():.2f}   standard deviation {noisy.std():.2f}")

# %% [markdown]
# Two traps: it takes the *variance*, and it clips unless told not to. Clipping has brightened the dark wall and narrowed its noise. Its other modes have
# their own habits: `"poisson"` guesses the number of photons from how many different values the image holds, and `"s&p"` hits single channels.

# %% [markdown]
# ## A camera of your own
#
# ### Exercise 1.6 - from electrons to numbers (2 points)
#
# You are the electronics. The photodiodes hold electrons; the **amplifier** multiplies (ISO 100 is a gain of 1, ISO 400 a gain of 4); the **converter**
# reads `full_well` amplified electrons as white, can write nothing below 0 or above 1, and knows `2**bits` levels.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-digitise", "locked": false, "solution": true, "task": false}
@rk.exercise("01.digitise")
def digitise(electrons, iso, full_well, bits):
    """Turn electrons into the numbers of a raw file: amplify first, then clip and quantise.

    electrons: float array of any shape; read noise may have made it slightly negative.
    iso:       100 is a gain of 1, 400 a gain of 4.
    full_well: electrons that just reach white at ISO 100.
    bits:      the converter has 2**bits levels from 0 to 1.
    Returns an array of the same shape, on those levels.

    For example, with full_well=10_000 and many bits, 2,000 electrons give 0.2 at ISO 100,
    0.8 at ISO 400, and 1 at ISO 1600.
    """
    ### BEGIN SOLUTION
    amplified = electrons * (iso / 100)
    voltage = np.clip(amplified / full_well, 0, 1)
    steps = 2**bits - 1
    return np.round(voltage * steps) / steps
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-digitise-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(digitise)

# %% [markdown]
# {{hints:01.digitise}}

# %% [markdown]
# Now the whole camera: the light falls for so many seconds, *your* shot noise and *your* Gaussian read noise, *your* electronics. Play
# with it. Find (a) the cleanest picture, (b) a picture that is bright and noisy, (c) one whose sky is burnt out, (d) one with bands.
# (One way for each is beneath the picture.)

# %%
FULL_WELL = 10_000
RATE = 40_000  # electrons a second from something white


def camera(iso, seconds, bits):
    rng = np.random.default_rng(0)
    at_white = RATE * seconds  # expected electrons at white
    light = shot_noise(photo, at_white, rng)
    light = gaussian_noise(light, 4 / at_white, rng)  # read noise: 4 electrons
    return digitise(light * at_white, iso, FULL_WELL, bits)


rk.explore(
    camera,
    iso=[100, 200, 400, 800, 1600, 3200, 6400],
    seconds=[0.25, 0.125, 0.063, 0.031, 0.016, 0.008, 0.004],
    bits=[12, 8, 6, 4],
    title="Your camera",
    static={"iso": [100, 800, 6400], "seconds": [0.25, 0.031, 0.004]},
)

# %% [markdown]
# From picture to picture eight times the ISO and an eighth of the time: the brightness stays, the electrons do not. White is 10,000 electrons in the
# first picture and 160 in the last.
#
# <details><summary>(a) to (d)</summary>
#
# (a) ISO 100, 0.25 s, 12 bits: the most light that fits. (b) ISO 6400, 0.004 s. (c) ISO 400 or more at 0.25 s. (d) ISO 100, 0.25 s, 4 bits: too little noise
# to hide the steps.
#
# </details>
#
# ## The detective
#
# ### Exercise 1.7 - name the noise (3 points)
#
# Three photos, each of a dark and of a bright gray card: one has Gaussian noise, one shot noise, one speckle. Which is which? **Decide from the histograms** (the dark card
# is the left hill) before you unfold the answer.

# %%
from restorekit.checks import mystery

cards = [mystery.case(number) for number in (2, 0, 1)]
rk.show.histogram(
    [np.concatenate([dark, bright]) for _, dark, bright in cards], ["A", "B", "C"], bins=60, limits=(0, 1.2)
)

# %% [markdown]
# <details><summary>The answer</summary>
#
# A is speckle: the bright hill is much wider than the dark one, four times for four times the light. B is Gaussian: both hills are equally wide. C is shot
# noise: the bright hill is twice as wide. And salt and pepper? Two needles, because most pixels are untouched, and a few pixels at exactly 0 and exactly 1.
#
# </details>

# %% [markdown]
# Now teach it to the computer. Your function gets the dark patch and the bright patch of one photo. Their brightness differs from photo to photo, and so does
# the strength of the noise.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-name-the-noise", "locked": false, "solution": true, "task": false}
@rk.exercise("01.name_the_noise")
def name_the_noise(dark, bright):
    """Name the noise from two flat patches of one photo.

    dark, bright: float arrays (H, W), noisy pictures of a darker and a brighter flat card.
    Returns "gaussian", "shot", "speckle" or "salt and pepper".

    For example, if the mean rises from 0.2 to 0.8 and the standard deviation from 0.05 to 0.10, it is "shot".
    """
    ### BEGIN SOLUTION
    values = np.concatenate([dark.ravel(), bright.ravel()])
    if (values == 0).any() and (values == 1).any():
        return "salt and pepper"
    light = bright.mean() / dark.mean()
    spread = bright.std() / dark.std()
    power = np.log(spread) / np.log(light)
    if power < 0.25:
        return "gaussian"
    return "shot" if power < 0.75 else "speckle"
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-name-the-noise-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(name_the_noise)

# %% [markdown]
# {{hints:01.name_the_noise}}

# %%
# NBVAL_CHECK_OUTPUT
for number in range(8):
    truth, dark, bright = mystery.case(number)
    print(f"means {dark.mean():.1f}, {bright.mean():.1f}   you say {name_the_noise(dark, bright):<16} it is {truth}")

# %% [markdown]
# ### Exercise 1.8 - how much noise is in this picture? (3 points)
#
# A denoiser wants to know $\sigma$, and nobody tells. Gray cards are rare in photos, but differences of neighbouring pixels are everywhere: the picture
# nearly cancels, the noise does not. Your estimate should be right within a fifth on a flat wall, *and* within a quarter on a picture full of edges.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "01-estimate-sigma", "locked": false, "solution": true, "task": false}
@rk.exercise("01.estimate_sigma")
def estimate_sigma(image):
    """Estimate the standard deviation of Gaussian noise from one noisy gray image.

    image: float array (H, W), about [0, 1].
    Returns one number: sigma on the [0, 1] scale.

    For example, a gray wall with noise of standard deviation 0.05 gives about 0.05,
    and so does a photo with that noise.
    """
    ### BEGIN SOLUTION
    difference = image[:-1, :-1] - image[:-1, 1:] - image[1:, :-1] + image[1:, 1:]
    return 1.4826 * np.median(np.abs(difference)) / 2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "01-estimate-sigma-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(estimate_sigma)

# %% [markdown]
# {{hints:01.estimate_sigma}}

# %%
# NBVAL_CHECK_OUTPUT
names = ["camera", "coins", "gravel"]
sigmas = [0, 0.02, 0.05, 0.1]
found = [
    [estimate_sigma(rk.degrade.gaussian_noise(rk.sample(name), sigma, rng=0)) for name in names] for sigma in sigmas
]
print("true sigma " + "".join(f"{name:>9}" for name in names))
for sigma, row in zip(sigmas, found):
    print(f"{sigma:<11}" + "".join(f"{value:9.3f}" for value in row))

# %% [markdown]
# Close to the truth where there is much noise. But look at the first row: without any noise the estimate is not 0, and gravel seems noisiest. Fine texture
# cannot be told from noise by looking at neighbours alone; every denoiser that has to guess $\sigma$ lives with that.
#
# ## How far are you?

# %%
rk.progress()

# %% [markdown]
# {{pack}}

# %% [markdown]
# ## Take away
#
# - Each noise is a line or three of code, and each line says where the noise comes from.
# - **The gain comes first**, then the converter's limits and levels (those two in either order): that is a camera's electronics.
# - Two flat patches name a noise; differences of neighbours measure it, unless the picture itself is as fine as noise.
# - Before you trust a ready-made function, find out whether it takes sigma or variance, and whether it clips.
#
# Next: [how good is a restoration?](lecture:02_quality) Stuck? [When things go wrong](page:when_things_go_wrong).
