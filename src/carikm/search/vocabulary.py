"""The words of an archive, as a suggestion needs them: which are near one that was typed, and where each stands."""

from collections.abc import Iterable, Set
from typing import Protocol

from carikm.index.bits import numbers_in
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple
from carikm.search.local import LocalStore
from carikm.search.sources import forms_source

# The more words a vocabulary has, the more of those that stand in few chunks are typing errors themselves: from so
# many stems on, forms are taken to be words if they stand in so many chunks.
_USUAL = ((500_000, 5), (50_000, 2))


class WordCount(NamedTuple):
    """In how many chunks of the body a word stands: in the form typed, and in any form.

    `is_stop` tells that it is too common to say much.
    """

    form: int
    chunks: int
    is_stop: bool


class Vocabulary(Protocol):
    """What a suggestion needs to know of an archive's words, all given by their surfaces."""

    def look_up(self, surface: str) -> WordCount:
        """Count the chunks of a word."""

    def frequencies(self, surfaces: Iterable[str]) -> dict[str, int]:
        """Tell of those forms that occur, in how many chunks."""

    def near(self, beginnings: Iterable[str], lengths: range, least: int) -> list[tuple[str, int]]:
        """Give forms by how they begin and by length, each with its chunks, of which it has so many at least."""

    @property
    def usual(self) -> int:
        """In how many chunks a form stands at least, if it is to be taken for a word and not for a typing error."""

    @property
    def size(self) -> int:
        """The number of body chunks."""

    def chunks(self, surface: str) -> Set[int]:
        """Give the numbers of the chunks that a word stands in, in any form."""

    def chunks_in_form(self, surface: str) -> Set[int]:
        """Give the numbers of the chunks that just this form stands in."""


class IndexVocabulary:
    """The vocabulary of an index on this machine; it remembers what it was asked, so make one for each query."""

    def __init__(self, index: IndexReader, corrections: Corrections = NO_CORRECTIONS) -> None:
        self._index = index
        self._store = LocalStore(index, corrections)
        self._counts: dict[str, WordCount] = {}
        self._near: dict[tuple[frozenset[str], range, int], list[tuple[str, int]]] = {}
        self._chunks: dict[str, Set[int]] = {}
        self._in_form: dict[str, Set[int]] = {}

    def look_up(self, surface: str) -> WordCount:
        """Count the chunks of a word."""
        if surface not in self._counts:
            self._counts[surface] = self._count(surface)
        return self._counts[surface]

    def _count(self, surface: str) -> WordCount:
        word = self._store.look_up(surface)
        known = self._index.surface(surface)
        term = self._index.term(id=word.key) if word.key is not None else None
        count = WordCount(known.frequency if known else 0, term.frequency if term else 0, word.is_stop)
        if count.form < 0 or count.chunks < 0:
            raise self._index.damaged(f"a word in less than no chunk: {surface[:80]!r}")
        return count

    def frequencies(self, surfaces: Iterable[str]) -> dict[str, int]:
        """Tell of those forms that occur, in how many chunks."""
        return self._index.surface_frequencies(surfaces)

    def near(self, beginnings: Iterable[str], lengths: range, least: int) -> list[tuple[str, int]]:
        """Give forms by how they begin and by length, each with its chunks, of which it has so many at least."""
        asked = frozenset(beginnings), lengths, least
        if asked not in self._near:
            self._near[asked] = self._index.surfaces_near(*asked)
        return self._near[asked]

    @property
    def usual(self) -> int:
        """In how many chunks a form stands at least, if it is to be taken for a word and not for a typing error."""
        terms = self._index.fact("terms")
        return next((chunks for many, chunks in _USUAL if terms >= many), 1)

    @property
    def size(self) -> int:
        """The number of body chunks."""
        size: int = self._index.fact("body_chunks")
        return size

    def chunks(self, surface: str) -> Set[int]:
        """Give the numbers of the chunks that a word stands in, in any form."""
        if surface not in self._chunks:
            key = self._store.look_up(surface).key
            term = self._index.term(id=key) if key is not None else None
            self._chunks[surface] = set(self._index.postings(term.id).body.texts) if term else set()
        return self._chunks[surface]

    def chunks_in_form(self, surface: str) -> Set[int]:
        """Give the numbers of the chunks that just this form stands in."""
        if surface not in self._in_form:
            self._in_form[surface] = set(numbers_in(forms_source(self._index, [surface]).chunks))
        return self._in_form[surface]
