"""Articles whose lines are compared: those of an outlet.

Few articles name their outlet; for the others the folder they lie in stands in for it.
"""

from pathlib import PurePosixPath
from typing import NamedTuple


class Group(NamedTuple):
    """Articles whose lines are compared: those of an outlet, or those of a folder that name none."""

    outlet: str | None
    folder: str | None


def group_of(outlet: str | None, path: str) -> Group:
    """Tell the group of an article from its outlet, if known, and its path below the corpus folder."""
    return Group(outlet, None) if outlet is not None else Group(None, str(PurePosixPath(path).parent))
