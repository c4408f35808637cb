"""The index as it is read: its rows as values, each checked for what it must hold before it is used."""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import apsw

from carikm.corpus.files import Skipped
from carikm.corpus.mojibake import Repair, repaired
from carikm.index.blocks import BadBlock
from carikm.index.facts import IndexFacts
from carikm.index.format import block_id, name_in, name_of, storable
from carikm.index.packed import MOST_ENTRIES
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
    counterparts_of,
    is_article_path,
    is_below,
    learned_line_of,
    repairs_of,
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
# No text has so many forms of one stem, on the average of all.
_FORMS_IN_A_TEXT = 256
# Postings of so many entries (some 20 bytes each, as they are unpacked) are kept in memory.
_MOST_ENTRIES = 4_000_000


class IndexReader(IndexFacts):
    """An open index, and what it knows of words, chunks, articles and files.

    Raises:
        IndexMissing: there is no index in that folder.
        IndexDamaged: what is there is no index, or a broken one; also from every method.
        IndexFormat: it was built by another version of carikm.
    """

    def __init__(self, folder: Path, *, to_write: bool = False) -> None:
        """Open the index in a folder; `to_write` for an update, which writes through `connection`."""
        self._postings: dict[int, Postings] = {}
        self._entries = 0
        super().__init__(folder, to_write=to_write)

    def _forget(self) -> None:
        super()._forget()
        self._postings.clear()
        self._entries = 0
        for name in ("_origins", "_unpacker"):
            self.__dict__.pop(name, None)

    def surface(self, surface: str) -> Surface | None:
        """Look up a surface form."""
        rows = self._checked(f"SELECT {SURFACE_COLUMNS} FROM surfaces WHERE surface = ?", [surface], SURFACE_KINDS)
        return self._weighed(surface_of, rows[0]) if rows else None

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
        return self._weighed(lambda found, documents: inverse_document_frequency(documents, found), articles)

    def _weighed(self, make: Callable[[Any, int], _Value], row: Any) -> _Value:
        """Make something of a row, and of how many articles count."""
        try:
            return make(row, self.fact("counted_articles"))
        except ValueError as error:
            raise self.damaged("a word in less than no article, or in more than there are") from error

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
        return self._weighed(term_of, rows[0]) if rows else None

    def terms(self) -> Iterator[Term]:
        """Go through all terms, in alphabetical order of their stems."""
        for row in self._checked(f"SELECT {TERM_COLUMNS} FROM terms ORDER BY stem", [], TERM_KINDS):
            yield self._weighed(term_of, row)

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

    @property
    def most_entries(self) -> int:
        """How many entries one term has at the most."""
        chunks: int = self.chunk_slots + self.fact("boilerplate_chunks")
        return min(MOST_ENTRIES, _FORMS_IN_A_TEXT * (chunks + 1_000))

    def _read_postings(self, term: int) -> Postings:
        query = "SELECT data FROM postings WHERE id >= ? AND id < ? ORDER BY id"
        rows = self._checked(query, [block_id(term), block_id(term + 1)], "b")
        if not rows:
            raise self.damaged(f"no postings of term {term}")
        try:
            return Postings([data for (data,) in rows], self.most_entries)
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
        except (apsw.Error, UnicodeError) as error:
            raise self.fault(error) from error

    def readings_of(self, short_key: str) -> list[Counterpart]:
        """List the long forms of a short one, given by its surface form: those that most chunks define first."""
        return self._counterparts("long_key, long", "short_key", short_key)

    def shorts_of(self, long_key: str) -> list[Counterpart]:
        """List the short forms of a long one, given by its key: those that most chunks define first."""
        return self._counterparts("short_key, short", "long_key", long_key)

    def _counterparts(self, wanted: str, known: str, key: str) -> list[Counterpart]:
        query = f"SELECT {wanted}, count(*) FROM definitions WHERE {known} = ? GROUP BY 1, 2 ORDER BY 3 DESC, 2"
        return counterparts_of(self._checked(query, [key], "tti"))

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
        columns = f"{name_in('name')}, title"
        rows = self._checked(f"SELECT {columns} FROM articles {within} LIMIT ?", [*values, limit + 1], "nt")
        if len(rows) > limit:
            last = self._checked(f"SELECT {columns} FROM articles {within} DESC LIMIT 1", values, "nt")
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
        rows = self._checked(f"SELECT {name_in('max(name)')} FROM articles WHERE name < {_TEXT}", [key], "N")
        rows += self._checked(f"SELECT {name_in('min(name)')} FROM articles WHERE name > {_TEXT}", [key], "N")
        return [row[0] for row in rows if row[0] is not None]

    def _articles(self, condition: str, values: Sequence[object]) -> list[StoredArticle]:
        rows = self._checked(f"SELECT {ARTICLE_COLUMNS} FROM articles {condition}", values, ARTICLE_KINDS)
        if not rows:
            return []
        try:
            found = [article_of(row, self._origins) for row in rows]
        except KeyError as error:
            raise self.damaged(f"no origin {error}") from error
        if not all(is_article_path(article.path) for article in found):
            raise self.damaged("an article whose path leads out of its corpus")
        return found

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
            query = f"SELECT id, text, byte_end - byte_start, repairs FROM chunks WHERE id IN ({marks})"
            for id, text, size, repairs in self._checked(query, batch, "ibiT"):
                yield id, self._unpacked(text, size), repairs

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

    def _unpacked(self, data: bytes, size: int) -> str:
        """Read a text that took so many bytes in its file; in UTF-8 none takes more than four times as many."""
        try:
            return self._unpacker.unpack(data, max(0, 4 * size))
        except ValueError as error:
            raise self.damaged(f"a text that cannot be read: {error}") from error

    def titles(self, articles: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give the titles of articles with their numbers, in no order."""
        return self._of_each("title", "t", articles)

    def paths(self, articles: Iterable[int]) -> Iterator[tuple[int, str]]:
        """Give the paths of articles with their numbers, in no order."""
        return self._of_each(name_in("path"), "n", articles)

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
            text = self._unpacked(row[7], row[6] - row[5])
            if not text.strip():
                raise self.damaged(f"a chunk {row[0]} without a word")
            found.append(chunk_of(row, text, self._repairs(row[8], text)))
        return found

    def _repairs(self, packed: str | None, text: str) -> tuple[Repair, ...]:
        try:
            return () if packed is None else repairs_of(packed, text)
        except ValueError as error:
            raise self.damaged(str(error)) from error

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
        query = f"SELECT id, outlet, {name_in('path')} FROM articles WHERE id IN ({marks})"
        return {id: group_of(outlet, path) for id, outlet, path in self._checked(query, articles, "iTn")}

    def skipped_files(self) -> list[Skipped]:
        """List the files that were left out, in order of their paths."""
        query = f"SELECT {name_in('path')}, reason, size, mtime_ns FROM skipped ORDER BY path"
        rows = self._checked(query, [], "ntii")
        if not all(is_below(row[0]) for row in rows):
            raise self.damaged("a file left out whose path leads out of its corpus")
        return [Skipped(*row) for row in rows]

    def folders(self) -> dict[str, int]:
        """Give the corpus's folders (relative paths, "" for itself) and when each was last changed, in ns."""
        found = dict(self._checked(f"SELECT {name_in('path')}, mtime_ns FROM folders", [], "ni"))
        if not all(path == "" or is_below(path) for path in found):
            raise self.damaged("a folder whose path leads out of its corpus")
        return found

    def file_states(self) -> dict[str, tuple[int, int]]:
        """Give size and time of change (ns) of every file that was looked at, skipped ones included."""
        states = {path: (size, mtime_ns) for path, size, mtime_ns in self.article_files()}
        states.update((file.path, (file.size, file.mtime_ns)) for file in self.skipped_files())
        return states

    def hashes(self) -> dict[str, bytes]:
        """Give the SHA-256 of every article's file, by its path."""
        return dict(self._checked(f"SELECT {name_in('path')}, sha256 FROM articles", [], "nb"))

    def article_files(self) -> Iterator[tuple[str, int, int]]:
        """Give path, size and time of change (ns) of every article's file, in no order; they equal a `SourceFile`."""
        try:
            for raw, size, mtime in self.connection.execute(f"SELECT {name_in('path')}, size, mtime_ns FROM articles"):
                if type(raw) is not bytes or type(size) is not int or type(mtime) is not int:
                    raise self.damaged("a file whose state cannot be")
                yield name_of(raw), size, mtime
        except (apsw.Error, UnicodeError) as error:
            raise self.fault(error) from error


def _batches(ids: Iterable[_Value]) -> Iterator[list[_Value]]:
    wanted = list(ids)
    for first in range(0, len(wanted), _BATCH):
        yield wanted[first : first + _BATCH]
