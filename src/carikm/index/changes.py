"""What has changed in the corpus folder since the index was built."""

import os
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from carikm.corpus.files import Listing, SourceFile
from carikm.index.reader import IndexReader

# Up to so many files, a search examines each; beyond, it looks at folders and at the files it shows.
EXAMINE_ALL = 5_000
# A file changed within this time before a scan may change again without its time telling: read it next time.
_SETTLING_NS = 2_000_000_000


class Changes(NamedTuple):
    """Paths that differ from what the index knows, each list sorted."""

    added: list[str]
    changed: list[str]
    deleted: list[str]

    @property
    def total(self) -> int:
        """How many files differ."""
        return len(self.added) + len(self.changed) + len(self.deleted)


def compare(index: IndexReader, listing: Listing) -> Changes:
    """Compare a fresh scan of the corpus with what the index knows, by size and time of change."""
    known = index.file_states()
    seen = {file.path: (file.size, file.mtime_ns) for file in listing.files}
    unlisted = {skipped.path for skipped in listing.skipped}
    return Changes(
        sorted(seen.keys() - known.keys()),
        sorted(
            path
            for path in seen.keys() & known.keys()
            if seen[path] != known[path] and not _closed(index, path, known[path])
        ),
        sorted(known.keys() - seen.keys() - unlisted),
    )


def _closed(index: IndexReader, path: str, known: tuple[int, int]) -> bool:
    """Tell whether a file could not be read when the index was built, and still cannot."""
    return known == (0, 0) and not os.access(index.corpus / path, os.R_OK)


def settles_by(file: SourceFile, scan_ns: int) -> bool:
    """Tell whether a file's time of change lay far enough before a scan to tell of any change after it."""
    return file.mtime_ns < scan_ns - _SETTLING_NS


def folder_times(root: Path, paths: Iterable[str]) -> dict[str, int]:
    """Note when the corpus folder and each folder that holds a file was last changed, in ns."""
    folders = {""}
    for path in paths:
        while path := path.rpartition("/")[0]:
            if path in folders:
                break
            folders.add(path)
    times = {}
    for folder in sorted(folders):
        try:
            times[folder] = os.stat(root / folder).st_mtime_ns  # noqa: PTH116  # called for every folder
        except OSError:
            times[folder] = 0
    return times


def folders_changed(index: IndexReader) -> bool:
    """Tell whether any folder of the corpus has gained, lost or renamed an entry since the index was built."""
    known = index.folders()
    return folder_times(index.corpus, (f"{folder}/" for folder in known if folder)) != known


def changed_among(index: IndexReader, files: Iterable[SourceFile]) -> list[str]:
    """Pick from files that the index knows those that are not as it knows them any more."""
    changed = []
    for file in files:
        try:
            status = os.stat(index.corpus / file.path)  # noqa: PTH116
        except OSError:
            changed.append(file.path)
            continue
        if (status.st_size, status.st_mtime_ns) != (file.size, file.mtime_ns):
            changed.append(file.path)
    return changed
