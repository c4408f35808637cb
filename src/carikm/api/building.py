"""The journey of an index."""

from pathlib import Path
from typing import TYPE_CHECKING

from carikm.api.opening import check_corpus, existing_index, locate_index
from carikm.errors import (
    IndexDamaged,
    IndexFormat,
    IndexMissing,
)
from carikm.index.facts import remembered_corpus
from carikm.index.location import missing_everything
from carikm.index.reader import IndexReader

if TYPE_CHECKING:
    from collections.abc import Sequence

    from carikm.index.build import BuildSummary
    from carikm.index.progress import Progress


def build_index(
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    rebuild: bool = False,
    files: "Sequence[Path | str] | None" = None,
    jobs: int | None = None,
    progress: "Progress | None" = None,
) -> "BuildSummary":
    """Build the index of a corpus folder, or bring it up to date.

    It is brought up to date in place, at a cost that follows what has changed; where that is much, it is built anew.

    Args:
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        rebuild: read every file anew, whatever the index knows.
        files: look at these files of the corpus alone, which were added, changed or deleted; there must be an index.
        jobs: how many processes may share the work; as many as there are cores unless told.
        progress: is told how the work goes on.

    Raises:
        CorpusMissing, CorpusEmpty: there is nothing to index.
        CorrectionsInvalid: the user's corrections cannot be understood.
        IndexMissing: there is no index, and files were named, or an index folder but no corpus.
        IndexDamaged, IndexFormat: the index cannot be read, and files were named, or it has to tell the corpus.
        IndexForeign: the folder holds the index of another corpus, and `rebuild` was not asked for.
        IndexBusy, IndexUnreadable: the index is being written, for longer than one waits, or its disk fails.
        IndexNotWritable: the folder or the disk refuses.
        UsageError: one of `files` is no file of the corpus that could be an article.
        WorkerLost: a process that shared the work has ended.
    """
    from carikm.index.build import build_index

    location = locate_index(corpus, index)
    folder = location.corpus_folder
    named = None if files is None else [Path(file) for file in files]
    if named is not None:
        with existing_index(location) as old, old.snapshot():
            check_corpus(old, location)
            folder = old.corpus
    if folder is None:
        try:
            with IndexReader(location.index_folder) as old:
                folder = old.corpus
        except IndexMissing:
            raise missing_everything(location) from None
        except (IndexDamaged, IndexFormat):
            folder = remembered_corpus(location.index_folder)
            if folder is None:
                raise  # its hint says to name the folder
    return build_index(folder, location.index_folder, rebuild=rebuild, files=named, jobs=jobs, progress=progress)
