"""How index and search grow with the archive: what carikm takes from ten thousand chunks to three million, and beyond.

    python benchmarks/growth.py [FOLDER] [--sizes N...] [--runs N] [--queries N] [--keep DIR] [--record FILE]

Makes archives of FOLDER's paragraphs put together anew (see `archives.py`; without FOLDER, text is made up), each the
beginning of the next, indexes them, searches them cold and in one process, and adds an article; all as in `speed.py`.
Figures are medians, with the least and the most of all runs, those of cold searches of all queries.
The slope of a figure is the exponent of its growth: 1 where twice the chunks cost twice as much, 0 where they cost the
same. It is fitted over all sizes, by least squares of the logarithms, and again between the two largest, by which
figures are drawn out to ten and a hundred million chunks. What a trivial typer app takes is taken off before, where a
figure is a whole process's, and added again. An archive made of FOLDER has no more different words than FOLDER has,
unlike a real one.
"""

import argparse
import datetime
import math
import statistics
import tempfile
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from rich.table import Table

from archives import text_source, write_archive
from arguments import at_least_one, refusing
from measuring import Usage, machine, percentile_95
from tables import new_console, new_table, record, spread
from trials import CARIKM, Figures, Measured, Room, add_article, answer_many, index, made_once, search_cold

SIZES = (10_000, 100_000, 1_000_000, 3_000_000)
FAR_SIZES = (10_000_000, 100_000_000)
# Of so many articles queries are drawn.
_MOST_FILES = 12_500
# What is left of a figure, if the trivial app takes no less.
_LEAST = 1e-3


class Size(NamedTuple):
    """What was measured of an archive of one size."""

    chunks: int
    room: Room
    figures: Figures


class Measure(NamedTuple):
    """A figure of an archive, with its unit and how many decimals to write; `of` gives it run by run, if it was taken.

    `floor` tells what part of it any process has: that of the trivial typer app, whose use it is given.
    """

    name: str
    unit: str
    digits: int
    of: Callable[[Size], list[float]]
    floor: Callable[[Usage], float] = lambda _: 0

    def written(self, values: Sequence[float]) -> str:
        return spread(values, self.digits, f" {self.unit}")


def _each(uses: Sequence[Usage], of: Callable[[Usage], float]) -> list[float]:
    return list(map(of, uses))


def _milliseconds_of(rates: Sequence[float]) -> list[float]:
    return [1000 / rate for rate in rates]


def _seconds(use: Usage) -> float:
    return use.wall


def _cpu(use: Usage) -> float:
    return use.cpu


def _milliseconds(use: Usage) -> float:
    return 1000 * use.wall


def _megabytes(use: Usage) -> float:
    return use.memory / 1e6


MEASURES = (
    Measure("text", "MB", 1, lambda size: [size.room.text_bytes / 1e6]),
    Measure("index time", "s", 1, lambda size: _each(size.figures.indexing, _seconds), _seconds),
    Measure("CPU of it", "s", 1, lambda size: _each(size.figures.indexing, _cpu), _cpu),
    Measure("peak memory of it", "MB", 0, lambda size: _each(size.figures.indexing, _megabytes), _megabytes),
    Measure("index", "MB", 1, lambda size: [size.figures.index_bytes / 1e6]),
    Measure("cold search, median", "ms", 0, lambda size: _each(size.figures.cold, _milliseconds), _milliseconds),
    Measure(
        "cold search, 95 %",
        "ms",
        0,
        lambda size: [percentile_95(_each(size.figures.cold, _milliseconds))],
        _milliseconds,
    ),
    Measure("peak memory of a search", "MB", 0, lambda size: [max(_each(size.figures.cold, _megabytes))], _megabytes),
    Measure("a query in one process", "ms", 2, lambda size: _milliseconds_of(size.figures.rates)),
    Measure("a query of carikm batch", "ms", 2, lambda size: _milliseconds_of(size.figures.batch_rates)),
    Measure("one article more, by scan", "s", 2, lambda size: _each(size.figures.adding, _seconds), _seconds),
    Measure("one article more, by name", "s", 2, lambda size: _each(size.figures.adding_by_name, _seconds), _seconds),
)


def measure(chunks: int, folder: Path | None, place: Path, runs: int, cold: int) -> tuple[Size, list[Usage]]:
    """Make an archive, unless it is there, and measure it; give the runs of the trivial typer app as well."""
    made_once(place / "corpus", lambda corpus: write_archive(corpus, text_source(folder), chunks))
    room = Room(place, cold, _MOST_FILES)
    figures = Figures()
    measured: Measured = {CARIKM: figures}
    floors: dict[str, list[Usage]] = {}
    index(room, measured, runs)
    search_cold(room, measured, floors)
    answer_many(room, measured, runs)
    add_article(room, measured, runs)
    return Size(chunks, room, figures), floors["trivial typer app"]


def slope(points: Sequence[tuple[float, float]]) -> float:
    """Give the exponent of the power that fits points best, by least squares of their logarithms."""
    xs, ys = ([math.log(value) for value in column] for column in zip(*points, strict=True))
    return statistics.linear_regression(xs, ys).slope


def growth_table(sizes: Sequence[Size], app: Usage) -> Table:
    """Tabulate every measure at every size, its slopes, and what it would be in archives that are larger still."""
    table = new_table(
        "chunks",
        *(f"{size.chunks:,}" for size in sizes),
        "slope",
        "last slope",
        *(f"{chunks:,}" for chunks in FAR_SIZES),
    )
    for measure in MEASURES:
        runs = [measure.of(size) for size in sizes]
        cells = [measure.written(values) for values in runs]
        if all(runs) and len(runs) > 1:
            floor = measure.floor(app)
            medians = map(statistics.median, runs)
            points = [(size.chunks, max(value - floor, _LEAST)) for size, value in zip(sizes, medians, strict=True)]
            last = slope(points[-2:])
            largest, own = points[-1]
            cells += [f"{slope(points):.2f}", f"{last:.2f}"]
            cells += [measure.written([floor + own * (far / largest) ** max(last, 0)]) for far in FAR_SIZES]
        table.add_row(measure.name, *cells)
    return table


def main() -> None:
    """Measure every size, and what follows from them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, metavar="FOLDER")
    parser.add_argument("--sizes", nargs="+", type=at_least_one, default=SIZES, metavar="N")
    parser.add_argument("--runs", type=at_least_one, default=1, metavar="N")
    parser.add_argument("--queries", type=at_least_one, default=60, metavar="N", help="how many are asked cold: 60")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work there, and use what an earlier run made there")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what is printed at the end of a file, too")
    options = parser.parse_args()
    console = new_console()
    console.print(f"## {datetime.date.today()}, {machine()}\n\n{CARIKM.version}; runs: {options.runs}.")
    sizes: list[Size] = []
    apps: list[Usage] = []
    in_place = nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory()
    with refusing(parser), in_place as place:
        for chunks in sorted(options.sizes):
            corner = Path(place).resolve() / f"{chunks}-chunks"
            size, app = measure(chunks, options.folder, corner, options.runs, options.queries)
            sizes.append(size)
            apps += app
    floor = Usage(*map(statistics.median, zip(*apps, strict=True)))
    console.print(f"Trivial typer app: {spread(_each(apps, _milliseconds), 0, ' ms')}.\n")
    console.print(growth_table(sizes, floor))
    if options.record:
        record(console, options.record)


if __name__ == "__main__":
    main()
