"""What is said after an interrupt: whether the index is the old one or the new one."""

from pathlib import Path

from carikm.cli.exits import Interrupted
from carikm.cli.safe import one_line
from carikm.index.format import committed_state

# What `committed_state` gives.
State = tuple[int, bytes] | None


def interrupted(folder: Path, before: State, *, again: str = "") -> Interrupted:
    """Make what tells of an interrupt while an index was written.

    Args:
        folder: the index folder.
        before: the state of the index before.
        again: the command that goes on.
    """
    name, after = one_line(str(folder)), committed_state(folder)
    if after != before:
        return Interrupted(f"Interrupted, but the new index in {name} is whole.")
    kept = f"There is still no index in {name}." if after is None else f"The index in {name} is as it was before."
    return Interrupted(f"Interrupted. {kept}" + (f" Go on: {one_line(again)}" if again else ""))
