"""What runs that were killed have left beside an index, and who writes it now."""

import fcntl
import os
from pathlib import Path

from carikm.index.checks.findings import Findings
from carikm.index.format import PARTS
from carikm.index.lock import LOCK_FILE
from carikm.index.writer import JOURNAL, UNFINISHED

_LEFT = {
    UNFINISHED: "an index that was begun and not finished",
    PARTS: "what a build kept on disk that was killed",
    JOURNAL: "of an update that was interrupted",
}
_LOCKS = Path("/proc/locks")


def check_leftovers(folder: Path, findings: Findings) -> None:
    """Name what lies beside an index; while somebody writes it, that is theirs."""
    holder = lock_holder(folder)
    if holder is not None:
        who = f"process {holder}" if holder else "another process"
        findings.leftover("lock", f"{who} is writing the index: what lies beside it is in use")
        return
    for name, what in _LEFT.items():
        if (folder / name).exists():
            findings.leftover("leftover", f"{name}: {what}")


def lock_holder(folder: Path) -> int | None:
    """Tell which process holds the writers' lock of an index; 0 where the system does not say, None if nobody does."""
    try:
        descriptor = os.open(folder / LOCK_FILE, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except OSError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return _process(os.fstat(descriptor).st_ino)
    except OSError:
        return None
    finally:
        os.close(descriptor)
    return None


def _process(inode: int) -> int:
    """Look up in Linux's table of locks who holds one on a file."""
    try:
        lines = _LOCKS.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return 0
    for line in lines:
        fields = line.split()
        if "FLOCK" in fields and "WRITE" in fields and "->" not in fields and f":{inode} " in f"{line} ":
            number = fields[fields.index("WRITE") + 1]
            return int(number) if number.isdigit() else 0
    return 0
