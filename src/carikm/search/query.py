"""From what the user typed to what is searched for: words as the store knows them, conditions, other forms."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from carikm.analysis.compounds import find_compounds
from carikm.analysis.tokens import Token, tokenize
from carikm.errors import QueryEmpty
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.search.expansion import expand
from carikm.search.importance import CAPITAL_BOOST, emphasised, question_words
from carikm.search.neighbours import expand_rare
from carikm.search.signs import Note, may_be_language
from carikm.search.store import Expansion, SearchStore, Word

if TYPE_CHECKING:
    from carikm.search.conditions import Condition, HoldsPhrase


class Query(NamedTuple):
    """A query as it is understood.

    `words` are its distinct words in order, and `phrases` those in quotes: what is scored and marked. `condition` is
    what a hit must meet, None for any of the words or a whole expansion. `understood` is the query as it was read,
    where it is more than words; `notes` are what the user should know of the reading.
    """

    text: str
    words: Sequence[Word]
    expansions: Sequence[Expansion] = ()
    phrases: "Sequence[HoldsPhrase]" = ()
    condition: "Condition | None" = None
    understood: str | None = None
    notes: Sequence[Note] = ()

    @property
    def weighing(self) -> Sequence[Word]:
        """The words that ranking looks at: no stop words, unless there is nothing else."""
        return [word for word in self.words if not word.is_stop] or ([] if self.phrases else self.words)


def read_query(
    store: SearchStore,
    text: str,
    *,
    expanded: bool = False,
    all_words: bool = False,
    literal: bool = False,
    corrections: Corrections = NO_CORRECTIONS,
) -> Query:
    """Read a query, look up its words and, if it is to be `expanded`, other forms of what stands outside quotes.

    Args:
        store: knows the words.
        text: the query.
        expanded: whether other forms are looked for.
        all_words: whether a hit must hold all plain words, and not any.
        literal: whether the query is words alone, whatever signs it has.
        corrections: the user's.

    Raises:
        QueryEmpty: the query has no word in it.
        QuerySyntax: it is meant as the query language, and is wrong.
    """
    if next(tokenize(text), None) is None:
        found = "is empty" if not text.strip() else f"{text!r} has no letter or number in it"
        raise QueryEmpty(f"The query {found}.", 'Give one word or more: carikm search "sentra logam"')
    if not all_words and (literal or not may_be_language(text)):
        words, expansions = read_words(store, text, corrections if expanded else None)
        return Query(text, words, [*expansions, *expand_rare(store, words)] if expanded else ())
    from carikm.search.language import read_language

    return read_language(
        store,
        text,
        corrections if expanded else None,
        all_words=all_words,
        literal=literal or not may_be_language(text),
    )


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


def distinct(words: Iterable[Word]) -> list[Word]:
    """Give each word once."""
    return list({(word.surface, word.is_exact): word for word in words}.values())
