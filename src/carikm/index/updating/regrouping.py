"""Groups of near-identical articles, brought up to date: only those are compared again that a change can concern.

`carikm.index.copies.representatives` goes through all articles in order. What becomes of an article depends on the
leaders before it with which it shares `LEAST_SHARED` shingles or more, as far as lists of a shingle's leaders, which
end with the first `MOST_WITH_HASH`, show them: on nothing else. So where a leader comes or goes, only articles that
share so many shingles with it can fare otherwise; and, where a list is full, those that share so many with the one
leader whom it takes in, or loses, at its end. These are taken up in order. Whoever thereby becomes a leader, or is
one no more, concerns others behind it in the same way. When an article is taken up, all before it are settled, so
each is decided on as if all had been gone through.
"""

from bisect import bisect_left
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from heapq import heappop, heappush
from typing import Protocol

from carikm.index.copies import LEAST_SHARED, MOST_WITH_HASH, RESEMBLANCE, Sketch, resemblance
from carikm.index.shingles import looked_up


class Archive(Protocol):
    """The articles of an archive as it is now, and those that have just left it."""

    def sketch(self, article: int) -> Sketch:
        """Give an article's sketch; of one that has left the archive too."""

    def having(self, shingle: int) -> Collection[int]:
        """Give the articles that a shingle leads to; some of them may have left."""

    def rank(self, article: int) -> int:
        """Tell the place of an article of the archive in its order."""

    def stood_for(self, article: int) -> int:
        """Tell which article stood for an article, before the change."""


def regrouped(archive: Archive, removed: Collection[int], added: Iterable[int]) -> Mapping[int, int]:
    """Tell which article stands for each whose group may have changed, itself where it does so.

    Args:
        archive: the articles.
        removed: those that have left it; they may stand for others still.
        added: those that have come.
    """
    return _Regrouping(archive, removed, added).run()


class _Regrouping:
    """Takes up articles in order."""

    def __init__(self, archive: Archive, removed: Collection[int], added: Iterable[int]) -> None:
        self._archive = archive
        self._removed = sorted(removed)
        self._gone: set[int] = set()
        self._absent = set(removed)
        self._found: dict[int, int] = {}
        # Looked for each time, they would take each of many copies through all of these.
        self._leaders: dict[int, list[int]] = {}
        # Articles that were added stand for nobody before they are taken up.
        self._waiting: list[tuple[int, int]] = []
        self._is_waiting: set[int] = set()
        self._new = set(added)
        for article in self._new:
            self._take_up_later(article, -1)

    def run(self) -> Mapping[int, int]:
        """Do all of it."""
        for article in self._removed:
            if self._archive.stood_for(article) == article:
                self._flip(article, -1)
            self._gone.add(article)
        while self._waiting:
            rank, article = heappop(self._waiting)
            self._is_waiting.discard(article)
            was_leader = self._is_leader(article)
            leader = self._leader_for(article, rank)
            if not was_leader and leader == article:
                self._found[article] = leader
                self._list(article, rank)
                self._flip(article, rank)
            elif was_leader and leader != article:
                self._flip(article, rank)
                self._found[article] = leader
                self._list(article, rank)
            else:
                self._found[article] = leader
            self._new.discard(article)
        return self._found

    def _is_leader(self, article: int) -> bool:
        if article in self._gone or (article in self._new and article not in self._found):
            return False
        found = self._found.get(article)
        return (self._archive.stood_for(article) if found is None else found) == article

    def _leaders_of(self, shingle: int) -> list[int]:
        """Give the leaders that a shingle leads to, in order, but for those that have left."""
        found = self._leaders.get(shingle)
        if found is None:
            having = self._archive.having(shingle)
            present = (article for article in having if article not in self._absent and self._is_leader(article))
            found = self._leaders[shingle] = sorted(present, key=self._archive.rank)
        return found

    def _list(self, article: int, rank: int) -> None:
        """Put an article that has become a leader into the lists of leaders; take one out that is one no more."""
        for shingle in looked_up(self._archive.sketch(article).shingles):
            leaders = self._leaders.get(shingle)
            if leaders is not None:
                place = bisect_left(leaders, rank, key=self._archive.rank)
                is_listed = leaders[place : place + 1] == [article]
                leaders[place : place + is_listed] = [article] if self._is_leader(article) else []

    def _take_up_later(self, article: int, behind: int) -> None:
        if article in self._absent or article in self._is_waiting:
            return
        rank = self._archive.rank(article)
        if rank > behind:
            self._is_waiting.add(article)
            heappush(self._waiting, (rank, article))

    def _flip(self, article: int, rank: int) -> None:
        """Take up all that a leader concerns who comes or goes; it is one while this is called."""
        self._concern(article, rank)
        shingles = looked_up(self._archive.sketch(article).shingles)
        for other in {other for shingle in shingles for other in self._shifted(article, shingle, rank)}:
            self._concern(other, rank)

    def _shifted(self, article: int, shingle: int, rank: int) -> list[int]:
        """Give the leaders that a full list shows only without a leader who comes or goes."""
        leaders = self._leaders_of(shingle)
        if article in self._absent:
            # Nobody knows any more where in the list they stood that have left.
            having = self._archive.having(shingle)
            leaving = sum(other in self._absent and self._is_leader(other) for other in having)
            return leaders[max(0, MOST_WITH_HASH - leaving) : MOST_WITH_HASH]
        before = bisect_left(leaders, rank, key=self._archive.rank)
        return leaders[MOST_WITH_HASH : MOST_WITH_HASH + 1] if before < MOST_WITH_HASH else []

    def _concern(self, leader: int, rank: int) -> None:
        """Take up the articles that share enough with a leader."""
        shared = Counter(
            article
            for shingle in looked_up(self._archive.sketch(leader).shingles)
            for article in self._archive.having(shingle)
        )
        for article, count in shared.items():
            if count >= LEAST_SHARED and article != leader:
                self._take_up_later(article, rank)

    def _leader_for(self, article: int, rank: int) -> int:
        """Decide which leader before it stands for an article: the likest, itself if it resembles none."""
        own = self._archive.sketch(article)
        shared: Counter[int] = Counter()
        for shingle in looked_up(own.shingles):
            leaders = self._leaders_of(shingle)
            before = bisect_left(leaders, rank, key=self._archive.rank)
            shared.update(leaders[: min(before, MOST_WITH_HASH)])
        alike = [
            (-found, self._archive.rank(leader), leader)
            for leader, count in shared.items()
            if count >= LEAST_SHARED and (found := resemblance(self._archive.sketch(leader), own)) >= RESEMBLANCE
        ]
        return min(alike)[2] if alike else article
