"""Layers and operations of Keras and TensorFlow, in a program that is followed without being run; models are beside them."""

from restorekit.grading.following import arrays, calls, models
from restorekit.grading.following.values import (
    TRAINING,
    GaveUp,
    Method,
    Outside,
    Parent,
    Tensor,
    Thing,
    elements,
    holds,
    items,
    last_name,
    listed,
    words,
)

__all__ = [
    "ALIASES",
    "MODELS",
    "apply",
    "apply_instance",
    "arguments",
    "attribute",
    "call_method",
    "call_outside",
    "is_of_keras",
]
__all__ += ["last_axis", "operate", "step", "unknown_step"]

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
ALIASES = {"Convolution2D": "Conv2D", "Functional": "Model"}
MODELS = ("Model", "Sequential")
_ACTIVATIONS = words("""sigmoid tanh softmax leaky_relu elu selu gelu silu swish softplus softsign relu6 hard_sigmoid exponential mish
hard_silu crelu log_softmax celu glu hard_tanh LeakyReLU PReLU ELU ThresholdedReLU Softmax""")
_PASS = words("cast identity convert_to_tensor Identity linear ensure_shape")
_TOGETHER = words("multiply concatenate concat average maximum minimum dot Multiply Concatenate Average Maximum")
#: Functions that don't train what they are given.
_ONLY_LOOK = words("print type id str repr isinstance hasattr len keras.utils.plot_model keras.models.save_model")
#: Layers that may or may not change what the network does.
_UNCLEAR = words("""Rescaling ZeroPadding2D Cropping2D Reshape Permute TimeDistributed SpectralNormalization Wrapper Normalization
CenterCrop Resizing Masking RandomFlip TorchModuleWrapper TFSMLayer JaxLayer FlaxLayer ActivityRegularization""")
_NAMES = {*_ARGUMENTS, *ALIASES, *MODELS, *_ACTIVATIONS, *_TOGETHER, *_UNCLEAR}
_NAMES |= set(
    words("""Input Add Subtract add subtract MaxPooling2D UpSampling2D Conv2DTranspose Dense Flatten Layer cifar10 load_model
relu AveragePooling2D SeparableConv2D DepthwiseConv2D SpatialDropout2D LayerNormalization Adam SGD""")
)


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


def arguments(kind, args, kwargs):
    """Arguments by name; with the key "*" where some aren't known."""
    names = _ARGUMENTS.get(kind, [f"argument {k}" for k in range(len(args))])
    return {**dict(zip(names, args, strict=False)), **kwargs}


def call_outside(tracer, name, args, kwargs, node):
    """The value of a call of what is not written in the program."""
    last = last_name(name)
    last = ALIASES.get(last, last)
    trains = ("GradientTape", "fit", "fit_generator", "train_on_batch", "apply_gradients")
    if last in trains and "." in name and not name.startswith("sklearn."):
        tracer.other_training.append((name, tracer.where(node)))
    if name.endswith("set_image_data_format") and args != ("channels_last",):
        raise GaveUp(f"it changes the order of axes in {tracer.where(node)}")
    if any(models.is_model(value) for value in (*args, *kwargs.values())) and name not in _ONLY_LOOK:
        tracer.handed_over.append((name, tracer.where(node)))
    values = [*args, *kwargs.values()]
    inside = [one for value in values for one in (elements(value) or ())]
    tracer.spend(len(inside) // 4)
    tensors = [value for value in (*values, *inside) if isinstance(value, Tensor)]
    if name.startswith("keras.") and "(" not in name:
        if last == "Input":
            shape = kwargs.get("shape", args[0] if args else kwargs.get("batch_shape"))
            return step(tracer, "input", (), node, channels=last_axis(shape))
        if last in MODELS:
            return models.new_model(tracer, last, args, kwargs, node)
        if last == "clone_model" and args and models.is_model(args[0]):
            return args[0]
        if last[:1].isupper() and (".layers." in name or is_of_keras(name)):
            config = arguments(last, args, kwargs)
            return Thing(
                "layer", {"=class": last, "=config": config, "=where": tracer.where(node), "=names": frozenset()}
            )
    if tensors:
        return _operation(tracer, name, last, tensors, args, kwargs, node)
    value = arrays.call(tracer, name, args, kwargs, node)
    return Outside(f"{name[-190:]}()") if value is None else value


def last_axis(shape):
    """How many channels a shape has; Outside if that isn't known."""
    inside = items(shape)
    if not inside or not isinstance(inside[-1], int):
        return Outside(getattr(shape, "name", "a shape"))
    return inside[-1]


def apply(tracer, called, args, kwargs, node):
    """The value of a call of a layer or a model."""
    given = args[0] if args else kwargs.get("inputs", kwargs.get("x", Outside("no input")))
    if called.kind == "layer":
        named = {**({"training": args[1]} if len(args) > 1 else {}), **kwargs}
        return _apply_layer(tracer, called, given, named, node)
    if models.is_model(called):
        if not isinstance(models.single(given), Tensor):
            return Outside("what a model answers")
        models.use(called)
        return models.apply_model(tracer, called, models.single(given), args[1:], kwargs, node)
    if called.kind == "instance" and models.base_of(called.fields["=class"]) == "Layer":
        return apply_instance(tracer, called, args, kwargs, node)
    return unknown_step(tracer, given, "a layer of a class that isn't followed", node)


def unknown_step(tracer, given, named, node):
    """A step of which nothing is known."""
    one = models.single(given)
    return step(tracer, "unclear", (one,), node, named=named) if isinstance(one, Tensor) else Outside(named)


def apply_instance(tracer, instance, args, kwargs, node):
    """Follow the `call` of a class of the program; `build` is followed first."""
    made = instance.fields["=class"]
    own = calls.find(made, "call")
    if own is None or not hasattr(own, "node"):
        return unknown_step(tracer, args[0] if args else None, f"class {made.fields['=name']} without call", node)
    build = calls.find(made, "build")
    if build is not None and "=built" not in instance.fields:
        tracer.write(instance.fields, "=built", True)
        shape = _shape_of(args[0]) if args else Outside("a shape")
        calls.call(tracer, build, (instance, shape), {}, node)
    names = {one.arg for one in (*own.node.args.args, *own.node.args.kwonlyargs)}
    if "training" in names and "training" not in kwargs and len(args) < 2:
        kwargs = {**kwargs, "training": TRAINING}
    return calls.call(tracer, own, (instance, *args), kwargs, node)


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
    return value if isinstance(value, Tensor) else unknown_step(tracer, tensor, "an activation that isn't known", node)


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
    if name in ("output", "outputs") and models.is_model(owner):
        return owner.fields.get("=outputs", Outside("a model's output"))
    if name in ("input", "inputs") and models.is_model(owner):
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
            return models.start(tracer, owner.instance, args, kwargs)
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
    return (
        models.model_method(tracer, owner, name, args, kwargs, node) if models.is_model(owner) else Outside(f"{name}()")
    )
