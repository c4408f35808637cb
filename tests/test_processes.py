"""Processes that share work: deaf to interrupts from the start, and told of when they are lost."""

import os
import signal
import subprocess
import sys
import time
from multiprocessing import get_context

import pytest

import carikm.processes as processes_module
from carikm.processes import how_it_ended, wait_for_end

pytestmark = pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="signals cannot be held back here")

_SPAWN = get_context("spawn")


def test_the_first_process_that_is_spawned_lets_no_interrupt_through() -> None:
    """Python starts another one before it, which keeps count of what they share, and lets interrupts through then."""
    script = """
import signal, time
from multiprocessing import get_context
from carikm.processes import interrupts_held_back

if __name__ == "__main__":
    with interrupts_held_back(spawns=True):
        process = get_context("spawn").Process(target=time.sleep, args=(0,))
        process.start()
        print(sorted(signal.Signals(one).name for one in signal.pthread_sigmask(signal.SIG_BLOCK, [])))
    print(sorted(signal.pthread_sigmask(signal.SIG_BLOCK, [])))
    process.join()
"""
    run = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert run.stdout == "['SIGINT', 'SIGTERM']\n[]\n"


def test_a_process_that_does_not_end_is_killed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes_module, "_PATIENCE", 0.2)
    process = _SPAWN.Process(target=time.sleep, args=(1_000,))
    process.start()
    assert how_it_ended(process) == "answers no more"
    wait_for_end([process])
    assert how_it_ended(process) == "was killed by SIGKILL"


def test_an_exit_code_is_told() -> None:
    process = _SPAWN.Process(target=os._exit, args=(3,))
    process.start()
    wait_for_end([process])
    assert how_it_ended(process) == "ended with exit code 3"
