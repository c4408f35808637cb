"""The best of a ranking, without scoring what cannot be among them.

Whatever matches is counted, but only articles whose bounds say that one of their chunks may be listed are scored
(MaxScore: H. Turtle and J. Flood, Query evaluation: strategies and optimizations, Information Processing & Management
1995). The page that comes out is that of the whole ranking.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Mapping, Sequence
from heapq import nlargest
from itertools import accumulate, compress, islice, repeat
from math import inf
from operator import add, eq, ne
from typing import Any, NamedTuple

from carikm.index.blocks import BOUND_STEPS, LARGEST_BOUND
from carikm.search.listing import ArticleFacts, Listing, list_chunks
from carikm.search.sources import Bounded, picked
from carikm.search.store import Scope

# So many articles are scored at a time: the first must be enough for most pages, the others wait for a reason.
_FIRST, _MORE = 24, 48
# Sums of bounds and of scores are rounded otherwise.
_ROUNDING = 1 + 1e-9
_LAST = (inf, ())


class Weighed(NamedTuple):
    """Where something occurs in bodies, and what it weighs: the weight of a unit of its bounds.

    `is_within` tells that it is found nowhere but where another part is.
    """

    found: Bounded
    weight: float
    is_within: bool = False

    @property
    def most(self) -> float:
        """The most that it adds to the score of any chunk."""
        return self.weight * LARGEST_BOUND * max(self.found.bounds, default=0) / BOUND_STEPS

    def steps(self) -> list[float]:
        """Give what each bound stands for."""
        return [self.weight * LARGEST_BOUND * step / BOUND_STEPS for step in range(BOUND_STEPS + 1)]


class _Matches:
    """The body chunks that match, and their articles; nothing has a score yet."""

    def __init__(self, parts: Sequence[Weighed], article_of: Sequence[int]) -> None:
        several = [part.found.chunks for part in parts if not part.is_within]
        self.chunks: Sequence[int] = several[0] if len(several) == 1 else sorted(set[int]().union(*several))
        self._articles = picked(article_of, self.chunks)
        self.articles = list(dict.fromkeys(self._articles))

    def listed(self, most: int | None) -> int:
        """Count the chunks, of each article at most so many."""
        if most is None:
            return len(self.chunks)
        # An article's chunks are neighbours, so one that comes `most` places later is one too many.
        too_many: int = sum(map(eq, self._articles, islice(self._articles, most, None)))
        return len(self.chunks) - too_many

    def count(self, article: int) -> int:
        """Count an article's chunks."""
        return bisect_left(self._articles, article + 1) - bisect_left(self._articles, article)

    def groups(self, representatives: Sequence[int]) -> dict[int, list[int]]:
        """Give the groups of near-identical articles of which several match, by what stands for them."""
        of_articles = picked(representatives, self.articles)
        groups: dict[int, list[int]] = defaultdict(list)
        for copy in compress(self.articles, map(ne, self.articles, of_articles)):
            groups[representatives[copy]].append(copy)
        for first in groups.keys() & self.articles:
            groups[first].append(first)
        return {first: members for first, members in groups.items() if len(members) > 1}


def list_best(
    parts: Sequence[Weighed],
    scope: Scope,
    facts: ArticleFacts,
    article_of: Sequence[int],
    score: Callable[[Sequence[int]], Mapping[int, float]],
) -> Listing:
    """List the best chunks just as `list_chunks` does when all are scored.

    Args:
        parts: what was found, one part at least; every chunk that matches is in one of them.
        scope: as for `list_chunks`; sorted by score.
        facts: as for `list_chunks`.
        article_of: the article of each body chunk.
        score: scores the matching chunks of articles, which are given in order of their numbers.
    """
    matches = _Matches(parts, article_of)
    most = 1 if scope.by_article else scope.per_article
    groups = {} if scope.duplicates else matches.groups(facts.representatives)
    scores: dict[int, float] = {}
    scored: set[int] = set()
    # Of each group one article is listed, its best. If its members match in more or fewer chunks, it matters which.
    clipped = {article: _clip(matches.count(article), most) for members in groups.values() for article in members}
    needed = _Needed(facts, scope.offset + scope.limit, most, clipped)

    def add_scores(articles: Iterable[int]) -> None:
        if new := sorted(article for article in articles if article not in scored):
            scored.update(new)
            found = score(new)
            scores.update(found)
            needed.take(found)

    add_scores(
        article
        for members in groups.values()
        if len({clipped[article] for article in members}) > 1
        for article in members
    )
    for batch in _best_first(parts, needed.least):
        add_scores(batch)
    page = list_chunks(scores, scope, facts).page
    # The copies of what is listed are named, however low they score.
    shown = {facts.representatives[facts.article_of(hit.chunk)] for hit in page}
    add_scores(article for group in shown & groups.keys() for article in groups[group])
    page = list_chunks(scores, scope, facts).page
    best = _best_chunks(scores, facts)
    hidden = 0
    for members in groups.values():
        # Where none was scored, all match in as many chunks.
        listed = min(members, key=lambda article: best.get(article, _LAST))
        hidden += sum(map(clipped.__getitem__, members)) - clipped[listed]
    total = len(matches.articles) if scope.by_article else len(matches.chunks)
    return Listing(page, total, matches.listed(most) - hidden)


def _clip(count: int, most: int | None) -> int:
    return count if most is None else min(most, count)


def _best_chunks(scores: Mapping[int, float], facts: ArticleFacts) -> dict[int, tuple[float, Any]]:
    """Give of each scored article what its best chunk is listed by."""
    best: dict[int, tuple[float, Any]] = {}
    for chunk, score in scores.items():
        article, key = facts.article_of(chunk), (-score, facts.place_of(chunk))
        if article not in best or key < best[article]:
            best[article] = key
    return best


class _Needed:
    """Knows a score that the list's last chunk, its number `end`, will at least have; it never falls.

    Of a group of near-identical articles that several of match only the best chunk counts: its article is listed,
    but another one may turn out to be better, and have fewer chunks.
    """

    def __init__(self, facts: ArticleFacts, end: int, most: int | None, grouped: Container[int]) -> None:
        self._facts, self._end, self._most, self._grouped = facts, end, most, grouped
        self._best: list[float] = []
        self._of_groups: dict[int, float] = {}

    def take(self, scores: Mapping[int, float]) -> None:
        """Note the scores of all matching chunks of some articles."""
        of_articles: dict[int, list[float]] = defaultdict(list)
        for chunk, score in scores.items():
            of_articles[self._facts.article_of(chunk)].append(score)
        for article, found in of_articles.items():
            if article in self._grouped:
                group = self._facts.representatives[article]
                self._of_groups[group] = max([*found, self._of_groups.get(group, -inf)])
            else:
                self._best += sorted(found, reverse=True)[: self._most]
        self._best = nlargest(self._end, self._best)

    def least(self) -> float:
        """Give the score; less than any while too few chunks are known."""
        best = nlargest(self._end, [*self._best, *self._of_groups.values()]) if self._of_groups else self._best
        return best[-1] if len(best) >= self._end else -inf


def _best_first(parts: Sequence[Weighed], threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
    """Give the articles that may be listed, batch by batch, those with the highest bounds first.

    Args:
        parts: what was found.
        threshold: tells which score is known to be needed, and rises as batches are scored.
    """
    order = sorted(parts, key=lambda part: -part.most)
    values = [list(map(part.steps().__getitem__, part.found.bounds)) for part in order]
    tables = [dict(zip(part.found.articles, value, strict=True)) for part, value in zip(order, values, strict=True)]
    behind = list(accumulate((part.most for part in reversed(order)), initial=0.0))[::-1]
    seen: set[int] = set()
    for place, part in enumerate(order):
        least = threshold()
        if behind[place] * _ROUNDING < least:
            return
        # What only this part and those behind it have: each article once, where the first of its parts stands.
        articles, totals = part.found.articles, values[place]
        if place:
            enough = (
                article not in seen and own * _ROUNDING >= least - behind[place + 1]
                for article, own in zip(articles, totals, strict=True)
            )
            pairs = list(compress(zip(articles, totals, strict=True), enough))
            articles, totals = [article for article, _ in pairs], [own for _, own in pairs]
        for table in tables[place + 1 :]:
            totals = list(map(add, totals, map(table.get, articles, repeat(0.0))))
        yield from _by_bound(list(zip(totals, articles, strict=True)), threshold)
        seen.update(part.found.articles)


def _by_bound(bounded: Sequence[tuple[float, int]], threshold: Callable[[], float]) -> Iterator[list[int]]:
    first = nlargest(_FIRST, bounded)
    yield [article for _, article in first]
    least = threshold()
    left = sorted((pair for pair in bounded if pair[0] * _ROUNDING >= least), reverse=True)[len(first) :]
    for start in range(0, len(left), _MORE):
        batch = left[start : start + _MORE]
        if batch[0][0] * _ROUNDING < threshold():
            return
        yield [article for _, article in batch]
