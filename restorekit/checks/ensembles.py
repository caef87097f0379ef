"""Check of lab 07 on the geometric self-ensemble: the mean over eight views. A spy stands in for the network."""

import numpy as np

from restorekit.checks.filters import recognise
from restorekit.diagnosis import Wrong, as_array, call


def ensemble(enlarge, image):
    """The mean over four turns, of the picture and of its mirror image, each turned back."""
    return _eight(enlarge, image)


def _eight(enlarge, image, *, views=8, back=True, way=-1, order="right", parts=8):
    """The ensemble, with a mistake to choose."""
    total = 0
    for mirrored in (False, True)[: max(views // 4, 1)]:
        for turns in range(4):
            view = np.rot90(image[:, ::-1] if mirrored else image, turns)
            large = enlarge(np.ascontiguousarray(view))
            if back and order == "wrong":
                large = np.rot90(large[:, ::-1] if mirrored else large, way * turns)
            elif back:
                large = np.rot90(large, way * turns)
                large = large[:, ::-1] if mirrored else large
            total = total + large
    return total / parts


def check_ensemble(student):
    """7.9: eight views, each turned back by what it was turned, and their mean."""
    rng = np.random.default_rng(5)
    for shape, scale in (((6, 6), 2), ((5, 7), 3)):
        image = rng.uniform(0.2, 0.9, shape).astype(np.float32)
        seen = []

        def enlarge(view, seen=seen, scale=scale):
            view = np.asarray(view)
            seen.append(view.copy())
            if view.ndim != 2:
                raise Wrong(f"enlarge_one was given an array of shape {view.shape}; it takes one picture, (H, W).")
            return _lopsided(view, scale)

        try:
            got = as_array(call(student, enlarge, image), what="your mean")
        except Wrong as stopped:
            if "broadcast" in str(stopped) or "inhomogeneous" in str(stopped):
                raise Wrong(
                    f"pictures of {scale * shape[0]} x {scale * shape[1]} and of {scale * shape[1]} x {scale * shape[0]} pixels are put "
                    "together: are all of them turned back before you add them?"
                ) from stopped
            raise
        _judge_views(seen, image)
        _judge_mean(got, image, scale)
    return "right: eight opinions, one mean. For bicubic, which knows no up or left, the mean changes nothing."


def _lopsided(view, scale):
    """The spy: an enlargement that does something else at the top than below, and on the left than on the right."""
    rows, columns = np.mgrid[: view.shape[0] * scale, : view.shape[1] * scale]
    large = np.repeat(np.repeat(view.astype(np.float64), scale, 0), scale, 1)
    return large * (1 + 0.05 * rows) + 0.03 * columns * np.roll(large, 1, axis=1)


def _views(image):
    """The eight views by name."""
    mirror = image[:, ::-1]
    return {
        f"{'mirrored, ' * bool(m)}turned {t}": np.rot90(p, t) for m, p in enumerate((image, mirror)) for t in range(4)
    }


def _judge_views(seen, image):
    """Each of the eight was asked for, once."""
    if not seen:
        raise Wrong("enlarge_one was never called.")
    views = _views(image)
    names = [
        next((n for n, v in views.items() if v.shape == s.shape and np.abs(v - s).max() <= 1e-6), None) for s in seen
    ]
    if None in names:
        odd = seen[names.index(None)]
        raise Wrong(
            f"enlarge_one was given a picture ({odd.shape[0]} x {odd.shape[1]}) that is none of the eight views of the image: views are "
            "turned (np.rot90) and mirrored ([:, ::-1]), nothing else. Is the last result passed on instead of the image?"
        )
    different = set(names)
    if len(different) == 8 and len(names) == 8:
        return
    if len(different) == 8:
        raise Wrong(f"all eight views are there, but enlarge_one was called {len(names)} times: some count double.")
    told = f"enlarge_one saw {len(different)} different view{'s' * (len(different) > 1)} of the picture in {len(names)} calls; there are 8."
    if len(different) == 4 and not any(name.startswith("mirrored") for name in different):
        raise Wrong(
            f"{told} The four turns are there; the mirror image has four of its own."
            + (" (Mirrored at both axes is the same as turned by half a circle.)" if len(names) > 4 else "")
        )
    if len(different) == 4:
        raise Wrong(f"{told} Mirrors alone make four; turned by a quarter, each of them becomes another.")
    raise Wrong(f"{told} Four turns of the picture, np.rot90(picture, turns), and four of its mirror image.")


def _judge_mean(got, image, scale):
    """The mean of the eight, each turned back."""

    def spy(view):
        return _lopsided(view, scale)

    right = _eight(spy, image)
    square = image.shape[0] == image.shape[1]
    if got.shape == (8, *right.shape):
        raise Wrong("you return all eight large pictures; their mean was asked for: .mean(axis=0).")
    if got.shape == ():
        raise Wrong("you return one number: the mean is taken over the eight pictures, pixel by pixel: axis=0.")
    if got.shape == image.shape:
        raise Wrong("your mean is as small as the image: what `enlarge_one` returns is larger.")
    got = as_array(got, right.shape, "your mean")
    if np.abs(got - right).max() <= 1e-4:
        return
    eight = np.stack(list(_all(spy, image)))
    mistakes = [
        (8 * right, "you return the sum of the eight; divide by 8."),
        (2 * right, "you divide by 4; there are eight pictures."),
        (np.clip(right, 0, 1), "you clip to [0, 1]; here the mean stays as it is."),
        (np.median(eight, axis=0), "you take the median of the eight; the mean was asked for."),
        (spy(image), "you return the plain enlargement; the other seven do not count in it."),
        (_eight(spy, image, order="wrong"), _ORDER),
    ]
    if square:
        mistakes += [
            (
                _eight(spy, image, back=False),
                "the eight large pictures are added as they lie: turn and mirror each of them back first.",
            ),
            (_eight(spy, image, way=1), "you turn on in the same direction instead of back: np.rot90(large, -turns)."),
            (
                _half_back(spy, image, mirrors=False),
                "the large pictures are turned back, but the mirrored ones are not mirrored back.",
            ),
            (
                _half_back(spy, image, mirrors=True),
                "the large pictures are mirrored back, but not turned back: np.rot90(large, -turns).",
            ),
        ]
    else:
        mistakes += [(_half_back(spy, image, mirrors=False), "the mirrored ones are not mirrored back.")]
    recognise(got, mistakes)
    raise Wrong(
        "the eight views are right, their mean is not: is each large picture turned back by what its view was turned? If you mirror first "
        "and then turn, go back in the other order: turn back, then mirror. " + _worst(got, right)
    )


_ORDER = (
    "all eight are turned and mirrored back, but in the wrong order. What was done last is undone first: mirrored, then turned; so "
    "turn back, then mirror."
)


def _worst(got, right):
    """How far off."""
    return f"(The largest difference is {np.abs(got - right).max():.2g}.)"


def _all(enlarge, image):
    """The eight large pictures, turned back."""
    for mirrored in (False, True):
        for turns in range(4):
            large = np.rot90(enlarge(np.rot90(image[:, ::-1] if mirrored else image, turns)), -turns)
            yield large[:, ::-1] if mirrored else large


def _half_back(enlarge, image, mirrors):
    """Only mirrored back, or only turned back."""
    total = 0
    for mirrored in (False, True):
        for turns in range(4):
            large = enlarge(np.rot90(image[:, ::-1] if mirrored else image, turns))
            back = np.rot90(large, -turns) if not mirrors else large[:, ::-1] if mirrored else large
            total = total + back
    return total / 8
