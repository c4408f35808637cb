"""From a corpus folder to its index: new, or brought up to date."""

import gc
import sqlite3
import tempfile
import time
from array import array
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import IO, NamedTuple, Protocol

from carikm.corpus.article import Draft, finish_article, has_line, read_draft, unpack_draft
from carikm.corpus.files import Listing, Skipped, SourceFile, Unreadable, read_bytes, scan
from carikm.corpus.recurring import body_of
from carikm.errors import CorpusEmpty, IndexDamaged, IndexForeign, IndexFormat, IndexMissing, IndexNotWritable
from carikm.index.changes import EXAMINE_ALL, folder_times, settles_by, task_of_files, task_of_scan
from carikm.index.copies import NO_SKETCH, Sketch, representatives, sketches
from carikm.index.corrections import Corrections, read_corrections
from carikm.index.format import INDEX_FILE
from carikm.index.learning import Boilerplate, Group, group_of
from carikm.index.location import same_folder
from carikm.index.lock import WriterLock
from carikm.index.reader import IndexReader, remembered_corpus
from carikm.index.rows import StoredArticle
from carikm.index.stored import sketched_of
from carikm.index.update import update
from carikm.index.writer import UNFINISHED, IndexWriter, Written, article_names

# Beyond so many characters the drafts go to disk.
_DRAFTS_IN_MEMORY = 16_000_000
# Articles are sketched some hundreds at a time: one by one, between other work, takes almost three times as long.
_SKETCHED_AT_ONCE = 1_000_000


class Progress(Protocol):
    """Is told how the work goes on: which stage, out of how many steps, and each step."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of `total` steps."""

    def advance(self) -> None:
        """Finish one step."""

    def note(self, message: str) -> None:
        """Say something that the user should know."""


class NoProgress:
    """Says nothing."""

    def stage(self, name: str, total: int) -> None:
        """Begin a stage of `total` steps."""

    def advance(self) -> None:
        """Finish one step."""

    def note(self, message: str) -> None:
        """Say something that the user should know."""


@dataclass(frozen=True, slots=True)
class BuildSummary:
    """What a build did.

    `read` counts the files that were read, `unchanged` the articles taken over from the old index. `written`
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
    corpus: Path,
    folder: Path,
    *,
    rebuild: bool = False,
    files: Sequence[Path] | None = None,
    progress: Progress | None = None,
) -> BuildSummary:
    """Bring the index in `folder` up to date with `corpus`, or make it.

    Files whose size and time of change are as before are not read again. With `files`, an index that is there already
    is brought up to date with these alone, and the folder is not scanned. The old index answers until the new one is
    whole, and stays if anything goes wrong.

    Raises:
        CorpusMissing, CorpusEmpty: there is nothing to index.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexForeign: the folder holds the index of another corpus, and `rebuild` was not asked for.
        IndexNotWritable: the folder or the disk refuses.
        UsageError: one of `files` is no file of the corpus that could be an article.
    """
    started = time.monotonic()
    progress = progress or NoProgress()
    corrections = read_corrections(folder)
    with _uncollected():
        found = _scan(corpus) if files is None else files
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with WriterLock(folder) as lock:
            if not lock.take(wait=False):
                progress.note(f"Another carikm is writing {folder / INDEX_FILE}; waiting for it.")
                lock.take(wait=True)
                found = _scan(corpus) if files is None else files
            _forget_unfinished(folder)
            if not rebuild:
                with _uncollected():
                    updated = _update(corpus, folder, corrections, found, progress)
                if updated is not None:
                    return replace(updated, seconds=time.monotonic() - started)
            listing = found.listing if isinstance(found, _Scan) else _scan(corpus).listing
            return _build(corpus, folder, listing, None, corrections, progress)
    except (OSError, sqlite3.OperationalError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise IndexNotWritable(
            f"The index cannot be written to {folder}: {reason}.", "Choose another place: carikm index --index DIR"
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


class _Scan(NamedTuple):
    """What a scan found, and when it began, in ns since 1970."""

    listing: Listing
    began_ns: int


def _scan(corpus: Path) -> _Scan:
    began_ns = time.time_ns()
    listing = scan(corpus)
    if not listing.files:
        raise _empty(corpus, listing)
    return _Scan(listing, began_ns)


def _forget_unfinished(folder: Path) -> None:
    """Remove what a whole build that was killed has left behind."""
    (folder / UNFINISHED).unlink(missing_ok=True)


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
            # Corrected lines may be anywhere in any file; corrected words are where the index says.
            if index.unlike(corrections).lines:
                return None
            if isinstance(found, _Scan):
                task = task_of_scan(index, corpus, found.listing, found.began_ns)
            else:
                task = task_of_files(index, corpus, found)
            done = update(index, corpus, corrections, task)
            if done is None:
                return None
            if done.is_written:
                index.commit()
        except IndexDamaged as error:
            progress.note(f"{error.message} Building it anew.")
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
    counts = index.fact("articles"), body + boilerplate, boilerplate, index.fact("body_words"), index.fact("terms")
    return Written(*counts, index.path.stat().st_size)


def _build(
    corpus: Path,
    folder: Path,
    listing: Listing,
    old: IndexReader | None,
    corrections: Corrections,
    progress: Progress,
) -> BuildSummary:
    started, built_ns = time.monotonic(), time.time_ns()
    folders = folder_times(corpus, (file.path for file in listing.files))
    reading = _Reading(corpus, old, corrections, listing.skipped, built_ns)
    deleted = len(reading.known.keys() - {file.path for file in listing.files})
    # In a large archive a search trusts the folders' times: they must be those of this scan.
    folders_agree = old is not None and (len(listing.files) <= EXAMINE_ALL or old.folders() == folders)
    as_corrected = old is not None and not any(old.unlike(corrections))
    written = None
    if old is not None and as_corrected and folders_agree and not deleted and reading.is_up_to_date(listing):
        reading.skipped = old.skipped_files()
        reading.unchanged = len(reading.known)
    else:
        progress.stage("Reading", len(listing.files))
        with _draft_file(folder) as drafts:
            for file in listing.files:
                reading.take(file, drafts)
                progress.advance()
            if not reading.entries:
                raise _empty(corpus, Listing([], reading.skipped))
            as_before = as_corrected and folders_agree and not deleted and not reading.differs
            if old is None or not as_before or not _has_skipped(old, reading.skipped):
                names = article_names(entry.source.path for entry in reading.entries)
                with IndexWriter(folder, names, corrections) as writer:
                    if reading.enter(drafts, writer, progress) == 0:
                        raise _empty(corpus, Listing([], reading.skipped))
                    progress.stage("Stemming", writer.words_to_stem())
                    written = writer.finish(corpus, built_ns, reading.skipped, folders, progress.advance)
    skipped = tuple(sorted(reading.skipped, key=lambda file: file.path))
    seconds = time.monotonic() - started
    return BuildSummary(corpus, folder, reading.read, reading.unchanged, deleted, skipped, seconds, written)


def _draft_file(folder: Path) -> "tempfile.SpooledTemporaryFile[str]":
    """Open a file without a name, which goes with the process, for drafts, one a line."""
    return tempfile.SpooledTemporaryFile(
        _DRAFTS_IN_MEMORY, "w+", encoding="utf-8", errors="surrogatepass", newline="\n", dir=str(folder)
    )


def _has_skipped(old: IndexReader, skipped: list[Skipped]) -> bool:
    return old.skipped_files() == sorted(skipped, key=lambda file: file.path)


class _Entry(NamedTuple):
    """An article on its way into the new index: one the old index knows, or, where `known` is None, a draft."""

    source: SourceFile
    group: Group
    keys: "array[int]"
    known: StoredArticle | None


class _Reading:
    """Decides for each file whether the old index knows it, reads it where not, and keeps count.

    What is boilerplate is known only when all is read. Until then what was read lies in a file of drafts, one a line,
    and only the keys of its lines and its sketch stay in memory.
    """

    def __init__(
        self,
        corpus: Path,
        old: IndexReader | None,
        corrections: Corrections,
        skipped: list[Skipped],
        built_ns: int,
    ) -> None:
        self._corpus = corpus
        self._corrections = corrections
        self._built_ns = built_ns
        self._old = old
        self._skipped_before = {file.path: file for file in old.skipped_files()} if old else {}
        self.known: dict[str, StoredArticle] = {a.path: a for a in old.articles()} if old else {}
        self.entries: list[_Entry] = []
        self._sketches: list[Sketch] = []
        self._to_sketch: list[tuple[int, str, str]] = []
        self._characters_to_sketch = 0
        self.skipped = list(skipped)
        self.read = self.unchanged = 0
        self.differs = False

    @cached_property
    def _corrected_lines(self) -> frozenset[str]:
        return self._old.unlike(self._corrections).lines if self._old else frozenset()

    def _is_corrected(self, file: SourceFile) -> bool:
        """Tell whether a file has a line whose kind has been corrected since the old index was built."""
        if not self._corrected_lines:
            return False
        try:
            return has_line(read_bytes(self._corpus, file)[0], self._corrected_lines)
        except Unreadable:
            return False

    @cached_property
    def _keys_before(self) -> "dict[int, array[int]]":
        return {}

    @cached_property
    def _sketches_before(self) -> dict[int, Sketch]:
        return {}

    def knows(self, file: SourceFile) -> bool:
        """Tell from size and time of change alone that the index, or its list of skipped files, knows a file."""
        if self._old is None or not settles_by(file, self._old.fact("built_ns")):
            return False
        known = self.known.get(file.path) or self._skipped_before.get(file.path)
        return known is not None and (known.size, known.mtime_ns) == (file.size, file.mtime_ns)

    def is_up_to_date(self, listing: Listing) -> bool:
        """Tell, without reading a file, that the index knows every one as it is."""
        if self._old is None or not all(map(self.knows, listing.files)):
            return False
        again = [self._skipped_before[file.path] for file in listing.files if file.path in self._skipped_before]
        return _has_skipped(self._old, [*listing.skipped, *again])

    def take(self, file: SourceFile, drafts: IO[str]) -> None:
        """Note one file for the new index, or among the skipped ones."""
        known = self.known.get(file.path)
        is_corrected = known is not None and self._is_corrected(file)
        if self.knows(file) and not is_corrected:
            if known is not None:
                self._carry_over(known, file)
            else:
                self.skipped.append(self._skipped_before[file.path])
            return
        self.read += 1
        if (found := self._draft(file)) is None:
            return
        draft, source = found
        if known is not None and known.sha256 == draft.sha256 and not is_corrected:
            # A file that has settled since is worth a new index: it need not be read a third time.
            self.differs |= (known.size, known.mtime_ns) != (source.size, source.mtime_ns)
            self.differs |= settles_by(source, self._built_ns)
            self._carry_over(known, source)
            return
        outlet = draft.metadata.outlet.value if draft.metadata.outlet else None
        drafts.write(draft.packed() + "\n")
        self.entries.append(_Entry(source, group_of(outlet, file.path), draft.keys, None))
        self._sketch_later(draft)
        self.differs = True

    def _draft(self, file: SourceFile) -> tuple[Draft, SourceFile] | None:
        """Read a file; enter it among the skipped ones if it is no article."""
        try:
            raw, source = read_bytes(self._corpus, file)
            corrections = self._corrections
            return read_draft(raw, extra=corrections.boilerplate, never=corrections.not_boilerplate), source
        except Unreadable as error:
            judged = (0, 0) if error.for_now else (file.size, file.mtime_ns)
            self.skipped.append(Skipped(file.path, str(error), *judged))
            return None

    def _carry_over(self, known: StoredArticle, source: SourceFile) -> None:
        assert self._old is not None
        keys, sketched = self._keys_before.get(known.id), self._sketches_before.get(known.id)
        if keys is None or sketched is None:
            raise self._old.damaged(f"an article {known.id} without line keys, or without a sketch")
        self.entries.append(_Entry(source, group_of(known.outlet, known.path), keys, known))
        self._sketches.append(sketched)
        self.unchanged += 1

    def _sketch_later(self, draft: Draft) -> None:
        """Note what to sketch of the last entry, without what the rules take for boilerplate."""
        headline, body = sketched_of(draft)
        self._to_sketch.append((len(self._sketches), headline, body))
        self._sketches.append(NO_SKETCH)
        self._characters_to_sketch += len(body)
        if self._characters_to_sketch > _SKETCHED_AT_ONCE:
            self._sketch_now()

    def _sketch_now(self) -> None:
        found = sketches([(headline, body) for _, headline, body in self._to_sketch])
        for (place, _, _), made in zip(self._to_sketch, found, strict=True):
            self._sketches[place] = made
        self._to_sketch.clear()
        self._characters_to_sketch = 0

    def enter(self, drafts: IO[str], writer: IndexWriter, progress: Progress) -> int:
        """Learn what is boilerplate, and enter the articles, cut accordingly, into the new index; tell how many."""
        self._sketch_now()
        stands_for = representatives(self._sketches)
        boilerplate = Boilerplate.learn(
            (entry.group, entry.keys) for place, entry in enumerate(self.entries) if stands_for[place] == place
        )
        before = Boilerplate.of_index(self._old) if self._old else Boilerplate({})
        lengths = self._old.lengths() if self._old else ()
        progress.stage("Chunking", len(self.entries))
        numbers: dict[int, int] = {}
        drafts.seek(0)
        for place, entry in enumerate(self.entries):
            # None for an article that stands for its group, or whose group has lost the one that did.
            copy_of = numbers.get(stands_for[place])
            sketched = self._sketches[place]
            keys, learned = entry.keys, boilerplate.of(entry.group)
            if entry.known is None:
                draft = unpack_draft(drafts.readline(), keys)
                number = writer.add(finish_article(entry.source, draft, learned=learned), keys, sketched, copy_of)
            elif body_of(keys, learned) == body_of(keys, before.of(entry.group)):
                assert self._old is not None
                number = writer.carry_over(self._old, entry.known, entry.source, lengths, keys, sketched, copy_of)
            else:
                # Nothing has changed in the article; what has changed around it cuts it differently.
                self.read += 1
                self.unchanged -= 1
                if (found := self._draft(entry.source)) is None:
                    continue
                draft, source = found
                if draft.sha256 != entry.known.sha256:
                    # What was learned does not count it as it is now: the next update will.
                    self.skipped.append(Skipped(entry.source.path, "changed while it was read", 0, 0))
                    continue
                keys = draft.keys
                number = writer.add(finish_article(source, draft, learned=learned), keys, sketched, copy_of)
            numbers[place] = number
            if copy_of is None:
                boilerplate.note(number, entry.group, keys)
            progress.advance()
        writer.add_learned(boilerplate)
        return len(numbers)


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
        raise IndexForeign(
            f"{folder} holds the index of {indexed}, not of {corpus}.",
            "Keep both: carikm index FOLDER --index DIR; or replace it: carikm index FOLDER --rebuild",
        )


def _empty(corpus: Path, listing: Listing) -> CorpusEmpty:
    if listing.skipped:
        first = listing.skipped[0]
        found = f"{len(listing.skipped)} skipped, the first {first.path}: {first.reason}"
    else:
        found = "no file whose name ends in .txt"
    return CorpusEmpty(
        f"There is no article in {corpus} ({found}).", "Name a folder of .txt articles: carikm index FOLDER"
    )
