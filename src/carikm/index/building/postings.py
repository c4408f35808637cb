"""The postings of many terms, packed at once: what `carikm.index.blocks` says of one, over columns of all."""

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from carikm.index.blocks import BLOCK_ARTICLES, BOUND_STEPS, LARGEST_BOUND, Averages, form_bit
from carikm.index.bounds import length_norms
from carikm.index.packing import (
    are_close,
    are_many,
    finished,
    put_articles,
    put_bits,
    put_number,
    put_once_more,
    put_sets,
    told_apart,
)
from carikm.index.weights import CHUNK_WEIGHT, LEAD_LENGTH, LEAD_WEIGHT, saturation

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]


class Texts(NamedTuple):
    """What postings need to know of an index's texts.

    `chunk_articles` and `boilerplate_articles` have the article of each chunk, `is_copy` tells of each article
    whether it is a copy. Lengths are in tokens; `averages` are those of articles, chunks and leads that count.
    """

    chunk_articles: "Numbers"
    boilerplate_articles: "Numbers"
    is_copy: "Numbers"
    article_lengths: "Numbers"
    body_lengths: "Numbers"
    averages: Averages


class Sorted(NamedTuple):
    """Entries of one kind of texts in columns, ascending by term, text and form."""

    terms: "Numbers"
    texts: "Numbers"
    forms: "Numbers"
    occurrences: "Numbers"


class Bounds(NamedTuple):
    """For each term and each article of its body entries, in order, the most it can add to a score, in steps.

    `forms` has the set of the forms of each (see `carikm.index.blocks.form_bit`), in 64 bits.
    """

    terms: "Numbers"
    articles: "Numbers"
    steps: "Numbers"
    forms: "Numbers"


def sort_entries(terms: "Numbers", texts: "Numbers", forms: "Numbers", occurrences: "Numbers") -> Sorted:
    """Sort entries; terms and forms are below 2¹⁶, texts below 2³²."""
    import numpy as np

    keys = terms.astype(np.uint64)
    keys <<= np.uint64(32)
    keys |= texts
    keys <<= np.uint64(16)
    keys |= forms.astype(np.uint64)
    order = np.argsort(keys)  # no two are alike
    return Sorted(terms[order], texts[order], forms[order], occurrences[order])


def distinct(keys: "Numbers", texts: "Numbers", number: int) -> list[int]:
    """Count the distinct texts beside each key from 0 to `number`."""
    import numpy as np

    pairs = _keys(keys, texts)
    if (pairs[1:] < pairs[:-1]).any():  # those of terms are in order
        pairs.sort()
    found: list[int] = np.bincount((pairs[_changes(pairs)] >> np.uint64(32)).astype(np.intp), minlength=number).tolist()
    return found


def bounds_of(body: Sorted, leads: Sorted, texts: Texts) -> Bounds:
    """Compute what `carikm.index.bounds.bounds_of` does, for all terms at once."""
    import numpy as np

    if not len(body.terms):
        return Bounds(body.terms, body.texts, np.zeros(0, np.uint8), body.texts)
    article_norms, chunk_norms, lead_norms = length_norms(texts.averages)
    articles = texts.chunk_articles[body.texts]
    chunk_starts = _changes(body.terms, body.texts)
    in_chunk = np.add.reduceat(body.occurrences.astype(np.int64), chunk_starts)
    norms = chunk_norms[0] + chunk_norms[1] * texts.body_lengths[body.texts[chunk_starts]]
    of_chunks = saturation(in_chunk, norms)
    terms, articles = body.terms[chunk_starts], articles[chunk_starts]
    starts = _changes(terms, articles)
    terms, articles = terms[starts], articles[starts]
    lengths = texts.article_lengths[articles]
    total = np.add.reduceat(in_chunk, starts)
    most = saturation(total, article_norms[0] + article_norms[1] * lengths)
    most += CHUNK_WEIGHT * np.maximum.reduceat(of_chunks, starts)
    if len(leads.terms):
        lead_starts = _changes(leads.terms, leads.texts)
        keys = _keys(leads.terms[lead_starts], leads.texts[lead_starts])
        places = np.searchsorted(_keys(terms, articles), keys)
        in_lead = np.add.reduceat(leads.occurrences.astype(np.int64), lead_starts)
        norms = lead_norms[0] + lead_norms[1] * np.minimum(lengths[places], LEAD_LENGTH)
        most[places] += LEAD_WEIGHT * saturation(in_lead, norms)
    steps = np.minimum(BOUND_STEPS, 1 + (BOUND_STEPS * most / LARGEST_BOUND).astype(np.int64))
    firsts = chunk_starts[starts]
    bit_of = np.array([form_bit(form) for form in range(int(body.forms.max()) + 1)], np.uint64)
    forms = np.bitwise_or.reduceat(bit_of[body.forms], firsts)
    return Bounds(terms, articles, steps.astype(np.uint8), forms)


def _keys(terms: "Numbers", texts: "Numbers") -> "Numbers":
    import numpy as np

    return terms.astype(np.uint64) << np.uint64(32) | texts


def _changes(*columns: "Numbers") -> "Numbers":
    """Tell where any of some columns has another value than in the place before."""
    import numpy as np

    is_new = np.ones(len(columns[0]), bool)
    is_new[1:] = np.logical_or.reduce([column[1:] != column[:-1] for column in columns])
    return np.flatnonzero(is_new)


class Part(NamedTuple):
    """The half-open ranges of one block's entries, of each kind, and of its bounds."""

    term: int
    first: int
    body: tuple[int, int]
    bounds: tuple[int, int]
    leads: tuple[int, int]
    boilerplate: tuple[int, int]


def pack_terms(
    body: Sorted, leads: Sorted, boilerplate: Sorted, texts: Texts, number: int
) -> Iterator[tuple[int, int, bytes]]:
    """Pack the entries of `number` terms: for each block its term, the number of its first article, and its bytes."""
    bounds = bounds_of(body, leads, texts)
    parts = list(_parts(body, leads, boilerplate, bounds, texts, number))
    of_body = _Columns(body, [part.body for part in parts])
    of_leads = _Columns(leads, [part.leads for part in parts])
    of_page = _Columns(boilerplate, [part.boilerplate for part in parts])
    articles = _Articles(bounds, [part.bounds for part in parts])
    for place, part in enumerate(parts):
        packed = bytearray()
        of_page.put(packed, place)
        start, end = part.bounds
        put_number(packed, end - start)
        if end > start:
            articles.put(packed, place)
            of_body.put(packed, place, may_be_bits=True)
            of_leads.put(packed, place)
        yield part.term, part.first, finished(packed)


def _parts(
    body: Sorted, leads: Sorted, boilerplate: Sorted, bounds: Bounds, texts: Texts, number: int
) -> Iterator[Part]:
    """Cut the entries of each term into runs of articles, in order."""
    import numpy as np

    of_body, of_page = texts.chunk_articles[body.texts], texts.boilerplate_articles[boilerplate.texts]
    columns = [(body.terms, of_body), (bounds.terms, bounds.articles), (leads.terms, leads.texts)]
    columns.append((boilerplate.terms, of_page))
    ends = [np.searchsorted(terms, np.arange(number + 1)) for terms, _ in columns]
    firsts = np.append(bounds.articles, 0)[ends[1]].tolist()
    for term, ranges in enumerate(zip(*(pairwise(of.tolist()) for of in ends), strict=True)):
        (first_bound, last_bound), (first_page, last_page) = ranges[1], ranges[3]
        if last_page == first_page and 0 < last_bound - first_bound <= BLOCK_ARTICLES:
            yield Part(term, firsts[term], *ranges)
            continue
        found = np.unique(np.concatenate([bounds.articles[first_bound:last_bound], of_page[first_page:last_page]]))
        for start in range(0, len(found), BLOCK_ARTICLES):
            run = found[start : start + BLOCK_ARTICLES]
            cut = [
                tuple(first + np.searchsorted(articles[first:last], [run[0], run[-1] + 1]).astype(int))
                for (_, articles), (first, last) in zip(columns, ranges, strict=True)
            ]
            yield Part(term, int(run[0]), *((int(a), int(b)) for a, b in cut))


class _Ascending:
    """Numbers that ascend, cut into blocks, as the steps between neighbours."""

    def __init__(self, numbers: "Numbers", ranges: Sequence[tuple[int, int]]) -> None:
        import numpy as np

        self._filled = [place for place, (start, end) in enumerate(ranges) if end > start]
        starts = self.starts = np.array([ranges[place][0] for place in self._filled], np.int64)
        ends = np.array([ranges[place][1] for place in self._filled], np.int64)
        steps = np.zeros(len(numbers), np.uint32)
        np.subtract(numbers[1:], numbers[:-1], out=steps[1:])
        # The first number stands by itself: its column must not tell of it.
        several = starts[ends - starts > 1]
        steps[several] = steps[several + 1]
        steps[starts[ends - starts == 1]] = 0
        self._steps = _Column(steps, starts)
        self.firsts = dict(zip(self._filled, numbers[starts].tolist(), strict=True)) if self._filled else {}
        self.places = {place: number for number, place in enumerate(self._filled)}

    def put(self, packed: bytearray, place: int, start: int, end: int) -> None:
        """Write those of one block, of which there is one at least."""
        put_number(packed, self.firsts[place])
        if end > start + 1:
            self._steps.put(packed, self.places[place], start + 1, end)


class _Articles:
    """The articles of body entries, cut into blocks."""

    def __init__(self, bounds: Bounds, ranges: Sequence[tuple[int, int]]) -> None:
        self._ranges = ranges
        self._articles = _Ascending(bounds.articles, ranges)
        self._bounds = bounds
        self._steps = bounds.steps.tobytes()

    def put(self, packed: bytearray, place: int) -> None:
        """Write those of one block, of which there is one at least."""
        start, end = self._ranges[place]
        articles, forms = self._bounds.articles, self._bounds.forms[start:end].tolist()
        if are_many(end - start, int(articles[start]), int(articles[end - 1])):
            put_articles(packed, articles[start:end].tolist(), self._steps[start:end], forms)
            return
        self._articles.put(packed, place, start, end)
        packed += self._steps[start:end]
        put_sets(packed, *told_apart(forms))


class _Columns:
    """The entries of one kind, cut into blocks, with what is known of each block's columns."""

    def __init__(self, entries: Sorted, ranges: Sequence[tuple[int, int]]) -> None:
        self._ranges = ranges
        self._entries = entries.texts
        self._texts = _Ascending(entries.texts, ranges)
        self._columns = [_Column(column, self._texts.starts) for column in (entries.occurrences, entries.forms)]

    def put(self, packed: bytearray, place: int, *, may_be_bits: bool = False) -> None:
        """Write the entries of one block."""
        start, end = self._ranges[place]
        put_number(packed, end - start)
        if end > start:
            if not (may_be_bits and self._put_bits(packed, self._entries[start:end])):
                self._texts.put(packed, place, start, end)
            number = self._texts.places[place]
            for column in self._columns:
                column.put(packed, number, start, end)

    def _put_bits(self, packed: bytearray, texts: "Numbers") -> bool:
        """Write texts as bits, if they lie close together."""
        import numpy as np

        first, last = int(texts[0]), int(texts[-1])
        if not are_close(len(texts), first, last):  # a cheap test: there are no more chunks than entries
            return False
        is_new = np.ones(len(texts), bool)
        np.not_equal(texts[1:], texts[:-1], out=is_new[1:])
        chunks = texts[is_new]
        if not are_close(len(chunks), first, last):
            return False
        flags = np.zeros(last - (first >> 3 << 3) + 1, np.uint8)
        flags[chunks - np.uint32(first >> 3 << 3)] = 1
        put_bits(packed, first, int.from_bytes(np.packbits(flags, bitorder="little").tobytes(), "little"))
        put_once_more(packed, (np.cumsum(is_new) - 1)[~is_new].tolist())
        return True


class _Column:
    """One column, written in each width, and the smallest and the largest number of each block."""

    def __init__(self, numbers: "Numbers", starts: "Numbers") -> None:
        import numpy as np

        self._least: list[int] = np.minimum.reduceat(numbers, starts).tolist() if len(starts) else []
        self._most: list[int] = np.maximum.reduceat(numbers, starts).tolist() if len(starts) else []
        most = max(self._most, default=0)
        self._bytes = {1: numbers.astype(np.uint8).tobytes()}
        if most >= 1 << 8:
            self._bytes[2] = numbers.astype(np.uint16).tobytes()
        if most >= 1 << 16:
            self._bytes[4] = numbers.astype(np.uint32).tobytes()

    def put(self, packed: bytearray, block: int, start: int, end: int) -> None:
        """Write what stands from `start` to `end`, as `carikm.index.blocks` would."""
        most = self._most[block]
        if self._least[block] == most:
            packed.append(0)
            put_number(packed, most)
            return
        width = 1 if most < 1 << 8 else 2 if most < 1 << 16 else 4
        packed.append(width)
        packed += self._bytes[width][start * width : end * width]
