"""The command line: ``restorekit restore photo.jpg out.png --task denoise``.

One small function a subcommand. A mistake of the user's ends with exit code 2 and one line on stderr; no file is ever left
half-written.
"""

import argparse
import os
import sys
import warnings
from pathlib import Path

import numpy as np

import restorekit as rk
from restorekit.grading import commands as grading


def main(arguments=None):
    """Run the command line and return its exit code.

    Parameters
    ----------
    arguments : list of str, optional
        The words after the program's name; those of this process if omitted.

    Returns
    -------
    int
        0 if all went well, 1 if a submission is not complete, 2 after a mistake in the command or its files, 130 when interrupted.

    Examples
    --------
    >>> main(["restore", "no-such-photo.jpg", "out.png", "--task", "denoise"])
    2
    """
    options = _parser().parse_args(arguments)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        warnings.simplefilter("default", UserWarning)
        warnings.simplefilter("ignore", DeprecationWarning)  # of other packages; some are UserWarnings, too
        warnings.showwarning = lambda message, *_: _note(message)
        try:
            return options.run(options) or 0
        except (ImportError, OSError, ValueError, TypeError) as error:
            _note(error)
            return 2
        except MemoryError:
            _note("the picture is too large for this machine's memory; try a smaller --tile, or a smaller picture")
            return 2
        except KeyboardInterrupt:
            _note("interrupted; nothing was written")
            return 130


def _parser():
    """Describe the subcommands and their options."""
    parser = argparse.ArgumentParser(prog="restorekit", description="Image restoration, hands on.")
    parser.add_argument("--version", action="version", version=f"restorekit {rk.__version__}")
    commands = parser.add_subparsers(title="commands", required=True, metavar="COMMAND")

    restore = commands.add_parser(
        "restore", help="denoise or enlarge a photo", description="Denoise or enlarge a photo."
    )
    restore.add_argument("input", type=Path, help="the photo: PNG, JPEG, WebP, TIFF, ...")
    restore.add_argument("output", type=Path, help="where to save the result; its ending chooses the format")
    restore.add_argument("--task", choices=["denoise", "upscale"], required=True)
    restore.add_argument(
        "--method",
        help="denoise: a network (auto, the default, takes the blind one for the photo's colours; dncnn-gray-25, ...) or a filter "
        "(nlm, median, ...); upscale: a network (auto, the default, takes the best one for the scale; vdsr, ...) or bicubic, ...",
    )
    restore.add_argument(
        "--sigma",
        type=float,
        help="denoise: the noise's standard deviation, 0-255; estimated if omitted; a blind network does not need it",
    )
    restore.add_argument("--scale", type=float, help="upscale: how much wider and higher, for example 2")
    restore.add_argument("--compare", type=Path, metavar="PICTURE", help="also save a before/after picture")
    restore.add_argument(
        "--ensemble",
        action="store_true",
        help="upscale: mean over eight turns of the photo; better, eight times slower",
    )
    restore.add_argument(
        "--tile",
        type=int,
        help="work in tiles of this many pixels of the photo (default: 384; for upscale 256, or what suits the network)",
    )
    restore.add_argument("--frame", type=int, help="which frame of an animation or page of a TIFF, from 0")
    restore.add_argument("--overwrite", action="store_true", help="replace files that exist")
    restore.add_argument("--quiet", action="store_true", help="no progress bar and no remarks")
    restore.set_defaults(run=_restore)

    assignment = commands.add_parser("assignment", help="check what you will hand in (unit 04); make a new one")
    parts = assignment.add_subparsers(title="commands", required=True, metavar="COMMAND")
    check = parts.add_parser(
        "check",
        help="are the six files complete, and how good are the pictures?",
        description="Check a folder with Model1.png to Model3.png and Model1.py to Model3.py (or .ipynb). Nothing in it is run.",
    )
    check.add_argument("folder", type=Path, help="the folder that you will hand in")
    check.add_argument(
        "--noisy", type=Path, help="the noisy picture that you were given (found by itself if in the folder)"
    )
    check.add_argument("--clean", type=Path, help="the clean picture, if you have it: gains are then measured")
    check.add_argument(
        "--sigma",
        type=float,
        default=25.5,
        help="the noise's standard deviation, 0-255 (default: 25.5, the assignment's)",
    )
    check.set_defaults(run=_check_assignment)
    grading.add_new(parts)
    grading.add_grade(commands)

    progress = commands.add_parser("progress", help="show which exercises are done")
    progress.set_defaults(run=_progress)
    return parser


def _restore(options):
    """restorekit restore: read, restore in tiles, save, and draw the comparison."""
    _check_options(options)
    outputs = [options.output] + ([options.compare] if options.compare else [])
    for k, path in enumerate(outputs):
        _check_output(path, [options.input, *outputs[:k]], options.overwrite)
    image = _load(options)
    say = (lambda text: None) if options.quiet else _note
    work = _denoise if options.task == "denoise" else _upscale
    restored, label = work(image, options, say)
    picture = _comparison(image, restored, label).pixels(2) / np.float32(255) if options.compare else None
    del image  # a large photo and its copies for saving need not be in memory at once
    rk.save(options.output, restored, overwrite=options.overwrite)
    say(f"saved {options.output} ({restored.shape[1]} x {restored.shape[0]} pixels)")
    if options.compare:
        rk.save(options.compare, picture, overwrite=options.overwrite)
        say(f"saved {options.compare}")


def _upscale(image, options, say):
    """The enlarged photo and a label for it; remarks on what was chosen for the user."""
    method, scale = options.method or "auto", options.scale
    if method == "auto":
        method = rk.restore.best_upscaler(scale)
        remark = ""
        if method in rk.restore.UPSCALERS:
            remark = f": no network for --scale {scale:g} here; there are {', '.join(rk.zoo.names('upscale'))}, and they need Keras"
        say(f"method: {method} (choose another with --method{remark})")
    tile = options.tile or (256 if method in rk.restore.UPSCALERS else None)
    restored = rk.upscale(image, scale, method, ensemble=options.ensemble, tile=tile, progress=not options.quiet)
    return restored, f"after: {method}, {scale:g} times larger"


def _denoise(image, options, say):
    """The denoised photo and a label for it; remarks on what was chosen for the user."""
    common = {"tile": options.tile or 384, "progress": not options.quiet}
    method, sigma = options.method or "auto", options.sigma
    if method == "auto":
        method = rk.restore.best_denoiser(image)
        remark = (
            "" if method in rk.zoo.names("denoise") else "; the networks need Keras: pip install keras tensorflow-cpu"
        )
        say(f"method: {method} (choose another with --method{remark})")
    learned = rk.zoo.card(method)["sigma"] if method in rk.zoo.names("denoise") else None
    if isinstance(learned, list):
        if sigma is not None:
            say(
                f"{method} finds out by itself how strong the noise is; --sigma is for other methods, such as --method nlm"
            )
        return rk.denoise(image, method, sigma=sigma and sigma / 255, **common), f"after: {method}"
    if sigma is None:
        sigma = 255 * rk.degrade.estimate_sigma(_middle(image, 2048))
        say(f"estimated noise: sigma {sigma:.1f} of 255 (give --sigma if you know better)")
    return rk.denoise(image, method, sigma=sigma / 255, **common), f"after: {method}, sigma {sigma:.3g}"


def _check_assignment(options):
    """restorekit assignment check: the report on stdout; exit code 1 if something is missing."""
    if not 0.5 <= options.sigma <= 255:
        raise ValueError(
            f"--sigma is {options.sigma:g}; it is a standard deviation on the 0-255 scale (0.1 is 25.5 there)"
        )
    report = rk.assignment.check_submission(options.folder, options.noisy, options.clean, options.sigma / 255)
    print(report.text)
    return 0 if report.complete else 1


def _progress(_):
    """restorekit progress: shows the record."""
    rk.exercises.progress()


def _check_options(options):
    """Refuse options that do not belong together."""
    if options.task == "upscale" and options.scale is None:
        raise ValueError("--task upscale needs --scale, for example --scale 2")
    if options.task == "upscale" and options.sigma is not None:
        raise ValueError("--sigma belongs to --task denoise")
    if options.task == "denoise" and options.scale is not None:
        raise ValueError("--scale belongs to --task upscale")
    if options.task == "denoise" and options.ensemble:
        raise ValueError("--ensemble belongs to --task upscale")
    if options.sigma is not None and not 0 <= options.sigma <= 255:
        raise ValueError(f"--sigma is {options.sigma:g}; it is a standard deviation on the 0-255 scale, so 0 to 255")
    if options.sigma is not None and 0 < options.sigma < 0.5:
        raise ValueError(
            f"--sigma is {options.sigma:g}, less than half a level of 255: there is nothing to remove. The command line counts "
            f"from 0 to 255; did you mean {255 * options.sigma:g}?"
        )
    if options.tile is not None and options.tile < 16:
        raise ValueError(f"--tile is {options.tile}; it must be at least 16 pixels")


def _check_output(path, others, overwrite):
    """Refuse a place that cannot be written to, before any work is done."""
    folder = path.absolute().parent
    for other in others:
        if os.path.realpath(path) == os.path.realpath(other) or (
            path.exists() and other.exists() and path.samefile(other)
        ):
            raise ValueError(f"{path} would overwrite {other}; choose another name")
    if path.suffix.lower() not in (".png", ".jpg", ".jpeg", ".webp", ".tif", ".tiff"):
        raise ValueError(f"the name {path.name!r} must end in .png, .jpg, .webp or .tif: the ending chooses the format")
    if not folder.is_dir():
        raise FileNotFoundError(f"there is no folder {folder}; make it first")
    if path.is_dir():
        raise IsADirectoryError(f"{path} is a folder; give a file name")
    if path.exists() and not overwrite:
        raise FileExistsError(f"{path} exists already; add --overwrite to replace it")
    if not os.access(folder, os.W_OK):
        raise PermissionError(f"the folder {folder} is read-only; save somewhere else")


def _load(options):
    """Read the photo with its transparency, if it has any."""
    try:
        return rk.load(options.input, frame=options.frame)
    except ValueError:
        image = rk.load(options.input, frame=options.frame, alpha="keep")
    if options.output.suffix.lower() in (".jpg", ".jpeg"):
        raise ValueError(f"{options.input} has transparency, which JPEG cannot hold; save as .png or .webp")
    return image


def _middle(image, size):
    """Cut the colours of the middle out, at most size x size pixels."""
    colour = image[..., :-1] if image.ndim == 3 and image.shape[2] in (2, 4) else image
    return rk.images.center_crop(colour, min(size, image.shape[0]), min(size, image.shape[1]))


def _comparison(image, restored, label):
    """Draw before and after: the whole photo with a part of it enlarged; for an upscaled photo its middle."""
    titles = ["before", label]
    if restored.shape == image.shape:
        before, after = _middle(image, max(image.shape)), _middle(restored, max(image.shape))
        height, width = min(90, image.shape[0]), min(120, image.shape[1])
        box = ((image.shape[0] - height) // 2, (image.shape[1] - width) // 2, height, width)
        return rk.show.compare([before, after], titles, zoom=box, columns=2)
    scale = restored.shape[0] / image.shape[0]
    before = _middle(image, max(8, round(360 / scale)))
    after = rk.images.center_crop(
        restored,
        min(restored.shape[0], round(before.shape[0] * scale)),
        min(restored.shape[1], round(before.shape[1] * scale)),
    )
    after = _middle(after, max(after.shape))
    return rk.show.compare([before, after], titles, columns=2, caption="The middle of the photo.")


def _note(text):
    """Print one line on stderr (an indented list at the end of a message is left out)."""
    said = " ".join(str(text).split("\n  ")[0].split()).removesuffix(":")
    print(f"restorekit: {said}", file=sys.stderr)
