"""What the recipes for super-resolution share: sharp pictures to learn from, a loss for fine detail, and the stages that enlarge."""

import os
from pathlib import Path

import numpy as np
import recipe


def detail_decibels(clean, restored):
    """`recipe.decibels` for enlarged pictures, whose error is far smaller: its least keeps flat patches from outweighing the rest."""
    return recipe.decibels(clean, restored, least=2e-5)


def sharp_photographs(channels, smallest):
    """Pictures to learn super-resolution from: BSDS500's train and test part and the 91 of SRCNN's authors, at three sizes.

    A shrunken copy is sharper than its original, and shows the same things smaller. Every twentieth picture is kept for watching.

    Parameters
    ----------
    channels : int
        1 for the Y channel, 3 for colour.
    smallest : int
        Copies with a side below this are left out, in pixels.

    Returns
    -------
    train : list of arrays (H, W) or (H, W, 3), float32
    watched : array (24, 156, 156) or (24, 156, 156, 3), float32
    """
    from restorekit import degrade, images

    folder = Path(os.environ["RESTOREKIT_DATA"]) / "train"
    files = [file for part in ("bsds400_color/*.jpg", "t91/*.png") for file in sorted(folder.glob(part))]
    if len(files) != 491:
        raise SystemExit(f"{folder} holds {len(files)} pictures; the recipes were made for 400 of BSDS500 and 91 more")
    pictures = [images.load(file, alpha="drop") for file in files]
    pictures = [np.dstack([picture] * 3) if picture.ndim == 2 else picture for picture in pictures]
    if channels == 1:
        pictures = [images.luma(picture) for picture in pictures]
    large = [picture for picture in pictures if min(picture.shape[:2]) >= 156]
    watched = np.stack([picture[:156, :156] for picture in large[::20]])
    kept = {id(picture) for picture in large[::20]}
    train = [
        picture if scale == 1 else np.clip(degrade.resize(picture, scale=scale), 0, 1)
        for picture in pictures if id(picture) not in kept for scale in (1, 0.8, 0.6)
    ]  # fmt: skip
    return [picture for picture in train if min(picture.shape[:2]) >= smallest], watched


def upscaler(name, card, *stages, begin=None):
    """Train a network to enlarge photographs, one stage after the other, and write the result.

    Parameters
    ----------
    name : str
        The network's name in the zoo.
    card : dict
        "title", "good_for", "function" (of `restorekit.models`) and "arguments"; "scale", one or a list of them, and "enlarged", whether
        the network takes a picture that bicubic interpolation has enlarged.
    *stages : dict
        Arguments of `training.fit`. Each stage has its own seed and checkpoint. "before", where it is there, is a function that
        changes the model before the stage.
    begin : callable, optional
        Gives the model the weights that it begins with.
    """
    import keras

    from restorekit import models, training

    keras.utils.set_random_seed(0)
    model = training.mixed_precision(getattr(models, card["function"])(**card["arguments"]))
    earlier = recipe.begin_with(model, name, stages, begin)
    channels = model.output_shape[-1]
    scales = np.atleast_1d(card["scale"]).tolist()
    train, watched = sharp_photographs(channels, max(stage["patch"] + 2 * stage["margin"] for stage in stages))
    watched = watched.reshape(*watched.shape[:3], channels)
    small = training.bicubic(scales[len(scales) // 2], enlarge=card["enlarged"])(watched, np.random.default_rng(0))
    histories = []
    for seed, stage in enumerate(stages):
        if recipe.chosen.last_stage and seed < len(stages) - 1:
            continue
        settings = dict(stage)
        settings.pop("before", lambda model: None)(model)
        histories.append(
            training.fit(
                model, train, training.bicubic(*scales, enlarge=card["enlarged"]), **settings, seed=seed,
                validation=(small, watched), folder=recipe.chosen.work / (f"{name}-{seed + 1}" if seed else name),
            )
        )  # fmt: skip
    data = f"{len(train)} pictures: BSDS500 train and test and the 91 of SRCNN's authors but {len(watched)}, at sizes 1, 0.8 and 0.6"
    card = {**card, "data": data + ", the Y channel" * (channels == 1), "schedule": stages, "seed": 0}
    card["half_precision_costs"] = half_precision_costs(model, small, watched)
    recipe.finish(name, model, card, *histories, earlier=earlier)


def half_precision_costs(model, degraded, clean):
    """How much PSNR the watched pictures lose, in dB, by storing the weights in half precision; the model keeps the rounded ones."""
    from restorekit import training

    scores = []
    for rounded in (False, True):
        if rounded:
            model.set_weights([weight.astype(np.float16).astype(np.float32) for weight in model.get_weights()])
        restored = model.predict(degraded, batch_size=8, verbose=0)
        scores.append(float(np.mean(training.psnr(clean, restored))))
    return round(scores[0] - scores[1], 4)
