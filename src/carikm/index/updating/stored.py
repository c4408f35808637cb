"""What an index has of an article beside its chunks, made again from them.

An update must know what an article has given to the index, to take it away, and its sketch, to compare it. Both
follow from its texts. So neither is stored.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from carikm.corpus import BODY
from carikm.corpus.article import readable_lines
from carikm.corpus.lines import Line, line_separator, split_lines
from carikm.corpus.metadata import NumberedLine, read_metadata
from carikm.corpus.recurring import Learned, body_of, has_key, line_keys
from carikm.index.contribution import Contribution, contribution
from carikm.index.copies import Sketch, sketched
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle, StoredChunk
from carikm.index.updating.one_sketch import one_sketch


class StoredText(NamedTuple):
    """An article's chunks, in order."""

    article: StoredArticle
    chunks: Sequence[StoredChunk]

    def readable(self, *, body: bool) -> list[str]:
        """Give the readable texts of its body chunks, or of its boilerplate."""
        return [readable(chunk) for chunk in self.chunks if (chunk.kind == BODY) is body]

    def contribution(self) -> Contribution:
        """Tell what the article has given to the index."""
        return contribution(self.readable(body=True), self.readable(body=False))


class StoredTexts:
    """The texts of an index's articles, each read when it is asked for."""

    def __init__(self, index: IndexReader, known: Mapping[int, StoredArticle]) -> None:
        """Take the index, and articles that are known of it already, by their numbers."""
        self._index = index
        self._known = known
        self._texts: dict[int, StoredText] = {}

    def of(self, article: int) -> StoredText:
        """Give an article's text."""
        found = self._texts.get(article)
        if found is None:
            stored = self._known.get(article) or self._index.article(article)
            found = self._texts[article] = StoredText(stored, self._index.chunks_of(article))
        return found


def readable(chunk: StoredChunk) -> str:
    """Give a chunk's text with its repairs applied."""
    from carikm.corpus.mojibake import repaired

    return repaired(chunk.text, chunk.repairs).text


def stored_sketch(text: StoredText, keys: Sequence[int], learned: Learned, never: frozenset[str]) -> Sketch:
    """Make an article's sketch: of its lines but its headline and what the rules take for boilerplate.

    A line of the body is none of the latter; of boilerplate, the lines that were learned are known by their keys, and
    stand before or behind the body.

    Args:
        text: the article as it is stored.
        keys: those of its lines.
        learned: the lines that were learned to be boilerplate among which it was cut.
        never: lines that the user says are no boilerplate.

    Raises:
        ValueError: keys and chunks do not belong together.
    """
    start, end = body_of(keys, learned)
    own = list(_own_lines(_lines(text.chunks), keys, range(start, end), never))
    if end - start == len(keys):
        origin = text.article.headline_origin
        headline = None if origin is None else origin.line
    else:
        found = read_metadata(own).headline
        headline = None if found is None else found.line
    return one_sketch(*sketched(own, headline))


class _StoredLine(NamedTuple):
    number: int
    text: str
    is_body: bool


def _lines(chunks: Sequence[StoredChunk]) -> list[_StoredLine]:
    """Give an article's lines; one that is cut into chunks is put together again."""
    found: list[_StoredLine] = []
    for before, chunk, behind in zip([None, *chunks], chunks, [*chunks[1:], None], strict=False):
        text = chunk.text
        begins_within = before is not None and before.line_end == chunk.line_start
        ends_within = behind is not None and behind.line_start == chunk.line_end
        lines = _split(text, begins_within=begins_within, ends_within=ends_within)
        if chunk.line_end == chunk.line_start and lines:  # a carriage return may stand in it, and end no line
            lines = [Line(1, lines[0].start, lines[-1].end, 0)]
        is_body = chunk.kind == BODY
        for line, content in zip(lines, readable_lines(text, lines, chunk.repairs), strict=True):
            number = chunk.line_start + line.number - 1
            if is_body and found and found[-1].is_body and found[-1].number == number:
                found[-1] = found[-1]._replace(text=f"{found[-1].text} {content}")
            else:
                found.append(_StoredLine(number, content, is_body))
    return found


def _split(text: str, *, begins_within: bool, ends_within: bool) -> list[Line]:
    """Split a chunk into lines. What is blank at the ends of lines is not where a chunk begins or ends within one."""
    lines = split_lines(text)
    if begins_within and lines and lines[0].number == 1:
        lines[0] = lines[0]._replace(start=0)
    if ends_within and lines and line_separator(text) not in text[lines[-1].end :]:
        lines[-1] = lines[-1]._replace(end=len(text))
    return lines


def _own_lines(
    lines: Iterable[_StoredLine], keys: Sequence[int], body: range, never: frozenset[str]
) -> Iterable[NumberedLine]:
    """Leave out what the rules take for boilerplate; `body` has the places of the keys of lines in body chunks."""
    place = 0
    for line in lines:
        is_own = line.is_body
        if has_key(line.text):
            may_be_own = place < len(keys) and place not in body
            is_own = is_own or (may_be_own and line_keys([line.text], never=never)[0] == keys[place])
            place += is_own
        if is_own:
            yield NumberedLine(line.number, line.text)
    if place != len(keys):
        raise ValueError(f"{len(keys)} keys for {place} lines")
