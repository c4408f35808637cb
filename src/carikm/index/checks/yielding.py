"""An index read for minutes, that lets updates through meanwhile.

An update waits with its last step until all snapshots have ended, and searches that come then wait for it. A check
that goes through a large index would keep both waiting for longer than they do. So its snapshot ends now and then
between two reads, and begins anew.
"""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from carikm.index.reader import IndexReader

# Seconds for which an update waits at the most, but for the longest single read.
_TURN = 0.5


class IndexChanged(Exception):
    """The index is not as it was when the reading began: what was read of it says nothing any more."""


class YieldingReader(IndexReader):
    """Reads an index within one snapshot that ends now and then; every read may raise `IndexChanged`."""

    def __init__(self, folder: Path) -> None:
        self._turn_ends = float("inf")
        super().__init__(folder)
        self._turn_ends = time.monotonic() + _TURN

    def rows(self, query: str, values: Sequence[object] = ()) -> list[Any]:
        """Run a query, and let writers in where it is their turn."""
        if self._snapshots and time.monotonic() > self._turn_ends:
            self._yield()
        return super().rows(query, values)

    def _yield(self) -> None:
        """Let waiting updates go first."""
        self._turn_ends = float("inf")
        before = self.state
        self._end()
        self._begin("BEGIN")
        if self.state != before:
            raise IndexChanged
        self._turn_ends = time.monotonic() + _TURN
