"""Processes that share a task: one for each core, each with an object of its own that does what it is asked.

Each process keeps what its object has made, so that a later call finds it there. All calls go out from one process,
one at a time to each worker, and each is answered before the next: no queue can fill up on both sides. A worker ends
when its pipe is closed, so none outlives the process that started it.
"""

import gc
import multiprocessing
import sys
import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from multiprocessing.connection import Connection, wait
from typing import Any, NamedTuple, Protocol

from carikm.errors import WorkerLost
from carikm.processes import how_it_ended, ignore_interrupts, interrupts_held_back, wait_for_end

# Calls are begun so many ahead of the one whose answer is due, for each worker: that bounds what waits in memory.
_AHEAD = 4
_COLLECTED_AT_ONCE = 50_000


class Worker(Protocol):
    """What a worker's object must have beside the methods that are called."""

    def close(self) -> None:
        """Let go of all files."""


class Call(NamedTuple):
    """A method of the workers' objects to be called, and by which worker; None where any will do."""

    method: str
    arguments: Sequence[Any] = ()
    worker: int | None = None


class Answer(NamedTuple):
    """What a call gave, and which worker did it."""

    worker: int
    value: Any


@contextmanager
def seldom_collected() -> Iterator[None]:
    """Look for garbage seldom: hardly anything a build makes refers to itself, and looking takes a twentieth of it."""
    before = gc.get_threshold()
    gc.set_threshold(_COLLECTED_AT_ONCE)
    try:
        yield
    finally:
        gc.set_threshold(*before)


class Crew:
    """Workers, to be used as a context; one alone does all in this process."""

    def __init__(self, make: Callable[..., Worker], arguments: Sequence[Any], size: int) -> None:
        """Gather workers.

        Args:
            make: makes a worker's object; a function or class that a new process can import.
            arguments: its arguments; behind them it is given the worker's number.
            size: how many workers.
        """
        self.size = size
        self._make = make
        self._arguments = arguments
        self._here: Worker | None = None
        self._processes: list[Any] = []
        self._pipes: list[Connection] = []

    def __enter__(self) -> "Crew":
        if self.size == 1:
            self._here = self._make(*self._arguments, 0)
            return self
        try:
            self._start()
        except BaseException as error:
            self.__exit__(type(error))
            raise
        return self

    def _start(self) -> None:
        # A fork of a process with several threads may inherit a lock that nobody will open.
        may_fork = sys.platform == "linux" and threading.active_count() == 1
        context = multiprocessing.get_context("fork" if may_fork else "spawn")
        with interrupts_held_back(spawns=not may_fork):
            for number in range(self.size):
                mine, theirs = context.Pipe()
                inherited = [*self._pipes, mine] if may_fork else []
                arguments = (theirs, inherited, self._make, (*self._arguments, number))
                process = context.Process(target=_serve, args=arguments, daemon=True)  # type: ignore[attr-defined]
                self._pipes.append(mine)
                process.start()
                self._processes.append(process)
                theirs.close()

    def dismiss(self) -> None:
        """Let all workers go, with all that they have in memory: nothing more will be asked of them."""
        self.__exit__(None)
        self._processes, self._pipes, self._here = [], [], None

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        for process in self._processes:
            if error is not None:
                process.kill()
        for pipe in self._pipes:
            pipe.close()
        wait_for_end(self._processes)
        if self._here is not None:
            self._here.close()

    def all(self, method: str, *arguments: Any) -> list[Any]:
        """Let every worker do the same; give what each answered."""
        return [answer.value for answer in self.run(Call(method, arguments, worker) for worker in range(self.size))]

    def begin(self, call: Call) -> Callable[[], Any]:
        """Make a call; give what waits for its answer. Meanwhile no other call may be made."""
        if self._here is not None:
            value = getattr(self._here, call.method)(*call.arguments)
            return lambda: value
        worker = call.worker or 0
        self._send(worker, call)
        return lambda: self._receive(worker)

    def run(self, calls: Iterable[Call]) -> Iterator[Answer]:
        """Make calls, and give the answers in the order of the calls.

        Raises:
            WorkerLost: a worker's process ended, killed for want of memory perhaps.
        """
        if self._here is not None:
            for call in calls:
                yield Answer(0, getattr(self._here, call.method)(*call.arguments))
            return
        coming = enumerate(calls)
        waiting: deque[tuple[int, Call]] = deque()
        at_work: dict[int, int] = {}
        done: dict[int, Answer] = {}
        due = taken = 0
        while True:
            while taken - due < _AHEAD * self.size and (following := next(coming, None)):
                waiting.append(following)
                taken += 1
            for place, call in list(waiting):
                worker = self._free(at_work) if call.worker is None else call.worker
                if worker is not None and worker not in at_work:
                    at_work[worker] = place
                    self._send(worker, call)
                    waiting.remove((place, call))
            for worker in self._ready(at_work, 0 if due in done else None):
                done[at_work.pop(worker)] = Answer(worker, self._receive(worker))
            if due in done:
                yield done.pop(due)
                due += 1
            elif not at_work and not waiting:
                return

    def _free(self, at_work: dict[int, int]) -> int | None:
        return next((worker for worker in range(self.size) if worker not in at_work), None)

    def _ready(self, at_work: Collection[int], timeout: float | None) -> list[int]:
        if not at_work:  # to wait for nothing would take for ever
            return []
        ready = wait([self._pipes[worker] for worker in at_work], timeout)
        return [worker for worker in at_work if self._pipes[worker] in ready]

    def _send(self, worker: int, call: Call) -> None:
        try:
            self._pipes[worker].send((call.method, call.arguments))
        except OSError:
            raise self._lost(worker) from None

    def _receive(self, worker: int) -> Any:
        try:
            error, value = self._pipes[worker].recv()
        except (EOFError, OSError):
            raise self._lost(worker) from None
        if error is not None:
            error.add_note(value)
            raise error
        return value

    def _lost(self, worker: int) -> WorkerLost:
        how = how_it_ended(self._processes[worker])
        return WorkerLost(
            f"A process that was reading the archive {how}; perhaps there is too little memory.",
            "Let one process do it all: type the same with --jobs 1",
        )


def _serve(pipe: Connection, inherited: Sequence[Connection], make: Callable[..., Worker], arguments: Any) -> None:
    """Answer calls until the pipe is closed."""
    ignore_interrupts()
    for other in inherited:
        other.close()
    # The process that started this one may be gone, or need it no more.
    with seldom_collected(), suppress(EOFError, BrokenPipeError, ConnectionResetError):
        _answer(pipe, partial(make, *arguments))


def _answer(pipe: Connection, make: Callable[[], Worker]) -> None:
    made: Worker | None = None
    while True:
        method, arguments = pipe.recv()
        answer: tuple[Exception | None, Any]
        try:
            if made is None:  # not before: what fails is told in an answer
                made = make()
            answer = (None, getattr(made, method)(*arguments))
        except Exception as error:
            import traceback

            answer = (error, "".join(traceback.format_exception(error)))
        pipe.send(answer)
        del answer, arguments
