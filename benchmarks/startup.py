"""How long the commands take as whole processes, against a trivial typer app of the same environment.

    python benchmarks/startup.py [RUNS]

Every command is run in turn with the trivial app, so that a machine that grows slower slows both; what is
printed is the median of each and the median of the ratios, pair by pair.
"""

import statistics
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measuring import CARIKM_COMMAND, TRIVIAL_APP, run

SEEDS = Path(__file__).parent.parent / "seeds"


def compare(name: str, command: Sequence[str], trivial: Sequence[str], runs: int) -> None:
    """Print medians and ratio of a command and the trivial app, after one run of each that is not counted."""
    pairs = [(run(command).wall, run(trivial).wall) for _ in range(runs + 1)][1:]
    ours, floor = (statistics.median(column) * 1000 for column in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"{name:34} {ours:7.0f} ms   trivial app {floor:6.0f} ms   ratio {ratio:5.2f}")


def main() -> None:
    """Run all comparisons."""
    runs = int(sys.argv[1]) if len(sys.argv) > 1 else 20
    carikm = CARIKM_COMMAND
    with tempfile.TemporaryDirectory() as folder:
        app = Path(folder) / "trivial.py"
        app.write_text(TRIVIAL_APP)
        trivial = [sys.executable, str(app)]
        index = ["--index", str(Path(folder) / "index")]
        corpus = ["--corpus", str(SEEDS)]
        subprocess.run([carikm, "index", *corpus, *index], stdout=subprocess.DEVNULL, check=True)
        print(f"Python {sys.version.split()[0]}, {runs} runs of each")
        compare("carikm search 'sentra logam'", [carikm, "search", "sentra logam", *index], trivial, runs)
        compare("carikm search --json", [carikm, "search", "sentra logam", "--json", *index], trivial, runs)
        compare("carikm search --color always", [carikm, "search", "logam", "--color", "always", *index], trivial, runs)
        compare("carikm show 003", [carikm, "show", "003", *index], trivial, runs)
        compare("carikm index (nothing changed)", [carikm, "index", *corpus, *index], trivial, runs)
        compare("carikm index --rebuild", [carikm, "index", "--rebuild", *corpus, *index], trivial, runs)


if __name__ == "__main__":
    main()
