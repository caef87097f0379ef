"""What does a decibel cost? Every gray denoiser of the library on one photograph: PSNR against seconds of one core.

    python experiments/quality_against_time.py              # half a minute; writes the card restorekit/data/cards/time.json

The photograph is the bundled camera man, 512 x 512, with Gaussian noise of sigma 25/255 from default_rng(0). Medians of CPU time over
some runs after a first one that is not counted (a network is built and TensorFlow started in it). CPU time is what one core would
need: other programs, and the number of cores, change it little.
"""

import argparse
import datetime
import json
import platform
import statistics
import time
from importlib.metadata import version
from pathlib import Path

import restorekit as rk
from restorekit import atomic, classical

CARD = Path(__file__).parents[1] / "restorekit" / "data" / "cards" / "time.json"
SIGMA = 25 / 255
NETWORKS = ("dncnn-gray-25", "dncnn-gray-blind")
PACKAGES = ("numpy", "scipy", "scikit-image", "keras", "tensorflow-cpu")


def measure(clean, noisy, method, repeats):
    """PSNR, and the median of the CPU seconds."""
    known = {"sigma": SIGMA} if method in classical.METHODS else {}
    restored, seconds = rk.denoise(noisy, method=method, **known), []
    for _ in range(repeats):
        start = time.process_time()
        rk.denoise(noisy, method=method, **known)
        seconds.append(time.process_time() - start)
    return {"psnr": round(rk.psnr(clean, restored), 2), "seconds": float(f"{statistics.median(seconds):.2g}")}


def main():
    """Measure all, print a table, write the card."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--repeats", type=int, default=5, help="runs of each method that count")
    options = parser.parse_args()
    clean = rk.sample("camera", gray=True)
    noisy = rk.degrade.gaussian_noise(clean, sigma=SIGMA, rng=0)
    results = {}
    for method in (*classical.METHODS, *NETWORKS):
        results[method] = measure(clean, noisy, method, options.repeats)
        print(f"{method:18} {results[method]['psnr']:6.2f} dB {results[method]['seconds']:8.4f} s", flush=True)
    card = {
        "protocol": "The bundled camera man, 512 x 512, sigma 25/255 from default_rng(0); median CPU seconds after a first run.",
        "noisy": {"psnr": round(rk.psnr(clean, noisy), 2)},
        "date": datetime.date.today().isoformat(),
        "machine": platform.processor() or platform.machine(),
        "versions": {name: version(name) for name in PACKAGES},
        "results": results,
    }
    atomic.write(CARD, (json.dumps(card, indent=1) + "\n").encode())


if __name__ == "__main__":
    main()
