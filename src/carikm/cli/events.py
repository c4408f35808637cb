"""What happens in a corpus folder: which articles have changed, gathered until it is quiet.

The system tells of changes through watchfiles; where it cannot, as on network folders, or will not watch so many
folders, the files are looked at again and again.
"""

import os
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from carikm.corpus.files import ARTICLE_SUFFIX, scan
from carikm.errors import CorpusMissing

# Emacs marks a file that is being edited by a link of such a name beside it.
_LOCK_PREFIX = ".#"
_TICK_MS = 200
_ADDED, _MODIFIED, _DELETED = 1, 2, 3  # as `watchfiles.Change` has them
# A system tells of changes that it makes itself: not of those that others make on the same server.
_NETWORKS = {
    "9p",
    "afs",
    "ceph",
    "cifs",
    "davfs",
    "drvfs",
    "glusterfs",
    "ncpfs",
    "nfs",
    "nfs4",
    "smb3",
    "smbfs",
    "vboxsf",
}
_MOUNTS = Path("/proc/self/mounts")


class Burst:
    """Changes that belong together: it is due when there has been quiet for a while, or it has lasted too long.

    `paths` are relative to the corpus folder, with `/`; `is_whole` tells that they are not all, so that the folder
    must be scanned.
    """

    def __init__(self, quiet: float, longest: float, now: Callable[[], float] = time.monotonic) -> None:
        """Begin without changes.

        Args:
            quiet: seconds without a change after which a burst is over.
            longest: seconds after which it is due although there are more.
            now: a clock.
        """
        self._quiet, self._longest, self._now = quiet, longest, now
        self._postponed = 0.0
        self._first = self._last = 0.0
        self.paths: set[str] = set()
        self.is_whole = False

    def add(self, paths: Iterable[str], *, is_whole: bool = False) -> None:
        """Take note of changes that happened now."""
        before = bool(self)
        added = set(paths)
        if added or is_whole:
            self._last = self._now()
            self._postponed = 0.0
            if not before:
                self._first = self._last
        self.paths |= added
        self.is_whole |= is_whole

    def __bool__(self) -> bool:
        return self.is_whole or bool(self.paths)

    def is_due(self) -> bool:
        """Tell whether it is time to act."""
        now = self._now()
        is_over = now - self._last >= self._quiet or now - self._first >= self._longest
        return bool(self) and is_over and now >= self._postponed

    def clear(self) -> None:
        """Begin anew: all is done."""
        self.paths, self.is_whole, self._postponed = set(), False, 0.0

    def postpone(self, seconds: float) -> None:
        """Let it be due again only after so many seconds, or with the next change: it could not be done."""
        self._postponed = self._now() + seconds


def changes(corpus: Path, seconds: float) -> Iterator[set[tuple[int, str]]]:
    """Tell what happens below a folder, as long as it is there; that nothing does, at least once in so many seconds.

    Args:
        corpus: the folder.
        seconds: how long to wait for changes.

    Yields:
        What has happened, as pairs of `watchfiles.Change` and a path.

    Raises:
        OSError, RuntimeError: the folder cannot be watched, or no longer; perhaps it has too many folders.
    """
    import watchfiles

    identity = _identity(corpus)
    milliseconds = max(1, min(_TICK_MS, int(seconds * 500)))
    found = watchfiles.watch(
        corpus,
        watch_filter=None,
        debounce=2 * milliseconds,
        step=milliseconds,
        rust_timeout=int(seconds * 1000),
        yield_on_timeout=True,
        force_polling=False,
        ignore_permission_denied=True,
    )
    for changed in found:
        yield {(int(change), path) for change, path in changed}
        if identity is None or _identity(corpus) != identity:
            return


def changes_seen(corpus: Path, seconds: float, interval: float) -> Iterator[set[tuple[int, str]]]:
    """Tell the same by looking at all files every `interval` seconds.

    watchfiles can do that too, but knows times of change only to the second.
    """
    identity = _identity(corpus)
    before = _states(corpus)
    while True:
        until = time.monotonic() + interval
        while (left := until - time.monotonic()) > 0:
            time.sleep(min(left, seconds))
            yield set()
        if identity is None or _identity(corpus) != identity:
            return
        after = _states(corpus)
        differing = {path for path, _ in before.items() ^ after.items()}
        yield {
            (_ADDED if path not in before else _MODIFIED if path in after else _DELETED, str(corpus / path))
            for path in differing
        }
        before = after


def _states(corpus: Path) -> dict[str, tuple[int, int]]:
    try:
        listing = scan(corpus, sys.maxsize)  # which of them are too large is for the update to say
    except CorpusMissing:
        return {}
    states = {file.path: (file.size, file.mtime_ns) for file in listing.files}
    return states | {file.path: (file.size, file.mtime_ns) for file in listing.skipped}


def _identity(folder: Path) -> tuple[int, int] | None:
    try:
        status = folder.stat()
    except OSError:
        return None
    return status.st_dev, status.st_ino


def articles_among(corpus: Path, happened: Iterable[tuple[int, str]], folders: Iterable[str]) -> tuple[set[str], bool]:
    """Pick from what has happened below a folder what concerns articles.

    Args:
        corpus: the folder, absolute.
        happened: pairs of `watchfiles.Change` and a path.
        folders: the folders of articles that the index knows.

    Returns:
        The paths of articles, relative to the folder, and whether there may be more: a folder came or went, or
        something else that only a scan can judge.
    """
    known = set(folders)
    paths, is_whole = set(), False
    for change, path in happened:
        try:
            relative = Path(path).relative_to(corpus).as_posix()
        except ValueError:
            continue
        if os.path.isdir(path) and not os.path.islink(path):  # noqa: PTH112, PTH114
            # What was in a folder before it was watched is not told.
            is_whole |= change == _ADDED
        elif relative in known:
            is_whole = True
        elif _is_article(path):
            is_link = os.path.islink(path)  # noqa: PTH114
            is_whole |= is_link  # it may have taken an article's place
            paths |= set() if is_link else {relative}
    return paths, is_whole


def _is_article(path: str) -> bool:
    name = os.path.basename(path)  # noqa: PTH119
    return name.lower().endswith(ARTICLE_SUFFIX) and not name.startswith(_LOCK_PREFIX)


def is_on_network(folder: Path, mounts: Path = _MOUNTS) -> bool:
    """Tell whether a folder lies on a network, as far as Linux knows; elsewhere, and where nobody can tell, no."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        rows = [line.split() for line in mounts.read_text(encoding="utf-8", errors="surrogateescape").splitlines()]
    except OSError:
        return False
    where = f"{os.path.realpath(folder)}/"
    kinds = {row[1].replace("\\040", " ").rstrip("/"): row[2] for row in rows if len(row) > 2}
    mounted = max((point for point in kinds if where.startswith(f"{point}/")), key=len, default=None)
    return mounted is not None and kinds[mounted] in _NETWORKS
