"""Sets of chunks as whole numbers."""

from array import array
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from carikm.index.bits import (
    bits_of,
    bits_of_runs,
    copies_among,
    count_articles,
    first_chunks_of,
    firsts_in,
    numbers_in,
    without_first,
)


@given(st.sets(st.integers(0, 300), max_size=300))
def test_a_set_comes_out_as_it_went_in(numbers: set[int]) -> None:
    bits = bits_of(list(numbers), 301)
    assert numbers_in(bits) == sorted(numbers)
    assert bits.bit_count() == len(numbers)


@given(st.lists(st.lists(st.booleans(), max_size=9), min_size=1), st.integers(0, 3))
def test_each_article_loses_its_first_chunks(articles: list[list[bool]], times: int) -> None:
    """Given as whether each chunk of each article is in the set; some articles have no chunk."""
    chunks = [is_in for article in articles for is_in in article]
    starts = array("I", [0, *accumulate(map(len, articles))][:-1])
    firsts = int.from_bytes(first_chunks_of(starts, len(chunks)), "little")
    left = bits_of([chunk for chunk, is_in in enumerate(chunks) if is_in], len(chunks))
    for _ in range(times):
        left = without_first(left, firsts, firsts >> 1 | 1 << len(chunks))
    of_articles = [
        [start + place for place, is_in in enumerate(article) if is_in]
        for start, article in zip(starts, articles, strict=True)
    ]
    assert numbers_in(left) == [chunk for article in of_articles for chunk in article[times:]]


@given(st.lists(st.lists(st.booleans(), max_size=9), min_size=1), st.integers(0, 9))
def test_articles_with_any_chunk_are_counted(articles: list[list[bool]], gone: int) -> None:
    """Given as whether each chunk is in the set; in front may be chunks of articles that have gone, in no set."""
    chunks = [False] * gone + [is_in for article in articles for is_in in article]
    starts = [gone + start for start in accumulate(map(len, articles[:-1]), initial=0)]
    firsts = bits_of([start for start in starts if start < len(chunks)], len(chunks))
    bits = bits_of([chunk for chunk, is_in in enumerate(chunks) if is_in], len(chunks))
    lasts = firsts >> 1 | 1 << len(chunks)
    assert count_articles(bits, firsts, lasts) == sum(map(any, articles))
    first_of_each = [
        start + article.index(True) for start, article in zip(starts, articles, strict=True) if any(article)
    ]
    assert numbers_in(firsts_in(bits, firsts, lasts)) == first_of_each


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(1, 20))), st.integers(0, 9))
def test_runs_are_all_that_is_in_them(steps: list[tuple[int, int]], behind: int) -> None:
    """Given as how far each begins behind the one before, and how long it is."""
    starts: list[int] = []
    ends: list[int] = []
    for gap, length in steps:
        starts.append((ends[-1] if ends else 0) + gap)
        ends.append(starts[-1] + length)
    size = (ends[-1] if ends else 0) + behind
    within = [number for start, end in zip(starts, ends, strict=True) for number in range(start, end)]
    assert numbers_in(bits_of_runs(starts, ends, size)) == within


def test_copies_are_those_for_which_another_stands() -> None:
    assert array("I", copies_among([0, 0, 2, 2])).tolist() == [1, 3]
