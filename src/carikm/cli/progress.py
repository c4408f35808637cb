"""How a build goes on, on a terminal: a bar, the rate and the time left, for whatever takes over a second."""

import time
from typing import TYPE_CHECKING

from carikm.cli.screen import Part, Screen

if TYPE_CHECKING:
    from rich.progress import Progress, ProgressColumn, TaskID

_SILENT_SECONDS = 1.0
_REDRAW_SECONDS = 0.1
# From so many columns on there is room for the rate.
_WIDE = 60
_NARROW_BAR = 8
_FAST = 10.0


class TerminalProgress:
    """A bar on standard error, drawn only on a terminal and only when the work is long; use as a context."""

    def __init__(self, screen: Screen, *, quiet: bool = False) -> None:
        """Draw on `screen`; `quiet` holds notes back until all went well, for scripts that read errors as JSON."""
        self._screen = screen
        self._held: list[str] | None = [] if quiet else None
        self._started = time.monotonic()
        self._drawn = self._started
        self._name, self._done = "", 0
        self._total: int | None = 0
        self._bar: Progress | None = None
        self._task: TaskID | None = None

    def __enter__(self) -> "TerminalProgress":
        return self

    def __exit__(self, error: type[BaseException] | None, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()
        if error is None:
            for message in self._held or ():
                self._write(message)

    def stage(self, name: str, total: int | None) -> None:
        """Begin a stage of `total` steps, None if nobody knows."""
        self._name, self._total, self._done = name, total, 0
        if self._bar is not None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task(name, total=total)

    def advance(self, steps: int = 1) -> None:
        """Finish some steps."""
        self._done += steps
        if not self._screen.is_terminal:
            return
        now = time.monotonic()
        if now - self._drawn < _REDRAW_SECONDS or now - self._started < _SILENT_SECONDS:
            return
        self._drawn = now
        if self._bar is None:
            self._begin()
        assert self._bar is not None and self._task is not None
        self._bar.update(self._task, completed=self._done)

    def note(self, message: str) -> None:
        """Say something that the user should know."""
        if self._held is None:
            self._write(message)
        else:
            self._held.append(message)

    def _write(self, message: str) -> None:
        self._screen.line(Part(message, "dim"))

    def _begin(self) -> None:
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
        from rich.table import Column

        # What does not fit is left out, the least telling first.
        width = self._screen.console.width
        self._bar = Progress(
            TextColumn("{task.description}", table_column=Column(no_wrap=True)),
            BarColumn(bar_width=None if width >= _WIDE else _NARROW_BAR),
            MofNCompleteColumn(table_column=Column(no_wrap=True)),
            *([_rate_column()] if width >= _WIDE else []),
            TimeRemainingColumn(compact=True, table_column=Column(no_wrap=True)),
            console=self._screen.console,
            transient=True,
            refresh_per_second=1 / _REDRAW_SECONDS,
        )
        self._bar.start()
        self._task = self._bar.add_task(self._name, total=self._total)


def _rate_column() -> "ProgressColumn":
    """Make a column that tells how many steps a second are done."""
    from rich.progress import ProgressColumn, Task
    from rich.table import Column
    from rich.text import Text

    class RateColumn(ProgressColumn):
        def render(self, task: Task) -> Text:
            speed = task.speed
            return Text("" if speed is None else f"{speed:,.{0 if speed >= _FAST else 1}f}/s", justify="right")

    return RateColumn(table_column=Column(no_wrap=True, min_width=8, justify="right"))
