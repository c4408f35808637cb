"""From a corpus folder to its index: new, or brought up to date."""

import sqlite3
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from carikm.corpus.article import read_draft
from carikm.corpus.files import Listing, Skipped, SourceFile, Unreadable, read_bytes, scan
from carikm.errors import CorpusEmpty, IndexDamaged, IndexForeign, IndexFormat, IndexMissing, IndexNotWritable
from carikm.index.changes import EXAMINE_ALL, folder_times, settles_by
from carikm.index.corrections import Corrections, read_corrections
from carikm.index.format import INDEX_FILE
from carikm.index.known_stems import read_stems, write_stems
from carikm.index.location import same_folder
from carikm.index.progress import NoProgress, Progress
from carikm.index.reader import IndexReader, remembered_corpus
from carikm.index.rows import StoredArticle
from carikm.index.whole import Known, build_whole
from carikm.index.workers import usable_cores
from carikm.index.writer import Written

_LOCK_FILE = ".lock"


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did.

    `read` counts the files that were read, `unchanged` the articles that are as the old index knows them. `written`
    is None where nothing had changed and the old index stays.
    """

    corpus: Path
    index: Path
    read: int
    unchanged: int
    deleted: int
    skipped: tuple[Skipped, ...]
    seconds: float
    written: Written | None


def build_index(
    corpus: Path, folder: Path, *, rebuild: bool = False, jobs: int | None = None, progress: Progress | None = None
) -> BuildSummary:
    """Bring the index in `folder` up to date with `corpus`, or make it.

    Files whose size and time of change are as before are not read again. The old index answers until the new
    one is whole, and stays if anything goes wrong.

    Args:
        corpus: the folder of articles.
        folder: the index folder.
        rebuild: read every file anew, whatever the index knows.
        jobs: how many processes may share the work; as many as there are cores unless told.
        progress: is told how the work goes on.

    Raises:
        CorpusMissing, CorpusEmpty: there is nothing to index.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexForeign: the folder holds the index of another corpus, and `rebuild` was not asked for.
        IndexNotWritable: the folder or the disk refuses.
    """
    progress = progress or NoProgress()
    jobs = jobs or usable_cores()
    corrections = read_corrections(folder)
    listing = scan(corpus)
    if not listing.files:
        raise _empty(corpus, listing)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with _WriterLock(folder) as lock:
            if lock.take(progress):
                listing = scan(corpus)
            old = None if rebuild else _open_old(corpus, folder, progress)
            try:
                return _build(corpus, folder, listing, old, corrections, jobs, progress)
            except IndexDamaged as error:
                progress.note(f"{error.message} Building it anew.")
                return _build(corpus, folder, listing, None, corrections, jobs, progress)
            finally:
                if old is not None:
                    old.close()
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexNotWritable(
            f"The index cannot be written to {folder}: {reason}.", "Choose another place: carikm index --index DIR"
        ) from error


def _build(
    corpus: Path,
    folder: Path,
    listing: Listing,
    old: IndexReader | None,
    corrections: Corrections,
    jobs: int,
    progress: Progress,
) -> BuildSummary:
    started, built_ns = time.monotonic(), time.time_ns()
    folders = folder_times(corpus, (file.path for file in listing.files))
    before = _Before(corpus, old, corrections, built_ns)
    deleted = len(before.articles.keys() - {file.path for file in listing.files})
    if before.knows_all(listing, folders):
        seconds, counts = time.monotonic() - started, (before.read, len(before.articles), 0)
        return BuildSummary(corpus, folder, *counts, tuple(before.skipped), seconds, None)
    hashes = {article.path: bytes.fromhex(article.sha256) for article in before.articles.values()}
    known = Known(corrections, built_ns, folders, read_stems(folder), hashes)
    outcome = build_whole(corpus, folder, listing, known, jobs=jobs, progress=progress)
    if outcome.written is None:
        raise _empty(corpus, Listing([], outcome.skipped))
    if outcome.stems != known.stems:
        write_stems(folder, outcome.stems)
    skipped = tuple(sorted(outcome.skipped, key=lambda file: file.path))
    seconds, counts = time.monotonic() - started, (len(listing.files), outcome.unchanged, deleted)
    return BuildSummary(corpus, folder, *counts, skipped, seconds, outcome.written)


class _Before:
    """What the old index knows of the corpus."""

    def __init__(self, corpus: Path, old: IndexReader | None, corrections: Corrections, now_ns: int) -> None:
        self._corpus = corpus
        self._old = old
        self._corrections = corrections
        self._now_ns = now_ns
        self.skipped = old.skipped_files() if old else []
        self.articles: dict[str, StoredArticle] = {a.path: a for a in old.articles()} if old else {}
        self.read = 0

    def knows_all(self, listing: Listing, folders: Mapping[str, int]) -> bool:
        """Tell that the index knows every file as it is, and was built as it would be now.

        Only files that were changed right before it was built are read.
        """
        old = self._old
        if old is None or any(old.unlike(self._corrections)):
            return False
        # In a large archive a search trusts the folders' times: they must be those of this scan.
        if len(listing.files) > EXAMINE_ALL and old.folders() != folders:
            return False
        paths = {file.path for file in listing.files}
        if self.articles.keys() - paths:
            return False
        again = {file.path: file for file in self.skipped if file.path in paths}
        if self.skipped != sorted([*listing.skipped, *again.values()], key=lambda file: file.path):
            return False
        return all(self._knows(file, self.articles.get(file.path) or again.get(file.path)) for file in listing.files)

    def _knows(self, file: SourceFile, known: StoredArticle | Skipped | None) -> bool:
        assert self._old is not None
        if known is None or (known.size, known.mtime_ns) != (file.size, file.mtime_ns):
            return False
        if settles_by(file, self._old.fact("built_ns")):
            return True
        # A file that has settled since is worth a new index: it need not be read a third time.
        return not settles_by(file, self._now_ns) and self._is_as_before(file, known)

    def _is_as_before(self, file: SourceFile, known: StoredArticle | Skipped) -> bool:
        """Tell from its bytes whether a file is what it was."""
        self.read += 1
        corrections = self._corrections
        try:
            raw, source = read_bytes(self._corpus, file)
            draft = read_draft(raw, extra=corrections.boilerplate, never=corrections.not_boilerplate)
        except Unreadable as error:
            return isinstance(known, Skipped) and known.reason == str(error)
        return isinstance(known, StoredArticle) and source == file and known.sha256 == draft.sha256


def _open_old(corpus: Path, folder: Path, progress: Progress) -> IndexReader | None:
    try:
        old = IndexReader(folder)
    except IndexMissing:
        return None
    except (IndexDamaged, IndexFormat) as error:
        _refuse_other(folder, remembered_corpus(folder), corpus)
        progress.note(f"{error.message} Building it anew.")
        return None
    try:
        _refuse_other(folder, old.corpus, corpus)
    except IndexForeign:
        old.close()
        raise
    return old


def _refuse_other(folder: Path, indexed: Path | None, corpus: Path) -> None:
    if indexed is not None and not same_folder(indexed, corpus):
        raise IndexForeign(
            f"{folder} holds the index of {indexed}, not of {corpus}.",
            "Keep both: carikm index FOLDER --index DIR; or replace it: carikm index FOLDER --rebuild",
        )


class _WriterLock:
    """Keeps other writers out of a folder; the lock of a process that died does not hold."""

    def __init__(self, folder: Path) -> None:
        import filelock

        self._folder = folder
        self._timeout: type[Exception] = filelock.Timeout
        self._lock = filelock.FileLock(folder / _LOCK_FILE)

    def __enter__(self) -> "_WriterLock":
        return self

    def __exit__(self, *_: object) -> None:
        self._lock.release()

    def take(self, progress: Progress) -> bool:
        """Take the lock; tell whether another process had it and had to be waited for."""
        try:
            self._lock.acquire(timeout=0)
        except self._timeout:
            progress.note(f"Another carikm is writing {self._folder / INDEX_FILE}; waiting for it.")
            self._lock.acquire()
            return True
        return False


def _empty(corpus: Path, listing: Listing) -> CorpusEmpty:
    if listing.skipped:
        first = listing.skipped[0]
        found = f"{len(listing.skipped)} skipped, the first {first.path}: {first.reason}"
    else:
        found = "no file whose name ends in .txt"
    return CorpusEmpty(
        f"There is no article in {corpus} ({found}).", "Name a folder of .txt articles: carikm index FOLDER"
    )
