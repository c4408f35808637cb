"""Citations as they are read from JSON: what `carikm.cli.documents` write of chunks, and what people make of it.

Documents of `search`, `batch`, `similar` and `show` are taken a line at a time (JSON lines), or as one that is spread
over lines, or as several, alone or in arrays, as tools such as jq write them. A hit taken out of its document
is as good as the whole. What is in them is not trusted: each value is checked, and its place named where it is wrong.
"""

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, NoReturn

from carikm.corpus.citations import Citation, Quoted
from carikm.errors import HitsUnreadable

if TYPE_CHECKING:
    from carikm.search.query_lines import Readable

# A document is read whole: 60 MB of hits took 311 MB, 63 MB that were made to hurt 1.6 GB. JSON lines, of which one is
# held at a time, took 26 MB for 300 MB.
LONGEST = 64_000_000
_HINT = "Give it what a command prints as JSON: carikm search WORDS --jsonl | carikm verify -"
_QUOTING = frozenset({"search", "hit", "batch-hit", "similar", "likeness", "article", "chunk"})
_LARGEST = 2**63 - 1
_SHOWN = 40


def read_citations(stream: "Readable", name: str) -> Iterator[Citation]:
    """Read the citations of a file, one document at a time.

    Args:
        stream: its bytes, UTF-8.
        name: what to call it in errors.

    Raises:
        HitsUnreadable: it is no JSON, or not such as carikm prints; names the line and the place in the document.
    """
    number, line, is_first = 0, b"", True
    while line := _whole(stream, name, number + 1):
        number += 1
        text = _text(line, name, number)
        if not text.strip():
            continue
        try:
            document = _parsed(text)
        except json.JSONDecodeError as error:
            if not is_first or error.pos < len(text.rstrip()):
                _broken(name, number, text, error)
            # What its first line does not end is one document over many lines.
            yield from _spread(stream, name, number, text)
            return
        except (ValueError, RecursionError) as error:
            _refuse(f"{name}:{number}", _why(error))
        is_first = False
        yield from _citations(document, f"{name}:{number}")


def _whole(stream: "Readable", name: str, number: int) -> bytes:
    line = stream.readline(LONGEST + 1)
    if len(line) > LONGEST:
        _too_long(name, number)
    return line


def _spread(stream: "Readable", name: str, number: int, first: str) -> Iterator[Citation]:
    """Read documents that are spread over lines, all of them at once."""
    lines, length, at = [first], len(first), number
    while line := _whole(stream, name, at + 1):
        at += 1
        length += len(line)
        if length > LONGEST:
            _too_long(name, number)
        lines.append(_text(line, name, at))
    text = "".join(lines)
    del lines
    place, end = _skip(text, 0), len(text)
    while place < end:
        line_number = number + text.count("\n", 0, place)
        try:
            document, after = _DECODER.raw_decode(text, place)
        except json.JSONDecodeError as error:
            _broken(name, number, text, error)
        except (ValueError, RecursionError) as error:
            _refuse(f"{name}:{line_number}", _why(error))
        place = _skip(text, after)
        yield from _citations(document, f"{name}:{line_number}")


def _skip(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \t\r\n":
        place += 1
    return place


def _text(line: bytes, name: str, number: int) -> str:
    try:
        return line.decode("utf-8-sig" if number == 1 else "utf-8")
    except UnicodeDecodeError as error:
        _refuse(f"{name}:{number}", f"byte {error.start} of the line is not UTF-8")


def _no_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is no number in JSON")


_DECODER = json.JSONDecoder(parse_constant=_no_number)


def _parsed(text: str) -> Any:
    return _DECODER.decode(text)


def _why(error: Exception) -> str:
    if isinstance(error, RecursionError):
        return "broken JSON: brackets within brackets beyond all measure"
    return f"broken JSON: {str(error).partition(';')[0]}"


def _broken(name: str, number: int, text: str, error: json.JSONDecodeError) -> NoReturn:
    line = number + error.lineno - 1
    rest = text[error.pos : error.pos + _SHOWN].strip()
    found = repr(rest) if rest else "the end"
    message = error.msg.removesuffix(" at")
    _refuse(f"{name}:{line}", f"broken JSON: {message} at column {error.colno}, found {found}")


def _too_long(name: str, number: int) -> NoReturn:
    message = f"{name}:{number}: a document of more than {LONGEST:,} bytes is not read."
    raise HitsUnreadable(message, "JSON lines may be as many as they like: carikm search WORDS --jsonl")


def _refuse(place: str, message: str) -> NoReturn:
    raise HitsUnreadable(f"{place}: {message}.", _HINT)


def _citations(document: Any, place: str) -> Iterator[Citation]:
    """Find what a document cites, or an array of documents."""
    is_array = isinstance(document, list)
    for number, part in enumerate(document if is_array else [document]):
        inside = f"[{number}]" if is_array else ""
        record = _object(part, place, inside)
        before = f"{inside}." if inside else ""
        _check_schema(record, place, before)
        if "hits" not in record:
            yield from _of_one(record, place, inside)
            continue
        for rank, hit in enumerate(_list(record, "hits", place, before)):
            where = f"{before}hits[{rank}]"
            yield from _of_one(_object(hit, place, where), place, where)


def _of_one(record: dict[str, Any], place: str, inside: str) -> Iterator[Citation]:
    """Find what an article, a chunk of one or a hit cites; `inside` says where in a larger document it stands."""
    before = f"{inside}." if inside else ""
    if "chunks" in record:
        yield from _of_article(record, place, before)
    elif "byte_start" in record:
        yield Citation(_where(place, inside), _str(record, "path", place, before), _quoted(record, place, before))
    elif "chunk" in record or "article" in record:
        article = _object(record.get("article"), place, f"{before}article")
        chunk = _object(record.get("chunk"), place, f"{before}chunk")
        path = _str(article, "path", place, f"{before}article.")
        yield Citation(_where(place, inside), path, _quoted(chunk, place, f"{before}chunk."))
    else:
        _refuse(_where(place, inside), "nothing is quoted here; expected `hits`, `chunk` or `chunks`")


def _check_schema(record: dict[str, Any], place: str, before: str) -> None:
    if "schema" not in record:
        return
    schema = _str(record, "schema", place, before)
    if schema not in {f"carikm.{kind}/1" for kind in _QUOTING}:
        message = f"{_shown(schema)} has no quotations; hits have, and what `show` prints"
        _refuse(_where(place, f"{before}schema"), message)


def _of_article(record: dict[str, Any], place: str, before: str) -> Iterator[Citation]:
    path = _str(record, "path", place, before)
    for number, chunk in enumerate(_list(record, "chunks", place, before)):
        inside = f"{before}chunks[{number}]"
        quoted = _quoted(_object(chunk, place, inside), place, f"{inside}.")
        yield Citation(_where(place, inside), path, quoted)
    if "sha256" in record:
        sha256 = _str(record, "sha256", place, before)
        yield Citation(_where(place, f"{before}sha256"), path, sha256=sha256)


def _quoted(record: dict[str, Any], place: str, before: str) -> Quoted:
    number, line_start, line_end, start, end = (
        _int(record, key, place, before) for key in ("number", "line_start", "line_end", "byte_start", "byte_end")
    )
    if start >= end:
        _refuse(_where(place, f"{before}byte_end"), f"{end} is not behind byte_start, which is {start}")
    text = _str(record, "text", place, before)
    if not text:
        _refuse(_where(place, f"{before}text"), "the text is empty")
    readable = _str(record, "repaired_text", place, before) if "repaired_text" in record else None
    return Quoted(number, line_start, line_end, start, end, text, readable)


def _object(value: Any, place: str, inside: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        _refuse(_where(place, inside), f"{_shown(value)} stands where an object should")
    return value


def _list(record: dict[str, Any], key: str, place: str, before: str) -> list[Any]:
    value = record.get(key)
    if not isinstance(value, list):
        _refuse(_where(place, before + key), f"{_shown(value)} stands where an array should")
    return value


def _str(record: dict[str, Any], key: str, place: str, before: str) -> str:
    value = record.get(key)
    if not isinstance(value, str):
        _refuse(_where(place, before + key), f"{_shown(value)} stands where text should")
    return value


def _int(record: dict[str, Any], key: str, place: str, before: str) -> int:
    value = record.get(key)
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= _LARGEST:
        _refuse(_where(place, before + key), f"{_shown(value)} stands where a whole number should")
    return value


def _where(place: str, inside: str) -> str:
    return f"{place}: {inside}" if inside else place


def _shown(value: Any) -> str:
    """Name a value: a scalar by itself, cut short, anything else, which may be deep, by its kind."""
    if value is None:
        return "nothing"
    if isinstance(value, dict | list):
        return "an object" if isinstance(value, dict) else "an array"
    written = repr(value)
    return written if len(written) <= _SHOWN else f"{written[:_SHOWN]}…"
