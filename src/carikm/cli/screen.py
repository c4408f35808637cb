"""Lines of styled text, for a terminal or for a pipe.

A terminal is drawn by rich: colour, wrapping with an indent, links; where it takes more than a screen, into a pager.
A line that is certain to fit is written as it is, with rich's codes for its styles: wrapping takes ten times as long.
A pipe gets the same lines unwrapped, as plain text unless colour is asked for, and only then pays for importing rich.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Protocol, TextIO

from carikm.cli.environment import Color, Environment
from carikm.cli.safe import visible
from carikm.records import NamedTuple

if TYPE_CHECKING:
    from rich.console import Console
    from rich.style import Style

STYLES = {
    "title": "bold",
    "sentence": "italic",
    "rank": "bold cyan",
    "match": "bold yellow",
    "source": "green",
    "reference": "cyan",
    "dim": "dim",
    "warning": "yellow",
    "error": "bold red",
}


_MIN_WIDTH = 20
_SIZES = ("COLUMNS", "LINES")
_LONGEST_SIZE = 5  # digits


class Part(NamedTuple):
    """A stretch of text in one style (a name from `STYLES`, or none), perhaps leading to a URI.

    Of a word that is longer than a line, the last `tail` characters stay on one.
    """

    text: str
    style: str = ""
    link: str = ""
    tail: int = 0


class _Writable(Protocol):
    def write(self, text: str, /) -> object: ...


class Screen:
    """Writes lines to one stream."""

    def __init__(self, environment: Environment, stream: TextIO, color: Color = Color.auto) -> None:
        self._environment = environment
        self._stream = stream
        self._out: _Writable = stream  # or the pager, while there is one
        self._color = environment.wants_color(stream, color)
        self.is_terminal = environment.is_terminal(stream)
        self._console: Console | None = None

    def line(self, *parts: Part | str, indent: int = 0, lead: Part | None = None) -> None:
        """Write one line, control characters made visible; `lead` stands in the indent."""
        checked = [_checked(part) for part in parts]
        if self.is_terminal:
            self._draw(checked, indent, lead)
            return
        margin = lead._replace(text=lead.text.ljust(indent)) if lead else Part(" " * indent)
        whole = _without_trailing_space([margin, *checked])
        self.write("".join(map(self.styled, whole)) + "\n")

    def _draw(self, parts: Sequence[Part], indent: int, lead: Part | None) -> None:
        width = max(1, self.console.width - indent)
        margin = self.styled(lead._replace(text=lead.text.ljust(indent))) if lead else " " * indent
        whole = "".join(part.text for part in parts)
        if fits(whole, width):
            self.write((margin if whole or lead else "") + "".join(map(self.styled, parts)) + "\n")
            return

        from rich.text import Text

        text = Text(overflow="fold")
        for part in parts:
            text.append(_with_whole_tail(part, width) if part.tail else part.text, self._style(part))
        lines = []
        for row in text.wrap(self.console, width):
            drawn = "".join(self._rendered(*segment[:2]) for segment in row.render(self.console))
            lines.append((margin if row or lead else "") + drawn + "\n")
            margin = " " * indent
        self.write("".join(lines))

    def styled(self, part: Part) -> str:
        """Give a part as the stream takes it, with its style and link where colour is wanted."""
        if not self._color or not (part.style or part.link):
            return part.text
        return self._rendered(part.text, self._style(part))

    def _style(self, part: Part) -> "Style":
        style = _style(part.style)
        if not (part.link and self._color and self.is_terminal):
            return style
        from rich.style import Style

        return style + Style(link=part.link)

    def _rendered(self, text: str, style: "Style | None") -> str:
        from rich.color import ColorSystem

        return style.render(text, color_system=ColorSystem.STANDARD) if style and self._color else text

    def write(self, text: str) -> None:
        """Write text as it is."""
        self._out.write(text)

    @property
    def console(self) -> "Console":
        """Rich's console on this stream; only for terminals."""
        if self._console is None:
            from rich.console import Console

            variables = self._environment.variables
            self._console = console = Console(
                file=self._stream,
                force_terminal=self._color or None,
                color_system="standard" if self._color else None,
                no_color=not self._color,
                highlight=False,
                markup=False,
                emoji=False,
                # An unknown size is no size of zero.
                _environ={k: v for k, v in variables.items() if k not in _SIZES or is_size(v)},
            )
            # Set, since rich would ask the terminal for its height again with every line.
            console.size = max(console.width, _MIN_WIDTH), console.height
        return self._console

    @contextmanager
    def paged(self, lengths: Sequence[int], *, indent: int = 0, blank_lines: int = 0) -> Iterator[None]:
        """Page what is written inside, if this is a terminal and lines of those lengths do not fit."""
        variables = self._environment.variables
        if not self.is_terminal or variables.get("TERM") == "dumb":
            yield
            return
        from carikm.cli.pager import CommandPager, pager_command

        console = self.console
        width = max(1, console.width - indent)
        lines = blank_lines + sum(max(1, -(-length // width)) for length in lengths)
        command = pager_command(variables)
        if lines < console.height or command is None:
            yield
            return
        with CommandPager(command, variables, self._stream) as pager:
            self._out = pager
            try:
                yield
            finally:
                self._out = self._stream


def fits(text: str, width: int) -> bool:
    """Tell whether text is certain to take one line of so many cells, without anything to be done to it."""
    return len(text) <= width and text.isprintable() and cells(text) <= width


def cells(text: str) -> int:
    """Count the cells of a terminal that printable text takes."""
    if text.isascii():
        return len(text)

    from rich.cells import cell_len

    return cell_len(text)


@cache
def _style(name: str) -> "Style":
    from rich.style import Style

    return Style.parse(STYLES.get(name, ""))


def _checked(part: Part | str) -> Part:
    if isinstance(part, str):
        return Part(visible(part))
    text = visible(part.text)
    return part if text == part.text else part._replace(text=text)


def _with_whole_tail(part: Part, width: int) -> str:
    """Break a word that is longer than a line ahead of its tail, where it would break within."""
    from rich.cells import cell_len

    wide = cell_len(part.text.split(" ")[-1])
    head, tail = part.text[: -part.tail], part.text[-part.tail :]
    return f"{head}\n{tail}" if wide > width and 0 < wide % width < part.tail else part.text


def is_size(value: str) -> bool:
    """Tell whether the environment gives a width or height that a terminal can have."""
    return value.isascii() and value.isdigit() and len(value) < _LONGEST_SIZE and int(value) > 0


def _without_trailing_space(parts: Sequence[Part]) -> list[Part]:
    kept = list(parts)
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    return [*kept[:-1], kept[-1]._replace(text=kept[-1].text.rstrip())] if kept else []


def marked(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> list[Part]:
    """Split text into parts: `spans` (ascending, half-open) as matches, the rest in `style`."""
    parts = []
    place = 0
    for start, end in spans:
        parts += [Part(text[place:start], style), Part(text[start:end], "match")]
        place = end
    parts.append(Part(text[place:], style))
    return [part for part in parts if part.text]
