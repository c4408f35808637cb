"""Entries of articles put behind those of a packed block of postings, which are copied and not read.

See `carikm.index.updating.packed_parts`.
"""

from collections.abc import Sequence

from carikm.index.blocks import BadBlock, Block, Entries
from carikm.index.packed import MOST_ENTRIES, Source, opened
from carikm.index.packing import UPDATED_LEVEL, finished, forms_of_articles, put_column, put_entries, put_number
from carikm.index.updating.packed_parts import Articles, Ascending, Chunks, Otherwise, joined_columns


class PackedEnd:
    """A packed block, behind whose entries others are put.

    Raises:
        BadBlock: that is no block; as IndexError, OverflowError or TypeError, too.
    """

    def __init__(self, data: bytes) -> None:
        """Take a block."""
        self._source = source = Source(opened(data), MOST_ENTRIES)
        count = source.count()
        self._boilerplate = Ascending.read(source, count) if count else None
        self._columns = source.column(count), source.column(count)
        pages = 1 + sum(map(bool, self._boilerplate.steps)) if self._boilerplate else 0
        self._size = source.count()
        self.articles = self._size + pages

    def followed_by(self, block: Block, chunk_articles: Sequence[int], level: int = UPDATED_LEVEL) -> bytes | None:
        """Put entries of articles behind; None where the block must be unpacked for that.

        Args:
            block: the entries.
            chunk_articles: the article of each body chunk.
            level: how well all is compressed.
        """
        packed = bytearray()
        try:
            _put_behind(packed, self._boilerplate, self._columns, block.boilerplate)
            if block.body.texts:
                self._put_body(packed, block, chunk_articles)
            else:
                put_number(packed, self._size)
                packed += self._source.data[self._source.place :]
        except (BadBlock, IndexError, OverflowError, Otherwise):
            return None
        return finished(packed, level)

    def _put_body(self, packed: bytearray, block: Block, chunk_articles: Sequence[int]) -> None:
        source = self._source
        if not self._size:
            raise Otherwise
        forms = forms_of_articles(block.body, chunk_articles)
        articles = Articles.read(source, self._size).followed_by(list(forms), block.bounds, list(forms.values()))
        put_number(packed, articles.size)
        articles.put(packed)
        _put_chunks(source, packed, block.body)
        count = source.count()
        leads = Ascending.read(source, count) if count else None
        _put_behind(packed, leads, (source.column(count), source.column(count)), block.leads)
        if source.place != len(source.data):
            raise BadBlock("a block that is longer than its entries")


def _put_behind(
    packed: bytearray, known: Ascending | None, columns: tuple[Sequence[int], Sequence[int]], entries: Entries
) -> None:
    """Write entries, and others behind them."""
    if known is None:
        put_entries(packed, entries)
        return
    put_number(packed, len(columns[0]) + len(entries.texts))
    (known.followed_by(entries.texts) if entries.texts else known).put(packed)
    _put_columns(packed, columns, entries)


def _put_columns(packed: bytearray, columns: tuple[Sequence[int], Sequence[int]], entries: Entries) -> None:
    put_column(packed, joined_columns(columns[0], entries.occurrences))
    put_column(packed, joined_columns(columns[1], entries.forms))


def _put_chunks(source: Source, packed: bytearray, entries: Entries) -> None:
    """Copy the entries of a body, and put others behind."""
    size = source.count()
    if not size:
        raise BadBlock("articles without an entry")
    known = Chunks.read(source, size)
    put_number(packed, size + len(entries.texts))
    if isinstance(known, Chunks):
        known.followed_by(entries.texts).put(packed)
    else:
        known.followed_by(entries.texts).put_chunks(packed)
    _put_columns(packed, (source.column(size), source.column(size)), entries)
