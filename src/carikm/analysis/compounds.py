"""Compounds: words of two parts that news writes joined or apart, *kerjasama* and *kerja sama*.

`compounds.tsv` has those whose spellings mean one thing, each with the forms its first part may have. They are not
matched by the stems of their parts: *kerja bersama*, *beribu kota* and *membela diri* are other things. Beside them
stand the morphemes that are bound by rule and written apart all the same: *antikorupsi*, *anti-korupsi*, *anti
korupsi*.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache
from itertools import pairwise

from carikm.analysis.tokens import Token
from carikm.records import NamedTuple
from carikm.tables import table_rows

# Those that a news archive writes joined and apart before many words. Others (tuna, super, mini) are in the table.
BOUND_MORPHEMES = frozenset({"anti", "antar", "multi", "nir", "non", "pasca", "pra", "semi", "sub", "swa"})
# Patterns are compiled when they are first used: every search imports this module, and few use them.
_WORD = r"[a-z]{3,40}"
_ENDING = r"(?:kan|an|i)?(?:nya|lah|kah|pun|ku|mu)?"
_MIN_PART = 3
_ANY = frozenset([""])
# One line's end may stand between the parts, a paragraph's may not.
_SEPARATOR = r"[ \t\u00a0]{1,4}|[ \t]?\r?\n[ \t]?|[-\u2010\u2011]"


class Compound(NamedTuple):
    """A compound written apart: the place of its first token among a text's tokens, and both surfaces with a space."""

    first: int
    surface: str


def find_compounds(text: str, tokens: Sequence[Token]) -> Iterator[Compound]:
    """Find the compounds that a text writes apart: neighbouring tokens with white space or a hyphen between them.

    Args:
        text: the text.
        tokens: all its tokens, in order.
    """
    for place, (first, second) in enumerate(pairwise(tokens)):
        if joined(first.surface, second.surface) and are_close(text, first.end, second.start):
            yield Compound(place, f"{first.surface} {second.surface}")


def are_close(text: str, end: int, start: int) -> bool:
    """Tell whether no more than white space or a hyphen stands between the end of a token and the start of the next."""
    return re.fullmatch(_SEPARATOR, text[end:start]) is not None


def is_compound(surface: str) -> bool:
    """Tell whether a surface form is that of a compound written apart."""
    return " " in surface


def openings_behind(first: str) -> frozenset[str] | None:
    """Tell how a word may begin (two letters) that makes a compound with a first part; None where there is none.

    Behind a bound morpheme any word may stand: then the set has the empty string.
    """
    if first in BOUND_MORPHEMES:
        return _ANY
    seconds = _joined_words().get(first)
    return frozenset(second[:2] for second in seconds) if seconds else None


def joined(first: str, second: str) -> str | None:
    """Give the joined word of two surface forms, without the endings of the second; None where they make none.

    `bekerja` and `samanya` give `kerjasama`, which is a stem; `anti` and `korupsi` give `antikorupsi`, which may
    not be one yet.
    """
    if seconds := _joined_words().get(first):
        for end in range(len(second), _MIN_PART - 2, -1):
            word = seconds.get(second[:end])
            if word and re.fullmatch(_ENDING, second[end:]):
                return word
    return first + second if first in BOUND_MORPHEMES and re.fullmatch(_WORD, second) else None


def joined_stems() -> frozenset[str]:
    """Give the stems of all compounds in the table."""
    return frozenset(word for seconds in _joined_words().values() for word in seconds.values())


def parts_of(word: str) -> list[tuple[str, str]]:
    """Give the parts of a joined word of the table: each form of its first part, and its second."""
    return [
        (first, second)
        for first, seconds in _joined_words().items()
        for second, joined_word in seconds.items()
        if joined_word == word
    ]


@cache
def _joined_words() -> dict[str, dict[str, str]]:
    """Give the joined words by their first parts, in each form that these may have, and their second parts."""
    words: dict[str, dict[str, str]] = {}
    for word, firsts, second, _ in table_rows(__file__, "compounds.tsv"):
        for first in firsts.split(" "):
            words.setdefault(first, {})[second] = word
    return words
