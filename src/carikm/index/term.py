"""A term's postings as they are read: block by block, each unpacked only as far as it is asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import pairwise

from carikm.index.blocks import MOST_ENTRIES, BadBlock, Block, Entries, PackedBlock, joined


class Postings:
    """All postings of a term.

    Raises:
        BadBlock: they cannot be read; also from every method.
    """

    def __init__(self, blocks: Sequence[bytes], most: int = MOST_ENTRIES) -> None:
        """Take the packed blocks, in order, which have at most so many entries of each kind."""
        self._all = []
        for data in blocks:
            block = PackedBlock(data, most)
            most -= block.size
            self._all.append(block)
        self._blocks = [block for block in self._all if block.articles]
        if any(one.first >= other.first for one, other in pairwise(self._blocks)):
            raise BadBlock("blocks that are out of order")

    @property
    def size(self) -> int:
        """The number of articles whose bodies have the term."""
        return sum(block.articles for block in self._blocks)

    def codes(self, slots: int, form: int | None) -> bytes:
        """Give a byte for each article of an archive, which has so many slots for them.

        It is 0 where the body has not the term, else the most that the term adds to the score of a chunk, in steps,
        with `OWN_FORM` where the body has it in a form.
        """
        found = bytearray(slots)
        for block in self._blocks:
            block.put_codes(found, form)
        return bytes(found)

    @property
    def highest(self) -> int:
        """The highest bound of any article."""
        return max((max(block.bounds) for block in self._blocks), default=0)

    def chunk_bits(self, chunks: int) -> int:
        """Give the body chunks that have the term, as a set of bits; the archive has so many."""
        bits = bytearray((chunks + 7) // 8)
        for block in self._blocks:
            block.put_bits(bits)
        return int.from_bytes(bits, "little")

    def within(self, ranges: Sequence[range]) -> Iterator[tuple[int, int, int]]:
        """Give the entries in ranges of body chunks, which ascend: chunk, occurrences, form."""
        firsts = self._firsts
        for chunks in ranges:
            start = max(0, bisect_right(firsts, chunks.start) - 1)
            for block in self._blocks[start : bisect_left(firsts, chunks.stop, start)]:
                yield from block.within(chunks)

    def leads_within(self, ranges: Sequence[range]) -> Iterator[tuple[int, int, int]]:
        """Give the entries in the leads of ranges of articles, which ascend: article, occurrences, form."""
        firsts = self._first_articles
        for articles in ranges:
            start = max(0, bisect_right(firsts, articles.start) - 1)
            for block in self._blocks[start : bisect_left(firsts, articles.stop, start)]:
                texts, occurrences, forms = block.leads
                first = bisect_left(texts, articles.start)
                for place in range(first, bisect_left(texts, articles.stop, first)):
                    yield texts[place], occurrences[place], forms[place]

    @cached_property
    def _firsts(self) -> Sequence[int]:
        return [block.first for block in self._blocks]

    @cached_property
    def _first_articles(self) -> Sequence[int]:
        return [block.first_article for block in self._blocks]

    @property
    def whole(self) -> Block:
        """All entries of all blocks."""
        return joined([Block(block.body, block.bounds, block.leads, block.boilerplate) for block in self._all])

    @property
    def body(self) -> Entries:
        """The entries of body chunks."""
        return self.whole.body

    @property
    def leads(self) -> Entries:
        """The entries of leads."""
        return self.whole.leads

    @cached_property
    def boilerplate(self) -> Entries:
        """The entries of boilerplate chunks."""
        nothing = Entries((), b"", b"")
        return joined([Block(nothing, b"", nothing, block.boilerplate) for block in self._all]).boilerplate
