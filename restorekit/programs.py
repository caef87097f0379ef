"""What a program does, seen from outside: its syntax tree is read, and nothing in it is run."""

import ast
import re
from typing import NamedTuple

__all__ = ["About", "Use", "look_through", "review"]

#: Calls that learn from images: of Keras, TensorFlow, PyTorch.
_TRAINS = {"fit", "fit_generator", "train_on_batch", "GradientTape", "apply_gradients", "backward"}
_CONVOLUTION = re.compile(
    r"conv(olution)?_?[123]d(transpose)?|(separable|depthwise)_?conv(_?[12]d)?|conv", re.IGNORECASE
)
#: What restores without a network of one's own, by full name.
_READY = {
    "network": re.compile(r"restorekit\.(zoo|models)\b"),
    "filter": re.compile(
        r"restorekit\.(denoise|restore|classical)\b|skimage\.restoration\b|skimage\.filters\.(gaussian|median|rank)\b"
        r"|scipy\.(ndimage|signal)\.(\w*filter\w*|medfilt\w*|wiener)|cv2\.(\w*[bB]lur|\w*Filter|filter2D|\w*[dD]enois\w*)"
        r"|PIL\.ImageFilter\b|(bm3d|pywt)\b"
    ),
    "hidden": re.compile(r"importlib\b|__import__$|exec$|eval$|restorekit\.\*"),
}
#: What is said about each kind.
_SAID = {
    "network": "a ready network, and the assignment asks for networks of yours",
    "filter": "fine to compare with, but the picture that you hand in must come from your network",
    "hidden": "this hides what is run; write it plainly",
}


class Use(NamedTuple):
    """Something that a program uses: its full `name`, the `kind` ("network", "filter" or "hidden"), and `where` it first does."""

    name: str
    kind: str
    where: str


class About(NamedTuple):
    """What `look_through` found in a program."""

    lines: int
    gap: bool
    trains: bool
    convolves: bool
    ready: tuple


def look_through(trees):
    """See from the outside what a program does, without running it.

    Parameters
    ----------
    trees : list of ast.Module
        What `handed_in.read_source` gave.

    Returns
    -------
    About
        `lines` of code; whether it has a `gap` (it raises NotImplementedError); whether it `trains` (it calls `fit`, or steps of its
        own); whether it `convolves` (it names a convolution); and what it uses that restores without a network of its own (`ready`):
        a tuple of `Use`. Names are followed through imports, under whatever alias.

    Examples
    --------
    >>> about = look_through([ast.parse("from restorekit import zoo as z\\nmodel.fit(noisy, clean)")])
    >>> about.lines, about.trains, about.convolves
    (2, True, False)
    >>> about.ready
    (Use(name='restorekit.zoo', kind='network', where='line 1'),)
    """
    nodes = [(k, node) for k, tree in enumerate(trees, 1) for node in ast.walk(tree)]
    aliases, said = _imports(nodes)
    own = {node.name for _, node in nodes if isinstance(node, (ast.FunctionDef, ast.ClassDef))}
    names, calls = set(), set()
    for k, node in nodes:
        full = _full_name(node, aliases)
        if full:
            names.add(full)
            said.append((k, node.lineno, full))
        if isinstance(node, ast.Call):
            calls.add(_full_name(node.func, aliases) or f".{getattr(node.func, 'attr', '')}")
    last = {name.rpartition(".")[2] for name in names | set(aliases.values()) if name not in own}
    last |= {node.attr for _, node in nodes if isinstance(node, ast.Attribute)}
    raised = [getattr(node.exc, "func", node.exc) for _, node in nodes if isinstance(node, ast.Raise)]
    return About(
        lines=len({(k, node.lineno) for k, node in nodes if isinstance(node, ast.stmt)}),
        gap=any(getattr(name, "id", "") == "NotImplementedError" for name in raised),
        trains=any("." in call and call.rpartition(".")[2] in _TRAINS for call in calls),  # fit() alone may be anything
        convolves=any(_CONVOLUTION.fullmatch(name) for name in last),
        ready=_ready(said, len(trees) > 1),
    )


def review(about):
    """What is wrong with a program that should train a network of its own, and what is worth a look.

    Parameters
    ----------
    about : About

    Returns
    -------
    problems, remarks : list of str
        To go after the program's name.

    Examples
    --------
    >>> review(look_through([ast.parse("model = Sequential([Conv2D(3, 3)])")]))
    (['never calls fit, nor trains in another way: training and inference belong in each file.'], [])
    """
    problems = {
        "still has a gap: raise NotImplementedError().": about.gap,
        "has no convolution: each file should hold its own network.": not about.convolves,
        "never calls fit, nor trains in another way: training and inference belong in each file.": not about.trains,
    }
    remarks = [f"{use.where}, uses {use.name}: {_SAID[use.kind]}." for use in about.ready]
    return [said for said, true in problems.items() if true], remarks


def _imports(nodes):
    """Local names of what is imported, and (tree, line, full name) of each import."""
    aliases, said = {}, []
    for k, node in nodes:
        if isinstance(node, ast.Import):
            for one in node.names:
                aliases[one.asname or one.name.partition(".")[0]] = (
                    one.name if one.asname else one.name.partition(".")[0]
                )
                said.append((k, node.lineno, one.name))
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for one in node.names:
                aliases[one.asname or one.name] = f"{node.module}.{one.name}"
                said.append((k, node.lineno, f"{node.module}.{one.name}"))
    return aliases, said


def _full_name(node, aliases):
    """The dotted name that an expression stands for, with the imported name in front; "" if it is none."""
    parts = []
    while True:
        if isinstance(node, ast.Attribute):
            parts.append(node.attr)
            node = node.value
        elif (  # getattr(module, "name") says the same
            isinstance(node, ast.Call)
            and getattr(node.func, "id", "") == "getattr"
            and len(node.args) > 1
            and isinstance(node.args[1], ast.Constant)
        ):
            parts.append(str(node.args[1].value))
            node = node.args[0]
        else:
            break
    if not isinstance(node, ast.Name):
        return ""
    return ".".join([aliases.get(node.id, node.id), *reversed(parts)])


def _ready(said, cells):
    """The first place of each thing that restores by itself."""
    found = {}
    for k, line, name in sorted(said):
        for kind, pattern in _READY.items():
            match = pattern.match(name)
            if match and match[0] not in found:
                found[match[0]] = Use(match[0], kind, f"code cell {k}, line {line}" if cells else f"line {line}")
    return tuple(found.values())
