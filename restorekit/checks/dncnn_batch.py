"""Check of lab 05, a training batch: where its patches were cut, and what noise they got."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call

LOW, HIGH = 0.02, 0.2
SIZE = 26
SHAPES = [(30, 41), (44, 26), (26, 26)]


def _marked_images():
    """Three images in which every pixel value tells the image, the row and the column; they reach from 0 to 1."""
    starts = _starts()
    values = np.linspace(0, 1, starts[-1]).astype(np.float32)
    return [values[a:b].reshape(shape) for a, b, shape in zip(starts[:-1], starts[1:], SHAPES, strict=True)]


def _starts():
    """Where each image's values begin in the row of all of them."""
    return np.cumsum([0] + [rows * columns for rows, columns in SHAPES])


def check_batch(student):
    """5.3: patches from everywhere, noise of its own strength in each, drawn from the given generator."""
    images, n = _marked_images(), 96

    def drawn(seed, n=n, low=LOW):
        return call(student, images, n, SIZE, low, HIGH if low == LOW else low, np.random.default_rng(seed))

    try:
        batch = drawn(1)
    except Wrong as problem:
        if "not compatible with broadcast" in str(problem) or "could not be broadcast" in str(problem):
            told = "A sigma for each patch has shape (n, 1, 1, 1): NumPy lines axes up from the *last* one."
            raise Wrong(f"{problem} {told}") from None
        if "inhomogeneous" in str(problem):
            told = "The images have different sizes, so they are no array: draw a number, images[rng.integers(len(images))]."
            raise Wrong(f"{problem} {told}") from None
        if "low >= high" in str(problem) or "high <= 0" in str(problem):
            told = "One image here is just as large as the patch: it has one place, and rng.integers(H - size + 1) draws it."
            raise Wrong(f"{problem} {told}") from None
        raise
    noisy, clean = _pair(batch, n)
    if any(not np.array_equal(image, before) for image, before in zip(images, _marked_images(), strict=True)):
        raise Wrong("your function changes the images that it was given: a slice is a view. Add the noise to a copy.")
    if _is_smooth(noisy) and not _is_smooth(clean):
        raise Wrong("your two results are swapped: return noisy, clean.")
    _judge_places(clean)
    _judge_noise(noisy - clean, noisy)
    same, other = _pair(drawn(1), n), _pair(drawn(2), n)
    if not (np.array_equal(same[0], noisy) and np.array_equal(same[1], clean)):
        raise Wrong(
            "the same rng gives another batch the second time: draw *everything* from `rng`, not from np.random."
        )
    if np.array_equal(other[1], clean) or np.allclose(other[0] - other[1], noisy - clean, atol=1e-6):
        raise Wrong(
            "two different rng give the same numbers: you seed a generator of your own inside. Use the one you are given."
        )
    ends = call(student, _marked_images()[:1], 800, SIZE, LOW, HIGH, np.random.default_rng(4))
    _judge_ends(_pair(ends, 800)[1])
    noisy, clean = _pair(drawn(3, 24, 0.1), 24)
    spread = float((noisy - clean).std())
    if abs(spread - 0.1) > 0.005:
        raise Wrong(f"with low = high = 0.1 the noise has a standard deviation of {spread:.3f}; 0.1 was expected.")
    return "right: every patch from another place, with noise of its own strength that no step will ever see again."


def _pair(result, n):
    """The two arrays of a batch, with the right shapes."""
    if not isinstance(result, tuple | list) or len(result) != 2:
        kind = f"an array of shape {result.shape}" if isinstance(result, np.ndarray) else f"a {type(result).__name__}"
        raise Wrong(f"return two arrays, noisy and clean; yours is {kind}.")
    arrays = []
    for array, name in zip(result, ("noisy", "clean"), strict=True):
        if np.shape(array) == (n, SIZE, SIZE):
            raise Wrong(
                f"`{name}` has shape {np.shape(array)}: the channel is missing. Networks take (N, H, W, C): add an axis of length 1."
            )
        arrays.append(as_array(array, (n, SIZE, SIZE, 1), f"`{name}`"))
    return arrays


def _is_smooth(batch):
    """Whether these patches are cut from the marked images, without noise."""
    return bool(np.abs(np.diff(batch[..., 0], axis=2)).max() < 0.05)


def _judge_places(clean):
    """Every patch is a whole window of an image, at places drawn at random."""
    if not _is_smooth(clean):
        raise Wrong(
            "your `clean` patches are noisy: keep a copy without noise. (`+=` changes both names of one array.)"
        )
    starts = _starts()
    found = np.rint(clean[..., 0] * (starts[-1] - 1)).astype(int)
    if np.abs(found - clean[..., 0] * (starts[-1] - 1)).max() > 0.05:
        raise Wrong(
            "your `clean` patches hold values that are in none of the images: cut them, and leave them as they are."
        )
    corners = [_corner(patch, starts) for patch in found]
    which = {k for k, _, _ in corners}
    if len(which) == 1:
        raise Wrong("all your patches come from one image: draw the image anew for each patch.")
    if len(which) < len(SHAPES):
        missing = min(set(range(len(SHAPES))) - which)
        raise Wrong(
            f"no patch comes from image {missing}, of shape {SHAPES[missing]}: draw images[rng.integers(len(images))]."
        )
    places = {"top": {top for k, top, _ in corners if k == 1}, "left": {left for k, _, left in corners if k == 0}}
    if all(len(drawn) == 1 for drawn in places.values()):
        raise Wrong("all patches of an image come from the same place: draw top and left anew for each patch.")
    for name, drawn in places.items():
        if len(drawn) == 1:
            raise Wrong(f"`{name}` is always {drawn.pop()}: draw it at random too.")


def _judge_ends(clean):
    """The first and the last place are drawn too: of 800 patches, tried on the few places that the first image has."""
    starts = _starts()
    found = np.rint(clean[..., 0] * (starts[-1] - 1)).astype(int)
    corners = {_corner(patch, starts)[1:] for patch in found}
    for k, name in enumerate(("top", "left")):
        drawn, last = {corner[k] for corner in corners}, SHAPES[0][k] - SIZE
        for end, what in ((0, "first"), (last, "last")):
            if end not in drawn:
                lengths = f"an image of {SHAPES[0][k]} and patches of {SIZE}"
                raise Wrong(
                    f"`{name}` is never {end}, the {what} place: with {lengths} it may be 0 to {last}, as rng.integers({last} + 1) draws."
                )


def _corner(patch, starts):
    """Image, row and column of a patch's corner; it may be turned or mirrored."""
    k = int(np.searchsorted(starts, patch.min(), side="right")) - 1
    k = min(k, len(SHAPES) - 1)
    top, left = divmod(int(patch.min() - starts[k]), SHAPES[k][1])
    numbered = starts[k] + np.arange(np.prod(SHAPES[k])).reshape(SHAPES[k])
    window = numbered[top : top + SIZE, left : left + SIZE]
    if not any(np.array_equal(patch, np.rot90(window, turn)[:, ::flip]) for turn in range(4) for flip in (1, -1)):
        raise Wrong("a `clean` patch is no square window of an image. Cut image[top : top + size, left : left + size].")
    return k, top, left


def _judge_noise(noise, noisy):
    """Gaussian, of another strength in every patch, not clipped, another pattern in every patch."""
    spreads = noise.std(axis=(1, 2, 3))
    if spreads.max() < 1e-6:
        raise Wrong("your `noisy` patches have no noise.")
    if noisy.min() >= 0 and noisy.max() <= 1:
        raise Wrong("you clipped the noisy patches to [0, 1]. Noise may leave it; clipped noise is no longer Gaussian.")
    if abs(noise.mean()) > 0.01:
        raise Wrong(f"the mean of your noise is {noise.mean():.3f}, not 0: rng.standard_normal goes up and down.")
    patterns = noise.reshape(len(noise), -1) / spreads[:, None]
    likeness = np.abs(patterns @ patterns.T / patterns.shape[1] - np.eye(len(noise)))
    if likeness.max() > 0.9:
        raise Wrong(
            "patches share one noise pattern: draw a value for every pixel of every patch, shape (n, size, size, 1)."
        )
    tails = float(np.mean(patterns**4))
    if spreads.std() < 0.1 * spreads.mean():
        if tails > 3.6:
            raise Wrong(
                "you drew a sigma for every *pixel*; each patch has one for all its pixels: draw n, of shape (n, 1, 1, 1)."
            )
        raise Wrong(
            f"all patches have the same sigma, about {spreads.mean():.3f}. A blind net must meet them all: draw one for each patch, "
            "rng.uniform(low, high, (n, 1, 1, 1))."
        )
    if tails < 2.4:
        raise Wrong("your noise is spread evenly (uniform); it should be Gaussian: rng.standard_normal.")
    mean = (LOW + HIGH) / 2
    if abs(spreads.mean() - mean) > 0.02 or spreads.max() > 1.1 * HIGH:
        variance = " Is sigma used as a variance (a root taken), or squared?" if not 0.15 < spreads.max() < 0.3 else ""
        if spreads.max() < HIGH / 100:
            variance = " Was sigma divided by 255? It is on the [0, 1] scale already."
        raise Wrong(
            f"with low={LOW} and high={HIGH} your patches have standard deviations from {spreads.min():.3f} to {spreads.max():.3f}, "
            f"{spreads.mean():.3f} on average; {mean:.2f} was expected on average.{variance}"
        )
