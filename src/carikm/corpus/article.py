"""From a file to an article: its text, what it says of itself, and its chunks."""

import hashlib
from dataclasses import dataclass

from carikm.corpus import BODY
from carikm.corpus.boilerplate import boilerplate_lines
from carikm.corpus.chunks import MIN_WORDS, chunk_spans
from carikm.corpus.decoding import byte_offsets, decode
from carikm.corpus.files import SourceFile, Unreadable
from carikm.corpus.lines import split_lines
from carikm.corpus.metadata import Metadata, NumberedLine, read_metadata, without_dateline
from carikm.corpus.mojibake import Repair, find_repairs, repaired, repairs_within
from carikm.corpus.sentences import sentence_spans

_TITLE_LENGTH = 160


@dataclass(frozen=True, slots=True)
class Chunk:
    """A paragraph-sized part of an article.

    `number` counts from 1 within the article, lines from 1 within the file; `byte_start` and `byte_end` are
    offsets into the file as it lies on disk, end exclusive, and those bytes decode to `text` exactly.
    `repairs` are the places where the text is broken beyond doubt (see `carikm.corpus.mojibake`).
    """

    number: int
    kind: str
    line_start: int
    line_end: int
    byte_start: int
    byte_end: int
    text: str
    repairs: tuple[Repair, ...] = ()

    @property
    def readable(self) -> str:
        """The text with its repairs applied."""
        return repaired(self.text, self.repairs).text


@dataclass(frozen=True, slots=True)
class Article:
    """An article as read from its file; `sha256` is of the file's bytes, in hexadecimal."""

    source: SourceFile
    encoding: str
    sha256: str
    title: str
    metadata: Metadata
    chunks: tuple[Chunk, ...]


def parse_article(source: SourceFile, raw: bytes, *, min_words: int = MIN_WORDS) -> Article:
    """Make an article of a file's bytes.

    Raises:
        Unreadable: the bytes are no text, or hold no word.
    """
    decoded = decode(raw)
    text = decoded.text
    repairs = find_repairs(text)
    lines = split_lines(text)
    readable = [repaired(text[a.start : a.end], repairs_within(repairs, a.start, a.end)).text for a in lines]
    furniture = boilerplate_lines(readable)
    spans = chunk_spans(text, lines, furniture, min_words=min_words)
    if not spans:
        raise Unreadable("no word in it")
    edges = [edge for span in spans for edge in (span.start, span.end)]
    places = list(byte_offsets(decoded, edges))
    chunks = tuple(
        Chunk(
            number,
            span.kind,
            span.line_start,
            span.line_end,
            places[2 * number - 2],
            places[2 * number - 1],
            text[span.start : span.end],
            repairs_within(repairs, span.start, span.end),
        )
        for number, span in enumerate(spans, start=1)
    )
    own_lines = [
        NumberedLine(line.number, content)
        for index, (line, content) in enumerate(zip(lines, readable, strict=True))
        if index not in furniture
    ]
    metadata = read_metadata(own_lines)
    return Article(
        source,
        decoded.encoding,
        hashlib.sha256(raw).hexdigest(),
        _title(metadata, chunks),
        metadata,
        chunks,
    )


def _title(metadata: Metadata, chunks: tuple[Chunk, ...]) -> str:
    """Fall back to the first sentence of the body where the article has no headline."""
    if metadata.headline:
        return metadata.headline.value
    first = next((chunk for chunk in chunks if chunk.kind == BODY), chunks[0]).readable
    start, end = sentence_spans(first)[0]
    sentence = without_dateline(" ".join(first[start:end].split()))
    return sentence if len(sentence) <= _TITLE_LENGTH else sentence[: _TITLE_LENGTH - 1].rstrip() + "…"
