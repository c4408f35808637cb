"""The words of an index on their way from what they are to what they will be: surface forms and terms.

Rows are looked up as they are asked for, and written at the end. In between, `carikm.index.updating.restemming` decides
on stems, and `carikm.index.updating.postings` moves the entries of forms whose stem has changed.
"""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from functools import cached_property
from typing import Any

from carikm.analysis.stems import stop_words
from carikm.index.format import batches
from carikm.index.new_rows import TermRow, insertion
from carikm.index.reader import IndexReader
from carikm.index.updating.parts import Change


class Surface:
    """A surface form on its way from what it was to what it will be; `term` is None while it has none."""

    __slots__ = ("articles", "before", "capitalised", "chunks", "decided", "form", "lower", "name", "term")

    def __init__(self, name: str, row: Sequence[Any] | None) -> None:
        self.name = name
        self.before = row
        self.term: int | None = None
        self.form = self.articles = self.chunks = self.capitalised = self.lower = 0
        self.decided = ""
        if row is not None:
            self.term, self.form, self.articles, self.chunks, self.decided, self.capitalised, self.lower = row


class Term:
    """A term on its way."""

    __slots__ = ("_forms", "articles", "before", "chunks", "id", "stem")

    def __init__(self, id: int, stem: str, row: tuple[int, int, str] | None) -> None:
        self.id, self.stem, self.before = id, stem, row
        self.articles, self.chunks = row[:2] if row else (0, 0)
        # Those without a form are free, or, where it is None, still have the entries of a form that is leaving.
        self._forms: list[str | None] = list(row[2].split("\n")) if row else []

    @property
    def row(self) -> tuple[int, int, str]:
        """Give what is stored of it: articles, chunks, forms."""
        return self.articles, self.chunks, "\n".join(form or "" for form in self._forms).rstrip("\n")

    def add_form(self, surface: str) -> int:
        """Number one more form; a number that was given up is given again."""
        if "" in self._forms:
            number = self._forms.index("")
            self._forms[number] = surface
        else:
            number = len(self._forms)
            self._forms.append(surface)
        return number

    def drop_form(self, number: int, *, has_entries: bool = False) -> None:
        """Give up a form's number; one that has entries yet is not given again."""
        self._forms[number] = None if has_entries else ""


class VocabularyUpdate:
    """Surface forms and terms; the index is open for writing."""

    def __init__(self, index: IndexReader) -> None:
        self._index = index
        self._execute: Callable[..., Any] = index.connection.execute
        self.surfaces: dict[str, Surface] = {}
        self.terms: dict[int, Term] = {}
        self._term_ids: dict[str, int | None] = {}
        # Surfaces whose entries go to another term, with the term and the number there that they leave.
        self.moved: dict[str, tuple[int, int]] = {}

    def load(self, change: Change) -> None:
        """Look up all surface forms that a change concerns."""
        names: dict[str, None] = {}
        for part in (*change.left, *change.joined, *change.uncounted, *change.counted):
            for words in part.texts:
                names |= dict.fromkeys(words.surfaces)
        self.look_up(names)
        for name in names:
            self._surface(name)

    def look_up(self, names: Iterable[str]) -> None:
        """Look up surface forms of the index, and their terms."""
        wanted = [name for name in names if name not in self.surfaces]
        columns = "surface, term, form, articles, chunks, decided, capitalised, lower"
        for batch in batches(wanted):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT {columns} FROM surfaces WHERE surface IN ({marks})"
            rows = self._index.checked_rows(query, batch, "tiiiitii")
            for name, *row in rows:
                self.surfaces[name] = Surface(name, row)
        terms = {surface.term for name in wanted if (surface := self.surfaces.get(name)) and surface.term is not None}
        self._look_up_terms(terms)

    def _look_up_terms(self, ids: Collection[int]) -> None:
        wanted = [id for id in ids if id not in self.terms]
        for batch in batches(wanted):
            marks = ", ".join("?" * len(batch))
            query = f"SELECT id, stem, articles, chunks, forms FROM terms WHERE id IN ({marks})"
            for id, name, articles, chunks, forms in self._index.checked_rows(query, batch, "itiit"):
                self.terms[id] = Term(id, name, (articles, chunks, forms))
                self._term_ids[name] = id
        if missing := [id for id in wanted if id not in self.terms]:
            raise self._index.damaged(f"no term {missing[0]}")

    def _surface(self, name: str) -> Surface:
        found = self.surfaces.get(name)
        if found is None:
            found = self.surfaces[name] = Surface(name, None)
        return found

    def count(self, change: Change) -> None:
        """Count surface forms anew."""
        for parts, sign in ((change.uncounted, -1), (change.counted, 1)):
            for part in parts:
                chunks: Counter[str] = Counter()
                for words in part.given.body:
                    chunks.update(words.surfaces.keys())
                capitalised, as_written = part.given.writing
                for name, count in chunks.items():
                    surface = self._surface(name)
                    surface.articles += sign
                    surface.chunks += sign * count
                    surface.capitalised += sign * capitalised.get(name, 0)
                    surface.lower += sign * as_written.get(name, 0)

    def surface_of(self, name: str) -> Surface | None:
        """Give a surface form, if the index will have it."""
        if name not in self.surfaces:
            self.look_up([name])
        return self.surfaces.get(name)

    def move(self, surface: Surface, stem: str) -> None:
        """Put a surface form under a stem."""
        if surface.term is not None:
            if self.terms[surface.term].stem == stem:
                return
            self.moved[surface.name] = (surface.term, surface.form)
            self.terms[surface.term].drop_form(surface.form, has_entries=True)
        term = self._term_of(stem)
        surface.term, surface.form = term.id, term.add_form(surface.name)

    def _term_of(self, name: str) -> Term:
        """Give a stem's term, a new one if there is none."""
        if name not in self._term_ids:
            row = self._execute("SELECT id FROM terms WHERE stem = ?", [name]).fetchone()
            if row is not None:
                self._look_up_terms([row[0]])
        id = self._term_ids.get(name)
        if id is None:
            id = self._term_ids[name] = self._next_term
            self._next_term += 1
            self.terms[id] = Term(id, name, None)
        return self.terms[id]

    @cached_property
    def _next_term(self) -> int:
        last: int | None = self._execute("SELECT max(id) FROM terms").fetchone()[0]
        return 0 if last is None else last + 1

    def place_before(self, name: str) -> tuple[int, int]:
        """Give the term and the form's number that a surface's entries are under."""
        found = self.moved.get(name)
        return self.place(name) if found is None else found

    def place(self, name: str) -> tuple[int, int]:
        """Give the term and the form's number that a surface's entries will be under."""
        surface = self.surfaces[name]
        assert surface.term is not None
        return surface.term, surface.form

    def count_terms(self, change: Change) -> None:
        """Count terms anew, each form under the term that it had before."""
        for parts, sign in ((change.uncounted, -1), (change.counted, 1)):
            for part in parts:
                articles, chunks = set(), Counter[int]()
                for words in part.given.body:
                    terms = {self.place_before(name)[0] for name in words.surfaces}
                    articles |= terms
                    chunks.update(terms)
                for term in articles:
                    self.terms[term].articles += sign
                    self.terms[term].chunks += sign * chunks[term]

    def drop(self, name: str) -> None:
        """Drop a surface form that no text has any more."""
        term, form = self.place(name)
        self.terms[term].drop_form(form)
        del self.surfaces[name]
        self.moved.pop(name, None)
        self._execute("DELETE FROM surfaces WHERE surface = ?", [name])

    def write(self) -> int:
        """Write the rows of surface forms and terms; give how many terms more there are now."""
        stop = stop_words()
        for surface in self.surfaces.values():
            row: list[Any] = [surface.term, surface.form, surface.articles, surface.chunks, surface.decided]
            row += [surface.capitalised, surface.lower]
            if surface.before is None:
                self._execute(insertion("surfaces"), [surface.name, *row[:4], surface.name in stop, *row[4:]])
            elif list(surface.before) != row:
                columns = "term = ?, form = ?, articles = ?, chunks = ?, decided = ?, capitalised = ?, lower = ?"
                self._execute(f"UPDATE surfaces SET {columns} WHERE surface = ?", [*row, surface.name])
        more = 0
        for term in self.terms.values():
            now = term.row
            if now == term.before:
                continue
            if not now[2]:
                more -= term.before is not None
                self._execute("DELETE FROM terms WHERE id = ?", [term.id])
            elif term.before is None:
                more += 1
                self._execute(insertion("terms"), TermRow(term.id, term.stem, *now))
            else:
                columns = "articles = ?, chunks = ?, forms = ?"
                self._execute(f"UPDATE terms SET {columns} WHERE id = ?", [*now, term.id])
        return more
