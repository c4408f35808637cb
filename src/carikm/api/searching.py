"""The journey of a search: one query, or many from one index that is opened once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar, Unpack

from carikm.api.coverage import Coverage, coverage_of
from carikm.api.opening import opened_index
from carikm.errors import QueryError, UsageError
from carikm.index.corrections import Corrections, read_corrections
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple
from carikm.search.hits import RankedArticle, Result, find_hits, is_in_need, rank_articles
from carikm.search.local import LocalStore
from carikm.search.options import SearchOptions as SearchOptions
from carikm.search.options import check, conditions_of, scope_of
from carikm.search.query import Query
from carikm.search.reading import read_query
from carikm.search.signs import Note
from carikm.search.store import Scope

if TYPE_CHECKING:
    from carikm.index.progress import Progress
    from carikm.search.help import Help

Key = TypeVar("Key")


class SearchResult(NamedTuple):
    """The answer to a query, and what it does not cover.

    `help` is given where nothing was found, or a word or an outlet that was asked for is unknown.
    """

    result: Result
    coverage: Coverage
    help: "Help | None" = None


class ArticleRanking(NamedTuple):
    """The articles that answer a query, best first, and what the answer does not cover.

    `notes` are what the user should know of how the query was read.
    """

    articles: Sequence[RankedArticle]
    notes: Sequence[Note]
    coverage: Coverage


def find(
    query: str,
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    progress: "Progress | None" = None,
    **options: Unpack[SearchOptions],
) -> SearchResult:
    """Find the chunks that match a query best; build the index first where there is none.

    Args:
        query: words, of which any may match, or more in the query language (`carikm.search.syntax`).
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        progress: is told when an index is built.
        options: see `SearchOptions`.

    Raises:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        QueryEmpty, QuerySyntax: the query has no word, or is wrong at a place.
        ArticleUnknown, ArticleAmbiguous: the option `article` names none, or several.
        UsageError: an option has a value that it cannot have.
    """
    with open_search(corpus, index, progress=progress, **options) as search, search.reader.snapshot():
        result = search.hits(query)
        help = _help(search, result)
        if help and help.suggestions and not result.total and options.get("auto", False):
            result = search.hits(help.suggestions[0].query)
            help = help._replace(instead_of=query)
        return SearchResult(result, search.coverage(result), help)


def find_all(
    queries: Iterable[tuple[Key, str]],
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    progress: "Progress | None" = None,
    **options: Unpack[SearchOptions],
) -> Iterator[tuple[Key, SearchResult | QueryError]]:
    """Answer many queries, one after the other, from one index that is opened once: `find` for each of them.

    Queries are taken one at a time, each when the answer before it has been taken; nothing of them is kept. One that
    cannot be understood has its error for an answer, and the next is taken.

    Args:
        queries: pairs of whatever the caller knows a query by and its text, such as `enumerate(texts)` gives.
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        progress: is told when an index is built.
        options: see `SearchOptions`; they hold for every query.

    Raises, when the first answer is asked for:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        ArticleUnknown, ArticleAmbiguous: the option `article` names none, or several.
        UsageError: an option has a value that it cannot have.
    """
    with open_search(corpus, index, progress=progress, **options) as search:
        coverage = search.coverage()
        for pair in queries:
            key, query = _checked(pair)
            try:
                result = search.hits(query)
            except QueryError as error:
                yield key, error
            else:
                yield key, SearchResult(result, coverage)


def rank_all(
    queries: Iterable[tuple[Key, str]],
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    progress: "Progress | None" = None,
    **options: Unpack[SearchOptions],
) -> Iterator[tuple[Key, ArticleRanking | QueryError]]:
    """Rank articles for many queries, each by its best chunk: `find_all` by article, without the hits' texts.

    The articles and scores are those of `find_all` with `by_article` and `duplicates`; so are the arguments.

    Raises, when the first answer is asked for:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        ArticleUnknown, ArticleAmbiguous: the option `article` names none, or several.
        UsageError: an option has a value that it cannot have.
    """
    options |= {"by_article": True, "duplicates": True}
    with open_search(corpus, index, progress=progress, **options) as search:
        coverage = search.coverage()
        for pair in queries:
            key, query = _checked(pair)
            try:
                ranked, notes = search.articles(query)
            except QueryError as error:
                yield key, error
            else:
                yield key, ArticleRanking(ranked, notes, coverage)


def _checked(pair: tuple[Key, str]) -> tuple[Key, str]:
    """Give a key and its query; a text of two letters would pass for such a pair."""
    if isinstance(pair, str):
        raise UsageError(
            f"Pairs of a key and a query are expected; {pair!r} is a text.", "Number them: enumerate(texts)"
        )
    return pair


def _help(search: "Search", result: Result) -> "Help | None":
    query, scope = result.query, search.scope
    if is_in_need(result):
        from carikm.search.help import find_help

        return find_help(search.reader, search.corrections, query, scope, search.count)
    if scope.conditions or query.condition is not None:
        from carikm.search.unknown_outlets import unknown_outlets

        if outlets := unknown_outlets(search.reader, query, scope):
            from carikm.search.help import Help

            return Help((), (), outlets)
    return None


class Search(NamedTuple):
    """An open index with all that its queries share; its methods raise `QueryError` for a query that is at fault."""

    reader: IndexReader
    store: LocalStore
    corrections: Corrections
    scope: Scope
    options: SearchOptions

    def read(self, query: str) -> Query:
        """Read a query, and look its words up."""
        return read_query(
            self.store,
            query,
            expanded=self.options.get("expand", True),
            all_words=self.options.get("all_words", False),
            literal=self.options.get("literal", False),
            corrections=self.corrections,
        )

    def hits(self, query: str) -> Result:
        """Find the chunks that match best."""
        with self.reader.snapshot():
            return find_hits(self.store, self.read(query), self.scope)

    def articles(self, query: str) -> tuple[list[RankedArticle], Sequence[Note]]:
        """Rank articles, each by its best chunk; give with them what the user should know of how the query was read."""
        with self.reader.snapshot():
            understood = self.read(query)
            return rank_articles(self.store, understood, self.scope), understood.notes

    def count(self, query: str) -> int:
        """Count what matches."""
        return self.store.count(self.read(query), self.scope)

    def coverage(self, result: Result | None = None) -> Coverage:
        """Tell what a result does not cover; without one, what all results of this index do not."""
        with self.reader.snapshot() as reader:
            return coverage_of(reader, result, self.corrections)


@contextmanager
def open_search(
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    progress: "Progress | None" = None,
    **options: Unpack[SearchOptions],
) -> Iterator[Search]:
    """Check the options and open the index, which is built where there is none: the arguments are those of `find`.

    Each search is of one state of the index: an update may come between two.

    Raises:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        ArticleUnknown, ArticleAmbiguous: the option `article` names none, or several.
        UsageError: an option has a value that it cannot have.
    """
    check(options)
    conditions_of(options)
    with opened_index(corpus, index, progress, in_parts=True) as reader:
        yield search_over(reader, options)


def search_over(reader: IndexReader, options: SearchOptions) -> Search:
    """Make a search of an open index, with the user's corrections as they are now.

    Raises:
        ArticleUnknown, ArticleAmbiguous: the option `article` names none, or several.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be read.
        UsageError: an option has a value that it cannot have.
    """
    check(options)
    corrections = read_corrections(reader.folder)
    with reader.snapshot():
        scope = scope_of(reader, options, conditions_of(options))
    return Search(reader, LocalStore(reader, corrections), corrections, scope, options)
