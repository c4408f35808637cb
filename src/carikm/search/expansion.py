"""What a query is searched for besides its own words: other forms of them, at a low weight.

The user's synonyms and acronyms come from `carikm.toml`, all other acronyms from the archive itself, which tells
`Pemerintah Kota (Pemkot)`. Either form finds the other. An acronym with several readings none of which prevails is
taken as it is; so are words that are asked for in just their form.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from carikm.analysis.readings import COORDINATORS, key_of
from carikm.analysis.tokens import Token
from carikm.index.corrections import Corrections
from carikm.search.query import LONGEST_QUERY
from carikm.search.query_parts import Expansion, Reading
from carikm.search.store import SearchStore

EXPANSION_WEIGHT = 0.3
_LONGEST_PHRASE = 9
# A reading is taken if it has more than this share of all that the archive says of the phrase.
_PREVAILING = 0.5
_USER = "carikm.toml"
_ARCHIVE = "archive"


def expand(store: SearchStore, tokens: Sequence[Token], corrections: Corrections) -> list[Expansion]:
    """Find the other forms of a query's phrases, each once, in the order of the phrases.

    Args:
        store: knows the archive's acronyms, and the words.
        tokens: those of a run of plain words of the query.
        corrections: the user's.
    """
    if len(tokens) > LONGEST_QUERY:
        return []
    own = {token.surface for token in tokens}
    found: dict[str, Expansion] = {}
    for phrase in _phrases(tokens):
        for reading, source in _readings(store, phrase, corrections):
            surfaces = tuple(key_of(reading.surfaces).split())
            if own.issuperset(surfaces) or reading.phrase in found:
                continue
            # What is one word to the user may well have affixes; an acronym or a phrase is what it is.
            is_exact = source == _ARCHIVE or len(surfaces) > 1
            words = [word for word in map(store.look_up, surfaces) if not word.is_stop]
            if is_exact:
                words = [word._replace(forms=frozenset([word.surface])) for word in words]
            if words:
                found[reading.phrase] = Expansion(
                    phrase, reading.phrase, surfaces, words, is_exact, EXPANSION_WEIGHT, source, reading.chunks
                )
    return list(found.values())


def whole(surfaces: Sequence[str]) -> re.Pattern[str]:
    """Match a phrase in a text: its words in order, with nothing but signs and coordinators between them."""
    between = rf"\W{{1,4}}(?:(?:{'|'.join(sorted(COORDINATORS))})\W{{1,4}})?"
    first, rest = re.escape(surfaces[0][0]), between.join(map(re.escape, [surfaces[0][1:], *surfaces[1:]]))
    # That no word goes on before it is asked behind the first letter: a search for a letter takes half the time.
    return re.compile(rf"{first}(?<!\w.){rest}(?:nya)?(?!\w)", re.IGNORECASE)


def _phrases(tokens: Sequence[Token]) -> Iterator[str]:
    """Give every run of neighbouring words, as surfaces joined by spaces."""
    for first in range(len(tokens)):
        for end in range(first + 1, min(first + _LONGEST_PHRASE, len(tokens)) + 1):
            yield " ".join(token.surface for token in tokens[first:end])


def _readings(store: SearchStore, phrase: str, corrections: Corrections) -> Iterator[tuple[Reading, str]]:
    for other in [*_both_ways(corrections.synonyms, phrase), *_both_ways(corrections.acronyms, phrase)]:
        yield Reading(other, tuple(other.split()), 0), _USER
    if phrase not in corrections.acronyms:
        readings = store.readings(phrase)
        total = sum(reading.chunks for reading in readings)
        for reading in readings[:1]:
            if reading.chunks > _PREVAILING * total and " ".join(reading.surfaces) not in corrections.acronyms:
                yield reading, _ARCHIVE


def _both_ways(table: Mapping[str, Iterable[str]], phrase: str) -> list[str]:
    others = [name for name, values in table.items() if phrase in values]
    return [*table.get(phrase, ()), *others]
