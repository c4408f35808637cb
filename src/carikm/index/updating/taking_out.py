"""An article taken out of a block of postings, as it is packed: what is of others is copied, not read.

A block of two thousand articles takes milliseconds to unpack and to pack again, and an article has a hundred words
that are in such blocks. Here only the columns around its entries are cut, which gives the same bytes; where that would
write a part of the block in another way, the answer is None, and the block has to be unpacked
(`carikm.index.blocks` tells what it looks like).
"""

from array import array
from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, compress
from typing import Any, NamedTuple

from carikm.index.blocks import (
    ALL,
    BITS,
    MOST_SETS,
    UPDATED_LEVEL,
    BadBlock,
    are_close,
    are_many,
    finished,
    put_articles,
    put_bits,
    put_column,
    put_number,
    put_sets,
)
from carikm.index.packed import MOST_ENTRIES, Source, opened


class Left(NamedTuple):
    """What is left of a block, and with which article of the body and which boilerplate chunk (from 0) it begins."""

    data: bytes
    first_article: int | None
    first_boilerplate: int | None


class _Otherwise(Exception):
    """The rest of a block is written in another way."""


def taken_out(data: bytes, article: int, chunks: range, boilerplate: range, level: int = UPDATED_LEVEL) -> Left | None:
    """Take an article out of a block; None where the block must be unpacked for that, or cannot be read.

    Args:
        data: the block.
        article: the number of the article.
        chunks: those of its body chunks.
        boilerplate: those of its boilerplate chunks, counted from 0.
        level: how well the rest is compressed.
    """
    packed = bytearray()
    try:
        source = Source(opened(data), MOST_ENTRIES)
        first_boilerplate = _take_entries(source, packed, boilerplate)
        first_article = _take_body(source, packed, article, chunks)
    except (BadBlock, IndexError, OverflowError, TypeError, _Otherwise):
        return None
    return Left(finished(packed, level), first_article, first_boilerplate)


class _Ascending(NamedTuple):
    """Numbers that ascend, as they are packed: the first of them, and the steps between neighbours."""

    first: int
    steps: Sequence[int]

    @classmethod
    def read(cls, source: Source, count: int) -> "_Ascending":
        return cls(source.number(), source.column(count - 1))

    def put(self, packed: bytearray) -> None:
        put_number(packed, self.first)
        put_column(packed, self.steps)

    def numbers(self) -> "array[int]":
        return array("I", accumulate(self.steps, initial=self.first))

    def without(self, start: int, end: int, less: int = 0) -> "_Ascending":
        """Leave out those from `start` to `end`, but not all, and lower what stands behind them."""
        steps: Any = self.steps
        if end > len(steps):
            return _Ascending(self.first, steps[: start - 1])
        step = sum(steps[max(0, start - 1) : end]) - less
        if not start:
            return _Ascending(self.first + step, steps[end:])
        before, behind = steps[: start - 1], steps[end:]
        try:
            between = bytes([step]) if isinstance(steps, bytes) else array(steps.typecode, [step])
        except (ValueError, OverflowError):  # wider than they are
            return _Ascending(self.first, array("I", [*before, step, *behind]))
        return _Ascending(self.first, before + between + behind)


def _take_entries(source: Source, packed: bytearray, texts: range) -> int | None:
    """Copy entries without those of some texts; give the first text that is left."""
    count = source.count()
    if not count:
        put_number(packed, 0)
        return None
    ascending = _Ascending.read(source, count)
    start, end = _range(ascending.numbers(), texts) if texts else (0, 0)
    put_number(packed, count - (end - start))
    if end - start == count:
        source.column(count), source.column(count)
        return None
    if start < end:
        ascending = ascending.without(start, end)
    ascending.put(packed)
    _take_columns(source, packed, count, start, end)
    return ascending.first


def _range(numbers: Sequence[int], wanted: range) -> tuple[int, int]:
    return bisect_left(numbers, wanted.start), bisect_left(numbers, wanted.stop)


def _take_body(source: Source, packed: bytearray, article: int, chunks: range) -> int | None:
    """Copy articles, body chunks and leads without those of an article; give the first article that is left."""
    count = source.count()
    if not count:
        put_number(packed, 0)
        return None
    start = source.place
    articles = _Articles.read(source, count)
    place = articles.place(article)
    if place is None:  # its boilerplate alone has the term
        put_number(packed, count)
        packed += source.data[start:]
        return articles.first
    put_number(packed, count - 1)
    if count == 1:
        return None
    first = articles.put_without(packed, place)
    _take_chunks(source, packed, chunks)
    _take_entries(source, packed, range(article, article + 1))
    if source.place != len(source.data):
        raise BadBlock("a block that is longer than its entries")
    return first


class _Articles(NamedTuple):
    """So many articles of a body: numbered, or, where `numbers` is None, all of a run, with and without the term.

    `bounds` and `set_of`, which tells the place among the sets of forms, have a byte for each. Those without the term
    are bound by 0.
    """

    size: int
    first: int
    numbers: _Ascending | None
    bounds: bytes
    sets: Sequence[int]
    set_of: bytes

    @classmethod
    def read(cls, source: Source, count: int) -> "_Articles":
        start, size = source.place, count
        first = source.number()
        numbers = None
        if count > 1 and source.data[source.place] == ALL:
            source.place += 1
            size = source.count()
        else:
            source.place = start
            numbers = _Ascending.read(source, count)
        bounds = source.take(size)
        different = source.number()
        if not 0 < different < MOST_SETS:  # the last of so many is several sets in one
            raise _Otherwise
        if different == 1:
            return cls(count, first, numbers, bounds, [source.number()], bytes(size))
        return cls(count, first, numbers, bounds, array("Q", source.take(8 * different)), source.take(size))

    def place(self, article: int) -> int | None:
        """Find an article."""
        if self.numbers is not None:
            known = self.numbers.numbers()
            place = bisect_left(known, article)
            return place if place < len(known) and known[place] == article else None
        place = article - self.first
        return place if 0 <= place < len(self.bounds) and self.bounds[place] else None

    def put_without(self, packed: bytearray, place: int) -> int:
        """Write all others, of which there is one at least; give the first of them."""
        left = self._without_number(place) if self.numbers is not None else self._without_place(place)
        left._put(packed, self.set_of[place])
        return left.first

    def _without_number(self, place: int) -> "_Articles":
        assert self.numbers is not None
        numbers = self.numbers.without(place, place + 1)
        bounds, set_of = (column[:place] + column[place + 1 :] for column in (self.bounds, self.set_of))
        return _Articles(self.size - 1, numbers.first, numbers, bounds, self.sets, set_of)

    def _without_place(self, place: int) -> "_Articles":
        bounds, set_of = (column[:place] + b"\0" + column[place + 1 :] for column in (self.bounds, self.set_of))
        bounds = bounds.rstrip(b"\0")
        end = len(bounds)
        bounds = bounds.lstrip(b"\0")
        start = end - len(bounds)
        return _Articles(self.size - 1, self.first + start, None, bounds, self.sets, set_of[start:end])

    def _put(self, packed: bytearray, set_taken: int) -> None:
        """Write them; one that had some set of forms was among them."""
        is_run = self.numbers is None
        last = self.first + (len(self.bounds) - 1 if self.numbers is None else sum(self.numbers.steps))
        with_set = self.set_of.count(set_taken)
        if is_run and not set_taken:  # those that lack the term have the first set
            with_set -= len(self.bounds) - self.size
        if not with_set or is_run is not are_many(self.size, self.first, last):
            self._put_anew(packed)
            return
        if self.numbers is None:
            put_number(packed, self.first)
            packed.append(ALL)
            put_number(packed, len(self.bounds))
        else:
            self.numbers.put(packed)
        packed += self.bounds
        put_sets(packed, self.sets, self.set_of)

    def _put_anew(self, packed: bytearray) -> None:
        """Write them as if they had never been packed."""
        forms = [self.sets[number] for number in self.set_of]
        if self.numbers is not None:
            put_articles(packed, self.numbers.numbers(), self.bounds, forms)
            return
        run = range(self.first, self.first + len(self.bounds))
        forms = list(compress(forms, self.bounds))
        put_articles(packed, list(compress(run, self.bounds)), self.bounds.replace(b"\0", b""), forms)


def _take_chunks(source: Source, packed: bytearray, chunks: range) -> None:
    """Copy the entries of a body without those of some chunks, which are not all."""
    size = source.count()
    if not size:
        raise BadBlock("articles without an entry")
    start = source.place
    first = source.number()
    if size > 1 and source.data[source.place] == BITS:
        source.place += 1
        start, end = _take_bits(source, packed, size, first, chunks)
    else:
        source.place = start
        start, end = _take_numbered(source, packed, size, chunks)
    _take_columns(source, packed, size, start, end)


def _take_numbered(source: Source, packed: bytearray, size: int, chunks: range) -> tuple[int, int]:
    """Copy the chunks of so many entries without some; tell where the entries of these are."""
    texts = _Ascending.read(source, size)
    start, end = _range(texts.numbers(), chunks)
    if not 0 < end - start < size:
        raise _Otherwise
    left = texts.without(start, end)
    different = 1 + len(left.steps) - left.steps.count(0)
    if are_close(different, left.first, left.first + sum(left.steps)):
        raise _Otherwise
    put_number(packed, size - (end - start))
    left.put(packed)
    return start, end


def _take_bits(source: Source, packed: bytearray, size: int, first: int, chunks: range) -> tuple[int, int]:
    """Do the same where they are bits; `first` is the first of them."""
    whole = int.from_bytes(source.take(source.count()), "little")
    repeated = source.count()
    once_more = _Ascending.read(source, repeated) if repeated else None
    base = first >> 3 << 3
    begin = max(0, chunks.start - base)
    behind = whole >> begin
    taken = behind & (1 << max(0, chunks.stop - base - begin)) - 1
    left = whole ^ taken << begin
    rank, number = whole.bit_count() - behind.bit_count(), taken.bit_count()
    lowest, last = (left & -left).bit_length() - 1, left.bit_length() - 1
    if whole.bit_count() + repeated != size:
        raise BadBlock("a block with fewer chunks than entries")
    if not taken or not left or not are_close(left.bit_count(), lowest, last):
        raise _Otherwise
    start = end = 0
    if once_more is not None:
        start, end = _range(once_more.numbers(), range(rank, rank + number))
        repeated -= end - start
        once_more = once_more.without(start, end, number) if repeated else None
    put_number(packed, left.bit_count() + repeated)
    put_bits(packed, base + lowest, left >> (lowest >> 3 << 3))
    put_number(packed, repeated)
    if once_more is not None:
        once_more.put(packed)
    return rank + start, rank + number + end


def _take_columns(source: Source, packed: bytearray, size: int, start: int, end: int) -> None:
    """Copy occurrences and forms of so many entries without those from `start` to `end`."""
    for _ in range(2):
        column: Any = source.column(size)
        put_column(packed, column[:start] + column[end:])
