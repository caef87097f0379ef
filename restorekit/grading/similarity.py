"""Who has whose work? Programs are compared by structure, pictures by their pixels. This finds pairs to look at; it proves nothing."""

import ast
import collections
import hashlib
import itertools
import math
from typing import NamedTuple

__all__ = ["Pair", "alike", "fingerprint", "same_pictures"]

#: Steps of the syntax tree that are hashed together, and of how many neighbours the smallest hash is kept.
_GRAM, _WINDOW = 10, 4
#: Pairs from this likeness on are flagged, if they share at least so many fingerprints that hardly anyone else has. In a made-up class
#: of 300 honest pairs stay below 0.2, and copies with new names come to 0.8 and more; programs without any helper of their own come
#: to 0.56 honestly, but share fewer than 20.
THRESHOLD, _LEAST = 0.6, 24


class Pair(NamedTuple):
    """Two students with programs alike: how alike, from 0 to 1; which files; how many rare fingerprints both have."""

    likeness: float
    students: tuple
    files: tuple
    shared: int


def fingerprint(trees, words=False):
    """Hashes that stand for a program: of its structure, which survives new names and comments, or of its words.

    Each piece of code is written as a row of steps: the kinds of its syntax, the names of attributes and keywords (which belong to
    libraries), numbers; and, for the words, also the student's own names and texts. Rows of ten steps are hashed, and of each
    four neighbours the smallest hash is kept.

    Parameters
    ----------
    trees : list of ast.Module
    words : bool
        Whether names and texts count.

    Returns
    -------
    list of int
        In rising order.

    Examples
    --------
    >>> one = ast.parse("def f(x):\\n    for k in range(4):\\n        x = Conv2D(64, 3, padding='same')(x)\\n    return x")
    >>> other = ast.parse("def g(y): # mine\\n  for i in range(4):\\n    y = Conv2D(64, 3, padding='same')(y)\\n  return y")
    >>> fingerprint([one]) == fingerprint([other]), fingerprint([one], words=True) == fingerprint([other], words=True)
    (True, False)

    References
    ----------
    S. Schleimer, D. S. Wilkerson, A. Aiken, "Winnowing: Local Algorithms for Document Fingerprinting", SIGMOD 2003, section 3.
    """
    kept = set()
    for piece in itertools.chain.from_iterable(tree.body for tree in trees):
        steps = list(_steps(piece, words))
        hashes = [_hash(steps[k : k + _GRAM]) for k in range(max(1, len(steps) - _GRAM + 1))]
        kept.update(min(hashes[k : k + _WINDOW]) for k in range(max(1, len(hashes) - _WINDOW + 1)))
    return sorted(kept)


def _steps(node, words):
    """The row of steps for a piece of code, without recursion: student code may be nested deeply."""
    waiting = [node]
    while waiting:
        node = waiting.pop()
        yield type(node).__name__
        if isinstance(node, ast.Attribute):
            yield node.attr
        elif isinstance(node, ast.keyword):
            yield str(node.arg)
        elif isinstance(node, ast.Constant) and (words or not isinstance(node.value, str | bytes)):
            yield repr(node.value)[:40]
        elif isinstance(node, ast.ImportFrom):
            yield str(node.module)
        elif isinstance(node, ast.alias):
            yield node.name
        elif words and isinstance(node, ast.Name | ast.FunctionDef | ast.ClassDef | ast.arg):
            yield getattr(node, "id", None) or getattr(node, "name", None) or node.arg
        waiting += [child for child in ast.iter_child_nodes(node) if not isinstance(child, ast.expr_context)][::-1]


def _hash(steps):
    """48 bits for a row of steps; the same on every computer."""
    return int.from_bytes(hashlib.blake2b("\0".join(steps).encode(errors="replace"), digest_size=6).digest())


def alike(programs, known=(), threshold=THRESHOLD):
    """Pairs of students with programs alike, the most alike first.

    What many have is the assignment's, the lab's or a habit of the class, and weighs little: a fingerprint that n of N students have
    weighs log(N / n), and what was handed out weighs nothing. The likeness of two is the weight that both have, as a share of what the one
    with less has.

    Parameters
    ----------
    programs : dict of str to dict of str to list of int
        Fingerprints by student and file.
    known : iterable of int
        Fingerprints of the lab and the hand-out.
    threshold : float
        The least likeness to list.

    Returns
    -------
    list of Pair
    """
    known = set(known)
    all_of = {
        student: {hash_ for hashes in files.values() for hash_ in hashes} - known for student, files in programs.items()
    }
    holders = collections.defaultdict(list)
    for student, hashes in sorted(all_of.items()):
        for hash_ in hashes:
            holders[hash_].append(student)
    weight = {hash_: math.log(len(all_of) / len(students)) for hash_, students in holders.items()}
    total = {student: sum(weight[hash_] for hash_ in hashes) for student, hashes in all_of.items()}
    shared, count = collections.Counter(), collections.Counter()
    rare = max(2, len(all_of) // 15)
    for hash_, students in holders.items():
        if 1 < len(students) <= rare:
            for pair in itertools.combinations(students, 2):
                shared[pair] += weight[hash_]
                count[pair] += 1
    found = []
    for pair, weighed in shared.items():
        least = min(total[student] for student in pair)
        if count[pair] >= _LEAST and weighed >= threshold * least:
            found.append(Pair(round(weighed / least, 3), pair, _files_alike(programs, pair, known), count[pair]))
    return sorted(found, key=lambda pair: (-pair.likeness, pair.students))


def _files_alike(programs, pair, known):
    """The two files that have most in common."""
    one, other = (programs[student] for student in pair)
    both = {(a, b): len((set(one[a]) & set(other[b])) - known) for a in sorted(one) for b in sorted(other)}
    return max(both, key=both.get)


def same_pictures(pictures):
    """Groups of students with one and the same picture.

    Parameters
    ----------
    pictures : dict of str to dict of str to str
        Checksums of the pixels, by student and file.

    Returns
    -------
    list of list of (student, file)
        Groups in which at least two students have the same picture.
    """
    groups = collections.defaultdict(list)
    for student, files in sorted(pictures.items()):
        for file, pixels in sorted(files.items()):
            groups[pixels].append((student, file))
    return [group for group in groups.values() if len({student for student, _ in group}) > 1]
