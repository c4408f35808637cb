"""A whole build: every file read, on all cores, and written as one index with bounded memory.

    files ── read ──▶ keys of lines, sketches ──▶ what is boilerplate, which are copies
      └─ drafts on disk ── cut ──▶ rows ──▶ index      (in order of paths)
                            └─ entries on disk          (worker by worker)
    words, entries ──▶ terms, postings ──▶ index       (in order of terms: `carikm.index.building.terms`)

What takes time is done by workers (see `carikm.index.building.share`); this module has what only one can decide: what
is learned from all articles, numbers, stems, and the order of all rows. So the index is the same however many workers
there are. One batch of articles, or one slice of the terms, is in each worker's memory at a time; with the vocabulary,
the names and sketches of all articles, and the largest term's postings, that is what a build needs.
"""

import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import NamedTuple

from carikm.corpus.files import Listing, Skipped, SourceFile
from carikm.index.building.share import Archive, Cut, Read, Share
from carikm.index.building.sketch_file import SketchFile
from carikm.index.building.terms import Terms
from carikm.index.building.workers import Call, Crew, seldom_collected
from carikm.index.copies import representatives
from carikm.index.corrections import Corrections
from carikm.index.format import PARTS
from carikm.index.groups import Group, group_of
from carikm.index.learning import Boilerplate
from carikm.index.naming import article_names
from carikm.index.progress import Progress
from carikm.index.writer import IndexWriter, NewArticle
from carikm.index.written import Written

# Files are read in batches of at most so many bytes (but for a single file), and so many files.
_BATCH_BYTES, _BATCH_FILES = 1_000_000, 500
# A worker more, in a process of its own, takes some tenths of a second: it must have so many bytes to read.
WORTH_A_WORKER = 1_000_000
# The dictionary for compressing texts is trained on articles of so many bytes.
_SAMPLED_BYTES = 3_500_000


class Outcome(NamedTuple):
    """What a whole build made, the files it left out, and how many articles are as an older index knows them.

    `written` is None where there is no article at all. `stems` are those of `Known`, for a next index.
    """

    written: Written | None
    skipped: list[Skipped]
    unchanged: int
    stems: Mapping[str, str]


class Known(NamedTuple):
    """What a whole build is told besides the files.

    The user's corrections, when the folder was scanned (ns since 1970) and its folders were last changed, and stems of
    surface forms, as far as nothing but the tables and the stemmer decides on them, as well as hashes of articles
    (SHA-256, by their paths) that an older index has.
    """

    corrections: Corrections
    built_ns: int
    folders: Mapping[str, int]
    stems: Mapping[str, str]
    hashes: Mapping[str, bytes]


def build_whole(
    corpus: Path, folder: Path, listing: Listing, known: Known, *, jobs: int, progress: Progress
) -> Outcome:
    """Read all files of a corpus and write its index, with up to `jobs` processes.

    Raises:
        WorkerLost: one of the processes was killed.
    """
    size = max(1, min(jobs, sum(file.size for file in listing.files) // WORTH_A_WORKER))
    corrections = known.corrections
    with (
        seldom_collected(),
        _parts(folder) as parts,
        closing(SketchFile(parts / "sketches")) as sketches,
        Crew(Share, (Archive(corpus, corrections, parts),), size) as crew,
    ):
        return _Build(corpus, folder, listing, known, crew, parts, sketches, progress).run()


@contextmanager
def _parts(folder: Path) -> Iterator[Path]:
    """Make a folder for what waits on disk, of another name than that of a killed build, whose workers may live on."""
    parts = folder / PARTS / str(os.getpid())
    parts.mkdir(parents=True)
    try:
        yield parts
    finally:
        shutil.rmtree(parts.parent, ignore_errors=True)


class _Batch(NamedTuple):
    """A batch of articles: who has its drafts, the number of its first article, and its articles."""

    worker: int
    first: int
    articles: list[Read]


class _Build:
    """One whole build."""

    def __init__(
        self,
        corpus: Path,
        folder: Path,
        listing: Listing,
        known: Known,
        crew: Crew,
        parts: Path,
        sketches: SketchFile,
        progress: Progress,
    ) -> None:
        self._corpus = corpus
        self._folder = folder
        self._files = listing.files
        self._names: dict[str, str] = {}
        self._known = known
        self._crew = crew
        self._parts = parts
        self._progress = progress
        self._skipped = list(listing.skipped)
        self._sketches = sketches
        self._unchanged = 0
        self._batches: list[_Batch] = []
        # For each batch, by kinds of texts, the number of its first one.
        self._bases: dict[int, tuple[int, int, int]] = {}

    def run(self) -> Outcome:
        """Do all of it."""
        sample = self._read()
        articles = [article for batch in self._batches for article in batch.articles]
        if not articles:
            return Outcome(None, self._skipped, 0, {})
        self._names = article_names(article.source.path for article in articles)
        training = self._crew.begin(Call("train", (sample,)))
        distinct: dict[Group, Group] = {}
        found = (group_of(article.outlet, article.source.path) for article in articles)
        groups = [distinct.setdefault(group, group) for group in found]
        stands_for = representatives(self._sketches)
        boilerplate = Boilerplate.learn(
            (groups[number], article.keys) for number, article in enumerate(articles) if stands_for[number] == number
        )
        del articles
        dictionary: bytes = training()
        self._crew.all("use", dictionary)
        with IndexWriter(self._folder, dictionary, self._known.corrections) as writer:
            self._cut(writer, groups, stands_for, boilerplate)
            writer.end_chunks()
            writer.add_learned(boilerplate)
            terms = Terms(self._crew, self._parts, self._known.corrections.stems, self._known.stems, self._progress)
            stems = terms.write(writer, self._bases)
            self._crew.dismiss()
            built_ns, folders = self._known.built_ns, self._known.folders
            written = writer.finish(self._corpus, built_ns, self._skipped, folders)
            return Outcome(written, self._skipped, self._unchanged, stems)

    def _read(self) -> list[str]:
        """Read all files; give texts of some of them."""
        self._progress.stage("Reading", len(self._files))
        every = max(1, sum(file.size for file in self._files) // _SAMPLED_BYTES)
        batches = list(_batches(self._files))
        calls = (
            Call("read", (number, files, [place for place in range(len(files)) if (first + place) % every == 0]))
            for number, (first, files) in enumerate(batches)
        )
        sample: list[str] = []
        articles = 0
        for (_, files), answer in zip(batches, self._crew.run(calls), strict=True):
            found, sketches, texts = answer.value
            self._sketches.extend(sketches)
            known = {file.path: file for file in files}
            read = [_shared(entry, known) for entry in found if isinstance(entry, Read)]
            self._skipped += [entry for entry in found if isinstance(entry, Skipped)]
            self._batches.append(_Batch(answer.worker, articles, read))
            articles += len(read)
            sample += texts
            self._progress.advance(len(files))
        return sample

    def _cut(
        self, writer: IndexWriter, groups: Sequence[Group], stands_for: Sequence[int], boilerplate: Boilerplate
    ) -> None:
        """Cut all articles into chunks, and write them."""
        self._progress.stage("Chunking", len(groups))

        def call(number: int, batch: _Batch) -> Call:
            articles = range(batch.first, batch.first + len(batch.articles))
            learned = [boilerplate.of(groups[article]) for article in articles]
            is_copy = [stands_for[article] != article for article in articles]
            return Call("cut", (number, learned, is_copy), batch.worker)

        calls = (call(number, batch) for number, batch in enumerate(self._batches))
        for number, answer in enumerate(self._crew.run(calls)):
            batch, cut = self._batches[number], answer.value
            hashes = self._known.hashes
            for read, values in zip(batch.articles, cut.articles, strict=True):
                self._unchanged += hashes.get(read.source.path) == values.sha256
            self._bases[number] = (len(writer.body_lengths), batch.first, len(writer.boilerplate_lengths))
            writer.add(self._new_articles(batch, cut, stands_for), cut.chunks)
            for article, read in enumerate(batch.articles, start=batch.first):
                if stands_for[article] == article:
                    boilerplate.note(article, groups[article], read.keys)
            self._progress.advance(len(batch.articles))
            self._batches[number] = batch._replace(articles=[])

    def _new_articles(self, batch: _Batch, cut: Cut, stands_for: Sequence[int]) -> list[NewArticle]:
        return [
            NewArticle(
                read.source,
                self._names[read.source.path],
                values,
                read.keys,
                self._sketches[number],
                None if stands_for[number] == number else stands_for[number],
            )
            for number, (read, values) in enumerate(zip(batch.articles, cut.articles, strict=True), start=batch.first)
        ]


def _shared(read: Read, known: Mapping[str, SourceFile]) -> Read:
    """Let what came from another process share what is here: there may be many articles."""
    source = known[read.source.path]
    outlet = read.outlet and sys.intern(read.outlet)
    return read._replace(source=source if source == read.source else read.source, outlet=outlet)


def _batches(files: Sequence[SourceFile]) -> Iterator[tuple[int, list[SourceFile]]]:
    """Divide files, in their order; give each batch with the place of its first file."""
    batch: list[SourceFile] = []
    size = 0
    for place, file in enumerate(files):
        if batch and (size + file.size > _BATCH_BYTES or len(batch) == _BATCH_FILES):
            yield place - len(batch), batch
            batch, size = [], 0
        batch.append(file)
        size += file.size
    if batch:
        yield len(files) - len(batch), batch
