"""What arrays and data sets are made of, in a program that is followed without being run: images, labels, noise, or the unknown."""

import re
from typing import NamedTuple

from restorekit.grading.following import calls
from restorekit.grading.following.values import (
    MOST_ITEMS,
    PLAIN,
    Outside,
    Tensor,
    Thing,
    data,
    elements,
    holds,
    items,
    last_name,
    listed,
    words,
)

__all__ = ["Loaded", "add_parts", "attribute", "call", "combined", "kinds", "method", "part", "parts_of"]

#: Functions that keep what an array is made of, by the last part of their name; and those whose result is made of nothing.
_KEEP = words("""array asarray asanyarray float32 float16 float64 uint8 cast clip clip_by_value convert_to_tensor constant
expand_dims squeeze reshape transpose copy ascontiguousarray concatenate concat stack vstack hstack minimum
maximum divide multiply subtract add true_divide moveaxis take img_to_array convert_image_dtype astype flatten
numpy repeat swapaxes to_categorical Variable image_to_array img_as_float as_float fromarray normalize deepcopy
ravel nan_to_num rgb_to_grayscale stop_gradient identity""")
#: Functions that move pixels or images: given and target must then be moved alike.
_MOVE = words("flip fliplr flipud rot90 permutation shuffle roll random_crop flip_left_right random_flip_left_right")
#: Functions that make one number out of an array.
_NUMBERS = words(
    "max min mean std var sum amax amin reduce_max reduce_min reduce_mean ptp median percentile prod argmax"
)
_EMPTY = words("zeros ones empty full zeros_like ones_like empty_like full_like arange linspace")
_NOISE = words("""normal randn standard_normal random_normal truncated_normal rand uniform random random_sample poisson randint
integers stateless_normal stateless_uniform gauss normalvariate multivariate_normal""")
_LOADERS = words("""numpy.load numpy.fromfile numpy.loadtxt pickle.load pickle.loads joblib.load h5py.File scipy.io.loadmat
cPickle.load""")
#: Keys of a file under which labels stand.
_LABELS = re.compile(r"label|^y_?(train|test|val)")
_SAME_DATASET = words("shuffle cache prefetch take skip with_options unbatch shard")


class Loaded(NamedTuple):
    """What `restorekit.datasets.cifar10` gives."""

    x_train: Thing
    x_test: Thing
    source: Outside


def parts_of(value):
    """What a value adds to an array, and all that is in it if it is a list: a set of (kind, name)."""
    parts, waiting, seen = set(), [value], set()
    while waiting:
        one = waiting.pop()
        if id(one) in seen or isinstance(one, PLAIN):
            continue
        seen.add(id(one))
        if len(seen) > MOST_ITEMS:
            return frozenset({("unknown", "a very long list")})
        inside = one.fields["=parts"] if holds(one, "data") else items(one)
        if isinstance(inside, frozenset):
            parts |= inside
        elif isinstance(inside, tuple):
            waiting.extend(inside)
        else:
            parts.add(("unknown", getattr(one, "name", "something")))
    return frozenset(parts)


def kinds(value):
    """The kinds of what a value adds to an array: "images", "labels", "noise", "order", "unknown"."""
    return {kind for kind, _ in parts_of(value)}


def combined(tracer, values, more):
    """An array made of several values, and of more parts."""
    shapes = (value.fields["=shape"] for value in values if holds(value, "data"))
    parts = frozenset(more).union(*(parts_of(value) for value in values if not isinstance(value, Tensor)))
    tracer.spend(len(parts))
    return data(parts, next((shape for shape in shapes if isinstance(shape, tuple)), None))


def add_parts(tracer, owner, value):
    """Follow a change of an array in place: all that share its memory change with it."""
    tracer.spend(len(items(value) or ()) // 4)
    more = parts_of(value)
    while owner is not None:
        tracer.spend(1 + len(more))
        tracer.write(owner.fields, "=parts", parts_of(owner) | more)
        owner = owner.fields["=base"]


def part(owner, key):
    """Some of an array, or an array out of a file."""
    shape, parts = owner.fields["=shape"], parts_of(owner)
    if holds(key, "data"):
        return data(parts | {("order", str(id(key)))})
    if isinstance(key, (tuple, slice, int, Outside)) and key != slice(None):
        parts = parts | {("order", str(key)[:80])}
    if isinstance(key, (str, bytes)):
        name = key.decode("utf-8", "replace") if isinstance(key, bytes) else key
        kind = "labels" if _LABELS.search(name) else ""
        return data({(kind or what, f"{where}[{name[:40]}]") for what, where in parts})
    rest = shape[1:] if isinstance(shape, tuple) and not isinstance(key, tuple) else None
    if rest is not None and isinstance(key, slice):
        known = isinstance(shape[0], int) and key.step != 0
        rest = (len(range(*key.indices(shape[0]))) if known else Outside("a length"), *rest)
    elif rest is not None and not isinstance(key, int):
        rest = (Outside("a length"), *rest)
    return data(parts, rest, base=owner)


def attribute(owner, name):
    """The value of `array.name` or `dataset.name`."""
    if holds(owner, "data"):
        if name == "shape":
            return owner.fields["=shape"] or Outside("the shape of an array")
        if name == "T":
            return data(parts_of(owner), base=owner)
        if name in ("dtype", "ndim", "size", "nbytes"):
            return Outside(f"an array's {name}")
    return None


def method(tracer, owner, name, args, kwargs, node):
    """The value of a call of an array's or a data set's method."""
    if owner.kind == "dataset":
        return _dataset_method(tracer, owner, name, args, kwargs, node)
    if name in _KEEP:
        base = owner if name in ("reshape", "transpose", "squeeze", "swapaxes", "numpy") else None
        return data(parts_of(owner), _shape(owner.fields["=shape"], name, args), base)
    if name in _NUMBERS:
        return data()
    return Outside(f"an array's {name}()")


def _shape(shape, name, args):
    """The shape that a method gives, or None."""
    given = items(args[0]) if len(args) == 1 and items(args[0]) is not None else args
    if name == "reshape":
        known = all(isinstance(size, int) for size in given)
        return tuple(Outside("a length") if size == -1 else size for size in given) if known else None
    if name == "transpose":
        right = (
            isinstance(shape, tuple) and len(given) == len(shape) and all(axis in range(len(shape)) for axis in given)
        )
        return tuple(shape[axis] for axis in given) if right else None
    return shape if name in ("astype", "copy", "numpy", "clip") else None


def _dataset_method(tracer, owner, name, args, kwargs, node):
    fields = dict(owner.fields)
    if name == "batch":
        fields["=batch"] = kwargs.get("batch_size", args[0] if args else Outside("a batch size"))
    elif name == "map" and args:
        element = fields["=element"]
        spread = element if isinstance(element, tuple) else (element,)
        fields["=element"] = calls.call(tracer, args[0], spread, {}, node)
    elif name == "repeat":
        fields["=repeats"] = True
    elif name not in _SAME_DATASET:
        return Outside(f"a data set's {name}()")
    return Thing("dataset", fields)


def call(tracer, name, args, kwargs, node):
    """The value of a call of a function of numpy, TensorFlow or other libraries that makes or takes arrays; None if it is none."""
    last = last_name(name)
    values = (*args, *(value for key, value in kwargs.items() if key != "*"))
    arrays = [value for value in values if _has_data(value)]
    where = tracer.where(node)
    if last in ("copyto", "put", "place", "putmask") and arrays and holds(args[0], "data"):
        add_parts(tracer, args[0], combined(tracer, args[1:], ()))
    for value in (kwargs.get("out"), args[0] if name.startswith("cv2.rand") and args else None):
        if holds(value, "data"):
            kind = "noise" if "rand" in last or "normal" in last else "unknown"
            add_parts(tracer, value, data({(kind, where)}))
    if last == "load_data" and ".datasets." in name:
        return _loaded(name, where)
    if name == "restorekit.datasets.cifar10":
        (x_train, _), (x_test, _) = _loaded(name, where)
        return Loaded(x_train, x_test, Outside("the source of CIFAR-10"))
    if name in _LOADERS:
        tracer.numbers += 1
        return data({("images", f"{last} in {where}, {tracer.numbers}")})
    if name.startswith("tensorflow.data.Dataset.") and last in ("from_tensor_slices", "from_tensors", "zip"):
        element = args[0] if len(args) == 1 else args
        if last == "zip" and items(element) and all(holds(value, "dataset") for value in items(element)):
            element = tuple(value.fields["=element"] for value in items(element))
        return Thing("dataset", {"=element": element, "=batch": None, "=repeats": False})
    if last in ("shape", "size", "ndim"):
        return attribute(arrays[0], "shape") if arrays and holds(arrays[0], "data") else Outside(f"{name}()")
    if last in _NOISE and ("random" in name or "rng" in name):
        middle = [value for value in (*args[:1], kwargs.get("loc"), kwargs.get("mean")) if holds(value, "data")]
        return combined(tracer, middle, {("noise", where)})
    if last in _EMPTY or (last in ("permutation", "choice") and not arrays):
        return data()
    if not arrays:
        return None
    if last == "train_test_split" or (last == "shuffle" and name.startswith("sklearn.")):
        times = 2 if last == "train_test_split" else 1
        made = [data(parts_of(value) | {("order", f"{last} in {where}")}) for value in args for _ in range(times)]
        return listed(made) if len(made) > 1 else made[0]
    if last in _NUMBERS:
        return data()
    if "noise" in last.lower() and "denois" not in last.lower():
        return combined(tracer, arrays, {("noise", where)})
    if last in _KEEP or last in _MOVE:
        more = {("order", f"{last} in {where}")} if last in _MOVE else ()
        return combined(tracer, [value for value in args if not isinstance(value, (str, Outside))], more)
    return combined(tracer, arrays, {("unknown", name)})


def _loaded(name, where):
    """What `load_data` gives: images and labels, to train on and to test with."""
    shapes = {"cifar10": (32, 32, 3), "cifar100": (32, 32, 3), "mnist": (28, 28), "fashion_mnist": (28, 28)}
    shape = next((value for key, value in shapes.items() if key in name.split(".")), None)
    counts = (50_000 if shape == (32, 32, 3) else 60_000, 10_000)
    return tuple(
        (data({("images", which)}, shape and (count, *shape)), data({("labels", which)}, (count, 1)))
        for which, count in zip((f"the training images of {where}", f"the test images of {where}"), counts, strict=True)
    )


def _has_data(value):
    """True for arrays, and for lists and tuples that hold some."""
    inside = elements(value)
    return holds(value, "data") or (inside is not None and any(holds(one, "data") for one in inside))
