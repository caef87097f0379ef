"""Python's own functions, and the methods of lists, dictionaries and texts, in a program that is followed without being run."""

import math

from restorekit.grading.following import calls, layers
from restorekit.grading.following.values import (
    PLAIN,
    GaveUp,
    Outside,
    Parent,
    Tensor,
    Thing,
    holds,
    items,
    listed,
    truth,
    words,
)

__all__ = ["BUILTINS", "SCALARS", "dict_method", "list_method", "set_items", "text_method"]


def set_items(tracer, owner, values):
    """Give a list new elements; None: they aren't known."""
    values = Outside("a list that is changed") if values is None else tracer.sized(values)
    tracer.write(owner.fields, "=items", values)


def list_method(tracer, owner, name, args):
    """The value of a call of a list's method, which may change the list."""
    inside = items(owner)
    if name not in ("append", "extend", "insert", "pop", "clear", "reverse", "copy", "remove", "sort"):
        return Outside(f"{name}()")
    if name == "copy":
        return listed(inside) if inside is not None else Outside("a list")
    if inside is None or name in ("remove", "sort"):
        set_items(tracer, owner, None)
        return Outside("an element")
    new, gone = list(inside), None
    if name == "append":
        new.append(args[0])
    elif name == "extend":
        new = None if items(args[0]) is None else [*new, *items(args[0])]
    elif name == "insert":
        new.insert(args[0], args[1])
    elif name == "pop":
        gone = new.pop(*args)
    elif name == "reverse":
        new.reverse()
    else:
        new = []
    set_items(tracer, owner, new)
    return gone


def dict_method(tracer, owner, name, args, kwargs):
    """The value of a call of a dictionary's method, which may change the dictionary."""
    inside = owner.fields["=items"]
    if not isinstance(inside, dict):
        return Outside("an entry of a dictionary")
    tracer.spend(len(inside))
    if name in ("get", "setdefault", "pop"):
        if not isinstance(args[0], PLAIN):
            return Outside("an entry of a dictionary")
        value = inside.get(args[0], args[1] if len(args) > 1 else None)
        if name == "setdefault":
            calls.set_item(tracer, owner, args[0], value)
        if name == "pop":
            tracer.write(owner.fields, "=items", {key: kept for key, kept in inside.items() if key != args[0]})
        return value
    if name in ("keys", "values", "items"):
        return tracer.sized(getattr(inside, name)())
    if name == "copy":
        return Thing("dict", {"=items": inside})
    if name == "update":
        more = args[0].fields["=items"] if args and holds(args[0], "dict") else {} if not args else None
        new = {**inside, **more, **kwargs} if isinstance(more, dict) else Outside("a dictionary's entries")
        tracer.write(owner.fields, "=items", new)
        return None
    return Outside(f"{name}()")


def text_method(tracer, text, name, args):
    """The value of a call of a text's method."""
    if not all(isinstance(value, str) for value in args):
        return Outside("a text")
    if name in ("lower", "upper", "strip", "title", "capitalize", "startswith", "endswith"):
        return getattr(text, name)(*args)
    words = tracer.sized(text.split(*args)) if name == "split" else Outside("a text")
    return listed(words) if isinstance(words, tuple) else words


def _len(tracer, args, kwargs, node):
    if holds(args[0], "data"):
        shape = args[0].fields["=shape"]
        return shape[0] if isinstance(shape, tuple) and shape else None
    return len(args[0]) if isinstance(args[0], range) else len(items(args[0]))


def _range(tracer, args, kwargs, node):
    return range(*args)


def _sequence(tracer, args, kwargs, node):
    """list(...), tuple(...): what else keeps the elements and their order."""
    values = tracer.sized(items(args[0])) if args else ()
    return listed(values) if isinstance(values, tuple) else values


def _tuple(tracer, args, kwargs, node):
    return tracer.sized(items(args[0])) if args else ()


def _reversed(tracer, args, kwargs, node):
    return tracer.sized(reversed(items(args[0])))


def _enumerate(tracer, args, kwargs, node):
    start = kwargs.get("start", args[1] if len(args) > 1 else 0)
    return tracer.sized(enumerate(items(args[0]), start))


def _zip(tracer, args, kwargs, node):
    return tracer.sized(zip(*map(items, args), strict=False))


def _map(tracer, args, kwargs, node):
    rounds = list(zip(*map(items, args[1:]), strict=False))
    return tracer.sized(calls.call(tracer, args[0], one, {}, node) for one in rounds)


def _reduce(tracer, args, kwargs, node):
    value, *rest = (*args[2:3], *items(args[1]))
    for one in rest:
        value = calls.call(tracer, args[0], (value, one), {}, node)
    return value


def _sum(tracer, args, kwargs, node):
    values = items(args[0])
    if len(values) > 1 and all(isinstance(value, Tensor) for value in values):
        return layers.step(tracer, "add", values, node)
    return sum(values) if all(isinstance(value, (int, float)) for value in values) else None


def _number(function):
    """A function of plain numbers or text."""

    def follow(tracer, args, kwargs, node):
        values = items(args[0]) if len(args) == 1 and not isinstance(args[0], (str, int, float)) else args
        plain = all(isinstance(value, (int, float, str)) for value in values) and not kwargs
        return function(*values) if plain and ((function is not min and function is not max) or values) else None

    return follow


def _dict(tracer, args, kwargs, node):
    made = dict(args[0].fields["=items"]) if args and holds(args[0], "dict") else dict(items(args[0])) if args else {}
    return Thing("dict", {"=items": {**made, **kwargs}}) if all(isinstance(key, PLAIN) for key in made) else None


def _getattr(tracer, args, kwargs, node):
    return calls.attribute(tracer, args[0], args[1], node) if isinstance(args[1], str) and len(args) == 2 else None


def _setattr(tracer, args, kwargs, node):
    if not isinstance(args[1], str):
        raise GaveUp(f"it sets an attribute whose name isn't known in {tracer.where(node)}")
    calls.set_attribute(tracer, args[0], args[1], args[2])


def _isinstance(tracer, args, kwargs, node):
    kinds = {"int": int, "float": float, "str": str, "tuple": tuple, "bool": bool}
    if isinstance(args[0], (*PLAIN, tuple)) and isinstance(args[1], Outside) and args[1].name in kinds:
        return isinstance(args[0], kinds[args[1].name])
    return None


def _any_all(stops_at):
    """any(...) or all(...)."""

    def follow(tracer, args, kwargs, node):
        known = [truth(value) for value in items(args[0])]
        return stops_at if stops_at in known else None if None in known else not stops_at

    return follow


def _super(tracer, args, kwargs, node):
    return Parent(args[1], args[0]) if holds(args[0], "class") else None


#: What makes a number of another type of a number.
SCALARS = words("""numpy.float16 numpy.float32 numpy.float64 numpy.single numpy.double numpy.array numpy.asarray tensorflow.constant
tensorflow.cast tensorflow.convert_to_tensor keras.ops.cast keras.ops.convert_to_tensor""")
BUILTINS = {
    "len": _len,
    "range": _range,
    "list": _sequence,
    "tuple": _tuple,
    "reversed": _reversed,
    "enumerate": _enumerate,
    "zip": _zip,
    "map": _map,
    "sum": _sum,
    "functools.reduce": _reduce,
    "min": _number(min),
    "max": _number(max),
    "abs": _number(abs),
    "int": _number(int),
    "float": _number(float),
    "str": _number(str),
    "round": _number(round),
    "math.sqrt": _number(math.sqrt),
    "numpy.sqrt": _number(math.sqrt),
    "dict": _dict,
    "collections.OrderedDict": _dict,
    "getattr": _getattr,
    "setattr": _setattr,
    "isinstance": _isinstance,
    "any": _any_all(True),
    "all": _any_all(False),
    "super": _super,
}
