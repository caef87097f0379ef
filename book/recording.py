"""Within a lecture's kernel: draw the states of chosen sliders, as `rk.explore` draws its live picture, and write them down."""

import hashlib
import io
import json
from pathlib import Path

import numpy as np
from PIL import Image

import restorekit
from restorekit import sliders as live
from restorekit.layout import STAGE, alt_text
from restorekit.picture import Picture, as_jpeg

#: Bytes of one slider's frames: at twice the page's resolution (crisp text on any screen), and at all.
CRISP, MOST = 250_000, 600_000


def begin(plan, folder):
    """From now on `rk.explore` records the sliders of `plan`, a list as in states.toml, into `folder`, and shows nothing."""
    chosen = {entry["title"]: entry for entry in plan}

    def recorded(function, *, title=None, static=None, caption=None, **described):
        if title in chosen:
            states = record(function, described, static, chosen[title], Path(folder))
            text = json.dumps(states, ensure_ascii=False)
            Path(folder, f"{chosen[title]['slug']}.json").write_text(text, "utf-8")

    restorekit.explore = recorded


def record(function, described, static, entry, folder):
    """Draw all states of one slider; write the frames into `folder`, and return what the book must know of them."""
    specs = {name: live._spec(name, spec) for name, spec in described.items()}
    examine(specs, static, entry)
    states = [{**entry.get("fixed", {}), entry["name"]: value} for value in entry["values"]]
    pictures, alts = zip(*[draw(function, {name: state[name] for name in specs}) for state in states], strict=True)
    labels = [entry["says"].format(value) for value in said(entry["values"])]
    frames = []
    for value, label, alt, (file, width, height, data) in zip(
        entry["values"], labels, alts, encode(pictures, entry), strict=True
    ):
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(data)
        frame = {"value": value, "label": label, "file": file, "width": width, "height": height, "alt": alt}
        frames.append(frame)
    start = entry["values"].index(specs[entry["name"]]["value"])
    names = {"title": entry["title"], "name": entry["name"].replace("_", " ")}
    return names | {"start": start, "fixed": fixed(entry), "frames": frames}


def examine(specs, static, entry):
    """Raise ValueError if the chosen values are not what a reader could set, or leave out the start or a static value."""
    name, values, rest = entry["name"], entry["values"], entry.get("fixed", {})
    where = f"states.toml, {entry['slug']}"
    if specs.keys() != {name, *rest}:
        raise ValueError(f"{where}: the sliders are {list(specs)}; name one of them, and all others in `fixed`")
    for slider, value in [*rest.items(), *((name, value) for value in values)]:
        if not possible(specs[slider], value):
            raise ValueError(f"{where}: the slider {slider!r} can't be set to {value!r}")
    start = [slider for slider, value in rest.items() if value != specs[slider]["value"]]
    if start or specs[name]["value"] not in values:
        raise ValueError(f"{where}: the start is missing: {start or name}")
    left_out = [value for value in (static or {}).get(name, []) if value not in values]
    if left_out:
        raise ValueError(f"{where}: the still picture shows {left_out}, the values leave this out")


def possible(spec, value):
    """Can a reader set the live slider to this value?"""
    if spec["kind"] != "slider":
        return value in spec.get("options", [False, True])
    steps = (value - spec["min"]) / spec["step"]
    return spec["min"] <= value <= spec["max"] and abs(steps - round(steps)) < 1e-6


def draw(function, state):
    """Return the live picture of one state, and what is written in it, for those who can't see it."""
    made, titles = live._panels(function, state)
    if isinstance(made[0], Picture):
        return made[0], made[0].alt
    return live._compose(made, titles, target=STAGE), alt_text("picture", titles) if any(titles) else ""


def said(values):
    """Values as one reads them: 10,000; fractions all with the same number of digits; words as they are."""
    digits = max(len(str(value).partition(".")[2]) for value in values) if isinstance(values[0], float) else 0
    return [value if isinstance(value, str) else f"{value:,.{digits}f}" for value in values]


def fixed(entry):
    """Where the other sliders rest, in words."""
    return [live._say({name: value}) for name, value in entry.get("fixed", {}).items()]


def encode(pictures, entry):
    """Return (file, width, height, bytes) of each picture, all in one form: as fine as fits, and no loss that could hide noise."""
    tried = []
    for times, suffix, most in [(1, "jpg", MOST)] if entry.get("jpeg") else [(2, "webp", CRISP), (1, "webp", MOST)]:
        made = alike([picture.pixels(times) for picture in pictures])
        coded = [as_jpeg(rgb, 90) if suffix == "jpg" else lossless(rgb) for rgb in made]
        tried.append(sum(map(len, coded)))
        if tried[-1] <= most:
            height, width = made[0].shape[0] // times, made[0].shape[1] // times
            names = [f"{k}-{hashlib.sha256(data).hexdigest()[:8]}.{suffix}" for k, data in enumerate(coded)]
            return [(f"{entry['slug']}/{name}", width, height, data) for name, data in zip(names, coded, strict=True)]
    raise ValueError(f"states.toml, {entry['slug']}: {tried[-1]:,} bytes, over {MOST:,}: choose fewer values")


def alike(pictures):
    """Give all pictures one size, with white at the right and beneath, so that nothing on the page jumps."""
    height, width = (max(rgb.shape[axis] for rgb in pictures) for axis in (0, 1))
    grown = [((0, height - rgb.shape[0]), (0, width - rgb.shape[1]), (0, 0)) for rgb in pictures]
    return [np.pad(rgb, more, constant_values=255) for rgb, more in zip(pictures, grown, strict=True)]


def lossless(rgb):
    """Encode a (H, W, 3) uint8 array as a WebP that gives back every pixel."""
    stream = io.BytesIO()
    Image.fromarray(rgb).save(stream, "WEBP", lossless=True, quality=100, method=6)
    return stream.getvalue()
