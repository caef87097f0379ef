"""Follow a program without running it: its statements are gone through in order, with what is known of each value.

Where it isn't known which way the program goes, all ways are followed from the same state, and what they disagree on is unknown from
then on. A loop of many or of unknown rounds is gone through once, with all that it changes unknown. There is a limit on the steps.
"""

import ast
import contextlib

from restorekit.grading.following import calls, expressions, models, statements
from restorekit.grading.following.values import (
    LOOP,
    MISSING,
    MOST_ITEMS,
    NEVER_CALLED,
    TRAINING,
    Function,
    GaveUp,
    Outside,
    Scope,
    Stopped,
    UnclearLoop,
    data,
    holds,
    items,
    join,
    leaves,
    listed,
)

__all__ = ["Tracer", "follow"]

_STEPS, _DEPTH = 50_000, 120


def follow(trees):
    """Follow a program.

    Parameters
    ----------
    trees : list of ast.Module
        What `handed_in.parse_source` gave.

    Returns
    -------
    Tracer
        With what was seen: `models`, `fits`, `other_training`, and `gave_up`, which says why it could not be followed, or "".

    Examples
    --------
    >>> follow([ast.parse("a = 2\\nfor k in range(3):\\n    a *= k + 1")]).file.names["a"]
    12
    >>> follow([ast.parse("a = 1\\nif input():\\n    a = 2")]).file.names["a"]
    Outside(name='a choice in line 2')
    """
    tracer = Tracer(len(trees) > 1)
    try:
        for tracer.cell, tree in enumerate(trees, 1):
            try:
                signal = tracer.run(tree.body, tracer.file)
            except Stopped:
                signal = "stop"
            tracer.ended |= signal == "stop"
        if not tracer.models:
            tracer.call_what_is_left()
    except GaveUp as reason:
        tracer.gave_up = str(reason)
    except RecursionError:
        tracer.gave_up = "it is too deeply nested"
    return tracer


class Tracer:
    """The state of a program that is being followed, and what was seen on the way."""

    def __init__(self, notebook):
        self.notebook, self.cell = notebook, 1
        self.file = Scope({"__name__": "__main__"})
        self.steps, self.depth, self.numbers = _STEPS, 0, 0
        self.learning = 0  # choices that we are in, because the network learns
        self.journals, self.unsure = (
            [],
            [],
        )  # what was overwritten, for each branch; branches and unclear loops we are in
        self.stack, self.stars = [], []  # names of the functions that we are in; modules of which all was imported
        self.models, self.fits, self.other_training, self.handed_over = [], [], [], []
        self.called, self.gave_up, self.torch, self.ended = set(), "", False, False

    def where(self, node):
        """The place of a node, for people."""
        line = f"line {node.lineno}"
        return f"code cell {self.cell}, {line}" if self.notebook else line

    def spend(self, steps=1):
        """Count steps; give up after too many."""
        self.steps -= steps
        if self.steps < 0:
            raise GaveUp("it takes too many steps to follow")

    def deeper(self):
        """Count how deep we are; give up where it is too deep."""
        self.depth += 1
        if self.depth > _DEPTH:
            raise GaveUp("it is too deeply nested")

    def sized(self, values):
        """A tuple of these values, if they aren't too many to keep."""
        values = tuple(values)
        count = leaves(values)
        self.spend(count)
        return values if count <= MOST_ITEMS else Outside("a very long list")

    def write(self, fields, key, value):
        """Change a name or a field in a way that can be undone."""
        if self.journals:
            self.journals[-1].append((fields, key, fields.get(key, MISSING)))
        fields[key] = value

    def undo(self, journal):
        """Take back what a journal holds."""
        for fields, key, old in reversed(journal):
            if old is MISSING:
                fields.pop(key, None)
            else:
                fields[key] = old

    def call_what_is_left(self):
        """Call functions of the file that are never called, if they need no arguments: the network may be built in one of them."""
        self.unsure.append(NEVER_CALLED)
        for value in list(self.file.names.values()):
            if isinstance(value, Function) and id(value.node) not in self.called and not calls.needed(value):
                try:
                    calls.call(self, value, (), {}, value.node)
                except Stopped:
                    continue
        self.unsure.pop()

    def run(self, body, scope):
        """Follow statements; returns how they end: None, "return", "break", "continue" or "stop"."""
        self.deeper()
        try:
            for node in body:
                self.spend()
                follow_statement = statements.STATEMENTS.get(type(node))
                signal = follow_statement(self, node, scope) if follow_statement else None
                if signal:
                    return signal
        finally:
            self.depth -= 1
        return None

    @contextlib.contextmanager
    def chosen_by(self, test):
        """While the way is followed that a known test leads to."""
        self.learning += test is TRAINING
        try:
            yield
        finally:
            self.learning -= test is TRAINING

    def fork(self, branches, scope, why):
        """Follow each branch from the same state, and keep what they agree on."""
        ends, signals = [], []
        for branch in branches:
            self.journals.append([])
            self.unsure.append(why)
            try:
                signal = branch()
            except Stopped:
                signal = "stop"
            except UnclearLoop:
                self._keep(self.journals.pop())
                raise
            finally:
                self.unsure.pop()
            journal = self.journals.pop()
            written = {(id(fields), key): (fields, key, fields[key]) for fields, key, _ in journal}
            if signal == "return":
                written = {place: entry for place, entry in written.items() if entry[0] is not scope.names}
            self.undo(journal)
            signals.append(signal)
            if signal != "stop":
                ends.append(written)
        for place, (fields, key, _) in {place: entry for written in ends for place, entry in written.items()}.items():
            values = [written[place][2] if place in written else fields.get(key, MISSING) for written in ends]
            self.write(fields, key, join(values, why))
        left = {signal for signal in signals if signal != "stop"}
        if len(left) <= 1:
            return left.pop() if left else "stop"
        if left & {"break", "continue"} and scope.loops and scope.loops[-1]:
            raise UnclearLoop
        return None

    def assign(self, target, value, scope):
        """Bind a value to a name, to several, to an attribute or to an element."""
        if isinstance(target, ast.Name):
            models.note_name(value, target.id)
            place = scope.elsewhere.get(target.id, scope).names
            self.write(place, target.id, value)
        elif isinstance(target, (ast.Tuple, ast.List)):
            self._unpack(target.elts, value, scope)
        elif isinstance(target, ast.Starred):
            self.assign(target.value, value, scope)
        elif isinstance(target, ast.Attribute):
            calls.set_attribute(self, expressions.evaluate(self, target.value, scope), target.attr, value)
        elif isinstance(target, ast.Subscript):
            owner = expressions.evaluate(self, target.value, scope)
            calls.set_item(self, owner, expressions.evaluate(self, target.slice, scope), value)

    def _unpack(self, targets, value, scope):
        """Bind the elements of a value to several names."""
        inside = items(value)
        star = next((k for k, target in enumerate(targets) if isinstance(target, ast.Starred)), None)
        if inside is not None and star is not None and len(inside) >= len(targets) - 1:
            end = len(inside) - (len(targets) - 1 - star)
            inside = (*inside[:star], listed(inside[star:end]), *inside[end:])
        if inside is None or len(inside) != len(targets):
            part = data(value.fields["=parts"]) if holds(value, "data") else Outside(getattr(value, "name", "a part"))
            inside = (part,) * len(targets)
        for target, part in zip(targets, inside, strict=True):
            self.assign(target, part, scope)

    def attempt(self, body, scope):
        """Follow a loop's rounds; True if they could be followed, else all is as before."""
        marks = len(self.models), len(self.fits), len(self.other_training), len(scope.returned)
        self.journals.append([])
        scope.loops.append(True)
        try:
            signal = body()
        except UnclearLoop:
            self.undo(self.journals.pop())
            del self.models[marks[0] :], self.fits[marks[1] :], self.other_training[marks[2] :]
            del scope.returned[marks[3] :]
            return False, None
        except Stopped:
            self._keep(self.journals.pop())
            raise
        finally:
            scope.loops.pop()
        self._keep(self.journals.pop())
        return True, signal

    def _keep(self, journal):
        """What is done stays, unless an outer branch is undone."""
        if self.journals:
            self.journals[-1].extend(journal)

    def once(self, node, bind, scope):
        """Follow a loop's body once, with all that it assigns unknown."""
        why = f"a loop in {self.where(node)}"
        for name in statements.assigned(node):
            place = scope.elsewhere.get(name, scope).names
            if not holds(place.get(name), "data") and name in place:
                self.write(place, name, Outside(why))
        scope.loops.append(False)

        def round_():
            bind()
            self.run(node.body, scope)

        self.unsure.append(LOOP)
        self.fork([round_, lambda: None], scope, why)
        self.unsure.pop()
        scope.loops.pop()
