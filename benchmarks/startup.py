"""How long the commands take as whole processes, against a trivial typer app of the same environment.

    python benchmarks/startup.py [RUNS]

Every command is run in turn with the trivial app, so that a machine that grows slower slows both; what is
printed are the figures of each, and the ratios, pair by pair: medians, with the least and the most.
"""

import argparse
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from arguments import at_least_one
from measuring import CARIKM_COMMAND, TRIVIAL_APP, machine, run
from tables import ratios, spread

SEEDS = Path(__file__).parent.parent / "seeds"


def compare(name: str, command: Sequence[str], trivial: Sequence[str], runs: int) -> None:
    """Print figures and ratios of a command and the trivial app, after one run of each that is not counted."""
    pairs = [(run(command).wall, run(trivial).wall) for _ in range(runs + 1)][1:]
    ours, floor = ([1000 * seconds for seconds in column] for column in zip(*pairs, strict=True))
    took, least = spread(ours, 0, " ms"), spread(floor, 0, " ms")
    print(f"{name:34} {took:>18}   trivial app {least:>18}   ratio {ratios(ours, floor)}")


def main() -> None:
    """Run all comparisons."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("runs", nargs="?", type=at_least_one, default=20, metavar="RUNS")
    runs = parser.parse_args().runs
    carikm = CARIKM_COMMAND
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "trivial.py"
        app.write_text(TRIVIAL_APP)
        trivial = [sys.executable, str(app)]
        index = ["--index", str(Path(folder) / "index")]
        corpus = ["--corpus", str(SEEDS)]
        subprocess.run([carikm, "index", *corpus, *index], stdout=subprocess.DEVNULL, check=True)
        print(f"{machine()}; runs of each: {runs}")
        compare("carikm search 'sentra logam'", [carikm, "search", "sentra logam", *index], trivial, runs)
        compare("carikm search --json", [carikm, "search", "sentra logam", "--json", *index], trivial, runs)
        compare("carikm search --color always", [carikm, "search", "logam", "--color", "always", *index], trivial, runs)
        compare("carikm show 003", [carikm, "show", "003", *index], trivial, runs)
        compare("carikm index (nothing changed)", [carikm, "index", *corpus, *index], trivial, runs)
        compare("carikm index --rebuild", [carikm, "index", "--rebuild", *corpus, *index], trivial, runs)


if __name__ == "__main__":
    main()
