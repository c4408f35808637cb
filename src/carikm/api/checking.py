"""Whether an index is sound."""

from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from carikm.api.opening import check_corpus, existing_index, locate_index
from carikm.errors import IndexDamaged
from carikm.index.progress import NoProgress

if TYPE_CHECKING:
    from carikm.index.checks.checkup import Checkup
    from carikm.index.progress import Progress

# As many as take some seconds.
SAMPLE = 100


def check_index(
    corpus: Path | str | None = None,
    index: Path | str | None = None,
    *,
    sample: int | None = SAMPLE,
    progress: "Progress | None" = None,
) -> "Checkup":
    """Check an index: its file, its tables against each other, and a sample of its articles against their files.

    Args:
        corpus: the folder of `.txt` articles.
        index: the folder of the index.
        sample: how many articles to compare, drawn evenly; None for all.
        progress: is told how the work goes on.

    Raises:
        CorpusMissing, IndexForeign: the corpus that was named is not there, or the index is of another.
        IndexMissing, IndexFormat: there is no index, or one of another version of carikm.
        IndexBusy: it is being written, for longer than one waits, or was updated each time that it was checked.
        IndexUnreadable: its disk fails, or may not be read.
    """
    from carikm.index.checks import checkup

    location = locate_index(corpus, index)
    # A damaged one will be found to be so again, and that is then told as a finding.
    with suppress(IndexDamaged), existing_index(location) as reader, reader.snapshot():
        check_corpus(reader, location)
    return checkup.check_index(location.index_folder, sample, progress or NoProgress())
