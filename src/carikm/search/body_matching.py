"""Which body chunks of the whole archive meet a query's conditions, as sets of bits (see `carikm.index.bits`)."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property

from carikm.index.bits import bits_of_runs
from carikm.index.reader import IndexReader
from carikm.search.article_matching import ArticleMatcher, OfArticle, slots_without_article
from carikm.search.conditions import AllOf, AnyOf, Condition, Holds, HoldsPhrase, HoldsReading, NoneOf
from carikm.search.matching import order_of
from carikm.search.sources import Source
from carikm.search.spread import articles_with


class BodyMatcher:
    """Checks conditions of all body chunks at once, as `carikm.search.matching.Matcher` does chunk by chunk."""

    def __init__(
        self,
        index: IndexReader,
        source: Callable[[Holds | HoldsPhrase], Source],
        readings: Mapping[str, int],
        articles: ArticleMatcher,
    ) -> None:
        """Take what `Matcher` takes; the chunks of `readings` are sets of bits."""
        self._index = index
        self._source = source
        self._readings = readings
        self._articles = articles

    def meeting(self, condition: Condition, among: int | None = None) -> int:
        """Find the chunks that meet a condition, of all there are or among some."""
        match condition:
            case Holds() | HoldsPhrase():
                return _within(self._source(condition).spread().chunks, among)
            case HoldsReading(expansion):
                return _within(self._readings.get(expansion.reading, 0), among)
            case AllOf(parts):
                for part in sorted(parts, key=order_of):
                    among = self.meeting(part, among)
                return self._everything if among is None else among
            case AnyOf(parts):
                return self._meeting_any(parts, among)
            case NoneOf(parts):
                among = self._everything if among is None else among
                return among & ~self._meeting_any(parts, among)
            case _:
                return self._of_articles_meeting([condition], among)

    def _meeting_any(self, parts: Sequence[Condition], among: int | None) -> int:
        found = 0
        of_articles = []
        for part in parts:
            if isinstance(part, OfArticle):
                of_articles.append(part)
            else:
                found |= self.meeting(part, among)
        if of_articles:
            found |= self._of_articles_meeting(of_articles, None if among is None else among & ~found)
        return found

    def _of_articles_meeting(self, conditions: Sequence[OfArticle], among: int | None) -> int:
        """Find the chunks whose articles meet one of some conditions."""
        if among is None:
            articles = set(range(self._index.fact("slots"))).difference(slots_without_article(self._index))
        else:
            articles = set(articles_with(self._index, among))
        return _within(self._chunks_of(self._articles.meeting_any(conditions, articles)), among)

    @cached_property
    def _everything(self) -> int:
        """All chunks there are; numbers that an update gave up are none."""
        gone = self._chunks_of(slots_without_article(self._index))
        return ((1 << self._end) - 1) & ~gone

    @cached_property
    def _end(self) -> int:
        """A number right behind that of the last chunk."""
        return len(self._index.lengths()[0])

    def _chunks_of(self, articles: Iterable[int]) -> int:
        starts, ends = self._index.article_starts(), self._article_ends
        with_any = [article for article in articles if starts[article] < ends[article]]
        firsts, behind = [starts[article] for article in with_any], [ends[article] for article in with_any]
        chunks = bits_of_runs(firsts, behind, self._end)
        if not 0 <= chunks < 1 << self._end:
            raise self._index.damaged("articles whose chunks overlap")
        return chunks

    @cached_property
    def _article_ends(self) -> Sequence[int]:
        return [*self._index.article_starts()[1:], self._end]


def _within(chunks: int, among: int | None) -> int:
    return chunks if among is None else chunks & among
