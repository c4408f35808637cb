"""Postings packed into blocks: what goes in comes out, what is no block is refused, no bound is too low."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import suppress
from itertools import chain
from typing import Any, NamedTuple

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carikm.index.blocks import (
    BOUND_STEPS,
    LARGEST_BOUND,
    NO_ENTRIES,
    OWN_FORM,
    Averages,
    Block,
    Entries,
    form_bit,
    joined,
)
from carikm.index.bounds import bounds_of
from carikm.index.packed import PackedBlock, unpack_block
from carikm.index.packing import pack_block
from carikm.index.weights import (
    ARTICLE_B,
    CHUNK_B,
    CHUNK_WEIGHT,
    K1,
    LEAD_B,
    LEAD_LENGTH,
    LEAD_WEIGHT,
    length_norm,
)

_COUNTS = st.one_of(st.just(1), st.integers(1, 300), st.integers(1, 0xFFFF))
_FORMS = st.one_of(st.just(0), st.integers(0, 5), st.integers(0, 70_000))


@st.composite
def _entries(draw: st.DrawFn) -> Entries:
    largest = draw(st.sampled_from([50, 5_000, 1 << 30]))
    rows = draw(
        st.lists(st.tuples(st.integers(0, largest), _COUNTS, _FORMS), max_size=80, unique_by=lambda row: row[0])
    )
    texts, occurrences, forms = zip(*sorted(rows), strict=True) if rows else ((), (), ())
    return Entries(texts, occurrences, forms)


@st.composite
def _bodies(draw: st.DrawFn) -> Entries:
    """Body chunks far from each other, or close together and some of them twice, in two forms."""
    if draw(st.booleans()):
        return draw(_entries())
    first = draw(st.sampled_from([0, 7, 4_001, 1 << 29]))
    chunks = draw(st.sets(st.integers(first, first + 400), min_size=1, max_size=80))
    rows = [(chunk, form) for chunk in chunks for form in draw(st.sets(st.integers(0, 3), min_size=1, max_size=2))]
    counts = draw(st.lists(_COUNTS, min_size=len(rows), max_size=len(rows)))
    texts, forms = zip(*sorted(rows), strict=True)
    return Entries(texts, counts, forms)


class _Threes(Sequence[int]):
    """The articles of chunks, three chunks to each."""

    def __getitem__(self, chunk: Any) -> Any:
        return chunk // 3

    def __len__(self) -> int:
        return 1 << 31


_CHUNK_ARTICLES = _Threes()


@st.composite
def _blocks(draw: st.DrawFn) -> Block:
    body = draw(_bodies())
    articles = len({_CHUNK_ARTICLES[chunk] for chunk in body.texts})
    # Only an article's body has a lead.
    leads = draw(_entries()) if articles else NO_ENTRIES
    return Block(
        body,
        bytes(draw(st.lists(st.integers(1, BOUND_STEPS), min_size=articles, max_size=articles))),
        leads,
        draw(_entries()),
    )


_BLOCKS = _blocks()


def _packed(block: Block) -> bytes:
    return pack_block(block, _CHUNK_ARTICLES)


def _listed(block: Block) -> list[object]:
    parts = [[list(column) for column in entries] for entries in (block.body, block.leads, block.boilerplate)]
    return [*parts, block.bounds]


@given(_BLOCKS)
def test_a_block_comes_out_as_it_went_in(block: Block) -> None:
    assert _listed(unpack_block(_packed(block))) == _listed(block)


@given(st.lists(_BLOCKS, min_size=1, max_size=4))
def test_blocks_are_put_together_in_their_order(blocks: list[Block]) -> None:
    whole = _listed(joined([unpack_block(_packed(block)) for block in blocks]))
    for part in range(3):
        for column in range(3):
            assert whole[part][column] == list(chain(*(_listed(block)[part][column] for block in blocks)))  # type: ignore[index]


@given(st.one_of(st.binary(max_size=200), _BLOCKS.map(_packed).map(lambda data: data[:-1])))
def test_what_is_no_block_is_refused_or_read_and_nothing_else(data: bytes) -> None:
    with suppress(ValueError):
        unpack_block(data)


def test_an_empty_block() -> None:
    assert unpack_block(_packed(Block(NO_ENTRIES, b"", NO_ENTRIES, NO_ENTRIES))).body.texts == ()


def test_a_block_cut_short_is_refused() -> None:
    packed = _packed(Block(Entries([3, 9], [1, 2], [0, 1]), b"\5\5", NO_ENTRIES, NO_ENTRIES))
    for end in range(len(packed)):
        with pytest.raises(ValueError):
            unpack_block(packed[:end])


class _Lengths(NamedTuple):
    article_lengths: Sequence[int]
    body_lengths: Sequence[int]
    averages: Averages


def _saturation(count: int, length: float, average: float, b: float) -> float:
    return (K1 + 1) * count / (count + length_norm(length, average, b)) if count else 0.0  # type: ignore[arg-type]


@given(
    st.lists(
        st.lists(st.tuples(st.integers(0, 9), st.integers(1, 60)), min_size=1, max_size=4), min_size=1, max_size=5
    ),
    st.floats(0.8, 1.0),
)
def test_no_bound_is_below_what_a_chunk_scores(articles: list[list[tuple[int, int]]], drift: float) -> None:
    """Given as (occurrences, length) of the chunks of articles; `drift` is how far averages have moved since."""
    lengths = [sum(max(length, count) for count, length in chunks) for chunks in articles]
    chunks = [(article, count, max(length, count)) for article, of in enumerate(articles) for count, length in of]
    averages = Averages(sum(lengths) / len(lengths), sum(lengths) / len(chunks), 25.0)
    held = [number for number, (_, count, _) in enumerate(chunks) if count]
    in_lead = {article: min(count, 3) for article, count, _ in reversed(chunks) if count}
    texts = _Lengths(lengths, [length for _, _, length in chunks], averages)
    found = dict(
        bounds_of(
            held,
            [chunks[number][0] for number in held],
            [chunks[number][1] for number in held],
            sorted(in_lead),
            [in_lead[article] for article in sorted(in_lead)],
            texts,
        )
    )
    now = Averages(*(average * drift for average in averages))
    for number in held:
        article, count, length = chunks[number]
        total = sum(other for at, other, _ in chunks if at == article)
        score = _saturation(total, lengths[article], now.article, ARTICLE_B)
        score += CHUNK_WEIGHT * _saturation(count, length, now.chunk, CHUNK_B)
        lead = min(lengths[article], LEAD_LENGTH)
        score += LEAD_WEIGHT * _saturation(in_lead[article], lead, now.lead, LEAD_B)
        assert 0 < found[article] <= BOUND_STEPS
        assert score <= found[article] / BOUND_STEPS * LARGEST_BOUND + 1e-9


@given(_BLOCKS, st.lists(st.integers(0, 420), max_size=6))
def test_a_range_of_a_block_is_read_as_the_whole_is(block: Block, offsets: list[int]) -> None:
    assume(block.body.texts)
    whole = list(zip(*block.body, strict=True))
    first = block.body.texts[0]
    read = PackedBlock(_packed(block))
    for start in (0, *(first + offset for offset in offsets)):
        for length in (1, 3, 50, 1 << 30):
            found: list[tuple[int, int, int]] = []
            read.add_within(start, start + length, found)
            assert found == [entry for entry in whole if start <= entry[0] < start + length]


@given(_BLOCKS)
def test_the_articles_and_chunks_of_a_block(block: Block) -> None:
    last = max(block.body.texts, default=0)
    assume(last < 10_000)  # what is read is as large as the archive
    read = PackedBlock(_packed(block))
    forms = defaultdict(set)
    for chunk, _, form in zip(*block.body, strict=True):
        forms[_CHUNK_ARTICLES[chunk]].add(form)
    assert read.articles == len(forms)
    bounds = dict(zip(sorted(forms), block.bounds, strict=True))
    for wanted in ((), (0,), (1,), (70_000,), (0, 2, 70_000)):
        codes = bytearray(last // 3 + 1)
        read.put_codes(codes, wanted)
        for article, code in enumerate(codes):
            assert code & ~OWN_FORM == bounds.get(article, 0)
            if article in forms:
                its_bits = {form_bit(its) for its in forms[article]}
                assert bool(code & OWN_FORM) == (not its_bits.isdisjoint(map(form_bit, wanted)))
        bits = bytearray(last // 8 + 1)
        read.put_bits(bits, wanted)
        chunks = {chunk for chunk, _, form in zip(*block.body, strict=True) if form in wanted}
        assert int.from_bytes(bits, "little") == sum(1 << chunk for chunk in chunks)
    bits = bytearray(last // 8 + 1)
    read.put_bits(bits)
    assert int.from_bytes(bits, "little") == sum(1 << chunk for chunk in set(block.body.texts))


def test_of_too_many_sets_of_forms_none_lacks_a_form() -> None:
    """Ten forms, and in each article another choice of them; every other article has not the term."""
    of_articles = {2 * number: [form for form in range(10) if number >> form & 1] for number in range(1, 1 << 10)}
    rows = sorted((3 * article, form) for article, forms in of_articles.items() for form in forms)
    body = Entries([chunk for chunk, _ in rows], [1] * len(rows), [form for _, form in rows])
    read = PackedBlock(_packed(Block(body, b"\7" * len(of_articles), NO_ENTRIES, NO_ENTRIES)))
    own = 0
    for form in range(10):
        codes = bytearray(1 << 11)
        read.put_codes(codes, [form])
        assert {article for article, code in enumerate(codes) if code & ~OWN_FORM} == of_articles.keys()
        flagged = {article for article, code in enumerate(codes) if code > OWN_FORM}
        assert flagged >= {article for article, forms in of_articles.items() if form in forms}
        own += len(flagged)
    assert own < 10 * len(of_articles)
    articles, sets = read.article_forms
    assert list(articles) == list(of_articles)
    assert all(each >> form & 1 for each, forms in zip(sets, of_articles.values(), strict=True) for form in forms)
