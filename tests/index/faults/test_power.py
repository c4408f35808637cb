"""Power fails at any operation: whatever of it the disk then holds, it is the old index or the new one."""

from collections.abc import Callable, Collection, Iterable

import pytest

from tests.index.faults.disturbed import SCENARIOS, Stage, kind_of
from tests.index.faults.power import Disk, Kept, worth_trying

GetStage = Callable[[str], Stage]


def _hold(stage: Stage, moments: Iterable[int], which: Collection[Kept] = tuple(Kept)) -> None:
    """Check that nothing falls short; the failure lists all that does."""
    disk, found, tried, wanted = Disk(stage.before), [], 0, set(moments)
    for number, operation in enumerate(stage.operations, start=1):
        disk.do(operation)
        if number not in wanted:
            continue
        for names in worth_trying(disk):
            for kept in which:
                disk.write(stage.index, names, kept)
                tried += 1
                told = f"{stage.scenario.name}, after {number} ({kind_of(operation)}), of writes {kept.value}"
                found += [f"{told}: {what}" for what in stage.fell_short()]
    assert tried
    assert not found, f"{len(found)} of {tried} fell short:\n" + "\n".join(found)


@pytest.mark.parametrize("name", ["rebuild", "update"])
def test_power_fails_around_what_is_made_durable_renamed_or_removed(stage: GetStage, name: str) -> None:
    numbered = enumerate(stage(name).operations, start=1)
    turns = [at for at, done in numbered if done.kind in "sru" and "/" not in done.path]
    _hold(stage(name), turns, [Kept.NONE, Kept.EVEN])


@pytest.mark.slow
@pytest.mark.parametrize("name", [scenario.name for scenario in SCENARIOS])
def test_power_fails_at_every_operation(stage: GetStage, name: str) -> None:
    _hold(stage(name), range(1, len(stage(name).operations) + 1))
