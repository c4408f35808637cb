"""Whether what was quoted still stands in its file: the same bytes, which make the same text, on the same lines.

A citation is what a hit says of its chunk. It is held against the file as it lies on disk now, read and decoded as
for an index; neither an index nor what was read for one has a part in it.
"""

import hashlib
import os
from collections.abc import Iterable, Iterator
from operator import ne
from pathlib import Path
from typing import NamedTuple

from carikm.corpus.decoding import Decoded, decode
from carikm.corpus.files import ARTICLE_SUFFIX, LARGEST_FILE, Skipped, Unreadable, examine, read_bytes
from carikm.corpus.lines import line_separator
from carikm.corpus.mojibake import find_repairs, repaired, repairs_within

# What text was decoded from where the file, as it is now, does not tell: the one in which it takes its bytes' room.
_CODECS = ("utf-8", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be", "cp1252", "latin-1")
# So many bytes are shown from the first that differs on.
_SHOWN = 12


class Quoted(NamedTuple):
    """What is said to stand in a file: lines counted from 1, half-open bytes, the text that these make.

    `readable` is the text with its mojibake repaired, where it is said to have some.
    """

    number: int
    line_start: int
    line_end: int
    byte_start: int
    byte_end: int
    text: str
    readable: str | None = None


class Citation(NamedTuple):
    """What is said of a file, and where it is said (`place`).

    `path` begins with the corpus folder's own name, as in a hit. Either a chunk is `quoted`, or the whole file is told
    by its `sha256`, in hexadecimal.
    """

    place: str
    path: str
    quoted: Quoted | None = None
    sha256: str | None = None


class Verdict(NamedTuple):
    """What became of a citation.

    `state` is `confirmed`, or else what is wrong: `changed` (other bytes), `moved` (the same ones elsewhere in the
    file), `lines` (the same ones on other lines), `text` (no bytes make that text), `gone`, `unreadable`, `refused` (no
    path of an article). `message` says it for people. Where bytes differ, `byte` is the first that does, counted from
    the beginning of the file, `line` its line, and `expected` and `found` are some bytes from there on (see `escaped`).
    """

    state: str
    message: str = ""
    line: int | None = None
    byte: int | None = None
    expected: str | None = None
    found: str | None = None

    @property
    def is_confirmed(self) -> bool:
        """Whether all that was said is so."""
        return self.state == "confirmed"


def verify(
    folder: Path, citations: Iterable[Citation], largest: int = LARGEST_FILE
) -> Iterator[tuple[Citation, Verdict]]:
    """Hold citations against the files of a corpus folder, one by one.

    One file is kept in memory at a time. Nothing outside of the folder is opened, no link followed, and nothing but
    articles is read, whatever a citation says.
    """
    path, kept = "", _read(folder, "", largest)
    for citation in citations:
        if citation.path != path:
            path, kept = citation.path, _read(folder, citation.path, largest)
        yield citation, kept if isinstance(kept, Verdict) else _held_against(kept, citation)


def escaped(some: bytes) -> str:
    """Write bytes in ASCII: what is printable as itself, anything else, and the backslash, as `\\x5c`."""
    return "".join(chr(byte) if 32 <= byte < 127 and byte != ord("\\") else f"\\x{byte:02x}" for byte in some)


class _Source(NamedTuple):
    """A file as it is now; `decoded` is None where it is no text any more, and `why` says so."""

    raw: bytes
    decoded: Decoded | None
    why: str

    @property
    def codec(self) -> str | None:
        """What its text is decoded with, the mark before it aside."""
        if self.decoded is None:
            return None
        return "utf-8" if self.decoded.encoding == "utf-8-sig" else self.decoded.encoding

    def text(self, codec: str) -> str:
        """Give the text, read in another codec if need be, as far as that goes."""
        if self.decoded is not None and codec == self.codec:
            return self.decoded.text
        return self.raw.decode(codec, "ignore")

    def line(self, byte: int, codec: str) -> int:
        """Give the number of the line that a byte stands on."""
        return self.before(byte, codec).count(line_separator(self.text(codec))) + 1

    def before(self, byte: int, codec: str) -> str:
        """Give the text that stands before a byte."""
        return self.raw[self.decoded.offset if self.decoded else 0 : byte].decode(codec, "ignore")


def _read(folder: Path, path: str, largest: int) -> _Source | Verdict:
    """Read a cited file, or say why not."""
    relative = path.partition("/")[2]
    if reason := _refused(folder, relative):
        return Verdict("refused", reason)
    file = examine(folder, relative, largest)
    if file is None:
        return Verdict("gone", f"there is no such file in {folder}")
    if isinstance(file, Skipped):
        return Verdict("unreadable", file.reason)
    try:
        raw = read_bytes(folder, file, largest)[0]
    except Unreadable as error:
        return Verdict("unreadable", str(error))
    try:
        return _Source(raw, decode(raw), "")
    except Unreadable as error:
        return _Source(raw, None, str(error))


def _refused(folder: Path, relative: str) -> str:
    """Say why a path cannot be that of an article; nothing where it can."""
    if "\0" in relative or not {"", ".", ".."}.isdisjoint(relative.split("/")) or Path(relative).is_absolute():
        return "its path leads to no file in the corpus folder"
    if not relative.lower().endswith(ARTICLE_SUFFIX):
        return f"its path leads to no article, whose name ends in {ARTICLE_SUFFIX}"
    try:
        os.fsencode(relative)
    except UnicodeEncodeError:
        return "its path is none that a file can have"
    if not Path(os.path.realpath((folder / relative).parent)).is_relative_to(os.path.realpath(folder)):
        return "its path leads out of the corpus folder by a link"
    return ""


def _held_against(source: _Source, citation: Citation) -> Verdict:
    if citation.quoted is None:
        found = hashlib.sha256(source.raw).hexdigest()
        if found == citation.sha256:
            return Verdict("confirmed")
        message = f"the file has changed, here or elsewhere: its sha256 is {found}, not {citation.sha256}"
        return Verdict("changed", message)
    quoted = citation.quoted
    written = _written(quoted, source)
    if written is None:
        return Verdict("text", "no bytes make the text that is quoted")
    codec, expected = written
    if source.raw[quoted.byte_start : quoted.byte_end] != expected:
        return _moved(quoted, source, *written) or _difference(quoted, source, *written)
    return _lines(quoted, source, codec) or _repairs(quoted, source, codec) or Verdict("confirmed")


def _written(quoted: Quoted, source: _Source) -> tuple[str, bytes] | None:
    """Give the bytes that the quoted text was decoded from, and by which codec.

    That is the file's; if what has changed since lets it look like another, it is one in which the text takes the
    room that it is said to take, and most bytes are those that stand there.
    """
    there = source.raw[quoted.byte_start : quoted.byte_end]
    candidates = []
    for codec in dict.fromkeys((*([source.codec] if source.codec else []), *_CODECS)):
        try:
            written = quoted.text.encode(codec)
        except UnicodeEncodeError:
            continue
        if written == there:
            return codec, written
        candidates.append((codec, written))
    room = quoted.byte_end - quoted.byte_start
    fitting = [candidate for candidate in candidates if len(candidate[1]) == room]
    if len(fitting) > 1:
        return min(fitting, key=lambda candidate: sum(map(ne, candidate[1], there)))
    return next(iter(fitting or candidates), None)


def _moved(quoted: Quoted, source: _Source, codec: str, expected: bytes) -> Verdict | None:
    """Find the bytes elsewhere in the file."""
    place = source.raw.find(expected)
    if place < 0 or len(expected) != quoted.byte_end - quoted.byte_start:
        return None
    line, end = source.line(place, codec), place + len(expected)
    message = (
        f"its text stands elsewhere now: line {line}, bytes {place} to {end}, not {quoted.byte_start} to "
        f"{quoted.byte_end}"
    )
    return Verdict("moved", message, line, place)


def _difference(quoted: Quoted, source: _Source, codec: str, expected: bytes) -> Verdict:
    """Name the first byte that differs."""
    found = source.raw[quoted.byte_start : quoted.byte_end]
    shorter = min(len(expected), len(found))
    at = next((place for place in range(shorter) if expected[place] != found[place]), shorter)
    byte = quoted.byte_start + at
    wanted, there = escaped(expected[at : at + _SHOWN]), escaped(found[at : at + _SHOWN])
    instead = (
        f'"{there}"' if there else "the end of the file" if byte >= len(source.raw) else "the end of the quotation"
    )
    message = f"byte {byte} differs: expected " + (f'"{wanted}"' if wanted else "no more") + f", found {instead}"
    if source.why:
        message += f"; the file is no text any more: {source.why}"
    return Verdict("changed", message, source.line(byte, codec), byte, wanted, there)


def _lines(quoted: Quoted, source: _Source, codec: str) -> Verdict | None:
    """Object where the bytes stand on other lines than is said."""
    first = source.line(quoted.byte_start, codec)
    last = first + quoted.text.count(line_separator(source.text(codec)))
    if (first, last) == (quoted.line_start, quoted.line_end):
        return None
    said = f"{quoted.line_start} to {quoted.line_end}"
    return Verdict("lines", f"its text stands on lines {first} to {last}, not {said}", first)


def _repairs(quoted: Quoted, source: _Source, codec: str) -> Verdict | None:
    """Object where a repaired text is not what repairing makes of the text."""
    if quoted.readable is None:
        return None
    start = len(source.before(quoted.byte_start, codec))
    repairs = repairs_within(find_repairs(source.text(codec)), start, start + len(quoted.text))
    if repaired(quoted.text, repairs).text == quoted.readable:
        return None
    return Verdict("text", "its text, with the mojibake repaired, is another than is quoted")
