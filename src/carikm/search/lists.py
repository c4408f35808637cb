"""Long lists of chunks and articles, and what pruning asks of them: in plain Python.

A single search needs no more, and numpy takes longer to import than it would save. `carikm.search.arrays` does the
same with numpy, for processes that answer many queries.
"""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from heapq import nlargest
from itertools import accumulate, compress, islice, repeat
from operator import add, eq, itemgetter, ne
from typing import Any, Protocol

from carikm.index.blocks import BOUND_STEPS, LARGEST_BOUND
from carikm.records import NamedTuple
from carikm.search.sources import Places

# So many articles are scored at a time: the first must be enough for most pages, the others wait for a reason.
FIRST, MORE = 24, 48
# Sums of bounds and of scores are rounded otherwise.
ROUNDING = 1 + 1e-9


class Bounded(NamedTuple):
    """The body chunks, ascending, in which something stands, the article of each, their articles, and bounds of these.

    These are sequences of numbers, of the kind that the lists use; `highest` is the highest bound, 0 if there is none.
    """

    chunks: Any
    of_chunks: Any
    articles: Any
    bounds: Any
    highest: int


class Part(NamedTuple):
    """Something that was found, and what a whole step of its bounds weighs.

    `is_within` tells that it is found nowhere but where another part is.
    """

    found: Bounded
    weight: float
    is_within: bool = False


def most_of(part: Part) -> float:
    """Give the most that a part adds to the score of any chunk."""
    return part.weight * part.found.highest


def step_weight(weight: float) -> float:
    """Give what a step of a bound weighs, given what a unit of it does."""
    return weight * LARGEST_BOUND / BOUND_STEPS


class Matches(Protocol):
    """The body chunks that match, and their articles; nothing has a score yet."""

    def size(self) -> int:
        """Count the chunks."""

    def articles(self) -> int:
        """Count the articles."""

    def listed(self, most: int | None) -> int:
        """Count the chunks, of each article at most so many."""

    def counts(self, articles: Sequence[int]) -> dict[int, int]:
        """Count the chunks of each of some articles."""

    def groups(self, representatives: Sequence[int]) -> dict[int, list[int]]:
        """Give the groups of near-identical articles of which several match, by what stands for them."""


class Lists(Protocol):
    """What pruning asks of lists."""

    def bounded(self, places: Places, article_of: Sequence[int], within: Bounded | None = None) -> Bounded:
        """Tell the chunks and articles of places, and for each article a bound.

        Args:
            places: what was found.
            article_of: the article of each body chunk.
            within: the same of all forms, where the places are those of a word's own form.
        """

    def common(self, several: Sequence[Bounded]) -> set[int]:
        """Give the chunks that all have."""

    def matches(self, parts: Sequence[Part], article_of: Sequence[int]) -> Matches:
        """Put together what was found."""

    def best_first(self, parts: Sequence[Part], threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed, batch by batch, those with the highest bounds first.

        Args:
            parts: what was found.
            threshold: tells which score is known to be needed, and rises as batches are scored.
        """


# Chooses lists for so many chunks, those of all words together.
ListsFor = Callable[[int], Lists]


class PlainLists:
    """Lists in plain Python."""

    def bounded(self, places: Places, article_of: Sequence[int], within: Bounded | None = None) -> Bounded:
        """Tell the chunks and articles of places, and for each article a bound."""
        if within is not None and places.chosen is None and len(places.chunks):
            return within
        if within is None or places.chosen is None:
            chunks = places.chunks if places.is_distinct else _distinct(places.chunks)
            of_chunks = _picked(article_of, chunks)
            articles = _distinct(of_chunks)
            bounds = places.bounds if places.bounds is not None else bytes([BOUND_STEPS]) * len(articles)
            within = Bounded(chunks, of_chunks, articles, bounds, max(bounds, default=0))
        if places.chosen is None:
            return within
        of_all = dict(zip(within.articles, within.bounds, strict=True))
        chunks = _distinct(compress(places.chunks, places.chosen))
        of_chunks = _picked(article_of, chunks)
        articles = _distinct(of_chunks)
        bounds = bytes(map(of_all.__getitem__, articles))
        return Bounded(chunks, of_chunks, articles, bounds, max(bounds, default=0))

    def common(self, several: Sequence[Bounded]) -> set[int]:
        """Give the chunks that all have."""
        first, *others = sorted((found.chunks for found in several), key=len)
        return set(first).intersection(*others)

    def matches(self, parts: Sequence[Part], article_of: Sequence[int]) -> Matches:
        """Put together what was found."""
        return _Matches(parts, article_of)

    def best_first(self, parts: Sequence[Part], threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed, batch by batch, those with the highest bounds first.

        Args:
            parts: what was found.
            threshold: tells which score is known to be needed, and rises as batches are scored.
        """
        order = sorted(parts, key=lambda part: -most_of(part))
        values = [_weighed(part) for part in order]
        tables = [dict(zip(part.found.articles, value, strict=True)) for part, value in zip(order, values, strict=True)]
        behind = list(accumulate((most_of(part) for part in reversed(order)), initial=0.0))[::-1]
        seen: set[int] = set()
        for place, part in enumerate(order):
            least = threshold()
            if behind[place] * ROUNDING < least:
                return
            # What only this part and those behind it have: each article once, where the first of its parts stands.
            articles, totals = part.found.articles, values[place]
            if place:
                enough = (
                    article not in seen and own * ROUNDING >= least - behind[place + 1]
                    for article, own in zip(articles, totals, strict=True)
                )
                pairs = list(compress(zip(articles, totals, strict=True), enough))
                articles, totals = [article for article, _ in pairs], [own for _, own in pairs]
            for table in tables[place + 1 :]:
                totals = list(map(add, totals, map(table.get, articles, repeat(0.0))))
            yield from _by_bound(list(zip(totals, articles, strict=True)), threshold)
            seen.update(part.found.articles)


def plain_lists(size: int) -> Lists:
    """Choose plain lists, whatever their size."""
    return _PLAIN


_PLAIN = PlainLists()


class _Matches:
    """The body chunks that match, and their articles; nothing has a score yet."""

    def __init__(self, parts: Sequence[Part], article_of: Sequence[int]) -> None:
        several = [part.found for part in parts if not part.is_within]
        if len(several) == 1:
            self._size, self._of_chunks, self._articles = len(several[0].chunks), *several[0][1:3]
            return
        chunks = sorted(set[int]().union(*(found.chunks for found in several)))
        self._size = len(chunks)
        self._of_chunks = _picked(article_of, chunks)
        self._articles = _distinct(self._of_chunks)

    def size(self) -> int:
        """Count the chunks."""
        return self._size

    def articles(self) -> int:
        """Count the articles."""
        return len(self._articles)

    def listed(self, most: int | None) -> int:
        """Count the chunks, of each article at most so many."""
        if most is None:
            return self._size
        # An article's chunks are neighbours, so one that comes `most` places later is one too many.
        too_many: int = sum(map(eq, self._of_chunks, islice(self._of_chunks, most, None)))
        return self._size - too_many

    def counts(self, articles: Sequence[int]) -> dict[int, int]:
        """Count the chunks of each of some articles."""
        chunks = self._of_chunks
        return {article: bisect_right(chunks, article) - bisect_left(chunks, article) for article in articles}

    def groups(self, representatives: Sequence[int]) -> dict[int, list[int]]:
        """Give the groups of near-identical articles of which several match, by what stands for them."""
        of_articles = _picked(representatives, self._articles)
        groups: dict[int, list[int]] = defaultdict(list)
        for copy in compress(self._articles, map(ne, self._articles, of_articles)):
            groups[representatives[copy]].append(copy)
        for first in groups.keys() & self._articles:
            groups[first].append(first)
        return {first: members for first, members in groups.items() if len(members) > 1}


def _distinct(numbers: Iterable[int]) -> Sequence[int]:
    """Give numbers that ascend, each once."""
    return list(dict.fromkeys(numbers))


def _picked(values: Sequence[int], places: Sequence[int]) -> Sequence[int]:
    """Give the values at some places: several times as fast as one by one."""
    if len(places) < 2:
        return [values[place] for place in places]
    found: tuple[int, ...] = itemgetter(*places)(values)
    return found


def _weighed(part: Part) -> list[float]:
    steps = [part.weight * step for step in range(BOUND_STEPS + 1)]
    return list(map(steps.__getitem__, part.found.bounds))


def _by_bound(bounded: Sequence[tuple[float, int]], threshold: Callable[[], float]) -> Iterator[list[int]]:
    first = nlargest(FIRST, bounded)
    yield [article for _, article in first]
    least = threshold()
    left = sorted((pair for pair in bounded if pair[0] * ROUNDING >= least), reverse=True)[len(first) :]
    for start in range(0, len(left), MORE):
        batch = left[start : start + MORE]
        if batch[0][0] * ROUNDING < threshold():
            return
        yield [article for _, article in batch]
