"""Sets of chunks by their numbers, as the articles of a period have them: made of ranges, asked of single chunks."""

from collections.abc import Iterable

from carikm.index.format import BOILERPLATE_BASE


class ChunkSet:
    """A set of body and boilerplate chunks: a byte for each chunk of the index, so asking it costs one look-up."""

    __slots__ = ("_body", "_boilerplate")

    def __init__(self, ranges: Iterable[tuple[int, int, int, int]], body: int, boilerplate: int) -> None:
        """Make a set of half-open ranges.

        Args:
            ranges: (body start, body end, boilerplate start, boilerplate end) of each article, as the index has them.
            body: how many body chunks the index has.
            boilerplate: how many boilerplate chunks.

        Raises:
            ValueError: a range lies beyond them.
        """
        self._body, self._boilerplate = bytearray(body), bytearray(boilerplate)
        for body_start, body_end, boilerplate_start, boilerplate_end in ranges:
            _mark(self._body, body_start, body_end)
            _mark(self._boilerplate, boilerplate_start - BOILERPLATE_BASE, boilerplate_end - BOILERPLATE_BASE)

    def __contains__(self, chunk: int) -> bool:
        if chunk < BOILERPLATE_BASE:
            return chunk < len(self._body) and self._body[chunk] == 1
        place = chunk - BOILERPLATE_BASE
        return place < len(self._boilerplate) and self._boilerplate[place] == 1


def _mark(marks: bytearray, start: int, end: int) -> None:
    if not 0 <= start <= end <= len(marks):
        raise ValueError(f"chunks {start} to {end} of {len(marks)}")
    marks[start:end] = b"\1" * (end - start)
