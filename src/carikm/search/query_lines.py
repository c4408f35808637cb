"""Query lines: the queries of a file, one by one, and the lines of it that hold none.

A file is one of

    lines   a query a line; its number is its qid
    csv     with a header that has a column `query`, and perhaps `qid` (RFC 4180); or with semicolons
    tsv     the same with tabs; there are no quotes, so those of a query are its own
    jsonl   {"qid": …, "query": …} a line; `qid` may be left out

in UTF-8. Blank lines are passed over. Nothing is kept: a file may be as long as it likes, and a pipe.
"""

import csv
import json
from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

from carikm.errors import QueriesUnreadable

# Beyond so many bytes a line is not read: nobody asks that much.
_LONGEST_LINE = 1_000_000
_ENDINGS = {"jsonl": "jsonl", "ndjson": "jsonl", "csv": "csv", "tsv": "tsv", "tab": "tsv", "txt": "lines"}
_SHOWN = 60
_HINT = "Name the columns in the first line: qid,query. For a query a line: --input-format lines"


class QueryFormat(StrEnum):
    """How a file of queries is written."""

    lines = "lines"
    csv = "csv"
    tsv = "tsv"
    jsonl = "jsonl"


class Readable(Protocol):
    """What lines of bytes are read from."""

    def readline(self, size: int, /) -> bytes:
        """Read a line with its end, or so many bytes of it; nothing at the end."""


class QueryLine(NamedTuple):
    """A query with its qid, and the number of the line that it begins on."""

    number: int
    qid: str
    text: str


class BadLine(NamedTuple):
    """A line that holds no query of its own, and why."""

    number: int
    reason: str


class _Unusable(Exception):
    """A line cannot be used; says why."""


# Makes a qid, or "" where there is none, and a query of a record; None of a blank one.
_Parser = Callable[[Any], tuple[str, str] | None]


def read_query_lines(stream: Readable, name: str, format: QueryFormat | None = None) -> Iterator[QueryLine | BadLine]:
    """Read the queries of a file; a line without a usable one is told as such, and the reading goes on.

    Args:
        stream: the file's bytes.
        name: its name, whose ending tells the format if `format` does not; else the first line tells.
        format: how it is written.

    Raises:
        QueriesUnreadable: a CSV or TSV file has no column `query`.
    """
    lines = _Lines(stream)
    records, parse = _records(lines, name, format or _format_of(name, lines))
    while True:
        number = lines.number + 1
        try:
            found = parse(next(records))
            if found is not None:
                qid, text = found
                yield QueryLine(number, _checked(qid) or str(number), _checked(text))
        except StopIteration:
            return
        except _Unusable as error:
            yield BadLine(number, str(error))
        except csv.Error as error:
            yield BadLine(number, f"broken CSV: {error}")


class _Lines:
    """The lines of a file as text, each a step that may fail without ending the walk."""

    def __init__(self, stream: Readable) -> None:
        self._stream = stream
        self._ahead: bytes | None = None
        self.number = 0

    def __iter__(self) -> "_Lines":
        return self

    def __next__(self) -> str:
        raw = self._read() if self._ahead is None else self._ahead
        self._ahead = None
        if not raw:
            raise StopIteration
        self.number += 1
        if len(raw) > _LONGEST_LINE:
            raise _Unusable(f"the line is longer than {_LONGEST_LINE:,} bytes")
        # Bytes that are no UTF-8 stay recognisable until the record is whole.
        text = raw.decode("utf-8", "surrogateescape")
        return text.removeprefix("\ufeff") if self.number == 1 else text

    def first(self) -> str:
        """Give the first line without stepping on it."""
        if self._ahead is None:
            self._ahead = self._read()
        return self._ahead.decode("utf-8", "replace").removeprefix("\ufeff")

    def _read(self) -> bytes:
        """Read a line; of one that is too long, pass over the rest."""
        raw = self._stream.readline(_LONGEST_LINE + 1)
        part = raw
        while len(part) > _LONGEST_LINE and not part.endswith(b"\n"):
            part = self._stream.readline(_LONGEST_LINE + 1)
        return raw


def _format_of(name: str, lines: _Lines) -> QueryFormat:
    """Tell a file's format by the ending of its name, else by its first line."""
    if ending := _ENDINGS.get(name.rpartition(".")[2].lower() if "." in name else ""):
        return QueryFormat(ending)
    first = lines.first()
    if first.lstrip().startswith("{"):
        return QueryFormat.jsonl
    for format, delimiter in ((QueryFormat.tsv, "\t"), (QueryFormat.csv, ","), (QueryFormat.csv, ";")):
        if _has_column(first, delimiter):
            return format
    return QueryFormat.lines


def _records(lines: _Lines, name: str, format: QueryFormat) -> tuple[Iterator[Any], _Parser]:
    if format is QueryFormat.lines:
        return lines, _of_line
    if format is QueryFormat.jsonl:
        return lines, _of_json
    if format is QueryFormat.tsv:
        rows = csv.reader(lines, delimiter="\t", quoting=csv.QUOTE_NONE, strict=True)
    else:
        # Spreadsheets write semicolons where the comma is the decimal sign, as in Indonesia.
        first = lines.first()
        is_semicolon = _has_column(first, ";") and not _has_column(first, ",")
        rows = csv.reader(lines, delimiter=";" if is_semicolon else ",", strict=True)
    try:
        header = next(rows, [])
    except (_Unusable, csv.Error) as error:
        raise QueriesUnreadable(f"The header of {name} cannot be read: {error}.", _HINT) from error
    columns = _columns(header)
    if "query" not in columns:
        found = ", ".join(columns)[:_SHOWN] if any(columns) else "nothing"
        raise QueriesUnreadable(f"{name} has no column `query`; its first line has {found!r}.", _HINT)
    return rows, _row_parser(columns)


def _has_column(header: str, delimiter: str) -> bool:
    return "query" in _columns(header.rstrip("\r\n").split(delimiter))


def _columns(header: list[str]) -> list[str]:
    return [column.strip(' \t"').casefold() for column in header]


def _of_line(line: str) -> tuple[str, str] | None:
    text = line.strip()
    return ("", text) if text else None


def _of_json(line: str) -> tuple[str, str] | None:
    if not line.strip():
        return None
    _checked(line)
    try:
        record = json.loads(line)
    except json.JSONDecodeError as error:
        raise _Unusable(f"broken JSON: {error.msg} at column {error.colno}") from error
    except (ValueError, RecursionError) as error:  # a number of too many digits, or brackets within brackets
        raise _Unusable("broken JSON: too large a number, or too deep") from error
    if not isinstance(record, dict):
        raise _Unusable("no JSON object")
    qid, text = record.get("qid", ""), record.get("query")
    if text is None:
        raise _Unusable("no `query`")
    if not isinstance(text, str):
        raise _Unusable("its `query` is no text")
    if qid is not None and (isinstance(qid, bool) or not isinstance(qid, str | int)):
        raise _Unusable("its `qid` is neither text nor a whole number")
    return "" if qid is None else str(qid).strip(), _not_empty(text)


def _row_parser(columns: list[str]) -> _Parser:
    query = columns.index("query")
    qid = columns.index("qid") if "qid" in columns else None

    def parse(row: list[str]) -> tuple[str, str] | None:
        if not row or row == [""]:
            return None
        if len(row) <= max(query, qid or 0):
            raise _Unusable(f"no column `{'query' if len(row) <= query else 'qid'}`")
        if len(row) > len(columns):
            raise _Unusable(f"{len(row)} columns where the header has {len(columns)}")
        return row[qid].strip() if qid is not None else "", _not_empty(row[query])

    return parse


def _not_empty(text: str) -> str:
    if not text.strip():
        raise _Unusable("the query is empty")
    return text.strip()


def _checked(text: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError as error:
        raise _Unusable("it is not UTF-8") from error
    return text
