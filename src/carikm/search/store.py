"""The seam between a search and what stores the index.

A search asks a store three things: what it knows of a word, which chunks rank highest for some words, and what
stands in a chunk. `LocalStore` answers from an index on this machine; a store over OpenSearch would answer the
same three from there.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from carikm.index.rows import StoredArticle, StoredChunk
from carikm.search.period import Period


class Word(NamedTuple):
    """A word of the query as the store knows it.

    `surface` is its own form and `stem` what it is found by; `forms` are all surface forms that match it, its
    own included; `is_stop` tells that it is too common to say much. `key` is the store's own.
    """

    surface: str
    stem: str
    forms: frozenset[str]
    is_stop: bool
    weight: float
    key: int | None = None


class Scope(NamedTuple):
    """Which part of the archive is searched, and which part of the ranking is wanted.

    `article` limits the search to one article; `boilerplate` includes page furniture; `by_article` keeps only
    the best chunk of each article; `period` limits the search to articles of certain days.
    """

    limit: int = 10
    offset: int = 0
    article: StoredArticle | None = None
    boilerplate: bool = False
    by_article: bool = False
    period: Period | None = None


class Ranking(NamedTuple):
    """What ranks highest: (score, chunk) pairs, how many matched in all, and how many chunks were left out.

    `undated_left_out` counts the chunks that match in articles without a date, where the search was limited to a
    period.
    """

    scored: Sequence[tuple[float, int]]
    total: int
    boilerplate_left_out: int
    undated_left_out: int = 0


class Passage(NamedTuple):
    """A chunk with the article it stands in, and the shortest reference that finds the article."""

    chunk: StoredChunk
    article: StoredArticle
    reference: str


class SearchStore(Protocol):
    """What a search needs of a store."""

    def look_up(self, surface: str) -> Word:
        """Tell what is known of a word; one that occurs nowhere has no forms but its own."""

    def rank(self, words: Sequence[Word], scope: Scope) -> Ranking:
        """Rank the chunks that hold any of the words: by score, then article, then chunk number."""

    def passages(self, chunks: Sequence[int]) -> list[Passage]:
        """Give chunks with their articles, in the order asked for."""
