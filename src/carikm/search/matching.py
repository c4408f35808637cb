"""Which texts meet a query's conditions."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import chain, compress

from carikm.analysis.compounds import is_compound
from carikm.analysis.tokens import tokenize
from carikm.index.bits import numbers_in
from carikm.index.format import BOILERPLATE_BASE, NO_RANK
from carikm.index.reader import IndexReader
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
from carikm.search.paths import path_test
from carikm.search.period import day_bounds
from carikm.search.phrases import any_word_test, phrase_runs
from carikm.search.query_parts import ANY_DAY
from carikm.search.signs import ANY
from carikm.search.snippet import find_matches
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
        *,
        by_article: bool,
        undated: bool = False,
        sourceless: bool = False,
    ) -> None:
        """Take what there is to match.

        Args:
            index: the index.
            source: gives the occurrences of a word or phrase.
            readings: the chunks that hold the whole of an expansion, by its reading.
            parts: the ranges of chunks to look in: of the body, of boilerplate, or both.
            by_article: whether articles are matched, and not chunks.
            undated: whether an article without a date lies in every period.
            sourceless: whether an article of no known outlet is of every outlet.
        """
        self._index = index
        self._source = source
        self._readings = readings
        self._by_article = by_article
        self._undated = undated
        self._sourceless = sourceless
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
        chunks.difference_update(self._chunks_of(self._gone))
        return self.articles_of(chunks) if self._by_article else chunks

    @cached_property
    def _gone(self) -> Sequence[int]:
        """The slots without an article."""
        if self._index.fact("slots") == self._index.fact("articles"):
            return ()
        return [article for article, rank in enumerate(self._index.article_order()) if rank == NO_RANK]

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
                for part in sorted(parts, key=_order):
                    among = self.meeting(part, among)
                return set(self.everything if among is None else among)
            case AnyOf(parts):
                return self._meeting_any(parts, among)
            case NoneOf(parts):
                return set(self.everything if among is None else among) - self._meeting_any(parts, among)
            case _:
                return self._meeting_article([condition], among)

    def _chunks_with(self, condition: "Holds | HoldsPhrase") -> Iterator[int]:
        source = self._source(condition)
        for part in self._parts:
            if part == self._body:
                yield from numbers_in(source.spread().chunks)
            else:
                yield from (text for text, _, _ in source.within(part))

    def _meeting_any(self, parts: Sequence[Condition], among: Collection[int] | None) -> set[int]:
        found: set[int] = set()
        of_articles = [part for part in parts if isinstance(part, InTitle | AtPath | FromOutlet | InPeriod)]
        for part in parts:
            if not isinstance(part, InTitle | AtPath | FromOutlet | InPeriod):
                found |= self.meeting(part, among)
        if not of_articles:
            return found
        return found | self._meeting_article(of_articles, None if among is None else set(among) - found)

    def _meeting_article(
        self, parts: "Sequence[InTitle | AtPath | FromOutlet | InPeriod]", among: Collection[int] | None
    ) -> set[int]:
        """Find the texts whose articles meet one of some conditions."""
        if among is None and not self._by_article and self._parts == [self._body]:
            there = set(range(self._index.fact("slots"))).difference(self._gone)
            return set(self._chunks_of(self._articles_meeting_any(parts, there)))
        among = self.everything if among is None else among
        articles = among if self._by_article else self._each_article(among)
        met = self._articles_meeting_any(parts, set(articles))
        return set(compress(among, map(met.__contains__, articles)))

    def _articles_meeting_any(
        self, parts: "Sequence[InTitle | AtPath | FromOutlet | InPeriod]", articles: set[int]
    ) -> set[int]:
        met: set[int] = set()
        for part in sorted(parts, key=_order):
            met |= self._articles_meeting(part, articles - met)
        return met

    def _holding(self, chunks: Iterable[int], among: Collection[int] | None) -> set[int]:
        found = self.articles_of(chunks) if self._by_article else set(chunks)
        return found if among is None else found.intersection(among)

    def _articles_meeting(self, condition: "InTitle | AtPath | FromOutlet | InPeriod", articles: set[int]) -> set[int]:
        match condition:
            case InTitle(part):
                return self._titled(part, articles)
            case AtPath(pattern):
                is_at = path_test(self._index, pattern)
                return {article for article, path in self._index.paths(articles) if is_at(path)}
            case FromOutlet(name):
                names, outlets = self._index.outlets()
                # A star asks for any that is known.
                wanted = outlets_called(name, names) | ({0} if self._sourceless and name != ANY else set())
                return {article for article in articles if outlets[article] in wanted}
            case InPeriod(period):
                days = self._index.article_days()
                first, last = day_bounds(period)
                with_undated = self._undated and period != ANY_DAY  # likewise
                return {
                    article
                    for article in articles
                    if first <= days[article] <= last or (with_undated and days[article] == 0)
                }

    def _titled(self, part: "Holds | HoldsPhrase", articles: set[int]) -> set[int]:
        """Read the titles of the articles that have the words at all: a title is part of its article's text."""
        words = [Holds(word) for word in part.words] if isinstance(part, HoldsPhrase) else [part]
        for word in words:
            articles = articles & self.articles_of(numbers_in(self._source(word).spread().chunks))
        is_titled = _title_test(part)
        return {article for article, title in self._index.titles(articles) if is_titled(title)}


def asks_for(kind: type, condition: Condition) -> bool:
    """Tell whether a condition of a kind is among the parts of one."""
    match condition:
        case AllOf(parts) | AnyOf(parts) | NoneOf(parts):
            return any(asks_for(kind, part) for part in parts)
    return isinstance(condition, kind)


def outlets_called(name: str, names: Sequence[str]) -> set[int]:
    """Give the numbers (from 1) of the outlets that are called so, or else of those that have it in their name.

    A star is the name of all.
    """
    if name == ANY:
        return set(range(1, len(names) + 1))
    wanted = _letters(name)
    called = {number for number, outlet in enumerate(names, start=1) if _letters(outlet) == wanted}
    return called or {number for number, outlet in enumerate(names, start=1) if wanted and wanted in _letters(outlet)}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _title_test(part: "Holds | HoldsPhrase") -> Callable[[str], bool]:
    if isinstance(part, HoldsPhrase):
        surfaces, slop = part.surfaces, part.slop
        return lambda title: bool(phrase_runs([token.surface for token in tokenize(title)], surfaces, slop))
    forms = part.word.forms
    if any(map(is_compound, forms)):
        return lambda title: bool(find_matches(title, [part.word]))
    may_hold = any_word_test(forms)
    return lambda title: may_hold(title) and any(token.surface in forms for token in tokenize(title))


def _order(condition: Condition) -> int:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return max(map(_order, parts), default=0)
        case NoneOf(parts):
            return max([_ORDER.index(NoneOf), *map(_order, parts)])
    return _ORDER.index(type(condition))
