"""Lab 04: the checks of the data, to train on and to validate on."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call, compare_arrays


def check_scaled(student):
    """4.1: uint8 in 0-255 becomes float in [0, 1]."""
    images = np.random.default_rng(0).integers(0, 180, (5, 8, 6, 3)).astype(np.uint8)  # the largest value is not 255
    images[0, 0, 0] = 0
    right = images / np.float32(255)
    got = call(student, images)
    if isinstance(got, (tuple, list)):
        raise Wrong(
            f"you return a {type(got).__name__} of {len(got)} things; one array of the same shape is expected. NumPy calculates with the "
            "whole array at once (and np.array(...) makes one array of a list of images)."
        )
    kind = getattr(np.asarray(got), "dtype", None)
    got = as_array(got, images.shape)
    if kind.kind in "iub":
        whole = " Did you divide with //? That drops what follows the point." if got.max() <= 1 else ""
        raise Wrong(f"your output has the type {kind}; fractions between 0 and 1 need a float type.{whole}")
    if kind.itemsize == 2:
        raise Wrong(
            "your output has the type float16, which keeps three digits of a number; training needs more. Use float32."
        )
    if abs(got.mean()) < 1e-3 and abs(got.std() - 1) < 1e-3:
        raise Wrong(
            "your output is standardised: mean 0, standard deviation 1. Here black is 0 and white is 1, whatever else is in the images."
        )
    lengths = np.maximum(np.linalg.norm(images.astype(float), axis=-1, keepdims=True), 1e-9)
    smallest, largest = images.min(axis=(1, 2, 3), keepdims=True), images.max(axis=(1, 2, 3), keepdims=True)
    known = [
        (
            images / images.max(),
            "you divide by the largest value that you find; another batch would be divided by another number. Divide by 255, always.",
        ),
        (
            (images - smallest) / (largest - smallest),
            "you stretch each image by its own minimum and maximum: dark ones would look like bright ones. Divide by 255.",
        ),
        (images / lengths, "you divide each pixel by its own length (red, green and blue together). Divide by 255."),
        (images / 255 - 0.5, "your output is centred on 0; here black is 0 and white is 1."),
        (images / 127.5 - 1, "your output is in [-1, 1]; here black is 0 and white is 1."),
        (images / 255 / 255, "your output is 255 times too small: divided twice?"),
        (images.astype(float), "your output is still in 0-255. Divide by 255."),
        (right[..., ::-1], "your output has red and blue exchanged; the channels stay as they are."),
    ]
    for wrong, message in known:
        if np.abs(got - wrong).max() < 1e-5:
            raise Wrong(message)
    if np.abs(got - images / 256).max() < 1e-6:
        raise Wrong("you divide by 256: white would be 0.996. The largest value of 8 bits is 255.")
    compare_arrays(got, right, tolerance=1e-6)
    if kind == np.float64:
        return "right. (In float64 it takes twice the memory: 1.2 GB for 50,000 images. float32 is enough.)"
    return "right."


def check_noisy_pair(student):
    """4.2: fresh Gaussian noise on every image, seeded, not clipped, and the clean images beside it."""
    clean = np.random.default_rng(1).uniform(0, 1, (40, 16, 16, 3)).astype(np.float32)
    clean[0], clean[1] = 0, 1
    pair = call(student, clean, 0.1, 7)
    if not isinstance(pair, (tuple, list)) or len(pair) != 2:
        one = f" You return one array, of shape {pair.shape}." if isinstance(pair, np.ndarray) else ""
        raise Wrong(f"return two arrays: the noisy images and the clean ones, `return noisy, clean`.{one}")
    noisy, target = (
        as_array(array, clean.shape, f"the {name} array") for array, name in zip(pair, ("noisy", "clean"), strict=True)
    )
    if np.array_equal(noisy, clean) and not np.array_equal(target, clean):
        raise Wrong(
            "the pair is in the wrong order: first the noisy images (what goes in), then the clean (the target)."
        )
    if not np.array_equal(target, clean):
        raise Wrong("the second array is not the clean images as they came: the target has no noise.")
    noise = noisy - clean
    if not noise.any():
        raise Wrong("the first array has no noise.")
    if abs(noisy.mean()) < 0.02 and noisy.std() < 0.2:
        raise Wrong("the first array is the noise alone: add it to the images.")
    if noisy.min() >= 0 and noisy.max() <= 1:
        raise Wrong(
            "you clipped the noisy images to [0, 1]. GaussianNoise in the network does not clip, and validation should meet the "
            "same noise as training does."
        )
    judge_noise(noise, 0.1)
    again, other = (as_array(call(student, clean, 0.1, seed)[0], clean.shape) for seed in (7, 8))
    if not np.array_equal(again, noisy):
        raise Wrong(
            "the same seed gives other noise each time: draw with np.random.default_rng(rng), not with np.random."
        )
    if np.array_equal(other, noisy):
        raise Wrong("another seed gives the same noise: use the argument `rng`, not a fixed seed.")
    strong = as_array(call(student, clean, 0.3, 7)[0], clean.shape) - clean
    if strong.std() < 0.2:
        raise Wrong(
            f"with sigma=0.3 your noise has a standard deviation of {strong.std():.2f}: use the argument `sigma`."
        )
    return "right: now validation scores what you want to know."


def judge_noise(noise, sigma):
    """Independent in every value, normal, of the right strength."""
    spread, mean = noise.std(), noise.mean()
    if spread < 1e-6 and abs(mean - sigma) < 1e-5:
        raise Wrong(
            "every value becomes larger by sigma: mean and standard deviation are exchanged. rng.normal wants the mean first, and it is 0."
        )
    if spread < 1e-6:
        raise Wrong("one number is drawn and added to every value. Draw for the whole array: size=images.shape.")
    if np.abs(noise - noise[:1]).max() < 1e-5:
        raise Wrong("all images have the same noise. Draw for the whole array: size=images.shape.")
    if np.abs(noise - noise[..., :1]).max() < 1e-5:
        raise Wrong("red, green and blue of a pixel have the same noise. Each value draws its own: size=images.shape.")
    if abs(spread - sigma**2) < 0.1 * sigma**2:
        raise Wrong(
            f"your noise has a standard deviation of {spread:.3f}: that is sigma squared. rng.normal wants sigma itself."
        )
    if abs(spread - sigma**0.5) < 0.1 * sigma**0.5:
        raise Wrong(
            f"your noise has a standard deviation of {spread:.3f}: that is the root of sigma. rng.normal wants sigma itself."
        )
    if abs(spread - sigma / 255) < 0.1 * sigma / 255:
        raise Wrong("your noise is 255 times too weak: sigma is on the [0, 1] scale already.")
    if abs(mean) > 0.2 * sigma:
        raise Wrong(
            f"your noise has a mean of {mean:.3f}: it makes the images {'brighter' if mean > 0 else 'darker'}. Gaussian noise here "
            "has mean 0."
        )
    if abs(noise[0].std() / noise[1].std() - 1) > 0.3:
        raise Wrong(
            "your noise depends on the brightness; Gaussian noise is added, image + noise, equally strong everywhere."
        )
    if np.abs(noise).max() < 2.5 * spread:
        raise Wrong("your noise has no large values at all: it is uniform, not Gaussian (rng.normal).")
    if abs(spread - sigma) > 0.05 * sigma:
        raise Wrong(f"your noise has a standard deviation of {spread:.3f}; sigma is {sigma}.")
