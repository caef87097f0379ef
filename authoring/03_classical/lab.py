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
# # Lab 03: Classical denoising
#
# {{badge}}
#
# Three filters by hand, the heart of a fourth, and an honest contest. Afterwards you will have
#
# - written a median, a bilateral and a guided filter in a few lines of NumPy each, without a loop over pixels;
# - seen whom non-local means listens to;
# - tuned a filter on one picture and tested it on others;
# - run a bake-off of noises and methods, and read its table.
#
# 90 minutes; runs in about 10 seconds on a CPU; no GPU needed. Before this: [lecture 03](lecture:03_classical).
# Each exercise is a function with a gap. Below it, `rk.check` tells you how you did. If you skip one, the reference stands in and the rest still runs.

# %%
# {{setup}}

# %%
# {{keep}}

# %% [markdown]
# ## The pictures
#
# Small crops, so that everything is quick. As in the lecture, restored pictures are clipped to [0, 1] before they are scored, noisy ones are not.

# %%
clean = rk.images.crop(rk.sample("camera"), top=84, left=206, height=104, width=104)
sigma = 25 / 255
noisy = rk.degrade.gaussian_noise(clean, sigma=sigma, rng=0)
salted = rk.degrade.salt_and_pepper(clean, 0.1, rng=0)


def finish(image):
    """A restored picture, ready to be scored: clipped to [0, 1], float32."""
    return np.clip(image, 0, 1, dtype=np.float32)


rk.show.compare(
    [clean, noisy, salted],
    ["clean", "Gaussian noise, sigma 25", "10 % salt and pepper"],
    reference=clean,
    columns=3,
)

# %% [markdown]
# ## Three filters by hand
#
# ### Exercise 3.1 - the median filter (2 points)
#
# Replace each pixel by the median of the `size` x `size` window around it. No loop over pixels is needed: pad the image, look at it through every window
# at once, take the median over the window's two axes.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "03-median-filter", "locked": false, "solution": true, "task": false}
@rk.exercise("03.median_filter")
def median_filter(image, size):
    """Replace every pixel by the median of the window around it, each channel on its own.

    image : float array (H, W) or (H, W, C), about [0, 1]
    size : odd integer, width of the window in pixels

    Returns an array of the same shape in the same units. At the border the picture goes on as its own
    mirror image (np.pad's "symmetric"; "reflect", "edge" or a window that ends there are accepted too).
    For example, with size=3 a single pixel of 1.0 on a wall of 0.5 becomes 0.5.
    """
    half = size // 2
    ### BEGIN SOLUTION
    padding = [(half, half), (half, half)] + [(0, 0)] * (image.ndim - 2)
    padded = np.pad(image, padding, mode="symmetric")
    windows = np.lib.stride_tricks.sliding_window_view(padded, (size, size), axis=(0, 1))
    return np.median(windows, axis=(-2, -1))
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "03-median-filter-check", "locked": true, "points": 2, "solution": false, "task": false}
rk.check(median_filter)

# %% [markdown]
# {{hints:03.median_filter}}

# %% [markdown]
# **Predict.** The median of a window that holds 10 % of broken pixels is almost never a broken one. What will a *mean* of the same window make of them?

# %%
smeared = finish(rk.classical.mean_filter(salted, size=3))
rk.show.compare(
    [smeared, finish(median_filter(salted, 3)), finish(median_filter(salted, 7))],
    ["mean, 3 x 3", "your median, 3 x 3", "your median, 7 x 7"],
    reference=clean,
)

# %%
# NBVAL_CHECK_OUTPUT
print(f"noisy          {rk.psnr(clean, salted):.1f} dB")
print(f"mean 3 x 3     {rk.psnr(clean, smeared):.1f} dB")
for size in (3, 5, 7):
    print(f"median {size} x {size}   {rk.psnr(clean, finish(median_filter(salted, size))):.1f} dB")

# %% [markdown]
# The mean makes a gray smudge of each dot. In the 7 x 7 picture the noise is gone as well, but the large window has eaten whatever was thin.
#
# ### Exercise 3.2 - the bilateral filter (3 points)
#
# Each neighbour counts by how *near* it is, times how *alike* it is:
#
# $$w = \exp\left(-\frac{i^2+j^2}{2\,\text{width}^2}\right) \; \exp\left(-\frac{(\text{neighbour} - \text{pixel})^2}{2\,\mathrm{range\_width}^2}\right)$$
#
# The trick for speed: do not walk over pixels; walk over the *shifts* $(i, j)$. For one shift, the padded image cut at another place holds that neighbour of every pixel at once.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "03-bilateral-filter", "locked": false, "solution": true, "task": false}
@rk.exercise("03.bilateral_filter")
def bilateral_filter(noisy, width, range_width):
    """Average every pixel with the neighbours that are near and of similar brightness.

    noisy : float array (H, W), about [0, 1]
    width : standard deviation of the weight by distance, in pixels
    range_width : standard deviation of the weight by difference in brightness, in the units of the image

    The window reaches `radius` pixels to each side. At the border the picture goes on as its own mirror
    image (np.pad's "symmetric"; "reflect", "edge" or a window that ends there are accepted too).
    Returns an array of the same shape, in the same units.
    For example, a clean step from 0.2 to 0.8 comes back unchanged when range_width is 0.1: across
    the step the weight is at most e ** (-18), as good as none.
    """
    radius = int(np.ceil(3 * width))
    ### BEGIN SOLUTION
    height, columns = noisy.shape
    padded = np.pad(noisy, radius, mode="symmetric")
    total, weights = np.zeros(noisy.shape), np.zeros(noisy.shape)
    for i in range(-radius, radius + 1):
        for j in range(-radius, radius + 1):
            neighbour = padded[radius + i : radius + i + height, radius + j : radius + j + columns]
            near = np.exp(-(i**2 + j**2) / (2 * width**2))
            alike = np.exp(-((neighbour - noisy) ** 2) / (2 * range_width**2))
            total += near * alike * neighbour
            weights += near * alike
    return total / weights
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "03-bilateral-filter-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(bilateral_filter)

# %% [markdown]
# {{hints:03.bilateral_filter}}

# %% [markdown]
# **Predict.** Three range widths: 0.05, 0.25 and 5. One leaves the noise, one is right, one is a plain Gaussian filter. Which is which?

# %%
range_widths = [0.05, 0.25, 5.0]
rk.show.compare(
    [finish(bilateral_filter(noisy, 1.5, r)) for r in range_widths],
    [f"range width {r:g}" for r in range_widths],
    reference=clean,
)

# %% [markdown]
# <details><summary>The answer</summary>
#
# 0.05 leaves the noise: half of it, and hardly a neighbour is alike. 0.25, two to three times the noise, is right. With 5 everybody is alike: a Gaussian filter.
#
# </details>
#
# ### Exercise 3.3 - the guided filter (3 points)
#
# In every window, the best line $a\,y + b$ has
#
# $$a = \frac{\text{variance}}{\text{variance} + \epsilon}, \qquad b = (1 - a)\,\text{mean}.$$
#
# A pixel lies in many windows and so on many lines. Average $a$ and $b$ over the windows that cover it: $\hat x = \bar a\,y + \bar b$. You get the box mean:

# %%
from scipy import ndimage


def box_mean(image, radius):
    """The mean of the window of 2 * radius + 1 pixels around every pixel; the border is mirrored."""
    return ndimage.uniform_filter(image, 2 * radius + 1, mode="reflect")


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "03-guided-filter", "locked": false, "solution": true, "task": false}
@rk.exercise("03.guided_filter")
def guided_filter(noisy, radius, eps):
    """Fit a line to every window of the noisy image, and average the lines that cover each pixel.

    noisy : float array (H, W), about [0, 1]
    radius : the windows are 2 * radius + 1 pixels wide
    eps : a variance (brightness squared); windows of much smaller variance become flat,
        windows of much larger variance stay

    Returns an array of the same shape, in the same units. Use box_mean(image, radius).
    For example, with eps=0 (and some noise everywhere) a is 1 and the image comes back unchanged.
    """
    ### BEGIN SOLUTION
    mean = box_mean(noisy, radius)
    variance = box_mean(noisy**2, radius) - mean**2
    a = variance / (variance + eps)
    b = (1 - a) * mean
    return box_mean(a, radius) * noisy + box_mean(b, radius)
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "03-guided-filter-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(guided_filter)

# %% [markdown]
# {{hints:03.guided_filter}}

# %% [markdown]
# The picture that a right answer gives. **Predict:** where in the picture will most of the error be left?

# %%
smooth = finish(guided_filter(noisy, 2, 0.04))
rk.show.compare([noisy, smooth], ["noisy", "your guided filter"], reference=clean, columns=2)
rk.show.image_maps(
    box_mean(np.abs(smooth - clean), 2),
    "the error that is left",
    limits=(0, 0.1),
    label="mean of |restored - clean|",
)

# %% [markdown]
# Along the outlines: there the filter keeps the edge, and with it the noise.

# %%
# NBVAL_CHECK_OUTPUT
print(f"noisy      {rk.psnr(clean, noisy):.1f} dB")
print(f"bilateral  {rk.psnr(clean, finish(bilateral_filter(noisy, 1.5, 0.25))):.1f} dB")
print(f"guided     {rk.psnr(clean, smooth):.1f} dB")

# %% [markdown]
# ## The heart of non-local means
#
# ### Exercise 3.4 - whom it listens to (3 points)
#
# For *one* pixel: compare the patch around it with the patch around each pixel of its neighbourhood, and turn the distances into weights that sum to 1. (The whole filter does this for
# every pixel, which in plain Python would take minutes.)


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "03-patch-weights", "locked": false, "solution": true, "task": false}
@rk.exercise("03.patch_weights")
def patch_weights(noisy, row, column, patch_radius, search_radius, h):
    """Say how much non-local means lets each pixel around (row, column) count in its average.

    noisy : float array (H, W), about [0, 1]
    row, column : a pixel at least patch_radius + search_radius away from the border
    patch_radius : patches are 2 * patch_radius + 1 pixels wide
    search_radius : the steps (i, j) go from -search_radius to +search_radius, both included
    h : how unlike patches may be, in the units of the image

    Returns an array (2 * search_radius + 1, 2 * search_radius + 1) of weights exp(-d2 / h ** 2),
    divided by their sum, where d2 is the mean squared difference of the two patches; [0, 0] is the
    step up and left. For example, on an even image all weights are equal.
    """

    ### BEGIN SOLUTION
    def patch(r, c):
        return noisy[r - patch_radius : r + patch_radius + 1, c - patch_radius : c + patch_radius + 1]

    steps = range(-search_radius, search_radius + 1)
    distances = [[np.mean((patch(row + i, column + j) - patch(row, column)) ** 2) for j in steps] for i in steps]
    weights = np.exp(-np.array(distances) / h**2)
    return weights / weights.sum()
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "03-patch-weights-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(patch_weights)

# %% [markdown]
# {{hints:03.patch_weights}}

# %% [markdown]
# **Predict.** A pixel at the edge of the hair, one in the sky, one in the eye. How will their three maps of weights look?

# %%
places = {"the edge of the hair": (24, 60), "the sky": (20, 88), "the eye": (62, 30)}
windows = [noisy[r - 10 : r + 11, c - 10 : c + 11] for r, c in places.values()]
weights = [patch_weights(noisy, r, c, 2, 10, 0.12) for r, c in places.values()]
titles = [f"window: {name}" for name in places]
rk.show.image_maps(windows, titles, limits=(0, 1), colormap="gray", label="brightness", columns=3)
rk.show.image_maps(
    weights,
    [f"weights: {name}" for name in places],
    limits=(0, 0.02),
    label="share",
    columns=3,
)

# %% [markdown]
# <details><summary>The answer</summary>
#
# At the edge of the hair: a trail along the edge. In the sky: nearly everywhere alike, for all patches are. At the eye: the dark band to its left and right, and nothing above or below.
#
# </details>
#
# The restored pixel is the average with these shares:

# %%
# NBVAL_CHECK_OUTPUT
for (name, (r, c)), share in zip(places.items(), weights):
    average = (share * noisy[r - 10 : r + 11, c - 10 : c + 11]).sum()
    values = f"clean {clean[r, c]:.2f}   noisy {noisy[r, c]:.2f}   restored {average:.2f}"
    print(f"{name:21} {values}   like averaging {1 / (share**2).sum():.0f} pixels")

# %% [markdown]
# ## Honest contests
#
# ### Exercise 3.5 - tune on one picture, test on others (3 points)
#
# Choose the setting of a filter on *one* picture; then, and only then, run it on the test pictures, once each. A search that never sees the test pictures cannot flatter itself.


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "03-tune-then-test", "locked": false, "solution": true, "task": false}
@rk.exercise("03.tune_then_test")
def tune_then_test(denoiser, values, tuning, test):
    """Choose a denoiser's setting on one picture; report how it does on the others.

    denoiser : function; denoiser(noisy, value) returns a restored image
    values : the settings to try, a sequence of numbers
    tuning : one pair (noisy, clean), to choose on
    test : list of pairs (noisy, clean), to report on

    Returns (best, scores): the value with the highest PSNR on the tuning pair, and a list of the
    PSNR (dB) that this one value reaches on each test pair.
    For example, (0.8, [26.4, 29.9]) for two test pairs.
    """
    ### BEGIN SOLUTION
    noisy, clean = tuning
    best = max(values, key=lambda value: rk.psnr(clean, denoiser(noisy, value)))
    scores = [rk.psnr(clean, denoiser(noisy, best)) for noisy, clean in test]
    return best, scores
    ### END SOLUTION


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "03-tune-then-test-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(tune_then_test)

# %% [markdown]
# {{hints:03.tune_then_test}}

# %% [markdown]
# **Predict.** We tune three filters on the camera picture and test on three others. How much worse is an honest setting than one tuned on the test picture itself?

# %%
cleans = {
    "cat": rk.images.crop(rk.sample("chelsea", gray=True), top=60, left=90, height=160, width=160),
    "bricks": rk.images.crop(rk.sample("brick"), top=0, left=0, height=160, width=160),
    "page": rk.images.crop(rk.sample("page", gray=True), top=0, left=0, height=160, width=160),
}
test = [(rk.degrade.gaussian_noise(image, sigma=sigma, rng=1), image) for image in cleans.values()]

searches = {
    "Gaussian, width": (
        lambda image, v: rk.denoise(image, "gaussian", width=v),
        (0.5, 0.7, 0.9, 1.2, 1.6, 2.2),
    ),
    "total variation, weight": (
        lambda image, v: rk.denoise(image, "tv", weight=v),
        (0.03, 0.06, 0.09, 0.13, 0.18, 0.25),
    ),
    "non-local means, h": (
        lambda image, v: rk.denoise(image, "nlm", sigma=sigma, h=v),
        (0.03, 0.05, 0.07, 0.09, 0.12, 0.16),
    ),
}

# %%
rows = [
    {"method": "noisy input", "best": ""}
    | {name: rk.psnr(image, pair[0]) for (name, image), pair in zip(cleans.items(), test)}
]
for name, (denoiser, values) in searches.items():
    best, scores = tune_then_test(denoiser, values, (noisy, clean), test)
    rows.append({"method": name, "best": f"{best:g}"} | dict(zip(cleans, map(float, scores))))
    whispered = [max(rk.psnr(image, denoiser(pair, v)) for v in values) for pair, image in test]
    rows.append(
        {"method": "   (tuned on each test picture: cheating)", "best": ""} | dict(zip(cleans, map(float, whispered)))
    )
rk.show.table(rows, digits=2, caption="PSNR in dB on three test pictures")

# %% [markdown]
# On the cat and the bricks an honest setting costs up to a quarter of a decibel; on the page, which is unlike the picture that we tuned on, more than one, except for non-local means.
#
# And look at the column of the cat. Honestly, the Gaussian filter comes last, by a hair; with the answer whispered, it comes first. That is how a flattering table does harm.
#
# ### Exercise 3.6 - the bake-off (3 points)
#
# Every noise with every method, the noisy input first (as it is: not clipped). You complete the loop.

# %%
import time


# %% nbgrader={"schema_version": 3, "grade": false, "grade_id": "03-bake-off", "locked": false, "solution": true, "task": false}
@rk.exercise("03.bake_off")
def bake_off(clean, noises, methods):
    """Run every method on every noise and return the rows of a table.

    clean : float array (H, W) in [0, 1]
    noises : dict of name -> function; noises[name](clean) returns a noisy image, another one at each call
    methods : dict of name -> function; methods[name](noisy) returns a restored image in [0, 1]

    Returns a list of dictionaries with the keys "noise", "method", "psnr" (dB), "ssim" and "seconds"
    (of the method alone: the clock stops before the scores). For each noise, in the order given: first one row for the noisy input
    itself (method "noisy", not clipped, 0 seconds), then one row per method.
    For example, {"noise": "Gaussian", "method": "noisy", "psnr": 20.2, "ssim": 0.36, "seconds": 0.0}.
    """
    rows = []
    ### BEGIN SOLUTION
    for noise, add_noise in noises.items():
        noisy = add_noise(clean)
        rows.append(
            {
                "noise": noise,
                "method": "noisy",
                "psnr": rk.psnr(clean, noisy),
                "ssim": rk.ssim(clean, noisy),
                "seconds": 0.0,
            }
        )
        for method, denoise in methods.items():
            start = time.perf_counter()
            restored = denoise(noisy)
            seconds = time.perf_counter() - start
            scores = {"psnr": rk.psnr(clean, restored), "ssim": rk.ssim(clean, restored)}
            rows.append({"noise": noise, "method": method, **scores, "seconds": seconds})
    ### END SOLUTION
    return rows


# %% nbgrader={"schema_version": 3, "grade": true, "grade_id": "03-bake-off-check", "locked": true, "points": 3, "solution": false, "task": false}
rk.check(bake_off)

# %% [markdown]
# {{hints:03.bake_off}}

# %% [markdown]
# Every method is told how strong the noise is on the whole: we made it, so we can measure it.
#
# **Predict**, before you run it: which method wins for each of the four noises?

# %%
rng = np.random.default_rng(2)
noises = {
    "Gaussian": lambda image: rk.degrade.gaussian_noise(image, sigma=sigma, rng=rng),
    "salt-and-pepper": lambda image: rk.degrade.salt_and_pepper(image, 0.08, rng=rng),
    "shot": lambda image: rk.degrade.shot_noise(image, photons_at_white=30, rng=rng),
    "speckle": lambda image: rk.degrade.speckle_noise(image, sigma=0.25, rng=rng),
}


def level(image):
    return float((image - clean).std())


methods = {
    "your median": lambda image: finish(median_filter(image, 3)),
    "your bilateral": lambda image: finish(bilateral_filter(image, 1.5, 2.5 * level(image))),
    "your guided": lambda image: finish(guided_filter(image, 2, 4 * level(image) ** 2)),
    "non-local means": lambda image: rk.denoise(image, "nlm", sigma=level(image)),
    "total variation": lambda image: rk.denoise(image, "tv", sigma=level(image)),
    "wavelets": lambda image: rk.denoise(image, "wavelet", sigma=level(image)),
}
table = bake_off(clean, noises, methods)
rk.show.table(table, digits={"psnr": 1, "ssim": 3, "seconds": 3})

# %%
# NBVAL_CHECK_OUTPUT
for noise in noises:
    scores = {row["method"]: row["psnr"] for row in table if row["noise"] == noise}
    best = max(scores.values())
    winners = [method for method, score in scores.items() if score > best - 0.5]
    print(f"{noise:16} best {best:.1f} dB; within half a decibel: {', '.join(winners)}")

# %% [markdown]
# Salt and pepper belongs to the median, by far. Elsewhere the lead is small. One image, one draw, one setting each: an anecdote, not a ranking. (Would your table survive another picture? Change `clean` and see.)
#
# ## Your own photo
#
# Nobody knows the truth here, so judge by eye, and by the residual. Put the file's name in place of `None`.

# %%
PHOTO = None  # for example "night.jpg"
photo = (
    rk.load(PHOTO)
    if PHOTO
    else rk.degrade.gaussian_noise(rk.images.crop(rk.sample("coffee"), 60, 230, 150, 200), sigma=0.06, rng=3)
)
strength = rk.degrade.estimate_sigma(photo)
cleaned = rk.denoise(photo, "nlm", sigma=strength)
print(f"estimated noise: sigma = {255 * strength:.0f} of 255")
rk.before_after(photo, cleaned, labels=("before", "after"))
rk.save("cleaned.png", cleaned)

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
# | denoising | 잡음 제거 |
# | edge-aware filter | 경계 보존 필터 |
# | salt-and-pepper noise | 소금-후추 잡음 |
# | low-pass filter | 저주파 통과 필터 |
#
# Stuck, or done? Compare with [the solution](solution:03_classical).
