"""Where the index lies and which folder it is made of."""

import os
from collections.abc import Mapping
from pathlib import Path

from carikm.errors import CorpusMissing
from carikm.index.format import INDEX_FILE
from carikm.records import NamedTuple

DEFAULT_CORPUS = "seeds"
DEFAULT_INDEX = "index"
CORPUS_VARIABLE = "CARIKM_CORPUS"
INDEX_VARIABLE = "CARIKM_INDEX"


class Location(NamedTuple):
    """An index folder, and the corpus folder if one was named or found beside it."""

    index_folder: Path
    corpus_folder: Path | None


def locate(
    corpus: Path | None = None,
    index: Path | None = None,
    *,
    start: Path | None = None,
    environment: Mapping[str, str] = os.environ,
) -> Location:
    """Find index and corpus: as named, else by the environment, else in the nearest folder upward.

    That is the nearest folder, from `start` (the current one) to the root, with an `index/` that holds an
    index or with a `seeds/`. A corpus that the environment names has its index beside it, so that it is the
    same one wherever a command is typed.
    """
    index = index or _from(environment, INDEX_VARIABLE)
    if corpus is None and (corpus := _from(environment, CORPUS_VARIABLE)) is not None and index is None:
        return Location(corpus.absolute().parent / DEFAULT_INDEX, corpus)
    start = (start or Path.cwd()).absolute()
    home = next((folder for folder in (start, *start.parents) if _is_home(folder)), None)
    if corpus is None and index is None and home is not None and _is_folder(home / DEFAULT_CORPUS):
        corpus = home / DEFAULT_CORPUS
    if index is None:
        index = (home or start) / DEFAULT_INDEX
    return Location(index, corpus)


def missing_everything(location: Location) -> CorpusMissing:
    """Make the error for when there is neither an index nor a folder to make one of."""
    return CorpusMissing(
        f"There is no index in {location.index_folder}, and no folder {DEFAULT_CORPUS}/ here or above to make one of.",
        "Name the folder of your .txt articles: carikm index FOLDER",
    )


def _from(environment: Mapping[str, str], name: str) -> Path | None:
    value = environment.get(name)
    return Path(value) if value else None


def _is_home(folder: Path) -> bool:
    # Unlike Path.is_file, this says no where it may not look.
    return os.path.isfile(folder / DEFAULT_INDEX / INDEX_FILE) or _is_folder(folder / DEFAULT_CORPUS)  # noqa: PTH113


def _is_folder(path: Path) -> bool:
    return os.path.isdir(path)  # noqa: PTH112  # likewise


def same_folder(one: Path, other: Path) -> bool:
    """Tell whether two paths lead to the same folder, links followed."""
    return os.path.realpath(one) == os.path.realpath(other)
