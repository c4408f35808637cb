"""Lines of a file or a pipe, with the question whether the next one would have to be waited for."""

import os
import select
import sys

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
