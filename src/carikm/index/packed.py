"""Blocks of postings as they are read: of each, only so much is unpacked as is asked for.

`carikm.index.blocks` tells what they look like.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Collection, Iterator, Sequence
from functools import cached_property
from itertools import accumulate, compress

from carikm.index.bits import numbers_in
from carikm.index.blocks import (
    ALL,
    BITS,
    MOST_SETS,
    NO_ENTRIES,
    OWN_FORM,
    SHARED_BIT,
    WIDTHS,
    BadBlock,
    Block,
    Entries,
    form_bits,
)
from carikm.index.texts import uncompressed

_LONGEST_NUMBER = 63  # bits
# Entries of one term that are read at most, whatever an index says: it may be somebody else's. A thousand times as
# many texts as have been tried have fewer.
MOST_ENTRIES = 1 << 26
# A block with so many entries unpacks to no more: of each of its three parts an entry has at most twelve bytes.
_BYTES_OF_AN_ENTRY = 40
_SMALL_BLOCK = 1 << 16
# Bytes of a set of bits whose chunks are counted together.
_STRIDE = 256
# In so many chunks, entries are looked for bit by bit.
_FEW_CHUNKS = 4_096


def unpack_block(data: bytes, most: int = MOST_ENTRIES) -> Block:
    """Unpack a block with at most so many entries of each kind.

    Raises:
        BadBlock: that is no block, or one with more.
    """
    block = PackedBlock(data, most)
    return Block(block.body, block.bounds, block.leads, block.boilerplate)


def opened(data: bytes, most: int = MOST_ENTRIES) -> bytes:
    """Give what a block of at most so many entries of each kind is packed into.

    Raises:
        BadBlock: that is no block.
    """
    if data[:1] == b"\0":
        return data[1:]
    if data[:1] != b"\1":
        raise BadBlock("a block that is packed in no known way")
    try:
        return uncompressed(data[1:], _SMALL_BLOCK + most * _BYTES_OF_AN_ENTRY)
    except ValueError as error:
        raise BadBlock(str(error)) from error


class Source:
    """Reads what `carikm.index.blocks` wrote, from its beginning on.

    Raises:
        BadBlock: it cannot be; also from every method, as IndexError and OverflowError.
    """

    def __init__(self, data: bytes, most: int) -> None:
        self.data = data
        self._most = most
        self.place = 0

    def number(self) -> int:
        """Read a number."""
        found = shift = 0
        while True:
            digit = self.data[self.place]
            self.place += 1
            if digit < 0x80:
                return found | digit << shift
            found |= (digit & 0x7F) << shift
            shift += 7
            if shift > _LONGEST_NUMBER:
                raise BadBlock("a number of too many digits")

    def take(self, count: int) -> bytes:
        """Read so many bytes."""
        found = self.data[self.place : self.place + count]
        if len(found) != count:
            raise IndexError
        self.place += count
        return found

    def column(self, count: int) -> Sequence[int]:
        """Read a column of so many numbers."""
        if not count:
            return b""
        width = self.data[self.place]
        self.place += 1
        if width == 0:
            number = self.number()
            if number >> 32:
                raise BadBlock(f"a column of {number}")
            return bytes([number]) * count if number < 1 << 8 else array("I", [number]) * count
        if width not in WIDTHS:
            raise BadBlock(f"a column of {width} bytes a number")
        found = self.take(count * width)
        return found if width == 1 else array(WIDTHS[width], found)

    def ascending(self, count: int) -> "array[int]":
        """Read so many numbers that ascend, of which there is one at least."""
        first = self.number()
        return array("I", accumulate(self.column(count - 1), initial=first))

    def count(self) -> int:
        """Read how many entries there are, or articles, or bytes of bits."""
        found = self.number()
        if found > self._most:
            raise BadBlock(f"a block of {found} entries, where {self._most} is most")
        return found

    def entries(self) -> Entries:
        """Read the entries of leads, or of boilerplate chunks."""
        count = self.count()
        return Entries(self.ascending(count), self.column(count), self.column(count)) if count else NO_ENTRIES


class PackedBlock:
    """A block of which only so much is unpacked as is asked for.

    `articles` counts those of the body's entries; `boilerplate` is as in `Block`.

    Raises:
        BadBlock: that is no block; also from every method.
    """

    def __init__(self, data: bytes, most: int = MOST_ENTRIES) -> None:
        """Take the bytes of a block with at most so many entries of each kind.

        What lies behind the bounds is looked at later.
        """
        data = opened(data, most)
        source = self._source = Source(data, most)
        self._size = 0
        try:
            self.boilerplate = source.entries()
            count = self.articles = source.count()
            if count:
                self._read_articles(source, count)
                self._size = source.count()
                self._read_texts(source)
            self._behind_texts = source.place
            if not count and source.place != len(data):
                raise BadBlock("a block that is longer than its entries")
        except (IndexError, OverflowError) as error:
            raise BadBlock("a block that ends too early") from error

    def _read_articles(self, source: Source, count: int) -> None:
        start = source.place
        self.first_article = source.number()
        self._numbers: Sequence[int] | None = None
        if count > 1 and source.data[source.place] == ALL:
            source.place += 1
            count = source.count()
        else:
            source.place = start
            self._numbers = source.ascending(count)
        # Of `_numbers`, or of all articles of the run.
        self._bounds = source.take(count)
        sets = source.number()
        if not 0 < sets <= MOST_SETS:
            raise BadBlock(f"{sets} sets of forms")
        self._sets: Sequence[int] = [source.number()] if sets == 1 else array("Q", source.take(8 * sets))
        self._set_of = bytes(count) if sets == 1 else source.take(count)

    @property
    def bounds(self) -> bytes:
        """The bound of each article of the body's entries, in order."""
        if not self.articles:
            return b""
        return self._bounds if self._numbers is not None else self._bounds.replace(b"\0", b"")

    @property
    def article_forms(self) -> tuple[Sequence[int], Sequence[int]]:
        """The articles of the body's entries, and the set of the forms of each (see `form_bit`)."""
        if not self.articles:
            return (), ()
        if self._set_of.translate(None, bytes(range(len(self._sets)))):
            raise BadBlock("a set of forms that is not there")
        forms = map(self._sets.__getitem__, self._set_of)
        if self._numbers is not None:
            return self._numbers, list(forms)
        articles = range(self.first_article, self.first_article + len(self._bounds))
        return list(compress(articles, self._bounds)), list(compress(forms, self._bounds))

    def put_codes(self, codes: bytearray, forms: Collection[int]) -> None:
        """Give each article its bound, and add `OWN_FORM` where its body has the term in one of some forms.

        Without a bound it means nothing: articles of a run that lack the term have the set of another.

        Raises:
            BadBlock: an article is not there.
        """
        if not self.articles:
            return
        found = self._bounds
        bits = form_bits(forms)
        own = [OWN_FORM * bool(its & bits) for its in self._sets]
        if any(own):
            flags = self._set_of.translate(bytes(own).ljust(256, b"\0"))
            found = (int.from_bytes(found, "little") | int.from_bytes(flags, "little")).to_bytes(len(found), "little")
        if self._numbers is None:
            end = self.first_article + len(found)
            if end > len(codes):
                raise BadBlock("postings of an article that is not there")
            codes[self.first_article : end] = found
            return
        try:
            for article, code in zip(self._numbers, found, strict=True):
                codes[article] = code
        except IndexError as error:
            raise BadBlock("postings of an article that is not there") from error

    def _read_texts(self, source: Source) -> None:
        """Read the chunks of the entries: as bits, or one by one."""
        if not self._size:
            raise BadBlock("articles without an entry")
        start = source.place
        self.first = source.number()
        self._bits: bytes | None = None
        if self._size > 1 and source.data[source.place] == BITS:
            source.place += 1
            self._bits = source.take(source.count())
            repeated = source.count()
            self._once_more: Sequence[int] = source.ascending(repeated) if repeated else ()
        else:
            source.place = start
            self._each = source.ascending(self._size)

    @property
    def size(self) -> int:
        """The number of entries of the kind that has most."""
        return max(self._size, len(self.boilerplate.texts))

    @property
    def body(self) -> Entries:
        """The entries of body chunks."""
        if not self._size:
            return NO_ENTRIES
        occurrences, forms, _ = self._columns
        return Entries(self._texts, occurrences, forms)

    @property
    def leads(self) -> Entries:
        """The entries of leads."""
        return self._columns[2]

    def add_within(self, start: int, stop: int, found: list[tuple[int, int, int]]) -> None:
        """Add the entries in a range of body chunks to a list: chunk, occurrences, form."""
        if self._bits is None or stop - start > _FEW_CHUNKS:
            texts = self._texts
            place = bisect_left(texts, start)
            end = bisect_left(texts, stop, place)
            if place < end:
                occurrences, forms, _ = self._columns
                found += zip(texts[place:end], occurrences[place:end], forms[place:end], strict=True)
            return
        base = self.first >> 3 << 3
        chunk = max(start, base)
        if chunk >= stop:
            return
        byte, bit = chunk - base >> 3, chunk - base & 7
        here = int.from_bytes(self._bits[byte : stop - base + 7 >> 3], "little") >> bit & (1 << stop - chunk) - 1
        if not here:
            return
        occurrences, forms, _ = self._columns
        rank = self._ranks[byte // _STRIDE] + _ones(self._bits[byte // _STRIDE * _STRIDE : byte])
        rank += (self._bits[byte] & (1 << bit) - 1).bit_count()
        place = rank + bisect_left(self._once_more, rank)
        try:
            while here:
                if here & 1:
                    times = 1 + bisect_right(self._once_more, rank) - bisect_left(self._once_more, rank)
                    for entry in range(place, place + times):
                        found.append((chunk, occurrences[entry], forms[entry]))
                    place += times
                    rank += 1
                here >>= 1
                chunk += 1
        except IndexError as error:
            raise BadBlock("a block with fewer entries than chunks") from error

    @cached_property
    def _ranks(self) -> Sequence[int]:
        """The number of chunks before each stride of the bits."""
        bits = self._bits or b""
        return [0, *accumulate(_ones(bits[start : start + _STRIDE]) for start in range(0, len(bits), _STRIDE))]

    def chunks_in_form(self, form: int) -> Iterator[int]:
        """Give the body chunks that have the term in a form, ascending."""
        forms = self._columns[1]
        return compress(self._texts, map(form.__eq__, forms))

    def _has_others(self, forms: Collection[int]) -> bool:
        """Tell whether the body may have other forms than some; those that share a bit are not told apart."""
        wanted = form_bits(forms) & ~SHARED_BIT
        return any(its & ~wanted for its in self._sets)

    def _chunks_in(self, forms: Collection[int]) -> Iterator[int]:
        wanted = form_bits(forms)
        if not any(its & wanted for its in self._sets):
            return iter(())
        return compress(self._texts, map(forms.__contains__, self._columns[1]))

    @cached_property
    def _columns(self) -> tuple[Sequence[int], Sequence[int], Entries]:
        """The occurrences and forms of the body's entries, and the entries of leads."""
        if not self._size:
            return b"", b"", NO_ENTRIES
        source = self._source
        source.place = self._behind_texts
        try:
            found = source.column(self._size), source.column(self._size), source.entries()
        except (IndexError, OverflowError) as error:
            raise BadBlock("a block that ends too early") from error
        if source.place != len(source.data):
            raise BadBlock("a block that is longer than its entries")
        return found

    @cached_property
    def _texts(self) -> Sequence[int]:
        """The chunk of each entry."""
        if self._bits is None:
            return self._each
        base = self.first >> 3 << 3
        chunks = [base + place for place in numbers_in(int.from_bytes(self._bits, "little"))]
        try:
            found = array("I", sorted([*chunks, *map(chunks.__getitem__, self._once_more)]))
        except (IndexError, OverflowError) as error:
            raise BadBlock("a block with fewer chunks than entries") from error
        if len(found) != self._size:
            raise BadBlock(f"{len(found)} chunks of {self._size} entries")
        return found

    def put_bits(self, bits: bytearray, forms: Collection[int] | None = None) -> None:
        """Add the body's chunks to a set, or those that have the term in one of some forms.

        There is room for all chunks of the archive.

        Raises:
            BadBlock: a chunk is not there.
        """
        if not self._size:
            return
        has_others = forms is not None and self._has_others(forms)
        if self._bits is None or has_others:
            chunks = self._texts if forms is None else self._chunks_in(forms)
            try:
                for chunk in chunks:
                    bits[chunk >> 3] |= 1 << (chunk & 7)
            except IndexError as error:
                raise BadBlock("postings of a chunk that is not there") from error
            return
        start = self.first >> 3
        end = start + len(self._bits)
        if end > len(bits):
            raise BadBlock("postings of a chunk that is not there")
        before = bits[start]  # perhaps of the block before
        bits[start:end] = self._bits
        bits[start] |= before


def _ones(bits: bytes) -> int:
    return int.from_bytes(bits, "little").bit_count()
