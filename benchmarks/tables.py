"""The tables of a comparison, drawn as Markdown that can be read on a terminal as well."""

import statistics
from collections.abc import Callable, Sequence
from pathlib import Path

from rich import box
from rich.console import Console
from rich.table import Table

from measuring import Usage, percentile_95
from trials import CARIKM, Measured, Room, overlap

_MB = 1e6
_WIDTH = 250
_THROUGH = "carikm ÷ it"
_THROUGH_BY_NAME = "by its name ÷ it"


def new_console() -> Console:
    """Give a console that remembers what it prints, and breaks no lines that a page would not."""
    return Console(width=_WIDTH, record=True, highlight=False, markup=False)


def record(console: Console, path: Path) -> None:
    """Write what was printed at the end of a file."""
    with path.open("a", encoding="utf-8") as file:
        file.writelines(f"{line.rstrip()}\n" for line in console.export_text().splitlines())


def spread(values: Sequence[float], digits: int = 1, unit: str = "") -> str:
    """Write a median, with the least and the most if there are several values."""
    if not values:
        return "–"
    median = f"{statistics.median(values):,.{digits}f}{unit}"
    return f"{median} ({min(values):,.{digits}f}–{max(values):,.{digits}f})" if len(values) > 1 else median


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> str:
    """Write the ratios of figures, pair by pair: their median, with the least and the most."""
    return spread([one / other for one, other in zip(ours, theirs, strict=False)], 2)


def indexing_table(room: Room, measured: Measured) -> Table:
    """Tabulate what indexing takes."""
    table = new_table(
        *("system", "index", _THROUGH, "CPU", _THROUGH, "peak memory", _THROUGH, "index ÷ text"),
        *("one article more", _THROUGH, _THROUGH_BY_NAME),
    )
    ours = measured[CARIKM]
    for system, theirs in measured.items():
        cells = []
        for of, digits, unit in _INDEXING:
            values = [of(use) for use in theirs.indexing]
            compared = "" if system.is_carikm else ratios([of(use) for use in ours.indexing], values)
            cells += [spread(values, digits, unit), compared]
        cells += [f"{theirs.index_bytes / room.text_bytes:.2f}"]
        cells += [_seconds(theirs.adding) if system.can_add else "built anew"]
        if system.can_add and not system.is_carikm:
            cells += [ratios(_walls(added), _walls(theirs.adding)) for added in (ours.adding, ours.adding_by_name)]
        table.add_row(system.name, *cells)
    table.add_row("carikm, by its name", *[""] * 7, _seconds(ours.adding_by_name))
    return table


_INDEXING: tuple[tuple[Callable[[Usage], float], int, str], ...] = (
    (lambda use: use.wall, 1, " s"),
    (lambda use: use.cpu, 1, " s"),
    (lambda use: use.memory / _MB, 0, " MB"),
)


def searching_table(room: Room, measured: Measured, floors: dict[str, list[Usage]]) -> Table:
    """Tabulate what searching takes."""
    table = new_table(
        "system",
        "cold, 2–3 words",
        "÷ typer app",
        "all: 95 %",
        "÷ app's median",
        "peak memory",
        "queries/s",
        _THROUGH,
        "overlap",
    )
    ours = measured[CARIKM]
    app = _walls(floors["trivial typer app"])
    longer = [place for place, query in enumerate(room.cold_queries) if " " in query]

    def row(name: str, cold: Sequence[Usage], *rest: str) -> None:
        walls = _walls(cold)
        table.add_row(
            name,
            spread([1000 * walls[place] for place in longer], 0, " ms"),
            ratios([walls[place] for place in longer], [app[place] for place in longer]),
            f"{1000 * percentile_95(walls):,.0f} ms",
            f"{percentile_95(walls) / statistics.median(app):.2f}",
            f"{max(use.memory for use in cold) / _MB:,.0f} MB",
            *rest,
        )

    for name, cold in floors.items():
        row(name, cold)
    for system, figures in measured.items():
        compared = []
        if not system.is_carikm:
            compared = [ratios(ours.rates, figures.rates), f"{overlap(room, ours, figures):.2f}"]
        row(system.name, figures.cold, spread(figures.rates, 0), *compared)
    table.add_row("carikm batch", *[""] * 5, spread(ours.batch_rates, 0))
    return table


def _seconds(uses: Sequence[Usage]) -> str:
    return spread(_walls(uses), 2, " s")


def _walls(uses: Sequence[Usage]) -> list[float]:
    return [use.wall for use in uses]


def new_table(*headings: str) -> Table:
    """Begin a table with these columns, the first of words and the others of figures."""
    table = Table(box=box.MARKDOWN)
    for number, heading in enumerate(headings):
        table.add_column(heading, justify="right" if number else "left", no_wrap=True)
    return table
