"""An index brought up to date in place, at a cost that follows the change: a few articles among very many.

All happens in one transaction: whoever reads sees the index as it was, or as it is, and an update that dies leaves the
former. The result is what a whole build would make, but for numbers, the order of forms, and how much of the text's
dictionary fits. What one article tips in others is found by what it shares with them, not by going through them:

- whether words are names, and their stems: `carikm.index.postings_update`;
- which articles are near-identical, so that statistics count one of them: `carikm.index.regrouping`;
- what is boilerplate, so that articles of the same outlet are cut otherwise: `carikm.index.relearning`;
- which names would clash: `carikm.index.naming`.

Where too much has changed, a whole build takes less time, and leaves nothing unused behind.
"""

import json
from array import array
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import Any, Literal, NamedTuple

from carikm.corpus import BODY
from carikm.corpus.article import Article, Chunk, Draft, finish_article, read_draft, readable_lines
from carikm.corpus.files import Skipped, SourceFile, Unreadable, read_bytes
from carikm.corpus.lines import split_lines
from carikm.corpus.metadata import Found
from carikm.corpus.mojibake import repaired
from carikm.corpus.recurring import Learned, learnable, line_keys
from carikm.index.blocks import BOUNDS_SLACK, Averages, average
from carikm.index.changes import Task, settles_by
from carikm.index.contribution import Contribution, contribution_of
from carikm.index.copies import Sketch
from carikm.index.corrections import Corrections
from carikm.index.format import BOILERPLATE_BASE, LONGEST, NO_RANK, day_number, name_in, name_of, storable
from carikm.index.groups import Group, group_of
from carikm.index.learning import Boilerplate
from carikm.index.naming import names_beside
from carikm.index.one_sketch import one_sketch
from carikm.index.postings_update import Change, Part, Texts, WordUpdate
from carikm.index.reader import IndexReader
from carikm.index.regrouping import regrouped
from carikm.index.relearning import (
    Lines,
    Relearned,
    Row,
    Voice,
    in_order,
    learned_rows,
    packed_keys,
    recut,
    relearned,
    store_learning,
)
from carikm.index.rows import StoredArticle
from carikm.index.shingles import (
    NO_BUCKET,
    Bucket,
    bucket_of,
    looked_up,
    pack_bucket,
    unpack_bucket,
    with_last,
    without,
)
from carikm.index.stored import StoredText, sketched_of, stored_sketch
from carikm.index.texts import Packer
from carikm.index.weights import LEAD_LENGTH

# An update of an article takes as long as a whole build takes for some ten of them, and a whole build takes a while to
# get going.
FEW_CHANGES, SHARE_CHANGED = 20, 0.05
# So many numbers in use no more, or so large a share of all, and a whole build is due.
FEW_UNUSED, SHARE_UNUSED = 1_000, 0.2

_ARRAYS = (
    "article_order",
    "article_starts",
    "boilerplate_starts",
    "article_lengths",
    "article_days",
    "article_outlets",
    "representatives",
)


class Done(NamedTuple):
    """What an update has done: how many files were read, articles left as they were, and are gone; files left out.

    `is_written` tells whether anything had changed.
    """

    read: int
    unchanged: int
    deleted: int
    skipped: list[Skipped]
    is_written: bool


def update(index: IndexReader, corpus: Path, corrections: Corrections, task: Task) -> Done | None:
    """Bring an index up to date that is open for writing; None where a whole build should do it.

    The transaction is left to the caller to end: to be taken back, where the answer is None.

    Raises:
        IndexDamaged: the index is not what it should be.
    """
    size = index.fact("articles")
    if len(task.files) + len(task.gone) > max(FEW_CHANGES, SHARE_CHANGED * size):
        return None
    more: list[SourceFile] = []
    while True:
        try:
            return _Update(index, corpus, corrections, task, more).run()
        except _ReadToo as file:
            more.append(file.source)
            if len(more) > FEW_CHANGES:
                return None
        except _TooMuch:
            return None


class _ReadToo(Exception):
    """A file that must be read has changed: it is one more to bring up to date."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source.path)
        self.source = source


class _TooMuch(Exception):
    """More articles are concerned than an update should take on."""


class _Fresh:
    """An article on its way into the index."""

    __slots__ = ("article", "draft", "given", "group", "keys", "name", "number", "old", "sketch", "source")

    def __init__(self, source: SourceFile, draft: Draft, old: StoredArticle | None) -> None:
        self.source, self.draft, self.old = source, draft, old
        outlet = draft.metadata.outlet.value if draft.metadata.outlet else None
        self.group = group_of(outlet, source.path)
        self.keys = draft.keys
        self.number = -1
        self.name = ""
        self.sketch: Sketch
        self.article: Article
        self.given: Contribution


class _Update:
    """One update, step by step: everything is read and decided, then written."""

    def __init__(
        self, index: IndexReader, corpus: Path, corrections: Corrections, task: Task, more: Sequence[SourceFile]
    ) -> None:
        self._index = index
        self._execute: Callable[..., Any] = index.connection.execute
        self._corpus = corpus
        self._corrections = corrections
        self._task = task
        self._files = [*task.files, *more]
        self._skipped = list(task.skipped)
        self._removed: dict[int, StoredArticle] = {}
        self._fresh: list[_Fresh] = []
        self._touched: list[tuple[StoredArticle, SourceFile]] = []
        self._texts: dict[int, StoredText] = {}
        self._sketches: dict[int, Sketch] = {}
        self._buckets: dict[int, Bucket] = {}
        # Articles that keep all but their numbers, since what was learned cuts them otherwise.
        self._moved: dict[int, int] = {}

    def run(self) -> Done:
        """Do all of it."""
        self._read()
        self._corrected = self._index.unlike(self._corrections).words
        if self._removed or self._fresh or self._corrected:
            self._change()
        is_written = self._store_facts_of_files() or bool(self._removed or self._fresh or self._corrected)
        deleted = sum(article.path in self._gone for article in self._removed.values())
        unchanged = self._index.fact("articles") - len(self._removed) - len(self._moved)
        return Done(self._read_count, unchanged, deleted, self._skipped, is_written)

    @cached_property
    def _gone(self) -> frozenset[str]:
        return frozenset(self._task.gone)

    def _read(self) -> None:
        """Read the files; tell which are no articles, which are new, and which only look so."""
        corrections = self._corrections
        for path in self._task.gone:
            if (known := self._index.article_of_path(path)) is not None:
                self._removed[known.id] = known
        for file in self._files:
            known = self._index.article_of_path(file.path)
            try:
                raw, source = read_bytes(self._corpus, file)
                draft = read_draft(raw, extra=corrections.boilerplate, never=corrections.not_boilerplate)
            except Unreadable as error:
                judged = (0, 0) if error.for_now else (file.size, file.mtime_ns)
                self._skipped.append(Skipped(file.path, str(error), *judged))
                if known is not None:
                    self._removed[known.id] = known
                continue
            if known is not None and known.sha256 == draft.sha256:
                self._touched.append((known, source))
                continue
            if known is not None:
                self._removed[known.id] = known
            self._fresh.append(_Fresh(source, draft, known))
        self._read_count = len(self._files)
        self._fresh.sort(key=lambda fresh: fresh.source.path)
        if self._index.fact("articles") - len(self._removed) + len(self._fresh) == 0:
            raise _TooMuch

    def _change(self) -> None:
        """Take articles out and put articles in: all is decided first, then written."""
        self._load_arrays()
        self._order()
        self._sketch()
        self._regroup()
        self._relearn()
        self._cut()
        self._check_size()
        self._store_articles()
        self._store_words()
        self._store_learned()
        self._store_names()
        self._store_facts()

    # What is known

    def _load_arrays(self) -> None:
        index = self._index
        self._arrays = {name: _copied("I", index.numbers_of_articles(name)) for name in _ARRAYS}
        self._chunk_articles = _copied("I", index.chunk_articles())
        self._body_lengths, self._boilerplate_lengths = (_copied("H", lengths) for lengths in index.lengths())
        self._stood_for = self._arrays["representatives"][:]
        self._slots = index.fact("slots")
        self._learned_before = Boilerplate.of_index(index)

    def _text(self, article: int) -> StoredText:
        found = self._texts.get(article)
        if found is None:
            stored = self._removed.get(article) or self._index.article(article)
            found = self._texts[article] = StoredText(stored, self._index.chunks_of(article))
        return found

    # Order of paths

    def _order(self) -> None:
        """Give the new articles numbers and all their ranks."""
        ranks = self._arrays["article_order"]
        ordered = sorted(range(len(ranks)), key=ranks.__getitem__)
        # Numbers without an article come last.
        del ordered[self._index.fact("articles") :]
        for rank in sorted((ranks[article] for article in self._removed), reverse=True):
            del ordered[rank]
        paths = _Paths(self._index)
        for number, fresh in enumerate(self._fresh, start=self._slots):
            fresh.number = number
            paths.known[number] = fresh.source.path
            ordered.insert(bisect_left(ordered, fresh.source.path, key=paths.of), number)
        for name in _ARRAYS:
            self._arrays[name].extend([0] * len(self._fresh))
        for article in self._removed:
            ranks[article] = NO_RANK
        for rank, article in enumerate(ordered):
            ranks[article] = rank

    # Copies

    def _sketch(self) -> None:
        self._added: defaultdict[int, list[int]] = defaultdict(list)
        for fresh in self._fresh:
            fresh.sketch = self._sketches[fresh.number] = one_sketch(*sketched_of(fresh.draft))
            for shingle in looked_up(fresh.sketch.shingles):
                self._added[shingle].append(fresh.number)

    def sketch(self, article: int) -> Sketch:
        """Give an article's sketch."""
        found = self._sketches.get(article)
        if found is None:
            text = self._text(article)
            learned = self._learned_before.of(group_of(text.article.outlet, text.article.path))
            try:
                found = stored_sketch(text, self._index.keys_of(article), learned, self._corrections.not_boilerplate)
            except ValueError as error:
                raise self._index.damaged(f"{error}, of article {article}") from error
            self._sketches[article] = found
        return found

    def having(self, shingle: int) -> list[int]:
        """Give the articles that a shingle leads to."""
        return self._bucket(bucket_of(shingle)).having(shingle) + self._added.get(shingle, [])

    def _bucket(self, number: int) -> Bucket:
        found = self._buckets.get(number)
        if found is None:
            row = self._execute("SELECT entries FROM shingles WHERE bucket = ?", [number]).fetchone()
            try:
                found = NO_BUCKET if row is None else unpack_bucket(row[0])
            except (ValueError, TypeError) as error:
                raise self._index.damaged(str(error)) from error
            self._buckets[number] = found
        return found

    def rank(self, article: int) -> int:
        """Tell an article's rank in the order of paths."""
        return self._arrays["article_order"][article]

    def stood_for(self, article: int) -> int:
        """Tell which article stood for an article, before the change."""
        return self._stood_for[article]

    def _regroup(self) -> None:
        found = regrouped(self, self._removed.keys(), [fresh.number for fresh in self._fresh])
        representatives = self._arrays["representatives"]
        for article, leader in found.items():
            representatives[article] = leader
        self._uncounted: list[int] = []
        self._counted: list[int] = []
        for article in sorted(found):
            if article < self._slots and self._was_counted(article) != self._is_counted(article):
                (self._uncounted if self._was_counted(article) else self._counted).append(article)

    def _was_counted(self, article: int) -> bool:
        return self._stood_for[article] == article

    def _is_counted(self, article: int) -> bool:
        return self._arrays["representatives"][article] == article

    # Boilerplate

    def _relearn(self) -> None:
        """Learn anew, and find the articles that are cut otherwise now."""
        fresh = {fresh.number: (fresh.group, fresh.keys) for fresh in self._fresh}
        self._lines = Lines(self._index, self._removed.keys(), fresh, self._is_counted)
        left: defaultdict[Group, list[Voice]] = defaultdict(list)
        joined: defaultdict[Group, list[Voice]] = defaultdict(list)
        for article in chain((a for a in self._removed if self._was_counted(a)), self._uncounted):
            left[self._group(article)].append(Voice(article, self._index.keys_of(article)))
        for article in self._counted:
            joined[self._group(article)].append(Voice(article, self._index.keys_of(article)))
        for new in self._fresh:
            if self._is_counted(new.number):
                joined[new.group].append(Voice(new.number, new.keys))
        self._left, self._joined = left, joined
        self._relearned: dict[Group, Relearned] = {
            group: relearned(self._index, group, self._lines, left[group], joined[group])
            for group in dict.fromkeys([*left, *joined])
        }
        self._plan_learned()
        for group, found in self._relearned.items():
            for article in recut(self._lines, group, found, fresh):
                self._read_again(article)

    def _group(self, article: int) -> Group:
        stored = self._removed.get(article) or self._index.article(article)
        return group_of(stored.outlet, stored.path)

    def _learned(self, group: Group) -> Learned:
        found = self._relearned.get(group)
        return self._learned_before.of(group) if found is None else found.margins.learned

    def _read_again(self, article: int) -> None:
        """Read an unchanged file, to cut it otherwise."""
        self._read_count += 1
        if len(self._fresh) > max(FEW_CHANGES, SHARE_CHANGED * self._index.fact("articles")):
            raise _TooMuch
        known = self._index.article(article)
        file = SourceFile(known.path, known.size, known.mtime_ns)
        corrections = self._corrections
        try:
            raw, source = read_bytes(self._corpus, file)
            draft = read_draft(raw, extra=corrections.boilerplate, never=corrections.not_boilerplate)
        except Unreadable as error:
            raise _ReadToo(file) from error
        if draft.sha256 != known.sha256:
            raise _ReadToo(source)
        fresh = _Fresh(file, draft, known)
        fresh.number = self._moved[article] = len(self._arrays["representatives"])
        fresh.sketch = self.sketch(article)
        for numbers in self._arrays.values():
            numbers.append(0)
        for name in ("article_order", "representatives"):
            self._arrays[name][fresh.number] = self._arrays[name][article]
        self._fresh.append(fresh)

    # Articles

    def _cut(self) -> None:
        for fresh in self._fresh:
            fresh.article = finish_article(fresh.source, fresh.draft, learned=self._learned(fresh.group))
            fresh.given = contribution_of(fresh.article)

    def _check_size(self) -> None:
        unused = len(self._arrays["article_order"]) - self._index.fact("articles") - len(self._fresh)
        unused += len(self._removed) + len(self._moved)
        if unused > max(FEW_UNUSED, SHARE_UNUSED * self._index.fact("articles")):
            raise _TooMuch

    def _store_articles(self) -> None:
        """Take articles out of all tables but those of words, and put articles in."""
        arrays = self._arrays
        if self._moved:
            representatives = arrays["representatives"]
            for article, leader in enumerate(representatives):
                if leader in self._moved:
                    representatives[article] = self._moved[leader]
        self._parts_left = []
        for article in sorted({*self._removed, *self._moved}):
            self._parts_left.append(self._stored_part(article))
            self._take_out(article)
        self._parts_joined = []
        packer = Packer(self._index.dictionary)
        for fresh in sorted(self._fresh, key=lambda fresh: fresh.number):
            self._parts_joined.append(self._put_in(fresh, packer))
        self._store_shingles()

    def _stored_part(self, article: int) -> Part:
        text = self._text(article)
        return _part(article, text.article.body, text.article.boilerplate, text.contribution())

    def _take_out(self, article: int) -> None:
        text = self._text(article)
        stored = text.article
        self._execute("DELETE FROM articles WHERE id = ?", [article])
        for chunks, lengths, base in (
            (stored.body, self._body_lengths, 0),
            (stored.boilerplate, self._boilerplate_lengths, BOILERPLATE_BASE),
        ):
            self._execute("DELETE FROM chunks WHERE id >= ? AND id < ?", [chunks.start, chunks.stop])
            for chunk in chunks:
                lengths[chunk - base] = 0
        for key in learnable(self._index.keys_of(article)):
            self._execute("DELETE FROM line_articles WHERE key = ? AND article = ?", [key, article])
        for shingle in looked_up(self.sketch(article).shingles):
            try:
                number = bucket_of(shingle)
                self._buckets[number] = without(self._bucket(number), article, shingle)
            except ValueError as error:
                raise self._index.damaged(str(error)) from error
            self._buckets_changed.add(number)
        self._execute("DELETE FROM lines WHERE article = ?", [article])
        for name in ("article_lengths", "article_days", "article_outlets", "representatives"):
            self._arrays[name][article] = 0
        self._arrays["article_order"][article] = NO_RANK

    @cached_property
    def _buckets_changed(self) -> set[int]:
        return set()

    def _put_in(self, fresh: _Fresh, packer: Packer) -> Part:
        article, number, arrays = fresh.article, fresh.number, self._arrays
        body, boilerplate = len(self._body_lengths), len(self._boilerplate_lengths)
        lengths = {BODY: [len(words.tokens) for words in fresh.given.body]}
        arrays["article_starts"][number] = body
        arrays["boilerplate_starts"][number] = BOILERPLATE_BASE + boilerplate
        for kind, words, own in (
            (True, fresh.given.body, self._body_lengths),
            (False, fresh.given.boilerplate, self._boilerplate_lengths),
        ):
            own.extend(min(len(text.tokens), LONGEST) for text in words)
            if kind:
                self._chunk_articles.extend([number] * len(words))
        places = {True: body, False: BOILERPLATE_BASE + boilerplate}
        for chunk in article.chunks:
            is_body = chunk.kind == BODY
            self._insert_chunk(places[is_body], number, chunk, packer)
            places[is_body] += 1
        arrays["article_lengths"][number] = sum(lengths[BODY])
        metadata = article.metadata
        arrays["article_days"][number] = day_number(metadata.date.value if metadata.date else None)
        arrays["article_outlets"][number] = self._outlet(metadata.outlet.value if metadata.outlet else None)
        ranges = range(body, places[True]), range(BOILERPLATE_BASE + boilerplate, places[False])
        part = _part(number, *ranges, fresh.given)
        self._insert_article(fresh, part)
        self._execute("INSERT INTO lines VALUES (?, ?)", [number, packed_keys(fresh.keys)])
        for key in learnable(fresh.keys):
            self._execute("INSERT INTO line_articles VALUES (?, ?)", [key, number])
        for shingle in looked_up(fresh.sketch.shingles):
            bucket = bucket_of(shingle)
            self._buckets[bucket] = with_last(self._bucket(bucket), number, shingle)
            self._buckets_changed.add(bucket)
        return part

    def _insert_chunk(self, id: int, article: int, chunk: Chunk, packer: Packer) -> None:
        places = [chunk.line_start, chunk.line_end, chunk.byte_start, chunk.byte_end]
        repairs = json.dumps(chunk.repairs) if chunk.repairs else None
        row = [id, article, chunk.number, *places, packer.pack(chunk.text), repairs]
        self._execute("INSERT INTO chunks VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", row)

    def _insert_article(self, fresh: _Fresh, part: Part) -> None:
        article, metadata = fresh.article, fresh.article.metadata
        # The name is decided on when all paths are there.
        fresh.name = fresh.old.name if fresh.old else fresh.source.path + "\0"
        words = sum(len(text.tokens) for text in (*fresh.given.body, *fresh.given.boilerplate))
        row = [
            part.article,
            storable(fresh.name),
            storable(fresh.source.path),
            fresh.source.size,
            fresh.source.mtime_ns,
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
            part.body.start,
            part.body.stop,
            BOILERPLATE_BASE + part.boilerplate.start,
            BOILERPLATE_BASE + part.boilerplate.stop,
        ]
        places = ["?", "CAST(? AS TEXT)", "CAST(? AS TEXT)", *"?" * (len(row) - 3)]
        self._execute(f"INSERT INTO articles VALUES ({', '.join(places)})", row)

    def _value(self, found: Found | None) -> tuple[str | None, int | None, int | None]:
        return (None, None, None) if found is None else (found.value, *self._origin(found))

    def _origin(self, found: Found | None) -> tuple[int | None, int | None]:
        if found is None:
            return None, None
        pair = [found.how, found.certainty]
        row = self._execute("SELECT id FROM origins WHERE how = ? AND certainty = ?", pair).fetchone()
        if row is None:
            self._execute("INSERT INTO origins (how, certainty) VALUES (?, ?)", pair)
            return self._origin(found)
        return found.line, row[0]

    def _outlet(self, name: str | None) -> int:
        if name is None:
            return 0
        row = self._execute("SELECT id FROM outlets WHERE name = ?", [name]).fetchone()
        if row is None:
            self._execute("INSERT INTO outlets SELECT coalesce(max(id), 0) + 1, ? FROM outlets", [name])
            return self._outlet(name)
        id: int = row[0]
        return id

    def _store_shingles(self) -> None:
        for number in sorted(self._buckets_changed):
            bucket = self._buckets[number]
            if bucket.articles:
                self._execute("INSERT OR REPLACE INTO shingles VALUES (?, ?)", [number, pack_bucket(bucket)])
            else:
                self._execute("DELETE FROM shingles WHERE bucket = ?", [number])

    # Words

    def _store_words(self) -> None:
        """Bring terms, surface forms, postings and definitions up to date, and count all that is counted."""
        staying = {article: self._stored_part(article) for article in (*self._uncounted, *self._counted)}
        was_counted = [part for part in self._parts_left if self._was_counted(part.article)]
        is_counted = [part for part in self._parts_joined if self._is_counted(part.article)]
        moved = [article for article in self._moved if article in staying]
        # One that stays, but is cut otherwise, goes with what it gave and comes with what it gives.
        uncounted = [*was_counted, *(staying[a] for a in self._uncounted if a not in moved)]
        counted = [*is_counted, *(staying[a] for a in self._counted if a not in moved)]
        self._count(uncounted, counted)
        starts = self._arrays["boilerplate_starts"]
        texts = Texts(
            self._chunk_articles,
            self._arrays["article_lengths"],
            self._body_lengths,
            Averages(*json.loads(self._index.fact("bounds_averages"))),
            self._is_counted,
            # Of articles that begin at the same number, the last has chunks.
            lambda chunk: bisect_right(starts, BOILERPLATE_BASE + chunk) - 1,
        )
        words = WordUpdate(self._index, self._corrections.stems, texts, self._corrected)
        self._more_terms = words.run(Change(self._parts_left, self._parts_joined, uncounted, counted))
        for parts, query in (
            (uncounted, "DELETE FROM definitions WHERE short_key = ? AND long_key = ? AND chunk = ?"),
            (counted, "INSERT INTO definitions VALUES (?, ?, ?, ?, ?)"),
        ):
            for part in parts:
                for place, found in part.given.definitions:
                    row = [found.short_key, found.long_key, part.body[place], found.short, found.long]
                    self._execute(query, row[: query.count("?")])

    def _count(self, uncounted: Sequence[Part], counted: Sequence[Part]) -> None:
        """Count articles, chunks and tokens, and see that the bounds of postings still hold."""
        facts = {name: self._index.fact(name) for name in _COUNTS}
        for parts, sign in ((uncounted, -1), (counted, 1)):
            for part in parts:
                length = _length(part.given)
                facts["counted_articles"] += sign
                facts["counted_tokens"] += sign * length
                facts["counted_chunks"] += sign * len(part.body)
                facts["counted_leads"] += sign * min(length, LEAD_LENGTH)
        for parts, sign in ((self._parts_left, -1), (self._parts_joined, 1)):
            for part in parts:
                facts["articles"] += sign
                facts["body_chunks"] += sign * len(part.body)
                facts["boilerplate_chunks"] += sign * len(part.boilerplate)
                facts["body_words"] += sign * _length(part.given)
                facts["words"] += sign * sum(len(text.tokens) for text in (*part.given.body, *part.given.boilerplate))
        self._facts = facts
        averages = Averages(
            average(facts["counted_tokens"], facts["counted_articles"]),
            average(facts["counted_tokens"], facts["counted_chunks"]),
            average(facts["counted_leads"], facts["counted_articles"]),
        )
        most = json.loads(self._index.fact("bounds_averages"))
        if any(now > BOUNDS_SLACK * then for now, then in zip(averages, most, strict=True)):
            raise _TooMuch

    # What was learned, and names

    def _plan_learned(self) -> None:
        """Bring the table of learned lines up to date, but for the texts of lines."""
        self._learned_rows = [
            Row(Group(outlet, folder and name_of(folder)), key, bool(at_head), line, articles, example)
            for outlet, folder, key, at_head, line, articles, example in self._execute(
                f"SELECT outlet, {name_in('folder')}, key, at_head, line, articles, example FROM learned ORDER BY id"
            )
        ]
        now = [row for row in self._learned_rows if row.group not in self._relearned]
        for group, found in self._relearned.items():
            own = [row for row in self._learned_rows if row.group == group]
            now += learned_rows(own, group, found, self._lines, self._left[group], self._joined[group], self.rank)
        learned = {row.group: self._learned(row.group) for row in now}
        self._learned_now = in_order(now, self._lines, learned, self.rank)

    def _store_learned(self) -> None:
        for group, found in self._relearned.items():
            store_learning(self._index, group, found)
        now = [row._replace(example=self._moved.get(row.example, row.example)) for row in self._learned_now]
        now = [row if row.line else row._replace(line=self._as_written(row)) for row in now]
        if now == self._learned_rows:
            return
        self._execute("DELETE FROM learned")
        for number, row in enumerate(now):
            folder = None if row.group.folder is None else storable(row.group.folder)
            values = [number, row.group.outlet, folder, row.key, row.at_head, row.line, row.articles, row.example]
            self._execute("INSERT INTO learned VALUES (?, ?, CAST(? AS TEXT), ?, ?, ?, ?, ?)", values)

    def _as_written(self, row: Row) -> str:
        """Find a learned line among the boilerplate of an article that has it."""
        fresh = next((fresh for fresh in self._fresh if fresh.number == row.example), None)
        chunks = self._index.chunks_of(row.example) if fresh is None else fresh.article.chunks
        for chunk in chunks:
            if chunk.kind == BODY:
                continue
            lines = readable_lines(chunk.text, split_lines(chunk.text), chunk.repairs)
            for written in (repaired(chunk.text, chunk.repairs).text, *lines):
                if row.key in line_keys([written]):
                    return written
        raise self._index.damaged(f"a line that article {row.example} has not")

    def _store_names(self) -> None:
        come = {fresh.source.path for fresh in self._fresh if fresh.old is None}
        gone = {article.path for article in self._removed.values()} - {fresh.source.path for fresh in self._fresh}
        if not come and not gone:
            return
        names = names_beside(self._index.connection, {*come, *gone}, come)
        changed = {}
        for path, name in names.items():
            query = f"SELECT id, {name_in('name')} FROM articles WHERE path = CAST(? AS TEXT)"
            article, known = self._execute(query, [storable(path)]).fetchone()
            if name_of(known) != name:
                changed[article] = name
        for article in changed:  # two may change names with each other
            self._execute("UPDATE articles SET name = ? WHERE id = ?", [f"\0{article}", article])
        for article, name in changed.items():
            self._execute("UPDATE articles SET name = CAST(? AS TEXT) WHERE id = ?", [storable(name), article])

    # Facts

    def _store_facts(self) -> None:
        outlets = self._arrays["article_outlets"]
        for stored in chain(self._removed.values(), (self._text(article).article for article in self._moved)):
            if stored.outlet is not None:
                number = self._outlet(stored.outlet)
                if number not in outlets:
                    self._execute("DELETE FROM outlets WHERE id = ?", [number])
        arrays: dict[str, bytes] = {name: numbers.tobytes() for name, numbers in self._arrays.items()}
        arrays["chunk_articles"] = self._chunk_articles.tobytes()
        arrays["body_lengths"] = self._body_lengths.tobytes()
        arrays["boilerplate_lengths"] = self._boilerplate_lengths.tobytes()
        others: dict[str, Any] = {
            **self._facts,
            "slots": len(self._arrays["article_order"]),
            "corrections": self._corrections.indexed(),
            "terms": self._index.fact("terms") + self._more_terms,
        }
        values: Iterable[tuple[str, Any]] = chain(arrays.items(), others.items())
        for name, value in values:
            self._execute("UPDATE facts SET value = ? WHERE name = ?", [value, name])

    def _store_facts_of_files(self) -> bool:
        """Note files that only look changed, files left out, and folders; tell whether there was anything to note."""
        is_changed = False
        built_ns = self._task.built_ns
        for known, source in self._touched:
            differs = (known.size, known.mtime_ns) != (source.size, source.mtime_ns)
            # A file that has settled since need not be read a third time, once this is known to be later.
            is_changed |= differs or (built_ns is not None and settles_by(source, built_ns))
            if differs:
                values = [source.size, source.mtime_ns, self._moved.get(known.id, known.id)]
                self._execute("UPDATE articles SET size = ?, mtime_ns = ? WHERE id = ?", values)
        skipped = sorted(self._skipped, key=lambda file: file.path)
        if skipped != self._index.skipped_files():
            is_changed = True
            self._execute("DELETE FROM skipped")
            for file in skipped:
                row = [storable(file.path), file.reason, file.size, file.mtime_ns]
                self._execute("INSERT INTO skipped VALUES (CAST(? AS TEXT), ?, ?, ?)", row)
        folders = self._task.folders
        if folders is not None and folders != self._index.folders():
            is_changed = True
            self._execute("DELETE FROM folders")
            for path, mtime_ns in folders.items():
                self._execute("INSERT INTO folders VALUES (CAST(? AS TEXT), ?)", [storable(path), mtime_ns])
        if built_ns is not None and (is_changed or self._removed or self._fresh or self._corrected):
            self._execute("UPDATE facts SET value = ? WHERE name = 'built_ns'", [built_ns])
        return is_changed


_COUNTS = (
    "articles",
    "words",
    "counted_articles",
    "counted_tokens",
    "counted_chunks",
    "counted_leads",
    "body_chunks",
    "boilerplate_chunks",
    "body_words",
)


class _Paths:
    """The paths of articles, each looked up when it is asked for."""

    def __init__(self, index: IndexReader) -> None:
        self._index = index
        self.known: dict[int, str] = {}

    def of(self, article: int) -> str:
        """Give an article's path."""
        found = self.known.get(article)
        if found is None:
            found = next((path for _, path in self._index.paths([article])), None)
            if found is None:
                raise self._index.damaged(f"no article {article}")
            self.known[article] = found
        return found


def _part(article: int, body: range, boilerplate: range, given: Contribution) -> Part:
    base = BOILERPLATE_BASE
    return Part(article, body, range(boilerplate.start - base, boilerplate.stop - base), given)


def _copied(kind: Literal["I", "H"], numbers: memoryview) -> "array[int]":
    found = array(kind)
    found.frombytes(numbers.cast("B"))
    return found


def _length(given: Contribution) -> int:
    return sum(len(text.tokens) for text in given.body)
