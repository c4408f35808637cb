"""Which articles are near-identical: an agency's report as several outlets print it, or one article printed twice.

Each article has a sketch from which its resemblance to another is estimated (A. Z. Broder, On the resemblance and
containment of documents, SEQUENCES 1997). The resemblance of two texts is the share that both have of all their
shingles, the runs of `SHINGLE_WORDS` words; the `SKETCH_SIZE` shingles with the smallest hashes are a fair sample of
them all. A short text has too few shingles to tell by, and its copies are those that say the very same. A sketch
depends on its article alone, so an update makes those it needs from the texts in the index; what is learned of
boilerplate depends on which articles are copies, so only what the rules take for boilerplate is left out.

News has templates too: rates, prices, earthquakes, in the same sentences with other numbers. So copies must also
agree in their numbers.

Long shingles tell templates apart, since their changes are scattered: daily reports of one price that resemble each
other by up to .75 in runs of three words do so by at most .64 in runs of five. Of 147 pairs of articles that were
read, from two archives and with a resemblance between .6 and .8, 78 are grouped, 76 of them one text in two states of
editing; the others are a match at half-time and at its end, and two notices about one album. Of 52 pairs above .7, 47
are grouped, and all but that match and one in doubt are one text.

Written here although datasketch has MinHash: that needs SciPy, and hashes each shingle in Python.
"""

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from hashlib import blake2b
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple
from zlib import crc32

from carikm.corpus.article import Draft
from carikm.corpus.metadata import NumberedLine
from carikm.corpus.recurring import has_key

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

SHINGLE_WORDS = 5
# With 64 in place of 96, articles with a resemblance of .57 were grouped by a wrong estimate.
SKETCH_SIZE = 96
LEAST_SHINGLES = 64
RESEMBLANCE = 0.7
# Of the numbers of two copies, one, as in a dateline, or up to so many may have another in its place.
OTHER_NUMBERS = 1 / 3
_MOST_NUMBERS = 16

# Texts that resemble each other share most of their smallest hashes: only those that share `LEAST_SHARED` of so many
# are compared. And a hash that so many different texts have, a phrase of a template, leads to no more of them.
LOOKED_UP, LEAST_SHARED = 16, 4
MOST_WITH_HASH = 100

# An article is looked at in blocks, so that one of 200 MB takes no more memory; shingles across two are left out.
BLOCK = 1 << 15
_MOST_BYTES = 4 * BLOCK
# Blocks are looked at together up to so many bytes, which the processor's caches hold with all that is made of them.
_TOGETHER = 1 << 14
MULTIPLIER = 0x9E37_79B9_7F4A_7C15
MIXER = 0xD6E8_FEB8_6659_FD93
_DIGITS = bytes(byte if chr(byte) in "0123456789" else ord(" ") for byte in range(256))
# Each byte's lower case, 0 where it is no letter or digit; all bytes of characters beyond ASCII count as letters.
_LOWER = bytes(ord(chr(n).lower()) if chr(n).isalnum() else 0 for n in range(128)) + bytes(range(128, 256))
_OTHERS = bytes(n for n in range(256) if not _LOWER[n])
_COMMON_SIGNS = "“”‘’–—…\u00a0"  # to replace these first is faster
SIGNS = re.compile("[\u0080-\u00bf\u2000-\u206f]+")


class Sketch(NamedTuple):
    """A sample of a text's shingles and of its numbers: the smallest of their hashes, 32 bits each, ascending.

    In place of shingles, a text with fewer than `LEAST_SHINGLES` has four hashes of the whole text, one without
    a word has none.
    """

    shingles: bytes
    numbers: bytes


def sketched(lines: Iterable[NumberedLine], headline: int | None) -> tuple[str, str]:
    """Give what a sketch is made of: an article's headline, whose line is known, and its other lines with a word."""
    title, body = "", []
    for line in lines:
        if line.number == headline:
            title = line.text
        elif has_key(line.text):
            body.append(line.text)
    return title, "\n".join(body)


def sketched_of(draft: Draft) -> tuple[str, str]:
    """Give what the sketch of an article is made of that was just read."""
    headline = draft.metadata.headline
    return sketched(draft.own_lines(), headline.line if headline else None)


def sketch(headline: str, body: str) -> Sketch:
    """Make the sketch of an article, which two copies may print under different headlines.

    Args:
        headline: its headline, empty if it has none.
        body: the rest of its text.
    """
    return sketches([(headline, body)])[0]


def sketches(articles: Sequence[tuple[str, str]]) -> list[Sketch]:
    """Make the sketches of articles, each given as to `sketch`: many at once cost less than half as much."""
    import numpy as np

    articles = [(headline, evenly_spaced(body)) for headline, body in articles]
    hashes: list[list[Numbers]] = [[] for _ in articles]
    blocks = [(place, block) for place, (_, body) in enumerate(articles) for block in _blocks(body)]
    for together in _batches(blocks):
        for (place, _), found in zip(together, _shingles([block for _, block in together]), strict=True):
            hashes[place].append(found)
    return [
        _sketch(np.unique(np.concatenate(found)) if len(found) > 1 else found[0], *article)
        for found, article in zip(hashes, articles, strict=True)
    ]


def _sketch(hashes: "Numbers", headline: str, body: str) -> Sketch:
    if len(hashes) < LEAST_SHINGLES:
        return Sketch(_whole(f"{headline}\n{body}"), b"")
    return Sketch(hashes[:SKETCH_SIZE].tobytes(), numbers_in(body))


def evenly_spaced(body: str) -> str:
    """Space a text that is looked at in blocks so that they begin at the same words however it is spaced.

    An index has a text in chunks, without the white space between them.
    """
    return " ".join(body.split()) if len(body) > BLOCK else body


def numbers_in(body: str) -> bytes:
    """Give the hashes of the numbers of a text, as a sketch has them."""
    digits = body.encode("utf-8", "surrogatepass").translate(_DIGITS)
    numbers = sorted({crc32(number.lstrip(b"0")) for number in digits.split()})
    return array("I", numbers[:_MOST_NUMBERS]).tobytes()


def _blocks(text: str) -> Iterator[bytes]:
    """Give a text block by block; all bytes beyond ASCII are of letters."""
    for first in range(0, max(len(text), 1), BLOCK):
        block = text[first : first + BLOCK]
        if not block.isascii():
            for sign in _COMMON_SIGNS:
                block = block.replace(sign, " ")
            block = block if block.isascii() else SIGNS.sub(" ", block)
        yield block.encode("utf-8", "surrogatepass")


def _batches(blocks: Iterable[tuple[int, bytes]]) -> Iterator[list[tuple[int, bytes]]]:
    """Gather as many blocks as may be looked at together, with a byte between them."""
    batch: list[tuple[int, bytes]] = []
    size = 0
    for block in blocks:
        if size + len(block[1]) > _TOGETHER and batch:
            yield batch
            batch, size = [], 0
        batch.append(block)
        size += len(block[1]) + 1
    if batch:
        yield batch


def _letters(raw: bytes) -> "tuple[Numbers, Numbers, Numbers]":
    """Give the letters and digits among bytes in lower case, and where words start: among them, and among the bytes."""
    import numpy as np

    letters = np.frombuffer(raw.translate(_LOWER, _OTHERS), np.uint8)
    is_letter = np.frombuffer(raw.translate(_LOWER), np.uint8) != 0
    opens_word = is_letter.copy()
    opens_word[1:] &= ~is_letter[:-1]
    places = np.flatnonzero(opens_word)
    return letters, (np.cumsum(is_letter) - 1)[places], places


def _shingles(blocks: Sequence[bytes]) -> "list[Numbers]":
    """Hash each run of words of each block: the smallest `SKETCH_SIZE` distinct hashes of 32 bits, ascending.

    The hash of a run is its polynomial modulo 2⁶⁴ (Karp and Rabin 1987), from the sums over all that precedes its end
    and its start; spaces and signs have no part in it, nor has what stands before it.
    """
    import numpy as np

    letters, starts, places = _letters(b" ".join(blocks))
    powers, inverses = _powers()
    sums = np.zeros(len(letters) + 1, np.uint64)
    np.cumsum(letters * powers[: len(letters)], out=sums[1:])
    edges = sums[np.append(starts, len(letters))]
    hashes = edges[SHINGLE_WORDS:] - edges[:-SHINGLE_WORDS]
    hashes *= inverses[starts[: len(hashes)]]
    hashes ^= hashes >> np.uint64(32)
    hashes *= np.uint64(MIXER)
    hashes >>= np.uint64(32)
    ends = np.cumsum([len(block) + 1 for block in blocks])
    block_of = np.searchsorted(ends, places, side="right").astype(np.uint64)
    is_whole = block_of[: len(hashes)] == block_of[SHINGLE_WORDS - 1 :][: len(hashes)]
    keys = (block_of[: len(hashes)] << np.uint64(32) | hashes)[is_whole]
    keys.sort()
    is_new = np.ones(len(keys), bool)
    np.not_equal(keys[1:], keys[:-1], out=is_new[1:])
    keys = keys[is_new]
    bounds = np.searchsorted(keys, np.arange(len(blocks) + 1, dtype=np.uint64) << np.uint64(32)).tolist()
    found = keys.astype(np.uint32)
    return [found[start : min(start + SKETCH_SIZE, end)] for start, end in pairwise(bounds)]


@cache
def _powers() -> "tuple[Numbers, Numbers]":
    """Give the powers of the hash's base and of its inverse."""
    import numpy as np

    powers = np.full(_MOST_BYTES, MULTIPLIER, np.uint64)
    inverses = np.full(_MOST_BYTES, pow(MULTIPLIER, -1, 1 << 64), np.uint64)
    powers[0] = inverses[0] = 1
    return np.cumprod(powers, dtype=np.uint64), np.cumprod(inverses, dtype=np.uint64)


def _whole(text: str) -> bytes:
    digest = blake2b(digest_size=16)
    has_word = False
    for block in _blocks(text):
        letters = _letters(block)[0]
        digest.update(letters.tobytes())
        has_word |= len(letters) > 0
    return array("I", sorted(memoryview(digest.digest()).cast("I"))).tobytes() if has_word else b""


def representatives(sketches: Sequence[Sketch]) -> list[int]:
    """Group near-identical articles around the first of each group.

    Every article is compared with those that came before it and stand for a group, never with a mere member, so that
    no chain of small changes joins what is different. Of several, the one it resembles most stands for it.

    Args:
        sketches: those of all articles, in order.

    Returns:
        For each article the place of the one that stands for its group: its own if it is alone, or the first.
    """
    leaders: dict[int, list[int]] = {}
    places = []
    for place, keys in enumerate(_shared_keys(sketches)):
        shared = Counter(leader for key in keys for leader in leaders.get(key, ()))
        alike = [
            (-found, leader)
            for leader, count in shared.items()
            if count >= LEAST_SHARED and (found := resemblance(sketches[leader], sketches[place])) >= RESEMBLANCE
        ]
        if alike:
            places.append(min(alike)[1])
            continue
        places.append(place)
        for key in keys:
            if len(known := leaders.setdefault(key, [])) < MOST_WITH_HASH:
                known.append(place)
    return places


def _shared_keys(sketches: Sequence[Sketch]) -> Iterator[list[int]]:
    """Give each article's smallest hashes, but for those that no other has: nearly all of them in most archives."""
    import numpy as np

    keys = [np.frombuffer(sketch.shingles, np.uint32)[:LOOKED_UP] for sketch in sketches]
    if not keys:
        return
    distinct, counts = np.unique(np.concatenate(keys), return_counts=True)
    shared = set(distinct[counts > 1].tolist())
    for own in keys:
        yield [key for key in own.tolist() if key in shared]


def resemblance(one: Sketch, other: Sketch) -> float:
    """Estimate the resemblance of two texts, from 0 to 1; 0 where their numbers are too different."""
    if not _agree(one.numbers, other.numbers):
        return 0.0
    mine, yours, both = _sample(one.shingles, other.shingles, SKETCH_SIZE)
    return both / max(mine + yours + both, 1)


def _agree(one: bytes, other: bytes) -> bool:
    """Tell whether few of a text's numbers have others in their place; numbers that are just left out are none."""
    mine, yours, both = _sample(one, other, _MOST_NUMBERS)
    replaced = min(mine, yours)
    return replaced <= max(1, OTHER_NUMBERS * (replaced + both))


def _sample(one: bytes, other: bytes, size: int) -> tuple[int, int, int]:
    """Count among the smallest hashes of two texts those that only the one has, only the other, and both."""
    mine, yours = set(memoryview(one).cast("I")), set(memoryview(other).cast("I"))
    sample = set(sorted(mine | yours)[:size])
    both = len(sample & mine & yours)
    return len(sample & mine) - both, len(sample & yours) - both, both
