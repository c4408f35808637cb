"""Postings on disk: a term's entries for a run of articles, packed into one block.

A block has three parts, of body chunks, of leads and of boilerplate chunks. Each has its entries in columns: texts
(as the differences between neighbours), occurrences, and numbers of surface forms. A column takes one, two or four
bytes a number, as its largest needs, and none at all where every number is the same. Numbers of few kinds stand one
beside the other, so a block of some size is compressed once more (Zstandard). Where body chunks lie close together,
they are written as a set of bits instead: it is hardly larger, and a search counts such sets as a whole
(`carikm.index.bits`). Before the body stand its articles, with the forms that the term has in each, so that a search
knows the articles of a common word without going through its chunks (`carikm.index.term`). Where a block has many
articles of its run, they are not numbered: all have their place, and those without the term have the bound 0.

Beside the body stand bounds: for each article the most that the term can add to the score of any of its chunks, per
unit of weight. A search that wants the ten best chunks need not score what cannot be among them (H. Turtle and
J. Flood, Query evaluation: strategies and optimizations, Information Processing & Management 1995). A bound holds for
averages up to `BOUNDS_SLACK` times those of the archive as it was built, since an update changes the averages.
"""

from array import array
from collections.abc import Iterator, Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_, sub
from typing import Protocol

from carikm.index.bits import bits_of
from carikm.index.texts import compressed
from carikm.index.weights import ARTICLE_B, CHUNK_B, CHUNK_WEIGHT, K1, LEAD_B, LEAD_LENGTH, LEAD_WEIGHT, length_norm
from carikm.records import NamedTuple

# A search reads all blocks of its words, and a few large ones take it less time than many small ones.
BLOCK_ARTICLES = 2048
# An update rewrites whole blocks: what it adds goes into a block of its own, once the last has so many articles.
ADDED_ARTICLES = 512
MAX_OCCURRENCES = 0xFFFF
BOUNDS_SLACK = 1.05
# Bounds are whole numbers of steps. More of them are hardly sharper, and pack worse.
BOUND_STEPS = 63
# Added to an article's bound where the word's own form stands there: bounds are smaller.
OWN_FORM = 64
LARGEST_BOUND = (K1 + 1) * (1 + CHUNK_WEIGHT + LEAD_WEIGHT)

# A set of bits takes no more bytes than this for each of its chunks, before it is compressed.
_MOST_BYTES_OF_BITS = 8
_FEW = 16
# Where one in so many articles has the term, all are written, those without it with a bound of 0.
_RUN_OF_EACH = 8

WIDTHS = {1: "B", 2: "H", 4: "I"}
# These stand where a column's width does.
BITS, ALL = 8, 9
# So many different sets of forms a block tells apart.
MOST_SETS = 255
# Forms from this one on share a bit.
_LAST_BIT = 63
_COMPRESSED_FROM = 200
# A block of many is compressed in a third of the time that the level of a whole build takes, and is 3 % larger.
BUILT_LEVEL, UPDATED_LEVEL = 6, 3


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


def pack_block(block: Block, chunk_articles: Mapping[int, int] | Sequence[int], level: int = BUILT_LEVEL) -> bytes:
    """Pack a block; `chunk_articles` has the article of each body chunk."""
    packed = bytearray()
    put_entries(packed, block.boilerplate)
    forms = forms_of_articles(block.body, chunk_articles)
    put_number(packed, len(forms))
    if forms:
        if len(block.bounds) != len(forms):
            raise ValueError(f"{len(block.bounds)} bounds of {len(forms)} articles")
        put_articles(packed, list(forms), block.bounds, list(forms.values()))
        _put_body(packed, block.body)
        put_entries(packed, block.leads)
    return finished(packed, level)


def forms_of_articles(body: Entries, chunk_articles: Mapping[int, int] | Sequence[int]) -> dict[int, int]:
    """Give the articles of a body's entries, in order, each with the set of its forms (see `form_bit`)."""
    bits = {form: form_bit(form) for form in set(body.forms)}
    articles = map(chunk_articles.__getitem__, body.texts)
    if len(bits) == 1:
        return dict.fromkeys(articles, *bits.values())
    found: dict[int, int] = {}
    for article, form in zip(articles, body.forms, strict=True):
        found[article] = found.get(article, 0) | bits[form]
    return found


def finished(packed: bytearray, level: int = BUILT_LEVEL) -> bytes:
    """Compress what a block is packed into, if that makes it smaller, and say so."""
    if len(packed) >= _COMPRESSED_FROM:
        smaller = compressed(bytes(packed), level)
        if len(smaller) < len(packed):
            return b"\1" + smaller
    return b"\0" + packed


def put_entries(packed: bytearray, entries: Entries) -> None:
    """Write the entries of leads, or of boilerplate chunks."""
    texts, occurrences, forms = entries
    put_number(packed, len(texts))
    if not len(texts):
        return
    _put_ascending(packed, texts)
    put_column(packed, occurrences)
    put_column(packed, forms)


def form_bit(form: int) -> int:
    """Give the bit that stands for a form in a set of them."""
    return 1 << min(form, _LAST_BIT)


def put_articles(packed: bytearray, articles: Sequence[int], bounds: bytes, forms: Sequence[int]) -> None:
    """Write articles, of which there is one at least, with bounds and sets of forms (see `form_bit`)."""
    first, last = articles[0], articles[-1]
    sets, set_of = told_apart(forms)
    if are_many(len(articles), first, last):
        there = [article - first for article in articles]
        put_number(packed, first)
        packed.append(ALL)
        put_number(packed, last - first + 1)
        packed += spread(there, bounds, last - first + 1)
        set_of = spread(there, set_of, last - first + 1)
    else:
        _put_ascending(packed, articles)
        packed += bounds
    put_sets(packed, sets, set_of)


def put_sets(packed: bytearray, sets: Sequence[int], set_of: bytes) -> None:
    """Write different sets of forms, and by their places which of them each is."""
    put_number(packed, len(sets))
    if len(sets) == 1:
        put_number(packed, sets[0])
    else:
        packed += array("Q", sets).tobytes()
        packed += set_of


def told_apart(forms: Sequence[int]) -> tuple[list[int], bytes]:
    """List the different ones among sets of forms, and tell which each is; where they are too many, join the last."""
    sets = sorted(set(forms))
    places = {each: min(place, MOST_SETS - 1) for place, each in enumerate(sets)}
    sets[MOST_SETS - 1 :] = [reduce(or_, sets[MOST_SETS - 1 :])] if len(sets) >= MOST_SETS else []
    return sets, bytes(map(places.__getitem__, forms))


def spread(places: Sequence[int], values: bytes, size: int) -> bytes:
    """Put bytes at their places among so many, and 0 at the others."""
    found = bytearray(size)
    for place, value in zip(places, values, strict=True):
        found[place] = value
    return bytes(found)


def are_many(articles: int, first: int, last: int) -> bool:
    """Tell whether so many articles are so many of their run that the others are written beside them."""
    return articles > 1 and last - first < _RUN_OF_EACH * articles


def _put_body(packed: bytearray, entries: Entries) -> None:
    """Write the entries of body chunks, of which there is one at least."""
    texts, occurrences, forms = entries
    chunks = list(dict.fromkeys(texts))
    put_number(packed, len(texts))
    if are_close(len(chunks), chunks[0], chunks[-1]):
        base = chunks[0] >> 3 << 3
        bits = bits_of([chunk - base for chunk in chunks], chunks[-1] - base + 1)
        put_bits(packed, chunks[0], bits)
        put_once_more(packed, repeated_places(texts))
    else:
        _put_ascending(packed, texts)
    put_column(packed, occurrences)
    put_column(packed, forms)


def repeated_places(texts: Sequence[int]) -> list[int]:
    """Give the places among the distinct texts of those that have another entry, once for each."""
    found: list[int] = []
    place, last = -1, None
    for text in texts:
        if text == last:
            found.append(place)
        else:
            place, last = place + 1, text
    return found


def are_close(chunks: int, first: int, last: int) -> bool:
    """Tell whether so many chunks lie so close together that they are written as bits."""
    return chunks >= _FEW and last - first < 8 * _MOST_BYTES_OF_BITS * chunks


def put_bits(packed: bytearray, first: int, bits: int) -> None:
    """Write the chunks of a body as bits, but for what follows these.

    Args:
        packed: is written to.
        first: the first of the chunks.
        bits: one for each chunk, counted from the last number before `first`, or `first`, that 8 divides.
    """
    put_number(packed, first)
    packed.append(BITS)
    size = (bits.bit_length() + 7) >> 3
    put_number(packed, size)
    packed += bits.to_bytes(size, "little")


def put_once_more(packed: bytearray, places: Sequence[int]) -> None:
    """Write which chunks of a body have another entry, in another form.

    Args:
        packed: is written to; the bits of the chunks are there.
        places: those of the chunks among all that are different, ascending, once for each entry more.
    """
    put_number(packed, len(places))
    if len(places):
        _put_ascending(packed, places)


def _put_ascending(packed: bytearray, numbers: Sequence[int]) -> None:
    put_number(packed, numbers[0])
    put_column(packed, list(map(sub, islice(numbers, 1, None), numbers)))


def put_number(packed: bytearray, number: int) -> None:
    """Write a number as base-128 digits, the lowest first."""
    while number > 0x7F:
        packed.append(number & 0x7F | 0x80)
        number >>= 7
    packed.append(number)


def put_column(packed: bytearray, numbers: Sequence[int]) -> None:
    """Write a column of as many numbers as the reader knows of: their width, 0 where all are alike, and they."""
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
        packed += array(WIDTHS[width], numbers).tobytes()
    else:
        if small.count(small[0]) == len(small):
            packed.append(0)
            put_number(packed, small[0])
            return
        packed.append(1)
        packed += small


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
