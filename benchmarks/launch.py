"""Runs a command and writes to a descriptor what it took: exit code, wall and CPU seconds, bytes of peak memory.

    python -I -S launch.py DESCRIPTOR tree|process COMMAND...

A program of its own, as small as can be: Linux counts to a process's peak memory what its parent had when it was
started. CPU is that of the process and of all its descendants that were waited for. Peak memory is that of the process
alone (`ru_maxrss`); with `tree`, which needs Linux, the processes that live at the same time are added up, twenty times
a second, if there are several, and pages that they share are counted once (PSS).
"""

import os
import sys
import threading
import time

_INTERVAL = 0.05
# What `ru_maxrss` is counted in: bytes on macOS, elsewhere kibibytes.
_MAXRSS_BYTES = 1 if sys.platform == "darwin" else 1024


def _tree(process: int) -> list[int]:
    """Give a process and all its descendants."""
    found = [process]
    for parent in found:
        try:
            for thread in os.listdir(f"/proc/{parent}/task"):
                with open(f"/proc/{parent}/task/{thread}/children") as children:
                    found += map(int, children.read().split())
        except OSError:  # it has ended meanwhile
            continue
    return found


def _memory(process: int) -> int:
    """Give a process's share of the memory it uses (PSS), in bytes."""
    try:
        with open(f"/proc/{process}/smaps_rollup") as lines:
            return next((int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")), 0)
    except OSError:
        return 0


def _watch(process: int, peak: list[int], is_over: threading.Event) -> None:
    while not is_over.wait(_INTERVAL):
        processes = _tree(process)
        if len(processes) > 1:
            peak[0] = max(peak[0], sum(map(_memory, processes)))


def main() -> None:
    """Run the command."""
    descriptor, what, *command = sys.argv[1:]
    peak, is_over = [0], threading.Event()
    os.set_inheritable(int(descriptor), False)
    started = time.perf_counter()
    process = os.posix_spawnp(command[0], command, os.environ)
    watcher = threading.Thread(target=_watch, args=(process, peak, is_over))
    if what == "tree":
        watcher.start()
    _, status, used = os.wait4(process, 0)
    wall = time.perf_counter() - started
    if what == "tree":
        is_over.set()
        watcher.join()
    memory = max(peak[0], used.ru_maxrss * _MAXRSS_BYTES)
    report = f"{os.waitstatus_to_exitcode(status)} {wall} {used.ru_utime + used.ru_stime} {memory}"
    os.write(int(descriptor), report.encode())


if __name__ == "__main__":
    main()
