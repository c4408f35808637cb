"""Two writers at once: the second waits, says for whom, and goes on when that one has ended, however it did."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

import carikm
from carikm.index.lock import LOCK_FILE, WriterLock
from carikm.index.progress import NoProgress

_CARIKM = [sys.executable, "-m", "carikm"]
# Takes the lock as a build does, says so, and holds it until it is told to go on; with a child that outlives it.
_HOLD = """
import os, sys, time
from pathlib import Path
from carikm.index.lock import WriterLock
with WriterLock(Path(sys.argv[1])) as lock:
    lock.take(wait=True)
    child = os.fork() if "fork" in sys.argv else None
    if child != 0:
        if child is None:
            print(0, flush=True)
        sys.stdin.readline()
    else:
        print(os.getpid(), flush=True)  # it alone knows that it runs
        time.sleep(600)
"""


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    corpus = tmp_path / "corpus"
    corpus.mkdir()
    (corpus / "a.txt").write_text("sentra logam di kota")
    carikm.build_index(corpus, tmp_path / "index")
    (corpus / "b.txt").write_text("pasar ikan di desa")
    return corpus


@contextmanager
def _holding(index: Path, *options: str) -> Iterator[tuple[subprocess.Popen[str], int]]:
    """Let another process hold the lock; give it, and its child's number."""
    command = [sys.executable, "-c", _HOLD, str(index), *options]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


@contextmanager
def _indexing(corpus: Path, index: Path) -> Iterator[subprocess.Popen[str]]:
    command = [*_CARIKM, "index", str(corpus), "--index", str(index)]
    with subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        try:
            yield process
        finally:
            process.kill()


@pytest.mark.parametrize("is_killed", [False, True])
def test_the_second_of_two_waits_and_says_for_whom(corpus: Path, is_killed: bool) -> None:
    index = corpus.parent / "index"
    with _holding(index) as (holder, _), _indexing(corpus, index) as second:
        assert second.stderr is not None
        waiting = second.stderr.readline()
        assert f"carikm.db (process {holder.pid}, since " in waiting
        assert second.poll() is None
        assert carikm.find("logam", corpus, index).result.total == 1
        if is_killed:
            holder.kill()
        else:
            holder.communicate("go on\n")
        second.communicate(timeout=60)
        assert second.returncode == 0
    assert carikm.find("ikan", corpus, index).result.total == 1


def test_who_has_waited_goes_by_the_corrections_of_now(corpus: Path) -> None:
    index = corpus.parent / "index"
    with _holding(index) as (holder, _), _indexing(corpus, index) as second:
        assert second.stderr is not None
        second.stderr.readline()
        (corpus.parent / "carikm.toml").write_text('never_stem = ["logam", "perikanan"]')
        (corpus / "c.txt").write_text("perikanan")
        holder.communicate("go on\n")
        second.communicate(timeout=60)
    found = carikm.find("perikanan", corpus, index)
    assert found.result.total == 1
    assert not any(found.coverage.corrected)


def test_a_dead_process_holds_nothing_even_if_its_children_live(corpus: Path) -> None:
    index = corpus.parent / "index"
    with _holding(index, "fork") as (holder, child):
        try:
            holder.kill()
            holder.wait()
            os.kill(child, 0)  # it lives
            with WriterLock(index) as lock:
                assert lock.take(wait=False)
        finally:
            os.kill(child, signal.SIGKILL)


def test_what_a_dead_process_has_left_in_the_file_is_not_believed(corpus: Path) -> None:
    index = corpus.parent / "index"
    with _holding(index) as (holder, _):
        holder.kill()
        holder.wait()
    assert str(holder.pid) in (index / LOCK_FILE).read_text()
    notes: list[str] = []

    class Notes(NoProgress):
        def note(self, message: str) -> None:
            notes.append(message)

    carikm.build_index(corpus, index, progress=Notes())
    assert notes == []
    assert carikm.find("ikan", corpus, index).result.total == 1


@pytest.mark.parametrize("said", ["", "0", "1 2", "1 2 \x1b[31m\n", "9" * 5000, "1 2 kantor\n" * 3, "\0" * 50])
def test_a_holder_that_is_not_known_has_no_number(tmp_path: Path, said: str) -> None:
    with WriterLock(tmp_path) as first, WriterLock(tmp_path) as second:
        assert first.take(wait=False)
        (tmp_path / LOCK_FILE).write_text(said)
        assert not second.take(wait=False)
        assert second.holder() is None


def test_a_holder_elsewhere_is_named_with_its_computer(tmp_path: Path) -> None:
    with WriterLock(tmp_path) as first, WriterLock(tmp_path) as second:
        assert first.take(wait=False)
        (tmp_path / LOCK_FILE).write_text("4321 1600000000 kantor.lan\n")
        assert not second.take(wait=False)
        assert str(second.holder()).startswith("process 4321 on kantor.lan, since 2020-09-13 ")


def test_of_many_builds_at_once_each_leaves_a_whole_index(corpus: Path) -> None:
    for number in range(20):
        (corpus / f"{number}.txt").write_text(f"Pedagang nomor {number} menjual ikan.")
    index = corpus.parent / "index"
    command = [*_CARIKM, "index", "--rebuild", str(corpus), "--index", str(index), "--jobs", "2"]
    running = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) for _ in range(3)]
    for process in running:
        process.communicate(timeout=120)
    assert [process.returncode for process in running] == [0, 0, 0]
    assert carikm.find("ikan", corpus, index).result.total == 21
