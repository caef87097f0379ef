"""The library reference: one page for each public module, from the docstrings of its public names."""

import inspect
import pkgutil
from importlib import import_module

import pages

#: Public modules in the order in which data flows through them, with what they are for.
MODULES = {
    "images": "load, save, crop and convert pictures",
    "datasets": "the pictures to learn from and to measure on",
    "degrade": "make a picture worse: noise, blur, sampling, JPEG, a camera",
    "restore": "make it better: one door to every method",
    "classical": "filters, priors and interpolation, written to be read",
    "models": "the networks, as plain Keras functions",
    "training": "one training loop that survives a disconnect",
    "zoo": "trained weights, each with its card",
    "metrics": "PSNR, SSIM and its parts",
    "show": "pictures side by side, magnified, as numbers",
    "widgets": "sliders, a border to drag, quizzes",
    "exercises": "gaps, checks, hints and progress",
    "assignment": "check what is handed in, before the date",
}


def public(name):
    """The public functions and classes of a module: its __all__, or what it defines without an underscore."""
    module = import_module(f"restorekit.{name}")
    names = getattr(module, "__all__", None) or [
        key
        for key, value in vars(module).items()
        if not key.startswith("_") and getattr(value, "__module__", "") == module.__name__
    ]
    found = [key for key in names if inspect.isfunction(getattr(module, key)) or inspect.isclass(getattr(module, key))]
    return sorted(found, key=lambda key: (inspect.isclass(getattr(module, key)), key.lower()))


def page(name):
    """The page of one module."""
    module = import_module(f"restorekit.{name}")
    summary = (module.__doc__ or "").strip()
    blocks = []
    for key in public(name):
        directive = "autoclass" if inspect.isclass(getattr(module, key)) else "autofunction"
        options = "\n   :members:" if directive == "autoclass" and not issubclass_of_layer(getattr(module, key)) else ""
        blocks.append(f"## {key}\n\n```{{eval-rst}}\n.. {directive}:: restorekit.{name}.{key}{options}\n```")
    head = f"# restorekit.{name}\n\n```{{eval-rst}}\n{summary}\n```\n"
    return head + "\n" + "\n\n".join(blocks) + "\n"


def issubclass_of_layer(kind):
    """Whether a class inherits its methods' documentation from Keras, which is not ours to print."""
    return any(base.__module__.startswith("keras") for base in kind.__mro__)


def index():
    """The first page: the modules, and the names that stand at the top."""
    rows = "\n".join(f"| [`{name}`]({name}.md) | {text} |" for name, text in MODULES.items())
    contents = "\n".join(MODULES)
    return f"""# The library

`import restorekit as rk`. Plain functions on plain arrays: float32, `(height, width)` or `(height, width, 3)`, range [0, 1].
Every example on these pages is run by the tests.

| module | what it is for |
| --- | --- |
{rows}

At the top stand the names used most: `rk.load`, `rk.save`, `rk.sample`, `rk.sample_names`, `rk.psnr`, `rk.ssim`, `rk.denoise`,
`rk.upscale`, `rk.check`, `rk.exercise`, `rk.hint`, `rk.progress`, `rk.before_after`, `rk.explore` and `rk.quiz`.

```{{toctree}}
:hidden:

{contents}
```
"""


def write_all(source):
    """Write the pages into the folder `source`/reference."""
    pages.write(source / "reference" / "index.md", index())
    for name in MODULES:
        pages.write(source / "reference" / f"{name}.md", page(name))


def undocumented():
    """Public modules of the package that the reference leaves out though they stand at its top."""
    import restorekit

    return sorted(
        set(restorekit.__all__) & {module.name for module in pkgutil.iter_modules(restorekit.__path__)} - set(MODULES)
    )
