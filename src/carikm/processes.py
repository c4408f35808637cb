"""Processes that do a share of the work: how they are started, let go of, and lost, whoever leads them.

Interrupts are for the process that leads: it ends the others.
"""

import signal
from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import resource_tracker
from multiprocessing.process import BaseProcess

_PATIENCE = 5.0
_INTERRUPTS = {signal.SIGINT, signal.SIGTERM}


@contextmanager
def interrupts_held_back(*, spawns: bool) -> Iterator[None]:
    """Let processes that are started inside know nothing of interrupts from their first moment; ours waits so long.

    Args:
        spawns: whether the processes are spawned, and not forked.
    """
    if not hasattr(signal, "pthread_sigmask"):  # Windows: until they ignore them themselves
        yield
        return
    if spawns:
        # The first one to start would start this process too, and let interrupts through afterwards.
        resource_tracker.ensure_running()
    before = signal.pthread_sigmask(signal.SIG_BLOCK, _INTERRUPTS)
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def ignore_interrupts() -> None:
    """Ignore Ctrl-C in a process that was started so, and let it be ended by who leads."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _INTERRUPTS)


def wait_for_end(processes: Iterable[BaseProcess]) -> None:
    """Wait for processes that were told to end, and kill those that do not."""
    for process in processes:
        process.join(_PATIENCE)
        if process.is_alive():
            process.kill()
            process.join()


def how_it_ended(process: BaseProcess) -> str:
    """Tell of a process that answers no more what became of it: `was killed by SIGKILL`, `ended with exit code 3`."""
    process.join(_PATIENCE)
    code = process.exitcode
    if code is not None and code < 0:
        name = f"signal {-code}"
        with suppress(ValueError):
            name = signal.Signals(-code).name
        return f"was killed by {name}"
    return "answers no more" if code is None else f"ended with exit code {code}"
