"""Answers on all cores: processes that each have the index open, are given queries, and give back what to write.

Processes are spawned, on every system: a forked one would share open files, and locks and threads in whatever state,
with this one. Each has a pipe of its own, and ends when that closes, even if this process was killed.
"""

import contextlib
import multiprocessing
from collections import deque
from collections.abc import Iterator, Sequence
from itertools import islice
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path
from types import TracebackType

from carikm.api import Search, search_over
from carikm.cli.answers import Answer, Manner, answer
from carikm.cli.line_input import LineInput
from carikm.errors import CarikmError, WorkerLost
from carikm.index.reader import IndexReader
from carikm.processes import how_it_ended, ignore_interrupts, interrupts_held_back, wait_for_end
from carikm.search.query_lines import BadLine, QueryLine

Line = QueryLine | BadLine

# A pipe costs a tenth of a millisecond a time; the first answers should not wait for many others.
_MOST_LINES = 16
_MOST_HITS = 400
# A worker has one block at hand while it answers another.
_BLOCKS_AHEAD = 2


class Unstartable(Exception):
    """The workers cannot be started, or would not answer from the same index."""


class _Block:
    """Some lines on their way through a worker; `answers` when they are there."""

    def __init__(self, lines: list[Line]) -> None:
        self.lines = lines
        self.answers: list[Answer] | None = None
        self.error: BaseException | None = None


class _Worker:
    def __init__(self, process: BaseProcess, connection: Connection) -> None:
        self.process = process
        self.connection = connection
        self.blocks: deque[_Block] = deque()


class Workers:
    """Worker processes that answer from the index in one folder; use as a context, which ends them."""

    def __init__(self, folder: Path, built_ns: int, manner: Manner, jobs: int) -> None:
        """Start `jobs` processes.

        Args:
            folder: the folder of the index.
            built_ns: when that index was built; they must find the same one.
            manner: how answers are found and written.
            jobs: how many processes.

        Raises:
            Unstartable: the system gives no processes, or the index has been replaced or cannot be opened.
        """
        limit = manner.options.get("limit", 10)
        self._most_lines = max(1, min(_MOST_LINES, _MOST_HITS // limit))
        self._workers: list[_Worker] = []
        try:
            for _ in range(jobs):
                self._workers.append(_start(folder, manner))
            if any(worker.connection.recv() != built_ns for worker in self._workers):
                raise Unstartable("the index was replaced")
        except (OSError, EOFError) as error:
            self._end(at_once=True)
            raise Unstartable(str(error)) from error
        except BaseException:
            self._end(at_once=True)
            raise

    def __enter__(self) -> "Workers":
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self._end(at_once=error is not None)

    def _end(self, *, at_once: bool) -> None:
        for worker in self._workers:
            worker.connection.close()
            if at_once:
                worker.process.terminate()
        wait_for_end(worker.process for worker in self._workers)

    def answers(self, lines: Iterator[Line], source: LineInput) -> Iterator[Answer]:
        """Answer lines, in their order, as they come from `source`; only so many are read ahead as keep all busy.

        Raises:
            WorkerLost: a process ended.
        """
        pending: deque[_Block] = deque()
        is_more = True
        while is_more or pending:
            is_awaited = False
            while is_more and (worker := self._free(len(pending))) is not None:
                if is_awaited := not source.is_ready():
                    break
                block = _Block(list(self._taken(lines, source)))
                is_more = bool(block.lines)
                if is_more:
                    self._give(worker, block)
                    pending.append(block)
            if pending or is_awaited:
                awaited = [source.fileno()] if is_awaited else []
                self._take(wait([*self._busy(), *awaited]))
            while pending and pending[0].answers is not None:
                block = pending.popleft()
                yield from block.answers or ()
                if block.error is not None:
                    raise block.error

    def _free(self, pending: int) -> _Worker | None:
        """Find who has the least to do; none if all have enough, or too many answers wait for a slow one."""
        if pending >= 2 * _BLOCKS_AHEAD * len(self._workers):
            return None
        worker = min(self._workers, key=lambda worker: len(worker.blocks))
        return worker if len(worker.blocks) < _BLOCKS_AHEAD else None

    def _busy(self) -> list[Connection]:
        return [worker.connection for worker in self._workers if worker.blocks]

    def _taken(self, lines: Iterator[Line], source: LineInput) -> Iterator[Line]:
        """Take some lines; once one is there, none that has to be waited for."""
        for line in islice(lines, 1):
            yield line
            for _ in range(self._most_lines - 1):
                if not source.is_ready():
                    return
                yield from islice(lines, 1)

    def _give(self, worker: _Worker, block: _Block) -> None:
        worker.blocks.append(block)
        try:
            worker.connection.send(block.lines)
        except OSError as error:
            raise self._lost(worker) from error

    def _take(self, ready: Sequence[object]) -> None:
        for worker in self._workers:
            if worker.connection in ready:
                try:
                    answers, error = worker.connection.recv()
                except (EOFError, OSError) as lost:
                    raise self._lost(worker) from lost
                block = worker.blocks.popleft()
                block.answers, block.error = answers, error

    def _lost(self, worker: _Worker) -> WorkerLost:
        first, last = worker.blocks[0].lines[0].number, worker.blocks[0].lines[-1].number
        return WorkerLost(
            f"A process that was answering lines {first} to {last} {how_it_ended(worker.process)}.",
            "If memory ran out, use fewer processes: --jobs 1",
        )


def _start(folder: Path, manner: Manner) -> _Worker:
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, folder, manner), daemon=True)
    try:
        with interrupts_held_back(spawns=True):
            process.start()
    finally:
        theirs.close()
    return _Worker(process, ours)


def _work(connection: Connection, folder: Path, manner: Manner) -> None:
    """Say which index is open, then answer blocks of lines until there are no more."""
    ignore_interrupts()
    with contextlib.suppress(EOFError, OSError):
        try:
            with IndexReader(folder) as reader:
                search = search_over(reader, manner.options)
                connection.send(reader.fact("built_ns"))
                while True:
                    connection.send(_answered(connection.recv(), search, manner))
        except CarikmError:  # the index is gone, or another
            connection.send(None)


def _answered(lines: list[Line], search: Search, manner: Manner) -> tuple[list[Answer], BaseException | None]:
    answers: list[Answer] = []
    try:
        for line in lines:
            answers.append(answer(search, manner, line))
    except CarikmError as error:
        return answers, error
    return answers, None
