"""An update was killed, and the journal that would undo it is damaged too: the old state, the new one, or an error."""

import random
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest

import carikm
from carikm.errors import IndexBusy, IndexDamaged
from carikm.index.format import INDEX_FILE, JOURNAL, PAGE_SIZE, SEAL
from carikm.index.index_file import IndexFile
from carikm.index.journal import seal_journal
from carikm.index.known_stems import STEMS_FILE
from carikm.index.lock import LOCK_FILE, WriterLock
from tests.cli.harness import Desk
from tests.index.contents import contents
from tests.index.faults.archive import answers, change_archive, write_archive, write_article

_CHANCE = random.Random(7)
_BEGINNING = 12


class _End(BaseException):
    """The end of a process, as far as a process can play it."""


class _Killed:
    """An archive whose index was being updated when the update was killed, at a moment of choice."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.corpus, self.index = folder / "arsip", folder / "index"
        write_archive(self.corpus)
        carikm.build_index(self.corpus, self.index, jobs=1)
        self._stems = (self.index / STEMS_FILE).read_bytes()
        self._old = (self.index / INDEX_FILE).read_bytes()
        old = answers(self.corpus, self.index)
        change_archive(self.corpus)
        self.journal, self._seal, self._written = _left_by(self.corpus, self.index)
        carikm.build_index(self.corpus, self.index, jobs=1)
        self.states = {"old": old, "new": answers(self.corpus, self.index)}
        self.contents = contents(self.index)

    def pages(self, moment: str) -> bytes:
        """Give the index as it is when nothing of the update is written, every other changed page, or all."""
        if moment == "nothing":
            return self._old
        found = bytearray(self._written)
        if moment == "half":
            places = range(0, len(self._old), PAGE_SIZE)
            changed = [at for at in places if found[at : at + PAGE_SIZE] != self._old[at : at + PAGE_SIZE]]
            for at in changed[::2]:
                found[at : at + PAGE_SIZE] = self._old[at : at + PAGE_SIZE]
        return bytes(found)

    def set(self, moment: str, journal: bytes | None = None, seal: bytes | None = None) -> None:
        """Leave the folder as the killed update does, or with another journal or seal."""
        shutil.rmtree(self.index)
        self.index.mkdir()
        (self.index / STEMS_FILE).write_bytes(self._stems)
        (self.index / INDEX_FILE).write_bytes(self.pages(moment))
        (self.index / JOURNAL).write_bytes(self.journal if journal is None else journal)
        (self.index / SEAL).write_bytes(self._seal if seal is None else seal)

    def answer(self) -> str:
        """Search; tell whether the old state answers, the new one, a mixture, or an error that says what to type."""
        try:
            found = answers(self.corpus, self.index)
        except IndexDamaged as error:
            assert "the journal that would undo it is damaged" in error.message
            assert "carikm index --rebuild" in error.hint
            return "damaged"
        return next((name for name, state in self.states.items() if state == found), "a mixture")

    def is_mended(self, *, rebuild: bool) -> bool:
        """Index, and tell whether the result is what it would have been undisturbed, with nothing left beside it."""
        carikm.build_index(self.corpus, self.index, rebuild=rebuild, jobs=1)
        left = {path.name for path in self.index.iterdir()} - {INDEX_FILE, LOCK_FILE, STEMS_FILE}
        return not left and contents(self.index) == self.contents


def _left_by(corpus: Path, index: Path) -> tuple[bytes, bytes, bytes]:
    """Give journal, seal and index as an update leaves them that is killed when all pages are written."""
    found: list[bytes] = []

    def commit(update: IndexFile) -> None:
        update.connection.execute("UPDATE facts SET value = value WHERE name = 'articles'; PRAGMA user_version = 3")
        seal_journal(index)
        sealed = (index / JOURNAL).read_bytes()
        assert not any(sealed[:_BEGINNING])
        update.connection.cache_flush()
        beginning = (index / JOURNAL).read_bytes()[:_BEGINNING]
        assert any(beginning)
        found.extend((beginning + sealed[_BEGINNING:], (index / SEAL).read_bytes(), (index / INDEX_FILE).read_bytes()))
        raise _End

    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(IndexFile, "commit", commit)
        with pytest.raises(_End):
            carikm.build_index(corpus, index, jobs=1)
    return found[0], found[1], found[2]


@pytest.fixture(scope="module")
def killed(tmp_path_factory: pytest.TempPathFactory) -> _Killed:
    return _Killed(tmp_path_factory.mktemp("killed"))


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The journal of an update of another index, of as many articles."""
    folder = tmp_path_factory.mktemp("foreign")
    write_archive(folder / "arsip")
    carikm.build_index(folder / "arsip", folder / "index", jobs=1)
    write_article(folder / "arsip", 3, 5)
    return _left_by(folder / "arsip", folder / "index")[0]


def test_the_journal_of_an_earlier_update_is_not_played_back(tmp_path: Path) -> None:
    """As when a folder is copied over one that was copied during an update."""
    corpus, index = tmp_path / "arsip", tmp_path / "index"
    write_archive(corpus)
    carikm.build_index(corpus, index, jobs=1)
    write_article(corpus, 3, 5)
    journal, seal, _ = _left_by(corpus, index)
    for version in (6, 7):
        write_article(corpus, 3, version)
        carikm.build_index(corpus, index, jobs=1)
    (index / JOURNAL).write_bytes(journal)
    (index / SEAL).write_bytes(seal)
    with pytest.raises(IndexDamaged, match="the journal that would undo it is damaged"):
        answers(corpus, index)
    carikm.build_index(corpus, index, jobs=1)
    carikm.build_index(corpus, tmp_path / "fresh", jobs=1)
    assert contents(index) == contents(tmp_path / "fresh")


_MOMENTS = pytest.mark.parametrize("moment", ["nothing", "half", "all"])


@_MOMENTS
def test_a_whole_journal_undoes_the_update(killed: _Killed, moment: str) -> None:
    killed.set(moment)
    assert killed.answer() == "old"
    killed.set(moment)
    assert killed.is_mended(rebuild=False)


def test_without_the_seal_a_damaged_journal_makes_a_mixture(killed: _Killed) -> None:
    """What SQLite does by itself, and what the seal is for."""
    killed.set("half", killed.journal[:30_000], seal=b"")
    with pytest.raises(AssertionError):
        assert killed.answer() in ("old", "new")


def _replaced(killed: _Killed, foreign: bytes) -> Iterator[bytes]:
    size = len(killed.journal)
    beginning, body = killed.journal[:_BEGINNING], killed.journal[_BEGINNING:]
    yield b""
    yield bytes(size)
    yield beginning + bytes(size - _BEGINNING)
    yield _CHANCE.randbytes(size)
    yield b"\0" + _CHANCE.randbytes(size)
    yield foreign
    yield bytes(_BEGINNING) + foreign[_BEGINNING:]
    yield killed.pages("all")
    yield beginning + body[::-1]


def test_another_journal_is_not_played_back(killed: _Killed, foreign: bytes) -> None:
    for moment in ("half", "nothing"):
        for journal in _replaced(killed, foreign):
            killed.set(moment, journal)
            assert [killed.answer(), killed.answer()] == ["damaged", "damaged"]


@pytest.mark.parametrize("rebuild", [False, True])
def test_an_update_builds_anew_what_cannot_be_undone(killed: _Killed, foreign: bytes, rebuild: bool) -> None:
    for journal in (b"", foreign, killed.journal[:30_000], _flipped(killed.journal, 9_000)):
        killed.set("half", journal)
        assert killed.is_mended(rebuild=rebuild)


def _flipped(content: bytes, place: int) -> bytes:
    found = bytearray(content)
    found[place] ^= 1 << _CHANCE.randrange(8)
    return bytes(found)


def _flip(killed: _Killed, places: Iterable[int]) -> None:
    """Flip a bit of each of these bytes of the journal; where that is not reported it has done no harm."""
    killed.set("half")
    for place in places:
        (killed.index / JOURNAL).write_bytes(_flipped(killed.journal, place))
        found = killed.answer()
        # The beginning is known from the seal.
        assert found == ("old" if place < _BEGINNING else "damaged"), place
        if found == "old":
            killed.set("half")


def _truncate(killed: _Killed, lengths: Iterable[int]) -> None:
    killed.set("half")
    for length in lengths:
        (killed.index / JOURNAL).write_bytes(killed.journal[:length])
        assert killed.answer() == "damaged", length


def _sampled(killed: _Killed, number: int) -> list[int]:
    return [*range(0, 28, 3), *(_CHANCE.randrange(28, len(killed.journal)) for _ in range(number))]


def test_flipped_bytes_of_a_journal_are_seen(killed: _Killed) -> None:
    _flip(killed, _sampled(killed, 60))


def test_a_truncated_journal_is_seen(killed: _Killed) -> None:
    _truncate(killed, [*_sampled(killed, 30), 512, len(killed.journal) - 1])


@pytest.mark.slow
def test_every_flipped_byte_of_a_journal_is_seen(killed: _Killed) -> None:
    _flip(killed, range(len(killed.journal)))


@pytest.mark.slow
def test_a_journal_truncated_anywhere_is_seen(killed: _Killed) -> None:
    _truncate(killed, [*range(2 * PAGE_SIZE), *range(2 * PAGE_SIZE, len(killed.journal), 11)])


def test_a_damaged_seal_leaves_it_to_the_journal(killed: _Killed) -> None:
    """It was never finished, as far as anyone can tell."""
    seal = (killed._seal[:length] for length in (0, 1, 40, len(killed._seal) - 1))
    for content in (*seal, _flipped(killed._seal, 3), _flipped(killed._seal, 50)):
        killed.set("half", seal=content)
        assert killed.answer() == "old"
        assert not (killed.index / SEAL).exists()


def test_a_seal_without_a_journal_is_of_an_update_that_was_complete(killed: _Killed) -> None:
    killed.set("all")
    (killed.index / JOURNAL).unlink()
    assert killed.answer() == "new"
    assert killed.is_mended(rebuild=False)


def test_a_search_beside_an_update_that_has_sealed_its_journal(killed: _Killed) -> None:
    """Who holds the writers' lock is about to write, and the old state answers meanwhile."""
    killed.set("nothing", bytes(_BEGINNING) + killed.journal[_BEGINNING:])
    with WriterLock(killed.index) as lock:
        assert lock.take(wait=False)
        assert killed.answer() == "old"
        assert (killed.index / SEAL).exists()


def test_where_nothing_may_be_written_nothing_is_undone(killed: _Killed, monkeypatch: pytest.MonkeyPatch) -> None:
    killed.set("half", b"")

    def refuse(lock: WriterLock, **_: Any) -> bool:
        raise PermissionError

    monkeypatch.setattr(WriterLock, "take", refuse)
    with pytest.raises(IndexBusy, match="nothing may be written there"):
        killed.answer()


@pytest.mark.parametrize("journal", [b"", b"none", None])
def test_commands_say_what_to_type(killed: _Killed, journal: bytes | None) -> None:
    desk = Desk(killed.folder)
    where = ["--corpus", str(killed.corpus), "--index", str(killed.index)]
    for command in (["search", "pasar", *where], ["show", "001", *where], ["status", *where], ["doctor", *where]):
        killed.set("half", _flipped(killed.journal, 20_000) if journal is None else journal)
        run = desk.call(*command).expect(2)
        assert "journal that would undo it is damaged" in " ".join((run.out + run.err).split())
        assert "carikm index --rebuild" in run.out + run.err or "carikm index FOLDER --rebuild" in run.out + run.err
    desk.call("index", "--rebuild", "--index", str(killed.index)).expect(0)
    assert killed.answer() == "new"
