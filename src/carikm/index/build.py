"""From a corpus folder to its index: new, or brought up to date."""

import gc
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

import apsw

from carikm.corpus.files import Listing, Skipped, scan, sort_files
from carikm.errors import (
    CorpusEmpty,
    IndexBusy,
    IndexDamaged,
    IndexFault,
    IndexForeign,
    IndexFormat,
    IndexMissing,
    IndexNotWritable,
    typed_path,
)
from carikm.index.changes import task_of_files, task_of_scan
from carikm.index.corrections import CORRECTIONS_FILE, Corrections, read_corrections
from carikm.index.facts import remembered_corpus
from carikm.index.folders import folder_of_index, folder_times
from carikm.index.format import INDEX_FILE, JOURNAL, PARTS, UNFINISHED
from carikm.index.journal import JournalDamaged, break_seal, undo_unfinished
from carikm.index.known_stems import UNFINISHED_STEMS
from carikm.index.location import command_at, foreign, same_folder
from carikm.index.lock import WriterLock
from carikm.index.progress import NoProgress, Progress
from carikm.index.reader import IndexReader
from carikm.index.updating.update import update
from carikm.index.written import Written
from carikm.records import NamedTuple


class BuildSummary(NamedTuple):
    """What a build did.

    `read` counts the files that were read, `unchanged` the articles that are as the old index has them, `deleted` those
    of it that are none now, gone or skipped. `skipped` are all files that gave no article, in order of their paths.
    `seconds` have passed for it. `written` is None where nothing had changed and the old index stays.
    """

    corpus: Path
    index: Path  # type: ignore[assignment]  # nobody looks for a value in a summary
    read: int
    unchanged: int
    deleted: int
    skipped: tuple[Skipped, ...]
    seconds: float
    written: Written | None


def build_index(
    corpus: Path,
    folder: Path,
    *,
    rebuild: bool = False,
    files: Sequence[Path] | None = None,
    jobs: int | None = None,
    progress: Progress | None = None,
) -> BuildSummary:
    """Bring the index in `folder` up to date with `corpus`, or make it.

    Files whose size and time of change are as before are not read again. With `files`, an index that is there already
    is brought up to date with these alone, and the folder is not scanned. The old index answers until the new one is
    whole, and stays if anything goes wrong.

    Args:
        corpus: the folder of articles.
        folder: the index folder.
        rebuild: read every file anew, whatever the index knows.
        files: look at these files of the corpus alone, which were added, changed or deleted.
        jobs: how many processes may share the work of a whole build; as many as there are cores unless told.
        progress: is told how the work goes on.

    Raises:
        CorpusMissing, CorpusEmpty: there is nothing to index.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexBusy: somebody reads the index, for longer than one waits.
        IndexForeign: the folder holds the index of another corpus, and `rebuild` was not asked for.
        IndexNotWritable: the folder or the disk refuses.
        UsageError: one of `files` is no file of the corpus that could be an article.
    """
    started = time.monotonic()
    progress = progress or NoProgress()
    corrections = read_corrections(folder)
    before = _written_at(folder)
    with _uncollected():
        found = _scan(corpus, folder, corrections) if files is None else files
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with WriterLock(folder) as lock:
            has_waited = not lock.take(wait=False)
            if has_waited:
                holder = lock.holder()
                who = f" ({holder})" if holder else ""
                progress.note(f"Another carikm is writing {folder / INDEX_FILE}{who}; waiting for it.")
                lock.take(wait=True)
            if has_waited or _written_at(folder) != before:
                # The index may know articles that have come since.
                corrections = read_corrections(folder)
                found = _scan(corpus, folder, corrections) if files is None else files
            _forget_unfinished(folder)
            done = None
            if not rebuild:
                with _uncollected():
                    done = _update(corpus, folder, corrections, found, progress)
            if done is None:
                scanned = found if isinstance(found, _Scan) else _scan(corpus, folder, corrections)
                hashes = {} if rebuild else _hashes(folder)
                done = _build(corpus, folder, scanned, hashes, corrections, jobs, progress)
            return done._replace(seconds=time.monotonic() - started)
    except (OSError, apsw.Error) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexNotWritable(
            f"The index cannot be written to {folder}: {reason}.",
            f"Choose another place: carikm index {typed_path(corpus)} --index DIR",
        ) from error


@contextmanager
def _uncollected() -> Iterator[None]:
    """Look for no garbage meanwhile: of tens of thousands of values none is, and looking takes a fifth of a scan."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _written_at(folder: Path) -> tuple[int, int] | None:
    """Tell which index there is: another file, or the same changed in place, is another one."""
    try:
        status = (folder / INDEX_FILE).stat()
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns


class _Scan(NamedTuple):
    """What a scan found, files in no order, and when it began, in ns since 1970."""

    listing: Listing
    began_ns: int


def _scan(corpus: Path, folder: Path, corrections: Corrections) -> _Scan:
    began_ns = time.time_ns()
    listing = scan(corpus, corrections.largest_file, in_order=False)
    if not listing.files:
        raise _empty(corpus, folder, listing)
    own = folder_of_index(corpus, folder)
    return _Scan(listing._replace(folders=[name for name in listing.folders if name != own]), began_ns)


def _forget_unfinished(folder: Path) -> None:
    """Remove what a build or an update that was killed has left behind: an old index is again as it was."""
    for name in (UNFINISHED, UNFINISHED_STEMS):
        (folder / name).unlink(missing_ok=True)
    if (folder / PARTS).exists():
        import shutil  # hardly ever needed

        shutil.rmtree(folder / PARTS, ignore_errors=True)
    if not (folder / JOURNAL).exists():
        break_seal(folder)
    elif (folder / INDEX_FILE).exists():
        with suppress(apsw.Error, JournalDamaged):
            undo_unfinished(folder)


def _update(
    corpus: Path,
    folder: Path,
    corrections: Corrections,
    found: "_Scan | Sequence[Path]",
    progress: Progress,
) -> BuildSummary | None:
    """Bring an index up to date in place, if there is one and that takes less than a whole build; None where not."""
    index = _open_old(corpus, folder, progress)
    if index is None:
        return None
    with index:
        try:
            # Corrected lines may be anywhere in any file, and an outlet decides on lines of all its articles;
            # corrected words are where the index says.
            unlike = index.unlike(corrections)
            if unlike.lines or unlike.folders:
                return None
            if isinstance(found, _Scan):
                task = task_of_scan(index, corpus, found.listing, found.began_ns)
            else:
                task = task_of_files(index, corpus, found, corrections.largest_file)
            done = update(index, corpus, corrections, task, progress)
            if done is None:
                return None
            if done.is_written:
                index.commit()
        except IndexDamaged as error:
            progress.note(f"{error.message} Building it anew.")
            return None
        except apsw.ConstraintError as error:
            progress.note(f"The index in {folder} contradicts itself ({error}). Building it anew.")
            return None
        except (apsw.Error, UnicodeError) as error:
            if isinstance(error, apsw.BusyError):
                raise IndexBusy(
                    f"The index in {folder} is in use all the time, and could not be changed.",
                    "Try again when those that read it have ended.",
                ) from error
            fault = index.fault(error)
            if not isinstance(fault, IndexDamaged):
                raise
            progress.note(f"{fault.message} Building it anew.")
            return None
        except (ArithmeticError, LookupError, TypeError, ValueError) as error:
            # What one table says of another is held to it nowhere but in `carikm doctor`.
            what = str(error)[:80] or type(error).__name__
            progress.note(f"The index in {folder} contradicts itself ({what}). Building it anew.")
            return None
        written = None
        if done.is_written:
            with index.snapshot():
                written = _written(index)
        counts = done.read, done.unchanged, done.deleted
        skipped = tuple(sorted(done.skipped, key=lambda file: file.path))
        return BuildSummary(corpus, folder, *counts, skipped, 0.0, written)


def _written(index: IndexReader) -> Written:
    body, boilerplate = index.fact("body_chunks"), index.fact("boilerplate_chunks")
    counts = index.fact("articles"), body + boilerplate, boilerplate, index.fact("terms")
    return Written(*counts, index.path.stat().st_size)


def _hashes(folder: Path) -> dict[str, bytes]:
    """Give the hashes of the files that an old index knows, by their paths."""
    try:
        with IndexReader(folder, to_write=True) as old:
            return old.hashes()
    except IndexFault:
        return {}


def _build(
    corpus: Path,
    folder: Path,
    scanned: _Scan,
    before: Mapping[str, bytes],
    corrections: Corrections,
    jobs: int | None,
    progress: Progress,
) -> BuildSummary:
    """Build an index anew; `before` has the hashes of the files that an old one knows."""
    # An update needs none of these.
    from carikm.index.building.cores import usable_cores
    from carikm.index.building.whole import Known, build_whole
    from carikm.index.corrected_drafts import folders_without_articles
    from carikm.index.known_stems import read_stems, write_stems

    listing = scanned.listing
    sort_files(listing)
    folders = folder_times(corpus, listing.folders, scanned.began_ns)
    known = Known(corrections, scanned.began_ns, folders, read_stems(folder), before)
    for given in folders_without_articles(corrections, (file.path for file in listing.files)):
        progress.note(
            f"{CORRECTIONS_FILE}: no article lies in the folder {given!r} of outlets; "
            f"folders are named from {corpus} on, without it."
        )
    outcome = build_whole(corpus, folder, listing, known, jobs=jobs or usable_cores(), progress=progress)
    if outcome.written is None:
        raise _empty(corpus, folder, Listing([], outcome.skipped, []))
    if outcome.stems != known.stems:
        write_stems(folder, outcome.stems)
    skipped = tuple(sorted(outcome.skipped, key=lambda file: file.path))
    articles = {file.path for file in listing.files}.difference(file.path for file in skipped)
    counts = len(listing.files), outcome.unchanged, len(before.keys() - articles)
    return BuildSummary(corpus, folder, *counts, skipped, 0.0, outcome.written)


def _open_old(corpus: Path, folder: Path, progress: Progress) -> IndexReader | None:
    try:
        old = IndexReader(folder, to_write=True)
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
        build = f"carikm index {typed_path(corpus)}"
        replacing = command_at(folder, f"{build} --rebuild")
        hint = f"Keep both: {build} --index DIR; or replace it: {replacing}"
        raise foreign(folder, indexed, corpus, hint)


def _empty(corpus: Path, folder: Path, listing: Listing) -> CorpusEmpty:
    if listing.skipped:
        first = listing.skipped[0]
        found = f"{len(listing.skipped)} skipped, the first {first.path}: {first.reason}"
    else:
        found = "no file whose name ends in .txt"
    hint = "Name a folder of .txt articles: carikm index FOLDER"
    if (folder / INDEX_FILE).is_file():
        hint = f"{folder} still has the index of what was there. To be rid of it: rm -r {typed_path(folder)}"
    return CorpusEmpty(f"There is no article in {corpus} ({found}).", hint)
