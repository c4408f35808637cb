"""The lock that keeps a second writer out of an index folder, and who holds it.

The operating system's lock on a file (flock), as the package filelock takes it on Linux and macOS; to import that would
be a sixth of what an update of one article takes. Whoever holds it may die: then it is free, even if processes that it
has started still run.
What the file says of its holder is for people alone to read.
"""

import fcntl
import os
import re
import time
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

LOCK_FILE = ".lock"
_HOLDER = re.compile(r"(\d{1,10}) (\d{1,12}) ([\w.-]{1,64})\n", re.ASCII)
_LONGEST = 100
_DAY_SECONDS = 86_400
_open: set[int] = set()


class Holder(NamedTuple):
    """Who holds a lock: a process, since when (seconds since 1970), and on which computer."""

    process: int
    since: int
    computer: str

    def __str__(self) -> str:
        clock = "%H:%M:%S" if 0 <= time.time() - self.since < _DAY_SECONDS else "%Y-%m-%d %H:%M"
        where = "" if self.computer == os.uname().nodename else f" on {self.computer}"
        return f"process {self.process}{where}, since {time.strftime(clock, time.localtime(self.since))}"


class WriterLock:
    """Keeps other writers out of a folder."""

    def __init__(self, folder: Path, *, may_write: bool = True) -> None:
        """Prepare the lock of a folder; without `may_write`, of one where nothing may be written."""
        self._may_write = may_write
        self._path = folder / LOCK_FILE
        self._descriptor: int | None = None

    def __enter__(self) -> "WriterLock":
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor is not None:
            _open.discard(self._descriptor)
            os.close(self._descriptor)
            self._descriptor = None

    def take(self, *, wait: bool) -> bool:
        """Take the lock; tell whether it was free, or, with `wait`, wait until it is.

        Raises:
            OSError: the folder refuses.
        """
        if self._descriptor is None:
            flags = os.O_RDWR | os.O_CREAT if self._may_write else os.O_RDONLY
            self._descriptor = os.open(self._path, flags | os.O_NOFOLLOW | os.O_CLOEXEC, 0o644)
            _open.add(self._descriptor)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        with suppress(OSError):  # a disk that is full has room for an update that frees some
            os.ftruncate(self._descriptor, 0)
            os.pwrite(self._descriptor, f"{os.getpid()} {int(time.time())} {os.uname().nodename}\n".encode(), 0)
        return True

    def holder(self) -> Holder | None:
        """Tell who holds the lock that could not be taken, as far as that can be known."""
        assert self._descriptor is not None
        try:
            found = _HOLDER.fullmatch(os.pread(self._descriptor, _LONGEST, 0).decode("ascii", "replace"))
            return Holder(int(found[1]), int(found[2]), found[3]) if found else None
        except OSError:
            return None


def _let_go() -> None:
    """Close the locks of a process in one that is its copy, and would hold them when it is dead."""
    for descriptor in _open:
        with suppress(OSError):
            os.close(descriptor)
    _open.clear()


os.register_at_fork(after_in_child=_let_go)
