"""The store on this machine: an open index."""

from bisect import bisect_right
from collections.abc import Collection, Sequence
from functools import lru_cache

from carikm.analysis.compounds import is_compound
from carikm.analysis.readings import key_of
from carikm.index.bits import numbers_in
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle
from carikm.index.weights import inverse_document_frequency
from carikm.search.neighbours import SHARED_BEGINNING, lengths_of_neighbours, may_have_neighbours, nearest
from carikm.search.query import Query
from carikm.search.query_parts import Neighbour, Reading, Word
from carikm.search.ranking import count, rank
from carikm.search.references import shortest_reference
from carikm.search.sources import forms_source, known_term
from carikm.search.spread import SpreadMemory
from carikm.search.store import Cited, Passage, Ranking, Scope

# An acronym that occurs in more chunks is explained more than once; one in lower case, in this share of them.
_FEW_CHUNKS = 20
_SHARE_EXPLAINED = 0.03
# Many queries find the same articles.
_ARTICLES_REMEMBERED = 4096


class LocalStore:
    """A `SearchStore` over an index on disk; it reads only the postings and chunks that are asked for."""

    def __init__(self, index: IndexReader, corrections: Corrections = NO_CORRECTIONS) -> None:
        self._index = index
        self._corrections = corrections
        self._memory = SpreadMemory()
        self._named = lru_cache(maxsize=_ARTICLES_REMEMBERED)(self._name)

    def look_up(self, surface: str) -> Word:
        """Tell what the index knows of a word; only a form that it has never seen needs the stemmer."""
        known = self._index.surface(surface)
        is_stop = surface in self._corrections.stop_words or (known is not None and known.is_stop)
        if known is not None:
            term = known_term(self._index, known.term)
        else:
            from carikm.analysis.stems import corrected_stem, stop_words  # most words are known

            stem = corrected_stem(surface, self._corrections.stems)
            found = self._index.term(stem=stem)
            if found is None:
                return Word(surface, stem, frozenset([surface]), is_stop or surface in stop_words(), 0.0)
            term = found
        forms = frozenset(filter(None, term.forms)) | {surface}
        own = known.idf if known is not None and not is_compound(surface) else 0.0
        return Word(surface, term.stem, forms, is_stop, term.idf, term.id, own_weight=own)

    def readings(self, phrase: str) -> Sequence[Reading]:
        """Tell what other forms the archive gives for a phrase, commonest first."""
        words = phrase.split()
        if len(words) > 1:
            found = self._index.shorts_of(key_of(words))
        else:
            found = [reading for reading in self._index.readings_of(phrase) if self._is_sure(phrase, reading.chunks)]
        return [Reading(other.form, tuple(other.key.split()), other.chunks) for other in found]

    def _is_sure(self, short: str, explained: int) -> bool:
        """Doubt an acronym that is explained once and used often, and an ordinary word that once was one: *kode*."""
        known = self._index.surface(short)
        if known is None or known.frequency <= _FEW_CHUNKS:
            return True
        is_ordinary = known.lower > known.frequency / 2
        return explained > 1 and (not is_ordinary or explained >= _SHARE_EXPLAINED * known.frequency)

    def look_up_forms(self, surface: str, forms: Collection[str]) -> Word:
        """Make a word that matches in just these forms; its frequency is that of articles with any of them."""
        known = [found for form in forms if (found := self._index.surface(form)) is not None]
        if not known:
            return Word(surface, surface, frozenset(), False, 0.0, None, is_exact=True)
        weight = known[0].idf
        if len(known) > 1:
            starts, representatives = self._index.article_starts(), self._index.representatives()
            chunks = numbers_in(forms_source(self._index, forms).chunks)
            articles = {bisect_right(starts, chunk) - 1 for chunk in chunks}
            own = sum(representatives[article] == article for article in articles)
            weight = inverse_document_frequency(self._index.fact("counted_articles"), own)
        return Word(
            surface, surface, frozenset(form.surface for form in known), False, weight, known[0].term, is_exact=True
        )

    def forms_like(self, pattern: str) -> Collection[str]:
        """Give the forms that match a pattern, in which `*` stands for any letters or none."""
        return self._index.forms_like(pattern)

    def forms_near(self, surface: str, distance: int) -> Collection[str]:
        """Give the forms that at most so many insertions, deletions, changes or swaps of letters lead to."""
        from rapidfuzz import process
        from rapidfuzz.distance import OSA

        lengths = range(len(surface) - distance, len(surface) + distance + 1)
        forms = [form for form, _ in self._index.surfaces_near([""], lengths, 0) if not is_compound(form)]
        found = process.extract(surface, forms, scorer=OSA.distance, score_cutoff=distance, limit=None)
        return {form for form, _, _ in found}

    def neighbours(self, word: Word) -> Sequence[Neighbour]:
        """Give the forms spelled much like a word that the archive has hardly or not at all, the nearest first."""
        if not may_have_neighbours(word, self._index.fact("counted_articles")):
            return ()
        beginning, lengths = word.surface[:SHARED_BEGINNING], lengths_of_neighbours(word.surface)
        return nearest(word.surface, self._index.surfaces_near([beginning], lengths, 1))

    def rank(self, query: Query, scope: Scope) -> Ranking:
        """Rank the chunks that a query matches: by score, then article, then number."""
        try:
            return rank(self._index, query, scope, self._memory)
        except IndexError as error:
            raise self._index.damaged("it has numbers of chunks or articles that are not there") from error

    def count(self, query: Query, scope: Scope) -> int:
        """Count what a query matches: the total of its ranking."""
        try:
            return count(self._index, query, scope, self._memory)
        except IndexError as error:
            raise self._index.damaged("it has numbers of chunks or articles that are not there") from error

    def passages(self, chunks: Sequence[int]) -> list[Passage]:
        """Give chunks with their articles, in the order asked for."""
        return [Passage(chunk, *self._named(chunk.article, self._index.state)) for chunk in self._index.chunks(chunks)]

    def _name(self, id: int, _state: int | None) -> tuple[StoredArticle, str]:
        article = self._index.article(id)
        return article, shortest_reference(self._index, article.name)

    def articles(self, numbers: Sequence[int]) -> list[Cited]:
        """Give articles by their numbers, in the order asked for."""
        return [Cited(*self._named(number, self._index.state)) for number in numbers]
