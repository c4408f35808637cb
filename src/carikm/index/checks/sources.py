"""Articles against their own files: are these as they were, and does reading them anew give what the index holds?"""

import os
from pathlib import Path

from carikm.corpus.article import Article, finish_article, read_draft
from carikm.corpus.files import Skipped, SourceFile, Unreadable, examine, read_bytes, scan
from carikm.corpus.metadata import Found
from carikm.errors import CorpusError
from carikm.index.changes import compare
from carikm.index.checks.findings import Findings
from carikm.index.checks.known import Known
from carikm.index.corrected_drafts import read_corrected
from carikm.index.groups import group_of
from carikm.index.learning import Boilerplate
from carikm.index.reader import IndexReader
from carikm.index.rows import Origin
from carikm.index.updating.stored import StoredText


class SourceCheck:
    """Compares articles with their files, and counts those whose bytes are as they were."""

    def __init__(self, index: IndexReader, known: Known, largest: int, findings: Findings) -> None:
        """Take the index, what is known of it, and how many bytes an article may have."""
        self._index = index
        self._corpus = index.corpus
        self._corrections = known.corrections
        self._largest = largest
        self._findings = findings
        self._learned = Boilerplate.of_index(index)
        self._seen: set[str] = set()
        self.compared = 0

    def article(self, text: StoredText) -> None:
        """Compare one article."""
        stored = text.article
        self._seen.add(stored.path)
        if self._is_outside(stored.path):
            return
        file = examine(self._corpus, stored.path, self._largest)
        if file is None:
            self._findings.stale("gone", f"{stored.path} is not there any more")
            return
        if isinstance(file, Skipped):
            self._findings.stale("changed", f"{stored.path}: {file.reason}")
            return
        try:
            raw, source = read_bytes(self._corpus, file, self._largest)
            draft = read_corrected(raw, source.path, self._corrections)
        except Unreadable as error:
            self._findings.stale("changed", f"{stored.path}: {error}")
            return
        if draft.sha256 != stored.sha256:
            self._other_bytes(stored.path, source, SourceFile(stored.path, stored.size, stored.mtime_ns))
            return
        if source.mtime_ns != stored.mtime_ns:
            self._findings.stale("changed", f"{stored.path} has another time of change, and the same text")
        if source.size != stored.size:
            self._findings.damage("source", f"{stored.path} has {source.size} bytes, not {stored.size}")
        self.compared += 1
        learned = self._learned.of(group_of(stored.outlet, stored.path))
        keys = self._index.keys_of(stored.id)
        if draft.keys != keys:
            self._findings.damage("lines", f"{stored.path}: the keys of its lines are others than those of its file")
        self._compare(text, finish_article(source, draft, learned=learned))

    def skipped(self, file: Skipped) -> None:
        """See that a file was left out for the reason that is stored, if it is as it was."""
        self._seen.add(file.path)
        if self._is_outside(file.path):
            return
        now = examine(self._corpus, file.path, self._largest)
        if now is None:
            self._findings.stale("gone", f"{file.path}, which was skipped, is not there any more")
            return
        # Folders, links, and what could not be read at the time: there is nothing to judge them by.
        if (file.size, file.mtime_ns) == (0, 0):
            return
        if isinstance(now, Skipped) or (now.size, now.mtime_ns) != (file.size, file.mtime_ns):
            self._findings.stale("changed", f"{file.path}, which was skipped, has changed since")
            return
        reason = None
        try:
            read_draft(read_bytes(self._corpus, now, self._largest)[0])
        except Unreadable as error:
            reason = str(error)
        if reason != file.reason:
            found = "it can be read" if reason is None else reason
            self._findings.damage("skipped", f"{file.path} was skipped ({_short(file.reason)}), and {found}")

    def others(self) -> None:
        """Look at all other files as a scan does: at their sizes and times of change, and at which there are."""
        try:
            changes = compare(self._index, scan(self._corpus, self._largest, in_order=False))
        except CorpusError as error:
            self._findings.stale("corpus", error.message.rstrip("."))
            return
        for kind, paths, what in (
            ("gone", changes.deleted, "is not there any more"),
            ("changed", changes.changed, "has another size or time of change than when it was indexed"),
            ("new", changes.added, "is not in the index yet"),
        ):
            for path in paths:
                if path not in self._seen:
                    self._findings.stale(kind, f"{path} {what}")

    def _is_outside(self, path: str) -> bool:
        """Tell whether a link leads to a file from another place: an index may be somebody else's."""
        if Path(os.path.realpath((self._corpus / path).parent)).is_relative_to(os.path.realpath(self._corpus)):
            return False
        self._findings.stale("changed", f"{path} lies outside the corpus folder by a link; it is not read")
        return True

    def _other_bytes(self, path: str, now: SourceFile, before: SourceFile) -> None:
        if now != before:
            self._findings.stale("changed", f"{path} has changed since it was indexed")
        else:
            self._findings.damage(
                "source", f"{path}: its bytes are not those that were indexed, though its size and time of change are"
            )

    def _compare(self, text: StoredText, article: Article) -> None:
        stored = text.article
        metadata = article.metadata
        pairs: list[tuple[str, object, object]] = [
            ("encoding", stored.encoding, article.encoding),
            ("title", stored.title, article.title),
            ("headline", stored.headline_origin, _origin(metadata.headline)),
            ("outlet", (stored.outlet, stored.outlet_origin), _value(metadata.outlet)),
            ("dateline", (stored.dateline, stored.dateline_origin), _value(metadata.dateline)),
            ("author", (stored.author, stored.author_origin), _value(metadata.author)),
            ("date", (stored.date, stored.date_origin), _value(metadata.date)),
        ]
        for name, ours, theirs in pairs:
            if ours != theirs:
                said = f"its {name} is {_short(theirs)} in its file, and {_short(ours)} is stored"
                self._findings.damage("source", f"{stored.path}: {said}")
        if len(text.chunks) != len(article.chunks):
            counts = f"{len(article.chunks)} chunks, and {len(text.chunks)} are stored"
            self._findings.damage("source", f"{stored.path}: its file gives {counts}")
            return
        for ours, theirs in zip(text.chunks, article.chunks, strict=True):
            names = ("number", "kind", "line_start", "line_end", "byte_start", "byte_end", "text", "repairs")
            differing = [name for name in names if getattr(ours, name) != getattr(theirs, name)]
            for name in differing:
                said = f"its {name} is {_short(getattr(theirs, name))} in its file"
                stored_as = f"{_short(getattr(ours, name))} is stored"
                self._findings.damage("source", f"{stored.path}, chunk {theirs.number}: {said}, and {stored_as}")


def _value(found: Found | None) -> tuple[str | None, Origin | None]:
    return (None, None) if found is None else (found.value, _origin(found))


def _origin(found: Found | None) -> Origin | None:
    return None if found is None else Origin(found.line, found.how, found.certainty)


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:79]}…"
