"""From words to scored chunks.

A chunk's score is the sum over the query's words of

    idf(stem) · sat(stem) + SURFACE_WEIGHT · idf(surface) · sat(surface),   sat = tf (k1 + 1) / (tf + norm)

which is `rank_bm25.BM25Okapi` over stems plus half of the same over exact forms (see `carikm.index.weights`).
Every factor is above 0, so a chunk scores if and only if it holds one of the words.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from carikm.index.format import BOILERPLATE_BASE, Postings
from carikm.index.weights import K1, SURFACE_WEIGHT, length_norm


class WeighedWord(NamedTuple):
    """A word's postings with its two weights; `form` is its own form's number, None where it has none."""

    postings: Postings
    stem_idf: float
    form: int | None
    surface_idf: float


class Lengths:
    """The length norms of all chunks, body and boilerplate, computed once for each length that occurs."""

    def __init__(self, body: Sequence[int], boilerplate: Sequence[int], average: float) -> None:
        self._body = body
        self._boilerplate = boilerplate
        self._average = average
        self._norms: dict[int, float] = {}

    def norm(self, chunk: int) -> float:
        """Give the length norm of a chunk."""
        length = self._body[chunk] if chunk < BOILERPLATE_BASE else self._boilerplate[chunk - BOILERPLATE_BASE]
        found = self._norms.get(length)
        if found is None:
            found = self._norms[length] = length_norm(length, self._average)
        return found


def score_chunks(words: Iterable[WeighedWord], lengths: Lengths, within: Sequence[range]) -> dict[int, float]:
    """Score every chunk that lies in one of the ranges and holds one of the words."""
    scores: dict[int, float] = defaultdict(float)
    for word in words:
        for part in within:
            for chunk, occurrences, own in _occurrences(word, part):
                norm = lengths.norm(chunk)
                score = word.stem_idf * _saturation(occurrences, norm)
                if own:
                    score += SURFACE_WEIGHT * word.surface_idf * _saturation(own, norm)
                scores[chunk] += score
    return scores


def _saturation(occurrences: int, norm: float) -> float:
    return occurrences * (K1 + 1) / (occurrences + norm)


def _occurrences(word: WeighedWord, within: range) -> Iterable[tuple[int, int, int]]:
    """Give (chunk, occurrences of the stem, occurrences of the word's own form) for the chunks of a range."""
    chunks = word.postings.chunks
    part = slice(bisect_left(chunks, within.start), bisect_left(chunks, within.stop))
    chunks, counts = chunks[part], word.postings.occurrences[part]
    if word.postings.forms is None:
        owns = counts if word.form is not None else bytes(len(counts))
        return zip(chunks, counts, owns, strict=True)
    totals: dict[int, int] = defaultdict(int)
    own: dict[int, int] = {}
    for chunk, count, form in zip(chunks, counts, word.postings.forms[part], strict=True):
        totals[chunk] += count
        if form == word.form:
            own[chunk] = count
    return ((chunk, count, own.get(chunk, 0)) for chunk, count in totals.items())


def matching_chunks(words: Iterable[WeighedWord], within: range) -> set[int]:
    """Find the chunks of a range that hold one of the words."""
    found: set[int] = set()
    for word in words:
        chunks = word.postings.chunks
        found.update(chunks[bisect_left(chunks, within.start) : bisect_left(chunks, within.stop)])
    return found
