"""Sums by which two sets are compared without either being in memory: what postings hold and what texts say.

Each element is hashed to 64 bits, and each article has the sum of its elements' hashes modulo 2⁶⁴, which is the same
in whatever order they come. Elements that are missing, too many or other than they should be change it, but for a
chance of one in 2⁴⁸ or less (an element may count up to 2¹⁶ times): accidents are seen, a forger is not kept out.
"""

from hashlib import blake2b
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

_MASK = (1 << 64) - 1
_STEP, _FIRST, _SECOND = 0x9E37_79B9_7F4A_7C15, 0xBF58_476D_1CE4_E5B9, 0x94D0_49BB_1331_11EB
# Kinds of elements: entries of postings by kinds of texts, and the others.
BODY, LEAD, BOILERPLATE, DEFINITION, SHINGLE, LINE = range(6)


def added(one: int, other: int) -> int:
    """Add two sums."""
    return one + other & _MASK


def of_text(text: str) -> int:
    """Hash a text; never 0."""
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big") or 1


def mixed(number: int) -> int:
    """Mix the bits of a number (the finaliser of SplitMix64, G. Steele, D. Lea and C. Flood, OOPSLA 2014)."""
    number = number + _STEP & _MASK
    number = (number ^ number >> 30) * _FIRST & _MASK
    number = (number ^ number >> 27) * _SECOND & _MASK
    return number ^ number >> 31


def mixed_all(numbers: "Numbers") -> "Numbers":
    """Mix each of many numbers of 64 bits, as `mixed` does one."""
    import numpy as np

    numbers = numbers + np.uint64(_STEP)
    numbers ^= numbers >> np.uint64(30)
    numbers *= np.uint64(_FIRST)
    numbers ^= numbers >> np.uint64(27)
    numbers *= np.uint64(_SECOND)
    numbers ^= numbers >> np.uint64(31)
    return numbers


def entry(kind: int, text: int, surface: int, occurrences: int) -> int:
    """Hash an entry of postings: the kind and number of its text, its surface form's hash, how often it occurs."""
    return mixed(surface ^ mixed(kind << 40 | text)) * occurrences & _MASK


def entries(kind: int, texts: "Numbers", surfaces: "Numbers", occurrences: "Numbers") -> "Numbers":
    """Hash many entries, as `entry` does one."""
    import numpy as np

    places = mixed_all(texts.astype(np.uint64) | np.uint64(kind << 40))
    found: Numbers = mixed_all(surfaces ^ places) * occurrences.astype(np.uint64)
    return found


def element(kind: int, *parts: int | str) -> int:
    """Hash any other element of a set."""
    found = kind
    for part in parts:
        found = mixed(found ^ (of_text(part) if isinstance(part, str) else part & _MASK))
    return found
