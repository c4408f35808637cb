"""The library: the two journeys, and the few questions beside them.

    build_index      file → article → chunks → tokens → terms → postings → index
    find             query → terms → scored chunks → hits → snippets
    find_all         the same for many queries, one after the other
    rank_all         query → terms → scored chunks → articles, for many queries

Every function takes the corpus folder and the index folder by name; left out, they are found as the command
line finds them (see `carikm.index.location`). All errors are `carikm.errors.CarikmError`s.
"""

import os.path
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar, Unpack

from carikm.corpus.files import Skipped, SourceFile, Unreadable, read_bytes, scan
from carikm.errors import (
    CorpusMissing,
    IndexDamaged,
    IndexForeign,
    IndexFormat,
    IndexMissing,
    QueryError,
    SourceUnavailable,
    UsageError,
)
from carikm.index.changes import EXAMINE_ALL, Changes, changed_among, compare, folders_changed
from carikm.index.corrections import Corrections, Unlike, read_corrections
from carikm.index.location import Location, locate, missing_everything, same_folder
from carikm.index.reader import IndexReader, remembered_corpus
from carikm.index.rows import LearnedLine, StoredArticle, StoredChunk
from carikm.search.hits import RankedArticle, Result, find_hits, is_in_need, rank_articles
from carikm.search.local import LocalStore
from carikm.search.options import SearchOptions, check, conditions_of, scope_of
from carikm.search.query import Query
from carikm.search.query_parts import Word
from carikm.search.reading import read_query
from carikm.search.references import resolve, shortest_reference, shortest_references
from carikm.search.store import Scope

if TYPE_CHECKING:
    import datetime

    from carikm.index.build import BuildSummary, Progress
    from carikm.search.acronyms import AcronymList
    from carikm.search.conditions import HoldsPhrase
    from carikm.search.help import Help
    from carikm.search.similar import Likenesses, SimilarResult
    from carikm.search.words import WordAnalysis

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
    """The articles that answer a query, best first, and what the answer does not cover; see `SearchResult`."""

    articles: Sequence[RankedArticle]
    label: str
    corpus: Path
    skipped: int
    changed: int
    changed_is_complete: bool
    corpus_out_of_reach: bool
    corrected: Unlike


class ArticleText(NamedTuple):
    """An article with its chunks.

    `selected` is the number of the one chunk that was asked for, if one was; `words` and `phrases` are to be marked.
    `state` tells whether the file is `as indexed`, `changed` or `gone`.
    """

    article: StoredArticle
    chunks: Sequence[StoredChunk]
    selected: int | None
    words: Sequence[Word]
    phrases: "Sequence[HoldsPhrase]"
    label: str
    corpus: Path
    state: str

    @property
    def selected_chunks(self) -> Sequence[StoredChunk]:
        """The chunk that was asked for, else all."""
        if self.selected is None:
            return self.chunks
        return [chunk for chunk in self.chunks if chunk.number == self.selected]

    @property
    def path(self) -> str:
        """The article's path as the user named the corpus folder."""
        return f"{self.label}/{self.article.path}"


class ArticleList(NamedTuple):
    """All articles of an index, in order of their paths, each with its shortest reference."""

    articles: Sequence[StoredArticle]
    references: Sequence[str]
    label: str


class Status(NamedTuple):
    """What an index holds, what it left out, and what has changed since it was built (`built_ns` since 1970).

    `learned` are the lines that recur across the articles of an outlet and count as boilerplate, the commonest first.
    """

    index_folder: Path
    corpus_folder: Path
    label: str
    built_ns: int
    bytes: int
    articles: Sequence[StoredArticle]
    chunks: int
    boilerplate_chunks: int
    words: int
    terms: int
    skipped: Sequence[Skipped]
    changes: Changes | None
    corrected: Unlike
    learned: Sequence[LearnedLine]


def build_index(
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    rebuild: bool = False,
    progress: "Progress | None" = None,
) -> "BuildSummary":
    """Build the index of a corpus folder, or bring it up to date.

    Args:
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        rebuild: read every file anew, whatever the index knows.
        progress: is told how the work goes on.
    """
    from carikm.index.build import build_index

    location = _locate(corpus, index)
    folder = location.corpus_folder
    if folder is None:
        try:
            with IndexReader(location.index_folder) as old:
                folder = old.corpus
        except IndexMissing:
            raise missing_everything(location) from None
        except (IndexDamaged, IndexFormat) as error:
            folder = remembered_corpus(location.index_folder)
            if folder is None:
                hint = "Name the folder of your .txt articles: carikm index FOLDER"
                raise type(error)(error.message, hint) from None
    return build_index(folder, location.index_folder, rebuild=rebuild, progress=progress)


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
    with _searching(corpus, index, options, progress) as search:
        coverage = _coverage(search, None)
        for key, query in queries:
            try:
                result = find_hits(search.store, search.read(query), search.scope)
            except QueryError as error:
                yield key, error
            else:
                yield key, SearchResult(result, *coverage)


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
    with _searching(corpus, index, options, progress) as search:
        coverage = _coverage(search, None)
        for key, query in queries:
            try:
                ranked = rank_articles(search.store, search.read(query), search.scope)
            except QueryError as error:
                yield key, error
            else:
                yield key, ArticleRanking(ranked, *coverage)


def find_similar(
    reference: str,
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    limit: int = 10,
    offset: int = 0,
    since: "datetime.date | str | None" = None,
    until: "datetime.date | str | None" = None,
    undated: bool = False,
    progress: "Progress | None" = None,
) -> "SimilarResult":
    """Find the articles most like one, or like one of its chunks, with the terms that say so.

    Args:
        reference: an article, or a chunk of it, as `read_article` takes it; the article itself is not found.
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        limit: how many articles to give at the most.
        offset: how many of the best to pass over.
        since: only articles from this day on, as `find` takes it.
        until: only articles up to this day.
        undated: articles without a date as well.
        progress: is told when an index is built.
    """
    from carikm.search.period import read_period
    from carikm.search.similar import SimilarResult, find_likenesses

    if limit < 1 or offset < 0:
        raise UsageError(
            f"A limit of {limit} and an offset of {offset} were given; a limit is at least 1, an offset at least 0.",
            "For example: carikm similar 003 --limit 10 --offset 10",
        )
    period = read_period(since, until)
    with _opened(corpus, index, progress) as reader:
        article, selected = resolve(reader, reference)
        stop_words = read_corrections(reader.folder).stop_words
        result = find_likenesses(
            reader, article, selected, stop_words, limit=limit, offset=offset, period=period, undated=undated
        )
        reference = shortest_reference(reader, article.name)
        return SimilarResult(result, reference, reader.label, reader.corpus, *_staleness(reader, result))


def read_article(
    reference: str,
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    query: str | None = None,
    progress: "Progress | None" = None,
) -> ArticleText:
    """Give an article by a reference: its id, an unambiguous prefix of it, or its path.

    `003:5` asks for the article's fifth chunk; `seeds/003_….txt:9` for the chunk with the file's ninth line.
    The words of `query` are looked up, so that they can be marked.
    """
    with _opened(corpus, index, progress) as reader:
        article, selected = resolve(reader, reference)
        store = LocalStore(reader, read_corrections(reader.folder))
        sought = read_query(store, query) if query is not None else None
        state = "as indexed"
        if changed_among(reader, [_source(article)]):
            state = "changed" if os.path.exists(reader.corpus / article.path) else "gone"  # noqa: PTH110  # or out of reach
        chunks = reader.chunks_of(article.id)
        words, phrases = (sought.weighing, sought.phrases) if sought else ([], [])
        return ArticleText(article, chunks, selected, words, phrases, reader.label, reader.corpus, state)


def read_source(text: ArticleText) -> bytes:
    """Give the bytes of an article's file as it lies on disk now; of one chunk, if one was asked for.

    Raises:
        SourceUnavailable: the file is gone, cannot be read, or is not inside the corpus folder; or a chunk was
            asked for and the file has changed, so that its bytes lie elsewhere.
    """
    import hashlib

    path = text.corpus / text.article.path
    hint = "Bring the index up to date: carikm index"
    if not path.resolve().is_relative_to(text.corpus.resolve()):
        raise SourceUnavailable(f"{path} lies outside the corpus folder {text.corpus}; it is not given out.", hint)
    try:
        raw = read_bytes(text.corpus, _source(text.article))[0]
    except Unreadable as error:
        raise SourceUnavailable(f"{path}: {error}.", hint) from error
    if text.selected is None:
        return raw
    if hashlib.sha256(raw).hexdigest() != text.article.sha256:
        raise SourceUnavailable(f"{path} has changed since it was indexed; its chunks lie elsewhere.", hint)
    return b"".join(raw[chunk.byte_start : chunk.byte_end] for chunk in text.selected_chunks)


def list_articles(
    corpus: Path | str | None = None, index: Path | str | None = None, *, progress: "Progress | None" = None
) -> ArticleList:
    """List all articles of the index."""
    with _opened(corpus, index, progress) as reader:
        articles = reader.articles()
        return ArticleList(articles, shortest_references([article.name for article in articles]), reader.label)


def list_ids(
    prefix: str, corpus: Path | str | None = None, index: Path | str | None = None, *, limit: int = 50
) -> list[tuple[str, str]]:
    """List ids that begin with a prefix, each with its article's title, in alphabetical order; builds nothing.

    Where there are more than `limit`, the first of them and the very last are given: what these share, all share.
    """
    location = _locate(corpus, index)
    with IndexReader(location.index_folder) as reader:
        _check_corpus(reader, location)
        return reader.titles_of(prefix, limit)


def list_outlets(corpus: Path | str | None = None, index: Path | str | None = None) -> list[str]:
    """List the outlets of the articles, in alphabetical order; builds nothing."""
    location = _locate(corpus, index)
    with IndexReader(location.index_folder) as reader:
        _check_corpus(reader, location)
        return reader.outlets()[0]


def list_acronyms(
    word: str | None = None,
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    progress: "Progress | None" = None,
) -> "AcronymList":
    """List the short forms that the articles define, such as `Pemerintah Kota (Pemkot)`, with where they do.

    Args:
        word: only those that are this short form, or have this word, or these words, in their long form.
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        progress: is told when an index is built.
    """
    from carikm.search.acronyms import read_acronyms

    with _opened(corpus, index, progress) as reader:
        return read_acronyms(reader, read_corrections(reader.folder), word)


def analyze_words(text: str, corpus: Path | str | None = None, index: Path | str | None = None) -> "list[WordAnalysis]":
    """Tell how each word of a text is analysed; where there is an index, also what it knows of the word."""
    from carikm.search.words import analyze

    location = _locate(corpus, index)
    corrections = read_corrections(location.index_folder)
    try:
        with IndexReader(location.index_folder) as reader:
            _check_corpus(reader, location)
            return analyze(text, corrections, reader)
    except IndexMissing:
        return analyze(text, corrections, None)


def read_status(corpus: Path | str | None = None, index: Path | str | None = None) -> Status:
    """Tell what an index holds, what was skipped and why, and what has changed since; builds nothing."""
    location = _locate(corpus, index)
    with IndexReader(location.index_folder) as reader:
        _check_corpus(reader, location)
        body, boilerplate = reader.lengths()
        try:
            changes = compare(reader, scan(reader.corpus))
        except CorpusMissing:
            changes = None
        return Status(
            reader.folder,
            reader.corpus,
            reader.label,
            reader.fact("built_ns"),
            reader.path.stat().st_size,
            reader.articles(),
            len(body) + len(boilerplate),
            len(boilerplate),
            reader.fact("words"),
            reader.fact("terms"),
            reader.skipped_files(),
            changes,
            reader.unlike(read_corrections(reader.folder)),
            reader.learned_lines(),
        )


def _help(search: "_Search", result: Result) -> "Help":
    from carikm.search.help import find_help

    return find_help(search.reader, search.corrections, result.query, search.scope, search.count)


def _locate(corpus: Path | str | None, index: Path | str | None) -> Location:
    return locate(Path(corpus) if corpus is not None else None, Path(index) if index is not None else None)


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
    conditions = conditions_of(options)
    with _opened(corpus, index, progress) as reader:
        corrections = read_corrections(reader.folder)
        scope = scope_of(reader, options, conditions)
        yield _Search(reader, LocalStore(reader, corrections), corrections, scope, options)


@contextmanager
def _opened(corpus: Path | str | None, index: Path | str | None, progress: "Progress | None") -> Iterator[IndexReader]:
    """Open the index; where there is none, make it of the corpus folder, and say so."""
    location = _locate(corpus, index)
    try:
        reader = IndexReader(location.index_folder)
    except IndexMissing:
        from carikm.index.build import build_index

        if location.corpus_folder is None:
            raise missing_everything(location) from None
        if progress and location.corpus_folder.is_dir():
            progress.note(
                f"There is no index yet; building one of {location.corpus_folder} in {location.index_folder}."
            )
        build_index(location.corpus_folder, location.index_folder, progress=progress)
        reader = IndexReader(location.index_folder)
    with reader:
        _check_corpus(reader, location)
        yield reader


def _check_corpus(reader: IndexReader, location: Location) -> None:
    if location.corpus_folder is not None and not location.corpus_folder.exists():
        raise CorpusMissing(
            f"The corpus folder {location.corpus_folder} does not exist.", f"The index there is of {reader.corpus}."
        )
    if location.corpus_folder is not None and not same_folder(reader.corpus, location.corpus_folder):
        raise IndexForeign(
            f"{reader.folder} holds the index of {reader.corpus}, not of {location.corpus_folder}.",
            f"Name the index too (--index DIR), or build one: carikm index {location.corpus_folder} --index DIR",
        )


def _coverage(search: _Search, result: Result | None) -> tuple[str, Path, int, int, bool, bool, Unlike]:
    """Give the fields of a `SearchResult` behind its result; without one, for all results of this index."""
    reader = search.reader
    staleness = _staleness(reader, result)
    return reader.label, reader.corpus, len(reader.skipped_files()), *staleness, reader.unlike(search.corrections)


def _staleness(reader: IndexReader, result: "Result | Likenesses | None") -> tuple[int, bool, bool]:
    """Count the files that differ from the index; tell whether all were looked at, and if the corpus is out of reach.

    For a single result in a large archive, only those are looked at that cost little.
    """
    try:
        if result is None or reader.fact("articles") <= EXAMINE_ALL or folders_changed(reader):
            return compare(reader, scan(reader.corpus)).total, True, False
        shown = {hit.article.path: _source(hit.article) for hit in result.hits}
        return len(changed_among(reader, shown.values())), False, False
    except (CorpusMissing, OSError):
        return 0, True, True


def _source(article: StoredArticle) -> SourceFile:
    return SourceFile(article.path, article.size, article.mtime_ns)


__all__ = [
    "ArticleList",
    "ArticleRanking",
    "ArticleText",
    "SearchOptions",
    "SearchResult",
    "Status",
    "analyze_words",
    "build_index",
    "find",
    "find_all",
    "find_similar",
    "list_acronyms",
    "list_articles",
    "list_ids",
    "list_outlets",
    "rank_all",
    "read_article",
    "read_source",
    "read_status",
]
