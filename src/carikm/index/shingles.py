"""Which articles may be copies of which: the articles of every shingle that is looked up.

Texts that resemble each other share most of the shingles with the smallest hashes (see `carikm.index.copies`), so of
each article the `LOOKED_UP` smallest lead to it. The table `shingles` has the articles of each such hash, in buckets
by its low 16 bits: the articles as differences between neighbours, in as few bytes as the largest needs, and
beside each the high 16 bits of the hash. Four bytes or so for each shingle are a sixth of what whole sketches take.
"""

from array import array
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Literal, NamedTuple

from carikm.index.copies import LOOKED_UP

_LOW = 0xFFFF
_WIDTHS: Mapping[int, Literal["B", "H", "I"]] = {1: "B", 2: "H", 4: "I"}


class Bucket(NamedTuple):
    """The articles, ascending, of the hashes that end in the same 16 bits, and the first 16 bits of each hash."""

    articles: Sequence[int]
    highs: Sequence[int]

    def having(self, shingle: int) -> list[int]:
        """Give the articles of one shingle of this bucket."""
        high = shingle >> 16
        return [article for article, other in zip(self.articles, self.highs, strict=True) if other == high]


NO_BUCKET = Bucket((), ())


def bucket_of(shingle: int) -> int:
    """Tell the bucket of a shingle."""
    return shingle & _LOW


def looked_up(shingles: bytes) -> list[int]:
    """Give the shingles of a sketch that lead to its article."""
    return list(dict.fromkeys(memoryview(shingles).cast("I")[:LOOKED_UP]))


def shingle_rows(shingles: "array[int]", articles: "array[int]") -> Iterator[tuple[int, bytes]]:
    """Give the rows of the table for shingles and, beside each, the article that it leads to, ascending."""
    import numpy as np

    hashes, numbers = np.array(shingles, np.uint32), np.array(articles, np.uint32)
    buckets = (hashes & np.uint32(_LOW)).astype(np.uint16)
    order = np.argsort(buckets, kind="stable")
    buckets, numbers, highs = buckets[order], numbers[order], (hashes[order] >> np.uint32(16)).astype(np.uint16)
    _, starts = np.unique(buckets, return_index=True)
    edges = [*starts.tolist(), len(buckets)]
    for first, last in pairwise(edges):
        part = slice(first, last)
        yield int(buckets[first]), pack_bucket(Bucket(numbers[part].tolist(), highs[part].tolist()))


def pack_bucket(bucket: Bucket) -> bytes:
    """Pack a bucket that is not empty."""
    articles = bucket.articles
    steps = [articles[0], *(after - before for before, after in pairwise(articles))]
    largest = max(steps)
    width = 1 if largest < 1 << 8 else 2 if largest < 1 << 16 else 4
    return bytes([width]) + array(_WIDTHS[width], steps).tobytes() + array("H", bucket.highs).tobytes()


def unpack_bucket(data: bytes) -> Bucket:
    """Unpack a bucket.

    Raises:
        ValueError: that is no bucket.
    """
    width = data[0] if data else 0
    if width not in _WIDTHS or (len(data) - 1) % (width + 2):
        raise ValueError("a bucket of shingles that is none")
    end = 1 + (len(data) - 1) // (width + 2) * width
    return Bucket(
        list(accumulate(memoryview(data[1:end]).cast(_WIDTHS[width]))), memoryview(data[end:]).cast("H").tolist()
    )


def without(bucket: Bucket, article: int, shingle: int) -> Bucket:
    """Take an article's shingle out of its bucket.

    Raises:
        ValueError: it is not there.
    """
    first = bisect_left(bucket.articles, article)
    for place in range(first, len(bucket.articles)):
        if bucket.articles[place] != article:
            break
        if bucket.highs[place] == shingle >> 16:
            articles, highs = list(bucket.articles), list(bucket.highs)
            del articles[place], highs[place]
            return Bucket(articles, highs)
    raise ValueError(f"a shingle of article {article} that is not there")


def with_last(bucket: Bucket, article: int, shingle: int) -> Bucket:
    """Put a shingle of an article into its bucket that comes behind all others."""
    return Bucket([*bucket.articles, article], [*bucket.highs, shingle >> 16])
