"""What one of several workers does in a whole build, with the share of the archive that it has read.

It reads files and hands back what decides on other articles: the keys of lines and sketches. Drafts wait on disk until
it is known what is boilerplate and what is a copy. Then it cuts them into chunks, compresses texts and counts words,
and once the terms are known, packs postings, whoever counted them.
"""

import marshal
from array import array
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from carikm.analysis.stems import stem
from carikm.corpus import BODY
from carikm.corpus.article import Article, Chunk, Draft, finish_article, unpack_draft
from carikm.corpus.files import Skipped, SourceFile, Unreadable, read_bytes
from carikm.corpus.recurring import Learned
from carikm.index.building import runs
from carikm.index.building.counting import Entries, WordCounter
from carikm.index.building.postings import Texts, distinct, pack_terms, sort_entries
from carikm.index.contribution import definitions_in
from carikm.index.copies import Sketch, sketched_of, sketches
from carikm.index.corrected_drafts import read_corrected
from carikm.index.corrections import Corrections
from carikm.index.new_rows import ArticleValues, Chunks, Defined, article_values, chunk_values
from carikm.index.texts import Packer, train
from carikm.index.weights import LEAD_LENGTH

if TYPE_CHECKING:
    import numpy as np

    from carikm.index.blocks import Averages

TEXTS_FILE = "texts.npz"


class Archive(NamedTuple):
    """What every worker must know: the corpus folder, the user's corrections, and a folder for what waits on disk."""

    corpus: Path
    corrections: Corrections
    parts: Path


class Read(NamedTuple):
    """What is known of an article as soon as it is read."""

    source: SourceFile
    outlet: str | None
    keys: "array[int]"


class Batch(NamedTuple):
    """What was read of some files: each an article or skipped, the articles' sketches, and for a sample texts."""

    found: list[Read | Skipped]
    sketches: list[Sketch]
    sample: list[str]


class Cut(NamedTuple):
    """A batch's articles as they are to be written, and their chunks."""

    articles: list[ArticleValues]
    chunks: Chunks


class Words(NamedTuple):
    """The surface forms a worker has counted, the entries of each, and how words are written."""

    surfaces: list[str]
    entries: "np.ndarray[tuple[int], np.dtype[np.int64]]"
    capitalised: dict[str, int]
    as_written: dict[str, int]


class Slice(NamedTuple):
    """Some terms, `size` of them, with the term (counted from 0) and the form of each place, in 16 bits."""

    size: int
    terms: bytes
    forms: bytes


class Packed(NamedTuple):
    """A slice's blocks (term, first article, bytes), and in how many articles and body chunks its words count."""

    blocks: list[tuple[int, int, bytes]]
    term_articles: list[int]
    term_chunks: list[int]
    surface_articles: list[int]
    surface_chunks: list[int]


Dealt = list[list[list[runs.Segment]]]


class Share:
    """One worker's share of a whole build."""

    def __init__(self, archive: Archive, number: int) -> None:
        self._archive = archive
        self._number = number
        self._drafts = (archive.parts / f"{number}.drafts").open("w+b")
        # For each batch, where its drafts begin, and the size of each.
        self._places: dict[int, tuple[int, array[int]]] = {}
        self._words = WordCounter()
        self._entries = runs.Gathered(archive.parts / f"{number}.entries")
        self._packer = Packer(b"")
        self._texts: Texts | None = None

    def close(self) -> None:
        """Let go of all files."""
        self._drafts.close()
        self._entries.close()

    def read(self, batch: int, files: Sequence[SourceFile], sampled: Sequence[int]) -> Batch:
        """Read the files of a batch; of those at the places in `sampled` give the texts too."""
        texts: list[tuple[str, str]] = []
        found = [self._read(file, texts) for file in files]
        sketched = sketches(texts)
        sample: list[str] = []
        for place in sampled:
            entry = found[place]
            if not isinstance(entry, Skipped):
                sample += [chunk.text for chunk in finish_article(*entry).chunks]
        sizes = array("Q")
        self._places[batch] = self._drafts.tell(), sizes
        listed: list[Read | Skipped] = []
        for entry in found:
            if isinstance(entry, Skipped):
                listed.append(entry)
                continue
            source, draft = entry
            packed = marshal.dumps((tuple(source), draft.keys.tobytes(), draft.packed()))
            sizes.append(self._drafts.write(packed))
            outlet = draft.metadata.outlet.value if draft.metadata.outlet else None
            listed.append(Read(source, outlet, draft.keys))
        return Batch(listed, sketched, sample)

    def _read(self, file: SourceFile, texts: list[tuple[str, str]]) -> tuple[SourceFile, Draft] | Skipped:
        """Read a file; if it is an article, put into `texts` what its sketch is made of."""
        archive = self._archive
        try:
            raw, source = read_bytes(archive.corpus, file, archive.corrections.largest_file)
            draft = read_corrected(raw, source.path, archive.corrections)
            texts.append(sketched_of(draft))
            return source, draft._replace(own=())  # of a text of short lines they would take most of the room
        except Unreadable as error:
            judged = (0, 0) if error.for_now else (file.size, file.mtime_ns)
            return Skipped(file.path, str(error), *judged)

    def train(self, sample: Sequence[str]) -> bytes:
        """Make the dictionary for compressing texts."""
        return train(sample)

    def use(self, dictionary: bytes) -> None:
        """Compress texts with this dictionary from now on."""
        self._packer = Packer(dictionary)

    def cut(self, batch: int, learned: Sequence[Learned], is_copy: Sequence[bool]) -> Cut:
        """Cut the articles of a batch into chunks, and count their words.

        Args:
            batch: its number, as `read` was told.
            learned: what is boilerplate in each article.
            is_copy: of each article, whether it is one.
        """
        articles = list(self._finished(batch, learned))
        of_body = _texts_of(articles, is_body=True)
        of_page = _texts_of(articles, is_body=False)
        body_lengths = self._count_body(batch, of_body, is_copy)
        page = self._words.count([text for _, _, text in of_page])
        self._entries.add(batch, runs.BOILERPLATE, page.entries)
        words = [0] * len(articles)
        page_lengths = page.lengths.tolist()
        for texts, lengths in ((of_body, body_lengths), (of_page, page_lengths)):
            for (place, _, _), length in zip(texts, lengths, strict=True):
                words[place] += length
        definitions = [
            Defined(number, found.short_key, found.long_key, found.short, found.long)
            for number, (place, _, text) in enumerate(of_body)
            if not is_copy[place]
            for found in definitions_in(text)
        ]
        return Cut(
            [article_values(article, count) for article, count in zip(articles, words, strict=True)],
            Chunks(
                [chunk_values(place, chunk, self._packer) for place, chunk, _ in of_body],
                [chunk_values(place, chunk, self._packer) for place, chunk, _ in of_page],
                body_lengths,
                page_lengths,
                definitions,
            ),
        )

    def _finished(self, batch: int, learned: Sequence[Learned]) -> Iterable[Article]:
        offset, sizes = self._places.pop(batch)
        self._drafts.seek(offset)
        for size, lines in zip(sizes, learned, strict=True):
            source, keys, packed = marshal.loads(self._drafts.read(size))  # noqa: S302  # our own
            yield finish_article(SourceFile(*source), unpack_draft(packed, array("q", keys)), learned=lines)

    def _count_body(self, batch: int, texts: "_Texts", is_copy: Sequence[bool]) -> list[int]:
        """Count the words of body chunks and of leads, and how they are written; give the chunks' lengths."""
        import numpy as np

        body = self._words.count([text for _, _, text in texts])
        self._entries.add(batch, runs.BODY, body.entries)
        article_of = np.repeat(np.array([place for place, _, _ in texts], np.uint32), body.lengths)
        leads = self._words.count_first(body.tokens, article_of, LEAD_LENGTH)
        self._entries.add(batch, runs.LEADS, leads)
        counts = ~np.array(is_copy, bool)
        counted = body.tokens[counts[article_of]] if len(article_of) else body.tokens
        self._words.note_writing((text for place, _, text in texts if not is_copy[place]), counted)
        lengths: list[int] = body.lengths.tolist()
        return lengths

    def words(self) -> Words:
        """Tell which words were counted."""
        words = self._words
        entries = self._entries.frequencies(len(words.surfaces))
        return Words(words.surfaces, entries, dict(words.capitalised), words.as_written())

    def stem(self, surfaces: Sequence[str]) -> list[str]:
        """Stem words."""
        return [stem(surface) for surface in surfaces]

    def deal_out(self, slices: bytes, places: bytes, number: int, bases: dict[int, Sequence[int]]) -> Dealt:
        """Divide the entries counted among slices; see `carikm.index.building.runs.Gathered.deal_out`."""
        import numpy as np

        self._words = WordCounter()
        self._drafts.close()
        of_slice, place = np.frombuffer(slices, np.uint16), np.frombuffer(places, np.uint16)
        return self._entries.deal_out(self._archive.parts / f"{self._number}.slices", of_slice, place, number, bases)

    def pack(self, terms: Slice, segments: Sequence[Sequence[Sequence[runs.Segment]]], averages: "Averages") -> Packed:
        """Pack the postings of a slice.

        Args:
            terms: the slice.
            segments: by workers and kinds, where their files have its entries.
            averages: the average lengths of what counts.
        """
        import numpy as np

        texts = self._all_texts(averages)
        term_of, form_of = np.frombuffer(terms.terms, np.uint16), np.frombuffer(terms.forms, np.uint16)
        streams = [(self._archive.parts / f"{worker}.slices").open("rb") for worker in range(len(segments))]
        try:
            of_kinds = []
            for kind in range(runs.KINDS):
                own = [(stream, kinds[kind]) for stream, kinds in zip(streams, segments, strict=True)]
                columns = runs.read_slice(own)
                surfaces = columns.surfaces
                if kind == runs.BODY:
                    counted = ~texts.is_copy[texts.chunk_articles[columns.texts]]
                    of_surfaces = Entries(columns.texts[counted], surfaces[counted], surfaces[counted])
                of_kinds.append(sort_entries(term_of[surfaces], columns.texts, form_of[surfaces], columns.occurrences))
        finally:
            for stream in streams:
                stream.close()
        body, leads, boilerplate = of_kinds
        counted = ~texts.is_copy[texts.chunk_articles[body.texts]]
        articles = texts.chunk_articles
        return Packed(
            list(pack_terms(body, leads, boilerplate, texts, terms.size)),
            distinct(body.terms[counted], articles[body.texts[counted]], terms.size),
            distinct(body.terms[counted], body.texts[counted], terms.size),
            distinct(of_surfaces.surfaces, articles[of_surfaces.texts], len(term_of)),
            distinct(of_surfaces.surfaces, of_surfaces.texts, len(term_of)),
        )

    def _all_texts(self, averages: "Averages") -> Texts:
        import numpy as np

        if self._texts is None:
            with np.load(self._archive.parts / TEXTS_FILE) as arrays:
                self._texts = Texts(**arrays, averages=averages)
        return self._texts


_Texts = list[tuple[int, Chunk, str]]


def _texts_of(articles: Sequence[Article], *, is_body: bool) -> _Texts:
    """List the chunks of a kind, each with its article's place and its text with repairs."""
    return [
        (place, chunk, chunk.readable)
        for place, article in enumerate(articles)
        for chunk in article.chunks
        if (chunk.kind == BODY) == is_body
    ]
