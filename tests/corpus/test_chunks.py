"""Chunks hold every word once, in order, and are of a size that can be ranked."""

import re
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from carikm.corpus import BODY, BOILERPLATE
from carikm.corpus.chunks import MAX_WORDS, MIN_WORDS, ChunkSpan, chunk_spans
from carikm.corpus.lines import split_lines

FURNITURE = "Advertisement"


def _chunks(text: str, min_words: int = MIN_WORDS) -> list[ChunkSpan]:
    lines = split_lines(text)
    furniture = frozenset(i for i, line in enumerate(lines) if text[line.start : line.end] == FURNITURE)
    return chunk_spans(text, lines, furniture, min_words=min_words)


def _words(text: str, chunk: ChunkSpan) -> int:
    return len(text[chunk.start : chunk.end].split())


def _paragraph(words: int, *, sentence: int = 12) -> str:
    """Make `words` words in sentences of `sentence` each."""
    made = [f"kata{number}" for number in range(words)]
    for first in range(0, words, sentence):
        made[first] = made[first].capitalize()
        made[min(first + sentence, words) - 1] += "."
    return " ".join(made)


def _sizes(text: str) -> list[int]:
    return [_words(text, chunk) for chunk in _chunks(text)]


def test_short_paragraphs_are_merged_until_they_can_be_ranked() -> None:
    text = "\n\n".join(_paragraph(MIN_WORDS // 2) for _ in range(4))
    assert _sizes(text) == [MIN_WORDS, MIN_WORDS]


def test_a_paragraph_of_its_own_size_stays_alone() -> None:
    text = "\n\n".join(_paragraph(words) for words in (MIN_WORDS, MAX_WORDS, MIN_WORDS + 1))
    assert _sizes(text) == [MIN_WORDS, MAX_WORDS, MIN_WORDS + 1]


def test_a_short_rest_joins_the_chunk_before_it() -> None:
    assert _sizes("\n\n".join(_paragraph(words) for words in (70, 80, 5))) == [70, 85]


def test_an_article_of_a_few_words_is_one_chunk() -> None:
    text = "Kabar singkat.\n\nSatu kalimat saja."
    assert _chunks(text) == [ChunkSpan(BODY, 0, len(text), 1, 3)]


def test_fewer_words_may_be_asked_for() -> None:
    text = "satu dua\n\ntiga empat\n\nlima enam"
    assert [_words(text, chunk) for chunk in _chunks(text, min_words=1)] == [2, 2, 2]


def test_lines_between_blank_lines_are_one_paragraph() -> None:
    text = f"{_paragraph(40)}\n{_paragraph(40)}\n\n{_paragraph(70)}"
    assert [(chunk.line_start, chunk.line_end) for chunk in _chunks(text)] == [(1, 2), (4, 4)]


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    text = "\n".join(_paragraph(70) for _ in range(3))
    assert [(chunk.line_start, chunk.line_end) for chunk in _chunks(text)] == [(1, 1), (2, 2), (3, 3)]


def test_a_line_that_shows_nothing_separates_paragraphs() -> None:
    text = f"{_paragraph(70)}\n\u200b\xa0\n{_paragraph(70)}\n{_paragraph(70)}"
    assert [(chunk.line_start, chunk.line_end) for chunk in _chunks(text)] == [(1, 1), (3, 4)]


def test_boilerplate_is_a_chunk_of_its_own_and_parts_the_body() -> None:
    text = f"{_paragraph(10)}\n\n{FURNITURE}\n\n{_paragraph(10)}"
    chunks = _chunks(text)
    assert [chunk.kind for chunk in chunks] == [BODY, BOILERPLATE, BODY]
    assert text[chunks[1].start : chunks[1].end] == FURNITURE


def test_boilerplate_against_a_paragraph_is_parted_from_it() -> None:
    text = f"{_paragraph(10)}\n{FURNITURE}\n{_paragraph(10)}\n\n{_paragraph(10)}"
    assert [(chunk.kind, chunk.line_start, chunk.line_end) for chunk in _chunks(text)] == [
        (BODY, 1, 1),
        (BOILERPLATE, 2, 2),
        (BODY, 3, 5),
    ]


@pytest.mark.parametrize("words", [MAX_WORDS + 1, 399, 401, 1000])
def test_a_long_paragraph_is_cut_into_like_parts_at_sentence_ends(words: int) -> None:
    text = _paragraph(words, sentence=10)
    chunks = _chunks(text)
    assert len(chunks) == -(-words // MAX_WORDS)
    assert all(text[chunk.end - 1] == "." for chunk in chunks)
    sizes = _sizes(text)
    assert max(sizes) - min(sizes) <= 20


def test_a_thousand_words_without_a_stop_are_cut() -> None:
    assert _sizes("kata " * 1000) == [MAX_WORDS] * 5


def test_two_long_sentences_are_not_one_chunk() -> None:
    assert _sizes(f"{_paragraph(199, sentence=199)} {_paragraph(200, sentence=200)}") == [199, 200]


def test_a_cut_paragraph_knows_the_line_of_each_part() -> None:
    text = "\r\n".join(["Judul", "", *(_paragraph(50) for _ in range(8)), "", "Akhir"])
    for chunk in _chunks(text):
        assert chunk.line_start == 1 + text.count("\n", 0, chunk.start)
        assert chunk.line_end == 1 + text.count("\n", 0, chunk.end)
    assert len(_chunks(text)) > 1


@pytest.mark.parametrize("text", ["", "\n\n", "***\n\n---", "… !"])
def test_without_a_word_there_is_no_chunk(text: str) -> None:
    assert _chunks(text) == []


SENTENCES = st.builds(
    lambda words, sentence: _paragraph(words, sentence=sentence),
    st.one_of(st.integers(1, 30), st.integers(1, 120), st.integers(150, 700)),
    st.sampled_from([1, 7, 15, 40, 90, 150, 199, 1000]),
)
OTHERS = st.sampled_from([FURNITURE, "***", "\u200b", "—", "Kata\xa0kata", "  menjorok  ", "soft\u00adhyphen\u00ad"])
ARTICLES = st.builds(
    lambda parts, ends: "".join(part + end for part, end in zip(parts, ends, strict=False)),
    st.lists(st.one_of(SENTENCES, SENTENCES, OTHERS), min_size=1, max_size=10),
    st.one_of(
        st.lists(st.sampled_from(["\n", "\n\n", "\n \n"]), min_size=10, max_size=10),
        st.sampled_from(["\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\r\r"]).map(lambda end: [end] * 10),
    ),
)


@settings(max_examples=150, deadline=None)
@given(ARTICLES, st.sampled_from([1, 20, MIN_WORDS, 150]))
def test_chunks_are_ordered_and_apart_and_hold_every_word_whole(text: str, min_words: int) -> None:
    chunks = _chunks(text, min_words)
    assert all(before.end <= after.start for before, after in pairwise(chunks))
    holders = [
        [chunk for chunk in chunks if chunk.start < word.end() and word.start() < chunk.end]
        for word in re.finditer(r"\w+", text)
    ]
    assert all(len(found) == 1 for found in holders)
    assert all(
        found[0].start <= word.start() and word.end() <= found[0].end
        for word, found in zip(re.finditer(r"\w+", text), holders, strict=True)
    )


@settings(max_examples=100, deadline=None)
@given(ARTICLES)
def test_chunks_know_their_lines_and_begin_and_end_with_something_to_see(text: str) -> None:
    separator = "\n" if "\n" in text else "\r"
    for chunk in _chunks(text):
        assert chunk.line_start == 1 + text.count(separator, 0, chunk.start)
        assert chunk.line_end == 1 + text.count(separator, 0, chunk.end)
        content = text[chunk.start : chunk.end]
        assert content == content.strip()
        assert re.search(r"\w", content)


def test_no_paragraph_costs_a_look_at_the_whole_text(monkeypatch: pytest.MonkeyPatch) -> None:
    looked_at = []

    def in_latin(text: str) -> str:
        looked_at.append(text)
        return text

    def separator(text: str) -> str:
        looked_at.append(text)
        return "\r"

    monkeypatch.setattr("carikm.corpus.sentences._in_latin", in_latin)
    monkeypatch.setattr("carikm.corpus.chunks.line_separator", separator)
    text = "\r\r".join([_paragraph(MAX_WORDS + 1)] * 20)
    chunk_spans(text, split_lines(text), frozenset())
    assert len(looked_at) == 21
    assert sum(map(len, looked_at)) <= 2 * len(text)


@settings(max_examples=100, deadline=None)
@given(ARTICLES)
def test_no_chunk_of_the_body_runs_across_boilerplate(text: str) -> None:
    chunks = _chunks(text)
    for line in split_lines(text):
        if text[line.start : line.end] == FURNITURE:
            (holder,) = (chunk for chunk in chunks if chunk.start <= line.start < chunk.end)
            assert holder.kind == BOILERPLATE
            assert set(text[holder.start : holder.end].split()) == {FURNITURE}
    assert all(FURNITURE not in text[chunk.start : chunk.end] for chunk in chunks if chunk.kind == BODY)


@settings(max_examples=150, deadline=None)
@given(ARTICLES, st.sampled_from([1, 20, MIN_WORDS, 150]))
def test_chunks_of_the_body_are_neither_too_short_nor_too_long(text: str, min_words: int) -> None:
    chunks = [chunk for chunk in _chunks(text, min_words) if chunk.kind == BODY]
    # A part of at most MAX_WORDS, behind a group and before a rest that are both short of min_words.
    bound = MAX_WORDS + 2 * (min_words - 1)
    # Cut at the furniture, the text falls into the runs that chunks are made of.
    edges = [0, *(place for found in re.finditer(FURNITURE, text) for place in found.span()), len(text)]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        in_run = len([line for line in text[start:end].split() if line.strip("\u200b")])
        for chunk in chunks:
            if start <= chunk.start < end:
                assert min(min_words, in_run) <= _words(text, chunk) <= bound
