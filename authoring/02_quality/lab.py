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
# # Lab 02: How good is a restoration?
#
# {{badge}}
#
# After this lab you will have
#
# - written PSNR, and the Y-channel PSNR of the super-resolution papers;
# - built SSIM from its three comparisons, equal to the reference to six decimals;
# - found the strength of any damage that has a given PSNR, by bisection;
# - made two pictures of equal PSNR on which SSIM and PSNR quarrel.
#
# 75 minutes; the cells themselves run in about 10 seconds on a CPU; no GPU needed. Read [lecture 02](lecture:02_quality) first.
#
# Each exercise is a function to complete. Replace the line `raise NotImplementedError()` by your own, run the cell, then the check below it. The check says
# what is wrong, in words. While an exercise is open the reference stands in, so you can do them in any order.

# %%
# {{setup}}

# %% [markdown]
# {{keep}}

# %% [markdown]
# The pictures of this lab: the astronaut's portrait in colour and in gray, and a noisy copy of each. All images are floats in [0, 1].

# %%
from scipy.ndimage import gaussian_filter

portrait = rk.images.crop(rk.sample("astronaut"), top=24, left=142, height=176, width=176)
gray = rk.images.crop(rk.sample("astronaut", gray=True), top=24, left=142, height=176, width=176)
noisy = rk.degrade.gaussian_noise(portrait, sigma=25 / 255, rng=0)
noisy_gray = rk.degrade.gaussian_noise(gray, sigma=25 / 255, rng=0)
rk.show.compare([portrait, noisy, gray, noisy_gray], ["portrait", "noisy", "gray", "noisy gray"])

# %% [markdown]
# ## PSNR by hand
#
# ### Exercise 2.1 - PSNR (2 points)
#
# $$\mathrm{PSNR} = 10\,\log_{10}\frac{L^2}{\mathrm{MSE}}$$
#
# with the mean squared error over *all* rows, columns and channels, and $L$ the largest possible value, `data_range`.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-psnr", "locked": false, "solution": true, "task": false}
@rk.exercise("02.psnr")
def psnr(clean, restored, data_range=1.0):
    """Peak signal-to-noise ratio, in decibels.

    clean, restored : float arrays of one shape, (H, W) or (H, W, C). Nothing is clipped.
    data_range : the largest *possible* value: 1 for images in [0, 1], 255 for values of 8 bits.

    Returns one number. For two equal images it is infinite: return np.inf.
    For example, an error of 0.1 in every pixel, with data_range=1, has an MSE of 0.01 and a PSNR of 20 dB.
    """
    ### BEGIN SOLUTION
    error = np.mean((clean - restored) ** 2)
    if error == 0:
        return np.inf
    return 10 * np.log10(data_range**2 / error)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-psnr-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(psnr)

# %% [markdown]
# {{hints:02.psnr}}

# %% [markdown]
# **What a right answer shows.** Each halving of the noise is worth 6 dB. The numbers above the pictures are yours.

# %%
levels = [0.2, 0.1, 0.05, 0.025]
shown = [rk.degrade.gaussian_noise(portrait, sigma=sigma, rng=1) for sigma in levels]
rk.show.compare(
    shown, [f"sigma {sigma}: {psnr(portrait, image):.2f} dB" for sigma, image in zip(levels, shown, strict=True)]
)

# %%
# NBVAL_CHECK_OUTPUT
print(f"noisy portrait: your PSNR {psnr(portrait, noisy):.2f} dB, the library's {rk.psnr(portrait, noisy):.2f} dB")

# %% [markdown]
# ### Exercise 2.2 - PSNR as super-resolution papers count it (2 points)
#
# They turn both pictures into the brightness Y of BT.601 in *studio range* (black is 16, white is 235 of 255), and leave out a border of a few pixels, where enlarging has to guess.
# For $R$, $G$, $B$ in [0, 1],
#
# $$Y = \frac{16 + 65.481\,R + 128.553\,G + 24.966\,B}{255}.$$
#
# The peak stays 1 (that is 255 of 255), although no Y is that large. It is a convention, not logic.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-psnr-y", "locked": false, "solution": true, "task": false}
@rk.exercise("02.psnr_y")
def psnr_y(clean, restored, border):
    """PSNR of the Y channels, without `border` pixels at each of the four sides.

    clean, restored : float arrays (H, W, 3), RGB in [0, 1]. Nothing is clipped or rounded.
    border : whole number of pixels, 0 or more. With 0 the whole picture counts.

    Returns one number, in decibels; the peak is 1. For two equal images it is np.inf.
    For example, gray pictures of 0.5 and 0.6 have Y = 0.4922 and 0.5781: a difference of 0.0859 and a PSNR of 21.32 dB.
    """
    ### BEGIN SOLUTION
    height, width = clean.shape[:2]
    weights = np.array([65.481, 128.553, 24.966])

    def inner_y(image):
        brightness = (16 + image @ weights) / 255
        return brightness[border : height - border, border : width - border]

    return psnr(inner_y(clean), inner_y(restored))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-psnr-y-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(psnr_y)

# %% [markdown]
# {{hints:02.psnr_y}}

# %% [markdown]
# **What a right answer shows.** The portrait, shrunk to half and enlarged again: the same pictures, three scores each. (This border is mostly plain wall, easy to enlarge: without it the score falls.)

# %%
low = rk.degrade.resize(portrait, scale=1 / 2)
enlarged = {"nearest pixel": rk.upscale(low, 2, "nearest"), "bicubic": rk.upscale(low, 2, "bicubic")}
rk.show.compare([portrait, *enlarged.values()], ["original", *(f"enlarged: {name}" for name in enlarged)])

# %%
# NBVAL_CHECK_OUTPUT
print(f"{'':<15} RGB     Y       Y, border of 2")
for name, image in enlarged.items():
    print(
        f"{name:<15} {psnr(portrait, image):.2f}   {psnr_y(portrait, image, 0):.2f}   {psnr_y(portrait, image, 2):.2f}"
    )

# %% [markdown]
# ## SSIM by hand
#
# ### Exercise 2.3 - local statistics (3 points)
#
# SSIM looks through a window of 11 x 11 pixels, weighted by a Gaussian of $\sigma = 1.5$. SciPy has the weighted mean under *every* window at once:
# `gaussian_filter(z, sigma=1.5, truncate=3.5)`. (`truncate` cuts the Gaussian off after $3.5 \times 1.5 \approx 5$ pixels. At the image's border SciPy mirrors the picture; leave that as it is.)
#
# Variance and covariance are means, too:
#
# $$\sigma_x^2 = \overline{x^2} - \bar{x}^2, \qquad \sigma_{xy} = \overline{x\,y} - \bar{x}\,\bar{y}.$$
#
# These are differences of nearly equal numbers, and our images are float32, which has 7 digits: work in float64, which has 16.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-statistics", "locked": false, "solution": true, "task": false}
@rk.exercise("02.statistics")
def local_statistics(x, y):
    """Means, variances and covariance of two gray images in the Gaussian window around each pixel.

    x, y : float arrays (H, W), mostly float32. Convert them to float64 first: in a bright, nearly flat picture it matters.

    Returns five arrays (H, W): mean_x, mean_y, var_x, var_y, covariance.
    Variances are those of a population (no n - 1), and never below 0: rounding can leave -1e-17, so set such values to 0.
    For example, where both images are flat, the variances and the covariance are 0.
    """

    ### BEGIN SOLUTION
    def mean(z):
        return gaussian_filter(z, sigma=1.5, truncate=3.5)

    x, y = np.float64(x), np.float64(y)
    mean_x, mean_y = mean(x), mean(y)
    var_x = np.maximum(mean(x**2) - mean_x**2, 0)
    var_y = np.maximum(mean(y**2) - mean_y**2, 0)
    covariance = mean(x * y) - mean_x * mean_y
    return mean_x, mean_y, var_x, var_y, covariance
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-statistics-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(local_statistics)

# %% [markdown]
# {{hints:02.statistics}}

# %% [markdown]
# **What a right answer shows.** The means are a blurred portrait. The noise lifts the spread everywhere, most visibly in front of the plain wall. The covariance does not know the noise: it is large
# only where both pictures go up and down together.

# %%
mean_x, mean_y, var_x, var_y, covariance = local_statistics(gray, noisy_gray)
rk.show.compare([np.float32(mean_x), np.float32(mean_y)], ["mean of the clean picture", "mean of the noisy one"])
rk.show.image_maps(
    [np.sqrt(var_x), np.sqrt(var_y), covariance / 0.2],
    ["spread of the clean picture", "spread of the noisy one", "covariance / 0.2"],
    limits=(0, 0.25),
)

# %% [markdown]
# ### Exercise 2.4 - luminance (1 point)
#
# The first comparison: are the two means equal? With $C_1 = (0.01\,L)^2$, $L$ being `data_range`,
#
# $$\text{luminance} = \frac{2\,\mu_x\mu_y + C_1}{\mu_x^2 + \mu_y^2 + C_1}.$$


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-luminance", "locked": false, "solution": true, "task": false}
@rk.exercise("02.luminance")
def luminance(mean_x, mean_y, data_range=1.0):
    """SSIM's luminance comparison, pixel by pixel.

    mean_x, mean_y : float arrays (H, W), the local means, on the scale 0 ... data_range.

    Returns an array (H, W), at most 1; 1 where the means are equal.
    For example, means of 0.2 and 0.4, with data_range=1, give (0.16 + 0.0001) / (0.04 + 0.16 + 0.0001) = 0.8001.
    """
    ### BEGIN SOLUTION
    c1 = (0.01 * data_range) ** 2
    return (2 * mean_x * mean_y + c1) / (mean_x**2 + mean_y**2 + c1)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-luminance-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(luminance)

# %% [markdown]
# {{hints:02.luminance}}

# %% [markdown]
# **What a right answer shows.** The same change of the mean, +0.1, weighs heavily in the dark and hardly at all in the light: luminance compares means by their ratio.

# %%
change = np.linspace(0, 0.3, 31)
curves = {f"mean {mean}": luminance(np.full(31, mean), mean + change) for mean in (0.05, 0.2, 0.6)}
rk.show.lines(change, curves, "added to the mean", "luminance", ylim=(0, 1.05))

# %% [markdown]
# ### Exercise 2.5 - contrast (1 point)
#
# The second: are the two standard deviations equal? With $C_2 = (0.03\,L)^2$,
#
# $$\text{contrast} = \frac{2\,\sigma_x\sigma_y + C_2}{\sigma_x^2 + \sigma_y^2 + C_2}.$$
#
# Mind what you are given: the *variances*, $\sigma_x^2$ and $\sigma_y^2$.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-contrast", "locked": false, "solution": true, "task": false}
@rk.exercise("02.contrast")
def contrast(var_x, var_y, data_range=1.0):
    """SSIM's contrast comparison, pixel by pixel.

    var_x, var_y : float arrays (H, W), the local *variances*, 0 or more, on the scale data_range squared.

    Returns an array (H, W), at most 1; 1 where the variances are equal.
    For example, variances of 0.01 and 0.04 (spreads of 0.1 and 0.2) give (0.04 + 0.0009) / (0.05 + 0.0009) = 0.8035.
    """
    ### BEGIN SOLUTION
    c2 = (0.03 * data_range) ** 2
    return (2 * np.sqrt(var_x) * np.sqrt(var_y) + c2) / (var_x + var_y + c2)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-contrast-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(contrast)

# %% [markdown]
# {{hints:02.contrast}}

# %% [markdown]
# **What a right answer shows.** In a busy window (spread 0.2) it takes half or twice the spread to lose a fifth. In a nearly flat one (0.02) the constant makes the judge more lenient.

# %%
factor = np.linspace(0.1, 4, 40)
curves = {f"spread {spread}": contrast(np.full(40, spread**2), (spread * factor) ** 2) for spread in (0.02, 0.2)}
rk.show.lines(factor, curves, "spread multiplied by", "contrast", ylim=(0, 1.05))

# %% [markdown]
# ### Exercise 2.6 - structure (1 point)
#
# The third: do both go up and down at the same places? It is the correlation, with $C_3 = C_2 / 2 = (0.03\,L)^2 / 2$:
#
# $$\text{structure} = \frac{\sigma_{xy} + C_3}{\sigma_x\sigma_y + C_3}.$$


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-structure", "locked": false, "solution": true, "task": false}
@rk.exercise("02.structure")
def structure(var_x, var_y, covariance, data_range=1.0):
    """SSIM's structure comparison, pixel by pixel.

    var_x, var_y : float arrays (H, W), the local *variances*, 0 or more.
    covariance : float array (H, W), the local covariance; it may be negative.

    Returns an array (H, W) between -1 and 1; 1 where the two go up and down together, or where both are flat.
    For example, variances of 0.01 and 0.04 and a covariance of -0.02 give (-0.02 + 0.00045) / (0.02 + 0.00045) = -0.956.
    """
    ### BEGIN SOLUTION
    c3 = (0.03 * data_range) ** 2 / 2
    return (covariance + c3) / (np.sqrt(var_x) * np.sqrt(var_y) + c3)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-structure-check", "locked": true, "points": 1, "solution": false, "task": false}
rk.check(structure)

# %% [markdown]
# {{hints:02.structure}}

# %% [markdown]
# **What a right answer shows.** Your three comparisons together, on three kinds of damage. Yellow is 1, "no difference here". Each kind has its own pattern.

# %%
damaged = {
    "brighter": gray + np.float32(0.1),
    "less contrast": gray.mean() + np.float32(0.5) * (gray - gray.mean()),
    "noisy": noisy_gray,
}
maps, titles = [], []
for name, image in damaged.items():
    mean_x, mean_y, var_x, var_y, covariance = local_statistics(gray, image)
    maps += [luminance(mean_x, mean_y), contrast(var_x, var_y), structure(var_x, var_y, covariance)]
    titles += [f"{name}: {part}" for part in ("luminance", "contrast", "structure")]
rk.show.image_maps(maps, titles, limits=(0, 1), columns=3)

# %% [markdown]
# ### Exercise 2.7 - SSIM (2 points)
#
# Multiply the three maps, and average the product: without its outermost 5 pixels, whose window hangs over the edge of the picture.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-ssim", "locked": false, "solution": true, "task": false}
@rk.exercise("02.ssim")
def ssim(clean, restored, data_range=1.0):
    """Structural similarity of two gray images (Wang and others, 2004).

    clean, restored : float arrays (H, W), at least 11 x 11. Nothing is clipped.
    data_range : the largest possible value; hand it on to the three comparisons.

    Returns one number, at most 1.
    For example, an image compared with itself gives 1.
    """
    ### BEGIN SOLUTION
    mean_x, mean_y, var_x, var_y, covariance = local_statistics(clean, restored)
    product = luminance(mean_x, mean_y, data_range) * contrast(var_x, var_y, data_range)
    product = product * structure(var_x, var_y, covariance, data_range)
    return product[5:-5, 5:-5].mean()
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-ssim-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(ssim)

# %% [markdown]
# {{hints:02.ssim}}

# %% [markdown]
# **What a right answer shows.** Yours and the library's agree, and so do yours and scikit-image's, once it is told which window and which covariance the paper uses.

# %%
# NBVAL_CHECK_OUTPUT
from skimage.metrics import structural_similarity

paper = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 1}
for name, image in damaged.items():
    theirs = structural_similarity(np.float64(gray), np.float64(image), **paper)
    close = abs(ssim(gray, image) - rk.ssim(gray, image)) < 1e-6 and abs(ssim(gray, image) - theirs) < 1e-6
    print(f"{name:<14} yours {ssim(gray, image):.3f}   library {rk.ssim(gray, image):.3f}   equal to 1e-6: {close}")

# %% [markdown]
# ## Set them at odds
#
# ### Exercise 2.8 - the damage of a given PSNR (2 points)
#
# *How much* noise has 27 dB? For Gaussian noise there is a formula; for blur there is none. But every damage gets worse with its strength, so the PSNR only falls,
# and a falling curve can be searched by **bisection**: try the middle of the interval, keep the half that holds the answer, and again. Twenty rounds make the interval a million times smaller.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-find-strength", "locked": false, "solution": true, "task": false}
@rk.exercise("02.find_strength")
def find_strength(degrade, clean, target, low, high):
    """The strength of a damage at which the PSNR is `target`.

    degrade : a function; degrade(clean, strength) returns the damaged picture. Its PSNR falls as strength grows.
    clean : float array in [0, 1].
    target : the PSNR to reach, in dB.
    low, high : numbers; the answer lies between them.

    Returns a strength whose PSNR is within 0.01 dB of the target. Call degrade a few dozen times at most.
    For example, if degrade adds `strength` to every pixel, a target of 20 dB has the answer 0.1.
    """
    ### BEGIN SOLUTION
    for _ in range(30):
        middle = (low + high) / 2
        if psnr(clean, degrade(clean, middle)) > target:
            low = middle
        else:
            high = middle
    return (low + high) / 2
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-find-strength-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(find_strength)

# %% [markdown]
# {{hints:02.find_strength}}

# %% [markdown]
# **What a right answer shows.** Blur of 34, 30, 26 and 22 dB. Mind how fast the sigma grows, and how little the last pictures resemble their score.


# %%
def blur(image, sigma):
    return rk.degrade.apply_blur(image, rk.degrade.gaussian_kernel(sigma))


targets = [34, 30, 26, 22]
sigmas = [find_strength(blur, gray, target, 0.2, 10) for target in targets]
titles = [f"{target} dB: sigma {sigma:.2f} pixels" for target, sigma in zip(targets, sigmas, strict=True)]
rk.show.compare([blur(gray, sigma) for sigma in sigmas], titles)

# %% [markdown]
# ### Exercise 2.9 - equal PSNR, unequal SSIM (3 points)
#
# Now it is your turn to invent. Make two damaged copies of the gray portrait whose PSNRs differ by at most **0.05 dB** and whose SSIMs differ by at least **0.2**.
# Any damage is allowed, from `rk.degrade` or of your own making, as long as both PSNRs stay between 15 and 40 dB. The check has no model answer: it measures what you built. How large a gap can you make?


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "02-same-psnr", "locked": false, "solution": true, "task": false}
@rk.exercise("02.same_psnr")
def same_psnr(clean):
    """Two damaged copies of equal PSNR (to 0.05 dB) and very different SSIM (at least 0.2 apart).

    clean : float array (176, 176), the gray portrait, in [0, 1].

    Returns two float arrays of the same shape: first, second.
    For example, a blurred copy and one with a dark bar over the eyes, both of 24 dB, have SSIMs of about 0.70 and 0.97.
    """

    ### BEGIN SOLUTION
    def brighter(image, offset):
        return image + np.float32(offset)

    def noisier(image, sigma):
        return rk.degrade.gaussian_noise(image, sigma=sigma, rng=0)

    first = brighter(clean, find_strength(brighter, clean, 24, 0, 0.9))
    second = noisier(clean, find_strength(noisier, clean, 24, 0, 0.9))
    return first, second
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "02-same-psnr-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(same_psnr)

# %% [markdown]
# {{hints:02.same_psnr}}

# %% [markdown]
# **What a right answer shows.** Two pictures that PSNR cannot tell apart, and what SSIM holds against each of them.

# %%
first, second = (np.float32(image) for image in same_psnr(gray))
rk.show.compare([gray, first, second], ["original", "first", "second"], reference=gray)
similar = [rk.metrics.ssim_maps(gray, image).ssim for image in (first, second)]
rk.show.image_maps(similar, ["SSIM map of the first", "of the second"], limits=(0, 1))

# %% [markdown]
# ## Go further
#
# - Which of your two pictures would *you* keep? Does SSIM agree with you? If not, you have found one of its blind spots.
# - Can you make a pair the other way round: equal SSIM, very different PSNR? (`find_strength` needs one change.)
# - Swap the Gaussian window for one of 7 x 7 equal weights. By how much does the SSIM of the noisy portrait move?
#
# Next: [lecture 03](lecture:03_classical), where these numbers judge the first real denoisers.

# %%
rk.progress()

# %% [markdown]
# {{pack}}
