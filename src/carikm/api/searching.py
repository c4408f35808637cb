"""The journey of a search: one query, or many from one index that is opened once."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, Unpack

from carikm.api.opening import opened_index, staleness
from carikm.errors import QueryError
from carikm.index.corrections import Corrections, Unlike, read_corrections
from carikm.index.reader import IndexReader
from carikm.search.hits import RankedArticle, Result, find_hits, is_in_need, rank_articles
from carikm.search.local import LocalStore
from carikm.search.options import SearchOptions as SearchOptions
from carikm.search.options import check, conditions_of, scope_of
from carikm.search.query import Query
from carikm.search.reading import read_query
from carikm.search.signs import Note
from carikm.search.store import Scope

if TYPE_CHECKING:
    from carikm.index.build import Progress
    from carikm.search.help import Help

Key = TypeVar("Key")


class SearchResult(NamedTuple):
    """The answer to a query, and what it does not cover.

    `skipped` counts the files that could not be indexed. `changed` counts the files known to differ from the
    index; `changed_is_complete` tells whether every file was looked at for it. `corpus_out_of_reach` tells that
    the corpus folder is not where the index expects it, or may not be read. `corrected` has what the user's
    corrections say otherwise than when the index was built. `help` is given where nothing was found, or a word of the
    query is unknown.
    """

    result: Result
    label: str
    corpus: Path
    skipped: int
    changed: int
    changed_is_complete: bool
    corpus_out_of_reach: bool
    corrected: Unlike
    help: "Help | None" = None


class ArticleRanking(NamedTuple):
    """The articles that answer a query, best first, and what the answer does not cover; see `SearchResult`.

    `notes` are what the user should know of how the query was read.
    """

    articles: Sequence[RankedArticle]
    notes: Sequence[Note]
    label: str
    corpus: Path
    skipped: int
    changed: int
    changed_is_complete: bool
    corpus_out_of_reach: bool
    corrected: Unlike


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
    """
    with _searching(corpus, index, options, progress) as search:
        result = find_hits(search.store, search.read(query), search.scope)
        help = _help(search, result) if is_in_need(result) else None
        if help and help.suggestions and not result.total and options.get("auto", False):
            result = find_hits(search.store, search.read(help.suggestions[0].query), search.scope)
            help = help._replace(instead_of=query)
        return SearchResult(result, *_coverage(search, result), help)


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
    """
    with _searching_often(corpus, index, options, progress) as searching:
        with searching as search:
            coverage = _coverage(search, None)
        for key, query in queries:
            answer: SearchResult | QueryError
            with searching as search:
                try:
                    answer = SearchResult(find_hits(search.store, search.read(query), search.scope), *coverage)
                except QueryError as error:
                    answer = error
            yield key, answer


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
    """
    options |= {"by_article": True, "duplicates": True}
    with _searching_often(corpus, index, options, progress) as searching:
        with searching as search:
            coverage = _coverage(search, None)
        for key, query in queries:
            answer: ArticleRanking | QueryError
            with searching as search:
                try:
                    understood = search.read(query)
                    ranked = rank_articles(search.store, understood, search.scope)
                    answer = ArticleRanking(ranked, understood.notes, *coverage)
                except QueryError as error:
                    answer = error
            yield key, answer


def _help(search: "_Search", result: Result) -> "Help":
    from carikm.search.help import find_help

    return find_help(search.reader, search.corrections, result.query, search.scope, search.count)


class _Search(NamedTuple):
    """An open index with all that its queries share."""

    reader: IndexReader
    store: LocalStore
    corrections: Corrections
    scope: Scope
    options: SearchOptions

    def read(self, query: str) -> Query:
        return read_query(
            self.store,
            query,
            expanded=self.options.get("expand", True),
            all_words=self.options.get("all_words", False),
            literal=self.options.get("literal", False),
            corrections=self.corrections,
        )

    def count(self, query: str) -> int:
        return self.store.count(self.read(query), self.scope)


@contextmanager
def _searching(
    corpus: Path | str | None, index: Path | str | None, options: SearchOptions, progress: "Progress | None"
) -> Iterator[_Search]:
    """Check the options, open the index, and read the user's corrections."""
    check(options)
    with opened_index(corpus, index, progress) as reader:
        yield _search(reader, options)


def _search(reader: IndexReader, options: SearchOptions) -> _Search:
    corrections = read_corrections(reader.folder)
    scope = scope_of(reader, options, conditions_of(options))
    return _Search(reader, LocalStore(reader, corrections), corrections, scope, options)


class _Searching:
    """Searches one by one, each in a state of the index of its own: an update may come between two."""

    def __init__(self, reader: IndexReader, options: SearchOptions) -> None:
        self._reader = reader
        self._options = options
        self._snapshots = ExitStack()
        with reader.snapshot():
            self.search, self._state = _search(reader, options), reader.state

    def __enter__(self) -> _Search:
        self._snapshots.enter_context(self._reader.snapshot())
        if self._reader.state != self._state:
            self.search, self._state = _search(self._reader, self._options), self._reader.state
        return self.search

    def __exit__(self, *_: object) -> None:
        self._snapshots.close()


@contextmanager
def _searching_often(
    corpus: Path | str | None, index: Path | str | None, options: SearchOptions, progress: "Progress | None"
) -> Iterator[_Searching]:
    check(options)
    with opened_index(corpus, index, progress, in_parts=True) as reader:
        yield _Searching(reader, options)


def _coverage(search: _Search, result: Result | None) -> tuple[str, Path, int, int, bool, bool, Unlike]:
    """Give the fields of a `SearchResult` behind its result; without one, for all results of this index."""
    reader = search.reader
    skipped, corrected = len(reader.skipped_files()), reader.unlike(search.corrections)
    return reader.label, reader.corpus, skipped, *staleness(reader, result), corrected
