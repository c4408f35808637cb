"""Why a hit has its score: what each word, phrase and expansion adds to it in article, chunk and lead.

There is no second formula: what a word adds is what `carikm.search.score.score` gives for a query of that word alone,
once with the weight of its exact form taken away and once with that of its stem. Scores are sums, so the parts add up.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from carikm.index.weights import document_frequency
from carikm.search.query_parts import Expansion, Word
from carikm.search.score import Found, Level, Search, WeighedExpansion, WeighedWord, score

if TYPE_CHECKING:
    from carikm.search.conditions import HoldsPhrase

WORD = "word"
PHRASE = "phrase"


class Term(NamedTuple):
    """A word, phrase or expansion as it is weighed.

    `kind` is `word`, `phrase`, or the source of an expansion, which stands in for `instead_of`. Frequencies count
    articles; they and the idf are None where a weight is put together from several words. `boost` multiplies the
    whole; an expansion's has its own weight in it.
    """

    text: str
    stem: str
    kind: str
    instead_of: str | None
    boost: float
    idf: float
    frequency: int | None
    surface_idf: float
    surface_frequency: int | None


class Part(NamedTuple):
    """What a term adds in one text: `stem_score` for all its forms and `surface_score` for its own on top.

    `occurrences` counts all forms, `own` those in the term's own form. Both scores have the text's `weight` in them.
    """

    kind: str
    weight: float
    occurrences: int
    own: int
    length_norm: float
    stem_score: float
    surface_score: float

    @property
    def score(self) -> float:
        """What the term adds in this text."""
        return self.stem_score + self.surface_score


class TermShare(NamedTuple):
    """What a term adds to a hit's score, text by text; texts without it are left out."""

    term: Term
    parts: Sequence[Part]

    @property
    def score(self) -> float:
        """What the term adds in all."""
        return sum(part.score for part in self.parts)


class Explanation(NamedTuple):
    """What a hit's score is made of, by the terms it holds."""

    terms: Sequence[TermShare]

    @property
    def score(self) -> float:
        """The sum of all parts: the hit's score."""
        return sum(share.score for share in self.terms)


def word_term(word: Word, weighed: WeighedWord, articles: int) -> Term:
    """Describe a word of the query in an archive of that many articles."""
    stem_idf, surface_idf = word.weight, weighed.surface_weight / word.boost if word.boost else 0.0
    frequencies = [document_frequency(articles, idf) if idf else None for idf in (stem_idf, surface_idf)]
    return Term(word.surface, word.stem, WORD, None, word.boost, stem_idf, frequencies[0], surface_idf, frequencies[1])


def phrase_term(phrase: "HoldsPhrase", weighed: WeighedWord) -> Term:
    """Describe a phrase: its idf is the sum of those of its words."""
    text = " ".join(phrase.surfaces)
    return Term(text, text, PHRASE, None, 1.0, weighed.stem_weight, None, weighed.surface_weight, None)


def expansion_term(expansion: Expansion, weighed: WeighedExpansion) -> Term:
    """Describe an expansion: its idf is that of what it stands in for."""
    idf = weighed.weight / expansion.weight
    text = expansion.reading
    return Term(text, text, expansion.source, expansion.phrase, expansion.weight, idf, None, 0.0, None)


def explain(words: Sequence[Term], expansions: Sequence[Term], texts: Sequence[tuple[Level, int]]) -> Explanation:
    """Take a score apart.

    Args:
        words: those that were searched for, in the order in which the levels have them.
        expansions: likewise.
        texts: the hit's article, chunk and lead, each with its number.
    """
    parts: list[list[Part]] = [[] for _ in (*words, *expansions)]
    for level, text in texts:
        here = level.search.in_text(text)
        for place in range(len(words)):
            if here.words[place][1]:
                parts[place].append(_of_word(level, here, text, place))
        for place in range(len(expansions)):
            if count := here.stands_in(place).get(text):
                parts[len(words) + place].append(_of_expansion(level, here, text, place, count))
    shares = zip((*words, *expansions), parts, strict=True)
    return Explanation([TermShare(term, found) for term, found in shares if found])


def _of_word(level: Level, here: Search, text: int, place: int) -> Part:
    word, occurrences = here.words[place]
    _, count, own = occurrences[0]

    def points(stem_weight: float, surface_weight: float) -> float:
        alone = Search([(word._replace(stem_weight=stem_weight, surface_weight=surface_weight), occurrences)], [])
        return level.weight * score(alone, level.norm)[text]

    return Part(
        level.kind,
        level.weight,
        count,
        own,
        level.norm(text),
        points(word.stem_weight, 0.0),
        points(0.0, word.surface_weight),
    )


def _of_expansion(level: Level, here: Search, text: int, place: int, count: int) -> Part:
    weightless: list[Found] = [
        (word._replace(stem_weight=0.0, surface_weight=0.0), occurrences) for word, occurrences in here.words
    ]
    alone = Search(weightless, [here.expansions[place]])
    points = level.weight * score(alone, level.norm)[text]
    return Part(level.kind, level.weight, count, 0, level.norm(text), points, 0.0)
