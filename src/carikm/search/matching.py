"""Which texts meet a query's conditions: chunks of any kind, or articles as a whole, as sets of numbers."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain, compress

from carikm.index.bits import numbers_in
from carikm.index.format import BOILERPLATE_BASE
from carikm.index.reader import IndexReader
from carikm.search.article_matching import ArticleMatcher, OfArticle, slots_without_article
from carikm.search.conditions import (
    AllOf,
    AnyOf,
    AtPath,
    Condition,
    FromOutlet,
    Holds,
    HoldsPhrase,
    HoldsReading,
    InPeriod,
    InTitle,
    NoneOf,
)
from carikm.search.sources import Source

# What costs little and leaves little comes first.
_ORDER = (Holds, HoldsPhrase, HoldsReading, FromOutlet, InPeriod, NoneOf, AtPath, InTitle)


class Matcher:
    """Checks conditions of chunks, or, `by_article`, of articles: these meet what all their chunks together meet."""

    def __init__(
        self,
        index: IndexReader,
        source: Callable[[Holds | HoldsPhrase], Source],
        readings: Mapping[str, Collection[int]],
        parts: Sequence[range],
        articles: ArticleMatcher,
        *,
        by_article: bool,
    ) -> None:
        """Take what there is to match.

        Args:
            index: the index.
            source: gives the occurrences of a word or phrase.
            readings: the chunks that hold the whole of an expansion, by its reading.
            parts: the ranges of chunks to look in: of the body, of boilerplate, or both.
            articles: checks what is asked of articles.
            by_article: whether articles are matched, and not chunks.
        """
        self._index = index
        self._source = source
        self._readings = readings
        self._by_article = by_article
        self._articles = articles
        self._first_boilerplate = index.boilerplate_starts()
        # No further than there are chunks: everything may have to be gone through.
        body, boilerplate = map(len, index.lengths())
        ends = (body, BOILERPLATE_BASE + boilerplate)
        self._body = range(body)
        self._parts = [range(part.start, min(part.stop, ends[part.start >= BOILERPLATE_BASE])) for part in parts]

    def articles_of(self, chunks: Iterable[int]) -> set[int]:
        """Give the articles that chunks belong to."""
        return set(self._each_article(chunks))

    def chunks_of(self, articles: set[int], scored: Collection[int]) -> set[int]:
        """Give the scored chunks of articles, and of one that has none the first chunk there is."""
        chunks = self.of_articles(scored, articles)
        found: dict[int, int] = {}
        if without := articles - self.articles_of(chunks):
            every = [chunk for part in self._parts for chunk in part]
            for chunk, article in zip(every, self._each_article(every), strict=True):
                if article in without:
                    found.setdefault(article, chunk)
        return chunks.union(found.values())

    def of_articles(self, chunks: Collection[int], articles: Set[int]) -> set[int]:
        """Keep of chunks those of some articles."""
        return set(compress(chunks, map(articles.__contains__, self._each_article(chunks))))

    def _each_article(self, chunks: Iterable[int]) -> list[int]:
        """Give the article of each chunk: of a million chunks, by what is done for each at little cost."""
        of_body, firsts = self._index.chunk_articles(), self._first_boilerplate
        try:
            if all(part.stop <= BOILERPLATE_BASE for part in self._parts):
                found = list(map(of_body.__getitem__, chunks))
            else:
                base = BOILERPLATE_BASE
                found = [of_body[chunk] if chunk < base else bisect_right(firsts, chunk) - 1 for chunk in chunks]
        except IndexError as error:
            raise self._index.damaged("postings of a chunk that is not there") from error
        if max(found, default=0) >= self._index.fact("slots"):
            raise self._index.damaged("a chunk of an article that is not there")
        return found

    @cached_property
    def everything(self) -> Set[int]:
        """All texts there are."""
        chunks = set(chain(*self._parts))
        # Numbers that an update gave up are among them.
        chunks.difference_update(self._chunks_of(slots_without_article(self._index)))
        return self.articles_of(chunks) if self._by_article else chunks

    def _chunks_of(self, articles: Collection[int]) -> Iterator[int]:
        """Give the chunks of articles, or of slots, that lie in the parts."""
        for part in self._parts:
            is_body = part.stop <= BOILERPLATE_BASE
            starts = self._index.article_starts() if is_body else self._first_boilerplate
            end = self._body.stop if is_body else part.stop
            for article in articles:
                stop = starts[article + 1] if article + 1 < len(starts) else end
                yield from range(max(starts[article], part.start), min(stop, part.stop))

    def meeting(self, condition: Condition, among: Collection[int] | None = None) -> set[int]:
        """Find the texts that meet a condition, of all there are or among some."""
        match condition:
            case Holds() | HoldsPhrase():
                return self._holding(self._chunks_with(condition), among)
            case HoldsReading(expansion):
                return self._holding(self._readings.get(expansion.reading, ()), among)
            case AllOf(parts):
                for part in sorted(parts, key=order_of):
                    among = self.meeting(part, among)
                return set(self.everything if among is None else among)
            case AnyOf(parts):
                return self._meeting_any(parts, among)
            case NoneOf(parts):
                return set(self.everything if among is None else among) - self._meeting_any(parts, among)
            case _:
                return self._of_articles_meeting([condition], among)

    def _chunks_with(self, condition: "Holds | HoldsPhrase") -> Iterator[int]:
        source = self._source(condition)
        for part in self._parts:
            if part == self._body:
                yield from numbers_in(source.spread().chunks)
            else:
                yield from (text for text, _, _ in source.within(part))

    def _meeting_any(self, parts: Sequence[Condition], among: Collection[int] | None) -> set[int]:
        found: set[int] = set()
        of_articles = [part for part in parts if isinstance(part, OfArticle)]
        for part in parts:
            if not isinstance(part, OfArticle):
                found |= self.meeting(part, among)
        if not of_articles:
            return found
        return found | self._of_articles_meeting(of_articles, None if among is None else set(among) - found)

    def _of_articles_meeting(self, parts: Sequence[OfArticle], among: Collection[int] | None) -> set[int]:
        """Find the texts whose articles meet one of some conditions."""
        among = self.everything if among is None else among
        articles = among if self._by_article else self._each_article(among)
        met = self._articles.meeting_any(parts, set(articles))
        return set(compress(among, map(met.__contains__, articles)))

    def _holding(self, chunks: Iterable[int], among: Collection[int] | None) -> set[int]:
        found = self.articles_of(chunks) if self._by_article else set(chunks)
        return found if among is None else found.intersection(among)


def asks_for(kind: type, condition: Condition) -> bool:
    """Tell whether a condition of a kind is among the parts of one."""
    match condition:
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts):
            return any(asks_for(kind, part) for part in parts)
    return isinstance(condition, kind)


def order_of(condition: Condition) -> int:
    """Give the place of a condition among others that must all be met: what costs little and leaves little is first."""
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return max(map(order_of, parts), default=0)
        case NoneOf(parts):
            return max([_ORDER.index(NoneOf), *map(order_of, parts)])
    return _ORDER.index(type(condition))
