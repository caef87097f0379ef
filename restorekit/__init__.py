"""restorekit: image restoration, hands on.

The library behind a course of notebooks. It reads from left to right: an image is degraded, restored, measured, shown.

>>> import restorekit as rk
>>> photo = rk.sample("astronaut")
>>> noisy = rk.degrade.gaussian_noise(photo, sigma=25 / 255, rng=0)
>>> print(f"{rk.psnr(photo, noisy):.1f} dB")
20.2 dB

Submodules load when they are first used, so that ``import restorekit`` is fast.
"""

import os

import lazy_loader

__version__ = "0.1.0"

#: True when RESTOREKIT_FAST=1: notebooks then shorten what is slow, and say so.
FAST = os.environ.get("RESTOREKIT_FAST") == "1"

# What TensorFlow says about itself when it starts helps no learner, and would stand in red in every notebook.
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
# TensorFlow takes oneDNN's kernels of itself on the newest processors alone. On an older one (AVX2) they cut a training step of lab 04's
# networks by a fifth to a third, and made running DnCNN an eighth slower; training is what one waits for.
os.environ.setdefault("TF_ENABLE_ONEDNN_OPTS", "1")

__getattr__, __dir__, _lazy_names = lazy_loader.attach(
    __name__,
    submodules=[
        "assignment",
        "classical",
        "datasets",
        "degrade",
        "exercises",
        "images",
        "metrics",
        "models",
        "restore",
        "show",
        "training",
        "widgets",
        "zoo",
    ],
    submod_attrs={
        "images": ["load", "sample", "sample_names", "save"],
        "metrics": ["psnr", "ssim"],
        "restore": ["denoise", "upscale"],
        "exercises": ["check", "exercise", "hint", "progress"],
        "widgets": ["before_after", "explore", "quiz"],
    },
)
__all__ = ["FAST", "__version__", *_lazy_names]
