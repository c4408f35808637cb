"""The best of a ranking, without scoring what cannot be among them.

Whatever matches is counted, but only articles whose bounds say that one of their chunks may be listed are scored
(MaxScore: H. Turtle and J. Flood, Query evaluation: strategies and optimizations, Information Processing & Management
1995). In a list by date, or of what has no score, the order of articles is known before any score, and scores decide
among those of a day. The page that comes out is that of the whole ranking.
"""

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from heapq import nsmallest
from math import inf
from typing import Any

from carikm.search.listing import ArticleFacts, Listing, list_chunks, rank_of_days
from carikm.search.spread import Matches
from carikm.search.store import Scope

# What sorts chunks, the first of a list having the least: a rank of their articles, and their scores.
_Rank = tuple[float, float]
_FIRST: _Rank = (-inf, -inf)
_LAST: _Rank = (inf, inf)


def list_best(
    matches: Matches,
    scope: Scope,
    facts: ArticleFacts,
    score: Callable[[Sequence[int]], Mapping[int, float]],
    *,
    has_scores: bool = True,
) -> Listing:
    """List the best chunks just as `list_chunks` does when all are scored.

    Args:
        matches: what was found.
        scope: as for `list_chunks`.
        facts: as for `list_chunks`.
        score: scores the matching chunks of articles, which are given in order of their numbers.
        has_scores: whether any has a score above 0.
    """
    before_scores = _before_scores(scope, facts, has_scores)
    most = 1 if scope.by_article else scope.per_article
    groups = {} if scope.duplicates else matches.groups(facts.representatives)
    scores: dict[int, float] = {}
    scored: set[int] = set()
    # Of each group one article is listed, its best. If its members match in more or fewer chunks, it matters which.
    members = [article for several in groups.values() for article in several]
    clipped = {article: _clip(count, most) for article, count in matches.counts(members).items()}
    needed = _Needed(facts, before_scores, scope.offset + scope.limit, most, clipped)

    def add_scores(articles: Iterable[int]) -> bool:
        new = sorted(article for article in articles if article not in scored)
        if new:
            scored.update(new)
            found = score(new)
            scores.update(found)
            needed.take(found)
        return bool(new)

    add_scores(
        article
        for several in groups.values()
        if len({clipped[article] for article in several}) > 1
        for article in several
    )
    if before_scores is None:
        batches = matches.best_first(lambda: -needed.last()[1])
    else:
        batches = matches.in_order(before_scores, needed.last)
    for batch in batches:
        add_scores(batch)
    page = list_chunks(needed.among(scores), scope, facts).page
    # The copies of what is listed are named, however low they score.
    shown = {facts.representatives[facts.article_of(hit.chunk)] for hit in page}
    if add_scores(article for group in shown & groups.keys() for article in groups[group]):
        page = list_chunks(needed.among(scores), scope, facts).page
    best = _best_chunks(scores, clipped, needed, facts)
    hidden = 0
    for several in groups.values():
        # Where none was scored, all match in as many chunks.
        listed = min(several, key=lambda article: best.get(article, (_LAST, ())))
        hidden += sum(map(clipped.__getitem__, several)) - clipped[listed]
    total = matches.articles() if scope.by_article else matches.size()
    return Listing(page, total, matches.listed(most) - hidden)


def _before_scores(scope: Scope, facts: ArticleFacts, has_scores: bool) -> Callable[[int], float] | None:
    """Give what of an article sorts its chunks before their scores do; None where nothing does."""
    if scope.sort != "score":
        return rank_of_days(scope, facts)
    return None if has_scores else facts.order.__getitem__


def _clip(count: int, most: int | None) -> int:
    return count if most is None else min(most, count)


def _best_chunks(
    scores: Mapping[int, float], among: Container[int], needed: "_Needed", facts: ArticleFacts
) -> dict[int, tuple[_Rank, Any]]:
    """Give of each scored article, among some, what its first chunk is listed by."""
    best: dict[int, tuple[_Rank, Any]] = {}
    for chunk, score in scores.items():
        if (article := facts.article_of(chunk)) in among:
            key = needed.rank(article, score), facts.place_of(chunk)
            if article not in best or key < best[article]:
                best[article] = key
    return best


class _Needed:
    """Knows a rank behind which the list's last chunk, its number `end`, will not be; it never rises.

    Of a group of near-identical articles that several of match only the first chunk counts: its article is listed,
    but another one may turn out to be before it, and have fewer chunks.
    """

    def __init__(
        self,
        facts: ArticleFacts,
        before_scores: Callable[[int], float] | None,
        end: int,
        most: int | None,
        grouped: Container[int],
    ) -> None:
        self._facts, self._before_scores = facts, before_scores
        self._end, self._most, self._grouped = end, most, grouped
        self._best: list[_Rank] = []
        self._of_groups: dict[int, _Rank] = {}

    def rank(self, article: int, score: float) -> _Rank:
        """Give what sorts a chunk of an article."""
        return 0.0 if self._before_scores is None else self._before_scores(article), -score

    def take(self, scores: Mapping[int, float]) -> None:
        """Note the scores of all matching chunks of some articles."""
        of_articles: dict[int, list[float]] = defaultdict(list)
        for chunk, score in scores.items():
            of_articles[self._facts.article_of(chunk)].append(score)
        for article, found in of_articles.items():
            if article in self._grouped:
                group = self._facts.representatives[article]
                self._of_groups[group] = min(self.rank(article, max(found)), self._of_groups.get(group, _LAST))
            else:
                best = sorted(found, reverse=True)[: self._most]
                self._best += [self.rank(article, score) for score in best]
        self._best = nsmallest(self._end, self._best)

    def last(self) -> _Rank:
        """Give the rank; one behind all while too few chunks are known."""
        if not self._end:
            return _FIRST
        best = nsmallest(self._end, [*self._best, *self._of_groups.values()]) if self._of_groups else self._best
        return best[-1] if len(best) >= self._end else _LAST

    def among(self, scores: Mapping[int, float]) -> Mapping[int, float]:
        """Keep the scores of the articles, all their chunks, that may be listed, or be named as copies."""
        article_of, last = self._facts.article_of, self.last()
        listed = {article for chunk, score in scores.items() if self.rank(article := article_of(chunk), score) <= last}
        return {
            chunk: score
            for chunk, score in scores.items()
            if (article := article_of(chunk)) in listed or article in self._grouped
        }
