"""Where in an archive expansions stand: chunks that have all their words, and of these those that have the phrase.

The index has no positions, so that the texts of candidates are read, unless these are too many.
"""

from bisect import bisect_right
from collections.abc import Callable
from typing import TYPE_CHECKING

from carikm.index.bits import numbers_in
from carikm.search.expansion import whole
from carikm.search.query_parts import Expansion
from carikm.search.score import WeighedExpansion
from carikm.search.spread import Spread, SpreadMemory, common, flat_spread

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader

# Beyond so many chunks, reading them for an expansion takes longer than the rest of a search, and adds nothing to its
# first page.
_MOST_CANDIDATES = 2_000
# Where there may be so many, they are checked in parts until it shows.
_CANDIDATES_AT_ONCE = 700
# So few chunks are looked up in pieces of an array, fewer than so many in all of it; beyond, one of all chunks is made.
_FEW, _MANY = 64, 2_000


def whole_phrases(index: "IndexReader", chunks: set[int], expansion: Expansion) -> set[int]:
    """Keep of chunks with all words of an expansion those in which they stand together; none of too many."""
    if len(expansion.surfaces) == 1:
        return chunks
    few_enough = chunks if len(chunks) <= _MOST_CANDIDATES else ()
    return index.chunks_that_match(few_enough, whole(expansion.surfaces))


def expansion_spread(
    index: "IndexReader", expansion: WeighedExpansion, asked: Expansion, memory: SpreadMemory | None
) -> Spread:
    """Tell in which body chunks an expansion stands, which takes longer than most queries; `memory` may know."""

    def spread_out() -> Spread:
        chunks = sorted(whole_phrases(index, _candidates(expansion), asked))
        return flat_spread(chunks, _article_looked_up(index, len(chunks)), index.chunk_slots, index.fact("slots"))

    if memory is None:
        return spread_out()
    return memory.recall((index.state, tuple(asked.words), asked.surfaces, asked.is_exact), spread_out)


def _candidates(expansion: WeighedExpansion) -> set[int]:
    """Find the body chunks with all words of an expansion; of too many to be read, enough to show that they are."""
    chunks = numbers_in(common([word.source.spread() for word in expansion.words]))
    if not expansion.is_exact:
        return set(chunks)
    found: set[int] = set()
    are_many = len(chunks) > _MOST_CANDIDATES and len(expansion.words) > 1
    step = _CANDIDATES_AT_ONCE if are_many else len(chunks) or 1
    for first in range(0, len(chunks), step):
        several = set(chunks[first : first + step])
        for word in expansion.words:
            several = word.source.in_own_form(several)
        found |= several
        if len(found) > _MOST_CANDIDATES:
            break
    return found


def _article_looked_up(index: "IndexReader", chunks: int) -> Callable[[int], int]:
    """Give what tells the article of a body chunk, by what takes least for so many of them."""
    if chunks >= _MANY:
        return index.chunk_articles().__getitem__
    starts = index.few_of("article_starts") if chunks < _FEW else index.article_starts()
    return lambda chunk: bisect_right(starts, chunk) - 1
