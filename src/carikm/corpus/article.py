"""From a file to an article: its text, what it says of itself, and its chunks."""

import hashlib
import marshal
from array import array
from bisect import bisect_right
from collections.abc import Sequence
from itertools import chain

from carikm.corpus import BODY
from carikm.corpus.boilerplate import boilerplate_lines
from carikm.corpus.chunks import MIN_WORDS, chunk_spans
from carikm.corpus.decoding import Decoded, byte_offsets, decode
from carikm.corpus.files import SourceFile, Unreadable
from carikm.corpus.lines import HAS_WORD, Line, split_lines
from carikm.corpus.metadata import Found, Metadata, NumberedLine, read_metadata, without_dateline
from carikm.corpus.mojibake import Repair, find_repairs, repaired, repairs_within
from carikm.corpus.recurring import NOTHING_LEARNED, Learned, body_of, has_key, line_keys
from carikm.corpus.sentences import sentence_spans
from carikm.records import NamedTuple

_LINE = len(Line._fields)
_TITLE_LENGTH = 160


class Chunk(NamedTuple):
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
        return repaired(self.text, self.repairs).text if self.repairs else self.text


class Article(NamedTuple):
    """An article as read from its file; `sha256` is of the file's bytes, in hexadecimal."""

    source: SourceFile
    encoding: str
    sha256: str
    title: str
    metadata: Metadata
    chunks: tuple[Chunk, ...]


class Draft(NamedTuple):
    """An article that is read, and not yet cut into chunks.

    `furniture` has the indices of the lines that the rules take for boilerplate; the others have `keys`, from which it
    is learned what else is (see `carikm.corpus.recurring`). `own` has these, with their repairs applied; it is empty in
    a draft that was written down, and `own_lines` makes it anew for the few that it is asked of.
    """

    decoded: Decoded
    sha256: str
    repairs: tuple[Repair, ...]
    lines: Sequence[Line]
    furniture: frozenset[int]
    metadata: Metadata
    keys: "array[int]"
    own: Sequence[NumberedLine] = ()

    def own_lines(self) -> Sequence[NumberedLine]:
        """Give the lines that the rules take for the article's own, with their repairs applied."""
        if self.own:
            return self.own
        return _own_lines(self.lines, readable_lines(self.decoded.text, self.lines, self.repairs), self.furniture)

    def packed(self) -> bytes:
        """Write the draft down for this very program to read again; its keys and own lines are left out."""
        return marshal.dumps(
            (
                tuple(self.decoded),
                self.sha256,
                list(map(tuple, self.repairs)),
                array("q", chain.from_iterable(self.lines)).tobytes(),
                list(self.furniture),
                [found and tuple(found) for found in self.metadata],
            )
        )


def unpack_draft(packed: bytes, keys: "array[int]") -> Draft:
    """Read what `Draft.packed` wrote."""
    decoded, sha256, repairs, numbers, furniture, metadata = marshal.loads(packed)  # noqa: S302  # our own
    flat = memoryview(numbers).cast("q")
    return Draft(
        Decoded(*decoded),
        sha256,
        tuple(Repair(*repair) for repair in repairs),
        list(map(Line, *(flat[field::_LINE] for field in range(_LINE)))),
        frozenset(furniture),
        Metadata(*(found and Found(*found) for found in metadata)),
        keys,
    )


def parse_article(
    source: SourceFile, raw: bytes, *, learned: Learned = NOTHING_LEARNED, min_words: int = MIN_WORDS
) -> Article:
    """Make an article of a file's bytes.

    Args:
        source: the file.
        raw: its bytes.
        learned: what else is boilerplate than what the rules say.
        min_words: merge neighbouring paragraphs up to this many words.

    Raises:
        Unreadable: the bytes are no text, or hold no word.
    """
    return finish_article(source, read_draft(raw), learned=learned, min_words=min_words)


def read_draft(raw: bytes, *, extra: frozenset[str] = frozenset(), never: frozenset[str] = frozenset()) -> Draft:
    """Read a file's bytes: all that can be known of an article by itself.

    Args:
        raw: the bytes.
        extra: lines, as `carikm.corpus.boilerplate.normal_line` gives them, that are boilerplate.
        never: lines, in the same form, that are not, and are not to be learned.

    Raises:
        Unreadable: the bytes are no text, or hold no word.
    """
    decoded = decode(raw)
    text = decoded.text
    if not HAS_WORD.search(text):
        raise Unreadable("no word in it")
    repairs = tuple(find_repairs(text))
    lines = split_lines(text)
    readable = readable_lines(text, lines, repairs)
    furniture = boilerplate_lines(readable, extra=extra, never=never)
    keys = line_keys([line for index, line in enumerate(readable) if index not in furniture], never=never)
    own = _own_lines(lines, readable, furniture)
    return Draft(decoded, hashlib.sha256(raw).hexdigest(), repairs, lines, furniture, read_metadata(own), keys, own)


def finish_article(
    source: SourceFile, draft: Draft, *, learned: Learned = NOTHING_LEARNED, min_words: int = MIN_WORDS
) -> Article:
    """Cut a draft into chunks, with what was learned of its outlet's boilerplate."""
    text, repairs = draft.decoded.text, draft.repairs
    recurring = _recurring_lines(draft, learned)
    furniture = draft.furniture | recurring
    spans = chunk_spans(text, draft.lines, furniture, min_words=min_words)
    edges = [edge for span in spans for edge in (span.start, span.end)]
    places = list(byte_offsets(draft.decoded, edges))
    chunks = tuple(
        Chunk(
            number,
            span.kind,
            span.line_start,
            span.line_end,
            places[2 * number - 2],
            places[2 * number - 1],
            text[span.start : span.end],
            repairs_within(repairs, span.start, span.end) if repairs else (),
        )
        for number, span in enumerate(spans, start=1)
    )
    metadata = draft.metadata
    if recurring:
        # Outlet and author stay: the line that names them may well be part of what recurs.
        lost = {draft.lines[index].number for index in recurring}
        own = read_metadata([line for line in draft.own_lines() if line.number not in lost])
        metadata = own._replace(outlet=metadata.outlet, author=metadata.author)
    return Article(source, draft.decoded.encoding, draft.sha256, _title(metadata, chunks), metadata, chunks)


def _recurring_lines(draft: Draft, learned: Learned) -> frozenset[int]:
    """Find the indices of the lines that were learned to be boilerplate where they stand."""
    start, end = body_of(draft.keys, learned)
    if end - start == len(draft.keys):
        return frozenset()
    indices = [index for index in range(len(draft.lines)) if index not in draft.furniture]
    own = [index for index, line in zip(indices, draft.own_lines(), strict=True) if has_key(line.text)]
    return frozenset(own[:start] + own[end:])


def readable_lines(text: str, lines: Sequence[Line], repairs: Sequence[Repair]) -> list[str]:
    """Give the lines of a text with their repairs applied."""
    found = [text[line.start : line.end] for line in lines]
    starts = [line.start for line in lines]
    for index in {bisect_right(starts, repair.start) - 1 for repair in repairs} - {-1}:
        own = repairs_within(repairs, lines[index].start, lines[index].end)
        found[index] = repaired(found[index], own).text
    return found


def _own_lines(lines: Sequence[Line], readable: Sequence[str], furniture: frozenset[int]) -> list[NumberedLine]:
    return [
        NumberedLine(line.number, content)
        for index, (line, content) in enumerate(zip(lines, readable, strict=True))
        if index not in furniture
    ]


def _title(metadata: Metadata, chunks: tuple[Chunk, ...]) -> str:
    """Fall back to the first sentence of the body where the article has no headline."""
    if metadata.headline:
        return metadata.headline.value
    first = next((chunk for chunk in chunks if chunk.kind == BODY), chunks[0]).readable
    start, end = sentence_spans(first)[0]
    sentence = without_dateline(" ".join(first[start:end].split()))
    return sentence if len(sentence) <= _TITLE_LENGTH else sentence[: _TITLE_LENGTH - 1].rstrip() + "…"
