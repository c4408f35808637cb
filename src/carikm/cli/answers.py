"""The answers to the queries of a file, each written out: the same, whichever process writes it."""

import csv
import io
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from carikm.api import Search, SearchOptions
from carikm.cli.documents.hits import batch_hit_documents
from carikm.cli.documents.writing import document_line, shown_path
from carikm.cli.safe import one_line
from carikm.cli.trec import run_lines
from carikm.errors import QueryError
from carikm.search.hits import Hit, Result
from carikm.search.query_lines import BadLine, QueryLine

if TYPE_CHECKING:
    from carikm.search.signs import Note

# Only ever added to, at the end.
_COLUMNS = (
    *("qid", "query", "rank", "score", "ref", "article", "path", "line", "title", "outlet", "date", "snippet"),
    "date_certainty",
)


class BatchFormat(StrEnum):
    """What answers are written as."""

    jsonl = "jsonl"
    csv = "csv"
    trec = "trec"


class Manner(NamedTuple):
    """How answers are found and written; `is_ascii` asks for JSON of ASCII alone."""

    format: BatchFormat
    is_ascii: bool
    options: SearchOptions

    @property
    def opening(self) -> str:
        """What stands above all answers."""
        return _table([_COLUMNS]) if self.format is BatchFormat.csv else ""


class Answer(NamedTuple):
    """What became of a line: the text of its hits and how many these are, or why it was left out.

    `notes` are what the user should know of how the query was read.
    """

    line: QueryLine | BadLine
    text: str = ""
    hits: int = 0
    notes: Sequence[str] = ()
    refused: str | None = None


def answer(search: Search, manner: Manner, line: QueryLine | BadLine) -> Answer:
    """Find and write what a line asks for; a line at fault is told as such."""
    if isinstance(line, BadLine):
        return Answer(line, refused=line.reason)
    try:
        if manner.format is BatchFormat.trec:
            ranked, notes = search.articles(line.text)
            rows = run_lines(line.qid, ((found.article.name, found.score) for found in ranked))
            return Answer(line, "".join(f"{row}\n" for row in rows), len(ranked), _messages(notes))
        result = search.hits(line.text)
    except QueryError as error:
        return Answer(line, refused=error.message)
    label = search.reader.label
    if manner.format is BatchFormat.csv:
        text = _table(_rows(line, result, label))
    else:
        documents = batch_hit_documents(line.qid, line.text, result.hits, label)
        text = "".join(document_line(document, is_ascii=manner.is_ascii) for document in documents)
    return Answer(line, text, len(result.hits), _messages(result.query.notes))


def _messages(notes: "Sequence[Note]") -> tuple[str, ...]:
    return tuple(note.message for note in notes)


def _table(rows: Iterable[Sequence[object]]) -> str:
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def _rows(line: QueryLine, result: Result, label: str) -> Iterable[Sequence[object]]:
    return ([one_line(line.qid), one_line(line.text), *_row(hit, label)] for hit in result.hits)


def _row(hit: Hit, label: str) -> Sequence[str | int | float]:
    article = hit.article
    shown = hit.text[hit.snippet.start : hit.snippet.end]
    return [
        hit.rank,
        hit.score,
        _cell(hit.reference),
        _cell(article.name),
        _cell(shown_path(label, article)),
        hit.line,
        _cell(article.title),
        _cell(article.outlet or ""),
        article.date or "",
        _cell(shown),
        article.date_origin.certainty if article.date_origin else "",
    ]


def _cell(text: str) -> str:
    """Write text of an article so that it stands on one line, and no spreadsheet takes it for a formula."""
    text = one_line(text).strip()
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text
