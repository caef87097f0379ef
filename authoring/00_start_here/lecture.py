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
# Fifteen minutes, and you will be able to
#
# - run a notebook, move a slider, and compare a picture before and after;
# - clean up a photo of your own with a trained network, in one line;
# - write an answer, have it checked, and read what the check says;
# - decide where to go next.
#
# Everything on this page runs on a plain CPU in less than half a minute; no GPU needed.

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
# ## Let a network do it
#
# The filters so far follow rules that somebody thought of. A *network* finds its rules itself, in thousands of examples: a noisy piece of a picture goes
# in, and the clean one should come out. That training takes hours, and units 04 to 07 show how it works. To use a network that is trained takes one
# line, and a few seconds (the first time some more: TensorFlow, the program that computes networks, has to start).
#
# **Predict.** It is the noisy cat from the top of this page. Non-local means was told how strong the noise is; the network is not. Will it come closer
# to the clean picture all the same?

# %%
by_network = rk.denoise(noisy, method="auto")

print(f"non-local means  {rk.psnr(cat, restored):.1f} dB")
print(f"network          {rk.psnr(cat, by_network):.1f} dB")
rk.before_after(restored, by_network, labels=("non-local means", "network"))

# %% [markdown]
# Look at the fur between the eyes, and at the whiskers. `method="auto"` stands for the best that we have for a picture: in colour, this is an
# autoencoder that is *blind*: it sees for itself how strong the noise is. You meet blind networks in unit 05, and this one in unit 06. (Without TensorFlow, the same line falls back on
# non-local means, and says so.)

# %% [markdown]
# ## Your own photo
#
# Put the path of a picture between the quotes, and run the cell. In a hosted notebook, first drag the file into the *Files* panel on
# the left. Leave it empty to use ours: a portrait to which we have added noise. Your picture never leaves the computer that runs the notebook.

# %%
photo_path = ""

photo = rk.load(photo_path) if photo_path else rk.degrade.gaussian_noise(rk.sample("astronaut"), sigma=25 / 255, rng=0)

top, left = 20, 120  # which piece to look at: 220 rows and 280 columns from here
piece = photo[top : top + 220, left : left + 280]
rk.before_after(piece, rk.denoise(piece, method="auto"), labels=("as it was", "cleaned"))

# %% [markdown]
# It is a piece of the picture, so that you see single pixels. The whole of it, of any size, is one line again. It works in tiles, so that memory is no
# trouble; a phone's 12 megapixels take a minute or two:
#
# ```
# rk.save("cleaned.png", rk.denoise(photo, method="auto", progress=True))
# ```
#
# The same from a terminal, with a picture of before and after:
#
# ```
# restorekit restore photo.jpg cleaned.png --task denoise --compare before_after.png
# ```

# %% [markdown]
# ### When the network does next to nothing
#
# Was yours a photo from a phone, taken in the dark, and much of its grain is still there? Then see what happens to ours, when a simulated phone takes the
# portrait at ISO 3200.

# %%
strength = 12  # too much noise left: raise it; fine detail lost: lower it

phone = rk.degrade.photograph(rk.sample("astronaut"), iso=3200, exposure=1 / 3200, rng=0).image
phone = phone[20:200, 130:310]
results = [phone, rk.denoise(phone, method="auto"), rk.denoise(phone, method="nlm", sigma=strength / 255)]
titles = ["the phone's picture", "network", f"non-local means, {strength}"]
rk.show.compare(results, titles, zoom=(90, 110, 50, 60))

# %% [markdown]
# The network has left much of the grain, as blotches of colour. It has learned noise that is new in every pixel. A camera has smeared its noise over
# the neighbours, when it filled in the colours (unit 01 shows how), and what spreads over neighbours looks to the network like a part of the scene. Non-local means
# does what we tell it: with a strength of 12 it takes the grain off, and some skin with it. For a photo like this, set the strength by eye.
#
# It is the first of many places where a method is only as good as what it assumes. And if you lost fine texture, so that skin looks like wax,
# you have met the central problem of this course: **noise and fine detail look alike**.

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
# - A gap that you leave open never blocks you. The library's own version stands in, and the notebook says so. (Only the graded assignment, lab 04, has
#   no stand-ins: there, the notebook says what is missing.)
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
# | 04 | [Learning to denoise](lecture:04_learning) | 40 min | [graded lab](lab:04_learning), 2 hours | CPU; a GPU for the long training |
# | 05 | [DnCNN](lecture:05_dncnn) | 40 min | [lab](lab:05_dncnn), 90 min | CPU |
# | 06 | [Autoencoders](lecture:06_autoencoders) | 40 min | [lab](lab:06_autoencoders), 90 min | CPU |
# | 07 | [Super-resolution](lecture:07_superresolution) | 70 min | [lab](lab:07_superresolution), 2 hours | CPU |
#
# **CPU or GPU?** Everything runs on a laptop or a free hosted runtime without a GPU. Units 01 to 03 take seconds. From unit 04 on, networks are trained,
# small ones in minutes; where a long training pays, the page says how far the short one gets, and a GPU, if there is one, is used without being asked for. Using a
# trained network, on a photo or two, is always work for a CPU.
#
# In a hurry to *use* it? You just did; 05 tells you when to trust it. Here for the pictures? Start with 01. For the assignment? 02 (how it is measured), then 04.
# Teaching? Every lab has a [solution](solution:01_degradation), and every check can be graded.
#
# Keep these two at hand: [what the symbols mean](page:symbols), and [when things go wrong](page:when_things_go_wrong).

# %% [markdown]
# ## Take away
#
# - Run a cell with `Shift` + `Enter`. Predict first.
# - A check tells you what is wrong; hints help; open gaps never block you.
# - Images are arrays of floats in [0, 1].
# - `rk.denoise(photo, method="auto")` cleans a picture with a trained network, as long as the noise is of the kind that it has learned.
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
# | blind | 블라인드(열화를 모르는) |
#
# ### Credits
#
# The cat Chelsea: photograph by Stéfan van der Walt (CC0). The portrait: Eileen Collins, NASA (public domain). Both come with
# scikit-image.
