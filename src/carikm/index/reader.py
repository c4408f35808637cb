"""The index as it is read: one open file, its rows as values, its faults as `IndexDamaged`.

A published index never changes, so it is opened as immutable: no locks, no side files, and a read-only folder
will do. A reader that opened the old index keeps it while a new one takes its place.
"""

import os.path
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from carikm.corpus.files import Skipped
from carikm.corpus.mojibake import Repair
from carikm.errors import IndexDamaged, IndexFormat, IndexMissing
from carikm.index.format import (
    APPLICATION_ID,
    FORMAT_VERSION,
    INDEX_FILE,
    RULES,
    Postings,
    connect_text,
    storable,
    unpack_lengths,
    unpack_postings,
)

# A file name may hold bytes that are no UTF-8: it travels as bytes and is compared as text.
_TEXT = "CAST(? AS TEXT)"
_BEYOND = b"\xff"
_BATCH = 500
# What each column must hold: i an integer, f a number, b bytes, t a text, n a file name, which may hold bytes that
# are no text; a capital where it may be null.
_KINDS: dict[str, tuple[type, ...]] = {
    "i": (int,),
    "f": (float,),
    "t": (str,),
    "n": (str,),
    "b": (bytes,),
    "I": (int, type(None)),
    "T": (str, type(None)),
    "N": (str, type(None)),
}
_FACT_KINDS = {
    "corpus": "n",
    "label": "n",
    "built_ns": "i",
    "articles": "i",
    "words": "i",
    "terms": "i",
    "average_length": "f",
    "body_lengths": "b",
    "boilerplate_lengths": "b",
}
_SURFACE_COLUMNS = "surface, term, form, frequency, idf, is_stop"
_SURFACE_KINDS = "tiiifi"
_TERM_KINDS = "itifbi"
_CHUNK_COLUMNS = "id, article, number, kind, line_start, line_end, byte_start, byte_end, text"
_CHUNK_KINDS = "iiitiiiitT"
_ARTICLE_KINDS = "inniitttITTITTITiiiiii"
_ARTICLE_COLUMNS = (
    "id, name, path, size, mtime_ns, sha256, encoding, title, headline_line, headline_how,"
    " outlet, outlet_line, outlet_how, date, date_line, date_how, chunks, words,"
    " body_start, body_end, boilerplate_start, boilerplate_end"
)
_REBUILD = "Build it anew: carikm index --rebuild"


class Origin(NamedTuple):
    """Where in an article a value was read, and how."""

    line: int
    how: str


class StoredArticle(NamedTuple):
    """An article as the index knows it.

    `name` is its id, `path` is relative to the corpus folder. `body_*` and `boilerplate_*` are the half-open
    ranges of its chunks' ids. Origins are None where the value is.
    """

    id: int
    name: str
    path: str
    size: int
    mtime_ns: int
    sha256: str
    encoding: str
    title: str
    headline_origin: Origin | None
    outlet: str | None
    outlet_origin: Origin | None
    date: str | None
    date_origin: Origin | None
    chunks: int
    words: int
    body: range
    boilerplate: range


class StoredChunk(NamedTuple):
    """A chunk as the index knows it; `text` is what its bytes decode to."""

    id: int
    article: int
    number: int
    kind: str
    line_start: int
    line_end: int
    byte_start: int
    byte_end: int
    text: str
    repairs: tuple[Repair, ...]


class Surface(NamedTuple):
    """A surface form: its stem's term, its number among that term's forms, its weight."""

    surface: str
    term: int
    form: int
    frequency: int
    idf: float
    is_stop: bool


class Term(NamedTuple):
    """A stem: the body chunks it occurs in, its weight, its postings."""

    id: int
    stem: str
    frequency: int
    idf: float
    postings: Postings


class IndexReader:
    """An open index.

    Raises:
        IndexMissing: there is no index in that folder.
        IndexDamaged: what is there is no index, or a broken one; also from every method.
        IndexFormat: it was built by another version of carikm.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / INDEX_FILE
        if not self.path.is_file():
            raise IndexMissing(f"There is no index in {folder}.", "Build one: carikm index FOLDER")
        try:
            self._connection = sqlite3.connect(
                f"{self.path.absolute().as_uri()}?mode=ro&immutable=1", uri=True, check_same_thread=False
            )
        except sqlite3.Error as error:
            raise IndexDamaged(f"The index {self.path} cannot be opened: {error}.", _REBUILD) from error
        connect_text(self._connection)
        try:
            self._check_format()
            self._facts: dict[str, Any] = dict(self._rows("SELECT name, value FROM facts"))
            self._check_facts()
        except BaseException:
            self.close()
            raise

    def __enter__(self) -> "IndexReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _check_format(self) -> None:
        application, version = self._rows("PRAGMA application_id")[0][0], self._rows("PRAGMA user_version")[0][0]
        if application != APPLICATION_ID:
            raise IndexDamaged(f"{self.path} is not an index of carikm.", _REBUILD)
        if version != FORMAT_VERSION:
            raise IndexFormat(
                f"The index {self.path} has format {version}; this carikm reads format {FORMAT_VERSION}.", _REBUILD
            )
        rules = self._rows("SELECT value FROM facts WHERE name = 'rules'")
        if not rules or rules[0][0] != RULES:
            found = rules[0][0] if rules else "none"
            raise IndexFormat(
                f"The index {self.path} was built by other rules ({found}; this carikm has {RULES}).", _REBUILD
            )

    def _check_facts(self) -> None:
        for name, kind in _FACT_KINDS.items():
            if not _is_kind(self._facts.get(name), kind):
                raise self.damaged(f"its {name} is {str(self._facts.get(name))[:80]!r}")
        if not self._facts["average_length"] > 0:
            raise self.damaged("its average_length is not above 0")

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self._connection.execute(query, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            raise self.damaged(str(error)) from error

    def damaged(self, what: str) -> IndexDamaged:
        """Make the error for something in the file that cannot be."""
        return IndexDamaged(f"The index {self.path} is damaged: {what}.", _REBUILD)

    def _checked(self, query: str, values: Sequence[object], kinds: str) -> list[Any]:
        rows = self._rows(query, values)
        for row in rows:
            self._check(row, kinds)
        return rows

    def _check(self, row: Sequence[Any], kinds: str) -> None:
        if not all(_is_kind(value, kind) for value, kind in zip(row, kinds, strict=True)):
            raise self.damaged(f"a row that cannot be: {str(row)[:80]}")

    def fact(self, name: str) -> Any:
        """Give one of the facts that hold for the whole index, such as `built_ns` or `articles`."""
        return self._facts[name]

    @property
    def corpus(self) -> Path:
        """The corpus folder; it is stored relative to the index, so the two can move together."""
        return Path(os.path.normpath(self.folder.absolute() / str(self.fact("corpus"))))

    @property
    def label(self) -> str:
        """The corpus folder's own name, with which the paths shown begin."""
        return str(self.fact("label"))

    def lengths(self) -> tuple[memoryview, memoryview]:
        """Give the lengths in tokens of all body chunks, and of all boilerplate chunks."""
        try:
            return unpack_lengths(self.fact("body_lengths")), unpack_lengths(self.fact("boilerplate_lengths"))
        except TypeError as error:
            raise self.damaged("chunk lengths of uneven size") from error

    def surface(self, surface: str) -> Surface | None:
        """Look up a surface form."""
        rows = self._checked(f"SELECT {_SURFACE_COLUMNS} FROM surfaces WHERE surface = ?", [surface], _SURFACE_KINDS)
        return _surface(rows[0]) if rows else None

    def forms(self, term: int) -> list[Surface]:
        """List a term's surface forms in order of their numbers."""
        query = f"SELECT {_SURFACE_COLUMNS} FROM surfaces WHERE term = ? ORDER BY form"
        rows = self._checked(query, [term], _SURFACE_KINDS)
        return [_surface(row) for row in rows]

    def term(self, *, id: int | None = None, stem: str | None = None) -> Term | None:
        """Look up a term by its number or by its stem."""
        column, value = ("id", id) if stem is None else ("stem", stem)
        rows = self._rows(
            "SELECT id, stem, frequency, idf, postings, (SELECT count(*) FROM surfaces WHERE term = terms.id)"
            f" FROM terms WHERE {column} = ?",
            [value],
        )
        return self._term(rows[0]) if rows else None

    def terms(self) -> Iterator[Term]:
        """Go through all terms, in alphabetical order of their stems."""
        try:
            for row in self._connection.execute(
                "SELECT id, stem, terms.frequency, terms.idf, postings, count(*) FROM terms"
                " JOIN surfaces ON term = id GROUP BY id ORDER BY id"
            ):
                yield self._term(row)
        except (sqlite3.Error, UnicodeError) as error:
            raise self.damaged(str(error)) from error

    def _term(self, row: Sequence[Any]) -> Term:
        self._check(row, _TERM_KINDS)
        id, stem, frequency, idf, postings, forms = row
        try:
            return Term(id, stem, frequency, idf, unpack_postings(postings, forms))
        except ValueError as error:
            raise self.damaged(f"{error} for {stem!r}") from error

    def article(self, id: int) -> StoredArticle:
        """Give an article by its number."""
        found = self._articles("WHERE id = ?", [id])
        if not found:
            raise self.damaged(f"no article {id}")
        return found[0]

    def articles(self) -> list[StoredArticle]:
        """List all articles, in order of their paths."""
        return self._articles("ORDER BY id", [])

    def articles_named(self, prefix: str, limit: int) -> list[StoredArticle]:
        """List articles whose id is `prefix`, else those whose id begins with it, else the one at that path."""
        key = storable(prefix)
        exact = self._articles(f"WHERE name = {_TEXT} OR path = {_TEXT}", [key, key])
        if exact or not prefix:
            return exact
        return self._articles(
            f"WHERE name >= {_TEXT} AND name < {_TEXT} ORDER BY name LIMIT ?", [key, key + _BEYOND, limit]
        )

    def article_of_path(self, path: str) -> StoredArticle | None:
        """Look up an article by its path below the corpus folder."""
        found = self._articles(f"WHERE path = {_TEXT}", [storable(path)])
        return found[0] if found else None

    def neighbour_names(self, name: str) -> list[str]:
        """Give the ids right before and right after one, in alphabetical order."""
        key = storable(name)
        rows = self._checked(f"SELECT max(name) FROM articles WHERE name < {_TEXT}", [key], "N")
        rows += self._checked(f"SELECT min(name) FROM articles WHERE name > {_TEXT}", [key], "N")
        return [row[0] for row in rows if row[0] is not None]

    def _articles(self, condition: str, values: Sequence[object]) -> list[StoredArticle]:
        rows = self._checked(f"SELECT {_ARTICLE_COLUMNS} FROM articles {condition}", values, _ARTICLE_KINDS)
        return [_article(row) for row in rows]

    def chunks(self, ids: Iterable[int]) -> list[StoredChunk]:
        """Give chunks by their numbers, in the order asked for."""
        found = []
        for id in ids:
            rows = self._chunk_rows("WHERE id = ?", [id])
            if not rows:
                raise self.damaged(f"no chunk {id}")
            found.append(rows[0])
        return found

    def places(self, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Give each chunk's article and its number there."""
        wanted = list(ids)
        places: dict[int, tuple[int, int]] = {}
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            marks = ", ".join("?" * len(batch))
            rows = self._checked(f"SELECT id, article, number FROM chunks WHERE id IN ({marks})", batch, "iii")
            places.update((id, (article, number)) for id, article, number in rows)
        return places

    def chunk_starts(self) -> tuple[list[int], list[int]]:
        """Give each article's first body chunk and first boilerplate chunk, in order of articles."""
        rows = self._checked("SELECT body_start, boilerplate_start FROM articles ORDER BY id", [], "ii")
        return [row[0] for row in rows], [row[1] for row in rows]

    def chunks_of(self, article: int) -> list[StoredChunk]:
        """Give an article's chunks in order."""
        return self._chunk_rows("WHERE article = ? ORDER BY number", [article])

    def _chunk_rows(self, condition: str, values: Sequence[object]) -> list[StoredChunk]:
        rows = self._checked(f"SELECT {_CHUNK_COLUMNS}, repairs FROM chunks {condition}", values, _CHUNK_KINDS)
        return [_chunk(row, self._repairs(row[-1])) for row in rows]

    def _repairs(self, packed: str | None) -> tuple[Repair, ...]:
        if packed is None:
            return ()
        import json

        try:
            return tuple(Repair(*repair) for repair in json.loads(packed))
        except (ValueError, TypeError) as error:
            raise self.damaged(f"unreadable repairs: {error}") from error

    def skipped_files(self) -> list[Skipped]:
        """List the files that were left out, in order of their paths."""
        rows = self._checked("SELECT path, reason, size, mtime_ns FROM skipped ORDER BY path", [], "ntii")
        return [Skipped(*row) for row in rows]

    def folders(self) -> dict[str, int]:
        """Give the corpus's folders (relative paths, "" for itself) and when each was last changed, in ns."""
        return dict(self._checked("SELECT path, mtime_ns FROM folders", [], "ni"))

    def file_states(self) -> dict[str, tuple[int, int]]:
        """Give size and time of change (ns) of every file that was looked at, skipped ones included."""
        columns = "path, size, mtime_ns"
        query = f"SELECT {columns} FROM articles UNION ALL SELECT {columns} FROM skipped"
        rows = self._checked(query, [], "nii")
        return {path: (size, mtime_ns) for path, size, mtime_ns in rows}


def _is_kind(value: object, kind: str) -> bool:
    if not isinstance(value, _KINDS[kind]):
        return False
    if kind in "tT" and isinstance(value, str) and not value.isascii():
        try:
            value.encode()
        except UnicodeEncodeError:  # bytes that were no UTF-8
            return False
    return True


def _surface(row: Sequence[Any]) -> Surface:
    surface, term, form, frequency, idf, is_stop = row
    return Surface(surface, term, form, frequency, idf, bool(is_stop))


def _chunk(row: Sequence[Any], repairs: tuple[Repair, ...]) -> StoredChunk:
    id, article, number, kind, line_start, line_end, byte_start, byte_end, text, _ = row
    return StoredChunk(id, article, number, kind, line_start, line_end, byte_start, byte_end, text, repairs)


def _article(row: Sequence[Any]) -> StoredArticle:
    identity, headline, outlet, date, sizes = row[:8], row[8:10], row[10:13], row[13:16], row[16:]
    id, name, path, size, mtime_ns, sha256, encoding, title = identity
    chunks, words, body_start, body_end, boilerplate_start, boilerplate_end = sizes
    return StoredArticle(
        id,
        name,
        path,
        size,
        mtime_ns,
        sha256,
        encoding,
        title,
        _origin(*headline),
        outlet[0],
        _origin(*outlet[1:]),
        date[0],
        _origin(*date[1:]),
        chunks,
        words,
        range(body_start, body_end),
        range(boilerplate_start, boilerplate_end),
    )


def _origin(line: int | None, how: str | None) -> Origin | None:
    return None if line is None or how is None else Origin(line, how)
