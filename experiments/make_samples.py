"""Make the bundled sample images and their cards from scikit-image's own pictures.

    python experiments/make_samples.py

Writes restorekit/data/samples/*.png and cards.json. The pictures are exact crops, stored without loss, so that every
computer decodes the same pixels (a JPEG would not promise that). The terms are those that the docstrings of
`skimage.data` state (scikit-image 0.25.2); where they state none, the card says so.
"""

import hashlib
import json
from pathlib import Path

import skimage.data
from PIL import Image

FOLDER = Path(__file__).parents[1] / "restorekit" / "data" / "samples"

WHOLE = (slice(None), slice(None))
CORNER = (slice(0, 256), slice(0, 256))
NO_TERMS = "Distributed with scikit-image (BSD-3-Clause), which states no terms or source for this picture"

# name: (function of skimage.data, crop, what it shows, where it is from, terms)
SAMPLES = {
    "astronaut": (
        "astronaut",
        WHOLE,
        "Colour portrait of the astronaut Eileen Collins: skin, hair, cloth, a flag",
        "NASA Great Images database (https://flic.kr/p/r9qvLn)",
        "Public domain (NASA; no known copyright restrictions)",
    ),
    "coffee": (
        "coffee",
        WHOLE,
        "A cup of coffee on a wooden table: smooth porcelain, coarse wood grain",
        "Photograph by Rachel Michetti, courtesy of Pikolo Espresso Bar",
        "CC0",
    ),
    "chelsea": (
        "chelsea",
        WHOLE,
        "Chelsea the cat: fine fur, sharp whiskers, large eyes",
        "Photograph by Stefan van der Walt",
        "CC0",
    ),
    "rocket": (
        "rocket",
        WHOLE,
        "Launch of a Falcon 9 at dusk: a dark, smooth sky and a glaring flame",
        "SpaceX Photos (https://www.flickr.com/photos/spacexphotos/16511594820)",
        "Public domain (released by SpaceX)",
    ),
    "hubble": (
        "hubble_deep_field",
        (slice(340, 852), slice(390, 902)),
        "Night sky: galaxies of the Hubble eXtreme Deep Field, and one star with its spikes (crop)",
        "NASA, ESA, G. Illingworth, D. Magee and P. Oesch (University of California, Santa Cruz), R. Bouwens (Leiden "
        "University) and the HUDF09 team, 2012 (http://hubblesite.org/newscenter/archive/releases/2012/37/image/a/)",
        "Public domain (NASA)",
    ),
    "face": (
        "astronaut",
        (slice(10, 202), slice(125, 317)),
        "The face of the astronaut Eileen Collins (crop of astronaut)",
        "NASA Great Images database (https://flic.kr/p/r9qvLn)",
        "Public domain (NASA; no known copyright restrictions)",
    ),
    "camera": (
        "camera",
        WHOLE,
        "Gray photograph of a man behind a camera: sharp edges, grass, smooth sky",
        "Photograph by Lav Varshney",
        "CC0",
    ),
    "brick": (
        "brick",
        CORNER,
        "Gray texture: a brick wall (crop)",
        "CC0Textures, Bricks25 (https://cc0textures.com/view.php?tex=Bricks25)",
        "CC0",
    ),
    "grass": (
        "grass",
        CORNER,
        "Gray texture: grass (crop)",
        "linolafett on DeviantArt (https://www.deviantart.com/linolafett/art/Grass-01-434853879)",
        "CC0",
    ),
    "gravel": (
        "gravel",
        CORNER,
        "Gray texture: gravel (crop)",
        "CC0Textures, Gravel04 (https://cc0textures.com/view.php?tex=Gravel04)",
        "CC0",
    ),
    "text": (
        "text",
        WHOLE,
        "Gray photograph of printed letters",
        "Wikipedia (https://en.wikipedia.org/wiki/File:Corner.png)",
        "Public domain (no known copyright restrictions)",
    ),
    "page": ("page", WHOLE, "Gray scan of a printed page in uneven light", "scikit-image, skimage.data.page", NO_TERMS),
    "coins": (
        "coins",
        WHOLE,
        "Gray photograph of Greek coins from Pompeii",
        "Brooklyn Museum (https://www.brooklynmuseum.org/opencollection/archives/image/51611)",
        "No known copyright restrictions",
    ),
}


def main():
    """Write every sample and the card file."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    cards = {}
    for name, (function, crop, what, source, licence) in SAMPLES.items():
        pixels = getattr(skimage.data, function)()[crop]
        path = FOLDER / f"{name}.png"
        Image.fromarray(pixels).save(path, optimize=True)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        cards[name] = {"what": what, "source": source, "licence": licence, "shape": pixels.shape, "sha256": digest}
        print(f"{name:10} {pixels.shape!s:15} {path.stat().st_size / 1e3:6.0f} kB")
    text = json.dumps(cards, indent=2, ensure_ascii=False) + "\n"
    (FOLDER / "cards.json").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
