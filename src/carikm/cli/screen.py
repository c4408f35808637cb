"""Lines of styled text, for a terminal or for a pipe.

A terminal is drawn by rich: colour, wrapping with an indent, links, a pager. A pipe gets the same lines as
plain text, unwrapped, and never pays for importing rich.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple, TextIO

from carikm.cli.environment import Color, Environment
from carikm.cli.safe import visible

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "title": "bold",
    "rank": "bold cyan",
    "match": "bold yellow",
    "source": "green",
    "dim": "dim",
    "warning": "yellow",
    "error": "bold red",
}


class Part(NamedTuple):
    """A stretch of text in one style (a name from `STYLES`, or none), perhaps leading to a URI."""

    text: str
    style: str = ""
    link: str = ""


class Screen:
    """Writes lines to one stream."""

    def __init__(self, environment: Environment, stream: TextIO, color: Color = Color.auto) -> None:
        self._environment = environment
        self._stream = stream
        self._color = environment.wants_color(stream, color)
        self.is_terminal = environment.is_terminal(stream)
        self._console: Console | None = None

    @property
    def _drawn(self) -> bool:
        return self.is_terminal or self._color

    def line(self, *parts: Part | str, indent: int = 0, lead: Part | None = None) -> None:
        """Write one line, control characters made visible; `lead` stands in the indent."""
        checked = [
            Part(visible(part)) if isinstance(part, str) else part._replace(text=visible(part.text)) for part in parts
        ]
        if self._drawn:
            self._draw(checked, indent, lead)
            return
        margin = lead.text.ljust(indent) if lead else " " * indent
        self._stream.write(f"{margin}{''.join(part.text for part in checked)}".rstrip() + "\n")

    def _draw(self, parts: Sequence[Part], indent: int, lead: Part | None) -> None:
        from rich.padding import Padding
        from rich.style import Style
        from rich.table import Table
        from rich.text import Text

        text = Text(overflow="fold")
        for part in parts:
            style = Style.parse(STYLES.get(part.style, ""))
            if part.link and self.is_terminal and self._color:
                style += Style(link=part.link)
            text.append(part.text, style)
        console = self.console
        if lead is not None:
            grid = Table.grid()
            grid.add_column(width=indent, no_wrap=True)
            grid.add_column()
            grid.add_row(Text(lead.text, STYLES.get(lead.style, "")), text)
            console.print(grid)
        else:
            console.print(Padding(text, (0, 0, 0, indent), expand=False) if indent else text)

    @property
    def console(self) -> "Console":
        """Rich's console on this stream; only for what is drawn."""
        if self._console is None:
            from rich.console import Console

            self._console = Console(
                file=self._stream,
                force_terminal=self._color or None,
                color_system="auto" if self._color else None,
                no_color=False if self._color else None,
                highlight=False,
                markup=False,
                emoji=False,
                soft_wrap=not self.is_terminal,
                _environ=self._environment.variables,
            )
        return self._console

    @contextmanager
    def paged(self, lines: int) -> Iterator[None]:
        """Page what is written inside, if this is a terminal and `lines` lines do not fit."""
        if not self.is_terminal or self._environment.variables.get("TERM") == "dumb" or lines < self.console.height:
            yield
            return
        import os

        # less: pass colour through, leave at once what fits, keep the screen afterwards
        os.environ.setdefault("LESS", "-FRX")
        with self.console.pager(styles=self._color, links=self._color):
            yield


def marked(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> list[Part]:
    """Split text into parts: `spans` (ascending, half-open) as matches, the rest in `style`."""
    parts = []
    place = 0
    for start, end in spans:
        parts += [Part(text[place:start], style), Part(text[start:end], "match")]
        place = end
    parts.append(Part(text[place:], style))
    return [part for part in parts if part.text]
