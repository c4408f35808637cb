"""An article taken out of a packed block: the bytes that packing the others gives, or no answer."""

from contextlib import suppress
from typing import NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from carikm.index import blocks
from carikm.index.blocks import BOUND_STEPS, MOST_SETS, NO_ENTRIES, Block, Entries, pack_block
from carikm.index.updating.taking_out import Left, taken_out

_CHUNKS = 4
_COUNTS = st.one_of(st.just(1), st.integers(1, 300), st.integers(1, 0xFFFF))
_FORMS = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 70_000))
_WORDS = st.dictionaries(_FORMS, _COUNTS, min_size=1, max_size=2)
# Articles one beside the other, somewhere in a run, or far from each other.
_NUMBERS = st.one_of(
    st.integers(0, 30).map(lambda number: 1_000 + number),
    st.integers(0, 200),
    st.integers(0, 1 << 28),
)


class _Own(NamedTuple):
    """What an article has of a term: of each chunk, of its lead, and of its boilerplate, how often in which form."""

    bound: int
    body: dict[int, dict[int, int]]
    lead: dict[int, int]
    boilerplate: dict[int, dict[int, int]]


_IN_CHUNKS = st.dictionaries(st.integers(0, _CHUNKS - 1), _WORDS, max_size=_CHUNKS)
_OWN = st.builds(_Own, st.integers(1, BOUND_STEPS), _IN_CHUNKS, st.one_of(st.just({}), _WORDS), _IN_CHUNKS).filter(
    lambda own: own.body or own.boilerplate
)
_ARTICLES = st.dictionaries(_NUMBERS, _OWN, min_size=1, max_size=40)


def _entries(rows: list[tuple[int, int, int]]) -> Entries:
    """Put entries (text, form, occurrences) into columns."""
    texts, forms, counts = zip(*sorted(rows), strict=True) if rows else ((), (), ())
    return Entries(texts, counts, forms)


def _packed(articles: dict[int, _Own]) -> bytes:
    """Pack a block of articles, each of which has four chunks of both kinds."""
    body, leads, boilerplate = [], [], []
    for article, own in articles.items():
        for rows, texts in ((body, own.body), (boilerplate, own.boilerplate)):
            for chunk, words in texts.items():
                rows += [(_CHUNKS * article + chunk, form, count) for form, count in words.items()]
        if own.body:
            leads += [(article, form, count) for form, count in own.lead.items()]
    bounds = bytes(own.bound for _, own in sorted(articles.items()) if own.body)
    block = Block(_entries(body), bounds, _entries(leads), _entries(boilerplate))
    return pack_block(block, {chunk: chunk // _CHUNKS for chunk, _, _ in body})


def _taken_out(data: bytes, article: int) -> Left | None:
    texts = range(_CHUNKS * article, _CHUNKS * (article + 1))
    return taken_out(data, article, texts, texts, blocks.BUILT_LEVEL)


@given(_ARTICLES, st.data())
def test_what_is_left_is_packed_as_if_it_had_never_had_more(articles: dict[int, _Own], data: st.DataObject) -> None:
    with patch.object(blocks, "_FEW", 2):
        article = data.draw(st.sampled_from(sorted(articles)))
        packed = _packed(articles)
        left = _taken_out(packed, article)
        others = {number: own for number, own in articles.items() if number != article}
        # A body whose bits are no longer close together, or are now, is left to others.
        assume(left is not None)
        assert left is not None
        assert left.data == _packed(others)
    of_body = [number for number, own in others.items() if own.body]
    of_boilerplate = [_CHUNKS * number + chunk for number, own in others.items() for chunk in own.boilerplate]
    assert left.first_article == min(of_body, default=None)
    assert left.first_boilerplate == min(of_boilerplate, default=None)


@given(st.sets(st.integers(0, 200), min_size=20), st.data())
def test_of_chunks_that_lie_close_together_there_is_always_something_left(
    numbers: set[int], data: st.DataObject
) -> None:
    article = data.draw(st.sampled_from(sorted(numbers)))
    articles = {number: _Own(number % 60 + 1, {number % _CHUNKS: {number % 3: 1}}, {}, {}) for number in numbers}
    left = _taken_out(_packed(articles), article)
    del articles[article]
    assert left is not None
    assert left.data == _packed(articles)


def test_sets_of_forms_that_were_joined_are_not_taken_apart() -> None:
    articles = {number: _Own(7, {0: {number % 64: 1, number * 7 % 61: 2}}, {}, {}) for number in range(2 * MOST_SETS)}
    assert _taken_out(_packed(articles), 9) is None


@given(_ARTICLES, st.data())
def test_an_article_that_is_not_there_takes_nothing_along(articles: dict[int, _Own], data: st.DataObject) -> None:
    absent = data.draw(_NUMBERS.filter(lambda number: number not in articles))
    packed = _packed(articles)
    left = _taken_out(packed, absent)
    assert left is not None
    assert left.data == packed


@given(st.one_of(st.binary(max_size=200), _ARTICLES.map(_packed).map(lambda data: data[:-1])))
def test_what_is_no_block_is_left_alone_or_copied(data: bytes) -> None:
    with suppress(blocks.BadBlock):
        taken_out(data, 3, range(12, 16), range(12, 16))


@pytest.mark.parametrize("end", range(12))
def test_a_block_cut_short_is_not_read(end: int) -> None:
    packed = pack_block(Block(Entries([12, 20], [1, 2], [0, 1]), b"\5\5", NO_ENTRIES, NO_ENTRIES), {12: 3, 20: 5})
    assert end < len(packed)
    assert taken_out(packed[:end], 3, range(12, 16), range(0)) is None
