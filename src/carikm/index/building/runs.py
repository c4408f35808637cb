"""Entries of postings on their way from texts to terms: on disk, in columns, sorted anew with bounded memory.

Entries come text by text and are wanted term by term. Each worker writes what it counts to a file of its own, batch
by batch. Once all words are known and their stems decided, terms are divided into slices of so many entries each, and
each worker deals its entries out to a second file, slice by slice. Then any worker can gather one slice from all
files, and sort it in memory.
"""

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, NamedTuple

from carikm.index.blocks import MAX_OCCURRENCES
from carikm.index.building.counting import Entries

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

# What an entry may stand in: body chunks, leads (by articles), boilerplate chunks (counted from 0).
KINDS = 3
BODY, LEADS, BOILERPLATE = range(KINDS)

# A slice has so many entries, and surface forms; a single stem may have more entries.
SLICE_ENTRIES = 250_000
SLICE_SURFACES = 1 << 16
# Entries are dealt out so many at a time.
_DEALT_AT_ONCE = 500_000


class Columns(NamedTuple):
    """Entries in columns: the surface form's place in its slice, the text's number, occurrences."""

    surfaces: "Numbers"
    texts: "Numbers"
    occurrences: "Numbers"


class Segment(NamedTuple):
    """Where a file has entries of one slice and kind."""

    offset: int
    entries: int


class Gathered:
    """The entries that one worker counts, batch by batch."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("w+b")
        self._places: list[tuple[int, int, int, int]] = []
        # By surface forms' numbers, how many entries of all kinds they have.
        self._frequencies = array("Q")

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()

    def add(self, batch: int, kind: int, entries: Entries) -> None:
        """Write the entries of a batch's texts of one kind; texts are counted from 0 within the batch."""
        import numpy as np

        self._places.append((batch, kind, self._stream.tell(), len(entries.texts)))
        self._stream.write(entries.texts.astype(np.uint32).tobytes())
        self._stream.write(entries.surfaces.astype(np.uint32).tobytes())
        self._stream.write(np.minimum(entries.occurrences, MAX_OCCURRENCES).astype(np.uint16).tobytes())
        counts = np.bincount(entries.surfaces, minlength=len(self._frequencies)).astype(np.uint64)
        counts[: len(self._frequencies)] += np.array(self._frequencies, np.uint64)
        self._frequencies = array("Q", counts.tobytes())

    def frequencies(self, surfaces: int) -> "Numbers":
        """Tell how many entries each of so many surface forms has."""
        import numpy as np

        found = np.zeros(surfaces, np.int64)
        found[: len(self._frequencies)] = self._frequencies
        return found

    def deal_out(
        self, path: Path, slices: "Numbers", places: "Numbers", number: int, bases: Mapping[int, Sequence[int]]
    ) -> list[list[list[Segment]]]:
        """Write all entries to another file, slice by slice.

        Args:
            path: that file's.
            slices: by surface forms' numbers, the slice of each.
            places: and its place in that slice.
            number: how many slices there are.
            bases: for each batch, by kinds, the number of its first text.

        Returns:
            By slices and kinds, where in the file they are.
        """
        found: list[list[list[Segment]]] = [[[] for _ in range(KINDS)] for _ in range(number)]
        with path.open("wb") as stream:
            for kind in range(KINDS):
                for columns in self._columns(kind, bases):
                    _deal(stream, columns, slices, places, [found[n][kind] for n in range(number)])
        self._stream.close()
        return found

    def _columns(self, kind: int, bases: Mapping[int, Sequence[int]]) -> Iterator[Columns]:
        """Read all entries of a kind, some at a time, with surface forms by their numbers."""
        import numpy as np

        waiting: list[Columns] = []
        for batch, of_kind, offset, entries in self._places:
            if of_kind != kind or not entries:
                continue
            self._stream.seek(offset)
            texts = _read(self._stream, np.uint32, entries) + np.uint32(bases[batch][kind])
            surfaces = _read(self._stream, np.uint32, entries)
            waiting.append(Columns(surfaces, texts, _read(self._stream, np.uint16, entries)))
            if sum(len(columns.texts) for columns in waiting) >= _DEALT_AT_ONCE:
                yield joined(waiting)
                waiting = []
        if waiting:
            yield joined(waiting)


def _deal(
    stream: IO[bytes], columns: Columns, slices: "Numbers", places: "Numbers", found: Sequence[list[Segment]]
) -> None:
    import numpy as np

    of_slice = slices[columns.surfaces]
    order = np.argsort(of_slice, kind="stable")  # numbers of 16 bits: a radix sort
    ends = np.cumsum(np.bincount(of_slice, minlength=len(found))).tolist()
    surfaces = places[columns.surfaces[order]].astype(np.uint16)
    texts, occurrences = columns.texts[order], columns.occurrences[order]
    start = 0
    for segments, end in zip(found, ends, strict=True):
        if end > start:
            segments.append(Segment(stream.tell(), end - start))
            stream.write(texts[start:end].tobytes())
            stream.write(surfaces[start:end].tobytes())
            stream.write(occurrences[start:end].tobytes())
        start = end


def read_slice(files: Iterable[tuple[IO[bytes], Sequence[Segment]]]) -> Columns:
    """Gather the entries of one slice and kind from all files that `Gathered.deal_out` wrote, in no order."""
    import numpy as np

    found = []
    for stream, segments in files:
        for segment in segments:
            stream.seek(segment.offset)
            texts = _read(stream, np.uint32, segment.entries)
            surfaces = _read(stream, np.uint16, segment.entries)
            found.append(Columns(surfaces, texts, _read(stream, np.uint16, segment.entries)))
    return joined(found)


def joined(parts: Sequence[Columns]) -> Columns:
    """Put columns one behind the other."""
    import numpy as np

    if not parts:
        return Columns(np.zeros(0, np.uint16), np.zeros(0, np.uint32), np.zeros(0, np.uint16))
    return parts[0] if len(parts) == 1 else Columns(*map(np.concatenate, zip(*parts, strict=True)))


def _read(stream: IO[bytes], kind: Any, number: int) -> "Numbers":
    import numpy as np

    found = np.frombuffer(stream.read(number * np.dtype(kind).itemsize), kind)
    if len(found) != number:
        raise OSError("a file of entries ends too early")
    return found
