"""The index as it is read: one open file, its rows as values, its faults as `IndexDamaged`.

An update changes the file in place. So what belongs together is read within one `snapshot`, which sees the file as it
is when the first of it is read; an update waits with its last step until all snapshots have ended. A reader holds
nothing between them, and forgets what it has kept in memory when the next one finds the file changed. A whole build
puts another file in the place of this one: a reader that is open keeps the old one.

What an update that was killed has left half done, SQLite takes back when the file is next opened.
"""

import os.path
import re
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from carikm.corpus.files import Skipped
from carikm.corpus.mojibake import Repair, repaired
from carikm.errors import IndexBusy, IndexDamaged, IndexFormat, IndexMissing, typed
from carikm.index.blocks import Averages, BadBlock, average
from carikm.index.corrections import Corrections, Unlike, unlike
from carikm.index.format import (
    APPLICATION_ID,
    BOILERPLATE_BASE,
    FORMAT_VERSION,
    INDEX_FILE,
    RULES,
    block_id,
    connect_text,
    storable,
    unpack_numbers,
)
from carikm.index.rows import (
    ARTICLE_COLUMNS,
    ARTICLE_KINDS,
    CHUNK_COLUMNS,
    CHUNK_KINDS,
    DEFINITION_COLUMNS,
    DEFINITION_KINDS,
    LEARNED_COLUMNS,
    LEARNED_KINDS,
    SURFACE_COLUMNS,
    SURFACE_KINDS,
    TERM_COLUMNS,
    TERM_KINDS,
    WEIGHED_COLUMNS,
    WEIGHED_KINDS,
    Counterpart,
    LearnedLine,
    StoredArticle,
    StoredChunk,
    StoredDefinition,
    Surface,
    Term,
    article_of,
    chunk_of,
    is_kind,
    learned_line_of,
    surface_of,
    term_of,
)
from carikm.index.term import Postings
from carikm.index.texts import Unpacker
from carikm.index.weights import inverse_document_frequency

if TYPE_CHECKING:
    from array import array

    from carikm.index.groups import Group


_Value = TypeVar("_Value")
# A file name may hold bytes that are no UTF-8: it travels as bytes and is compared as text.
_TEXT = "CAST(? AS TEXT)"
_BEYOND = b"\xff" * 8
_BATCH = 500
# Seconds to wait for an update to write what it has, or for readers to let it.
_PATIENCE = 60.0
# KiB that an update holds in memory until it is whole.
_WRITTEN_AT_ONCE = 65_536
_FACT_KINDS = {
    "corpus": "n",
    "label": "n",
    "built_ns": "i",
    "corrections": "t",
    "articles": "i",
    "words": "i",
    "terms": "i",
    "slots": "i",
    "counted_articles": "i",
    "counted_tokens": "i",
    "counted_chunks": "i",
    "counted_leads": "i",
    "body_chunks": "i",
    "boilerplate_chunks": "i",
    "body_words": "i",
}


# Postings of so many entries (six to ten bytes each) are kept in memory.
_MOST_ENTRIES = 5_000_000


class IndexReader:
    """An open index.

    Raises:
        IndexMissing: there is no index in that folder.
        IndexDamaged: what is there is no index, or a broken one; also from every method.
        IndexFormat: it was built by another version of carikm.
    """

    def __init__(self, folder: Path, *, to_write: bool = False) -> None:
        """Open the index in a folder; `to_write` for an update, which writes through `connection`."""
        self.folder = folder
        self.path = folder / INDEX_FILE
        self._rebuild = f"Build it anew: carikm index --rebuild --index {typed(str(folder))}"
        if not self.path.is_file():
            raise IndexMissing(f"There is no index in {folder}.", "Build one: carikm index FOLDER")
        self._postings: dict[int, Postings] = {}
        self._entries = 0
        self._arrays: dict[str, memoryview] = {}
        self._facts: dict[str, Any] = {}
        self._version: int | None = None
        self._snapshots = 0
        try:
            self.connection = _connect(self.path)
        except sqlite3.Error as error:
            raise IndexDamaged(f"The index {self.path} cannot be opened: {error}.", self._rebuild) from error
        try:
            if to_write:
                # What does not fit into memory would be written, and readers kept out, before the end.
                self._rows(f"PRAGMA cache_size = {-_WRITTEN_AT_ONCE}")
                self._begin("BEGIN IMMEDIATE")
            else:
                self._begin("BEGIN")
                self._end()
        except BaseException:
            self.close()
            raise

    @property
    def state(self) -> int | None:
        """Tell which state of the file was read last: another number after every update."""
        return self._version

    @contextmanager
    def snapshot(self) -> "Iterator[IndexReader]":
        """Let all that is read inside be of one state of the file, the newest; one within another is part of it."""
        if not self._snapshots:
            self._begin("BEGIN")
        self._snapshots += 1
        try:
            yield self
        except BadBlock as error:  # postings are unpacked when they are used
            raise self.damaged(str(error)) from error
        finally:
            self._snapshots -= 1
            if not self._snapshots:
                self._end()

    def _end(self) -> None:
        """End a transaction in which nothing was written; what ails the file has been said before."""
        with suppress(sqlite3.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def _begin(self, how: str) -> None:
        """Begin a transaction; forget what is kept in memory if the file has changed since the last one."""
        self._rows(how)
        version = self._rows("PRAGMA data_version")[0][0]
        if version == self._version:
            return
        self._version = version
        self._postings.clear()
        self._entries = 0
        self._arrays.clear()
        for name in ("_origins", "_unpacker", "first_chunks", "_first_chunks"):
            self.__dict__.pop(name, None)
        try:
            self._check_format()
            # Arrays are read when they are asked for: a search needs some of them only.
            self._facts = dict(self._rows("SELECT name, value FROM facts WHERE typeof(value) <> 'blob'"))
            self._check_facts()
        except BaseException:
            self._version = None
            self._end()
            raise

    def commit(self) -> None:
        """Let what was written be seen by all."""
        self.connection.execute("COMMIT")
        self._version = None

    def __enter__(self) -> "IndexReader":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self.connection.close()

    def _check_format(self) -> None:
        application, version = self._rows("PRAGMA application_id")[0][0], self._rows("PRAGMA user_version")[0][0]
        if application != APPLICATION_ID:
            raise IndexDamaged(f"{self.path} is not an index of carikm.", self._rebuild)
        if version != FORMAT_VERSION:
            raise IndexFormat(
                f"The index {self.path} has format {version}; this carikm reads format {FORMAT_VERSION}.", self._rebuild
            )
        rules = self._rows("SELECT value FROM facts WHERE name = 'rules'")
        if not rules or rules[0][0] != RULES:
            found = rules[0][0] if rules else "none"
            raise IndexFormat(
                f"The index {self.path} was built by other rules ({found}; this carikm has {RULES}).", self._rebuild
            )

    def _check_facts(self) -> None:
        for name, kind in _FACT_KINDS.items():
            if not is_kind(self._facts.get(name), kind):
                raise self.damaged(f"its {name} is {str(self._facts.get(name))[:80]!r}")
        if not self._facts["counted_articles"] > 0:
            raise self.damaged("it counts no article")

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self.connection.execute(query, values).fetchall()
        except (sqlite3.Error, UnicodeError) as error:
            if getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_BUSY:
                busy = f"The index {self.path} is being written, and has been for {_PATIENCE:.0f} seconds."
                raise IndexBusy(busy, "Try again.") from error
            if getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_READONLY:
                undone = (
                    f"An update of the index {self.path} was interrupted, and nothing may be written there to undo it."
                )
                raise IndexBusy(undone, "Let whoever may write there type: carikm index") from error
            raise self.damaged(str(error)) from error

    def damaged(self, what: str) -> IndexDamaged:
        """Make the error for something in the file that cannot be."""
        return IndexDamaged(f"The index {self.path} is damaged: {what}.", self._rebuild)

    def _checked(self, query: str, values: Sequence[object], kinds: str) -> list[Any]:
        rows = self._rows(query, values)
        for row in rows:
            self._check(row, kinds)
        return rows

    def _check(self, row: Sequence[Any], kinds: str) -> None:
        if not all(is_kind(value, kind) for value, kind in zip(row, kinds, strict=True)):
            raise self.damaged(f"a row that cannot be: {str(row)[:80]}")

    def fact(self, name: str) -> Any:
        """Give one of the facts that hold for the whole index, such as `built_ns` or `articles`."""
        return self._facts[name]

    @property
    def averages(self) -> Averages:
        """The average lengths in tokens of articles, chunks and leads, those of copies left out."""
        articles, chunks = self.fact("counted_articles"), self.fact("counted_chunks")
        tokens, in_leads = self.fact("counted_tokens"), self.fact("counted_leads")
        return Averages(average(tokens, articles), average(tokens, chunks), average(in_leads, articles))

    @property
    def corpus(self) -> Path:
        """The corpus folder; it is stored relative to the index, so the two can move together."""
        return _beside(self.folder, str(self.fact("corpus")))

    @property
    def label(self) -> str:
        """The corpus folder's own name, with which the paths shown begin."""
        return str(self.fact("label"))

    def unlike(self, corrections: Corrections) -> Unlike:
        """Tell what of the corrections this index was built with is otherwise in these."""
        try:
            return unlike(corrections, self.fact("corrections"))
        except ValueError as error:
            raise self.damaged(str(error)) from error

    def lengths(self) -> tuple[memoryview, memoryview]:
        """Give the lengths in tokens of all body chunks, and of all boilerplate chunks."""
        return self._numbers("body_lengths", "H"), self._numbers("boilerplate_lengths", "H")

    def chunk_articles(self) -> memoryview:
        """Give the article of every body chunk."""
        return self._numbers("chunk_articles")

    def article_order(self) -> memoryview:
        """Give every article's rank in the order of paths."""
        return self._of_articles("article_order")

    def article_lengths(self) -> memoryview:
        """Give the lengths in tokens of all articles' bodies."""
        return self._of_articles("article_lengths")

    def article_starts(self) -> memoryview:
        """Give the number of each article's first body chunk, in order of articles."""
        starts = self._of_articles("article_starts")
        if starts[0] != 0:
            raise self.damaged("its article_starts do not start at 0")
        return starts

    def boilerplate_starts(self) -> memoryview:
        """Give the number of each article's first boilerplate chunk, in order of articles."""
        starts = self._of_articles("boilerplate_starts")
        if starts[0] != BOILERPLATE_BASE:
            raise self.damaged(f"its boilerplate_starts do not start at {BOILERPLATE_BASE}")
        return starts

    def article_days(self) -> memoryview:
        """Give the day (`day_number`) of every article."""
        return self._of_articles("article_days")

    def outlets(self) -> tuple[list[str], memoryview]:
        """Give the outlets' names and every article's outlet: 1 for the first name, 0 for none.

        An empty name is none: its last article is gone.
        """
        known = dict(self._checked("SELECT id, name FROM outlets", [], "it"))
        numbers = self._of_articles("article_outlets")
        last = max(known, default=0)
        if min(known, default=1) < 1 or last > len(numbers) or not known.keys() >= {*numbers} - {0}:
            raise self.damaged("outlets that are not there")
        return [known.get(number, "") for number in range(1, last + 1)], numbers

    def representatives(self) -> memoryview:
        """Give for every article the number of the one that stands for its near-identical copies.

        That is the first of them in order, or itself where it has none; all others are copies (see
        `carikm.index.copies`).
        """
        return self._of_articles("representatives")

    def copies(self) -> memoryview:
        """Give the articles for which another one stands, ascending."""
        return self._numbers("copies")

    @cached_property
    def first_chunks(self) -> int:
        """The first body chunk of each article that has one, as a set of bits (`carikm.index.bits`)."""
        return int.from_bytes(self._first_chunks, "little")

    @property
    def chunk_slots(self) -> int:
        """A number that is above that of any body chunk."""
        return 8 * len(self._first_chunks)

    @cached_property
    def _first_chunks(self) -> bytes:
        return self._bytes("first_chunks")

    def numbers_of_articles(self, fact: str) -> memoryview:
        """Give an array that has a number for each article."""
        return self._of_articles(fact)

    def _of_articles(self, fact: str) -> memoryview:
        numbers = self._numbers(fact)
        if not len(numbers) == self.fact("slots") > 0:
            raise self.damaged(f"{len(numbers)} {fact} for {self.fact('slots')} articles")
        return numbers

    def _numbers(self, fact: str, kind: Literal["I", "H"] = "I") -> memoryview:
        found = self._arrays.get(fact)
        if found is None:
            try:
                found = self._arrays[fact] = unpack_numbers(self._bytes(fact), kind)
            except TypeError as error:
                raise self.damaged(f"{fact} of uneven size") from error
        return found

    def _bytes(self, fact: str) -> bytes:
        rows = self._checked("SELECT value FROM facts WHERE name = ?", [fact], "b")
        if not rows:
            raise self.damaged(f"it has no {fact}")
        found: bytes = rows[0][0]
        return found

    def surface(self, surface: str) -> Surface | None:
        """Look up a surface form."""
        rows = self._checked(f"SELECT {SURFACE_COLUMNS} FROM surfaces WHERE surface = ?", [surface], SURFACE_KINDS)
        return surface_of(rows[0], self.fact("counted_articles")) if rows else None

    def weights_of(self, surfaces: Iterable[str]) -> Iterator[tuple[str, bool, int, str, float]]:
        """Look up many surface forms: each with whether it is a stop word, and its term's number, stem and idf.

        Those that the index lacks are passed over.
        """
        for batch in _batches(surfaces):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT {WEIGHED_COLUMNS} FROM surfaces JOIN terms ON term = id WHERE surface IN ({marks})"
            for surface, is_stop, term, stem, articles in self._checked(query, batch, WEIGHED_KINDS):
                yield surface, bool(is_stop), term, stem, self._idf(articles)

    def _idf(self, articles: int) -> float:
        return inverse_document_frequency(self.fact("counted_articles"), articles)

    def surfaces_near(self, beginnings: Iterable[str], lengths: range, least: int) -> list[tuple[str, int]]:
        """Read the surface forms that begin and are as long as asked, with the body chunks that each stands in.

        Args:
            beginnings: each is read as a range of the table.
            lengths: in code points.
            least: leaves out forms that stand in fewer chunks.
        """
        found: dict[str, int] = {}
        query = (
            f"SELECT surface, chunks FROM surfaces WHERE surface >= {_TEXT} AND surface < {_TEXT}"
            " AND chunks >= ? AND length(surface) BETWEEN ? AND ?"
        )
        for beginning in beginnings:
            key = storable(beginning)
            values = [key, key + _BEYOND, least, lengths.start, lengths.stop - 1]
            found.update(self._checked(query, values, "ti"))
        return sorted(found.items())

    def surface_frequencies(self, surfaces: Iterable[str]) -> dict[str, int]:
        """Tell of those surface forms that stand in body chunks, in how many."""
        found: dict[str, int] = {}
        for batch in _batches([storable(surface) for surface in surfaces]):
            marks = ", ".join([_TEXT] * len(batch))
            query = f"SELECT surface, chunks FROM surfaces WHERE surface IN ({marks}) AND chunks > 0"
            found.update(self._checked(query, batch, "ti"))
        return found

    def term(self, *, id: int | None = None, stem: str | None = None) -> Term | None:
        """Look up a term by its number or by its stem."""
        column, value = ("id", id) if stem is None else ("stem", stem)
        rows = self._checked(f"SELECT {TERM_COLUMNS} FROM terms WHERE {column} = ?", [value], TERM_KINDS)
        return term_of(rows[0], self.fact("counted_articles")) if rows else None

    def terms(self) -> Iterator[Term]:
        """Go through all terms, in alphabetical order of their stems."""
        for row in self._checked(f"SELECT {TERM_COLUMNS} FROM terms ORDER BY stem", [], TERM_KINDS):
            yield term_of(row, self.fact("counted_articles"))

    def postings(self, term: int) -> Postings:
        """Give all postings of a term; those last asked for stay in memory."""
        found = self._postings.pop(term, None)
        if found is None:
            found = self._read_postings(term)
            self._entries += found.size
        self._postings[term] = found  # behind all others
        while self._entries > _MOST_ENTRIES and len(self._postings) > 1:
            oldest = self._postings.pop(next(iter(self._postings)))
            self._entries -= oldest.size
        return found

    def _read_postings(self, term: int) -> Postings:
        query = "SELECT data FROM postings WHERE id >= ? AND id < ? ORDER BY id"
        rows = self._checked(query, [block_id(term), block_id(term + 1)], "b")
        if not rows:
            raise self.damaged(f"no postings of term {term}")
        try:
            return Postings([data for (data,) in rows])
        except BadBlock as error:
            raise self.damaged(f"{error}, of term {term}") from error

    def definitions(self, words: str | None = None) -> Iterator[StoredDefinition]:
        """Go through the definitions of short forms, in order of their keys and chunks.

        With `words`, normalised and joined by spaces: those with this short form, or these words in the long one.
        """
        chosen = "" if words is None else "WHERE short_key = ?1 OR instr(' ' || long_key || ' ', ' ' || ?1 || ' ')"
        query = f"SELECT {DEFINITION_COLUMNS} FROM definitions {chosen} ORDER BY short_key, long_key, chunk"
        try:
            for row in self.connection.execute(query, [] if words is None else [words]):
                self._check(row, DEFINITION_KINDS)
                yield StoredDefinition(*row)
        except (sqlite3.Error, UnicodeError) as error:
            raise self.damaged(str(error)) from error

    def readings_of(self, short_key: str) -> list[Counterpart]:
        """List the long forms of a short one, given by its surface form: those that most chunks define first."""
        return self._counterparts("long_key, long", "short_key", short_key)

    def shorts_of(self, long_key: str) -> list[Counterpart]:
        """List the short forms of a long one, given by its key: those that most chunks define first."""
        return self._counterparts("short_key, short", "long_key", long_key)

    def _counterparts(self, wanted: str, known: str, key: str) -> list[Counterpart]:
        query = f"SELECT {wanted}, count(*) FROM definitions WHERE {known} = ? GROUP BY 1, 2 ORDER BY 3 DESC, 2"
        found: dict[str, Counterpart] = {}
        for other, form, chunks in self._checked(query, [key], "tti"):  # the commonest writing of each comes first
            before = found.get(other, Counterpart(other, form, 0))
            found[other] = before._replace(chunks=before.chunks + chunks)
        return sorted(found.values(), key=lambda counterpart: (-counterpart.chunks, counterpart.key))

    def article(self, id: int) -> StoredArticle:
        """Give an article by its number."""
        found = self._articles("WHERE id = ?", [id])
        if not found:
            raise self.damaged(f"no article {id}")
        return found[0]

    def articles(self) -> list[StoredArticle]:
        """List all articles, in order of their paths."""
        ranks = self.article_order()
        try:
            return sorted(self._articles("", []), key=lambda article: ranks[article.id])
        except IndexError as error:
            raise self.damaged("an article without a rank") from error

    def articles_named(self, prefix: str, limit: int) -> list[StoredArticle]:
        """List articles whose id begins with `prefix`, at most `limit`, in alphabetical order."""
        key = storable(prefix)
        if not key:
            return []
        return self._articles(
            f"WHERE name >= {_TEXT} AND name < {_TEXT} ORDER BY name LIMIT ?", [key, key + _BEYOND, limit]
        )

    def titles_of(self, prefix: str, limit: int) -> list[tuple[str, str]]:
        """List the ids that begin with `prefix`, with the titles; of more than `limit`, the first and the last one."""
        key = storable(prefix)
        within = f"WHERE name >= {_TEXT} AND name < {_TEXT} ORDER BY name"
        values = [key, key + _BEYOND]
        rows = self._checked(f"SELECT name, title FROM articles {within} LIMIT ?", [*values, limit + 1], "nt")
        if len(rows) > limit:
            last = self._checked(f"SELECT name, title FROM articles {within} DESC LIMIT 1", values, "nt")
            rows = [*rows[: limit - 1], *last]
        return rows

    def article_of_name(self, name: str) -> StoredArticle | None:
        """Look up an article by its id."""
        found = self._articles(f"WHERE name = {_TEXT}", [storable(name)])
        return found[0] if found else None

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
        rows = self._checked(f"SELECT {ARTICLE_COLUMNS} FROM articles {condition}", values, ARTICLE_KINDS)
        if not rows:
            return []
        try:
            return [article_of(row, self._origins) for row in rows]
        except KeyError as error:
            raise self.damaged(f"no origin {error}") from error

    @cached_property
    def _origins(self) -> dict[int, tuple[str, str]]:
        rows = self._checked("SELECT id, how, certainty FROM origins", [], "itt")
        return {id: (how, certainty) for id, how, certainty in rows}

    def chunks(self, ids: Iterable[int]) -> list[StoredChunk]:
        """Give chunks by their numbers, in the order asked for."""
        found = []
        for id in ids:
            rows = self._chunk_rows("WHERE id = ?", [id])
            if not rows:
                raise self.damaged(f"no chunk {id}")
            found.append(rows[0])
        return found

    def chunks_that_match(self, ids: Iterable[int], pattern: re.Pattern[str]) -> set[int]:
        """Pick from chunks, by their numbers, those in whose text a pattern is found."""
        return {id for id, text, _ in self._texts(ids) if pattern.search(text)}

    def readable_texts(self, ids: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give the readable texts of chunks with their numbers, in no order."""
        for id, text, packed in self._texts(ids):
            yield id, repaired(text, self._repairs(packed, text)).text

    def _texts(self, ids: Iterable[int]) -> Iterator[tuple[int, str, str | None]]:
        for batch in _batches(ids):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT id, text, repairs FROM chunks WHERE id IN ({marks})"
            for id, text, repairs in self._checked(query, batch, "ibT"):
                yield id, self._unpacked(text), repairs

    @property
    def dictionary(self) -> bytes:
        """Give what texts are compressed with; empty in a small archive."""
        rows = self._checked("SELECT value FROM facts WHERE name = 'dictionary'", [], "b")
        return rows[0][0] if rows else b""

    @cached_property
    def _unpacker(self) -> Unpacker:
        try:
            return Unpacker(self.dictionary)
        except ValueError as error:
            raise self.damaged(f"its dictionary is none: {error}") from error

    def _unpacked(self, data: bytes) -> str:
        try:
            return self._unpacker.unpack(data)
        except ValueError as error:
            raise self.damaged(f"a text that cannot be read: {error}") from error

    def titles(self, articles: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give the titles of articles with their numbers, in no order."""
        return self._of_each("title", "t", articles)

    def paths(self, articles: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give the paths of articles with their numbers, in no order."""
        return self._of_each("path", "n", articles)

    def _of_each(self, column: str, kind: str, articles: Iterable[int]) -> Iterator[tuple[int, str]]:
        for batch in _batches(articles):
            marks = ", ".join("?" * len(batch))
            yield from self._checked(f"SELECT id, {column} FROM articles WHERE id IN ({marks})", batch, f"i{kind}")

    def forms_like(self, pattern: str) -> list[str]:
        """List the surface forms of words that match a pattern in which `*` stands for any characters or none."""
        prefix = pattern.partition("*")[0]
        # Those of two words are compounds.
        query = (
            "SELECT surface FROM surfaces"
            f" WHERE surface >= {_TEXT} AND surface < {_TEXT} AND surface GLOB ? AND instr(surface, ' ') = 0"
        )
        key = storable(prefix)
        return [row[0] for row in self._checked(query, [key, key + _BEYOND, pattern], "t")]

    def places(self, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Give each chunk's article and its number there."""
        wanted = list(ids)
        places: dict[int, tuple[int, int]] = {}
        for batch in _batches(wanted):
            marks = ", ".join("?" * len(batch))
            rows = self._checked(f"SELECT id, article, number FROM chunks WHERE id IN ({marks})", batch, "iii")
            places.update((id, (article, number)) for id, article, number in rows)
        if missing := [id for id in wanted if id not in places]:
            raise self.damaged(f"no chunk {missing[0]}")
        return places

    def chunks_of(self, article: int) -> list[StoredChunk]:
        """Give an article's chunks in order."""
        found = self.article(article)
        condition = "WHERE id >= ? AND id < ? OR id >= ? AND id < ?"
        ends = [found.body.start, found.body.stop, found.boilerplate.start, found.boilerplate.stop]
        return sorted(self._chunk_rows(condition, ends), key=lambda chunk: chunk.number)

    def _chunk_rows(self, condition: str, values: Sequence[object]) -> list[StoredChunk]:
        rows = self._checked(f"SELECT {CHUNK_COLUMNS} FROM chunks {condition}", values, CHUNK_KINDS)
        found = []
        for row in rows:
            text = self._unpacked(row[7])
            if not text.strip():
                raise self.damaged(f"a chunk {row[0]} without a word")
            found.append(chunk_of(row, text, self._repairs(row[8], text)))
        return found

    def _repairs(self, packed: str | None, text: str) -> tuple[Repair, ...]:
        if packed is None:
            return ()
        import json

        try:
            repairs = tuple(Repair(int(start), int(end), str(mended)) for start, end, mended in json.loads(packed))
        except (ValueError, TypeError, OverflowError, RecursionError) as error:
            raise self.damaged(f"unreadable repairs: {error}") from error
        edges = [edge for repair in repairs for edge in (repair.start, repair.end)]
        if edges != sorted(edges) or not all(0 <= edge <= len(text) for edge in edges):
            raise self.damaged("repairs outside of their chunk")
        return repairs

    def learned_lines(self) -> list[LearnedLine]:
        """List the lines that were learned to be boilerplate, the commonest first."""
        query = f"SELECT {LEARNED_COLUMNS} FROM learned LEFT JOIN articles ON articles.id = example ORDER BY learned.id"
        rows = self._checked(query, [], LEARNED_KINDS)
        return [learned_line_of(row) for row in rows]

    def keys_of(self, article: int) -> "array[int]":
        """Give the keys of an article's lines."""
        from array import array

        rows = self._checked("SELECT keys FROM lines WHERE article = ?", [article], "b")
        if not rows:
            raise self.damaged(f"an article {article} without line keys")
        found = array("q")
        try:
            found.frombytes(rows[0][0])
        except ValueError as error:
            raise self.damaged(f"line keys of uneven size for article {article}") from error
        return found

    def groups_of(self, articles: Sequence[int]) -> "dict[int, Group]":
        """Give the groups within which articles learn what is boilerplate; at most a few hundred."""
        from carikm.index.groups import group_of

        marks = ", ".join("?" * len(articles))
        query = f"SELECT id, outlet, path FROM articles WHERE id IN ({marks})"
        return {id: group_of(outlet, path) for id, outlet, path in self._checked(query, articles, "iTn")}

    def skipped_files(self) -> list[Skipped]:
        """List the files that were left out, in order of their paths."""
        rows = self._checked("SELECT path, reason, size, mtime_ns FROM skipped ORDER BY path", [], "ntii")
        return [Skipped(*row) for row in rows]

    def folders(self) -> dict[str, int]:
        """Give the corpus's folders (relative paths, "" for itself) and when each was last changed, in ns."""
        return dict(self._checked("SELECT path, mtime_ns FROM folders", [], "ni"))

    def file_states(self) -> dict[str, tuple[int, int]]:
        """Give size and time of change (ns) of every file that was looked at, skipped ones included."""
        states = {path: (size, mtime_ns) for path, size, mtime_ns in self.article_files().values()}
        states.update((file.path, (file.size, file.mtime_ns)) for file in self.skipped_files())
        return states

    def hashes(self) -> dict[str, bytes]:
        """Give the SHA-256 of every article's file, by its path."""
        return dict(self._checked("SELECT path, sha256 FROM articles", [], "nb"))

    def article_files(self) -> dict[str, tuple[str, int, int]]:
        """Give path, size and time of change (ns) of every article's file, by the path; they equal a `SourceFile`."""
        rows = self._rows("SELECT path, size, mtime_ns FROM articles")
        if not all(type(path) is str and type(size) is int and type(mtime) is int for path, size, mtime in rows):
            raise self.damaged("a file whose state cannot be")
        return {row[0]: row for row in rows}


def _batches(ids: Iterable[_Value]) -> Iterator[list[_Value]]:
    wanted = list(ids)
    for first in range(0, len(wanted), _BATCH):
        yield wanted[first : first + _BATCH]


def remembered_corpus(folder: Path) -> Path | None:
    """Tell which corpus folder an index is of, even if it can no longer be read for anything else."""
    try:
        connection = _connect(folder / INDEX_FILE)
        try:
            rows = connection.execute("SELECT value FROM facts WHERE name = 'corpus'").fetchall()
        finally:
            connection.close()
    except (sqlite3.Error, UnicodeError):
        return None
    return _beside(folder, rows[0][0]) if rows and isinstance(rows[0][0], str) else None


def _connect(path: Path) -> sqlite3.Connection:
    """Open an index file; where it may only be read, SQLite opens it so.

    For writing even to read: what a killed update has left half done is taken back by whoever comes next.
    """
    uri = f"{path.absolute().as_uri()}?mode=rw"
    connection = sqlite3.connect(uri, uri=True, check_same_thread=False, isolation_level=None, timeout=_PATIENCE)
    connect_text(connection)
    return connection


def _beside(folder: Path, relative: str) -> Path:
    """Follow a path that was stored relative to an index folder."""
    return Path(os.path.normpath(os.path.join(os.path.realpath(folder), relative)))  # noqa: PTH118
