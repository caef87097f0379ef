"""Does an answer of lab 07 call what it should write? Seen by the names in its code: a help for the honest, no wall against cheats."""


def called(student, names):
    """Return the first of these names that a learner's function uses and that the learner did not define, or None.

    Examples
    --------
    >>> import numpy as np
    >>> called(lambda image: np.resize(image, 3), ("zoom", "resize"))
    'resize'
    """
    code = getattr(student, "__code__", None)
    used, known = set(getattr(code, "co_names", ())), getattr(student, "__globals__", {})
    for name in names:
        own = getattr(known.get(name), "__module__", None) == getattr(student, "__module__", "")
        if name in used and not own:
            return name
    return None
