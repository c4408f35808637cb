"""The index as it is written: beside the old one, and in its place only when it is whole."""

import json
import os
import sqlite3
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import astuple, dataclass
from itertools import compress
from operator import not_
from pathlib import Path, PurePosixPath
from typing import Any

from carikm.analysis.acronyms import find_definitions
from carikm.corpus import BODY
from carikm.corpus.article import Article, Chunk, readable_lines
from carikm.corpus.files import Skipped, SourceFile
from carikm.corpus.lines import split_lines
from carikm.corpus.metadata import Found
from carikm.corpus.mojibake import Repair, repaired
from carikm.corpus.recurring import learnable, line_keys
from carikm.errors import IndexDamaged
from carikm.index.blocks import Averages, Block, average
from carikm.index.copies import Sketch
from carikm.index.corrections import NO_CORRECTIONS, Corrections
from carikm.index.format import (
    BOILERPLATE_BASE,
    INDEX_FILE,
    LEAD_BASE,
    LONGEST,
    RULES,
    SCHEMA,
    block_id,
    day_number,
    storable,
)
from carikm.index.learning import Boilerplate, Recurrence
from carikm.index.postings import PostingsBuilder, Texts
from carikm.index.reader import IndexReader
from carikm.index.rows import Origin, StoredArticle, StoredChunk
from carikm.index.shingles import shingle_rows
from carikm.index.texts import Packer, Unpacker, train
from carikm.index.weights import LEAD_LENGTH

_MOST_OCCURRENCES = 1 << 53
# The dictionary of texts is trained on so many chunks.
_SAMPLED = 6_000
UNFINISHED = INDEX_FILE + ".new"


@dataclass(frozen=True, slots=True)
class Written:
    """The size of a finished index."""

    articles: int
    chunks: int
    boilerplate_chunks: int
    words: int
    terms: int
    bytes: int


class IndexWriter:
    """Writes one index: articles in the order of their paths, then `finish`.

    Until `finish` returns, the folder's published index stays as it is; leaving the `with` block without it
    removes what was begun.
    """

    def __init__(self, folder: Path, names: Mapping[str, str], corrections: Corrections = NO_CORRECTIONS) -> None:
        """Begin an index in `folder`; `names` gives each path's article id."""
        self._folder = folder
        self._names = names
        self._unfinished = folder / UNFINISHED
        self._corrections = corrections
        self._postings = PostingsBuilder(corrections.stems)
        self._body_lengths = array("I")
        self._boilerplate_lengths = array("I")
        # Of each body chunk, whether it is a copy's.
        self._of_copies = bytearray()
        self._chunk_articles = array("I")
        self._dictionary = b""
        self._article_starts = array("I")
        self._boilerplate_starts = array("I")
        self._article_lengths = array("I")
        self._article_days = array("I")
        self._article_outlets: list[str | None] = []
        self._representatives = array("I")
        self._articles = 0
        self._shingles: list[bytes] = []
        self._origins: dict[tuple[str, str], int] = {}
        self._sample: list[tuple[list[Any], str]] = []
        self._packer: Packer | None = None
        self._moved: dict[int, int] = {}
        # The old numbers of articles that were taken over, and that the old index's statistics and this one's count.
        self._still_counted: set[int] = set()
        self._counted_in_old: bytes | None = None

    def __enter__(self) -> "IndexWriter":
        try:
            self._unfinished.unlink(missing_ok=True)
            # The file is private until it is renamed: no journal, no syncing before the end.
            self._connection = sqlite3.connect(self._unfinished, isolation_level=None)
            self._connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; " + SCHEMA)
            self._connection.execute("BEGIN")
        except BaseException:
            self._unfinished.unlink(missing_ok=True)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()
        self._unfinished.unlink(missing_ok=True)

    def add(self, article: Article, keys: "array[int]", sketch: Sketch, copy_of: int | None = None) -> int:
        """Enter an article that was just read.

        Args:
            article: the article.
            keys: those of its lines.
            sketch: its sketch.
            copy_of: the number of the article that stands for its group; None where it does so itself.

        Returns:
            Its number in this index.
        """
        self._representatives.append(self._articles if copy_of is None else copy_of)
        first_ids = self._next_ids()
        words = 0
        lead: list[str] = []
        for chunk in article.chunks:
            id = self._next_id(chunk.kind)
            readable = chunk.readable
            tokens = self._postings.add_chunk(id, readable, is_copy=copy_of is not None)
            self._insert_chunk(id, chunk, len(tokens))
            words += len(tokens)
            if chunk.kind == BODY:
                lead += tokens[: LEAD_LENGTH - len(lead)]
                if copy_of is None:
                    self._insert_definitions(id, readable)
        self._postings.add_lead(self._articles, lead)
        metadata = article.metadata
        self._insert_article(
            article.source,
            first_ids,
            day_number(metadata.date.value if metadata.date else None),
            [
                bytes.fromhex(article.sha256),
                article.encoding,
                article.title,
                *self._origin(metadata.headline),
                *self._value(metadata.outlet),
                *self._value(metadata.dateline),
                *self._value(metadata.author),
                *self._value(metadata.date),
                len(article.chunks),
                words,
            ],
            metadata.outlet.value if metadata.outlet else None,
            keys,
            sketch,
        )
        return self._articles - 1

    def carry_over(
        self,
        old: IndexReader,
        article: StoredArticle,
        source: SourceFile,
        lengths: Sequence[Sequence[int]],
        keys: "array[int]",
        sketch: Sketch,
        copy_of: int | None = None,
    ) -> int:
        """Take an unchanged article over from another index; its postings follow with `carry_over_postings`.

        Args:
            old: the index that knows the article.
            article: the article there.
            source: its file as it is now.
            lengths: `old.lengths()`.
            keys: those of its lines.
            sketch: its sketch.
            copy_of: the number of the article that stands for its group here; None where it does so itself.

        Returns:
            Its number in this index.
        """
        self._representatives.append(self._articles if copy_of is None else copy_of)
        first_ids = self._next_ids()
        self._moved[LEAD_BASE + article.id] = LEAD_BASE + self._articles
        for chunk in old.chunks_of(article.id):
            id = self._next_id(chunk.kind)
            self._moved[chunk.id] = id
            try:
                length = lengths[0][chunk.id] if chunk.kind == BODY else lengths[1][chunk.id - BOILERPLATE_BASE]
            except IndexError as error:
                raise old.damaged(f"a chunk {chunk.id} without a length") from error
            self._insert_chunk(id, chunk, length)
        if copy_of is None:
            self._count(old, article.id)
        try:
            day = day_number(article.date)
        except ValueError as error:
            raise old.damaged(f"the date {article.date!r:.80}") from error
        self._insert_article(
            source,
            first_ids,
            day,
            [
                bytes.fromhex(article.sha256),
                article.encoding,
                article.title,
                *self._origin(article.headline_origin),
                article.outlet,
                *self._origin(article.outlet_origin),
                article.dateline,
                *self._origin(article.dateline_origin),
                article.author,
                *self._origin(article.author_origin),
                article.date,
                *self._origin(article.date_origin),
                article.chunks,
                article.words,
            ],
            article.outlet,
            keys,
            sketch,
        )
        return self._articles - 1

    def _count(self, old: IndexReader, article: int) -> None:
        """Let the statistics count an article that was taken over: one that was a copy, as if it were new."""
        counted_before = self._counted_before(old)
        if not 0 <= article < len(counted_before):
            raise old.damaged(f"an article {article} of {len(counted_before)}")
        if counted_before[article]:
            self._still_counted.add(article)
            return
        for chunk, readable in old.body_texts_of(article):
            self._postings.count_writing(readable)
            self._insert_definitions(self._moved[chunk.id], readable)

    def _counted_before(self, old: IndexReader) -> bytes:
        if self._counted_in_old is None:
            self._counted_in_old = bytes(
                article == representative for article, representative in enumerate(old.representatives())
            )
        return self._counted_in_old

    def carry_over_postings(self, old: IndexReader) -> None:
        """Take over the postings, and the stems, of all articles that were carried over."""
        moved = self._moved
        for term in old.terms():
            forms = [found for form in term.forms if (found := old.surface(form)) is not None]
            if len(forms) != len(term.forms):
                raise old.damaged(f"forms of {term.stem!r} that are not there")
            by_form: list[tuple[list[int], list[int]]] = [([], []) for _ in forms]
            for chunk, occurrences, form in _checked(old, old.postings(term.id), len(forms)):
                if (id := moved.get(chunk)) is not None:
                    by_form[form][0].append(id)
                    by_form[form][1].append(occurrences)
            for surface, (chunks, counts) in zip(forms, by_form, strict=True):
                if not 0 <= surface.lower + surface.capitalised < _MOST_OCCURRENCES:
                    raise old.damaged(f"{surface.lower} occurrences of a word")
                self._postings.add_counts(surface.surface, surface.capitalised, surface.lower)
                if chunks:
                    stem = None if surface.decided else term.stem
                    self._postings.add_entries(surface.surface, stem, chunks, counts)
        for article, was_counted in enumerate(self._counted_before(old)):
            if was_counted and article not in self._still_counted:
                for _, readable in old.body_texts_of(article):
                    self._postings.forget_writing(readable)

    def carry_over_definitions(self, old: IndexReader) -> None:
        """Take over the definitions of short forms from all articles that were carried over, and are no copies."""
        for definition in old.definitions():
            if (id := self._moved.get(definition.chunk)) is not None and not self._of_copies[id]:
                self._insert_definition(*definition._replace(chunk=id))

    def _insert_definitions(self, chunk: int, text: str) -> None:
        for found in find_definitions(text):
            self._insert_definition(found.short_key, found.long_key, chunk, found.short, found.long)

    def _insert_definition(self, short_key: str, long_key: str, chunk: int, short: str, long: str) -> None:
        """Enter a definition; of several in one chunk the first counts."""
        row = [short_key, long_key, chunk, short, long]
        self._connection.execute("INSERT OR IGNORE INTO definitions VALUES (?, ?, ?, ?, ?)", row)

    def _value(self, found: Found | None) -> tuple[str | None, int | None, int | None]:
        return (None, None, None) if found is None else (found.value, *self._origin(found))

    def _origin(self, found: Found | Origin | None) -> tuple[int | None, int | None]:
        if found is None:
            return None, None
        return found.line, self._origins.setdefault((found.how, found.certainty), len(self._origins))

    def _next_ids(self) -> tuple[int, int]:
        return len(self._body_lengths), BOILERPLATE_BASE + len(self._boilerplate_lengths)

    def _next_id(self, kind: str) -> int:
        body, boilerplate = self._next_ids()
        return body if kind == BODY else boilerplate

    def _insert_chunk(self, id: int, chunk: Chunk | StoredChunk, length: int) -> None:
        (self._body_lengths if chunk.kind == BODY else self._boilerplate_lengths).append(length)
        if chunk.kind == BODY:
            self._of_copies.append(self._representatives[-1] != self._articles)
        self._chunk_articles.extend([self._articles] * (chunk.kind == BODY))
        row = [
            id,
            self._articles,
            chunk.number,
            chunk.line_start,
            chunk.line_end,
            chunk.byte_start,
            chunk.byte_end,
            json.dumps(chunk.repairs) if chunk.repairs else None,
        ]
        if self._packer is None:
            self._sample.append((row, chunk.text))
            if len(self._sample) >= _SAMPLED:
                self._write_sample()
        else:
            self._write_chunk(row, chunk.text)

    def _write_sample(self) -> None:
        """Train the dictionary on the first chunks, and write them."""
        self._dictionary = train([text for _, text in self._sample])
        self._packer = Packer(self._dictionary)
        for row, text in self._sample:
            self._write_chunk(row, text)
        self._sample.clear()

    def _write_chunk(self, row: list[Any], text: str) -> None:
        assert self._packer is not None
        row.insert(-1, self._packer.pack(text))
        self._connection.execute("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _insert_article(
        self,
        source: SourceFile,
        first_ids: tuple[int, int],
        day: int,
        values: Sequence[Any],
        outlet: str | None,
        keys: "array[int]",
        sketch: Sketch,
    ) -> None:
        body_end, boilerplate_end = self._next_ids()
        self._article_starts.append(first_ids[0])
        self._boilerplate_starts.append(first_ids[1])
        self._article_lengths.append(sum(self._body_lengths[first_ids[0] : body_end]))
        self._article_days.append(day)
        self._article_outlets.append(outlet)
        name, path = storable(self._names[source.path]), storable(source.path)
        row = [self._articles, name, path, source.size, source.mtime_ns, *values]
        row += [first_ids[0], body_end, first_ids[1], boilerplate_end]
        places = ["?", "CAST(? AS TEXT)", "CAST(? AS TEXT)", *"?" * (len(row) - 3)]
        self._connection.execute(f"INSERT INTO articles VALUES ({', '.join(places)})", row)
        self._connection.execute("INSERT INTO lines VALUES (?, ?)", [self._articles, keys.tobytes()])
        self._connection.executemany(
            "INSERT INTO line_articles VALUES (?, ?)", ((key, self._articles) for key in sorted(learnable(keys)))
        )
        self._shingles.append(sketch.shingles)
        self._articles += 1

    def add_learned(self, boilerplate: Boilerplate) -> None:
        """Enter the lines that were learned to be boilerplate, once all articles are in."""
        self._write_sample_left()
        lines = boilerplate.recurrences()
        self._connection.executemany(
            "INSERT INTO learning VALUES (?, CAST(? AS TEXT), ?, ?)",
            (
                (group.outlet, None if group.folder is None else storable(group.folder), articles, margins.packed())
                for group, (articles, margins) in boilerplate.grounds.items()
            ),
        )
        for number, line in enumerate(lines):
            folder = None if line.group.folder is None else storable(line.group.folder)
            self._connection.execute(
                "INSERT INTO learned VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)",
                [
                    number,
                    line.group.outlet,
                    folder,
                    line.key,
                    line.at_head,
                    self._as_written(line),
                    line.articles,
                    line.example,
                ],
            )

    def _write_sample_left(self) -> None:
        if self._packer is None:
            self._write_sample()

    def _as_written(self, line: Recurrence) -> str:
        """Find a learned line among the boilerplate of an article that has it."""
        unpacker = Unpacker(self._dictionary)
        start = self._boilerplate_starts[line.example]
        end = (*self._boilerplate_starts, self._next_ids()[1])[line.example + 1]
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
            "Build it anew: carikm index --rebuild",
        )

    def words_to_stem(self) -> int:
        """Tell how many words `finish` will have to stem."""
        return len(self._postings.words_to_stem())

    def finish(
        self,
        corpus: Path,
        built_ns: int,
        skipped: Iterable[Skipped],
        folders: Mapping[str, int],
        advance: Callable[[], None],
    ) -> Written:
        """Stem, sort, weigh, and put the index into the place of the old one.

        Args:
            corpus: the corpus folder.
            built_ns: when the folder was scanned, in ns since 1970.
            skipped: the files left out.
            folders: the corpus's folders and when each was last changed.
            advance: called once for every word stemmed.
        """
        self._postings.stem_words(advance)
        self._write_sample_left()
        # Copies have no part in what is counted.
        lengths = [
            length for article, length in enumerate(self._article_lengths) if self._representatives[article] == article
        ]
        chunks = list(compress(self._body_lengths, map(not_, self._of_copies)))
        in_leads = sum(min(length, LEAD_LENGTH) for length in lengths)
        averages = Averages(
            average(sum(lengths), len(lengths)), average(sum(chunks), len(chunks)), average(in_leads, len(lengths))
        )
        surfaces, terms = self._postings.rows(
            Texts(
                self._article_starts,
                self._boilerplate_starts,
                self._article_lengths,
                self._body_lengths,
                self._of_copies,
                averages,
            )
        )
        execute_many = self._connection.executemany
        execute_many("INSERT INTO surfaces VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", map(astuple, surfaces))
        outlets = {name: number for number, name in enumerate(sorted(filter(None, {*self._article_outlets})), start=1)}
        term_count = 0
        for row in terms:
            self._connection.execute(
                "INSERT INTO terms VALUES (?, ?, ?, ?, ?)",
                [row.id, row.stem, row.articles, row.chunks, "\n".join(row.forms)],
            )
            execute_many(
                "INSERT INTO postings VALUES (?, ?)", ((block_id(row.id, first), data) for first, data in row.blocks)
            )
            term_count += 1
        execute_many(
            "INSERT INTO origins VALUES (?, ?, ?)", ((id, how, sure) for (how, sure), id in self._origins.items())
        )
        execute_many(
            "INSERT INTO skipped VALUES (CAST(? AS TEXT), ?, ?, ?)",
            ((storable(file.path), file.reason, file.size, file.mtime_ns) for file in skipped),
        )
        execute_many(
            "INSERT INTO folders VALUES (CAST(? AS TEXT), ?)",
            ((storable(path), mtime_ns) for path, mtime_ns in folders.items()),
        )
        execute_many(
            "INSERT INTO outlets VALUES (?, ?)",
            ((number, name) for name, number in outlets.items()),
        )
        self._connection.executemany("INSERT INTO shingles VALUES (?, ?)", shingle_rows(self._shingles))
        words = sum(self._body_lengths)
        facts = {
            "rules": RULES,
            "corpus": storable(os.path.relpath(_as_named(corpus), os.path.realpath(self._folder))),
            "label": storable(_as_named(corpus).name),
            "built_ns": built_ns,
            "corrections": self._corrections.indexed(),
            "articles": self._articles,
            "words": words + sum(self._boilerplate_lengths),
            "terms": term_count,
            "slots": self._articles,
            "body_chunks": len(self._body_lengths),
            "boilerplate_chunks": len(self._boilerplate_lengths),
            "body_words": words,
            "counted_articles": len(lengths),
            "counted_tokens": sum(lengths),
            "counted_chunks": len(chunks),
            "counted_leads": in_leads,
            "bounds_averages": json.dumps(averages),
            "dictionary": self._dictionary,
            "chunk_articles": self._chunk_articles.tobytes(),
            "article_order": array("I", range(self._articles)).tobytes(),
            "article_starts": self._article_starts.tobytes(),
            "boilerplate_starts": self._boilerplate_starts.tobytes(),
            "article_lengths": self._article_lengths.tobytes(),
            "article_days": self._article_days.tobytes(),
            "article_outlets": array("I", (outlets[name] if name else 0 for name in self._article_outlets)).tobytes(),
            "representatives": self._representatives.tobytes(),
            "body_lengths": _short(self._body_lengths),
            "boilerplate_lengths": _short(self._boilerplate_lengths),
        }
        as_text = ("corpus", "label")
        for name, value in facts.items():
            placeholder = "CAST(? AS TEXT)" if name in as_text else "?"
            self._connection.execute(f"INSERT INTO facts VALUES (?, {placeholder})", [name, value])
        self._connection.execute("COMMIT")
        self._connection.close()
        self._publish()
        return Written(
            self._articles,
            len(self._body_lengths) + len(self._boilerplate_lengths),
            len(self._boilerplate_lengths),
            words,
            term_count,
            (self._folder / INDEX_FILE).stat().st_size,
        )

    def _publish(self) -> None:
        """Make the file durable, then let it take the old one's place in a single step."""
        with self._unfinished.open("rb+") as stream:
            os.fsync(stream.fileno())
        # An update that was killed may have left its journal; it is no business of this file.
        (self._folder / f"{INDEX_FILE}-journal").unlink(missing_ok=True)
        self._unfinished.replace(self._folder / INDEX_FILE)
        descriptor = os.open(self._folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def article_names(paths: Iterable[str]) -> dict[str, str]:
    """Name each article: its file name without ending; with its folder, or by its path, where two would clash."""
    shapes = {path: [path, str(PurePosixPath(path).with_suffix("")), PurePosixPath(path).stem] for path in paths}
    names = {path: forms.pop() for path, forms in shapes.items()}
    while clashing := [name for name, count in Counter(names.values()).items() if count > 1]:
        for path, name in names.items():
            if name in clashing and shapes[path]:
                names[path] = shapes[path].pop()
    return names


def _short(lengths: Iterable[int]) -> bytes:
    return array("H", (min(length, LONGEST) for length in lengths)).tobytes()


def _as_named(folder: Path) -> Path:
    """Give the real path of a folder, but for its own name, which may be a link's."""
    whole = Path(os.path.abspath(folder))  # noqa: PTH100  # `..` is taken out of it too
    return Path(os.path.realpath(whole.parent)) / whole.name


def _checked(old: IndexReader, postings: Block, forms: int) -> Iterable[tuple[int, int, int]]:
    for entries, base in ((postings.body, 0), (postings.leads, LEAD_BASE), (postings.boilerplate, BOILERPLATE_BASE)):
        for text, occurrences, form in zip(*entries, strict=True):
            if form >= forms:
                raise old.damaged(f"a form {form} of {forms}")
            yield base + text, occurrences, form
