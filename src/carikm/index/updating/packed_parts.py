"""The parts of a packed block of postings, cut or made longer as they are packed (see `carikm.index.blocks`).

To unpack a block of two thousand articles and to pack it again takes milliseconds, and an article has a hundred words
that are in such blocks. Here most of a block is copied. The bytes are those that packing all of it would give; where a
part would then be written in another way, `Otherwise` is raised, and the block has to be unpacked.
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, compress, pairwise
from typing import Any

from carikm.index.bits import bits_of
from carikm.index.blocks import ALL, BITS, MOST_SETS, BadBlock
from carikm.index.packed import Source
from carikm.index.packing import (
    are_close,
    are_many,
    put_articles,
    put_bits,
    put_column,
    put_number,
    put_sets,
    repeated_places,
    spread,
)
from carikm.records import NamedTuple


class Otherwise(Exception):
    """What a block would become is written in another way."""


def joined_columns(column: Any, more: Sequence[int]) -> Sequence[int]:
    """Put numbers behind those of a column."""
    numbers = list(more)  # of a buffer, its memory would be taken
    try:
        behind = bytes(numbers) if isinstance(column, bytes) else array(column.typecode, numbers)
    except (ValueError, OverflowError):  # wider than they are
        return array("I", [*column, *numbers])
    found: Sequence[int] = column + behind
    return found


def places_of(numbers: Sequence[int], wanted: range) -> tuple[int, int]:
    """Tell where numbers of a range begin among ascending ones, and where they end."""
    return bisect_left(numbers, wanted.start), bisect_left(numbers, wanted.stop)


class Ascending(NamedTuple):
    """Numbers that ascend, as they are packed: the first of them, and the steps between neighbours."""

    first: int
    steps: Sequence[int]

    @classmethod
    def read(cls, source: Source, count: int) -> "Ascending":
        """Read so many, of which there is one at least."""
        return cls(source.number(), source.column(count - 1))

    def put(self, packed: bytearray) -> None:
        """Write them."""
        put_number(packed, self.first)
        put_column(packed, self.steps)

    def put_chunks(self, packed: bytearray) -> None:
        """Write them as the chunks of the entries of a body."""
        if are_close(1 + len(self.steps) - self.steps.count(0), self.first, self.last):
            raise Otherwise
        self.put(packed)

    @property
    def last(self) -> int:
        """The last of them."""
        return self.first + sum(self.steps)

    def numbers(self) -> "array[int]":
        """Give them all."""
        return array("I", accumulate(self.steps, initial=self.first))

    def without(self, start: int, end: int, less: int = 0) -> "Ascending":
        """Leave out those from `start` to `end`, but not all, and lower what stands behind them."""
        steps: Any = self.steps
        if end > len(steps):
            return Ascending(self.first, steps[: start - 1])
        step = sum(steps[max(0, start - 1) : end]) - less
        if not start:
            return Ascending(self.first + step, steps[end:])
        before = joined_columns(steps[: start - 1], [step])
        return Ascending(self.first, joined_columns(before, steps[end:]))

    def followed_by(self, numbers: Sequence[int]) -> "Ascending":
        """Put numbers behind them."""
        steps = [behind - number for number, behind in pairwise([self.last, *numbers])]
        return Ascending(self.first, joined_columns(self.steps, steps))


def ascending(numbers: Sequence[int]) -> Ascending:
    """Take numbers that ascend, of which there is one at least."""
    steps = [behind - number for number, behind in pairwise(numbers)]
    return Ascending(numbers[0], joined_columns(b"", steps))


class Articles(NamedTuple):
    """So many articles of a body: numbered, or, where `numbers` is None, all of a run, with and without the term.

    `bounds` and `set_of`, which tells the place among the sets of forms, have a byte for each. Those without the term
    are bound by 0.
    """

    size: int
    first: int
    numbers: Ascending | None
    bounds: bytes
    sets: Sequence[int]
    set_of: bytes

    @classmethod
    def read(cls, source: Source, count: int) -> "Articles":
        """Read so many, of which there is one at least."""
        start, size = source.place, count
        first = source.number()
        numbers = None
        if count > 1 and source.data[source.place] == ALL:
            source.place += 1
            size = source.count()
        else:
            source.place = start
            numbers = Ascending.read(source, count)
        bounds = source.take(size)
        different = source.number()
        if not 0 < different < MOST_SETS:  # the last of so many is several sets in one
            raise Otherwise
        if different == 1:
            return cls(count, first, numbers, bounds, [source.number()], bytes(size))
        return cls(count, first, numbers, bounds, array("Q", source.take(8 * different)), source.take(size))

    @property
    def last(self) -> int:
        """The last of them."""
        return self.first + len(self.bounds) - 1 if self.numbers is None else self.numbers.last

    def place(self, article: int) -> int | None:
        """Find an article."""
        if self.numbers is not None:
            known = self.numbers.numbers()
            place = bisect_left(known, article)
            return place if place < len(known) and known[place] == article else None
        place = article - self.first
        return place if 0 <= place < len(self.bounds) and self.bounds[place] else None

    def without(self, place: int) -> "Articles":
        """Leave one out, but not the only one; none may have its set of forms then."""
        if self.numbers is not None:
            numbers = self.numbers.without(place, place + 1)
            bounds, set_of = (column[:place] + column[place + 1 :] for column in (self.bounds, self.set_of))
            return Articles(self.size - 1, numbers.first, numbers, bounds, self.sets, set_of)
        bounds, set_of = (column[:place] + b"\0" + column[place + 1 :] for column in (self.bounds, self.set_of))
        bounds = bounds.rstrip(b"\0")
        end = len(bounds)
        bounds = bounds.lstrip(b"\0")
        start = end - len(bounds)
        return Articles(self.size - 1, self.first + start, None, bounds, self.sets, set_of[start:end])

    def followed_by(self, articles: Sequence[int], bounds: bytes, forms: Sequence[int]) -> "Articles":
        """Put articles behind them, with their bounds and sets of forms."""
        sets = sorted({*self.sets, *forms})
        places = {each: place for place, each in enumerate(sets)}
        is_run = self.numbers is None
        if len(sets) >= MOST_SETS or (is_run and places[self.sets[0]]):  # that of those without the term would move
            raise Otherwise
        set_of = self.set_of
        if len(sets) > len(self.sets):
            set_of = set_of.translate(bytes(map(places.__getitem__, self.sets)).ljust(256, b"\0"))
        size = self.size + len(articles)
        numbers = None
        if self.numbers is not None:
            numbers = self.numbers.followed_by(articles)
            bounds, set_of = self.bounds + bounds, set_of + bytes(map(places.__getitem__, forms))
        elif are_many(size, self.first, articles[-1]):
            there = [article - self.first - len(self.bounds) for article in articles]
            bounds = self.bounds + spread(there, bounds, there[-1] + 1)
            set_of += spread(there, bytes(map(places.__getitem__, forms)), there[-1] + 1)
        else:
            raise Otherwise
        return Articles(size, self.first, numbers, bounds, sets, set_of)

    def has_set(self, number: int) -> bool:
        """Tell whether any has a set of forms, given by its place among these."""
        found = self.set_of.count(number)
        # Those of a run that lack the term have the first set.
        return found > (len(self.bounds) - self.size if self.numbers is None and not number else 0)

    def put(self, packed: bytearray) -> None:
        """Write them; each set of forms is that of one of them at least."""
        if (self.numbers is None) is not are_many(self.size, self.first, self.last):
            self.put_anew(packed)
            return
        if self.numbers is None:
            put_number(packed, self.first)
            packed.append(ALL)
            put_number(packed, len(self.bounds))
        else:
            self.numbers.put(packed)
        packed += self.bounds
        put_sets(packed, self.sets, self.set_of)

    def put_anew(self, packed: bytearray) -> None:
        """Write them as if they had never been packed."""
        forms = [self.sets[number] for number in self.set_of]
        if self.numbers is not None:
            put_articles(packed, self.numbers.numbers(), self.bounds, forms)
            return
        run = range(self.first, self.first + len(self.bounds))
        forms = list(compress(forms, self.bounds))
        put_articles(packed, list(compress(run, self.bounds)), self.bounds.replace(b"\0", b""), forms)


class Chunks(NamedTuple):
    """The chunks of so many entries of a body that are written as bits, counted from `base`.

    `once_more` has the places, among the distinct chunks, of those that have another entry.
    """

    size: int
    base: int
    bits: int
    once_more: Ascending | None

    @classmethod
    def read(cls, source: Source, size: int) -> "Chunks | Ascending":
        """Read the chunks of so many entries, which may also be numbered."""
        start = source.place
        first = source.number()
        if not size > 1 or source.data[source.place] != BITS:
            source.place = start
            return Ascending.read(source, size)
        source.place += 1
        bits = int.from_bytes(source.take(source.count()), "little")
        repeated = source.count()
        if bits.bit_count() + repeated != size:
            raise BadBlock("a block with other chunks than entries")
        return cls(size, first >> 3 << 3, bits, Ascending.read(source, repeated) if repeated else None)

    def put(self, packed: bytearray) -> None:
        """Write them."""
        lowest = (self.bits & -self.bits).bit_length() - 1
        if not are_close(self.bits.bit_count(), lowest, self.bits.bit_length() - 1):
            raise Otherwise
        put_bits(packed, self.base + lowest, self.bits >> (lowest >> 3 << 3))
        put_number(packed, self.size - self.bits.bit_count())
        if self.once_more is not None:
            self.once_more.put(packed)

    def without(self, chunks: range) -> tuple["Chunks", int, int]:
        """Leave some out, but not all; tell where their entries begin and end."""
        begin = max(0, chunks.start - self.base)
        behind = self.bits >> begin
        taken = behind & (1 << max(0, chunks.stop - self.base - begin)) - 1
        bits = self.bits ^ taken << begin
        if not taken or not bits:
            raise Otherwise
        rank, number = self.bits.bit_count() - behind.bit_count(), taken.bit_count()
        repeated = self.size - self.bits.bit_count()
        start = end = 0
        once_more = self.once_more
        if once_more is not None:
            start, end = places_of(once_more.numbers(), range(rank, rank + number))
            once_more = once_more.without(start, end, number) if end - start < repeated else None
        left = Chunks(self.size - number - (end - start), self.base, bits, once_more)
        return left, rank + start, rank + number + end

    def followed_by(self, texts: Sequence[int]) -> "Chunks":
        """Put the chunks of entries behind them."""
        first = texts[0]
        if first < self.base + self.bits.bit_length():
            raise BadBlock("postings that do not ascend")
        if not are_close(self.bits.bit_count() + len(texts), 0, texts[-1] - self.base - 7):
            raise Otherwise
        own = bits_of([text - first for text in texts], texts[-1] - first + 1)
        again = [self.bits.bit_count() + place for place in repeated_places(texts)]
        repeated = self.once_more
        if again:
            repeated = ascending(again) if repeated is None else repeated.followed_by(again)
        return Chunks(self.size + len(texts), self.base, self.bits | own << first - self.base, repeated)
