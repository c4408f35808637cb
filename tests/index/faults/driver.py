"""Runs carikm's commands one after the other, each in a fork of a process that has already imported everything.

Started by `layer.py` under the preloaded layer. Reads a request (JSON) from a line of standard input, and answers each
with a line: the exit code, or minus the signal that ended the command.
"""

import ctypes
import json
import os
import signal
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

_SET_CHILD_SUBREAPER = 36
_PATIENCE = 60.0


def _import_all() -> None:
    import numpy  # noqa: F401
    import zstandard  # noqa: F401

    from carikm.analysis.stems import stem

    stem("berlari")  # and the tables are read


def _make_small_archives_large() -> None:
    """Let a dozen articles do what tens of thousands do: several workers, batches and slices."""
    from carikm.index.building import terms, whole

    whole.WORTH_A_WORKER = 1
    whole._BATCH_FILES = 5
    terms.SLICE_ENTRIES = 500


def _run(arguments: Sequence[str], output: str) -> None:
    os.setsid()
    file = os.open(output, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(file, 1)
    os.dup2(file, 2)
    from carikm.cli.main import main

    try:
        main(arguments)
    except SystemExit as left:
        sys.stdout.flush()
        os._exit(left.code if isinstance(left.code, int) else 99)
    except BaseException:
        import traceback

        traceback.print_exc()
        sys.stderr.flush()
    os._exit(99)


def _wait_for(process: int) -> int:
    """Wait for a command and for all processes that it has left; those that stay are no answer (98)."""
    code, deadline = 98, time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            ended, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if ended == process:
            code = os.waitstatus_to_exitcode(status)
        elif not ended:
            time.sleep(0.001)
    with suppress(ProcessLookupError):
        os.killpg(process, signal.SIGKILL)
    return 98


def main() -> None:
    ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    _import_all()
    _make_small_archives_large()
    for line in sys.stdin:
        request = json.loads(line)
        process = os.fork()
        if not process:
            _run(request["arguments"], request["output"])
        sys.stdout.write(f"{_wait_for(process)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[3] / "src"))
    main()
