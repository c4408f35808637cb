"""Which texts meet a query's conditions."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Container, Iterable, Mapping, Sequence
from functools import cached_property

from carikm.analysis.tokens import tokenize
from carikm.errors import UsageError
from carikm.index.format import BODY_CHUNKS, BOILERPLATE_BASE, day_number
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
from carikm.search.phrases import phrase_runs
from carikm.search.query_parts import Period
from carikm.search.snippet import find_matches
from carikm.search.sources import Source
from carikm.search.unknown import Unknown

# Every star in a pattern multiplies what it costs to find that a path does not match.
_MOST_STARS = 6
_LAST_DAY = 9999_12_31
# What costs little and leaves little comes first; outlets and dates last: what lacks them is counted where all else
# is met.
_ORDER = (Holds, HoldsPhrase, HoldsReading, InTitle, AtPath, NoneOf, FromOutlet, InPeriod)


class Matcher:
    """Checks conditions of one part of the index, body or boilerplate.

    The texts are chunks, or, `by_article`, articles: then an article meets what all its chunks together meet.
    """

    def __init__(
        self,
        index: IndexReader,
        source: Callable[[Holds | HoldsPhrase], Source],
        readings: Mapping[str, Collection[int]],
        within: range,
        *,
        by_article: bool,
        undated: bool,
    ) -> None:
        """Take what there is to match.

        Args:
            index: the index.
            source: gives the occurrences of a word or phrase.
            readings: the chunks that hold the whole of an expansion, by its reading.
            within: the chunks of this part.
            by_article: whether articles are matched, and not chunks.
            undated: whether an article without a date lies in every period.
        """
        self._index = index
        self._source = source
        self._readings = readings
        self._by_article = by_article
        self._undated = undated
        is_body = within.start < BOILERPLATE_BASE
        self._starts: Sequence[int] = index.article_starts() if is_body else index.boilerplate_starts()
        # No further than there are chunks: everything else may have to be gone through.
        body, boilerplate = map(len, index.lengths())
        end = body if is_body else BOILERPLATE_BASE + boilerplate
        self._within = range(within.start, min(within.stop, end))
        self.unknown = Unknown()

    def articles_of(self, chunks: Iterable[int]) -> set[int]:
        """Give the articles that chunks belong to."""
        return {self._article(chunk) for chunk in chunks}

    def chunks_of(self, articles: set[int], scored: Iterable[int]) -> set[int]:
        """Give the scored chunks of articles, and the first chunk of one that has none."""
        chunks = {chunk for chunk in scored if self._article(chunk) in articles}
        without = set(articles) - self.articles_of(chunks)
        return chunks | {self._starts[article] for article in without if self._has_chunks(article)}

    def _has_chunks(self, article: int) -> bool:
        return self._starts[article] in self._within and self._article(self._starts[article]) == article

    def _article(self, chunk: int) -> int:
        return bisect_right(self._starts, chunk) - 1

    def _article_of(self, text: int) -> int:
        return text if self._by_article else self._article(text)

    @cached_property
    def everything(self) -> Collection[int]:
        """All texts of this part."""
        return self.articles_of(self._within) if self._by_article else self._within

    def meeting(self, condition: Condition, among: Collection[int]) -> set[int]:
        """Find the texts among some that meet a condition; those that lack the date or outlet it asks for are noted."""
        match condition:
            case Holds() | HoldsPhrase():
                return self._holding((text for text, _, _ in self._source(condition).within(self._within)), among)
            case HoldsReading(expansion):
                return self._holding(self._readings.get(expansion.reading, ()), among)
            case AllOf(parts):
                for part in sorted(parts, key=_order):
                    among = self.meeting(part, among)
                return set(among)
            case AnyOf(parts):
                return set[int]().union(*(self.meeting(part, among) for part in parts))
            case NoneOf(parts):
                noted, self.unknown = self.unknown, Unknown()
                found = set(among) - self.meeting(AnyOf(parts), among)
                self.unknown = noted
                return found
            case InPeriod(period):
                return self._in_period(period, among)
            case FromOutlet(name):
                return self._from_outlet(name, among)
            case _:
                articles = self._articles_meeting(condition, {self._article_of(text) for text in among})
                return {text for text in among if self._article_of(text) in articles}

    def _holding(self, chunks: Iterable[int], among: Collection[int]) -> set[int]:
        found = self.articles_of(chunks) if self._by_article else set(chunks)
        return found if among is self._within else found.intersection(among)

    def _articles_meeting(self, condition: "InTitle | AtPath", articles: set[int]) -> Container[int]:
        match condition:
            case InTitle(part):
                return self._titled(part, articles)
            case AtPath(pattern):
                is_at = _path_matcher(pattern, self._index.label)
                return {article for article, path in self._index.paths(articles) if is_at(path)}

    def _titled(self, part: "Holds | HoldsPhrase", articles: set[int]) -> set[int]:
        """Read the titles of the articles that have the words at all: a title is part of its article's text."""
        words = [Holds(word) for word in part.words] if isinstance(part, HoldsPhrase) else [part]
        starts = self._index.article_starts()
        for word in words:
            articles = articles & {
                bisect_right(starts, text) - 1 for text, _, _ in self._source(word).within(BODY_CHUNKS)
            }
        return {article for article, title in self._index.titles(articles) if _stands_in(part, title)}

    def _from_outlet(self, name: str, among: Collection[int]) -> set[int]:
        names, outlets = self._index.outlets()
        wanted = outlets_called(name, names)
        self.unknown.sourceless |= {text for text in among if not outlets[self._article_of(text)]}
        return {text for text in among if outlets[self._article_of(text)] in wanted}

    def _in_period(self, period: Period, among: Collection[int]) -> set[int]:
        days = self._index.article_days()
        first, last = day_number(period.since) or 1, day_number(period.until) or _LAST_DAY
        undated = {text for text in among if days[self._article_of(text)] == 0}
        found = {text for text in among if first <= days[self._article_of(text)] <= last}
        if self._undated:
            return found | undated
        self.unknown.undated |= undated
        return found


def outlets_called(name: str, names: Sequence[str]) -> set[int]:
    """Give the numbers (from 1) of the outlets that are called so, or else of those that have it in their name."""
    wanted = _letters(name)
    called = {number for number, outlet in enumerate(names, start=1) if _letters(outlet) == wanted}
    return called or {number for number, outlet in enumerate(names, start=1) if wanted and wanted in _letters(outlet)}


def _letters(name: str) -> str:
    return "".join(filter(str.isalnum, name.casefold()))


def _stands_in(part: "Holds | HoldsPhrase", title: str) -> bool:
    if isinstance(part, Holds):
        return bool(find_matches(title, [part.word]))
    return bool(phrase_runs([token.surface for token in tokenize(title)], part.surfaces, part.slop))


def _path_matcher(pattern: str, label: str) -> Callable[[str], bool]:
    """Make a test for paths relative to the corpus folder, in upper and lower case alike."""
    from pathspec import GitIgnoreSpec

    if pattern.count("*") > _MOST_STARS:
        raise UsageError(
            f"{pattern!r} has {pattern.count('*')} stars; a pattern has {_MOST_STARS} at the most.",
            'For example: carikm search "logam berkas:2020/*jateng*"',
        )
    pattern = pattern.removeprefix("./").removeprefix(f"{label}/").casefold()
    if not set("*?[").intersection(pattern) and not pattern.endswith("/"):
        pattern += "*"
    spec = GitIgnoreSpec.from_lines([f"\\{pattern}" if pattern[:1] in "!#" else pattern])
    return lambda path: spec.match_file(path.casefold())


def _order(condition: Condition) -> int:
    match condition:
        case AllOf(parts) | AnyOf(parts):
            return max(map(_order, parts), default=0)
        case NoneOf(parts):
            return max(_ORDER.index(NoneOf), *map(_order, parts))
    return _ORDER.index(type(condition))
