"""Long lists of chunks and articles with numpy: what `carikm.search.lists` has in plain Python.

Importing numpy takes longer than most searches, so only a process that answers many queries of a large archive uses
this.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from carikm.index.blocks import BOUND_STEPS
from carikm.search import lists
from carikm.search.lists import ROUNDING, Bounded, Matches, Part, most_of
from carikm.search.sources import Places

if TYPE_CHECKING:
    Numbers = np.ndarray[Any, Any]


class ArrayLists:
    """Lists as arrays."""

    def bounded(self, places: Places, article_of: Sequence[int], within: Bounded | None = None) -> Bounded:
        """Tell the chunks and articles of places, and for each article a bound."""
        if within is not None and places.chosen is None and len(places.chunks):
            return within
        chunks = _distinct(_numbers(places.chunks))
        of_chunks = _numbers(article_of)[chunks]
        articles = _distinct(of_chunks)
        if places.bounds is None:
            return _bounded(chunks, of_chunks, np.full(len(articles), BOUND_STEPS, np.uint8))
        bounds = np.frombuffer(places.bounds, np.uint8)
        if len(bounds) != len(articles):
            raise ValueError("bounds for other articles")
        if places.chosen is None:
            return _bounded(chunks, of_chunks, bounds)
        chunks = _distinct(_numbers(places.chunks)[np.frombuffer(places.chosen, np.uint8) != 0])
        of_chunks = _numbers(article_of)[chunks]
        return _bounded(chunks, of_chunks, bounds[np.searchsorted(articles, _distinct(of_chunks))])

    def common(self, several: Sequence[Bounded]) -> set[int]:
        """Give the chunks that all have."""
        first, *others = sorted((found.chunks for found in several), key=len)
        for other in others:
            first = first[_is_in(first, other)]
        return set(first.tolist())

    def matches(self, parts: Sequence[Part], article_of: Sequence[int]) -> Matches:
        """Put together what was found."""
        return _Matches(parts, article_of)

    def best_first(self, parts: Sequence[Part], threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed, batch by batch, those with the highest bounds first."""
        order = sorted(parts, key=lambda part: -most_of(part))
        behind = [sum(map(most_of, order[place:])) for place in range(len(order) + 1)]
        for place, part in enumerate(order):
            least = threshold()
            if behind[place] * ROUNDING < least:
                return
            articles, totals = part.found.articles, part.weight * part.found.bounds.astype(float)
            if place:
                enough = totals * ROUNDING >= least - behind[place + 1]
                articles, totals = articles[enough], totals[enough]
                for earlier in order[:place]:
                    is_new = ~_is_in(articles, earlier.found.articles)
                    articles, totals = articles[is_new], totals[is_new]
            for later in order[place + 1 :]:
                at = _places_in(articles, later.found.articles)
                is_there = at >= 0
                totals[is_there] += later.weight * later.found.bounds[at[is_there]]
            yield from _by_bound(articles, totals, threshold)


class _Matches:
    """The body chunks that match, and their articles."""

    def __init__(self, parts: Sequence[Part], article_of: Sequence[int]) -> None:
        several = [part.found for part in parts if not part.is_within]
        if len(several) == 1:
            self._size, self._of_chunks, self._articles = len(several[0].chunks), *several[0][1:3]
            return
        chunks = np.concatenate([found.chunks for found in several])
        chunks.sort(kind="stable")  # which takes runs that ascend as they are
        chunks = _distinct(chunks)
        self._size = len(chunks)
        self._of_chunks = _numbers(article_of)[chunks]
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
        return self._size - int(np.count_nonzero(self._of_chunks[most:] == self._of_chunks[:-most]))

    def counts(self, articles: Sequence[int]) -> dict[int, int]:
        """Count the chunks of each of some articles."""
        firsts = np.searchsorted(self._of_chunks, articles)
        ends = np.searchsorted(self._of_chunks, articles, side="right")
        return dict(zip(articles, (ends - firsts).tolist(), strict=True))

    def groups(self, representatives: Sequence[int]) -> dict[int, list[int]]:
        """Give the groups of near-identical articles of which several match, by what stands for them."""
        of_articles = _numbers(representatives)[self._articles]
        is_copy = of_articles != self._articles
        groups: dict[int, list[int]] = defaultdict(list)
        for copy, first in zip(self._articles[is_copy].tolist(), of_articles[is_copy].tolist(), strict=True):
            groups[first].append(copy)
        firsts = np.array(sorted(groups), np.uint32)
        for first in firsts[_is_in(firsts, self._articles)].tolist():
            groups[first].append(first)
        return {first: members for first, members in groups.items() if len(members) > 1}


def _by_bound(articles: "Numbers", totals: "Numbers", threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
    if not len(articles):
        return
    count = min(lists.FIRST, len(articles))
    first = np.argpartition(totals, -count)[-count:]
    yield articles[first].tolist()
    left = totals * ROUNDING >= threshold()
    left[first] = False
    order = np.argsort(-totals[left], kind="stable")
    articles, totals = articles[left][order], totals[left][order]
    for start in range(0, len(articles), lists.MORE):
        if totals[start] * ROUNDING < threshold():
            return
        batch: list[int] = articles[start : start + lists.MORE].tolist()
        yield batch


def _bounded(chunks: "Numbers", of_chunks: "Numbers", bounds: "Numbers") -> Bounded:
    return Bounded(chunks, of_chunks, _distinct(of_chunks), bounds, int(bounds.max(initial=0)))


def _numbers(values: Any) -> "Numbers":
    """Take an array of 32 bits as it lies in memory; make one of anything else."""
    if isinstance(values, memoryview) or getattr(values, "typecode", "") == "I":
        return np.frombuffer(values, np.uint32)
    return np.asarray(values, np.uint32)


def _distinct(numbers: "Numbers") -> "Numbers":
    """Give numbers that ascend, each once."""
    is_new = np.ones(len(numbers), bool)
    np.not_equal(numbers[1:], numbers[:-1], out=is_new[1:])
    found: Numbers = numbers[is_new]
    return found


def _places_in(numbers: "Numbers", among: "Numbers") -> "Numbers":
    """Give the place of each number in an array that ascends, -1 where it is not there."""
    if not len(among):
        return np.full(len(numbers), -1)
    at = np.searchsorted(among, numbers)
    at[at == len(among)] = 0
    found: Numbers = np.where(among[at] == numbers, at, -1)
    return found


def _is_in(numbers: "Numbers", among: "Numbers") -> "Numbers":
    found: Numbers = _places_in(numbers, among) >= 0
    return found
