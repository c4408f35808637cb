"""What an update takes out of an index and puts in, article by article, and how that changes what is counted."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from carikm.index.contribution import Contribution, TextWords
from carikm.index.format import BOILERPLATE_BASE, COUNTS
from carikm.index.reader import IndexReader
from carikm.index.updating.stored import StoredText
from carikm.index.weights import LEAD_LENGTH


class Part(NamedTuple):
    """An article's part in the index: its number, its ranges of chunks, and what it gives; boilerplate from 0."""

    article: int
    body: range
    boilerplate: range
    given: Contribution

    @property
    def texts(self) -> Iterator[TextWords]:
        """The words of its chunks of both kinds."""
        yield from self.given.body
        yield from self.given.boilerplate


class Change(NamedTuple):
    """What happens to the words of an index.

    `left` and `joined` are the articles whose postings go and come, in order of their numbers. `uncounted` are those
    that statistics no longer count, among them some that stay, `counted` those that they count now.
    """

    left: Sequence[Part]
    joined: Sequence[Part]
    uncounted: Sequence[Part]
    counted: Sequence[Part]


def part_of(article: int, body: range, boilerplate: range, given: Contribution) -> Part:
    """Give an article's part, its ranges as chunks are numbered."""
    base = BOILERPLATE_BASE
    return Part(article, body, range(boilerplate.start - base, boilerplate.stop - base), given)


def stored_part(text: StoredText) -> Part:
    """Give the part of an article that is in the index."""
    return part_of(text.article.id, text.article.body, text.article.boilerplate, text.contribution())


def counts_after(index: IndexReader, change: Change) -> dict[str, int]:
    """Give the facts that count articles, chunks and words, as they are after a change."""
    facts = {name: index.fact(name) for name in COUNTS}
    for parts, sign in ((change.uncounted, -1), (change.counted, 1)):
        for part in parts:
            length = _length(part.given.body)
            facts["counted_articles"] += sign
            facts["counted_tokens"] += sign * length
            facts["counted_chunks"] += sign * len(part.body)
            facts["counted_leads"] += sign * min(length, LEAD_LENGTH)
    for parts, sign in ((change.left, -1), (change.joined, 1)):
        for part in parts:
            length = _length(part.given.body)
            facts["articles"] += sign
            facts["body_chunks"] += sign * len(part.body)
            facts["boilerplate_chunks"] += sign * len(part.boilerplate)
            facts["body_words"] += sign * length
            facts["words"] += sign * (length + _length(part.given.boilerplate))
    return facts


def _length(texts: Sequence[TextWords]) -> int:
    return sum(len(text.tokens) for text in texts)
