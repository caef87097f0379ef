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
# # Start here
#
# {{badge}}
#
# Ten minutes, and you will be able to
#
# - run a notebook, move a slider, and compare a picture before and after;
# - write an answer, have it checked, and read what the check says;
# - clean up a photo of your own;
# - decide where to go next.
#
# Everything on this page runs on a plain CPU in a few seconds.

# %%
# {{setup}}

# %% [markdown]
# ## What this course is about
#
# Every photograph is damaged a little on its way from the light to your screen: it is noisy, blurred, cut into pixels, squeezed
# into a file. *Image restoration* asks what the picture was before. This course takes you from how the damage is born to
# the programs that undo it, and you will write the important ones yourself.
#
# **Run the cells**, this one too: click into a cell and press `Shift` + `Enter`. (The folded cell above gets the course ready; every
# notebook has one.) Then drag the handle.

# %%
cat = rk.images.crop(rk.sample("chelsea"), top=30, left=60, height=220, width=300)
noisy = rk.degrade.gaussian_noise(cat, sigma=15 / 255, rng=0)
restored = rk.denoise(noisy, method="nlm", sigma=15 / 255)

rk.before_after(noisy, restored, labels=("noisy", "restored"))

# %% [markdown]
# On the left is the cat with noise, on the right what a program from unit 03 makes of it. It has never seen this cat. It found
# out, patch by patch, which parts of the picture look alike, and averaged them. The grain is gone, and so is some of the finest
# fur. Getting that back as well is what the rest of the course is about.
#
# How much better is it? Here are the numbers that you will learn to read (and to distrust) in unit 02. For both, higher is better.

# %%
# NBVAL_CHECK_OUTPUT
print(f"noisy     {rk.psnr(cat, noisy):.1f} dB   SSIM {rk.ssim(cat, noisy):.2f}")
print(f"restored  {rk.psnr(cat, restored):.1f} dB   SSIM {rk.ssim(cat, restored):.2f}")

# %% [markdown]
# ## Predict, then run
#
# Lectures ask you to guess before you run a cell. Do it: a wrong guess is what makes the answer stick. Try one now.
#
# **Predict.** Noise is added to the cat four times, each time twice as strong as before. At which step do you lose the whiskers?

# %%
levels = [10, 20, 40, 80]
face = rk.images.crop(rk.sample("chelsea"), top=130, left=90, height=140, width=170)
steps = [rk.degrade.gaussian_noise(face, sigma=level / 255, rng=1) for level in levels]
rk.show.compare(steps, titles=[f"sigma {level} of 255" for level in levels], reference=face)

# %% [markdown]
# At 40 they are still there for an eye that knows where to look: it averages along the line of a whisker. Good denoisers do
# something similar, and you will build some.

# %%
# NBVAL_CHECK_OUTPUT
for level, step in zip(levels, steps):
    print(f"sigma {level:2d}: {rk.psnr(face, step):.1f} dB")

# %% [markdown]
# Look at the steps between the numbers. Each doubling of the noise costs about 6 dB. Unit 02 tells you why.

# %% [markdown]
# ## Sliders
#
# Where a picture depends on a number, you can move the number. (A page that was only opened, not run, shows a few fixed settings
# instead, or a message that a widget is missing: run the notebook to get the slider.)
#
# **Try it.** A filter that is too timid leaves the noise; one that is too bold paints the cat in watercolour. Where would you stop?

# %%
noisy_face = rk.degrade.gaussian_noise(face, sigma=25 / 255, rng=0)


def smooth(width):
    return rk.denoise(noisy_face, method="gaussian", sigma=25 / 255, width=width)


rk.explore(
    smooth, width=(0.3, 4.0, 0.1, 1.0), static={"width": [0.3, 1.0, 2.0, 4.0]}, title="Gaussian filter, width in pixels"
)

# %% [markdown]

# %% [markdown]
# ## Your own photo
#
# Put the path of a picture between the quotes, and run the cell. In a hosted notebook, first drag the file into the *Files* panel on
# the left. Leave it empty to use ours: a portrait, taken by a simulated phone at ISO 3200. Your picture never leaves the computer
# that runs the notebook.

# %%
photo_path = ""
strength = 12  # too much noise left: raise it; fine detail lost: lower it

if photo_path:
    photo = rk.load(photo_path)
else:
    photo = rk.degrade.photograph(rk.sample("astronaut"), iso=3200, exposure=1 / 3200, rng=0).image

top, left = 20, 120  # which piece to look at: 220 rows and 280 columns from here
piece = photo[top : top + 220, left : left + 280]
cleaned = rk.denoise(piece, method="nlm", sigma=strength / 255)
rk.before_after(piece, cleaned, labels=("as it was", "cleaned"))

# %% [markdown]
# It is a piece of the picture, so that you see single pixels. If you lost fine texture, so that skin looks like wax, you have met
# the central problem of this course: **noise and fine detail look alike**.
#
# Could the program not find out by itself how strong the noise is? Let us ask it.

# %%
sigma = rk.degrade.estimate_sigma(piece)
print(f"estimated noise: sigma = {255 * sigma:.1f} of 255; you chose {strength}")

# %% [markdown]
# For our portrait the estimate is much too low. The estimator looks at single pixels, and a camera has already smeared the noise over
# their neighbours, when it filled in the colours. Unit 01 shows how that happens. It is the first of many places where a method is only as good as what it
# assumes.
#
# For a whole picture of any size, use the command line:
#
# ```
# restorekit restore photo.jpg cleaned.png --task denoise --sigma 12 --compare before_after.png
# ```

# %% [markdown]
# ## Three kinds of notebook
#
# | | what it is | what you do |
# | --- | --- | --- |
# | **lecture** | pictures, ideas, sliders | read, predict, run, play |
# | **lab** | exercises with gaps | fill the gaps; a check tells you how you did |
# | **solution** | the lab, filled in | compare, when you are done or stuck |

# %% [markdown]
# ### Exercises and their checks
#
# A lab asks you to complete a function. Below it stands `rk.check`, which says what is wrong in plain words. Here is an answer
# with a mistake in it, on purpose.


# %%
@rk.exercise("00.half_as_bright")
def half_as_bright(image):
    """Return `image` (float, any shape, range [0, 1]) at half its brightness. A pixel of 0.8 becomes 0.4."""
    return image - 0.5


rk.check(half_as_bright)

# %% [markdown]
# **Repair it**: change the last line, and run the cell again with `Shift` + `Enter`. If you are stuck, ask for a hint, as often as
# you like; each one says a little more.

# %%
rk.hint("00.half_as_bright")

# %% [markdown]
# Two things to know about labs:
#
# - A gap that you leave open never blocks you. The library's own version stands in, and the notebook says so.
# - What you have done is remembered in a small file on your computer (in a hosted notebook: on your drive, once you mount it). This
#   shows it, for all labs:

# %%
rk.progress()

# %% [markdown]
# ## Images are arrays
#
# In this course an image is a NumPy array of numbers between 0 (black) and 1 (white): `(height, width)`
# for gray, `(height, width, 3)` for colour, first row at the top.

# %%
# NBVAL_CHECK_OUTPUT
print("shape", cat.shape, "  type", cat.dtype)
print(f"darkest {cat.min():.2f}, brightest {cat.max():.2f}")
red, green, blue = cat[60, 200]
print(f"one pixel: red {red:.2f}, green {green:.2f}, blue {blue:.2f}")

# %% [markdown]
# Many files and libraries count from 0 to 255 instead. Mixing the two up is the most common mistake of all, so the library refuses
# to guess:

# %%
try:
    rk.denoise(cat * 255, sigma=25 / 255)
except ValueError as error:
    print(error)

# %% [markdown]
# ## Are you ready?
#
# You need Python (functions, loops, NumPy arrays and slicing), a little statistics (mean, standard deviation), and from linear
# algebra no more than what a matrix is. No image processing, no deep learning. Three questions to see where you stand; each answer
# says what to look up.

# %%
rk.quiz("00_start_here")

# %% [markdown]
# ## The map
#
# | unit | what you will see | read | do | needs |
# | --- | --- | --- | --- | --- |
# | 01 | [How a photograph degrades](lecture:01_degradation) | 40 min | [lab](lab:01_degradation), 90 min | CPU |
# | 02 | [How good is a restoration?](lecture:02_quality) | 30 min | [lab](lab:02_quality), 75 min | CPU |
# | 03 | [Classical denoising](lecture:03_classical) | 40 min | [lab](lab:03_classical), 90 min | CPU |
#
# **CPU or GPU?** These units need no GPU: every cell runs in seconds on a laptop or a free hosted runtime. A GPU starts to pay when a
# network is trained on thousands of pictures. Using a trained one, on a photo or two, is again work for a CPU.
#
# In a hurry to *use* it? Read 03. Here for the pictures? Start with 01. Teaching? Every lab has a
# [solution](solution:01_degradation), and every check can be graded.
#
# Keep these two at hand: [what the symbols mean](page:symbols), and [when things go wrong](page:when_things_go_wrong).

# %% [markdown]
# ## Take away
#
# - Run a cell with `Shift` + `Enter`. Predict first.
# - A check tells you what is wrong; hints help; open gaps never block you.
# - Images are arrays of floats in [0, 1].
# - Noise and fine detail look alike. The rest of the course is about telling them apart.
#
# **Next:** [how a photograph degrades](lecture:01_degradation).
#
# | English | Korean |
# | --- | --- |
# | image restoration | 이미지 복원 |
# | degradation | 열화, 화질 저하 |
# | noise | 잡음(노이즈) |
# | denoising | 잡음 제거 |
#
# ### Credits
#
# The cat Chelsea: photograph by Stéfan van der Walt (CC0). The portrait: Eileen Collins, NASA (public domain). Both come with
# scikit-image.
