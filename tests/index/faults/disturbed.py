"""Commands that are disturbed, and what must hold whatever befalls them."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

import carikm
from carikm.index.format import INDEX_FILE, JOURNAL, SEAL
from carikm.index.known_stems import STEMS_FILE
from carikm.index.lock import LOCK_FILE
from tests.index.contents import contents
from tests.index.faults.archive import CHANGED, answers, change_archive, write_archive
from tests.index.faults.layer import Fault, Layer, Operation, Run

NO_INDEX = "no index"


class Scenario(NamedTuple):
    """A command to disturb; `named` files are its arguments, or else the folder is."""

    name: str
    options: tuple[str, ...] = ()
    named: tuple[str, ...] = ()
    has_index: bool = True


SCENARIOS = (
    Scenario("first", ("--jobs", "1"), has_index=False),
    Scenario("rebuild", ("--rebuild", "--jobs", "1")),
    Scenario("workers", ("--rebuild", "--jobs", "2")),
    Scenario("update", ("--jobs", "1")),
    Scenario("named", ("--jobs", "1"), CHANGED),
)


class Stage:
    """One scenario: a folder in which it can be played again and again, and what it ends with undisturbed."""

    def __init__(self, scenario: Scenario, layer: Layer, folder: Path) -> None:
        self.scenario = scenario
        self._layer = layer
        self.corpus, self.index, self.before = folder / "arsip", folder / "index", folder / "before"
        self._answers: dict[bytes, Any] = {}
        write_archive(self.corpus)
        if scenario.has_index:
            carikm.build_index(self.corpus, self.index)
        self.old = self.state(self.index)
        change_archive(self.corpus)
        if scenario.has_index:
            self.index.rename(self.before)
        self._set()
        assert self.play(is_traced=True).code == 0
        self.operations: list[Operation] = layer.traced(self.index)
        self.new = self.state(self.index)
        self._contents = contents(self.index)
        assert self.old != self.new

    def _set(self) -> None:
        shutil.rmtree(self.index, ignore_errors=True)
        if self.scenario.has_index:
            shutil.copytree(self.before, self.index)

    def _command(self) -> list[str]:
        paths = [self.corpus / name for name in self.scenario.named] or [self.corpus]
        return [str(word) for word in ("index", "--index", self.index, *self.scenario.options, *paths)]

    def play(self, **disturbance: Any) -> Run:
        """Run the command, from the old state."""
        self._set()
        return self._layer.run(*self._command(), folder=self.index, **disturbance)

    def start(self, **options: Any) -> "subprocess.Popen[str]":
        """Start the command, from the old state, as a process of its own with no layer, in a group of its own."""
        self._set()
        command = [sys.executable, "-m", "carikm", *self._command()]
        return subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True, **options)

    def state(self, index: Path) -> Any:
        """Give what an index answers; that of the same files is known."""
        files = [index / INDEX_FILE, index / JOURNAL, index / SEAL]
        if not files[0].exists():
            return NO_INDEX
        digest = sha256(b"".join(file.read_bytes() if file.exists() else b"-" for file in files)).digest()
        if digest not in self._answers:
            self._answers[digest] = answers(self.corpus, index)
        return self._answers[digest]

    def fell_short(self) -> Iterator[str]:
        """Tell what does not hold of the index that is there; in the end the next command has mended it."""
        with _copied(self.index) as copy:
            try:
                if self.state(copy) not in (self.old, self.new):
                    yield "a search finds a mixture"
            except carikm.CarikmError as error:
                yield f"a search says: {error}"
        again = self._layer.run("index", "--index", str(self.index), str(self.corpus), folder=Path("/none"))
        if again.code != 0:
            yield f"the next command ends with {again.code}: {again.said}"
            return
        try:
            is_the_same = contents(self.index) == self._contents
        except Exception as error:
            yield f"the next command leaves what cannot be read: {error!r}"
            return
        if not is_the_same:
            yield "the next command makes another index"
        if left := {path.name for path in self.index.iterdir()} - {INDEX_FILE, LOCK_FILE, STEMS_FILE}:
            yield f"there is left: {sorted(left)}"

    def fell_short_of_words(self, run: Run) -> Iterator[str]:
        """Tell what was wrong about how a command ended that was not killed."""
        if run.code == 0:
            if self.state(self.index) != self.new:
                yield f"it ended well, and the index is not the new one: {run.said}"
            return
        lines = ["", "", *run.said.splitlines()]
        if run.code != 2 or "Traceback" in run.said:
            yield f"it ended with {run.code}: {run.said}"
        elif not (
            any(line.startswith("carikm: ") and len(line) > 20 for line in lines)
            and any(advice in lines[-1] for advice in ("carikm index", "the same with --jobs 1"))
        ):
            yield f"it does not say what failed, and what to do: {run.said}"


@contextmanager
def _copied(index: Path) -> Iterator[Path]:
    """Search in a copy, so that the next command finds what was left as it was."""
    copy = index.with_name("copy")
    if index.exists():
        shutil.copytree(index, copy)
    try:
        yield copy
    finally:
        shutil.rmtree(copy, ignore_errors=True)


def kind_of(operation: Operation) -> str:
    """Name what an operation does to which file, such as `w carikm.db`."""
    return f"{operation.kind} {operation.path}"


def disturbed(stage: Stage, fault: Fault, at: int, *, all_processes: bool = True) -> list[str]:
    """Play a scenario with one fault; list what fell short."""
    run = stage.play(fault=fault, at=at, all_processes=all_processes)
    found: list[str] = []
    if run.code >= 0:
        found += stage.fell_short_of_words(run)
    found += stage.fell_short()
    operation = kind_of(stage.operations[at - 1]) if at <= len(stage.operations) else "beyond"
    return [f"{stage.scenario.name}, {fault.name} at {at} ({operation}): {what}" for what in found]
