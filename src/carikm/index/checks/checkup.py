"""All checks of an index, one after the other, and what they found."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

from carikm.errors import CorrectionsInvalid, IndexBusy, IndexDamaged
from carikm.index.checks.articles import check_articles
from carikm.index.checks.file import check_facts, check_file
from carikm.index.checks.findings import Alike, Findings
from carikm.index.checks.known import Known
from carikm.index.checks.leftovers import check_leftovers
from carikm.index.checks.lines import check_lines
from carikm.index.checks.others import check_others
from carikm.index.checks.sources import SourceCheck
from carikm.index.checks.texts import TextCheck
from carikm.index.checks.words import check_words
from carikm.index.checks.yielding import IndexChanged, YieldingReader
from carikm.index.corrections import CORRECTIONS_FILE, NO_CORRECTIONS, Corrections, read_corrections
from carikm.index.facts import remembered_corpus
from carikm.index.location import command_at
from carikm.index.progress import Progress
from carikm.index.reader import IndexReader
from carikm.index.updating.stored import StoredText

_ATTEMPTS = 3


class Checkup(NamedTuple):
    """What was found, and what was looked at: 0 for what could not be.

    `recounted` counts the articles whose words were counted again, `compared` those of them whose files are as they
    were and were read anew.
    """

    folder: Path
    corpus: Path | None
    is_damaged: bool
    findings: list[Alike]
    articles: int
    chunks: int
    terms: int
    recounted: int
    compared: int

    def typed(self, command: str) -> str:
        """Complete a command by what it cannot find by itself."""
        if self.corpus is None and "FOLDER" not in command:
            command = command.replace("carikm index", "carikm index FOLDER")
        return command_at(self.folder, command)


def check_index(folder: Path, sample: int | None, progress: Progress) -> Checkup:
    """Check the index in a folder.

    All is read of one state of the file. An update has to wait for moments only: after it, all is checked again.

    Args:
        folder: the index folder.
        sample: how many articles to compare with their texts and files, drawn evenly; None for all.
        progress: is told how the work goes on.

    Raises:
        IndexMissing, IndexFormat: there is no index, or one of another version of carikm.
        IndexBusy: it is being written, for longer than one waits, or has been updated during each of `_ATTEMPTS`.
        IndexUnreadable: its disk fails.
    """
    for _ in range(_ATTEMPTS):
        findings = Findings()
        try:
            with YieldingReader(folder) as index, index.snapshot():
                found = _check(index, sample, findings, progress)
        except IndexChanged:
            progress.note(f"The index in {folder} was updated while it was checked; checking it again.")
            continue
        except IndexDamaged as error:
            findings.damage("file", error.message.rstrip("."))
            found = _Looked(remembered_corpus(folder), 0, 0, 0, 0, 0)
        check_leftovers(folder, findings)
        corpus, *counts = found
        return Checkup(folder, corpus, findings.is_damaged, findings.sorted(), *counts)
    raise IndexBusy(
        f"The index in {folder} was updated each of the {_ATTEMPTS} times that it was checked.",
        f"Check it when nobody updates it: {command_at(folder, 'carikm doctor')}",
    )


class _Looked(NamedTuple):
    corpus: Path | None
    articles: int
    chunks: int
    terms: int
    recounted: int
    compared: int


def _check(index: IndexReader, sample: int | None, findings: Findings, progress: Progress) -> _Looked:
    progress.stage("File", 1)
    check_file(index, findings)
    progress.advance()
    if findings.is_damaged:  # what else is wrong follows from that
        return _Looked(index.corpus, 0, 0, 0, 0, 0)
    check_facts(index, findings)
    recounted = compared = 0
    with findings.about("facts"):
        known = Known(index)
        check_articles(index, known, findings, progress)
        check_words(index, known, findings, progress)
        check_lines(index, known, findings, progress)
        check_others(index, known, findings)
        corrections = _check_settings(index, findings)
        recounted, compared = _check_texts(index, known, corrections.largest_file, sample, findings, progress)
    chunks = index.fact("body_chunks") + index.fact("boilerplate_chunks")
    return _Looked(index.corpus, index.fact("articles"), chunks, index.fact("terms"), recounted, compared)


def _check_settings(index: IndexReader, findings: Findings) -> Corrections:
    """Compare the index with what the user says now, the corpus folder's name and corrections; give these."""
    if index.label != index.corpus.name:
        findings.stale(
            "label", f"paths are shown below {index.label}/, and the corpus folder is {index.corpus.name}/ now"
        )
    corrections = NO_CORRECTIONS
    with findings.about("corrections"):
        try:
            corrections = read_corrections(index.folder)
        except CorrectionsInvalid as error:
            findings.stale("corrections", error.message.rstrip("."))
        else:
            if any(index.unlike(corrections)):
                findings.stale("corrections", f"{CORRECTIONS_FILE} has changed since the index was built")
    return corrections


def _check_texts(
    index: IndexReader, known: Known, largest: int, sample: int | None, findings: Findings, progress: Progress
) -> tuple[int, int]:
    """Compare a sample with texts and files; tell how many articles were counted again, and compared with files.

    An article may have up to `largest` bytes.
    """
    drawn = list(_drawn(known, sample))
    progress.stage("Texts", len(drawn))
    texts = TextCheck(index, known, findings)
    sources = SourceCheck(index, known, largest, findings) if index.corpus.is_dir() else None
    if sources is None:
        findings.stale("corpus", f"the corpus folder {index.corpus} is not there: nothing was compared with files")
    counted = 0
    for article in drawn:
        with findings.about("source"):
            text = StoredText(index.article(article), index.chunks_of(article))
            if sources is not None:
                sources.article(text)
            texts.article(text)
            counted += 1
        progress.advance()
    if sources is not None:
        for file in index.skipped_files()[:sample]:
            with findings.about("skipped"):
                sources.skipped(file)
        with findings.about("articles"):
            sources.others()
    texts.end(is_all=counted == int(known.live.sum()))
    return counted, sources.compared if sources is not None else 0


def _drawn(known: Known, sample: int | None) -> Iterator[int]:
    """Draw articles evenly in the order of their paths."""
    ranked = known.ranked()
    number = len(ranked) if sample is None else min(sample, len(ranked))
    for place in range(number):
        yield int(ranked[place * len(ranked) // number])
