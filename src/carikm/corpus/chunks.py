"""From an article's lines to its chunks: the paragraphs that a search finds.

A paragraph is what stands between blank lines; in a text without any, a line. Paragraphs are then brought to
a size that can be ranked: neighbours are merged until a chunk has `MIN_WORDS` words, and a paragraph of more
than `MAX_WORDS` is cut at sentence ends. ARCHITECTURE.md has the measurements behind the two figures.

Chunks never overlap and never run across boilerplate, and every word of the article lies in exactly one.
"""

import re
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import NamedTuple

from carikm.corpus import BODY, BOILERPLATE
from carikm.corpus.lines import HAS_WORD, Line, line_separator
from carikm.corpus.sentences import sentence_spans

MIN_WORDS = 60
MAX_WORDS = 200

_WORD = re.compile(r"\S+")


class ChunkSpan(NamedTuple):
    """A chunk's place in the text: half-open code point offsets, and the first and last line it touches."""

    kind: str
    start: int
    end: int
    line_start: int
    line_end: int


class _Piece(NamedTuple):
    start: int
    end: int
    line_start: int
    line_end: int
    words: int


def chunk_spans(
    text: str, lines: Sequence[Line], boilerplate: frozenset[int], *, min_words: int = MIN_WORDS
) -> list[ChunkSpan]:
    """Cut an article into chunks.

    Args:
        text: the article as decoded.
        lines: its lines that are not blank.
        boilerplate: indices into `lines` of those that are page furniture.
        min_words: merge neighbouring paragraphs up to this many words.
    """
    chunks = []
    separator = line_separator(text)  # which takes a look at all of a text without line feeds
    for is_boilerplate, paragraphs in _runs(_paragraphs(lines, boilerplate)):
        if is_boilerplate:
            chunks += [_chunk(text, BOILERPLATE, [paragraph]) for paragraph in paragraphs]
        else:
            pieces = [piece for paragraph in paragraphs for piece in _cut_long(text, paragraph, separator)]
            chunks += [_chunk(text, BODY, group) for group in _merge_short(pieces, min_words)]
    return [chunk for chunk in chunks if HAS_WORD.search(text, chunk.start, chunk.end)]


def _paragraphs(lines: Sequence[Line], boilerplate: frozenset[int]) -> Iterator[tuple[bool, _Piece]]:
    """Join the lines of each paragraph; a boilerplate line is a paragraph of its own kind."""
    by_blank_lines = lines[-1].number - lines[0].number >= len(lines) if lines else False
    group: list[Line] = []
    group_kind = False
    for index, line in enumerate(lines):
        kind = index in boilerplate
        continues = by_blank_lines and group and kind == group_kind and line.number == group[-1].number + 1
        if group and not continues:
            yield group_kind, _join(group)
            group = []
        group.append(line)
        group_kind = kind
    if group:
        yield group_kind, _join(group)


def _join(lines: Sequence[Line]) -> _Piece:
    if len(lines) == 1:
        number, start, end, words = lines[0]
        return _Piece(start, end, number, number, words)
    words = sum(line.words for line in lines)
    return _Piece(lines[0].start, lines[-1].end, lines[0].number, lines[-1].number, words)


def _runs(paragraphs: Iterator[tuple[bool, _Piece]]) -> Iterator[tuple[bool, list[_Piece]]]:
    run: list[_Piece] = []
    run_kind = False
    for kind, paragraph in paragraphs:
        if run and kind != run_kind:
            yield run_kind, run
            run = []
        run.append(paragraph)
        run_kind = kind
    if run:
        yield run_kind, run


def _chunk(text: str, kind: str, group: Sequence[_Piece]) -> ChunkSpan:
    return ChunkSpan(kind, group[0].start, group[-1].end, group[0].line_start, group[-1].line_end)


def _merge_short(pieces: Sequence[_Piece], min_words: int) -> Iterator[list[_Piece]]:
    """Gather neighbours until each group has `min_words`; a short rest joins the group before it."""
    groups: list[list[_Piece]] = []
    words = min_words
    for piece in pieces:
        if words < min_words:
            groups[-1].append(piece)
            words += piece.words
        else:
            groups.append([piece])
            words = piece.words
    if len(groups) > 1 and words < min_words:
        short = groups.pop()
        groups[-1] += short
    yield from groups


def _cut_long(text: str, paragraph: _Piece, separator: str) -> list[_Piece]:
    """Cut a paragraph of more than `MAX_WORDS` into parts of like size, at sentence ends where it has them."""
    if paragraph.words <= MAX_WORDS:
        return [paragraph]
    units = [
        unit
        for start, end in sentence_spans(text, paragraph.start, paragraph.end)
        for unit in _cut_at_words(text, start, end)
    ]
    parts = -(-paragraph.words // MAX_WORDS)
    goal = paragraph.words / parts
    pieces: list[_Piece] = []
    line, counted = paragraph.line_start, paragraph.start
    open_units: list[tuple[int, int, int]] = []
    done = open_words = 0
    words_after = [words for _, _, words in units[1:]] + [MAX_WORDS]
    for (start, end, words), following in zip(units, words_after, strict=True):
        open_units.append((start, end, words))
        open_words += words
        done += words
        if done >= goal * (len(pieces) + 1) or open_words + following > MAX_WORDS:
            first, last = open_units[0][0], open_units[-1][1]
            line += text.count(separator, counted, first)
            line_end = line + text.count(separator, first, last)
            pieces.append(_Piece(first, last, line, line_end, open_words))
            line, counted = line_end, last
            open_units, open_words = [], 0
    return pieces


def _cut_at_words(text: str, start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield a sentence whole, or one too long for a chunk in stretches of `MAX_WORDS` words."""
    words = _WORD.finditer(text, start, end)
    while stretch := list(islice(words, MAX_WORDS)):
        yield stretch[0].start(), stretch[-1].end(), len(stretch)
