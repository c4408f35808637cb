"""Killed at, or refused, each operation: the old index answers or the new one, and the next command completes."""

from collections.abc import Callable, Iterable, Iterator
from itertools import cycle, islice, product

import pytest

import carikm
from carikm.index.format import INDEX_FILE, JOURNAL
from tests.index.faults.disturbed import SCENARIOS, Stage, disturbed, kind_of
from tests.index.faults.layer import KILLS, Fault

GetStage = Callable[[str], Stage]
FAULTS = [fault for fault in Fault if fault != Fault.NONE]


def _hold(stage: Stage, faults: Iterable[tuple[Fault, int]], *, all_processes: bool = True) -> None:
    """Check that nothing falls short; the failure lists all that does."""
    tried = [(disturbed(stage, fault, at, all_processes=all_processes)) for fault, at in faults]
    found = [what for shortfalls in tried for what in shortfalls]
    assert not found, f"{len(found)} of {len(tried)} fell short:\n" + "\n".join(found)


def _all_steps(stage: Stage) -> range:
    return range(1, len(stage.operations) + 1)


def _each_kind(stage: Stage) -> Iterator[tuple[Fault, int]]:
    """Pick of each kind of operation the last, and befall them by turns with all faults."""
    last = {kind_of(operation): number for number, operation in enumerate(stage.operations, start=1)}
    return zip(cycle(FAULTS), sorted(last.values()), strict=False)


@pytest.mark.parametrize(("name", "every"), [("rebuild", 1), ("workers", 3), ("first", 4)])
def test_a_whole_build_is_disturbed_at_kinds_of_operations(stage: GetStage, name: str, every: int) -> None:
    _hold(stage(name), islice(_each_kind(stage(name)), None, None, every))


def test_an_update_is_disturbed_in_each_way_and_at_each_kind_of_operation(stage: GetStage) -> None:
    steps = [at for _, at in _each_kind(stage("update"))]
    _hold(stage("update"), islice(product(FAULTS, steps), None, None, 2))


def test_a_fault_that_befalls_nothing_changes_nothing(stage: GetStage) -> None:
    run = stage("update").play(fault=Fault.KILL, at=len(stage("update").operations) + 1_000)
    assert run.code == 0
    assert stage("update").state(stage("update").index) == stage("update").new


def test_a_journal_that_is_cut_after_the_kill_is_not_played_back(stage: GetStage) -> None:
    update = stage("update")
    writes = [at for at, done in enumerate(update.operations, start=1) if kind_of(done) == f"w {INDEX_FILE}"]
    for at in (writes[1], writes[-1]):
        assert update.play(fault=Fault.KILL, at=at).code < 0
        journal = update.index / JOURNAL
        journal.write_bytes(journal.read_bytes()[:20_000])
        with pytest.raises(carikm.CarikmError, match="the journal that would undo it is damaged"):
            update.state(update.index)
        carikm.build_index(update.corpus, update.index)
        assert update.state(update.index) == update.new


@pytest.mark.slow
@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.name)
@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_every_operation_with_every_fault(stage: GetStage, name: str, fault: Fault) -> None:
    _hold(stage(name), ((fault, at) for at in _all_steps(stage(name))))


@pytest.mark.slow
@pytest.mark.parametrize("fault", KILLS, ids=lambda fault: fault.name)
def test_one_process_of_several_is_killed(stage: GetStage, fault: Fault) -> None:
    workers = stage("workers")
    _hold(workers, ((fault, at) for at in _all_steps(workers)), all_processes=False)
