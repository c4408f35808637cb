"""Which of the texts that were found meet a query's conditions: its operators, and what a scope asks for beside it."""

from collections.abc import Callable, Collection, Mapping, Sequence

from carikm.index.bits import bits_of, numbers_in
from carikm.index.format import BODY_CHUNKS
from carikm.index.reader import IndexReader
from carikm.search.article_matching import ArticleMatcher
from carikm.search.body_matching import BodyMatcher
from carikm.search.conditions import AllOf, Condition, FromOutlet, Holds, HoldsPhrase, InPeriod
from carikm.search.matching import Matcher, asks_for
from carikm.search.query import Query
from carikm.search.query_parts import Word
from carikm.search.sources import Source
from carikm.search.store import Scope

# The chunks that hold the whole of an expansion, by its reading: as numbers, or as a set of bits.
Readings = Mapping[str, Collection[int]]
BodyReadings = Mapping[str, int]


class Meeting:
    """Finds what meets all conditions of a query and its scope."""

    def __init__(
        self,
        index: IndexReader,
        query: Query,
        scope: Scope,
        source: Callable[[Word | HoldsPhrase], Source],
    ) -> None:
        """Take what is asked; `source` tells where a word or a phrase occurs."""
        self._index = index
        self._scope = scope
        self._source = source
        self._query_condition = query.condition
        self._conditions: list[Condition] = [] if query.condition is None else [query.condition]
        self._conditions += scope.conditions

    def chunks(self, readings: Readings, scored: Collection[int], parts: Sequence[range]) -> set[int]:
        """Find the chunks of some parts that meet all conditions.

        Args:
            readings: the chunks that hold the whole of an expansion.
            scored: the chunks that hold one of them.
            parts: the ranges of chunks.
        """
        matcher = self._matcher(readings, parts, undated=self._scope.undated)
        texts = self._texts(matcher, scored)
        return matcher.chunks_of(texts, scored) if self._scope.by_article else texts

    def body_chunks(self, readings: BodyReadings, scored: int) -> int:
        """Find the body chunks of the whole archive that meet all conditions, as a set of bits.

        Args:
            readings: the body chunks that hold the whole of an expansion.
            scored: the body chunks that hold one of them.
        """
        if not self._scope.by_article:
            return self._body_chunks(readings, scored, undated=self._scope.undated)
        found = self.chunks(_as_numbers(readings), numbers_in(scored), [BODY_CHUNKS])
        return bits_of(list(found), self._index.chunk_slots)

    def unknown(self, readings: Readings, scored: Collection[int], parts: Sequence[range]) -> tuple[int, int]:
        """Count the texts that would match too if those without a date lay in every period, or were of any outlet."""
        by_day, by_outlet = self._may_be_unknown()
        if not (by_day or by_outlet):
            return 0, 0

        def meeting(*, undated: bool, sourceless: bool = False) -> set[int]:
            return self._texts(self._matcher(readings, parts, undated=undated, sourceless=sourceless), scored)

        matched = meeting(undated=self._scope.undated)
        return (
            len(meeting(undated=True) - matched) if by_day else 0,
            len(meeting(undated=self._scope.undated, sourceless=True) - matched) if by_outlet else 0,
        )

    def unknown_of_bodies(self, readings: BodyReadings, scored: int, met: int) -> tuple[int, int]:
        """Count as `unknown` does, in the bodies of the whole archive, beside the chunks that meet all conditions."""
        if self._scope.by_article:
            return self.unknown(_as_numbers(readings), numbers_in(scored), [BODY_CHUNKS])
        by_day, by_outlet = self._may_be_unknown()
        if not (by_day or by_outlet):
            return 0, 0

        def meeting(*, undated: bool, sourceless: bool = False) -> int:
            return self._body_chunks(readings, scored, undated=undated, sourceless=sourceless)

        return (
            (meeting(undated=True) & ~met).bit_count() if by_day else 0,
            (meeting(undated=self._scope.undated, sourceless=True) & ~met).bit_count() if by_outlet else 0,
        )

    def _may_be_unknown(self) -> tuple[bool, bool]:
        """Tell whether texts may be left out for want of a date, or of an outlet."""

        def asks(kind: type) -> bool:
            return any(asks_for(kind, condition) for condition in self._conditions)

        return asks(InPeriod) and not self._scope.undated, asks(FromOutlet)

    def _texts(self, matcher: Matcher, scored: Collection[int]) -> set[int]:
        among = None
        if self._query_condition is None:
            among = matcher.articles_of(scored) if self._scope.by_article else set(scored)
        return matcher.meeting(AllOf(self._conditions), among)

    def _matcher(
        self, readings: Readings, parts: Sequence[range], *, undated: bool, sourceless: bool = False
    ) -> Matcher:
        articles = self._article_matcher(undated=undated, sourceless=sourceless)
        return Matcher(self._index, self._source_of, readings, parts, articles, by_article=self._scope.by_article)

    def _body_chunks(self, readings: BodyReadings, scored: int, *, undated: bool, sourceless: bool = False) -> int:
        articles = self._article_matcher(undated=undated, sourceless=sourceless)
        matcher = BodyMatcher(self._index, self._source_of, readings, articles)
        return matcher.meeting(AllOf(self._conditions), scored if self._query_condition is None else None)

    def _article_matcher(self, *, undated: bool, sourceless: bool) -> ArticleMatcher:
        return ArticleMatcher(self._index, self._source_of, undated=undated, sourceless=sourceless)

    def _source_of(self, what: Holds | HoldsPhrase) -> Source:
        return self._source(what.word if isinstance(what, Holds) else what)


def _as_numbers(readings: BodyReadings) -> Readings:
    return {reading: numbers_in(chunks) for reading, chunks in readings.items()}
