"""What a disk may hold when power fails, told from the trace of a command.

A model of a file system that keeps only what it must: what a file held when it was last made durable, and folders as
they were when they last were. Of what came later, anything may be there: of the writes to a file all, none or some,
and of the changes to folders, which are kept in order, any number.
"""

import shutil
from collections.abc import Callable, Sequence
from enum import Enum
from pathlib import Path
from typing import NamedTuple

from tests.index.faults.layer import Operation


class Kept(Enum):
    """Which of the writes that were not made durable are there: told by their number within the file."""

    ALL = "all"
    NONE = "none"
    EVEN = "even"
    ODD = "odd"


_IS_KEPT: dict[Kept, Callable[[int], bool]] = {
    Kept.ALL: lambda number: True,
    Kept.NONE: lambda number: False,
    Kept.EVEN: lambda number: number % 2 == 0,
    Kept.ODD: lambda number: number % 2 == 1,
}


class _Write(NamedTuple):
    """Bytes written to a place; without bytes, the file was cut there."""

    offset: int
    data: bytes | None


class _File:
    def __init__(self, durable: bytes = b"") -> None:
        self.durable = durable
        self.pending: list[_Write] = []

    def content(self, kept: Kept) -> bytes:
        """Give what the file holds; a file has its new length before what was written is in it."""
        found = bytearray(self.durable)
        for number, (offset, data) in enumerate(self.pending):
            end = offset + len(data or b"")
            found.extend(bytes(max(0, end - len(found))))
            if not _IS_KEPT[kept](number):
                continue
            if data is None:
                del found[offset:]
            else:
                found[offset:end] = data
        return bytes(found)

    def sync(self) -> None:
        self.durable, self.pending = self.content(Kept.ALL), []


_Names = dict[str, "_File | None"]  # None for a folder; "" is the index folder itself


class Disk:
    """What a folder may hold after some operations."""

    def __init__(self, before: Path) -> None:
        """Begin with what is there, all durable."""
        files = [path for path in before.rglob("*") if path.is_file()]
        self._names: _Names = {str(path.relative_to(before)): _File(path.read_bytes()) for path in files}
        if before.exists():
            self._names[""] = None
        # What folders hold, before and after each change since they were last durable.
        self.folders: list[_Names] = [dict(self._names)]

    def do(self, operation: Operation) -> None:
        """Let an operation happen."""
        kind, path, other, offset, data = operation
        file = self._names.get(path)
        if kind == "w" and file is not None:
            file.pending.append(_Write(offset, data))
        elif kind == "t" and file is not None:
            file.pending.append(_Write(offset, None))
        elif kind == "s" and file is not None:
            file.sync()
        elif kind == "s":
            self.folders = [dict(self._names)]
        elif kind in "cmrud":
            if kind in "cm":
                self._names[path] = _File() if kind == "c" else None
            else:
                moved = self._names.pop(path)
                if kind == "r":
                    self._names[other] = moved
            self.folders.append(dict(self._names))

    def write(self, folder: Path, names: _Names, kept: Kept) -> None:
        """Make a folder of one of the things that may be there."""
        shutil.rmtree(folder, ignore_errors=True)
        for path, file in sorted(names.items()):
            if file is None:
                (folder / path).mkdir(parents=True, exist_ok=True)
            else:
                (folder / path).parent.mkdir(parents=True, exist_ok=True)
                (folder / path).write_bytes(file.content(kept))


def worth_trying(disk: Disk) -> Sequence[_Names]:
    """Pick states of the folders: the oldest that there may be, the newest, and what is right before it."""
    return [disk.folders[number] for number in sorted({0, max(0, len(disk.folders) - 2), len(disk.folders) - 1})]
