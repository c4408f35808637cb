"""From what the user typed to what is searched for: its words, as the store knows them, and their other forms."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from carikm.analysis.compounds import find_compounds
from carikm.analysis.tokens import Token, tokenize
from carikm.errors import QueryEmpty
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.search.expansion import expand
from carikm.search.store import Expansion, SearchStore, Word

_QUOTED = r'"[^"]*+"|“[^”]*+”'


class Query(NamedTuple):
    """A query as it is understood: its text, its distinct words in order, and what else to search for."""

    text: str
    words: Sequence[Word]
    expansions: Sequence[Expansion] = ()

    @property
    def weighing(self) -> Sequence[Word]:
        """The words that ranking looks at: no stop words, unless there is nothing else."""
        return [word for word in self.words if not word.is_stop] or self.words


def read_query(
    store: SearchStore, text: str, *, expanded: bool = False, corrections: Corrections = NO_CORRECTIONS
) -> Query:
    """Look up the words of a query and, if it is to be `expanded`, other forms of what stands outside quotes.

    A compound written apart is a word of its own behind its parts, so that `kerja sama` finds *kerjasama* too.

    Raises:
        QueryEmpty: the query has no word in it.
    """
    tokens = list(tokenize(text))
    if not tokens:
        found = "is empty" if not text.strip() else f"{text!r} has no letter or number in it"
        raise QueryEmpty(f"The query {found}.", 'Give one word or more: carikm search "sentra logam"')
    words = [store.look_up(surface) for surface in dict.fromkeys(_surfaces(text, tokens))]
    return Query(text, words, expand(store, tokens, _quoted(text, tokens), corrections) if expanded else ())


def _surfaces(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Give the words of a query, and behind its parts each compound that is written apart."""
    compounds = {compound.first + 1: compound.surface for compound in find_compounds(text, tokens)}
    for place, token in enumerate(tokens):
        yield token.surface
        if place in compounds:
            yield compounds[place]


def _quoted(text: str, tokens: Sequence[Token]) -> list[bool]:
    """Tell of each token whether it stands in double quotes."""
    if '"' not in text and "“" not in text:
        return [False] * len(tokens)
    spans = [match.span() for match in re.finditer(_QUOTED, text)]
    return [any(start < token.start and token.end < end for start, end in spans) for token in tokens]
