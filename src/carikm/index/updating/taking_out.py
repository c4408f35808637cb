"""An article taken out of a packed block of postings: what is of others is copied, not read.

See `carikm.index.updating.packed_parts`.
"""

from typing import Any

from carikm.index.blocks import BadBlock
from carikm.index.packed import MOST_ENTRIES, Source
from carikm.index.packing import put_column, put_number
from carikm.index.updating.packed_parts import Articles, Ascending, Chunks, Otherwise, places_of
from carikm.records import NamedTuple


class Left(NamedTuple):
    """What is left of a block, and with which article of the body and which boilerplate chunk (from 0) it begins.

    `content` is as `carikm.index.packed.opened` gives it.
    """

    content: bytes
    first_article: int | None
    first_boilerplate: int | None


def taken_out(content: bytes, article: int, chunks: range, boilerplate: range) -> Left | None:
    """Take an article out of a block; None where the block must be unpacked for that, or cannot be read.

    Args:
        content: the block, as `carikm.index.packed.opened` gives it.
        article: the number of the article.
        chunks: those of its body chunks.
        boilerplate: those of its boilerplate chunks, counted from 0.
    """
    packed = bytearray()
    try:
        source = Source(content, MOST_ENTRIES)
        first_boilerplate = _take_entries(source, packed, boilerplate)
        first_article = _take_body(source, packed, article, chunks)
    except (BadBlock, IndexError, OverflowError, TypeError, Otherwise):
        return None
    return Left(bytes(packed), first_article, first_boilerplate)


def _take_entries(source: Source, packed: bytearray, texts: range) -> int | None:
    """Copy entries without those of some texts; give the first text that is left."""
    count = source.count()
    if not count:
        put_number(packed, 0)
        return None
    known = Ascending.read(source, count)
    start, end = places_of(known.numbers(), texts) if texts else (0, 0)
    put_number(packed, count - (end - start))
    if end - start == count:
        source.column(count), source.column(count)
        return None
    if start < end:
        known = known.without(start, end)
    known.put(packed)
    _take_columns(source, packed, count, start, end)
    return known.first


def _take_columns(source: Source, packed: bytearray, size: int, start: int, end: int) -> None:
    """Copy occurrences and forms of so many entries without those from `start` to `end`."""
    for _ in range(2):
        column: Any = source.column(size)
        put_column(packed, column[:start] + column[end:])


def _take_body(source: Source, packed: bytearray, article: int, chunks: range) -> int | None:
    """Copy articles, body chunks and leads without those of an article; give the first article that is left."""
    count = source.count()
    if not count:
        put_number(packed, 0)
        return None
    start = source.place
    articles = Articles.read(source, count)
    place = articles.place(article)
    if place is None:  # its boilerplate alone has the term
        put_number(packed, count)
        packed += source.data[start:]
        return articles.first
    put_number(packed, count - 1)
    if count == 1:
        return None
    left = articles.without(place)
    if left.has_set(articles.set_of[place]):
        left.put(packed)
    else:
        left.put_anew(packed)
    _take_chunks(source, packed, chunks)
    _take_entries(source, packed, range(article, article + 1))
    if source.place != len(source.data):
        raise BadBlock("a block that is longer than its entries")
    return left.first


def _take_chunks(source: Source, packed: bytearray, chunks: range) -> None:
    """Copy the entries of a body without those of some chunks, which are not all."""
    size = source.count()
    if not size:
        raise BadBlock("articles without an entry")
    known = Chunks.read(source, size)
    if isinstance(known, Chunks):
        bits, start, end = known.without(chunks)
        put_number(packed, bits.size)
        bits.put(packed)
    else:
        start, end = places_of(known.numbers(), chunks)
        if not 0 < end - start < size:
            raise Otherwise
        put_number(packed, size - (end - start))
        known.without(start, end).put_chunks(packed)
    _take_columns(source, packed, size, start, end)
