"""How fast carikm is beside others, and how much memory and room it takes.

    python benchmarks/speed.py [FOLDER]... [--chunks N | --articles N] [--systems NAME...] [--runs N] [--queries N]
                               [--keep DIR] [--record FILE]

Takes each FOLDER of .txt articles as it is; N of its articles, taken evenly; or N chunks, made of its paragraphs put
together anew. Without FOLDER, text is made up (see `archives.py`). The folder itself is left as it is.

What is compared (`systems/`; what they need comes with `pip install '.[benchmarks]'` in a checkout, and what is
missing is left out):

    carikm              its commands, as they are typed, and its library
    rank-bm25           a pickled BM25Okapi
    bm25s               its saved index, mapped into memory
    tantivy             by its Python bindings
    fts5                SQLite's
    unstemmed-tantivy, unstemmed-fts5

All but the unstemmed ones are fed with Sastrawi's stems: each distinct word is stemmed once, in the same process, by
Sastrawi with a set for a dictionary. Each is a minimal program without a command line to read. They are handed carikm's
chunks ready cut in one file, so that reading and cutting the articles is carikm's burden alone, and keep their texts.

    index time      a whole process
    peak memory     of indexing: the whole tree of processes, shared pages counted once; of a search: its process
    cold search     a whole process for each of 60 queries of one, two and three words of the archive (`units.py`); the
                    files are in the memory of the operating system
    queries/s       in one process, the first not counted: other queries of the same kind, 20 times as many, or ten
                    seconds; the ten best ids, carikm's with text and snippet. `carikm batch` is a whole process and
                    answers all
    one article     added, a whole process: carikm by a scan of the folder, and by the file's name

Everything is repeated `--runs` times, cold searches once a query, the systems in turn. Figures are medians with the
least and the most; ratios are carikm's figure through that of the same round. Ends with 1 if what carikm and a system
with stems find hardly overlaps, since they are then no comparison, and with 2 if an archive cannot be measured on.
"""

import argparse
import datetime
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from rich.console import Console

from archives import text_source, write_archive
from arguments import Unusable, at_least_one, refusing
from carikm.corpus.files import scan
from measuring import Usage, machine
from tables import indexing_table, new_console, record, searching_table
from trials import (
    CARIKM,
    PEERS,
    Figures,
    Measured,
    Room,
    System,
    add_article,
    answer_many,
    index,
    made_once,
    overlap,
    search_cold,
)

# On 38,876 news articles .62 to .64 of them are the same, on five all.
LEAST_OVERLAP = 0.3
_CHUNKS = 20_000


def prepare(folder: Path | None, room: Path, articles: int | None, chunks: int | None, cold: int) -> Room:
    """Put an archive into a room, unless it is there already."""

    def make(corpus: Path) -> None:
        if folder is None or chunks:
            write_archive(corpus, text_source(folder), chunks or _CHUNKS)
        else:
            _link(folder, corpus, articles)

    made_once(room / "corpus", make)
    return Room(room, cold)


def _link(folder: Path, corpus: Path, articles: int | None) -> None:
    """Link the articles of a folder, or so many of them taken evenly, into another; copy them if that cannot be."""
    paths = [file.path for file in scan(folder).files]
    if not paths:
        raise Unusable(f"{folder} has no article: no file whose name ends in .txt.")
    wanted = min(articles or len(paths), len(paths))
    for place in range(wanted):
        path = paths[place * len(paths) // wanted]
        (corpus / path).parent.mkdir(parents=True, exist_ok=True)
        try:
            os.link(folder / path, corpus / path)
        except OSError:
            shutil.copy2(folder / path, corpus / path)


def measure(room: Room, systems: Sequence[System], runs: int) -> tuple[Measured, dict[str, list[Usage]], list[str]]:
    """Hold all trials; give the figures, those of the floors, and what could not be done."""
    measured: Measured = {system: Figures() for system in systems}
    floors: dict[str, list[Usage]] = {}
    index(room, measured, runs)
    search_cold(room, measured, floors)
    answer_many(room, measured, runs)
    return measured, floors, add_article(room, measured, runs)


def unlike(room: Room, name: str, measured: Measured) -> list[str]:
    """Name the systems with stems that find other articles than carikm."""
    lines = []
    for peer, figures in measured.items():
        share = 1.0 if peer.is_carikm else overlap(room, measured[CARIKM], figures)
        if peer.is_stemmed and share < LEAST_OVERLAP:
            lines.append(f"{peer.name} finds other articles in {name} than carikm: {share:.2f} of them are the same.")
    return lines


def report(
    console: Console, name: str, room: Room, measured: Measured, floors: dict[str, list[Usage]], notes: Sequence[str]
) -> None:
    """Print what was measured of an archive."""
    articles, megabytes = len(room.paths), room.text_bytes / 1e6
    console.print(f"\n### {name}: {articles:,} articles, {room.chunks:,} chunks, {megabytes:,.1f} MB")
    console.print(indexing_table(room, measured))
    console.print(searching_table(room, measured, floors))
    for note in notes:
        console.print(note)


def main() -> int:
    """Compare the systems over every archive."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folders", nargs="*", type=Path, metavar="FOLDER")
    size = parser.add_mutually_exclusive_group()
    size.add_argument("--chunks", type=at_least_one, metavar="N", help=f"without FOLDER {_CHUNKS:,}")
    size.add_argument("--articles", type=at_least_one, metavar="N")
    parser.add_argument("--systems", nargs="+", choices=[system.name for system in PEERS], metavar="NAME")
    parser.add_argument("--runs", type=at_least_one, default=3, metavar="N")
    parser.add_argument("--queries", type=at_least_one, default=60, metavar="N", help="how many are asked cold: 60")
    parser.add_argument("--keep", type=Path, metavar="DIR", help="work there, and use what an earlier run made there")
    parser.add_argument("--record", type=Path, metavar="FILE", help="write what is printed at the end of a file, too")
    options = parser.parse_args()
    if len({folder.absolute().name for folder in options.folders}) < len(options.folders):
        parser.error("two folders have the same name; links to them may have others")
    wanted = [peer for peer in PEERS if not options.systems or peer.name in options.systems]
    present = [CARIKM, *(peer for peer in wanted if peer.version)]
    console = new_console()
    versions = ", ".join(dict.fromkeys(system.version for system in present))
    console.print(f"## {datetime.date.today()}, {machine()}\n\n{versions}; runs: {options.runs}.")
    for peer in wanted:
        if peer not in present:
            console.print(f"{peer.name} is left out: it needs {peer.package}, which is not installed.")
    odd = []
    in_place = nullcontext(options.keep) if options.keep else tempfile.TemporaryDirectory()
    with refusing(parser), in_place as place:
        for folder in options.folders or [None]:
            name = folder.absolute().name if folder else "made-up text"
            corner = Path(place).resolve() / name.replace(" ", "-")
            room = prepare(folder, corner, options.articles, options.chunks, options.queries)
            measured, floors, notes = measure(room, present, options.runs)
            report(console, name, room, measured, floors, notes)
            odd += unlike(room, name, measured)
    for line in odd:
        console.print(line)
    if options.record:
        record(console, options.record)
    return 1 if odd else 0


if __name__ == "__main__":
    sys.exit(main())
