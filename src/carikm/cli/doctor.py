"""`carikm doctor`: whether the index is sound, and what helps if it is not."""

from collections.abc import Iterator
from itertools import groupby
from typing import TYPE_CHECKING, Annotated

import typer

from carikm.api import check_index
from carikm.api.checking import SAMPLE
from carikm.cli.environment import Color, Environment
from carikm.cli.exits import Exit
from carikm.cli.options import ColorOption, CorpusOption, IndexOption, JsonOption
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Part, Screen
from carikm.cli.sizes import counted
from carikm.errors import UsageError

if TYPE_CHECKING:
    from carikm.index.checks.checkup import Checkup
    from carikm.index.checks.findings import Finding

_LABELS = {"damage": ("damaged", "error"), "stale": ("stale", "warning"), "leftover": ("left over", "dim")}
_LABEL_WIDTH = 11


def doctor_command(
    corpus: CorpusOption = None,
    index: IndexOption = None,
    sample: Annotated[
        int | None,
        typer.Option(
            "--sample", metavar="N", help=f"Compare N articles with their files, not {SAMPLE}.", show_default=False
        ),
    ] = None,
    all_articles: Annotated[bool, typer.Option("--all", help="Compare all articles with their files.")] = False,
    json: JsonOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """Check the index: its file, its tables against each other, and a sample of its articles against their files."""
    if sample is not None and all_articles:
        raise UsageError("Both --sample and --all were given.", "Choose one of them.")
    if sample is not None and sample < 0:
        raise UsageError(f"A sample of {sample} articles was asked for.", "For example: --sample 1000")
    wanted = None if all_articles else SAMPLE if sample is None else sample
    environment = Environment.of_process()
    with TerminalProgress(Screen(environment, environment.stderr, color), quiet=json) as progress:
        checkup = check_index(corpus, index, sample=wanted, progress=progress)
    if json:
        from carikm.cli.documents.archive import doctor_document
        from carikm.cli.documents.writing import write_document

        write_document(doctor_document(checkup), environment.stdout)
    else:
        _write(checkup, Screen(environment, environment.stdout, color))
    return Exit.ERROR if checkup.is_damaged else Exit.FOUND


def _write(checkup: "Checkup", screen: Screen) -> None:
    for command, lines in groupby(_lines(checkup), key=lambda line: line[0].command):
        for finding, message in lines:
            screen.line(one_line(message), indent=_LABEL_WIDTH, lead=Part(*_LABELS[finding.severity]))
        if command:
            screen.line(f"Type: {one_line(checkup.typed(command))}", indent=_LABEL_WIDTH)
    screen.line(_summary(checkup))


def _lines(checkup: "Checkup") -> Iterator[tuple["Finding", str]]:
    """Give a line for each finding, and one for those of a kind that are left out."""
    for alike in checkup.findings:
        for finding in alike.findings:
            yield finding, f"{finding.message}."
        if alike.more:
            yield alike.findings[-1], f"And {alike.more:,} more like it."


def _summary(checkup: "Checkup") -> str:
    judged = "damaged" if checkup.is_damaged else "sound"
    folder = one_line(str(checkup.folder))
    if not checkup.articles:
        return f"{folder} is {judged}; what is in it was not looked at."
    counts = (checkup.articles, "article"), (checkup.chunks, "chunk"), (checkup.terms, "stem")
    held = ", ".join(counted(*count) for count in counts)
    files = f"{counted(checkup.recounted, 'article')} counted again, {checkup.compared:,} compared with their files"
    return f"{folder} is {judged}: {held}; {files}."
