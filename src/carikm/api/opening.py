"""How an index is found and opened."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING

from carikm.errors import CorpusMissing, IndexMissing, typed_path
from carikm.index.location import (
    CORPUS_VARIABLE,
    Location,
    foreign,
    locate,
    missing_everything,
    missing_there,
    same_folder,
)
from carikm.index.reader import IndexReader

if TYPE_CHECKING:
    from carikm.index.progress import Progress


def locate_index(corpus: Path | str | None, index: Path | str | None) -> Location:
    """Tell where corpus and index lie, as they were named or as they are found."""
    return locate(Path(corpus) if corpus is not None else None, Path(index) if index is not None else None)


@contextmanager
def opened_index(
    corpus: Path | str | None, index: Path | str | None, progress: "Progress | None", *, in_parts: bool = False
) -> Iterator[IndexReader]:
    """Open the index; where there is none, make it of the corpus folder, and say so.

    All that is read of it is of one state, unless `in_parts`: then whoever reads takes a snapshot for each part.
    """
    location = locate_index(corpus, index)
    try:
        reader = IndexReader(location.index_folder)
    except IndexMissing:
        from carikm.index.build import build_index

        if location.corpus_folder is None:
            raise missing_everything(location) from None
        if location.index_folder.is_file():
            raise missing_there(location) from None
        if progress and location.corpus_folder.is_dir():
            progress.note(
                f"There is no index yet; building one of {location.corpus_folder} in {location.index_folder}."
            )
        build_index(location.corpus_folder, location.index_folder, progress=progress)
        reader = IndexReader(location.index_folder)
    with reader, nullcontext() if in_parts else reader.snapshot():
        check_corpus(reader, location)
        yield reader


def existing_index(location: Location) -> IndexReader:
    """Open an index that is to be there already.

    Raises:
        IndexMissing: there is none; the hint has the command that makes it there.
    """
    try:
        return IndexReader(location.index_folder)
    except IndexMissing:
        raise missing_there(location) from None


def check_corpus(reader: IndexReader, location: Location) -> None:
    """Refuse an index of another corpus than the one that was named.

    Raises:
        CorpusMissing, IndexForeign: there is no such corpus, or the index is of another.
    """
    if location.corpus_folder is not None and not location.corpus_folder.exists():
        raise CorpusMissing(
            f"The corpus folder {location.corpus_folder} does not exist.",
            f"{reader.folder} is the index of {reader.corpus}: name that one, or none (--corpus, {CORPUS_VARIABLE}).",
        )
    if location.corpus_folder is not None and not same_folder(reader.corpus, location.corpus_folder):
        hint = f"carikm index {typed_path(location.corpus_folder)} --index DIR"
        raise foreign(
            reader.folder,
            reader.corpus,
            location.corpus_folder,
            f"Name the index too (--index DIR), or build one: {hint}",
        )
