"""What holds for an index as a whole: its facts, and arrays with a number for each of its texts."""

import os.path
from collections.abc import Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import apsw

from carikm.errors import IndexDamaged, IndexMissing, IndexUnreadable, typed_path
from carikm.index.blocks import Averages, average
from carikm.index.corrections import Corrections, Unlike, unlike
from carikm.index.format import (
    BOILERPLATE_BASE,
    INDEX_FILE,
    KINDS_OF_FACTS,
    PAGE_SIZE,
    connect,
    name_in,
    name_of,
    unpack_numbers,
)
from carikm.index.index_file import IndexFile
from carikm.index.rows import is_kind

if TYPE_CHECKING:
    from carikm.index.pieces import Pieces

# An array of fewer numbers is sooner read whole than in pieces.
LONG = 1 << 16
OfArticles = Literal["article_order", "article_starts", "article_lengths", "representatives"]
_LONGEST_NAME = 1 << 20  # bytes
_FACTS = (
    f"SELECT name, CASE WHEN name IN ('corpus', 'label') THEN {name_in('value')} ELSE value END"
    " FROM facts WHERE typeof(value) <> 'blob'"
)


class IndexFacts(IndexFile):
    """An open index, and what holds for the whole of it.

    Raises:
        IndexDamaged: a fact is missing, or cannot be; also from every method.
    """

    def __init__(self, folder: Path, *, to_write: bool = False) -> None:
        """Open the index in a folder (see `IndexFile`)."""
        self._arrays: dict[str, memoryview] = {}
        self._pieces: dict[str, Pieces] = {}
        self._blobs: dict[str, apsw.Blob] = {}
        self._reads_again = False
        self._facts: dict[str, Any] = {}
        try:
            super().__init__(folder, to_write=to_write)
        except (IndexDamaged, IndexMissing, OSError):
            _check_rights(folder)
            raise

    @property
    def _rebuild(self) -> str:
        """Say how to build it anew; what corpus it is of has to be named where the index does not tell any more."""
        corpus = remembered_corpus(self.folder)
        is_known = corpus is not None and os.path.isdir(corpus)  # noqa: PTH112  # no error where it may not look
        folder = "" if is_known else "FOLDER "
        return f"Build it anew: carikm index {folder}--rebuild --index {typed_path(self.folder)}"

    def _look(self) -> None:
        # Arrays are read when they are asked for: a search needs some of them only.
        self._facts = dict(self.rows(_FACTS))
        for name, kind in KINDS_OF_FACTS.items():
            if not is_kind(self._facts.get(name), kind):
                raise self.damaged(f"its {name} is {str(self._facts.get(name))[:80]!r}")
        # Memory is taken by these; an array that has so many numbers, of 16 bits or more, fits into the file.
        most = self.rows("PRAGMA page_count")[0][0] * PAGE_SIZE // 2
        for name in ("articles", "slots", "body_chunks", "boilerplate_chunks"):
            if not 0 <= self._facts[name] <= most:
                raise self.damaged(f"its {name} are {self._facts[name]}, more than it has room for")
        if not self._facts["counted_articles"] > 0:
            raise self.damaged("it counts no article")

    def _forget(self) -> None:
        self._arrays.clear()
        for name in ("first_chunks", "_first_chunks"):
            self.__dict__.pop(name, None)

    def _end(self) -> None:
        for blob in self._blobs.values():
            blob.close(True)  # whatever was wrong with it
        if self._blobs:
            self._reads_again = True
            self._blobs.clear()
            self._pieces.clear()
        super()._end()

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
        return self.numbers_of_articles("article_order")

    def article_lengths(self) -> memoryview:
        """Give the lengths in tokens of all articles' bodies."""
        return self.numbers_of_articles("article_lengths")

    def article_starts(self) -> memoryview:
        """Give the number of each article's first body chunk, in order of articles."""
        starts = self.numbers_of_articles("article_starts")
        if starts[0] != 0:
            raise self.damaged("its article_starts do not start at 0")
        return starts

    def boilerplate_starts(self) -> memoryview:
        """Give the number of each article's first boilerplate chunk, in order of articles."""
        starts = self.numbers_of_articles("boilerplate_starts")
        if starts[0] != BOILERPLATE_BASE:
            raise self.damaged(f"its boilerplate_starts do not start at {BOILERPLATE_BASE}")
        return starts

    def article_days(self) -> memoryview:
        """Give the day (`day_number`) of every article."""
        return self.numbers_of_articles("article_days")

    def outlets(self) -> tuple[list[str], memoryview]:
        """Give the outlets' names and every article's outlet: 1 for the first name, 0 for none.

        An empty name is none: its last article is gone.
        """
        known = dict(self.checked_rows("SELECT id, name FROM outlets", [], "it"))
        numbers = self.numbers_of_articles("article_outlets")
        last = max(known, default=0)
        if min(known, default=1) < 1 or last > len(numbers) or not known.keys() >= {*numbers} - {0}:
            raise self.damaged("outlets that are not there")
        return [known.get(number, "") for number in range(1, last + 1)], numbers

    def representatives(self) -> memoryview:
        """Give for every article the number of the one that stands for its near-identical copies.

        That is the first of them in order, or itself where it has none; all others are copies (see
        `carikm.index.copies`).
        """
        return self.numbers_of_articles("representatives")

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
        return self.bytes_of("first_chunks")

    def few_of(self, fact: OfArticles) -> Sequence[int]:
        """Give an array with a number for each article of which few are asked for, inside this snapshot.

        A long one is read piece by piece in the first snapshot: who reads again will at last have read the whole.
        """
        numbers = self._few(fact, "I", self.fact("slots"))
        if len(numbers) != self.fact("slots"):
            raise self.damaged(f"{len(numbers)} {fact} for {self.fact('slots')} articles")
        if fact == "article_starts" and numbers[0] != 0:
            raise self.damaged("its article_starts do not start at 0")
        return numbers

    def few_lengths(self) -> Sequence[int]:
        """Give the lengths in tokens of body chunks, of which few are asked for, inside this snapshot."""
        return self._few("body_lengths", "H", self.fact("body_chunks"))

    def _few(self, fact: str, kind: Literal["I", "H"], texts: int) -> Sequence[int]:
        if fact not in self._pieces:
            if texts < LONG or fact in self._arrays or self._reads_again or not self._snapshots:
                return self._numbers(fact, kind)
            from carikm.index.pieces import Pieces  # few archives are so large

            try:
                self._pieces[fact] = Pieces(partial(self._read, fact), self._blob(fact).length(), kind)
            except TypeError as error:
                raise self.damaged(f"{fact} of uneven size") from error
        return self._pieces[fact]

    def _read(self, fact: str, start: int, size: int) -> bytes:
        """Read bytes of a fact, inside a snapshot."""
        blob = self._blob(fact)
        try:
            blob.seek(start)
            return blob.read(size)
        except apsw.Error as error:
            raise self.fault(error) from error

    def _blob(self, fact: str) -> apsw.Blob:
        """Give a fact to be read from, which is closed when the snapshot ends."""
        if fact not in self._blobs:
            assert self._snapshots, "what is read outside may be of another state"
            rows = self.checked_rows("SELECT rowid FROM facts WHERE name = ?", [fact], "i")
            if not rows:
                raise self.damaged(f"it has no {fact}")
            try:
                self._blobs[fact] = self.connection.blob_open("main", "facts", "value", rows[0][0], False)
            except apsw.Error as error:
                raise self.fault(error) from error
        return self._blobs[fact]

    def numbers_of_articles(self, fact: str) -> memoryview:
        """Give an array that has a number for each article."""
        numbers = self._numbers(fact)
        if not len(numbers) == self.fact("slots") > 0:
            raise self.damaged(f"{len(numbers)} {fact} for {self.fact('slots')} articles")
        return numbers

    def _numbers(self, fact: str, kind: Literal["I", "H"] = "I") -> memoryview:
        found = self._arrays.get(fact)
        if found is None:
            try:
                found = self._arrays[fact] = unpack_numbers(self.bytes_of(fact), kind)
            except TypeError as error:
                raise self.damaged(f"{fact} of uneven size") from error
        return found

    def bytes_of(self, fact: str) -> bytes:
        """Give a fact that is an array, as it is stored."""
        rows = self.checked_rows("SELECT value FROM facts WHERE name = ?", [fact], "b")
        if not rows:
            raise self.damaged(f"it has no {fact}")
        found: bytes = rows[0][0]
        return found


def _check_rights(folder: Path) -> None:
    """Tell a lack of rights, which a rebuild would not mend, from damage.

    Nothing is opened: to close it would let go of all locks that this process has on it.

    Raises:
        IndexUnreadable: the index, or its folder, may not be read.
    """
    path = folder / INDEX_FILE
    if os.path.isdir(folder) and not os.access(folder, os.X_OK):  # noqa: PTH112
        closed, what, rights = folder, f"the folder {folder}", "u+rwx"
    elif os.path.isfile(path) and not os.access(path, os.R_OK):  # noqa: PTH113
        closed, what, rights = path, "it", "u+rw"
    else:
        return
    name = typed_path(closed)
    raise IndexUnreadable(
        f"The index {path} cannot be read: you have no right to read {what}.",
        f"See whose it is: ls -ld {name}; if it is yours, type: chmod {rights} {name}",
    ) from None


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
