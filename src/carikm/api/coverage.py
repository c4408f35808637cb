"""Which archive an answer comes from, and what of it the answer does not cover."""

from pathlib import Path
from typing import TYPE_CHECKING

from carikm.corpus.files import SourceFile, scan
from carikm.errors import CorpusMissing
from carikm.index.changes import EXAMINE_ALL, changed_among, compare
from carikm.index.corrections import Corrections, Unlike
from carikm.index.folders import folders_changed
from carikm.index.reader import IndexReader
from carikm.index.rows import StoredArticle
from carikm.records import NamedTuple

if TYPE_CHECKING:
    from carikm.search.hits import Result
    from carikm.search.similar import Likenesses


class Coverage(NamedTuple):
    """An archive, and what answers from its index do not cover.

    `label` is the corpus folder as the user named it. `skipped` counts the files that could not be indexed. `changed`
    counts the files known to differ from the index; `changed_is_complete` tells whether every file was looked at for
    it. `corpus_out_of_reach` tells that the corpus folder is not where the index expects it, or may not be read.
    `corrected` has what the user's corrections say otherwise than when the index was built.
    """

    label: str
    corpus: Path
    index_folder: Path
    skipped: int
    changed: int
    changed_is_complete: bool
    corpus_out_of_reach: bool
    corrected: Unlike


def coverage_of(reader: IndexReader, result: "Result | Likenesses | None", corrections: Corrections) -> Coverage:
    """Tell what a result does not cover; without one, what all results of this index do not.

    For a single result in a large archive, only those files are looked at that cost little.
    """
    skipped, corrected = len(reader.skipped_files()), reader.unlike(corrections)
    staleness = _staleness(reader, result, corrections)
    return Coverage(reader.label, reader.corpus, reader.folder, skipped, *staleness, corrected)


def _staleness(
    reader: IndexReader, result: "Result | Likenesses | None", corrections: Corrections
) -> tuple[int, bool, bool]:
    """Count the files that differ from the index; tell if all were looked at, and if the corpus is out of reach."""
    try:
        if result is None or reader.fact("articles") <= EXAMINE_ALL or folders_changed(reader):
            return compare(reader, scan(reader.corpus, corrections.largest_file)).total, True, False
        shown = {hit.article.path: source_of(hit.article) for hit in result.hits}
        return len(changed_among(reader, shown.values())), False, False
    except (CorpusMissing, OSError):
        return 0, True, True


def source_of(article: StoredArticle) -> SourceFile:
    """Give an article's file as it was when it was indexed."""
    return SourceFile(article.path, article.size, article.mtime_ns)
