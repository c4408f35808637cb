"""The arrays of an index brought up to date: numbers of articles and chunks, their lengths, ranks and groups."""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Literal

from carikm.index.bits import copies_among
from carikm.index.contribution import Contribution, TextWords
from carikm.index.format import ARTICLE_ARRAYS, BOILERPLATE_BASE, LONGEST, NO_RANK, day_number
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle
from carikm.index.updating.arrivals import Arrival
from carikm.index.updating.parts import Part, part_of


class Arrays:
    """The arrays, on their way from what they were to what they will be; see `carikm.index.format`.

    An article's number is never given again, nor are those of its chunks: what comes is added behind all others.
    """

    def __init__(self, index: IndexReader) -> None:
        self._index = index
        self._of_articles = {name: _copied("I", index.numbers_of_articles(name)) for name in ARTICLE_ARRAYS}
        self._order = self._of_articles["article_order"]
        self._starts = self._of_articles["boilerplate_starts"]
        self.lengths = self._of_articles["article_lengths"]
        self.outlets = self._of_articles["article_outlets"]
        self.representatives = self._of_articles["representatives"]
        self.stood_for = self.representatives[:]
        self.chunk_articles = _copied("I", index.chunk_articles())
        self.body_lengths, self.boilerplate_lengths = (_copied("H", lengths) for lengths in index.lengths())
        self.slots_before = index.fact("slots")

    @property
    def slots(self) -> int:
        """How many numbers of articles have been given."""
        return len(self._order)

    def rank(self, article: int) -> int:
        """Tell an article's rank in the order of paths."""
        return self._order[article]

    def was_counted(self, article: int) -> bool:
        """Tell whether statistics counted an article before: whether it was no copy."""
        return self.stood_for[article] == article

    def is_counted(self, article: int) -> bool:
        """Tell whether statistics count an article now."""
        return self.representatives[article] == article

    def boilerplate_article(self, chunk: int) -> int:
        """Give the article of a boilerplate chunk, counted from 0."""
        # Of articles that begin at the same number, the last has chunks.
        return bisect_right(self._starts, BOILERPLATE_BASE + chunk) - 1

    def number(self, arrivals: Sequence[Arrival], removed: Collection[int]) -> None:
        """Give articles that come numbers, and all that will be there their ranks.

        Args:
            arrivals: those that come, in order of their paths.
            removed: the numbers of those that leave.
        """
        ranks = self._order
        ordered = sorted(range(len(ranks)), key=ranks.__getitem__)
        # Numbers without an article come last.
        del ordered[self._index.fact("articles") :]
        for rank in sorted((ranks[article] for article in removed), reverse=True):
            del ordered[rank]
        paths = _Paths(self._index)
        for number, arrival in enumerate(arrivals, start=len(ranks)):
            arrival.number = number
            paths.known[number] = arrival.source.path
            ordered.insert(bisect_left(ordered, arrival.source.path, key=paths.of), number)
        for numbers in self._of_articles.values():
            numbers.extend([0] * len(arrivals))
        for article in removed:
            ranks[article] = NO_RANK
        for rank, article in enumerate(ordered):
            ranks[article] = rank

    def renumber(self, article: int) -> int:
        """Give an article that stays where it is, and is cut otherwise, another number."""
        number = self.slots
        for numbers in self._of_articles.values():
            numbers.append(0)
        for numbers in (self._order, self.representatives):
            numbers[number] = numbers[article]
        return number

    def follow(self, moved: Mapping[int, int]) -> None:
        """Let groups be led by articles that have been renumbered; nothing leads a slot without an article."""
        if moved:
            for article, leader in enumerate(self.representatives):
                if leader in moved and self._order[article] != NO_RANK:
                    self.representatives[article] = moved[leader]

    def take_out(self, article: StoredArticle) -> None:
        """Leave nothing of an article but its slot."""
        for chunks, lengths, base in (
            (article.body, self.body_lengths, 0),
            (article.boilerplate, self.boilerplate_lengths, BOILERPLATE_BASE),
        ):
            for chunk in chunks:
                lengths[chunk - base] = 0
        for name in ("article_lengths", "article_days", "article_outlets", "representatives"):
            self._of_articles[name][article.id] = 0
        self._order[article.id] = NO_RANK

    def put_in(self, number: int, given: Contribution, date: str | None, outlet: int) -> Part:
        """Note an article that has a number: give its chunks theirs.

        Args:
            number: that of the article.
            given: what it gives to the index.
            date: its ISO date, if it has one.
            outlet: the number of its outlet, 0 for none.
        """
        body, boilerplate = len(self.body_lengths), BOILERPLATE_BASE + len(self.boilerplate_lengths)
        self._of_articles["article_starts"][number] = body
        self._starts[number] = boilerplate
        self.body_lengths.extend(_lengths(given.body))
        self.boilerplate_lengths.extend(_lengths(given.boilerplate))
        self.chunk_articles.extend([number] * len(given.body))
        self.lengths[number] = sum(len(text.tokens) for text in given.body)
        self._of_articles["article_days"][number] = day_number(date)
        self.outlets[number] = outlet
        ranges = range(body, body + len(given.body)), range(boilerplate, boilerplate + len(given.boilerplate))
        return part_of(number, *ranges, given)

    def stored(self) -> dict[str, bytes]:
        """Give as facts the arrays that are no longer what they were."""
        index = self._index
        body, boilerplate = index.lengths()
        known = {name: (numbers, index.numbers_of_articles(name)) for name, numbers in self._of_articles.items()}
        known["chunk_articles"] = self.chunk_articles, index.chunk_articles()
        known["body_lengths"] = self.body_lengths, body
        known["boilerplate_lengths"] = self.boilerplate_lengths, boilerplate
        facts = {name: now.tobytes() for name, (now, before) in known.items()}
        facts = {name: value for name, value in facts.items() if value != known[name][1].tobytes()}
        if "representatives" in facts:
            facts["copies"] = copies_among(self.representatives)
        if "article_starts" in facts or "body_lengths" in facts:
            facts["first_chunks"] = self._first_chunks()
        return facts

    def _first_chunks(self) -> bytes:
        """Write the first chunk of each article as `first_chunks_of` does: those that were stay."""
        chunks, found = len(self.body_lengths), self._index.first_chunks
        # One that begins behind all others begins where the next does.
        for start in self._of_articles["article_starts"][self.slots_before :]:
            found |= (start < chunks) << start
        return found.to_bytes((chunks + 7) // 8, "little")


class _Paths:
    """The paths of articles, each looked up when it is asked for."""

    def __init__(self, index: IndexReader) -> None:
        self._index = index
        self.known: dict[int, str] = {}

    def of(self, article: int) -> str:
        """Give an article's path."""
        found = self.known.get(article)
        if found is None:
            found = next((path for _, path in self._index.paths([article])), None)
            if found is None:
                raise self._index.damaged(f"no article {article}")
            self.known[article] = found
        return found


def _copied(kind: Literal["I", "H"], numbers: memoryview) -> "array[int]":
    found = array(kind)
    found.frombytes(numbers.cast("B"))
    return found


def _lengths(texts: Iterable[TextWords]) -> list[int]:
    return [min(len(text.tokens), LONGEST) for text in texts]
