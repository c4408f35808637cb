"""`carikm verify`: whether what hits quote still stands in the files."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from carikm.api import verify_citations
from carikm.cli.cited import read_citations
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.line_input import STANDARD, read_lines
from carikm.cli.options import ColorOption, CorpusOption, IndexOption, JsonLinesOption, JsonOption, named_path
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.errors import HitsUnreadable

if TYPE_CHECKING:
    from carikm.corpus.citations import Citation, Verdict


def verify_command(
    file: Annotated[
        Path,
        typer.Argument(
            metavar="FILE", parser=named_path, help="What search, batch, similar or show printed as JSON; - is a pipe."
        ),
    ],
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Hold every chunk that FILE quotes against its file as it is now: the same bytes, text and lines.

    What does not stand any more is named with its first byte that differs, and the exit code is 1; it is 0 if all is
    confirmed, and 2 if FILE is no such JSON. Of an article that was shown the sha256 counts as well.

    The files are looked for in the folder that the index was made of, or in --corpus DIR, for which no index is
    needed. The first part of a path, the folder's own name, may then be another. Titles, dates, scores and highlights
    are not looked at.
    """
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    name = "standard input" if file == STANDARD else one_line(str(file))
    tally = _Tally(None if json or jsonl else Screen(environment, environment.stdout, color), keeps=json)
    with read_lines(file, HitsUnreadable, "a file of hits", "carikm verify") as stream:
        for citation, verdict in verify_citations(read_citations(stream, name), corpus, index):
            tally.count(citation, verdict)
            if jsonl:
                from carikm.cli.documents.archive import verdict_document
                from carikm.cli.documents.writing import write_document

                write_document(verdict_document(citation, verdict), environment.stdout)
    if json:
        from carikm.cli.documents.archive import verify_document
        from carikm.cli.documents.writing import write_document

        write_document(verify_document(tally.total, tally.failed), environment.stdout)
    return tally.close(name)


class _Tally:
    """What became of the citations: names those that do not stand as they come, and counts."""

    def __init__(self, screen: Screen | None, *, keeps: bool) -> None:
        self._screen = screen
        self._keeps = keeps
        self._fallen = 0
        self.total = 0
        self.failed: list[tuple[Citation, Verdict]] = []

    def count(self, citation: "Citation", verdict: "Verdict") -> None:
        """Take note of a verdict, and tell it if something is wrong."""
        self.total += 1
        if verdict.is_confirmed:
            return
        self._fallen += 1
        if self._keeps:
            self.failed.append((citation, verdict))
        if self._screen:
            _tell(citation, verdict, self._screen)

    def close(self, name: str) -> Exit:
        """Tell how many stand, and decide on the exit code."""
        if self._screen:
            about = f"{self.total - self._fallen:,} of {self.total:,} quotations confirmed."
            self._screen.line(about if self.total else f"There is no hit in {name}, so nothing to confirm.")
        return Exit.FOUND if self.total and not self._fallen else Exit.NOTHING


def _tell(citation: "Citation", verdict: "Verdict", screen: Screen) -> None:
    place = verdict.line or (citation.quoted.line_start if citation.quoted else None)
    where = one_line(citation.path) + (f":{place}" if place else "")
    screen.line(
        Part(where, "source"),
        Part(f": {verdict.state}: ", "warning"),
        Part(one_line(verdict.message)),
        Part(f"  ({one_line(citation.place)})", "dim"),
    )
