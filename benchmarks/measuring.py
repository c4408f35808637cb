"""What a command takes as a whole process, and what is told of many runs."""

import os
import platform
import statistics
import subprocess
import sys
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import NamedTuple

from carikm.index.building.cores import usable_cores

_LAUNCHER = Path(__file__).with_name("launch.py")

# The floors: what a command of this environment takes at the least.
TRIVIAL_APP = """
import typer

app = typer.Typer()


@app.command()
def main(name: str = "dunia"):
    print(f"Halo {name}")


app()
"""
# Modules are compiled once, as an installation does it, even where they are otherwise not to be.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

CARIKM_COMMAND = str(Path(sys.executable).with_name("carikm"))


class Usage(NamedTuple):
    """What a run took: wall and CPU seconds, and bytes of peak memory (see `launch.py`)."""

    wall: float
    cpu: float
    memory: int


class Failed(Exception):
    """A command ended with an error; the text has its code and what it said."""


def run(command: Sequence[str], *, tree: bool = False, may_find_nothing: bool = False) -> Usage:
    """Run a command in this folder; what it prints is thrown away.

    Args:
        command: the command.
        tree: count its descendants' memory as well.
        may_find_nothing: exit code 1 is no error.

    Raises:
        Failed: it ended with an error.
    """
    report, written = os.pipe()
    launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(written), "tree" if tree else "process"]
    with os.fdopen(report) as said:
        done = subprocess.run(
            [*launcher, *command],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            pass_fds=[written],
            cwd=Path(__file__).parent,
            env=_ENVIRONMENT,
            check=False,
        )
        os.close(written)
        code, *figures = said.read().split() or ["nothing, not even started"]
    if code not in ("0", "1" if may_find_nothing else "0"):
        raise Failed(f"{' '.join(command)} ended with {code}: {done.stderr.decode(errors='replace').strip()}")
    wall, cpu, memory = figures
    return Usage(float(wall), float(cpu), int(memory))


def output(command: Sequence[str]) -> str:
    """Give what a command prints, run in this folder.

    Raises:
        Failed: it ended with an error.
    """
    done = subprocess.run(
        command, capture_output=True, text=True, cwd=Path(__file__).parent, env=_ENVIRONMENT, check=False
    )
    if done.returncode:
        raise Failed(f"{' '.join(command)} ended with {done.returncode}: {done.stderr.strip()}")
    return done.stdout


def percentile_95(values: Sequence[float]) -> float:
    return statistics.quantiles(values, n=20, method="inclusive")[-1] if len(values) > 1 else values[0]


def machine() -> str:
    """Name the processor, its cores, Python, and typer, on which the floor of every command stands."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        processor = next(line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    except (OSError, StopIteration):
        processor = platform.processor() or platform.machine()
    return f"{usable_cores()} cores of {processor}, Python {platform.python_version()}, typer {version('typer')}"
