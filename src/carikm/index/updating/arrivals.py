"""The files that an update has to look at, as they are read: which articles come, which go, which only look changed."""

import hashlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from carikm.corpus.article import Article, Draft
from carikm.corpus.files import Skipped, SourceFile, Unreadable, read_bytes
from carikm.index.contribution import Contribution
from carikm.index.copies import Sketch
from carikm.index.corrected_drafts import read_corrected
from carikm.index.corrections import Corrections
from carikm.index.groups import group_of
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle


class Arrival:
    """An article on its way into the index, and what is known of it by and by.

    `old` is the one that it takes the place of; `number` is its own, as soon as it has one.
    """

    __slots__ = ("article", "draft", "given", "group", "keys", "number", "old", "sketch", "source")

    def __init__(self, source: SourceFile, draft: Draft, old: StoredArticle | None) -> None:
        self.source, self.draft, self.old = source, draft, old
        outlet = draft.metadata.outlet.value if draft.metadata.outlet else None
        self.group = group_of(outlet, source.path)
        self.keys = draft.keys
        self.number = -1
        self.sketch: Sketch
        self.article: Article
        self.given: Contribution


class Files:
    """Reads files of a corpus by the user's corrections."""

    def __init__(self, corpus: Path, corrections: Corrections) -> None:
        self._corpus = corpus
        self._corrections = corrections

    def read(self, file: SourceFile) -> tuple[Draft, SourceFile]:
        """Read a file, and what it was when it was read.

        Raises:
            Unreadable: it is no article.
        """
        raw, source = self.read_raw(file)
        return self.draft_of(raw, source), source

    def read_raw(self, file: SourceFile) -> tuple[bytes, SourceFile]:
        """Read a file's bytes, and what it was when it was read.

        Raises:
            Unreadable: the system refuses.
        """
        return read_bytes(self._corpus, file, self._corrections.largest_file)

    def draft_of(self, raw: bytes, source: SourceFile) -> Draft:
        """Make an article of a file's bytes.

        Raises:
            Unreadable: they are none.
        """
        return read_corrected(raw, source.path, self._corrections)


class Intake(NamedTuple):
    """What files have become.

    `removed` are the articles, by their numbers, that leave the index; others may take their places among `arrivals`,
    which are in order of their paths. `touched` say what the index knows already. `skipped` are all files left out.
    """

    removed: dict[int, StoredArticle]
    arrivals: list[Arrival]
    touched: list[tuple[StoredArticle, SourceFile]]
    skipped: list[Skipped]


def take_in(
    index: IndexReader,
    files: Files,
    wanted: Sequence[SourceFile],
    gone: Sequence[str],
    skipped: Sequence[Skipped],
    is_too_much: Callable[[int, int], bool],
    progress: Progress,
) -> Intake | None:
    """Read files; None as soon as too many articles come and go.

    Args:
        index: the index as it is.
        files: reads them.
        wanted: those to read.
        gone: the paths of files that are no more.
        skipped: the files left out so far.
        is_too_much: tells whether so many articles that come, and so many that go, are too many.
        progress: is told of each file.
    """
    found = Intake({}, [], [], list(skipped))
    for path in gone:
        if (known := index.article_of_path(path)) is not None:
            found.removed[known.id] = known
    progress.stage("Reading", len(wanted))
    for file in wanted:
        if is_too_much(len(found.arrivals), len(found.removed)):
            return None
        progress.advance()
        known = index.article_of_path(file.path)
        try:
            raw, source = files.read_raw(file)
            if known is not None and known.sha256 == hashlib.sha256(raw).hexdigest():
                found.touched.append((known, source))
                continue
            draft = files.draft_of(raw, source)
        except Unreadable as error:
            judged = (0, 0) if error.for_now else (file.size, file.mtime_ns)
            found.skipped.append(Skipped(file.path, str(error), *judged))
            if known is not None:
                found.removed[known.id] = known
            continue
        if known is not None:
            found.removed[known.id] = known
        found.arrivals.append(Arrival(source, draft, known))
    found.arrivals.sort(key=lambda arrival: arrival.source.path)
    return None if is_too_much(len(found.arrivals), len(found.removed)) else found
