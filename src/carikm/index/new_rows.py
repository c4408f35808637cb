"""Rows that enter an index, which are the same whether a whole build or an update writes them.

Columns stand in the order of `carikm.index.format.SCHEMA`.
"""

import json
from array import array
from collections.abc import Callable, Sequence
from functools import cache
from typing import Any, NamedTuple

from carikm.analysis.acronyms import Definition
from carikm.corpus import BODY
from carikm.corpus.article import Article, Chunk
from carikm.corpus.files import Skipped, SourceFile
from carikm.corpus.metadata import Found
from carikm.index.format import BOILERPLATE_BASE, TEXT, storable
from carikm.index.groups import Group
from carikm.index.rows import ARTICLE_KINDS, CHUNK_KINDS, DEFINITION_KINDS, SURFACE_KINDS, TERM_KINDS
from carikm.index.texts import Packer

# What each column of a table holds (see `carikm.index.rows`).
_KINDS = {
    "articles": ARTICLE_KINDS,
    "chunks": CHUNK_KINDS,
    "definitions": DEFINITION_KINDS,
    "folders": "ni",
    "learned": "iTNiitii",
    "learning": "TNit",
    "line_articles": "ii",
    "lines": "ib",
    "origins": "itt",
    "outlets": "it",
    "postings": "ib",
    "shingles": "ib",
    "skipped": "ntii",
    "surfaces": SURFACE_KINDS,
    "terms": TERM_KINDS,
}


@cache
def insertion(table: str, *, replaces: bool = False) -> str:
    """Write the statement that enters a row into a table, or, where it has that row's key already, replaces it."""
    places = ", ".join(TEXT if kind in "nN" else "?" for kind in _KINDS[table])
    return f"{'REPLACE' if replaces else 'INSERT'} INTO {table} VALUES ({places})"


# A value read from an article, with its line, how it was read, and how surely.
FoundValue = tuple[str, int, str, str] | None


class ArticleValues(NamedTuple):
    """What is written of an article itself; `body` and `boilerplate` count its chunks, `words` the tokens of both."""

    sha256: bytes
    encoding: str
    title: str
    headline: FoundValue
    outlet: FoundValue
    dateline: FoundValue
    author: FoundValue
    date: FoundValue
    body: int
    boilerplate: int
    words: int


class ChunkValues(NamedTuple):
    """What is written of a chunk: the place of its article, its number there, its text as packed, repairs as JSON."""

    article: int
    number: int
    line_start: int
    line_end: int
    byte_start: int
    byte_end: int
    text: bytes
    repairs: str | None


class Defined(NamedTuple):
    """A definition, with the place of its body chunk; see `carikm.analysis.acronyms`."""

    chunk: int
    short_key: str
    long_key: str
    short: str
    long: str


class Chunks(NamedTuple):
    """Chunks of some articles, of each kind in order, with their lengths in tokens, and what they define."""

    body: Sequence[ChunkValues]
    boilerplate: Sequence[ChunkValues]
    body_lengths: Sequence[int]
    boilerplate_lengths: Sequence[int]
    definitions: Sequence[Defined]


class TermRow(NamedTuple):
    """A stem: its number, the articles and body chunks it counts in, its forms in lines."""

    id: int
    stem: str
    articles: int
    chunks: int
    forms: str


class SurfaceRow(NamedTuple):
    """A surface form; see `carikm.index.rows.Surface`."""

    surface: str
    term: int
    form: int
    articles: int
    chunks: int
    is_stop: bool
    decided: str
    capitalised: int
    lower: int


class LearnedRow(NamedTuple):
    """A line that was learned to be boilerplate; see `carikm.index.rows.LearnedLine`. `example` is an article."""

    group: Group
    key: int
    at_head: bool
    line: str
    articles: int
    example: int


def article_values(article: Article, words: int) -> ArticleValues:
    """Tell what is written of an article that has so many tokens."""
    metadata = article.metadata
    body = sum(chunk.kind == BODY for chunk in article.chunks)
    return ArticleValues(
        bytes.fromhex(article.sha256),
        article.encoding,
        article.title,
        _found(metadata.headline),
        _found(metadata.outlet),
        _found(metadata.dateline),
        _found(metadata.author),
        _found(metadata.date),
        body,
        len(article.chunks) - body,
        words,
    )


def _found(found: Found | None) -> FoundValue:
    return (found.value, found.line, found.how, found.certainty) if found else None


def article_row(
    number: int,
    name: str,
    source: SourceFile,
    values: ArticleValues,
    starts: tuple[int, int],
    origin: Callable[[str, str], int],
) -> list[Any]:
    """Write the row of an article.

    Args:
        number: its number.
        name: its id.
        source: its file.
        values: what is written of it.
        starts: the number of its first body chunk, and that of its first chunk of boilerplate, counted from 0.
        origin: numbers how a value was read, and how surely.
    """

    def place(found: FoundValue) -> tuple[int | None, int | None]:
        return (None, None) if found is None else (found[1], origin(*found[2:]))

    row = [number, storable(name), storable(source.path), source.size, source.mtime_ns]
    row += [values.sha256, values.encoding, values.title, *place(values.headline)]
    for found in (values.outlet, values.dateline, values.author, values.date):
        row += [found and found[0], *place(found)]
    body, boilerplate = starts[0], BOILERPLATE_BASE + starts[1]
    row += [values.body + values.boilerplate, values.words, body, body + values.body]
    row += [boilerplate, boilerplate + values.boilerplate]
    return row


def chunk_values(place: int, chunk: Chunk, packer: Packer) -> ChunkValues:
    """Tell what is written of a chunk of the article at a place among others."""
    lines = chunk.line_start, chunk.line_end
    span = chunk.byte_start, chunk.byte_end
    repairs = json.dumps(chunk.repairs) if chunk.repairs else None
    return ChunkValues(place, chunk.number, *lines, *span, packer.pack(chunk.text), repairs)


def chunk_row(id: int, article: int, values: ChunkValues) -> tuple[Any, ...]:
    """Write the row of a chunk, under its number, for the article of that number."""
    return id, article, *values[1:]


def definition_row(found: Defined | Definition, chunk: int) -> list[Any]:
    """Write the row of a definition that the body chunk of that number gives."""
    return [found.short_key, found.long_key, chunk, found.short, found.long]


def learning_row(group: Group, articles: int, margins: str) -> list[Any]:
    """Write the row of a group whose lines are compared: how many of its articles count, and what was counted."""
    return [*group_columns(group), articles, margins]


def learned_row(number: int, line: LearnedRow) -> list[Any]:
    """Write the row of a learned line."""
    return [number, *group_columns(line.group), *line[1:]]


def group_columns(group: Group) -> list[Any]:
    """Write a group as the columns `outlet` and `folder`."""
    return [group.outlet, None if group.folder is None else storable(group.folder)]


def skipped_row(file: Skipped) -> list[Any]:
    """Write the row of a file that was left out."""
    return [storable(file.path), file.reason, file.size, file.mtime_ns]


def folder_row(path: str, mtime_ns: int) -> list[Any]:
    """Write the row of a folder, and of when it was changed."""
    return [storable(path), mtime_ns]


def lines_row(number: int, keys: "array[int]") -> list[Any]:
    """Write the row of the keys of an article's lines."""
    return [number, keys.tobytes()]
