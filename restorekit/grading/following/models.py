"""Keras' models in a program that is followed without being run: how they are made, what they compute, how they are trained."""

from typing import NamedTuple

from restorekit.grading.following import calls, layers
from restorekit.grading.following.values import (
    Outside,
    Tensor,
    Thing,
    ancestors,
    elements,
    holds,
    items,
    last_name,
)

__all__ = ["Fit", "apply_model", "base_of", "is_model", "model_method", "new_model", "note_name", "output_of"]
__all__ += ["register", "single", "start", "use"]


class Fit(NamedTuple):
    """One call of `fit`: of which model, with which network and loss; `unsure` says on which choices it depends."""

    model: object
    output: object
    compiled: object
    given: dict
    where: str
    unsure: tuple


def is_model(value):
    """True for a model, also one of a class of the program."""
    return holds(value, "model") or (holds(value, "instance") and base_of(value.fields["=class"]) in layers.MODELS)


def base_of(made):
    """What a class of the program inherits from Keras: "Model", "Sequential", "Layer", ...; or None."""
    for one in ancestors(made):
        if isinstance(one, Outside) and one.name.startswith("keras."):
            last = last_name(one.name)
            return layers.ALIASES.get(last, last)
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


def new_model(tracer, kind, args, kwargs, node):
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
            use(layer)
    elif kind == "Model" and (args or "outputs" in kwargs):
        given = dict(zip(("inputs", "outputs"), args, strict=False)) | kwargs
        tracer.write(model.fields, "=inputs", single(given.get("inputs")))
        tracer.write(model.fields, "=outputs", single(given.get("outputs", Outside("the outputs"))))


def single(value):
    """The only element of a list of one, or the value itself."""
    inside = elements(value)
    return inside[0] if inside and len(inside) == 1 else value


def use(value):
    """Note that a model is a part of another."""
    if is_model(value):
        value.fields["=used"] = True


def apply_model(tracer, model, given, more, kwargs, node):
    """The output of a model for an input."""
    fields = model.fields
    if "=touched" in fields:
        return layers.unknown_step(tracer, given, f"a model whose {fields['=touched']} was set", node)
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
        return layers.apply_instance(tracer, model, (given, *more), kwargs, node)
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
    inside = model.fields.get("=layers")
    first = inside[0] if isinstance(inside, tuple) and inside else None
    if "=outputs" in model.fields and isinstance(model.fields["=inputs"], Tensor):
        first = model.fields["=inputs"]
    if isinstance(first, Tensor):  # what comes before it is not in the model
        given = layers.step(tracer, "input", (), node, where=first.where, channels=first.channels)
        return apply_model(tracer, model, given, (), {}, node)
    if holds(first, "layer"):
        config = first.fields["=config"]
        names = (
            "input_shape",
            "batch_input_shape",
            "batch_shape",
            *(("shape",) if first.fields["=class"] == "InputLayer" else ()),
        )
        shape = next((config[name] for name in names if name in config), shape)
    channels = None if shape is None else layers.last_axis(shape)
    return apply_model(tracer, model, layers.step(tracer, "input", (), node, channels=channels), (), {}, node)


def model_method(tracer, model, name, args, kwargs, node):
    """Follow a method of a model."""
    if name == "compile":
        tracer.write(model.fields, "=compiled", layers.arguments("compile", args, kwargs))
    elif name == "fit":
        given, where = layers.arguments("fit", args, kwargs), tracer.where(node)
        output, compiled = output_of(tracer, model, node), model.fields.get("=compiled")
        tracer.fits.append(Fit(model, output, compiled, given, where, tuple(tracer.unsure)))
    elif name in ("fit_generator", "train_on_batch", "add_loss"):
        tracer.other_training.append((name, tracer.where(node)))
    elif name in ("add", "pop") and "=layers" in model.fields:
        inside = model.fields["=layers"]
        if isinstance(inside, tuple):
            tracer.spend(len(inside))
            for layer in args:
                use(layer)
            tracer.write(model.fields, "=layers", inside[:-1] if name == "pop" else (*inside, *args[:1]))
    elif name == "build":
        tracer.write(model.fields, "=shape", args[0] if args else kwargs.get("input_shape"))
    elif name in ("save", "save_weights"):
        note_name(model, args[0] if args else None)
    return Outside(f"{name}()")
