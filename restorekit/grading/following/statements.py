"""The statements of a program that is followed without being run, one function for each kind."""

import ast

from restorekit.grading.following import arrays, calls, expressions
from restorekit.grading.following.values import (
    Function,
    Method,
    Outside,
    Scope,
    Stopped,
    Thing,
    UnclearLoop,
    data,
    holds,
    items,
    truth,
)

__all__ = ["STATEMENTS", "assigned"]

#: A loop of more rounds, or one that takes more steps, is gone through once.
_ROUNDS, _LOOP_STEPS = 200, 10_000


def assigned(node):
    """Names that a loop's body assigns."""
    return {inner.id for inner in ast.walk(node) if isinstance(inner, ast.Name) and isinstance(inner.ctx, ast.Store)}


def _expression(tracer, node, scope):
    expressions.evaluate(tracer, node.value, scope)


def _assignment(tracer, node, scope):
    value = expressions.evaluate(tracer, node.value, scope)
    for target in node.targets:
        tracer.assign(target, value, scope)


def _annotated(tracer, node, scope):
    if node.value is not None:
        tracer.assign(node.target, expressions.evaluate(tracer, node.value, scope), scope)
    if isinstance(node.target, ast.Name) and "=fields" in scope.names:
        tracer.write(scope.names, "=fields", (*scope.names["=fields"], node.target.id))


def _augmented(tracer, node, scope):
    old = expressions.evaluate(tracer, node.target, scope)
    more = expressions.evaluate(tracer, node.value, scope)
    value = calls.operate(tracer, type(node.op).__name__, old, more, node)
    if holds(old, "data"):
        arrays.add_parts(tracer, old, value)  # in place: whoever shares the array sees it, too
    elif holds(old, "list") and holds(value, "list"):
        tracer.write(old.fields, "=items", value.fields["=items"])
    else:
        tracer.assign(node.target, value, scope)


def _if(tracer, node, scope):
    test = expressions.evaluate(tracer, node.test, scope)
    known = truth(test)
    if known is not None:
        with tracer.chosen_by(test):
            return tracer.run(node.body if known else node.orelse, scope)
    branches = [lambda: tracer.run(node.body, scope), lambda: tracer.run(node.orelse, scope)]
    return tracer.fork(branches, scope, f"a choice in {tracer.where(node)}")


def _for(tracer, node, scope):
    over = expressions.evaluate(tracer, node.iter, scope)
    inside = items(over)
    if inside is not None and len(inside) <= _ROUNDS:

        def rounds():
            start = tracer.steps
            for value in inside:
                tracer.spend()
                if start - tracer.steps > _LOOP_STEPS:
                    raise UnclearLoop
                tracer.assign(node.target, value, scope)
                signal = tracer.run(node.body, scope)
                if signal == "break":
                    return None
                if signal in ("return", "stop"):
                    return signal
            return tracer.run(node.orelse, scope)

        followed, signal = tracer.attempt(rounds, scope)
        if followed:
            return signal
    one = data(over.fields["=parts"]) if holds(over, "data") else Outside(f"a loop in {tracer.where(node)}")
    tracer.once(node, lambda: tracer.assign(node.target, one, scope), scope)
    return None


def _while(tracer, node, scope):
    def rounds():
        while True:
            tracer.spend()
            known = truth(expressions.evaluate(tracer, node.test, scope))
            if known is None:
                raise UnclearLoop
            if not known:
                return tracer.run(node.orelse, scope)
            signal = tracer.run(node.body, scope)
            if signal == "break":
                return None
            if signal in ("return", "stop"):
                return signal

    followed, signal = tracer.attempt(rounds, scope)
    if not followed:
        tracer.once(node, lambda: None, scope)
    return signal


def _try(tracer, node, scope):
    try:
        signal = tracer.run(node.body, scope) or tracer.run(node.orelse, scope)
    except Stopped:
        signal = "stop"
    if node.handlers:
        handlers = [lambda handler=handler: tracer.run(handler.body, scope) for handler in node.handlers]
        signal = tracer.fork([lambda: signal, *handlers], scope, f"an exception near {tracer.where(node)}")
    return tracer.run(node.finalbody, scope) or signal


def _match(tracer, node, scope):
    expressions.evaluate(tracer, node.subject, scope)
    why = f"a choice in {tracer.where(node)}"
    for name in assigned(node) | {
        inner.name for inner in ast.walk(node) if isinstance(inner, (ast.MatchAs, ast.MatchStar))
    }:
        tracer.write(scope.names, name, Outside(why))
    cases = [lambda case=case: tracer.run(case.body, scope) for case in node.cases]
    return tracer.fork([*cases, lambda: None], scope, why)


def _with(tracer, node, scope):
    for item in node.items:
        value = expressions.evaluate(tracer, item.context_expr, scope)
        enter = calls.find(value.fields["=class"], "__enter__") if holds(value, "instance") else None
        value = value if enter is None else calls.call(tracer, enter, (value,), {}, item.context_expr)
        if item.optional_vars is not None:
            tracer.assign(item.optional_vars, value, scope)
    return tracer.run(node.body, scope)


def _return(tracer, node, scope):
    value = None if node.value is None else expressions.evaluate(tracer, node.value, scope)
    scope.returned.append(value)
    return "return"


def _raise(tracer, node, scope):
    if node.exc is not None:
        expressions.evaluate(tracer, node.exc, scope)
    return "stop"


def _assert(tracer, node, scope):
    expressions.evaluate(tracer, node.test, scope)


def _delete(tracer, node, scope):
    for target in node.targets:
        if isinstance(target, ast.Name):
            tracer.write(scope.elsewhere.get(target.id, scope).names, target.id, Outside("what is deleted"))
        elif isinstance(target, ast.Subscript):
            owner = expressions.evaluate(tracer, target.value, scope)
            if holds(owner, "list") or holds(owner, "dict"):
                calls.call(tracer, Method(owner, "pop"), (expressions.evaluate(tracer, target.slice, scope),), {}, node)


def _global(tracer, node, scope):
    for name in node.names:
        scope.elsewhere[name] = tracer.file


def _nonlocal(tracer, node, scope):
    for name in node.names:
        home = scope.parent
        while home is not None and name not in home.names:
            home = home.parent
        scope.elsewhere[name] = home or tracer.file


def _import(tracer, node, scope):
    for alias in node.names:
        tracer.torch |= alias.name.partition(".")[0] == "torch"
        name = alias.name if alias.asname else alias.name.partition(".")[0]
        tracer.write(scope.names, alias.asname or name, Outside(expressions.canonical(name)))


def _import_from(tracer, node, scope):
    module = "." * node.level + (node.module or "")
    tracer.torch |= module.partition(".")[0] == "torch"
    for alias in node.names:
        if alias.name == "*":
            tracer.stars.append(expressions.canonical(module))
        else:
            name = expressions.canonical(f"{module}.{alias.name}")
            tracer.write(scope.names, alias.asname or alias.name, Outside(name))


def _function(tracer, node, scope):
    value = expressions.function(tracer, node, scope)
    for decorator in reversed(node.decorator_list):
        decorate = expressions.evaluate(tracer, decorator, scope)
        value = calls.decorated(tracer, decorate, value, node)
    tracer.write(scope.names, node.name, value)


def _class(tracer, node, scope):
    bases = tuple(expressions.evaluate(tracer, base, scope) for base in node.bases)
    inside = Scope({"=fields": ()}, scope)
    tracer.run(node.body, inside)
    made = Thing("class", {"=name": node.name, "=bases": bases, "=space": inside.names})
    for value in inside.names.values():
        if isinstance(value, Function) and value.owner is None:
            value.owner = made
            value.scope = scope if value.scope is inside else value.scope
    for decorator in node.decorator_list:
        expressions.evaluate(tracer, decorator, scope)
    tracer.write(scope.names, node.name, made)


STATEMENTS = {
    ast.Expr: _expression,
    ast.Assign: _assignment,
    ast.AnnAssign: _annotated,
    ast.AugAssign: _augmented,
    ast.If: _if,
    ast.For: _for,
    ast.While: _while,
    ast.Try: _try,
    ast.TryStar: _try,
    ast.With: _with,
    ast.Match: _match,
    ast.Return: _return,
    ast.Raise: _raise,
    ast.Assert: _assert,
    ast.Delete: _delete,
    ast.Global: _global,
    ast.Nonlocal: _nonlocal,
    ast.Import: _import,
    ast.ImportFrom: _import_from,
    ast.FunctionDef: _function,
    ast.AsyncFunctionDef: _function,
    ast.ClassDef: _class,
    ast.Break: lambda tracer, node, scope: "break",
    ast.Continue: lambda tracer, node, scope: "continue",
}
