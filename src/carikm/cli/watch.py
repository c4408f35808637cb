"""`carikm watch`: keep an index fresh as articles change."""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NamedTuple

import typer

from carikm.api import build_index
from carikm.cli.environment import Color, Environment
from carikm.cli.events import Burst, articles_among, changes, changes_seen, is_on_network
from carikm.cli.exits import Exit
from carikm.cli.interrupts import interrupted
from carikm.cli.options import ColorOption, CorpusOption, IndexOption, named_path
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import counted
from carikm.errors import CarikmError, UsageError
from carikm.index.corrections import corrections_files
from carikm.index.format import committed_state
from carikm.index.reader import IndexReader

if TYPE_CHECKING:
    from carikm.index.build import BuildSummary

_QUIET_SECONDS = 1.0
# A stream of changes that never ends is indexed this many times more seldom than a burst.
_LONGEST_BURST = 10
_TICK_SECONDS = 0.5
# On a network, looking at every file takes its time.
_POLL_SECONDS = 10.0
_RETRY_SECONDS = 30.0
# From so many articles on a scan costs little more than they do, and tells what a system's full queue has dropped.
_MANY_PATHS = 1_000
# After articles were updated by name, a scan notes the times of their folders, which searches in large archives trust.
_SCAN_SECONDS = 600.0


def watch_command(
    folder: Annotated[
        Path | None,
        typer.Argument(
            metavar="[FOLDER]",
            parser=named_path,
            help="The folder of .txt articles; seeds/ by default.",
            show_default=False,
        ),
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    debounce: Annotated[
        float, typer.Option("--debounce", metavar="SECONDS", help="Update when nothing has changed for so long.")
    ] = _QUIET_SECONDS,
    poll: Annotated[
        float | None,
        typer.Option("--poll", metavar="SECONDS", help="Look at all files that often.", show_default=False),
    ] = None,
    quiet: Annotated[bool, typer.Option("--quiet", help="Tell of errors alone.")] = False,
    jsonl: Annotated[bool, typer.Option("--jsonl", help="Print a JSON object for each update.")] = False,
    color: ColorOption = Color.auto,
) -> int:
    """Bring the index up to date now, and whenever articles have changed, until it is ended (Ctrl-C)."""
    if folder is not None and corpus is not None:
        raise UsageError("A folder was named twice.", "Name it once: carikm watch FOLDER")
    for name, seconds in (("--debounce", debounce), ("--poll", poll)):
        if seconds is not None and not 0 < seconds < 86_400:
            raise UsageError(
                f"{name} {seconds:g} was asked for; it is above 0 and below 86400, a day.", f"For example: {name} 2"
            )
    environment = Environment.of_process()
    report = _Report(Screen(environment, environment.stderr, color), environment if jsonl else None, is_quiet=quiet)
    first = report.update(folder or corpus, index)
    report.begun(first)
    keeper = _Keeper(first, debounce, poll, report)
    keeper.keep()
    return Exit.FOUND


class _Report:
    """Does an update, and tells of it."""

    def __init__(self, messages: Screen, documents: Environment | None, *, is_quiet: bool) -> None:
        self._messages = messages
        self._documents = documents
        self._is_quiet = is_quiet
        self._skipped: object = None
        self._failure = ""

    def update(self, corpus: Path | None, index: Path | None, files: Sequence[Path] | None = None) -> "BuildSummary":
        """Bring the index up to date, by a scan or with these files alone."""
        with TerminalProgress(self._messages) as progress:
            return build_index(corpus, index, files=files, progress=None if self._is_quiet else progress)

    def say(self, message: str) -> None:
        """Tell what the user should know."""
        if not self._is_quiet:
            self._messages.line(Part(f"{time.strftime('%H:%M:%S')} {message}", "dim"))

    def begun(self, summary: "BuildSummary") -> None:
        """Take note of the first update."""
        self._skipped = summary.skipped
        self._document(summary)

    def done(self, summary: "BuildSummary", *, is_corrected: bool) -> None:
        """Tell of an update, unless it has changed nothing."""
        self._failure = ""
        written = summary.written
        fresh = written.articles - summary.unchanged if written else 0
        is_told = fresh or summary.deleted or is_corrected or summary.skipped != self._skipped
        self._skipped = summary.skipped
        if written is None or not is_told:
            return
        self._document(summary)
        skipped = f", {len(summary.skipped):,} skipped" if summary.skipped else ""
        changed = f"{fresh:,} new or changed, {summary.deleted:,} gone{skipped}"
        self.say(f"{changed}: {counted(written.articles, 'article')}, {summary.seconds:.1f} s.")

    def failed(self, error: CarikmError) -> None:
        """Tell of an error, once."""
        if error.message != self._failure:
            self._failure = error.message
            self._messages.line(Part(f"carikm: {one_line(error.message)}", "warning"))

    def _document(self, summary: "BuildSummary") -> None:
        if self._documents is not None:
            from carikm.cli.documents.archive import index_document
            from carikm.cli.documents.writing import write_document

            write_document(index_document(summary), self._documents.stdout)
            self._documents.stdout.flush()


class _Stamp(NamedTuple):
    """Tells one version of a file from the next."""

    size: int
    mtime_ns: int


class _Keeper:
    """Keeps one index fresh."""

    def __init__(self, first: "BuildSummary", debounce: float, poll: float | None, report: _Report) -> None:
        self._corpus, self._index = first.corpus, first.index
        self._is_begun = False
        self._burst = Burst(debounce, _LONGEST_BURST * debounce)
        self._tick = min(_TICK_SECONDS, debounce)
        self._poll = poll
        self._report = report
        self._articles = _articles(first)
        self._corrections = self._stamps()
        self._is_corrected = False
        self._folders = self._known_folders()
        self._scanned = time.monotonic()
        self._is_named_since = False

    def keep(self) -> None:
        """Watch and update, until an interrupt while nothing is being done.

        Raises:
            Interrupted: during an update.
        """
        with suppress(KeyboardInterrupt):
            for happened in self._ticks():
                self._take(happened)

    def _take(self, happened: set[tuple[int, str]]) -> None:
        paths, is_whole = articles_among(self._corpus.absolute(), happened, self._folders)
        if (stamps := self._stamps()) != self._corrections:
            self._corrections, self._is_corrected = stamps, True
            is_whole = True
        is_whole |= self._is_named_since and time.monotonic() - self._scanned >= _SCAN_SECONDS
        self._burst.add(paths, is_whole=is_whole)
        if self._is_begun:
            if self._burst.is_due():
                self._update()
            return
        # What happened between the first update and the beginning of the watch was not told.
        self._update()
        self._is_begun = True
        self._report.say(f"Watching {one_line(str(self._corpus))}, {counted(self._articles, 'article')}.")

    def _update(self) -> None:
        """Act on a burst; what cannot be done now is tried again, by a scan."""
        before = committed_state(self._index)
        try:
            summary = self._by_name() or self._by_scan()
        except CarikmError as error:
            self._report.failed(error)
            self._burst.add((), is_whole=True)
            self._burst.postpone(_RETRY_SECONDS)
            return
        except KeyboardInterrupt:
            raise interrupted(self._index, before) from None
        self._burst.clear()
        self._articles = _articles(summary)
        self._report.done(summary, is_corrected=self._is_corrected)
        self._is_corrected = False
        self._folders = self._known_folders()

    def _by_name(self) -> "BuildSummary | None":
        """Update with the articles of the burst alone; None where that cannot be done, or is not worth it."""
        if self._burst.is_whole or len(self._burst.paths) > _MANY_PATHS:
            return None
        files = [self._corpus / path for path in sorted(self._burst.paths)]
        try:
            summary = self._report.update(self._corpus, self._index, files)
        except CarikmError:  # an article that came and went, an index that is gone: a scan tells
            return None
        self._is_named_since = True
        return summary

    def _by_scan(self) -> "BuildSummary":
        began = time.monotonic()
        summary = self._report.update(self._corpus, self._index)
        self._scanned, self._is_named_since = began, False
        return summary

    def _ticks(self) -> Iterator[set[tuple[int, str]]]:
        """Give what happens, whatever becomes of the corpus folder."""
        while True:
            poll = self._poll
            if poll is None and is_on_network(self._corpus):
                poll = _POLL_SECONDS
                self._report.say(f"A network folder tells of no changes: looking at it every {poll:g} s.")
            try:
                # What happened before the watch began is not told.
                self._burst.add((), is_whole=True)
                corpus = self._corpus.absolute()
                yield from changes(corpus, self._tick) if poll is None else changes_seen(corpus, self._tick, poll)
            except (OSError, RuntimeError) as error:
                if self._corpus.is_dir() and poll is None:
                    self._poll = _POLL_SECONDS
                    self._report.say(f"{one_line(str(error))}: looking at all files every {_POLL_SECONDS:g} s.")
                time.sleep(self._tick)
            if not self._corpus.is_dir():
                self._burst.clear()
                self._report.say(f"{one_line(str(self._corpus))} is gone; the index stays, waiting for it.")
                while not self._corpus.is_dir():
                    time.sleep(self._tick)
                self._report.say(f"{one_line(str(self._corpus))} is back.")

    def _stamps(self) -> list[_Stamp | None]:
        """Tell the versions of the files that the user's corrections may be in."""
        return [_stamp(path) for path in corrections_files(self._index)]

    def _known_folders(self) -> set[str]:
        try:
            with IndexReader(self._index) as reader:
                return set(reader.folders())
        except CarikmError:
            return set()


def _articles(summary: "BuildSummary") -> int:
    return summary.written.articles if summary.written else summary.unchanged


def _stamp(path: Path) -> _Stamp | None:
    try:
        status = path.stat()
    except OSError:
        return None
    return _Stamp(status.st_size, status.st_mtime_ns)
