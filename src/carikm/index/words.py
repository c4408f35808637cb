"""What an open index knows of words: surface forms, terms, their postings, and the definitions of short forms."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any, TypeVar

import apsw

from carikm.index.blocks import BadBlock
from carikm.index.facts import IndexFacts
from carikm.index.format import BEYOND, TEXT, batches, block_id, storable
from carikm.index.packed import MOST_ENTRIES
from carikm.index.rows import (
    DEFINITION_COLUMNS,
    DEFINITION_KINDS,
    SURFACE_COLUMNS,
    SURFACE_KINDS,
    TERM_COLUMNS,
    TERM_KINDS,
    WEIGHED_COLUMNS,
    WEIGHED_KINDS,
    Counterpart,
    StoredDefinition,
    Surface,
    Term,
    counterparts_of,
    surface_of,
    term_of,
)
from carikm.index.term import Postings
from carikm.index.weights import inverse_document_frequency

_Value = TypeVar("_Value")
# No text has so many forms of one stem, on the average of all.
_FORMS_IN_A_TEXT = 256
# Postings of so many entries (some 20 bytes each, as they are unpacked) are kept in memory.
_MOST_ENTRIES = 4_000_000


class IndexWords(IndexFacts):
    """The words of an open index; errors are those of `IndexReader`."""

    def __init__(self, folder: Path, *, to_write: bool = False) -> None:
        self._postings: dict[int, Postings] = {}
        self._entries = 0
        super().__init__(folder, to_write=to_write)

    def _forget(self) -> None:
        super()._forget()
        self._postings.clear()
        self._entries = 0

    def surface(self, surface: str) -> Surface | None:
        """Look up a surface form."""
        rows = self.checked_rows(f"SELECT {SURFACE_COLUMNS} FROM surfaces WHERE surface = ?", [surface], SURFACE_KINDS)
        return self._weighed(surface_of, rows[0]) if rows else None

    def weights_of(self, surfaces: Iterable[str]) -> Iterator[tuple[str, bool, int, str, float]]:
        """Look up many surface forms: each with whether it is a stop word, and its term's number, stem and idf.

        Those that the index lacks are passed over.
        """
        for batch in batches(surfaces):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT {WEIGHED_COLUMNS} FROM surfaces JOIN terms ON term = id WHERE surface IN ({marks})"
            for surface, is_stop, term, stem, articles in self.checked_rows(query, batch, WEIGHED_KINDS):
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
            f"SELECT surface, chunks FROM surfaces WHERE surface >= {TEXT} AND surface < {TEXT}"
            " AND chunks >= ? AND length(surface) BETWEEN ? AND ?"
        )
        for beginning in beginnings:
            key = storable(beginning)
            values = [key, key + BEYOND, least, lengths.start, lengths.stop - 1]
            found.update(self.checked_rows(query, values, "ti"))
        return sorted(found.items())

    def surface_frequencies(self, surfaces: Iterable[str]) -> dict[str, int]:
        """Tell of those surface forms that stand in body chunks, in how many."""
        found: dict[str, int] = {}
        for batch in batches([storable(surface) for surface in surfaces]):
            marks = ", ".join([TEXT] * len(batch))
            query = f"SELECT surface, chunks FROM surfaces WHERE surface IN ({marks}) AND chunks > 0"
            found.update(self.checked_rows(query, batch, "ti"))
        return found

    def term(self, *, id: int | None = None, stem: str | None = None) -> Term | None:
        """Look up a term by its number or by its stem."""
        column, value = ("id", id) if stem is None else ("stem", stem)
        rows = self.checked_rows(f"SELECT {TERM_COLUMNS} FROM terms WHERE {column} = ?", [value], TERM_KINDS)
        return self._weighed(term_of, rows[0]) if rows else None

    def terms(self) -> Iterator[Term]:
        """Go through all terms, in alphabetical order of their stems."""
        for row in self.checked_rows(f"SELECT {TERM_COLUMNS} FROM terms ORDER BY stem", [], TERM_KINDS):
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
        rows = self.checked_rows(query, [block_id(term), block_id(term + 1)], "b")
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
        return counterparts_of(self.checked_rows(query, [key], "tti"))

    def forms_like(self, pattern: str) -> list[str]:
        """List the surface forms of words that match a pattern in which `*` stands for any characters or none."""
        prefix = pattern.partition("*")[0]
        # Those of two words are compounds.
        query = (
            "SELECT surface FROM surfaces"
            f" WHERE surface >= {TEXT} AND surface < {TEXT} AND surface GLOB ? AND instr(surface, ' ') = 0"
        )
        key = storable(prefix)
        return [row[0] for row in self.checked_rows(query, [key, key + BEYOND, pattern], "t")]
