"""Postings on disk: a term's entries for a run of articles, packed into one block.

A block has three parts, of body chunks, of leads and of boilerplate chunks. Each has its entries in columns: texts
(as the differences between neighbours), occurrences, and numbers of surface forms. A column takes one, two or four
bytes a number, as its largest needs, and none at all where every number is the same. Numbers of few kinds stand one
beside the other, so a block of some size is compressed once more (Zstandard). Where body chunks lie close together,
they are written as a set of bits instead: it is hardly larger, and a search counts such sets as a whole
(`carikm.index.bits`). Before the body stand its articles, with the number of entries that each has, so that a search
knows the articles of a common word without going through its chunks (`carikm.index.term`).

Beside the body stand bounds: for each article the most that the term can add to the score of any of its chunks, per
unit of weight. A search that wants the ten best chunks need not score what cannot be among them (H. Turtle and
J. Flood, Query evaluation: strategies and optimizations, Information Processing & Management 1995). A bound holds for
averages up to `BOUNDS_SLACK` times those of the archive as it was built, since an update changes the averages.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate, islice
from operator import sub
from typing import Protocol

from carikm.index.bits import bits_of, numbers_in
from carikm.index.texts import compressed, uncompressed
from carikm.index.weights import ARTICLE_B, CHUNK_B, CHUNK_WEIGHT, K1, LEAD_B, LEAD_LENGTH, LEAD_WEIGHT, length_norm
from carikm.records import NamedTuple

# An update rewrites whole blocks, a search reads them: neither should be many or large. With 512, an update of one
# article among 38,876 rewrites a quarter of what it would with 4,096, and all postings are a fifteenth larger.
BLOCK_ARTICLES = 512
MAX_OCCURRENCES = 0xFFFF
BOUNDS_SLACK = 1.05
# Bounds are whole numbers of steps. More of them are hardly sharper, and pack worse.
BOUND_STEPS = 63
# Added to an article's bound where the word's own form stands there: bounds are smaller.
OWN_FORM = 64
_NONE_WITHOUT_BOUND = bytes(0 if code in (0, OWN_FORM) else code for code in range(256))
LARGEST_BOUND = (K1 + 1) * (1 + CHUNK_WEIGHT + LEAD_WEIGHT)

_LONGEST_NUMBER = 63  # bits
# A set of bits takes no more bytes than this for each of its chunks, before it is compressed.
_MOST_BYTES_OF_BITS = 4
_FEW = 16
# Where one in so many articles has the term, all are written, those without it with a bound of 0.
_RUN_OF_EACH = 3
# In so many chunks, entries are looked for bit by bit.
_FEW_CHUNKS = 4_096

_WIDTHS = {1: "B", 2: "H", 4: "I"}
# These stand where a column's width does.
_BITS, _ALL = 8, 9
# Stands for the form of an article that has several; those of others are counted from 1.
SEVERAL = 0
_COMPRESSED_FROM = 200
_LEVEL = 3
# Entries of one term that are read at most, whatever an index says: it may be somebody else's. A thousand times as
# many texts as have been tried have fewer.
MOST_ENTRIES = 1 << 26
# A block with so many entries unpacks to no more: of each of its three parts an entry has at most twelve bytes.
_BYTES_OF_AN_ENTRY = 40
_SMALL_BLOCK = 1 << 16


class BadBlock(ValueError):
    """Bytes that are no block."""


class Entries(NamedTuple):
    """Where a term occurs among texts of one kind: parallel columns, ascending by text and form."""

    texts: Sequence[int]
    occurrences: Sequence[int]
    forms: Sequence[int]


class Block(NamedTuple):
    """A term's entries for a run of articles.

    Texts are numbers of body chunks, of articles (leads), and of boilerplate chunks counted from 0. `bounds` has one
    byte for each distinct article of the body's entries, in order.
    """

    body: Entries
    bounds: bytes
    leads: Entries
    boilerplate: Entries

    @property
    def parts(self) -> tuple[Entries, Entries, Entries]:
        """The entries of body, leads and boilerplate."""
        return self.body, self.leads, self.boilerplate


class Averages(NamedTuple):
    """The average lengths in tokens of articles, chunks and leads, those of copies left out."""

    article: float
    chunk: float
    lead: float


def average(total: int, number: int) -> float:
    """Average over texts; 1 where there is no word in them."""
    return total / number if total > 0 < number else 1.0


class Lengths(Protocol):
    """The lengths in tokens of articles and of body chunks, by their numbers, and the averages of the archive."""

    @property
    def article_lengths(self) -> Sequence[int]:
        """Of each article's body."""

    @property
    def body_lengths(self) -> Sequence[int]:
        """Of each body chunk."""

    @property
    def averages(self) -> Averages:
        """Over all that counts."""


NO_ENTRIES = Entries((), b"", b"")


def pack_block(block: Block, chunk_articles: Sequence[int]) -> bytes:
    """Pack a block; `chunk_articles` has the article of each body chunk."""
    packed = bytearray()
    _put_entries(packed, block.boilerplate)
    forms: dict[int, int] = {}
    for chunk, form in zip(block.body.texts, block.body.forms, strict=True):
        article = chunk_articles[chunk]
        forms[article] = form + 1 if forms.get(article, form + 1) == form + 1 else SEVERAL
    put_number(packed, len(forms))
    if forms:
        if len(block.bounds) != len(forms):
            raise ValueError(f"{len(block.bounds)} bounds of {len(forms)} articles")
        put_articles(packed, list(forms), block.bounds, list(forms.values()))
        _put_body(packed, block.body)
        _put_entries(packed, block.leads)
    return finished(packed)


def finished(packed: bytearray) -> bytes:
    """Compress what a block is packed into, if that makes it smaller, and say so."""
    if len(packed) >= _COMPRESSED_FROM:
        smaller = compressed(bytes(packed), _LEVEL)
        if len(smaller) < len(packed):
            return b"\1" + smaller
    return b"\0" + packed


def unpack_block(data: bytes, most: int = MOST_ENTRIES) -> Block:
    """Unpack a block with at most so many entries of each kind.

    Raises:
        BadBlock: that is no block, or one with more.
    """
    block = PackedBlock(data, most)
    return Block(block.body, block.bounds, block.leads, block.boilerplate)


def _put_entries(packed: bytearray, entries: Entries) -> None:
    texts, occurrences, forms = entries
    put_number(packed, len(texts))
    if not len(texts):
        return
    _put_ascending(packed, texts)
    _put_column(packed, occurrences)
    _put_column(packed, forms)


def put_articles(packed: bytearray, articles: Sequence[int], bounds: bytes, forms: Sequence[int]) -> None:
    """Write articles, of which there is one at least, with bounds and forms."""
    first, last = articles[0], articles[-1]
    if not are_most(len(articles), first, last):
        _put_ascending(packed, articles)
        packed += bounds
        _put_column(packed, forms)
        return
    there = {article: place for place, article in enumerate(articles)}
    spread, own = bytearray(), list[int]()
    for article in range(first, last + 1):
        place = there.get(article)
        spread.append(0 if place is None else bounds[place])
        own.append(own[-1] if place is None else forms[place])
    put_number(packed, first)
    packed.append(_ALL)
    put_number(packed, len(spread))
    packed += spread
    _put_column(packed, own)


def are_most(articles: int, first: int, last: int) -> bool:
    """Tell whether so many articles are so many of their run that the others are written beside them."""
    return articles > 1 and last - first < _RUN_OF_EACH * articles


def _put_body(packed: bytearray, entries: Entries) -> None:
    """Write the entries of body chunks, of which there is one at least."""
    texts, occurrences, forms = entries
    chunks = list(dict.fromkeys(texts))
    put_number(packed, len(texts))
    if are_close(len(chunks), chunks[0], chunks[-1]):
        places = {chunk: place for place, chunk in enumerate(chunks)}
        once_more = [places[one] for one, other in zip(texts, islice(texts, 1, None), strict=False) if one == other]
        base = chunks[0] >> 3 << 3
        bits = bits_of([chunk - base for chunk in chunks], chunks[-1] - base + 1)
        put_bits(packed, chunks[0], bits.to_bytes((bits.bit_length() + 7) >> 3, "little"), once_more)
    else:
        _put_ascending(packed, texts)
    _put_column(packed, occurrences)
    _put_column(packed, forms)


def are_close(chunks: int, first: int, last: int) -> bool:
    """Tell whether so many chunks lie so close together that they are written as bits."""
    return chunks >= _FEW and last - first < 8 * _MOST_BYTES_OF_BITS * chunks


def put_bits(packed: bytearray, first: int, bits: bytes, once_more: Sequence[int]) -> None:
    """Write the chunks of a body as bits.

    Args:
        packed: is written to.
        first: the first of the chunks.
        bits: one for each chunk, counted from the last number before `first`, or `first`, that 8 divides.
        once_more: the places among the distinct chunks of those that have another entry, in another form; ascending.
    """
    put_number(packed, first)
    packed.append(_BITS)
    put_number(packed, len(bits))
    packed += bits
    put_number(packed, len(once_more))
    if len(once_more):
        _put_ascending(packed, once_more)


def _put_ascending(packed: bytearray, numbers: Sequence[int]) -> None:
    put_number(packed, numbers[0])
    _put_column(packed, list(map(sub, islice(numbers, 1, None), numbers)))


def put_number(packed: bytearray, number: int) -> None:
    """Write a number as base-128 digits, the lowest first."""
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)


def _put_column(packed: bytearray, numbers: Sequence[int]) -> None:
    """Write as many numbers as the reader knows of: their width, 0 where all are alike, and they."""
    if not len(numbers):
        return
    try:
        small = numbers if isinstance(numbers, bytes) else bytes(list(numbers))
    except ValueError:
        largest = max(numbers)
        if min(numbers) == largest:
            packed.append(0)
            put_number(packed, largest)
            return
        width = 2 if largest < 1 << 16 else 4
        packed.append(width)
        packed += array(_WIDTHS[width], numbers).tobytes()
    else:
        if small.count(small[0]) == len(small):
            packed.append(0)
            put_number(packed, small[0])
            return
        packed.append(1)
        packed += small


class _Source:
    """Reads what the functions above wrote."""

    def __init__(self, data: bytes, most: int) -> None:
        self.data = data
        self._most = most
        self.place = 0

    def number(self) -> int:
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
        found = self.data[self.place : self.place + count]
        if len(found) != count:
            raise IndexError
        self.place += count
        return found

    def column(self, count: int) -> Sequence[int]:
        if not count:
            return b""
        width = self.data[self.place]
        self.place += 1
        if width == 0:
            number = self.number()
            if number >> 32:
                raise BadBlock(f"a column of {number}")
            return bytes([number]) * count if number < 1 << 8 else array("I", [number]) * count
        if width not in _WIDTHS:
            raise BadBlock(f"a column of {width} bytes a number")
        found = self.take(count * width)
        return found if width == 1 else array(_WIDTHS[width], found)

    def ascending(self, count: int) -> "array[int]":
        first = self.number()
        return array("I", accumulate(self.column(count - 1), initial=first))

    def count(self) -> int:
        found = self.number()
        if found > self._most:
            raise BadBlock(f"a block of {found} entries, where {self._most} is most")
        return found

    def entries(self) -> Entries:
        count = self.count()
        return Entries(self.ascending(count), self.column(count), self.column(count)) if count else NO_ENTRIES


@lru_cache(maxsize=64)
def _own_forms(form: int) -> bytes:
    return bytes(OWN_FORM * (number in (SEVERAL, form + 1)) for number in range(256))


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
        if data[:1] == b"\1":
            try:
                data = uncompressed(data[1:], _SMALL_BLOCK + most * _BYTES_OF_AN_ENTRY)
            except ValueError as error:
                raise BadBlock(str(error)) from error
        elif data[:1] == b"\0":
            data = data[1:]
        else:
            raise BadBlock("a block that is packed in no known way")
        source = self._source = _Source(data, most)
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

    def _read_articles(self, source: _Source, count: int) -> None:
        start = source.place
        self.first_article = source.number()
        self._numbers: Sequence[int] | None = None
        if count > 1 and source.data[source.place] == _ALL:
            source.place += 1
            count = source.count()
        else:
            source.place = start
            self._numbers = source.ascending(count)
        # Of `_numbers`, or of all articles of the run.
        self._bounds, self._forms = source.take(count), source.column(count)

    @property
    def size(self) -> int:
        """The number of entries of the kind that has most."""
        return max(self._size, len(self.boilerplate.texts))

    @property
    def bounds(self) -> bytes:
        """The bound of each article of the body's entries, in order."""
        if not self.articles:
            return b""
        return self._bounds if self._numbers is not None else self._bounds.replace(b"\0", b"")

    def put_codes(self, codes: bytearray, form: int | None) -> None:
        """Give each article its bound, and add `OWN_FORM` where its body has the term in a form.

        Raises:
            BadBlock: an article is not there.
        """
        if not self.articles:
            return
        found = self._bounds
        if form is not None:
            if isinstance(self._forms, bytes):
                own = self._forms.translate(_own_forms(form))
            else:
                own = bytes(OWN_FORM * (number in (SEVERAL, form + 1)) for number in self._forms)
            either = int.from_bytes(found, "little") | int.from_bytes(own, "little")
            found = either.to_bytes(len(found), "little")
        if self._numbers is None:
            end = self.first_article + len(found)
            if end > len(codes):
                raise BadBlock("postings of an article that is not there")
            codes[self.first_article : end] = found.translate(_NONE_WITHOUT_BOUND)
            return
        try:
            for article, code in zip(self._numbers, found, strict=True):
                codes[article] = code
        except IndexError as error:
            raise BadBlock("postings of an article that is not there") from error

    def _read_texts(self, source: _Source) -> None:
        """Read the chunks of the entries: as bits, or one by one."""
        if not self._size:
            raise BadBlock("articles without an entry")
        start = source.place
        self.first = source.number()
        self._bits: bytes | None = None
        if self._size > 1 and source.data[source.place] == _BITS:
            source.place += 1
            self._bits = source.take(source.count())
            repeated = source.count()
            self._once_more: Sequence[int] = source.ascending(repeated) if repeated else ()
        else:
            source.place = start
            self._each = source.ascending(self._size)

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

    def within(self, chunks: range) -> Iterator[tuple[int, int, int]]:
        """Give the entries in a range of body chunks: chunk, occurrences, form."""
        if not self._size:
            return
        occurrences, forms, _ = self._columns
        if self._bits is None or len(chunks) > _FEW_CHUNKS:
            texts = self._texts
            start = bisect_left(texts, chunks.start)
            for place in range(start, bisect_left(texts, chunks.stop, start)):
                yield texts[place], occurrences[place], forms[place]
            return
        chunk = max(chunks.start, self._base)
        here = self._set >> chunk - self._base & (1 << max(0, chunks.stop - chunk)) - 1
        if not here:
            return
        rank = (self._set & (1 << chunk - self._base) - 1).bit_count()
        place = rank + bisect_left(self._once_more, rank)
        try:
            while here:
                if here & 1:
                    times = 1 + bisect_right(self._once_more, rank) - bisect_left(self._once_more, rank)
                    for entry in range(place, place + times):
                        yield chunk, occurrences[entry], forms[entry]
                    place += times
                    rank += 1
                here >>= 1
                chunk += 1
        except IndexError as error:
            raise BadBlock("a block with fewer entries than chunks") from error

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
        chunks = [self._base + place for place in numbers_in(self._set)]
        try:
            found = array("I", sorted([*chunks, *map(chunks.__getitem__, self._once_more)]))
        except (IndexError, OverflowError) as error:
            raise BadBlock("a block with fewer chunks than entries") from error
        if len(found) != self._size:
            raise BadBlock(f"{len(found)} chunks of {self._size} entries")
        return found

    @cached_property
    def _set(self) -> int:
        return int.from_bytes(self._bits or b"", "little")

    @property
    def _base(self) -> int:
        return self.first >> 3 << 3

    def put_bits(self, bits: bytearray) -> None:
        """Add the body's chunks to a set; there is room for all chunks of the archive.

        Raises:
            BadBlock: a chunk is not there.
        """
        if not self._size:
            return
        if self._bits is None:
            try:
                for chunk in self._each:
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


def joined(blocks: Sequence[Block]) -> Block:
    """Put a term's blocks together, in their order."""
    if len(blocks) == 1:
        return blocks[0]
    return Block(
        _joined([block.body for block in blocks]),
        b"".join(block.bounds for block in blocks),
        _joined([block.leads for block in blocks]),
        _joined([block.boilerplate for block in blocks]),
    )


def _joined(parts: Sequence[Entries]) -> Entries:
    parts = [part for part in parts if len(part.texts)]
    if len(parts) < 2:
        return parts[0] if parts else NO_ENTRIES
    texts = array("I")
    for part in parts:
        texts.extend(part.texts if isinstance(part.texts, array) else iter(part.texts))
    return Entries(texts, _column([part.occurrences for part in parts]), _column([part.forms for part in parts]))


def _column(parts: Sequence[Sequence[int]]) -> Sequence[int]:
    if all(isinstance(part, bytes) for part in parts):
        return b"".join(parts)  # type: ignore[arg-type]  # just tested
    whole = array("I")
    for part in parts:
        whole.extend(iter(part))
    return whole


def bounds_of(
    chunks: Sequence[int],
    articles: Sequence[int],
    occurrences: Sequence[int],
    leads: Sequence[int],
    in_leads: Sequence[int],
    lengths: "Lengths",
) -> list[tuple[int, int]]:
    """Bound what a term adds to the score of any chunk of an article, per unit of weight.

    Args:
        chunks: the body chunks of the term's entries, ascending.
        articles: the article of each.
        occurrences: how often each has it.
        leads: the articles of the entries of leads, ascending.
        in_leads: how often each has it.
        lengths: those of articles and chunks, and the averages that the archive has.

    Returns:
        Each article with its bound in steps.
    """
    article_norms, chunk_norms, lead_norms = length_norms(lengths.averages)
    totals: dict[int, int] = {}
    best: dict[int, float] = {}
    of_chunk: dict[int, int] = {}
    for chunk, count in zip(chunks, occurrences, strict=True):
        of_chunk[chunk] = of_chunk.get(chunk, 0) + count
    for chunk, article in zip(chunks, articles, strict=True):
        saturation = _saturation(of_chunk[chunk], chunk_norms[0] + chunk_norms[1] * lengths.body_lengths[chunk])
        if saturation > best.get(article, 0.0):
            best[article] = saturation
    for article, count in zip(articles, occurrences, strict=True):
        totals[article] = totals.get(article, 0) + count
    of_lead: dict[int, int] = {}
    for article, count in zip(leads, in_leads, strict=True):
        of_lead[article] = of_lead.get(article, 0) + count
    bounds = []
    for article, total in totals.items():
        length = lengths.article_lengths[article]
        most = _saturation(total, article_norms[0] + article_norms[1] * length) + CHUNK_WEIGHT * best[article]
        if article in of_lead:
            count = of_lead[article]
            most += LEAD_WEIGHT * _saturation(count, lead_norms[0] + lead_norms[1] * min(length, LEAD_LENGTH))
        bounds.append((article, min(BOUND_STEPS, 1 + int(BOUND_STEPS * most / LARGEST_BOUND))))
    return bounds


def length_norms(averages: Averages) -> list[tuple[float, float]]:
    """Give for articles, chunks and leads the length norm of no token and what each token adds to it."""
    found = []
    for average, b in zip(averages, (ARTICLE_B, CHUNK_B, LEAD_B), strict=True):
        none, one = (length_norm(length, BOUNDS_SLACK * average, b) for length in (0, 1))
        found.append((none, one - none))
    return found


def _saturation(count: int, norm: float) -> float:
    return (K1 + 1) * count / (count + norm)


def runs(articles: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut a term's articles, ascending, into runs for blocks: the first and the last article of each."""
    for first in range(0, len(articles), BLOCK_ARTICLES):
        yield articles[first], articles[min(first + BLOCK_ARTICLES, len(articles)) - 1]
