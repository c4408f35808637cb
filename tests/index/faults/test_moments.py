"""Real processes, killed by the clock or short of room: the old index answers or the new one, the next one is whole."""

import os
import random
import resource
import signal
import subprocess
import time
from collections.abc import Callable, Iterable
from contextlib import suppress

import pytest

from tests.index.faults.disturbed import Stage
from tests.index.faults.layer import Run

GetStage = Callable[[str], Stage]
_PATIENCE = 120.0
_NAMES = ("rebuild", "workers", "update", "named")


def _time(stage: Stage) -> float:
    started = time.monotonic()
    with stage.start() as process:
        process.communicate(timeout=_PATIENCE)
    return time.monotonic() - started


def _hold_when_killed(stage: Stage, moments: Iterable[float]) -> None:
    """Kill the command after each share of the time that it takes; by turns with its workers, or they by themselves."""
    whole, found = _time(stage), []
    for number, moment in enumerate(moments):
        with stage.start(stdout=subprocess.DEVNULL) as process:
            with suppress(subprocess.TimeoutExpired):
                process.wait(moment * whole)
            (process.kill if number % 2 else lambda: _kill_group(process.pid))()
            process.communicate(timeout=_PATIENCE)  # workers that are left have its standard error open
        found += [f"killed after {moment:.3f}: {what}" for what in stage.fell_short()]
    assert not found, "\n".join(found)


def _kill_group(leader: int) -> None:
    with suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)


def _hold_when_limited(stage: Stage, sizes: Iterable[int]) -> None:
    """Let no file of the command and its workers grow beyond a size: the system refuses with EFBIG."""
    found = []
    for size in sizes:
        limits = (size, resource.getrlimit(resource.RLIMIT_FSIZE)[1])
        with stage.start(
            stdout=subprocess.DEVNULL,
            preexec_fn=lambda limits=limits: resource.setrlimit(resource.RLIMIT_FSIZE, limits),
        ) as process:
            _, said = process.communicate(timeout=_PATIENCE)
        run = Run(process.returncode, said, 0)
        found += [f"up to {size}: {what}" for what in (*stage.fell_short_of_words(run), *stage.fell_short())]
    assert not found, "\n".join(found)


def test_killed_at_some_moments(stage: GetStage) -> None:
    _hold_when_killed(stage("workers"), [0.5, 0.8, 0.95])


def test_some_files_may_grow_to_some_size(stage: GetStage) -> None:
    _hold_when_limited(stage("workers"), [10_000])
    _hold_when_limited(stage("update"), [100_000])


@pytest.mark.slow
@pytest.mark.parametrize("name", _NAMES)
def test_killed_at_fifty_moments(stage: GetStage, name: str) -> None:
    chosen = random.Random(name)
    _hold_when_killed(stage(name), [chosen.uniform(0.2, 1.1) for _ in range(50)])


@pytest.mark.slow
@pytest.mark.parametrize("name", _NAMES)
def test_files_may_grow_to_any_size(stage: GetStage, name: str) -> None:
    _hold_when_limited(stage(name), range(0, 240_000, 8_000))
