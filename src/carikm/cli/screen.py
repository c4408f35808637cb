"""Lines of styled text, for a terminal or for a pipe.

A terminal is drawn by rich: colour, wrapping with an indent, links, a pager. A pipe gets the same lines
unwrapped, as plain text unless colour is asked for, and only then pays for importing rich.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from carikm.cli.environment import Color, Environment
from carikm.cli.safe import visible
from carikm.records import NamedTuple

if TYPE_CHECKING:
    from rich.console import Console

STYLES = {
    "title": "bold",
    "sentence": "italic",
    "rank": "bold cyan",
    "match": "bold yellow",
    "source": "green",
    "dim": "dim",
    "warning": "yellow",
    "error": "bold red",
}


_MIN_WIDTH = 20
_SIZES = ("COLUMNS", "LINES")


class Part(NamedTuple):
    """A stretch of text in one style (a name from `STYLES`, or none), perhaps leading to a URI.

    Of a word that is longer than a line, the last `tail` characters stay on one.
    """

    text: str
    style: str = ""
    link: str = ""
    tail: int = 0


class Screen:
    """Writes lines to one stream."""

    def __init__(self, environment: Environment, stream: TextIO, color: Color = Color.auto) -> None:
        self._environment = environment
        self._stream = stream
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
        text = "".join(_colored(part) if self._color else part.text for part in whole)
        self._stream.write(text + "\n")

    def _draw(self, parts: Sequence[Part], indent: int, lead: Part | None) -> None:
        from rich.style import Style
        from rich.text import Text

        console = self.console
        text = Text(overflow="fold")
        for part in parts:
            style = Style.parse(STYLES.get(part.style, ""))
            if part.link and self._color:
                style += Style(link=part.link)
            text.append(_with_whole_tail(part, max(1, console.width - indent)) if part.tail else part.text, style)
        # Appended: the style of a text itself would be that of all that follows.
        margin = Text().append((lead.text if lead else "").ljust(indent), STYLES.get(lead.style, "") if lead else "")
        for row in text.wrap(console, max(1, console.width - indent)) or [text]:
            console.print(margin + row if row else margin if lead else row, soft_wrap=True)
            margin = Text(" " * indent)

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
                _environ={k: v for k, v in variables.items() if k not in _SIZES or _is_size(v)},
            )
            console.width = max(console.width, _MIN_WIDTH)
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
        pager = CommandPager(command, variables, self._stream)
        with console.pager(pager, styles=self._color, links=self._color):
            yield


def _checked(part: Part | str) -> Part:
    if isinstance(part, str):
        return Part(visible(part))
    text = visible(part.text)
    return part if text == part.text else part._replace(text=text)


def _with_whole_tail(part: Part, width: int) -> str:
    """Break a word that is longer than a line ahead of its tail, where it would break within."""
    from rich.cells import cell_len

    cells = cell_len(part.text.split(" ")[-1])
    head, tail = part.text[: -part.tail], part.text[-part.tail :]
    return f"{head}\n{tail}" if cells > width and 0 < cells % width < part.tail else part.text


def _is_size(value: str) -> bool:
    return value.isascii() and value.isdigit() and int(value) > 0


def _without_trailing_space(parts: Sequence[Part]) -> list[Part]:
    kept = list(parts)
    while kept and not kept[-1].text.rstrip():
        kept.pop()
    return [*kept[:-1], kept[-1]._replace(text=kept[-1].text.rstrip())] if kept else []


def _colored(part: Part) -> str:
    """Write a part with its colour for a pipe: nothing wrapped, cut or linked."""
    from rich.color import ColorSystem
    from rich.style import Style

    return Style.parse(STYLES.get(part.style, "")).render(part.text, color_system=ColorSystem.STANDARD)


def marked(text: str, spans: Sequence[tuple[int, int]], style: str = "") -> list[Part]:
    """Split text into parts: `spans` (ascending, half-open) as matches, the rest in `style`."""
    parts = []
    place = 0
    for start, end in spans:
        parts += [Part(text[place:start], style), Part(text[start:end], "match")]
        place = end
    parts.append(Part(text[place:], style))
    return [part for part in parts if part.text]
