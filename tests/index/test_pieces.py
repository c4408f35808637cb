"""Arrays that are read piece by piece are what they would be read whole."""

from array import array
from pathlib import Path
from typing import Literal

import apsw
import pytest
from hypothesis import given
from hypothesis import strategies as st

import carikm
from carikm.errors import IndexDamaged
from carikm.index import facts, pieces
from carikm.index.facts import IndexFacts
from carikm.index.format import INDEX_FILE, connect
from carikm.index.pieces import Pieces

_ARRAYS: tuple[facts.OfArticles, ...] = ("article_order", "article_starts", "article_lengths", "representatives")


@given(st.lists(st.integers(0, 0xFFFF), max_size=3000), st.sampled_from("IH"), st.data())
def test_every_number_is_that_of_the_whole(numbers: list[int], kind: Literal["I", "H"], data: st.DataObject) -> None:
    stored = array(kind, numbers).tobytes()
    found = Pieces(lambda start, size: stored[start : start + size], len(stored), kind)
    assert len(found) == len(numbers)
    if numbers:
        for place in data.draw(st.lists(st.integers(0, len(numbers) - 1))):
            assert found[place] == numbers[place]
    assert list(found) == numbers
    with pytest.raises(IndexError):
        found[len(numbers)]


def test_only_pieces_that_are_asked_for_are_read_and_each_once() -> None:
    stored, read = bytes(100_000), []

    def read_some(start: int, size: int) -> bytes:
        read.append(range(start, start + size))
        return stored[start : start + size]

    found = Pieces(read_some, len(stored), "H")
    assert [found[place] for place in (40_000, 40_001, 49_999, 40_000)] == [0] * 4
    assert len(read) == 2
    assert sum(map(len, read)) < 3000


def test_bytes_that_are_no_whole_numbers_are_refused() -> None:
    with pytest.raises(TypeError):
        Pieces(lambda _start, size: bytes(size), 7, "I")


@pytest.fixture
def index(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An index of some articles, all of whose arrays count as long."""
    monkeypatch.setattr(facts, "LONG", 1)
    monkeypatch.setattr(pieces, "_SHIFT", 0)
    monkeypatch.setattr(pieces, "_NUMBERS", 1)
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    for number in range(9):
        (corpus / f"{number}.txt").write_text(f"Harga cabai {'naik ' * number} di pasar kota.\n\nWarga mengeluh.")
    carikm.build_index(corpus, tmp_path / "index")
    return tmp_path / "index"


def test_they_are_read_from_an_index_and_by_who_reads_again_whole(index: Path) -> None:
    with IndexFacts(index) as reader:
        found = []
        for _ in range(2):
            with reader.snapshot():
                few = [reader.few_lengths(), *map(reader.few_of, _ARRAYS)]
                assert [reader.few_lengths(), *map(reader.few_of, _ARRAYS)] == few
                found.append(([type(numbers) for numbers in few], [list(numbers) for numbers in few]))
        assert found == [([Pieces] * 5, found[0][1]), ([memoryview] * 5, found[0][1])]
        assert found[0][1] == [list(reader.lengths()[0]), *(list(reader.numbers_of_articles(fact)) for fact in _ARRAYS)]
        assert len(reader.article_lengths()) == 9


def test_nothing_is_held_open_behind_a_snapshot(index: Path) -> None:
    """An update can change what was read before, and is seen by the next snapshot."""
    with IndexFacts(index) as reader:
        with reader.snapshot():
            before = list(reader.few_of("article_lengths"))
        with connect(index / INDEX_FILE) as connection:
            longer = array("I", [length + 1 for length in before]).tobytes()
            connection.execute("UPDATE facts SET value = ? WHERE name = 'article_lengths'", [longer])
        with reader.snapshot():
            assert list(reader.few_of("article_lengths")) == [length + 1 for length in before]


@pytest.mark.parametrize(
    "change",
    [
        "DELETE FROM facts WHERE name = '{}'",
        "UPDATE facts SET value = substr(value, 2) WHERE name = '{}'",
        "UPDATE facts SET value = substr(value, 5) WHERE name = '{}'",
        "UPDATE facts SET value = 17 WHERE name = '{}'",
        "UPDATE facts SET value = NULL WHERE name = '{}'",
    ],
)
@pytest.mark.parametrize("fact", _ARRAYS)
def test_one_that_cannot_be_is_damage(index: Path, fact: facts.OfArticles, change: str) -> None:
    with connect(index / INDEX_FILE) as connection:
        connection.execute(change.format(fact))
    with IndexFacts(index) as reader, reader.snapshot(), pytest.raises(IndexDamaged, match=r"\w"):
        reader.few_of(fact)


def test_a_disk_that_fails_is_told_of(index: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with IndexFacts(index) as reader, reader.snapshot():
        few = reader.few_lengths()
        monkeypatch.setattr(reader, "_blob", _BrokenBlob)
        with pytest.raises(IndexDamaged):
            few[0]


class _BrokenBlob:
    def __init__(self, fact: str) -> None:
        self.fact = fact

    def seek(self, _place: int) -> None:
        raise apsw.CorruptError("database disk image is malformed")
