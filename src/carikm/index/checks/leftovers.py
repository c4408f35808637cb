"""What runs that were killed have left beside an index, and who writes it now."""

from pathlib import Path

from carikm.index.checks.findings import Findings
from carikm.index.format import JOURNAL, PARTS, SEAL, UNFINISHED
from carikm.index.known_stems import UNFINISHED_STEMS
from carikm.index.lock import WriterLock

_LEFT = {
    UNFINISHED: "an index that was begun and not finished",
    UNFINISHED_STEMS: "stems that were begun to be kept",
    PARTS: "what a build kept on disk that was killed",
    JOURNAL: "of an update that was interrupted",
    SEAL: "of an update that was interrupted",
}


def check_leftovers(folder: Path, findings: Findings) -> None:
    """Name what lies beside an index; while somebody writes it, that is theirs."""
    writer = _writer(folder)
    if writer:
        findings.leftover("lock", f"{writer} is writing the index: what lies beside it is in use")
        return
    for name, what in _LEFT.items():
        if (folder / name).exists():
            findings.leftover("leftover", f"{name}: {what}")


def _writer(folder: Path) -> str | None:
    """Tell who holds the writers' lock of an index, if anybody does."""
    with WriterLock(folder, may_write=False) as lock:
        try:
            return None if lock.take(wait=False) else str(lock.holder() or "another process")
        except OSError:  # nobody has ever written there, or nobody knows of locks
            return None
