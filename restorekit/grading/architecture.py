"""Is a program's network, and its training, what the assignment asks for? The program is followed, and never run."""

import ast
import re
from typing import Literal, NamedTuple

from restorekit.grading.fitting import ASKED_EPOCHS, epochs_of, training
from restorekit.grading.following.models import output_of
from restorekit.grading.following.tracing import follow
from restorekit.grading.following.values import GaveUp, Outside, Stopped, Tensor
from restorekit.grading.networks import Notes, graph, network

__all__ = ["Finding", "Judgement", "judge"]

_AS, _NOT, _UNKNOWN = "as asked", "not as asked", "can't tell"
#: The number in a model's name: Model1, build_model_2, net03, m1.
_NUMBER = re.compile(
    r"(?:model|net|network|cnn|autoencoder|denoiser|(?<![a-z])m)[\s_-]*(?:no|number)?[\s_.-]*0*([123])(?!\d)", re.I
)
_TRAINS = {"fit", "fit_generator", "train", "train_on_batch", "train_step", "apply_gradients", "GradientTape"}
_REASONS = 3
_RIGHT = {
    1: "noise, four 3x3 convolutions of 64 channels with ReLU, one of 3",
    2: "noise, four 3x3 convolutions of 64 channels with ReLU, one of 3, and the noisy input added",
    3: "noise, 3x3 convolutions of 64 channels with batch normalisation and ReLU, one of 3, and the noisy input added",
}


class Finding(NamedTuple):
    """What was found: the verdict, the reason for it, and where, such as "line 12" or "code cell 3, line 2", or ""."""

    verdict: Literal["as asked", "not as asked", "can't tell"]
    reason: str
    where: str


class Judgement(NamedTuple):
    """The findings on a network and its training, and the network in one line."""

    network: Finding
    training: Finding
    graph: str


def judge(trees, model):
    """Compare a program's network and training with what the assignment asks for. Nothing in it is run.

    Parameters
    ----------
    trees : list of ast.Module
        What `handed_in.parse_source` gave.
    model : {1, 2, 3}
        Which model it should be.

    Returns
    -------
    Judgement
        "can't tell" wherever it depends on something that is not in the program.

    Examples
    --------
    >>> import ast
    >>> source = '''
    ... from keras import Sequential, layers
    ... model = Sequential([layers.GaussianNoise(0.1)])
    ... for _ in range(4):
    ...     model.add(layers.Conv2D(32, 3, padding="same", activation="relu"))
    ... model.add(layers.Conv2D(3, 3, padding="same"))
    ... '''
    >>> judge([ast.parse(source)], 1).network
    Finding(verdict='not as asked', reason='a hidden convolution has 32 channels; asked: 64', where='line 5')
    """
    try:
        tracer = follow(trees)
        if not tracer.gave_up:
            return _judged(tracer, model, _may_train(trees))
        reason = tracer.gave_up
    except (GaveUp, Stopped, RecursionError) as stopped:
        reason = str(stopped)
    except Exception as mistake:  # what a stranger wrote must not end the grading of others
        reason = f"the reader itself failed ({type(mistake).__name__})"
    finding = Finding(_UNKNOWN, f"the program can't be followed: {reason}"[:200], "")
    return Judgement(finding, finding, "")


def _may_train(trees):
    """True if fit, or another way to train, is written anywhere in a program."""
    names = (getattr(node, "attr", "") for tree in trees for node in ast.walk(tree))
    return not _TRAINS.isdisjoint(names)


def _judged(tracer, number, may_train):
    """The judgement on what was seen."""
    fits = {}
    for fit in tracer.fits:
        fits.setdefault(id(fit.model), []).append(fit)
    models = [fits[key][0].model for key in fits]
    if not models and not any(name.endswith(".fit") for name, _ in tracer.other_training):
        models = [one for one in tracer.models if not one.fields.get("=used")]
    several = len(models) > 1
    models = _named(models, number) if several else models
    if not models:
        finding = Finding(_UNKNOWN, _why_none(tracer, number, several), "")
        return Judgement(finding, finding, "")
    judged = [_judged_model(tracer, one, fits.get(id(one), []), number, may_train) for one in models]
    return Judgement(
        _agreed([one.network for one in judged], number),
        _agreed([one.training for one in judged], number),
        judged[-1].graph,
    )


def _named(models, number):
    """Those of several models that bear a number, or if there are none, those without any."""
    numbers = [{int(found) for name in one.fields["=names"] for found in _NUMBER.findall(name)} for one in models]
    right = [one for one, own in zip(models, numbers, strict=True) if number in own]
    return right or [one for one, own in zip(models, numbers, strict=True) if not own]


def _why_none(tracer, number, several):
    """Why there is nothing to judge."""
    if several:
        return f"it holds several models, and none is named as Model {number}"
    if tracer.torch:
        return "it is written with PyTorch; only Keras is read here"
    if tracer.other_training:
        name, where = tracer.other_training[0]
        return f"in {where}, {name[:100]} is called, and what that trains is not in the program"
    return "no Keras model was found in it"


def _judged_model(tracer, model, fits, number, may_train):
    """The judgement on one model."""
    outputs = [fit.output for fit in fits]
    if not outputs:
        try:
            outputs = [output_of(tracer, model, None)]
        except Stopped:
            outputs = [Outside("what it raises")]
    found = [_network(output, number, model.fields.get("=where", "")) for output in outputs]
    shown = outputs[-1]
    line = graph(shown, number) if isinstance(shown, Tensor) else ""
    return Judgement(_agreed(found, number), _training(tracer, fits, may_train), line)


def _network(output, number, where):
    """The finding on a network."""
    if not isinstance(output, Tensor):
        return Finding(_UNKNOWN, f"the network depends on {getattr(output, 'name', 'a value')[:100]}", where)
    return _finding(network(output, number), _RIGHT[number], where)


def _training(tracer, fits, may_train):
    """The finding on all calls of `fit` of one model."""
    others = [(name, where) for name, where in tracer.other_training if not fits or not name.endswith("fit")]
    if others:
        name, where = others[0]
        return Finding(_UNKNOWN, f"it trains in a way of its own ({name[:80]})", where)
    if not fits and tracer.handed_over:
        name, where = tracer.handed_over[0]
        return Finding(_UNKNOWN, f"the model is handed to {name[:80]}, which isn't in the program", where)
    if not fits and (tracer.ended or may_train):
        return Finding(_UNKNOWN, "as far as the program can be followed, it does not come to its training", "")
    if not fits:
        return Finding(_NOT, "it is never trained: fit is not called; asked: fit, with 100 epochs", "")
    notes = [training(tracer, fit) for fit in fits]
    total = Notes()
    for one in notes:
        total.unclear.extend(one.unclear)
    if all(one.wrong for one in notes):
        total.wrong.extend(notes[0].wrong)
    elif any(one.wrong for one in notes):
        total.unclear.append(("fit is called several times, in different ways", fits[0].where))
    _epochs(fits, total)
    right = f"mean squared error, mini-batches of 32, {ASKED_EPOCHS} epochs, and the target is the image itself"
    return _finding(total, right, fits[-1].where)


def _epochs(fits, notes):
    """Look at how often all calls of `fit` together go through the images."""
    counts, where = [epochs_of(fit) for fit in fits], fits[-1].where
    unknown = next((count for count in counts if isinstance(count, Outside)), None)
    sure = len(fits) == 1 or not any(fit.unsure for fit in fits)
    if unknown:
        notes.unclear.append((f"the number of epochs depends on {unknown.name[:80]}", where))
    elif sure and sum(counts) == ASKED_EPOCHS:
        return
    elif len(fits) > 1 and (not sure or ASKED_EPOCHS in counts):
        if set(counts) != {ASKED_EPOCHS} or not all(fit.unsure for fit in fits):
            notes.unclear.append((f"fit is called {len(fits)} times, with {counts[0]} epochs first", where))
    else:
        found = f"{sum(counts)} epochs" + (
            "" if "epochs" in fits[-1].given else ", which Keras takes if none are given"
        )
        notes.wrong.append((f"{found}; asked: {ASKED_EPOCHS}", where))


def _finding(notes, right, where):
    """A finding from notes: what is certainly wrong counts, then what is unclear."""
    for verdict, found in ((_NOT, notes.wrong), (_UNKNOWN, notes.unclear)):
        if found:
            reasons = list(dict.fromkeys(reason for reason, _ in found))
            more = f"; and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
            return Finding(verdict, "; ".join(reasons[:_REASONS]) + more, found[0][1])
    return Finding(_AS, right, where)


def _agreed(findings, number):
    """The one finding, or that they differ."""
    if len({finding.verdict for finding in findings}) > 1:
        return Finding(
            _UNKNOWN, f"it holds several models that may be Model {number}, and they differ", findings[-1].where
        )
    return findings[-1]
