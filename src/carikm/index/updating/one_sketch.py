"""The sketch of one article, without numpy, whose import takes longer than the rest of an update.

The same values as `carikm.index.copies.sketch`, which is faster for many articles or for a long one.
"""

from array import array
from collections.abc import Iterator
from functools import cache
from hashlib import blake2b

from carikm.index.copies import (
    BLOCK,
    LEAST_SHINGLES,
    MIXER,
    MULTIPLIER,
    SHINGLE_WORDS,
    SIGNS,
    SKETCH_SIZE,
    Sketch,
    evenly_spaced,
    numbers_in,
    sketch,
)

_MASK = (1 << 64) - 1
# A longer text is worth numpy's import.
_LONG = 200_000


def one_sketch(headline: str, body: str) -> Sketch:
    """Make the sketch of an article; see `carikm.index.copies.sketch`."""
    if len(body) > _LONG:
        return sketch(headline, body)
    body = evenly_spaced(body)
    hashes = sorted({shingle for words in _words(body) for shingle in _shingles(words)})
    if len(hashes) < LEAST_SHINGLES:
        return Sketch(_whole(f"{headline}\n{body}"), b"")
    return Sketch(array("I", hashes[:SKETCH_SIZE]).tobytes(), numbers_in(body))


def _words(text: str) -> Iterator[list[bytes]]:
    """Give, block by block, the words of a text in lower case."""
    lower = _lower()
    for first in range(0, max(len(text), 1), BLOCK):
        block = text[first : first + BLOCK]
        if not block.isascii():
            block = SIGNS.sub(" ", block)
        yield block.encode("utf-8", "surrogatepass").translate(lower).split()


def _shingles(words: list[bytes]) -> Iterator[int]:
    """Hash each run of words: polynomials modulo 2⁶⁴, mixed and cut to 32 bits."""
    known: dict[bytes, tuple[int, int]] = {}
    values = []
    for word in words:
        if (value := known.get(word)) is None:
            value = known[word] = (_polynomial(word), pow(MULTIPLIER, len(word), 1 << 64))
        values.append(value)
    for first in range(len(values) - SHINGLE_WORDS + 1):
        total = 0
        for polynomial, power in reversed(values[first : first + SHINGLE_WORDS]):
            total = (polynomial + power * total) & _MASK
        total ^= total >> 32
        yield (total * MIXER & _MASK) >> 32


def _polynomial(word: bytes) -> int:
    total = 0
    for letter in reversed(word):
        total = (total * MULTIPLIER + letter) & _MASK
    return total


@cache
def _lower() -> bytes:
    return bytes(ord(chr(n).lower()) if chr(n).isalnum() else ord(" ") for n in range(128)) + bytes(range(128, 256))


def _whole(text: str) -> bytes:
    letters = b"".join(word for words in _words(text) for word in words)
    if not letters:
        return b""
    return array("I", sorted(memoryview(blake2b(letters, digest_size=16).digest()).cast("I"))).tobytes()
