"""The index as it is read: its rows as values, each checked for what it must hold before it is used."""

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

import apsw

from carikm.corpus.files import Skipped
from carikm.corpus.mojibake import Repair, repaired
from carikm.index.format import BEYOND, TEXT, batches, name_in, name_of, storable
from carikm.index.rows import (
    ARTICLE_COLUMNS,
    ARTICLE_KINDS,
    CHUNK_COLUMNS,
    CHUNK_KINDS,
    LEARNED_COLUMNS,
    LEARNED_KINDS,
    LearnedLine,
    StoredArticle,
    StoredChunk,
    article_of,
    chunk_of,
    is_article_path,
    is_below,
    learned_line_of,
    repairs_of,
)
from carikm.index.texts import Unpacker
from carikm.index.words import IndexWords

if TYPE_CHECKING:
    from array import array

    from carikm.index.groups import Group


class IndexReader(IndexWords):
    """An open index, and what it knows of words, chunks, articles and files.

    Raises:
        IndexMissing: there is no index in that folder.
        IndexDamaged: what is there is no index, or a broken one; also from every method.
        IndexFormat: it was built by another version of carikm.
    """

    def _forget(self) -> None:
        super()._forget()
        for name in ("_origins", "_unpacker"):
            self.__dict__.pop(name, None)

    def article(self, id: int) -> StoredArticle:
        """Give an article by its number."""
        found = self.articles_where("WHERE id = ?", [id])
        if not found:
            raise self.damaged(f"no article {id}")
        return found[0]

    def articles(self) -> list[StoredArticle]:
        """List all articles, in order of their paths."""
        ranks = self.article_order()
        try:
            return sorted(self.articles_where("", []), key=lambda article: ranks[article.id])
        except IndexError as error:
            raise self.damaged("an article without a rank") from error

    def articles_named(self, prefix: str, limit: int) -> list[StoredArticle]:
        """List articles whose id begins with `prefix`, at most `limit`, in alphabetical order."""
        key = storable(prefix)
        if not key:
            return []
        return self.articles_where(
            f"WHERE name >= {TEXT} AND name < {TEXT} ORDER BY name LIMIT ?", [key, key + BEYOND, limit]
        )

    def titles_of(self, prefix: str, limit: int) -> list[tuple[str, str]]:
        """List the ids that begin with `prefix`, with the titles; of more than `limit`, the first and the last one."""
        key = storable(prefix)
        within = f"WHERE name >= {TEXT} AND name < {TEXT} ORDER BY name"
        values = [key, key + BEYOND]
        columns = f"{name_in('name')}, title"
        rows = self.checked_rows(f"SELECT {columns} FROM articles {within} LIMIT ?", [*values, limit + 1], "nt")
        if len(rows) > limit:
            last = self.checked_rows(f"SELECT {columns} FROM articles {within} DESC LIMIT 1", values, "nt")
            rows = [*rows[: limit - 1], *last]
        return rows

    def article_of_name(self, name: str) -> StoredArticle | None:
        """Look up an article by its id."""
        found = self.articles_where(f"WHERE name = {TEXT}", [storable(name)])
        return found[0] if found else None

    def article_of_path(self, path: str) -> StoredArticle | None:
        """Look up an article by its path below the corpus folder."""
        found = self.articles_where(f"WHERE path = {TEXT}", [storable(path)])
        return found[0] if found else None

    def neighbour_names(self, name: str) -> list[str]:
        """Give the ids right before and right after one, in alphabetical order."""
        key = storable(name)
        rows = self.checked_rows(f"SELECT {name_in('max(name)')} FROM articles WHERE name < {TEXT}", [key], "N")
        rows += self.checked_rows(f"SELECT {name_in('min(name)')} FROM articles WHERE name > {TEXT}", [key], "N")
        return [row[0] for row in rows if row[0] is not None]

    def articles_where(self, condition: str, values: Sequence[object]) -> list[StoredArticle]:
        """List the articles of a condition in SQL."""
        rows = self.checked_rows(f"SELECT {ARTICLE_COLUMNS} FROM articles {condition}", values, ARTICLE_KINDS)
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
        rows = self.checked_rows("SELECT id, how, certainty FROM origins", [], "itt")
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
        for batch in batches(ids):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT id, text, byte_end - byte_start, repairs FROM chunks WHERE id IN ({marks})"
            for id, text, size, repairs in self.checked_rows(query, batch, "ibiT"):
                yield id, self._unpacked(text, size), repairs

    @property
    def dictionary(self) -> bytes:
        """Give what texts are compressed with; empty in a small archive."""
        rows = self.checked_rows("SELECT value FROM facts WHERE name = 'dictionary'", [], "b")
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
        for batch in batches(articles):
            marks = ", ".join("?" * len(batch))
            yield from self.checked_rows(f"SELECT id, {column} FROM articles WHERE id IN ({marks})", batch, f"i{kind}")

    def places(self, ids: Iterable[int]) -> dict[int, tuple[int, int]]:
        """Give each chunk's article and its number there."""
        wanted = list(ids)
        places: dict[int, tuple[int, int]] = {}
        for batch in batches(wanted):
            marks = ", ".join("?" * len(batch))
            rows = self.checked_rows(f"SELECT id, article, number FROM chunks WHERE id IN ({marks})", batch, "iii")
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
        rows = self.checked_rows(f"SELECT {CHUNK_COLUMNS} FROM chunks {condition}", values, CHUNK_KINDS)
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
        rows = self.checked_rows(query, [], LEARNED_KINDS)
        return [learned_line_of(row) for row in rows]

    def keys_of(self, article: int) -> "array[int]":
        """Give the keys of an article's lines."""
        from array import array

        rows = self.checked_rows("SELECT keys FROM lines WHERE article = ?", [article], "b")
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
        return {id: group_of(outlet, path) for id, outlet, path in self.checked_rows(query, articles, "iTn")}

    def skipped_files(self) -> list[Skipped]:
        """List the files that were left out, in order of their paths."""
        query = f"SELECT {name_in('path')}, reason, size, mtime_ns FROM skipped ORDER BY path"
        rows = self.checked_rows(query, [], "ntii")
        if not all(is_below(row[0]) for row in rows):
            raise self.damaged("a file left out whose path leads out of its corpus")
        return [Skipped(*row) for row in rows]

    def folders(self) -> dict[str, int]:
        """Give the corpus's folders (relative paths, "" for itself) and when each was last changed, in ns."""
        found = dict(self.checked_rows(f"SELECT {name_in('path')}, mtime_ns FROM folders", [], "ni"))
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
        return dict(self.checked_rows(f"SELECT {name_in('path')}, sha256 FROM articles", [], "nb"))

    def article_files(self) -> Iterator[tuple[str, int, int]]:
        """Give path, size and time of change (ns) of every article's file, in no order; they equal a `SourceFile`."""
        try:
            for raw, size, mtime in self.connection.execute(f"SELECT {name_in('path')}, size, mtime_ns FROM articles"):
                if type(raw) is not bytes or type(size) is not int or type(mtime) is not int:
                    raise self.damaged("a file whose state cannot be")
                yield name_of(raw), size, mtime
        except (apsw.Error, UnicodeError) as error:
            raise self.fault(error) from error
