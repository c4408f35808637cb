"""The seam between a search and what stores the index.

A search asks a store four things: what it knows of a word (or which forms it has like one), what other forms the
archive gives for a phrase, which chunks rank highest for a query, and what stands in a chunk. `LocalStore` answers
from an index on this machine; a store over OpenSearch would answer the same from there.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

from carikm.index.rows import StoredArticle, StoredChunk
from carikm.records import NamedTuple
from carikm.search.query_parts import Expansion, Neighbour, Reading, Word

if TYPE_CHECKING:
    from carikm.search.conditions import Condition, HoldsPhrase
    from carikm.search.explain import Explanation
    from carikm.search.query import Query


class Scope(NamedTuple):
    """Which part of the archive is searched, and which part of the ranking is wanted, in which order.

    `article` limits the search to one article; `boilerplate` includes page furniture; `conditions` limit it to
    articles that meet all of them, and `undated` lets those without a date lie in every period. `by_article` asks for
    articles, each shown by its best chunk, to which the query's conditions then apply as a whole. `per_article` is
    how many chunks of an article are listed at the most, None for all. Unless `duplicates`, near-identical articles
    are listed as one. `sort` is `score`, `newest` or `oldest`. `facets` asks for counts of hits. `explain` asks for
    what each score is made of.
    """

    limit: int = 10
    offset: int = 0
    article: StoredArticle | None = None
    boilerplate: bool = False
    by_article: bool = False
    conditions: "Sequence[Condition]" = ()
    undated: bool = False
    per_article: int | None = None
    duplicates: bool = True
    sort: str = "score"
    facets: bool = False
    explain: bool = False


class Facets(NamedTuple):
    """How many hits there are per outlet and per year, both with "" for those without; the most hits first."""

    outlets: Mapping[str, int]
    years: Mapping[str, int]


class Listed(NamedTuple):
    """A chunk in its place in the list.

    `more` counts the matching chunks of its article that are not listed, where this is the last that is; `copies` are
    the near-identical articles that match as well and are not listed.
    """

    score: float
    chunk: int
    more: int = 0
    copies: Sequence[int] = ()


class Ranking(NamedTuple):
    """What ranks highest, how many matched in all, how many of them are listed, and how many chunks were left out.

    `total` counts chunks, or articles where those were asked for. Where dates or outlets were asked for,
    `undated_left_out` counts the chunks that match but for the date that their article lacks, `sourceless_left_out`
    those that match but for the outlet. `expansions` are those that took part: that some chunk matched.
    `explanations` are those of the page, where that was asked for. `nowhere` are the query's words and phrases that no
    chunk has of all that are searched; within one article none is told.
    """

    scored: Sequence[Listed]
    total: int
    listed: int
    boilerplate_left_out: int
    undated_left_out: int = 0
    sourceless_left_out: int = 0
    expansions: Sequence[Expansion] = ()
    facets: Facets | None = None
    explanations: "Sequence[Explanation]" = ()
    nowhere: "Sequence[Word | HoldsPhrase]" = ()


class Passage(NamedTuple):
    """A chunk with the article it stands in, and the shortest reference that finds the article."""

    chunk: StoredChunk
    article: StoredArticle
    reference: str


class Cited(NamedTuple):
    """An article, and the shortest reference that finds it."""

    article: StoredArticle
    reference: str


class SearchStore(Protocol):
    """What a search needs of a store."""

    def look_up(self, surface: str) -> Word:
        """Tell what is known of a word; one that occurs nowhere has no forms but its own."""

    def look_up_forms(self, surface: str, forms: Collection[str]) -> Word:
        """Make a word that matches in just these forms, those that occur nowhere left out."""

    def forms_like(self, pattern: str) -> Collection[str]:
        """Give the forms that match a pattern, in which `*` stands for any letters or none."""

    def forms_near(self, surface: str, distance: int) -> Collection[str]:
        """Give the forms that at most so many insertions, deletions, changes or swaps of letters lead to."""

    def neighbours(self, word: Word) -> Sequence[Neighbour]:
        """Give the forms spelled much like a word that the archive has hardly or not at all, the nearest first."""

    def readings(self, phrase: str) -> Sequence[Reading]:
        """Tell what other forms the archive gives for a phrase (surfaces joined by spaces), commonest first."""

    def rank(self, query: "Query", scope: Scope) -> Ranking:
        """Rank the chunks that a query matches: by score, then article, then number."""

    def count(self, query: "Query", scope: Scope) -> int:
        """Count what a query matches: the total of its ranking."""

    def passages(self, chunks: Sequence[int]) -> list[Passage]:
        """Give chunks with their articles, in the order asked for."""

    def articles(self, numbers: Sequence[int]) -> list[Cited]:
        """Give articles by their numbers, in the order asked for."""
