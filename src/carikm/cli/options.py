"""The options that commands share."""

from pathlib import Path
from typing import Annotated

import typer

from carikm.cli.environment import Color
from carikm.errors import UsageError

CorpusOption = Annotated[
    Path | None, typer.Option("--corpus", metavar="DIR", help="The folder of articles.", show_default=False)
]
IndexOption = Annotated[
    Path | None, typer.Option("--index", metavar="DIR", help="The folder of the index.", show_default=False)
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object and nothing else.")]
JsonLinesOption = Annotated[bool, typer.Option("--jsonl", help="Print one JSON object a line.")]
ColorOption = Annotated[Color, typer.Option("--color", help="When to use colour.")]


def refuse_both(json: bool, jsonl: bool) -> None:
    """Refuse two output formats at once."""
    if json and jsonl:
        raise UsageError("Both --json and --jsonl were given.", "Choose one of them.")
