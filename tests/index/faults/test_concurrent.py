"""Searches while an index is updated, and replaced: no error, and each answer from one state of the archive."""

import json
import subprocess
import sys
import threading
from collections.abc import Callable
from contextlib import ExitStack
from itertools import cycle, islice
from pathlib import Path

import pytest

import carikm
from carikm.index.format import JOURNAL
from carikm.index.lock import WriterLock
from carikm.index.reader import IndexReader
from tests.index.contents import contents
from tests.index.faults.archive import change_archive, write_archive, write_article
from tests.index.faults.test_left_behind import leave_half_an_update

_PATIENCE = 600.0
Texts = dict[str, str]


class _Archive:
    """An archive that changes, article by article, and an index that follows; it keeps what it has been."""

    def __init__(self, folder: Path) -> None:
        self.corpus, self.index, self._drafts = folder / "arsip", folder / "index", folder / "drafts"
        self._drafts.mkdir()
        write_archive(self.corpus)
        self.states: list[Texts] = []
        self._follow()

    def change(self, version: int, how: str) -> None:
        """Change some articles, each in one step, add one or remove one, and bring the index up to date."""
        changed = [version % 12, (version * 5 + 3) % 12, 12 + version % 3]
        for number in changed:
            write_article(self._drafts, number, version)
            name = f"{number:03d}.txt"
            (self._drafts / name).replace(self.corpus / name)
        paths = [self.corpus / f"{number:03d}.txt" for number in changed]
        gone = self.corpus / f"{12 + (version + 1) % 3:03d}.txt"
        if gone.exists():
            gone.unlink()
            paths.append(gone)
        named = map(str, paths if how == "named" else [self.corpus])
        self._follow(*(["--rebuild"] if how == "rebuild" else []), *named)

    def _follow(self, *arguments: str) -> None:
        # Before it is indexed: whoever searches may be as quick.
        self.states.append({path.stem: path.read_text() for path in self.corpus.glob("*.txt")})
        command = [sys.executable, "-m", "carikm", "index", "--index", self.index, *(arguments or [self.corpus])]
        run = subprocess.run(command, check=False, capture_output=True, timeout=_PATIENCE)
        assert run.returncode == 0, run.stderr

    def is_of_one_state(self, hits: list[tuple[str, str]]) -> bool:
        """Tell whether there was a state of the archive in which all hits' articles had these texts."""
        return any(all(text in state.get(name, "") for name, text in hits) for state in self.states)


def _search_meanwhile(folder: Path, processes: int, updates: int) -> None:
    archive = _Archive(folder)
    script = str(Path(__file__).with_name("searcher.py"))
    with ExitStack() as stack:
        searchers = []
        for number, how in enumerate(islice(cycle(["find", "held", "command", "held"]), processes)):
            output, errors = (stack.enter_context((folder / f"{number}.{name}").open("w+")) for name in ("out", "err"))
            command = [sys.executable, script, how, str(archive.corpus), str(archive.index)]
            searcher = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=output, stderr=errors)
            )
            stack.callback(searcher.kill)
            searchers.append((searcher, output, errors))
        for version, how in enumerate(islice(cycle(["named", "scanned", "rebuild", "scanned"]), updates), start=2):
            archive.change(version, how)
        for searcher, output, errors in searchers:
            searcher.communicate(timeout=_PATIENCE)
            errors.seek(0)
            assert searcher.returncode == 0, errors.read()
            output.seek(0)
            answers = [json.loads(line) for line in output]
            assert answers
            assert all(answers)
            assert [hits for hits in answers if not archive.is_of_one_state(hits)] == []
    fresh = folder / "fresh"
    carikm.build_index(archive.corpus, fresh, jobs=1)
    assert contents(archive.index) == contents(fresh)


def test_some_search_while_an_index_changes(tmp_path: Path) -> None:
    _search_meanwhile(tmp_path, processes=4, updates=5)


@pytest.mark.slow
def test_sixteen_search_while_an_index_changes_fifty_times(tmp_path: Path) -> None:
    _search_meanwhile(tmp_path, processes=16, updates=50)


def _in_a_thread(work: Callable[[], object]) -> Callable[[], object]:
    """Begin something; give what waits for its end, and gives its result or raises its error."""
    found: list[object] = []

    def run() -> None:
        try:
            found.append(work())
        except BaseException as error:
            found.append(error)

    thread = threading.Thread(target=run)
    thread.start()

    def wait() -> object:
        thread.join(_PATIENCE)
        if isinstance(found[0], BaseException):
            raise found[0]
        return found[0]

    return wait


def test_a_reader_of_a_replaced_index_leaves_the_updates_of_the_new_one_alone(tmp_path: Path) -> None:
    """To SQLite, the journal there would be the reader's to play back."""
    corpus, index = tmp_path / "arsip", tmp_path / "index"
    write_archive(corpus)
    carikm.build_index(corpus, index, jobs=1)
    with IndexReader(index) as reader:
        change_archive(corpus)
        carikm.build_index(corpus, index, rebuild=True, jobs=1)
        with WriterLock(index) as lock, IndexReader(index, to_write=True) as update:
            assert lock.take(wait=False)
            update.connection.execute("UPDATE chunks SET number = number + 100")
            update.connection.cache_flush()
            reading = _in_a_thread(lambda: _paths(reader))
            threading.Event().wait(0.2)  # it has come to the journal by now, or comes to it later
            assert (index / JOURNAL).exists()
            update.commit()
        assert reading() == {f"{number:03d}.txt" for number in range(12)}
    with IndexReader(index) as reader, reader.snapshot():
        numbers = [chunk.number for article in reader.articles() for chunk in reader.chunks_of(article.id)]
        assert min(numbers) > 100


def _paths(reader: IndexReader) -> set[str]:
    with reader.snapshot():
        return {article.path for article in reader.articles()}


def test_a_reader_of_a_replaced_index_takes_back_what_a_killed_update_left_in_the_new_one(tmp_path: Path) -> None:
    corpus, index = tmp_path / "arsip", tmp_path / "index"
    write_archive(corpus)
    carikm.build_index(corpus, index, jobs=1)
    with IndexReader(index) as reader:
        change_archive(corpus)
        carikm.build_index(corpus, index, rebuild=True, jobs=1)
        new = contents(index)
        leave_half_an_update(index)
        assert _paths(reader) == {f"{number:03d}.txt" for number in range(12)}
        assert not (index / JOURNAL).exists()
    assert contents(index) == new
