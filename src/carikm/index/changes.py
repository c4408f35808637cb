"""What has changed in the corpus folder since the index was built."""

import os
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from carikm.corpus.files import ARTICLE_SUFFIX, Listing, Skipped, SourceFile, changed_ns, check_folder, examine
from carikm.errors import UsageError
from carikm.index.folders import Named, folder_times, folders_after
from carikm.index.location import command_at
from carikm.index.reader import IndexReader
from carikm.records import NamedTuple

# Up to so many files, a search examines each; beyond, it looks at folders and at the files it shows.
EXAMINE_ALL = 5_000
# A file changed within this time before a scan may change again without its time telling: read it next time.
_SETTLING_NS = 2_000_000_000


class Task(NamedTuple):
    """What an update has to look at.

    `files` are those to read, `gone` the paths of articles whose files are no more. `skipped` are all files left out
    but for those that turn out to be no articles. `built_ns` is when a scan began, `folders` when the corpus's folders
    were changed; None where that stays as it is.
    """

    files: Sequence[SourceFile]
    gone: Sequence[str]
    skipped: Sequence[Skipped]
    built_ns: int | None = None
    folders: Mapping[str, int] | None = None


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
    """Compare a fresh scan of the corpus with what the index knows, by size and time of change.

    What was an article and is skipped now has changed.
    """
    known = index.file_states()
    seen = {file.path: (file.size, file.mtime_ns) for file in listing.files}
    skipped = {file.path for file in listing.skipped}
    were_skipped = {file.path for file in index.skipped_files()}
    changed = {
        path
        for path in seen.keys() & known.keys()
        if seen[path] != known[path] and not _closed(index, path, known[path])
    }
    changed |= (skipped & known.keys()) - were_skipped
    # Of a folder that can be listed again, the files are new.
    gone = (path for path in known.keys() - seen.keys() - skipped if not _is_folder(index, path, known[path]))
    return Changes(sorted(seen.keys() - known.keys()), sorted(changed), sorted(gone))


def _is_folder(index: IndexReader, path: str, known: tuple[int, int]) -> bool:
    """Tell whether what could not be read when the index was built is a folder."""
    return known == (0, 0) and os.path.isdir(index.corpus / path)  # noqa: PTH112


def _closed(index: IndexReader, path: str, known: tuple[int, int]) -> bool:
    """Tell whether a file could not be read when the index was built, and still cannot."""
    return known == (0, 0) and not os.access(index.corpus / path, os.R_OK)


def settles_by(file: SourceFile, scan_ns: int) -> bool:
    """Tell whether a file's time of change lay far enough before a scan to tell of any change after it."""
    return file.mtime_ns < scan_ns - _SETTLING_NS


def task_of_scan(index: IndexReader, corpus: Path, listing: Listing, scanned_ns: int) -> Task:
    """Tell from a scan of the corpus, by size and time of change, what an update has to look at."""
    seen = {file.path: file for file in listing.files}
    skipped = {file.path: file for file in index.skipped_files()}
    settled = index.fact("built_ns") - _SETTLING_NS
    files: list[SourceFile] = []
    gone: list[str] = []
    for known in index.article_files():
        found = seen.pop(known[0], None)
        if found is None:
            gone.append(known[0])
        elif found != known or found.mtime_ns >= settled:
            files.append(found)
    still_skipped = list(listing.skipped)
    for file in seen.values():
        before = skipped.get(file.path)
        if before is not None and before[2:] == file[1:] and file.mtime_ns < settled:
            still_skipped.append(before)
        else:
            files.append(file)
    # In a large archive a search trusts the folders' times: they must be those of this scan.
    folders: Mapping[str, int] = folder_times(corpus, listing.folders, scanned_ns)
    if len(listing.files) <= EXAMINE_ALL and not files and not gone:
        folders = index.folders()
    return Task(files, sorted(gone), still_skipped, scanned_ns, folders)


def task_of_files(index: IndexReader, corpus: Path, files: Iterable[Path], largest: int) -> Task:
    """Tell what an update has to look at that is about some files alone, none of more than `largest` bytes.

    Raises:
        CorpusMissing: the corpus folder is not there.
        UsageError: one of them lies outside of the corpus folder, is no file that could be an article, or is not there
            and was not.
    """
    check_folder(corpus)
    began_ns = time.time_ns()
    wanted, gone = [], []
    skipped = {file.path: file for file in index.skipped_files()}
    paths = {_within(corpus, file, command_at(index.folder)): file for file in files}
    for path, file in sorted(paths.items()):
        found = examine(corpus, path, largest)
        if isinstance(found, Skipped):
            raise UsageError(
                f"{file}: {found.reason}.",
                f"Name a .txt file below the corpus folder, or scan it: {command_at(index.folder)}",
            )
        if found is not None:
            wanted.append(found)
        elif index.article_of_path(path) is not None or path in skipped:
            gone.append(path)
        else:
            raise UsageError(
                f"{file} is not there, and the index has no such article.",
                f"See what it has: {command_at(index.folder, 'carikm list')}",
            )
    others = [file for file in skipped.values() if file.path not in paths]
    folders = None
    if index.fact("articles") > EXAMINE_ALL:
        named = Named([file.path for file in wanted], gone)
        folders = folders_after(index, corpus, named, [file.path for file in others], began_ns)
    return Task(wanted, gone, others, None, folders)


def _within(corpus: Path, file: Path, scan: str) -> str:
    """Give a file's path below the corpus folder; `scan` is the command that looks at all of it."""
    real = Path(os.path.realpath(file.parent), file.name)
    try:
        path = real.relative_to(os.path.realpath(corpus)).as_posix()
    except ValueError:
        hint = f"Name a file below it, or scan it: {scan}"
        raise UsageError(f"{file} lies outside of the corpus folder {corpus}.", hint) from None
    if not path.lower().endswith(ARTICLE_SUFFIX):
        raise UsageError(f"{file} is no article: its name does not end in .txt.", f"Scan the folder: {scan}")
    return path


def changed_among(index: IndexReader, files: Iterable[SourceFile]) -> list[str]:
    """Pick from files that the index knows those that are not as it knows them any more."""
    changed = []
    corpus = index.corpus
    for file in files:
        try:
            status = os.stat(corpus / file.path)  # noqa: PTH116
        except OSError:
            changed.append(file.path)
            continue
        if (status.st_size, changed_ns(status)) != (file.size, file.mtime_ns):
            changed.append(file.path)
    return changed
