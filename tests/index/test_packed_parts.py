"""Packed blocks of which articles are taken out, or behind which others are put: the bytes that packing all gives."""

from array import array
from collections.abc import Sequence
from contextlib import suppress
from typing import Any, NamedTuple
from unittest.mock import patch

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.index import blocks, packing
from carikm.index.blocks import BOUND_STEPS, MOST_SETS, NO_ENTRIES, Block, Entries
from carikm.index.packed import opened
from carikm.index.packing import pack_block
from carikm.index.updating.adding import PackedEnd
from carikm.index.updating.packed_parts import joined_columns
from carikm.index.updating.taking_out import Left, taken_out

_CHUNKS = 4
_COUNTS = st.one_of(st.just(1), st.integers(1, 300), st.integers(1, 0xFFFF))
_FORMS = st.one_of(st.just(0), st.integers(0, 3), st.integers(0, 70_000))
_WORDS = st.dictionaries(_FORMS, _COUNTS, min_size=1, max_size=2)
# Articles one beside the other, somewhere in a run, some steps of a byte apart, or far from each other.
_NUMBERS = st.one_of(
    st.integers(0, 30).map(lambda number: 1_000 + number),
    st.integers(0, 200),
    st.integers(0, 40).map(lambda number: 50 * number),
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
    """Put entries (text, form, occurrences) into columns, such as an update has."""
    texts, forms, counts = zip(*sorted(rows), strict=True) if rows else ((), (), ())
    return Entries(array("I", texts), *map(_column, (counts, forms)))


def _column(numbers: Sequence[int]) -> Sequence[int]:
    return bytes(numbers) if max(numbers, default=0) < 1 << 8 else array("I", numbers)


class _Fours(Sequence[int]):
    """The articles of chunks, four chunks to each."""

    def __getitem__(self, chunk: Any) -> Any:
        return chunk // _CHUNKS

    def __len__(self) -> int:
        return 1 << 31


def _block(articles: dict[int, _Own]) -> Block:
    """Make a block of articles, each of which has four chunks of both kinds."""
    body, leads, boilerplate = [], [], []
    for article, own in articles.items():
        for rows, texts in ((body, own.body), (boilerplate, own.boilerplate)):
            for chunk, words in texts.items():
                rows += [(_CHUNKS * article + chunk, form, count) for form, count in words.items()]
        if own.body:
            leads += [(article, form, count) for form, count in own.lead.items()]
    bounds = bytes(own.bound for _, own in sorted(articles.items()) if own.body)
    return Block(_entries(body), bounds, _entries(leads), _entries(boilerplate))


def _packed(articles: dict[int, _Own]) -> bytes:
    return pack_block(_block(articles), _Fours())


def _taken_out(data: bytes, article: int) -> Left | None:
    texts = range(_CHUNKS * article, _CHUNKS * (article + 1))
    return taken_out(opened(data), article, texts, texts)


@settings(max_examples=50)  # an archive of blocks takes long to make
@given(_ARTICLES, st.data())
def test_what_is_left_is_packed_as_if_it_had_never_had_more(articles: dict[int, _Own], data: st.DataObject) -> None:
    with patch.object(packing, "_FEW", 2):
        article = data.draw(st.sampled_from(sorted(articles)))
        packed = _packed(articles)
        left = _taken_out(packed, article)
        others = {number: own for number, own in articles.items() if number != article}
        if left is None:  # a body whose bits are no longer close together, or are now, is left to others
            return
        assert left.content == opened(_packed(others))
    of_body = [number for number, own in others.items() if own.body]
    of_boilerplate = [_CHUNKS * number + chunk for number, own in others.items() for chunk in own.boilerplate]
    assert left.first_article == min(of_body, default=None)
    assert left.first_boilerplate == min(of_boilerplate, default=None)


@pytest.mark.parametrize("behind", range(9))
def test_steps_of_a_byte_become_one_of_more(behind: int) -> None:
    """Of articles that stand each some way behind the other, one is taken out."""
    numbers = [100, 300, *range(500, 500 + behind)]
    articles = {number: _Own(7, {0: {0: 1}}, {0: 1}, {0: {0: 1}}) for number in numbers}
    left = _taken_out(_packed(articles), 300)
    del articles[300]
    assert left is not None
    assert left.content == opened(_packed(articles))


_COLUMNS = st.one_of(
    st.binary(max_size=12),
    st.lists(st.integers(0, 0xFFFF), max_size=12).map(lambda numbers: array("H", numbers)),
    st.lists(st.integers(0, 0xFFFFFFFF), max_size=12).map(lambda numbers: array("I", numbers)),
)


@given(_COLUMNS, st.one_of(_COLUMNS, st.lists(st.integers(0, 0xFFFFFFFF), max_size=12)))
def test_columns_of_all_widths_are_joined(column: Sequence[int], more: Sequence[int]) -> None:
    assert list(joined_columns(column, more)) == [*column, *more]


@given(st.sets(st.integers(0, 200), min_size=20), st.data())
def test_of_chunks_that_lie_close_together_there_is_always_something_left(
    numbers: set[int], data: st.DataObject
) -> None:
    article = data.draw(st.sampled_from(sorted(numbers)))
    articles = {number: _Own(number % 60 + 1, {number % _CHUNKS: {number % 3: 1}}, {}, {}) for number in numbers}
    left = _taken_out(_packed(articles), article)
    del articles[article]
    assert left is not None
    assert left.content == opened(_packed(articles))


def test_sets_of_forms_that_were_joined_are_not_taken_apart() -> None:
    articles = {number: _Own(7, {0: {number % 64: 1, number * 7 % 61: 2}}, {}, {}) for number in range(2 * MOST_SETS)}
    assert _taken_out(_packed(articles), 9) is None


@settings(max_examples=50)  # an archive of blocks takes long to make
@given(_ARTICLES, st.data())
def test_an_article_that_is_not_there_takes_nothing_along(articles: dict[int, _Own], data: st.DataObject) -> None:
    absent = data.draw(_NUMBERS.filter(lambda number: number not in articles))
    packed = _packed(articles)
    left = _taken_out(packed, absent)
    assert left is not None
    assert left.content == opened(packed)


@given(st.one_of(st.binary(max_size=200), _ARTICLES.map(_packed).map(lambda data: data[:-1])))
def test_what_is_no_block_is_left_alone_or_copied(data: bytes) -> None:
    with suppress(blocks.BadBlock):
        taken_out(opened(data), 3, range(12, 16), range(12, 16))


@pytest.mark.parametrize("end", range(12))
def test_a_block_cut_short_is_not_read(end: int) -> None:
    packed = pack_block(Block(Entries([12, 20], [1, 2], [0, 1]), b"\5\5", NO_ENTRIES, NO_ENTRIES), {12: 3, 20: 5})
    assert end < len(opened(packed))
    assert taken_out(opened(packed)[:end], 3, range(12, 16), range(0)) is None


def _put_behind(data: bytes, articles: dict[int, _Own]) -> bytes | None:
    return PackedEnd(data).followed_by(_block(articles), _Fours(), packing.BUILT_LEVEL)


def _cut(articles: dict[int, _Own], place: int) -> tuple[dict[int, _Own], dict[int, _Own]]:
    """Cut articles into those that come first and those behind."""
    numbers = sorted(articles)
    first, behind = ({number: articles[number] for number in part} for part in (numbers[:place], numbers[place:]))
    return first, behind


@settings(max_examples=50)  # an archive of blocks takes long to make
@given(_ARTICLES.filter(lambda articles: len(articles) > 1), st.data())
def test_what_is_put_behind_is_packed_as_if_it_had_been_there(articles: dict[int, _Own], data: st.DataObject) -> None:
    with patch.object(packing, "_FEW", 2):
        first, behind = _cut(articles, data.draw(st.integers(1, len(articles) - 1)))
        packed = _put_behind(_packed(first), behind)
        # A body whose bits are no longer close together, or whose articles are, is left to others.
        assert packed in (None, _packed(articles))


@given(st.sets(st.integers(0, 200), min_size=30), st.data())
def test_behind_chunks_that_lie_close_together_there_is_always_room(numbers: set[int], data: st.DataObject) -> None:
    articles = {number: _Own(number % 60 + 1, {number % _CHUNKS: {number % 3: 1}}, {1: 2}, {}) for number in numbers}
    lowest, other, *_ = sorted(numbers)
    # The set that those without the term have is the first, and stays it.
    articles[lowest] = articles[lowest]._replace(body={1: {0: 1}})
    articles[other] = articles[other]._replace(body={0: {0: 1, 1: 1}, 2: {1: 1, 2: 300}})
    first, behind = _cut(articles, data.draw(st.integers(20, len(articles) - 1)))
    assert _put_behind(_packed(first), behind) == _packed(articles)


@settings(max_examples=50)  # an archive of blocks takes long to make
@given(_ARTICLES)
def test_a_block_tells_how_many_articles_it_has(articles: dict[int, _Own]) -> None:
    pages = sum(len(own.boilerplate) for own in articles.values())
    assert PackedEnd(_packed(articles)).articles == sum(bool(own.body) for own in articles.values()) + pages


@given(st.one_of(st.binary(max_size=200), _ARTICLES.map(_packed).map(lambda data: data[:-1])))
def test_behind_what_is_no_block_nothing_is_put_or_it_is_copied(data: bytes) -> None:
    with suppress(ValueError, IndexError, OverflowError):
        _put_behind(data, {1 << 28: _Own(1, {0: {0: 1}}, {}, {})})
