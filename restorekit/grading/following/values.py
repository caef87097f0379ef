"""What is known of the values in a program that is followed without being run: plain values, and stand-ins for all others."""

import operator
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = [
    "MISSING",
    "TRAINING",
    "Function",
    "GaveUp",
    "Method",
    "Outside",
    "Parent",
    "Partial",
    "Scope",
    "Stopped",
    "Tensor",
    "Thing",
    "arithmetic",
    "data",
    "holds",
    "is_known_name",
    "items",
    "join",
    "leaves",
    "listed",
    "truth",
    "words",
]

#: Limits of what is kept: elements of a container, letters of a text, bits of a number.
MOST_ITEMS, _MOST_LETTERS, _MOST_BITS = 3_000, 10_000, 1_000
PLAIN = (int, float, str, bytes, bool, type(None), type(...))
MISSING = object()
_OPERATORS = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mult": operator.mul,
    "Div": operator.truediv,
    "FloorDiv": operator.floordiv,
    "Mod": operator.mod,
    "Pow": operator.pow,
    "BitAnd": operator.and_,
    "BitOr": operator.or_,
    "BitXor": operator.xor,
    "Eq": operator.eq,
    "NotEq": operator.ne,
    "Lt": operator.lt,
    "LtE": operator.le,
    "Gt": operator.gt,
    "GtE": operator.ge,
}


#: Why it isn't known whether, or how often, something is done; beside these, a choice is named by its place.
LOOP, NEVER_CALLED = "a loop whose rounds aren't known", "a function that is never called"


class GaveUp(Exception):
    """The program can't be followed; the message says why."""


class Stopped(Exception):
    """The program raises, or ends, here."""


class UnclearLoop(Exception):
    """It isn't known when this loop ends."""


@dataclass(frozen=True)
class Outside:
    """A value that is made outside of the program: its `name` is all that is known of it."""

    name: str


@dataclass(eq=False)
class Thing:
    """A value that can change. All that can change is in `fields`, so that it can be undone; names that begin with = are ours."""

    kind: str  # "list", "dict", "data", "dataset", "layer", "model", "class" or "instance"
    fields: dict


@dataclass(eq=False)
class Tensor:
    """A step of a network: what is done (`op`) to which `inputs`, and where; `layer` did it."""

    op: str
    inputs: tuple
    where: str
    number: int
    channels: object = None
    layer: object = None
    config: dict = field(default_factory=dict)


@dataclass(eq=False)
class Scope:
    """Names of a function's body, or of the file."""

    names: dict
    parent: object = None
    elsewhere: dict = field(default_factory=dict)  # names declared global or nonlocal: where they live
    returned: list = field(default_factory=list)
    loops: list = field(default_factory=list)  # for each loop that we are in: is it followed round by round?
    function: object = None


@dataclass(eq=False)
class Function:
    """A function or lambda of the program; `owner` is its class, `kind` "", "static", "class" or "property"."""

    node: object
    scope: Scope
    cell: int
    defaults: tuple
    keyword_defaults: dict
    owner: object = None
    kind: str = ""


class Partial(NamedTuple):
    """A function with its first arguments: a method of the program's own, or what `functools.partial` makes."""

    function: object
    args: tuple
    kwargs: dict


class Method(NamedTuple):
    """A method that is not written in the program, of a value whose kind is known."""

    owner: object
    name: str


class Parent(NamedTuple):
    """What `super()` gives."""

    instance: object
    of: object


#: What Keras hands to `call(self, x, training)`: true while the network learns.
TRAINING = Outside("training")


def words(text):
    """Names, written with spaces between them: a tuple, in their order."""
    return tuple(text.split())


def is_known_name(value):
    """True for names of functions and classes of Keras: these are certainly not None."""
    return isinstance(value, Outside) and value.name.startswith(("keras.", "tensorflow.nn.")) and "(" not in value.name


def listed(values):
    """A list with these elements."""
    return Thing("list", {"=items": tuple(values)})


def data(parts=(), shape=None, base=None):
    """An array: what it is made of, as (kind, name) with kind "images", "labels", "noise" or "unknown"; `base` shares its memory."""
    return Thing("data", {"=parts": frozenset(parts), "=shape": shape, "=base": base})


def holds(value, kind):
    """True if a value is a Thing of this kind."""
    return isinstance(value, Thing) and value.kind == kind


def items(value):
    """The elements that a loop over a value goes through, or None if they aren't known."""
    if isinstance(value, (tuple, str)):
        return tuple(value)
    if isinstance(value, range):
        return tuple(value) if len(value) <= MOST_ITEMS else None
    if holds(value, "list") or holds(value, "dict"):
        inside = value.fields["=items"]
        return None if isinstance(inside, Outside) else tuple(inside)
    return None


def elements(value):
    """The elements of a tuple or a list, or None."""
    return items(value) if isinstance(value, tuple) or holds(value, "list") else None


def last_name(name):
    """The last part of a dotted name, without the brackets of a call."""
    return name.removesuffix("()").rpartition(".")[2]


def ancestors(made):
    """A class of the program and what it inherits from, its own first; classes of others as Outside."""
    waiting = [made]
    for _ in range(50):
        if not waiting:
            break
        first = waiting.pop(0)
        yield first
        if holds(first, "class"):
            waiting = [*first.fields["=bases"], *waiting]


def leaves(value):
    """How many elements a tuple holds, with tuples inside counted through; more than `MOST_ITEMS` are not counted."""
    count, waiting = 0, [value]
    while waiting and count <= MOST_ITEMS:
        last = waiting.pop()
        count += 1
        if isinstance(last, tuple) and not hasattr(last, "_fields"):
            waiting.extend(last[: MOST_ITEMS + 1])
    return count


def truth(value):
    """Is a value true? None if that isn't known."""
    if value is TRAINING or is_known_name(value):
        return True
    if isinstance(value, (*PLAIN, tuple, range)):
        return bool(value)
    if isinstance(value, (Outside, Tensor)) or holds(value, "data"):
        return None
    if isinstance(value, Thing) and value.kind in ("list", "dict"):
        inside = value.fields["=items"]
        return None if isinstance(inside, Outside) else bool(inside)
    if holds(value, "instance") and {"__bool__", "__len__"} & value.fields["=class"].fields["=space"].keys():
        return None
    return True


def join(values, why):
    """What is known of a value that is one of several."""
    values = [value for value in values if value is not MISSING]
    first = values[0] if values else None
    if all(value is first or (type(value) is type(first) and _same(value, first)) for value in values):
        return first
    if all(isinstance(value, frozenset) for value in values):
        return frozenset().union(*values)
    if all(holds(value, "data") for value in values):
        return data(frozenset().union(*(value.fields["=parts"] for value in values)))
    return Outside(why)


def _same(one, other):
    """True if two values of one type are equal for certain."""
    return isinstance(one, (*PLAIN, tuple, range, Outside, frozenset)) and one == other


def arithmetic(name, one, other):
    """The result of an operator on plain values, or None: where it would be huge, fail, or isn't plain."""
    numbers = all(isinstance(value, (int, float)) for value in (one, other))
    if name == "Mult" and not numbers:
        if not isinstance(other, int):
            one, other = other, one
        if not (isinstance(one, (str, tuple)) and isinstance(other, int) and len(one) * other <= MOST_ITEMS):
            return None
    elif (
        (name == "Pow" and not (numbers and abs(one) < 1e9 and abs(other) < 64))
        or name not in _OPERATORS
        or (name == "Mod" and not numbers)
    ):
        return None
    elif name == "Add" and isinstance(one, tuple) and isinstance(other, tuple):
        pass
    elif not (_plain(one) and _plain(other)):
        return None
    try:
        value = _OPERATORS[name](one, other)
    except (ArithmeticError, TypeError, ValueError):
        return None
    large = isinstance(value, int) and value.bit_length() > _MOST_BITS
    large = large or (isinstance(value, (str, bytes)) and len(value) > _MOST_LETTERS)
    return value if not large and isinstance(value, (*PLAIN, tuple)) else None


def _plain(value):
    """True for plain values, and tuples of them."""
    return isinstance(value, (*PLAIN, range)) or (isinstance(value, tuple) and all(map(_plain, value)))
