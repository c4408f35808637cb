"""The index as it is written: rows in order, beside the old index, and in its place only when the new one is whole."""

import json
import os
from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, count, repeat, starmap
from operator import eq
from pathlib import Path
from typing import Any, NamedTuple

from carikm.corpus.article import readable_lines
from carikm.corpus.files import Skipped, SourceFile
from carikm.corpus.lines import split_lines
from carikm.corpus.mojibake import Repair, repaired
from carikm.corpus.recurring import learnable, line_keys
from carikm.errors import IndexDamaged
from carikm.index.bits import copies_among, first_chunks_of
from carikm.index.blocks import Averages, average
from carikm.index.copies import Sketch
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.index.format import (
    BOILERPLATE_BASE,
    INDEX_FILE,
    JOURNAL,
    KINDS_OF_FACTS,
    LONGEST,
    RULES,
    SCHEMA,
    TEXT,
    UNFINISHED,
    block_id,
    connect,
    day_number,
    storable,
)
from carikm.index.journal import break_seal
from carikm.index.learning import Boilerplate, Recurrence
from carikm.index.location import as_named, command_at
from carikm.index.new_rows import (
    ArticleValues,
    Chunks,
    ChunkValues,
    LearnedRow,
    SurfaceRow,
    TermRow,
    article_row,
    chunk_row,
    definition_row,
    folder_row,
    insertion,
    learned_row,
    learning_row,
    lines_row,
    skipped_row,
)
from carikm.index.shingles import looked_up, shingle_rows
from carikm.index.texts import Unpacker
from carikm.index.weights import LEAD_LENGTH
from carikm.index.written import Written


class NewArticle(NamedTuple):
    """What there is to write of an article beside its chunks; `copy_of` is the article that stands for its group."""

    source: SourceFile
    name: str
    values: ArticleValues
    keys: "array[int]"
    sketch: Sketch
    copy_of: int | None


class Counts(NamedTuple):
    """What counts in an index: articles that are no copies, their tokens, body chunks, and tokens of leads.

    `averages` are the lengths that follow; that of an article is the ranking model's.
    """

    articles: int
    tokens: int
    chunks: int
    leads: int
    averages: Averages


class IndexWriter:
    """Writes one index: articles in the order of their paths, with their chunks; terms; then `finish`.

    Until `finish` returns, the folder's published index stays as it is; leaving the `with` block without it
    removes what was begun.
    """

    def __init__(self, folder: Path, dictionary: bytes = b"", corrections: Corrections = NO_CORRECTIONS) -> None:
        """Begin an index in `folder`, whose texts are compressed with `dictionary`."""
        self._folder = folder
        self._unfinished = folder / UNFINISHED
        self._corrections = corrections
        self._dictionary = dictionary
        self.articles = 0
        # By chunks: lengths in tokens, articles. By articles: first chunks, and what facts keep of each.
        self.body_lengths = array("I")
        self.boilerplate_lengths = array("I")
        self.chunk_articles = array("I")
        self.boilerplate_articles = array("I")
        self.article_lengths = array("I")
        self.representatives = array("I")
        self._article_starts = array("I")
        self._boilerplate_starts = array("I")
        self._article_days = array("I")
        self._article_outlets: list[str | None] = []
        self._origins: dict[tuple[str, str], int] = {}
        self._waiting: list[tuple[int, int, ChunkValues]] = []
        # Of millions of numbers: columns, since a tuple for each row would take ten times the room.
        self._line_articles = array("q"), array("I")
        self._shingles = array("I"), array("I")
        self._terms = 0

    def __enter__(self) -> "IndexWriter":
        try:
            self._unfinished.unlink(missing_ok=True)
            # The file is private until it is renamed: no journal, no syncing before the end.
            self._connection = connect(self._unfinished, is_new=True)
            self._connection.execute("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; " + SCHEMA).fetchall()
            self._connection.execute("BEGIN")
        except BaseException:
            self._unfinished.unlink(missing_ok=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._unfinished.unlink(missing_ok=True)

    def add(self, articles: Sequence[NewArticle], chunks: Chunks) -> None:
        """Enter articles, in order, with all their chunks."""
        body, boilerplate = len(self.body_lengths), len(self.boilerplate_lengths)
        numbered = enumerate(chunks.body, start=body)
        rows = (chunk_row(id, self.articles + chunk.article, chunk) for id, chunk in numbered)
        self._enter("chunks", rows)
        # They are written behind all body chunks, so that the table grows at its end alone.
        self._waiting += zip(repeat(self.articles), count(boilerplate + BOILERPLATE_BASE), chunks.boilerplate)
        self.body_lengths.extend(chunks.body_lengths)
        self.boilerplate_lengths.extend(chunks.boilerplate_lengths)
        self.chunk_articles.extend(self.articles + chunk.article for chunk in chunks.body)
        self.boilerplate_articles.extend(self.articles + chunk.article for chunk in chunks.boilerplate)
        self._enter("definitions", (definition_row(found, body + found.chunk) for found in chunks.definitions))
        self._enter("articles", self._article_rows(articles, body, boilerplate))
        with_numbers = list(enumerate(articles, start=self.articles))
        self._enter("lines", (lines_row(number, article.keys) for number, article in with_numbers))
        for number, article in with_numbers:
            _add_rows(self._line_articles, learnable(article.keys), number)
            _add_rows(self._shingles, looked_up(article.sketch.shingles), number)
        self.articles += len(articles)

    def _article_rows(self, articles: Sequence[NewArticle], body: int, boilerplate: int) -> Iterator[list[Any]]:
        for number, article in enumerate(articles, start=self.articles):
            source, values = article.source, article.values
            ends = body + values.body, boilerplate + values.boilerplate
            self._article_starts.append(body)
            self._boilerplate_starts.append(BOILERPLATE_BASE + boilerplate)
            self.article_lengths.append(sum(self.body_lengths[body : ends[0]]))
            self.representatives.append(number if article.copy_of is None else article.copy_of)
            self._article_days.append(day_number(values.date[0] if values.date else None))
            self._article_outlets.append(values.outlet[0] if values.outlet else None)
            yield article_row(number, article.name, source, values, (body, boilerplate), self._origin)
            body, boilerplate = ends

    def _origin(self, how: str, certainty: str) -> int:
        return self._origins.setdefault((how, certainty), len(self._origins))

    def _enter(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        self._connection.executemany(insertion(table), rows)

    def end_chunks(self) -> None:
        """Write what waits for all body chunks to be written."""
        rows = (chunk_row(id, article + chunk.article, chunk) for article, id, chunk in self._waiting)
        self._enter("chunks", rows)
        self._waiting.clear()

    def counts(self) -> Counts:
        """Tell what counts: copies have no part in it."""
        from carikm.index.model import RankingModel  # numpy: no update needs it

        is_counted = bytes(map(eq, self.representatives, count()))
        lengths = list(compress(self.article_lengths, is_counted))
        tokens, chunks = sum(lengths), sum(map(is_counted.__getitem__, self.chunk_articles))
        leads = sum(min(length, LEAD_LENGTH) for length in lengths)
        article = RankingModel.from_frequencies({}, lengths).avgdl
        averages = Averages(article, average(tokens, chunks), average(leads, len(lengths)))
        return Counts(len(lengths), tokens, chunks, leads, averages)

    def add_learned(self, boilerplate: Boilerplate) -> None:
        """Enter the lines that were learned to be boilerplate, and what they were learned from, behind all chunks."""
        self._enter(
            "learning",
            (
                learning_row(group, articles, margins.packed())
                for group, (articles, margins) in boilerplate.grounds.items()
            ),
        )
        for number, line in enumerate(boilerplate.recurrences()):
            found = LearnedRow(line.group, line.key, line.at_head, self._as_written(line), line.articles, line.example)
            self._connection.execute(insertion("learned"), learned_row(number, found))

    def _as_written(self, line: Recurrence) -> str:
        """Find a learned line among the boilerplate of an article that has it."""
        unpacker = Unpacker(self._dictionary)
        start = self._boilerplate_starts[line.example]
        last = line.example + 1 == self.articles
        end = BOILERPLATE_BASE + len(self.boilerplate_lengths) if last else self._boilerplate_starts[line.example + 1]
        for data, packed in self._connection.execute(
            "SELECT text, repairs FROM chunks WHERE id >= ? AND id < ? ORDER BY id", [start, end]
        ):
            text = unpacker.unpack(data)
            repairs = [Repair(*repair) for repair in json.loads(packed)] if packed else []
            for written in (repaired(text, repairs).text, *readable_lines(text, split_lines(text), repairs)):
                if line.key in line_keys([written]):
                    return written
        raise IndexDamaged(
            f"The index in {self._folder} is damaged: a line was counted that is not there.",
            f"Build it anew: {command_at(self._folder, 'carikm index --rebuild')}",
        )

    def add_terms(self, terms: Iterable[TermRow], blocks: Iterable[tuple[int, int, bytes]]) -> None:
        """Enter terms and their blocks (term, first article, bytes), each in order."""
        before = self._connection.total_changes()
        self._enter("terms", terms)
        self._terms += self._connection.total_changes() - before
        rows = ((block_id(term, first), data) for term, first, data in blocks)
        self._enter("postings", rows)

    def add_surfaces(self, surfaces: Iterable[SurfaceRow]) -> None:
        """Enter surface forms, in alphabetical order."""
        self._enter("surfaces", surfaces)

    def finish(self, corpus: Path, built_ns: int, skipped: Iterable[Skipped], folders: Mapping[str, int]) -> Written:
        """Put the index into the place of the old one.

        Args:
            corpus: the corpus folder.
            built_ns: when the folder was scanned, in ns since 1970.
            skipped: the files left out.
            folders: the corpus's folders and when each was last changed.
        """
        outlets = {name: number for number, name in enumerate(sorted(filter(None, {*self._article_outlets})), start=1)}
        self._enter("origins", ((id, how, sure) for (how, sure), id in self._origins.items()))
        self._enter("skipped", map(skipped_row, skipped))
        self._enter("folders", starmap(folder_row, folders.items()))
        self._enter("outlets", ((number, name) for name, number in outlets.items()))
        self._enter("line_articles", sorted(zip(*self._line_articles, strict=True)))
        self._enter("shingles", shingle_rows(*self._shingles))
        for name, value in self._facts(corpus, built_ns, outlets).items():
            placeholder = TEXT if KINDS_OF_FACTS.get(name) == "n" else "?"
            self._connection.execute(f"INSERT INTO facts VALUES (?, {placeholder})", [name, value])
        self._connection.execute("COMMIT")
        self._connection.close()
        self._publish()
        return Written(
            self.articles,
            len(self.body_lengths) + len(self.boilerplate_lengths),
            len(self.boilerplate_lengths),
            self._terms,
            (self._folder / INDEX_FILE).stat().st_size,
        )

    def _facts(self, corpus: Path, built_ns: int, outlets: Mapping[str, int]) -> dict[str, object]:
        """Give what is known of the whole archive: all of `carikm.index.format.FACTS`."""
        words, counts = sum(self.body_lengths), self.counts()
        return {
            "rules": RULES,
            "corpus": storable(os.path.relpath(as_named(corpus), os.path.realpath(self._folder))),
            "label": storable(as_named(corpus).name),
            "built_ns": built_ns,
            "corrections": self._corrections.indexed(),
            "articles": self.articles,
            "words": words + sum(self.boilerplate_lengths),
            "terms": self._terms,
            "slots": self.articles,
            "body_chunks": len(self.body_lengths),
            "boilerplate_chunks": len(self.boilerplate_lengths),
            "body_words": words,
            "counted_articles": counts.articles,
            "counted_tokens": counts.tokens,
            "counted_chunks": counts.chunks,
            "counted_leads": counts.leads,
            "bounds_averages": json.dumps(counts.averages),
            "dictionary": self._dictionary,
            "chunk_articles": self.chunk_articles.tobytes(),
            "article_order": array("I", range(self.articles)).tobytes(),
            "article_starts": self._article_starts.tobytes(),
            "boilerplate_starts": self._boilerplate_starts.tobytes(),
            "article_lengths": self.article_lengths.tobytes(),
            "article_days": self._article_days.tobytes(),
            "article_outlets": array("I", (outlets[name] if name else 0 for name in self._article_outlets)).tobytes(),
            "representatives": self.representatives.tobytes(),
            "copies": copies_among(self.representatives),
            "first_chunks": first_chunks_of(self._article_starts, len(self.body_lengths)),
            "body_lengths": _short(self.body_lengths),
            "boilerplate_lengths": _short(self.boilerplate_lengths),
        }

    def _publish(self) -> None:
        """Make the file durable, then let it take the old one's place in a single step."""
        with self._unfinished.open("rb+") as stream:
            os.fsync(stream.fileno())
        journal = self._folder / JOURNAL
        if journal.exists():
            # Of an update that was killed, and could not be taken back. It would be played back into the new file; and
            # without it, the old one is a mixture.
            (self._folder / INDEX_FILE).unlink(missing_ok=True)
            journal.unlink()
        break_seal(self._folder)
        if (self._folder / INDEX_FILE).is_dir():
            (self._folder / INDEX_FILE).rmdir()  # if it is empty
        self._unfinished.replace(self._folder / INDEX_FILE)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _add_rows(columns: "tuple[array[int], array[int]]", values: Collection[int], number: int) -> None:
    """Add values to the first of two columns, and beside each a number to the second."""
    columns[0].extend(values)
    columns[1].extend(repeat(number, len(values)))


def _short(lengths: Iterable[int]) -> bytes:
    return array("H", (min(length, LONGEST) for length in lengths)).tobytes()
