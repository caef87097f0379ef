"""Draw the pictures of the start page, book/units/*.jpg, with what the units are about. Run: python book/drawings.py"""

import json
from pathlib import Path

import numpy as np
from matplotlib import font_manager, rc_context
from matplotlib.figure import Figure
from PIL import Image, ImageDraw, ImageFont

import restorekit as rk
from restorekit.picture import COLOURS, style

FOLDER = Path(__file__).resolve().parent / "units"
HEIGHT, WIDTH = 200, 360


def side_by_side(parts, height=HEIGHT, width=WIDTH):
    """Strips of one width from left to right, white lines between them."""
    strip = width // len(parts)
    made = np.ones((height, strip * len(parts), 3), np.float32)
    for number, part in enumerate(parts):
        part = np.clip(part, 0, 1)
        part = np.dstack([part] * 3) if part.ndim == 2 else part
        made[:, number * strip + (number > 0) : (number + 1) * strip] = part[:height, : strip - (number > 0)]
    return made


def strips(whole_parts, height=HEIGHT, width=WIDTH):
    """One scene, each strip of it from another picture of the scene."""
    strip = width // len(whole_parts)
    return side_by_side(
        [part[:height, n * strip : (n + 1) * strip] for n, part in enumerate(whole_parts)], height, width
    )


def twice(image, times=2):
    """Every pixel as a square."""
    return image.repeat(times, 0).repeat(times, 1)


def before_after():
    """00: the cat before and after."""
    scene = rk.images.crop(rk.sample("chelsea"), 40, 70, HEIGHT, WIDTH)
    noisy = rk.degrade.gaussian_noise(scene, sigma=35 / 255, rng=0)
    return strips([noisy, rk.denoise(noisy, method="auto")])


def light():
    """01: the same scene with more and more light."""
    rocket = rk.images.crop(rk.sample("rocket"), 112, 276, HEIGHT, WIDTH // 4)
    return side_by_side([rk.degrade.shot_noise(rocket, photons_at_white=count, rng=0) for count in (5, 25, 150, 2000)])


def equal_psnr():
    """02: blurred and noisy, of equal PSNR."""
    face = rk.images.crop(rk.sample("astronaut"), 10, 130, HEIGHT, WIDTH // 2)
    blurred = rk.degrade.apply_blur(face, rk.degrade.gaussian_kernel(3.0))
    noisy = rk.degrade.gaussian_noise(face, sigma=float(np.sqrt(np.mean((blurred - face) ** 2))), rng=0)
    return side_by_side([blurred, noisy])


def filters():
    """03: one noisy picture, and the same after three filters."""
    man = rk.images.crop(rk.sample("camera"), 60, 160, HEIGHT, WIDTH // 4)
    noisy = rk.degrade.gaussian_noise(man, sigma=25 / 255, rng=0)
    return side_by_side(
        [noisy, *(rk.denoise(noisy, method=name, sigma=25 / 255) for name in ("median", "bilateral", "nlm"))]
    )


def learned():
    """04: a noisy picture and what Model 3 makes of it."""
    small = rk.images.crop(rk.sample("coffee"), 40, 150, HEIGHT, WIDTH)
    noisy = rk.degrade.gaussian_noise(small, sigma=0.1, rng=0)
    return strips([noisy, rk.denoise(noisy, "assignment-3")])


def residual():
    """05: the noisy portrait, the restored one, and what was taken away."""
    face = rk.images.crop(rk.sample("astronaut", gray=True), 10, 160, HEIGHT, WIDTH // 3)
    noisy = rk.degrade.gaussian_noise(face, sigma=25 / 255, rng=0)
    restored = rk.denoise(noisy, "dncnn-gray-25")
    return side_by_side([noisy, restored, noisy - restored + 0.5])


def checkerboard():
    """06: a transposed convolution of kernel 3 and stride 2, untrained, and interpolation with a convolution."""
    cat = rk.images.crop(rk.sample("chelsea", gray=True), 60, 110, HEIGHT // 2, WIDTH // 4)
    uneven = np.zeros((HEIGHT, WIDTH // 2), np.float32)
    padded = np.pad(cat, ((0, 1), (0, 1)), mode="edge")
    for row in range(3):
        for column in range(3):
            rows, columns = HEIGHT - row, WIDTH // 2 - column
            uneven[row:, column:] += (np.kron(padded, np.eye(2)[:1].T @ np.eye(2)[:1])[:rows, :columns]) / 2.25
    return side_by_side([uneven, rk.upscale(cat, 2)])


def enlarged():
    """07: an eye, enlarged by squares, by bicubic interpolation and by a network."""
    scene = rk.images.crop(rk.sample("chelsea"), 84, 148, HEIGHT, WIDTH // 3)
    low = rk.degrade.resize(scene, scale=1 / 4)
    return side_by_side([twice(low, 4), rk.upscale(low, 4), rk.upscale(low, 4, method="auto")])


def start():
    """The course in one picture: a piece of fur, noisy, filtered, by a network, clean; every pixel as a square of 2 x 2."""
    piece = rk.images.crop(rk.sample("chelsea"), 84, 130, 140, 112)
    noisy = rk.degrade.gaussian_noise(piece, sigma=30 / 255, rng=0)
    parts = [noisy, rk.denoise(noisy, method="nlm", sigma=30 / 255), rk.denoise(noisy, method="auto"), piece]
    return side_by_side([twice(part) for part in parts], 280, 896)


def time_and_quality():
    """The results page's picture: what each method costs, and what one gets for it (restorekit/data/cards/time.json)."""
    card = json.loads((rk_data() / "cards" / "time.json").read_text("utf-8"))
    titles = names()
    with rc_context(style()):
        figure = Figure(figsize=(7.6, 3.9), dpi=100, layout="constrained")
        axes = figure.add_subplot(xscale="log", xlabel="seconds of one core, for 512 x 512 pixels", ylabel="PSNR in dB")
        axes.set_title("What a decibel costs: up is better, left is cheaper")
        for method, score in card["results"].items():
            learned = method.startswith("dncnn")
            axes.plot(
                score["seconds"], score["psnr"], "s" if learned else "o", color=COLOURS[1 if learned else 0], ms=7
            )
            left = method in LEFT
            axes.annotate(
                titles[method],
                (score["seconds"], score["psnr"]),
                xytext=(-9 if left else 9, -3),
                textcoords="offset points",
                ha="right" if left else "left",
                fontsize=9,
            )
        axes.set(xlim=(0.002, 8), ylim=(25.4, 30.7))
        figure.savefig(FOLDER / "time.png", dpi=160)


#: Methods whose names stand to the left of their points.
LEFT = ("nlm", "tv", "wavelet")


def names():
    """Each method's title, as the cards have it."""
    found = dict(json.loads((rk_data() / "cards" / "classical.json").read_text("utf-8"))["titles"])
    for file in (rk_data() / "weights").glob("*.json"):
        found[file.stem] = json.loads(file.read_text("utf-8"))["title"]
    return found


def rk_data():
    """The folder of the library's data."""
    return Path(rk.__file__).parent / "data"


def label(picture, names):
    """Write a name into the lower left corner of each strip."""
    drawn = ImageDraw.Draw(picture)
    font = ImageFont.truetype(font_manager.findfont("DejaVu Sans"), 24)
    strip = picture.width // len(names)
    for number, name in enumerate(names):
        left, top = number * strip + 8, picture.height - 38
        box = drawn.textbbox((left, top), name, font=font)
        drawn.rectangle((box[0] - 5, box[1] - 4, box[2] + 5, box[3] + 4), fill="white")
        drawn.text((left, top), name, fill="#222222", font=font)
    return picture


def save(name, picture, quality=86):
    """Write one picture."""
    picture.save(FOLDER / f"{name}.jpg", quality=quality, subsampling=0, optimize=True)


def main():
    """Draw all."""
    FOLDER.mkdir(exist_ok=True)
    units = {
        "00": before_after,
        "01": light,
        "02": equal_psnr,
        "03": filters,
        "04": learned,
        "05": residual,
        "06": checkerboard,
        "07": enlarged,
    }
    for name, draw in units.items():
        save(name, Image.fromarray(rk.images.to_uint8(np.clip(draw(), 0, 1))), 80)
    time_and_quality()
    hero = Image.fromarray(rk.images.to_uint8(np.clip(start(), 0, 1)))
    save("start", label(hero, ["noisy", "a filter", "a network", "as it was"]), 80)


if __name__ == "__main__":
    main()
