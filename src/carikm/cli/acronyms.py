"""`carikm acronyms`: the short forms that the articles explain."""

from collections.abc import Iterator
from typing import Annotated

import typer

from carikm.api import list_acronyms
from carikm.cli.environment import Color, Environment, refuse_both
from carikm.cli.exits import Exit
from carikm.cli.options import (
    ColorOption,
    CorpusOption,
    IndexOption,
    JsonLinesOption,
    JsonOption,
)
from carikm.cli.progress import TerminalProgress
from carikm.cli.safe import one_line
from carikm.cli.screen import Screen, cells
from carikm.cli.table import GAP, Column, write_table
from carikm.index.corrections import CORRECTIONS_FILE
from carikm.search.acronyms import AcronymList

_HEADS = ("short", "long", "chunks", "for example")
_MAX_SHORT = 16
_MIN_LONG = 24


def acronyms_command(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="[WORD]", help="A short form, or a word of a long one.")
    ] = None,
    corpus: CorpusOption = None,
    index: IndexOption = None,
    json: JsonOption = False,
    jsonl: JsonLinesOption = False,
    color: ColorOption = Color.auto,
) -> int:
    """List short forms with what they stand for, how many chunks say so, and one of them; tabs in a pipe."""
    refuse_both(json, jsonl)
    environment = Environment.of_process()
    messages = Screen(environment, environment.stderr, color)
    with TerminalProgress(messages, quiet=json or jsonl) as progress:
        found = list_acronyms(" ".join(words) if words else None, corpus, index, progress=progress)
    screen = Screen(environment, environment.stdout, color)
    if json or jsonl:
        from carikm.cli.documents.words import acronym_documents, acronyms_document
        from carikm.cli.documents.writing import write_document

        for document in [acronyms_document(found)] if json else acronym_documents(found):
            write_document(document, environment.stdout)
    elif found.acronyms and screen.is_terminal:
        _write_table(found, screen)
    else:
        for row in _rows(found):
            screen.line("\t".join(row))
    if not found.acronyms and found.word is None:
        messages.line("No article explains a short form.")
    elif not found.acronyms:
        messages.line(f"No article explains a short form {found.word!r}, nor one with it in the long form.")
    return Exit.FOUND if found.acronyms else Exit.NOTHING


def _rows(found: AcronymList) -> Iterator[tuple[str, str, str, str]]:
    for acronym in found.acronyms:
        yield (
            one_line(acronym.short),
            one_line(acronym.long),
            str(acronym.chunks),
            one_line(acronym.references[0]) if acronym.references else CORRECTIONS_FILE,
        )


def _write_table(found: AcronymList, screen: Screen) -> None:
    """Draw the table; a short form with several readings is named once."""
    rows = list(_rows(found))
    widths = [max(len(head), *(cells(row[i]) for row in rows)) for i, head in enumerate(_HEADS)]
    widths[0] = min(widths[0], _MAX_SHORT)
    # The long form is shown whole, wrapped; where there is no room for it, the columns behind it go.
    for shown in (4, 3, 2):
        room = screen.console.width - sum(widths[:shown]) + widths[1] - GAP * (shown - 1)
        if room >= _MIN_LONG:
            break
    widths[1] = min(max(_MIN_LONG, min(widths[1], room)), screen.console.width)
    # Where there is not even room for two columns, both give way.
    excess = max(0, widths[0] + GAP + widths[1] - screen.console.width)
    widths[0] -= round(excess / 2)
    widths[1] -= excess - round(excess / 2)
    styles = ("title", "", "", "reference")
    table = [
        Column(head, width, style, is_number=head == "chunks")
        for head, width, style in zip(_HEADS[:shown], widths, styles, strict=False)
    ]
    with screen.paged([0] * len(rows), blank_lines=1 + sum((cells(row[1]) - 1) // widths[1] for row in rows)):
        write_table(table, _named_once(rows), screen)


def _named_once(rows: list[tuple[str, str, str, str]]) -> Iterator[tuple[str, ...]]:
    before = ""
    for short, *others in rows:
        yield ("" if short.casefold() == before else short, *others)
        before = short.casefold()
