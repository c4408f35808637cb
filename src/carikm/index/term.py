"""A term's postings as they are read: block by block, each unpacked only as far as it is asked for."""

from bisect import bisect_left, bisect_right
from collections.abc import Collection, Sequence
from functools import cached_property
from itertools import chain, pairwise

from carikm.index.blocks import BadBlock, Block, Entries, joined
from carikm.index.packed import MOST_ENTRIES, PackedBlock

# To look a chunk up takes as long as to go through so many entries.
_ENTRIES_OF_A_CHUNK = 30


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
        """The number of entries of body or of boilerplate chunks, of each block the larger: memory goes by it."""
        return sum(block.size for block in self._all)

    def codes(self, slots: int, forms: Collection[int]) -> bytes:
        """Give a byte for each article of an archive, which has so many slots for them.

        It is 0 or `OWN_FORM` where the body has not the term, else the most that the term adds to the score of a
        chunk, in steps, with `OWN_FORM` where the body has it in one of some forms (see `form_bit`).
        """
        found = bytearray(slots)
        for block in self._blocks:
            block.put_codes(found, forms)
        return bytes(found)

    def chunk_bits(self, chunks: int, forms: Collection[int] | None = None) -> int:
        """Give the body chunks that have the term, or have it in one of some forms, as a set of bits.

        The archive has so many chunks.
        """
        bits = bytearray((chunks + 7) // 8)
        for block in self._blocks:
            block.put_bits(bits, forms)
        return int.from_bytes(bits, "little")

    def within(self, ranges: Sequence[range]) -> list[tuple[int, int, int]]:
        """Give the entries in ranges of body chunks, which ascend: chunk, occurrences, form."""
        found: list[tuple[int, int, int]] = []
        firsts, blocks = self._firsts, self._blocks
        for chunks in ranges:
            start, stop = chunks.start, chunks.stop
            for place in range(max(0, bisect_right(firsts, start) - 1), bisect_left(firsts, stop)):
                blocks[place].add_within(start, stop, found)
        return found

    def in_form(self, chunks: Sequence[int], form: int) -> set[int]:
        """Keep of some body chunks, which ascend, those that have the term in a form."""
        if not chunks:
            return set()
        start = max(0, bisect_right(self._firsts, chunks[0]) - 1)
        blocks = self._blocks[start : bisect_right(self._firsts, chunks[-1])]
        if len(chunks) * _ENTRIES_OF_A_CHUNK < sum(block.size for block in blocks):
            entries = self.within([range(chunk, chunk + 1) for chunk in chunks])
            return {chunk for chunk, _, its in entries if its == form}
        return set(chunks).intersection(chain.from_iterable(block.chunks_in_form(form) for block in blocks))

    def leads_within(self, ranges: Sequence[range]) -> list[tuple[int, int, int]]:
        """Give the entries in the leads of ranges of articles, which ascend: article, occurrences, form."""
        found: list[tuple[int, int, int]] = []
        firsts, blocks = self._first_articles, self._blocks
        for articles in ranges:
            start, stop = articles.start, articles.stop
            for place in range(max(0, bisect_right(firsts, start) - 1), bisect_left(firsts, stop)):
                texts, occurrences, forms = blocks[place].leads
                first = bisect_left(texts, start)
                end = bisect_left(texts, stop, first)
                found += zip(texts[first:end], occurrences[first:end], forms[first:end], strict=True)
        return found

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
