"""How likely it is that somebody who typed one word meant another.

A noisy channel (Kernighan, Church and Gale 1990, "A spelling correction program based on a noisy channel model") in
small: an edit costs about 1, and less where it is of a kind that Indonesian writers make often. The costs are set by
hand: letters that sound alike (f, v and p; z and j), spellings of before 1972 (oe, dj, tj), letters doubled or not,
neighbours swapped, vowels left out (*sntra*, *krn*).
"""

from collections.abc import Iterable, Sequence
from itertools import pairwise
from string import ascii_lowercase

from carikm.records import NamedTuple

VOWELS = frozenset("aiueo")
_ALIKE = [
    frozenset(letters) for letters in ("fvp", "zsj", "jy", "iy", "kqcx", "dt", "bp", "gk", "uw", "ou", "ie", "ea", "mn")
]
_ALIKE_FIRST = ("fvp", "zs", "jy", "kqc")
_ROWS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")
_NEAR_KEYS = frozenset(frozenset(pair) for row in _ROWS for pair in pairwise(row)) | frozenset(
    frozenset((upper[place], lower[there]))
    for upper, lower in pairwise(_ROWS)
    for place in range(len(upper))
    for there in (place - 1, place)
    if 0 <= there < len(lower)
)
_OLD_SPELLINGS = (("oe", "u"), ("dj", "j"), ("tj", "c"), ("sj", "sy"), ("nj", "ny"), ("ch", "kh"))
_OLD_SPELLING = 0.3
_SWAPPED = 0.8
# To leave out vowels is one habit, however many they are: krn, bgmn.
_ABBREVIATED, _VOWEL_MISSING = 0.5, 0.1
_LONGEST_ABBREVIATION = 7
# Who types a word knows how it begins (Pollock and Zamora 1984: few errors are in the first letter).
_FIRST_LETTER = 0.5
_MOST_EDITS = 3
# What is looked at more closely.
_CLOSEST = 60


class Candidate(NamedTuple):
    """A word that may be meant: in how many chunks it stands, and what the errors cost that must have been made."""

    surface: str
    frequency: int
    cost: float


def most_cost(typed: str) -> float:
    """Give what errors in a word may cost before it is another word: 1 in four letters, 2.5 in ten and more."""
    return min(2.5, max(1.0, len(typed) / 4))


def beginnings(typed: str) -> set[str]:
    """Give how the word meant may begin: as typed, but for a like letter, two that are swapped, or one too many."""
    first = modern(typed)[:1]
    like = {letter for letters in _ALIKE_FIRST if first in letters for letter in letters}
    return {typed[0], first, *like, *filter(None, (typed[1:2] + typed[0] if typed[1:2] else "", typed[1:3]))}


def other_beginnings(typed: str) -> set[str]:
    """Give the words that differ from one in the first letter alone, which is missing or another."""
    return {letter + rest for letter in ascii_lowercase for rest in (typed, typed[1:])} - {typed}


def lengths(typed: str) -> range:
    """Give the lengths that the word meant may have; one written without vowels may be twice as long."""
    edits = min(_MOST_EDITS, 1 + len(typed) // 4)
    longest = 2 * len(typed) + 1 if lacks_vowels(typed) else len(typed) + edits
    return range(max(2, len(typed) - edits), longest + 1)


def lacks_vowels(typed: str) -> bool:
    """Tell whether a word is short and has no vowel, or as few as an abbreviation has: *krn*, *kbakrn*."""
    vowels = sum(letter in VOWELS for letter in typed)
    return typed.isalpha() and len(typed) <= _LONGEST_ABBREVIATION and vowels <= len(typed) // 4


def candidates(typed: str, known: Sequence[tuple[str, int]]) -> list[Candidate]:
    """Find the words that may be meant among known ones with their frequencies, the cheapest error first."""
    if typed.isdigit():  # another number is another thing
        return []
    digits = _digits(typed)
    frequencies = {
        surface: frequency for surface, frequency in known if surface != typed and _digits(surface) == digits
    }
    close = set(_closest(typed, frequencies))
    if modern(typed) != typed:
        close.update(_closest(modern(typed), frequencies))
    if lacks_vowels(typed):
        bones = _consonants(typed)
        close.update(surface for surface in frequencies if surface[0] == typed[0] and _consonants(surface) == bones)
    found = [Candidate(surface, frequencies[surface], cost(typed, surface)) for surface in close]
    limit = most_cost(typed)
    return sorted(
        (candidate for candidate in found if candidate.cost <= limit),
        key=lambda candidate: (candidate.cost, -candidate.frequency, candidate.surface),
    )


def _closest(typed: str, surfaces: Iterable[str]) -> list[str]:
    from rapidfuzz.distance import OSA
    from rapidfuzz.process import extract

    most = min(_MOST_EDITS, 1 + len(typed) // 4)
    found = extract(typed, list(surfaces), scorer=OSA.distance, score_cutoff=most, limit=_CLOSEST)
    return [surface for surface, _, _ in found]


def cost(typed: str, meant: str) -> float:
    """Tell what the errors cost that would make one word of another: about 1 for each."""
    costs = [_edits(typed, meant)]
    if (today := modern(typed)) != typed:
        costs.append(_OLD_SPELLING + _edits(today, meant))
    if lacks_vowels(typed) and typed[:1] == meant[:1] and _is_within(typed, meant):
        costs.append(_ABBREVIATED + _VOWEL_MISSING * (len(meant) - len(typed)))
    return min(costs)


def modern(surface: str) -> str:
    """Write a word as since 1972: *tjuatja* as *cuaca*, *pertoemboehan* as *pertumbuhan*."""
    for old, new in _OLD_SPELLINGS:
        surface = surface.replace(old, new)
    return surface


def _edits(typed: str, meant: str) -> float:
    from rapidfuzz.distance import OSA, Levenshtein

    operations = Levenshtein.editops(typed, meant)
    swapped = len(operations) - OSA.distance(typed, meant)
    if swapped:  # each swap of neighbours stands as two edits among the operations
        total = _SWAPPED * swapped + (len(operations) - 2 * swapped)
    else:
        total = sum(_edit(typed, meant, *operation) for operation in operations.as_list())
    return total + (0 if _are_alike(typed[:1], meant[:1]) else _FIRST_LETTER)


def _edit(typed: str, meant: str, kind: str, here: int, there: int) -> float:
    if kind == "replace":
        return _replacement(typed[here], meant[there])
    word, place = (typed, here) if kind == "delete" else (meant, there)
    letter = word[place]
    if letter in word[max(0, place - 1) : place] or letter == word[place + 1 : place + 2]:
        return 0.5
    if kind == "insert":
        return 0.7 if letter in VOWELS or letter == "h" else 0.9
    return 0.6 if letter in "eh" else 1.0  # filem, tahoh


def _are_alike(typed: str, meant: str) -> bool:
    return typed == meant or any(typed in letters and meant in letters for letters in _ALIKE)


def _replacement(typed: str, meant: str) -> float:
    if _are_alike(typed, meant):
        return 0.6
    if typed in VOWELS and meant in VOWELS:
        return 0.8
    return 0.9 if frozenset((typed, meant)) in _NEAR_KEYS else 1.0


def _digits(surface: str) -> str:
    return "" if surface.isalpha() else "".join(filter(str.isdigit, surface))


def _consonants(surface: str) -> str:
    return "".join(letter for letter in surface if letter not in VOWELS)


def _is_within(typed: str, meant: str) -> bool:
    """Tell whether a word lacks nothing but vowels of another."""
    rest = iter(meant)
    missing = sorted(meant)
    for letter in typed:
        if letter not in rest:
            return False
        missing.remove(letter)
    return all(letter in VOWELS for letter in missing)
