"""The index file as it is opened: one SQLite database, its transactions, its faults as `IndexDamaged`.

An update changes the file in place. So what belongs together is read within one `snapshot`, which sees the file as it
is when the first of it is read; an update waits with its last step until all snapshots have ended. A reader holds
nothing between them, and forgets what it has kept in memory when the next one finds the file changed. A whole build
puts another file in the place of this one: a reader that is open keeps the old one.

What an update that was killed has left half done is taken back by whoever comes next, if the journal is whole (see
`carikm.index.journal`), in the journal's own file: a reader plays no journal back through the file that it has open,
since another may have taken its place. To SQLite, the journal of an update that is under way in that one looks like one
left behind: it would be played back into the wrong file, and taken from the update
(https://www.sqlite.org/howtocorrupt.html, 2.4).
"""

import os.path
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Self

import apsw

from carikm.errors import IndexBusy, IndexDamaged, IndexFault, IndexFormat, IndexMissing, IndexUnreadable, typed_path
from carikm.index.blocks import BadBlock
from carikm.index.format import (
    APPLICATION_ID,
    FORMAT_VERSION,
    INDEX_FILE,
    JOURNAL,
    PAGE_SIZE,
    PATIENCE,
    RULES,
    SEAL,
    TABLES,
    connect,
    name_of,
)
from carikm.index.location import command_at
from carikm.index.rows import are_kinds, is_kind

# KiB that an update holds in memory until it is whole: for a hundred articles changed among 125,000 long ones, 200 MB.
_WRITTEN_AT_ONCE = 262_144
# Seconds until it is looked again whether an update has come to its end.
_MOMENT = 0.01


class IndexFile:
    """An open index: its transactions, and rows as SQLite gives them.

    Raises:
        IndexMissing: there is no index in that folder.
        IndexDamaged: what is there is no index, or a broken one; also from every method.
        IndexFormat: it was built by another version of carikm.
    """

    def __init__(self, folder: Path, *, to_write: bool = False) -> None:
        """Open the index in a folder; `to_write` for an update, which writes through `connection`."""
        self.folder = folder
        self.path = folder / INDEX_FILE
        if not self.path.is_file():
            raise IndexMissing(
                f"There is no index in {folder}.", f"Build one: {command_at(folder, 'carikm index FOLDER')}"
            )
        self._version: int | None = None
        self._snapshots = 0
        self._may_write = to_write
        if to_write and self._has_seal():
            self._take_back()  # SQLite would do so by a journal that is damaged, too
        try:
            self.connection = connect(self.path, may_write=to_write)
        except apsw.Error as error:
            raise IndexDamaged(f"The index {self.path} cannot be opened: {error}.", self._rebuild) from error
        try:
            if to_write:
                # What does not fit into memory would be written, and readers kept out, before the end.
                self.rows(f"PRAGMA cache_size = {-_WRITTEN_AT_ONCE}")
                self._begin("BEGIN IMMEDIATE")
            else:
                self._begin("BEGIN")
                self._end()
        except BaseException:
            self.close()
            raise

    @property
    def _rebuild(self) -> str:
        return f"Build it anew: carikm index --rebuild --index {typed_path(self.folder)}"

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
            self._look()
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
                if self._may_write or not self._has_seal() or self._is_written():
                    return int(rows[0][0])
                self._end()
            except (apsw.Error, UnicodeError) as error:
                self._end()
                if not isinstance(error, apsw.ReadOnlyError):
                    raise self.fault(error) from error
            if time.monotonic() > deadline:
                raise self._busy()
            self._undo()
            time.sleep(_MOMENT)

    def _has_seal(self) -> bool:
        """Tell whether there are a journal and its seal: an update comes to its end, or was killed before."""
        return os.path.exists(self.folder / SEAL) and os.path.exists(self.folder / JOURNAL)  # noqa: PTH110  # asked at every search

    def _undo(self) -> None:
        """Take back what a killed update has left half done, unless there is a writer, whose work it may be."""
        from carikm.index.lock import WriterLock  # no search needs it else

        try:
            with WriterLock(self.folder) as lock:
                if lock.take(wait=False):
                    self._take_back()
        except OSError as error:
            if not self._is_written():
                raise self._interrupted() from error

    def _take_back(self) -> None:
        from carikm.index.journal import JournalDamaged, undo_unfinished  # no search needs it else

        try:
            undo_unfinished(self.folder)
        except apsw.Error as error:
            raise self.fault(error) from error
        except JournalDamaged as error:
            raise self.damaged("an update was interrupted, and the journal that would undo it is damaged") from error

    def _is_written(self) -> bool:
        """Tell whether somebody holds the writers' lock."""
        from carikm.index.lock import WriterLock

        with suppress(OSError), WriterLock(self.folder, may_write=False) as lock:
            return not lock.take(wait=False)
        return False

    def _forget(self) -> None:
        """Forget what was read of another state of the file."""

    def _look(self) -> None:
        """Read what whoever opens the file, or finds it changed, must know of it."""

    def commit(self) -> None:
        """Let what was written be seen by all.

        Raises:
            apsw.Error, OSError: it cannot be written.
        """
        from carikm.index.journal import break_seal, seal_journal

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
        application, version = self.rows("PRAGMA application_id")[0][0], self.rows("PRAGMA user_version")[0][0]
        if application != APPLICATION_ID:
            raise IndexDamaged(f"{self.path} is not an index of carikm.", self._rebuild)
        if version != FORMAT_VERSION:
            raise IndexFormat(
                f"The index {self.path} has format {version}; this carikm reads format {FORMAT_VERSION}.", self._rebuild
            )
        if self.rows("PRAGMA checksum_verification") != [("1",)] or self.rows("PRAGMA page_size") != [(PAGE_SIZE,)]:
            raise self.damaged("its pages are not laid out as they were written, and cannot be checked")
        if not self._has_its_end():
            raise self.damaged("its end is missing")
        if self.rows("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY rowid") != TABLES:
            raise self.damaged("it has other tables than an index of its format")
        rules = self.rows("SELECT value FROM facts WHERE name = 'rules'")
        if not rules or rules[0][0] != RULES:
            found = rules[0][0] if rules else "none"
            raise IndexFormat(
                f"The index {self.path} was built by other rules ({found}; this carikm has {RULES}).", self._rebuild
            )

    def _has_its_end(self) -> bool:
        """Look for the last byte: what is missing of the last page SQLite takes for zeros, and checks nothing."""
        last = self.rows("PRAGMA page_count")[0][0] * PAGE_SIZE - 1
        try:
            return self.connection.read("main", 0, last, 1)[0]
        except apsw.Error as error:
            raise self.fault(error) from error

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a query; what it gives is not checked."""
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
            f"Let whoever may write there type: {command_at(self.folder)}",
        )

    def damaged(self, what: str) -> IndexDamaged:
        """Make the error for something in the file that cannot be."""
        return IndexDamaged(f"The index {self.path} is damaged: {what}.", self._rebuild)

    def checked_rows(self, query: str, values: Sequence[object], kinds: str) -> list[Any]:
        """Run a query, and check for each of its columns that it holds the kind it must (see `is_kind`)."""
        rows = self.rows(query, values)
        # A few rows are checked sooner one by one.
        if len(rows) < len(kinds) or not are_kinds(rows, kinds):
            for row in rows:
                self._check(row, kinds)
        names = [place for place, kind in enumerate(kinds) if kind in "nN"]
        return [_with_names(row, names) for row in rows] if names else rows

    def _check(self, row: Sequence[Any], kinds: str) -> None:
        if not all(is_kind(value, kind) for value, kind in zip(row, kinds, strict=True)):
            raise self.damaged(f"a row that cannot be: {str(row)[:80]}")


def _with_names(row: Sequence[Any], places: Sequence[int]) -> tuple[Any, ...]:
    values = list(row)
    for place in places:
        if values[place] is not None:
            values[place] = name_of(values[place])
    return tuple(values)
