"""`carikm batch`: the answers to many queries, as JSON lines, a table or a TREC run."""

import os
import time
from collections.abc import Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Annotated, TextIO

import typer

from carikm.api import Search, SearchOptions, open_search
from carikm.cli.answers import Answer, BatchFormat, Manner, answer
from carikm.cli.documents.writing import is_utf8
from carikm.cli.environment import Color, Environment
from carikm.cli.exits import Exit
from carikm.cli.line_input import STANDARD, LineInput, read_lines
from carikm.cli.options import (
    AllChunksOption,
    AllOption,
    BoilerplateOption,
    ByArticleOption,
    ColorOption,
    CorpusOption,
    IndexOption,
    JobsOption,
    LiteralOption,
    NoExpandOption,
    SinceOption,
    SourceOption,
    UndatedOption,
    UntilOption,
    named_path,
    processes,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.staleness import write_staleness
from carikm.errors import CarikmError, QueriesUnreadable, UsageError
from carikm.search.query_lines import BadLine, QueryFormat, QueryLine, read_query_lines

_LIMIT = 10
_RUN_DEPTH = 100
_NAMED = 5
_TABLES = "CSV, TSV or JSONL with a column `query`"
# Workers are started once answers have taken so many seconds: by then they are sure to be worth it.
_ALONE = 0.2


def batch_command(
    file: Annotated[Path, typer.Argument(metavar="FILE", parser=named_path, help="The queries; - is standard input.")],
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
        Path,
        typer.Option(
            "-o",
            "--output",
            metavar="FILE",
            parser=named_path,
            help="Write there, once all is done.",
            show_default=False,
        ),
    ] = STANDARD,
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
    jobs: JobsOption = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    color: ColorOption = Color.auto,
) -> int:
    """Answer every query of a file, and go on where a line is bad."""
    if STANDARD not in (file, output) and file.is_file() and output.is_file() and output.samefile(file):
        raise UsageError(
            f"{output} has the queries; the answers would take their place.", "Write them elsewhere: -o FILE"
        )
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    most = processes(jobs)
    is_run = format is BatchFormat.trec
    options: SearchOptions = {
        "all_words": all_words,
        "literal": literal,
        "source": source or (),
        "boilerplate": boilerplate,
        "expand": not no_expand,
        "since": since,
        "until": until,
        "undated": undated,
        "limit": limit if limit is not None else _RUN_DEPTH if is_run else _LIMIT,
        "by_article": by_article or is_run,
        "all_chunks": all_chunks,
        "duplicates": duplicates or is_run,
    }
    tally = _Tally("standard input" if file == STANDARD else one_line(str(file)), messages)
    with (
        read_lines(file, QueriesUnreadable, "a file of queries", "carikm batch") as queries,
        _written(output, environment.stdout) as stream,
        TerminalProgress(messages) as progress,
        open_search(corpus, index, progress=progress, **options) as search,
    ):
        manner = Manner(format, not is_utf8(stream), options)
        stream.write(manner.opening)
        lines: Iterator[QueryLine | BadLine] = read_query_lines(queries, file.name, input_format)
        if is_run:
            lines = _distinct(lines)
        # A bar would only get in between answers on the same terminal.
        is_drawn = messages.is_terminal and not environment.is_terminal(stream)
        if is_drawn:
            progress.stage("Searching", None if file == STANDARD else _count_lines(file))
        with closing(_answers(search, manner, lines, queries, most)) as answers:
            for found in answers:
                tally.count(found)
                stream.write(found.text)
                if is_drawn:
                    progress.advance()
        return tally.close(search)


def _answers(
    search: Search, manner: Manner, lines: Iterator[QueryLine | BadLine], source: LineInput, jobs: int
) -> Generator[Answer]:
    """Answer line by line, in order; with workers, if there is enough to do."""
    taken = 0.0
    for line in lines:
        started = time.perf_counter()
        found = answer(search, manner, line)
        taken += time.perf_counter() - started
        yield found
        if jobs > 1 and taken >= _ALONE:
            break
    else:
        return
    from carikm.cli.workers import Unstartable, Workers

    reader = search.reader
    try:
        workers = Workers(reader.folder, reader.fact("built_ns"), manner, jobs)
    except Unstartable:
        yield from (answer(search, manner, line) for line in lines)
        return
    with workers:
        yield from workers.answers(lines, source)


def _distinct(lines: Iterable[QueryLine | BadLine]) -> Iterator[QueryLine | BadLine]:
    """Refuse a query whose qid another has."""
    qids: set[str] = set()
    for line in lines:
        if isinstance(line, QueryLine) and line.qid in qids:
            yield BadLine(line.number, f"another query has the qid {line.qid!r}; a run has each once")
            continue
        if isinstance(line, QueryLine):
            qids.add(line.qid)
        yield line


class _Tally:
    """What became of the lines: names the bad ones as they come, counts the others."""

    def __init__(self, name: str, messages: Screen) -> None:
        self._name = name
        self._messages = messages
        self._bad = self._answered = self._empty = self._noted = 0
        self._named: list[str] = []
        self._qids: set[str] = set()

    def count(self, found: Answer) -> None:
        """Take note of an answer, and name the line if it was left out."""
        line = found.line
        if isinstance(line, BadLine) or found.refused is not None:
            self._bad += 1
            self._say(line, one_line(found.refused or ""), "warning")
            return
        self._answered += 1
        notes = [*found.notes]
        if line.qid in self._qids:
            notes.append(f"another query has the qid {line.qid!r}, too")
        if line.qid != str(line.number):  # a pipe may go on for days, most often without any
            self._qids.add(line.qid)
        for message in notes:
            self._noted += 1
            if self._noted <= _NAMED:
                self._say(line, f"{message}.", "dim")
        if not found.hits:
            self._empty += 1
            if len(self._named) < _NAMED:
                self._named.append(one_line(line.qid))

    def _say(self, line: QueryLine | BadLine, message: str, style: str) -> None:
        self._messages.line(Part(f"{self._name}:{line.number}: {message}", style))

    def close(self, search: Search) -> Exit:
        """Say what was not found or not searched, and decide on the exit code."""
        messages = self._messages
        if not self._answered and not self._bad:
            messages.line(
                Part(
                    f"No query in {self._name}; a line for each was expected, or {_TABLES}. See: carikm batch --help",
                    "warning",
                )
            )
        if self._empty:
            more = ", …" if self._empty > len(self._named) else ""
            queries = f"{self._answered:,} {'query' if self._answered == 1 else 'queries'}"
            messages.line(f"{self._empty:,} of {queries} found nothing: {', '.join(self._named)}{more}")
        if self._noted > _NAMED:
            messages.line(Part(f"and {self._noted - _NAMED:,} more such notes.", "dim"))
        if self._answered:
            write_staleness(search.coverage(), messages)
        if self._bad:
            lines = "1 line was" if self._bad == 1 else f"{self._bad:,} lines were"
            messages.line(Part(f"{lines} left out.", "warning"))
            return Exit.ERROR
        return Exit.FOUND if self._answered > self._empty else Exit.NOTHING


def _count_lines(file: Path) -> int | None:
    """Count the lines of a file; a pipe's are not known before they are read."""
    if not file.is_file():
        return None
    with file.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


@contextmanager
def _written(file: Path, stdout: TextIO) -> Iterator[TextIO]:
    """Give the stream to write to; a file is written aside, and appears when all of it is there."""
    if file == STANDARD:
        yield stdout
        return
    file = file.resolve()
    with _refusals_named(file):
        if file.exists() and not file.is_file():  # a device or a named pipe takes what it gets
            with _opened(file, "w") as stream:
                yield stream
            return
        aside = file.with_name(f".{file.name}.{os.getpid()}.new")
        try:
            with _opened(aside, "x") as stream:
                yield stream
            aside.replace(file)
        except BaseException:
            aside.unlink(missing_ok=True)
            raise


@contextmanager
def _refusals_named(file: Path) -> Iterator[None]:
    """Tell by the name of a file that it cannot be written; a reader that has left is no error."""
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise CarikmError(f"{file} cannot be written: {reason}.", "Name another file: --output FILE") from error


def _opened(path: Path, mode: str) -> TextIO:
    return open(path, mode, encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[return-value]  # noqa: PTH123
