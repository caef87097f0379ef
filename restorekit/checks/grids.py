"""Checks of lab 06 on the checkerboard: how many stamps meet in a place, and how much of a picture is a pattern of every other pixel."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call


def overlaps(n, kernel, stride):
    """How many of `n` stamps, `kernel` wide and `stride` apart, cover each place of a row."""
    counts = np.zeros((n - 1) * stride + kernel, int)
    for start in range(0, n * stride, stride):
        counts[start : start + kernel] += 1
    return counts


def check_overlap(student):
    """6.3: the overlap count of a transposed convolution along one row."""
    for n, kernel, stride in ((4, 3, 2), (5, 4, 2), (4, 2, 3), (1, 5, 2), (6, 5, 3)):
        right = overlaps(n, kernel, stride)
        told = f"for {n} stamps, kernel={kernel}, stride={stride}"
        got = as_array(call(student, n, kernel, stride), what=f"{told}, your output")
        if got.shape == right.shape and np.abs(got - right).max() < 1e-6:
            continue
        shown = f"{told} you return {_short(got)}; {_short(right)} was expected."
        if got.shape == ():
            raise Wrong(f"{shown} Return a count for each place, not one number.")
        if got.shape == (n * stride,) != right.shape:
            raise Wrong(
                f"{shown} Yours has stride times as many places as there are stamps; the last stamp reaches further: it starts at "
                f"(n - 1) * stride and is kernel wide, so the row ends at (n - 1) * stride + kernel = {len(right)}."
            )
        if got.size and n >= kernel and got.shape == ((n - kernel) // stride + 1,):
            raise Wrong(
                f"{shown} That is the length of an ordinary convolution, which shrinks; a transposed one enlarges."
            )
        for other, message in (
            (overlaps(n, stride, kernel), "kernel and stride are swapped: the stamp is kernel wide, and they start stride apart."),
            (overlaps(n, kernel, 1), "your stamps start 1 apart; stamp number i starts at i * stride."),
            (_padded(overlaps(n, kernel, 1), right), "your stamps start 1 apart; stamp number i starts at i * stride."),
            (_padded(overlaps(-(-n // stride), kernel, stride), right), "some stamps are left out: range(n) counts them all."),
            (_padded(overlaps(n, kernel - 1, stride), right), "your stamps are too narrow: a slice ends before its second number."),
            (_padded(overlaps(1, kernel, stride), right), "only the first stamp is there: does `return` stand inside the loop?"),
            (overlaps(n, 3, 2), "it is right for kernel=3, stride=2 alone: is a 3 or a 2 written where `kernel` or `stride` belongs?"),
        ):  # fmt: skip
            if got.shape == other.shape and np.array_equal(got, other):
                raise Wrong(f"{shown} It looks as if {message}")
        if got.shape == right.shape and np.array_equal(got, np.minimum(right, 1)):
            raise Wrong(f"{shown} Where stamps meet they must add up: counts[...] += 1, not = 1.")
        if got.shape == right.shape and np.array_equal(got, right - _last(n, kernel, stride)):
            raise Wrong(f"{shown} The last stamp is missing: range({n}) runs from 0 to {n - 1}.")
        if got.shape != right.shape:
            raise Wrong(f"{shown} The row has {got.size} places instead of {right.size} = (n - 1) * stride + kernel.")
        raise Wrong(shown)
    return "right: 3 on 2 is uneven, 4 on 2 is fair."


def _last(n, kernel, stride):
    """The last stamp alone."""
    alone = np.zeros((n - 1) * stride + kernel, int)
    alone[(n - 1) * stride :] = 1
    return alone


def _padded(counts, right):
    """A row of counts, cut or filled with zeros to the length of the right one."""
    row = np.zeros_like(right)
    row[: min(len(row), len(counts))] = counts[: len(row)]
    return row


def _short(counts):
    """A row of counts as text."""
    text = " ".join(f"{c:g}" for c in np.ravel(counts)[:16])
    return f"[{text}{' ...' if np.size(counts) > 16 else ''}]"


def checkerboard_share(image):
    """Share of the energy, mean left out, at the three frequencies of a pattern of every other pixel: 0 to 1."""
    energy = np.abs(np.fft.fft2(image)) ** 2
    energy[0, 0] = 0
    peaks = energy[:: image.shape[0] // 2, :: image.shape[1] // 2].sum()
    return float(peaks / energy.sum()) if energy.sum() > 0 else 0.0


def check_checkerboard(student):
    """6.4: the share of the energy at the Nyquist frequencies."""
    rng = np.random.default_rng(6)
    rows, columns = np.mgrid[:24, :32]
    chess, across, down = 0.5 - 0.5 * (-1.0) ** (rows + columns), (-1.0) ** rows, (-1.0) ** columns
    soft = 0.5 + 0.2 * np.sin(rows / 5) + 0.1 * np.cos(columns / 6)
    mixed = soft + 0.08 * across + 0.05 * down + 0.03 * (2 * chess - 1) + 0.05 * rng.standard_normal(soft.shape)
    _judge_share(student, mixed.astype(np.float32), "a soft picture with all three patterns and some noise")
    _judge_share(student, chess.astype(np.float32), "a chess board of single pixels")
    for pattern, name in ((across, "rows"), (down, "columns")):
        _judge_share(student, (0.5 + 0.3 * pattern).astype(np.float32), f"bright and dark {name} in turn")
    slow = 0.5 + 0.3 * np.tile([1.0, 1.0, -1.0, -1.0], 8)[None] * np.ones((24, 1)) + 0.02 * across
    _judge_share(student, slow.astype(np.float32), "stripes of two pixels' width")
    with np.errstate(all="ignore"):
        flat = np.asarray(call(student, np.full((24, 32), 0.5, np.float32)), np.float64)
    if flat.shape == () and not np.isfinite(flat):
        raise Wrong("an even picture has no energy left without its mean: 0 / 0. Return 0 for it: it has no pattern.")
    if flat.shape != () or abs(flat) > 1e-6:
        raise Wrong(f"for an even picture you return {flat}; it has no pattern: 0 was expected.")
    return "right: three frequencies, mean left out."


def _judge_share(student, image, name):
    """One image: the share, or what the usual mistakes would give."""
    right = checkerboard_share(image.astype(np.float64))
    with np.errstate(all="ignore"):
        got = as_array(call(student, image), what=f"for {name}, your output")
    if got.shape != ():
        raise Wrong(f"for {name} you return an array of shape {got.shape}: return one number, the share.")
    got = float(got)
    if abs(got - right) <= 1e-4:
        return
    for mistake, message in _mistakes(image.astype(np.float64), right):
        if abs(got - mistake) <= 1e-4 * max(1, abs(mistake)):
            raise Wrong(f"for {name} you return {got:.4g}; {right:.4g} was expected. {message}")
    raise Wrong(f"for {name} you return {got:.4g}; {right:.4g} was expected.")


def _mistakes(image, right):
    """What the usual slips would return for an image, and how to name them."""
    height, width = image.shape
    spectrum = np.fft.fft2(image)
    energy, with_mean = np.abs(spectrum) ** 2, np.abs(spectrum) ** 2
    energy[0, 0] = 0
    total = energy.sum()
    half = height // 2, width // 2
    down, across, both = energy[half[0], 0], energy[0, half[1]], energy[half]
    peaks = down + across + both
    rows = np.abs(np.fft.fft(image)) ** 2
    rows[0, 0] = 0
    short = np.abs(np.fft.rfft2(image)) ** 2
    short[0, 0] = 0
    magnitude = np.sqrt(energy)
    lines = energy[half[0]].sum() + energy[:, half[1]].sum()
    yield (
        peaks / with_mean.sum(),
        "The mean is still in: set the energy at [0, 0] to zero (or subtract the mean first), then sum.",
    )
    yield (
        (peaks + with_mean[0, 0]) / with_mean.sum(),
        "The mean, at [0, 0], counts as a pattern in yours. Leave it out, above and below.",
    )
    yield (
        (energy[-1, 0] + energy[0, -1] + energy[-1, -1]) / total,
        "Index -1 is the slowest wave, counted backwards. Half a cycle a pixel is in the middle: H // 2, W // 2.",
    )
    yield (
        (rows[half[0], 0] + rows[0, half[1]] + rows[half]) / max(rows.sum(), 1e-12),
        "np.fft.fft transforms the rows alone; a picture wants np.fft.fft2.",
    )
    yield (
        (short[half[0], 0] + short[0, half[1]] + short[half]) / max(short.sum(), 1e-12),
        "np.fft.rfft2 leaves out half of the frequencies (mirror images of the others): the sum of all wants np.fft.fft2.",
    )
    yield (
        (energy[half[1], 0] + energy[0, half[0]] + energy[half[1], half[0]]) / total,
        "Height and width are swapped: rows go with H // 2, columns with W // 2.",
    )
    yield (
        both / total,
        "Only the chess board, [H/2, W/2], is counted. Patterns along one axis, [H/2, 0] and [0, W/2], belong too.",
    )
    yield (
        (down + across) / total,
        "The chess board itself, [H/2, W/2], is missing. (After np.fft.fftshift other places count; leave it out.)",
    )
    for corner in (1, 0):  # the energy at [0, 0] kept, or set to zero in the wrong place
        moved = np.fft.fftshift(with_mean)
        moved[0, 0] *= corner
        yield (
            (moved[half[0], 0] + moved[0, half[1]] + moved[half]) / moved.sum(),
            "After np.fft.fftshift the mean is in the middle, and other places count. Leave it out; it is for looking.",
        )
    yield down / total, "Only [H/2, 0] is counted; [0, W/2] and [H/2, W/2] belong to it too."
    yield across / total, "Only [0, W/2] is counted; [H/2, 0] and [H/2, W/2] belong to it too."
    yield (
        magnitude[:: half[0], :: half[1]].sum() / magnitude.sum(),
        "You sum magnitudes; energy is their square: np.abs(...) ** 2.",
    )
    yield np.sqrt(right), "That is the root of the share: energies are squared once, and stay so."
    yield 100 * right, "You return per cent; a share from 0 to 1 was asked for."
    yield peaks, "That is the energy itself; divide by the energy of the whole picture."
    yield (
        peaks / max(total - peaks, 1e-12),
        "You divide by the energy of the rest; divide by that of the whole, the peaks included.",
    )
    yield (
        lines / total,
        "You sum the whole middle row and column of the spectrum; the pattern sits in three single points.",
    )
    yield (
        (lines - both) / total,
        "You sum the whole middle row and column of the spectrum; the pattern sits in three single points.",
    )
    yield (
        energy[:: height // 4, :: width // 4].sum() / total,
        "Patterns of 4 pixels are in yours too. Every other pixel means a period of 2: half the height, half the width.",
    )
    yield 1 - right, "That is the share of everything else."
