"""Values of expressions in a program that is followed without being run."""

import ast
import builtins
import functools

from restorekit.grading.following import calls, layers, models
from restorekit.grading.following.values import (
    LOOP,
    PLAIN,
    TRAINING,
    Function,
    Outside,
    Scope,
    Tensor,
    Thing,
    arithmetic,
    holds,
    is_known_name,
    items,
    join,
    listed,
    truth,
    words,
)

__all__ = ["canonical", "evaluate", "function"]

#: Modules of which it is known that they bring no layers of their own.
_FAMILIAR = words("keras tensorflow numpy math matplotlib pylab PIL time os random typing skimage scipy IPython")
_KERAS = ("tensorflow.compat.v2.keras", "tensorflow.compat.v1.keras", "tensorflow.python.keras", "tensorflow.keras")
_KERAS += ("tf_keras", "keras.src", "keras.api", "keras._tf_keras.keras")


def canonical(name):
    """One name for what has several: `tensorflow.keras` is `keras`.

    Examples
    --------
    >>> canonical("tensorflow.keras.layers.Conv2D")
    'keras.layers.Conv2D'
    """
    for long in _KERAS:
        if name == long or name.startswith(f"{long}."):
            return "keras" + name[len(long) :]
    return name


def evaluate(tracer, node, scope):
    """The value of an expression, as far as it is known.

    Parameters
    ----------
    tracer : Tracer
    node : ast.expr
    scope : Scope

    Returns
    -------
    A plain value, or one of `values`; `Outside` where nothing is known.
    """
    tracer.spend()
    tracer.deeper()
    try:
        find = _EXPRESSIONS.get(type(node))
        return find(tracer, node, scope) if find else Outside(f"an expression in {tracer.where(node)}")
    finally:
        tracer.depth -= 1


def function(tracer, node, scope):
    """A function or lambda, with the values that its arguments have if omitted."""
    asked = node.args
    named = zip(asked.kwonlyargs, asked.kw_defaults, strict=True)
    return Function(
        node,
        scope,
        tracer.cell,
        tuple(evaluate(tracer, default, scope) for default in asked.defaults),
        {one.arg: evaluate(tracer, default, scope) for one, default in named if default is not None},
    )


def _name(tracer, node, scope):
    name = node.id
    home = scope.elsewhere.get(name, scope)
    while home is not None:
        if name in home.names:
            return home.names[name]
        home = home.parent
    for module in [] if hasattr(builtins, name) else reversed(tracer.stars):
        value = Outside(f"{module}.{name}")
        if layers.is_of_keras(value.name) or module.partition(".")[0] not in _FAMILIAR:
            return value
    return Outside(name)


def _attribute(tracer, node, scope):
    return calls.attribute(tracer, evaluate(tracer, node.value, scope), node.attr, node)


def _subscript(tracer, node, scope):
    owner = evaluate(tracer, node.value, scope)
    key = evaluate(tracer, node.slice, scope)
    return calls.item(tracer, owner, key, node)


def _slice(tracer, node, scope):
    ends = [None if end is None else evaluate(tracer, end, scope) for end in (node.lower, node.upper, node.step)]
    known = all(end is None or isinstance(end, int) for end in ends)
    return slice(*ends) if known else Outside("a slice")


def _call(tracer, node, scope):
    called = evaluate(tracer, node.func, scope)
    args, kwargs = [], {}
    for argument in node.args:
        starred = isinstance(argument, ast.Starred)
        value = evaluate(tracer, argument.value if starred else argument, scope)
        if not starred:
            args.append(value)
        elif items(value) is None:
            kwargs["*"] = value
        else:
            args.extend(items(value))
    for keyword in node.keywords:
        value = evaluate(tracer, keyword.value, scope)
        if keyword.arg:
            kwargs[keyword.arg] = value
        elif holds(value, "dict") and isinstance(value.fields["=items"], dict):
            kwargs.update({key: inside for key, inside in value.fields["=items"].items() if isinstance(key, str)})
        else:
            kwargs["*"] = value
    tracer.spend(len(args) + len(kwargs))
    if isinstance(called, Outside) and called.name == "super" and not args:
        return calls.parent(scope)
    return calls.call(tracer, called, tuple(args), kwargs, node)


def _operation(tracer, node, scope):
    one, other = evaluate(tracer, node.left, scope), evaluate(tracer, node.right, scope)
    return calls.operate(tracer, type(node.op).__name__, one, other, node)


def _sign(tracer, node, scope):
    value = evaluate(tracer, node.operand, scope)
    if isinstance(node.op, ast.Not):
        known = truth(value)
        return Outside(f"a condition in {tracer.where(node)}") if known is None else not known
    if isinstance(value, Tensor) and isinstance(node.op, ast.USub):
        return layers.step(tracer, "unclear", (value,), node, named="a minus sign")
    if isinstance(value, (int, float)) and isinstance(node.op, (ast.USub, ast.UAdd)):
        return -value if isinstance(node.op, ast.USub) else +value
    return value if holds(value, "data") else Outside(getattr(value, "name", "a value"))


def _and_or(tracer, node, scope):
    stops_at, possible, why = isinstance(node.op, ast.Or), [], f"a condition in {tracer.where(node)}"
    for part in node.values:
        find = functools.partial(evaluate, tracer, part, scope)
        value = _perhaps(tracer, find, scope, why) if possible else find()
        known = truth(value)
        if known is None or known is stops_at or part is node.values[-1]:
            possible.append(value)
        if known is stops_at:
            break
    return join(possible, why)


def _comparison(tracer, node, scope):
    unknown = Outside(f"a condition in {tracer.where(node)}")
    left, unsure = evaluate(tracer, node.left, scope), False
    for op, comparator in zip(node.ops, node.comparators, strict=True):
        right = evaluate(tracer, comparator, scope)
        answer = _compared(op, True if left is TRAINING else left, True if right is TRAINING else right)
        if answer is False:
            return False
        unsure, left = unsure or answer is None, right
    return unknown if unsure else True


def _compared(op, one, other):
    """The answer to one comparison, or None if it isn't known."""
    if isinstance(op, (ast.Is, ast.IsNot)):
        unsure = any(isinstance(value, Outside) and not is_known_name(value) for value in (one, other))
        same = (
            None if unsure else one is other or (isinstance(one, PLAIN) and type(one) is type(other) and one == other)
        )
        return same if isinstance(op, ast.Is) or same is None else not same
    if isinstance(op, (ast.In, ast.NotIn)):
        inside = items(other)
        if inside is None or not isinstance(one, PLAIN) or not all(isinstance(value, PLAIN) for value in inside):
            return None
        found = one in other if isinstance(other, str) and isinstance(one, str) else one in inside
        return found if isinstance(op, ast.In) else not found
    if (one is None or other is None) and not isinstance(one, Outside) and not isinstance(other, Outside):
        same = one is other
        return {ast.Eq: same, ast.NotEq: not same}.get(type(op))
    return arithmetic(type(op).__name__, one, other)


def _choice(tracer, node, scope):
    test = evaluate(tracer, node.test, scope)
    known = truth(test)
    if known is not None:
        with tracer.chosen_by(test):
            return evaluate(tracer, node.body if known else node.orelse, scope)
    values, why = [], f"a choice in {tracer.where(node)}"
    branches = [lambda part=part: values.append(evaluate(tracer, part, scope)) for part in (node.body, node.orelse)]
    tracer.fork(branches, scope, why)
    return join(values, why)


def _perhaps(tracer, find, scope, why):
    """The value of what is perhaps evaluated; what it changes is unknown then."""
    values = []
    tracer.fork([lambda: values.append(find()), lambda: None], scope, why)
    return values[0] if values else None


def _elements(tracer, node, scope):
    """The elements that a tuple or list is written with, or Outside."""
    values = []
    for element in node.elts:
        value = evaluate(tracer, element.value if isinstance(element, ast.Starred) else element, scope)
        if isinstance(element, ast.Starred):
            if items(value) is None:
                return Outside(getattr(value, "name", "a list"))
            values.extend(items(value))
        else:
            values.append(value)
    return tracer.sized(values)


def _list(tracer, node, scope):
    values = _elements(tracer, node, scope)
    return values if isinstance(values, Outside) else listed(values)


def _dict(tracer, node, scope):
    made = {}
    for key, value in zip(node.keys, node.values, strict=True):
        inside = evaluate(tracer, value, scope)
        if key is None and holds(inside, "dict") and isinstance(inside.fields["=items"], dict):
            made.update(inside.fields["=items"])
            continue
        name = Outside("a key") if key is None else evaluate(tracer, key, scope)
        if not isinstance(name, PLAIN):
            return Thing("dict", {"=items": Outside(f"a dictionary in {tracer.where(node)}")})
        models.note_name(inside, name)
        made[name] = inside
    tracer.spend(len(made))
    return Thing("dict", {"=items": made})


def _text(tracer, node, scope):
    """An f-string of plain parts; formats are not followed, for they can make any length."""
    parts = []
    for part in node.values:
        value = evaluate(tracer, part.value, scope) if isinstance(part, ast.FormattedValue) else part.value
        formatted = isinstance(part, ast.FormattedValue) and (part.format_spec or part.conversion != -1)
        if formatted or not isinstance(value, (str, int, float)):
            return Outside("a text")
        parts.append(str(value))
    text = "".join(parts)
    return text if len(text) < 10_000 else Outside("a long text")


def _comprehension(tracer, node, scope):
    made, inner = [], Scope({}, scope)
    known = _rounds(tracer, node, list(node.generators), inner, made)
    values = tracer.sized(made) if known else Outside(f"a loop in {tracer.where(node)}")
    return values if isinstance(values, Outside) else listed(values)


def _dict_comprehension(tracer, node, scope):
    made, inner = [], Scope({}, scope)
    known = _rounds(tracer, node, list(node.generators), inner, made) and all(isinstance(key, PLAIN) for key, _ in made)
    for key, value in made if known else ():
        models.note_name(value, key)
    return Thing("dict", {"=items": dict(made) if known else Outside(f"a loop in {tracer.where(node)}")})


def _rounds(tracer, node, generators, scope, made):
    """Go through a comprehension; False if it isn't known what it goes through."""
    if not generators:
        if isinstance(node, ast.DictComp):
            made.append((evaluate(tracer, node.key, scope), evaluate(tracer, node.value, scope)))
        else:
            made.append(evaluate(tracer, node.elt, scope))
        return True
    first, *rest = generators
    inside = items(evaluate(tracer, first.iter, scope))
    why = f"a loop in {tracer.where(node)}"
    if inside is None or len(inside) > 500:
        tracer.assign(first.target, Outside(why), scope)
        tracer.unsure.append(LOOP)
        _perhaps(tracer, lambda: _rounds(tracer, node, rest, scope, made), scope, why)
        tracer.unsure.pop()
        return False
    for value in inside:
        tracer.spend()
        tracer.assign(first.target, value, scope)
        wanted = [truth(evaluate(tracer, test, scope)) for test in first.ifs]
        if None in wanted:
            return False
        if all(wanted) and not _rounds(tracer, node, rest, scope, made):
            return False
    return True


def _named(tracer, node, scope):
    value = evaluate(tracer, node.value, scope)
    tracer.assign(node.target, value, scope)
    return value


_EXPRESSIONS = {
    ast.Constant: lambda tracer, node, scope: node.value if isinstance(node.value, PLAIN) else Outside("a number"),
    ast.Name: _name,
    ast.Attribute: _attribute,
    ast.Subscript: _subscript,
    ast.Slice: _slice,
    ast.Call: _call,
    ast.BinOp: _operation,
    ast.UnaryOp: _sign,
    ast.BoolOp: _and_or,
    ast.Compare: _comparison,
    ast.IfExp: _choice,
    ast.Tuple: _elements,
    ast.List: _list,
    ast.Dict: _dict,
    ast.JoinedStr: _text,
    ast.Lambda: function,
    ast.ListComp: _comprehension,
    ast.GeneratorExp: _comprehension,
    ast.SetComp: lambda tracer, node, scope: Outside("a set"),
    ast.DictComp: _dict_comprehension,
    ast.NamedExpr: _named,
}
