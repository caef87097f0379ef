"""Layers, models and operations of Keras and TensorFlow, in a program that is followed without being run."""

from typing import NamedTuple

from restorekit.grading.following import arrays, calls
from restorekit.grading.following.values import (
    TRAINING,
    GaveUp,
    Method,
    Outside,
    Parent,
    Tensor,
    Thing,
    ancestors,
    elements,
    holds,
    items,
    last_name,
    listed,
    words,
)

__all__ = [
    "Fit",
    "apply",
    "attribute",
    "base_of",
    "call_method",
    "call_outside",
    "is_model",
    "is_of_keras",
    "note_name",
]
__all__ += ["operate", "output_of", "register", "start", "step"]

#: Arguments of layers and methods, in order.
_ARGUMENTS = {
    "Conv2D": words("filters kernel_size strides padding data_format dilation_rate groups activation use_bias"),
    "GaussianNoise": ["stddev", "seed"],
    "BatchNormalization": ["axis", "momentum", "epsilon"],
    "ReLU": ["max_value", "negative_slope", "threshold"],
    "Activation": ["activation"],
    "Lambda": ["function"],
    "InputLayer": ["shape"],
    "Dropout": ["rate"],
    "compile": ["optimizer", "loss", "metrics"],
    "fit": words("""x y batch_size epochs verbose callbacks validation_split validation_data shuffle class_weight sample_weight
initial_epoch steps_per_epoch"""),
}
_ALIASES = {"Convolution2D": "Conv2D", "Functional": "Model"}
_MODELS = ("Model", "Sequential")
_ACTIVATIONS = words("""sigmoid tanh softmax leaky_relu elu selu gelu silu swish softplus softsign relu6 hard_sigmoid exponential mish
hard_silu crelu log_softmax celu glu hard_tanh LeakyReLU PReLU ELU ThresholdedReLU Softmax""")
_PASS = words("cast identity convert_to_tensor Identity linear ensure_shape")
_TOGETHER = words("multiply concatenate concat average maximum minimum dot Multiply Concatenate Average Maximum")
#: Functions that don't train what they are given.
_ONLY_LOOK = words("print type id str repr isinstance hasattr len keras.utils.plot_model keras.models.save_model")
#: Layers that may or may not change what the network does.
_UNCLEAR = words("""Rescaling ZeroPadding2D Cropping2D Reshape Permute TimeDistributed SpectralNormalization Wrapper Normalization
CenterCrop Resizing Masking RandomFlip TorchModuleWrapper TFSMLayer JaxLayer FlaxLayer ActivityRegularization""")
_NAMES = {*_ARGUMENTS, *_ALIASES, *_MODELS, *_ACTIVATIONS, *_TOGETHER, *_UNCLEAR}
_NAMES |= set(
    words("""Input Add Subtract add subtract MaxPooling2D UpSampling2D Conv2DTranspose Dense Flatten Layer cifar10 load_model
relu AveragePooling2D SeparableConv2D DepthwiseConv2D SpatialDropout2D LayerNormalization Adam SGD""")
)


class Fit(NamedTuple):
    """One call of `fit`: of which model, with which network and loss; `unsure` says on which choices it depends."""

    model: object
    output: object
    compiled: object
    given: dict
    where: str
    unsure: tuple


def is_of_keras(name):
    """True for a name that a module of Keras is known to have."""
    return name.startswith("keras.") and name.rpartition(".")[2] in _NAMES


def step(tracer, op, inputs, node, *, layer=None, channels=None, where=None, **config):
    """A new step of a network."""
    tracer.numbers += 1
    if where is None:
        where = layer.fields["=where"] if layer is not None else tracer.where(node) if node is not None else ""
    channels = inputs[0].channels if inputs and channels is None else channels
    return Tensor(op, tuple(inputs), where, tracer.numbers, channels, layer, config)


def is_model(value):
    """True for a model, also one of a class of the program."""
    return holds(value, "model") or (holds(value, "instance") and base_of(value.fields["=class"]) in _MODELS)


def base_of(made):
    """What a class of the program inherits from Keras: "Model", "Sequential", "Layer", ...; or None."""
    for one in ancestors(made):
        if isinstance(one, Outside) and one.name.startswith("keras."):
            last = last_name(one.name)
            return _ALIASES.get(last, last)
    return None


def note_name(value, name):
    """Remember the names that a model goes by."""
    if is_model(value) and isinstance(name, str) and len(value.fields["=names"]) < 50:
        value.fields["=names"] |= {name}


def register(tracer, instance, name):
    """Note an instance of a class of the program, if it is a model."""
    if is_model(instance):
        tracer.models.append(instance)
        note_name(instance, name)


def _arguments(kind, args, kwargs):
    """Arguments by name; with the key "*" where some aren't known."""
    names = _ARGUMENTS.get(kind, [f"argument {k}" for k in range(len(args))])
    return {**dict(zip(names, args, strict=False)), **kwargs}


def call_outside(tracer, name, args, kwargs, node):
    """The value of a call of what is not written in the program."""
    last = last_name(name)
    last = _ALIASES.get(last, last)
    trains = ("GradientTape", "fit", "fit_generator", "train_on_batch", "apply_gradients")
    if last in trains and "." in name and not name.startswith("sklearn."):
        tracer.other_training.append((name, tracer.where(node)))
    if name.endswith("set_image_data_format") and args != ("channels_last",):
        raise GaveUp(f"it changes the order of axes in {tracer.where(node)}")
    if any(is_model(value) for value in (*args, *kwargs.values())) and name not in _ONLY_LOOK:
        tracer.handed_over.append((name, tracer.where(node)))
    values = [*args, *kwargs.values()]
    inside = [one for value in values for one in (elements(value) or ())]
    tracer.spend(len(inside) // 4)
    tensors = [value for value in (*values, *inside) if isinstance(value, Tensor)]
    if name.startswith("keras.") and "(" not in name:
        if last == "Input":
            shape = kwargs.get("shape", args[0] if args else kwargs.get("batch_shape"))
            return step(tracer, "input", (), node, channels=_last_axis(shape))
        if last in _MODELS:
            return _new_model(tracer, last, args, kwargs, node)
        if last == "clone_model" and args and is_model(args[0]):
            return args[0]
        if last[:1].isupper() and (".layers." in name or is_of_keras(name)):
            config = _arguments(last, args, kwargs)
            return Thing(
                "layer", {"=class": last, "=config": config, "=where": tracer.where(node), "=names": frozenset()}
            )
    if tensors:
        return _operation(tracer, name, last, tensors, args, kwargs, node)
    value = arrays.call(tracer, name, args, kwargs, node)
    return Outside(f"{name[-190:]}()") if value is None else value


def _last_axis(shape):
    """How many channels a shape has; Outside if that isn't known."""
    inside = items(shape)
    if not inside or not isinstance(inside[-1], int):
        return Outside(getattr(shape, "name", "a shape"))
    return inside[-1]


def _new_model(tracer, kind, args, kwargs, node):
    """A Sequential, or a model from its inputs and outputs."""
    model = Thing("model", {"=kind": kind, "=where": tracer.where(node), "=names": frozenset()})
    for name in (*tracer.stack, kwargs.get("name")):
        note_name(model, name)
    tracer.models.append(model)
    start(tracer, model, args, kwargs)
    return model


def start(tracer, model, args, kwargs):
    """Follow the making of a model, or `super().__init__()` in a class of the program."""
    kind = model.fields.get("=kind") or base_of(model.fields["=class"])
    if kind == "Sequential":
        given = args[0] if args else kwargs.get("layers", ())
        inside = () if given is None else items(given)
        tracer.write(model.fields, "=layers", Outside(getattr(given, "name", "a list")) if inside is None else inside)
        for layer in inside or ():
            _use(layer)
    elif kind == "Model" and (args or "outputs" in kwargs):
        given = dict(zip(("inputs", "outputs"), args, strict=False)) | kwargs
        tracer.write(model.fields, "=inputs", _single(given.get("inputs")))
        tracer.write(model.fields, "=outputs", _single(given.get("outputs", Outside("the outputs"))))


def _single(value):
    """The only element of a list of one, or the value itself."""
    inside = elements(value)
    return inside[0] if inside and len(inside) == 1 else value


def _use(value):
    """Note that a model is a part of another."""
    if is_model(value):
        value.fields["=used"] = True


def apply(tracer, called, args, kwargs, node):
    """The value of a call of a layer or a model."""
    given = args[0] if args else kwargs.get("inputs", kwargs.get("x", Outside("no input")))
    if called.kind == "layer":
        named = {**({"training": args[1]} if len(args) > 1 else {}), **kwargs}
        return _apply_layer(tracer, called, given, named, node)
    if is_model(called):
        if not isinstance(_single(given), Tensor):
            return Outside("what a model answers")
        _use(called)
        return _apply_model(tracer, called, _single(given), args[1:], kwargs, node)
    if called.kind == "instance" and base_of(called.fields["=class"]) == "Layer":
        return _apply_instance(tracer, called, args, kwargs, node)
    return _unknown_step(tracer, given, "a layer of a class that isn't followed", node)


def _unknown_step(tracer, given, named, node):
    """A step of which nothing is known."""
    one = _single(given)
    return step(tracer, "unclear", (one,), node, named=named) if isinstance(one, Tensor) else Outside(named)


def _apply_instance(tracer, instance, args, kwargs, node):
    """Follow the `call` of a class of the program; `build` is followed first."""
    made = instance.fields["=class"]
    own = calls.find(made, "call")
    if own is None or not hasattr(own, "node"):
        return _unknown_step(tracer, args[0] if args else None, f"class {made.fields['=name']} without call", node)
    build = calls.find(made, "build")
    if build is not None and "=built" not in instance.fields:
        tracer.write(instance.fields, "=built", True)
        shape = _shape_of(args[0]) if args else Outside("a shape")
        calls.call(tracer, build, (instance, shape), {}, node)
    names = {one.arg for one in (*own.node.args.args, *own.node.args.kwonlyargs)}
    if "training" in names and "training" not in kwargs and len(args) < 2:
        kwargs = {**kwargs, "training": TRAINING}
    return calls.call(tracer, own, (instance, *args), kwargs, node)


def _apply_model(tracer, model, given, more, kwargs, node):
    """The output of a model for an input."""
    fields = model.fields
    if "=touched" in fields:
        return _unknown_step(tracer, given, f"a model whose {fields['=touched']} was set", node)
    if "=outputs" in fields:
        source = fields["=inputs"]
        if not isinstance(source, Tensor) or not isinstance(fields["=outputs"], Tensor):
            several = any(items(value) for value in (source, fields["=outputs"]))
            unknown = next(
                (value.name for value in (fields["=outputs"], source) if isinstance(value, Outside)), "its outputs"
            )
            return Outside("a model with several inputs or outputs" if several else unknown)
        return _replayed(tracer, fields["=outputs"], {source.number: given})
    if "=layers" in fields:
        if isinstance(fields["=layers"], Outside):
            return fields["=layers"]
        for layer in fields["=layers"]:
            if isinstance(layer, Tensor):
                continue
            given = calls.call(tracer, layer, (given,), {}, node)
        return given
    if model.kind == "instance":
        return _apply_instance(tracer, model, (given, *more), kwargs, node)
    return Outside("a model without outputs")


def _replayed(tracer, output, known):
    """A network's steps once more, from another input."""
    found, waiting = {}, [output]
    while waiting:
        one = waiting.pop()
        if one.number not in found and one.number not in known:
            found[one.number] = one
            waiting.extend(one.inputs)
    tracer.spend(len(found))
    known = dict(known)
    for number, one in sorted(found.items()):
        inputs = tuple(known[before.number] for before in one.inputs)
        tracer.numbers += 1
        channels = one.channels if one.op in ("conv", "other") or not inputs else inputs[0].channels
        known[number] = Tensor(one.op, inputs, one.where, tracer.numbers, channels, one.layer, one.config)
    return known[output.number]


def output_of(tracer, model, node):
    """The network that a model is now: its last step, or Outside."""
    shape = model.fields.get("=shape")
    layers = model.fields.get("=layers")
    first = layers[0] if isinstance(layers, tuple) and layers else None
    if "=outputs" in model.fields and isinstance(model.fields["=inputs"], Tensor):
        first = model.fields["=inputs"]
    if isinstance(first, Tensor):  # what comes before it is not in the model
        given = step(tracer, "input", (), node, where=first.where, channels=first.channels)
        return _apply_model(tracer, model, given, (), {}, node)
    if holds(first, "layer"):
        config = first.fields["=config"]
        names = (
            "input_shape",
            "batch_input_shape",
            "batch_shape",
            *(("shape",) if first.fields["=class"] == "InputLayer" else ()),
        )
        shape = next((config[name] for name in names if name in config), shape)
    channels = None if shape is None else _last_axis(shape)
    return _apply_model(tracer, model, step(tracer, "input", (), node, channels=channels), (), {}, node)


def _shape_of(tensor):
    """A tensor's shape, of which only the channels are known."""
    channels = getattr(tensor, "channels", None)
    return (None, None, None, channels) if isinstance(channels, int) else Outside("a tensor's shape")


def _apply_layer(tracer, layer, given, kwargs, node):
    """The value of a call of one of Keras' layers."""
    kind, config = layer.fields["=class"], layer.fields["=config"]
    several = (given,) if elements(given) is None else elements(given)
    if several and any(holds(value, "data") for value in several):
        more = ("noise" if kind == "GaussianNoise" else "unknown", layer.fields["=where"])
        return arrays.combined(tracer, several, {more})
    if not several or not all(isinstance(value, Tensor) for value in several):
        return next((value for value in several or () if isinstance(value, Outside)), Outside("what a layer is given"))
    if "=touched" in layer.fields or "*" in config:
        return step(tracer, "unclear", several, node, layer=layer, named=f"{kind} with settings that aren't known")
    one = several[0]
    if kind == "Conv2D":
        made = step(tracer, "conv", several, node, layer=layer, channels=config.get("filters", Outside("filters")))
        return _activated(tracer, config.get("activation"), made, node)
    if kind == "GaussianNoise":
        active = kwargs.get("training", TRAINING)
        active = TRAINING if active is True and tracer.learning else active
        return step(tracer, "noise", several, node, layer=layer, sigma=config.get("stddev"), active=active)
    if kind == "BatchNormalization":
        return step(tracer, "bn", several, node, layer=layer)
    if kind == "ReLU":
        extra = [f"{name}={config[name]}" for name in _ARGUMENTS["ReLU"] if config.get(name) not in (None, 0)]
        named = f"ReLU({', '.join(extra)})"
        return step(tracer, "activation" if extra else "relu", several, node, layer=layer, named=named)
    if kind == "Activation":
        return _activated(tracer, config.get("activation"), one, node, layer)
    if kind in ("Add", "Subtract"):
        return step(tracer, kind.lower(), several, node, layer=layer)
    if kind == "Lambda":
        return calls.call(tracer, config.get("function"), (given,), {}, node)
    if kind in ("Identity", "InputLayer") or (kind == "Dropout" and config.get("rate") == 0):
        return one
    op = "activation" if kind in _ACTIVATIONS else "unclear" if kind in _UNCLEAR else "other"
    return step(tracer, op, several, node, layer=layer, channels=config.get("filters"), named=kind)


def _activated(tracer, activation, tensor, node, layer=None):
    """A tensor after an activation, however it is given."""
    if activation is None:
        return tensor
    if isinstance(activation, str):
        name = activation.lower()
        op = "relu" if name == "relu" else "activation" if name in _ACTIVATIONS else "unclear"
        if name in _PASS:
            return tensor
        return step(tracer, op, (tensor,), node, layer=layer or tensor.layer, named=name)
    value = calls.call(tracer, activation, (tensor,), {}, node)
    return value if isinstance(value, Tensor) else _unknown_step(tracer, tensor, "an activation that isn't known", node)


def _operation(tracer, name, last, tensors, args, kwargs, node):
    """A function of tensors."""
    ours = name.partition(".")[0] in ("keras", "tensorflow")
    plain = len(args) == 1 and not kwargs.keys() - {"name"}
    if last in ("int_shape", "shape"):
        return _shape_of(tensors[0])
    if not ours:
        return step(tracer, "unclear", tensors, node, named=name)
    if last == "relu":
        return step(tracer, "relu" if plain else "unclear", tensors, node, named="relu with settings")
    if last == "maximum" and len(tensors) == 1 and 0 in args:
        return step(tracer, "relu", tensors, node)
    if last in _PASS:
        return tensors[0]
    if last in ("add", "add_n", "subtract") and len(tensors) > 1:
        return step(tracer, "subtract" if last == "subtract" else "add", tensors, node)
    if last in (
        "square",
        "squared_difference",
        "mean",
        "reduce_mean",
        "mse",
        "MSE",
        "mean_squared_error",
        "MeanSquaredError",
    ):
        op = {"reduce_mean": "mean", "square": "square", "mean": "mean", "squared_difference": "difference"}.get(
            last, "mse"
        )
        return step(tracer, op, tensors, node, named=last)
    if last in _ACTIVATIONS:
        return step(tracer, "activation", tensors, node, named=last)
    return step(tracer, "other" if last in _TOGETHER and len(tensors) > 1 else "unclear", tensors, node, named=name)


def operate(tracer, op, one, other, node):
    """Two values, one of them a tensor at least, with an operator between them."""
    tensors = [value for value in (one, other) if isinstance(value, Tensor)]
    if len(tensors) == 2:
        known = {"Add": "add", "Sub": "subtract", "Mult": "other"}.get(op, "unclear")
        return step(tracer, known, tensors, node, named=f"{op.lower()} of two tensors")
    if op == "Pow" and other in (2, 2.0):
        return step(tracer, "square", tensors, node)
    more = other if tensors[0] is one else one
    by_hand = any(kind == "noise" for kind, _ in arrays.parts_of(more))
    named = "noise that is added by hand" if by_hand else f"{op.lower()} with a number"
    return step(tracer, "unclear", tensors, node, named=named)


def attribute(owner, name):
    """The value of an attribute of a tensor, an array, a layer or a model."""
    if isinstance(owner, Tensor):
        return _shape_of(owner) if name == "shape" else Method(owner, name)
    if owner.kind in ("data", "dataset"):
        value = arrays.attribute(owner, name)
        return Method(owner, name) if value is None else value
    if name in owner.fields:
        return owner.fields[name]
    if owner.kind == "layer":
        return owner.fields["=config"].get(name, Method(owner, name))
    if name in ("output", "outputs") and is_model(owner):
        return owner.fields.get("=outputs", Outside("a model's output"))
    if name in ("input", "inputs") and is_model(owner):
        return owner.fields.get("=inputs", Outside("a model's input"))
    if name == "layers":
        layers = owner.fields.get("=layers")
        return listed(layers) if isinstance(layers, tuple) else Outside("a model's layers")
    return Method(owner, name)


def call_method(tracer, owner, name, args, kwargs, node):
    """The value of a call of a method of an array, a layer or a model that isn't written in the program."""
    if isinstance(owner, Parent):
        if not holds(owner.instance, "instance"):
            return Outside(f"super().{name}()")
        if name == "__init__":
            return start(tracer, owner.instance, args, kwargs)
        if name in ("call", "__call__"):
            fields = {
                key: value for key, value in owner.instance.fields.items() if key in ("=outputs", "=inputs", "=layers")
            }
            inner = Thing("model", {**fields, "=names": frozenset()})
            return apply(tracer, inner, args, kwargs, node)
        owner = owner.instance
    if owner.kind in ("data", "dataset"):
        return arrays.method(tracer, owner, name, args, kwargs, node)
    if name in ("call", "__call__"):
        return apply(tracer, owner, args, kwargs, node)
    return _model_method(tracer, owner, name, args, kwargs, node) if is_model(owner) else Outside(f"{name}()")


def _model_method(tracer, model, name, args, kwargs, node):
    """Follow a method of a model."""
    if name == "compile":
        tracer.write(model.fields, "=compiled", _arguments("compile", args, kwargs))
    elif name == "fit":
        given, where = _arguments("fit", args, kwargs), tracer.where(node)
        output, compiled = output_of(tracer, model, node), model.fields.get("=compiled")
        tracer.fits.append(Fit(model, output, compiled, given, where, tuple(tracer.unsure)))
    elif name in ("fit_generator", "train_on_batch", "add_loss"):
        tracer.other_training.append((name, tracer.where(node)))
    elif name in ("add", "pop") and "=layers" in model.fields:
        layers = model.fields["=layers"]
        if isinstance(layers, tuple):
            tracer.spend(len(layers))
            for layer in args:
                _use(layer)
            tracer.write(model.fields, "=layers", layers[:-1] if name == "pop" else (*layers, *args[:1]))
    elif name == "build":
        tracer.write(model.fields, "=shape", args[0] if args else kwargs.get("input_shape"))
    elif name in ("save", "save_weights"):
        note_name(model, args[0] if args else None)
    return Outside(f"{name}()")
