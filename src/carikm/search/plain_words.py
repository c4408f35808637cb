"""From plain words to words as the store knows them, weighed as they are written, and their other forms."""

from collections.abc import Iterable, Iterator, Sequence

from carikm.analysis.compounds import find_compounds
from carikm.analysis.tokens import Token, tokenize
from carikm.index.corrections import Corrections
from carikm.search.expansion import expand
from carikm.search.importance import CAPITAL_BOOST, emphasised, question_words
from carikm.search.neighbours import expand_rare
from carikm.search.query import LONGEST_QUERY, Query
from carikm.search.query_parts import Expansion, Word
from carikm.search.signs import Note, may_have_parts
from carikm.search.store import SearchStore


def read_plain(store: SearchStore, text: str, corrections: Corrections | None, notes: Sequence[Note] = ()) -> Query:
    """Make a query of plain words, any of which may match, and unless there are no `corrections` of other forms."""
    words, expansions = read_words(store, text, corrections)
    if corrections is not None:
        expansions = [*expansions, *expand_rare(store, words)]
    condition = None
    if may_have_parts(text) and len(words) <= LONGEST_QUERY:
        from carikm.search.any_words import any_word_of_parts  # few queries have such words

        condition = any_word_of_parts(text, words, expansions)
    return Query(text, words, expansions, condition=condition, notes=notes)


def read_words(
    store: SearchStore, text: str, corrections: Corrections | None
) -> tuple[list[Word], Sequence[Expansion]]:
    """Look up the distinct words of a text and, unless there are no `corrections`, their expansions.

    A compound written apart is a word of its own behind its parts, so that `kerja sama` finds *kerjasama* too.
    """
    tokens = list(tokenize(text))
    found = (store.look_up(surface) for surface in dict.fromkeys(_surfaces(text, tokens)))
    words = _as_written(found, text, tokens)
    return words, () if corrections is None else expand(store, tokens, corrections)


def _as_written(words: Iterable[Word], text: str, tokens: Sequence[Token]) -> list[Word]:
    """Let words weigh as the query says; a question word is a stop word of it."""
    asking, strong = question_words(tokens), emphasised(text, tokens)
    return [
        word._replace(
            is_stop=word.is_stop or word.surface in asking,
            boost=CAPITAL_BOOST if word.surface in strong else word.boost,
        )
        for word in words
    ]


def _surfaces(text: str, tokens: Sequence[Token]) -> Iterator[str]:
    """Give the words of a query, and behind its parts each compound that is written apart."""
    compounds = {compound.first + 1: compound.surface for compound in find_compounds(text, tokens)}
    for place, token in enumerate(tokens):
        yield token.surface
        if place in compounds:
            yield compounds[place]
