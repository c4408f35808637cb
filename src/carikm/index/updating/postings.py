"""The postings of an index brought up to date: entries that articles leave or join, and those of words that move."""

from array import array
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from carikm.index.blocks import (
    ADDED_ARTICLES,
    MAX_OCCURRENCES,
    NO_ENTRIES,
    Averages,
    BadBlock,
    Block,
    Entries,
    joined,
    runs,
)
from carikm.index.bounds import bounds_of
from carikm.index.contribution import TextWords
from carikm.index.format import block_id
from carikm.index.new_rows import insertion
from carikm.index.packed import opened, unpack_block
from carikm.index.packing import UPDATED_LEVEL, finished, pack_block
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader
from carikm.index.updating.adding import PackedEnd
from carikm.index.updating.parts import Change, Part
from carikm.index.updating.taking_out import taken_out
from carikm.index.updating.vocabulary import VocabularyUpdate


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


class _Given(NamedTuple):
    """Entries as (text, form, occurrences): of body chunks, leads, and boilerplate chunks."""

    body: list[tuple[int, int, int]]
    leads: list[tuple[int, int, int]]
    boilerplate: list[tuple[int, int, int]]


class PostingsUpdate:
    """Brings postings up to date; the index is open for writing."""

    def __init__(self, index: IndexReader, vocabulary: VocabularyUpdate, texts: Texts, progress: Progress) -> None:
        """Take what is needed; all stems are decided on."""
        self._index = index
        self._progress = progress
        self._execute: Callable[..., Any] = index.connection.execute
        self._vocabulary = vocabulary
        self._texts = texts

    def run(self, change: Change) -> None:
        """Do all of it: entries go and come under the terms that their forms had before, and only then move."""
        self._edit(change)
        self._drop_unused(change)
        self._move()

    def _edit(self, change: Change) -> None:
        """Take entries out, and put entries in."""
        left: defaultdict[int, list[Part]] = defaultdict(list)
        for part in change.left:
            for term in self._terms_of(part):
                left[term].append(part)
        put_in: defaultdict[int, list[tuple[Part, _Given]]] = defaultdict(list)
        for part in change.joined:
            for term, given in self._given_by(part).items():
                put_in[term].append((part, given))
        self._progress.stage("Updating words", len(left) + len(put_in))
        for term, parts_left in left.items():
            self._take_out(term, parts_left)
            self._progress.advance()
        for term, given_by in put_in.items():
            self._put_in(term, given_by)
            self._progress.advance()

    def _terms_of(self, part: Part) -> set[int]:
        return {self._vocabulary.place_before(name)[0] for words in part.texts for name in words.surfaces}

    def _take_out(self, term: int, parts: Sequence[Part]) -> None:
        """Take articles out of the blocks of a term."""
        blocks: defaultdict[int, list[Part]] = defaultdict(list)
        for part in parts:
            id = self._last_block(block_id(term), block_id(term, part.article))
            if id is None:
                raise self._index.damaged(f"no postings of term {term} for article {part.article}")
            blocks[id].append(part)
        for id, of_block in blocks.items():
            self._take_out_of(term, id, of_block)

    def _take_out_of(self, term: int, id: int, parts: Sequence[Part]) -> None:
        """Take articles out of a block, which is compressed again when all are out."""
        try:
            content = opened(self._data(id))
        except BadBlock as error:
            raise self._index.damaged(str(error)) from error
        firsts: list[int] = []
        for part in parts:
            left = taken_out(content, part.article, part.body, part.boilerplate)
            if left is None:
                block = self._without(self._unpack(finished(bytearray(content), UPDATED_LEVEL)), part)
                content, firsts = opened(self._packed(block)), self._firsts_of(block)
                continue
            content, firsts = left.content, [] if left.first_article is None else [left.first_article]
            if left.first_boilerplate is not None:
                firsts.append(self._texts.boilerplate_article(left.first_boilerplate))
        self._store_packed(term, firsts, finished(bytearray(content), UPDATED_LEVEL), id)

    def _last_block(self, first: int, last: int) -> int | None:
        """Find the last of the blocks that are numbered so."""
        found: int | None = self._execute(
            "SELECT max(id) FROM postings WHERE id >= ? AND id <= ?", [first, last]
        ).fetchone()[0]
        return found

    def _data(self, id: int) -> Any:
        return self._execute("SELECT data FROM postings WHERE id = ?", [id]).fetchone()[0]

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
        self._store_packed(term, self._firsts_of(block), self._packed(block), before)

    def _packed(self, block: Block) -> bytes:
        return pack_block(block, self._texts.chunk_articles, UPDATED_LEVEL)

    def _firsts_of(self, block: Block) -> list[int]:
        """Give the first article of each of its parts."""
        firsts = []
        if len(block.body.texts):
            firsts.append(self._texts.chunk_articles[block.body.texts[0]])
        if len(block.leads.texts):
            firsts.append(block.leads.texts[0])
        if len(block.boilerplate.texts):
            firsts.append(self._texts.boilerplate_article(block.boilerplate.texts[0]))
        return firsts

    def _store_packed(self, term: int, firsts: Sequence[int], packed: bytes, before: int | None) -> None:
        """Store a packed block, unless it is of no article, under its first one."""
        id = block_id(term, min(firsts)) if firsts else None
        if before is not None and id != before:
            self._execute("DELETE FROM postings WHERE id = ?", [before])
        if id is not None:
            self._execute(insertion("postings", replaces=True), [id, packed])

    def _given_by(self, part: Part) -> dict[int, _Given]:
        """Give what an article gives to each term."""
        found: defaultdict[int, _Given] = defaultdict(lambda: _Given([], [], []))
        texts: Sequence[tuple[int, range, Sequence[TextWords]]] = (
            (0, part.body, part.given.body),
            (2, part.boilerplate, part.given.boilerplate),
        )
        for kind, numbers, all_words in texts:
            for number, words in zip(numbers, all_words, strict=True):
                for name, count in words.surfaces.items():
                    term, form = self._vocabulary.place_before(name)
                    found[term][kind].append((number, form, min(count, MAX_OCCURRENCES)))
        for name, count in part.given.lead.items():
            term, form = self._vocabulary.place_before(name)
            found[term][1].append((part.article, form, min(count, MAX_OCCURRENCES)))
        return found

    def _put_in(self, term: int, given_by: Sequence[tuple[Part, _Given]]) -> None:
        """Put articles into the last block of a term, and new ones where it is full."""
        given = [given for _, given in given_by]
        id = self._last_block(block_id(term), block_id(term + 1) - 1)
        if id is not None:
            data = self._data(id)
            last = self._end_of(data)
            # Articles whose boilerplate alone has the term are not counted beside the body.
            room = ADDED_ARTICLES - last.articles
            if room > 0:
                self._put_behind(term, id, data, last, self._block(given[:room]))
                given = given[room:]
        for start in range(0, len(given), ADDED_ARTICLES):
            self._store(term, self._block(given[start : start + ADDED_ARTICLES]))

    def _end_of(self, data: bytes) -> PackedEnd:
        try:
            return PackedEnd(data)
        except (ValueError, TypeError, IndexError, OverflowError) as error:
            raise self._index.damaged(str(error)) from error

    def _put_behind(self, term: int, id: int, data: bytes, last: PackedEnd, block: Block) -> None:
        """Put entries behind those of a block, which keeps its number."""
        packed = last.followed_by(block, self._texts.chunk_articles)
        if packed is None:
            self._store(term, joined([self._unpack(data), block]), id)
        else:
            self._execute("UPDATE postings SET data = ? WHERE id = ?", [packed, id])

    def _block(self, given: Sequence[_Given]) -> Block:
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
        texts = (words for part in change.left for words in part.texts)
        for name in {name for words in texts for name in words.surfaces}:
            if self._vocabulary.surfaces[name].articles > 0:
                continue
            term, form = self._vocabulary.place_before(name)
            if not any(form in column for column in self._form_columns(term)):
                self._vocabulary.drop(name)

    def _form_columns(self, term: int) -> Iterator[Sequence[int]]:
        for block in self._blocks(term):
            for entries in (block.body, block.leads, block.boilerplate):
                yield entries.forms

    def _blocks(self, term: int) -> list[Block]:
        query = "SELECT data FROM postings WHERE id >= ? AND id < ? ORDER BY id"
        return [self._unpack(data) for (data,) in self._execute(query, [block_id(term), block_id(term + 1)])]

    def _move(self) -> None:
        """Let the entries of forms whose stem has changed go over to their new terms, and write these anew."""
        moved = self._vocabulary.moved
        if not moved:
            return
        leaving = {place: self._vocabulary.place(name) for name, place in moved.items()}
        arriving = {term for term, _ in leaving.values()}
        terms = sorted({term for term, _ in leaving} | arriving)
        found: dict[int, _Given] = {term: _Given([], [], []) for term in terms}
        for term in terms:
            for block in self._blocks(term):
                for kind, entries in enumerate((block.body, block.leads, block.boilerplate)):
                    for text, count, form in zip(entries.texts, entries.occurrences, entries.forms, strict=True):
                        goal, number = leaving.get((term, form), (term, form))
                        found[goal][kind].append((text, number, count))
        for term, given in found.items():
            self._execute("DELETE FROM postings WHERE id >= ? AND id < ?", [block_id(term), block_id(term + 1)])
            self._write_anew(term, given)

    def _write_anew(self, term: int, given: _Given) -> None:
        """Write all postings of a term, and count it."""
        body, leads, boilerplate = (_entries(sorted(entries)) for entries in given)
        of_body = [self._texts.chunk_articles[chunk] for chunk in body.texts]
        of_boilerplate = [self._texts.boilerplate_article(chunk) for chunk in boilerplate.texts]
        counted = {chunk for chunk, article in zip(body.texts, of_body, strict=True) if self._texts.is_counted(article)}
        row = self._vocabulary.terms[term]
        row.chunks = len(counted)
        row.articles = len({self._texts.chunk_articles[chunk] for chunk in counted})
        for first, last in runs(sorted({*of_body, *leads.texts, *of_boilerplate})):
            parts = [
                _part(entries, bisect_left(articles, first), bisect_left(articles, last + 1))
                for entries, articles in ((body, of_body), (leads, leads.texts), (boilerplate, of_boilerplate))
            ]
            self._store(term, Block(parts[0], self._bounds(parts[0], parts[1]), parts[1], parts[2]))


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
