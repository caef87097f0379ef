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
# # How good is a restoration?
#
# {{badge}}
#
# After this lecture you will be able to
#
# - compute MSE and PSNR, and say what one decibel is worth;
# - name the three comparisons inside SSIM, and read their maps;
# - show pictures that fool PSNR, and pictures that fool SSIM;
# - list the conventions that move a published number without moving a pixel, and state your own;
# - use the residual, the cheapest lie detector there is.
#
# 30 minutes to read and play; runs in about 10 seconds on a CPU; no GPU needed. Its [lab](lab:02_quality) lets you build both measures yourself.

# %%
# {{setup}}

# %% [markdown]
# ## You are the judge
#
# Four damaged copies of one portrait. Nobody measures anything yet.
#
# **Rank them**, best first, by eye. Write the four letters down; we come back to them.

# %%
astronaut = rk.sample("astronaut")
portrait = rk.images.crop(astronaut, top=24, left=142, height=176, width=176)

copies = {
    "A": rk.images.crop(astronaut, top=25, left=143, height=176, width=176),
    "B": rk.degrade.apply_blur(portrait, rk.degrade.gaussian_kernel(2.0)),
    "C": np.clip(portrait + 0.06, 0, 1),
    "D": rk.degrade.jpeg(portrait, quality=8),
}
rk.show.compare(list(copies.values()), titles=list(copies), caption="Which would you keep?")

# %% [markdown]
# ## Subtract, square, average
#
# The oldest judge is arithmetic. Subtract the two pictures; square the difference, so that plus and minus cannot cancel and large errors count
# more than small ones; average over all pixels and channels. That is the **mean squared error**, MSE.
#
# Here is what the average is taken of, the squared difference at every pixel, in shuffled order. **Predict**: which map belongs to which copy? The brighter one, C, is
# the easiest. Which is the blurred one, B?

# %%
squared = [((copy - portrait) ** 2).mean(axis=-1) for copy in copies.values()]
squared = [rk.images.crop(error, 22, 26, 126, 126) for error in squared]
shuffled = [squared[i] for i in np.random.default_rng(2).permutation(4)]
rk.show.image_maps(shuffled, ["1", "2", "3", "4"], limits=(0, 0.02), label="squared error", columns=4)

# %%
# NBVAL_CHECK_OUTPUT
for name, copy in copies.items():
    error = rk.metrics.mse(portrait, copy)
    print(f"{name}: MSE {error:.4f}   its root, RMSE {error**0.5:.3f}")

# %% [markdown]
# Map 2 is C, wrong by the same little bit everywhere. 3 is A and 4 is B, right nearly everywhere and quite wrong along the edges (more so when moved). 1 is D, wrong in all
# ways at once. The average forgets *where* the errors were, and which sign they had. For a clean picture $x$ and a picture $y$ to be judged, of $N$ values each,
#
# $$\mathrm{MSE} = \frac{1}{N}\sum_{i=1}^{N} (x_i - y_i)^2 .$$
#
# Its root, the RMSE, is back in units of brightness: an RMSE of 0.06 says "typically wrong by 6 % of the way from black to white".
#
# ## Decibels
#
# Errors span powers of ten, from a hopeless 0.3 to an invisible 0.001, so we count their *ratio* on a logarithmic scale, as sound engineers do.
# The **peak signal-to-noise ratio** sets the largest possible value $L$ against the error:
#
# $$\mathrm{PSNR} = 10\,\log_{10}\frac{L^2}{\mathrm{MSE}} = 20\,\log_{10}\frac{L}{\mathrm{RMSE}} \quad\text{dB}, \qquad L = 1 \text{ for us, } 255 \text{ for 8-bit files.}$$
#
# **Predict.** Noise of $\sigma = 0.1$ has a PSNR of 20 dB. What is it for half the noise, $\sigma = 0.05$: 23, 26 or 40 dB?

# %%
# NBVAL_CHECK_OUTPUT
for sigma in (0.2, 0.1, 0.05, 0.025, 0.01):
    noisy = rk.degrade.gaussian_noise(portrait, sigma=sigma, rng=0)
    print(f"sigma {sigma:5.3f}   {rk.psnr(portrait, noisy):5.2f} dB")

# %% [markdown]
# It is 26 dB. Halving the error is worth 6 dB, *whatever it was before*; a tenth of the error is worth 20 dB. So "half a decibel better", the usual
# distance between two papers, means an error smaller by 6 %. As a rule of thumb for photographs: below 25 dB you see the
# damage at once, at 30 you find it when you look, at 40 you have to flip between the two.
#
# **Move the slider.** Papers give $\sigma$ on the 0-255 scale; can you find the $\sigma$ at which *you* first see the noise, and what is its PSNR?

# %%
face = rk.images.crop(portrait, top=4, left=16, height=152, width=152)


def noisy_face(sigma):
    noisy = rk.degrade.gaussian_noise(face, sigma=sigma / 255, rng=1)
    return [noisy], [f"{rk.psnr(face, noisy):.1f} dB"]


rk.explore(
    noisy_face,
    title="What does a decibel look like?",
    sigma=(1, 100, 1, 25),
    static={"sigma": [2, 10, 25, 50]},
)

# %% [markdown]
# ## L is the largest *possible* value
#
# It is tempting to put the image's own maximum into the formula; some programs do. **Predict**: here is the portrait, the portrait with the
# lights turned down to a quarter, and the dark one again with a single burnt pixel. All three get *the very same* noise. Which PSNR should differ?

# %%
noise = np.random.default_rng(0).normal(0, 0.04, portrait.shape).astype(np.float32)
dark = 0.25 * portrait
burnt = dark.copy()
burnt[100, 100] = 1

rows = []
for name, clean in {"portrait": portrait, "dark portrait": dark, "dark, one burnt pixel": burnt}.items():
    error = rk.metrics.mse(clean, clean + noise)
    row = {"noisy picture": name, "RMSE": f"{error**0.5:.3f}"}
    row["PSNR, L = 1"] = f"{10 * np.log10(1 / error):.1f} dB"
    row["PSNR, L = its own maximum"] = f"{10 * np.log10(clean.max() ** 2 / error):.1f} dB"
    rows.append(row)
rk.show.table(rows)

# %% [markdown]
# The error is the same to the last digit, so the score must be. With its own maximum the dark picture loses 12 dB for being dark, and one burnt pixel
# gives all of them back. PSNRs of different pictures can then no longer be compared or averaged.
#
# Two cousins of this mistake are worth knowing, because neither gives an error message:

# %%
# NBVAL_CHECK_OUTPUT
a, b = np.uint8([10, 200]), np.uint8([20, 190])
print("8-bit subtraction wraps around:", a - b, "instead of", a.astype(int) - b)
noisy = portrait + noise
boast = 10 * np.log10(255**2 / rk.metrics.mse(portrait, noisy))
print(f"images in [0, 1] with L = 255:  {boast:.1f} dB instead of {rk.psnr(portrait, noisy):.1f}")

# %% [markdown]
# If somebody reports 76 dB, do not congratulate them yet.
#
# ## Back to your ranking
#
# You ranked A to D by eye. **Predict** PSNR's ranking before you run the cell.

# %%
# NBVAL_CHECK_OUTPUT
captions = {"A": "moved by one pixel", "B": "blurred", "C": "a little brighter", "D": "JPEG, quality 8"}
for name in sorted(copies, key=lambda name: -rk.psnr(portrait, copies[name])):
    print(f"{name}  {captions[name]:<20} {rk.psnr(portrait, copies[name]):.2f} dB")

# %% [markdown]
# Did you put A or C first, and D last? PSNR says the exact opposite: it likes the blocks of D best, and A, which is *perfect* but for a shift of
# one pixel up and one to the left, comes last.
#
# Wipe between the original and A, and try to see why it deserves the worst mark:

# %%
pair = [rk.images.crop(picture, 26, 38, 66, 106) for picture in (portrait, copies["A"])]
rk.before_after(*pair, labels=("original", "A, moved"))

# %% [markdown]
# PSNR compares each pixel with the pixel *at the same place* and knows nothing of its neighbours. So
#
# - **a shift** is a disaster wherever the picture has edges or texture;
# - **brightness**: an offset of 0.06, which the eye forgives at once, costs as much as noise of $\sigma = 0.06$;
# - **blur** touches only the edges, and most of a photograph is not edges, so blur gets off lightly.
#
# **Move the slider.** How far must the blur go before it is as bad as one pixel of shift? Try the hair and then the spacesuit. A shift cannot be seen in
# one picture, so each has its error beside it: gray is none.


# %%
def blur_or_shift(picture, blur, shift):
    top, left = {"hair": (20, 142), "spacesuit": (320, 110)}[picture]
    clean = rk.images.crop(astronaut, top, left, 170, 170)
    blurred = rk.degrade.apply_blur(clean, rk.degrade.gaussian_kernel(blur))
    moved = rk.images.crop(astronaut, top, left + shift, 170, 170)
    shown = [blurred, 0.5 + 2 * (blurred - clean), moved, 0.5 + 2 * (moved - clean)]
    blurred_db, moved_db = (f"{rk.psnr(clean, image):.1f} dB" for image in (blurred, moved))
    return rk.show.compare(shown, [f"blurred: {blurred_db}", "its error", f"moved: {moved_db}", "its error"])


rk.explore(
    blur_or_shift,
    title="Blurred, or moved?",
    picture=["hair", "spacesuit"],
    blur=(0.4, 4.0, 0.2, 1.6),
    shift=(1, 5, 1, 1),
    static={"picture": ["hair", "spacesuit"]},
)

# %% [markdown]
# <details><summary>How far?</summary>
#
# The hair: to 2.0 pixels, 25.0 dB. The spacesuit, with its finer detail, is hurt more by either: there the two meet between 2.6 and 2.8 pixels, at 19.7 dB.
#
# </details>
#
# ## Equal PSNR, seven times
#
# Now a famous demonstration (after Wang and others, 2004): pictures of equal PSNR. JPEG at quality 5 sets the mark. For six other kinds of
# damage, bisection finds the strength $t$ that hits it: try the middle of an interval, keep the half that holds the answer, again and again.

# %%
from scipy.ndimage import shift
from scipy.optimize import bisect


def bar_over_the_eyes(x, t):
    covered = x.copy()
    covered[67:87, 46:122] *= 1 - t
    return covered


damages = {
    "brighter": lambda x, t: x + t,
    "less contrast": lambda x, t: x.mean() + (1 - t) * (x - x.mean()),
    "a dark bar": bar_over_the_eyes,
    "moved": lambda x, t: shift(x, (0, 10 * t, 0), order=1, mode="nearest"),
    "blur": lambda x, t: rk.degrade.apply_blur(x, rk.degrade.gaussian_kernel(0.1 + 8 * t)),
    "Gaussian noise": lambda x, t: rk.degrade.gaussian_noise(x, t, rng=0),
}


def strength_for(damage, target):
    return bisect(lambda t: rk.psnr(portrait, damage(portrait, t)) - target, 0.001, 0.9, xtol=1e-6)


def all_at(target):
    return {name: damage(portrait, strength_for(damage, target)) for name, damage in damages.items()}


# %% [markdown]
# **Predict.** All seven will have the same PSNR. Which one will look best to you, and which worst?

# %%
mark = rk.degrade.jpeg(portrait, quality=5)
seven = {"JPEG, quality 5": mark, **all_at(rk.psnr(portrait, mark))}
rk.show.compare([portrait, *seven.values()], ["original", *seven], reference=portrait, columns=4)

# %% [markdown]
# One number, 24.1 dB, for all of them: from a picture that you would print to one that you would throw away. ("Moved" is the original, 1.3 pixels further to the right.) The second number
# below each title tells most of them apart; it is called SSIM, and we take it to pieces in a moment.
#
# **Move the slider**: now you set the mark (without JPEG, whose quality comes in whole numbers). At which PSNR do the six become equally good to *your* eye?


# %%
def equal_pictures(decibels):
    pictures = all_at(decibels)
    return rk.show.compare([portrait, *pictures.values()], ["original", *pictures], reference=portrait, columns=4)


rk.explore(
    equal_pictures,
    title="Six pictures of one PSNR",
    decibels=(19, 40, 1, 24),
    static={"decibels": [30]},
)

# %% [markdown]
# ## SSIM: three questions about every neighbourhood
#
# The eye does not compare pixels, it compares *neighbourhoods*. The **structural similarity** of Wang, Bovik, Sheikh and Simoncelli slides
# a small window over both pictures and asks three questions in it:
#
# 1. **Luminance**: is it equally bright? (Compare the two means.)
# 2. **Contrast**: does it vary equally much? (Compare the two standard deviations.)
# 3. **Structure**: does it go up and down at the same places? (The correlation of the two.)
#
# Here is one such window, 11 x 11 pixels on the hair, in five of our pictures.

# %%
window = (10, 110, 11, 11)
five = {"original": portrait}
five |= {name: seven[name] for name in ("brighter", "less contrast", "blur", "Gaussian noise")}
rk.show.zoom(list(five.values()), window, list(five), columns=5)

# %% [markdown]
# And the three answers, in numbers. (For these few lines all 121 pixels weigh alike.)

# %%
# NBVAL_CHECK_OUTPUT
gray = {name: rk.images.to_gray(rk.images.crop(picture, *window)) for name, picture in five.items()}
print(f"{'':<16} mean   spread   correlation with the original")
for name, y in gray.items():
    correlation = np.corrcoef(gray["original"].ravel(), y.ravel())[0, 1]
    print(f"{name:<16} {y.mean():.2f}   {y.std():.2f}     {correlation:.2f}")

# %% [markdown]
# Three columns, three kinds of damage: "brighter" moves the mean alone; "less contrast" the spread (and the mean a little, towards the picture's own); noise leaves the mean and spoils
# the correlation. Blur takes away most of the spread *and* half of the correlation.
#
# **Predict.** Next come the three answers as maps, for the whole picture; yellow is 1, "no difference here", and dark blue is 0 or less. In which *column* will "brighter" turn dark,
# in which "blur"? And where in the picture will noise do the most harm: in the hair or in front of the plain wall?
#
# Then **move the sliders**: which damage darkens the luminance map alone, and which ones hardly touch it?

# %%
from matplotlib import colormaps

kinds = {**damages, "inverted": lambda x, t: x + 4 * t * (x.mean() - x)}


def parts_of(kind, strength):
    damaged = kinds[kind](portrait, strength)
    luminance, contrast, structure, _ = rk.metrics.ssim_maps(portrait, damaged)
    titles = [f"SSIM {rk.ssim(portrait, damaged):.2f}", f"luminance {luminance.mean():.2f}"]
    titles += [f"contrast {contrast.mean():.2f}", f"structure {structure.mean():.2f}"]
    coloured = [colormaps["viridis"](part)[..., :3] for part in (luminance, contrast, structure)]
    return rk.show.compare([rk.images.crop(image, 26, 10, 150, 150) for image in (damaged, *coloured)], titles)


rk.explore(
    parts_of,
    title="SSIM taken to pieces (yellow: no difference)",
    kind=list(kinds),
    strength=(0.01, 0.5, 0.01, 0.06),
    static={"kind": ["brighter", "blur", "Gaussian noise"], "strength": [0.06, 0.29, 0.06]},
)

# %% [markdown]
# "Brighter" harms luminance alone, at any strength (even where the screen shows nothing but white: no value is clipped before it is scored), and there only the dark parts: SSIM compares means by their *ratio*,
# and 0.06 more is much for black and little for white. ("Less contrast" passes for it only while it is weak.) Blur hardly touches luminance, and harms contrast and structure wherever there was detail. Noise does the most harm where the picture is plain: there it is all the structure there is.
#
# Now the formulas will not surprise you. With the means $\mu$, the standard deviations $\sigma$ and the covariance $\sigma_{xy}$ inside the window,
#
# $$\text{luminance} = \frac{2\mu_x\mu_y + C_1}{\mu_x^2 + \mu_y^2 + C_1}, \qquad
# \text{contrast} = \frac{2\sigma_x\sigma_y + C_2}{\sigma_x^2 + \sigma_y^2 + C_2}, \qquad
# \text{structure} = \frac{\sigma_{xy} + C_3}{\sigma_x\sigma_y + C_3}.$$
#
# Each is 1 when the two windows agree; structure can fall to $-1$, when ups have become downs. The window is a Gaussian of $\sigma = 1.5$ pixels, cut off at 11 x 11. The small constants
# $C_1 = (0.01\,L)^2$, $C_2 = (0.03\,L)^2$ and $C_3 = C_2/2$, with $L$ the largest possible value again, keep dark and flat windows from dividing by zero.
# **SSIM** is the product of the three, averaged over the picture (without the outermost 5 pixels, whose window is not complete).
#
# **Back to the sliders.** Set the kind to "inverted". At a strength of 0.25 nothing is left but one flat gray, yet structure is 1.00! Why? And which strength turns it negative?
#
# <details><summary>Answer</summary>
#
# In a flat window $\sigma_y$ and $\sigma_{xy}$ are 0, and what remains of structure is $C_3 / C_3 = 1$: nothing contradicts the original. It is *contrast* that says how much is missing (0.44 on the average).
# Above 0.25 the picture is a negative of itself; the mean structure falls below 0 at 0.34.
#
# </details>

# %% [markdown]
# ### What SSIM sees that PSNR does not: texture hides noise
#
# The same noise, to the last digit, on two surfaces. **Predict**: which one looks noisier, and what does PSNR say?

# %%
gravel = rk.images.center_crop(rk.sample("gravel"), 120)
sky = rk.images.crop(rk.sample("camera"), top=0, left=0, height=120, width=120)
noise = np.random.default_rng(0).normal(0, 0.05, gravel.shape).astype(np.float32)
surfaces = {"gravel": gravel, "bright sky": sky}
titles = []
for name, x in surfaces.items():
    titles.append(f"{name}: {rk.psnr(x, x + noise):.2f} dB, SSIM {rk.ssim(x, x + noise):.2f}")
rk.show.compare([x + noise for x in surfaces.values()], titles)

# %% [markdown]
# PSNR gives both the same mark. Your eye does not, and SSIM agrees with it: on gravel the noise is lost among the stones; on the sky there is nothing to hide behind.
# The eye's specialists call this *masking*.
#
# ### And what fools SSIM
#
# SSIM is a better judge, not a wise one. **Predict** its ranking of A to D from the beginning, and check it:

# %%
# NBVAL_CHECK_OUTPUT
for name in sorted(copies, key=lambda name: -rk.ssim(portrait, copies[name])):
    print(f"{name}  {captions[name]:<20} SSIM {rk.ssim(portrait, copies[name]):.3f}")

# %% [markdown]
# It forgives the brightness of C, and rightly so. But the shifted A is still last, and JPEG's blocks still beat it. And look at the seven again: the dark bar got the *best* mark of all, because it
# harms few windows, although they are those of the eyes; and the noisy face, in which you can count the hairs, got the *worst*. No formula here knows what a face is.

# %% [markdown]
# ## The small print
#
# One noisy picture, one denoised picture (straight from the filter, nothing clipped), one measure. **Predict**: by how many decibels can you move the score of *the same
# two pictures* by choosing how PSNR is computed?

# %%
sigma = 25 / 255
noisy = rk.degrade.gaussian_noise(portrait, sigma=sigma, rng=0)
denoised = rk.classical.non_local_means(noisy, sigma)


def own_maximum(clean, image):
    return 10 * np.log10(image.max() ** 2 / rk.metrics.mse(clean, image))


def channel_by_channel(clean, image):
    return np.mean([rk.psnr(clean[..., c], image[..., c]) for c in range(3)])


conventions = {
    "plain: R, G, B together": rk.psnr,
    "clipped to [0, 1] first": lambda x, y: rk.psnr(x, np.clip(y, 0, 1)),
    "clipped and rounded to 8 bits": lambda x, y: rk.psnr(x, y, eight_bit=True),
    "a border of 8 pixels left out": lambda x, y: rk.psnr(x, y, border=8),
    "mean of the three channels' PSNRs": channel_by_channel,
    "Y channel": lambda x, y: rk.psnr(x, y, channel="y"),
    "Y channel, 8 bits, border of 8": lambda x, y: rk.psnr(x, y, channel="y", border=8, eight_bit=True),
    "wrong: L = the judged picture's own maximum": own_maximum,
}

# %%
rows = []
for name, score in conventions.items():
    before, after = score(portrait, noisy), score(portrait, denoised)
    row = {"PSNR in dB": name, "noisy input": f"{before:.2f}", "denoised": f"{after:.2f}"}
    rows.append({**row, "gain": f"{after - before:.2f}"})
rk.show.table(rows)

# %% [markdown]
# No pixel changed from row to row, and yet the scores move by more than most papers gain over their rivals; even the *gain* shrinks by more than a third from one honest row to another. Denoising papers score all channels and clip the output;
# super-resolution papers score the Y channel, round to 8 bits and leave out `scale` pixels at each border. Neither is wrong. Mixing the two is.
#
# Y flatters twice. It squeezes black to white into 16 to 235, while the peak stays 255: that alone is worth $20\log_{10}(255/219) = 1.3$ dB. The rest comes from mixing R, G and B: averaging
# three noises makes them smaller. A border can count either way; here it is mostly plain wall, the easiest part to denoise, and leaving it out *costs* 0.4 dB.
#
# ### Averages
#
# A table's last row is an average over pictures. **Predict**: which is larger, the mean of the PSNRs or the PSNR of the mean MSE?

# %%
# NBVAL_CHECK_OUTPUT
errors = []
for sigma in (5, 15, 50):
    noisy = rk.degrade.gaussian_noise(portrait, sigma=sigma / 255, rng=0)
    errors.append(rk.metrics.mse(portrait, noisy))
    print(f"noisy, sigma {sigma:>2}      {rk.psnr(portrait, noisy):.2f} dB")
print(f"mean of the PSNRs    {np.mean(10 * np.log10(1 / np.array(errors))):.2f} dB")
print(f"PSNR of the mean MSE {10 * np.log10(1 / np.mean(errors)):.2f} dB")

# %% [markdown]
# The mean of the PSNRs is never smaller (the logarithm bends that way), and the field reports that one. In the other, the single worst picture decides nearly alone.
#
# SSIM has its small print, too. scikit-image's default window is another one than the paper's:

# %%
# NBVAL_CHECK_OUTPUT
from skimage.metrics import structural_similarity

gray = rk.images.to_gray(portrait)
noisy = rk.degrade.gaussian_noise(gray, sigma=25 / 255, rng=0)
paper = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False}
print(f"uniform 7x7 window (the default)   {structural_similarity(gray, noisy, data_range=1):.3f}")
print(f"Gaussian window of the paper       {structural_similarity(gray, noisy, data_range=1, **paper):.3f}")
print(f"the same, data_range=2 (wrong)     {structural_similarity(gray, noisy, data_range=2, **paper):.3f}")

# %% [markdown]
# So whenever you write a number, write its conventions beside it. Ours, in every table of results: *float images in [0, 1]; noisy inputs not clipped, restored images clipped; all channels, no border; mean
# of per-image PSNRs; SSIM with the Gaussian window of the paper.* `rk.denoise` and `rk.upscale` clip what they return; the bare filters in `rk.classical`, `rk.psnr` and `rk.ssim` clip nothing.

# %% [markdown]
# ## The residual: a lie detector
#
# Scores need the original, which in real life you do not have. But you can always take the noisy picture, subtract the restored one, and look at what was taken away. If the method removed noise and
# nothing else, that must look like noise. **If you can recognise the picture in its residual, that is detail, thrown out with the noise.**
#
# **Predict** which of these two residuals gives its method away.

# %%
closer = rk.images.crop(portrait, 0, 13, 150, 150)
sigma = 25 / 255
noisy = rk.degrade.gaussian_noise(closer, sigma=sigma, rng=0)
restored = {
    "Gaussian filter": rk.denoise(noisy, "gaussian", sigma=sigma, width=1.6),
    "non-local means": rk.denoise(noisy, "nlm", sigma=sigma),
}
rk.show.compare([noisy, *restored.values()], ["noisy", *restored], reference=closer)
upper = [rk.images.crop(image, 0, 22, 86, 112) for image in (noisy, closer, *restored.values())]
rk.show.residual(
    upper[1:], upper[0], ["what should go: the noise", *(f"what went: {name}" for name in restored)], gain=6
)

# %% [markdown]
# The lower three show hair and eyes, twice as large. The Gaussian filter's residual is a drawing of them: strands, eyebrows, eyes. Non-local means is far more discreet, but not innocent: compare its upper
# third with the noise, and you find streaks of hair. (And at the eyes, two pale patches: there it found nothing alike to average, and left even the noise.) You will meet this test again in [lecture 03](lecture:03_classical).

# %% [markdown]
# ## The safest guess is not the finest picture
#
# One last experiment; it explains half of the field's quarrels. A patch of lawn has been lost. Two candidates are offered in its place: a flat gray, the mean colour of the lawn; and
# *real lawn*, a photograph of a piece one step to the right.
#
# **Predict**: which one has the higher PSNR?

# %%
grass = rk.sample("grass")
lost = rk.images.crop(grass, 60, 0, 128, 128)
candidates = [np.full_like(lost, lost.mean()), rk.images.crop(grass, 60, 128, 128, 128)]
rk.show.compare([lost, *candidates], ["the lost patch", "flat gray", "real lawn"], reference=lost)

# %% [markdown]
# The blank wins by about 3 dB, and SSIM votes for it, too. It is no accident. If $v$ is the variance of the lawn, the blank is wrong by $v$ on average; another piece of lawn
# is wrong by $v + v$, because its own blades are in the wrong places as well. Twice the MSE: 3 dB.
#
# So a method that is trained to minimise MSE learns to *hedge*: where it cannot know, it answers with the average of all that is possible, and the average of many sharp
# pictures is a blurred one. Blau and Michaeli proved in 2018 that this is a law and not a weakness of one measure: beyond some point **less distortion must look less natural**, and
# a method that looks more natural must pay in distortion. They call it the perception-distortion trade-off. Super-resolution shows it best: on the test set Set5, enlarged four times, SRGAN
# scores 29.40 dB and its plain sister SRResNet 32.05 dB, and people gave SRGAN the higher marks (Ledig and others, 2017).
#
# ### Ask people
#
# In the end pictures are for people. In a *mean opinion score* test a few dozen of them rate each picture from 1 (bad) to 5 (excellent). It is the court of last appeal, and it is slow, expensive, and never quite
# repeatable: screen, distance and mood all count. Learned measures such as LPIPS (Zhang and others, 2018) compare the inner responses of a trained network instead of pixels, and follow people's opinions more
# closely than PSNR or SSIM; they have blind spots of their own.
#
# What this course does: PSNR *and* SSIM in every table, with the noisy input as the first row; pictures with the same fixed limits beside them; residuals. **Numbers to compare, eyes to decide.**

# %% [markdown]
# ## Quiz

# %%
rk.quiz("02_quality")

# %% [markdown]
# ## Take away
#
# - PSNR $= 10\log_{10}(L^2/\mathrm{MSE})$ with $L$ the largest *possible* value. Half the error is 6 dB, a tenth is 20 dB.
# - PSNR compares pixel with pixel: it forgives blur, and punishes a shift or an offset that nobody sees.
# - SSIM compares neighbourhoods: brightness, contrast, structure. It knows that texture hides noise; it does not know what matters in a picture.
# - The channel, the border, clipping, rounding, the data range and the way of averaging all move the number. Write them down.
# - The residual shows what a method has really taken away, with no original needed.
# - The safest guess is the average, and the average is blurred: a high PSNR and a natural look pull in two directions.
#
# Next: build both measures with your own hands in [lab 02](lab:02_quality), then meet the first denoisers in [lecture 03](lecture:03_classical).
#
# ## Words
#
# | English | Korean |
# | --- | --- |
# | mean squared error | 평균 제곱 오차 |
# | peak signal-to-noise ratio (PSNR) | 최대 신호 대 잡음비 |
# | decibel | 데시벨 |
# | structural similarity (SSIM) | 구조적 유사도 |
# | luminance, contrast, structure | 휘도(밝기), 대비, 구조 |
# | covariance, correlation | 공분산, 상관 |
# | data range | 데이터 범위 |
# | residual | 잔차 |
# | distortion | 왜곡 |
# | mean opinion score | 평균 평가 점수(MOS) |
#
# ## References
#
# - Z. Wang, A. C. Bovik, H. R. Sheikh, E. P. Simoncelli, "Image quality assessment: from error visibility to structural similarity", IEEE Transactions on Image Processing, 2004.
# - Z. Wang, A. C. Bovik, "Mean squared error: love it or leave it? A new look at signal fidelity measures", IEEE Signal Processing Magazine, 2009.
# - Y. Blau, T. Michaeli, "The perception-distortion tradeoff", CVPR, 2018.
# - R. Zhang, P. Isola, A. A. Efros, E. Shechtman, O. Wang, "The unreasonable effectiveness of deep features as a perceptual metric", CVPR, 2018.
# - C. Ledig, L. Theis, F. Huszár, J. Caballero, A. Cunningham, A. Acosta, A. Aitken, A. Tejani, J. Totz, Z. Wang, W. Shi, "Photo-realistic single image super-resolution using a generative adversarial network", CVPR, 2017.
# - A. Buades, B. Coll, J.-M. Morel, "A review of image denoising algorithms, with a new one", SIAM Multiscale Modeling and Simulation, 2005 (the residual as "method noise").
