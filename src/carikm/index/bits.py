"""Sets of chunks as whole numbers: bit n is set where chunk n is among them.

Python adds, joins and counts such a number as a whole: for a million chunks that takes some ten microseconds, where
a list of them takes as many milliseconds, and no library has to be loaded for it.
"""

import re
from array import array
from collections.abc import Sequence
from functools import cache
from itertools import compress, count
from operator import ne

_ONE = ord("1")
_NOT_EMPTY = re.compile(rb"[^\0]", re.DOTALL)
# A set is sparse that has one number in more than so many bytes to read, or bits to write.
_SPARSE = 10


def bits_of(numbers: Sequence[int], size: int) -> int:
    """Make a set of numbers below `size`.

    Raises:
        IndexError: one is not below it.
    """
    if len(numbers) * _SPARSE < size:
        found = bytearray((size + 7) // 8)
        for number in numbers:
            found[number >> 3] |= 1 << (number & 7)
        return int.from_bytes(found, "little")
    digits = bytearray(b"0") * size
    for number in numbers:
        digits[number] = _ONE
    return int(digits[::-1], 2) if size else 0


def first_chunks_of(article_starts: Sequence[int], chunks: int) -> bytes:
    """Write the first chunk of each article as a set of bits; there are so many chunks.

    An article without one begins where the next does, or behind all.
    """
    firsts = bits_of([start for start in article_starts if start < chunks], chunks)
    return firsts.to_bytes((chunks + 7) // 8, "little")


def copies_among(representatives: Sequence[int]) -> bytes:
    """Write as an array of 32 bits the articles for which another one stands."""
    return array("I", compress(count(), map(ne, representatives, count()))).tobytes()


def numbers_in(bits: int) -> list[int]:
    """Give the numbers of a set, ascending."""
    data = bits.to_bytes((bits.bit_length() + 7) // 8, "little")
    places = _places()
    if len(data) < _SPARSE * bits.bit_count():
        firsts = range(0, 8 * len(data), 8)
        return [first + place for first, byte in zip(firsts, data, strict=True) if byte for place in places[byte]]
    starts = (match.start() for match in _NOT_EMPTY.finditer(data))
    return [8 * start + place for start in starts for place in places[data[start]]]


@cache
def _places() -> list[tuple[int, ...]]:
    """Give the places of the bits that are set in each byte."""
    return [tuple(place for place in range(8) if byte >> place & 1) for byte in range(256)]


def without_first(bits: int, firsts: int, lasts: int) -> int:
    """Take from a set the lowest number of each article.

    To subtract 1 from a number clears its lowest bit, and sets those below; done in all articles at once. The last
    bit of each, if it is set beforehand, keeps the subtraction within the article.

    Args:
        bits: the set.
        firsts: the first number of each article.
        lasts: the last number of each.
    """
    return bits & ((bits | lasts) - firsts)


def firsts_in(bits: int, firsts: int, lasts: int) -> int:
    """Keep of a set the lowest number of each article; see `without_first` for `firsts` and `lasts`."""
    return bits & ~without_first(bits, firsts, lasts)


def bits_of_runs(starts: Sequence[int], ends: Sequence[int], size: int) -> int:
    """Make a set of all numbers in half-open runs, which are not empty, do not overlap, and end at `size` or before.

    2ᵇ - 2ᵃ has the bits from a up to b; subtracted are all at once.
    """
    return bits_of(ends, size + 1) - bits_of(starts, size + 1)


def count_articles(bits: int, firsts: int, lasts: int) -> int:
    """Count the articles of which a set has any number; see `without_first` for `firsts` and `lasts`.

    Added to all ones below an article's last bit, any number carries into that bit; done in all articles at once.
    """
    below = (lasts - firsts) & ~lasts
    return (((bits & below) + below | bits) & lasts).bit_count()
