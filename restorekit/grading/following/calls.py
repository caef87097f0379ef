"""Calls, attributes and elements in a program that is followed without being run: Python's own; Keras' and numpy's are beside it."""

import ast

from restorekit.grading.following import arrays, builtin, expressions, layers, models
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
    if name in builtin.SCALARS and args and isinstance(args[0], (int, float)):
        return args[0]
    if name in builtin.BUILTINS and "*" not in kwargs:
        try:
            value = builtin.BUILTINS[name](tracer, args, kwargs, node)
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
        models.note_name(value, node.name)
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
    models.register(tracer, instance, made.fields["=name"])
    start = find(made, "__init__")
    if isinstance(start, Function):
        call(tracer, start, (instance, *args), kwargs, node)
    elif models.base_of(made):
        models.start(tracer, instance, args, kwargs)
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
        if not models.base_of(owner.fields["=class"]):
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
    models.note_name(value, name)
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
    models.note_name(value, key)
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
        builtin.set_items(tracer, owner, new if known else None)


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


def _call_method(tracer, owner, name, args, kwargs, node):
    """The value of a call of a method that isn't written in the program."""
    if isinstance(owner, Parent) or (isinstance(owner, Thing) and owner.kind not in ("list", "dict")):
        return layers.call_method(tracer, owner, name, args, kwargs, node)
    try:
        if holds(owner, "list"):
            return builtin.list_method(tracer, owner, name, args)
        if holds(owner, "dict"):
            return builtin.dict_method(tracer, owner, name, args, kwargs)
        if isinstance(owner, str):
            return builtin.text_method(tracer, owner, name, args)
    except (IndexError, TypeError, ValueError, KeyError):
        pass
    return Outside(f"{name}()")
