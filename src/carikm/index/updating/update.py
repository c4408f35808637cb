"""An index brought up to date in place, at a cost that follows the change: a few articles among very many.

All happens in one transaction: whoever reads sees the index as it was, or as it is, and an update that dies leaves the
former. The result is what a whole build would make, but for numbers, the order of forms, and how much of the text's
dictionary fits. What one article tips in others is found by what it shares with them, not by going through them:

- whether words are names, and their stems: `carikm.index.updating.restemming`;
- which articles are near-identical, so that statistics count one of them: `carikm.index.updating.regrouping`;
- what is boilerplate, so that articles of the same outlet are cut otherwise: `carikm.index.updating.relearning`;
- which names would clash: `carikm.index.naming`.

Where too much has changed, a whole build takes less time, and leaves nothing unused behind.
"""

from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from carikm.corpus.article import finish_article
from carikm.corpus.files import Skipped, SourceFile, Unreadable
from carikm.index.blocks import BOUNDS_SLACK, Averages, average
from carikm.index.changes import Task
from carikm.index.contribution import contribution_of
from carikm.index.corrections import Corrections
from carikm.index.learning import Boilerplate
from carikm.index.new_rows import definition_row, insertion
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader
from carikm.index.updating.arrays import Arrays
from carikm.index.updating.arrivals import Arrival, Files, Intake, take_in
from carikm.index.updating.articles import ArticlesUpdate
from carikm.index.updating.copies import CopiesUpdate
from carikm.index.updating.files import store_folders, store_skipped, store_touched
from carikm.index.updating.learned import LearnedUpdate
from carikm.index.updating.parts import Change, counts_after, stored_part
from carikm.index.updating.postings import PostingsUpdate, Texts
from carikm.index.updating.restemming import restem
from carikm.index.updating.stored import StoredTexts
from carikm.index.updating.vocabulary import VocabularyUpdate

# Articles that come, and three times those that go, beyond which a whole build is due. Of 38,876 articles, 400 that
# came took 4 s, 400 that went 11 s, and 400 that changed 12 s, where a whole build takes 27 s on two cores. Of 125,000
# longer ones, 500 that changed took 53 s and 700 MB, hence the most at once; a whole build takes 163 s.
FEW_CHANGES, SHARE_CHANGED, _MOST_CHANGED = 60, 0.03, 2_000
_GOING = 3
# So many files that must be read for others, and turn out to have changed, and the archive is not at rest.
_MOST_READ_TOO = 20
# A text of so many signs is taken for one word: more than news has (7.1 bytes in 38,876 articles), so as to err seldom.
_LONG_WORD = 8
# Words that go beyond which a whole build of the others is due. Of 3 MB that went beside 1 MB, an update took 4.0 s of
# CPU and a whole build 1.7; beside 5 MB 6.2 and 8.0, which two cores share.
_FEW_WORDS, _SHARE_GONE = 100_000, 0.5
# So many numbers in use no more, or so large a share of all, and a whole build is due.
FEW_UNUSED, SHARE_UNUSED = 1_000, 0.2


class Done(NamedTuple):
    """What an update has done: how many files were read, articles left as they were, and are none now; files left out.

    `is_written` tells whether anything had changed.
    """

    read: int
    unchanged: int
    deleted: int
    skipped: list[Skipped]
    is_written: bool


def update(index: IndexReader, corpus: Path, corrections: Corrections, task: Task, progress: Progress) -> Done | None:
    """Bring an index up to date that is open for writing; None where a whole build should do it.

    The transaction is left to the caller to end: to be taken back, where the answer is None.

    Raises:
        IndexDamaged: the index is not what it should be.
    """
    files = Files(corpus, corrections)
    wanted = list(task.files)
    while len(wanted) <= len(task.files) + _MOST_READ_TOO:
        try:
            return _updated(index, files, corrections, task, wanted, progress)
        except _ReadToo as file:
            wanted.append(file.source)
        except _TooMuch:
            break
    return None


def _updated(
    index: IndexReader,
    files: Files,
    corrections: Corrections,
    task: Task,
    wanted: Sequence[SourceFile],
    progress: Progress,
) -> Done:
    intake = take_in(index, files, wanted, task.gone, task.skipped, partial(_is_too_much, index), progress)
    if intake is None or _goes_too_much(index, intake) or _comes_too_much(index, intake):
        raise _TooMuch
    removed, arrivals = intake.removed, intake.arrivals
    articles = index.fact("articles")
    if articles - len(removed) + len(arrivals) == 0:
        raise _TooMuch
    # Articles that keep all but their numbers, since what was learned cuts them otherwise.
    moved: Mapping[int, int] = {}
    corrected = index.unlike(corrections).words
    is_changed = bool(removed or arrivals or corrected)
    if is_changed:
        moved = _Exchange(index, files, corrections, intake, progress).run(corrected)
    is_noted = [
        store_touched(index, intake.touched, moved, task.built_ns),
        store_skipped(index, intake.skipped),
        store_folders(index, task),
    ]
    is_written = is_changed or any(is_noted)
    if task.built_ns is not None and is_written:
        _store_fact(index, "built_ns", task.built_ns)
    come = {arrival.source.path for arrival in arrivals}
    deleted = sum(article.path not in come for article in removed.values())
    unchanged = articles - len(removed) - len(moved)
    return Done(len(wanted) + len(moved), unchanged, deleted, intake.skipped, is_written)


def _store_fact(index: IndexReader, name: str, value: Any) -> None:
    index.connection.execute("UPDATE facts SET value = ? WHERE name = ?", [value, name])


def _is_too_much(index: IndexReader, come: int, gone: int) -> bool:
    """Tell whether a whole build takes less for so many articles that come, and that go; what changed does both."""
    most = min(SHARE_CHANGED * index.fact("articles"), _MOST_CHANGED)
    return bool(come + _GOING * gone > max(FEW_CHANGES, most))


def _goes_too_much(index: IndexReader, intake: Intake) -> bool:
    """Tell whether so large a part of the archive's words goes that a whole build takes less."""
    gone = sum(article.words for article in intake.removed.values())
    stays = index.fact("words") - gone + _words_to_come(intake)
    return bool(gone > max(_FEW_WORDS, _SHARE_GONE * stays))


def _comes_too_much(index: IndexReader, intake: Intake) -> bool:
    """Tell whether articles that come are so long that the bounds of postings will not hold (see `_check_bounds`).

    That is known for certain once they are cut and counted; but it would have been in vain, and take longest of all.
    """
    stands_for = index.representatives()
    leaving = [article.words for number, article in intake.removed.items() if stands_for[number] == number]
    tokens = index.fact("counted_tokens") + _words_to_come(intake) - sum(leaving)
    articles = index.fact("counted_articles") + len(intake.arrivals) - len(leaving)
    return bool(tokens > BOUNDS_SLACK * index.bounds_averages.article * articles)


def _words_to_come(intake: Intake) -> float:
    """Guess how many words come at least."""
    return sum(len(arrival.draft.decoded.text) for arrival in intake.arrivals) / _LONG_WORD


class _ReadToo(Exception):
    """A file that must be read has changed: it is one more to bring up to date."""

    def __init__(self, source: SourceFile) -> None:
        super().__init__(source.path)
        self.source = source


class _TooMuch(Exception):
    """More articles are concerned than an update should take on."""


class _Decided(NamedTuple):
    """What an exchange tips: articles that count no more, those that count now, and what is boilerplate."""

    uncounted: Collection[int]
    counted: Collection[int]
    learned: LearnedUpdate


class _Exchange:
    """Takes articles out and puts articles in: all is decided first, then written."""

    def __init__(
        self, index: IndexReader, files: Files, corrections: Corrections, intake: Intake, progress: Progress
    ) -> None:
        """Take up what is known, and number what comes."""
        self._index = index
        self._files = files
        self._corrections = corrections
        self._progress = progress
        self._removed = intake.removed
        self._arrivals = intake.arrivals
        self._moved: dict[int, int] = {}
        self._arrays = Arrays(index)
        self._arrays.number(self._arrivals, self._removed.keys())
        self._texts = StoredTexts(index, self._removed)
        self._boilerplate = Boilerplate.of_index(index)
        never = corrections.not_boilerplate
        self._copies = CopiesUpdate(index, self._arrays, self._texts, self._boilerplate, never)
        self._articles = ArticlesUpdate(index, self._arrays)

    def run(self, corrected: Collection[str]) -> Mapping[int, int]:
        """Do all of it; give the articles that were cut otherwise, by the numbers they had, with those they have.

        Args:
            corrected: the words whose stems the user has corrected since.
        """
        decided = self._decided()
        self._cut(decided.learned)
        self._check_unused()
        change = self._store_articles(decided)
        counts = self._store_words(change, corrected)
        decided.learned.store(self._arrivals, self._moved)
        come = {arrival.source.path for arrival in self._arrivals}
        self._articles.rename(
            {arrival.source.path for arrival in self._arrivals if arrival.old is None},
            {article.path for article in self._removed.values()} - come,
        )
        self._articles.drop_outlets(self._texts.of(part.article).article.outlet for part in change.left)
        self._store_facts(counts)
        return self._moved

    def _decided(self) -> _Decided:
        """Decide which articles count, what is boilerplate, and which are therefore cut otherwise."""
        for arrival in self._arrivals:
            self._copies.add(arrival)
        added = [arrival.number for arrival in self._arrivals]
        uncounted, counted = self._copies.regroup(self._removed.keys(), added)
        learned = LearnedUpdate(self._index, self._arrays, self._boilerplate, self._removed, self._arrivals)
        learned.relearn(uncounted, counted)
        for article in learned.recut():
            self._read_again(article)
        return _Decided(uncounted, counted, learned)

    def _read_again(self, article: int) -> None:
        """Read an unchanged file, to cut it otherwise."""
        if _is_too_much(self._index, len(self._arrivals), len(self._removed) + len(self._moved)):
            raise _TooMuch
        known = self._index.article(article)
        file = SourceFile(known.path, known.size, known.mtime_ns)
        try:
            draft, source = self._files.read(file)
        except Unreadable as error:
            raise _ReadToo(file) from error
        if draft.sha256 != known.sha256:
            raise _ReadToo(source)
        arrival = Arrival(file, draft, known)
        arrival.number = self._moved[article] = self._arrays.renumber(article)
        arrival.sketch = self._copies.sketch(article)
        self._arrivals.append(arrival)

    def _cut(self, learned: LearnedUpdate) -> None:
        for arrival in self._arrivals:
            arrival.article = finish_article(arrival.source, arrival.draft, learned=learned.of(arrival.group))
            arrival.given = contribution_of(arrival.article)

    def _check_unused(self) -> None:
        articles = self._index.fact("articles")
        unused = self._arrays.slots - articles - len(self._arrivals) + len(self._removed) + len(self._moved)
        if unused > max(FEW_UNUSED, SHARE_UNUSED * articles):
            raise _TooMuch

    def _store_articles(self, decided: _Decided) -> Change:
        """Take articles out of all tables but those of words, and put articles in; tell what that does to words."""
        self._arrays.follow(self._moved)
        left, joined = [], []
        for article in sorted({*self._removed, *self._moved}):
            text = self._texts.of(article)
            left.append(stored_part(text))
            self._copies.take_out(article)
            self._articles.take_out(text.article)
        for arrival in sorted(self._arrivals, key=lambda arrival: arrival.number):
            joined.append(self._articles.put_in(arrival))
            self._copies.put_in(arrival.number, arrival.sketch)
        self._copies.store()
        # One that stays, but is cut otherwise, goes with what it gave and comes with what it gives.
        staying = {
            article: stored_part(self._texts.of(article))
            for article in (*decided.uncounted, *decided.counted)
            if article not in self._moved
        }
        uncounted = [part for part in left if self._arrays.was_counted(part.article)]
        uncounted += [staying[article] for article in decided.uncounted if article in staying]
        counted = [part for part in joined if self._arrays.is_counted(part.article)]
        counted += [staying[article] for article in decided.counted if article in staying]
        return Change(left, joined, uncounted, counted)

    def _store_words(self, change: Change, corrected: Collection[str]) -> Mapping[str, int]:
        """Bring terms, surface forms, postings and definitions up to date; give the facts that count."""
        index, arrays = self._index, self._arrays
        most = index.bounds_averages
        counts = counts_after(index, change)
        _check_bounds(counts, most)
        vocabulary = VocabularyUpdate(index)
        vocabulary.load(change)
        vocabulary.count(change)
        restem(index, vocabulary, self._corrections.stems, corrected)
        vocabulary.count_terms(change)
        texts = Texts(
            arrays.chunk_articles,
            arrays.lengths,
            arrays.body_lengths,
            most,
            arrays.is_counted,
            arrays.boilerplate_article,
        )
        PostingsUpdate(index, vocabulary, texts, self._progress).run(change)
        counts["terms"] = index.fact("terms") + vocabulary.write()
        self._store_definitions(change)
        return counts

    def _store_definitions(self, change: Change) -> None:
        execute = self._index.connection.execute
        for part in change.uncounted:
            for place, found in part.given.definitions:
                key = [found.short_key, found.long_key, part.body[place]]
                execute("DELETE FROM definitions WHERE short_key = ? AND long_key = ? AND chunk = ?", key)
        for part in change.counted:
            for place, found in part.given.definitions:
                execute(insertion("definitions"), definition_row(found, part.body[place]))

    def _store_facts(self, counts: Mapping[str, int]) -> None:
        facts: dict[str, Any] = {
            **self._arrays.stored(),
            **counts,
            "slots": self._arrays.slots,
            "corrections": self._corrections.indexed(),
        }
        for name, value in facts.items():
            _store_fact(self._index, name, value)


def _check_bounds(counts: Mapping[str, int], most: Averages) -> None:
    """See that the bounds of postings still hold."""
    averages = Averages(
        average(counts["counted_tokens"], counts["counted_articles"]),
        average(counts["counted_tokens"], counts["counted_chunks"]),
        average(counts["counted_leads"], counts["counted_articles"]),
    )
    if any(now > BOUNDS_SLACK * then for now, then in zip(averages, most, strict=True)):
        raise _TooMuch
