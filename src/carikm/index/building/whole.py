"""A whole build: every file read, on all cores, and written as one index with bounded memory.

    files ── read ──▶ keys of lines, sketches ──▶ what is boilerplate, which are copies
      └─ drafts on disk ── cut ──▶ rows ──▶ index      (in order of paths)
                            └─ entries on disk          (worker by worker)
    words ── stem ──▶ terms ──▶ slices of them
    entries ── deal out ── pack ──▶ postings ──▶ index  (in order of terms)

What takes time is done by workers (see `carikm.index.building.share`); this module has what only one can decide: what
is learned from all articles, numbers, stems, and the order of all rows. So the index is the same however many workers
there are. One batch of articles, or one slice of the terms, is in each worker's memory at a time; with the vocabulary,
the names and sketches of all articles, and the largest term's postings, that is what a build needs.
"""

import os
import shutil
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from itertools import chain, pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from carikm.analysis.stems import stop_words
from carikm.corpus.files import Listing, Skipped, SourceFile
from carikm.index.building.runs import SLICE_ENTRIES, SLICE_SURFACES
from carikm.index.building.share import TEXTS_FILE, Archive, Cut, Dealt, Packed, Read, Share, Slice, Words
from carikm.index.building.sketch_file import SketchFile
from carikm.index.building.workers import Call, Crew, seldom_collected
from carikm.index.copies import representatives
from carikm.index.corrections import Corrections
from carikm.index.format import LONGEST, PARTS
from carikm.index.groups import Group, group_of
from carikm.index.learning import Boilerplate
from carikm.index.naming import article_names
from carikm.index.progress import Progress
from carikm.index.rows import SurfaceRow, TermRow
from carikm.index.stemming import Stems
from carikm.index.writer import IndexWriter, NewArticle, Written

if TYPE_CHECKING:
    import numpy as np

    Numbers = np.ndarray[Any, Any]

# Files are read in batches of at most so many bytes (but for a single file), and so many files.
_BATCH_BYTES, _BATCH_FILES = 1_000_000, 500
# A worker more, in a process of its own, takes some tenths of a second: it must have so many bytes to read.
WORTH_A_WORKER = 1_000_000
# The dictionary for compressing texts is trained on articles of so many bytes.
_SAMPLED_BYTES = 3_500_000
_WORDS_AT_ONCE = 1_000


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
    lines = known.corrections.boilerplate, known.corrections.not_boilerplate
    with (
        seldom_collected(),
        _parts(folder) as parts,
        closing(SketchFile(parts / "sketches")) as sketches,
        Crew(Share, (Archive(corpus, *lines, parts),), size) as crew,
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
            terms = _Terms(self._crew, self._parts, self._known, self._progress)
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


class _Plan(NamedTuple):
    """The terms of an index, in alphabetical order.

    `surfaces` has all surface forms in alphabetical order, `places` the place of each, `decided` what decided on it,
    `plain` the stems on which nothing did but tables and stemmer;
    `terms` and `forms` the number of its stem and its own number among that stem's forms; `order` has the places of
    all in order of terms and forms, and `ends` where in it each term ends.
    """

    surfaces: list[str]
    places: dict[str, int]
    decided: list[str]
    plain: dict[str, str]
    stems: list[str]
    terms: "Numbers"
    forms: "Numbers"
    order: "Numbers"
    ends: "Numbers"


class _Terms:
    """Makes terms of the words that a crew has counted, and their postings."""

    def __init__(self, crew: Crew, parts: Path, known: Known, progress: Progress) -> None:
        self._crew = crew
        self._parts = parts
        self._known = known
        self._progress = progress

    def write(self, writer: IndexWriter, bases: Mapping[int, tuple[int, int, int]]) -> dict[str, str]:
        """Write terms, surface forms and postings; give the stems that only tables and stemmer decided.

        Args:
            writer: has all texts.
            bases: for each batch, by kinds of texts, the number of its first one.
        """
        vocabularies: list[Words] = self._crew.all("words")
        capitalised, as_written = Counter[str](), Counter[str]()
        for words in vocabularies:
            capitalised.update(words.capitalised)
            as_written.update(words.as_written)
        plan = self._plan(
            vocabularies, Stems(self._known.corrections.stems, capitalised.__getitem__, as_written.__getitem__)
        )
        cuts = self._slices(plan, vocabularies)
        dealt = self._deal_out(plan, cuts, vocabularies, bases)
        del vocabularies
        _write_texts(self._parts, writer)
        rows = self._pack(plan, cuts, dealt, writer)
        stop = stop_words()
        writer.add_surfaces(
            SurfaceRow(
                surface,
                int(plan.terms[place]),
                int(plan.forms[place]),
                rows[0][place],
                rows[1][place],
                surface in stop,
                plan.decided[place],
                capitalised[surface],
                as_written[surface],
            )
            for place, surface in enumerate(plan.surfaces)
        )
        return plan.plain

    def _plan(self, vocabularies: Iterable[Words], stems: Stems) -> _Plan:
        """Decide on all stems."""
        import numpy as np

        surfaces = sorted({*chain.from_iterable(words.surfaces for words in vocabularies)})
        decided = [stems.decided(surface) for surface in surfaces]
        plain = self._plain_stems(surfaces, decided)
        stem_of = [stems.stem_of(*pair, plain.__getitem__) for pair in zip(surfaces, decided, strict=True)]
        names = sorted({*stem_of})
        numbers = {name: number for number, name in enumerate(names)}
        terms = np.array([numbers[name] for name in stem_of], np.uint32)
        order = np.argsort(terms, kind="stable")
        ends = np.cumsum(np.bincount(terms, minlength=len(names)))
        forms = np.zeros(len(surfaces), np.uint32)
        forms[order] = np.arange(len(surfaces)) - (ends - np.diff(ends, prepend=0))[terms[order]]
        places = {surface: place for place, surface in enumerate(surfaces)}
        return _Plan(surfaces, places, decided, plain, names, terms, forms, order, ends)

    def _plain_stems(self, surfaces: Sequence[str], decided: Sequence[str]) -> dict[str, str]:
        """Stem what nothing else decides on, but for what an older index knows."""
        known = self._known.stems
        asked = [surface for surface, by in zip(surfaces, decided, strict=True) if not by]
        new = [surface for surface in asked if surface not in known]
        self._progress.stage("Stemming", len(new))
        plain = {surface: known[surface] for surface in asked if surface in known}
        parts = [new[start : start + _WORDS_AT_ONCE] for start in range(0, len(new), _WORDS_AT_ONCE)]
        for part, answer in zip(parts, self._crew.run(Call("stem", (part,)) for part in parts), strict=True):
            plain.update(zip(part, answer.value, strict=True))
            self._progress.advance(len(part))
        return plain

    def _slices(self, plan: _Plan, vocabularies: Iterable[Words]) -> list[int]:
        """Divide the terms into slices: the first term of each, and how many terms there are."""
        import numpy as np

        entries = np.zeros(len(plan.surfaces), np.int64)
        for words in vocabularies:
            entries[_places(plan, words)] += words.entries
        of_terms = np.bincount(plan.terms, entries, len(plan.stems)).tolist()
        cuts = [0]
        held = start = 0
        for term, (end, number) in enumerate(zip(plan.ends.tolist(), of_terms, strict=True)):
            if held and (held + number > SLICE_ENTRIES or end - start > SLICE_SURFACES):
                cuts.append(term)
                held, start = 0, int(plan.ends[term - 1])
            held += number
        return [*cuts, len(plan.stems)]

    def _deal_out(
        self,
        plan: _Plan,
        cuts: Sequence[int],
        vocabularies: Sequence[Words],
        bases: Mapping[int, tuple[int, int, int]],
    ) -> list[Dealt]:
        """Let every worker divide its entries among the slices."""
        import numpy as np

        of_slice = (np.searchsorted(cuts, plan.terms, side="right") - 1).astype(np.uint16)
        firsts = np.concatenate([[0], plan.ends])[cuts[:-1]]
        rank = np.zeros(len(plan.surfaces), np.int64)
        rank[plan.order] = np.arange(len(plan.surfaces))
        place = (rank - firsts[of_slice]).astype(np.uint16)

        def call(worker: int, words: Words) -> Call:
            own = _places(plan, words)
            arguments = (of_slice[own].tobytes(), place[own].tobytes(), len(cuts) - 1, dict(bases))
            return Call("deal_out", arguments, worker)

        calls = [call(worker, words) for worker, words in enumerate(vocabularies)]
        return [answer.value for answer in self._crew.run(calls)]

    def _pack(
        self, plan: _Plan, cuts: Sequence[int], dealt: Sequence[Dealt], writer: IndexWriter
    ) -> tuple[list[int], list[int]]:
        """Write all postings; tell in how many articles, and body chunks, each surface form counts."""
        import numpy as np

        averages = writer.counts().averages
        ends = [0, *plan.ends.tolist()]

        def call(number: int, first: int, last: int) -> Call:
            places = plan.order[ends[first] : ends[last]]
            terms, forms = plan.terms[places] - np.uint32(first), plan.forms[places]
            columns = terms.astype(np.uint16).tobytes(), forms.astype(np.uint16).tobytes()
            return Call("pack", (Slice(last - first, *columns), [segments[number] for segments in dealt], averages))

        self._progress.stage("Writing", len(cuts) - 1)
        ranges = list(pairwise(cuts))
        articles, chunks = np.zeros(len(plan.surfaces), np.int64), np.zeros(len(plan.surfaces), np.int64)
        calls = (call(number, *terms) for number, terms in enumerate(ranges))
        for (first, last), answer in zip(ranges, self._crew.run(calls), strict=True):
            packed: Packed = answer.value
            rows = _term_rows(plan, ends, first, packed)
            writer.add_terms(rows, ((first + term, article, data) for term, article, data in packed.blocks))
            places = plan.order[ends[first] : ends[last]]
            articles[places], chunks[places] = packed.surface_articles, packed.surface_chunks
            self._progress.advance()
        return articles.tolist(), chunks.tolist()


def _term_rows(plan: _Plan, ends: Sequence[int], first: int, packed: Packed) -> Iterator[TermRow]:
    for term, counts in enumerate(zip(packed.term_articles, packed.term_chunks, strict=True), start=first):
        forms = plan.order[ends[term] : ends[term + 1]].tolist()
        yield TermRow(term, plan.stems[term], *counts, "\n".join(plan.surfaces[place] for place in forms))


def _places(plan: _Plan, words: Words) -> "Numbers":
    """Give the place among all surface forms of each that a worker has counted."""
    import numpy as np

    return np.array([plan.places[surface] for surface in words.surfaces], np.int64)


def _write_texts(parts: Path, writer: IndexWriter) -> None:
    """Leave for the workers what postings need to know of the texts."""
    import numpy as np

    representatives = np.array(writer.representatives, np.uint32)
    np.savez(
        parts / TEXTS_FILE,
        chunk_articles=np.array(writer.chunk_articles, np.uint32),
        boilerplate_articles=np.array(writer.boilerplate_articles, np.uint32),
        is_copy=representatives != np.arange(len(representatives)),
        article_lengths=np.array(writer.article_lengths, np.uint32),
        body_lengths=np.minimum(np.array(writer.body_lengths, np.uint32), LONGEST).astype(np.uint16),
    )
