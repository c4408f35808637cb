"""The index file as it is opened: one SQLite database, its transactions, its facts, its faults as `IndexDamaged`.

An update changes the file in place. So what belongs together is read within one `snapshot`, which sees the file as it
is when the first of it is read; an update waits with its last step until all snapshots have ended. A reader holds
nothing between them, and forgets what it has kept in memory when the next one finds the file changed. A whole build
puts another file in the place of this one: a reader that is open keeps the old one.

What an update that was killed has left half done is taken back by whoever comes next, if the journal is whole (see
`carikm.index.journal`), in the journal's own file: a
reader plays no journal back through the file that it has open, since another may have taken its place. To SQLite, the
journal of an update that is under way in that one looks like one left behind: it would be played back into the wrong
file, and taken from the update (https://www.sqlite.org/howtocorrupt.html, 2.4).
"""

import os.path
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager, suppress
from functools import cached_property
from pathlib import Path
from typing import Any, Literal, Self

import apsw

from carikm.errors import IndexBusy, IndexDamaged, IndexFault, IndexFormat, IndexMissing, IndexUnreadable, typed
from carikm.index.blocks import Averages, BadBlock, average
from carikm.index.corrections import Corrections, Unlike, unlike
from carikm.index.format import (
    APPLICATION_ID,
    BOILERPLATE_BASE,
    FORMAT_VERSION,
    INDEX_FILE,
    PAGE_SIZE,
    PATIENCE,
    RULES,
    TABLES,
    connect,
    name_in,
    name_of,
    unpack_numbers,
)
from carikm.index.journal import JournalDamaged, break_seal, check_seal, has_seal, seal_journal
from carikm.index.lock import WriterLock
from carikm.index.rows import is_kind

# KiB that an update holds in memory until it is whole.
_WRITTEN_AT_ONCE = 65_536
_LONGEST_NAME = 1 << 20  # bytes
# Seconds until it is looked again whether an update has come to its end.
_MOMENT = 0.01
_FACTS = (
    f"SELECT name, CASE WHEN name IN ('corpus', 'label') THEN {name_in('value')} ELSE value END"
    " FROM facts WHERE typeof(value) <> 'blob'"
)
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


class IndexFile:
    """An open index: transactions, facts that hold for the whole of it, and arrays with a number for each text.

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
        self._arrays: dict[str, memoryview] = {}
        self._facts: dict[str, Any] = {}
        self._version: int | None = None
        self._snapshots = 0
        self._may_write = to_write
        if to_write and has_seal(folder):
            self._take_back()  # SQLite would do so by a journal that is damaged, too
        try:
            self.connection = connect(self.path, may_write=to_write)
        except apsw.Error as error:
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
    def snapshot(self) -> Iterator[Self]:
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
        with suppress(apsw.Error):
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    def _begin(self, how: str) -> None:
        """Begin a transaction; forget what is kept in memory if the file has changed since the last one."""
        version = self._begun(how)
        if version == self._version:
            return
        self._version = version
        self._forget()
        try:
            self._check_format()
            # Arrays are read when they are asked for: a search needs some of them only.
            self._facts = dict(self._rows(_FACTS))
            self._check_facts()
        except BaseException:
            self._version = None
            self._end()
            raise

    def _begun(self, how: str) -> int:
        """Begin a transaction; give the number of the state that it sees."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self.connection.execute(how)
                rows: list[Any] = self.connection.execute("PRAGMA data_version").fetchall()
                # A journal that was emptied is none to SQLite.
                if self._may_write or not has_seal(self.folder) or self._is_written():
                    return int(rows[0][0])
                self._end()
            except (apsw.Error, UnicodeError) as error:
                self._end()
                if not isinstance(error, apsw.ReadOnlyError):
                    raise self.fault(error) from error
                if time.monotonic() > deadline:
                    raise self._busy() from error
            self._undo()
            time.sleep(_MOMENT)

    def _undo(self) -> None:
        """Take back what a killed update has left half done, unless there is a writer, whose work it may be."""
        try:
            with WriterLock(self.folder) as lock:
                if lock.take(wait=False):
                    self._take_back()
        except OSError as error:
            if not self._is_written():
                raise self._interrupted() from error

    def _take_back(self) -> None:
        try:
            undo_unfinished(self.folder)
        except apsw.Error as error:
            raise self.fault(error) from error
        except JournalDamaged as error:
            raise self.damaged("an update was interrupted, and the journal that would undo it is damaged") from error

    def _is_written(self) -> bool:
        """Tell whether somebody holds the writers' lock."""
        with suppress(OSError), WriterLock(self.folder, may_write=False) as lock:
            return not lock.take(wait=False)
        return False

    def _forget(self) -> None:
        """Forget what was read of another state of the file."""
        self._arrays.clear()
        for name in ("first_chunks", "_first_chunks"):
            self.__dict__.pop(name, None)

    def commit(self) -> None:
        """Let what was written be seen by all.

        Raises:
            apsw.Error, OSError: it cannot be written.
        """
        # The first page, which SQLite changes in the end, is in the journal from here on.
        self.connection.execute(f"PRAGMA user_version = {FORMAT_VERSION}")
        seal_journal(self.folder)
        self.connection.execute("COMMIT")
        break_seal(self.folder)
        self._version = None

    def __enter__(self) -> Self:
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
        if self._rows("PRAGMA checksum_verification") != [("1",)] or self._rows("PRAGMA page_size") != [(PAGE_SIZE,)]:
            raise self.damaged("its pages are not laid out as they were written, and cannot be checked")
        if not self._has_its_end():
            raise self.damaged("its end is missing")
        if self._rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid") != TABLES:
            raise self.damaged("it has other tables than an index of its format")
        rules = self._rows("SELECT value FROM facts WHERE name = 'rules'")
        if not rules or rules[0][0] != RULES:
            found = rules[0][0] if rules else "none"
            raise IndexFormat(
                f"The index {self.path} was built by other rules ({found}; this carikm has {RULES}).", self._rebuild
            )

    def _has_its_end(self) -> bool:
        """Look for the last byte: what is missing of the last page SQLite takes for zeros, and checks nothing."""
        last = self._rows("PRAGMA page_count")[0][0] * PAGE_SIZE - 1
        try:
            return self.connection.read("main", 0, last, 1)[0]
        except apsw.Error as error:
            raise self.fault(error) from error

    def _check_facts(self) -> None:
        for name, kind in _FACT_KINDS.items():
            if not is_kind(self._facts.get(name), kind):
                raise self.damaged(f"its {name} is {str(self._facts.get(name))[:80]!r}")
        # Memory is taken by these; an array that has so many numbers, of 16 bits or more, fits into the file.
        most = self._rows("PRAGMA page_count")[0][0] * PAGE_SIZE // 2
        for name in ("articles", "slots", "body_chunks", "boilerplate_chunks"):
            if not 0 <= self._facts[name] <= most:
                raise self.damaged(f"its {name} are {self._facts[name]}, more than it has room for")
        if not self._facts["counted_articles"] > 0:
            raise self.damaged("it counts no article")

    def _rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        try:
            return self.connection.execute(query, values).fetchall()
        except (apsw.Error, UnicodeError) as error:
            raise self.fault(error) from error

    def fault(self, error: apsw.Error | UnicodeError) -> IndexFault:
        """Put into words what SQLite reports, or a text that is none."""
        if isinstance(error, apsw.BusyError):
            return self._busy()
        if isinstance(error, apsw.ReadOnlyError):
            return self._interrupted()
        if isinstance(error, apsw.IOError | apsw.FullError):
            if getattr(error, "extendedresult", None) == apsw.SQLITE_IOERR_DATA:
                return self.damaged("a checksum does not hold")
            return IndexUnreadable(
                f"The index {self.path} cannot be read: {error}.",
                f"See whether its disk works and has room; if so, build it anew: {self._rebuild.partition(': ')[2]}",
            )
        return self.damaged(str(error))

    def _busy(self) -> IndexBusy:
        return IndexBusy(
            f"The index {self.path} is being written, and has been for {PATIENCE:.0f} seconds.",
            "Try again. If nobody writes it, its disk knows no locks: keep it on another.",
        )

    def _interrupted(self) -> IndexBusy:
        return IndexBusy(
            f"An update of the index {self.path} was interrupted, and nothing may be written there to undo it.",
            "Let whoever may write there type: carikm index",
        )

    def damaged(self, what: str) -> IndexDamaged:
        """Make the error for something in the file that cannot be."""
        return IndexDamaged(f"The index {self.path} is damaged: {what}.", self._rebuild)

    def _checked(self, query: str, values: Sequence[object], kinds: str) -> list[Any]:
        rows = self._rows(query, values)
        for row in rows:
            self._check(row, kinds)
        names = [place for place, kind in enumerate(kinds) if kind in "nN"]
        return [_with_names(row, names) for row in rows] if names else rows

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
    def bounds_averages(self) -> Averages:
        """The averages for which the bounds of postings were made."""
        import json

        try:
            most = Averages(*map(float, json.loads(self._facts["bounds_averages"])))
        except (KeyError, TypeError, ValueError, OverflowError):
            most = None
        if most is None or not all(is_kind(number, "f") and number >= 0 for number in most):
            raise self.damaged("its bounds_averages are not three numbers")
        return most

    @property
    def corpus(self) -> Path:
        """The corpus folder; it is stored relative to the index, so the two can move together."""
        return _beside(self.folder, name_of(self.fact("corpus")))

    @property
    def label(self) -> str:
        """The corpus folder's own name, with which the paths shown begin."""
        return name_of(self.fact("label"))

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


def _with_names(row: Sequence[Any], places: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = name_of(values[place])
    return tuple(values)


def undo_unfinished(folder: Path) -> None:
    """Let SQLite take back what a killed update has left half done; whoever calls holds the writers' lock.

    Raises:
        apsw.Error: it cannot be taken back.
        JournalDamaged: the journal is another than the update has left.
        OSError: the journal cannot be read or mended.
    """
    check_seal(folder)
    with closing(connect(folder / INDEX_FILE)) as connection:
        connection.execute("SELECT count(*) FROM sqlite_schema").fetchall()  # it does so before it reads
    break_seal(folder)


def remembered_corpus(folder: Path) -> Path | None:
    """Tell which corpus folder an index is of, even if it can no longer be read for anything else."""
    try:
        connection = connect(folder / INDEX_FILE, may_write=False, is_left_alone=True)
        try:
            # Its tables may be of any format, and compute what they give.
            connection.limit(apsw.SQLITE_LIMIT_LENGTH, _LONGEST_NAME)
            query = f"SELECT {name_in('value')} FROM facts WHERE name = 'corpus'"
            rows = connection.execute(query).fetchall()
        finally:
            connection.close()
    except (apsw.Error, UnicodeError):
        return None
    name = rows[0][0] if rows else None
    return _beside(folder, name_of(name)) if isinstance(name, bytes) and is_kind(name, "n") else None


def _beside(folder: Path, relative: str) -> Path:
    """Follow a path that was stored relative to an index folder."""
    return Path(os.path.normpath(os.path.join(os.path.realpath(folder), relative)))  # noqa: PTH118
