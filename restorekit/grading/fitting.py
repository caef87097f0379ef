"""Is a training that was found in a program the one that the assignment asks for?"""

from restorekit.grading.following import calls
from restorekit.grading.following.arrays import parts_of
from restorekit.grading.following.values import (
    LOOP,
    NEVER_CALLED,
    Function,
    Outside,
    Tensor,
    elements,
    holds,
    last_name,
    words,
)
from restorekit.grading.networks import Notes, steps_of

__all__ = ["ASKED_EPOCHS", "epochs_of", "training"]

ASKED_EPOCHS, _BATCH = 100, 32
_MSE = frozenset({"mse", "mean_squared_error", "meansquarederror"})
#: Other losses that Keras has.
_OTHER = words("""mae mean_absolute_error meanabsoluteerror mape mean_absolute_percentage_error msle
mean_squared_logarithmic_error huber huber_loss log_cosh logcosh binary_crossentropy binarycrossentropy
categorical_crossentropy categoricalcrossentropy sparse_categorical_crossentropy sparsecategoricalcrossentropy
kl_divergence kldivergence poisson cosine_similarity cosinesimilarity hinge squared_hinge
meansquaredlogarithmicerror meanabsolutepercentageerror binaryfocalcrossentropy""")
_REGULARISERS = ("kernel_regularizer", "bias_regularizer", "activity_regularizer")
_MAY_CHANGE = ("train_step", "compute_loss", "make_train_function", "compute_loss_and_updates")
_SETTINGS = ["sample_weight", "class_weight", "steps_per_epoch"]


def training(tracer, fit):
    """Compare one call of `fit` with what is asked for; how often it goes through the images is looked at apart from this.

    Parameters
    ----------
    tracer : Tracer
    fit : Fit

    Returns
    -------
    Notes
    """
    notes = Notes()
    where = fit.where
    for reason in fit.unsure:
        if reason in (LOOP, NEVER_CALLED):
            notes.unclear.append((f"fit stands in {reason}", where))
    if "*" in fit.given:
        notes.unclear.append(("fit has arguments that aren't known", where))
    for name in _SETTINGS:
        if fit.given.get(name) is not None and not _harmless(name, fit):
            notes.unclear.append((f"fit is called with {name}", where))
    _model(fit, notes)
    _loss(tracer, fit, notes)
    given, target, batch = _handed(fit)
    right = batch == _BATCH if isinstance(batch, (int, float)) else None
    notes.expect(right, f"the batch size is {_shown(batch)}", f"{_BATCH}", where)
    noisy = isinstance(fit.output, Tensor) and any(one.op == "noise" for one in steps_of(fit.output))
    _images(given, target, noisy, where, notes)
    return notes


def epochs_of(fit):
    """How often `fit` goes through the images: a number, or Outside."""
    if LOOP in fit.unsure:
        return Outside(LOOP)
    if "*" in fit.given and "epochs" not in fit.given:
        return Outside("arguments that aren't known")
    given, steps = fit.given.get("x"), fit.given.get("steps_per_epoch")
    repeats = holds(given, "dataset") and given.fields["=repeats"]
    if repeats or (steps is not None and not _harmless("steps_per_epoch", fit)):
        return Outside("how often the data set repeats")
    epochs, first = fit.given.get("epochs", 1), fit.given.get("initial_epoch", 0)
    if isinstance(epochs, int) and isinstance(first, int):
        return epochs - first
    return epochs if isinstance(epochs, (int, float)) else Outside(getattr(epochs, "name", "a value"))


def _harmless(name, fit):
    """True for steps an epoch that go through all images once."""
    given, steps, size = fit.given.get("x"), fit.given.get(name), fit.given.get("batch_size")
    size = 32 if size is None else size
    shape = given.fields["=shape"] if holds(given, "data") else None
    if (
        name != "steps_per_epoch"
        or not isinstance(shape, tuple)
        or not all(isinstance(one, int) for one in (shape[0], steps, size))
    ):
        return False
    return abs(shape[0] - steps * size) <= size


def _model(fit, notes):
    """Note what in the model itself changes how it learns."""
    if holds(fit.model, "instance"):
        for name in _MAY_CHANGE:
            if calls.find(fit.model.fields["=class"], name) is not None:
                notes.unclear.append((f"the model has a {name} of its own", fit.where))
    for one in steps_of(fit.output) if isinstance(fit.output, Tensor) else ():
        config = one.layer.fields["=config"] if one.layer is not None else {}
        for name in _REGULARISERS:
            if config.get(name) is not None:
                notes.unclear.append((f"{name} adds to the loss", one.where))


def _loss(tracer, fit, notes):
    """Look at the loss."""
    loss = fit.compiled.get("loss") if isinstance(fit.compiled, dict) else None
    inside = elements(loss)
    loss = inside[0] if inside and len(inside) == 1 else loss
    if loss is None:
        notes.unclear.append(("it isn't clear which loss is given to compile", fit.where))
        return
    name = loss if isinstance(loss, str) else getattr(loss, "name", "")
    last = last_name(name).lower()
    known = isinstance(loss, str) or name.startswith(("keras.", "tensorflow."))
    if known and last in _MSE:
        return
    if known and last in _OTHER:
        notes.wrong.append((f"the loss is {last}; asked: mean squared error", fit.where))
        return
    if isinstance(loss, Function):
        one, other = Tensor("target", (), "", -1), Tensor("prediction", (), "", -2)
        if _is_mse(calls.call(tracer, loss, (one, other), {}, loss.node), {one, other}):
            return
        name = "a function of its own"
    notes.unclear.append((f"the loss is {name or 'a value'}, which isn't followed", fit.where))


def _is_mse(value, images):
    """True for the mean of the squared difference of these two."""
    if not isinstance(value, Tensor):
        return False
    if value.op == "mse":
        return set(value.inputs) == images
    if value.op != "mean":
        return False
    inner = value.inputs[0]
    if inner.op == "square":
        inner = inner.inputs[0]
        return inner.op == "subtract" and set(inner.inputs) == images
    return inner.op == "difference" and set(inner.inputs) == images


def _handed(fit):
    """What the model is given, what it should answer, and how many at a time."""
    given, target = fit.given.get("x", Outside("x")), fit.given.get("y")
    batch = fit.given.get("batch_size")
    if not holds(given, "dataset"):
        return given, target, _BATCH if batch is None and holds(given, "data") else batch
    batch = given.fields["=batch"] if not given.fields["=repeats"] else Outside("a data set that repeats")
    element = given.fields["=element"]
    pair = elements(element)
    return (pair[0], pair[1], batch) if pair and len(pair) > 1 else (element, None, batch)


def _images(given, target, noisy, where, notes):
    """Look at what is learnt from."""
    inside, wanted = parts_of(given), parts_of(target)
    labels = [name for kind, name in wanted if kind == "labels"]
    noise = sorted(name for kind, name in wanted if kind == "noise")
    added = sorted(name for kind, name in inside if kind == "noise")
    unknown = sorted(name for kind, name in inside | wanted if kind == "unknown")
    images = [{name for kind, name in parts if kind == "images"} for parts in (inside, wanted)]
    moved = [{name for kind, name in parts if kind == "order"} for parts in (inside, wanted)]
    if labels:
        notes.wrong.append(("the target is the labels; asked: the image itself", where))
    elif noise:
        notes.wrong.append((f"the target has noise on it, from {noise[0]}; asked: the clean image itself", where))
    elif target is None:
        notes.unclear.append(("fit is given no target", where))
    elif unknown:
        notes.unclear.append((f"what is learnt from depends on {unknown[0][:80]}", where))
    elif given is not target and moved[0] != moved[1]:
        notes.unclear.append(("it isn't clear that images and targets are in the same order", where))
    elif not images[0] or images[0] != images[1]:
        notes.unclear.append(("it isn't clear that the target is the image that the model is given", where))
    if added and noisy:
        found = f"noise is added to the images in {added[0]}, and once more by GaussianNoise"
        notes.wrong.append((f"{found}; asked: by GaussianNoise alone", where))


def _shown(value):
    """A number for people."""
    return (
        f"{value}"[:40]
        if isinstance(value, (int, float))
        else f"what depends on {getattr(value, 'name', 'a value')[:80]}"
    )
