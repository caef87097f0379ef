# %% [markdown]
# # When things go wrong
#
# {{badge}}
#
# Find your symptom; do what stands next to it. Nothing here can damage your work.
#
# ## Before anything else
#
# Restart and run from the top: *Runtime > Restart session and run all* in a hosted notebook, *Kernel > Restart Kernel and Run All Cells* in
# JupyterLab. Cells that were run out of order are behind half of all puzzles.
#
# ## Setting up
#
# | you see | what it means | do this |
# | --- | --- | --- |
# | `restorekit is not installed here` | the notebook runs where the course is not (often: a hosted notebook) | the message says which file to upload and what to run: follow it, then run the second cell again |
# | `name 'rk' is not defined` | the set-up cell was not run in this session | run the second cell of the notebook |
# | `requires a different Python` | your Python is older than 3.11 or newer than 3.13 | install one between, then `make lab` again |
# | `Error displaying widget: model not found`, or no slider | the notebook was saved and opened again; a slider needs its running kernel | *Run All Cells* |
# | `make: command not found` (Windows) | make is not installed | use the plain commands in the README |
#
# ## Running
#
# | you see | what it means | do this |
# | --- | --- | --- |
# | `name 'noisy' is not defined` | a cell above was skipped | run all cells above (*Run before*, *Run All Above*) |
# | `[*]` beside a cell, for minutes | it is still working, or it waits in a loop | *Interrupt*; then look for a loop that never ends |
# | *The kernel has died* | nearly always: out of memory | restart; see *Out of memory* below |
# | *Your session crashed after using all available RAM* | the same, in a hosted notebook | restart; your files on the mounted drive are still there |
# | *Runtime disconnected* | a hosted session ends after a while without you | reconnect, run all: done exercises stay done if the drive was mounted |
# | `... is plainly not in [0, 1]`, `images here are in [0, 1]` | something is on the 0-255 scale | divide by 255 once, at the place where you load |
# | a picture is all black or all white | as above, or it was divided by 255 twice | print its `min()` and `max()` |
#
# ## Networks (units 04 to 07)
#
# | you see | what it means | do this |
# | --- | --- | --- |
# | the first cell with `keras` or `method="auto"` takes 5 to 30 seconds | TensorFlow starts; the next cells are fast | wait |
# | lines with `oneDNN`, `cuda`, `cuInit`, `AVX512` or `absl`, often in red | TensorFlow talks to itself at its start; "no GPU found" is one of its messages | nothing; they are no errors |
# | `No module named 'keras'` or `'tensorflow'`, `Keras can't be imported` | the networks need them, the rest of the course does not | `pip install "keras>=3.10" tensorflow-cpu` (macOS: `tensorflow`), then restart |
# | `no Keras here, so the method is 'nlm'` | `method="auto"` fell back on a filter | as above, or go on with the filter |
# | `This is Keras 3.5...` | too old | `pip install -U "keras>=3.10,<4"`, then restart |
# | `the weights of ... are damaged`, `... are missing` | the installation was cut off, or a file was changed | install the course again |
# | `the loss is nan after step ...`, `the weights are no longer finite` | a step was too large, and the weights flew apart; the model has its last good ones again | a tenth of the `learning_rate`; are the images in [0, 1]? |
# | the loss does not fall at all | the network sees what it should predict, or nothing of it | is the target the *clean* image? is the noise new in every step? compare a few pictures |
# | the loss is 0 after some steps | the clean image leaks into the output | the skip connection must add the *noisy* tensor (lecture 04) |
# | `needs a height and width that are multiples of 4` | the network halves its input | `rk.denoise(image, method=...)` pads; or crop to multiples |
# | `restores gray pictures, and this one is colour` | the network has another number of channels | take the method that the message names |
# | a good score in training, a poor one on your image | other noise, another scale, or a clip that was forgotten | noise of what sigma? image in [0, 1]? output clipped? |
# | training was cut off: *disconnected*, *kernel died*, closed lid | nothing is lost up to the last checkpoint | run the same cell again, with the same `folder`: training resumes there |
# | `... holds another training` | the checkpoint in this folder was made with other settings; the message names them | the old settings, or another folder |
# | `the checkpoint ... is damaged` | it was cut off while it was copied, or changed | delete it, and train from the beginning |
# | `training can't go on from the backup in ...` (lab 04), or `truncated file`, `JSONDecodeError` in `fit` | `BackupAndRestore` was cut off while it wrote, or you have changed the model since | delete the folder that is named, or change `RUN`: training starts afresh |
# | training is slow | small steps on a CPU are normal: minutes for what the labs ask | fewer epochs, smaller patches; in a hosted notebook *Runtime > Change runtime type > GPU* |
#
# ### Out of memory
#
# - A network keeps all its features while it trains: halve `batch`, then `patch`. To restore a large picture, let `rk.denoise` cut it into tiles, or give it a smaller `tile=256`.
# - Large pictures: 12 megapixels in colour are 144 MB as floats, and every copy as much again. Work on a crop.
# - On a GPU: `ResourceExhaustedError`, `OOM when allocating`. Another notebook may hold its memory: shut that one down, restart, run again.
#
# ### So that a disconnected session costs minutes, not hours
#
# Mount your drive first (the cell near the top of the lab), and give the training a `folder` on it. After every epoch it holds a checkpoint: the weights, the optimiser, the epoch. The
# same call, in a new session, goes on from there. Keep the tab open while it trains: hosted runtimes stop after a while without you.
#
# ## Exercises
#
# | you see | what it means | do this |
# | --- | --- | --- |
# | ○ *not done yet* | the gap still holds `raise NotImplementedError()` | replace that line by your answer |
# | ✗ and a sentence | the answer is not right yet, and the sentence says why | read it twice; then `rk.hint("...")` |
# | the check still complains about the old answer | the function's cell was changed but not run again | run the function's cell, then the check |
# | *your output made the check stumble* | the result has an unexpected form | does it return what the docstring says: an array, this shape? |
# | progress is gone | the record was on a computer that is gone | mount your drive first (the cell near the top of each lab) |
#
# ## Keeping your work in a hosted notebook
#
# 1. *File > Save a copy in Drive*, before you begin.
# 2. Run the cell near the top of the lab that mounts your drive. It asks for permission; the progress record then lives there.
# 3. At the end, run the cell that packs your results, and download the zip.
# 4. For the graded assignment: `restorekit assignment check FOLDER` (in a notebook with a `!` before it) says whether all is there, before you hand it in.
#
# ## Asking for help
#
# Say what you did, what you expected, and what you saw: the whole message, copied as text. Add the output of this line:
#
# ```
# python -c "import sys, numpy, skimage, restorekit; print(sys.version, numpy.__version__, skimage.__version__, restorekit.__version__)"
# ```
#
# Back to [Start here](lecture:00_start_here).
