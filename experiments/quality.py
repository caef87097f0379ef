"""Re-measure the quality tables: bicubic interpolation against the published numbers, and the classical denoisers.

    RESTOREKIT_DATA=... python experiments/quality.py                  # measure both, write the cards (about 15 minutes)
    RESTOREKIT_DATA=... python experiments/quality.py bicubic          # one of them
    RESTOREKIT_DATA=... python experiments/quality.py --check          # measure, and compare with the cards instead
    RESTOREKIT_DATA=... python experiments/quality.py denoising --check --sets set12 --methods gaussian tv

The cards (restorekit/data/cards/bicubic.json and classical.json) are what the README and the notebooks read.

Bicubic: the 8-bit Y of the original is shrunk in floating point, enlarged again, rounded to 8 bits and compared with the 8-bit Y, `scale`
pixels left out at each border. A gray file (img_003 of Set14) is its own Y.
Denoising: Gaussian noise neither clipped nor rounded, from one generator default_rng(0) over the sorted files of a set; outputs clipped to
[0, 1], not rounded; all pixels; the mean of the per-image scores. Every method gets the true sigma and its default settings.
"""

import argparse
import datetime
import json
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

import restorekit
from restorekit import classical, datasets, degrade, images, metrics

CARDS = Path(restorekit.__file__).parent / "data" / "cards"

#: PSNR and SSIM of the bicubic rows in the papers on SRCNN, VDSR and EDSR.
PUBLISHED_BICUBIC = {
    "set5": {"2": (33.66, 0.9299), "3": (30.39, 0.8682), "4": (28.42, 0.8104)},
    "set14": {"2": (30.23, 0.8688), "3": (27.54, 0.7742), "4": (26.00, 0.7027)},
}
#: PSNR in the papers. Gray: Zhang et al., "Beyond a Gaussian Denoiser" (2017), tables II and III. Colour: Zhang et al., "FFDNet" (2018).
PUBLISHED_DENOISING = {
    "set12": {
        "15": {"BM3D": 32.37, "WNNM": 32.70, "DnCNN-S": 32.86},
        "25": {"BM3D": 29.97, "WNNM": 30.26, "DnCNN-S": 30.44},
        "50": {"BM3D": 26.72, "WNNM": 27.05, "DnCNN-S": 27.18},
    },
    "bsd68": {
        "15": {"BM3D": 31.07, "WNNM": 31.37, "DnCNN-S": 31.73},
        "25": {"BM3D": 28.57, "WNNM": 28.83, "DnCNN-S": 29.23},
        "50": {"BM3D": 25.62, "WNNM": 25.87, "DnCNN-S": 26.23},
    },
    "cbsd68": {
        "15": {"CBM3D": 33.52, "CDnCNN-B": 33.89},
        "25": {"CBM3D": 30.71, "CDnCNN-B": 31.23},
        "50": {"CBM3D": 27.38, "CDnCNN-B": 27.92},
    },
}
#: How far a new measurement may lie from the card: other processors and library versions round differently.
TOLERANCE = {"psnr": 0.02, "ssim": 0.001, "matlab_files_equal": 0}


def luma_8_bit(image):
    """Y of an 8-bit picture, rounded to 8 bits itself."""
    return images.as_float(images.to_uint8(images.luma(image)))


def bicubic_scores(name, scale):
    """Mean PSNR and SSIM of the bicubic row of a set, and how many of MATLAB's files `resize` reproduces on every pixel."""
    benchmark = datasets.benchmark_set(name, scale=scale)
    scores, equal = [], 0
    for original, low in zip(benchmark.images, benchmark.low, strict=True):
        made = degrade.resize(original, scale=1 / scale, border="replicate", eight_bit=True)
        equal += np.array_equal(images.to_uint8(made), images.to_uint8(low))
        y = luma_8_bit(original)
        enlarged = degrade.resize(degrade.resize(y, scale=1 / scale), shape=y.shape)
        options = {"border": scale, "eight_bit": True}
        scores.append((metrics.psnr(y, enlarged, **options), metrics.ssim(y, enlarged, **options)))
    psnr, ssim = np.mean(scores, axis=0)
    return {"psnr": round(psnr, 2), "ssim": round(ssim, 4), "images": len(scores), "matlab_files_equal": equal}


def measure_bicubic(_options):
    """The bicubic table, with the published numbers beside it."""
    results = {}
    for name, rows in PUBLISHED_BICUBIC.items():
        for scale, (psnr, ssim) in rows.items():
            row = bicubic_scores(name, int(scale)) | {"published_psnr": psnr, "published_ssim": ssim}
            results.setdefault(name, {})[scale] = row
            print(f"{name:6} x{scale}  {row['psnr']:.2f} dB ({psnr:.2f})  {row['ssim']:.4f} ({ssim:.4f})", end="  ")
            print(f"{row['matlab_files_equal']} of {row['images']} MATLAB files equal on every pixel", flush=True)
    return {"results": results}


def denoising_scores(benchmark, level, methods):
    """Mean PSNR, SSIM and CPU seconds of every method on one set at one noise level (of 255)."""
    sigma, rng, rows = level / 255, np.random.default_rng(0), {}
    for clean in benchmark.images:
        noisy = degrade.gaussian_noise(clean, sigma, rng=rng)
        for key in ("noisy", *methods):
            start = time.process_time()
            restored = noisy if key == "noisy" else classical.METHODS[key].function(noisy, sigma)
            seconds = 0 if key == "noisy" else time.process_time() - start
            restored = noisy if key == "noisy" else np.clip(restored, 0, 1)
            scores = metrics.psnr(clean, restored), metrics.ssim(clean, restored), seconds
            rows.setdefault(key, []).append(scores)
    means = {key: np.mean(scores, axis=0) for key, scores in rows.items()}
    return {
        key: {"psnr": round(psnr, 2), "ssim": round(ssim, 4), "seconds": float(f"{seconds:.2g}")}
        for key, (psnr, ssim, seconds) in means.items()
    }


def measure_denoising(options):
    """The denoising tables, with the published numbers beside them."""
    results = {}
    for name in options.sets:
        benchmark = datasets.benchmark_set(name)
        for level in (15, 25, 50):
            rows = denoising_scores(benchmark, level, options.methods)
            results.setdefault(name, {})[str(level)] = rows
            for key, row in rows.items():
                print(
                    f"{name:6} {level}  {key:10} {row['psnr']:.2f} dB  {row['ssim']:.4f}  {row['seconds']:g} s",
                    flush=True,
                )
    sizes = {name: len(datasets.benchmark_set(name).images) for name in options.sets}
    published = {name: PUBLISHED_DENOISING[name] for name in options.sets}
    titles = {"noisy": "noisy", **{key: classical.METHODS[key].title for key in options.methods}}
    return {"images": sizes, "titles": titles, "results": results, "published_psnr": published}


TABLES = {"bicubic": (measure_bicubic, "bicubic.json"), "denoising": (measure_denoising, "classical.json")}
PROTOCOL = {
    "bicubic": "8-bit Y, shrunk in float (antialiased, a = -0.5), enlarged, rounded to 8 bits; `scale` border pixels left out.",
    "denoising": (
        "Gaussian noise, neither clipped nor rounded, numpy default_rng(0) over the sorted files; true sigma given, "
        "default settings; outputs clipped to [0, 1], not rounded; mean of per-image scores; seconds: CPU seconds per image."
    ),
}


def circumstances():
    """When, where and with what it was measured."""
    processor = platform.processor() or platform.machine()
    if Path("/proc/cpuinfo").exists():
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        processor = next((line.split(": ")[1] for line in lines if line.startswith("model name")), processor)
    libraries = {name: version(name) for name in ("numpy", "scipy", "scikit-image", "PyWavelets")}
    return {
        "date": datetime.date.today().isoformat(),
        "machine": f"{processor}, one core",
        "versions": {"python": platform.python_version(), **libraries},
    }


def differences(measured, card, path=""):
    """Every score that lies further from the card's than the tolerance; the card may hold more."""
    for key, value in measured.items():
        place = f"{path}/{key}"
        if key not in card:
            yield f"{place}: not in the card"
        elif isinstance(value, dict):
            yield from differences(value, card[key], place)
        elif key in TOLERANCE and abs(value - card[key]) > TOLERANCE[key] + 1e-9:
            yield f"{place}: {value}, the card says {card[key]}"


def main(arguments=None):
    """Measure, and write the cards or compare with them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", help=f"any of {', '.join(TABLES)}; by default both")
    parser.add_argument("--check", action="store_true", help="compare with the cards; write nothing")
    parser.add_argument("--sets", nargs="+", choices=list(PUBLISHED_DENOISING), default=list(PUBLISHED_DENOISING))
    parser.add_argument("--methods", nargs="+", choices=list(classical.METHODS), default=list(classical.METHODS))
    options = parser.parse_args(arguments)
    complete = len(options.sets) == len(PUBLISHED_DENOISING) and len(options.methods) == len(classical.METHODS)
    if not options.check and not complete:
        parser.error("--sets and --methods measure a part, and a card is written as a whole: use them with --check.")
    found = []
    for table in options.tables or TABLES:
        measure, file_name = TABLES[table]
        measured = measure(options)
        if options.check:
            found += differences(measured["results"], json.loads((CARDS / file_name).read_text())["results"], table)
        else:
            CARDS.mkdir(parents=True, exist_ok=True)
            card = {"protocol": PROTOCOL[table], **circumstances(), **measured}
            (CARDS / file_name).write_text(json.dumps(card, indent=1) + "\n")
    print(*found, sep="\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
