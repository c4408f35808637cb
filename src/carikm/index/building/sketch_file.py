"""The sketches of an archive's articles on disk: half of what would be kept of each in memory."""

from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import overload

from carikm.index.copies import Sketch


class SketchFile(Sequence[Sketch]):
    """Sketches in a file of their own, in order; each is read when it is asked for."""

    def __init__(self, path: Path) -> None:
        self._stream = path.open("w+b", buffering=1 << 12)
        # By articles: where its sketch begins, where its numbers begin; and where the last ends.
        self._places = array("Q", [0])

    def __len__(self) -> int:
        return len(self._places) // 2

    @overload
    def __getitem__(self, place: int) -> Sketch: ...

    @overload
    def __getitem__(self, place: slice) -> list[Sketch]: ...

    def __getitem__(self, place: int | slice) -> Sketch | list[Sketch]:
        if isinstance(place, slice):
            return [self[number] for number in range(*place.indices(len(self)))]
        if not 0 <= place < len(self):
            raise IndexError(place)
        start, middle, end = self._places[2 * place : 2 * place + 3]
        self._stream.seek(start)
        return Sketch(self._stream.read(middle - start), self._stream.read(end - middle))

    def extend(self, sketches: Iterable[Sketch]) -> None:
        """Write sketches behind those that are there."""
        self._stream.seek(self._places[-1])
        for sketch in sketches:
            for part in sketch:
                self._places.append(self._places[-1] + self._stream.write(part))

    def close(self) -> None:
        """Let go of the file."""
        self._stream.close()
