"""The seam between a search and what stores the index.

A search asks a store four things: what it knows of a word, what other forms the archive gives for a phrase, which
chunks rank highest for some words, and what stands in a chunk. `LocalStore` answers from an index on this machine;
a store over OpenSearch would answer the same four from there.
"""

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from carikm.index.rows import StoredArticle, StoredChunk


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


class Reading(NamedTuple):
    """What the archive gives as the other form of a phrase, a short one's long form or a long one's short form.

    `phrase` is as most often written, `surfaces` are its words in their indexed form; `chunks` tells in how many
    chunks the two are set side by side.
    """

    phrase: str
    surfaces: tuple[str, ...]
    chunks: int


class Expansion(NamedTuple):
    """Another form of a phrase of the query, which a chunk matches if it holds the whole of it.

    `phrase` is the query's, `reading` the other form as written; `surfaces` are its words in order, coordinators left
    out, and `words` those that are no stop words. `is_exact` tells that they match in just that form. `source` says
    where it is from, and `chunks` how many chunks explain it (0: the user says so).
    """

    phrase: str
    reading: str
    surfaces: tuple[str, ...]
    words: Sequence[Word]
    is_exact: bool
    weight: float
    source: str
    chunks: int


class Period(NamedTuple):
    """The days a search is limited to, as ISO dates: the first and the last, both included, or None.

    `undated` keeps articles without a date as well.
    """

    since: str | None
    until: str | None
    undated: bool = False


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
    `expansions` are those that took part: that some chunk matched.
    """

    scored: Sequence[tuple[float, int]]
    total: int
    boilerplate_left_out: int
    undated_left_out: int = 0
    expansions: Sequence[Expansion] = ()


class Passage(NamedTuple):
    """A chunk with the article it stands in, and the shortest reference that finds the article."""

    chunk: StoredChunk
    article: StoredArticle
    reference: str


class SearchStore(Protocol):
    """What a search needs of a store."""

    def look_up(self, surface: str) -> Word:
        """Tell what is known of a word; one that occurs nowhere has no forms but its own."""

    def readings(self, phrase: str) -> Sequence[Reading]:
        """Tell what other forms the archive gives for a phrase (surfaces joined by spaces), commonest first."""

    def rank(self, words: Sequence[Word], scope: Scope, expansions: Sequence[Expansion] = ()) -> Ranking:
        """Rank the chunks that hold any of the words, or a whole expansion: by score, then article, then number."""

    def passages(self, chunks: Sequence[int]) -> list[Passage]:
        """Give chunks with their articles, in the order asked for."""
