"""Read a learner's network: a `keras.Model`, however it was written, becomes the list of its steps from input to output.

Functional, Sequential and subclassed models, models within models, `+` or `Add`, `activation="relu"` or a ReLU of its own: the
steps are the same. Keras is imported only when a check runs.
"""

import contextlib
import inspect
from dataclasses import dataclass

import numpy as np

from restorekit.diagnosis import Wrong

_NAMES = {"InputLayer": "input", "GaussianNoise": "noise", "Conv2D": "conv", "BatchNormalization": "norm", "Add": "add"}
_NAMES |= {"Subtract": "subtract", "ReLU": "relu", "Relu": "relu", "Identity": "nothing", "ConvertToTensor": "nothing"}


@dataclass
class Step:
    """One step of a network.

    Attributes
    ----------
    kind : str
        "input", "noise", "conv", "norm", "relu", "add", "subtract", "activation" (not a ReLU), or "other".
    layer : object
        Keras' layer or operation.
    call : object
        The call of this layer that made the step; a layer may be called more than once.
    other : tensor or None
        The second operand of an addition or subtraction: the one that does not come through most convolutions.
    first : bool
        Whether `other` is the first operand.
    name : str
        For messages.
    """

    kind: str
    layer: object
    call: object = None
    other: object = None
    first: bool = False
    name: str = ""


class Reader:
    """Walks through the graph of one network, backwards from its output; opens networks and own layers on its way."""

    def __init__(self, model):
        import keras

        self.keras, self.opened, self.depths = keras, {}, {}
        self.image, self.output = self._ends(model)

    def _ends(self, model):
        """Input and output tensor; a subclassed network is called once on a symbolic image to get them."""
        if isinstance(model, self.keras.Sequential) and not model.built:
            model.build((None, None, None, 3))
        if getattr(model, "inputs", None) and getattr(model, "outputs", None):
            if len(model.inputs) != 1 or len(model.outputs) != 1:
                raise Wrong(
                    f"your network has {len(model.inputs)} inputs and {len(model.outputs)} outputs; "
                    "it needs one of each: an image in, an image out."
                )
            return model.inputs[0], model.outputs[0]
        image = self.keras.Input((None, None, 3))
        options = {"training": True} if "training" in inspect.signature(model.call).parameters else {}
        try:
            return image, model.call(image, **options)
        except NotImplementedError:
            raise Wrong("your network's class has no `call` method yet.") from None
        except Exception as error:
            raise Wrong(
                f"the check calls your network on a symbolic image of any size, and it stops with {type(error).__name__}: "
                f"{str(error).splitlines()[0]} In `call`, use keras.layers and keras.ops alone, no tf functions and no fixed sizes."
            ) from error

    def origin(self, tensor):
        """The layer that made a tensor, and its call; inside a network or a layer of the learner's, the innermost one."""
        while True:
            layer, place, which = tensor._keras_history
            call = layer._inbound_nodes[place]
            if not self._opens(layer):
                return layer, call
            if (id(layer), place) not in self.opened:
                made = layer.call(*call.arguments.args, **call.arguments.kwargs)
                self.opened[id(layer), place] = made if isinstance(made, (list, tuple)) else [made]
            tensor = self.opened[id(layer), place][which]

    def _opens(self, layer):
        """Whether a layer is a network, or of a class that is not Keras' own (but for its batch normalisation made faster)."""
        if isinstance(layer, self.keras.Model):
            return True
        if isinstance(layer, self.keras.layers.BatchNormalization) and type(layer).__name__ == "BatchNormalization":
            return False
        return isinstance(layer, self.keras.Layer) and not type(layer).__module__.startswith("keras.")

    def depth(self, tensor):
        """Number of convolutions on the longest way from the input."""
        layer, call = self.origin(tensor)
        if id(call) not in self.depths:
            before = max((self.depth(t) for t in call.input_tensors), default=0)
            self.depths[id(call)] = before + isinstance(layer, self.keras.layers.Conv2D)
        return self.depths[id(call)]

    def kind(self, tensor):
        """The kind of the step that made a tensor."""
        layer, call = self.origin(tensor)
        kind = _NAMES.get(type(layer).__name__, "other")
        if type(layer).__name__ == "Maximum" and [a for a in call.arguments.args if np.isscalar(a) and a == 0]:
            return "relu"
        if kind == "relu" and (
            getattr(layer, "max_value", None) is not None
            or getattr(layer, "negative_slope", 0)
            or getattr(layer, "threshold", 0)
        ):
            return "activation"
        if type(layer).__name__ == "Activation":
            return function_kind(layer.activation)
        if kind in ("add", "subtract") and len(call.input_tensors) != 2:
            return "other"
        if kind == "other" and type(layer).__name__.lower() in (
            "leakyrelu",
            "prelu",
            "elu",
            "sigmoid",
            "tanh",
            "softmax",
        ):
            return "activation"
        return kind

    def steps(self):
        """The steps from the input to the output, along the way with most convolutions."""
        found, tensor = [], self.output
        while True:
            layer, call = self.origin(tensor)
            kind, inputs = self.kind(tensor), list(call.input_tensors)
            step = Step(kind, layer, call, name=type(layer).__name__)
            if kind == "activation":
                step.name = function_name(getattr(layer, "activation", layer))
            if kind == "conv":  # its own activation is a step of its own
                after = function_kind(layer.activation)
                if after != "nothing":
                    found.append(Step(after, layer, call, name=function_name(layer.activation)))
            if kind != "nothing":
                found.append(step)
            if not inputs:
                return found[::-1]
            main = max(range(len(inputs)), key=lambda k: self.depth(inputs[k]))
            if kind in ("add", "subtract"):
                step.other, step.first = inputs[1 - main], main == 1
            tensor = inputs[main]


def function_name(function):
    """The name of an activation: a function, or a layer."""
    return getattr(function, "__name__", type(function).__name__)


def function_kind(function):
    """The kind of step that an activation function is: by its name, or by what it does where it is the learner's own."""
    name = function_name(function).lower()
    if inspect.isfunction(function) and not function.__module__.startswith(("keras.", "tensorflow.")):
        values = np.linspace(-9, 9, 37, dtype=np.float32)
        with contextlib.suppress(Exception):  # if it wants tensors of another kind, the name must do
            name = "relu" if np.array_equal(function(values), np.maximum(values, 0)) else name
    return "nothing" if name == "linear" else "relu" if name == "relu" else "activation"


def describe(steps):
    """Tell a network in a line, for messages: "image → noise 0.1 → conv 64 → ReLU → ..."."""
    words = []
    for step in steps:
        if step.kind == "noise":
            words.append(f"noise {step.layer.stddev:g}")
        elif step.kind == "conv":
            words.append(f"conv {step.layer.filters}")
        else:
            known = {"input": "image", "norm": "batch norm", "relu": "ReLU", "add": "add", "subtract": "subtract"}
            words.append(known.get(step.kind, step.name))
    return " → ".join(words)
