"""Check of lab 05, the training loop: a small net is trained along, rightly and with each usual mistake.

Keras is imported where it is needed: the list of all exercises must not wait for it.
"""

import numpy as np

from restorekit.diagnosis import Wrong, as_array, call

STEPS = 6


def check_train(student):
    """5.4: one step for each fresh batch, from noisy to clean, with the given optimiser."""
    batches, model, drawn = _batches(), _small_net(), []

    def next_batch():
        drawn.append(len(drawn))
        return tuple(part.copy() for part in batches[drawn[-1] % len(batches)])

    before = model.get_weights()
    losses = call(student, model, next_batch, STEPS, _optimizer())
    after = model.get_weights()
    if not drawn:
        raise Wrong("you never called next_batch(): where do your patches come from?")
    if all(np.array_equal(a, b) for a, b in zip(before, after, strict=True)):
        raise Wrong(
            "the weights of the model have not changed: was it only evaluated? model.train_on_batch(noisy, clean) makes a step."
        )
    if len(drawn) not in (STEPS, STEPS + 1):
        once = {
            1: " It is called before the loop: call it inside, once in every step.",
            2
            * STEPS: " Every call draws another pair: call it once in a step, and keep both, noisy, clean = next_batch().",
        }.get(len(drawn), " (model.fit on a generator draws some ahead; model.train_on_batch takes what you give it.)")
        raise Wrong(f"with steps={STEPS} you called next_batch() {len(drawn)} time(s).{once}")
    expected, right = _trained(batches)
    if not _equal(after, expected):
        _name_mistake(after, batches)
    _judge_losses(losses, right)
    return "right: a fresh batch, a step, a number for the curve."


def _batches():
    """A few batches (noisy, clean) of smooth little pictures."""
    rng = np.random.default_rng(5)
    waves = 0.2 * np.sin(np.arange(12) / 2)[:, None, None] * np.ones((12, 12, 1))
    clean = (rng.random((STEPS + 2, 4, 1, 1, 1)) + waves).astype(np.float32)
    return [(c + 0.2 * rng.standard_normal(c.shape, np.float32), c) for c in clean]


def _small_net():
    """The same small net every time."""
    from restorekit import models

    model = models.dncnn(depth=3, filters=4, batch_norm=False)
    rng = np.random.default_rng(6)
    model.set_weights([rng.normal(0, 0.2, weight.shape) for weight in model.get_weights()])
    return model


def _optimizer():
    """The optimiser that the check hands over."""
    import keras

    return keras.optimizers.Adam(0.02)


def _trained(batches, prepare=lambda noisy, clean: (noisy, clean), loss="mse", optimizer=None):
    """The weights and losses after a training, right or with a usual mistake."""
    model, losses = _small_net(), []
    model.compile(optimizer or _optimizer(), loss, run_eagerly=True)  # a few steps: not worth a compilation
    for noisy, clean in batches[:STEPS]:
        model.reset_metrics()
        losses.append(float(np.ravel(model.train_on_batch(*prepare(noisy, clean)))[0]))
    return model.get_weights(), losses


def _equal(weights, others):
    """Whether two lists of weights are the same but for rounding."""
    return all(np.abs(a - b).max() < 2e-3 for a, b in zip(weights, others, strict=True))


def _name_mistake(after, batches):
    """Say which other training gives these weights."""
    import keras

    own = "you use an optimiser of your own; compile the model with the one that you are given."
    stale = "you call next_batch() in every step, but train on another batch than the one it just gave."
    mistakes = [
        (
            {"prepare": lambda noisy, clean: (clean, noisy)},
            "you train it from clean to noisy: the input comes first, then the target: (noisy, clean).",
        ),
        (
            {"prepare": lambda noisy, clean: (noisy, noisy - clean)},
            "your target is the noise. This model subtracts the noise itself and returns the picture: its target is `clean`.",
        ),
        (
            {"prepare": lambda noisy, clean: (clean, clean)},
            "you give it clean images to restore: the input is `noisy`.",
        ),
        (
            {"prepare": lambda noisy, clean: (noisy, noisy)},
            "your target is the noisy image: so it learns to change nothing. The target is `clean`.",
        ),
        ({"loss": "mae"}, "you minimise the mean *absolute* error; here it is the mean squared one, loss='mse'."),
        ({"optimizer": keras.optimizers.Adam()}, own),
        ({"optimizer": keras.optimizers.RMSprop()}, own),
        ({"optimizer": keras.optimizers.SGD()}, own),
    ]
    for options, message in mistakes:
        if _equal(after, _trained(batches, **options)[0]):
            raise Wrong(message)
    for others in ([batches[0]] * STEPS, batches[1:], [batches[STEPS - 1]] * STEPS):
        if _equal(after, _trained(others)[0]):
            raise Wrong(stale)
    raise Wrong(
        "the model has learnt something else than expected: one step of the given optimiser for each batch, mean squared error, "
        "from noisy to clean."
    )


def _judge_losses(losses, right):
    """One number for each step: that of its batch, or the running mean that Keras shows."""
    if np.ndim(losses) == 0 or not isinstance(losses, list | tuple | np.ndarray):
        raise Wrong(f"return a list with the loss of every step; you return a {type(losses).__name__}.")
    if len(losses) != STEPS:
        raise Wrong(f"your list holds {len(losses)} losses after {STEPS} steps: append one in every step.")
    losses = as_array([np.ravel(one)[0] for one in losses], (STEPS,), "your list of losses")
    running = np.cumsum(right) / np.arange(1, STEPS + 1)
    if not any(np.allclose(losses, good, rtol=0.02) for good in (right, running)):
        raise Wrong(
            f"your losses are {np.round(losses, 4)}; the mean squared errors of the steps were {np.round(right, 4)}."
        )
