"""Long arrays of an index of which few numbers are asked for, read piece by piece.

A search scores some hundred articles. Of a million chunks, all lengths, starts and ranks are 4 MB: to read them takes
8 ms, most of it for memory that is filled once and looked at in few places, where pieces take 3.
"""

from collections.abc import Callable, Sequence
from typing import Any, Literal

from carikm.index.format import unpack_numbers

_SHIFT = 9
_NUMBERS = 1 << _SHIFT
_WIDTHS = {"I": 4, "H": 2}


class Pieces(Sequence[int]):
    """An array of whole numbers whose pieces are read when they are asked for, and kept.

    Raises:
        IndexError: there is no such number.
    """

    def __init__(self, read: Callable[[int, int], bytes], size: int, kind: Literal["I", "H"]) -> None:
        """Take an array of so many bytes, of numbers of 32 or 16 bits; `read` gives bytes from a place, so many.

        Raises:
            TypeError: the bytes are no whole numbers.
        """
        self._read = read
        self._kind = kind
        self._width = _WIDTHS[kind]
        if size % self._width:
            raise TypeError(f"{size} bytes of numbers of {self._width}")
        self._size = size
        self._pieces: dict[int, memoryview] = {}

    def __len__(self) -> int:
        return self._size // self._width

    def __getitem__(self, number: Any) -> Any:
        try:
            return self._pieces[number >> _SHIFT][number & _NUMBERS - 1]
        except KeyError:
            return self._piece(number >> _SHIFT)[number & _NUMBERS - 1]

    def _piece(self, number: int) -> memoryview:
        start = number * _NUMBERS * self._width
        if not 0 <= start < self._size:
            raise IndexError(number)
        data = self._read(start, min(_NUMBERS * self._width, self._size - start))
        piece = self._pieces[number] = unpack_numbers(data, self._kind)
        return piece
