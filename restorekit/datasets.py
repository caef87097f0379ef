"""Sets of images to train on and to measure with.

Each is looked for in the folder that the environment variable RESTOREKIT_DATA names, then among earlier downloads,
then on the web; where none of these has it, images that travel with the package stand in, and a printed line says so.
Benchmark sets have no stand-in: a number under their name must come from their images.
"""

import io
import os
import re
import tarfile
import zipfile
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from .arguments import whole_number
from .bundled import bundled_crops
from .download import Archive, fetch, notice
from .images import load, sample, sample_names, to_gray

# The page https://www.cs.toronto.edu/~kriz/cifar.html gives the MD5 sum c32a1d4ab5d03f1284b67883e8d87530 of this file.
_CIFAR10 = Archive(
    title="CIFAR-10",
    url="https://www.cs.toronto.edu/~kriz/cifar-10-binary.tar.gz",
    sha256="c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd",
    most_bytes=170_052_171,
)
_CIFAR10_IMAGES_A_FILE = 10_000

_BSDS300 = Archive(
    title="Berkeley natural images (BSDS300)",
    url="https://www2.eecs.berkeley.edu/Research/Projects/CS/vision/grouping/segbench/BSDS300-images.tgz",
    sha256="a5f7d0e49fe135c75518a3543ced24470156fd69305ae77845dff2a5138652b4",
    most_bytes=40_000_000,
)

_LARGEST_NPZ = 400_000_000

# name: (folder under RESTOREKIT_DATA, number of images)
_BENCHMARKS = {
    "set12": ("denoise/set12", 12),
    "bsd68": ("denoise/bsd68", 68),
    "cbsd68": ("denoise/cbsd68", 68),
    "classic5": ("jpeg/classic5", 5),
    "set5": ("sr/set5", 5),
    "set14": ("sr/set14", 14),
}


class Cifar10(NamedTuple):
    """Small colour images: `x_train` and `x_test`, uint8 (n, 32, 32, 3), and `source`, a line that says whose."""

    x_train: np.ndarray
    x_test: np.ndarray
    source: str


class BenchmarkSet(NamedTuple):
    """Images under a name of the literature, in the order of their files.

    `low` holds the bicubically shrunk partners of a super-resolution set, and is None otherwise.
    """

    names: list
    images: list
    source: str
    low: list | None = None


def cifar10():
    """Small colour images to train on: CIFAR-10, or a stand-in that needs no network.

    Looked for in this order: ``RESTOREKIT_DATA/cifar10/cifar10_lossless_6k.npz`` (5,085 + 1,017 images); an earlier
    download; the official binary file (170 MB, 50,000 + 10,000 images, checked by its checksum; RESTOREKIT_OFFLINE=1
    skips it); 2,000 + 200 crops of the bundled samples. The last is not CIFAR-10, and a printed line says so.

    Returns
    -------
    Cifar10
        `x_train` and `x_test`, uint8 (n, 32, 32, 3), 0-255 (`images.as_float` makes them [0, 1]), and `source`.
        There are no labels: in restoration the target is the image itself.

    Raises
    ------
    OSError
        The file under RESTOREKIT_DATA is damaged.

    References
    ----------
    A. Krizhevsky, "Learning multiple layers of features from tiny images", technical report, University of Toronto,
    2009.

    Examples
    --------
    >>> x_train, x_test, source = cifar10()  # doctest: +SKIP
    >>> x_train.shape[1:], x_train.dtype  # doctest: +SKIP
    ((32, 32, 3), dtype('uint8'))
    """
    folder = _data_folder()
    path = folder / "cifar10" / "cifar10_lossless_6k.npz" if folder else None
    if path and path.is_file():
        return Cifar10(*_read_npz(path), "the first 1,017 images of each batch of CIFAR-10")
    path = fetch(_CIFAR10)
    if path:
        return Cifar10(*_read_cifar10(path), "CIFAR-10")
    notice(
        "cifar10: 2,000 + 200 crops of the bundled images stand in for CIFAR-10 (no download).\n"
        "They are fewer and more alike, so numbers differ."
    )
    return Cifar10(*bundled_crops(), "32x32 crops of the bundled images, not CIFAR-10")


def natural_images(n=None, *, gray=False):
    """Photographs to train on, apart from all benchmark sets.

    Looked for in this order: ``RESTOREKIT_DATA/train``: `bsds400_color` (400 photographs), or for gray
    `bsds400_gray180` (the 400 that DnCNN was trained on, 180 x 180); an earlier download; the 200 training photographs
    of Berkeley's BSDS300 (22 MB, for non-commercial research and education; its test photographs are left out, for
    they contain BSD68; RESTOREKIT_OFFLINE=1 skips it); the bundled samples, with a printed notice.

    Parameters
    ----------
    n : int, optional
        At most this many; by default all. 400 colour photographs take 0.7 GB.
    gray : bool
        True for gray images.

    Returns
    -------
    list of ndarray (H, W, 3) or (H, W), float32, [0, 1]

    References
    ----------
    D. Martin, C. Fowlkes, D. Tal, J. Malik, "A database of human segmented natural images and its application to
    evaluating segmentation algorithms and measuring ecological statistics", ICCV 2001.

    Examples
    --------
    >>> images = natural_images(2, gray=True)  # doctest: +SKIP
    >>> len(images), images[0].ndim  # doctest: +SKIP
    (2, 2)
    """
    n = whole_number(n, "n") if n is not None else None
    folder = _data_folder()
    folder = folder / "train" / ("bsds400_gray180" if gray else "bsds400_color") if folder else None
    paths = _pictures(folder) if folder else []
    if paths:
        return [load(path, gray=gray) for path in paths[:n]]
    path = fetch(_BSDS300)
    if path:
        return _read_bsds300(path, n, gray)
    names = [name for name in sample_names() if name not in ("face", "hubble", "text", "page")]
    found = [image for image in map(sample, names) if gray or image.ndim == 3][:n]
    notice(f"natural_images: {len(found)} bundled images stand in for a training set (no download).")
    return [to_gray(image) if gray else image for image in found]


def benchmark_set(name, *, scale=None):
    """The images of a benchmark of the literature, from RESTOREKIT_DATA.

    Parameters
    ----------
    name : str
        "set12", "bsd68" (gray) or "cbsd68" (colour) for denoising, "classic5" (gray) for JPEG, "set5" or "set14" for
        super-resolution.
    scale : {2, 3, 4}, optional
        For super-resolution sets, and only for them: which factor lies between `low` and `images`.

    Returns
    -------
    BenchmarkSet
        `names`, `images` (list of float32 (H, W) or (H, W, 3), [0, 1]), `source`, and for super-resolution `low`:
        the images shrunk by MATLAB's imresize. Nothing is converted: `img_003` of Set14 is a gray image.

    Raises
    ------
    FileNotFoundError
        The images are not there. There is no stand-in: a number under a benchmark's name must come from its images.

    Examples
    --------
    >>> benchmark_set("set7")
    Traceback (most recent call last):
    ...
    ValueError: there is no benchmark set 'set7'. There are: set12, bsd68, cbsd68, classic5, set5, set14.
    """
    if name not in _BENCHMARKS:
        raise ValueError(f"there is no benchmark set {name!r}. There are: {', '.join(_BENCHMARKS)}.")
    place, count = _BENCHMARKS[name]
    if place.startswith("sr/"):
        if scale not in (2, 3, 4):
            raise ValueError(f"{name} is for super-resolution: say scale=2, 3 or 4; got {scale!r}.")
        place = f"{place}/x{scale}"
    elif scale is not None:
        raise ValueError(f"{name} is not for super-resolution: it takes no scale.")
    folder = _data_folder()
    if folder is None:
        raise FileNotFoundError(
            f"the images of {name} do not travel with restorekit. Set the environment variable RESTOREKIT_DATA to a "
            f"folder that holds them as {place}/*.png before you start Python."
        )
    paths = _pictures(folder / place)
    low = [path for path in paths if path.stem.endswith("_LR")]
    paths = [path for path in paths if path not in low]
    if len(paths) != count or (scale and len(low) != count):
        raise FileNotFoundError(
            f"{name} has {count} images, but {str(folder / place)!r} holds {len(paths)}"
            f"{f' and {len(low)} small ones' if scale else ''}: a number from it would not compare."
        )
    names = [re.sub(r"_SRF_\d_HR$", "", path.stem) for path in paths]
    return BenchmarkSet(names, list(map(load, paths)), f"{name} ({place})", list(map(load, low)) if scale else None)


def _data_folder():
    """The folder that RESTOREKIT_DATA names, or None. A name that leads nowhere is an error, not a shrug."""
    folder = os.environ.get("RESTOREKIT_DATA")
    if folder and not Path(folder).is_dir():
        raise FileNotFoundError(f"the environment variable RESTOREKIT_DATA names {folder!r}, which is not a folder.")
    return Path(folder) if folder else None


def _pictures(folder):
    """Picture files of a folder, sorted by name."""
    return sorted(path for path in folder.glob("*") if path.suffix.lower() in (".png", ".jpg", ".bmp", ".tif"))


def _read_npz(path):
    """Training and test images of an .npz file, after checks. Nothing in it is ever unpickled."""
    try:
        with zipfile.ZipFile(path) as archive:
            if sum(member.file_size for member in archive.infolist()) > _LARGEST_NPZ:
                raise ValueError("it claims more bytes than it should hold")
        with np.load(path, allow_pickle=False) as arrays:
            parts = arrays["x_train"], arrays["x_test"]
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise OSError(f"{str(path)!r} is damaged ({error}). Copy it again.") from error
    for part in parts:
        if part.dtype != np.uint8 or part.shape[1:] != (32, 32, 3):
            raise OSError(f"{str(path)!r} holds {part.dtype} {part.shape}; expected uint8 (n, 32, 32, 3).")
    return parts


def _read_cifar10(path):
    """Training and test images of the official binary file: records of one label and 32x32 red, green and blue."""
    wanted = [f"cifar-10-batches-bin/data_batch_{i}.bin" for i in range(1, 6)] + ["cifar-10-batches-bin/test_batch.bin"]
    batches = {}
    with tarfile.open(path, "r:gz") as archive:
        for member in archive:
            if member.name in wanted and member.isfile() and member.size == _CIFAR10_IMAGES_A_FILE * 3073:
                records = np.frombuffer(archive.extractfile(member).read(), np.uint8).reshape(-1, 3073)
                batches[member.name] = records[:, 1:].reshape(-1, 3, 32, 32).transpose(0, 2, 3, 1)
    *train, test = (batches[name] for name in wanted)
    return np.concatenate(train), np.ascontiguousarray(test)


def _read_bsds300(path, n, gray):
    """Training photographs of the BSDS300 file, sorted by name."""
    with tarfile.open(path, "r:gz") as archive:
        photos = {
            member.name: archive.extractfile(member).read()
            for member in archive
            if re.fullmatch(r"BSDS300/images/train/\d+\.jpg", member.name) and member.isfile() and member.size < 1 << 20
        }
    return [load(io.BytesIO(photos[name]), gray=gray) for name in sorted(photos)[:n]]
