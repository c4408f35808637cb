"""From words to scored texts: chunks, articles and leads are scored alike.

A text's score is the sum over the query's words of

    idf(stem) · sat(stem) + SURFACE_WEIGHT · idf(surface) · sat(surface),   sat = tf (k1 + 1) / (tf + norm)

which is `rank_bm25.BM25Okapi` over stems plus half of the same over exact forms (see `carikm.index.weights`).
Every factor is above 0, so a text scores if and only if it holds one of the words, or all words of an expansion.
An expansion counts as the phrase of the query that it stands in for would, at a part of its weight, and only where
that phrase is not: so it finds more and does not turn round what the query's own words found.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Sequence
from typing import NamedTuple

from carikm.index.format import Postings
from carikm.index.weights import K1, SURFACE_WEIGHT, length_norm

Occurrences = Sequence[tuple[int, int, int]]


class WeighedWord(NamedTuple):
    """A word's postings with its two weights; `form` is its own form's number, None where it has none."""

    postings: Postings
    stem_idf: float
    form: int | None
    surface_idf: float


class Phrase(NamedTuple):
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

    def __init__(self, words: Sequence[Found], phrases: Sequence[tuple[Phrase, Sequence[Found]]]) -> None:
        self.words = words
        self.phrases = phrases

    def in_articles(self, starts: Sequence[int]) -> "Search":
        """Add up what was found in body chunks by their articles; `starts` has each article's first chunk."""
        return Search(
            [_in_articles(found, starts) for found in self.words],
            [(phrase, [_in_articles(found, starts) for found in words]) for phrase, words in self.phrases],
        )

    def texts_with_all(self, place: int) -> set[int]:
        """Give the texts with all words of an expansion, by its place."""
        return set[int].intersection(
            *({text for text, _, _ in occurrences} for _, occurrences in self.phrases[place][1])
        )

    def only(self, allowed: Sequence[Container[int]]) -> "Search":
        """Keep of each expansion what was found in the texts allowed for it."""
        return Search(
            self.words,
            [
                (phrase, [(word, [place for place in places if place[0] in texts]) for word, places in words])
                for (phrase, words), texts in zip(self.phrases, allowed, strict=True)
            ],
        )

    def stands_in(self, place: int) -> dict[int, int]:
        """Tell how often an expansion, by its place, stands in each text: as often as the rarest of its words.

        Where the query has its own words for it, those count and not the expansion.
        """
        phrase, words = self.phrases[place]
        counts = [{text: count for text, count, _ in occurrences} for _, occurrences in words]
        texts = set[int].intersection(*map(set, counts))
        if phrase.instead_of:
            own = [{text for text, _, _ in self.words[word][1]} for word in phrase.instead_of]
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


def search_for(words: Iterable[WeighedWord], phrases: Iterable[Phrase], within: range) -> Search:
    """Find words, and those of expansions, in the texts of a range."""
    return Search(
        [_occurrences(word, within) for word in words],
        [(phrase, [_in_form(phrase, _occurrences(word, within)) for word in phrase.words]) for phrase in phrases],
    )


def _in_form(phrase: Phrase, found: Found) -> Found:
    word, occurrences = found
    return (word, [(text, own, own) for text, _, own in occurrences if own]) if phrase.is_exact else found


def _occurrences(word: WeighedWord, within: range) -> Found:
    chunks = word.postings.chunks
    part = slice(bisect_left(chunks, within.start), bisect_left(chunks, within.stop))
    chunks, counts = chunks[part], word.postings.occurrences[part]
    if word.postings.forms is None:
        owns = counts if word.form is not None else bytes(len(counts))
        return word, list(zip(chunks, counts, owns, strict=True))
    totals: dict[int, int] = defaultdict(int)
    own: dict[int, int] = {}
    for chunk, count, form in zip(chunks, counts, word.postings.forms[part], strict=True):
        totals[chunk] += count
        if form == word.form:
            own[chunk] = count
    return word, [(chunk, count, own.get(chunk, 0)) for chunk, count in totals.items()]


def _in_articles(found: Found, starts: Sequence[int]) -> Found:
    occurrences: list[tuple[int, int, int]] = []
    article, end, total, total_own = -1, 0, 0, 0
    for chunk, count, own in found[1]:
        if chunk >= end:
            if article >= 0:
                occurrences.append((article, total, total_own))
            article = bisect_right(starts, chunk) - 1
            end = starts[article + 1] if article + 1 < len(starts) else chunk + (1 << 31)
            total = total_own = 0
        total += count
        total_own += own
    if article >= 0:
        occurrences.append((article, total, total_own))
    return found[0], occurrences


def score(search: Search, norm: Callable[[int], float]) -> dict[int, float]:
    """Score every text that holds one of the words, or a whole expansion; `norm` gives its length norm."""
    scores: dict[int, float] = defaultdict(float)
    for word, occurrences in search.words:
        stem_weight, surface_weight = (K1 + 1) * word.stem_idf, (K1 + 1) * SURFACE_WEIGHT * word.surface_idf
        for text, count, own in occurrences:
            length = norm(text)
            part = stem_weight * count / (count + length)
            if own:
                part += surface_weight * own / (own + length)
            scores[text] += part
    for place, (phrase, _) in enumerate(search.phrases):
        for text, count in search.stands_in(place).items():
            scores[text] += phrase.weight * (K1 + 1) * count / (count + norm(text))
    return scores


def matching_chunks(words: Iterable[WeighedWord], within: range) -> set[int]:
    """Find the chunks of a range that hold one of the words."""
    found: set[int] = set()
    for word in words:
        chunks = word.postings.chunks
        found.update(chunks[bisect_left(chunks, within.start) : bisect_left(chunks, within.stop)])
    return found
