"""The key of a long form: what ways of writing it share.

Apart from the search for definitions, since a search needs the one without the other's patterns.
"""

from collections.abc import Iterable

COORDINATORS = frozenset(("dan", "and", "serta"))
_POSSESSIVE = "nya"
_MIN_POSSESSIVE = 8


def key_of(surfaces: Iterable[str]) -> str:
    """Join the normalised words of a long form by spaces.

    Neither *dan* and the like count, nor a *-nya* at the end; case, commas, hyphens and *&* are no part of a
    normalised word. Each word of the key is a surface form that can be searched.
    """
    words = list(surfaces)
    if words and words[-1].endswith(_POSSESSIVE) and len(words[-1]) >= _MIN_POSSESSIVE:
        words[-1] = words[-1].removesuffix(_POSSESSIVE)
    return " ".join([word for word in words if word not in COORDINATORS] or words)
