"""The words of an index brought up to date: terms, surface forms and postings that articles leave or join."""

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, NamedTuple

from carikm.analysis.compounds import BOUND_MORPHEMES, parts_of
from carikm.analysis.names import is_name
from carikm.analysis.stems import base_form, stem, stop_words
from carikm.index.blocks import (
    BLOCK_ARTICLES,
    MAX_OCCURRENCES,
    NO_ENTRIES,
    Averages,
    Block,
    Entries,
    bounds_of,
    joined,
    pack_block,
    runs,
    unpack_block,
)
from carikm.index.contribution import Contribution, TextWords
from carikm.index.format import block_id
from carikm.index.reader import IndexReader
from carikm.index.stemming import Stems

_BATCH = 500


class Part(NamedTuple):
    """An article's part in the index: its number, its ranges of chunks, and what it gives; boilerplate from 0."""

    article: int
    body: range
    boilerplate: range
    given: Contribution


class Change(NamedTuple):
    """What happens to the words of an index.

    `left` and `joined` are the articles whose postings go and come, in order of their numbers. `uncounted` are those
    that statistics no longer count, among them some that stay, `counted` those that they count now.
    """

    left: Sequence[Part]
    joined: Sequence[Part]
    uncounted: Sequence[Part]
    counted: Sequence[Part]


class Texts(NamedTuple):
    """What postings need to know of the texts of an index, as they are after the change.

    `is_counted` tells of an article whether statistics count it. `averages` are those that bounds hold up to.
    """

    chunk_articles: Sequence[int]
    article_lengths: Sequence[int]
    body_lengths: Sequence[int]
    averages: Averages
    is_counted: Callable[[int], bool]
    boilerplate_article: Callable[[int], int]


class _Surface:
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


class _Term:
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


class WordUpdate:
    """Brings the words of an index up to date; the index is open for writing."""

    def __init__(
        self, index: IndexReader, corrected_stems: Mapping[str, str], texts: Texts, changed: Collection[str] = ()
    ) -> None:
        """Take what is needed; `changed` are words whose stem the user has corrected, or no longer does."""
        self._index = index
        self._changed = changed
        self._execute: Callable[..., Any] = index.connection.execute
        self._corrected = corrected_stems
        self._texts = texts
        self._surfaces: dict[str, _Surface] = {}
        self._terms: dict[int, _Term] = {}
        self._term_ids: dict[str, int | None] = {}
        # Surfaces whose entries go to another term, with the term and the number there that they leave.
        self._moved: dict[str, tuple[int, int]] = {}

    def run(self, change: Change) -> int:
        """Do all of it; give how many terms more there are now."""
        self._load(change)
        self._count(change)
        self._stem()
        self._edit_postings(change)
        self._drop_unused(change)
        self._move()
        return self._write()

    def _load(self, change: Change) -> None:
        """Look up all surface forms that are concerned."""
        names: dict[str, None] = {}
        for part in (*change.left, *change.joined, *change.uncounted, *change.counted):
            for words in (*part.given.body, *part.given.boilerplate):
                names |= dict.fromkeys(words.surfaces)
        self._look_up(names)
        for name in names:
            self._surface(name)

    def _look_up(self, names: Iterable[str]) -> None:
        wanted = [name for name in names if name not in self._surfaces]
        columns = "surface, term, form, articles, chunks, decided, capitalised, lower"
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            marks = ", ".join("?" * len(batch))
            rows = self._execute(f"SELECT {columns} FROM surfaces WHERE surface IN ({marks})", batch).fetchall()
            for name, *row in rows:
                self._surfaces[name] = _Surface(name, row)
        terms = {surface.term for name in wanted if (surface := self._surfaces.get(name)) and surface.term is not None}
        self._look_up_terms(terms)

    def _look_up_terms(self, ids: Collection[int]) -> None:
        wanted = [id for id in ids if id not in self._terms]
        for first in range(0, len(wanted), _BATCH):
            batch = wanted[first : first + _BATCH]
            marks = ", ".join("?" * len(batch))
            query = f"SELECT id, stem, articles, chunks, forms FROM terms WHERE id IN ({marks})"
            for id, name, articles, chunks, forms in self._execute(query, batch):
                self._terms[id] = _Term(id, name, (articles, chunks, forms))
                self._term_ids[name] = id
        if missing := [id for id in wanted if id not in self._terms]:
            raise self._index.damaged(f"no term {missing[0]}")

    def _surface(self, name: str) -> _Surface:
        found = self._surfaces.get(name)
        if found is None:
            found = self._surfaces[name] = _Surface(name, None)
        return found

    def _count(self, change: Change) -> None:
        """Count surfaces anew."""
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

    def _stem(self) -> None:
        """Decide on stems: of new forms, and of those whose base form has become a name, or is none any more."""
        for base in (*self._flipped(), *self._concerned()):
            self._look_up(self._with_base(base))
        stems = Stems(self._corrected, _Counts(self, "capitalised"), _Counts(self, "lower"))
        plain = _Plain()
        for surface in list(self._surfaces.values()):
            decided = stems.decided(surface.name)
            if surface.term is not None and decided == surface.decided and decided != "user":
                continue
            surface.decided = decided
            found = stems.stem_of(surface.name, decided, plain)
            if surface.term is not None:
                if self._terms[surface.term].stem == found:
                    continue
                self._moved[surface.name] = (surface.term, surface.form)
                self._terms[surface.term].drop_form(surface.form, has_entries=True)
            term = self._term_of(found)
            surface.term, surface.form = term.id, term.add_form(surface.name)

    def _flipped(self) -> list[str]:
        """Give the words that have become names, or are none any more."""
        found = []
        for surface in self._surfaces.values():
            before = (0, 0) if surface.before is None else (surface.before[-2], surface.before[-1])
            now = (surface.capitalised, surface.lower)
            if now != before and is_name(surface.name, *now) != is_name(surface.name, *before):
                found.append(surface.name)
                found += [word for word, root in self._corrected.items() if root == surface.name]
        return found

    def _concerned(self) -> list[str]:
        """Give the words whose corrections have changed, and those whose stem is that of such a word."""
        return [*self._changed, *(word for word, root in self._corrected.items() if root in self._changed)]

    def _with_base(self, base: str) -> list[str]:
        """Give the surface forms of the index whose stem is that of a word; see `base_form`."""
        names = [base, f"@{base}"]
        beginnings = [f"{first} {second}" for first, second in parts_of(base)]
        beginnings += [f"{m} {base.removeprefix(m)}" for m in BOUND_MORPHEMES if base.startswith(m)]
        for beginning in dict.fromkeys(beginnings):
            key = beginning.encode()
            query = "SELECT surface FROM surfaces WHERE surface >= CAST(? AS TEXT) AND surface < CAST(? AS TEXT)"
            names += [name for (name,) in self._execute(query, [key, key + b"\xff" * 8])]
        return [name for name in names if base_form(name) == base]

    def counts_of(self, name: str) -> _Surface | None:
        """Give a surface form, if the index will have it."""
        if name not in self._surfaces:
            self._look_up([name])
        return self._surfaces.get(name)

    def _term_of(self, name: str) -> _Term:
        """Give a stem's term, a new one if there is none."""
        if name not in self._term_ids:
            row = self._execute("SELECT id FROM terms WHERE stem = ?", [name]).fetchone()
            if row is not None:
                self._look_up_terms([row[0]])
        id = self._term_ids.get(name)
        if id is None:
            id = self._term_ids[name] = self._next_term
            self._next_term += 1
            self._terms[id] = _Term(id, name, None)
        return self._terms[id]

    @cached_property
    def _next_term(self) -> int:
        last: int | None = self._execute("SELECT max(id) FROM terms").fetchone()[0]
        return 0 if last is None else last + 1

    def _edit_postings(self, change: Change) -> None:
        """Take entries out, put entries in, and count terms anew, each under the term that its form had before."""
        for parts, sign in ((change.uncounted, -1), (change.counted, 1)):
            for part in parts:
                articles, chunks = set(), Counter[int]()
                for words in part.given.body:
                    terms = {self._term_before(name) for name in words.surfaces}
                    articles |= terms
                    chunks.update(terms)
                for term in articles:
                    self._terms[term].articles += sign
                    self._terms[term].chunks += sign * chunks[term]
        left: defaultdict[int, list[Part]] = defaultdict(list)
        for part in change.left:
            for term in self._terms_of(part):
                left[term].append(part)
        for term, parts_left in left.items():
            self._take_out(term, parts_left)
        put_in: defaultdict[int, list[tuple[Part, _Given]]] = defaultdict(list)
        for part in change.joined:
            for term, given in self._given_by(part).items():
                put_in[term].append((part, given))
        for term, given_by in put_in.items():
            self._put_in(term, given_by)

    def _place_before(self, name: str) -> tuple[int, int]:
        """Give the term and the form's number that a surface's entries are under."""
        found = self._moved.get(name)
        if found is None:
            surface = self._surfaces[name]
            assert surface.term is not None
            return surface.term, surface.form
        return found

    def _term_before(self, name: str) -> int:
        return self._place_before(name)[0]

    def _terms_of(self, part: Part) -> set[int]:
        texts = (*part.given.body, *part.given.boilerplate)
        return {self._term_before(name) for words in texts for name in words.surfaces}

    def _take_out(self, term: int, parts: Sequence[Part]) -> None:
        """Take articles out of the blocks of a term."""
        blocks: defaultdict[int, list[Part]] = defaultdict(list)
        for part in parts:
            id = self._last_block(block_id(term), block_id(term, part.article))
            if id is None:
                raise self._index.damaged(f"no postings of term {term} for article {part.article}")
            blocks[id].append(part)
        for id, of_block in blocks.items():
            block = self._unpacked(id)
            for part in of_block:
                block = self._without(block, part)
            self._store(term, block, id)

    def _last_block(self, first: int, last: int) -> int | None:
        """Find the last of the blocks that are numbered so."""
        found: int | None = self._execute(
            "SELECT max(id) FROM postings WHERE id >= ? AND id <= ?", [first, last]
        ).fetchone()[0]
        return found

    def _unpacked(self, id: int) -> Block:
        return self._unpack(self._execute("SELECT data FROM postings WHERE id = ?", [id]).fetchone()[0])

    def _unpack(self, data: bytes) -> Block:
        try:
            return unpack_block(data)
        except (ValueError, TypeError) as error:
            raise self._index.damaged(str(error)) from error

    def _without(self, block: Block, part: Part) -> Block:
        body, cut = _cut(block.body, part.body)
        bounds = block.bounds
        if cut.start < cut.stop:
            before = len({*map(self._texts.chunk_articles.__getitem__, block.body.texts[: cut.start])})
            bounds = bounds[:before] + bounds[before + 1 :]
        leads, _ = _cut(block.leads, range(part.article, part.article + 1))
        boilerplate, _ = _cut(block.boilerplate, part.boilerplate)
        return Block(body, bounds, leads, boilerplate)

    def _store(self, term: int, block: Block, before: int | None = None) -> None:
        """Store a block, unless it is empty, under its first article; it may have had another number before."""
        firsts = []
        if len(block.body.texts):
            firsts.append(self._texts.chunk_articles[block.body.texts[0]])
        if len(block.leads.texts):
            firsts.append(block.leads.texts[0])
        if len(block.boilerplate.texts):
            firsts.append(self._texts.boilerplate_article(block.boilerplate.texts[0]))
        id = block_id(term, min(firsts)) if firsts else None
        if before is not None and id != before:
            self._execute("DELETE FROM postings WHERE id = ?", [before])
        if id is not None:
            self._execute("INSERT OR REPLACE INTO postings VALUES (?, ?)", [id, pack_block(block)])

    def _given_by(self, part: Part) -> "dict[int, _Given]":
        """Give what an article gives to each term."""
        found: defaultdict[int, _Given] = defaultdict(lambda: _Given([], [], []))
        texts: Sequence[tuple[int, range, Sequence[TextWords]]] = (
            (0, part.body, part.given.body),
            (2, part.boilerplate, part.given.boilerplate),
        )
        for kind, numbers, all_words in texts:
            for number, words in zip(numbers, all_words, strict=True):
                for name, count in words.surfaces.items():
                    term, form = self._place_before(name)
                    found[term][kind].append((number, form, min(count, MAX_OCCURRENCES)))
        for name, count in part.given.lead.items():
            term, form = self._place_before(name)
            found[term][1].append((part.article, form, min(count, MAX_OCCURRENCES)))
        return found

    def _put_in(self, term: int, given_by: "Sequence[tuple[Part, _Given]]") -> None:
        """Put articles into the last block of a term, and new ones where it is full."""
        given = [given for _, given in given_by]
        id = self._last_block(block_id(term), block_id(term + 1) - 1)
        if id is not None:
            last = self._unpacked(id)
            # Articles whose boilerplate alone has the term have no bound.
            room = BLOCK_ARTICLES - len(last.bounds) - len({*last.boilerplate.texts})
            if room > 0:
                self._store(term, joined([last, self._block(given[:room])]), id)
                given = given[room:]
        for start in range(0, len(given), BLOCK_ARTICLES):
            self._store(term, self._block(given[start : start + BLOCK_ARTICLES]))

    def _block(self, given: "Sequence[_Given]") -> Block:
        body, leads, boilerplate = (
            _entries(sorted(entry for own in given for entry in own[kind])) for kind in range(3)
        )
        return Block(body, self._bounds(body, leads), leads, boilerplate)

    def _bounds(self, body: Entries, leads: Entries) -> bytes:
        articles = [self._texts.chunk_articles[chunk] for chunk in body.texts]
        found = bounds_of(body.texts, articles, body.occurrences, leads.texts, leads.occurrences, self._texts)
        return bytes(steps for _, steps in found)

    def _drop_unused(self, change: Change) -> None:
        """Drop the surface forms that no text has any more."""
        texts = (words for part in change.left for words in (*part.given.body, *part.given.boilerplate))
        for name in {name for words in texts for name in words.surfaces}:
            surface = self._surfaces[name]
            if surface.articles > 0:
                continue
            term, form = self._place_before(name)
            if any(form in column for column in self._form_columns(term)):
                continue
            del self._surfaces[name]
            self._moved.pop(name, None)
            self._execute("DELETE FROM surfaces WHERE surface = ?", [name])
            assert surface.term is not None
            self._terms[surface.term].drop_form(surface.form)

    def _form_columns(self, term: int) -> Iterator[Sequence[int]]:
        for block in self._blocks(term):
            for entries in (block.body, block.leads, block.boilerplate):
                yield entries.forms

    def _blocks(self, term: int) -> list[Block]:
        query = "SELECT data FROM postings WHERE id >= ? AND id < ? ORDER BY id"
        return [self._unpack(data) for (data,) in self._execute(query, [block_id(term), block_id(term + 1)])]

    def _move(self) -> None:
        """Let the entries of forms whose stem has changed go over to their new terms, and write these anew."""
        if not self._moved:
            return
        leaving = {place: name for name, place in self._moved.items()}
        arriving = {term for name in self._moved if (term := self._surfaces[name].term) is not None}
        terms = sorted({term for term, _ in leaving} | arriving)
        found: dict[int, _Given] = {term: _Given([], [], []) for term in terms}
        for term in terms:
            for block in self._blocks(term):
                for kind, entries in enumerate((block.body, block.leads, block.boilerplate)):
                    for text, count, form in zip(entries.texts, entries.occurrences, entries.forms, strict=True):
                        goal, number = term, form
                        if (name := leaving.get((term, form))) is not None:
                            surface = self._surfaces[name]
                            assert surface.term is not None
                            goal, number = surface.term, surface.form
                        found[goal][kind].append((text, number, count))
        for term, given in found.items():
            self._execute("DELETE FROM postings WHERE id >= ? AND id < ?", [block_id(term), block_id(term + 1)])
            self._write_anew(term, given)

    def _write_anew(self, term: int, given: "_Given") -> None:
        """Write all postings of a term, and count it."""
        body, leads, boilerplate = (_entries(sorted(entries)) for entries in given)
        of_body = [self._texts.chunk_articles[chunk] for chunk in body.texts]
        of_boilerplate = [self._texts.boilerplate_article(chunk) for chunk in boilerplate.texts]
        counted = {chunk for chunk, article in zip(body.texts, of_body, strict=True) if self._texts.is_counted(article)}
        self._terms[term].chunks = len(counted)
        self._terms[term].articles = len({self._texts.chunk_articles[chunk] for chunk in counted})
        for first, last in runs(sorted({*of_body, *leads.texts, *of_boilerplate})):
            parts = [
                _part(entries, bisect_left(articles, first), bisect_left(articles, last + 1))
                for entries, articles in ((body, of_body), (leads, leads.texts), (boilerplate, of_boilerplate))
            ]
            self._store(term, Block(parts[0], self._bounds(parts[0], parts[1]), parts[1], parts[2]))

    def _write(self) -> int:
        """Write the rows of surface forms and terms."""
        stop = stop_words()
        for surface in self._surfaces.values():
            row: list[Any] = [surface.term, surface.form, surface.articles, surface.chunks, surface.decided]
            row += [surface.capitalised, surface.lower]
            if surface.before is None:
                values = [surface.name, *row[:4], surface.name in stop, *row[4:]]
                self._execute("INSERT INTO surfaces VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
            elif list(surface.before) != row:
                columns = "term = ?, form = ?, articles = ?, chunks = ?, decided = ?, capitalised = ?, lower = ?"
                self._execute(f"UPDATE surfaces SET {columns} WHERE surface = ?", [*row, surface.name])
        more = 0
        for term in self._terms.values():
            now = term.row
            if now == term.before:
                continue
            if not now[2]:
                more -= term.before is not None
                self._execute("DELETE FROM terms WHERE id = ?", [term.id])
            elif term.before is None:
                more += 1
                self._execute("INSERT INTO terms VALUES (?, ?, ?, ?, ?)", [term.id, term.stem, *now])
            else:
                columns = "articles = ?, chunks = ?, forms = ?"
                self._execute(f"UPDATE terms SET {columns} WHERE id = ?", [*now, term.id])
        return more


class _Given(NamedTuple):
    """Entries as (text, form, occurrences): of body chunks, leads, and boilerplate chunks."""

    body: list[tuple[int, int, int]]
    leads: list[tuple[int, int, int]]
    boilerplate: list[tuple[int, int, int]]


class _Counts(Mapping[str, int]):
    """How often words are written one way, as `Stems` asks."""

    def __init__(self, words: WordUpdate, column: str) -> None:
        self._words = words
        self._column = column

    def __getitem__(self, name: str) -> int:
        found = self._words.counts_of(name)
        if found is None:
            raise KeyError(name)
        count: int = getattr(found, self._column)
        return count

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


class _Plain(Mapping[str, str]):
    """The stems of words on which only the tables and the stemmer decide."""

    def __getitem__(self, name: str) -> str:
        return stem(name)

    def __iter__(self) -> Iterator[str]:
        raise NotImplementedError

    def __len__(self) -> int:
        raise NotImplementedError


def _entries(rows: Sequence[tuple[int, int, int]]) -> Entries:
    """Put entries into columns."""
    if not rows:
        return NO_ENTRIES
    texts, forms, counts = zip(*rows, strict=True)
    return Entries(list(texts), _column(counts), _column(forms))


def _column(numbers: Sequence[int]) -> Sequence[int]:
    return bytes(numbers) if max(numbers) < 1 << 8 else array("I", numbers)


def _cut(entries: Entries, texts: range) -> tuple[Entries, slice]:
    """Take the entries of a range of texts out; tell where they were."""
    start, end = bisect_left(entries.texts, texts.start), bisect_left(entries.texts, texts.stop)
    cut = slice(start, end)
    if start == end:
        return entries, cut
    return Entries(*(_without(column, start, end) for column in entries)), cut


def _without(column: Any, start: int, end: int) -> Any:
    return column[:start] + column[end:]


def _part(entries: Entries, start: int, end: int) -> Entries:
    return Entries(*(column[start:end] for column in entries))
