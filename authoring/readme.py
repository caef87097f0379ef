"""Write the generated parts of README.md: the results table (from the cards) and the way into a hosted notebook.

python authoring/readme.py            write them
python authoring/readme.py --check    are they fresh?
python authoring/readme.py --picture  draw docs/restoration.jpg anew
"""

import argparse
import json
import re
import sys

from render import ROOT, Course, find, hosted_address

sys.path.insert(0, str(ROOT / "experiments"))
from published import PUBLISHED_UPSCALING

CARDS = ROOT / "restorekit" / "data" / "cards"
WEIGHTS = ROOT / "restorekit" / "data" / "weights"
LEVELS = ("15", "25", "50")
FAMILIES = {"srcnn": "SRCNN (9-5-5)", "espcn": "ESPCN", "vdsr": "VDSR", "edsr": "residual network"}
NAMES = {"set12": "Set12", "bsd68": "BSD68", "cbsd68": "CBSD68 (colour)", "set5": "Set5", "set14": "Set14"}


def card(name):
    """Read one card of results."""
    return json.loads((CARDS / f"{name}.json").read_text("utf-8"))


def row(cells):
    """One line of a Markdown table."""
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def networks(task):
    """The cards of the trained networks for a task that have scores, by name."""
    found = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(WEIGHTS.glob("*.json"))}
    return {name: one for name, one in found.items() if "results" in one and ("scale" in one) == (task == "upscale")}


def denoising(sigma="25"):
    """Denoising at one noise level: noisy first, ours, then what the papers report."""
    data = card("classical")
    sets = list(data["results"])
    lines = [row(["method", *(NAMES[name] for name in sets)]), row(["---", *("---:" for _ in sets)])]
    for method, title in data["titles"].items():
        scores = [data["results"][name][sigma][method] for name in sets]
        lines.append(row([title, *(f"{s['psnr']:.2f} / {s['ssim']:.3f}" for s in scores)]))
    for name, one in networks("denoise").items():
        scores = [one["results"].get(set_name, {}).get(sigma) for set_name in sets]
        cells = [f"**{score['psnr']:.2f}** / {score['ssim']:.3f}" if score else "" for score in scores]
        lines.append(row([f"{one['title']} (`{name}`)", *cells]))
    for title, names in {"BM3D": ("BM3D", "CBM3D"), "DnCNN": ("DnCNN-S", "CDnCNN-B")}.items():
        published = [data["published_psnr"][name][sigma] for name in sets]
        scores = [next(values[key] for key in names if key in values) for values in published]
        lines.append(row([f"*{title}, as published*", *(f"*{score:.2f}*" for score in scores)]))
    counts = ", ".join(f"{NAMES[name]} {data['images'][name]}" for name in sets)
    return (
        f"**Denoising**, Gaussian noise of sigma {sigma}/255: PSNR in dB / SSIM, mean over the images ({counts}). "
        f"Measured {data['date']}; the noise is drawn from one seeded generator, and each filter is told the true sigma. "
        "The networks are the shipped ones, trained by the recipes in [experiments/train](experiments/train).\n\n"
        + "\n".join(lines)
    )


def blind():
    """The blind networks at three noise levels, beside the published ones."""
    published = card("classical")["published_psnr"]
    peers = {"bsd68": ("BM3D", "DnCNN-B"), "cbsd68": ("CBM3D", "CDnCNN-B")}
    lines = [
        row(["network", "set", *(f"sigma {level}" for level in LEVELS)]),
        row(["---", "---", *("---:" for _ in LEVELS)]),
    ]
    for set_name, names in peers.items():
        for name, one in networks("denoise").items():
            scores = one["results"].get(set_name, {})
            if set(LEVELS) <= set(scores):
                lines.append(row([f"`{name}`", NAMES[set_name], *(f"{scores[level]['psnr']:.2f}" for level in LEVELS)]))
        for peer in names:
            scores = [published[set_name][level][peer] for level in LEVELS]
            lines.append(row([f"*{peer}, as published*", NAMES[set_name], *(f"*{score:.2f}*" for score in scores)]))
    return "**One network for all noise levels**: PSNR in dB; nobody tells it sigma.\n\n" + "\n".join(lines)


def assignment():
    """The assignment's three models beside the best settings of the classical filters."""
    data = card("assignment")
    lines = [row(["method", "PSNR", "SSIM"]), row(["---", "---:", "---:"])]
    for key, score in data["results"].items():
        lines.append(row([data["titles"][key], f"{score['psnr']:.2f}", f"{score['ssim']:.3f}"]))
    return (
        f"**The graded assignment** (unit 04): {data['images']:,} test images of CIFAR-10, noise of sigma 0.1. The filters' settings "
        "were tuned on training images.\n\n" + "\n".join(lines)
    )


def enlarging():
    """Enlarging: bicubic, the networks, and what the papers report."""
    data = card("bicubic")
    columns = [(name, scale) for name in data["results"] for scale in data["results"][name]]
    values = [data["results"][name][scale] for name, scale in columns]
    lines = [
        row(["method", *(f"{NAMES[name]} x{scale}" for name, scale in columns)]),
        row(["---", *("---:" for _ in columns)]),
        row(["bicubic", *(f"{value['psnr']:.2f} / {value['ssim']:.3f}" for value in values)]),
    ]
    learned = card("examples")
    found = [learned["results"]["t91"].get(name, {}).get(scale) for name, scale in columns]
    lines.append(row(["by examples", *(f"{one['psnr']:.2f} / {one['ssim']:.3f}" if one else "" for one in found)]))
    for title, names, scores in families():
        cells = [scores.get(name, {}).get(scale) for name, scale in columns]
        shown = [f"**{cell['psnr']:.2f}** / {cell['ssim']:.3f}" if cell else "" for cell in cells]
        lines.append(row([f"{title} ({', '.join(f'`{name}`' for name in names)})", *shown]))
    lines.append(row(["*bicubic, as published*", *(f"*{value['published_psnr']:.2f}*" for value in values)]))
    for peer in ("SRCNN", "ESPCN", "VDSR", "SRResNet", "EDSR"):
        scores = [PUBLISHED_UPSCALING[name][scale].get(peer) for name, scale in columns]
        lines.append(row([f"*{peer}, as published*", *(f"*{score[0]:.2f}*" if score else "" for score in scores)]))
    files = sum(value["matlab_files_equal"] for value in values)
    return (
        '**Enlarging**: PSNR in dB / SSIM on the Y channel. "By examples" looks patches up among '
        f"{learned['pairs']['t91']:,} of SRCNN's 91 training pictures. It and the networks get the small files that MATLAB made; "
        f"`resize` reproduces {files} of {sum(value['images'] for value in values)} of these on every pixel. The published EDSR is a "
        "network of 43 million parameters; SRResNet, and ours, have 1.5 million.\n\n" + "\n".join(lines)
    )


def families():
    """Title, names and scores of the networks that enlarge; those of one build for several scales in one row."""
    cards = networks("upscale")
    for function, title in FAMILIES.items():
        names = [name for name, one in cards.items() if one["function"] == function]
        for kind in ("alone", "ensemble"):
            scores = {}
            for name in names:
                for set_name, rows in cards[name]["results"].items():
                    found = {scale: one if kind == "alone" else one.get("ensemble") for scale, one in rows.items()}
                    scores.setdefault(set_name, {}).update(found)
            if any(one for rows in scores.values() for one in rows.values()):
                yield title if kind == "alone" else f"{title}, mean over eight turns", names, scores


def hosted(course):
    """How to open a notebook in a hosted service: by its badge, or, without a public address, by upload."""
    if not course.repository:
        wheel = f"restorekit-{course.version}-py3-none-any.whl"
        return (
            f"Run `make wheel`; it writes `dist/{wheel}`. Upload that file and the notebook to the service "
            "(Google Colab, say). The notebook's second cell tells you the one line to run."
        )
    links = [
        f"[{book.path}]({hosted_address(course, book.path)})" for book in find() if book.kind in ("lecture", "lab")
    ]
    return "Nothing to install: open a notebook, and run it. Its second cell fetches the course.\n\n" + "\n".join(
        f"- {link}" for link in links
    )


def render_readme(text, course):
    """README.md with its generated parts renewed."""
    parts = {"results": "\n\n".join((denoising(), blind(), assignment(), enlarging())), "hosted": hosted(course)}
    for name, part in parts.items():
        pattern = re.compile(rf"<!-- {name} -->\n.*?<!-- /{name} -->", re.DOTALL)
        if len(pattern.findall(text)) != 1:
            raise ValueError(f"README.md: expected one pair of <!-- {name} --> and <!-- /{name} -->")
        text = pattern.sub(lambda _, name=name, part=part: f"<!-- {name} -->\n{part}\n<!-- /{name} -->", text)
    return text


def picture():
    """Draw the README's picture: noisy, restored, clean."""
    import restorekit as rk

    clean = rk.images.crop(rk.sample("chelsea"), top=30, left=110, height=220, width=250)
    noisy = rk.degrade.gaussian_noise(clean, sigma=15 / 255, rng=0)
    restored = rk.denoise(noisy, method="nlm", sigma=15 / 255)
    titles = ["noisy", "non-local means", "clean"]
    drawn = rk.show.compare([noisy, restored, clean], titles, reference=clean, columns=3)
    (ROOT / "docs").mkdir(exist_ok=True)
    drawn.savefig(ROOT / "docs" / "restoration.jpg", pil_kwargs={"quality": 88})


def main():
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--check", action="store_true", help="is README.md fresh?")
    parser.add_argument("--picture", action="store_true", help="draw docs/restoration.jpg anew")
    options = parser.parse_args()
    path = ROOT / "README.md"
    text = path.read_text("utf-8")
    made = render_readme(text, Course.read())
    if options.check:
        print(
            "README.md is fresh"
            if made == text
            else "README.md is stale; run: make notebooks, or python authoring/readme.py"
        )
        return made != text
    if options.picture:
        picture()
    path.write_text(made, "utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
