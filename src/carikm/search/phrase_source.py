"""Where in the index phrases occur: the texts that hold all their words are read, since the index has no positions."""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from carikm.analysis.tokens import normalize, raw_tokens
from carikm.index.bits import bits_of, numbers_in
from carikm.index.format import BODY_CHUNKS, LEAD_BASE
from carikm.index.weights import LEAD_LENGTH
from carikm.search.phrases import phrase_runs, side_by_side_count
from carikm.search.sources import Occurrences, Source, Texts
from carikm.search.spread import Spread, common, own_spread

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader


class PhraseSource:
    """The occurrences of a phrase, which were counted text by text."""

    def __init__(self, index: "IndexReader", words: Sequence[Source], counts: Mapping[int, int]) -> None:
        """Take where the phrase's words occur, and how often each text has the phrase."""
        self._index = index
        self._words = words
        self._counts = sorted(counts.items())
        self._texts = [text for text, _ in self._counts]

    def within(self, texts: Texts) -> Occurrences:
        """Give the occurrences in a range of texts, or in several; all are in the word's own form."""
        found: list[tuple[int, int, int]] = []
        for part in [texts] if isinstance(texts, range) else texts:
            places = slice(bisect_left(self._texts, part.start), bisect_left(self._texts, part.stop))
            found += [(text, count, count) for text, count in self._counts[places]]
        return found

    def in_own_form(self, chunks: set[int]) -> set[int]:
        """Keep of body chunks those that have it."""
        return chunks.intersection(self._texts)

    def spread(self) -> Spread:
        """Tell where in all bodies it occurs."""
        return self._spread

    @cached_property
    def _spread(self) -> Spread:
        chunks = bits_of(self._texts[: bisect_left(self._texts, LEAD_BASE)], self._index.chunk_slots)
        # In no text is the phrase more often than the rarest of its words.
        return own_spread(self._index, chunks, [word.spread() for word in self._words])


def phrase_source(
    index: "IndexReader", words: Sequence[Source], phrase: Sequence[str], slop: int | None, parts: Sequence[range]
) -> PhraseSource:
    """Find a phrase in the texts that hold all its words.

    Args:
        index: has the texts.
        words: where the phrase's distinct forms occur.
        phrase: its surfaces.
        slop: see `carikm.search.phrases.phrase_runs`.
        parts: the ranges of chunks to look in.
    """
    starts = {start: article for article, start in enumerate(index.article_starts())}
    counts: dict[int, int] = {}
    surfaces = _Surfaces()
    count = side_by_side_count(phrase) if slop is None else None
    for part in parts:
        for chunk, text in index.readable_texts(_with_all(words, part)):
            found = None if count is None else count(text)
            if found is None or (found and chunk in starts):
                runs = phrase_runs(list(map(surfaces.__getitem__, raw_tokens(text))), phrase, slop)
                found = len(runs)
                in_lead = sum(end <= LEAD_LENGTH for _, end in runs)
                if in_lead and chunk in starts:
                    counts[LEAD_BASE + starts[chunk]] = in_lead
            if found:
                counts[chunk] = found
    return PhraseSource(index, words, counts)


class _Surfaces(dict[str, str]):
    """The forms by which tokens are indexed: most tokens come again and again."""

    def __missing__(self, token: str) -> str:
        found = self[token] = normalize(token)
        return found


def _with_all(words: Sequence[Source], part: range) -> list[int]:
    """Give the texts of a part that hold all words, ascending."""
    if part == BODY_CHUNKS:
        return numbers_in(common([word.spread() for word in words]))
    return sorted(set[int].intersection(*({text for text, _, _ in word.within(part)} for word in words)))
