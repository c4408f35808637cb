"""Damage: what a disk or another program does to an index is harmless or reported, and never a wrong answer."""

import random
import shutil
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

import carikm
from carikm.cli.documents.articles import article_document
from carikm.cli.documents.hits import search_document
from carikm.cli.documents.writing import document_line
from carikm.errors import IndexDamaged, IndexFormat, IndexMissing
from carikm.index.format import INDEX_FILE, PAGE_SIZE, connect
from carikm.index.known_stems import STEMS_FILE, read_stems
from tests.conftest import SEEDS

_HEADER = 200
_CHANCE = random.Random(6)


class _Index:
    """A copy of an index that is damaged and mended again and again."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.path = folder / INDEX_FILE
        self.whole = self.path.read_bytes()
        self.right = self._ask()

    def _ask(self) -> list[str]:
        return [
            *(
                document_line(search_document(carikm.find(query, SEEDS, self.folder, limit=2)), is_ascii=False)
                for query in ("sentra logam", '"industri kecil"')
            ),
            document_line(article_document(carikm.read_article("003", SEEDS, self.folder)), is_ascii=False),
        ]

    def reports(self) -> bool:
        """Tell whether the damage is reported; where it is not, all answers must be right."""
        try:
            assert self._ask() == self.right
        except (IndexDamaged, IndexFormat, IndexMissing):
            return True
        return False

    def is_seen(self) -> bool:
        """Read all pages, and tell whether SQLite has been able to."""
        with closing(connect(self.path)) as connection:
            try:
                return connection.execute("PRAGMA quick_check").fetchall() != [("ok",)]
            except apsw.IOError:
                return True

    def flipped(self, place: int, asked: Callable[[], bool] | None = None) -> bool:
        """Flip one bit of a byte, ask, and flip it back."""
        byte = self.whole[place]
        try:
            self._write(place, byte ^ 1 << _CHANCE.randrange(8))
            return (asked or self.reports)()
        finally:
            self._write(place, byte)

    def _write(self, place: int, byte: int) -> None:
        with self.path.open("rb+", buffering=0) as stream:
            stream.seek(place)
            stream.write(bytes([byte]))

    def truncated(self, length: int) -> bool:
        self.path.write_bytes(self.whole[:length])
        return self.reports()


@pytest.fixture
def index(seeds_index: Path, tmp_path: Path) -> Iterator[_Index]:
    for name in (INDEX_FILE, STEMS_FILE):
        shutil.copy(seeds_index / name, tmp_path / name)
    found = _Index(tmp_path)
    yield found
    assert found.path.stat().st_size <= len(found.whole), "reading writes nothing"


def _flips(index: _Index, places: Iterable[int]) -> int:
    return sum(index.flipped(place) for place in places)


def test_a_flipped_byte_is_harmless_or_reported(index: _Index) -> None:
    pages = range(0, len(index.whole), PAGE_SIZE)
    assert _flips(index, range(_HEADER)) == _HEADER, "all of the first page is read"
    assert _flips(index, (page + _CHANCE.randrange(PAGE_SIZE) for page in pages)) > len(pages) // 3


@pytest.mark.slow
def test_every_flipped_byte_is_noticed_by_whatever_reads_its_page(index: _Index) -> None:
    """Questions are asked for every byte of the first page and some of the others; the rest is read page by page."""
    assert _flips(index, range(PAGE_SIZE)) == PAGE_SIZE
    _flips(index, range(PAGE_SIZE, len(index.whole), 251))
    for place in range(PAGE_SIZE, len(index.whole)):
        assert index.flipped(place, index.is_seen), place


def test_a_truncated_index_is_reported(index: _Index) -> None:
    pages = range(0, len(index.whole), PAGE_SIZE)
    between = [page + _CHANCE.randrange(1, PAGE_SIZE) for page in pages]
    for length in (*pages, *between, len(index.whole) - 1):
        assert index.truncated(length), length


@pytest.mark.slow
def test_an_index_truncated_anywhere_is_reported(index: _Index) -> None:
    for length in (*range(2 * PAGE_SIZE), *range(2 * PAGE_SIZE, len(index.whole), 61)):
        assert index.truncated(length), length


def test_an_index_with_something_behind_it_answers(index: _Index) -> None:
    index.path.write_bytes(index.whole + b"\0" * PAGE_SIZE)
    assert not index.reports()
    index.path.write_bytes(index.whole)


def test_a_damaged_file_of_stems_counts_as_none(index: _Index) -> None:
    path = index.folder / STEMS_FILE
    whole, known = path.read_bytes(), read_stems(index.folder)
    assert known
    for place in (*range(0, len(whole), 17), len(whole) - 1):
        damaged = bytearray(whole)
        damaged[place] ^= 1 << _CHANCE.randrange(8)
        path.write_bytes(damaged if place % 2 else whole[:place])
        assert read_stems(index.folder) == {}


def test_a_journal_that_is_none_does_no_harm(index: _Index) -> None:
    for content in (b"", b"\0" * 600, _CHANCE.randbytes(2000), index.whole):
        (index.folder / f"{INDEX_FILE}-journal").write_bytes(content)
        assert not index.reports()
