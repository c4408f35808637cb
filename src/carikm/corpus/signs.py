"""Cheap looks before costly patterns.

A search with a pattern that ignores case, and may match anywhere, looks at every letter many times over. Most texts
have none of the few words that it needs, and to see that takes a fraction of the time.
"""

from collections.abc import Iterable

# Letters that patterns take for s, k or i where case does not matter, and that are not so in lower case.
_ODD_LETTERS = "\u017f\u212a\u0130\u0131"


def has_any(text: str, signs: Iterable[str]) -> bool:
    """Tell whether one of `signs`, in lower case, may stand in a text in any case; True where that is not sure."""
    lower = text.lower()
    for sign in signs:  # half of the time that `any` would take
        if sign in lower:
            return True
    return has_odd_letters(text)


def has_odd_letters(text: str) -> bool:
    """Tell whether a text has letters that are others in lower case than they are where case does not matter."""
    return not text.isascii() and any(letter in text for letter in _ODD_LETTERS)
