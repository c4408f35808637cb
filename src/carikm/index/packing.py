"""How a block of postings is packed (see `carikm.index.blocks`); `carikm.index.packed` reads what this writes."""

from array import array
from collections.abc import Mapping, Sequence
from functools import reduce
from itertools import islice
from operator import or_, sub

from carikm.index.bits import bits_of
from carikm.index.blocks import ALL, BITS, MOST_SETS, WIDTHS, Block, Entries, form_bit
from carikm.index.texts import compressed

# A set of bits takes no more bytes than this for each of its chunks, before it is compressed.
_MOST_BYTES_OF_BITS = 8
_FEW = 16
# Where one in so many articles has the term, all are written, those without it with a bound of 0.
_RUN_OF_EACH = 8
_COMPRESSED_FROM = 200
# A block of many is compressed in a third of the time that the level of a whole build takes, and is 3 % larger.
BUILT_LEVEL, UPDATED_LEVEL = 6, 3


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
