"""What is watched in Keras inside the sandbox: how `fit` was called, and what the network does. Never imported by the grader.

Training is cut to a few steps; everything else runs as the student wrote it. All of this happens in the student's own process: it is
evidence about an honest program, and proves nothing about one that sets out to forge it.
"""

import ast
import functools
import inspect
import sys
from collections import Counter

import numpy as np

IMAGES = 96  # trained on in each epoch: three batches of 32
STEPS, EPOCHS = 3, 2
FITS = 5  # of so many the network is looked at
LOOPS = 20  # calls of train_on_batch that are carried out


def stand_in(path, cells):
    """A `load_data` for CIFAR-10 that needs no network: images of a small file, as many as the program counts on.

    A program that speaks of larger numbers than the file has images ("x_train[45000:]") gets 50,000 and 10,000, repeated.
    """

    def load_data():
        with np.load(path, allow_pickle=False) as arrays:
            x_train, x_test = arrays["x_train"], arrays["x_test"]
        if largest_number(cells) > len(x_train):
            x_train, x_test = np.resize(x_train, (50_000, 32, 32, 3)), np.resize(x_test, (10_000, 32, 32, 3))
        labels = [(np.arange(len(x)) % 10).astype(np.uint8)[:, np.newaxis] for x in (x_train, x_test)]
        return (x_train, labels[0]), (x_test, labels[1])

    return load_data


def largest_number(cells):
    """The largest whole number in a program, up to the 50,000 that CIFAR-10 has; seeds and shuffling buffers don't count."""
    nodes = [node for cell in cells for node in ast.walk(ast.parse(cell))]
    calls = [node for node in nodes if isinstance(node, ast.Call) and _says(node, "shuffle", "seed", "rng")]
    other = {id(part) for call in calls for part in call.args + [keyword.value for keyword in call.keywords]}
    numbers = (node.value for node in nodes if isinstance(node, ast.Constant) and id(node) not in other)
    return max((number for number in numbers if type(number) is int and number <= 50_000), default=0)


def _says(call, *words):
    """True if a function's name holds one of the words."""
    name = getattr(call.func, "attr", getattr(call.func, "id", ""))
    return any(word in name for word in words)


def watch(keras, report):
    """Put shortened versions in the place of Keras' own fit, evaluate, predict and train_on_batch."""
    keras.utils.set_random_seed(0)  # two runs are to give the same
    fits = []
    inside = []

    def note(model, facts):
        """Report a training; returns its number."""
        fits.append(model)
        if len(fits) <= FITS:
            report({"fit": len(fits) - 1} | facts)
        return len(fits) - 1

    def look(k, model, x):
        if k < FITS and model not in fits[:k]:
            report({"fit": k} | behaviour(keras, model, x))

    def fit(original, model, given):
        x, epochs = given["x"], given["epochs"]
        k = note(model, arguments(model, given))
        count = _first(keras, IMAGES) if is_array(x) else lambda data: data
        given |= {"x": count(x), "y": count(given["y"]), "verbose": 0, "sample_weight": count(given["sample_weight"])}
        given["epochs"] = min(epochs, given["initial_epoch"] + EPOCHS)
        if not is_array(x) or given["steps_per_epoch"]:
            given["steps_per_epoch"] = min(given["steps_per_epoch"] or STEPS, STEPS)
        shorten_validation(keras, given)
        history = original(model, **given)
        lengthen(history, epochs)
        look(k, model, x)
        return history

    def evaluate(original, model, given):
        given["verbose"] = 0
        if is_array(given["x"]):
            given |= {name: _first(keras, IMAGES)(given[name]) for name in ("x", "y", "sample_weight")}
        else:
            given["steps"] = min(given["steps"] or STEPS, STEPS)
        return original(model, **given)

    def predict(original, model, given):
        return original(model, **given | {"verbose": 0})

    def train_on_batch(original, model, given):
        done = counts[model] = counts.get(model, 0) + 1
        if done <= LOOPS:
            results[model] = original(model, **given)
        if done == 1:
            k = note(model, {"way": "train_on_batch"} | compiled(model))
            look(k, model, given["x"])
        return results[model]

    counts, results = {}, {}
    for function in (fit, evaluate, predict, train_on_batch):
        _replace(keras.Model, function, inside)
    apply_gradients = keras.optimizers.Optimizer.apply_gradients

    @functools.wraps(apply_gradients)
    def noted(optimizer, *args, **kwargs):
        if not inside and optimizer not in counts:
            counts[optimizer] = 1
            note(optimizer, {"way": "a loop of its own", "optimizer": type(optimizer).__name__})
        return apply_gradients(optimizer, *args, **kwargs)

    keras.optimizers.Optimizer.apply_gradients = noted


def _replace(owner, function, inside):
    """Put `function(original, model, arguments by name)` in the place of a method; calls within calls go to the original."""
    original = getattr(owner, function.__name__)
    signature = inspect.signature(original)

    @functools.wraps(original)
    def replaced(model, *args, **kwargs):
        if inside:
            return original(model, *args, **kwargs)
        bound = signature.bind(model, *args, **kwargs)
        bound.apply_defaults()
        given = dict(list(bound.arguments.items())[1:])
        given |= given.pop("kwargs", {})
        inside.append(function)
        try:
            return function(original, model, given)
        finally:
            inside.pop()

    setattr(owner, function.__name__, replaced)


def is_array(x):
    """True for arrays and tensors, and lists of them; False for data sets and generators."""
    return bool(hasattr(x, "shape") or (isinstance(x, (list, tuple, dict)) and x))


def _first(keras, n):
    """A function that takes the first n of each array in a structure."""
    return lambda data: keras.tree.map_structure(lambda part: part[:n] if hasattr(part, "shape") else part, data)


def shorten_validation(keras, given):
    """Validate on a few images."""
    data = given["validation_data"]
    if isinstance(data, (list, tuple)):
        given["validation_data"] = _first(keras, 32)(tuple(data))
    elif data is not None:
        given["validation_steps"] = 1


def lengthen(history, epochs):
    """Repeat the last value, so that a plot of as many epochs as were asked for works."""
    for values in history.history.values():
        values += values[-1:] * (min(epochs, 10_000) - len(values))
    history.epoch = list(range(min(epochs, 10_000)))


def arguments(model, given):
    """What `fit` was called with, in words and numbers."""
    x, y = given["x"], given["y"]
    facts = {"way": "fit", "epochs": given["epochs"], "x": told(x), "y": told(y), "class": type(model).__name__}
    facts |= {"batch_size": given["batch_size"], "validation": told(given["validation_data"]), **compiled(model)}
    facts["validation_split"] = given["validation_split"]
    if hasattr(x, "shape") and hasattr(y, "shape"):
        facts["target_is_input"] = x is y
        if tuple(x.shape) == tuple(y.shape):
            difference = np.asarray(x[:32], np.float32) - np.asarray(y[:32], np.float32)
            facts["noise_in_data"] = round(float(np.std(difference)), 2)
    return facts


def compiled(model):
    """Loss, optimizer and learning rate."""
    optimizer = getattr(model, "optimizer", None)
    loss = getattr(model, "loss", None)
    facts = {"loss": loss if isinstance(loss, str) else getattr(loss, "__name__", type(loss).__name__)}
    facts["optimizer"] = type(optimizer).__name__
    try:
        facts["learning_rate"] = float(f"{float(optimizer.learning_rate):.3g}")
    except (AttributeError, TypeError, ValueError):
        facts["learning_rate"] = None
    return facts


def told(data):
    """Type and shape of data."""
    if data is None:
        return ""
    if hasattr(data, "shape"):
        return f"{getattr(data, 'dtype', '')} {tuple(data.shape)}"
    if isinstance(data, (list, tuple)):
        return ", ".join(map(told, data[:3]))
    return type(data).__name__


def behaviour(keras, model, x):
    """What the network computes, traced once, and what it does with all weights at zero."""
    shape = (1, *x.shape[1:]) if hasattr(x, "shape") and len(x.shape) == 4 else (1, 32, 32, 3)
    try:
        facts = traced(keras, model, shape) | zeroed(model, shape)
        return facts | {"parameters": int(model.count_params())}
    except Exception as error:
        return {"untraced": " ".join(f"{type(error).__name__}: {error}".split())[-300:]}  # the cause stands at the end


def traced(keras, model, shape):
    """Layers that are called, operations of the graph, kernels of the convolutions, and sums of two images."""
    tf = sys.modules["tensorflow"]
    called = []
    original = keras.layers.Layer.__call__

    def noted(layer, *args, **kwargs):
        called.append(layer)
        return original(layer, *args, **kwargs)

    keras.layers.Layer.__call__ = noted
    try:
        function = tf.function(lambda image: model(image, training=False))
        graph = function.get_concrete_function(tf.TensorSpec(shape, tf.float32)).graph
    finally:
        keras.layers.Layer.__call__ = original
    definition = graph.as_graph_def()
    nodes = [*definition.node, *(node for part in definition.library.function for node in part.node_def)]
    layers = [layer for layer in called if not isinstance(layer, keras.Model)]
    convolutions, sums = [], 0
    for operation in graph.get_operations():
        shapes = [part.shape.as_list() for part in operation.inputs if part.shape.rank == 4]
        if operation.type.startswith(("Conv2D", "DepthwiseConv2d")) and len(shapes) > 1:
            convolutions.append(shapes[1])
        images = [size for size in shapes if size[1] != 1 and size[2] != 1]
        sums += operation.type in ("Add", "AddV2", "AddN", "Sub") and len(images) > 1
    return {
        "layers": dict(Counter(type(layer).__name__ for layer in layers).most_common(30)),
        "operations": dict(sorted(Counter(node.op for node in nodes).items())[:40]),
        "convolutions": convolutions[:40],
        "sums": int(sums),
        "noise_layers": [float(layer.stddev) for layer in layers if hasattr(layer, "stddev")][:10],
    }


def zeroed(model, shape):
    """With all weights at zero, a network whose input skips to the output returns its input; and with which noise, when training."""
    image = np.random.default_rng(0).uniform(0.2, 0.8, shape).astype(np.float32)
    weights = [np.array(weight) for weight in model.weights]
    try:
        for weight, values in zip(model.weights, weights, strict=True):
            weight.assign(np.zeros_like(values))
        restored = np.asarray(model(image, training=False))
        drawn = [
            np.asarray(model(image, training=True)) for _ in range(10)
        ]  # the noise of one is too few numbers to measure
    finally:
        for weight, values in zip(model.weights, weights, strict=True):
            weight.assign(values)
    if restored.shape != image.shape:
        return {"zeroed": "gives another shape"}
    if np.abs(restored - image).max() < 1e-3:
        return {"zeroed": "returns its input", "zeroed_noise": round(float(np.std(np.stack(drawn) - image)), 2)}
    return {"zeroed": "returns zero" if np.abs(restored).max() < 1e-3 else "returns something else"}
