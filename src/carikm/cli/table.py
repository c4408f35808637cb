"""Tables on a terminal, drawn row by row: the first are seen before the last are made.

Rich's own table draws nothing before it knows all of its rows, and takes a millisecond for each.
"""

from collections.abc import Iterable, Sequence
from itertools import zip_longest

from carikm.cli.screen import Part, Screen, cells, fits
from carikm.records import NamedTuple

GAP = 2


class Column(NamedTuple):
    """A column so many cells wide; a field that is wider goes over several lines, or is cut."""

    head: str
    width: int
    style: str = ""
    is_number: bool = False
    is_cut: bool = False


def write_table(columns: Sequence[Column], rows: Iterable[Sequence[str]], screen: Screen) -> None:
    """Write the heads and the rows, whose fields are lines of text, and may be more than the columns."""
    _write_row([column._replace(style="dim") for column in columns], [column.head for column in columns], screen, "dim")
    for row in rows:
        _write_row(columns, row, screen)


def _write_row(columns: Sequence[Column], row: Sequence[str], screen: Screen, between: str = "") -> None:
    """Write the lines of a row, with what is between its fields in a style of its own."""
    gap = screen.styled(Part(" " * GAP, between))
    fields = []
    for column, text in zip(columns, row, strict=False):
        lines, style = _lines(column, text, screen), column.style if text else between
        fields.append([screen.styled(Part(line, style)) for line in lines] if style else lines)
    for abreast in zip_longest(*fields):
        shown = (
            line or screen.styled(Part(" " * column.width, between))
            for column, line in zip(columns, abreast, strict=True)
        )
        screen.write(gap.join(shown) + "\n")


def _lines(column: Column, text: str, screen: Screen) -> list[str]:
    """Give the lines of a field, all as wide as its column."""
    if fits(text, column.width):
        blank = " " * (column.width - cells(text))
        return [blank + text if column.is_number else text + blank]

    from rich.text import Text

    field = Text(text)
    if column.is_cut:
        field.truncate(column.width, overflow="ellipsis", pad=True)
        return [field.plain]
    lines = field.wrap(screen.console, column.width, justify="right" if column.is_number else "left", overflow="fold")
    return [line.plain for line in lines]
