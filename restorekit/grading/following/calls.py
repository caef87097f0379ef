"""Calls, attributes and elements in a program that is followed without being run: Python's own; Keras' and numpy's are beside it."""

import ast
import math

from restorekit.grading.following import arrays, expressions, layers
from restorekit.grading.following.values import (
    MOST_ITEMS,
    PLAIN,
    Function,
    GaveUp,
    Method,
    Outside,
    Parent,
    Partial,
    Scope,
    Stopped,
    Tensor,
    Thing,
    ancestors,
    arithmetic,
    holds,
    items,
    join,
    last_name,
    listed,
    truth,
    words,
)

__all__ = ["attribute", "call", "decorated", "find", "item", "needed", "operate", "parent"]
__all__ += ["set_attribute", "set_item"]

#: Decorators that leave a function as it is, by the last part of their name.
_HARMLESS = {"function", "wraps", "lru_cache", "cache", "register_keras_serializable", "exercise", "jit", "no_grad"}
_HARMLESS |= {"override", "abstractmethod", "do_not_convert", "njit"}
_ENDS = {"exit", "quit", "sys.exit", "os._exit", "os.abort"}
#: Settings of layers; to change them later changes what a network does.
_OF_LAYERS = {"activation", "strides", "padding", "kernel_size", "filters", "dilation_rate", "stddev", "call"}
_UNCLEAR = {"exec", "globals", "locals", "vars", "runpy.run_path"}


def call(tracer, called, args, kwargs, node):
    """The value of a call, as far as it is known.

    Parameters
    ----------
    tracer : Tracer
    called : a value
    args : tuple
    kwargs : dict
        With the key "*" if there are arguments of which nothing is known.
    node : ast.AST
        Where the call stands.
    """
    tracer.spend()
    tracer.deeper()
    try:
        if isinstance(called, Function):
            return _call_function(tracer, called, args, kwargs)
        if isinstance(called, Partial):
            return call(tracer, called.function, called.args + args, {**called.kwargs, **kwargs}, node)
        if isinstance(called, Method):
            return _call_method(tracer, called.owner, called.name, args, kwargs, node)
        if holds(called, "class"):
            return _instantiate(tracer, called, args, kwargs, node)
        if isinstance(called, Thing):
            own = find(called.fields["=class"], "__call__") if called.kind == "instance" else None
            if own:
                return call(tracer, own, (called, *args), kwargs, node)
            return layers.apply(tracer, called, args, kwargs, node)
        if isinstance(called, Outside):
            return _call_outside(tracer, called.name, args, kwargs, node)
        return Outside("a call")
    finally:
        tracer.depth -= 1


def _call_outside(tracer, name, args, kwargs, node):
    if name in _ENDS:
        raise Stopped
    if name in _UNCLEAR and not (name == "vars" and args and isinstance(args[0], Outside)):
        raise GaveUp(f"it calls {name} in {tracer.where(node)}, which may change anything")
    if name in ("functools.partial", "functools.partialmethod") and args:
        return Partial(args[0], args[1:], kwargs)
    if name in ("types.SimpleNamespace", "argparse.Namespace"):
        return Thing("instance", {"=class": Thing("class", {"=name": name, "=bases": (), "=space": {}}), **kwargs})
    if name in ("tensorflow.function", "staticmethod", "classmethod") and args and not holds(args[0], "data"):
        return args[0]
    if name in _SCALARS and args and isinstance(args[0], (int, float)):
        return args[0]
    if name in _BUILTINS and "*" not in kwargs:
        try:
            value = _BUILTINS[name](tracer, args, kwargs, node)
        except (IndexError, TypeError, ValueError, OverflowError, AttributeError):
            value = None
        return Outside(f"{name}()") if value is None else value
    if name.endswith("shuffle") and args and holds(args[0], "list"):
        tracer.write(args[0].fields, "=items", Outside(f"{name}()"))
    return layers.call_outside(tracer, name, args, kwargs, node)


def _call_function(tracer, function, args, kwargs):
    """Follow a function of the program, and return what it returns."""
    node = function.node
    if isinstance(node, ast.AsyncFunctionDef) or _yields(node):
        return Outside(f"the generator {node.name}" if hasattr(node, "name") else "a generator")
    scope = Scope(_bound(tracer, function, args, kwargs), function.scope, function=function)
    tracer.called.add(id(node))
    tracer.stack.append(getattr(node, "name", ""))
    cell, tracer.cell = tracer.cell, function.cell
    try:
        if isinstance(node, ast.Lambda):
            return expressions.evaluate(tracer, node.body, scope)
        signal = tracer.run(node.body, scope)
        if signal == "stop":
            raise Stopped
        returned = scope.returned if signal == "return" else [*scope.returned, None]
        value = join(returned, f"what {node.name} returns")
        layers.note_name(value, node.name)
        return value
    finally:
        tracer.stack.pop()
        tracer.cell = cell


def _yields(node):
    """True for a generator."""
    waiting = list(node.body) if isinstance(node.body, list) else [node.body]
    while waiting:
        inner = waiting.pop()
        if isinstance(inner, (ast.Yield, ast.YieldFrom)):
            return True
        if not isinstance(inner, (ast.FunctionDef, ast.Lambda, ast.ClassDef)):
            waiting.extend(ast.iter_child_nodes(inner))
    return False


def _bound(tracer, function, args, kwargs):
    """The names of a function's arguments with their values."""
    asked, unknown = function.node.args, kwargs.get("*")
    names = [one.arg for one in (*asked.posonlyargs, *asked.args)]
    keywords = [one.arg for one in asked.kwonlyargs]
    given = dict(zip(names, args, strict=False))
    more = {key: value for key, value in kwargs.items() if key not in names and key not in keywords and key != "*"}
    given.update({key: value for key, value in kwargs.items() if key not in more and key != "*"})
    usual = dict(zip(names[len(names) - len(function.defaults) :], function.defaults, strict=True))
    usual.update(function.keyword_defaults)
    for name in (*names, *keywords):
        if name not in given:
            missing = Outside(f"the argument {name}")
            given[name] = missing if unknown is not None else usual.get(name, missing)
    if asked.vararg:
        given[asked.vararg.arg] = args[len(names) :] if unknown is None else Outside(f"*{asked.vararg.arg}")
    if asked.kwarg:
        inside = more if unknown is None else Outside(f"**{asked.kwarg.arg}")
        given[asked.kwarg.arg] = Thing("dict", {"=items": inside})
    tracer.spend(len(given))
    return given


def needed(function):
    """True if a function can't be called without arguments."""
    asked = function.node.args
    positional = len(asked.posonlyargs) + len(asked.args)
    return positional > len(function.defaults) or len(asked.kwonlyargs) > len(function.keyword_defaults)


def decorated(tracer, decorate, function, node):
    """What a decorator makes of a function."""
    if not isinstance(decorate, Outside):
        return call(tracer, decorate, (function,), {}, node)
    last = last_name(decorate.name)
    if not isinstance(function, Function):
        return function
    if last in ("property", "cached_property"):
        function.kind = "property"
    elif last in ("staticmethod", "classmethod"):
        function.kind = last.removesuffix("method")
    elif last not in _HARMLESS:
        return Outside(f"what {decorate.name} makes of {function.node.name}")
    return function


def find(made, name):
    """What a class of the program or its parents hold under a name, or None."""
    spaces = (one.fields["=space"] for one in ancestors(made) if holds(one, "class"))
    return next((space[name] for space in spaces if name in space), None)


def parent(scope):
    """What `super()` gives inside a method."""
    while scope is not None and not (scope.function and scope.function.owner):
        scope = scope.parent
    if scope is None or not scope.function.node.args.args:
        return Outside("super()")
    return Parent(scope.names.get(scope.function.node.args.args[0].arg), scope.function.owner)


def _instantiate(tracer, made, args, kwargs, node):
    """An instance of a class of the program."""
    instance = Thing("instance", {"=class": made, "=where": tracer.where(node), "=names": frozenset()})
    layers.register(tracer, instance, made.fields["=name"])
    start = find(made, "__init__")
    if isinstance(start, Function):
        call(tracer, start, (instance, *args), kwargs, node)
    elif layers.base_of(made):
        layers.start(tracer, instance, args, kwargs)
    else:
        spaces = [one.fields["=space"] for one in ancestors(made) if holds(one, "class")]
        fields = tuple(dict.fromkeys(name for space in reversed(spaces) for name in space.get("=fields", ())))
        given = {**dict(zip(fields, args, strict=False)), **kwargs}
        instance.fields.update({key: value for key, value in given.items() if key != "*"})
        if "*" in kwargs:
            instance.fields.update({key: Outside(key) for key in fields if key not in given})
        after = find(made, "__post_init__")
        if isinstance(after, Function):
            call(tracer, after, (instance,), {}, node)
    return instance


def attribute(tracer, owner, name, node):
    """The value of `owner.name`."""
    if isinstance(owner, Outside):
        return Outside(expressions.canonical(f"{owner.name}.{name}"[-200:]))
    if isinstance(owner, Parent):
        for base in owner.of.fields["=bases"]:
            value = find(base, name)
            if isinstance(value, Function):
                return Partial(value, (owner.instance,), {})
        return Method(owner, name)
    if holds(owner, "instance"):
        if name == "__dict__":
            raise GaveUp(f"it uses __dict__ in {tracer.where(node)}, which may change anything")
        if name in owner.fields:
            return owner.fields[name]
        value = find(owner.fields["=class"], name)
        if isinstance(value, Function):
            if value.kind == "static":
                return value
            bound = Partial(value, (owner,), {})
            return call(tracer, bound, (), {}, node) if value.kind == "property" else bound
        if value is not None:
            return value
        if not layers.base_of(owner.fields["=class"]):
            return Outside(f"{owner.fields['=class'].fields['=name']}.{name}")
        return layers.attribute(owner, name)
    if holds(owner, "class"):
        value = find(owner, name)
        if isinstance(value, Function) and value.kind == "class":
            return Partial(value, (owner,), {})
        return owner.fields["=name"] if name == "__name__" else Outside(f"a class's {name}") if value is None else value
    if isinstance(owner, Tensor) or (isinstance(owner, Thing) and owner.kind in ("data", "dataset", "layer", "model")):
        return layers.attribute(owner, name)
    if isinstance(owner, arrays.Loaded) and name in arrays.Loaded._fields:
        return getattr(owner, name)
    if isinstance(owner, Function) and name == "__name__":
        return getattr(owner.node, "name", "<lambda>")
    return Method(owner, name)


def item(tracer, owner, key, node):
    """The value of `owner[key]`."""
    if isinstance(owner, Tensor):
        return layers.step(tracer, "unclear", (owner,), node, named="a slice of a tensor")
    if holds(owner, "data"):
        return arrays.part(owner, key)
    if holds(owner, "dict"):
        inside = owner.fields["=items"]
        known = isinstance(inside, dict) and isinstance(key, PLAIN) and key in inside
        return inside[key] if known else Outside("an entry of a dictionary")
    if holds(owner, "instance"):
        own = find(owner.fields["=class"], "__getitem__")
        return call(tracer, own, (owner, key), {}, node) if own else Outside("an element")
    inside = items(owner)
    if inside is None or not isinstance(key, (int, slice)):
        return Outside(f"{getattr(owner, 'name', 'a list')}[...]"[-200:])
    if isinstance(key, int):
        return inside[key] if -len(inside) <= key < len(inside) else Outside("an element")
    values = tracer.sized(inside[key]) if key.step != 0 else Outside("a slice")
    if isinstance(values, Outside) or isinstance(owner, tuple):
        return values
    return "".join(values) if isinstance(owner, str) else listed(values)


def set_attribute(tracer, owner, name, value):
    """Follow `owner.name = value`."""
    layers.note_name(value, name)
    if holds(owner, "instance"):
        tracer.write(owner.fields, name, value)
    elif holds(owner, "class"):
        tracer.write(owner.fields["=space"], name, value)
    elif holds(owner, "layer") or holds(owner, "model"):
        if name not in ("trainable", "name", "_name", "stop_training", "optimizer"):
            tracer.write(owner.fields, "=touched", name)
        tracer.write(owner.fields, name, value)
    elif isinstance(owner, Outside) and name in _OF_LAYERS:
        raise GaveUp(f"it sets {name} of something that isn't known")
    elif isinstance(owner, Outside) and owner.name.startswith(("keras", "tensorflow")) and "(" not in owner.name:
        raise GaveUp(f"it changes {owner.name}.{name} in Keras itself")


def set_item(tracer, owner, key, value):
    """Follow `owner[key] = value`."""
    layers.note_name(value, key)
    if holds(owner, "data"):
        arrays.add_parts(tracer, owner, value)
    elif holds(owner, "dict"):
        inside = owner.fields["=items"]
        known = isinstance(inside, dict) and isinstance(key, PLAIN)
        tracer.spend(len(inside) if known else 1)
        tracer.write(owner.fields, "=items", {**inside, key: value} if known else Outside("a dictionary's entries"))
    elif holds(owner, "list"):
        inside = items(owner)
        known = inside is not None and isinstance(key, int) and -len(inside) <= key < len(inside)
        new = list(inside) if known else []
        if known:
            new[key] = value
        _set_items(tracer, owner, new if known else None)


def operate(tracer, name, one, other, node):
    """The value of two values with an operator between them."""
    value = arithmetic(name, one, other)
    if value is not None:
        return tracer.sized(value) if isinstance(value, tuple) else value
    if isinstance(one, Tensor) or isinstance(other, Tensor):
        return layers.operate(tracer, name, one, other, node)
    if holds(one, "data") or holds(other, "data"):
        for factor, image in ((one, other), (other, one)) if name in ("Mult", "Div") else ():
            if arrays.kinds(factor) == {"noise"} and "images" in arrays.kinds(image):
                return arrays.combined(tracer, (image,), {("unknown", "a random factor")})
        return arrays.combined(tracer, (one, other), ())
    if holds(one, "list") and holds(other, "list") and name == "Add":
        inside = None if items(one) is None or items(other) is None else tracer.sized(items(one) + items(other))
        return listed(inside) if isinstance(inside, tuple) else Outside("a list")
    if name == "Mult" and (holds(one, "list") or holds(other, "list")):
        inside, times = (items(one), other) if holds(one, "list") else (items(other), one)
        if inside is not None and isinstance(times, int) and len(inside) * times <= MOST_ITEMS:
            inside = tracer.sized(inside * times)
            return listed(inside) if isinstance(inside, tuple) else inside
    if name == "BitOr" and holds(one, "dict") and holds(other, "dict"):
        both = one.fields["=items"], other.fields["=items"]
        known = all(isinstance(inside, dict) for inside in both)
        return Thing("dict", {"=items": both[0] | both[1] if known else Outside("a dictionary")})
    unknown = next((value.name for value in (one, other) if isinstance(value, Outside)), "an operation")
    return Outside(unknown)


def _set_items(tracer, owner, values):
    """Give a list new elements; None: they aren't known."""
    values = Outside("a list that is changed") if values is None else tracer.sized(values)
    tracer.write(owner.fields, "=items", values)


def _call_method(tracer, owner, name, args, kwargs, node):
    """The value of a call of a method that isn't written in the program."""
    if isinstance(owner, Parent) or (isinstance(owner, Thing) and owner.kind not in ("list", "dict")):
        return layers.call_method(tracer, owner, name, args, kwargs, node)
    try:
        if holds(owner, "list"):
            return _list_method(tracer, owner, name, args)
        if holds(owner, "dict"):
            return _dict_method(tracer, owner, name, args, kwargs)
        if isinstance(owner, str):
            return _text_method(tracer, owner, name, args)
    except (IndexError, TypeError, ValueError, KeyError):
        pass
    return Outside(f"{name}()")


def _list_method(tracer, owner, name, args):
    inside = items(owner)
    if name not in ("append", "extend", "insert", "pop", "clear", "reverse", "copy", "remove", "sort"):
        return Outside(f"{name}()")
    if name == "copy":
        return listed(inside) if inside is not None else Outside("a list")
    if inside is None or name in ("remove", "sort"):
        _set_items(tracer, owner, None)
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
    _set_items(tracer, owner, new)
    return gone


def _dict_method(tracer, owner, name, args, kwargs):
    inside = owner.fields["=items"]
    if not isinstance(inside, dict):
        return Outside("an entry of a dictionary")
    tracer.spend(len(inside))
    if name in ("get", "setdefault", "pop"):
        if not isinstance(args[0], PLAIN):
            return Outside("an entry of a dictionary")
        value = inside.get(args[0], args[1] if len(args) > 1 else None)
        if name == "setdefault":
            set_item(tracer, owner, args[0], value)
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


def _text_method(tracer, text, name, args):
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
    return tracer.sized(call(tracer, args[0], one, {}, node) for one in rounds)


def _reduce(tracer, args, kwargs, node):
    value, *rest = (*args[2:3], *items(args[1]))
    for one in rest:
        value = call(tracer, args[0], (value, one), {}, node)
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
    return attribute(tracer, args[0], args[1], node) if isinstance(args[1], str) and len(args) == 2 else None


def _setattr(tracer, args, kwargs, node):
    if not isinstance(args[1], str):
        raise GaveUp(f"it sets an attribute whose name isn't known in {tracer.where(node)}")
    set_attribute(tracer, args[0], args[1], args[2])


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
_SCALARS = words("""numpy.float16 numpy.float32 numpy.float64 numpy.single numpy.double numpy.array numpy.asarray tensorflow.constant
tensorflow.cast tensorflow.convert_to_tensor keras.ops.cast keras.ops.convert_to_tensor""")
_BUILTINS = {
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
