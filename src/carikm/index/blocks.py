"""Postings on disk: a term's entries for a run of articles, packed into one block.

A block has three parts, of body chunks, of leads and of boilerplate chunks. Each has its entries in columns: texts
(as the differences between neighbours), occurrences, and numbers of surface forms. A column takes one, two or four
bytes a number, as its largest needs, and none at all where every number is the same. Numbers of few kinds stand one
beside the other, so a block of some size is compressed once more (Zstandard).

Beside the body stand bounds: for each article the most that the term can add to the score of any of its chunks, per
unit of weight. A search that wants the ten best chunks need not score what cannot be among them (H. Turtle and
J. Flood, Query evaluation: strategies and optimizations, Information Processing & Management 1995). A bound holds for
averages up to `BOUNDS_SLACK` times those of the archive as it was built, since an update changes the averages.
"""

from array import array
from collections.abc import Iterator, Sequence
from itertools import accumulate, islice
from operator import sub
from typing import NamedTuple, Protocol

from carikm.index.texts import compressed, uncompressed
from carikm.index.weights import ARTICLE_B, CHUNK_B, CHUNK_WEIGHT, K1, LEAD_B, LEAD_LENGTH, LEAD_WEIGHT, length_norm

# An update rewrites whole blocks, a search reads them: neither should be many or large. With 512, an update of one
# article among 38,876 rewrites a quarter of what it would with 4,096, and all postings are a fifteenth larger.
BLOCK_ARTICLES = 512
MAX_OCCURRENCES = 0xFFFF
BOUNDS_SLACK = 1.05
# Bounds are whole numbers of steps. More of them are hardly sharper, and pack worse.
BOUND_STEPS = 63
LARGEST_BOUND = (K1 + 1) * (1 + CHUNK_WEIGHT + LEAD_WEIGHT)

_LONGEST_NUMBER = 63  # bits
_WIDTHS = {1: "B", 2: "H", 4: "I"}
_COMPRESSED_FROM = 200
_LEVEL = 3
# Entries of one term that are read at most, whatever an index says: it may be somebody else's. A thousand times as
# many texts as have been tried have fewer.
MOST_ENTRIES = 1 << 26
# A block with so many entries unpacks to no more: of each of its three parts an entry has at most twelve bytes.
_BYTES_OF_AN_ENTRY = 40
_SMALL_BLOCK = 1 << 16


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


def pack_block(block: Block) -> bytes:
    """Pack a block."""
    packed = bytearray()
    _put_entries(packed, block.body)
    put_number(packed, len(block.bounds))
    packed += block.bounds
    _put_entries(packed, block.leads)
    _put_entries(packed, block.boilerplate)
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
        ValueError: that is no block, or one with more.
    """
    if data[:1] == b"\1":
        data = uncompressed(data[1:], _SMALL_BLOCK + most * _BYTES_OF_AN_ENTRY)
    elif data[:1] != b"\0":
        raise ValueError("a block that is packed in no known way")
    else:
        data = data[1:]
    source = _Source(data, most)
    try:
        body = source.entries()
        bounds = source.take(source.number())
        leads, boilerplate = source.entries(), source.entries()
    except IndexError as error:
        raise ValueError("a block that ends too early") from error
    except OverflowError as error:
        raise ValueError("a block with numbers that are too large") from error
    if source.place != len(data):
        raise ValueError("a block that is longer than its entries")
    return Block(body, bounds, leads, boilerplate)


def _put_entries(packed: bytearray, entries: Entries) -> None:
    texts, occurrences, forms = entries
    put_number(packed, len(texts))
    if not len(texts):
        return
    put_number(packed, texts[0])
    _put_column(packed, list(map(sub, islice(texts, 1, None), texts)))
    _put_column(packed, occurrences)
    _put_column(packed, forms)


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
        self._data = data
        self._most = most
        self.place = 0

    def number(self) -> int:
        found = shift = 0
        while True:
            digit = self._data[self.place]
            self.place += 1
            found |= (digit & 0x7F) << shift
            if digit < 0x80:
                return found
            shift += 7
            if shift > _LONGEST_NUMBER:
                raise ValueError("a number of too many digits")

    def take(self, count: int) -> bytes:
        found = self._data[self.place : self.place + count]
        if len(found) != count:
            raise IndexError
        self.place += count
        return found

    def column(self, count: int) -> Sequence[int]:
        if not count:
            return b""
        width = self._data[self.place]
        self.place += 1
        if width == 0:
            number = self.number()
            if number >> 32:
                raise ValueError(f"a column of {number}")
            return bytes([number]) * count if number < 1 << 8 else array("I", [number]) * count
        if width not in _WIDTHS:
            raise ValueError(f"a column of {width} bytes a number")
        found = self.take(count * width)
        return found if width == 1 else array(_WIDTHS[width], found)

    def entries(self) -> Entries:
        count = self.number()
        if not count:
            return NO_ENTRIES
        if count > self._most:
            raise ValueError(f"a block of {count} entries, where {self._most} is most")
        first = self.number()
        texts = array("I", accumulate(self.column(count - 1), initial=first))
        return Entries(texts, self.column(count), self.column(count))


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
