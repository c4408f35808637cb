"""Articles: to be read, listed, and compared."""

import os.path
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from carikm.api.coverage import Coverage, coverage_of, source_of
from carikm.api.opening import check_corpus, existing_index, locate_index, opened_index
from carikm.corpus.files import Unreadable, read_bytes
from carikm.errors import SourceUnavailable
from carikm.index.changes import changed_among
from carikm.index.corrections import read_corrections
from carikm.index.location import command_at
from carikm.index.rows import StoredArticle, StoredChunk
from carikm.search.local import LocalStore
from carikm.search.query_parts import Word
from carikm.search.reading import read_query
from carikm.search.references import resolve, shortest_reference, shortest_references

if TYPE_CHECKING:
    import datetime

    from carikm.index.progress import Progress
    from carikm.search.conditions import HoldsPhrase
    from carikm.search.similar import Likenesses


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
    index_folder: Path
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


class SimilarResult(NamedTuple):
    """What is like an article, the article's reference, and what the answer does not cover."""

    result: "Likenesses"
    reference: str
    coverage: Coverage


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

    Raises:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        QueryEmpty, QuerySyntax: the query has no word, or is wrong at a place.
        ReferenceFault: there is no such article or chunk, or there are several.
    """
    with opened_index(corpus, index, progress) as reader:
        article, selected = resolve(reader, reference)
        store = LocalStore(reader, read_corrections(reader.folder))
        sought = read_query(store, query) if query is not None else None
        state = "as indexed"
        if changed_among(reader, [source_of(article)]):
            state = "changed" if os.path.exists(reader.corpus / article.path) else "gone"  # noqa: PTH110  # or out of reach
        chunks = reader.chunks_of(article.id)
        words, phrases = (sought.weighing, sought.phrases) if sought else ([], [])
        return ArticleText(article, chunks, selected, words, phrases, reader.label, reader.corpus, reader.folder, state)


def read_source(text: ArticleText) -> bytes:
    """Give the bytes of an article's file as it lies on disk now; of one chunk, if one was asked for.

    Raises:
        CorrectionsInvalid: the user's corrections, which say how large a file may be, cannot be understood.
        SourceUnavailable: the file is gone, cannot be read, or is not inside the corpus folder; or a chunk was
            asked for and the file has changed, so that its bytes lie elsewhere.
    """
    import hashlib

    path = text.corpus / text.article.path
    hint = f"Bring the index up to date: {command_at(text.index_folder)}"
    if not path.resolve().is_relative_to(text.corpus.resolve()):
        raise SourceUnavailable(f"{path} lies outside the corpus folder {text.corpus}; it is not given out.", hint)
    try:
        raw = read_bytes(text.corpus, source_of(text.article), read_corrections(text.index_folder).largest_file)[0]
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
    """List all articles of the index.

    Raises:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: an index has to be made, and the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
    """
    with opened_index(corpus, index, progress) as reader:
        articles = reader.articles()
        return ArticleList(articles, shortest_references([article.name for article in articles]), reader.label)


def list_ids(
    prefix: str, corpus: Path | str | None = None, index: Path | str | None = None, *, limit: int = 50
) -> list[tuple[str, str]]:
    """List ids that begin with a prefix, each with its article's title, in alphabetical order; builds nothing.

    Where there are more than `limit`, the first of them and the very last are given: what these share, all share.

    Raises:
        CorpusMissing: the corpus that was named is not there.
        IndexFault: there is no index, or it cannot be read, or is of another corpus.
    """
    location = locate_index(corpus, index)
    with existing_index(location) as reader, reader.snapshot():
        check_corpus(reader, location)
        return reader.titles_of(prefix, limit)


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
    duplicates: bool = False,
    progress: "Progress | None" = None,
) -> SimilarResult:
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
        duplicates: near-identical articles each for itself, those of the article asked about as well.
        progress: is told when an index is built.

    Raises:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        ReferenceFault: there is no such article or chunk, or there are several.
        UsageError: a number is out of range, a day is none, or the first lies after the last.
    """
    from carikm.search.options import check_page
    from carikm.search.period import read_period
    from carikm.search.similar import find_likenesses

    check_page(limit, offset)
    period = read_period(since, until)
    with opened_index(corpus, index, progress) as reader:
        article, selected = resolve(reader, reference)
        corrections = read_corrections(reader.folder)
        result = find_likenesses(
            reader,
            article,
            selected,
            corrections.stop_words,
            limit=limit,
            offset=offset,
            period=period,
            undated=undated,
            duplicates=duplicates,
        )
        reference = shortest_reference(reader, article.name)
        return SimilarResult(result, reference, coverage_of(reader, result, corrections))
