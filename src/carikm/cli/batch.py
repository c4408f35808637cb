"""`carikm batch`: the answers to many queries, as JSON lines, a table or a TREC run."""

import csv
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, BinaryIO, TextIO, TypeVar

import typer

from carikm.api import ArticleRanking, SearchOptions, SearchResult, find_all, rank_all
from carikm.cli.documents import batch_hit_documents, shown_path, write_document
from carikm.cli.environment import Color, Environment
from carikm.cli.exits import Exit
from carikm.cli.options import (
    AllChunksOption,
    AllOption,
    BoilerplateOption,
    ByArticleOption,
    ColorOption,
    CorpusOption,
    IndexOption,
    LiteralOption,
    NoExpandOption,
    SinceOption,
    SourceOption,
    UndatedOption,
    UntilOption,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.staleness import write_staleness
from carikm.cli.trec import run_lines
from carikm.errors import CarikmError, QueriesUnreadable, QueryError
from carikm.search.hits import Hit
from carikm.search.query_lines import BadLine, QueryFormat, QueryLine, read_query_lines


class BatchFormat(StrEnum):
    """What answers are written as."""

    jsonl = "jsonl"
    csv = "csv"
    trec = "trec"


_STANDARD = Path("-")
_LIMIT = 10
_RUN_DEPTH = 100
_NAMED = 5
_Found = TypeVar("_Found", SearchResult, ArticleRanking)


def batch_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The queries; - is standard input.")],
    limit: Annotated[
        int | None,
        typer.Option(
            "-n", "--limit", metavar="N", help="At most N hits a query: 10, in a TREC run 100.", show_default=False
        ),
    ] = None,
    format: Annotated[BatchFormat, typer.Option("--format", help="What to write.")] = BatchFormat.jsonl,
    input_format: Annotated[
        QueryFormat | None,
        typer.Option("--input-format", help="How FILE is written, whatever its name says.", show_default=False),
    ] = None,
    output: Annotated[
        Path, typer.Option("-o", "--output", metavar="FILE", help="Write there, once all is done.", show_default=False)
    ] = _STANDARD,
    all_words: AllOption = False,
    literal: LiteralOption = False,
    source: SourceOption = None,
    by_article: ByArticleOption = False,
    all_chunks: AllChunksOption = False,
    duplicates: Annotated[
        bool, typer.Option("--duplicates", help="Give near-identical articles each for itself; a TREC run always does.")
    ] = False,
    boilerplate: BoilerplateOption = False,
    no_expand: NoExpandOption = False,
    since: SinceOption = None,
    until: UntilOption = None,
    undated: UndatedOption = False,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    color: ColorOption = Color.auto,
) -> int:
    """Answer every query of a file, and go on where a line is bad."""
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    name = "standard input" if file == _STANDARD else one_line(str(file))
    tally = _Tally(name, messages, is_distinct=format is BatchFormat.trec)
    with (
        _read(file) as queries,
        _written(output, environment.stdout) as answers,
        TerminalProgress(messages) as progress,
    ):
        # A bar would only get in between answers on the same terminal.
        is_drawn = messages.is_terminal and not environment.is_terminal(answers)
        lines = tally.usable(read_query_lines(queries, file.name, input_format))
        if is_drawn:
            lines = _watched(lines, progress, None if file == _STANDARD else _count_lines(file))
        options: SearchOptions = {
            "all_words": all_words,
            "literal": literal,
            "source": source or (),
            "boilerplate": boilerplate,
            "expand": not no_expand,
            "since": since,
            "until": until,
            "undated": undated,
        }
        asked = ((line, line.text) for line in lines)
        if format is BatchFormat.trec:
            options["limit"] = _RUN_DEPTH if limit is None else limit
            _write_run(tally.settled(rank_all(asked, corpus, index, progress=progress, **options)), answers)
        else:
            options |= {"by_article": by_article, "all_chunks": all_chunks, "duplicates": duplicates}
            options["limit"] = _LIMIT if limit is None else limit
            found = find_all(asked, corpus, index, progress=progress, **options)
            (_write_table if format is BatchFormat.csv else _write_documents)(tally.settled(found), answers)
    return tally.close()


class _Tally:
    """What became of the lines: names the bad ones as they come, counts the others."""

    def __init__(self, name: str, messages: Screen, *, is_distinct: bool) -> None:
        """Begin; `is_distinct` tells that every query must have a qid of its own."""
        self._is_distinct = is_distinct
        self._name = name
        self._messages = messages
        self._bad = self._answered = self._empty = self._noted = 0
        self._qids: set[str] = set()
        self._named: list[str] = []
        self._last: SearchResult | ArticleRanking | None = None

    def usable(self, lines: Iterable[QueryLine | BadLine]) -> Iterator[QueryLine]:
        """Pass on the lines that hold a query, and name the others."""
        for line in lines:
            if isinstance(line, BadLine):
                self._refuse(line.number, line.reason)
            elif self._is_distinct and line.qid in self._qids:
                self._refuse(line.number, f"another query has the qid {line.qid!r}; a run has each once")
            else:
                if self._is_distinct:
                    self._qids.add(line.qid)
                yield line

    def settled(self, answers: Iterable[tuple[QueryLine, _Found | QueryError]]) -> Iterator[tuple[QueryLine, _Found]]:
        """Pass on the answers, and name the lines whose query is refused."""
        for line, answer in answers:
            if isinstance(answer, QueryError):
                self._refuse(line.number, answer.message)
            else:
                self._count(line, answer)
                yield line, answer

    def _refuse(self, number: int, reason: str) -> None:
        self._bad += 1
        self._messages.line(Part(f"{self._name}:{number}: {one_line(reason)}", "warning"))

    def _count(self, line: QueryLine, found: SearchResult | ArticleRanking) -> None:
        self._answered += 1
        self._last = found
        for note in found.result.query.notes if isinstance(found, SearchResult) else found.notes:
            self._noted += 1
            if self._noted <= _NAMED:
                self._messages.line(Part(f"{self._name}:{line.number}: {note.message}.", "dim"))
        if not (found.result.hits if isinstance(found, SearchResult) else found.articles):
            self._empty += 1
            if len(self._named) < _NAMED:
                self._named.append(one_line(line.qid))

    def close(self) -> Exit:
        """Say what was not found or not searched, and decide on the exit code."""
        messages = self._messages
        if self._empty:
            more = ", …" if self._empty > len(self._named) else ""
            queries = f"{self._answered:,} {'query' if self._answered == 1 else 'queries'}"
            messages.line(f"{self._empty:,} of {queries} found nothing: {', '.join(self._named)}{more}")
        if self._noted > _NAMED:
            messages.line(Part(f"and {self._noted - _NAMED:,} more such notes.", "dim"))
        if self._last is not None:
            write_staleness(self._last, messages)
        if self._bad:
            lines = "1 line was" if self._bad == 1 else f"{self._bad:,} lines were"
            messages.line(Part(f"{lines} left out.", "warning"))
            return Exit.ERROR
        return Exit.FOUND if self._answered > self._empty else Exit.NOTHING


def _write_documents(found: Iterable[tuple[QueryLine, SearchResult]], stream: TextIO) -> None:
    for line, answer in found:
        for document in batch_hit_documents(line.qid, answer):
            write_document(document, stream)


_COLUMNS = ("qid", "query", "rank", "score", "ref", "article", "path", "line", "title", "outlet", "date", "snippet")


def _write_table(found: Iterable[tuple[QueryLine, SearchResult]], stream: TextIO) -> None:
    table = csv.writer(stream, lineterminator="\n")
    table.writerow(_COLUMNS)
    for line, answer in found:
        for hit in answer.result.hits:
            table.writerow([one_line(line.qid), one_line(line.text), *_row(hit, answer.label)])


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
    ]


def _cell(text: str) -> str:
    """Write text of an article so that it stands on one line, and no spreadsheet takes it for a formula."""
    text = one_line(text).strip()
    return f"'{text}" if text.startswith(("=", "+", "-", "@")) else text


def _write_run(ranked: Iterable[tuple[QueryLine, ArticleRanking]], stream: TextIO) -> None:
    for line, answer in ranked:
        for row in run_lines(line.qid, ((found.article.name, found.score) for found in answer.articles)):
            stream.write(row + "\n")


def _watched(lines: Iterable[QueryLine], progress: TerminalProgress, total: int | None) -> Iterator[QueryLine]:
    """Show how the lines go by; `total` is how many there are, if that is known."""
    progress.stage("Searching", total)
    for line in lines:
        yield line
        progress.advance()


def _count_lines(file: Path) -> int | None:
    """Count the lines of a file; a pipe's are not known before they are read."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


@contextmanager
def _read(file: Path) -> Iterator[BinaryIO]:
    """Open the queries."""
    if file == _STANDARD:
        if sys.stdin is None:  # started with the stream closed
            raise QueriesUnreadable("Standard input is closed.", "Name a file of queries: carikm batch FILE")
        yield sys.stdin.buffer
        return
    try:
        stream = file.open("rb")
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise QueriesUnreadable(
            f"{file} cannot be read: {reason}.", "Name a file of queries, or - for a pipe."
        ) from error
    with stream:
        yield stream


@contextmanager
def _written(file: Path, stdout: TextIO) -> Iterator[TextIO]:
    """Give the stream to write to; a file is written aside, and appears when all of it is there."""
    if file == _STANDARD:
        yield stdout
        return
    file = file.resolve()
    if file.exists() and not file.is_file():  # a device or a named pipe takes what it gets
        with _created(file, file, "w") as stream:
            yield stream
        return
    aside = file.with_name(f".{file.name}.{os.getpid()}.new")
    try:
        with _created(aside, file, "x") as stream:
            yield stream
        aside.replace(file)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def _created(path: Path, file: Path, mode: str) -> TextIO:
    """Open a path to write; an error names the file that it is for."""
    try:
        return open(path, mode, encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[return-value]  # noqa: PTH123
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CarikmError(f"{file} cannot be written: {reason}.", "Name another file: --output FILE") from error
