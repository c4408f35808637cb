"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from carikm.cli.environment import Color
from carikm.errors import UsageError


def named_path(name: str) -> Path:
    """Read the name of a folder or file; what is wrong about it, our own errors say later.

    Raises:
        UsageError: it is empty, as an unset variable is; a path of it would mean the current folder.
    """
    if name == "":
        raise UsageError("The name of a folder or file is empty.", "Is a variable not set? Name it, or leave it out")
    return Path(name)


CorpusOption = Annotated[
    Path | None,
    typer.Option("--corpus", metavar="DIR", parser=named_path, help="The folder of articles.", show_default=False),
]
IndexOption = Annotated[
    Path | None,
    typer.Option("--index", metavar="DIR", parser=named_path, help="The folder of the index.", show_default=False),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
JsonLinesOption = Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line.")]
SourceOption = Annotated[
    list[str] | None,
    typer.Option(
        "--source",
        metavar="OUTLET",
        help="Only this outlet (or several: with commas, or named again).",
        show_default=False,
    ),
]
SinceOption = Annotated[
    str | None,
    typer.Option("--since", metavar="DATE", help="Only articles from then on: 2020-09-28.", show_default=False),
]
UntilOption = Annotated[
    str | None,
    typer.Option("--until", metavar="DATE", help="Only articles up to then: 2020, 2020-09.", show_default=False),
]
UndatedOption = Annotated[bool, typer.Option("--undated", help="Keep articles without a date.")]
AllOption = Annotated[bool, typer.Option("--all", help="Want all plain words, not any.")]
LiteralOption = Annotated[bool, typer.Option("--literal", help="Take queries as words, whatever signs they have.")]
NoExpandOption = Annotated[
    bool, typer.Option("--no-expand", help="Search for the words alone, no synonyms, acronyms or spellings.")
]
BoilerplateOption = Annotated[bool, typer.Option("--boilerplate", help="Search page furniture too.")]
ByArticleOption = Annotated[
    bool, typer.Option("--by-article", help="Match whole articles; show each one's best chunk.")
]
AllChunksOption = Annotated[bool, typer.Option("--all-chunks", help="Show all matching chunks of an article, not two.")]
JobsOption = Annotated[
    int | None,
    typer.Option("--jobs", metavar="N", help="Use at most N processes; one a core by default.", show_default=False),
]
ColorOption = Annotated[Color, typer.Option("--color", help="When to use colour.")]


def processes(jobs: int | None) -> int:
    """Give the number of processes that was asked for, else that of the cores that this one may use."""
    if jobs is None:
        from carikm.index.building.cores import usable_cores  # most commands use one process

        return usable_cores()
    if jobs < 1:
        raise UsageError(f"{jobs} processes were asked for; there is at least 1.", "For example: --jobs 2")
    return jobs
