"""From scores to the list: in which order, how many chunks of an article, which articles as copies of another."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from heapq import heapify, heappop
from itertools import islice
from math import inf
from typing import Any

from carikm.records import NamedTuple
from carikm.search.store import Facets, Listed, Scope

_YEAR = 10_000


class ArticleFacts(NamedTuple):
    """What a list needs to know: each chunk's article, and of each article its group of copies and its day.

    `order` has each article's rank in the order of paths, and `place_of` gives what orders chunks of equal score.
    `days` are as `carikm.index.format.day_number` writes them; `representatives` has the number of the article that
    stands for each article's near-identical ones.
    """

    article_of: Callable[[int], int]
    order: Sequence[int]
    place_of: Callable[[int], Any]
    representatives: Sequence[int]
    days: Sequence[int]


class Listing(NamedTuple):
    """One page of a list, how many hits there are in all, and how many of them the whole list has."""

    page: Sequence[Listed]
    total: int
    listed: int


def list_chunks(scores: Mapping[int, float], scope: Scope, facts: ArticleFacts) -> Listing:
    """Put scored chunks into order, and leave out what the scope wants left out."""
    rank = _rank(scores, scope, facts)
    end = scope.offset + scope.limit
    if scope.per_article is None and scope.duplicates and not scope.by_article:
        page = islice(_in_order(scores, rank, facts), scope.offset, end)
        return Listing([Listed(scores[chunk], chunk) for chunk in page], len(scores), len(scores))
    most = 1 if scope.by_article else scope.per_article
    counts = Counter(map(facts.article_of, scores))
    copies = {} if scope.duplicates else _copies(scores, counts, rank, facts)
    left_out = {copy for others in copies.values() for copy in others}
    chosen = counts.keys() - left_out
    listed = sum(min(counts[article], most or counts[article]) for article in chosen)
    taken: Counter[int] = Counter()
    found: list[Listed] = []
    for chunk in _in_order(scores, rank, facts):
        if len(found) >= end:
            break
        article = facts.article_of(chunk)
        if article in left_out or taken[article] == most:
            continue
        taken[article] += 1
        is_last = taken[article] == most and not scope.by_article
        more = counts[article] - taken[article] if is_last else 0
        others = copies.get(article, ()) if taken[article] == 1 else ()
        found.append(Listed(scores[chunk], chunk, more, others))
    return Listing(found[scope.offset :], len(counts) if scope.by_article else len(scores), listed)


def _in_order(chunks: Iterable[int], rank: Callable[[int], Any], facts: ArticleFacts) -> Iterator[int]:
    """Give chunks in order. The places of those of equal rank are looked up when it is their turn: few pages go far."""
    left = [(rank(chunk), chunk) for chunk in chunks]
    heapify(left)
    while left:
        first, chunk = heappop(left)
        alike = [chunk]
        while left and left[0][0] == first:
            alike.append(heappop(left)[1])
        yield from sorted(alike, key=facts.place_of) if len(alike) > 1 else alike


def _rank(scores: Mapping[int, float], scope: Scope, facts: ArticleFacts) -> Callable[[int], Any]:
    """Give what to sort chunks by before their places, the first of the list having the least."""
    if scope.sort == "score":
        return lambda chunk: -scores[chunk]
    day_rank = rank_of_days(scope, facts)
    return lambda chunk: (day_rank(facts.article_of(chunk)), -scores[chunk])


def rank_of_days(scope: Scope, facts: ArticleFacts) -> Callable[[int], float]:
    """Give what to sort articles by that are listed by date, the first having the least; those without one are last."""
    sign = -1 if scope.sort == "newest" else 1
    return lambda article: sign * facts.days[article] or inf


def _copies(
    chunks: Iterable[int], articles: Iterable[int], rank: Callable[[int], Any], facts: ArticleFacts
) -> dict[int, list[int]]:
    """Give for each article that stands for its copies in this list, the one with the first chunk, the others."""
    sizes = Counter(facts.representatives[article] for article in articles)
    several = {group for group, size in sizes.items() if size > 1}
    if not several:
        return {}
    first: dict[int, tuple[Any, int]] = {}
    members: dict[int, dict[int, Any]] = {}
    for chunk in chunks:
        article = facts.article_of(chunk)
        group = facts.representatives[article]
        if group not in several:
            continue
        place, places = facts.place_of(chunk), members.setdefault(group, {})
        places[article] = min(place, places.get(article, place))
        key = rank(chunk), place
        if group not in first or key < first[group][0]:
            first[group] = (key, article)
    return {
        article: sorted(members[group].keys() - {article}, key=members[group].__getitem__)
        for group, (_, article) in first.items()
    }


def count_facets(articles: Iterable[int], outlets: Sequence[int], names: Sequence[str], days: Sequence[int]) -> Facets:
    """Count hits by outlet and by year.

    Args:
        articles: each hit's article.
        outlets: the number of each article's outlet, 0 for none.
        names: the outlets' names, from number 1.
        days: each article's day, 0 for none.
    """
    hits = Counter(articles)
    by_outlet: Counter[str] = Counter()
    by_year: Counter[str] = Counter()
    for article, count in hits.items():
        by_outlet[names[outlets[article] - 1] if outlets[article] else ""] += count
        by_year[str(days[article] // _YEAR) if days[article] else ""] += count
    return Facets(_commonest(by_outlet), _commonest(by_year))


def _commonest(counts: Counter[str]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
