"""The lock that keeps a second writer out of an index folder.

The operating system's lock on a file, as the package filelock takes it, whose import would be a sixth of what an update
of one article takes. Whoever holds it may die: then it is free.
"""

import fcntl
import os
from pathlib import Path

LOCK_FILE = ".lock"


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
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            return False
        return True
