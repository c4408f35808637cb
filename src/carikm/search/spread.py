"""Where something stands in an archive, in a form that whole archives are counted and compared in at once.

Chunks are a set of bits (`carikm.index.bits`), articles a byte each; such bytes are added up as the digits of one large
number. So a search needs no library for arrays, which takes longer to load than most searches.
"""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from itertools import compress, count, groupby
from typing import TYPE_CHECKING

from carikm.index.bits import bits_of, count_articles, firsts_in, numbers_in, without_first
from carikm.index.blocks import BOUND_STEPS, LARGEST_BOUND, OWN_FORM
from carikm.index.weights import SURFACE_WEIGHT
from carikm.records import NamedTuple

if TYPE_CHECKING:
    from carikm.index.reader import IndexReader

# So many articles are scored at a time: the first must be enough for most pages, the others wait for a reason.
FIRST, MORE = 24, 48
# So many things may be looked for. What their bounds are rounded up by must not be more than what they say: the sums of
# more than a few take two bytes each.
MOST_PARTS = 1000
_FEW_PARTS = 64
# Spreads of so many bytes are kept for the next queries: of a million chunks, those of some 250 words.
_MOST_REMEMBERED = 1 << 26
# Sums of bounds and of scores are rounded otherwise.
_ROUNDING = 1 + 1e-9
# Codes by what they become: the bound of what stands in its own form; a sum no higher than any bound, and that in its
# own form; a mask.
_OWN_BOUNDS = bytes(code - OWN_FORM if OWN_FORM < code < 2 * OWN_FORM else 0 for code in range(256))
_CUT = bytes(min(bound, BOUND_STEPS) for bound in range(256))
_IN_OWN_FORM = bytes(bound | OWN_FORM if bound else 0 for bound in range(256))
_ALL = bytes(255 * (code > 0) for code in range(256))


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
    return Spread(bits_of(chunks, most_chunks), bytes(_flat_codes(chunks, article_of, slots)), BOUND_STEPS)


def own_spread(index: "IndexReader", chunks: int, above: Sequence[Spread] = ()) -> Spread:
    """Spread body chunks, given as a set of bits, that all have something in its own form.

    Its bounds are the least of those of `above`: of things that no text has more seldom.
    """
    codes = _flat_codes(_one_of_each_article(index, chunks), index.chunk_articles().__getitem__, index.fact("slots"))
    if above:
        for article in {article for article, code in enumerate(codes) if code}:
            codes[article] = min(spread.codes[article] % OWN_FORM for spread in above) | OWN_FORM
    return Spread(chunks, bytes(codes), highest(codes))


def articles_with(index: "IndexReader", chunks: int) -> list[int]:
    """Give the articles of body chunks, which are given as a set of bits; ascending."""
    of_chunks = index.chunk_articles()
    return [of_chunks[chunk] for chunk in _one_of_each_article(index, chunks)]


def _one_of_each_article(index: "IndexReader", chunks: int) -> list[int]:
    return numbers_in(firsts_in(chunks, *article_ends(index)))


def _flat_codes(chunks: Sequence[int], article_of: Callable[[int], int], slots: int) -> bytearray:
    codes = bytearray(slots)
    for article in map(article_of, chunks):
        codes[article] = BOUND_STEPS | OWN_FORM
    return codes


def own_codes(several: Sequence[bytes], slots: int) -> bytes:
    """Add up the codes of several things, of each those of the articles that have its own form."""
    total = 0
    for codes in several:
        # Two bounds fit into a byte.
        total += int.from_bytes(codes.translate(_OWN_BOUNDS), "little")
        total = int.from_bytes(total.to_bytes(slots, "little").translate(_CUT), "little")
    return total.to_bytes(slots, "little").translate(_IN_OWN_FORM)


def highest(codes: bytes | bytearray) -> int:
    """Give the highest bound of any article."""
    return next((bound for bound in range(BOUND_STEPS, 0, -1) if bound in codes or bound | OWN_FORM in codes), 0)


def common(several: Sequence[Spread]) -> int:
    """Give the chunks that all have, as a set of bits."""
    chunks = several[0].chunks
    for other in several[1:]:
        chunks &= other.chunks
    return chunks


def united(parts: Sequence[Part]) -> int:
    """Give the chunks that have any of some parts, as a set of bits."""
    chunks = 0
    for part in parts:
        chunks |= part.found.chunks
    return chunks


def article_ends(index: "IndexReader") -> tuple[int, int]:
    """Give the first and the last body chunk of each article, as sets of bits."""
    firsts = index.first_chunks
    return firsts, firsts >> 1 | 1 << index.chunk_slots


class Sums:
    """The bounds of all parts, added up for each article."""

    def __init__(self, parts: Sequence[Part], slots: int, only: Spread | None = None) -> None:
        """Add up the bounds of at most `MOST_PARTS`, where `only` is, if it is given."""
        steps = LARGEST_BOUND / BOUND_STEPS
        weights = [
            (steps * part.stem_weight, steps * (part.stem_weight + SURFACE_WEIGHT * part.surface_weight))
            for part in parts
        ]
        most = sum(part.found.highest * own for part, (_, own) in zip(parts, weights, strict=True))
        width, largest = (1, 255) if len(parts) <= _FEW_PARTS else (2, 255 << 8)
        # Each part is rounded up, by one at the most, and the sum must be no larger than the largest.
        unit = most / (largest - len(parts)) or 1.0
        total = 0
        for part, (stem, own) in zip(parts, weights, strict=True):
            values = [int(step * stem / unit) + 1 for step in range(OWN_FORM)]
            values += [int(step * own / unit) + 1 for step in range(OWN_FORM)]
            values[0] = values[OWN_FORM] = 0
            total += _digits(part.found.codes, [min(largest, value) for value in values], width)
        if width == 2:
            unit *= 256
            total += int.from_bytes(b"\xff\0" * slots, "little")  # so that the higher bytes are rounded up
            total = int.from_bytes(total.to_bytes(2 * slots, "little")[1::2], "little")
        if only is not None:
            total &= int.from_bytes(only.codes.translate(_ALL), "little")
        self._unit = unit
        self._sums = total.to_bytes(slots, "little")

    def __contains__(self, article: int) -> bool:
        return self._sums[article] != 0

    def among(self, articles: Sequence[int]) -> Iterator[int]:
        """Give those of some articles in which any part is."""
        return compress(articles, map(self._sums.__getitem__, articles))

    def articles(self) -> Iterator[int]:
        """Give the articles in which any part is."""
        return compress(count(), self._sums)

    def bound(self, article: int) -> float:
        """Give the most that any chunk of an article can score."""
        return self._sums[article] * self._unit * _ROUNDING

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


def _digits(codes: bytes, values: Sequence[int], width: int) -> int:
    """Put values, one or two bytes each, in the places of codes, as the digits of one number."""
    bytes_of_values = [bytes(value >> 8 * place & 255 for value in values).ljust(256, b"\0") for place in range(width)]
    digits = bytearray(width * len(codes))
    for place, table in enumerate(bytes_of_values):
        digits[place::width] = codes.translate(table)
    return int.from_bytes(digits, "little")


class Matches:
    """The body chunks that match, and their articles; nothing has a score yet."""

    def __init__(self, index: "IndexReader", parts: Sequence[Part], only: Spread | None = None) -> None:
        """Put together what was found; `only` chunks match, if they are given: with them at most `MOST_PARTS` parts."""
        self._index = index
        if only is not None:
            # It weighs nothing, and gives a sum to articles that have nothing else.
            parts = [*parts, Part(only, 0.0)]
        self._sums = Sums(parts, index.fact("slots"), only)
        self._chunks = united(parts) if only is None else only.chunks

    def best_first(self, threshold: Callable[[], float]) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed, batch by batch (see `Sums.best_first`)."""
        return self._sums.best_first(threshold)

    def in_order(
        self, rank: Callable[[int], float], last: Callable[[], tuple[float, float]]
    ) -> Iterator[Sequence[int]]:
        """Give the articles that may be listed where a rank of theirs decides before scores, batch by batch.

        Args:
            rank: gives an article's; the least is first.
            last: tells the rank and, negative, the score of what is known to be listed last so far.
        """
        batch: list[int] = []
        most, end = FIRST, last()
        for article, place in self._by_rank(rank):
            if place > end:
                break
            batch.append(article)
            if len(batch) == most:
                yield batch
                batch, most, end = [], MORE, last()
        if batch:
            yield batch

    def _by_rank(self, rank: Callable[[int], float]) -> Iterator[tuple[int, tuple[float, float]]]:
        """Give articles by rank, and those of one by bound, each with its rank and its bound, negative."""
        bound = self._sums.bound
        for place, articles in groupby(sorted(self._sums.articles(), key=rank), key=rank):
            for article in sorted(articles, key=bound, reverse=True):
                yield article, (place, -bound(article))

    def chunks(self) -> list[int]:
        """Give the chunks."""
        return numbers_in(self._chunks)

    def size(self) -> int:
        """Count the chunks."""
        return self._chunks.bit_count()

    def articles(self) -> int:
        """Count the articles."""
        return count_articles(self._chunks, *article_ends(self._index))

    def listed(self, most: int | None) -> int:
        """Count the chunks, of each article at most so many."""
        if most is None:
            return self.size()
        left = self._chunks
        firsts, lasts = article_ends(self._index)
        for _ in range(most):
            left = without_first(left, firsts, lasts)
        return self.size() - left.bit_count()

    def counts(self, articles: Sequence[int]) -> dict[int, int]:
        """Count the chunks of each of some articles."""
        return {article: here.bit_count() for article, _, here in self._in_each(articles)}

    def in_articles(self, articles: Sequence[int]) -> Iterator[int]:
        """Give the chunks of some articles."""
        for _, start, here in self._in_each(articles):
            yield from (start + place for place in numbers_in(here))

    def _in_each(self, articles: Sequence[int]) -> Iterator[tuple[int, int, int]]:
        """Give articles with their first chunk and the set of their chunks, counted from that."""
        if not articles:
            return
        starts, slots = self._index.few_of("article_starts"), self._index.fact("slots")
        for article in articles:
            start = starts[article]
            end = starts[article + 1] if article + 1 < slots else self._index.chunk_slots
            here = int.from_bytes(self._bytes[start >> 3 : (end + 7) >> 3], "little") >> (start & 7)
            yield article, start, here & (1 << end - start) - 1

    @cached_property
    def _bytes(self) -> bytes:
        return self._chunks.to_bytes(self._index.chunk_slots // 8, "little")

    def groups(self, representatives: Sequence[int]) -> dict[int, list[int]]:
        """Give the groups of near-identical articles of which several match, by what stands for them."""
        groups: dict[int, list[int]] = defaultdict(list)
        for copy in self._sums.among(self._index.copies()):
            groups[representatives[copy]].append(copy)
        for first, members in groups.items():
            if first in self._sums:
                members.append(first)
        return {first: members for first, members in groups.items() if len(members) > 1}
