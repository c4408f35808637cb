"""How long cold searches in the query language take, against plain ones of the same words.

    python benchmarks/language.py FOLDER [--index DIR] [--queries N] [--record FILE]

Words and phrases are drawn from FOLDER's articles: of each pair of words every kind of query is made, and each is asked
in turn with the plain one, as a whole process. Figures are medians over all pairs, with the least and the most; ratios
are those of each pair. Without --index, FOLDER is indexed first, in a temporary folder.
"""

import argparse
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path

from arguments import Unusable, at_least_one, refusing
from carikm.analysis.tokens import tokenize
from measuring import CARIKM_COMMAND, machine, percentile_95, run
from systems.words import read_units
from tables import new_console, new_table, ratios, record, spread
from units import SEED, draw_queries, write_units

_MOST_FILES = 3_000
_PHRASE = 3
_LETTERS = 5
# {0} and {1} are two words of one chunk, {2} the beginning of the first, {3} a phrase.
KINDS = [
    ["{0} {1}"],
    ["{0} AND {1}"],
    ["{0} +{1}"],
    ["{0} -{1}"],
    ["({0} OR {1}) NOT {2}*"],
    ["={0}"],
    ["{2}*"],
    ["judul:{0} {1}"],
    ["tanggal:2015..2020 {0} {1}"],
    ["{0} AND {1}", "--by-article"],
    ["{0} {1}", "--sort", "newest"],
    ["{0} {1}", "--facets"],
    ["NOT {0}"],
    ['"{3}"'],
]


def draw(units: Path, wanted: int) -> list[tuple[str, str, str, str]]:
    """Draw words and phrases for queries: two words of one chunk, the beginning of the first, and a phrase."""
    chance = random.Random(SEED)
    pairs = [query.split() for query in draw_queries(units, 3 * wanted)]
    texts = [[token.surface for token in tokenize(text)] for _, text in read_units(units)]
    long_enough = [words for words in texts if len(words) >= _PHRASE]
    found = []
    for first, second in [pair for pair in pairs if len(pair) == 2][:wanted]:
        words = chance.choice(long_enough)
        start = chance.randrange(len(words) - _PHRASE + 1)
        found.append((first, second, first[:_LETTERS], " ".join(words[start : start + _PHRASE])))
    return found


def times(
    kind: Sequence[str], drawn: Sequence[tuple[str, str, str, str]], index: Path
) -> tuple[list[float], list[float]]:
    """Give for all that was drawn the milliseconds of a kind of query, and of the plain one asked beside it."""
    found: tuple[list[float], list[float]] = ([], [])
    for words in drawn:
        for parts, column in zip((kind, KINDS[0]), found, strict=True):
            command = [
                CARIKM_COMMAND,
                "search",
                "--json",
                "--index",
                str(index),
                *(part.format(*words) for part in parts),
            ]
            column.append(1000 * run(command, may_find_nothing=True).wall)
    return found


def main() -> None:
    """Measure every kind of query."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, metavar="FOLDER")
    parser.add_argument("--index", type=Path, metavar="DIR")
    parser.add_argument("--queries", type=at_least_one, default=20, metavar="N")
    parser.add_argument("--record", type=Path, metavar="FILE")
    asked = parser.parse_args()
    console = new_console()
    with tempfile.TemporaryDirectory() as room, refusing(parser):
        units = Path(room) / "units.tsv"
        write_units(asked.folder, units, _MOST_FILES)
        drawn = draw(units, asked.queries)
        if not drawn:
            raise Unusable(f"{asked.folder} has too few words to draw queries from")
        index = asked.index or Path(room) / "index"
        if asked.index is None:
            run([CARIKM_COMMAND, "index", "--corpus", str(asked.folder.resolve()), "--index", str(index)])
        run([CARIKM_COMMAND, "search", "--index", str(index.resolve()), "apa"], may_find_nothing=True)
        table = new_table("query", "median (least, most)", "95 %", "÷ plain")
        for kind in KINDS:
            took, plain = times(kind, drawn, index.resolve())
            name = " ".join(kind).format("a", "b", "abcde", "a b c")
            table.add_row(name, spread(took, 0, " ms"), f"{percentile_95(took):,.0f} ms", ratios(took, plain))
        console.print(f"{machine()}; {len(drawn)} queries of each kind.\n")
        console.print(table)
    if asked.record is not None:
        record(console, asked.record)


if __name__ == "__main__":
    main()
