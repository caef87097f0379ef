"""The generated parts of the start page and of the results page: units from the sources, numbers from the cards."""

import re
from dataclasses import dataclass

import pages
import readme
from render import ROOT, find

BOOK = ROOT / "book"
ROW = re.compile(
    r"^# \| (\d\d) \| \[([^\]]+)\]\(lecture:(\w+)\) \| ([^|]+) \| \[([^\]]+)\]\([^)]+\), ([^|]+) \| ([^|]+) \|$",
    re.MULTILINE,
)


@dataclass(frozen=True)
class Unit:
    """One line of the map in lecture 00."""

    number: str
    title: str
    name: str
    reading: str
    lab: str
    doing: str
    needs: str


def units():
    """The units as lecture 00's map has them, so that minutes and needs stand once."""
    source = (ROOT / "authoring/00_start_here/lecture.py").read_text("utf-8")
    found = [Unit(*(part.strip() for part in match)) for match in ROW.findall(source)]
    lectures = [one.name for one in find(ROOT) if one.kind == "lecture"]
    if [one.name for one in found] != lectures[1:]:
        raise SystemExit(f"the map in lecture 00 names {[one.name for one in found]}, but the lectures are {lectures}")
    return found


def cards():
    """The map of units: a picture, what it is about, how long it takes, what it needs."""
    about = dict(re.findall(r"^\| (\d\d) \| .*\| ([^|]+) \|$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE))
    items = []
    for unit in (START, *units()):
        items.append(
            f"""::::{{grid-item-card}} {unit.number} {unit.title}
:img-top: units/{unit.number}.jpg
:img-alt: {ALT[unit.number]}
:class-card: rk-unit

{sentence(about[unit.number].strip())}

:::{{card-footer}}
{foot(unit)}
:::
::::
"""
        )
    return ":::::{grid} 1 2 2 2\n:gutter: 3\n\n" + "\n".join(items) + ":::::"


#: Lecture 00 holds the map, and is not on it.
START = Unit("00", "Start here", "00_start_here", "15 min", "", "", "CPU")


def foot(unit):
    """Where to go from a unit's card, how long that takes, and what it needs."""
    lab = f" · [{unit.lab}](labs/{unit.name}_lab.ipynb), {unit.doing}" if unit.lab else ""
    return f"[Lecture](lectures/{unit.name}.ipynb), {unit.reading}{lab} · {unit.needs}"


#: What each unit's picture (book/units/NN.jpg, drawn by book/drawings.py) shows.
ALT = {
    "00": "A cat, half of it under noise, half restored.",
    "01": "A rocket at night, photographed with more and more light: the grain fades.",
    "02": "A blurred and a noisy portrait of equal PSNR that look nothing alike.",
    "03": "A noisy portrait, and the same after three filters: median, bilateral, non-local means.",
    "04": "A cup of coffee, half of it noisy, half restored by a network of five convolutions.",
    "05": "A noisy portrait, the same after DnCNN, and what was taken away: noise, and hardly a trace of the face.",
    "06": "The checkerboard that a transposed convolution leaves, beside a clean enlargement.",
    "07": "An eye four times enlarged: blocks, bicubic interpolation, a trained network.",
}


def sentence(text):
    """A phrase as a sentence."""
    return text[0].upper() + text[1:] + "."


def glance():
    """One small table: what went in, the best classical method, our best network, what the papers report."""
    classical, bicubic, examples = readme.card("classical"), readme.card("bicubic"), readme.card("examples")
    rows = [("task", "input", "best classical", "our network", "published, classical", "published, network")]
    for title, set_name, peers in (
        ("Gray, sigma 25 (BSD68)", "bsd68", ("BM3D", "DnCNN-S")),
        ("Colour, sigma 25 (CBSD68)", "cbsd68", ("CBM3D", "CDnCNN-B")),
    ):
        scores = classical["results"][set_name]["25"]
        best = max((method for method in scores if method != "noisy"), key=lambda method: scores[method]["psnr"])
        ours = max(
            one["results"][set_name]["25"]["psnr"]
            for one in readme.networks("denoise").values()
            if "25" in one["results"].get(set_name, {})
        )
        published = classical["published_psnr"][set_name]["25"]
        rows.append(
            (
                title,
                f"{scores['noisy']['psnr']:.2f}",
                f"{scores[best]['psnr']:.2f} ({classical['titles'][best]})",
                f"**{ours:.2f}**",
                *(f"{published[name]:.2f}" for name in peers),
            )
        )
    for scale, peer in (("2", "VDSR"), ("3", "VDSR"), ("4", "VDSR")):
        best = max(
            (
                scores["set5"][scale]["psnr"]
                for _, _, scores in readme.families()
                if (scores.get("set5", {}).get(scale) or {}).get("psnr")
            )
        )
        row = bicubic["results"]["set5"][scale]
        learned = examples["results"]["t91"]["set5"][scale]["psnr"]
        published = readme.PUBLISHED_UPSCALING["set5"][scale]
        rows.append(
            (
                f"Enlarging x{scale} (Set5)",
                f"{row['psnr']:.2f} (bicubic)",
                f"{learned:.2f} (by examples)",
                f"**{best:.2f}**",
                f"{row['published_psnr']:.2f} (bicubic)",
                f"{published[peer][0]:.2f} ({peer})",
            )
        )
    lines = [
        readme.row(rows[0]),
        readme.row(["---", *(["---:"] * (len(rows[0]) - 1))]),
        *(readme.row(one) for one in rows[1:]),
    ]
    return "\n".join(lines)


def results():
    """The page of all tables, as the README has them."""
    parts = (readme.denoising(), readme.blind(), readme.assignment(), readme.enlarging())
    body = "\n\n".join(re.sub(r"\[experiments/train\]\([^)]*\)", "`experiments/train`", part) for part in parts)
    body = re.sub(r"^\*\*([^*]+)\*\*(.*)$", r"## \1\n\n\1\2", body, flags=re.MULTILINE)
    how = "`make bench-quality` measures all of this again; the weights' cards hold date, seed and schedule of each training."
    return (
        f"# The results in full\n\nBold: our networks. Italic: what the papers report. {how}\n\n{body}\n\n{costs()}\n"
    )


def costs():
    """What a decibel costs: the picture (book/drawings.py), and its numbers."""
    card, titles = readme.card("time"), readme.card("classical")["titles"]
    titles |= {name: f"{one['title']} (`{name}`)" for name, one in readme.networks("denoise").items()}
    rows = sorted(card["results"].items(), key=lambda item: item[1]["seconds"])
    table = "\n".join(readme.row((titles[name], f"{one['seconds']:.3g}", f"{one['psnr']:.2f}")) for name, one in rows)
    return f"""## Quality against time

One photograph of 512 x 512 pixels, gray, sigma 25; the noisy picture has {card["noisy"]["psnr"]:.2f} dB. The seconds are those of one core,
measured {card["date"]} by `python experiments/quality_against_time.py`.

```{{image}} units/time.png
:alt: PSNR against seconds. The filters lie between 26 and 29 dB below a quarter of a second, the networks about 30 dB at one second.
:width: 100%
```

| method | seconds | PSNR |
| --- | ---: | ---: |
{table}"""


def documents(kind):
    """The lines of a table of contents for one kind of notebook."""
    numbers = {unit.name: f"{unit.number} {unit.title}" for unit in (START, *units())}
    found = [(one.path.removesuffix(".ipynb"), one.name) for one in find(ROOT) if one.kind == kind]
    return "\n".join(f"{numbers[name]} <{path}>" if kind == "lecture" else path for path, name in found)


def write_all(source):
    """Write index.md, results.md, solutions.md and copy the hand-written pages."""
    parts = {"picture": PICTURE, "units": cards(), "results": glance()}
    parts |= {f"{kind}s": documents(kind) for kind in ("lecture", "lab", "page")}
    text = (BOOK / "index.md").read_text("utf-8")
    pages.write(source / "index.md", re.sub(r"\{\{(\w+)\}\}", lambda match: parts[match[1]], text))
    pages.write(source / "results.md", results())
    pages.write(
        source / "solutions.md", SOLUTIONS + f"\n```{{toctree}}\n:maxdepth: 1\n\n{documents('solution')}\n```\n"
    )
    for name in ("practise.md", "teach.md", "glossary.md", "references.md", "references.bib"):
        pages.write(source / name, (BOOK / name).read_text("utf-8"))


PICTURE = """```{figure} units/start.jpg
:alt: The eye of a cat four times: full of noise, after a filter, after a trained network, and as it was.
:figclass: rk-hero
:width: 100%

A cat's eye: full of noise, after a filter, after a network that we trained, and as it was.
```"""

SOLUTIONS = """# Solutions

Every lab, filled in and run, with the pictures that right answers give.
Try the lab first: a wrong answer of your own teaches more than a right one of ours.
"""
