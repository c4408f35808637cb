"""Whether quotations still stand in their files."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from carikm.api.opening import check_corpus, existing_index, locate_index
from carikm.corpus.citations import Citation, Verdict, verify
from carikm.corpus.files import check_folder
from carikm.errors import CorpusMissing, IndexMissing
from carikm.index.corrections import read_corrections
from carikm.index.format import INDEX_FILE
from carikm.index.location import DEFAULT_INDEX, missing_everything


def verify_citations(
    citations: Iterable[Citation], corpus: Path | str | None = None, index: Path | str | None = None
) -> Iterator[tuple[Citation, Verdict]]:
    """Hold citations against the files of the corpus as they are now, one by one; builds nothing.

    Args:
        citations: what is said to stand where (see `carikm.corpus.citations`).
        corpus: the folder of `.txt` articles. With it no index is needed; its name need not be that in the paths.
        index: the folder of the index, which knows its corpus.

    Raises:
        CorpusMissing: there is no such folder, or none is known.
        CorrectionsInvalid: how large a file may be cannot be understood.
        IndexFault: the index was named, or has to tell the corpus, and cannot be read or is of another.
    """
    folder = _corpus_folder(corpus, index)
    index_folder = locate_index(corpus, index).index_folder
    if not (index_folder / INDEX_FILE).exists():  # then the corrections are those beside the corpus, if there are any
        index_folder = folder.absolute().parent / DEFAULT_INDEX
    return verify(folder, citations, read_corrections(index_folder).largest_file)


def _corpus_folder(corpus: Path | str | None, index: Path | str | None) -> Path:
    location = locate_index(corpus, index)
    folder = location.corpus_folder
    if folder is None or index is not None:
        try:
            with existing_index(location) as reader, reader.snapshot():
                check_corpus(reader, location)
                folder = reader.corpus
        except IndexMissing:
            if folder is None:
                hint = "Name the folder of the articles: carikm verify FILE --corpus DIR"
                raise CorpusMissing(missing_everything(location).message, hint) from None
            raise
    check_folder(folder)
    return folder
