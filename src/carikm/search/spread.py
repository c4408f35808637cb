"""Where something stands in an archive, in a form that whole archives are counted and compared in at once.

Chunks are a set of bits (`carikm.index.bits`), articles a byte each; such bytes are added up as the digits of one large
number. So a search needs no library for arrays, which takes longer to load than most searches.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import compress
from typing import TYPE_CHECKING

from carikm.index.bits import bits_of, without_first
from carikm.index.blocks import BOUND_STEPS, LARGEST_BOUND, OWN_FORM
from carikm.index.weights import SURFACE_WEIGHT
from carikm.records import NamedTuple

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader

# So many articles are scored at a time: the first must be enough for most pages, the others wait for a reason.
FIRST, MORE = 24, 48
# So many things may be looked for: what their bounds are rounded up by must not be more than what they say.
MOST_PARTS = 64
# Spreads of so many bytes are kept for the next queries: of a million chunks, those of some 250 words.
_MOST_REMEMBERED = 1 << 26
# Sums of bounds and of scores are rounded otherwise.
_ROUNDING = 1 + 1e-9


class Spread(NamedTuple):
    """Where something stands.

    `chunks` is a set of bits. `codes` has a byte for each article: 0 or `OWN_FORM` where its body has none of it, else
    its bound in steps, with `OWN_FORM` where the word's own form may stand there. `highest` is the highest bound.
    """

    chunks: int
    codes: bytes
    highest: int


class SpreadMemory:
    """Keeps the spreads that were last asked for, up to so many bytes: many queries have the same words."""

    def __init__(self, most: int = _MOST_REMEMBERED) -> None:
        self._most = most
        self._taken = 0
        self._spreads: dict[Hashable, Spread] = {}

    def recall(self, name: Hashable, make: Callable[[], Spread]) -> Spread:
        """Give a spread by what it is known by; one that is not there is made."""
        found = self._spreads.pop(name, None)
        if found is None:
            found = make()
            self._taken += _bytes_of(found)
        self._spreads[name] = found  # behind all others
        while self._taken > self._most and len(self._spreads) > 1:
            self._taken -= _bytes_of(self._spreads.pop(next(iter(self._spreads))))
        return found


def _bytes_of(spread: Spread) -> int:
    return len(spread.codes) + spread.chunks.bit_length() // 8


class Part(NamedTuple):
    """Something that was found, with the weights of its stem and of its own form."""

    found: Spread
    stem_weight: float
    surface_weight: float = 0.0


def flat_spread(chunks: Sequence[int], article_of: Callable[[int], int], most_chunks: int, slots: int) -> Spread:
    """Spread chunks of which no bounds are known, in an archive that has so many chunks and slots for articles."""
    codes = bytearray(slots)
    for article in map(article_of, chunks):
        codes[article] = BOUND_STEPS | OWN_FORM
    return Spread(bits_of(chunks, most_chunks), bytes(codes), BOUND_STEPS)


def common(several: Sequence[Spread]) -> int:
    """Give the chunks that all have, as a set of bits."""
    chunks = several[0].chunks
    for other in several[1:]:
        chunks &= other.chunks
    return chunks


class Sums:
    """The bounds of all parts, added up for each article."""

    def __init__(self, parts: Sequence[Part], slots: int) -> None:
        """Add up the bounds of at most `MOST_PARTS`."""
        steps = LARGEST_BOUND / BOUND_STEPS
        weights = [
            (steps * part.stem_weight, steps * (part.stem_weight + SURFACE_WEIGHT * part.surface_weight))
            for part in parts
        ]
        most = sum(part.found.highest * own for part, (_, own) in zip(parts, weights, strict=True))
        # Each part is rounded up, by one at the most, and the sum must fit into a byte.
        self._unit = most / (255 - len(parts)) or 1.0
        total = 0
        for part, (stem, own) in zip(parts, weights, strict=True):
            values = [int(step * stem / self._unit) + 1 for step in range(OWN_FORM)]
            values += [int(step * own / self._unit) + 1 for step in range(OWN_FORM)]
            values[0] = values[OWN_FORM] = 0
            table = bytes(min(255, value) for value in values).ljust(256, b"\0")
            total += int.from_bytes(part.found.codes.translate(table), "little")
        self._sums = total.to_bytes(slots, "little")

    def __contains__(self, article: int) -> bool:
        return self._sums[article] != 0

    def among(self, articles: Sequence[int]) -> Iterator[int]:
        """Give those of some articles in which any part is."""
        return compress(articles, map(self._sums.__getitem__, articles))

    def __len__(self) -> int:
        """Count the articles in which any part is."""
        return len(self._sums) - self._sums.count(0)

    def best_first(self, threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed, batch by batch, those with the highest bounds first.

        Args:
            threshold: tells which score is known to be needed, and rises as batches are scored.
        """
        least, most = threshold(), FIRST
        batch: list[int] = []
        for level in range(255, 0, -1):
            if level * self._unit * _ROUNDING < least:
                break
            article = self._sums.find(level)
            while article >= 0:
                batch.append(article)
                if len(batch) == most:
                    yield batch
                    batch, most, least = [], MORE, threshold()
                    if level * self._unit * _ROUNDING < least:
                        return
                article = self._sums.find(level, article + 1)
        if batch:
            yield batch


class Matches:
    """The body chunks that match, and their articles; nothing has a score yet."""

    def __init__(self, index: "IndexReader", parts: Sequence[Part]) -> None:
        """Put together what was found, at most `MOST_PARTS` of them."""
        self._index = index
        self._sums = Sums(parts, index.fact("slots"))
        self._chunks = 0
        for part in parts:
            self._chunks |= part.found.chunks

    def best_first(self, threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed, batch by batch (see `Sums.best_first`)."""
        return self._sums.best_first(threshold)

    def size(self) -> int:
        """Count the chunks."""
        return self._chunks.bit_count()

    def articles(self) -> int:
        """Count the articles."""
        return len(self._sums)

    def listed(self, most: int | None) -> int:
        """Count the chunks, of each article at most so many."""
        if most is None:
            return self.size()
        firsts = self._index.first_chunks
        lasts = firsts >> 1 | 1 << self._index.chunk_slots
        left = self._chunks
        for _ in range(most):
            left = without_first(left, firsts, lasts)
        return self.size() - left.bit_count()

    def counts(self, articles: Sequence[int]) -> dict[int, int]:
        """Count the chunks of each of some articles."""
        if not articles:
            return {}
        starts, slots = self._index.few_of("article_starts"), self._index.fact("slots")
        chunks = self._chunks.to_bytes(self._index.chunk_slots // 8, "little")
        counts = {}
        for article in articles:
            start = starts[article]
            end = starts[article + 1] if article + 1 < slots else self._index.chunk_slots
            here = int.from_bytes(chunks[start >> 3 : (end + 7) >> 3], "little") >> (start & 7)
            counts[article] = (here & (1 << end - start) - 1).bit_count()
        return counts

    def groups(self, representatives: Sequence[int]) -> dict[int, list[int]]:
        """Give the groups of near-identical articles of which several match, by what stands for them."""
        groups: dict[int, list[int]] = defaultdict(list)
        for copy in self._sums.among(self._index.copies()):
            groups[representatives[copy]].append(copy)
        for first, members in groups.items():
            if first in self._sums:
                members.append(first)
        return {first: members for first, members in groups.items() if len(members) > 1}
