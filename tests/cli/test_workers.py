"""Many queries on all cores: the same answers in the same order, and no process is left behind, however it ends."""

import itertools
import json
import multiprocessing
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from carikm.api import build_index
from carikm.cli import batch, index, workers
from carikm.cli.answers import BatchFormat, Manner
from carikm.cli.line_input import LineInput
from carikm.cli.workers import Unstartable, Workers
from carikm.errors import WorkerLost
from carikm.index.building.cores import usable_cores
from carikm.index.reader import IndexReader
from carikm.search.query_lines import BadLine, QueryLine, read_query_lines
from tests.cli.conftest import KOPI
from tests.cli.harness import PATIENCE, Desk

WORDS = ["sentra", "logam", "industri", "kunjungan", "DPRD", "zzzz", '"', "semarang", "...", "perindustrian"]
MANNER = Manner(BatchFormat.jsonl, False, {"limit": 3})


@pytest.fixture
def many(tmp_path: Path, seeds_desk: Desk) -> Desk:
    """The five articles' index, and files of queries, some of them bad."""
    desk = Desk(tmp_path, {name: seeds_desk.variables[name] for name in ("CARIKM_CORPUS", "CARIKM_INDEX")})
    pairs = [" ".join(pair) for pair in itertools.product(WORDS, WORDS)]
    lines = [json.dumps({"qid": f"q{number % 90}", "query": text}) for number, text in enumerate(pairs)]
    desk.write(
        {"kueri.jsonl": "\n".join([*lines[:40], "{", "", *lines[40:]]), "banyak.txt": "industri semarang\n" * 40_000}
    )
    return desk


def _children(pid: int) -> set[int]:
    """List the processes that a process has started and that live."""
    listed = subprocess.run(["ps", "-A", "-o", "pid=,ppid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return {int(child) for child, parent, state in rows if int(parent) == pid and not state.startswith("Z")}


def _living(pids: set[int]) -> set[int]:
    listed = subprocess.run(["ps", "-A", "-o", "pid=,stat="], capture_output=True, text=True, check=True)
    rows = (line.split() for line in listed.stdout.splitlines())
    return pids & {int(pid) for pid, state in rows if not state.startswith("Z")}


def _until(is_so: Callable[[], Any]) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        assert time.monotonic() < deadline, "in vain"
        time.sleep(0.02)


@pytest.mark.parametrize("format", list(BatchFormat))
def test_the_same_as_in_one_process(many: Desk, monkeypatch: pytest.MonkeyPatch, format: str) -> None:
    monkeypatch.setattr(batch, "_ALONE", 0.0)
    alone = many.call("batch", "kueri.jsonl", "--format", format, "--jobs", "1").expect(2)
    together = many.call("batch", "kueri.jsonl", "--format", format, "--jobs", "3").expect(2)
    assert together.output == alone.output and together.output.count(b"\n") > 100
    assert together.messages == alone.messages
    assert not multiprocessing.active_children()


def test_an_order_that_many_options_share(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_ALONE", 0.0)
    options = ["--since", "2020", "--undated", "--by-article", "--no-expand", "--boilerplate", "-n", "500"]
    alone = many.call("batch", "kueri.jsonl", *options, "--jobs", "1").expect(2)
    assert many.call("batch", "kueri.jsonl", *options, "--jobs", "2").expect(2).output == alone.output != b""


def test_processes_are_at_least_one(many: Desk) -> None:
    many.call("batch", "kueri.jsonl", "--jobs", "0").expect(2).says("0 processes were asked for", "--jobs 2")
    many.call("batch", "kueri.jsonl", "--jobs", "x").expect(2)


@pytest.mark.parametrize(("options", "wanted"), [(["--jobs", "1"], 1), (["--jobs", "7"], 7), ([], usable_cores())])
def test_an_index_is_built_by_as_many_as_wanted(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, options: list[str], wanted: int
) -> None:
    given = []

    def build(*arguments: Any, jobs: int | None = None, **others: Any) -> Any:
        given.append(jobs)
        return build_index(*arguments, jobs=1, **others)

    monkeypatch.setattr(index, "build_index", build)
    desk.write({"arsip/kopi.txt": KOPI})
    desk.call("index", "arsip", *options).expect(0)
    assert given == [wanted]


def test_few_queries_start_no_process(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_ALONE", 3600.0)
    monkeypatch.setattr(workers, "Workers", None)
    many.call("batch", "kueri.jsonl", "--jobs", "3").expect(2)


@pytest.fixture
def pool(seeds_index: Path) -> Iterator[Workers]:
    with IndexReader(seeds_index) as reader:
        built_ns = reader.fact("built_ns")
    with Workers(seeds_index, built_ns, MANNER, 2) as started:
        yield started


@pytest.fixture
def pipe() -> Iterator[tuple[LineInput, Callable[[bytes], int], Callable[[], None]]]:
    """A pipe of lines: where they come out, what writes them, and what ends them."""
    reader, writer = os.pipe()
    yield LineInput(reader), lambda lines: os.write(writer, lines), lambda: os.close(writer)
    os.close(reader)


def test_a_pipe_is_answered_as_it_comes(pool: Workers, pipe: Any) -> None:
    source, write, end = pipe
    answers = pool.answers(read_query_lines(source, "-"), source)
    for text in (b"sentra logam", b"industri", b"..."):
        write(text + b"\n")
        found = next(answers)
        assert isinstance(found.line, QueryLine) and found.line.text == text.decode()
        assert (found.hits > 0) == (found.refused is None)
    write(b"zzzz\n" * 50)
    end()
    assert [found.line.number for found in answers] == list(range(4, 54))


def test_bad_lines_keep_their_place(pool: Workers, pipe: Any) -> None:
    source, write, end = pipe
    write(b'{"query": "logam"}\n{\n' * 30)
    end()
    answers = list(pool.answers(read_query_lines(source, "-"), source))
    assert [isinstance(found.line, BadLine) for found in answers] == [False, True] * 30
    assert [found.line.number for found in answers] == list(range(1, 61))


def test_a_worker_that_is_killed_is_told(pool: Workers, pipe: Any) -> None:
    source, write, end = pipe
    answers = pool.answers(read_query_lines(source, "-"), source)
    write(b"logam\n")
    next(answers)
    for child in multiprocessing.active_children():
        child.kill()
    write(b"industri\n")
    with pytest.raises(WorkerLost, match="lines 2 to 2 was killed by SIGKILL"):
        next(answers)
    end()


def test_a_worker_that_is_killed_ends_the_command(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """As soon as its work is missed: whatever it had begun with is not taken for done."""
    monkeypatch.setattr(batch, "_ALONE", 0.0)
    give = Workers._give

    def give_to_the_dead(self: Workers, worker: Any, block: Any) -> None:
        worker.process.kill()
        worker.process.join()
        give(self, worker, block)

    monkeypatch.setattr(Workers, "_give", give_to_the_dead)
    run = many.call("batch", "banyak.txt", "--jobs", "2", "-o", "hasil.jsonl").expect(2)
    run.says("was killed by SIGKILL", "--jobs 1")
    assert not (many.folder / "hasil.jsonl").exists() and not multiprocessing.active_children()


def test_an_index_that_was_replaced_is_not_mixed_with_the_old(seeds_index: Path) -> None:
    with pytest.raises(Unstartable):
        Workers(seeds_index, 1, MANNER, 2)
    assert not multiprocessing.active_children()


def test_an_index_that_is_gone_is_answered_from_while_it_is_open(many: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(batch, "_ALONE", 0.0)
    monkeypatch.setattr(workers, "_work", None)  # whatever the reason, there are no workers
    alone = many.call("batch", "kueri.jsonl", "--jobs", "1").expect(2)
    assert many.call("batch", "kueri.jsonl", "--jobs", "2").expect(2).output == alone.output


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("to_group", [False, True])
def test_an_interrupt_ends_all(many: Desk, number: int, to_group: bool) -> None:
    options: dict[str, Any] = {"start_new_session": True}
    options["preexec_fn"] = lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)
    with many.start("batch", "banyak.txt", "--jobs", "2", "-o", "hasil.jsonl", **options) as process:
        _until(lambda: len(_children(process.pid)) >= 2)
        children = _children(process.pid)
        (os.killpg if to_group else os.kill)(process.pid, number)
        _, err = process.communicate(timeout=PATIENCE)
    assert process.returncode == 130
    assert err.strip() == b"Interrupted."
    _until(lambda: not _living(children))
    assert {path.name for path in many.folder.iterdir()} == {"kueri.jsonl", "banyak.txt"}


def test_a_reader_that_has_seen_enough_ends_all(many: Desk) -> None:
    with many.start("batch", "banyak.txt", "--jobs", "2") as process:
        assert process.stdout is not None and process.stderr is not None
        _until(lambda: process.stdout.readlines(1_000_000) and len(_children(process.pid)) >= 2)
        children = _children(process.pid)
        process.stdout.close()
        assert process.wait(PATIENCE) == 0
        assert process.stderr.read() == b""
    _until(lambda: not _living(children))


def test_workers_do_not_outlive_a_killed_command(many: Desk) -> None:
    with many.start("batch", "banyak.txt", "--jobs", "2", stdout=subprocess.DEVNULL) as process:
        _until(lambda: len(_children(process.pid)) >= 2)
        children = _children(process.pid)
        process.kill()
        process.wait(PATIENCE)
        _until(lambda: not _living(children))


def test_lines_of_any_length_come_as_from_a_file(tmp_path: Path) -> None:
    content = b"a\n\nbb" + b"c" * 200_000 + b"\n" + b"d" * 70_000
    path = tmp_path / "baris"
    path.write_bytes(content)
    for size in (1, 7, 65_536, 1_000_000):
        with path.open("rb") as expected, path.open("rb", buffering=0) as stream:
            lines = LineInput(stream.fileno())
            for _ in range(30):
                assert lines.readline(size) == expected.readline(size)
