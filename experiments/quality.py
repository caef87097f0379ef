"""Re-measure the quality tables beside the published numbers: bicubic interpolation, classical denoisers, trained networks.

    RESTOREKIT_DATA=... python experiments/quality.py                  # measure all, write the cards (about half an hour)
    RESTOREKIT_DATA=... python experiments/quality.py bicubic          # one of bicubic, examples, denoising, assignment, networks
    RESTOREKIT_DATA=... python experiments/quality.py --check          # measure, and compare with the cards instead
    RESTOREKIT_DATA=... python experiments/quality.py denoising --check --sets set12 --methods gaussian tv
    RESTOREKIT_DATA=... python experiments/quality.py networks --networks dncnn-gray-25 vdsr

The cards (restorekit/data/cards/*.json, and data/weights/*.json for the networks) are what the README and the notebooks read.

Bicubic: the 8-bit Y of the original is shrunk in floating point, enlarged again, rounded to 8 bits and compared with the 8-bit Y, `scale`
pixels left out at each border. A gray file (img_003 of Set14) is its own Y.
Examples: as the networks that enlarge; databases of 200,000 pairs of patches of t91, and of 100,000 of the bundled pictures.
Denoising: Gaussian noise neither clipped nor rounded, from one generator default_rng(0) over the sorted files of a set; outputs clipped to
[0, 1], not rounded; all pixels; the mean of the per-image scores. Every method gets the true sigma and its default settings.
Networks that denoise: the same; a net that was trained for one sigma is measured at that one.
Networks that enlarge: the small pictures are MATLAB's own 8-bit files. A network of one channel gets their Y; what it says is rounded to
8 bits and compared with the 8-bit Y of the original. A colour network's result is rounded to 8 bits, and its Y compared. `scale` border
pixels are left out. "ensemble": the mean over eight turns, for colour networks on Set5.
Assignment: CIFAR-10's test images with noise of sigma 0.1, from one default_rng(0); the classical filters with their best settings on
training images (`tune_classical.py --cifar`).
"""

import argparse
import datetime
import functools
import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from published import PUBLISHED_BICUBIC, PUBLISHED_DENOISING, PUBLISHED_UPSCALING

import restorekit
from restorekit import classical, datasets, degrade, images, metrics, restore, zoo

CARDS = Path(restorekit.__file__).parent / "data" / "cards"
WEIGHTS = Path(restorekit.__file__).parent / "data" / "weights"

#: What `tune_classical.py --cifar` found.
TUNED_FOR_CIFAR = {
    "mean": {"size": 3},
    "gaussian": {"width": 0.7},
    "median": {"size": 3},
    "bilateral": {"width": 1.5, "range_width": 0.3},
    "guided": {"radius": 1, "eps": 0.04},
    "nlm": {"patch_size": 3, "search_radius": 5, "h": 0.05},
    "tv": {"weight": 0.07},
    "wavelet": {"wavelet": "db2", "levels": 3, "shifts": 8},
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


def measure_examples(_options):
    """Enlarging by examples: one database of the 91 pictures of SRCNN's authors, one of the bundled pictures."""
    photographs = [images.sample(name) for name in images.sample_names()]
    sources = {
        "t91": (Path(os.environ["RESTOREKIT_DATA"]) / "train" / "t91", 200_000),
        "bundled": (photographs, 100_000),
    }
    results = {}
    for source, (pictures, limit) in sources.items():
        for scale in (2, 3, 4) if source == "t91" else (2,):
            examples = classical.learn_examples(pictures, scale, limit=limit)
            for name in PUBLISHED_BICUBIC:
                row = upscaling_scores(name, scale, functools.partial(classical.enlarge_by_examples, examples=examples))
                results.setdefault(source, {}).setdefault(name, {})[str(scale)] = row
                print(f"{name:6} x{scale}  examples of {source}: {row['psnr']:.2f} dB  {row['ssim']:.4f}", flush=True)
    return {"results": results, "pairs": {source: limit for source, (_, limit) in sources.items()}}


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
    sets = [name for name in options.sets if name in PUBLISHED_DENOISING]
    results = {}
    for name in sets:
        benchmark = datasets.benchmark_set(name)
        for level in (15, 25, 50):
            rows = denoising_scores(benchmark, level, options.methods)
            results.setdefault(name, {})[str(level)] = rows
            for key, row in rows.items():
                print(
                    f"{name:6} {level}  {key:10} {row['psnr']:.2f} dB  {row['ssim']:.4f}  {row['seconds']:g} s",
                    flush=True,
                )
    sizes = {name: len(datasets.benchmark_set(name).images) for name in sets}
    published = {name: PUBLISHED_DENOISING[name] for name in sets}
    titles = {"noisy": "noisy", **{key: classical.METHODS[key].title for key in options.methods}}
    return {"images": sizes, "titles": titles, "results": results, "published_psnr": published}


def measure_network(name, sets):
    """Mean PSNR and SSIM of a trained network on the sets for what it does."""
    about = zoo.card(name)
    return measure_upscaler(name, about, sets) if "scale" in about else measure_denoiser(name, about, sets)


def measure_upscaler(name, about, sets):
    """A network that enlarges, at the scales that it has learned."""
    results, colour = {}, zoo.load_model(name).input_shape[-1] == 3
    for set_name in [one for one in sets if one in PUBLISHED_UPSCALING]:
        for scale in np.atleast_1d(about["scale"]).tolist():
            enlarge = functools.partial(restore.upscale, scale=scale, method=name)
            row = upscaling_scores(set_name, scale, enlarge, colour)
            if colour and set_name == "set5":
                row["ensemble"] = upscaling_scores(set_name, scale, functools.partial(enlarge, ensemble=True), colour)
            results.setdefault(set_name, {})[str(scale)] = row
            others = PUBLISHED_UPSCALING[set_name][str(scale)].items()
            published = ", ".join(f"{who} {' / '.join(map(str, scores))}" for who, scores in others)
            print(f"{set_name:6} x{scale}  {name:20} {row['psnr']:.2f} dB  {row['ssim']:.4f}   ({published})", end="")
            print(f"   ensemble {row['ensemble']['psnr']:.2f} dB" if "ensemble" in row else "", flush=True)
    return results


def upscaling_scores(set_name, scale, enlarge, colour=False):
    """Mean PSNR and SSIM on Y of a function that gets MATLAB's own small files: in colour, or their Y."""
    benchmark, scores = datasets.benchmark_set(set_name, scale=scale), []
    for original, low in zip(benchmark.images, benchmark.low, strict=True):
        large = enlarge(low if colour else images.luma(low))
        pair = luma_8_bit(original), luma_8_bit(images.as_float(images.to_uint8(large)))
        scores.append([score(*pair, border=scale, eight_bit=True) for score in (metrics.psnr, metrics.ssim)])
    psnr, ssim = np.mean(scores, axis=0)
    return {"psnr": round(float(psnr), 2), "ssim": round(float(ssim), 4)}


def measure_denoiser(name, about, sets):
    """A network that denoises, on the sets of its colours, at the noise levels that it was trained for."""
    results = {}
    levels = [level for level in (15, 25, 50) if np.min(about["sigma"]) <= level <= np.max(about["sigma"])]
    model = zoo.load_model(name)
    for set_name in [one for one in sets if one in PUBLISHED_DENOISING]:
        benchmark = datasets.benchmark_set(set_name)
        if benchmark.images[0].ndim != (2 if model.input_shape[-1] == 1 else 3):
            continue
        for level in levels:
            rng, scores = np.random.default_rng(0), []
            for clean in benchmark.images:
                noisy = degrade.gaussian_noise(clean, level / 255, rng=rng)
                restored = restore.denoise(noisy, name, sigma=level / 255)
                scores.append((metrics.psnr(clean, restored), metrics.ssim(clean, restored)))
            psnr, ssim = np.mean(scores, axis=0)
            results.setdefault(set_name, {})[str(level)] = {
                "psnr": round(float(psnr), 2),
                "ssim": round(float(ssim), 4),
            }
            published = ", ".join(f"{who} {score}" for who, score in PUBLISHED_DENOISING[set_name][str(level)].items())
            print(f"{set_name:6} {level}  {name:20} {psnr:.2f} dB  {ssim:.4f}   ({published})", flush=True)
    return results


def measure_assignment(_options):
    """The assignment's table: classical filters at their best settings, and the trained models, on CIFAR-10's test images."""
    clean = images.as_float(datasets.cifar10().x_test)
    noisy = (clean + 0.1 * np.random.default_rng(0).standard_normal(clean.shape)).astype(np.float32)
    restored = {"noisy": noisy}
    for key, own in TUNED_FOR_CIFAR.items():
        restored[key] = np.stack([classical.METHODS[key].function(image, 0.1, **own) for image in noisy])
    for name in zoo.names():
        if name.startswith("assignment"):
            restored[name] = zoo.load_model(name).predict(noisy, batch_size=64, verbose=0)
    results, titles = {}, {"noisy": "noisy"}
    for key, batch in restored.items():
        pairs = list(zip(clean, batch.clip(0, 1), strict=True))
        psnr, ssim = (np.mean([score(*pair) for pair in pairs]) for score in (metrics.psnr, metrics.ssim))
        results[key] = {"psnr": round(float(psnr), 2), "ssim": round(float(ssim), 4)}
        titles[key] = (
            classical.METHODS[key].title if key in TUNED_FOR_CIFAR else titles.get(key) or zoo.card(key)["title"]
        )
        print(f"CIFAR-10 test, sigma 0.1  {key:28} {psnr:.2f} dB  {ssim:.4f}", flush=True)
    return {"images": len(clean), "titles": titles, "settings": TUNED_FOR_CIFAR, "results": results}


TABLES = {
    "bicubic": (measure_bicubic, "bicubic.json"),
    "examples": (measure_examples, "examples.json"),
    "denoising": (measure_denoising, "classical.json"),
    "assignment": (measure_assignment, "assignment.json"),
}
PROTOCOL = {
    "bicubic": "8-bit Y, shrunk in float (antialiased, a = -0.5), enlarged, rounded to 8 bits; `scale` border pixels left out.",
    "examples": "MATLAB's own 8-bit small files, their Y, as input; otherwise as for bicubic. Default settings.",
    "denoising": (
        "Gaussian noise, neither clipped nor rounded, numpy default_rng(0) over the sorted files; true sigma given, "
        "default settings; outputs clipped to [0, 1], not rounded; mean of per-image scores; seconds: CPU seconds per image."
    ),
    "networks": "As for the classical filters: noise from default_rng(0) over the sorted files, outputs clipped, not rounded.",
    "upscaling": (
        "MATLAB's own 8-bit small files as input; the result's Y, rounded to 8 bits, against the original's; `scale` border pixels left "
        "out; mean of per-image scores."
    ),
    "assignment": "CIFAR-10's test images, noise of sigma 0.1 from default_rng(0); all clipped to [0, 1]; mean of per-image scores.",
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


def networks(options):
    """Measure the networks; compare with their cards, or write the scores into them."""
    found = []
    for name in options.networks:
        if name.startswith("assignment"):
            continue  # they have a table of their own
        path = WEIGHTS / f"{name}.json"
        card = json.loads(path.read_text())
        results = measure_network(name, options.sets)
        if options.check:
            found += differences(results, card["results"], name)
        else:
            protocol = PROTOCOL["upscaling" if "scale" in card else "networks"]
            card |= {"results": results, "protocol": protocol, "measured": circumstances()["date"]}
            path.write_text(json.dumps(card, indent=1) + "\n")
    return found


def main(arguments=None):
    """Measure, and write the cards or compare with them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("tables", nargs="*", help=f"any of {', '.join([*TABLES, 'networks'])}; by default all")
    parser.add_argument("--networks", nargs="+", choices=zoo.names(), default=zoo.names())
    parser.add_argument("--check", action="store_true", help="compare with the cards; write nothing")
    sets = [*PUBLISHED_DENOISING, *PUBLISHED_UPSCALING]
    parser.add_argument("--sets", nargs="+", choices=sets, default=sets)
    parser.add_argument("--methods", nargs="+", choices=list(classical.METHODS), default=list(classical.METHODS))
    options = parser.parse_args(arguments)
    complete = len(options.sets) == len(sets) and len(options.methods) == len(classical.METHODS)
    if not options.check and not complete:
        parser.error("--sets and --methods measure a part, and a card is written as a whole: use them with --check.")
    found = []
    for table in options.tables or [*TABLES, "networks"]:
        if table == "networks":
            found += networks(options)
            continue
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
