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
# | *The kernel has died* | nearly always: out of memory | restart; use a smaller crop or fewer images; close other notebooks |
# | *Your session crashed after using all available RAM* | the same, in a hosted notebook | restart; your files on the mounted drive are still there |
# | *Runtime disconnected* | a hosted session ends after a while without you | reconnect, run all: done exercises stay done if the drive was mounted |
# | `... is plainly not in [0, 1]`, `images here are in [0, 1]` | something is on the 0-255 scale | divide by 255 once, at the place where you load |
# | a picture is all black or all white | as above, or it was divided by 255 twice | print its `min()` and `max()` |
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
