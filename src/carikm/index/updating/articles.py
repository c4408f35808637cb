"""The rows of articles, of their chunks, lines, outlets and ids: those of articles that leave an index, or join it."""

from collections.abc import Callable, Iterable, Mapping
from itertools import count
from typing import Any

from carikm.corpus import BODY
from carikm.corpus.recurring import learnable
from carikm.index.format import BOILERPLATE_BASE, name_in, name_of, storable
from carikm.index.naming import names_beside
from carikm.index.new_rows import article_row, article_values, chunk_row, chunk_values, insertion, lines_row
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle
from carikm.index.texts import Packer
from carikm.index.updating.arrays import Arrays
from carikm.index.updating.arrivals import Arrival
from carikm.index.updating.parts import Part


class ArticlesUpdate:
    """Takes articles out of tables and arrays, and puts articles in; the index is open for writing."""

    def __init__(self, index: IndexReader, arrays: Arrays) -> None:
        self._index = index
        self._execute: Callable[..., Any] = index.connection.execute
        self._arrays = arrays
        self._packer = Packer(index.dictionary)

    def take_out(self, article: StoredArticle) -> None:
        """Take an article out."""
        id = article.id
        self._execute("DELETE FROM articles WHERE id = ?", [id])
        for chunks in (article.body, article.boilerplate):
            self._execute("DELETE FROM chunks WHERE id >= ? AND id < ?", [chunks.start, chunks.stop])
        for key in learnable(self._index.keys_of(id)):
            self._execute("DELETE FROM line_articles WHERE key = ? AND article = ?", [key, id])
        self._execute("DELETE FROM lines WHERE article = ?", [id])
        self._arrays.take_out(article)

    def put_in(self, arrival: Arrival) -> Part:
        """Put an article in; one that is new has no id before `rename`."""
        metadata, number = arrival.article.metadata, arrival.number
        outlet = self._outlet(metadata.outlet.value if metadata.outlet else None)
        part = self._arrays.put_in(number, arrival.given, metadata.date.value if metadata.date else None, outlet)
        # One that is new has a name that no other has, until all have theirs.
        name = arrival.old.name if arrival.old else f"{arrival.source.path}\0"
        values = article_values(arrival.article, sum(len(text.tokens) for text in part.texts))
        starts = part.body.start, part.boilerplate.start
        self._execute(insertion("articles"), article_row(number, name, arrival.source, values, starts, self._origin))
        ids = {True: count(part.body.start), False: count(BOILERPLATE_BASE + part.boilerplate.start)}
        for chunk in arrival.article.chunks:
            row = chunk_row(next(ids[chunk.kind == BODY]), number, chunk_values(0, chunk, self._packer))
            self._execute(insertion("chunks"), row)
        self._execute(insertion("lines"), lines_row(number, arrival.keys))
        for key in learnable(arrival.keys):
            self._execute(insertion("line_articles"), [key, number])
        return part

    def _origin(self, how: str, certainty: str) -> int:
        row = self._execute("SELECT id FROM origins WHERE how = ? AND certainty = ?", [how, certainty]).fetchone()
        if row is None:
            self._execute("INSERT INTO origins (how, certainty) VALUES (?, ?)", [how, certainty])
            return self._origin(how, certainty)
        id: int = row[0]
        return id

    def _outlet(self, name: str | None) -> int:
        if name is None:
            return 0
        row = self._execute("SELECT id FROM outlets WHERE name = ?", [name]).fetchone()
        if row is None:
            self._execute("INSERT INTO outlets SELECT coalesce(max(id), 0) + 1, ? FROM outlets", [name])
            return self._outlet(name)
        id: int = row[0]
        return id

    def drop_outlets(self, names: Iterable[str | None]) -> None:
        """Drop those of some outlets that no article is of any more."""
        for name in names:
            if name is not None:
                number = self._outlet(name)
                if number not in self._arrays.outlets:
                    self._execute("DELETE FROM outlets WHERE id = ?", [number])

    def rename(self, come: set[str], gone: set[str]) -> None:
        """Give articles their ids, new ones and those whose names clash, or do no longer.

        Args:
            come: the paths of the articles that have come.
            gone: those of the articles that have gone.
        """
        if not come and not gone:
            return
        changed = self._renamed(names_beside(self._index.checked_rows, come | gone, come))
        for article in changed:  # two may change names with each other
            self._execute("UPDATE articles SET name = ? WHERE id = ?", [f"\0{article}", article])
        for article, name in changed.items():
            self._execute("UPDATE articles SET name = CAST(? AS TEXT) WHERE id = ?", [storable(name), article])

    def _renamed(self, names: Mapping[str, str]) -> dict[int, str]:
        """Pick the articles that have other names than these, given by their paths."""
        changed = {}
        for path, name in names.items():
            query = f"SELECT id, {name_in('name')} FROM articles WHERE path = CAST(? AS TEXT)"
            article, known = self._execute(query, [storable(path)]).fetchone()
            if name_of(known) != name:
                changed[article] = name
        return changed
