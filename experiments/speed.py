"""Print how long things take on a 512x512 RGB photograph, beside the library that does the same.

    python experiments/speed.py [--repeats 7]

Ours and the peer take turns in the same run; medians of CPU time, which other programs disturb little. "slower" marks what loses
by more than a tenth and more than the millisecond that checking the input may take: nothing should. Where no peer stands, we know
of none that does the same.
"""

import argparse
import io
import statistics
import subprocess
import sys
import time

import numpy as np
from PIL import Image
from scipy import ndimage, signal
from skimage import metrics as skimage_metrics
from skimage import restoration, transform
from skimage.util import random_noise

import restorekit as rk
from restorekit import classical, degrade


def pillow_jpeg(image):
    """What one would write with Pillow alone."""
    file = io.BytesIO()
    Image.fromarray((np.clip(image, 0, 1) * 255 + 0.5).astype(np.uint8)).save(file, "JPEG", quality=75)
    return np.asarray(Image.open(file)).astype(np.float32) / 255


def per_channel(function, image):
    """A 2-D function on every channel."""
    return np.stack([function(image[..., c]) for c in range(3)], axis=-1)


def comparisons(photo):
    """Yield (what, ours, the peer's name, the peer)."""
    rng = np.random.default_rng(0)
    noisy = degrade.gaussian_noise(photo, 0.1, rng=0)
    gray, gray_noisy = np.ascontiguousarray(photo[..., 1]), np.ascontiguousarray(noisy[..., 1])
    map_ = degrade.defect_map(photo.shape[:2], dead=1e-3, hot=1e-3, rng=0)
    gaussian, streak = degrade.gaussian_kernel(2), degrade.motion_kernel(15, 30)
    small, disk = np.full((3, 3), np.float32(1 / 9)), degrade.disk_kernel(12)
    shake = degrade.shake_kernel(24, rng=0)

    def noise_of(mode, **options):
        return lambda: random_noise(photo, mode, rng=rng, clip=False, **options)

    def convolve(kernel):
        return lambda: per_channel(lambda channel: ndimage.convolve(channel, kernel, mode="mirror"), photo)

    def fft(kernel):
        margin = [(n // 2, n // 2) for n in (*kernel.shape, 1)]
        kernel = kernel[..., np.newaxis]
        return lambda: signal.fftconvolve(np.pad(photo, margin, mode="reflect"), kernel, mode="valid", axes=(0, 1))

    def resized(size, order=3):
        return lambda: transform.resize(photo, (size, size), order=order, anti_aliasing=size < 512)

    yield (
        "gaussian_noise",
        lambda: degrade.gaussian_noise(photo, 0.1, rng=rng),
        "skimage",
        noise_of("gaussian", var=0.01),
    )
    yield "shot_noise", lambda: degrade.shot_noise(photo, 256, rng=rng), "skimage", noise_of("poisson")
    yield (
        "salt_and_pepper",
        lambda: degrade.salt_and_pepper(photo, 0.05, rng=rng),
        "skimage",
        noise_of("s&p", amount=0.05),
    )
    yield "speckle_noise", lambda: degrade.speckle_noise(photo, 0.1, rng=rng), "skimage", noise_of("speckle", var=0.01)
    yield "quantise, 4 bits", lambda: degrade.quantise(photo, 4), None, None
    yield "apply_defects", lambda: degrade.apply_defects(photo, map_), None, None
    yield "dark_current", lambda: degrade.dark_current(photo, 20, electrons_at_white=1000, rng=rng), None, None
    yield "read_noise", lambda: degrade.read_noise(photo, 5, electrons_at_white=1000, rng=rng), None, None
    estimate = lambda: restoration.estimate_sigma(noisy, channel_axis=-1)  # noqa: E731
    yield "estimate_sigma", lambda: degrade.estimate_sigma(noisy), "skimage", estimate
    blurred = ndimage.gaussian_filter
    yield (
        "Gaussian blur, 2 px",
        lambda: degrade.apply_blur(photo, gaussian),
        "ndimage",
        lambda: blurred(photo, 2, axes=(0, 1)),
    )
    yield "3x3 box blur", lambda: degrade.apply_blur(photo, small), "ndimage", convolve(small)
    yield "15 px streak", lambda: degrade.apply_blur(photo, streak), "ndimage", convolve(streak)
    yield "15 px streak", lambda: degrade.apply_blur(photo, streak), "fftconvolve", fft(streak)
    yield "24 px shake", lambda: degrade.apply_blur(photo, shake), "fftconvolve", fft(shake)
    yield "defocus, 12 px", lambda: degrade.apply_blur(photo, disk), "fftconvolve", fft(disk)
    yield "shake_kernel, 24 px", lambda: degrade.shake_kernel(24, rng=rng), None, None
    yield "jpeg, quality 75", lambda: degrade.jpeg(photo, 75), "Pillow", lambda: pillow_jpeg(photo)
    yield "photograph (camera)", lambda: degrade.photograph(photo, rng=rng), None, None
    yield "resize to 256, bicubic", lambda: degrade.resize(photo, scale=0.5), "skimage", resized(256)
    yield "resize to 1024, bicubic", lambda: degrade.resize(photo, scale=2), "skimage", resized(1024)
    nearest = lambda: degrade.resize(photo, scale=2, method="nearest")  # noqa: E731
    yield "resize to 1024, nearest", nearest, "skimage", resized(1024, order=0)
    yield "barrel", lambda: degrade.barrel(photo, 0.2), None, None
    yield "fisheye", lambda: degrade.fisheye(photo, 0.5), None, None
    yield (
        "psnr",
        lambda: rk.psnr(photo, noisy),
        "skimage",
        lambda: skimage_metrics.peak_signal_noise_ratio(photo, noisy, data_range=1),
    )
    options = {
        "gaussian_weights": True,
        "sigma": 1.5,
        "use_sample_covariance": False,
        "data_range": 1,
        "channel_axis": -1,
    }
    peer = lambda: skimage_metrics.structural_similarity(photo, noisy, **options)  # noqa: E731
    yield "ssim", lambda: rk.ssim(photo, noisy), "skimage", peer
    yield (
        "gray median, 5x5",
        lambda: classical.median_filter(gray, size=5),
        "ndimage",
        lambda: ndimage.median_filter(gray, 5),
    )
    peer = lambda: restoration.denoise_bilateral(gray_noisy, sigma_color=0.25, sigma_spatial=1.5)  # noqa: E731
    ours = lambda: classical.bilateral_filter(gray_noisy, width=1.5, range_width=0.25)  # noqa: E731
    yield "gray bilateral, 1.5 px", ours, "skimage", peer


def take_turns(ours, peer, repeats):
    """Median milliseconds of each, and the median ratio of neighbouring runs."""
    times = []
    for _ in range(repeats + 1):  # the first is a warm-up
        pair = []
        for function in (ours, peer):
            start = time.process_time()
            if function is not None:
                function()
            pair.append(1000 * (time.process_time() - start))
        times.append(pair)
    mine, others = zip(*times[1:], strict=True)
    return statistics.median(mine), statistics.median(others), statistics.median(m / o for m, o in times[1:])


IMPORT = """
import sys, time
start = time.perf_counter()
import restorekit
print(time.perf_counter() - start, *(name for name in ("tensorflow", "matplotlib.pyplot") if name in sys.modules))
"""


def import_times(repeats):
    """Median milliseconds of `import restorekit` in a fresh interpreter, and which heavy modules it loads (none, one hopes)."""
    runs = []
    for _ in range(repeats + 1):
        done = subprocess.run([sys.executable, "-c", IMPORT], capture_output=True, text=True, check=True)
        runs.append(done.stdout.split())
    return 1000 * statistics.median(float(run[0]) for run in runs[1:]), runs[0][1:]


def main():
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--repeats", type=int, default=7)
    repeats = parser.parse_args().repeats
    milliseconds, heavy = import_times(repeats)
    print(
        f"import restorekit: {milliseconds:.0f} ms, loading {' and '.join(heavy) or 'neither TensorFlow nor pyplot'}\n"
    )
    print(f"{'512x512 RGB':24} {'ours':>9}   {'peer':>9}")
    for what, ours, name, peer in comparisons(rk.sample("astronaut")):
        mine, other, ratio = take_turns(ours, peer, repeats)
        beside = (
            f"{other:7.1f} ms  {name}  x{ratio:.2f}{'  slower' * (ratio > 1.1 and mine > other + 1)}" if peer else ""
        )
        print(f"{what:24} {mine:7.1f} ms {beside}", flush=True)


if __name__ == "__main__":
    main()
