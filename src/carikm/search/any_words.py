"""What plain words ask for where any of them will do: of a word such as *Covid-19*, all parts."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from carikm.analysis.compounds import is_compound
from carikm.analysis.tokens import Token, tokenize
from carikm.search.conditions import AllOf, AnyOf, Condition, Holds, HoldsReading
from carikm.search.query_parts import Expansion, Word
from carikm.search.signs import JOINERS

# What has more parts is a headline out of an address, or a row of names.
_MOST_PARTS = 3
# What is written apart with a hyphen where a word is foreign, a name or short: di-PHK, se-Asia, meng-upload, ke-62.
_PREFIXES = {"ber", "be", "ter", "per", "pe", "pem", "pen", "peng", "me", "mem", "men", "meng", "di", "ke", "se", "kau"}
_SUFFIXES = {"lah", "kah", "tah", "pun", "ku", "mu", "nya", "kan", "an", "i"}


def any_word(text: str, words: Sequence[Word], expansions: Sequence[Expansion]) -> Condition:
    """Make the condition that one of a text's words is met, or a whole expansion.

    Args:
        text: the text.
        words: its words, among them compounds that it writes apart; stop words count if there are no others.
        expansions: other forms of its phrases.
    """
    choices = [*_choices(text, words), *map(HoldsReading, expansions)]
    return choices[0] if len(choices) == 1 else AnyOf(choices)


def any_word_of_parts(text: str, words: Sequence[Word], expansions: Sequence[Expansion]) -> Condition | None:
    """Make the same condition where it takes one, since a word has parts; else whatever has a word meets it."""
    has_parts = any(isinstance(choice, AllOf) for choice in _choices(text, words))
    return any_word(text, words, expansions) if has_parts else None


def _choices(text: str, words: Sequence[Word]) -> list[Condition]:
    wanted = [word for word in words if not word.is_stop] or words
    known = {word.surface: Holds(word) for word in wanted}
    compounds = [holds for surface, holds in known.items() if is_compound(surface)]
    distinct = {tuple(dict.fromkeys(filter(known.__contains__, surfaces))) for surfaces in _words_with_parts(text)}
    of_parts = [_asked_for([known[surface] for surface in surfaces]) for surfaces in sorted(distinct) if surfaces]
    return [*compounds, *(parts[0] if len(parts) == 1 else AllOf(parts) for parts in of_parts)]


def _asked_for(parts: Sequence[Holds]) -> Sequence[Holds]:
    """Leave out parts that occur nowhere, if a word is left that says something by itself, not the 19 of Covid-19."""
    there = [part for part in parts if part.word.key is not None]
    says_something = any(len(part.word.surface) > 1 and not part.word.surface.isdigit() for part in there)
    return there if says_something else parts


def _words_with_parts(text: str) -> Iterator[list[str]]:
    """Give the surfaces of each word: of several parts, where a hyphen stands between them; affixes are left out."""
    tokens = list(tokenize(text))
    run = tokens[:1]
    for token, following in pairwise(tokens):
        if text[token.end : following.start] not in JOINERS:
            yield from _together(run)
            run = []
        run.append(following)
    yield from _together(run)


def _together(run: Sequence[Token]) -> Iterator[list[str]]:
    surfaces = [token.surface for token in run]
    if len(run) <= _MOST_PARTS:
        yield [surface for surface in surfaces if surface not in _PREFIXES | _SUFFIXES] or surfaces
    else:
        yield from ([surface] for surface in surfaces)
