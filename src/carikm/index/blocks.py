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
from collections.abc import Iterable, Iterator, Sequence
from functools import reduce
from operator import or_

from carikm.index.weights import CHUNK_WEIGHT, K1, LEAD_WEIGHT
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

WIDTHS = {1: "B", 2: "H", 4: "I"}
# These stand where a column's width does.
BITS, ALL = 8, 9
# So many different sets of forms a block tells apart.
MOST_SETS = 255
# Forms from this one on share a bit.
_LAST_BIT = 63
SHARED_BIT = 1 << _LAST_BIT


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


NO_ENTRIES = Entries((), b"", b"")


def form_bit(form: int) -> int:
    """Give the bit that stands for a form in a set of them."""
    return 1 << min(form, _LAST_BIT)


def form_bits(forms: Iterable[int]) -> int:
    """Give the bits that stand for some forms."""
    return reduce(or_, map(form_bit, forms), 0)


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


def runs(articles: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Cut a term's articles, ascending, into runs for blocks: the first and the last article of each."""
    for first in range(0, len(articles), BLOCK_ARTICLES):
        yield articles[first], articles[min(first + BLOCK_ARTICLES, len(articles)) - 1]
