"""How students are called in a report: by pseudonyms, if names are to be hidden; and by names that a file may have."""

import hashlib
import hmac
import re

__all__ = ["hiding", "pseudonyms", "slug"]


def pseudonyms(users, secret):
    """Names that stand in for user names, and don't give them away.

    Parameters
    ----------
    users : iterable of str
    secret : str
        Of the key: without it nobody can tell who is who.

    Returns
    -------
    dict of str to str
    """
    order = sorted(users, key=lambda user: hmac.digest(secret.encode(), user.encode(), hashlib.sha256))
    return {user: f"Student {k:03}" for k, user in enumerate(order, 1)}


def hiding(names, full_names=()):
    """A function that puts pseudonyms in the place of user names, and leaves full names out.

    Parameters
    ----------
    names : dict of str to str
        Pseudonyms by user name.
    full_names : iterable of str

    Returns
    -------
    callable
        From a sentence to a sentence.

    Examples
    --------
    >>> hide = hiding({"kim1": "Student 001", "kim12": "Student 002"}, ["Ada Kim"])
    >>> hide('kim1, kim12 have one name, "Ada Kim".')
    'Student 001, Student 002 have one name, "...".'
    """
    others = {name: "..." for name in full_names if name} | names
    longest_first = "|".join(map(re.escape, sorted(others, key=len, reverse=True)))
    pattern = re.compile(rf"(?<!\w)(?:{longest_first})(?!\w)")
    return lambda text: pattern.sub(lambda match: others[match[0]], text) if others else text


def slug(text, taken):
    """A file's name for a student, without surprises, and that no other one has.

    Parameters
    ----------
    text : str
    taken : set of str
        Names in use; the new one is added.

    Returns
    -------
    str

    Examples
    --------
    >>> taken = set()
    >>> slug("../../kim", taken), slug("kim", taken), slug("KIM", taken)
    ('kim', 'kim-2', 'KIM-3')
    """
    base = re.sub(r"[^A-Za-z0-9_.-]+", "", text).strip(".-")[:60] or "student"
    number = 1
    while (base if number == 1 else f"{base}-{number}").casefold() in taken:
        number += 1
    name = base if number == 1 else f"{base}-{number}"
    taken.add(name.casefold())
    return name
