"""Lines of a file or a pipe, with the question whether the next one would have to be waited for."""

import os
import select
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from carikm.errors import CarikmError

# Stands for standard input, and for standard output.
STANDARD = Path("-")
_AT_ONCE = 1 << 16


class LineInput:
    """Reads lines of bytes from a file descriptor, which it does not close."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._read = bytearray()
        self._is_over = False

    def fileno(self) -> int:
        """The descriptor, to be waited for."""
        return self._descriptor

    def readline(self, size: int) -> bytes:
        """Read a line with its end, or so many bytes of it; nothing at the end."""
        searched = 0
        while (end := self._read.find(b"\n", searched, size)) < 0 and len(self._read) < size and not self._is_over:
            searched = len(self._read)
            more = os.read(self._descriptor, _AT_ONCE)
            self._is_over = not more
            self._read += more
        line = bytes(self._read[: end + 1 if end >= 0 else size])
        del self._read[: len(line)]
        return line

    def is_ready(self) -> bool:
        """Tell whether there is something to read, or the end, without waiting; where nobody can tell, yes."""
        if self._is_over or b"\n" in self._read or sys.platform == "win32":
            return True
        return bool(select.select([self._descriptor], [], [], 0)[0])


@contextmanager
def read_lines(file: Path, unreadable: type[CarikmError], what: str, command: str) -> Iterator[LineInput]:
    """Open a file, or standard input, to read lines of it.

    Args:
        file: its name, or `STANDARD`.
        unreadable: the error to raise where it cannot be read.
        what: what kind of file it is, as "a file of queries".
        command: what reads it.
    """
    if file == STANDARD:
        if sys.stdin is None:  # started with the stream closed
            raise unreadable("Standard input is closed.", f"Name {what}: {command} FILE")
        yield LineInput(sys.stdin.fileno())
        return
    try:
        stream = file.open("rb", buffering=0)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise unreadable(f"{file} cannot be read: {reason}.", f"Name {what}, or - for a pipe.") from error
    with stream:
        yield LineInput(stream.fileno())
