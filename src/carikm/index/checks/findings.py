"""What a check of an index has found: each finding in words, and of many alike the first few and how many there are."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import NamedTuple

from carikm.errors import IndexBusy, IndexFault, IndexUnreadable

# How bad it is: what the index says is wrong; what it says is of yesterday; what lies about and does no harm.
DAMAGE, STALE, LEFTOVER = "damage", "stale", "leftover"
SEVERITIES = (DAMAGE, STALE, LEFTOVER)
MOST_SHOWN = 20


# What helps against what is not damage; where nothing stands here, an update does.
_REBUILD = "carikm index --rebuild"
_COMMANDS = {"label": _REBUILD, "corpus": "carikm index FOLDER --rebuild", "lock": ""}


class Finding(NamedTuple):
    """One thing found: what it is about (such as `postings`), how bad it is, and what was found in place of what."""

    kind: str
    severity: str
    message: str

    @property
    def command(self) -> str:
        """What to type against it; empty where there is nothing to do."""
        return _REBUILD if self.severity == DAMAGE else _COMMANDS.get(self.kind, "carikm index")


class Alike(NamedTuple):
    """Findings of one kind and severity: the first `MOST_SHOWN`, and how many more there are."""

    findings: tuple[Finding, ...]
    more: int


class Findings:
    """Collects findings, however many there are, in bounded memory."""

    def __init__(self) -> None:
        self._shown: dict[tuple[str, str], list[Finding]] = {}
        self._counts: Counter[tuple[str, str]] = Counter()

    def damage(self, kind: str, message: str) -> None:
        """Add something that is wrong."""
        self._add(Finding(kind, DAMAGE, message))

    def stale(self, kind: str, message: str) -> None:
        """Add something that has changed since the index was built."""
        self._add(Finding(kind, STALE, message))

    def leftover(self, kind: str, message: str) -> None:
        """Add something that lies about."""
        self._add(Finding(kind, LEFTOVER, message))

    def _add(self, finding: Finding) -> None:
        key = finding.kind, finding.severity
        self._counts[key] += 1
        shown = self._shown.setdefault(key, [])
        if len(shown) < MOST_SHOWN and finding not in shown:
            shown.append(finding)

    @contextmanager
    def about(self, kind: str) -> Iterator[None]:
        """Take what a reader finds damaged inside for a finding: the rest of the index is still looked at.

        So is whatever a number that cannot be makes of a computation.
        """
        try:
            yield
        except (IndexBusy, IndexUnreadable):
            raise
        except IndexFault as error:
            self.damage(kind, _what(error.message))
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            self.damage(kind, f"something that cannot be reckoned with: {str(error)[:200] or type(error).__name__}")

    @property
    def is_damaged(self) -> bool:
        """Tell whether anything is wrong."""
        return any(severity == DAMAGE for _, severity in self._counts)

    def sorted(self) -> list[Alike]:
        """Give all, the worst first, and otherwise in the order in which they were found."""
        keys = sorted(self._shown, key=lambda key: SEVERITIES.index(key[1]))
        return [Alike(tuple(self._shown[key]), self._counts[key] - len(self._shown[key])) for key in keys]


def _what(message: str) -> str:
    """Leave out which file is damaged: all findings are of one."""
    return message.partition(" is damaged: ")[2].rstrip(".") or message
