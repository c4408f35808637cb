"""Trials: what each system takes to index an archive, to search it, and to take one article more.

Everything is done in turn, system by system and round after round, so that a machine that grows slower slows all.
"""

import json
import shutil
import sqlite3
import statistics
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

from arguments import Unusable
from carikm.cli.sizes import counted
from carikm.corpus.files import SourceFile, scan
from measuring import CARIKM_COMMAND, TRIVIAL_APP, Failed, Usage, output, run
from units import another_article, article_of, draw_queries, unit_lines, write_units

# For each query that is asked cold, so many are asked in a single process, or as many as it answers in some seconds.
_MORE = 20
_SECONDS = 10
# The first query of a process is not timed.
_FEWEST = 2
_NEW = "carikm-benchmark-"
_RUN = [sys.executable, "-c", "from systems.run import main; main()"]


class System(NamedTuple):
    """A system: its name, the package it needs, if it searches for stems, and if its index takes another article."""

    name: str
    package: str
    is_stemmed: bool = True
    can_add: bool = True

    @property
    def is_carikm(self) -> bool:
        return self.name == "carikm"

    @property
    def version(self) -> str:
        """The version of its package, "" if it is not installed."""
        if self.package == "sqlite3":
            return f"SQLite {sqlite3.sqlite_version}" if _has_fts5() else ""
        try:
            return f"{self.package} {version(self.package)}"
        except PackageNotFoundError:
            return ""

    def command(self, *arguments: object) -> list[str]:
        """Give the command that makes `systems/run.py` run it."""
        return [*_RUN, self.name.replace("-", "_"), *map(str, arguments)]


CARIKM = System("carikm", "carikm")
PEERS = (
    System("rank-bm25", "rank-bm25", can_add=False),
    System("bm25s", "bm25s", can_add=False),
    System("tantivy", "tantivy"),
    System("fts5", "sqlite3"),
    System("unstemmed-tantivy", "tantivy", is_stemmed=False),
    System("unstemmed-fts5", "sqlite3", is_stemmed=False),
)


def _has_fts5() -> bool:
    try:
        sqlite3.connect(":memory:").execute("CREATE VIRTUAL TABLE texts USING fts5(text)")
    except sqlite3.OperationalError:
        return False
    return True


def made_once(place: Path, make: Callable[[Path], object]) -> None:
    """Make a file or folder, unless an earlier run did, and give it its name when it is whole."""
    if not place.exists():
        unfinished = place.with_name(f"{place.name}.unfinished")
        if unfinished.is_dir():
            shutil.rmtree(unfinished)
        make(unfinished)
        unfinished.rename(place)


class Room:
    """Where trials take place: an archive, its units, queries, and the indexes."""

    def __init__(self, folder: Path, cold: int, most_files: int | None = None) -> None:
        """Use a folder whose `corpus` holds the archive, and so many queries for cold searches.

        With `most_files`, queries and new articles are made of so many files of it; peers need all of them.

        Raises:
            Unusable: its words make too few queries.
        """
        self.folder = folder
        self.corpus = folder / "corpus"
        self.units = folder / "units.tsv"
        self.queries_file = folder / "queries.txt"
        for path in self.corpus.glob(f"{_NEW}*.txt"):  # of a run that was killed
            path.unlink()
        made_once(self.units, lambda place: write_units(self.corpus, place, most_files))
        files = scan(self.corpus).files
        self.paths = [file.path for file in files]
        self.text_bytes = sum(file.size for file in files)
        with self.units.open(encoding="utf-8") as lines:
            self.chunks = sum(1 for _ in lines)
        self.queries = draw_queries(self.units, cold * _MORE)
        if len(self.queries) < _FEWEST:
            raise Unusable(
                f"{folder.name} is too small to be searched: the words of {counted(len(files), 'article')} make"
                f" {len(self.queries)} queries, and {_FEWEST} are needed."
            )
        self.cold_queries = self.queries[:cold]
        self.queries_file.write_text("\n".join(self.queries) + "\n", encoding="utf-8")

    def index(self, system: System) -> Path:
        return self.folder / f"index-{system.name}"

    def new_article(self, number: int) -> Path:
        """Put an article more into the archive."""
        path = self.corpus / f"{_NEW}{number}.txt"
        path.write_text(another_article(self.units, number), encoding="utf-8")
        return path

    def units_of(self, path: Path) -> Path:
        """Give a file with the units of a new article."""
        units = self.folder / "new.tsv"
        with units.open("w", encoding="utf-8") as lines:
            lines.writelines(unit_lines(self.corpus, SourceFile(path.name, 0, 0), path.stem))
        return units


@dataclass
class Figures:
    """What was measured of a system, run by run; `cold` has a run for each query, and `found` what it found."""

    indexing: list[Usage] = field(default_factory=list)
    index_bytes: int = 0
    cold: list[Usage] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)
    found: list[list[str]] = field(default_factory=list)
    batch_rates: list[float] = field(default_factory=list)
    adding: list[Usage] = field(default_factory=list)
    adding_by_name: list[Usage] = field(default_factory=list)


Measured = dict[System, Figures]


def index(room: Room, measured: Measured, runs: int) -> None:
    """Index the archive anew with each system, in an empty folder."""
    for _ in range(runs):
        for system, figures in measured.items():
            folder = room.index(system)
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            command = (
                _carikm_index(room.corpus, folder) if system.is_carikm else system.command("build", room.units, folder)
            )
            figures.indexing.append(run(command, tree=True))
            figures.index_bytes = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def search_cold(room: Room, measured: Measured, floors: dict[str, list[Usage]]) -> None:
    """Ask each query of each system, a whole process every time; and run the floors beside it.

    The first query is asked once more before, which does not count. So files are in the memory of the operating system,
    as they are for anyone who searches more than once.
    """
    app = room.folder / "trivial.py"
    app.write_text(TRIVIAL_APP, encoding="utf-8")
    commands = {
        "python -c pass": ["-c", "pass"],
        "trivial typer app": [str(app)],
        "import numpy": ["-c", "import numpy"],
    }
    for turn, query in enumerate([room.cold_queries[0], *room.cold_queries]):
        for name, command in commands.items():
            use = run([sys.executable, *command])
            floors.setdefault(name, []).extend([use] if turn else [])
        for system, figures in measured.items():
            folder = str(room.index(system))
            use = (
                run([CARIKM_COMMAND, "search", query, "--index", folder], may_find_nothing=True)
                if system.is_carikm
                else run(system.command("search", folder, query))
            )
            figures.cold.extend([use] if turn else [])


def answer_many(room: Room, measured: Measured, runs: int) -> None:
    """Have each system answer queries in one process; carikm by its library, with snippets, and by `carikm batch`."""
    for _ in range(runs):
        for system, figures in measured.items():
            command = system.command("answer", room.index(system), room.queries_file, _SECONDS, len(room.cold_queries))
            told = json.loads(output(command))
            figures.rates.append(told["answered"] / told["seconds"])
            figures.found = told["found"][: len(room.cold_queries)]
            if system.is_carikm:
                command = [CARIKM_COMMAND, "batch", str(room.queries_file), "--index", str(room.index(system))]
                figures.batch_rates.append(len(room.queries) / run(command, may_find_nothing=True).wall)


def add_article(room: Room, measured: Measured, runs: int) -> list[str]:
    """Add an article to each index that takes one more, and to carikm's by a scan of the folder and by its name.

    Gives what could not be done.
    """
    added: list[Path] = []
    by_name = True
    try:
        for turn in range(runs):
            added.append(path := room.new_article(2 * turn))
            units = room.units_of(path)
            for system, figures in measured.items():
                folder = room.index(system)
                if system.is_carikm:
                    figures.adding.append(run(_carikm_index(room.corpus, folder), tree=True))
                elif system.can_add:
                    figures.adding.append(run(system.command("add", folder, units), tree=True))
            if by_name:
                added.append(path := room.new_article(2 * turn + 1))
                try:
                    measured[CARIKM].adding_by_name.append(run(_carikm_index(path, room.index(CARIKM)), tree=True))
                except Failed:
                    added.pop().unlink()
                    by_name = False
    finally:
        for path in added:
            path.unlink()
    return [] if by_name else ["This carikm does not index a file by its name."]


def _carikm_index(path: Path, folder: Path) -> list[str]:
    return [CARIKM_COMMAND, "index", str(path), "--index", str(folder)]


def overlap(room: Room, ours: Figures, theirs: Figures) -> float:
    """Tell how many of the articles of one system's ten best units are among the other's: the mean share over queries.

    The share is of the shorter list, since carikm gives at most two chunks of an article. Queries to which neither has
    an answer do not count.
    """
    shares = []
    for mine, yours in zip(ours.found, theirs.found, strict=False):
        one, other = {article_of(unit) for unit in mine}, {room.paths[int(article_of(unit))] for unit in yours}
        if one or other:
            shares.append(len(one & other) / max(min(len(one), len(other)), 1))
    return statistics.fmean(shares) if shares else 0.0
