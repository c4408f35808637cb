"""From words to scored texts: chunks, articles and leads are scored alike.

A text's score is the sum over the query's words of

    idf(stem) · sat(stem) + SURFACE_WEIGHT · idf(surface) · sat(surface),   sat = tf (k1 + 1) / (tf + norm)

which is `rank_bm25.BM25Okapi` over stems plus half of the same over exact forms (see `carikm.index.weights`).
Every factor is above 0, so a text scores if and only if it holds one of the words, or all words of an expansion.
An expansion counts as the phrase of the query that it stands in for would, at a part of its weight, and only where
that phrase is not: so it finds more and does not turn round what the query's own words found.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence

from carikm.index.weights import K1, SURFACE_WEIGHT, length_norm, saturation
from carikm.records import NamedTuple
from carikm.search.sources import Occurrences, Source, Texts


class WeighedWord(NamedTuple):
    """Where a word, or a phrase, occurs, with the weights of its stem and of its own form."""

    source: Source
    stem_weight: float
    surface_weight: float


class WeighedExpansion(NamedTuple):
    """An expansion: its words, what it weighs, and the places among the query's words of those it stands in for.

    `is_exact` tells that its words match in their own form only.
    """

    words: Sequence[WeighedWord]
    weight: float
    instead_of: Sequence[int]
    is_exact: bool


# Where a word was found: (text, occurrences of the stem, occurrences of the word's own form), ascending.
Found = tuple[WeighedWord, Occurrences]


class Search:
    """Where the words of a query were found, and those of its expansions."""

    def __init__(self, words: Sequence[Found], expansions: Sequence[tuple[WeighedExpansion, Sequence[Found]]]) -> None:
        self.words = words
        self.expansions = expansions

    def in_articles(self, article_of: Mapping[int, int] | Sequence[int]) -> "Search":
        """Add up what was found in body chunks by their articles; `article_of` has the article of each."""
        return Search(
            [_in_articles(found, article_of) for found in self.words],
            [(expansion, [_in_articles(found, article_of) for found in words]) for expansion, words in self.expansions],
        )

    def texts(self) -> set[int]:
        """Give the texts with any of the words, or with a whole expansion."""
        texts = {text for _, occurrences in self.words for text, _, _ in occurrences}
        return texts.union(*(self.stands_in(place) for place in range(len(self.expansions))))

    def in_text(self, text: int) -> "Search":
        """Keep what was found in one text."""
        return Search(
            [_in_text(found, text) for found in self.words],
            [(expansion, [_in_text(found, text) for found in words]) for expansion, words in self.expansions],
        )

    def texts_with_all(self, place: int) -> set[int]:
        """Give the texts with all words of an expansion, by its place."""
        return set[int].intersection(
            *({text for text, _, _ in occurrences} for _, occurrences in self.expansions[place][1])
        )

    def only(self, allowed: Sequence[Container[int]]) -> "Search":
        """Keep of each expansion what was found in the texts allowed for it."""
        return Search(
            self.words,
            [
                (expansion, [(word, [place for place in places if place[0] in texts]) for word, places in words])
                for (expansion, words), texts in zip(self.expansions, allowed, strict=True)
            ],
        )

    def stands_in(self, place: int) -> dict[int, int]:
        """Tell how often an expansion, by its place, stands in each text: as often as the rarest of its words.

        Where the query has its own words for it, those count and not the expansion.
        """
        expansion, words = self.expansions[place]
        counts = [{text: count for text, count, _ in occurrences} for _, occurrences in words]
        texts = set[int].intersection(*map(set, counts))
        if expansion.instead_of:
            own = [{text for text, _, _ in self.words[word][1]} for word in expansion.instead_of]
            texts -= set[int].intersection(*own)
        return {text: min(count[text] for count in counts) for text in texts}


class Norms:
    """The length norms of texts, each computed once for its length; `longest` cuts the lengths."""

    def __init__(
        self, lengths: Sequence[int], average: float, b: float, *, first: int = 0, longest: int | None = None
    ) -> None:
        """Take the lengths in tokens of the texts that are numbered from `first`."""
        self._lengths = lengths
        self._average = average
        self._b = b
        self._first = first
        self._longest = longest
        self._norms: dict[int, float] = {}

    def norm(self, text: int) -> float:
        """Give the length norm of a text."""
        length = self._lengths[text - self._first]
        found = self._norms.get(length)
        if found is None:
            cut = length if self._longest is None else min(length, self._longest)
            found = self._norms[length] = length_norm(cut, self._average, self._b)
        return found


class Level(NamedTuple):
    """One of the three kinds of text that a chunk's score is made of: `kind` is article, chunk or lead.

    `search` has what was found in texts of that kind, `norm` gives their length norms; `weight` multiplies their
    scores.
    """

    kind: str
    weight: float
    search: Search
    norm: Callable[[int], float]


def search_for(words: Iterable[WeighedWord], expansions: Iterable[WeighedExpansion], within: Texts) -> Search:
    """Find words, and those of expansions, in the texts of a range, or of several."""
    return Search(
        [(word, word.source.within(within)) for word in words],
        [
            (expansion, [(word, _in_form(expansion, word.source.within(within))) for word in expansion.words])
            for expansion in expansions
        ],
    )


def _in_form(expansion: WeighedExpansion, occurrences: Occurrences) -> Occurrences:
    return [(text, own, own) for text, _, own in occurrences if own] if expansion.is_exact else occurrences


def _in_text(found: Found, text: int) -> Found:
    word, occurrences = found
    place = bisect_left(occurrences, (text, 0, 0))
    return word, [entry for entry in occurrences[place : place + 1] if entry[0] == text]


def _in_articles(found: Found, article_of: Mapping[int, int] | Sequence[int]) -> Found:
    totals: dict[int, int] = defaultdict(int)
    owns: dict[int, int] = defaultdict(int)
    for chunk, count, own in found[1]:
        article = article_of[chunk]
        totals[article] += count
        owns[article] += own
    return found[0], [(article, total, owns[article]) for article, total in totals.items()]


def score(search: Search, norm: Callable[[int], float]) -> dict[int, float]:
    """Score every text that holds one of the words, or a whole expansion; `norm` gives its length norm."""
    scores: dict[int, float] = defaultdict(float)
    for word, occurrences in search.words:
        stem_weight, surface_weight = (K1 + 1) * word.stem_weight, (K1 + 1) * SURFACE_WEIGHT * word.surface_weight
        for text, count, own in occurrences:
            length = norm(text)
            # `saturation`, written out: with a call for each occurrence all this takes a fifth longer.
            part = stem_weight * count / (count + length)
            if own:
                part += surface_weight * own / (own + length)
            scores[text] += part
    for place, (expansion, _) in enumerate(search.expansions):
        for text, count in search.stands_in(place).items():
            scores[text] += expansion.weight * saturation(count, norm(text))
    return scores
