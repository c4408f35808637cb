"""Which files a corpus folder holds, and their bytes.

Only regular files whose name ends in `.txt` are articles. Symbolic links are not followed: a link can lead
out of the corpus or in a circle. Everything that looks like an article and cannot be one is reported as
skipped, never passed over in silence.
"""

import os
import stat
from collections.abc import Iterable
from operator import itemgetter
from pathlib import Path

from carikm.errors import CorpusMissing
from carikm.records import NamedTuple

ARTICLE_SUFFIX = ".txt"
# What an article takes in memory while it is indexed follows its size: see ARCHITECTURE.md for how much that is.
LARGEST_FILE = 5_000_000
READ_ATTEMPTS = 3
# What an index can keep. Disks can say more, and some files claim to be of the year 2446.
_LATEST_NS = (1 << 63) - 1
_LINK = "symbolic link, not followed"


class SourceFile(NamedTuple):
    """One article file as the folder scan saw it; `path` is relative to the corpus folder, with `/`."""

    path: str
    size: int
    mtime_ns: int


class Skipped(NamedTuple):
    """A file or folder that was left out, and why.

    Size and time are those that its contents were judged by; 0 where they were not looked at.
    """

    path: str
    reason: str
    size: int = 0
    mtime_ns: int = 0


class Listing(NamedTuple):
    """What one scan of a corpus folder found, each part sorted by path, but for files where that is not asked for.

    Of folders, it has all that were listed.
    """

    files: list[SourceFile]
    skipped: list[Skipped]
    folders: list[str]


class Unreadable(Exception):
    """A file that cannot become an article; the text says why.

    `for_now` tells that it is not the file's contents that are at fault, so that it is worth another try.
    """

    def __init__(self, reason: str, *, for_now: bool = False) -> None:
        super().__init__(reason)
        self.for_now = for_now


def scan(folder: Path, largest: int = LARGEST_FILE, *, in_order: bool = True) -> Listing:
    """List every article file below `folder`, recursively and in sorted order.

    Args:
        folder: the corpus folder.
        largest: files of more bytes are left out.
        in_order: whether files are sorted, which takes a fifth of the time.

    Raises:
        CorpusMissing: `folder` does not exist, is no folder, or cannot be listed.
    """
    check_folder(folder)
    listing = Listing([], [], [])
    _scan_folder(folder, listing, largest)
    if in_order:
        sort_files(listing)
    listing.skipped.sort(key=lambda skipped: skipped.path)
    listing.folders.sort()
    return listing


def sort_files(listing: Listing) -> None:
    """Sort the files of a scan by path."""
    listing.files.sort(key=itemgetter(0))


def check_folder(folder: Path) -> None:
    """Make sure that a corpus folder is there.

    Raises:
        CorpusMissing: it does not exist, or is no folder.
    """
    try:
        found = "" if folder.is_dir() else "is a file, not a folder" if folder.exists() else "does not exist"
    except OSError as error:  # a name too long, a folder above it that is closed to us
        found = f"cannot be examined: {error.strerror}"
    if found:
        raise CorpusMissing(
            f"The corpus folder {folder} {found}.", "Name a folder of .txt articles: carikm index FOLDER"
        )


def _scan_folder(root: Path, listing: Listing, largest: int) -> None:
    pending = [""]
    while pending:
        relative = pending.pop()
        folder = -1
        try:
            folder = os.open(root / relative, os.O_RDONLY | os.O_DIRECTORY)
            entries = list(os.scandir(folder))
        except OSError as error:
            if not relative:
                raise CorpusMissing(
                    f"The corpus folder {root} cannot be listed: {error.strerror}.",
                    f"Check its permissions: ls -ld {root}",
                ) from error
            listing.skipped.append(Skipped(relative, f"folder cannot be listed: {error.strerror}"))
        else:
            listing.folders.append(relative)
            pending += _take_entries(folder, relative, entries, listing, largest)
        finally:
            if folder >= 0:
                os.close(folder)


def _take_entries(
    folder: int, relative: str, entries: Iterable[os.DirEntry[str]], listing: Listing, largest: int
) -> list[str]:
    """List what lies in a folder; give the folders in it. It is open: from there files are found in less time."""
    files = listing.files
    folders = []
    start = f"{relative}/" if relative else ""
    for entry in entries:
        name = entry.name
        path = start + name
        looks_like_article = name.endswith(ARTICLE_SUFFIX) or name.lower().endswith(ARTICLE_SUFFIX)
        if entry.is_dir(follow_symlinks=False):
            folders.append(path)
            if looks_like_article:
                listing.skipped.append(Skipped(path, "a folder, not a file; the articles in it are read"))
        elif looks_like_article:
            try:
                status = entry.stat(follow_symlinks=False)
            except OSError as error:
                listing.skipped.append(Skipped(path, f"cannot be examined: {error.strerror}"))
                continue
            if stat.S_ISREG(status.st_mode) and status.st_size <= largest:
                files.append(SourceFile(path, status.st_size, changed_ns(status)))
            else:
                listing.skipped.append(_left_out(path, status, largest))
        elif entry.is_symlink() and _leads_to_folder(folder, name):
            listing.skipped.append(Skipped(path, _LINK))
    return folders


def _leads_to_folder(folder: int, name: str) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=folder).st_mode)
    except (OSError, ValueError):  # it leads nowhere, or where we may not look
        return False


def changed_ns(status: os.stat_result) -> int:
    """Tell when a file or folder was last changed, in ns since 1970; from the year 2262 on, that year's."""
    found = status.st_mtime_ns
    return found if found < _LATEST_NS else _LATEST_NS


def _left_out(path: str, status: os.stat_result, largest: int) -> Skipped:
    if not stat.S_ISREG(status.st_mode):
        return Skipped(path, _LINK if stat.S_ISLNK(status.st_mode) else "not a regular file")
    return Skipped(path, f"larger than {largest / 1_000_000:g} MB; carikm.toml may allow it: largest_file_mb")


def examine(root: Path, path: str, largest: int = LARGEST_FILE) -> SourceFile | Skipped | None:
    """Look at one file below a corpus folder as a scan would; None if there is none."""
    try:
        status = (root / path).lstat()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        return Skipped(path, f"cannot be examined: {error.strerror}")
    if stat.S_ISREG(status.st_mode) and status.st_size <= largest:
        return SourceFile(path, status.st_size, changed_ns(status))
    return _left_out(path, status, largest)


def read_bytes(root: Path, file: SourceFile, largest: int = LARGEST_FILE) -> tuple[bytes, SourceFile]:
    """Read one article file whole, and what it was when it was read.

    A file that changes while it is read is read again; the returned `SourceFile` describes exactly the bytes
    returned. No more is read than it had, or an article may have: `largest` bytes.

    Raises:
        Unreadable: it cannot be opened, is no regular file any more, has grown too large, or will not hold still.
    """
    most = max(file.size, largest)
    path = os.path.join(root, file.path)  # noqa: PTH118  # for every article: in a quarter of the time
    for _ in range(READ_ATTEMPTS):
        try:
            # O_NONBLOCK: a FIFO that took the file's place since the scan must not hang us.
            descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW)
            with os.fdopen(descriptor, "rb", buffering=0) as stream:
                before = os.fstat(descriptor)
                if not stat.S_ISREG(before.st_mode):
                    raise Unreadable("not a regular file")
                if before.st_size > most:
                    raise Unreadable(f"has grown to more than {most / 1_000_000:g} MB", for_now=True)
                raw = stream.read(before.st_size + 1)
                after = os.fstat(descriptor)
        except OSError as error:
            raise Unreadable(f"cannot be read: {error.strerror}", for_now=True) from error
        unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
        if unchanged and len(raw) == after.st_size:
            return raw, SourceFile(file.path, after.st_size, changed_ns(after))
    raise Unreadable("keeps changing while it is read", for_now=True)
