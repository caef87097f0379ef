"""How the defaults of the classical denoisers were found: every setting on training photographs, at five noise levels.

    RESTOREKIT_DATA=... python experiments/tune_classical.py [method ...] [--colour | --cifar]

The photographs are 12 gray ones of DnCNN's training set (crops of 8 colour ones with --colour); without RESTOREKIT_DATA, crops of
the bundled samples. Test sets are never touched. The table shows the best setting at each sigma and, for comparison, what the
library's defaults reach: within 0.1 dB of the best was the aim. With --cifar: 200 of CIFAR-10's training images at sigma 0.1, the
assignment's noise; what it finds stands in `experiments/quality.py`.
"""

import argparse
import itertools
import os
from pathlib import Path

import numpy as np

from restorekit import classical, datasets, images, metrics

SIGMAS = (5, 15, 25, 50, 75)
GRIDS = {
    "mean": {"size": [1, 3, 5, 7]},
    "gaussian": {"width": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4, 1.7, 2.0]},
    "median": {"size": [1, 3, 5, 7]},
    "bilateral": {"width": [0.7, 1.0, 1.5, 2.0, 3.0, 4.0], "range_width": [1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 7.0]},
    "guided": {"radius": [1, 2, 3, 4, 6], "eps": [1, 2, 3, 4, 6, 8, 12, 16, 24]},
    "nlm": {"patch_size": [3, 5, 7], "search_radius": [5, 8], "h": [0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 1.0]},
    "tv": {"weight": [0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.4]},
    "wavelet": {"wavelet": ["haar", "db2", "sym4", "sym8", "coif2"], "levels": [3, 4, 5], "shifts": [1, 4, 8]},
}
#: These settings of the grids are multiples of sigma, and eps of its square.
POWERS = {"range_width": 1, "h": 1, "weight": 1, "eps": 2}


def photographs(colour, cifar):
    """A few training photographs, no larger than 180x180."""
    if cifar:
        return list(images.as_float(datasets.cifar10().x_train[::25][:200]))
    root = os.environ.get("RESTOREKIT_DATA")
    if root is None:
        names = ("astronaut", "coffee", "chelsea", "rocket")
        return [images.center_crop(images.sample(name, gray=not colour), 180) for name in names]
    if colour:
        files = sorted(Path(root, "train/bsds400_color").glob("*.jpg"))[::50]
        return [images.center_crop(images.load(file), 180) for file in files]
    return [images.load(file, gray=True) for file in sorted(Path(root, "train/bsds400_gray180").glob("*.png"))[::34]]


def mean_psnr(function, clean, noisy, sigma, **own):
    """The mean PSNR over the photographs, clipped as everywhere."""
    scores = [metrics.psnr(c, np.clip(function(n, sigma, **own), 0, 1)) for c, n in zip(clean, noisy, strict=True)]
    return float(np.mean(scores))


def main():
    """Print, for every method and sigma, the best of the grid and the default."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("methods", nargs="*", help=f"any of {', '.join(GRIDS)}; by default all")
    parser.add_argument("--colour", action="store_true")
    parser.add_argument("--cifar", action="store_true")
    options = parser.parse_args()
    clean = photographs(options.colour, options.cifar)
    for name in options.methods or GRIDS:
        function, grid = classical.METHODS[name].function, GRIDS[name]
        for level in (25.5,) if options.cifar else SIGMAS:
            sigma, rng = level / 255, np.random.default_rng(0)
            noisy = [(c + sigma * rng.standard_normal(c.shape)).astype(np.float32) for c in clean]
            scores = {}
            for values in itertools.product(*grid.values()):
                own = {
                    key: value * sigma ** POWERS[key] if key in POWERS else value
                    for key, value in zip(grid, values, strict=True)
                }
                scores[values] = mean_psnr(function, clean, noisy, sigma, **own)
            ranking = sorted(scores, key=scores.get, reverse=True)
            best = "; ".join(f"{values} {scores[values]:.2f}" for values in ranking[:3])
            default = mean_psnr(function, clean, noisy, sigma)
            print(f"{name:10} sigma {level:g}: default {default:.2f} dB; best {tuple(grid)}: {best}", flush=True)


if __name__ == "__main__":
    main()
