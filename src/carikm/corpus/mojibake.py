"""Repair of UTF-8 that somebody read as MacRoman or Windows-1252, where the repair is certain.

A chunk's text stays what its bytes decode to; repairs are kept beside it and applied for analysis and for
display. Mojibake of a multi-byte character is always one run of non-ASCII characters, so each repair has an
exact place, and any offset into the repaired text leads back to the original.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache, lru_cache

from carikm.records import NamedTuple

_CODECS = ("mac_roman", "cp1252", "latin-1")


class Repair(NamedTuple):
    """`text` takes the place of the half-open span of code points `start` to `end`."""

    start: int
    end: int
    text: str


@cache
def _suspicious() -> re.Pattern[str]:
    """Match what any UTF-8 lead byte followed by a continuation byte looks like in one of the codecs."""
    pairs = []
    for codec in _CODECS:
        leads = bytes(range(0xC2, 0xF5)).decode(codec, "ignore")
        continuations = bytes(range(0x80, 0xC0)).decode(codec, "ignore")
        if codec == "cp1252":  # its five holes come out as C1 controls
            continuations += "\x81\x8d\x8f\x90\x9d"
        pairs.append(f"[{re.escape(leads)}][{re.escape(continuations)}]")
    return re.compile("|".join(pairs))


_LATIN_END = "\u017f"
# Written so that the search for it may skip to the next character that is not ASCII.
_NON_ASCII_RUN = r"[^\x00-\x7f][^\x00-\x7f]+"
# Longer runs are not remembered: they hardly recur, and thousands of them could take any amount of memory.
_RECURRING_RUN = 64


def find_repairs(text: str) -> tuple[Repair, ...]:
    """Find every run whose repair ftfy is certain of, in order of place."""
    if text.isascii():
        return ()
    return tuple(_find_repairs(text))


def _find_repairs(text: str) -> Iterator[Repair]:
    for run in re.finditer(_NON_ASCII_RUN, text):
        if _suspicious().search(run[0]):
            fixed = _known_fixed(run[0]) if len(run[0]) <= _RECURRING_RUN else _fixed(run[0])
            if fixed != run[0]:
                yield Repair(run.start(), run.end(), fixed)


def _fixed(run: str) -> str:
    """Mend a run where that is certain."""
    import ftfy  # about 70 ms, and only for text that looks broken

    fixed = ftfy.fix_encoding(run)
    return run if _is_chance(run, fixed) else fixed


# The same few runs recur all through an archive.
_known_fixed = lru_cache(maxsize=4096)(_fixed)


def _is_chance(broken: str, fixed: str) -> bool:
    """Doubt a repair that rests on a single pair, as of `”é`, and leads out of the Latin alphabet.

    Nobody types a C1 control, so a pair with one in it is no chance.
    """
    put_in = set(fixed) - set(broken)
    return (
        len(broken) - len(fixed) == 1
        and max(put_in, default="") > _LATIN_END
        and not any("\x80" <= letter < "\xa0" for letter in broken)
    )


class Readable(NamedTuple):
    """A text with its repairs applied, and the way back.

    Piece `i` begins at `starts[i]` here and at `origins[i]` in the original; odd pieces are text taken over,
    even ones text put in.
    """

    text: str
    starts: Sequence[int] = (0, 0)
    origins: Sequence[int] = (0, 0)

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Lead a half-open span of `text` back to the original; a repair is covered whole or not at all."""
        first = bisect_right(self.starts, start) - 1
        last = max(bisect_left(self.starts, end) - 1, first)
        inside_first = 0 if first % 2 == 0 else start - self.starts[first]
        original_end = (
            self.origins[last + 1]
            if last % 2 == 0 and last + 1 < len(self.origins)
            else self.origins[last] + end - self.starts[last]
        )
        return self.origins[first] + inside_first, original_end


def repaired(text: str, repairs: Sequence[Repair]) -> Readable:
    """Apply `repairs` (ascending, not overlapping) to `text`."""
    if not repairs:
        return Readable(text)
    pieces: list[str] = []
    starts, origins = [0], [0]
    place = length = 0
    for repair in repairs:
        for piece, origin in ((text[place : repair.start], place), (repair.text, repair.start)):
            starts.append(length)
            origins.append(origin)
            pieces.append(piece)
            length += len(piece)
        place = repair.end
    starts.append(length)
    origins.append(place)
    pieces.append(text[place:])
    return Readable("".join(pieces), starts, origins)


def repairs_within(repairs: Sequence[Repair], start: int, end: int) -> tuple[Repair, ...]:
    """Pick the repairs that lie inside a span, with offsets counted from its start."""
    first = bisect_left(repairs, start, key=_start_of)
    last = bisect_left(repairs, end, key=_start_of)
    return tuple(
        Repair(repair.start - start, repair.end - start, repair.text)
        for repair in repairs[first:last]
        if repair.end <= end
    )


def _start_of(repair: Repair) -> int:
    return repair.start
