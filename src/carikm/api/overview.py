"""What an index holds, and what it knows of words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from carikm.api.opening import check_corpus, existing_index, locate_index, opened_index
from carikm.corpus.files import Skipped, scan
from carikm.errors import (
    CorpusMissing,
    IndexMissing,
)
from carikm.index.changes import Changes, compare
from carikm.index.corrections import Unlike, read_corrections
from carikm.index.reader import IndexReader
from carikm.index.rows import LearnedLine, StoredArticle

if TYPE_CHECKING:
    from carikm.index.progress import Progress
    from carikm.search.acronyms import AcronymList
    from carikm.search.words import WordAnalysis


class Status(NamedTuple):
    """What an index holds, what it left out, and what has changed since it was built (`built_ns` since 1970).

    `learned` are the lines that recur across the articles of an outlet and count as boilerplate, the commonest first.
    """

    index_folder: Path
    corpus_folder: Path
    label: str
    built_ns: int
    bytes: int
    articles: Sequence[StoredArticle]
    chunks: int
    boilerplate_chunks: int
    words: int
    terms: int
    skipped: Sequence[Skipped]
    changes: Changes | None
    corrected: Unlike
    learned: Sequence[LearnedLine]


def read_status(corpus: Path | str | None = None, index: Path | str | None = None) -> Status:
    """Tell what an index holds, what was skipped and why, and what has changed since; builds nothing.

    Raises:
        CorpusMissing: the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: there is no index, or it cannot be read, or is of another corpus.
    """
    location = locate_index(corpus, index)
    with existing_index(location) as reader, reader.snapshot():
        check_corpus(reader, location)
        corrections = read_corrections(reader.folder)
        try:
            changes = compare(reader, scan(reader.corpus, corrections.largest_file))
        except CorpusMissing:
            changes = None
        return Status(
            reader.folder,
            reader.corpus,
            reader.label,
            reader.fact("built_ns"),
            reader.path.stat().st_size,
            reader.articles(),
            reader.fact("body_chunks") + reader.fact("boilerplate_chunks"),
            reader.fact("boilerplate_chunks"),
            reader.fact("words"),
            reader.fact("terms"),
            reader.skipped_files(),
            changes,
            reader.unlike(corrections),
            reader.learned_lines(),
        )


def list_outlets(corpus: Path | str | None = None, index: Path | str | None = None) -> list[str]:
    """List the outlets of the articles, in alphabetical order; builds nothing.

    Raises:
        CorpusMissing: the corpus that was named is not there.
        IndexFault: there is no index, or it cannot be read, or is of another corpus.
    """
    location = locate_index(corpus, index)
    with existing_index(location) as reader, reader.snapshot():
        check_corpus(reader, location)
        return sorted(filter(None, reader.outlets()[0]))


def list_acronyms(
    word: str | None = None,
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    progress: "Progress | None" = None,
) -> "AcronymList":
    """List the short forms that the articles define, such as `Pemerintah Kota (Pemkot)`, with where they do.

    Args:
        word: only those that are this short form, or have this word, or these words, in their long form.
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        progress: is told when an index is built.

    Raises:
        CorpusError: there is no index and nothing to make one of, or the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be made or read, or is of another corpus.
        QueryEmpty: there is no word in `word`.
    """
    from carikm.search.acronyms import read_acronyms

    with opened_index(corpus, index, progress) as reader:
        return read_acronyms(reader, read_corrections(reader.folder), word)


def analyze_words(text: str, corpus: Path | str | None = None, index: Path | str | None = None) -> "list[WordAnalysis]":
    """Tell how each word of a text is analysed; where there is an index, also what it knows of the word.

    Raises:
        CorpusMissing: there is an index, and the corpus that was named is not there.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexFault: the index cannot be read, or is of another corpus.
    """
    from carikm.search.words import analyze

    location = locate_index(corpus, index)
    corrections = read_corrections(location.index_folder)
    try:
        with IndexReader(location.index_folder) as reader, reader.snapshot():
            check_corpus(reader, location)
            return analyze(text, corrections, reader)
    except IndexMissing:
        return analyze(text, corrections, None)
