"""Check of lab 07 on learning from examples: the patch of a database that is most like another one."""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call


def alike(patches):
    """Patches without their brightness and contrast: mean 0, standard deviation 1 (but for a trace, so that flat ones stay finite)."""
    mean = patches.mean(axis=(-2, -1), keepdims=True)
    return (patches - mean) / (patches.std(axis=(-2, -1), keepdims=True) + 0.01)


def nearest(query, database):
    """Number of the patch of a database (n, h, w) that is most like a query (h, w)."""
    return int(((alike(database) - alike(query)) ** 2).sum(axis=(1, 2)).argmin())


#: What one patch after the other is good at: (mean, standard deviation, likeness to the query's shape). The first is the right one; each of
#: the others wins where a step is left out. The query has a mean of 0.4 and a standard deviation of 0.12.
_KINDS = (
    (0.75, 0.04, 0.98),
    (0.4, 0.12, 0.75),
    (0.9, 0.12, 0.85),
    (0.2, 0.06, 0.92),
    (0.55, 0.2, 0.85),
    (0.3, 0.25, 0.7),
)


def check_nearest(student):
    """7.4: mean and contrast taken off each patch, then the smallest sum of squares."""
    for n, shape, seed in ((60, (5, 5), 0), (80, (7, 7), 1), (50, (5, 7), 2), (70, (5, 5), 3)):
        query, database = _examples(n, shape, np.random.default_rng(seed), even=seed == 3)
        _judge_choice(call(student, query, database), query, database)
    return "right: the same shape is found, in whatever light it stands."


def _examples(n, shape, rng, even):
    """A query, and n patches: those of `_KINDS`, one that is equal but for a single pixel, and random ones."""

    def pure(patch):
        return (patch - patch.mean()) / patch.std()

    shape_of_query = pure(rng.normal(0, 1, shape))
    patches = []
    for mean, spread, likeness in _KINDS:
        other = rng.normal(0, 1, shape)
        other = pure(other - (other * shape_of_query).mean() * shape_of_query)
        patches.append(mean + spread * (likeness * shape_of_query + np.sqrt(1 - likeness**2) * other))
    spotted = shape_of_query.copy()
    spotted[2, 2] -= np.sign(spotted[2, 2]) * 1.9
    patches.append(0.6 + 0.04 * pure(spotted))
    while len(patches) < n:
        patches.append(rng.uniform(0.2, 0.8) + rng.uniform(0.04, 0.25) * pure(rng.normal(0, 1, shape)))
    database = np.array(patches)[rng.permutation(n)]
    if even:
        database[n // 2] = 0.5
    return (0.4 + 0.12 * shape_of_query).astype(np.float32), database.astype(np.float32)


def _judge_choice(value, query, database):
    """The number of a patch, or what was chosen by instead."""
    got = np.asarray(value)
    if got.shape == query.shape:
        raise Wrong("you return a patch; its number in the database was asked for: .argmin() gives it.")
    if got.shape == (len(database),):
        raise Wrong("you return a distance for each patch; asked is the number of the smallest one: .argmin().")
    got = as_array(got)
    if got.shape != () or got != int(got) or not 0 <= got < len(database):
        raise Wrong(
            f"one whole number from 0 to {len(database) - 1} was expected, the patch's number; you return {value}."
        )
    apart = ((alike(database) - alike(query)) ** 2).sum(axis=(1, 2))
    if apart[int(got)] <= apart.min() + 1e-4:
        return
    told = f"you chose patch {int(got)}; patch {int(apart.argmin())} has the same shape as the query, nearer by far. "
    for chosen, message in _choices(query, database, apart):
        if chosen == got:
            raise Wrong(told + message)
    raise Wrong(
        told
        + "Take from each patch, and from the query, its own mean, divide by its own standard deviation + 0.01, and sum the squares "
        "of the differences."
    )


def _choices(query, database, apart):
    """What the usual slips would choose."""

    def by(of, power=2, pick=np.argmin):
        return pick((np.abs(of(database) - of(query)) ** power).sum(axis=(1, 2)))

    def centred(patches):
        return patches - patches.mean(axis=(-2, -1), keepdims=True)

    def scaled(patches):
        return patches / (patches.std(axis=(-2, -1), keepdims=True) + 0.01)

    yield apart.argmax(), "Yours is the most *unlike* one: the smallest distance wins, argmin."
    yield by(lambda p: p), "You compare the patches as they are: a patch of equal brightness wins, whatever is in it."
    yield by(centred), "The mean is gone, but not the contrast: divide each patch by its standard deviation + 0.01."
    yield by(scaled), "The contrast is gone, but not the brightness: subtract each patch's own mean first."
    for axis in (None, 0):
        spread = (database - database.mean(axis=axis)) / (database.std(axis=axis) + 0.01)
        yield (
            ((spread - alike(query)) ** 2).sum(axis=(1, 2)).argmin(),
            "Do all patches share a mean and a standard deviation (of the whole database, or pixel by pixel with axis=0)? Each patch has "
            "its own: axis=(1, 2), keepdims=True.",
        )
    yield (
        ((database - alike(query)) ** 2).sum(axis=(1, 2)).argmin(),
        ("The query is normalised, the database is not: both need it."),
    )
    yield (
        ((alike(database) - alike(query)).sum(axis=(1, 2))).argmin(),
        ("Differences of either sign cancel: square them before you sum."),
    )
    yield (
        np.abs((alike(database) - alike(query)).sum(axis=(1, 2))).argmin(),
        ("Differences of either sign cancel: square them before you sum."),
    )
    yield by(alike, power=1), "You sum absolute differences; the exercise asks for squares."
    spreads = database.std(axis=(1, 2))
    yield (
        spreads.argmin() if spreads.min() < 1e-6 else None,
        "Yours is even: a picture of nothing. Is it 0 / 0 there, and NaN the smallest? Add 0.01 to each standard deviation before you "
        "divide. Or is the query not normalised? Both need it.",
    )
